"""What a source brought goes in: identity, merging, what vanished.

An article is known by its addresses (`clean.canonical`), one without any by its source and path, and so are
entries of one feed that share an address but not a title. Met twice it is one row with two origins: the
origin with the richer text leads and the others fill its blanks. What a person did with an article (read
mark, bookmark) follows it through all of this.
"""

import sqlite3
import time
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from tui_reader import clean
from tui_reader.library.database import Database
from tui_reader.library.mentions import article_of, names
from tui_reader.library.pages import count_words
from tui_reader.library.sources import is_gone, relist
from tui_reader.library.words import Step, in_step, place_for
from tui_reader.model import Article, Mention, Problem

BATCH = 500
"""Rows of one transaction at the most: a person's change waits for one batch, about 0.1 s."""

INSERT_ARTICLE = """
INSERT INTO article (title, provider, topics, kind, published, sorted, quality, heat, words, removed, place,
    author, site, fulltext, image, indexed)
VALUES (:title, :provider, :topics, :kind, :published, :sorted, :quality, :heat, :words, :removed, :place,
    :author, :site, :fulltext, :image, 1)
"""
UPDATE_ARTICLE = """
UPDATE article SET title = :title, provider = :provider, topics = :topics, kind = :kind,
    published = :published, sorted = :sorted, quality = :quality, heat = :heat, words = :words,
    removed = :removed, place = :place, author = :author, site = :site, fulltext = :fulltext, image = :image
WHERE id = :id
"""
PUT_CONTENT = """
INSERT INTO content (article_id, summary, body, rest, lead_source, lead_path)
VALUES (:id, :summary, :body, :rest, :source, :path)
ON CONFLICT (article_id) DO UPDATE SET summary = excluded.summary, body = excluded.body,
    rest = excluded.rest, lead_source = excluded.lead_source, lead_path = excluded.lead_path
"""
PUT_ORIGIN = """
INSERT INTO origin (source_id, path, article_id, size, mtime_ns)
VALUES (:source, :path, :id, :size, :mtime_ns)
ON CONFLICT (source_id, path) DO UPDATE
SET article_id = excluded.article_id, size = excluded.size, mtime_ns = excluded.mtime_ns
"""
PUT_PROBLEM = """
INSERT INTO problem (source_id, path, line, reason, size, mtime_ns)
VALUES (:source, :path, :line, :reason, :size, :mtime_ns)
ON CONFLICT (source_id, path) DO UPDATE SET line = excluded.line, reason = excluded.reason,
    size = excluded.size, mtime_ns = excluded.mtime_ns
"""
# Entries whose links all lead to one page (`/changes#1.2`, a podcast's own page) are articles all the same.
OTHER_ENTRY = """
SELECT 1 FROM article JOIN origin ON article_id = article.id
WHERE article.id = :id AND source_id = :source AND path != :path AND title != :title
"""
OTHER_ORIGINS = "SELECT count(*) FROM origin WHERE article_id = ? AND NOT (source_id = ? AND path = ?)"
# The next refresh reads them again, so that one of them can lead.
READ_AGAIN = "UPDATE origin SET mtime_ns = -1 WHERE article_id = ? AND NOT (source_id = ? AND path = ?)"
# A feed's server would say that nothing has changed.
TELL_AGAIN = """
UPDATE fetched SET etag = '', last_modified = ''
WHERE source_id IN (SELECT source_id FROM origin WHERE article_id = ? AND NOT (source_id = ? AND path = ?))
"""
SAME_ENTRY = "SELECT 1 FROM article WHERE id = ? AND (title = ? OR published = ?)"


BELOW_DATES = 10_000_000_000


class Brought(NamedTuple):
    """One file or entry as a source read it."""

    what: Article | Problem
    path: str
    size: int
    mtime_ns: int
    is_entry: bool = False
    """Of a feed, whose own word is what its entries are known by."""

    @property
    def undated(self) -> int:
        """What sorts it where it has no date: below every dated article, by the time of its file."""
        return self.mtime_ns // 1_000_000_000 - BELOW_DATES


class TakenIn(NamedTuple):
    new: int
    changed: int


def encode_rest(article: Article) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(article, summary="", body=""))


