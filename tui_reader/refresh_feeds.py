"""Feeds → library: fetch, read, take in what is new.

    feeds → fetching (one thread, twenty at once) → answers → readers (a thread and a child process each)
        → what each came to → the thread that asked → library.feeds (its writer)

Feeds that come within a moment of each other are taken in together, each whole or not at all: an index is
written once for all of them. Only one with more than a `BATCH` of new entries comes in parts, the oldest
first, since a key may wait for a transaction; what a stop or a crash leaves out, the next refresh brings. An
entry that its feed told in the same words before is not taken in again; one that it tells no more stays.
"""

import asyncio
import hashlib
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import msgspec
from msgspec.structs import replace

from tui_reader import clean
from tui_reader.library.database import LibraryError
from tui_reader.library.feeds import Answer, Came
from tui_reader.library.intake import BATCH, Brought, TakenIn
from tui_reader.library.library import Library
from tui_reader.model import Source
from tui_reader.refresh import Outcome
from tui_reader.sources.child import ChildEnded, FeedReader, Kept
from tui_reader.sources.feed import Entry, Feed, NotAFeed
from tui_reader.sources.fetch import Fetched, Fetcher, FetchError, NotModified

BROKE_DOWN = (
    "Reading this feed took too long or too much memory, and was ended. Tell its publisher, or remove it."
)
GLANCE = 0.1
"""Seconds between two looks whether it shall be stopped."""
MOMENT = 0.5
"""Seconds that what has been read waits for more, to be taken in together; the first does not wait."""
TURNS = 40
"""Feeds that are being fetched or wait for their turn with their server."""
A_HOST = 4
"""Of these, those of one host: a hundred of one that says nothing held up all others for minutes."""
UNREAD = 50
"""Answers that wait to be read, before no more feeds are asked: a thousand feeds may be half a gigabyte."""
UNREAD_BYTES = 50_000_000
"""The same in bytes. Those that are under way may bring `TURNS` times 10 MB besides."""
AHEAD = 16
"""Feeds that have been read and wait to be taken in; more wait with their readers."""

Answered: TypeAlias = Fetched | NotModified | FetchError


class _Read(NamedTuple):
    source: Source
    answer: Answered
    feed: Feed | NotAFeed | None = None
    """What was made of it, if it came."""


Tell = Callable[[Outcome], object]


def refresh_feeds(
    library: Library,
    feeds: Sequence[Source],
    tell: Tell,
    *,
    stop: threading.Event | None = None,
    readers: int = 1,
    together: int = BATCH,
    allowed: Collection[str] = (),
) -> None:
    """Ask these feeds for what is new; `tell` is called for each, as they come in.

    So many articles are taken in `together` at the most; `allowed` are hosts that may be private. Stopped, it
    keeps what has come in so far. Raises what went wrong with the library or in the threads, such as a full
    disk, once what could be kept is kept.
    """
    stop = stop or threading.Event()
    ended = threading.Event()
    troubles: list[Exception] = []
    answers: queue.Queue[tuple[Source, Answered] | None] = queue.Queue()
    read: queue.Queue[_Read | None] = queue.Queue(AHEAD)

    def stopped() -> bool:
        return stop.is_set() or ended.is_set()

    def fetch() -> None:
        try:
            asyncio.run(_fetch_all(library, feeds, answers, stopped, troubles, allowed))
        except Exception as error:
            troubles.append(error)
        for _ in range(readers):
            answers.put(None)

    readers = max(1, min(readers, len(feeds)))
    # Who was never asked has something to be read, for which processes start while it comes.
    new = sum(feed.checked is None for feed in feeds)
    threading.Thread(target=fetch, name="feeds", daemon=True).start()
    for number in range(readers):
        reading = (number < new, answers, read, stopped, troubles)
        threading.Thread(target=_read_all, args=reading, name="feeds", daemon=True).start()
    batches = _batches(read, readers, len(feeds), together)
    try:
        for batch in batches:
            _settle(library, batch, tell, troubles)
    except Exception:
        # No reader waits for ever with what nobody takes any more.
        ended.set()
        for _ in batches:
            pass
        raise
    finally:
        # Where no reader is left, nothing more is fetched for them.
        ended.set()
    if troubles:
        raise troubles[0]


