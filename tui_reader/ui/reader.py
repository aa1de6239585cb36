"""The main screen: the panes, and everything that a key does with what they show."""

import asyncio
from collections.abc import Sequence

from textual import work

from tui_reader.keymap import KEYS
from tui_reader.library.database import LibraryError
from tui_reader.library.library import Library
from tui_reader.model import Related, Source, View
from tui_reader.settings import Complaint, Settings
from tui_reader.ui.bindings import bindings
from tui_reader.ui.dialogs import choices
from tui_reader.ui.dialogs.dialog import ASKING
from tui_reader.ui.opener import Opener, alternate
from tui_reader.ui.panes.article_view import ArticleView
from tui_reader.ui.panes.status_line import Hint, StatusLine
from tui_reader.ui.screen.illustrating import Illustrating

REFRESH_AFTER = 0.4
"""Seconds after the start, so that the first screen and its article come first."""

ACTIONS = {
    "next_pane": "pane(1)",
    "previous_pane": "pane(-1)",
    "read": "read",
    "back": "step_back",
    "advance": "advance",
    "next_article": "move(1)",
    "previous_article": "move(-1)",
    "next_unread": "next",
    "previous_unread": "move_unread(-1)",
    **{f"related_{n}": f"related({n})" for n in range(1, 10)},
    "history_back": "history(-1)",
    "history_forward": "history(1)",
    "find": "find",
    "previous_hit": "previous_hit",
    "open": "open",
    "open_alternate": "open_alternate",
    "full_text": "full_text",
    "always_full_text": "always_full_text",
    "fetch_again": "fetch_again",
    "save_page": "save_page",
    "links": "links",
    "copy": "copy_address",
    "bookmark": "bookmark",
    "edit_bookmark": "edit_bookmark",
    "toggle_read": "toggle_read",
    "mark_all_read": "mark_all_read",
    "mark_above_read": "mark_beside(-1)",
    "mark_below_read": "mark_beside(1)",
    "undo": "undo",
    "search": "search",
    "save_view": "save_view",
    "rename_view": "rename_view",
    "remove_view": "remove_view",
    "move_view_up": "move_view(-1)",
    "move_view_down": "move_view(1)",
    "view": "choose_view",
    "sort": "choose_sort",
    "topic": "choose_topic",
    "sidebar": "sidebar",
    "refresh": "refresh_source",
    "refresh_all": "refresh_all",
    "take_in": "take_in",
    "stop": "stop_refresh",
    "fold": "fold",
    "why": "why",
    "compact": "compact",
    "days": "days",
    "zen": "zen",
    "images": "images",
    "theme": "choose_theme",
    "add": "add",
    "starter": "starter",
    "sources": "sources",
    "problems": "problems",
    "palette": "palette",
    "keys": "keys",
    "quit": "app.quit",
}
"""Id of the key table → action of this screen."""


