"""Who tells the same: articles about one event are grouped into stories as they come, change and go.

    article → its gist → who within a week is alike → is it the same event? → its story, in the store

An article joins the story of whoever it is most like (single link), if it is like enough, if the story then
still fits into a week, and if it is somewhat like the rest of the story too: a chain of articles each like
the next would swallow everything. What a changed or vanished article leaves behind is grouped anew.

The work is done for many articles in the order of time, beside a window of a week on either side. The window
holds a list of articles for each word and no vectors: 0.5 KB an article.
"""

# `array[int]` can be written at run time from Python 3.12 on.
from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from tui_reader.library.conditions import BY, LEAD
from tui_reader.library.database import Database
from tui_reader.library.ids import as_json
from tui_reader.library.likeness import Vector, Vocabulary, likeness
from tui_reader.library.words import SLOTS
from tui_reader.model import Story

# Measured by tests/benchmarks/quality.py.
ACROSS = 0.28
"""Likeness from which on two publishers tell the same event within a day."""
LATER = 0.05
"""What more is asked for each further day: who tells it later in the same words tells what came of it."""
WITHIN = 0.7
"""The same within one publisher, whose articles share phrases, and where a date is not known."""
HEADLINES = 0.1
"""How much of each title the other article must tell: a digest of the week is about none of its items."""
TITLES = 0.8
"""Likeness of two titles of one publisher's; boilerplate makes the rest alike."""
FEW = 3
"""Words below which nothing tells an event: “Untitled”, “Open thread”, “Links”."""
GROUP = 0.2
"""Mean likeness to the rest of the story."""
SPAN = 7 * 86_400
"""Seconds from a story's first article to its last."""

BATCH = 250
"""Articles that are grouped in one go: 0.1 s, and one transaction."""
LOOKED_AT = 500
"""Articles with a word that are looked at, the latest: the same text a thousand times takes no longer."""
UNASKED = 0.04
"""Of an article those words that say least, less than this part of it: they are in most articles."""
PROMISING, COMPARED = 0.7 * ACROSS, 8
"""How alike by the other words, and how many of the most alike, are compared in full."""
SAMPLE = 8
"""Of a story's articles, that stand for all of it."""

WAITING = "SELECT count(*) FROM article WHERE grouped != 1 AND indexed = 1"
NEXT = """
SELECT id, story FROM article INDEXED BY article_ungrouped WHERE grouped != 1 AND indexed = 1
ORDER BY place LIMIT ?
"""
TAKE = "UPDATE article SET grouped = 2 WHERE id IN (SELECT value FROM json_each(?)) AND grouped != 1"
MEMBERS = "SELECT id FROM article WHERE story IN (SELECT value FROM json_each(?))"
TOLD = f"""
SELECT id, place, coalesce(published, sorted), published IS NOT NULL, {BY}, story, gist.words
FROM gist CROSS JOIN article ON place = gist.rowid
WHERE gist.rowid BETWEEN ? AND ? AND listed = 1 AND grouped = 1 ORDER BY gist.rowid
"""
THESE = f"""
SELECT id, place, coalesce(published, sorted), published IS NOT NULL, {BY}, story, gist.words FROM article
CROSS JOIN gist ON gist.rowid = place
WHERE id IN (SELECT value FROM json_each(?)) AND listed = 1 ORDER BY place
"""
GISTS = "SELECT rowid, words FROM gist WHERE rowid IN (SELECT value FROM json_each(?))"
OF_STORY = """
SELECT id, place, coalesce(published, sorted) FROM article WHERE story = ? AND listed = 1 AND grouped = 1
"""
PUT = "UPDATE article SET story = ? WHERE id = ? AND story IS NOT ?"
# What has changed since it was taken, or what another program has grouped by now, is no longer 2.
STILL = "SELECT count(*) FROM article WHERE id IN (SELECT value FROM json_each(?)) AND grouped = 2"
DONE = "UPDATE article SET grouped = 1 WHERE id IN (SELECT value FROM json_each(?)) AND indexed = 1"
AGAIN = "UPDATE article SET grouped = 0 WHERE id IN (SELECT value FROM json_each(?)) AND grouped = 2"

ALL = f"""
SELECT story, group_concat(id), count(DISTINCT {BY}) AS sources, min(published), max(published), max(sorted)
FROM article WHERE story IS NOT NULL AND listed = 1 GROUP BY story
HAVING count(*) > 1 AND sources >= ? AND max(sorted) >= ? ORDER BY max(sorted) DESC, story
"""


class Told(Struct):
    """An article as the grouping sees it."""

    id: int
    place: int
    when: int
    dated: bool
    by: str
    story: int | None
    gist: str


class Member(NamedTuple):
    """An article of a story."""

    id: int
    place: int
    when: int


