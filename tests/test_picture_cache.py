"""Images on the disk: only for whoever reads them, never more than allowed, the longest unused gone first."""

import os
import stat
from pathlib import Path

import pytest

from tui_reader.picture_cache import PictureCache

A, B, C = (f"https://news.example/{name}.png" for name in "abc")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "images"


def unused_for(folder: Path, seconds: int, *known: str) -> None:
    """Every file but these was last looked at so long ago."""
    for file in folder.iterdir():
        if file.name not in known:
            then = file.stat().st_mtime - seconds
            os.utime(file, (then, then))


def test_what_was_put_in_is_there_for_another_program(folder: Path) -> None:
    PictureCache(folder, 1_000).put(A, b"picture")
    assert PictureCache(folder, 1_000).get(A) == b"picture"
    assert PictureCache(folder, 1_000).get(B) is None


def test_nobody_else_can_read_it(folder: Path) -> None:
    """And no file's name tells an address."""
    PictureCache(folder, 1_000).put(A, b"picture")
    [file] = folder.iterdir()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.name) == 40
    assert set(file.name) <= set("0123456789abcdef")


def test_the_longest_unused_go_first(folder: Path) -> None:
    """Looking at one counts as use."""
    cache = PictureCache(folder, 250)
    for url in (A, B):
        cache.put(url, bytes(100))
        unused_for(folder, 60)
    assert cache.get(A)
    cache.put(C, bytes(100))
    cache.trim()
    assert [url for url in (A, B, C) if cache.get(url)] == [A, C]


def test_it_is_trimmed_when_a_program_first_keeps_one(folder: Path) -> None:
    """Another may have been allowed more."""
    large = PictureCache(folder, 1_000)
    for url in (A, B):
        large.put(url, bytes(400))
    unused_for(folder, 60)
    PictureCache(folder, 500).put(C, bytes(100))
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 500
    assert large.get(C)


def test_with_a_limit_of_nothing_nothing_is_kept(folder: Path) -> None:
    PictureCache(folder, 0).put(A, b"picture")
    assert not folder.exists()


def test_what_was_never_finished_goes_too(folder: Path) -> None:
    """But not what another program may just be writing."""
    cache = PictureCache(folder, 100)
    cache.put(A, b"x")
    old, new = folder / "old.part", folder / "new.part"
    for file in (old, new):
        file.write_bytes(bytes(200))
    unused_for(folder, 3_600, new.name)
    cache.trim()
    assert (old.exists(), new.exists()) == (False, True)


def test_a_link_in_its_place_is_not_followed(folder: Path, tmp_path: Path) -> None:
    cache = PictureCache(folder, 1_000)
    cache.put(A, b"picture")
    [file] = folder.iterdir()
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    file.unlink()
    file.symlink_to(secret)
    assert cache.get(A) is None
    cache.put(A, b"picture")
    assert cache.get(A) == b"picture"
    assert secret.read_bytes() == b"secret"


def test_a_folder_that_cannot_be_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = PictureCache(tmp_path / "file" / "images", 1_000)
    cache.put(A, b"picture")
    cache.trim()
    cache.remove(A)
    assert cache.get(A) is None