def decode_article(rest: bytes, summary: str, body: str) -> Article:
    article = _DECODER.decode(rest)
    return msgspec.structs.replace(article, summary=summary, body=body)


_DECODER = msgspec.json.Decoder(Article)


def word_count(article: Article) -> int:
    """Of the body, or of the summary where that is all there is."""
    return len((article.body or article.summary).split())


def addresses(article: Article) -> list[str]:
    """What an article is known by, its own address first."""
    keys = (clean.canonical(url) for url in (article.url, article.original_url, *article.alternate_urls))
    return list(dict.fromkeys(key for key in keys if key))


class Intake:
    def __init__(self, database: Database) -> None:
        self._database = database

    def take_in(self, source: int, brought: list[Brought]) -> TakenIn:
        """Articles and problems of a source, `BATCH` of them at the most, in one transaction."""

        def change(connection: sqlite3.Connection) -> TakenIn:
            with in_step(connection) as step:
                return take_in(connection, step, source, brought)

        return self._database.write(change, load=True).result()

    def take_mention(self, mention: Mention) -> int:
        """The library's article for one that another's list tells of; a new one is on no list of its own."""

        def change(connection: sqlite3.Connection) -> int:
            article = article_of(mention)
            found = find(connection, article)
            if found is not None:
                return found
            with in_step(connection) as step:
                made = insert(connection, step, article, int(time.time()))
            relist(connection, [made])
            return made

        return self._database.write(change).result()

    def drop(self, source: int, paths: list[str]) -> int:
        """Files that are gone from a source. Answers how many articles left the lists with them."""

        def change(connection: sqlite3.Connection) -> int:
            before = _listed(connection)
            for path in paths:
                connection.execute("DELETE FROM problem WHERE source_id = ? AND path = ?", (source, path))
                _drop_origin(connection, source, path)
            return before - _listed(connection)

        return self._database.write(change, load=True).result()

    def checked(self, source: int, problem: str) -> None:
        """A source has been looked at, and why that failed, if it did."""
        sql, values = (
            "UPDATE source SET checked = ?, problem = ? WHERE id = ?",
            (int(time.time()), problem, source),
        )
        self._database.write(lambda connection: connection.execute(sql, values), load=True).result()


def take_in(connection: sqlite3.Connection, step: Step, source: int, brought: Iterable[Brought]) -> TakenIn:
    if is_gone(connection, source):
        return TakenIn(0, 0)
    new = changed = 0
    now = int(time.time())
    had_problems = connection.execute("SELECT 1 FROM problem WHERE source_id = ?", (source,)).fetchone()
    for item in brought:
        if had_problems:
            connection.execute("DELETE FROM problem WHERE source_id = ? AND path = ?", (source, item.path))
        if isinstance(item.what, Problem):
            _take_in_problem(connection, source, item, item.what)
        elif _take_in_article(connection, step, source, item, item.what, now):
            new += 1
        else:
            changed += 1
    return TakenIn(new, changed)


def insert(
    connection: sqlite3.Connection,
    step: Step,
    article: Article,
    now: int,
    source: int | None = None,
    item: Brought | None = None,
) -> int:
    """A new article, of a source or without any origin."""
    columns = _columns(article, now, item.undated if item else now)
    columns["place"] = place_for(connection, columns["sorted"])
    article_id = connection.execute(INSERT_ARTICLE, columns).lastrowid
    assert article_id is not None  # noqa: S101 - a row was put in
    step.added(article_id)
    _put_texts(connection, article_id, article, source, item.path if item else None)
    return article_id


def find(connection: sqlite3.Connection, article: Article) -> int | None:
    """The library's article that has one of these addresses."""
    own = clean.canonical(article.url)
    for key in addresses(article):
        # A bare host is a site's front page, which many articles name beside their own address.
        if "/" not in key and key != own:
            continue
        if row := connection.execute("SELECT article_id FROM address WHERE address = ?", (key,)).fetchone():
            found: int = row[0]
            return found
    return None


