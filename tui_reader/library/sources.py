"""The folders that articles come from, and what is known of the files in each."""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from tui_reader.library.database import Database
from tui_reader.library.ids import as_json
from tui_reader.model import Problem, Source

Known = dict[str, tuple[int, int]]
"""Path below the source → (size in bytes, mtime in nanoseconds) as it was read."""
PAGE = 1_000
"""Files that are told at once: 80 KB, 1 ms."""

ALL = """
SELECT source.id, kind, location, title, checked, problem, coalesce(articles, 0), coalesce(unread, 0)
FROM source LEFT JOIN (
    SELECT source_id, count(*) AS articles, sum(read = 0) AS unread
    FROM (SELECT DISTINCT source_id, article_id FROM origin)
    JOIN article ON article.id = article_id WHERE listed = 1 GROUP BY source_id
) ON source_id = source.id
ORDER BY kind = 'samples', title COLLATE NOCASE, source.id
"""
PLAIN = "SELECT id, kind, location, title, checked, problem FROM source ORDER BY id"
ADD = """
INSERT INTO source (kind, location, title, added) VALUES (:kind, :location, :title, :now)
ON CONFLICT (location) DO UPDATE SET kind = kind RETURNING id, kind, location, title, checked, problem
"""
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
JOIN source ON source.id = source_id ORDER BY source.title COLLATE NOCASE, path
"""
# A bookmark keeps an article on the lists when no source has it any more. Who comes or goes changes a story.
RELIST = """
UPDATE article SET listed = shown, grouped = iif(listed = shown, grouped, 0) FROM (
    SELECT id AS which, bookmarked OR (
        removed = 0 AND EXISTS (SELECT 1 FROM origin WHERE article_id = article.id)
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

    def add_folder(self, folder: Path) -> Source:
        """The source of a folder, new or known. The bundled samples step aside for a person's own folder."""

        def change(connection: sqlite3.Connection) -> Source:
            for (samples,) in connection.execute("SELECT id FROM source WHERE kind = 'samples'").fetchall():
                _remove(connection, samples)
            return _add(connection, "folder", folder, folder.name or str(folder))

        return self._database.write(change).result()

    def add_samples(self, folder: Path) -> Source:
        def change(connection: sqlite3.Connection) -> Source:
            connection.execute("UPDATE source SET location = ? WHERE kind = 'samples'", (str(folder),))
            return _add(connection, "samples", folder, "Sample articles")

        return self._database.write(change).result()

    def remove(self, source: int) -> None:
        """Forget a source. Its articles leave the lists, but for bookmarks and what other sources have."""
        self._database.write(lambda connection: _remove(connection, source)).result()

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
            Problem(path=source.location, reason=source.problem, source=source.title)
            for source in self.all(counted=False)
            if source.problem
        ]
        files = [
            Problem(path=f"{location}/{path}", reason=reason, line=line, source=title)
            for path, reason, line, title, location in self._database.rows(PROBLEMS)
        ]
        return whole + files


def _add(connection: sqlite3.Connection, kind: str, folder: Path, title: str) -> Source:
    values = {"kind": kind, "location": str(folder), "title": title, "now": int(time.time())}
    return Source(*connection.execute(ADD, values).fetchone())


def _remove(connection: sqlite3.Connection, source: int) -> None:
    articles = connection.execute("SELECT article_id FROM origin WHERE source_id = ?", (source,)).fetchall()
    connection.execute("DELETE FROM source WHERE id = ?", (source,))
    relist(connection, (article for (article,) in articles))


def relist(connection: sqlite3.Connection, articles: Iterable[int]) -> None:
    """Decide anew which of these articles stand on the lists."""
    connection.execute(RELIST, (as_json(articles),))
