"""YAML that may be hostile or broken, made into strings, lists and mappings at no more than reading's cost.

    block → depth guard → nodes (C parser) → values, aliases counted

A few hundred bytes of YAML can take a process down (25,000 brackets) or hold it for a minute (aliases of
aliases, nested merge keys), so nothing is composed that nests deeply, and an alias costs what it stands for.
Nodes become values here, three times faster than `yaml.load` does both. Scalars stay strings: a title `no`, a
time `12:30` and a day `2023-02-30` are what was written.
"""

import json
import re
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

try:
    from yaml.cyaml import CParser  # type: ignore[attr-defined]
except ImportError:  # A PyYAML that was built without libyaml; ten times slower.
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class CParser(Reader, Scanner, Parser, Composer):  # type: ignore[no-redef]
        def __init__(self, stream: str) -> None:
            for part in (Reader, Scanner, Parser, Composer):
                part.__init__(self, *([stream] if part is Reader else []))


MAX_DEPTH = 64
MAX_VALUES = 300_000
"""Aliases counted each time; composing so many takes a second and 100 MB."""
MAX_MENDED = 5_000
"""Lines up to which broken YAML is read key by key."""


class UnreadableError(Exception):
    """Front matter that cannot be read: a sentence that says what to do, and the line in the file."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class BrokenError(UnreadableError):
    """Front matter that breaks YAML's rules."""


# JSON writes what lies above U+FFFF as two escapes, which YAML refuses, though it takes all other JSON.
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def _one_character(pair: re.Match[str]) -> str:
    return chr(0x10000 + (int(pair[1], 16) - 0xD800) * 0x400 + int(pair[2], 16) - 0xDC00)


def load(block: str) -> Any:
    """What a block says. Raises UnreadableError with the block's line; BrokenError where mending may help."""
    if "\\u" in block:
        block = _PAIR.sub(_one_character, block)
    try:
        return _values(_compose(block))
    except yaml.YAMLError as error:
        problem = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise BrokenError(
            f"The front matter cannot be read: {problem}; put the value in quotes, or correct the line.",
            _line(getattr(error, "problem_mark", None)),
        ) from None


def _line(mark: Any) -> int | None:
    return mark.line + 1 if mark else None


class _Parser(CParser):
    """Composes nodes without asking what their scalars mean, which would be a call in Python for each."""

    def resolve(self, kind: type[Node], value: Any, implicit: Any) -> str:
        return ""

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


# Collections in block style open at ever greater columns, two at the most at one column, and with only blanks
# and indicators before them; so fewer than 20 of these are 40 levels at most, and a bracket is one at most.
_FAR_OPENER = re.compile(r"\n[ \t?:-]{20}")
_FEW_BRACKETS = MAX_DEPTH - 40


def _compose(block: str) -> Node | None:
    if not is_flat(block):
        _refuse_depth(block)
    if len(block) > MAX_VALUES and block.count("\n") + block.count(",") > MAX_VALUES:
        raise UnreadableError(f"The front matter has more than {MAX_VALUES:,} values; split the file.", 1)
    node: Node | None = _Parser(block).get_single_node()
    return node


def is_flat(block: str) -> bool:
    """Whether a block cannot nest deeper than MAX_DEPTH, at a glance: a walk costs as much as composing."""
    return block.count("[") + block.count("{") <= _FEW_BRACKETS and not _FAR_OPENER.search("\n" + block)


