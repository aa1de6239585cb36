"""Where a text stands in the lines of a page, and which of its hits one is at. No widget.

    lines → one folded text → hits → the letters of a line that are drawn as found

A hit is what a person takes for the same text: in capitals or not, with accents or without, with
typographic quotes or plain ones, and across the ends of wrapped lines. It begins and ends between whole
characters. What is drawn but not text (`MARK`: bars, link numbers) is no part of it. The lines may still be
growing in number.
"""

import re
import time
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from rich.cells import split_graphemes

from tui_reader.ui.panes.article_page import Page
from tui_reader.ui.text.blocks import MARK, Run
from tui_reader.ui.text.flow import Line, is_narrow

HIT, HERE = MARK << 1, MARK << 2
"""How a hit looks, and the one that one is at; beside the looks of `blocks.py`."""

Marks = tuple[tuple[int, int, int], ...]
"""The letters of a line that are drawn as found: begin, end, `HIT` or `HERE`."""

LINES_AT_A_TIME, HITS_AT_A_TIME = 200, 50
"""Between two looks at the clock; a millisecond or two."""

_BLANKS = re.compile(" +")
# Canonical combining classes from here on are accents, vowel points and tone marks; those below make another
# letter of one: the stroke of ≠, the sound marks of kana, nukta and virama.
_ACCENTS = 10
_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))
# What Unicode does not take apart, and yet is typed as something plainer.
_PLAINER = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‒–—―−", "-"),
        **dict(zip("łøđħŧı", "lodhti", strict=True)),
        "æ": "ae",
        "œ": "oe",
    }
)


class _Folded(dict[int, str]):
    """What each character is compared as: several, as “ß” is, or nothing, as an accent by itself."""

    def __missing__(self, code: int) -> str:
        letter = chr(code).translate(_PLAINER)
        apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
        self[code] = "".join(
            " " if part.isspace() else part
            for part in apart.translate(_PLAINER)
            if unicodedata.combining(part) < _ACCENTS and part not in _SELECTORS
        )
        return self[code]


_FOLDED = _Folded()


def fold(text: str) -> str:
    """A text as it is compared; blanks of every kind and number are one."""
    return _BLANKS.sub(" ", text.translate(_FOLDED))


