"""Bytes → a picture as large as it is shown, within limits. Runs in a child process: see `child.py`.

    first bytes → kind → size → decoded, small where its format can → scaled, upright → a terminal's words

Pillow decodes, from the extra `images`; textual-image has the words of kitty and the sixels. It asks the
terminal when it is imported, which would take the answer from among the keys; a child has no terminal.
"""

import io
import os
import re
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from msgspec.structs import replace

from tui_reader.picture import Box, Picture

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 20_000_000
MIN_SIDE = 8
"""Pixels; what is smaller counts visits, and shows nothing."""
COLOURS = 256
"""Of a picture in sixels."""
_DEFINED = re.compile(r"(#\d+);2;\d+;\d+;\d+")
"""How a colour is told, and taken from then on; but xterm only takes it when it is named once more."""

_KINDS = (
    (b"\xff\xd8\xff", "Jpeg"),
    (b"\x89PNG\r\n\x1a\n", "Png"),
    (b"GIF87a", "Gif"),
    (b"GIF89a", "Gif"),
    (b"RIFF", "WebP"),
)
"""How a file begins, and which of Pillow's plugins reads it: the others are never imported."""
_ORIENTATION = 0x0112
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
"""How a picture lies, by EXIF → Pillow's word for what sets it upright; from 5 on it lies on its side."""


class NotAPicture(Exception):  # noqa: N818 - it reads as what it says
    """Nothing to show; the text says why, as it stands in brackets behind a caption."""


def draw(data: bytes, box: Box) -> Picture:
    """Raises `NotAPicture`, whatever the bytes are."""
    try:
        return _draw(data, box)
    except NotAPicture:
        raise
    except MemoryError as error:
        raise NotAPicture("it takes too much memory") from error
    except Exception as error:
        # Its decoders raise whatever their formats hold: OSError, SyntaxError, struct.error, ValueError, …
        raise NotAPicture("the file is damaged") from error


def _draw(data: bytes, box: Box) -> Picture:
    from PIL.Image import Transpose

    image = _opened(data)
    lies = image.getexif().get(_ORIENTATION, 1)
    on_its_side = lies in _TURNS and lies >= 5
    width, height = image.size[::-1] if on_its_side else image.size
    columns, lines = box.fit(width, height)
    size = (columns * box.cell_width, lines * box.cell_height)
    scaled = _scaled(image, size[::-1] if on_its_side else size)
    if lies in _TURNS:
        scaled = scaled.transpose(Transpose[_TURNS[lies]])
    # A profile of its colours and the like would go along.
    scaled.info.clear()
    flat = _on_background(scaled, box.background)
    cells = flat.resize((columns, lines * 2), reducing_gap=3.0).tobytes()
    picture = Picture(width, height, columns, lines, cells)
    match box.way:
        case "kitty":
            return _for_kitty(picture, scaled, box)
        case "sixel":
            return _in_sixels(picture, flat, box)
    return picture


def _opened(data: bytes) -> "Image":
    """Of one of the formats that are read, and of a bearable size; not decoded yet."""
    plugin = next((plugin for begin, plugin in _KINDS if data.startswith(begin)), "")
    if not plugin or (plugin == "WebP" and data[8:12] != b"WEBP"):
        raise NotAPicture(_what_else(data))
    from PIL import Image

    # Its own check would only warn up to twice the number.
    Image.MAX_IMAGE_PIXELS = None
    import_module(f"PIL.{plugin}ImagePlugin")
    opened = Image.open(io.BytesIO(data), formats=(plugin.upper(),))
    width, height = opened.size
    if width * height > MAX_PIXELS:
        raise NotAPicture(f"{width * height / 1e6:,.0f} million pixels are too many")
    if min(width, height) < MIN_SIDE:
        raise NotAPicture(f"only {width}×{height} pixels")
    return opened


def _what_else(data: bytes) -> str:
    begin = data[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not begin:
        return "the file is empty"
    if b"<svg" in begin:
        return "SVG is not drawn"
    if begin.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<!--", b"<")):
        return "a web page came instead"
    if data[4:8] == b"ftyp":
        return "AVIF and HEIC are not drawn"
    return "only JPEG, PNG, GIF and WebP are drawn"


def _scaled(image: "Image", size: tuple[int, int]) -> "Image":
    """RGB, or RGBA where something is transparent."""
    from PIL.Image import Resampling

    # A JPEG is decoded at half, a quarter or an eighth of its size: 44 ms instead of 170 for 12 megapixels.
    image.draft("RGB", size)
    image.load()
    transparent = "A" in image.getbands() or "transparency" in image.info
    if image.mode.startswith("I"):
        # 16 bits of grey, of which the upper eight can be seen.
        image = image.convert("I").point(cast("Callable[[int], float]", lambda grey: grey * (1 / 256)))
        image = image.convert("L")
    return image.convert("RGBA" if transparent else "RGB").resize(size, Resampling.LANCZOS, reducing_gap=3.0)


def _on_background(image: "Image", background: tuple[int, int, int]) -> "Image":
    if image.mode == "RGB":
        return image
    from PIL import Image

    flat = Image.new("RGB", image.size, background)
    flat.paste(image, mask=image.getchannel("A"))
    return flat


def _for_kitty(picture: Picture, image: "Image", box: Box) -> Picture:
    """With the placeholders of each line, and what has to be sent before they mean anything."""
    os.environ["TEXTUAL_CELL_WIDTH"] = str(box.cell_width)
    os.environ["TEXTUAL_CELL_HEIGHT"] = str(box.cell_height)
    from textual_image.renderable.tgp import Image as KittyImage

    drawing = KittyImage(image, picture.columns, picture.lines)
    # Of the console that a renderable is given it asks no more than this.
    room: Any = SimpleNamespace(max_width=picture.columns, max_height=picture.lines)
    stdout, sent = sys.__stdout__, io.StringIO()
    # It writes there itself, past its console.
    sys.__stdout__ = sent  # type: ignore[assignment,misc]
    try:
        segments = cast("Iterable[Any]", drawing.__rich_console__(room, room))
        drawn = [segment.text.rstrip("\n") for segment in segments]
    finally:
        sys.__stdout__ = stdout  # type: ignore[misc]
    return replace(
        picture,
        drawn=tuple(drawn),
        transmission=sent.getvalue(),
        number=drawing.terminal_image_id or 0,
    )


def _in_sixels(picture: Picture, image: "Image", box: Box) -> Picture:
    """Line by line, each by itself: so they can be scrolled, cut off and covered like lines of text."""
    # It would be used where it is there, with more memory than a picture may take.
    sys.modules.setdefault("numpy", None)  # type: ignore[arg-type]
    from textual_image._sixel import image_to_sixels

    # The colours are chosen once: chosen line by line, they would show where one line ends.
    few = image.quantize(COLOURS)
    tops = range(0, image.height, box.cell_height)
    drawn = (image_to_sixels(few.crop((0, top, image.width, top + box.cell_height))) for top in tops)
    return replace(picture, drawn=tuple(_DEFINED.sub(r"\g<0>\1", sixels) for sixels in drawn))
