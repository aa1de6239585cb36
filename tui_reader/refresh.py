"""Sources → library: scan, compare, read what changed, take it in, drop what is gone.

    scan (this thread) → changed paths → read (child processes) → batches → library.intake (its writer)

Files are parsed in child processes: a parser in a thread would hold the interpreter, and keys would wait
(17 → 40 ms at the median, 103 at p95). A file that brings its parser down takes only itself along.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from msgspec import Struct

from tui_reader import clean
from tui_reader.library.intake import BATCH, Brought
from tui_reader.library.library import Library
from tui_reader.model import Article, Problem, Source
from tui_reader.sources import folder
from tui_reader.sources.folder import Found

FEW = 40
"""Up to so many changed files are read in this process: starting another takes 0.15 s."""
CHUNK = 25
"""Files handed to a child process at once."""


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
    with _children(processes) as pool:
        waiting: list[tuple[list[Found], Future[list[Article | Problem]]]] = []
        # A few chunks ahead of the library keep the children busy without filling the memory.
        ahead = 4 * processes
        for chunk in chunks:
            waiting.append((chunk, _submit(pool, root, chunk)))
            if len(waiting) > ahead:
                yield from _collect(root, *waiting.pop(0))
        for chunk, future in waiting:
            yield from _collect(root, chunk, future)


def _submit(pool: ProcessPoolExecutor, root: Path, chunk: list[Found]) -> Future[list[Article | Problem]]:
    try:
        return pool.submit(_read_chunk, root, [file.path for file in chunk])
    except BrokenProcessPool as error:
        broken: Future[list[Article | Problem]] = Future()
        broken.set_exception(error)
        return broken


def _collect(
    root: Path, chunk: list[Found], future: Future[list[Article | Problem]]
) -> Iterator[tuple[Found, Article | Problem]]:
    try:
        yield from zip(chunk, future.result(), strict=True)
    except BrokenProcessPool:
        yield from ((file, _read_alone(root, file)) for file in chunk)


def _read_alone(root: Path, file: Found) -> Article | Problem:
    """A file of a chunk in which the parser broke down: in a child process of its own."""
    with _children(1) as pool:
        try:
            return pool.submit(_read_chunk, root, [file.path]).result()[0]
        except BrokenProcessPool:
            reason = "Reading this file brought its parser down. Open it in an editor; it may be damaged."
            return Problem(path=file.path, reason=reason)


@contextlib.contextmanager
def _children(processes: int) -> Iterator[ProcessPoolExecutor]:
    # Not forked: this process has threads, and a terminal that a child must not touch.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_start_child)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _read_chunk(root: Path, paths: Sequence[str]) -> list[Article | Problem]:
    return [folder.read(root, path) for path in paths]


def _start_child() -> None:
    """A child says nothing on the terminal, leaves Ctrl+C to its parent, and ends when that is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    from multiprocessing.connection import wait

    wait([sentinel])
    os._exit(0)


def child_processes() -> int:
    """For a command without a screen: as many as there are cores, within reason."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, min(cores, 4))
