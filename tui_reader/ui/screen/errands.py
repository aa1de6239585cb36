"""What a person asked for and a server may take half a minute for. The status line tells of it, it can be
stopped, and the program never waits for it when it is left: `asyncio.to_thread` would."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


class Errands:
    def __init__(self, tell: Callable[[], object]) -> None:
        """`tell` is called whenever one begins or ends."""
        self._tell = tell
        self._under_way: dict[asyncio.Future[Any], str] = {}

    @property
    def told(self) -> str:
        """What the last one is about; empty where none is under way."""
        return next(reversed(self._under_way.values()), "")

    async def run(self, told: str, work: Callable[[], T]) -> T:
        """What `work` answers or raises; `CancelledError` when it is stopped, and its answer goes nowhere."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def at_work() -> None:
            try:
                settle = partial(answer.set_result, work())
            except Exception as error:
                settle = partial(answer.set_exception, error)
            with suppress(RuntimeError):  # Who asked has left, and the loop is closed.
                loop.call_soon_threadsafe(lambda: answer.done() or settle())

        self._under_way[answer] = told
        self._tell()
        threading.Thread(target=at_work, name="errand", daemon=True).start()
        try:
            return await answer
        finally:
            del self._under_way[answer]
            self._tell()

    def stop(self) -> bool:
        """All of them. Answers whether there were any."""
        for answer in self._under_way:
            answer.cancel()
        return bool(self._under_way)
