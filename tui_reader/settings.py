"""The settings file: TOML in, one frozen value out, and a complaint for each thing that is wrong with it.

    file ─ setting_file ─▶ tables ─ setting_checks, one for each setting ─▶ Settings + complaints

Nothing that a person wrote raises: what is good is used, the rest is told with its line. No Textual here.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import UNSET, Struct

from tui_reader import clean, setting_checks
from tui_reader.keymap import BY_ID, KEYS, Key
from tui_reader.setting_faults import UnusableError, nearest, shown
from tui_reader.setting_file import line_numbers, parse, read_text
from tui_reader.setting_keys import key_list


class Settings(Struct, frozen=True):
    theme: str = "tui-reader-dark"
    """Name of a theme; whether it exists is the app's to say."""
    sidebar: bool = False
    """Whether the sidebar is shown at the start."""
    compact: bool = False
    days: bool = True
    """Whether the list says where a day begins."""
    stories: bool = False
    """Whether a story has one row."""
    images: bool = True
    browser: tuple[str, ...] = ()
    """Command and arguments; `{url}` stands for the address, else it is added. Empty: the system's own."""
    confirm_foreign: bool = True
    """Show an address first when its host is not the provider's."""
    allow_mailto: bool = False
    mark_read_after: float = 1.0
    """Seconds in view before an article counts as read; 0: at once; below: never."""
    clock: Literal["24h", "12h"] = "24h"
    library: Path | None = None
    """`None`: `default_library()`."""
    refresh_every: float = 30.0
    """Minutes between two refreshes of a feed while the reader is open; 0: only when asked."""
    private_hosts: tuple[str, ...] = ()
    """Hosts of the own network that feeds and pages may be fetched from."""
    fetch_ahead: Literal["off", "bookmarks", "neighbours"] = "bookmarks"
    """Whose pages are fetched unasked, where only a short text is stored."""
    draw: Literal["auto", "kitty", "sixel", "blocks", "text"] = "auto"
    """How pictures are drawn: as well as the terminal is known to, in one way, or told of in words."""
    image_cache: int = 200
    """Megabytes of images that are kept on the disk; 0 keeps none."""
    folders: tuple[Path, ...] = ()
    """Added to the library at the start; nobody has looked whether they exist."""
    keys: dict[str, str] = {}
    """Action to keys, Textual's names with commas between; an empty string takes its keys away."""


class Complaint(Struct, frozen=True):
    file: str
    line: int | None
    reason: str
    """What is wrong and what would be right, safe to print."""

    def __str__(self) -> str:
        place = f" line {self.line}" if self.line else ""
        return f"{clean.line(Path(self.file).name)}{place}: {self.reason}"


def default_path() -> Path:
    """`settings.toml` at the platform's place for settings; `.tui-reader/` below the current directory where
    the system knows of no home (neither `HOME` nor an entry in passwd). Never raises."""
    return _own_folder("config") / "settings.toml"


def default_library() -> Path:
    """`library.db` at the platform's place for data, else as with `default_path`. Never raises."""
    return _own_folder("data") / "library.db"


def default_cache() -> Path:
    """`images/` at the platform's place for what can be fetched again. Never raises."""
    return _own_folder("cache") / "images"


def _own_folder(purpose: Literal["config", "data", "cache"]) -> Path:
    import platformdirs  # 24 ms, not needed when every path is given

    try:
        if purpose == "config":
            folder = platformdirs.user_config_path("tui-reader")
        elif purpose == "cache":
            folder = platformdirs.user_cache_path("tui-reader")
        else:
            folder = platformdirs.user_data_path("tui-reader")
    except (RuntimeError, OSError):
        return Path(".tui-reader")
    # Older versions know no such error and answer with a folder called "~".
    return folder if folder.is_absolute() else Path(".tui-reader")


class _Setting(Struct, frozen=True):
    table: str
    """Empty at the top of the file."""
    name: str
    field: str
    check: Callable[[object, Path], object]
    comment: str
    example: str = ""
    """TOML to show where the default is nothing."""

    @property
    def place(self) -> tuple[str, ...]:
        return (self.table, self.name) if self.table else (self.name,)


