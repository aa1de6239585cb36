"""The bytes of a web page as an lxml tree; control characters are gone, no entity of its own expands."""

import codecs
import re
from typing import TYPE_CHECKING

from tui_reader import clean
from tui_reader.sources.folder import decode
from tui_reader.sources.texts.html_attributes import without_hosts_of_attributes

if TYPE_CHECKING:
    from lxml.etree import _Element

_CHARSET = re.compile(r"(?:charset|<\?xml[^>]{0,80}encoding)\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_DECLARED = 4_096
"""Bytes in which a page says how it is encoded; browsers look at 1,024."""
_REFERENCE = re.compile(r"&#(?:[xX]0{0,20}([0-9a-fA-F]{1,2})|0{0,20}(\d{1,3}))(?![0-9a-fA-F]);?")
_SAMPLE = 4_096
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\N{REPLACEMENT CHARACTER}]")
BINARY = 0.03
"""Of the first characters, those that no text has; of noise it is every tenth."""
WRONG = 0.02
"""Of the characters that are not ASCII, those that may be wrong in a page that is what it says."""

_LABELS = {
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "x-mac-cyrillic": "mac-cyrillic",
    "iso-8859-8-i": "iso8859-8",
    "x-gbk": "gb18030",
}
# What browsers take these for: the same and more.
_WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Python knows others, which no page is written in: `punycode` takes quadratic time.
_KNOWN = re.compile(
    r"utf-(?:8|16|16-le|16-be|32)|cp125[0-8]|cp(?:866|874|932|949)|iso8859-\d{1,2}|koi8-[ru]"
    r"|mac-(?:roman|cyrillic)|euc_jp|iso2022_jp(?:_\w+)?|gb18030|big5hkscs|hz"
)
# Written in ASCII alone.
_SHIFTED = re.compile(r"iso2022_jp|hz")
_LANGUAGE = re.compile(r"<html\b[^>]{0,500}\blang\s*=\s*[\"']?([a-z]{2}(?:-hant|-tw|-hk)?)", re.IGNORECASE)
# What pages in a language were written in before UTF-8; as browsers guess, by the language of who reads.
_BY_LANGUAGE = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk"), ("cp1251",)),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr"), ("cp1250",)),
    **dict.fromkeys(("ar", "fa"), ("cp1256",)),
    **dict.fromkeys(("lt", "lv", "et"), ("cp1257",)),
    "el": ("cp1253",),
    "tr": ("cp1254",),
    "he": ("cp1255",),
    "th": ("cp874",),
    "ko": ("cp949",),
    "ja": ("euc_jp", "cp932"),
    "zh": ("gb18030",),
    **dict.fromkeys(("zh-hant", "zh-tw", "zh-hk"), ("big5hkscs",)),
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def tree_of(page: bytes, content_type: str) -> "_Element | None":
    """None for nothing at all."""
    from lxml import etree, html  # 60 ms

    # As html.py reads pages; these are elements that trafilatura takes.
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    text = _REFERENCE.sub(_character, clean.text(decoded(page, content_type)))
    text = without_hosts_of_attributes(text)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _character(reference: re.Match[str]) -> str:
    """For controls: one of them, and trafilatura finds nothing. The upper ones are what Windows has there."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    if not (number < 0x20 or 0x7F <= number < 0xA0) or number in (9, 10, 13):
        return reference[0]
    return bytes((number,)).decode("cp1252", "ignore") if number > 0x7F else ""


def is_text(data: bytes, content_type: str) -> bool:
    sample = decoded(data[:_SAMPLE], content_type)
    return len(_CONTROLS.findall(sample)) <= BINARY * len(sample)


def decoded(page: bytes, content_type: str) -> str:
    """By its byte order mark; as UTF-8 where it is that; by the server's word, the page's own, its language.

    Many a server says Latin of whatever it has: that counts least.
    """
    for mark, encoding in _MARKS:
        if page.startswith(mark):
            return page.decode(encoding, "replace")
    declared = page[:_DECLARED].decode("ascii", "replace")
    told = [_encoding(found[1]) for text in (content_type, declared) if (found := _CHARSET.search(text))]
    # Two bytes a letter: every other one is nought.
    wide = page[:_SAMPLE].count(0) > len(page[:_SAMPLE]) // 4
    if not wide and not any(map(_SHIFTED.match, told)):
        try:
            # By chance, hardly any text of another encoding is UTF-8 as well.
            return page.decode("utf-8")
        except UnicodeDecodeError:
            pass
    if language := _LANGUAGE.search(declared):
        told += _BY_LANGUAGE.get(language[1].lower(), ())
    # None of these languages can be written in it.
    told.sort(key=lambda encoding: encoding == "cp1252")
    for encoding in told:
        if not encoding or encoding.startswith(("utf-16", "utf-32")) is not wide:
            continue
        text = page.decode(encoding, "replace")
        wrong = text.count("\N{REPLACEMENT CHARACTER}")
        if wrong <= 1 + WRONG * (len(text) - len(text.encode("ascii", "ignore"))):
            return text
    return decode(page)


def _encoding(label: str) -> str:
    """Python's name for it; empty for what no page is written in."""
    try:
        name = codecs.lookup(_LABELS.get(label.lower(), label)).name
    except (LookupError, ValueError):
        return ""
    name = _WIDER.get(name, name)
    return name if _KNOWN.fullmatch(name) else ""
