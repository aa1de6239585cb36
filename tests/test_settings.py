"""The settings file: what is good is used, every fault is told with its line and the nearest thing known."""

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_reader import keymap, setting_keys, settings
from tui_reader.settings import Complaint, Settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


FULL = """
theme = "dracula"
sidebar = true
compact = true
days = false
stories = true
images = false

[browser]
command = ["firefox", "--new-tab", "{url}"]
confirm_foreign = false
allow_mailto = true

[times]
mark_read_after = 2.5
clock = "12h"

[feeds]
refresh_every = 5
private_hosts = ["nas.local"]
fetch_ahead = "neighbours"

[pictures]
draw = "blocks"
cache = 50

[paths]
library = "/srv/news.db"
folders = ["/srv/news", "notes"]

[keys]
bookmark = "Z"
advance = "space,f5"
theme = ""
"""


def test_every_setting_is_read(file: Path) -> None:
    """Every field of Settings has its place in the file."""
    file.write_text(FULL)
    expected = Settings(
        theme="dracula",
        sidebar=True,
        compact=True,
        days=False,
        stories=True,
        images=False,
        browser=("firefox", "--new-tab", "{url}"),
        confirm_foreign=False,
        allow_mailto=True,
        mark_read_after=2.5,
        clock="12h",
        refresh_every=5.0,
        private_hosts=("nas.local",),
        fetch_ahead="neighbours",
        draw="blocks",
        image_cache=50,
        library=Path("/srv/news.db"),
        folders=(Path("/srv/news"), file.parent / "notes"),
        keys={"bookmark": "Z", "advance": "space,f5", "theme": ""},
    )
    assert settings.load(file) == (expected, [])
    assert all(getattr(expected, name) != getattr(Settings(), name) for name in Settings.__struct_fields__)


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    """Nobody needs a settings file, and not having one is no fault."""
    assert settings.load(tmp_path / "none" / "settings.toml") == (Settings(), [])
    assert settings.load(Path("/dev/null")) == (Settings(), [])


def test_a_complaint_reads_as_a_sentence_with_file_and_line(file: Path) -> None:
    """What a person sees names the file, the line, the fault and the way out."""
    file.write_text('# mine\n\nthme = "nord"\n')
    complaint = settings.load(file)[1][0]
    assert str(complaint) == "settings.toml line 3: unknown key «thme»; did you mean «theme»?"
    assert complaint.file == str(file)


