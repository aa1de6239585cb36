"""Images are decoded within limits, in a process of their own, and whatever they are."""

import os
import re
import struct
import zlib
from collections.abc import Iterator

import pytest

from tests.pictures import encoded, pixels
from tui_reader.picture import Box, Picture
from tui_reader.sources.picture import MAX_PIXELS, NotAPicture, draw
from tui_reader.sources.picture_reader import Pictures

PIL = pytest.importorskip("PIL", reason="Pillow, of the extra `images`, is not here")

BLOCKS = Box("blocks", 40, 12, 10, 20, (0, 0, 0))


@pytest.fixture(scope="module")
def child() -> Iterator[Pictures]:
    pictures = Pictures()
    yield pictures
    pictures.close()


def pixel(picture: Picture, column: int, half_line: int) -> tuple[int, int, int]:
    at = (half_line * picture.columns + column) * 3
    red, green, blue = picture.cells[at : at + 3]
    return red, green, blue


def why_not(data: bytes, box: Box = BLOCKS) -> str:
    with pytest.raises(NotAPicture) as refused:
        draw(data, box)
    return str(refused.value)


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG that says it is so large, whatever its rows are."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("size", "columns", "lines"),
    [
        pytest.param((320, 180), 32, 9, id="as large as it is"),
        pytest.param((1600, 900), 40, 11, id="as wide as there is room"),
        pytest.param((300, 1200), 6, 12, id="as high as there is room"),
        pytest.param((4000, 40), 40, 1, id="a line is the least"),
        pytest.param((60, 30), 6, 2, id="never larger than its pixels"),
    ],
)
def test_it_is_fitted_in_its_shape(size: tuple[int, int], columns: int, lines: int) -> None:
    picture = draw(encoded(size=size), BLOCKS)
    assert (picture.width, picture.height) == size
    assert (picture.columns, picture.lines) == (columns, lines) == BLOCKS.fit(*size)
    assert len(picture.cells) == columns * lines * 2 * 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_four_kinds_are_drawn(child: Pictures, kind: str) -> None:
    """Red on the right and blue at the bottom, in the child as here."""
    picture = child.draw(encoded(kind), BLOCKS)
    right, bottom = pixel(picture, 31, 1), pixel(picture, 0, 17)
    assert right[0] > 200 > 80 > right[2]
    assert bottom[2] > 200 > 80 > bottom[0]
    assert picture == draw(encoded(kind), BLOCKS)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_colours_of_every_sort_are_drawn(mode: str) -> None:
    assert draw(encoded("JPEG" if mode == "CMYK" else "PNG", mode=mode), BLOCKS).columns == 32


def test_of_16_bits_of_grey_the_upper_ones_are_seen() -> None:
    from PIL import Image

    deep = Image.new("I;16", (100, 100), 0x8000)
    picture = draw(_saved(deep, "PNG"), BLOCKS)
    assert pixel(picture, 2, 2) == (128, 128, 128)


def test_an_animation_stands_still_at_its_first_frame() -> None:
    from PIL import Image

    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "blue")]
    data = _saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert pixel(draw(data, BLOCKS), 3, 3) == (255, 0, 0)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_set_upright(orientation: int) -> None:
    """As EXIF says: what a camera held on its side has taken is higher than wide."""
    from PIL import Image, ImageOps

    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = draw(encoded("JPEG", exif=exif.tobytes()), BLOCKS)
    lying = pixels()
    lying.info["exif"] = exif.tobytes()
    upright = ImageOps.exif_transpose(lying)
    assert (picture.width, picture.height) == upright.size
    expected = draw(_saved(upright, "PNG"), BLOCKS)
    near = [abs(a - b) < 24 for a, b in zip(picture.cells, expected.cells, strict=True)]
    assert all(near)


