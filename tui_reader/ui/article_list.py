"""The list: the articles of a view. It holds their ids, and rows of the part that was looked at."""

# `array[int]` can be written at run time from Python 3.12 on.
from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence

from rich.segment import Segment
from textual.strip import Strip

from tui_reader.model import Row
from tui_reader.ui.bindings import bindings
from tui_reader.ui.dates import age
from tui_reader.ui.pane import fit
from tui_reader.ui.rows import Rows

PAGE = 64
"""Rows fetched at once: 0.1 ms."""
KEPT = 4_096
"""Rows kept at the most."""

Fetch = Callable[[Sequence[int]], list[Row]]


class ArticleList(Rows):
    # The screen moves the cursor: the article has to follow within the same key press.
    BINDINGS = bindings(
        down="screen.move(1)",
        up="screen.move(-1)",
        top="screen.move_to_end(-1)",
        bottom="screen.move_to_end(1)",
        half_down="screen.move_page(0.5)",
        half_up="screen.move_page(-0.5)",
        page_down="screen.move_page(1)",
        page_up="screen.move_page(-1)",
    )
    choose_on_click = False

    def __init__(self, fetch: Fetch, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.fetch = fetch
        self.ids: array[int] = array("q")
        self.empty: tuple[str, ...] = ()
        """What to say in an empty list, line by line: why, and which key leads out."""
        self._rows: dict[int, Row | None] = {}
        self.set_reactive(Rows.row_height, 2)

    @property
    def compact(self) -> bool:
        return self.row_height == 1

    @compact.setter
    def compact(self, compact: bool) -> None:
        self.row_height = 1 if compact else 2

    @property
    def current(self) -> int | None:
        """Id of the article under the cursor."""
        return self.ids[self.cursor] if self.ids else None

    def show(self, ids: array[int], current: int | None = None) -> None:
        """Show other articles; the cursor keeps its article and its line of the screen where it can."""
        line = self.cursor * self.row_height - self.scroll_offset.y
        self.ids = ids
        index = self.index_of(current) if current is not None else None
        if index is None:
            self.reset(len(ids))
            return
        self.reset(len(ids), index)
        limit = max(0, len(ids) * self.row_height - self.size.height)
        self.scroll_to(y=max(0, min(index * self.row_height - line, limit)), animate=False, force=True)

    def index_of(self, article_id: int) -> int | None:
        try:
            return self.ids.index(article_id)
        except ValueError:
            return None

    def row_at(self, index: int) -> Row | None:
        """The row at an index; None for an article that is no longer in the library."""
        article_id = self.ids[index]
        if article_id not in self._rows:
            start = index - index % PAGE
            ids = self.ids[start : start + PAGE]
            if len(self._rows) > KEPT:
                self._rows.clear()
            self._rows.update(dict.fromkeys(ids))
            self._rows.update((row.id, row) for row in self.fetch(ids))
        return self._rows[article_id]

    def look_again(self, ids: Iterable[int] | None = None) -> None:
        """These rows (or all) have changed in the library."""
        if ids is None:
            self._rows.clear()
        else:
            for article_id in ids:
                self._rows.pop(article_id, None)
        self.refresh()

    def next_unread(self, direction: int) -> int | None:
        """Index of the nearest unread row below (1) or above (-1) the cursor."""
        index = self.cursor + direction
        while 0 <= index < len(self.ids):
            row = self.row_at(index)
            if row is not None and not row.read:
                return index
            index += direction
        return None

    def draw(self, index: int, line: int, width: int, selected: bool) -> list[Segment]:
        row = self.row_at(index)
        bar = Segment("▌" if selected else " ", self.look("mark", selected))
        if row is None:
            gone = "This article is no longer in the library." if line == 0 else ""
            return [bar, Segment(fit(gone, width - 1), self.look("quiet", selected))]
        if line == 1:
            return [bar, Segment(fit(f"  {_about(row)}", width - 1), self.look("quiet", selected))]
        mark = "★" if row.bookmarked else " " if row.read else "●"
        title_style = self.look("plain" if row.read else "strong", selected)
        head = [bar, Segment(fit(mark, 1) + " ", self.look("mark", selected))]
        rest = width - 3
        if not self.compact or rest < 50:
            return [*head, Segment(fit(row.title, rest), title_style)]
        about = min(28, rest // 3)
        told = " · ".join(part for part in (row.provider, age(row.published)) if part)
        return [
            *head,
            Segment(fit(row.title, rest - about - 1), title_style),
            Segment(" " + fit(told, about), self.look("quiet", selected)),
        ]

    def draw_line(self, y: int) -> Strip:
        if self.count or not 1 <= y <= len(self.empty):
            return super().draw_line(y)
        style = self.look("strong" if y == 1 else "quiet")
        return Strip([Segment(fit("  " + self.empty[y - 1], self.container_size.width), style)])


def _about(row: Row) -> str:
    kind = "" if row.kind == "article" else row.kind
    return " · ".join(part for part in (row.provider or "file", age(row.published), kind, row.topics) if part)
