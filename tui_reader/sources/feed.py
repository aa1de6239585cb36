"""Feeds: bytes in, articles out; no network.

    bytes → text → xml_feed or json_feed → told.Feed, in the feed's own words → articles

Every text passes `feed_texts`, every address `clean.address`.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from tui_reader import clean
from tui_reader.model import Article, Enclosure, Image
from tui_reader.sources.feeds import feed_texts, feed_xml, json_feed, told, xml_feed
from tui_reader.sources.files import fields
from tui_reader.sources.texts import markdown, values

MAX_ENTRIES = 5_000
"""Of a feed; the newest stand first."""
MAX_FILES = 50
"""Pictures of an entry, and other files."""
MAX_NAME = 120
"""Letters of what a feed is called: it stands above every article, and in the frame of the list."""
ICON = 64
"""Pixels: no wider a picture is one of the author, or of nobody."""


CUT_OFF = "This feed ends in the middle and tells no articles. Try again later, or tell its publisher."


class NotAFeed(Exception):  # noqa: N818 - it reads as what it says
    """The text is a sentence: what these bytes are instead, and what to do."""


class Entry(Struct, frozen=True):
    key: str
    """What the feed knows it by: its `guid` or `id`, else its address, else its title."""
    article: Article


class Feed(Struct, frozen=True):
    title: str
    site: str
    """The address of the pages that the feed is of."""
    entries: tuple[Entry, ...]


def parse(data: bytes, address: str, content_type: str = "") -> Feed:
    """What a feed from this address says. Raises `NotAFeed`; what is broken in one place loses that place."""
    text = feed_xml.decoded(data, content_type)
    if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        found = json_feed.read(text.lstrip("\ufeff"), MAX_ENTRIES)
        if found is None:
            raise NotAFeed("This is JSON, but no JSON Feed. Look for another address of the feed.")
    else:
        root = feed_xml.tree(text)
        found = None if root is None else xml_feed.read(root, MAX_ENTRIES)
        if found is None:
            raise NotAFeed(_what_it_is(text))
        tells_nothing = all(one == told.Entry() for one in found.entries)
        if tells_nothing and root is not None and feed_xml.is_cut_off(text, root):
            raise NotAFeed(CUT_OFF)
    return _feed(found, address)


def _what_it_is(text: str) -> str:
    start = text[:2_000].lower()
    if "<html" in start or "<!doctype html" in start:
        return "This is a page and no feed. Add the page's address, and its feeds are looked for."
    if "<opml" in start:
        return "This is a subscription list and no feed. Save it to a file, and add that."
    if not text.strip():
        return "There is nothing at this address. Try again later."
    return (
        "This is no feed that can be read: neither RSS, Atom nor JSON Feed. Look for another address of it."
    )


class _Source(Struct, frozen=True):
    title: str
    site: str
    domain: str
    author: str
    address: str


def _feed(found: told.Feed, address: str) -> Feed:
    site = next(_addresses(found.links, address), "") or clean.address(address)
    title = clean.line(feed_texts.line(found.title.value), MAX_NAME) or clean.host_of(site)
    domain = clean.host_of(site).removeprefix("www.")
    source = _Source(title, site, domain, feed_texts.people(found.authors), address)
    articles = [_article(one, source) for one in found.entries if one != told.Entry()]
    shared = _shared(articles)
    entries: dict[str, Entry] = {}
    for article in articles:
        key = article.path or article.title
        if key in shared and article.url:
            key = article.url
        # The same entry twice is one, and the first the newest.
        entries.setdefault(key, Entry(key, article))
    return Feed(title, site, tuple(entries.values()))


def _shared(articles: list[Article]) -> set[str]:
    """What several entries are known by that are not the same one: some give all of theirs one `guid`.

    None of them goes by it: the newest of tomorrow would take the place of that of today.
    """
    first: dict[str, Article] = {}
    for one in articles:
        first.setdefault(one.path or one.title, one)
    return {
        key
        for one in articles
        if (known := first[key := one.path or one.title]).url != one.url and known.title != one.title
    }


def _article(one: told.Entry, source: _Source) -> Article:
    url = _page(one, source)
    base = _base(one, url, source)
    body, summary = feed_texts.texts(one, base)
    pictures = tuple(_pictures(one.pictures, base))
    enclosures = tuple(_enclosures(one.files, base))
    title = feed_texts.line(one.title.value)
    site = next(_addresses([one.site], base), "")
    return Article(
        title=title or feed_texts.title_of(body, summary) or fields.title_of_slug(url) or "Untitled",
        path=_known_by(one.id) or url,
        url=url,
        original_url=next(_addresses([one.original], base), ""),
        summary=summary,
        body=markdown.without_heading(body, title),
        author=feed_texts.people(one.authors) or source.author,
        provider=clean.line(feed_texts.line(one.provider), MAX_NAME) or source.title,
        domain=clean.host_of(site).removeprefix("www.") or source.domain,
        kind=_kind(one, body),
        topics=fields.distinct_topics([feed_texts.line(topic) for topic in one.topics[:500]]),
        # The first moment of 1970 is what programs say that know none.
        published=next(filter(None, map(values.when, one.dates)), None),
        length=values.duration(one.length),
        images=pictures,
        enclosures=enclosures,
    )


def _known_by(told_id: str) -> str:
    """One of any length: two that are alike for a thousand characters are two."""
    if len(told_id) <= clean.MAX_LINE:
        return clean.line(told_id)
    digest = hashlib.blake2b(told_id.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return clean.line(told_id, 100) + digest


def _addresses(told_addresses: Iterable[str], base: str) -> Iterator[str]:
    """Those that may be opened."""
    for told_address in told_addresses:
        address = told_address.strip()
        address = "https://" + address if address.startswith("www.") else address
        if address and (found := clean.address(feed_texts.joined(base, address))):
            yield found


def _page(one: told.Entry, source: _Source) -> str:
    """The entry's own page: its link, or a `guid` that is one."""
    pages = list(dict.fromkeys(_addresses(one.links[:MAX_FILES], source.site or source.address)))
    if len(pages) < 2:
        return pages[0] if pages else ""
    front = clean.canonical(source.site)
    # Where every link is the site's front page, the `guid` is what leads to the entry.
    return next((page for page in pages if clean.canonical(page) != front), pages[0])


