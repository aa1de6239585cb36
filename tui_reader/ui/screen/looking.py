"""Looking whether the library has changed: new articles, which wait until they are asked for, and numbers."""

# `array[int]` can be written at run time from Python 3.12 on.
from __future__ import annotations

import time
from array import array

from msgspec.structs import replace
from textual import work
from textual.message import Message

from tui_reader.library.database import LibraryError
from tui_reader.library.library import Library
from tui_reader.model import Count, Counts, SavedView, View
from tui_reader.settings import Settings
from tui_reader.ui.panes.article_list import Days
from tui_reader.ui.screen.views import Views

COUNT_ALL_EVERY = 15.0
"""Seconds after which marks alone are a reason to count what no sidebar shows."""
LOOK_EVERY = 1.0
"""Seconds between two looks whether anyone has changed the library."""


class Looking(Views):
    class Looked(Message):
        """What the library holds now: numbers, and the view's ids where new ones have come."""

        def __init__(
            self,
            view: View,
            shown: array[int],
            extent: tuple[int, int],
            counts: Counts,
            ids: array[int],
            days: Days,
            new: int,
            take_in: bool,
        ) -> None:
            super().__init__()
            self.view = view
            self.shown = shown
            """What the list showed when the look began."""
            self.extent = extent
            self.counts = counts
            self.ids = ids
            self.days = days
            self.new = new
            """How many of `ids` the list does not show."""
            self.take_in = take_in
            """Whether nobody has asked for them to wait."""

    def __init__(self, library: Library, settings: Settings, view: View) -> None:
        super().__init__(library, settings, view)
        self._looked = False
        """Whether the numbers are known."""
        self._data_version = 0
        self._counted_extent: tuple[int, int] | None = None
        """Of the library, when everything was counted last."""
        self._counted_at = 0.0

    def on_mount(self) -> None:
        self._data_version = self.library.database.data_version()

    def painted(self) -> None:
        super().painted()
        self.set_interval(LOOK_EVERY, self._look_for_changes)

    def _look_for_changes(self) -> None:
        try:
            version = self.library.database.data_version()
        except LibraryError:
            return
        if version != self._data_version:
            self._data_version = version
            self.list.look_again()
            self.look()

    @work(thread=True, exclusive=True, group="look", exit_on_error=False)
    def look(self, take_in: bool = False) -> None:
        """Fetch the numbers, and see whether the view has gained articles."""
        view, shown = self.view, self.list.ids
        try:
            scopes = self.library.articles.scopes()
            extent = self._extent_of(scopes)
            counts = self._all_counts() if self._wants_all(extent) else replace(self.counts, scopes=scopes)
            # Marks alone bring nothing new, and all ids of a large library are not fetched for them.
            ids = shown if extent == self._extent else self.ids_of(view)
            new, days = 0, self.list.days
            if ids is not shown:
                # Another article may stand for a story that is shown.
                known = set(self.library.articles.with_stories(shown) if self.folded else shown)
                new = sum(1 for article in ids if article not in known)
                days = self.days_of(view, ids) if ids != shown else days
        except LibraryError as error:
            self.post_message(self.Failed(error))
            return
        self.post_message(self.Looked(view, shown, extent, counts, ids, days, new, take_in))

    def recount(self) -> None:
        """Something has changed that only a look at everything tells."""
        self._counted_extent = None
        self.look()

    def _wants_all(self, extent: tuple[int, int]) -> bool:
        """Whether the numbers of sources, topics and kept searches are worth 0.2 s of a processor."""
        return (
            extent != self._counted_extent
            or self.sidebar.display
            or time.monotonic() - self._counted_at > COUNT_ALL_EVERY
        )

    def _all_counts(self) -> Counts:
        counts = replace(
            self.library.articles.counts(),
            sources=tuple(self.library.sources.all()),
            saved=tuple(self._counted(kept) for kept in self.library.views.all()),
        )
        self._counted_extent, self._counted_at = self._extent_of(counts.scopes), time.monotonic()
        return counts

    def _counted(self, kept: SavedView) -> SavedView:
        return replace(kept, count=Count(*self.library.articles.count(View(query=kept.query))))

    def on_looking_looked(self, event: Looked) -> None:
        if not self._looked:
            self._looked = True
            self._all_seen()
        self.counts = event.counts
        self.sidebar.show(event.counts, self.view)
        self._tell_title()
        self.list.empty = self.why_empty()
        if event.shown is not self.list.ids or event.view != self.view:
            # Another view, or the rest of this one, came in between.
            self.look(event.take_in)
            return
        if not self._whole:
            return
        if event.ids is not event.shown:
            self._extent = event.extent
            self.pending, self.new = (event.ids if event.ids != event.shown else None), event.new
            self._pending_days = event.days
            self._tell_title()
        if self.new and (event.take_in or not self.list.ids or self.arriving()):
            self.take_in()
        elif not self.new and self.view == View(sort=self.view.sort):
            # Everything there is has its place in this list.
            self._all_seen()
        if not self.list.ids:
            self.list.refresh()
            self.show_current()
        self.tell_status()

    def _all_seen(self) -> None:
        try:
            self.library.all_seen()
        except LibraryError:
            # Whatever is read next says so.
            return

    def take_in(self) -> None:
        """Show the new articles; the cursor stays on its article and on its line."""
        if self.pending is None:
            return
        # At the top of a list that is just filling nobody holds on to an article yet.
        untouched = self.filling and not self.touched and not self.list.cursor and not self.article.top
        before = self.list.current
        current = None if untouched or before is None else self._heir(before, self.pending)
        self.list.show(self.pending, current, self._pending_days)
        self.pending, self.new = None, 0
        self._tell_title()
        self._all_seen()
        self.tell_status()
        if self.list.current != before:
            self.show_current()

    def _heir(self, article: int, ids: array[int]) -> int:
        """Where the cursor goes from an article, among these: to it, to what stands for it, or on."""
        there = set(ids)
        if article not in there and self.shows_stories:
            article = self.library.articles.stands_for(self.view, article)
        at = self.list.cursor
        nearest = [*self.list.ids[at:], *reversed(self.list.ids[:at])]
        return article if article in there else next((other for other in nearest if other in there), article)

    def fold_again(self) -> None:
        """Stories have been found: a list that nobody has moved in shows them, any other when it may move."""
        if not self.shows_stories:
            return
        if self.touched:
            self._extent = None
            self.look()
        else:
            self.open_view(self.view, self.list.current)
