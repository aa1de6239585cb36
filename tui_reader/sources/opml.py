"""Subscription lists in and out: OPML 1.0, 1.1 and 2.0.

What goes out comes in again as it was. listparser tells feeds, folders and lists apart; the bytes are decoded
and parsed here, since it takes UTF-8 without a declaration for Latin-1, opens any address that it is given in
place of a list, forgets the pages that the feeds are of, and takes quadratic time for folders within folders.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from xml.etree import ElementTree

from msgspec import Struct

from tui_reader import clean
from tui_reader.interval import MINUTE, NoInterval, parse
from tui_reader.sources.folder import decode

if TYPE_CHECKING:
    from listparser.opml import OpmlMixin
    from lxml.etree import ParserTarget

MAX_SUBSCRIPTIONS = 10_000
MAX_BYTES = 10_000_000
"""Of a list; ten thousand subscriptions are about three million."""
FOLDERS = 3
"""Folders within folders that are kept."""
BETWEEN = " / "
"""Stands between the names of folders within folders."""
LONGEST_LINE = 500


class NotAList(Exception):  # noqa: N818 - it reads as what it says
    """The text is a sentence: what these bytes are instead, and what to do."""


class Subscription(Struct, frozen=True):
    url: str
    title: str = ""
    site: str = ""
    """The address of the pages that the feed is of."""
    folder: str = ""
    """`News / Technology`; empty outside of every folder."""
    every: int | None = None
    """Seconds between two refreshes, where it has its own."""
    paused: bool = False


def read_file(path: Path) -> list[Subscription]:
    """`read`, of a file of any size. Raises OSError too."""
    with path.open("rb") as file:
        return read(file.read(MAX_BYTES + 1))


def read(data: bytes) -> list[Subscription]:
    """The feeds of a list in its order, each once: in the first of its folders. Raises `NotAList`."""
    if len(data) > MAX_BYTES:
        raise NotAList(f"This is larger than {MAX_BYTES // 1_000_000} MB and no list that can be read.")
    found = _outlines(_decoded(data))
    feeds: list[dict[str, Any]] = found.get("feeds") or []
    if not found.get("version") and not feeds:
        raise NotAList(_what_it_is(data))
    distinct: dict[str, Subscription] = {}
    for feed in feeds:
        url = _address(feed["url"])
        if url and len(distinct) < MAX_SUBSCRIPTIONS:
            distinct.setdefault(clean.canonical(url), _subscription(url, feed))
    return list(distinct.values())


def write(subscriptions: Iterable[Subscription], title: str) -> bytes:
    """An OPML 2.0 document; folders stand where the first of their subscriptions does."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = _line(title)
    folders = {"": ElementTree.SubElement(root, "body")}
    for one in subscriptions:
        # OPML 2.0 asks for a text of every outline.
        told = {"type": "rss", "text": _line(one.title) or one.url, "xmlUrl": one.url, "htmlUrl": one.site}
        if one.every is not None:
            told["updateInterval"] = str(max(1, round(one.every / MINUTE)))
        if one.paused:
            told["paused"] = "true"
        inside = _folder(folders, _line(one.folder))
        ElementTree.SubElement(inside, "outline", {name: value for name, value in told.items() if value})
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _folder(folders: dict[str, ElementTree.Element], path: str) -> ElementTree.Element:
    """The outline of a folder, made with those around it where it is not there yet."""
    if path not in folders:
        around, _, name = path.rpartition(BETWEEN)
        folders[path] = ElementTree.SubElement(_folder(folders, around), "outline", text=name)
    return folders[path]


def _subscription(url: str, feed: dict[str, Any]) -> Subscription:
    title = _line(feed["title"])
    # A name that holds the separator is two folders, so that it is the same after going out and in.
    folder = BETWEEN.join(BETWEEN.join(feed["folders"]).split(BETWEEN)[:FOLDERS])
    return Subscription(
        url,
        "" if title == url else title,
        _address(feed["site"]),
        folder,
        _every(feed["every"]),
        feed["paused"].strip().lower() == "true",
    )


