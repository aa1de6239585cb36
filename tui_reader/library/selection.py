"""A view as SQL: which articles it holds, in which order, and how to have the first of them at once.

The words of a query become one expression for the index (`match`), everything else a condition on `article`.
Newest first, the index is read in its own order and stops at the limit, however common a word is. Orders by
anything else are walked along their index where much is wanted of it, and sorted where little is.
"""

# `array[int]` can be written at run time from Python 3.12 on.
from __future__ import annotations

from array import array
from collections.abc import Sequence

from msgspec import Struct

from tui_reader import query
from tui_reader.library.conditions import LEAD, Conditions, midnight
from tui_reader.library.database import Database
from tui_reader.library.ids import as_json, from_json
from tui_reader.library.matching import divided, match
from tui_reader.library.words import SLOTS
from tui_reader.model import Scope, Sort, View

ORDER: dict[Sort, str] = {
    "newest": "place DESC",
    "oldest": "place",
    "best": "place DESC",
    "quality": "quality DESC, place DESC",
    "heat": "heat DESC, place DESC",
    "provider": "provider = '', provider COLLATE NOCASE, place DESC",
    "title": "title COLLATE NOCASE, place DESC",
    "longest": "words DESC, place DESC",
    "shortest": "words, place",
}
ORDER_INDEX: dict[Sort, str] = {
    "quality": "article_quality",
    "heat": "article_heat",
    "provider": "article_provider",
    "title": "article_title",
    "longest": "article_words",
    "shortest": "article_words",
}
SCOPE: dict[Scope, str] = {
    "all": "listed = 1",
    "unread": "listed = 1 AND read = 0",
    "new": "listed = 1 AND article.id > :seen",
    "today": "listed = 1 AND place >= :midnight",
    "bookmarks": "bookmarked = 1",
}
# Of few, and of many: the unary plus keeps the planner from starting at the other table.
IN_SOURCE = "article.id IN (SELECT article_id FROM origin WHERE source_id = :source)"
IN_SOURCE_MANY = "EXISTS (SELECT 1 FROM origin WHERE article_id = article.id AND +source_id = :source)"
IN_TOPIC = "article.id IN (SELECT article_id FROM topic WHERE name = :topic)"
IN_TOPIC_MANY = "EXISTS (SELECT 1 FROM topic WHERE name = :topic AND article_id = article.id)"
WITH_TAG = "article.id IN (SELECT article_id FROM tag WHERE name = :tag)"
HOW_MANY = {
    "source": "SELECT count(*) FROM (SELECT 1 FROM origin WHERE source_id = ? LIMIT ?)",
    "topic": "SELECT count(*) FROM (SELECT 1 FROM topic WHERE name = ? LIMIT ?)",
}
TIMES = """
SELECT json_group_array(coalesce(sorted, 0))
FROM (SELECT sorted FROM json_each(?) LEFT JOIN article ON article.id = value ORDER BY key)
"""
# Of each story the first by `LEAD` stands for all of it.
BESIDE_LEAD = f"""
SELECT json_group_array(id) FROM (
    SELECT id, row_number() OVER (PARTITION BY story ORDER BY {LEAD}) AS number FROM article
    WHERE story IS NOT NULL AND id IN (SELECT value FROM json_each(?))
) WHERE number > 1
"""
THEIR_STORIES = """
SELECT id FROM article WHERE listed = 1 AND story IN (
    SELECT story FROM article WHERE story IS NOT NULL AND id IN (SELECT value FROM json_each(?))
)
"""
MANY = 2_000
"""Articles from which on walking along an order finds the first of them sooner than sorting them all."""


class Selection(Struct, frozen=True):
    conditions: tuple[str, ...]
    values: dict[str, object]
    """What the names in the SQL stand for."""
    sort: Sort

    @property
    def match(self) -> str:
        """What the index is asked; empty where the view asks for no words."""
        return str(self.values["search"])

    @property
    def headline(self) -> str:
        """The same for the titles alone; empty where that cannot be asked of them."""
        return str(self.values["headline"])

    @property
    def where(self) -> str:
        return " AND ".join(self.conditions)


