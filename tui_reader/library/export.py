"""Articles out of the library: one JSON object each, Markdown, CSV."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from tui_reader import clean
from tui_reader.model import END, HIT, Found, Mention, Related, Stored, Story


class Printed(Struct, frozen=True):
    """An article as scripts see it."""

    id: int
    title: str
    url: str
    original_url: str
    provider: str
    domain: str
    author: str
    published: str | None
    """RFC 3339, UTC."""
    kind: str
    topics: tuple[str, ...]
    quality: int | None
    heat: int | None
    summary: str
    read: bool
    bookmarked: bool
    tags: tuple[str, ...]
    note: str
    source: str
    path: str
    words: int
    story: int | None
    """The number of the story that it tells with others."""
    sources: int
    """How many publishers tell it."""


class PrintedWhole(Printed, frozen=True):
    """With what `export json` and `show` add: its text, its links, what the publisher's file held besides."""

    body: str
    alternate_urls: tuple[str, ...]
    category: str
    length: int | None
    related: tuple[Mention, ...]
    extra: dict[str, object]


class PrintedFound(Printed, frozen=True):
    """With what `search` adds."""

    score: float | None
    """How well it matches the words that were searched for; more is better. None where none were."""
    snippet: str
    """What surrounds the words in its text."""


class PrintedRelated(Struct, frozen=True):
    id: int | None
    title: str
    url: str
    provider: str
    published: str | None
    group: str
    """`story`, it tells the same event, or `related`."""
    score: float
    """How closely they are related, from 0 to 1."""
    why: str
    """What ties them, a sentence."""


class PrintedStory(Struct, frozen=True):
    story: int
    title: str
    sources: int
    articles: tuple[int, ...]
    first: str | None
    last: str | None


def printed(stored: Stored) -> Printed:
    article, bookmark = stored.article, stored.bookmark
    return Printed(
        id=stored.id,
        title=article.title,
        url=article.url,
        original_url=article.original_url or article.url,
        provider=article.provider,
        domain=article.domain,
        author=article.author,
        published=rfc3339(article.published),
        kind=article.kind,
        topics=article.topics,
        quality=article.quality,
        heat=article.heat,
        summary=article.summary,
        read=stored.read,
        bookmarked=bookmark is not None,
        tags=bookmark.tags if bookmark else (),
        note=bookmark.note if bookmark else "",
        source=stored.source,
        # A name on the disk may hold bytes that are no text.
        path=clean.line(stored.path),
        words=stored.words,
        story=stored.story,
        sources=stored.sources,
    )


def printed_whole(stored: Stored) -> PrintedWhole:
    article = stored.article
    return PrintedWhole(
        **msgspec.structs.asdict(printed(stored)),
        body=stored.text,
        alternate_urls=article.alternate_urls,
        category=article.category,
        length=article.length,
        related=article.mentions,
        extra=article.extra,
    )


def printed_found(stored: Stored, score: float | None, found: Found | None) -> PrintedFound:
    return PrintedFound(
        **msgspec.structs.asdict(printed(stored)),
        score=None if score is None else round(score, 4),
        snippet=found.snippet.replace(HIT, "").replace(END, "") if found else "",
    )


def printed_related(entry: Related) -> PrintedRelated:
    mention = entry.mention
    provider = mention.provider or mention.domain
    return PrintedRelated(
        id=entry.id,
        title=mention.title,
        url=mention.url,
        provider=provider,
        published=rfc3339(mention.published),
        group=entry.group,
        score=entry.score or 0.0,
        why=entry.why,
    )


def printed_story(story: Story, title: str) -> PrintedStory:
    times = rfc3339(story.first), rfc3339(story.last)
    return PrintedStory(story.id, title, story.sources, story.articles, *times)


def rfc3339(time: int | None) -> str | None:
    if time is None:
        return None
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")


