"""Looking articles up: rows by id, one whole, how many there are; and their read marks."""

# `array[int]` can be written at run time from Python 3.12 on.
from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from tui_reader.library import changes
from tui_reader.library.conditions import BY, midnight
from tui_reader.library.ids import as_json
from tui_reader.library.intake import decode_article
from tui_reader.library.pages import full_text
from tui_reader.library.selection import THEIR_STORIES, Selections
from tui_reader.library.words import SLOTS
from tui_reader.model import Article, Bookmark, Count, Counts, Row, Stored, View

# Folded, an article stands for its story, and is read when all of that is.
ROWS = f"""
WITH told AS MATERIALIZED (
    SELECT story, count(DISTINCT {BY}) AS sources, count(*) AS tellings, min(read) AS read FROM article
    WHERE listed = 1 AND story IN (
        SELECT story FROM article WHERE story IS NOT NULL AND id IN (SELECT value FROM json_each(:ids))
    ) GROUP BY story
)
SELECT id, title, provider, published, topics, kind, words, quality,
    iif(:folded, coalesce(told.read, article.read), article.read), bookmarked, coalesce(sources, 1),
    coalesce(tellings, 1)
FROM article LEFT JOIN told ON told.story = article.story
WHERE id IN (SELECT value FROM json_each(:ids))
"""
UNREAD = """(read = 0 OR (:folded AND EXISTS (
    SELECT 1 FROM article AS other WHERE other.story = article.story AND other.listed = 1 AND other.read = 0
)))"""
SOURCES = f"""(
    SELECT max(1, count(DISTINCT {BY})) FROM article AS other
    WHERE other.story = article.story AND other.listed = 1
)"""
WHOLE = f"""
SELECT article.id, summary, content.body, rest, article.words, read, bookmark.added, note, copy,
    lead_source, lead_path, source.title, source.location, story, {SOURCES}, article.removed,
    EXISTS (
        SELECT 1 FROM origin JOIN source ON source.id = source_id
        WHERE article_id = article.id AND source.removed = 0
    ), source.kind, page.fetched, page.body, page.problem, page.shown, page.image
FROM article JOIN content ON content.article_id = article.id
LEFT JOIN bookmark ON bookmark.article_id = article.id
LEFT JOIN page ON page.article_id = article.id
LEFT JOIN source ON source.id = lead_source AND source.removed = 0
WHERE article.id = ?
"""
TAGS_OF = "SELECT name FROM tag WHERE article_id = ? ORDER BY name COLLATE NOCASE"
# Along the index that has everything they ask for but the number, which every index has.
COUNTS = """
SELECT count(*), sum(read = 0), sum(place >= :midnight), sum(place >= :midnight AND read = 0),
    sum(id > :seen), sum(id > :seen AND read = 0)
FROM article INDEXED BY article_listed WHERE listed = 1
"""
# `json_each` gives its elements in their order.
FIRST_UNREAD = f"""
SELECT key FROM json_each(:ids) CROSS JOIN article ON article.id = value WHERE {UNREAD} LIMIT 1
"""
MARKS = "SELECT id, read, title FROM article WHERE id IN (SELECT value FROM json_each(?))"
BOOKMARKED = "SELECT count(*), coalesce(sum(read = 0), 0) FROM article WHERE bookmarked = 1"
# All of them, without those of articles that are not listed, which are few.
TOPICS = """
SELECT name, total - coalesce(hidden, 0) AS shown
FROM (SELECT name, count(*) AS total FROM topic GROUP BY name)
LEFT JOIN (
    SELECT name AS of, count(*) AS hidden FROM article INDEXED BY article_unlisted
    CROSS JOIN topic ON article_id = article.id WHERE listed = 0 GROUP BY name
) ON name = of
WHERE shown > 0 ORDER BY shown DESC, name COLLATE NOCASE
"""
TAGS = "SELECT name, count(*) FROM tag GROUP BY name ORDER BY name COLLATE NOCASE"


