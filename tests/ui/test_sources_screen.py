"""The list of sources: what it tells of each, and every key in it."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from textual import events
from textual.widgets import Input

from tests.loopback import Asked, Behaviour, Loopback, answer, silent
from tests.test_refresh_feeds import rss
from tests.ui.conftest import NARROW, WIDE, Browser, Desk, Open
from tui_reader.library.feeds import Answer, Came
from tui_reader.library.library import Library
from tui_reader.model import Source
from tui_reader.settings import Settings
from tui_reader.ui.dialogs.source_list import Keys, about, has
from tui_reader.ui.dialogs.sources_screen import SourcesScreen

NOTHING_HERE = "news.example has nothing at this address (404); check it, the publisher may have moved it."
BY_HAND = Settings(mark_read_after=-1, refresh_every=0)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback({"/feed": answer(rss("Storm", "Calm"))}) as serving:
        yield serving


@pytest.fixture
def feeds(library: Library) -> Library:
    """One that fails, one that is paused, two that are well, in two folders and none."""
    for name, folder in (("Alpha", ""), ("Beta", "Science"), ("Gamma", "World"), ("Delta", "World")):
        feed = library.feeds.add(f"https://{name.lower()}.example/feed", name, folder, named=True)
        library.feeds.unchanged(feed.id, Answer())
    sources = {source.title: source.id for source in library.sources.all()}
    for _ in range(3):
        library.feeds.failed(sources["Alpha"], NOTHING_HERE)
    library.sources.pause(sources["Beta"], True)
    return library


def sheet(desk: Desk) -> SourcesScreen:
    screen = desk.app.screen
    assert isinstance(screen, SourcesScreen)
    return screen


def at_hand(desk: Desk) -> str:
    source = sheet(desk).list.at_hand
    return source.title if source else ""


def source(library: Library, title: str) -> Source:
    return next(source for source in library.sources.all() if source.title == title)


async def go_to(desk: Desk, title: str) -> None:
    await desk.press("g")
    while at_hand(desk) != title:
        await desk.press("j")


async def open_sources(desk: Desk) -> None:
    await desk.press("F")
    await desk.until(lambda: sheet(desk)._known)


class TestWhatItTells:
    async def test_sources_stand_in_their_folders(self, open_reader: Open, feeds: Library) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            labels = [entry.label for entry in sheet(desk).list.entries]
            assert labels == ["In no folder", "Alpha", "Science", "Beta", "World", "Delta", "Gamma"]
            assert "Sources · 4 · 1 failing · 1 paused" in desk.text()

    async def test_trouble_is_a_sentence_with_its_time_and_what_comes_next(
        self, open_reader: Open, feeds: Library
    ) -> None:
        """And the whole address, on a terminal of 80 columns too."""
        async with open_reader(Settings(mark_read_after=-1), size=NARROW) as desk:
            await open_sources(desk)
            await go_to(desk, "Alpha")
            told = " ".join(desk.text().replace("│", " ").split())
            assert f"Failed 3 times in a row, last just now: {NOTHING_HERE}" in told
            assert "It is asked again in 40 min" in told
            assert "https://alpha.example/feed" in told
            await go_to(desk, "Beta")
            assert "Paused: it is left alone until p resumes it; r asks it once." in desk.text()
            await go_to(desk, "Gamma")
            assert "Asked every 30 min, next in 30 min." in desk.text()

    async def test_numbers_and_when_it_was_looked_at(
        self, open_reader: Open, library: Library, server: Loopback
    ) -> None:
        library.feeds.add(server.url("/feed"), "News", typed=True)
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            assert "never" in desk.text()
            await desk.press("r")
            await desk.until(lambda: "2 · 2    just now" in desk.text())
            assert "2 articles, 2 unread · looked at just now" in desk.text()

    async def test_without_sources_it_says_what_to_press(self, open_reader: Open) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            assert "There are no sources yet. a adds a folder" in desk.text()
            for key in ("enter", "r", "R", "e", "m", "p", "I", "d", "y", "o", "j", "G", "slash", "escape"):
                await desk.press(key)
                assert isinstance(desk.app.screen, SourcesScreen)

    async def test_hostile_names_are_shown_as_they_are(self, open_reader: Open, library: Library) -> None:
        hostile = "[/x][@click=app.quit]News[/]"
        feed = library.feeds.add("https://news.example/[x]", hostile, "[b]")
        library.feeds.failed(feed.id, "[/y] failed.")
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            assert desk.text().count(hostile) == 2
            assert "[/y] failed." in desk.text()
            for key in ("e", "m"):
                await desk.press(key, "escape")

    @pytest.mark.parametrize("size", [(200, 50), WIDE, NARROW, (60, 15), (40, 10), (20, 5), (1, 1)])
    async def test_any_size(self, open_reader: Open, feeds: Library, size: tuple[int, int]) -> None:
        """What does not fit is cut with an ellipsis; the frame stands."""
        long = feeds.feeds.add("https://long.example/" + "x" * 300, "A very long name " * 20, "Long")
        feeds.feeds.failed(long.id, "A long sentence that goes on and on. " * 20)
        async with open_reader(BY_HAND, size=size) as desk:
            await open_sources(desk)
            await desk.press("G", "k", "G", "g")
            lines = desk.text().splitlines()
            assert all(len(line) == size[0] for line in lines)
            if size[0] >= 40:
                drawn = [sheet(desk).list.draw_line(y).text for y in range(sheet(desk).list.size.height)]
                assert any("A very long name" in line and "…" in line for line in drawn)
                assert {len(line) for line in drawn} == {sheet(desk).list.size.width}

    async def test_five_hundred_draw_no_more_than_what_is_seen(
        self, open_reader: Open, library: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            shown = sheet(desk).list
            many = [Source(n, "feed", f"https://n{n}.example/", f"Feed {n}") for n in range(500)]
            sheet(desk).show(many, set())
            await desk.settle()
            drawing = Mock(wraps=shown.draw)
            monkeypatch.setattr(shown, "draw", drawing)
            await desk.press("G")
            assert at_hand(desk) == "Feed 499"
            assert 0 < drawing.call_count <= 2 * shown.size.height


def test_what_is_paused_since_it_failed_is_found_by_both() -> None:
    gone = Source(1, "feed", "https://gone.example/", "Gone", problem="It is gone.", paused=True)
    assert all(has(gone, [word]) for word in ("failing", "paused", "gone", "feed"))
    assert not has(gone, ["gone", "folder"])


class TestMoving:
    async def test_enter_shows_the_articles(self, open_reader: Open, feeds: Library) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await go_to(desk, "Gamma")
            await desk.press("enter")
            assert desk.app.screen is desk.screen
            assert desk.screen.view.source == source(feeds, "Gamma").id

    @pytest.mark.parametrize("key", ["escape", "h", "q"])
    async def test_it_is_left(self, open_reader: Open, feeds: Library, key: str) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await desk.press(key)
            assert desk.app.screen is desk.screen
            assert desk.screen.view.source is None

    async def test_it_opens_on_the_source_of_the_sidebar_or_of_the_view(
        self, open_reader: Open, feeds: Library
    ) -> None:
        async with open_reader(BY_HAND) as desk:
            await desk.press("backslash", "shift+tab")
            sidebar = desk.screen.sidebar
            while sidebar.entries[sidebar.cursor].label != "Delta":
                await desk.press("j")
            await open_sources(desk)
            assert at_hand(desk) == "Delta"
            await go_to(desk, "Gamma")
            await desk.press("enter")
            await open_sources(desk)
            assert at_hand(desk) == "Gamma"

    async def test_a_word_narrows_them(self, open_reader: Open, feeds: Library) -> None:
        """To titles, addresses, folders and states; Esc shows them all again, and the cursor stays."""
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            for words, left in (
                ("world", ["Delta", "Gamma"]),
                ("beta.ex", ["Beta"]),
                ("failing", ["Alpha"]),
                ("paused", ["Beta"]),
                ("world gam", ["Gamma"]),
            ):
                await desk.press("slash")
                await desk.type(words)
                entries = sheet(desk).list.entries
                assert [entry.label for entry in entries if entry.source] == left
                assert at_hand(desk) == left[0]
                await desk.press("enter")
                assert sheet(desk).focused is sheet(desk).list
                await desk.press("escape")
                assert len(sheet(desk).list.entries) == 7
                assert at_hand(desk) == left[0]

    async def test_letters_in_the_filter_are_letters(self, open_reader: Open, feeds: Library) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await desk.press("slash")
            await desk.type("drum/pedaq")
            assert sheet(desk).filter.value == "drum/pedaq"
            assert "No source has these words" in desk.text()
            assert len(feeds.sources.all()) == 4
            await desk.press("escape", "escape")
            assert desk.app.screen is desk.screen

    @pytest.mark.parametrize(
        "keys",
        [("slash", *"failing"), ("a", "l"), ("enter", "enter"), ("l", "l", "escape"), ("e", "escape", "h")],
    )
    async def test_a_quick_hand_does_no_harm(
        self, open_reader: Open, feeds: Library, keys: tuple[str, ...]
    ) -> None:
        """Keys that come before the one before them has done anything."""
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            for key in keys:
                desk.app.post_message(events.Key(key, key if len(key) == 1 else None))
            await desk.settle()
            if keys[0] == "slash":
                assert sheet(desk).filter.value == "failing"
            for _ in range(3):
                await desk.press("escape")
            assert desk.app.screen is desk.screen

    async def test_the_arrows_move_from_the_filter(self, open_reader: Open, feeds: Library) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await desk.press("slash")
            await desk.type("world")
            await desk.press("down")
            assert at_hand(desk) == "Gamma"
            await desk.press("up")
            assert at_hand(desk) == "Delta"


class TestChanging:
    async def test_rename(self, open_reader: Open, feeds: Library) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await go_to(desk, "Gamma")
            await desk.press("e", *["backspace"] * 5)
            await desk.type("Aardvark")
            await desk.press("enter")
            await desk.until(lambda: at_hand(desk) == "Aardvark")
            assert source(feeds, "Aardvark").folder == "World"
            assert sheet(desk).list.entries[5].label == "Aardvark", "it stands at its new place"

    @pytest.mark.parametrize(
        ("typed", "folder"),
        [("scien", "Science"), ("News", "News"), ("no folder", ""), ("w d", "w d"), ("", "World")],
    )
    async def test_move_to_a_folder_that_is_there_to_a_new_one_and_out_of_all(
        self, open_reader: Open, feeds: Library, typed: str, folder: str
    ) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await go_to(desk, "Gamma")
            await desk.press("m")
            for name in ("No folder", "Science", "World"):
                assert name in desk.text()
            await desk.type(typed)
            await desk.press("enter")
            await desk.until(lambda: source(feeds, "Gamma").folder == folder)
            await desk.until(lambda: at_hand(desk) == "Gamma")

    async def test_full_text_always_and_no_longer(self, open_reader: Open, feeds: Library) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await go_to(desk, "Alpha")
            await desk.press("x")
            await desk.until(lambda: "always the full text" in desk.text())
            assert source(feeds, "Alpha").whole
            await desk.press("x")
            await desk.until(lambda: "always the full text" not in desk.text())
            assert not source(feeds, "Alpha").whole

    async def test_pause_and_resume(self, open_reader: Open, feeds: Library) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await go_to(desk, "Beta")
            await desk.press("p")
            await desk.until(lambda: "· 1 paused" not in desk.text())
            assert not source(feeds, "Beta").paused
            await desk.press("p")
            await desk.until(lambda: "· 1 paused" in desk.text())
            assert source(feeds, "Beta").paused
            assert at_hand(desk) == "Beta"

    async def test_how_often(self, open_reader: Open, feeds: Library) -> None:
        """What cannot be understood is said, and can be mended; nothing means what the settings say."""
        async with open_reader(Settings(mark_read_after=-1)) as desk:
            await open_sources(desk)
            await go_to(desk, "Gamma")
            await desk.press("I")
            assert "nothing for what the settings say: every 30 min" in desk.text()
            await desk.type("soon")
            await desk.press("enter")
            assert "Write it as 30 min, 2 h or 1 d" in desk.text()
            await desk.press(*["backspace"] * 4)
            await desk.type("2 h")
            await desk.press("enter")
            await desk.until(lambda: "every 2 h" in desk.text())
            assert source(feeds, "Gamma").every == 7_200
            await desk.press("I", *["backspace"] * 4, "enter")
            await desk.until(lambda: source(feeds, "Gamma").every is None)
            await desk.press("I", "3", "escape")
            assert source(feeds, "Gamma").every is None

    @pytest.mark.parametrize("key", ["d", "delete"])
    async def test_remove_and_undo(self, open_reader: Open, feeds: Library, key: str) -> None:
        """The cursor goes to the next one, and with the source comes back."""
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await go_to(desk, "Delta")
            await desk.press(key)
            await desk.until(lambda: len(feeds.sources.all()) == 3)
            assert "Removed Delta; u brings it back" in desk.said()
            await desk.until(lambda: at_hand(desk) == "Gamma")
            await desk.press("u")
            await desk.until(lambda: at_hand(desk) == "Delta")
            assert "Undone: Removed the source" in desk.said()

    async def test_the_view_of_a_source_that_is_removed_is_left(
        self, open_reader: Open, feeds: Library
    ) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await go_to(desk, "Delta")
            await desk.press("enter")
            await open_sources(desk)
            await desk.press("d")
            await desk.until(lambda: desk.screen.view.source is None)
            assert isinstance(desk.app.screen, SourcesScreen)

    async def test_what_cannot_be_written_is_a_sentence(
        self, open_reader: Open, feeds: Library, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And the list shows what is on the disk."""
        from tui_reader.library.database import LibraryBusy

        def fail(*_: object) -> None:
            raise LibraryBusy(feeds.database.path)

        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await go_to(desk, "Gamma")
            monkeypatch.setattr(feeds.sources, "pause", fail)
            await desk.press("p")
            await desk.until(lambda: "library.db" in desk.said())
            assert "· 1 paused" in desk.text()

    async def test_add(self, open_reader: Open, feeds: Library, tmp_path: Path) -> None:
        """The list stays open, with the cursor on what was added."""
        (tmp_path / "mine").mkdir()
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await desk.press("a")
            await desk.type(str(tmp_path / "mine"))
            await desk.press("enter")
            await desk.until(lambda: at_hand(desk) == "mine")
            assert "Folder · 0 articles" in desk.text()

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("nowhere", "does not exist"),
            ("~no-such-user/news", "does not exist"),
            ("lists.opml", "does not exist"),
            ("ftp://a.example/feed", "begins with http:// or https://"),
        ],
    )
    async def test_what_could_not_be_added_is_offered_again(
        self, open_reader: Open, feeds: Library, tmp_path: Path, typed: str, told: str
    ) -> None:
        """A letter of it may be wrong. What was added is not."""
        (tmp_path / "mine").mkdir()
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            for name, said, left in ((typed, told, typed), (str(tmp_path / "mine"), "", "")):
                await desk.press("a")
                await desk.type(name)
                await desk.press("enter")
                await desk.until(lambda said=said: said in desk.said())  # type: ignore[misc]
                await desk.until(lambda left=left: desk.screen._not_added == left)  # type: ignore[misc]
                await desk.press("a")
                assert desk.app.screen.query_one(Input).value == left
                await desk.press("escape")

    async def test_articles_of_a_feed_that_has_none_say_why(self, open_reader: Open, feeds: Library) -> None:
        """In lines that fit, with its own name above them from the first moment on."""
        async with open_reader(BY_HAND, size=NARROW) as desk:
            for title, told in (("Alpha", "check it, the publisher"), ("Gamma", "has told no articles yet")):
                await open_sources(desk)
                await go_to(desk, title)
                await desk.press("enter")
                assert desk.screen.list.title == f"{title} · 0 · 0 unread"
                assert told in " ".join(desk.screen.list.empty)
                assert desk.text().count("F tells how it is.") == 1
            new = feeds.feeds.add("https://new.example/feed", "New")
            desk.screen._added(new)
            assert desk.screen.list.title.startswith("New")

    async def test_copy_and_open(self, open_reader: Open, feeds: Library, browser: Browser) -> None:
        command, opened = browser
        feed = source(feeds, "Gamma")
        feeds.feeds.came([Came(feed.id, [], Answer(site="https://gamma.example/news"))])
        async with open_reader(Settings(browser=command, refresh_every=0)) as desk:
            await open_sources(desk)
            await go_to(desk, "Gamma")
            await desk.press("y")
            assert desk.app.clipboard == "https://gamma.example/feed"
            await desk.press("o")
            await desk.until(lambda: opened() == ["https://gamma.example/news"])
            await go_to(desk, "Alpha")
            await desk.press("o")
            await desk.until(lambda: opened()[1:] == ["https://alpha.example/"])


