"""`python -m tests.benchmarks`: what a person waits for, in numbers, as tables of Markdown.

Programs are compared within one round and take turns in being first, so that what else the machine does hits
them alike. Articles and libraries are made once and kept below `--work`.
"""

import argparse
import compileall
import contextlib
import gc
import hashlib
import os
import platform
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import msgspec
import yaml

from tests.benchmarks import corpus
from tests.benchmarks import screen as on_screen
from tui_reader.library.ids import as_json
from tui_reader.library.library import Library
from tui_reader.library.words import UNGROUP
from tui_reader.model import View
from tui_reader.refresh import child_processes, refresh

ROOT = Path(__file__).resolve().parent.parent.parent
LOADED = 10_000
"""Articles for loading and looking again, or as many as the largest size has."""
PAIRS = ("river city", "new light", "science music", "city light", "new river", "design ocean")
"""Ranked searches for two words."""
RELATED = 200
"""Articles whose related ones are looked for."""
ARRIVED = 1_000
"""Articles that are new to their stories."""
LOAD_ROUNDS = 3
OURS, WITH_SEARCH, PLAIN = "tui-reader", "plain loop with FTS5", "plain loop"


class Results(msgspec.Struct):
    """Seconds and bytes, by the number of articles where they depend on it."""

    machine: str
    rounds: int
    screen: on_screen.Screen = msgspec.field(default_factory=on_screen.Screen)
    ranked: dict[int, list[tuple[float, float]]] = {}
    """Ours, and the same query without our library around it."""
    database: dict[int, int] = {}
    loaded: int = 0
    related: dict[int, list[float]] = {}
    grouped: dict[int, list[float]] = {}
    """For `ARRIVED` articles, among all the others."""
    rescan: list[float] = []
    load: dict[str, list[float]] = {}


# What is measured on


class Work:
    """The folder with what is kept between runs, under names that change with what made it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self._articles = _digest(corpus.article(corpus.IN_A_FOLDER))
        room = ROOT / "tui_reader" / "library"
        texts = (
            (room / name).read_text(encoding="utf-8")
            for name in (
                "schema.sql",
                "search.sql",
                "stories.sql",
                "feeds.sql",
                "pages.sql",
                "words.py",
                "gist.py",
                "stories.py",
            )
        )
        self._schema = _digest("".join(texts))

    def articles(self, count: int) -> Path:
        folder = self.folder / f"articles-{self._articles}-{count}"
        if not folder.exists():
            _tell(f"writing {count:,} articles into {folder}")
            corpus.write(folder, count)
        return folder

    def library(self, count: int) -> Path:
        """A library that has read them; what a run changes of it, the next one does not notice."""
        path = self.folder / f"library-{self._articles}-{self._schema}-{count}.db"
        if not path.exists():
            folder = self.articles(count)
            _tell(f"reading {count:,} articles into {path}")
            unfinished = path.with_suffix(".unfinished")
            unfinished.unlink(missing_ok=True)
            _load_ours(folder, unfinished)
            begin = time.perf_counter()
            with Library(unfinished) as library:
                library.stories.fill()
            _tell(f"stories of all of them: {time.perf_counter() - begin:.1f} s")
            unfinished.rename(path)
        return path


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _tell(sentence: str) -> None:
    print(f"… {sentence}", file=sys.stderr, flush=True)


def _compile() -> None:
    """Without the caches of bytecode a start takes three times as long, which is nobody's but the first."""
    for name in ("tui_reader", "textual", "rich"):
        spec = find_spec(name)
        for place in (spec and spec.submodule_search_locations) or ():
            compileall.compile_dir(place, quiet=2)


# Without one


def _measure_rescan(work: Work, results: Results) -> None:
    with Library(work.library(results.loaded)) as library:
        (source,) = library.sources.all(counted=False)
        for _ in range(results.rounds):
            begin = time.perf_counter()
            outcome = refresh(library, source)
            results.rescan.append(time.perf_counter() - begin)
            assert (outcome.new, outcome.changed, outcome.gone) == (0, 0, 0)


