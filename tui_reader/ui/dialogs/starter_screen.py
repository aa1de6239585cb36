"""Well-known feeds by topic, to tick and to subscribe to all at once. It is told which there are."""

from collections.abc import Collection, Mapping, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui_reader.starter import Feed, Topic
from tui_reader.ui.bindings import bindings, use_keys
from tui_reader.ui.dialogs.choices import key_name
from tui_reader.ui.dialogs.dialog import Dialog
from tui_reader.ui.dialogs.key_foot import KeyFoot
from tui_reader.ui.panes.pane import fit
from tui_reader.ui.panes.rows import Rows
from tui_reader.ui.panes.status_line import Hint, StatusLine

HAVE = "subscribed"


class StarterList(Rows):
    """A row for each topic, and for each of its feeds; one that the library has cannot be ticked."""

    def __init__(self, topics: Sequence[Topic], have: Collection[str], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: list[Topic | Feed] = []
        for topic in topics:
            self.rows += [topic, *topic.feeds]
        self._have = have
        """Addresses of the library's feeds."""
        self.ticked: set[Feed] = set()

    def on_mount(self) -> None:
        self.reset(len(self.rows))

    @property
    def chosen(self) -> list[Feed]:
        """In the order of the list."""
        return [row for row in self.rows if isinstance(row, Feed) and row in self.ticked]

    @property
    def at_hand(self) -> Topic | Feed:
        return self.rows[self.cursor]

    def tick(self) -> bool:
        """Tick what the cursor is on, or take the tick off; whether there was something to tick."""
        row = self.at_hand
        feeds = {feed for feed in (row.feeds if isinstance(row, Topic) else (row,)) if self._offers(feed)}
        if feeds <= self.ticked:
            self.ticked -= feeds
        else:
            self.ticked |= feeds
        self.refresh()
        return bool(feeds)

    def _offers(self, feed: Feed) -> bool:
        return feed.url not in self._have

    def _mark(self, row: Topic | Feed) -> str:
        if isinstance(row, Feed):
            return "[x]" if row in self.ticked else "[ ]" if self._offers(row) else "   "
        offered = [feed for feed in row.feeds if self._offers(feed)]
        ticked = sum(feed in self.ticked for feed in offered)
        if not offered:
            return "   "
        return "[x]" if ticked == len(offered) else "[-]" if ticked else "[ ]"

    def draw(self, index: int, line: int, width: int, selected: bool) -> list[Segment]:
        row = self.rows[index]
        note = "" if isinstance(row, Topic) or self._offers(row) else f"{HAVE} "
        mark = f"{self._mark(row)} "
        left = [
            Segment("▌" if selected else " ", self.look("mark", selected)),
            Segment(mark if isinstance(row, Topic) else f"  {mark}", self.look("mark", selected)),
        ]
        room = width - len(note) - sum(cell_len(segment.text) for segment in left)
        look = "strong" if isinstance(row, Topic) else "plain"
        return [
            *left,
            Segment(fit(row.name, room), self.look(look, selected)),
            Segment(fit(note, len(note)), self.look("quiet", selected)),
        ]


class StarterScreen(Dialog[list[Feed] | None]):
    """Answers the feeds that were ticked, or None."""

    AUTO_FOCUS = "#rows"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal")]  # noqa: RUF012 - Textual declares it so
    BINDINGS = bindings(
        advance="tick",
        add="subscribe",
        back="dismiss(None)",
        quit="dismiss(None)",
    )

    def __init__(self, topics: Sequence[Topic], have: Collection[str], keymap: Mapping[str, str]) -> None:
        super().__init__()
        self._keymap = keymap
        self.list = StarterList(topics, have, id="rows")
        self.foot = KeyFoot(id="foot")
        for node in (self, self.list):
            use_keys(node, keymap)

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content("Starter feeds")
            yield self.list
            yield Static(id="detail")
            yield self.foot

    def on_mount(self) -> None:
        self._tell()

    def _tell(self) -> None:
        row = self.list.at_hand
        told = row.url if isinstance(row, Feed) else f"{len(row.feeds)} feeds, into the folder “{row.name}”"
        self.query_one("#detail", Static).update(Content(told))
        number = len(self.list.ticked)
        labels = {
            "advance": "tick",
            "add": f"subscribe to {number}" if number else "subscribe to what is ticked",
            "back": "close",
        }
        hints = []
        for action, label in labels.items():
            keys = self._keymap[action]
            if keys:
                key = key_name("escape" if "escape" in keys.split(",") else keys, 1)
                hints.append(Hint(key, label, action))
        self.foot.show_hints(hints)

    def on_rows_moved(self) -> None:
        self._tell()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_tick()

    def action_tick(self) -> None:
        if not self.list.tick():
            self.app.bell()
        self._tell()

    def action_subscribe(self) -> None:
        if self.list.ticked:
            self.dismiss(self.list.chosen)
        else:
            self.app.bell()
            self.notify("Tick topics or feeds first.", markup=False, timeout=2.5)

    def on_status_line_pressed(self, event: StatusLine.Pressed) -> None:
        event.stop()
        match event.action:
            case "advance":
                self.action_tick()
            case "add":
                self.action_subscribe()
            case "back":
                self.dismiss(None)
