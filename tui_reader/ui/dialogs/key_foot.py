"""The keys of a dialog at its foot, in as many lines as they take; each can be clicked."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip

from tui_reader.ui.panes.status_line import Hint, StatusLine, size_of


class KeyFoot(StatusLine):
    DEFAULT_CSS = """
    KeyFoot {
        height: auto;
        max-height: 3;
        background: $surface;
    }
    """

    def show_hints(self, hints: Sequence[Hint]) -> None:
        if hints != self.hints:
            self.hints = hints
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._in_lines(width))

    def _in_lines(self, width: int) -> list[list[Hint]]:
        lines: list[list[Hint]] = [[]]
        left = width
        for hint in self.hints:
            if lines[-1] and size_of(hint) > left:
                lines.append([])
                left = width
            lines[-1].append(hint)
            left -= size_of(hint)
        return lines

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        lines = self._in_lines(width)
        key = self.get_component_rich_style("status-line--key")
        label = self.get_component_rich_style("status-line--label")
        segments: list[Segment] = []
        for hint in lines[y] if y < len(lines) else ():
            meta = Style(meta={"hint": hint.action})
            segments += [Segment(f" {hint.key} ", key + meta), Segment(f"{hint.label} ", label + meta)]
        return Strip(segments).adjust_cell_length(width, self.rich_style)
