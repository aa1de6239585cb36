"""What comes of each answer that a server gives. Every server here is real."""

import asyncio
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.fetching import HERE, fetched, get, refused, say
from tests.loopback import (
    Asked,
    Behaviour,
    Loopback,
    answer,
    hanging_up,
    redirect,
    resetting,
)
from tui_reader import __version__, clean
from tui_reader.sources import connect, fetch
from tui_reader.sources.fetch import MAX_WAIT, PAGES, Fetched, Fetcher, NotModified

NOT_MODIFIED = answer(b"", "304 Not Modified")
MOVED, FOUND = "301 Moved Permanently", "302 Found"


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


async def test_bytes_come_as_they_are_with_what_is_known_of_them(server: Loopback) -> None:
    fields = (
        'ETag: W/"1"',
        "Last-Modified: Tue, 05 Mar 2024 10:00:00 GMT",
        "Content-Type: text/xml; charset=x",
    )
    url = say(server, answer(b"<rss>\xff\0", "200 OK", *fields))
    assert await get(url) == Fetched(
        url, b"<rss>\xff\0", "text/xml; charset=x", 'W/"1"', "Tue, 05 Mar 2024 10:00:00 GMT", ""
    )


async def test_what_is_sent(server: Loopback) -> None:
    """Nothing that tells more of a reader than what it is."""
    say(server, answer())
    await get(server.url("/?a=1#part"), accept=PAGES)
    assert server.paths == ["/?a=1"]
    assert server.asked[0].headers == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": f"tui-reader/{__version__} (+tui-reader)",
        "accept": PAGES,
        "accept-encoding": "gzip",
    }


async def test_cookies_are_not_sent_back(server: Loopback) -> None:
    url = say(server, answer(b"", "200 OK", "Set-Cookie: who=you; Path=/"))
    async with Fetcher(HERE) as fetcher:
        await fetcher.get(url)
        await fetcher.get(url)
    assert [asked.headers.get("cookie") for asked in server.asked] == [None, None]


async def test_only_what_has_changed_comes_again(server: Loopback) -> None:
    url = say(server, answer(b"1", "200 OK", 'ETag: "a b"', "Last-Modified: yesterday"))
    first = await fetched(url)
    say(server, NOT_MODIFIED)
    assert await get(url, etag=first.etag, last_modified=first.last_modified) == NotModified(url, "")
    headers = server.asked[-1].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('"a b"', "yesterday")


async def test_not_modified_is_no_answer_to_who_has_nothing(server: Loopback) -> None:
    assert (await refused(say(server, NOT_MODIFIED))).status == 304


@pytest.mark.parametrize("kept", ['"a\r\nX: 1"', "ä", "x" * 501, '"\x1b[31m'])
async def test_hostile_store_sends_no_header(server: Loopback, kept: str) -> None:
    """A line end is folded, what is no ASCII or too long is left out."""
    await get(say(server, answer()), etag=kept, last_modified=kept)
    headers = server.asked[0].headers
    assert "x" not in headers
    assert headers.get("if-none-match", "").isprintable()


@pytest.mark.parametrize(
    "value",
    ["\u202eabc", "\u0085\u009b31m", "x" * 40_000, '"a", "b"', "\udcff"],
    ids=lambda value: ascii(value)[:9],
)
async def test_hostile_fields_come_out_clean(server: Loopback, value: str) -> None:
    raw = value.encode("utf-8", "surrogateescape")
    fields = b"\nETag: " + raw + b"\nContent-Type: " + raw
    came = await fetched(say(server, b"HTTP/1.1 200 OK\nContent-Length: 0" + fields + b"\r\n\r\n"))
    assert len(came.etag) <= 500
    assert len(came.content_type) <= 200
    assert came.etag.isascii()
    assert clean.is_clean(came.etag + came.content_type)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("204 No Content", "nothing to read"),
        ("206 Partial Content", "nothing to read"),
        ("300 Multiple Choices", "nothing to read"),
        ("400 Bad Request", "refuses"),
        ("401 Unauthorized", "login"),
        ("403 Forbidden", "login"),
        ("404 Not Found", "check it"),
        ("410 Gone", "gone for good"),
        ("418 Teapot", "refuses"),
        ("429 Too Many", "too often"),
        ("500 Error", "in trouble"),
        ("503 Unavailable", "not at work"),
        ("599 Odd \x1b[31m", "in trouble"),
    ],
)
async def test_each_status_has_its_sentence(server: Loopback, status: str, words: str) -> None:
    body = b"" if status.startswith("204") else b"<html>no</html>"
    error = await refused(say(server, answer(body, status)))
    assert words in error.reason
    assert error.url == server.url()
    assert error.gone == status.startswith("410")
    assert error.status == int(status[:3])


