"""An article from its headline to its address: its blocks, and their lines as far as they are asked for."""

import re
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tui_reader.model import Bookmark, Enclosure, Image, Mention, Stored
from tui_reader.picture import Known
from tui_reader.ui.panes import dates
from tui_reader.ui.text.blocks import (
    EMPHASIS,
    LINK,
    MARK,
    QUIET,
    REST,
    STRONG,
    TITLE,
    Ask,
    Figure,
    Links,
    Note,
    Paragraph,
    Piece,
    Quote,
    Run,
    figure,
)
from tui_reader.ui.text.flow import BLANK, Line
from tui_reader.ui.text.typeset import typeset

if TYPE_CHECKING:
    from tui_reader.ui.text.markdown import Body

WORDS_A_MINUTE = 230
MAX_LINES = 50_000

FETCHING = "Fetching the full text …"
ENCRYPTED = "The publisher ships this article's text encrypted"
ONLY_SUMMARY = "Only the publisher's summary is stored."
NO_TEXT = "Neither a text nor a summary is stored."


class Page:
    """Lines for one width, laid out block by block: a screenful at once, the rest when nobody waits."""

    def __init__(self, pieces: Iterator[Piece], width: int, links: Links | None = None) -> None:
        self.width = width
        self.links = links or Links()
        self.lines: list[Line] = []
        self.done = False
        self.progress: Callable[[], float] = lambda: 1.0
        """How much of the text has been laid out, from 0 to 1."""
        self.asked: dict[str, Known] = {}
        """What was known of its pictures when they were laid out."""
        self._pieces = pieces
        self._starts: list[int] = []
        """The line at which each block begins."""

    def lay_out(self, lines: float = float("inf"), *, seconds: float = float("inf")) -> None:
        """Lay out until there are so many lines, or for so long: at least a block, at the most to the end."""
        until = time.perf_counter() + seconds
        while not self.done and len(self.lines) < lines:
            self._lay_out_block()
            if time.perf_counter() > until:
                break

    def _lay_out_block(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            self.done = True
            return
        loose, block = piece
        lines = typeset(block, self.width)
        if self.lines and lines and loose:
            self.lines.append(BLANK)
        self._starts.append(len(self.lines))
        self.lines += lines
        if len(self.lines) > MAX_LINES:
            del self.lines[MAX_LINES:]
            self.lines += typeset(Note(REST), self.width)
            self.done = True

    def height(self) -> int:
        """Number of lines; an estimate until everything is laid out."""
        return len(self.lines) if self.done else round(len(self.lines) / max(self.progress(), 0.001))

    def place(self, line: int) -> tuple[int, float]:
        """Which block is at a line, and how far into it the line is; it holds for every width."""
        block = max(0, bisect_right(self._starts, line) - 1)
        begin, end = self._edges(block)
        return block, (line - begin) / max(1, end - begin)

    def line_at(self, place: tuple[int, float]) -> int:
        block, share = place
        while not self.done and len(self._starts) <= block + 1:
            self._lay_out_block()
        begin, end = self._edges(min(block, len(self._starts) - 1))
        return begin + int(share * (end - begin) + 0.001)

    def _edges(self, block: int) -> tuple[int, int]:
        begin = self._starts[block] if 0 <= block < len(self._starts) else 0
        end = self._starts[block + 1] if block + 1 < len(self._starts) else len(self.lines)
        return begin, end


def article_page(
    stored: Stored,
    width: int,
    *,
    images: bool = True,
    clock: str = "24h",
    open_key: str = "o",
    full_text_key: str = "x",
    ask: Ask | None = None,
    fetching: bool = False,
) -> Page:
    """`ask` tells what is known of a picture; without it none is drawn. `fetching`: its page is awaited."""
    links = Links()
    asked: dict[str, Known] = {}

    def told(url: str) -> Known:
        asked[url] = ask(url) if ask else Known()
        return asked[url]

    from tui_reader.ui.text.markdown import Body  # 60 ms with its parser, after the first paint

    body = Body(stored.text, links, images=images, ask=told if ask else None)
    draw = partial(figure, links=links, shown=images, ask=told if ask else None)
    keys = (full_text_key, open_key)
    page = Page(_article(stored, body, links, draw, clock, keys, fetching), width, links)
    page.progress = lambda: body.progress
    page.asked = asked
    return page


def mention_page(
    mention: Mention, width: int, *, clock: str = "24h", open_key: str = "o", bookmark_key: str = "b"
) -> Page:
    return Page(_mention(mention, clock, open_key, bookmark_key), width)


def sentence_page(sentence: str, width: int) -> Page:
    return Page(iter([(False, Note(sentence))]), width)


def _article(
    stored: Stored,
    body: "Body",
    links: Links,
    draw: Callable[[str, str], Figure],
    clock: str,
    keys: tuple[str, str],
    fetching: bool,
) -> Iterator[Piece]:
    article, text = stored.article, stored.text
    yield False, _plain(article.title or "Without a title", TITLE)
    yield False, _quiet(_about(stored, clock))
    if article.topics:
        yield False, _quiet(" · ".join(article.topics))
    if article.facts:
        yield False, _quiet(" · ".join(f"{fact.name}: {fact.value}" for fact in article.facts))
    for enclosure in article.enclosures:
        yield False, _enclosure(enclosure, links)
    if stored.bookmark:
        yield from _bookmark(stored.bookmark)
    yield True, Note(FETCHING, shown=fetching)
    # An image that the text shows too is drawn where the text has it.
    lead = _lead_image(stored)
    if lead and not shows(text, lead.url):
        yield True, draw(lead.url, lead.caption)
    if text:
        if article.summary and not repeats(text, article.summary):
            yield True, _plain(article.summary, EMPHASIS)
        yield from body.pieces()
        yield from _told_of_page(stored, keys[0])
    else:
        yield from _summary(stored, *keys)
    if article.url:
        yield True, _quiet(article.url)


def _enclosure(enclosure: Enclosure, links: Links) -> Paragraph:
    """What comes with the article, to be opened like a link: `♪ audio/mpeg · 55 MB [1]`."""
    size = f"{enclosure.size / 1e6:,.0f} MB" if enclosure.size and enclosure.size >= 500_000 else ""
    name = enclosure.title or enclosure.url.partition("?")[0].rpartition("/")[2] or "file"
    told = _joined([name, enclosure.kind, size])
    number = links.number(enclosure.url, told)
    mark = "♪ " if enclosure.kind.startswith("audio") else "↓ "
    return Paragraph((Run(mark, QUIET), Run(told, LINK, number), Run(f"[{number}]", QUIET | MARK, number)))


def _lead_image(stored: Stored) -> Image | None:
    if stored.article.images:
        return stored.article.images[0]
    return Image(stored.page.image) if stored.page and stored.page.image and stored.shows_page else None


def _told_of_page(stored: Stored, key: str) -> Iterator[Piece]:
    """Which of two texts this is, and how to come to the other; or why there is no other."""
    page = stored.page
    if page is None:
        return
    if page.body and key:
        other = "what the source tells" if stored.shows_page else "the text of the page"
        yield True, Paragraph((Run(key, STRONG), Run(f"  {other}", QUIET)))
    elif page.problem:
        yield True, Note(page.problem)


def _summary(stored: Stored, full_text_key: str, open_key: str) -> Iterator[Piece]:
    article = stored.article
    if article.summary:
        yield True, _plain(article.summary)
    if stored.page is not None and stored.page.body:
        yield True, Note("This is what the source tells.")
    elif article.secured:
        yield True, Note(ENCRYPTED + ("; this is its summary." if article.summary else "."))
    else:
        yield True, Note(ONLY_SUMMARY if article.summary else NO_TEXT)
    if stored.page is not None and not stored.page.body and stored.page.problem:
        yield True, Note(stored.page.problem)
    if article.url and full_text_key:
        if stored.page is not None and stored.page.body:
            does = "read the text of the page"
        else:
            does = "try again to fetch the full text" if stored.page else "fetch the full text"
        yield False, Paragraph((Run(full_text_key, STRONG), Run(f"  {does}", QUIET)))
    if article.url and open_key:
        yield False, Paragraph((Run(open_key, STRONG), Run("  open the original", QUIET)))


def _bookmark(bookmark: Bookmark) -> Iterator[Piece]:
    tags = "".join(f" #{tag}" for tag in bookmark.tags)
    yield False, Paragraph((Run("★ Bookmarked", STRONG), Run(tags)))
    if bookmark.note:
        yield False, Quote((_plain(bookmark.note),))


def _mention(mention: Mention, clock: str, open_key: str, bookmark_key: str) -> Iterator[Piece]:
    yield False, _plain(mention.title or "Without a title", TITLE)
    parts = [mention.provider or mention.domain, dates.full(mention.published, clock)]
    if mention.quality is not None:
        parts.append(f"quality {mention.quality}")
    if mention.kind != "article":
        parts.append(mention.kind)
    yield False, _quiet(_joined(parts))
    if mention.summary:
        yield True, _plain(mention.summary)
    opens = f"{open_key} opens it in the browser, " if mention.url else ""
    yield True, Note(f"Not in the library: {opens}{bookmark_key} keeps it as a bookmark.")
    if mention.url:
        yield True, _quiet(mention.url)


def _about(stored: Stored, clock: str) -> str:
    article = stored.article
    parts = [article.provider or article.domain or stored.source]
    if article.author != parts[0]:
        parts.append(article.author)
    parts.append(dates.full(article.published, clock))
    if article.length:
        parts.append(_duration(article.length))
    elif stored.words and stored.text:
        parts.append(f"{-(-stored.words // WORDS_A_MINUTE)} min")
    if article.quality is not None:
        parts.append(f"quality {article.quality}")
    if article.heat is not None:
        parts.append(f"heat {article.heat}")
    if article.kind != "article":
        parts.append(article.kind)
    return _joined(parts)


def _duration(seconds: int) -> str:
    hours, minutes = divmod(max(1, round(seconds / 60)), 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes))


