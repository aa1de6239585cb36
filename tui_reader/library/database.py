"""The file: connections, pragmas, migrations, and the one writer.

Reading: every thread has a connection of its own that cannot write. Writing: one thread does every change,
a person's before a load's, each in one transaction that is on disk before its future is done.

    LibraryError
    ├── LibraryBusy        another program is writing and does not end
    ├── LibraryDamaged     not a database, or a broken one
    ├── LibraryForeign     a database of another program
    ├── LibraryReadOnly    the file or its folder may not be written
    ├── LibraryTooNew      written by a newer version
    ├── LibraryFull        no room on the disk
    ├── IndexDamaged       the index of words is broken; the articles are not
    └── Interrupted        nobody waits for the answer any more
"""

import contextlib
import itertools
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from tui_reader import clean
from tui_reader.library import words
from tui_reader.library.spacing import spaced

T = TypeVar("T")

APPLICATION_ID = 0x74756972  # "tuir"
BUSY_SECONDS = 5.0
"""How long a change waits for another program's transaction."""
PAGE_SIZE = 16_384
"""Bytes of a page of a new library. Against 4,096, loads take a tenth less of a processor's time; texts of
2 to 4 KB, one of which nearly fills a page, take a seventh less room, those of 4 to 8 KB a twentieth more."""
FOR_WRITING = (
    # What a statement would have to take back goes into files otherwise, half of all that a load writes.
    "PRAGMA temp_store = MEMORY",
    # A batch touches most pages of a dozen indexes; two megabytes do not hold them.
    "PRAGMA cache_size = -16000",
    "PRAGMA wal_autocheckpoint = 1000",
    # Some systems' SQLite overwrites what is deleted, of which an index of words has much.
    "PRAGMA secure_delete = OFF",
)
"""A load of 10,000 articles writes 0.5 GB with these, 1.3 without, and takes four fifths of the time."""


class LibraryError(Exception):
    """Something is wrong with the library's file; its text is a sentence for the person."""

    sentence = "{path} cannot be used: {error}."

    def __init__(self, path: Path, error: BaseException | str = "") -> None:
        super().__init__(self.sentence.format(path=clean.line(str(path)), error=clean.line(str(error))))


class LibraryBusy(LibraryError):  # noqa: N818
    sentence = "{path} is locked by another program; nothing was changed. Try again when that has finished."


class LibraryDamaged(LibraryError):  # noqa: N818
    sentence = (
        "{path} is damaged or no library ({error}); nothing was overwritten. "
        "Move it away, or name another file with --library."
    )


class LibraryForeign(LibraryError):  # noqa: N818
    sentence = "{path} belongs to another program; nothing was changed. Name another file with --library."


class LibraryReadOnly(LibraryError):  # noqa: N818
    sentence = (
        "{path} cannot be written ({error}). Allow writing to it and its folder, "
        "or name another file with --library."
    )


class LibraryTooNew(LibraryError):  # noqa: N818
    sentence = "{path} was written by a newer tui-reader; nothing was changed. Upgrade tui-reader to open it."


class LibraryFull(LibraryError):  # noqa: N818
    sentence = "There is no room left on the disk of {path}; this change was not made."


class IndexDamaged(LibraryError):  # noqa: N818
    sentence = "The index of words in {path} is damaged. It is made anew from the articles; nothing is lost."


class Interrupted(LibraryError):  # noqa: N818
    sentence = "Reading {path} was interrupted."


def _sentence_for(error: Exception, path: Path) -> LibraryError:
    text = str(error)
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LibraryBusy(path)
    if primary == sqlite3.SQLITE_FULL:
        return LibraryFull(path)
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return LibraryReadOnly(path, text)
    if _is_of_index(error):
        return IndexDamaged(path)
    if primary == sqlite3.SQLITE_INTERRUPT:
        return Interrupted(path)
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or isinstance(error, UnicodeDecodeError):
        return LibraryDamaged(path, text)
    return LibraryError(path, text)


def _is_of_index(error: Exception) -> bool:
    """Whether the index of words is what is broken; a constraint of the library's tables names its column."""
    code = getattr(error, "sqlite_errorcode", None)
    text = str(error)
    return (
        code == sqlite3.SQLITE_CORRUPT_VTAB
        or text == "constraint failed"
        or "invalid fts5 file format" in text
    )


def _run(connection: sqlite3.Connection, script: str) -> None:
    from importlib import resources  # 5 ms, for a new library

    text = resources.files(__package__).joinpath(script).read_text(encoding="utf-8")
    for statement in text.split(";\n"):
        connection.execute(statement)


def _articles(connection: sqlite3.Connection) -> None:
    _run(connection, "schema.sql")


def _search(connection: sqlite3.Connection) -> None:
    """The words of what is there already follow in the background (`Index.catch_up`)."""
    _run(connection, "search.sql")
    ids = connection.execute("SELECT sorted, id FROM article ORDER BY sorted, id").fetchall()
    place = -(2**62)
    for when, article_id in ids:
        place = max(place + 1, when * words.SLOTS)
        connection.execute("UPDATE article SET place = ? WHERE id = ?", (place, article_id))
    words.create(connection)


def _stories(connection: sqlite3.Connection) -> None:
    """There is one more table of words: the index is made anew, in the background too."""
    _run(connection, "stories.sql")
    words.make_anew(connection)


def _feeds(connection: sqlite3.Connection) -> None:
    _run(connection, "feeds.sql")


