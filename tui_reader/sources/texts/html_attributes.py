"""What the attributes of an element of HTML say: whether it is seen, where it leads, how large it is."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urljoin

from tui_reader import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

Given: TypeAlias = Mapping[str, str]
"""The attributes of an element."""

_NOTHING: Given = {}


def given_by(element: "_Element") -> Given:
    items = element.items()
    return dict(items) if items else _NOTHING  # type: ignore[arg-type]


MAX_PARTS = 1_000
"""Of a tag: blanks, names, values. An attribute has two at the least, most have three."""
SHORT = 20_000
"""Characters of a text in which no tag has too many: 10,000 attributes take 0.3 s."""
# A tag ends where libxml2 ends it: at a `>` that no quoted value has. In scripts and comments there is none.
_TAG_OF_MANY = re.compile(
    r"<([a-z][\w:-]{0,30}+)(?:[\s/]++|[^\s/>=<]{1,200}+|<|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)"
    rf"{{{MAX_PARTS},}}+"
    r"|<(script|style)(?=[\s/>])[^<]*+(?:<(?!/\2)[^<]*+)*+|<!--(?!-?>)[^-]*+(?:-(?!-!?>)[^-]*+)*+",
    re.IGNORECASE,
)


def without_hosts_of_attributes(html: str) -> str:
    """Without those of tags that have thousands: to look each up among the others takes minutes for 1 MB."""
    return html if len(html) < SHORT else _TAG_OF_MANY.sub(_without_attributes, html)


def _without_attributes(found: re.Match[str]) -> str:
    return f"<{found[1]} " if found[1] else found[0]


_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_LINE_NUMBERS = re.compile(r"\b(?:gutter|lineno|linenos|line-numbers-rows)\b")


def is_hidden(given: Given) -> bool:
    return (
        "hidden" in given
        or ("style" in given and bool(_HIDDEN.search(given["style"])))
        or ("class" in given and bool(_LINE_NUMBERS.search(given["class"])))
    )


_LANGUAGE = re.compile(r"(?:lang(?:uage)?-|highlight-source-|brush:\s*)([\w+#-]{1,20})")


def language(given: Given) -> str:
    found = _LANGUAGE.search(given["class"]) if "class" in given else None
    return found[1] if found else ""


_EMOJI_OF_WORDPRESS = "//s.w.org/images/core/emoji/"


def is_emoji(given: Given) -> bool:
    """Whether a picture stands for a letter, which its alternative text is."""
    called = given.get("class", "")
    return "emoji" in called or "wp-smiley" in called or _EMOJI_OF_WORDPRESS in given.get("src", "")


def source(given: Given, base: str) -> str:
    """The address of a picture, also of one that a script would have brought."""
    for key in ("src", "data-src", "data-original", "data-lazy-src", "srcset", "data-srcset"):
        address = given.get(key, "").strip()
        if "srcset" in key:
            address = address.partition(" ")[0]
        if address and (safe := address_in(address, base)):
            return safe
    return ""


_PIXELS = re.compile(r"(\d{1,5})(?:px)?")


def pixels(length: str) -> int | None:
    value = _PIXELS.fullmatch(length.strip())
    return int(value[1]) if value else None


def joined(base: str, href: str) -> str:
    """An address resolved; empty for one that is none."""
    try:
        return urljoin(base, href.strip()) if base else href.strip()
    except ValueError:
        return ""


def address_in(href: str, base: str) -> str:
    """An address that may be opened and stands unharmed between a Markdown link's brackets; else nothing."""
    if not href or href.startswith("#"):
        return ""
    href = href[: clean.MAX_ADDRESS]
    # What is whole needs no base: joining them takes ten times as long as the rest.
    safe = clean.address(href if href.startswith(("https://", "http://")) else joined(base, href))
    return safe.replace("(", "%28").replace(")", "%29")


_SHARING = re.compile(
    r"https?://(?:www\.)?(?:(?:twitter|x)\.com/(?:intent|share)\b|facebook\.com/(?:sharer|share|dialog)\b"
    r"|linkedin\.com/(?:shareArticle|sharing)\b|pinterest\.[a-z.]+/pin/create|reddit\.com/submit"
    r"|(?:t|telegram)\.me/share|api\.whatsapp\.com/send|news\.ycombinator\.com/submitlink)",
    re.IGNORECASE,
)


def is_sharing(address: str) -> bool:
    """Whether a link does not lead on but passes the article to others."""
    return _SHARING.match(address) is not None
