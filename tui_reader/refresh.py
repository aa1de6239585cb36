"""Sources → library: scan, compare, read what changed, take it in, drop what is gone.

    library → what is known → compare (a child process) → what changed → read (child processes)
        → batches → library.intake (its writer); then what vanished → library.intake

Folders are looked through and files are parsed in child processes: in a thread, either would hold the
interpreter, and keys would wait (for a parser 17 → 40 ms at the median, 103 at p95). A file that brings its
parser down takes only itself along. Of a large folder, only what differs comes here, and never all at once:
the paths of 100,000 unchanged files took 60 MB of this process, of which it did not give back 30.
"""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from tui_reader import clean
from tui_reader.library.intake import BATCH, Brought
from tui_reader.library.library import Library
from tui_reader.model import Article, Problem, Source
from tui_reader.sources import folder
from tui_reader.sources.child import Child, ChildEnded, Comparison
from tui_reader.sources.folder import Differences, Found, TooManyError

SMALL = 2_000
"""Files of a folder that is looked through in this process: 30 ms, no more than starting another takes."""
FEW = 40
"""Up to so many changed files are read in this process: starting another takes 0.15 s."""
CHUNK = 25
"""Files that a child process is asked for at once."""
AHEAD = 4
"""Questions that wait in each child, so that it need not wait for the library."""
NOT_COMPARED = (
    "The folder was not looked through to its end: the process that did it was ended. Refresh it again. "
    "What came from it stays."
)

T = TypeVar("T")


class Progress(Struct, frozen=True):
    source: Source
    done: int
    total: int
    """Files to be read; 0 while the folder is still being scanned."""


class Outcome(Struct, frozen=True):
    """What a refresh of one source came to."""

    source: Source
    new: int = 0
    changed: int = 0
    gone: int = 0
    problems: int = 0
    failed: str = ""
    """Why the source could not be looked through, a sentence. What had been taken in by then stays."""
    stopped: bool = False


Tell = Callable[[Progress], None]


def refresh(
    library: Library,
    source: Source,
    *,
    tell: Tell = lambda progress: None,
    stop: threading.Event | None = None,
    processes: int = 1,
) -> Outcome:
    """Bring what changed in a source since last time. Stopping it keeps what has been taken in so far."""
    stop = stop or threading.Event()
    tell(Progress(source, 0, 0))
    outcome = Outcome(source)
    with ExitStack() as ending:
        try:
            differences = _compared(library, source, stop, ending)
        except OSError as error:
            reason = f"The folder cannot be read: {clean.line(error.strerror or str(error))}."
            outcome = replace(outcome, failed=f"{reason} What came from it stays.")
        except ChildEnded:
            outcome = replace(outcome, failed=NOT_COMPARED)
        else:
            if differences is not None:
                outcome = _bring(library, source, differences, tell, stop, processes)
    if outcome.failed or not stop.is_set():
        library.intake.checked(source.id, outcome.failed)
    return replace(outcome, stopped=stop.is_set())


def _compared(
    library: Library, source: Source, stop: threading.Event, ending: ExitStack
) -> Differences | None:
    """None when it was stopped. Raises OSError, and `ChildEnded`, as going through the differences may."""
    root = Path(source.location)
    if library.sources.files(source.id) <= SMALL:
        known = library.sources.known(source.id)
        with suppress(TooManyError):
            return folder.compare(root, known, stopped=stop.is_set, most=SMALL)
    comparison = Comparison()
    ending.callback(comparison.close)
    return comparison.differences(root, library.sources.known_pages(source.id), stop.is_set)


def _bring(
    library: Library,
    source: Source,
    differences: Differences,
    tell: Tell,
    stop: threading.Event,
    processes: int,
) -> Outcome:
    """First what is new, last what is gone: a file that was moved keeps its article and its marks."""
    outcome = Outcome(source)
    done = 0

    def take_in(brought: list[Brought]) -> None:
        nonlocal outcome, done
        taken = library.intake.take_in(source.id, brought)
        problems = sum(isinstance(item.what, Problem) for item in brought)
        outcome = replace(
            outcome,
            new=outcome.new + taken.new,
            changed=outcome.changed + taken.changed,
            problems=outcome.problems + problems,
        )
        done += len(brought)

    try:
        batch: list[Brought] = []
        for file, what in _parsed(Path(source.location), differences, processes):
            batch.append(Brought(what, file.path, file.size, file.mtime_ns))
            if stop.is_set():
                break
            # The first rows come quickly, so that a new reader sees something at once.
            if len(batch) >= (BATCH if done else CHUNK):
                take_in(batch)
                tell(Progress(source, done, differences.count))
                batch.clear()
        if batch:
            take_in(batch)
            tell(Progress(source, done, differences.count))
        for problems in _batches(differences.problems, stop):
            take_in([Brought(problem, problem.path, 0, 0) for problem in problems])
        for paths in _batches(differences.vanished, stop):
            outcome = replace(outcome, gone=outcome.gone + library.intake.drop(source.id, paths))
    except ChildEnded:
        # What it had not told yet, the next refresh brings.
        outcome = replace(outcome, failed=NOT_COMPARED)
    return outcome


def _batches(items: Iterable[T], stop: threading.Event) -> Iterator[list[T]]:
    """Until they end or someone stops it."""
    rest = iter(items)
    while not stop.is_set() and (batch := list(islice(rest, BATCH))):
        yield batch


def _parsed(
    root: Path, differences: Differences, processes: int
) -> Iterator[tuple[Found, Article | Problem]]:
    """What changed, in the order of the scan, each as it reads."""
    if differences.count <= FEW:
        for file in differences.changed:
            yield file, folder.read(root, file.path)
        return
    files = iter(differences.changed)
    children = [Child() for _ in range(processes)]
    # In the order of the questions; the children take turns.
    asked: deque[list[Found]] = deque()

    def ask(at: int) -> None:
        if chunk := list(islice(files, CHUNK)):
            _ask(children[at], root, chunk)
            asked.append(chunk)

    try:
        for number in range(AHEAD * processes):
            ask(number % processes)
        for at in cycle(range(processes)):
            if not asked:
                return
            chunk = asked.popleft()
            try:
                answers = children[at].answers()
            except ChildEnded:
                children[at].close()
                answers = _read_singly(root, chunk)
                # A new one; what the old one had been asked besides is asked again.
                children[at] = Child()
                for waiting in islice(asked, processes - 1, None, processes):
                    _ask(children[at], root, waiting)
            ask(at)
            yield from zip(chunk, answers, strict=True)
    finally:
        for child in children:
            child.close()


def _ask(child: Child, root: Path, chunk: list[Found]) -> None:
    child.ask(root, [file.path for file in chunk])


def _read_singly(root: Path, files: list[Found]) -> list[Article | Problem]:
    """The files of a chunk in which a child broke down, one by one; each that does it again is named."""
    answers: list[Article | Problem] = []
    child = Child()
    try:
        for file in files:
            _ask(child, root, [file])
            try:
                answers += child.answers()
            except ChildEnded:
                child.close()
                child = Child()
                reason = "Reading this file brought its parser down. Open it in an editor; it may be damaged."
                answers.append(Problem(path=file.path, reason=reason))
    finally:
        child.close()
    return answers


def child_processes() -> int:
    """For a command without a screen: as many as there are cores, within reason."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, min(cores, 4))
