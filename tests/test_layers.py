"""What each part of the program may know, load and do. `.importlinter` says who may import whom."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tui_reader

PACKAGE = Path(tui_reader.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES = 450


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def imports(path: Path) -> set[str]:
    """Every module that a file names in an import, wherever in it that is."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call, with the last part of what is called."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute):
                yield node, called.attr
            elif isinstance(called, ast.Name):
                yield node, called.id


def loaded_by(code: str, library: Path) -> set[str]:
    """The modules that are there after this code, in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sorted(sys.modules), sep='\\n')"],
        env={
            "PYTHONPATH": str(PACKAGE.parent),
            "TUI_READER_LIBRARY": str(library),
            "HOME": str(library.parent),
        },
        cwd=library.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def within(loaded: set[str], *names: str) -> list[str]:
    return sorted(name for name in loaded if any(name == n or name.startswith(n + ".") for n in names))


class TestWhatIsLoaded:
    def test_command_line_needs_no_screen(self, tmp_path: Path) -> None:
        loaded = loaded_by("import tui_reader.cli", tmp_path / "library.db")
        assert within(loaded, "textual", "rich", "sqlite3", "msgspec", "yaml", "lxml", "httpx") == []

    @pytest.mark.parametrize(
        "command",
        [
            "['list']",
            "['list', '--json']",
            "['list', 'ai', 'is:unread']",
            "['search', 'title:ai', '-crypto', '--json']",
            "['view', 'list']",
            "['sources']",
            "['problems']",
            "['export', 'csv']",
            "['settings', 'show']",
        ],
    )
    def test_commands_load_neither_screen_nor_parsers(self, tmp_path: Path, command: str) -> None:
        code = f"from tui_reader.cli import main; assert main({command}) == 0"
        loaded = loaded_by(code, tmp_path / "library.db")
        assert (
            within(loaded, "textual", "rich", "tui_reader.ui", "tui_reader.sources", "tui_reader.refresh")
            == []
        )
        assert within(loaded, "yaml", "lxml", "httpx", "multiprocessing") == []

    def test_refreshing_needs_no_screen(self, tmp_path: Path) -> None:
        (tmp_path / "news").mkdir()
        (tmp_path / "news" / "a.md").write_text("---\ntitle: A\n---\ntext")
        code = "from tui_reader.cli import main; assert main(['add', 'news']) == 0"
        assert (
            within(loaded_by(code, tmp_path / "library.db"), "textual", "rich", "tui_reader.ui", "httpx")
            == []
        )

    def test_first_paint_waits_for_nothing_that_it_does_not_draw(self, tmp_path: Path) -> None:
        """Parsers, the refresh and the dialogs come when they are asked for."""
        loaded = loaded_by("import tui_reader.ui.app", tmp_path / "library.db")
        assert within(loaded, "tui_reader.ui.app")
        parsers = (
            "yaml",
            "frontmatter",
            "lxml",
            "httpx",
            "multiprocessing",
            "pygments",
            "PIL",
            "textual_image",
        )
        assert within(loaded, *parsers) == []
        assert (
            within(loaded, "textual.widgets._markdown", "textual.widgets._text_area", "rich.markdown") == []
        )
        assert within(loaded, "tui_reader.refresh", "tui_reader.sources", "tui_reader.library.export") == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
class TestEveryModule:
    def test_fits_a_reader(self, path: Path) -> None:
        assert len(path.read_text("utf-8").splitlines()) < MAX_LINES

    def test_sql_is_in_the_library_alone(self, path: Path) -> None:
        if not name_of(path).startswith("library/"):
            assert "sqlite3" not in imports(path)

    def test_screen_is_in_its_own_room(self, path: Path) -> None:
        if not name_of(path).startswith("ui/"):
            named = {name.partition(".")[0] for name in imports(path)}
            assert not named & {"textual", "rich"}

    def test_opens_no_connection(self, path: Path) -> None:
        """The sockets are in one place, with all its limits: `sources/fetch.py`, and how it connects."""
        if name_of(path) in ("sources/fetch.py", "sources/connect.py"):
            return
        network = (
            "socket",
            "ssl",
            "http",
            "urllib.request",
            "httpx",
            "httpcore",
            "anyio",
            "asyncio.open_connection",
            "webbrowser",
        )
        assert within(imports(path), *network) == []

    def test_runs_no_shell(self, path: Path) -> None:
        for call, called in calls(path):
            assert called not in ("system", "popen", "getoutput", "getstatusoutput", "eval", "exec"), called
            for keyword in call.keywords:
                assert keyword.arg != "shell", f"line {call.lineno}"

    def test_reads_and_writes_utf8_by_name(self, path: Path) -> None:
        """Whatever the locale says."""
        for call, called in calls(path):
            named = {keyword.arg for keyword in call.keywords}
            if called == "open" and isinstance(call.func, ast.Name):
                mode = call.args[1] if len(call.args) > 1 else None
                binary = isinstance(mode, ast.Constant) and "b" in str(mode.value)
                assert binary or "encoding" in named, f"line {call.lineno}"
            elif called in ("read_text", "write_text") and len(call.args) < 1 + (called == "write_text"):
                assert "encoding" in named, f"line {call.lineno}"

    def test_prints_only_where_there_is_no_screen(self, path: Path) -> None:
        if name_of(path) not in (
            "commands.py",
            "source_commands.py",
            "page_commands.py",
            "printing.py",
            "cli.py",
        ):
            assert "print" not in [called for _, called in calls(path)]


SHOWING = {"Static": 0, "Label": 0, "notify": 0, "Option": 0, "Button": 0, "Tooltip": 0, "update": 0}
"""Calls whose text Textual takes for markup, and which argument that is."""


def is_plain(node: ast.expr) -> bool:
    """Whether a text is written out here, with nothing from outside in it, or is no markup at all."""
    if isinstance(node, ast.Constant):
        return True
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Content", "Text")
    )


@pytest.mark.parametrize("path", sorted((PACKAGE / "ui").rglob("*.py")), ids=name_of)
class TestMarkup:
    """`[/x]` in a headline would end the program, `[@click=app.quit]` would run."""

    def test_text_from_outside_is_never_markup(self, path: Path) -> None:
        for call, called in calls(path):
            if called not in SHOWING or len(call.args) <= SHOWING[called]:
                continue
            if called == "update" and not is_widget_update(call):
                continue
            plain = is_plain(call.args[SHOWING[called]])
            assert plain or says(call, "markup", False), f"line {call.lineno}: {ast.unparse(call)}"

    def test_titles_of_borders_are_never_markup(self, path: Path) -> None:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Assign):
                continue
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr in (
                    "border_title",
                    "border_subtitle",
                    "tooltip",
                ):
                    assert is_plain(node.value), f"line {node.lineno}: {ast.unparse(node)}"

    def test_markup_is_never_asked_for(self, path: Path) -> None:
        for call, called in calls(path):
            assert called != "from_markup", f"line {call.lineno}"
            assert not says(call, "markup", True), f"line {call.lineno}"


def says(call: ast.Call, name: str, value: object) -> bool:
    return any(
        keyword.arg == name and isinstance(keyword.value, ast.Constant) and keyword.value.value is value
        for keyword in call.keywords
    )


def is_widget_update(call: ast.Call) -> bool:
    """Of a widget that was asked for by name, not of a dictionary."""
    return isinstance(call.func, ast.Attribute) and "query" in ast.unparse(call.func.value)


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ('Static("plain")', True),
        ("Static(Content(title))", True),
        ("Static(title, markup=False)", True),
        ("Static(title)", False),
        ('Static(f"{title}")', False),
        ("self.notify(title)", False),
        ("self.notify(title, markup=True)", False),
    ],
)
def test_scan_finds_what_it_looks_for(tmp_path: Path, line: str, safe: bool) -> None:
    path = tmp_path / "module.py"
    path.write_text(line)
    if safe:
        TestMarkup().test_text_from_outside_is_never_markup(path)
    else:
        with pytest.raises(AssertionError, match="line 1"):
            TestMarkup().test_text_from_outside_is_never_markup(path)
