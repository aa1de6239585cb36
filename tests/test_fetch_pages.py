"""Pages from a real server into the library."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.loopback import Behaviour, Loopback, answer, redirect, silent
from tests.shelf import Shelf
from tests.web_pages import LOGIN, SENTENCE, article_page
from tui_reader.fetch_pages import (
    NO_MORE,
    TOO_MUCH,
    Answered,
    PageOutcome,
    Readers,
    fetch_page,
    fetch_pages,
)
from tui_reader.library.library import Library
from tui_reader.model import Source
from tui_reader.sources import child
from tui_reader.sources.child import ChildEnded
from tui_reader.sources.fetch import Fetcher

OWN = ("127.0.0.1",)


@pytest.fixture
def server() -> Iterator[Loopback]:
    table: dict[str, Behaviour] = {
        "/ferries": article_page(),
        "/moved": redirect("/ferries"),
        "/members": LOGIN,
        **{f"/{number}": article_page(f"The page of number {number}.") for number in range(30)},
    }
    with Loopback(table) as running:
        yield running


@pytest.fixture
def fetch(library: Library) -> Callable[..., dict[int, str]]:
    """Fetches, and answers article → problem."""

    def fetch(*articles: int, **options: Any) -> dict[int, str]:
        outcomes: list[PageOutcome] = []
        fetch_pages(library, articles, outcomes.append, **{"allowed": OWN, **options})
        return {outcome.article: outcome.problem for outcome in outcomes}

    return fetch


Fetch = Callable[..., dict[int, str]]


def text(library: Library, article: int) -> str:
    stored = library.articles.get(article)
    assert stored is not None
    return stored.text


def test_texts_are_in_the_library_when_they_are_told(
    library: Library, shelf: Shelf, server: Loopback, fetch: Fetch
) -> None:
    articles = [shelf.put(f"Number {n}", url=server.url(f"/{n}")) for n in range(30)]
    assert fetch(*articles) == dict.fromkeys(articles, "")
    for number, article in enumerate(articles):
        assert f"The page of number {number}." in text(library, article)
    assert server.most_at_once["127.0.0.1:" + str(server.port)] <= 2


def sending(head: str) -> bytes:
    return answer(f"<html><head><title>Moved</title>{head}</head><a href=/ferries>Here</a></html>".encode())


@pytest.mark.parametrize(
    "head",
    [
        "<meta http-equiv='refresh' content='0; url=/ferries'>",
        '<META CONTENT="3;URL=\'/ferries\'" HTTP-EQUIV="Refresh">',
        "<meta http-equiv=refresh content='0,url=ferries?a=1&amp;b=2'>",
    ],
)
def test_page_that_sends_on_is_followed(
    library: Library, shelf: Shelf, server: Loopback, fetch: Fetch, head: str
) -> None:
    server.table["/old"] = sending(head)
    article = shelf.put("Ferries", url=server.url("/old"))
    assert fetch(article) == {article: ""}
    assert SENTENCE.strip() in text(library, article)


@pytest.mark.parametrize(
    "head",
    [
        "<meta http-equiv=refresh content='300; url=/ferries'>",
        "<meta http-equiv=refresh content='0; url=/old'>",
        "<meta http-equiv=refresh content='0; url=javascript:x()'>",
        "<meta http-equiv=refresh content='0; url=http://[bad'>",
        "<meta name=refresh content='0; url=/ferries'>",
        f"<meta http-equiv=refresh content='0; url=/ferries'><style>{'x' * 4_000}</style>",
    ],
)
def test_page_that_leads_nowhere_else_is_that_page(
    library: Library, shelf: Shelf, server: Loopback, fetch: Fetch, head: str
) -> None:
    server.table["/old"] = sending(head)
    article = shelf.put("Ferries", url=server.url("/old"))
    assert fetch(article)[article]
    assert "/ferries" not in server.paths


def test_no_page_sends_on_into_the_house(
    library: Library, shelf: Shelf, server: Loopback, fetch: Fetch
) -> None:
    """But to the host that a person gave."""
    feed = library.feeds.add(server.url("/feed"), "Harbour News", typed=True)
    for host in ("127.0.0.1", "localhost"):
        server.table["/old"] = sending(
            f"<meta http-equiv=refresh content='0; url=http://{host}:{server.port}/ferries'>"
        )
        article = shelf.put(host, source=feed, url=server.url(f"/old?{host}"))
        assert ("private network" in fetch(article, allowed=())[article]) is (host == "localhost")


def test_one_that_fails_leaves_the_others_alone(
    library: Library, shelf: Shelf, server: Loopback, fetch: Fetch
) -> None:
    good = shelf.put("Ferries", url=server.url("/moved"))
    login = shelf.put("Members", url=server.url("/members"), summary="In short.")
    gone = shelf.put("Gone", url=server.url("/nowhere"), summary="In short.")
    problems = fetch(good, login, gone)
    assert problems[good] == ""
    assert "asks for a login" in problems[login]
    assert "has nothing at this address" in problems[gone]
    assert "Lindqvist" in text(library, good)
    stored = library.articles.get(gone)
    assert stored is not None
    assert stored.page is not None
    assert stored.page.problem == problems[gone]


def test_page_that_breaks_the_reader_down_costs_itself_alone(
    library: Library, shelf: Shelf, server: Loopback, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next page is read by a new process."""
    read = child.PageReader.read

    def breaking(self: Any, data: bytes, *rest: Any) -> Any:
        if b"number 1." in data:
            self._process.kill()
            raise ChildEnded
        return read(self, data, *rest)

    monkeypatch.setattr(child.PageReader, "read", breaking)
    articles = [shelf.put(f"Number {n}", url=server.url(f"/{n}")) for n in range(3)]
    problems = fetch(*articles)
    assert [problems[article] for article in articles] == ["", TOO_MUCH, ""]


