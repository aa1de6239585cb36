"""`python -m tests.benchmarks.quality`: whether related articles and stories are right, as Markdown tables.

    files → articles without their lists → a library → who is found, who is in one story
    their lists, labels.toml             → who ought to be

No method sees the lists: they are what it is measured by. Files with one address are one article, as in the
library.
"""

import argparse
import contextlib
import math
import re
import sqlite3
import sys
import tempfile
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from pathlib import Path
from statistics import mean
from typing import Any
from unittest import mock

import msgspec

from tests.conftest import REAL
from tui_reader import clean
from tui_reader.library import gist as gists
from tui_reader.library import likeness as vectors
from tui_reader.library import related, stories
from tui_reader.library.intake import BATCH, Brought, addresses
from tui_reader.library.library import Library
from tui_reader.library.mentions import stems
from tui_reader.model import Article, Mention, Problem
from tui_reader.sources import folder

LABELS = Path(__file__).with_name("labels.toml")
PARTS = ("everyday", "seeds")
"""Folders of the data that hold articles; data without them is a folder of articles itself."""
LISTED = "listed/"
"""Where an article stands that only a list tells of; it has no file."""
BEST = 10
"""Entries of a ranking that are looked at."""
TERMS = 20
DAY = 86_400
WEEK = 7 * DAY
JACCARD = 0.5
SWEEP = tuple(hundredths / 100 for hundredths in range(18, 42, 2))

Pair = tuple[int, int]
Ranking = Callable[[int], list[int]]
"""The ids that a method answers for an article, the best first."""


class Gold(msgspec.Struct):
    """What ought to be, in ids of the library."""

    sets: dict[str, dict[int, set[int]]] = {}
    """By kind and article, who belongs to it."""
    same: set[Pair] = set()
    doubtful: set[Pair] = set()


class Corpus(msgspec.Struct):
    articles: list[Article]
    """Those of files, each with its lists, then those that only the lists tell of."""

    @classmethod
    def read(cls, root: Path) -> "Corpus":
        parts = [root / part for part in PARTS if (root / part).is_dir()] or [root]
        articles = []
        for part in parts:
            for found in folder.scan(part):
                path = f"{part.name}/{found.path}" if part != root else found.path
                if not isinstance(found, Problem) and isinstance(read := folder.read(root, path), Article):
                    articles.append(read)
        known = {address for article in articles for address in addresses(article)}
        for article in tuple(articles):
            for mention in article.mentions:
                listed = _listed(mention, len(articles))
                if mention.url and not known.intersection(addresses(listed)):
                    known.update(addresses(listed))
                    articles.append(listed)
        return cls(articles)

    def gold(self, ids: Mapping[str, int]) -> Gold:
        """What the lists and the labels say; `ids` by path."""
        at = {address: ids[article.path] for article in self.articles for address in addresses(article)}
        under = {stem: member for path, member in ids.items() if (stem := path.rpartition(".")[0])}
        gold = Gold({"related lists": {}, "collections": {}, "same event": {}})
        for article in self.articles:
            here = ids[article.path]
            listed = {at[url] for m in article.mentions if (url := clean.canonical(m.url)) in at} - {here}
            if listed:
                gold.sets["related lists"].setdefault(here, set()).update(listed)
            items = {
                under[stem]
                for m in article.mentions
                if m.relation == "item" and m.path
                for stem in stems(article.path, m.path)
                if stem in under
            }
            _add_group(gold.sets["collections"], items | {here})
        labels = tomllib.loads(LABELS.read_text(encoding="utf-8"))
        for group in labels["same"]:
            members = _members(group["articles"], ids, at)
            gold.same |= set(combinations(sorted(members), 2))
            _add_group(gold.sets["same event"], members)
        for group in labels["doubtful"]:
            gold.doubtful |= set(combinations(sorted(_members(group["articles"], ids, at)), 2))
        gold.doubtful -= gold.same
        return gold


def _listed(mention: Mention, number: int) -> Article:
    """An entry of a list as an article of its own."""
    return Article(
        title=mention.title,
        path=f"{LISTED}{number}.md",
        url=mention.url,
        alternate_urls=mention.alternate_urls,
        summary=mention.summary,
        provider=mention.provider,
        domain=mention.domain,
        kind=mention.kind,
        published=mention.published,
        quality=mention.quality,
    )