def as_json(articles: Iterable[Stored]) -> Iterator[str]:
    """One JSON array, an article a line."""
    before = "[\n"
    for stored in articles:
        yield before + msgspec.json.encode(printed_whole(stored)).decode()
        before = ",\n"
    yield "\n]\n" if before != "[\n" else "[]\n"


def as_csv(articles: Iterable[Stored]) -> Iterator[str]:
    """A header, then a row an article; lists are joined with `; `."""
    yield _csv_row(Printed.__struct_fields__)
    for stored in articles:
        fields = msgspec.structs.asdict(printed(stored))
        yield _csv_row([_cell(value) for value in fields.values()])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        value = "; ".join(value)
    cell = str(value)
    # A spreadsheet would run a headline like =HYPERLINK(…) as a formula; an apostrophe keeps it a text.
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t") and not cell[1:].isdigit() else cell


def _csv_row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def as_markdown(articles: Iterable[Stored], heading: str) -> Iterator[str]:
    """A reading list: headline, address, what is known, tags, note, the text that is read, else a summary."""
    yield f"# {heading}\n"
    for stored in articles:
        yield "\n" + _entry(stored)


def _entry(stored: Stored) -> str:
    article, bookmark = stored.article, stored.bookmark
    title = escape(article.title)
    lines = [f"## [{title}](<{article.url}>)" if article.url else f"## {title}", ""]
    known = [
        escape(article.provider or article.domain),
        (rfc3339(article.published) or "")[:10],
        escape(", ".join(article.topics)),
        " ".join("#" + escape(tag.replace(" ", "-")) for tag in bookmark.tags) if bookmark else "",
    ]
    lines += [" · ".join(part for part in known if part), ""]
    if bookmark and bookmark.note:
        lines += ["\n".join(f"> {line}".rstrip() for line in bookmark.note.split("\n")), ""]
    if stored.text:
        lines += [_under_headline(stored.text.rstrip()), ""]
    elif article.summary:
        lines += [escape(article.summary), ""]
    return "\n".join(lines[:-1]) + "\n"


_FENCE_OR_HEADING = re.compile(r" {0,3}(?:(`{3,}(?=[^`]*$)|~{3,})(.*)|(#{1,6})(?=\s|$))")


def _under_headline(text: str) -> str:
    """A text's headings come below those of the list, and code that it leaves open ends with it."""
    lines, fence = text.split("\n"), ""
    for number, line in enumerate(lines):
        found = _FENCE_OR_HEADING.match(line)
        if found is None:
            continue
        mark, after, heading = found.groups()
        if heading and not fence:
            lines[number] = "#" * min(6 - len(heading), 2) + line.lstrip(" ")
        elif mark and not fence:
            fence = mark
        elif mark and mark.startswith(fence) and not after.strip():
            fence = ""
    return "\n".join((*lines, fence) if fence else lines)


def whole_markdown(stored: Stored) -> str:
    """One article to read or to pipe on: headline, what is known, text."""
    article = stored.article
    lines = [f"# {escape(article.title)}", ""]
    known = (article.provider or article.domain, article.author, (rfc3339(article.published) or "")[:10])
    if any(known):
        lines += [" · ".join(escape(part) for part in known if part), ""]
    if article.url:
        lines += [f"<{article.url}>", ""]
    if stored.bookmark and stored.bookmark.note:
        lines += ["\n".join(f"> {line}".rstrip() for line in stored.bookmark.note.split("\n")), ""]
    if stored.text:
        lines += [stored.text.rstrip(), ""]
    elif article.summary:
        lines += [escape(article.summary), ""]
    return "\n".join(lines)


_MARKUP = str.maketrans({c: "\\" + c for c in "\\`*_[]<>#|&~"})
# What would begin a list, or draw a line: `- `, `+ `, `1. `, `1) `, `---`.
_OPENING = re.compile(r"^(\d{0,9})([-+.)])(?=[\s-]|$)", re.MULTILINE)


def escape(text: str) -> str:
    """Plain text as Markdown that says the same."""
    return _OPENING.sub(r"\1\\\2", text.translate(_MARKUP))
