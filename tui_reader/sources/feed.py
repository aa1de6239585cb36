"""Feeds: bytes in, articles out; no network. RSS 0.9x, 1.0, 2.0 and Atom are read by feedparser, JSON Feed by
`json_feed.py`.

feedparser's own cleaning and address resolving are switched off: they take three quarters of its time, and
everything goes through `html.py` and `clean.py` here anyway.
"""

import calendar
import io
import re
import time
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin

from msgspec import Struct

from tui_reader import clean
from tui_reader.model import Article, Enclosure, Image
from tui_reader.sources import fields, html, json_feed, markdown, values

MAX_ENTRIES = 5_000
"""Of a feed; the newest stand first."""
MAX_ENCLOSURES = 50
LONG = 600
"""Characters of a description from which on it is the article and no summary of it."""


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
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        parsed = json_feed.read(data)
        if parsed is None:
            raise NotAFeed("This is JSON, but no JSON Feed. Look for another address of the feed.")
        return _feed(parsed, address)
    import feedparser  # 60 ms

    # Not told where it is from: a `guid` that is no address would become one, and change when the feed moves.
    found = feedparser.parse(
        io.BytesIO(data),
        response_headers={"content-type": content_type} if content_type else {},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not found.get("version") and not found.entries:
        raise NotAFeed(_what_it_is(data, found))
    return _feed({"feed": found.feed, "entries": found.entries}, address)


def _what_it_is(data: bytes, found: Any) -> str:
    start = data[:2_000].lower()
    if b"<html" in start or b"<!doctype html" in start:
        return "This is a page and no feed. Add the page's address, and its feeds are looked for."
    if not data.strip():
        return "There is nothing at this address. Try again later."
    reason = clean.line(str(found.get("bozo_exception") or "neither RSS, Atom nor JSON Feed"), 200)
    # expat's errors begin with a file's name, which there is none of, and the place.
    reason = re.sub(r"^<unknown>:(\d+):\d+:", r"line \1:", reason)
    return f"This is no feed that can be read ({reason})."


def _feed(parsed: dict[str, Any], address: str) -> Feed:
    told = parsed["feed"]
    site = _address(told.get("link"), address) or clean.address(address)
    title = _line(told.get("title")) or clean.host_of(site)
    source = _Source(
        title, site, clean.host_of(site).removeprefix("www."), _line(told.get("author")), address
    )
    entries: dict[str, Entry] = {}
    for item in parsed["entries"][:MAX_ENTRIES]:
        article = _article(item, source)
        key = clean.line(str(item.get("id") or "")) or article.url or article.title
        # The same entry twice is one; the first is the newest.
        if key:
            entries.setdefault(key, Entry(key, article))
    return Feed(title, site, tuple(entries.values()))


class _Source(Struct, frozen=True):
    title: str
    site: str
    domain: str
    author: str
    address: str


def _article(item: dict[str, Any], source: _Source) -> Article:
    url = _link(item, source)
    base = url or source.site
    body, summary = _texts(item, base)
    enclosures = tuple(_enclosures(item, base))
    original = _address(item.get("feedburner_origlink"), base)
    title = _line(item.get("title")) or markdown.first_sentence(summary or markdown.plain(body[:LONG]))
    return Article(
        title=title or "Untitled",
        path=clean.line(str(item.get("id") or "")) or url,
        url=url,
        original_url=original,
        summary=summary,
        body=markdown.without_heading(body, title),
        author=_author(item) or source.author,
        provider=source.title,
        domain=source.domain,
        kind=_kind(enclosures),
        topics=fields.distinct_topics([_line(tag.get("term")) for tag in item.get("tags") or ()]),
        published=_published(item),
        length=values.duration(item.get("itunes_duration")),
        images=tuple(_images(item, base)),
        enclosures=enclosures,
    )


def _line(value: Any) -> str:
    """Titles are HTML, whatever they say of themselves."""
    text = value if isinstance(value, str) else ""
    if "<" in text:
        text = markdown.plain(html.to_markdown(text[: clean.MAX_LINE * 4])) or text
    return values.line(text) or ""


def _address(value: Any, base: str) -> str:
    if not isinstance(value, str) or not value.strip():
        return ""
    try:
        return clean.address(urljoin(base, value.strip()))
    except ValueError:
        return ""


def _link(item: dict[str, Any], source: _Source) -> str:
    """The entry's own page: its link, or a `guid` that is one."""
    candidates = [link for link in item.get("links") or () if link.get("rel") in (None, "", "alternate")]
    ids = item.get("id") if str(item.get("id", "")).startswith(("http://", "https://")) else None
    for value in (*(link.get("href") for link in candidates), item.get("link"), ids):
        if url := _address(value, source.site or source.address):
            return url
    return ""


def _texts(item: dict[str, Any], base: str) -> tuple[str, str]:
    """Body and summary. A description that is all there is, and long, is the body."""
    contents = [part.get("value") or "" for part in item.get("content") or () if _is_text(part)]
    content = max(contents, key=len, default="")
    told = item.get("summary") or item.get("subtitle") or ""
    detail = item.get("summary_detail") or {}
    base = detail.get("base") or base
    body = _markdown(content, base)
    description = _markdown(told, base) if told != content else ""
    if not body and len(description) >= LONG:
        body, description = description, ""
    summary = markdown.plain(description) if description else markdown.first_paragraph(body)
    return body, markdown.shorten(clean.line(summary, 4 * clean.MAX_LINE), clean.MAX_LINE)


def _is_text(part: dict[str, Any]) -> bool:
    return str(part.get("type") or "text/html").startswith(("text/", "application/xhtml"))


def _markdown(text: str, base: str) -> str:
    text = clean.text(text)
    # A text without any tag is one that was typed; its entities are characters all the same.
    if "<" not in text:
        return markdown.from_plain(values.unescaped(text)).strip()
    return html.to_markdown(text, base).strip()


def _published(item: dict[str, Any]) -> int | None:
    """By our own reading first: feedparser makes some date of every impossible one."""
    for name in ("published", "updated", "created"):
        # Asked as a plain mapping: feedparser's own answers for `updated` what stands under `published`.
        told = dict.get(item, name)
        if (seconds := values.when(told)) is not None:
            return seconds
        moment = dict.get(item, f"{name}_parsed")
        # It knows the months of Greek, Hungarian and Korean.
        if isinstance(moment, time.struct_time) and isinstance(told, str) and not told.isascii():
            return values.when(calendar.timegm(moment))
    return None


def _author(item: dict[str, Any]) -> str:
    names = [_line(author.get("name")) for author in item.get("authors") or () if isinstance(author, dict)]
    return ", ".join(dict.fromkeys(filter(None, names))) or _line(item.get("author"))


def _enclosures(item: dict[str, Any], base: str) -> Iterator[Enclosure]:
    seen = set()
    parts: Iterable[dict[str, Any]] = [*(item.get("enclosures") or ()), *(item.get("media_content") or ())]
    for part in list(parts)[:MAX_ENCLOSURES]:
        url = _address(part.get("href") or part.get("url"), base)
        kind = _line(part.get("type") or part.get("medium")).lower()
        if url and url not in seen and not kind.startswith("image"):
            seen.add(url)
            size = values.whole(part.get("length") or part.get("filesize"))
            yield Enclosure(url, kind, size or None, _line(part.get("title")))


def _images(item: dict[str, Any], base: str) -> Iterator[Image]:
    seen = set()
    parts = [*(item.get("media_thumbnail") or ()), *(item.get("media_content") or ())]
    parts += [part for part in item.get("enclosures") or () if str(part.get("type")).startswith("image")]
    parts += [item["image"]] if isinstance(item.get("image"), dict) else []
    for part in parts[:MAX_ENCLOSURES]:
        kind = str(part.get("type") or part.get("medium") or "image")
        url = _address(part.get("href") or part.get("url"), base)
        if url and url not in seen and kind.startswith("image"):
            seen.add(url)
            yield Image(url, _line(part.get("title")))


def _kind(enclosures: tuple[Enclosure, ...]) -> str:
    for enclosure in enclosures:
        if enclosure.kind.startswith("audio"):
            return "podcast"
        if enclosure.kind.startswith("video"):
            return "video"
    return "article"
