"""Bookmarks: each with tags, a note, and its own copy of the article. Every change can be undone."""

import sqlite3
import time
from collections.abc import Callable, Iterable

import msgspec

from tui_reader import clean
from tui_reader.library import changes, pages
from tui_reader.library.database import Database
from tui_reader.library.intake import decode_article, filled, find, insert, retell
from tui_reader.library.mentions import article_of
from tui_reader.library.sources import relist
from tui_reader.library.words import in_step
from tui_reader.model import Article, Bookmark, Mention

MAX_TAG = 60
MAX_NOTE = 100_000

PUT = """
INSERT INTO bookmark (article_id, added, note, copy) VALUES (:id, :added, :note, :copy)
ON CONFLICT (article_id) DO UPDATE SET added = excluded.added, note = excluded.note
"""
GET_UNTOLD = "SELECT summary, body, rest FROM content WHERE article_id = ? AND lead_source IS NULL"


class NoSuchArticle(Exception):  # noqa: N818 - it reads as what it says
    def __init__(self, article_id: int) -> None:
        super().__init__(f"There is no article {article_id} in the library.")


class Bookmarks:
    """Ids that are not in the library raise `NoSuchArticle`, and nothing is changed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, article_id: int, tags: Iterable[str] = (), note: str | None = None) -> None:
        """Bookmark an article. One that is bookmarked gains these tags, and the note where one is given."""

        def edited(was: Bookmark | None) -> Bookmark:
            was = was or Bookmark(added=int(time.time()))
            return Bookmark(
                was.added, clean_tags([*was.tags, *tags]), was.note if note is None else clean_note(note)
            )

        self._change(article_id, edited, "Bookmarked")

    def edit(self, article_id: int, tags: Iterable[str], note: str) -> None:
        """Set tags and note, bookmarking the article where it is not yet."""

        def edited(was: Bookmark | None) -> Bookmark:
            return Bookmark(was.added if was else int(time.time()), clean_tags(tags), clean_note(note))

        self._change(article_id, edited, "Edited the bookmark of")

    def remove(self, article_id: int) -> None:
        self._change(article_id, lambda was: None, "Took the bookmark off")

    def toggle(self, article_id: int) -> bool:
        """Bookmark an article, or take its bookmark off; whether it is bookmarked now."""

        def edited(was: Bookmark | None) -> Bookmark | None:
            return None if was else Bookmark(added=int(time.time()))

        return self._change(article_id, edited, "Bookmarked", "Took the bookmark off") is not None

    def add_mention(self, mention: Mention) -> int:
        """Keep an article that only another one's list tells of; answers its id in the library."""

        def change(connection: sqlite3.Connection) -> int:
            article = article_of(mention)
            with in_step(connection) as step:
                found = find(connection, article)
                article_id = found or insert(connection, step, article, int(time.time()))
                if _get(connection, article_id) is None:
                    bookmark = Bookmark(added=int(time.time()))
                    _replace(connection, article_id, None, bookmark, f"Bookmarked “{mention.title}”")
            return article_id

        return self._database.write(change).result()

    def add_page(
        self,
        article: Article,
        body: str,
        problem: str,
        tags: Iterable[str],
        note: str | None,
        asked: str = "",
        *,
        unreached: bool = False,
    ) -> int:
        """Keep a page with its text, or with why there is none, in one transaction; answers its id.

        One that is in the library, under its own address or the one that was `asked` for, stays as it is, but
        gains the text, the tags, and the note where one is given; and a title where it had none.
        """
        by_asked = Article(title="", url=asked)

        def change(connection: sqlite3.Connection) -> int:
            now = int(time.time())
            with in_step(connection) as step:
                found = find(connection, by_asked) or find(connection, article)
                article_id = found or insert(connection, step, article, now)
                step.before(article_id)
                if found:
                    _describe(connection, found, article, now)
                image = article.images[0].url if article.images else ""
                if problem or pages.is_more(connection, article_id, body):
                    pages.put(connection, article_id, body, problem, image, unreached=unreached)
            # In a step of its own: it changes the article's words once more.
            was = _get(connection, article_id)
            kept = was or Bookmark(added=now)
            said = kept.note if note is None else clean_note(note)
            bookmark = Bookmark(kept.added, clean_tags([*kept.tags, *tags]), said)
            if bookmark != was:
                _replace(connection, article_id, was, bookmark, f"Bookmarked “{article.title}”")
            return article_id

        return self._database.write(change).result()

    def describe(self, article_id: int, told: Article) -> None:
        """What an article's page says of itself, where nothing but its address was known."""

        def change(connection: sqlite3.Connection) -> None:
            with in_step(connection) as step:
                step.before(article_id)
                _describe(connection, article_id, told, int(time.time()))

        self._database.write(change).result()

    def _change(
        self,
        article_id: int,
        edited: Callable[[Bookmark | None], Bookmark | None],
        done: str,
        undone: str = "",
    ) -> Bookmark | None:
        """`done` and `undone` say in the list of changes what became of the bookmark."""

        def change(connection: sqlite3.Connection) -> Bookmark | None:
            row = connection.execute("SELECT title FROM article WHERE id = ?", (article_id,)).fetchone()
            if row is None:
                raise NoSuchArticle(article_id)
            was = _get(connection, article_id)
            bookmark = edited(was)
            if bookmark != was:
                verb = undone if undone and bookmark is None else done
                _replace(connection, article_id, was, bookmark, f"{verb} “{row[0]}”")
            return bookmark

        return self._database.write(change).result()


