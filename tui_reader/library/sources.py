"""Where articles come from: folders and feeds; and what is known of the files in each folder."""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from tui_reader import clean
from tui_reader.library import changes
from tui_reader.library.database import Database
from tui_reader.library.ids import as_json
from tui_reader.model import Problem, Source

Known = dict[str, tuple[int, int]]
"""Path below the source → (size in bytes, mtime in nanoseconds) as it was read."""
MAX_NAME = 120
PAGE = 1_000
"""Files that are told at once: 80 KB, 1 ms."""

REST = "folder, site, paused, every, whole, typed"
# What a feed's last fetches say; by themselves, so that it can stand beside a join of the same table.
WAITS = """coalesce((SELECT due FROM fetched WHERE source_id = source.id), 0),
    coalesce((SELECT failures FROM fetched WHERE source_id = source.id), 0)"""
ALL = f"""
SELECT source.id, kind, location, title, checked, problem, coalesce(articles, 0), coalesce(unread, 0),
    {REST}, {WAITS}
FROM source LEFT JOIN (
    SELECT source_id, count(*) AS articles, sum(read = 0) AS unread
    FROM (SELECT DISTINCT source_id, article_id FROM origin)
    JOIN article ON article.id = article_id WHERE listed = 1 GROUP BY source_id
) ON source_id = source.id WHERE removed = 0
ORDER BY kind = 'samples', folder COLLATE NOCASE, title COLLATE NOCASE, source.id
"""
ONE = f"SELECT id, kind, location, title, checked, problem, 0, 0, {REST}, {WAITS} FROM source"
PLAIN = f"{ONE} WHERE removed = 0 ORDER BY id"
OF_ARTICLE = f"""
{ONE} WHERE removed = 0 AND id IN (SELECT source_id FROM origin WHERE article_id = ?1)
ORDER BY id != (SELECT coalesce(lead_source, 0) FROM content WHERE article_id = ?1), id
"""
ADD = """
INSERT INTO source (kind, location, title, added) VALUES (:kind, :location, :title, :now)
ON CONFLICT (location) DO UPDATE SET paused = 0, removed = 0 RETURNING id
"""
WAS = "SELECT id, title, folder, named, paused, every, removed, whole FROM source WHERE id = ?"
PUT_BACK = """
UPDATE source SET title = :title, folder = :folder, named = :named, paused = :paused, every = :every,
    removed = :removed, whole = :whole WHERE id = :id
"""
ARTICLES = "SELECT DISTINCT article_id FROM origin WHERE source_id = ?"
FILES = """
SELECT (SELECT count(*) FROM origin WHERE source_id = :source)
    + (SELECT count(*) FROM problem WHERE source_id = :source)
"""
# SQLite writes the JSON, without the interpreter: a row each would take that from the screen 100,000 times.
KNOWN = """
SELECT json_group_array(json_array(path, size, mtime_ns)), count(*), max(path) FROM (
    SELECT path, size, mtime_ns FROM {table} WHERE source_id = :source AND path {beyond} :path
    ORDER BY path LIMIT :page
)
"""
PROBLEMS = """
SELECT path, reason, line, source.title, source.location FROM problem
JOIN source ON source.id = source_id WHERE removed = 0 ORDER BY source.title COLLATE NOCASE, path
"""
# A bookmark keeps an article on the lists when no source has it any more. Who comes or goes changes a story.
RELIST = """
UPDATE article SET listed = shown, grouped = iif(listed = shown, grouped, 0) FROM (
    SELECT id AS which, bookmarked OR (
        removed = 0 AND EXISTS (
            SELECT 1 FROM origin JOIN source ON source.id = source_id
            WHERE article_id = article.id AND source.removed = 0
        )
    ) AS shown FROM article WHERE id IN (SELECT value FROM json_each(?))
) WHERE id = which
"""

_PAGE = msgspec.json.Decoder(list[tuple[str, int, int]])


