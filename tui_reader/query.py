"""The language of search, saved views and `list`: text to a tree, the tree back to text.

Whatever a person types is a query; what cannot be used is left out, and a hint says so.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, partial
from typing import Literal, get_args

from msgspec import Struct, structs

from tui_reader import clean, query_times
from tui_reader.model import SORTS, Sort
from tui_reader.query_times import Time, TimeField

MAX_WRITTEN = 6_000
"""Characters that are read."""
MAX_LETTERS = 2_000
"""Characters of all words together: a third of what is read, so that their canonical text, longer by
fields, quotes and parentheses, is read whole again."""
MAX_TERMS = 64
MAX_DEPTH = 32

TextField = Literal["", "title", "author", "provider", "topic", "note"]
NameField = Literal["tag", "source", "kind"]
StateName = Literal["unread", "read", "bookmarked"]
HasName = Literal["fulltext", "note", "image"]
NumberField = Literal["quality", "heat"]
Sign = Literal["<", "<=", "=", ">=", ">"]


class Text(Struct, frozen=True, tag=True):
    """A word, or a phrase whose words stand together; as typed, so it may be `C++` or `AT&T`."""

    text: str
    field: TextField = ""
    """Empty for anywhere."""
    prefix: bool = False


class Named(Struct, frozen=True, tag=True):
    field: NameField
    name: str
    prefix: bool = False


class State(Struct, frozen=True, tag=True):
    name: StateName


class Has(Struct, frozen=True, tag=True):
    name: HasName


class Number(Struct, frozen=True, tag=True):
    field: NumberField
    sign: Sign
    value: int


class Not(Struct, frozen=True, tag=True):
    node: "Node"
    """Never a `Not`."""


class All(Struct, frozen=True, tag=True):
    nodes: "tuple[Node, ...]"
    """Two or more, none of them an `All`."""


class Any(Struct, frozen=True, tag=True):
    nodes: "tuple[Node, ...]"
    """Two or more, none of them an `Any`."""


Node = Text | Named | State | Has | Number | Time | Not | All | Any


class Query(Struct, frozen=True):
    root: Node | None = None
    """`None` for everything."""
    sort: Sort | None = None
    hints: tuple[str, ...] = ()
    """Sentences about what was left out and why."""


class Form(Struct, frozen=True):
    """A row of the key screen's and the README's table."""

    written: str
    meaning: str


_ORDERS = ", ".join(SORTS[:-1]) + f" or {SORTS[-1]}"
FORMS: tuple[Form, ...] = (
    Form("solar power", "Both words, in any order."),
    Form('"solar power"', "These words beside each other."),
    Form("sol*", "Words that begin so; a phrase may end so too."),
    Form("-coal", "Without this: a word, a phrase, a field or parentheses. NOT coal is the same."),
    Form("solar or wind", "Either of them; OR and | are the same. Words side by side bind closer."),
    Form("(solar or wind) power", "Parentheses keep together what belongs together."),
    Form("title:solar", "In the title."),
    Form("author:doe", "In the names of the authors."),
    Form("provider:bbc", "In the name of the publisher; site:bbc is the same."),
    Form("topic:energy", "In the topics."),
    Form("note:idea", "In your notes."),
    Form('tag:"to read"', "Bookmarked with this tag."),
    Form("source:guardian", "From this source."),
    Form("kind:video", "Of this kind."),
    Form("title:(solar or wind)", "A field before parentheses is meant for each word in them."),
    Form("is:unread", "Unread; also is:read and is:bookmarked."),
    Form("has:fulltext", "With its whole text; also has:note and has:image."),
    Form("quality:>80", "Of a quality above 80; also >=80, <80, <=80, 80 and 70..90."),
    Form("heat:50..100", "Of a heat from 50 to 100, written like the quality."),
    Form("date:2023-06", "From that year, month or day; also today, yesterday and 2023-06..2023-08."),
    Form("after:2023-06-09", "From the beginning of that day, month or year on."),
    Form("before:2023", "From before that day, month or year."),
    Form("newer:3d", "From the last three days; also 12h, 2w, 6m and 1y."),
    Form("older:1y", "From more than a year ago."),
    Form("sort:newest", f"In this order: {_ORDERS}."),
)

_COMPARED = re.compile(r"([<>]?=?)(\d{1,9})", re.ASCII)
_BETWEEN = re.compile(r"(\d{1,9})\.\.(\d{1,9})", re.ASCII)
_SIGNS: dict[str, Sign] = {"": "=", **{sign: sign for sign in get_args(Sign)}}
_SORTS: dict[str, Sort] = {sort: sort for sort in SORTS}
_STATES: dict[str, Node] = {name: State(name) for name in get_args(StateName)}
_HAS: dict[str, Node] = {name: Has(name) for name in get_args(HasName)}


def _text(field: TextField, text: str) -> Node | None:
    """Nothing for `&` and `+++`: the search knows letters and digits, and what stands for them."""
    kinds = map(unicodedata.category, text)
    return Text(text, field) if any(kind[0] in "LN" or kind == "Co" for kind in kinds) else None


def _number(field: NumberField, value: str) -> Node | None:
    if match := _BETWEEN.fullmatch(value):
        least, most = sorted(map(int, match.groups()))
        return All((Number(field, ">=", least), Number(field, "<=", most)))
    match = _COMPARED.fullmatch(value)
    return Number(field, _SIGNS[match[1]], int(match[2])) if match else None


_TEXTS: dict[str, TextField] = {**{field: field for field in get_args(TextField)}, "site": "provider"}
_NODES: dict[str, Callable[[str], Node | None]] = {
    **{name: partial(_text, field) for name, field in _TEXTS.items()},
    **{field: partial(Named, field) for field in get_args(NameField)},
    **{field: partial(_number, field) for field in get_args(NumberField)},
    **{field: partial(query_times.read, field) for field in get_args(TimeField)},
    "is": lambda value: _STATES.get(value.lower()),
    "has": lambda value: _HAS.get(value.lower()),
}
_DAY = "2023, 2023-06, 2023-06-09, today or yesterday"
_TAKES: dict[str, str] = {
    **dict.fromkeys(filter(None, _TEXTS), 'a word or "a phrase"'),
    **dict.fromkeys(get_args(NameField), 'a name, or "a name of several words"'),
    "is": "unread, read or bookmarked",
    "has": "fulltext, note or image",
    **dict.fromkeys(get_args(NumberField), "a number, as in 80, >80, >=80, <80, <=80 or 70..90"),
    "date": f"{_DAY}, or 2023-06..2023-08",
    **dict.fromkeys(("after", "before"), _DAY),
    **dict.fromkeys(("newer", "older"), "hours, days, weeks, months or years: 12h, 3d, 2w, 6m or 1y"),
    "sort": _ORDERS,
}
"""Every field, and what a hint says it takes."""

_CURLY = "“”„«»"
_WORD = f'[^ ()|"{_CURLY}]'
# A dash or a field touches what it is meant for. A quote left open runs to the end.
_TOKEN = (
    rf"[ )|]|(?P<dashes>-*)(?:(?P<field>(?ai:{'|'.join(_TAKES)})):)?"
    rf'(?:(?P<open>\()|(?:"(?P<straight>[^"]*)|[{_CURLY}](?P<curly>[^"{_CURLY}]*))(?P<close>["{_CURLY}]?)\*?'
    rf"|(?P<word>{_WORD}+))?"
)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """These two take 0.7 ms, which a start need not."""
    return re.compile(pattern)


_OPERATORS = ("or", "OR", "AND", "NOT")


def parse(text: str, *, typing: bool = False) -> Query:
    """The query a text says; while it is typed, its last word is a beginning, its last field no mistake."""
    line = clean.line(text, MAX_WRITTEN)
    if cut := len(text) > MAX_WRITTEN and line.endswith("…"):
        line = line.rpartition(" ")[0]
    return _Reader(line, typing and not cut and not text[-1:].isspace(), cut).query()


class _Group(Struct):
    """What stands between parentheses: alternatives, each of terms, and the last one still grows."""

    negated: bool
    field: str
    alternatives: list[list[Node]]

    def add(self, node: Node | None, negated: bool) -> None:
        if node and negated:
            node = node.node if isinstance(node, Not) else Not(node)
        if node:
            self.alternatives[-1].append(node)

    def node(self) -> Node | None:
        return _joined(Any, [node for terms in self.alternatives if (node := _joined(All, terms))])


def _joined(kind: type[All] | type[Any], nodes: list[Node]) -> Node | None:
    flat = [inner for node in nodes for inner in (node.nodes if isinstance(node, kind) else (node,))]
    return kind(tuple(flat)) if len(flat) > 1 else next(iter(flat), None)


class _Reader:
    """Goes through a line once; the open parentheses are a list, so that depth costs no recursion."""

    def __init__(self, line: str, typing: bool, cut: bool) -> None:
        self.line = line
        self.typing = typing
        self.too_long = cut
        self.groups = [_Group(False, "", [[]])]
        self.too_deep = 0
        self.negated = False
        """A NOT waits for its term."""
        self.sort: Sort | None = None
        self.terms = self.letters = 0
        self.hints: list[str] = []

    def query(self) -> Query:
        if self.line in _OPERATORS:
            self.term("", self.line, False, self.typing)
        else:
            for token in _compiled(_TOKEN).finditer(self.line):
                self.read(token)
        self.too_deep = 0
        while len(self.groups) > 1:
            self.close()
        if self.too_long:
            self.hints.append(
                f"A query takes {MAX_TERMS} terms and {MAX_LETTERS:,} letters; the rest is left out."
            )
        # Each once, in their order.
        return Query(self.groups[0].node(), self.sort, tuple(dict.fromkeys(self.hints)))

    def read(self, token: re.Match[str]) -> None:
        dashes, field, word = token.group("dashes", "field", "word")
        if token[0] == ")":
            self.close()
        elif token[0] in ("|", "or", "OR"):
            self.groups[-1].alternatives.append([])
            self.negated = False
        elif token[0] == "NOT":
            self.negated = not self.negated
        elif token[0] not in ("", " ", "AND", dashes):
            self.negated ^= len(dashes) % 2 == 1
            field = (field or self.groups[-1].field).lower()
            if token["open"]:
                self.open(field)
                return
            if word and not token["field"]:
                self.suggest(word)
            value = word or token["straight"] or token["curly"] or ""
            open_end = not token["close"]
            typed = self.typing and open_end and token.end() == len(self.line)
            self.term(field, value.rstrip("*") if open_end else value, token[0].endswith("*"), typed)

    def open(self, field: str) -> None:
        if len(self.groups) > MAX_DEPTH:
            self.too_deep += 1
        else:
            self.groups.append(_Group(self.negated, field, [[]]))
        self.negated = False

    def close(self) -> None:
        self.negated = False
        if self.too_deep:
            self.too_deep -= 1
        elif len(self.groups) > 1:
            group = self.groups.pop()
            self.groups[-1].add(group.node(), group.negated)

    def term(self, field: str, value: str, prefix: bool, typed: bool) -> None:
        negated, self.negated = self.negated, False
        # Again: a joiner means something beside a quote, and nothing without it.
        value = clean.line(value, MAX_WRITTEN)
        if field == "sort" and value.lower() in _SORTS:
            self.sort = _SORTS[value.lower()]
            return
        node = _NODES[field](value) if value and field in _NODES else None
        letters = 0
        if isinstance(node, Text | Named):
            # Leaving out all that begins so would leave out nearly everything.
            hidden = sum(group.negated for group in self.groups) % 2 != negated
            node = structs.replace(node, prefix=prefix or (typed and not hidden))
            letters = len(value)
        elif not node and not typed:
            self.refuse(field, value)
        terms = 2 if isinstance(node, All) else 1 if node else 0
        if self.terms + terms > MAX_TERMS or self.letters + letters > MAX_LETTERS:
            self.too_long = True
        else:
            self.terms += terms
            self.letters += letters
            self.groups[-1].add(node, negated)

    def refuse(self, field: str, value: str) -> None:
        if field and not value:
            self.hints.append(f"{field}: needs its value right after the colon: {_TAKES[field]}.")
        elif field not in _TEXTS:
            self.hints.append(f"{field}: takes {_TAKES[field]}.")

    def suggest(self, word: str) -> None:
        """For `titel:x`, and not for `https://x`; either is searched like any other word."""
        name, colon, rest = word.partition(":")
        if colon and name.isalpha() and 3 <= len(name) <= 12 and rest[:2] != "//" and not self.too_long:
            # 2 ms, for a mistake alone.
            from difflib import get_close_matches

            for near in get_close_matches(name.lower(), _TAKES, 1, 0.7):
                self.hints.append(f"There is no field {name}:; did you mean {near}:?")


def unsorted(text: str) -> str:
    """A query without what it says of the order."""
    return to_text(structs.replace(parse(text), sort=None))


def has_words(query: Query) -> bool:
    """Whether a query asks for any words, so that texts can have hits."""

    def within(node: Node | None) -> bool:
        match node:
            case Text():
                return True
            case All() | Any():
                return any(within(part) for part in node.nodes)
        return False

    return within(query.root)


def shortest_prefix(query: Query) -> int:
    """Letters of the shortest word that is only begun; many where none is."""

    def within(node: Node | None) -> int:
        match node:
            case Text(text, prefix=True):
                return len(text)
            case All() | Any():
                return min(within(part) for part in node.nodes)
        return 1_000

    return within(query.root)


def to_text(query: Query) -> str:
    """The canonical text of a query, which `parse` reads as the same one."""
    written = [_written(query.root)] if query.root else []
    return " ".join([*written, f"sort:{query.sort}"] if query.sort else written)


def _written(node: Node) -> str:
    match node:
        case Text(text, field, prefix):
            return (f"{field}:" if field else "") + _quoted(text, prefix)
        case Named(field, name, prefix):
            return f"{field}:" + _quoted(name, prefix)
        case State(name):
            return f"is:{name}"
        case Has(name):
            return f"has:{name}"
        case Number(field, sign, number):
            return f"{field}:{number}" if sign == "=" else f"{field}:{sign}{number}"
        case Time(field, value):
            return f"{field}:{value}"
        case Not(All((Number(field, ">=", least), Number(other, "<=", most)))) if (
            field == other and least <= most
        ):
            # As it was typed; parentheses could be one level deeper than is read.
            return f"-{field}:{least}..{most}"
        case Not(inner):
            return "-" + _enclosed(inner)
        case All(nodes):
            return " ".join(
                _enclosed(inner) if isinstance(inner, Any) else _written(inner) for inner in nodes
            )
        case Any(nodes):
            return " or ".join(map(_written, nodes))


def _enclosed(node: Node) -> str:
    return f"({_written(node)})" if isinstance(node, All | Any) else _written(node)


_PLAIN = rf"(?!-|(?ai:{'|'.join(_TAKES)}):){_WORD}+(?<!\*)"


def _quoted(text: str, prefix: bool) -> str:
    """In quotes where it would not be read as the word it is."""
    plain = _compiled(_PLAIN).fullmatch(text) and text not in _OPERATORS
    return (text if plain else '"' + text.replace('"', " ") + '"') + "*" * prefix
