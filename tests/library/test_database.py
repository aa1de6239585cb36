"""The file and its faults: each is a sentence, and nothing is overwritten."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shelf import Shelf
from tui_reader.library import database, selection, words
from tui_reader.library.database import (
    PAGE_SIZE,
    Database,
    LibraryBusy,
    LibraryDamaged,
    LibraryError,
    LibraryForeign,
    LibraryFull,
    LibraryReadOnly,
    LibraryTooNew,
)
from tui_reader.library.library import Library
from tui_reader.model import SCOPES, SORTS, View


def test_new_library_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "library.db"
    Library(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    path.write_bytes(b"These are my notes.\n" * 500)
    with pytest.raises(LibraryDamaged, match="nothing was overwritten"):
        Database(path)
    assert path.read_bytes() == b"These are my notes.\n" * 500


def test_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE photos (id)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(LibraryForeign, match="another program"):
        Database(path)
    assert path.read_bytes() == before


def test_library_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    Library(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LibraryTooNew, match="newer tui-reader"):
        Database(path)
    assert path.read_bytes() == before


def test_damaged_library_says_so_and_is_not_rewritten(shelf: Shelf) -> None:
    """Pages full of rubbish are met while reading or writing; both are sentences."""
    for number in range(300):
        shelf.put(f"Article {number}", body="word " * 300)
    path = shelf.library.database.path
    shelf.library.close()
    content = bytearray(path.read_bytes())
    for page in range(80, len(content) // PAGE_SIZE):
        content[page * PAGE_SIZE : page * PAGE_SIZE + 2048] = b"\xa5" * 2048
    path.write_bytes(content)
    with Library(path) as library, pytest.raises(LibraryDamaged):
        list(library.articles.whole(library.articles.ids(View())))


def test_locked_library_is_reported_and_loses_nothing(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every change says so when another program holds the file."""
    article_id = shelf.put("Story")
    shelf.library.database._write_connection.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(shelf.library.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    library = shelf.library
    changes: list[Callable[[], object]] = [
        lambda: library.bookmarks.add(article_id),
        lambda: library.bookmarks.toggle(article_id),
        lambda: library.articles.toggle_read(article_id),
        lambda: library.articles.mark([article_id], read=True),
        lambda: library.undo.undo(),
        lambda: library.views.save("Name", "query"),
        lambda: library.index.catch_up(),
        lambda: library.index.make_anew(),
        lambda: library.sources.add_folder(Path("/elsewhere")),
        lambda: library.sources.remove(shelf.source.id),
        lambda: shelf.put("Other"),
    ]
    for change in changes:
        with pytest.raises(LibraryBusy, match="locked by another program"):
            change()
    other.execute("ROLLBACK")
    other.close()
    assert shelf.titles(scope="unread") == ["Story"]
    library.bookmarks.add(article_id)
    assert shelf.titles(scope="bookmarks") == ["Story"]


def test_reading_goes_on_beside_a_writer(shelf: Shelf) -> None:
    shelf.put("Story")
    other = sqlite3.connect(shelf.library.database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert shelf.titles() == ["Story"]
    other.execute("ROLLBACK")
    other.close()


def test_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LibraryReadOnly, match="cannot be written"):
        Database(tmp_path / "file" / "library.db")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_FULL, LibraryFull),
        (sqlite3.SQLITE_READONLY, LibraryReadOnly),
        (sqlite3.SQLITE_IOERR, LibraryError),
        (sqlite3.SQLITE_CORRUPT, LibraryDamaged),
        (sqlite3.SQLITE_BUSY, LibraryBusy),
    ],
)
def test_each_fault_has_its_sentence(library: Library, code: int, expected: type[LibraryError]) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        error = sqlite3.OperationalError("told by SQLite")
        error.sqlite_errorcode = code
        raise error

    with pytest.raises(expected, match="library"):
        library.database.write(fail).result()


def test_failed_change_leaves_nothing_behind(shelf: Shelf) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM article")
        raise RuntimeError("in the middle")

    shelf.put("Story")
    with pytest.raises(RuntimeError):
        shelf.library.database.write(half).result()
    assert shelf.titles() == ["Story"]


def test_person_goes_before_a_load(library: Library) -> None:
    """A change asked for while loads wait is done next."""
    order: list[str] = []
    gate = threading.Event()
    first = library.database.write(lambda _: gate.wait(10), load=True)
    loads = [library.database.write(lambda _: order.append("load"), load=True) for _ in range(3)]
    mine = library.database.write(lambda _: order.append("mine"))
    gate.set()
    first.result(10)
    mine.result(10)
    for load in loads:
        load.result(10)
    assert order == ["mine", "load", "load", "load"]


def test_migration_keeps_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "library.db"
    Library(path).close()

    def step(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE source ADD COLUMN colour TEXT")

    version = len(database.MIGRATIONS)
    monkeypatch.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, step))
    Library(path).close()
    with sqlite3.connect(path) as now, sqlite3.connect(f"{path}.version-{version}") as before:
        assert now.execute("PRAGMA user_version").fetchone() == (version + 1,)
        assert before.execute("PRAGMA user_version").fetchone() == (version,)
    now.close()
    before.close()


