"""A screen that lies above the reader until it has answered."""

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType

ASKING = "asking"
"""The workers that open a dialog: what is typed ahead is for that, and not for the reader."""


class Dialog(ModalScreen[ScreenResultType]):
    @property
    def takes_keys(self) -> bool:
        return self.is_mounted and (self.focused is not None or not self.focus_chain)

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Answer, once and while nothing lies above it: Textual takes away what is on top, be it the reader.

        Two keys of a quick hand are both on their way before the first of them has done anything.
        """
        return super().dismiss(result) if self.is_active else AwaitComplete()
