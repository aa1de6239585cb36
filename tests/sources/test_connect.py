"""Which hosts are connected to, and how; private ones need to be named. Every server here is real."""

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.fetching import fetched, refused, say
from tests.loopback import Loopback, answer, redirect
from tui_reader.sources import connect
from tui_reader.sources.fetch import Fetcher, FetchError


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as served:
        yield served


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """A server of a private network, at 127.0.0.2; 127.0.0.1 plays the Internet, and names lead there."""
    try:
        served = Loopback({"/": answer(b"secret")}, host="127.0.0.2")
        socket.create_server(("127.0.0.2", 0)).close()
    except OSError:
        pytest.skip("127.0.0.2 is no address here")

    async def resolve(host: str, port: int) -> list[str]:
        return [host if host[0].isdigit() else "127.0.0.1"]

    monkeypatch.setattr(connect, "is_private", lambda address: address != "127.0.0.1")
    monkeypatch.setattr(connect, "resolve", resolve)
    with served:
        yield served


class TestPrivateHosts:
    @pytest.mark.parametrize(
        ("address", "private"),
        [
            ("93.184.216.34", False),
            ("2606:4700::1", False),
            ("::ffff:8.8.8.8", False),
            ("64:ff9b::808:808", False),
            ("2002:808:808::", False),
            ("127.0.0.1", True),
            ("10.1.2.3", True),
            ("100.64.0.1", True),
            ("169.254.169.254", True),
            ("192.0.0.192", True),
            ("::ffff:192.0.0.192", True),
            ("0.0.0.0", True),
            ("224.0.0.1", True),
            ("255.255.255.255", True),
            ("::1", True),
            ("::", True),
            ("::127.0.0.1", True),
            ("::ffff:127.0.0.1", True),
            ("64:ff9b::7f00:1", True),
            ("64:ff9b:1::1", True),
            ("2002:7f00:1::", True),
            ("2001:0:1::1", True),
            ("fe80::1%eth0", True),
            ("fec0::1", True),
            ("fc00::1", True),
            ("ff0e::1", True),
            ("3fff::1", True),
        ],
    )
    def test_what_they_are(self, address: str, private: bool) -> None:
        assert connect.is_private(address) is private

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "localhost", "localhost."]
    )
    async def test_need_to_be_named(self, server: Loopback, host: str) -> None:
        """However they are written; by a person who types the address, or as allowed."""
        url = f"http://{host}:{server.port}/"
        say(server, answer(b"secret"))
        assert "private" in (await refused(url, allowed=())).reason
        assert server.connections == 0
        assert (await fetched(url, allowed=(), typed=True)).data == b"secret"
        assert (await fetched(url, allowed=(host.upper(),))).data == b"secret"

    @pytest.mark.parametrize("allowed", [(), ("127.0.0.2",)])
    async def test_are_out_of_reach_from_the_internet(
        self, inside: Loopback, server: Loopback, allowed: tuple[str, ...]
    ) -> None:
        """Even those that may be asked themselves, and while a connection to them is kept."""
        say(server, redirect(inside.url()))
        async with Fetcher(allowed) as fetcher:
            await fetcher.get(inside.url(), typed=True)
            with pytest.raises(FetchError, match="private"):
                await fetcher.get(server.url(), typed=True)
        assert len(inside.asked) == 1

    async def test_lead_to_themselves_and_to_allowed_ones_alone(self, inside: Loopback) -> None:
        inside.table |= {
            "/same": redirect("/"),
            "/other": redirect(f"http://127.0.0.3:{inside.port}/"),
            "/out": redirect("http://127.0.0.1:1/"),
        }
        assert (await fetched(inside.url("/same"), typed=True)).data == b"secret"
        assert "private" in (await refused(inside.url("/other"), typed=True)).reason
        assert (
            "private" not in (await refused(inside.url("/other"), typed=True, allowed=("127.0.0.3",))).reason
        )
        assert "refuses connections" in (await refused(inside.url("/out"), typed=True)).reason

    async def test_name_is_resolved_once_a_connection(
        self, server: Loopback, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A name that leads elsewhere the next moment leads nowhere."""
        answers = [["127.0.0.1"], ["127.0.0.2"]]

        async def resolve(host: str, port: int) -> list[str]:
            return answers.pop(0)

        monkeypatch.setattr(connect, "resolve", resolve)
        monkeypatch.setattr(connect, "is_private", lambda address: address != "127.0.0.1")
        url = f"http://turning.example:{server.port}/"
        say(server, answer(b"x"))
        assert (await fetched(url, allowed=())).data == b"x"
        assert len(answers) == 1
        assert "private" in (await refused(url, allowed=())).reason
        assert server.connections == 1


class TestNames:
    async def test_outside_ascii(self, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
        leads_to(monkeypatch, "127.0.0.1")
        server.table["/%C3%A4"] = answer(b"x")
        came = await fetched(server.url("/ä", "bücher.example"), typed=True)
        assert came.url == server.url("/%C3%A4", "xn--bcher-kva.example")
        assert server.asked[0].host == f"xn--bcher-kva.example:{server.port}"

    async def test_ipv6_address(self, server: Loopback) -> None:
        if not server.has_ipv6:
            pytest.skip("no IPv6 here")
        say(server, answer(b"x"))
        came = await fetched(server.url("/", "[::1]"), allowed=("[::1]",))
        assert came.url == server.url("/", "[::1]")
        assert server.asked[0].host == f"[::1]:{server.port}"

    @pytest.mark.parametrize("host", ["a..b", "x" * 70 + ".example"])
    async def test_that_cannot_be(self, host: str) -> None:
        assert f"There is no host {host}" in (await refused(f"http://{host}/")).reason

    @pytest.mark.parametrize(
        ("code", "words"),
        [(socket.EAI_NONAME, "no host nowhere.example"), (socket.EAI_AGAIN, "check your connection")],
    )
    async def test_that_lead_nowhere(self, code: int, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
        def getaddrinfo(*_: object, **__: object) -> list[object]:
            raise socket.gaierror(code, "what the system says")

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        assert words in (await refused("http://nowhere.example/")).reason

    async def test_slow_ones_are_left_behind(self, monkeypatch: pytest.MonkeyPatch, server: Loopback) -> None:
        """Their threads hold up neither the time for connecting nor the end of the program."""
        answering = threading.Event()
        threads = []

        def getaddrinfo(*_: object, **__: object) -> list[tuple[object, ...]]:
            threads.append(threading.current_thread())
            answering.wait()
            return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", server.port))]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        monkeypatch.setattr(connect, "CONNECT", 0.2)
        begun = time.monotonic()
        assert "does not answer" in (await refused("http://slow.example/")).reason
        assert time.monotonic() - begun < 1
        assert [thread.daemon for thread in threads] == [True]
        answering.set()
        threads[0].join()


def leads_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    monkeypatch.setattr(connect, "resolve", resolve)


class TestAddresses:
    async def test_refused_connection(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        assert f"refuses connections at port {port}" in (await refused(f"http://127.0.0.1:{port}/")).reason

    async def test_next_one_is_tried(self, server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
        """At once after one that refuses, a moment after one that is silent."""
        monkeypatch.setattr(connect, "HEAD_START", 60)
        leads_to(monkeypatch, "127.0.0.9", "127.0.0.8", "127.0.0.1")
        url = say(server, answer(b"x")).replace("127.0.0.1", "several.example")
        assert (await fetched(url, typed=True)).data == b"x"

    async def test_silent_one_is_not_waited_for(
        self, server: Loopback, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with full(server.port) as silent:
            leads_to(monkeypatch, silent, "127.0.0.1")
            url = say(server, answer(b"x")).replace("127.0.0.1", "half.example")
            assert (await fetched(url, typed=True)).data == b"x"
            leads_to(monkeypatch, silent)
            monkeypatch.setattr(connect, "CONNECT", 0.2)
            assert "does not answer" in (await refused(url, typed=True)).reason
        assert asyncio.all_tasks() == {asyncio.current_task()}

    async def test_only_public_ones_of_a_host_are_taken(
        self, server: Loopback, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connect, "is_private", lambda address: address != "127.0.0.1")
        leads_to(monkeypatch, "10.0.0.1", "127.0.0.1")
        url = say(server, answer(b"x")).replace("127.0.0.1", "mixed.example")
        assert (await fetched(url, allowed=())).data == b"x"


@contextmanager
def full(port: int) -> Iterator[str]:
    """An address of this machine that takes no more connections, and says nothing about it."""
    address = "127.0.0.7"
    try:
        listening = socket.create_server((address, port), backlog=0)
    except OSError:
        pytest.skip(f"{address} is no address here")
    waiting = []
    with listening:
        for _ in range(3):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex((address, port))
            waiting.append(client)
        yield address
        for client in waiting:
            client.close()


class TestSecureConnections:
    @pytest.fixture
    def secure(self, tmp_path: Path) -> Iterator[Loopback]:
        """With a certificate that it signed itself, for news.example."""
        openssl = shutil.which("openssl")
        if openssl is None:
            pytest.skip("openssl is not here")
        key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
        command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        command += ["-keyout", str(key), "-out", str(certificate), "-days", "1", "-subj", "/CN=news.example"]
        command += ["-addext", "subjectAltName=DNS:news.example"]
        subprocess.run(command, check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        with Loopback({"/": answer(b"x")}, tls=context) as served:
            yield served

    @pytest.fixture
    def trusted(self, secure: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Loopback:
        """As if an authority stood behind that certificate; every name leads to it."""
        context = ssl.create_default_context(cafile=str(tmp_path / "certificate.pem"))
        monkeypatch.setattr(connect, "tls", lambda: context)
        leads_to(monkeypatch, "127.0.0.1")
        return secure

    async def test_self_signed_certificate_is_not_trusted(self, secure: Loopback) -> None:
        error = await refused(secure.url())
        assert "certificate of 127.0.0.1 cannot be trusted (self-signed certificate)" in error.reason
        assert secure.asked == []

    async def test_certificate_is_that_of_the_name(self, trusted: Loopback) -> None:
        """Though the connection goes to an address that was resolved before."""
        assert (await fetched(trusted.url("/", "news.example"), typed=True)).data == b"x"
        error = await refused(trusted.url("/", "other.example"), typed=True)
        assert "other.example cannot be trusted (Hostname mismatch" in error.reason

    async def test_plain_server_has_none(self) -> None:
        async def complain(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(answer(b"", "400 Bad Request"))
            writer.close()

        async with await asyncio.start_server(complain, "127.0.0.1", 0) as plain:
            port = plain.sockets[0].getsockname()[1]
            assert "no secure connection" in (await refused(f"https://127.0.0.1:{port}/")).reason

    async def test_step_down_is_taken_without_the_login_and_not_for_good(
        self, trusted: Loopback, server: Loopback
    ) -> None:
        say(trusted, redirect(server.url("/", "news.example"), "301 Moved"))
        say(server, answer(b"x"))
        came = await fetched(trusted.url("/", "me:pw@news.example"), typed=True)
        assert (came.url, came.moved_to) == (server.url("/", "news.example"), "")
        assert "authorization" in trusted.asked[0].headers
        assert "authorization" not in server.asked[0].headers
