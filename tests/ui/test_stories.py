"""A story in the list: how many tell it, folded into one row, and marked as one."""

from typing import Any

import pytest

from tests.command_line import Run
from tests.library.test_stories import DAY, NOON, QUAKE, QUAKE_TOO, event
from tests.test_cli_stories import HOUR, QUAKE_LATE, write, write_quake
from tests.ui.conftest import NARROW, WIDE, Desk, Folder, Open, ids
from tui_reader.model import View
from tui_reader.settings import Settings

SIZES = [WIDE, NARROW, (40, 12), (200, 50)]
TELLING = {"Atlas": QUAKE, "Bugle": QUAKE_TOO, "Courier": QUAKE_LATE}
EVERY = ["Xenon", "Courier", "Bugle", "Atlas", "Yard", "Zebra"]
FOLDED = ["Xenon", "Bugle", "Yard", "Zebra"]
FOLDING = Settings(mark_read_after=-1, stories=True)


@pytest.fixture
def quake(folder: Folder) -> Folder:
    """Three publishers tell of it, the second one best, and three of something else; see `write_quake`."""
    write_quake(folder.path)
    folder.take_in()
    folder.library.stories.fill()
    return folder


def of(folder: Folder, *providers: str) -> list[int]:
    by = {row.provider: row.id for row in folder.library.articles.rows(ids(folder.library))}
    return [by[provider] for provider in providers]


def shown(desk: Desk) -> list[str]:
    """By whom the rows of the list are."""
    return [row.provider for row in desk.app.library.articles.rows(desk.screen.list.ids)]


def at(desk: Desk) -> str:
    return desk.row().provider


def unread(folder: Folder) -> set[str]:
    library = folder.library
    return {row.provider for row in library.articles.rows(ids(library, scope="unread"))}


async def go(desk: Desk, provider: str) -> None:
    """Move the cursor to whose row it is."""
    await desk.press("g", *["j"] * shown(desk).index(provider))
    assert at(desk) == provider


def line_at(desk: Desk) -> str:
    """The first line of the row under the cursor."""
    return next(line for line in desk.lines() if line.startswith("▌"))


class TestHowManyTellIt:
    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("compact", [False, True])
    @pytest.mark.parametrize("stories", [False, True])
    async def test_list_says_it_of_each(
        self, open_reader: Open, folder: Folder, size: tuple[int, int], compact: bool, stories: bool
    ) -> None:
        """Also where there are more topics than the line holds."""
        topics = [f"A very long topic number {number}" for number in range(9)]
        write(folder.path, "Atlas", QUAKE, topics=topics)
        write(folder.path, "Bugle", QUAKE_TOO, topics=topics)
        write(folder.path, "Xenon", event("xenon"), topics=topics)
        folder.take_in()
        folder.library.stories.fill()
        settings = Settings(mark_read_after=-1, compact=compact, stories=stories)
        async with open_reader(settings, size=size) as desk:
            told = [line for line in desk.lines() if "2 sources" in line]
            assert len(told) == (1 if stories else 2)

    async def test_long_name_of_a_publisher_gives_way_too(self, open_reader: Open, folder: Folder) -> None:
        for number in range(2):
            name = f"The {number} Very Independent Observer of Everything That Happens Anywhere"
            provider = {"name": name, "domain": f"{number}.example"}
            write(folder.path, f"N{number}", QUAKE, provider=provider)
        folder.take_in()
        folder.library.stories.fill()
        async with open_reader() as desk:
            assert len([line for line in desk.lines() if line.endswith("· 2 sources")]) == 2

    async def test_one_publishers_copies_are_one_source(self, open_reader: Open, folder: Folder) -> None:
        site = {"name": "Atlas", "domain": "atlas.example"}
        write(folder.path, "Atlas", QUAKE)
        write(folder.path, "Again", QUAKE, provider=site)
        folder.take_in()
        async with open_reader() as desk:
            await desk.until(lambda: len(folder.library.stories.all()) == 1)
            assert "sources" not in "".join(desk.lines())