def _members(named: Iterable[Sequence[str]], ids: Mapping[str, int], at: Mapping[str, int]) -> set[int]:
    found = (ids.get(path) or at.get(clean.canonical(url)) for path, url in named)
    return {member for member in found if member}


def _add_group(sets: dict[int, set[int]], members: set[int]) -> None:
    """Everyone of a group belongs to everyone else in it."""
    if len(members) > 1:
        for member in members:
            sets.setdefault(member, set()).update(members - {member})


# A library of it


class Shelf:
    """A library with the articles of a corpus in it, and without their lists."""

    def __init__(self, library: Library, articles: Iterable[Article], place: Path) -> None:
        self.library = library
        source = library.sources.add_folder(place)
        without = [msgspec.structs.replace(article, mentions=()) for article in articles]
        brought = [Brought(article, article.path, 1, 1) for article in without]
        for at in range(0, len(brought), BATCH):
            library.intake.take_in(source.id, brought[at : at + BATCH])
        sql = "SELECT path, article_id FROM origin WHERE source_id = ?"
        self.ids: dict[str, int] = dict(library.database.rows(sql, (source.id,)))
        self.paths = {article_id: path for path, article_id in reversed(self.ids.items())}
        self.articles = {stored.id: stored.article for stored in library.articles.whole([*self.paths])}
        vocabulary = vectors.Vocabulary(library.database)
        told = {key: gists.gist(a.title, a.summary, a.body) for key, a in self.articles.items()}
        vocabulary.look_again()
        vocabulary.learn({word for words in told.values() for word in words.split()})
        self.vocabulary = vocabulary
        self.gists = told
        self.vectors = {key: vocabulary.vector(words) for key, words in told.items()}

    def group(self) -> None:
        """Find all stories anew."""
        sql = "UPDATE article SET story = NULL, grouped = 0"
        self.library.database.write(lambda connection: connection.execute(sql)).result()
        self.library.stories.fill()

    def ours(self, article_id: int) -> list[int]:
        """Its story, then what is found: as the program shows them."""
        stored = self.library.articles.get(article_id)
        assert stored
        told = self.library.related.told(article_id, ())
        found = self.library.related.found(stored, told)
        return [entry.id for entry in (*told, *found) if entry.id is not None]

    def name(self, article_id: int) -> str:
        """The path of an article's file, or its address where only a list tells of it."""
        path = self.paths[article_id]
        return self.articles[article_id].url if path.startswith(LISTED) else path

    def likeness(self, pair: Pair) -> float:
        one, other = (self.vectors[member].words for member in pair)
        return vectors.likeness(one, other)

    def days(self, pair: Pair) -> float | None:
        one, other = (self.articles[member].published for member in pair)
        return None if one is None or other is None else abs(one - other) / DAY

    def judged(self, gold: Gold) -> set[Pair]:
        """The pairs of which it is known that they tell the same, or that they do not."""
        dated = sorted((a.published, key) for key, a in self.articles.items() if a.published is not None)
        near = set(gold.same)
        for at, (when, key) in enumerate(dated):
            for later, other in dated[at + 1 :]:
                if later - when > WEEK:
                    break
                near.add((min(key, other), max(key, other)))
        return near - gold.doubtful


@contextlib.contextmanager
def _shelf(articles: Iterable[Article], *, grouped: bool = True) -> Iterator[Shelf]:
    with tempfile.TemporaryDirectory() as temporary, Library(Path(temporary) / "library.db") as library:
        shelf = Shelf(library, articles, Path(temporary))
        if grouped:
            shelf.group()
        yield shelf


# Other ways to rank


