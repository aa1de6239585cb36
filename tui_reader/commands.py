"""The commands that change things or look after them, and what every one needs; the rest is in `printing.py`.

Each imports what it needs, never Textual but to open the reader. It answers its exit status, or nothing where
that is 0; what cannot be done is raised as `Failed`.
"""

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_reader.library.library import Library
    from tui_reader.model import Source, Stored
    from tui_reader.settings import Settings

Arguments = argparse.Namespace


class Failed(Exception):  # noqa: N818 - it reads as what it says
    """The work cannot be done; the text is a sentence for stderr."""


class Misused(Failed):
    """Nothing was begun: what was asked for cannot be meant."""


def complain(sentence: str) -> None:
    from tui_reader import clean

    print(f"tui-reader: {clean.line(sentence)}", file=sys.stderr)


def tell_waiting(sentence: str) -> None:
    """What a person waits for, who sees it; a script has nothing of it."""
    if sys.stderr.isatty():
        print(f"{sentence} …", file=sys.stderr)


# What every command needs


def settings_of(arguments: Arguments) -> "Settings":
    """Read once; its faults are told once."""
    from tui_reader import settings

    if arguments.settings is None:
        arguments.settings, complaints = settings.load(_settings_file(arguments))
        for complaint in complaints:
            complain(str(complaint))
    loaded: Settings = arguments.settings
    return loaded


def _settings_path(arguments: Arguments) -> Path:
    from tui_reader import settings

    return Path(arguments.config) if arguments.config else settings.default_path()


def _settings_file(arguments: Arguments) -> Path:
    """Only the default one may be absent. Raises `Misused`."""
    path = _settings_path(arguments)
    if arguments.config:
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise Misused(f"--config names {path}, which does not exist; look how it is spelt.") from error
        except OSError:
            # What else keeps it from being read is told where it is read.
            pass
    return path


def _library_path(arguments: Arguments, settings: "Settings") -> Path:
    from tui_reader.settings import default_library

    named = arguments.library or os.environ.get("TUI_READER_LIBRARY")
    try:
        return Path(named).expanduser() if named else settings.library or default_library()
    except RuntimeError as error:
        raise Misused(f"The library cannot be {named}: that begins with nobody's home.") from error


def open_library(arguments: Arguments) -> "Library":
    from tui_reader.library.library import Library

    return Library(_library_path(arguments, settings_of(arguments)))