def _take_in_article(
    connection: sqlite3.Connection, step: Step, source: int, item: Brought, article: Article, now: int
) -> bool:
    """Whether it is one that the library did not have."""
    current = _article_at(connection, source, item.path)
    target = find(connection, article)
    if item.is_entry and target not in (None, current):
        values = {"id": target, "source": source, "path": item.path, "title": article.title}
        if connection.execute(OTHER_ENTRY, values).fetchone():
            target = None
    if current is not None and target is None and _is_edited(connection, current, article, source, item):
        target = current
    if current is not None and target != current:
        _drop_origin(connection, source, item.path)
        if target is not None and not has_address(connection, current):
            _move_marks(connection, step, current, target)
    new = target is None
    if target is None:
        target = insert(connection, step, article, now, source, item)
    origin = {"source": source, "path": item.path, "id": target, "size": item.size, "mtime_ns": item.mtime_ns}
    connection.execute(PUT_ORIGIN, origin)
    if not new:
        step.before(target)
        _tell(connection, target, article, source, item, now)
    if not new or article.removed:
        relist(connection, [target])
    return new


def _take_in_problem(connection: sqlite3.Connection, source: int, item: Brought, problem: Problem) -> None:
    """A file that can be read no more keeps its article, as it was read last."""
    values = {"source": source, "path": item.path, "size": item.size, "mtime_ns": item.mtime_ns}
    connection.execute(PUT_PROBLEM, {**values, "line": problem.line, "reason": problem.reason})
    connection.execute(
        "UPDATE origin SET size = :size, mtime_ns = :mtime_ns WHERE source_id = :source AND path = :path",
        values,
    )


def _is_edited(
    connection: sqlite3.Connection, current: int, article: Article, source: int, item: Brought
) -> bool:
    """Whether a file that tells another address than before still tells the same article.

    It does where it gained or lost its address; a file with one address in place of another is a new
    article, as is one that leaves an article to the other files that tell it. An entry keeps its article
    under another address, unless its title and its date are others too: some feeds name all entries alike.
    """
    if connection.execute(OTHER_ORIGINS, (current, source, item.path)).fetchone()[0]:
        return False
    if not (addresses(article) and has_address(connection, current)):
        return True
    same = connection.execute(SAME_ENTRY, (current, article.title, article.published)).fetchone()
    return item.is_entry and same is not None


def _read_again(connection: sqlite3.Connection, article: int, source: int, path: str) -> None:
    """Its other origins, by the next refresh."""
    connection.execute(READ_AGAIN, (article, source, path))
    connection.execute(TELL_AGAIN, (article, source, path))


def _tell(
    connection: sqlite3.Connection, target: int, article: Article, source: int, item: Brought, now: int
) -> None:
    """Put an article's texts in, or fill the blanks of the richer one that leads."""
    path: str = item.path
    row = connection.execute(
        "SELECT summary, body, rest, lead_source, lead_path FROM content WHERE article_id = ?", (target,)
    ).fetchone()
    others = connection.execute(OTHER_ORIGINS, (target, source, path)).fetchone()[0]
    if row is not None and others:
        summary, body, rest, lead_source, lead_path = row
        stored = decode_article(rest, summary, body)
        if (lead_source, lead_path) == (source, path):
            # What leads has changed: the others may be richer now, and their texts are not kept.
            _read_again(connection, target, source, path)
        elif _richness(article) > _richness(stored) or lead_source is None:
            article = filled(article, stored)
        else:
            article = filled(stored, article)
            source, path = lead_source, lead_path
    retell(connection, target, article, now, item.undated, source, path)


def retell(
    connection: sqlite3.Connection,
    target: int,
    article: Article,
    now: int,
    undated: int | None = None,
    source: int | None = None,
    path: str | None = None,
) -> None:
    """An article in other words, which that origin tells, or none; without `undated` it stays where it is
    sorted, unless it has a date. The index is the caller's."""
    was, place = connection.execute("SELECT sorted, place FROM article WHERE id = ?", (target,)).fetchone()
    columns = _columns(article, now, was if undated is None else undated)
    columns["place"] = place if was == columns["sorted"] else place_for(connection, columns["sorted"])
    connection.execute(UPDATE_ARTICLE, {**columns, "id": target})
    count_words(connection, target)
    connection.execute("DELETE FROM mention WHERE article_id = ?", (target,))
    connection.execute("DELETE FROM topic WHERE article_id = ?", (target,))
    _put_texts(connection, target, article, source, path)


