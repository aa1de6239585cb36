"""A TOML file for people: read with bounds, its faults in sentences, the line of every key."""

import os
import re
import stat
from pathlib import Path
from typing import Any, Literal

from tui_reader.setting_faults import UnusableError

MAX_BYTES = 50_000
"""A larger file is refused: all settings with their comments are 5,300 bytes."""


def read_text(path: Path) -> str:
    try:
        # Links are followed (many keep their settings elsewhere); a pipe without a writer must not block.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            mode = os.fstat(descriptor).st_mode
            if not stat.S_ISREG(mode) and not stat.S_ISCHR(mode):  # /dev/null is a good way to have none
                what = "a folder" if stat.S_ISDIR(mode) else "not a file"
                raise UnusableError(f"is {what}; the defaults are used")
            data = b""
            while len(data) <= MAX_BYTES and (piece := os.read(descriptor, MAX_BYTES + 1 - len(data))):
                data += piece
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        if path.is_symlink():
            raise UnusableError("is a link to a file that does not exist; the defaults are used") from None
        return ""
    except OSError as error:
        raise UnusableError(f"cannot be read ({error.strerror}); the defaults are used") from None
    if len(data) > MAX_BYTES:
        raise UnusableError(f"is larger than {MAX_BYTES:,} bytes; the defaults are used")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnusableError("is not UTF-8 text: save it as UTF-8; the defaults are used", line=line) from None


_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def parse(text: str) -> dict[str, Any]:
    if not text:
        return {}
    import tomllib  # 3 ms, for those who have a settings file

    try:
        return tomllib.loads(text)
    except RecursionError:
        what, line = "lists or tables are nested too deeply", None
    except tomllib.TOMLDecodeError as error:
        match = _AT.search(str(error))
        message = _AT.sub("", str(error))
        what = message[:1].lower() + message[1:]
        if message == "Invalid value":
            what += " (text stands in quotes)"
        if match and match[1]:
            what, line = f"{what} at column {match[2]}", int(match[1])
        else:
            line = text.rstrip().count("\n") + 1
    except ValueError:  # more digits than Python converts
        what, line = "a number is too long", None
    raise UnusableError(f"is not valid TOML: {what}; the defaults are used until it is mended", line=line)


_TOKEN = re.compile(
    r"""[ \t\r]+|\#[^\n]*
    |(?P<key>\"{3}(?:\\.|[^\\])*?\"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)


def line_numbers(text: str) -> dict[tuple[str, ...], int]:
    """The line of each key and table, two names deep, in text that is known to be TOML."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    names: list[str] = []
    reading: Literal["key", "header", "value"] = "key"
    depth, line = 0, 1

    def note(place: tuple[str, ...]) -> None:
        for length in (1, 2):
            found.setdefault(place[:length], line)

    for match in _TOKEN.finditer(text):
        sign = match["sign"]
        if match["key"] and reading != "value":
            names.append(_unquoted(match["key"]))
        elif reading == "key" and sign == "[":
            reading = "header"
        elif reading == "key" and sign == "=":
            note((*table, *names[:2]))
            reading = "value"
        elif reading == "header" and sign == "]" and names:
            table, names = tuple(names[:2]), []
            note(table)
        elif reading == "value" and sign in ("[", "{"):
            depth += 1
        elif reading == "value" and sign in ("]", "}"):
            depth -= 1
        elif sign == "\n" and not depth:
            reading, names = "key", []
        line += match[0].count("\n")
    return found


def _unquoted(key: str) -> str:
    import tomllib

    return key if key[0] not in "\"'" else str(tomllib.loads(f"key = {key}")["key"])
