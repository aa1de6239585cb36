"""A list of which only the lines on the screen exist: what the list, the related pane, the sidebar and every
chooser are made of. A subclass says how a row looks (`draw`), this widget moves the cursor and scrolls."""

from collections.abc import Hashable
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui_reader.ui.bindings import bindings
from tui_reader.ui.panes.pane import Pane

MARGIN = 1
"""Rows kept in sight above and below the cursor."""


class AtRow(Message):
    def __init__(self, rows: "Rows", index: int) -> None:
        super().__init__()
        self.rows = rows
        self.index = index


class Rows(Pane):
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "rows--plain",
        "rows--strong",
        "rows--quiet",
        "rows--mark",
        "rows--heading",
        "rows--hit",
        "rows--cursor",
    }
    DEFAULT_CSS = """
    Rows {
        & > .rows--strong { text-style: bold; }
        & > .rows--quiet { color: $text-muted; }
        & > .rows--mark { color: $accent; text-style: bold; }
        & > .rows--heading { color: $text-muted; text-style: bold; }
        & > .rows--hit { color: $accent; text-style: bold underline; }
        & > .rows--cursor { background: $foreground 10%; }
        &:focus > .rows--cursor { background: $primary 30%; }
    }
    """
    BINDINGS = bindings(
        down="move(1)",
        up="move(-1)",
        top="to_end(-1)",
        bottom="to_end(1)",
        half_down="move_page(0.5)",
        half_up="move_page(-0.5)",
        page_down="move_page(1)",
        page_up="move_page(-1)",
        read="choose",
    )

    class Moved(AtRow):
        """The cursor is on another row, by key or by mouse."""

    class Chosen(AtRow):
        """Enter on a row, or a click on it."""

    row_height: reactive[int] = reactive(1, repaint=False)
    """Lines of a row."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.count = 0
        self.cursor = 0
        """Index of the row under the cursor; 0 in an empty list."""
        self._styles: dict[tuple[str, bool], Style] = {}

    # What a subclass says

    def draw(self, index: int, line: int, width: int, selected: bool) -> list[Segment]:
        """One line of a row, exactly `width` cells wide (`fit`), with styles from `look`."""
        raise NotImplementedError

    def selectable(self, index: int) -> bool:
        """Whether the cursor may stand on a row; headings are passed over."""
        return True

    def line_of(self, index: int) -> int:
        """The first line of a row."""
        return index * self.row_height

    def row_of(self, line: int) -> tuple[int, int]:
        """Which row a line belongs to, and which of its lines it is; -1 is a heading above it."""
        return divmod(line, self.row_height)

    # What holds the rows

    def reset(self, count: int, cursor: int = 0) -> None:
        """There are other rows now; the cursor goes to one of them and is in sight."""
        self.count = count
        self.cursor = self._nearest(max(0, min(cursor, count - 1)), 1)
        self._resize_content()
        self.scroll_to(y=self._offset_for_cursor(), animate=False, force=True)
        self.refresh()

    def look(self, name: str, selected: bool = False) -> Style:
        """The style of a component class, on the cursor's background where the row is selected."""
        style = self._styles.get((name, selected))
        if style is None:
            style = self.get_component_rich_style(f"rows--{name}")
            if selected:
                cursor = self.get_component_rich_style("rows--cursor")
                style += Style(bgcolor=cursor.bgcolor)
            self._styles[name, selected] = style
        return style

    def move(self, by: int) -> bool:
        """Move the cursor over selectable rows; whether it moved."""
        target = self._nearest(max(0, min(self.cursor + by, self.count - 1)), 1 if by > 0 else -1)
        return self.move_to(target)

    def move_to(self, index: int) -> bool:
        """Put the cursor on a row and scroll just so far that it can be seen."""
        if not 0 <= index < self.count or index == self.cursor:
            return False
        old, self.cursor = self.cursor, index
        offset = self._offset_for_cursor()
        if offset != self.scroll_offset.y:
            self.scroll_to(y=offset, animate=False, force=True)
        else:
            self.refresh_row(old)
            self.refresh_row(index)
        return True

    def refresh_row(self, index: int) -> None:
        self.refresh_lines(self.line_of(index), self.row_height)

    @property
    def page(self) -> int:
        """Rows that fit on the screen."""
        return max(1, self.size.height // self.row_height)

    def _nearest(self, index: int, direction: int) -> int:
        """The selectable row at or after an index in a direction, else in the other, else the cursor's."""
        if not self.count:
            return 0
        ahead = range(index, self.count) if direction > 0 else range(index, -1, -1)
        behind = range(index, -1, -1) if direction > 0 else range(index, self.count)
        for candidates in (ahead, behind):
            for candidate in candidates:
                if self.selectable(candidate):
                    return candidate
        return max(0, min(self.cursor, self.count - 1))

    def _offset_for_cursor(self) -> int:
        """The scroll offset nearest to the present one at which the cursor is in sight."""
        height = self.size.height
        margin = MARGIN * self.row_height if height >= 4 * self.row_height else 0
        first = self.line_of(self.cursor)
        last = first + self.row_height
        offset = self.scroll_offset.y
        if first - margin < offset:
            offset = first - margin
        elif last + margin > offset + height:
            offset = last + margin - height
        return max(0, min(offset, self.line_of(self.count) - height))

    def _resize_content(self) -> None:
        self.tell_height(self.line_of(self.count))

    # Textual

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self._styles.clear()
        if self.count:
            self.refresh_row(self.cursor)

    def watch_row_height(self) -> None:
        self.reset(self.count, self.cursor)

    def on_resize(self, event: events.Resize) -> None:
        self._resize_content()
        self.scroll_to(y=self._offset_for_cursor(), animate=False, force=True)

    def line_key(self, y: int) -> Hashable:
        index, line = self.row_of(y + self.scroll_offset.y)
        return (index, line, index == self.cursor) if index < self.count else (None, y, False)

    def draw_line(self, y: int) -> Strip:
        width = self.container_size.width
        index, line = self.row_of(y + self.scroll_offset.y)
        if not 0 <= index < self.count:
            return Strip.blank(width, self.look("plain"))
        segments = self.draw(index, line, width, index == self.cursor)
        # `draw` promises the width; a row that breaks it must not push the panes beside it.
        return Strip(segments).adjust_cell_length(width, self.look("plain"))

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            # On the frame.
            return
        index, line = self.row_of(offset.y + self.scroll_offset.y)
        if line < 0 or not 0 <= index < self.count or not self.selectable(index):
            return
        if self.move_to(index):
            self.post_message(self.Moved(self, index))
        if event.chain > 1 or self.choose_on_click:
            self.post_message(self.Chosen(self, index))

    choose_on_click = True
    """Whether one click chooses, where moving there alone would show nothing."""

    # Actions

    def action_move(self, by: int) -> None:
        if self.move(by):
            self.post_message(self.Moved(self, self.cursor))

    def action_move_page(self, by: float) -> None:
        self.action_move(int(self.page * by) or (1 if by > 0 else -1))

    def action_to_end(self, direction: int) -> None:
        self.action_move(direction * self.count)

    def action_choose(self) -> None:
        if self.count:
            self.post_message(self.Chosen(self, self.cursor))

    def get_selection(self, selection: Any) -> None:
        """Rows are chosen, not marked as text."""
