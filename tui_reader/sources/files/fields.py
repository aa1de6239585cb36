"""The keys of front matter, in all their spellings, as the fields of an article.

A key is known without regard to case, `_` and `-`. The first usable value of a field's keys is taken; what no
field takes is kept in `extra`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Literal, TypeVar

from tui_reader import clean
from tui_reader.model import Article, Fact, Image, Mention
from tui_reader.sources.texts import values

MAX_MENTIONS = 500
MAX_IMAGES = 50
MAX_SIDE = 65_535
"""Pixels of an image; no format that is drawn has more."""
MAX_TOPICS = 100
MAX_EXTRA = 64_000
"""Bytes of keys kept for nothing but keeping; what comes above is left out."""

T = TypeVar("T")

TITLE = ("title", "name", "headline")
SUMMARY = ("excerpt", "summary", "description", "subtitle", "bio", "abstract")
PUBLISHED = (
    *("publisheddatetime", "publishedat", "publisheddate", "publishdate", "pubdate", "datepublished", "date"),
    *("published", "created", "createdat", "datecreated"),
)
URL = (
    *(
        "weburl",
        "url",
        "link",
        "canonical",
        "canonicalurl",
        "permalink",
        "externalurl",
        "sourceurl",
        "source",
    ),
    *("website", "homepage"),
)
ALTERNATE = ("ampweburl", "ampurl", "cdnampweburl")
PROVIDER = ("provider", "publisher", "site", "sitename", "affiliation", "source")
AUTHOR = ("author", "authors", "byline", "creator")
TOPICS = ("topics", "tags", "keywords", "categories", "tag")
IMAGES = ("images", "image", "cover", "thumbnail", "featuredimage", "heroimage", "ogimage")
KIND = ("type", "kind")
LENGTH = ("length", "duration")
RELATED = ("related", "relatedarticles", "relatedposts")


@lru_cache(maxsize=4096)
def _known_as(key: str) -> str:
    return key.casefold().replace("_", "").replace("-", "")


class Entry:
    """A mapping whose keys are taken one by one; what is left at the end is nobody's."""

    __slots__ = ("_left",)

    def __init__(self, mapping: dict[str, Any]) -> None:
        self._left = {_known_as(key): value for key, value in reversed(mapping.items()) if value is not None}

    def take(self, keys: Iterable[str], reading: Callable[[Any], T | None]) -> T | None:
        """The first value that can be read."""
        left = self._left
        for key in keys:
            if key in left and (found := reading(left[key])) is not None:
                del left[key]
                return found
        return None

    def take_all(self, keys: Iterable[str], reading: Callable[[Any], list[T]]) -> list[T]:
        """What all the keys hold, those of which nothing can be read left where they are."""
        found: list[T] = []
        for key in keys:
            if key in self._left and (part := reading(self._left[key])):
                del self._left[key]
                found += part
        return found

    def left(self, mapping: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        return ((key, value) for key, value in mapping.items() if self._left.get(_known_as(key)) is value)


def article(mapping: dict[str, Any], path: str, modified: int | None) -> Article:
    """What front matter says of an article; its title and body may still be empty."""
    entry = Entry(mapping)
    take = entry.take
    alternate = tuple(dict.fromkeys(entry.take_all(ALTERNATE, _addresses)))
    original = take(("originalurl",), values.address) or ""
    url = (
        take(URL, values.address) or original or (alternate[0] if alternate else "") or _account_url(mapping)
    )
    provider, domain = _provider(entry, url)
    topics = entry.take_all(TOPICS, values.lines)
    if isinstance(taxonomies := mapping.get("taxonomies"), dict):
        topics += Entry(taxonomies).take_all(TOPICS, values.lines)
    images = entry.take_all(IMAGES, _images)
    facts = tuple(_facts(entry, mapping))
    own = {clean.canonical(address) for address in (url, original, *alternate) if address}
    mentions = _mentions(entry.take_all(RELATED, _list), "related", own, path)
    mentions += _mentions(entry.take_all(("items",), _list), "item", own, path)
    return Article(
        title=take(TITLE, values.line) or "",
        path=path,
        url=url,
        original_url=original,
        alternate_urls=alternate,
        summary=take(SUMMARY, values.line) or "",
        author=take(AUTHOR, _people) or _provider_authors(mapping),
        provider=provider,
        domain=domain,
        category=take(("category",), _first_line) or "",
        kind=(take(KIND, _first_line) or "article").lower()[:40],
        topics=distinct_topics(topics),
        published=take(PUBLISHED, values.when),
        modified=modified,
        quality=take(("quality",), values.whole),
        heat=take(("heat",), values.whole),
        length=take(LENGTH, values.duration),
        images=tuple({image.url: image for image in reversed(images)}.values())[::-1][:MAX_IMAGES],
        facts=facts,
        mentions=tuple(mentions[:MAX_MENTIONS]),
        secured=bool(take(("secured",), lambda value: bool(value) and values.truth(value) is not False)),
        removed=bool(take(("removed",), values.truth)),
        extra=_extra(entry.left(mapping)),
    )


def _extra(left: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    room = MAX_EXTRA
    for key, value in left:
        # Nothing, and -1 where a number is meant, are how publishers say that they do not know.
        if value in ("", None) or (_known_as(key) in ("quality", "heat") and str(value) == "-1"):
            continue
        taken = values.size([key, value], room)
        if taken <= room:
            room -= taken
            extra[clean.line(key)] = values.kept(value)
    return extra


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, str | dict) else []


def _addresses(value: Any) -> list[str]:
    return [found] if (found := values.address(value)) else []


def _first_line(value: Any) -> str | None:
    return values.name(value[0] if isinstance(value, list) and value else value)


def _people(value: Any) -> str | None:
    people = [value] if isinstance(value, str) else values.lines(value)
    return clean.line(", ".join(dict.fromkeys(people))) or None


def _provider_authors(mapping: dict[str, Any]) -> str:
    provider = mapping.get("provider")
    return (isinstance(provider, dict) and _people(provider.get("authors") or "")) or ""


def _provider(entry: Entry, url: str) -> tuple[str, str]:
    """Name and domain, the latter from the article's address where the publisher says nothing of it."""
    found = entry.take(PROVIDER, _named_provider)
    name, domain = found or ("", "")
    domain = domain or entry.take(("domain",), values.domain) or ""
    return name, domain or clean.host_of(url).removeprefix("www.")


def _named_provider(value: Any) -> tuple[str, str] | None:
    if isinstance(value, dict):
        name = values.name(value) or ""
        domain = values.domain(value.get("domain")) or values.domain(value.get("url")) or ""
    else:
        name, domain = values.line(value) or "", values.domain(value) or ""
        if "://" in name:
            name = ""
    return (name, domain) if name or domain else None


def distinct_topics(topics: list[str]) -> tuple[str, ...]:
    """In the publisher's order and spelling, each once; Obsidian's `#` is not part of a topic."""
    distinct: dict[str, str] = {}
    for topic in topics:
        if topic := topic.lstrip("#").strip()[:100]:
            distinct.setdefault(topic.casefold(), topic)
    return tuple(distinct.values())[:MAX_TOPICS]


def _images(value: Any) -> list[Image]:
    found: list[Image] = []
    for item in _list(value)[:MAX_IMAGES]:
        if url := values.address(item):
            captions = (
                [item.get(key) for key in ("title", "caption", "alt")] if isinstance(item, dict) else []
            )
            caption = next((text for c in captions if (text := values.line(c))), "")
            width, height = (pixels(item.get(key)) if captions else None for key in ("width", "height"))
            found.append(Image(url, caption, width, height))
    return found


def pixels(value: Any) -> int | None:
    """The side of a picture, as a publisher may tell it."""
    side = values.whole(value)
    return side if side is not None and 0 < side <= MAX_SIDE else None


def _facts(entry: Entry, mapping: dict[str, Any]) -> Iterator[Fact]:
    for key, name, reading in _FACTS:
        if value := entry.take((key,), reading):
            yield Fact(name, value)
    for action in entry.take_all(("actions",), _list)[:20]:
        if isinstance(action, dict) and (url := values.address(action)):
            yield Fact(values.name(action) or "Link", url)


def _joined(value: Any) -> str | None:
    return ", ".join(values.lines(value)) or None


def _counted(value: Any) -> str | None:
    count = values.whole(value)
    return values.line(value) if count is None else f"{count:,}"


def _rating(value: Any) -> str | None:
    average, count = (value.get("average"), value.get("count")) if isinstance(value, dict) else (value, None)
    if not (stars := values.number(average)):
        return None
    voters = values.whole(count)
    return f"{stars:.1f}" + (f" ({voters:,})" if voters else "")


def _account_url(mapping: dict[str, Any]) -> str:
    """A person without a page of their own is found on the first of these."""
    accounts = (mapping.get(key) for key in ("mastodon", "linkedin", "github", "twitter"))
    return next((url for account in accounts if (url := values.address(account))), "")


def _account(value: Any) -> str | None:
    """A person's page elsewhere: its address, and how many read it."""
    if not isinstance(value, dict):
        return values.line(value)
    username = values.line(value.get("username"))
    place = values.address(value) or (f"@{username.lstrip('@')}" if username else None)
    followers = values.whole(value.get("followers"))
    return place and (f"{place} ({followers:,} followers)" if followers else place)


_FACTS: tuple[tuple[str, str, Callable[[Any], str | None]], ...] = (
    ("price", "Price", values.line),
    ("levels", "Level", _joined),
    ("level", "Level", _joined),
    ("ratings", "Rating", _rating),
    ("rating", "Rating", _rating),
    ("members", "Members", _counted),
    ("location", "Location", values.name),
    ("website", "Website", values.address),
    ("twitter", "Twitter", _account),
    ("mastodon", "Mastodon", _account),
    ("linkedin", "LinkedIn", _account),
    ("github", "GitHub", _account),
    ("youtube", "YouTube", _account),
)


def _mentions(
    items: list[Any], relation: Literal["related", "item"], own: set[str], path: str
) -> list[Mention]:
    """The entries of a list, each once, and never the article itself."""
    own_path = _item_path(path)
    found: dict[str, Mention] = {}
    for item in items:
        mention = _mention(item, relation)
        if mention is None or (mention.path and f"/{own_path}".endswith(f"/{mention.path}")):
            continue
        keys = [clean.canonical(url) for url in (mention.url, *mention.alternate_urls)]
        if own.isdisjoint(keys):
            found.setdefault(keys[0] or mention.path or mention.title.casefold(), mention)
        if len(found) >= MAX_MENTIONS:
            break
    return list(found.values())


def _mention(item: Any, relation: Literal["related", "item"]) -> Mention | None:
    if isinstance(item, str):
        return _mention_of_text(item, relation)
    if not isinstance(item, dict):
        return None
    entry = Entry(item)
    take = entry.take
    alternate = tuple(entry.take_all(ALTERNATE, _addresses))
    url = take((*URL, "originalurl"), values.address) or (alternate[0] if alternate else "")
    path = take(("path", "file", "slug"), _item_path) or ""
    title = take(TITLE, values.line) or title_of_slug(path or url)
    if not title:
        return None
    provider, domain = _provider(entry, url)
    return Mention(
        title=title,
        url=url,
        alternate_urls=alternate,
        path=path,
        relation=relation,
        summary=take(SUMMARY, values.line) or "",
        published=take(PUBLISHED, values.when),
        provider=provider,
        domain=domain,
        kind=(take(KIND, _first_line) or "article").lower()[:40],
        quality=take(("quality",), values.whole),
    )


_WIKI_LINK = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]]*))?\]\]")


