"""Choosing feeds to start with on the screen."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from tests.loopback import Loopback, answer
from tests.test_refresh_feeds import rss
from tests.ui.conftest import NARROW, WIDE, Desk, Open
from tui_reader import samples, starter
from tui_reader.library.library import Library
from tui_reader.settings import Settings
from tui_reader.starter import Feed, Topic
from tui_reader.ui.dialogs.sources_screen import SourcesScreen
from tui_reader.ui.dialogs.starter_screen import StarterScreen

ON_THIS_MACHINE = Settings(mark_read_after=-1, private_hosts=("127.0.0.1",))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with Loopback({f"/{name}": answer(rss(f"Story{name}")) for name in "ABC"}) as serving:
        near = Topic("Near by", tuple(Feed(n, serving.url(f"/{n}"), "Near by") for n in "AB"))
        far = Topic("Far off", tuple(Feed(n, serving.url(f"/{n}"), "Far off") for n in "CD"))
        monkeypatch.setattr(starter, "topics", lambda: [near, far])
        yield serving


def marks(desk: Desk) -> list[str]:
    """What stands before each row."""
    screen = desk.app.screen
    assert isinstance(screen, StarterScreen)
    return [screen.list._mark(row) for row in screen.list.rows]


async def open_starter(desk: Desk) -> None:
    await desk.press("colon")
    await desk.type("starter")
    await desk.press("enter")
    assert isinstance(desk.app.screen, StarterScreen)


def folders(library: Library) -> dict[str, str]:
    return {source.title: source.folder for source in library.sources.all()}


async def test_the_first_start_says_how_to_choose_feeds_and_asks_no_server(
    open_reader: Open, library: Library, server: Loopback
) -> None:
    """The samples are shown, as ever."""
    source = library.sources.add_samples(samples.folder())
    async with open_reader(opened=[]) as desk:
        await desk.until(lambda: len(desk.titles()) == 12)
        assert "a adds a folder or a feed; “Starter feeds” in the palette (:)" in desk.said()
        assert [entry.id for entry in library.sources.all()] == [source.id]
    assert server.asked == []


async def test_no_message_stands_over_the_choice(
    open_reader: Open, library: Library, server: Loopback
) -> None:
    """At 24 lines that of the samples hides the keys."""
    library.sources.add_samples(samples.folder())
    async with open_reader(opened=[]) as desk:
        await desk.until(lambda: "Starter feeds" in desk.said())
        await open_starter(desk)
        assert desk.said() == ""


async def test_ticked_feeds_come_into_folders_by_topic(
    open_reader: Open, library: Library, server: Loopback
) -> None:
    """A topic ticks all of its feeds; they are added together and asked in the background."""
    library.sources.add_samples(samples.folder())
    async with open_reader(ON_THIS_MACHINE) as desk:
        await open_starter(desk)
        assert marks(desk) == ["[ ]"] * 6
        await desk.press("space")
        assert marks(desk) == ["[x]", "[x]", "[x]", "[ ]", "[ ]", "[ ]"]
        await desk.press("j", "j", "enter")
        assert marks(desk) == ["[-]", "[x]", "[ ]", "[ ]", "[ ]", "[ ]"]
        await desk.press("j", "j", "space")
        assert marks(desk) == ["[-]", "[x]", "[ ]", "[-]", "[x]", "[ ]"]
        assert "subscribe to 2" in desk.text()
        await desk.press("a")
        await desk.until(lambda: sorted(desk.titles()) == ["StoryA", "StoryC"])
        assert "2 feeds added" in desk.said()
        assert folders(library) == {"A": "Near by", "C": "Far off"}
    assert sorted(server.paths) == ["/A", "/C"]


async def test_a_second_tick_takes_it_off(open_reader: Open, server: Loopback) -> None:
    async with open_reader(ON_THIS_MACHINE) as desk:
        await open_starter(desk)
        await desk.press("space", "space")
        assert marks(desk) == ["[ ]"] * 6
        await desk.press("a")
        assert isinstance(desk.app.screen, StarterScreen)
        assert "Tick topics or feeds first" in desk.said()


@pytest.mark.parametrize("key", ["escape", "q", "h"])
async def test_leaving_adds_nothing(open_reader: Open, library: Library, server: Loopback, key: str) -> None:
    async with open_reader(ON_THIS_MACHINE) as desk:
        await open_starter(desk)
        await desk.press("space", key)
        assert desk.app.screen is desk.screen
        assert library.sources.all() == []


async def test_what_the_library_has_cannot_be_ticked(
    open_reader: Open, library: Library, server: Loopback
) -> None:
    library.feeds.add(server.url("/A"), "Mine", "Elsewhere")
    async with open_reader(replace(ON_THIS_MACHINE, refresh_every=0)) as desk:
        await open_starter(desk)
        assert "subscribed" in desk.text()
        assert marks(desk)[:3] == ["[ ]", "   ", "[ ]"]
        await desk.press("j", "space", "k", "space")
        assert marks(desk)[:3] == ["[x]", "   ", "[x]"]
        await desk.press("a")
        await desk.until(lambda: folders(library) == {"Mine": "Elsewhere", "B": "Near by"})


async def test_it_opens_from_the_list_of_sources_which_stays(
    open_reader: Open, library: Library, server: Loopback
) -> None:
    async with open_reader(ON_THIS_MACHINE) as desk:
        await desk.press("F", "s", "space", "a")
        await desk.until(lambda: "Sources · 2" in desk.text())
        assert isinstance(desk.app.screen, SourcesScreen)
        await desk.until(lambda: desk.text().count("1 · 1    just now") == 2)


async def test_the_mouse_ticks_and_subscribes(open_reader: Open, library: Library, server: Loopback) -> None:
    async with open_reader(ON_THIS_MACHINE) as desk:
        await open_starter(desk)
        await desk.pilot.click("#rows", offset=(10, 1))
        await desk.settle()
        assert marks(desk)[:3] == ["[-]", "[x]", "[ ]"]
        await desk.pilot.click("#foot", offset=(15, 0))
        await desk.until(lambda: folders(library) == {"A": "Near by"})


@pytest.mark.parametrize("size", [(200, 50), WIDE, NARROW, (60, 15), (20, 5), (1, 1)])
async def test_all_topics_at_any_size(open_reader: Open, size: tuple[int, int]) -> None:
    async with open_reader(size=size) as desk:
        await desk.press("F", "s", "G", "k", "g")
        assert isinstance(desk.app.screen, StarterScreen)
        if size[0] >= 60:
            assert "[ ] BBC World" in desk.text()
            assert "8 feeds, into the folder “World”" in desk.text()
