"""What a page says of itself in its head: schema.org's JSON-LD first, then Open Graph, then the rest."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import msgspec
from msgspec import Struct

from tui_reader import clean
from tui_reader.sources.texts import values

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_DATA = 1_000_000
"""Characters of one block of data."""
MAX_NODES = 200
LONGEST_NAME = 60
_ARTICLES = re.compile(r"Article|BlogPosting|Report|Review|Recipe|SocialMediaPosting|Story")
_PAGES = re.compile(r"WebPage|VideoObject|PodcastEpisode|AudioObject")
_TITLE_PARTS = re.compile(r"\s+[|–—«»·:-]+\s+")
_SECOND = re.compile(r"/?(?:(?:/page)?/2|[?&](?:page|pg|p)=2)/?")
_ANY_TAG = re.compile(r"<[a-zA-Z/][^>]*>")
_BLOCK_END = re.compile(r"</(?:p|div|li|h\d|blockquote)>|<br\s*/?>", re.IGNORECASE)


class Facts(Struct, frozen=True):
    url: str = ""
    title: str = ""
    summary: str = ""
    author: str = ""
    site: str = ""
    published: int | None = None
    image: str = ""
    text: str = ""
    """The article as plain text, where the data hold it."""
    words: int = 0
    """Of the article, as the publisher counted them; 0 where it does not say."""
    paid: bool = False
    """The publisher says that not everybody may read it."""
    is_article: bool = False
    """The publisher says that it is one."""
    goes_on: str = ""
    """The address of its second page, where it is cut into several."""


def read(root: "_Element", address: str) -> Facts:
    meta = _meta(root)
    told = sorted(_data(root), key=lambda one: not _is_a(_ARTICLES, one))

    def first(*names: str) -> str:
        return next((line for name in names if (line := values.line(meta.get(name, "")) or "")), "")

    def from_data(name: str) -> Any:
        return next((one[name] for one in told if one.get(name)), None)

    url = _own_address(_canonical(root) or meta.get("og:url", ""), address)
    site = first("og:site_name") or _names(from_data("publisher"))
    title = _text(from_data("headline")) or first("og:title", "twitter:title") or _heading(root)
    free = {str(one.get("isAccessibleForFree")).lower() for one in told}
    return Facts(
        url=url,
        title=_without_site(title, site),
        summary=first("og:description", "description", "twitter:description")
        or _text(from_data("description")),
        author=_names(from_data("author"))
        or _no_address(first("author", "article:author", "dc.creator", "parsely-author"))
        or _author(root),
        site=site,
        published=_when(
            from_data("datePublished"),
            *(meta.get(name) for name in ("article:published_time", "date", "dc.date", "parsely-pub-date")),
            *(element.get("datetime") for element in root.iter("time")),
        ),
        image=_address(meta.get("og:image", "") or meta.get("twitter:image", ""), address),
        text=max((_paragraphs(one.get("articleBody")) for one in told), key=len, default=""),
        words=max((values.whole(one.get("wordCount")) or 0 for one in told), default=0),
        paid="false" in free or meta.get("article:content_tier", "").lower() == "locked",
        is_article=any(_is_a(_ARTICLES, one) for one in told)
        or meta.get("og:type", "").lower() == "article"
        or "article:published_time" in meta,
        goes_on=_goes_on(root, address, url or address),
    )


def _meta(root: "_Element") -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = element.get("property") or element.get("name") or ""
        if content := element.get("content"):
            found.setdefault(name.strip().lower(), content)
    return found


def _data(root: "_Element") -> Iterator[dict[str, Any]]:
    """What JSON-LD there is about an article."""
    for script in root.iter("script"):
        if "ld+json" not in script.get("type", "") or not script.text or len(script.text) > MAX_DATA:
            continue
        try:
            todo = [msgspec.json.decode(script.text.strip().rstrip(";"))]
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            continue
        seen = 0
        while todo and seen < MAX_NODES:
            seen += 1
            one = todo.pop(0)
            if isinstance(one, list):
                todo += one[:MAX_NODES]
            elif isinstance(one, dict):
                todo += [one[name] for name in ("@graph", "mainEntity", "mainEntityOfPage") if name in one]
                if _is_a(_ARTICLES, one) or _is_a(_PAGES, one):
                    yield one


def _is_a(kind: re.Pattern[str], one: dict[str, Any]) -> bool:
    told = one.get("@type")
    return any(kind.search(str(name)) for name in (told[:10] if isinstance(told, list) else [told]))


def _canonical(root: "_Element") -> str:
    return next((link.get("href", "") for link in root.iter("link") if link.get("rel") == "canonical"), "")


def _goes_on(root: "_Element", address: str, own: str) -> str:
    """What comes next may be another article, too: it must be this one's address with a number behind it."""
    own = own.partition("#")[0].rstrip("/")
    links = (link for link in root.iter("link", "a") if "next" in link.get("rel", "").lower().split())
    for link in islice(links, 5):
        following = _address(link.get("href", ""), address)
        if _SECOND.fullmatch(following.removeprefix(own)) and following.startswith(own):
            return following
    return ""


