"""The list: the articles of a view. It holds their ids, and rows of the part that was looked at."""

# `array[int]` can be written at run time from Python 3.12 on.
from __future__ import annotations

import re
import textwrap
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from tui_reader.model import END, HIT, Found, Row
from tui_reader.ui.bindings import bindings
from tui_reader.ui.panes.dates import age
from tui_reader.ui.panes.pane import beside, fit
from tui_reader.ui.panes.rows import Rows

PAGE = 64
"""Rows fetched at once: 0.1 ms."""
HIT_PAGE = 12
"""Articles that are asked about at once: where they have what was searched for, 1 ms each."""
LEGIBLE = 8
"""Cells of a part from which on it is worth showing."""
KEPT = 4_096
"""Rows kept at the most."""

Fetch = Callable[[Sequence[int]], Sequence[Row]]
Ask = Callable[[Sequence[int]], object]
Days = Sequence[tuple[int, str]]
"""At which rows a day begins, and what it is called."""


_PARTS = re.compile(f"({HIT}[^{END}]*{END})")


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
        self._compact = False
        self._rows: dict[int, Row | None] = {}
        self._hits: Ask | None = None
        self._found: dict[int, Found | None] = {}
        """None while that has been asked, and not been answered."""
        self._days: Days = ()
        self._day_lines: list[int] = []
        """The lines on which the days' headings stand."""
        self.set_reactive(Rows.row_height, 2)

    @property
    def compact(self) -> bool:
        return self._compact

    @compact.setter
    def compact(self, compact: bool) -> None:
        self._compact = compact
        self._set_height()

    def _set_height(self) -> None:
        self.row_height = (1 if self._compact else 2) + (self._hits is not None)

    @property
    def hits(self) -> Ask | None:
        """Whom to ask where articles have what was searched for; None while nothing is. See `know`."""
        return self._hits

    @hits.setter
    def hits(self, hits: Ask | None) -> None:
        self._hits = hits
        self._found.clear()
        self._set_height()

    def know(self, found: dict[int, Found]) -> None:
        """What has been found in articles: their rows can be drawn whole."""
        self._found |= found
        self.refresh()

    @property
    def current(self) -> int | None:
        """Id of the article under the cursor."""
        return self.ids[self.cursor] if self.ids else None

    def show(self, ids: array[int], current: int | None = None, days: Days = ()) -> None:
        """Show other articles; the cursor keeps its article and its line of the screen where it can."""
        line = self.line_of(self.cursor) - self.scroll_offset.y
        self.ids = ids
        self._set_days(days)
        index = self.index_of(current) if current is not None else None
        self.reset(len(ids), index or 0)
        if index is not None:
            limit = max(0, self.line_of(len(ids)) - self.size.height)
            # The first row's day stands above it.
            top = self.line_of(index) - line if index else 0
            self.scroll_to(y=max(0, min(top, limit)), animate=False, force=True)
        self._tell_day()

    def scroll_as_it_was(self, top: int) -> None:
        """As far as the cursor stays in sight where the height is another now."""
        self.scroll_to(y=top, animate=False, force=True)
        self.scroll_to(y=self._offset_for_cursor(), animate=False, force=True)

    def index_of(self, article_id: int) -> int | None:
        try:
            return self.ids.index(article_id)
        except ValueError:
            return None

    def row_at(self, index: int) -> Row | None:
        """The row at an index; None for an article that is no longer in the library."""
        article_id = self.ids[index]
        if article_id not in self._rows:
            ids = self._page_at(index, PAGE)
            if len(self._rows) > KEPT:
                self._rows.clear()
            self._rows.update(dict.fromkeys(ids))
            self._rows.update((row.id, row) for row in self.fetch(ids))
        return self._rows[article_id]

    def _page_at(self, index: int, size: int) -> array[int]:
        start = index - index % size
        return self.ids[start : start + size]

    def _found_at(self, index: int) -> Found | None:
        """Where a row has the hits, as far as that is known. A key never waits for it."""
        article_id = self.ids[index]
        if article_id not in self._found and self._hits is not None:
            if len(self._found) > KEPT:
                self._found.clear()
            wanted = [other for other in self._page_at(index, HIT_PAGE) if other not in self._found]
            self._found |= dict.fromkeys(wanted)
            self._hits(wanted)
        return self._found.get(article_id)

    # Days

    @property
    def days(self) -> Days:
        return self._days

    def _set_days(self, days: Days) -> None:
        self._days = days
        self._day_lines = [index * self.row_height + number for number, (index, _) in enumerate(days)]

    def line_of(self, index: int) -> int:
        headings = bisect_right(self._days, index, key=lambda day: day[0]) if self._days else 0
        return index * self.row_height + headings

    def row_of(self, line: int) -> tuple[int, int]:
        if not self._days:
            return super().row_of(line)
        at = max(0, bisect_right(self._day_lines, line) - 1)
        first, below = self._days[at][0], line - self._day_lines[at] - 1
        rows, part = divmod(below, self.row_height) if below >= 0 else (0, below)
        return first + rows, part

    @property
    def page(self) -> int:
        top, height = self.scroll_offset.y, self.size.height
        headings = bisect_left(self._day_lines, top + height) - bisect_left(self._day_lines, top)
        return max(1, (height - headings) // self.row_height)

    def _offset_for_cursor(self) -> int:
        offset = super()._offset_for_cursor()
        # The first row's day stands above it.
        return 0 if self.cursor == 0 and self._days else offset

    def watch_row_height(self) -> None:
        self._set_days(self._days)
        super().watch_row_height()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._tell_day()

    def _tell_day(self) -> None:
        """The frame says of which day the topmost row is, when its heading may have been scrolled away."""
        at = bisect_right(self._day_lines, self.scroll_offset.y) - 1
        self.corner = self._days[at][1] if at >= 0 and self.scroll_offset.y else ""

    def look_again(self, ids: Iterable[int] | None = None) -> None:
        """These rows (or all) have changed in the library."""
        if ids is None:
            self._rows.clear()
        else:
            for article_id in ids:
                self._rows.pop(article_id, None)
        self.refresh()

    def draw(self, index: int, line: int, width: int, selected: bool) -> list[Segment]:
        if line < 0:
            at = bisect_right(self._days, index, key=lambda day: day[0]) - 1
            return [Segment(fit(f" {self._days[at][1]}", width), self.look("heading"))]
        row = self.row_at(index)
        bar = Segment("▌" if selected else " ", self.look("mark", selected))
        if row is None:
            gone = "This article is no longer in the library." if line == 0 else ""
            return [bar, Segment(fit(gone, width - 1), self.look("quiet", selected))]
        if self._hits is not None and line == self.row_height - 1:
            snippet = _with_hit_in_sight(self._snippet(index), width - 4)
            return [bar, *self._marked("  ", snippet, width - 1, selected, "quiet")]
        if line == 1:
            return [bar, Segment("  " + _about(row, width - 3), self.look("quiet", selected))]
        mark = "★" if row.bookmarked else " " if row.read else "●"
        title_look = "plain" if row.read else "strong"
        title_style = self.look(title_look, selected)
        head = [bar, Segment(fit(mark, 1) + " ", self.look("mark", selected))]
        rest = width - 3
        if self._hits is not None and (found := self._found_at(index)) is not None:
            return [
                *head,
                *self._marked("", _with_hit_in_sight(found.title, rest), rest, selected, title_look),
            ]
        if not self.compact:
            return [*head, Segment(fit(row.title, rest), title_style)]
        if rest < 50:
            told = _tellers(row)
        else:
            told = beside(_tellers(row) or row.provider, age(row.published), min(30, rest // 2))
        about = cell_len(told)
        return [
            *head,
            Segment(fit(row.title, rest - about - 1) + " ", title_style),
            Segment(told, self.look("quiet", selected)),
        ]

    def _snippet(self, index: int) -> str:
        found = self._found_at(index)
        return found.snippet if found else ""

    def _marked(self, before: str, text: str, width: int, selected: bool, look: str) -> list[Segment]:
        """A text with its hits marked, exactly so wide."""
        segments = [Segment(before, self.look(look, selected))]
        left = width - len(before)
        for part in _PARTS.split(text):
            hit = part.startswith(HIT)
            plain = part[1:-1] if hit else part
            shown = fit(plain, min(cell_len(plain), left))
            segments.append(Segment(shown, self.look("hit" if hit else look, selected)))
            left -= cell_len(shown)
            if left <= 0:
                break
        return [*segments, Segment(" " * max(0, left), self.look(look, selected))]

    def draw_line(self, y: int) -> Strip:
        told = [] if self.count else self._told_empty()
        if not 1 <= y <= len(told):
            return super().draw_line(y)
        line, look = told[y - 1]
        return Strip([Segment(fit("  " + line, self.container_size.width), self.look(look))])

    def _told_empty(self) -> list[tuple[str, str]]:
        """Lines and their looks; a sentence may take several."""
        width = max(1, self.container_size.width - 3)
        return [
            (line, "quiet" if number else "strong")
            for number, sentence in enumerate(self.empty)
            for line in textwrap.wrap(sentence, width)
        ]


def _with_hit_in_sight(text: str, width: int) -> str:
    """A text of which so much of the beginning is left out that its first hit can be seen."""
    begin, end = text.find(HIT), text.find(END)
    if begin < 0 or cell_len(text[:end]) <= width:
        return text
    # A third of the width, or all that what follows leaves free.
    room = max(width // 3, width - 1 - cell_len(text[begin:]))
    kept = begin
    while kept and (room := room - cell_len(text[kept - 1])) >= 0:
        kept -= 1
    before = text[kept:begin]
    return "…" + (before.partition(" ")[2] or before) + text[begin:]


def _about(row: Row, width: int) -> str:
    """Of this one line topics give way first, then the kind, then the provider; when and by how many stay."""
    end = _tellers(row)
    room = width - cell_len(end) - 3 if end else width
    told = beside(row.provider or "file", age(row.published), room)
    for part in ("" if row.kind == "article" else row.kind, row.topics):
        left = room - cell_len(told) - 3
        if part and left >= min(cell_len(part), LEGIBLE):
            told += " · " + fit(part, min(cell_len(part), left))
    return fit(" · ".join(filter(None, (told, end))), width)


def _tellers(row: Row) -> str:
    """How many tell the same event, where it is not this article alone."""
    if row.sources > 1:
        return f"{row.sources:,} sources"
    return f"{row.tellings:,} articles" if row.tellings > 1 else ""