async def _fetch_all(
    library: Library,
    feeds: Sequence[Source],
    answers: "queue.Queue[tuple[Source, Answered] | None]",
    stopped: Callable[[], bool],
    troubles: list[Exception],
    allowed: Collection[str],
) -> None:
    under_way: Counter[str] = Counter()

    async def fetch(fetcher: Fetcher, host: str, feed: Source) -> None:
        under_way[host] += 1
        try:
            state = library.feeds.state(feed.id)
            answer: Answered = await fetcher.get(
                feed.location, etag=state.etag, last_modified=state.last_modified, typed=feed.typed
            )
        except FetchError as error:
            answer = error
        except Exception as error:
            # It costs this feed alone, and is told in the end.
            troubles.append(error)
            return
        finally:
            under_way[host] -= 1
        answers.put((feed, answer))

    rest = [(clean.host_of(feed.location), feed) for feed in feeds]
    tasks: set[asyncio.Task[None]] = set()
    async with Fetcher(allowed) as fetcher:
        while (tasks or rest) and not stopped():
            if not _are_many(answers):
                for host, feed in _next(rest, TURNS - len(tasks), under_way):
                    tasks.add(asyncio.create_task(fetch(fetcher, host, feed)))
            if tasks:
                _, tasks = await asyncio.wait(tasks, timeout=GLANCE, return_when=asyncio.FIRST_COMPLETED)
            else:
                await asyncio.sleep(GLANCE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _are_many(answers: "queue.Queue[tuple[Source, Answered] | None]") -> bool:
    """Whether there is enough to be read for now."""
    with answers.mutex:
        sizes = [len(item[1].data) for item in answers.queue if item and isinstance(item[1], Fetched)]
    return len(sizes) >= UNREAD or sum(sizes) > UNREAD_BYTES


def _next(rest: list[tuple[str, Source]], room: int, under_way: Counter[str]) -> list[tuple[str, Source]]:
    """Taken from the rest in its order, but for feeds of hosts that have enough to do."""
    hosts = Counter(under_way)
    taken: list[tuple[str, Source]] = []
    left: list[tuple[str, Source]] = []
    for host, feed in rest:
        if len(taken) < room and hosts[host] < A_HOST:
            hosts[host] += 1
            taken.append((host, feed))
        else:
            left.append((host, feed))
    rest[:] = left
    return taken


def _read_all(
    at_once: bool,
    answers: "queue.Queue[tuple[Source, Answered] | None]",
    read: "queue.Queue[_Read | None]",
    stopped: Callable[[], bool],
    troubles: list[Exception],
) -> None:
    reader = Kept(FeedReader)
    try:
        if at_once:
            reader.start()
        while (item := answers.get()) is not None:
            if not stopped():
                read.put(_read(reader, *item))
    except Exception as error:
        troubles.append(error)
    finally:
        reader.close()
        read.put(None)


def _read(reader: Kept[FeedReader], source: Source, answer: Answered) -> _Read:
    if not isinstance(answer, Fetched):
        return _Read(source, answer)
    try:
        with reader.at_work() as process:
            return _Read(source, answer, process.read(answer.data, answer.url, answer.content_type))
    except NotAFeed as error:
        return _Read(source, answer, error)
    except ChildEnded:
        return _Read(source, answer, NotAFeed(BROKE_DOWN))


def _batches(
    read: "queue.Queue[_Read | None]", readers: int, left: int, together: int
) -> Iterator[list[_Read]]:
    """What has been read, until all readers have ended: the first at once, then what comes within a moment.

    Of the last of those that are `left` fewer wait for each other, so that they are taken in while others
    are read.
    """
    moment = 0.0
    while readers:
        batch: list[_Read] = []
        entries = 0
        until = float("inf")
        while readers and entries < together:
            wait = max(0, until - time.monotonic()) if len(batch) < left // 4 else 0
            try:
                item = read.get(timeout=wait if batch else None)
            except queue.Empty:
                break
            if item is None:
                readers -= 1
                continue
            if not batch:
                until = time.monotonic() + moment
            batch.append(item)
            entries += len(item.feed.entries) if isinstance(item.feed, Feed) else 0
        left -= len(batch)
        if batch:
            yield batch
        moment = MOMENT


def _settle(library: Library, batch: list[_Read], tell: Tell, troubles: list[Exception]) -> None:
    came: list[_Came] = []
    for source, answer, feed in batch:
        try:
            if isinstance(answer, Fetched) and isinstance(feed, Feed):
                came.append(_came(library, source, answer, feed))
            else:
                tell(_without_entries(library, source, answer, feed))
        except LibraryError as error:
            troubles.append(error)
    if came:
        _take_in(library, came, tell, troubles)


class _Came(NamedTuple):
    source: Source
    came: Came
    before: TakenIn
    """What was taken in of it already."""


def _take_in(library: Library, came: list[_Came], tell: Tell, troubles: list[Exception]) -> None:
    try:
        taken = library.feeds.came([one.came for one in came])
    except LibraryError as error:
        if len(came) == 1:
            troubles.append(error)
            return
        # What is wrong may be with one of them.
        for one in came:
            _take_in(library, [one], tell, troubles)
        return
    for (source, _, before), (new, changed) in zip(came, taken, strict=True):
        tell(Outcome(source, new=before.new + new, changed=before.changed + changed))


def _without_entries(
    library: Library, source: Source, answer: Answered, feed: Feed | NotAFeed | None
) -> Outcome:
    if isinstance(answer, NotModified):
        state = library.feeds.state(source.id)
        library.feeds.unchanged(source.id, Answer(state.etag, state.last_modified, answer.moved_to))
        return Outcome(source)
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
    library.feeds.failed(source.id, str(feed))
    return Outcome(source, failed=str(feed))


def _came(library: Library, source: Source, answer: Fetched, feed: Feed) -> _Came:
    """What is new of a feed, but for what would make its transaction too long, which is taken in here."""
    known = library.sources.known(source.id)
    now = int(time.time())
    told = [_brought(entry, now) for entry in feed.entries]
    # The oldest first, so that entries without dates stand in the order of their feed.
    brought = [item for item in reversed(told) if known.get(item.path) != (item.size, item.mtime_ns)]
    before = TakenIn(0, 0)
    while len(brought) > BATCH:
        new, changed = library.intake.take_in(source.id, brought[:BATCH])
        before = TakenIn(before.new + new, before.changed + changed)
        del brought[:BATCH]
    said = Answer(answer.etag, answer.last_modified, answer.moved_to, feed.title, feed.site)
    return _Came(source, Came(source.id, brought, said), before)


def _brought(entry: Entry, now: int) -> Brought:
    """With a digest of its words in place of a file's time."""
    digest = hashlib.blake2b(msgspec.msgpack.encode(entry.article), digest_size=7).digest()
    article = entry.article
    if article.published is None:
        # It is as new as the day on which it was met.
        article = replace(article, modified=now)
    return Brought(article, entry.key, 0, int.from_bytes(digest, "big"), is_entry=True)
