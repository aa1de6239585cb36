"""Which articles the list shows: a view's ids, the numbers beside it, and what has come in since."""

# `array[int]` can be written at run time from Python 3.12 on.
from __future__ import annotations

from array import array

from msgspec.structs import replace
from textual import work
from textual.message import Message
from textual.screen import Screen

from tui_reader.library.database import LibraryError
from tui_reader.library.library import Library
from tui_reader.model import Counts, View
from tui_reader.settings import Settings, keys_in_force
from tui_reader.ui.article_list import ArticleList
from tui_reader.ui.sidebar import SCOPE_NAMES, Sidebar

FIRST_SCREEN = 120
"""Ids fetched at once when a view opens, 1 ms; the others follow from a worker."""
QUICK = 5_000
"""Articles that any view sorts within 5 ms."""
AFTER_FIRST_PAINT = 0.005
LOOK_EVERY = 1.0
"""Seconds between two looks whether anyone has changed the library."""


class Views(Screen[None]):
    BLANK = True
    list: ArticleList
    sidebar: Sidebar

    class Ids(Message):
        """All ids of a view, from the worker that fetched them."""

        def __init__(self, request: int, ids: array[int]) -> None:
            super().__init__()
            self.request = request
            self.ids = ids

    class Looked(Message):
        """What the library holds now: numbers, and the view's ids where new ones have come."""

        def __init__(
            self,
            shown: array[int],
            extent: tuple[int, int],
            counts: Counts,
            ids: array[int],
            new: int,
            take_in: bool,
        ) -> None:
            super().__init__()
            self.shown = shown
            """What the list showed when the look began."""
            self.extent = extent
            self.counts = counts
            self.ids = ids
            self.new = new
            """How many of `ids` the list does not show."""
            self.take_in = take_in
            """Whether nobody has asked for them to wait."""

    class Failed(Message):
        """Something in the background could not be done."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, library: Library, settings: Settings, view: View) -> None:
        super().__init__()
        self.library = library
        self.settings = settings
        self.keymap = keys_in_force(settings)
        """Id of an action → its keys; empty where it has none."""
        self.view = view
        self.counts = Counts()
        self.pending: array[int] | None = None
        """The view's ids with the new articles that wait to be taken in."""
        self.new = 0
        self.touched = False
        """Whether an article of this view has been gone to by hand."""
        self._request = 0
        self._wanted: int | None = None
        """The article to go to when all ids of the view are there."""
        self._whole = True
        """Whether the list has all ids of its view."""
        self._data_version = 0
        self._extent: tuple[int, int] | None = None
        """Of the library, when the view's ids were last looked at."""

    def on_mount(self) -> None:
        self.show_first(self.view)
        self._data_version = self.library.database.data_version()

    def painted(self) -> None:
        """The first screen is on the terminal: now comes what could wait."""
        self.set_timer(AFTER_FIRST_PAINT, self._start)

    def _start(self) -> None:
        self.show_current()
        self._fetch_rest()
        self.look()
        self.set_interval(LOOK_EVERY, self._look_for_changes)

    # What the panes and the reader add

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

    # Views

    def open_view(self, view: View, current: int | None = None) -> None:
        """Show a view: its first screen at once, the rest a moment later."""
        self.show_first(view, current)
        self.call_after_refresh(self.show_current)
        self._fetch_rest()

    def show_first(self, view: View, current: int | None = None) -> None:
        """Turn to a view, with what its first screen needs."""
        self.view = view
        self.touched = False
        self._request += 1
        self.pending, self.new = None, 0
        self._wanted = current
        at_once = self._is_quick(view)
        first = self.library.articles.first(view, FIRST_SCREEN) if at_once else array("q")
        self._whole = at_once and len(first) < FIRST_SCREEN
        self._extent = None
        self.list.empty = self.why_empty() if at_once else ("Looking …",)
        self.list.show(first, current)
        self._tell_title()

    def _is_quick(self, view: View) -> bool:
        """Whether an index has the first screen of a view, or the library is small enough to sort."""
        known = self.counts.scopes.get("all")
        plain = view.source is None and view.topic is None and view.tag is None
        return (plain and view.sort in ("newest", "oldest")) or known is None or known.total <= QUICK

    def _fetch_rest(self) -> None:
        if not self._whole:
            self._fetch_ids(self._request, self.view)

    @work(thread=True, exclusive=True, group="ids", exit_on_error=False)
    def _fetch_ids(self, request: int, view: View) -> None:
        try:
            ids = self.library.articles.ids(view)
        except LibraryError as error:
            self.post_message(self.Failed(str(error)))
        else:
            self.post_message(self.Ids(request, ids))

    def on_views_ids(self, event: Ids) -> None:
        if event.request == self._request:
            self._whole = True
            was_empty = not self.list.ids
            self.list.empty = self.why_empty()
            self.list.show(event.ids, self.list.current if self.touched else self._wanted)
            self._tell_title()
            if was_empty or self.list.current == self._wanted:
                self.show_current()

    def _tell_title(self) -> None:
        parts = [self.view_name()]
        if self._whole:
            parts.append(f"{len(self.list.ids):,}")
        unread = self._unread_in_view()
        if unread is not None and self.view.scope != "unread":
            parts.append(f"{unread:,} unread")
        self.list.title = " · ".join(parts)

    def _unread_in_view(self) -> int | None:
        """Where the counts tell it; None for a topic or tag."""
        if self.view.topic or self.view.tag:
            return None
        if self.view.source is not None:
            known = (source.unread for source in self.counts.sources if source.id == self.view.source)
            return next(known, None) if self.view.scope == "all" else None
        count = self.counts.scopes.get(self.view.scope)
        return count.unread if count else None

    def view_name(self) -> str:
        view = self.view
        names = []
        if view.source is not None:
            names += [source.title for source in self.counts.sources if source.id == view.source]
        if view.topic:
            names.append(view.topic)
        if view.tag:
            names.append(f"#{view.tag}")
        if view.scope != "all" or not names:
            names.insert(0, "All news" if view.scope == "all" else SCOPE_NAMES[view.scope])
        return " · ".join(names)

    # Looking whether the library has changed

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
            counts = replace(self.library.articles.counts(), sources=tuple(self.library.sources.all()))
            extent = self.library.articles.extent()
            # Marks alone bring nothing new, and all ids of a large library are not fetched for them.
            ids = shown if extent == self._extent else self.library.articles.ids(view)
        except LibraryError as error:
            self.post_message(self.Failed(str(error)))
            return
        new = 0
        if ids is not shown:
            known = set(shown)
            new = sum(1 for article in ids if article not in known)
        self.post_message(self.Looked(shown, extent, counts, ids, new, take_in))

    def on_views_looked(self, event: Looked) -> None:
        self.counts = event.counts
        self.sidebar.show(event.counts, self.view)
        self._tell_title()
        self.list.empty = self.why_empty()
        if event.shown is not self.list.ids:
            # Another view, or the rest of this one, came in between.
            self.look(event.take_in)
            return
        if not self._whole:
            return
        if event.ids is not event.shown:
            self._extent = event.extent
            self.pending, self.new = (event.ids, event.new) if event.new else (None, 0)
        if self.new and (event.take_in or not self.list.ids or self.arriving()):
            self.take_in()
        if not self.list.ids:
            self.list.refresh()
            self.show_current()
        self.tell_status()

    def take_in(self) -> None:
        """Show the new articles; the cursor stays on its article and on its line."""
        if self.pending is None:
            return
        # At the top of a list that is just filling nobody holds on to an article yet.
        untouched = not self.touched and self.list.cursor == 0
        self.list.show(self.pending, None if untouched else self.list.current)
        self._tell_title()
        self.pending, self.new = None, 0
        self.tell_status()
        if untouched:
            self.show_current()