class Finding:
    def __init__(self, page: Page, begun: int) -> None:
        """`begun` is the line at or after which the first hit is gone to."""
        self.page = page
        self.begun = begun
        self.needle = ""
        """What is looked for, folded; empty where nothing is."""
        self.hits: list[int] = []
        """Where each begins in the folded text."""
        self.current: int | None = None
        """Which hit one is at."""
        self.wrapped = False
        """Whether the last step went round the end."""
        self._text = ""
        self._starts: list[int] = []
        """Where each line begins in the folded text."""
        self._uneven: set[int] = set()
        """Lines whose letters do not stand for one folded character each."""
        self._letters: dict[int, list[int]] = {}
        self._characters: dict[int, frozenset[int]] = {}
        self._looked = 0
        """Up to where the folded text has been looked through."""
        self._from: int | None = None
        """Where in the folded text the next text is looked for first, where that is not the line `begun`."""
        self._wanted: int | None = None
        """Which hit one was at on another page."""

    def begin_at(self, line: int) -> None:
        self.begun, self._from = line, None

    def look_for(self, text: str) -> None:
        needle = fold(text)
        self.needle = needle if needle.strip() else ""
        self.hits, self.current, self.wrapped = [], None, False
        self._looked, self._wanted = 0, None
        if not self.needle:
            self._from = None

    def on(self, page: Page) -> "Finding":
        """The same on another page of the article, at the hit of the same number."""
        other = Finding(page, page.line_at(self.page.place(self.begun)))
        other.needle = self.needle
        other._wanted = self._wanted if self.current is None else self.current
        return other

    def go_on(self, seconds: float = float("inf")) -> None:
        """Look through more of what is laid out, for so long."""
        until = time.perf_counter() + seconds
        while self._look() or self._read():
            if time.perf_counter() > until:
                break
        self._choose()

    @property
    def done(self) -> bool:
        """Whether all of the page has been laid out and looked through."""
        read = self.page.done and len(self._starts) == len(self.page.lines)
        return read and (not self.needle or self._looked > len(self._text) - len(self.needle))

    @property
    def count(self) -> str:
        """`3/12`, with `…` while more may come and `↻` where the last step went round the end."""
        if not self.needle:
            return ""
        more = "" if self.done else "…"
        if not self.hits:
            return more or "no hit"
        number = "" if self.current is None else f"{self.current + 1:,}/"
        return f"{number}{len(self.hits):,}{more}{' ↻' if self.wrapped else ''}"

    def step(self, by: int) -> bool:
        """Go to the next hit or the previous one, round the end where all are known; whether it went."""
        if self.current is None:
            return False
        target = self.current + by
        self.wrapped = not 0 <= target < len(self.hits)
        if self.wrapped and not self.done:
            self.wrapped = False
            return False
        self.current = target % len(self.hits)
        self._from = self.hits[self.current]
        return True

    def extent(self) -> tuple[int, int]:
        """The first and the last line of the current hit; nowhere is line 0."""
        if self.current is None:
            return 0, 0
        begin = self.hits[self.current]
        return self._line(begin), self._line(begin + len(self.needle) - 1)

    def marks(self, line: int) -> Marks:
        """What of a line is found."""
        if not self.hits or line >= len(self._starts):
            return ()
        begin, end = self._starts[line], self._end(line)
        n = bisect_right(self.hits, begin - len(self.needle))
        marks = []
        while n < len(self.hits) and self.hits[n] < end:
            first = max(self.hits[n] - begin, 0)
            last = min(self.hits[n] - begin + len(self.needle), end - begin)
            letters = self._letters_of(line)
            # What joins a line to the next has no letter.
            if first < len(letters):
                look = HERE if n == self.current else HIT
                marks.append((letters[first], self._letter_after(line, last), look))
            n += 1
        return tuple(marks)

    def _choose(self) -> None:
        if self.current is not None or not self.hits:
            return
        if self._wanted is not None:
            if self._wanted < len(self.hits) or self.done:
                self.current = min(self._wanted, len(self.hits) - 1)
            return
        begin = self._from
        if begin is None and self.begun < len(self._starts):
            begin = self._starts[self.begun]
        at = len(self.hits) if begin is None else bisect_left(self.hits, begin)
        if at < len(self.hits):
            self.current = at
        elif self.done:
            self.current = 0

    # Reading lines

    def _read(self) -> bool:
        """Fold some more lines; whether there were any."""
        first = len(self._starts)
        lines = self.page.lines[first : first + LINES_AT_A_TIME]
        folded, size, before = [], len(self._text), self._text[-1:]
        for n, line in enumerate(lines, start=first):
            self._starts.append(size)
            text = self._fold(n, line, before)
            folded.append(text)
            size += len(text)
            before = text[-1:] or before
        self._text += "".join(folded)
        return bool(lines)

    def _fold(self, number: int, line: Line, before: str) -> str:
        """A line with what joins it to the next; no hit runs over an empty one."""
        plain = "".join(run.text for run in line.runs if not run.look & MARK)
        if plain.isascii() and plain.isprintable():
            folded = plain.lower()
        else:
            folded = plain.translate(_FOLDED)
            # Where no character takes two cells or none, none is folded into nothing.
            if len(folded) != len(plain) or not is_narrow(plain):
                self._uneven.add(number)
        folded = _BLANKS.sub(" ", folded)
        if before in ("", " ", "\n"):
            folded = folded.removeprefix(" ")
        if not folded:
            return "\n" if line.end == "\n" else ""
        return folded + " " if line.end and folded[-1] != " " else folded

    def _letters_of(self, line: int) -> list[int]:
        """For each folded character of a line the letter, counted with its marks, that it comes from."""
        letters = self._letters.get(line)
        if letters is None:
            letters = self._letters[line] = []
            start = self._starts[line]
            blank = not start or self._text[start - 1] in " \n"
            at = 0
            for text, look, _ in self.page.lines[line].runs:
                if not look & MARK:
                    for place, letter in enumerate(text, start=at):
                        for part in _FOLDED[ord(letter)]:
                            if part != " " or not blank:
                                letters.append(place)
                            blank = part == " "
                at += len(text)
        return letters

    def _letter_after(self, line: int, last: int) -> int:
        """The letter behind what comes from the folded characters up to `last`."""
        letters = self._letters_of(line)
        if last < len(letters):
            return letters[last]
        # With the accents that follow, which fold into nothing, and without what pads a cell of a table.
        whole = "".join(run.text for run in self.page.lines[line].runs)
        return max(letters[-1] + 1, len(whole.rstrip(" ")))

    def _line(self, at: int) -> int:
        return bisect_right(self._starts, at) - 1

    def _end(self, line: int) -> int:
        return self._starts[line + 1] if line + 1 < len(self._starts) else len(self._text)

    # Looking through them

    def _look(self) -> bool:
        """Find some more hits in what has been read; whether there may be others."""
        if not self.needle:
            return False
        for _ in range(HITS_AT_A_TIME):
            at = self._text.find(self.needle, self._looked)
            if at < 0:
                self._looked = max(self._looked, len(self._text) - len(self.needle) + 1)
                return False
            end = at + len(self.needle)
            whole = self._is_edge(at) and self._is_edge(end)
            if whole:
                self.hits.append(at)
            self._looked = end if whole else at + 1
        return True

    def _is_edge(self, at: int) -> bool:
        """Whether the folded text can be cut there without cutting a character of the page."""
        if not self._uneven:
            return True
        line = self._line(at)
        if line not in self._uneven:
            return True
        letters = self._letters_of(line)
        at -= self._starts[line]
        if at >= len(letters):
            return True
        return not (at and letters[at] == letters[at - 1]) and letters[at] in self._characters_of(line)

    def _characters_of(self, line: int) -> frozenset[int]:
        """The letters with which a character begins: a letter with its marks is one, an emoji of five too."""
        characters = self._characters.get(line)
        if characters is None:
            text = "".join(run.text for run in self.page.lines[line].runs)
            characters = frozenset(start for start, _, _ in split_graphemes(text)[0])
            self._characters[line] = characters
        return characters


def marked(line: Line, marks: Marks) -> Iterator[Run]:
    """The runs of a line, cut where hits begin and end."""
    at = 0
    for text, look, link in line.runs:
        end = at + len(text)
        begin = at
        for first, last, found in () if look & MARK else marks:
            first, last = max(first, begin), min(last, end)
            if first < last:
                if begin < first:
                    yield Run(text[begin - at : first - at], look, link)
                yield Run(text[first - at : last - at], look | found, link)
                begin = last
        if begin < end:
            yield Run(text[begin - at :], look, link)
        at = end