def _mention_of_text(text: str, relation: Literal["related", "item"]) -> Mention | None:
    """An address, a wiki link, a path below the folder, or only a title."""
    text = text[: clean.MAX_ADDRESS].strip()
    if url := values.address(text):
        domain = clean.host_of(url).removeprefix("www.")
        return Mention(title_of_slug(url) or domain, url, relation=relation, domain=domain)
    match = _WIKI_LINK.fullmatch(text)
    target = match[1] if match else text
    path = _item_path(target) if match or relation == "item" or "/" in target or "." in target else None
    title = values.line(match[2] if match and match[2] else target if " " in target else None)
    title = title or title_of_slug(path or "") or values.line(target)
    return Mention(title, path=path or "", relation=relation) if title else None


_SUFFIX = re.compile(r"\.(?:md|markdown|txt|html?)$", re.IGNORECASE)


def _item_path(value: Any) -> str | None:
    """A path as members of a collection are named by: no ending, no way out of the folder."""
    if not isinstance(value, str) or "://" in value:
        return None
    parts = [clean.line(part) for part in value.replace("\\", "/").split("/")]
    kept = "/".join(part for part in parts if part and part.strip("."))
    return _SUFFIX.sub("", kept) or None


def title_of_slug(path: str) -> str:
    """`courses/explore-portals-studio` is named "Explore portals studio"; a path without words is not."""
    path = re.sub(r"^https?://[^/]*", "", path).partition("?")[0].partition("#")[0]
    slug = _SUFFIX.sub("", path.rstrip("/").rpartition("/")[2])
    words = clean.line(re.sub(r"[-_+]+|%20", " ", re.sub(r"^\d{4}-\d\d-\d\d-", "", slug)))
    if not re.search(r"[^\W\d_]{2}", words) or words.casefold() == "index":
        return ""
    return words[0].upper() + words[1:]
