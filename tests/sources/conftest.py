"""What the tests of the sources share: a folder with files in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tui_reader.model import Article
from tui_reader.sources import folder

ReadOne = Callable[..., Article]


@pytest.fixture
def read_one(tmp_path: Path) -> ReadOne:
    """Writes a file and reads the article in it."""

    def write_and_read(content: str | bytes, name: str = "article.md") -> Article:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        found = folder.read(tmp_path, name)
        assert isinstance(found, Article), found
        return found

    return write_and_read
