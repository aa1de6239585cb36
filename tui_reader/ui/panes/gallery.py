"""What the article pane knows of pictures: sizes, why some cannot be had, and the few drawn last.

A page holds none: it holds addresses and sizes, and asks here when a line of a picture is drawn.
"""

import time
from collections import OrderedDict

from tui_reader import clean
from tui_reader.picture import Box, Known, Picture, Sized

KEPT, KEPT_BYTES = 24, 16_000_000
"""Pictures that are kept, scaled; a screen holds three or four."""
KEPT_SIZES = 5_000
LEAST_SIDE = 8
"""Pixels; what is smaller is not drawn (see `sources/picture.py`)."""
RETRY_AFTER = 300.0
"""Seconds after which an image that could not be had is asked for again, when its article is shown."""

_NOWHERE = (".example", ".invalid", ".test")
"""What these names end in is never anywhere (RFC 2606): the images of the samples are not looked for."""

Key = tuple[str, int, int]
"""Address, columns and lines."""
NOTHING = Known()


class Gallery:
    def __init__(self, box: Box) -> None:
        self.box = box
        """The most that a picture may take, whatever stands beside it; and how it is drawn."""
        self._sizes: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._declared: OrderedDict[str, tuple[int, int]] = OrderedDict()
        """Sizes that articles tell; the picture may be another."""
        self._last_came = True
        """Whether the last image that was asked for was had: without a network no room is kept for any."""
        self._faults: dict[str, tuple[float, str]] = {}
        self._pictures: OrderedDict[Key, Picture] = OrderedDict()
        self._bytes = 0

    def known(self, url: str) -> Known:
        size = self._sizes.get(url)
        if size is None and self._last_came and url not in self._faults and not _is_nowhere(url):
            size = self._declared.get(url)
        if size:
            return Known(Sized(*size, self.box))
        if fault := self._faults.get(url):
            return Known(note=fault[1])
        return NOTHING

    def picture(self, url: str, columns: int, lines: int) -> Picture | None:
        picture = self._pictures.get((url, columns, lines))
        if picture is not None:
            self._pictures.move_to_end((url, columns, lines))
        return picture

    def lacks(self, url: str, columns: int, lines: int) -> bool:
        """Whether a picture is worth asking for: it is not there, and did not fail a moment ago."""
        fault = self._faults.get(url)
        if (fault and time.monotonic() - fault[0] < RETRY_AFTER) or _is_nowhere(url):
            return False
        return (url, columns, lines) not in self._pictures

    def declare(self, url: str, width: int, height: int) -> None:
        """How large a picture is said to be, before anybody has seen it."""
        if min(width, height) >= LEAST_SIDE and url not in self._declared:
            self._remember(self._declared, url, (width, height))

    def keep(self, url: str, picture: Picture) -> None:
        self._faults.pop(url, None)
        self._last_came = True
        self._remember(self._sizes, url, (picture.width, picture.height))
        key = (url, picture.columns, picture.lines)
        self._drop(key)
        self._pictures[key] = picture
        self._bytes += picture.size
        while len(self._pictures) > KEPT or (self._bytes > KEPT_BYTES and len(self._pictures) > 1):
            self._drop(next(iter(self._pictures)))

    def fail(self, url: str, reason: str) -> None:
        self._sizes.pop(url, None)
        self._last_came = False
        self._faults[url] = time.monotonic(), reason

    def change(self, box: Box) -> None:
        """Draw otherwise from now on; what has been drawn is of no use."""
        self._pictures.clear()
        self._bytes = 0
        self.box = box

    def _remember(self, sizes: OrderedDict[str, tuple[int, int]], url: str, size: tuple[int, int]) -> None:
        sizes[url] = size
        if len(sizes) > KEPT_SIZES:
            sizes.popitem(last=False)

    def _drop(self, key: Key) -> None:
        if (picture := self._pictures.pop(key, None)) is not None:
            self._bytes -= picture.size


def _is_nowhere(url: str) -> bool:
    return clean.host_of(url).endswith(_NOWHERE)
