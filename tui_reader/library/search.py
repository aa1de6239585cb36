"""Searching by hand: where the hits are in each article, and what was searched for before."""

import re
import sqlite3
import threading
from collections.abc import Sequence
from typing import Any

from tui_reader.library.database import Database
from tui_reader.library.ids import as_json
from tui_reader.library.selection import select
from tui_reader.library.spacing import joined
from tui_reader.library.words import COLUMNS, TOKENS
from tui_reader.model import END, HIT, Found, View

HISTORY = 100
"""Searches that are remembered."""
MAX_TEXT = 60_000
"""Characters of a body in which hits are looked for: 10 ms."""
AROUND = 28
"""Words of a snippet."""
BEGINNING = 600
"""Characters of what stands in its place where only the title has hits."""

TEXTS = f"""
SELECT id, {", ".join(f"substr({column}, 1, {MAX_TEXT})" for column in COLUMNS)}
FROM searchable WHERE id IN (SELECT value FROM json_each(?))
"""
_MARKS = f"'{HIT}', '{END}'"
_SNIPPETS = ", ".join(
    f"snippet(page, {COLUMNS.index(column)}, {_MARKS}, '…', {AROUND})"
    for column in ("body", "summary", "note")
)
HITS = f"SELECT rowid, highlight(page, 0, {_MARKS}), {_SNIPPETS} FROM page WHERE page MATCH ?"
REMEMBER = """
INSERT INTO searched (query, number) SELECT ?, coalesce(max(number), 0) + 1 FROM searched WHERE true
ON CONFLICT (query) DO UPDATE SET number = excluded.number
"""
FORGET = """
DELETE FROM searched WHERE number <= (SELECT number FROM searched ORDER BY number DESC LIMIT 1 OFFSET ?)
"""

# Nothing here looks far for its end, and again from the next letter: 60,000 brackets took 20 s.
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^)\n]{0,1000}\)")
_MARKUP = re.compile(
    r"^[ \t]*(?:(?:[#>]+|[-*+]|\|)(?:[ \t]+|$))+|[*`|]+|(?<!\w)_+|(?<!_)_++(?!\w)|\\(?=\W)|<[^>\n]{1,500}>",
    re.MULTILINE,
)


class Search:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._page: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def found(self, view: View, ids: Sequence[int]) -> dict[int, Found]:
        """Where the articles of one page of results have the hits; 0.5 ms an article.

        The texts are indexed once more, these few in memory: the library's index would gather all the words
        that begin with what has been typed again, for every page.
        """
        match = select(view).match
        texts = [_plain(row) for row in self._database.rows(TEXTS, (as_json(ids),))]
        hits = self._hits(match, texts) if match else {}
        found = {}
        for article_id, title, summary, body, *_ in texts:
            marked, snippet = hits.get(article_id, (title, ""))
            found[article_id] = Found(joined(marked), _line(snippet or (summary or body)[:BEGINNING]))
        return found

    def _hits(self, match: str, texts: list[list[Any]]) -> dict[int, tuple[str, str]]:
        """Title and snippet by id; the snippet is empty where only the title has hits."""
        with self._lock:
            page = self._memory()
            page.execute("DELETE FROM page")
            marks = ", ".join("?" * (len(COLUMNS) + 1))
            page.executemany(f"INSERT INTO page (rowid, {', '.join(COLUMNS)}) VALUES ({marks})", texts)
            rows = page.execute(HITS, (match,)).fetchall()
        hits = {}
        for article_id, title, *snippets in rows:
            most = max(snippets, key=lambda snippet: (snippet or "").count(HIT))
            hits[article_id] = (title, most if HIT in most else "")
        return hits

    def _memory(self) -> sqlite3.Connection:
        if self._page is None:
            self._page = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            columns = ", ".join(COLUMNS)
            tokens = f"porter {TOKENS}"
            self._page.execute(f"CREATE VIRTUAL TABLE page USING fts5({columns}, tokenize='{tokens}')")
        return self._page

    def history(self) -> list[str]:
        """What was searched for, the latest first."""
        return [row[0] for row in self._database.rows("SELECT query FROM searched ORDER BY number DESC")]

    def remember(self, query: str) -> None:
        """Not waited for."""

        def change(connection: sqlite3.Connection) -> None:
            connection.execute(REMEMBER, (query,))
            connection.execute(FORGET, (HISTORY,))

        self._database.write(change)


def _plain(row: tuple[Any, ...]) -> list[Any]:
    """An article's texts without the marks of Markdown, which nobody reads in a line."""
    texts = list(row)
    body = COLUMNS.index("body") + 1
    # Twice: a link may be a picture.
    texts[body] = _MARKUP.sub("", _LINK.sub(r"\1", _LINK.sub(r"\1", texts[body])))
    return texts


def _line(text: str) -> str:
    return " ".join(joined(text).split())