def test_what_is_transparent_shows_the_pane() -> None:
    picture = draw(encoded(mode="RGBA"), Box("blocks", 40, 12, 10, 20, (10, 200, 30)))
    red, green, blue = pixel(picture, 0, 9)
    assert (red < 20, green > 190, blue < 60) == (True, True, True)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "the file is empty", id="nothing"),
        pytest.param(b"\xef\xbb\xbf\n<!DOCTYPE html><p>404", "a web page came instead", id="a page"),
        pytest.param(b"<?xml version='1.0'?><svg/>", "SVG is not drawn", id="svg"),
        pytest.param(b"\0\0\0\x1cftypavif", "AVIF and HEIC are not drawn", id="avif"),
        pytest.param(b"BM" + bytes(100), "only JPEG, PNG, GIF and WebP are drawn", id="bmp"),
        pytest.param(b"%!PS-Adobe-3.0 EPSF-3.0", "only JPEG, PNG, GIF and WebP are drawn", id="eps"),
        pytest.param(b"RIFF\0\0\0\0WAVE", "only JPEG, PNG, GIF and WebP are drawn", id="sound"),
        pytest.param(png(30_000, 30_000), "900 million pixels are too many", id="a bomb"),
        pytest.param(png(1, 1, b"\0\0"), "only 1×1 pixels", id="a dot that counts"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + os.urandom(2_000), "the file is damaged", id="noise"),
        pytest.param(b"\xff\xd8\xff", "the file is damaged", id="three bytes"),
        pytest.param(b"GIF89a\xff\xff\xff\xff", "the file is damaged", id="half a head"),
        pytest.param(b"RIFF\xff\xff\xff\xffWEBPVP8L", "the file is damaged", id="a hollow webp"),
    ],
)
def test_what_is_no_picture_is_told_in_a_phrase(data: bytes, reason: str) -> None:
    assert why_not(data) == reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_half_a_file_is_damaged(kind: str) -> None:
    data = encoded(kind)
    assert why_not(data[: len(data) // 2]) == "the file is damaged"


def test_pixels_are_counted_before_they_are_decoded() -> None:
    """A file of 100 KB may hold a billion of them."""
    width = MAX_PIXELS // 1_000
    assert draw(png(width, 1_000, bytes((width + 7) // 8 + 1) * 1_000), BLOCKS).width == width
    assert "million pixels are too many" in why_not(png(width + 1, 1_000))


def test_no_more_memory_is_taken_than_the_limit(child: Pictures) -> None:
    """A WebP tells its size to a decoder that takes the memory at once."""
    size = (16_383 - 1).to_bytes(3, "little")
    head = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + size + size
    data = b"RIFF" + struct.pack("<I", len(head) + 4) + b"WEBP" + head
    with pytest.raises(NotAPicture):
        child.draw(data, BLOCKS)
    assert child.draw(encoded(), BLOCKS).columns == 32


def test_a_child_that_ends_is_replaced() -> None:
    """And what brought it down is no picture."""
    pictures = Pictures()
    try:
        pictures.draw(encoded(), BLOCKS)
        assert pictures._process is not None
        pictures._process._process.kill()
        with pytest.raises(NotAPicture, match="too much time or memory"):
            pictures.draw(encoded(), BLOCKS)
        assert pictures.draw(encoded(), BLOCKS).columns == 32
    finally:
        pictures.close()


class TestKitty:
    def test_placeholders_stand_for_every_cell(self, child: Pictures) -> None:
        """They and what is sent before name the same picture, and nothing is asked of the terminal."""
        pytest.importorskip("textual_image", reason="textual-image, of the extra `images`, is not here")
        picture = child.draw(encoded(mode="RGBA"), Box("kitty", 40, 12, 10, 20))
        assert len(picture.drawn) == picture.lines == 9
        assert all(line.count("\U0010eeee") == picture.columns for line in picture.drawn)
        commands = re.findall("\x1b_G([^;\x1b]*)(?:;[^\x1b]*)?\x1b\\\\", picture.transmission)
        assert "".join(picture.transmission.split("\x1b_G")[0]) == ""
        assert all(f"i={picture.number}" in command and "q=2" in command for command in commands)
        assert commands[-1].split(",")[0] == "a=p"
        assert {"U=1", "c=32", "r=9"} <= set(commands[-1].split(","))
        assert picture.size > 1_000


class TestSixel:
    def test_each_line_is_drawn_by_itself(self, child: Pictures) -> None:
        """As high as a cell and with its own colours, each taken where it is told."""
        pytest.importorskip("textual_image", reason="textual-image, of the extra `images`, is not here")
        picture = child.draw(encoded(), Box("sixel", 40, 12, 10, 21))
        assert len(picture.drawn) == picture.lines
        for line in picture.drawn:
            assert line.startswith('\x1bP0;0;0q"1;1;320;21')
            assert line.endswith("\x1b\\")
            assert line.count("\x1b") == 2
            told = re.findall(r"#(\d+);2;\d+;\d+;\d+#(\d+)", line)
            assert told
            assert all(defined == taken for defined, taken in told)
            assert len(told) == line.count(";2;")


def _saved(image: object, kind: str, **more: object) -> bytes:
    import io

    data = io.BytesIO()
    image.save(data, kind, **more)  # type: ignore[attr-defined]
    return data.getvalue()
