"""The whole text of an article from its own page: asked for, always of a source, or ahead of the reader."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from textual import work
from textual.timer import Timer

from tui_reader import clean
from tui_reader.library.database import LibraryError
from tui_reader.library.library import Library
from tui_reader.model import Source, Stored, View
from tui_reader.settings import Settings
from tui_reader.ui.dialogs.dialog import ASKING
from tui_reader.ui.screen.page_fetcher import PageFetched, PageFetcher
from tui_reader.ui.screen.refresher import Refreshed
from tui_reader.ui.screen.sourcing import Sourcing

if TYPE_CHECKING:
    from tui_reader.save_page import Saved

AHEAD_AFTER = 1.0
"""Seconds with the same article before the pages around it are fetched."""
AROUND = (0, 1, 2, -1)
"""Which ones, counted from the cursor."""
AT_ONCE = 40
"""Pages that one refresh fetches of the sources of which they always are, and as many of bookmarks."""


class FullTexts(Sourcing):
    def __init__(
        self, library: Library, settings: Settings, view: View, *, opened: Sequence[Source] = ()
    ) -> None:
        super().__init__(library, settings, view, opened=opened)
        self._pages = PageFetcher(library, self.post_message, settings.private_hosts)
        self._ahead_timer: Timer | None = None
        self._saving: set[str] = set()
        """Addresses whose pages are being fetched, to be bookmarked."""

    def begin(self) -> None:
        super().begin()
        self._fetch_unasked()

    def on_unmount(self) -> None:
        self._pages.stop()
        if self._saving:
            self._keep_addresses()

    @property
    def fetching(self) -> str:
        """What is under way, for the status line."""
        count = self._pages.under_way
        return "" if not count else "⟳ a page" if count == 1 else f"⟳ {count} pages"

    def action_full_text(self) -> None:
        if self.mention is not None:
            mention = self.mention
            if mention.url:
                self.change(lambda: self.library.intake.take_mention(mention), self._came)
            else:
                self.say("This article has no address to fetch")
        elif self.stored is None:
            self.app.bell()
        elif self.stored.page is not None and self.stored.page.body:
            self._turn_text(self.stored)
        else:
            self._fetch(self.stored)

    def action_fetch_again(self) -> None:
        if self.stored is None:
            self.app.bell()
        else:
            self._fetch(self.stored)

    def _fetch(self, stored: Stored) -> None:
        if not (stored.article.original_url or stored.article.url):
            self.say("This article has no address to fetch")
        elif self._pages.is_fetching(stored.id):
            self.say("This page is being fetched …")
        else:
            self._pages.fetch(stored.id)
            self.article.tell_fetching(stored.id, True)
            self.tell_status()

    def _came(self, article_id: int) -> None:
        """A preview has become an article of the library, to hold its text."""
        if self.trail:
            self.trail[self.trail_at] = article_id
        self.show(article_id)
        if self.stored is not None and not (self.stored.page and self.stored.page.body):
            self._fetch(self.stored)

    def _turn_text(self, stored: Stored) -> None:
        shown = not stored.shows_page

        def turned(_: None) -> None:
            self.look_again([stored.id])
            self.say("The text of the page" if shown else "What the source tells")

        self.change(lambda: self.library.pages.show(stored.id, shown), turned)

    def on_page_fetched(self, event: PageFetched) -> None:
        self.article.tell_fetching(event.article_id, False)
        self.look_again([event.article_id])
        if event.by_hand and event.problem:
            self._complain_of(event.article_id, event.problem)
        self.tell_status()

    def _complain_of(self, article_id: int, problem: str) -> None:
        """With its title, where another article is read by now."""
        title = "No full text"
        if self.stored is None or self.stored.id != article_id:
            with suppress(LibraryError):
                if (stored := self.library.articles.get(article_id)) is not None:
                    title += f": {stored.article.title}"
        self.notify(problem, title=title, markup=False, severity="warning", timeout=8)

    # Any page

    @work(group=ASKING, exit_on_error=False)
    async def action_save_page(self) -> None:
        """Bookmark what is at an address, with its text."""
        from tui_reader.save_page import NotSavedError, keep_page, page_at
        from tui_reader.ui.dialogs.chooser import Prompt

        word = await self.app.push_screen_wait(Prompt("Bookmark a page", "https://example.org/article"))
        if not word:
            return
        self.say(f"Fetching {clean.without_login(word)} …")
        self._saving.add(word)
        try:
            found = await self.on_errand("a page", partial(page_at, word, self.settings.private_hosts))
        except NotSavedError as error:
            self.complain(str(error))
        else:
            self.change(lambda: keep_page(self.library, found), self._page_saved)
        # Not where this was cut off: whoever leaves the reader keeps the address.
        self._saving.discard(word)

    def _page_saved(self, saved: "Saved") -> None:
        self.look(take_in=True)
        if saved.problem:
            self.notify(
                saved.problem, title="Kept without its text", markup=False, severity="warning", timeout=8
            )
        else:
            self.say(f"Bookmarked “{saved.title}”")

    def _keep_addresses(self) -> None:
        """What is being saved when the reader is left; nobody waits for a page then."""
        from tui_reader.save_page import NotSavedError, address_alone, keep_page

        for word in self._saving:
            with suppress(NotSavedError, LibraryError):
                keep_page(self.library, address_alone(word))

    def stop_all(self) -> bool:
        self._saving.clear()
        fetching = bool(self._pages.under_way)
        if fetching:
            self._pages.stop()
        return super().stop_all() or fetching

    # Always, of a source

    def action_always_full_text(self) -> None:
        try:
            source = self._source_at_hand()
        except LibraryError as error:
            self.complain(str(error))
            return
        if source is None:
            self.say("Only the articles of feeds have their pages fetched always")
        else:
            self._turn_always(source)

    def turn_always(self, source: Source) -> None:
        always = not source.whole

        def changed(_: None) -> None:
            self.recount()
            what = "always fetched" if always else "no longer fetched unasked"
            self.say(f"The pages of {source.title} are {what}")
            self._fetch_unasked()

        self.change(lambda: self.library.sources.fetch_whole(source.id, always), changed)

    def _source_at_hand(self) -> Source | None:
        """That of the article, or of the view."""
        sources = self.library.sources.of_article(self.stored.id) if self.stored else []
        wanted = self.view.source
        return next((source for source in sources if source.id == wanted), sources[0] if sources else None)

    def on_refreshed(self, event: Refreshed) -> None:
        # Textual calls that of `Collecting`, too.
        if event.last:
            self._fetch_unasked()

    def _fetch_unasked(self) -> None:
        self._fetch_ahead(lambda: self.library.pages.of_sources(AT_ONCE))
        if self.settings.fetch_ahead != "off":
            # Those that were kept without a network, or just before the reader was left.
            self._fetch_ahead(lambda: self.library.pages.bookmarked(AT_ONCE))

    # Ahead of the reader

    def _fetch_ahead(self, wanted: Callable[[], list[int]]) -> None:
        try:
            self._pages.fetch_ahead(wanted())
        except LibraryError as error:
            self.complain(str(error))
        self.tell_status()

    def show_current(self, *, by_hand: bool = False) -> None:
        super().show_current(by_hand=by_hand)
        if self._ahead_timer is not None:
            self._ahead_timer.stop()
        if by_hand and self.settings.fetch_ahead == "neighbours":
            self._ahead_timer = self.set_timer(AHEAD_AFTER, self._fetch_neighbours)

    def _fetch_neighbours(self) -> None:
        around = [self.list.cursor + by for by in AROUND]
        ids = [self.list.ids[index] for index in around if 0 <= index < len(self.list.ids)]
        self._fetch_ahead(lambda: self.library.pages.among(ids))

    def was_bookmarked(self, article_id: int) -> None:
        """What is kept is kept whole."""
        if self.settings.fetch_ahead != "off":
            self._fetch_ahead(lambda: self.library.pages.among([article_id]))
