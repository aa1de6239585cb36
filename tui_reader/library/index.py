"""The index of words as a whole: filling it afterwards, making it anew, looking whether it is sound."""

import sqlite3

from tui_reader.library import words
from tui_reader.library.database import Database
from tui_reader.library.ids import as_json

WITHOUT_GIST = """
SELECT 1 FROM article WHERE indexed = 1 AND NOT EXISTS (SELECT 1 FROM gist_docsize WHERE id = place) LIMIT 1
"""
BATCH = 200
"""Articles that are indexed in one transaction: 0.1 s, for which a person's change may have to wait."""


class Index:
    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self) -> int:
        """Articles whose words are not in the index: after a migration, or when it had to be made anew."""
        count: int = self._database.row("SELECT count(*) FROM article WHERE indexed = 0")[0]
        return count

    def catch_up(self) -> int:
        """Index some of those that wait, the newest first, and answer how many wait still."""

        def change(connection: sqlite3.Connection) -> None:
            sql = "SELECT id FROM article WHERE indexed = 0 ORDER BY place DESC LIMIT ?"
            ids = [row[0] for row in connection.execute(sql, (BATCH,))]
            words.put(connection, ids)
            sql = "UPDATE article SET indexed = 1, grouped = 0 WHERE id IN (SELECT value FROM json_each(?))"
            connection.execute(sql, (as_json(ids),))

        self._database.write(change, load=True).result()
        return self.waiting()

    def fill(self) -> None:
        """Index all that wait."""
        while self.waiting():
            self.catch_up()

    def make_anew(self) -> None:
        self._database.write(words.make_anew).result()

    def is_sound(self) -> bool:
        """Whether the index holds the words of the articles and no others; 40 s at 100,000."""

        def check(connection: sqlite3.Connection) -> bool:
            try:
                for table in words.TABLES:
                    connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
                return connection.execute(WITHOUT_GIST).fetchone() is None
            except sqlite3.DatabaseError as error:
                if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_CORRUPT:
                    raise
                return False

        return self._database.write(check).result()