_SETTINGS = (
    _Setting(
        "", "theme", "theme", setting_checks.name, "Colours: the name of a theme; the palette lists them."
    ),
    _Setting("", "sidebar", "sidebar", setting_checks.flag, "Show views, sources and topics at the start."),
    _Setting("", "compact", "compact", setting_checks.flag, "One line an article in the list, not two."),
    _Setting("", "days", "days", setting_checks.flag, "Say in the list where a day begins."),
    _Setting("", "stories", "stories", setting_checks.flag, "One row for all who tell the same event."),
    _Setting("", "images", "images", setting_checks.flag, "Show an article's images."),
    _Setting(
        "browser",
        "command",
        "browser",
        setting_checks.command,
        "The program that opens addresses, with its arguments: a list, or one text that is split as a\n"
        "shell would. {url} stands for the address; without it the address comes last. Empty: the\n"
        "system's own browser.",
    ),
    _Setting(
        "browser",
        "confirm_foreign",
        "confirm_foreign",
        setting_checks.flag,
        "Show an address before opening it when it is not on the publisher's own domain.",
    ),
    _Setting(
        "browser",
        "allow_mailto",
        "allow_mailto",
        setting_checks.flag,
        "Let mailto: links start the mail program.",
    ),
    _Setting(
        "times",
        "mark_read_after",
        "mark_read_after",
        setting_checks.seconds,
        "Seconds an article is in view before it counts as read. 0: at once; -1: never.",
    ),
    _Setting("times", "clock", "clock", setting_checks.clock, '"24h" or "12h".'),
    _Setting(
        "feeds",
        "refresh_every",
        "refresh_every",
        setting_checks.minutes,
        "Minutes between two refreshes of a feed while the reader is open. 0: only when asked.",
    ),
    _Setting(
        "feeds",
        "private_hosts",
        "private_hosts",
        setting_checks.hosts,
        'Hosts of your own network that feeds and pages may lead to: ["nas.local"].',
    ),
    _Setting(
        "feeds",
        "fetch_ahead",
        "fetch_ahead",
        setting_checks.ahead,
        'Whose full text is fetched unasked, where only a summary is stored: "bookmarks", the\n'
        '"neighbours" of the cursor too, or "off".',
    ),
    _Setting(
        "pictures",
        "draw",
        "draw",
        setting_checks.drawing,
        'How images are drawn: "kitty", "sixel", "blocks", "text" (told of in words), or "auto", the best\n'
        "of these that the terminal is known to be able to. It takes the extra: tui-reader[images].",
    ),
    _Setting(
        "pictures",
        "cache",
        "image_cache",
        setting_checks.megabytes,
        "Megabytes of images that are kept on the disk. 0: none.",
    ),
    _Setting(
        "paths",
        "library",
        "library",
        setting_checks.path,
        "Where articles, read marks and bookmarks are kept; without it the system's place for data.\n"
        "In paths ~ and $VARIABLES are replaced; a relative one starts at this file.",
        '"~/news/library.db"',
    ),
    _Setting(
        "paths",
        "folders",
        "folders",
        setting_checks.paths,
        'Folders of articles that are added to the library at the start: ["~/news", "~/notes"].',
    ),
)
_BY_PLACE = {setting.place: setting for setting in _SETTINGS}
_TABLES = (*dict.fromkeys(setting.table for setting in _SETTINGS if setting.table), "keys")


def _keys(table: Mapping[str, object], complain: Callable[[tuple[str, ...], str], None]) -> dict[str, str]:
    """Of two actions that want one key at one place the first in the file has it; a default gives way to
    both."""
    chosen: dict[str, str] = {}
    taken: dict[tuple[str, str], str] = {}
    for action, value in table.items():
        place = ("keys", action)
        if action not in BY_ID:
            complain(place, _unknown_action(action, value))
            continue
        try:
            wanted = key_list(value)
        except UnusableError as fault:
            for reason in fault.reasons:
                complain(place, f"«{action}»: {reason}")
            if not fault.good:
                continue
            wanted = fault.good
        mine = []
        for key in wanted:
            if winner := _holder(BY_ID[action], key, taken):
                complain(place, f"key «{key}» is given to {winner} and to {action}; {winner} has it")
            else:
                mine.append(key)
        taken |= {(where, key): action for where in BY_ID[action].places for key in mine}
        if mine or not wanted:
            chosen[action] = ",".join(mine)
    for default in KEYS:
        if default.id in chosen:
            continue
        names = default.keys.split(",")
        kept = " and ".join(f"«{key}»" for key in names if not _holder(default, key, taken))
        left = f"keeps {kept}" if kept else f'has none: give it another, or write {default.id} = ""'
        for key in names:
            if winner := _holder(default, key, taken):
                reason = f"key «{key}» is the default of {default.id}; {winner} has it now"
                complain(("keys", winner), f"{reason}, and {default.id} {left}")
    return chosen


def _holder(action: Key, key: str, taken: Mapping[tuple[str, str], str]) -> str:
    """Who has a key at one of an action's places; empty where it is free."""
    return next((taken[where, key] for where in sorted(action.places) if (where, key) in taken), "")


def keys_in_force(settings: Settings) -> dict[str, str]:
    """The keys of every action, the person's or the default, no key twice at one place; empty for an action
    without any."""
    taken = {
        (where, key): action
        for action, keys in settings.keys.items()
        for key in keys.split(",")
        for where in BY_ID[action].places
    }
    return {
        key.id: settings.keys[key.id]
        if key.id in settings.keys
        else ",".join(name for name in key.keys.split(",") if not _holder(key, name, taken))
        for key in KEYS
    }


