"""What a person does with articles: read marks, bookmarks, undo. On the disk first, then on the screen."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from textual import work

from tui_reader.library.database import IndexDamaged, LibraryError
from tui_reader.library.library import Library
from tui_reader.library.undo import Undone
from tui_reader.model import View
from tui_reader.settings import Settings
from tui_reader.ui.dialogs.choices import key_name
from tui_reader.ui.dialogs.dialog import ASKING
from tui_reader.ui.screen.panes import Panes

T = TypeVar("T")


class Marks(Panes):
    def __init__(self, library: Library, settings: Settings, view: View) -> None:
        super().__init__(library, settings, view)
        self._changing = asyncio.Lock()
        """One change after the other, in the order of the keys."""

    @work(group="changes", exit_on_error=False)
    async def change(self, change: Callable[[], T], then: Callable[[T], None]) -> None:
        try:
            async with self._changing:
                result = await asyncio.to_thread(change)
        except LibraryError as error:
            self.complain(str(error))
        else:
            then(result)

    def complain(self, sentence: str) -> None:
        self.notify(sentence, markup=False, severity="error", timeout=10)

    def on_views_failed(self, event: Panes.Failed) -> None:
        self.complain(str(event.error))
        if isinstance(event.error, IndexDamaged):
            self.mend_index()

    def mend_index(self) -> None:
        """The index of words is damaged."""
        raise NotImplementedError

    def action_bookmark(self) -> None:
        if self.stored is not None:
            article_id = self.stored.id
            self.change(
                lambda: self.library.bookmarks.toggle(article_id), lambda on: self._bookmarked(article_id, on)
            )
        elif self.mention is not None:
            mention = self.mention
            self.change(lambda: self.library.bookmarks.add_mention(mention), self._kept)
        else:
            self.app.bell()

    def _bookmarked(self, article_id: int, on: bool) -> None:
        self.look_again([article_id])
        if on:
            self.was_bookmarked(article_id)
        self.say("Bookmarked" if on else f"Bookmark taken off; {self.key('undo')} undoes it")

    def _kept(self, article_id: int) -> None:
        """A preview has become an article of the library."""
        if self.trail:
            self.trail[self.trail_at] = article_id
        self.list.look_again([article_id])
        self.show(article_id)
        self.was_bookmarked(article_id)
        self.say("Bookmarked")

    def was_bookmarked(self, article_id: int) -> None:
        """A bookmark is on the disk."""
        raise NotImplementedError

    @work(group=ASKING, exit_on_error=False)
    async def action_edit_bookmark(self) -> None:
        if self.stored is None:
            self.app.bell()
            return
        from tui_reader.ui.dialogs.bookmark_editor import BookmarkEditor  # 14 ms

        stored = self.stored
        tags = [name for name, _ in self.counts.tags]
        edited = await self.app.push_screen_wait(BookmarkEditor(stored.article.title, stored.bookmark, tags))
        if edited is not None:
            self.change(
                lambda: self.library.bookmarks.edit(stored.id, edited.tags, edited.note),
                lambda _: self._edited(stored.id),
            )

    def _edited(self, article_id: int) -> None:
        self.look_again([article_id])
        self.was_bookmarked(article_id)
        self.recount()

    def action_toggle_read(self) -> None:
        if self.stored is None:
            self.app.bell()
            return
        article_id, folded = self.stored.id, self.stands_for_story
        if self.read_timer is not None:
            # Whoever says it is unread does not want to hear otherwise in a second.
            self.read_timer.stop()
        self.change(
            lambda: self.library.articles.toggle_read(article_id, folded=folded),
            lambda ids: self.look_again([article_id, *ids]),
        )

    def was_read(self, article_id: int) -> None:
        folded = self.stands_for_story

        def change() -> list[int]:
            articles = self.library.articles
            ids = articles.with_stories([article_id]) if folded else [article_id]
            return articles.mark(ids, read=True, undoable=False)

        self.change(change, lambda ids: self.look_again([article_id, *ids]))

    def action_mark_all_read(self) -> None:
        view, folded = self.view, self.shows_stories
        label = f"Marked everything read in {self.view_name()}"

        def change() -> list[int]:
            return self.library.articles.mark_view_read(view, label, folded=folded)

        self.change(change, self._marked_all)

    def action_mark_beside(self, direction: int) -> None:
        """Mark what stands above (-1) or below (1) the cursor read."""
        at = self.list.cursor
        ids = list(self.list.ids[:at] if direction < 0 else self.list.ids[at + 1 :])
        label = f"Marked everything {'above' if direction < 0 else 'below'} “{self._title_at_hand()}” read"
        folded, articles = self.shows_stories, self.library.articles

        def change() -> list[int]:
            return articles.mark(articles.with_stories(ids) if folded else ids, read=True, label=label)

        self.change(change, self._marked_all)

    def _title_at_hand(self) -> str:
        row = self.list.row_at(self.list.cursor) if self.list.ids else None
        return row.title if row else ""

    def _marked_all(self, ids: list[int]) -> None:
        self.list.look_again()
        self.show_again()
        self.say(
            f"{len(ids):,} marked read; {self.key('undo')} undoes it"
            if ids
            else "Everything here is read already"
        )

    def action_undo(self) -> None:
        self.change(self.library.undo.undo, self._undone)

    def _undone(self, undone: Undone | None) -> None:
        if undone is None:
            self.say("There is nothing to undo")
            return
        self.list.look_again()
        self.show_again()
        self.recount()
        self.say(f"Undone: {undone.label}")

    def say(self, sentence: str) -> None:
        self.notify(sentence, markup=False, timeout=2.5)

    def key(self, action: str) -> str:
        """How the keys of an action are shown to a person."""
        return key_name(self.keymap[action], 1)