class Sources:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, *, counted: bool = True) -> list[Source]:
        """Every source; the counts cost about 0.1 s at 100,000 articles."""
        return [Source(*row) for row in self._database.rows(ALL if counted else PLAIN)]

    def of_article(self, article_id: int) -> list[Source]:
        """The sources that have an article, that of its text first."""
        return [Source(*row) for row in self._database.rows(OF_ARTICLE, (article_id,))]

    def add_folder(self, folder: Path) -> Source:
        """The source of a folder, new or known. The bundled samples step aside for a person's own folder."""

        def change(connection: sqlite3.Connection) -> Source:
            step_aside(connection)
            return add(connection, "folder", str(folder), folder.name or str(folder))

        return self._database.write(change).result()

    def add_samples(self, folder: Path) -> Source:
        def change(connection: sqlite3.Connection) -> Source:
            connection.execute("UPDATE source SET location = ? WHERE kind = 'samples'", (str(folder),))
            return add(connection, "samples", str(folder), "Sample articles")

        return self._database.write(change).result()

    def remove(self, source: int) -> None:
        """Let a source go. Its articles leave the lists, but for bookmarks and what other sources have."""
        self._change(source, "Removed the source", "removed = 1")

    def rename(self, source: int, title: str) -> None:
        if title := clean.line(title, MAX_NAME):
            self._change(source, "Renamed the source", "title = :value, named = 1", title)

    def move(self, source: int, folder: str) -> None:
        """Into a folder of the sidebar, or out of all of them."""
        self._change(source, "Moved the source", "folder = :value", clean.line(folder, MAX_NAME))

    def pause(self, source: int, paused: bool) -> None:
        self._change(
            source, "Paused the source" if paused else "Resumed the source", "paused = :value", paused
        )

    def set_interval(self, source: int, seconds: int | None) -> None:
        """How long to wait between two refreshes; None for what the settings say."""
        self._change(source, "Changed how often to refresh", "every = :value", seconds)

    def fetch_whole(self, source: int, always: bool) -> None:
        """Whether the pages of its articles are always fetched."""
        label = "Always fetch the pages of" if always else "No longer fetch the pages of"
        self._change(source, label, "whole = :value", always)

    def _change(self, source: int, label: str, setting: str, value: object = None) -> None:
        def change(connection: sqlite3.Connection) -> None:
            row = connection.execute(WAS, (source,)).fetchone()
            if row is None:
                return
            before = changes.SourceWas(*row)
            changes.record(connection, f"{label} “{before.title}”", before)
            connection.execute(f"UPDATE source SET {setting} WHERE id = :id", {"value": value, "id": source})
            _relist_all(connection, source)

        self._database.write(change).result()

    def files(self, source: int) -> int:
        """How many files of a source are known, readable or not; 7 ms at 100,000."""
        count: int = self._database.row(FILES, {"source": source})[0]
        return count

    def known(self, source: int) -> Known:
        """Of a small source. 100,000 files take 30 MB; `known_pages` tells them bit by bit."""
        pages = map(_PAGE.decode, self.known_pages(source))
        return {path: (size, mtime_ns) for page in pages for path, size, mtime_ns in page}

    def known_pages(self, source: int) -> Iterator[str]:
        """What is known of the files as JSON, `[[path, size, mtime in nanoseconds], …]`, `PAGE` at a time.

        A path may come twice, as that of an article and of a problem; what comes last is what counts.
        """
        for table in ("origin", "problem"):
            # A path of invisible characters is an empty one here.
            path, beyond, count = "", ">=", PAGE
            while count == PAGE:
                sql = KNOWN.format(table=table, beyond=beyond)
                values = {"source": source, "path": path, "page": PAGE}
                text, count, path = self._database.row(sql, values)
                beyond = ">"
                if count:
                    yield text

    def problems(self) -> list[Problem]:
        """What could not be read: first whole sources, then files, with absolute paths."""
        whole = [
            Problem(path=clean.without_login(source.location), reason=source.problem, source=source.title)
            for source in self.all(counted=False)
            if source.problem
        ]
        files = [
            Problem(path=f"{location}/{path}", reason=reason, line=line, source=title)
            for path, reason, line, title, location in self._database.rows(PROBLEMS)
        ]
        return whole + files


def add(connection: sqlite3.Connection, kind: str, location: str, title: str) -> Source:
    """A source, new, known, or removed before."""
    values = {"kind": kind, "location": location, "title": title, "now": int(time.time())}
    source: int = connection.execute(ADD, values).fetchone()[0]
    _relist_all(connection, source)
    return source_at(connection, source)


def source_at(connection: sqlite3.Connection, source: int) -> Source:
    return Source(*connection.execute(f"{ONE} WHERE id = ?", (source,)).fetchone())


def is_gone(connection: sqlite3.Connection, source: int) -> bool:
    """Whether somebody has removed a source: what was under way for it meanwhile comes to nothing."""
    there = connection.execute("SELECT 1 FROM source WHERE id = ? AND removed = 0", (source,)).fetchone()
    return there is None


def step_aside(connection: sqlite3.Connection) -> None:
    """The bundled samples go when there is something of one's own."""
    for (samples,) in connection.execute("SELECT id FROM source WHERE kind = 'samples'").fetchall():
        connection.execute("UPDATE source SET removed = 1 WHERE id = ?", (samples,))
        _relist_all(connection, samples)


def put_back(connection: sqlite3.Connection, before: changes.SourceWas) -> None:
    connection.execute(PUT_BACK, msgspec.structs.asdict(before))
    _relist_all(connection, before.id)


def _relist_all(connection: sqlite3.Connection, source: int) -> None:
    relist(connection, (article for (article,) in connection.execute(ARTICLES, (source,)).fetchall()))


def relist(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Decide anew which of these articles stand on the lists."""
    connection.execute(RELIST, (as_json(articles),))
