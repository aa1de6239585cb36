"""What a child process does: `python -m tui_reader.sources.jobs JOB`; `child.py` tells what is said.

A process reads what is hostile within limits: of memory, of a processor's time, of what it may tell.
"""

import errno
import os
import resource
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import msgspec

from tui_reader.model import Article
from tui_reader.sources import folder
from tui_reader.sources.child import Answer, Asked, Bytes, Compared, ToldByFeed, ToldByPage
from tui_reader.sources.feed import NotAFeed

if TYPE_CHECKING:
    from tui_reader.sources import picture_reader

MEMORY = 1_000_000_000
"""Bytes that reading a feed may take; one of 10 MB takes 200 MB."""
AT_ONCE = 500
"""Differences that are told at once."""
NICENESS = 10
"""Of every child, for which no key waits: with one of two cores busy, `j` took 9 ms at the median beside it,
and 19 beside one that was no nicer than others."""
SECONDS_FOR_ONE = 30
"""Of what came from the network; more than its parent's patience."""
MOST_OF_A_FEED = 50_000_000
"""Bytes that may be told of one, of which the parent takes three times as much; a long one has 10 MB. Links
beside a long base were 200 MB of a feed of one."""
TOO_MUCH = "This feed holds more than can be kept. Tell its publisher, or remove it."

_KNOWN = msgspec.json.Decoder(list[tuple[str, int, int]])


def main() -> None:
    """Answer until the input ends, which it does with the parent, however that ends."""
    # Ctrl+C goes to every process of a terminal; it is the parent that decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    output = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not come between the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

    def say(what: Any) -> None:
        data = msgspec.msgpack.encode(what)
        output.write(len(data).to_bytes(8, "big") + data)
        output.flush()

    # The parent has gone before its answer.
    with suppress(BrokenPipeError):
        JOBS[sys.argv[1]](sys.stdin.buffer, say)


def _read(questions: BinaryIO, say: Callable[[Any], None]) -> None:
    decoder = msgspec.json.Decoder(Asked)
    for line in questions:
        asked = decoder.decode(line)
        answers = []
        for path in asked.paths:
            what = folder.read(Path(asked.root), path)
            answers.append(Answer(article=what) if isinstance(what, Article) else Answer(problem=what))
        say(answers)


T = TypeVar("T", Bytes, "picture_reader.Asked")


def _given(questions: BinaryIO, kind: type[T], memory: int) -> Iterator[tuple[T, bytes]]:
    """What is asked, and its bytes: each in time and in so much memory, or this process ends.

    It ends even where its parent is not there any more to end it.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    decoder = msgspec.json.Decoder(kind)
    for line in questions:
        asked = decoder.decode(line)
        data = questions.read(asked.size)
        signal.alarm(SECONDS_FOR_ONE)
        yield asked, data
        signal.alarm(0)


def _feed(questions: BinaryIO, say: Callable[[Any], None]) -> None:
    from tui_reader.sources import feed

    for asked, data in _given(questions, Bytes, MEMORY):
        try:
            told = ToldByFeed(feed=feed.parse(data, asked.address, asked.content_type))
        except NotAFeed as error:
            told = ToldByFeed(reason=str(error))
        said = msgspec.msgpack.encode(told)
        say(msgspec.Raw(said) if len(said) <= MOST_OF_A_FEED else ToldByFeed(reason=TOO_MUCH))


def _page(questions: BinaryIO, say: Callable[[Any], None]) -> None:
    from tui_reader.sources import page

    for asked, data in _given(questions, Bytes, MEMORY):
        try:
            say(ToldByPage(page.read(data, asked.address, asked.content_type, asked.asked)))
        except page.NoArticle as error:
            say(ToldByPage(page.described(data, asked.address, asked.content_type), str(error)))


def _image(questions: BinaryIO, say: Callable[[Any], None]) -> None:
    from tui_reader.sources import picture, picture_reader

    for asked, data in _given(questions, picture_reader.Asked, picture_reader.MEMORY):
        try:
            say(picture_reader.Told(picture.draw(data, asked.box)))
        except picture.NotAPicture as error:
            say(picture_reader.Told(reason=str(error)))


def _compare(lines: BinaryIO, say: Callable[[Any], None]) -> None:
    root = msgspec.json.decode(next(lines, b'""'), type=str)
    known: dict[str, tuple[int, int]] = {}
    for line in lines:
        if line == b"\n":
            break
        known.update((path, (size, mtime_ns)) for path, size, mtime_ns in _KNOWN.decode(line))
    else:
        return

    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        found = folder.compare(Path(root), known)
    except OSError as error:
        say(Compared(errno=error.errno or errno.EIO, error=error.strerror or str(error)))
        return
    assert found is not None  # noqa: S101 - only its end stops this process
    say(Compared(found.count))
    for part in map(iter, (found.changed, found.problems, found.vanished)):
        while some := list(islice(part, AT_ONCE)):
            say(some)
        say([])


JOBS = {"read": _read, "feed": _feed, "page": _page, "image": _image, "compare": _compare}


def _end_with_parent() -> None:
    """Nothing more is said to this process: what can be read is the end, and nobody waits for it any more."""
    os.read(0, 1)
    os._exit(0)


if __name__ == "__main__":
    main()
