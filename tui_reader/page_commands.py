"""The commands on the pages of articles: fetching their full texts, bookmarking any page."""

from typing import TYPE_CHECKING

from tui_reader import clean
from tui_reader.commands import (
    Arguments,
    Failed,
    complain,
    count,
    find_article,
    open_library,
    settings_of,
    tell_waiting,
)

if TYPE_CHECKING:
    from tui_reader.library.library import Library


def fetch(arguments: Arguments) -> int:
    """A line a page; the exit status is 1 if any could not be had."""
    from tui_reader.fetch_pages import PageOutcome, fetch_pages

    with open_library(arguments) as library:
        for article_id in arguments.ids:
            find_article(library, article_id)
        wanted = list(arguments.ids)
        if arguments.unread:
            wanted += library.pages.unread(arguments.limit)
        if arguments.bookmarks:
            wanted += library.pages.bookmarked(arguments.limit)
        if not (wanted or arguments.unread or arguments.bookmarks):
            raise Failed("Say which: --unread, --bookmarks, or the numbers of articles.")
        outcomes: list[PageOutcome] = []

        def tell(outcome: PageOutcome) -> None:
            [row] = library.articles.rows([outcome.article])
            print(f"{outcome.article} {row.title}: {outcome.problem or 'fetched'}", flush=True)
            outcomes.append(outcome)

        allowed = settings_of(arguments).private_hosts
        fetch_pages(library, list(dict.fromkeys(wanted)), tell, allowed=allowed)
        failed = sum(bool(outcome.problem) for outcome in outcomes)
        # Who packs for a journey must know that not all is packed.
        left = _are_left(library, arguments, {outcome.article for outcome in outcomes})
        more = "; more are left for another run or a higher --limit" if left else ""
        print(f"{count(len(outcomes) - failed, 'page')} fetched{more}.")
    return int(bool(failed))


def _are_left(library: "Library", arguments: Arguments, tried: set[int]) -> bool:
    """Whether some have not been tried; what could not be reached is wanted still."""
    enough = len(tried) + 1
    wanted = set(library.pages.unread(enough) if arguments.unread else ())
    wanted.update(library.pages.bookmarked(enough) if arguments.bookmarks else ())
    return not wanted <= tried


def bookmark_add(arguments: Arguments) -> None:
    from tui_reader.subscribe import is_address

    ids = [int(word) for word in arguments.what if word.isascii() and word.isdecimal()]
    pages = [word for word in arguments.what if not word.isdecimal()]
    for word in pages:
        if not is_address(word):
            raise Failed(f"{clean.without_login(word)} is neither the number of an article nor an address.")
    with open_library(arguments) as library:
        for article_id in ids:
            find_article(library, article_id)
        for article_id in ids:
            library.bookmarks.add(article_id, arguments.tag or (), arguments.note)
    for page in pages:
        _bookmark_page(arguments, page)


def _bookmark_page(arguments: Arguments, address: str) -> None:
    from tui_reader.save_page import NotSavedError, keep_page, page_at

    allowed = settings_of(arguments).private_hosts
    with open_library(arguments) as library:
        tell_waiting(f"Fetching {clean.without_login(address)}")
        try:
            found = page_at(address, allowed)
        except NotSavedError as error:
            raise Failed(str(error)) from error
        saved = keep_page(library, found, arguments.tag or (), arguments.note)
        print(f"{saved.article} {saved.title}")
        if saved.problem:
            complain(f"It is kept without its text: {saved.problem}")
