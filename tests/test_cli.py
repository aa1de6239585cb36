"""The command line from end to end: what goes in, what comes out on which stream, with which exit status."""

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tui_reader import __version__, cli

ROOT = Path(__file__).resolve().parent.parent

FUSION = """---
title: Fusion plant lights a town
excerpt: The first of its kind.
publishedDateTime: 2024-03-05T10:00:00+01:00
webUrl: https://news.example/fusion
originalUrl: https://www.news.example/original/fusion
author: Ada Byron
provider:
  name: Example News
  domain: news.example
topics: [Energy, Science]
quality: 80
heat: 3
related:
  - title: Grid operators worry
    webUrl: https://grid.example/worry
    provider: {name: Grid Weekly}
    publishedDateTime: 2024-03-01T00:00:00Z
  - title: A second look
    webUrl: https://news.example/second
---
The town has light.
"""
SECOND = """---
title: A second look
webUrl: https://news.example/second
publishedDateTime: 2024-03-06T00:00:00Z
provider: {name: Example News, domain: news.example}
topics: [Science]
quality: 10
---
Words of another text, five more.
"""
PLAIN = "A plain note without an address. It goes on for a little while.\n"


class Ran(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """What `--json` printed, an object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line within this process."""

    def ran(*arguments: object) -> Ran:
        try:
            status = cli.main([str(argument) for argument in arguments])
        except SystemExit as ended:
            status = int(ended.code or 0)
        return Ran(status, *capsys.readouterr())

    return ran


def program(*arguments: object, **environment: str | None) -> Ran:
    """The command line as a process of its own; None takes a variable away."""
    done = subprocess.run(
        [sys.executable, "-m", "tui_reader", *map(str, arguments)],
        env={key: value for key, value in {**os.environ, **environment}.items() if value is not None},
        cwd=ROOT,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three articles: two of one publisher, and a plain text."""
    made = tmp_path / "news"
    made.mkdir()
    (made / "fusion.md").write_text(FUSION)
    (made / "second.md").write_text(SECOND)
    (made / "plain.txt").write_text(PLAIN)
    return made


@pytest.fixture
def filled(run: Run, folder: Path) -> Run:
    """The command line, with those three in its library."""
    assert run("add", folder).status == 0
    return run


def ids(run: Run) -> dict[str, int]:
    """First words of the titles → ids."""
    return {" ".join(line["title"].split()[:2]): line["id"] for line in run("list", "--json").objects}


def fusion(run: Run) -> int:
    return ids(run)["Fusion plant"]


def titles(ran: Ran) -> list[str]:
    return [" ".join(line["title"].split()[:2]) for line in ran.objects]


def settings_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "settings.toml"
    path.write_text(text)
    return path


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
        assert "`tui-reader add FOLDER` adds one" in done.err

    def test_folder_that_is_gone_fails_and_keeps_its_articles(self, filled: Run, folder: Path) -> None:
        folder.rename(folder.with_name("away"))
        done = filled("refresh")
        assert done.status == 1
        assert "What came from it stays." in done.out
        assert len(filled("list").out.splitlines()) == 3


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
        assert done == (0, "Removed news; its files and its bookmarked articles stay.\n", "")
        assert titles(filled("list", "--json")) == ["Fusion plant"]
        assert len(list(folder.iterdir())) == 3

    def test_unknown_source_removes_none(self, filled: Run) -> None:
        assert filled("sources", "remove", "news", "sport").status == 1
        assert len(filled("sources").out.splitlines()) == 1


class TestList:
    def test_line_says_what_one_needs_to_go_on(self, filled: Run) -> None:
        """Id, mark, day, provider, title; newest first."""
        filled("bookmark", "add", ids(filled)["A second"])
        filled("read", fusion(filled))
        lines = filled("list").out.splitlines()
        numbers = ids(filled)
        assert lines == [
            f"{numbers['A plain']:6} ● undated     A plain note without an address.",
            f"{numbers['A second']:6} ★ 2024-03-06  Example News: A second look",
            f"{numbers['Fusion plant']:6}   2024-03-05  Example News: Fusion plant lights a town",
        ]

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            (["--view", "unread"], ["A plain", "A second"]),
            (["--view", "bookmarks"], ["A second"]),
            (["--view", "today"], ["A plain"]),
            (["--topic", "energy"], ["Fusion plant"]),
            (["--topic", "Science", "--sort", "oldest"], ["Fusion plant", "A second"]),
            (["--topic", "\udcff"], []),
            (["--tag", "Physics"], ["A second"]),
            (["--tag", "\udcff"], []),
            (["--source", "news", "--limit", "1"], ["A plain"]),
            (["--limit", "0"], []),
            (["--sort", "newest"], ["A plain", "A second", "Fusion plant"]),
            (["--sort", "oldest"], ["Fusion plant", "A second", "A plain"]),
            (["--sort", "quality"], ["Fusion plant", "A second", "A plain"]),
            (["--sort", "heat", "--limit", "1"], ["Fusion plant"]),
            (["--sort", "title"], ["A plain", "A second", "Fusion plant"]),
            (["--sort", "provider"], ["A second", "Fusion plant", "A plain"]),
            (["--sort", "longest"], ["A plain", "A second", "Fusion plant"]),
        ],
    )
    def test_views_filters_and_orders(self, filled: Run, options: list[str], expected: list[str]) -> None:
        filled("bookmark", "add", ids(filled)["A second"], "--tag", "physics")
        filled("read", fusion(filled))
        done = filled("list", *options, "--json")
        assert (done.status, done.err) == (0, "")
        assert titles(done) == expected
        assert len(filled("list", *options).out.splitlines()) == len(expected)

    def test_json_has_every_field(self, filled: Run, folder: Path) -> None:
        filled("bookmark", "add", fusion(filled), "--tag", "read later", "--note", "Ask about it.")
        [article] = filled("list", "--view", "bookmarks", "--json").objects
        assert article == {
            "id": fusion(filled),
            "title": "Fusion plant lights a town",
            "url": "https://news.example/fusion",
            "original_url": "https://www.news.example/original/fusion",
            "provider": "Example News",
            "domain": "news.example",
            "author": "Ada Byron",
            "published": "2024-03-05T09:00:00Z",
            "kind": "article",
            "topics": ["Energy", "Science"],
            "quality": 80,
            "heat": 3,
            "summary": "The first of its kind.",
            "read": False,
            "bookmarked": True,
            "tags": ["read later"],
            "note": "Ask about it.",
            "source": "news",
            "path": str(folder / "fusion.md"),
            "words": 4,
        }

    def test_what_is_not_known_is_null_or_empty(self, filled: Run) -> None:
        plain = next(line for line in filled("list", "--json").objects if not line["url"])
        assert (plain["published"], plain["quality"], plain["heat"]) == (None, None, None)
        assert (plain["provider"], plain["original_url"], plain["topics"]) == ("", "", [])

    def test_empty_library_lists_nothing(self, run: Run) -> None:
        assert run("list") == (0, "", "")
        assert run("list", "--json") == (0, "", "")


class TestShow:
    def test_article_as_markdown(self, filled: Run) -> None:
        filled("bookmark", "add", fusion(filled), "--note", "Two\nlines")
        assert filled("show", fusion(filled)).out == (
            "# Fusion plant lights a town\n\n"
            "Example News · Ada Byron · 2024-03-05\n\n"
            "<https://news.example/fusion>\n\n"
            "> Two\n> lines\n\n"
            "The town has light.\n\n"
        )

    def test_as_json_with_its_text_and_list(self, filled: Run) -> None:
        [article] = filled("show", fusion(filled), "--json").objects
        assert article["body"] == "The town has light."
        assert [mention["title"] for mention in article["related"]] == [
            "Grid operators worry",
            "A second look",
        ]

    @pytest.mark.parametrize("article_id", ["99", "-1", "9" * 30])
    @pytest.mark.parametrize("command", ["show", "related", "open", "read", "unread"])
    def test_unknown_id_is_a_sentence(self, filled: Run, command: str, article_id: str) -> None:
        done = filled(command, "--", article_id)
        assert done == (1, "", f"tui-reader: There is no article {article_id} in the library.\n")


class TestRelated:
    def test_ids_where_the_library_has_them_and_addresses_where_not(self, filled: Run) -> None:
        numbers = ids(filled)
        assert filled("related", numbers["Fusion plant"]).out == (
            "     ↗  Grid operators worry  (Grid Weekly · 2024-03-01)\n"
            "        https://grid.example/worry\n"
            f"{numbers['A second']:6}  A second look  (news.example)\n"
        )

    def test_as_json(self, filled: Run) -> None:
        numbers = ids(filled)
        first, second = filled("related", numbers["Fusion plant"], "--json").objects
        assert first == {
            "id": None,
            "title": "Grid operators worry",
            "url": "https://grid.example/worry",
            "provider": "Grid Weekly",
            "published": "2024-03-01T00:00:00Z",
        }
        assert (second["id"], second["published"]) == (numbers["A second"], None)
        # The list works in both directions.
        [back] = filled("related", numbers["A second"], "--json").objects
        assert back["id"] == numbers["Fusion plant"]


class TestOpen:
    @pytest.fixture
    def log(self, tmp_path: Path) -> Path:
        return tmp_path / "opened"

    @pytest.fixture
    def config(self, tmp_path: Path, log: Path) -> Path:
        command = json.dumps(["sh", "-c", 'printf "%s\\n" "$1" >> "$0"', str(log), "{url}"])
        return settings_file(tmp_path, f"[browser]\ncommand = {command}\n")

    def test_publishers_own_address_goes_to_the_browser(self, filled: Run, config: Path, log: Path) -> None:
        assert filled("open", fusion(filled), "--config", config) == (0, "", "")
        assert log.read_text() == "https://www.news.example/original/fusion\n"

    def test_address_elsewhere_is_shown(
        self, filled: Run, folder: Path, config: Path, log: Path, tmp_path: Path
    ) -> None:
        address = "https://tracker.example/x"
        (folder / "fusion.md").write_text(FUSION.replace("https://www.news.example/original/fusion", address))
        filled("refresh")
        done = filled("open", fusion(filled), "--config", config)
        assert done.err == f"This leads elsewhere than news.example: {address}\n"
        assert log.read_text() == f"{address}\n"

    def test_without_a_browser_the_address_is_printed(
        self, filled: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSH_CONNECTION", "somewhere")
        done = filled("open", fusion(filled))
        assert (done.status, done.out) == (0, "https://www.news.example/original/fusion\n")
        assert "no browser here" in done.err

    def test_article_without_an_address_is_a_sentence(self, filled: Run, config: Path) -> None:
        done = filled("open", ids(filled)["A plain"], "--config", config)
        assert (done.status, done.out) == (1, "")
        assert done.err.endswith("has no address to open.\n")

    @pytest.mark.parametrize(
        ("command", "said"),
        [('["no-such-browser-here"]', "cannot be started"), ('["sh", "-c", "exit 3"]', "status 3")],
    )
    def test_browser_that_fails_is_a_sentence(
        self, filled: Run, tmp_path: Path, command: str, said: str
    ) -> None:
        config = settings_file(tmp_path, f"[browser]\ncommand = {command}\n")
        done = filled("open", fusion(filled), "--config", config)
        assert (done.status, done.out) == (1, "")
        assert said in done.err


class TestMarks:
    def test_several_articles_are_marked_at_once(self, filled: Run) -> None:
        assert filled("read", *ids(filled).values()) == (0, "", "")
        assert filled("list", "--view", "unread").out == ""
        assert filled("unread", fusion(filled)) == (0, "", "")
        assert titles(filled("list", "--view", "unread", "--json")) == ["Fusion plant"]

    @pytest.mark.parametrize("command", [["read"], ["bookmark", "add"], ["bookmark", "remove"]], ids=" ".join)
    def test_unknown_id_changes_nothing(self, filled: Run, command: list[str]) -> None:
        """Not even the article that was named before it."""
        before = filled("list", "--json").out
        done = filled(*command, fusion(filled), "99")
        assert done == (1, "", "tui-reader: There is no article 99 in the library.\n")
        assert filled("list", "--json").out == before
        assert filled("undo").status == 1


class TestBookmark:
    def test_tags_and_note_are_kept_and_added_to(self, filled: Run) -> None:
        one = fusion(filled)
        filled("bookmark", "add", one, "--tag", "physics", "--tag", "#Later", "--note", "Ask.")
        filled("bookmark", "add", one, "--tag", "energy")
        [article] = filled("bookmark", "list", "--json").objects
        assert (article["tags"], article["note"]) == (["energy", "Later", "physics"], "Ask.")

    def test_list_is_of_bookmarks_alone(self, filled: Run) -> None:
        numbers = ids(filled)
        filled("bookmark", "add", numbers["Fusion plant"], numbers["A plain"], "--tag", "both")
        filled("bookmark", "add", numbers["A plain"], "--tag", "mine")
        assert titles(filled("bookmark", "list", "--json")) == ["A plain", "Fusion plant"]
        assert titles(filled("bookmark", "list", "--tag", "MINE", "--json")) == ["A plain"]
        assert filled("bookmark", "list", "--tag", "mine").out.split()[1] == "★"

    def test_bookmark_is_taken_off(self, filled: Run) -> None:
        filled("bookmark", "add", *ids(filled).values())
        assert filled("bookmark", "remove", fusion(filled)) == (0, "", "")
        assert "Fusion plant" not in titles(filled("bookmark", "list", "--json"))


class TestUndo:
    def test_each_change_in_turn(self, filled: Run) -> None:
        one, two = fusion(filled), ids(filled)["A plain"]
        before = filled("list", "--json").out
        filled("read", one, two)
        filled("bookmark", "add", one)
        assert filled("undo").out == "Undone: Bookmarked “Fusion plant lights a town”\n"
        assert filled("undo").out == "Undone: Marked 2 articles read\n"
        assert filled("list", "--json").out == before

    def test_nothing_to_undo(self, filled: Run) -> None:
        assert filled("undo") == (1, "", "tui-reader: There is nothing to undo.\n")


HOSTILE_TITLES = (
    "=1+1|calc",
    "+SUM(A1)",
    "-2+3",
    "@cmd",
    '=HYPERLINK("http://evil.example")',
    "*Bold* [link](javascript:x) <b> `code` A & B ~~gone~~",
    "1. No list",
)


class TestExport:
    @pytest.fixture
    def hostile(self, run: Run, tmp_path: Path) -> Run:
        folder = tmp_path / "hostile"
        folder.mkdir()
        for number, title in enumerate(HOSTILE_TITLES):
            # Publishers write entities in titles; what they stand for is the title.
            told = json.dumps(title.replace("&", "&amp;").replace("<", "&lt;"))
            (folder / f"{number}.md").write_text(f"---\ntitle: {told}\nexcerpt: {told}\n---\nBody {number}.")
        run("add", folder)
        return run

    def test_json_is_one_array_with_the_texts(self, filled: Run) -> None:
        articles = json.loads(filled("export", "json").out)
        assert len(articles) == 3
        assert "The town has light." in [article["body"] for article in articles]
        assert {"id", "url", "topics", "extra", "related"} <= articles[0].keys()

    @pytest.mark.parametrize(
        ("form", "empty"), [("json", "[]\n"), ("markdown", "# Bookmarks\n"), ("csv", None)]
    )
    def test_bookmarks_alone(self, filled: Run, form: str, empty: str | None) -> None:
        """Where there is none, what is printed is still whole."""
        done = filled("export", form, "--bookmarks")
        assert done.out == empty or (empty is None and len(done.out.splitlines()) == 1)
        filled("bookmark", "add", fusion(filled))
        done = filled("export", form, "--bookmarks")
        assert "Fusion plant" in done.out
        assert "A plain" not in done.out

    def test_csv_reads_back(self, filled: Run) -> None:
        filled(
            "bookmark", "add", fusion(filled), "--tag", "a", "--tag", "b", "--note", 'Two\nlines, "quoted"'
        )
        rows = list(csv.DictReader(io.StringIO(filled("export", "csv").out, newline="")))
        row = next(row for row in rows if row["title"].startswith("Fusion"))
        assert (row["topics"], row["tags"]) == ("Energy; Science", "a; b")
        assert (row["note"], row["bookmarked"]) == ('Two\nlines, "quoted"', "true")
        assert (row["quality"], row["published"]) == ("80", "2024-03-05T09:00:00Z")

    def test_headline_is_no_formula_of_a_spreadsheet(self, hostile: Run) -> None:
        rows = list(csv.DictReader(io.StringIO(hostile("export", "csv").out, newline="")))
        assert len(rows) == len(HOSTILE_TITLES)
        for row in rows:
            for cell in row.values():
                assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r")
        assert sorted(row["title"].removeprefix("'") for row in rows) == sorted(HOSTILE_TITLES)

    def test_headlines_mean_nothing_in_markdown(self, hostile: Run) -> None:
        """What the list shows when it is rendered is the titles, letter for letter."""
        from markdown_it import MarkdownIt

        tokens = MarkdownIt("commonmark").enable("strikethrough").parse(hostile("export", "markdown").out)
        assert {token.type for token in tokens} <= {
            "heading_open",
            "heading_close",
            "paragraph_open",
            "paragraph_close",
            "inline",
        }
        shown = [
            "".join(part.content for part in token.children or ())
            for token in tokens
            if token.type == "inline"
        ]
        assert sorted(shown) == sorted([*HOSTILE_TITLES * 2, "Articles"])
        assert all(
            part.type in ("text", "text_special") for token in tokens for part in (token.children or ())
        )

    def test_reading_list_in_markdown(self, filled: Run) -> None:
        filled("bookmark", "add", fusion(filled), "--tag", "read later", "--note", "Ask.")
        assert filled("export", "markdown", "--bookmarks").out == (
            "# Bookmarks\n\n"
            "## [Fusion plant lights a town](<https://news.example/fusion>)\n\n"
            "Example News · 2024-03-05 · Energy, Science · #read-later\n\n"
            "> Ask.\n\n"
            "The first of its kind.\n"
        )


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


class TestSettings:
    def test_path(self, run: Run, tmp_path: Path) -> None:
        assert run("settings", "path").out == f"{tmp_path}/home/tui-reader/settings.toml\n"
        assert run("settings", "path", "--config", "/x/y.toml").out == "/x/y.toml\n"

    def test_shown_settings_are_a_settings_file(self, run: Run, tmp_path: Path) -> None:
        config = settings_file(tmp_path, "compact = true\n[keys]\nquit = 'f10'\n")
        shown = run("settings", "show", "--config", config)
        assert "compact = true\n" in shown.out
        config.write_text(shown.out)
        assert run("settings", "check", "--config", config).status == 0
        assert run("settings", "show", "--config", config).out == shown.out

    def test_check_without_a_file(self, run: Run) -> None:
        done = run("settings", "check")
        assert done.status == 0
        assert done.out.endswith("not there; the defaults are in force.\n")

    def test_check_names_the_line_of_each_fault(self, run: Run, tmp_path: Path) -> None:
        config = settings_file(tmp_path, "compact = true\ncolour = 'red'\n")
        done = run("settings", "check", "--config", config)
        assert done.status == 1
        assert done.out.startswith("settings.toml line 2: unknown key «colour»")

    def test_other_commands_complain_on_stderr_and_go_on(self, filled: Run, tmp_path: Path) -> None:
        config = settings_file(tmp_path, "colour = 'red'\n")
        done = filled("list", "--config", config)
        assert done.status == 0
        assert len(done.out.splitlines()) == 3
        assert done.err.startswith("tui-reader: settings.toml line 1: unknown key «colour»")


class TestWhichLibrary:
    def test_option_before_or_after_the_command(self, run: Run, folder: Path, tmp_path: Path) -> None:
        path = tmp_path / "elsewhere.db"
        run("--library", path, "add", folder)
        assert len(run("list", "--library", path).out.splitlines()) == 3
        assert len(run(f"--library={path}", "list").out.splitlines()) == 3
        assert run("list").out == ""

    def test_option_then_variable_then_settings_then_the_default(
        self, run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        config = settings_file(tmp_path, "[paths]\nlibrary = 'settings.db'\n")
        monkeypatch.chdir("/")
        run("settings", "check")
        for expected, variable, options in [
            (tmp_path / "option.db", "variable.db", ["--library", tmp_path / "option.db"]),
            (tmp_path / "variable.db", "variable.db", []),
            (tmp_path / "settings.db", "", []),
        ]:
            monkeypatch.setenv("TUI_READER_LIBRARY", variable and str(tmp_path / variable))
            assert not expected.exists()
            assert run("add", folder, "--config", config, *options).status == 0
            assert expected.exists()
        assert not (tmp_path / "home" / "tui-reader" / "library.db").exists()
        run("add", folder)
        assert (tmp_path / "home" / "tui-reader" / "library.db").exists()


class TestUsage:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["list", "--view", "nothing"],
            ["list", "--sort", "random"],
            ["list", "--limit", "-1"],
            ["list", "--limit", "many"],
            ["list", "--version"],
            ["list", "surplus"],
            ["show"],
            ["show", "x"],
            ["read"],
            ["bookmark"],
            ["bookmark", "add"],
            ["bookmark", "move", "1"],
            ["sources", "remove"],
            ["export"],
            ["export", "pdf"],
            ["settings"],
            ["add"],
            ["--no-such-option"],
            ["--library"],
            ["--lib", "file", "list"],
        ],
        ids=" ".join,
    )
    def test_wrong_usage_is_status_2_and_says_what_is_wrong(self, run: Run, arguments: list[str]) -> None:
        done = run(*arguments)
        assert (done.status, done.out) == (2, "")
        assert done.err.splitlines()[-1].startswith("tui-reader")
        assert "error: " in done.err.splitlines()[-1]

    def test_version(self, run: Run) -> None:
        assert run("--version") == (0, f"tui-reader {__version__}\n", "")

    def test_help_names_every_command(self, run: Run) -> None:
        told = run("--help").out
        assert [name for name in cli.COMMANDS if f"\n    {name} " not in told] == []

    @pytest.mark.parametrize("command", sorted(cli.COMMANDS))
    def test_every_command_has_help(self, run: Run, command: str) -> None:
        done = run(command, "--help")
        assert done.status == 0
        assert done.out.startswith(f"usage: tui-reader {command} ")
        assert {"--library", "--config", "--debug"} <= set(done.out.replace("[", " ").split())

    def test_folder_with_the_name_of_a_command_can_be_opened(self, run: Run) -> None:
        """After `--` a word is a folder, whether or not there is one."""
        assert run("--", "list").err == "tui-reader: list does not exist.\n"

    def test_reader_without_a_terminal_is_a_sentence(self, run: Run) -> None:
        done = run()
        assert (done.status, done.out) == (1, "")
        assert done.err == (
            "tui-reader: The reader needs a terminal. `tui-reader list` prints the articles without one.\n"
        )


class TestFaultyLibrary:
    def damaged(self, path: Path) -> None:
        path.write_bytes(b"No database at all. " * 500)

    def foreign(self, path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE photos (id)")
        connection.close()

    def newer(self, path: Path) -> None:
        cli.main(["--library", str(path), "list"])
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 99")
        connection.close()

    def folder(self, path: Path) -> None:
        path.mkdir()

    FAULTS = (
        (damaged, "is damaged or no library"),
        (foreign, "belongs to another program"),
        (newer, "was written by a newer tui-reader"),
        (folder, "cannot be written"),
    )

    @pytest.mark.parametrize(("fault", "said"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
    @pytest.mark.parametrize(
        "command", ["list", "sources", "undo", "show 1", "export json", "read 1", "problems"]
    )
    def test_is_one_sentence(
        self,
        run: Run,
        tmp_path: Path,
        fault: Callable[["TestFaultyLibrary", Path], None],
        said: str,
        command: str,
    ) -> None:
        path = tmp_path / "faulty.db"
        fault(self, path)
        done = run("--library", path, *command.split())
        assert (done.status, done.out) == (1, "")
        assert said in done.err
        assert (done.err.startswith(f"tui-reader: {path}"), done.err.count("\n")) == (True, 1)

    def test_debug_shows_where_it_came_from(self, tmp_path: Path) -> None:
        self.damaged(tmp_path / "faulty.db")
        done = program("--library", tmp_path / "faulty.db", "list", "--debug")
        assert done.status == 1
        assert "Traceback" in done.err
        assert "Traceback" not in program("--library", tmp_path / "faulty.db", "list").err


class TestOutsideWorld:
    """A real process: pipes, locales, homes."""

    def test_module_and_exit_status(self, folder: Path) -> None:
        assert program("add", folder) == (0, "news: 3 new, 0 changed, 0 gone\n", "")
        assert program("show", "99").status == 1
        assert program("show").status == 2

    def test_reader_of_the_output_may_stop_reading(self, folder: Path) -> None:
        """`| head -1` ends the program quietly, also when much more was to come."""
        (folder / "long.txt").write_text("A long text. " * 100_000)
        program("add", folder)
        process = subprocess.Popen(
            [sys.executable, "-m", "tui_reader", "export", "json"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        with process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.read(1) == b"["
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 0

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
    def test_full_disk_is_a_sentence(self, filled: Run) -> None:
        with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
            done = subprocess.run(
                [sys.executable, "-m", "tui_reader", "list"],
                cwd=ROOT,
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
                text=True,
            )
        assert done.returncode == 1
        assert done.stderr.startswith("tui-reader: No space left on device.")

    @pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
    @pytest.mark.parametrize(("command", "status"), [("list", 0), ("export csv", 0), ("show 99", 1), ("", 1)])
    def test_closed_streams_are_no_fault(self, filled: Run, closed: str, command: str, status: int) -> None:
        done = subprocess.run(
            ["sh", "-c", f'"$0" -m tui_reader {command} {closed}', sys.executable],
            cwd=ROOT,
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == status
        assert "should not have happened" not in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize(
        "environment",
        [
            {"LC_ALL": "C", "LANG": "C"},
            {"PYTHONIOENCODING": "ascii"},
            {"LC_ALL": "nowhere.NOTHING"},
        ],
        ids=["C", "ascii", "unknown"],
    )
    def test_locale_takes_no_letter_away(self, tmp_path: Path, environment: dict[str, str]) -> None:
        folder = tmp_path / "世界"
        folder.mkdir()
        (folder / "新聞.md").write_text("# 東京の新聞 👩‍🚀\n\nمرحبا", encoding="utf-8")
        assert program("add", folder, **environment).out == "世界: 1 new, 0 changed, 0 gone\n"
        assert "東京の新聞 👩‍🚀" in program("list", **environment).out
        [article] = program("list", "--json", **environment).objects
        assert article["path"] == str(folder / "新聞.md")
        assert "مرحبا" in program("show", article["id"], **environment).out

    @pytest.mark.parametrize("home", ["file", "/dev/null"])
    def test_home_that_is_none_is_a_sentence(self, tmp_path: Path, home: str) -> None:
        (tmp_path / "file").write_text("")
        where = str(tmp_path / home)
        places: dict[str, str | None] = {"HOME": where, "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None}
        done = program("list", **places)
        assert (done.status, done.out) == (1, "")
        assert done.err.splitlines()[-1].startswith(f"tui-reader: {where}")
        assert "cannot be written" in done.err
        assert "Traceback" not in done.err
        # With another file named, it is not needed.
        assert program("list", "--library", tmp_path / "library.db", **places).status == 0

    def test_without_home_the_given_places_are_enough(self, tmp_path: Path) -> None:
        places = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
        assert program("list", HOME=None, **places) == (0, "", "")
        assert (tmp_path / "data" / "tui-reader" / "library.db").exists()

    def test_folder_that_was_deleted_under_the_shell_is_a_sentence(self, tmp_path: Path) -> None:
        done = subprocess.run(
            [
                "sh",
                "-c",
                'mkdir gone && cd gone && rmdir ../gone && "$0" -m tui_reader add .',
                sys.executable,
            ],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=tmp_path,
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == 1
        assert done.stderr.startswith("tui-reader: ")
        assert "should not have happened" not in done.stderr


class TestRealFiles:
    def test_seeds_find_each_other(self, run: Run, real_data: Path) -> None:
        """Each of the two with front matter lists the other by its id, and every mention once."""
        assert run("add", real_data / "seeds").out == "seeds: 3 new, 0 changed, 0 gone\n"
        listed = run("list", "--json").objects
        first, second = (line["id"] for line in listed if line["url"])
        for one, other in ((first, second), (second, first)):
            entries = run("related", one, "--json").objects
            assert [entry["id"] for entry in entries if entry["id"] is not None] == [other]
            urls = [entry["url"] for entry in entries]
            assert len(set(urls)) == len(urls) >= 3
            assert all(entry.keys() == {"id", "title", "url", "provider", "published"} for entry in entries)

    def test_everyday_folder_has_no_problem(self, run: Run, real_data: Path) -> None:
        done = run("add", real_data / "everyday")
        assert done.status == 0
        assert "problem" not in done.out
        assert run("problems").out == ""
        assert len(json.loads(run("export", "json").out)) >= 270
        assert run("refresh").out == "everyday: 0 new, 0 changed, 0 gone\n"
