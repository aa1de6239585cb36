"""The way to a host: its name is resolved once, what is private is left out, the first that answers is taken.

httpcore's pool gets all its connections here, and a connection goes to an address that was looked at: a name
that resolves to another one a moment later (DNS rebinding) leads nowhere. TLS still asks for the name.
"""

import asyncio
import functools
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from httpcore import AsyncNetworkStream

CONNECT = 10.0
"""Seconds to resolve a name and to connect; for the TLS handshake, the same again."""
HEAD_START = 0.25
"""Seconds before the next address of a host is tried beside the first, as RFC 8305 advises: where half of a
network is broken, each connection would take all of `CONNECT`."""
MAX_ADDRESSES = 6
"""Of one host; a name may have hundreds."""

_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Of no public host, by IANA's registries of special addresses, though older Pythons (3.11.9, 3.12.3) take
# them for global: at the first, some clouds tell their secrets.
_SPECIAL = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv6Network("3fff::/20"))


class NotReachedError(Exception):
    """A host that could not, or may not, be connected to; the text is a sentence."""


class Network:
    """What httpcore calls a network backend."""

    def __init__(self, private: bool) -> None:
        """`private`: whether it may lead to private addresses, too."""
        import httpcore  # 65 ms

        self._private = private
        self._tcp = httpcore.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **_: Any
    ) -> "AsyncNetworkStream":
        """Raises `NotReachedError`."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await resolve(host, port)
                if not self._private:
                    addresses = [address for address in addresses if not is_private(address)]
                if addresses:
                    return await self._first_of(addresses[:MAX_ADDRESSES], port)
        except TimeoutError as error:
            raise NotReachedError(
                f"{host} does not answer; check the address, or try again later."
            ) from error
        raise NotReachedError(
            f"{host} is in a private network, where no feed or page may lead; "
            "if you trust it, give its address yourself."
        )

    async def _first_of(self, addresses: list[str], port: int) -> "AsyncNetworkStream":
        """Raises what the last to fail did."""
        waiting = addresses[::-1]
        tries: set[asyncio.Task[AsyncNetworkStream]] = set()
        failure: BaseException = OSError()
        try:
            while waiting or tries:
                if waiting:
                    tries.add(asyncio.create_task(self._tcp.connect_tcp(waiting.pop(), port)))
                done, _ = await asyncio.wait(
                    tries, timeout=HEAD_START if waiting else None, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    tries.remove(task)
                    error = task.exception()
                    if error is None:
                        return task.result()
                    failure = error
            raise failure
        finally:
            # The slower ones, and all of them when nobody waits any more.
            for task in tries:
                task.cancel()
            for late in await asyncio.gather(*tries, return_exceptions=True):
                if not isinstance(late, BaseException):
                    await late.aclose()


@functools.cache
def tls() -> ssl.SSLContext:
    """The authorities of the system and of certifi; 25 ms, so it is made once."""
    import httpcore

    return httpcore.default_ssl_context()


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, in the order in which to try them. Raises OSError.

    In a thread of its own that nobody waits for: those of `loop.getaddrinfo` are six on two cores, and the
    program would not end before the last dead name server was given up.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str] | OSError] = loop.create_future()

    def tell(answer: list[str] | OSError) -> None:
        if not found.done():
            found.set_result(answer)

    def look() -> None:
        answer: list[str] | OSError
        try:
            infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer = list(dict.fromkeys(str(info[4][0]) for info in infos))
        except OSError as error:
            answer = error
        except UnicodeError:  # a label of more than 63 characters
            answer = socket.gaierror(socket.EAI_NONAME, "no name of a host")
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(tell, answer)

    threading.Thread(target=look, daemon=True).start()
    answer = await found
    if isinstance(answer, OSError):
        raise answer
    return answer


def is_private(address: str) -> bool:
    """Whether this is none of the public Internet's. An IPv4 address wrapped in IPv6 counts as what it is."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is None:
            # Python 3.11 takes multicast, site-local and ::127.0.0.1 for global.
            return ip not in _UNICAST or not _is_global(ip)
        ip = inner
    return ip.is_multicast or not _is_global(ip)


def _is_global(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return ip.is_global and not any(ip in network for network in _SPECIAL)


def why_not(error: BaseException, host: str, port: int) -> str:
    """The sentence for a connection that failed, or ended before an answer."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return (
                    f"The certificate of {host} cannot be trusted ({cause.verify_message}); "
                    "nothing was asked. Check the address, or tell its publisher."
                )
            case ssl.SSLError():
                return f"{host} has no secure connection to offer; check the address, or tell its publisher."
            case socket.gaierror(errno=socket.EAI_AGAIN):
                return f"The name {host} could not be looked up; check your connection to the network."
            case socket.gaierror():
                # What some systems (macOS among them) also say without a network.
                return f"There is no host {host}; check the address, and your connection to the network."
            case ConnectionRefusedError():
                return f"{host} refuses connections at port {port}; check the address, or try again later."
            case OSError(strerror=str(reason)) if cause.errno:
                return f"{host} cannot be reached ({reason}); check your connection to the network."
    return f"The connection to {host} broke off; try again later."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what led to it, the nearest first."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
