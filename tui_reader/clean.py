"""The border: hostile text comes in, safe text goes out; and which addresses may leave the program.

What is dropped can change a terminal's state, hide text, or reorder it: control characters (C0, DEL, C1),
the twelve characters with Unicode's Bidi_Control property, tag characters, invisible format characters.
Scripts stay whole: Arabic, Hebrew, Indic, CJK, and emoji with their joiners.
"""

import re
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

MAX_LINE = 1_000
"""Characters of a one-line field; a longer one ends in an ellipsis."""
MAX_TEXT = 5_000_000
"""Characters of a body."""
MAX_ADDRESS = 4_000

_INVISIBLE = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 without tab, newline, return; DEL; C1
    "\u00ad\u034f\u180e\u200b\u2060-\u2064\ufeff"  # soft hyphen, zero-width spaces and operators
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # Bidi_Control
    "\u206a-\u206f\ufff9-\ufffb"  # deprecated format characters, interlinear annotation
    "\U000e0000-\U000e007f"  # tag characters
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SUSPECT = re.compile(f"[{_INVISIBLE}{_MARKS}{_SELECTORS}\r\u200c\u200d\u2028\u2029\ud800-\udfff]")
_DROP = re.compile(f"[{_INVISIBLE}]")
# Whole escape sequences, so that a coloured headline leaves no `[31m` behind: CSI; OSC, DCS and their kin.
_ESCAPE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"
    # No introducer within a string: a text of nothing else would take quadratic time.
    "|(?:\x1b[\\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n\x90\x98\x9d-\x9f]*(?:\x07|\x1b\\\\|\x9c)"
)
_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# A joiner means something only between two visible characters; a selector only after one.
_LONE_JOINER = re.compile(r"(?<![^\s\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?=[\s\u200c\u200d]|$)")
_SELECTOR_RUN = re.compile(f"([{_SELECTORS}])[{_SELECTORS}]+")
# Four marks on a letter are more than any living script stacks.
_MARK_RUN = re.compile(f"([{_MARKS}]{{4}})[{_MARKS}]+")


def text(value: str, limit: int = MAX_TEXT) -> str:
    """Text of several lines: tabs and newlines stay, every kind of line end becomes a newline."""
    if _is_suspect(value):
        value = _ESCAPE.sub("", value)
        value = _BREAK.sub("\n", value)
        value = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
        value = _DROP.sub("", value)
        value = _LONE_JOINER.sub("", value)
        value = _SELECTOR_RUN.sub(r"\1", value)
        value = _MARK_RUN.sub(r"\1", value)
    return value if len(value) <= limit else value[: limit - 1] + "…"


# In bytes: a long text is looked through four times as fast as by the pattern, where most of it is ASCII.
_ASCII_SUSPECT = bytes((*range(0x09), *range(0x0B, 0x20), 0x7F))
_ASCII_FINE = bytes(set(range(0x80)) - set(_ASCII_SUSPECT))


def _is_suspect(value: str) -> bool:
    if value.isascii():
        # A line is known faster still.
        return not value.isprintable() and has_any(value.encode(), _ASCII_SUSPECT)
    if len(value) < 200:
        return _SUSPECT.search(value) is not None
    return _SUSPECT.search(without(value, _ASCII_FINE)) is not None


def has_any(data: bytes, of: bytes) -> bool:
    """Whether any of these bytes stands in the others: ten times as fast as a pattern is."""
    return len(data.translate(None, of)) < len(data)


def without(text: str, ascii_letters: bytes) -> str:
    """What else stands in a text: of most very little, which is soon looked through."""
    data = text.encode("utf-8", "surrogatepass").translate(None, ascii_letters)
    return data.decode("utf-8", "surrogatepass")


def line(value: str, limit: int = MAX_LINE) -> str:
    """Text of one line: blanks of every kind are folded into single spaces."""
    # Cut generously before cleaning, so that a field of a million characters costs no more than its limit.
    folded = " ".join(text(value[: limit * 4], limit * 4).split())
    return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"


def is_clean(value: str) -> bool:
    """Whether a text may go to the terminal as it is; the two line-drawn widgets assert it."""
    return not _DROP.search(value) and not _SURROGATE.search(value)


