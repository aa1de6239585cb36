"""Refreshes in the background: asked for, stopped, asked for again."""

import asyncio
import queue
import threading
from collections.abc import Iterator

import pytest
from textual.message import Message

from tests.loopback import Asked, Loopback, answer
from tui_reader.library.library import Library
from tui_reader.model import Source
from tui_reader.ui.screen.refresher import Refreshed, Refresher, Rested

FEED = b"<rss version='2.0'><channel><title>News</title><item><title>Storm</title></item></channel></rss>"
PATIENCE = 30


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback({"/news": answer(FEED)}) as serving:
        yield serving


@pytest.fixture
def asked(server: Loopback) -> threading.Event:
    """Set when somebody waits for an answer of `/silent`."""
    arrived = threading.Event()

    async def behave(_: Asked, __: asyncio.StreamWriter) -> None:
        arrived.set()
        await asyncio.Event().wait()

    server.table["/silent"] = behave
    return arrived


def until_rest(told: "queue.Queue[Message]") -> list[int]:
    """The sources that were refreshed by then."""
    refreshed = []
    while not isinstance(message := told.get(timeout=PATIENCE), Rested):
        refreshed += [message.outcome.source.id] if isinstance(message, Refreshed) else []
    return refreshed


def begun(
    library: Library, server: Loopback, asked: threading.Event
) -> tuple[Source, Source, "queue.Queue[Message]", Refresher]:
    """A feed whose server is silent, another one, what is told, and who waits for the first."""
    hanging = library.feeds.add(server.url("/silent"), typed=True)
    news = library.feeds.add(server.url("/news"), typed=True)
    told: queue.Queue[Message] = queue.Queue()
    refresher = Refresher(library, told.put)
    refresher.start([hanging])
    assert asked.wait(PATIENCE)
    return hanging, news, told, refresher


@pytest.mark.parametrize("again", ["news", "silent"])
def test_what_is_asked_for_while_another_is_stopping_is_refreshed(
    library: Library, server: Loopback, asked: threading.Event, again: str
) -> None:
    """Another feed, or the very one that is being stopped."""
    hanging, news, told, refresher = begun(library, server, asked)
    refresher.stop()
    server.table["/silent"] = answer(FEED)
    wanted = news if again == "news" else hanging
    refresher.start([wanted])
    refreshed = until_rest(told)
    while wanted.id not in refreshed:
        refreshed += until_rest(told)
    assert refreshed == [wanted.id]
    assert not refresher.active


def test_what_waits_is_forgotten_with_a_stop(
    library: Library, server: Loopback, asked: threading.Event
) -> None:
    _, news, told, refresher = begun(library, server, asked)
    refresher.start([news])
    refresher.stop()
    assert until_rest(told) == []
    assert server.paths == ["/silent"]
