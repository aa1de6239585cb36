"""The main text of a page, as the part of its own HTML that says it.

    page → trafilatura tells which words are the article → the runs of text that say them stay
         → and what stands between them: figures, code, tables, quotes → everything else goes

trafilatura is good at choosing and forgets how things looked: captions, code and its language, quotes, links
within words. So it only chooses here, and the page's own markup goes on to `html.py`, like any other.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from lxml.etree import _Element

ENOUGH = 0.7
"""Of a run's word pairs, those that the chosen text has too: then the run is part of it."""
TOGETHER = 0.9
"""Of the words that stay, those that stand in the element which is taken for the article."""
SHORT = 4
"""Words of a run below which it must be a line of the chosen text, as it stands …"""
LONG_ENOUGH = 25
"""… unless it has so many characters: scripts without blanks make one word of a sentence."""
BEFORE = 12
"""Runs before the first that stays, among which a figure still opens the article."""

_WORD = re.compile(r"\w+")
_UNSEEN = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "head",
        "select",
        "button",
        "textarea",
        "input",
        "dialog",
    )
)
_UNSEEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-?reader(?:-text)?|off-?screen|u-hidden|hidden)(?:\s|$)"
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark nobr"  # noqa: SIM905
    " picture q s samp small source span strike strong sub sup time tt u var wbr".split()
)
_MEDIA = frozenset(("figure", "img", "picture", "iframe", "video", "audio", "pre", "blockquote", "table"))
_SPACERS = frozenset(("br", "hr", "wbr"))
_ASIDES = frozenset(("nav", "aside", "footer", "form"))
_ASIDE_NAMES = re.compile(
    r"related|promo|shar(?:e|ing)\b|social|newsletter|sidebar|advert|\bads?\b|comment|recommend|avatar|byline"
    r"|author|trending|outbrain|taboola|more-(?:from|on|stories)|read-(?:more|next)|subscri|teaser|cookie"
    r"|consent",
    re.IGNORECASE,
)


class _Run(Struct):
    """Text that a browser sets in one go: what stands between two edges of blocks."""

    owners: list["_Element"]
    """The elements whose text, or whose children's tails, it is."""
    words: list[str]
    kept: bool = False
    unit: bool = False
    """A table or a block of code: stays or goes as a whole."""


class Chosen(Struct, frozen=True):
    html: str
    share: float
    """How much of the chosen text was found in the page, from 0 to 1."""


def words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def main_part(root: "_Element", chosen: str) -> Chosen:
    """The part of a page that says a text; of which it may be without a little. The tree is used up."""
    from lxml import etree

    _drop_unseen(root)
    runs = list(_runs(root))
    _choose(runs, chosen)
    _leave_links_at_the_end(runs)
    kept = [run for run in runs if run.kept]
    if not kept:
        return Chosen("", 0.0)
    top = _container(root, kept)
    inside = set(top.iter())
    _prune(top, [run for run in runs if run.owners[0] in inside])
    said, wanted = sum(len(run.words) for run in kept), len(words(chosen))
    top.tail = None
    return Chosen(etree.tostring(top, encoding="unicode", method="html"), min(1.0, said / max(1, wanted)))


def _runs(root: "_Element") -> Iterator[_Run]:
    owners: list[_Element] = []
    parts: list[str] = []

    def ended() -> Iterator[_Run]:
        if found := words("".join(parts)):
            yield _Run(list(owners), found)
        owners.clear()
        parts.clear()

    def add(owner: "_Element", text: str | None) -> None:
        if text and text.strip():
            owners.append(owner)
        parts.append(text or " ")

    # A stack of its own: pages are nested deeper than Python is.
    todo: list[tuple[_Element, bool]] = [(root, False)]
    while todo:
        element, is_end = todo.pop()
        block = element.tag not in _INLINE
        if not is_end:
            if block:
                yield from ended()
            if _is_unit(element):
                yield _Run([element], words("".join(map(str, element.itertext()))), unit=True)
                is_end = True
            else:
                add(element, element.text)
                todo.append((element, True))
                todo.extend((child, False) for child in reversed(element))
                continue
        elif block:
            yield from ended()
        parent = element.getparent()
        if parent is not None and element is not root:
            add(parent, element.tail)
    yield from ended()


def _is_unit(element: "_Element") -> bool:
    if element.tag == "pre":
        return True
    if element.tag != "table":
        return False
    # A table that lays out a page holds paragraphs and other tables.
    return next(element.iterdescendants("table", "p", "ul", "ol", "div", "h1", "h2", "h3"), None) is None


def _drop_unseen(root: "_Element") -> None:
    for element in list(root.iter("*")):
        if element is not root and (element.tag in _UNSEEN or _is_unseen(element)):
            _take_out(element)


