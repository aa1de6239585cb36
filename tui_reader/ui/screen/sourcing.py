"""What a person does with sources: the screen that lists them, and the changes that it asks for."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from textual import work

from tui_reader import clean
from tui_reader.library.feeds import NewFeed
from tui_reader.library.library import Library
from tui_reader.model import Source, View
from tui_reader.settings import Settings
from tui_reader.ui.dialogs.dialog import ASKING
from tui_reader.ui.opener import Opener
from tui_reader.ui.screen.collecting import Collecting
from tui_reader.ui.screen.looking import Looking
from tui_reader.ui.screen.refresher import Refreshed

if TYPE_CHECKING:
    from tui_reader.refresh import Outcome
    from tui_reader.ui.dialogs.sources_screen import SourcesScreen

COUNT_AFTER = 0.5
"""Seconds after a source was refreshed until the numbers follow, so that 500 of them cost no 500 counts."""


class Sourcing(Collecting):
    _opener: Opener

    def __init__(
        self, library: Library, settings: Settings, view: View, *, opened: Sequence[Source] = ()
    ) -> None:
        super().__init__(library, settings, view, opened=opened)
        self._sheet: SourcesScreen | None = None
        """The list of sources, while it is open."""
        self._under_way: set[int] = set()
        """Sources that are being refreshed, or wait for it."""
        self._counts_soon = False

    @work(group=ASKING, exit_on_error=False)
    async def action_sources(self) -> None:
        from tui_reader.ui.dialogs.sources_screen import SourcesScreen  # 7 ms

        at = self.sidebar.chosen if self.focused is self.sidebar else self.view
        self._sheet = SourcesScreen(
            self.post_message,
            self.keymap,
            every=self.settings.refresh_every * 60,
            at=at.source if at is not None else None,
        )
        if self._looked:
            self._sheet.show(self.counts.sources, self._under_way)
        self.recount()
        chosen = await self.app.push_screen_wait(self._sheet)
        self._sheet = None
        if chosen is not None:
            self._go_to(View(source=chosen.source, sort=self.view.sort))

    # What it is told

    def _wants_all(self, extent: tuple[int, int]) -> bool:
        return self._sheet is not None or super()._wants_all(extent)

    def on_looking_looked(self, event: Looking.Looked) -> None:
        if self._sheet is not None:
            self._sheet.show(event.counts.sources, self._under_way)

    def _refresh(self, sources: Sequence[Source]) -> None:
        super()._refresh(sources)
        self._under_way.update(source.id for source in sources)
        self._tell_under_way()

    def on_refreshed(self, event: Refreshed) -> None:
        self._under_way.discard(event.outcome.source.id)
        self._tell_under_way()
        if self._sheet is not None and not self._counts_soon:
            self._counts_soon = True
            self.set_timer(COUNT_AFTER, self._count)

    def on_rested(self) -> None:
        if not self._refresher.active:
            self._under_way.clear()
            self._tell_under_way()
            if self._sheet is not None:
                self._count()

    def _tell_under_way(self) -> None:
        if self._sheet is not None:
            self._sheet.show_under_way(self._under_way)

    def _count(self) -> None:
        self._counts_soon = False
        self.recount()

    def tell_failed(self, failed: "Sequence[Outcome]") -> None:
        # The list of sources says so itself.
        if self._sheet is None:
            super().tell_failed(failed)

    def _added(self, source: Source) -> None:
        if self._sheet is None:
            super()._added(source)
            return
        self._not_added = ""
        self._refresh([source])
        self._sheet.go_to(source.id)
        self.recount()

    # What it asks for

    def on_sources_screen_wanted(self, event: "SourcesScreen.Wanted") -> None:
        source = event.source
        match event.what:
            case "refresh_all":
                self.action_refresh_all()
            case "stop":
                self.action_stop_refresh()
            case "undo":
                self.action_undo()
            case "add":
                self.action_add()
            case "source_starter":
                self.action_starter()
        if source is None:
            return
        match event.what:
            case "refresh":
                self._refresh_by_hand([source])
            case "copy":
                self._opener.copy(clean.without_login(source.location))
            case "open":
                self._open_site(source)
            case "rename_source":
                self._rename_source(source)
            case "move_source":
                self._move_source(source)
            case "pause_source":
                self._change_source(partial(self.library.sources.pause, source.id, not source.paused))
            case "source_interval":
                self._change_interval(source)
            case "remove_source":
                self._remove_source(source)
            case "full_text":
                self._turn_always(source)

    def turn_always(self, source: Source) -> None:
        """Whether the pages of a feed's articles are always fetched, the other way round."""
        raise NotImplementedError

    def _turn_always(self, source: Source) -> None:
        if source.kind == "feed":
            self.turn_always(source)
        else:
            self.say("Only the articles of feeds have their pages fetched always")

    def _change_source(self, change: Callable[[], None], told: str = "") -> None:
        def then(_: None) -> None:
            self.recount()
            if told:
                self.say(told)

        self.change(change, then)

    @work(group=ASKING, exit_on_error=False)
    async def _rename_source(self, source: Source) -> None:
        from tui_reader.ui.dialogs.chooser import Prompt

        name = await self.app.push_screen_wait(Prompt("Rename this source", source.title, value=source.title))
        if name and name != source.title:
            self._change_source(partial(self.library.sources.rename, source.id, name))

    @work(group=ASKING, exit_on_error=False)
    async def _move_source(self, source: Source) -> None:
        from tui_reader.ui.dialogs.chooser import FolderChooser

        folders = sorted({other.folder for other in self._sources() if other.folder}, key=str.casefold)
        folder = await self.app.push_screen_wait(
            FolderChooser("Which folder of the sidebar?", folders, source.folder)
        )
        if folder is not None and folder != source.folder:
            self._change_source(partial(self.library.sources.move, source.id, folder))

    @work(group=ASKING, exit_on_error=False)
    async def _change_interval(self, source: Source) -> None:
        from tui_reader import interval
        from tui_reader.ui.dialogs.chooser import Prompt

        if source.kind != "feed":
            self.say("Only a feed is asked every so often; a folder is looked through at every start")
            return
        usual = self.settings.refresh_every * 60
        settings = f"every {interval.told(usual)}" if usual > 0 else "only when asked"
        written = await self.app.push_screen_wait(
            Prompt(
                "How often is this feed asked?",
                f"30 min, 2 h, 1 d; nothing for what the settings say: {settings}",
                value=interval.told(source.every) if source.every is not None else "",
                empty=True,
                fault=_fault_of_interval,
            )
        )
        if written is not None:
            every = interval.parse(written)
            self._change_source(partial(self.library.sources.set_interval, source.id, every))

    def _remove_source(self, source: Source) -> None:
        told = f"Removed {source.title}; {self.key('undo')} brings it back. Bookmarked articles stay."

        def then(_: None) -> None:
            if self.view.source == source.id:
                self._go_to(View(sort=self.view.sort))
            else:
                self.open_view(self.view, self.list.current)
            self.recount()
            self.say(told)

        self.change(partial(self.library.sources.remove, source.id), then)

    @work(exit_on_error=False)
    async def _open_site(self, source: Source) -> None:
        if source.kind != "feed":
            self.say("A folder has no page to open")
            return
        # Of a feed that never answered only its host is known.
        parts = urlsplit(source.location)
        await self._opener.open(source.site or f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/")

    @work(group=ASKING, exit_on_error=False)
    async def action_starter(self) -> None:
        """Choose among well-known feeds, and subscribe to those."""
        from tui_reader import starter
        from tui_reader.ui.dialogs.starter_screen import StarterScreen

        have = {source.location for source in self._sources()}
        # It would stand over the keys of a low screen.
        self.app.clear_notifications()
        feeds = await self.app.push_screen_wait(StarterScreen(starter.topics(), have, self.keymap))
        if not feeds:
            return

        def add() -> list[Source]:
            return self.library.feeds.add_all(
                [NewFeed(feed.url, feed.name, feed.topic, named=True) for feed in feeds]
            )

        self.change(add, self._added_list)


def _fault_of_interval(written: str) -> str:
    from tui_reader.interval import NoInterval, parse

    try:
        parse(written)
    except NoInterval as wrong:
        return str(wrong)
    return ""
