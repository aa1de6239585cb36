"""Articles' own pages → library: fetch, read, keep the text.

    wanted → fetching (one thread, twenty at once, two a host) → readers (a thread and a child process each)
        → library.pages

A page that holds no more than the source told is not kept in its place.
"""

import asyncio
import html
import queue
import re
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeAlias
from urllib.parse import urljoin

from msgspec import Struct

from tui_reader import clean
from tui_reader.library.bookmarks import is_bare
from tui_reader.library.library import Library
from tui_reader.library.pages import WORTH_KEEPING, Wanted
from tui_reader.model import Article, Image, Page
from tui_reader.sources.child import ChildEnded, Kept, PageReader, ToldByPage
from tui_reader.sources.fetch import MAX_PAGE, PAGES, Fetched, Fetcher, FetchError
from tui_reader.sources.texts import markdown

TOO_MUCH = "Reading this page took too long or too much memory, and was ended; open the original."
NO_MORE = "The page has no more text than the source told."
MAX_SENT_ON = 3
"""Times that pages may send on from one to the next."""
MAX_SENDING = 4_000
"""Bytes of a page that does nothing else; a larger one has a text, and sends on those without scripts."""
_META = re.compile(r"<meta\b[^>]+>", re.IGNORECASE)
_REFRESH = re.compile(r"http-equiv\s*=\s*[\"']?refresh\b", re.IGNORECASE)
_AT_ONCE = re.compile(r"content\s*=\s*[\"']?\s*[0-3]\s*[;,]\s*url\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
GLANCE = 0.1
"""Seconds between two looks whether it shall be stopped."""

Answered: TypeAlias = Fetched | FetchError


class PageOutcome(Struct, frozen=True):
    article: int
    problem: str = ""
    """A sentence, where there is no text."""


Tell = Callable[[PageOutcome], object]


class Readers(Kept[PageReader]):
    def __init__(self) -> None:
        super().__init__(PageReader)

    def read(self, fetched: Fetched, asked: str) -> ToldByPage | None:
        """None where the page was too much for it."""
        try:
            with self.at_work() as process:
                return process.read(fetched.data, fetched.url, fetched.content_type, asked)
        except ChildEnded:
            return None


def fetch_pages(
    library: Library,
    articles: Iterable[int],
    tell: Tell,
    *,
    stop: threading.Event | None = None,
    reader: Readers | None = None,
    allowed: Collection[str] = (),
    more: Callable[[], Iterable[int]] = tuple,
) -> None:
    """Bring the texts of these articles' pages in; `tell` is called for each as it comes.

    `allowed` are hosts that may be private. Stopped, it keeps what has come in. A `reader` that is given
    stays open, for the next time. As long as pages are under way, `more` is asked which others are wanted
    meanwhile: they need not wait for a server that says nothing. Raises what went wrong with the library or
    in fetching, once what could be had is kept.
    """
    stop = stop or threading.Event()
    wanted = library.pages.wanted(articles)
    answers: queue.Queue[tuple[Wanted, Answered] | None] = queue.Queue()
    troubles: list[Exception] = []

    def fetch() -> None:
        try:
            asyncio.run(_fetch_all(library, wanted, answers, stop, troubles, allowed, more))
        except Exception as error:
            troubles.append(error)
        finally:
            answers.put(None)

    threading.Thread(target=fetch, name="pages", daemon=True).start()
    readers = reader or Readers()
    try:
        while (item := answers.get()) is not None:
            if not stop.is_set():
                tell(_kept(library, readers, *item))
    finally:
        if reader is None:
            readers.close()
    if troubles:
        raise troubles[0]


async def _fetch_all(
    library: Library,
    wanted: Sequence[Wanted],
    answers: "queue.Queue[tuple[Wanted, Answered] | None]",
    stop: threading.Event,
    troubles: list[Exception],
    allowed: Collection[str],
    more: Callable[[], Iterable[int]],
) -> None:
    async with Fetcher(allowed) as fetcher:

        async def fetch(one: Wanted) -> None:
            try:
                answers.put((one, await fetch_page(fetcher, one.url, typed=_is_given(one))))
            except Exception as error:
                # It costs this page alone, and is told in the end.
                troubles.append(error)

        tasks = {asyncio.create_task(fetch(one)) for one in wanted}
        while tasks and not stop.is_set():
            _, tasks = await asyncio.wait(tasks, timeout=GLANCE)
            tasks |= {asyncio.create_task(fetch(one)) for one in library.pages.wanted(more())}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def fetch_page(fetcher: Fetcher, url: str, *, typed: bool) -> Answered:
    """What is at an address, or where the page there sends its readers on to."""
    left = MAX_SENT_ON
    while True:
        try:
            answer = await fetcher.get(url, limit=MAX_PAGE, accept=PAGES, typed=typed)
        except FetchError as error:
            return error
        assert isinstance(answer, Fetched)  # noqa: S101 - nothing conditional was asked
        onward = _sent_on(answer)
        if not (onward and left):
            return answer
        # Once it has led elsewhere, what a person typed counts no more.
        typed = typed and clean.host_of(onward) == clean.host_of(url) == clean.host_of(answer.url)
        url, left = onward, left - 1


def _sent_on(answer: Fetched) -> str:
    """Where a page that does nothing else sends its readers, as one that moved on a site of plain files."""
    if len(answer.data) > MAX_SENDING:
        return ""
    for tag in _META.findall(answer.data.decode("utf-8", "replace")):
        if _REFRESH.search(tag) and (found := _AT_ONCE.search(tag)):
            try:
                return clean.address(urljoin(answer.url, html.unescape(found[1])))
            except ValueError:
                return ""
    return ""


def _is_given(wanted: Wanted) -> bool:
    """A feed that a person typed may have its articles on the same host, also where that is a private one."""
    return any(clean.host_of(wanted.url) == clean.host_of(location) for location in wanted.typed)


def _kept(library: Library, readers: Readers, wanted: Wanted, answer: Answered) -> PageOutcome:
    if isinstance(answer, FetchError):
        # Without an answer it may be our network: once there is one, it is asked for again.
        library.pages.failed(wanted.article, answer.reason, unreached=answer.unreached)
        return PageOutcome(wanted.article, answer.reason)
    told = readers.read(answer, wanted.url)
    if told is None:
        return _failed(library, wanted, TOO_MUCH)
    stored = library.articles.get(wanted.article)
    if stored is not None and is_bare(stored.article):
        library.bookmarks.describe(wanted.article, article_of(told.page))
    if told.reason:
        return _failed(library, wanted, told.reason)
    if stored is not None and len(told.page.body) < WORTH_KEEPING * len(stored.article.body):
        return _failed(library, wanted, NO_MORE)
    library.pages.keep(wanted.article, told.page.body, told.page.image)
    return PageOutcome(wanted.article)


def article_of(page: Page) -> Article:
    """What a page says of itself, without its text, which is kept beside it."""
    return Article(
        title=page.title or page.url,
        url=page.url,
        summary=page.summary or markdown.first_paragraph(page.body),
        author=page.author,
        provider=page.site,
        domain=clean.host_of(page.url).removeprefix("www."),
        published=page.published,
        images=(Image(page.image),) if page.image else (),
    )


def _failed(library: Library, wanted: Wanted, reason: str) -> PageOutcome:
    library.pages.failed(wanted.article, reason)
    return PageOutcome(wanted.article, reason)
