"""What pages build of scripts and wrappers, as plain HTML; and what they say of themselves in their heads."""

import pytest

from tui_reader.sources.pages import facts as page_facts
from tui_reader.sources.pages.facts import Facts
from tui_reader.sources.pages.parts import settle
from tui_reader.sources.pages.tree import tree_of
from tui_reader.sources.texts import html

HERE = "https://a.example/dir/page"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


def settled(body: str) -> str:
    """The Markdown of it, by way of `html.py`."""
    from lxml import etree

    root = tree_of(f"<html><head></head><body>{body}</body></html>".encode(), "")
    assert root is not None
    settle(root)
    return html.to_markdown(etree.tostring(root, encoding="unicode", method="html"), "https://a.example/")


def picture(name: str) -> str:
    return f"![](https://a.example/{name})"


PICTURES = {
    "plain": ("<img src=/i.jpg>", picture("i.jpg")),
    "later": (f"<img src='{PIXEL}' data-src=/i.jpg>", picture("i.jpg")),
    "later, without any now": ("<img data-original='/i.jpg'>", picture("i.jpg")),
    "placeholder by its name": ("<img src=/img/placeholder.png data-lazy-src=/i.jpg>", picture("i.jpg")),
    "placeholder of one pixel": ("<img src=/x/1x1-white.gif data-actualsrc=/i.jpg>", picture("i.jpg")),
    "small one until the better comes": ("<img src=/i-20px.jpg data-src=/i.jpg>", picture("i.jpg")),
    "under a name of its own": (f"<img src='{PIXEL}' data-runner-src=/i.jpg>", picture("i.jpg")),
    "name that is of another": (f"<img src='{PIXEL}' data-share-url=/i.jpg alt=''>", ""),
    "pattern for a script": ("<img src=/i.jpg data-src='/i-{width}.jpg'>", picture("i.jpg")),
    "set": (
        "<img srcset='/300.jpg 300w, /900.jpg 900w, /2400.jpg 2400w'>",
        picture("900.jpg"),
    ),
    "set of wide ones": ("<img srcset='/2000.jpg 2000w, /3000.jpg 3000w'>", picture("2000.jpg")),
    "set by density": ("<img srcset='/1.jpg, /2.jpg 2x, /3.jpg 3x'>", picture("2.jpg")),
    "set with commas in it": (
        "<img srcset='//c.example/w_4,h_3/i.jpg 400w, //c.example/w_8,h_6/i.jpg 800w'>",
        "![](https://c.example/w_8,h_6/i.jpg)",
    ),
    "set for later": (f"<img src='{PIXEL}' data-srcset='/i.jpg 800w'>", picture("i.jpg")),
    "sources": (
        "<picture><source srcset='/i.webp 800w' type=image/webp><source srcset='/i.jpg'><img"
        " alt=''></picture>",
        picture("i.webp"),
    ),
    "no script": (f"<img src='{PIXEL}'><noscript><img src=/i.jpg></noscript>", picture("i.jpg")),
    "no script, twice": ("<img data-src=/i.jpg><noscript><img src=/i.jpg></noscript>", picture("i.jpg")),
    "no script of a counter": ("<noscript><img src=/count.gif width=1 height=1></noscript>", ""),
    "element to be filled": (
        "<div class=lazy data-src=/i.jpg data-alt=Ice></div>",
        "![Ice](https://a.example/i.jpg)",
    ),
    "element of something else": ("<div data-src='/comments'></div>", ""),
    "of AMP": ("<amp-img src=/i.jpg><noscript><img src=/i.jpg></noscript></amp-img>", picture("i.jpg")),
    "sizes for several screens": (
        "<figure><img src='/s/i.jpg?w=300'><img src='/l/i.jpg?w=900'></figure>",
        picture("l/i.jpg?w=900"),
    ),
    "decoration": ("<img src=/line.jpg alt='Grey line'>", ""),
    "nowhere": (f"<img src='{PIXEL}'>", ""),
    "javascript": ("<img src='javascript:alert(1)' data-src='javascript:x.jpg'>", ""),
}


@pytest.mark.parametrize(("body", "markdown"), PICTURES.values(), ids=PICTURES)
def test_picture_is_where_it_is_in_the_end(body: str, markdown: str) -> None:
    assert settled(body) == markdown


