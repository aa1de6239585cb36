"""The whole app on the bundled samples, run in memory."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from tests.make_screenshots import is_at_rest
from tui_reader import samples
from tui_reader.library.library import Library
from tui_reader.model import Row, View
from tui_reader.refresh import refresh
from tui_reader.settings import Settings
from tui_reader.ui import reader
from tui_reader.ui.app import ReaderApp
from tui_reader.ui.reader import ReaderScreen
from tui_reader.ui.screen import views

WIDE = (120, 40)
NARROW = (80, 24)


class Desk:
    """A running reader, and short words for what a test asks of it."""

    def __init__(self, pilot: Pilot[None], app: ReaderApp) -> None:
        self.pilot = pilot
        self.app = app

    @property
    def screen(self) -> ReaderScreen:
        reader = self.app.screen_stack[1]
        assert isinstance(reader, ReaderScreen)
        return reader

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def type(self, text: str) -> None:
        await self.pilot.press(*text)
        await self.settle()

    async def settle(self) -> None:
        """Until nothing is under way: changes on the disk, looks, refreshes, searches."""
        for _ in range(200):
            await self.pilot.pause()
            waiting = [worker for worker in self.app.workers if not worker.is_finished]
            asking = len(self.app.screen_stack) > 2
            if is_at_rest(self.screen) and (asking or not waiting):
                break
            await asyncio.sleep(0.01)
        await self.pilot.pause()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that the background brings."""
        for _ in range(50):
            await self.settle()
            if true():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(self.text())

    def row(self, article_id: int | None = None) -> Row:
        """The row under the cursor, or of an article."""
        ids = [article_id if article_id is not None else self.screen.list.current or 0]
        return self.app.library.articles.rows(ids)[0]

    def focus(self) -> str | None:
        """Id of the pane that has it."""
        return self.screen.focused.id if self.screen.focused else None

    def text(self) -> str:
        """What stands on the screen, line by line."""
        width, height = self.app.size
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.ljust(width) for strip in strips[:height])

    def said(self) -> str:
        """The messages in the corner."""
        return "\n".join(str(note.message) for note in self.app._notifications)

    def titles(self) -> list[str]:
        return [row.title for row in self.app.library.articles.rows(self.screen.list.ids)]

    def typed(self) -> str:
        """What stands in the line of the search."""
        assert self.screen._bar is not None
        return self.screen._bar.input.value

    def lines(self) -> list[str]:
        """What the list shows, without its frame."""
        shown = self.screen.list
        return [shown.draw_line(y).text.rstrip() for y in range(shown.size.height)]

    def place(self) -> tuple[object, ...]:
        """Where one is: the view, the article, how far both panes are scrolled, which has the keys."""
        reader = self.screen
        return (
            reader.view,
            self.titles(),
            reader.list.current,
            reader.list.scroll_offset.y,
            reader.list.days,
            (reader.article.article_id, reader.article.top) if reader.article_in_sight else None,
            self.focus(),
            reader.list.title,
        )


class Folder:
    """A folder of articles that a library reads, and a way to write more of them."""

    def __init__(self, library: Library, path: Path) -> None:
        path.mkdir()
        self.path = path
        self.library = library
        self.source = library.sources.add_folder(path)

    def write(self, title: str, published: int | None = None, body: str = "Text.") -> None:
        day = "" if published is None else f"date: {datetime.fromtimestamp(published, UTC).isoformat()}\n"
        number = len(list(self.path.iterdir()))
        text = f"---\ntitle: {json.dumps(title)}\n{day}---\n{body}"
        (self.path / f"{number:03}.md").write_text(text)

    def take_in(self) -> None:
        assert not refresh(self.library, self.source).failed


Browser = tuple[tuple[str, ...], Callable[[], list[str]]]
Open = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def filled(library: Library) -> Library:
    """The library with the samples in it, read from their files."""
    source = library.sources.add_samples(samples.folder())
    outcome = refresh(library, source)
    assert outcome.new >= 8
    return library


@pytest.fixture
def folder(library: Library, tmp_path: Path) -> Folder:
    return Folder(library, tmp_path / "articles")


@pytest.fixture
def open_reader(library: Library, monkeypatch: pytest.MonkeyPatch) -> Open:
    # What waits for the terminal to be drawn need not wait where there is none.
    monkeypatch.setattr(views, "REST_AFTER", 0.001)
    monkeypatch.setattr(reader, "REFRESH_AFTER", 0.01)

    @contextlib.asynccontextmanager
    async def opened(
        settings: Settings | None = None,
        size: tuple[int, int] = WIDE,
        on: Library | None = None,
        *,
        ahead: bool = False,
        **more: Any,
    ) -> AsyncIterator[Desk]:
        """Nothing is fetched unasked, but `ahead`."""
        settings = settings or Settings(mark_read_after=-1)
        if not ahead:
            settings = replace(settings, fetch_ahead="off")
        app = ReaderApp(on or library, settings, **more)
        async with app.run_test(size=size) as pilot:
            desk = Desk(pilot, app)
            await desk.settle()
            yield desk

    return opened


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    """A browser that writes down what it was asked to open, and a way to read that."""
    log = tmp_path / "opened"
    command = ("sh", "-c", 'printf "%s\\n" "$1" >> "$0"', str(log), "{url}")
    return command, lambda: log.read_text().splitlines() if log.exists() else []


def ids(library: Library, **view: Any) -> list[int]:
    return list(library.articles.ids(View(**view)))
