"""Blocks → lines for one width. No widget and no colour: how a run looks is made a style elsewhere.

No line is wider than it was asked to be, in cells of the terminal, whatever the script. All text on its way
to the screen passes `flow` or `sound`, which let nothing through that `clean.py` refuses.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len, chop_cells, split_graphemes

from tui_reader import clean
from tui_reader.ui.blocks import (
    CODE,
    HEAD_CELL,
    HEADING,
    LINK,
    MARK,
    QUIET,
    Block,
    Code,
    Figure,
    Heading,
    List,
    Note,
    Paragraph,
    Quote,
    Rule,
    Run,
    Runs,
    Table,
)

NARROWEST = 2
"""A character may take two cells."""
_ROOM = 12
"""Blocks inside blocks are no longer indented where less than this would be left."""
_COLUMN = 7
"""A table whose columns would have to be narrower is drawn as a list of `head: value`."""

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


def typeset(block: Block, width: int) -> list[Line]:
    width = max(width, NARROWEST)
    match block:
        case Paragraph():
            lines = flow(block.runs, width)
            return _illustrated(lines, block.figures, width) if block.figures else lines
        case Heading():
            return _heading(block, width)
        case List():
            return _list(block, width)
        case Quote():
            return _quote(block, width)
        case Code():
            return _code(block, width)
        case Table():
            return _table(block, width)
        case Figure():
            return _figure(block, width) if block.shown else []
        case Note():
            return flow((Run(block.text, QUIET),), width)
        case Rule():
            return [Line((Run("─" * width, QUIET),), width)]


def stack(blocks: Iterable[Block], width: int, *, loose: bool = True) -> list[Line]:
    """Blocks one below the other."""
    lines: list[Line] = []
    for block in blocks:
        below = typeset(block, width)
        if lines and below and loose:
            lines.append(BLANK)
        lines += below
    return lines


def flow(runs: Runs, width: int) -> list[Line]:
    """Runs wrapped at blanks, between wide characters, and inside words that are longer than a line."""
    width = max(width, NARROWEST)
    text = "".join(run.text for run in runs)
    if is_narrow(text):
        return _cut(runs, _narrow_breaks(text, width), narrow=True)
    lines: list[Line] = []
    for row in _rows(Run(sound(run.text), run.look, run.link) for run in runs):
        text = "".join(run.text for run in row)
        if is_narrow(text):
            lines += _cut(row, _narrow_breaks(text, width), narrow=True)
        else:
            graphemes = split_graphemes(text)[0]
            lines += _cut(_snap(row, graphemes), _wide_breaks(text, graphemes, width), narrow=False)
    return lines


def _rows(runs: Iterable[Run]) -> list[Runs]:
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


def _hang(lines: Sequence[Line], first: Run, rest: Run) -> list[Line]:
    """Lines behind a mark, the second and further ones behind another of the same width."""
    cells = width_of(first.text)
    hung = [Line((rest, *line.runs), line.cells + cells, line.end, line.plate) for line in lines]
    if hung:
        hung[0] = hung[0]._replace(runs=(first, *lines[0].runs))
    return hung


def _indent(cells: int) -> Run:
    return Run(" " * cells, MARK)


def _heading(heading: Heading, width: int) -> list[Line]:
    runs = tuple(Run(text, look | HEADING, link) for text, look, link in heading.runs)
    mark = "#" * heading.level + " "
    if width - len(mark) < _ROOM:
        return flow(runs, width)
    return _hang(flow(runs, width - len(mark)), Run(mark, HEADING | QUIET | MARK), _indent(len(mark)))


def _quote(quote: Quote, width: int) -> list[Line]:
    if width - 2 < _ROOM:
        return stack(quote.blocks, width)
    bar = Run("▎ ", QUIET | MARK)
    return _hang(stack(quote.blocks, width - 2), bar, bar)


def _list(block: List, width: int) -> list[Line]:
    lines: list[Line] = []
    digits = len(str((block.start or 0) + len(block.items) - 1)) + 1
    for n, item in enumerate(block.items):
        mark = "•" if block.start is None else f"{block.start + n}.".rjust(digits)
        if item and isinstance(item[0], Paragraph) and (box := _BOX.match(item[0].runs[0].text)):
            mark = box[1]
            first = item[0].runs[0]
            runs = (Run(first.text[box.end() :], first.look, first.link), *item[0].runs[1:])
            item = (Paragraph(runs), *item[1:])
        room = width - len(mark) - 1
        indent = len(mark) + 1 if room >= _ROOM else 0
        inside = stack(item, width - indent, loose=block.loose) or [BLANK]
        if lines and block.loose:
            lines.append(BLANK)
        lines += _hang(inside, Run(mark + " "), _indent(indent)) if indent else inside
    return lines


_BOX = re.compile(r"(\[[ xX]\]) ")


def _code(code: Code, width: int) -> list[Line]:
    lines: list[Line] = []
    bar, fold = (Run("│ ", QUIET | MARK), Run("┆ ", QUIET | MARK)) if width - 2 >= _ROOM else (None, None)
    room = width - 2 if bar else width
    if code.language:
        lines += [
            line._replace(end="") for line in flow((Run(sound(code.language), QUIET | MARK),), width)[:1]
        ]
    for row in sound(code.text.expandtabs(4)).split("\n"):
        parts = _chop(row, room)
        inside = [Line((Run(part, CODE),) if part else (), width_of(part), "") for part in parts]
        inside[-1] = inside[-1]._replace(end="\n")
        lines += _hang(inside, bar, fold) if bar and fold else inside
    return lines


def _chop(text: str, width: int) -> list[str]:
    """Cut after so many cells, wherever that is."""
    if is_narrow(text):
        return [text[at : at + width] for at in range(0, len(text), width)] or [""]
    return chop_cells(text, width) or [""]


def _figure(figure: Figure, width: int) -> list[Line]:
    if figure.known is not None and figure.known.sized is not None:
        return _plates(figure, width) + flow(_caption(figure), width)
    return _awaiting(flow(_told(figure, width), width), figure, width)


def _illustrated(lines: list[Line], figures: Sequence[Figure], width: int) -> list[Line]:
    """A paragraph with the pictures of its images below."""
    below: list[Line] = []
    for figure in figures:
        plates = _plates(figure, width)
        below += plates
        if not plates and lines[-1].plate is None:
            lines = _awaiting(lines, figure, width)
    return lines + below


def _plates(figure: Figure, width: int) -> list[Line]:
    if figure.known is None or figure.known.sized is None:
        return []
    columns, lines = figure.known.sized.within(width)
    plate = Plate(figure.url, figure.target or figure.link, width, columns, lines)
    return [Line((), columns, "", plate._replace(row=row)) for row in range(lines)]


def _awaiting(lines: list[Line], figure: Figure, width: int) -> list[Line]:
    """The last line tells whoever fetches pictures that one belongs here."""
    if figure.known is None:
        return lines
    return [*lines[:-1], lines[-1]._replace(plate=Plate(figure.url, figure.link, width))]


def _caption(figure: Figure) -> Runs:
    """Below the picture, with the numbers of the link it stands in and of its own address."""
    target = (Run(f"[{figure.target}]", QUIET | MARK, figure.target),) if figure.target else ()
    look = QUIET | LINK if figure.target else QUIET
    own = Run(f"[{figure.link}]", QUIET | MARK, figure.link)
    return (Run(sound(figure.caption) or "image", look, figure.target), *target, own)


def _told(figure: Figure, width: int) -> Runs:
    """An image that is not drawn, in words."""
    caption = f"[image] {sound(figure.caption)}".rstrip()
    look = QUIET | LINK if figure.target else QUIET
    target = (Run(f"[{figure.target}]", QUIET | MARK, figure.target),) if figure.target else ()
    if not figure.link:
        return (Run(caption, look, figure.target), *target)
    number = f"[{figure.link}]"
    address = sound(figure.url.partition("://")[2])
    # Host and file name tell most; the whole address is among the links.
    room = min(60, max(20, width - len(number)))
    shown = address if len(address) <= room else address[: room * 2 // 3] + "…" + address[1 - room // 3 :]
    dash = " — " if figure.caption else " "
    if width_of(caption + dash + shown + number) > width:
        dash = "\n"
    note = f" ({sound(figure.known.note)})" if figure.known and figure.known.note else ""
    return (
        Run(caption, look, figure.target),
        *target,
        Run(dash, QUIET),
        Run(shown, QUIET | LINK, figure.link),
        Run(number, QUIET | MARK, figure.link),
        Run(note, QUIET | MARK),
    )


def _table(table: Table, width: int) -> list[Line]:
    head = [_sound_cell(cell, HEAD_CELL) for cell in table.head]
    rows = [[_sound_cell(cell) for cell in row] for row in table.rows]
    natural = [max(map(_cell_width, column)) for column in zip(head, *rows, strict=True)]
    widths = _share(natural, width - 3 * (len(head) - 1))
    if any(share < min(wanted, _COLUMN) for share, wanted in zip(widths, natural, strict=True)):
        return _as_records(head, rows, width)
    drawn = [_table_row(row, widths, table.aligns) for row in rows]
    rule = Line((Run("─┼─".join("─" * share for share in widths), QUIET),), sum(widths) + 3 * (len(head) - 1))
    lines = [*_table_row(head, widths, table.aligns), rule]
    wrapped = any(len(row) > 1 for row in drawn)
    for n, row in enumerate(drawn):
        if n and wrapped:
            lines.append(rule)
        lines += row
    return lines


def _sound_cell(cell: Runs, look: int = 0) -> Runs:
    return tuple(Run(sound(text), own | look, link) for text, own, link in cell)


def _cell_width(cell: Runs) -> int:
    """Of its widest line when nothing is wrapped; a column of nothing takes a cell."""
    return max([1, *(sum(width_of(run.text) for run in row) for row in _rows(cell))])


def _share(natural: Sequence[int], room: int) -> list[int]:
    """Narrow columns get what they want, the others share what is left."""
    widths = list(natural)
    if sum(natural) <= room:
        return widths
    wide = sorted(range(len(natural)), key=lambda column: natural[column])
    for done, column in enumerate(wide):
        widths[column] = min(natural[column], max(0, room) // (len(wide) - done))
        room -= widths[column]
    return widths


def _table_row(cells: Sequence[Runs], widths: Sequence[int], aligns: Sequence[str]) -> list[Line]:
    columns = [flow(cell, width) for cell, width in zip(cells, widths, strict=True)]
    lines: list[Line] = []
    for n in range(max(map(len, columns))):
        runs: list[Run] = []
        for column, width, align in zip(columns, widths, aligns, strict=True):
            line = column[n] if n < len(column) else BLANK
            spare = width - line.cells
            left = {"right": spare, "center": spare // 2}.get(align, 0)
            if runs:
                runs.append(Run(" │ ", QUIET))
            runs += [run for run in (Run(" " * left), *line.runs, Run(" " * (spare - left))) if run.text]
        lines.append(Line(tuple(runs), sum(widths) + 3 * (len(widths) - 1)))
    return lines


def _as_records(head: Sequence[Runs], rows: Sequence[Sequence[Runs]], width: int) -> list[Line]:
    """A line `head: value` for each cell, for tables that are wider than any wrapping helps."""
    lines: list[Line] = []
    for row in rows or [head]:
        if lines:
            lines.append(BLANK)
        for name, cell in zip(head, row, strict=True):
            if any(run.text.strip() for run in cell):
                named = (*name, Run(": ", HEAD_CELL)) if name and rows else ()
                lines += flow((*named, *cell), width)
    return lines
