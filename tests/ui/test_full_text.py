"""`x`: the whole text of an article, from its own page, in place of a summary."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.loopback import Asked, Behaviour, Loopback, answer, silent
from tests.shelf import Shelf
from tests.ui.conftest import NARROW, Open, ids
from tests.web_pages import LOGIN, SENTENCE, article_page
from tui_reader.library.library import Library
from tui_reader.model import Mention, Source, Stored
from tui_reader.settings import Settings
from tui_reader.ui.panes.article_page import FETCHING

WHOLE = article_page()


@pytest.fixture
def server() -> Iterator[Loopback]:
    table: dict[str, Behaviour] = {
        "/ferries": WHOLE,
        "/members": LOGIN,
        "/gone": answer(b"", "404 Not Found"),
        **{f"/{number}": article_page(f"This is the page of number {number}.") for number in range(9)},
    }
    with Loopback(table) as running:
        yield running


@pytest.fixture
def feed(library: Library, server: Loopback) -> Source:
    return library.feeds.add(server.url("/feed"), "Harbour News", typed=True)


Put = Callable[..., int]


@pytest.fixture
def put(shelf: Shelf, server: Loopback, feed: Source) -> Put:
    """An article of the feed with a summary and an address."""

    def put(path: str = "/ferries", title: str = "Ferries", **more: Any) -> int:
        told = {"summary": "About a ferry, in short.", **more}
        return shelf.put(title, source=feed, url=server.url(path), **told)

    return put


SETTINGS = Settings(mark_read_after=-1, refresh_every=0)


def stored(library: Library, article: int) -> Stored:
    found = library.articles.get(article)
    assert found is not None
    return found


def late(page: bytes) -> tuple[Behaviour, asyncio.Event]:
    """A server's answer that comes when it is told to."""
    come = asyncio.Event()

    async def answered(_: Asked, writer: asyncio.StreamWriter) -> None:
        while not come.is_set():
            await asyncio.sleep(0.01)
        writer.write(page)

    return answered, come


