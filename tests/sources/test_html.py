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
from tui_reader.sources.texts import html

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
    "figure whose caption is its description": (
        '<figure><img src="/i.png" alt="A_b"><figcaption>A_b</figcaption></figure><p>Text</p>',
        "![A_b](https://a.example/i.png)\n\nText",
    ),
    "lazy image": ('<img src="data:image/gif;base64,x" data-src="/i.png">', "![](https://a.example/i.png)"),
    "emoji": ('I <img src="/e.png" width=16 height=16 alt="😀"> it', "I 😀 it"),
    "emoji of a kind": ('I <img class="emoji" src="/e.png" alt="😀"> it', "I 😀 it"),
    "emoji of WordPress": (
        'I <img src="https://s.w.org/images/core/emoji/2.2.1/72x72/1f483.png" alt="💃" class="wp-smiley" '
        'style="height: 1em"><img src="//s.w.org/images/core/emoji/14/svg/1f3fb.svg" alt="🏻"> it',
        "I 💃🏻 it",
    ),
    "smiley in letters": (
        'It works <img src="/smilies/icon_smile.gif" alt=":)" class="wp-smiley">',
        "It works :)",
    ),
    "smiley without a word": ('a <img src="/e.png" class="wp-smiley"> b', "a b"),
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
    "bold over paragraphs": ("<b><div>one</div><div>two</div></b>three", "**one**\n\n**two**\n\nthree"),
    "bold over a break": ("<b>one<br>two<br><br>three</b>", "**one  \ntwo**\n\n**three**"),
    "bold within bold, and beside it": ("<b>a<strong>b</strong></b><b>c</b>", "**abc**"),
    "blanks at the marks": ("a<b> b </b>c<i> </i>d", "a **b** c d"),
    "code beside code": ("<code>a</code><code><b>b</b></code><kbd>`</kbd>", "`` ab` ``"),
    "link within code": (
        '<code>a<a href="/b">b</a></code>',
        "`a`[`b`](https://a.example/b)",
    ),
    "link after a call": ('Oh!<a href="/b">b</a>', "Oh\\![b](https://a.example/b)"),
    "link that is its address": (
        '<a href="https://a.example/b_c_">https://a.example/b_c_</a>',
        "<https://a.example/b_c_>",
    ),
    "link within a link": (
        '<a href="/b">b<span><a href="/c">c</a></span></a>',
        "[bc](https://a.example/b)",
    ),
    "picture that is a link": (
        'a <a href="/b"><img src="/i.png"><script>x</script></a>',
        "a\n\n[![](https://a.example/i.png)](https://a.example/b)",
    ),
    "picture within bold": ('<b>a<img src="/i.png">b</b>', "**a**\n\n![](https://a.example/i.png)\n\n**b**"),
    "raised number in brackets": ("x<sup>(12)</sup>", "x⁽¹²⁾"),
    "raised link": ('a<sup><a href="/1">1</a></sup>', "a[¹](https://a.example/1)"),
    "text after the list of an item": ("<ul><li>a<ol><li>b</ol>c<li>d</ul>e", "- a\n  1. b\n\n  c\n- d\n\ne"),
    "text between items": ("<ul><li>a</li>b<li>c</ul>", "- a\n\nb\n- c"),
    "items without text": ("a<ol><li><li>b<li><p></p></ol><ul><li></ul>c", "a\n\n2. b\n\nc"),
    "item that is a list": ("<ul><li><ol><li>a<li>b</ol></ul>", "- 1. a\n  2. b"),
    "quote within an item": (
        "<ul><li>a<blockquote>b<p>c</blockquote>d</ul>",
        "- a\n\n  > b\n  >\n  > c\n\n  d",
    ),
    "two quotes": ("<blockquote>a</blockquote><blockquote>b</blockquote>", "> a\n\n> b"),
    "code within an item": ("<ul><li><pre>a\n\n b</pre></ul>", "- ```\n  a\n\n   b\n  ```"),
    "code with lines as blocks": ("<pre><div>a</div><div>b</div></pre>", "```\na\nb\n```"),
    "table with rows wider than the first": (
        "<table><tr><td>a<td>b<tr><td>c<td>d<td>e|<code>f|</code></table>",
        "| a | b |  |\n| --- | --- | --- |\n| c | d | e\\|`f\\|` |",
    ),
    "blocks within a heading": (
        "<h2><div>a</div><ul><li>b</ul><img src=i.png alt=c><br>d #</h2><h3> </h3>",
        "## a b c d \\#",
    ),
    "blanks of Japanese": ("<p>a　b\n\u2009c\xa0 d</p>", "a　b \u2009c d"),
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


MANY = {
    "with values": ' a{}="b"',
    "without": " a{}",
    "with the end of a tag in them": " a{}='>'",
    "with tags between them": " a{} <b </p",
    "without blanks": 'a{}=""',
    "with slashes": "/a{}",
}


