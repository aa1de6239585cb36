"""The related pane: what belongs to the article at hand, numbered as the keys 1 to 9 open it."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.strip import Strip

from tui_reader.model import Related
from tui_reader.ui.dialogs.choices import GROUPS
from tui_reader.ui.panes.dates import age
from tui_reader.ui.panes.pane import beside, fit
from tui_reader.ui.panes.rows import Rows

ELSEWHERE = "↗"
"""Marks what the library does not have."""
ROOMY = 14
"""Lines from which an entry may have two."""


class RelatedList(Rows):
    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.entries: Sequence[Related] = ()
        self._shown: list[int | str] = []
        """Row by row the number of an entry, or a heading."""
        self.looking = False
        """Whether more entries may follow."""

    def show(self, entries: Sequence[Related], *, looking: bool = False) -> None:
        """Show other entries; `looking`, more of them may follow."""
        self.looking = looking
        self._put(entries, 0)

    def add(self, entries: Sequence[Related]) -> None:
        """Those that followed; the ones that are shown stay where they are, and so does the cursor."""
        self.looking = False
        self._put([*self.entries, *entries], self.cursor)

    def _put(self, entries: Sequence[Related], cursor: int) -> None:
        self.entries = entries
        self._shown = []
        groups = {entry.group for entry in entries}
        group = ""
        for number, entry in enumerate(entries):
            # What is only related has the pane's own title above it.
            if entry.group != group and "story" in groups:
                self._shown.append(GROUPS[entry.group])
            group = entry.group
            self._shown.append(number)
        self.reset(len(self._shown), cursor)

    def entry_at(self, row: int) -> int | None:
        """The number of the entry in a row; None for a heading."""
        shown = self._shown[row] if row < len(self._shown) else None
        return shown if isinstance(shown, int) else None

    @property
    def current(self) -> Related | None:
        """The entry under the cursor."""
        number = self.entry_at(self.cursor)
        return None if number is None else self.entries[number]

    def selectable(self, index: int) -> bool:
        return self.entry_at(index) is not None

    def draw(self, index: int, line: int, width: int, selected: bool) -> list[Segment]:
        number = self.entry_at(index)
        if number is None:
            # Where a row has two lines, one keeps the groups apart.
            text = str(self._shown[index]) if line == (self.row_height - 1 if index else 0) else ""
            return [Segment(fit(f" {text}", width), self.look("heading"))]
        # No key works on its cursor from elsewhere.
        selected = selected and self.has_focus
        entry = self.entries[number]
        mention = entry.mention
        when = age(mention.published) if mention.published is not None else ""
        provider = mention.provider or mention.domain
        bar = Segment("▌" if selected else " ", self.look("mark", selected))
        if line:
            return [
                bar,
                Segment(
                    "  " + fit(beside(provider, when, width - 3), width - 3), self.look("quiet", selected)
                ),
            ]
        key = str(number + 1) if number < 9 else " "
        mark = ELSEWHERE if entry.id is None else " "
        told = "" if self.row_height == 2 else beside(provider, when, (width - 5) // 2)
        room = cell_len(told)
        title = max(0, width - 4 - room - (1 if room else 0) - 1)
        return [
            bar,
            Segment(fit(key, 1) + " ", self.look("mark", selected)),
            Segment(fit(mention.title, title) + " ", self.look("plain", selected)),
            Segment(fit(told, room) + (" " if room else ""), self.look("quiet", selected)),
            Segment(fit(mark, 1), self.look("mark", selected)),
        ]

    def on_resize(self, event: events.Resize) -> None:
        # A pane as high as the screen is narrow: there the title has a line of its own.
        self.row_height = 2 if self.container_size.height >= ROOMY else 1

    def draw_line(self, y: int) -> Strip:
        if self.count or y:
            return super().draw_line(y)
        nothing = "  Looking …" if self.looking else "  Nothing related is known."
        return Strip([Segment(fit(nothing, self.container_size.width), self.look("quiet"))])
