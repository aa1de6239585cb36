"""A program in a terminal of its own, and how long it takes to answer.

    program → pty → chunks, stamped as they come → (when it is quiet) → screen, chunk by chunk

Nothing is parsed while a program is writing, so that reading it does not delay it. Linux and macOS.
"""

import codecs
import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import pyte

WIDTH, HEIGHT = 120, 40
QUIET = 0.08
"""Seconds without a byte after which an answer is complete."""
LONG_QUIET = 0.4
"""The same where the answer goes on in the background."""
LIST_WIDTH = 44

# What Textual asks a terminal at its start, and what one that knows synchronized updates answers.
QUESTIONS = (
    (re.compile(rb"\x1b\[\?2026\$p"), b"\x1b[?2026;2$y"),
    (re.compile(rb"\x1b\[\?2048\$p"), b"\x1b[?2048;0$y"),
    (re.compile(rb"\x1b\[0?c"), b"\x1b[?62;22c"),
    (re.compile(rb"\x1b\[6n"), b"\x1b[1;1R"),
)
# Sequences that pyte would print: private ones, requests for modes, strings for the terminal itself.
UNKNOWN = re.compile(r"\x1b\[[<=>][\d;:]*[a-zA-Z]|\x1b\[\??[\d;]*\$[a-z]|\x1b[P_^].*?\x1b\\", re.DOTALL)
CUT_OFF = re.compile(r"\x1b(?:\[[\d;:?<=>$]*|[P_^](?:(?!\x1b\\).)*)?\Z", re.DOTALL)


class NoAnswerError(Exception):
    """What was waited for did not come; the text shows the screen."""


class Chunk(NamedTuple):
    at: float
    data: bytes


class Program:
    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: str) -> None:
        """Start it, at this moment (`started`)."""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._cut_off = ""
        self._screen = pyte.Screen(WIDTH, HEIGHT)
        self._stream = pyte.Stream(self._screen)
        self._rows: dict[int, object] = {}
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
        os.close(self._master)

    def wait_for(self, pattern: str, seconds: float = 30) -> float:
        """Until this stands on the screen: the time since the start of the chunk that brought it."""
        wanted = re.compile(pattern, re.MULTILINE)
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and self._process.poll() is None:
            for chunk in self._read(QUIET):
                self._feed(chunk)
                if wanted.search(self.text()):
                    return chunk.at - self.started
        raise NoAnswerError(f"{pattern} did not come in {seconds} s:\n{self.text()}")

    def press(self, key: str) -> float:
        """Seconds from a key to the last chunk that changed the screen, before it was quiet."""
        pressed = time.perf_counter()
        os.write(self._master, key.encode())
        last: float | None = None
        for chunk in self._read(QUIET):
            if self._feed(chunk):
                last = chunk.at
        if last is None:
            raise NoAnswerError(f"{key} changed nothing:\n{self.text()}")
        return last - pressed

    def type(self, key: str, most: float = float("inf")) -> float | None:
        """Seconds from a key to the first chunk that changed the list; None where none did.

        `most` is how long to look, for a program that is never quiet.
        """
        pressed = time.perf_counter()
        os.write(self._master, key.encode())
        first: float | None = None
        for chunk in self._read(LONG_QUIET, most):
            before = self._list()
            self._feed(chunk)
            if first is None and self._list() != before:
                first = chunk.at - pressed
        return first

    def _list(self) -> list[object]:
        """Its cells below the title, with how they look."""
        return [[self._screen.buffer[y][x] for x in range(1, LIST_WIDTH)] for y in range(1, HEIGHT - 2)]

    def give(self, key: str) -> None:
        """Press a key that is not measured, and wait for all that comes of it."""
        os.write(self._master, key.encode())
        for chunk in self._read(LONG_QUIET):
            self._feed(chunk)

    def rest(self, seconds: float) -> None:
        """Let it do what it does by itself."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            for chunk in self._read(min(left, QUIET)):
                self._feed(chunk)

    def quit(self, key: str = "q", seconds: float = 10) -> None:
        os.write(self._master, key.encode())
        end = time.perf_counter() + seconds
        while self._process.poll() is None:
            self._read(QUIET)
            if time.perf_counter() > end:
                raise NoAnswerError(f"{key} did not end it in {seconds} s:\n{self.text()}")

    def memory(self) -> int:
        """Resident bytes; 0 where the system does not tell."""
        with contextlib.suppress(OSError):
            numbers = Path(f"/proc/{self._process.pid}/statm").read_text(encoding="ascii").split()
            return int(numbers[1]) * os.sysconf("SC_PAGE_SIZE")
        return 0

    def processor(self) -> float:
        """Seconds of processor time so far; 0 where the system does not tell."""
        with contextlib.suppress(OSError):
            fields = (
                Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
            )
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return 0.0

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def _read(self, quiet: float, most: float = float("inf")) -> list[Chunk]:
        """What comes until it is quiet for so long, or in `most` seconds; its questions are answered."""
        chunks: list[Chunk] = []
        end = time.perf_counter() + most
        while select.select([self._master], [], [], max(0, min(quiet, end - time.perf_counter())))[0]:
            try:
                data = os.read(self._master, 65_536)
            except OSError:  # Linux's word for the end
                break
            if not data:
                break
            chunks.append(Chunk(time.perf_counter(), data))
            for question, answer in QUESTIONS:
                if question.search(data):
                    os.write(self._master, answer)
        return chunks

    def _feed(self, chunk: Chunk) -> bool:
        """Whether a cell has changed by it."""
        text = self._cut_off + self._decoder.decode(chunk.data)
        cut = CUT_OFF.search(text)
        self._cut_off = cut[0] if cut else ""
        self._screen.dirty.clear()
        self._stream.feed(UNKNOWN.sub("", text[: len(text) - len(self._cut_off)]))
        changed = False
        for y in self._screen.dirty:
            row = tuple(sorted(self._screen.buffer[y].items())) if y < HEIGHT else ()
            changed = changed or self._rows.get(y) != row
            self._rows[y] = row
        return changed
