"""Pages that are hostile, heavy, broken, wrongly labelled or no pages at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.pages import HERE, addresses, read
from tui_reader import clean
from tui_reader.model import Page
from tui_reader.sources import page
from tui_reader.sources.child import ChildEnded, PageReader
from tui_reader.sources.page import NoArticle

TEXT = "The ferry has been tied to the pier since Monday, and nobody knows when it will sail again."
ARTICLE = "".join(f"<p>{TEXT} {number}</p>" for number in range(5))


def around(inner: str, head: str = "") -> str:
    """A page with an article of ours, and something in the middle of it."""
    return (
        f"<!DOCTYPE html><html><head><title>The ferry</title>{head}</head><body><article>"
        f"{ARTICLE}{inner}{ARTICLE.replace('Monday', 'Tuesday')}</article></body></html>"
    )


HOSTILE = {
    "escape sequences": (
        "<p>\x1b[31mRed\x1b[0m \x1b]8;;https://x.example\x07words are here.</p>",
        "Red",
        "31m",
    ),
    "escapes as entities": (
        "<p>Then &#27;[31m comes a colour, &#x9b;2J and more.</p>",
        "comes a colour",
        "\x1b",
    ),
    "noughts": ("<p>Between \x00 two words stands nothing at all.</p>", "two words", "\x00"),
    "bidi": ("<p>A name is \u202eexe.txt\u202c and nothing else here.</p>", "exe.txt", "\u202e"),
    "invisible": (
        "<p>In\u200bvisible\U000e0041 signs are in this text.</p>",
        "Invisible signs",
        "\u200b",
    ),
    "markup of the screen": ("<p>[@click=app.quit]Press[/] here to leave it all.</p>", "Press", "\x1b"),
    "scripts": ("<p>Before.<script>alert('here')</script></p>", "Monday", "alert"),
    "javascript links": (
        '<p>Now <a href="javascript:alert(1)">press this</a> one.</p>',
        "press this",
        "javascript",
    ),
    "disguised links": (
        '<p>Now <a href=" java&#10;script:alert(1)">press this</a>, <a href="JAVASCRIPT&colon;x">it</a>',
        "press this",
        "](java",
    ),
    "data and file": (
        '<p>See <a href="data:text/html,x">a</a> and <a href="file:///etc">b</a>.</p>',
        "See a",
        "etc",
    ),
    "a player": ('<iframe src="javascript:alert(1)"></iframe>', "Tuesday", "alert"),
    "a picture": (
        '<img src="javascript:alert(1)" alt="x"><img data-src="vbscript:x.jpg">',
        "Tuesday",
        "vbscript",
    ),
    "markdown": (
        "<p>[a](javascript:x) and ![b](file:///y) as text, and # no heading.</p>",
        r"\[a\]",
        "![",
    ),
    "a style": ("<style>p{color:red}</style><template><p>unseen</p></template>", "Tuesday", "unseen"),
    "handlers": (
        '<p onclick="alert(1)" style="x:expression(1)">A plain sentence stands here.</p>',
        "A plain",
        "alert",
    ),
}


@pytest.mark.parametrize(("inner", "there", "gone"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_hostile_is_defused(inner: str, there: str, gone: str) -> None:
    found = read(around(inner))
    assert there in found.body
    assert gone not in found.body
    assert is_all_clean(found)


def is_all_clean(found: Page) -> bool:
    said = (found.title, found.body, found.summary, found.author, found.site)
    led = (found.url, found.image, *addresses(found.body))
    return all(map(clean.is_clean, said)) and all(not one or clean.address(one) for one in led)


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="og:title" content="\x1b[31mA &#27;]0;title\u202e">'
        '<meta name=author content="\x9bA\x00 B">',
        '<meta property="og:image" content="javascript:alert(1)"><link rel="canonical" href="javascript:x">',
        '<meta property="og:url" content="http://[bad/"><meta property="og:image" content="//[::">',
        '<script type="application/ld+json">{"@type":"Article","headline":"\\u001b[31mx\\u202e"}</script>',
        '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
        '<script type="application/ld+json">' + '{"@graph":[' * 2_000 + "]}" * 2_000 + "</script>",
        '<script type="application/ld+json">[' + '{"@type":"Article"},' * 20_000 + "{}]</script>",
        '<script type="application/ld+json">{"@type":["Article",1,null,{}],"author":[[["x"]]],'
        '"headline":{"a":1},"wordCount":"many","datePublished":[1],"articleBody":["x"],"isAccessibleForFree":{}}</script>',
        '<script type="application/ld+json">{"@type":"Article","articleBody":"\\u0000\\ud800"}</script>',
        '<base href="javascript:alert(1)">',
        '<base href="http://[bad">',
    ],
)
def test_head_that_is_hostile_harms_nothing(head: str) -> None:
    found = read(around('<p>See <a href="other.html">the other page</a> for more of it.</p>', head))
    assert TEXT in found.body
    assert is_all_clean(found)


HEAVY = {
    "nesting": "<div>" * 100_000,
    "nesting of spans": "<span>" * 100_000,
    "nesting of quotes": "<blockquote>x " * 20_000,
    "attributes": "<div " + " ".join(f"a{number}=1" for number in range(200_000)) + ">",
    "attributes without values": "<div " + " ".join(f"a{number}" for number in range(200_000)) + ">",
    "attributes with ends of tags": "<div " + " ".join(f"a{number}='>'" for number in range(150_000)) + ">",
    "a class": f'<div class="{"hidden " * 200_000}md:block">',
    "a set of pictures": f'<img srcset="{"a 1w, " * 200_000}">',
    "comments": "<!--" * 100_000,
    "captions of nothing": "<section>" + "<div class=caption></div>" * 20_000,
    "links that lead away in one block": "<div>" + "<a href=/x>Read more: x</a><p></p>" * 20_000,
    "pictures in a paragraph": "<p>" + "<img src=/i.jpg>" * 20_000,
    "a tag without end": "<a href='" + "x" * 1_000_000,
}


@pytest.mark.parametrize("inner", HEAVY.values(), ids=HEAVY)
def test_heavy_page_is_read_or_told(inner: str) -> None:
    """The article before it is read, or a sentence says that there is none; nothing else comes out."""
    found = read_or_told(around(inner).encode())
    if isinstance(found, Page):
        assert TEXT in found.body
        assert is_all_clean(found)
    else:
        assert "letter.example" in found


def read_or_told(data: bytes, content_type: str = "text/html") -> Page | str:
    try:
        return read(data, content_type)
    except NoArticle as reason:
        return str(reason)


def test_page_of_5_mb_is_cut_and_says_so() -> None:
    found = read("<title>Long</title>" + "".join(f"<p>{TEXT} {number}</p>" for number in range(50_000)))
    assert len(found.body) < 2_000_000
    assert found.body.endswith("Open the original to read on.*")


def test_entities_of_its_own_do_not_expand() -> None:
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    )
    found = read(bomb + around("<p>Here stands &b; and &f; in the text.</p>"))
    assert "aaaaaaaaaa" not in found.body.partition("Here stands")[2]
    assert "root:" not in found.body


ENCODINGS = {
    "by the server": ("Größe", "cp1252", "text/html; charset=windows-1252", ""),
    "by the page": ("Ледяной порт", "cp1251", "text/html", '<meta charset="windows-1251">'),
    "by the older way": (
        "Ледяной порт",
        "koi8-r",
        "text/html",
        '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">',
    ),
    "in Japan": ("港が凍る", "cp932", "text/html", '<meta charset="Shift_JIS">'),
    "in Japan, by the server": ("港が凍る", "euc_jp", "text/html;charset=EUC-JP", ""),
    "in Japan, in ASCII": ("港が凍る", "iso2022_jp", "text/html; charset=iso-2022-jp", ""),
    "in China": ("港口结冰", "gb18030", "text/html", '<meta charset="gb2312">'),
    "in Korea": ("항구가 얼다", "cp949", "text/html", '<meta charset="euc-kr">'),
    "said to be utf-8": ("Größe", "latin-1", "text/html; charset=utf-8", '<meta charset="utf-8">'),
    "said to be latin": ("Größe", "utf-8", "text/html; charset=iso-8859-1", ""),
    "said to be latin by the server alone": (
        "Ледяной порт",
        "cp1251",
        "text/html; charset=iso-8859-1",
        "<meta charset=windows-1251>",
    ),
    "said nowhere, in Russia": ("Ледяной порт", "cp1251", "text/html", "@<html lang=ru>"),
    "said nowhere, in Japan": ("港が凍る", "cp932", "text/html", "@<html lang=ja-JP>"),
    "said nowhere, in Japan, older": ("港が凍る", "euc_jp", "text/html", "@<html lang=ja>"),
    "said nowhere, in Taiwan": ("港口結冰", "big5", "text/html", "@<html class=x lang='zh-TW'>"),
    "said to be latin, in Poland": ("Łódź", "cp1250", "text/html; charset=iso-8859-1", "@<html lang=pl>"),
    "said nowhere, in Germany": ("Größe", "latin-1", "text/html", "@<html lang=de>"),
    "said nowhere": ("Größe", "utf-8", "text/html", ""),
    "with a mark": ("Größe", "utf-8-sig", "text/html; charset=iso-8859-1", ""),
    "wide": ("Größe", "utf-16", "text/html", ""),
    "wide without a mark": ("Größe", "utf-16-le", "text/html; charset=utf-16le", ""),
    "said to be wide": ("Größe", "utf-8", "text/html", '<meta charset="utf-16">'),
    "of XML": ("Größe", "latin-1", "application/xhtml+xml", "@<?xml version='1.0' encoding='iso-8859-1'?>"),
    "of no page": ("Größe", "utf-8", "text/html; charset=punycode", '<meta charset="rot13">'),
    "unknown": ("Größe", "utf-8", "text/html; charset=klingon", ""),
}


@pytest.mark.parametrize(("word", "encoding", "content_type", "head"), ENCODINGS.values(), ids=ENCODINGS)
def test_encoding_is_found(word: str, encoding: str, content_type: str, head: str) -> None:
    text = around(f"<p>{word}: that is the word in question, and it is whole.</p>", head.partition("@")[0])
    data = (head.partition("@")[2] + text).encode(encoding)
    assert f"{word}: that is" in read(data, content_type).body


def test_page_with_one_wrong_byte_is_read_as_what_it_says() -> None:
    """A page that was cut within a letter, or quotes a broken one, is no page of another encoding."""
    data = around("<p>Größe, Übermut, Äpfel, Öl und Maß stehen hier.</p>" * 20).encode()
    data = data.replace(b"Tuesday", b"Tues\xe9day", 1)
    assert "Größe, Übermut" in read(data, "text/html; charset=utf-8").body


def test_xhtml_with_its_declaration_is_a_page() -> None:
    declared = '<?xml version="1.0" encoding="UTF-8"?>\n'
    assert TEXT in read(declared + around("<br/>"), "application/xhtml+xml").body


def test_plain_text_is_read_as_it_is() -> None:
    found = read(
        "A heading of words\n\n* one\n* two\n\n<b>no</b> markup\x1b[31m", "text/plain; charset=utf-8"
    )
    assert found.title == "A heading of words"
    assert r"\<b>no" in found.body
    assert is_all_clean(found)


@pytest.mark.parametrize(
    ("data", "content_type", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "text/html", "a PDF"),
        (b"", "application/pdf", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "text/html", "a picture"),
        (b"x", "image/webp", "a picture"),
        (b"x", "video/mp4", "a film"),
        (b"PK\x03\x04", "", "an archive"),
        (b"{}", "application/json", "a file (application/json)"),
        (bytes(range(256)) * 40, "text/html", "a file of an unknown kind"),
        (bytes(range(256)) * 40, "application/octet-stream", "a file of an unknown kind"),
    ],
)
def test_file_that_is_no_page_is_named(data: bytes, content_type: str, kind: str) -> None:
    with pytest.raises(NoArticle) as error:
        read(data, content_type)
    assert str(error.value) == f"This is {kind} and no page; open the original."
    found = page.described(data, HERE, content_type)
    assert (found.title, found.body, found.site) == (HERE, "", "letter.example")


@pytest.mark.parametrize("data", [b"", b"  \n", b"<!-- -->", b"<html></html>", b"<html><body></body></html>"])
def test_empty_page_is_told(data: bytes) -> None:
    with pytest.raises(NoArticle, match=r"letter\.example .*open the original"):
        read(data)


def test_page_without_article_tells_of_itself() -> None:
    html = '<title>Shop</title><meta name="description" content="Ice and &amp; salt."><p>Buy now.</p>'
    with pytest.raises(NoArticle, match="no article on this page of letter"):
        read(html)
    found = page.described(html.encode(), HERE, "text/html")
    assert (found.title, found.summary, found.body) == ("Shop", "Ice and & salt.", "")


PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div class='x'>",
            "</div>",
            "<article>",
            "<table><tr><td>",
            "</table>",
            "<pre><code>",
            "</pre>",
        ),
        *(
            "<blockquote>",
            "<ul><li>",
            "</ul>",
            "<br>",
            "<hr>",
            "<h2>",
            "</h2>",
            "<figure><img src=a.jpg>",
            "<figcaption>",
        ),
        *(
            "<a href='javascript:x'>",
            "<a href='//x y/(z)'>",
            "</a>",
            "<img data-src='//h/i.jpg' alt='*'>",
            "<base href=x>",
        ),
        *(
            "<iframe src='//p/q'>",
            "<noscript>",
            "<time>",
            "<math>",
            "<svg>",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<?x",
        ),
        *(
            "<title>",
            "<meta property=og:title content='\x1b'>",
            "&#27;",
            "&lt;",
            "&#xd800;",
            "\x00",
            "\u202e",
            "]]>",
            "<a<p",
        ),
        *(
            "<style hidden>",
            "<amp-img src=x.png>",
            "<audio src=x>",
            "<video>",
            "<picture><source srcset='a 1w, b 2w'>",
        ),
        TEXT,
        f"<p>{TEXT}</p>",
        "[x](javascript:y)",
        "* * *",
        "\n\n# ",
        "港が凍る。",
    ]
)


@given(
    st.one_of(st.text(), st.binary().map(lambda data: data.decode("latin-1")), st.lists(PIECES).map("".join))
)
def test_whatever_comes_is_read_or_told(html: str) -> None:
    """Nothing but `NoArticle` comes out, all that is returned is clean, every address has been looked at."""
    for inner in (html, around(html)):
        data = inner.encode("utf-8", "surrogatepass")
        found = read_or_told(data)
        assert is_all_clean(found) if isinstance(found, Page) else clean.is_clean(found)
        assert is_all_clean(page.described(data, HERE))


@given(st.binary(), st.text(max_size=40))
def test_any_bytes_of_any_type_are_read_or_told(data: bytes, content_type: str) -> None:
    found = read_or_told(data, content_type)
    assert is_all_clean(found) if isinstance(found, Page) else clean.is_clean(found)
    assert is_all_clean(page.described(data, HERE, content_type))


class TestChild:
    def test_child_reads_pages_one_after_the_other(self) -> None:
        reader = PageReader()
        try:
            told = reader.read(around("").encode(), HERE, "text/html", HERE)
            assert (told.reason, told.page.title) == ("", "The ferry")
            told = reader.read(b"%PDF-", HERE, "text/html", HERE)
            assert (told.reason, told.page.body) == ("This is a PDF and no page; open the original.", "")
            assert TEXT in reader.read(around("").encode(), HERE, "text/html", HERE).page.body
        finally:
            reader.close()

    def test_page_that_takes_too_long_ends_the_child_and_no_more(self) -> None:
        """Links take trafilatura longest: 80,000 of them up to 14 s; the next page has a new child."""
        links = "".join(f'<a href="/l/{number}">link number {number} of it</a> ' for number in range(80_000))
        assert len(links) > 3_000_000
        slow = PageReader()
        slow.patience = 0.1
        with pytest.raises(ChildEnded):
            slow.read(links.encode(), HERE, "text/html", HERE)
        slow.close()
        reader = PageReader()
        try:
            assert reader.read(around("").encode(), HERE, "text/html", HERE).page.title == "The ferry"
        finally:
            reader.close()