SOON = "in an hour"
"""As a date, when it is said."""


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("9" * 4400, MAX_WAIT),
        (SOON, 3600),
        ("Tue, 05 Mar 2024 10:00:00 -0000", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_WAIT),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("", None),
    ],
    ids=lambda value: str(value)[:12],
)
@pytest.mark.parametrize("status", ["429 Too Many", "503 Unavailable"])
async def test_server_says_how_long_to_leave_it_alone(
    server: Loopback, status: str, said: str, seconds: int | None
) -> None:
    if said == SOON:
        said = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    error = await refused(say(server, answer(b"", status, f"Retry-After: {said}")))
    assert error.retry_after == (pytest.approx(seconds, abs=30) if seconds else seconds)


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    @pytest.mark.parametrize(
        "location", ["/b?x=1", "b?x=1", "  b?x=1\t", "http://127.0.0.1:{port}/b?x=1#part"]
    )
    async def test_lead_on(self, server: Loopback, status: int, location: str) -> None:
        """Relative or whole; where it was in the end is told."""
        to = location.format(port=server.port)
        server.table = {"/a": redirect(to, f"{status} Moved"), "/b": answer(b"here")}
        moved_to = server.url("/b?x=1") if status in (301, 308) else ""
        assert await get(server.url("/a")) == Fetched(server.url("/b?x=1"), b"here", "", "", "", moved_to)

    @pytest.mark.parametrize(
        ("chain", "moved_to"),
        [
            ([MOVED, MOVED], "/2"),
            ([MOVED, "308 Permanent"], "/2"),
            ([MOVED, FOUND], "/1"),
            ([FOUND, MOVED], ""),
            ([FOUND], ""),
            ([MOVED, FOUND, MOVED], "/1"),
        ],
    )
    @pytest.mark.parametrize("last", [answer(b"x"), NOT_MODIFIED])
    async def test_only_permanent_ones_move(
        self, server: Loopback, chain: list[str], moved_to: str, last: bytes
    ) -> None:
        for number, status in enumerate(chain):
            server.table[f"/{number}"] = redirect(f"/{number + 1}", status)
        server.table[f"/{len(chain)}"] = last
        came = await get(server.url("/0"), etag='"x"')
        assert came.moved_to == (server.url(moved_to) if moved_to else "")
        assert came.url == server.url(f"/{len(chain)}")

    async def test_ten_and_no_more(self, server: Loopback) -> None:
        for number in range(12):
            server.table[f"/{number}"] = redirect(f"/{number + 1}")
        server.table["/11"] = answer(b"end")
        assert (await fetched(server.url("/1"))).data == b"end"
        assert "on and on" in (await refused(server.url("/0"))).reason

    @pytest.mark.parametrize(
        ("location", "words"),
        [
            ("/", "circle"),
            ("#part", "circle"),
            ("", "circle"),
            ("file:///etc/passwd", "no web address"),
            ("javascript:alert(1)", "no web address"),
            ("ftp://ftp.example/", "no web address"),
            ("http://[::1", "no web address"),
            ("http://", "circle"),
            ("http://x:99999/", "no web address"),
            ("http://-x/", "no web address"),
            ("/" + "x" * 5000, "no web address"),
        ],
    )
    async def test_lead_nowhere_else(self, server: Loopback, location: str, words: str) -> None:
        error = await refused(say(server, redirect(location)))
        assert words in error.reason
        assert len(server.asked) == 1

    @pytest.mark.usefixtures("_names")
    async def test_login_stays_with_its_server(self, server: Loopback) -> None:
        """Another host, another port and the address of a redirect get none; it is never told."""
        other = f"http://x:y@other.example:{server.port}/b"
        server.table = {"/a": redirect("/same", MOVED), "/same": redirect(other), "/b": redirect("/c")}
        server.table["/c"] = answer(b"", "401 Unauthorized")
        address = server.url("/a", "me%40home:p%3Aw@news.example")
        error = await refused(address)
        login = "Basic bWVAaG9tZTpwOnc="  # me@home:p:w
        assert [asked.headers.get("authorization") for asked in server.asked] == [login, login, None, None]
        for secret in ("p%3Aw", "p:w", "me@home", "me%40home"):
            assert secret not in error.reason + error.url
        server.table["/same"] = answer()
        came = await fetched(address)
        assert came.url == server.url("/same", "news.example")
        assert came.moved_to == server.url("/same", "me%40home:p%3Aw@news.example")
        assert "name and password" in (await refused(server.url("/c", "me:pw@news.example"))).reason


