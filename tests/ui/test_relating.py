"""The related pane, the way along it and back, and why something stands there."""

import asyncio
import re
from threading import Event
from typing import Any

import pytest
from textual.widgets import Static

from tests.library.test_stories import DAY, NOON, QUAKE, QUAKE_TOO, event
from tests.test_cli_stories import HOUR, QUAKE_LATE, write
from tests.ui.conftest import NARROW, WIDE, Desk, Folder, Open
from tui_reader.model import View
from tui_reader.settings import Settings

BROAD, TINY = (200, 50), (40, 12)
ELSEWHERE = {"title": "What to do in a quake", "webUrl": "https://else.example/quake", "excerpt": "Go out."}


@pytest.fixture
def quake(folder: Folder) -> Folder:
    """From the newest: Atlas and two who tell the same; its list names what the library lacks, and Yard;
    the library finds Zebra. Xenon has nothing to do with it.
    """
    listed = [ELSEWHERE, {"title": "Yard", "webUrl": "https://Yard.example/1"}]
    write(folder.path, "Atlas", QUAKE, related=listed)
    write(folder.path, "Bugle", QUAKE_TOO, NOON - 2 * HOUR)
    write(folder.path, "Courier", QUAKE_LATE, NOON - HOUR)
    write(folder.path, "Xenon", event("xenon"), NOON - DAY)
    write(folder.path, "Yard", event("yard"), NOON - 2 * DAY)
    write(
        folder.path, "Zebra", ("Copiapó, a city", "It lies in the Atacama region of Chile."), NOON - 9 * DAY
    )
    folder.take_in()
    folder.library.stories.fill()
    return folder


ENTRIES = ["Bugle", "Courier", "else.example", "Yard", "Zebra"]


def entries(desk: Desk) -> list[str]:
    """By whom the entries of the pane are."""
    return [entry.mention.provider or entry.mention.domain for entry in desk.screen.related.entries]


def lines(desk: Desk) -> list[str]:
    """What the pane shows, without its frame."""
    pane = desk.screen.related
    return [text for y in range(pane.size.height) if (text := pane.draw_line(y).text.rstrip())]


def shown(desk: Desk) -> str:
    """By whom the article is that is shown."""
    screen = desk.screen
    if screen.mention is not None:
        return screen.mention.provider or screen.mention.domain
    assert screen.stored is not None
    return screen.stored.article.provider


def detail(desk: Desk) -> str:
    """What the dialog says of the entry under its cursor."""
    return str(desk.app.screen.query_one("#detail", Static).render())