class TestRefreshing:
    async def test_r_asks_a_paused_feed_too(
        self, open_reader: Open, library: Library, server: Loopback
    ) -> None:
        feed = library.feeds.add(server.url("/feed"), "News", typed=True)
        library.feeds.failed(feed.id, "It was gone.", gone=True)
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await desk.press("r")
            await desk.until(lambda: source(library, "The News").articles == 2)
            await desk.until(lambda: "failing" not in desk.text())
            assert source(library, "The News").paused

    async def test_all_are_asked_and_failures_are_told_in_the_list(
        self, open_reader: Open, library: Library, server: Loopback
    ) -> None:
        """Live, without a message for each, and the cursor stays where it is."""
        told = asyncio.Event()

        async def slow(_: Asked, writer: asyncio.StreamWriter) -> None:
            while not told.is_set():
                await asyncio.sleep(0.01)
            writer.write(answer(rss("Slow")))

        table: dict[str, Behaviour] = {
            "/gone": answer(b"", "410 Gone"),
            "/garbage": answer(b"\0\1\2 garbage"),
            "/slow": slow,
        }
        server.table |= table
        for path in ("/feed", "/missing", "/gone", "/garbage", "/slow"):
            library.feeds.add(server.url(path), path, named=True, typed=True)
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await go_to(desk, "/gone")
            await desk.press("R")
            await desk.pilot.pause()
            assert "to go  Ctrl+x stops" in desk.text()
            while source(library, "/feed").articles != 2 or not source(library, "/garbage").problem:
                await asyncio.sleep(0.05)
            await _until_shown(desk, "3 failing")
            assert "⟳ 1 to go" in desk.text()
            assert desk.screen.progress == "⟳ 4/5 feeds  Ctrl+x stops"
            assert at_hand(desk) == "/gone"
            assert "410" in desk.text()
            assert desk.said() == ""
            told.set()
            await desk.until(lambda: "to go" not in desk.text())
            await desk.until(lambda: "1 · 1    just now" in desk.text())
            assert at_hand(desk) == "/gone"

    async def test_a_refresh_can_be_stopped(
        self, open_reader: Open, library: Library, server: Loopback
    ) -> None:
        server.table["/silent"] = silent()
        library.feeds.add(server.url("/silent"), "Silent", typed=True)
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await desk.pilot.press("r")
            await _until_shown(desk, "1 to go")
            await desk.until(lambda: desk.screen.progress == "⟳ Silent  Ctrl+x stops")
            await desk.pilot.press("ctrl+x")
            await desk.until(lambda: "to go" not in desk.text())
            assert desk.screen.progress == ""
            await desk.press("escape")

    async def test_what_was_found_is_told_whatever_fails_last(
        self, open_reader: Open, library: Library, server: Loopback
    ) -> None:
        library.feeds.add(server.url("/feed"), typed=True)

        async def late(_: Asked, writer: asyncio.StreamWriter) -> None:
            while not any(found.articles for found in library.sources.all()):
                await asyncio.sleep(0.01)
            writer.write(answer(b"", "500 Internal Server Error"))

        server.table["/late"] = late
        library.feeds.add(server.url("/late"), typed=True)
        async with open_reader(BY_HAND) as desk:
            await desk.press("R")
            await desk.until(lambda: "2 new" in desk.said())

    async def test_outside_of_it_many_failures_are_one_message(
        self, open_reader: Open, library: Library, server: Loopback
    ) -> None:
        for number in range(5):
            library.feeds.add(server.url(f"/{number}"), f"Feed {number}", typed=True)
        async with open_reader(BY_HAND) as desk:
            await desk.press("R")
            await desk.until(lambda: "5 sources could not be refreshed; F tells why." in desk.said())


