"""The text of a page as a browser sets it: in runs, each of which stands between two edges of blocks."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from lxml.etree import _Element

Signature = tuple[tuple[str, str], ...]

# Scripts that set no blanks between words: each letter counts.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_LETTER = re.compile(f"[{_UNSPACED}]")
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
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
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-?reader(?:-text)?|assistive-text|off-?screen|u-hidden|mw-editsection"
    # Hidden everywhere: `hidden lg:block` is hidden on telephones.
    r"|hidden(?!.*:(?:block|flex|inline|grid|table|contents)))(?:\s|$)",
    re.DOTALL,
)
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark nobr"  # noqa: SIM905
    " picture q rb rp rt ruby s samp small source span strike strong sub sup time tt u var wbr".split()
)
_OUT = "x-out"
_LOOKED_AT = 1_000
"""Characters of an attribute."""
CELL = 400
"""Characters of the longest cell of a table of data."""
OUTER = 3
"""Ancestors that tell what kind of text something is."""


class Run(Struct, eq=False):
    parts: list[tuple["_Element", bool]]
    """The elements whose text it is, or, where that is so, whose tail."""
    text: str
    words: list[str]
    kept: bool = False
    unit: bool = False
    """A table or a block of code: stays or goes as a whole."""

    @property
    def owner(self) -> "_Element":
        """The element in which it begins."""
        return _owner(*self.parts[0])

    @property
    def owners(self) -> list["_Element"]:
        return [_owner(*part) for part in self.parts]

    @property
    def block(self) -> "_Element":
        """The innermost block in which it stands."""
        element = self.owner
        while element.tag in _INLINE and (parent := element.getparent()) is not None:
            element = parent
        return element

    def is_link(self) -> bool:
        return all(map(_is_linked, self.owners))

    def linked_words(self) -> int:
        """How many of its words are links."""
        linked = (
            (one.tail if is_tail else one.text) or ""
            for one, is_tail in self.parts
            if _is_linked(_owner(one, is_tail))
        )
        return sum(len(text.split()) for text in linked)

    def signature(self) -> Signature:
        """What kind of block it is, and where it stands: alike for all paragraphs of a text."""
        block = self.block
        around = (block, *islice(block.iterancestors(), OUTER - 1))
        return tuple((str(element.tag), element.get("class", "")) for element in around)

    def erase(self) -> None:
        """Takes its text out of the page; a unit is the caller's to take out."""
        for element, is_tail in self.parts:
            if is_tail:
                element.tail = None
            else:
                element.text = None


def _owner(element: "_Element", is_tail: bool) -> "_Element":
    parent = element.getparent() if is_tail else None
    return element if parent is None else parent


def _is_linked(owner: "_Element") -> bool:
    return owner.tag == "a" or any(above.tag == "a" for above in islice(owner.iterancestors(), OUTER))


def words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def length(text: str) -> int:
    """About how many words a text has, in any script."""
    unspaced = len(_LETTER.findall(text))
    return len(_WORD.findall(text)) - unspaced + unspaced // 2


def drop_unseen(root: "_Element") -> None:
    """Takes out what no browser shows."""
    take_out((element for element in root.iter("*") if element.tag in _UNSEEN or _is_unseen(element)), root)


def _is_unseen(element: "_Element") -> bool:
    return (
        element.get("hidden") is not None
        or bool(_UNSEEN_STYLE.search(element.get("style", "")[:_LOOKED_AT]))
        or bool(_UNSEEN_CLASS.search(element.get("class", "")[:_LOOKED_AT]))
    )


def runs_of(root: "_Element") -> list[Run]:
    return list(_runs(root))


def _runs(root: "_Element") -> Iterator[Run]:
    open_: list[tuple[_Element, bool]] = []
    said: list[str] = []

    def ended() -> Iterator[Run]:
        if text := " ".join("".join(said).split()):
            yield Run(list(open_), text, words(text))
        open_.clear()
        said.clear()

    def add(element: "_Element", text: str | None, *, is_tail: bool) -> None:
        if text and not text.isspace():
            open_.append((element, is_tail))
        said.append(text or (" " if element.tag == "br" else ""))

    # A stack of its own: pages are nested deeper than Python is.
    todo: list[tuple[_Element, bool]] = [(root, False)]
    while todo:
        element, is_end = todo.pop()
        block = element.tag not in _INLINE
        if not is_end:
            if block or _is_second_break(element):
                yield from ended()
            if is_unit(element):
                text = " ".join("".join(map(str, element.itertext())).split())
                yield Run([(element, False)], text, words(text), unit=True)
            else:
                add(element, element.text, is_tail=False)
                todo.append((element, True))
                todo.extend((child, False) for child in reversed(element))
                continue
        elif block:
            yield from ended()
        if element is not root:
            add(element, element.tail, is_tail=True)
    yield from ended()


def _is_second_break(element: "_Element") -> bool:
    if element.tag != "br":
        return False
    before = element.getprevious()
    return before is not None and before.tag == "br" and not (before.tail or "").strip()


def is_unit(element: "_Element") -> bool:
    if element.tag == "pre":
        return True
    if element.tag != "table":
        return False
    # A table that lays out a page holds paragraphs and other tables, or long texts.
    if (
        next(element.iterdescendants("table", "p", "ul", "ol", "div", "h1", "h2", "h3", "center"), None)
        is not None
    ):
        return False
    rows = len(list(islice(element.iter("tr"), 2)))
    return rows > 1 and all(_is_short(cell) for cell in element.iter("td", "th"))


def _is_short(cell: "_Element") -> bool:
    return sum(len(str(text)) for text in cell.itertext()) <= CELL


def is_inline(element: "_Element") -> bool:
    return element.tag in _INLINE


def with_ancestors(elements: Iterable["_Element"], top: "_Element") -> set["_Element"]:
    """These and all that they stand in, up to and with the top."""
    found: set[_Element] = set()
    for element in elements:
        at: _Element | None = element
        while at is not None and at not in found:
            found.add(at)
            at = None if at is top else at.getparent()
    return found


def take_out(elements: Iterable["_Element"], root: "_Element") -> None:
    """Without what follows them, which belongs to their parents."""
    from lxml import etree

    for element in elements:
        if element is not root:
            element.tag = _OUT
    # One by one, the text behind a thousand of them would be copied a thousand times.
    etree.strip_elements(root, _OUT, with_tail=False)
