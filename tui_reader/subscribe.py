"""From what a person types to a feed: the address of one, of a page that names some, or of a site."""

import asyncio
import os
import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tui_reader import clean
from tui_reader.library.feeds import NewFeed
from tui_reader.sources.discover import Found, feeds_in, guesses

if TYPE_CHECKING:
    from tui_reader.sources.child import FeedReader, Kept
    from tui_reader.sources.fetch import Fetched
    from tui_reader.sources.opml import Subscription

_HOST = re.compile(
    r"(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,})(?:[:/?].*)?", re.IGNORECASE
)


OPENING = 2_000
"""Bytes in which a list of feeds says that it is one."""


class NoFeedError(Exception):
    """There is none; the text is a sentence."""


def is_address(word: str) -> bool:
    """Whether somebody means a web address, and neither a folder nor a list."""
    word = word.strip()
    if word.lower().startswith(("http://", "https://", "feed:")):
        return True
    # No host is called so.
    is_list = "/" not in word and word.lower().endswith(".opml")
    # That of `Path` raises at a name that is too long.
    return bool(_HOST.fullmatch(word)) and not is_list and not os.path.exists(word)  # noqa: PTH110


def why_not_asked(word: str) -> str:
    """Of an address for something other than the web, a sentence; else nothing."""
    if "://" not in word or is_address(word):
        return ""
    return f"{clean.without_login(word)} cannot be asked; an address begins with http:// or https://."


def addresses_of(word: str) -> list[str]:
    """As it is asked for, https first where nobody has said; empty where it is none."""
    word = re.sub(r"^feed:(?://)?", "", word.strip(), flags=re.IGNORECASE)
    tried = [word] if "://" in word else [f"https://{word}", f"http://{word}"]
    return [address for one in tried if (address := clean.address(one))]


def is_given(word: str, url: str) -> bool:
    """Whether what a person typed names the host of a feed that was found by it."""
    return any(clean.host_of(address) == clean.host_of(url) for address in addresses_of(word))


def find_feeds(word: str, allowed: Collection[str] = ()) -> list[Found]:
    """The feeds at an address, one at the least. Raises `NoFeedError`; not on the screen's own thread."""
    addresses = addresses_of(word)
    if not addresses:
        raise NoFeedError(
            f"{clean.line(clean.without_login(word))} is no web address; those are like https://example.org/feed."
        )
    from tui_reader.sources.child import FeedReader, Kept

    reader = Kept(FeedReader)
    try:
        # It starts while the first address is fetched.
        reader.start()
        return asyncio.run(_find(addresses, reader, allowed))
    finally:
        reader.close()


def new_feeds(listed: "Iterable[Subscription]", folder: str = "") -> list[NewFeed]:
    """What a list names, as the library takes it; its folders go into `folder`."""
    return [
        NewFeed(
            one.url,
            one.title,
            " / ".join(filter(None, (folder, one.folder))),
            one.site,
            named=bool(one.title),
            every=one.every,
            paused=one.paused,
        )
        for one in listed
    ]


async def _find(addresses: list[str], reader: "Kept[FeedReader]", allowed: Collection[str]) -> list[Found]:
    from tui_reader.sources.fetch import Fetched, Fetcher, FetchError

    async with Fetcher(allowed) as fetcher:
        for address in addresses:
            try:
                fetched = await fetcher.get(address, typed=True)
                break
            except FetchError as error:
                failed = error
        else:
            raise NoFeedError(failed.reason)
        assert isinstance(fetched, Fetched)  # noqa: S101 - nothing conditional was asked
        if (title := _title(reader, fetched)) is not None:
            return [Found(fetched.moved_to or address, title)]
        if b"<opml" in fetched.data[:OPENING].lower():
            raise NoFeedError(f"{fetched.url} is an OPML list of feeds. Save it as a file, and add that.")
        if found := feeds_in(fetched.data, fetched.url, fetched.content_type):
            return [Found(_with_login(one.url, address), one.title) for one in found]
        for guess in guesses(fetched.url) if _is_page(fetched) else ():
            guess = _with_login(guess, address)
            try:
                same = clean.host_of(guess) == clean.host_of(address)
                tried = await fetcher.get(guess, typed=same)
            except FetchError:
                continue
            if isinstance(tried, Fetched) and (title := _title(reader, tried)) is not None:
                return [Found(guess, title)]
    shown = clean.without_login(address)
    raise NoFeedError(f"{shown} is no feed, and names none. Look on the page for “RSS” or “feed”.")


def _with_login(url: str, given: str) -> str:
    """An address that a page names, with the login of that page, if it is for the same server."""
    parts, page = urlsplit(url), urlsplit(given)
    login, _, server = page.netloc.rpartition("@")
    if login and (parts.scheme, parts.netloc) in ((page.scheme, server), ("https", page.hostname)):
        return parts._replace(netloc=f"{login}@{parts.netloc}").geturl()
    return url


def _is_page(fetched: "Fetched") -> bool:
    """Only the site of a page is looked through for feeds: what else is meant to be one is broken."""
    start = fetched.data[:OPENING].lower()
    return "html" in fetched.content_type.lower() or b"<html" in start or b"<!doctype html" in start


def _title(reader: "Kept[FeedReader]", fetched: "Fetched") -> str | None:
    """What a feed is called; None for what is none. Raises `NoFeedError` for one that is cut off."""
    from tui_reader.sources.child import ChildEnded
    from tui_reader.sources.feed import CUT_OFF, NotAFeed

    try:
        with reader.at_work() as process:
            return process.read(fetched.data, fetched.url, fetched.content_type).title
    except NotAFeed as error:
        if str(error) == CUT_OFF:
            raise NoFeedError(f"{fetched.url}: {CUT_OFF}") from error
    except ChildEnded:
        # What it broke down at costs no other feed.
        pass
    return None
