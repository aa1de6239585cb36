"""Looking articles up: the ids of a view, rows by id, one whole; and their read marks."""

# `array[int]` can be written at run time from Python 3.12 on.
from __future__ import annotations

import sqlite3
import time
from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from tui_reader.library import changes
from tui_reader.library.database import Database
from tui_reader.library.intake import decode_article
from tui_reader.model import Article, Bookmark, Count, Counts, Row, Scope, Sort, Stored, View

ORDER: dict[Sort, str] = {
    "newest": "sorted DESC, id DESC",
    "oldest": "sorted, id",
    "quality": "quality DESC NULLS LAST, sorted DESC, id DESC",
    "heat": "heat DESC NULLS LAST, sorted DESC, id DESC",
    "provider": "provider = '', provider COLLATE NOCASE, sorted DESC, id DESC",
    "title": "title COLLATE NOCASE, sorted DESC, id DESC",
    "longest": "words DESC, sorted DESC, id DESC",
}
SCOPE: dict[Scope, str] = {
    "all": "listed = 1",
    "unread": "listed = 1 AND read = 0",
    "today": "listed = 1 AND sorted >= :midnight",
    "bookmarks": "bookmarked = 1",
}
IN_SOURCE = "id IN (SELECT article_id FROM origin WHERE source_id = :source)"
# The unary plus keeps the planner on the date index, which finds the first screen without sorting.
IN_SOURCE_SOON = "EXISTS (SELECT 1 FROM origin WHERE article_id = article.id AND +source_id = :source)"
IN_TOPIC = "id IN (SELECT article_id FROM topic WHERE name = :topic)"
WITH_TAG = "id IN (SELECT article_id FROM tag WHERE name = :tag)"

ROWS = """
SELECT id, title, provider, published, topics, kind, words, quality, read, bookmarked
FROM article WHERE id IN (SELECT value FROM json_each(?))
"""
WHOLE = """
SELECT article.id, summary, body, rest, words, read, bookmark.added, note, copy,
    lead_source, lead_path, source.title, source.location, removed,
    EXISTS (SELECT 1 FROM origin WHERE article_id = article.id)
FROM article JOIN content ON content.article_id = article.id
LEFT JOIN bookmark ON bookmark.article_id = article.id
LEFT JOIN source ON source.id = lead_source
WHERE article.id = ?
"""
TAGS_OF = "SELECT name FROM tag WHERE article_id = ? ORDER BY name COLLATE NOCASE"
COUNTS = """
SELECT count(*), sum(read = 0), sum(sorted >= :midnight), sum(sorted >= :midnight AND read = 0)
FROM article WHERE listed = 1
"""
BOOKMARKED = "SELECT count(*), coalesce(sum(read = 0), 0) FROM article WHERE bookmarked = 1"
TOPICS = """
SELECT name, count(*) FROM topic JOIN article ON article.id = article_id WHERE listed = 1
GROUP BY name ORDER BY count(*) DESC, name COLLATE NOCASE
"""
TAGS = "SELECT name, count(*) FROM tag GROUP BY name ORDER BY name COLLATE NOCASE"


