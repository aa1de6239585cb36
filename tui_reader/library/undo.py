"""Taking a person's changes back, one step at a time."""

import sqlite3

from msgspec import Struct

from tui_reader.library import bookmarks, sources, views
from tui_reader.library.articles import set_read
from tui_reader.library.changes import ReadMarks, SourceWas, ViewsWere, take_last
from tui_reader.library.database import Database


class Undone(Struct, frozen=True):
    label: str
    """What was undone, in words: `Marked 12 articles read`."""
    ids: list[int]
    """Whose rows look different now."""


class Undo:
    def __init__(self, database: Database) -> None:
        self._database = database

    def undo(self) -> Undone | None:
        """Take the last change back; None when there is none."""

        def change(connection: sqlite3.Connection) -> Undone | None:
            last = take_last(connection)
            if last is None:
                return None
            label, before = last
            if isinstance(before, ReadMarks):
                set_read(connection, before.ids, before.read)
                return Undone(label, before.ids)
            if isinstance(before, ViewsWere):
                views.put_back(connection, before)
                return Undone(label, [])
            if isinstance(before, SourceWas):
                sources.put_back(connection, before)
                return Undone(label, [])
            bookmarks.put_back(connection, before)
            return Undone(label, [before.article])

        return self._database.write(change).result()
