"""The command line: the same library without a screen; `commands.py` and `printing.py` do what this reads.

Exit status: 0 done, 1 the work failed, 2 wrong usage. What was asked for goes to stdout, the rest to stderr.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TypeAlias

from tui_reader import __version__, commands
from tui_reader.commands import Arguments, Failed, Misused, complain


def main(argv: Sequence[str] | None = None) -> int:
    _fill_closed_streams()
    arguments = _parse(list(sys.argv[1:] if argv is None else argv))
    _speak_utf8()
    try:
        status: int = arguments.run(arguments) or 0
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has enough of it.
        _leave_output()
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if arguments.debug:
            raise
        complain(_sentence(error))
        if isinstance(error, OSError):
            _leave_output()
        return 2 if isinstance(error, Misused) else 1
    return status


def _leave_output() -> None:
    """What could not be written is gone: Python's own flush at exit must not fail again."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _sentence(error: Exception) -> str:
    from tui_reader.browser import NotOpened
    from tui_reader.library.bookmarks import NoSuchArticle
    from tui_reader.library.database import LibraryError
    from tui_reader.library.views import NoSuchView

    if isinstance(error, (Failed, LibraryError, NoSuchArticle, NoSuchView, NotOpened)):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}. Add --debug to see where this comes from."
    return f"This should not have happened: {type(error).__name__}: {error}. Add --debug to see where."


