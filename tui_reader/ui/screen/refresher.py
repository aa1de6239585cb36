"""Refreshes in the background: one source after the other, in one thread that dies with the program.

The thread waits for the next one to be asked for: each new one would open the library again, 2 MB and three
files that stay open.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.message import Message

from tui_reader.library.database import LibraryError
from tui_reader.library.library import Library
from tui_reader.model import Source

if TYPE_CHECKING:
    from tui_reader.refresh import Outcome, Progress

TELL_EVERY = 0.2
"""Seconds between two reports of progress; more would cost frames."""


class Progressed(Message):
    def __init__(self, progress: Progress, waiting: int) -> None:
        super().__init__()
        self.progress = progress
        self.waiting = waiting
        """Sources that come after this one."""


class Refreshed(Message):
    def __init__(self, outcome: Outcome, last: bool, progress: Progress | None = None) -> None:
        super().__init__()
        self.outcome = outcome
        self.last = last
        """No further source waits."""
        self.progress = progress
        """Of the feeds that are asked together, how many have answered."""


class RefreshFailed(Message):
    """The library could not take it in."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Rested(Message):
    """Nothing is under way or waits any more, however that came: all was refreshed, or it was stopped."""


class Refresher:
    def __init__(
        self, library: Library, tell: Callable[[Message], object], allowed: Sequence[str] = ()
    ) -> None:
        """`tell` is called from the refreshing threads; `allowed` are hosts that may be private."""
        self._library = library
        self._tell = tell
        self._allowed = allowed
        self._waiting: queue.Queue[Source] = queue.Queue()
        self._queued: set[int] = set()
        """Sources that wait or are under way."""
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._told = 0.0

    def start(self, sources: Iterable[Source]) -> None:
        """Refresh these too; a source that is waiting or under way is not taken twice."""
        stopping = self._stop.is_set()
        if stopping:
            # What is still ending keeps its own event.
            self._stop = threading.Event()
        for source in sources:
            if stopping or source.id not in self._queued:
                self._queued.add(source.id)
                self._waiting.put(source)
        if self._queued and self._thread is None:
            # A daemon: quitting does not wait for a large folder.
            self._thread = threading.Thread(target=self._work, name="refresher", daemon=True)
            self._thread.start()

    @property
    def active(self) -> bool:
        return bool(self._queued)

    def stop(self) -> None:
        """Leave it at what has been taken in; what waits is forgotten."""
        self._stop.set()
        self._queued -= {source.id for source in self._waiting_now()}

    def _waiting_now(self) -> list[Source]:
        """Those that wait, which are taken from the queue."""
        taken: list[Source] = []
        with suppress(queue.Empty):
            while True:
                taken.append(self._waiting.get_nowait())
        return taken

    def _work(self) -> None:
        while True:
            source = self._waiting.get()
            together = [source, *self._waiting_now()] if source.kind == "feed" else [source]
            # One that was asked for while its refresh was being stopped has left with that.
            self._queued |= {one.id for one in together}
            if source.kind == "feed":
                for other in together:
                    if other.kind != "feed":
                        self._waiting.put(other)
                self._refresh_feeds([one for one in together if one.kind == "feed"])
            else:
                if not self._stop.is_set():
                    self._refresh(source)
                self._queued.discard(source.id)
            if not self._queued:
                self._tell(Rested())

    def _refresh_feeds(self, feeds: list[Source]) -> None:
        """All at once: each server takes its time."""
        from tui_reader.refresh import Progress
        from tui_reader.refresh_feeds import refresh_feeds

        left = {feed.id for feed in feeds}
        # The first answer may be half a minute away.
        self._tell(Progressed(Progress(feeds[0], 0, len(feeds)), self._waiting.qsize()))

        def tell(outcome: Outcome) -> None:
            left.discard(outcome.source.id)
            last = not left and self._waiting.empty()
            progress = Progress(outcome.source, len(feeds) - len(left), len(feeds))
            self._tell(Refreshed(outcome, last, None if last else progress))
            # From here on it can be asked for again, though others of these take their time.
            self._queued.discard(outcome.source.id)

        try:
            refresh_feeds(self._library, feeds, tell, stop=self._stop, allowed=self._allowed)
        except LibraryError as error:
            if not self._stop.is_set():
                self._tell(RefreshFailed(str(error)))
        except Exception as error:
            self._tell(RefreshFailed(f"The feeds were not refreshed: {type(error).__name__}: {error}."))
        self._queued -= left

    def _refresh(self, source: Source) -> None:
        # 25 ms (yaml), which the first paint need not wait for.
        from tui_reader.refresh import refresh

        try:
            outcome = refresh(self._library, source, tell=self._progress, stop=self._stop)
        except LibraryError as error:
            if not self._stop.is_set():
                self._tell(RefreshFailed(str(error)))
            return
        except Exception as error:
            # Whatever it is, the thread ends with a word, and not with a sign that turns for ever.
            self._tell(RefreshFailed(f"{source.title} was not refreshed: {type(error).__name__}: {error}."))
            return
        self._tell(Refreshed(outcome, last=self._waiting.empty()))

    def _progress(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._told >= TELL_EVERY:
            self._told = now
            self._tell(Progressed(progress, self._waiting.qsize()))