def _every(minutes: str) -> int | None:
    """Programs that have no own interval for a feed write -1."""
    try:
        return parse(minutes) if minutes.strip().isdecimal() else None
    except NoInterval:
        return None


# Noncharacters, which no XML may hold.
_NOT_XML = re.compile("[\ufffe\uffff]")


def _line(value: str) -> str:
    return clean.line(_NOT_XML.sub("", value), LONGEST_LINE)


_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?:)|feed:(?=//)|(?=//)", re.IGNORECASE)


def _address(value: str) -> str:
    """An address of a feed: `feed://` means http, as does none."""
    value = value.strip()
    if match := _FEED_SCHEME.match(value):
        value = value[match.end() :]
        value = "http:" + value if value.startswith("//") else value
    return clean.address(value)


_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_ENCODING = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]{2,40})")


def _decoded(data: bytes) -> str:
    """The text without the XML declaration: what that says of the encoding is true no more."""
    text = ""
    # Who can read a declaration of two bytes a letter has read that it is wrong.
    if (match := _ENCODING.match(data)) and not match[1].lower().startswith(
        (b"utf-16", b"ucs", b"iso-10646")
    ):
        with suppress(LookupError, UnicodeError):
            text = data.decode(match[1].decode("ascii", "replace"))
    return clean.text(_DECLARATION.sub("", text or decode(data), count=1), MAX_BYTES)


def _outlines(text: str) -> dict[str, Any]:
    from lxml import etree  # 40 ms

    handler = _handler()()
    # The parser for HTML reads a bare `&` and tags left open, and knows no entities of a document's own.
    target = cast("ParserTarget", handler)
    parser = etree.HTMLParser(target=target, encoding="utf-8", recover=True, no_network=True, huge_tree=True)
    # What came before a place that ends the parser is read all the same.
    with suppress(etree.LxmlError, ValueError, AssertionError):
        etree.fromstring(text.encode("utf-8", "replace") or b" ", parser)
    found: dict[str, Any] = handler.harvest
    return found


@lru_cache(maxsize=1)
def _handler() -> type["OpmlMixin"]:
    from listparser.opml import OpmlMixin  # 20 ms

    class Handler(OpmlMixin):
        """listparser's, which also keeps a feed's page, and the names around it apart from its categories."""

        def __init__(self) -> None:
            super().__init__()
            self.harvest = {"feeds": [], "lists": [], "opportunities": [], "meta": {}, "version": ""}
            self.folders: list[tuple[str, ...]] = [()]

        def start_opml_outline(self, attrs: dict[str, str]) -> None:
            attrs = {name: value for name, value in attrs.items() if name != "category"}
            if "xmlurl" not in attrs and attrs.get("type", "").strip().lower() in ("rss", "atom", "feed"):
                attrs["xmlurl"] = attrs.get("url", "")
            around, known = self.folders[-1], len(self.harvest["feeds"])
            # It copies the names around every feed: 12 s for 20,000 folders within each other.
            self.hierarchy = []
            super().start_opml_outline(attrs)
            name = _line(self.hierarchy[-1])
            self.folders.append((*around, name) if name and len(around) < FOLDERS else around)
            for feed in self.harvest["feeds"][known:]:
                feed.update(
                    site=attrs.get("htmlurl", ""),
                    folders=around,
                    every=attrs.get("updateinterval", ""),
                    paused=attrs.get("paused", ""),
                )

        def end_opml_outline(self) -> None:
            if len(self.folders) > 1:
                self.folders.pop()

    return Handler


def _what_it_is(data: bytes) -> str:
    start = data[:2_000].lower()
    if not data.strip():
        return "The list is empty: there is nothing in it. Export it again from where it comes from."
    if b"<html" in start or b"<!doctype html" in start:
        return "This is a page and no subscription list. Look there for an export as OPML."
    if b"<rss" in start or b"<feed" in start or b"<rdf:rdf" in start:
        return "This is a feed and no subscription list. Add it as a source."
    return "This is no subscription list. Export one as OPML from where your subscriptions are."