def load(path: Path) -> tuple[Settings, list[Complaint]]:
    """Never raises. Without a file the defaults; of a broken one what is good, and complaints for the rest.

    A file that is not TOML at all leaves the defaults: half of it would be a guess.
    """
    try:
        text = read_text(path)
        document = parse(text)
    except UnusableError as fault:
        return Settings(), [Complaint(str(path), fault.line, clean.line(str(fault)))]
    lines = line_numbers(text)
    complaints: list[Complaint] = []
    values: dict[str, Any] = {}

    def complain(place: tuple[str, ...], reason: str) -> None:
        line = lines.get(place) or lines.get(place[:1])
        complaints.append(Complaint(str(path), line, clean.line(reason)))

    def take(place: tuple[str, ...], value: object) -> None:
        setting = _BY_PLACE.get(place)
        if not setting:
            complain(place, _unknown(place, value))
            return
        try:
            values[setting.field] = setting.check(value, folder)
        except UnusableError as fault:
            for reason in fault.reasons:
                complain(place, f"«{setting.name}» {reason}")
            if fault.good is not UNSET:
                values[setting.field] = fault.good

    try:
        folder = path.parent.absolute()
    except OSError:  # the current directory is gone
        folder = path.parent
    for name, value in document.items():
        if name not in _TABLES:
            take((name,), value)
        elif not isinstance(value, dict):
            complain((name,), f"«{name}» is a table: write [{name}], and its settings below it")
        elif name == "keys":
            values["keys"] = _keys(value, complain)
        else:
            for inner, inner_value in value.items():
                take((name, inner), inner_value)
    return Settings(**values), sorted(complaints, key=lambda complaint: complaint.line or 0)


def _unknown(place: tuple[str, ...], value: object) -> str:
    table, name = (place[0], place[1]) if len(place) == 2 else ("", place[0])
    known = [setting.name for setting in _SETTINGS if setting.table == table]
    known += [] if table else _TABLES
    what = "table" if isinstance(value, dict) and not table else "key"
    said = f"unknown {what} «{shown(name)}»" + (f" in [{table}]" if table else "")
    elsewhere = {setting.name: setting.table for setting in _SETTINGS if setting.table != table}
    if isinstance(value, str):
        elsewhere |= {action: "keys" for action in BY_ID if action not in elsewhere}
    if name in elsewhere:
        return f"{said}; it belongs {_whereabouts(elsewhere[name])}"
    if near := nearest(name, known):
        return f"{said}; did you mean «{near}»?"
    if near := nearest(name, elsewhere):
        return f"{said}; did you mean «{near}» {_whereabouts(elsewhere[near])}?"
    return f"{said}; known are {', '.join(known)}"


def _whereabouts(table: str) -> str:
    return f"in [{table}]" if table else "above the first table"


def _unknown_action(action: str, value: object) -> str:
    said = f"unknown action «{shown(action)}» in [keys]"
    if isinstance(value, str) and value in BY_ID:
        return f'{said}; write it the other way round: {value} = "{shown(action)}"'
    if near := nearest(action, BY_ID):
        return f"{said}; did you mean «{near}»?"
    if (action,) in _BY_PLACE:
        return f"{said}; it belongs above the first table"
    return said


def example() -> str:
    """The file with every setting at its default and a comment; the keys are commented out."""
    parts = [
        "# Settings of tui-reader. Everything is optional; these are the defaults.\n",
        *_written(Settings(), explain=True),
        "\n[keys]\n"
        "# An action and its keys, with commas between; an empty text takes them away. A key is a\n"
        "# character (x, G, ?) or a name (enter, f5, pagedown, comma), with ctrl+, alt+, shift+ or super+\n"
        "# before it. Many terminals send ctrl+i as tab, ctrl+m as enter and ctrl+h as backspace.\n",
    ]
    for key in KEYS:
        line = f"# {key.id} = {_toml(key.keys)}"
        parts.append(f"{line:<36} # {key.tooltip}\n")
    return "".join(parts)


def as_toml(settings: Settings) -> str:
    """The settings in force; `load` makes the same of it again."""
    parts = _written(settings, explain=False)
    if settings.keys:
        parts.append("\n[keys]\n")
        parts += [f"{action} = {_toml(keys)}\n" for action, keys in settings.keys.items()]
    return "".join(parts)


def _written(settings: Settings, *, explain: bool) -> list[str]:
    parts: list[str] = []
    table = ""
    for setting in _SETTINGS:
        if setting.table != table:
            table = setting.table
            parts.append(f"\n[{table}]\n")
        if explain:
            parts += [f"# {line}\n" for line in setting.comment.splitlines()]
        value = getattr(settings, setting.field)
        if value is not None:
            parts.append(f"{setting.name} = {_toml(value)}\n")
        elif explain:
            parts.append(f"# {setting.name} = {setting.example}\n")
    return parts


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case tuple():
            return f"[{', '.join(_toml(item) for item in value)}]"
    return f'"{"".join(_escaped(character) for character in str(value))}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if "\ud800" <= character <= "\udfff":  # a byte that is not UTF-8 in a path: TOML has no way to say it
        return "\N{REPLACEMENT CHARACTER}"
    return character if character.isprintable() else f"\\U{ord(character):08X}"