class TestFolding:
    @pytest.mark.parametrize("size", SIZES)
    async def test_s_folds_and_unfolds(self, open_reader: Open, quake: Folder, size: tuple[int, int]) -> None:
        async with open_reader(size=size) as desk:
            assert shown(desk) == EVERY
            await desk.press("S")
            assert shown(desk) == FOLDED
            assert desk.screen.list.title.startswith("All news · 4")
            assert "A story is one row now" in desk.said()
            await desk.press("S")
            assert shown(desk) == EVERY
            assert desk.screen.list.title.startswith("All news · 6")
            assert "Every article has its row" in desk.said()

    async def test_title_counts_rows_and_nothing_else(self, open_reader: Open, quake: Folder) -> None:
        """“4 · 6 unread” would say of a list what cannot be."""
        async with open_reader(FOLDING) as desk:
            assert desk.screen.list.title == "All news · 4"

    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("provider", EVERY)
    async def test_cursor_stays_or_goes_to_its_storys_row(
        self, open_reader: Open, quake: Folder, provider: str, size: tuple[int, int]
    ) -> None:
        async with open_reader(size=size) as desk:
            await go(desk, provider)
            row = "Bugle" if provider in TELLING else provider
            for _ in range(2):
                await desk.press("S")
                assert at(desk) == row
                assert desk.screen.stored is not None
                assert desk.screen.stored.article.provider == row
                assert desk.row().title[:15] in line_at(desk)

    @pytest.mark.parametrize(
        ("atlas", "bugle", "lead"),
        [
            ({"quality": 10}, {"quality": 20}, "Bugle"),
            ({"quality": 20, "body": "One."}, {"quality": 10, "body": "Many words. " * 99}, "Atlas"),
            ({"quality": 0, "body": "One."}, {"body": "Many words. " * 99}, "Atlas"),
            ({"quality": 20, "body": "One."}, {"quality": 20, "body": "Some more of them."}, "Bugle"),
            ({"body": "One."}, {"body": "Some more of them."}, "Bugle"),
            ({"quality": 20}, {"quality": 20}, "Atlas"),
            ({}, {}, "Atlas"),
        ],
    )
    async def test_lead_is_best_by_quality_then_length_then_time(
        self,
        open_reader: Open,
        folder: Folder,
        atlas: dict[str, Any],
        bugle: dict[str, Any],
        lead: str,
    ) -> None:
        write(folder.path, "Bugle", QUAKE, NOON + HOUR, **bugle)
        write(folder.path, "Atlas", QUAKE, **atlas)
        folder.take_in()
        folder.library.stories.fill()
        async with open_reader(FOLDING) as desk:
            assert shown(desk) == [lead]

    @pytest.mark.parametrize(
        ("view", "lead"),
        [
            (View(scope="unread"), "Atlas"),
            (View(topic="Seismology"), "Courier"),
            (View(scope="bookmarks"), "Courier"),
            (View(query="is:unread"), "Atlas"),
            (View(query="topic:Seismology"), "Courier"),
            (View(sort="oldest"), "Bugle"),
        ],
    )
    async def test_lead_is_the_best_of_those_in_the_view(
        self, open_reader: Open, quake: Folder, view: View, lead: str
    ) -> None:
        write(quake.path, "Courier", QUAKE_LATE, NOON + 2 * HOUR, topics=["Seismology"])
        quake.take_in()
        quake.library.articles.mark(of(quake, "Bugle"), read=True)
        quake.library.bookmarks.add(of(quake, "Courier")[0])
        quake.library.stories.fill()
        async with open_reader(FOLDING) as desk:
            desk.screen.open_view(view)
            await desk.settle()
            assert [row for row in shown(desk) if row in TELLING] == [lead]
            assert "3 sources" in "".join(desk.lines()), "who else tells it need not be in the view"

    @pytest.mark.parametrize(
        "keys",
        [("d",), ("c",), ("s", "*oldest", "enter"), ("s", "*by title", "enter"), ("s", "*longest", "enter")],
        ids=lambda keys: " ".join(keys),
    )
    async def test_days_order_and_compact_go_with_it(
        self, open_reader: Open, quake: Folder, keys: tuple[str, ...]
    ) -> None:
        """In either order of the two; the cursor keeps its story and is drawn on it."""
        async with open_reader() as desk:
            await go(desk, "Atlas")
            for pressed in (("S",), keys, ("S",), ("S",)):
                for key in pressed:
                    await (desk.type(key[1:]) if key[0] == "*" else desk.press(key))
                assert at(desk) == "Bugle"
                assert line_at(desk)[3:].startswith(QUAKE_TOO[0][:15])
            assert list(desk.screen.list.ids) == list(quake.library.articles.folded(desk.screen.view))

    async def test_days_without_a_row_have_no_heading(self, open_reader: Open, folder: Folder) -> None:
        write(folder.path, "Atlas", QUAKE, quality=90)
        write(folder.path, "Xenon", event("xenon"), NOON + 1)
        write(folder.path, "Bugle", QUAKE_TOO, NOON + 2 * DAY)
        folder.take_in()
        folder.library.stories.fill()
        async with open_reader() as desk:
            assert len(desk.screen.list.days) == 2
            await desk.press("S")
            assert [name for _, name in desk.screen.list.days] == ["14 November 2023"]
            assert desk.lines()[0] == " 14 November 2023"

    async def test_search_for_words_shows_every_article(self, open_reader: Open, quake: Folder) -> None:
        """`S` says so there; what asks for no words is folded."""
        async with open_reader(FOLDING) as desk:
            await desk.press("slash", *"Atacama", "enter")
            assert sorted(shown(desk)) == ["Atlas", "Bugle", "Courier"]
            await desk.press("S", "S")
            assert "a search shows every article all the same" in desk.said()
            assert sorted(shown(desk)) == ["Atlas", "Bugle", "Courier"]
            desk.screen.open_view(View(query="is:unread"))
            await desk.settle()
            assert shown(desk) == FOLDED

    async def test_it_is_remembered(self, open_reader: Open, quake: Folder) -> None:
        """Until the settings file says something new."""
        async with open_reader() as desk:
            await desk.press("S")
        async with open_reader() as desk:
            assert shown(desk) == FOLDED
            await desk.press("S")
        async with open_reader() as desk:
            assert shown(desk) == EVERY
        async with open_reader(FOLDING) as desk:
            assert shown(desk) == FOLDED

    async def test_nothing_is_lost(self, open_reader: Open, quake: Folder, run: Run) -> None:
        command = ("list", "--json", "--library", quake.library.database.path)
        before = run(*command).out
        async with open_reader() as desk:
            await desk.press("S", "m", "u", "j", "S", "S")
        assert len(before.splitlines()) == 6
        assert run(*command).out == before

    async def test_unread_view_keeps_the_place_of_what_was_read(
        self, open_reader: Open, quake: Folder
    ) -> None:
        """The story goes on with its next unread one, and the cursor with it."""
        async with open_reader() as desk:
            desk.screen.open_view(View(scope="unread"))
            await desk.settle()
            await go(desk, "Bugle")
            await desk.press("m", "S")
            assert at(desk) == "Atlas"


