"""What a person at the screen waits for: the start, a key, a letter of a search, another view, a load."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tui_reader.library.library import Library

if TYPE_CHECKING:
    from tests.benchmarks.terminal import Program

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST_ROW = r"▌● \S"
"""The list's first row: its cursor, its mark, its title."""
KEYS = 60
AT_REST = 8.0
"""Seconds after the start when its work in the background is done."""
IDLE = 6.0
"""Seconds in which nothing is done, for what that costs."""
SEARCHES = ("standard", "different signal", "council", "river city", "science", "new light", "orbit")
SHORT = 2
"""Letters up to which a word is answered for by titles."""
VIEWS = (
    "vUnread",
    "vAll",
    "tScience",
    "tMusic",
    "vAll",
    "squality",
    "sprovider",
    "stitle",
    "slongest",
    "snewest",
)
"""What is typed to choose another view or order; Enter does it."""
LOADING, GROUPING, A_KEY = 200, 100, 0.3
"""Keys that are pressed while everything is being loaded or grouped, and seconds between two."""
MANY = 5_000
"""Articles whose stories take so long that the bottom line says so."""
ALL_UNGROUPED = "UPDATE article SET grouped = 0"


class Screen(msgspec.Struct):
    """Seconds, bytes and shares of a processor, by the number of articles; 0 is Textual's hello-world."""

    start: dict[int, list[float]] = {}
    keys: dict[int, list[float]] = {}
    letters: dict[int, list[float]] = {}
    """From a letter, the third or a later one of a word, to the first results."""
    short: dict[int, list[float]] = {}
    """The same for the first two."""
    views: dict[int, list[float]] = {}
    memory: dict[int, int] = {}
    idle: dict[int, float] = {}
    while_loading: list[float] = []
    while_grouping: list[float] = []


def measure(libraries: dict[int, Path], folder: Path, rounds: int, tell: Callable[[str], None]) -> Screen:
    """`folder` is what is loaded while keys are pressed."""
    results = Screen()
    commands: list[tuple[int, list[str]]] = [(0, [str(Path(__file__).with_name("hello.py"))])]
    with tempfile.TemporaryDirectory() as home:
        settings = Path(home) / "settings.toml"
        settings.write_text("[times]\nmark_read_after = -1\n", encoding="utf-8")
        reader = ["-m", "tui_reader", "--config", str(settings), "--library"]
        for size, library in libraries.items():
            commands.append((size, [*reader, str(library)]))
        # The first of all brings the files into the system's memory.
        for turn in range(rounds + 1):
            tell(f"starting, round {turn} of {rounds}")
            for size, command in commands if turn % 2 else reversed(commands):
                with started(command, home) as program:
                    seconds = program.wait_for(FIRST_ROW if size else "Hello, reader")
                    if turn:
                        results.start.setdefault(size, []).append(seconds)
                    if turn == 1:
                        _measure_inside(program, size, results)
                    program.quit()
        tell("pressing keys while everything is loaded")
        with started([*reader, str(Path(home) / "new.db"), str(folder)], home) as program:
            program.wait_for(FIRST_ROW)
            program.rest(1)
            answers = [program.type("j" if n % 30 < 20 else "k", A_KEY) for n in range(LOADING)]
            results.while_loading = [A_KEY if answer is None else answer for answer in answers]
        tell("pressing keys while stories are looked for")
        size, library = max(libraries.items())
        with Library(library) as opened:
            opened.database.write(lambda connection: connection.execute(ALL_UNGROUPED)).result()
        with started([*reader, str(library)], home) as program:
            program.wait_for("finding stories") if size > MANY else program.wait_for(FIRST_ROW)
            answers = [program.type("j" if n % 30 < 20 else "k", A_KEY) for n in range(GROUPING)]
            results.while_grouping = [A_KEY if answer is None else answer for answer in answers]
        with Library(library) as opened:
            opened.stories.fill()
    return results


def _measure_inside(program: "Program", size: int, results: Screen) -> None:
    program.rest(AT_REST)
    before = program.processor()
    program.rest(IDLE)
    results.idle[size] = (program.processor() - before) / IDLE
    results.memory[size] = program.memory()
    if not size:
        return
    # Of a program that rested some systems have put the memory aside.
    program.give("j")
    results.keys[size] = [program.press("j") for _ in range(KEYS)]
    results.short[size], results.letters[size] = [], []
    for text in SEARCHES:
        program.give("/")
        typed = 0
        for letter in text:
            typed = 0 if letter == " " else typed + 1
            seconds = program.type(letter)
            if seconds is not None and typed:
                (results.short if typed <= SHORT else results.letters)[size].append(seconds)
        program.give("\x1b")
    results.views[size] = []
    for keys in VIEWS:
        for key in keys:
            program.give(key)
        seconds = program.type("\r")
        if seconds is not None:
            results.views[size].append(seconds)


@contextlib.contextmanager
def started(command: Sequence[str], home: str) -> "Iterator[Program]":
    from tests.benchmarks.terminal import Program  # pyte, which a child process of a load has no use for

    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    environment = {
        **kept,
        "HOME": home,
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "PYTHONPATH": str(ROOT),
    }
    with Program([sys.executable, *command], environment, str(ROOT)) as program:
        yield program