class Group:
    """The articles of a story, one at the least."""

    def __init__(self, story: int | None, members: list[Member]) -> None:
        self.story = story
        self.members = members
        self.first = min(member.when for member in members)
        self.last = max(member.when for member in members)

    def take_in(self, other: Group) -> None:
        self.members += other.members
        self.first, self.last = min(self.first, other.first), max(self.last, other.last)

    def sample(self) -> list[int]:
        """Some of their places, evenly spread."""
        return [member.place for member in self.members[:: max(1, -(-len(self.members) // SAMPLE))]]


class Stories:
    def __init__(self, database: Database, vocabulary: Vocabulary) -> None:
        self._database = database
        self._vocabulary = vocabulary

    def waiting(self) -> int:
        """Articles of which it is not known yet who else tells the same."""
        count: int = self._database.row(WAITING)[0]
        return count

    def fill(self) -> None:
        """Group all that wait."""
        grouping = self.grouping()
        while grouping.go_on():
            pass

    def grouping(self) -> Grouping:
        return Grouping(self._database, self._vocabulary)

    def all(self, *, since: int | None = None, min_sources: int = 1) -> list[Story]:
        """Every story, the latest first; `since` is the earliest time that its last article may have."""
        rows = self._database.rows(ALL, (min_sources, -(2**62) if since is None else since))
        return [
            Story(story, tuple(map(int, ids.split(","))), sources, first, last)
            for story, ids, sources, first, last, _ in rows
        ]

    def lead(self, ids: Sequence[int]) -> int:
        """Which of a story's articles stands for it."""
        sql = f"SELECT id FROM article WHERE id IN (SELECT value FROM json_each(?)) ORDER BY {LEAD} LIMIT 1"
        lead: int = self._database.row(sql, (as_json(ids),))[0]
        return lead


class Grouping:
    """One walk through what waits, the earliest first. Killed at any moment, it is gone on with next time."""

    def __init__(self, database: Database, vocabulary: Vocabulary) -> None:
        self._database = database
        self._vocabulary = vocabulary
        self._window = Window()
        self._until: int | None = None
        """Up to which place the window has been filled."""
        self._story: dict[int, int | None] = {}
        """What has been found out in this batch, by article."""
        self._groups: dict[int, Group] = {}
        """Stories that were looked at in this batch."""

    def go_on(self) -> bool:
        """Group some of what waits; whether there was any."""
        rows = self._database.rows(NEXT, (BATCH,))
        if not rows:
            return False
        ids = self._taken(rows)
        self._story, self._groups = dict.fromkeys(ids), {}
        told = [Told(*row) for row in self._database.rows(THESE, (as_json(ids),))]
        self._vocabulary.look_again()
        self._window.forget(ids, [article.place for article in told])
        for run in _runs(told):
            self._look_around(run[0].place, run[-1].place)
            for article in run:
                article.story = None
                self._group(article)
        if not self._put(ids):
            self._window.clear()
            self._until = None
        return True

    def _taken(self, rows: list[tuple[int, int | None]]) -> list[int]:
        """These, and the rest of the stories that they were in."""
        stories = {story for _, story in rows if story is not None}
        ids = {article_id for article_id, _ in rows}
        if stories:
            ids |= {row[0] for row in self._database.rows(MEMBERS, (as_json(stories),))}

        def change(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE article SET grouped = 0 WHERE story IN (SELECT value FROM json_each(?))",
                (as_json(stories),),
            )
            connection.execute(TAKE, (as_json(ids),))

        self._database.write(change, load=True).result()
        return sorted(ids)

    def _look_around(self, first: int, last: int) -> None:
        """Bring the window to where it reaches a week beyond both."""
        low, high = first - SPAN * SLOTS, last + SPAN * SLOTS
        if self._until is None or low > self._until or low < self._window.low:
            self._window.clear()
            self._until = low - 1
        self._window.drop_before(low)
        if high > self._until:
            for row in self._database.rows(TOLD, (self._until + 1, high)):
                article = Told(*row)
                self._window.add(article, self._vocabulary.vector(article.gist))
            self._until = high

    def _group(self, article: Told) -> None:
        self._vocabulary.learn(set(article.gist.split()))
        vector = self._vocabulary.vector(article.gist)
        near = self._window.nearest(vector, article.place - SPAN * SLOTS, article.place + SPAN * SLOTS)
        vectors = self._vectors(other.place for other in near)
        alike = [
            (likeness(vector.words, found.words), other)
            for other in near
            if (found := vectors.get(other.place)) and _is_same(article, vector, other, found)
        ]
        for _, other in sorted(alike, key=lambda pair: -pair[0]):
            self._join(article, other)
        self._window.add(article, vector)

    def _vectors(self, places: Iterable[int]) -> dict[int, Vector]:
        gists = self._database.rows(GISTS, (as_json(places),))
        return {place: self._vocabulary.vector(gist) for place, gist in gists}

    def _join(self, one: Told, other: Told) -> None:
        """Make one story of the two that these are in, if what comes of it is one."""
        if one.story is not None and one.story == other.story:
            return
        small, large = sorted((self._around(one), self._around(other)), key=lambda group: len(group.members))
        span = max(small.last, large.last) - min(small.first, large.first)
        if span > SPAN or not self._are_one(small, large):
            return
        # The lower number stays; but a story of thousands is not renumbered for one article more.
        large.take_in(small)
        changed = small.members if large.story is not None else large.members
        story = large.story if large.story is not None else min(member.id for member in large.members)
        large.story = story
        self._groups[story] = large
        for member in changed:
            self._story[member.id] = story
            if member.place in self._window.at:
                self._window.at[member.place].story = story
        one.story = other.story = story

    def _around(self, article: Told) -> Group:
        """The story that it is in, or it alone."""
        alone = Group(None, [Member(article.id, article.place, article.when)])
        if article.story is None:
            return alone
        if article.story not in self._groups:
            members = [Member(*row) for row in self._database.rows(OF_STORY, (article.story,))]
            # Another program may just have taken it apart.
            self._groups[article.story] = Group(article.story, members) if members else alone
        return self._groups[article.story]

    def _are_one(self, one: Group, other: Group) -> bool:
        if len(one.members) == len(other.members) == 1:
            return True
        mine, theirs = one.sample(), other.sample()
        vectors = self._vectors([*mine, *theirs])
        pairs = [
            likeness(vectors[a].words, vectors[b].words)
            for a in mine
            for b in theirs
            if a in vectors and b in vectors
        ]
        return bool(pairs) and sum(pairs) / len(pairs) >= GROUP

    def _put(self, ids: Sequence[int]) -> bool:
        """Into the store; not if what was found out is no longer so: then it is found out again."""
        found, taken = list(self._story.items()), as_json(ids)

        def change(connection: sqlite3.Connection) -> bool:
            still: int = connection.execute(STILL, (taken,)).fetchone()[0]
            if still < len(ids):
                connection.execute(AGAIN, (taken,))
                return False
            connection.executemany(PUT, [(story, article, story) for article, story in found])
            connection.execute(DONE, (taken,))
            return True

        return self._database.write(change, load=True).result()


class Window:
    """Articles of some weeks, found by their words."""

    def __init__(self) -> None:
        self.low = 0
        """The place from which on it holds articles."""
        self.at: dict[int, Told] = {}
        self._places: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
        self._weights: defaultdict[str, array[float]] = defaultdict(lambda: array("f"))

    def clear(self) -> None:
        self.at.clear()
        self._places.clear()
        self._weights.clear()

    def forget(self, ids: Iterable[int], places: Iterable[int]) -> None:
        """These have changed, or stand there now; what the words say of them counts no more."""
        gone = set(ids)
        for place in [*places, *(place for place, told in self.at.items() if told.id in gone)]:
            self.at.pop(place, None)

    def drop_before(self, low: int) -> None:
        self.low = low
        gone = [place for place in self.at if place < low]
        if 2 * len(gone) < len(self.at):
            return
        for place in gone:
            del self.at[place]
        for word in list(self._places):
            kept = [
                (place, weight)
                for place, weight in zip(self._places[word], self._weights[word], strict=True)
                if place in self.at
            ]
            if kept:
                self._places[word] = array("q", (place for place, _ in kept))
                self._weights[word] = array("f", (weight for _, weight in kept))
            else:
                del self._places[word], self._weights[word]

    def add(self, article: Told, vector: Vector) -> None:
        article.gist = ""  # it is in the store
        self.at[article.place] = article
        for word, weight in vector.words.items():
            self._places[word].append(article.place)
            self._weights[word].append(weight)

    def nearest(self, vector: Vector, low: int, high: int) -> list[Told]:
        """Those most alike between two places, as far as the words tell that say most."""
        likeness_of: dict[int, float] = {}
        rest = 1.0
        for word, weight in sorted(vector.words.items(), key=lambda term: -term[1]):
            if rest < UNASKED:
                break
            rest -= weight * weight
            if word not in self._places:
                continue
            places, weights = self._places[word][-LOOKED_AT:], self._weights[word][-LOOKED_AT:]
            for place, other in zip(places, weights, strict=True):
                likeness_of[place] = likeness_of.get(place, 0.0) + weight * other
        found = [
            (alike, place)
            for place, alike in likeness_of.items()
            if alike >= PROMISING and low <= place <= high and place in self.at
        ]
        return [self.at[place] for _, place in sorted(found, reverse=True)[:COMPARED]]


def _runs(told: Sequence[Told]) -> Iterator[Sequence[Told]]:
    """Parts between which so much time passes that none has to do with the other."""
    begin = 0
    for at in range(1, len(told) + 1):
        if at == len(told) or told[at].place - told[at - 1].place > 2 * SPAN * SLOTS:
            yield told[begin:at]
            begin = at


def _is_same(one: Told, mine: Vector, other: Told, theirs: Vector) -> bool:
    """Whether two articles tell the same event."""
    if min(len(mine.words), len(theirs.words)) < FEW:
        return False
    alike = likeness(mine.words, theirs.words)
    if one.by != other.by and one.dated and other.dated:
        told = min(likeness(mine.headline, theirs.words), likeness(theirs.headline, mine.words))
        later = max(0.0, abs(one.when - other.when) / 86_400 - 1)
        return alike >= ACROSS + LATER * later and told >= HEADLINES
    # Part 1 and part 2, the first of May and the second.
    if mine.numbers - theirs.numbers and theirs.numbers - mine.numbers:
        return False
    return alike >= WITHIN and likeness(mine.headline, theirs.headline) >= TITLES
