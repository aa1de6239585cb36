"""The commands on sources: adding folders, feeds and lists of them, refreshing, naming, pausing, removing."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui_reader import clean
from tui_reader.commands import (
    Arguments,
    Failed,
    complain,
    count,
    find_source,
    open_library,
    print_json,
    settings_of,
    tell_waiting,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_reader.library.library import Library
    from tui_reader.model import Source
    from tui_reader.refresh import Outcome
    from tui_reader.sources.discover import Found


TOGETHER = 2_000
"""Articles of feeds that a command takes in at once: nobody waits for a key meanwhile."""
GROUPED_AT_ONCE = 2_000
"""Articles whose stories a refresh looks for before it ends: 0.4 s."""


def add(arguments: Arguments) -> int:
    """All of what was named, or nothing: what each word means is found out first."""
    if arguments.starter:
        return _add_starter(arguments)
    if not arguments.what:
        arguments.misused("name a folder, an address or an OPML list, or topics after --starter")
    with open_library(arguments) as library:
        allowed = settings_of(arguments).private_hosts
        meant = [_meant(word, arguments.folder or "", allowed) for word in arguments.what]
        added = {source.id: source for adding in meant for source in adding(library)}
        return _refresh(library, list(added.values()), allowed, by_hand=True)


def _meant(word: str, folder: str, allowed: "Sequence[str]") -> "Callable[[Library], list[Source]]":
    """What adds the sources that a word means: a folder, an address, a list of feeds."""
    from tui_reader.on_disk import NotThereError, feeds_or_folder
    from tui_reader.subscribe import is_address, is_given, new_feeds, why_not_asked

    if reason := why_not_asked(word):
        raise Failed(reason)
    if is_address(word):
        feed = _feed_at(word, allowed)
        typed = is_given(word, feed.url)
        return lambda library: [library.feeds.add(feed.url, feed.title, folder, typed=typed)]
    try:
        named = feeds_or_folder(word)
    except NotThereError as error:
        raise Failed(str(error)) from error
    if isinstance(named, Path):
        return lambda library: [library.sources.add_folder(named)]
    feeds = new_feeds(named, folder)
    # What is paused is not asked.
    return lambda library: [feed for feed in library.feeds.add_all(feeds) if not feed.paused]


def _feed_at(address: str, allowed: "Sequence[str]") -> "Found":
    from tui_reader.subscribe import NoFeedError, find_feeds

    tell_waiting(f"Looking for feeds at {clean.without_login(address)}")
    try:
        found = find_feeds(address, allowed)
    except NoFeedError as error:
        raise Failed(str(error)) from error
    if len(found) == 1:
        if clean.canonical(found[0].url) != clean.canonical(address):
            where = clean.without_login(found[0].url)
            print(f"Found {found[0].title or 'a feed'}: {where}", file=sys.stderr)
        return found[0]
    offered = [f"{one.title}  {clean.without_login(one.url)}".strip() for one in found]
    return found[_choice(clean.without_login(address), offered)]


def _choice(address: str, offered: list[str]) -> int:
    """Which of several feeds is meant; where nobody can be asked, they are told."""
    told = "\n".join(f"{number:4}  {line}" for number, line in enumerate(offered, start=1))
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        print(told, file=sys.stderr)
        raise Failed(f"{address} has several feeds; add one of these by its address.")
    print(f"{address} has several feeds:\n{told}", file=sys.stderr)
    answer = _asked(f"Which one? [1-{len(offered)}] ", "1")
    if not answer.isdecimal() or not 1 <= int(answer) <= len(offered):
        raise Failed("Nothing was added.")
    return int(answer) - 1


def _add_starter(arguments: Arguments) -> int:
    """The feeds of topics; without any they are listed, and where somebody can be asked, asked for."""
    from tui_reader.library.feeds import NewFeed
    from tui_reader.starter import NoSuchTopic, chosen, topics

    offered = topics()
    words = arguments.what
    if not words:
        for number, topic in enumerate(offered, start=1):
            print(f"{number:3}  {topic.name}")
            for feed in topic.feeds:
                print(f"       {feed.name}  {feed.url}")
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            return 0
        asked = _asked("Which topics, by number or name, with commas between? [none] ")
        words = [word for word in asked.split(",") if word.strip()]
    try:
        feeds = chosen(offered, words)
    except NoSuchTopic as error:
        complain(str(error))
        return 2
    if not feeds:
        return 0
    folder = arguments.folder
    with open_library(arguments) as library:
        known = {source.location for source in library.sources.all(counted=False)}
        new = [
            NewFeed(feed.url, feed.name, f"{folder} / {feed.topic}" if folder else feed.topic, named=True)
            for feed in feeds
            if feed.url not in known
        ]
        if not new:
            print("All of them are in the library already.")
            return 0
        added = library.feeds.add_all(new)
        return _refresh(library, added, settings_of(arguments).private_hosts, by_hand=True)


def _asked(question: str, otherwise: str = "") -> str:
    """What somebody answers, or means by an empty line; nothing where they end the input."""
    try:
        return input(question).strip() or otherwise
    except EOFError:
        print()
        return ""


def refresh(arguments: Arguments) -> int:
    with open_library(arguments) as library:
        allowed = settings_of(arguments).private_hosts
        if arguments.source:
            return _refresh(library, [find_source(library, arguments.source)], allowed, by_hand=True)
        sources = library.sources.all()
        if not sources:
            raise Failed("The library has no sources yet; `tui-reader add FOLDER` or `add ADDRESS` adds one.")
        return _refresh(library, sources, allowed)


def _refresh(
    library: "Library", sources: "list[Source]", allowed: "Sequence[str]", *, by_hand: bool = False
) -> int:
    """A line a source. What is paused, or waits since it failed, is asked when somebody names it."""
    from tui_reader.refresh import child_processes
    from tui_reader.refresh import refresh as refresh_source

    outcomes: list[Outcome] = []

    def tell(outcome: "Outcome") -> None:
        outcomes.append(outcome)
        print(f"{outcome.source.title}: {_told(outcome)}", flush=True)

    feeds = []
    for source in sources:
        if source.kind != "feed":
            if by_hand or not source.paused:
                tell(refresh_source(library, source, processes=child_processes()))
        elif by_hand or _may_be_asked(source):
            feeds.append(source)
    if feeds:
        from tui_reader.refresh_feeds import refresh_feeds

        refresh_feeds(library, feeds, tell, readers=child_processes(), together=TOGETHER, allowed=allowed)
    _fetch_whole(library, allowed)
    # More of them take seconds; whoever asks for stories looks for them, and the screen in its background.
    if library.stories.waiting() <= GROUPED_AT_ONCE:
        library.stories.fill()
    return int(any(outcome.failed for outcome in outcomes))


PAGES_AT_ONCE = 200
"""That one refresh fetches for the sources whose pages always are."""


def _fetch_whole(library: "Library", allowed: "Sequence[str]") -> None:
    wanted = library.pages.of_sources(PAGES_AT_ONCE)
    if not wanted:
        return
    from tui_reader.fetch_pages import PageOutcome, fetch_pages

    outcomes: list[PageOutcome] = []
    fetch_pages(library, wanted, outcomes.append, allowed=allowed)
    failed = sum(bool(outcome.problem) for outcome in outcomes)
    print(f"{count(len(outcomes) - failed, 'full text')} fetched, {failed:,} could not be had")


def _may_be_asked(source: "Source") -> bool:
    import time

    if source.paused:
        return False
    if source.due > time.time():
        from tui_reader.interval import told

        times = count(source.failures, "time")
        complain(f"{source.title} failed {times}; it is asked again in {told(source.due - time.time())}.")
        return False
    return True


def _told(outcome: "Outcome") -> str:
    if outcome.failed:
        return outcome.failed
    told = f"{outcome.new:,} new, {outcome.changed:,} changed"
    if outcome.source.kind != "feed":
        told += f", {outcome.gone:,} gone"
    if outcome.problems:
        told += f", {count(outcome.problems, 'problem')} (see `tui-reader problems`)"
    return told


def sources(arguments: Arguments) -> None:
    import time

    from msgspec.structs import replace

    from tui_reader.interval import told

    with open_library(arguments) as library:
        for source in library.sources.all():
            where_from = clean.without_login(source.location)
            if arguments.json:
                print_json(replace(source, location=where_from))
                continue
            counts = f"{count(source.articles, 'article')}, {source.unread:,} unread"
            where = f"{source.folder} / " if source.folder else ""
            more = "  paused" if source.paused else ""
            if source.every is not None:
                more += f"  every {told(source.every)}"
            print(f"{source.id:4}  {where}{source.title}  {counts}{more}  {where_from}")
            if source.problem:
                looked = "" if source.checked is None else f"{told(time.time() - source.checked)} ago: "
                print(f"      {looked}{source.problem}")


def sources_remove(arguments: Arguments) -> None:
    with open_library(arguments) as library:
        for source in [find_source(library, name) for name in arguments.sources]:
            library.sources.remove(source.id)
            print(f"Removed {source.title}; `tui-reader undo` brings it back. Bookmarked articles stay.")


def sources_rename(arguments: Arguments) -> None:
    with open_library(arguments) as library:
        library.sources.rename(find_source(library, arguments.source).id, arguments.title)


def sources_move(arguments: Arguments) -> None:
    with open_library(arguments) as library:
        library.sources.move(find_source(library, arguments.source).id, arguments.folder)


def sources_every(arguments: Arguments) -> int:
    from tui_reader.interval import NoInterval, parse

    try:
        seconds = parse(arguments.interval)
    except NoInterval as error:
        complain(str(error))
        return 2
    with open_library(arguments) as library:
        source = find_source(library, arguments.source)
        if source.kind != "feed":
            raise Failed(f"{source.title} is a folder; it is looked through at every start.")
        library.sources.set_interval(source.id, seconds)
    return 0


def sources_pause(arguments: Arguments) -> None:
    with open_library(arguments) as library:
        for source in [find_source(library, name) for name in arguments.sources]:
            library.sources.pause(source.id, arguments.paused)


def sources_full_text(arguments: Arguments) -> None:
    with open_library(arguments) as library:
        for source in [find_source(library, name) for name in arguments.sources]:
            if source.kind != "feed":
                raise Failed(f"{source.title} is no feed; its articles are read as they are.")
            library.sources.fetch_whole(source.id, not arguments.off)
            print(f"{source.title}: {'only when asked' if arguments.off else 'always the full text'}")


def export_opml(library: "Library", *, logins: bool) -> bytes:
    """The feeds of the library as a list for other readers; lists are handed on, `logins` seldom shall be."""
    from tui_reader.sources.opml import Subscription, write

    feeds = [source for source in library.sources.all(counted=False) if source.kind == "feed"]
    shown = {feed: feed.location if logins else clean.without_login(feed.location) for feed in feeds}
    if left_out := sum(address != feed.location for feed, address in shown.items()):
        complain(
            f"{count(left_out, 'login')} left out; `export opml --logins` writes names and passwords too."
        )
    subscriptions = [
        Subscription(shown[feed], feed.title, feed.site, feed.folder, feed.every, feed.paused)
        for feed in feeds
    ]
    return write(subscriptions, "tui-reader")
