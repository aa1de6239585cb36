"""Is the library whole, how large is it, and what could it let go of?"""

import sqlite3
from collections.abc import Iterator

from msgspec import Struct

from tui_reader.library.database import Database
from tui_reader.library.ids import as_json
from tui_reader.library.index import Index
from tui_reader.library.words import in_step

SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
SIZES = f"""
SELECT (SELECT count(*) FROM article WHERE listed = 1),
    (SELECT coalesce(sum(length(CAST(summary || body AS BLOB)) + length(rest)), 0) FROM content),
    (SELECT coalesce(sum(length(block)), 0) FROM search_data),
    (SELECT coalesce(sum(length(block)), 0) FROM headline_data)
        + (SELECT coalesce(sum(length(block)), 0) FROM gist_data)
        + (SELECT coalesce(sum(length(c0)), 0) FROM gist_content),
    ({SIZE}),
    (SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size)
"""
# What no source has any more and nobody has bookmarked. It comes back with its source. The highest number
# stays, so that none is given twice: steps of undo, and what is new, go by it.
LEFT_OVER = """
FROM article WHERE bookmarked = 0 AND NOT EXISTS (
        SELECT 1 FROM origin JOIN source ON source.id = source_id
        WHERE origin.article_id = article.id AND source.removed = 0
    )
    AND id < (SELECT max(id) FROM article)
"""
FORGET_REMOVED = """
DELETE FROM change WHERE CAST(before AS TEXT) ->> '$.type' = 'SourceWas'
    AND CAST(before AS TEXT) ->> '$.id' IN (SELECT id FROM source WHERE removed = 1)
"""
LEAVES_STORIES = """
UPDATE article SET grouped = 0 WHERE story IN (
    SELECT story FROM article WHERE id IN (SELECT value FROM json_each(?))
)
"""
BATCH = 200


class Finding(Struct, frozen=True):
    sound: bool
    sentence: str


class Doctor:
    def __init__(self, database: Database, index: Index) -> None:
        self._database = database
        self._index = index

    def examine(self) -> Iterator[Finding]:
        """Look at everything, one finding after the other; a damaged index is made anew on the way."""
        yield self._file()
        yield self._references()
        yield from self._words()
        yield from self._sizes()

    def _file(self) -> Finding:
        faults = [row[0] for row in self._database.rows("PRAGMA integrity_check(3)")]
        # That looks at the index too, which has a finding of its own.
        faults = [
            fault for fault in faults if "FTS5" not in fault and "malformed inverted index" not in fault
        ]
        if faults in ([], ["ok"]):
            return Finding(True, "The file is sound.")
        return Finding(
            False, f"The file is damaged: {'; '.join(faults)}. Export what is in it, and load it anew."
        )

    def _references(self) -> Finding:
        lost = len(self._database.rows("PRAGMA foreign_key_check"))
        if not lost:
            return Finding(True, "Everything belongs to an article or a source.")
        told = "1 row belongs" if lost == 1 else f"{lost:,} rows belong"
        return Finding(False, f"{told} to nothing that is there.")

    def _words(self) -> Iterator[Finding]:
        waiting = self._index.waiting()
        if waiting:
            self._index.fill()
            yield Finding(True, f"The words of {_articles(waiting)} were not indexed yet; now they are.")
        if self._index.is_sound():
            yield Finding(True, "The index of words is sound.")
            return
        self._index.make_anew()
        self._index.fill()
        sound = self._index.is_sound()
        told = "was damaged; it has been made anew from the articles" if sound else "is damaged"
        yield Finding(sound, f"The index of words {told}.")

    def _sizes(self) -> Iterator[Finding]:
        articles, texts, search, others, whole, free = self._database.row(SIZES)
        yield Finding(
            True,
            f"{_articles(articles)} in {_megabytes(whole)}: their texts are {_megabytes(texts)}, "
            f"the index of words {_megabytes(search + others)}, unused {_megabytes(free)}.",
        )
        left = self._database.row(f"SELECT count(*) {LEFT_OVER}")[0]
        if left:
            yield Finding(True, f"No source has {_articles(left)} any more; --vacuum lets go of that.")

    def compact(self) -> Iterator[str]:
        """Let go of what no source has any more, and give unused room back to the disk."""
        before = self._size()
        gone = 0
        self._drop_removed()
        while dropped := self._drop_some():
            gone += dropped
        if gone:
            yield f"Let go of {_articles(gone)} that no source has any more."
        self._database.maintain("INSERT INTO search (search) VALUES ('optimize')")
        self._database.maintain("VACUUM")
        self._database.maintain("PRAGMA wal_checkpoint(TRUNCATE)")
        yield f"{_megabytes(before)} have become {_megabytes(self._size())}."

    def _drop_removed(self) -> None:
        """For good: then undo must not name them any more."""

        def change(connection: sqlite3.Connection) -> None:
            connection.execute(FORGET_REMOVED)
            connection.execute("DELETE FROM source WHERE removed = 1")

        self._database.write(change, load=True).result()

    def _drop_some(self) -> int:
        def change(connection: sqlite3.Connection) -> int:
            ids = [row[0] for row in connection.execute(f"SELECT id {LEFT_OVER} LIMIT {BATCH}")]
            connection.execute(LEAVES_STORIES, (as_json(ids),))
            with in_step(connection) as step:
                for article_id in ids:
                    step.before(article_id)
                    connection.execute("DELETE FROM article WHERE id = ?", (article_id,))
            return len(ids)

        return self._database.write(change, load=True).result()

    def _size(self) -> int:
        size: int = self._database.row(SIZE)[0]
        return size


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count:,} articles"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
