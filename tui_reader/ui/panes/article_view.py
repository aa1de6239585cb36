"""The article pane: draws lines, scrolls them, follows links. What the lines say is `article_page.py`'s.

`show` is called in the key handler of the list and costs a repaint, no layout: it lays out what is in sight,
takes the scroll offset along, and leaves the rest of a long text to moments in which nobody waits.
"""

from collections.abc import Hashable, Iterable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.selection import Selection
from textual.strip import Strip
from textual.timer import Timer

from tui_reader import clean
from tui_reader.model import Mention, Stored
from tui_reader.ui.bindings import bindings
from tui_reader.ui.panes.article_page import Page, article_page, mention_page, sentence_page
from tui_reader.ui.panes.pane import Pane
from tui_reader.ui.text.blocks import (
    CODE,
    EMPHASIS,
    HEAD_CELL,
    HEADING,
    LINK,
    MARK,
    QUIET,
    STRIKE,
    STRONG,
    TITLE,
    Ask,
    Run,
)
from tui_reader.ui.text.flow import NARROWEST, width_of

MEASURE = 88
"""Columns of the longest line: beyond that the eye loses its way back."""
MARGIN = 1
KEPT_PAGES = 32
SHOWN = ("article", "bookmark", "page")
"""What of a stored article its lines are made of."""
AT_LEISURE, SLICE = 0.02, 0.004
"""Seconds without a new article before the rest of it is laid out, and how long one go at it takes."""

LOOKS = (
    (TITLE, "article-view--title"),
    (HEADING, "article-view--heading"),
    (HEAD_CELL, "article-view--strong"),
    (STRONG, "article-view--strong"),
    (EMPHASIS, "article-view--emphasis"),
    (STRIKE, "article-view--strike"),
    (CODE, "article-view--code"),
    (LINK, "article-view--link"),
    (QUIET, "article-view--quiet"),
)
"""Later ones win where two have a colour."""
NOTHING = Page(iter(()), 0)
"""The page of a pane that has no width yet."""
NOTHING.lay_out()


