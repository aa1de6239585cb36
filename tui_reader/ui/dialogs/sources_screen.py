"""The feeds and folders: how each is, and the keys that change them. It is told what to show and says what is
wanted; who opened it does that, and tells it what came of it."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from tui_reader.model import Source, View
from tui_reader.ui.bindings import at_once, bindings, use_keys
from tui_reader.ui.dialogs.choices import key_name
from tui_reader.ui.dialogs.dialog import Dialog
from tui_reader.ui.dialogs.key_foot import KeyFoot
from tui_reader.ui.dialogs.source_list import Keys, SourceList, about
from tui_reader.ui.panes.line import Line
from tui_reader.ui.panes.rows import Rows
from tui_reader.ui.panes.status_line import Hint, StatusLine

FOOT = {
    "read": "articles",
    "refresh": "refresh",
    "refresh_all": "all",
    "rename_source": "rename",
    "move_source": "move",
    "pause_source": "pause",
    "source_interval": "how often",
    "full_text": "full text",
    "remove_source": "remove",
    "undo": "undo",
    "add": "add",
    "source_starter": "starter",
    "copy": "copy",
    "open": "open",
    "search": "filter",
    "back": "close",
}
"""Id of a key → what the foot calls it."""
FOR_ONE = frozenset(FOOT) - {"refresh_all", "undo", "add", "source_starter", "search", "back"}
"""What needs a source to be done to."""
TELL_AGAIN = 20.0
"""Seconds after which what is told of times is told anew."""


class SourcesScreen(Dialog[View | None]):
    """Answers the view of the source that was chosen, or None."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal")]  # noqa: RUF012 - Textual declares it so
    VERTICAL_BREAKPOINTS = [(0, "-low"), (15, "-short"), (22, "-high")]  # noqa: RUF012
    AUTO_FOCUS = "#rows"
    BINDINGS = bindings(
        down="move(1)",
        up="move(-1)",
        page_down="move_page(1)",
        page_up="move_page(-1)",
        back="step_back",
        quit="dismiss(None)",
        refresh="want('refresh')",
        refresh_all="want('refresh_all')",
        stop="want('stop')",
        undo="want('undo')",
        add="want('add')",
        open="want('open')",
        copy="want('copy')",
        rename_source="want('rename_source')",
        move_source="want('move_source')",
        pause_source="want('pause_source')",
        source_interval="want('source_interval')",
        remove_source="want('remove_source')",
        full_text="want('full_text')",
        source_starter="want('source_starter')",
    ) + at_once(bindings(search="filter"))

    class Wanted(Message):
        """Something is to be done, most of it to a source."""

        def __init__(self, what: str, source: Source | None) -> None:
            super().__init__()
            self.what = what
            """The id of its key."""
            self.source = source

    def __init__(
        self,
        tell: Callable[[Message], object],
        keymap: Mapping[str, str],
        *,
        every: float,
        at: int | None = None,
    ) -> None:
        """`every` is how often the settings have feeds asked, in seconds; `at` the source to go to."""
        super().__init__()
        self._tell = tell
        self._keymap = keymap
        self._every = every
        self._known = False
        """Whether it has been told what there is."""
        self._drawn = False
        """Whether there is something to tell it in."""
        self.list = SourceList(id="rows")
        self.list.wanted = at
        self.dialog = Vertical(id="dialog")
        self.filter = Line(placeholder="Title, address, folder, failing or paused", id="filter")
        self.about = Static(id="about")
        self.foot = KeyFoot(id="foot")
        for node in (self, self.list):
            use_keys(node, keymap)

    def compose(self) -> ComposeResult:
        with self.dialog:
            yield self.filter
            yield self.list
            with VerticalScroll(id="about-frame", can_focus=False):
                yield self.about
            yield self.foot

    def on_mount(self) -> None:
        self.filter.display = False
        hints = [Hint(self._named(id), label, id) for id, label in FOOT.items() if self._keymap[id]]
        self.foot.show_hints(hints)
        self.set_interval(TELL_AGAIN, self._tell_again)
        self._drawn = True
        self._tell_about()

    # What it is told

    def show(self, sources: Sequence[Source], under_way: Collection[int]) -> None:
        self._known = True
        self.list.show(sources, under_way)
        self._tell_about()

    def show_under_way(self, under_way: Collection[int]) -> None:
        """These are being refreshed, or wait for it."""
        self.list.show_under_way(under_way)
        self._tell_about()

    def go_to(self, source: int) -> None:
        """As soon as it is there."""
        self.list.wanted = source

    # What stands around the list

    def _tell_again(self) -> None:
        self.list.refresh()
        self._tell_about()

    def _tell_about(self) -> None:
        if not self._drawn or not self.is_attached:
            return
        source = self.list.at_hand
        if source is not None:
            keys = Keys(self._key("refresh"), self._key("pause_source"))
            under_way = source.id in self.list.under_way
            lines = about(source, every=self._every, keys=keys, under_way=under_way, now=time.time())
            first, *rest = lines
            told = Content.assemble((first, "bold"), "\n", "\n".join(rest))
        elif self.list.words:
            told = Content("No source has these words; Esc shows them all again.")
        elif self._known:
            told = Content(
                f"There are no sources yet. {self._key('add')} adds a folder, a feed or a list of feeds; "
                f"{self._key('source_starter')} offers well-known feeds by topic."
            )
        else:
            told = Content("They are being counted …")
        self.about.update(told)
        self._tell_title()

    def _tell_title(self) -> None:
        sources = self.list.sources
        parts = ["Sources", f"{len(sources):,}"] if sources else ["Sources"]
        for word, number in (
            ("failing", sum(bool(source.problem) for source in sources)),
            ("paused", sum(source.paused for source in sources)),
        ):
            if number:
                parts.append(f"{number:,} {word}")
        self.dialog.border_title = Content(" · ".join(parts))
        waiting = len(self.list.under_way)
        told = f"⟳ {waiting:,} to go  {self._named('stop')} stops" if waiting else ""
        self.dialog.border_subtitle = Content(told)

    def _named(self, action: str) -> str:
        """A key of an action as a person reads it; of several that lead out the one that always does."""
        keys = self._keymap[action]
        return key_name("escape" if "escape" in keys.split(",") else keys, 1)

    def _key(self, action: str) -> str:
        return self._named(action) or f"“{FOOT[action]}”"

    # What is done in it

    def on_rows_moved(self) -> None:
        self._tell_about()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        if (source := self.list.at_hand) is not None:
            self.dismiss(View(source=source.id))

    def action_move(self, by: int) -> None:
        if self.list.move(by):
            self._tell_about()

    def action_move_page(self, by: int) -> None:
        self.action_move(by * self.list.page)

    def action_want(self, what: str) -> None:
        source = self.list.at_hand
        if what in FOR_ONE and source is None:
            self.app.bell()
        else:
            self._tell(self.Wanted(what, source))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        # In the filter its key is a letter like others.
        return action != "filter" or self.focused is not self.filter

    def action_filter(self) -> None:
        self.filter.display = True
        # Not by its `focus`, which waits: the next letter is on its way.
        self.set_focus(self.filter)

    def on_input_changed(self, event: Input.Changed) -> None:
        self.list.narrow(event.value.casefold().split())
        self._tell_about()

    def on_input_submitted(self) -> None:
        self.set_focus(self.list)
        self.filter.display = bool(self.filter.value)

    def action_step_back(self) -> None:
        """First out of what is filtered, then out of the screen."""
        if self.filter.display:
            self.filter.value = ""
            self.filter.display = False
            self.set_focus(self.list)
        else:
            self.dismiss(None)

    def on_status_line_pressed(self, event: StatusLine.Pressed) -> None:
        event.stop()
        if event.action == "read":
            self.list.action_choose()
        elif event.action == "search":
            self.action_filter()
        elif event.action == "back":
            self.action_step_back()
        else:
            self.action_want(event.action)
