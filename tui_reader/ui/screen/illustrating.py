"""The pictures of the article: how this terminal draws them, and who brings them."""

import os
from collections.abc import Sequence

from textual import events

from tui_reader.library.library import Library
from tui_reader.model import Source, View
from tui_reader.picture import Box
from tui_reader.settings import Settings, default_cache
from tui_reader.ui.panes.pictured import PicturedArticle
from tui_reader.ui.screen.full_text import FullTexts
from tui_reader.ui.screen.illustrator import Drawn, Illustrator, NotDrawn
from tui_reader.ui.text import drawing


class Illustrating(FullTexts):
    def __init__(
        self, library: Library, settings: Settings, view: View, *, opened: Sequence[Source] = ()
    ) -> None:
        super().__init__(library, settings, view, opened=opened)
        self._illustrator: Illustrator | None = None
        """From the first picture on."""
        self._cell: tuple[int, int] | None = None

    def begin(self) -> None:
        super().begin()
        if self.settings.draw == "text":
            return
        self.illustrate()
        # A theme of the terminal's own few colours has none for pictures.
        self.watch(self.app, "theme", self.illustrate, init=False)
        self.app.app_resume_signal.subscribe(self, lambda _: self.article.send_again())

    def on_unmount(self) -> None:
        if self._illustrator is not None:
            self._illustrator.stop()

    def illustrate(self) -> None:
        """Draw pictures as well as the terminal can, or tell of images in words."""
        self.article.draw_pictures(self._box())

    def _box(self) -> Box | None:
        """How a picture is drawn; its room is the pane's to say."""
        wanted = self.settings.draw
        decodes, draws_pixels = drawing.installed()
        colours = self.app.console.color_system
        if wanted == "text" or not decodes or colours not in ("truecolor", "256"):
            return None
        if self.app.no_color or self.app.native_ansi_color:
            return None
        cell = self._cell = drawing.cell_size()
        way = drawing.way(wanted, os.environ, cell) if draws_pixels else "blocks"
        return Box(way, 0, 0, *(cell or drawing.USUAL_CELL))

    def on_pictured_article_pictures_wanted(self, event: PicturedArticle.PicturesWanted) -> None:
        if self._illustrator is None:
            self._illustrator = Illustrator(
                self.post_message,
                default_cache,
                round(self.settings.image_cache * 1e6),
                self.settings.private_hosts,
            )
        self._illustrator.want(event.wanted)

    def on_drawn(self, event: Drawn) -> None:
        self.article.take(event.url, event.picture)

    def on_not_drawn(self, event: NotDrawn) -> None:
        self.article.give_up(event.url, event.reason)

    def on_resize(self, event: events.Resize) -> None:
        # With another size of its letters a terminal has other cells.
        if self.article.draws_pictures and drawing.cell_size() != self._cell:
            self.illustrate()