class Held:
    """A method whose answers wait until they are let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, of: Any, method: str) -> None:
        self.gate, self._asked, self._ask = Event(), Event(), getattr(of, method)
        monkeypatch.setattr(of, method, self._answer)

    def _answer(self, *arguments: Any) -> Any:
        answer = self._ask(*arguments)
        self._asked.set()
        self.gate.wait(10)
        return answer

    async def asked(self) -> None:
        assert await asyncio.to_thread(self._asked.wait, 10)


class TestPane:
    async def test_same_story_first_then_the_list_then_what_is_found(
        self, open_reader: Open, quake: Folder
    ) -> None:
        """Numbered through both groups, each with its publisher and its date."""
        async with open_reader() as desk:
            assert entries(desk) == ENTRIES
            told = lines(desk)
            assert [told[0], told[3]] == [" Same story", " Related"]
            rows = [line for line in told if line[0] == " " and line[1].isdigit()]
            assert [line[1] for line in rows] == list("12345")
            assert re.search(r"Bugle · 14 Nov 2023$", rows[0])
            assert re.search(r"Zebra · 5 Nov 2023$", rows[4])
            assert rows[2].endswith("↗")

    @pytest.mark.parametrize("size", [WIDE, BROAD])
    async def test_broad_pane_has_two_lines_an_entry(
        self, open_reader: Open, quake: Folder, size: tuple[int, int]
    ) -> None:
        """A heading stands right above its entries in either."""
        async with open_reader(size=size) as desk:
            told = lines(desk)
            for heading, title in ((" Same story", QUAKE_TOO[0]), (" Related", ELSEWHERE["title"])):
                below = told[told.index(heading) + 1]
                assert below[1:].lstrip(" 12345").startswith(title[:20])

    async def test_without_a_story_there_are_no_headings(self, open_reader: Open, quake: Folder) -> None:
        async with open_reader() as desk:
            await desk.press("G")
            assert shown(desk) == "Zebra"
            assert entries(desk)
            assert not {" Same story", " Related"} & set(lines(desk))

    async def test_nothing_related_is_said(self, open_reader: Open, folder: Folder) -> None:
        write(folder.path, "Xenon", event("xenon"))
        folder.take_in()
        async with open_reader() as desk:
            assert lines(desk) == ["  Nothing related is known."]
            await desk.press("1", "9", "tab", "tab")
            assert desk.focus() == "list", "a pane without entries is passed over"

    @pytest.mark.parametrize("size", [WIDE, BROAD, NARROW])
    async def test_headings_cannot_be_chosen(
        self, open_reader: Open, quake: Folder, size: tuple[int, int]
    ) -> None:
        """Neither by key nor by a click; the cursor passes over them, and both ends hold."""
        async with open_reader(size=size) as desk:
            await desk.press("enter", "tab")
            pane = desk.screen.related
            assert desk.focus() == "related"
            seen = []
            for key in ("j", "j", "j", "j", "j", "k", "k", "k", "k", "k", "G", "g"):
                seen.append(
                    pane.current and entries(desk).index(pane.current.mention.provider or "else.example")
                )
                await desk.press(key)
            assert seen == [0, 1, 2, 3, 4, 4, 3, 2, 1, 0, 0, 4]
            place = desk.place()
            await desk.pilot.click("#related", offset=(5, pane.row_height), times=2)
            await desk.settle()
            assert desk.place() == place
            assert shown(desk) == "Atlas"

    async def test_first_heading_is_in_sight_again_when_one_comes_back_up(
        self, open_reader: Open, quake: Folder
    ) -> None:
        async with open_reader(size=NARROW) as desk:
            await desk.press("enter", "tab", "G", "g")
            assert lines(desk)[0] == " Same story"

    async def test_click_opens_an_entry(self, open_reader: Open, quake: Folder) -> None:
        async with open_reader() as desk:
            await desk.pilot.click("#related", offset=(5, 3))
            await desk.settle()
            assert shown(desk) == "Courier"

    @pytest.mark.parametrize("size", [WIDE, BROAD])
    async def test_what_is_found_is_added_below(
        self,
        open_reader: Open,
        quake: Folder,
        monkeypatch: pytest.MonkeyPatch,
        size: tuple[int, int],
    ) -> None:
        """What stands there stays, and so does the cursor."""
        async with open_reader(size=size) as desk:
            await desk.press("j")
            held = Held(monkeypatch, quake.library.related, "found")
            await desk.pilot.press("k", "tab", "tab", "j")
            await held.asked()
            assert entries(desk) == ENTRIES[:4]
            before, current = lines(desk), desk.screen.related.current
            assert current is not None
            held.gate.set()
            await desk.settle()
            assert entries(desk) == ENTRIES
            assert desk.screen.related.current == current
            assert lines(desk)[: len(before)] == before

    async def test_answer_for_another_article_is_dropped(
        self, open_reader: Open, quake: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Who has moved on sees what belongs to the next one."""
        async with open_reader() as desk:
            await desk.press("j", "j")
            held = Held(monkeypatch, quake.library.related, "found")
            await desk.pilot.press("g")
            await held.asked()
            await desk.pilot.press("j", "j", "j")
            held.gate.set()
            await desk.settle()
            assert (shown(desk), entries(desk)) == ("Xenon", [])

    async def test_removed_article_is_said_to_be_gone(self, open_reader: Open, quake: Folder) -> None:
        """Nothing breaks, no mark goes to the one that was shown before, and Backspace leads back to it."""
        async with open_reader() as desk:
            gone = desk.screen.related.entries[0].id
            sql = "DELETE FROM article WHERE id = ?"
            quake.library.database.write(lambda to: to.execute(sql, (gone,))).result()
            await desk.press("1")
            assert "no longer in the library" in desk.text()
            await desk.press("w", "escape", "b")
            assert list(quake.library.articles.ids(View(scope="bookmarks"))) == []
            await desk.press("backspace")
            assert shown(desk) == "Atlas"

    async def test_vanished_file_leaves_the_pane(self, open_reader: Open, quake: Folder) -> None:
        async with open_reader() as desk:
            (quake.path / "Bugle.md").unlink()
            await desk.press("r", "j", "k")
            await desk.until(lambda: entries(desk) == ["Courier", "else.example", "Yard", "Zebra"])

    async def test_story_found_later_comes_into_the_pane(self, open_reader: Open, quake: Folder) -> None:
        async with open_reader() as desk:
            write(quake.path, "Delta", QUAKE, NOON - 3 * HOUR)
            await desk.press("r")
            await desk.until(lambda: "Delta" in entries(desk))
            assert {desk.screen.related.entries[n].group for n in range(3)} == {"story"}


HOSTILE = (
    "[bold red]Quake[/] [link=file:///etc/passwd]in[/link] \x1b[31mChile\x07\r\n\u202e & <b> 地震 $x {y} \\"
)


