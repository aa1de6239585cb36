"""Runs of text → lines of one width, whatever the script.

All text on its way to the screen passes `flow` or `sound`, which let nothing through that `clean.py` refuses.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len, split_graphemes

from tui_reader import clean
from tui_reader.ui.text.blocks import Run, Runs

NARROWEST = 2
"""A character may take two cells."""

# Characters of one cell, all of them clean: whatever consists of these alone is wrapped by counting letters.
_NARROW = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2010-\u2027\u202f-\u205e"
    "\u20a0-\u20bf\u2100-\u22ff\u2460-\u24ff\u2500-\u25fc]*"
)
# Clean, and yet not to be drawn as it is: blanks of an odd width, and joiners at the edge of a run, which
# Rich measures by what happens to stand beside them.
_ODD = re.compile("[\t\r\u200c\u200d\u2028\u2029]")
_CLOSING = frozenset("、。，．！？；：）」』】〉》”’…・ー,.!?;:)]}%")
_OPENING = frozenset("（「『【〈《“‘([{")


class Plate(NamedTuple):
    """A line of a picture; or, with a row below 0, a line of the text beside which one is missing."""

    url: str
    link: int
    """Where a click on it leads, as a number in `Links`."""
    room: int
    """Columns that it was fitted into."""
    columns: int = 0
    lines: int = 0
    row: int = -1


class Line(NamedTuple):
    runs: Runs
    cells: int
    end: str = "\n"
    """What joins it to the next when copied: a blank where it was wrapped, nothing inside a cut word."""
    plate: Plate | None = None
    """It stands behind the runs."""


BLANK = Line((), 0)


def is_narrow(text: str) -> bool:
    return (text.isascii() and text.isprintable()) or _NARROW.fullmatch(text) is not None


def width_of(text: str) -> int:
    return len(text) if is_narrow(text) else cell_len(text)


def sound(text: str) -> str:
    """A text as it may be drawn: clean, with blanks for tabs; newlines stay."""
    if is_narrow(text):
        return text
    if clean.is_clean(text) and not _ODD.search(text):
        return text
    return clean.text(text).expandtabs(4)


def flow(runs: Runs, width: int) -> list[Line]:
    """Runs wrapped at blanks, between wide characters, and inside words that are longer than a line."""
    width = max(width, NARROWEST)
    text = "".join(run.text for run in runs)
    if is_narrow(text):
        return _cut(runs, _narrow_breaks(text, width), narrow=True)
    lines: list[Line] = []
    for row in rows(Run(sound(run.text), run.look, run.link) for run in runs):
        text = "".join(run.text for run in row)
        if is_narrow(text):
            lines += _cut(row, _narrow_breaks(text, width), narrow=True)
        else:
            graphemes = split_graphemes(text)[0]
            lines += _cut(_snap(row, graphemes), _wide_breaks(text, graphemes, width), narrow=False)
    return lines


def rows(runs: Iterable[Run]) -> list[Runs]:
    """Runs parted where their author broke the line."""
    rows: list[list[Run]] = [[]]
    for run in runs:
        first, *others = run.text.split("\n")
        rows[-1].append(Run(first, run.look, run.link))
        rows += [[Run(text, run.look, run.link)] for text in others]
    return [tuple(row) for row in rows]


def _narrow_breaks(text: str, width: int) -> Iterator[tuple[int, int, str]]:
    """Begin, end, and what joins it to the next, of each line; one cell a letter."""
    begin, count = 0, len(text)
    while count - begin > width:
        cut = text.rfind(" ", begin + 1, begin + width + 1)
        if cut < 0:
            yield begin, begin + width, ""
            begin += width
            continue
        follow = cut + 1
        while cut > begin + 1 and text[cut - 1] == " ":
            cut -= 1
        while follow < count and text[follow] == " ":
            follow += 1
        yield begin, cut, " "
        begin = follow
    yield begin, count, "\n"


def _wide_breaks(
    text: str, graphemes: Sequence[tuple[int, int, int]], width: int
) -> Iterator[tuple[int, int, str]]:
    """The same for text whose letters take 0, 1 or 2 cells."""
    begin = cells = before = 0
    spot: tuple[int, int, str, int] | None = None
    """Where the line may end: its end, the next one's begin, what joins them, the cells up to there."""
    for start, end, size in graphemes:
        if text[start] == " ":
            if not cells and begin:
                begin = end
            elif cells >= width:
                yield begin, start, " "
                begin, cells, spot = end, 0, None
            else:
                cut = spot[0] if spot and text[start - 1] == " " else start
                cells += 1
                spot = (cut, end, " ", cells)
            before = 1
            continue
        apart = size == 2 or before == 2
        if apart and cells and text[start] not in _CLOSING and text[start - 1] not in _OPENING | {" "}:
            spot = (start, start, "", cells)
        if cells + size > width and spot:
            yield begin, spot[0], spot[2]
            begin, cells, spot = spot[1], cells - spot[3], None
        if cells + size > width:
            yield begin, start, ""
            begin, cells, spot = start, 0, None
        cells += size
        before = size
    yield begin, len(text), "\n"


def _snap(runs: Runs, graphemes: Sequence[tuple[int, int, int]]) -> Runs:
    """The same runs, none beginning inside a grapheme: half of one is measured differently from the whole."""
    text = "".join(run.text for run in runs)
    starts = [start for start, _, _ in graphemes]
    snapped: list[Run] = []
    at = begin = 0
    for run in runs:
        at += len(run.text)
        place = bisect_left(starts, at)
        end = starts[place] if place < len(starts) else len(text)
        if end > begin:
            snapped.append(Run(text[begin:end], run.look, run.link))
            begin = end
    return tuple(snapped)


def _cut(runs: Runs, breaks: Iterable[tuple[int, int, str]], *, narrow: bool) -> list[Line]:
    lines: list[Line] = []
    n = at = 0
    """The run in which the line begins, and where that run begins."""
    for begin, end, join in breaks:
        while n < len(runs) and at + len(runs[n].text) <= begin:
            at += len(runs[n].text)
            n += 1
        pieces: list[Run] = []
        there, m = at, n
        while there < end:
            text, look, link = runs[m]
            piece = text[max(begin - there, 0) : end - there]
            if piece:
                pieces.append(Run(piece, look, link))
            there += len(text)
            m += 1
        cells = end - begin if narrow else sum(width_of(piece.text) for piece in pieces)
        lines.append(Line(tuple(pieces), cells, join))
    return lines
