"""Work in child processes, seen from this one: questions go in, answers come out; what they do is `jobs.py`.

    read:    parent → a line of JSON for each question, the root and some paths → child
             child → an answer to each, the articles and problems → parent
    feed:    parent → a line of JSON, where it is from and how long it is; its bytes → child
             child → what it says, or why it is no feed → parent
    page:    the same for the article on a page
    image:   parent → a line of JSON, what it is drawn into and how long it is; its bytes → child
             child → the picture, or why there is none → parent
    compare: parent → a line of JSON, the root; a line for each page of what is known; an empty line → child
             child → how many have changed; then the differences, some at a time → parent

What a child says is MessagePack after eight bytes that tell its length. Two pipes and no more:
`multiprocessing` would start a process to track resources, which needs a stderr that a full-screen program
has taken away.
"""

import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Generic, Literal, TypeVar

import msgspec
from msgspec import Struct

from tui_reader.model import Article, Page, Problem
from tui_reader.sources.feed import Feed, NotAFeed
from tui_reader.sources.folder import Differences, Found

PATIENCE = 60.0
"""Seconds without an answer after which a child counts as hung; a file takes at most 5."""
GLANCE = 0.1
"""Seconds between two looks whether a comparison shall be left."""
SECONDS_TO_END = 5.0
"""One that waits for a drive that has gone cannot even be killed; it is left behind."""

T = TypeVar("T")


class Asked(Struct, frozen=True, array_like=True):
    root: str
    paths: list[str]


class Answer(Struct, frozen=True, array_like=True):
    """Of one file, one of the two."""

    article: Article | None = None
    problem: Problem | None = None

    @property
    def what(self) -> Article | Problem:
        what = self.article or self.problem
        return what if what is not None else Problem(path="", reason="The file could not be read.")


class Bytes(Struct, frozen=True, array_like=True):
    """What is to be read follows: so many bytes."""

    address: str
    content_type: str
    size: int
    asked: str = ""
    """The address before redirects, where that matters."""


class ToldByFeed(Struct, frozen=True, array_like=True):
    """One of the two."""

    feed: Feed | None = None
    reason: str = ""


class ToldByPage(Struct, frozen=True, array_like=True):
    page: Page
    reason: str = ""
    """Why the page has only what it says of itself, a sentence; empty where it has its article."""


class Compared(Struct, frozen=True, array_like=True):
    """How a comparison ended. Changed files, problems and vanished paths follow, each until an empty list."""

    count: int = 0
    errno: int = 0
    """Why the folder itself could not be listed, as an OSError has it; nothing follows then."""
    error: str = ""


_ANSWERS = msgspec.msgpack.Decoder(list[Answer])
_TOLD = msgspec.msgpack.Decoder(ToldByFeed)
_TOLD_BY_PAGE = msgspec.msgpack.Decoder(ToldByPage)
_COMPARED = msgspec.msgpack.Decoder(Compared)


class ChildEnded(Exception):  # noqa: N818 - it reads as what it says
    """A file brought the child down, or it hangs in one, or someone ended it."""