def _fill_closed_streams() -> None:
    """A stream that was closed by whoever started the program (`>&-`) is None; nothing is said there."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - for good


def _speak_utf8() -> None:
    """Whatever the locale says: a headline must not end the program."""
    import io

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


COMMANDS = frozenset(
    {
        "add",
        "refresh",
        "fetch",
        "sources",
        "list",
        "show",
        "related",
        "stories",
        "search",
        "view",
        "doctor",
        "open",
        "read",
        "unread",
        "bookmark",
        "undo",
        "export",
        "problems",
        "settings",
    }
)
USAGE = "tui-reader [options] [FOLDER ...]\n       tui-reader [options] COMMAND ..."


def _parse(argv: list[str]) -> Arguments:
    everywhere = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    everywhere.add_argument("--library", metavar="FILE", help="the library's file (or TUI_READER_LIBRARY)")
    everywhere.add_argument("--config", metavar="FILE", help="the settings file")
    everywhere.add_argument("--debug", action="store_true", help="show where an error came from")
    parser = argparse.ArgumentParser(
        prog="tui-reader",
        description="A news reader for the terminal. Without a command it opens the reader.",
        usage=USAGE,
        parents=[everywhere],
        # `--lib FILE list` would take the file for a folder to open.
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"tui-reader {__version__}")
    parser.set_defaults(run=commands.open_reader)
    # The way of every start: without a command, the commands' parsers are not made (4 ms).
    if _first_word(argv) in COMMANDS or {"-h", "--help"} & set(argv):
        _add_commands(
            parser.add_subparsers(title="commands", metavar="COMMAND", prog=parser.prog), everywhere
        )
    else:
        parser.add_argument("folders", nargs="*", metavar="FOLDER")
    # Given before or after the command; a default would make the second place win over the first.
    nothing = Arguments(library=None, config=None, debug=False, folders=[], settings=None)
    return parser.parse_args(_with_query(argv), nothing)


OPTIONS = frozenset({"-h", "--help", "--library", "--config", "--debug", "--json"})
ASKING = {
    "search": OPTIONS | {"--limit", "--sort"},
    "list": OPTIONS | {"--limit", "--sort", "--view", "--source", "--topic", "--tag"},
    "view": OPTIONS,
}
"""The commands that take a query, and all that is an option there."""
VALUELESS = {"-h", "--help", "--debug", "--json"}


def _with_query(argv: list[str]) -> list[str]:
    """`search ai -crypto --limit 3 or x`: options first; an unwanted word is no misspelt option."""
    command = _first_word(argv)
    if command not in ASKING or (command == "view" and "save" not in argv):
        return argv
    at = argv.index(command)
    options: list[str] = []
    words: list[str] = []
    rest = iter(argv[at + 1 :])
    for word in rest:
        if word == "--":
            words += rest
        elif word.partition("=")[0] in ASKING[command]:
            options.append(word)
            if word not in VALUELESS and "=" not in word:
                options += [value for value in (next(rest, None),) if value is not None]
        elif command == "list" and word.startswith("--"):
            # A misspelt option is told, where much else may be said by options.
            options.append(word)
        else:
            words.append(word)
    kept = [" " + word if word.startswith("-") else word for word in words]
    if command == "view":
        return [*argv[:at], command, *kept[:1], *options, *kept[1:]]
    return [*argv[:at], command, *options, *kept]


def _first_word(argv: list[str]) -> str:
    """The first that is neither an option nor its value; empty if there is none."""
    values = {"--library", "--config"}
    for before, word in zip(["", *argv], argv, strict=False):
        if word == "--":
            break
        if not word.startswith("-") and before not in values:
            return word
    return ""


Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _add_commands(verbs: Verbs, everywhere: argparse.ArgumentParser) -> None:
    from tui_reader import page_commands, printing, source_commands
    from tui_reader.model import SCOPES, SORTS

    def command(
        name: str, run: Callable[[Arguments], int | None], help_: str, within: Verbs = verbs
    ) -> argparse.ArgumentParser:
        made = within.add_parser(name, help=help_, description=help_, parents=[everywhere])
        made.set_defaults(run=run)
        return made

    def group(name: str, help_: str, kinds: str) -> Verbs:
        made = verbs.add_parser(name, help=help_, description=help_, parents=[everywhere])
        return made.add_subparsers(required=True, metavar=kinds)

    def json(made: argparse.ArgumentParser) -> argparse.ArgumentParser:
        made.add_argument("--json", action="store_true", help="one JSON object a line")
        return made

    def ids(made: argparse.ArgumentParser) -> argparse.ArgumentParser:
        made.add_argument("ids", nargs="+", type=int, metavar="ID")
        return made

    made = command("add", source_commands.add, "add folders, feeds, the feeds of pages, and OPML lists")
    made.add_argument("what", nargs="*", metavar="FOLDER|ADDRESS|FILE.opml|TOPIC")
    made.add_argument(
        "--starter", action="store_true", help="well-known feeds of topics; without any they are listed"
    )
    made.add_argument("--folder", metavar="NAME", help="the sidebar's folder for feeds")
    made.set_defaults(misused=made.error)
    made = command("refresh", source_commands.refresh, "look again for articles in every source")
    made.add_argument("--source", metavar="S", help="only this one: its number, title or folder")
    kinds = json(command("sources", source_commands.sources, "list the sources")).add_subparsers(
        metavar="remove|rename|move|pause|resume|every|fulltext"
    )
    made = command("remove", source_commands.sources_remove, "remove sources; bookmarks stay", kinds)
    made.add_argument("sources", nargs="+", metavar="S")
    made = command("rename", source_commands.sources_rename, "give a source another title", kinds)
    made.add_argument("source", metavar="S")
    made.add_argument("title", metavar="TITLE")
    made = command("move", source_commands.sources_move, "put a source into a folder of the sidebar", kinds)
    made.add_argument("source", metavar="S")
    made.add_argument("folder", metavar="NAME", nargs="?", default="", help="none: out of all folders")
    made = command("every", source_commands.sources_every, "say how often a feed is asked", kinds)
    made.add_argument("source", metavar="S")
    made.add_argument("interval", metavar="TIME", nargs="?", default="", help="30min, 2h, 1d; none: as set")
    for name, paused, help_ in (
        ("pause", True, "leave sources alone until they are resumed"),
        ("resume", False, "refresh them again"),
    ):
        made = command(name, source_commands.sources_pause, help_, kinds)
        made.add_argument("sources", nargs="+", metavar="S")
        made.set_defaults(paused=paused)

    made = command("fulltext", source_commands.sources_full_text, "always fetch the pages of feeds", kinds)
    made.add_argument("sources", nargs="+", metavar="S")
    made.add_argument("--off", action="store_true", help="only when asked")
    made = command("fetch", page_commands.fetch, "fetch the full text of articles, to read it offline")
    made.add_argument("ids", nargs="*", type=int, metavar="ID")
    made.add_argument("--unread", action="store_true", help="of the unread ones that have a summary only")
    made.add_argument("--bookmarks", action="store_true", help="of such bookmarks")
    made.add_argument("--limit", type=_natural, default=200, metavar="N", help="so many at the most (200)")

    made = json(command("list", printing.list_articles, "list articles"))
    made.add_argument("query", nargs="*", metavar="QUERY", help="only those that match")
    made.add_argument(
        "--view", metavar="V", default="all", help=f"{', '.join(SCOPES)}, or the name of a kept search"
    )
    made.add_argument("--source", metavar="S", help="a source's number, title or folder")
    made.add_argument("--topic", metavar="T")
    made.add_argument("--tag", metavar="T")
    made.add_argument("--sort", choices=SORTS)
    made.add_argument("--limit", type=_natural, metavar="N")
    made = json(command("search", printing.search, "search the library, the best match first"))
    made.add_argument("query", nargs="+", metavar="QUERY")
    made.add_argument("--sort", choices=SORTS)
    made.add_argument("--limit", type=_natural, metavar="N")
    kinds = group("view", "keep searches as views", "save|list|remove")
    made = command("save", commands.view_save, "keep a search under a name", kinds)
    made.add_argument("name", metavar="NAME")
    made.add_argument("query", nargs="+", metavar="QUERY")
    json(command("list", commands.view_list, "list the kept searches", kinds))
    made = command("remove", commands.view_remove, "remove kept searches", kinds)
    made.add_argument("names", nargs="+", metavar="NAME")
    made = json(command("show", printing.show, "print an article as Markdown"))
    made.add_argument("id", type=int, metavar="ID")
    made = json(command("related", printing.related, "list what belongs to an article"))
    made.add_argument("id", type=int, metavar="ID")
    made = json(command("stories", printing.stories, "list the events that several articles tell"))
    made.add_argument("--since", metavar="DATE", help="told since then: 2023-06-09, yesterday, 3d")
    made.add_argument("--min-sources", type=_natural, default=1, metavar="N", help="by so many publishers")
    made = command("open", commands.open_article, "open an article's original in the browser")
    made.add_argument("id", type=int, metavar="ID")
    ids(command("read", commands.mark_read, "mark articles read"))
    ids(command("unread", commands.mark_unread, "mark articles unread"))

    kinds = group("bookmark", "add, remove or list bookmarks", "add|remove|list")
    made = command("add", page_commands.bookmark_add, "bookmark articles, or any page with its text", kinds)
    made.add_argument("what", nargs="+", metavar="ID|ADDRESS")
    made.add_argument("--tag", action="append", metavar="T", help="may be given several times")
    made.add_argument("--note", metavar="TEXT")
    ids(command("remove", commands.bookmark_remove, "take bookmarks off", kinds))
    made = json(command("list", printing.bookmark_list, "list bookmarks", kinds))
    made.add_argument("--tag", metavar="T")

    command("undo", commands.undo, "undo the last mark, bookmark, tag or note")
    made = command("export", printing.export, "print articles for other programs")
    made.add_argument("format", choices=("markdown", "json", "csv", "opml"))
    made.add_argument("--bookmarks", action="store_true", help="only the bookmarks")
    made.add_argument("--logins", action="store_true", help="with the logins of feeds, in OPML")
    json(command("problems", commands.problems, "list the files that could not be read"))
    made = command("doctor", commands.doctor, "check the library and its index, tell its sizes")
    made.add_argument(
        "--vacuum", action="store_true", help="let go of what no source has any more, and shrink"
    )
    kinds = group("settings", "where they are, what they are, whether they are right", "path|show|check")
    command("path", commands.settings_path, "print where the settings file is", kinds)
    command("show", commands.settings_show, "print the settings in force", kinds)
    command("check", commands.settings_check, "name the faults of the settings file", kinds)


def _natural(text: str) -> int:
    # SQLite counts no further.
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 on")
    return int(text)
