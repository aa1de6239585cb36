"""A line of Markdown: texts go in with their marks, and come out with each mark where it begins and ends.

Marks belong to the texts and not to what stands around them: one around nothing is not written, two of a kind
that touch are one, and blanks at their edges are outside, where Markdown wants them.
"""

import re
from typing import TypeAlias

from msgspec import Struct

from tui_reader import clean
from tui_reader.sources.texts.markdown import ESCAPABLE, escape

STRONG, EMPHASIS, STRUCK = "**", "*", "~~"
BREAK = "  \n"


class Link(Struct, eq=False):
    """Two are never one, wherever they lead."""

    address: str
    has_text: bool = False
    pictures: list[int] = []
    """In which of the lines that were written they stand."""


Mark: TypeAlias = str | Link


class Format(Struct, frozen=True):
    """What a text looks like: the marks around it, the outermost first, and what is done with its letters."""

    marks: tuple[Mark, ...] = ()
    letters: str = ""
    """`code`, `sup` or `sub`."""

    def with_mark(self, mark: Mark) -> "Format":
        if mark in self.marks or (self.letters == "code" and not isinstance(mark, Link)):
            return self
        return Format((*self.marks, mark), self.letters)

    def with_letters(self, letters: str) -> "Format":
        return self if self.letters == "code" else Format(self.marks, letters)

    @property
    def link(self) -> Link | None:
        for mark in self.marks:
            if isinstance(mark, Link):
                return mark
        return None


class Line:
    def __init__(self) -> None:
        self.format = Format()
        """Of the texts to come; whoever changes it puts it back."""
        self.run: list[str] = []
        """Texts of one format, which are put down when another follows."""
        self._run_format = self.format
        self.parts: list[str] = []
        """What is put down: texts, blanks, and the beginnings and ends of marks."""
        self._open: tuple[Mark, ...] = ()
        self._link_at = 0
        self._blank = ""
        """What parts the line from its next text: nothing, a blank, or a break."""

    def text(self, text: str) -> None:
        """A text as it stands there: its blanks are folded, what could be taken for markup is escaped."""
        if self.format is not self._run_format:
            if self.run and self.format != self._run_format:
                self.put_down()
            self._run_format = self.format
        if self.run or self.parts or not text.isspace():
            self.run.append(text)

    def blank(self) -> None:
        self.put_down()
        self._space()

    def line_break(self) -> bool:
        """Whether there is none at its end yet."""
        self.put_down()
        if self._blank == BREAK:
            return False
        if self.parts:
            self._blank = BREAK
        return True

    def whole(self, *, of_table: bool = False) -> str:
        """All of it; the next text begins another line."""
        self.put_down()
        if self._open:
            self._close()
        text = "".join(self.parts)
        self.parts.clear()
        self._blank = ""
        # It would end a cell, in code too.
        return text.replace("|", r"\|") if of_table else text

    def put_down(self) -> None:
        """What is under way belongs to the line."""
        run = self.run
        if not run:
            return
        raw = run[0] if len(run) == 1 else "".join(run)
        run.clear()
        text = raw.strip(" ")
        # Mostly there is nothing to do, and to find that out takes a third of the time.
        plain = is_plain(raw)
        if not plain:
            raw = clean.text(raw)
            text = _folded(raw)
        if raw and raw[0].isspace():
            self._space()
        if text:
            if letters := self._run_format.letters:
                text = _with_letters(text, letters)
            elif not plain:
                text = escape(text)
            self._put(text, self._run_format.marks)
            if raw[-1].isspace():
                self._blank = " "

    def _space(self) -> None:
        if self.parts and not self._blank:
            self._blank = " "

    def _put(self, text: str, marks: tuple[Mark, ...]) -> None:
        parts, open_ = self.parts, self._open
        kept = 0
        if marks != open_:
            while kept < len(open_) and kept < len(marks) and open_[kept] == marks[kept]:
                kept += 1
            if kept < len(open_):
                self._close(kept)
        else:
            kept = len(marks)
        if self._blank:
            parts.append(self._blank)
            self._blank = ""
        if kept < len(marks):
            for mark in marks[kept:]:
                self._begin(mark)
            self._open = marks
        parts.append(text)

    def _begin(self, mark: Mark) -> None:
        if isinstance(mark, str):
            self.parts.append(mark)
            return
        # With it, a link would be an image.
        if self.parts and self.parts[-1].endswith("!"):
            self.parts[-1] = self.parts[-1][:-1] + r"\!"
        mark.has_text = True
        self._link_at = len(self.parts)
        self.parts.append("[")

    def _close(self, kept: int = 0) -> None:
        """The marks that are open, but for the outermost ones."""
        for mark in self._open[: kept - 1 if kept else None : -1]:
            if isinstance(mark, str):
                self.parts.append(mark)
                continue
            is_one_text = len(self.parts) == self._link_at + 2
            if is_one_text and self.parts[-1].replace(r"\_", "_") == mark.address:
                self.parts[self._link_at :] = [f"<{mark.address}>"]
            else:
                self.parts.append(f"]({mark.address})")
        self._open = self._open[:kept]


def is_plain(text: str) -> bool:
    """Whether nothing in it has to be folded, mended or escaped."""
    others = clean.without(text, _PLAIN)
    if "  " in text or not others.isprintable() or _ASCII.search(others):
        return False
    return clean.text(others) is others


_PLAIN = bytes(set(range(0x20, 0x7F)) - set(ESCAPABLE))
_ASCII = re.compile("[\0-\x7f]")
_OTHER_BLANKS = re.compile("[\u1680\u2000-\u200a\u202f\u205f\u3000]")
# What HTML folds, and the blank that layouts are made with.
_BLANKS = re.compile("[ \t\n\f\r\xa0]+")


def _folded(text: str) -> str:
    """Thin blanks between digits stay, and those of Japanese."""
    if _OTHER_BLANKS.search(text):
        return _BLANKS.sub(" ", text).strip()
    return " ".join(text.split())


_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def _with_letters(text: str, letters: str) -> str:
    """A run as Markdown, but for its marks."""
    if letters == "code":
        longest = longest_ticks(text)
        ticks = "`" * (longest + 1)
        return f"{ticks} {text} {ticks}" if longest else f"{ticks}{text}{ticks}"
    if letters == "sup" and re.fullmatch(r"[\d+=()n-]+", text):
        return text.translate(_RAISED)
    if letters == "sub" and re.fullmatch(r"[\d+=-]+", text):
        return text.translate(_LOWERED)
    return escape(text)


def longest_ticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