class Baselines:
    """What one would write first."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._titles = {key: title_words(a) for key, a in shelf.articles.items()}
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE plain USING fts5 (title, summary, tokenize = 'unicode61')"
        )
        self._database.execute("CREATE VIRTUAL TABLE gist USING fts5 (words)")
        for key, article in shelf.articles.items():
            row = (key, article.title, article.summary)
            self._database.execute("INSERT INTO plain (rowid, title, summary) VALUES (?, ?, ?)", row)
            self._database.execute("INSERT INTO gist (rowid, words) VALUES (?, ?)", (key, shelf.gists[key]))

    def ways(self) -> dict[str, Ranking]:
        return {
            "bm25 of the 20 best words, and time": self.terms,
            "bm25 of all words (FTS5)": self.more_like_this,
            "title words in common": self.titles,
            "nearest in time": self.nearest,
            "newest": self.newest,
        }

    def newest(self, article_id: int) -> list[int]:
        return self._by(article_id, self._when)

    def nearest(self, article_id: int) -> list[int]:
        return self._by(article_id, lambda other: -self._days((article_id, other)))

    def titles(self, article_id: int) -> list[int]:
        mine = self._titles[article_id]
        return self._by(article_id, lambda other: (jaccard(mine, self._titles[other]), self._when(other)))

    def more_like_this(self, article_id: int) -> list[int]:
        article = self._shelf.articles[article_id]
        found = self._matching("plain", re.findall(r"\w+", f"{article.title} {article.summary}"))
        return [other for other, _ in found if other != article_id]

    def terms(self, article_id: int) -> list[int]:
        weights = self._shelf.vectors[article_id].words
        found = self._matching("gist", sorted(weights, key=lambda word: -weights[word])[:TERMS])
        scores = {other: rank * self._nearness((article_id, other)) for other, rank in found}
        return [other for other in sorted(scores, key=lambda other: scores[other]) if other != article_id]

    def _matching(self, table: str, words: Iterable[str]) -> list[tuple[int, float]]:
        match = " OR ".join(f'"{word}"' for word in dict.fromkeys(words))
        sql = f"SELECT rowid, rank FROM {table} WHERE {table} MATCH ? ORDER BY rank"
        return self._database.execute(sql, (match,)).fetchall() if match else []

    def _by(self, article_id: int, key: Callable[[int], Any]) -> list[int]:
        others = (other for other in self._shelf.articles if other != article_id)
        return sorted(others, key=key, reverse=True)

    def _when(self, article_id: int) -> int:
        published = self._shelf.articles[article_id].published
        return -(2**62) if published is None else published

    def _days(self, pair: Pair) -> float:
        days = self._shelf.days(pair)
        return math.inf if days is None else days

    def _nearness(self, pair: Pair) -> float:
        return 0.3 + 0.7 * float(0.5 ** (self._days(pair) / 7))


def title_words(article: Article) -> frozenset[str]:
    return frozenset(word for word in gists.plain_words(article.title) if word not in gists.COMMON)


def jaccard(one: Collection[str], other: Collection[str]) -> float:
    every = {*one, *other}
    return len(every.intersection(one, other)) / len(every) if every else 0.0


# How good they are


def recall(ranked: Sequence[int], relevant: Collection[int]) -> float:
    return len({*ranked[:BEST]} & {*relevant}) / min(BEST, len(relevant))


def gain(ranked: Sequence[int], relevant: Collection[int]) -> float:
    """nDCG after K. Järvelin, J. Kekäläinen (2002): a hit counts less the further down it stands."""
    found = sum(1 / math.log2(at + 2) for at, other in enumerate(ranked[:BEST]) if other in relevant)
    return found / sum(1 / math.log2(at + 2) for at in range(min(BEST, len(relevant))))


def scores(pairs: set[Pair], gold: Gold, judged: set[Pair]) -> tuple[str, ...]:
    """Precision, recall and F1 of stories, in pairs; how many pairs are wrong, and how many missed."""
    pairs = pairs & judged
    right = len(pairs & gold.same)
    measured = (
        right / len(pairs) if pairs else 1.0,
        right / len(gold.same) if gold.same else 1.0,
        2 * right / (len(pairs) + len(gold.same)) if pairs or gold.same else 1.0,
    )
    return (*(f"{value:.3f}" for value in measured), str(len(pairs) - right), str(len(gold.same) - right))


def told_stories(shelf: Shelf) -> set[Pair]:
    return {pair for story in shelf.library.stories.all() for pair in combinations(sorted(story.articles), 2)}


def chained(pairs: Iterable[Pair]) -> set[Pair]:
    """All pairs of the groups that come of these when whoever is tied to a member is one, too."""
    group: dict[int, set[int]] = {}
    for one, other in pairs:
        joined = group.get(one, {one}) | group.get(other, {other})
        group |= dict.fromkeys(joined, joined)
    return {pair for members in group.values() for pair in combinations(sorted(members), 2)}


# The tables


def _related(shelf: Shelf, corpus: Corpus, gold: Gold) -> list[tuple[str, ...]]:
    ways = {"ours": shelf.ours, **Baselines(shelf).ways()}
    rows = [(name, *_ranked(way, gold)) for name, way in ways.items()]
    bare = [msgspec.structs.replace(article, topics=()) for article in corpus.articles]
    without: tuple[tuple[str, Sequence[Article], bool, tuple[Any, ...]], ...] = (
        ("stories", corpus.articles, False, ()),
        ("time", corpus.articles, True, (related, "FAR", 1.0)),
        ("topics", bare, True, ()),
        ("a title's double weight", corpus.articles, True, (vectors, "TITLE", 1)),
        ("endings taken off", corpus.articles, True, (gists, "common_form", str)),
    )
    for name, articles, grouped, change in without:
        with contextlib.ExitStack() as stack:
            if change:
                stack.enter_context(mock.patch.object(*change))
            other = stack.enter_context(_shelf(articles, grouped=grouped))
            assert other.ids == shelf.ids
            rows.append((f"ours without {name}", *_ranked(other.ours, gold)))
    return rows


def _ranked(way: Ranking, gold: Gold) -> list[str]:
    cells = []
    for sets in gold.sets.values():
        ranked = [(way(query), relevant) for query, relevant in sets.items()]
        cells += [
            f"{mean(measure(*pair) for pair in ranked):.3f}" if ranked else "" for measure in (recall, gain)
        ]
    return cells


def _other_groupings(shelf: Shelf, judged: set[Pair]) -> dict[str, set[Pair]]:
    titles = {key: title_words(article) for key, article in shelf.articles.items()}
    return {
        f"title words in common ≥ {JACCARD}": chained(
            pair for pair in judged if jaccard(titles[pair[0]], titles[pair[1]]) >= JACCARD
        ),
        f"likeness ≥ {stories.ACROSS} alone": chained(
            pair for pair in judged if shelf.likeness(pair) >= stories.ACROSS
        ),
    }


def _swept(shelf: Shelf, gold: Gold, judged: set[Pair]) -> list[tuple[str, ...]]:
    rows = []
    promising = stories.PROMISING / stories.ACROSS
    for across in SWEEP:
        with mock.patch.multiple(stories, ACROSS=across, PROMISING=promising * across):
            shelf.group()
        rows.append((f"{across:.2f}", *scores(told_stories(shelf), gold, judged)))
    shelf.group()
    return rows


def _errors(shelf: Shelf, gold: Gold, judged: set[Pair]) -> list[tuple[str, ...]]:
    """Every pair that a person should look at, with its likeness and the days between the two."""
    pairs = told_stories(shelf)
    rows = []
    for what, wrong in (
        ("not the same", pairs & judged - gold.same),
        ("missed", gold.same - pairs),
        ("joined, doubtful", pairs & gold.doubtful),
        ("joined, not judged", pairs - judged - gold.doubtful),
    ):
        for pair in sorted(wrong, key=lambda pair: -shelf.likeness(pair)):
            days = shelf.days(pair)
            named = (shelf.name(member) for member in pair)
            rows.append((what, f"{shelf.likeness(pair):.2f}", "" if days is None else f"{days:.1f}", *named))
    return rows


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _tables(corpus: Corpus) -> str:
    with _shelf(corpus.articles) as shelf:
        gold = corpus.gold(shelf.ids)
        judged = shelf.judged(gold)
        kinds = [f"{kind} ({len(sets)})" for kind, sets in gold.sets.items()]
        head = [f"{kind}: {measure}" for kind, measure in product(kinds, ("recall@10", "nDCG@10"))]
        measures = ("precision", "recall", "F1", "wrong", "missed")
        groupings = {"ours": told_stories(shelf), **_other_groupings(shelf, judged)}
        found = [(name, *scores(pairs, gold, judged)) for name, pairs in groupings.items()]
        return "\n\n".join(
            (
                f"{len(shelf.articles):,} articles. Related ones, in brackets of how many.",
                table(("way", *head), _related(shelf, corpus, gold)),
                f"Stories: {len(gold.same)} pairs tell the same, {len(judged - gold.same):,} do not,"
                f" {len(gold.doubtful)} are doubtful and count neither way.",
                table(("way", *measures), found),
                f"By `ACROSS`, which is {stories.ACROSS}.",
                table(("ACROSS", *measures), _swept(shelf, gold, judged)),
                "Pairs to look at.",
                table(("what", "likeness", "days", "one", "other"), _errors(shelf, gold, judged)),
            )
        )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.quality", description=__doc__)
    parser.add_argument("--data", type=Path, default=REAL, metavar="DIR", help="(%(default)s)")
    data: Path = parser.parse_args().data
    if not data.is_dir():
        print(f"There are no real articles at {data}, so there is nothing to measure.")
        return 0
    print(_tables(Corpus.read(data)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
