"""One value of front matter in all the shapes it comes in."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_reader import clean
from tui_reader.sources.texts import values

NOON = int(datetime(2023, 6, 9, 11, 47, tzinfo=UTC).timestamp())
DAY = int(datetime(2023, 6, 9, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "value",
    [
        "2023-06-09T11:47:00Z",
        "2023-06-09T11:47:00.123Z",
        "2023-06-09 11:47",
        "2023-06-09 13:47:00 +0200",
        "2023-06-09T13:47+02:00",
        "2023-06-09 11:47:00 UTC",
        "2023/6/9 11:47",
        "Fri, 09 Jun 2023 11:47:00 GMT",
        "Fri, 9 Jun 2023 07:47:00 -0400",
        "June 9, 2023 11:47",
        "Jun 9, 2023, 11:47 am",
        "1686311220",
        "1686311220000",
        1686311220,
        1686311220.9,
        1686311220000,
        datetime(2023, 6, 9, 11, 47),
        datetime(2023, 6, 9, 13, 47, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_time_is_read_in_every_spelling(value: Any) -> None:
    """A time without a zone is UTC."""
    assert values.when(value) == NOON


@pytest.mark.parametrize(
    "value", ["2023-06-09", "2023-6-9", "20230609", "9 June 2023", "June 9, 2023", date(2023, 6, 9)]
)
def test_day_begins_at_midnight(value: Any) -> None:
    assert values.when(value) == DAY


@pytest.mark.parametrize("value", ["2023", 2023, "2023-01", "2023-01-01"])
def test_year_and_month_are_dates_too(value: Any) -> None:
    assert values.when(value) == int(datetime(2023, 1, 1, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    "value",
    [
        *("2023-02-30", "2023-13-01", "0000-01-01", "10000-01-01", "99999-01-01", "0001-01-01", "9999-12-31"),
        *("tomorrow", "", "x" * 500, "32 June 2023", "2023-06-09T25:00", "2023-06-09T11:47+99:00", "1e400"),
        *(True, False, None, [], {}, float("nan"), float("inf"), -5, 0, 10**30, time(12, 30), b"2023"),
    ],
)
def test_impossible_time_is_none(value: Any) -> None:
    assert values.when(value) is None


@settings(deadline=None)
@given(
    st.text(max_size=40) | st.integers() | st.floats() | st.datetimes(timezones=st.none() | st.timezones())
)
def test_every_time_can_be_shown(value: Any) -> None:
    """In any time zone it lies within the years 1 to 9999."""
    seconds = values.when(value)
    if seconds is not None:
        for hours in (-14, 14):
            datetime.fromtimestamp(seconds, timezone(timedelta(hours=hours)))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(
            ("PT9M7S", 547),
            ("PT4H20M", 15_600),
            ("P1DT2H", 93_600),
            ("P2W", 1_209_600),
            ("PT1.5H", 5_400),
            ("pt5m", 300),
        ),
        *(("7:23", 443), ("1:07:23", 4_043), ("443", 443), (443, 443), (443.4, 443)),
        *(
            ("P", None),
            ("PT", None),
            ("PT0S", None),
            ("PT1.2.3S", None),
            ("long", None),
            (-1, None),
            (True, None),
        ),
        *(("P" + "9" * 30 + "W", None), (None, None), ([], None)),
    ],
)
def test_duration_is_in_seconds(value: Any, seconds: int | None) -> None:
    assert values.duration(value) == seconds


@pytest.mark.parametrize(
    ("value", "number"),
    [
        *(("87", 87), (87, 87), ("4.7", 5), ("1,024", 1_024), (0, 0), ("0", 0)),
        *(
            (-1, None),
            ("-1", None),
            ("high", None),
            (True, None),
            (float("nan"), None),
            ("1e300", None),
            ({}, None),
        ),
    ],
)
def test_number_below_nought_is_unknown(value: Any, number: int | None) -> None:
    assert values.whole(value) == number


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("A &amp; B", "A & B"),
        ("&amp;quot;A&amp;quot; --&amp;gt; B", '"A" --> B'),
        ("We&#8217;re <b>here</b> [&hellip;]", "We’re here […]"),
        ("The &lt;div&gt; element", "The <div> element"),
        ("a < b > c", "a < b > c"),
        ("a\n b\t\x1b[31mc&#27;", "a b c"),
        ("&#x202e;&#0;&#xd800;x", "��x"),
        (2_024, "2024"),
        (4.5, "4.5"),
        *((True, None), ("  ", None), ("\x1b", None), (None, None), ([], None), ({"a": "b"}, None)),
    ],
)
def test_line_is_clean_text_without_markup(value: Any, line: str | None) -> None:
    assert values.line(value) == line


NO_ADDRESS: list[Any] = ["/x", "x", "javascript:alert(1)", "file:///etc/passwd", "", 3, None, [], {}, [[]]]


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("https://a.example/x", "https://a.example/x"),
        (" <https://a.example/x> ", "https://a.example/x"),
        ("//a.example/x", "https://a.example/x"),
        ("www.a.example/x", "https://www.a.example/x"),
        ({"url": "https://a.example/x", "width": "3"}, "https://a.example/x"),
        (["https://a.example/x", "https://b.example/"], "https://a.example/x"),
        *((value, None) for value in NO_ADDRESS),
    ],
)
def test_only_web_addresses_are_addresses(value: Any, address: str | None) -> None:
    assert values.address(value) == address


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        ("AI, Cloud,  Open Source,", ["AI", "Cloud", "Open Source"]),
        ("#ai #cloud/azure", ["#ai", "#cloud/azure"]),
        ("Open Source", ["Open Source"]),
        (["AI", {"name": "Cloud"}, None, ["x"], 5], ["AI", "Cloud", "5"]),
        ({"name": "AI"}, ["AI"]),
        (None, []),
    ],
)
def test_list_comes_as_list_or_text(value: Any, lines: list[str]) -> None:
    assert values.lines(value) == lines


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.dates()
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON)
def test_what_is_kept_is_clean_json(value: Any) -> None:
    def check(kept: Any) -> None:
        if isinstance(kept, str):
            assert clean.is_clean(kept)
        elif isinstance(kept, dict):
            for key, child in kept.items():
                check(key)
                check(child)
        elif isinstance(kept, list):
            for child in kept:
                check(child)
        else:
            assert kept is None or isinstance(kept, bool | int | float)

    check(values.kept(value))
