"""Markdown from its beginning to its end: texts and blocks go in as they come, lines come out.

What is written is never looked at again, so that however deep or long a page is, it takes a time in
proportion; and marks around several blocks stand in each of them (`markdown_line.py`).
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tui_reader import clean
from tui_reader.sources.texts.markdown import escape, escape_leading
from tui_reader.sources.texts.markdown_line import STRONG, Format, Line, Link, Mark, longest_ticks

MAX_LEVELS = 16
"""Of lists (two each, as Markdown counts) and quotes within each other; what is deeper stays at this depth.
The screen leaves out what lies below twenty."""


class _Level(NamedTuple):
    """How it was before a list's item or a quote began."""

    prefix: str
    first: str | None
    depth: int
    written: int


class Writer:
    def __init__(self) -> None:
        self.line = Line()
        """The one under way."""
        self.text: Callable[[str], None] = self.line.text
        """A text comes, as it stands in the page."""
        self._lines: list[str] = []
        # Where the next block stands.
        self._levels: list[_Level] = []
        self._depth = 0
        self._prefix = ""
        self._first: str | None = None
        """In place of the prefix: a list's item that has not got a line yet."""
        self._common = ""
        """The prefix that both neighbours of a blank line share."""
        self._apart = 0
        """Lines that the next block is below the last one: 1, or 2 with a blank one between them."""
        self._after_item = False
        self._numbers: list[int | None] = []
        # Of what is open: how many of each.
        self._headings = self._cells = self._captions = self._codes = 0
        self._description = ""
        """Of the last picture."""
        self._code: list[str] = []
        self._language = ""
        self._rows: list[list[str]] = []

    def markdown(self) -> str:
        """All that was written; nothing comes after it."""
        self.block()
        return "\n".join(self._lines)

    # Within a line

    def mark(self, mark: Mark) -> None:
        """The texts to come have this mark too, where it says anything: a heading is bold already."""
        if mark != STRONG or not self._headings:
            self.line.format = self.line.format.with_mark(mark)

    def letters(self, letters: str) -> None:
        """What is done with those to come: `code`, `sup` or `sub`."""
        self.line.format = self.line.format.with_letters(letters)

    def line_break(self) -> None:
        """Two of them end a paragraph."""
        if self._codes:
            self._code.append("\n")
        elif self._headings or self._cells:
            self.line.blank()
        elif not self.line.line_break():
            self.block()

    # Blocks

    def block(self, apart: int = 2) -> None:
        """What came is a block, and so is what comes; within headings and cells a blank is between them."""
        if self._codes:
            if self._code and not self._code[-1].endswith("\n"):
                self._code.append("\n")
            return
        if self._headings or self._cells:
            self.line.blank()
            return
        if self.line.run or self.line.parts:
            self._paragraph(self.line.whole())
        if self._first is None and apart > self._apart:
            self._apart = apart

    @property
    def is_between_blocks(self) -> bool:
        """Whether what comes is the beginning of a paragraph without any marks."""
        line = self.line
        if line.run or line.parts or line.format.marks or line.format.letters:
            return False
        return not (self._codes or self._headings or self._cells)

    def paragraph(self, text: str) -> None:
        """A whole one between blocks, in Markdown."""
        self._paragraph(text)
        self.block()

    def _paragraph(self, text: str) -> None:
        # A picture's description stands below it anyway.
        if not text or (self._captions and text == self._description):
            return
        if self._captions and "*" not in text and "\n" not in text:
            text = f"*{text}*"
        self._put_block([escape_leading(line) for line in text.split("\n")])

    def _put_block(self, lines: Sequence[str]) -> None:
        if self._lines and self._apart > 1:
            self._lines.append(self._common.rstrip())
        prefix = self._prefix
        first = prefix if self._first is None else self._first
        for line in lines:
            self._lines.append(first + line if line else first.rstrip())
            first = prefix
        self._first, self._common, self._apart, self._after_item = None, prefix, 0, False

    def open_heading(self) -> None:
        self.block()
        self._headings += 1
        around = self.line.format
        self.line.format = Format(tuple(mark for mark in around.marks if mark != STRONG), around.letters)

    def close_heading(self, level: int) -> None:
        """Those within others, or within cells, are none."""
        if self._headings == 1 and not self._cells:
            text = self.line.whole()
            self._headings = 0
            if text:
                self._put_block([f"{'#' * level} {_CLOSING.sub(_ESCAPED, text)}"])
        else:
            self._headings -= 1
        self.block()

    def open_caption(self) -> None:
        """Of a picture: its paragraphs are emphasized."""
        self.block()
        self._captions += 1

    def close_caption(self) -> None:
        self.block()
        self._captions -= 1

    def rule(self) -> None:
        self.block()
        if not (self._headings or self._cells or self._codes):
            self._put_block(["---"])
            self.block()

    def image(self, address: str, description: str) -> None:
        """A block of its own, or its description where there can be none."""
        if self._headings or self._cells or self._codes:
            self.text(description)
            return
        self.block()
        self._description = escape(description)
        image = f"![{self._description}]({address})"
        self._put_block([image])
        if (link := self.line.format.link) is not None:
            link.pictures.append(len(self._lines) - 1)
        self.block()

    def close_link(self, link: Link) -> None:
        """Beside a text that leads there, its pictures do not."""
        if not link.pictures:
            return
        self.line.put_down()
        for line in link.pictures if not link.has_text else ():
            before, mark, image = self._lines[line].partition("![")
            self._lines[line] = f"{before}[{mark}{image}]({link.address})"

    def open_code(self, language: str) -> None:
        """A block of code; within a heading or a cell there is none."""
        self.block()
        if self._codes or not (self._headings or self._cells):
            self._codes += 1
            self._language = self._language or language
            self.text = self._code.append

    def of_language(self, language: str) -> None:
        """What a block of code says within itself."""
        if self._codes:
            self._language = self._language or language

    def close_code(self) -> None:
        if self._codes > 1:
            self._codes -= 1
        elif self._codes:
            self._codes = 0
            text = clean.text("".join(self._code).replace("\xa0", " ")).strip("\n")
            fence = "`" * max(3, 1 + longest_ticks(text))
            if text.strip():
                self._put_block([fence + self._language, *text.split("\n"), fence])
            self._code.clear()
            self._language = ""
            self.text = self.line.text
        self.block()

    # Lists and quotes

    def open_list(self, first: int | None) -> None:
        """With the number of its first item, if they have numbers."""
        self.block(1 if self._numbers else 2)
        self._after_item = False
        self._numbers.append(first)

    def close_list(self) -> None:
        self.block()
        self._after_item = False
        self._numbers.pop()

    def open_item(self) -> None:
        number = self._numbers[-1] if self._numbers else None
        bullet = "- "
        if number is not None:
            bullet = f"{number}. "
            self._numbers[-1] = number + 1
        self.block(1)
        if self._after_item:
            self._apart = 1
        self._open_level(bullet, " " * len(bullet), 2)

    def close_item(self) -> None:
        self._after_item = self._close_level()

    def open_quote(self) -> None:
        self.block()
        self._open_level("> ", "> ", 1)

    def close_quote(self) -> None:
        self._close_level()

    def _open_level(self, mark: str, rest: str, levels: int) -> None:
        self._levels.append(_Level(self._prefix, self._first, self._depth, len(self._lines)))
        if self._depth + levels > MAX_LEVELS or self._headings or self._cells or self._codes:
            self.block()
            return
        self._depth += levels
        if mark != rest or self._first is not None:
            self._first = (self._prefix if self._first is None else self._first) + mark
        self._prefix += rest

    def _close_level(self) -> bool:
        """Whether anything was written in it."""
        self.block()
        level = self._levels.pop()
        if self._first is not None:
            self._first = level.first
        self._prefix, self._depth = level.prefix, level.depth
        if len(self._prefix) < len(self._common):
            self._common = self._prefix
        return len(self._lines) > level.written

    # Tables

    def open_table(self) -> bool:
        """A table of data; within headings and other tables there is none."""
        self.block()
        self._rows.clear()
        return not (self._headings or self._cells or self._codes)

    def open_row(self) -> None:
        self.block()
        self._rows.append([])

    def open_cell(self) -> None:
        self.block()
        self._cells += 1

    def close_cell(self, columns: int) -> None:
        """It is as wide as so many columns."""
        self._cells -= 1
        if self._cells:
            self.block()
            return
        text = self.line.whole(of_table=True)
        if not self._rows:
            self._rows.append([])
        self._rows[-1] += [text, *[""] * (columns - 1)]

    def close_table(self) -> None:
        rows = [row for row in self._rows if row]
        self._rows.clear()
        self.block()
        if rows:
            # Cells beyond the headings would not be shown.
            width = max(map(len, rows))
            rows[0] += [""] * (width - len(rows[0]))
            lines = [f"| {' | '.join(row)} |" for row in rows]
            self._put_block([lines[0], f"| {' | '.join(['---'] * width)} |", *lines[1:]])
        self.block()


# What ends a heading and is not shown.
_CLOSING = re.compile(r"(?:^|(?<=\s))#+$")
_ESCAPED = r"\\\g<0>"
