"""When something was published, in a reader's words and time zone."""

import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

MINUTE, HOUR, DAY = 60, 3600, 86400
UNDATED = "undated"


def age(published: int | None, now: float | None = None) -> str:
    """Short, for a list: `12 min`, `5 h`, `3 d`, `9 Jun`, `9 Jun 2023`."""
    if published is None:
        return UNDATED
    now = time.time() if now is None else now
    passed = now - published
    if 0 <= passed < MINUTE:
        return "now"
    if 0 <= passed < HOUR:
        return f"{int(passed // MINUTE)} min"
    if 0 <= passed < DAY:
        return f"{int(passed // HOUR)} h"
    if 0 <= passed < 7 * DAY:
        return f"{int(passed // DAY)} d"
    then = _local(published)
    if then is None:
        return UNDATED
    # The month's name is not the locale's: the rest of the screen is English.
    day = f"{then.day} {MONTHS[then.month - 1][:3]}"
    return day if then.year == datetime.fromtimestamp(now).astimezone().year else f"{day} {then.year}"


def ago(then: int | None, now: float | None = None) -> str:
    """Of something that happened: `just now`, `12 min ago`, `9 Jun`, `never`."""
    if then is None:
        return "never"
    told = age(then, now)
    if told == "now":
        return "just now"
    return f"{told} ago" if told.endswith(("min", "h", "d")) else told


def full(published: int | None, clock: str = "24h") -> str:
    """Whole, for an article: `9 June 2023, 11:47`."""
    then = None if published is None else _local(published)
    if then is None:
        return UNDATED
    if clock == "12h":
        hour = f"{then.hour % 12 or 12}:{then.minute:02} {'am' if then.hour < 12 else 'pm'}"
    else:
        hour = f"{then.hour:02}:{then.minute:02}"
    return f"{then.day} {MONTHS[then.month - 1]} {then.year}, {hour}"


def day(seconds: int, now: float | None = None) -> str:
    """A heading for what came on the same day: `Today`, `Yesterday`, `Thursday 8 June`, `8 June 2023`."""
    then = _local(seconds) if seconds > LONG_AGO else None
    if then is None:
        return "Undated"
    today = datetime.fromtimestamp(time.time() if now is None else now).astimezone().date()
    passed = (today - then.date()).days
    if passed in (0, 1):
        return ("Today", "Yesterday")[passed]
    told = f"{then.day} {MONTHS[then.month - 1]}"
    return f"{WEEKDAYS[then.weekday()]} {told}" if 0 <= passed < 300 else f"{told} {then.year}"


def day_starts(times: Sequence[int], *, rising: bool = False) -> list[tuple[int, str]]:
    """Where in a list ordered by time each day begins, and what it is called; times fall, or rise.

    Where most days have a single article, it is the months.
    """
    days = list(_starts(times[:SAMPLE], _day, day, rising))
    if len(times) > 1 and len(times[:SAMPLE]) < CROWD * len(days):
        return list(_starts(times, _month, month, rising))
    return list(_starts(times, _day, day, rising))


SAMPLE, CROWD = 100, 1.5
"""How many of the first articles decide, and by how many a day has of them."""

Edges = Callable[[date], tuple[date, date]]


def _starts(
    times: Sequence[int], edges: Edges, called: Callable[[int], str], rising: bool
) -> Iterator[tuple[int, str]]:
    index = 0
    while index < len(times):
        seconds = times[index]
        yield index, called(seconds)
        if seconds <= LONG_AGO:
            # What has no date is of no day, and stands together.
            begin, end = -(2**62), LONG_AGO + 1
        else:
            first, next_one = edges(datetime.fromtimestamp(seconds).astimezone().date())
            begin, end = _midnight(first), _midnight(next_one)
        if rising:
            beyond = bisect_left(times, end, index)
        else:
            beyond = bisect_right(times, -begin, index, key=lambda when: -when)
        index = max(index + 1, beyond)


def _day(of: date) -> tuple[date, date]:
    return of, of + timedelta(days=1)


def _month(of: date) -> tuple[date, date]:
    first = of.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _midnight(of: date) -> int:
    """When that day begins where the reader sits."""
    # Without `astimezone`: where clocks are changed at midnight it is an hour early.
    return int(datetime.combine(of, datetime.min.time()).timestamp())


def month(seconds: int) -> str:
    then = _local(seconds) if seconds > LONG_AGO else None
    return "Undated" if then is None else f"{MONTHS[then.month - 1]} {then.year}"


LONG_AGO = -5_000_000_000
"""Before this nothing was published; the undated are sorted there."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _local(published: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(published).astimezone()
    except (OverflowError, OSError, ValueError):
        return None
