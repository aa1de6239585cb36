"""The program in a real terminal: a pseudo-terminal on this side, a screen that reads what it is sent."""

import codecs
import contextlib
import errno
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyte

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 20.0
"""Seconds until what was waited for is given up; a start takes 0.4."""


class Terminal:
    """A running program, its screen, and everything it has sent. It is asked nothing and answers no query."""

    def __init__(
        self,
        arguments: Sequence[str],
        size: tuple[int, int],
        environment: Mapping[str, str],
        stdin: int | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> None:
        """`size` is columns and rows; the streams are the terminal where nothing else is given."""
        self.screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.raw = bytearray()
        self._master, slave = pty.openpty()
        _set_size(slave, size)
        self.modes = termios.tcgetattr(slave)
        self._slave = slave
        # A shell that leads a session and opens the terminal has it as its own: what a resize, Ctrl+C and a
        # hang-up reach.
        shell = ["sh", "-c", ': <"$0"; exec "$@"', os.ttyname(slave)]
        self.process = subprocess.Popen(
            [*shell, sys.executable, "-m", "tui_reader", *arguments],
            stdin=slave if stdin is None else stdin,
            stdout=slave if stdout is None else stdout,
            stderr=slave if stderr is None else stderr,
            env=dict(environment),
            cwd=ROOT,
            start_new_session=True,
        )

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        os.close(self._slave)
        self.hang_up()

    # What it shows

    @property
    def cells(self) -> list[list[str]]:
        """Row by row; the second half of a wide character is empty."""
        # pyte's own `display` fails where half of a wide character was overwritten.
        buffer, columns = self.screen.buffer, range(self.screen.columns)
        return [[buffer[y][x].data for x in columns] for y in range(self.screen.lines)]

    @property
    def text(self) -> str:
        return "\n".join("".join(row) for row in self.cells)

    @property
    def sent(self) -> str:
        """All it has written, escape sequences included."""
        return self.raw.decode("utf-8", "replace")

    def wait_for(self, *texts: str, gone: str = "") -> None:
        """Until these texts stand on the screen (and another does not)."""

        def there() -> bool:
            shown = self.text
            return all(text in shown for text in texts) and not (gone and gone in shown)

        self._read_until(there, f"{texts} never came to the screen")

    def wait_for_sent(self, text: str, start: int = 0) -> None:
        """Until this was written, wherever it went; `start` is a length of `raw`."""
        wanted = text.encode()
        self._read_until(lambda: wanted in self.raw[start:], f"{text!r} was never sent")

    def wait_for_rest(self, seconds: float = 0.15) -> None:
        """Until nothing was written for a while."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._read(seconds):
            pass

    def wait_for_end(self, patience: float = PATIENCE) -> int:
        """The exit status; what was still to be read is read."""
        self._read_until(lambda: self.process.poll() is not None, "it did not end", patience)
        while self._read(0.0):
            pass
        return self.process.wait()

    # What is done to it

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)
        _set_size(self._slave, (columns, rows))

    def hang_up(self) -> None:
        """The terminal goes away, as when its window is closed."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def kill(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    # What it leaves behind

    def is_as_found(self) -> bool:
        """Whether its modes are what they were, the cursor is there, and the first screen is back."""
        sent = self.sent
        return (
            termios.tcgetattr(self._slave) == self.modes
            and sent.rfind("\x1b[?1049h") < sent.rfind("\x1b[?1049l")
            and sent.rfind("\x1b[?25l") < sent.rfind("\x1b[?25h")
            and sent.rfind("\x1b[?1000h") < sent.rfind("\x1b[?1000l")
            and sent.rfind("\x1b[?2004h") < sent.rfind("\x1b[?2004l")
        )

    def _read_until(self, reached: Callable[[], bool], failure: str, patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not reached():
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"{failure}; the screen is:\n{self.text}\n{self.sent[-2000:]!r}")
            self._read(min(left, 0.05))

    def _read(self, seconds: float) -> bool:
        """Whether anything came within this time."""
        if self._master < 0:
            select.select([], [], [], seconds)
            return False
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._master, 65_536)
        except OSError as error:
            if error.errno == errno.EIO:
                return False
            raise
        self.raw += data
        # pyte drops what follows a character that has no width and is no accent.
        self._stream.feed(self._decoder.decode(data).translate(_WIDTHLESS))
        return bool(data)


@contextlib.contextmanager
def terminal(
    *arguments: object,
    size: tuple[int, int] = (120, 40),
    stdin: int | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
    **environment: str | None,
) -> Iterator[Terminal]:
    """The program, started in a terminal of its own with this environment on top of the test's.

    None takes a variable away.
    """
    usual = {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "NO_COLOR": None,
        "LINES": None,
        "COLUMNS": None,
    }
    variables = {**os.environ, **usual, **environment}
    given = {name: value for name, value in variables.items() if value is not None}
    _draw_no_pictures(given)
    running = Terminal([str(argument) for argument in arguments], size, given, stdin, stdout, stderr)
    try:
        yield running
    finally:
        running.close()


def _draw_no_pictures(environment: Mapping[str, str]) -> None:
    """The images of the samples are nowhere, and shall not be looked for; settings that are there stay."""
    folder = environment.get("XDG_CONFIG_HOME")
    if folder is not None:
        settings = Path(folder) / "tui-reader" / "settings.toml"
        if not settings.exists():
            settings.parent.mkdir(parents=True, exist_ok=True)
            settings.write_text('[pictures]\ndraw = "text"\n', encoding="utf-8")


_WIDTHLESS = dict.fromkeys(map(ord, "\u200c\u200d\ufe0e\ufe0f"))


def _set_size(descriptor: int, size: tuple[int, int]) -> None:
    columns, rows = size
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
