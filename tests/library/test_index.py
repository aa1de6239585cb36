"""The index of words as a whole: damaged and made anew, filled after a migration, examined by the doctor."""

import sqlite3
from pathlib import Path

import pytest

from tests.shelf import Shelf
from tui_reader.library import database, index
from tui_reader.library.database import IndexDamaged
from tui_reader.library.library import Library
from tui_reader.model import Bookmark, View

BROKEN = {
    "pages full of rubbish": "UPDATE search_data SET block = randomblob(length(block)) WHERE id > 10",
    "pages cut off": "UPDATE search_data SET block = x'deadbeef' WHERE id > 10",
    "pages gone": "DELETE FROM search_data WHERE id > 10",
    "everything gone": "DELETE FROM search_data",
    "format unknown": "DELETE FROM search_config WHERE k = 'version'",
}
UNNOTICED = {
    "structure": "UPDATE search_data SET block = x'ff' WHERE id = 10",
    "averages": "UPDATE search_data SET block = x'ff' WHERE id = 1",
    "sizes": "DELETE FROM search_docsize",
    "titles": "UPDATE headline_data SET block = x'deadbeef' WHERE id > 10",
    "words of nobody": "INSERT INTO search (rowid, title) VALUES (77, 'ghost')",
    "another article's words": "UPDATE content SET body = 'ghost' WHERE article_id = 1",
}
"""Not met by every search."""


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    """Twenty articles, the first of them read, bookmarked and with a note."""
    for number in range(20):
        shelf.put(f"Story {number}", body=f"solar word{number} " * 20, published=number * 100)
    shelf.library.articles.mark([1], read=True)
    shelf.library.bookmarks.add(1, ["tag"], "handwritten")
    return shelf


def broken(shelf: Shelf, statement: str) -> Shelf:
    """The library reopened after something outside of it has changed its file."""
    path = shelf.library.database.path
    shelf.library.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.create_function("spaced", 1, lambda text: text, deterministic=True)
    connection.execute(statement)
    connection.close()
    shelf.library = Library(path)
    return shelf


def mended(library: Library) -> None:
    library.index.make_anew()
    while library.index.catch_up():
        pass


@pytest.mark.parametrize("statement", BROKEN.values(), ids=BROKEN)
class TestDamagedIndex:
    def test_reading_says_so_and_all_else_goes_on(self, filled: Shelf, statement: str) -> None:
        with broken(filled, statement).library as library:
            for query in ("solar", "sol*", "title:story", "solar sort:best", "solar or is:read"):
                with pytest.raises(IndexDamaged, match="nothing is lost"):
                    library.articles.ids(View(query=query))
            assert len(library.articles.ids(View())) == 20
            assert len(library.articles.ids(View(query="is:bookmarked or -is:read"))) == 20

    def test_made_anew_it_finds_everything_again(self, filled: Shelf, statement: str) -> None:
        with broken(filled, statement).library as library:
            mended(library)
            assert library.index.is_sound()
            assert len(library.articles.ids(View(query="solar"))) == 20
            assert list(library.articles.ids(View(query="word7 or note:handwritten"))) == [8, 1]

    def test_changes_are_made_all_the_same(self, filled: Shelf, statement: str) -> None:
        """A bookmark, a note or a refresh does not fail because words cannot be searched."""
        with broken(filled, statement).library as library:
            library.bookmarks.edit(1, ["other"], "typed")
            library.bookmarks.edit(2, ["new"], "another")
            new = filled.put("New", body="fresh solar", published=9_999)
            filled.put("Story 5", body="edited", published=500)
            library.articles.mark([3], read=True)
            stored = library.articles.get(1)
            assert stored is not None
            assert stored.bookmark is not None
            assert (stored.read, stored.bookmark.tags, stored.bookmark.note) == (True, ("other",), "typed")
            assert library.articles.ids(View())[0] == new
            mended(library)
            assert library.index.is_sound()
            assert list(library.articles.ids(View(query="fresh or edited or typed"))) == [new, 6, 1]


