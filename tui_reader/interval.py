"""How long between two refreshes, as a person writes it and as it is told: `30 min`, `2 h`, `1 d`."""

import re

MINUTE, HOUR, DAY = 60, 3_600, 86_400
SHORTEST, LONGEST = MINUTE, 30 * DAY

_UNITS = {"": MINUTE, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_WRITTEN = re.compile(
    r"(\d{1,9}(?:[.,]\d{1,3})?)\s*"
    r"(?:(m)(?:in(?:ute)?s?)?|(h)(?:(?:ou)?rs?)?|(d)(?:ays?)?|(w)(?:eeks?)?)?",
    re.IGNORECASE,
)


class NoInterval(ValueError):  # noqa: N818 - it reads as what it says
    """The text is a sentence."""


def parse(written: str) -> int | None:
    """Seconds; a number alone is minutes. None for nothing, which means what the settings say."""
    written = written.strip()
    if not written:
        return None
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise NoInterval("Write it as 30 min, 2 h or 1 d; nothing for what the settings say.")
    number, *units = match.groups()
    unit = next(filter(None, units), "").lower()
    seconds = round(float(number.replace(",", ".")) * _UNITS[unit])
    if not SHORTEST <= seconds <= LONGEST:
        raise NoInterval(f"It can be from {told(SHORTEST)} to {told(LONGEST)}.")
    return seconds


def told(seconds: float) -> str:
    """In its two largest units at the most: `1 h 30 min`."""
    minutes = max(1, round(seconds / MINUTE))
    days, rest = divmod(minutes, DAY // MINUTE)
    hours, minutes = divmod(rest, HOUR // MINUTE)
    parts = [f"{number} {unit}" for number, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if number]
    return " ".join(parts[:2])
