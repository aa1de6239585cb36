"""A page of the web → a bookmark: one that is in no feed, kept with its whole text."""

import asyncio
from collections.abc import Collection

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


class AtAddress(Struct, frozen=True):
    asked: str
    """The address that a person meant, before redirects."""
    page: Page
    problem: str = ""
    """Why it has no text."""
    unreached: bool = False
    """Whether that is for want of a network."""


class Saved(Struct, frozen=True):
    article: int
    title: str
    problem: str = ""
    """Why it was kept without its text."""


def page_at(word: str, allowed: Collection[str] = ()) -> AtAddress:
    """What is at an address that a person typed; not on the screen's own thread.

    What cannot be fetched or read is its address alone: a bookmark is not lost for want of a network. Raises
    `NotSavedError` for what is no address.
    """
    addresses = _addresses(word)
    asked = addresses[0]
    answer = asyncio.run(_fetched(addresses, allowed))
    if isinstance(answer, FetchError):
        return AtAddress(asked, _bare(asked), answer.reason, answer.unreached)
    reader = Readers()
    try:
        told = reader.read(answer, asked)
    finally:
        reader.close()
    if told is None:
        return AtAddress(asked, _bare(answer.url), TOO_MUCH)
    return AtAddress(asked, told.page, told.reason)


def address_alone(word: str) -> AtAddress:
    """The same where nobody waits for the page now: it is fetched later. Raises `NotSavedError`."""
    asked = _addresses(word)[0]
    return AtAddress(asked, _bare(asked), NOT_WAITED_FOR, unreached=True)


def _addresses(word: str) -> list[str]:
    if addresses := addresses_of(word):
        return addresses
    shown = clean.line(clean.without_login(word))
    raise NotSavedError(f"{shown} is no address; one begins with http:// or https://.")


async def _fetched(addresses: list[str], allowed: Collection[str]) -> Fetched | FetchError:
    async with Fetcher(allowed) as fetcher:
        for address in addresses:
            answer = await fetch_page(fetcher, address, typed=True)
            if isinstance(answer, Fetched):
                break
    return answer


def _bare(address: str) -> Page:
    """By its address alone; a login in it stands on no screen and in no export."""
    address = clean.without_login(address)
    return Page(url=address, title=address, body="")


def keep_page(
    library: Library, found: AtAddress, tags: Collection[str] = (), note: str | None = None
) -> Saved:
    """Bookmark it. Raises `LibraryError`."""
    article = article_of(found.page)
    article_id = library.bookmarks.add_page(
        article, found.page.body, found.problem, tags, note, found.asked, unreached=found.unreached
    )
    stored = library.articles.get(article_id)
    if stored is None:
        return Saved(article_id, article.title, found.problem)
    # Its text may have come before, and is kept though the page cannot be had now.
    has_text = stored.page is not None and bool(stored.page.body)
    return Saved(article_id, stored.article.title, "" if has_text else found.problem)
