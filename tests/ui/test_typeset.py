"""Markdown as it is drawn: what a block looks like, and that no text leaves its width or its safety."""

import subprocess
import sys
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tui_reader import clean
from tui_reader.ui.panes.article_page import Page
from tui_reader.ui.text.blocks import CODE, EMPHASIS, HEADING, LINK, MARK, REST, STRIKE, STRONG, Links
from tui_reader.ui.text.chunks import MAX_TEXT, chunks
from tui_reader.ui.text.flow import Line, is_narrow
from tui_reader.ui.text.markdown import MAX_CODE_LINES, Body


def lines_of(text: str, width: int = 40, *, links: Links | None = None, images: bool = True) -> list[Line]:
    page = Page(Body(text, links or Links(), images=images).pieces(), width)
    page.lay_out()
    return page.lines


def drawn(text: str, width: int = 40, *, images: bool = True) -> list[str]:
    lines = lines_of(text, width, images=images)
    return ["".join(run.text for run in line.runs).rstrip() for line in lines]


def looks(lines: Sequence[Line]) -> dict[str, int]:
    return {run.text: run.look for line in lines for run in line.runs}


DRAWN = {
    "a heading shows its level by its marks": ("### Far *away*", ["### Far away"]),
    "a long heading hangs behind its marks": (
        "# " + "word " * 10,
        ["# word word word word word word word", "  word word word"],
    ),
    "source lines flow together": ("one\ntwo", ["one two"]),
    "a hard break stays": ("one\\\ntwo  \nthree<br>four", ["one", "two", "three", "four"]),
    "bullets hang": ("- " + "word " * 9, ["• word word word word word word word", "  word word"]),
    "lists nest": (
        "- a\n  - b\n    1. c\n    2. d\n- e",
        ["• a", "  • b", "    1. c", "    2. d", "• e"],
    ),
    "a loose list has blank lines": ("1. a\n\n2. b", ["1. a", "", "2. b"]),
    "numbers are kept and aligned": (
        "9. a\n10. b\n11. c",
        [" 9. a", "10. b", "11. c"],
    ),
    "tasks show their boxes": ("- [ ] to do\n- [x] done", ["[ ] to do", "[x] done"]),
    "quotes nest": ("> a\n>\n> > b", ["▎ a", "▎", "▎ ▎ b"]),
    "code is not wrapped but folded": (
        "```python\n" + "x" * 50 + "\n```",
        ["python", "│ " + "x" * 38, "┆ " + "x" * 12],
    ),
    "code keeps blank lines and marks": ("```\na *b*\n\n[c](d)\n```", ["│ a *b*", "│", "│ [c](d)"]),
    "a fence within a list belongs to it": (
        "- a\n\n  ```\n  b\n\n  c\n  ```",
        ["• a", "", "  │ b", "  │", "  │ c"],
    ),
    "indented code may have blank lines": ("    a\n\n    b", ["│ a", "│", "│ b"]),
    "a table lines up": (
        "| a | long head |\n|--:|:--|\n| 100 | x |",
        ["  a │ long head", "────┼──────────", "100 │ x"],
    ),
    "a table lines up by cells, not letters": (
        "| a | b |\n|---|---|\n| 漢字 | x |\n| y | z |",
        ["a    │ b", "─────┼──", "漢字 │ x", "y    │ z"],
    ),
    "wide cells are wrapped": (
        "| a | b |\n|---|---|\n| x | " + "word " * 9 + "|\n| y | z |",
        [
            "a │ b",
            "──┼─────────────────────────────────────",
            "x │ word word word word word word word",
            "  │ word word",
            "──┼─────────────────────────────────────",
            "y │ z",
        ],
    ),
    "a table without room is a list of its cells": (
        "|"
        + "|".join(f"head{n}" for n in range(9))
        + "|\n"
        + "|-" * 9
        + "|\n|"
        + "|".join("abcdefghi")
        + "|",
        [f"head{n}: {cell}" for n, cell in enumerate("abcdefghi")],
    ),
    "links are numbered once for each address": (
        "[a](http://x.example/1) [b](http://x.example/2) [c](http://x.example/1)",
        ["a[1] b[2] c[1]"],
    ),
    "a bare address is a link": ("See http://x.example/a_b_c.", ["See http://x.example/a_b_c[1]."]),
    "an address that must not be opened is text": (
        "[a](javascript:alert(1)) [b](file:///etc/passwd) <data:text/html,x>",
        ["a b data:text/html,x"],
    ),
    "a mail address is named": ("[write](mailto:a@b.example)", ["write <a@b.example>"]),
    "references may stand below": ("[a][1]\n\n[1]: http://x.example/", ["a[1]"]),
    "footnotes stay as they are": (
        "a[^1]\n\n[^1]: http://x.example/",
        ["a[^1]", "", "[^1]: http://x.example/[1]"],
    ),
    "an image is its caption and address": (
        "![A cat](http://x.example/cat.png)",
        ["[image] A cat — x.example/cat.png[1]"],
    ),
    "an address without room has its own line": (
        "![A cat on a mat](http://x.example/cat.png)",
        ["[image] A cat on a mat", "x.example/cat.png[1]"],
    ),
    "an image in the text is its caption": (
        "An ![icon](http://x.example/i.png) here",
        ["An [image] icon[1] here"],
    ),
    "tags are dropped, their text is kept": (
        "a <b>bold</b> <span onclick='x()'>word</span>",
        ["a bold word"],
    ),
    "raw blocks are paragraphs": (
        "<div><p>one</p><script>bad()</script>two &amp; three</div>\n\n<!-- not\n\nseen -->",
        ["one", "", "two & three"],
    ),
    "entities are letters": ("&copy; &lt;b&gt;", ["© <b>"]),
    "a long word is cut": ("x" * 45, ["x" * 40, "x" * 5]),
    "wide letters break anywhere but before a full stop": ("漢" * 20 + "。", ["漢" * 19, "漢。"]),
}


