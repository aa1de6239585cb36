"""Indexes in the background what waits for it, after an upgrade or when the index of words was damaged."""

import threading
from collections.abc import Callable

from textual.message import Message

from tui_reader.library.database import LibraryError
from tui_reader.library.library import Library


class Indexed(Message):
    def __init__(self, waiting: int) -> None:
        super().__init__()
        self.waiting = waiting
        """Articles that cannot be found by their words yet; 0 at the end."""


class Indexer:
    def __init__(self, library: Library, tell: Callable[[Message], object]) -> None:
        """`tell` is called from the indexing thread."""
        self._library = library
        self._tell = tell
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, *, anew: bool = False) -> None:
        """Index what waits; `anew`, everything, since the index is damaged."""
        if self._thread is None or not self._thread.is_alive():
            # A daemon: quitting does not wait, and the next start goes on.
            self._thread = threading.Thread(target=self._work, args=(anew,), name="indexer", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def _work(self, anew: bool) -> None:
        try:
            if anew:
                self._library.index.make_anew()
            waiting = self._library.index.waiting()
            while waiting and not self._stop.is_set():
                self._tell(Indexed(waiting))
                waiting = self._library.index.catch_up()
                if not waiting:
                    self._tell(Indexed(0))
        except LibraryError:
            # The library has been closed, or says so itself to whoever changes something next.
            return
