"""How long between two refreshes, as people write it."""

import pytest

from tests.command_line import Run
from tui_reader.interval import LONGEST, SHORTEST, NoInterval, parse, told

WRITTEN = [  # what is typed, seconds
    ("30 min", 1_800),
    ("30", 1_800),
    ("30m", 1_800),
    ("1 minute", 60),
    ("45 minutes", 2_700),
    ("2h", 7_200),
    ("2 H", 7_200),
    ("1 hour", 3_600),
    ("3 hrs", 10_800),
    ("1.5 h", 5_400),
    ("1,5 hours", 5_400),
    ("1 d", 86_400),
    (" 2 days ", 172_800),
    ("1 week", 604_800),
    ("٣ h", 10_800),
    ("", None),
    ("   ", None),
]


@pytest.mark.parametrize(("written", "seconds"), WRITTEN)
def test_it_is_read_as_it_is_written(written: str, seconds: int | None) -> None:
    assert parse(written) == seconds


@pytest.mark.parametrize(
    "written", ["soon", "2 h 30", "-5", "0", "10 s", "0.5", "1 y", "99999", "31 d", "1e3", "9" * 500]
)
def test_what_is_none_is_a_sentence(written: str) -> None:
    """Too short and too long ones are told what they can be."""
    with pytest.raises(NoInterval) as caught:
        parse(written)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (5, "1 min"),
        (1_800, "30 min"),
        (3_600, "1 h"),
        (5_400, "1 h 30 min"),
        (86_400, "1 d"),
        (90_061, "1 d 1 h"),
        (LONGEST, "30 d"),
    ],
)
def test_it_is_told_in_two_units_at_the_most(seconds: int, text: str) -> None:
    assert told(seconds) == text


@pytest.mark.parametrize("seconds", [SHORTEST, 1_800, 3_600, 86_400, LONGEST])
def test_what_is_told_can_be_typed_again(seconds: int) -> None:
    assert parse(told(seconds)) == seconds


class TestCommand:
    @pytest.fixture(autouse=True)
    def _feed(self, run: Run) -> None:
        from tui_reader.library.library import Library
        from tui_reader.settings import default_library

        with Library(default_library()) as library:
            library.feeds.add("https://news.example/feed", "News")

    def test_a_feed_has_its_own(self, run: Run) -> None:
        assert run("sources", "every", "News", "2h") == (0, "", "")
        assert "  every 2 h  " in run("sources").out
        assert run("sources", "--json").objects[0]["every"] == 7_200
        run("sources", "every", "News")
        assert run("sources", "--json").objects[0]["every"] is None
        assert run("undo").out == "Undone: Changed how often to refresh “News”\n"

    def test_what_is_none_is_wrong_usage(self, run: Run) -> None:
        done = run("sources", "every", "News", "soon")
        assert done.status == 2
        assert "Write it as 30 min" in done.err

    def test_a_folder_has_none(self, filled: Run) -> None:
        done = filled("sources", "every", "2", "1h")
        assert (done.status, done.err) == (
            1,
            "tui-reader: news is a folder; it is looked through at every start.\n",
        )