class TestAnswersThatAreNone:
    @pytest.mark.parametrize(
        ("behaviour", "words"),
        [
            (hanging_up(), "hangs up"),
            (resetting(), "broke off|cannot be reached"),
            (hanging_up(b"HTTP/1.1 200 OK\r\nContent-"), "hangs up"),
            (answer(b"12345", "200 OK", "Content-Length: 9\r\nConnection: close"), ""),
            (hanging_up(answer(b"12345", "200 OK", "Content-Length: 9")), "broke off"),
            (resetting(answer(b"12345", "200 OK", "Content-Length: 9")), "broke off"),
            (hanging_up(answer(b"5\r\n123", "200 OK", "Transfer-Encoding: chunked")), "broke off"),
            (hanging_up(answer(b"xyz\r\n123", "200 OK", "Transfer-Encoding: chunked")), "broke off"),
            (answer(b"", "200 OK", "Content-Length: -1"), "not HTTP"),
            (answer(b"", "200 OK", "Content-Length: 1\r\nContent-Length: 2"), "not HTTP"),
            (answer(b"", "200 OK", "Content-Length: " + "9" * 5000), "not HTTP"),
            (answer(b"", "200 OK", "Transfer-Encoding: gzip"), "not HTTP"),
            (answer(b"", "20 OK"), "not HTTP"),
            (b"<rss/>\r\n\r\n", "not HTTP"),
            (hanging_up(b"SSH-2.0-OpenSSH_9.6\r\n"), "hangs up"),
            (b"\0" * 1000, "not HTTP"),
            (answer(b"", "200 OK", "A: " + "x" * 200_000), "not HTTP"),
            (answer(b"", "200 OK", "no colon"), "not HTTP"),
            (answer(b"", "200 OK", "A: \0"), "not HTTP"),
        ],
        ids=lambda value: "" if callable(value) or isinstance(value, bytes) else value,
    )
    async def test_are_told_in_a_sentence(
        self, server: Loopback, behaviour: Behaviour, words: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fetch, "DEADLINE", 0.5)
        error = await refused(say(server, behaviour))
        assert re.search(words or "takes too long", error.reason)
        assert error.status is None

    async def test_are_not_asked_for_again(self, server: Loopback) -> None:
        await refused(say(server, hanging_up()))
        assert len(server.asked) == 1

    async def test_what_is_too_long_spoils_nothing(self, server: Loopback) -> None:
        """The bytes that were announced are taken; the rest is not read as the next answer."""
        url = say(server, answer(b"12345", "200 OK", "Content-Length: 3"))
        async with Fetcher(HERE) as fetcher:
            for _ in range(4):
                came = await fetcher.get(url)
                assert isinstance(came, Fetched)
                assert came.data == b"123"

    async def test_connection_that_was_closed_meanwhile_is_replaced(self, server: Loopback) -> None:
        async def answer_once(asked: Asked, writer: asyncio.StreamWriter) -> None:
            """The second request on a connection finds it closed."""
            if sum(asked.connection == other.connection for other in server.asked) == 1:
                writer.write(answer(b"x"))
            else:
                writer.close()

        url = say(server, answer_once)
        async with Fetcher(HERE) as fetcher:
            for _ in range(3):
                await fetcher.get(url)
        assert server.connections == 3


async def test_nothing_is_logged(server: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    """Addresses may hold passwords."""
    caplog.set_level(logging.DEBUG)
    say(server, answer())
    await get(server.url("/", "me:secret@127.0.0.1"))
    assert [record for record in caplog.records if record.name != "asyncio"] == []


@pytest.mark.parametrize(
    "url", ["ftp://me:pw@x/", "file:///etc/passwd", "feed", "", "http://", "http://me:p@w@/"]
)
async def test_what_is_no_address_is_not_asked(url: str) -> None:
    error = await refused(url)
    assert "no web address" in error.reason
    assert "@" not in error.url


def test_module_loads_no_client() -> None:
    """That is 65 ms; it comes when there is something to fetch."""
    clients = {"httpx", "httpcore", "anyio", "h11", "certifi"}
    code = f"import sys, tui_reader.sources.fetch; print(*{clients} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
