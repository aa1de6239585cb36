"""What a setting may be: each check answers the value to use, or raises `UnusableError` with sentences."""

import os
import re
import shlex
from pathlib import Path
from typing import Literal

from tui_reader.setting_faults import UnusableError, kind, shown

MAX_SECONDS = 3600.0
MAX_MINUTES = 10_080.0
MAX_MEGABYTES = 100_000


def flag(value: object, _: Path) -> bool:
    if isinstance(value, bool):
        return value
    raise UnusableError(f"must be true or false, not {kind(value)}")


def name(value: object, _: Path) -> str:
    if not isinstance(value, str):
        raise UnusableError(f"must be text in quotes, not {kind(value)}")
    if not value.strip() or not value.isprintable():
        raise UnusableError("must be a name, not empty")
    return value.strip()


def seconds(value: object, _: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnusableError(f"must be a number of seconds, not {kind(value)}")
    if not -MAX_SECONDS <= value <= MAX_SECONDS:
        raise UnusableError(f"must be at most {MAX_SECONDS:g} seconds; -1 means never")
    return float(value)


def minutes(value: object, _: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnusableError(f"must be a number of minutes, not {kind(value)}")
    if not 0 <= value <= MAX_MINUTES:
        raise UnusableError(f"must be from 0 to {MAX_MINUTES:g} minutes; 0 means only when asked")
    return float(value)


def hosts(value: object, _: Path) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(host, str) for host in value):
        raise UnusableError(f'must be a list of names such as ["nas.local"], not {kind(value)}')
    if not all(host.strip() and "/" not in host and host.isprintable() for host in value):
        raise UnusableError('must be names of hosts such as "nas.local", without http:// and paths')
    return tuple(dict.fromkeys(host.strip().lower() for host in value))


def clock(value: object, _: Path) -> Literal["24h", "12h"]:
    if value == "24h":
        return "24h"
    if value == "12h":
        return "12h"
    raise UnusableError('must be "24h" or "12h"')


def ahead(value: object, _: Path) -> Literal["off", "bookmarks", "neighbours"]:
    if value == "off":
        return "off"
    if value == "bookmarks":
        return "bookmarks"
    if value == "neighbours":
        return "neighbours"
    raise UnusableError('must be "off", "bookmarks" or "neighbours"')


def drawing(value: object, _: Path) -> Literal["auto", "kitty", "sixel", "blocks", "text"]:
    match value:
        case "auto" | "kitty" | "sixel" | "blocks" | "text":
            return value
    raise UnusableError('must be "auto", "kitty", "sixel", "blocks" or "text"')


def megabytes(value: object, _: Path) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnusableError(f"must be a whole number of megabytes, not {kind(value)}")
    if not 0 <= value <= MAX_MEGABYTES:
        raise UnusableError(f"must be from 0 to {MAX_MEGABYTES:,} megabytes; 0 means none")
    return value


def command(value: object, _: Path) -> tuple[str, ...]:
    wanted = 'must be a command such as "firefox --new-tab" or ["firefox", "--new-tab"]'
    if isinstance(value, str):
        try:
            words = shlex.split(value)
        except ValueError as error:
            raise UnusableError(f"{wanted}: {str(error).lower()}") from None
    elif isinstance(value, list) and all(isinstance(word, str) for word in value):
        words = value
    else:
        raise UnusableError(
            f"{wanted}, not {kind(value)}" + " with other things in it" * isinstance(value, list)
        )
    if any(character < " " for word in words for character in word):
        raise UnusableError(f"{wanted}, without control characters")
    if words and (not words[0].strip() or "{url}" in words[0]):
        raise UnusableError(f"{wanted}: the program comes first")
    return tuple(words)


_VARIABLE = re.compile(r"\$(?:(\w+)|\{([^}]*)\})", re.ASCII)


def path(value: object, folder: Path) -> Path:
    """`~` and environment variables expanded, relative to the settings file; it need not exist."""
    if not isinstance(value, str):
        raise UnusableError(f"must be a path in quotes, not {kind(value)}")
    if not value.strip() or "\0" in value:
        raise UnusableError("must be a path, not empty")
    for match in _VARIABLE.finditer(value):
        name = match[1] or match[2] or ""
        if name not in os.environ:
            raise UnusableError(f"names the environment variable «{shown(name)}», which is not set")
    try:
        return folder / Path(os.path.expandvars(value)).expanduser()
    except RuntimeError:
        raise UnusableError(
            f"begins with «{shown(value.partition('/')[0])}», which is nobody's home"
        ) from None


def paths(value: object, folder: Path) -> tuple[Path, ...]:
    if not isinstance(value, list):
        raise UnusableError(f'must be a list such as ["~/news", "~/notes"], not {kind(value)}')
    good: list[Path] = []
    reasons = []
    for position, item in enumerate(value, 1):
        try:
            good.append(path(item, folder))
        except UnusableError as fault:
            reasons.append(f"number {position} {fault}")
    unique = tuple(dict.fromkeys(good))
    if reasons:
        raise UnusableError(*reasons, good=unique)
    return unique
