"""How this terminal draws pictures. Its name tells; it is not asked: an answer would come among the keys.

kitty    real pixels under placeholders, which are letters to everyone else: kitty and Ghostty
sixel    real pixels, line by line: foot, WezTerm, mlterm; xterm -ti vt340 where the settings say so
blocks   two pixels a cell, in any terminal with 256 colours
"""

import fcntl
import struct
import termios
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Literal

from tui_reader.picture import Way

USUAL_CELL = (10, 20)
"""Pixels of a cell where the terminal does not tell."""
_KITTY = ("xterm-kitty", "xterm-ghostty")
_SIXEL = ("foot", "mlterm")
_BETWEEN = ("tmux", "screen")
"""They keep a screen of their own, and let through only what stands in its cells."""


def way(
    wanted: Literal["auto", "kitty", "sixel", "blocks"],
    environment: Mapping[str, str],
    cell: tuple[int, int] | None,
) -> Way:
    """The best there is, or what is wanted; sixels need to know how large a cell is."""
    found: Way = wanted if wanted != "auto" else _by_name(environment)
    return "blocks" if found == "sixel" and cell is None else found


def _by_name(environment: Mapping[str, str]) -> Way:
    name = environment.get("TERM", "")
    if name.startswith(_BETWEEN) or "TMUX" in environment or "STY" in environment:
        return "blocks"
    if name in _KITTY:
        return "kitty"
    if name.startswith(_SIXEL) or environment.get("TERM_PROGRAM") == "WezTerm":
        return "sixel"
    return "blocks"


def cell_size() -> tuple[int, int] | None:
    """Width and height of a cell in pixels; None where the terminal does not tell."""
    for stream in (2, 1, 0):
        try:
            told = fcntl.ioctl(stream, termios.TIOCGWINSZ, bytes(8))
        except OSError:
            continue
        lines, columns, width, height = struct.unpack("HHHH", told)
        if columns and lines and width >= columns and height >= lines:
            return width // columns, height // lines
    return None


def installed() -> tuple[bool, bool]:
    """Whether pictures can be decoded, and drawn in real pixels: the extra `images`. It imports nothing."""
    return find_spec("PIL") is not None, find_spec("textual_image") is not None
