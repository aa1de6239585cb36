"""What is at an address, over HTTP: an address goes in, bytes come out.

    get → wait for a turn → connect → ask → take the answer, inflated → Fetched | NotModified
               ↑                                │
               └───────── a redirect ───────────┘

Nothing is asked of a private host that nobody named, and no answer takes more time or memory than its limit.

It stands on httpcore, which is httpx without its client: there, cookies, redirects, proxies from the
environment, decoding and logged addresses would all have to be switched off, and 200 requests took 0.27 s
instead of 0.16. It knows no proxies: behind one, others resolve the names, and nobody sees what is private.
"""

import asyncio
import base64
import logging
import time
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import unquote, urljoin, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from tui_reader import __version__, clean
from tui_reader.sources import connect
from tui_reader.sources.connect import NotReachedError

if TYPE_CHECKING:
    from httpcore import AsyncConnectionPool, AsyncNetworkBackend, Response

MAX_FEED = 10_000_000
"""Bytes, inflated; what is larger is refused."""
MAX_PAGE = 5_000_000
FEEDS = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)
PAGES = "text/html, application/xhtml+xml, */*;q=0.5"
USER_AGENT = f"tui-reader/{__version__} (+tui-reader)"

AT_ONCE = 20
AT_ONCE_PER_HOST = 2
DEADLINE = 30.0
"""Seconds for one `get` with all its redirects, however slowly bytes trickle. Waiting for a turn is free."""
KEPT = 15.0
"""Seconds for which an idle connection is kept."""
MAX_REDIRECTS = 10
MAX_VALIDATOR = 500
MAX_WAIT = 7 * 24 * 3600
"""Of a Retry-After; a server that asks for more is asked again after a week."""

_PORTS = {"http": 80, "https": 443}
_SENTENCES = {
    401: "{host} asks for a login ({status}); write it into the address: https://name:password@{host}/…",
    403: "{host} does not let this reader in ({status}); it may ask for a login, open it in a browser.",
    404: "{host} has nothing at this address ({status}); check it, the publisher may have moved it.",
    410: "{host} says that this is gone for good ({status}).",
    429: "{host} was asked too often ({status}); try again later.",
    503: "{host} is not at work now ({status}); try again later.",
}
"""For a status that asks for something of its own; `_sentence` has the rest."""


class FetchError(Exception):
    """Nothing was fetched. Neither the address nor the reason holds a login."""

    def __init__(
        self,
        url: str,
        reason: str,
        *,
        status: int | None = None,
        retry_after: int | None = None,
        unreached: bool = False,
    ) -> None:
        self.url = url
        """The one that was asked for."""
        self.reason = clean.line(reason)
        """A sentence that says what to do."""
        self.status = status
        self.retry_after = retry_after
        """Seconds, where the server asks to be left alone for a while."""
        self.unreached = unreached
        """There was no way to the server: it may be our own network that has gone."""
        self.gone = status == 410
        """The server says that it will never come back."""
        super().__init__(self.reason)


class Fetched(Struct, frozen=True):
    url: str
    """Where it was in the end, without a login."""
    data: bytes
    content_type: str
    etag: str
    last_modified: str
    moved_to: str
    """The address to ask from now on: what permanent redirects alone led to, mostly nothing. A login comes
    along where it may be sent."""


class NotModified(Struct, frozen=True):
    url: str
    moved_to: str


class _Redirect(Struct, frozen=True):
    location: str
    permanent: bool
    from_private: bool


class _Place(Struct, frozen=True):
    """An address, taken apart."""

    scheme: str
    host: str
    port: int
    target: str
    login: str
    """As it stands in the address, percent-encoded."""

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"

    @property
    def url_with_login(self) -> str:
        return f"{self.scheme}://{self.login}@{self.authority}{self.target}" if self.login else self.url


class _Question(Struct, frozen=True):
    """What stays the same through all redirects."""

    asked: _Place
    accept: str
    etag: str
    last_modified: str
    limit: int

    def headers(self, at: _Place) -> list[tuple[str, str]]:
        fields = {
            "Host": at.authority,
            "User-Agent": USER_AGENT,
            "Accept": self.accept,
            "Accept-Encoding": "gzip",
            "Authorization": _basic(at.login),
            # They go along to where a redirect leads: it was there that they came from the last time.
            "If-None-Match": self.etag,
            "If-Modified-Since": self.last_modified,
        }
        return [(name, value) for name, value in fields.items() if value]

    def leads_to(self, at: _Place, location: str) -> _Place:
        """Where a redirect goes. A login stays with its server, and with the secure one of its host."""
        place = None
        with suppress(ValueError):
            place = _place(urljoin(at.url, location))
        if place is None:
            raise self.error(f"{at.host} leads on to something that is no web address; check the address.")
        kept = place.host == self.asked.host and (place.scheme, place.port) in (
            (self.asked.scheme, self.asked.port),
            ("https", 443),
        )
        return replace(place, login=self.asked.login if kept else "")

    def error(
        self,
        reason: str,
        status: int | None = None,
        retry_after: int | None = None,
        *,
        unreached: bool = False,
    ) -> FetchError:
        return FetchError(self.asked.url, reason, status=status, retry_after=retry_after, unreached=unreached)


