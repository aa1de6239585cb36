"""The main screen: the panes, and everything that a key does with what they show."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace
from textual import work

from tui_reader.keymap import KEYS
from tui_reader.library.database import LibraryError
from tui_reader.library.library import Library
from tui_reader.model import Source, View
from tui_reader.settings import Complaint, Settings
from tui_reader.ui import choices
from tui_reader.ui.article_view import ArticleView
from tui_reader.ui.bindings import bindings
from tui_reader.ui.choices import Choice
from tui_reader.ui.marks import Marks
from tui_reader.ui.opener import Opener, alternate
from tui_reader.ui.refresher import Progressed, Refreshed, Refresher, RefreshFailed
from tui_reader.ui.sidebar import Sidebar
from tui_reader.ui.status_line import Hint, StatusLine

REFRESH_AFTER = 0.1
"""Seconds after the start, so that the first screen and its article come first."""

ACTIONS = {
    "next_pane": "pane(1)",
    "previous_pane": "pane(-1)",
    "read": "read",
    "back": "back",
    "advance": "advance",
    "next_article": "move(1)",
    "previous_article": "move(-1)",
    "next_unread": "move_unread(1)",
    "previous_unread": "move_unread(-1)",
    **{f"related_{n}": f"related({n})" for n in range(1, 10)},
    "history_back": "history(-1)",
    "history_forward": "history(1)",
    "open": "open",
    "open_alternate": "open_alternate",
    "links": "links",
    "copy": "copy_address",
    "bookmark": "bookmark",
    "edit_bookmark": "edit_bookmark",
    "toggle_read": "toggle_read",
    "mark_all_read": "mark_all_read",
    "undo": "undo",
    "view": "choose_view",
    "sort": "choose_sort",
    "topic": "choose_topic",
    "sidebar": "sidebar",
    "refresh": "refresh_source",
    "refresh_all": "refresh_all",
    "take_in": "take_in",
    "stop": "stop_refresh",
    "compact": "compact",
    "zen": "zen",
    "images": "images",
    "theme": "choose_theme",
    "add_folder": "add_folder",
    "sources": "sources",
    "problems": "problems",
    "palette": "palette",
    "keys": "keys",
    "quit": "app.quit",
}
"""Id of the key table → action of this screen."""


class ReaderScreen(Marks):
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
        super().__init__(library, settings, view)
        self._opened = opened
        self._complaints = complaints
        self._refresher = Refresher(library, self.post_message)
        self._progress = ""
        self._asked = False
        """Whether someone waits to hear what the refresh found."""
        self._found = 0
        self._first_loads = {source.id for source in opened if source.checked is None}

    def on_mount(self) -> None:
        self.sidebar.display = self._chosen("sidebar", self.settings.sidebar)
        self.list.compact = self._chosen("compact", self.settings.compact)
        self.article.show_images = self._chosen("images", self.settings.images)
        self.article.clock = self.settings.clock
        self.article.open_key = self.key("open")
        self.article.bookmark_key = self.key("bookmark")
        self._opener = Opener(self.app, self.settings)
        for complaint in self._complaints:
            self.notify(str(complaint), title="Settings", markup=False, severity="warning", timeout=12)
        self.set_timer(REFRESH_AFTER, self._begin)

    def _begin(self) -> None:
        sources = self._sources()
        if any(source.kind == "samples" and source.checked is None for source in sources):
            how = f"Press {self.key('palette')} and choose “Add a folder”, or start it as: tui-reader FOLDER"
            self.notify(how, title="These are sample articles", markup=False, timeout=15)
        self._refresh(sources)

    def on_unmount(self) -> None:
        self._refresher.stop()

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

    @work(exit_on_error=False)
    async def action_links(self) -> None:
        offered = choices.links(self.article.links, self.article.link_texts)
        url = await self._choose(
            "Links in this article", offered, empty="There are no links in this article."
        )
        if isinstance(url, str):
            await self._opener.open(url, self._addresses()[2])

    # Choosing what to see

    async def _choose(
        self, title: str, offered: Sequence[Choice], current: object = None, empty: str = ""
    ) -> object:
        from tui_reader.ui.chooser import Chooser  # 7 ms

        return await self.app.push_screen_wait(Chooser(title, offered, current=current, empty=empty))

    @work(exit_on_error=False)
    async def action_choose_view(self) -> None:
        self._go_to(await self._choose("View", choices.views(self.counts, self.view.sort), self.view))

    @work(exit_on_error=False)
    async def action_choose_topic(self) -> None:
        offered = choices.topics(self.counts, self.view)
        empty = "No article has a topic yet, and no bookmark a tag."
        self._go_to(await self._choose("Topic or tag", offered, self.view, empty))

    @work(exit_on_error=False)
    async def action_choose_sort(self) -> None:
        sort = await self._choose("Order", choices.sorts(), self.view.sort)
        if sort:
            self._go_to(replace(self.view, sort=sort), self.list.current)

    def on_sidebar_view_chosen(self, event: Sidebar.ViewChosen) -> None:
        self._go_to(replace(event.view, sort=self.view.sort))

    def _go_to(self, view: object, current: int | None = None) -> None:
        if isinstance(view, View):
            self.open_view(view, current)
            self.sidebar.show(self.counts, view)
            self.action_back()
            self.look()

    def action_back(self) -> None:
        if self.has_class("-narrow"):
            # There it lies over the list.
            self.sidebar.display = False
        super().action_back()

    def action_sidebar(self) -> None:
        if self.sidebar.display and self.focused is self.sidebar:
            self.list.focus()
        self.sidebar.display = not self.sidebar.display
        if self.has_class("-narrow"):
            (self.sidebar if self.sidebar.display else self.list).focus()
            return
        self._choose_look("sidebar", self.sidebar.display, self.settings.sidebar)

    def action_compact(self) -> None:
        self.list.compact = not self.list.compact
        self._choose_look("compact", self.list.compact, self.settings.compact)

    def action_images(self) -> None:
        self.article.show_images = not self.article.show_images
        self._choose_look("images", self.article.show_images, self.settings.images)
        self.say(
            "Images are shown by caption and address" if self.article.show_images else "Images are hidden"
        )

    def _chosen(self, name: str, setting: bool) -> bool:
        return self.library.chosen(name, str(setting)) == str(True)

    def _choose_look(self, name: str, value: bool, setting: bool) -> None:
        self.library.choose(name, str(value), str(setting))

    @work(exit_on_error=False)
    async def action_choose_theme(self) -> None:
        theme = await self._choose("Theme", choices.themes(self.app.available_themes), self.app.theme)
        if theme:
            self.app.theme = str(theme)

    # Sources and refreshing

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
        if self.view.scope == "today":
            return ("Nothing has come in today.", f"{self.key('view')} goes to another view.")
        if self.view != View(sort=self.view.sort):
            return ("There are no articles here.", f"{self.key('view')} goes to another view.")
        return ("The library is empty.", f"Press {self.key('palette')} and choose “Add a folder”.")

    def arriving(self) -> bool:
        if not self._first_loads:
            return False
        return self.view.source is None or self.view.source in self._first_loads

    def action_refresh_source(self) -> None:
        wanted = self.view.source
        self._refresh_by_hand([source for source in self._sources() if wanted in (None, source.id)])

    def action_refresh_all(self) -> None:
        self._refresh_by_hand(self._sources())

    def _refresh_by_hand(self, sources: Sequence[Source]) -> None:
        self._asked = True
        self._found = 0
        if not sources:
            self.say("There are no sources yet; “Add a folder” in the palette adds one")
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
        if self._refresher.active:
            self._refresher.stop()
            self.say("Stopping; what has come in stays")
        else:
            self.app.bell()

    def on_progressed(self, event: Progressed) -> None:
        progress = event.progress
        if progress.total:
            self._progress = (
                f"⟳ {progress.source.title} {progress.done:,}/{progress.total:,}  {self.key('stop')} stops"
            )
        else:
            self._progress = f"⟳ {event.waiting + 1}"
        self.tell_status()

    def on_refreshed(self, event: Refreshed) -> None:
        outcome = event.outcome
        first = self.arriving() and outcome.source.id in self._first_loads
        self._first_loads.discard(outcome.source.id)
        self._found += outcome.new
        if event.last:
            self._progress = ""
            if self._asked and not outcome.failed:
                self.say(f"{self._found:,} new" if self._found else "Nothing new")
            self._asked = False
        if outcome.failed:
            self.complain(f"{outcome.source.location}: {outcome.failed}")
        elif outcome.problems:
            some = "One file" if outcome.problems == 1 else f"{outcome.problems:,} files"
            self.say(f"{some} of {outcome.source.title} could not be read; “Problems” lists them")
        if outcome.new:
            self.look(take_in=first)
        self.tell_status()

    def on_refresh_failed(self, event: RefreshFailed) -> None:
        self._progress = ""
        self.complain(event.sentence)
        self.tell_status()

    def action_take_in(self) -> None:
        if self.pending is None:
            self.app.bell()
        else:
            self.take_in()

    @work(exit_on_error=False)
    async def action_add_folder(self) -> None:
        from tui_reader.ui.chooser import Prompt

        name = await self.app.push_screen_wait(Prompt("Add a folder of articles", "~/articles"))
        if not name:
            return
        folder = await asyncio.to_thread(lambda: Path(name).expanduser().resolve())
        if not folder.is_dir():
            self.complain(f"{name} is no folder; nothing was added.")
            return
        self.change(lambda: self.library.sources.add_folder(folder), self._added)

    def _added(self, source: Source) -> None:
        self._refresh([source])
        self._go_to(View(source=source.id, sort=self.view.sort))

    @work(exit_on_error=False)
    async def action_sources(self) -> None:
        offered = choices.sources(self.counts)
        source = await self._choose("Sources: Enter removes one", offered, empty="There are no sources yet.")
        if not isinstance(source, Source):
            return
        from tui_reader.ui.chooser import Confirm

        question = (
            f"Remove {source.title} from the library?\n\n{source.location}\n\n"
            "Its files stay where they are, and bookmarked articles stay in the library."
        )
        if await self.app.push_screen_wait(Confirm(question, "remove it")):
            self.change(lambda: self.library.sources.remove(source.id), lambda _: self._removed(source))

    def _removed(self, source: Source) -> None:
        view = self.view if self.view.source != source.id else View(sort=self.view.sort)
        self._go_to(view, self.list.current)
        self.say(f"Removed {source.title}")

    # Everything by name

    @work(exit_on_error=False)
    async def action_problems(self) -> None:
        found = await asyncio.to_thread(self.library.sources.problems)
        path = await self._choose(
            "Files that could not be read: Enter copies the path",
            choices.problems(found),
            empty="Every file could be read.",
        )
        if path:
            self._opener.copy(str(path))

    @work(exit_on_error=False)
    async def action_palette(self) -> None:
        await self._run(await self._choose("Actions", choices.actions(self.keymap, ACTIONS)))

    @work(exit_on_error=False)
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
        self.status.show_hints(self.hints())
        news = ""
        if self.new:
            news = f"{self.new:,} new  {self.key('take_in')} takes in"
        self.status.show_news(news, self._progress)

    async def on_status_line_pressed(self, event: StatusLine.Pressed) -> None:
        await self._run(event.action)
