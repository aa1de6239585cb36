"""The README names everything there is to type."""

import re
from pathlib import Path

import pytest

from tui_reader import cli, settings
from tui_reader.keymap import KEYS, Key
from tui_reader.ui.dialogs.choices import key_name

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\w*\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
CODE = re.findall(r"`+([^`\n]+)`+", README) + [line for block in BLOCKS for line in block.splitlines()]
"""Every piece that is set as code."""
WORDS = {word for code in CODE for word in re.findall(r"[\w-]+", code)}


def test_it_begins_with_one_line_to_set_up_and_one_to_test() -> None:
    """Programs run these two blocks as they stand."""
    assert len(BLOCKS) >= 2
    for block in BLOCKS[:2]:
        assert len(block.strip().splitlines()) == 1


@pytest.mark.parametrize("command", sorted(cli.COMMANDS))
def test_every_command_is_named(command: str) -> None:
    assert any(re.match(rf"(tui-reader )?{command}\b", code) for code in CODE)


@pytest.mark.parametrize("key", [key for key in KEYS if key.keys], ids=lambda key: key.id)
def test_every_key_is_named(key: Key) -> None:
    """By the name that the key screen shows; a run such as `1` … `9` by its two ends."""
    for name in key.keys.split(","):
        assert key_name(name) in CODE or (name.isdigit() and {"1", "9"} <= set(CODE))


@pytest.mark.parametrize("name", [setting.name for setting in settings._SETTINGS])
def test_every_setting_is_named(name: str) -> None:
    assert name in WORDS


def test_every_picture_and_file_it_leads_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert "://" in target or (ROOT / target).exists(), target