class TestAsked:
    async def test_x_brings_the_whole_text(self, open_reader: Open, put: Put, library: Library) -> None:
        """It is read at once, kept, and found by its words; what the source told stays."""
        article = put()
        async with open_reader(SETTINGS) as desk:
            assert "x  fetch the full text" in desk.text()
            await desk.press("x")
            await desk.until(lambda: "Lindqvist" in desk.text())
            assert stored(library, article).article.body == ""
            await desk.press("slash")
            await desk.type("lindqvist")
            assert list(desk.screen.list.ids) == [article]

    async def test_it_is_there_the_next_time(
        self, open_reader: Open, put: Put, library: Library, server: Loopback
    ) -> None:
        """Without a network, too."""
        put()
        async with open_reader(SETTINGS) as desk:
            await desk.press("x")
            await desk.until(lambda: "Lindqvist" in desk.text())
        server.table.clear()
        async with open_reader(SETTINGS) as desk:
            assert "Lindqvist" in desk.text()

    async def test_x_again_turns_between_the_texts(self, open_reader: Open, put: Put) -> None:
        put(body="What the feed has of it. " * 3)
        async with open_reader(SETTINGS) as desk:
            await desk.press("x")
            await desk.until(lambda: "Lindqvist" in desk.text())
            await desk.press("x")
            assert "What the feed has of it." in desk.text()
            assert "Lindqvist" not in desk.text()
            await desk.press("x")
            assert "Lindqvist" in desk.text()

    async def test_chosen_text_stays_chosen(self, open_reader: Open, put: Put) -> None:
        put(body="What the feed has of it. " * 3)
        async with open_reader(SETTINGS) as desk:
            await desk.press("x")
            await desk.until(lambda: "Lindqvist" in desk.text())
            await desk.press("x")
        async with open_reader(SETTINGS) as desk:
            assert "What the feed has of it." in desk.text()

    @pytest.mark.parametrize(
        ("path", "why"), [("/members", "asks for a login"), ("/gone", "has nothing at this address")]
    )
    async def test_it_says_why_there_is_none(self, open_reader: Open, put: Put, path: str, why: str) -> None:
        """The summary stays, and the article says so the next time, too."""
        put(path)
        async with open_reader(SETTINGS) as desk:
            await desk.press("x")
            await desk.until(lambda: why in " ".join(desk.text().split()))
            assert "About a ferry, in short." in desk.text()
        async with open_reader(SETTINGS) as desk:
            assert why in " ".join(desk.text().split())
            assert "x  try again to fetch the full text" in desk.text()

    async def test_who_has_gone_on_is_told_whose_text_it_is(
        self, open_reader: Open, put: Put, server: Loopback
    ) -> None:
        server.table["/gone"], later = late(answer(b"", "404 Not Found"))
        put(title="Bridges", published=1)
        put("/gone", published=2)
        async with open_reader(SETTINGS) as desk:
            await desk.press("x")
            await desk.press("j")
            later.set()
            await desk.until(
                lambda: [note.title for note in desk.app._notifications] == ["No full text: Ferries"]
            )

    async def test_x_once_more_says_that_it_is_under_way(
        self, open_reader: Open, put: Put, server: Loopback
    ) -> None:
        server.table["/ferries"] = silent()
        put()
        async with open_reader(SETTINGS) as desk:
            await desk.pilot.press("x", "x")
            await desk.pilot.pause()
            assert "This page is being fetched" in desk.said()

    @pytest.mark.parametrize("page", [WHOLE, answer(b"", "404 Not Found")], ids=["comes", "fails"])
    async def test_article_says_that_its_text_is_under_way(
        self, open_reader: Open, put: Put, server: Loopback, page: bytes
    ) -> None:
        """Above its text, as long as that takes, and in no other article."""
        server.table["/ferries"], come = late(page)
        put("/1", title="Bridges", published=1)
        put(published=2)
        async with open_reader(SETTINGS) as desk:
            assert FETCHING not in desk.text()
            await desk.pilot.press("x")
            await desk.pilot.pause()
            assert desk.text().index(FETCHING) < desk.text().index("About a ferry, in short.")
            await desk.press("j")
            assert FETCHING not in desk.text()
            await desk.press("k")
            assert FETCHING in desk.text()
            come.set()
            await desk.until(lambda: FETCHING not in desk.text())
            assert ("Lindqvist" in desk.text()) is (page is WHOLE)

    async def test_nothing_moves_when_the_text_does_not_come(
        self, open_reader: Open, put: Put, server: Loopback
    ) -> None:
        """What is at the top of the pane stays there, also when the line above it appears."""
        server.table["/ferries"], come = late(answer(b"", "404 Not Found"))
        put(body="\n\n".join(f"Paragraph {number}." for number in range(200)))
        async with open_reader(SETTINGS) as desk:
            await desk.press("enter", "space", "space", "j")
            at_top, top = desk.screen.article.draw_line(0).text, desk.screen.article.top
            assert at_top.strip()
            await desk.pilot.press("x")
            await desk.until(lambda: desk.screen.article.top == top + 2)
            assert desk.screen.article.draw_line(0).text == at_top
            come.set()
            await desk.until(lambda: desk.screen.article.top == top)
            assert desk.screen.article.draw_line(0).text == at_top

    async def test_silent_server_keeps_no_other_waiting(
        self, open_reader: Open, put: Put, server: Loopback
    ) -> None:
        server.table["/silent"] = silent()
        put(title="Bridges", published=1)
        put("/silent", published=2)
        async with open_reader(SETTINGS) as desk:
            await desk.press("x")
            await desk.press("j", "x")
            await desk.until(lambda: "Lindqvist" in desk.text())

    async def test_it_can_be_tried_again(self, open_reader: Open, put: Put, server: Loopback) -> None:
        put("/gone")
        async with open_reader(SETTINGS) as desk:
            await desk.press("x")
            await desk.until(lambda: "try again" in desk.text())
            server.table["/gone"] = WHOLE
            await desk.press("x")
            await desk.until(lambda: "Lindqvist" in desk.text())

    async def test_page_with_less_than_the_source_told_is_not_kept(
        self, open_reader: Open, put: Put, library: Library
    ) -> None:
        article = put(body=f"{SENTENCE * 40} Of the feed.")
        async with open_reader(SETTINGS) as desk:
            await desk.press("x")
            await desk.until(lambda: "no more text than the source told" in desk.said())
            assert stored(library, article).text.endswith("Of the feed.")

    async def test_article_without_an_address(self, open_reader: Open, shelf: Shelf, feed: Source) -> None:
        shelf.put("A note", source=feed, summary="Without an address.")
        async with open_reader(SETTINGS) as desk:
            assert "fetch the full text" not in desk.text()
            await desk.press("x")
            assert "no address to fetch" in desk.said()

    async def test_keys_are_answered_meanwhile(self, open_reader: Open, put: Put, server: Loopback) -> None:
        """A server that says nothing keeps nobody from reading on."""
        asked = asyncio.Event()

        async def silent(*_: object) -> None:
            asked.set()
            await asyncio.Event().wait()

        server.table["/slow"] = silent
        put("/slow", "Slow", published=2_000)
        put("/ferries", "Ferries", published=1_000)
        async with open_reader(SETTINGS) as desk:
            await desk.pilot.press("x")
            await desk.pilot.pause()
            assert "⟳ a page" in desk.text()
            await desk.pilot.press("j")
            await desk.pilot.pause()
            assert desk.row().title == "Ferries"

    async def test_it_can_be_stopped(
        self, open_reader: Open, put: Put, server: Loopback, library: Library
    ) -> None:
        """What is under way is left, and can be asked for again."""
        server.table["/slow"] = silent()
        article = put("/slow", "Slow")
        async with open_reader(SETTINGS) as desk:
            await desk.pilot.press("x")
            await desk.pilot.pause()
            await desk.press("ctrl+x")
            await desk.until(lambda: "⟳" not in desk.text())
            server.table["/slow"] = WHOLE
            await desk.press("x")
            await desk.until(lambda: stored(library, article).shows_page)

    async def test_narrow_screen(self, open_reader: Open, put: Put) -> None:
        put()
        async with open_reader(SETTINGS, size=NARROW) as desk:
            await desk.press("enter", "x")
            await desk.until(lambda: "Lindqvist" in desk.text())

    async def test_preview_of_a_mention_becomes_an_article(
        self, open_reader: Open, shelf: Shelf, server: Loopback, feed: Source, library: Library
    ) -> None:
        """It holds the text, and is on no list of its own."""
        mention = Mention(title="Ferries", url=server.url("/ferries"), summary="In short.")
        shelf.put("First", source=feed, summary="It names another.", mentions=(mention,))
        async with open_reader(Settings(mark_read_after=-1, private_hosts=("127.0.0.1",))) as desk:
            await desk.press("1")
            await desk.press("x")
            await desk.until(lambda: "Lindqvist" in desk.text())
            assert len(desk.screen.list.ids) == 1


