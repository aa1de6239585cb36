"""The texts of the articles' own pages: kept beside what their sources tell, searchable at once."""

import sqlite3
import time
from collections.abc import Iterable, Sequence

from msgspec import Struct

from tui_reader.library.database import Database
from tui_reader.library.ids import as_json
from tui_reader.library.words import in_step
from tui_reader.model import FullText

SHORT = 200
"""Words below which a source's own text may be the beginning of a longer one."""
WORTH_KEEPING = 0.9
"""How long a page's text must at least be, beside what the source tells."""
TRY_AGAIN = 86_400
"""Seconds after which a page that could not be had is asked for again, unless a person does before."""

PUT = """
INSERT INTO page (article_id, fetched, body, words, problem, shown, image)
VALUES (:id, :now, :body, :words, '', 1, :image)
ON CONFLICT (article_id) DO UPDATE SET fetched = excluded.fetched, body = excluded.body,
    words = excluded.words, problem = '', shown = 1, image = excluded.image
"""
# What was fetched before stays, whatever happens now.
PUT_PROBLEM = """
INSERT INTO page (article_id, fetched, body, words, problem, shown, image)
VALUES (:id, :now, '', 0, :problem, 1, '')
ON CONFLICT (article_id) DO UPDATE SET fetched = excluded.fetched, problem = excluded.problem
"""
COUNT_WORDS = """
UPDATE article SET words = page.words, fulltext = 1 FROM page
WHERE page.article_id = id AND id = ? AND page.body != ''
"""
GET = "SELECT fetched, body, problem, shown, image FROM page WHERE article_id = ?"
URL = "coalesce(nullif(CAST(rest AS TEXT) ->> '$.original_url', ''), CAST(rest AS TEXT) ->> '$.url', '')"
ADDRESS = f"SELECT {URL} FROM content WHERE article_id = ?"
TYPED = """
SELECT DISTINCT location FROM origin JOIN source ON source.id = source_id
WHERE article_id = ? AND typed AND source.removed = 0
"""
# Films, courses and sounds are no texts. Encrypted ones may be read on their page. What has no address has no
# page, and would stand in the place of one that has at every fetch of so many.
HAS_PAGE = f"EXISTS (SELECT 1 FROM content WHERE article_id = article.id AND {URL} != '')"
WANTING = f"""
FROM article LEFT JOIN page ON page.article_id = article.id
WHERE kind = 'article' AND article.words < {SHORT} AND coalesce(page.body, '') = ''
    AND coalesce(page.fetched, 0) < :before AND {HAS_PAGE}
"""
UNREAD = f"SELECT article.id {WANTING} AND listed = 1 AND read = 0 ORDER BY place DESC LIMIT :limit"
BOOKMARKED = f"SELECT article.id {WANTING} AND bookmarked = 1 ORDER BY place DESC LIMIT :limit"
AMONG = f"SELECT article.id {WANTING} AND article.id IN (SELECT value FROM json_each(:ids))"
# A whole text may be longer on its page all the same: whoever says always means it. From the
# few such sources to their articles, not through all that is unread (0.15 s of 100,000).
OF_SOURCES = f"""
SELECT DISTINCT article.id FROM source CROSS JOIN origin ON source_id = source.id
CROSS JOIN article ON article.id = origin.article_id LEFT JOIN page ON page.article_id = article.id
WHERE whole = 1 AND source.removed = 0 AND listed = 1 AND read = 0 AND coalesce(page.body, '') = ''
    AND coalesce(page.fetched, 0) < :before AND {HAS_PAGE}
ORDER BY place DESC LIMIT :limit
"""


class Wanted(Struct, frozen=True):
    """A page that is to be fetched."""

    article: int
    url: str
    typed: tuple[str, ...] = ()
    """The addresses of its sources that a person gave: on the hosts of these it may be, private or not."""


class Pages:
    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, article_id: int, body: str, image: str = "") -> None:
        """The text of an article's page; nothing is done where the article is gone meanwhile."""
        self._put(article_id, body, "", image)

    def failed(self, article_id: int, problem: str, *, unreached: bool = False) -> None:
        """It could not be had; a text that came before stays. What was not `unreached` is left for a day."""
        self._put(article_id, "", problem, "", unreached=unreached)

    def _put(self, article_id: int, body: str, problem: str, image: str, *, unreached: bool = False) -> None:
        def change(connection: sqlite3.Connection) -> None:
            if connection.execute("SELECT 1 FROM article WHERE id = ?", (article_id,)).fetchone() is None:
                return
            with in_step(connection) as step:
                step.before(article_id)
                put(connection, article_id, body, problem, image, unreached=unreached)

        self._database.write(change).result()

    def show(self, article_id: int, shown: bool) -> None:
        """Read the page's text, or what the source tells."""
        sql = "UPDATE page SET shown = ? WHERE article_id = ?"
        self._database.write(lambda connection: connection.execute(sql, (shown, article_id))).result()

    def get(self, article_id: int) -> FullText | None:
        row = self._database.row(GET, (article_id,))
        return None if row is None else full_text(row)

    def wanted(self, articles: Iterable[int]) -> list[Wanted]:
        """Where the pages of these articles are; those without an address are left out."""
        found = []
        for article_id in articles:
            row = self._database.row(ADDRESS, (article_id,))
            if row and row[0]:
                typed = tuple(location for (location,) in self._database.rows(TYPED, (article_id,)))
                found.append(Wanted(article_id, row[0], typed))
        return found

    # Which articles' texts are short of what their pages may hold; the newest first

    def unread(self, limit: int) -> list[int]:
        return self._ids(UNREAD, limit=limit)

    def bookmarked(self, limit: int) -> list[int]:
        return self._ids(BOOKMARKED, limit=limit)

    def of_sources(self, limit: int) -> list[int]:
        """The unread ones of sources whose pages are always fetched."""
        return self._ids(OF_SOURCES, limit=limit)

    def among(self, articles: Sequence[int]) -> list[int]:
        """Those of these, in their order."""
        found = set(self._ids(AMONG, ids=as_json(articles)))
        return [article_id for article_id in articles if article_id in found]

    def _ids(self, sql: str, **values: object) -> list[int]:
        rows = self._database.rows(sql, {"before": int(time.time()) - TRY_AGAIN, **values})
        return [row[0] for row in rows]


def full_text(row: Sequence[object]) -> FullText:
    fetched, body, problem, shown, image = row
    return FullText(int(str(fetched)), str(body), str(problem), bool(shown), str(image))


def put(
    connection: sqlite3.Connection,
    article_id: int,
    body: str,
    problem: str,
    image: str,
    *,
    unreached: bool = False,
) -> None:
    """A text, or why there is none; the index is the caller's to keep in step."""
    values = {"id": article_id, "now": 0 if unreached else int(time.time()), "problem": problem}
    if problem:
        connection.execute(PUT_PROBLEM, values)
    else:
        words = len(body.split())
        connection.execute(PUT, {**values, "body": body, "words": words, "image": image})
    count_words(connection, article_id)


def is_more(connection: sqlite3.Connection, article_id: int, body: str) -> bool:
    """Whether a page's text is worth keeping beside what the source tells."""
    told = connection.execute(
        "SELECT length(body) FROM content WHERE article_id = ?", (article_id,)
    ).fetchone()
    return len(body) >= WORTH_KEEPING * (told[0] if told else 0)


def count_words(connection: sqlite3.Connection, article_id: int) -> None:
    """An article is as long as its page's text, where there is one."""
    connection.execute(COUNT_WORDS, (article_id,))
