"""Which articles the list shows: a view's ids, the numbers beside it, and what has come in since."""

# `array[int]` can be written at run time from Python 3.12 on.
from __future__ import annotations

from array import array
from collections.abc import Sequence
from functools import partial

from textual import work
from textual.message import Message
from textual.screen import Screen

from tui_reader import query
from tui_reader.library.database import LibraryError
from tui_reader.library.library import Library
from tui_reader.library.selection import folds
from tui_reader.model import Count, Counts, Found, Row, View
from tui_reader.settings import Settings, keys_in_force
from tui_reader.ui.panes import dates
from tui_reader.ui.panes.article_list import ArticleList, Ask, Days
from tui_reader.ui.panes.findable import FindableArticle
from tui_reader.ui.panes.sidebar import SCOPE_NAMES, Sidebar

FIRST_SCREEN = 120
"""Ids fetched at once when a view opens, 1 ms; the others follow from a worker."""
QUICK = 5_000
"""Articles that any view sorts within 5 ms."""
AFTER_FIRST_PAINT = 0.005
REST_AFTER = 0.15
"""Seconds after the first screen, which the terminal is still drawing, before what takes long."""


class Views(Screen[None]):
    BLANK = True
    list: ArticleList
    sidebar: Sidebar
    article: FindableArticle

    class Ids(Message):
        """The ids of a view, from the worker that fetched them: all, or the first while that goes on."""

        def __init__(
            self,
            request: int,
            ids: array[int],
            days: Days,
            *,
            whole: bool,
            extent: tuple[int, int] | None = None,
        ) -> None:
            super().__init__()
            self.request = request
            self.ids = ids
            self.days = days
            self.whole = whole
            self.extent = extent
            """Of the library before they were fetched, where that is known."""

    class Hits(Message):
        """Where articles of a view have its words."""

        def __init__(self, view: View, found: dict[int, Found]) -> None:
            super().__init__()
            self.view = view
            self.found = found

    class Failed(Message):
        """Something in the background could not be done."""

        def __init__(self, error: LibraryError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, library: Library, settings: Settings, view: View) -> None:
        super().__init__()
        self.library = library
        self.settings = settings
        self.keymap = keys_in_force(settings)
        """Id of an action → its keys; empty where it has none."""
        self.view = view
        self.counts = Counts()
        self.uncounted: dict[int, str] = {}
        """Titles of sources that may not be among those counted yet."""
        self.pending: array[int] | None = None
        """The view's ids with the new articles that wait to be taken in."""
        self.by_day = settings.days
        """Whether the list says above the articles of a day which day it is."""
        self.folded = settings.stories
        """Whether a story has one row."""
        self._pending_days: Days = ()
        self.new = 0
        self.touched = False
        """Whether an article of this view has been gone to by hand, or something done to it."""
        self.filling = False
        """Whether the view was empty when it was opened, so that nobody holds on to its first article yet."""
        self._request = 0
        self._wanted: int | None = None
        """The article to go to when all ids of the view are there."""
        self._whole = True
        """Whether the list has all ids of its view."""
        self._answered = 0
        """The request that the list shows the answer of."""
        self._hits_view = view
        """The view of which the list shows where its words were found."""
        self._extent: tuple[int, int] | None = None
        """Of the library, when the view's ids were last looked at."""

    def on_mount(self) -> None:
        self.show_first(self.view)

    def painted(self) -> None:
        """The first screen is on the terminal: now comes what could wait."""
        self.set_timer(AFTER_FIRST_PAINT, self._start)

    def _start(self) -> None:
        self.show_current()
        self.set_timer(REST_AFTER, self._fetch_rest)
        self.set_timer(2 * REST_AFTER, self.look)

    # What the panes and the reader add

    def show_soon(self) -> None:
        """Show the article under the cursor, which is another one, unless that need not be at once."""
        self.show_current()

    def show_current(self) -> None:
        """Show the article under the cursor."""
        raise NotImplementedError

    def why_empty(self) -> tuple[str, ...]:
        """Why nothing is listed, and which key leads out, line by line."""
        raise NotImplementedError

    def arriving(self) -> bool:
        """Whether the view's articles are just coming in for the first time."""
        raise NotImplementedError

    def tell_status(self) -> None:
        raise NotImplementedError

    def look(self, take_in: bool = False) -> object:
        """See what has come in, and count."""
        raise NotImplementedError

    # Views

    def open_view(self, view: View, current: int | None = None) -> None:
        """Show a view: its first screen at once, the rest a moment later."""
        self.show_first(view, current)
        self.call_after_refresh(self.show_current)
        self._fetch_rest()

    def show_first(self, view: View, current: int | None = None) -> None:
        """Turn to a view, with what its first screen needs."""
        at_once = self._is_quick(view)
        first = self.first_of(view) if at_once else array("q")
        self.turn_to(view, current)
        if at_once:
            self._whole, self.filling = len(first) < FIRST_SCREEN, not first
            self._show_ids(first, current, self.days_of(view, first))
        # Else what was shown stays until the first of the view are there.
        self._tell_title()

    def _show_ids(self, ids: array[int], current: int | None, days: Days) -> None:
        if self._hits_view != self.view:
            self._hits_view, self.list.hits = self.view, self._ask_of(self.view)
        self.list.empty = self.why_empty()
        self.list.show(ids, current, days)
        self._answered = self._request

    def turn_to(self, view: View, current: int | None = None) -> int:
        """From now on this is the view; what was asked for another comes too late. Answers the request."""
        self.view = view
        self.touched = self.filling = False
        self._request += 1
        self.pending, self.new = None, 0
        self._wanted = current
        self._whole = False
        self._extent = None
        return self._request

    def _ask_of(self, view: View) -> Ask | None:
        """Whom the list asks where the words of a view are in its articles."""
        if not view.query or not query.has_words(query.parse(view.query)):
            return None
        return partial(self._find_hits, view)

    @work(thread=True, group="hits", exit_on_error=False)
    def _find_hits(self, view: View, ids: Sequence[int]) -> None:
        if view != self._hits_view:
            # Another letter has been typed since.
            return
        try:
            self.post_message(self.Hits(view, self.library.search.found(view, ids)))
        except LibraryError as error:
            self.post_message(self.Failed(error))

    def on_views_hits(self, event: Hits) -> None:
        if event.view == self._hits_view:
            self.list.know(event.found)

    def days_of(self, view: View, ids: array[int]) -> Days:
        """Where the days begin in a view that is ordered by time; 0.1 s at 100,000 articles."""
        sort = self.library.articles.order_of(view)
        if not self.by_day or sort not in ("newest", "oldest"):
            return ()
        return dates.day_starts(self.library.articles.times(ids), rising=sort == "oldest")

    def ids_of(self, view: View) -> array[int]:
        articles = self.library.articles
        return articles.folded(view) if self.folded else articles.ids(view)

    def first_of(self, view: View, limit: int = FIRST_SCREEN) -> array[int]:
        """The first of them; fewer than `limit` are all."""
        articles = self.library.articles
        return (articles.folded_first if self.folded else articles.first)(view, limit)

    @property
    def shows_stories(self) -> bool:
        """Whether a row of the list stands for a story."""
        return self.folded and folds(self.view)

    def rows_of(self, ids: Sequence[int]) -> Sequence[Row]:
        """What the list shows of these articles."""
        return self.library.articles.rows(ids, folded=self.shows_stories)

    def _is_quick(self, view: View) -> bool:
        """Whether an index has the first screen of a view, or the library is small enough to sort."""
        known = self.counts.scopes.get("all")
        plain = view.source is None and view.topic is None and view.tag is None and not view.query
        return (plain and view.sort in ("newest", "oldest")) or known is None or known.total <= QUICK

    def _fetch_rest(self) -> None:
        if not self._whole:
            self._fetch_ids(self._request, self.view, first=self._answered != self._request)

    @work(thread=True, exclusive=True, group="ids", exit_on_error=False)
    def _fetch_ids(self, request: int, view: View, first: bool) -> None:
        try:
            if first:
                ids = self.first_of(view)
                self.post_message(self.Ids(request, ids, self.days_of(view, ids), whole=False))
            extent = self._extent_of(self.library.articles.scopes())
            ids = self.ids_of(view)
            days = self.days_of(view, ids)
        except LibraryError as error:
            self.post_message(self.Failed(error))
        else:
            self.post_message(self.Ids(request, ids, days, whole=True, extent=extent))

    def _extent_of(self, scopes: dict[str, Count]) -> tuple[int, int]:
        """Another pair of numbers than last time when articles have come or gone."""
        return scopes["all"].total, self.library.articles.newest()

    def on_views_ids(self, event: Ids) -> None:
        if event.request != self._request:
            return
        before = self.list.current
        self._whole, self._extent = event.whole, event.extent
        self._show_ids(event.ids, self.list.current if self.touched else self._wanted, event.days)
        self._tell_title()
        if self.list.current != before or before is None:
            self.show_soon()

    def _tell_title(self) -> None:
        parts = [self.view_name()]
        if self._whole:
            parts.append(f"{len(self.list.ids):,}")
        unread = self._unread_in_view()
        if unread is not None and self.view.scope != "unread" and not self.shows_stories:
            # What waits to be taken in has been counted already, and is not in this list.
            parts.append(f"{max(0, unread - self.new):,} unread")
        self.list.title = " · ".join(parts)

    def _unread_in_view(self) -> int | None:
        """Where the counts tell it; None for a topic or tag."""
        if self.view.topic or self.view.tag or self.view.query:
            return None
        if self.view.source is not None:
            known = (source.unread for source in self.counts.sources if source.id == self.view.source)
            return next(known, None) if self.view.scope == "all" else None
        count = self.counts.scopes.get(self.view.scope)
        return count.unread if count else None

    def view_name(self) -> str:
        view = self.view
        names = []
        if view.query:
            saved = (kept.name for kept in self.counts.saved if kept.id == view.saved)
            names.append(next(saved, view.query))
        if view.source is not None:
            titles = self.uncounted | {source.id: source.title for source in self.counts.sources}
            names += [titles[view.source]] if view.source in titles else []
        if view.topic:
            names.append(view.topic)
        if view.tag:
            names.append(f"#{view.tag}")
        if view.scope != "all" or not names:
            names.insert(0, "All news" if view.scope == "all" else SCOPE_NAMES[view.scope])
        return " · ".join(names)

    # Looking whether the library has changed
