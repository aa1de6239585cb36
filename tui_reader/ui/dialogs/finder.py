"""The article with the line to find in it: what is typed there is looked for, keys go through the hits."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.app import ComposeResult

from tui_reader.ui.panes.findable import FindableArticle
from tui_reader.ui.panes.pane import Space
from tui_reader.ui.panes.status_line import Hint

if TYPE_CHECKING:
    from textual.widgets import Input

    from tui_reader.ui.dialogs.find_bar import FindBar

WHILE_TYPING = (
    Hint("↓", "Next hit", ""),
    Hint("↑", "Previous hit", ""),
    Hint("Enter", "Read on", ""),
    Hint("Esc", "Back", ""),
)
WHILE_FOUND = {"next_unread": "Next hit", "back": "End finding"}
"""What keys do that do something else otherwise."""


class Finder(Space):
    """The article, and the line to find in it."""

    def __init__(self, article: FindableArticle, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._article = article
        self._bar: FindBar | None = None
        """From the first time that it is asked for."""

    def compose(self) -> ComposeResult:
        yield self._article

    @property
    def typing(self) -> bool:
        """Whether the keys go into the line."""
        return self._bar is not None and self.screen.focused is self._bar.input

    @property
    def found(self) -> bool:
        """Whether a text is looked for, so that there may be hits to go to."""
        return self._article.finding is not None and bool(self._article.finding.needle)

    @property
    def steps(self) -> bool:
        """Whether the key of the next unread article goes to the next hit."""
        return self.found and self.screen.focused is self._article

    def hints(self, otherwise: Sequence[Hint]) -> Sequence[Hint]:
        """For the status line, where others would be told."""
        if self.typing:
            return WHILE_TYPING
        if not self.steps:
            return otherwise
        return [replace(hint, label=WHILE_FOUND.get(hint.action, hint.label)) for hint in otherwise]

    async def open(self) -> None:
        """Let a text be typed; the last one is there, marked as selected."""
        if self._bar is None:
            from tui_reader.ui.dialogs.find_bar import FindBar  # 15 ms

            self._bar = FindBar(id="find")
            await self.mount(self._bar)
        self._bar.display = True
        anew = self._article.finding is None
        self._article.begin_finding()
        if anew:
            self._article.find(self._bar.input.value, reveal=False)
        # At once, and not by `focus`: whoever types ahead means the line, and not the keys of the list.
        self.screen.set_focus(self._bar.input)

    def end(self, *, back: bool = False) -> None:
        self._article.end_finding(back=back)
        self._close()

    def step(self, by: int) -> None:
        if not self._article.step(by):
            self.app.bell()

    def _close(self) -> None:
        if self._bar is None or not self._bar.display:
            return
        if self.typing:
            self.screen.set_focus(self._article)
        self._bar.display = False

    def on_input_changed(self, event: "Input.Changed") -> None:
        event.stop()
        self._article.find(event.value)

    def on_input_submitted(self, event: "Input.Submitted") -> None:
        event.stop()
        if self.found:
            self._article.reveal()
            self.screen.set_focus(self._article)
        else:
            self.end()

    def on_find_bar_stepped(self, event: "FindBar.Stepped") -> None:
        self.step(event.by)

    def on_find_bar_ended(self) -> None:
        self.end(back=True)

    def on_findable_article_hits_changed(self) -> None:
        finding = self._article.finding
        if self._bar is None:
            return
        if finding is None:
            self._close()
        else:
            self._bar.count.text = finding.count
