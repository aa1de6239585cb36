"""HTML in, Markdown out: what is kept, what is dropped, and that no address passes unseen."""

import re
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tui_reader import clean
from tui_reader.sources import html

BASE = "https://a.example/dir/page"

CONVERTED = {
    "headings": ("<h1>One</h1><h3><b>Three</b></h3><p>text</p>", "# One\n\n### Three\n\ntext"),
    "emphasis": ("<p><em>a</em> <b>b</b> <del>c</del> <code>d</code></p>", "*a* **b** ~~c~~ `d`"),
    "line breaks of the source": ("<p>one\n  two</p>three\nfour", "one two\n\nthree four"),
    "breaks": ("<p>one<br>two<br><br>three</p>", "one  \ntwo\n\nthree"),
    "lists": (
        "<ul><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ul>",
        "- a\n  - b\n- c\n\n  d",
    ),
    "numbers": ("<ol start=3><li>c<li>d</ol>", "3. c\n4. d"),
    "quotes": ("<blockquote><p>a</p><p>b</p></blockquote><p>c</p>", "> a\n>\n> b\n\nc"),
    "code": (
        '<pre><code class="language-python">def f():\n    return "```"  # *\n\n\nf()</code></pre>',
        '````python\ndef f():\n    return "```"  # *\n\n\nf()\n````',
    ),
    "line numbers": ('<pre><span class="lineno">1</span>x = 1<br>y</pre>', "```\nx = 1\ny\n```"),
    "links": (
        '<p>See <a href="../x?a=1&amp;b=2" title="t">this</a>.</p>',
        "See [this](https://a.example/x?a=1&b=2).",
    ),
    "link with brackets": ('<a href="/x_(y)">z</a>', "[z](https://a.example/x_%28y%29)"),
    "link around blocks": (
        '<a href="/s"><h3>Head</h3><p>Text</p><img src="/i.png"></a>',
        "### [Head](https://a.example/s)\n\n[Text](https://a.example/s)\n\n![](https://a.example/i.png)",
    ),
    "image": ('<p>a<img src="/i.png" alt="b"></p>', "a\n\n![b](https://a.example/i.png)"),
    "figure": (
        '<figure><img src="/i.png" alt="IMG_1.png"><figcaption>Caption</figcaption></figure>',
        "![](https://a.example/i.png)\n\n*Caption*",
    ),
    "lazy image": ('<img src="data:image/gif;base64,x" data-src="/i.png">', "![](https://a.example/i.png)"),
    "emoji": ('I <img src="/e.png" width=16 height=16 alt="😀"> it', "I 😀 it"),
    "table of data": (
        "<table><caption>Cap</caption><tr><td>a</td><td>b|c</td></tr><tr><td>1</td><td><p>x</p><p>y</p></td></tr></table>",
        "**Cap**\n\n| a | b\\|c |\n| --- | --- |\n| 1 | x y |",
    ),
    "table for layout": (
        "<table><tr><td><table role=none><tr><td>a</td><td>b</table></td></tr><tr><td>c</table>",
        "a\n\nb\n\nc",
    ),
    "definitions": ("<dl><dt>Term</dt><dd>Meaning</dd></dl>", "**Term**\n\nMeaning"),
    "raised digits": ("x<sup>2</sup> H<sub>2</sub>O 4<sup>th</sup>", "x² H₂O 4th"),
    "embedded film": (
        '<iframe src="https://www.youtube.com/embed/x"></iframe>',
        "[Embedded: youtube.com](https://www.youtube.com/embed/x)",
    ),
    "rule": ("a<hr>b", "a\n\n---\n\nb"),
}


@pytest.mark.parametrize(("given_html", "markdown"), CONVERTED.values(), ids=CONVERTED)
def test_structure_is_kept(given_html: str, markdown: str) -> None:
    assert html.to_markdown(given_html, BASE) == markdown


DROPPED = {
    "script": "<script>x</script>",
    "style": "<style>x</style>",
    "head": "<head><title>x</title></head>",
    "comment": "<!-- x --><!--[if mso]>x<![endif]-->",
    "hidden": "<p hidden>x</p>",
    "not displayed": '<div style="color:red;DISPLAY : none">x</div>',
    "form": "<form><input value=x><button>x</button><select><option>x</select></form>",
    "drawing": "<svg><text>x</text></svg>",
    "navigation": "<nav>x</nav>",
    "tracking pixel": '<img src="https://t.example/x.gif" width="1" height="1">',
    "icon": '<img src="https://t.example/x.png" alt="x" width="20">',
    "share button": '<a href="https://twitter.com/intent/tweet?text=x">x</a>',
    "escape sequence": "&#27;[31m",
    "invisible characters": "&#8203;&#8238;&zwnj;&#847;&zwnj;&#847;&nbsp;",
    "image without address": '<img src="data:image/png;base64,x">',
}


@pytest.mark.parametrize("dropped", DROPPED.values(), ids=DROPPED)
def test_what_is_not_text_is_dropped(dropped: str) -> None:
    assert html.to_markdown(f"<p>before</p>{dropped}<p>after</p>", BASE) == "before\n\nafter"


