"""Where front matter ends, what it says, and what may not be loaded."""

import contextlib
import subprocess
import sys
import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_reader.sources.files import front_matter, safe_yaml
from tui_reader.sources.files.safe_yaml import UnreadableError

NO_FRONT_MATTER = {
    "plain text": "Just a text.\n",
    "a text between two rules": "---\nA paragraph.\n---\nMore.\n",
    "a note between two rules": "---\nNote: this is no key\n---\nMore.\n",
    "a list between two rules": "---\n- one\n- two\n---\nMore.\n",
    "a heading between two rules": "---\n# Chapter one\n---\nMore.\n",
    "a rule and nothing closing it": "---\nA paragraph.\n",
    "broken YAML that is a text": "---\nHe said: well: [no\n\nIndeed\n---\nMore.\n",
    "a template's brace": "{Title} of a text\n",
    "JSON in a sentence": '{"a": 1} is an object\n',
    "a dash": "---",
}
BODY_KEPT = {
    "YAML": "---\ntitle: x\n---\n    code\n\ntext\n",
    "YAML closed by dots": "---\ntitle: x\n...\n    code\n\ntext\n",
    "TOML": '+++\ntitle = "x"\n+++\n    code\n\ntext\n',
    "JSON": '{\n  "title": "x"\n}\n    code\n\ntext\n',
    "blank lines before": "\n\n---\ntitle: x\n---\n    code\n\ntext\n",
    "blanks behind the dashes": "---  \ntitle: x\n--- \n    code\n\ntext\n",
}


@pytest.mark.parametrize("text", NO_FRONT_MATTER.values(), ids=NO_FRONT_MATTER)
def test_text_that_only_looks_like_front_matter_stays_whole(text: str) -> None:
    assert front_matter.split(text) == front_matter.Parts(None, text)


@pytest.mark.parametrize("text", BODY_KEPT.values(), ids=BODY_KEPT)
def test_body_begins_after_the_closing_line_and_is_not_stripped(text: str) -> None:
    assert front_matter.split(text) == front_matter.Parts({"title": "x"}, "    code\n\ntext\n")


def test_empty_front_matter_is_no_text() -> None:
    assert front_matter.split("---\n---\nbody") == front_matter.Parts({}, "body")


def test_front_matter_to_the_end_of_a_file_needs_no_closing_line() -> None:
    assert front_matter.split("---\ntitle: x\ndate: 2023-01-01\n").values == {
        "title": "x",
        "date": "2023-01-01",
    }


@pytest.mark.parametrize("value", ["no", "12:30:45", "2023-02-30", "007", "1e3", "=", "true", "0x10"])
def test_scalars_stay_what_was_written(value: str) -> None:
    """YAML would make them False, 45045, an error, 7, 1000.0, an error, True and 16."""
    assert front_matter.split(f"---\ntitle: {value}\n---\n").values == {"title": value}


def test_nothing_is_none_and_quoted_nothing_is_text() -> None:
    values = front_matter.split('---\na:\nb: ~\nc: null\nd: "~"\ne: ""\n---\n').values
    assert values == {"a": None, "b": None, "c": None, "d": "~", "e": ""}


def test_last_of_two_equal_keys_counts() -> None:
    assert front_matter.split("---\ntitle: a\ntitle: b\n---\n").values == {"title": "b"}


def test_aliases_and_merge_keys_mean_what_they_stand_for() -> None:
    values = front_matter.split("---\nd: &d {a: x, b: y}\ne: *d\nf:\n  <<: *d\n  b: z\n---\n").values
    assert values == {"d": {"a": "x", "b": "y"}, "e": {"a": "x", "b": "y"}, "f": {"a": "x", "b": "z"}}


def test_alias_within_what_it_stands_for_is_nothing() -> None:
    values = front_matter.split("---\na: &a [x, *a]\nb: &b {c: *b}\n---\n").values
    assert values == {"a": ["x", None], "b": {"c": None}}


