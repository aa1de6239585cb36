"""The processes that read feeds: what brings one down, or stops it, costs only that feed."""

import os
import signal
from collections.abc import Iterator

import pytest

from tests.sources.feeds import HERE, ONE, rss
from tui_reader.sources.child import ChildEnded, FeedReader
from tui_reader.sources.feed import NotAFeed


@pytest.fixture
def reader() -> Iterator[FeedReader]:
    reading = FeedReader()
    yield reading
    reading.close()


def titles(reader: FeedReader) -> list[str]:
    return [one.article.title for one in reader.read(rss(ONE).encode(), HERE, "").entries]


def stop(reader: FeedReader) -> None:
    """As if it took for ever: it does nothing more."""
    os.kill(reader._process.pid, signal.SIGSTOP)
    reader.patience = 0.1


def test_reads_one_feed_after_another(reader: FeedReader) -> None:
    assert titles(reader) == ["One"]
    with pytest.raises(NotAFeed, match="page"):
        reader.read(b"<html></html>", HERE, "")
    assert titles(reader) == ["One"]


@pytest.mark.parametrize("size", [10, 5_000_000], ids=["that it took", "that it does not even take"])
def test_one_that_hangs_is_given_up(reader: FeedReader, size: int) -> None:
    titles(reader)
    stop(reader)
    with pytest.raises(ChildEnded):
        reader.read(b"x" * size, HERE, "")
    reader.close()
    assert reader._process.returncode == -signal.SIGKILL


def test_one_that_ended_is_noticed(reader: FeedReader) -> None:
    titles(reader)
    reader._process.kill()
    reader._process.wait()
    with pytest.raises(ChildEnded):
        reader.read(rss(ONE).encode(), HERE, "")
