"""`python -m tests.benchmarks.feeds`: how long it takes to refresh feeds, beside newsboat, as a table.

A server in a process of its own has the feeds. In each round every program starts with nothing, fetches them
all, and asks again when nothing has changed; the programs take turns in being first.
"""

import argparse
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import msgspec

from tests.benchmarks import corpus
from tests.benchmarks.__main__ import ROOT, _compile, _machine, _spread, _table, _tell, _wait
from tests.benchmarks.screen import A_KEY, FIRST_ROW, started
from tests.benchmarks.served import ARTICLES
from tui_reader.library.library import Library
from tui_reader.refresh import refresh

OURS = "tui-reader"
KEYS = 120
"""That are pressed while the reader refreshes."""
OTHERS = 1_000
"""Articles that it has before."""


class Way(NamedTuple):
    """How a program is run in an empty folder, which is its home too."""

    name: str
    first: Sequence[str]
    again: Sequence[str]
    counted: str
    """What tells from its database how many articles it has."""
    database: str


def _ways(feeds: int) -> list[Way]:
    ours = (sys.executable, "-m", "tui_reader", "--library", "library.db", "--config", "settings.toml")
    ways = [
        Way(
            OURS,
            (*ours, "add", "feeds.opml"),
            (*ours, "refresh"),
            "SELECT count(*) FROM article",
            "library.db",
        )
    ]
    if shutil.which("newsboat") is None:
        _tell("newsboat is not there, so there is nothing to compare with")
        return ways
    for threads in ("", "20"):
        command = ("newsboat", "-u", "urls", "-C", f"config{threads}", "-c", "cache.db", "-x", "reload")
        name = f"newsboat, {threads} threads" if threads else "newsboat"
        ways.append(Way(name, command, command, "SELECT count(*) FROM rss_item", "cache.db"))
    return ways


@contextlib.contextmanager
def _server(feeds: int) -> Iterator[int]:
    """On which port they are served."""
    command = [sys.executable, "-m", "tests.benchmarks.served", str(feeds)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.stdin.close()


def _lists(folder: Path, port: int, feeds: int) -> None:
    urls = [f"http://127.0.0.1:{port}/{number}" for number in range(feeds)]
    (folder / "urls").write_text("\n".join(urls) + "\n")
    outlines = "".join(f'<outline type="rss" text="{url}" xmlUrl="{url}"/>' for url in urls)
    (folder / "feeds.opml").write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
    # What a list names may be on this machine only if the settings say so.
    (folder / "settings.toml").write_text('[feeds]\nprivate_hosts = ["127.0.0.1"]\n')
    (folder / "config").write_text("")
    (folder / "config20").write_text("reload-threads 20\n")


class Readings(msgspec.Struct):
    """Seconds, by program."""

    first: dict[str, list[float]] = {}
    again: dict[str, list[float]] = {}
    keys: list[float] = []
    """That `j` waits for while the reader refreshes all of them for the first time."""


def _measure(way: Way, port: int, feeds: int, readings: Readings) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _lists(folder, port, feeds)
        for command, times in ((way.first, readings.first), (way.again, readings.again)):
            begin = time.perf_counter()
            subprocess.run(
                command, cwd=folder, env=_environment(folder), stdout=subprocess.DEVNULL, check=True
            )
            times.setdefault(way.name, []).append(time.perf_counter() - begin)
            with contextlib.closing(sqlite3.connect(folder / way.database)) as database:
                (count,) = database.execute(way.counted).fetchone()
            assert count == feeds * ARTICLES, (way.name, count)


def _measure_keys(port: int, feeds: int, articles: Path) -> list[float]:
    """In a reader that has some articles already, from when it begins to ask the feeds."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _lists(folder, port, feeds)
        with Library(folder / "library.db") as library:
            refresh(library, library.sources.add_folder(articles))
            for number in range(feeds):
                library.feeds.add(f"http://127.0.0.1:{port}/{number}")
        reader = ["-m", "tui_reader", "--config", str(folder / "settings.toml"), "--library"]
        with started([*reader, str(folder / "library.db")], temporary) as program:
            program.wait_for(FIRST_ROW)
            program.rest(1)
            answers = [program.type("j" if n % 30 < 20 else "k", A_KEY) for n in range(KEYS)]
            program.quit()
        with Library(folder / "library.db") as library:
            came = sum(source.articles for source in library.sources.all() if source.kind == "feed")
        _tell(f"{came:,} articles came in meanwhile")
    return [A_KEY if answer is None else answer for answer in answers]


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "HOME": str(home), "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}


def _tables(readings: Readings, feeds: int, rounds: int) -> str:
    ours = readings.first[OURS]
    rows = [
        (
            name,
            _spread(times, 1, " s"),
            f"{feeds * ARTICLES / median(times):,.0f}",
            "" if name == OURS else _spread([a / b for a, b in zip(ours, times, strict=True)], 1, "×"),
            _spread(readings.again[name], 1, " s"),
        )
        for name, times in readings.first.items()
    ]
    head = ("program", "first refresh", "articles/s", "tui-reader's time of it", "again, unchanged")
    return "\n\n".join(
        [
            f"{_machine()}. Medians of {rounds} rounds, in brackets the least and the most.",
            f"{feeds} feeds of {ARTICLES} articles from this machine.",
            _table(head, rows),
            f"`j` while the first refresh is under way, median / 95th of {KEYS}: {_wait(readings.keys)}.",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.feeds", description=__doc__)
    parser.add_argument("--feeds", type=int, default=200, help="(%(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="(%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single reading there")
    arguments = parser.parse_args()
    _compile()
    readings = Readings()
    ways = _ways(arguments.feeds)
    with _server(arguments.feeds) as port:
        for turn in range(arguments.rounds):
            for way in ways if turn % 2 else reversed(ways):
                _tell(f"round {turn + 1} of {arguments.rounds}: {way.name}")
                _measure(way, port, arguments.feeds, readings)
        with tempfile.TemporaryDirectory() as temporary:
            _tell("pressing keys while everything is refreshed")
            corpus.write(Path(temporary), OTHERS)
            readings.keys = _measure_keys(port, arguments.feeds, Path(temporary))
    print(_tables(readings, arguments.feeds, arguments.rounds))
    if arguments.json:
        arguments.json.write_bytes(msgspec.json.format(msgspec.json.encode(readings)) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
