"""Views, sources, looks and keys: what is shown and how."""

from pathlib import Path

import pytest
from textual import events

from tests.ui.conftest import Open, ids
from tui_reader.keymap import KEYS
from tui_reader.library.library import Library
from tui_reader.refresh import refresh
from tui_reader.settings import Settings
from tui_reader.ui.dialogs import choices
from tui_reader.ui.dialogs.chooser import Prompt

pytestmark = pytest.mark.usefixtures("filled")


class TestChoosing:
    async def test_bookmarks_view_says_why_it_is_empty(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await desk.press("v")
            await desk.type("book")
            await desk.press("enter")
            assert "Nothing is bookmarked yet." in desk.text()
            assert desk.screen.stored is None
            for key in ("j", "enter", "b", "B", "m", "o", "y", "L", "space", "n", "1", "z", "A", "J"):
                await desk.press(key)
            await desk.press("escape", "v", "g", "enter")

    @pytest.mark.parametrize("dialog_is_there", [True, False])
    async def test_what_comes_in_one_piece_is_taken_key_by_key(
        self, open_reader: Open, dialog_is_there: bool
    ) -> None:
        """As over a slow line: `u` would undo, `r` refresh, and Enter take what stood there before."""
        async with open_reader() as desk:
            await desk.press("m")
            keys = ["v", *"unread", "enter"]
            if dialog_is_there:
                await desk.press(keys.pop(0))
            for key in keys:
                desk.app.post_message(events.Key(key, key if len(key) == 1 else None))
            await desk.until(lambda: desk.screen.view.scope == "unread")
            assert desk.app.screen is desk.screen
            assert not desk.said()

    async def test_sort_keeps_the_article_at_hand(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await desk.press("j", "j", "s")
            current = desk.screen.list.current
            await desk.type("title")
            await desk.press("enter")
            assert desk.screen.list.current == current
            assert desk.titles() == sorted(desk.titles(), key=str.lower)

    async def test_topic_and_tag(self, open_reader: Open, library: Library) -> None:
        library.bookmarks.add(ids(library)[3], ["mine"])
        async with open_reader() as desk:
            await desk.press("t")
            await desk.type("rss")
            await desk.press("enter")
            assert desk.screen.view.topic == "RSS"
            assert 0 < len(desk.titles()) < 12
            await desk.press("t")
            await desk.type("#mine")
            await desk.press("enter")
            assert len(desk.titles()) == 1
            assert "#mine" in desk.text()

    async def test_sidebar_leads_to_views(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await desk.press("backslash")
            assert "Sample articles" in desk.text()
            await desk.press("shift+tab")
            assert desk.screen.focused is desk.screen.sidebar
            await desk.press("j", "enter")
            assert desk.screen.view.scope == "unread"
            await desk.press("backslash")
            assert "Topics" not in desk.text()

    async def test_palette_runs_an_action_by_name(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await desk.press("colon")
            await desk.type("compact")
            await desk.press("enter")
            assert desk.screen.list.compact

    async def test_keys_are_searchable(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await desk.press("question_mark")
            await desk.type("bookmark this")
            assert "Bookmark this article" in desk.text()
            await desk.press("enter")
            assert desk.row().bookmarked

    async def test_theme_is_remembered(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await desk.press("colon")
            await desk.type("theme")
            await desk.press("enter")
            await desk.type("tui-reader-light")
            await desk.press("enter")
            assert desk.app.theme == "tui-reader-light"
        async with open_reader() as desk:
            assert desk.app.theme == "tui-reader-light"

    async def test_looks(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await desk.press("c")
            assert desk.screen.list.row_height == 1
            await desk.press("z")
            assert "All news" not in desk.text()
            await desk.press("escape")
            assert "All news" in desk.text()
            await desk.press("i")
            assert not desk.screen.article.show_images
        async with open_reader() as desk:
            assert desk.screen.list.row_height == 1


def test_keys_are_told_as_they_are_printed_on_them() -> None:
    """No key is told by Textual's name for its character."""
    told = " ".join(choices.key_name(key.keys) for key in KEYS)
    assert "_" not in told
    assert {"<", ">", "F2", "Delete", "Ctrl+↑", "?", "/"} <= set(told.split())


class TestRefreshing:
    async def test_new_articles_wait_and_move_nothing(
        self, open_reader: Open, library: Library, tmp_path: Path
    ) -> None:
        folder = tmp_path / "articles"
        folder.mkdir()
        for day in range(10, 20):
            (folder / f"{day}.md").write_text(f"---\ntitle: Day {day}\ndate: 2026-01-{day}\n---\nText.")
        refresh(library, library.sources.add_folder(folder))
        async with open_reader() as desk:
            await desk.press("j", "j")
            (folder / "new.md").write_text("---\ntitle: Newest\ndate: 2026-02-01\n---\nText.")
            await desk.press("r")
            await desk.until(lambda: "1 new" in desk.text())
            assert "Newest" not in desk.text()
            assert desk.screen.list.title == "All news · 10 · 10 unread"
            row = desk.row()
            await desk.press("full_stop")
            assert desk.row() == row
            assert desk.screen.list.title == "All news · 11 · 11 unread"
            assert desk.titles()[0] == "Newest"

    async def test_an_opened_folder_comes_in_by_itself(
        self, open_reader: Open, library: Library, tmp_path: Path
    ) -> None:
        folder = tmp_path / "articles"
        folder.mkdir()
        (folder / "a.md").write_text("---\ntitle: Only one\ndate: 2026-01-01\n---\nText.")
        async with open_reader(opened=[library.sources.add_folder(folder)]) as desk:
            await desk.until(lambda: "Only one" in desk.text())
            assert desk.screen.stored is not None

    async def test_library_whose_sources_have_brought_nothing_says_so(
        self, open_reader: Open, library: Library
    ) -> None:
        """As after subscribing without a network: it is not called empty, and its sources are named."""
        for samples in library.sources.all():
            library.sources.remove(samples.id)
        feed = library.feeds.add("https://news.example/feed", "The News")
        library.feeds.failed(feed.id, "There is no host news.example.")
        async with open_reader(Settings(refresh_every=0)) as desk:
            assert "None of your sources has brought an article yet." in desk.text()
            assert "F tells how each is" in desk.text()

    async def test_a_folder_can_be_added_and_removed(
        self, open_reader: Open, library: Library, tmp_path: Path
    ) -> None:
        folder = tmp_path / "mine"
        folder.mkdir()
        (folder / "a.md").write_text("---\ntitle: My own\n---\nText.")
        async with open_reader() as desk:
            await desk.press("colon")
            await desk.type("add a folder")
            await desk.press("enter")
            await desk.until(lambda: isinstance(desk.app.screen, Prompt))
            await desk.type(str(folder))
            await desk.press("enter")
            await desk.until(lambda: desk.titles() == ["My own"])
            await desk.press("colon")
            await desk.type("sources")
            # A key that comes before what it is for would be the reader's.
            await desk.press("enter")
            await desk.until(lambda: "Sources · 1" in desk.text())
            await desk.press("d")
            await desk.until(lambda: "There are no sources yet." in desk.text())
            await desk.press("escape")
            await desk.until(lambda: "The library is empty." in desk.text())
            assert "a adds a folder or a feed" in desk.text()
            assert (folder / "a.md").exists()

    async def test_a_broken_file_is_listed_with_its_line(
        self, open_reader: Open, library: Library, tmp_path: Path
    ) -> None:
        folder = tmp_path / "articles"
        folder.mkdir()
        (folder / "good.md").write_text("---\ntitle: Good\n---\nText.")
        (folder / "deep.md").write_text("---\ntitle: " + "[" * 100 + "\n---\nText.")
        async with open_reader(opened=[library.sources.add_folder(folder)]) as desk:
            await desk.until(lambda: "Good" in desk.text())
            await desk.press("colon")
            await desk.type("problems")
            await desk.press("enter")
            assert "deep.md" in desk.text()
            assert "line" in desk.text()

    async def test_a_missing_folder_takes_nothing_along(
        self, open_reader: Open, library: Library, tmp_path: Path
    ) -> None:
        folder = tmp_path / "articles"
        folder.mkdir()
        (folder / "a.md").write_text("---\ntitle: Still here\n---\nText.")
        refresh(library, library.sources.add_folder(folder))
        (folder / "a.md").unlink()
        folder.rmdir()
        async with open_reader() as desk:
            await desk.until(lambda: "cannot be read" in desk.said())
            assert desk.titles() == ["Still here"]


class TestMouse:
    async def test_a_click_moves_and_a_second_one_reads(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await desk.pilot.click("#list", offset=(10, 7))
            await desk.settle()
            assert desk.screen.list.cursor == 2
            await desk.pilot.click("#list", offset=(10, 7), times=2)
            await desk.settle()
            assert desk.screen.focused is desk.screen.article

    async def test_every_line_of_a_row_is_its_own(self, open_reader: Open) -> None:
        """What is clicked is what the pointer is on; the frame is nothing."""
        async with open_reader() as desk:
            lines = desk.text().splitlines()
            for index in (1, 0, 3):
                title = desk.titles()[index][:30]
                first = next(y for y, line in enumerate(lines) if title in line.partition("╮")[0][:48])
                for line in (first, first + 1):
                    await desk.press("g" if index else "G")
                    await desk.pilot.click("#list", offset=(10, line))
                    await desk.settle()
                    assert desk.screen.list.cursor == index
            await desk.pilot.click("#list", offset=(10, 0), times=2)
            await desk.settle()
            assert (desk.screen.list.cursor, desk.focus()) == (3, "list")

    async def test_hints_can_be_pressed(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            column = desk.text().splitlines()[-1].index("? Keys")
            await desk.pilot.click("#status", offset=(column, 0))
            await desk.settle()
            assert "Next unread article" in desk.text()


class TestKeysOfOnesOwn:
    async def test_a_key_can_be_moved_and_taken_away(self, open_reader: Open) -> None:
        settings = Settings(mark_read_after=-1, keys={"down": "Z", "bookmark": "", "theme": "f2"})
        async with open_reader(settings) as desk:
            await desk.press("Z")
            assert desk.screen.list.cursor == 1
            await desk.press("j", "b")
            assert desk.screen.list.cursor == 1
            assert not desk.row().bookmarked
            await desk.press("f2")
            assert "Theme" in desk.text()
