"""What a picture is drawn into, how large it becomes there, and what comes of it. Values only, no IO.

The screen lays a page out before it has the picture, and a child process scales it: both ask `Box.fit`.
"""

from typing import Literal

from msgspec import Struct

Way = Literal["blocks", "kitty", "sixel"]
"""How a terminal draws: half a cell a pixel, which every one with colours can, or real pixels."""


class Box(Struct, frozen=True, array_like=True):
    """The room there is for a picture."""

    way: Way
    columns: int
    lines: int
    cell_width: int
    cell_height: int
    """In pixels; where the terminal does not tell, half as wide as high."""
    background: tuple[int, int, int] = (0, 0, 0)
    """Of the pane, seen through whatever is transparent."""

    def fit(self, width: int, height: int) -> tuple[int, int]:
        """Columns and lines for a picture of so many pixels: in its shape, and never larger than it is."""
        share = min(1.0, self.columns * self.cell_width / width, self.lines * self.cell_height / height)
        columns = round(width * share / self.cell_width)
        lines = round(height * share / self.cell_height)
        return max(1, min(columns, self.columns)), max(1, min(lines, self.lines))


class Picture(Struct, frozen=True, array_like=True):
    """A picture, scaled and put into the words of a terminal."""

    width: int
    height: int
    """Its own pixels, upright."""
    columns: int
    lines: int
    cells: bytes
    """Two pixels for each cell, one above the other; three bytes a pixel, row by row."""
    drawn: tuple[str, ...] = ()
    """For each line what a terminal is sent that draws pixels: placeholders for kitty, sixels for others."""
    transmission: str = ""
    """What kitty has to be sent before, once."""
    number: int = 0
    """What kitty knows it by."""

    @property
    def size(self) -> int:
        """Bytes that it takes, roughly."""
        # A placeholder lies beyond the first 65,536 characters: Python keeps its line at four bytes each.
        return (
            len(self.cells) + len(self.transmission) + sum(map(len, self.drawn)) * (4 if self.number else 1)
        )


class Sized(Struct, frozen=True):
    """A picture whose pixels are counted, before it is drawn."""

    width: int
    height: int
    box: Box

    def within(self, columns: int) -> tuple[int, int]:
        """Columns and lines where there are so many columns."""
        return self.within_box(columns).fit(self.width, self.height)

    def within_box(self, columns: int) -> Box:
        box = self.box
        return Box(box.way, columns, box.lines, box.cell_width, box.cell_height, box.background)


class Known(Struct, frozen=True):
    """What is known of a picture where a page is laid out."""

    sized: Sized | None = None
    note: str = ""
    """Why it is not drawn."""


class Wanted(Struct, frozen=True):
    url: str
    box: Box
