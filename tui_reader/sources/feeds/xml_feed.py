"""RSS 0.9x, 1.0 and 2.0 and Atom 0.3 and 1.0, with what podcasts, publishers and aggregators add to them.

An element is known by its name with its module's usual prefix (`media:content`), those of RSS and Atom by
their name alone, whatever the document calls them: the two are mixed too often to be told apart.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Literal

from tui_reader.sources.feeds import told
from tui_reader.sources.feeds.feed_texts import joined
from tui_reader.sources.feeds.feed_xml import attribute, inner, local

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_PARTS = 20_000
"""Elements of an entry or of the feed's head that are looked at; some have hundreds of categories."""
MAX_DEPTH = 32
"""Elements around a text that may say what its addresses are relative to; most have four."""

_NAMESPACES = {
    "www.w3.org/2005/atom": "",
    "purl.org/atom/ns": "",
    "purl.org/rss/1.0": "",
    "purl.org/net/rss1.1": "",
    "my.netscape.com/rdf/simple/0.9": "",
    "channel.netscape.com/rdf/simple/0.9": "",
    "blogs.law.harvard.edu/tech/rss": "",
    "cyber.law.harvard.edu/rss": "",
    "purl.org/rss/1.0/modules/content": "content:",
    "purl.org/dc/elements/1.1": "dc:",
    "purl.org/dc/elements/1.0": "dc:",
    "purl.org/dc/terms": "dc:",
    "search.yahoo.com/mrss": "media:",
    "video.search.yahoo.com/mrss": "media:",
    "tools.search.yahoo.com/mrss": "media:",
    "www.rssboard.org/media-rss": "media:",
    "www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "www.w3.org/1999/02/22-rdf-syntax-ns": "rdf:",
    "www.w3.org/1999/xhtml": "xhtml:",
    "www.w3.org/xml/1998/namespace": "xml:",
}
# Of documents that forgot to say what they stand for.
_PREFIXES = {
    **{prefix: prefix for prefix in _NAMESPACES.values()},
    **{"atom:": "", "rss:": "", "dcterms:": "dc:", "xhtml:": "xhtml:"},
}
_SCHEME = re.compile(r"https?://", re.IGNORECASE)


@lru_cache(maxsize=1_024)
def name(tag: str) -> str:
    """What an element is known by; empty for one of a module that nothing is read of."""
    namespace, brace, own = tag.rpartition("}")
    if brace:
        known = _SCHEME.sub("", namespace[1:].lower()).rstrip("/#")
        prefix = "" if known.startswith("backend.userland.com/rss") else _NAMESPACES.get(known)
    else:
        said, colon, own = tag.rpartition(":")
        prefix = _PREFIXES.get(said.lower() + colon)
    return "" if prefix is None else prefix + own.lower()


def read(root: "_Element", limit: int) -> told.Feed | None:
    """Its first entries, so many at the most; None for a document of any other kind."""
    head = _head(root)
    if head is None:
        return None
    _without_namespace_of(root, str(head.tag))
    channel = next((part for part in head if name(str(part.tag)) == "channel"), head)
    parts = _Parts(channel)
    entries: list[told.Entry] = []
    for element in root.iter("{*}item", "{*}entry", "{*}Item", "{*}Entry"):
        if name(str(element.tag)) in ("item", "entry"):
            entries.append(_entry(element))
            if len(entries) == limit:
                break
    return told.Feed(
        title=parts.text("title", "dc:title", "itunes:title"),
        links=tuple(_pages(parts)),
        authors=tuple(_authors(parts) or parts.lines("managingeditor")),
        entries=tuple(entries),
    )


_HEADS = ("rss", "feed", "rdf", "channel")


def _head(root: "_Element") -> "_Element | None":
    kind = local(str(root.tag)).lower()
    # A page may speak of channels.
    if kind in (*_HEADS, "html"):
        return None if kind == "html" else root
    return next(iter(root.iter("{*}rss", "{*}feed", "{*}RDF", "{*}channel")), None)


def _without_namespace_of(root: "_Element", tag: str) -> None:
    """A feed whose own elements are in a namespace that nobody knows is a feed all the same."""
    namespace = tag.rpartition("}")[0]
    if not namespace or name(tag):
        return
    for element in root.iter("*"):
        if str(element.tag).startswith(namespace + "}"):
            # What is no name without its prefix keeps it.
            with suppress(ValueError):
                element.tag = local(str(element.tag))


