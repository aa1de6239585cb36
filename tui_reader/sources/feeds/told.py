"""What a feed tells in its own words, whatever its format.

Nothing here has been cleaned, resolved or believed.
"""

from typing import Any, Literal

from msgspec import Struct


class Text(Struct, frozen=True):
    value: str = ""
    kind: Literal["plain", "html", "any"] = "any"
    """`any` is typed text or HTML, whichever it looks like: most feeds do not say."""
    base: str = ""
    """What its addresses are relative to, where the feed says so."""


class File(Struct, frozen=True):
    """A picture, a sound, a film, a paper."""

    url: str
    kind: str = ""
    """A media type, `audio/mpeg`, or only `audio`."""
    size: Any = None
    title: str = ""
    width: Any = None
    """In pixels; of a picture. So the height."""
    height: Any = None


class Entry(Struct, frozen=True):
    id: str = ""
    links: tuple[str, ...] = ()
    """Where its page may be, the best first."""
    original: str = ""
    title: Text = Text()
    content: Text = Text()
    summary: Text = Text()
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    dates: tuple[Any, ...] = ()
    """When it was published, or else changed; the best first."""
    length: Any = None
    """How long it plays."""
    pictures: tuple[File, ...] = ()
    """The best first."""
    files: tuple[File, ...] = ()
    provider: str = ""
    """Whose entry it is, in a feed of several publishers."""
    site: str = ""
    """An address of that publisher."""


class Feed(Struct, frozen=True):
    title: Text = Text()
    links: tuple[str, ...] = ()
    """Where the pages are that it is of; the best first."""
    authors: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
