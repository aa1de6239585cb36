"""Articles of a folder: which files they are, and what one of them says.

    scan: folder → files that may be articles, by name and size (only a file without an ending is looked into)
    compare: what a scan finds, what was known → what is new or changed, what is gone
    read: file → bytes → text → front matter and body → article

None follows a link, waits for a device, or raises for what is in a file: that is a Problem. The parsers are
imported by what needs them, 25 ms and 3 MB: looking through a folder does not.
"""

import errno
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

import msgspec
from msgspec import Struct

from tui_reader import clean
from tui_reader.model import Article, Problem

MAX_BYTES = 5_000_000
"""Files larger than this are not read."""

SUFFIXES = frozenset((".md", ".markdown", ".txt", ".html", ".htm", ""))

# In capitals they may go on (LICENSE-MIT, README.de.md); in small letters an article may be about a licence.
_PROJECT_FILE = re.compile(
    r"README(?![a-z])|(?:LICEN[SC]E|COPYING|CHANGELOG|CHANGES|HISTORY|CONTRIBUTING|CONTRIBUTORS|AUTHORS|MAINTAINERS"
    r"|CODE_OF_CONDUCT|CODEOWNERS|SECURITY|SUPPORT|NOTICE|INSTALL|TODO)(?=[._-]|$)"
    r"|(?i:(?:readme|licen[sc]e|copying|changelog|contributing|code[_-]of[_-]conduct)"
    r"(?:[._-](?:[a-z]{2}(?:[_-][a-z]{2})?|mit|apache|bsd|gpl))?(?=\.[a-z]+$|$))"
    r"|(?:Makefile|Dockerfile|Gemfile|Rakefile|Procfile|Jenkinsfile|Vagrantfile)$"
)


class Found(Struct, frozen=True, array_like=True):
    """A file that may be an article."""

    path: str
    """Below the folder, with `/`."""
    size: int
    mtime_ns: int


class Differences(Struct, frozen=True):
    """How a folder differs from what was known of it. Each part can be gone through once, in this order."""

    count: int
    """How many have changed."""
    changed: Iterable[Found]
    """New files too, in the order of a scan."""
    problems: Iterable[Problem]
    vanished: Iterable[str]
    """Paths below the folder that were known."""


_ALL = sys.maxsize - 1


class TooManyError(Exception):
    """A folder holds more than one wants to look at."""


def compare(
    root: Path,
    known: dict[str, tuple[int, int]],
    *,
    stopped: Callable[[], bool] = lambda: False,
    most: int = _ALL,
) -> Differences | None:
    """A scan against what is known, path → (size, mtime in nanoseconds); `known` is used up by it.

    None when it was stopped. Raises as `scan` does.
    """
    changed: list[Found] = []
    problems: list[Problem] = []
    for entry in scan(root, most):
        if stopped():
            return None
        if isinstance(entry, Problem):
            problems.append(entry)
        elif known.pop(entry.path, None) != (entry.size, entry.mtime_ns):
            changed.append(entry)
    for problem in problems:
        known.pop(problem.path, None)
    return Differences(len(changed), changed, problems, list(known))


def scan(root: Path, most: int = _ALL) -> Iterator[Found | Problem]:
    """The files of a folder, sorted within each directory.

    OSError if the folder itself cannot be listed; TooManyError when more than `most` entries of directories,
    whatever they are, have been listed.
    """
    return _walk(os.fspath(root), _listed(os.fspath(root), most), most)


def _listed(directory: str, most: int) -> list[os.DirEntry[str]]:
    """At most one entry more than `most`: a large directory takes its memory only from those who want it."""
    with os.scandir(directory) as entries:
        return sorted(islice(entries, most + 1), key=lambda entry: entry.name)


def _walk(root: str, entries: list[os.DirEntry[str]], most: int) -> Iterator[Found | Problem]:
    # A stack, not recursion: a folder may nest deeper than Python does.
    waiting: list[tuple[str, list[os.DirEntry[str]] | None]] = [("", entries)]
    while waiting:
        prefix, listed = waiting.pop()
        if listed is None:
            try:
                listed = _listed(f"{root}/{prefix}", most)
            except OSError as error:
                yield Problem(clean.line(prefix), _reason(error, "folder"))
                continue
        most -= len(listed)
        if most < 0:
            raise TooManyError
        below: list[str] = []
        for entry in listed:
            name = entry.name
            if name.startswith(".") or entry.is_symlink():
                continue
            if entry.is_dir(follow_symlinks=False):
                if name != "node_modules":
                    below.append(f"{prefix}{name}/")
            elif found := _found(entry, prefix + name):
                yield found
        waiting.extend((path, None) for path in reversed(below))


def _found(entry: os.DirEntry[str], path: str) -> Found | Problem | None:
    suffix = _ending(entry.name)
    if suffix not in SUFFIXES or _PROJECT_FILE.match(entry.name):
        return None
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        return Problem(clean.line(path), _reason(error))
    if not stat.S_ISREG(status.st_mode):
        return None
    if reason := _bad_name(path):
        return Problem(clean.line(path), reason)
    if status.st_size > MAX_BYTES:
        return Problem(path, _TOO_LARGE)
    if not suffix:
        try:
            if not _is_text(_bytes(entry.path, 1_024)[0]):
                return None
        except OSError:
            pass  # `read` tells why.
    return Found(path, status.st_size, status.st_mtime_ns)


_TOO_LARGE = f"The file is larger than {MAX_BYTES // 1_000_000} MB; split it, or move it out of the folder."
_NOT_TEXT = "This is not a text file; move it out of the folder, or give its name the right ending."


