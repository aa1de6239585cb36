"""The command line and its articles: lists, whole ones, marks, bookmarks, exports."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.command_line import FUSION, Run, fusion, ids, settings_file, titles


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
            "story": None,
            "sources": 1,
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
            "        4 days apart; on the list of Example News.\n"
            "        https://grid.example/worry\n"
            f"{numbers['A second']:6}  A second look  (Example News · 2024-03-06)\n"
            "        15 hours apart; on the list of Example News.\n"
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
            "group": "related",
            "score": 0.0,
            "why": "4 days apart; on the list of Example News.",
        }
        assert (second["id"], second["group"]) == (numbers["A second"], "related")
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
            (folder / f"{number}.md").write_text(f"---\ntitle: {told}\nexcerpt: {told}\n---\n")
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
            "The town has light.\n"
        )

    def test_texts_in_the_list_stay_below_their_headlines(self, run: Run, folder: Path) -> None:
        """No heading of a text is taken for an article, and no code of one swallows the next."""
        code = "```sh\n# no heading\n```"
        left_open = "~~~~\n# left open\n~~~"
        text = f"# Part\n\n###### Six\n\n{code}\n## More\n\n{left_open}"
        (folder / "code.md").write_text(f"---\ntitle: Code\ndate: 2025-01-01\n---\n{text}")
        run("add", folder)
        told = run("export", "markdown").out
        shown = f"### Part\n\n###### Six\n\n{code}\n#### More\n\n{left_open}\n~~~~\n\n## "
        assert f"\n\n{shown}" in told