def _joined(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)


def _plain(text: str, look: int = 0) -> Paragraph:
    return Paragraph((Run(text, look),))


def _quiet(text: str) -> Paragraph:
    return _plain(text, QUIET)


_IMAGES = re.compile(r"!\[[^][\n]{0,600}\]\(<?([^\s)>]{1,4000})")
_MEASURE = re.compile(r"(?:[-_](?:\d{2,5}x\d{2,5}|scaled|x?[sml]|small|medium|large))*(?:\.\w{2,5})?\Z")
"""At the end of a file's name: how large a picture is there, and in which format."""
MEASURE = 40
"""Letters at the end of a name among which that is told."""
NAMED = 6
"""Letters of the shortest name by which a picture is known wherever it is."""


def shows(body: str, url: str) -> bool:
    """Whether a picture stands in a text, be it in another size: pages and feeds have it in several."""
    if url in body:
        return True
    wanted = _picture(url)
    return any(_picture(found) == wanted for found in _IMAGES.findall(body))


def _picture(url: str) -> str:
    """What its addresses have in common: the name of its file; where that says little, all but the query."""
    path = unquote(url).partition("?")[0]
    name = path.rpartition("/")[2]
    name = name[:-MEASURE] + _MEASURE.sub("", name[-MEASURE:])
    return name if len(name) >= NAMED and not name.isdecimal() else path


TELLING = 60
"""Letters of a summary that stand in a text by no accident."""
_NOT_READ = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)|\]\([^)\n]*\)|[^\w!\]]+|[!\]_]")


def repeats(body: str, summary: str) -> bool:
    """Whether a text begins with its summary, give or take marks, blanks and the ellipsis of a cut one.

    A long one may have the caption of a picture before it, or a kicker.
    """
    wanted = _NOT_READ.sub("", summary).casefold()
    beginning = _NOT_READ.sub("", body[: len(summary) * 2 + 1_000]).casefold()
    return wanted in beginning if len(wanted) >= TELLING else beginning.startswith(wanted)
