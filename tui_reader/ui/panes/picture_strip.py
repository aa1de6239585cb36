"""A line of a picture: half cells to whoever looks at its segments, and to the terminal what it draws best.

Half cells as Rich's segments and styles take 25 ms for 88 by 20 of them, written straight to the terminal
1.2. So segments are only made where something lies over the picture, tints it or photographs it. That is
also what a dialog needs: of placeholders in another colour kitty would make another picture.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct
from rich.color import Color
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui_reader.picture import Picture

_LEVELS = (0, 95, 135, 175, 215, 255)
"""Of each colour in a palette of 256."""
_LEVEL = b"".join(bytes([n]) * width for n, width in enumerate((48, 67, 40, 40, 40, 21)))
"""The nearest of them to each of 256."""
_GREYS = (232, 8, 10)
"""The first of the 24 greys, how bright it is, and how much brighter each is than the one before."""

_HALVES = "\x1b[38;2;%d;%d;%d;48;2;%d;%d;%dm▀"


class Band(Struct, frozen=True):
    """One line of a picture."""

    picture: Picture
    row: int
    style: Style
    """Of the pane."""

    @property
    def pixels(self) -> tuple[bytes, bytes]:
        """The upper and the lower half of its cells, three bytes each."""
        width = self.picture.columns * 3
        at = self.row * 2 * width
        return self.picture.cells[at : at + width], self.picture.cells[at + width : at + 2 * width]

    def segments(self) -> list[Segment]:
        upper, lower = self.pixels
        return [
            Segment(
                "▀",
                Style.from_color(Color.from_rgb(*upper[x : x + 3]), Color.from_rgb(*lower[x : x + 3])),
            )
            for x in range(0, len(upper), 3)
        ]

    def written(self, colours: str | None) -> str:
        """What the terminal is sent; `colours` is Rich's name for how many it has."""
        columns = self.picture.columns
        drawn = self.picture.drawn[self.row] if self.picture.drawn else ""
        if not drawn:
            return self._in_256() if colours == "256" else self._in_blocks()
        background = _code(48, self.style)
        if self.picture.number:
            red, green, blue = self.picture.number.to_bytes(4, "big")[1:]
            return f"\x1b[38;2;{red};{green};{blue}{background}m{drawn}\x1b[0m"
        # Blanks first: they also wipe out what was drawn there before. Wherever the sixels leave the cursor,
        # it comes back.
        return f"\x1b[{background[1:]}m{' ' * columns}\x1b[0m\x1b[{columns}D\x1b7{drawn}\x1b8\x1b[{columns}C"

    def _in_blocks(self) -> str:
        upper, lower = self.pixels
        cells = []
        before = b""
        for x in range(0, len(upper), 3):
            both = upper[x : x + 3] + lower[x : x + 3]
            # Twice as fast as an f-string of six parts.
            cells.append("▀" if both == before else _HALVES % tuple(both))
            before = both
        return "".join(cells) + "\x1b[0m"

    def _in_256(self) -> str:
        upper, lower = self.pixels
        cells = [
            f"\x1b[38;5;{_nearest(upper[x : x + 3])};48;5;{_nearest(lower[x : x + 3])}m▀"
            for x in range(0, len(upper), 3)
        ]
        return "".join(cells) + "\x1b[0m"


@lru_cache(maxsize=8_192)
def _nearest(pixel: bytes) -> int:
    """The number of a colour in the palette of 256: one of its cube or, where that is nearer, a grey."""
    red, green, blue = pixel
    first, dark, step = _GREYS
    shade = max(0, min(23, round((sum(pixel) / 3 - dark) / step)))
    cube = tuple(_LEVELS[_LEVEL[part]] for part in pixel)
    grey = (dark + shade * step,) * 3
    if _apart(pixel, grey) < _apart(pixel, cube):
        return first + shade
    return 16 + 36 * _LEVEL[red] + 6 * _LEVEL[green] + _LEVEL[blue]


def _apart(one: Iterable[int], other: Iterable[int]) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _code(ground: int, style: Style) -> str:
    """Of its background, as it stands in an escape sequence; empty where the terminal's own is meant."""
    colour = style.bgcolor
    if colour is None or colour.triplet is None:
        return ""
    red, green, blue = colour.triplet
    return f";{ground};2;{red};{green};{blue}"


class PictureStrip(Strip):
    __slots__ = ("_after", "_band", "_before", "_first")

    def __init__(self, before: Sequence[Segment], band: Band, after: Sequence[Segment]) -> None:
        first = sum(segment.cell_length for segment in before)
        rest = sum(segment.cell_length for segment in after)
        super().__init__((), first + band.picture.columns + rest)
        # Made when somebody asks: see `__getattr__`.
        del self._segments
        self._before, self._band, self._after, self._first = before, band, after, first

    def __getattr__(self, name: str) -> list[Segment]:
        if name != "_segments":
            raise AttributeError(name)
        self._segments = [*self._before, *self._band.segments(), *self._after]
        return self._segments

    def in_cells(self) -> Strip:
        """The same as half cells for the terminal, too."""
        return Strip(self._segments, self.cell_length)

    def between(self, left: Segment, right: Segment) -> "PictureStrip":
        return PictureStrip([left, *self._before], self._band, [*self._after, right])

    def render(self, console: Console) -> str:
        if self._render_cache is None:
            written = self._band.written(console.color_system)
            before, after = (Strip(part).render(console) for part in (self._before, self._after))
            self._render_cache = before + written + after
        return self._render_cache

    def crop(self, start: int, end: int | None = None) -> Strip:
        """Whole as long as nothing is cut off the picture itself."""
        length = self.cell_length
        start, end = max(0, start), length if end is None else min(length, end)
        last = self._first + self._band.picture.columns
        if (start, end) == (0, length):
            return self
        if start > self._first or end < last:
            return super().crop(start, end)
        before = Strip(self._before, self._first).crop(start)
        after = Strip(self._after, length - last).crop(0, end - last)
        return PictureStrip(list(before), self._band, list(after))

    def divide(self, cuts: Iterable[int]) -> list[Strip]:
        cuts = [cut for cut in cuts if cut <= self.cell_length]
        return [self.crop(begin, end) for begin, end in pairwise([0, *cuts])]
