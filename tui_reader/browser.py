"""Handing an address to a browser: which command, and running it. Never through a shell.

clean.may_open → command_for → Command → run (detached) or run_here (a console browser)
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from msgspec import Struct

from tui_reader import clean

IN_TERMINAL = frozenset(
    {"lynx", "w3m", "links", "links2", "elinks", "browsh", "www-browser", "carbonyl", "chawan"}
)
"""Browsers that need the terminal for themselves."""
PATIENCE = 2.0
"""Seconds in which a command that fails is expected to say so."""


class Command(Struct, frozen=True):
    arguments: tuple[str, ...]
    in_terminal: bool = False


class NotOpened(Exception):  # noqa: N818 - it reads as what it says
    """Its text is a sentence for the person."""


def command_for(
    url: str,
    configured: Sequence[str] = (),
    *,
    mail: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> Command | None:
    """The command that opens an address; None where there is no browser, as over ssh.

    Raises `NotOpened` for an address that must not leave the program.
    """
    if not clean.may_open(url, mail=mail):
        raise NotOpened(
            f"Only http and https addresses are opened, not {clean.line(url, 200) or 'an empty one'}."
        )
    if configured:
        return _command(configured, url)
    for candidate in environment.get("BROWSER", "").split(os.pathsep):
        words = candidate.split()
        if words and shutil.which(words[0]):
            return _command([word.replace("%s", "{url}") for word in words], url)
    if sys.platform == "darwin":
        return None if "SSH_CONNECTION" in environment else _command(["open"], url)
    if environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"):
        for name in ("xdg-open", "gio open", "x-www-browser"):
            if shutil.which(name.split()[0]):
                return _command(name.split(), url)
    if shutil.which("wslview") and "SSH_CONNECTION" not in environment:
        return _command(["wslview"], url)
    return None


def _command(words: Sequence[str], url: str) -> Command:
    arguments = tuple(word.replace("{url}", url) for word in words)
    if not any("{url}" in word for word in words):
        arguments += (url,)
    return Command(arguments, in_terminal=PurePath(words[0]).name in IN_TERMINAL)


def run(command: Command) -> None:
    """Start a browser apart from this program and its terminal; waits `PATIENCE` seconds for it to fail."""
    nothing = subprocess.DEVNULL
    try:
        process = subprocess.Popen(  # noqa: S603 - an argument list; the address passed `may_open`
            command.arguments, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
        )
        status = process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        return
    except OSError as error:
        raise NotOpened(f"{command.arguments[0]} cannot be started: {error.strerror}.") from error
    if status:
        raise NotOpened(f"{command.arguments[0]} ended with status {status}; the address was not opened.")


def run_here(command: Command) -> None:
    """Run a console browser in this terminal until it is left."""
    try:
        subprocess.run(command.arguments, check=False)  # noqa: S603 - as above
    except OSError as error:
        raise NotOpened(f"{command.arguments[0]} cannot be started: {error.strerror}.") from error


def is_foreign(url: str, domain: str) -> bool:
    """Whether an address leads elsewhere than its provider's domain, where one is known."""
    return bool(domain) and not clean.belongs_to(url, domain)