class _Parts:
    """The elements of an entry or a channel by their names."""

    def __init__(self, element: "_Element") -> None:
        self._parts: dict[str, list[_Element]] = {}
        own = [(name(str(part.tag)), part) for part in islice(element, MAX_PARTS)]
        groups = (islice(part, MAX_PARTS) for known, part in own if known == "media:group")
        grouped = ((name(str(part.tag)), part) for part in islice(chain.from_iterable(groups), MAX_PARTS))
        # What is said of the pictures stands behind what is said of the entry.
        for known, part in chain(own, grouped):
            if known:
                self._parts.setdefault(known, []).append(part)

    def all(self, *names: str) -> Iterator["_Element"]:
        for known in names:
            yield from self._parts.get(known, ())

    def lines(self, *names: str) -> list[str]:
        """What all of them say, in the order of their names."""
        return list(filter(None, map(_line, self.all(*names))))

    def texts(self, *names: str) -> Iterator[told.Text]:
        return (text for element in self.all(*names) if (text := _text(element)).value.strip())

    def text(self, *names: str) -> told.Text:
        return next(self.texts(*names), told.Text())


_CONTENT = ("content:encoded", "content", "xhtml:body", "xhtml:div", "body", "fulltext")
_SUMMARY = ("description", "summary", "dc:description", "dc:abstract", "itunes:summary", "media:description")
_DATES = (
    *("pubdate", "published", "issued", "dc:date", "dc:issued", "dc:created", "created", "date"),
    *("updated", "modified", "dc:modified"),
)


def _entry(element: "_Element") -> told.Entry:
    parts = _Parts(element)
    ids = parts.lines("guid", "id", "dc:identifier")
    key = ids[0] if ids else element.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about", "").strip()
    links = [*_pages(parts), *(one for one in (*ids, key) if _SCHEME.match(one))]
    pictures, files = _media(parts)
    provider, site, authors = _source(parts)
    return told.Entry(
        id=key,
        links=tuple(dict.fromkeys(links)),
        original=next(iter(parts.lines("feedburner:origlink")), ""),
        title=parts.text("title", "media:title", "dc:title", "itunes:title"),
        content=max(parts.texts(*_CONTENT), key=lambda text: len(text.value), default=told.Text()),
        summary=parts.text(*_SUMMARY, "itunes:subtitle", "subtitle"),
        authors=tuple(_authors(parts) or authors),
        topics=tuple(_topics(parts)),
        dates=tuple(parts.lines(*_DATES)),
        length=next(iter(_lengths(parts)), None),
        pictures=tuple(pictures),
        files=tuple(files),
        provider=provider,
        site=site,
    )


def _line(element: "_Element") -> str:
    return ("".join(map(str, element.itertext())) if len(element) else element.text or "").strip()


_PLAIN = ("text", "plain", "text/plain")
_HTML = ("html", "xhtml", "text/html", "application/xhtml+xml", "text/xhtml")


def _text(element: "_Element") -> told.Text:
    kind = attribute(element, "type").lower().partition(";")[0].strip()
    is_text = "/" not in kind or kind.startswith("text/") or kind.endswith("xml")
    if not is_text or attribute(element, "mode").lower() == "base64":
        return told.Text()
    value, has_elements = inner(element)
    said: Literal["plain", "html", "any"] = "plain" if kind in _PLAIN else "html" if kind in _HTML else "any"
    return told.Text(value, "html" if has_elements else said, _base(element))


def _base(element: "_Element") -> str:
    """What addresses in it are relative to; empty where nothing says so."""
    # The `div` around XHTML may say it.
    inmost = element[0] if len(element) == 1 else element
    if inmost.base is None:
        return ""
    around = [inmost, *islice(inmost.iterancestors(), MAX_DEPTH)]
    base = ""
    for one in reversed(around):
        # A reference that nothing could be made of is a node too, and has no attributes.
        base = joined(base, one.get("{http://www.w3.org/XML/1998/namespace}base") or "")
    return base