def clean_note(note: str) -> str:
    return clean.text(note, MAX_NOTE).strip()


def clean_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as they are kept: no `#`, no commas, no blanks at the ends, each once whatever its case."""
    kept: dict[str, str] = {}
    for tag in tags:
        plain = clean.line(tag.replace(",", " ").strip().lstrip("#"), MAX_TAG)
        if plain:
            kept.setdefault(plain.casefold(), plain)
    return tuple(sorted(kept.values(), key=str.casefold))


def put_back(connection: sqlite3.Connection, before: changes.BookmarkWas) -> None:
    """Make a bookmark what it was, without a step of undo for that."""
    if connection.execute("SELECT 1 FROM article WHERE id = ?", (before.article,)).fetchone():
        _put(connection, before.article, before.bookmark, before.copy)


def _replace(
    connection: sqlite3.Connection, article_id: int, was: Bookmark | None, now: Bookmark | None, label: str
) -> None:
    copy = connection.execute("SELECT copy FROM bookmark WHERE article_id = ?", (article_id,)).fetchone()
    changes.record(
        connection,
        label,
        changes.BookmarkWas(article=article_id, bookmark=was, copy=copy[0] if copy else b""),
    )
    _put(connection, article_id, now, b"")


def _put(connection: sqlite3.Connection, article_id: int, bookmark: Bookmark | None, copy: bytes) -> None:
    with in_step(connection) as step:
        if _says_something(bookmark) or _says_something(_get(connection, article_id)):
            step.before(article_id)
        _put_rows(connection, article_id, bookmark, copy)
    connection.execute("UPDATE article SET bookmarked = ? WHERE id = ?", (bookmark is not None, article_id))
    relist(connection, [article_id])


def _says_something(bookmark: Bookmark | None) -> bool:
    """Whether a bookmark adds words to its article."""
    return bookmark is not None and bool(bookmark.tags or bookmark.note)


def _put_rows(
    connection: sqlite3.Connection, article_id: int, bookmark: Bookmark | None, copy: bytes
) -> None:
    connection.execute("DELETE FROM tag WHERE article_id = ?", (article_id,))
    if bookmark is None:
        connection.execute("DELETE FROM bookmark WHERE article_id = ?", (article_id,))
    else:
        values = {"id": article_id, "added": bookmark.added, "note": bookmark.note}
        connection.execute(PUT, {**values, "copy": copy or _copy_of(connection, article_id)})
        connection.executemany(
            "INSERT OR IGNORE INTO tag (name, article_id) VALUES (?, ?)",
            [(tag, article_id) for tag in bookmark.tags],
        )


def _get(connection: sqlite3.Connection, article_id: int) -> Bookmark | None:
    row = connection.execute(
        "SELECT added, note FROM bookmark WHERE article_id = ?", (article_id,)
    ).fetchone()
    if row is None:
        return None
    sql = "SELECT name FROM tag WHERE article_id = ? ORDER BY name COLLATE NOCASE"
    return Bookmark(row[0], clean_tags(tag for (tag,) in connection.execute(sql, (article_id,))), row[1])


def _copy_of(connection: sqlite3.Connection, article_id: int) -> bytes:
    sql = "SELECT rest, summary, body FROM content WHERE article_id = ?"
    return msgspec.json.encode(decode_article(*connection.execute(sql, (article_id,)).fetchone()))


def is_bare(article: Article) -> bool:
    """Whether nothing is known of it but where it is: its page could not be had when it was kept."""
    return bool(article.url) and article.title == article.url


def _describe(connection: sqlite3.Connection, article_id: int, told: Article, now: int) -> None:
    """A bare article that no source tells takes its page's words; the index is the caller's."""
    row = connection.execute(GET_UNTOLD, (article_id,)).fetchone()
    if row is None or is_bare(told):
        return
    summary, body, rest = row
    stored = decode_article(rest, summary, body)
    if not is_bare(stored):
        return
    retell(connection, article_id, filled(msgspec.structs.replace(told, url=stored.url), stored), now)
