"""The command line and its searches: what is found, kept, and looked after."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.command_line import Run, fusion, ids, titles


def library_file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "tui-reader" / "library.db"


def damage(tmp_path: Path) -> None:
    """Fill the index of words with rubbish behind the program's back."""
    connection = sqlite3.connect(library_file(tmp_path), isolation_level=None)
    connection.execute("UPDATE search_data SET block = x'deadbeef' WHERE id > 10")
    connection.close()


NATURAL: list[list[str]] = [
    ["C++"], ["AT&T"], ["foo-bar"], ['"'], ["("], ["a AND"], ["NEAR(a b)"], ["*"], ["-"], ["--", "-x"],
    ["-crypto", "ai"], ["ai", "-crypto"], ["--crypto"], ["---"], ["-x", "-y"], [""], [" "], ["- x"],
    ["--no-such-option"], ["--lib", "x"], ["-j"], ["--", "--", "x"], ["a" * 1_900], ["\udcff"], ["🎉"],
    ["list"], ["--", "--json"], ["-title:x"], ["-(a or b)"], ['-"a b"'], ["%s"], ["{}"], ["\n"],
]  # fmt: skip


class TestSearch:
    def test_line_says_what_was_found_and_where(self, filled: Run) -> None:
        numbers = ids(filled)
        assert filled("search", "town") == (
            0,
            f"{numbers['Fusion plant']:6}  Example News: Fusion plant lights a town\n"
            "        The town has light.\n",
            "",
        )
        assert filled("search", "nowhere") == (0, "", "")

    def test_best_match_is_first(self, filled: Run) -> None:
        """A word in the title says more than one in the text."""
        assert titles(filled("search", "fusion or words", "--json")) == ["Fusion plant", "A second"]
        assert titles(filled("search", "fusion", "or", "goes", "--json")) == ["Fusion plant", "A plain"]

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (["words"], ["A second"]),
            (["another", "text"], ["A second"]),
            (["science", "--sort", "oldest"], ["Fusion plant", "A second"]),
            (["science sort:oldest"], ["Fusion plant", "A second"]),
            (["science sort:oldest", "--sort", "newest"], ["A second", "Fusion plant"]),
            (["science", "--sort", "quality", "--limit", "1"], ["Fusion plant"]),
            (["--limit", "1", "--sort=newest", "science"], ["A second"]),
            (["science", "--limit", "0"], []),
            (["science", "-fusion"], ["A second"]),
            (["-fusion", "science"], ["A second"]),
            (["-fusion"], ["A plain", "A second"]),
            (["--", "-fusion", "science"], ["A second"]),
            (["title:fusion", "or", "plain", "--sort", "title"], ["A plain", "Fusion plant"]),
            (["quality:>50"], ["Fusion plant"]),
            (['"plain note"'], ["A plain"]),
            (["is:unread", "--sort", "newest"], ["A plain", "A second", "Fusion plant"]),
        ],
        ids=lambda value: " ".join(value),
    )
    def test_words_conditions_and_options(
        self, filled: Run, arguments: list[str], expected: list[str]
    ) -> None:
        done = filled("search", *arguments, "--json") if "--" not in arguments else None
        done = done or filled("search", "--json", *arguments)
        assert (done.status, done.err) == (0, "")
        assert titles(done) == expected

    def test_json_has_the_fields_of_a_list_and_how_it_was_found(self, filled: Run) -> None:
        [found] = filled("search", "town", "--json").objects
        [listed] = filled("list", "town", "--json").objects
        score, snippet = found.pop("score"), found.pop("snippet")
        assert found == listed
        assert score > 0
        assert snippet == "The town has light."
        [found] = filled("search", "is:unread title:fusion -coal", "--json").objects
        assert found["score"] > 0
        assert [line["score"] for line in filled("search", "quality:>0", "--json").objects] == [None, None]

    @pytest.mark.parametrize(
        "arguments",
        NATURAL,
        ids=lambda arguments: ascii(" ".join(arguments)[:20]),
    )
    @pytest.mark.parametrize("command", [["search"], ["view", "save", "name"]], ids=" ".join)
    def test_whatever_is_searched_for_is_no_mistake(
        self, filled: Run, command: list[str], arguments: list[str]
    ) -> None:
        done = filled(*command, *arguments)
        assert (done.status, done.err) == (0, "")

    @pytest.mark.parametrize("command", [["search"], ["list"], ["view", "save", "name"]], ids=" ".join)
    def test_what_was_left_out_is_told_beside_the_result(self, filled: Run, command: list[str]) -> None:
        done = filled(*command, "science", "titel:x", "quality:high")
        assert done.status == 0
        assert done.err.splitlines() == [
            "tui-reader: There is no field titel:; did you mean title:?",
            "tui-reader: quality: takes a number, as in 80, >80, >=80, <80, <=80 or 70..90.",
        ]

    def test_long_library_is_found_page_by_page(self, run: Run, tmp_path: Path) -> None:
        folder = tmp_path / "many"
        folder.mkdir()
        for number in range(40):
            (folder / f"{number}.txt").write_text(f"Story {number}\n\nsolar text {number}", encoding="utf-8")
        run("add", folder)
        found = run("search", "solar", "--json").objects
        assert len(found) == 40
        assert all("solar" in line["snippet"] for line in found)
        assert [line["id"] for line in run("search", "solar", "--limit", "20", "--json").objects] == [
            line["id"] for line in found[:20]
        ]


