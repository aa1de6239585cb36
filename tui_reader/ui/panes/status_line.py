"""The bottom line: what the keys do here, what is under way, what is new."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui_reader.ui.panes.pane import fit


class Hint(Struct, frozen=True):
    key: str
    label: str
    action: str
    """The id of its key in the table; empty where a click does nothing."""


class StatusLine(Widget):
    COMPONENT_CLASSES: ClassVar[set[str]] = {"status-line--key", "status-line--label", "status-line--news"}
    DEFAULT_CSS = """
    StatusLine {
        height: 1;
        background: $panel;
        & > .status-line--key { color: $accent; text-style: bold; }
        & > .status-line--label { color: $text-muted; }
        & > .status-line--news { text-style: bold; }
    }
    """

    class Pressed(Message):
        """A hint was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.hints: Sequence[Hint] = ()
        self.news = ""
        self.progress = ""

    def show_hints(self, hints: Sequence[Hint]) -> None:
        if hints != self.hints:
            self.hints = hints
            self.refresh()

    def show_news(self, news: str, progress: str) -> None:
        """`news` waits to be taken in; `progress` is what is under way."""
        if (news, progress) != (self.news, self.progress):
            self.news, self.progress = news, progress
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        told = "  ".join(part for part in (self.news, self.progress) if part)
        room = min(cell_len(told) + 2, width) if told else 0
        key = self.get_component_rich_style("status-line--key")
        label = self.get_component_rich_style("status-line--label")
        segments: list[Segment] = []
        left = width - room
        for hint in self._fitting(left):
            left -= size_of(hint)
            meta = Style(meta={"hint": hint.action})
            segments += [Segment(f" {hint.key} ", key + meta), Segment(f"{hint.label} ", label + meta)]
        segments.append(Segment(" " * left, self.rich_style))
        if room:
            news = self.get_component_rich_style("status-line--news")
            segments.append(Segment(fit(f" {told} ", room), news + Style(meta={"hint": "take_in"})))
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _fitting(self, width: int) -> list[Hint]:
        """The last two (all keys, the way out) stay longest; the others give way from the right."""
        fitting = list(self.hints)
        while fitting and sum(map(size_of, fitting)) > width:
            fitting.pop(-3 if len(fitting) > 2 else 0)
        return fitting

    def on_click(self, event: events.Click) -> None:
        if action := event.style.meta.get("hint"):
            self.post_message(self.Pressed(action))


def size_of(hint: Hint) -> int:
    """Cells that it takes with the blanks around it."""
    return cell_len(hint.key) + cell_len(hint.label) + 3