@pytest.mark.parametrize("attribute", MANY.values(), ids=MANY)
def test_tag_of_a_hundred_thousand_attributes_is_one_of_none(attribute: str) -> None:
    """Each would be looked up among the others, which takes minutes; what stands around it is read."""
    many = "".join(attribute.format(number) for number in range(100_000))
    assert html.to_markdown(f"<p>Before.<p {many}>Within.</p><p>After.</p>") == "Before.\n\nWithin.\n\nAfter."


@pytest.mark.parametrize(
    "long",
    [
        f"<script>{'for (i=0; i<n; i++) a = b;' * 5_000}</script>",
        f"<!-- {'i <n a b c d ' * 5_000}-->",
        f'<p title="{"a b " * 20_000}"></p>',
    ],
    ids=["script", "comment", "value"],
)
def test_what_only_looks_like_attributes_takes_nothing_along(long: str) -> None:
    page = f'<p>Before.</p>{long}<p>See <a href="/x">after</a>.</p>'
    assert html.to_markdown(page, BASE) == "Before.\n\nSee [after](https://a.example/x)."


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
    "tags of many attributes": ("<p " + "".join(f" a{number}" for number in range(480)) + ">x") * 500,
    "open comments": "<!--" * 500_000,
    "open scripts": "<script " * 180_000,
    "open tags": "<a " * 400_000,
    "backticks": "<pre>" + "`" * 1_000_000,
    "bold": "<b>" * 400_000 + "x",
    "bold and slanted": "<b>x<i>y" * 100_000,
    "marks": "<b>x</b><i>y</i>" * 80_000,
    "table": "<table>" + "<tr><td>x<td>y" * 100_000,
    "tables": "<table><tr><td>a<td>b</tr><tr><td>c<td>" * 30_000,
    "pictures of one link": "<a href=https://a.example/>" + "<img src=https://a.example/i.png>" * 40_000,
    "links with a call": "<a href=https://a.example/>!</a>" * 40_000,
    "lines of code": "<pre>" + "<div>x" * 200_000,
    "paragraphs far down": "<ul><li>" * 700 + "<p>word" * 150_000,
}


@pytest.mark.parametrize("page", LARGE.values(), ids=LARGE)
def test_large_and_deep_pages_end_soon(page: str) -> None:
    began = time.perf_counter()
    assert len(html.to_markdown(page)) < 4_000_000
    # Many times what it takes; what grew with the square of the size would take minutes.
    assert time.perf_counter() - began < 60


@pytest.mark.parametrize(
    "page", ["word " * 400_000, "<p>x" * 400_000, "<div>x" * 5_000], ids=["text", "paragraphs", "nesting"]
)
def test_text_that_was_cut_says_so(page: str) -> None:
    assert html.to_markdown(page).endswith(html.CUT)


def test_text_below_three_hundred_open_tags_is_there() -> None:
    assert html.to_markdown("<div><font>" * 150 + "<p>text</p>") == "text"


def test_lists_nest_as_deep_as_the_screen_shows() -> None:
    """Deeper ones stay at that depth: below, the screen would show nothing of them."""
    text = html.to_markdown("".join(f"<ul><li>x{level}" for level in range(300)))
    shown = MarkdownIt("commonmark", {"maxNesting": 20}).render(text)
    assert re.findall(r"x\d+", shown) == [f"x{level}" for level in range(300)]


TAGS = st.sampled_from(
    "p div b i em code a h2 ul ol li blockquote table tr td th pre sup span figcaption dl dt br hr".split()  # noqa: SIM905
)


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Words with tags between them that open and close as they like; each word is another one."""
    page: list[str] = []
    for number in range(draw(st.integers(1, 12))):
        tags = draw(st.lists(st.tuples(TAGS, st.booleans()), max_size=4))
        page += [f"</{tag}>" if closes else f"<{tag} href='/{number}'>" for tag, closes in tags]
        page.append(
            draw(st.sampled_from(("", " ", "\n"))) + f"w{number}" + draw(st.sampled_from(("", " ", "!")))
        )
    return "".join(page)


@settings(deadline=None)
@given(pages())
def test_every_word_is_shown_in_its_place(page: str) -> None:
    """However a page nests its elements: each word once, in the order of the page, and in no markup."""
    text = html.to_markdown(page, BASE)
    shown = MarkdownIt().enable("table").enable("strikethrough").render(text)
    words = re.findall(r"w\d+", re.sub(r"<[^<>]*>", "", shown))
    assert sorted(words) == sorted(re.findall(r"w\d+", page))
    # What stands in a table beside its cells comes before it.
    assert words == re.findall(r"w\d+", page) or "<table" in page


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
    """lxml takes 30 ms to import, and most folders have no HTML."""
    program = (
        "import sys, pathlib\n"
        "from tui_reader.sources import folder\nfrom tui_reader.sources.texts import html\n"
        "folder.article('---\\ntitle: x\\n---\\nSome *text*', 'a.md', 0)\n"
        "print('lxml' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
