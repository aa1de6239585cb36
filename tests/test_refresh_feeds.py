"""Refreshing feeds from a server on this machine, and finding them."""

import asyncio
import io
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.command_line import Run
from tests.loopback import Asked, Loopback, answer, redirect, silent
from tui_reader.library.database import LibraryFull
from tui_reader.library.feeds import Came, State
from tui_reader.library.intake import TakenIn
from tui_reader.library.library import Library
from tui_reader.model import Source, View
from tui_reader.refresh import Outcome
from tui_reader.refresh_feeds import refresh_feeds
from tui_reader.sources.child import FeedReader
from tui_reader.sources.feed import Feed, NotAFeed
from tui_reader.subscribe import NoFeedError, addresses_of, find_feeds, is_address

PAGE = b"<html><head><link rel=alternate type=application/rss+xml title=News href=/feed></head></html>"


def rss(*titles: str, text: str = "It rains.") -> bytes:
    items = "".join(
        f"<item><title>{title}</title><link>https://news.example/{title}</link>"
        f"<description>{text}</description><pubDate>Mon, 01 Jan 2024 0{number}:00:00 GMT</pubDate></item>"
        for number, title in enumerate(titles)
    )
    channel = f"<title>The News</title><link>https://news.example/</link>{items}"
    return f'<rss version="2.0"><channel>{channel}</channel></rss>'.encode()


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback({"/feed": answer(rss("Storm", "Calm"), "200 OK", 'ETag: "1"')}) as serving:
        yield serving


@pytest.fixture
def feed(server: Loopback, library: Library) -> Source:
    return library.feeds.add(server.url("/feed"), typed=True)


def refresh(library: Library, *feeds: Source, stop: threading.Event | None = None) -> list[Outcome]:
    outcomes: list[Outcome] = []
    refresh_feeds(library, feeds, outcomes.append, stop=stop)
    return outcomes


def titles(library: Library) -> list[str]:
    return [row.title for row in library.articles.rows(library.articles.ids(View(sort="oldest")))]