I = picture("i.jpg")  # noqa: E741
CAPTIONS = {
    "figure": ("<figure><img src=/i.jpg><figcaption>Ice</figcaption></figure>", f"{I}\n\n*Ice*"),
    "said twice": (
        "<figure><img src=/i.jpg alt='Ice.'><figcaption>Ice</figcaption></figure>",
        f"{I}\n\n*Ice*",
    ),
    "more than is said in its place": (
        "<figure><img src=/i.jpg alt='Ice on the pier'><figcaption>Ice on the pier, at"
        " noon</figcaption></figure>",
        f"{I}\n\n*Ice on the pier, at noon*",
    ),
    "another in its place": (
        "<figure><img src=/i.jpg alt='A boat'><figcaption>Ice</figcaption></figure>",
        "![A boat](https://a.example/i.jpg)\n\n*Ice*",
    ),
    "who took it": (
        "<figure><img src=/i.jpg><span class=off-screen>Image copyright</span><span>Ida Holm</span>"
        "<figcaption>Ice</figcaption></figure>",
        f"{I}\n\n*Ice (Ida Holm)*",
    ),
    "who took it, and a button": (
        "<figure><img src=/i.jpg><span>Ida Holm</span><div><a href=/r>Report</a></div>"
        "<figcaption><span>Ice </span> </figcaption></figure>",
        f"{I}\n\n*Ice (Ida Holm)*",
    ),
    "who took it, set apart by a style": (
        "<figure><img src=/i.jpg><figcaption><span>Ice.</span><span><span class=visually-hidden>Credit"
        "</span><span>Ida Holm</span></span></figcaption></figure>",
        f"{I}\n\n*Ice. Ida Holm*",
    ),
    "who took it, and no more": ("<figure><img src=/i.jpg><p>Ida Holm</p></figure>", f"{I}\n\n*Ida Holm*"),
    "by its class": (
        "<div class='wp-caption'><img src=/i.jpg><p class='wp-caption-text'>Ice</p></div>",
        f"{I}\n\n*Ice*",
    ),
    "by its class, in a box": (
        "<div class=image-box><div><img src=/i.jpg></div><div class='image__caption'>Ice</div></div>",
        f"{I}\n\n*Ice*",
    ),
    "by what it says": (
        "<div><div><img src=/i.jpg alt='Ice on the pier'></div><span>Ice on the pier</span></div>",
        f"{I}\n\n*Ice on the pier*",
    ),
    "by where it stands": ("<center><img src=/i.jpg><br><i>Ice</i></center>", f"{I}\n\n*Ice*"),
    "in MediaWiki's box": (
        "<div class=thumb><div class=thumbinner><img src=/i.jpg><div class=thumbcaption><div class=magnify>"
        "</div>Ice</div></div></div>",
        f"{I}\n\n*Ice*",
    ),
    "in Blogger's table": (
        "<table class=tr-caption-container><tbody><tr><td><img src=/i.jpg></td></tr>"
        "<tr><td class=tr-caption>Ice</td></tr></table>",
        f"{I}\n\n*Ice*",
    ),
    "cell that is no caption": (
        "<table><tr><td>a<td>b<tr><td class=caption>c<td><img src=/i.jpg></table>",
        "| a | b |\n| --- | --- |\n| c |  |",
    ),
    "a class of something else": ("<p class=caption-free>Ice</p>", "Ice"),
    "a class without a picture": ("<p class=caption>Ice</p>", "Ice"),
    "of code": (
        "<figure><pre>x</pre><figcaption>Code</figcaption></figure>",
        "```\nx\n```\n\n*Code*",
    ),
}


@pytest.mark.parametrize(("body", "markdown"), CAPTIONS.values(), ids=CAPTIONS)
def test_picture_has_one_caption(body: str, markdown: str) -> None:
    assert settled(body) == markdown


