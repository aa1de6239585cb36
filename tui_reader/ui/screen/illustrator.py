"""Pictures in the background: from the cache on the disk or the network, through the child that decodes.

    wanted → drawer (a thread: disk, child) → Drawn | NotDrawn
                 │             ↑
                 └→ fetcher (a thread with a loop)

Only what was wanted last is worked on. Both threads die with the program, and the child is let go at rest.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from textual.message import Message

from tui_reader.picture import Picture, Wanted

if TYPE_CHECKING:
    from tui_reader.picture_cache import PictureCache
    from tui_reader.sources.fetch import Fetcher
    from tui_reader.sources.picture_reader import Pictures

FETCH_AFTER = 0.18
"""Seconds for which it must still be wanted before the network is asked; with what the pane waits, 0.3."""
AT_ONCE = 4
MAX_BYTES = 5_000_000
ACCEPT = "image/webp, image/png, image/jpeg, image/gif;q=0.9, image/*;q=0.1"
AT_REST = 30.0
"""Seconds without a picture after which the child goes, and 35 MB with it; another starts within 0.2."""


class Drawn(Message):
    def __init__(self, url: str, picture: Picture) -> None:
        super().__init__()
        self.url = url
        self.picture = picture


class NotDrawn(Message):
    def __init__(self, url: str, reason: str) -> None:
        super().__init__()
        self.url = url
        self.reason = reason
        """As it stands in brackets behind the caption."""


class _Came(Struct, frozen=True):
    """What was fetched for a picture, or why nothing was."""

    wanted: Wanted
    data: bytes = b""
    reason: str = ""


class Illustrator:
    def __init__(
        self,
        tell: Callable[[Message], object],
        folder: Callable[[], Path],
        limit: int,
        allowed: Collection[str] = (),
    ) -> None:
        """`tell` is called from a thread; `limit` are the cache's bytes; `allowed` hosts may be private."""
        self._tell = tell
        self._folder = folder
        self._limit = limit
        self._allowed = allowed
        self._wanted: frozenset[Wanted] = frozenset()
        self._queue: queue.Queue[Wanted | _Came | None] = queue.Queue()
        self._drawer: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._to_fetch: asyncio.Queue[Wanted | None] = asyncio.Queue()
        self._tasks: dict[Wanted, asyncio.Task[None]] = {}
        """Only the fetcher's thread looks at them."""

    def want(self, wanted: Sequence[Wanted]) -> None:
        """From now on these and no others; what was wanted before and is not any more is left."""
        before, self._wanted = self._wanted, frozenset(wanted)
        for one in wanted:
            if one not in before:
                self._queue.put(one)
        if wanted and self._drawer is None:
            self._drawer = threading.Thread(target=self._draw_all, name="pictures", daemon=True)
            self._drawer.start()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._leave_unwanted)

    def stop(self) -> None:
        """Leave everything; whatever is under way is not waited for."""
        self.want(())
        self._queue.put(None)

    # The drawer's thread

    def _draw_all(self) -> None:
        # Here and not above: the fetcher's and the child's parsers take 0.1 s.
        from tui_reader.picture_cache import PictureCache
        from tui_reader.sources.picture_reader import Pictures

        cache, pictures = PictureCache(self._folder(), self._limit), Pictures()
        while True:
            try:
                item = self._queue.get(timeout=AT_REST)
            except queue.Empty:
                pictures.close()
                item = self._queue.get()
            if item is None:
                pictures.close()
                if self._loop is not None:
                    self._loop.call_soon_threadsafe(self._to_fetch.put_nowait, None)
                return
            wanted = item.wanted if isinstance(item, _Came) else item
            if wanted not in self._wanted:
                if isinstance(item, _Came) and item.data:
                    # It was paid for, and may be looked at later.
                    cache.put(wanted.url, item.data)
                continue
            try:
                self._draw(item, cache, pictures)
            except Exception as error:
                # Whatever it is, the thread goes on with the next.
                self._done(NotDrawn(wanted.url, type(error).__name__), wanted)

    def _draw(self, item: Wanted | _Came, cache: PictureCache, pictures: Pictures) -> None:
        from tui_reader.sources.picture import NotAPicture

        wanted = item.wanted if isinstance(item, _Came) else item
        if isinstance(item, _Came) and item.reason:
            self._done(NotDrawn(wanted.url, item.reason), wanted)
            return
        data = item.data if isinstance(item, _Came) else cache.get(wanted.url)
        if data is None:
            self._fetch(wanted)
            return
        try:
            picture = pictures.draw(data, wanted.box)
        except NotAPicture as error:
            if isinstance(item, _Came):
                self._done(NotDrawn(wanted.url, str(error)), wanted)
            else:
                # What was kept is no good; the network may have better.
                cache.remove(wanted.url)
                self._fetch(wanted)
            return
        if isinstance(item, _Came):
            cache.put(wanted.url, data)
        self._done(Drawn(wanted.url, picture), wanted)

    def _done(self, answer: Drawn | NotDrawn, wanted: Wanted) -> None:
        if wanted in self._wanted:
            self._tell(answer)

    # The fetcher's thread

    def _fetch(self, wanted: Wanted) -> None:
        if self._loop is None:
            loop = self._loop = asyncio.new_event_loop()
            fetching = threading.Thread(
                target=self._fetch_all, args=(loop,), name="fetching-pictures", daemon=True
            )
            fetching.start()
        self._loop.call_soon_threadsafe(self._to_fetch.put_nowait, wanted)

    def _fetch_all(self, loop: asyncio.AbstractEventLoop) -> None:
        # What a thread says when it fails would stand on the screen.
        with suppress(Exception):
            loop.run_until_complete(self._fetching())

    async def _fetching(self) -> None:
        from tui_reader.sources.fetch import Fetcher

        turns = asyncio.Semaphore(AT_ONCE)
        async with Fetcher(self._allowed) as fetcher:
            while (wanted := await self._to_fetch.get()) is not None:
                task = asyncio.create_task(self._get(fetcher, turns, wanted))
                self._tasks[wanted] = task
                task.add_done_callback(partial(self._tasks.pop, wanted))
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _get(self, fetcher: Fetcher, turns: asyncio.Semaphore, wanted: Wanted) -> None:
        from tui_reader.sources.fetch import Fetched, FetchError

        await asyncio.sleep(FETCH_AFTER)
        if wanted not in self._wanted:
            return
        came = _Came(wanted)
        try:
            async with turns:
                answer = await fetcher.get(wanted.url, limit=MAX_BYTES, accept=ACCEPT)
            if isinstance(answer, Fetched):
                came = _Came(wanted, answer.data)
        except FetchError as error:
            # What is wrong; what to do about it is said of feeds and pages.
            came = _Came(wanted, reason=error.reason.partition(";")[0].rstrip("."))
        except Exception as error:
            came = _Came(wanted, reason=type(error).__name__)
        self._queue.put(came)

    def _leave_unwanted(self) -> None:
        for wanted, task in list(self._tasks.items()):
            if wanted not in self._wanted:
                task.cancel()
