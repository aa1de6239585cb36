"""How things were before a person changed them, newest last; kept over restarts.

A step is written in the transaction of its change, so the two cannot come apart.
"""

import sqlite3
import time

import msgspec
from msgspec import Struct

from tui_reader.model import Bookmark

STEPS = 200
"""How many are kept."""


class ReadMarks(Struct, frozen=True, tag=True):
    ids: list[int]
    read: bool
    """What the marks were before."""


class BookmarkWas(Struct, frozen=True, tag=True):
    article: int
    bookmark: Bookmark | None
    copy: bytes = b""


class ViewsWere(Struct, frozen=True, tag=True):
    views: list[tuple[int, str, str, int]]
    """All of them: number, name, query, position."""


class SourceWas(Struct, frozen=True, tag=True):
    id: int
    title: str
    folder: str
    named: int
    paused: int
    every: int | None
    removed: int
    whole: int = 0


Before = ReadMarks | BookmarkWas | ViewsWere | SourceWas

FORGET = "DELETE FROM change WHERE id <= (SELECT id FROM change ORDER BY id DESC LIMIT 1 OFFSET ?)"


def record(connection: sqlite3.Connection, label: str, before: Before) -> None:
    values = (int(time.time()), label, msgspec.json.encode(before))
    connection.execute("INSERT INTO change (at, label, before) VALUES (?, ?, ?)", values)
    connection.execute(FORGET, (STEPS,))


def take_last(connection: sqlite3.Connection) -> tuple[str, Before] | None:
    """The newest step, taken off the pile; None when there is none."""
    row = connection.execute("SELECT id, label, before FROM change ORDER BY id DESC LIMIT 1").fetchone()
    if row is None:
        return None
    step, label, blob = row
    connection.execute("DELETE FROM change WHERE id = ?", (step,))
    before: Before = msgspec.json.decode(blob, type=Before)
    return label, before
