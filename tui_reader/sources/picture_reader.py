"""The parent's end of a child that decodes pictures. Pillow never runs in the program that has the screen."""

import msgspec
from msgspec import Struct

from tui_reader.picture import Box, Picture
from tui_reader.sources.child import ChildEnded, Kept, Process
from tui_reader.sources.picture import NotAPicture

MEMORY = 600_000_000
"""Bytes; the largest WebP that is let in takes 400 MB."""
BROKE_DOWN = "it takes too much time or memory"


class Asked(Struct, frozen=True, array_like=True):
    """So many bytes follow, of what may be a picture."""

    box: Box
    size: int


class Told(Struct, frozen=True, array_like=True):
    """One of the two."""

    picture: Picture | None = None
    reason: str = ""


_TOLD = msgspec.msgpack.Decoder(Told)


class PictureReader(Process):
    """A process that decodes pictures, one at a time."""

    patience = 10.0

    def __init__(self) -> None:
        super().__init__("image")

    def draw(self, data: bytes, box: Box) -> Picture:
        """Raises `NotAPicture`, and `ChildEnded` where it brought the process down or hangs."""
        self._tell(msgspec.json.encode(Asked(box, len(data))))
        self._write(data)
        told = _TOLD.decode(self._next())
        if told.picture is None:
            raise NotAPicture(told.reason)
        return told.picture


class Pictures(Kept[PictureReader]):
    def __init__(self) -> None:
        super().__init__(PictureReader)

    def draw(self, data: bytes, box: Box) -> Picture:
        """Raises `NotAPicture`."""
        try:
            with self.at_work() as process:
                return process.draw(data, box)
        except ChildEnded as error:
            raise NotAPicture(BROKE_DOWN) from error