def _ending(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if dot and stem else ""


def _bad_name(path: str) -> str:
    """Why a path cannot be kept and shown as it is; an article is known by it, so it is not changed."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return "The name of this file is not UTF-8 text; rename it."
    if clean.text(path) != path or "\n" in path or "\t" in path:
        return "The name of this file has invisible characters; rename it."
    return ""


def _reason(error: OSError, what: str = "file") -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"You may not read this {what}; change its permissions."
    if error.errno == errno.ENOENT:
        return f"The {what} is no longer there."
    if error.errno == errno.ELOOP:
        return f"The {what} is a link; copy what it points to into the folder."
    if error.errno == errno.ENAMETOOLONG:
        return f"The path of this {what} is too long; move it further up."
    return f"The {what} cannot be read: {clean.line(error.strerror or str(error))}."


def read(root: Path, path: str) -> Article | Problem:
    """The article in a file of the folder; never raises for what is in the file."""
    from tui_reader.sources.files.safe_yaml import UnreadableError

    if reason := _bad_name(path):
        return Problem(clean.line(path), reason)
    try:
        data, status = _bytes(f"{root}/{path}", MAX_BYTES + 1)
    except OSError as error:
        return Problem(path, _reason(error))
    if not stat.S_ISREG(status.st_mode):
        return Problem(path, "This is not a file with a text in it; move it out of the folder.")
    if len(data) > MAX_BYTES:
        return Problem(path, _TOO_LARGE)
    if not _is_text(data[:8_192]):
        return Problem(path, _NOT_TEXT)
    text = clean.text(decode(data))
    if not text or text.isspace():
        return Problem(path, "The file is empty; write something into it, or delete it.")
    try:
        return article(text, path, int(status.st_mtime))
    except UnreadableError as error:
        return Problem(path, error.reason, error.line)


def _bytes(path: str, limit: int) -> tuple[bytes, os.stat_result]:
    """The beginning of a file that is one: a link is refused, and of a pipe or a device nothing is read."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return b"", status
        parts: list[bytes] = []
        # A file may grow meanwhile, and some (/proc) say that they are empty.
        left = limit
        while left > 0 and (part := os.read(descriptor, min(left, max(status.st_size, 8_192) + 1))):
            parts.append(part)
            left -= len(part)
            if len(parts) == 1 and len(part) == status.st_size:
                break
        return b"".join(parts), status
    finally:
        os.close(descriptor)


_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_BINARY = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x7fELF",
    b"\x1f\x8b",
    b"Rar!",
    b"SQLite",
)


def _is_text(sample: bytes) -> bool:
    if sample.startswith(_BINARY):
        return False
    if _wide_encoding(sample):
        return True
    return len(sample) - len(sample.translate(None, _CONTROL)) <= len(sample) // 10


def _wide_encoding(data: bytes) -> str:
    """The encoding of a text with two or four bytes a character; empty for others."""
    for mark, encoding in (
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return encoding
    sample = data[:1_000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if even + odd < len(sample) // 4 or len(sample) < 4:
        return ""
    return "utf-16-le" if even * 10 < odd else "utf-16-be" if odd * 10 < even else ""


_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset=[\"']?(iso-8859-\d{1,2}|windows-125\d|koi8-[ru]|shift_jis|euc-(?:jp|kr)|gb2312|gbk|gb18030|big5)\b",
    re.IGNORECASE,
)


def decode(data: bytes) -> str:
    """Bytes of a text file as text: UTF-8, UTF-16, what a page says of itself, or Windows' Latin alphabet."""
    if encoding := _wide_encoding(data):
        return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if match := _CHARSET.search(data, 0, 2_048):
        with suppress(LookupError):
            return data.decode(match[1].decode(), "replace")
    text = data.decode("utf-8", "replace")
    wrong = text.count("\N{REPLACEMENT CHARACTER}")
    right = len(text) - len(text.encode("ascii", "ignore")) - wrong
    return text if right > wrong else data.decode("cp1252", "replace")


_RAW = re.compile(r"\{%-? *(?:end)?raw *-?%\}")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)[-_ ]")


def article(text: str, path: str, modified: int) -> Article:
    """What the clean text of a file says; where nothing tells title and summary, the text does.

    Raises UnreadableError.
    """
    from tui_reader.sources.files import fields, front_matter
    from tui_reader.sources.texts import markdown, values

    parts = front_matter.split(text)
    # A time of the file stands in for the date of a text that has nothing to tell one.
    found = fields.article(parts.values or {}, path, modified if parts.values is None else None)
    name = path.rpartition("/")[2]
    suffix = _ending(name)
    stem = name[: len(name) - len(suffix)]
    body = _RAW.sub("", parts.body) if "{%" in parts.body else parts.body
    title, published = found.title, found.published
    if suffix in (".html", ".htm") or markdown.is_html(body):
        from tui_reader.sources.texts import html

        page = html.convert(body, found.url)
        title, body = title or page.title, page.body
        title = title or markdown.heading(body)
    elif parts.values is None and suffix in (".txt", ""):
        title = markdown.first_sentence(body)
        first, _, rest = body.lstrip("\n").partition("\n\n")
        # A headline of its own above the text is not told twice.
        body = markdown.from_plain(rest if clean.line(first) == title and rest.strip() else body)
    else:
        title = title or markdown.heading(body)
        body = body.rstrip().lstrip("\n")
    summary = found.summary or (markdown.first_paragraph(body) if body else "")
    title = title or markdown.first_sentence(summary) or _title_of_name(stem)
    if published is None and parts.values is not None and (match := _DAY.match(stem)):
        published = values.when(match[1])
    return msgspec.structs.replace(
        found, title=title, summary=summary, body=markdown.without_heading(body, title), published=published
    )


def _title_of_name(stem: str) -> str:
    words = clean.line(_DAY.sub("", stem).replace("-", " ").replace("_", " "))
    return words[:1].upper() + words[1:] or "Untitled"
