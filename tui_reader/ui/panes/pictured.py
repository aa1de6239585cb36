"""The article pane with its pictures: lays out room for them, asks for those in sight, draws their lines.

    a moment's rest → Wanted, up to the screen → … → take, down from it → the page laid out anew around them

Without a gallery it is an `ArticleView`, which tells of images in words, and no slower.
"""

from collections.abc import Hashable, Iterator, Sequence

from msgspec.structs import replace
from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from tui_reader.model import Stored
from tui_reader.picture import Box, Picture, Wanted
from tui_reader.ui.panes.article_page import Page
from tui_reader.ui.panes.article_view import MARGIN, NOTHING, ArticleView
from tui_reader.ui.panes.gallery import Gallery
from tui_reader.ui.panes.picture_strip import Band, PictureStrip
from tui_reader.ui.text.flow import Line, Plate, width_of

REST = 0.12
"""Seconds without another article or scrolling before its pictures are asked for."""
LEAST_LINES, MOST_LINES = 8, 20
"""Of the highest picture: half of the pane, but not less than the one or more than the other."""
TEXT_LINES = 3
"""That a low pane leaves beside a picture."""
ASKED_AT_ONCE = 16
"""Pictures; fewer than the gallery keeps, or they would drive each other out."""
WHILE_SELECTING = 1.0
"""Seconds until another look whether text is still selected: it would not be, laid out anew."""


