"""The line at the lower edge of the article in which one types what to find there, and what its keys do.

It lies on the frame of the pane, so that nothing is laid out anew when it comes and goes.
"""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_reader.ui.panes.line import Line


class Count(Widget):
    """Which hit of how many."""

    text: reactive[str] = reactive("")

    def render(self) -> Content:
        return Content(self.text)


class FindBar(Horizontal):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "end", "End", show=False),
        Binding("down,ctrl+n", "step(1)", "Next hit", show=False),
        Binding("up,ctrl+p", "step(-1)", "Previous hit", show=False),
    ]
    DEFAULT_CSS = """
    FindBar {
        width: 100%;
        height: 1;
        background: $panel;
        & > Line { padding: 0 1; }
        & > Count {
            width: 16;
            max-width: 40%;
            height: 1;
            padding: 0 1;
            text-align: right;
            color: $text-muted;
        }
    }
    """

    class Stepped(Message):
        """To another hit."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    class Ended(Message):
        """Enough of finding."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.input = Line(placeholder="Find in this article")
        self.count = Count()

    def compose(self) -> ComposeResult:
        yield self.input
        yield self.count

    def action_end(self) -> None:
        self.post_message(self.Ended())

    def action_step(self, by: int) -> None:
        self.post_message(self.Stepped(by))
