"""The sidebar: views, sources, topics and tags, each with how much is in it."""

from msgspec import Struct
from msgspec.structs import replace
from rich.segment import Segment
from textual.message import Message

from tui_reader.model import SCOPES, Counts, Scope, View
from tui_reader.ui.panes.pane import fit
from tui_reader.ui.panes.rows import Rows

SCOPE_NAMES: dict[Scope, str] = {
    "all": "All",
    "unread": "Unread",
    "new": "New since last time",
    "today": "Today",
    "bookmarks": "Bookmarks",
}
TOPICS_SHOWN = 40
"""The most frequent ones; `t` finds the others."""


class Entry(Struct, frozen=True):
    label: str
    view: View | None = None
    """None for a heading."""
    count: int = 0


class Sidebar(Rows):
    class ViewChosen(Message):
        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.entries: list[Entry] = []

    def show(self, counts: Counts, current: View) -> None:
        """Draw the library's numbers; the cursor stays on its entry, or goes to that of the current view."""
        chosen = self.entries[self.cursor] if self.entries and self.has_focus else None
        self.entries = entries_for(counts)
        wanted = chosen.view if chosen and chosen.view else replace(current, sort="newest")
        # Of an entry that is gone the cursor keeps the place.
        otherwise = self.cursor if chosen else 1
        cursor = next((i for i, entry in enumerate(self.entries) if entry.view == wanted), otherwise)
        self.reset(len(self.entries), cursor)

    @property
    def chosen(self) -> View | None:
        """The view that the cursor is on."""
        return self.entries[self.cursor].view if self.entries else None

    def selectable(self, index: int) -> bool:
        return self.entries[index].view is not None

    def draw(self, index: int, line: int, width: int, selected: bool) -> list[Segment]:
        entry = self.entries[index]
        if entry.view is None:
            return [Segment(fit(f" {entry.label}", width), self.look("heading"))]
        count = f"{entry.count:,} " if entry.count else " "
        return [
            Segment("▌" if selected else " ", self.look("mark", selected)),
            Segment(fit(f" {entry.label}", width - 1 - len(count)), self.look("plain", selected)),
            Segment(fit(count, len(count)), self.look("quiet", selected)),
        ]

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        view = self.entries[event.index].view
        if view is not None:
            self.post_message(self.ViewChosen(view))


def entries_for(counts: Counts) -> list[Entry]:
    """Unread counts for views and sources, since that is what is left to read; totals for the rest."""
    entries = [Entry("Views")]
    for scope in SCOPES:
        count = counts.scopes.get(scope)
        number = (count.total if scope == "bookmarks" else count.unread) if count else 0
        entries.append(Entry(SCOPE_NAMES[scope], View(scope=scope), number))
    if counts.saved:
        entries += [Entry(""), Entry("Searches")]
        entries += [
            Entry(kept.name, View(query=kept.query, saved=kept.id), kept.count.unread)
            for kept in counts.saved
        ]
    if counts.sources:
        entries += [Entry(""), Entry("Sources")]
        folder = ""
        for source in counts.sources:
            if source.folder != folder:
                folder = source.folder
                entries.append(Entry(f"  {folder}"))
            entries.append(Entry(source.title, View(source=source.id), source.unread))
    if counts.topics:
        entries += [Entry(""), Entry("Topics")]
        entries += [Entry(name, View(topic=name), count) for name, count in counts.topics[:TOPICS_SHOWN]]
    if counts.tags:
        entries += [Entry(""), Entry("Tags")]
        entries += [
            Entry(f"#{name}", View(scope="bookmarks", tag=name), count) for name, count in counts.tags
        ]
    return entries