class PicturedArticle(ArticleView):
    class PicturesWanted(Message):
        """These are missing in what is in sight, and no others are waited for any more."""

        def __init__(self, wanted: Sequence[Wanted]) -> None:
            super().__init__()
            self.wanted = wanted

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._gallery: Gallery | None = None
        self._asked: tuple[Wanted, ...] = ()
        self._asked_in: int | None = None
        """The article that they are in."""
        self._rest: Timer | None = None
        self._sent: set[int] = set()
        """Numbers of the pictures that the terminal was sent, and keeps until it is told otherwise."""

    # What is drawn

    def draw_pictures(self, box: Box | None) -> None:
        """From now on into such a box, whatever its columns and lines; None tells of images in words."""
        if box is None:
            self._gallery, self.ask = None, None
        elif self._gallery is None:
            self._gallery = Gallery(box)
            self.ask = self._gallery.known
        else:
            self._gallery.change(box)
        self._set_room()
        self._pages.clear()
        self._wrap_again(self.top)

    @property
    def draws_pictures(self) -> bool:
        return self._gallery is not None

    def take(self, url: str, picture: Picture) -> None:
        """A picture that was asked for; nothing moves at the top of the pane."""
        if self._gallery is not None:
            self._gallery.keep(url, picture)
            self._show_what_came(url)

    def give_up(self, url: str, reason: str) -> None:
        """A picture that cannot be had is told of in words, with the reason."""
        if self._gallery is not None:
            self._gallery.fail(url, reason)
            self._show_what_came(url)

    def _show_what_came(self, url: str) -> None:
        if url not in self._page.asked:
            return
        if self._selection is not None:
            self.set_timer(WHILE_SELECTING, lambda: self._show_what_came(url))
            return
        page = self._new_page()
        if page is self._page:
            self._strips.clear()
            self.refresh()
        else:
            anchor = self._anchor()
            place = self._page.place(self.top + anchor)
            self._turn_to(page, max(0, page.line_at(place) - anchor))

    def _anchor(self) -> int:
        """How far below the top of the pane a block begins: where that stays, nothing moves but a picture."""
        for line in range(self.container_size.height):
            if self._page.place(self.top + line)[1] == 0:
                return line
        return 0

    # Room

    def _set_room(self) -> None:
        if self._gallery is not None:
            height = self.container_size.height
            lines = max(min(LEAST_LINES, height - TEXT_LINES), min(MOST_LINES, height // 2), 1)
            self._gallery.box = replace(self._gallery.box, lines=lines)

    def _new_page(self) -> Page:
        self._set_room()
        return super()._new_page()

    def _article_page(self, stored: Stored) -> Page:
        if self._gallery is not None:
            for image in stored.article.images[:1]:
                if image.width and image.height:
                    self._gallery.declare(image.url, image.width, image.height)
        return super()._article_page(stored)

    # Asking

    def _turn_to(self, page: Page, top: int) -> None:
        super()._turn_to(page, top)
        if self._sent:
            self.take_pictures_back(self._page)
        if self._asked and self.article_id != self._asked_in:
            self._ask_for(())
        if self._gallery is not None:
            self._await_rest()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self._gallery is not None:
            self._await_rest()

    def _await_rest(self) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(REST, self._ask_for_missing)

    def _ask_for_missing(self) -> None:
        if self._gallery is None or self._page is NOTHING:
            return
        missing: dict[object, Wanted] = {}
        for plate in self._plates_about():
            if len(missing) < ASKED_AT_ONCE and self._gallery.lacks(plate.url, plate.columns, plate.lines):
                box = replace(
                    self._gallery.box, columns=max(1, plate.room), background=self._background_pixel()
                )
                # Where its size is not known, the first one tells it for all.
                key = (plate.url, plate.columns, plate.lines) if plate.columns else plate.url
                missing.setdefault(key, Wanted(plate.url, box))
        self._asked_in = self.article_id
        self._ask_for(tuple(missing.values()))

    def _ask_for(self, wanted: tuple[Wanted, ...]) -> None:
        if wanted != self._asked:
            self._asked = wanted
            self.post_message(self.PicturesWanted(wanted))

    def _plates_about(self) -> Iterator[Plate]:
        """The pictures in sight, and those of a screen below and above."""
        height = self.container_size.height
        self._page.lay_out(self.top + 2 * height)
        in_sight = self._page.lines[self.top : self.top + 2 * height]
        for line in [*in_sight, *self._page.lines[max(0, self.top - height) : self.top]]:
            if line.plate is not None and line.plate.row < 1:
                yield line.plate

    def _background_pixel(self) -> tuple[int, int, int]:
        colour = self.background_colors[1]
        return colour.r, colour.g, colour.b

    # Drawing

    def _draw(self, y: int) -> Strip:
        self._page.lay_out(y + 1)
        if y < len(self._page.lines):
            line = self._page.lines[y]
            if line.plate is not None and line.plate.row >= 0:
                return self._draw_plate(line, line.plate)
        return super()._draw(y)

    def _draw_plate(self, line: Line, plate: Plate) -> Strip:
        width = self.container_size.width
        style = self._style(0)
        before = [Segment(" " * MARGIN, style)]
        before += [Segment(text, self._style(look)) for text, look, _ in line.runs]
        spare = max(0, width - MARGIN - line.cells)
        picture = self._gallery and self._gallery.picture(plate.url, plate.columns, plate.lines)
        if not picture or plate.row >= picture.lines or MARGIN + line.cells > width:
            segments = [*before, Segment(" " * (plate.columns + spare), style)]
            return Strip(segments).adjust_cell_length(width, style)
        self._send(picture)
        return PictureStrip(before, Band(picture, plate.row, style), [Segment(" " * spare, style)])

    def draw_line(self, y: int) -> Strip:
        strip = super().draw_line(y)
        return strip.in_cells() if isinstance(strip, PictureStrip) and self._would_scroll(y) else strip

    def line_key(self, y: int) -> Hashable:
        key = super().line_key(y)
        return (key, "last") if self._would_scroll(y) else key

    def _would_scroll(self, y: int) -> bool:
        """Whether it is the screen's last line, below which sixels leave the cursor."""
        if self._gallery is None or self._gallery.box.way != "sixel":
            return False
        return self.content_region.y + y + 1 >= self.app.size.height

    def _between_sides(self, strip: Strip, thumb: bool, width: int) -> Strip:
        if not isinstance(strip, PictureStrip):
            return super()._between_sides(strip, thumb, width)
        left, *_, right = super()._between_sides(Strip.blank(width - 2), thumb, width)
        return strip.between(left, right)

    def link_at(self, x: int, y: int) -> str:
        line = self._page.lines[y + self.top] if 0 <= y + self.top < len(self._page.lines) else None
        if line is None or line.plate is None or line.plate.row < 0:
            return super().link_at(x, y)
        begin = MARGIN + sum(width_of(run.text) for run in line.runs)
        inside = begin <= x < begin + line.plate.columns
        return self._page.links.urls[line.plate.link - 1] if inside else ""

    # What the terminal keeps

    def _send(self, picture: Picture) -> None:
        """Before its placeholders, which are written by the same driver, in order."""
        if picture.transmission and picture.number not in self._sent:
            self._sent.add(picture.number)
            self._write(picture.transmission)

    def take_pictures_back(self, page: Page = NOTHING) -> None:
        """The terminal lets go of the pictures that are not on this page."""
        plates = {line.plate for line in page.lines if line.plate is not None and line.plate.row == 0}
        kept = set()
        if self._gallery is not None:
            drawn = (self._gallery.picture(plate.url, plate.columns, plate.lines) for plate in plates)
            kept = {picture.number for picture in drawn if picture is not None}
        for number in self._sent - kept:
            self._write(f"\x1b_Ga=d,d=I,i={number},q=2\x1b\\")
        self._sent &= kept

    def send_again(self) -> None:
        """The terminal has been somebody else's meanwhile."""
        self._sent.clear()
        self._strips.clear()
        self.refresh()

    def _write(self, sequence: str) -> None:
        if self.app._driver is not None:
            self.app._driver.write(sequence)