def _is_unseen(element: "_Element") -> bool:
    return (
        element.get("hidden") is not None
        or "display:none" in element.get("style", "").replace(" ", "")
        or bool(_UNSEEN_CLASS.search(element.get("class", "")))
    )


def _choose(runs: list[_Run], chosen: str) -> None:
    lines = {tuple(found) for line in chosen.split("\n") if (found := words(line))}
    said = words(chosen)
    # Over the ends of lines, too: what is one run of text here may be several lines there.
    pairs = set(pairwise(said))
    whole = f" {' '.join(said)} "
    for run in runs:
        if len(run.words) >= SHORT:
            own = list(pairwise(run.words))
            run.kept = sum(pair in pairs for pair in own) >= ENOUGH * len(own)
        else:
            own_text = " ".join(run.words)
            run.kept = tuple(run.words) in lines or (
                len(own_text) >= LONG_ENOUGH and f" {own_text} " in whole
            )


def _leave_links_at_the_end(runs: list[_Run]) -> None:
    """What to read next is no part of an article; but a list of links may be one."""
    kept = [run for run in runs if run.kept]
    last = len(kept)
    while last and _is_link(kept[last - 1]):
        last -= 1
    if sum(map(_is_link, kept)) * 2 < len(kept):
        for run in kept[last:]:
            run.kept = False


def _is_link(run: _Run) -> bool:
    return all(
        owner.tag == "a" or any(ancestor.tag == "a" for ancestor in islice(owner.iterancestors(), 3))
        for owner in run.owners
    )


def _container(root: "_Element", kept: list[_Run]) -> "_Element":
    """The innermost element in which nearly all of the text stands."""
    weights: dict[_Element, int] = {}
    for run in kept:
        element: _Element | None = run.owners[0]
        while element is not None:
            weights[element] = weights.get(element, 0) + len(run.words)
            element = element.getparent()
    top, needed = root, TOGETHER * weights[root]
    while heavy := [child for child in top if weights.get(child, 0) >= needed]:
        top = heavy[0]
    # The article's own blocks, not the only long one of them.
    while top.tag in _INLINE or top.tag in ("p", "li", "pre", "td", "tr", "tbody", "blockquote"):
        parent = top.getparent()
        if parent is None or top is root:
            break
        top = parent
    return top


def _prune(top: "_Element", runs: list[_Run]) -> None:
    """Takes out of an element what neither stays nor stands between what stays."""
    said = {owner for run in runs if run.kept for owner in run.owners}
    unsaid = {owner for run in runs if not run.kept for owner in run.owners}
    whole = {run.owners[0] for run in runs if run.kept and run.unit} | set(_media_between(top, runs))
    live = set(_with_ancestors(said | whole, top))
    todo = [top]
    while todo:
        for child in list(todo.pop()):
            if child in whole or child.tag in _SPACERS:
                continue
            if child in live:
                todo.append(child)
            else:
                _take_out(child)
    # An element may hold text of both kinds, before and after its blocks: a caption and an advertisement.
    for element in unsaid & live:
        if element not in said and element not in whole:
            element.text = None
            for child in element:
                child.tail = None


def _media_between(top: "_Element", runs: list[_Run]) -> Iterator["_Element"]:
    """What is no text and belongs to one all the same: it stands between two runs that stay."""
    numbers = {owner: number for number, run in reversed(list(enumerate(runs))) for owner in run.owners}
    kept = [number for number, run in enumerate(runs) if run.kept]
    first, last = (kept[0], kept[-1]) if kept else (0, -1)
    at = -1
    within: _Element | None = None
    for element in top.iter("*"):
        at = max(at, numbers.get(element, at))
        if element.tag not in _MEDIA or (within is not None and _is_below(element, within)):
            continue
        opens = element.tag == "figure" and first - BEFORE <= at < first
        if (opens or first <= at < last) and not _is_aside(element, top):
            within = element
            yield element


def _is_below(element: "_Element", other: "_Element") -> bool:
    return any(ancestor is other for ancestor in element.iterancestors())


def _is_aside(element: "_Element", top: "_Element") -> bool:
    while element is not top:
        told = f"{element.get('class', '')} {element.get('id', '')}"
        if element.tag in _ASIDES or _ASIDE_NAMES.search(told):
            return True
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return False


def _with_ancestors(elements: Iterable["_Element"], top: "_Element") -> Iterator["_Element"]:
    seen: set[_Element] = set()
    for element in elements:
        at: _Element | None = element
        while at is not None and at not in seen:
            seen.add(at)
            yield at
            at = None if at is top else at.getparent()


def _take_out(element: "_Element") -> None:
    """Without what follows it, which belongs to its parent."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
