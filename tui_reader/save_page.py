"""A page of the web → a bookmark: one that is in no feed, kept with its whole text."""

import asyncio
from collections.abc import Collection
from urllib.parse import urlsplit

from msgspec import Struct

from tui_reader import clean
from tui_reader.fetch_pages import TOO_MUCH, Readers, article_of, fetch_page
from tui_reader.library.library import Library
from tui_reader.model import Page
from tui_reader.sources.fetch import Fetched, Fetcher, FetchError
from tui_reader.subscribe import addresses_of

NOT_WAITED_FOR = "The reader was left before this page had come."


class NotSavedError(Exception):
    """Nothing was kept; the text is a sentence."""


class Saved(Struct, frozen=True):
    article: int
    title: str
    problem: str = ""
    """Why it was kept without its text."""


def save_page(
    library: Library,
    word: str,
    tags: Collection[str] = (),
    note: str | None = None,
    *,
    allowed: Collection[str] = (),
) -> Saved:
    """Bookmark what is at an address that a person typed; not on the screen's own thread.

    What cannot be fetched or read is kept with its address alone: a bookmark is not lost for want of a
    network. Raises `NotSavedError` for what is no address, and `LibraryError`.
    """
    addresses = _addresses(word)
    asked = addresses[0]
    answer = asyncio.run(_fetched(addresses, allowed))
    if isinstance(answer, FetchError):
        return _keep(library, asked, _bare(asked), tags, note, answer.reason, unreached=answer.unreached)
    reader = Readers()
    try:
        told = reader.read(answer, asked)
    finally:
        reader.close()
    if told is None:
        return _keep(library, asked, _bare(answer.url), tags, note, TOO_MUCH)
    return _keep(library, asked, told.page, tags, note, told.reason)


def keep_address(library: Library, word: str) -> Saved:
    """Bookmark an address whose page nobody waits for now. Raises as `save_page` does."""
    asked = _addresses(word)[0]
    return _keep(library, asked, _bare(asked), (), None, NOT_WAITED_FOR, unreached=True)


def _addresses(word: str) -> list[str]:
    if addresses := addresses_of(word):
        return addresses
    raise NotSavedError(f"{clean.line(word)} is no address; one begins with http:// or https://.")


async def _fetched(addresses: list[str], allowed: Collection[str]) -> Fetched | FetchError:
    async with Fetcher(allowed) as fetcher:
        for address in addresses:
            answer = await fetch_page(fetcher, address, typed=True)
            if isinstance(answer, Fetched):
                break
    return answer


def _bare(address: str) -> Page:
    """By its address alone; a login in it is for its server, and stands on no screen and in no export."""
    parts = urlsplit(address)
    address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
    return Page(url=address, title=address, body="")


def _keep(
    library: Library,
    asked: str,
    page: Page,
    tags: Collection[str],
    note: str | None,
    problem: str,
    *,
    unreached: bool = False,
) -> Saved:
    article = article_of(page)
    article_id = library.bookmarks.add_page(
        article, page.body, problem, tags, note, asked, unreached=unreached
    )
    stored = library.articles.get(article_id)
    if stored is None:
        return Saved(article_id, article.title, problem)
    # Its text may have come before, and is kept though the page cannot be had now.
    has_text = stored.page is not None and bool(stored.page.body)
    return Saved(article_id, stored.article.title, "" if has_text else problem)
