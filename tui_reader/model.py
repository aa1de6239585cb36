"""What the program speaks of: articles, mentions, sources, bookmarks, views. Values only, no IO.

Every time is in seconds since 1970, UTC; `None` where it is not known. Text in these structs has passed
`clean.py`: it may be shown, stored and printed.
"""

from typing import Any, Literal

from msgspec import Struct

Scope = Literal["all", "unread", "new", "today", "bookmarks"]
Sort = Literal["newest", "oldest", "best", "quality", "heat", "provider", "title", "longest", "shortest"]

SCOPES: tuple[Scope, ...] = ("all", "unread", "new", "today", "bookmarks")
SORTS: tuple[Sort, ...] = (
    "newest",
    "oldest",
    "best",
    "quality",
    "heat",
    "provider",
    "title",
    "longest",
    "shortest",
)


class Image(Struct, frozen=True):
    url: str
    caption: str = ""
    width: int | None = None
    """In pixels, as its publisher tells it; so the height."""
    height: int | None = None


class Enclosure(Struct, frozen=True):
    """What comes with an article as a file of its own: a podcast's sound, a paper."""

    url: str
    kind: str = ""
    """Its media type, `audio/mpeg`."""
    size: int | None = None
    """In bytes."""
    title: str = ""


class Fact(Struct, frozen=True):
    """A detail of the publisher's that is only shown: `Price: Free`, `Rating: 4.8 (63)`."""

    name: str
    value: str


class Mention(Struct, frozen=True):
    """An entry of an article's `related:` or `items:` list, as the publisher tells of it."""

    title: str
    url: str = ""
    alternate_urls: tuple[str, ...] = ()
    path: str = ""
    """A member of a collection is named by its path without ending, `courses/explore-portals`."""
    relation: Literal["related", "item"] = "related"
    summary: str = ""
    published: int | None = None
    provider: str = ""
    domain: str = ""
    kind: str = "article"
    quality: int | None = None


