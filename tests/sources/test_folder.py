"""Which files of a folder are articles, and what one of them says."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources.conftest import ReadOne
from tui_reader import clean
from tui_reader.model import Problem
from tui_reader.sources import folder
from tui_reader.sources.folder import Found


def paths(root: Path) -> list[str]:
    return [found.path for found in folder.scan(root) if isinstance(found, Found)]


def problems(root: Path) -> list[Problem]:
    return [found for found in folder.scan(root) if isinstance(found, Problem)]


ARTICLES = [
    *(
        "a.md",
        "A.MD",
        "b.markdown",
        "c.txt",
        "d.html",
        "e.htm",
        "no ending",
        "2023-05-01-title.md",
        "日本語.md",
        "全角\u3000空白.md",
    ),
    *(
        "licence-to-kill.md",
        "changelog-of-a-war.md",
        "readme-first-novel.txt",
        "security.md",
        "history.txt",
        "v1. Start.md",
    ),
]
NOT_ARTICLES = [
    *(
        "README",
        "README.md",
        "readme.txt",
        "README.de.md",
        "Readme.md",
        "LICENSE",
        "LICENSE.txt",
        "LICENSE-MIT",
    ),
    *(
        "licence.md",
        "LICENCE",
        "COPYING",
        "CHANGELOG.md",
        "ChangeLog.md",
        "CONTRIBUTING.md",
        "CODE_OF_CONDUCT.md",
    ),
    *(
        "SECURITY.md",
        "AUTHORS",
        "Makefile",
        ".hidden.md",
        ".md",
        "a.py",
        "a.json",
        "a.md~",
        "a.png",
        "a.docx",
    ),
]


@pytest.mark.parametrize("name", ARTICLES)
def test_text_files_are_articles(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("text")
    assert paths(tmp_path) == [name]


@pytest.mark.parametrize("name", NOT_ARTICLES)
def test_what_belongs_to_a_project_or_is_no_text_is_no_article(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("text")
    assert list(folder.scan(tmp_path)) == []


def test_folders_of_programs_are_left_alone(tmp_path: Path) -> None:
    for name in (".git", "node_modules", "sub/.obsidian", "sub/node_modules/x"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.md").write_text("text")
    assert list(folder.scan(tmp_path)) == []


def test_file_without_ending_is_an_article_if_it_is_text(tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(b"\x7fELF" + bytes(100))
    (tmp_path / "wide").write_bytes("text".encode("utf-16"))
    assert paths(tmp_path) == ["wide"]


def test_links_pipes_and_sockets_are_passed_by(tmp_path: Path) -> None:
    """Reading a pipe would wait for ever, and a link may lead anywhere."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.md").write_text("text")
    root = tmp_path / "root"
    root.mkdir()
    (root / "link.md").symlink_to(outside / "a.md")
    (root / "loop").symlink_to(root)
    (root / "gone.md").symlink_to(root / "nowhere")
    os.mkfifo(root / "pipe.md")
    assert list(folder.scan(root)) == []
    for name in ("link.md", "pipe.md", "gone.md", "loop"):
        assert isinstance(folder.read(root, name), Problem)


