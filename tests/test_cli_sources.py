"""The command line and its folders: adding, refreshing, removing, what could not be read."""

import json
from pathlib import Path

import pytest

from tests.command_line import FUSION, Run, fusion, titles


class TestAdd:
    def test_several_folders_are_told_one_by_one(self, run: Run, folder: Path, tmp_path: Path) -> None:
        other = tmp_path / "other"
        other.mkdir()
        (other / "one.txt").write_text("One more text.")
        done = run("add", folder, other)
        assert done == (0, "news: 3 new, 0 changed, 0 gone\nother: 1 new, 0 changed, 0 gone\n", "")

    def test_folder_added_twice_is_one_source(self, filled: Run, folder: Path) -> None:
        assert filled("add", f"{folder}/").out == "news: 0 new, 0 changed, 0 gone\n"
        assert len(filled("sources").out.splitlines()) == 1

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("nowhere", "does not exist."),
            ("news/plain.txt", "is no folder; name the folder that it is in."),
            ("", "The name of the folder is empty."),
            ("mistyped.opml", "does not exist."),
            ("~no-such-user/news", "does not exist."),
            ("ftp://a.example/feed", "cannot be asked; an address begins with http:// or https://."),
        ],
    )
    def test_what_is_no_folder_is_refused(
        self, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, reason: str
    ) -> None:
        """With a sentence, and none of the folders beside it is added either."""
        monkeypatch.chdir(folder.parent)
        done = run("add", folder, name)
        assert done == (1, "", f"tui-reader: {name} {reason}\n" if name else f"tui-reader: {reason}\n")
        assert run("sources").out == ""

    def test_file_that_cannot_be_read_is_counted_and_the_rest_is_there(self, run: Run, folder: Path) -> None:
        (folder / "empty.md").write_text("")
        assert run("add", folder).out == (
            "news: 3 new, 0 changed, 0 gone, 1 problem (see `tui-reader problems`)\n"
        )


class TestRefresh:
    def test_nothing_changed(self, filled: Run) -> None:
        assert filled("refresh") == (0, "news: 0 new, 0 changed, 0 gone\n", "")

    def test_new_changed_and_vanished_files_are_told(self, filled: Run, folder: Path) -> None:
        (folder / "fusion.md").write_text(FUSION.replace("lights a town", "lights two towns"))
        (folder / "second.md").unlink()
        (folder / "third.txt").write_text("A third text.")
        assert filled("refresh").out == "news: 1 new, 1 changed, 1 gone\n"
        assert sorted(titles(filled("list", "--json"))) == ["A plain", "A third", "Fusion plant"]

    @pytest.mark.parametrize("name", ["{id}", "NEWS", "{path}", "{path}/"])
    def test_one_source_by_its_number_title_or_folder(
        self, filled: Run, folder: Path, tmp_path: Path, name: str
    ) -> None:
        (tmp_path / "other").mkdir()
        filled("add", tmp_path / "other")
        source = filled("sources", "--json").objects[0]
        named = name.format(id=source["id"], path=folder)
        assert filled("refresh", "--source", named).out == "news: 0 new, 0 changed, 0 gone\n"

    def test_title_of_two_sources_asks_for_the_number(self, filled: Run, tmp_path: Path) -> None:
        (tmp_path / "deep" / "news").mkdir(parents=True)
        filled("add", tmp_path / "deep" / "news")
        done = filled("refresh", "--source", "news")
        assert done.status == 1
        assert "by its number (1, 2)" in done.err

    def test_unknown_source_is_a_sentence(self, filled: Run) -> None:
        done = filled("refresh", "--source", "sport")
        assert done == (1, "", "tui-reader: There is no source sport; `tui-reader sources` lists them.\n")

    def test_library_without_sources_says_how_to_add_one(self, run: Run) -> None:
        done = run("refresh")
        assert done.status == 1
        assert "`tui-reader add FOLDER` or `add ADDRESS` adds one" in done.err

    def test_folder_that_is_gone_fails_and_keeps_its_articles(self, filled: Run, folder: Path) -> None:
        folder.rename(folder.with_name("away"))
        done = filled("refresh")
        assert done.status == 1
        assert "What came from it stays." in done.out
        assert len(filled("list").out.splitlines()) == 3

    def test_paused_folder_is_looked_through_when_it_is_named(self, filled: Run, folder: Path) -> None:
        (folder / "third.txt").write_text("A third text.")
        filled("sources", "pause", "news")
        assert filled("refresh").out == ""
        assert filled("refresh", "--source", "news").out == "news: 1 new, 0 changed, 0 gone\n"


class TestSources:
    def test_each_with_its_numbers(self, filled: Run, folder: Path) -> None:
        filled("read", fusion(filled))
        assert filled("sources").out == f"   1  news  3 articles, 2 unread  {folder}\n"

    def test_as_json(self, filled: Run, folder: Path) -> None:
        [source] = filled("sources", "--json").objects
        assert (source["id"], source["title"], source["location"]) == (1, "news", str(folder))
        assert (source["articles"], source["unread"], source["problem"]) == (3, 3, "")

    def test_removed_source_leaves_its_files_and_bookmarks(self, filled: Run, folder: Path) -> None:
        filled("bookmark", "add", fusion(filled))
        done = filled("sources", "remove", "news")
        assert done == (0, "Removed news; `tui-reader undo` brings it back. Bookmarked articles stay.\n", "")
        assert titles(filled("list", "--json")) == ["Fusion plant"]
        assert len(list(folder.iterdir())) == 3

    def test_unknown_source_removes_none(self, filled: Run) -> None:
        assert filled("sources", "remove", "news", "sport").status == 1
        assert len(filled("sources").out.splitlines()) == 1


class TestProblems:
    def test_file_line_and_reason(self, filled: Run, folder: Path) -> None:
        (folder / "broken.md").write_text(f"---\ntitle: x\nother:\n  {'- ' * 100}\n---\ntext")
        filled("refresh")
        [line] = filled("problems").out.splitlines()
        assert line.startswith(f"{folder / 'broken.md'}:4: ")
        assert line.endswith(".")
        [problem] = filled("problems", "--json").objects
        assert (problem["path"], problem["source"]) == (str(folder / "broken.md"), "news")
        assert problem["line"] == 4

    def test_none(self, filled: Run) -> None:
        assert filled("problems") == (0, "", "")


class TestRealFiles:
    def test_seeds_find_each_other(self, run: Run, real_data: Path) -> None:
        """Each of the two with front matter lists the other by its id, and every mention once."""
        assert run("add", real_data / "seeds").out == "seeds: 3 new, 0 changed, 0 gone\n"
        listed = run("list", "--json").objects
        first, second = (line["id"] for line in listed if line["url"])
        for one, other in ((first, second), (second, first)):
            entries = run("related", one, "--json").objects
            assert [entry["id"] for entry in entries if entry["group"] == "story"] == [other]
            urls = [entry["url"] for entry in entries]
            assert len(set(urls)) == len(urls) >= 3
            assert all(entry["why"] for entry in entries)

    def test_everyday_folder_has_no_problem(self, run: Run, real_data: Path) -> None:
        done = run("add", real_data / "everyday")
        assert done.status == 0
        assert "problem" not in done.out
        assert run("problems").out == ""
        assert len(json.loads(run("export", "json").out)) >= 270
        assert run("refresh").out == "everyday: 0 new, 0 changed, 0 gone\n"