class TestListWithQuery:
    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (["science"], ["A second", "Fusion plant"]),
            (["surplus"], []),
            (["science", "--sort", "oldest"], ["Fusion plant", "A second"]),
            (["science sort:oldest"], ["Fusion plant", "A second"]),
            (["science", "sort:oldest", "--sort", "newest"], ["A second", "Fusion plant"]),
            (["science", "--limit", "1"], ["A second"]),
            (["--topic", "energy", "science"], ["Fusion plant"]),
            (["--view", "unread", "-science"], ["A plain"]),
            (["--view", "bookmarks", "science"], ["A second"]),
            (["--tag", "physics", "fusion"], []),
            (["--source", "news", "is:bookmarked"], ["A second"]),
            (["-fusion"], ["A plain", "A second"]),
            (["--", "-fusion"], ["A plain", "A second"]),
        ],
        ids=str,
    )
    def test_query_beside_the_options(self, filled: Run, arguments: list[str], expected: list[str]) -> None:
        filled("bookmark", "add", ids(filled)["A second"], "--tag", "physics")
        done = filled("list", "--json", *arguments)
        assert (done.status, done.err) == (0, "")
        assert titles(done) == expected

    @pytest.mark.parametrize("option", ["--veiw", "--limits=3", "--no-such-option"])
    def test_misspelt_option_is_told(self, filled: Run, option: str) -> None:
        assert filled("list", option).status == 2


class TestViews:
    @pytest.fixture
    def kept(self, filled: Run) -> Run:
        """With two kept searches."""
        filled("view", "save", "Energy", "science", "quality:>50")
        filled("view", "save", "All science", "science or plain sort:oldest")
        return filled

    def test_search_is_kept_under_a_name(self, filled: Run) -> None:
        done = filled("view", "save", "Energy", "science", "-coal", "quality:=50")
        assert done == (0, "Kept as “Energy”: science -coal quality:50\n", "")
        done = filled("view", "save", "ENERGY", "solar")
        assert done.out == "Kept as “Energy”: solar\n"
        assert filled("view", "list").out == "Energy: solar\n"

    def test_list_of_them(self, kept: Run) -> None:
        assert kept("view", "list") == (
            0,
            "Energy: science quality:>50\nAll science: science or plain sort:oldest\n",
            "",
        )
        assert kept("view", "list", "--json").objects == [
            {"name": "Energy", "query": "science quality:>50"},
            {"name": "All science", "query": "science or plain sort:oldest"},
        ]

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (["--view", "energy"], ["Fusion plant"]),
            (["--view", "ALL SCIENCE"], ["Fusion plant", "A second", "A plain"]),
            (["--view", "All science", "-plain"], ["Fusion plant", "A second"]),
            (["--view", "All science", "--sort", "newest"], ["A plain", "A second", "Fusion plant"]),
            (["--view", "All science", "sort:newest"], ["A plain", "A second", "Fusion plant"]),
            (["--view", "All science", "--limit", "1", "--topic", "energy"], ["Fusion plant"]),
        ],
        ids=str,
    )
    def test_articles_of_one(self, kept: Run, arguments: list[str], expected: list[str]) -> None:
        """A query beside it narrows it, as a whole; an order of one's own goes before its."""
        done = kept("list", *arguments, "--json")
        assert (done.status, done.err) == (0, "")
        assert titles(done) == expected

    @pytest.mark.parametrize("name", ["nothing", "", "\udcff"])
    def test_unknown_view_is_a_sentence_that_names_those_there_are(self, kept: Run, name: str) -> None:
        done = kept("list", "--view", name)
        assert (done.status, done.out) == (1, "")
        assert done.err.startswith("tui-reader: There is no view ")
        assert done.err.endswith("; there are all, unread, new, today, bookmarks, Energy, All science.\n")
        assert done.err.count("\n") == 1

    def test_removed_and_brought_back(self, kept: Run) -> None:
        before = kept("view", "list").out
        done = kept("view", "remove", "energy", "All science")
        assert done == (0, "Removed the view “Energy”.\nRemoved the view “All science”.\n", "")
        assert kept("view", "list").out == ""
        assert kept("undo").out == "Undone: Removed the view “All science”\n"
        assert kept("undo").out == "Undone: Removed the view “Energy”\n"
        assert kept("view", "list").out == before

    def test_unknown_name_removes_none(self, kept: Run) -> None:
        done = kept("view", "remove", "Energy", "nothing")
        assert done == (
            1,
            "",
            "tui-reader: There is no view “nothing”; `tui-reader view list` lists them.\n",
        )
        assert len(kept("view", "list").out.splitlines()) == 2


