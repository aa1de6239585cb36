"""Articles' pages are fetched in the background: what a person waits for, and what is fetched ahead of them,
each in a thread of its own that dies with the program."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from textual.message import Message

from tui_reader.library.database import LibraryError
from tui_reader.library.library import Library

IDLE = 30.0
"""Seconds without a page, after which the process that reads them ends: it takes 90 MB."""
AT_ONCE = 20


class PageFetched(Message):
    """An article's page is in the library, or could not be had."""

    def __init__(self, article_id: int, problem: str, by_hand: bool) -> None:
        super().__init__()
        self.article_id = article_id
        self.problem = problem
        """A sentence; empty where its text is there."""
        self.by_hand = by_hand


class PageFetcher:
    def __init__(
        self, library: Library, tell: Callable[[Message], object], allowed: Sequence[str] = ()
    ) -> None:
        """`tell` is called from the fetching threads; `allowed` are hosts that may be private."""
        self._by_hand = _Lane(library, tell, allowed, by_hand=True)
        self._ahead = _Lane(library, tell, allowed, by_hand=False)

    def fetch(self, article_id: int) -> None:
        """A person waits for this one."""
        self._by_hand.add([article_id])

    def fetch_ahead(self, articles: Iterable[int]) -> None:
        self._ahead.add(articles)

    def is_fetching(self, article_id: int) -> bool:
        return article_id in self._by_hand.under_way or article_id in self._ahead.under_way

    @property
    def under_way(self) -> int:
        return len(self._by_hand.under_way | self._ahead.under_way)

    def stop(self) -> None:
        self._by_hand.stop()
        self._ahead.stop()


class _Lane:
    def __init__(
        self, library: Library, tell: Callable[[Message], object], allowed: Sequence[str], *, by_hand: bool
    ) -> None:
        self._library = library
        self._tell = tell
        self._allowed = allowed
        self._is_by_hand = by_hand
        self._waiting: queue.Queue[int] = queue.Queue()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.under_way: set[int] = set()
        """Articles whose pages wait, or are being fetched."""

    def add(self, articles: Iterable[int]) -> None:
        self._stop.clear()
        for article_id in articles:
            if article_id not in self.under_way:
                self.under_way.add(article_id)
                self._waiting.put(article_id)
        if self.under_way and self._thread is None:
            self._thread = threading.Thread(target=self._work, name="pages", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Leave it at what has come in."""
        self._stop.set()

    def _work(self) -> None:
        # 70 ms, which the first paint need not wait for.
        from tui_reader.fetch_pages import Readers

        reader = Readers()
        while True:
            try:
                articles = [self._waiting.get(timeout=IDLE)]
            except queue.Empty:
                reader.close()
                articles = [self._waiting.get()]
            self._fetch(articles, reader)

    def _more(self) -> list[int]:
        """Those that wait now."""
        articles: list[int] = []
        with suppress(queue.Empty):
            while len(articles) < AT_ONCE:
                articles.append(self._waiting.get_nowait())
        return articles

    def _fetch(self, articles: list[int], reader: object) -> None:
        from tui_reader.fetch_pages import PageOutcome, Readers, fetch_pages

        assert isinstance(reader, Readers)  # noqa: S101 - made above; its type is imported late

        articles += self._more()

        def tell(outcome: PageOutcome) -> None:
            self._done(outcome.article, outcome.problem)

        def more() -> list[int]:
            also = self._more()
            articles.extend(also)
            return also

        try:
            if not self._stop.is_set():
                fetch_pages(
                    self._library,
                    tuple(articles),
                    tell,
                    stop=self._stop,
                    reader=reader,
                    allowed=self._allowed,
                    more=more,
                )
            problem = "It has no address that could be fetched."
        except LibraryError as error:
            problem = str(error)
        except Exception as error:
            # Whatever it is, the thread goes on, and nobody waits for ever.
            problem = f"The page was not fetched: {type(error).__name__}: {error}."
        for article_id in articles:
            if article_id in self.under_way:
                self._done(article_id, "" if self._stop.is_set() else problem)

    def _done(self, article_id: int, problem: str) -> None:
        self.under_way.discard(article_id)
        self._tell(PageFetched(article_id, problem, self._is_by_hand))
