"""XML as feeds have it: bytes in, a tree out, however wrong they are.

    bytes → text (whatever encoding they are in) → mended text (references, characters, no DTD) → libxml2
          → where that refuses it: texts taken as they stand, and what libxml2 can make of the rest

No entity is ever expanded: the DTD is cut off, HTML's names become characters, every other is text.
"""

import codecs
import re
from contextlib import suppress
from html import escape, unescape
from html.entities import html5
from itertools import islice
from typing import TYPE_CHECKING

from tui_reader import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

FOREWORD = 100_000
"""Characters that a server may say (a warning, usually) before the document begins."""
MAX_MENDED = 300_000
"""Places of a document, which take 0.3 s; libxml2 makes what it can of the rest."""
MAX_PARTS = 20_000
"""Elements of a text, side by side."""
MAX_ATTRIBUTES = 50
"""Of an element; one with more is searched no further."""

_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([a-z\d][\w.:-]{1,39})", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([a-z\d][\w.:-]{1,39})", re.IGNORECASE)
# As browsers read them: the larger one that the publisher's editor wrote.
_LARGER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# No encodings of documents; the first takes quadratic time.
_NEVER = frozenset(("punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"))


def decoded(data: bytes, content_type: str = "") -> str:
    """The text of a document. What is UTF-8 is read as that, whatever the publisher declares."""
    for mark, encoding in _WIDE:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    data = data.replace(b"\0", b"")
    declared = [found[1].decode("ascii") for found in (_ENCODING.search(data, 0, 1_000),) if found]
    charset = [found[1] for found in (_CHARSET.search(content_type),) if found]
    encodings = list(filter(None, map(_codec, declared + charset)))
    # Their shifted letters are ASCII, and so UTF-8 too.
    for encoding in encodings:
        if encoding.startswith(("iso2022", "hz", "utf-7")):
            with suppress(UnicodeError):
                return data.decode(encoding)
    try:
        return data.decode("utf-8-sig")
    except UnicodeError:
        pass
    for encoding in encodings:
        with suppress(UnicodeError):
            return data.decode(encoding)
    # One letter that a publisher cut in two is no reason to misread all others.
    text = data.decode("utf-8", "replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}")
    right = len(text) - len(text.encode("ascii", "ignore")) - wrong
    return text if right > wrong else data.decode("cp1252", "replace")


def _codec(name: str) -> str:
    """How Python calls an encoding; empty for what is none, and for UTF-8, which is tried anyway."""
    try:
        codec = codecs.lookup(name).name
        "".encode(codec)
    except (LookupError, ValueError):
        return ""
    codec = _LARGER.get(codec, codec)
    return "" if codec in _NEVER or codec.startswith(("utf-8", "utf-16", "utf-32")) else codec


def tree(text: str) -> "_Element | None":
    """The document's root; None where there is nothing of the kind."""
    from lxml import etree  # 40 ms

    def parsed(data: bytes, *, recover: bool = False) -> "_Element | None":
        parser = etree.XMLParser(
            encoding="utf-8",
            recover=recover,
            resolve_entities=False,
            no_network=True,
            remove_comments=True,
            remove_pis=True,
            huge_tree=True,  # a text of more than 10 MB, when it came as UTF-16
        )
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError:
            return None

    data = text.encode("utf-8", "replace")
    # Most are right as they are.
    root = None if _wants_mending(data) else parsed(data)
    if root is None:
        text = _mended(text)
        root = parsed(text.encode("utf-8", "replace"))
    return root if root is not None else parsed(_forgiven(text).encode("utf-8", "replace"), recover=True)


# Each begins with letters that are looked for fast.
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_OF_WINDOWS = (_C1, re.compile(rb"&#(?:0*1[2-5]\d|[xX]0*[89][\da-fA-F]);"))


def _wants_mending(data: bytes) -> bool:
    """Of what XML allows: a DTD, and control characters that are meant as letters of Windows' alphabet."""
    return b"<!D" in data or b"<!d" in data or any(letters.search(data) for letters in _OF_WINDOWS)


def is_cut_off(text: str, root: "_Element") -> bool:
    """Whether a document that is a feed ends before its root does; what follows the root is no matter."""
    name = rf"(?:[\w.-]+:)?{re.escape(local(str(root.tag)))}"
    return not re.search(rf"</{name}\s*>|<{name}(?:\s[^<>]*)?/>", text, re.IGNORECASE)


