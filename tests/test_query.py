"""The query language: what each form means, that whatever is typed is a query, and the way back to text."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_reader import clean
from tui_reader.model import SORTS
from tui_reader.query import (
    FORMS,
    MAX_DEPTH,
    MAX_TERMS,
    MAX_WRITTEN,
    All,
    Any,
    Form,
    Has,
    HasName,
    Named,
    NameField,
    Node,
    Not,
    Number,
    NumberField,
    Query,
    Sign,
    State,
    StateName,
    Text,
    TextField,
    parse,
    to_text,
)
from tui_reader.query_times import Time, TimeField, span

A, B, C, D = (Text(letter) for letter in "abcd")

WORDS: list[tuple[str, Node | None]] = [
    ("", None),
    ("a", A),
    ("a b", All((A, B))),
    ("a a", All((A, A))),
    ('"a b"', Text("a b")),
    ('"a"', A),
    ("clim*", Text("clim", prefix=True)),
    ('"a b"*', Text("a b", prefix=True)),
    ("clim**", Text("clim", prefix=True)),
    ("a*b", Text("a*b")),
    ('"a*"', Text("a*")),
    ("„a b“ “c”", All((Text("a b"), C))),
    ("«a b» »c«", All((Text("a b"), C))),
    ('"so “they” said"', Text("so “they” said")),
    ('a"b"c', All((A, B, C))),
    ("日本 Ünï", All((Text("日本"), Text("Ünï")))),
]
JOINED: list[tuple[str, Node | None]] = [
    ("a or b", Any((A, B))),
    ("a OR b | c|d", Any((A, B, C, D))),
    ("a b or c d", Any((All((A, B)), All((C, D))))),
    ("a (b or c)", All((A, Any((B, C))))),
    ("(a b) c", All((A, B, C))),
    ("(a or b) or c", Any((A, B, C))),
    ("((a))", A),
    ("a AND b", All((A, B))),
    ("a and not b", All((A, Text("and"), Text("not"), B))),
    ("or a", A),
    ("a or", A),
    ("a or or b", Any((A, B))),
    ("a or & or b", Any((A, B))),
    ("or", Text("or")),
    ("AND", Text("AND")),
    ("NOT", Text("NOT")),
    ('"or"', Text("or")),
]
NEGATED: list[tuple[str, Node | None]] = [
    ("-a", Not(A)),
    ("NOT a", Not(A)),
    ("a NOT b", All((A, Not(B)))),
    ("--a", A),
    ("NOT -a", A),
    ("NOT AND a", Not(A)),
    ("a NOT or b", Any((A, B))),
    ("(a NOT) b", All((A, B))),
    ('-"a b"', Not(Text("a b"))),
    ("-(a b)", Not(All((A, B)))),
    ("-(a)", Not(A)),
    ("-(-(a))", A),
    ("-(-(a b)) c", All((A, B, C))),
    ("-title:a", Not(Text("a", "title"))),
    ("-or", Not(Text("or"))),
    ("a - b", All((A, B))),
    ("a-b", Text("a-b")),
    ("a|-b", Any((A, Not(B)))),
    ("-", None),
    ("---", None),
]
FIELDS: list[tuple[str, Node | None]] = [
    ("title:a", Text("a", "title")),
    ("TITLE:A", Text("A", "title")),
    ('title:"a b" c', All((Text("a b", "title"), C))),
    ('author:"a b"*', Text("a b", "author", prefix=True)),
    ("provider:a*", Text("a", "provider", prefix=True)),
    ("site:a", Text("a", "provider")),
    ("topic:a note:b", All((Text("a", "topic"), Text("b", "note")))),
    ("title:or", Text("or", "title")),
    ("title:author:a", Text("author:a", "title")),
    ("title:(a or b)", Any((Text("a", "title"), Text("b", "title")))),
    ("title:(a (b -c))", All((Text("a", "title"), Text("b", "title"), Not(Text("c", "title"))))),
    ("title:(a author:b) c", All((Text("a", "title"), Text("b", "author"), C))),
    ("-title:(a b)", Not(All((Text("a", "title"), Text("b", "title"))))),
    ("title:()", None),
    ("title:&", None),
    ("tag:a", Named("tag", "a")),
    ("tag:★", Named("tag", "★")),
    ('source:"The Guardian"', Named("source", "The Guardian")),
    ("kind:vid*", Named("kind", "vid", prefix=True)),
    ("tag:(a or b)", Any((Named("tag", "a"), Named("tag", "b")))),
    ("is:unread", State("unread")),
    ("is:Read -is:bookmarked", All((State("read"), Not(State("bookmarked"))))),
    ("is:(unread or bookmarked)", Any((State("unread"), State("bookmarked")))),
    ("has:fulltext has:note has:image", All((Has("fulltext"), Has("note"), Has("image")))),
    ("quality:80", Number("quality", "=", 80)),
    ("quality:=80", Number("quality", "=", 80)),
    ("quality:>80", Number("quality", ">", 80)),
    ("quality:>=080", Number("quality", ">=", 80)),
    ("heat:<8", Number("heat", "<", 8)),
    ("heat:<=8", Number("heat", "<=", 8)),
    ("heat:5..8", All((Number("heat", ">=", 5), Number("heat", "<=", 8)))),
    ("heat:8..5", All((Number("heat", ">=", 5), Number("heat", "<=", 8)))),
    ("-heat:5..8", Not(All((Number("heat", ">=", 5), Number("heat", "<=", 8))))),
    ("date:2023", Time("date", "2023")),
    ("date:2023-06", Time("date", "2023-06")),
    ("date:2023-6-9", Time("date", "2023-06-09")),
    ("date:Today", Time("date", "today")),
    ("date:2023-06..2023-08", Time("date", "2023-06..2023-08")),
    ("after:2023-06-09 before:yesterday", All((Time("after", "2023-06-09"), Time("before", "yesterday")))),
    ("newer:3D older:1y", All((Time("newer", "3d"), Time("older", "1y")))),
]
NATURAL: list[tuple[str, Node | None]] = [
    ("C++", Text("C++")),
    ("AT&T", Text("AT&T")),
    ("R & D", All((Text("R"), Text("D")))),
    ("+++", None),
    ("🎉", None),
    ("foo-bar", Text("foo-bar")),
    ("don't don’t", All((Text("don't"), Text("don’t")))),
    ("what is AI?", All((Text("what"), Text("is"), Text("AI?")))),
    ("#tag", Text("#tag")),
    ('"', None),
    ('""', None),
    ('a "', A),
    ('5" screen', All((Text("5"), Text("screen")))),
    ('"a b', Text("a b")),
    ('"clim*', Text("clim", prefix=True)),
    ("(unbalanced", Text("unbalanced")),
    ("a) b", All((A, B))),
    (")(", None),
    ("a AND", A),
    ("a NOT", A),
    ("OR AND | NOT", None),
    ("NEAR(a b)", All((Text("NEAR"), A, B))),
    ("col:val", Text("col:val")),
    ("12:30", Text("12:30")),
    ("C:\\x", Text("C:\\x")),
    ("https://a.example/x", Text("https://a.example/x")),
    ("re:invent", Text("re:invent")),
    ("*", None),
    ("^start", Text("^start")),
    ("[a-z]+.*?$", Text("[a-z]+.*?$")),
    ("a\nb\tc\x00\x1b[31m", All((A, B, C))),
    ("\udcff", None),
    ("a\u200d", A),
]
TYPED: list[tuple[str, Node | None]] = [
    ("clim", Text("clim", prefix=True)),
    ("a clim", All((A, Text("clim", prefix=True)))),
    ("clim ", Text("clim")),
    ("title:clim", Text("clim", "title", prefix=True)),
    ("title:(a or b", Any((Text("a", "title"), Text("b", "title", prefix=True)))),
    ("tag:sci", Named("tag", "sci", prefix=True)),
    ('"climate cha', Text("climate cha", prefix=True)),
    ('"climate cha ', Text("climate cha")),
    ('"climate cha"', Text("climate cha")),
    ("(clim)", Text("clim")),
    ("qual", Text("qual", prefix=True)),
    ("a quality:", A),
    ("a is:un", A),
    ("a is:unread", All((A, State("unread")))),
    ("a has:f", A),
    ("a date:20", A),
    ("a sort:new", A),
    ('a title:"', A),
    ("a or", A),
    ("a OR", A),
    ("a -", A),
    ("a (", A),
    ("a NOT", A),
    ("or", Text("or", prefix=True)),
    ("a -cli", All((A, Not(Text("cli"))))),
    ("a -(b cli", All((A, Not(All((B, Text("cli"))))))),
    ("-(a -cli", Not(All((A, Not(Text("cli", prefix=True)))))),
]
REFUSED = [
    ("title: foo", "title: needs its value right after the colon"),
    ('title:"" foo', "title: needs its value right after the colon"),
    ("foo is:", "unread, read or bookmarked"),
    ("foo is:foo", "unread, read or bookmarked"),
    ("foo has:pictures", "fulltext, note or image"),
    ("foo quality:>abc", "70..90"),
    ("foo quality:>", "70..90"),
    ("foo heat:١", "70..90"),
    ("foo date:foo", "2023-06"),
    ("foo date:2023-13", "2023-06"),
    ("foo date:2023-02-30", "2023-06"),
    ("foo date:2023..", "2023-06"),
    ("foo date:2023..today", "2023-06"),
    ("foo date:0000", "2023-06"),
    ("foo date:9999", "2023-06"),
    ("foo date:99999", "2023-06"),
    ("foo after:2023..2024", "2023-06"),
    ("foo newer:3x", "12h, 3d"),
    ("foo newer:0d", "12h, 3d"),
    ("foo older:2023", "12h, 3d"),
    ("foo sort:bar", "newest, oldest"),
]
NEAR = [
    ("titel:x", "title:"),
    ("provder:x", "provider:"),
    ("Tags:x", "tag:"),
    ("tags: x", "tag:"),
    ("ſort:x", "sort:"),
]


@pytest.mark.parametrize(("text", "root"), WORDS + JOINED + NEGATED + FIELDS + NATURAL)
def test_every_form_has_one_meaning(text: str, root: Node | None) -> None:
    assert parse(text) == Query(root)


@pytest.mark.parametrize(("text", "root"), TYPED)
def test_a_query_still_typed_ends_in_a_beginning_and_gives_no_hint(text: str, root: Node | None) -> None:
    assert parse(text, typing=True) == Query(root)


@pytest.mark.parametrize(("text", "allowed"), REFUSED)
def test_a_value_that_cannot_be_used_is_left_out_and_the_hint_names_what_can(text: str, allowed: str) -> None:
    found = parse(text)
    assert found.root == Text("foo")
    assert len(found.hints) == 1
    assert allowed in found.hints[0]
    assert found.hints[0].endswith(".")


@pytest.mark.parametrize(("text", "near"), NEAR)
def test_a_field_that_is_nearly_known_is_searched_as_text_and_named(text: str, near: str) -> None:
    found = parse(text)
    assert found.hints == (f"There is no field {text.partition(':')[0]}:; did you mean {near}?",)
    assert found.root is not None


def test_a_hint_is_told_once() -> None:
    assert len(parse("is:x is:x tags:a tags:a").hints) == 2


@pytest.mark.parametrize("sort", SORTS)
def test_an_order_may_stand_anywhere_and_the_last_one_counts(sort: str) -> None:
    assert parse(f"a sort:best or (b sort:{sort.upper()})") == Query(Any((A, B)), sort)  # type: ignore[arg-type]
    assert parse(f"sort:{sort}").root is None


def test_terms_beyond_the_limit_are_left_out_and_a_hint_says_so() -> None:
    words = [f"w{number}" for number in range(MAX_TERMS + 6)]
    found = parse(" ".join(words))
    assert found.root == All(tuple(map(Text, words[:MAX_TERMS])))
    assert str(MAX_TERMS) in found.hints[0]


def test_a_word_cut_by_the_limit_is_not_searched() -> None:
    """A part of a word would find nothing, and with it the whole query."""
    found = parse("a " + "b" * 10_000)
    assert found.root == A
    assert found.hints


def test_parentheses_beyond_the_deepest_are_blanks() -> None:
    assert parse("-(" * MAX_DEPTH + "a") == Query(A)
    assert parse("-(" * (MAX_DEPTH + 3) + "a" + ")" * (MAX_DEPTH + 3) + " b") == Query(All((A, B)))


@pytest.mark.parametrize(
    "unit", ['"', "(", ")", "-", "-(", "or ", "title:", "title:(", "a*", "is:x ", "tags:x "]
)
@pytest.mark.parametrize("typing", [False, True])
def test_ten_thousand_of_anything_are_read_in_linear_time(unit: str, typing: bool) -> None:
    """A recursion would fail, quadratic time would be felt; the second text is read to its end."""
    for text in (unit * 10_000, (unit * 10_000)[: MAX_WRITTEN - 1]):
        found = parse(text, typing=typing)
        assert parse(to_text(found)).root == found.root


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.written)
def test_every_documented_form_is_read_without_a_hint(form: Form) -> None:
    found = parse(form.written)
    assert found.hints == ()
    assert found != Query()


def test_every_field_is_documented_once() -> None:
    """What a hint allows and what the table shows are the same fields."""
    shown = [
        form.written.partition(":")[0] for form in FORMS if ":" in form.written and ":(" not in form.written
    ]
    fields = [field for kind in (TextField, NameField, NumberField, TimeField) for field in get_args(kind)]
    assert sorted(shown) == sorted([*filter(None, fields), "is", "has", "sort"])


CANONICAL = [
    ("a  AND b", "a b"),
    ("(a b) OR c", "a b or c"),
    ("a | (b | c)", "a or b or c"),
    ("(a or b) -(c d)", "(a or b) -(c d)"),
    ("Title:(a or b)", "title:a or title:b"),
    ("quality:=80 heat:5..8", "quality:80 heat:>=5 heat:<=8"),
    ("-heat:8..5", "-heat:5..8"),
    ("-(heat:>=8 heat:<=5)", "-(heat:>=8 heat:<=5)"),
    ("„a b“ 'c'", "\"a b\" 'c'"),
    ('"or" "-a" "a*" "is:a" "(a)"', '"or" "-a" "a*" "is:a" "(a)"'),
    ("sort:Best a", "a sort:best"),
]


@pytest.mark.parametrize(("text", "canonical"), CANONICAL)
def test_a_query_is_written_in_one_way(text: str, canonical: str) -> None:
    assert to_text(parse(text)) == canonical
    assert parse(canonical) == parse(text)


def test_a_quote_inside_a_text_is_written_as_a_blank() -> None:
    """The language cannot say it, and the search does not know it."""
    assert to_text(Query(Text('a"b'))) == '"a b"'


PIECES = (
    *'ab "()|-*:“”«»',
    *(
        "or ",
        " OR ",
        " AND ",
        " NOT ",
        "title:",
        "site:",
        "tag:",
        "is:unread",
        "is:x",
        "has:note",
        "sort:best",
    ),
    *(
        "quality:",
        ">80",
        "5..8",
        "8..5",
        "date:",
        "2023",
        "-6",
        "..",
        "newer:",
        "3d",
        "C++",
        "\u200d",
        "\u0301",
    ),
)
flavoured = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@given(text=st.text(alphabet=st.characters()) | flavoured, typing=st.booleans())
def test_whatever_is_typed_is_a_query_and_survives_being_written(text: str, typing: bool) -> None:
    """Saved views keep the canonical text; it must say what was asked for."""
    found = parse(text, typing=typing)
    again = parse(to_text(found))
    assert (again.root, again.sort) == (found.root, found.sort)
    assert to_text(again) == to_text(found)


def _joined(kind: type[All] | type[Any], nodes: list[Node]) -> Node:
    return kind(tuple(part for node in nodes for part in (node.nodes if isinstance(node, kind) else (node,))))


texts = st.text(
    alphabet=st.characters(categories=["L", "N"]) | st.sampled_from(" -*():|&'“”"), max_size=12
).filter(lambda text: clean.line(text) == text and parse(f'"{text}"').root is not None)
names = st.text(alphabet=st.characters(exclude_characters='"'), min_size=1, max_size=12).filter(
    lambda name: clean.line(name) == name
)
numbers = st.integers(0, 10**9 - 1)
days = st.dates(datetime(1900, 1, 1).date(), datetime(2200, 12, 31).date()).flatmap(
    lambda day: st.sampled_from([f"{day:%Y}", f"{day:%Y-%m}", f"{day:%Y-%m-%d}"])
)
ranges = st.tuples(days, days).map("..".join)
moments = days | st.sampled_from(["today", "yesterday"])
agos = st.tuples(st.integers(1, 9999), st.sampled_from("hdwmy")).map(lambda ago: f"{ago[0]}{ago[1]}")
times = (
    st.builds(Time, st.just("date"), moments | ranges)
    | st.builds(Time, st.sampled_from(["after", "before"]), moments)
    | st.builds(Time, st.sampled_from(["newer", "older"]), agos)
)
leaves = st.one_of(
    st.builds(Text, texts, st.sampled_from(get_args(TextField)), st.booleans()),
    st.builds(Named, st.sampled_from(get_args(NameField)), names, st.booleans()),
    st.builds(State, st.sampled_from(get_args(StateName))),
    st.builds(Has, st.sampled_from(get_args(HasName))),
    st.builds(Number, st.sampled_from(get_args(NumberField)), st.sampled_from(get_args(Sign)), numbers),
    times,
)


def _branches(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=4)
    return st.one_of(
        inner.map(lambda node: node.node if isinstance(node, Not) else Not(node)),
        several.map(lambda nodes: _joined(All, nodes)),
        several.map(lambda nodes: _joined(Any, nodes)),
    )


@given(
    root=st.none() | st.recursive(leaves, _branches, max_leaves=20), sort=st.none() | st.sampled_from(SORTS)
)
def test_every_tree_is_read_from_what_is_written_of_it(root: Node | None, sort: str | None) -> None:
    query = Query(root, sort)  # type: ignore[arg-type]
    assert parse(to_text(query)) == query


BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2024, 3, 31, 12, 30, tzinfo=BERLIN)
"""The day summer time began: its midnight was an hour off."""


def _at(*when: int) -> int:
    return int(datetime(*when, tzinfo=BERLIN).timestamp())  # type: ignore[arg-type, misc]


SPANS: list[tuple[str, int | None, int | None]] = [
    ("date:2023", _at(2023, 1, 1), _at(2024, 1, 1)),
    ("date:2023-06", _at(2023, 6, 1), _at(2023, 7, 1)),
    ("date:2023-12", _at(2023, 12, 1), _at(2024, 1, 1)),
    ("date:2023-06-09", _at(2023, 6, 9), _at(2023, 6, 10)),
    ("date:2023-06..2023-08", _at(2023, 6, 1), _at(2023, 9, 1)),
    ("date:2023-08..2023-06", _at(2023, 6, 1), _at(2023, 9, 1)),
    ("date:2022..2023-06-09", _at(2022, 1, 1), _at(2023, 6, 10)),
    ("date:today", _at(2024, 3, 31), _at(2024, 4, 1)),
    ("date:yesterday", _at(2024, 3, 30), _at(2024, 3, 31)),
    ("after:2023-06-09", _at(2023, 6, 9), None),
    ("after:2023-06", _at(2023, 6, 1), None),
    ("before:2023-06-09", None, _at(2023, 6, 9)),
    ("before:today", None, _at(2024, 3, 31)),
    ("newer:12h", _at(2024, 3, 31, 12, 30) - 12 * 3_600, None),
    ("newer:3d", _at(2024, 3, 31, 12, 30) - 3 * 86_400, None),
    ("older:2w", None, _at(2024, 3, 31, 12, 30) - 14 * 86_400),
    ("older:1m", None, _at(2024, 2, 29, 12, 30)),
    ("older:13m", None, _at(2023, 2, 28, 12, 30)),
    ("older:1y", None, _at(2023, 3, 31, 12, 30)),
    ("newer:9999y", _at(1900, 3, 31, 12, 30), None),
]


@pytest.mark.parametrize(("text", "begin", "end"), SPANS)
def test_days_begin_at_local_midnight_and_months_are_the_calendars(
    text: str, begin: int | None, end: int | None
) -> None:
    root = parse(text).root
    assert isinstance(root, Time)
    assert span(root, NOW) == (begin, end)


def test_the_offset_of_today_is_not_taken_for_that_of_another_season(monkeypatch: pytest.MonkeyPatch) -> None:
    """`datetime.now().astimezone()` knows no more than an offset; winter has another one."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        now = datetime(2024, 7, 1, 12).astimezone()
        assert span(Time("after", "2024-01-15"), now) == (_at(2024, 1, 15), None)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_offset_that_is_not_the_systems_is_kept() -> None:
    zone = timezone(timedelta(hours=5, minutes=45))
    begin = datetime(2023, 6, 9, tzinfo=zone).timestamp()
    assert span(Time("after", "2023-06-09"), datetime(2024, 1, 1, tzinfo=zone)) == (begin, None)


@given(
    moment=times,
    now=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.sampled_from([UTC, BERLIN])),
)
def test_every_time_that_is_read_has_a_span(moment: Time, now: datetime) -> None:
    assert parse(to_text(Query(moment))).root == moment
    begin, end = span(moment, now)
    assert begin is not None or end is not None
    assert begin is None or end is None or begin < end


def test_a_time_that_was_never_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="not a time"):
        span(Time("date", "soon"), NOW)


def test_the_language_loads_nothing_heavy() -> None:
    """`list` parses a query before anything else; difflib waits for a mistake."""
    loaded = "import sys, tui_reader.query; print('difflib' in sys.modules, 'textual' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["False", "False"]
