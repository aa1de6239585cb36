"""Searching by hand: the line that is typed, the results under it, the way back to where one was."""

# `array[int]` can be written at run time from Python 3.12 on.
from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from msgspec import Struct
from textual import events, work
from textual.widget import Widget

from tui_reader import query
from tui_reader.library.library import Library
from tui_reader.library.views import NameTaken
from tui_reader.model import SavedView, Sort, View
from tui_reader.settings import Settings
from tui_reader.ui.dialogs.dialog import ASKING
from tui_reader.ui.panes.article_list import Days
from tui_reader.ui.screen.marks import Marks
from tui_reader.ui.screen.relating import Spot
from tui_reader.ui.screen.views import QUICK, Views

if TYPE_CHECKING:
    from textual.timer import Timer

    from tui_reader.ui.dialogs.search_bar import SearchBar
    from tui_reader.ui.screen.searcher import Searcher


ARTICLE_AFTER = 0.12
"""Seconds without another letter before the article pane follows."""


class Origin(Struct):
    """Where one was before searching."""

    view: View
    ids: array[int]
    days: Days
    whole: bool
    current: int | None
    top: int
    reading: bool
    """Whether the article was read, and not the list."""
    trail: list[Spot]
    trail_at: int


class Searching(Marks):
    def __init__(self, library: Library, settings: Settings, view: View) -> None:
        super().__init__(library, settings, view)
        self._bar: SearchBar | None = None
        """From the first search on."""
        self._searcher: Searcher | None = None
        self._origin: Origin | None = None
        """None while no search's results are shown."""
        self._history: list[str] = []
        self._history_at = -1
        """Which of them stands in the line; -1 for none."""
        self._last_search = ""
        self._draft = ""
        """What stood in the line before them."""
        self._search_sort: Sort = "newest"
        self._shows: Timer | None = None
        self._reads_next = False
        """Whether the first result is to be read as soon as there is one."""

    @property
    def searching(self) -> bool:
        """Whether the keys go into the line."""
        return self._bar is not None and self._bar.display

    async def action_search(self) -> None:
        if self._bar is None:
            from tui_reader.ui.dialogs.search_bar import SearchBar  # 10 ms
            from tui_reader.ui.screen.searcher import Searcher

            self._searcher = Searcher(self.library, self.post_message, self)
            self._bar = SearchBar(id="search")
            await self.mount(self._bar)
        if self._origin is None:
            self._origin = self._here()
            self._bar.put("")
        if self._searcher is not None:
            known = self.counts.scopes.get("all")
            self._searcher.take_time(bool(known and known.total > QUICK))
        # The last one may still be on its way to the disk.
        earlier = [kept for kept in self.library.search.history() if kept != self._last_search]
        self._history = [self._last_search, *earlier] if self._last_search else earlier
        self._history_at = -1
        self.remove_class("-reading", "-zen")
        if self.has_class("-narrow"):
            # There it lies over the list.
            self.sidebar.display = False
        self.status.display = False
        self._bar.display = True
        self._bar.say("")
        self.screen.set_focus(self._bar.input)
        self._tell_why_empty()

    def _here(self) -> Origin:
        return Origin(
            view=self.view,
            ids=self.list.ids,
            days=self.list.days,
            whole=self._whole,
            current=self.list.current,
            top=self.list.scroll_offset.y,
            reading=self.has_class("-reading"),
            trail=self.trail,
            trail_at=self.trail_at,
        )

    def _tell_why_empty(self) -> None:
        """The keys that lead out are others while one types."""
        self.list.empty = self.why_empty()
        if not self.list.ids:
            self.list.refresh()

    def on_search_bar_typed(self, event: SearchBar.Typed) -> None:
        event.stop()
        if self.searching:
            if self._history_at >= 0 and event.text != self._history[self._history_at]:
                self._history_at = -1
            self._search_for(event.text)

    def _search_for(self, text: str) -> None:
        asked = query.parse(text, typing=True)
        wanted = query.to_text(asked)
        self._say_hint(asked)
        if self._bar is None or self._searcher is None or self._origin is None or wanted == self.view.query:
            return
        if wanted:
            view = View(query=wanted, sort=self._search_sort)
            self._searcher.ask(self.turn_to(view), view)
        else:
            self._searcher.forget()
            self._show_origin(self._origin)

    def show_soon(self) -> None:
        # While a word is typed the list is what is looked at; the article follows at the end of it.
        if self._shows is not None:
            self._shows.stop()
        if self.searching:
            self._shows = self.set_timer(ARTICLE_AFTER, self.show_current)
        else:
            super().show_soon()

    def show_current(self, *, by_hand: bool = False) -> None:
        if self._shows is not None:
            self._shows.stop()
            self._shows = None
        super().show_current(by_hand=by_hand)

    def _show_at_last(self) -> None:
        """What a key does next is meant for the article under the cursor."""
        if self._shows is not None:
            self.show_current()

    def _say_hint(self, asked: query.Query) -> None:
        if self._bar is None:
            return
        if asked.hints:
            self._bar.say(asked.hints[0], hint=True)
        elif asked.root is None or self._bar.hinting:
            # Else how many were found for the letter before stays until the answer comes.
            self._bar.say("")

    def turn_to(self, view: View, current: int | None = None) -> int:
        self._reads_next = False
        return super().turn_to(view, current)

    def on_views_ids(self, event: Views.Ids) -> None:
        super().on_views_ids(event)
        if event.request != self._request:
            return
        if self.searching and self._bar is not None and self.view.query and not self._bar.hinting:
            more = "" if event.whole else " at least"
            self._bar.say(f"{len(event.ids):,}{more} found")
        if self._reads_next and (event.ids or event.whole):
            self._reads_next = False
            self._read_first()

    # Moving from the line

    def action_search_down(self) -> None:
        if self._history_at >= 0:
            self._recall(self._history_at - 1)
        else:
            self.action_move(1)

    def action_search_up(self) -> None:
        if self._history_at < 0 and self.list.cursor > 0:
            self.action_move(-1)
        else:
            self._recall(self._history_at + 1)

    def _recall(self, index: int) -> None:
        """An earlier search; before the first stands what was typed."""
        if index >= len(self._history) or self._bar is None:
            self.app.bell()
            return
        if self._history_at < 0:
            self._draft = self._bar.input.value
        self._history_at = index
        self._bar.put(self._history[index] if index >= 0 else self._draft)

    def on_search_bar_entered(self) -> None:
        if not self.view.query:
            self.action_leave_search()
        elif self.list.ids and self._answered == self._request:
            self._read_first()
        else:
            self._reads_next = True

    def _read_first(self) -> None:
        if not self.list.ids:
            self.app.bell()
            return
        self._show_at_last()
        self._turn_to_article()
        self._close_bar(self.article)

    def action_to_results(self) -> None:
        """Out of the line, into the list of what was found."""
        if self.view.query:
            self._close_bar(self.list)
        else:
            self.action_leave_search()

    def _close_bar(self, focus: Widget | None = None) -> None:
        if self._bar is None or not self._bar.display:
            return
        self._show_at_last()
        if searched := self._bar.input.value.strip():
            self._last_search = searched
            self.library.search.remember(searched)
        if focus is not None:
            self.screen.set_focus(focus)
        self._bar.display = False
        self.status.display = True
        self._tell_why_empty()
        self.tell_status()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        super().on_descendant_focus(event)
        if self.searching and self._bar is not None and self.focused is not self._bar.input:
            # A click has taken it away.
            self._close_bar()

    # The way back

    def action_leave_search(self) -> None:
        """Back to where one was before."""
        self._close_bar(self.list)
        if self._searcher is not None:
            self._searcher.forget()
        origin, self._origin = self._origin, None
        if origin is None:
            return
        self._show_origin(origin)
        if origin.trail:
            self.trail, self.trail_at = origin.trail, origin.trail_at
            self.show(self.trail[self.trail_at], by_hand=False)
        if origin.reading:
            self._turn_to_article()
            self.screen.set_focus(self.article)
        self.look()

    def _show_origin(self, origin: Origin) -> None:
        self.turn_to(origin.view, origin.current)
        self._whole = origin.whole
        self._show_ids(origin.ids, origin.current, origin.days)
        self.list.scroll_as_it_was(origin.top)
        self._tell_title()
        self.show_current()
        self._fetch_rest()

    def action_step_back(self) -> None:
        if self._origin is not None and self.focused is self.list and not self.has_class("-reading"):
            self.action_leave_search()
        else:
            super().action_step_back()

    def open_view(self, view: View, current: int | None = None) -> None:
        if query.unsorted(view.query) != query.unsorted(self.view.query):
            self._origin = None
        elif self._origin is not None and self._bar is not None:
            self._search_sort = view.sort
            if view.query != self.view.query:
                # What the line says of the order has been chosen otherwise.
                self._bar.put(view.query)
        super().open_view(view, current)

    # Keeping searches

    @work(group=ASKING, exit_on_error=False)
    async def action_save_view(self) -> None:
        from tui_reader.ui.dialogs.chooser import Prompt

        wanted = self.view.query
        if not wanted:
            self.say(f"{self.key('search')} searches; what was searched for can be kept as a view")
            return
        name = await self.app.push_screen_wait(
            Prompt("Keep this search as", wanted, value=wanted.rstrip("*"))
        )
        if name:
            self.change(lambda: self.library.views.save(name, wanted), self._saved)

    def _saved(self, view: SavedView) -> None:
        self._close_bar(self.list)
        self._origin = None
        self.open_view(View(query=view.query, saved=view.id, sort=self.view.sort), self.list.current)
        self.recount()
        self.say(f"Kept as “{view.name}”; {self.key('view')} and the sidebar lead there")

    def _saved_at_hand(self) -> SavedView | None:
        """The kept search that the sidebar's cursor is on, or that is shown."""
        view = self.sidebar.chosen if self.focused is self.sidebar else self.view
        kept = self.counts.saved
        found = next((saved for saved in kept if view is not None and saved.id == view.saved), None)
        if found is None:
            self.say(f"This view is no search that was kept; {self.key('save_view')} keeps one")
        return found

    @work(group=ASKING, exit_on_error=False)
    async def action_rename_view(self) -> None:
        from tui_reader.ui.dialogs.chooser import Prompt

        saved = self._saved_at_hand()
        if saved is None:
            return
        name = await self.app.push_screen_wait(Prompt("Rename this view", saved.name, value=saved.name))
        if name and name != saved.name:
            self.change(lambda: self._rename(saved, name), self._views_changed)

    def _rename(self, saved: SavedView, name: str) -> str:
        try:
            self.library.views.rename(saved, name)
        except NameTaken as taken:
            return str(taken)
        return f"Renamed to “{name}”"

    def action_remove_view(self) -> None:
        saved = self._saved_at_hand()
        if saved is not None:
            told = f"Removed the view “{saved.name}”; {self.key('undo')} undoes it"
            self.change(lambda: self.library.views.remove(saved), lambda _: self._views_changed(told))

    def action_move_view(self, by: int) -> None:
        saved = self._saved_at_hand()
        if saved is not None:
            self.change(
                lambda: self.library.views.move(saved, by), lambda moved: self._moved(saved, by, moved)
            )

    def _moved(self, saved: SavedView, by: int, moved: bool) -> None:
        if not moved:
            self.app.bell()
            return
        way = "up" if by < 0 else "down"
        self._views_changed("" if self.sidebar.display else f"Moved “{saved.name}” {way} among the searches")

    def _views_changed(self, told: str) -> None:
        self.recount()
        if told:
            self.say(told)
