"""What a person names on the disk: a folder, or a list of feeds; else a sentence, and never an error."""

from pathlib import Path

import pytest

from tests.command_line import Run
from tui_reader.on_disk import SHOWN, NotThereError, feeds_or_folder

ONE = '<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/feed"/></body></opml>'
NONE = '<opml version="2.0"><body/></opml>'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "one.opml").write_text(ONE)
    (tmp_path / "none.opml").write_text(NONE)
    (tmp_path / "no.xml").write_text("words")
    (tmp_path / "folder.xml").mkdir()
    (tmp_path / "text.md").write_text("words")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_list_of_feeds(here: Path) -> None:
    named = feeds_or_folder("one.opml")
    assert isinstance(named, list)
    assert [one.url for one in named] == ["https://a.example/feed"]


def test_a_folder_may_be_called_like_a_list(here: Path) -> None:
    assert feeds_or_folder("folder.xml") == (here / "folder.xml").resolve()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none.opml", "none.opml names no feeds."),
        ("no.xml", "no.xml: This is no subscription list"),
        ("text.md", "text.md is no folder; name the folder that it is in."),
        ("nowhere", "nowhere does not exist."),
        ("nowhere.opml", "nowhere.opml does not exist."),
        ("text.md/below", "text.md/below does not exist."),
        ("~no-such-user/news", "~no-such-user/news does not exist."),
        (300 * "n", "…: File name too long."),
        (f"{300 * 'n'}.opml", "…: File name too long."),
    ],
)
def test_anything_else_is_a_sentence(here: Path, name: str, told: str) -> None:
    """Of a length that can be shown, whatever was pasted."""
    with pytest.raises(NotThereError) as raised:
        feeds_or_folder(name)
    assert told in str(raised.value)
    assert len(str(raised.value)) < SHOWN + 100


def test_no_library_is_made_in_a_home_that_is_nobodys(run: Run, here: Path) -> None:
    ran = run("list", "--library", "~no-such-user/library.db")
    told = "tui-reader: The library cannot be ~no-such-user/library.db: that begins with nobody's home.\n"
    assert ran == (2, "", told)
