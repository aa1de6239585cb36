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


def encoded(kind: str = "PNG", size: tuple[int, int] = SIZE, mode: str = "RGB", **more: Any) -> bytes:
    data = io.BytesIO()
    pixels(size, mode).save(data, kind, **more)
    return data.getvalue()
