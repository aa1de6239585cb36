"""Refreshes in the background: one source after the other, in a thread that dies with the program."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable
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
    def __init__(self, outcome: Outcome, last: bool) -> None:
        super().__init__()
        self.outcome = outcome
        self.last = last
        """No further source waits."""


class RefreshFailed(Message):
    """The library could not take it in."""

    def __init__(self, sentence: str) -> None:
        super().__init__()
        self.sentence = sentence


class Refresher:
    def __init__(self, library: Library, tell: Callable[[Message], object]) -> None:
        """`tell` is called from the refreshing thread."""
        self._library = library
        self._tell = tell
        self._waiting: queue.Queue[Source] = queue.Queue()
        self._queued: set[int] = set()
        self._stop = threading.Event()
        self._ending = threading.Lock()
        """So that no source is put into the queue of a thread that has just found it empty."""
        self._thread: threading.Thread | None = None
        self._told = 0.0

    def start(self, sources: Iterable[Source]) -> None:
        """Refresh these too; a source that is waiting or under way is not taken twice."""
        with self._ending:
            for source in sources:
                if source.id not in self._queued:
                    self._queued.add(source.id)
                    self._waiting.put(source)
            if self._queued and self._thread is None:
                self._stop.clear()
                # A daemon: quitting does not wait for a large folder.
                self._thread = threading.Thread(target=self._work, name="refresher", daemon=True)
                self._thread.start()

    @property
    def active(self) -> bool:
        return self._thread is not None

    def stop(self) -> None:
        """Leave it at what has been taken in."""
        self._stop.set()

    def _work(self) -> None:
        while True:
            with self._ending:
                try:
                    source = self._waiting.get_nowait()
                except queue.Empty:
                    self._thread = None
                    return
            if not self._stop.is_set():
                self._refresh(source)
            self._queued.discard(source.id)

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