def _heading(root: "_Element") -> str:
    """The only `<h1>`, or the first part of `<title>` where that is what heads the site."""
    title = next((text for element in root.iter("title") if (text := _shown(element))), "")
    # A page of several is not headed by the first.
    main = next(root.iter("main"), None)
    within = root if main is None or next(main.iter("h1"), None) is None else main
    told = (element for element in islice(within.iter("h1"), 4) if not _leads_home(element))
    headings = [_shown(element).rstrip(" ¶#") for element in islice(told, 2)]
    if len(headings) != 1 or not headings[0]:
        return title
    first, *others = _TITLE_PARTS.split(title)
    return first if headings[0] in others else headings[0]


def _without_site(title: str, site: str) -> str:
    """Many a system puts the name of the site behind every title."""
    *before, last = _TITLE_PARTS.split(title)
    return title[: title.rindex(last)].rstrip(" |–—«»·:-") if before and last == site else title


def _leads_home(heading: "_Element") -> bool:
    """The name of the site in its head, on many old ones the only `<h1>`."""
    links = (*islice(heading.iterancestors(), 2), *heading.iter("a"))
    return any(link.tag == "a" and link.get("href", "").strip() in ("/", "./") for link in links)


def _shown(element: "_Element") -> str:
    """What it says, without what its buttons say."""
    from lxml import etree

    parts: list[str] = []
    within = 0
    for event, part in etree.iterwalk(element, events=("start", "end")):
        is_button = part.tag in ("button", "svg", "script", "style")
        within += is_button * (1 if event == "start" else -1)
        if event == "start":
            parts.append(part.text or "" if not within else "")
        elif part is not element:
            parts.append(part.tail or "" if not within else "")
    return _text("".join(parts))


def _text(value: Any) -> str:
    return values.line(_ANY_TAG.sub("", value)) or "" if isinstance(value, str) else ""


def _names(value: Any) -> str:
    people = value if isinstance(value, list) else [value]
    told = [_text(one.get("name") if isinstance(one, dict) else one) for one in people[:10]]
    return _no_address(", ".join(dict.fromkeys(filter(None, told))))


def _no_address(name: str) -> str:
    return "" if name.startswith(("http://", "https://", "@")) else name


def _author(root: "_Element") -> str:
    told = (e for e in root.iter("a", "span") if e.get("rel") == "author" or e.get("itemprop") == "author")
    names = [_text("".join(map(str, element.itertext()))) for element in islice(told, 3)]
    return _no_address(", ".join(dict.fromkeys(name for name in names if name and len(name) < LONGEST_NAME)))


def _when(*told: Any) -> int | None:
    return next((when for one in told if (when := values.when(one)) is not None), None)


def _own_address(value: str, address: str) -> str:
    """What a page calls itself, on its own site: it shall not pass for another's, nor for a front page."""
    url = clean.without_login(_address(value, address))
    if clean.canonical(url) == clean.canonical(address):
        return url  # the plain one of an AMP cache's
    parts = urlsplit(url)
    is_own = clean.belongs_to(url, clean.host_of(address)) or clean.belongs_to(address, parts.hostname or "")
    return url if is_own and (parts.path.strip("/") or parts.query) else ""


def _address(value: str, base: str) -> str:
    try:
        return clean.address(urljoin(base, value.strip())) if value.strip() else ""
    except ValueError:
        return ""


def _paragraphs(value: Any) -> str:
    """Some write HTML there, some its tags as entities."""
    if not isinstance(value, str):
        return ""
    text = values.unescaped(value)
    if _ANY_TAG.search(text):
        text = values.unescaped(_ANY_TAG.sub("", _BLOCK_END.sub("\n\n", text)))
    return clean.text(text).strip()
