"""Images for the tests, made when they are asked for. Whoever asks needs Pillow, from the extra `images`."""

import io
from typing import Any

SIZE = (320, 180)


def pixels(size: tuple[int, int] = SIZE, mode: str = "RGB") -> Any:
    """Red from left to right, blue from top to bottom; where it can be seen through, more so to the right."""
    from PIL import Image

    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize(size)
    made = Image.merge("RGB", (across, Image.new("L", size), down))
    if mode == "RGBA":
        made.putalpha(across)
        return made
    return made.convert(mode)


def lighthouse() -> bytes:
    """A PNG: one on its rock, the sun behind it low over the sea."""
    from PIL import Image, ImageDraw

    made = Image.new("RGB", (640, 360))
    draw = ImageDraw.Draw(made)
    for y in range(360):
        part = y / 250 if y < 250 else (y - 250) / 110
        ends = ((38, 52, 104), (244, 150, 92)) if y < 250 else ((214, 120, 84), (20, 38, 70))
        draw.line((0, y, 640, y), tuple(round(a + (b - a) * part) for a, b in zip(*ends, strict=True)))
    draw.ellipse((395, 185, 505, 295), (255, 214, 140))
    for y in range(250, 300):
        draw.line((0, y, 640, y), (200 - 2 * (y - 250), 112 - (y - 250), 88))
    for y in range(254, 350, 9):
        draw.line((450 - (y - 230), y, 450 + (y - 230), y), (255, 202, 138), 3)
    draw.polygon(((0, 360), (40, 300), (110, 268), (230, 270), (300, 318), (330, 360)), (24, 28, 44))
    draw.polygon(((140, 272), (152, 110), (188, 110), (200, 272)), (236, 232, 226))
    for top, left, right in ((150, 149, 191), (214, 144, 196)):
        draw.polygon(((left, top), (right, top), (right + 3, top + 34), (left - 3, top + 34)), (178, 46, 50))
    draw.rectangle((150, 84, 190, 110), (255, 236, 158))
    draw.polygon(((146, 84), (170, 62), (194, 84)), (60, 30, 40))
    data = io.BytesIO()
    made.save(data, "PNG")
    return data.getvalue()


def encoded(kind: str = "PNG", size: tuple[int, int] = SIZE, mode: str = "RGB", **more: Any) -> bytes:
    data = io.BytesIO()
    pixels(size, mode).save(data, kind, **more)
    return data.getvalue()
