"""The command line and the pages of articles: full texts for reading offline, bookmarks of any page."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import Run
from tests.loopback import Behaviour, Loopback, answer, redirect
from tests.web_pages import LOGIN, article_page

HEAD = """<meta property="og:site_name" content="Harbour News"><meta name="author" content="Ada Byron">
<meta property="article:published_time" content="2024-03-05T10:00:00Z">
<meta property="og:description" content="About a ferry."><meta property="og:image" content="/ferry.jpg">"""


@pytest.fixture
def server() -> Iterator[Loopback]:
    table: dict[str, Behaviour] = {
        "/ferries": article_page(head=HEAD),
        "/members": LOGIN,
        "/paper": answer(b"%PDF-1.7 ...", "200 OK", "Content-Type: application/pdf"),
    }
    with Loopback(table) as running:
        yield running


@pytest.fixture
def reader(run: Run, tmp_path: Path, server: Loopback) -> Run:
    """The command line, with two articles of this server that have only summaries."""
    settings = tmp_path / "settings.toml"
    settings.write_text('[feeds]\nprivate_hosts = ["127.0.0.1"]\n')
    folder = tmp_path / "articles"
    folder.mkdir()
    for name in ("ferries", "members"):
        (folder / f"{name}.md").write_text(
            f"---\ntitle: About {name}\nexcerpt: In short.\noriginalUrl: {server.url(f'/{name}')}\n---\n"
        )
    run("add", folder)

    def ran(*words: object) -> object:
        return run("--config", settings, *words)

    return ran  # type: ignore[return-value]


class TestFetch:
    def test_a_line_a_page(self, reader: Run) -> None:
        """What could not be had is told with its reason, and the exit status says so."""
        done = reader("fetch", "--unread")
        assert done.status == 1
        assert sorted(line.partition(" ")[2] for line in done.out.splitlines()[:2]) == [
            "About ferries: fetched",
            "About members: 127.0.0.1 asks for a login; open the original, and log in there.",
        ]
        assert done.out.splitlines()[-1] == "1 page fetched."

    def test_it_says_that_not_all_were_fetched(self, reader: Run) -> None:
        """And the next run fetches what is left."""
        told = [reader("fetch", "--unread", "--limit", "1").out.splitlines()[-1] for _ in range(2)]
        more = "fetched; more are left for another run or a higher --limit."
        assert [line.endswith(more) for line in told] == [True, False]

    def test_what_is_out_of_reach_is_not_left_over(self, reader: Run) -> None:
        """It was tried, and a higher limit would not bring it."""
        reader("bookmark", "add", "http://127.0.0.1:9/nobody-is-there")
        done = reader("fetch", "--bookmarks")
        assert (done.status, done.out.splitlines()[-1]) == (1, "0 pages fetched.")

    def test_full_text_is_shown_searched_and_exported(self, reader: Run) -> None:
        reader("fetch", "--unread")
        [found] = reader("search", "Lindqvist", "--json").objects
        assert "Lindqvist" in reader("show", found["id"]).out
        assert "Lindqvist" in reader("show", found["id"], "--json").out
        reader("bookmark", "add", found["id"], "--note", "For the trip.")
        told = reader("export", "markdown", "--bookmarks").out
        assert "In short." not in told
        assert told.index("> For the trip.") < told.index("Lindqvist")
        [exported] = json.loads(reader("export", "json", "--bookmarks").out)
        assert "Lindqvist" in exported["body"]

    def test_only_bookmarks(self, reader: Run) -> None:
        [article] = reader("list", "ferries", "--json").objects
        reader("bookmark", "add", article["id"])
        assert reader("fetch", "--bookmarks").out.splitlines() == [
            f"{article['id']} About ferries: fetched",
            "1 page fetched.",
        ]
        assert reader("fetch", "--bookmarks").out == "0 pages fetched.\n"

    def test_one_by_its_number(self, reader: Run) -> None:
        """Also again."""
        [article] = reader("list", "ferries", "--json").objects
        for _ in range(2):
            assert reader("fetch", article["id"]).status == 0

    def test_it_must_be_said_which(self, reader: Run) -> None:
        done = reader("fetch")
        assert (done.status, done.out) == (1, "")
        assert "--unread" in done.err

    def test_unknown_number(self, reader: Run) -> None:
        assert reader("fetch", 99) == (1, "", "tui-reader: There is no article 99 in the library.\n")


class TestBookmarkOfAPage:
    def test_page_with_all_that_it_says(self, run: Run, server: Loopback) -> None:
        """An address that a person gives may be on their own network."""
        done = run("bookmark", "add", server.url("/ferries"), "--tag", "sea", "--note", "For the trip.")
        assert done.status == 0
        [kept] = run("bookmark", "list", "--json").objects
        assert done.out == f"{kept['id']} Ferries\n"
        assert kept["title"] == "Ferries"
        assert (kept["author"], kept["provider"], kept["summary"]) == (
            "Ada Byron",
            "Harbour News",
            "About a ferry.",
        )
        assert (kept["published"], kept["tags"], kept["note"]) == (
            "2024-03-05T10:00:00Z",
            ["sea"],
            "For the trip.",
        )
        assert "Lindqvist" in run("show", kept["id"]).out

    def test_same_page_twice_is_one_bookmark(self, run: Run, server: Loopback) -> None:
        """With the tags of both times."""
        run("bookmark", "add", server.url("/ferries"), "--tag", "sea")
        run("bookmark", "add", server.url("/ferries?utm_source=mail"), "--tag", "trip")
        [kept] = run("bookmark", "list", "--json").objects
        assert kept["tags"] == ["sea", "trip"]

    @pytest.mark.parametrize(
        ("path", "why"),
        [("/members", "asks for a login"), ("/nowhere", "has nothing at this address"), ("/paper", "a PDF")],
    )
    def test_page_that_cannot_be_read_is_kept_by_its_address(
        self, run: Run, server: Loopback, path: str, why: str
    ) -> None:
        done = run("bookmark", "add", server.url(path))
        assert done.status == 0
        assert "kept without its text" in done.err
        assert why in done.err
        [kept] = run("bookmark", "list", "--json").objects
        assert kept["url"] == server.url(path)

    @pytest.mark.parametrize("path", ["/ferries", "/nowhere"])
    def test_login_of_an_address_is_not_kept(self, run: Run, server: Loopback, path: str) -> None:
        """Whether the page can be had or not: it would stand in the list and in every export."""
        run("bookmark", "add", server.url(path).replace("//", "//ann:secret@"))
        [kept] = run("bookmark", "list", "--json").objects
        assert kept["url"] == server.url(path)
        assert "secret" not in str(kept)

    def test_text_that_came_before_is_not_said_to_be_missing(self, run: Run, server: Loopback) -> None:
        """The page cannot be had any more, but its text is kept."""
        run("bookmark", "add", server.url("/ferries"))
        server.table.clear()
        assert run("bookmark", "add", server.url("/ferries")).err == ""

    def test_page_that_comes_later_gives_its_title(self, run: Run, server: Loopback) -> None:
        """Kept without a network, it had but its address."""
        whole = server.table.pop("/ferries")
        run("bookmark", "add", server.url("/ferries"))
        server.table["/ferries"] = whole
        assert run("bookmark", "add", server.url("/ferries")).err == ""
        [kept] = run("bookmark", "list", "--json").objects
        assert (kept["title"], kept["author"], kept["summary"]) == ("Ferries", "Ada Byron", "About a ferry.")
        assert [found["id"] for found in run("search", "title:ferries", "--json").objects] == [kept["id"]]

    def test_page_that_is_fetched_later_gives_its_title(self, reader: Run, server: Loopback) -> None:
        reader("bookmark", "add", server.url("/pilots"))
        server.table["/pilots"] = server.table["/ferries"]
        [kept] = reader("bookmark", "list", "--json").objects
        assert kept["title"] == server.url("/pilots")
        assert reader("fetch", kept["id"]).status == 0
        [kept] = reader("bookmark", "list", "--json").objects
        assert (kept["title"], kept["url"]) == ("Ferries", server.url("/pilots"))

    def test_page_that_was_out_of_reach_is_asked_for_with_the_bookmarks(self, run: Run) -> None:
        """At once, and not a day later."""
        with Loopback() as gone:
            address = gone.url("/ferries")
        assert "kept without its text" in run("bookmark", "add", address).err
        assert run("fetch", "--bookmarks").out.startswith(f"1 {address}: ")

    def test_article_is_found_by_the_address_that_its_source_tells(
        self, reader: Run, server: Loopback
    ) -> None:
        """Which may lead on to another."""
        server.table["/members"] = redirect("/elsewhere")
        server.table["/elsewhere"] = article_page()
        [article] = reader("list", "members", "--json").objects
        assert reader("bookmark", "add", server.url("/members")).out == f"{article['id']} About members\n"
        assert "Lindqvist" in reader("show", article["id"]).out

    def test_undo_takes_it_off(self, run: Run, server: Loopback) -> None:
        run("bookmark", "add", server.url("/ferries"))
        run("undo")
        assert run("bookmark", "list").out == ""

    def test_what_is_neither_number_nor_address(self, run: Run) -> None:
        done = run("bookmark", "add", "ferries")
        assert done.status == 1
        assert "neither the number of an article nor an address" in done.err


class TestAlways:
    FEED = """<rss version="2.0"><channel><title>Harbour</title><link>{site}</link>
    <item><title>About ferries</title>
    <link>{site}/ferries</link><description>In short.</description></item></channel></rss>"""

    def test_refresh_brings_the_full_texts_of_such_feeds(self, run: Run, server: Loopback) -> None:
        server.table["/feed"] = answer(self.FEED.format(site=server.url("").rstrip("/")).encode())
        run("add", server.url("/feed"))
        assert run("sources", "fulltext", "Harbour").out == "Harbour: always the full text\n"
        assert "1 full text fetched, 0 could not be had" in run("refresh").out
        [found] = run("search", "Lindqvist", "--json").objects
        assert found["title"] == "About ferries"
        assert run("sources", "fulltext", "Harbour", "--off").out == "Harbour: only when asked\n"

    def test_folders_have_no_pages(self, filled: Run) -> None:
        assert filled("sources", "fulltext", "news").status == 1
