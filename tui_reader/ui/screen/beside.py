"""What takes as long as a server likes, while the screen goes on: in a thread that dies with the program."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def beside(work: Callable[[], T]) -> T:
    """What it answers or raises. With `asyncio.to_thread` a program that is left would wait for it."""
    done: Future[T] = Future()
    # It cannot be called off from now on, only left alone.
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            done.set_result(work())
        except Exception as error:
            done.set_exception(error)

    threading.Thread(target=run, name="beside", daemon=True).start()
    return await asyncio.wrap_future(done)
