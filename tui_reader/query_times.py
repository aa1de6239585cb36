"""The times of a query: which are understood, and from when until when each of them goes."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as clock
from typing import Literal

from msgspec import Struct

FIRST_YEAR, LAST_YEAR = 1900, 2200

TimeField = Literal["date", "after", "before", "newer", "older"]


class Time(Struct, frozen=True, tag=True):
    field: TimeField
    value: str
    """`2023`, `2023-06`, `2023-06-09`, `today`, `yesterday`; two dates with `..` between for `date`;
    `12h`, `3d`, `2w`, `6m`, `1y` for `newer` and `older`. `span` knows when that is."""


_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_ONE_DIGIT = re.compile(r"(?<=-)\d(?!\d)")
_AGO = re.compile(r"([1-9]\d{0,3})([hdwmy])", re.ASCII)
_SECONDS = {"h": 3_600, "d": 86_400, "w": 604_800}
# Whether a value is a day does not depend on the day it is asked.
_ANY_DAY = date(2000, 1, 1)


def read(field: TimeField, value: str) -> Time | None:
    """A time as it was typed; None where it is none."""
    value = _ONE_DIGIT.sub(r"0\g<0>", value.lower())
    if field in ("newer", "older"):
        known = _AGO.fullmatch(value) is not None
    elif field == "date" and ".." in value:
        known = all(_DATE.fullmatch(end) and _days(end, _ANY_DAY) for end in value.split("..", 1))
    else:
        known = _days(value, _ANY_DAY) is not None
    return Time(field, value) if known else None


def span(time: Time, now: datetime) -> tuple[int | None, int | None]:
    """From when, and until before when, in UTC seconds; `None` where it is open.

    Days are those of `now`, which knows its zone. ValueError for a value that `read` refuses.
    """
    if match := _AGO.fullmatch(time.value):
        moment = _ago(int(match[1]), match[2], now)
        return (moment, None) if time.field == "newer" else (None, moment)
    ends = [days for end in time.value.split("..") if (days := _days(end, now.date()))]
    if not ends:
        raise ValueError(f"not a time: {time.value}")
    begin = _seconds(datetime.combine(min(first for first, _ in ends), clock()), now)
    if time.field == "before":
        return None, begin
    if time.field == "after":
        return begin, None
    return begin, _seconds(datetime.combine(max(after for _, after in ends), clock()), now)


def _days(value: str, today: date) -> tuple[date, date] | None:
    """The first day of a year, month or day, and the first after it."""
    if value == "today":
        return today, today + timedelta(1)
    if value == "yesterday":
        return today - timedelta(1), today
    match = _DATE.fullmatch(value)
    if not match or not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
        return None
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        first = date(year, month, day)
    except ValueError:
        return None
    if match[3]:
        return first, first + timedelta(1)
    return first, _month_after(year, month) if match[2] else date(year + 1, 1, 1)


def _month_after(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1)


def _ago(count: int, unit: str, now: datetime) -> int:
    if unit in _SECONDS:
        return int(now.timestamp()) - count * _SECONDS[unit]
    months = now.year * 12 + now.month - 1 - (count * 12 if unit == "y" else count)
    year, month = max(months // 12, FIRST_YEAR), months % 12 + 1
    last_day = (_month_after(year, month) - timedelta(1)).day
    return _seconds(now.replace(year=year, month=month, day=min(now.day, last_day)), now)


def _seconds(wall: datetime, now: datetime) -> int:
    # `datetime.now().astimezone()` carries the offset of today alone; the system knows when summer time was.
    zone = now.tzinfo
    if isinstance(zone, timezone) and zone is not UTC and now.utcoffset() == now.astimezone().utcoffset():
        try:
            return int(wall.replace(tzinfo=None).astimezone().timestamp())
        except (OSError, OverflowError):
            pass  # Windows knows no local time before 1970.
    return int(wall.replace(tzinfo=zone).timestamp())