@pytest.mark.parametrize("rule", DRAWN)
def test_blocks_are_drawn(rule: str) -> None:
    text, expected = DRAWN[rule]
    assert drawn(text) == expected


def test_every_look_can_be_told_apart() -> None:
    """Emphasis of every kind reaches the lines, and adds up."""
    seen = looks(lines_of("**s** *e* ~~d~~ `c` ***b*** [l](http://x.example)\n\n# h", 80))
    assert (seen["s"], seen["e"], seen["d"], seen["c"]) == (STRONG, EMPHASIS, STRIKE, CODE)
    assert (seen["b"], seen["l"], seen["h"]) == (STRONG | EMPHASIS, LINK, HEADING)
    assert seen["`"] & MARK


def test_hidden_images_take_no_number() -> None:
    text = "![a](http://x.example/a.png)\n\n[![b](http://x.example/b.png)](http://x.example/b) [c](http://x.example/c)"
    links = Links()
    assert drawn(text, images=False) == ["b[1] c[2]"]
    lines_of(text, links=links, images=False)
    assert links.urls == ["http://x.example/b", "http://x.example/c"]
    assert links.texts == ["b", "c"]


CHUNKED = {
    "paragraphs": ("a\nb\n\n\nc", ["a\nb", "c"]),
    "a list with blank lines": ("- a\n\n  b\n\n- c\n\nd", ["- a\n\n  b\n\n- c", "d"]),
    "a fence with blank lines": ("a\n```\nb\n\nc\n```\nd", ["a", "```\nb\n\nc\n```", "d"]),
    "a fence longer than the one inside": ("````\n```\n\n````\na", ["````\n```\n\n````", "a"]),
    "an open fence": ("~~~\na\n\nb", ["~~~\na\n\nb"]),
    "a comment with blank lines": ("<!-- a\n\nb -->\nc", ["<!-- a\n\nb -->", "c"]),
    "tags to the next blank line": ("<div>\n```\n\na", ["<div>\n```", "a"]),
    "indented code": ("    a\n\n    b\n\nc", ["    a\n\n    b", "c"]),
    "a quote": ("> a\n> b\n\n> c", ["> a\n> b", "> c"]),
}


@pytest.mark.parametrize("rule", CHUNKED)
def test_text_is_cut_where_no_block_runs_on(rule: str) -> None:
    """The first screen of a long text is parsed without the rest, and comes out the same."""
    text, expected = CHUNKED[rule]
    lines = text.split("\n")
    assert ["\n".join(lines[start:end]) for _, start, end in chunks(lines)] == expected


def test_a_long_list_keeps_its_numbers() -> None:
    """A long list is parsed in portions; nobody sees where one ends."""
    text = "\n".join(f"{n}. item" for n in range(1, 1200))
    assert drawn(text)[-1] == "1199. item"
    assert "" not in drawn(text)


def test_a_long_paragraph_has_no_gaps() -> None:
    assert "" not in drawn("word " * 20_000)


WIDE_TABLE = "|".join("h" * 500) + "\n" + "-|" * 500 + "\n" + ("c|" * 500 + "\n") * 50

