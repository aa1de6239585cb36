"""Where a site's feeds are: what its page says of them, or where to look if it says nothing. No network."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, urlsplit

from msgspec import Struct

from tui_reader import clean
from tui_reader.sources.pages.tree import tree_of
from tui_reader.sources.texts.html_attributes import joined

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_FEEDS = 20
MAX_BYTES = 3_000_000
"""Of a page; its feeds stand in its head."""
MAX_LINKS = 20_000
LONGEST_TITLE = 200


class Found(Struct, frozen=True):
    url: str
    title: str = ""


def feeds_in(page: bytes, address: str, content_type: str = "") -> list[Found]:
    """The feeds that a page names, its own word first, then links that look like feeds, comments last."""
    root = tree_of(page[:MAX_BYTES], content_type)
    if root is None:
        return []
    href = next((href for e in root.iter("base") if (href := e.get("href"))), "")
    base = joined(address, href[: clean.MAX_ADDRESS])
    own = clean.canonical(address)
    distinct: dict[str, Found] = {}
    for found in (*_named(root, base), *_linked(root, base, clean.host_of(clean.address(address)))):
        if (key := clean.canonical(found.url)) != own:
            distinct.setdefault(key, found)
    return sorted(distinct.values(), key=_is_of_comments)[:MAX_FEEDS]


def guesses(address: str) -> list[str]:
    """Addresses where a feed of this page may be, the likeliest first; nothing has looked whether it is."""
    safe = clean.address(address)
    parts = urlsplit(safe)
    host = (parts.hostname or "").removeprefix("www.")
    if not host:
        return []
    page = host + (f":{parts.port}" if parts.port else "") + parts.path.rstrip("/")
    for pattern, known in _SITES:
        if match := pattern.fullmatch(page + (f"?{parts.query}" if parts.query else "")):
            return [url for one in known(match) if (url := clean.address(one))]
    around = parts.path if "." not in parts.path.rpartition("/")[2] else parts.path.rpartition("/")[0]
    root = f"{parts.scheme}://{parts.netloc}"
    folders = dict.fromkeys((around.rstrip("/"), ""))
    tried = (root + folder + path for path in _PATHS for folder in folders)
    return [url for one in dict.fromkeys(tried) if (url := clean.address(one)) and url != safe]


# A host that is asked ten times in a row for what it has not may shut the door: the seven most common.
_PATHS = ("/feed", "/feed.xml", "/rss", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json")


def _youtube_list(match: re.Match[str]) -> list[str]:
    found = parse_qs(match[1]).get("list", [""])[0]
    return [f"https://www.youtube.com/feeds/videos.xml?playlist_id={quote(found)}"] if found else []


def _github(match: re.Match[str]) -> list[str]:
    repository = f"https://github.com/{match[1]}/{match[2].removesuffix('.git')}"
    newest = [f"{repository}/{name}.atom" for name in ("releases", "tags", "commits")]
    return [f"{repository}/commits.atom", *newest[:2]] if match[3] == "commits" else newest


_Addresses = Callable[[re.Match[str]], list[str]]


def _site(pattern: str, *addresses: str) -> tuple[re.Pattern[str], _Addresses]:
    return re.compile(pattern, re.IGNORECASE), lambda match: [match.expand(address) for address in addresses]


_YOUTUBE = "https://www.youtube.com/feeds/videos.xml"
_REST = r"(?:[/?].*)?"
# Matched with the host without `www.`, the path without its last slash, and the query.
_SITES: tuple[tuple[re.Pattern[str], _Addresses], ...] = (
    _site(rf"(?:m\.)?youtube\.com/channel/(UC[\w-]+){_REST}", rf"{_YOUTUBE}?channel_id=\1"),
    _site(rf"(?:m\.)?youtube\.com/user/([\w.-]+){_REST}", rf"{_YOUTUBE}?user=\1"),
    (re.compile(r"(?:m\.)?youtube\.com/(?:playlist|watch)\?(.*\blist=.*)", re.IGNORECASE), _youtube_list),
    # A handle's feed is known by its channel's number alone, which stands in the page.
    _site(r"(?:m\.)?youtube\.com/(?:@|c/).*"),
    _site(rf"(?:old\.|new\.|m\.)?reddit\.com/(r/\w+|user/[\w-]+){_REST}", r"https://www.reddit.com/\1/.rss"),
    _site(r"(?:old\.|new\.|m\.)?reddit\.com", "https://www.reddit.com/.rss"),
    (re.compile(r"github\.com/([\w-]+)/([\w.-]+)(?:/([\w-]+))?(?:[/?].*)?", re.IGNORECASE), _github),
    _site(r"github\.com/([\w-]+)", r"https://github.com/\1.atom"),
    _site(rf"medium\.com/((?:@[\w.-]+|tag/[\w-]+|[\w-]+)){_REST}", r"https://medium.com/feed/\1"),
    _site(rf"([\w-]+)\.medium\.com{_REST}", r"https://\1.medium.com/feed"),
    _site(rf"([\w-]+)\.substack\.com{_REST}", r"https://\1.substack.com/feed"),
    _site(rf"substack\.com/@([\w-]+){_REST}", r"https://\1.substack.com/feed"),
    _site(rf"([\w-]+)\.tumblr\.com{_REST}", r"https://\1.tumblr.com/rss"),
    _site(rf"([\w-]+\.blogspot\.[a-z.]+){_REST}", r"https://\1/feeds/posts/default"),
    _site(rf"bsky\.app/profile/([\w.:-]+){_REST}", r"https://bsky.app/profile/\1/rss"),
    _site(rf"vimeo\.com/([a-z][\w-]*){_REST}", r"https://vimeo.com/\1/videos/rss"),
    _site(rf"stackoverflow\.com/questions/tagged/([^/?]+){_REST}", r"https://stackoverflow.com/feeds/tag/\1"),
    _site(rf"news\.ycombinator\.com{_REST}", "https://news.ycombinator.com/rss"),
    # Mastodon and its kin stand on any host; a post's address goes on behind the name.
    _site(r"([^/?]+)/(@\w+)(?:/.*)?", r"https://\1/\2.rss"),
)


_KINDS = frozenset(
    "application/rss+xml application/atom+xml application/rdf+xml application/rss application/atom"  # noqa: SIM905
    " application/xml text/xml application/feed+json application/json".split()
)
# WordPress calls its programming interface an alternate of the page, in JSON.
_NO_FEED = re.compile(r"/wp-json/|oembed|opensearch|sitemap", re.IGNORECASE)


def _named(root: "_Element", base: str) -> Iterator[Found]:
    for link in root.iter("link"):
        relations = link.get("rel", "").lower().split()
        kind = link.get("type", "").partition(";")[0].strip().lower()
        is_feed = ("alternate" in relations and kind in _KINDS) or "feed" in relations
        url = _address(link, base) if is_feed else ""
        if url and not _NO_FEED.search(url):
            yield Found(url, clean.line(link.get("title", ""), LONGEST_TITLE))


_LOOKS_LIKE_A_FEED = re.compile(
    r"(?:.*/)?(?:feeds?|rss2?|atom|rdf|[^/]*\.(?:rss|atom|rdf|xml)|feed\.json|feeds/posts/default)/?",
    re.IGNORECASE,
)
_ASKS_FOR_A_FEED = re.compile(
    r"(?:^|&)(?:feed|format|type|output)=(?:rss2?|atom|rdf|feed|xml)\b", re.IGNORECASE
)
_READERS = ("feedly.com", "inoreader.com", "netvibes.com", "newsblur.com", "theoldreader.com", "yahoo.com")


def _linked(root: "_Element", base: str, host: str) -> list[Found]:
    """Links whose addresses look like feeds, the site's own first."""
    found: list[Found] = []
    for number, link in enumerate(root.iter("a")):
        if number >= MAX_LINKS:
            break
        url = _address(link, base)
        parts = urlsplit(url)
        looks = _LOOKS_LIKE_A_FEED.fullmatch(parts.path) or _ASKS_FOR_A_FEED.search(parts.query)
        if not url or not looks or _NO_FEED.search(url):
            continue
        if any(clean.belongs_to(url, reader) for reader in _READERS):
            continue
        title = clean.line("".join(map(str, link.itertext())) or link.get("title", ""), LONGEST_TITLE)
        found.append(Found(url, title))
    own = host.removeprefix("www.")
    return sorted(found, key=lambda one: not clean.belongs_to(one.url, own))


_COMMENTS = re.compile(r"/comments?(?:/|\b)", re.IGNORECASE)
_COMMENTS_TITLE = re.compile(
    r"\b(?:comments?|kommentare?|commentaires?|comentarios?|commenti)\b", re.IGNORECASE
)


def _is_of_comments(found: Found) -> bool:
    return bool(_COMMENTS.search(urlsplit(found.url).path) or _COMMENTS_TITLE.search(found.title))


def _address(link: "_Element", base: str) -> str:
    href = link.get("href", "").strip()
    if href.lower().startswith("feed:"):
        href = re.sub(r"^feed:(?://)?(?=https?:)", "", href, flags=re.IGNORECASE)
        href = re.sub(r"^feed:", "http:", href, flags=re.IGNORECASE)
    return clean.address(joined(base, href[: clean.MAX_ADDRESS])) if href and not href.startswith("#") else ""
