"""What articles wait for after they have come in, done in the background: their words are indexed, where that
is still to be done, and it is found out who else tells the same."""

import threading
import time
from collections.abc import Callable

from textual.message import Message

from tui_reader.library.database import IndexDamaged, LibraryError
from tui_reader.library.library import Library

REST = 1.0
"""How much longer than a piece of the work the rest after it is: keys find half of the time free."""


class Indexed(Message):
    def __init__(self, waiting: int) -> None:
        super().__init__()
        self.waiting = waiting
        """Articles that cannot be found by their words yet; 0 at the end."""


class Grouped(Message):
    """Stories have been found, or are looked for."""

    def __init__(self, waiting: int) -> None:
        super().__init__()
        self.waiting = waiting
        """Articles of which it is not known yet who else tells the same; 0 at the end."""


class FollowUp:
    def __init__(self, library: Library, tell: Callable[[Message], object]) -> None:
        """`tell` is called from the working thread."""
        self._library = library
        self._tell = tell
        self._stop = threading.Event()
        self._wanted = threading.Event()
        self._anew = False
        self._mended = False
        self.active = False
        """Whether something is being done, or is about to be."""
        self._thread: threading.Thread | None = None

    def start(self, *, anew: bool = False) -> None:
        """Do what waits; `anew`, index everything, since the index is damaged."""
        self._anew = self._anew or anew
        self.active = True
        self._wanted.set()
        if self._thread is None:
            # A daemon: quitting does not wait, and the next start goes on.
            self._thread = threading.Thread(target=self._work, name="follow-up", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._wanted.set()

    def _work(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._stop.is_set():
                return
            try:
                self._index()
                self._group()
            except IndexDamaged:
                # Once: what is damaged again at once is not mended by this.
                if not self._mended:
                    self._mended = self._anew = True
                    self._wanted.set()
            except LibraryError:
                # The library has been closed, or says so itself to whoever changes something next.
                continue
            finally:
                self.active = self._wanted.is_set()

    def _index(self) -> None:
        if self._anew:
            self._anew = False
            self._library.index.make_anew()
        waiting = self._library.index.waiting()
        while waiting and not self._stop.is_set():
            self._tell(Indexed(waiting))
            waiting = self._library.index.catch_up()
            if not waiting:
                self._tell(Indexed(0))

    def _group(self) -> None:
        if not self._library.stories.waiting():
            return
        grouping = self._library.stories.grouping()
        begin = time.monotonic()
        while not self._stop.is_set() and grouping.go_on():
            self._tell(Grouped(self._library.stories.waiting()))
            self._stop.wait(REST * (time.monotonic() - begin))
            begin = time.monotonic()
        self._tell(Grouped(0))
