"""A pane drawn line by line: a frame with a title around lines that a subclass draws.

Textual draws a widget's border, padding and filters line by line in Python, whatever changed: 8 ms for three
panes on a screen of 120×40, half of what a key may cost. A pane draws its own frame, keeps its finished
lines, and draws only those that it has not drawn yet. The stylesheet still says whether there is a border,
and makes room for it.
"""

from collections.abc import Hashable
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.containers import Container
from textual.filter import ANSIToTruecolor
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_reader import clean


def fit(text: str, width: int) -> str:
    """A text cut to exactly so many cells, with an ellipsis where it is longer, or padded with blanks.

    It is the last door to the terminal, so it also makes sure that the text is clean.
    """
    if width <= 0:
        return ""
    text = text[: width * 8]
    if not clean.is_clean(text) or "\n" in text:
        text = clean.line(text)
    if cell_len(text) > width:
        return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width)
    return set_cell_size(text, width)


def beside(name: str, fact: str, width: int) -> str:
    """`name · fact` in so many cells at the most; what is cut is the name."""
    if not name or not fact:
        return fit(name or fact, min(cell_len(name or fact), width))
    room = width - cell_len(fact) - 3
    if room < 2:
        return fit(fact, min(cell_len(fact), width))
    return f"{fit(name, min(cell_len(name), room)).rstrip()} · {fact}"


KEPT_LINES = 1_000


class Space(Container):
    """A container that is nothing but background."""

    BLANK = True


class Pane(ScrollView, can_focus=True, inherit_bindings=False):
    # Without the inherited bindings: they would take `left` and `right` from the screen.
    COMPONENT_CLASSES: ClassVar[set[str]] = {"pane--frame", "pane--title", "pane--thumb"}
    DEFAULT_CSS = """
    Pane {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size: 0 0;
        & > .pane--frame { color: $foreground 25%; }
        & > .pane--title { color: $text-muted; }
        & > .pane--thumb { color: $foreground 60%; }
        &:focus > .pane--frame { color: $primary; }
        &:focus > .pane--title { color: $text; text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.auto_links = False
        self._title = ""
        self._corner = ""
        self._lines: dict[Hashable, Strip] = {}
        """Finished lines by what they show, frame included; Textual keeps with a strip what it made of it."""
        self._shown_lines = 0
        self._frame_styles: dict[str, Style] = {}

    def draw_line(self, y: int) -> Strip:
        """A line of the content, as wide as that; 0 is the first in sight."""
        raise NotImplementedError

    def line_key(self, y: int) -> Hashable:
        """What a line shows: lines of the same key look the same until `refresh` is called for all."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        """Stands in the frame."""
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self._refresh_top()

    @property
    def corner(self) -> str:
        """Stands at the right end of the frame's top."""
        return self._corner

    @corner.setter
    def corner(self, corner: str) -> None:
        if corner != self._corner:
            self._corner = corner
            self._refresh_top()

    def _refresh_top(self) -> None:
        # The top line of the frame lies above the content.
        self.refresh(Region(-1, -1, self.container_size.width + 2, 1))

    def tell_height(self, lines: int, shown: int | None = None) -> None:
        """How far the content can be scrolled, and `shown`, how high the frame's thumb says it is.

        By the ordinary way a new size would cost a layout of the whole screen.
        """
        self.set_reactive(Pane.virtual_size, Size(self.container_size.width, lines))
        self._shown_lines = lines if shown is None else shown

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if round(old_value) != round(new_value):
            # With the frame's right side, where the thumb is.
            self.refresh(Region(0, 0, self.container_size.width + 1, self.container_size.height))

    # Drawing

    def render_line(self, y: int) -> Strip:
        return self.draw_line(y)

    def render_lines(self, crop: Region) -> list[Strip]:
        top = self.styles.gutter.top
        width, height = self.outer_size
        if len(self._lines) > KEPT_LINES:
            self._lines.clear()
        thumb = self._thumb(height - 2 * top) if top else range(0)
        strips = []
        for y in range(crop.y - top, crop.bottom - top):
            framed = not 0 <= y < height - 2 * top
            key = ("frame", y) if framed else (self.line_key(y), y in thumb)
            strip = self._lines.get(key)
            if strip is None:
                if framed:
                    strip = self._edge(y < 0, width)
                else:
                    strip = self.draw_line(y)
                    if top:
                        strip = self._between_sides(strip, y in thumb, width)
                for line_filter in self.get_line_filters():
                    # Our colours are the theme's, which that filter would leave as they are.
                    if not isinstance(line_filter, ANSIToTruecolor):
                        strip = strip.apply_filter(line_filter, self.background_colors[1])
                self._lines[key] = strip
            strips.append(strip if crop.width == width else strip.crop(crop.x, crop.right))
        return strips

    def _thumb(self, height: int) -> range:
        """The lines of the right side that stand for what is in sight; none where that is everything."""
        if self._shown_lines <= height or height < 1:
            return range(0)
        size = max(1, round(height * height / self._shown_lines))
        past = self.scroll_offset.y / max(1, self._shown_lines - height)
        first = round(min(past, 1) * (height - size))
        return range(first, first + size)

    def _frame_style(self, part: str) -> Style:
        style = self._frame_styles.get(part)
        if style is None:
            style = self._frame_styles[part] = self.get_component_rich_style(f"pane--{part}")
        return style

    def _between_sides(self, strip: Strip, thumb: bool, width: int) -> Strip:
        side = Segment("│", self._frame_style("frame"))
        right = Segment("┃", self._frame_style("thumb")) if thumb else side
        return Strip([side, *strip, right], width)

    def _edge(self, upper: bool, width: int) -> Strip:
        frame, told = self._frame_style("frame"), self._frame_style("title")
        if not upper:
            return Strip([Segment("╰" + "─" * (width - 2) + "╯", frame)], width)
        title = self._title
        # The title's last parts give way to the corner.
        while self._corner and " · " in title and cell_len(title) + cell_len(self._corner) + 9 > width:
            title = title.rpartition(" · ")[0]
        title = fit(title, min(cell_len(title), width - 6)) if title else ""
        corner = self._corner if cell_len(title) + cell_len(self._corner) + 9 <= width else ""
        left = [Segment("╭─ ", frame), Segment(title, told), Segment(" ", frame)] if title else []
        right = [Segment(" ", frame), Segment(fit(corner, cell_len(corner)), told), Segment(" ─╮", frame)]
        left, right = left or [Segment("╭", frame)], right if corner else [Segment("╮", frame)]
        rest = width - sum(cell_len(segment.text) for segment in [*left, *right])
        return Strip([*left, Segment("─" * rest, frame), *right], width)

    def _set_dirty(self, *regions: Region) -> None:
        super()._set_dirty(*regions)
        # Regions come from scrolling and from the cursor, and keys tell those apart; but for the title.
        if not regions:
            self._lines.clear()
        elif any(region.y < 0 for region in regions):
            self._lines.pop(("frame", -1), None)

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._frame_styles.clear()
        self._lines.clear()