MENDED = {
    "title: AI: the next wave": "AI: the next wave",
    "title: [Video] How to": "[Video] How to",
    'title: "AI" is here': '"AI" is here',
    'title: "AI is here': "AI is here",
    r'title: "C:\path"': r"C:\path",
    "title: %discount": "%discount",
    "title: @home": "@home",
    "title: *Bold* news": "*Bold* news",
    "title: `code`": "`code`",
    "\ttitle: x": "x",
}


@pytest.mark.parametrize(("line", "title"), MENDED.items())
def test_broken_value_costs_no_other(line: str, title: str) -> None:
    """What a person meant by a title that breaks YAML's rules is its text."""
    values = front_matter.split(
        f"---\ncategory: news\n{line.strip()}\nlist:\n\t- a\n\t- b: c: d\n---\nbody"
    ).values
    assert values == {"category": "news", "title": title, "list": ["a", {"b": "c: d"}]}


def test_key_that_cannot_be_mended_is_left_out_alone() -> None:
    values = front_matter.split("---\ntitle: x\nodd:\n  - [a\n  b: c\nlast: y\n---\nbody").values
    assert values == {"title": "x", "last": "y"}


def test_bad_date_of_toml_costs_no_other_key() -> None:
    values = front_matter.split('+++\ntitle = "x"\ndate = 2023-02-30\nlast = 1\n+++\n').values
    assert values == {"title": "x", "date": "2023-02-30", "last": 1}


def test_large_number_of_json_is_kept_as_text() -> None:
    values = front_matter.split('{"title": "x", "n": ' + "9" * 5_000 + "}\n").values
    assert values == {"title": "x", "n": "9" * 5_000}


def _nested(levels: int) -> str:
    return "".join("  " * level + f"k{level}:\n" for level in range(levels)) + "  " * levels + "end: x"


REFUSED = {
    "brackets": ("a: b\nc: " + "[" * 25_000, 3),
    "braces": ("c: " + "{" * 25_000, 2),
    "nested keys": (_nested(65), 66),
    "dashes on a line": ("c:\n " + "- " * 100_000, 3),
    "questions": ("a: b\n" + "? " * 100_000, 3),
    "aliases of aliases": (
        "\n".join(f"k{i}: &k{i} [{', '.join([f'*k{i - 1}'] * 9) if i else 'x'}]" for i in range(12)),
        None,
    ),
    "merge keys of merge keys": (
        "\n".join(
            f"k{i}: &k{i} {{<<: [{', '.join([f'*k{i - 1}'] * 2) if i else ''}], x{i}: y}}" for i in range(30)
        ),
        None,
    ),
    "a million values": ("k:\n" + "- a\n" * 500_000, None),
    "no end": ("k: " + "x" * 3_500_000, None),
}


@pytest.mark.parametrize(("block", "line"), REFUSED.values(), ids=REFUSED)
def test_hostile_front_matter_is_refused_before_it_is_loaded(block: str, line: int | None) -> None:
    """A few hundred bytes took a process down, or held it for seconds."""
    began = time.perf_counter()
    with pytest.raises(UnreadableError) as refused:
        front_matter.split(f"---\n{block}\n---\nbody")
    assert time.perf_counter() - began < 5
    assert line is None or refused.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' + "[" * 100_000,
        '{"a":' * 100_000,
        '{"a":' + "[" * 80 + "]" * 80 + "}\n",
        "+++\na = " + "[" * 50_000 + "\n+++\n",
        "+++\n" + "a." * 50_000 + "a = 1\n+++\n",
        "+++\na = " + "[" * 70 + "]" * 70 + "\n+++\n",
    ],
    ids=["JSON lists", "JSON mappings", "80 levels", "TOML lists", "TOML keys", "70 levels"],
)
def test_depth_is_refused_in_toml_and_json(text: str) -> None:
    began = time.perf_counter()
    with pytest.raises(UnreadableError):
        front_matter.split(text)
    assert time.perf_counter() - began < 5