class Article(Struct, frozen=True):
    """An article as a source tells it, with nothing of what its reader did."""

    title: str
    path: str = ""
    """Where its source keeps it: for a folder the path below it, with `/`."""
    url: str = ""
    """The address that readers are sent to."""
    original_url: str = ""
    """The publisher's own address, where the source tells it apart from `url`."""
    alternate_urls: tuple[str, ...] = ()
    """AMP and cached addresses, the publisher's own first."""
    summary: str = ""
    body: str = ""
    """Markdown."""
    author: str = ""
    provider: str = ""
    domain: str = ""
    category: str = ""
    kind: str = "article"
    """article, video, course, collection, download, forum, profile, …: the publisher's word."""
    topics: tuple[str, ...] = ()
    published: int | None = None
    modified: int | None = None
    """When the file of a plain text last changed, which stands in for its date."""
    quality: int | None = None
    heat: int | None = None
    length: int | None = None
    """Of a video or course, in seconds."""
    images: tuple[Image, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    facts: tuple[Fact, ...] = ()
    mentions: tuple[Mention, ...] = ()
    secured: bool = False
    """The publisher ships the text encrypted; only the summary can be read."""
    removed: bool = False
    """Withdrawn by its publisher: known, never listed."""
    extra: dict[str, Any] = {}
    """Keys that this program has no use for, kept as they came (JSON values)."""


class Problem(Struct, frozen=True):
    """Something that could not be read, for the person who can mend it."""

    path: str
    reason: str
    """A sentence that also says what to do."""
    line: int | None = None
    source: str = ""
    """Title of the source it belongs to."""


class Source(Struct, frozen=True):
    id: int
    kind: Literal["folder", "samples", "feed"]
    location: str
    """A folder's absolute path, or a feed's address."""
    title: str
    checked: int | None = None
    problem: str = ""
    """Why it could not be read last time, a sentence."""
    articles: int = 0
    unread: int = 0
    folder: str = ""
    """Under which it stands in the sidebar."""
    site: str = ""
    """The address of the pages that a feed is of."""
    paused: bool = False
    """Not refreshed until somebody asks for it."""
    every: int | None = None
    """Seconds between two refreshes; None for what the settings say."""
    whole: bool = False
    """Whether the pages of its articles are always fetched."""
    typed: bool = False
    """A person gave this very address: its host may be a private one."""
    due: int = 0
    """A feed that failed, or was asked to wait, is not asked before this time."""
    failures: int = 0
    """How often in a row it has failed."""


class Bookmark(Struct, frozen=True):
    added: int
    tags: tuple[str, ...] = ()
    note: str = ""


class FullText(Struct, frozen=True):
    """What came of fetching an article's own page."""

    fetched: int
    body: str = ""
    """Markdown; empty where it could not be had."""
    problem: str = ""
    """Why not, a sentence."""
    shown: bool = True
    """Whether it is read in place of what the source told."""
    image: str = ""
    """The address of the picture that the page shows first."""


class Page(Struct, frozen=True):
    """What an article's own page tells, when it has just been read."""

    url: str
    """Its own word for its address, or where it was fetched."""
    title: str
    body: str
    """Markdown; empty where only its description could be read."""
    summary: str = ""
    author: str = ""
    site: str = ""
    published: int | None = None
    image: str = ""


class Stored(Struct, frozen=True):
    """An article in the library, with all that belongs to it."""

    id: int
    article: Article
    source: str
    """Title of the source that brought it; empty once that is gone."""
    path: str
    """Absolute path of its file; empty where there is none (any more)."""
    words: int
    read: bool
    bookmark: Bookmark | None = None
    story: int | None = None
    """The number of the story that it tells with others."""
    sources: int = 1
    """How many publishers tell it."""
    page: FullText | None = None

    @property
    def shows_page(self) -> bool:
        """Whether the text that is read is that of the article's own page."""
        return self.page is not None and self.page.shown and bool(self.page.body)

    @property
    def text(self) -> str:
        """The Markdown that is read; empty where there is only a summary."""
        return self.page.body if self.page is not None and self.shows_page else self.article.body


class Row(Struct, frozen=True):
    """What one line of the list needs, and no more."""

    id: int
    title: str
    provider: str
    published: int | None
    topics: str
    """Joined with commas, for showing."""
    kind: str
    words: int
    quality: int | None
    read: bool
    bookmarked: bool
    sources: int = 1
    """How many publishers tell the same event."""
    tellings: int = 1
    """How many articles do."""


class Related(Struct, frozen=True):
    """An entry of the related pane: a mention, and the library's own article where it has it."""

    mention: Mention
    id: int | None = None
    group: Literal["story", "related"] = "related"
    """Whether it tells the same event."""
    named: Literal["", "here", "there"] = ""
    """Whose list ties the two: that of the article at hand, or that of the other one."""
    score: float | None = None
    """How closely they are related, from 0 to 1; None where nobody has asked."""
    why: str = ""
    """A sentence, where somebody has asked."""


class Story(Struct, frozen=True):
    """Articles that tell the same event."""

    id: int
    articles: tuple[int, ...]
    sources: int
    """How many publishers tell it."""
    first: int | None = None
    last: int | None = None


class Count(Struct, frozen=True):
    total: int
    unread: int


class View(Struct, frozen=True):
    """Which articles, in which order."""

    scope: Scope = "all"
    source: int | None = None
    topic: str | None = None
    tag: str | None = None
    query: str = ""
    """In the language of `query.py`; its `sort:` goes before `sort`."""
    saved: int | None = None
    """Under which number the query is kept, where it is."""
    sort: Sort = "newest"


class SavedView(Struct, frozen=True):
    """A query that is kept under a name."""

    id: int
    name: str
    query: str
    count: Count = Count(0, 0)


HIT, END = "\x02", "\x03"
"""Stand around a hit in the texts of `Found`; `clean` keeps them out of every other."""


class Found(Struct, frozen=True):
    """Where an article has the words that were searched for."""

    title: str
    snippet: str
    """What surrounds the hits in its other texts, or how these begin where only the title has hits."""


class Counts(Struct, frozen=True):
    """The numbers beside the sidebar's entries; topics are ordered by frequency."""

    scopes: dict[str, Count] = {}
    sources: tuple[Source, ...] = ()
    topics: tuple[tuple[str, int], ...] = ()
    tags: tuple[tuple[str, int], ...] = ()
    saved: tuple[SavedView, ...] = ()
    problems: int = 0
