"""Blocks → lines for one width. No widget and no colour: how a run looks is made a style elsewhere.

No line is wider than it was asked to be, in cells of the terminal.
"""

import re
from collections.abc import Iterable, Sequence

from rich.cells import chop_cells

from tui_reader.ui.text.blocks import (
    CODE,
    HEAD_CELL,
    HEADING,
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
from tui_reader.ui.text.figures import figure_lines, illustrated
from tui_reader.ui.text.flow import BLANK, NARROWEST, Line, flow, is_narrow, rows, sound, width_of

_ROOM = 12
"""Blocks inside blocks are no longer indented where less than this would be left."""
_COLUMN = 7
"""A table whose columns would have to be narrower is drawn as a list of `head: value`."""


def typeset(block: Block, width: int) -> list[Line]:
    width = max(width, NARROWEST)
    match block:
        case Paragraph():
            lines = flow(block.runs, width)
            return illustrated(lines, block.figures, width) if block.figures else lines
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
            return figure_lines(block, width) if block.shown else []
        case Note():
            return flow((Run(block.text, QUIET),), width) if block.shown else []
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
    return max([1, *(sum(width_of(run.text) for run in row) for row in rows(cell))])


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