def test_brackets_in_a_quoted_title_are_no_depth() -> None:
    assert front_matter.split('---\ntitle: "' + "[" * 300 + '"\n---\n').values == {"title": "[" * 300}


def test_sixty_four_levels_are_read() -> None:
    assert front_matter.split(f"---\n{_nested(63)}\n---\n").values


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ('{\n  "title": "x",\n}\n', 3, "JSON"),
        ("+++\ntitle = 'x'\n" + "no key\n" * 30 + "+++\n", 22, "key"),
        ("---\ntitle: x\n\nThis: is [a\ntext\n", 1, "no end"),
        ("\n---\ntitle: x\n\nThis: is [a\ntext\n", 2, "no end"),
        ("---\nbad: *\n  - [\n---\n", 2, "expected"),
    ],
    ids=["JSON", "TOML", "never closed", "never closed, further down", "YAML"],
)
def test_broken_front_matter_tells_its_line_in_the_file(text: str, line: int, word: str) -> None:
    with pytest.raises(UnreadableError) as broken:
        front_matter.split(text)
    assert broken.value.line == line
    assert word in broken.value.reason
    assert broken.value.reason.endswith(".")


YAML_PIECES = st.lists(
    st.sampled_from(
        [
            "- ",
            "? ",
            ": ",
            "a: ",
            "[",
            "]",
            "{",
            "}",
            ",",
            "\n",
            "  ",
            "\t",
            "&a ",
            "*a",
            "!t ",
            '"',
            "'",
            "|",
            "b",
        ]
    ),
    max_size=120,
)


def _depth(block: str) -> int:
    depth = deepest = 0
    try:
        for event in yaml.parse(block, Loader=yaml.CLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            deepest = max(deepest, depth)
    except yaml.YAMLError:
        pass
    return deepest


@settings(deadline=None)
@given(YAML_PIECES)
def test_depth_told_at_a_glance_is_never_too_small(pieces: list[str]) -> None:
    """Each bracket is a level at most, each column before a line's first text two."""
    block = "".join(pieces)
    columns = max((len(line) - len(line.lstrip(" \t?:-")) for line in block.split("\n")), default=0)
    assert _depth(block) <= block.count("[") + block.count("{") + 2 * (columns + 1)


@settings(deadline=None)
@given(st.integers(0, 200), st.sampled_from(["[", "{a: ", "- ", "? ", ": "]))
def test_what_is_flat_is_not_deep(count: int, opener: str) -> None:
    block = opener * count
    assert not safe_yaml.is_flat(block) or _depth(block) <= safe_yaml.MAX_DEPTH


@settings(deadline=None)
@given(
    st.sampled_from(["---\n", "+++\n", "{", '{"', "---\ntitle: "]),
    st.text(),
    st.sampled_from(["\n---\n", "\n+++\n", "}\n", ""]),
)
def test_splitting_raises_nothing_else(start: str, middle: str, end: str) -> None:
    with contextlib.suppress(UnreadableError):
        parts = front_matter.split(start + middle + end)
        assert (start + middle + end).endswith(parts.body)


def test_yaml_is_read_without_libyaml_too() -> None:
    """A PyYAML that was built from source may lack the C parser."""
    program = (
        "import sys; sys.modules['yaml._yaml'] = None\n"
        "from tui_reader.sources.files import front_matter as f\n"
        "print(f.split('---\\ntitle: no\\na: &x [b, ~]\\nc: *x\\n---\\n').values)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "{'title': 'no', 'a': ['b', None], 'c': ['b', None]}"


def test_characters_that_json_writes_in_two_halves_are_whole() -> None:
    assert safe_yaml.load('title: "\\ud83d\\ude80 to the \\u006doon"') == {"title": "🚀 to the moon"}