def _pages(parts: _Parts) -> Iterator[str]:
    """Where the page may be: first what is said to be HTML or nothing else, then any other form of it."""
    others: list[str] = []
    for link in parts.all("link"):
        rel, kind = _relation(link), attribute(link, "type").lower()
        if rel not in ("", "alternate", "canonical") or not (address := _href(link)):
            continue
        if not kind or "html" in kind:
            yield address
        else:
            others.append(address)
    yield from others


def _relation(link: "_Element") -> str:
    """Of a registered relation its name; some write it as an address."""
    return attribute(link, "rel").lower().rpartition("/")[2]


def _href(element: "_Element") -> str:
    address = attribute(element, "href") or attribute(element, "url") or _line(element)
    return joined(_base(element), address) if address else ""


def _authors(parts: _Parts) -> list[str]:
    if creators := parts.lines("dc:creator"):
        return creators
    people = list(filter(None, map(_person, parts.all("author"))))
    return people or parts.lines("itunes:author", "dc:author")


def _person(element: "_Element") -> str:
    if not len(element):
        return _line(element)
    parts = _Parts(element)
    return next(iter(parts.lines("name", "email")), "")


def _source(parts: _Parts) -> tuple[str, str, list[str]]:
    """Of an entry that was taken from another feed: that feed's title, an address of it, its authors."""
    for element in parts.all("source"):
        if not len(element):
            return _line(element), _href(element) if attribute(element, "url") else "", []
        own = _Parts(element)
        ids = [one for one in own.lines("id") if _SCHEME.match(one)]
        title = next(iter(own.lines("title")), "")
        return title, next(iter([*_pages(own), *map(_href, own.all("link")), *ids]), ""), _authors(own)
    return "", "", []


def _topics(parts: _Parts) -> Iterator[str]:
    for element in parts.all("dc:subject", "category", "media:category", "itunes:category"):
        said = attribute(element, "label") or _line(element) or attribute(element, "text")
        topic = said or attribute(element, "term")
        # Blogger says of every entry that it is one, by the address of that kind.
        if topic and not _SCHEME.match(topic):
            yield topic
    for words in parts.lines("itunes:keywords", "media:keywords"):
        yield from words.split(",")


def _lengths(parts: _Parts) -> Iterator[str]:
    yield from parts.lines("itunes:duration")
    yield from filter(None, (attribute(element, "duration") for element in parts.all("media:content")))


def _media(parts: _Parts) -> tuple[list[told.File], list[told.File]]:
    """Pictures, and all other files."""
    pictures: list[told.File] = []
    files: list[told.File] = []
    thumbnails = list(parts.all("media:thumbnail"))
    linked = [link for link in parts.all("link") if _relation(link) == "enclosure"]
    papers = [
        link
        for link in parts.all("link")
        if _relation(link) == "related" and attribute(link, "type").lower() == "application/pdf"
    ]
    for element in (*parts.all("enclosure"), *linked, *parts.all("media:content"), *papers):
        thumbnails += (part for part in element if name(str(part.tag)) == "media:thumbnail")
        file = _file(element)
        (pictures if _is_picture(file) else files).append(file)
    files += (_source_of(content) for content in parts.all("content") if attribute(content, "src"))
    pictures += (_file(element) for element in (*thumbnails, *parts.all("itunes:image", "image")))
    return pictures, files


def _file(element: "_Element") -> told.File:
    own = _Parts(element)
    inside = next(iter(own.lines("url")), "")
    return told.File(
        url=inside if len(element) and not attribute(element, "url") else _href(element),
        kind=attribute(element, "type") or attribute(element, "medium"),
        size=attribute(element, "length") or attribute(element, "filesize"),
        title=attribute(element, "title") or next(iter(own.lines("media:description", "media:title")), ""),
        width=attribute(element, "width"),
        height=attribute(element, "height"),
    )


def _source_of(content: "_Element") -> told.File:
    address = joined(_base(content), attribute(content, "src"))
    return told.File(address, attribute(content, "type"))


_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:[?#]|$)", re.IGNORECASE)


def _is_picture(file: told.File) -> bool:
    """Whether it says so, or, saying nothing, has a picture's ending or width."""
    if file.kind and not file.kind.endswith("octet-stream"):
        return file.kind.lower().startswith("image")
    return bool(_PICTURE.search(file.url) or file.width)
