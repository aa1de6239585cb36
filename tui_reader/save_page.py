"""A page of the web → a bookmark: one that is in no feed, kept with its whole text."""

import asyncio
from collections.abc import Collection

from msgspec import Struct

from tui_reader import clean
from tui_reader.fetch_pages import TOO_MUCH, Readers, fetch_page
from tui_reader.library.library import Library
from tui_reader.model import Article, Image, Page
from tui_reader.sources.fetch import Fetched, Fetcher, FetchError
from tui_reader.sources.texts import markdown
from tui_reader.subscribe import addresses_of


class NotSavedError(Exception):
    """Nothing was kept; the text is a sentence."""


class AtAddress(Struct, frozen=True):
    page: Page
    problem: str = ""
    """Why it has no text."""


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
    addresses = addresses_of(word)
    if not addresses:
        raise NotSavedError(
            f"{clean.line(clean.without_login(word))} is no address; one begins with http:// or https://."
        )
    answer = asyncio.run(_fetched(addresses, allowed))
    if isinstance(answer, FetchError):
        return AtAddress(_bare(addresses[0]), answer.reason)
    reader = Readers()
    try:
        told = reader.read(answer, addresses[0])
    finally:
        reader.close()
    if told is None:
        return AtAddress(_bare(answer.url), TOO_MUCH)
    return AtAddress(told.page, told.reason)


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
    page, problem = found.page, found.problem
    article = Article(
        title=page.title or page.url,
        url=page.url,
        summary=page.summary or markdown.first_paragraph(page.body),
        author=page.author,
        provider=page.site,
        domain=clean.host_of(page.url).removeprefix("www."),
        published=page.published,
        images=(Image(page.image),) if page.image else (),
    )
    article_id = library.bookmarks.add_page(article, page.body, problem, tags, note)
    stored = library.articles.get(article_id)
    if stored is None:
        return Saved(article_id, article.title, problem)
    # Its text may have come before, and is kept though the page cannot be had now.
    has_text = stored.page is not None and bool(stored.page.body)
    return Saved(article_id, stored.article.title, "" if has_text else problem)
