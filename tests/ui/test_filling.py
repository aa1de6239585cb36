"""A library that fills for the first time, under the eyes of whoever waits for it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.loopback import Asked, Behaviour, Loopback, answer
from tests.sources.feeds import rss
from tests.ui.conftest import Desk, Open
from tui_reader import samples
from tui_reader.library.library import Library
from tui_reader.settings import Settings

BY_HAND = Settings(mark_read_after=-1, refresh_every=0)
LIST = '<opml version="2.0"><body><outline text="A" xmlUrl="https://a.invalid/" paused="true"/></body></opml>'


def feed_of(title: str, day: int) -> bytes:
    text = f"<description>{'Words of it. ' * 2_000}</description>"
    date = f"<pubDate>{day:02} Jan 2024 10:00:00 GMT</pubDate>"
    link = f"<link>https://a.example/{title.lower()}</link>"
    return answer(rss(f"<item><title>{title}</title>{link}{date}{text}</item>").encode())


@pytest.mark.parametrize(("name", "told"), [("mine", ""), ("mine.opml", "One feed added")])
async def test_what_was_said_of_the_samples_goes_with_the_first_source(
    open_reader: Open, library: Library, tmp_path: Path, name: str, told: str
) -> None:
    """It is long to read, and says how to add one."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine.opml").write_text(LIST)
    library.sources.add_samples(samples.folder())
    async with open_reader(BY_HAND) as desk:
        assert "adds a folder or a feed" in desk.said()
        await desk.press("a")
        await desk.type(str(tmp_path / name))
        await desk.press("enter")
        await desk.until(lambda: desk.said() == told)


def bookmark(desk: Desk) -> None:
    desk.screen.action_bookmark()


def turn_the_wheel(desk: Desk) -> None:
    desk.screen.article.scroll_to(y=5, animate=False)


def wait(desk: Desk) -> None:
    pass


@pytest.mark.parametrize(("what", "held"), [(bookmark, True), (turn_the_wheel, True), (wait, False)])
async def test_an_article_that_something_was_done_to_stays(
    open_reader: Open, library: Library, what: Callable[[Desk], None], held: bool
) -> None:
    """When newer ones come in above it, whose feed took longer; else the newest is shown."""
    come = asyncio.Event()

    async def late(_: Asked, writer: asyncio.StreamWriter) -> None:
        while not come.is_set():
            await asyncio.sleep(0.01)
        writer.write(feed_of("Newer", 2))

    table: dict[str, Behaviour] = {"/first": feed_of("Older", 1), "/late": late}
    with Loopback(table) as server:
        for path in table:
            library.feeds.add(server.url(path), path, typed=True)
        async with open_reader(BY_HAND) as desk:
            await desk.pilot.press("R")
            # Not until it is at rest: the other feed is under way all the while.
            while desk.titles() != ["Older"] or desk.screen.stored is None:
                await desk.pilot.pause()
            what(desk)
            while what is bookmark and not desk.row().bookmarked:
                await desk.pilot.pause()
            come.set()
            await desk.until(lambda: desk.titles() == ["Newer", "Older"])
            assert desk.row().title == ("Older" if held else "Newer")
            assert desk.screen.stored is not None
            assert desk.screen.stored.article.title == desk.row().title