PLAYERS = {
    "frame": ("<iframe src=//v.example/1 title=Film></iframe>", "[Embedded: Film](https://v.example/1)"),
    "frame for later": (
        "<iframe src='about:blank' data-src=//v.example/1></iframe>",
        "[Embedded: v.example](https://v.example/1)",
    ),
    "film": (
        "<video><source src=/f.mp4><p>Your browser plays no films.</p></video>",
        "[Embedded: a.example](https://a.example/f.mp4)",
    ),
    "sound": ("<audio src=/s.mp3>No sounds.</audio>", "[Embedded: a.example](https://a.example/s.mp3)"),
    "of AMP": (
        "<amp-youtube data-videoid=abc_-9></amp-youtube>",
        "[Embedded: youtube.com](https://www.youtube.com/watch?v=abc_-9)",
    ),
    "that is light": (
        "<lite-youtube videoid=abc><button>Play</button></lite-youtube>",
        "[Embedded: youtube.com](https://www.youtube.com/watch?v=abc)",
    ),
    "of AMP, hostile": ("<amp-youtube data-videoid='x](y'></amp-youtube>", ""),
    "advertisement": ("<iframe src='https://ad.doubleclick.net/x'></iframe>", ""),
    "like button": ("<iframe src='https://www.facebook.com/plugins/like.php?x'></iframe>", ""),
    "newsletter": ("<iframe src='https://x.substack.com/embed'></iframe>", ""),
    "counter": ("<noscript><iframe src='https://www.googletagmanager.com/ns.html'></iframe></noscript>", ""),
    "script": ("<iframe src='javascript:alert(1)'></iframe><iframe srcdoc='<p>x'></iframe>", ""),
}


@pytest.mark.parametrize(("body", "markdown"), PLAYERS.values(), ids=PLAYERS)
def test_player_is_a_link_to_what_it_plays(body: str, markdown: str) -> None:
    assert settled(body) == markdown


def python(text: str = "x = 1\ny = 2") -> str:
    return f"```python\n{text}\n```"


CODE = {
    "class of the code": "<pre><code class='language-python'>x = 1\ny = 2</code></pre>",
    "class of the block": "<pre class='lang-python'>x = 1\ny = 2</pre>",
    "Pygments": "<div class='highlight-python notranslate'><div class=highlight><pre><span></span>x ="
    " 1\ny = 2</pre></div></div>",
    "Pygments with numbers": "<div class='highlight-python'><table class=highlighttable><tr><td"
    " class=linenos><div"
    " class=linenodiv><pre>1\n2</pre></div></td><td class=code><div><pre>x = 1\ny ="
    " 2</pre></div></td></tr></table></div>",
    "Pygments with numbers within": "<div class='highlight-python'><pre><span class=lineno>1 </span>x ="
    " 1\n<span"
    " class=lineno>2 </span>y = 2</pre></div>",
    "Rouge": "<div class='language-python highlighter-rouge'><div class=highlight><pre"
    " class=highlight><code>x = 1\ny = 2"
    "</code></pre></div></div>",
    "Rouge with numbers": "<figure class=highlight><pre><code class=language-python><table"
    " class=rouge-table><tbody><tr>"
    "<td class='gutter gl'><pre class=lineno>1\n2</pre></td><td class=code><pre>x = 1\ny ="
    " 2</pre></td></tr></tbody>"
    "</table></code></pre></figure>",
    "Chroma": "<div class=highlight><pre class=chroma><code class=language-python data-lang=python><span"
    " class=line><span"
    " class=ln>1</span>x = 1\n</span><span class=line><span class=ln>2</span>y = 2</span></code></pre></div>",
    "GitHub": "<div class='highlight highlight-source-python'><pre>x = 1\ny ="
    " 2</pre><clipboard-copy></clipboard-copy></div>",
    "Prism": "<pre class='line-numbers language-python'><code class=language-python>x = 1\ny = 2<span"
    " class=line-numbers-rows><span></span><span></span></span></code></pre>",
    "highlight.js": "<pre><code class='hljs python'>x = 1\ny = 2</code></pre>",
    "highlight.js, newer": "<pre><code class='hljs language-python'>x = 1\ny = 2</code></pre>",
    "highlight.js with numbers": "<pre><code class='hljs language-python'><table class=hljs-ln><tbody><tr><td"
    " class='hljs-ln-numbers' data-line-number=1></td><td>x = 1</td></tr><tr><td"
    " class='hljs-ln-numbers'></td><td>y = 2"
    "</td></tr></tbody></table></code></pre>",
    "lines of breaks": "<pre class=lang-python>x = 1<br>y = 2</pre>",
    "by an attribute": "<div data-language=python><pre>x = 1\ny = 2</pre></div>",
}