class Articles(Selections):
    def rows(self, ids: Sequence[int], *, folded: bool = False) -> list[Row]:
        """Rows in the order of their ids; an id that is not there (any more) is left out."""
        values = {"ids": as_json(ids), "folded": folded}
        found = {row[0]: Row(*row) for row in self._database.rows(ROWS, values)}
        return [found[i] for i in ids if i in found]

    def get(self, article_id: int) -> Stored | None:
        row = self._database.row(WHOLE, (article_id,))
        return None if row is None else self._stored(row)

    def whole(self, ids: Sequence[int]) -> Iterator[Stored]:
        """Articles one by one in the order of their ids, for printing."""
        for article_id in ids:
            if (stored := self.get(article_id)) is not None:
                yield stored

    def _stored(self, row: tuple[Any, ...]) -> Stored:
        (article_id, summary, body, rest, words, read, added, note, copy, *where) = row
        _, lead_path, source, location, story, sources, removed, alive, kind, *page = where
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
            path=f"{location}/{lead_path}" if location and kind != "feed" else "",
            words=words,
            read=bool(read),
            bookmark=bookmark,
            story=story,
            sources=sources,
            page=full_text(page) if page[0] is not None else None,
        )

    def first_unread(self, ids: Sequence[int], *, folded: bool = False) -> int | None:
        """At which of these the first unread one stands, in their order."""
        row = self._database.row(FIRST_UNREAD, {"ids": as_json(ids), "folded": folded})
        return None if row is None else int(row[0])

    def scopes(self) -> dict[str, Count]:
        """How many articles the built-in views hold; 10 ms at 100,000."""
        values = {"midnight": midnight() * SLOTS, "seen": self.seen}
        total, unread, today, today_unread, new, new_unread = self._database.row(COUNTS, values)
        return {
            "all": Count(total, unread or 0),
            "unread": Count(unread or 0, unread or 0),
            "new": Count(new or 0, new_unread or 0),
            "today": Count(today or 0, today_unread or 0),
            "bookmarks": Count(*self._database.row(BOOKMARKED)),
        }

    def newest(self) -> int:
        """The number of the article that came last."""
        return self._database.row("SELECT max(id) FROM article")[0] or 0

    def counts(self) -> Counts:
        """The sidebar's numbers but for those of sources and kept searches; 30 ms at 100,000 articles."""
        return Counts(
            scopes=self.scopes(),
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
            changed = [row[0] for row in connection.execute(sql, (read, as_json(wanted)))]
            set_read(connection, changed, read)
            if undoable and changed:
                changes.record(connection, label, changes.ReadMarks(ids=changed, read=not read))
            return changed

        return self._database.write(change).result()

    def mark_view_read(self, view: View, label: str, *, folded: bool = False) -> list[int]:
        """Mark everything in a view read, as one step of undo; answers the ids that were unread.

        Folded, its stories are read as a whole, which may reach beyond the view.
        """
        ids = self.with_stories(self.ids(view)) if folded else self.unread(view)
        return self.mark(ids, read=True, label=label)

    def with_stories(self, ids: Iterable[int]) -> list[int]:
        """These articles, and all others of their stories."""
        wanted = list(ids)
        rows = self._database.rows(THEIR_STORIES, (as_json(wanted),))
        return list(dict.fromkeys([*wanted, *(row[0] for row in rows)]))

    def toggle_read(self, article_id: int, *, folded: bool = False) -> list[int]:
        """Turn an article's read mark over, or those of its story; answers whose mark this changed."""
        ids = self.with_stories([article_id]) if folded else [article_id]

        def change(connection: sqlite3.Connection) -> list[int]:
            marks = connection.execute(MARKS, (as_json(ids),)).fetchall()
            # Of a story that is read in part, the rest is read too.
            read = any(not was for _, was, _ in marks)
            changed = [member for member, was, _ in marks if bool(was) != read]
            title = next((title for member, _, title in marks if member == article_id), "")
            if changed:
                set_read(connection, changed, read)
                what = f"“{title}”" if len(ids) == 1 else f"the story “{title}”"
                label = f"Marked {what} {'read' if read else 'unread'}"
                changes.record(connection, label, changes.ReadMarks(ids=changed, read=not read))
            return changed

        return self._database.write(change).result()


def set_read(connection: sqlite3.Connection, ids: Sequence[int], read: bool) -> None:
    sql = "UPDATE article SET read = ? WHERE id IN (SELECT value FROM json_each(?))"
    connection.execute(sql, (read, as_json(ids)))
