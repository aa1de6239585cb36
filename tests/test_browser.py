"""Which command opens an address, and what comes of running it."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tui_reader import browser
from tui_reader.browser import Command, NotOpened, command_for

URL = "https://news.example/a?b=c&d=%20e"

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts programs on an otherwise empty PATH; what they are given goes to a file."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    log = tmp_path / "opened"

    def installed(*names: str, status: int = 0) -> Path:
        for name in names:
            program = folder / name
            program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >> {log}\nexit {status}\n')
            program.chmod(0o755)
        return log

    return installed


class TestWhichCommand:
    @pytest.mark.parametrize(
        ("configured", "expected"),
        [
            (("firefox",), ("firefox", URL)),
            (("firefox", "--new-tab", "{url}"), ("firefox", "--new-tab", URL)),
            (("open", "-a", "App", "--to={url}", "last"), ("open", "-a", "App", f"--to={URL}", "last")),
        ],
    )
    def test_configured_command_goes_before_all(
        self, install: Install, configured: tuple[str, ...], expected: tuple[str, ...]
    ) -> None:
        install("xdg-open", "other")
        environment = {"BROWSER": "other", "DISPLAY": ":0"}
        assert command_for(URL, configured, environment=environment) == Command(expected)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("mine", ("mine", URL)),
            ("mine --tab %s", ("mine", "--tab", URL)),
            ("missing:mine %s -x", ("mine", URL, "-x")),
            ("::  :mine", ("mine", URL)),
        ],
    )
    def test_browser_variable_is_a_list_of_which_the_first_that_is_there_is_taken(
        self, install: Install, value: str, expected: tuple[str, ...]
    ) -> None:
        install("mine", "xdg-open")
        assert command_for(URL, environment={"BROWSER": value, "DISPLAY": ":0"}) == Command(expected)

    @pytest.mark.skipif(sys.platform == "darwin", reason="a Mac has a browser of its own")
    @pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
    @pytest.mark.parametrize(
        ("installed", "expected"),
        [
            (("xdg-open", "gio", "x-www-browser"), ("xdg-open", URL)),
            (("gio", "x-www-browser"), ("gio", "open", URL)),
            (("x-www-browser",), ("x-www-browser", URL)),
        ],
    )
    def test_desktop_opens_with_what_it_has(
        self, install: Install, variable: str, installed: tuple[str, ...], expected: tuple[str, ...]
    ) -> None:
        install(*installed)
        assert command_for(URL, environment={variable: "0"}) == Command(expected)

    @pytest.mark.parametrize(
        "environment",
        [{}, {"SSH_CONNECTION": "a 1 b 2"}, {"DISPLAY": ":0"}, {"BROWSER": "missing"}, {"DISPLAY": ""}],
    )
    @pytest.mark.skipif(sys.platform == "darwin", reason="a Mac has a browser of its own")
    def test_nothing_where_there_is_no_browser(self, install: Install, environment: dict[str, str]) -> None:
        assert command_for(URL, environment=environment) is None

    @pytest.mark.skipif(sys.platform == "darwin", reason="a Mac has a browser of its own")
    def test_window_elsewhere_is_not_opened_over_ssh(self, install: Install) -> None:
        """A desktop that ssh forwards is meant; one of the machine itself is not reached."""
        install("xdg-open", "wslview")
        assert command_for(URL, environment={"SSH_CONNECTION": "x"}) is None
        assert command_for(URL, environment={}) == Command(("wslview", URL))

    @pytest.mark.parametrize("name", ["w3m", "/usr/bin/lynx", "www-browser"])
    def test_console_browser_needs_the_terminal(self, name: str) -> None:
        command = command_for(URL, [name])
        assert command is not None
        assert command.in_terminal

    def test_placeholder_in_the_address_is_not_filled_again(self) -> None:
        url = "https://news.example/%s{url}"
        assert command_for(url, ["a", "{url}"]) == Command(("a", url))


REFUSED = (
    "",
    "news.example",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "javascript%3Aalert(1)",
    "data:text/html,x",
    "ftp://news.example/",
    "mailto:a@news.example",
    "--help",
    "https://-oProxyCommand=x/",
    "https://",
    "https:///path",
    "https://news.example/a b",
    'https://news.example/"',
    "https://news.example/'$(id)'",
    "https://news.example/`id`",
    "https://news.example/\\x",
    "https://news.example/\x1b]0;x\x07",
    "https://news.example/\n--help",
    "https://news.example/\u202ex",
    " https://news.example/",
    "https://news.example/" + "x" * 20_000,
)


@pytest.mark.parametrize("url", REFUSED, ids=lambda url: ascii(url[:30]))
def test_other_addresses_never_leave_the_program(url: str) -> None:
    """Also where a command is configured; the sentence shows nothing that a terminal would act on."""
    with pytest.raises(NotOpened, match="Only http and https addresses are opened") as refused:
        command_for(url, ["browser"])
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 300


def test_mail_is_opened_where_it_is_asked_for() -> None:
    url = "mailto:desk@news.example"
    assert command_for(url, ["mail"], mail=True) == Command(("mail", url))
    with pytest.raises(NotOpened):
        command_for("mailto:desk@news.example?attach=/etc/passwd\n", ["mail"], mail=True)


class TestRun:
    def test_address_arrives_as_one_argument_and_untouched(self, install: Install) -> None:
        url = "https://news.example/$HOME;(id)|x&y=*#[a]"
        log = install("mine")
        command = command_for(url, environment={"BROWSER": "mine --tab %s"})
        assert command is not None
        browser.run(command)
        assert log.read_text().splitlines() == ["--tab", url]

    def test_failure_is_a_sentence(self, install: Install) -> None:
        install("fails", status=4)
        with pytest.raises(NotOpened, match=r"^fails ended with status 4; the address was not opened\.$"):
            browser.run(Command(("fails", URL)))

    @pytest.mark.parametrize("run", [browser.run, browser.run_here])
    @pytest.mark.parametrize("content", [None, "no program"])
    def test_program_that_cannot_be_started_is_a_sentence(
        self, tmp_path: Path, run: Callable[[Command], None], content: str | None
    ) -> None:
        """It is not there, or may not be run."""
        program = tmp_path / "browser"
        if content is not None:
            program.write_text(content)
        with pytest.raises(NotOpened, match=rf"^{program} cannot be started: .+\.$"):
            run(Command((str(program), URL)))

    def test_browser_that_stays_is_left_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """In a session of its own, so that it outlives the reader, and without a word on its terminal."""
        started: list[subprocess.Popen[bytes]] = []

        class Watched(subprocess.Popen[bytes]):
            def __init__(self, *arguments: object, **options: object) -> None:
                assert (
                    options.pop("stdin")
                    == options.pop("stdout")
                    == options.pop("stderr")
                    == subprocess.DEVNULL
                )
                assert options["start_new_session"]
                super().__init__(*arguments, stdin=subprocess.PIPE, **options)  # type: ignore[call-overload]
                started.append(self)

        cat = shutil.which("cat")
        assert cat
        monkeypatch.setattr(browser, "PATIENCE", 0.05)
        monkeypatch.setattr(subprocess, "Popen", Watched)
        browser.run(Command((cat,)))
        [process] = started
        assert process.poll() is None
        with process:
            process.communicate()

    def test_console_browser_runs_here_until_it_is_left(self, install: Install) -> None:
        log = install("w3m", status=1)
        browser.run_here(Command(("w3m", URL), in_terminal=True))
        assert log.read_text() == f"{URL}\n"


@pytest.mark.parametrize(
    ("url", "domain", "foreign"),
    [
        ("https://edition.cnn.com/a", "cnn.com", False),
        ("https://cnn.com/a", "www.cnn.com", False),
        ("https://notcnn.com/a", "cnn.com", True),
        ("https://cnn.com.evil.example/a", "cnn.com", True),
        ("https://cnn.com@evil.example/a", "cnn.com", True),
        ("https://evil.example/a", "", False),
    ],
)
def test_address_elsewhere_is_recognised(url: str, domain: str, foreign: bool) -> None:
    assert browser.is_foreign(url, domain) is foreign
