"""The whole program in a real terminal: what it draws, how it ends, what it leaves behind.

`terminal.py` is the terminal. Nothing here sleeps: each step waits for what it is about.
"""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import Terminal, terminal
from tui_reader import clean, cli
from tui_reader.library.library import Library
from tui_reader.model import View

STARTED = "\x1b[?2048$p"
"""Among the first things it sends, once it listens."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "news"
    made.mkdir()
    for day in range(1, 6):
        (made / f"{day}.md").write_text(
            f"---\ntitle: Story number {day}\ndate: 2024-03-0{day}\n---\n" + f"Text {day}. " * 60
        )
    return made


@pytest.fixture
def filled(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The default library, with the folder in it; its path."""
    cli.main(["add", str(folder)])
    capsys.readouterr()
    return folder.parent / "home" / "tui-reader" / "library.db"


def end(running: Terminal, keys: str = "q") -> None:
    """Quits it, and sees to it that nothing of it is left."""
    running.press(keys)
    assert running.wait_for_end() == 0
    assert running.is_as_found()
    assert "Traceback" not in running.sent


def refused(running: Terminal) -> str:
    """The sentence with which it did not start; the terminal was not touched."""
    assert running.wait_for_end() == 1
    assert "\x1b[" not in running.sent
    return " ".join(running.sent.split())