_START = re.compile(r"<(?:rss|feed|rdf:rdf|channel|html)(?=[\s>])|<\?xml\b", re.IGNORECASE)
_BEFORE_ROOT = re.compile(
    r"(?:\s++|<\?[^>]*>|<!--.*?-->|<!DOCTYPE(?:[^\[<>\"']|\"[^\"]*\"|'[^']*')*+"
    r"(?:\[(?:[^\]\"'<]|\"[^\"]*\"|'[^']*'|<!--.*?-->|<)*+\]\s*)?>?)*+",
    re.IGNORECASE | re.DOTALL,
)
# Nor XML nor, in what follows it, text: control characters and noncharacters.
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x80-\x9f\ufffe\uffff]+")
# Letters of Windows' alphabet that were taken for those of Latin-1; not those that begin a terminal's orders.
_WINDOWS = {
    code: bytes([code]).decode("cp1252", "ignore")
    for code in (*range(0x80, 0x90), *range(0x91, 0x98), 0x99, 0x9A)
}
# References that XML itself knows, and need no mending: to characters that it allows, up to U+C34F.
_GOOD = (
    r"amp|lt|gt|quot|apos|#(?:3[2-9]|[4-9]\d|1[01]\d|12[0-6]|1[6-9]\d|[2-9]\d\d|[1-9]\d{3}|[1-4]\d{4})"
    r"|#x(?:[2-6a-fA-F][\da-fA-F]|[1-9a-fA-F][\da-fA-F]{2}|[1-9a-cA-C][\da-fA-F]{3})"
)
_TO_MEND = re.compile(
    r"<!\[CDATA\[(?:[^\]]++|\](?!\]>))*+(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?![^\W\d]|[/?:])|\]\]>"
    rf"|&#(?:27|x1b);(?:\[[0-?]*[ -/]*[@-~])?|&(?!(?:{_GOOD});)"
    r"(?:(#\d{1,8}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z]\w{1,31});)?",
    re.DOTALL,
)


# The same in UTF-8, in which a whole document is looked through ten times as fast.
_ODD_ASCII = bytes((*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)))
_ODD_IN_UTF_8 = (_C1, re.compile(rb"\xef\xbf[\xbe\xbf]"))


def _is_odd(text: str) -> bool:
    data = text.encode("utf-8", "surrogatepass")
    return clean.has_any(data, _ODD_ASCII) or any(odd.search(data) for odd in _ODD_IN_UTF_8)


def _mended(text: str) -> str:
    """The document from its root on, with characters in place of references."""
    if _is_odd(text):
        # Whole escape sequences go, those in references with the rest of these.
        text = _ODD.sub("", clean.text(text.translate(_WINDOWS), len(text)))
    if start := _START.search(text, 0, FOREWORD):
        text = text[start.start() :]
    if before := _BEFORE_ROOT.match(text):
        text = text[before.end() :]
    return _TO_MEND.sub(_mended_part, text, count=MAX_MENDED)


def _mended_part(found: re.Match[str]) -> str:
    part, name = found[0], found[1]
    if part.startswith("<![CDATA["):
        return part if part.endswith("]]>") else part + "]]>"
    if part.startswith(("<!--", "&#27;", "&#x1b;")):
        return ""
    if name is None:
        return escape(part, quote=False)
    if name.startswith("#"):
        # Among them those of Windows' Latin alphabet, `&#146;`, which XML takes for control characters.
        return escape(_ODD.sub("", unescape(part)))
    return escape(html5.get(f"{name};", part))


_RAW = re.compile(
    r"<!\[CDATA\[.*?\]\]>"
    r"|<(/?)(title|description|summary|content|content:encoded|subtitle|itunes:summary|media:description)"
    r"(?:\s[^<>]*)?>",
    re.DOTALL,
)
_NAMED = {"&amp;": "&#38;", "&lt;": "&#60;", "&gt;": "&#62;", "&quot;": "&#34;", "&apos;": "&#39;"}


def _forgiven(text: str) -> str:
    """A document with errors, in a form of which libxml2 can make the most.

    Texts with tags in them, which the author forgot to close, become texts as they stand. References become
    numbers: after some errors libxml2 drops those that are named.
    """
    parts: list[str] = []
    done = at = 0
    inside = ""
    for tag in _RAW.finditer(text):
        if tag[2] and not tag[1] and not tag[0].endswith("/>"):
            inside, at = tag[2], tag.end()
        elif tag[1] and tag[2] == inside:
            told = text[at : tag.start()]
            if "<" in told and not told.lstrip().startswith("<![CDATA["):
                cdata = told.replace("<![CDATA[", "").replace("]]>", "")
                parts += (text[done:at], f"<![CDATA[{cdata}]]>")
                done = tag.start()
            inside = ""
    text = "".join((*parts, text[done:]))
    for name, number in _NAMED.items():
        text = text.replace(name, number)
    return text


_PREFIX = re.compile(r"(</?)[\w.-]+:(?=\w)")


def inner(element: "_Element") -> tuple[str, bool]:
    """What stands in an element, and whether that is HTML: it has elements of its own."""
    if not len(element):
        return element.text or "", False
    from lxml import etree

    parts = (etree.tostring(part, encoding="unicode", method="html") for part in islice(element, MAX_PARTS))
    return _PREFIX.sub(r"\1", escape(element.text or "", quote=False) + "".join(parts)), True


def local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2].rpartition(":")[2]


def attribute(element: "_Element", name: str) -> str:
    """An attribute, however its letters are written."""
    if (value := element.get(name)) is not None:
        return value.strip()
    if not 0 < len(element.attrib) <= MAX_ATTRIBUTES:
        return ""
    others = ((str(key), str(value)) for key, value in element.items())
    return next((value.strip() for key, value in others if local(key).lower() == name), "")
