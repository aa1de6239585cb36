"""What the tests of fetching share: one address, asked by a Fetcher of its own."""

from typing import Any

import pytest

from tests.loopback import Behaviour, Loopback
from tui_reader import clean
from tui_reader.sources.fetch import Fetched, Fetcher, FetchError, NotModified

HERE = ("127.0.0.1", "::1", "localhost")


async def get(url: str, *, allowed: tuple[str, ...] = HERE, **how: Any) -> Fetched | NotModified:
    async with Fetcher(allowed) as fetcher:
        return await fetcher.get(url, **how)


async def fetched(url: str, **how: Any) -> Fetched:
    came = await get(url, **how)
    assert isinstance(came, Fetched)
    return came


async def refused(url: str, **how: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await get(url, **how)
    error = caught.value
    assert error.reason == str(error) == clean.line(error.reason)
    assert error.reason.endswith((".", "…")), "a sentence"
    return error


def say(server: Loopback, behaviour: Behaviour) -> str:
    server.table["/"] = behaviour
    return server.url()
