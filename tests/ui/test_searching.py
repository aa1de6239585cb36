"""Searching as one types: what is found, what the keys do, and the way back to where one was."""

import pytest

from tests.ui.conftest import NARROW, WIDE, Desk, Folder, Open, ids
from tui_reader.library.library import Library
from tui_reader.model import END, HIT, View
from tui_reader.query import FORMS
from tui_reader.settings import Settings, keys_in_force
from tui_reader.ui.dialogs import choices
from tui_reader.ui.dialogs.search_bar import TOLD
from tui_reader.ui.panes import article_list
from tui_reader.ui.screen import searching

DAY = 86_400
NOON = 1_700_000_000 // DAY * DAY + DAY // 2


@pytest.fixture
def stories(folder: Folder) -> Folder:
    """Five articles, the first of them the newest."""
    for number, (title, body) in enumerate(
        [
            ("Solar power", "Panels on every roof of the town."),
            ("Solid state", "Batteries that last, says a study of relations between metals."),
            ("Wind", "A roof can bear no mill."),
            ("International relations", "Nothing of light."),
            ("宇宙船が帰る", "太陽の光"),
        ]
    ):
        folder.write(title, NOON - number * DAY, body)
    folder.take_in()
    return folder


async def search(desk: Desk, text: str) -> None:
    await desk.press("slash")
    await desk.type(text)


def marked(desk: Desk) -> list[str]:
    """The texts in the list that stand out as what was searched for."""
    shown = desk.screen.list
    looks = (shown.look("hit"), shown.look("hit", True))
    strips = [shown.draw_line(y) for y in range(shown.size.height)]
    return [segment.text for strip in strips for segment in strip if segment.style in looks]