def test_longer_text_of_the_source_is_not_replaced(
    library: Library, shelf: Shelf, server: Loopback, fetch: Fetch
) -> None:
    article = shelf.put("Ferries", url=server.url("/ferries"), body=SENTENCE * 50)
    assert fetch(article) == {article: NO_MORE}
    assert text(library, article) == SENTENCE * 50


class TestPrivateHosts:
    """Nothing from outside leads the reader into its own network."""

    def put(self, shelf: Shelf, server: Loopback, source: Source) -> int:
        return shelf.put("Ferries", url=server.url("/ferries"), source=source)

    def test_feed_of_a_list(self, library: Library, shelf: Shelf, server: Loopback, fetch: Fetch) -> None:
        article = self.put(shelf, server, library.feeds.add(server.url("/feed")))
        assert "127.0.0.1" in fetch(article, allowed=())[article]
        assert server.paths == []

    def test_feed_that_a_person_gave(
        self, library: Library, shelf: Shelf, server: Loopback, fetch: Fetch
    ) -> None:
        """Its articles may be where it is."""
        article = self.put(shelf, server, library.feeds.add(server.url("/feed"), typed=True))
        assert fetch(article, allowed=()) == {article: ""}

    def test_feed_from_elsewhere_that_a_person_gave(
        self, library: Library, shelf: Shelf, server: Loopback, fetch: Fetch
    ) -> None:
        article = self.put(shelf, server, library.feeds.add("https://news.example/feed", typed=True))
        assert fetch(article, allowed=())[article] != ""
        assert server.paths == []


def test_stopped_it_keeps_what_has_come_in(library: Library, shelf: Shelf, server: Loopback) -> None:
    articles = [shelf.put(f"Number {n}", url=server.url(f"/{n}")) for n in range(10)]
    stop = threading.Event()
    told: list[int] = []

    def tell(outcome: PageOutcome) -> None:
        told.append(outcome.article)
        stop.set()

    fetch_pages(library, articles, tell, stop=stop, allowed=OWN)
    [first] = told
    assert "The page of number" in text(library, first)


@pytest.mark.parametrize("at_fault", ["one", "all"])
def test_broken_fetching_is_told(
    library: Library,
    shelf: Shelf,
    server: Loopback,
    monkeypatch: pytest.MonkeyPatch,
    at_fault: str,
) -> None:
    """It does not look as if the articles had no pages; what could be had is kept."""
    broken, other = (shelf.put(f"Number {number}", url=server.url(f"/{number}")) for number in (1, 2))
    told: list[int] = []

    async def get(fetcher: Fetcher, url: str, *, typed: bool) -> Answered:
        if url.endswith("/1"):
            raise ValueError("odd")
        return await fetch_page(fetcher, url, typed=typed)

    def none(*_: object) -> None:
        raise ValueError("odd")

    name, instead = ("fetch_page", get) if at_fault == "one" else ("Fetcher", none)
    monkeypatch.setattr(f"tui_reader.fetch_pages.{name}", instead)
    with pytest.raises(ValueError, match="odd"):
        fetch_pages(library, [broken, other], lambda outcome: told.append(outcome.article), allowed=OWN)
    assert told == ([other] if at_fault == "one" else [])


def test_reader_that_is_given_is_used_again(
    library: Library, shelf: Shelf, server: Loopback, fetch: Fetch
) -> None:
    """To start it takes longer than to read a page."""
    reader = Readers()
    fetch(shelf.put("Ferries", url=server.url("/ferries")), reader=reader)
    process = reader._process
    assert process is not None
    fetch(shelf.put("Number", url=server.url("/1")), reader=reader)
    assert reader._process is process
    reader.close()


def test_one_that_is_wanted_meanwhile_does_not_wait_for_a_silent_server(
    library: Library, shelf: Shelf, server: Loopback
) -> None:
    """Its page comes while the first is still waited for."""
    server.table["/silent"] = silent()
    waiting = shelf.put("Silent", url=server.url("/silent"))
    other = shelf.put("Number 1", url=server.url("/1"))
    stop = threading.Event()
    also = [[other]]
    told: list[int] = []

    def tell(outcome: PageOutcome) -> None:
        told.append(outcome.article)
        stop.set()

    fetch_pages(library, [waiting], tell, stop=stop, allowed=OWN, more=lambda: also.pop() if also else [])
    assert told == [other]