class TestAlways:
    async def test_pages_of_a_feed_are_fetched_unasked(
        self, open_reader: Open, put: Put, library: Library, feed: Source
    ) -> None:
        articles = [put(f"/{number}", f"Number {number}") for number in range(3)]
        async with open_reader(SETTINGS) as desk:
            await desk.press("X")
            await desk.until(lambda: all(stored(library, article).shows_page for article in articles))
            assert "the page of number" in desk.text()

    async def test_x_twice_and_undo(
        self, open_reader: Open, put: Put, library: Library, feed: Source, server: Loopback
    ) -> None:
        put("/gone")
        async with open_reader(SETTINGS) as desk:
            await desk.press("X")
            assert library.sources.all()[0].whole
            await desk.press("X")
            assert not library.sources.all()[0].whole
            await desk.press("u")
            assert library.sources.all()[0].whole


class TestAhead:
    async def test_bookmark_is_kept_whole(self, open_reader: Open, put: Put, library: Library) -> None:
        article = put()
        async with open_reader(SETTINGS, ahead=True) as desk:
            await desk.press("b")
            await desk.until(lambda: stored(library, article).shows_page)

    async def test_bookmark_outlives_its_feed_with_its_page(
        self, open_reader: Open, put: Put, library: Library, feed: Source
    ) -> None:
        article = put()
        async with open_reader(SETTINGS, ahead=True) as desk:
            await desk.press("b")
            await desk.until(lambda: stored(library, article).shows_page)
        library.sources.remove(feed.id)
        for _ in library.doctor.compact():
            pass
        assert "Lindqvist" in stored(library, article).text

    async def test_bookmark_is_kept_whole_at_the_next_start(
        self, open_reader: Open, put: Put, library: Library
    ) -> None:
        """Its maker may have left before the page was there."""
        article = put()
        library.bookmarks.add(article)
        async with open_reader(SETTINGS, ahead=True) as desk:
            await desk.until(lambda: stored(library, article).shows_page)

    async def test_bookmark_made_without_a_network_is_kept_whole_when_there_is_one(
        self, open_reader: Open, put: Put, library: Library, server: Loopback
    ) -> None:
        server.table["/feed"] = answer(b"<rss version='2.0'><channel/></rss>")
        article = put()
        async with open_reader(SETTINGS, ahead=True) as desk:
            library.bookmarks.add(article)
            library.pages.failed(article, "There is no network.", unreached=True)
            await desk.press("R")
            await desk.until(lambda: stored(library, article).shows_page)

    async def test_nothing_is_fetched_where_it_is_not_allowed(
        self, open_reader: Open, put: Put, server: Loopback
    ) -> None:
        put()
        async with open_reader(SETTINGS) as desk:
            await desk.press("b")
            assert server.paths == []

    async def test_neighbours(
        self, open_reader: Open, put: Put, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Around the cursor, when it has come to rest there."""
        monkeypatch.setattr("tui_reader.ui.screen.full_text.AHEAD_AFTER", 0.01)
        articles = [put(f"/{number}", f"Number {number}", published=1_000 - number) for number in range(6)]
        settings = Settings(mark_read_after=-1, refresh_every=0, fetch_ahead="neighbours")
        async with open_reader(settings, ahead=True) as desk:
            await desk.press("j")
            await desk.until(lambda: all(stored(library, article).shows_page for article in articles[:4]))
            assert not stored(library, articles[5]).shows_page


class TestAnyPage:
    async def test_page_by_its_address(
        self, open_reader: Open, library: Library, server: Loopback, shelf: Shelf, feed: Source
    ) -> None:
        """It is a bookmark, with its text."""
        shelf.put("Another", source=feed, summary="To begin with.")
        async with open_reader(SETTINGS) as desk:
            await desk.screen.run_action("save_page")
            await desk.settle()
            await desk.type(server.url("/ferries"))
            await desk.press("enter")
            await desk.until(lambda: "Ferries" in desk.titles())
            [kept] = ids(library, scope="bookmarks")
            assert "Lindqvist" in stored(library, kept).text

    async def test_its_address_is_kept_when_the_reader_is_left_meanwhile(
        self, open_reader: Open, library: Library, server: Loopback
    ) -> None:
        """Without waiting for a server that says nothing; the next fetch may have it."""
        server.table["/silent"] = silent()
        async with open_reader(SETTINGS) as desk:
            await desk.screen.run_action("save_page")
            await desk.settle()
            await desk.type(server.url("/silent"))
            await desk.pilot.press("enter")
            while server.paths != ["/silent"]:
                await desk.pilot.pause()
        [kept] = ids(library, scope="bookmarks")
        assert stored(library, kept).article.url == server.url("/silent")
        assert library.pages.bookmarked(10) == [kept]
