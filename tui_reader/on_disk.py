"""From what a person types to what it names on the disk: a folder of articles, or a list of feeds."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from tui_reader import clean

if TYPE_CHECKING:
    from tui_reader.sources.opml import Subscription

SHOWN = 200
"""Letters of a name in a sentence; it may be a page that was pasted by mistake."""


class NotThereError(Exception):
    """It names nothing of the kind; the text is a sentence."""


def folder_of(name: str) -> Path:
    """Raises `NotThereError`."""
    if not name:  # an unset variable in a script, which is not meant to be the current folder
        raise NotThereError("The name of the folder is empty.")
    shown = clean.line(name, SHOWN)
    try:
        folder = _expanded(name).resolve()
        if not folder.is_dir():
            why = "is no folder; name the folder that it is in" if folder.exists() else "does not exist"
            raise NotThereError(f"{shown} {why}.")
    except OSError as error:
        raise NotThereError(f"{shown}: {error.strerror}.") from error
    try:
        str(folder).encode()
    except UnicodeEncodeError as error:
        raise NotThereError(f"The name of {shown} is not UTF-8; rename the folder.") from error
    return folder


def feeds_or_folder(name: str) -> "list[Subscription] | Path":
    """The feeds, one at the least, that a file lists, or else a folder. Raises `NotThereError`."""
    path = _expanded(name)
    if path.suffix.lower() not in (".opml", ".xml") or not os.path.isfile(path):  # noqa: PTH113 - as above
        return folder_of(name)
    from tui_reader.sources.opml import NotAList, read_file

    try:
        subscriptions = read_file(path)
    except NotAList as error:
        raise NotThereError(f"{name}: {error}") from error
    except OSError as error:
        raise NotThereError(f"{name}: {error.strerror}.") from error
    if not subscriptions:
        raise NotThereError(f"{name} names no feeds.")
    return subscriptions


def _expanded(name: str) -> Path:
    """With `~` as a home; where it is nobody's, it is a name like others."""
    return Path(os.path.expanduser(name))  # noqa: PTH111 - that of `Path` raises
