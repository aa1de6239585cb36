"""Sources → library: scan, compare, read what changed, take it in, drop what is gone.

    scan (this thread) → changed paths → read (child processes) → batches → library.intake (its writer)

Files are parsed in child processes: a parser in a thread would hold the interpreter, and keys would wait
(17 → 40 ms at the median, 103 at p95). A file that brings its parser down takes only itself along.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from tui_reader import clean
from tui_reader.library.intake import BATCH, Brought
from tui_reader.library.library import Library
from tui_reader.model import Article, Problem, Source
from tui_reader.sources import folder
from tui_reader.sources.child import Child, ChildEnded
from tui_reader.sources.folder import Found

FEW = 40
"""Up to so many changed files are read in this process: starting another takes 0.15 s."""
CHUNK = 25
"""Files that a child process is asked for at once."""
AHEAD = 4
"""Questions that wait in each child, so that it need not wait for the library."""


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
    """Why the source could not be read at all, a sentence; nothing of it was touched then."""
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
    root = Path(source.location)
    tell(Progress(source, 0, 0))
    known = library.sources.known(source.id)
    try:
        found, problems = _scan(root, stop)
    except OSError as error:
        failed = (
            f"The folder cannot be read: {clean.line(error.strerror or str(error))}. What came from it stays."
        )
        library.intake.checked(source.id, failed)
        return Outcome(source, failed=failed)
    changed = [file for file in found if known.get(file.path) != (file.size, file.mtime_ns)]
    outcome = _read(library, source, changed, tell, stop, processes)
    if problems:
        library.intake.take_in(source.id, [Brought(problem, problem.path, 0, 0) for problem in problems])
    gone = 0
    if not stop.is_set():
        present = {file.path for file in found} | {problem.path for problem in problems}
        vanished = [path for path in known if path not in present]
        gone = sum(
            library.intake.drop(source.id, vanished[start : start + BATCH])
            for start in range(0, len(vanished), BATCH)
        )
        library.intake.checked(source.id, "")
    return Outcome(
        source,
        new=outcome.new,
        changed=outcome.changed,
        gone=gone,
        problems=outcome.problems + len(problems),
        stopped=stop.is_set(),
    )


def _scan(root: Path, stop: threading.Event) -> tuple[list[Found], list[Problem]]:
    found: list[Found] = []
    problems: list[Problem] = []
    for entry in folder.scan(root):
        if isinstance(entry, Problem):
            problems.append(entry)
        else:
            found.append(entry)
        if stop.is_set():
            break
    return found, problems


def _read(
    library: Library,
    source: Source,
    files: list[Found],
    tell: Tell,
    stop: threading.Event,
    processes: int,
) -> Outcome:
    new = changed = problems = done = 0
    batch: list[Brought] = []

    def flush() -> None:
        nonlocal new, changed, done
        taken = library.intake.take_in(source.id, batch)
        new, changed, done = new + taken.new, changed + taken.changed, done + len(batch)
        batch.clear()
        tell(Progress(source, done, len(files)))

    for file, what in _parsed(Path(source.location), files, processes):
        problems += isinstance(what, Problem)
        batch.append(Brought(what, file.path, file.size, file.mtime_ns))
        if stop.is_set():
            break
        # The first rows come quickly, so that a new reader sees something at once.
        if len(batch) >= (BATCH if done else CHUNK):
            flush()
    if batch:
        flush()
    return Outcome(source, new=new, changed=changed, problems=problems)


def _parsed(root: Path, files: list[Found], processes: int) -> Iterator[tuple[Found, Article | Problem]]:
    """Files in their order, each as it reads."""
    if len(files) <= FEW:
        for file in files:
            yield file, folder.read(root, file.path)
        return
    chunks = [files[start : start + CHUNK] for start in range(0, len(files), CHUNK)]
    children = [Child() for _ in range(processes)]
    try:
        ahead = AHEAD * processes
        for number, chunk in enumerate(chunks[:ahead]):
            _ask(children[number % processes], root, chunk)
        for number, chunk in enumerate(chunks):
            at = number % processes
            try:
                answers = children[at].answers()
            except ChildEnded:
                children[at].close()
                answers = _read_singly(root, chunk)
                # A new one; what the old one had been asked besides is asked again.
                children[at] = Child()
                for waiting in chunks[number + processes : number + ahead : processes]:
                    _ask(children[at], root, waiting)
            if number + ahead < len(chunks):
                _ask(children[at], root, chunks[number + ahead])
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
