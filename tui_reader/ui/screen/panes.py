"""The three panes and the way through them: what is shown, where the cursor is, which way one came.

The screen holds the state and calls down: a key in the list sets the article's lines in the same key press
(8 ms; by a message it would be two frames later).
"""

from collections.abc import Collection
from functools import partial

from textual import events
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widget import Widget

from tui_reader.library.library import Library
from tui_reader.model import Mention, Stored, View
from tui_reader.settings import Settings
from tui_reader.ui.bindings import use_keys
from tui_reader.ui.dialogs.finder import Finder
from tui_reader.ui.panes.article_list import ArticleList
from tui_reader.ui.panes.findable import FindableArticle
from tui_reader.ui.panes.pane import Space
from tui_reader.ui.panes.related_list import RelatedList
from tui_reader.ui.panes.rows import Rows
from tui_reader.ui.panes.sidebar import Sidebar
from tui_reader.ui.panes.status_line import StatusLine
from tui_reader.ui.screen.relating import Relating, Spot

NEAR = 500
"""Articles among which the next unread one is looked for at first: 1 ms."""
PREPARE_AFTER, PREPARE_EVERY = 0.04, 0.01
"""Seconds without another article before its neighbours are laid out, and between the two."""


class Panes(Relating):
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it so
        (0, "-narrow"),
        (100, "-normal"),
        (160, "-broad"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (15, "-short"), (22, "-high")]  # noqa: RUF012
    AUTO_FOCUS = "#list"

    def __init__(self, library: Library, settings: Settings, view: View) -> None:
        super().__init__(library, settings, view)
        self.stored: Stored | None = None
        """The article that is shown, where the library has it."""
        self.mention: Mention | None = None
        """What is shown where the library does not have it."""
        self.read_timer: Timer | None = None
        self._to_prepare: list[int] = []
        self._prepare_timer: Timer | None = None
        self._tops: dict[int, int] = {}
        self._was_in_sight = True
        """Before the terminal's size changed."""
        self.sidebar = Sidebar(id="sidebar")
        self.list = ArticleList(self.rows_of, id="list")
        self.article = FindableArticle(id="article")
        self.finder = Finder(self.article, id="finder")
        self.related = RelatedList(id="related")
        self.related.title = "Related"
        self.status = StatusLine(id="status")
        if settings.keys:
            for node in (self, self.sidebar, self.list, self.article, self.related):
                use_keys(node, self.keymap)

    def compose(self) -> ComposeResult:
        with Space(id="panes"):
            yield self.sidebar
            yield self.list
            with Space(id="reading"):
                yield self.finder
                yield self.related
        yield self.status

    # The article

    @property
    def article_in_sight(self) -> bool:
        return not self.has_class("-narrow") or self.has_class("-reading")

    def show_first(self, view: View, current: int | None = None) -> None:
        super().show_first(view, current)
        # A key may come before the article is drawn.
        at_hand = self.list.current
        self.stored = None if at_hand is None else self.library.articles.get(at_hand)
        self.mention = None

    def show_current(self, *, by_hand: bool = False) -> None:
        """Show the article under the cursor. By hand, it counts as read after a moment."""
        current = self.list.current
        if current is None:
            self.stored = self.mention = None
            self.article.say(" ".join(self.list.empty))
            self.relate(self.stored)
            return
        self.trail, self.trail_at = [current], 0
        self.show(current, by_hand=by_hand)
        self._await_neighbours()

    def show(self, spot: Spot, *, by_hand: bool = True) -> None:
        self._keep_top()
        if isinstance(spot, Mention):
            self.stored, self.mention = None, spot
            self.article.show_mention(spot)
        else:
            stored = self.library.articles.get(spot)
            if stored is None:
                self.stored = self.mention = None
                self.article.say("This article is no longer in the library.")
                self.relate(None)
                return
            self.stored, self.mention = stored, None
            if self.article_in_sight:
                self.article.show(stored, top=self._tops.get(spot, 0))
        # Beside a preview stays what it was chosen from.
        if self.mention is None:
            self.relate(self.stored)
        self._await_reading(by_hand)
        self.tell_status()

    def show_again(self) -> None:
        """Something about the article that is shown has changed."""
        if self.stored is None:
            return
        stored = self.library.articles.get(self.stored.id)
        if stored is not None and stored != self.stored:
            self.stored = stored
            if self.article_in_sight:
                self.article.show(stored, top=self.article.top)

    def _prepare_neighbours(self) -> None:
        """While nobody waits, one at a time: the next key finds its article laid out."""
        if self._to_prepare and self.article_in_sight:
            stored = self.library.articles.get(self._to_prepare[0])
            if stored is None or self.article.prepare(stored):
                self._to_prepare.pop(0)
            self._prepare_timer = self.set_timer(PREPARE_EVERY, self._prepare_neighbours)

    def _await_neighbours(self) -> None:
        if self._prepare_timer is not None:
            self._prepare_timer.stop()
        around = (self.list.cursor + 1, self.list.cursor - 1)
        self._to_prepare = [self.list.ids[index] for index in around if 0 <= index < len(self.list.ids)]
        self._prepare_timer = self.set_timer(PREPARE_AFTER, self._prepare_neighbours)

    def _keep_top(self) -> None:
        if self.article.article_id is not None:
            self._tops[self.article.article_id] = self.article.top

    def _await_reading(self, by_hand: bool) -> None:
        if self.read_timer is not None:
            self.read_timer.stop()
            self.read_timer = None
        self.touched = self.touched or by_hand
        stored, delay = self.stored, self.settings.mark_read_after
        if not by_hand or stored is None or delay < 0 or not self.article_in_sight:
            return
        row = self.list.row_at(self.list.cursor) if self.stands_for_story else None
        if row.read if row else stored.read:
            return
        self.read_timer = self.set_timer(max(delay, 0.001), partial(self.was_read, stored.id))

    @property
    def stands_for_story(self) -> bool:
        """Whether what is shown is a row of the list that stands for all of its story."""
        return self.shows_stories and self.stored is not None and self.stored.id == self.list.current

    def was_read(self, article_id: int) -> None:
        """An article has been in view for long enough."""
        raise NotImplementedError

    # Moving

    def action_move(self, by: int) -> None:
        if self.list.move(by):
            self.show_current(by_hand=True)

    def action_move_page(self, by: float) -> None:
        self.action_move(int(self.list.page * by) or (1 if by > 0 else -1))

    def action_move_to_end(self, direction: int) -> None:
        self.action_move(direction * len(self.list.ids))

    def _next_unread(self, direction: int) -> int | None:
        """Index of the nearest unread row below (1) or above (-1) the cursor."""
        ids, at, span = self.list.ids, self.list.cursor + direction, NEAR
        # The nearest first; where much has been read, more and more of the list at a time.
        while 0 <= at < len(ids):
            part = ids[at : at + span] if direction > 0 else ids[max(0, at - span + 1) : at + 1][::-1]
            offset = self.library.articles.first_unread(part, folded=self.shows_stories)
            if offset is not None:
                return at + direction * offset
            at, span = at + direction * len(part), span * 4
        return None

    def action_move_unread(self, direction: int) -> None:
        index = self._next_unread(direction)
        if index is None:
            self.app.bell()
            where = "below" if direction > 0 else "above"
            self.notify(f"There is no unread article {where}.", markup=False, timeout=2)
        elif self.list.move_to(index):
            self.show_current(by_hand=True)

    def action_next(self) -> None:
        """The next hit where something is found in the article, else the next unread article."""
        if self.finder.steps:
            self.finder.step(1)
        else:
            self.action_move_unread(1)

    def action_advance(self) -> None:
        """A page on; at the end the next unread article."""
        if not self.article_in_sight:
            self.focus_article()
        elif self.article.at_end:
            self.action_move_unread(1)
        else:
            self.article.action_page(1)
            self._await_reading(True)

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.list:
            self.show_current(by_hand=True)

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        if event.rows is self.list:
            self.focus_article()
        elif event.rows is self.related and self.related.current is not None:
            self.open_related(self.related.current)

    def go_to(self, spot: Spot) -> None:
        if isinstance(spot, int) and (index := self.list.index_of(spot)) is not None:
            self.list.move_to(index)
        self.show(spot)
        self.focus_article()

    # Panes and focus

    def focus_article(self) -> None:
        if self.stored or self.mention:
            self._turn_to_article()
            self.article.focus()

    def _turn_to_article(self) -> None:
        in_sight = self.article_in_sight
        self.add_class("-reading")
        if not in_sight:
            self._show_what_is_shown()
        self._await_reading(True)

    def _show_what_is_shown(self) -> None:
        """The article pane comes in sight."""
        if self.mention is not None:
            self.article.show_mention(self.mention)
        elif self.stored is not None:
            self.article.show(self.stored, top=self._tops.get(self.stored.id, 0))

    async def action_find(self) -> None:
        if self.stored or self.mention:
            self._turn_to_article()
            await self.finder.open()
        else:
            self.app.bell()

    def action_previous_hit(self) -> None:
        if self.finder.found:
            self.finder.step(-1)
        else:
            self.app.bell()

    def on_findable_article_hits_changed(self) -> None:
        self.tell_status()

    def action_step_back(self) -> None:
        """First out of what is found, then to the list."""
        if self.article.finding is not None:
            self.finder.end()
        else:
            self.action_back()

    def action_back(self) -> None:
        if self.has_class("-zen"):
            self.remove_class("-zen")
        self._keep_top()
        self.remove_class("-reading")
        self.list.focus()

    def action_zen(self) -> None:
        if self.has_class("-zen"):
            self.remove_class("-zen")
        elif self.stored or self.mention:
            self.focus_article()
            self.add_class("-zen")

    def action_pane(self, by: int) -> None:
        """Focus the next pane; the narrow screen turns to it."""
        panes: list[Widget] = [self.list, self.article]
        if self.related.entries and self.related.display:
            panes.append(self.related)
        if self.sidebar.display:
            panes.insert(0, self.sidebar)
        at = panes.index(self.focused) if self.focused in panes else panes.index(self.list)
        target = panes[(at + by) % len(panes)]
        if target is self.list:
            self.action_back()
        elif target is self.article:
            self.focus_article()
        else:
            if target is self.related:
                self.add_class("-reading")
            target.focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A click may bring the focus anywhere."""
        # Where it is now: it may have gone on since.
        if self.focused is self.list:
            self.remove_class("-reading")
        self.tell_status()

    def on_resize(self, event: events.Resize) -> None:
        # The classes of the new size are set after this; what comes in sight by it is shown then.
        self.call_after_refresh(self._after_resize)

    def _after_resize(self) -> None:
        # What was in sight has kept its own place.
        if self.article_in_sight and not self._was_in_sight and (self.stored or self.mention):
            self._show_what_is_shown()
        self._was_in_sight = self.article_in_sight

    def look_again(self, ids: Collection[int]) -> None:
        """These articles' marks have changed on the disk: now the screen may say so."""
        # A row that stands for a story is about more than its own article.
        self.list.look_again(None if self.shows_stories else ids)
        self.touched = self.touched or (self.stored is not None and self.stored.id in ids)
        self.show_again()