LEFT_OUT = {
    "rows of a table": ("a|b\n-|-\n" + "1|2\n" * 500, "… 300 more rows are not shown"),
    "cells of a table": (WIDE_TABLE, "… 42 more rows are not shown"),
    "lines of code": ("```\n" + "x\n" * (MAX_CODE_LINES + 1) + "```", REST),
    "raw html": ("<pre>" + "<b>x</b>" * 50_000, REST),
    "nested quotes": (">" * 10_000 + " deep", REST),
    "nested lists": ("\n".join(" " * 2 * n + "- x" for n in range(100)), REST),
    "a text": ("word " * (MAX_TEXT // 4), REST),
}  # fmt: skip


@pytest.mark.parametrize("rule", LEFT_OUT)
def test_what_is_left_out_is_said(rule: str) -> None:
    text, note = LEFT_OUT[rule]
    assert any(note in line for line in drawn(text, 78))


HEAVY = {
    "a line without blanks": "x" * 10_000_000,
    "a line of words": "word " * 2_000_000,
    "brackets": "![" * 500_000,
    "stars": "*a_" * 300_000,
    "links": "[a](http://x.example/b) " * 100_000,
    "items": "- a\n" * 250_000,
    "wide letters": "漢字" * 500_000,
    "a wide table": WIDE_TABLE,
    "markers": "> " * 100_000 + "\n" + "- " * 100_000,
    "open comments": "<!-- " * 200_000,
    "open tags": "<div " * 200_000,
    "code": "```\n" + "漢" * 1_000_000,
}


@pytest.mark.parametrize("rule", HEAVY)
def test_no_text_keeps_the_screen_waiting(rule: str) -> None:
    """The first screen of anything is there in a moment; measured 5 to 140 ms."""
    begin = time.perf_counter()
    Page(Body(HEAVY[rule], Links()).pieces(), 78).lay_out(40)
    assert time.perf_counter() - begin < 2


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[31mred\x1b[0m \x9b31m \x07",
        "a &#x202e;b &#x1b;[31m &#8203; c",
        "`\u202ecode`",
        "```\u2066\n\x1b]0;title\x07\n\u2028\r\n```",
        "| \u202e | \x1b |\n|---|---|\n| \u200b | \x85 |",
        "![\u202ecat](http://x.example/\u202e)",
        "<div>\u202e&#x202e;&#27;[2J</div>",
        "tab\tand\rreturn\u2028line",
    ],
)
def test_nothing_unsafe_is_drawn(text: str) -> None:
    """Not even what only the parsing of entities brings to light."""
    for width in (2, 20, 80):
        for line in drawn(text, width):
            assert clean.is_clean(line)
            assert not set(line) & set("\n\t\r\u2028\u2029")


def test_narrow_letters_are_one_cell_wide() -> None:
    """What is wrapped by counting letters takes as many cells as letters, by Textual's own count."""
    narrow = [chr(code) for code in range(0x3000) if is_narrow(chr(code))]
    assert len(narrow) > 2_000
    assert {cell_len(letter) for letter in narrow} == {1}


MARKS = [
    "*", "**", "_", "`", "```", "~~", "[", "](", ")", "![", "](http://x.example/a)", "<b>", "<br>", "<div>",
    "<!--", "&amp;", "|", "---", "\\", "> ", "- ", "1. ", "# ", "\n", "\n\n", "  \n", "    ", "```\n", "\t",
    "- [ ] ", "[a]: http://x.example\n", "|\n|-|-|\n",
]  # fmt: skip
LETTERS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "漢字",
            "한국어",
            "👩‍👩‍👧",
            "❤\ufe0f",
            "🇩🇪",
            "e\u0301\u0302",
            "नमस्ते",
            "ไทย",
            "\u200d",
            "\ufe0f",
            "مرحبا",
        ]
    ),
    st.text("abc xyz-", min_size=1, max_size=60),
)
TEXTS = st.lists(st.one_of(st.sampled_from(MARKS), LETTERS), max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, width=st.integers(2, 100))
def test_no_line_leaves_its_width(text: str, width: int) -> None:
    """Whatever the text, a line says how wide it is, and it is never wider than asked."""
    for line in lines_of(text, width):
        assert sum(cell_len(run.text) for run in line.runs) == line.cells <= width
        assert all(clean.is_clean(run.text) and "\n" not in run.text for run in line.runs)


@settings(max_examples=100, deadline=None)
@given(words=st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=1), width=st.integers(2, 60))
def test_no_word_is_lost(words: list[str], width: int) -> None:
    """The lines, put together again as they say, are the text."""
    lines = lines_of(" ".join(words), width)
    joined = "".join("".join(run.text for run in line.runs) + line.end for line in lines)
    assert joined == " ".join(words) + "\n"


def test_markdown_it_waits_for_the_first_article() -> None:
    """Its import takes 60 to 130 ms, which the first paint does without."""
    asked = "import sys, tui_reader.ui.panes.article_view; print('markdown_it' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