def _base(one: told.Entry, page: str, source: _Source) -> str:
    """What addresses in its texts are relative to: its page, but not one elsewhere that it only points to."""
    if one.provider or not page:
        return page or source.site
    candidates = [page, *_addresses((one.original, *one.links[1:MAX_FILES]), source.site)]
    return next((url for url in candidates if _is_of(url, source)), source.site)


def _is_of(url: str, source: _Source) -> bool:
    return clean.belongs_to(url, source.domain) or clean.belongs_to(source.site, clean.host_of(url))


_ICON = re.compile(r"https?://(?:[a-z0-9-]+\.)?gravatar\.com/avatar/")


def _pictures(files: tuple[told.File, ...], base: str) -> Iterator[Image]:
    """Each once, in its greatest width."""
    found: dict[str, tuple[int, Image]] = {}
    for file in files[:MAX_FILES]:
        url = next(_addresses([file.url], base), "")
        width = values.whole(file.width) or 0
        if not url or 0 < width <= ICON or _ICON.match(url):
            continue
        # One picture in several widths has one address but for what asks for the width.
        known = found.setdefault(url.partition("?")[0] if width else url, (width, _image(url, file)))
        if width > known[0]:
            found[url.partition("?")[0]] = width, _image(url, file)
    return (image for _, image in found.values())


def _image(url: str, file: told.File) -> Image:
    return Image(url, feed_texts.line(file.title), fields.pixels(file.width), fields.pixels(file.height))


_FLASH = "application/x-shockwave-flash"
_NO_FILES = (_FLASH, "text/html", "application/xhtml+xml")


def _enclosures(files: tuple[told.File, ...], base: str) -> Iterator[Enclosure]:
    seen = set()
    for file in files[:MAX_FILES]:
        url, kind = next(_addresses([file.url], base), ""), _media_type(file)
        if url and url not in seen and kind not in _NO_FILES:
            seen.add(url)
            yield Enclosure(url, kind, _size(file.size), feed_texts.line(file.title))


_ENDING = re.compile(r"\.([a-z0-9]{2,7})(?:[?#]|$)", re.IGNORECASE)
_TYPES = {
    **dict.fromkeys(("mp3",), "audio/mpeg"),
    **dict.fromkeys(("m4a", "m4b"), "audio/mp4"),
    **{ending: f"audio/{ending}" for ending in ("aac", "flac", "oga", "ogg", "opus", "wav")},
    **dict.fromkeys(("mp4", "m4v"), "video/mp4"),
    **dict.fromkeys(("mov", "qt"), "video/quicktime"),
    **{ending: f"video/{ending}" for ending in ("mkv", "ogv", "webm")},
    "pdf": "application/pdf",
    "epub": "application/epub+zip",
}


def _media_type(file: told.File) -> str:
    """What it says it is, or where that says nothing, what its ending does."""
    said = clean.line(file.kind, 100).lower().partition(";")[0].strip()
    if "/" in said and said != "application/octet-stream":
        return said
    ending = _ENDING.search(file.url[-300:])
    return _TYPES.get(ending[1].lower(), said) if ending else said


def _size(said: object) -> int | None:
    """In bytes; many say nought, or -1, where they do not know."""
    digits = re.sub(r"[\s,]", "", said[:30]) if isinstance(said, str) else said
    try:
        size = int(digits) if isinstance(digits, str | int | float) else 0
    except (ValueError, OverflowError):
        return None
    return size if 0 < size < 1 << 50 else None


def _kind(one: told.Entry, body: str) -> str:
    for file in one.files[:MAX_FILES]:
        kind = _media_type(file)
        if kind.startswith("audio"):
            return "podcast"
        # An article is no video by the film that it shows in its text.
        if kind == _FLASH or (kind.startswith("video") and (one.length or file.url not in body)):
            return "video"
    return "article"
