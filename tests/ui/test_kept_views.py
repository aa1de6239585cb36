"""Searches that are kept as views, and the view of what has come in since last time."""

from unittest.mock import Mock, call

import pytest

from tests.ui.conftest import NARROW, Desk, Folder, Open
from tui_reader.library.library import Library
from tui_reader.model import View
from tui_reader.settings import Settings

DAY = 86_400
NOON = 1_700_000_000 // DAY * DAY + DAY // 2


@pytest.fixture
def stories(folder: Folder) -> Folder:
    for number, title in enumerate(("Solar power", "Solar wind", "Wind", "Rain")):
        folder.write(title, NOON - number * DAY)
    folder.take_in()
    return folder


async def keep(desk: Desk, text: str, name: str = "") -> None:
    """Search, and keep it under a name or under the one that is offered."""
    await desk.press("slash")
    await desk.type(text)
    await desk.press("ctrl+s")
    await desk.type(name)
    await desk.press("enter")


def searches(desk: Desk) -> list[str]:
    """The kept searches in the sidebar, in their order."""
    return [entry.label for entry in desk.screen.sidebar.entries if entry.view and entry.view.saved]


async def to_search(desk: Desk, name: str) -> None:
    """With the sidebar's cursor to a kept search."""
    sidebar = desk.screen.sidebar
    if not sidebar.display:
        await desk.press("backslash")
    sidebar.focus()
    await desk.press("g")
    while sidebar.entries[sidebar.cursor].label != name:
        await desk.press("j")