async def _until_shown(desk: Desk, text: str) -> None:
    """While a refresh goes on the desk does not come to rest."""
    end = time.monotonic() + 10
    while text not in desk.text():
        assert time.monotonic() < end, desk.text()
        await desk.pilot.pause(0.02)


class TestHands:
    async def test_a_click_moves_and_a_second_one_shows_the_articles(
        self, open_reader: Open, feeds: Library
    ) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await desk.pilot.click("#rows", offset=(10, 5))
            await desk.settle()
            assert at_hand(desk) == "Delta"
            assert "https://delta.example/feed" in desk.text()
            await desk.pilot.click("#rows", offset=(10, 5), times=2)
            await desk.settle()
            assert desk.screen.view.source == source(feeds, "Delta").id

    async def test_the_foot_can_be_pressed(self, open_reader: Open, feeds: Library) -> None:
        async with open_reader(BY_HAND) as desk:
            await open_sources(desk)
            await go_to(desk, "Gamma")
            await _press_foot(desk, "pause")
            await desk.until(lambda: "· 2 paused" in desk.text())
            await _press_foot(desk, "filter")
            assert sheet(desk).focused is sheet(desk).filter
            await _press_foot(desk, "close")
            await _press_foot(desk, "articles")
            assert desk.app.screen is desk.screen

    async def test_keys_of_ones_own(self, open_reader: Open, feeds: Library) -> None:
        """They are what the foot says, and hold beside what the same key does in the reader."""
        settings = Settings(
            refresh_every=0, mark_read_after=-1, keys={"pause_source": "b", "sources": "f6", "undo": "U"}
        )
        async with open_reader(settings) as desk:
            await desk.press("f6")
            await desk.until(lambda: sheet(desk)._known)
            assert " b pause " in desk.text()
            assert " U undo " in desk.text()
            await go_to(desk, "Gamma")
            await desk.press("p", "b")
            await desk.until(lambda: source(feeds, "Gamma").paused)
            await desk.press("u", "U")
            await desk.until(lambda: not source(feeds, "Gamma").paused)


async def _press_foot(desk: Desk, label: str) -> None:
    foot = sheet(desk).foot
    row, column = next(
        (y, strip.text.index(f" {label} "))
        for y, strip in enumerate(foot.render_line(y) for y in range(foot.size.height))
        if f" {label} " in strip.text
    )
    await desk.pilot.click("#foot", offset=(column + 1, row))
    await desk.settle()


def test_login_is_not_shown() -> None:
    """Nor found: who looks over a shoulder may type, too."""
    source = Source(1, "feed", "https://me:secret@news.example/feed", "News")
    told = about(source, every=60, keys=Keys("r", "p"), under_way=False, now=0)
    assert "https://news.example/feed" in told
    assert "secret" not in " ".join(told)
    assert not has(source, ["secret"])