FAULTS = [  # text, line, what the reason says
    ('thme = "x"', 1, "unknown key «thme»; did you mean «theme»?"),
    ("\n\nside_bar = true", 3, "unknown key «side_bar»; did you mean «sidebar»?"),
    (
        "weather = 1",
        1,
        "unknown key «weather»; known are theme, sidebar, compact, days, stories, images, browser",
    ),
    ('[brower]\ncommand = "x"', 1, "unknown table «brower»; did you mean «browser»?"),
    ('[browser]\ncomand = "x"', 2, "unknown key «comand» in [browser]; did you mean «command»?"),
    ('browser.comand = "x"', 1, "unknown key «comand» in [browser]; did you mean «command»?"),
    ('browser = { comand = "x" }', 1, "unknown key «comand» in [browser]; did you mean «command»?"),
    (
        '[ "browser" ] # [times]\n"comand" = 1',
        2,
        "unknown key «comand» in [browser]; did you mean «command»?",
    ),
    ('[browser]\ntheme = "nord"', 2, "unknown key «theme» in [browser]; it belongs above the first table"),
    ("mark_read_after = 3", 1, "unknown key «mark_read_after»; it belongs in [times]"),
    ("mark_as_read_after = 3", 1, "did you mean «mark_read_after» in [times]?"),
    ('bookmark = "x"', 1, "unknown key «bookmark»; it belongs in [keys]"),
    ("[paths]\n\nfolder = []", 3, "did you mean «folders»?"),
    ("theme = 3", 1, "«theme» must be text in quotes, not a number"),
    ('theme = ""', 1, "«theme» must be a name, not empty"),
    ('sidebar = "true"', 1, "«sidebar» must be true or false, not text in quotes"),
    ("compact = 1", 1, "«compact» must be true or false, not a number"),
    ('days = "no"', 1, "«days» must be true or false, not text in quotes"),
    ("images = 2026-11-20", 1, "«images» must be true or false, not a date or time"),
    ("[images]", 1, "«images» must be true or false, not a table"),
    ('[pictures]\ndraw = "best"', 2, '«draw» must be "auto", "kitty", "sixel", "blocks" or "text"'),
    ("[pictures]\ncache = 1.5", 2, "«cache» must be a whole number of megabytes, not a number"),
    ("[pictures]\ncache = -1", 2, "«cache» must be from 0 to 100,000 megabytes; 0 means none"),
    ('browser = "firefox"', 1, "«browser» is a table: write [browser], and its settings below it"),
    ("[[keys]]", 1, "«keys» is a table: write [keys]"),
    ("[browser]\ncommand = 3", 2, "«command» must be a command such as"),
    ('[browser]\ncommand = ["x", 3]', 2, "not a list with other things in it"),
    ('[browser]\ncommand = "firefox \'x"', 2, "no closing quotation"),
    ('[browser]\ncommand = "{url}"', 2, "the program comes first"),
    ('[browser]\ncommand = ["x", "\\u0000"]', 2, "without control characters"),
    ("[browser]\nconfirm_foreign = 1", 2, "«confirm_foreign» must be true or false"),
    (
        '[times]\nmark_read_after = "1"',
        2,
        "«mark_read_after» must be a number of seconds, not text in quotes",
    ),
    ("[times]\nmark_read_after = true", 2, "«mark_read_after» must be a number of seconds"),
    ("[times]\nmark_read_after = 7200", 2, "«mark_read_after» must be at most 3600 seconds"),
    ("[times]\nmark_read_after = nan", 2, "«mark_read_after» must be at most 3600 seconds"),
    (f"[times]\nmark_read_after = -{'9' * 400}", 2, "«mark_read_after» must be at most 3600 seconds"),
    ('[times]\nclock = "24"', 2, '«clock» must be "24h" or "12h"'),
    ("[times]\nclock = 12", 2, '«clock» must be "24h" or "12h"'),
    ("[paths]\nlibrary = 3", 2, "«library» must be a path in quotes, not a number"),
    ('[paths]\nlibrary = ""', 2, "«library» must be a path, not empty"),
    ('[paths]\nlibrary = "a\\u0000"', 2, "«library» must be a path"),
    ('[paths]\nlibrary = "$NO_SUCH/x"', 2, "the environment variable «NO_SUCH», which is not set"),
    ('[paths]\nlibrary = "${NO_SUCH}/x"', 2, "the environment variable «NO_SUCH», which is not set"),
    ('[paths]\nlibrary = "~no-such-person/x"', 2, "begins with «~no-such-person», which is nobody's home"),
    ('[paths]\nfolders = "~/news"', 2, '«folders» must be a list such as ["~/news", "~/notes"]'),
    ("[paths]\nfolders = [\n1,\n]\n", 2, "«folders» number 1 must be a path in quotes"),
    ('[keys]\nbokmark = "x"', 2, "unknown action «bokmark» in [keys]; did you mean «bookmark»?"),
    ('[keys]\nz0 = "x"', 2, "unknown action «z0» in [keys]"),
    ('[keys]\nx = "bookmark"', 2, 'write it the other way round: bookmark = "x"'),
    ("[keys]\nclock = 1", 2, "unknown action «clock» in [keys]"),
    ('[keys]\nbookmark = ["x"]', 2, "«bookmark»: keys must be text such as"),
    ('[keys]\nbookmark = "ctl+x"', 2, "«bookmark»: unknown modifier «ctl»; did you mean «ctrl»?"),
    ('[keys]\nbookmark = "cmd+x"', 2, "unknown modifier «cmd»; did you mean «super»?"),
    ('[keys]\nbookmark = "pgedown"', 2, "unknown key «pgedown»; did you mean «pagedown»?"),
    ('[keys]\nbookmark = "return"', 2, "unknown key «return»; did you mean «enter»?"),
    ('[keys]\nbookmark = "period"', 2, "unknown key «period»; did you mean «full_stop»?"),
    ('[keys]\nbookmark = "f25"', 2, "unknown key «f25»; did you mean «f"),
    ('[keys]\nbookmark = "ctrl+,"', 2, "no key in «ctrl+»; the comma is called «comma»"),
    ('[keys]\nbookmark = "shift+/"', 2, "«shift+/» never arrives; write the character that it types"),
    ('[keys]\nbookmark = "\\u0007"', 2, "a character that cannot be typed"),
    ('[keys]\nbookmark = "\\u202e"', 2, "a character that cannot be typed"),
    ('[keys]\nzen = "x"\nbookmark = "x"', 3, "key «x» is given to zen and to bookmark; zen has it"),
    (
        '[keys]\nbookmark = "m"',
        2,
        "key «m» is the default of toggle_read; bookmark has it now, and toggle_read has none",
    ),
    (
        '[keys]\nbookmark = "j"',
        2,
        "key «j» is the default of down; bookmark has it now, and down keeps «down»",
    ),
    ("theme = nord", 1, "is not valid TOML: invalid value (text stands in quotes) at column 9"),
    ('theme = "nord', 1, "is not valid TOML: "),
    ("\n\n[browser", 3, "is not valid TOML: "),
    ('theme = "a"\ntheme = "b"', 2, "is not valid TOML: cannot overwrite a value"),
    ('[paths]\nfolders = [\n"a"\n', 3, "is not valid TOML: "),
    ('theme = "\x1b]0;owned\x07"', 1, "is not valid TOML: "),
    ("images = " + "[" * 40_000, None, "is not valid TOML: lists or tables are nested too deeply"),
    (f"[times]\nmark_read_after = {'9' * 5000}", None, "is not valid TOML: a number is too long"),
    ("#" * 50_001, None, "is larger than 50,000 bytes"),
]


