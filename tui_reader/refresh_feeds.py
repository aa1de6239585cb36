"""Feeds → library: fetch, read, take in what is new, each feed in one transaction.

    feeds → fetching (one thread, twenty at once) → answers → readers (a thread and a child process each)
        → library.feeds (its writer)

An entry that its feed told in the same words before is not taken in again; one that it tells no more stays.
"""

import asyncio
import hashlib
import queue
import threading
import time
from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from tui_reader.library.database import LibraryError
from tui_reader.library.feeds import Answer
from tui_reader.library.intake import BATCH, Brought
from tui_reader.library.library import Library
from tui_reader.model import Source
from tui_reader.refresh import Outcome
from tui_reader.sources.child import ChildEnded, FeedReader
from tui_reader.sources.feed import Entry, Feed, NotAFeed
from tui_reader.sources.fetch import Fetched, Fetcher, FetchError, NotModified

BROKE_DOWN = (
    "Reading this feed took too long or too much memory, and was ended. Tell its publisher, or remove it."
)
GLANCE = 0.1
"""Seconds between two looks whether it shall be stopped."""

Answered: TypeAlias = Fetched | NotModified | FetchError
Tell = Callable[[Outcome], object]


def refresh_feeds(
    library: Library,
    feeds: Sequence[Source],
    tell: Tell,
    *,
    stop: threading.Event | None = None,
    readers: int = 1,
    allowed: Collection[str] = (),
) -> None:
    """Ask these feeds for what is new; `tell` is called for each, as they answer, from several threads.

    `allowed` are hosts that may be private. Stopped, it keeps what has come in so far. Raises what went
    wrong with the library or in the threads, such as a full disk, once what could be kept is kept.
    """
    stop = stop or threading.Event()
    troubles: list[Exception] = []
    answers: queue.Queue[tuple[Source, Answered] | None] = queue.Queue()

    def fetch() -> None:
        try:
            asyncio.run(_fetch_all(library, feeds, answers, stop, allowed))
        except Exception as error:
            troubles.append(error)

    fetching = threading.Thread(target=fetch, daemon=True)
    fetching.start()
    threads = [
        threading.Thread(target=_read_all, args=(library, answers, tell, stop, troubles), daemon=True)
        for _ in range(max(1, min(readers, len(feeds))))
    ]
    for thread in threads:
        thread.start()
    fetching.join()
    for _ in threads:
        answers.put(None)
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


async def _fetch_all(
    library: Library,
    feeds: Sequence[Source],
    answers: "queue.Queue[tuple[Source, Answered] | None]",
    stop: threading.Event,
    allowed: Collection[str],
) -> None:
    async def fetch(fetcher: Fetcher, feed: Source) -> None:
        state = library.feeds.state(feed.id)
        try:
            answer: Answered = await fetcher.get(
                feed.location, etag=state.etag, last_modified=state.last_modified, typed=feed.typed
            )
        except FetchError as error:
            answer = error
        answers.put((feed, answer))

    async with Fetcher(allowed) as fetcher:
        tasks = {asyncio.create_task(fetch(fetcher, feed)) for feed in feeds}
        while tasks and not stop.is_set():
            _, tasks = await asyncio.wait(tasks, timeout=GLANCE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _read_all(
    library: Library,
    answers: "queue.Queue[tuple[Source, Answered] | None]",
    tell: Tell,
    stop: threading.Event,
    troubles: list[Exception],
) -> None:
    reader = _Reader()
    try:
        while (item := answers.get()) is not None:
            if not stop.is_set():
                try:
                    tell(_taken_in(library, reader, *item))
                except LibraryError as error:
                    troubles.append(error)
    finally:
        reader.close()


class _Reader:
    """A child process that is started when there is something to read, and anew when it broke down."""

    def __init__(self) -> None:
        self._child: FeedReader | None = None

    def read(self, fetched: Fetched) -> Feed:
        """Raises `NotAFeed`."""
        if self._child is None:
            self._child = FeedReader()
        try:
            return self._child.read(fetched.data, fetched.url, fetched.content_type)
        except ChildEnded as error:
            self.close()
            raise NotAFeed(BROKE_DOWN) from error

    def close(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None


def _taken_in(library: Library, reader: _Reader, source: Source, answer: Answered) -> Outcome:
    if isinstance(answer, FetchError):
        reason = f"{answer.reason} It is paused; you can remove it." if answer.gone else answer.reason
        library.feeds.failed(
            source.id,
            reason,
            retry_after=answer.retry_after,
            gone=answer.gone,
            unreached=answer.unreached,
        )
        return Outcome(source, failed=reason)
    if isinstance(answer, NotModified):
        state = library.feeds.state(source.id)
        library.feeds.unchanged(source.id, Answer(state.etag, state.last_modified, answer.moved_to))
        return Outcome(source)
    try:
        feed = reader.read(answer)
    except NotAFeed as error:
        library.feeds.failed(source.id, str(error))
        return Outcome(source, failed=str(error))
    known = library.sources.known(source.id)
    now = int(time.time())
    told = [_brought(entry, now) for entry in feed.entries]
    # The oldest first, so that entries without dates stand in the order of their feed.
    brought = [item for item in reversed(told) if known.get(item.path) != (item.size, item.mtime_ns)]
    taken = [
        library.intake.take_in(source.id, brought[at : at + BATCH])
        for at in range(0, len(brought) - BATCH, BATCH)
    ]
    rest = brought[len(taken) * BATCH :]
    said = Answer(answer.etag, answer.last_modified, answer.moved_to, feed.title, feed.site)
    taken.append(library.feeds.came(source.id, rest, said))
    return Outcome(
        source,
        new=sum(part.new for part in taken),
        changed=sum(part.changed for part in taken),
    )


def _brought(entry: Entry, now: int) -> Brought:
    """With a digest of its words in place of a file's time."""
    digest = hashlib.blake2b(msgspec.json.encode(entry.article), digest_size=7).digest()
    article = entry.article
    if article.published is None:
        # It is as new as the day on which it was met.
        article = replace(article, modified=now)
    return Brought(article, entry.key, 0, int.from_bytes(digest, "big"))
