"""Where a day begins in the list: headings that are no rows, and the day in the frame's corner."""

import pytest

from tests.ui.conftest import NARROW, WIDE, Desk, Folder, Open
from tui_reader.settings import Settings

DAY = 86_400
NOON = 1_700_000_000 // DAY * DAY + DAY // 2
"""14 November 2023."""


@pytest.fixture
def days(folder: Folder) -> Folder:
    """Six days of four articles each, and two articles of no day."""
    for number in range(24):
        folder.write(f"Story {number:02}", NOON - number // 4 * DAY - number)
    folder.write("Older")
    folder.write("Oldest")
    folder.take_in()
    return folder


def top(desk: Desk) -> str:
    """The upper side of the list's frame."""
    return desk.text().splitlines()[0].partition("╮")[0]


def assert_cursor_is_on_its_article(desk: Desk) -> None:
    marked = [line for line in desk.lines() if line.startswith("▌")]
    assert len(marked) == desk.screen.list.row_height
    assert desk.row().title in marked[0]


async def test_a_heading_stands_above_the_articles_of_a_day(open_reader: Open, days: Folder) -> None:
    async with open_reader() as desk:
        lines = desk.lines()
        assert lines[0] == " 14 November 2023"
        assert "Story 00" in lines[1]
        assert lines[9] == " 13 November 2023"
        assert "Story 04" in lines[10]
        await desk.press("G")
        lines = desk.lines()
        assert lines.count(" Undated") == 1
        assert "undated" in lines[-1]


async def test_the_cursor_passes_over_headings(open_reader: Open, days: Folder) -> None:
    async with open_reader() as desk:
        for key in ("j", "k"):
            seen = [desk.row().title]
            for _ in range(10):
                await desk.press(key)
                assert_cursor_is_on_its_article(desk)
                seen.append(desk.row().title)
            assert len(set(seen)) == 11


@pytest.mark.parametrize(
    ("size", "compact"),
    [(WIDE, False), (WIDE, True), (NARROW, False), ((80, 12), True), ((60, 7), False), ((40, 4), False)],
)
async def test_every_key_reaches_both_ends(
    open_reader: Open, days: Folder, size: tuple[int, int], compact: bool
) -> None:
    """The last line is that of the last article, and the first is the first day's heading."""
    settings = Settings(mark_read_after=-1, compact=compact)
    async with open_reader(settings, size=size) as desk:
        page = max(1, desk.screen.list.page - 2)
        for down, up, times in (
            ("G", "g", 1),
            ("pagedown", "pageup", 25 // page + 1),
            ("ctrl+d", "ctrl+u", 25 // max(1, page // 2) + 1),
        ):
            await desk.press(*[down] * times)
            assert desk.screen.list.cursor == 25
            assert_cursor_is_on_its_article(desk)
            assert desk.row().title in [line for line in desk.lines() if line][-desk.screen.list.row_height]
            await desk.press(*[up] * times)
            assert desk.screen.list.cursor == 0
            assert desk.screen.list.scroll_offset.y == 0
            assert desk.lines()[0] == " 14 November 2023"


async def test_a_click_on_a_heading_does_nothing(open_reader: Open, days: Folder) -> None:
    async with open_reader() as desk:
        await desk.press("j")
        for line in (1, 10):
            assert "November 2023" in desk.text().splitlines()[line]
            await desk.pilot.click("#list", offset=(5, line), times=2)
            await desk.settle()
            assert desk.screen.list.cursor == 1
            assert desk.focus() == "list"
        await desk.pilot.click("#list", offset=(5, 11))
        await desk.settle()
        assert desk.row().title == "Story 04"


async def test_the_corner_tells_the_day_that_was_scrolled_away(open_reader: Open, days: Folder) -> None:
    async with open_reader(size=(120, 24)) as desk:
        assert "November" not in top(desk)
        await desk.press(*["j"] * 10)
        assert desk.screen.list.scroll_offset.y > 0
        assert "14 November 2023" in top(desk)
        await desk.press("G")
        assert "10 November 2023" in top(desk)
        await desk.press("g")
        assert "November" not in top(desk)


@pytest.mark.parametrize("keys", [("d",), ("s", "*by title", "enter"), ("slash", "*story 1", "tab")])
async def test_the_corner_does_not_outlast_its_day(
    open_reader: Open, days: Folder, keys: tuple[str, ...]
) -> None:
    """It speaks of the list that is shown, which may be another one."""
    async with open_reader(size=(120, 24)) as desk:
        await desk.press(*["j"] * 9)
        assert "14 November 2023" in top(desk)
        for key in keys:
            await (desk.type(key[1:]) if key[0] == "*" else desk.press(key))
        await desk.press("g")
        assert "November" not in top(desk)


async def test_d_says_where_days_begin_or_not(open_reader: Open, days: Folder) -> None:
    """It is remembered, and the cursor stays on its article."""
    async with open_reader() as desk:
        await desk.press("j", "j", "d")
        assert desk.row().title == "Story 02"
        assert not any("November 2023" in line and "·" not in line for line in desk.lines())
    async with open_reader() as desk:
        assert "Story 00" in desk.lines()[0]
        await desk.press("d")
        assert desk.lines()[0] == " 14 November 2023"
    async with open_reader(Settings(days=False)) as desk:
        assert "Story 00" in desk.lines()[0], "what the settings file says anew goes before"


@pytest.mark.parametrize(
    ("order", "first"),
    [("oldest", " Undated"), ("newest", " 14 November 2023"), ("by title", None), ("longest", None)],
)
async def test_days_stand_where_the_order_is_that_of_time(
    open_reader: Open, days: Folder, order: str, first: str | None
) -> None:
    async with open_reader() as desk:
        await desk.press("s")
        await desk.type(order)
        await desk.press("enter")
        headings = [line for line in desk.lines() if line.endswith("November 2023") and "·" not in line]
        assert bool(headings) == (first is not None)
        if first:
            await desk.press("g")
            assert desk.lines()[0] == first


async def test_months_stand_where_days_are_sparse(open_reader: Open, folder: Folder) -> None:
    for number in range(8):
        folder.write(f"Story {number}", NOON - number * 9 * DAY)
    folder.take_in()
    async with open_reader() as desk:
        headings = [line for line in desk.lines() if "·" not in line and "Story" not in line and line]
        assert headings == [" November 2023", " October 2023", " September 2023"]


async def test_new_articles_bring_their_day(open_reader: Open, days: Folder) -> None:
    async with open_reader() as desk:
        await desk.press("j")
        days.write("Fresh", NOON + DAY)
        days.write("Fresher", NOON + DAY + 1)
        await desk.press("r")
        await desk.until(lambda: desk.screen.new == 2)
        assert desk.lines()[0] == " 14 November 2023"
        assert "26 · 26 unread" in top(desk), "both numbers are of what is listed"
        line = next(y for y, line in enumerate(desk.lines()) if line.startswith("▌"))
        await desk.press("full_stop")
        assert desk.row().title == "Story 01"
        assert desk.lines()[line].startswith("▌"), "the cursor keeps its line of the screen"
        await desk.press("g")
        assert desk.lines()[0] == " 15 November 2023"
        assert "28 · 28 unread" in top(desk)
