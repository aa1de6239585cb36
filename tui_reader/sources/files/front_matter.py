"""Front matter: where it ends and the text begins, and what it says.

    text → which kind (YAML, TOML, JSON) → its block, the body → values

python-frontmatter tells the kinds apart and calls the handlers; how a block is found and read is ours.
"""

import json
import re
import tomllib
from typing import Any

import frontmatter
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler
from msgspec import Struct

from tui_reader.sources.files import safe_yaml
from tui_reader.sources.files.safe_yaml import MAX_DEPTH, UnreadableError

MAX_LENGTH = 3_000_000
"""Characters of front matter."""
MAX_TOML = 200_000
"""Characters; tomllib is written in Python, and takes a second for so many."""


class Parts(Struct, frozen=True):
    values: dict[str, Any] | None
    """Strings, lists, mappings; from TOML and JSON also numbers, truth values, dates. None where there is no
    front matter."""
    body: str


class _OnlyTextError(Exception):
    """What looked like front matter is the beginning of the text."""


def split(text: str) -> Parts:
    """The front matter and the body of a text that has passed `clean.text`; without front matter all is body.

    Raises UnreadableError, with the line in the file.
    """
    handler = frontmatter.detect_format(text, _HANDLERS)
    if handler is None:
        return Parts(None, text)
    try:
        # Not `frontmatter.parse`, which strips the body and loses a text between two rules.
        block, body = handler.split(text)
        return Parts(handler.load(block), body)
    except _OnlyTextError:
        return Parts(None, text)


_USUAL = frozenset(
    (
        "title",
        "name",
        "date",
        "author",
        "tags",
        "category",
        "categories",
        "description",
        "summary",
        "slug",
        "url",
    )
)
_NAME = re.compile(r"[a-z_$@][\w.$@-]*")
_FIRST_KEY = re.compile(r"\s*[\"']?([^\s:=\"']+)[\"']?[ \t]*[:=]")


def _is_meant(key: str) -> bool:
    """Whether a key is one that front matter has, and not the `Note:` of a text between two rules."""
    return key.casefold() in _USUAL or bool(_NAME.fullmatch(key))


def _begins_meant(block: str) -> bool:
    match = _FIRST_KEY.match(block)
    return bool(match and _is_meant(match[1]))


def _fenced(text: str, start: re.Pattern[str], end: re.Pattern[str]) -> tuple[str, str, bool]:
    """The block between two lines, the body, and whether the second line was there.

    As many newlines stand before the block as in the file: the lines that a loader tells of are the file's.
    """
    opening = start.match(text)
    begin = opening.end() if opening else 0
    lines = "\n" * text.count("\n", 0, begin)
    # From the newline of the first line on: the block may be empty.
    closing = end.search(text, begin - 1)
    if closing is None:
        return lines + text[begin:], "", False
    if closing.start() - begin > MAX_LENGTH:
        raise UnreadableError(
            f"The front matter is longer than {MAX_LENGTH:,} characters; move text below it.", 1
        )
    return lines + text[begin : closing.start()], text[closing.end() :], True


def _unclosed(mark: str, block: str) -> Exception:
    if not _begins_meant(block):
        return _OnlyTextError()
    line = len(block) - len(block.lstrip("\n"))
    return UnreadableError(
        f"The front matter that begins here has no end; put {mark} below its last key.", line
    )


class _Yaml(YAMLHandler):
    FM_BOUNDARY = re.compile(r"(?:[ \t]*\n)*---[ \t]*\n")
    END = re.compile(r"\n(?:-{3,}|\.\.\.)[ \t]*(?:\n|\Z)")

    def split(self, text: str) -> tuple[str, str]:
        block, body, closed = _fenced(text, self.FM_BOUNDARY, self.END)
        if not closed:
            error = _unclosed("---", block)
            try:
                values = None if len(block) > MAX_LENGTH else safe_yaml.load(block)
            except UnreadableError:
                raise error from None
            if not isinstance(values, dict) or not all(map(_is_meant, values)):
                raise error
        return block, body

    def load(self, fm: str, **kwargs: object) -> dict[str, Any]:
        try:
            values = safe_yaml.load(fm)
        except safe_yaml.BrokenError:
            values = safe_yaml.load_mended(fm)
            if not values:
                if _begins_meant(fm):
                    raise
                raise _OnlyTextError from None
        if values is None and not fm.strip():
            return {}
        if not isinstance(values, dict) or (values and not any(map(_is_meant, values))):
            raise _OnlyTextError
        return values