class ReaderScreen(Illustrating):
    BINDINGS = bindings(**ACTIONS)

    def __init__(
        self,
        library: Library,
        settings: Settings,
        view: View,
        *,
        opened: Sequence[Source] = (),
        complaints: Sequence[Complaint] = (),
    ) -> None:
        super().__init__(library, settings, view, opened=opened)
        self._complaints = complaints

    def on_mount(self) -> None:
        self.sidebar.display = self._chosen("sidebar", self.settings.sidebar)
        self.list.compact = self._chosen("compact", self.settings.compact)
        self.by_day = self._chosen("days", self.settings.days)
        self.folded = self._chosen("stories", self.settings.stories)
        self.article.show_images = self._chosen("images", self.settings.images)
        self.article.clock = self.settings.clock
        self.article.open_key = self.key("open")
        self.article.full_text_key = self.key("full_text")
        self.article.bookmark_key = self.key("bookmark")
        self._opener = Opener(self.app, self.settings)
        for complaint in self._complaints:
            self.notify(str(complaint), title="Settings", markup=False, severity="warning", timeout=12)
        self.set_timer(REFRESH_AFTER, self.begin)

    # Opening

    def action_read(self) -> None:
        self.focus_article()

    def _addresses(self) -> tuple[str, Sequence[str], str]:
        """The original, other ways to it, and the provider's domain."""
        if self.stored is not None:
            article = self.stored.article
            return article.original_url or article.url, (*article.alternate_urls, article.url), article.domain
        if self.mention is not None:
            return self.mention.url, self.mention.alternate_urls, self.mention.domain
        return "", (), ""

    def action_open(self) -> None:
        url, _, domain = self._addresses()
        self._open(url, domain, "This article has no address to open")

    def action_open_alternate(self) -> None:
        url, others, _ = self._addresses()
        self._open(alternate(others, url), "", "This article has no alternate address")

    @work(exit_on_error=False)
    async def _open(self, url: str, domain: str, otherwise: str) -> None:
        if url:
            await self._opener.open(url, domain)
        else:
            self.say(otherwise)

    def on_article_view_link_followed(self, event: ArticleView.LinkFollowed) -> None:
        self._open(event.url, self._addresses()[2], "")

    def action_copy_address(self) -> None:
        url = self._addresses()[0]
        if url:
            self._opener.copy(url)
        else:
            self.say("This article has no address to copy")

    @work(group=ASKING, exit_on_error=False)
    async def action_links(self) -> None:
        offered = choices.links(self.article.links, self.article.link_texts)
        url = await self._choose(
            "Links in this article", offered, empty="There are no links in this article."
        )
        if isinstance(url, str):
            await self._opener.open(url, self._addresses()[2])

    @work(exclusive=True, group="why", exit_on_error=False)
    async def action_why(self) -> None:
        """What ties the entries of the related pane to the article; Enter opens one."""
        request = self.relate_request
        at_hand = self.related.entry_at(self.related.cursor) if self.related.has_focus else None
        try:
            explained = await asyncio.to_thread(self.explained)
        except LibraryError as error:
            self.complain(str(error))
            return
        if request != self.relate_request:
            # Who has gone on does not want to hear of the article before.
            return
        chosen = await self._choose(
            "Why these are related: Enter opens one",
            choices.related(explained),
            explained[at_hand] if at_hand is not None else None,
            "Nothing related is known.",
        )
        if isinstance(chosen, Related):
            self.open_related(chosen)

    # Everything by name

    @work(group=ASKING, exit_on_error=False)
    async def action_problems(self) -> None:
        found = await asyncio.to_thread(self.library.sources.problems)
        path = await self._choose(
            "Files that could not be read: Enter copies the path",
            choices.problems(found),
            empty="Every file could be read.",
        )
        if path:
            self._opener.copy(str(path))

    @work(group=ASKING, exit_on_error=False)
    async def action_palette(self) -> None:
        await self._run(await self._choose("Actions", choices.actions(self.keymap, ACTIONS)))

    @work(group=ASKING, exit_on_error=False)
    async def action_keys(self) -> None:
        await self._run(await self._choose("Keys", choices.keys(self.keymap, ACTIONS)))

    async def _run(self, action: object) -> None:
        if isinstance(action, str) and action in ACTIONS:
            await self.run_action(ACTIONS[action])

    # The status line

    def hints(self) -> list[Hint]:
        """The keys that matter where the focus is."""
        reading = self.focused is not None and self.focused is not self.list
        left_out = {"read"} if reading else {"back"} if self.article_in_sight else {"back", "advance"}
        return [
            Hint(choices.key_name(self.keymap[key.id], 1), key.hint, key.id)
            for key in KEYS
            if key.hint and key.id not in left_out and self.keymap[key.id]
        ]

    def tell_status(self) -> None:
        self.status.show_hints(self.finder.hints(self.hints()))
        news = ""
        if self.new:
            news = f"{self.new:,} new  {self.key('take_in')} takes in"
        self.status.show_news(
            news,
            "  ".join(filter(None, (self.progress, self.fetching, self.errands.told, self.following_up))),
        )

    async def on_status_line_pressed(self, event: StatusLine.Pressed) -> None:
        await self._run(event.action)