def _measure_ranked(library: Path, rounds: int) -> list[tuple[float, float]]:
    """A screenful of the best matches of two words."""
    readings = []
    with Library(library) as ours, contextlib.closing(sqlite3.connect(library)) as bare:
        sql = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rank LIMIT 60"
        for words in PAIRS:
            view = View(query=words, sort="best")
            match = " AND ".join(f'"{word}"' for word in words.split())
            for turn in range(rounds):
                ways = (
                    lambda view=view: ours.articles.first(view, 60),
                    lambda match=match: bare.execute(sql, (match,)).fetchall(),
                )
                times = {}
                for way in ways if turn % 2 else reversed(ways):
                    begin = time.perf_counter()
                    way()
                    times[way] = time.perf_counter() - begin
                readings.append((times[ways[0]], times[ways[1]]))
    return readings


def _measure_related(path: Path) -> list[float]:
    """What the related pane fills with, of articles from all of the library."""
    readings = []
    with Library(path) as library:
        ids = library.articles.ids(View())
        chosen = random.Random("related").sample(list(ids), min(RELATED, len(ids)))
        # The first time brings the file into the system's memory.
        for article_id in chosen * 2:
            stored = library.articles.get(article_id)
            assert stored is not None
            begin = time.perf_counter()
            told = library.related.told(article_id, stored.article.mentions)
            library.related.found(stored, told)
            readings.append(time.perf_counter() - begin)
    return readings[len(chosen) :]


def _measure_grouped(path: Path, rounds: int) -> list[float]:
    """As if the latest had just come."""
    readings = []
    with Library(path) as library:
        ids = as_json(library.articles.first(View(), ARRIVED))
        for _ in range(rounds):
            library.database.write(lambda connection: connection.execute(UNGROUP, (ids,))).result()
            begin = time.perf_counter()
            library.stories.fill()
            readings.append(time.perf_counter() - begin)
    return readings


def _measure_loads(work: Work, results: Results) -> None:
    folder = work.articles(results.loaded)
    ways = [
        (OURS, _load_ours),
        (WITH_SEARCH, lambda folder, path: _load_plainly(folder, path, search=True)),
        (PLAIN, lambda folder, path: _load_plainly(folder, path, search=False)),
    ]
    rounds = min(results.rounds, LOAD_ROUNDS)
    for turn in range(rounds):
        _tell(f"loading, round {turn + 1} of {rounds}")
        for name, way in ways if turn % 2 else reversed(ways):
            with tempfile.TemporaryDirectory(dir=work.folder) as temporary:
                gc.collect()
                begin = time.perf_counter()
                way(folder, Path(temporary) / "library.db")
                results.load.setdefault(name, []).append(time.perf_counter() - begin)


def _load_ours(folder: Path, path: Path) -> None:
    with Library(path) as library:
        outcome = refresh(library, library.sources.add_folder(folder), processes=child_processes())
        assert outcome.new, outcome


