"""What belongs to an article: who tells the same event, whom its publisher's lists name, whose lists name it,
and what the library finds by its words.

    told (1 ms)    its story; the publisher's list, found in the library where it is there; who names it
    found (15 ms)  its rarest words → articles near in time, and anywhere → likeness × nearness × topics
"""

import math
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from msgspec import json
from msgspec.structs import replace

from tui_reader import clean
from tui_reader.library.database import Database
from tui_reader.library.gist import common_form, gist, plain_words, written_words
from tui_reader.library.ids import as_json
from tui_reader.library.likeness import Vector, Vocabulary, likeness, shared
from tui_reader.library.mentions import stems
from tui_reader.library.words import SLOTS
from tui_reader.model import Article, Mention, Related, Stored

SAME = 50
"""Articles of a story that are told of."""
FOUND = 10
"""Articles that the library adds to what is told."""
TERMS = 20
"""Words that an article is looked for by, those that say most."""
NEAR = 15 * 86_400
"""Seconds before and after an article within which all of them are looked for."""
COMMON = 1_000
"""Articles from which on, and beyond a twentieth of all, a word says too little to look for."""
AFAR = 2_000
"""Beyond it the rarest are, as long as so few articles have them: what is far off must be very like."""
COMPARED = 50
"""Candidates that are compared in full, of either kind."""
LEAST = 0.03
"""Score below which nothing is found."""
FAR, HALF = 0.3, 7.0
"""What remains of a likeness after a long time, and after how many days half of the rest is gone."""
WORDS_TOLD = 6

# The members of a collection are named by their paths, from its own folder or one above it.
WHERE_MET = "SELECT source_id, path FROM origin WHERE article_id = ?"
AT_STEM = """
SELECT article_id FROM origin JOIN article ON article.id = article_id
WHERE source_id = ? AND path > ? AND path < ? AND listed = 1 LIMIT 1
"""
AT_ADDRESSES = """
SELECT address, article_id FROM address JOIN article ON article.id = article_id
WHERE address IN (SELECT value FROM json_each(?)) AND listed = 1
"""
NAMED_BY = """
SELECT DISTINCT article.id FROM mention JOIN article ON article.id = mention.article_id
WHERE address IN (
    SELECT address FROM address WHERE article_id = :id UNION SELECT value FROM json_each(:paths)
) AND listed = 1 ORDER BY place DESC LIMIT 20
"""
SAME_STORY = """
SELECT other.id FROM article JOIN article AS other ON other.story = article.story
WHERE article.id = ? AND other.id != article.id AND other.listed = 1 ORDER BY other.place LIMIT ?
"""
MENTIONS = """
SELECT article.id, title, CAST(rest AS TEXT) ->> '$.url', published, provider, site, kind, quality
FROM article JOIN content ON article_id = article.id WHERE article.id IN (SELECT value FROM json_each(?))
"""
SUBJECTS = """
SELECT id, published, topics, told.words FROM article CROSS JOIN gist AS told ON told.rowid = place
WHERE id IN (SELECT value FROM json_each(?))
"""
WHERE_IT_STANDS = "SELECT place, story FROM article WHERE id = ?"
# Of each word its articles, and of each article the weights of the words that it has.
CANDIDATES = """
WITH wanted AS MATERIALIZED (
    SELECT '"' || (value ->> 0) || '"' AS word, value ->> 1 AS weight FROM json_each(:words)
), hits AS MATERIALIZED (
    SELECT gist.rowid AS at, sum(weight) AS alike FROM wanted CROSS JOIN gist ON gist MATCH word
    WHERE gist.rowid BETWEEN :low AND :high GROUP BY gist.rowid ORDER BY alike DESC LIMIT :most
)
SELECT id FROM hits CROSS JOIN article ON place = at
WHERE listed = 1 AND id != :id AND (story IS NULL OR story IS NOT :story)
"""
EVER = 2**62


class Subject(NamedTuple):
    """What decides how closely two articles are related."""

    when: int | None
    """None where its date is not known."""
    topics: frozenset[str]
    vector: Vector