class TestHostile:
    @pytest.fixture
    def hostile(self, folder: Folder) -> Folder:
        mention = {"title": f"{HOSTILE} too", "provider": {"name": HOSTILE}, "webUrl": "https://x.example/"}
        provider = {"name": HOSTILE, "domain": "x.example"}
        write(
            folder.path, "Atlas", (f"{HOSTILE} leaves thousands without power", QUAKE[1]), related=[mention]
        )
        write(
            folder.path,
            "Bugle",
            (f"{HOSTILE} leaves thousands in the dark", QUAKE[1]),
            NOON - HOUR,
            provider=provider,
        )
        folder.take_in()
        folder.library.stories.fill()
        return folder

    @pytest.mark.parametrize("size", [WIDE, BROAD, NARROW, TINY])
    async def test_titles_are_text(self, open_reader: Open, hostile: Folder, size: tuple[int, int]) -> None:
        """In the pane and in the dialog nothing of them is markup, and every line has its width."""
        async with open_reader(size=size) as desk:
            await desk.press("enter")
            assert [entry.group for entry in desk.screen.related.entries] == ["story", "related"]
            pane = desk.screen.related
            assert {pane.draw_line(y).cell_length for y in range(4)} == {pane.container_size.width}
            for keys in ((), ("w",), ("down",)):
                await desk.press(*keys)
                told = desk.text()
                assert not {"\x1b", "\x07", "\r", "\u202e"} & set(told)
                assert size == TINY or "[bold red]Quake[/]" in told
            assert "Nothing related" not in told


class TestTheWay:
    @pytest.mark.parametrize("number", range(1, 6))
    async def test_numbers_open_and_backspace_goes_back(
        self, open_reader: Open, quake: Folder, number: int
    ) -> None:
        async with open_reader() as desk:
            await desk.press(str(number))
            assert shown(desk) == ENTRIES[number - 1]
            assert desk.focus() == "article"
            await desk.press("backspace")
            assert shown(desk) == "Atlas"

    @pytest.mark.parametrize("size", [WIDE, NARROW, BROAD])
    async def test_several_hops_and_a_preview(
        self, open_reader: Open, quake: Folder, size: tuple[int, int]
    ) -> None:
        """The way is walked to and fro; a new branch takes the place of what was ahead."""
        async with open_reader(size=size) as desk:
            way = ["Atlas", "Bugle", "Zebra", "Atlas", "else.example"]
            await desk.press("enter")
            for spot in way[1:]:
                await desk.press(str(entries(desk).index(spot) + 1))
                assert shown(desk) == spot
            for key, spots in (("backspace", way[-2::-1]), ("right_square_bracket", way[1:])):
                for spot in spots:
                    await desk.press(key)
                    assert shown(desk) == spot
                await desk.press(key)
                assert shown(desk) == spots[-1], "there is no further"
            await desk.press("backspace", "backspace", "backspace", "2", "right_square_bracket")
            assert shown(desk) == "Courier" if entries(desk)[0] == "Atlas" else "Atlas"
            await desk.press("backspace", "backspace")
            assert shown(desk) == "Atlas"

    async def test_beside_a_preview_stays_what_it_was_chosen_from(
        self, open_reader: Open, quake: Folder
    ) -> None:
        async with open_reader() as desk:
            await desk.press("3")
            assert "Go out." in desk.text()
            assert entries(desk) == ENTRIES
            await desk.press("4")
            assert shown(desk) == "Yard"
            await desk.press("backspace", "backspace")
            assert shown(desk) == "Atlas"

    async def test_preview_can_be_bookmarked_and_opened(self, open_reader: Open, quake: Folder) -> None:
        async with open_reader() as desk:
            await desk.press("3", "o")
            assert desk.app.clipboard == ELSEWHERE["webUrl"]
            await desk.press("b")
            [kept] = quake.library.articles.ids(View(scope="bookmarks"))
            assert desk.screen.stored is not None
            assert desk.screen.stored.id == kept
            await desk.press("backspace")
            assert shown(desk) == "Atlas"
            await desk.press("right_square_bracket")
            assert desk.screen.stored.id == kept

    async def test_list_follows_where_it_has_the_article(self, open_reader: Open, quake: Folder) -> None:
        async with open_reader() as desk:
            await desk.press("4")
            assert desk.row().provider == "Yard"
            await desk.press("backspace")
            assert desk.row().provider == "Atlas"

    async def test_folded_away_it_opens_all_the_same(self, open_reader: Open, quake: Folder) -> None:
        """The list stays on the row of the story."""
        async with open_reader(Settings(mark_read_after=-1, stories=True)) as desk:
            lead = desk.row().provider
            await desk.press("1")
            assert shown(desk) != lead
            assert desk.row().provider == lead
            await desk.press("backspace")
            assert shown(desk) == lead

    async def test_moving_on_begins_another_way(self, open_reader: Open, quake: Folder) -> None:
        async with open_reader() as desk:
            await desk.press("1", "J", "backspace")
            assert shown(desk) == desk.row().provider

    @pytest.mark.parametrize("size", [NARROW, TINY])
    async def test_narrow_list_opens_what_belongs_to_the_row_under_the_cursor(
        self, open_reader: Open, quake: Folder, size: tuple[int, int]
    ) -> None:
        """Not what belongs to the article that was read before."""
        async with open_reader(size=size) as desk:
            await desk.press("enter", "h", "G", "3")
            assert shown(desk) != "else.example"