class Fetcher:
    """Connections that are shared and kept, for one event loop; `allowed` names hosts that may be private."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self._allowed = {host.lower().strip("[]").rstrip(".") for host in allowed}
        self._all = asyncio.Semaphore(AT_ONCE)
        # Whatever the port: http and https are one server.
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(AT_ONCE_PER_HOST)
        )
        # Two: a kept connection to a private host must not serve a request that could not have opened it.
        self._pools: dict[bool, AsyncConnectionPool] = {}
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        import httpcore  # 65 ms

        # What it logs holds whole addresses and headers, logins with them.
        for name in ("httpcore", "httpx"):
            logging.getLogger(name).setLevel(logging.WARNING)
        for private in (False, True):
            pool = httpcore.AsyncConnectionPool(
                ssl_context=connect.tls(),
                # Our turns limit them. A request that is cancelled at a bad moment leaves its place taken.
                max_connections=None,
                max_keepalive_connections=AT_ONCE,
                keepalive_expiry=KEPT,
                network_backend=cast("AsyncNetworkBackend", connect.Network(private)),
            )
            self._pools[private] = await self._open.enter_async_context(pool)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def get(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        limit: int = MAX_FEED,
        accept: str = FEEDS,
        typed: bool = False,
    ) -> Fetched | NotModified:
        """What is at an address; its host may be private if a person `typed` it. Raises `FetchError`."""
        asked = _place(url)
        if asked is None:
            shown = clean.without_login(clean.line(url, clean.MAX_ADDRESS))
            raise FetchError(shown, "This is no web address; one begins with http:// or https://.")
        question = _Question(asked, accept, _validator(etag), _validator(last_modified), limit)
        may_be_private = self._allowed | ({asked.host} if typed else set())

        at, moved_to, permanent, left = asked, "", True, DEADLINE
        seen: set[str] = set()
        while at.url not in seen:
            seen.add(at.url)
            if len(seen) > MAX_REDIRECTS + 1:
                raise question.error(f"{asked.host} leads on and on; open the address in a browser.")
            # The host first: who waits for a busy host must not hold up the others.
            async with self._hosts[at.host], self._all:
                begun = time.monotonic()
                try:
                    async with asyncio.timeout(left):
                        answer = await self._ask(at, question, at.host in may_be_private)
                except TimeoutError as error:
                    raise question.error(f"{at.host} takes too long to answer; try again later.") from error
                left -= time.monotonic() - begun
            if not isinstance(answer, _Redirect):
                return replace(answer, moved_to=moved_to)
            if not answer.from_private:
                # The public Internet cannot send us into a house, not even to a host that is known there.
                may_be_private = set()
            to = question.leads_to(at, answer.location)
            # Nobody moves away from a secure connection for good.
            permanent &= answer.permanent and (at.scheme, to.scheme) != ("https", "http")
            if permanent:
                moved_to = to.url_with_login
            at = to
        raise question.error(
            f"{asked.host} leads round in a circle; open the address in a browser, it may want cookies."
        )

    async def _ask(self, at: _Place, question: _Question, private: bool) -> Fetched | NotModified | _Redirect:
        import httpcore

        try:
            response = await self._answer(at, question, private)
        except NotReachedError as error:
            raise question.error(str(error)) from error
        except httpcore.TimeoutException as error:
            raise question.error(f"{at.host} does not answer; try again later.", unreached=True) from error
        except httpcore.ProtocolError as error:
            # Either what it stumbled over or, where nothing came at all, words of its own.
            odd = any(isinstance(word, Exception) for word in error.args)
            what = "gives an answer that is not HTTP" if odd else "hangs up without an answer"
            raise question.error(f"{at.host} {what}; check the address, or try again later.") from error
        except (httpcore.NetworkError, OSError) as error:
            raise question.error(connect.why_not(error, at.host, at.port), unreached=True) from error
        try:
            return await _take(response, at, question)
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise question.error(
                f"The connection to {at.host} broke off before all had come; try again later."
            ) from error
        finally:
            await response.aclose()

    async def _answer(self, at: _Place, question: _Question, private: bool) -> "Response":
        """The head of the answer; its body is still to come."""
        import httpcore

        address = httpcore.URL(scheme=at.scheme, host=at.host, port=at.port, target=at.target)
        new = False

        async def trace(event: str, _: Any) -> None:
            nonlocal new
            new = new or event == "connection.connect_tcp.started"

        extensions = {"timeout": {"connect": connect.CONNECT}, "trace": trace}
        while True:
            request = httpcore.Request("GET", address, headers=question.headers(at), extensions=extensions)
            try:
                return await self._pools[private].handle_async_request(request)
            except (httpcore.ReadError, httpcore.RemoteProtocolError):
                # A kept connection may end just as it is used, or hold what an answer had too much.
                if new:
                    raise


async def _take(response: "Response", at: _Place, question: _Question) -> Fetched | NotModified | _Redirect:
    fields = response.headers
    if response.status in (301, 302, 303, 307, 308):
        return _Redirect(
            _field(fields, b"location"), response.status in (301, 308), _comes_from_private(response)
        )
    if response.status == 304 and (question.etag or question.last_modified):
        async for _ in response.aiter_stream():
            pass  # There is no body; only a connection whose answer was read to its end is kept.
        return NotModified(at.url, "")
    if response.status not in (200, 203):
        raise question.error(
            _sentence(response.status, at), response.status, _seconds(_field(fields, b"retry-after"))
        )
    return Fetched(
        at.url,
        await _body(response, at, question),
        clean.line(_field(fields, b"content-type"), 200),
        _validator(_field(fields, b"etag")),
        _validator(_field(fields, b"last-modified")),
        "",
    )


def _comes_from_private(response: "Response") -> bool:
    # Some systems know no address any more of a connection that has ended.
    with suppress(OSError):
        return connect.is_private(response.extensions["network_stream"].get_extra_info("server_addr")[0])
    return False


async def _body(response: "Response", at: _Place, question: _Question) -> bytes:
    """Inflated in steps that never give more than what is left of the limit."""
    limit = question.limit
    larger = question.error(
        f"{at.host} sends more than {limit / 1e6:g} MB, which is too much; look for a shorter feed or page."
    )
    encoding = _field(response.headers, b"content-encoding").lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise question.error(
            f"{at.host} packs its answer in a way that was not asked for ({clean.line(encoding, 40)}); "
            "tell its publisher."
        )
    if int(_field(response.headers, b"content-length") or 0) > limit:
        raise larger
    gzip = zlib.decompressobj(wbits=31) if encoding.endswith("gzip") else None
    parts: list[bytes] = []
    came = size = 0
    async for part in response.aiter_stream():
        came += len(part)
        if gzip is not None:
            try:
                # What follows the end is padding; browsers leave it, too.
                part = b"" if gzip.eof else gzip.decompress(part, limit + 1 - size)
            except zlib.error as error:
                raise question.error(
                    f"What {at.host} sends is damaged and cannot be unpacked; try again later."
                ) from error
        size += len(part)
        if max(came, size) > limit:
            raise larger
        parts.append(part)
    if gzip is not None and came and not gzip.eof:
        raise question.error(f"{at.host} sends less than the whole, packed; try again later.")
    return b"".join(parts)


def _sentence(status: int, at: _Place) -> str:
    sentence = _SENTENCES.get(status)
    if status == 401 and at.login:
        sentence = "{host} does not take this login ({status}); check name and password in the address."
    elif sentence is None and status >= 500:
        sentence = "{host} is in trouble ({status}); try again later."
    elif sentence is None and status >= 400:
        sentence = "{host} refuses to answer ({status}); check the address."
    return (sentence or "{host} has nothing to read at this address ({status}); check it.").format(
        host=at.host, status=status
    )


def _seconds(retry_after: str) -> int | None:
    """From a number of seconds or a date."""
    if retry_after.isdecimal() and retry_after.isascii():
        return min(int(retry_after[:10]), MAX_WAIT)
    try:
        date = parsedate_to_datetime(retry_after)
    except (ValueError, TypeError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return min(max(0, int((date - datetime.now(UTC)).total_seconds())), MAX_WAIT)


def _field(fields: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """A field of the head; what comes twice, except for addresses, is joined as HTTP has it."""
    values = [value for key, value in fields if key.lower() == name]
    data = b"".join(values[:1]) if name == b"location" else b", ".join(values)
    try:
        return data.decode().strip()
    except UnicodeDecodeError:
        return data.decode("latin-1").strip()


def _place(url: str) -> _Place | None:
    parts = urlsplit(clean.address(url))
    host = (parts.hostname or "").rstrip(".")
    if not host:
        return None
    port = parts.port or _PORTS[parts.scheme]
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _Place(parts.scheme, host, port, target, parts.netloc.rpartition("@")[0])


def _basic(login: str) -> str:
    name, _, password = login.partition(":")
    pair = f"{unquote(name)}:{unquote(password)}".encode()
    return f"Basic {base64.b64encode(pair).decode()}" if login else ""


def _validator(value: str) -> str:
    """An ETag or a date that may be kept and sent back; one that had to be changed would match nothing."""
    value = clean.line(value)
    return value if len(value) <= MAX_VALIDATOR and value.isascii() and value.isprintable() else ""
