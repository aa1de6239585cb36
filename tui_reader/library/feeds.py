"""Feeds as sources: their addresses, how the last fetches went, what they brought."""

import sqlite3
import time
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct, structs

from tui_reader import clean
from tui_reader.library.database import Database
from tui_reader.library.intake import Brought, TakenIn, take_in
from tui_reader.library.sources import ONE, add, is_gone, source_at, step_aside
from tui_reader.library.words import in_step
from tui_reader.model import Source

MOVES = 3
"""Fetches in a row that a permanent redirect leads elsewhere, before that is the feed's address."""
FIRST_WAIT, LONGEST_WAIT = 600, 86_400
"""Seconds until a failing feed is asked again, doubled each time, up to a day."""
LONGEST_UNREACHED = 1_800
"""The same where its server was not reached: after a night without a network nobody waits for a day."""

STATE = """
SELECT etag, last_modified, due, failures FROM fetched WHERE source_id = ?
"""
DUE = f"""
{ONE} LEFT JOIN fetched ON source_id = source.id
WHERE kind = 'feed' AND removed = 0 AND paused = 0 AND coalesce(due, 0) <= :now
    AND coalesce(checked, 0) + coalesce(every, :every) <= :now ORDER BY id
"""
SUCCEEDED = """
INSERT INTO fetched (source_id, etag, last_modified, moved_to, moved)
VALUES (:source, :etag, :last_modified, :moved_to, :moved_to != '')
ON CONFLICT (source_id) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified,
    due = 0, failures = 0,
    moved = iif(excluded.moved_to = '', 0, iif(moved_to = excluded.moved_to, moved + 1, 1)),
    moved_to = excluded.moved_to
RETURNING moved
"""
FAILED = """
INSERT INTO fetched (source_id, due, failures) VALUES (:source, :due, 1)
ON CONFLICT (source_id) DO UPDATE SET failures = failures + 1, due = excluded.due
"""
DESCRIBE = """
UPDATE source SET folder = iif(:folder = '', folder, :folder), site = iif(:site = '', site, :site),
    named = named OR :named, typed = typed OR :typed, every = coalesce(:every, every),
    paused = paused OR :paused
WHERE id = :source
"""
# Whom a person has trusted is the host that they typed, which may be private: not where its owner leads to.
MOVE = "UPDATE OR IGNORE source SET location = :to, typed = typed AND :same_host WHERE id = :source"
CHECKED = "UPDATE source SET checked = ?, problem = ? WHERE id = ?"
# What a person has named stays named so.
NAME = "UPDATE source SET title = iif(named OR :title = '', title, :title), site = :site WHERE id = :source"


class State(Struct, frozen=True):
    """What is known for the next fetch."""

    etag: str = ""
    last_modified: str = ""
    due: int = 0
    """Not before this time, since it failed, or asked for it."""
    failures: int = 0


class Answer(Struct, frozen=True):
    """What a feed's server said besides its entries."""

    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    title: str = ""
    site: str = ""


class NewFeed(Struct, frozen=True):
    url: str
    title: str = ""
    folder: str = ""
    site: str = ""
    named: bool = False
    """It keeps this title for good."""
    typed: bool = False
    """A person gave this very address."""
    every: int | None = None
    paused: bool = False


class Came(NamedTuple):
    """What a fetch brought, a `BATCH` at the most."""

    source: int
    brought: Sequence[Brought]
    answer: Answer


class Feeds:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        url: str,
        title: str = "",
        folder: str = "",
        site: str = "",
        *,
        named: bool = False,
        typed: bool = False,
    ) -> Source:
        """The source of a feed, new, known, or removed before."""
        return self.add_all([NewFeed(url, title, folder, site, named, typed)])[0]

    def add_all(self, feeds: Sequence[NewFeed]) -> list[Source]:
        """The sources of a list, in one transaction."""

        def change(connection: sqlite3.Connection) -> list[Source]:
            sources = [
                add(connection, "feed", feed.url, feed.title or clean.without_login(feed.url))
                for feed in feeds
            ]
            for feed, source in zip(feeds, sources, strict=True):
                connection.execute(DESCRIBE, {**structs.asdict(feed), "source": source.id})
            return [source_at(connection, source.id) for source in sources]

        return self._database.write(change).result()

    def due(self, every: float) -> list[Source]:
        """The feeds to be asked now, which those that do not say otherwise are every so many seconds."""
        return [Source(*row) for row in self._database.rows(DUE, {"now": int(time.time()), "every": every})]

    def state(self, source: int) -> State:
        row = self._database.row(STATE, (source,))
        return State(*row) if row else State()

    def came(self, fetches: Sequence[Came]) -> list[TakenIn]:
        """What these fetches brought, and how they went, in one transaction."""

        def change(connection: sqlite3.Connection) -> list[TakenIn]:
            with in_step(connection) as step:
                taken = [take_in(connection, step, came.source, came.brought) for came in fetches]
            if any(part.new for part in taken):
                # Not before: without a network there would be nothing in their place.
                step_aside(connection)
            for source, _, answer in fetches:
                self._succeeded(connection, source, answer)
                connection.execute(NAME, {"title": answer.title, "site": answer.site, "source": source})
            return taken

        return self._database.write(change, load=True).result()

    def unchanged(self, source: int, answer: Answer) -> None:
        """The server says that nothing has changed."""
        self._database.write(
            lambda connection: self._succeeded(connection, source, answer), load=True
        ).result()

    def failed(
        self,
        source: int,
        reason: str,
        *,
        retry_after: int | None = None,
        gone: bool = False,
        unreached: bool = False,
    ) -> None:
        """A fetch failed. What is gone for good is not asked again until a person wants it."""
        failures = self.state(source).failures
        longest = LONGEST_UNREACHED if unreached else LONGEST_WAIT
        wait = min(longest, FIRST_WAIT * 2 ** min(failures, 10)) if retry_after is None else retry_after

        def change(connection: sqlite3.Connection) -> None:
            if is_gone(connection, source):
                return
            now = int(time.time())
            connection.execute(FAILED, {"source": source, "due": now + wait})
            connection.execute(CHECKED, (now, reason, source))
            if gone:
                connection.execute("UPDATE source SET paused = 1 WHERE id = ?", (source,))

        self._database.write(change, load=True).result()

    def _succeeded(self, connection: sqlite3.Connection, source: int, answer: Answer) -> None:
        if is_gone(connection, source):
            return
        values = {
            "source": source,
            "etag": answer.etag,
            "last_modified": answer.last_modified,
            "moved_to": answer.moved_to,
        }
        moved: int = connection.execute(SUCCEEDED, values).fetchone()[0]
        connection.execute(CHECKED, (int(time.time()), "", source))
        if moved >= MOVES:
            before = source_at(connection, source).location
            same_host = clean.host_of(before) == clean.host_of(answer.moved_to)
            connection.execute(MOVE, {"to": answer.moved_to, "same_host": same_host, "source": source})