class _Toml(BaseHandler):
    FM_BOUNDARY = re.compile(r"(?:[ \t]*\n)*\+\+\+[ \t]*\n")
    END = re.compile(r"\n\+\+\+[ \t]*(?:\n|\Z)")
    # tomllib's time grows with the square of a dotted key's parts.
    DOTTED = re.compile(rf"(?<![\w\"'.-])(?:[\w\"'-]++[ \t]*+\.[ \t]*+){{{MAX_DEPTH}}}")

    def split(self, text: str) -> tuple[str, str]:
        block, body, closed = _fenced(text, self.FM_BOUNDARY, self.END)
        if not closed:
            raise _unclosed("+++", block)
        return block, body

    def load(self, fm: str, **kwargs: object) -> dict[str, Any]:
        if len(fm) > MAX_TOML:
            raise UnreadableError(f"The front matter is longer than {MAX_TOML:,} characters; shorten it.", 1)
        if self.DOTTED.search(fm):
            raise _too_deep()
        lines = fm.split("\n")
        mended: set[int] = set()
        for _ in range(20):
            try:
                return _shallow(tomllib.loads("\n".join(lines)))
            except tomllib.TOMLDecodeError as error:
                problem, _, place = str(error).partition(" (at line ")
                number = int(place.partition(",")[0]) if place else len(lines)
                if not lines[number - 1].strip():
                    break
                lines[number - 1] = "" if number in mended else self._quoted(lines[number - 1])
                mended.add(number)
            except (RecursionError, ValueError):
                raise _too_deep() from None
        raise UnreadableError(f"The front matter cannot be read: {problem}; correct the line.", number)

    @staticmethod
    def _quoted(line: str) -> str:
        key, equals, value = line.partition("=")
        text = json.dumps(safe_yaml.unquoted(value.strip()), ensure_ascii=False)
        return f"{key}= {text}" if equals else ""


# A number of 19 digits does not fit the store, and one of 4,300 not Python's reader.
_JSON = json.JSONDecoder(strict=False, parse_int=lambda digits: int(digits) if len(digits) < 19 else digits)


class _Json(JSONHandler):
    FM_BOUNDARY = re.compile(r"\s*(?=\{\s*(?:\"[^\"\n]*\"\s*:|\}))")

    def split(self, text: str) -> tuple[str, str]:
        start = len(text) - len(text.lstrip())
        try:
            end = _JSON.raw_decode(text, start)[1]
        except json.JSONDecodeError as error:
            raise UnreadableError(
                f"The front matter cannot be read as JSON: {error.msg}; correct the line.", error.lineno
            ) from None
        except RecursionError:
            raise _too_deep() from None
        line, _, body = text[end:].partition("\n")
        if line.strip() or end - start > MAX_LENGTH:
            raise _OnlyTextError
        return text[start:end], body

    def load(self, fm: str, **kwargs: object) -> dict[str, Any]:
        values: dict[str, Any] = _JSON.decode(fm)
        return _shallow(values)


_HANDLERS: tuple[BaseHandler, ...] = (_Yaml(), _Toml(), _Json())


def _too_deep() -> UnreadableError:
    return UnreadableError(f"The front matter nests deeper than {MAX_DEPTH} levels; simplify it.", 1)


def _shallow(values: dict[str, Any]) -> dict[str, Any]:
    level: list[Any] = [values]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for value in level
            for child in (value.values() if isinstance(value, dict) else value)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return values
    raise _too_deep()
