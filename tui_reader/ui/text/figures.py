"""Images → lines: a picture over its caption; or, as long as there is none, its caption and address."""

from collections.abc import Sequence

from tui_reader.ui.text.blocks import LINK, MARK, QUIET, Figure, Run, Runs
from tui_reader.ui.text.flow import Line, Plate, flow, sound, width_of


def figure_lines(figure: Figure, width: int) -> list[Line]:
    if figure.known is not None and figure.known.sized is not None:
        return _plates(figure, width) + flow(_caption(figure), width)
    return _awaiting(flow(_told(figure, width), width), figure, width)


def illustrated(lines: list[Line], figures: Sequence[Figure], width: int) -> list[Line]:
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