@pytest.mark.parametrize("body", CODE.values(), ids=CODE)
def test_code_has_its_language_and_no_numbers(body: str) -> None:
    assert settled(body) == python()


@pytest.mark.parametrize("name", ["language-none", "language-plaintext", "hljs", "notranslate", "lang-", ""])
def test_code_without_a_language_has_none(name: str) -> None:
    assert settled(f"<pre><code class='{name}'>x</code></pre>") == "```\nx\n```"


def test_language_of_one_block_is_not_that_of_its_neighbours() -> None:
    body = "<div class=language-c><pre>a</pre><pre>b</pre><pre>c</pre></div>"
    assert settled(body) == "```\na\n```\n\n```\nb\n```\n\n```\nc\n```"


def test_numbers_in_code_stay() -> None:
    assert settled("<pre class=lang-python>1\n2\n<span class=mi>3</span></pre>") == python("1\n2\n3")


TEX = (
    "<math alttext=''><semantics><mi>E</mi><annotation encoding=application/x-tex>%s</annotation></semantics>"
    "</math>"
)
FORMULAS = {
    "KaTeX": (
        f"<span class=katex><span class=katex-mathml>{TEX % 'a^2'}</span>"
        "<span class=katex-html aria-hidden=true><span class=mord>a2</span></span></span>",
        "`a^2`",
    ),
    "MediaWiki": (
        f"<span class=mwe-math-element><span style='display: none;'>{TEX % '{&#92;displaystyle mc^{2}}'}"
        "</span><img src=/f.svg alt='mc'></span>",
        "`mc^{2}`",
    ),
    "its alternative text": ("<math alttext='a + b'><mi>a</mi></math>", "`a + b`"),
    "signs, not what notes them": (
        "<math><semantics><mi>a</mi><annotation encoding=x>b</annotation></semantics></math>",
        "`a`",
    ),
    "signs alone": ("<math><mi>a</mi> <mo>=</mo> <mn>2</mn></math>", "`a=2`"),
}


@pytest.mark.parametrize(("body", "markdown"), FORMULAS.values(), ids=FORMULAS)
def test_formula_is_told_once_within_its_line(body: str, markdown: str) -> None:
    assert settled(f"<p>Ice {body} melts</p>") == f"Ice {markdown} melts"


@pytest.mark.parametrize(
    "body",
    [
        "<ruby>氷<rt>こおり</rt></ruby>の海",
        "<ruby>氷<rp>(</rp><rt>こおり</rt><rp>)</rp></ruby>の海",
        "<ruby><rb>氷</rb><rt>こ<span>おり</span></rt></ruby>の海",
    ],
)
def test_reading_of_characters_stands_behind_them(body: str) -> None:
    assert settled(f"<p>{body}</p>") == "氷(こおり)の海"


CELLS = {
    "first column": (
        "<tr><td rowspan=2>1931<td>4<tr><td>5<tr><td>1932<td>6",
        ["| 1931 | 4 |", "|  | 5 |", "| 1932 | 6 |"],
    ),
    "last column": (
        "<tr><td>1<td rowspan=2>x<tr><td>2<tr><td>3<td>y",
        ["| 1 | x |", "| 2 |  |", "| 3 | y |"],
    ),
    "two columns": (
        "<tr><td rowspan=2 colspan=2>x<td>1<tr><td>2<tr><td>y<td>z<td>3",
        ["| x |  | 1 |", "|  |  | 2 |", "| y | z | 3 |"],
    ),
    "more than there are": ("<tr><td rowspan=99999>x<td>1<tr><td>2", ["| x | 1 |", "|  | 2 |"]),
    "no number": ("<tr><td rowspan=all>x<td>1<tr><td>y<td>2", ["| x | 1 |", "| y | 2 |"]),
}


@pytest.mark.parametrize(("rows", "lines"), CELLS.values(), ids=CELLS)
def test_cell_of_several_rows_moves_none_of_them(rows: str, lines: list[str]) -> None:
    assert settled(f"<table><tr><th>a<th>b{rows}</table>").split("\n")[2:] == lines


