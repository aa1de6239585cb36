"""Dates as people and programs write them, in seconds since 1970.

    ISO 8601, or a number → else: words to what they mean (months of a dozen languages, zones, am and pm)
        → year first, day first, or as in mail

What can be read in two ways, `01/02/2024`, is not read at all.
"""

import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

LONGEST = 100
"""Characters; no date has more."""

# What programs write that have no date: year nought, or one, or the one before. `-0000` is a zone: that of
# mail for a time of which none is known, as Python and Django write it.
_NEVER = re.compile(r"(?<![\d:.+])0001(?![\d:])|(?<![\d:.+-])0000(?![\d:])|^0000")
_NUMBER = re.compile(r"\d{4}|\d{9,13}(?:\.\d+)?", re.ASCII)
_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)", re.ASCII)
# As nearly all feeds have it; what is otherwise takes twenty times as long.
_MAIL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d)"
    r" (?:GMT|UTC|([+-]\d\d)([0-5]\d))",
    re.ASCII,
)
_IN_MAIL = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_TIME = (
    r"(?:[ ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:[.,]\d+)?)?"
    r"(?: ?(?P<sign>[+-])(?P<hours>\d{2})(?P<minutes>\d{2}))?"
)
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})(?:[-/.](?P<day>\d{{1,2}}))?{_TIME}", re.ASCII
)
_DAY_FIRST = re.compile(rf"(?P<day>\d{{1,2}})([./])(?P<month>\d{{1,2}})\2(?P<year>\d{{4}}){_TIME}", re.ASCII)


def seconds(text: str) -> int | None:
    """One without a zone is UTC. None for what is no date.

    Raises ValueError or OverflowError for an impossible one.
    """
    text = text.strip()
    if len(text) > LONGEST or _NEVER.search(text):
        return None
    if (match := _MAIL.fullmatch(text)) and match[2] in _IN_MAIL:
        return _of_mail(match)
    if _NUMBER.fullmatch(text):
        return of_number(float(text))
    if match := _DIGITS.fullmatch(text):
        year, month, day, hour, minute, second = map(int, match.groups())
        return of(datetime(year, month, day, hour, minute, second, tzinfo=UTC))
    try:
        return of(datetime.fromisoformat(text))
    except ValueError:
        pass
    plain = _plain(text)
    if match := _YEAR_FIRST.fullmatch(plain) or _DAY_FIRST.fullmatch(plain):
        return _of_numbers(match)
    parsed = parsedate_tz(plain if ":" in plain else plain + " 00:00")
    if parsed is None:
        return None
    return of(datetime(*parsed[:3], tzinfo=UTC)) + _clock(*parsed[3:6]) - (parsed[9] or 0)


