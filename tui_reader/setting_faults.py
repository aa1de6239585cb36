"""How the faults of the settings file are worded."""

import difflib
from collections.abc import Iterable
from typing import Any

from msgspec import UNSET

from tui_reader import clean

_SYNONYMS = {
    **dict.fromkeys(["control", "ctl"], "ctrl"),
    **dict.fromkeys(["command", "cmd", "win"], "super"),
    **dict.fromkeys(["option", "opt"], "alt"),
    **dict.fromkeys(["period", "dot"], "full_stop"),
    **dict.fromkeys(["dash", "hyphen"], "minus"),
    "return": "enter",
}


class UnusableError(ValueError):
    """Something a person wrote that cannot be used, or of which only `good` can."""

    def __init__(self, *reasons: str, good: Any = UNSET, line: int | None = None) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons
        self.good = good
        self.line = line


def kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case str():
            return "text in quotes"
        case int() | float():
            return "a number"
        case list():
            return "a list"
        case dict():
            return "a table"
    return "a date or time"


def shown(text: str) -> str:
    return clean.line(text, 40)


def nearest(word: str, known: Iterable[str]) -> str:
    word = word.lower()[:40]
    if (synonym := _SYNONYMS.get(word, "")) in known:
        return synonym
    return next(iter(difflib.get_close_matches(word, sorted(known), 1)), "")


def meant(word: str, known: Iterable[str]) -> str:
    near = nearest(word, known)
    return f"; did you mean «{near}»?" if near else ""