# An address that needs no mending, the usual case: 0.5 µs instead of 8.
_PLAIN_ADDRESS = re.compile(
    r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,4})?(?:[/?#][A-Za-z0-9\-._~:/?#\[\]@!$&()*+,;=%|]*)?"
)
_ADDRESS_SAFE = "-._~:/?#[]@!$&()*+,;=%"


@lru_cache(maxsize=4096)
def address(value: str) -> str:
    """An http or https address, made safe to print and to hand to a browser; empty if it is none.

    Blanks, quotes, backslashes and letters outside ASCII are percent-encoded, the host in its ASCII form.
    """
    value = value.strip()
    if not value or len(value) > MAX_ADDRESS:
        return ""
    if _PLAIN_ADDRESS.fullmatch(value):
        return value
    value = _DROP.sub("", _BREAK.sub("", _SURROGATE.sub("", value)))
    try:
        parts = urlsplit(value)
        host, port = parts.hostname or "", parts.port
        if parts.scheme.lower() not in ("http", "https") or not host:
            return ""
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""
    if host.startswith("-") or not re.fullmatch(r"[a-z0-9._:-]+", host):
        return ""
    host = f"[{host}]" if ":" in host else host
    user = parts.netloc.rpartition("@")[0]
    where = (quote(user, safe=":%") + "@" if user else "") + host + (f":{port}" if port is not None else "")
    rest = quote(parts.path, safe=_ADDRESS_SAFE.replace("?", "").replace("#", ""))
    if parts.query:
        rest += "?" + quote(parts.query, safe=_ADDRESS_SAFE.replace("#", ""))
    if parts.fragment:
        rest += "#" + quote(parts.fragment, safe=_ADDRESS_SAFE)
    return f"{parts.scheme.lower()}://{where}{rest}"


_LOGIN = re.compile(r"\A(\s*[a-z][a-z0-9+.-]*://)[^/?#]*@", re.IGNORECASE)


def without_login(url: str) -> str:
    """An address as it may be shown and told: the name and password in it are for its server alone."""
    return _LOGIN.sub(r"\1", url)


_MAILTO = re.compile(r"mailto:[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+(?:\?[A-Za-z0-9._%+=&@-]*)?")


def may_open(url: str, *, mail: bool = False) -> bool:
    """Whether an address may be handed to another program: http or https, and mailto where it is asked for.

    It is asked again right before a program is started, whatever was done when the address came in.
    """
    if mail and _MAILTO.fullmatch(url):
        return True
    if not url.startswith(("http://", "https://")) or len(url) > MAX_ADDRESS * 3:
        return False
    if not url.isascii() or any(c <= " " or c in "\"'\\`\x7f" for c in url):
        return False
    return bool(host_of(url)) and not host_of(url).startswith("-")


@lru_cache(maxsize=4096)
def host_of(url: str) -> str:
    """The host of an address, lower case; empty if it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def belongs_to(url: str, domain: str) -> bool:
    """Whether an address is on a domain or below it: edition.cnn.com belongs to cnn.com."""
    host, domain = host_of(url), domain.lower().removeprefix("www.")
    return bool(domain) and (host == domain or host.endswith("." + domain))


# Parameters that tell the publisher where a reader came from, never what to show.
_TRACKING = re.compile(
    r"(?:utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok"
    r"|ocid|cmpid|ncid|smid|sref|guccounter|ref_src|wt\.mc_id|at_medium|at_campaign|at_custom\d|spm"
    r"|amp|outputtype=amp)(?:=.*)?",
    re.IGNORECASE,
)
# With nothing of all this, the usual case: a third of the time.
_PLAIN_PAGE = re.compile(r"https?://([a-z0-9.-]+)((?:/[^?#]*)?)")
_AMP_CACHE = re.compile(r"/(?:c|v|i)/(?:s/)?(.+)")
_AMP_TAIL = re.compile(r"(?:/amp/?|\.amp(?=\.html?$)|(?<=/)amp\.html?)$|\.amp(?=\.html?$)")


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """What an article is known by: its address without what does not change the article.

    Host in lower case, scheme, `www.`, default port, fragment, tracking parameters and a slash at the end
    gone; an AMP address (Google's cache, ampproject.org, `/amp`, `?amp=1`) folded into the plain one.
    It is a key, not an address to open. Empty for an address that `address` refuses.
    """
    safe = address(url)
    if (plain := _PLAIN_PAGE.fullmatch(safe)) and "amp" not in safe:
        return plain[1].removeprefix("www.") + plain[2].rstrip("/")
    if not safe:
        return ""
    parts = urlsplit(safe)
    host, path = parts.hostname or "", parts.path
    inner = ""
    if host.endswith(".cdn.ampproject.org") and (match := _AMP_CACHE.fullmatch(path)):
        inner = match[1]
    elif host.removeprefix("www.").startswith("google.") and path.startswith("/amp/"):
        inner = path.removeprefix("/amp/").removeprefix("s/")
    if "." in inner.partition("/")[0]:
        return canonical("https://" + unquote(inner) + (f"?{parts.query}" if parts.query else ""))
    path = _AMP_TAIL.sub("", path).rstrip("/")
    query = "&".join(p for p in parts.query.split("&") if p and not _TRACKING.fullmatch(p))
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    fragment = "#" + parts.fragment if parts.fragment.startswith("!") else ""
    return host.removeprefix("www.") + port + path + (f"?{query}" if query else "") + fragment
