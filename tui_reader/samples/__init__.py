"""The sample articles that an empty library opens with: text files, read like anybody's own."""

from importlib.resources import files
from pathlib import Path


def folder() -> Path:
    """Where they are; the package is installed unpacked."""
    return Path(str(files(__name__)))