class TestArriving:
    async def test_list_says_so_while_the_reader_is_open(self, open_reader: Open, folder: Folder) -> None:
        """The cursor stays on its article, which has become one of two."""
        write(folder.path, "Atlas", QUAKE)
        write(folder.path, "Xenon", event("xenon"), NOON - HOUR)
        folder.take_in()
        async with open_reader() as desk:
            await desk.press("j", "k")
            assert "sources" not in "".join(desk.lines())
            write(folder.path, "Bugle", QUAKE_TOO, NOON + HOUR)
            await desk.press("r")
            await desk.until(lambda: "2 sources" in "".join(desk.lines()))
            assert at(desk) == "Atlas"
            assert shown(desk) == ["Atlas", "Xenon"]
            await desk.press("full_stop")
            assert at(desk) == "Atlas"
            assert shown(desk) == ["Bugle", "Atlas", "Xenon"]
            assert "".join(desk.lines()).count("2 sources") == 2
            assert [entry.group for entry in desk.screen.related.entries] == ["story"]

    @pytest.mark.parametrize("quality", [None, 10, 99])
    async def test_known_storys_new_article_moves_nothing(
        self, open_reader: Open, quake: Folder, quality: int | None
    ) -> None:
        """Taken in, the story is one row still, under the cursor; also if the new one now stands for it."""
        async with open_reader(FOLDING) as desk:
            await go(desk, "Bugle")
            write(quake.path, "Delta", QUAKE, NOON + 3 * HOUR, quality=quality)
            write(quake.path, "Young", event("young"), NOON + 5 * HOUR)
            await desk.press("r")
            await desk.until(lambda: "4 sources" in "".join(desk.lines()))
            assert (shown(desk), at(desk)) == (FOLDED, "Bugle")
            await desk.press("full_stop")
            lead = "Delta" if quality == 99 else "Bugle"
            assert shown(desk) == ["Young", "Xenon", lead, "Yard", "Zebra"]
            assert at(desk) == lead

    async def test_cursor_stays_with_its_story_when_another_stands_for_it(
        self, open_reader: Open, quake: Folder
    ) -> None:
        async with open_reader(FOLDING) as desk:
            await go(desk, "Bugle")
            write(quake.path, "Delta", QUAKE, NOON + 3 * HOUR, quality=99)
            quake.take_in()
            quake.library.stories.fill()
            desk.screen.look()
            await desk.settle()
            await desk.press("full_stop")
            assert shown(desk) == ["Xenon", "Delta", "Yard", "Zebra"]
            assert at(desk) == "Delta"

    async def test_known_storys_new_article_alone_is_nothing_to_take_in(
        self, open_reader: Open, quake: Folder
    ) -> None:
        """Where it changes no row, no “1 new” is promised."""
        async with open_reader(FOLDING) as desk:
            write(quake.path, "Delta", QUAKE, NOON + 3 * HOUR)
            await desk.press("r")
            await desk.until(lambda: "4 sources" in "".join(desk.lines()))
            assert desk.screen.new == 0

    async def test_first_load_is_folded_when_it_has_been_grouped(
        self, open_reader: Open, folder: Folder
    ) -> None:
        """Who has set `stories = true` sees one row from the beginning, or as soon as it is known."""
        write_quake(folder.path)
        async with open_reader(FOLDING) as desk:
            await desk.until(lambda: "3 sources" in "".join(desk.lines()))
            assert shown(desk) == FOLDED