def test_library_from_before_stories_learns_who_tells_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has neither a table of gists nor any story; marks and bookmarks stay."""
    path = tmp_path / "library.db"
    with monkeypatch.context() as then:
        then.setattr(database, "MIGRATIONS", database.MIGRATIONS[:2])
        then.setattr(words, "CREATE", words.CREATE[:3])
        Database(path).close()
    old = sqlite3.connect(path)
    old.executescript(VERSION_2)
    old.close()
    with Library(path) as library:
        assert library.stories.waiting() == 0
        library.index.fill()
        assert library.stories.waiting() == 2
        library.stories.fill()
        assert [story.articles for story in library.stories.all(min_sources=2)] == [(1, 2)]
        assert list(library.articles.ids(View(query="is:read solar"))) == [1]
        assert list(library.articles.ids(View(query="note:handwritten"))) == [2]
        assert library.index.is_sound()


VERSION_2 = """
INSERT INTO article (id, title, provider, topics, kind, published, sorted, place, words, removed, read,
    bookmarked, site)
VALUES (1, 'Solar power', '', '', '', 100, 100, 1600, 3, 0, 1, 1, 'a.example'),
    (2, 'Solar power', '', '', '', 100, 100, 1601, 3, 0, 0, 1, 'b.example');
INSERT INTO content (article_id, summary, body, rest) VALUES (1, 'grows', '', '{}'), (2, 'grows', '', '{}');
INSERT INTO bookmark VALUES (1, 7, '', ''), (2, 7, 'handwritten', '');
"""


def test_failed_migration_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "library.db"
    Library(path).close()

    def step(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TABLE tag")
        raise sqlite3.OperationalError("no")

    monkeypatch.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, step))
    with pytest.raises(LibraryError):
        Library(path)
    monkeypatch.undo()
    with Library(path) as library:
        assert library.articles.counts().tags == ()


KILLED = """
import os, signal, sys
from pathlib import Path
from tui_reader.library.library import Library
from tui_reader.model import Article
from tui_reader.library.intake import Brought
library = Library(Path(sys.argv[1]))
source = library.sources.add_folder(Path("/articles"))
brought = [Brought(Article(title=f"A{n}", path=f"{n}.md"), f"{n}.md", 1, 1) for n in range(500)]
library.intake.take_in(source.id, brought)
for n in range(1, 400):
    library.bookmarks.add(n, [f"tag{n}"], f"note {n}")
    print(n, flush=True)
"""


@pytest.mark.parametrize("after", [1, 7, 40])
def test_kill_loses_nothing_that_was_shown_as_done(tmp_path: Path, after: int) -> None:
    """A program killed with signal 9 right after it said so has its bookmark on the disk."""
    path = tmp_path / "library.db"
    command = [sys.executable, "-c", KILLED, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [int(process.stdout.readline()) for _ in range(after)]
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with Library(path) as library:
        bookmarked = library.articles.ids(View(scope="bookmarks"))
        kept = {stored.id: stored.bookmark for stored in library.articles.whole(bookmarked)}
        for number in said:
            bookmark = kept[number]
            assert bookmark is not None
            assert (bookmark.tags, bookmark.note) == ((f"tag{number}",), f"note {number}")
        assert library.index.is_sound()


SCREENS = [
    *(View(scope=scope, sort=sort) for scope in SCOPES for sort in SORTS),
    *(View(source=1, sort=sort) for sort in SORTS),
    *(View(topic="Energy", sort=sort) for sort in SORTS),
    *(View(query=f"plant {rest}") for rest in ("", "sort:oldest", "is:unread -coal", "plan* or light")),
]


def is_sorted_by_hand(view: View) -> bool:
    """The bookmarks, of which there are few, have no index but that of time."""
    return view.scope == "bookmarks" and view.sort not in ("newest", "oldest", "best")


@pytest.mark.parametrize(
    "view",
    [view for view in SCREENS if not is_sorted_by_hand(view)],
    ids=lambda view: f"{view.scope} {view.source or view.topic or view.query} {view.sort}",
)
def test_first_screen_of_a_view_comes_from_an_index(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, view: View
) -> None:
    """No view that may hold many sorts or reads all rows to show its first ones."""
    monkeypatch.setattr(selection, "MANY", 3)
    for number in range(4):
        article_id = shelf.put(f"Plant {number}", topics=("Energy",), published=2**31)
        shelf.library.bookmarks.add(article_id)
    connection = shelf.library.database.reader
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    assert len(shelf.library.articles.first(view, 3)) == 3
    connection.set_trace_callback(None)
    # What the index of words asks for itself is told as a comment.
    last = next(statement for statement in reversed(asked) if not statement.startswith("--"))
    plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {last}"))
    assert "USING INDEX article_" in plan or "USING COVERING INDEX article_" in plan
    assert "TEMP B-TREE" not in plan