class TestKeeping:
    async def test_a_search_is_kept_under_a_name(self, open_reader: Open, stories: Folder) -> None:
        """It stands in the sidebar and among the views with its numbers, and is what is shown."""
        async with open_reader() as desk:
            await desk.press("backslash")
            await keep(desk, "solar", "The sun")
            assert "Kept as “The sun”" in desk.said()
            assert desk.screen.list.title == "The sun · 2"
            assert desk.focus() == "list"
            await desk.until(lambda: searches(desk) == ["The sun"])
            kept = next(entry for entry in desk.screen.sidebar.entries if entry.label == "The sun")
            assert kept.count == 2
            await desk.press("m", "v")
            await desk.type("the sun")
            await desk.until(lambda: "2 · " in desk.text())
            assert "The sun" in desk.text()
            await desk.press("enter")
            assert desk.titles() == ["Solar power", "Solar wind"]
            await desk.press("escape")
            assert desk.screen.list.title == "The sun · 2", "there is no search left to go back from"

    async def test_the_name_offered_is_what_was_typed(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await keep(desk, "solar")
            assert [(view.name, view.query) for view in desk.app.library.views.all()] == [("solar", "solar*")]

    async def test_escape_keeps_nothing(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await desk.press("slash", *"sol", "ctrl+s", "x", "escape")
            assert desk.app.library.views.all() == []
            assert desk.screen.searching
            await desk.type("ar")
            assert desk.typed() == "solar"

    async def test_it_can_be_searched_from_and_returned_to(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await keep(desk, "solar", "Sun")
            await desk.press("j")
            before = desk.place()
            await desk.press("slash")
            assert desk.typed() == ""
            await desk.type("rain")
            assert desk.titles() == ["Rain"]
            await desk.press("escape")
            assert desk.place() == before

    async def test_a_name_that_is_taken_gets_the_new_search(self, open_reader: Open, stories: Folder) -> None:
        """One view is kept of that name, and `u` brings back what it was."""
        async with open_reader() as desk:
            await keep(desk, "solar", "Mine")
            await keep(desk, "rain", "mine")
            assert [view.query for view in desk.app.library.views.all()] == ["rain*"]
            await desk.press("u")
            assert [view.query for view in desk.app.library.views.all()] == ["solar*"]

    async def test_a_hostile_name_is_shown_as_it_is(self, open_reader: Open, stories: Folder) -> None:
        name = "[@click=app.quit]x[/]"
        async with open_reader() as desk:
            await desk.press("backslash")
            await keep(desk, "solar", name)
            assert desk.screen.list.title.startswith(name)
            await desk.until(lambda: searches(desk) == [name])
            await to_search(desk, name)
            await desk.press("f2")
            assert name in desk.text()
            await desk.type("[/b]")
            await desk.press("enter")
            await desk.until(lambda: searches(desk) == ["[/b]"])
            await desk.press("delete", "u")
            assert "Undone: Removed the view “[/b]”" in desk.said()
            assert desk.app.is_running


class TestChanging:
    @pytest.fixture
    def kept(self, stories: Folder) -> Library:
        for name, text in (("One", "solar"), ("Two", "wind"), ("Three", "rain")):
            stories.library.views.save(name, text)
        return stories.library

    async def test_a_view_is_renamed(self, open_reader: Open, kept: Library) -> None:
        """By the cursor of the sidebar, or where it is shown; `u` gives its name back."""
        async with open_reader(Settings(mark_read_after=-1, sidebar=True)) as desk:
            await to_search(desk, "Two")
            await desk.press("f2")
            await desk.type("Air")
            await desk.press("enter")
            await desk.until(lambda: searches(desk) == ["One", "Air", "Three"])
            await desk.press("u")
            await desk.until(lambda: searches(desk) == ["One", "Two", "Three"])
            await desk.press("enter")
            assert desk.screen.list.title == "Two · 2"
            await desk.press("f2")
            await desk.type("Breeze")
            await desk.press("enter")
            await desk.until(lambda: desk.screen.list.title == "Breeze · 2")

    async def test_a_name_that_is_taken_is_refused(self, open_reader: Open, kept: Library) -> None:
        async with open_reader(Settings(sidebar=True)) as desk:
            await to_search(desk, "Two")
            await desk.press("f2")
            await desk.type("one")
            await desk.press("enter")
            assert "There is a view called “One” already." in desk.said()
            assert searches(desk) == ["One", "Two", "Three"]

    async def test_a_view_is_removed(self, open_reader: Open, kept: Library) -> None:
        """The cursor keeps its place, and `u` puts the view back where it was."""
        async with open_reader(Settings(sidebar=True)) as desk:
            await to_search(desk, "Two")
            await desk.press("delete")
            await desk.until(lambda: searches(desk) == ["One", "Three"])
            assert "Removed the view “Two”; u undoes it" in desk.said()
            assert desk.screen.sidebar.chosen == View(query="rain", saved=3)
            await desk.press("u")
            await desk.until(lambda: searches(desk) == ["One", "Two", "Three"])

    async def test_views_are_put_in_order(self, open_reader: Open, kept: Library) -> None:
        """The cursor goes along; beyond the ends there is no room."""
        async with open_reader(Settings(sidebar=True)) as desk:
            await to_search(desk, "Three")
            for key, order in (
                ("ctrl+down", ["One", "Two", "Three"]),
                ("ctrl+up", ["One", "Three", "Two"]),
                ("ctrl+up", ["Three", "One", "Two"]),
                ("ctrl+up", ["Three", "One", "Two"]),
                ("ctrl+down", ["One", "Three", "Two"]),
                ("u", ["Three", "One", "Two"]),
                ("u", ["One", "Three", "Two"]),
            ):
                await desk.press(key)
                await desk.until(lambda order=order: searches(desk) == order)  # type: ignore[misc]
                assert desk.screen.sidebar.entries[desk.screen.sidebar.cursor].label == "Three"

    async def test_what_is_moved_out_of_sight_is_told(self, open_reader: Open, kept: Library) -> None:
        async with open_reader(size=NARROW) as desk:
            await desk.press("v")
            await desk.type("three")
            await desk.press("enter", "ctrl+up")
            assert "Moved “Three” up" in desk.said()

    async def test_other_views_are_not_for_changing(self, open_reader: Open, kept: Library) -> None:
        async with open_reader() as desk:
            for key in ("f2", "delete", "ctrl+up", "ctrl+down"):
                await desk.press(key)
                assert desk.app.screen is desk.screen
                assert "no search that was kept" in desk.said()
            assert len(kept.views.all()) == 3

    async def test_a_view_that_is_shown_and_removed_is_a_search(
        self, open_reader: Open, kept: Library
    ) -> None:
        """What is shown stays, under the words that were searched for."""
        async with open_reader() as desk:
            await desk.press("v")
            await desk.type("one")
            await desk.press("enter", "delete")
            await desk.until(lambda: desk.screen.list.title == "solar · 2")
            assert len(desk.titles()) == 2
            await desk.press("u")
            await desk.until(lambda: desk.screen.list.title == "One · 2")


class TestNewSinceLastTime:
    async def test_it_holds_what_came_in_since_the_reader_was_open(
        self, open_reader: Open, stories: Folder
    ) -> None:
        """What came in and was taken in while it was open is not new the next time."""
        path, source = stories.library.database.path, stories.source
        async with open_reader() as desk:
            stories.write("Taken in", NOON + DAY)
            await desk.press("r")
            await desk.until(lambda: desk.screen.new == 1)
            await desk.press("full_stop")
        stories.library.close()
        with Library(path) as again:
            stories.library, stories.source = again, source
            stories.write("Fresh", NOON + 2 * DAY)
            stories.take_in()
            async with open_reader(on=again) as desk:
                await desk.press("v")
                await desk.type("new since")
                await desk.press("enter")
                assert desk.titles() == ["Fresh"]
                assert desk.screen.list.title == "New since last time · 1 · 1 unread"
                await desk.press("m")
                assert desk.titles() == ["Fresh"], "it is new for as long as the reader is open"
        with Library(path) as later:
            async with open_reader(on=later) as desk:
                await desk.press("v")
                await desk.type("new since")
                await desk.press("enter")
                assert "Nothing has come in since last time." in desk.text()

    async def test_what_was_never_shown_is_new_next_time(self, open_reader: Open, stories: Folder) -> None:
        """What waits behind “1 new” has not been seen."""
        path = stories.library.database.path
        async with open_reader() as desk:
            stories.write("Waits", NOON + DAY)
            await desk.press("r")
            await desk.until(lambda: desk.screen.new == 1)
        stories.library.close()
        with Library(path) as again:
            assert [row.title for row in again.articles.rows(again.articles.ids(View(scope="new")))] == [
                "Waits"
            ]

    async def test_a_start_that_finds_nothing_new_writes_nothing(
        self, open_reader: Open, stories: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = stories.library.database.path
        async with open_reader():
            pass
        stories.library.close()
        with Library(path) as again:
            remembered = Mock()
            monkeypatch.setattr(again, "choose", remembered)
            async with open_reader(on=again) as desk:
                desk.screen.look()
                await desk.press("full_stop", "v", "enter")
                assert not remembered.called
                stories.library = again
                stories.write("Fresh", NOON + DAY)
                await desk.press("r")
                await desk.until(lambda: desk.screen.new == 1)
                assert not remembered.called
                await desk.press("full_stop")
                assert remembered.call_args_list == [call("seen", "5", "")]