class TestMarks:
    @pytest.mark.parametrize("size", SIZES)
    async def test_m_marks_all_of_it(self, open_reader: Open, quake: Folder, size: tuple[int, int]) -> None:
        """`u` takes that back in one step; a second `m` marks all of it unread."""
        async with open_reader(FOLDING, size=size) as desk:
            await go(desk, "Bugle")
            await desk.press("m")
            assert unread(quake) == {"Xenon", "Yard", "Zebra"}
            assert "●" not in line_at(desk)
            await desk.press("u")
            assert unread(quake) == set(EVERY)
            assert "Undone: Marked the story" in desk.said()
            await desk.press("m", "m")
            assert unread(quake) == set(EVERY)
            assert "●" in line_at(desk)

    @pytest.mark.parametrize("read", [("Atlas",), ("Bugle",), ("Atlas", "Courier")])
    async def test_m_on_a_story_read_in_part_reads_the_rest(
        self, open_reader: Open, quake: Folder, read: tuple[str, ...]
    ) -> None:
        """And `u` brings back that part, not more."""
        quake.library.articles.mark(of(quake, *read), read=True)
        async with open_reader(FOLDING) as desk:
            await go(desk, "Bugle")
            assert "●" in line_at(desk)
            await desk.press("m")
            assert unread(quake) == {"Xenon", "Yard", "Zebra"}
            await desk.press("u")
            assert unread(quake) == set(EVERY) - set(read)

    async def test_m_on_one_of_its_articles_marks_that_one(self, open_reader: Open, quake: Folder) -> None:
        """Gone to by a number, it is not what stands in the list; but the row says what is left of it."""
        quake.library.articles.mark(of(quake, "Bugle", "Courier"), read=True)
        async with open_reader(FOLDING) as desk:
            await go(desk, "Bugle")
            assert "●" in line_at(desk)
            await desk.press("1")
            assert desk.screen.stored is not None
            assert desk.screen.stored.article.provider == "Atlas"
            await desk.press("m")
            assert "Atlas" not in unread(quake)
            assert "●" not in line_at(desk)

    @pytest.mark.parametrize(
        ("cursor", "key", "left"),
        [
            ("Xenon", "A", set()),
            ("Yard", "<", {"Yard", "Zebra"}),
            ("Bugle", "<", {"Atlas", "Bugle", "Courier", "Yard", "Zebra"}),
            ("Xenon", ">", {"Xenon"}),
            ("Bugle", ">", {"Xenon", "Atlas", "Bugle", "Courier"}),
        ],
    )
    async def test_marking_many_goes_by_rows(
        self, open_reader: Open, quake: Folder, cursor: str, key: str, left: set[str]
    ) -> None:
        """A row's whole story with it, as one step back."""
        names = {"<": "less_than_sign", ">": "greater_than_sign", "A": "A"}
        async with open_reader(FOLDING) as desk:
            await go(desk, cursor)
            await desk.press(names[key])
            assert unread(quake) == left
            assert f"{6 - len(left)} marked read" in desk.said()
            assert sum("●" in line for line in desk.lines()) == len(left & set(FOLDED))
            await desk.press("u")
            assert unread(quake) == set(EVERY)

    @pytest.mark.parametrize("keys", [("A",), ("greater_than_sign",), ("j", "m")])
    async def test_the_story_goes_beyond_the_view(
        self, open_reader: Open, quake: Folder, keys: tuple[str, ...]
    ) -> None:
        """Of a row that stands for its story nothing is left unread, whichever key it was."""
        for by, telling in (("Courier", QUAKE_LATE), ("Xenon", event("xenon"))):
            write(quake.path, by, telling, NOON + len(by) * HOUR, topics=["Seismology"])
        quake.take_in()
        quake.library.stories.fill()
        async with open_reader(FOLDING) as desk:
            desk.screen.open_view(View(topic="Seismology", sort="oldest"))
            await desk.settle()
            assert shown(desk) == ["Xenon", "Courier"]
            await desk.press(*keys)
            assert not unread(quake) & set(TELLING)
            assert "●" not in desk.lines()[-1]

    @pytest.mark.parametrize("before", [(), ("Bugle",), ("Atlas",)])
    async def test_reading_its_row_marks_it_read(
        self, open_reader: Open, quake: Folder, before: tuple[str, ...]
    ) -> None:
        """Also what was left of it; and that is no step of undo."""
        quake.library.articles.mark(of(quake, *before), read=True, undoable=False)
        async with open_reader(Settings(mark_read_after=0, stories=True)) as desk:
            await desk.press("j")
            assert at(desk) == "Bugle"
            await desk.until(lambda: not unread(quake) & set(TELLING))
            assert "●" not in line_at(desk)
            await desk.press("u")
            assert "nothing to undo" in desk.said()

    @pytest.mark.parametrize("left", ["Atlas", "Bugle", "Courier"])
    async def test_n_finds_a_story_with_something_unread(
        self, open_reader: Open, quake: Folder, left: str
    ) -> None:
        read = [provider for provider in EVERY if provider != left]
        quake.library.articles.mark(of(quake, *read), read=True)
        async with open_reader(FOLDING) as desk:
            await desk.press("n")
            assert at(desk) == "Bugle"
            await desk.press("n")
            assert "no unread article below" in desk.said()
            await desk.press("G", "p")
            assert at(desk) == "Bugle"

    async def test_b_bookmarks_the_rows_article_alone(self, open_reader: Open, quake: Folder) -> None:
        async with open_reader(FOLDING) as desk:
            await go(desk, "Bugle")
            await desk.press("b")
            assert ids(quake.library, scope="bookmarks") == of(quake, "Bugle")
            assert line_at(desk).startswith("▌★")