@pytest.mark.parametrize(
    "href",
    [
        *(
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "&#106;avascript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
        ),
        *(
            "#top",
            "mailto:a@b.example",
            "https://",
            "http://-x/",
            "vbscript:x",
            "\x01javascript:x",
            "https://[x/",
        ),
    ],
)
def test_link_to_what_may_not_be_opened_is_only_text(href: str) -> None:
    page = f'<p><a href="{href}">text</a><img src="{href}"><iframe src="{href}"></iframe></p>'
    assert html.to_markdown(page, "") == "text"


LITERAL = (
    *(
        "*a* _b_ **c** __d__",
        "[a](javascript:b)",
        "![a](b)",
        "a `b` c",
        "<script>x</script>",
        "# a",
        "- a",
        "1. a",
    ),
    *(
        "> a",
        "=====",
        "a & b &amp; c",
        "~~a~~",
        "\\*a\\*",
        "[a]: b",
        "| a | b |",
        "+ a",
        "<a@b.c>",
        "***",
        "---",
    ),
)


@pytest.mark.parametrize("text", LITERAL)
def test_literal_text_becomes_no_markup(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    for page in (f"<p>{escaped}</p>", f"<div>x<br>{escaped}</div>", f"<ul><li>{escaped}</li></ul>", escaped):
        shown = MarkdownIt().enable("table").enable("strikethrough").render(html.to_markdown(page))
        assert not re.search(r"<(?:em|strong|code|a|img|h\d|ol|table|hr|s|blockquote|script)\b", shown)
        assert escaped.replace("&amp;amp;", "&amp;amp;") in shown.replace("&gt;", ">").replace("&quot;", '"')


def test_title_comes_from_the_page() -> None:
    assert html.convert("<title>A &amp;\n B</title><h1>C</h1>").title == "A & B"
    assert html.convert("<h1>C <b>d</b></h1>").title == "C d"
    assert html.convert("<p>x</p>").title == ""


def test_base_of_the_page_is_heeded() -> None:
    page = '<base href="/other/"><a href="x">y</a>'
    assert html.to_markdown(page, BASE) == "[y](https://a.example/other/x)"


LARGE = {
    "text": "word " * 400_000,
    "paragraphs": "<p>x" * 400_000,
    "nesting": "<div>" * 300_000,
    "nested lists": "<ul><li>x" * 200_000,
    "list": "<ol>" + "<li>x" * 300_000,
    "nested quotes": "<blockquote>x" * 100_000,
    "nested tables": "<table><tr><td>" * 100_000,
    "wide table": "<table><tr>" + "<td colspan=1000>x" * 100_000,
    "links": "<a href=https://a.example/><p>x" * 60_000,
    "blanks": "&nbsp; " * 300_000,
    "stars": "*" * 1_000_000,
    "brackets": "[" * 1_000_000,
    "breaks": "<br>" * 400_000,
    "attributes": "<p " + 'a="b" ' * 300_000 + ">x",
    "open comments": "<!--" * 500_000,
    "backticks": "<pre>" + "`" * 1_000_000,
}


@pytest.mark.parametrize("page", LARGE.values(), ids=LARGE)
def test_large_and_deep_pages_end_soon(page: str) -> None:
    began = time.perf_counter()
    assert len(html.to_markdown(page)) < 4_000_000
    assert time.perf_counter() - began < 15


@pytest.mark.parametrize(
    "page", ["word " * 400_000, "<p>x" * 50_000, "<div>x" * 5_000], ids=["text", "paragraphs", "nesting"]
)
def test_text_that_was_cut_says_so(page: str) -> None:
    assert html.to_markdown(page).endswith(html.CUT)


def test_text_below_three_hundred_open_tags_is_there() -> None:
    assert html.to_markdown("<div><font>" * 150 + "<p>text</p>") == "text"


PIECES = st.sampled_from(
    (
        *(
            "<p>",
            "</p>",
            "<a href='",
            "https://a.example/",
            "javascript:x",
            "'>",
            "</a>",
            "<br>",
            "<img src=",
            "<h1>",
        ),
        *(
            "<table>",
            "<tr>",
            "<td>",
            "</table>",
            "<ul>",
            "<li>",
            "<pre>",
            "<code class=lang-",
            "<b>",
            "<i>",
            "<sup>",
        ),
        *(
            "<blockquote>",
            "<dl><dt>",
            "&#27;",
            "&lt;",
            "<!--",
            "-->",
            "<![CDATA[",
            "<?xml",
            "x",
            " ",
            "\n",
            "*",
            "`",
        ),
        *("\x00", "\ud800", "\ufffe", "\u202e"),
    )
)
LINK = re.compile(r"(?<!\\)\]\(([^)\s]*)")


@settings(deadline=None)
@given(st.lists(PIECES | st.text(st.characters(), max_size=3), max_size=40))
def test_nothing_raises_and_nothing_unclean_leaves(pieces: list[str]) -> None:
    page = html.convert("".join(pieces), BASE)
    assert clean.is_clean(page.body)
    assert clean.is_clean(page.title)
    assert all(clean.may_open(url) for url in LINK.findall(page.body))


def test_lxml_waits_for_the_first_html() -> None:
    """lxml and markdownify take 150 ms to import, and most folders have no HTML."""
    program = (
        "import sys, pathlib\n"
        "from tui_reader.sources import folder, html\n"
        "folder.article('---\\ntitle: x\\n---\\nSome *text*', 'a.md', 0)\n"
        "print([name for name in ('lxml', 'bs4', 'markdownify') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
