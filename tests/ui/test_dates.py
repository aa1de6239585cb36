"""Times in a reader's words, and where in a list one day ends and the next begins."""

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_reader.ui.panes.dates import LONG_AGO, age, ago, day, day_starts, full, month


@contextlib.contextmanager
def in_zone(name: str) -> Iterator[None]:
    """The system's own zone is another one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", name)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def _utc() -> Iterator[None]:
    with in_zone("UTC"):
        yield


def at(written: str) -> int:
    return int(datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp())


NOW = at("2024-06-10T12:00")

AGES = [  # published, how old that is
    (None, "undated"),
    (NOW, "now"),
    (NOW - 59, "now"),
    (NOW - 60, "1 min"),
    (NOW - 3_599, "59 min"),
    (NOW - 3_600, "1 h"),
    (NOW - 86_399, "23 h"),
    (NOW - 86_400, "1 d"),
    (NOW - 7 * 86_400 + 1, "6 d"),
    (NOW - 7 * 86_400, "3 Jun"),
    (at("2023-12-31T12:00"), "31 Dec 2023"),
    (NOW + 100, "10 Jun"),
    (at("2030-01-02T00:00"), "2 Jan 2030"),
    (10**18, "undated"),
    (-(10**18), "undated"),
]


@pytest.mark.parametrize(
    ("then", "told"),
    [
        (None, "never"),
        (NOW - 3, "just now"),
        (NOW - 60, "1 min ago"),
        (NOW - 7_200, "2 h ago"),
        (NOW - 86_400, "1 d ago"),
        (NOW - 7 * 86_400, "3 Jun"),
        (at("2023-03-31T12:00"), "31 Mar 2023"),
    ],
)
def test_what_happened_is_so_long_ago(then: int | None, told: str) -> None:
    assert ago(then, NOW) == told


@pytest.mark.parametrize(("published", "told"), AGES)
def test_an_age_is_short(published: int | None, told: str) -> None:
    assert age(published, NOW) == told


FULL = [
    (at("2023-06-09T11:47"), "24h", "9 June 2023, 11:47"),
    (at("2023-06-09T00:05"), "12h", "9 June 2023, 12:05 am"),
    (at("2023-06-09T12:00"), "12h", "9 June 2023, 12:00 pm"),
    (at("2023-06-09T23:59"), "12h", "9 June 2023, 11:59 pm"),
    (None, "24h", "undated"),
    (10**18, "24h", "undated"),
]


@pytest.mark.parametrize(("published", "clock", "told"), FULL)
def test_an_article_tells_its_whole_date(published: int | None, clock: str, told: str) -> None:
    assert full(published, clock) == told


DAYS = [
    ("2024-06-10T00:00", "Today"),
    ("2024-06-10T23:59", "Today"),
    ("2024-06-09T23:59", "Yesterday"),
    ("2024-06-08T12:00", "Saturday 8 June"),
    ("2024-01-01T12:00", "Monday 1 January"),
    ("2023-06-10T12:00", "10 June 2023"),
    ("2024-06-11T00:00", "11 June 2024"),
]


@pytest.mark.parametrize(("written", "called"), DAYS)
def test_a_day_is_called_as_people_call_it(written: str, called: str) -> None:
    assert day(at(written), NOW) == called


def test_what_has_no_date_has_no_day() -> None:
    """The undated are sorted by the time of their file, long before everything else."""
    assert {day(LONG_AGO, NOW), month(LONG_AGO), day(-9_000_000_000, NOW)} == {"Undated"}


def test_months_stand_where_most_days_have_one_article() -> None:
    sparse = [at(f"2023-{number:02}-{date:02}T10:00") for number in (5, 4) for date in (20, 10)]
    assert day_starts(sparse) == [(0, "May 2023"), (2, "April 2023")]
    assert day_starts(sparse[::-1], rising=True) == [(0, "April 2023"), (2, "May 2023")]
    crowded = sorted([*sparse, *(second + 1 for second in sparse)], reverse=True)
    assert [called for _, called in day_starts(crowded)] == [
        "20 May 2023",
        "10 May 2023",
        "20 April 2023",
        "10 April 2023",
    ]


def test_the_undated_stand_together() -> None:
    undated = [LONG_AGO - 1, LONG_AGO - 86_400 * 400]
    assert day_starts([at("2023-05-05T10:00"), at("2023-05-05T09:00"), *undated]) == [
        (0, "5 May 2023"),
        (2, "Undated"),
    ]
    assert day_starts(undated) == [(0, "Undated")]


def test_an_empty_list_has_no_days() -> None:
    assert day_starts([]) == []


NIGHTS = [  # zone, the last second of a day and the first of the next, in UTC
    ("Europe/Berlin", "2024-03-30T22:59:59", "2024-03-30T23:00:00"),
    ("Europe/Berlin", "2024-03-31T21:59:59", "2024-03-31T22:00:00"),
    ("Europe/Berlin", "2024-10-27T22:59:59", "2024-10-27T23:00:00"),
    ("America/Sao_Paulo", "2018-11-04T02:59:59", "2018-11-04T03:00:00"),
    ("America/Sao_Paulo", "2018-02-18T02:59:59", "2018-02-18T03:00:00"),
    ("Asia/Kathmandu", "2024-01-01T18:14:59", "2024-01-01T18:15:00"),
    ("Pacific/Apia", "2011-12-30T09:59:59", "2011-12-30T10:00:00"),
]


@pytest.mark.parametrize(("zone", "last", "first"), NIGHTS)
def test_a_day_begins_at_the_midnight_of_the_reader(zone: str, last: str, first: str) -> None:
    """Also on the days on which the clocks are changed, at midnight itself or in a night without one."""
    before, after = at(last), at(first)
    times = [after + 1, after, before, before - 1]
    with in_zone(zone):
        assert [index for index, _ in day_starts(times)] == [0, 2]
        assert [index for index, _ in day_starts(times[::-1], rising=True)] == [0, 2]


def starts(times: list[int], key: Callable[[datetime], object]) -> list[int]:
    """Looking at every single one."""
    keys = [key(datetime.fromtimestamp(when)) if when > LONG_AGO else "undated" for when in times]
    return [index for index in range(len(keys)) if index == 0 or keys[index] != keys[index - 1]]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia"])
@given(
    gaps=st.lists(st.integers(0, 200_000) | st.just(0) | st.integers(0, 5_000_000), max_size=60),
    first=st.integers(-5_100_000_000, 2_000_000_000),
    rising=st.booleans(),
)
def test_everything_between_two_starts_is_of_the_same_day(
    zone: str, gaps: list[int], first: int, rising: bool
) -> None:
    """Or of the same month; starts ascend, and what begins is called by its day."""
    times = [first]
    for gap in gaps:
        times.append(times[-1] + gap)
    if not rising:
        times.reverse()
    with in_zone(zone):
        found = day_starts(times, rising=rising)
        at_days, at_months = starts(times, lambda when: when.date()), starts(times, lambda when: when.month)
        names = dict(found)
        assert list(names) in (at_days, at_months)
        named = day if list(names) == at_days and names[0] == day(times[0]) else month
        assert names == {index: named(times[index]) for index in names}
