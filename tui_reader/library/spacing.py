"""Scripts that write without blanks: taken apart, so that any word is found, and put together again."""

import re
from functools import cache

from tui_reader.model import END, HIT

SEPARATOR = "\x1f"
"""Stands between the pairs of letters; `clean` keeps it out of every text."""
_UNSPACED = (
    "[\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0edf\u1000-\u1049\u1050-\u109f\u1780-\u17d3\u3005-\u3007\u3041-\u3096"
    "\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9d"
    "\U00020000-\U0003ffff]+"
)
"""Runs of letters of Chinese, Japanese, Korean, Thai, Lao, Burmese and Khmer."""


@cache
def _unspaced() -> re.Pattern[str]:
    """1 ms, which a start need not take."""
    return re.compile(_UNSPACED)


_LETTER = re.compile(r"[^\W_]")
_TWICE = re.compile(rf"(.)({END}?){SEPARATOR}({HIT}?)\1", re.DOTALL)


def spaced(text: str | None) -> str | None:
    """A text with its unspaced runs as overlapping pairs: 智能手机 → 智能 能手 手机 机.

    A word of two letters, the commonest length in Chinese, is then a term of its own, and a longer one a
    phrase of pairs; the last letter alone makes every letter the beginning of some term.
    """
    # Nearly always nothing is left, which is found out thirty times as fast as by the pattern.
    if text is None or text.isascii() or not text.encode("utf-8", "replace").translate(None, _OF_OTHERS):
        return text
    return _unspaced().sub(_pairs, text)


_OF_OTHERS = bytes({*range(0x100)} - {0xE0, 0xE1, *range(0xE3, 0xEE), 0xEF, 0xF0})
"""Bytes with which, in UTF-8, no letter of these scripts begins."""


def _pairs(run: re.Match[str]) -> str:
    letters = run.group()
    pairs = [letters[index : index + 2] for index in range(len(letters))]
    return SEPARATOR + SEPARATOR.join(pairs) + SEPARATOR


def spaced_wanted(text: str) -> str:
    """The same for what is searched: a run that ends it need not end there in a text.

    So its last letter does not stand alone: 手机 is wanted as 手机, and 手机5 as 手机 机 5.
    """

    def pairs(run: re.Match[str]) -> str:
        follows = _LETTER.search(text, run.end()) or _unspaced().search(text, run.end())
        ends = len(run.group()) > 1 and not follows
        return _pairs(run)[:-2] if ends else _pairs(run)

    return _unspaced().sub(pairs, text)


def ends_in_one_letter(text: str) -> bool:
    """Whether a text ends in an unspaced run of one letter, which any pair may begin with."""
    runs = list(_unspaced().finditer(text))
    return bool(runs) and runs[-1].end() == len(text) and len(runs[-1].group()) == 1


def joined(text: str) -> str:
    """A text of the index as it was written; marks of hits (\\x02, \\x03) between pairs stay."""
    if SEPARATOR not in text:
        return text
    return _TWICE.sub(_once, text).replace(SEPARATOR, "")


def _once(pair: re.Match[str]) -> str:
    letter, end, hit = pair.groups()
    # A hit begins before the letter that two pairs share, and of two that share it one is made.
    return letter if end and hit else hit + letter + end
