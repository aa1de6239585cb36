"""The line in which one types what to search for, in place of the status line."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from tui_reader.ui.panes.line import Line

TOLD = "Esc back · Enter reads · ↑ earlier · Ctrl+s keeps it"


class Told(Widget):
    """The right end of the line: how many were found, what was misspelt, which keys help.

    Of a fixed width: a new text is drawn where it stands, and nothing is laid out anew (25 ms).
    """

    def __init__(self) -> None:
        super().__init__()
        self._text = Content(TOLD)

    def say(self, sentence: str, *, hint: bool) -> None:
        self._text = Content.styled(sentence, "$text-warning") if hint else Content(sentence)
        self.refresh()

    def render(self) -> Content:
        return self._text


class SearchBar(Horizontal):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.leave_search", "Back", show=False),
        Binding("down", "screen.search_down", "Next result, or a later search", show=False),
        Binding("up", "screen.search_up", "Previous result, or an earlier search", show=False),
        Binding("ctrl+n", "screen.move(1)", "Next result", show=False),
        Binding("ctrl+p", "screen.move(-1)", "Previous result", show=False),
        Binding("pagedown", "screen.move_page(1)", "A page of results down", show=False),
        Binding("pageup", "screen.move_page(-1)", "A page of results up", show=False),
        Binding("tab", "screen.to_results", "Results", show=False),
        Binding("ctrl+s", "screen.save_view", "Keep as a view", show=False),
    ]
    DEFAULT_CSS = """
    SearchBar {
        dock: bottom;
        height: 1;
        background: $panel;
        & > #search-sign {
            width: 3;
            color: $accent;
            text-style: bold;
        }
        & > Line {
            min-width: 16;
            padding: 0;
        }
        & > Told {
            width: 56;
            max-width: 50%;
            height: 1;
            padding: 0 1;
            text-align: right;
            text-overflow: ellipsis;
            text-wrap: nowrap;
            color: $text-muted;
        }
    }
    """

    class Typed(Message):
        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Entered(Message):
        """Whatever stands first is to be read."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.input = Line(placeholder="Words, “a phrase”, -not, title:, is:unread …")
        self.input.cursor_blink = False
        self._told = Told()
        self.hinting = False
        """Whether it tells of something that was typed and is left out."""

    def compose(self) -> ComposeResult:
        yield Static(Content(" / "), id="search-sign")
        yield self.input
        yield self._told

    def put(self, text: str) -> None:
        """Another text in the line, with the cursor behind it."""
        self.input.value = text
        self.input.cursor_position = len(text)

    def say(self, sentence: str, *, hint: bool = False) -> None:
        self.hinting = hint
        self._told.say(sentence or TOLD, hint=hint)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Entered())