def _of_mail(match: re.Match[str]) -> int:
    day, month, year, hour, minute, second, hours, minutes = match.groups("0")
    moment = datetime(int(year), _IN_MAIL[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    east = int(hours) * 60 + int(f"{hours[0]}{minutes}" if hours[0] in "+-" else 0)
    return of(moment) - east * 60


def of(moment: datetime) -> int:
    return math.floor((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def of_number(value: float) -> int | None:
    """Of a year, or of seconds or milliseconds since 1970."""
    if value >= 100_000_000_000:  # In milliseconds: 11 digits of seconds are the year 5138.
        value /= 1_000
    if 1_000 <= value <= 9_999 and value == int(value):
        return of(datetime(int(value), 1, 1, tzinfo=UTC))
    return math.floor(value) if value >= 10_000_000 else None


def _of_numbers(match: re.Match[str]) -> int | None:
    told = {name: int(value) for name, value in match.groupdict("0").items() if name != "sign"}
    day, month = told["day"] or 1, told["month"]
    if match.re is _DAY_FIRST and match[2] == "/":
        if day <= 12 and month <= 12 and day != month:
            return None
        day, month = (month, day) if month > 12 else (day, month)
    offset = timedelta(hours=told["hours"], minutes=told["minutes"]) * (-1 if match["sign"] == "-" else 1)
    moment = datetime(told["year"], month, day, tzinfo=timezone(offset))
    return of(moment) + _clock(told["hour"], told["minute"], told["second"])


def _clock(hour: int, minute: int, second: int) -> int:
    """Seconds of a day; it may end at 24:00, and a minute with a leap second."""
    if not (0 <= minute < 60 and 0 <= second <= 60 and hour * 60 + minute <= 24 * 60):
        raise ValueError
    return hour * 3_600 + minute * 60 + min(second, 59)


_EASTERN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
_HALVES = {"오전": " am ", "上午": " am ", "午前": " am ", "오후": " pm ", "下午": " pm ", "午後": " pm "}
_HALF_BEFORE = re.compile(r"\b([ap]m)\s+(\d{1,2}:\d{2}(?::\d{2})?)")
_HALF_DAY = re.compile(r"(\d{1,2})[:.](\d{2}(?::\d{2})?)\s*([ap])\.?m\b\.?")
_OFFSET = re.compile(r"(\d[:.]\d{2}(?:\.\d+)?)\s*(?:gmt|utc)?\s*([+-])(\d{1,2}?):?(\d{2})?(?!\d)")
_WORD = re.compile(r"[^\W\d_]+\.?")
_YEAR_MONTH_DAY = re.compile(r"(\d{4})[-./ ]+([a-z]{3})[-./ ]+(\d{1,2})(?!\d)")


def _plain(text: str) -> str:
    """A date with English months, its zone as a number, a clock of 24 hours, and no other words."""
    text = _EASTERN.sub(r"\1-\2-\3 ", text)
    for said, half in _HALVES.items():
        text = text.replace(said, half)
    text = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    text = re.sub(r"\([^()]*\)", " ", text)
    text = _HALF_BEFORE.sub(r"\2 \1", text)
    text = _HALF_DAY.sub(lambda found: f"{int(found[1]) % 12 + 12 * (found[3] == 'p')}:{found[2]}", text)
    text, offsets = _OFFSET.subn(lambda m: f"{m[1]} {m[2]}{m[3]:0>2}{m[4] or '00'}", text, count=1)
    text = _without_words(text, zones={} if offsets else _ZONES)
    text = _YEAR_MONTH_DAY.sub(r"\3 \2 \1", re.sub(r"[.,](?!\d)", " ", text))
    return " ".join(text.split()).strip(" ,.")


def _without_words(text: str, zones: dict[str, int]) -> str:
    # The last that may be a month is one: French Tuesdays begin as March does.
    months = [word.start() for word in _WORD.finditer(text) if _month(word[0])]

    def mended(word: re.Match[str]) -> str:
        if months and word.start() == months[-1]:
            return _month(word[0])
        zone = zones.get(word[0].rstrip("."))
        return " " if zone is None else f" {'-' if zone < 0 else '+'}{abs(zone):04}"

    return _WORD.sub(mended, text)


def _month(word: str) -> str:
    return _MONTHS.get(word[:4]) or _MONTHS.get(word[:3], "")


# By the letters that tell them apart, accents gone: Germanic, Romance, Polish, Hungarian, Russian, Greek.
_MONTHS = {
    key: keys[:3]
    for keys in (
        "jan gen ene sty янв ιαν",
        "feb fev lut фев φεβ",
        "mar mrz maa мар μαρ",
        "apr avr abr kwi апр απρ",
        "may mai mag mei maj маи мая μαι",
        "jun juin giu cze июн ιουν",
        "jul juil lug lip июл ιουλ",
        "aug aou ago sie авг αυγ",
        "sep set sze wrz сен σεπ",
        "oct okt ott out paz окт οκτ",
        "nov lis noe ноя νοε",
        "dec dez dic des gru дек δεκ",
    )
    for key in keys.split()
}
_ZONES = {
    **dict.fromkeys(("utc", "gmt", "ut", "z", "wet"), 0),
    **{
        "est": -500,
        "edt": -400,
        "cst": -600,
        "cdt": -500,
        "mst": -700,
        "mdt": -600,
        "pst": -800,
        "pdt": -700,
    },
    **{"ast": -400, "adt": -300, "akst": -900, "akdt": -800, "hst": -1000, "brt": -300, "art": -300},
    **{"bst": 100, "west": 100, "cet": 100, "mez": 100, "cest": 200, "mesz": 200, "eet": 200, "sast": 200},
    **{"eest": 300, "msk": 300, "pkt": 500, "ist": 530, "wib": 700, "hkt": 800, "sgt": 800, "awst": 800},
    **{"jst": 900, "kst": 900, "acst": 930, "aest": 1000, "aedt": 1100, "nzst": 1200, "nzdt": 1300},
}
"""As numbers that are read as hours and minutes; of two that share a name, that of more people."""