class TestWhy:
    @pytest.mark.parametrize("size", [WIDE, BROAD, NARROW, TINY])
    async def test_from_the_list(self, open_reader: Open, quake: Folder, size: tuple[int, int]) -> None:
        """It tells of each entry; Enter opens it, Escape leaves everything as it was."""
        async with open_reader(size=size) as desk:
            place = desk.place()
            await desk.press("w")
            whys = [detail(desk)]
            for _ in range(4):
                await desk.press("down")
                whys.append(detail(desk))
            assert whys[0].startswith("Tells the same event; both tell of ")
            assert whys[2].endswith("n the list of Atlas.")
            assert whys[4].startswith("Both tell of ")
            await desk.press("escape")
            assert desk.place() == place
            await desk.press("w", "down", "enter")
            assert shown(desk) == "Courier"

    async def test_in_the_pane_it_begins_at_the_cursor(self, open_reader: Open, quake: Folder) -> None:
        async with open_reader() as desk:
            await desk.press("tab", "tab", "G", "k", "w")
            assert "on the list of Atlas" in detail(desk)
            await desk.press("enter")
            assert shown(desk) == "Yard"

    @pytest.mark.parametrize("size", [WIDE, NARROW])
    async def test_it_tells_of_the_row_under_the_cursor(
        self, open_reader: Open, quake: Folder, size: tuple[int, int]
    ) -> None:
        """Also where the list hides the article, and another one was read before."""
        async with open_reader(size=size) as desk:
            await desk.press("enter", "h", "G")
            await desk.press("w")
            assert "; 9 days apart" in detail(desk)
            await desk.press("down")
            assert "list of Atlas" not in detail(desk)

    async def test_nothing_related(self, open_reader: Open, quake: Folder) -> None:
        async with open_reader() as desk:
            await desk.press("j", "j", "j", "w")
            assert "Nothing related is known." in desk.text()
            await desk.press("enter", "escape")
            assert (shown(desk), desk.focus()) == ("Xenon", "list")

    async def test_empty_list(self, open_reader: Open) -> None:
        async with open_reader() as desk:
            await desk.press("w")
            assert "Nothing related is known." in desk.text()
            await desk.press("escape")
            assert desk.focus() == "list"

    async def test_beside_a_preview_it_tells_of_what_that_was_chosen_from(
        self, open_reader: Open, quake: Folder
    ) -> None:
        async with open_reader() as desk:
            await desk.press("3", "w")
            assert detail(desk).startswith("Tells the same event")
            await desk.press("enter", "backspace")
            assert shown(desk) == "else.example"

    async def test_who_moves_on_meanwhile_is_told_of_no_other_article(
        self, open_reader: Open, quake: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The answer comes too late then."""
        async with open_reader() as desk:
            held = Held(monkeypatch, quake.library.related, "explained")
            await desk.pilot.press("w", "j", "j", "j")
            held.gate.set()
            await desk.settle()
            assert shown(desk) == "Xenon"
            assert len(desk.app.screen_stack) == 2 or detail(desk) == "Nothing related is known."

    async def test_before_all_has_been_found_it_does_not_say_that_nothing_is_known(
        self, open_reader: Open, quake: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with open_reader() as desk:
            held = Held(monkeypatch, quake.library.related, "found")
            await desk.pilot.press("G")
            await held.asked()
            await desk.pilot.press("w")
            held.gate.set()
            await desk.settle()
            assert detail(desk).startswith("Both tell of ")

    async def test_two_presses_are_one_dialog(
        self, open_reader: Open, quake: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with open_reader() as desk:
            held = Held(monkeypatch, quake.library.related, "explained")
            await desk.pilot.press("w", "w")
            held.gate.set()
            await desk.settle()
            await desk.press("escape")
            assert len(desk.app.screen_stack) == 2
