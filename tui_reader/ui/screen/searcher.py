"""Finds while a person types: each key's query overtakes the one before.

Two threads. One asks the titles alone, which answer within a frame whatever was typed; it speaks up when
the other, which asks the whole index, has not answered by then. The other's question cannot always be broken
off (FTS5 gathers a prefix's words in one go: 0.1 s for three letters at 100,000 articles), so it waits for a
pause where the prefix is short.
"""

# `array[int]` can be written at run time from Python 3.12 on.
from __future__ import annotations

import threading
from array import array
from collections.abc import Callable

from textual.message import Message

from tui_reader import query
from tui_reader.library.database import Interrupted, LibraryError
from tui_reader.library.library import Library
from tui_reader.model import View
from tui_reader.ui.screen.views import Views

FIRST = 60
"""Articles that are fetched at once."""
TITLES_AFTER = 0.012
"""Seconds that the titles leave to the whole index."""
SHORT, PAUSE = 2, 0.25
"""Letters of a prefix for which the whole index is asked only when nothing was typed for so many seconds."""


class Asked:
    """A query under way."""

    def __init__(self, request: int, view: View) -> None:
        self.request = request
        self.view = view
        self.answered = threading.Event()
        """By the whole index."""
        self.rare = False
        """Whether no title has it."""


class Searcher:
    def __init__(
        self,
        library: Library,
        tell: Callable[[Message], object],
        views: Views,
    ) -> None:
        """`tell`, and what `views` knows of a view, are called from the searching threads."""
        self._library = library
        self._tell = tell
        self._views = views
        self._latest: Asked | None = None
        self._changed = threading.Condition()
        self._pause = 0.0
        self._interrupts: list[Callable[[], None]] = []
        for work in (self._ask_titles, self._ask_everything):
            # Daemons: quitting does not wait for an answer.
            threading.Thread(target=self._work, args=(work,), name="searcher", daemon=True).start()

    def take_time(self, large: bool) -> None:
        """Whether the library is so large that a short prefix waits for a pause of the hand."""
        self._pause = PAUSE if large else 0.0

    def ask(self, request: int, view: View) -> None:
        """Answered by `Views.Ids` messages with this number, unless another question comes first."""
        with self._changed:
            self._latest = Asked(request, view)
            self._changed.notify_all()
        self._interrupt()

    def forget(self) -> None:
        """Nobody waits any more."""
        with self._changed:
            self._latest = None
        self._interrupt()

    def _interrupt(self) -> None:
        for interrupt in self._interrupts:
            interrupt()

    def _work(self, ask: Callable[[Asked], None]) -> None:
        try:
            self._interrupts.append(self._library.database.interrupter())
        except LibraryError as error:
            self._tell(Views.Failed(error))
            return
        done: Asked | None = None
        while True:
            asked = self._next(done)
            try:
                ask(asked)
            except Interrupted:
                # It may have been meant for the query before: then this one is asked again.
                continue
            except LibraryError as error:
                if asked is self._latest:
                    self._tell(Views.Failed(error))
            done = asked

    def _next(self, done: Asked | None) -> Asked:
        with self._changed:
            while self._latest is None or self._latest is done:
                self._changed.wait()
            return self._latest

    def _ask_titles(self, asked: Asked) -> None:
        ids = self._library.articles.titled(asked.view, FIRST)
        if not ids:
            # Then the whole index will not have much to gather either.
            with self._changed:
                asked.rare = True
                self._changed.notify_all()
        if not ids or asked.answered.wait(TITLES_AFTER):
            return
        self._answer(asked, ids, whole=False)

    def _ask_everything(self, asked: Asked) -> None:
        if query.shortest_prefix(query.parse(asked.view.query)) <= SHORT:
            with self._changed:
                self._changed.wait_for(lambda: self._latest is not asked or asked.rare, timeout=self._pause)
                if self._latest is not asked:
                    return
        ids = self._views.first_of(asked.view, FIRST)
        asked.answered.set()
        whole = len(ids) < FIRST
        self._answer(asked, ids, whole=whole)
        if not whole:
            self._answer(asked, self._views.ids_of(asked.view), whole=True)

    def _answer(self, asked: Asked, ids: array[int], *, whole: bool) -> None:
        if asked is not self._latest:
            return
        days = self._views.days_of(asked.view, ids)
        self._tell(Views.Ids(asked.request, ids, days, whole=whole))