class Process:
    """A child of this process, and the two pipes to it."""

    patience = PATIENCE

    def __init__(self, job: Literal["read", "feed", "page", "image", "compare"]) -> None:
        # What this process may import, the child may: a checkout need not be installed. And nothing else
        # (-P): a `yaml.py` in the folder where the reader was started must not be run.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-P", "-m", "tui_reader.sources.jobs", job],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        os.set_blocking(self._process.stdin.fileno(), False)

    def _tell(self, line: bytes) -> None:
        """It waits for the child to take it. Raises `ChildEnded`, as where it takes nothing for long."""
        self._write(line + b"\n")

    def _write(self, some: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        data = memoryview(some)
        try:
            while data:
                if not select.select([], [self._process.stdin], [], self.patience)[1]:
                    raise ChildEnded
                data = data[self._process.stdin.write(data) or 0 :]
        except (BrokenPipeError, ValueError) as error:
            raise ChildEnded from error

    def _says_something(self, within: float) -> bool:
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        return bool(select.select([self._process.stdout], [], [], within)[0])

    def _next(self) -> bytes:
        """What the child says next. Raises `ChildEnded`."""
        return self._read(int.from_bytes(self._read(8), "big"))

    def _read(self, size: int) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        data = bytearray()
        while len(data) < size:
            part = b""
            if self._says_something(self.patience):
                part = os.read(self._process.stdout.fileno(), size - len(data))
            if not part:
                raise ChildEnded
            data += part
        return bytes(data)

    def close(self) -> None:
        """At the end of its input the child ends; one that hangs in a file is ended."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(SECONDS_TO_END)


class Child(Process):
    """A process that reads files; answers come in the order of the questions."""

    def __init__(self) -> None:
        super().__init__("read")

    def ask(self, root: Path, paths: Sequence[str]) -> None:
        """Not more than a few questions ahead: a full pipe would wait for the answers to be taken."""
        # `answers` tells it.
        with suppress(ChildEnded):
            self._tell(msgspec.json.encode(Asked(str(root), list(paths))))

    def answers(self) -> list[Article | Problem]:
        """Of the oldest question that has not been answered. Raises `ChildEnded`."""
        return [answer.what for answer in _ANSWERS.decode(self._next())]


class FeedReader(Process):
    """A process that reads feeds, one at a time."""

    patience = 20.0

    def __init__(self) -> None:
        super().__init__("feed")

    def read(self, data: bytes, address: str, content_type: str) -> Feed:
        """Raises `NotAFeed`, and `ChildEnded` where it brought the process down or hangs."""
        self._tell(msgspec.json.encode(Bytes(address, content_type, len(data))))
        self._write(data)
        told = _TOLD.decode(self._next())
        if told.feed is None:
            raise NotAFeed(told.reason)
        return told.feed


P = TypeVar("P", bound=Process)


class Kept(Generic[P]):
    """A process that is started when there is something to do, and anew after what it broke down at."""

    def __init__(self, start: Callable[[], P]) -> None:
        self._start = start
        self._process: P | None = None

    def start(self) -> P:
        """Now, where it will be needed: it takes 0.15 s."""
        self._process = self._process or self._start()
        return self._process

    @contextmanager
    def at_work(self) -> Iterator[P]:
        """Within it a question may be asked; `ChildEnded` passes on."""
        try:
            yield self.start()
        except ChildEnded:
            self.close()
            raise

    def close(self) -> None:
        """Let the process go; the next question starts another."""
        if self._process is not None:
            self._process.close()
            self._process = None


class PageReader(Process):
    """A process that reads pages, one at a time."""

    patience = 15.0

    def __init__(self) -> None:
        super().__init__("page")

    def read(self, data: bytes, address: str, content_type: str, asked: str) -> ToldByPage:
        """Raises `ChildEnded` where the page brought the process down, or it takes too long."""
        self._tell(msgspec.json.encode(Bytes(address, content_type, len(data), asked)))
        self._write(data)
        return _TOLD_BY_PAGE.decode(self._next())


class Comparison(Process):
    """A process that looks through one folder, and holds what there is to tell until it is taken."""

    def __init__(self) -> None:
        super().__init__("compare")

    def differences(
        self, root: Path, known: Iterable[str], stopped: Callable[[], bool] = lambda: False
    ) -> Differences | None:
        """`folder.compare`, there; `known` are pages of JSON, `[[path, size, mtime in nanoseconds], …]`.

        None when it was stopped, which it can be however long the folder takes. Raises OSError as a scan
        does, and `ChildEnded`, as going through the differences may.
        """
        self._tell(msgspec.json.encode(str(root)))
        for page in known:
            if stopped():
                return None
            self._tell(page.encode())
        self._tell(b"")
        while not self._says_something(GLANCE):
            if stopped():
                return None
        compared = _COMPARED.decode(self._next())
        if compared.errno:
            raise OSError(compared.errno, compared.error)
        return Differences(compared.count, self._part(Found), self._part(Problem), self._part(str))

    def _part(self, kind: type[T]) -> Iterator[T]:
        decoder = msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]
        while some := decoder.decode(self._next()):
            yield from some
