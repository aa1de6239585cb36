"""Choosing what to see: views, topics, orders, and how it looks."""

from collections.abc import Sequence

from msgspec.structs import replace
from textual import work

from tui_reader import query
from tui_reader.model import View
from tui_reader.ui.dialogs import choices
from tui_reader.ui.dialogs.choices import Choice
from tui_reader.ui.dialogs.dialog import ASKING
from tui_reader.ui.panes.sidebar import Sidebar
from tui_reader.ui.screen.searching import Searching


class Choosing(Searching):
    async def _choose(
        self, title: str, offered: Sequence[Choice], current: object = None, empty: str = ""
    ) -> object:
        from tui_reader.ui.dialogs.chooser import Chooser  # 7 ms

        return await self.app.push_screen_wait(Chooser(title, offered, current=current, empty=empty))

    @work(group=ASKING, exit_on_error=False)
    async def action_choose_view(self) -> None:
        self._go_to(await self._choose("View", choices.views(self.counts, self.view.sort), self.view))

    @work(group=ASKING, exit_on_error=False)
    async def action_choose_topic(self) -> None:
        offered = choices.topics(self.counts, self.view)
        empty = "No article has a topic yet, and no bookmark a tag."
        self._go_to(await self._choose("Topic or tag", offered, self.view, empty))

    @work(group=ASKING, exit_on_error=False)
    async def action_choose_sort(self) -> None:
        asked = query.parse(self.view.query)
        offered = choices.sorts(searched=query.has_words(asked))
        sort = await self._choose("Order", offered, asked.sort or self.view.sort)
        if sort:
            # What is chosen goes before what the query says.
            unsorted = query.unsorted(self.view.query) if asked.sort else self.view.query
            self._go_to(replace(self.view, query=unsorted, sort=sort), self.list.current)

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
        if self.sidebar.display:
            self.recount()
        if self.has_class("-narrow"):
            (self.sidebar if self.sidebar.display else self.list).focus()
            return
        self._choose_look("sidebar", self.sidebar.display, self.settings.sidebar)

    def action_compact(self) -> None:
        self.list.compact = not self.list.compact
        self._choose_look("compact", self.list.compact, self.settings.compact)

    def action_days(self) -> None:
        self.by_day = not self.by_day
        self._choose_look("days", self.by_day, self.settings.days)
        self.open_view(self.view, self.list.current)

    def action_fold(self) -> None:
        """A row for a story, or one for each of its articles; the cursor stays with its story."""
        self.folded = not self.folded
        self._choose_look("stories", self.folded, self.settings.stories)
        current = self.list.current
        if current is not None and self.shows_stories:
            current = self.library.articles.stands_for(self.view, current)
        self.list.look_again()
        self.open_view(self.view, current)
        if self.folded and not self.shows_stories:
            self.say("Stories are folded; a search shows every article all the same")
        else:
            self.say("A story is one row now" if self.folded else "Every article has its row")

    def action_images(self) -> None:
        self.article.show_images = not self.article.show_images
        self._choose_look("images", self.article.show_images, self.settings.images)
        shown = "shown" if self.article.draws_pictures else "shown by caption and address"
        self.say(f"Images are {shown}" if self.article.show_images else "Images are hidden")

    def _chosen(self, name: str, setting: bool) -> bool:
        return self.library.chosen(name, str(setting)) == str(True)

    def _choose_look(self, name: str, value: bool, setting: bool) -> None:
        self.library.choose(name, str(value), str(setting))

    @work(group=ASKING, exit_on_error=False)
    async def action_choose_theme(self) -> None:
        theme = await self._choose("Theme", choices.themes(self.app.available_themes), self.app.theme)
        if theme:
            self.app.theme = str(theme)