def _refuse_depth(block: str) -> None:
    """Walks the events: libyaml yields them without recursion, where composing would recurse in C."""
    depth = 0
    parser = _Parser(block)
    while parser.check_event():
        event = parser.get_event()
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise UnreadableError(
                    f"The front matter nests deeper than {MAX_DEPTH} levels; simplify the line or quote it.",
                    _line(event.start_mark),
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _values(node: Node | None) -> Any:
    return None if node is None else _Values().of(node)


class _Values:
    """Makes values of nodes; an alias costs what it stands for, and within that means nothing."""

    def __init__(self) -> None:
        self.left = MAX_VALUES
        self.open: set[int] = set()

    def of(self, node: Node) -> Any:
        if node.__class__ is ScalarNode:
            text = node.value
            # The style is the kind of quotes: a plain `~` is nothing, `"~"` is a text.
            return None if text in ("", "~", "null", "Null", "NULL") and not node.style else text
        if id(node) in self.open or not isinstance(node, CollectionNode):
            return None
        self.left -= len(node.value) + 1
        if self.left < 0 or len(self.open) > 2 * MAX_DEPTH:
            raise UnreadableError(
                f"The front matter's aliases stand for more than {MAX_VALUES:,} values; write them out.",
                _line(node.start_mark),
            )
        self.open.add(id(node))
        value = self._mapping(node) if isinstance(node, MappingNode) else list(map(self.of, node.value))
        self.open.discard(id(node))
        return value

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        values: dict[str, Any] = {}
        merged: list[Any] = []
        for key, child in node.value:
            if key.__class__ is not ScalarNode:
                continue
            if key.value == "<<" and not key.style:
                found = self.of(child)
                merged.extend(found if isinstance(found, list) else [found])
            else:
                values[key.value] = self.of(child)
        for mapping in merged:
            if isinstance(mapping, dict):
                self.left -= len(mapping)
                values = mapping | values
        return values


_TOP_KEY = re.compile(
    r"""("[^"\n]{1,200}"|'[^'\n]{1,200}'|[^\s#\-\[\]{}&*!|>%@`"'?:,][^\n:]{0,200}?)[ \t]*:(?=[ \t]|$)"""
)
_ENTRY = re.compile(
    r"^([ ]*(?:- )*(?:[\w.$@-]+|\"[^\"\n]*\"):[ \t]+|[ ]*- )(\S(?:[^\n]*\S)?)[ \t]*$", re.MULTILINE
)
# libyaml's reader takes no other characters.
_UNREADABLE = re.compile("[^\t\n -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def load_mended(block: str) -> dict[str, Any]:
    """What a broken block says, key by key: a value with a colon in it is quoted, tabs become blanks, and a
    key that is still broken is left out. Empty for what has no keys."""
    lines = [_untabbed(line) for line in _UNREADABLE.sub("", block).strip("\n").split("\n")]
    if len(lines) > MAX_MENDED:
        return {}
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    groups: list[tuple[str, list[str]]] = []
    for line in (line[margin:] for line in lines):
        if match := _TOP_KEY.match(line):
            groups.append((match[1].strip("\"'"), [line]))
        elif groups:
            groups[-1][1].append(line)
    values: dict[str, Any] = {}
    for key, group in groups:
        values |= _mended_key(key, "\n".join(group))
    return values


def _untabbed(line: str) -> str:
    text = line.lstrip()
    return line[: len(line) - len(text)].expandtabs(2) + text


def _mended_key(key: str, group: str) -> dict[str, Any]:
    for attempt in (group, _ENTRY.sub(_mended_entry, group)):
        try:
            found = load(attempt)
        except UnreadableError:
            continue
        if isinstance(found, dict):
            return found
    # What is indented was meant to be more than one text.
    if re.search(r"\n[ ]+\S", group):
        return {}
    return {key: unquoted(" ".join(group[len(key) :].partition(":")[2].split()))}


def _mended_entry(match: re.Match[str]) -> str:
    start, value = match.groups()
    if value[0] in "|>" or (start.endswith("- ") and _ENTRY.match(value)):
        return match[0]
    try:
        found = load(value)
    except UnreadableError:
        found = None
    if isinstance(found, str) or (found is not None and value[0] in "[{"):
        return match[0]
    return start + json.dumps(unquoted(value), ensure_ascii=False)


def unquoted(value: str) -> str:
    """A value without its quotes, or without the one that nothing closes."""
    for quote in "\"'":
        if value.startswith(quote) and value.count(quote) == 1 + (len(value) > 1 and value.endswith(quote)):
            return value.strip(quote)
    return value
