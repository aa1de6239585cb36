"""The list of sources, grouped by their folders of the sidebar, and what is told of each. It asks nobody."""

from collections.abc import Collection, Sequence

from msgspec import Struct
from rich.segment import Segment

from tui_reader import clean, interval
from tui_reader.model import Source
from tui_reader.ui.panes.dates import ago
from tui_reader.ui.panes.pane import fit
from tui_reader.ui.panes.rows import Rows

NO_FOLDER = "In no folder"
NUMBERS, LOOKED_AT, STATE, KIND = 14, 12, 12, 9
"""Cells of the columns, with the blanks before each."""
WITH_TIME, WITH_STATE, WITH_KIND = 44, 60, 90
"""From how many cells on there is room for which."""


class Entry(Struct, frozen=True):
    label: str
    source: Source | None = None
    """None for a heading."""


def entries_for(sources: Sequence[Source], words: Sequence[str] = ()) -> list[Entry]:
    """Those that have all the words, under the names of their folders; what is in none comes first."""
    folders: dict[str, list[Entry]] = {"": []}
    for source in sources:
        if has(source, words):
            folders.setdefault(source.folder, []).append(Entry(source.title, source))
    entries: list[Entry] = []
    for folder, inside in folders.items():
        if not inside:
            continue
        if len(folders) > 1:
            entries.append(Entry(folder or NO_FOLDER))
        entries += inside
    return entries


def has(source: Source, words: Sequence[str]) -> bool:
    """Whether what is told of a source has these words, in small letters."""
    states = f"{'failing' if source.problem else ''} {'paused' if source.paused else ''} {state_of(source)}"
    where = clean.without_login(source.location)
    told = f"{source.title} {source.folder} {where} {source.kind} {states}".casefold()
    return all(word in told for word in words)


def state_of(source: Source, *, under_way: bool = False) -> str:
    """What stands out about a source, in a word or two; mostly nothing."""
    if under_way:
        return "refreshing"
    if source.paused:
        return "paused"
    if source.problem:
        return "failing"
    return f"every {interval.told(source.every)}" if source.every is not None else ""


def mark_of(source: Source, *, under_way: bool) -> str:
    if under_way:
        return "⟳"
    if source.problem:
        return "!"
    return "‖" if source.paused else " "


class Keys(Struct, frozen=True):
    """How the keys are called that the sentences name."""

    refresh: str
    pause: str


def about(source: Source, *, every: float, keys: Keys, under_way: bool, now: float) -> list[str]:
    """Everything that is known of a source, the most pressing first; `every` are the settings' seconds."""
    counted = f"{source.articles:,} {'article' if source.articles == 1 else 'articles'}"
    kind = {"feed": "Feed", "folder": "Folder", "samples": "The bundled samples"}[source.kind]
    looked = "never looked at" if source.checked is None else f"looked at {ago(source.checked, now)}"
    facts = f"{kind} · {counted}, {source.unread:,} unread · {looked}"
    if source.whole:
        facts += " · always the full text"
    site = source.site if source.site != source.location else ""
    trouble, prospect = _trouble(source, now), _prospect(source, every, keys, under_way, now)
    lines = [source.title, trouble, prospect, clean.without_login(source.location), facts, site]
    return [line for line in lines if line]


def _trouble(source: Source, now: float) -> str:
    if not source.problem:
        return ""
    times = f"{source.failures:,} times in a row, last " if source.failures > 1 else ""
    return f"Failed {times}{ago(source.checked, now)}: {source.problem}"


def _prospect(source: Source, every: float, keys: Keys, under_way: bool, now: float) -> str:
    """When it is looked at next."""
    if under_way:
        return "It is being looked at now …"
    if source.paused:
        return f"Paused: it is left alone until {keys.pause} resumes it; {keys.refresh} asks it once."
    if source.kind != "feed":
        return f"Looked through at every start, and by {keys.refresh}."
    if every <= 0:
        return f"Asked only by {keys.refresh}, as the settings say."
    own = source.every
    often = every if own is None else own
    told = f"Asked every {interval.told(often)}{'' if own is None else ' (of its own)'}"
    wait = max(source.due, (source.checked or 0) + often) - now
    if source.due > now:
        return f"It is asked again in {interval.told(source.due - now)}."
    return f"{told}, next in {interval.told(wait)}." if wait > 0 else f"{told}, next in a moment."


class SourceList(Rows):
    choose_on_click = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.entries: list[Entry] = []
        self.sources: Sequence[Source] = ()
        self.under_way: Collection[int] = ()
        self.words: Sequence[str] = ()
        """What the sources are narrowed to."""
        self.wanted: int | None = None
        """The source that the cursor goes to as soon as it is there: one that was added, or comes back."""

    @property
    def at_hand(self) -> Source | None:
        return self.entries[self.cursor].source if self.entries else None

    def show(self, sources: Sequence[Source], under_way: Collection[int]) -> None:
        """The cursor stays on its source; where that is gone, on its place, until it comes back."""
        self.sources, self.under_way = sources, under_way
        self._arrange()

    def narrow(self, words: Sequence[str]) -> None:
        """Show only those with these words; from a source that has them not the cursor goes to the first."""
        before = self.at_hand
        self.words = words
        self._arrange()
        if self.at_hand is not None and before is not None and self.at_hand.id != before.id:
            self.reset(self.count)

    def show_under_way(self, under_way: Collection[int]) -> None:
        self.under_way = under_way
        self.refresh()

    def _arrange(self) -> None:
        before = self.at_hand
        self.entries = entries_for(self.sources, self.words)
        places = {entry.source.id: at for at, entry in enumerate(self.entries) if entry.source is not None}
        cursor = self.cursor
        if before is not None and before.id not in places and not self.words and self.wanted is None:
            self.wanted = before.id
        elif before is not None:
            cursor = places.get(before.id, cursor)
        if self.wanted in places:
            cursor = places[self.wanted]
            self.wanted = None
        self.reset(len(self.entries), cursor)

    def move_to(self, index: int) -> bool:
        moved = super().move_to(index)
        if moved:
            self.wanted = None
        return moved

    def selectable(self, index: int) -> bool:
        return self.entries[index].source is not None

    def draw(self, index: int, line: int, width: int, selected: bool) -> list[Segment]:
        entry = self.entries[index]
        source = entry.source
        if source is None:
            return [Segment(fit(f" {entry.label}", width), self.look("heading"))]
        under_way = source.id in self.under_way
        columns = [f"{source.articles:,} · {source.unread:,}".rjust(NUMBERS)]
        if width >= WITH_TIME:
            columns.append(ago(source.checked).rjust(LOOKED_AT))
        if width >= WITH_STATE:
            columns.append(f"  {state_of(source, under_way=under_way)}".ljust(STATE))
        if width >= WITH_KIND:
            columns.insert(0, f"  {source.kind}".ljust(KIND))
        told = "".join(columns)
        return [
            Segment("▌" if selected else " ", self.look("mark", selected)),
            Segment(mark_of(source, under_way=under_way) + " ", self.look("mark", selected)),
            Segment(fit(entry.label, width - 4 - len(told)), self.look("plain", selected)),
            Segment(fit(told, len(told) + 1), self.look("quiet", selected)),
        ]
