"""The index of words: an article's words are in it, in step with the article, by the same transaction.

FTS5 keeps no texts of its own (external content): to take an article's words out it must be told what they
were. So whatever changes an article does it within `in_step`, which looks at it before and after.

Three tables. `search` holds all texts, as stems. `headline` holds the titles alone, as they are written and
with their first one to three letters: it answers for a word of which only those have been typed, where
`search` would have to gather half the library first (800 ms at 100,000 articles, against 1). `gist` holds
what tells two articles apart (gist.py), and keeps these words itself: by it is found what is related.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from tui_reader.library.ids import as_json

COLUMNS = ("title", "summary", "body", "provider", "author", "topics", "tags", "note")
_COLUMNS = ", ".join(COLUMNS)
# Marks are parts of words: Devanagari and Thai write their vowels with them.
TOKENS = "unicode61 remove_diacritics 2 categories ''L* N* Co Mn Mc''"
CREATE = (
    f"""CREATE VIRTUAL TABLE search USING fts5({_COLUMNS}, content='searchable', content_rowid='place',
    tokenize='porter {TOKENS}')""",
    # What a match weighs, by column: a word of the title says most, one in the body least.
    "INSERT INTO search (search, rank) VALUES ('rank', 'bm25(10.0, 3.0, 1.0, 2.0, 2.0, 4.0, 4.0, 4.0)')",
    f"""CREATE VIRTUAL TABLE headline USING fts5(title, content='searchable', content_rowid='place',
    prefix='1 2 3', tokenize='{TOKENS}')""",
    # Without places in the text it takes half the room. What a word is, gist.py has decided.
    "CREATE VIRTUAL TABLE gist USING fts5(words, detail=none, tokenize='ascii')",
    # How many articles have a word.
    "CREATE VIRTUAL TABLE gist_words USING fts5vocab(gist, row)",
)
TABLES = ("search", "headline", "gist")
# A table whose own records are broken cannot even be dropped: first it is told that it is empty, and its form
# (sqlite3Fts5IndexReinit in https://www.sqlite.org/src/file?name=ext/fts5/fts5_index.c).
EMPTY = (
    "INSERT OR REPLACE INTO {table}_data (id, block) VALUES (1, x''), (10, zeroblob(7))",
    "INSERT OR REPLACE INTO {table}_config (k, v) VALUES ('version', 4)",
    "DROP TABLE {table}",
)
IS_THERE = "SELECT 1 FROM sqlite_schema WHERE name = ?"
AGAIN = "UPDATE article SET indexed = 0 WHERE indexed = 1"

# In the order of rowids: any other would make FTS5 write its buffer out at every step.
THESE = "FROM searchable WHERE id IN (SELECT value FROM json_each(?)) ORDER BY place"
WORDS_OF = f"SELECT id, place, {_COLUMNS}, gist {THESE}"
PUT = f"INSERT INTO search (rowid, {_COLUMNS}) SELECT place, {_COLUMNS} {THESE}"
PUT_HEADLINE = f"INSERT INTO headline (rowid, title) SELECT place, title {THESE}"
PUT_GIST = f"INSERT INTO gist (rowid, words) SELECT place, gist {THESE}"
TAKE = f"INSERT INTO search (search, rowid, {_COLUMNS}) VALUES ('delete', ?{', ?' * len(COLUMNS)})"
TAKE_HEADLINE = "INSERT INTO headline (headline, rowid, title) VALUES ('delete', ?, ?)"
TAKE_GIST = "DELETE FROM gist WHERE rowid = ?"
# Who tells the same has to be found out again.
UNGROUP = "UPDATE article SET grouped = 0 WHERE id IN (SELECT value FROM json_each(?))"

HIGHEST = "SELECT max(place) FROM article WHERE place >= ? AND place < ?"

SLOTS = 16
"""Places for the articles of one second; further ones go into the seconds after it."""


def create(connection: sqlite3.Connection) -> None:
    for statement in CREATE:
        connection.execute(statement)


def make_anew(connection: sqlite3.Connection) -> None:
    """An empty index in place of a damaged one; `Index.catch_up` fills it."""
    connection.execute("DROP TABLE IF EXISTS gist_words")
    for table in TABLES:
        if connection.execute(IS_THERE, (table,)).fetchone():
            for statement in EMPTY:
                connection.execute(statement.format(table=table))
    create(connection)
    connection.execute(AGAIN)


def place_for(connection: sqlite3.Connection, when: int) -> int:
    """A free place for an article of that second, above those that have one there."""

    def is_taken(place: int) -> bool:
        return connection.execute("SELECT 1 FROM article WHERE place = ?", (place,)).fetchone() is not None

    first = when * SLOTS
    highest = connection.execute(HIGHEST, (first, first + SLOTS)).fetchone()[0]
    if highest is None or highest + 1 < first + SLOTS:
        return first if highest is None else int(highest) + 1
    # A thousand files of one second stand in a row; its end is found by doubling and halving.
    step = 1
    while is_taken(highest + step):
        step *= 2
    taken, free = highest + step // 2, highest + step
    while free - taken > 1:
        middle = (taken + free) // 2
        taken, free = (middle, free) if is_taken(middle) else (taken, middle)
    return int(free)


Stored = tuple[int | str, ...]
"""Place, texts and gist, as the index holds them."""


class Step:
    """What one transaction does to the index."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._before: dict[int, Stored | None] = {}

    def before(self, article_id: int) -> None:
        """An article is about to change; only the first look counts."""
        if article_id in self._before:
            return
        sql = "SELECT indexed FROM article WHERE id = ?"
        indexed = self._connection.execute(sql, (article_id,)).fetchone()
        # What is not in the index yet will be brought there by `catch_up`, as it then is.
        if indexed and indexed[0]:
            self._before |= self._words_of([article_id])

    def added(self, article_id: int) -> None:
        """An article is new."""
        self._before[article_id] = None

    def settle(self) -> None:
        known = [article_id for article_id, words in self._before.items() if words]
        after = self._words_of(known)
        changed = [article_id for article_id in known if after.get(article_id) != self._before[article_id]]
        stale = sorted(words for article_id in changed if (words := self._before[article_id]))
        self._connection.executemany(TAKE, [words[:-1] for words in stale])
        self._connection.executemany(TAKE_HEADLINE, [words[:2] for words in stale])
        self._connection.executemany(TAKE_GIST, [words[:1] for words in stale])
        retold = [
            article_id
            for article_id in changed
            if _told(after.get(article_id)) != _told(self._before[article_id])
        ]
        self._connection.execute(UNGROUP, (as_json(retold),))
        new = [article_id for article_id, words in self._before.items() if words is None]
        put(self._connection, [*new, *changed])

    def _words_of(self, ids: Iterable[int]) -> dict[int, Stored]:
        return {row[0]: row[1:] for row in self._connection.execute(WORDS_OF, (as_json(ids),))}


def _told(words: Stored | None) -> Stored:
    """What decides which story an article belongs to: its time, its provider, its gist."""
    return (words[0], words[1 + COLUMNS.index("provider")], words[-1]) if words else ()


@contextmanager
def in_step(connection: sqlite3.Connection) -> Iterator[Step]:
    """Within it articles are added and changed; after it the index holds their words."""
    step = Step(connection)
    yield step
    step.settle()


def put(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    wanted = as_json(ids)
    if wanted != "[]":
        connection.execute(PUT, (wanted,))
        connection.execute(PUT_HEADLINE, (wanted,))
        connection.execute(PUT_GIST, (wanted,))
