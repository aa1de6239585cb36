"""The command line as a program: usage, settings, libraries, pipes, locales, homes."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command_line import ROOT, Run, program, settings_file
from tui_reader import __version__, cli


class TestSettings:
    def test_path(self, run: Run, tmp_path: Path) -> None:
        assert run("settings", "path").out == f"{tmp_path}/home/tui-reader/settings.toml\n"
        assert run("settings", "path", "--config", "/x/y.toml").out == "/x/y.toml\n"

    def test_shown_settings_are_a_settings_file(self, run: Run, tmp_path: Path) -> None:
        config = settings_file(tmp_path, "compact = true\n[keys]\nquit = 'f10'\n")
        shown = run("settings", "show", "--config", config)
        assert "compact = true\n" in shown.out
        config.write_text(shown.out)
        assert run("settings", "check", "--config", config).status == 0
        assert run("settings", "show", "--config", config).out == shown.out

    def test_check_without_a_file(self, run: Run) -> None:
        done = run("settings", "check")
        assert done.status == 0
        assert done.out.endswith("not there; the defaults are in force.\n")

    def test_check_names_the_line_of_each_fault(self, run: Run, tmp_path: Path) -> None:
        config = settings_file(tmp_path, "compact = true\ncolour = 'red'\n")
        done = run("settings", "check", "--config", config)
        assert done.status == 1
        assert done.out.startswith("settings.toml line 2: unknown key «colour»")

    def test_other_commands_complain_on_stderr_and_go_on(self, filled: Run, tmp_path: Path) -> None:
        config = settings_file(tmp_path, "colour = 'red'\n")
        done = filled("list", "--config", config)
        assert done.status == 0
        assert len(done.out.splitlines()) == 3
        assert done.err.startswith("tui-reader: settings.toml line 1: unknown key «colour»")

    @pytest.mark.parametrize("command", ["", "list", "settings show", "settings check"])
    def test_named_file_that_does_not_exist_is_wrong_usage(
        self, run: Run, tmp_path: Path, command: str
    ) -> None:
        """Nobody who has mistyped its name is left with the defaults."""
        missing = tmp_path / "mistyped.toml"
        done = run("--config", missing, *command.split())
        assert (done.status, done.out) == (2, "")
        assert (
            done.err == f"tui-reader: --config names {missing}, which does not exist; look how it is spelt.\n"
        )

    def test_file_that_cannot_be_read_is_complained_of(self, filled: Run, tmp_path: Path) -> None:
        done = filled("list", "--config", tmp_path)
        assert (done.status, len(done.out.splitlines())) == (0, 3)
        assert "is a folder; the defaults are used" in done.err


class TestWhichLibrary:
    def test_option_before_or_after_the_command(self, run: Run, folder: Path, tmp_path: Path) -> None:
        path = tmp_path / "elsewhere.db"
        run("--library", path, "add", folder)
        assert len(run("list", "--library", path).out.splitlines()) == 3
        assert len(run(f"--library={path}", "list").out.splitlines()) == 3
        assert run("list").out == ""

    def test_option_then_variable_then_settings_then_the_default(
        self, run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        config = settings_file(tmp_path, "[paths]\nlibrary = 'settings.db'\n")
        monkeypatch.chdir("/")
        run("settings", "check")
        for expected, variable, options in [
            (tmp_path / "option.db", "variable.db", ["--library", tmp_path / "option.db"]),
            (tmp_path / "variable.db", "variable.db", []),
            (tmp_path / "settings.db", "", []),
        ]:
            monkeypatch.setenv("TUI_READER_LIBRARY", variable and str(tmp_path / variable))
            assert not expected.exists()
            assert run("add", folder, "--config", config, *options).status == 0
            assert expected.exists()
        assert not (tmp_path / "home" / "tui-reader" / "library.db").exists()
        run("add", folder)
        assert (tmp_path / "home" / "tui-reader" / "library.db").exists()


class TestUsage:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["list", "--sort", "random"],
            ["list", "--limit", "-1"],
            ["list", "--limit", "many"],
            ["list", "--version"],
            ["search"],
            ["search", "--"],
            ["search", "ai", "--sort", "random"],
            ["view"],
            ["view", "save", "name"],
            ["view", "remove"],
            ["doctor", "surplus"],
            ["show"],
            ["show", "x"],
            ["read"],
            ["bookmark"],
            ["bookmark", "add"],
            ["bookmark", "move", "1"],
            ["sources", "remove"],
            ["export"],
            ["export", "pdf"],
            ["settings"],
            ["add"],
            ["--no-such-option"],
            ["--library"],
            ["--lib", "file", "list"],
        ],
        ids=" ".join,
    )
    def test_wrong_usage_is_status_2_and_says_what_is_wrong(self, run: Run, arguments: list[str]) -> None:
        done = run(*arguments)
        assert (done.status, done.out) == (2, "")
        assert done.err.splitlines()[-1].startswith("tui-reader")
        assert "error: " in done.err.splitlines()[-1]

    def test_version(self, run: Run) -> None:
        assert run("--version") == (0, f"tui-reader {__version__}\n", "")

    def test_help_names_every_command(self, run: Run) -> None:
        told = run("--help").out
        assert [name for name in cli.COMMANDS if f"\n    {name} " not in told] == []

    @pytest.mark.parametrize("command", sorted(cli.COMMANDS))
    def test_every_command_has_help(self, run: Run, command: str) -> None:
        done = run(command, "--help")
        assert done.status == 0
        assert done.out.startswith(f"usage: tui-reader {command} ")
        assert {"--library", "--config", "--debug"} <= set(done.out.replace("[", " ").split())

    def test_folder_with_the_name_of_a_command_can_be_opened(self, run: Run) -> None:
        """After `--` a word is a folder, whether or not there is one."""
        assert run("--", "list").err == "tui-reader: list does not exist.\n"

    def test_reader_without_a_terminal_is_a_sentence(self, run: Run) -> None:
        done = run()
        assert (done.status, done.out) == (1, "")
        assert done.err == (
            "tui-reader: The reader needs a terminal. `tui-reader list` prints the articles without one.\n"
        )


class TestFaultyLibrary:
    def damaged(self, path: Path) -> None:
        path.write_bytes(b"No database at all. " * 500)

    def foreign(self, path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE photos (id)")
        connection.close()

    def newer(self, path: Path) -> None:
        cli.main(["--library", str(path), "list"])
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 99")
        connection.close()

    def folder(self, path: Path) -> None:
        path.mkdir()

    FAULTS = (
        (damaged, "is damaged or no library"),
        (foreign, "belongs to another program"),
        (newer, "was written by a newer tui-reader"),
        (folder, "cannot be written"),
    )

    @pytest.mark.parametrize(("fault", "said"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
    @pytest.mark.parametrize(
        "command", ["list", "sources", "undo", "show 1", "export json", "read 1", "problems"]
    )
    def test_is_one_sentence(
        self,
        run: Run,
        tmp_path: Path,
        fault: Callable[["TestFaultyLibrary", Path], None],
        said: str,
        command: str,
    ) -> None:
        path = tmp_path / "faulty.db"
        fault(self, path)
        done = run("--library", path, *command.split())
        assert (done.status, done.out) == (1, "")
        assert said in done.err
        assert (done.err.startswith(f"tui-reader: {path}"), done.err.count("\n")) == (True, 1)

    def test_debug_shows_where_it_came_from(self, tmp_path: Path) -> None:
        self.damaged(tmp_path / "faulty.db")
        done = program("--library", tmp_path / "faulty.db", "list", "--debug")
        assert done.status == 1
        assert "Traceback" in done.err
        assert "Traceback" not in program("--library", tmp_path / "faulty.db", "list").err


class TestOutsideWorld:
    """A real process: pipes, locales, homes."""

    def test_module_and_exit_status(self, folder: Path) -> None:
        assert program("add", folder) == (0, "news: 3 new, 0 changed, 0 gone\n", "")
        assert program("show", "99").status == 1
        assert program("show").status == 2

    def test_reader_of_the_output_may_stop_reading(self, folder: Path) -> None:
        """`| head -1` ends the program quietly, also when much more was to come."""
        (folder / "long.txt").write_text("A long text. " * 100_000)
        program("add", folder)
        process = subprocess.Popen(
            [sys.executable, "-m", "tui_reader", "export", "json"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        with process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.read(1) == b"["
            process.stdout.close()
            assert process.stderr.read() == b""
        assert process.returncode == 0

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
    def test_full_disk_is_a_sentence(self, filled: Run) -> None:
        with open("/dev/full", "w") as full:  # noqa: PTH123 - a device
            done = subprocess.run(
                [sys.executable, "-m", "tui_reader", "list"],
                cwd=ROOT,
                stdout=full,
                stderr=subprocess.PIPE,
                check=False,
                text=True,
                # Python writes at its end what it has kept until then.
                env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
            )
        assert done.returncode == 1
        assert done.stderr.startswith("tui-reader: No space left on device.")

    @pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
    @pytest.mark.parametrize(("command", "status"), [("list", 0), ("export csv", 0), ("show 99", 1), ("", 1)])
    def test_closed_streams_are_no_fault(self, filled: Run, closed: str, command: str, status: int) -> None:
        done = subprocess.run(
            ["sh", "-c", f'"$0" -m tui_reader {command} {closed}', sys.executable],
            cwd=ROOT,
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == status
        assert "should not have happened" not in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize(
        "environment",
        [
            {"LC_ALL": "C", "LANG": "C"},
            {"PYTHONIOENCODING": "ascii"},
            {"LC_ALL": "nowhere.NOTHING"},
        ],
        ids=["C", "ascii", "unknown"],
    )
    def test_locale_takes_no_letter_away(self, tmp_path: Path, environment: dict[str, str]) -> None:
        folder = tmp_path / "世界"
        folder.mkdir()
        (folder / "新聞.md").write_text("# 東京の新聞 👩‍🚀\n\nمرحبا", encoding="utf-8")
        assert program("add", folder, **environment).out == "世界: 1 new, 0 changed, 0 gone\n"
        assert "東京の新聞 👩‍🚀" in program("list", **environment).out
        [article] = program("list", "--json", **environment).objects
        assert article["path"] == str(folder / "新聞.md")
        assert "مرحبا" in program("show", article["id"], **environment).out

    @pytest.mark.parametrize("home", ["file", "/dev/null"])
    def test_home_that_is_none_is_a_sentence(self, tmp_path: Path, home: str) -> None:
        (tmp_path / "file").write_text("")
        where = str(tmp_path / home)
        places: dict[str, str | None] = {"HOME": where, "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None}
        done = program("list", **places)
        assert (done.status, done.out) == (1, "")
        assert done.err.splitlines()[-1].startswith(f"tui-reader: {where}")
        assert "cannot be written" in done.err
        assert "Traceback" not in done.err
        # With another file named, it is not needed.
        assert program("list", "--library", tmp_path / "library.db", **places).status == 0

    def test_without_home_the_given_places_are_enough(self, tmp_path: Path) -> None:
        places = {"XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
        assert program("list", HOME=None, **places) == (0, "", "")
        assert (tmp_path / "data" / "tui-reader" / "library.db").exists()

    def test_folder_that_was_deleted_under_the_shell_is_a_sentence(self, tmp_path: Path) -> None:
        done = subprocess.run(
            [
                "sh",
                "-c",
                'mkdir gone && cd gone && rmdir ../gone && "$0" -m tui_reader add .',
                sys.executable,
            ],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=tmp_path,
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == 1
        assert done.stderr.startswith("tui-reader: ")
        assert "should not have happened" not in done.stderr
