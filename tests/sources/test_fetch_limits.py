"""How much time, memory and company fetching allows itself. Every server here is real."""

import asyncio
import gzip
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fetching import HERE, fetched, refused, say
from tests.loopback import (
    Asked,
    Behaviour,
    Loopback,
    answer,
    redirect,
    silent,
    trickling,
)
from tui_reader import clean
from tui_reader.sources import connect, fetch
from tui_reader.sources.fetch import Fetcher, FetchError

NOT_MODIFIED = answer(b"", "304 Not Modified")
ZEROS = gzip.compress(bytes(50_000_000))
"""50 kB."""


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as served:
        yield served


@pytest.fixture
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name leads to this machine."""

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(connect, "resolve", resolve)
    monkeypatch.setattr(connect, "is_private", lambda address: False)


@pytest.mark.parametrize(
    "behaviour",
    [
        silent(),
        trickling(b"x" * 100, 0.02, answer(b"", "200 OK", "Content-Length: 100")),
        trickling(b"x" * 100, 0.02, answer(b"", "404 No", "Content-Length: 100")[:-4] + b"\r\nA: "),
        trickling(b"HTTP/1.1 100 Continue\r\n\r\n" * 4, 0.02),
    ],
    ids=["silent", "body", "head", "continue"],
)
async def test_deadline_is_for_the_whole(
    server: Loopback, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However a server spends it, a byte now and then or redirects."""
    monkeypatch.setattr(fetch, "DEADLINE", 0.3)
    server.table["/slow"] = behaviour
    begun = time.monotonic()
    error = await refused(say(server, redirect("/slow")))
    assert "too long" in error.reason
    assert 0.25 < time.monotonic() - begun < 2


class TestPacked:
    """gzip is all that is asked for and all that is taken."""

    PLAIN = b"<rss>" * 1000

    @pytest.mark.parametrize("name", ["gzip", "GZIP", "x-gzip"])
    @pytest.mark.parametrize("rest", [b"", b"\0" * 100, b"garbage"])
    async def test_is_unpacked(self, server: Loopback, name: str, rest: bytes) -> None:
        body = gzip.compress(self.PLAIN) + rest
        assert (
            await fetched(say(server, answer(body, "200 OK", f"Content-Encoding: {name}")))
        ).data == self.PLAIN

    @pytest.mark.parametrize("name", ["gzip", "identity", ""])
    async def test_nothing_is_nothing(self, server: Loopback, name: str) -> None:
        assert (await fetched(say(server, answer(b"", "200 OK", f"Content-Encoding: {name}")))).data == b""

    async def test_in_chunks_of_a_byte(self, server: Loopback) -> None:
        body = b"".join(b"1\r\n%c\r\n" % byte for byte in gzip.compress(self.PLAIN)) + b"0\r\n\r\n"
        fields = ("Content-Encoding: gzip", "Transfer-Encoding: chunked")
        assert (await fetched(say(server, answer(body, "200 OK", *fields)))).data == self.PLAIN

    @pytest.mark.parametrize(
        ("fields", "body", "words"),
        [
            ("Content-Encoding: br", b"x", "was not asked for (br)"),
            ("Content-Encoding: deflate", zlib.compress(PLAIN), "was not asked for (deflate)"),
            ("Content-Encoding: gzip, gzip", ZEROS, "was not asked for (gzip, gzip)"),
            ("Content-Encoding: gzip\r\nContent-Encoding: gzip", ZEROS, "was not asked for (gzip, gzip)"),
            ("Content-Encoding: zst\u202ed" + "x" * 500, b"", "was not asked for"),
            ("Content-Encoding: gzip", gzip.compress(PLAIN)[:-9], "less than the whole"),
            ("Content-Encoding: gzip", gzip.compress(PLAIN)[:5], "less than the whole"),
            ("Content-Encoding: gzip", gzip.compress(PLAIN)[:-6] + b"xxxxxx", "damaged"),
            ("Content-Encoding: gzip", PLAIN, "damaged"),
        ],
        ids=["br", "deflate", "stacked", "twice", "odd", "no sum", "head", "wrong sum", "plain"],
    )
    async def test_is_refused(self, server: Loopback, fields: str, body: bytes, words: str) -> None:
        head = answer(b"", "200 OK", f"Content-Length: {len(body)}", "PACKED")
        error = await refused(say(server, head.replace(b"PACKED", fields.encode()) + body))
        assert words in error.reason
        assert clean.is_clean(error.reason)
        assert len(error.reason) < 300

    async def test_bomb_costs_no_more_than_the_limit(self, server: Loopback) -> None:
        url = say(server, answer(ZEROS, "200 OK", "Content-Encoding: gzip"))
        async with Fetcher(HERE) as fetcher:
            begun = time.monotonic()
            tracemalloc.start()
            with pytest.raises(FetchError, match="more than 1 MB"):
                await fetcher.get(url, limit=1_000_000)
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert most < 5_000_000
        assert time.monotonic() - begun < 2