def _put_texts(
    connection: sqlite3.Connection, target: int, article: Article, source: int | None, path: str | None
) -> None:
    values = {
        "id": target,
        "summary": article.summary,
        "body": article.body,
        "rest": encode_rest(article),
        "source": source,
        "path": path,
    }
    connection.execute(PUT_CONTENT, values)
    connection.executemany(
        "INSERT OR IGNORE INTO address (address, article_id) VALUES (?, ?)",
        [(key, target) for key in addresses(article)],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO mention (address, article_id) VALUES (?, ?)",
        [(name, target) for mention in article.mentions for name in names(mention, source, path)],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO topic (name, article_id) VALUES (?, ?)",
        [(topic, target) for topic in article.topics],
    )


def _columns(article: Article, now: int, undated: int) -> dict[str, Any]:
    """`undated` is what an article is sorted by that has no date of any kind."""
    when = article.published if article.published is not None else article.modified
    return {
        "title": article.title,
        "provider": article.provider or article.domain,
        "topics": ", ".join(article.topics),
        "kind": article.kind,
        "published": article.published,
        # A date in the future would stay on top of every list for as long.
        "sorted": undated if when is None else min(when, now),
        "quality": article.quality,
        "heat": article.heat,
        "words": word_count(article),
        "removed": article.removed,
        "author": article.author,
        "site": article.domain,
        "fulltext": bool(article.body),
        "image": bool(article.images),
    }


def _richness(article: Article) -> tuple[int, int, int]:
    return (len(article.body), len(article.summary), len(article.mentions))


def filled(lead: Article, other: Article) -> Article:
    """The lead, its blanks filled from another telling of the same article."""
    blanks = {
        name: getattr(other, name)
        for name in Article.__struct_fields__
        if name not in ("path", "removed", "secured") and getattr(lead, name) in (None, "", ())
    }
    return msgspec.structs.replace(lead, **blanks, removed=lead.removed and other.removed)


def has_address(connection: sqlite3.Connection, article: int) -> bool:
    """Whether the library's article has any address."""
    row = connection.execute("SELECT 1 FROM address WHERE article_id = ? LIMIT 1", (article,)).fetchone()
    return row is not None


def _article_at(connection: sqlite3.Connection, source: int, path: str) -> int | None:
    sql = "SELECT article_id FROM origin WHERE source_id = ? AND path = ?"
    row = connection.execute(sql, (source, path)).fetchone()
    return row[0] if row else None


def _listed(connection: sqlite3.Connection) -> int:
    count: int = connection.execute("SELECT count(*) FROM article WHERE listed = 1").fetchone()[0]
    return count


def _drop_origin(connection: sqlite3.Connection, source: int, path: str) -> None:
    article = _article_at(connection, source, path)
    if article is None:
        return
    _read_again(connection, article, source, path)
    connection.execute("DELETE FROM origin WHERE source_id = ? AND path = ?", (source, path))
    connection.execute(
        "UPDATE content SET lead_source = NULL, lead_path = NULL"
        " WHERE article_id = ? AND lead_source = ? AND lead_path = ?",
        (article, source, path),
    )
    relist(connection, [article])


def _move_marks(connection: sqlite3.Connection, step: Step, old: int, new: int) -> None:
    """A file turned out to tell an article that the library has: what was done to it follows."""
    step.before(old)
    step.before(new)
    connection.execute(
        "UPDATE article SET read = max(read, (SELECT read FROM article WHERE id = ?)) WHERE id = ?",
        (old, new),
    )
    has = "SELECT 1 FROM bookmark WHERE article_id = ?"
    if connection.execute(has, (old,)).fetchone() and not connection.execute(has, (new,)).fetchone():
        tags = connection.execute("SELECT name FROM tag WHERE article_id = ?", (old,)).fetchall()
        connection.execute("DELETE FROM tag WHERE article_id = ?", (old,))
        connection.execute("UPDATE bookmark SET article_id = ? WHERE article_id = ?", (new, old))
        connection.executemany(
            "INSERT INTO tag (name, article_id) VALUES (?, ?)", [(tag, new) for (tag,) in tags]
        )
        connection.execute("UPDATE article SET bookmarked = (id = ?) WHERE id IN (?, ?)", (new, old, new))
        relist(connection, [old, new])