class TestDoctor:
    def test_sound_library(self, filled: Run) -> None:
        done = filled("doctor")
        assert (done.status, done.err) == (0, "")
        assert done.out.splitlines()[:3] == [
            "The file is sound.",
            "Everything belongs to an article or a source.",
            "The index of words is sound.",
        ]
        assert done.out.splitlines()[3].startswith("3 articles in ")

    def test_damaged_index_is_mended(self, filled: Run, tmp_path: Path) -> None:
        damage(tmp_path)
        done = filled("doctor")
        assert done.status == 0
        assert "The index of words was damaged; it has been made anew from the articles." in done.out
        assert titles(filled("search", "town", "--json")) == ["Fusion plant"]

    def test_vacuum_lets_go_of_what_no_source_has(self, filled: Run) -> None:
        """But for bookmarks, and the one with the highest number."""
        filled("bookmark", "add", max(ids(filled).values()))
        filled("sources", "remove", "news")
        assert "No source has 2 articles any more; --vacuum lets go of that." in filled("doctor").out
        done = filled("doctor", "--vacuum")
        assert done.status == 0
        assert "Let go of 2 articles that no source has any more.\n" in done.out
        assert " MB have become " in done.out.splitlines()[-1]
        assert len(filled("search", "town or words or plain", "--json").objects) == 1

    def test_rows_that_belong_to_nothing_are_a_fault(self, filled: Run, tmp_path: Path) -> None:
        connection = sqlite3.connect(library_file(tmp_path), isolation_level=None)
        connection.execute("INSERT INTO topic VALUES ('ghost', 99)")
        connection.close()
        assert filled("doctor").status == 1


class TestDamagedIndex:
    SAID = "is damaged. It is made anew from the articles; nothing is lost."

    @pytest.mark.parametrize(
        "command",
        ["search town", "search town --json", "list town", "search title:fusion --sort newest --limit 1"],
    )
    def test_search_mends_it_and_finds(self, filled: Run, tmp_path: Path, command: str) -> None:
        damage(tmp_path)
        done = filled(*command.split())
        assert done.status == 0
        assert "Fusion plant" in done.out
        told = done.err.splitlines()
        assert self.SAID in told[0]
        assert told[1] == "tui-reader: The words of 3 articles are being indexed; this happens once."
        assert filled(*command.split()) == (0, done.out, "")

    def test_scores_that_cannot_be_told_are_mended_too(self, filled: Run, tmp_path: Path) -> None:
        """The words are there, what their weight is taken from is not."""
        connection = sqlite3.connect(library_file(tmp_path), isolation_level=None)
        connection.execute("DELETE FROM search_docsize")
        connection.close()
        done = filled("search", "town", "--sort", "newest", "--json")
        assert (done.status, len(done.objects)) == (0, 1)
        assert self.SAID in done.err

    @pytest.mark.parametrize("command", ["list", "list is:unread", "sources", "export json", "view list"])
    def test_what_asks_for_no_words_is_not_concerned(self, filled: Run, tmp_path: Path, command: str) -> None:
        before = filled(*command.split())
        damage(tmp_path)
        assert filled(*command.split()) == before

    def test_changes_go_on(self, filled: Run, folder: Path, tmp_path: Path) -> None:
        damage(tmp_path)
        (folder / "third.txt").write_text("A third text about volcanoes.", encoding="utf-8")
        assert filled("refresh").out == "news: 1 new, 0 changed, 0 gone\n"
        assert filled("bookmark", "add", fusion(filled), "--note", "handwritten").status == 0
        assert titles(filled("search", "volcano or handwritten", "--sort", "newest", "--json")) == [
            "A third",
            "Fusion plant",
        ]


def test_real_articles_are_found(run: Run, real_data: Path) -> None:
    run("add", real_data / "seeds")
    words = json.loads(run("export", "json").out)[0]["title"].split()
    for count in (1, len(words)):
        assert run("search", *words[:count]).out
