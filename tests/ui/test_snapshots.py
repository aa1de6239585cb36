"""What stands on the screen, cell by cell. After a change that was meant: `pytest --snapshot-update`, and a
look at what has changed in `__snapshots__`."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.make_screenshots import Act, fill, keys, search, settled, stopped_clock, write_a_note
from tui_reader.library.feeds import Answer
from tui_reader.library.library import Library
from tui_reader.picture import Box, Picture
from tui_reader.settings import Settings
from tui_reader.ui.app import ReaderApp

Size = tuple[int, int]
WIDE: Size = (120, 40)
NARROW: Size = (80, 24)


@pytest.fixture
def stage(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """The samples, some read and two bookmarked, on a day that does not pass."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    with stopped_clock():
        fill(library, tmp_path)
        yield library


@pytest.mark.parametrize(
    ("size", "act"),
    [
        pytest.param(WIDE, keys("j"), id="wide"),
        pytest.param((180, 50), keys("j", "j"), id="broad"),
        pytest.param(NARROW, keys("j"), id="narrow-list"),
        pytest.param(NARROW, keys("j", "enter"), id="narrow-article"),
        pytest.param((60, 12), keys("j"), id="low"),
        pytest.param(WIDE, keys("j", "j", "4"), id="preview"),
        pytest.param(WIDE, write_a_note, id="bookmark"),
        pytest.param(NARROW, keys("v"), id="chooser"),
        pytest.param(WIDE, search, id="search"),
    ],
)
def test_the_screen_at_every_size(
    stage: Library, snap_compare: Callable[..., bool], size: Size, act: Act
) -> None:
    """No pane overlaps another, nothing is cut that fits."""
    assert pictured(snap_compare, stage, size, act)


def test_the_light_theme(stage: Library, snap_compare: Callable[..., bool]) -> None:
    """The theme of the settings is that of the first screen, with the sidebar too."""
    assert pictured(snap_compare, stage, WIDE, keys("j", "backslash"), theme="tui-reader-light")


def test_a_picture(stage: Library, snap_compare: Callable[..., bool]) -> None:
    """Half cells over a caption, with room for the text beside it."""

    async def draw(pilot: Any) -> None:
        await settled(pilot)
        article = pilot.app.screen_stack[1].article
        article.draw_pictures(Box("blocks", 0, 0, 10, 20))
        [url] = article.links[:1]
        columns, lines = Box("blocks", 70, 13, 10, 20).fit(1200, 720)
        steps = [(x // 6 * 30, 90, y // 3 * 20) for y in range(lines * 2) for x in range(columns)]
        article.take(url, Picture(1200, 720, columns, lines, bytes(part for step in steps for part in step)))
        await settled(pilot)

    assert pictured(snap_compare, stage, WIDE, draw)


def test_without_colours(
    stage: Library, snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under NO_COLOR the cursor, the marks and the headings can still be told from the rest."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert pictured(snap_compare, stage, NARROW, keys("j"))


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_the_list_of_sources(stage: Library, snap_compare: Callable[..., bool], size: Size) -> None:
    """In their folders, with what is wrong with one of them in whole sentences."""
    subscribe(stage)
    assert pictured(snap_compare, stage, size, keys("F", "j", "j"), refresh_every=0)


def subscribe(library: Library) -> None:
    """To feeds of every state; they take the place of the samples."""
    for title, folder in (
        ("Letters from nowhere", ""),
        ("Field notes", "Science"),
        ("The long and patient journal of things that move very slowly, and of those that wait", "Science"),
        ("Morning paper", "World"),
        ("Evening paper", "World"),
    ):
        slug = title.lower().replace(" ", "-")
        library.feeds.add(f"https://{slug.partition(',')[0]}.example/feed.xml", title, folder)
    feeds = {source.title.partition(" ")[0]: source.id for source in library.sources.all()}
    for name in ("Letters", "Morning", "Evening"):
        library.feeds.unchanged(feeds[name], Answer())
    for _ in range(3):
        library.feeds.failed(
            feeds["The"], "journal.example has nothing at this address (404); check it, it may have moved."
        )
    library.feeds.failed(feeds["Field"], "field-notes.example says that this is gone for good.", gone=True)
    library.sources.set_interval(feeds["Evening"], 7_200)


def pictured(
    snap_compare: Callable[..., bool], library: Library, size: Size, act: Act, **settings: Any
) -> bool:
    async def run_before(pilot: Any) -> None:
        await settled(pilot)
        await act(pilot)

    app = ReaderApp(library, Settings(mark_read_after=-1, fetch_ahead="off", **settings))
    return snap_compare(app, terminal_size=size, run_before=run_before)
