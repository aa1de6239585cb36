"""Images as they came, kept on the disk: one file for each, named after a digest of its address.

Nothing here is missed: what cannot be written is fetched again another time. A file's time is that of its
last use, by which the longest unused go first. Several programs may share the folder.
"""

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

TRIM_EVERY = 10_000_000
"""Bytes written between two looks whether there are too many: listing 2,000 files takes 15 ms."""
DOWN_TO = 0.9
"""Of the limit: what is left by trimming, so that the next image does not bring about another."""
_UNFINISHED = ".part"


class PictureCache:
    def __init__(self, folder: Path, limit: int) -> None:
        """`limit` in bytes; with 0 nothing is kept."""
        self._folder = folder
        self._limit = limit
        self._written = TRIM_EVERY
        """Since the last look; the first image of a program brings one about."""

    def get(self, url: str) -> bytes | None:
        path = self._path(url)
        try:
            # No link that somebody has put there is followed.
            with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
                data = file.read()
            os.utime(path)
        except OSError:
            return None
        return data or None

    def put(self, url: str, data: bytes) -> None:
        if len(data) > self._limit:
            return
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Its mode is 0600.
            number, name = tempfile.mkstemp(_UNFINISHED, dir=self._folder)
            unfinished = Path(name)
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(data)
                unfinished.rename(self._path(url))
            except OSError:
                unfinished.unlink()
                raise
        self._written += len(data)
        if self._written > TRIM_EVERY:
            self._written = 0
            self.trim()

    def remove(self, url: str) -> None:
        with suppress(OSError):
            self._path(url).unlink()

    def trim(self) -> None:
        """Let the longest unused go where all together are too large."""
        try:
            with os.scandir(self._folder) as entries:
                files = [(entry, entry.stat(follow_symlinks=False)) for entry in entries]
        except OSError:
            return
        size = sum(state.st_size for _, state in files)
        if size <= self._limit:
            return
        now = time.time()
        for entry, state in sorted(files, key=lambda file: file[1].st_mtime):
            if size <= self._limit * DOWN_TO:
                break
            # Another program may be writing it.
            if entry.name.endswith(_UNFINISHED) and now - state.st_mtime < 60:
                continue
            with suppress(OSError):
                os.unlink(entry.path)  # noqa: PTH108 - an entry has no path object
                size -= state.st_size

    def _path(self, url: str) -> Path:
        return self._folder / hashlib.blake2b(url.encode(), digest_size=20).hexdigest()
