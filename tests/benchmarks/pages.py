"""`python -m tests.benchmarks.pages`: how much of an article is found on its page, and how much else.

    captured page → ours: Markdown → its words ┐
                  → trafilatura alone: its text → its words ┴ against the words that a reader should get

Words are counted as often as they stand there; their order does not count. A page that we refuse, for a
paywall say, has no text of ours: what we would have made of it is shown in brackets and is not in our mean.
"""

import argparse
import gzip
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

import msgspec
import trafilatura
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.benchmarks.quality import table
from tests.conftest import REAL
from tui_reader import clean
from tui_reader.sources import page
from tui_reader.sources.pages import facts as page_facts
from tui_reader.sources.pages.tree import tree_of

TRUTH = "ground-truth.json"
_WORD = re.compile(r"\w+")


class Known(msgspec.Struct):
    """What a reader should get."""

    url: str
    text: str = msgspec.field(name="articleBody")


class Score(msgspec.Struct, frozen=True):
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Outcome(msgspec.Struct, frozen=True):
    """Of one page; `refused` is our sentence, where we say that there is no article."""

    url: str
    ours: Score
    plain: Score
    seconds: float
    plain_seconds: float
    body: str
    refused: str = ""


def words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def score(said: str, wanted: str) -> Score:
    found, known = Counter(words(said)), Counter(words(wanted))
    common = (found & known).total()
    return Score(common / max(1, found.total()), common / max(1, known.total()))


def shown(markdown: str) -> str:
    """The words that Markdown shows: not the addresses of links, nor what stands in place of a picture."""
    return "\n".join(_shown(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)))


def _shown(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "inline":
            yield "".join(_said(child) for child in token.children or ())
        elif token.type in ("fence", "code_block"):
            yield token.content


def _said(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return token.content if token.type in ("text", "code_inline", "html_inline") else ""


def measured(data: bytes, known: Known) -> Outcome:
    begin = time.perf_counter()
    refused = ""
    try:
        body = page.read(data, known.url, "text/html").body
    except page.NoArticle as error:
        body, refused = "", str(error)
    seconds = time.perf_counter() - begin
    if refused:
        body = _as_if_read(data, known.url)
    begin = time.perf_counter()
    plain = trafilatura.extract(data, url=known.url, fast=True, include_comments=False) or ""
    plain_seconds = time.perf_counter() - begin
    return Outcome(
        known.url,
        score(shown(body), known.text),
        score(plain, known.text),
        seconds,
        plain_seconds,
        body,
        refused,
    )


def _as_if_read(data: bytes, address: str) -> str:
    root: Any = tree_of(data, "text/html")
    return "" if root is None else page._find(root, page_facts.read(root, address), address).body


def outcomes(data: Path) -> list[Outcome]:
    known = msgspec.json.decode((data / TRUTH).read_bytes(), type=dict[str, Known])
    pages = {name: gzip.decompress((data / f"{name}.html.gz").read_bytes()) for name in known}
    # What is imported with the first page is no part of its time.
    first = next(iter(known))
    measured(pages[first], known[first])
    return [measured(pages[name], one) for name, one in known.items()]


def tables(found: Sequence[Outcome]) -> str:
    read = [one for one in found if not one.refused]
    head = (
        "page",
        "precision",
        "recall",
        "F1",
        "seconds",
        "trafilatura: precision",
        "recall",
        "F1",
        "seconds",
    )
    rows = []
    for one in found:
        ours = _cells(one.ours)
        rows.append(
            (
                _name(one.url),
                *([f"({cell})" for cell in ours] if one.refused else ours),
                f"{one.seconds:.2f}",
                *_cells(one.plain),
                f"{one.plain_seconds:.2f}",
            )
        )
    rows.append(
        (
            f"mean of {len(read)}; of trafilatura, of {len(found)}",
            *_means([one.ours for one in read]),
            f"{mean(one.seconds for one in found):.2f}",
            *_means([one.plain for one in found]),
            f"{mean(one.plain_seconds for one in found):.2f}",
        )
    )
    rows.append(
        (
            f"mean of the same {len(read)}",
            *_means([one.ours for one in read]),
            f"{mean(one.seconds for one in read):.2f}",
            *_means([one.plain for one in read]),
            f"{mean(one.plain_seconds for one in read):.2f}",
        )
    )
    refused = [f"- {_name(one.url)}: {one.refused}" for one in found if one.refused]
    return "\n\n".join(filter(None, (table(head, rows), "Not read:" if refused else "", "\n".join(refused))))


def _cells(one: Score) -> list[str]:
    return [f"{value:.3f}" for value in (one.precision, one.recall, one.f1)]


def _means(scores: Sequence[Score]) -> list[str]:
    if not scores:
        return ["", "", ""]
    parts = ([one.precision for one in scores], [one.recall for one in scores], [one.f1 for one in scores])
    return [f"{mean(part):.3f}" for part in parts]


def _name(url: str) -> str:
    host = clean.host_of(url).removeprefix("www.")
    return f"{host} {url.rstrip('/').rpartition('/')[2][:32]}".replace("|", "")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pages", description=__doc__)
    parser.add_argument("--data", type=Path, default=REAL / "pages", metavar="DIR", help="(%(default)s)")
    parser.add_argument("--write", type=Path, metavar="DIR", help="write what we made of each page there")
    arguments = parser.parse_args()
    if not (arguments.data / TRUTH).is_file():
        print(f"There are no captured pages at {arguments.data}, so there is nothing to measure.")
        return 0
    found = outcomes(arguments.data)
    if arguments.write:
        arguments.write.mkdir(parents=True, exist_ok=True)
        for number, one in enumerate(found, 1):
            name = f"{number:02}-{clean.host_of(one.url)}.md"
            (arguments.write / name).write_text(one.body + "\n", encoding="utf-8")
    print(tables(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
