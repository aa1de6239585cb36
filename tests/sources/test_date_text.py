"""Dates in the spellings of feeds and files: which moment each of them means."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_reader.sources.texts import date_text, values

# Each means ten in the morning of 2 January 2024, UTC.
TEN = """Tue, 02 Jan 2024 10:00:00 +0000 (UTC)
Tue, 02 Jan 2024 10:00:00 -0000
2 Jan 2024 10:00 -0000
2024-01-02 10:00:00 -0000
2024-01-02 10:00:00 +0000 UTC
2024-01-02T10:00:00 +0000
2024-01-02T10:00:00.123456789Z
2024-01-02T10Z
2024/01/02 11:00:00 +0100
20240102T100000Z
20240102100000
2024.01.02 10:00
02.01.2024 10:00
02.01.2024 11:00:00 +01:00
1704189600
1704189600000
1704189600.5
Jan 2, 2024 10:00 AM
January 2nd, 2024 at 10:00am
Tuesday, January 2, 2024 5:00 AM EST
Tues, 2 January 2024 10:00 a.m. UTC
Tuesday, 02-Jan-24 10:00:00 GMT
Tue Jan  2 10:00:00 2024
Tue, 02 Jan 2024 11:00:00 +01:00
Tue, 02 Jan 2024 11:00:00 GMT+1
Tue, 02 Jan 2024 11:00:00 UTC+01:00
Tue, 02 Jan 2024 15:30:00 +0530
Tue, 02 Jan 2024 11:00:00 CET
Tue, 02 Jan 2024 02:00:00 PST
Tue, 02 Jan 2024 21:00:00 AEDT
2024-01-02T05:00:00EST
2024-01-02 10:00 AM
Dienstag, 2. Januar 2024 10:00
Di, 02 Jan 2024 11:00:00 +0100
mar., 02 janv. 2024 11:00:00 +0100
mardi 2 janvier 2024 10:00
martes, 2 de enero de 2024 10:00
ter, 02 jan 2024 07:00:00 -0300
mar, 02 gen 2024 11:00:00 +0100
2 stycznia 2024 10:00
2024. január 2. 10:00
Вт, 02 янв 2024 13:00:00 +0300
Τρί, 02 Ιαν 2024 10:00:00 GMT
2024年1月2日 10:00
2024년 01월 02일 10:00:00
2024-01-02 오전 10:00"""
AFTERNOON = ["2 Jan 2024 3:07 PM", "2024-01-02 오후 3:07", "2024年1月2日 下午3:07", "2 Jan 2024 15:07"]
MONTHS = """Jan janvier enero gennaio Января | feb février febbraio Φεβ | Mar März mars marzo maart márc.
Apr avril abril kwietnia | May mai maggio mayo mei мая | June juin junio giugno Juni
July juillet julio luglio июля | Aug août agosto sierpnia авг | Sept. septembre settembre setembro
oct Okt outubro ottobre | nov. noviembre ноября | Dez déc. diciembre dicembre grudnia δεκ"""
NONE = """yesterday | 32 Jan 2024 | 2024-02-30 | 2024-13-45 | 01/02/2024 | 2 January | 10:00
Tue, 02 Jan 2024 25:00:00 | Tue, 02 Jan 2024 10:61 | 0000-00-00 00:00:00
0001-01-01T00:00:00Z | Mon, 01 Jan 0001 00:00:00 +0000
Wed, 30 Nov -0001 00:00:00 +0000 | 2024-01-02T10:00:00+99:00 | - | | 2024-121"""


def when(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())


@pytest.mark.parametrize("text", TEN.split("\n"))
def test_spelling(text: str) -> None:
    assert values.when(text) == when(2024, 1, 2, 10)


@pytest.mark.parametrize("text", AFTERNOON)
def test_afternoon(text: str) -> None:
    assert values.when(text) == when(2024, 1, 2, 15, 7)


NAMES = [names.split() for names in MONTHS.replace("\n", " | ").split(" | ")]


@pytest.mark.parametrize(
    ("month", "name"), [(month, name) for month, names in enumerate(NAMES, 1) for name in names]
)
def test_month_in_any_language(month: int, name: str) -> None:
    assert values.when(f"9 {name} 2024") == when(2024, month, 9)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("25/12/2023 10:00", when(2023, 12, 25, 10)),
        ("12/25/2023", when(2023, 12, 25)),
        ("05/05/2023", when(2023, 5, 5)),
        ("Mon, 01 Jan 2024 24:00:00 GMT", when(2024, 1, 2)),
        ("Sat, 31 Dec 2016 23:59:60 GMT", when(2016, 12, 31, 23, 59, 59)),
        ("Sun, 20 Jul 69 00:00:00 GMT", when(1969, 7, 20)),
    ],
)
def test_odd_date(text: str, moment: int) -> None:
    assert values.when(text) == moment


@pytest.mark.parametrize("text", NONE.replace("\n", " | ").split(" | "))
def test_no_date_is_made_up(text: str) -> None:
    assert values.when(text) is None


@settings(deadline=None)
@given(st.text(max_size=120) | st.text("0123456789:-+./ TZamp年", max_size=40))
def test_any_text_is_survived(text: str) -> None:
    with suppress(ValueError, OverflowError):
        date_text.seconds(text)
