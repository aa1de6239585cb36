"""When something was published, in a reader's words and time zone."""

import time
from datetime import datetime

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


MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _local(published: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(published).astimezone()
    except (OverflowError, OSError, ValueError):
        return None