def find_source(library: "Library", name: str) -> "Source":
    """A source by its id, folder, title or address."""
    from tui_reader import clean
    from tui_reader.subscribe import addresses_of

    sources = library.sources.all()
    real = os.path.realpath(os.path.expanduser(name))  # noqa: PTH111 - `name` may be no path at all
    addresses = addresses_of(name)
    for matches in (
        [source for source in sources if str(source.id) == name],
        [source for source in sources if source.location == real],
        [source for source in sources if source.title.casefold() == name.casefold()],
        [source for source in sources if source.location in addresses],
        [source for source in sources if clean.without_login(source.location) in addresses],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            ids = ", ".join(str(source.id) for source in matches)
            raise Failed(f"Several sources are called {name}: name one of them by its number ({ids}).")
    raise Failed(f"There is no source {clean.without_login(name)}; `tui-reader sources` lists them.")


def find_article(library: "Library", article_id: int) -> "Stored":
    from tui_reader.library.bookmarks import NoSuchArticle

    # SQLite counts no further.
    stored = library.articles.get(article_id) if abs(article_id) < 2**63 else None
    if stored is None:
        raise NoSuchArticle(article_id)
    return stored


def query_of(arguments: Arguments) -> str:
    """The words of a query as one."""
    from tui_reader import query

    asked = query.parse(" ".join(word.strip() for word in arguments.query))
    for hint in asked.hints:
        complain(hint)
    return query.to_text(asked)


def name_of(given: str | None) -> str | None:
    """A topic or tag as the library may hold it: an argument's bytes need not be text."""
    from tui_reader import clean

    return None if given is None else clean.line(given)


def print_json(value: object) -> None:
    import msgspec

    print(msgspec.json.encode(value).decode())


def count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


# The commands


def open_reader(arguments: Arguments) -> int:
    settings_file = _settings_file(arguments)
    folders = [folder_of(name) for name in arguments.folders]
    # Textual draws on stderr.
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise Failed("The reader needs a terminal. `tui-reader list` prints the articles without one.")
    if os.environ.get("TERM", "") in ("", "dumb", "unknown"):
        raise Failed("This terminal cannot move its cursor (TERM is dumb or unset); try `tui-reader list`.")
    # What is made while starting stays; the app collects once when it is at rest (20 ms of a start).
    gc.disable()
    from tui_reader.library.library import Library
    from tui_reader.settings import load

    settings, complaints = load(settings_file)
    with Library(_library_path(arguments, settings)) as library:
        opened = [library.sources.add_folder(folder) for folder in folders]
        _add_what_belongs(library, settings)
        # What has changed is painted at the next of these ticks: at 60 a second a key would wait 8 ms
        # on average.
        os.environ.setdefault("TEXTUAL_FPS", "240")
        from tui_reader.ui.app import ReaderApp

        app = ReaderApp(
            library,
            settings,
            complaints,
            opened=opened,
            settings_file=str(settings_file),
            debug=arguments.debug,
        )
        app.run()
        if app.return_code:
            raise Failed(app.fault)
    return 0


def _add_what_belongs(library: "Library", settings: "Settings") -> None:
    """The folders of the settings file; where there is no source at all, the bundled samples."""
    known = {source.location: source for source in library.sources.all(counted=False)}
    for folder in settings.folders:
        if str(folder) not in known:
            library.sources.add_folder(folder)
            known.clear()
    samples = next((source for source in known.values() if source.kind == "samples"), None)
    if samples is None and library.sources.all(counted=False):
        return
    from tui_reader.samples import folder as samples_folder

    # An upgrade may have moved the package.
    if samples is None or samples.location != str(samples_folder()):
        library.sources.add_samples(samples_folder())


def folder_of(name: str) -> Path:
    from tui_reader import on_disk

    try:
        return on_disk.folder_of(name)
    except on_disk.NotThereError as error:
        raise Failed(str(error)) from error


def view_save(arguments: Arguments) -> None:
    with open_library(arguments) as library:
        kept = library.views.save(name_of(arguments.name) or "", query_of(arguments))
        print(f"Kept as “{kept.name}”: {kept.query}")


def view_list(arguments: Arguments) -> None:
    with open_library(arguments) as library:
        for kept in library.views.all():
            if arguments.json:
                print_json({"name": kept.name, "query": kept.query})
            else:
                print(f"{kept.name}: {kept.query}")


def view_remove(arguments: Arguments) -> None:
    from tui_reader.library.views import NoSuchView

    with open_library(arguments) as library:
        chosen = []
        for name in arguments.names:
            kept = library.views.named(name_of(name) or "")
            if kept is None:
                raise NoSuchView(name_of(name) or "")
            chosen.append(kept)
        for kept in chosen:
            library.views.remove(kept)
            print(f"Removed the view “{kept.name}”.")


def open_article(arguments: Arguments) -> None:
    from tui_reader import browser

    settings = settings_of(arguments)
    with open_library(arguments) as library:
        article = find_article(library, arguments.id).article
    url = article.original_url or article.url
    if not url:
        raise Failed(f"“{article.title}” has no address to open.")
    command = browser.command_for(url, settings.browser, mail=settings.allow_mailto)
    if command is None:
        print(url)
        print("There is no browser here; this is the address.", file=sys.stderr)
    elif command.in_terminal:
        browser.run_here(command)
    else:
        if browser.is_foreign(url, article.domain):
            print(f"This leads elsewhere than {article.domain}: {url}", file=sys.stderr)
        browser.run(command)


def mark_read(arguments: Arguments) -> None:
    _mark(arguments, read=True)


def mark_unread(arguments: Arguments) -> None:
    _mark(arguments, read=False)


def _mark(arguments: Arguments, *, read: bool) -> None:
    with open_library(arguments) as library:
        for article_id in arguments.ids:
            find_article(library, article_id)
        state = "read" if read else "unread"
        label = f"Marked {count(len(arguments.ids), 'article')} {state}"
        library.articles.mark(arguments.ids, read=read, label=label)


def bookmark_remove(arguments: Arguments) -> None:
    with open_library(arguments) as library:
        for article_id in arguments.ids:
            find_article(library, article_id)
        for article_id in arguments.ids:
            library.bookmarks.remove(article_id)


def undo(arguments: Arguments) -> None:
    with open_library(arguments) as library:
        undone = library.undo.undo()
        if undone is None:
            raise Failed("There is nothing to undo.")
        print(f"Undone: {undone.label}")


def problems(arguments: Arguments) -> None:
    with open_library(arguments) as library:
        for problem in library.sources.problems():
            if arguments.json:
                print_json(problem)
            else:
                line = f":{problem.line}" if problem.line else ""
                print(f"{problem.path}{line}: {problem.reason}")


def doctor(arguments: Arguments) -> int:
    with open_library(arguments) as library:
        healthy = True
        for finding in library.doctor.examine():
            print(finding.sentence)
            healthy = healthy and finding.sound
        if arguments.vacuum:
            for sentence in library.doctor.compact():
                print(sentence)
    return int(not healthy)


def settings_path(arguments: Arguments) -> None:
    print(_settings_path(arguments))


def settings_show(arguments: Arguments) -> None:
    from tui_reader import settings

    path = _settings_file(arguments)
    # An empty one is what the shell has just made for `settings show > FILE`.
    if path.exists() and path.stat().st_size:
        print(settings.as_toml(settings_of(arguments)), end="")
    else:
        print(settings.example(), end="")


def settings_check(arguments: Arguments) -> int:
    from tui_reader import settings

    path = _settings_file(arguments)
    _, complaints = settings.load(path)
    for complaint in complaints:
        print(complaint)
    if not complaints:
        print(f"{path}: {'no fault found' if path.exists() else 'not there; the defaults are in force'}.")
    return int(bool(complaints))
