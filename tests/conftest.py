"""What the tests share: a library of one's own, articles put into it, the command line, and the real files
where they are."""

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.command_line import FUSION, PLAIN, SECOND, Ran, Run
from tests.shelf import Shelf
from tui_reader import cli
from tui_reader.library.library import Library
from tui_reader.ui.text import drawing

REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
"""Real articles, feeds and pages beside a developer's checkout; a user's clone has none."""

# A time limit would fail on a busy machine what is right.
hypothesis.settings.register_profile("tui-reader", deadline=None)
hypothesis.settings.load_profile("tui-reader")


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the library, the settings or the browser of whoever runs it."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("TUI_READER_LIBRARY", "BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The images of the samples are nowhere; tests of pictures ask for what draws them."""
    monkeypatch.setattr(drawing, "installed", lambda: (False, False))


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


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line within this process."""

    def ran(*arguments: object) -> Ran:
        try:
            status = cli.main([str(argument) for argument in arguments])
        except SystemExit as ended:
            status = int(ended.code or 0)
        return Ran(status, *capsys.readouterr())

    return ran


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three articles: two of one publisher, and a plain text."""
    made = tmp_path / "news"
    made.mkdir()
    (made / "fusion.md").write_text(FUSION)
    (made / "second.md").write_text(SECOND)
    (made / "plain.txt").write_text(PLAIN)
    return made


@pytest.fixture
def filled(run: Run, folder: Path) -> Run:
    """The command line, with those three in its library."""
    assert run("add", folder).status == 0
    return run