class TestStartAndEnd:
    def test_it_ends_with_a_terminal_that_sends_no_signal(self, filled: Path) -> None:
        """One that does not control the process: its hanging up is only seen by who looks."""
        ours, theirs = os.openpty()
        running = subprocess.Popen(
            [sys.executable, "-m", "tui_reader"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color"},
        )
        os.close(theirs)
        while b"Story number 5" not in os.read(ours, 100_000):
            pass
        os.close(ours)
        assert running.wait(timeout=20) is not None

    def test_first_start_shows_the_samples_and_quits_cleanly(self) -> None:
        with terminal() as running:
            running.wait_for("All news", "● ", "q Quit", "These are sample articles")
            end(running)

    def test_folder_on_the_command_line_is_read_and_shown(self, folder: Path) -> None:
        with terminal(folder) as running:
            running.wait_for("Story number 5", "Story number 1", "Text 5.")
            end(running)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
    def test_signals_leave_the_terminal_as_it_was_found(self, filled: Path, number: signal.Signals) -> None:
        with terminal() as running:
            running.wait_for("Story number 5")
            running.kill(number)
            running.wait_for_end(patience=5)
            assert running.is_as_found()
            assert "Traceback" not in running.sent

    @pytest.mark.parametrize("moment", ["painting", "resting"])
    def test_closed_window_ends_it(self, filled: Path, moment: str) -> None:
        """Also while it paints, when nobody takes any more what it has to say."""
        with terminal() as running:
            if moment == "painting":
                running.wait_for_sent("╭─")
            else:
                running.wait_for("Story number 5")
                running.wait_for_rest()
            running.hang_up()
            running.wait_for_end(patience=5)

    def test_star_on_the_screen_is_on_the_disk(self, filled: Path) -> None:
        """Killed right after it drew the star, without a chance to save anything."""
        with terminal() as running:
            running.wait_for("● Story number 5")
            running.press("b")
            running.wait_for("★ Story number 5")
            running.kill(signal.SIGKILL)
            running.wait_for_end()
        with Library(filled) as library:
            [row] = library.articles.rows(library.articles.ids(View(scope="bookmarks")))
            assert row.title == "Story number 5"


class TestSizes:
    @pytest.mark.parametrize(
        ("size", "seen"),
        [
            ((1, 1), ""),
            ((20, 5), "Story"),
            ((40, 12), "Story number 5"),
            ((500, 200), "Story number 1"),
        ],
    )
    def test_any_size_starts_and_quits(self, filled: Path, size: tuple[int, int], seen: str) -> None:
        with terminal(size=size) as running:
            running.wait_for_sent(STARTED)
            running.wait_for_sent(seen)
            running.wait_for_rest()
            end(running)

    def test_resizing_down_to_nothing_and_back(self, filled: Path) -> None:
        with terminal() as running:
            running.wait_for("Story number 5", "Text 5.")
            for columns, rows in ((20, 5), (1, 1), (300, 4), (2, 80)):
                sent = len(running.raw)
                running.resize(columns, rows)
                running.wait_for_sent("\x1b", start=sent)
                running.wait_for_rest()
            running.screen.erase_in_display(2)
            running.resize(120, 40)
            running.wait_for("Story number 5", "Text 5.", "q Quit")
            running.wait_for_rest()
            assert_frames_stand(running)
            end(running)


class TestNoTerminal:
    @pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
    def test_redirected_stream_is_a_sentence(self, stream: str) -> None:
        streams = {stream: subprocess.PIPE}
        with terminal(**streams) as running:  # type: ignore[arg-type]
            assert running.wait_for_end() == 1
            said = running.sent
            if stream == "stderr" and running.process.stderr:
                said = running.process.stderr.read().decode()
            assert "The reader needs a terminal." in " ".join(said.split())
            assert "\x1b[" not in running.sent

    @pytest.mark.parametrize("term", ["dumb", "unknown", "", None])
    def test_terminal_without_a_cursor_is_a_sentence(self, term: str | None) -> None:
        with terminal(TERM=term) as running:
            assert "This terminal cannot move its cursor" in refused(running)

    def test_folder_that_is_not_there_is_a_sentence(self) -> None:
        with terminal("nowhere") as running:
            assert refused(running) == "tui-reader: nowhere does not exist."


class TestOutsideWorld:
    def test_locale_takes_no_letter_away(self, tmp_path: Path) -> None:
        made = tmp_path / "news"
        made.mkdir()
        (made / "a.md").write_text("# 東京の新聞 🚀\n\nمرحبا", encoding="utf-8")
        with terminal(made, LANG="C", LC_ALL="C") as running:
            running.wait_for_sent("東京の新聞 🚀")
            running.wait_for("東")
            end(running)

    def test_no_colour_where_none_is_wanted(self, filled: Path) -> None:
        """Marks and frames tell all that colours do; what is left is grey."""
        with terminal(NO_COLOR="1") as running:
            running.wait_for("● Story number 4", "╭─", "q Quit")
            for red, green, blue in re.findall(r"[34]8;2;(\d+);(\d+);(\d+)[;m]", running.sent):
                assert red == green == blue
            end(running)

    @pytest.mark.parametrize("term", ["linux", "vt220", "xterm"])
    def test_plain_terminals(self, filled: Path, term: str) -> None:
        with terminal(TERM=term, COLORTERM=None) as running:
            running.wait_for("● Story number 4", "q Quit")
            end(running)

    def test_home_that_is_none_is_a_sentence(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with terminal(HOME=str(tmp_path / "file"), XDG_DATA_HOME=None, XDG_CONFIG_HOME=None) as running:
            assert "cannot be written" in refused(running)

    def test_without_home_the_given_places_are_enough(self, filled: Path) -> None:
        with terminal(HOME=None) as running:
            running.wait_for("Story number 5")
            end(running)

    def test_library_that_another_program_writes_to_can_be_read(self, filled: Path) -> None:
        """What cannot be written meanwhile is said; what is stored is shown."""
        other = sqlite3.connect(filled, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        try:
            with terminal() as running:
                running.wait_for("Story number 5", "Text 5.")
                other.execute("ROLLBACK")
                end(running)
        finally:
            other.close()

    def test_library_that_cannot_take_a_folder_is_a_sentence(self, filled: Path, tmp_path: Path) -> None:
        (tmp_path / "more").mkdir()
        other = sqlite3.connect(filled, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        try:
            with terminal(tmp_path / "more") as running:
                assert "is locked by another program; nothing was changed." in refused(running)
        finally:
            other.close()

    def test_fault_in_the_settings_is_shown_and_costs_nothing_else(
        self, filled: Path, tmp_path: Path
    ) -> None:
        """Each names the file that was read, whatever that is called."""
        config = tmp_path / "mine.toml"
        config.write_text("compact = 7\nsidebar = true\ntheme = 'gone'\n")
        with terminal("--config", config) as running:
            running.wait_for("mine.toml line 1", "mine.toml: There is no theme", "Story number 5", "Unread")
            end(running)


HOSTILE = {
    "window title": "\x1b]0;owned\x07after a window title",
    "colours": "\x1b[31;1mred\x1b[0m after colours",
    "clear screen": "\x1b[2J\x1b[Hafter clearing",
    "link": "\x1b]8;;https://evil.example\x1b\\label\x1b]8;;\x1b\\ after a link",
    "clipboard": "\x1b]52;c;b3duZWQ=\x07after the clipboard",
    "C1": "\x9b31mC1 \x9d0;owned\x9cafter C1\x85next",
    "bidi": "\u202egnp.exe\u202c after an override \u2066isolated\u2069",
    "tags": "a\U000e0041\U000e0042b after tag characters",
    "click": "[@click=app.quit]click[/] me",
    "closing": "[/x] [/] [bold] [red]markup[/red]",
    "long": "Long " * 2_000,
    "blank": " ",
    "joined": "👩‍🚀 👨‍👩‍👧‍👦 🏳️‍🌈 joined emoji",
    "wide": "東京の新聞は今日も朝から晩まで読まれている、そして明日もまた読まれるだろう",
    "Arabic": "أخبار اليوم من القاهرة",
    "marks": "Z" + "\u0351" * 40 + "algo",
    "backspaces": "good\b\b\b\bevil after backspaces",
}
FORBIDDEN = (
    *("owned", "evil.example", "\x1b]52", "\x1b]8", "\x1b]0", "\x1b]2;", "\x1b[2J", "\b", "\u202e", "\u2066"),
    *("\U000e0041", "\x9b", "\x9c", "\x9d", "\x85", "\u0351" * 5),
)


def test_hostile_titles_reach_no_terminal(tmp_path: Path) -> None:
    """Each is shown in the list and above its article, none acts, and every frame stays where it was."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    titles = list(HOSTILE.values())
    for number, title in enumerate(titles):
        told = json.dumps(title, ensure_ascii=False)
        front = f"title: {told}\nprovider: {told}\ndate: 2024-03-{number + 1:02}"
        (folder / f"{number:02}.md").write_text(f"---\n{front}\n---\n{title}\n\nText {number}.", "utf-8")
    with terminal(folder, size=(130, 45)) as running:
        running.wait_for("after a window title", "good", "Text 16.")
        running.wait_for_rest()
        shown = running.text
        for name in ("window title", "colours", "clear screen", "link", "click", "closing", "backspaces"):
            assert clean.line(HOSTILE[name])[:20] in shown, name
        assert_frames_stand(running)
        for number in reversed(range(len(HOSTILE) - 1)):
            running.press("j")
            running.wait_for(*() if titles[number] == HOSTILE["long"] else (f"Text {number}.",))
            running.wait_for_rest(0.03)
            assert_frames_stand(running)
        for sequence in FORBIDDEN:
            assert sequence not in running.sent, repr(sequence)
        end(running)


def assert_frames_stand(running: Terminal) -> None:
    """The right side of every frame is in the column of its corner, on every row down to the other corner."""
    rows = running.cells
    corners = [(x, y) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell == "╮"]
    assert corners
    for x, top in corners:
        sides = []
        for row in rows[top + 1 :]:
            # Terminals do not agree on how wide joined emoji are.
            sides.append("│" if "👩" in row else row[x])
            if sides[-1] == "╯":
                break
        assert set(sides) <= {"│", "┃", "╯"}, f"column {x}:\n{running.text}"
        assert sides[-1] == "╯", f"column {x}:\n{running.text}"
