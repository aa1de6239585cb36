"""Plain text made into Markdown, and what a text says of itself."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tui_reader.sources.texts import markdown

AS_TYPED = {
    "prose": "Some *stars*, _lines_, [brackets](x), `ticks`, <b>, &amp;, a_b_c, 2 * 3, \\*.",
    "hash": "# is a hash sign",
    "hash tag": "#news of the day",
    "rule of equal signs": "x\n\n===\n\ny",
    "fence": "```\ncode?",
    "tildes": "~~~ and ~~gone~~",
    "reference": "[1]: https://a.example",
    "autolink": "see https://a.example/a_b_(c)?d=*&e=1",
}


def _text(tokens: list[Token] | None) -> str:
    shown = ""
    for token in tokens or []:
        if token.type in ("text", "code_inline", "code_block", "fence", "text_special"):
            shown += token.content
        elif token.type in ("softbreak", "hardbreak"):
            shown += "\n"
        shown += _text(token.children)
    return shown


@pytest.mark.parametrize("text", AS_TYPED.values(), ids=AS_TYPED)
def test_plain_text_is_shown_as_it_was_typed(text: str) -> None:
    shown = _text(MarkdownIt().parse(markdown.from_plain(text)))
    assert shown == text.replace("\n\n===\n\n", "").replace("\n\n", "")


@settings(deadline=None)
@given(st.text(st.sampled_from("ab *_`[]()<>!&;~\\#.:/-\"'"), max_size=60))
def test_escaped_text_has_no_markup(text: str) -> None:
    """Every character that Markdown gives a meaning to is itself again."""
    words = "x" + text.strip()
    tokens = MarkdownIt().parse(markdown.escape(words))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {child.type for child in tokens[1].children or []} <= {
        "text",
        "text_special",
        "link_open",
        "link_close",
    }


def test_paragraphs_lists_and_quotes_stay() -> None:
    typed = "One.\n\n\n\nTwo.\n- a\n- b *c*\n\n> said\n\n1. x\n2. y\n"
    assert markdown.from_plain(typed) == "One.\n\nTwo.\n- a\n- b \\*c\\*\n\n> said\n\n1. x\n2. y"


def test_short_lines_keep_their_ends_and_wrapped_ones_flow() -> None:
    wrapped = "a line that an editor has wrapped at some column near\nits window's edge, so that it flows"
    assert markdown.from_plain("Roses are red\nviolets are blue") == "Roses are red  \nviolets are blue"
    assert markdown.from_plain(wrapped) == wrapped


def test_rule_makes_no_heading_of_the_line_above() -> None:
    assert markdown.from_plain("Text\n---\nmore") == "Text\n\n---\n\nmore"


def test_indented_lines_are_prose_but_for_drawings() -> None:
    assert (
        markdown.from_plain("    It was a dark night.\n\nAnd a stormy one.")
        == "It was a dark night.\n\nAnd a stormy one."
    )
    assert markdown.from_plain("    +--+\n    |  |") == "    +--+\n    |  |"


def test_endless_lines_are_shown_as_they_are() -> None:
    shown = markdown.from_plain("`x`\n" * 200_000)
    assert shown.startswith("```\n`x`\n")
    assert shown.endswith("\n```")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("A headline\n\nThen text.", "A headline"),
        ("First sentence of it. Second one.", "First sentence of it."),
        ("U.S. officials met Mr. Smith. He left.", "U.S. officials met Mr. Smith."),
        ("Version 2.0 is out. Get it.", "Version 2.0 is out."),
        ("日本語の見出しです。次の文です。", "日本語の見出しです。"),
        (
            "A line that an editor has wrapped at some column near\nits edge. More.",
            "A line that an editor has wrapped at some column near its edge.",
        ),
        ("word " * 100, "word " * 23 + "word…"),
        ("x" * 300, "x" * 119 + "…"),
        ("", ""),
    ],
)
def test_first_line_or_sentence_is_a_title(text: str, title: str) -> None:
    assert markdown.first_sentence(text) == title


@pytest.mark.parametrize(
    ("body", "heading"),
    [
        ("# The *title* #\n\ntext", "The title"),
        ("The title\n=====\n\ntext", "The title"),
        ("text\n\n## The [title](https://a.example)\n", "The title"),
        ("```\n# no title\n```\n## The title", "The title"),
        ("text", ""),
    ],
)
def test_first_heading_is_found(body: str, heading: str) -> None:
    assert markdown.heading(body) == heading


def test_heading_that_repeats_the_title_is_dropped() -> None:
    assert markdown.without_heading("# The *Title*!\n\ntext", "The title") == "text"
    assert markdown.without_heading("# Another\n\ntext", "The title") == "# Another\n\ntext"


@pytest.mark.parametrize(
    "body",
    [
        "The **first** [paragraph](https://a.example) `of`\nprose.",
        "# Heading\n\n![image](a.png)\n\n| a |\n|---|\n\nThe first paragraph of prose.",
        "Heading\n---\nThe first paragraph of prose.",
        "## Heading\nThe first paragraph of prose.",
        "---\n\n<div>html</div>\n\n{% raw %}\n\n```\ncode\n\nmore\n```\n\n> The first paragraph\n> of prose.",
        "\\The first paragraph of prose\\.".replace("\\The", "The"),
        "The first paragraph of prose.<!-- comment -->",
    ],
)
def test_first_paragraph_of_prose_is_the_summary(body: str) -> None:
    assert markdown.first_paragraph(body) == "The first paragraph of prose."


def test_summary_is_cut_between_words() -> None:
    summary = markdown.first_paragraph("word " * 200)
    assert len(summary) <= markdown.LONGEST_SUMMARY
    assert summary.endswith(" word…")


@pytest.mark.parametrize(
    ("body", "is_html"),
    [
        ("<!DOCTYPE html>\n<html>", True),
        ("  <?xml version='1.0'?>\n<!-- x -->\n<html lang=en>", True),
        ("<p>One.</p>\n\n<p>Two.</p>", True),
        ("<div><p>One</p></div>", True),
        ("Text with <b>tags</b>", False),
        ("<div align=center>Logo</div>\n\n# Title\n\nMarkdown text.", False),
        ("<p>Intro</p>\n\nMuch longer text in Markdown, which goes on and on.", False),
        ("<https://a.example>", False),
        ("", False),
    ],
)
def test_html_is_told_from_markdown_with_some_in_it(body: str, is_html: bool) -> None:
    assert markdown.is_html(body) == is_html


def test_entities_of_a_heading_are_resolved_and_harmless() -> None:
    assert markdown.heading("# A &amp; B &#8238;backwards") == "A & B backwards"
    assert markdown.without_heading("# A &amp; B\n\nText", "A & B") == "Text"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"Use \<b> for **bold**", "Use <b> for bold"),
        (r"On [\[...\]](https://a.example/1)", "On [...]"),
        (r"\[b\](c) is no link", "[b](c) is no link"),
        ("Use <b>this</b> [one](https://a.example)", "Use this one"),
    ],
)
def test_words_without_markup(text: str, plain: str) -> None:
    """What is escaped is text, and stays."""
    assert markdown.plain(text) == plain