def test_files_come_sorted_within_their_directory(tmp_path: Path) -> None:
    for name in ("b/z.md", "b/a.md", "a/x.md", "c.md", "a.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("text")
    assert paths(tmp_path) == ["a.md", "c.md", "a/x.md", "b/a.md", "b/z.md"]


def test_found_file_tells_its_size_and_time(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("text")
    os.utime(tmp_path / "a.md", ns=(0, 1_234_567_890_123_456_789))
    assert list(folder.scan(tmp_path)) == [Found("a.md", 4, 1_234_567_890_123_456_789)]


def test_deep_folders_are_walked(tmp_path: Path) -> None:
    """Deeper than Python's recursion goes."""
    made = [str(tmp_path)]
    for _ in range(1_500):
        made.append(made[-1] + "/d")
        os.mkdir(made[-1])  # noqa: PTH102
    file = Path(made[-1]) / "a.md"
    file.write_text("text")
    try:
        assert paths(tmp_path) == ["d/" * 1_500 + "a.md"]
    finally:
        # pytest's own cleaning recurses.
        file.unlink()
        for directory in reversed(made[1:]):
            os.rmdir(directory)  # noqa: PTH106


def test_folder_that_cannot_be_listed_raises(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    for root in (tmp_path / "gone", tmp_path / "file"):
        with pytest.raises(OSError):
            folder.scan(root)


def test_directory_that_cannot_be_listed_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of the folder is read all the same."""
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.md").write_text("text")
    scandir = os.scandir

    def refusing(path: str) -> Any:
        if path.endswith("/b/"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert paths(tmp_path) == ["a/x.md", "c/x.md"]
    assert problems(tmp_path) == [Problem("b/", "You may not read this folder; change its permissions.")]


def test_large_file_is_a_problem(tmp_path: Path) -> None:
    with (tmp_path / "a.md").open("wb") as file:
        file.truncate(folder.MAX_BYTES + 1)
    assert [problem.path for problem in problems(tmp_path)] == ["a.md"]
    found = folder.read(tmp_path, "a.md")
    assert isinstance(found, Problem)
    assert "5 MB" in found.reason


@pytest.mark.parametrize("name", [b"caf\xe9.md", b"a\x1b[31m.md", "a\u202eb.md".encode(), b"a\nb.md"])
def test_name_that_cannot_be_shown_is_a_problem(tmp_path: Path, name: bytes) -> None:
    """An article is known by its path, so it cannot be cleaned: the person is asked to rename it."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("text")
    (found,) = folder.scan(tmp_path)
    assert isinstance(found, Problem)
    assert "rename it" in found.reason
    assert clean.is_clean(found.path)
    assert folder.read(tmp_path, os.fsdecode(name)) == found


PLACES = st.sampled_from(["a.md", "b.md", "c/a.md", "c/b.md", "c/d/a.md", "e.md"])
STATES = st.sampled_from([(4, 1), (4, 2), (5, 1)])


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(PLACES, STATES), known=st.dictionaries(PLACES, STATES))
def test_comparing_tells_every_difference_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory,
    files: dict[str, tuple[int, int]],
    known: dict[str, tuple[int, int]],
) -> None:
    """What it tells, applied to what was known, is what is there."""
    root = tmp_path_factory.mktemp("compared")
    for name, (size, mtime_ns) in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x" * size)
        os.utime(root / name, ns=(0, mtime_ns))
    found = folder.compare(root, dict(known))
    assert found is not None
    changed, vanished = list(found.changed), list(found.vanished)
    assert found.count == len(changed)
    assert all(known.get(file.path) != (file.size, file.mtime_ns) for file in changed)
    kept = {path: state for path, state in known.items() if path not in vanished}
    assert kept | {file.path: (file.size, file.mtime_ns) for file in changed} == files


def test_comparing_can_be_stopped(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).touch()
    looks = iter([False, True])
    assert folder.compare(tmp_path, {}, stopped=lambda: next(looks)) is None


@pytest.mark.parametrize("names", [["a.md", "b.md", "c.md"], ["a.md", "b/a.md"], ["a.png", "b.png", "c.png"]])
def test_scan_lists_no_more_than_was_wanted(tmp_path: Path, names: list[str]) -> None:
    """Entries of whatever kind: three of each of these."""
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert len(list(folder.scan(tmp_path, most=3))) <= 3
    with pytest.raises(folder.TooManyError):
        list(folder.scan(tmp_path, most=2))


UNREADABLE = {
    "empty": (b"", "empty"),
    "blank": (b" \n\t\n", "empty"),
    "only invisible characters": ("\u200b\ufeff".encode(), "empty"),
    "an image": (b"\x89PNG\r\n\x1a\n" + bytes(50), "not a text"),
    "a PDF": (b"%PDF-1.7\n", "not a text"),
    "noughts": (bytes(1_000), "not a text"),
    "random bytes": (bytes(range(256)) * 9, "not a text"),
}


@pytest.mark.parametrize(("content", "word"), UNREADABLE.values(), ids=UNREADABLE)
def test_file_without_text_is_a_problem(tmp_path: Path, content: bytes, word: str) -> None:
    (tmp_path / "a.md").write_bytes(content)
    found = folder.read(tmp_path, "a.md")
    assert isinstance(found, Problem)
    assert word in found.reason


@pytest.mark.parametrize("path", ["gone.md", "directory", "x" * 5_000, "a\0b.md"])
def test_file_that_is_not_there_is_a_problem(tmp_path: Path, path: str) -> None:
    (tmp_path / "directory").mkdir()
    assert isinstance(folder.read(tmp_path, path), Problem)


def test_broken_file_tells_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("\r\n---\r\ntitle: x\r\ndeep: " + "[" * 100 + "\r\n---\r\n", newline="")
    found = folder.read(tmp_path, "a.md")
    assert isinstance(found, Problem)
    assert (found.path, found.line) == ("a.md", 4)


ENCODED = {
    "UTF-8": "---\ntitle: Café ’n 日本\n---\nbödy".encode(),
    "UTF-8 with a mark": "---\ntitle: Café ’n 日本\n---\nbödy".encode("utf-8-sig"),
    "UTF-16": "---\ntitle: Café ’n 日本\n---\nbödy".encode("utf-16"),
    "UTF-16 big-endian": b"\xfe\xff" + "---\ntitle: Café ’n 日本\n---\nbödy".encode("utf-16-be"),
    "UTF-16 without a mark": "---\ntitle: Café ’n 日本\n---\nbödy".encode("utf-16-le"),
    "UTF-32": "---\ntitle: Café ’n 日本\n---\nbödy".encode("utf-32"),
    "Windows' line ends": "---\r\ntitle: Café ’n 日本\r\n---\r\nbödy".encode(),
    "control characters": "---\ntitle: Café\x07 ’n 日本\x1b[0m\n---\nbödy\x00".encode(),
}


@pytest.mark.parametrize("content", ENCODED.values(), ids=ENCODED)
def test_file_is_read_in_its_encoding(read_one: ReadOne, content: bytes) -> None:
    article = read_one(content)
    assert (article.title, article.body) == ("Café ’n 日本", "bödy")


def test_bytes_that_are_not_utf8_are_windows_latin(read_one: ReadOne) -> None:
    assert read_one("---\ntitle: “Café”\n---\n".encode("cp1252")).title == "“Café”"


def test_one_wrong_byte_does_not_change_the_encoding(read_one: ReadOne) -> None:
    assert read_one("---\ntitle: Čaﬀé ".encode() + b"\xff\n---\n").title == "Čaﬀé \N{REPLACEMENT CHARACTER}"


def test_page_may_name_an_encoding_that_does_not_exist(read_one: ReadOne) -> None:
    assert (
        read_one('<meta charset="iso-8859-99"><title>Café</title>'.encode("cp1252"), "a.html").title == "Café"
    )


def test_page_may_name_its_encoding(read_one: ReadOne) -> None:
    page = '<html><head><meta charset="windows-1251"><title>Новости</title><p>Текст'.encode("windows-1251")
    assert read_one(page, "a.html").title == "Новости"


TITLES = {
    "front matter": ("---\ntitle: The title\n---\n# Heading\n", "a.md", "The title"),
    "first heading": ("---\ndate: 2023-05-01\n---\nIntro.\n\n## The title\n", "a.md", "The title"),
    "first words": ("---\ndate: 2023-05-01\n---\nThe **title** of it. More.\n", "a.md", "The title of it."),
    "file name": ("---\ndate: 2023-05-01\n---\n", "2023-05-01-the_title-of-it.md", "The title of it"),
    "only an image": ("![](https://a.example/x.png)", "the-title.md", "The title"),
    "first line": ("The title\n\nText of it.", "a.txt", "The title"),
    "title of a page": ("<title>The title</title><p>x", "a.html", "The title"),
    "heading of a page": ("<p>x</p><h2>The title</h2>", "a.html", "The title"),
    "empty title": ('---\ntitle: ""\nname: ~\n---\n# The title\n', "a.md", "The title"),
}


@pytest.mark.parametrize(("content", "name", "title"), TITLES.values(), ids=TITLES)
def test_every_article_has_a_title(read_one: ReadOne, content: str, name: str, title: str) -> None:
    assert read_one(content, name).title == title


def test_heading_that_repeats_the_title_is_not_in_the_body(read_one: ReadOne) -> None:
    assert read_one("---\ntitle: The title\n---\n\n# The Title\n\nText.").body == "Text."
    assert read_one("# The title\n\nText.").body == "Text."
    assert read_one("<h1>The title</h1><p>Text.", "a.html").body == "Text."


def test_plain_text_is_an_article(read_one: ReadOne, tmp_path: Path) -> None:
    """Its first sentence is the title, its first paragraph the summary, its age the file's."""
    text = "The first sentence of it. The second one.\n\n# not a heading\n* not *a* list?\n"
    article = read_one(text, "a.txt")
    assert article.title == "The first sentence of it."
    assert article.summary == "The first sentence of it. The second one."
    assert article.body.startswith("The first sentence of it. The second one.\n\n\\# not a heading")
    assert article.published is None
    assert article.modified == int((tmp_path / "a.txt").stat().st_mtime)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a"])
def test_plain_text_that_begins_with_a_rule_is_whole(read_one: ReadOne, name: str) -> None:
    article = read_one("---\nA first paragraph: it is here.\n---\n\nA second one.\n", name)
    assert "A first paragraph: it is here." in article.body
    assert "A second one." in article.body


def test_markdown_is_left_as_it_is(read_one: ReadOne) -> None:
    body = "Text with *stars*, <b>tags</b> and\n\n    code\n\n* a\n* b"
    assert read_one(f"---\ntitle: x\n---\n\n{body}\n\n").body == body
    assert read_one(f"---\ntitle: x\n---\n{body}", "a.txt").body == body


def test_html_below_front_matter_becomes_markdown(read_one: ReadOne) -> None:
    content = (
        '---\ntitle: x\nurl: https://a.example/dir/\n---\n<p>See <a href="y">this</a></p>\n\n<p>&nbsp;</p>\n'
    )
    assert read_one(content).body == "See [this](https://a.example/dir/y)"


def test_marks_of_a_site_generator_are_dropped(read_one: ReadOne) -> None:
    assert read_one("---\ntitle: x\n---\n{% raw %}Text{% endraw %}").body == "Text"


def test_date_may_stand_in_the_name(read_one: ReadOne) -> None:
    """As Jekyll has it; where the front matter tells a date, that is it."""
    day = int(datetime(2023, 5, 1, tzinfo=UTC).timestamp())
    assert read_one("---\ntitle: x\n---\n", "posts/2023-05-01-x.md").published == day
    assert read_one("---\ndate: 2023-05-02\n---\n", "2023-05-01-x.md").published == day + 86_400
    assert read_one("---\ntitle: x\n---\n", "2023-02-30-x.md").published is None


FORMATS = {
    "Jekyll": "---\ntitle: T\ndate: 2023-05-01 02:00:00 +0200\ncategories: [news]\ntags:\n- AI\n---\nText",
    "Hugo, TOML": '+++\ntitle = "T"\ndate = 2023-05-01T00:00:00Z\ntags = ["news", "AI"]\n+++\nText',
    "Hugo, JSON": '{\n"title": "T",\n"date": "2023-05-01",\n"tags": ["news", "AI"]\n}\nText',
    "Obsidian": '---\ntitle: T\ncreated: 2023-05-01\ntags: "#news #AI"\naliases: []\n---\nText',
    "Zola": '+++\ntitle = "T"\ndate = 2023-05-01\n[taxonomies]\ntags = ["news", "AI"]\n+++\nText',
}


@pytest.mark.parametrize("content", FORMATS.values(), ids=FORMATS)
def test_folders_of_other_programs_are_read(read_one: ReadOne, content: str) -> None:
    article = read_one(content)
    assert (article.title, article.body) == ("T", "Text")
    assert article.published == int(datetime(2023, 5, 1, tzinfo=UTC).timestamp())
    assert sorted(article.topics) == ["AI", "news"]


LARGE = {
    "one line": "word " * 900_000,
    "brackets": "[" * 4_900_000,
    "aliases": "&a *a " * 800_000,
    "tags": "<div>" * 900_000,
    "dashes": "- " * 2_400_000,
    "hashes": "# x\n" * 1_000_000,
    "escapes": "\x1b]" * 2_000_000,
    "newlines": "\n" * 4_000_000 + "x",
}


@pytest.mark.parametrize(
    "start", ["", "---\n", "---\ntitle: x\n---\n", '{"a": '], ids=["", "YAML", "body", "JSON"]
)
@pytest.mark.parametrize("content", LARGE.values(), ids=LARGE)
def test_large_file_is_read_soon(tmp_path: Path, content: str, start: str) -> None:
    (tmp_path / "a.md").write_text(start + content)
    began = time.perf_counter()
    folder.read(tmp_path, "a.md")
    assert time.perf_counter() - began < 15


STARTS = [
    "",
    "---\n",
    "---\ntitle: ",
    "+++\n",
    "{",
    '{"title": "',
    "\ufeff---\n",
    "<html>",
    "<p>",
    "# ",
    "---\nrelated:\n- ",
]
ENDS = ["", "\n---\nbody", "\n+++\n", '"}\n', "</p>"]
NAMES = ["a.md", "a.txt", "a.html", "a", "2023-01-01-x.md"]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(STARTS),
    st.binary(max_size=200) | st.text(max_size=200).map(str.encode),
    st.sampled_from(ENDS),
    st.sampled_from(NAMES),
)
def test_any_bytes_give_a_clean_article_or_a_problem(
    tmp_path: Path, start: str, middle: bytes, end: str, name: str
) -> None:
    (tmp_path / name).write_bytes(start.encode() + middle + end.encode())
    found = folder.read(tmp_path, name)
    for value in _texts(msgspec.to_builtins(found)):
        assert clean.is_clean(value)
    if isinstance(found, Problem):
        assert found.reason.endswith(".")
    else:
        assert found.title


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = (
        [*value, *value.values()]
        if isinstance(value, dict)
        else value
        if isinstance(value, list | tuple)
        else []
    )
    return [text for part in parts for text in _texts(part)]


def test_scanning_ten_thousand_files_is_quick(tmp_path: Path) -> None:
    """A refresh of an unchanged folder is hardly noticed: 0.1 s, and ten times that where much else runs."""
    for number in range(10_000):
        (tmp_path / f"{number}.md").touch()
    began = time.perf_counter()
    assert sum(1 for _ in folder.scan(tmp_path)) == 10_000
    assert time.perf_counter() - began < 1