class TestTyping:
    async def test_every_letter_narrows_the_list(self, open_reader: Open, stories: Folder) -> None:
        """What is typed is the beginning of a word; an emptied line shows what was there before."""
        async with open_reader() as desk:
            await desk.press("slash")
            found = []
            for letter in "solar":
                await desk.type(letter)
                found.append(desk.titles())
            assert found == [["Solar power", "Solid state"]] * 3 + [["Solar power"]] * 2
            assert "1 found" in desk.text()
            await desk.press("backspace", "backspace")
            assert desk.titles() == ["Solar power", "Solid state"]
            await desk.press("backspace", "backspace", "backspace")
            assert len(desk.titles()) == 5
            assert TOLD in desk.text()

    async def test_hits_are_marked_in_title_and_snippet(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await search(desk, "solar")
            await desk.until(lambda: marked(desk) == ["Solar"])
            await desk.press("escape")
            assert marked(desk) == []
            await search(desk, "roof")
            await desk.until(lambda: marked(desk) == ["roof", "roof"])
            assert any("Panels on every roof" in line for line in desk.lines())
            for text, hits in (("光", ["光"]), ("船", ["船が"]), ("船が帰", ["船が帰"])):
                await desk.press("escape", "slash")
                await desk.type(text)
                await desk.until(lambda hits=hits: marked(desk) == hits)  # type: ignore[misc]

    async def test_a_half_typed_word_finds_what_the_whole_word_finds(
        self, open_reader: Open, stories: Folder
    ) -> None:
        """Words are found by their stems, and nothing comes and goes on the way to the end of one."""
        async with open_reader() as desk:
            await desk.press("slash", *"re")
            for letter in "lations":
                await desk.type(letter)
                assert desk.titles() == ["Solid state", "International relations"], desk.typed()

    async def test_nothing_found_says_so_and_which_key_leads_out(
        self, open_reader: Open, stories: Folder
    ) -> None:
        """In the line it is another than in the list, where the keys are no letters."""
        async with open_reader() as desk:
            await search(desk, "zebra")
            assert "Nothing matches “zebra*”." in desk.text()
            assert "Esc leads back" in desk.text()
            assert "0 found" in desk.text()
            await desk.until(lambda: desk.screen.stored is None)
            await desk.press("enter")
            assert desk.screen.searching, "there is nothing to read"
            await desk.press("tab")
            assert "/ searches again." in desk.text()
            assert "? tells how to ask." in desk.text()
            for key in (
                "j",
                "enter",
                "b",
                "m",
                "o",
                "A",
                "less_than_sign",
                "greater_than_sign",
                "n",
                "space",
            ):
                await desk.press(key)
            await desk.press("escape")
            assert len(desk.titles()) == 5

    async def test_a_misspelt_field_is_told_in_the_line(self, open_reader: Open, stories: Folder) -> None:
        """And a field that is just being typed is not."""
        async with open_reader() as desk:
            await search(desk, "titel:solar")
            assert "did you mean title:?" in desk.text()
            await desk.press("escape")
            await search(desk, "title:")
            assert "title: needs" not in desk.text()
            await desk.type("sol")
            assert "2 found" in desk.text()
            await desk.type(" date:x ")
            assert "date: takes" in desk.text()
            for _ in range(len(" date:x ")):
                await desk.press("backspace")
            assert "2 found" in desk.text()

    async def test_keys_are_letters_in_the_line(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await desk.press("slash", "q", "j", "question_mark", "1", "slash", "b", "u", "space", "A")
            assert desk.typed() == "qj?1/bu A"
            assert len(ids(desk.app.library, scope="unread")) == 5
            await desk.press("shift+backspace")
            assert desk.typed() == "qj?1/bu "

    async def test_whatever_is_typed_is_shown_as_it_is(self, open_reader: Open, stories: Folder) -> None:
        """Markup in a query colours nothing and runs nothing, in the frame, the list and the line."""
        for text in ("[/x]", "[@click=app.quit]x", "[red]", "[", "\\[", "]]", "$accent", "%s{0}"):
            async with open_reader() as desk:
                await search(desk, text)
                assert text in desk.text().splitlines()[-1]
                assert text in desk.screen.list.title or desk.screen.list.title.startswith("All news")
                assert not desk.screen.list.title.startswith("All news") or not any(map(str.isalnum, text))
                await desk.pilot.click("#list", offset=(6, 0))
                await desk.pilot.click("#list", offset=(6, 2))
                assert desk.app.is_running

    async def test_the_forms_of_a_query_stand_among_the_keys(
        self, open_reader: Open, stories: Folder
    ) -> None:
        told = {(choice.note, choice.label) for choice in choices.keys(keys_in_force(Settings()), ())}
        assert told >= {(form.written, form.meaning) for form in FORMS}
        async with open_reader() as desk:
            await desk.press("question_mark")
            await desk.type("in your notes")
            assert "note:idea" in desk.text()


class TestReading:
    @pytest.mark.parametrize("size", [WIDE, NARROW])
    async def test_enter_reads_the_first(
        self, open_reader: Open, stories: Folder, size: tuple[int, int]
    ) -> None:
        """Also when it comes before the answer; Esc then leads to the results, and again to where one was."""
        async with open_reader(size=size) as desk:
            await desk.press("j")
            before = desk.place()
            await desk.pilot.press("slash", *"relations", "enter")
            await desk.settle()
            assert desk.focus() == "article"
            assert desk.row().title == "Solid state"
            assert "Batteries that last" in desk.text()
            await desk.press("escape")
            assert desk.focus() == "list"
            assert len(desk.titles()) == 2
            await desk.press("escape")
            assert desk.place() == before

    async def test_enter_reads_where_the_cursor_is(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await search(desk, "relations")
            await desk.press("down", "enter")
            assert desk.focus() == "article"
            assert desk.row().title == "International relations"
            assert "Nothing of light" in desk.text()

    async def test_enter_that_was_taken_back_reads_nothing(self, open_reader: Open, stories: Folder) -> None:
        """Whoever has left the search before its answer came is not torn into an article later."""
        async with open_reader() as desk:
            await desk.pilot.press("slash", *"so", "enter", "escape")
            await desk.settle()
            await desk.press("v", "down", "enter")
            assert desk.focus() == "list"

    async def test_arrows_move_in_the_results(self, open_reader: Open, stories: Folder) -> None:
        """The line keeps the keys, and the article follows."""
        async with open_reader() as desk:
            await search(desk, "relations")
            for key, title in (
                ("down", "International relations"),
                ("down", "International relations"),
                ("up", "Solid state"),
                ("ctrl+n", "International relations"),
                ("ctrl+p", "Solid state"),
                ("pagedown", "International relations"),
                ("pageup", "Solid state"),
            ):
                await desk.press(key)
                assert desk.row().title == title
                assert desk.screen.searching
            await desk.type("hip")
            assert desk.typed() == "relationship"

    async def test_keys_are_meant_for_the_result_however_soon_they_come(
        self, open_reader: Open, stories: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The article pane follows a moment after the last letter; nobody has to wait for it."""
        monkeypatch.setattr(searching, "ARTICLE_AFTER", 60)
        async with open_reader() as desk:
            await search(desk, "wind")
            await desk.press("tab", "b")
            assert (desk.row().title, desk.row().bookmarked) == ("Wind", True)
            await desk.press("escape")
            await search(desk, "solid")
            await desk.press("enter")
            assert "Batteries that last" in desk.text()

    async def test_tab_goes_to_the_results(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await search(desk, "relations")
            await desk.press("tab")
            assert desk.focus() == "list"
            assert "q Quit" in desk.text()
            await desk.press("j")
            assert desk.row().title == "International relations"

    async def test_a_click_takes_the_keys_away_from_the_line(
        self, open_reader: Open, stories: Folder
    ) -> None:
        async with open_reader() as desk:
            await search(desk, "relations")
            await desk.pilot.click("#list", offset=(10, 6))
            await desk.settle()
            assert not desk.screen.searching
            assert desk.focus() == "list"
            await desk.press("escape")
            assert len(desk.titles()) == 5


class TestTheWayBack:
    @pytest.mark.parametrize("size", [WIDE, NARROW])
    @pytest.mark.parametrize("keys", [("escape",), ("tab", "escape"), ("enter", "h", "h")])
    async def test_escape_leads_back_to_the_same_place(
        self, open_reader: Open, folder: Folder, keys: tuple[str, ...], size: tuple[int, int]
    ) -> None:
        """The view, the article, the scroll offset, the days: nothing has moved."""
        for number in range(60):
            folder.write(f"Story {number}", NOON - number * DAY // 3)
        folder.take_in()
        async with open_reader(size=size) as desk:
            await desk.press("v", "down", "enter", *["ctrl+d"] * 2, "k", "k")
            before = desk.place()
            assert desk.screen.list.scroll_offset.y > 0
            await search(desk, "story 2")
            assert desk.titles() != before[1]
            await desk.press(*keys)
            assert desk.place() == before
            assert desk.screen.new == 0

    @pytest.mark.parametrize("size", [WIDE, NARROW])
    async def test_an_article_that_was_read_is_read_again(
        self, open_reader: Open, folder: Folder, size: tuple[int, int]
    ) -> None:
        """Searching from within an article leads back into it, at the same line."""
        for number in range(5):
            folder.write(f"Story {number}", NOON - number, "line\n\n" * 90)
        folder.take_in()
        async with open_reader(size=size) as desk:
            await desk.press("j", "enter", "j", "j", "j")
            before = desk.place()
            assert desk.screen.article.top == 3
            for keys in (("escape",), ("enter", "j", "escape", "escape")):
                await search(desk, "story 4")
                await desk.press(*keys)
                assert desk.place() == before
                assert "line" in desk.text()

    async def test_searching_again_goes_on_where_one_was_in_the_line(
        self, open_reader: Open, stories: Folder
    ) -> None:
        """And the way back still leads to before the first search."""
        async with open_reader() as desk:
            await desk.press("j", "j")
            before = desk.place()
            await search(desk, "relation")
            await desk.press("tab", "j", "slash")
            assert desk.typed() == "relation"
            await desk.press("end")
            await desk.type("s metals")
            assert desk.titles() == ["Solid state"]
            await desk.press("tab", "slash")
            await desk.type("wind")
            assert desk.typed() == "wind", "it was marked, so that typing begins anew"
            await desk.press("escape")
            assert desk.place() == before

    async def test_a_screen_of_another_size_keeps_the_cursor_in_sight(
        self, open_reader: Open, folder: Folder
    ) -> None:
        for number in range(60):
            folder.write(f"Story {number:02}", NOON - number)
        folder.take_in()
        async with open_reader() as desk:
            await desk.press(*["j"] * 15)
            current = desk.screen.list.current
            await search(desk, "story 3")
            await desk.pilot.resize_terminal(80, 12)
            await desk.settle()
            await desk.press("escape")
            assert desk.screen.list.current == current
            assert any("Story 15" in line for line in desk.lines())

    async def test_another_view_ends_the_search(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await search(desk, "relations")
            await desk.press("tab", "v", "down", "enter", "escape")
            assert desk.screen.view.scope == "bookmarks" or len(desk.titles()) == 5
            await desk.press("slash")
            assert desk.typed() == ""


class TestEarlierSearches:
    async def test_up_recalls_and_down_comes_back(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            for text in ("wind", "solar"):
                await search(desk, text)
                await desk.press("escape")
            await search(desk, "so")
            await desk.press("up")
            assert desk.typed() == "solar"
            assert desk.titles() == ["Solar power"]
            await desk.press("up")
            assert (desk.typed(), desk.titles()) == ("wind", ["Wind"])
            await desk.press("up", "down")
            assert desk.typed() == "solar"
            await desk.press("down")
            assert (desk.typed(), desk.titles()) == ("so", ["Solar power", "Solid state"])

    async def test_what_is_changed_of_an_earlier_search_is_a_new_one(
        self, open_reader: Open, stories: Folder
    ) -> None:
        """From then on the arrows move in its results, as in any other's."""
        async with open_reader() as desk:
            await search(desk, "relations")
            await desk.press("escape", "slash", "up", "backspace", "down")
            assert desk.typed() == "relation"
            assert desk.row().title == "International relations"

    async def test_they_survive_a_restart(self, open_reader: Open, stories: Folder) -> None:
        path = stories.library.database.path
        async with open_reader() as desk:
            await search(desk, "wind")
            await desk.press("enter", "q")
        stories.library.close()
        with Library(path) as again:
            async with open_reader(on=again) as desk:
                await desk.press("slash", "up")
                assert desk.typed() == "wind"

    async def test_without_any_the_line_stays_empty(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await desk.press("slash", "up", "up", "down")
            assert desk.typed() == ""


class TestOrder:
    async def test_best_match_is_offered_where_words_are_searched_for(
        self, open_reader: Open, stories: Folder
    ) -> None:
        async with open_reader() as desk:
            await desk.press("s")
            assert "Best match first" not in desk.text()
            await desk.press("escape")
            await search(desk, "is:unread ")
            await desk.press("tab", "s")
            assert "Best match first" not in desk.text()
            await desk.press("escape", "escape")
            await search(desk, "relations")
            await desk.press("tab", "s")
            await desk.type("best")
            await desk.press("enter")
            assert desk.titles()[0] == "International relations"

    async def test_what_is_chosen_goes_before_what_the_query_says(
        self, open_reader: Open, stories: Folder
    ) -> None:
        """Also in the line, when the search is gone on with; and the way back is still there."""
        async with open_reader() as desk:
            before = desk.place()
            await search(desk, "relations sort:oldest")
            assert desk.titles() == ["International relations", "Solid state"]
            await desk.press("tab", "s")
            await desk.type("newest")
            await desk.press("enter")
            assert desk.titles() == ["Solid state", "International relations"]
            assert desk.screen.view == View(query="relations", sort="newest")
            await desk.press("slash")
            assert desk.typed() == "relations"
            await desk.press("escape")
            assert desk.place() == before


class TestMarks:
    async def test_marks_act_on_the_results(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await search(desk, "relations")
            await desk.press("tab", "m", "b")
            assert (desk.row().title, desk.row().read, desk.row().bookmarked) == ("Solid state", True, True)
            await desk.press("u", "u")
            assert (desk.row().read, desk.row().bookmarked) == (False, False)

    @pytest.mark.parametrize(
        ("key", "read"),
        [
            ("A", ["Solar power", "Solid state", "Wind"]),
            ("less_than_sign", ["Solar power"]),
            ("greater_than_sign", ["Wind"]),
        ],
    )
    async def test_many_are_marked_in_one_step(
        self, open_reader: Open, stories: Folder, key: str, read: list[str]
    ) -> None:
        """All of the results, those above or those below the cursor; nothing else, and `u` undoes it."""
        async with open_reader() as desk:
            await search(desk, "solar or state or wind")
            await desk.press("tab", "j", key)
            library = desk.app.library
            unread = {row.title for row in library.articles.rows(ids(library, scope="unread"))}
            assert unread == {row.title for row in library.articles.rows(ids(library))} - set(read)
            assert f"{len(read)} marked read; u undoes it" in desk.said()
            await desk.press("u")
            assert len(ids(library, scope="unread")) == 5

    async def test_above_the_first_is_nothing(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await desk.press("less_than_sign")
            assert "Everything here is read already" in desk.said()
            await desk.press("G", "greater_than_sign", "u")
            assert "nothing to undo" in desk.said()


class TestWhatComesIn:
    async def test_it_waits_and_moves_nothing(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await search(desk, "relations")
            await desk.press("tab", "j")
            before = desk.place()
            stories.write("Relations again", NOON + DAY)
            stories.write("Something else", NOON + DAY)
            await desk.press("r")
            await desk.until(lambda: "1 new" in desk.text())
            assert desk.place()[1:7] == before[1:7]
            await desk.press("full_stop")
            assert desk.row().title == "International relations"
            assert desk.titles()[0] == "Relations again"
            await desk.press("escape")
            assert len(desk.titles()) == 5
            await desk.until(lambda: "2 new" in desk.text())

    async def test_it_waits_while_one_types(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await search(desk, "relations")
            stories.write("Relations again", NOON + DAY)
            stories.take_in()
            await desk.until(lambda: desk.screen.new == 1)
            assert len(desk.titles()) == 2
            assert desk.typed() == "relations"
            await desk.press("backspace")
            assert len(desk.titles()) == 3


class TestClumsyHands:
    async def test_enter_on_an_empty_line_leads_back(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await desk.press("j")
            before = desk.place()
            for keys in (("enter",), ("tab",), ("space", "enter"), ("escape", "escape", "escape")):
                await desk.press("slash", *keys)
                assert not desk.screen.searching
                assert desk.place() == before

    async def test_a_second_slash_is_a_letter(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await desk.press("slash", "slash")
            assert desk.typed() == "/"
            assert len(desk.titles()) == 5

    async def test_keeping_without_a_search_says_how(self, open_reader: Open, stories: Folder) -> None:
        async with open_reader() as desk:
            await desk.press("ctrl+s")
            assert "/ searches" in desk.said()
            await desk.press("slash", "ctrl+s")
            assert desk.app.screen is desk.screen

    @pytest.mark.parametrize("size", [NARROW, (40, 12), (20, 5), (10, 3), (1, 1)])
    async def test_no_size_is_too_small(
        self, open_reader: Open, stories: Folder, size: tuple[int, int]
    ) -> None:
        """The line is there, whatever the size is and becomes."""
        async with open_reader(size=size) as desk:
            await desk.press("slash", *"so")
            await desk.pilot.resize_terminal(120, 40)
            await desk.settle()
            assert "/ so" in desk.text()
            await desk.pilot.resize_terminal(*size)
            await desk.press(*"lar", "down", "up", "tab", "slash", "enter", "escape", "c", "d", "escape")
            assert len(desk.titles()) == 5
            assert not desk.screen.searching

    async def test_the_sidebar_does_not_hide_the_results(self, open_reader: Open, stories: Folder) -> None:
        """On a narrow screen it lies over the list."""
        async with open_reader(size=NARROW) as desk:
            await desk.press("backslash")
            await search(desk, "wind")
            assert "Sources" not in desk.text()
            assert any("Wind" in line for line in desk.text().splitlines()[2:])

    async def test_searching_in_the_full_width_of_an_article(
        self, open_reader: Open, stories: Folder
    ) -> None:
        async with open_reader() as desk:
            await desk.press("z")
            await search(desk, "wind")
            assert "/ wind" in desk.text()
            await desk.press("escape")
            assert desk.focus() == "article"

    async def test_an_empty_library_can_be_searched(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await search(desk, "anything")
            assert "Nothing matches “anything*”." in desk.text()
            await desk.press("enter", "down", "up", "tab", "escape")
            assert "The library is empty." in desk.text()


SHORTENED = [  # text with its hits in brackets, cells, what is shown of it
    ("one [two] three", 20, "one [two] three"),
    ("one two three four [five]", 12, "…four [five]"),
    ("one two three four [five]", 18, "…three four [five]"),
    ("one two three four [five] six seven eight nine ten", 20, "…four [five] six seven eight nine ten"),
    ("onetwothreefour[five]", 12, "…reefour[five]"),
    ("一二三四五六七八九[十]", 10, "…七八九[十]"),
    ("no hit at all", 5, "no hit at all"),
]


@pytest.mark.parametrize(("text", "width", "shown"), SHORTENED)
def test_the_first_hit_is_always_in_sight(text: str, width: int, shown: str) -> None:
    """As much of what stands before it is left out as is needed, and no more."""
    marks = str.maketrans("[]", HIT + END)
    assert article_list._with_hit_in_sight(text.translate(marks), width) == shown.translate(marks)