def _load_plainly(folder: Path, path: Path, *, search: bool) -> None:
    """What one would write first: one process, one transaction."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        if search:
            database.execute("CREATE VIRTUAL TABLE article USING fts5 (path UNINDEXED, title, excerpt, body)")
        else:
            database.execute("CREATE TABLE article (path TEXT, title TEXT, excerpt TEXT, body TEXT)")
        for file in sorted(folder.rglob("*.md")):
            _, front, body = file.read_text(encoding="utf-8").split("---\n", 2)
            values = yaml.load(front, yaml.CSafeLoader)
            row = (str(file), values["title"], values["excerpt"], body)
            database.execute("INSERT INTO article VALUES (?, ?, ?, ?)", row)
        database.commit()


# The tables


def _tables(results: Results) -> str:
    shown = results.screen
    hello = shown.start[0]
    starts = [("Textual's hello", _spread(hello), "")]
    for size, start in shown.start.items():
        if size:
            ratios = [ours / floor for ours, floor in zip(start, hello, strict=True)]
            starts.append((f"{size:,} articles", _spread(start), _spread(ratios, 1, "×")))
    waits = [
        (what, *(_wait(times[size]) for size in shown.keys))
        for what, times in (
            ("`j` until the article has followed", shown.keys),
            ("a letter of a search, the third or later, to its results", shown.letters),
            ("the first or second letter of one", shown.short),
            ("another view or order, to its first screen", shown.views),
        )
    ]
    ranked = [
        (f"{size:,}", _wait(ours), _wait(bare), _spread([a / b for a, b in pairs], 1, "×"))
        for size, pairs in results.ranked.items()
        for ours, bare in [([pair[0] for pair in pairs], [pair[1] for pair in pairs])]
    ]
    related = [
        (f"{size:,}", _wait(times), _spread(results.grouped[size])) for size, times in results.related.items()
    ]
    loads = [
        (name, f"{results.loaded / median(times):,.0f}", _spread(times, 1, " s"), _as_fast(results, name))
        for name in (OURS, WITH_SEARCH, PLAIN)
        for times in [results.load[name]]
    ]
    sizes = [
        (
            f"{size:,}" if size else "Textual's hello",
            f"{memory / 1e6:.0f} MB",
            f"{shown.idle[size]:.1%}",
            f"{results.database[size] / 1e6:,.0f} MB" if size else "",
        )
        for size, memory in sorted(shown.memory.items())
    ]
    return "\n\n".join(
        [
            f"{results.machine}. Medians of {results.rounds} rounds, in brackets the least and the most.",
            "Start to a list that can be used.",
            _table(("start", "time", "of Textual's"), starts),
            "What a key waits for: median / 95th of 100.",
            _table(("key", *(f"{size:,} articles" for size in shown.keys)), waits),
            f"A key while {max(shown.keys):,} files are loaded: {_wait(shown.while_loading)}; "
            f"while their stories are looked for: {_wait(shown.while_grouping)}.",
            "The 60 best matches of two words, and the same query asked of SQLite alone.",
            _table(("articles", "tui-reader", "SQLite", "ratio"), ranked),
            f"Related articles, and the stories of {ARRIVED:,} new ones in the background.",
            _table(("articles", "related: median / 95th", "stories"), related),
            f"Looking whether any of {results.loaded:,} files has changed: {_spread(results.rescan)}.",
            f"Loading {results.loaded:,} files, here with {child_processes()} processes; the loops have one.",
            _table(("way", "articles/s", "time", "tui-reader's time of it"), loads),
            "At rest after the start.",
            _table(("articles", "resident memory", "of a processor", "the library's file"), sizes),
        ]
    )


def _wait(times: Sequence[float]) -> str:
    return f"{median(times) * 1e3:.0f} / {_percentile(times, 95) * 1e3:.0f} ms" if times else ""


def _as_fast(results: Results, name: str) -> str:
    ratios = [ours / other for ours, other in zip(results.load[OURS], results.load[name], strict=True)]
    return "" if name == OURS else _spread(ratios, 1, "×")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _spread(values: Sequence[float], factor: float = 1e3, unit: str = " ms") -> str:
    digits = 0 if factor > 1 else 2
    middle, least, most = (
        f"{value * factor:,.{digits}f}" for value in (median(values), min(values), max(values))
    )
    return f"{middle}{unit} ({least}–{most})"


def _percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    return f"{platform.system()} {platform.machine()}, {cores} cores, Python {platform.python_version()}"


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of articles (%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="(%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single reading there")
    work = Path(tempfile.gettempdir()) / "tui-reader-benchmarks"
    parser.add_argument("--work", type=Path, default=work, metavar="FOLDER", help="(%(default)s)")
    return parser.parse_args()


def main() -> int:
    arguments = _parse()
    # Set by some who keep their folders clean; here it would measure the compiler.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sizes = sorted(int(size) for size in arguments.sizes.split(","))
    results = Results(machine=_machine(), rounds=max(1, arguments.rounds), loaded=min(LOADED, sizes[-1]))
    work = Work(arguments.work)
    _compile()
    for size in sorted({*sizes, results.loaded}):
        results.database[size] = work.library(size).stat().st_size
    libraries = {size: work.library(size) for size in sizes}
    results.screen = on_screen.measure(libraries, work.articles(sizes[-1]), results.rounds, _tell)
    results.ranked = {size: _measure_ranked(path, results.rounds) for size, path in libraries.items()}
    results.related = {size: _measure_related(path) for size, path in libraries.items()}
    results.grouped = {size: _measure_grouped(path, results.rounds) for size, path in libraries.items()}
    _measure_rescan(work, results)
    _measure_loads(work, results)
    print(_tables(results))
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode(results)) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