@pytest.mark.parametrize(
    ("body", "markdown"),
    [
        ("<h2>Ice<a class=headerlink href='#ice'>¶</a></h2>", "## Ice"),
        ("<h2><a href='#ice'>#</a> Ice</h2>", "## Ice"),
        ("<h2><a href='#ice'>Ice</a></h2>", "## Ice"),
        ("<p>Ice<a href='#fn1'>1</a> melts</p>", "Ice¹ melts"),
        ("<p>Ice<sup><a href='#fn1'>12</a></sup></p>", "Ice¹²"),
        (
            "<p>Ice<sup><a href='#n1'><i>[</i>1<i>]</i></a></sup><sup><a href='#n2'>[2]</a></sup>",
            "Ice⁽¹⁾⁽²⁾",
        ),
        ("<h2>Ice<span class=mw-editsection>[<a href='/e'>edit</a>]</span></h2>", "## Ice"),
        ("<p>Ice <a href='/1'>1</a></p>", "Ice [1](https://a.example/1)"),
    ],
)
def test_links_within_the_page_are_no_text(body: str, markdown: str) -> None:
    assert settled(body) == markdown


# The head


def facts(head: str, body: str = "") -> Facts:
    root = tree_of(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "")
    assert root is not None
    return page_facts.read(root, HERE)


def data(json: str) -> str:
    return f'<script type="application/ld+json">{json}</script>'


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Ice</title>", "", "Ice"),
        ("<title>Ice</title>", "<h1>The ice ¶</h1>", "The ice"),
        ("<title>Ice</title>", "<h1>One</h1><h1>Two</h1>", "Ice"),
        ("<title>Ice - The Letter</title>", "<h1>The Letter</h1><h2>Ice</h2>", "Ice"),
        ("<title>Ice - The Letter</title>", "<h1>The ice of 2024</h1>", "The ice of 2024"),
        ("<title>Ice - Letter</title>", "<a href='/'><h1>The Letter</h1></a>", "Ice - Letter"),
        ("<title>Letter</title>", "<h1><a href='/'>The Letter</a></h1><h1>Ice</h1>", "Ice"),
        (
            "<meta property=og:title content='Ice - salt | The Letter'>"
            "<meta property=og:site_name content='The Letter'>",
            "",
            "Ice - salt",
        ),
        (
            "<meta property=og:title content='The Letter'><meta property=og:site_name content='The Letter'>",
            "",
            "The Letter",
        ),
        (
            "<title>x</title>",
            "<h1>The <i>i<b>c</b>e</i> <button>Copy <b>it</b></button>today</h1>",
            "The ice today",
        ),
        ("<title>x</title><meta property=og:title content='Ice &amp;amp; salt'>", "", "Ice & salt"),
        ("<meta name=twitter:title content=Ice>", "", "Ice"),
        (data('{"@type":"NewsArticle","headline":"<b>Ice</b>"}'), "<h1>x</h1>", "Ice"),
        (
            data('{"@type":["WebPage"],"headline":"x"}') + data('{"@type":"BlogPosting","headline":"Ice"}'),
            "",
            "Ice",
        ),
        (data('[{"@type":"Thing"},{"@graph":[{"@type":"Article","headline":"Ice"}]}]'), "", "Ice"),
        (data('{"@type":"Article","headline":"Ice"};'), "", "Ice"),
        (data('{"@type":"Article",') + "<title>Ice</title>", "", "Ice"),
        (data('{"@type":"Organization","headline":"x"}') + "<title>Ice</title>", "", "Ice"),
        ("", "", ""),
    ],
)
def test_title_is_found(head: str, body: str, title: str) -> None:
    assert facts(head, body).title == title


