"""How alike two articles are: the cosine of their words, each weighed by how rare it is in the library.

TF-IDF after G. Salton, C. Buckley, Term-weighting approaches in automatic text retrieval (1988): a word
counts 1 + ln(how often), those of the title twice, times ln((N + 100) / (n + 1)) where n of N articles have
it. The hundred stand for a library that has hardly begun: of three articles no word is common.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

import msgspec

from tui_reader.library.database import Database, IndexDamaged, LibraryDamaged

UNSEEN = 100
"""Articles that every library is taken to hold besides its own, none of which has the word at hand."""
TITLE = 2
"""How much more a word of the title counts."""
OFTEN = 20
"""Articles with a word from which on it is remembered how many there are: 2 MB at 100,000 articles."""
SELDOM = 3
"""Articles that any other word is taken to be in, where nobody has counted."""
COUNTED = 1_000
"""How far a word that was not remembered is counted."""

KEPT = 60_000
"""Words that are remembered at the most, 6 MB."""

OFTEN_FOUND = "SELECT term, doc FROM gist_words WHERE doc >= ?"
HOW_MANY = """
SELECT value, (SELECT count(*) FROM (SELECT 1 FROM gist WHERE gist MATCH '"' || value || '"' LIMIT :most))
FROM json_each(:words)
"""
# The number of the newest stands for how many there are: to count them would take 5 ms.
SIZE = "SELECT coalesce(max(id), 0) FROM article"

Weights = Mapping[str, float]

_TIMES = (0.0, *(1 + math.log(count) for count in range(1, 8)))
"""By how often an article has a word."""


class Vector(NamedTuple):
    """An article's words and their weights; each of the two has the length 1, or no words."""

    words: Weights
    headline: Weights
    """Of the title alone."""
    numbers: frozenset[str]


class Vocabulary:
    """How rare words are in the library."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rarities: dict[str, float] = {}
        self._counts: dict[str, int] = {}
        self._seldom = 0.0
        self.size = -1
        """How many articles there were when their words were counted."""

    def look_again(self) -> None:
        """Count anew when the library has become another: 0.1 s at 100,000 articles, 5 ms at 1,000."""
        size = self._database.row(SIZE)[0]
        if not 0.95 * self.size <= size <= 1.05 * self.size or len(self._counts) > KEPT:
            self.size = size
            try:
                self._counts = dict(self._database.rows(OFTEN_FOUND, (OFTEN,)))
            except LibraryDamaged as error:
                # It asks nothing but the index.
                raise IndexDamaged(self._database.path) from error
            self._rarities = {word: self._rarity(count) for word, count in self._counts.items()}
            self._seldom = self._rarity(SELDOM)

    def learn(self, words: Collection[str]) -> None:
        """Ask how many articles have these: some 15 µs for each that is not remembered."""
        unknown = [word for word in words if word not in self._counts]
        if unknown:
            values = {"words": msgspec.json.encode(unknown).decode(), "most": COUNTED}
            for word, count in self._database.rows(HOW_MANY, values):
                self._counts[word] = count
                self._rarities[word] = self._rarity(count)

    def count(self, word: str) -> int:
        """How many articles have a word, or are taken to have it."""
        return self._counts.get(word, SELDOM)

    def _rarity(self, count: int) -> float:
        return math.log((max(self.size, count) + UNSEEN) / (count + 1))

    def vector(self, gist: str) -> Vector:
        """Of an article's gist, as far as its words are known."""
        title, _, rest = gist.partition("\n")
        headline = Counter(title.split())
        counts = Counter(rest.split())
        for word, count in headline.items():
            counts[word] += TITLE * count
        numbers = frozenset(word for word in counts if word[0].isdigit())
        return Vector(self._weighed(counts), self._weighed(headline), numbers)

    def _weighed(self, counts: Mapping[str, int]) -> Weights:
        rarity_of, seldom = self._rarities.get, self._seldom
        weights = {
            word: rarity_of(word, seldom) * (_TIMES[count] if count < len(_TIMES) else 1 + math.log(count))
            for word, count in counts.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        return {word: weight / length for word, weight in weights.items()} if length else {}


def likeness(one: Weights, other: Weights) -> float:
    """From 0, no word in common, to 1, the same words."""
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[word] for word, weight in one.items() if word in other)


def shared(one: Weights, other: Weights, most: int) -> list[str]:
    """The words that make two articles alike, those that say most first."""
    both = [(weight * other[word], word) for word, weight in one.items() if word in other]
    return [word for _, word in sorted(both, reverse=True)[:most]]