class RelatedArticles:
    def __init__(self, database: Database, vocabulary: Vocabulary) -> None:
        self._database = database
        self._vocabulary = vocabulary

    def told(self, article_id: int, mentions: Sequence[Mention]) -> list[Related]:
        """Its story, then its publisher's list, then whose lists name it; each once, itself left out."""
        named = self._named(article_id, mentions)
        naming = self._naming(article_id)
        by_id = {entry.id: entry for entry in reversed(named) if entry.id is not None}
        story = [row[0] for row in self._database.rows(SAME_STORY, (article_id, SAME))]
        # Of its own articles the library knows more than others' lists do.
        own = self._mentions([*story, *naming, *by_id.keys()])
        entries = []
        for other in story:
            tie = by_id[other].named if other in by_id else "there" if other in naming else ""
            entries.append(Related(mention=own[other], id=other, group="story", named=tie))
        seen = {article_id, *story}
        entries += [
            entry if entry.id is None else replace(entry, mention=own[entry.id])
            for entry in named
            if entry.id not in seen
        ]
        seen |= by_id.keys()
        entries += [
            Related(mention=own[other], id=other, named="there") for other in naming if other not in seen
        ]
        return entries

    def found(self, stored: Stored, told: Sequence[Related]) -> list[Related]:
        """What the library adds to that: the likest first, at most `FOUND`."""
        self._vocabulary.look_again()
        here = self._subject(stored.article, stored.text)
        known = {entry.id for entry in told}
        ids = [other for other in self._candidates(stored.id, here) if other not in known]
        others = self._subjects(ids)
        scored = sorted(((score(here, other), number) for number, other in others.items()), reverse=True)
        chosen = {number: points for points, number in scored[:FOUND] if points >= LEAST}
        own = self._mentions(chosen)
        return [Related(mention=own[number], id=number, score=points) for number, points in chosen.items()]

    def explained(self, stored: Stored, entries: Sequence[Related]) -> list[Related]:
        """The same entries, each with its score and why it is there."""
        self._vocabulary.look_again()
        here = self._subject(stored.article, stored.text)
        others = self._subjects([entry.id for entry in entries if entry.id is not None])
        written = _as_written(stored.article)
        explained = []
        for entry in entries:
            other = others.get(entry.id or 0) or self._subject(entry.mention)
            both = shared(here.vector.words, other.vector.words, WORDS_TOLD)
            terms = [written.get(word, word) for word in both]
            why = _why(entry, terms, _apart(here.when, other.when), stored.article.provider)
            explained.append(replace(entry, score=round(score(here, other), 4), why=why))
        return explained

    # What is told

    def _named(self, article_id: int, mentions: Sequence[Mention]) -> list[Related]:
        entries = []
        seen: set[object] = {article_id}
        origins = self._database.rows(WHERE_MET, (article_id,))
        addresses = {
            url: clean.canonical(url)
            for mention in mentions
            for url in (mention.url, *mention.alternate_urls)
            if url
        }
        at = dict(self._database.rows(AT_ADDRESSES, (json.encode(list(addresses.values())).decode(),)))
        for mention in mentions:
            urls = (mention.url, *mention.alternate_urls) if mention.url else ()
            found = next((at[addresses[url]] for url in urls if url and addresses[url] in at), None)
            if not urls:
                found = self._at_path(mention, origins)
            name: object = found or clean.canonical(mention.url) or mention.path or mention.title
            if name not in seen:
                seen.add(name)
                entries.append(Related(mention=mention, id=found, named="here"))
        return entries

    def _at_path(self, mention: Mention, origins: list[tuple[int, str]]) -> int | None:
        for source, path in origins:
            for stem in stems(path, mention.path):
                if row := self._database.row(AT_STEM, (source, stem + ".", stem + "/")):
                    found: int = row[0]
                    return found
        return None

    def _naming(self, article_id: int) -> list[int]:
        origins = self._database.rows(WHERE_MET, (article_id,))
        paths = json.encode([f"{source}:{PurePosixPath(path).with_suffix('')}" for source, path in origins])
        rows = self._database.rows(NAMED_BY, {"id": article_id, "paths": paths.decode()})
        return [row[0] for row in rows if row[0] != article_id]

    def _mentions(self, ids: Iterable[int]) -> dict[int, Mention]:
        """The library's own articles as a list would tell of them."""
        rows = self._database.rows(MENTIONS, (as_json(ids),))
        return {
            row[0]: Mention(
                title=row[1],
                url=row[2] or "",
                published=row[3],
                provider=row[4],
                domain=row[5],
                kind=row[6],
                quality=row[7],
            )
            for row in rows
        }

    # What is found

    def _subject(self, article: Article | Mention, body: str = "") -> Subject:
        topics = article.topics if isinstance(article, Article) else ()
        words = gist(article.title, article.summary, body)
        self._vocabulary.learn(set(words.split()))
        return Subject(article.published, frozenset(topics), self._vocabulary.vector(words))

    def _subjects(self, ids: Iterable[int]) -> dict[int, Subject]:
        """Of articles of the library. Whatever ties them to another, that one's words have been learned."""
        return {
            number: Subject(when, _set(topics), self._vocabulary.vector(words))
            for number, when, topics, words in self._database.rows(SUBJECTS, (as_json(ids),))
        }

    def _candidates(self, article_id: int, here: Subject) -> list[int]:
        terms = sorted(here.vector.words.items(), key=lambda term: -term[1])
        common = max(COMMON, self._vocabulary.size // 20)
        near = ([term for term in terms if self._vocabulary.count(term[0]) < common] or terms)[:TERMS]
        at = self._database.row(WHERE_IT_STANDS, (article_id,))
        if at is None:
            return []
        place, story = at
        values = {"id": article_id, "story": story, "most": COMPARED}
        ids: dict[int, None] = {}
        for words, low, high in (
            (near, place - NEAR * SLOTS, place + NEAR * SLOTS),
            (_rarest(near, self._vocabulary), -EVER, EVER),
        ):
            values |= {"words": json.encode(words).decode(), "low": low, "high": high}
            ids |= dict.fromkeys(row[0] for row in self._database.rows(CANDIDATES, values))
        return list(ids)


Term = tuple[str, float]


def _rarest(terms: Sequence[Term], vocabulary: Vocabulary) -> list[Term]:
    """As many of the rarest words as few enough articles have, one at the least."""
    chosen: list[Term] = []
    room = AFAR
    for term in sorted(terms, key=lambda term: vocabulary.count(term[0])):
        room -= vocabulary.count(term[0])
        if room >= 0 or not chosen:
            chosen.append(term)
    return chosen


def score(one: Subject, other: Subject) -> float:
    """How closely two articles are related, from 0 to 1."""
    every = one.topics | other.topics
    in_common = len(one.topics & other.topics) / len(every) if every else 0.0
    alike = likeness(one.vector.words, other.vector.words)
    return alike * nearness(one.when, other.when) * (2 + in_common) / 3


def nearness(one: int | None, other: int | None) -> float:
    """1 for articles of the same second, and less the further apart they are."""
    if one is None or other is None:
        return FAR
    return FAR + (1 - FAR) * math.exp2(-abs(one - other) / 86_400 / HALF)


def _set(topics: str) -> frozenset[str]:
    return frozenset(topics.split(", ")) if topics else frozenset()


def _as_written(article: Article) -> dict[str, str]:
    """The common form of words → one as the article has it; titles may have more capitals than it takes."""
    told = f"{article.title} {article.body[:2_000]} {article.summary}"
    return {common_form(plain): word for word in written_words(told) for plain in plain_words(word)[:1]}


def _why(entry: Related, words: Sequence[str], apart: str, provider: str) -> str:
    lists = {
        "": "",
        "here": f"on the list of {provider}" if provider else "on this article's own list",
        "there": "its list names this article",
    }
    parts = (
        "tells the same event" if entry.group == "story" else "",
        f"both tell of {', '.join(words)}" if words else "",
        apart,
        lists[entry.named],
    )
    told = "; ".join(filter(None, parts)) or "nothing is known of what ties them"
    return told[:1].upper() + told[1:] + "."


def _apart(one: int | None, other: int | None) -> str:
    if one is None or other is None:
        return ""
    seconds = abs(one - other)
    if seconds < 3_600:
        return "less than an hour apart"
    size, name = (3_600, "hour") if seconds < 2 * 86_400 else (86_400, "day")
    number = round(seconds / size)
    return f"{number:,} {name}{'' if number == 1 else 's'} apart"
