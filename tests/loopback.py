"""A web server on this machine for the tests: it says to the byte what a table has for a path.

with Loopback({"/feed": answer(b"<rss/>"), "/slow": a_coroutine}) as server:
    ... server.url("/feed") ... server.asked[0].headers["accept"]
"""

import asyncio
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, Self, TypeAlias


class Asked(NamedTuple):
    """One request."""

    path: str
    headers: dict[str, str]
    """Names in lower case."""
    connection: int
    """Which of the server's connections it came by, counted from 1."""

    @property
    def host(self) -> str:
        return self.headers.get("host", "")


Behaviour: TypeAlias = bytes | Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]
"""A whole answer, or a coroutine that writes what it likes; it may close the connection."""


def answer(body: bytes = b"", status: str = "200 OK", *fields: str) -> bytes:
    """With the length of its body, unless the fields have one or say how it is told."""
    lines = [f"HTTP/1.1 {status}", *fields]
    if not any(field.lower().startswith(("content-length:", "transfer-encoding:")) for field in fields):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(b"", status, f"Location: {location}")


def hanging_up(data: bytes = b"") -> Behaviour:
    """Closes the connection after these bytes."""

    async def behave(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        writer.close()

    return behave


def resetting(data: bytes = b"") -> Behaviour:
    """Breaks the connection off (RST) after these bytes."""

    async def behave(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if data:
            await asyncio.sleep(0.05)  # a reset overtakes what has not been read
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        writer.transport.abort()

    return behave


def trickling(data: bytes, pause: float, head: bytes = b"") -> Behaviour:
    """A byte at a time."""

    async def behave(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        for byte in data:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(pause)

    return behave


def silent() -> Behaviour:
    """Never says anything."""

    async def behave(_: Asked, __: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    return behave


class Loopback:
    """Serves on 127.0.0.1, and on ::1 at the same port where there is one, from a thread of its own.

    The table may be changed while it serves. Connections are kept until somebody closes them.
    """

    def __init__(
        self,
        table: Mapping[str, Behaviour] | None = None,
        *,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.table: dict[str, Behaviour] = dict(table or {})
        self.asked: list[Asked] = []
        self.connections = 0
        self.most_at_once: Counter[str] = Counter()
        """Host as it was asked for → how many of its requests were answered at the same time; of all: ""."""
        self.port = 0
        self.has_ipv6 = False
        self._host, self._tls = host, tls
        self._at_once: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._talks: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))

    def url(self, path: str = "/", host: str = "") -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{host or self._host}:{self.port}{path}"

    @property
    def at_once(self) -> int:
        """How many requests are being answered now."""
        return self._at_once[""]

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.asked]

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(10):
            raise TimeoutError("the server does not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        self._loop.close()

    async def _serve(self) -> None:
        servers = [await asyncio.start_server(self._talk, self._host, 0, ssl=self._tls, backlog=500)]
        self.port = servers[0].sockets[0].getsockname()[1]
        with suppress(OSError):
            servers.append(await asyncio.start_server(self._talk, "::1", self.port, ssl=self._tls))
            self.has_ipv6 = True
        self._ready.set()
        await self._end.wait()
        for server in servers:
            server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await asyncio.sleep(0)  # for the transports to close

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)
        self.connections += 1
        connection = self.connections
        try:
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                await self._behave(_asked(head, connection), reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            writer.close()

    async def _behave(self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append(asked)
        for key in ("", asked.host):
            self._at_once[key] += 1
            self.most_at_once[key] = max(self.most_at_once[key], self._at_once[key])
        try:
            behaviour = self.table.get(asked.path.partition("?")[0], answer(b"", "404 Not Found"))
            if isinstance(behaviour, bytes):
                writer.write(behaviour)
            else:
                await _until_gone(behaviour(asked, writer), reader)
            with suppress(ConnectionError):
                await writer.drain()
        finally:
            for key in ("", asked.host):
                self._at_once[key] -= 1


async def _until_gone(behaviour: Awaitable[None], reader: asyncio.StreamReader) -> None:
    """Nothing is written to a client that has closed the connection."""
    behaving = asyncio.ensure_future(behaviour)
    gone = asyncio.ensure_future(_end_of(reader))
    try:
        await asyncio.wait((behaving, gone), return_when=asyncio.FIRST_COMPLETED)
    finally:
        behaving.cancel()
        gone.cancel()
        await asyncio.gather(behaving, gone, return_exceptions=True)


async def _end_of(reader: asyncio.StreamReader) -> None:
    while not reader.at_eof():
        await asyncio.sleep(0.01)


def _asked(head: bytes, connection: int) -> Asked:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Asked(first.split(" ")[1], headers, connection)