class Articles:
    def __init__(self, database: Database) -> None:
        self._database = database

    def ids(self, view: View) -> array[int]:
        """The articles of a view in display order; the list pages the rows itself."""
        condition, values = _condition(view, IN_SOURCE)
        sql = f"SELECT id FROM article WHERE {condition} ORDER BY {ORDER[view.sort]}"
        with self._database.sentences():
            return array("q", (row[0] for row in self._database.reader.execute(sql, values)))

    def first(self, view: View, limit: int) -> array[int]:
        """The first of a view's ids, for a screen that cannot wait for them all."""
        condition, values = _condition(view, IN_SOURCE_SOON)
        sql = f"SELECT id FROM article WHERE {condition} ORDER BY {ORDER[view.sort]} LIMIT :limit"
        return array("q", (row[0] for row in self._database.rows(sql, {**values, "limit": limit})))

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """Rows in the order of their ids; an id that is not there (any more) is left out."""
        found = {row[0]: Row(*row) for row in self._database.rows(ROWS, (_json(ids),))}
        return [found[i] for i in ids if i in found]

    def get(self, article_id: int) -> Stored | None:
        row = self._database.row(WHOLE, (article_id,))
        return None if row is None else self._stored(row)

    def whole(self, view: View, limit: int | None = None) -> Iterable[Stored]:
        """The articles of a view one by one, for printing."""
        for article_id in self.ids(view)[: limit if limit is not None else None]:
            if (stored := self.get(article_id)) is not None:
                yield stored

    def _stored(self, row: tuple[Any, ...]) -> Stored:
        (article_id, summary, body, rest, words, read, added, note, copy, *where, removed, alive) = row
        _, lead_path, source, location = where
        article = decode_article(rest, summary, body)
        bookmark = None
        if added is not None:
            tags = tuple(name for (name,) in self._database.rows(TAGS_OF, (article_id,)))
            bookmark = Bookmark(added=added, tags=tags, note=note)
            # What its source withdrew, the bookmark kept.
            if (removed or not alive) and len(copy) > len(rest) + len(summary) + len(body):
                article = msgspec.json.decode(copy, type=Article)
        return Stored(
            id=article_id,
            article=article,
            source=source or "",
            path=f"{location}/{lead_path}" if location else "",
            words=words,
            read=bool(read),
            bookmark=bookmark,
        )

    def extent(self) -> tuple[int, int]:
        """Another pair of numbers than last time when articles have come or gone; 3 ms at 100,000."""
        count, newest = self._database.row("SELECT count(*), max(id) FROM article WHERE listed = 1")
        return count, newest or 0

    def counts(self) -> Counts:
        """The sidebar's numbers but for those of the sources; about 50 ms at 100,000 articles."""
        total, unread, today, today_unread = self._database.row(COUNTS, {"midnight": midnight()})
        bookmarks = Count(*self._database.row(BOOKMARKED))
        return Counts(
            scopes={
                "all": Count(total, unread or 0),
                "unread": Count(unread or 0, unread or 0),
                "today": Count(today or 0, today_unread or 0),
                "bookmarks": bookmarks,
            },
            topics=tuple(self._database.rows(TOPICS)),
            tags=tuple(self._database.rows(TAGS)),
            problems=self._database.row("SELECT count(*) FROM problem")[0],
        )

    def mark(self, ids: Iterable[int], *, read: bool, label: str = "", undoable: bool = True) -> list[int]:
        """Set read marks; answers the ids whose mark this changed, when they are on disk.

        A mark that the reader sets by itself is no step of undo: a person would not know what `u` does.
        """
        wanted = list(ids)

        def change(connection: sqlite3.Connection) -> list[int]:
            sql = "SELECT id FROM article WHERE read != ? AND id IN (SELECT value FROM json_each(?))"
            changed = [row[0] for row in connection.execute(sql, (read, _json(wanted)))]
            set_read(connection, changed, read)
            if undoable and changed:
                changes.record(connection, label, changes.ReadMarks(ids=changed, read=not read))
            return changed

        return self._database.write(change).result()

    def mark_view_read(self, view: View, label: str) -> list[int]:
        """Mark everything in a view read, as one step of undo; answers the ids that were unread."""
        condition, values = _condition(view, IN_SOURCE)
        sql = f"SELECT id FROM article WHERE {condition} AND read = 0"
        unread = [row[0] for row in self._database.rows(sql, values)]
        return self.mark(unread, read=True, label=label)

    def toggle_read(self, article_id: int) -> bool:
        """Turn an article's read mark over; whether it is read now."""

        def change(connection: sqlite3.Connection) -> bool:
            row = connection.execute("SELECT title, read FROM article WHERE id = ?", (article_id,)).fetchone()
            if row is None:
                return False
            title, read = row[0], not row[1]
            set_read(connection, [article_id], read)
            label = f"Marked “{title}” {'read' if read else 'unread'}"
            changes.record(connection, label, changes.ReadMarks(ids=[article_id], read=not read))
            return read

        return self._database.write(change).result()


def set_read(connection: sqlite3.Connection, ids: Sequence[int], read: bool) -> None:
    sql = "UPDATE article SET read = ? WHERE id IN (SELECT value FROM json_each(?))"
    connection.execute(sql, (read, _json(ids)))


def midnight() -> int:
    """When today began where the reader sits."""
    now = datetime.fromtimestamp(time.time()).astimezone()
    return int(now.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())


def _condition(view: View, in_source: str) -> tuple[str, dict[str, object]]:
    parts = [SCOPE[view.scope]]
    if view.source is not None:
        parts.append(in_source)
    if view.topic is not None:
        parts.append(IN_TOPIC)
    if view.tag is not None:
        parts.append(WITH_TAG)
    values: dict[str, object] = {
        "midnight": midnight(),
        "source": view.source,
        "topic": view.topic,
        "tag": view.tag,
    }
    return " AND ".join(parts), values


def _json(ids: Iterable[int]) -> str:
    return "[" + ",".join(map(str, ids)) + "]"