class TestLimits:
    @pytest.mark.parametrize("size", [1000, 1001])
    @pytest.mark.parametrize("field", ["", "Transfer-Encoding: chunked", "Content-Encoding: gzip"])
    async def test_are_exact(self, server: Loopback, size: int, field: str) -> None:
        body = bytes(size)
        if "gzip" in field:
            body = gzip.compress(body)
        if "chunked" in field:
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (size, body)
        url = say(server, answer(body, "200 OK", field or "X: y"))
        if size == 1000:
            assert (await fetched(url, limit=1000)).data == bytes(1000)
        else:
            assert "more than 0.001 MB" in (await refused(url, limit=1000)).reason

    async def test_length_is_believed_at_once(self, server: Loopback) -> None:
        """Nothing of the body is waited for."""
        url = say(server, answer(b"", "200 OK", "Content-Length: 10000001"))
        assert "more than 10 MB" in (await refused(url)).reason

    async def test_padding_counts(self, server: Loopback) -> None:
        body = gzip.compress(b"x") + bytes(5000)
        url = say(server, answer(body, "200 OK", "Content-Encoding: gzip", "Transfer-Encoding: chunked"))
        say(server, server.table["/"].replace(body, b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)))  # type: ignore[union-attr]
        assert "more than" in (await refused(url, limit=1000)).reason


def crowd(size: int, server: Loopback) -> Behaviour:
    """Answers when so many are being answered, and a moment later, so that one more would be seen."""

    async def behave(_: Asked, writer: asyncio.StreamWriter) -> None:
        while server.most_at_once[""] < size:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.02)
        writer.write(NOT_MODIFIED)

    return behave


class TestPoliteness:
    async def test_two_at_once_for_a_host(self, server: Loopback) -> None:
        """And connections are kept: as many as requests at once, however many requests."""
        url = say(server, crowd(2, server))
        async with Fetcher(HERE) as fetcher:
            await asyncio.gather(*(fetcher.get(url, etag="x") for _ in range(8)))
        assert server.most_at_once[""] == 2
        assert server.connections == 2

    async def test_host_is_one_at_all_its_ports(self, server: Loopback) -> None:
        """Most have two, for http and https."""
        with Loopback() as other:

            async def behave(_: Asked, writer: asyncio.StreamWriter) -> None:
                together.append(server.at_once + other.at_once)
                await asyncio.sleep(0.02)
                writer.write(NOT_MODIFIED)

            together: list[int] = []
            urls = [say(server, behave), say(other, behave)] * 4
            async with Fetcher(HERE) as fetcher:
                await asyncio.gather(*(fetcher.get(url, etag="x") for url in urls))
        assert max(together) == 2

    @pytest.mark.usefixtures("_names")
    async def test_twenty_at_once_in_all(self, server: Loopback) -> None:
        say(server, crowd(20, server))
        urls = [server.url("/", f"host{number % 30}.example") for number in range(60)]
        async with Fetcher() as fetcher:
            await asyncio.gather(*(fetcher.get(url, etag="x") for url in urls))
        assert server.most_at_once[""] == 20
        assert max(server.most_at_once[f"host{number}.example:{server.port}"] for number in range(30)) <= 2

    @pytest.mark.usefixtures("_names")
    async def test_busy_host_holds_up_no_other(self, server: Loopback) -> None:
        """Nor does waiting for a turn count as the server's time."""
        server.table = {"/busy": silent(), "/": answer(b"x")}
        busy = server.url("/busy", "busy.example")
        async with Fetcher() as fetcher:
            waiting = [asyncio.create_task(fetcher.get(busy)) for _ in range(30)]
            while server.most_at_once[""] < 2:
                await asyncio.sleep(0.001)
            await fetcher.get(server.url("/", "other.example"))
            await ended(waiting)

    async def test_cancelled_requests_leave_nothing_behind(self, server: Loopback) -> None:
        url = say(server, silent())
        async with Fetcher(HERE) as fetcher:
            for pause in (0, 0.001, 0.005, 0.02):
                waiting = [asyncio.create_task(fetcher.get(url)) for _ in range(10)]
                await asyncio.sleep(pause)
                await ended(waiting)
            say(server, NOT_MODIFIED)
            await asyncio.gather(*(fetcher.get(url, etag="x") for _ in range(10)))
        assert asyncio.all_tasks() == {asyncio.current_task()}


async def ended(tasks: list[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    assert all(
        isinstance(end, asyncio.CancelledError)
        for end in await asyncio.gather(*tasks, return_exceptions=True)
    )