@pytest.mark.parametrize("statement", [*BROKEN.values(), *UNNOTICED.values()], ids=[*BROKEN, *UNNOTICED])
def test_doctor_mends_a_damaged_index(filled: Shelf, statement: str) -> None:
    with broken(filled, statement).library as library:
        findings = list(library.doctor.examine())
        told = [finding.sentence for finding in findings]
        assert "The file is sound." in told
        assert "The index of words was damaged; it has been made anew from the articles." in told
        assert all(finding.sound for finding in findings)
        assert library.index.is_sound()
        assert [finding.sentence for finding in library.doctor.examine()][2] == "The index of words is sound."


class TestCatchUp:
    def test_newest_are_found_first(self, filled: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
        """Each batch is one transaction, which a person's change need not wait long for."""
        monkeypatch.setattr(index, "BATCH", 8)
        library = filled.library
        library.index.make_anew()
        assert filled.titles(query="solar") == []
        waiting: list[int] = []
        while not waiting or waiting[-1]:
            waiting.append(library.index.catch_up())
            found = filled.titles(query="solar")
            assert found == filled.titles()[: len(found)]
        assert waiting == [12, 4, 0]
        assert library.index.catch_up() == 0

    def test_what_changes_meanwhile_is_indexed_as_it_then_is(self, filled: Shelf) -> None:
        library = filled.library
        library.index.make_anew()
        filled.put("Story 3", body="edited")
        filled.put("New", body="fresh")
        library.bookmarks.edit(1, [], "typed")
        library.intake.drop(filled.source.id, ["Story 4.md"])
        assert filled.titles(query="fresh or edited or typed") == ["New"]
        while library.index.catch_up():
            pass
        assert library.index.is_sound()
        assert sorted(filled.titles(query="fresh or edited or typed")) == ["New", "Story 0", "Story 3"]


class TestMigration:
    """A library of the first version, as it was made before words could be searched."""

    @pytest.fixture
    def old(self, tmp_path: Path) -> Path:
        path = tmp_path / "old.db"
        connection = sqlite3.connect(path, isolation_level=None)
        database._articles(connection)
        connection.execute(f"PRAGMA application_id = {database.APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
        connection.execute(
            "INSERT INTO source (id, kind, location, title, added) VALUES (1, 'folder', '/a', 'a', 0)"
        )
        rest = (
            '{"title":"x","author":"Jane Doe","domain":"example.com","images":[{"url":"https://a.example/"}]}'
        )
        for number, when in enumerate((500, 100, 500, -9_000_000_000, 500), start=1):
            connection.execute(
                "INSERT INTO article"
                " (id, title, provider, topics, kind, published, sorted, words, removed, read)"
                " VALUES (?, ?, 'Post', 'Energy', 'article', ?, ?, 3, 0, ?)",
                (number, f"Story {number}", when, when, number == 2),
            )
            connection.execute(
                "INSERT INTO content (article_id, summary, body, rest) VALUES (?, '智能手机', ?, ?)",
                (number, "solar power" if number != 3 else "", rest.encode()),
            )
            connection.execute("INSERT INTO origin VALUES (1, ?, ?, 1, 1)", (f"{number}.md", number))
            connection.execute("INSERT INTO topic VALUES ('Energy', ?)", (number,))
        connection.execute("UPDATE article SET bookmarked = 1 WHERE id = 3")
        connection.execute("INSERT INTO bookmark VALUES (3, 7, 'handwritten', ?)", (rest.encode(),))
        connection.execute("INSERT INTO tag VALUES ('physics', 3)")
        connection.close()
        return path

    def test_nothing_is_lost(self, old: Path) -> None:
        with Library(old) as library:
            assert list(library.articles.ids(View())) == [5, 3, 1, 2, 4]
            assert list(library.articles.ids(View(query="is:read"))) == [2]
            stored = library.articles.get(3)
            assert stored is not None
            assert stored.bookmark == Bookmark(added=7, tags=("physics",), note="handwritten")
            assert library.articles.counts().topics == (("Energy", 5),)

    def test_everything_is_found_when_the_index_has_caught_up(self, old: Path) -> None:
        with Library(old) as library:
            assert library.index.waiting() == 5
            assert list(library.articles.ids(View(query="story"))) == []
            assert library.index.catch_up() == 0
            assert library.index.is_sound()
            for query in ("story", "手机", "author:jane", "site:example.com", "topic:energy", "has:image"):
                assert list(library.articles.ids(View(query=query))) == [5, 3, 1, 2, 4], query
            for query in ("handwritten", "physics", "tag:physics", "-has:fulltext", "-solar"):
                assert list(library.articles.ids(View(query=query))) == [3], query

    def test_copy_of_the_file_is_kept(self, old: Path) -> None:
        Library(old).close()
        with sqlite3.connect(f"{old}.version-1") as before:
            assert before.execute("PRAGMA user_version").fetchone() == (1,)
            assert before.execute("SELECT count(*) FROM article").fetchone() == (5,)
        before.close()

    def test_doctor_fills_what_waits(self, old: Path) -> None:
        with Library(old) as library:
            told = [finding.sentence for finding in library.doctor.examine()]
            assert "The words of 5 articles were not indexed yet; now they are." in told
            assert "The index of words is sound." in told


class TestDoctor:
    def test_sound_library(self, filled: Shelf) -> None:
        """Four findings: the file, what belongs together, the words, the sizes."""
        findings = list(filled.library.doctor.examine())
        assert all(finding.sound for finding in findings)
        told = [finding.sentence for finding in findings]
        assert told[:3] == [
            "The file is sound.",
            "Everything belongs to an article or a source.",
            "The index of words is sound.",
        ]
        assert told[3].startswith("20 articles in 0.")
        assert len(told) == 4

    def test_rows_that_belong_to_nothing_are_told(self, filled: Shelf) -> None:
        with broken(filled, "INSERT INTO topic VALUES ('ghost', 99)").library as library:
            finding = list(library.doctor.examine())[1]
            assert (finding.sound, finding.sentence) == (
                False,
                "1 row belongs to nothing that is there.",
            )

    def test_left_overs_of_a_removed_source_are_let_go_of(self, filled: Shelf, tmp_path: Path) -> None:
        """The bookmarked one stays with its words, and what another source has."""
        library = filled.library
        other = library.sources.add_folder(tmp_path / "other")
        filled.put("Other", "other.md", other, body="solar")
        library.sources.remove(filled.source.id)
        told = [finding.sentence for finding in library.doctor.examine()]
        assert told[-1] == "No source has 19 articles any more; --vacuum lets go of that."
        first, *_ = library.doctor.compact()
        assert first == "Let go of 19 articles that no source has any more."
        assert sorted(filled.titles()) == ["Other", "Story 0"]
        assert sorted(filled.titles(query="solar")) == ["Other", "Story 0"]
        assert filled.titles(query="handwritten") == ["Story 0"]
        assert library.database.row("SELECT count(*) FROM article") == (2,)
        assert library.index.is_sound()
        assert len(list(library.doctor.compact())) == 1

    def test_number_is_never_given_twice(self, filled: Shelf) -> None:
        """A step of undo that names an article must not meet another one under its number."""
        library = filled.library
        library.bookmarks.add(20, note="of the last")
        library.bookmarks.remove(20)
        library.sources.remove(filled.source.id)
        list(library.doctor.compact())
        filled.source = library.sources.add_folder(filled.folder)
        assert filled.put("New") > 20
        library.undo.undo()
        assert sorted(filled.titles(scope="bookmarks")) == ["Story 0", "Story 19"]

    def test_room_is_given_back(self, filled: Shelf) -> None:
        for number in range(100):
            filled.put(f"Long {number}", body=f"{number} " * 5_000)
        library = filled.library
        library.intake.drop(filled.source.id, [f"Long {number}.md" for number in range(100)])
        path = library.database.path
        before = path.stat().st_size
        told = list(library.doctor.compact())
        assert path.stat().st_size < before / 2
        assert told[0] == "Let go of 99 articles that no source has any more."
        assert "MB have become" in told[1]
        assert len(filled.titles(query="solar")) == 20
