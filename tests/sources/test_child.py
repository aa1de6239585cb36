"""The processes that read feeds: what brings one down, or stops it, costs only that feed."""

import io
import os
import resource
import signal
from collections.abc import Iterator
from typing import Literal

import msgspec
import pytest

from tests.sources.feeds import HERE, ONE, rss
from tui_reader.picture import Box
from tui_reader.sources import feed, page, picture, picture_reader
from tui_reader.sources.child import Bytes, ChildEnded, FeedReader
from tui_reader.sources.feed import NotAFeed
from tui_reader.sources.jobs import JOBS

BOX = Box("blocks", 10, 10, 1, 2)


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


def test_one_that_swells_is_refused(reader: FeedReader) -> None:
    """A short feed whose links stand beside a long base would fill the library, and the memory before."""
    base = f"https://a.example/{'b' * 3_900}/"
    files = "".join(f"<enclosure url='{number}'/>" for number in range(50))
    items = "".join(f"<item><title>{number}</title>{files}</item>" for number in range(400))
    with pytest.raises(NotAFeed, match="more than can be kept"):
        reader.read(f"<rss xml:base='{base}'><channel>{items}</channel></rss>".encode(), HERE, "")
    assert titles(reader) == ["One"]


@pytest.mark.parametrize("job", ["feed", "page", "image"])
def test_no_reader_outlives_its_parent_by_much(
    job: Literal["feed", "page", "image"], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it hangs in: a clock runs while it reads."""
    left: list[float] = []

    def read(*_: object) -> None:
        left.append(signal.getitimer(signal.ITIMER_REAL)[0])
        raise {"feed": NotAFeed, "page": page.NoArticle, "image": picture.NotAPicture}[job]("nothing")

    monkeypatch.setattr(feed, "parse", read)
    monkeypatch.setattr(page, "read", read)
    monkeypatch.setattr(picture, "draw", read)
    monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
    asked = picture_reader.Asked(BOX, 1) if job == "image" else Bytes(HERE, "", 1)
    JOBS[job](io.BytesIO(msgspec.json.encode(asked) + b"\n "), lambda _: None)
    assert left[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