def select(view: View, seen: int = 0, *, many: bool = False) -> Selection:
    """`seen` is the newest article that was there last time; `many`, whether source or topic have many."""
    asked = query.parse(view.query)
    values: dict[str, object] = {
        "seen": seen,
        "midnight": midnight() * SLOTS,
        "source": view.source,
        "topic": view.topic,
        "tag": view.tag,
    }
    conditions = [SCOPE[view.scope]]
    if view.source is not None:
        conditions.append(IN_SOURCE_MANY if many else IN_SOURCE)
    if view.topic is not None:
        conditions.append(IN_TOPIC_MANY if many else IN_TOPIC)
    if view.tag is not None:
        conditions.append(WITH_TAG)
    compiler = Conditions(values)
    words, rest = divided(asked.root)
    wanted = match(words, headline=False) if words else ""
    conditions += [compiler.condition(node) for node in rest]
    headline = match(words, headline=True) if words else ""
    values |= {"search": wanted or "", "headline": headline or ""}
    return Selection(tuple(conditions), values, asked.sort or view.sort)


def folds(view: View) -> bool:
    """Whether a view can be folded: who searches for words wants to see every article that has them."""
    return not query.has_words(query.parse(view.query))


class Selections:
    """What views hold. `LibraryError` where the file cannot be read, `IndexDamaged` among them."""

    def __init__(self, database: Database, seen: int) -> None:
        self._database = database
        self.seen = seen

    def ids(self, view: View) -> array[int]:
        """The articles of a view in display order; the list pages the rows itself."""
        return self._ordered(view, None)

    def first(self, view: View, limit: int) -> array[int]:
        """The first of a view's ids, without looking at all of them where an index has the order."""
        return self._ordered(view, limit)

    def folded(self, view: View) -> array[int]:
        """The same with one article for each story: of those in the view the one that stands for it."""
        ids = self.ids(view)
        return self._without(ids, ids) if folds(view) else ids

    def folded_first(self, view: View, limit: int) -> array[int]:
        """The first of them; fewer than `limit` are all."""
        asked = limit
        while True:
            ids = self.first(view, asked)
            kept = self._without(ids, self._in_view(view, ids)) if folds(view) else ids
            if len(ids) < asked or len(kept) >= limit:
                return kept[:limit]
            asked *= 2

    def stands_for(self, view: View, article: int) -> int:
        """The article of its story that a folded view shows."""
        members = self._in_view(view, [article])
        gone = set(from_json(self._database.row(BESIDE_LEAD, (as_json(members),))[0]))
        return next((member for member in members if member not in gone), article)

    def _in_view(self, view: View, ids: Sequence[int]) -> array[int]:
        """All articles of these ones' stories that the view holds too."""
        members = array("q", (row[0] for row in self._database.rows(THEIR_STORIES, (as_json(ids),))))
        selection = select(view, self.seen)
        where = f"{_all_conditions(selection)} AND id IN (SELECT value FROM json_each(:members))"
        return self._array(
            f"SELECT id FROM article WHERE {where}", selection.values | {"members": as_json(members)}
        )

    def _without(self, ids: array[int], members: Sequence[int]) -> array[int]:
        gone = set(from_json(self._database.row(BESIDE_LEAD, (as_json(members),))[0]))
        return array("q", (article for article in ids if article not in gone)) if gone else ids

    def _ordered(self, view: View, limit: int | None) -> array[int]:
        selection = select(view, self.seen, many=self._has_many(view))
        if selection.match and selection.sort == "best":
            return array("q", (article for article, _ in self.ranked(view, limit)))
        values = selection.values | {"limit": -1 if limit is None else limit}
        if selection.match and selection.sort in ("newest", "oldest"):
            return self._array(f"SELECT article.id AS id {_along_index(selection)} LIMIT :limit", values)
        where, order, index = _all_conditions(selection), ORDER[selection.sort], ""
        if selection.sort in ORDER_INDEX and view.scope != "bookmarks":
            few = self._array(f"SELECT id FROM article WHERE {where} LIMIT {MANY}", values)
            index = f" INDEXED BY {ORDER_INDEX[selection.sort]}"
            if len(few) < MANY:
                index, where = "", "id IN (SELECT value FROM json_each(:few))"
                values["few"] = as_json(few)
        sql = f"SELECT id FROM article{index} WHERE {where} ORDER BY {order} LIMIT :limit"
        return self._array(sql, values)

    def order_of(self, view: View) -> Sort:
        """How a view is ordered: by what its query says, else by what the view does."""
        asked = query.parse(view.query)
        sort = asked.sort or view.sort
        return "newest" if sort == "best" and not query.has_words(asked) else sort

    def times(self, ids: Sequence[int]) -> array[int]:
        """The seconds by which articles are sorted, in the order of their ids."""
        return from_json(self._database.row(TIMES, (as_json(ids),))[0])

    def titled(self, view: View, limit: int) -> array[int] | None:
        """The newest with the words in their titles, in 1 ms; None where titles cannot tell."""
        selection = select(view, self.seen)
        if not selection.headline:
            return None
        sql = f"SELECT article.id AS id {_along_index(selection, 'headline')} LIMIT :limit"
        return self._array(sql, selection.values | {"limit": limit})

    def ranked(self, view: View, limit: int | None = None) -> list[tuple[int, float]]:
        """The best matches of a view's words and their scores, best first; empty where it asks for none."""
        selection = select(view, self.seen)
        if not selection.match:
            return []
        asked = None if limit is None else 2 * limit + 20
        while True:
            inner = (
                "SELECT rowid AS hit, rank AS score FROM search WHERE search MATCH :search"
                " ORDER BY rank, rowid DESC"
            )
            sql = (
                f"SELECT article.id, -score FROM ({inner} LIMIT :asked) CROSS JOIN article ON place = hit"
                f" WHERE {selection.where} ORDER BY score, place DESC LIMIT :limit"
            )
            values = selection.values | {
                "asked": -1 if asked is None else asked,
                "limit": -1 if limit is None else limit,
            }
            found = self._database.rows(sql, values)
            if asked is None or limit is None or len(found) >= limit:
                return found
            # The conditions may have taken some of the best away: ask for more of them.
            how_many = "SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH :search LIMIT :asked)"
            if self._database.row(how_many, values)[0] < asked:
                return found
            asked *= 8

    def scores(self, view: View, ids: Sequence[int]) -> dict[int, float]:
        """How well articles of a view match its words (bm25; more is better), by id."""
        selection = select(view, self.seen)
        if not selection.match:
            return {}
        sql = (
            "SELECT article.id, -rank FROM search CROSS JOIN article ON article.place = search.rowid"
            " WHERE search MATCH :search AND article.id IN (SELECT value FROM json_each(:ids))"
        )
        return dict(self._database.rows(sql, selection.values | {"ids": as_json(ids)}))

    def count(self, view: View) -> tuple[int, int]:
        """How many articles a view holds, and how many of them are unread."""
        selection = select(view, self.seen)
        if selection.match:
            source = (
                "search CROSS JOIN article ON article.place = search.rowid WHERE search MATCH :search AND"
            )
        else:
            source = "article WHERE"
        sql = f"SELECT count(*), coalesce(sum(read = 0), 0) FROM {source} {selection.where}"
        total, unread = self._database.row(sql, selection.values)
        return total, unread

    def unread(self, view: View) -> list[int]:
        selection = select(view, self.seen)
        sql = f"SELECT id FROM article WHERE {_all_conditions(selection)} AND read = 0"
        return [row[0] for row in self._database.rows(sql, selection.values)]

    def _has_many(self, view: View) -> bool:
        for what, value in (("source", view.source), ("topic", view.topic)):
            if value is not None:
                return bool(self._database.row(HOW_MANY[what], (value, MANY))[0] == MANY)
        return False

    def _array(self, sql: str, values: dict[str, object]) -> array[int]:
        return from_json(self._database.row(f"SELECT json_group_array(id) FROM ({sql})", values)[0])


def _along_index(selection: Selection, index: str = "search") -> str:
    """From an index of words in its own order, which is that of time."""
    order = "" if selection.sort == "oldest" else " DESC"
    return (
        f"FROM {index} CROSS JOIN article ON article.place = {index}.rowid"
        f" WHERE {index} MATCH :{index} AND {selection.where} ORDER BY {index}.rowid{order}"
    )


def _all_conditions(selection: Selection) -> str:
    if not selection.match:
        return selection.where
    return f"{selection.where} AND place IN (SELECT rowid FROM search WHERE search MATCH :search)"
