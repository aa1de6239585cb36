"""Pictures of real pixels: what a terminal is sent for them, and told to let go of again."""

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.loopback import Loopback, answer
from tests.pictures import encoded
from tests.terminal import Terminal, terminal
from tui_reader import cli

pytest.importorskip("PIL", reason="Pillow, of the extra `images`, is not here")
pytest.importorskip("textual_image", reason="textual-image, of the extra `images`, is not here")

PLACEHOLDER = "\U0010eeee"


@pytest.fixture
def news(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Path]:
    """Two articles with an image each and one without, and a server that has them."""
    folder = tmp_path / "news"
    folder.mkdir()
    with Loopback({f"/{n}.png": answer(encoded(size=(400, 200 + n))) for n in (1, 2)}) as server:
        for number in (1, 2, 3):
            image = f"image: {server.url(f'/{number}.png')}\n" if number < 3 else ""
            (folder / f"{number}.md").write_text(
                f"---\ntitle: Story {number}\ndate: 2024-03-0{9 - number}\n{image}---\nText {number}."
            )
        cli.main(["add", str(folder)])
        capsys.readouterr()
        yield tmp_path


def running(news: Path, draw: str) -> AbstractContextManager[Terminal]:
    settings = news / "settings.toml"
    settings.write_text(
        f'[pictures]\ndraw = "{draw}"\n[feeds]\nprivate_hosts = ["127.0.0.1"]\n'
        "[times]\nmark_read_after = -1\n"
    )
    return terminal("--config", settings)


def transmitted(sent: str) -> list[str]:
    """The numbers of the pictures that were sent, in order."""
    return re.findall("\x1b_Ga=p,i=(\\d+)", sent)


def let_go(sent: str) -> list[str]:
    return re.findall("\x1b_Ga=d,d=I,i=(\\d+),q=2\x1b\\\\", sent)


def quit_reader(screen: Terminal) -> None:
    screen.press("q")
    assert screen.wait_for_end() == 0
    assert screen.is_as_found()
    assert "Traceback" not in screen.sent


def test_kitty_is_sent_each_picture_once_and_lets_go_of_it(news: Path) -> None:
    """Before its placeholders; and when another article is shown, and at the end."""
    with running(news, "kitty") as screen:
        screen.wait_for_sent(PLACEHOLDER)
        screen.wait_for_rest()
        [first] = transmitted(screen.sent)
        assert screen.sent.index("\x1b_G") < screen.sent.index(PLACEHOLDER)
        screen.press("\rzz")
        screen.wait_for_rest()
        assert transmitted(screen.sent) == [first]
        screen.press("J")
        screen.wait_for_sent(f"i={first},q=2")
        screen.wait_for("Story 2")
        begun = len(screen.raw)
        screen.wait_for_sent(PLACEHOLDER, start=begun)
        screen.wait_for_rest()
        [_, second] = transmitted(screen.sent)
        screen.press("J")
        screen.wait_for("Text 3.")
        assert let_go(screen.sent) == [first, second]
        screen.press("K")
        screen.wait_for_rest()
        assert transmitted(screen.sent) == [first, second, second]
        quit_reader(screen)
        assert let_go(screen.sent) == [first, second, second]
        assert screen.sent.rindex("a=d") < screen.sent.rindex("\x1b[?1049l")


def test_kitty_gets_nothing_where_images_are_told_of(news: Path) -> None:
    with running(news, "text") as screen:
        screen.wait_for("[image]", "Text 1.")
        screen.wait_for_rest(0.8)
        quit_reader(screen)
        assert "\x1b_G" not in screen.sent


def test_the_terminal_is_asked_nothing_for_pictures(news: Path) -> None:
    """What it answers would come among the keys: neither its attributes nor whether it knows pictures."""
    with running(news, "auto") as screen:
        screen.wait_for("▀", "Text 1.")
        screen.wait_for_rest()
        quit_reader(screen)
        assert "\x1b[c" not in screen.sent
        assert "\x1b_G" not in screen.sent
        assert "\x1b[16t" not in screen.sent
