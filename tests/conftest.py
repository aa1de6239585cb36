"""What the tests share: a library of one's own, articles put into it, and the real files where they are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shelf import Shelf
from tui_reader.library.library import Library

REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
"""Real articles, feeds and pages beside a developer's checkout; a user's clone has none."""


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the library, the settings or the browser of whoever runs it."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("TUI_READER_LIBRARY", "BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(tmp_path / "library.db") as opened:
        yield opened


@pytest.fixture
def shelf(library: Library, tmp_path: Path) -> Shelf:
    """The library with one source, to put articles into."""
    return Shelf(library, tmp_path)


@pytest.fixture
def real_data() -> Path:
    if not REAL.is_dir():
        pytest.skip("the real articles of shared/data are not here")
    return REAL
