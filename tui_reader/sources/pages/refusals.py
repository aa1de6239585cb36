"""Pages that are no article though one was asked for: paywalls, logins, consent, robots, empty shells, files.

Each is a sentence that names the host and says what to do. An article that is refused is lost, a paywall that
is read is two paragraphs too many: so no single word decides, and no word at all over a long text. What a
page says of walls counts where a wall stands: in a short line, at the end of the text, or over everything.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tui_reader import clean
from tui_reader.sources.pages.facts import Facts
from tui_reader.sources.pages.runs import length, words
from tui_reader.sources.pages.tree import is_text
from tui_reader.sources.pages.wall_words import (
    CONSENT,
    CONSENT_TITLE,
    LOGIN,
    LOGIN_TITLE,
    NEEDS_SCRIPTS,
    PAYWALL,
    PERHAPS_PAYWALL,
    ROBOTS,
    ROBOTS_TITLE,
)

if TYPE_CHECKING:
    from lxml.etree import _Element

LONG = 250
"""Words from which on a text is an article."""
SHORT = 120
"""Words below which a page may be about consent, logins and robots."""
ENOUGH = 40
"""Words of an article, at the least …"""
ENOUGH_TOLD = 15
"""… and where the page says that it has one."""
WALL = 25
"""Words of the longest line in which a wall speaks."""
SHORTEST = 20
"""Words from which on the last line is a sentence, and ends like one."""
SEVERAL = 3
"""Things that a wall says and that no article says all."""
TITLE = 8
"""Words of the longest title that a wall has."""
BEFORE_END, AFTER_END = 3, 25
"""Lines around the end of the text in which a wall stands."""
WHOLE = 0.8
"""Of the words that the publisher counted, those that a whole article has; others count captions, too."""

_LOGIN_PATH = re.compile(
    r"/(?:[a-z]+[-_])?(?:log-?in|sign-?in|sso|authenticate|authorize|oauth2?)\b", re.IGNORECASE
)
_CONSENT_HOST = re.compile(
    r"^(?:consent|guce|privacy|cmp|myprivacy|choice|cookies?)\b|\b(?:advertising\.com|consensu\.org)$"
)
_WALL_NAME = re.compile(
    r"paywall|pay-wall|regwall|subscriber-only|metered-content|gateway-content|piano-", re.I
)
_CHALLENGE = re.compile(
    r"(?:^|\s)(?:g-recaptcha|h-captcha|cf-turnstile|cf-challenge|challenge-form|px-captcha|captcha-box)", re.I
)
_ROOTS = frozenset("root app __next __nuxt gatsby ___gatsby svelte ember main-app q-app".split())  # noqa: SIM905

_FILES = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"PK\x03\x04", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound"),
)
_KINDS = {"image": "a picture", "audio": "a sound", "video": "a film", "font": "a font"}
_PAGES = ("html", "xml", "text/plain", "octet-stream", "text/markdown")


def kind_of_file(data: bytes, content_type: str) -> str:
    """What something is that is no page: `a PDF`; empty for what may be one."""
    for start, kind in _FILES:
        if data.startswith(start):
            return kind
    told = clean.line(content_type.lower().partition(";")[0], 80)
    if kind := _KINDS.get(told.partition("/")[0], ""):
        return kind
    if told and not any(part in told for part in _PAGES):
        return "a PDF" if "pdf" in told else f"a file ({told})"
    return "" if is_text(data, content_type) else "a file of an unknown kind"


def why_not(
    root: "_Element",
    facts: Facts,
    lines: Sequence[str],
    text: str,
    address: str,
    asked: str,
) -> str:
    """A sentence where a page stands in front of the article, or there is none; empty where it is one.

    `lines` are what the page shows, `text` what was found of the article. `address` is where the page was in
    the end, `asked` what was asked for.
    """
    host = clean.host_of(address).removeprefix("www.")
    count = length(text)
    if count >= LONG and not (facts.paid and _breaks_off(text)):
        return ""
    near = _near_the_end(lines, text)
    if _is_consent(root, facts, lines, text, address, asked):
        return f"{host} asks for consent to its cookies first; open the original, and answer it there."
    if _is_for_robots(root, facts, lines, count):
        return f"{host} wants to know that no robot asks; open the original."
    if _is_login(root, near, count, address, asked):
        return f"{host} asks for a login; open the original, and log in there."
    if _is_paid(root, facts, near, text, count):
        return f"{host} gives the whole text to its subscribers only; open the original."
    if count >= (ENOUGH_TOLD if facts.is_article else ENOUGH):
        return ""
    if _is_shell(root, lines):
        return f"{host} puts its pages together by a script, which is not run here; open the original."
    return f"There is no article on this page of {host}; open the original."


def _near_the_end(lines: Sequence[str], text: str) -> list[str]:
    """The short lines around the end of the text; all of them where there is no text."""
    said = f" {' '.join(words(text))} "
    end = None
    for number, line in enumerate(lines):
        own = words(line)
        if len(own) > 5 and f" {' '.join(own)} " in said:
            end = number
    if end is None:
        return [line for line in lines if len(line.split()) <= WALL]
    near = lines[max(0, end - BEFORE_END) : end + AFTER_END]
    return [line for line in near if len(line.split()) <= WALL]


def _is_consent(
    root: "_Element", facts: Facts, lines: Sequence[str], text: str, address: str, asked: str
) -> bool:
    host, count = clean.host_of(address), length(text)
    if host != clean.host_of(asked) and _CONSENT_HOST.search(host):
        return True
    if count >= (ENOUGH_TOLD if facts.is_article else SHORT):
        return False
    if _is_titled(CONSENT_TITLE, root):
        return True
    said = _number_of(CONSENT, lines)
    # A banner stands beside many an article, and is no part of it.
    return said > 0 and (count < ENOUGH or (said >= SEVERAL and CONSENT.search(text) is not None))


def _is_for_robots(root: "_Element", facts: Facts, lines: Sequence[str], count: int) -> bool:
    if count >= (ENOUGH_TOLD if facts.is_article else SHORT):
        return False
    if _is_titled(ROBOTS_TITLE, root):
        return True
    said = _number_of(ROBOTS, lines)
    if count >= ENOUGH:
        return said >= SEVERAL or (said > 1 and _has_challenge(root))
    return said > 0 or _has_challenge(root)


def _is_login(root: "_Element", near: Sequence[str], count: int, address: str, asked: str) -> bool:
    there, wanted = urlsplit(address).path, urlsplit(asked).path
    if there != wanted and _LOGIN_PATH.search(there) and not _LOGIN_PATH.search(wanted):
        return True
    if count >= SHORT:
        return False
    has_form = any(element.get("type", "").lower() == "password" for element in root.iter("input"))
    return (has_form and (count < ENOUGH or _is_titled(LOGIN_TITLE, root))) or _is_said(LOGIN, near)


def _is_paid(root: "_Element", facts: Facts, near: Sequence[str], text: str, count: int) -> bool:
    if facts.words and count >= WHOLE * facts.words:
        return False
    broken = _breaks_off(text) or facts.words > 2 * count + ENOUGH
    if facts.paid:
        # A teaser ends with a sentence, too.
        return broken or count < SHORT or _is_said(PAYWALL, near) or _is_said(PERHAPS_PAYWALL, near)
    if _is_said(PAYWALL, near):
        return True
    return broken and (_has_wall(root) or _is_said(PERHAPS_PAYWALL, near))


def _breaks_off(text: str) -> bool:
    """Whether it ends in the middle of a sentence."""
    last = text.rstrip().rpartition("\n")[2].rstrip(" *_")
    return last.endswith(("…", "...", "[…]", "[...]")) or (length(last) > SHORTEST and last[-1:].isalnum())


def _is_said(pattern: re.Pattern[str], lines: Sequence[str]) -> bool:
    return any(len(line.split()) <= WALL and pattern.search(line) for line in lines)


def _number_of(pattern: re.Pattern[str], lines: Sequence[str]) -> int:
    """How many such things a page of few words says."""
    if sum(len(line.split()) for line in lines) >= LONG:
        return 0
    return len({match[0].lower() for line in lines for match in pattern.finditer(line)})


def _is_titled(pattern: re.Pattern[str], root: "_Element") -> bool:
    for element in root.iter("title", "h1"):
        title = clean.line("".join(map(str, element.itertext())))
        if len(title.split()) <= TITLE and pattern.match(title):
            return True
    return False


def _has_wall(root: "_Element") -> bool:
    return any(
        _WALL_NAME.search(f"{element.get('class', '')[:300]} {element.get('id', '')[:100]}")
        for element in root.iter("div", "section", "aside")
    )


def _has_challenge(root: "_Element") -> bool:
    return any(
        _CHALLENGE.search(f"{element.get('class', '')[:300]} {element.get('id', '')[:100]}")
        for element in root.iter("div", "form", "section")
    )


def _is_shell(root: "_Element", lines: Sequence[str]) -> bool:
    said = (*lines, *("".join(map(str, element.itertext())) for element in root.iter("noscript")))
    if not lines or any(NEEDS_SCRIPTS.search(line) for line in said):
        return True
    # An element for the script to fill, and nothing else.
    return any(element.get("id", "").lower() in _ROOTS for element in root.iter("div"))
