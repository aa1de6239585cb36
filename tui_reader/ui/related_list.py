"""The related pane: what belongs to the article at hand, numbered as the keys 1 to 9 open it."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.strip import Strip

from tui_reader.model import Related
from tui_reader.ui.dates import age
from tui_reader.ui.pane import fit
from tui_reader.ui.rows import Rows

ELSEWHERE = "↗"
"""Marks what the library does not have."""
ROOMY = 14
"""Lines from which an entry may have two."""


class RelatedList(Rows):
    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.entries: Sequence[Related] = ()

    def show(self, entries: Sequence[Related]) -> None:
        self.entries = entries
        self.reset(len(entries))

    def draw(self, index: int, line: int, width: int, selected: bool) -> list[Segment]:
        # No key works on its cursor from elsewhere.
        selected = selected and self.has_focus
        entry = self.entries[index]
        mention = entry.mention
        when = age(mention.published) if mention.published is not None else ""
        told = " · ".join(part for part in (mention.provider or mention.domain, when) if part)
        bar = Segment("▌" if selected else " ", self.look("mark", selected))
        if line:
            return [bar, Segment("  " + fit(told, width - 3), self.look("quiet", selected))]
        number = str(index + 1) if index < 9 else " "
        mark = ELSEWHERE if entry.id is None else " "
        room = 0 if self.row_height == 2 else min(cell_len(told), (width - 5) // 2)
        title = max(0, width - 4 - room - (1 if room else 0) - 1)
        return [
            bar,
            Segment(fit(number, 1) + " ", self.look("mark", selected)),
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
        nothing = fit("  Nothing related is known.", self.container_size.width)
        return Strip([Segment(nothing, self.look("quiet"))])
