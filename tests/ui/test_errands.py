"""What a server may take half a minute for: told as long as it takes, stopped by a key, never waited for."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from tests.loopback import Loopback, silent
from tests.ui.conftest import Desk, Open, ids
from tui_reader.library.library import Library
from tui_reader.settings import Settings
from tui_reader.ui.screen.errands import Errands

BY_HAND = Settings(mark_read_after=-1, refresh_every=0)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback({"/silent": silent()}) as running:
        yield running


def test_the_program_ends_before_it() -> None:
    """A thread of the loop's own would be waited for, in front of a screen that has gone."""
    release, ended = threading.Event(), threading.Event()

    def work() -> None:
        release.wait(5)
        ended.set()

    async def program() -> None:
        running = asyncio.create_task(Errands(lambda: None).run("at work", work))
        await asyncio.sleep(0)
        running.cancel()

    asyncio.run(program())
    assert not ended.is_set()
    release.set()
    assert ended.wait(5)


async def test_it_answers_and_raises_as_if_called() -> None:
    told: list[str] = []
    errands = Errands(lambda: told.append(errands.told))
    assert await errands.run("counting", lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        await errands.run("dividing", lambda: 1 // 0)
    assert told == ["counting", "", "dividing", ""]
    assert not errands.stop()


async def ask(desk: Desk, action: str, typed: str) -> None:
    await desk.screen.run_action(action)
    await desk.settle()
    await desk.type(typed)
    await desk.pilot.press("enter")


@pytest.mark.parametrize(
    ("action", "told"),
    [("add", "⟳ looking for feeds  Ctrl+x stops"), ("save_page", "⟳ a page  Ctrl+x stops")],
)
async def test_it_is_told_as_long_as_it_takes_and_can_be_stopped(
    open_reader: Open, filled: Library, server: Loopback, action: str, told: str
) -> None:
    """The words in the corner go after a moment, the server may take half a minute."""
    async with open_reader(BY_HAND) as desk:
        await ask(desk, action, server.url("/silent"))
        await desk.until(lambda: bool(server.paths))
        desk.app.clear_notifications()
        assert told in desk.text()
        await desk.press("ctrl+x")
        await desk.until(lambda: told not in desk.text())
        assert "Stopping" in desk.said()
        assert ids(filled, scope="bookmarks") == []
