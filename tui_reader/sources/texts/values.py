"""One value of front matter, of whatever type it came, as what an article has: a line, an address, a number,
a time. Each function returns None for what it cannot use; nothing raises, and what is returned is clean."""

import html
import math
import re
from datetime import date, datetime, time
from typing import Any

from tui_reader import clean
from tui_reader.sources.texts import date_text

MAX_NUMBER = 1_000_000_000
# A day inside the years 1 to 9999, so that every time zone can show it.
_EARLIEST = -62_135_510_400
_LATEST = 253_402_128_000

_TAG = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|a|span|sup|sub|small|font|mark|img)\b[^<>]{0,500}>", re.IGNORECASE
)


def line(value: Any) -> str | None:
    """A line of text; the tags that a feed left in it go, its entities become characters."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        value = str(value)
    if not isinstance(value, str):
        return None
    value = value[: clean.MAX_LINE * 4]
    if "<" in value:
        value = _TAG.sub("", value)
    return clean.line(unescaped(value)) or None


def unescaped(text: str) -> str:
    """With characters for entities. Publishers escape what was escaped already: `&amp;quot;`."""
    return html.unescape(html.unescape(text)) if "&" in text else text


def address(value: Any) -> str | None:
    """A web address; of a list the first, of a mapping its `url`."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("url", "href", "src", "link") if value.get(key)), None)
    elif isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, str):
        return None
    value = value.strip().strip("<>")
    if value.startswith("//"):
        value = "https:" + value
    elif value.startswith("www."):
        value = "https://" + value
    return clean.address(value) or None


def domain(value: Any) -> str | None:
    """A host name without `www.`, from one or from an address."""
    text = line(value)
    if not text or " " in text:
        return None
    host = clean.host_of(clean.address(text if "://" in text else f"https://{text}"))
    return host.removeprefix("www.") if "." in host else None


def truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}.get(
            value.lower()
        )
    return None


def number(value: Any) -> float | None:
    """A number that is not below nought: -1 is how publishers say that they do not know."""
    if isinstance(value, str) and len(value) <= 32:
        try:
            value = float(value.replace(",", ""))
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_NUMBER:
        return None
    return value


def whole(value: Any) -> int | None:
    found = number(value)
    return None if found is None else round(found)


def lines(value: Any) -> list[str]:
    """A list of lines from a list, a mapping's names, or a text with commas."""
    if isinstance(value, str):
        value = value.split(",") if "," in value or not value.lstrip().startswith("#") else value.split()
    if not isinstance(value, list):
        value = [value]
    return [text for item in value[:200] if (text := name(item))]


def name(value: Any) -> str | None:
    """A line, or the name in a mapping: people, publishers and topics come either way."""
    if isinstance(value, dict):
        return next((text for key in ("name", "title", "label") if (text := line(value.get(key)))), None)
    return line(value)


_DURATION = re.compile(
    r"P(?:([\d.]+)W)?(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?", re.IGNORECASE
)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})")


def duration(value: Any) -> int | None:
    """Seconds, from ISO 8601 (`PT4H20M`), a clock's `1:02:03`, or a number of them."""
    seconds: float | None = None
    text = value.strip()[:40] if isinstance(value, str) else ""
    try:
        if len(text) > 1 and (match := _DURATION.fullmatch(text)):
            units = (604_800, 86_400, 3_600, 60, 1)
            seconds = sum(
                float(part) * unit for part, unit in zip(match.groups(), units, strict=True) if part
            )
        elif match := _CLOCK.fullmatch(text):
            seconds = int(match[1] or 0) * 3_600 + int(match[2]) * 60 + int(match[3])
        else:
            seconds = number(value)
    except ValueError:
        return None
    return round(seconds) if seconds and seconds <= MAX_NUMBER else None


def when(value: Any) -> int | None:
    """Seconds since 1970 of a date in any spelling; one without a zone is UTC. None for impossible ones."""
    try:
        if isinstance(value, str):
            seconds = date_text.seconds(value)
        elif isinstance(value, datetime):
            seconds = date_text.of(value)
        elif isinstance(value, date):
            seconds = date_text.of(datetime.combine(value, time()))
        elif isinstance(value, bool) or not isinstance(value, int | float):
            return None
        else:
            seconds = date_text.of_number(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return seconds if seconds is not None and _EARLIEST <= seconds <= _LATEST else None


def size(value: Any, limit: int) -> int:
    """About how many bytes a value takes as JSON; counting stops above the limit."""
    total, waiting = 0, [value]
    while waiting and total <= limit:
        value = waiting.pop()
        total += 8 + (len(value) if isinstance(value, str | list | dict) else 0)
        if isinstance(value, dict):
            waiting.extend(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return total


def kept(value: Any) -> Any:
    """A value as JSON has it, with its texts cleaned."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return clean.text(value)
    if isinstance(value, dict):
        return {clean.line(str(key)): kept(child) for key, child in value.items()}
    if isinstance(value, list):
        return [kept(child) for child in value]
    # Above 2**53 a number is not the same to every reader of JSON.
    if (isinstance(value, int) and abs(value) < 1 << 53) or (
        isinstance(value, float) and math.isfinite(value)
    ):
        return value
    return clean.line(value.isoformat() if isinstance(value, date | time) else str(value))
