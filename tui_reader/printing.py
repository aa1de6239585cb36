"""The commands that print articles: lists, hits, one whole, what belongs to it, files for other programs."""

import sys
from typing import TYPE_CHECKING, TypeVar

from tui_reader.commands import (
    Arguments,
    Failed,
    complain,
    count,
    find_article,
    find_source,
    name_of,
    open_library,
    print_json,
    query_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_reader.library.library import Library
    from tui_reader.model import Sort, View

T = TypeVar("T")


def list_articles(arguments: Arguments) -> None:
    with open_library(arguments) as library:
        _print_view(library, _view(library, arguments), arguments.limit, arguments.json)


def bookmark_list(arguments: Arguments) -> None:
    from tui_reader.model import View

    with open_library(arguments) as library:
        _print_view(library, View(scope="bookmarks", tag=name_of(arguments.tag)), None, arguments.json)


def _view(library: "Library", arguments: Arguments) -> "View":
    from msgspec.structs import replace

    from tui_reader.model import SCOPES, View

    view = View(
        source=find_source(library, arguments.source).id if arguments.source else None,
        topic=name_of(arguments.topic),
        tag=name_of(arguments.tag),
        query=query_of(arguments),
    )
    if arguments.view in SCOPES:
        view = replace(view, scope=arguments.view)
    else:
        view = replace(view, query=f"({_kept(library, arguments.view)}) {view.query}".strip())
    return _sorted(view, arguments.sort)


def _kept(library: "Library", name: str) -> str:
    from tui_reader.model import SCOPES

    kept = library.views.named(name)
    if kept is None:
        known = ", ".join([*SCOPES, *(view.name for view in library.views.all())])
        raise Failed(f"There is no view {name}; there are {known}.")
    return kept.query


def _sorted(view: "View", sort: "Sort | None") -> "View":
    """An option that says how to sort goes before what the query says."""
    from msgspec.structs import replace

    from tui_reader import query

    if sort is None:
        return view
    return replace(view, query=query.unsorted(view.query), sort=sort)


def _print_view(library: "Library", view: "View", limit: int | None, as_json: bool) -> None:
    from tui_reader.library.export import printed

    ids = _ids(library, view, limit)
    if as_json:
        _group(library)
        for stored in library.articles.whole(ids):
            print_json(printed(stored))
        return
    for start in range(0, len(ids), 500):
        for row in library.articles.rows(ids[start : start + 500]):
            mark = "★" if row.bookmarked else " " if row.read else "●"
            day = _day(row.published) or "undated"
            print(f"{row.id:6} {mark} {day:10}  {row.provider + ': ' if row.provider else ''}{row.title}")


def _day(time: int | None) -> str:
    """Where the reader sits; empty where it is not known."""
    from datetime import datetime

    return "" if time is None else f"{datetime.fromtimestamp(time):%Y-%m-%d}"  # noqa: DTZ006


def search(arguments: Arguments) -> None:
    from tui_reader.model import View

    with open_library(arguments) as library:
        view = _sorted(View(query=query_of(arguments), sort="best"), arguments.sort)
        _print_found(library, view, arguments.limit, arguments.json)


def _print_found(library: "Library", view: "View", limit: int | None, as_json: bool) -> None:
    from tui_reader.library.export import printed_found

    ids = _ids(library, view, limit)
    scores = _answer(library, lambda: library.articles.scores(view, ids))
    for start in range(0, len(ids), 16):
        page = ids[start : start + 16]
        found = library.search.found(view, page)
        for stored in library.articles.whole(page):
            line = printed_found(stored, scores.get(stored.id), found.get(stored.id))
            if as_json:
                print_json(line)
            else:
                print(f"{line.id:6}  {line.provider + ': ' if line.provider else ''}{line.title}")
                if line.snippet:
                    print(f"        {line.snippet}")


def _ids(library: "Library", view: "View", limit: int | None) -> "Sequence[int]":
    if view.query:
        _catch_up(library)
    articles = library.articles
    return _answer(library, lambda: articles.ids(view) if limit is None else articles.first(view, limit))


def _answer(library: "Library", ask: "Callable[[], T]") -> "T":
    """What the library answers. An index of words that turns out to be damaged is made anew first."""
    from tui_reader.library.database import IndexDamaged

    try:
        return ask()
    except IndexDamaged as error:
        complain(str(error))
        library.index.make_anew()
        _catch_up(library)
        return ask()


def _catch_up(library: "Library") -> None:
    """Index what waits for it: after an upgrade, or when the index was damaged."""
    waiting = library.index.waiting()
    if waiting:
        complain(f"The words of {count(waiting, 'article')} are being indexed; this happens once.")
        library.index.fill()


def show(arguments: Arguments) -> None:
    from tui_reader.library.export import printed_whole, whole_markdown

    with open_library(arguments) as library:
        stored = find_article(library, arguments.id)
        if arguments.json:
            print_json(printed_whole(stored))
        else:
            print(whole_markdown(stored))


def related(arguments: Arguments) -> None:
    from tui_reader.library.export import printed_related

    with open_library(arguments) as library:
        stored = find_article(library, arguments.id)
        _group(library)
        told = library.related.told(stored.id, stored.article.mentions)
        entries = [*told, *_answer(library, lambda: library.related.found(stored, told))]
        group = "related"
        for entry in library.related.explained(stored, entries):
            line = printed_related(entry)
            if arguments.json:
                print_json(line)
                continue
            if line.group != group:
                group = line.group
                print("Same story" if group == "story" else "Related")
            number = f"{line.id:6}" if line.id else "     ↗"
            about = " · ".join(part for part in (line.provider, _day(entry.mention.published)) if part)
            print(f"{number}  {line.title}" + (f"  ({about})" if about else ""))
            print(f"        {line.why}")
            if line.id is None and line.url:
                print(f"        {line.url}")


def stories(arguments: Arguments) -> None:
    from tui_reader.library.export import printed_story

    with open_library(arguments) as library:
        _group(library)
        for story in library.stories.all(since=_since(arguments.since), min_sources=arguments.min_sources):
            lead = library.stories.lead(story.articles)
            rows = library.articles.rows(story.articles)
            line = printed_story(story, next((row.title for row in rows if row.id == lead), ""))
            if arguments.json:
                print_json(line)
                continue
            print(f"{line.title}  ({count(line.sources, 'source')}, {_day(story.first) or 'undated'})")
            for row in rows:
                print(f"{row.id:6}  {row.provider + ': ' if row.provider else ''}{row.title}")


def _since(text: str | None) -> int | None:
    """The beginning of the day, month or span of time that is meant: `2023-06-09`, `3d`."""
    from datetime import datetime

    from tui_reader.query_times import read, span

    if text is None:
        return None
    if time := read("after", text) or read("newer", text):
        return span(time, datetime.now().astimezone())[0]
    raise Failed(f"{text} is no date; write 2023-06-09, 2023-06, yesterday or 3d.")


def _group(library: "Library") -> None:
    """Find out who tells the same, where that is still to be done."""
    if library.index.waiting():
        _catch_up(library)
    waiting = library.stories.waiting()
    if waiting > 2_000:
        complain(f"The stories of {count(waiting, 'article')} are being looked for; this happens once.")
    if waiting:
        _answer(library, library.stories.fill)


def export(arguments: Arguments) -> None:
    from tui_reader.library import export as out
    from tui_reader.model import View
    from tui_reader.source_commands import export_opml

    with open_library(arguments) as library:
        if arguments.format == "opml":
            sys.stdout.write(export_opml(library, logins=arguments.logins).decode())
            return
        view = View(scope="bookmarks" if arguments.bookmarks else "all")
        articles = library.articles.whole(library.articles.ids(view))
        if arguments.format == "json":
            parts = out.as_json(articles)
        elif arguments.format == "csv":
            parts = out.as_csv(articles)
        else:
            parts = out.as_markdown(articles, "Bookmarks" if arguments.bookmarks else "Articles")
        for part in parts:
            sys.stdout.write(part)