@pytest.mark.parametrize(("text", "line", "says"), FAULTS, ids=lambda value: str(value)[:40])
def test_a_fault_is_told_with_its_line(file: Path, text: str, line: int | None, says: str) -> None:
    """Each fault is one complaint at its own line, in words that help; nothing raises."""
    file.write_text(text)
    complaints = settings.load(file)[1]
    assert [complaint.line for complaint in complaints if says in complaint.reason] == [line]
    assert all(complaint.reason.isprintable() for complaint in complaints)


def test_what_is_good_is_used_beside_what_is_not(file: Path) -> None:
    """A fault costs its own setting and nothing else; of a list the good entries stay."""
    file.write_text(
        'theme = "nord"\nsidebar = "yes"\nextra = 1\n[times]\nclock = "12h"\nmark_read_after = "soon"\n'
        '[paths]\nfolders = ["/a", 3, "/b", "/a"]\n[keys]\nzen = "Z,nokey"\nquit = "ctrl+nokey"\n'
    )
    loaded, complaints = settings.load(file)
    assert loaded == Settings(theme="nord", clock="12h", folders=(Path("/a"), Path("/b")), keys={"zen": "Z"})
    assert [complaint.line for complaint in complaints] == [2, 3, 6, 8, 10, 11]


def test_lines_are_found_among_strings_that_look_like_settings(file: Path) -> None:
    """Text of several lines, brackets in quotes and comments do not lead the line astray."""
    file.write_text(
        'theme = """\n[keys]\nimages = 1 ""\\"""""\n# images = 1\n'
        "[paths]\nfolders = [\n  '''\n]''', # ]\n  '[browser]', { a = 1 },\n]\n"
        "[browser]\n\"command\" = '''\nx'''\nimages = 1\n"
    )
    lines = [complaint.line for complaint in settings.load(file)[1] if "images" in complaint.reason]
    assert lines == [14]


