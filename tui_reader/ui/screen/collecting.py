"""Where the articles come from: sources, refreshing them, taking in what they brought."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textual import work

from tui_reader import clean
from tui_reader.keymap import BY_ID
from tui_reader.library.database import LibraryError
from tui_reader.library.library import Library
from tui_reader.model import Source, View
from tui_reader.settings import Settings
from tui_reader.ui.dialogs import choices
from tui_reader.ui.dialogs.dialog import ASKING
from tui_reader.ui.screen.choosing import Choosing
from tui_reader.ui.screen.errands import Errands
from tui_reader.ui.screen.follow_up import FollowUp, Grouped, Indexed
from tui_reader.ui.screen.refresher import Progressed, Refreshed, Refresher, RefreshFailed

if TYPE_CHECKING:
    from tui_reader.refresh import Outcome, Progress

DUE_EVERY = 60.0
"""Seconds between two looks whether a feed is to be asked."""
WORTH_TELLING = 1_000
"""Articles whose stories are looked for, from which on it takes some seconds."""

T = TypeVar("T")


class Collecting(Choosing):
    def __init__(
        self, library: Library, settings: Settings, view: View, *, opened: Sequence[Source] = ()
    ) -> None:
        super().__init__(library, settings, view)
        self._refresher = Refresher(library, self.post_message, settings.private_hosts)
        self._follow_up = FollowUp(library, self.post_message)
        self.errands = Errands(self.tell_status)
        self.progress = ""
        """What is under way, for the status line."""
        self.following_up = ""
        self._asked = False
        """Whether someone waits to hear what the refresh found."""
        self._found = 0
        self._not_added = ""
        """What was typed to be added and came to nothing: a letter of it may be wrong."""
        self._failed: list[Outcome] = []
        """What the refresh that is under way could not do."""
        self.uncounted = {source.id: source.title for source in opened}
        self._first_loads = {source.id for source in opened if source.checked is None}

    def begin(self) -> None:
        sources = self._sources()
        if any(source.kind == "samples" and source.checked is None for source in sources):
            how = (
                f"{self.how_to('add')} adds a folder or a feed; “Starter feeds” in the palette "
                f"({self.key('palette')}) offers well-known ones by topic."
            )
            self.notify(how, title="These are sample articles", markup=False, timeout=15)
        self._refresh([source for source in sources if source.kind != "feed" and not source.paused])
        self._follow_up.start()
        if self.settings.refresh_every > 0:
            self._refresh_due()
            self.set_interval(DUE_EVERY, self._refresh_due)

    def on_unmount(self) -> None:
        self._refresher.stop()
        self._follow_up.stop()

    def mend_index(self) -> None:
        self._follow_up.start(anew=True)

    def on_indexed(self, event: Indexed) -> None:
        self.following_up = f"⟳ indexing, {event.waiting:,} to go" if event.waiting else ""
        if not event.waiting and self.view.query:
            self.look()
        self.tell_status()

    def on_grouped(self, event: Grouped) -> None:
        told = event.waiting > WORTH_TELLING
        self.following_up = f"⟳ finding stories, {event.waiting:,} to go" if told else ""
        if not event.waiting:
            self.list.look_again()
            self.fold_again()
            self.relate_again()
        self.tell_status()

    def why_empty(self) -> tuple[str, ...]:
        if self._refresher.active and self.arriving():
            return ("The articles are being read …",)
        if self.view.scope == "bookmarks":
            what = f"tagged #{self.view.tag}" if self.view.tag else "yet"
            return (
                f"Nothing is bookmarked {what}.",
                f"{self.key('bookmark')} bookmarks an article; {self.key('view')} goes to another view.",
            )
        if self.view.scope == "unread":
            return ("Everything is read.", f"{self.key('view')} goes to another view.")
        if self.view.query:
            nothing = f"Nothing matches “{self.view.query}”."
            if self.searching:
                return (nothing, "Esc leads back to where you were.")
            again, how = self.key("search"), self.key("keys")
            return (nothing, f"{again} searches again.", f"{how} tells how to ask.")
        if self.view.scope == "new":
            return ("Nothing has come in since last time.", f"{self.key('view')} goes to another view.")
        if self.view.scope == "today":
            return ("Nothing has come in today.", f"{self.key('view')} goes to another view.")
        if self.view.source is not None and self.view == View(source=self.view.source, sort=self.view.sort):
            return self._why_source_is_empty(self.view.source)
        if self.view != View(sort=self.view.sort):
            return ("There are no articles here.", f"{self.key('view')} goes to another view.")
        if any(source.kind != "samples" for source in self.counts.sources):
            return (
                "None of your sources has brought an article yet.",
                f"{self.how_to('refresh_all')} asks them again; {self.how_to('sources')} tells how each is.",
            )
        how = f"{self.how_to('add')} adds a folder or a feed; {self.how_to('starter')} offers some."
        return ("The library is empty.", how)

    def _why_source_is_empty(self, wanted: int) -> tuple[str, ...]:
        source = next((source for source in self.counts.sources if source.id == wanted), None)
        away = f"{self.key('view')} goes to another view."
        if source is None or source.kind != "feed":
            return ("There are no articles here.", away)
        again = f"{self.how_to('refresh')} asks it again; {self.how_to('sources')} tells how it is."
        if source.problem:
            return ("This feed could not be read:", source.problem, again, away)
        told = "has told no articles" if source.checked else "has not been asked"
        return (f"This feed {told} yet.", again, away)

    def how_to(self, action: str) -> str:
        """The key of an action, or what it is called in the palette."""
        return self.key(action) or f"“{BY_ID[action].label}” in the palette"

    def arriving(self) -> bool:
        if not self._first_loads:
            return False
        return self.view.source is None or self.view.source in self._first_loads

    def _refresh_due(self) -> None:
        """The feeds whose time has come."""
        try:
            self._refresh(self.library.feeds.due(self.settings.refresh_every * 60))
        except LibraryError as error:
            self.complain(str(error))

    def action_refresh_source(self) -> None:
        wanted = self.view.source
        if wanted is None:
            self.action_refresh_all()
        else:
            self._refresh_by_hand([source for source in self._sources() if source.id == wanted])

    def action_refresh_all(self) -> None:
        """Each but those that were paused."""
        self._refresh_by_hand([source for source in self._sources() if not source.paused])

    def _refresh_by_hand(self, sources: Sequence[Source]) -> None:
        self._asked = True
        self._found = 0
        if not sources:
            self.say(f"There are no sources yet; {self.how_to('add')} adds one")
        self._refresh(sources)

    def _sources(self) -> list[Source]:
        try:
            return self.library.sources.all(counted=False)
        except LibraryError as error:
            self.complain(str(error))
            return []

    def _refresh(self, sources: Sequence[Source]) -> None:
        self._first_loads |= {source.id for source in sources if source.checked is None}
        self._refresher.start(sources)

    def action_stop_refresh(self) -> None:
        if self.stop_all():
            self.say("Stopping; what has come in stays")
        else:
            self.app.bell()

    def stop_all(self) -> bool:
        """Whatever is under way. Answers whether anything was."""
        refreshing = self._refresher.active
        if refreshing:
            self._refresher.stop()
        return self.errands.stop() or refreshing

    def on_progressed(self, event: Progressed) -> None:
        if event.progress.total:
            self._tell_progress(event.progress)
        else:
            self.progress = f"⟳ {event.waiting + 1}"
        self.tell_status()

    def _tell_progress(self, progress: "Progress") -> None:
        """Feeds are asked all at once: of several none is the one that is under way."""
        of = f"{progress.done:,}/{progress.total:,}"
        source = progress.source
        if source.kind != "feed":
            told = f"{source.title} {of}"
        else:
            told = source.title if progress.total == 1 else f"{of} feeds"
        self.progress = f"⟳ {told}  {self.key('stop')} stops"

    def on_refreshed(self, event: Refreshed) -> None:
        outcome = event.outcome
        first = self.arriving() and outcome.source.id in self._first_loads
        self._first_loads.discard(outcome.source.id)
        self._found += outcome.new
        if event.progress is not None:
            self._tell_progress(event.progress)
        if event.last:
            self.progress = ""
            if self._asked and (self._found or not outcome.failed):
                self.say(f"{self._found:,} new" if self._found else "Nothing new")
            self._asked = False
            self._follow_up.start()
        if outcome.failed:
            self._failed.append(outcome)
        elif outcome.problems:
            some = "One file" if outcome.problems == 1 else f"{outcome.problems:,} files"
            self.say(f"{some} of {outcome.source.title} could not be read; “Problems” lists them")
        if outcome.new:
            self.look(take_in=first)
        self.tell_status()

    def on_rested(self) -> None:
        if self._refresher.active:
            # More has been asked for since.
            return
        self.progress, self._asked = "", False
        self.tell_status()
        failed, self._failed = self._failed, []
        self.tell_failed(failed)

    def tell_failed(self, failed: "Sequence[Outcome]") -> None:
        """Once for all of a refresh: behind fifty messages nothing can be read."""
        if len(failed) == 1:
            where = clean.without_login(failed[0].source.location)
            self.complain(f"{where}: {failed[0].failed}")
        elif failed:
            why = f"{self.how_to('sources')} tells why"
            self.complain(f"{len(failed):,} sources could not be refreshed; {why}.")

    def on_refresh_failed(self, event: RefreshFailed) -> None:
        self.progress = ""
        self.complain(event.sentence)
        self.tell_status()

    async def on_errand(self, what: str, work: Callable[[], T]) -> T:
        """What `work` answers or raises, which may take half a minute; stopped, it ends who waits for it."""
        return await self.errands.run(f"⟳ {what}  {self.key('stop')} stops", work)

    def action_take_in(self) -> None:
        if self.pending is None:
            self.app.bell()
        else:
            self.take_in()

    @work(group=ASKING, exit_on_error=False)
    async def action_add(self) -> None:
        from tui_reader.on_disk import NotThereError, feeds_or_folder
        from tui_reader.subscribe import is_address, new_feeds, why_not_asked
        from tui_reader.ui.dialogs.chooser import Prompt

        name = await self.app.push_screen_wait(
            Prompt(
                "Add a folder, a feed, a page that has one, or an OPML list",
                "~/articles or example.org",
                value=self._not_added,
            )
        )
        if not name:
            return
        self._not_added = name
        # What stands in the corner is old by now: how to add something, or why it could not be.
        self.app.clear_notifications()
        if reason := why_not_asked(name):
            self.complain(reason)
            return
        if is_address(name):
            await self._add_feed(name)
            return
        try:
            named = await asyncio.to_thread(feeds_or_folder, name)
        except NotThereError as error:
            self.complain(str(error))
            return
        if isinstance(named, Path):
            self.change(lambda: self.library.sources.add_folder(named), self._added)
        else:
            feeds = new_feeds(named)
            self.change(lambda: self.library.feeds.add_all(feeds), self._added_list)

    async def _add_feed(self, address: str) -> None:
        from tui_reader.sources.discover import Found
        from tui_reader.subscribe import NoFeedError, find_feeds, is_given

        self.say(f"Looking for feeds at {clean.without_login(address)} …")
        try:
            found = await self.on_errand(
                "looking for feeds", partial(find_feeds, address, self.settings.private_hosts)
            )
        except NoFeedError as error:
            self.complain(str(error))
            return
        chosen: object = found[0]
        if len(found) > 1:
            shown = {one: clean.without_login(one.url) for one in found}
            offered = [choices.Choice(one, one.title or shown[one], detail=shown[one]) for one in found]
            chosen = await self._choose("Which of its feeds?", offered)
        if isinstance(chosen, Found):
            feed = chosen
            typed = is_given(address, feed.url)
            self.change(lambda: self.library.feeds.add(feed.url, feed.title, typed=typed), self._added)

    def _added_list(self, sources: Sequence[Source]) -> None:
        self._not_added = ""
        self.app.clear_notifications()
        self._refresh([source for source in sources if not source.paused])
        self.recount()
        self.say("One feed added" if len(sources) == 1 else f"{len(sources):,} feeds added")

    def _added(self, source: Source) -> None:
        self._not_added, self.uncounted[source.id] = "", source.title
        self._refresh([source])
        self._go_to(View(source=source.id, sort=self.view.sort))
