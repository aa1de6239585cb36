"""Every key does what the hand expects."""

import pytest

from tests.ui.conftest import NARROW, Browser, Desk, Open, ids
from tui_reader import clean
from tui_reader.library.library import Library
from tui_reader.model import View
from tui_reader.settings import Settings

pytestmark = pytest.mark.usefixtures("filled")


async def test_the_first_start_shows_something_in_every_pane(open_reader: Open) -> None:
    async with open_reader() as desk:
        shown = desk.text()
        assert "All news · 12 · 12 unread" in shown
        assert "▌●" in shown
        assert "Related" in shown
        assert "? Keys" in shown


class TestMoving:
    async def test_the_article_follows_the_cursor(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            for key in ("j", "down", "k", "G", "up", "g", "ctrl+d", "ctrl+u", "pagedown", "pageup"):
                await desk.press(key)
                assert desk.screen.stored is not None
                assert desk.screen.stored.id == desk.screen.list.current
                assert desk.row().title[:30] in desk.text()

    async def test_the_ends_hold(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await desk.press("k", "k")
            assert desk.screen.list.cursor == 0
            await desk.press("G", "j", "j")
            assert desk.screen.list.cursor == len(desk.screen.list.ids) - 1

    async def test_enter_reads_and_h_goes_back(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            for there, back in (("enter", "h"), ("l", "left"), ("right", "escape")):
                await desk.press(there)
                assert desk.focus() == "article"
                await desk.press(back)
                assert desk.focus() == "list"

    async def test_tab_goes_round_the_panes(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            screen = desk.screen
            panes = []
            for _ in range(3):
                await desk.press("tab")
                panes.append(screen.focused)
            assert panes == [screen.article, screen.related, screen.list]
            await desk.press("shift+tab")
            assert screen.focused is screen.related

    async def test_lines_scroll_in_the_article(self, open_reader: Open) -> None:
        async with open_reader(size=(100, 20)) as desk:
            await desk.press("enter", "j", "j")
            assert desk.screen.article.top == 2
            current = desk.screen.list.current
            await desk.press("G", "k", "g")
            assert desk.screen.article.top == 0
            assert desk.screen.list.current == current

    async def test_every_article_keeps_its_place(self, open_reader: Open) -> None:
        async with open_reader(size=(100, 20)) as desk:
            await desk.press("enter", "j", "j", "j", "J")
            assert desk.screen.article.top == 0
            assert desk.screen.focused is desk.screen.article
            await desk.press("K")
            assert desk.screen.article.top == 3

    async def test_space_pages_and_then_turns_to_the_next_unread(self, open_reader: Open) -> None:
        async with open_reader(size=(100, 16)) as desk:
            first = desk.screen.list.current
            await desk.press("enter", "space")
            assert desk.screen.article.top > 0
            for _ in range(60):
                await desk.press("space")
                if desk.screen.list.current != first:
                    break
            assert desk.screen.list.cursor == 1

    async def test_n_and_p_pass_over_what_is_read(self, open_reader: Open, library: Library) -> None:
        second = ids(library)[1]
        library.articles.mark([second], read=True)
        async with open_reader() as desk:
            await desk.press("n")
            assert desk.screen.list.cursor == 2
            await desk.press("p")
            assert desk.screen.list.cursor == 0
            await desk.press("p")
            assert "no unread article above" in desk.said()


class TestRelated:
    async def test_a_number_opens_and_backspace_goes_back(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            start = desk.screen.stored
            assert start is not None
            known = next(i for i, entry in enumerate(desk.screen.related.entries) if entry.id is not None)
            wanted = desk.screen.related.entries[known].id
            await desk.press(str(known + 1))
            assert desk.screen.stored is not None
            assert desk.screen.stored.id == wanted
            await desk.press("backspace")
            assert desk.screen.stored.id == start.id
            await desk.press("right_square_bracket")
            assert desk.screen.stored.id == wanted

    async def test_what_the_library_lacks_is_a_preview_that_can_be_kept(
        self, open_reader: Open, library: Library
    ) -> None:
        """Such an entry is marked, opens from what is known, and `b` makes it an article with a bookmark."""
        async with open_reader() as desk:
            number = await _find_preview(desk)
            assert "↗" in desk.text()
            await desk.press(str(number))
            assert desk.screen.stored is None
            mention = desk.screen.mention
            assert mention is not None
            assert mention.title[:40] in desk.text()
            await desk.press("b")
            kept = library.articles.get(ids(library, scope="bookmarks")[0])
            assert kept is not None
            assert kept.article.url == mention.url
            assert desk.screen.stored == kept
            await desk.press("backspace")
            assert desk.screen.stored.id == desk.screen.list.current

    async def test_the_pane_can_be_walked(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await desk.press("tab", "tab", "j", "k", "enter")
            assert len(desk.screen.trail) == 2

    async def test_a_number_without_entry_does_nothing(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            before = desk.screen.stored
            await desk.press("9", "backspace")
            assert desk.screen.stored == before


async def _find_preview(desk: Desk) -> int:
    for _ in range(12):
        for number, entry in enumerate(desk.screen.related.entries, start=1):
            if entry.id is None and entry.mention.url:
                return number
        await desk.press("j")
    raise AssertionError("no sample mentions anything else")


class TestMarks:
    async def test_bookmark_is_on_the_disk_before_its_star_is_drawn(
        self, open_reader: Open, library: Library
    ) -> None:
        async with open_reader() as desk:
            assert "★" not in desk.text()
            await desk.press("b")
            assert ids(library, scope="bookmarks") == [desk.screen.list.current]
            assert "▌★" in desk.text()

    async def test_b_twice_leaves_it_as_it_was(self, open_reader: Open, library: Library) -> None:
        """Also when the second press comes before the first has been answered."""
        async with open_reader() as desk:
            await desk.press("b", "b")
            assert ids(library, scope="bookmarks") == []
            await desk.press("b", "b", "b")
            assert len(ids(library, scope="bookmarks")) == 1

    async def test_undo_brings_the_bookmark_back(self, open_reader: Open, library: Library) -> None:
        async with open_reader() as desk:
            library.bookmarks.add(desk.screen.list.current or 0, ["tag"], "note")
            await desk.press("b")
            assert ids(library, scope="bookmarks") == []
            await desk.press("u")
            stored = library.articles.get(desk.screen.list.current or 0)
            assert stored is not None
            assert stored.bookmark is not None
            assert (stored.bookmark.tags, stored.bookmark.note) == (("tag",), "note")
            assert "★" in desk.text()

    async def test_tags_and_note(self, open_reader: Open, library: Library) -> None:
        """Tags are completed from those in use; the note may have several lines."""
        library.bookmarks.add(ids(library)[5], ["reading"])
        async with open_reader() as desk:
            await desk.press("B")
            await desk.type("new, rea")
            await desk.press("right", "enter")
            await desk.type("one")
            await desk.press("enter")
            await desk.type("two")
            await desk.press("ctrl+s")
            stored = library.articles.get(desk.screen.list.current or 0)
            assert stored is not None
            assert stored.bookmark is not None
            assert (stored.bookmark.tags, stored.bookmark.note) == (("new", "reading"), "one\ntwo")
            assert "#reading" in desk.text()

    async def test_a_changed_note_is_not_thrown_away_by_escape(
        self, open_reader: Open, library: Library
    ) -> None:
        async with open_reader() as desk:
            await desk.press("B", "tab")
            await desk.type("words")
            await desk.press("escape")
            assert "have been changed" in desk.text()
            await desk.press("escape", "ctrl+s")
            stored = library.articles.get(desk.screen.list.current or 0)
            assert stored is not None
            assert stored.bookmark is not None
            assert stored.bookmark.note == "words"

    async def test_m_turns_the_read_mark_over(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await desk.press("m")
            assert desk.row().read
            await desk.press("m")
            assert not desk.row().read
            await desk.press("u")
            assert desk.row().read

    async def test_all_read_is_one_step_back(self, open_reader: Open, library: Library) -> None:
        async with open_reader() as desk:
            await desk.press("A")
            assert ids(library, scope="unread") == []
            assert "12 marked read" in desk.said()
            await desk.press("u")
            assert len(ids(library, scope="unread")) == 12
            await desk.press("u")
            assert "nothing to undo" in desk.said()

    async def test_an_article_in_view_counts_as_read(self, open_reader: Open) -> None:
        async with open_reader(Settings(mark_read_after=0)) as desk:
            assert not desk.row().read, "what was merely shown at the start has not been read"
            await desk.press("j")
            await desk.until(lambda: desk.row().read)

    async def test_a_list_alone_reads_nothing(self, open_reader: Open) -> None:
        """On a narrow screen the cursor passes over articles that nobody sees."""
        async with open_reader(Settings(mark_read_after=0), size=NARROW) as desk:
            await desk.press("j", "j")
            assert not desk.row().read
            await desk.press("enter")
            await desk.until(lambda: desk.row().read)

    async def test_what_was_read_stays_until_the_view_is_left(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await desk.press("v", "down", "enter")
            assert desk.screen.view == View(scope="unread")
            read = desk.screen.list.current
            await desk.press("m", "j", "k")
            assert desk.screen.list.current == read
            await desk.press("v", "enter")
            assert read not in desk.screen.list.ids


async def _some_address(desk: Desk) -> str:
    """Of an article that has one; the cursor is on it then."""
    while not (desk.screen.stored and desk.screen.stored.article.url):
        await desk.press("j")
    return desk.screen.stored.article.url


async def _find_foreign_link(desk: Desk) -> int:
    """Its place among the links of the article that is shown then."""
    while True:
        assert desk.screen.stored is not None
        for place, url in enumerate(desk.screen.article.links):
            if not clean.belongs_to(url, desk.screen.stored.article.domain):
                return place
        await desk.press("j")


class TestMessages:
    async def test_one_about_something_long_keeps_both_its_ends(self, open_reader: Open) -> None:
        """What was pasted, and why that is nothing; the list stays in sight."""
        async with open_reader() as desk:
            desk.screen.complain(f"What {'x' * 3_000} is must be looked up.")
            await desk.settle()
            assert desk.said().startswith("What xxx")
            assert desk.said().endswith("xxx is must be looked up.")
            assert len(desk.said()) < 500


class TestOpening:
    async def test_o_hands_the_address_to_the_browser(self, open_reader: Open, browser: Browser) -> None:
        command, opened = browser
        async with open_reader(Settings(browser=command, mark_read_after=-1)) as desk:
            url = await _some_address(desk)
            await desk.press("o")
            assert opened() == [url]

    async def test_a_foreign_address_is_shown_first(self, open_reader: Open, browser: Browser) -> None:
        command, opened = browser
        async with open_reader(Settings(browser=command, mark_read_after=-1)) as desk:
            number = await _find_foreign_link(desk)
            await desk.press("enter", "L")
            await desk.press(*["down"] * number)
            assert "Links in this article" in desk.text()
            await desk.press("enter")
            assert "leads elsewhere" in desk.text()
            await desk.press("escape")
            assert opened() == []
            await desk.press("L", *["down"] * number, "enter", "enter")
            assert opened() == [desk.screen.article.links[number]]

    async def test_without_a_browser_the_address_is_copied(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            url = await _some_address(desk)
            await desk.press("o")
            assert desk.app.clipboard == url
            assert url in desk.said()

    async def test_y_copies_the_address(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            url = await _some_address(desk)
            await desk.press("y")
            assert desk.app.clipboard == url

    async def test_a_browser_that_fails_is_named(self, open_reader: Open) -> None:
        for command, told in (
            (("no-such-browser",), "cannot be started"),
            (("false",), "ended with status 1"),
        ):
            async with open_reader(Settings(browser=command, mark_read_after=-1)) as desk:
                await _some_address(desk)
                await desk.press("o")
                assert told in desk.said()
