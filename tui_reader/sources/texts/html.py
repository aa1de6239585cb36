"""HTML in, Markdown out; its one rule: no address leaves that `clean.address` has not returned.

    HTML → lxml tree → one walk, which leaves out (scripts, what is hidden), takes layout tables and wrappers
         for the blocks that they are, and settles links and images → markdown_writer

lxml is imported when the first HTML is met: it takes 30 ms.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from tui_reader import clean
from tui_reader.sources.texts.html_attributes import (
    Given,
    address_in,
    given_by,
    is_emoji,
    is_hidden,
    is_sharing,
    joined,
    language,
    pixels,
    source,
    without_hosts_of_attributes,
)
from tui_reader.sources.texts.markdown_line import EMPHASIS, STRONG, STRUCK, Format, Link, is_plain
from tui_reader.sources.texts.markdown_writer import Writer

if TYPE_CHECKING:
    from lxml import etree
    from lxml.etree import _Element

MAX_HTML = 1_500_000
"""Characters; what comes after is left out, and the text says so."""
DEPTH = 200
"""Elements within each other that libxml2 always reads."""
CUT = "*The rest of this text is left out here: it is too long. Open the original to read on.*"


class Page(Struct, frozen=True):
    title: str
    body: str
    """Markdown."""


def to_markdown(html: str, base: str = "") -> str:
    """The text of a page or a fragment; links and images are resolved against the base."""
    root, cut = _tree(html)
    return "" if root is None else _markdown(root, base, cut)


def convert(html: str, base: str = "") -> Page:
    """The text of a page, and its title from `<title>` or the first `<h1>`. Never raises."""
    root, cut = _tree(html)
    return Page("", "") if root is None else Page(_title(root), _markdown(root, base, cut))


def _tree(html: str) -> tuple["_Element | None", bool]:
    """The tree of a page, None for nothing at all; and whether there is more than that."""
    cut = len(html) > MAX_HTML
    if cut:
        # Inside a tag the cut would leave half an address behind.
        tag = html.rfind("<", MAX_HTML - clean.MAX_ADDRESS, MAX_HTML)
        html = html[: tag if tag > 0 else MAX_HTML]
    root, too_deep = _parse(without_hosts_of_attributes(html.replace("\0", "")))
    return root, cut or too_deep


def _parse(html: str) -> tuple["_Element | None", bool]:
    """The tree, and whether libxml2 gave up on its depth."""
    from lxml import etree

    parser = _parser()
    try:
        root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None, False
    # To go through its errors takes as long as to read a short text.
    may_be_deep = html.count("<") > DEPTH
    return root, may_be_deep and any("depth" in error.message.lower() for error in parser.error_log)


@lru_cache(maxsize=1)
def _parser() -> "etree.HTMLParser":
    from lxml import etree

    # Without huge_tree everything below 256 unclosed tags is gone, and old pages have them.
    return etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )


def _title(root: "_Element") -> str:
    for name in ("title", "h1"):
        for found in root.iter(name):
            if title := clean.line("".join(map(str, found.itertext()))):
                return title
    return ""


def _markdown(root: "_Element", base: str, cut: bool) -> str:
    if (found := next(root.iter("base"), None)) is not None:
        base = joined(base, found.get("href", ""))
    writer = Writer()
    _walk(root, Reading(writer, base))
    body = writer.markdown()
    if cut:
        body = f"{body}\n\n{CUT}".strip()
    # Each text of it is clean; that of many short lines within quotes may have grown.
    return body if len(body) <= clean.MAX_TEXT else clean.text(body)


Close: TypeAlias = Callable[[], object]


def _walk(root: "_Element", reading: "Reading") -> None:
    """Without recursion: a page may nest as deep as it likes."""
    writer = reading.writer
    line = writer.line
    # Of each element that the walk is in: its children, what stood around it, its end, the text after it.
    path: list[tuple[Iterator[_Element], Format, Close | None, str | None]]
    path = [(iter((root,)), line.format, None, None)]
    while path:
        for element in path[-1][0]:
            around = line.format
            close = reading.open(element)
            if close is not LEAVE_OUT:
                if text := element.text:
                    writer.text(text)
                if len(element):
                    path.append((iter(element), around, close, element.tail))
                    break
                if close is not None:
                    close()
                line.format = around
            if tail := element.tail:
                writer.text(tail)
        else:
            _, around, close, tail = path.pop()
            if close is not None:
                close()
            line.format = around
            if tail:
                writer.text(tail)


def LEAVE_OUT() -> None:  # noqa: N802 - a marker among what closes an element
    """Of an element that is done, or never to be seen: its children are passed over."""


_DROPPED = frozenset(
    "script style head nav title meta link base noscript template svg canvas object applet map area audio"  # noqa: SIM905
    " input button select textarea datalist option optgroup progress meter dialog frame noframes".split()
)
_BLOCKS = frozenset(
    "div p main header footer aside figure center fieldset form address details hgroup search article"  # noqa: SIM905
    " section legend menu dir dl dd".split()
)
_NOT_IN_CELLS = ("table", "pre", "blockquote", "h1", "h2", "h3", "ul", "ol")
_FILE_NAME = re.compile(r"\S[^/]{0,99}\.(?:png|jpe?g|gif|webp|avif|svg|bmp)", re.IGNORECASE)


class Reading:
    """What each element says to the writer where it begins, and what is said where it ends."""

    def __init__(self, writer: Writer, base: str) -> None:
        self.writer = writer
        self._base = base
        self._in_data = False
        """Within a table of data, in which there is no other."""

    def open(self, element: "_Element") -> Close | None:
        given = given_by(element)
        if given and is_hidden(given):
            return LEAVE_OUT
        begin = _BEGIN.get(element.tag)
        # Wrappers and what nobody knows: their text counts.
        return begin(self, element, given) if begin is not None else None

    def dropped(self, _: "_Element", __: Given) -> Close:
        return LEAVE_OUT

    def block(self, element: "_Element", _: Given) -> Close:
        self.writer.block()
        return LEAVE_OUT if self._has_said(element) else self.writer.block

    def _has_said(self, element: "_Element") -> bool:
        """Whether it is a plain paragraph, which then is written."""
        if not self.writer.is_between_blocks or (text := _plain_line(element, self._base)) is None:
            return False
        self.writer.paragraph(text)
        return True

    def strong_block(self, _: "_Element", __: Given) -> Close:
        self.writer.block()
        self.writer.mark(STRONG)
        return self.writer.block

    def heading(self, element: "_Element", _: Given) -> Close:
        self.writer.open_heading()
        return partial(self.writer.close_heading, int(str(element.tag)[1]))

    def quote(self, _: "_Element", __: Given) -> Close:
        self.writer.open_quote()
        return self.writer.close_quote

    def caption(self, _: "_Element", __: Given) -> Close:
        self.writer.open_caption()
        return self.writer.close_caption

    def unnumbered(self, _: "_Element", __: Given) -> Close:
        self.writer.open_list(None)
        return self.writer.close_list

    def numbered(self, _: "_Element", given: Given) -> Close:
        start = given.get("start", "")
        self.writer.open_list(int(start) if start.isdecimal() and len(start) < 9 else 1)
        return self.writer.close_list

    def item(self, element: "_Element", _: Given) -> Close:
        self.writer.open_item()
        if not self._has_said(element):
            return self.writer.close_item
        self.writer.close_item()
        return LEAVE_OUT

    def preformatted(self, _: "_Element", given: Given) -> Close:
        self.writer.open_code(language(given))
        return self.writer.close_code

    def code(self, _: "_Element", given: Given) -> None:
        self.writer.of_language(language(given))
        self.writer.letters("code")

    def raised(self, _: "_Element", __: Given) -> None:
        self.writer.letters("sup")

    def lowered(self, _: "_Element", __: Given) -> None:
        self.writer.letters("sub")

    def strong(self, _: "_Element", __: Given) -> None:
        self.writer.mark(STRONG)

    def emphasized(self, _: "_Element", __: Given) -> None:
        self.writer.mark(EMPHASIS)

    def struck(self, _: "_Element", __: Given) -> None:
        self.writer.mark(STRUCK)

    def quoted(self, _: "_Element", __: Given) -> Close:
        self.writer.text('"')
        return partial(self.writer.text, '"')

    def line_break(self, _: "_Element", __: Given) -> Close:
        self.writer.line_break()
        return LEAVE_OUT

    def rule(self, _: "_Element", __: Given) -> Close:
        self.writer.rule()
        return LEAVE_OUT

    def link(self, element: "_Element", given: Given) -> Close | None:
        href = address_in(given.get("href", ""), self._base)
        if is_sharing(href):
            return LEAVE_OUT
        around = self.writer.line.format
        if not href or around.link is not None:
            return None
        link = Link(href)
        self.writer.line.format = Format((*around.marks, link), around.letters)
        return partial(self.writer.close_link, link) if len(element) else None

    def embedded(self, element: "_Element", given: Given) -> Close:
        """A film or a page within the page becomes a link to it."""
        film = given.get("src") or next((s.get("src") or "" for s in element.iter("source")), "")
        if href := address_in(film, self._base):
            title = clean.line(given.get("title", ""), 200) or clean.host_of(href).removeprefix("www.")
            around = self.writer.line.format
            self.writer.block()
            if around.link is None:
                self.writer.mark(Link(href))
            self.writer.text(f"Embedded: {title}")
            self.writer.block()
            self.writer.line.format = around
        return LEAVE_OUT

    def image(self, _: "_Element", given: Given) -> Close:
        alt = clean.line(given.get("alt") or given.get("title") or "", 300)
        if _FILE_NAME.fullmatch(alt):
            alt = ""
        sizes = [size for key in ("width", "height") if (size := pixels(given.get(key, ""))) is not None]
        if is_emoji(given):
            self.writer.text(alt)
        # As large as a letter, it is an emoji (its alternative text says it), an icon or a tracking pixel.
        elif sizes and min(sizes) <= 48 and max(sizes) <= 64:
            if not alt.isascii():
                self.writer.text(alt)
        elif address := source(given, self._base):
            self.writer.image(address, alt)
        else:
            self.writer.text(alt)
        return LEAVE_OUT

    def table(self, element: "_Element", given: Given) -> Close:
        """One that only lays out becomes flowing text."""
        if not _is_data(element, given) or not self.writer.open_table():
            self.writer.block()
            return self.writer.block
        self._in_data = True
        return self._end_of_data

    def _end_of_data(self) -> None:
        self._in_data = False
        self.writer.close_table()

    def row(self, _: "_Element", __: Given) -> Close | None:
        if self._in_data:
            self.writer.open_row()
            return None
        self.writer.block()
        return self.writer.block

    def cell(self, _: "_Element", given: Given) -> Close:
        if self._in_data:
            span = given.get("colspan", "")
            columns = min(max(int(span), 1), 20) if span.isdecimal() and len(span) < 3 else 1
            self.writer.open_cell()
            return partial(self.writer.close_cell, columns)
        self.writer.block()
        return self.writer.block


_BEGIN: "dict[str, Callable[[Reading, _Element, Given], Close | None]]" = {
    **dict.fromkeys(_DROPPED, Reading.dropped),
    **dict.fromkeys(_BLOCKS, Reading.block),
    **dict.fromkeys(("dt", "summary", "caption"), Reading.strong_block),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Reading.heading),
    **dict.fromkeys(("pre", "xmp", "listing"), Reading.preformatted),
    **dict.fromkeys(("code", "kbd", "samp"), Reading.code),
    **dict.fromkeys(("strong", "b"), Reading.strong),
    **dict.fromkeys(("em", "i"), Reading.emphasized),
    **dict.fromkeys(("del", "s", "strike"), Reading.struck),
    **dict.fromkeys(("iframe", "video", "embed"), Reading.embedded),
    **dict.fromkeys(("td", "th"), Reading.cell),
    "a": Reading.link,
    "blockquote": Reading.quote,
    "br": Reading.line_break,
    "figcaption": Reading.caption,
    "hr": Reading.rule,
    "img": Reading.image,
    "li": Reading.item,
    "ol": Reading.numbered,
    "q": Reading.quoted,
    "sub": Reading.lowered,
    "sup": Reading.raised,
    "table": Reading.table,
    "tr": Reading.row,
    "ul": Reading.unnumbered,
}


_MARKED = {
    "a": "",
    **dict.fromkeys(("b", "strong"), STRONG),
    **dict.fromkeys(("em", "i"), EMPHASIS),
    **dict.fromkeys(("code", "kbd", "samp"), "`"),
}
"""By what stands around them in Markdown; a link has its address there."""
_TOUCHING = ("", " ")
"""What stands between two of them where one may be drawn into the other."""


def _plain_line(element: "_Element", base: str) -> str | None:
    """A paragraph as a line of Markdown, where it has but plain texts side by side.

    Most are so, and take a quarter of the time. None for any with something to fold, mend, escape, nest,
    join or leave out.
    """
    said = line = element.text or ""
    before = "beginning"
    for child in element:
        mark, inner = _MARKED.get(child.tag), child.text
        if mark is None or not inner or len(child) or inner != inner.strip(" ") or before in _TOUCHING:
            return None
        given = given_by(child)
        if given and is_hidden(given):
            return None
        before = child.tail or ""
        said += inner + before
        if mark:
            line += mark + inner + mark + before
        else:
            href = address_in(given.get("href", ""), base)
            if not href or href == inner or line[-1:] == "!" or is_sharing(href):
                return None
            line += f"[{inner}]({href}){before}"
    return line.strip(" ") if is_plain(said) else None


def _is_data(table: "_Element", given: Given) -> bool:
    if given.get("role") in ("presentation", "none"):
        return False
    groups = [table, *table.iterchildren("thead", "tbody", "tfoot")]
    rows = [
        row
        for group in groups
        for row in group.iterchildren("tr")
        if len(row) and not is_hidden(given_by(row))
    ]
    if len(rows) < 2 or next(table.iterdescendants(*_NOT_IN_CELLS), None) is not None:
        return False
    widest = max(map(len, rows))
    wide = sum(len(row) > 1 for row in rows)
    return 2 <= widest <= 40 and wide >= 0.6 * len(rows)
