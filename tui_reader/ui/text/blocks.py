"""What the text of an article consists of: blocks, runs of text that look alike, numbered links."""

from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct

from tui_reader import clean
from tui_reader.picture import Known

REST = "… the rest is not shown"

STRONG, EMPHASIS, STRIKE, CODE, LINK, QUIET, HEADING, TITLE, HEAD_CELL, MARK = (1 << n for n in range(10))
"""How a run looks; they add up. A `MARK` is drawn but never copied: bars, indentation, backticks."""


class Run(NamedTuple):
    text: str
    """A newline in it is a line break that its author wanted."""
    look: int = 0
    link: int = 0
    """The number of its address in `Links`, 0 where there is none."""


Runs = tuple[Run, ...]


class Figure(Struct, frozen=True):
    """An image that stands by itself, drawn as a picture over its caption, or as its caption and address."""

    caption: str
    url: str = ""
    link: int = 0
    shown: bool = True
    """A hidden one keeps its place among the blocks, so that what follows can be found again."""
    known: Known | None = None
    """What is known of its picture; None where pictures are not drawn."""
    target: int = 0
    """The link that it stands in."""


class Paragraph(Struct, frozen=True):
    runs: Runs
    figures: tuple[Figure, ...] = ()
    """The images that are told of in its text; their pictures stand below it."""


class Heading(Struct, frozen=True):
    level: int
    runs: Runs


class Code(Struct, frozen=True):
    text: str
    language: str = ""


class Quote(Struct, frozen=True):
    blocks: "tuple[Block, ...]"


class List(Struct, frozen=True):
    items: "tuple[tuple[Block, ...], ...]"
    start: int | None
    """The first number, `None` for bullets."""
    loose: bool
    """With a blank line between the items."""


class Table(Struct, frozen=True):
    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    aligns: tuple[str, ...]
    """left, right or center of each column."""


class Rule(Struct, frozen=True):
    pass


class Note(Struct, frozen=True):
    """A sentence of the program's, such as that something was left out."""

    text: str
    shown: bool = True
    """A hidden one keeps its place among the blocks, like a figure."""


Ask = Callable[[str], Known]
"""What is known of the picture at an address."""

Block = Paragraph | Heading | Code | Quote | List | Table | Rule | Figure | Note
Piece = tuple[bool, Block]
"""A block, and whether a blank line stands above it."""


class Links:
    """The addresses of an article in the order they are met; the same address keeps its number, from 1 on."""

    def __init__(self) -> None:
        self.urls: list[str] = []
        self.texts: list[str] = []
        """What each is called where it is met first."""
        self._numbers: dict[str, int] = {}

    def number(self, url: str, text: str = "") -> int:
        """0 for an address that must not be opened: it is drawn as plain text."""
        if number := self._numbers.get(url):
            if not self.texts[number - 1]:
                self.texts[number - 1] = text
            return number
        safe = clean.address(url)
        if not clean.may_open(safe):
            return 0
        number = self._numbers.get(safe, 0)
        if not number:
            self.urls.append(safe)
            self.texts.append(text)
            number = self._numbers[safe] = len(self.urls)
        self._numbers[url] = number
        return number


def figure(
    url: str, caption: str, links: Links, *, shown: bool = True, ask: Ask | None = None, target: int = 0
) -> Figure:
    """An image by its address; `ask` tells what is known of its picture."""
    if not shown:
        return Figure(caption, shown=False)
    link = links.number(url, caption or "image")
    address = links.urls[link - 1] if link else ""
    return Figure(caption, address, link, known=ask(address) if ask and link else None, target=target)