class ArticleView(Pane):
    BINDINGS = bindings(
        down="scroll_line(1)",
        up="scroll_line(-1)",
        top="to_end(-1)",
        bottom="to_end(1)",
        half_down="page(0.5)",
        half_up="page(-0.5)",
        page_down="page(1)",
        page_up="page(-1)",
    )
    looks: ClassVar[tuple[tuple[int, str], ...]] = LOOKS
    COMPONENT_CLASSES: ClassVar[set[str]] = {name for _, name in LOOKS}
    DEFAULT_CSS = """
    ArticleView {
        & > .article-view--title { text-style: bold; }
        & > .article-view--heading { color: $text-primary; text-style: bold; }
        & > .article-view--strong { text-style: bold; }
        & > .article-view--emphasis { text-style: italic; }
        & > .article-view--strike { text-style: strike; }
        & > .article-view--code { color: $text-secondary; }
        & > .article-view--link { color: $text-accent; text-style: underline; }
        & > .article-view--quiet { color: $text-muted; }
    }
    """

    class LinkFollowed(Message):
        """A link was clicked."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url = url

    show_images: reactive[bool] = reactive(True, repaint=False)
    """Whether images are told of, by their captions and addresses."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.open_key = "o"
        """What the key is called that opens the original."""
        self.full_text_key = "x"
        """What the key is called that fetches the page."""
        self.bookmark_key = "b"
        self.clock = "24h"
        self.ask: Ask | None = None
        """What is known of a picture; None where images are only told of."""
        self._subject: Stored | Mention | str = ""
        self._page = NOTHING
        self._asked_top = 0
        self._pages: LRUCache[tuple[int, int, bool, bool], tuple[Stored, Page]] = LRUCache(KEPT_PAGES)
        self._fetched: set[int] = set()
        """Articles whose pages somebody waits for."""
        self._strips: LRUCache[Hashable, Strip] = LRUCache(512)
        self._looks: dict[int, Style] = {}
        self._leisure: Timer | None = None
        self._selection: Selection | None = None

    # `container_size` is the pane within its border; `size` is the same, worked out at every call in 9 µs.

    # What is shown

    def show(self, stored: Stored, *, top: int = 0) -> None:
        self._subject = stored
        self._turn_to(self._new_page(), top)

    def show_mention(self, mention: Mention, *, top: int = 0) -> None:
        """Show what another article tells of one that is not in the library."""
        self._subject = mention
        self._turn_to(self._new_page(), top)

    def say(self, sentence: str) -> None:
        """Show a sentence instead of an article."""
        self._subject = sentence
        self._turn_to(self._new_page(), 0)

    def clear(self) -> None:
        self.say("")

    def prepare(self, stored: Stored) -> bool:
        """Lay some of an article out that may be shown next, for `SLICE` seconds; whether it is all done."""
        if not self.container_size.width:
            return True
        page = self._article_page(stored)
        page.lay_out(seconds=SLICE)
        return page.done

    def tell_fetching(self, article_id: int, fetching: bool) -> None:
        """Say above its text that an article's page is on its way, or no more; what is at the top stays."""
        if fetching == (article_id in self._fetched):
            return
        (self._fetched.add if fetching else self._fetched.discard)(article_id)
        if article_id == self.article_id:
            self._wrap_again(self.top)

    @property
    def article_id(self) -> int | None:
        """Which of the library's articles the pane shows."""
        return self._subject.id if isinstance(self._subject, Stored) else None

    @property
    def links(self) -> tuple[str, ...]:
        """The addresses in the text, those of images too where they are shown; number 1 is the first."""
        return tuple(self._whole_page().links.urls)

    @property
    def link_texts(self) -> tuple[str, ...]:
        """What the links are called, in the order of `links`."""
        return tuple(self._whole_page().links.texts)

    @property
    def top(self) -> int:
        """The first line in sight."""
        return self.scroll_offset.y

    @property
    def at_end(self) -> bool:
        """Whether the last line is in sight."""
        below = self.top + self.container_size.height
        self._page.lay_out(below + 1)
        return below >= len(self._page.lines)

    def _new_page(self) -> Page:
        width = self._text_width()
        if not self.container_size.width:
            return NOTHING
        match self._subject:
            case Stored() as stored:
                return self._article_page(stored)
            case Mention() as mention:
                keys = {"open_key": self.open_key, "bookmark_key": self.bookmark_key}
                return mention_page(mention, width, clock=self.clock, **keys)
            case sentence:
                return sentence_page(sentence, width)

    def _article_page(self, stored: Stored) -> Page:
        width = self._text_width()
        fetching = stored.id in self._fetched
        key = (stored.id, width, self.show_images, fetching)
        kept = self._pages.get(key)
        same = kept and all(getattr(kept[0], name) == getattr(stored, name) for name in SHOWN)
        if kept and same and self._is_fresh(kept[1]):
            return kept[1]
        page = article_page(
            stored,
            width,
            images=self.show_images,
            clock=self.clock,
            open_key=self.open_key,
            full_text_key=self.full_text_key,
            ask=self.ask,
            fetching=fetching,
        )
        # It would keep the old one.
        self._pages.discard(key)
        self._pages[key] = (stored, page)
        return page

    def _is_fresh(self, page: Page) -> bool:
        """Whether nothing else is known of its pictures now."""
        return self.ask is None or all(self.ask(url) == known for url, known in page.asked.items())

    def _whole_page(self) -> Page:
        self._page.lay_out()
        self._tell_height()
        return self._page

    def _text_width(self) -> int:
        room = self.container_size.width - 2 * MARGIN
        return max(NARROWEST, min(MEASURE, room))

    def _turn_to(self, page: Page, top: int) -> None:
        if self._selection is not None:
            self.screen.clear_selection()
        self._page, self._asked_top = page, top
        self._strips.clear()
        if page is NOTHING:
            return
        page.lay_out(top + self.container_size.height)
        self._tell_height()
        self.scroll_to(y=top, animate=False, force=True)
        self.refresh()
        if not page.done:
            self._lay_out_at_leisure(AT_LEISURE)

    def _tell_height(self) -> None:
        self.tell_height(len(self._page.lines), self._page.height())

    def _lay_out_at_leisure(self, delay: float) -> None:
        if self._leisure is not None:
            self._leisure.stop()
        self._leisure = self.set_timer(delay, self._lay_out_some)

    def _lay_out_some(self) -> None:
        self._page.lay_out(seconds=SLICE)
        if self._page.done:
            self._tell_height()
        else:
            self._lay_out_at_leisure(SLICE)

    def watch_show_images(self) -> None:
        self._wrap_again(self.top)

    def _wrap_again(self, top: int) -> None:
        """Lay the same thing out anew; the block that was at the top stays there."""
        old, page = self._page, self._new_page()
        if old is NOTHING:
            top = self._asked_top
        elif page is not old and page is not NOTHING:
            top = page.line_at(old.place(top))
        self._turn_to(page, top)

    def _size_updated(
        self, size: Size, virtual_size: Size, container_size: Size, layout: bool = True
    ) -> bool:
        # Here and not in `on_resize`, which comes after the first paint of the new size.
        old_size, top = self.container_size, self.top
        changed = super()._size_updated(size, virtual_size, container_size, layout)
        if self.container_size != old_size:
            self._wrap_again(top)
        return changed

    # Drawing

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._looks.clear()
        self._strips.clear()

    def selection_updated(self, selection: Selection | None) -> None:
        self._selection = selection
        self._strips.clear()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        # The offsets for selecting text cost 10 µs a segment: the mouse asks here, painting does without.
        return self.draw_line(y).apply_offsets(0, y + self.scroll_offset.y)

    def line_key(self, y: int) -> Hashable:
        return self.key_of(y + self.scroll_offset.y)

    def key_of(self, y: int) -> Hashable:
        """What a line of the page shows, as long as it is the same page."""
        return y

    def runs(self, y: int) -> Iterable[Run]:
        """What a line of the page consists of."""
        return self._page.lines[y].runs

    def draw_line(self, y: int) -> Strip:
        y += self.scroll_offset.y
        key = self.key_of(y)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._draw(y)
        return strip

    def _draw(self, y: int) -> Strip:
        width = self.container_size.width
        self._page.lay_out(y + 1)
        if y >= len(self._page.lines):
            return Strip.blank(width, self._style(0))
        line = self._page.lines[y]
        segments = [Segment(" " * MARGIN, self._style(0))]
        segments += [Segment(text, self._style(look)) for text, look, _ in self.runs(y)]
        spare = width - MARGIN - line.cells
        if spare > 0:
            segments.append(Segment(" " * spare, self._style(0)))
        strip = Strip(segments, MARGIN + line.cells + max(0, spare)).adjust_cell_length(width, self._style(0))
        span = self._selection.get_span(y) if self._selection else None
        return self._select(strip, *span) if span else strip

    def _select(self, strip: Strip, begin: int, end: int) -> Strip:
        """A strip with its letters from `begin` to `end` drawn as selected; -1 is the end of the line."""
        style = self.screen.get_component_rich_style("screen--selection")
        first = strip.index_to_cell_position(begin)
        last = strip.cell_length if end < 0 else strip.index_to_cell_position(end)
        before, within, after = (
            strip.crop(0, first),
            strip.crop(first, last),
            strip.crop(last, strip.cell_length),
        )
        drawn = Strip(
            [Segment(text, (own or Style()) + style) for text, own, _ in within], within.cell_length
        )
        return Strip.join([before, drawn, after])

    def _style(self, look: int) -> Style:
        style = self._looks.get(look)
        if style is None:
            style = self.rich_style
            for bit, name in self.looks:
                if look & bit:
                    coloured = self.get_component_styles(name).has_any_rules("color", "background")
                    style += self.get_component_rich_style(name, partial=not coloured)
            self._looks[look] = style
        return style

    # Selecting and clicking

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text as it was written: wrapped lines joined, bars and link numbers left out."""
        lines = self._whole_page().lines
        first = selection.start.y if selection.start else 0
        last = selection.end.y if selection.end else len(lines) - 1
        text = ""
        for y in range(max(0, first), min(last, len(lines) - 1) + 1):
            begin, end = selection.get_span(y) or (0, 0)
            at = MARGIN
            for run in lines[y].runs:
                if not run.look & MARK:
                    stop = len(run.text) if end < 0 else max(0, end - at)
                    text += run.text[max(0, begin - at) : stop]
                at += len(run.text)
            text = text.rstrip(" ") + (lines[y].end if y < last else "")
        return text, "\n"

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or event.chain > 1 or self._selection is not None:
            return
        url = self.link_at(offset.x, offset.y)
        if url and clean.may_open(url):
            self.post_message(self.LinkFollowed(url))

    def link_at(self, x: int, y: int) -> str:
        """The address under a cell of the pane; empty where there is none."""
        y += self.top
        if not 0 <= y < len(self._page.lines):
            return ""
        at = MARGIN
        for text, _, link in self._page.lines[y].runs:
            if at <= x < at + width_of(text):
                return self._page.links.urls[link - 1] if link else ""
            at += width_of(text)
        return ""

    # Scrolling

    def page(self, by: float) -> None:
        """Scroll by so many screens; a line of the last one stays in sight."""
        lines = self.container_size.height * by
        self._scroll_by(round(lines) - (1 if by >= 1 else -1 if by <= -1 else 0) or (1 if by > 0 else -1))

    def action_page(self, by: float) -> None:
        self.page(by)

    def action_scroll_line(self, by: int) -> None:
        self._scroll_by(by)

    def action_to_end(self, direction: int) -> None:
        self._scroll_by(len(self._whole_page().lines) if direction > 0 else -self.top)

    def _scroll_by(self, lines: int) -> None:
        top = max(0, self.top + lines)
        self._page.lay_out(top + self.container_size.height)
        self._tell_height()
        self.scroll_to(y=top, animate=False, force=True)