@pytest.mark.parametrize(
    ("head", "body", "author"),
    [
        ("<meta name=author content='Ida Holm'>", "", "Ida Holm"),
        ("<meta property=article:author content='https://x.example/ida'>", "", ""),
        (data('{"@type":"Article","author":{"name":"Ida Holm"}}'), "", "Ida Holm"),
        (data('{"@type":"Article","author":[{"name":"Ida"},{"name":"Eva"},{"name":"Ida"}]}'), "", "Ida, Eva"),
        (data('{"@type":"Article","author":"Ida"}'), "", "Ida"),
        (data('{"@type":"Article","author":7}'), "", ""),
        ("", "<p>By <a rel=author href=/ida>Ida Holm</a></p>", "Ida Holm"),
        ("", "<span itemprop=author>Ida Holm</span>", "Ida Holm"),
    ],
)
def test_author_is_found(head: str, body: str, author: str) -> None:
    assert facts(head, body).author == author


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (data('{"@type":"Article","datePublished":"2024-01-09T07:30:00Z"}'), ""),
        ("<meta property=article:published_time content='2024-01-09T08:30:00+01:00'>", ""),
        ("", "<time datetime='2024-01-09T07:30:00Z'>today</time>"),
        ("<meta name=date content='never'>", "<time datetime='2024-01-09 07:30'>today</time>"),
    ],
)
def test_date_is_found(head: str, body: str) -> None:
    assert facts(head, body).published == 1704785400


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("<link rel=canonical href='/ice'>", "https://a.example/ice"),
        ("<meta property=og:url content='https://a.example/ice'>", "https://a.example/ice"),
        ("<link rel=canonical href='javascript:x'>", ""),
        ("<link rel=canonical href=''>", ""),
        ("<link rel=canonical href='https://www.a.example/ice'>", "https://www.a.example/ice"),
        ("<link rel=canonical href='https://me:pw@a.example/ice'>", "https://a.example/ice"),
        ("<link rel=canonical href='https://a.example/?p=1'>", "https://a.example/?p=1"),
        ("<link rel=canonical href='https://b.example/ice'>", ""),
        ("<link rel=canonical href='https://a.example@b.example/ice'>", ""),
        ("<link rel=canonical href='/'>", ""),
        ("", ""),
    ],
)
def test_address_is_one_of_its_own_site(head: str, url: str) -> None:
    """A page that calls itself another's would put its words in that one's mouth."""
    assert facts(head).url == url


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("<link rel=next href=/dir/page/2/>", "https://a.example/dir/page/2/"),
        ("<a rel='nofollow next' href='page/page/2'>2</a>", "https://a.example/dir/page/page/2"),
        ("<link rel=next href='?page=2'>", "https://a.example/dir/page?page=2"),
        (
            "<link rel=next href=/dir/another><a rel=next href=/dir/page/2>2</a>",
            "https://a.example/dir/page/2",
        ),
        ("<link rel=canonical href=/ice/><link rel=next href=/ice/2/>", "https://a.example/ice/2/"),
        ("<link rel=next href=/dir/page-2>", ""),
        ("<link rel=next href=/dir/page/21>", ""),
        ("<link rel=next href=/2>", ""),
        ("<link rel=next href='//[bad'>", ""),
        ("<a href='?page=2'>2</a>", ""),
    ],
)
def test_second_page_is_found(link: str, url: str) -> None:
    assert facts("", link).goes_on == url


@pytest.mark.parametrize(
    ("head", "paid"),
    [
        (data('{"@type":"NewsArticle","isAccessibleForFree":false}'), True),
        (data('{"@type":"NewsArticle","isAccessibleForFree":"False"}'), True),
        (data('{"@type":"NewsArticle","isAccessibleForFree":true}'), False),
        (data('{"@type":"NewsArticle"}'), False),
        ("<meta property=article:content_tier content=locked>", True),
        ("<meta property=article:content_tier content=metered>", False),
        ("<meta property=article:content_tier content=free>", False),
    ],
)
def test_publisher_says_whether_it_is_free(head: str, paid: bool) -> None:
    assert facts(head).paid is paid


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("One.\\n\\nTwo.", "One.\n\nTwo."),
        ("<p>One &amp; a half.</p><p>Two.</p>", "One & a half.\n\nTwo."),
        ("&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;", "One.\n\nTwo."),
        ("One\\u001b[31m.", "One."),
    ],
)
def test_article_in_the_data_is_plain_text(written: str, text: str) -> None:
    assert facts(data(f'{{"@type":"Article","articleBody":"{written}"}}')).text == text
