"""Reading files in a child process: `python -m tui_reader.sources.child`, and the parent's end of it.

    parent → a line of JSON, the root and some paths → child
    child → eight bytes of length, then the answer as MessagePack → parent

Two pipes and no more. `multiprocessing` would start a process to track resources, which needs a stderr that
a full-screen program has taken away.
"""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from tui_reader.model import Article, Problem

PATIENCE = 60.0
"""Seconds without an answer after which a child counts as hung; a file takes at most 5."""


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


_ANSWERS = msgspec.msgpack.Decoder(list[Answer])


class ChildEnded(Exception):  # noqa: N818 - it reads as what it says
    """A file brought the child down, or it hangs in one."""


class Child:
    """A process that reads files; answers come in the order of the questions."""

    def __init__(self) -> None:
        # What this process may import, the child may: a checkout need not be installed.
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
        )

    def ask(self, root: Path, paths: Sequence[str]) -> None:
        """Not more than a few questions ahead: a full pipe would wait for the answers to be taken."""
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        try:
            self._process.stdin.write(msgspec.json.encode(Asked(str(root), list(paths))) + b"\n")
        except (BrokenPipeError, ValueError):
            # `answers` tells it.
            return

    def answers(self) -> list[Article | Problem]:
        """Of the oldest question that has not been answered. Raises `ChildEnded`."""
        size = int.from_bytes(self._read(8), "big")
        return [answer.what for answer in _ANSWERS.decode(self._read(size))]

    def _read(self, size: int) -> bytes:
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        pipe = self._process.stdout.fileno()
        data = bytearray()
        while len(data) < size:
            ready, _, _ = select.select([pipe], [], [], PATIENCE)
            part = os.read(pipe, size - len(data)) if ready else b""
            if not part:
                raise ChildEnded
            data += part
        return bytes(data)

    def close(self) -> None:
        """At the end of its input the child ends; one that hangs in a file is ended."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        self._process.kill()
        self._process.wait()


def main() -> None:
    """Answer until the input ends, which it does with the parent, however that ends."""
    from tui_reader.sources import folder

    # Ctrl+C goes to every process of a terminal; it is the parent that decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    output = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not come between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    decoder = msgspec.json.Decoder(Asked)
    for line in sys.stdin.buffer:
        asked = decoder.decode(line)
        answers = []
        for path in asked.paths:
            what = folder.read(Path(asked.root), path)
            answers.append(Answer(article=what) if isinstance(what, Article) else Answer(problem=what))
        data = msgspec.msgpack.encode(answers)
        try:
            output.write(len(data).to_bytes(8, "big") + data)
            output.flush()
        except BrokenPipeError:
            return


if __name__ == "__main__":
    main()