UNREADABLE = ["folder", "forbidden", "latin-1", "utf-16", "pipe", "dangling link", "below a file"]


@pytest.mark.parametrize("case", UNREADABLE)
def test_an_unreadable_file_is_one_complaint_and_the_defaults(
    file: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands in the file's place, the reader starts, and says why the settings are not in force."""
    match case:
        case "folder":
            file.mkdir()
        case "forbidden":
            file.write_text("compact = true")
            monkeypatch.setattr(os, "open", Mock(side_effect=PermissionError(13, "Permission denied")))
        case "latin-1":
            file.write_bytes("compact = true\n# größer".encode("latin-1"))
        case "utf-16":
            file.write_text("compact = true", encoding="utf-16")
        case "pipe":
            os.mkfifo(file)
        case "dangling link":
            file.symlink_to("elsewhere.toml")
        case "below a file":
            file.write_text("")
            file = file / "settings.toml"
    loaded, complaints = settings.load(file)
    assert loaded == Settings()
    assert len(complaints) == 1
    assert "the defaults are used" in complaints[0].reason
    assert complaints[0].line == {"latin-1": 2, "utf-16": 1}.get(case)


@given(st.text() | st.lists(st.sampled_from([*FULL.split("\n"), "[", '"', "= 1", "[keys]"])).map("\n".join))
def test_no_text_makes_load_raise(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Any text is read: into settings, into complaints, or both."""
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(text, encoding="utf-8", errors="replace")
    loaded, complaints = settings.load(path)
    assert all(complaint.line is None or complaint.line > 0 for complaint in complaints)
    assert set(loaded.keys) <= set(keymap.BY_ID)


def test_windows_files_are_read_like_others(file: Path) -> None:
    """A byte order mark and CRLF change nothing, line numbers included."""
    file.write_bytes(b'\xef\xbb\xbftheme = "nord"\r\n\r\n[times]\r\nclok = 1\r\n')
    loaded, complaints = settings.load(file)
    assert loaded.theme == "nord"
    assert [complaint.line for complaint in complaints] == [4]


BROWSERS = [
    ('"firefox --new-tab"', ("firefox", "--new-tab")),
    ("\"open -a 'Some Browser' {url}\"", ("open", "-a", "Some Browser", "{url}")),
    ('["w3m"]', ("w3m",)),
    ('""', ()),
    ("[]", ()),
]


@pytest.mark.parametrize(("written", "command"), BROWSERS)
def test_a_browser_is_a_list_or_split_like_a_shell(file: Path, written: str, command: tuple[str]) -> None:
    """The command becomes arguments here, so that no shell is ever needed."""
    file.write_text(f"[browser]\ncommand = {written}")
    assert settings.load(file) == (Settings(browser=command), [])


PATHS = [
    ("~/news.db", "{home}/news.db"),
    ("$NEWS/a.db", "/srv/news/a.db"),
    ("${NEWS}-2/a.db", "/srv/news-2/a.db"),
    ("a.db", "{folder}/a.db"),
    ("/x/a b.db", "/x/a b.db"),
]


@pytest.mark.parametrize(("written", "path"), PATHS)
def test_paths_are_expanded_and_start_at_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch, written: str, path: str
) -> None:
    """Home, variables and paths relative to the settings file, not to where the reader was started."""
    monkeypatch.setenv("HOME", "/home/jo")
    monkeypatch.setenv("NEWS", "/srv/news")
    file.write_text(f'[paths]\nlibrary = "{written}"')
    expected = Path(path.format(home="/home/jo", folder=file.parent))
    assert settings.load(file) == (Settings(library=expected), [])


KEY_NAMES = [
    ("x", "x"),
    ("A", "A"),
    ("é", "é"),
    ("7", "7"),
    ("?", "question_mark"),
    ("/", "slash"),
    ("\\", "backslash"),
    (".", "full_stop"),
    (":", "colon"),
    ("]", "right_square_bracket"),
    ("-", "minus"),
    ("+", "plus"),
    ("_", "underscore"),
    ("@", "at"),
    (" ", "space"),
    ("«", "left_pointing_double_angle_quotation_mark"),
    ("Enter", "enter"),
    ("PageDown", "pagedown"),
    ("F24", "f24"),
    ("Ctrl+D", "ctrl+d"),
    ("ctrl + x", "ctrl+x"),
    ("shift+ctrl+alt+x", "alt+ctrl+shift+x"),
    ("ctrl++", "ctrl+plus"),
    ("ctrl+\\", "ctrl+backslash"),
    ("ctrl+comma", "ctrl+comma"),
    ("shift+g", "G"),
    ("shift+tab", "shift+tab"),
    ("alt+?", "alt+question_mark"),
]


@pytest.mark.parametrize(("written", "name"), KEY_NAMES)
def test_keys_are_written_as_people_write_them(written: str, name: str) -> None:
    """A character, a name in any case, modifiers in any order: one name, Textual's."""
    assert setting_keys.key_name(written) == name
    assert setting_keys.key_name(name) == name


def test_key_names_are_textuals() -> None:
    """Every character and every named key is called what Textual calls it when it is pressed."""
    from textual._keyboard_protocol import FUNCTIONAL_KEYS
    from textual.keys import Keys, _character_to_key

    for character in map(chr, range(0x20, 0x250)):
        if character.isprintable():
            assert setting_keys.key_name(character) == _character_to_key(character)
    assert {*FUNCTIONAL_KEYS.values(), *(key.value for key in Keys)} >= setting_keys.NAMED_KEYS
    assert list(setting_keys.MODIFIERS) == sorted(setting_keys.MODIFIERS)


def test_default_keys_are_names_already() -> None:
    """The keymap's own keys are written the way this module would write them, and no key stands twice at one
    place."""
    names = [name for key in keymap.KEYS for name in key.keys.split(",") if name]
    assert [setting_keys.key_name(name) for name in names] == names
    assert_unambiguous({key.id: key.keys for key in keymap.KEYS})


def assert_unambiguous(keys: dict[str, str]) -> None:
    for place in ("reader", "sources"):
        names = [
            name
            for action, written in keys.items()
            for name in written.split(",")
            if name and place in keymap.BY_ID[action].places
        ]
        assert len(names) == len(set(names)), place


KEYS = [  # the [keys] table, the keys in force, how many complaints
    ('bookmark = "Z"', {"bookmark": "Z"}, 0),
    ('bookmark = " Z , F5 "', {"bookmark": "Z,f5"}, 0),
    ('bookmark = "Z,Z"', {"bookmark": "Z"}, 0),
    ('bookmark = ","', {"bookmark": "comma"}, 0),
    ('bookmark = " "\nadvance = "f5"', {"bookmark": "space", "advance": "f5"}, 0),
    ('bookmark = ""', {"bookmark": ""}, 0),
    ('bookmark = "ctrl+space"', {"bookmark": "ctrl+space,ctrl+@"}, 0),
    ('bookmark = "m"\ntoggle_read = ""', {"bookmark": "m", "toggle_read": ""}, 0),
    ('down = "k"\nup = "j"', {"down": "k", "up": "j"}, 0),
    ('bookmark = "m"', {"bookmark": "m", "toggle_read": ""}, 1),
    ('bookmark = "j"', {"bookmark": "j", "down": "down"}, 1),
    ('bookmark = "Z"\nzen = "Z"', {"bookmark": "Z", "zen": "z"}, 1),
    ('bookmark = "Z"\nzen = "Z,f5"', {"bookmark": "Z", "zen": "f5"}, 1),
    ('bookmark = "Z"\nzen = "Z,f5,z"', {"bookmark": "Z", "zen": "f5,z"}, 1),
    ('bookmark = "ctl+x"', {"bookmark": "b"}, 1),
    ('bookmark = "e"', {"bookmark": "e", "rename_source": "e"}, 0),
    ('rename_source = "b"', {"bookmark": "b", "rename_source": "b"}, 0),
    ('rename_source = "p"', {"rename_source": "p", "pause_source": "", "previous_unread": "p"}, 1),
    ('refresh = "e"', {"refresh": "e", "rename_source": ""}, 1),
    ('rename_source = "r"', {"refresh": "", "rename_source": "r"}, 1),
    ('rename_source = "f5"\nrefresh = "f5"', {"refresh": "r", "rename_source": "f5"}, 1),
]


@pytest.mark.parametrize(("table", "in_force", "faults"), KEYS)
def test_no_key_stands_for_two_actions(file: Path, table: str, in_force: dict[str, str], faults: int) -> None:
    """The first entry of the file wins over a later one, any entry over a default, and the loser is told."""
    file.write_text("[keys]\n" + table)
    loaded, complaints = settings.load(file)
    keys = settings.keys_in_force(loaded)
    assert {action: keys[action] for action in in_force} == in_force
    assert len(complaints) == faults
    assert_unambiguous(keys)
    assert keys.keys() == keymap.BY_ID.keys()


def test_the_example_shows_every_setting_at_its_default(file: Path) -> None:
    """The example loads to the defaults without a complaint, and so do the lines it has commented out."""
    file.write_text(settings.example())
    assert settings.load(file) == (Settings(), [])
    lines = settings.example().splitlines()
    file.write_text("\n".join(line.removeprefix("# ") if " = " in line else line for line in lines))
    loaded, complaints = settings.load(file)
    assert complaints == []
    assert loaded.keys == {key.id: key.keys for key in keymap.KEYS}
    assert loaded.library == Path("~/news/library.db").expanduser()
    assert all(len(line) <= 110 for line in lines if not line.startswith("# ") or "  # " not in line)


ODD = Settings(
    theme='a"b\\c\u202e\x7f',
    browser=("/opt/x y", "--é", "{url}"),
    mark_read_after=-0.5,
    library=Path("/a/\U0001f600\x9b"),
    folders=(Path("/a"), Path("/b c")),
    keys={"bookmark": "Z,f5", "zen": ""},
)


@pytest.mark.parametrize("original", [Settings(), ODD])
def test_what_is_written_is_read_again(file: Path, original: Settings) -> None:
    """The settings in force, printed, are a settings file with the same meaning, safe to show."""
    written = settings.as_toml(original)
    file.write_text(written)
    loaded, complaints = settings.load(file)
    # A name with invisible characters can be written but not asked for.
    assert [complaint.reason for complaint in complaints] == (
        ["«theme» must be a name, not empty"] if original is ODD else []
    )
    assert loaded.folders == original.folders
    assert (loaded.browser, loaded.library, loaded.keys) == (
        original.browser,
        original.library,
        original.keys,
    )
    assert all(character == "\n" or character.isprintable() for character in written)


def test_paths_that_toml_cannot_hold_do_no_harm() -> None:
    """A byte that is not UTF-8 in a path is shown as a replacement character, not as an error."""
    assert "�" in settings.as_toml(Settings(library=Path("/a/\udcff")))


def test_the_files_live_where_the_platform_has_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The variables of the XDG specification are honoured on every system."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert settings.default_path() == tmp_path / "config" / "tui-reader" / "settings.toml"
    assert settings.default_library() == tmp_path / "data" / "tui-reader" / "library.db"


def test_without_a_home_the_files_live_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A container without HOME and without an entry in passwd still has a place for both files."""
    import pwd

    def nobody(_: int) -> None:
        raise KeyError

    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert settings.default_path() == Path(".tui-reader/settings.toml")
    assert settings.default_library() == Path(".tui-reader/library.db")


def test_no_screen_is_needed_to_check_the_settings() -> None:
    """Reading settings imports neither Textual nor what only the default places need."""
    code = "import sys, tui_reader.settings; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"textual", "rich", "platformdirs"} & set(loaded.split())


def test_a_complaint_without_a_line_names_only_the_file() -> None:
    """Faults of the whole file have no line."""
    assert str(Complaint("/etc/x.toml", None, "is a folder")) == "x.toml: is a folder"