def _pages(connection: sqlite3.Connection) -> None:
    _run(connection, "pages.sql")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _articles,
    _search,
    _stories,
    _feeds,
    _pages,
)
"""Step n takes a library from version n to n + 1 (`PRAGMA user_version`), inside one transaction."""


def _gist(title: str | None, summary: str | None, body: str | None) -> str:
    from tui_reader.library.gist import gist  # 1 ms, for who brings articles in

    return gist(title, summary, body)


class Database:
    def __init__(self, path: Path) -> None:
        """Open the library, making or migrating it where needed; `LibraryError` says why it cannot be."""
        self.path = path
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._jobs: queue.PriorityQueue[tuple[int, int, Callable[[], None]]] = queue.PriorityQueue()
        self._number = itertools.count()
        self._closed = False
        with self.sentences():
            self._make_file()
            self._write_connection = self._connect()
            for pragma in FOR_WRITING:
                self._write_connection.execute(pragma)
            try:
                self._migrate(self._write_connection)
            except BaseException:
                self._write_connection.close()
                raise
        # A daemon: quitting never waits for more than the transaction under way (see `close`).
        self._writer = threading.Thread(target=self._work, name="library-writer", daemon=True)
        self._writer.start()

    # Reading

    @property
    def reader(self) -> sqlite3.Connection:
        """This thread's connection for reading."""
        connection: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if connection is None:
            connection = self._connect()
            connection.execute("PRAGMA query_only = ON")
            self._local.reader = connection
            self._readers.append(connection)
        return connection

    @contextlib.contextmanager
    def sentences(self) -> Iterator[None]:
        """Errors of SQLite leave as `LibraryError`."""
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise _sentence_for(error, self.path) from error

    def rows(self, sql: str, values: Any = ()) -> list[Any]:
        with self.sentences():
            return self.reader.execute(sql, values).fetchall()

    def row(self, sql: str, values: Any = ()) -> Any:
        """The first row, or None."""
        with self.sentences():
            return self.reader.execute(sql, values).fetchone()

    def interrupter(self) -> Callable[[], None]:
        """Called from another thread, it ends what this one is reading with `Interrupted`."""
        return self.reader.interrupt

    def data_version(self) -> int:
        """Another number than last time on this thread, when anyone has changed the library since."""
        version: int = self.row("PRAGMA data_version")[0]
        return version

    # Writing

    def write(self, change: Callable[[sqlite3.Connection], T], *, load: bool = False) -> Future[T]:
        """Do a change in a transaction of its own; the future is done when it is on disk.

        A load waits behind a person's changes, and is not synced to the disk one by one: a power cut may
        take the last of it, which the next refresh brings again.
        """
        return self._ask(lambda: self._done(change, load), load=load)

    def maintain(self, statement: str) -> None:
        """Run a statement that wants to be in no transaction; waited for."""
        self._ask(lambda: self._write_connection.execute(statement)).result()

    def _ask(self, work: Callable[[], T], *, load: bool = False) -> Future[T]:
        """Have the writer's thread do something, a person's before a load's."""
        future: Future[T] = Future()

        def job() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(work())
            except (sqlite3.Error, UnicodeDecodeError) as error:
                future.set_exception(_sentence_for(error, self.path))
            except BaseException as error:
                future.set_exception(error)

        if self._closed:
            future.set_exception(LibraryError(self.path, "it has been closed"))
        else:
            self._jobs.put((1 if load else 0, next(self._number), job))
        return future

    def _done(self, change: Callable[[sqlite3.Connection], T], load: bool) -> T:
        """What came of a change. One that meets a damaged index has that made anew, and is done then."""
        try:
            return self._transact(change, load)
        except sqlite3.DatabaseError as error:
            if not _is_of_index(error):
                raise
            self._transact(words.make_anew, load)
            return self._transact(change, load)

    def _transact(self, change: Callable[[sqlite3.Connection], T], load: bool) -> T:
        connection = self._write_connection
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if load else 'FULL'}")
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = change(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result

    def _work(self) -> None:
        while True:
            _, _, job = self._jobs.get()
            if job is _LAST:
                return
            job()

    def close(self) -> None:
        """Finish the changes a person asked for, leave what is left of a load, close."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put((0, next(self._number), _LAST))
        self._writer.join()
        for connection in (self._write_connection, *self._readers):
            connection.close()

    # Opening

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA foreign_keys = ON")
        # The view of what is indexed calls it; some builds trust no function in a view unless told to.
        connection.execute("PRAGMA trusted_schema = ON")
        connection.create_function("spaced", 1, spaced, deterministic=True)
        connection.create_function("gist", 3, _gist, deterministic=True)
        return connection

    def _make_file(self) -> None:
        """The folder 0700 and the file 0600, so that nobody else reads what one reads."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise LibraryReadOnly(self.path, error.strerror or str(error)) from error

    def _migrate(self, connection: sqlite3.Connection) -> None:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        owner = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if tables and owner != APPLICATION_ID:
            raise LibraryForeign(self.path)
        if version > len(MIGRATIONS):
            raise LibraryTooNew(self.path)
        if not version:
            connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")
        connection.execute("PRAGMA journal_mode = WAL")
        if version == len(MIGRATIONS):
            return
        if version:
            copy = self.path.with_name(f"{self.path.name}.version-{version}")
            if not copy.exists():
                connection.execute("VACUUM INTO ?", (str(copy),))
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Another program may have migrated it between the look above and this lock.
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            for step in MIGRATIONS[version:]:
                step(connection)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _LAST() -> None:  # noqa: N802 - a marker in the writer's queue
    """Ends the writer's thread."""