class TestRefresh:
    def test_brings_what_the_feed_tells(self, library: Library, feed: Source) -> None:
        (outcome,) = refresh(library, feed)
        assert (outcome.new, outcome.changed, outcome.failed) == (2, 0, "")
        assert titles(library) == ["Storm", "Calm"]
        (source,) = library.sources.all()
        assert (source.title, source.site) == ("The News", "https://news.example/")

    def test_what_has_not_changed_is_not_sent_again(
        self, library: Library, feed: Source, server: Loopback
    ) -> None:
        refresh(library, feed)
        server.table["/feed"] = answer(b"", "304 Not Modified")
        (outcome,) = refresh(library, feed)
        assert (outcome.new, outcome.changed, outcome.failed) == (0, 0, "")
        assert server.asked[-1].headers["if-none-match"] == '"1"'

    def test_changed_words_are_taken_and_read_marks_stay(
        self, library: Library, feed: Source, server: Loopback
    ) -> None:
        refresh(library, feed)
        library.articles.mark(library.articles.ids(View()), read=True)
        server.table["/feed"] = answer(rss("Storm", "Calm", "Frost", text="It snows."))
        (outcome,) = refresh(library, feed)
        assert (outcome.new, outcome.changed) == (1, 2)
        assert len(library.articles.ids(View(scope="unread"))) == 1

    def test_what_the_feed_tells_no_more_stays(
        self, library: Library, feed: Source, server: Loopback
    ) -> None:
        refresh(library, feed)
        server.table["/feed"] = answer(rss("Frost"))
        refresh(library, feed)
        assert sorted(titles(library)) == ["Calm", "Frost", "Storm"]

    def test_entries_that_share_a_guid_stay(self, library: Library, feed: Source, server: Loopback) -> None:
        """The newest, too, when those that come after it have the same."""
        for names in (("Storm", "Calm"), ("Frost", "Thaw")):
            told = rss(*names).replace(b"<item>", b"<item><guid isPermaLink='false'>news</guid>")
            server.table["/feed"] = answer(told)
            refresh(library, feed)
        assert sorted(titles(library)) == ["Calm", "Frost", "Storm", "Thaw"]

    @pytest.mark.parametrize(
        ("served", "reason"),
        [
            (answer(b"", "404 Not Found"), "404"),
            (answer(b"", "500 Internal Server Error"), "500"),
            (answer(PAGE), "This is a page and no feed"),
            (answer(b""), "There is nothing at this address"),
            (answer(b"{}"), "no JSON Feed"),
        ],
    )
    def test_failure_is_a_sentence_and_the_others_come(
        self, library: Library, feed: Source, server: Loopback, served: bytes, reason: str
    ) -> None:
        server.table["/broken"] = served
        broken = library.feeds.add(server.url("/broken"), "Broken", typed=True)
        outcomes = {outcome.source.id: outcome for outcome in refresh(library, broken, feed)}
        assert reason in outcomes[broken.id].failed
        assert outcomes[feed.id].new == 2
        problems = {source.id: source.problem for source in library.sources.all()}
        assert reason in problems[broken.id]

    def test_one_that_hangs_its_reader_costs_only_itself(
        self, library: Library, feed: Source, server: Loopback, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It has a problem, a sentence; a new process reads those that come after it."""

        class Hanging(FeedReader):
            def read(self, data: bytes, address: str, content_type: str) -> Feed:
                if b"Stuck" in data:
                    os.kill(self._process.pid, signal.SIGSTOP)
                    self.patience = 0.1
                return super().read(data, address, content_type)

        monkeypatch.setattr("tui_reader.refresh_feeds.FeedReader", Hanging)
        stuck = [library.feeds.add(server.url(path), typed=True) for path in ("/stuck", "/stuck2")]
        for path in ("/stuck", "/stuck2"):
            server.table[path] = answer(rss("Stuck"))
        outcomes = {outcome.source.id: outcome for outcome in refresh(library, stuck[0], feed, stuck[1])}
        assert all("took too long" in outcomes[one.id].failed for one in stuck)
        assert titles(library) == ["Storm", "Calm"]

    def test_gone_feed_is_paused(self, library: Library, feed: Source, server: Loopback) -> None:
        server.table["/feed"] = answer(b"", "410 Gone")
        refresh(library, feed)
        (source,) = library.sources.all()
        assert source.paused

    def test_gone_feed_says_that_it_is_paused(self, library: Library, feed: Source, server: Loopback) -> None:
        server.table["/feed"] = answer(b"", "410 Gone")
        (outcome,) = refresh(library, feed)
        assert (
            outcome.failed
            == "127.0.0.1 says that this is gone for good (410). It is paused; you can remove it."
        )

    def test_feeds_are_asked_soon_after_the_network_was_gone(
        self, library: Library, server: Loopback
    ) -> None:
        with Loopback() as other:
            gone = library.feeds.add(other.url("/feed"), typed=True)
        refused = library.feeds.add(server.url("/nowhere"), typed=True)
        for _ in range(4):
            refresh(library, gone, refused)
        due = {source.id: source.due for source in library.sources.all()}
        assert due[gone.id] < due[refused.id]

    def test_feeds_that_come_together_may_tell_the_same(self, library: Library, server: Loopback) -> None:
        """An article of two feeds is one, whichever of them is taken in first."""
        feeds = []
        for number in range(30):
            server.table[f"/{number}"] = answer(rss("Storm", f"Fog {number}"))
            feeds.append(library.feeds.add(server.url(f"/{number}"), typed=True))
        outcomes = refresh(library, *feeds)
        assert sum(outcome.new for outcome in outcomes) == 31
        assert len(outcomes) == 30
        assert sorted(set(titles(library))) == sorted(titles(library))
        assert len(library.articles.ids(View(query="storm"))) == 1
        assert len(library.articles.ids(View(query="fog"))) == 30

    def test_entries_on_one_page_are_articles_of_their_own(
        self, library: Library, feed: Source, server: Loopback
    ) -> None:
        """As of a list of changes, or a podcast whose episodes all link to its own page; also one by one."""

        def changes(*versions: str, text: str = "Better.") -> bytes:
            items = "".join(
                f"<item><title>{version}</title><guid>{version}</guid><description>{text}</description>"
                f"<link>https://news.example/changes#{version}</link></item>"
                for version in versions
            )
            return answer(
                f'<rss version="2.0"><channel><title>Changes</title>{items}</channel></rss>'.encode()
            )

        for told in (changes("1.1", "1.0"), changes("1.2"), changes("1.2", "1.1", "1.0", text="Worse.")):
            server.table["/feed"] = told
            refresh(library, feed)
        assert sorted(titles(library)) == ["1.0", "1.1", "1.2"]
        stored = list(library.articles.whole(library.articles.ids(View())))
        assert {one.article.summary for one in stored} == {"Worse."}

    def test_entry_that_moves_to_another_address_is_the_same(
        self, library: Library, feed: Source, server: Loopback
    ) -> None:
        """Publishers that mend a headline often change its address too; the read mark stays."""

        def told(title: str, address: str) -> bytes:
            return answer(
                rss("Storm")
                .replace(b"<title>Storm", f"<title>{title}".encode())
                .replace(b"/Storm</link>", f"/{address}</link><guid>7</guid>".encode())
            )

        server.table["/feed"] = told("Strom", "strom")
        refresh(library, feed)
        library.articles.mark(library.articles.ids(View()), read=True)
        server.table["/feed"] = told("Storm", "storm")
        (outcome,) = refresh(library, feed)
        assert (outcome.new, outcome.changed) == (0, 1)
        assert titles(library) == ["Storm"]
        assert not library.articles.ids(View(scope="unread"))

    def test_richer_text_is_asked_for_when_its_feed_is_the_only_one_that_has_it(
        self, library: Library, feed: Source, server: Loopback
    ) -> None:
        """Though nothing has changed there: what another feed told has become less."""
        long, short = "It rains. " * 80, "It rains."
        server.table["/feed"] = answer(rss("Storm", text=long), "200 OK", 'ETag: "1"')
        refresh(library, feed)
        server.table["/other"] = answer(rss("Storm", text=long + "And rains."))
        other = library.feeds.add(server.url("/other"), typed=True)
        refresh(library, other)
        server.table["/other"] = answer(rss("Storm", text=short))
        refresh(library, other)
        refresh(library, feed)
        assert "if-none-match" not in server.asked[-1].headers
        (stored,) = library.articles.whole(library.articles.ids(View()))
        assert long.strip() in stored.article.body

    def test_entry_that_is_told_under_another_name_is_the_same(
        self, library: Library, feed: Source, server: Loopback
    ) -> None:
        """Publishers that move to other software change all `guid`s."""
        refresh(library, feed)
        server.table["/feed"] = answer(rss("Storm", "Calm").replace(b"<link>", b"<guid>new</guid><link>", 1))
        refresh(library, feed)
        assert sorted(titles(library)) == ["Calm", "Storm"]

    def test_full_disk_is_told(
        self,
        library: Library,
        feed: Source,
        server: Loopback,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """What cannot be kept is not passed over in silence; the other feeds are still taken in."""
        server.table["/other"] = answer(rss("Fog"))
        other = library.feeds.add(server.url("/other"), typed=True)
        came = library.feeds.came

        def full(fetches: Sequence[Came]) -> list[TakenIn]:
            if any(one.source == feed.id for one in fetches):
                raise LibraryFull(tmp_path)
            return came(fetches)

        monkeypatch.setattr(library.feeds, "came", full)
        outcomes: list[Outcome] = []
        with pytest.raises(LibraryFull, match="no room left"):
            refresh_feeds(library, [feed, other], outcomes.append)
        assert [outcome.source.id for outcome in outcomes] == [other.id]

    def test_broken_fetching_is_told(
        self, library: Library, feed: Source, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It does not look as if nothing were new."""

        def broken(*_: object) -> None:
            raise ImportError("httpcore")

        monkeypatch.setattr("tui_reader.refresh_feeds.Fetcher", broken)
        with pytest.raises(ImportError):
            refresh(library, feed)

    def test_one_that_cannot_even_be_asked_is_told(
        self, library: Library, feed: Source, server: Loopback, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whatever it is costs that feed alone, and is not passed over in silence."""
        server.table["/other"] = answer(rss("Fog"))
        other = library.feeds.add(server.url("/other"), typed=True)
        state = library.feeds.state

        def broken(source: int) -> State:
            if source == feed.id:
                raise ValueError("odd")
            return state(source)

        monkeypatch.setattr(library.feeds, "state", broken)
        with pytest.raises(ValueError, match="odd"):
            refresh(library, feed, other)
        assert titles(library) == ["Fog"]

    @pytest.mark.parametrize("at_fault", ["reader", "teller"])
    def test_nothing_goes_on_after_it_failed(
        self, library: Library, server: Loopback, monkeypatch: pytest.MonkeyPatch, at_fault: str
    ) -> None:
        """No thread fetches, or holds what nobody takes, when there is no reader or who asked has failed."""

        def broken(*_: object) -> None:
            raise OSError("none left")

        if at_fault == "reader":
            monkeypatch.setattr("tui_reader.refresh_feeds.FeedReader", broken)
        feeds = [library.feeds.add(server.url(f"/feed?{number}"), typed=True) for number in range(80)]
        with pytest.raises(OSError, match="none left"):
            refresh_feeds(library, feeds, broken)
        for thread in threading.enumerate():
            if thread.name == "feeds":
                thread.join(10)
                assert not thread.is_alive()

    def test_stopped_it_keeps_what_it_has(self, library: Library, feed: Source) -> None:
        stop = threading.Event()
        stop.set()
        assert refresh(library, feed, stop=stop) == []
        assert titles(library) == []

    def test_silent_host_with_many_feeds_holds_up_no_other(
        self, library: Library, feed: Source, server: Loopback
    ) -> None:
        """What comes after all of them comes at once."""
        with Loopback({"/silent": silent()}) as other:
            host = other.url("/silent").replace("127.0.0.1", "localhost")
            feeds = [library.feeds.add(f"{host}?{number}", typed=True) for number in range(150)]
            stop = threading.Event()
            outcomes: list[Outcome] = []

            def tell(outcome: Outcome) -> None:
                outcomes.append(outcome)
                stop.set()

            refresh_feeds(library, [*feeds, feed], tell, stop=stop)
        assert [(outcome.source.id, outcome.new) for outcome in outcomes] == [(feed.id, 2)]

    def test_no_more_is_fetched_than_can_be_read(
        self, library: Library, server: Loopback, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However many feeds there are: what waits is bounded in bytes."""
        monkeypatch.setattr("tui_reader.refresh_feeds.UNREAD_BYTES", 100)
        feeds = [library.feeds.add(server.url(f"/feed?{number}"), typed=True) for number in range(60)]
        asked: list[int] = []

        class Waiting(FeedReader):
            def read(self, data: bytes, address: str, content_type: str) -> Feed:
                # By then all would have come.
                for _ in range(100):
                    asked.append(len(server.asked))
                    threading.Event().wait(0.01)
                raise NotAFeed("enough")

        stop = threading.Event()
        monkeypatch.setattr("tui_reader.refresh_feeds.FeedReader", Waiting)
        refresh_feeds(library, feeds, lambda _: stop.set(), stop=stop)
        assert max(asked) < 60

    def test_many_come_each_with_its_own(self, library: Library, server: Loopback) -> None:
        feeds = []
        for number in range(30):
            server.table[f"/{number}"] = answer(rss(f"Story{number}"))
            feeds.append(library.feeds.add(server.url(f"/{number}"), typed=True))
        assert sum(outcome.new for outcome in refresh(library, *feeds)) == 30
        assert server.most_at_once[""] <= 20


class TestFinding:
    def test_feed_is_itself(self, server: Loopback) -> None:
        (found,) = find_feeds(server.url("/feed"))
        assert (found.url, found.title) == (server.url("/feed"), "The News")

    def test_page_names_its_feeds(self, server: Loopback) -> None:
        server.table["/"] = answer(PAGE, "200 OK", "Content-Type: text/html")
        (found,) = find_feeds(server.url("/"))
        assert (found.url, found.title) == (server.url("/feed"), "News")

    @pytest.mark.parametrize(
        ("page", "others"),
        [
            (
                PAGE.replace(b"</head>", b"<link rel=feed href='http://other.example/feed'>"),
                ["http://other.example/feed"],
            ),
            (b"<html></html>", []),
        ],
    )
    def test_login_of_a_page_is_that_of_its_feeds(
        self, server: Loopback, page: bytes, others: list[str]
    ) -> None:
        """Of those of its own server: who asks for a login asks for it there, too."""

        async def behave(asked: Asked, writer: asyncio.StreamWriter) -> None:
            known = "authorization" in asked.headers
            served = page if asked.path == "/" else rss("Storm")
            writer.write(answer(served) if known else answer(b"", "401 Unauthorized"))

        server.table = {"/": behave, "/feed": behave}
        found = find_feeds(server.url("/", "me:pw@127.0.0.1"))
        assert [one.url for one in found] == [server.url("/feed", "me:pw@127.0.0.1"), *others]

    def test_page_that_names_none_may_have_one(self, server: Loopback) -> None:
        server.table["/blog"] = answer(b"<html><p>Hello</p></html>", "200 OK", "Content-Type: text/html")
        (found,) = find_feeds(server.url("/blog"))
        assert found.url == server.url("/feed")

    def test_what_breaks_the_reader_down_is_no_feed_and_costs_no_other(
        self, server: Loopback, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Neither the page itself nor the first that is tried; what comes then is read."""
        page = answer(b"<html><p>Hello</p></html>", "200 OK", "Content-Type: text/html")
        server.table |= {"/": page, "/feed": answer(b"<bad/>"), "/rss.xml": answer(rss("Storm"))}
        read = FeedReader.read

        def breaks_down(reader: FeedReader, data: bytes, address: str, content_type: str) -> Feed:
            if b"rss" not in data:
                reader._process.kill()
            return read(reader, data, address, content_type)

        monkeypatch.setattr(FeedReader, "read", breaks_down)
        (found,) = find_feeds(server.url("/"))
        assert (found.url, found.title) == (server.url("/rss.xml"), "The News")

    def test_feed_that_is_cut_off_says_so(self, server: Loopback) -> None:
        """Nobody is sent to look for another address."""
        server.table["/cut"] = answer(rss("Storm").partition(b"<item>")[0])
        with pytest.raises(NoFeedError, match="/cut: This feed ends in the middle"):
            find_feeds(server.url("/cut"))

    def test_redirect_leads_there(self, server: Loopback) -> None:
        server.table["/old"] = redirect("/feed", "301 Moved Permanently")
        (found,) = find_feeds(server.url("/old"))
        assert found.url == server.url("/feed")

    def test_list_of_feeds_is_told_from_a_page(self, server: Loopback) -> None:
        """Nothing else of its host is looked for."""
        server.table["/list"] = answer(b'<?xml version="1.0"?><opml version="2.0"><body/></opml>')
        with pytest.raises(NoFeedError, match="is an OPML list of feeds"):
            find_feeds(server.url("/list"))
        assert server.paths == ["/list"]

    def test_none_is_a_sentence(self, server: Loopback) -> None:
        server.table = {"/": answer(b"<html></html>")}
        with pytest.raises(NoFeedError, match="no feed"):
            find_feeds(server.url("/"))

    @pytest.mark.parametrize(
        ("word", "is_one"),
        [
            ("https://news.example/feed", True),
            ("feed://news.example/feed", True),
            ("news.example", True),
            ("news.example/feed?x=1", True),
            ("127.0.0.1:8080/feed", True),
            ("localhost/feed", True),
            (f"news.example/{300 * 'n'}", True),
            ("~/news", False),
            ("./news.example", False),
            ("news", False),
            ("javascript:alert(1)", False),
        ],
    )
    def test_what_is_an_address(self, word: str, is_one: bool) -> None:
        assert is_address(word) == is_one

    def test_folder_of_that_name_is_meant(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "news.example").mkdir()
        monkeypatch.chdir(tmp_path)
        assert not is_address("news.example")

    @pytest.mark.parametrize(
        ("word", "tried"),
        [
            ("news.example", ["https://news.example", "http://news.example"]),
            ("feed://news.example/x", ["https://news.example/x", "http://news.example/x"]),
            ("http://news.example", ["http://news.example"]),
            ("ftp://news.example", []),
        ],
    )
    def test_address_is_made_whole(self, word: str, tried: list[str]) -> None:
        assert addresses_of(word) == tried

    def test_without_a_scheme_both_are_tried(self, server: Loopback) -> None:
        (found,) = find_feeds(server.url("/feed").removeprefix("http://"))
        assert found.title == "The News"


class TestCommands:
    def test_add_refresh_and_undo(self, run: Run, server: Loopback) -> None:
        assert run("add", server.url("/feed"), "--folder", "World").out == "The News: 2 new, 0 changed\n"
        (source,) = run("sources", "--json").objects
        assert (source["kind"], source["folder"], source["title"]) == ("feed", "World", "The News")
        run("sources", "remove", "The News")
        assert run("list", "--json").objects == []
        run("undo")
        assert len(run("list", "--json").objects) == 2

    def test_refresh_fails_with_one_that_fails(self, run: Run, server: Loopback) -> None:
        run("add", server.url("/feed"))
        server.table["/feed"] = answer(b"", "500 Internal Server Error")
        assert run("refresh").status == 1
        # Then it waits, and says so.
        waiting = run("refresh")
        assert (waiting.status, "asked again in" in waiting.err) == (0, True)
        assert "1 min ago: 127.0.0.1 is in trouble (500)" in run("sources").out

    def test_paused_feed_is_left_alone(self, run: Run, server: Loopback) -> None:
        run("add", server.url("/feed"))
        run("sources", "pause", "The News")
        before = len(server.asked)
        assert run("refresh").status == 0
        assert len(server.asked) == before

    def test_list_of_feeds_goes_round(self, run: Run, server: Loopback, tmp_path: Path) -> None:
        run("add", server.url("/feed"), "--folder", "World")
        (tmp_path / "feeds.opml").write_text(run("export", "opml").out)
        run("sources", "remove", "The News")
        assert "2 changed" not in run("add", tmp_path / "feeds.opml").err
        (source,) = run("sources", "--json").objects
        assert (source["folder"], source["articles"]) == ("World", 2)

    def test_names_of_a_list_stay(self, run: Run, server: Loopback, tmp_path: Path) -> None:
        """Whatever the publisher calls the feed: who keeps the list chose them."""
        run("add", server.url("/feed"))
        run("sources", "rename", "The News", "Mornings")
        (tmp_path / "feeds.opml").write_text(run("export", "opml").out)
        config, other = tmp_path / "own.toml", tmp_path / "other.db"
        config.write_text('[feeds]\nprivate_hosts = ["127.0.0.1"]\n')
        run("--library", other, "--config", config, "add", tmp_path / "feeds.opml")
        (source,) = run("--library", other, "sources", "--json").objects
        assert (source["title"], source["articles"]) == ("Mornings", 2)

    def test_interval_and_pause_go_round(self, run: Run, server: Loopback, tmp_path: Path) -> None:
        """What is paused is not asked when the list comes in either."""
        run("add", server.url("/feed"))
        run("sources", "every", "The News", "2 h")
        run("sources", "pause", "The News")
        (tmp_path / "feeds.opml").write_text(run("export", "opml").out)
        asked = len(server.asked)
        other = tmp_path / "other.db"
        assert run("--library", other, "add", tmp_path / "feeds.opml").status == 0
        (source,) = run("--library", other, "sources", "--json").objects
        assert (source["every"], bool(source["paused"])) == (7_200, True)
        assert len(server.asked) == asked

    @pytest.mark.parametrize(
        ("typed", "added"), [("2\n", ["The News"]), ("\n", ["Other"]), ("", []), ("3\n", []), ("x\n", [])]
    )
    def test_one_of_several_feeds_is_chosen(
        self, run: Run, server: Loopback, monkeypatch: pytest.MonkeyPatch, typed: str, added: list[str]
    ) -> None:
        """The first by an empty line, none where the input ends."""
        server.table["/other"] = answer(rss("Frost").replace(b"The News", b"Other"))
        server.table["/"] = answer(PAGE.replace(b"<head>", b"<head><link rel=feed href=/other title=Other>"))
        terminal = io.StringIO(typed)
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", terminal)
        monkeypatch.setattr("sys.stderr.isatty", lambda: True)
        ran = run("add", server.url("/"))
        assert (ran.status, "Nothing was added." in ran.err) == (int(not added), not added)
        assert f"Looking for feeds at {server.url('/')} …" in ran.err
        assert [source["title"] for source in run("sources", "--json").objects] == added

    def test_feed_is_named_by_its_address(self, run: Run, server: Loopback) -> None:
        """As the list of sources tells it, and as it was typed."""
        run("add", server.url("/feed", "me:secret@127.0.0.1"))
        for address in (server.url("/feed"), server.url("/feed", "me:secret@127.0.0.1")):
            assert run("refresh", "--source", address).out == "The News: 0 new, 0 changed\n"
            assert run("refresh", "--source", address.removeprefix("http://")).status == 0
        assert run("refresh", "--source", server.url("/")).status == 1

    def test_login_goes_round_only_when_it_shall(self, run: Run, server: Loopback, tmp_path: Path) -> None:
        address = server.url("/feed", "me:secret@127.0.0.1")
        run("add", address)
        without = run("export", "opml")
        assert (server.url("/feed") in without.out, "secret" in without.out) == (True, False)
        assert "1 login left out" in without.err
        (tmp_path / "feeds.opml").write_text(run("export", "opml", "--logins").out)
        run("--library", tmp_path / "other.db", "add", tmp_path / "feeds.opml")
        assert address in run("--library", tmp_path / "other.db", "export", "opml", "--logins").out

    def test_login_is_for_its_server_alone(self, run: Run, server: Loopback, tmp_path: Path) -> None:
        """It is sent there, and stands in nothing that is printed."""
        address = server.url("/feed", "me:secret@127.0.0.1")
        server.table |= {
            "/page": answer(PAGE.replace(b"<head>", b"<head><link rel=feed href=/other>")),
            "/closed": answer(b"", "401 Unauthorized"),
        }
        closed = address.replace("/feed", "/closed")
        (tmp_path / "feeds.opml").write_text(f'<opml><body><outline xmlUrl="{closed}"/></body></opml>')
        ran = [
            run("add", address),
            *(run("add", address.replace("/feed", other)) for other in ("/page", "/closed", ":/x")),
            run("add", address.replace("http:", "ftp:")),
            run("add", tmp_path / "feeds.opml"),
            *(run(*words.split()) for words in ("refresh", "sources", "sources --json", "problems")),
            run("sources", "pause", address + "2"),
            run("bookmark", "add", address),
        ]
        assert {asked.headers.get("authorization") for asked in server.asked} == {"Basic bWU6c2VjcmV0"}
        assert not [one for one in ran if "secret" in one.out + one.err]

    def test_one_wrong_word_adds_nothing(self, run: Run, server: Loopback, tmp_path: Path) -> None:
        assert run("add", server.url("/feed"), tmp_path / "nowhere").status == 1
        assert run("sources", "--json").objects == []
