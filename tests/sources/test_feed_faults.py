"""Feeds with the faults that they are met with: all that can be read of them is."""

from typing import Any

import pytest

from tests.sources.feeds import CHANNEL, HERE, ONE, articles, atom, entry, item, rss
from tui_reader.model import Enclosure, Image
from tui_reader.sources import feed

SIZE = "Größe “q” €"
ENCODED = [
    *((code, code, "新闻") for code in ("gb2312", "gb18030", "utf-16", "utf-8")),
    *((code, code, "新聞") for code in ("big5", "euc-jp", "shift_jis", "iso-2022-jp")),
    *((code, code, SIZE) for code in ("windows-1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32")),
    *(("utf-8", wrong, SIZE) for wrong in ("iso-8859-1", "utf-16", "klingon", "punycode", "us-ascii", "gbk")),
    *(("cp1252", wrong, SIZE) for wrong in ("", "utf-8", "iso-8859-1", "us-ascii")),
    *((code, code.removesuffix("-sig"), text) for code, text in (("koi8-r", "новости"), ("utf-8-sig", "ß"))),
]


@pytest.mark.parametrize(("encoding", "said", "text"), ENCODED)
def test_encodings(encoding: str, said: str, text: str) -> None:
    """Whatever is declared, and where nothing is."""
    head = f'<?xml version="1.0" encoding="{said}"?>' if said else ""
    [article] = articles(rss(f"<item><title>{text}</title></item>", head=head).encode(encoding))
    assert article.title == text


CHARSETS = [
    ("windows-1251", "", "text/xml; charset=windows-1251", "новости"),
    ("windows-1251", "windows-1251", "text/xml; charset=iso-8859-1", "новости"),
    ("utf-8", "", "application/rss+xml; charset=ISO-8859-1", "новости"),
    ("utf-8", "", 'text/xml;charset="klingon"', "новости"),
]


@pytest.mark.parametrize(("encoding", "said", "content_type", "text"), CHARSETS)
def test_charset_of_the_server(encoding: str, said: str, content_type: str, text: str) -> None:
    """It is believed where the document says nothing, and is not UTF-8."""
    head = f'<?xml version="1.0" encoding="{said}"?>' if said else ""
    data = rss(f"<item><title>{text}</title></item>", head=head).encode(encoding)
    assert feed.parse(data, HERE, content_type).entries[0].article.title == text


def test_one_letter_cut_in_two_spoils_no_other() -> None:
    data = rss("<item><title>Größe und Länge, Fläche, H\xf6</title></item>").encode()
    assert articles(data.replace("H\xf6".encode(), b"H\xc3"))[0].title == "Größe und Länge, Fläche, H�"


BROKEN = {
    "bare &": (rss(f"<item><title>A & B &c; &#xD; D</title></item>{ONE}"), ["A & B &c; D", "One"]),
    "bare & in an address": (rss("<item><title>A</title><link>/?a=1&b=2&copy=3</link></item>"), ["A"]),
    "bare <": (rss(f"<item><title>A < B <3</title></item>{ONE}"), ["A < B <3", "One"]),
    "]]> in a text": (rss(f"<item><title>A ]]> B</title></item>{ONE}"), ["A ]]> B", "One"]),
    "control characters": (rss(f"<item><title>A\x0b\x00B</title></item>{ONE}"), ["A B", "One"]),
    "open": (rss(f"<item><title>A</title><description><p>x<br></description></item>{ONE}"), ["A", "One"]),
    "open in the title": (rss(f"<item><title>A <b>B</title></item>{ONE}"), ["A <b>B", "One"]),
    "crossed": (
        rss(f"<item><title>A</title><description><b><i>x</b></i></description></item>{ONE}"),
        ["A", "One"],
    ),
    "item left open": (rss(f"<item><title>A</title>{ONE}"), ["A", "One"]),
    "truncated": (rss(ONE + ONE.replace("One", "Two").replace("/1", "/2"))[:-45], ["One", "Two"]),
    "truncated in CDATA": (rss(f"{ONE}<item><title>A</title><description><![CDATA[b")[:-26], ["One", "A"]),
    "warnings before": ("\n <br />\n<b>Warning</b>: x\n" + rss(ONE), ["One"]),
    "blanks before": (" \n\n" + rss(ONE), ["One"]),
    "BOM and blanks before": ("\ufeff \n\ufeff" + rss(ONE), ["One"]),
    "no declaration": (rss(ONE, head=""), ["One"]),
    "two declarations": (rss(ONE, head='<?xml version="1.0"?>\n<?xml version="1.0"?>'), ["One"]),
    "a page after it": (rss(ONE) + "<!-- x --><script>1 < 2</script></html>", ["One"]),
    "-- in a comment": (rss(f"<!-- a -- b --->{ONE}<!-- <item> -->"), ["One"]),
    "an attribute twice": (rss("<item a='1' a='2'><title>A &lt; B</title></item>"), ["A < B"]),
    "an attribute without quotes": (
        rss(f"<item><title>A</title><enclosure url=/a></item>{ONE}"),
        ["A", "One"],
    ),
    "undeclared modules": (
        f"<rss><channel>{CHANNEL}<item><title>A &lt; B</title><dc:date>1</dc:date></item></channel></rss>",
        ["A < B"],
    ),
    "an unknown namespace": (rss(ONE).replace("<rss ", '<rss xmlns="http://a.example/ns" '), ["One"]),
    "Atom's namespace around RSS": (
        rss(ONE).replace("<rss ", '<rss xmlns="http://www.w3.org/2005/Atom" '),
        ["One"],
    ),
    "items outside of the channel": (f"<rss><channel>{CHANNEL}</channel>{ONE}</rss>", ["One"]),
    "no channel": (f"<rss>{ONE}</rss>", ["One"]),
    "only a channel": (f"<channel>{CHANNEL}{ONE}</channel>", ["One"]),
    "capital letters": (f"<RSS><Channel>{CHANNEL}<Item><Title>A</Title></Item></Channel></RSS>", ["A"]),
    "prefixed": (
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>A</a:title></a:entry></a:feed>',
        ["A"],
    ),
    "a DTD": (
        rss(ONE, head='<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://a.example/rss.dtd">'),
        ["One"],
    ),
    "Atom 1.0 without a namespace": ("<feed><entry><title>A</title></entry></feed>", ["A"]),
}


@pytest.mark.parametrize(("data", "titles"), BROKEN.values(), ids=BROKEN)
def test_broken_xml(data: str, titles: list[str]) -> None:
    assert [article.title for article in articles(data)] == titles


CUT_OFF = {
    "in the head": rss("")[:-30],
    "before the first item": rss("").removesuffix("</channel></rss>"),
    "after the channel of RSS 1.0": '<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel/><items',
    "in the first tag of an item": rss("<item><tit")[: -len("</channel></rss>")],
    "in the first tag": '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http',
    "Atom": atom("").removesuffix("</feed>"),
}


@pytest.mark.parametrize("data", CUT_OFF.values(), ids=CUT_OFF)
def test_what_is_cut_off_before_its_first_entry_is_a_problem(data: str) -> None:
    """Nobody takes it for a feed that has nothing to tell."""
    with pytest.raises(feed.NotAFeed, match="ends in the middle"):
        feed.parse(data.encode(), HERE)


EMPTY = {
    "RSS": rss(""),
    "RSS 1.0": '<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel/></rdf:RDF>',
    "Atom": atom(""),
    "prefixed": '<a:feed xmlns:a="http://www.w3.org/2005/Atom"></a:feed >',
    "one tag": '<feed xmlns="http://www.w3.org/2005/Atom"/>',
    "broken": rss("<title>A & B <br></title>").upper(),
    "with a page after it": rss("") + "<!-- x --><script>1 < 2</script>",
}


@pytest.mark.parametrize("data", EMPTY.values(), ids=EMPTY)
def test_feed_without_entries_is_no_problem(data: str) -> None:
    assert articles(data) == []


A = "https://a.example"
GUID = "<guid isPermaLink='false'>"
ITEMS: list[tuple[str, str, Any]] = [
    ("<link>\n  /1\n </link>", "url", f"{A}/1"),
    ("<link><![CDATA[ https://a.example/1 ]]></link>", "url", f"{A}/1"),
    ("<link>/?a=1&b=2&copy=3&#38;d=4</link>", "url", f"{A}/?a=1&b=2&copy=3&d=4"),
    ("<link>//b.example/1</link>", "url", "https://b.example/1"),
    ("<link>https://a.example/grüße 1</link>", "url", f"{A}/gr%C3%BC%C3%9Fe%201"),
    ("<link>www.b.example/1</link>", "url", "https://www.b.example/1"),
    ("<link/><guid>https://a.example/1</guid>", "url", f"{A}/1"),
    ("<link>https://a.example/</link><guid>https://a.example/1</guid>", "url", f"{A}/1"),
    (f"<link>/1</link>{GUID}https://b.example/x</guid>", "url", f"{A}/1"),
    (f"{GUID}https://a.example/?p=1</guid>", "url", f"{A}/?p=1"),
    ("<guid>tag:a.example,2024:1</guid>", "url", ""),
    (
        "<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='self' href='/x'/><link>/1</link>",
        "url",
        f"{A}/1",
    ),
    ("<dc:creator>Ann</dc:creator><dc:creator>Bo</dc:creator>", "author", "Ann, Bo"),
    ("<author>ann@a.example</author><dc:creator>Ann</dc:creator>", "author", "Ann"),
    ("<category domain='urn:x'>AI</category><category/><category> </category>", "topics", ("AI",)),
    ("<category>AI &amp;amp; ML</category><category>&lt;b>C&lt;/b></category>", "topics", ("AI & ML", "C")),
    ("<pubDate>Thu, 01 Jan 1970 00:00:00 +0000</pubDate>", "published", None),
    ("<pubDate>nonsense</pubDate><dc:date>2023-05-01</dc:date>", "published", 1_682_899_200),
    ("<pubDate><![CDATA[Mon, 01 May 2023 00:00:00 +0000]]> </pubDate>", "published", 1_682_899_200),
    ("<pubDate>Fri, 01 May 2099 00:00:00 GMT</pubDate>", "published", 4_081_276_800),
    ("<description>Caf&eacute;&nbsp;&mdash; &hellip;&#146;</description>", "summary", "Café — …’"),
    ("<description>don\x92t \x96 \x85</description>", "summary", "don’t – …"),
    (
        "<description>&amp;lt;p>A &amp;lt;b>b&amp;lt;/b>&amp;lt;/p></description>",
        "summary",
        "A b",
    ),
    ("<description>Use &amp;lt;b&amp;gt; for bold</description>", "summary", "Use <b> for bold"),
    ("<description>if a &lt; b and b &gt; c</description>", "summary", "if a < b and b > c"),
    ("<description>Map&lt;K, V&gt; is a type</description>", "summary", "Map<K, V> is a type"),
    ("<description>One\n\nTwo\n- a\n- b</description>", "body", "One\n\nTwo\n- a\n- b"),
    ("<description><p>A <b>b</b></p><p>c</p></description>", "body", "A **b**\n\nc"),
    ("<description/><content:encoded>&lt;p>A</content:encoded>", "body", "A"),
    ("<content:encoded>A</content:encoded><description>A</description>", "summary", "A"),
    (f"<content:encoded>More</content:encoded><description>{'A b. ' * 300}</description>", "summary", "More"),
    ("<content:encoded>A<!-- b --><![CDATA[<p>c]]></content:encoded>", "body", "A\n\nc"),
    (
        "<description>The post A appeared first on B.</description>",
        "summary",
        "The post A appeared first on B.",
    ),
    (
        "<description>A&lt;img src='https://x.example/t.gif' width='1' height='1'/></description>",
        "summary",
        "A",
    ),
]


@pytest.mark.parametrize(("markup", "field", "value"), ITEMS, ids=lambda part: str(part)[:60])
def test_part_of_an_item(markup: str, field: str, value: Any) -> None:
    assert getattr(item(f"<title>T</title>{markup}"), field) == value


PEOPLE = [
    ("ann@a.example (Ann Lee)", "Ann Lee"),
    ("Ann Lee (ann@a.example)", "Ann Lee"),
    ("Ann Lee <ann@a.example>", "Ann Lee"),
    ('"Ann Lee" <mailto:ann@a.example>', "Ann Lee"),
    ("ann@a.example Ann Lee", "Ann Lee"),
    ("ann@a.example", "ann@a.example"),
    ("mailto:ann@a.example", "ann@a.example"),
    ("noreply@blogger.com (Ann)", "Ann"),
    ("noreply@blogger.com (Unknown)", ""),
    ("no-reply@a.example", ""),
    ("@ann@m.example", "@ann@m.example"),
    ("/u/ann", "/u/ann"),
    ("Ann &amp;amp; Bo", "Ann & Bo"),
    ("<![CDATA[ Ann\n Lee ]]>", "Ann Lee"),
    ("Ann Lee (The News)", "Ann Lee (The News)"),
]


@pytest.mark.parametrize(("told", "name"), PEOPLE)
def test_author(told: str, name: str) -> None:
    """A name where there is one; an address that nobody reads is none."""
    told = told.replace("<", "&lt;") if "CDATA" not in told else told
    assert item(f"<title>T</title><author>{told}</author>").author == name


def test_author_of_the_feed_stands_in() -> None:
    of_feed = "<author><name>Ann</name></author>"
    other = "<author><email>bo@b.example</email></author>"
    data = atom(f"{of_feed}<entry><title>A</title></entry><entry><title>B</title>{other}</entry>")
    assert [article.author for article in articles(data)] == ["Ann", "bo@b.example"]


FILES = [
    ("url='/a.mp3' length='5' type='audio/mpeg'", Enclosure(f"{A}/a.mp3", "audio/mpeg", 5)),
    ("url='/a.mp3?x=1&y=2' length='' type=''", Enclosure(f"{A}/a.mp3?x=1&y=2", "audio/mpeg")),
    ("url='/a.mp3' length='0' type='application/octet-stream'", Enclosure(f"{A}/a.mp3", "audio/mpeg")),
    ("url='/a.mp3' length='-1' type='mp3'", Enclosure(f"{A}/a.mp3", "audio/mpeg")),
    ("url='/a.mp3' length='unknown' type='AUDIO/MPEG; x=y'", Enclosure(f"{A}/a.mp3", "audio/mpeg")),
    ("url='/a.mp4' length='5,000,000,000' type='video/mp4'", Enclosure(f"{A}/a.mp4", "video/mp4", 5 * 10**9)),
    ("url='/a.pdf' length='1e5'", Enclosure(f"{A}/a.pdf", "application/pdf")),
    (f"url='/a.m4a' length='{'9' * 5_000}'", Enclosure(f"{A}/a.m4a", "audio/mp4")),
    ("url='/a' length='5' type='audio/mpeg'", Enclosure(f"{A}/a", "audio/mpeg", 5)),
    ("url='' length='5' type='audio/mpeg'", None),
    ("url='javascript:1' length='5' type='audio/mpeg'", None),
    ("url='/i.jpg' length='5' type=''", Image(f"{A}/i.jpg")),
    ("url='/i.png' length='5' type='application/octet-stream'", Image(f"{A}/i.png")),
    ("url='/i' length='5' type='image/jpeg'", Image(f"{A}/i")),
]


@pytest.mark.parametrize(("attributes", "file"), FILES, ids=lambda part: str(part)[:60])
def test_enclosure(attributes: str, file: Enclosure | Image | None) -> None:
    """What says nothing of its kind is of the kind of its ending; a length that cannot be is none."""
    article = item(f"<title>T</title><enclosure {attributes}/>")
    assert [*article.enclosures, *article.images] == ([file] if file else [])


DESCRIPTIONS = [
    ("<p>One.</p><p>Two.</p>", "One.", "One.\n\nTwo."),
    ("<ul><li>One</li><li>Two</li></ul>", "One", "- One\n- Two"),
    ("<p>It <b>rains</b>.</p>", "It rains.", ""),
    ("<p>It rains.</p><a href='/1'>Continue reading <i>Rain</i> →</a>", "Continue reading", ""),
    (
        "<p>It rains. [&#8230;]</p><p>The post <a href='/1'>A</a> appeared first on <a href='/'>N</a>.</p>",
        "N.",
        "",
    ),
    ("<p>It rains. <a href='/1'>[...]</a></p>", "[...]", ""),
    ("<p>It rains. <a href='/1'>(Read more...)</a></p>", "(Read more...)", ""),
    ("<img src='/i.png'/><p>It rains…</p>", "It rains…", f"![]({A}/i.png)\n\nIt rains…"),
    (f"<p>{'It rains. ' * 80}</p><p>And…</p>", "rains.", "And…"),
]


@pytest.mark.parametrize(("told", "summary", "body"), DESCRIPTIONS)
def test_description_is_a_summary_or_the_text(told: str, summary: str, body: str) -> None:
    """It is the text where a line would lose something of it, and it does not go on elsewhere."""
    article = item(f"<title>T</title><description><![CDATA[{told}]]></description>")
    assert summary in article.summary
    assert article.body.endswith(body)
    assert bool(article.body) == bool(body)


def test_film_in_the_text_makes_no_video() -> None:
    film = "<enclosure url='https://a.example/a.mp4' type='video/mp4'/>"
    text = "<content:encoded>&lt;video src='https://a.example/a.mp4'>&lt;/video> shows it.</content:encoded>"
    assert item(f"<title>T</title>{film}{text}").kind == "article"
    assert item(f"<title>T</title>{film}<content:encoded>A talk.</content:encoded>").kind == "video"


BASES = [
    ("", "<link href='/p/1'/>", f"{A}/p/i"),
    ("", "<link href='/p/1'/><id>https://b.example/</id>", f"{A}/p/i"),
    ("xml:base='https://b.example/x/'", "<link href='1'/>", "https://b.example/x/i"),
    ("xml:base='/x/'", "<link href='1'/>", f"{A}/x/i"),
    ("", "<link href='https://b.example/elsewhere/'/>", f"{A}/i"),
    ("", "<link href='https://www.a.example/p/1'/>", "https://www.a.example/p/i"),
]


@pytest.mark.parametrize(("attributes", "links", "address"), BASES)
def test_what_addresses_are_relative_to(attributes: str, links: str, address: str) -> None:
    """What the feed says, else the entry's page; what only points elsewhere is relative to the feed's own."""
    content = '<content type="html">&lt;img src="i"></content>'
    data = atom(f"<link href='{A}/'/><entry><title>T</title>{links}{content}</entry>", attributes)
    assert articles(data)[0].body == f"![]({address})"


def test_bases_within_each_other() -> None:
    article = entry(
        '<title>T</title><link href="/1"/><content type="xhtml" xml:base="b/"><div xmlns='
        '"http://www.w3.org/1999/xhtml" xml:base="c/"><img src="i"/></div></content>',
        'xml:base="https://b.example/a/"',
    )
    assert (article.url, article.body) == ("https://b.example/1", "![](https://b.example/a/b/c/i)")


CONTENTS = [
    ('type="text"', "&lt;b>A&lt;/b>", r"\<b>A\</b>"),
    ('type="html"', "&lt;b>A&lt;/b> &amp;amp; B", "**A** & B"),
    ('type="html"', "<![CDATA[<b>A</b> &amp; B]]>", "**A** & B"),
    ("", "&lt;b>A&lt;/b> B", "**A** B"),
    ("", "<b>A</b> &amp;lt; B", r"**A** \&lt; B"),
    ('type="xhtml"', '<div xmlns="http://www.w3.org/1999/xhtml"><b>A</b> &lt;i&gt;</div>', r"**A** \<i>"),
    (
        'type="xhtml"',
        '<x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:b>A</x:b><x:br/>B</x:div>',
        "**A**  \nB",
    ),
    ('type="xhtml"', "&lt;b>A&lt;/b>", "**A**"),
    ('type="text/plain"', "A *b*", r"A \*b\*"),
    ('type="image/png"', "aGVsbG8=", ""),
    ('mode="base64"', "aGVsbG8=", ""),
    ('src="https://b.example/a.mp3" type="audio/mpeg"', "", ""),
]


@pytest.mark.parametrize(("attributes", "told", "body"), CONTENTS)
def test_content(attributes: str, told: str, body: str) -> None:
    assert entry(f"<title>T</title><content {attributes}>{told}</content>").body == body


def test_one_id_for_all_is_none() -> None:
    """The same entry twice is one; entries that only share an `id` are not the same."""
    told = "".join(f"<item><guid>x</guid><title>{n}</title><link>/{n}</link></item>" for n in "1233")
    assert [article.title for article in articles(rss(told))] == ["1", "2", "3"]


def test_entries_without_title_id_and_date() -> None:
    told = "".join(
        f"<item><description>{text}</description></item>" for text in ("It rains today.", "It snows.")
    )
    found = feed.parse(rss(told).encode(), HERE)
    assert [one.article.title for one in found.entries] == ["It rains today.", "It snows."]
    assert [one.key for one in found.entries] == ["It rains today.", "It snows."]
    assert [one.article.published for one in found.entries] == [None, None]


TITLELESS = [
    ("<link>/2024/the-river-is-high.html</link>", "The river is high"),
    ("<title>&amp;nbsp;</title><description>It rains here.</description>", "It rains here."),
    ("<title/><description>&lt;img src='/a.png'></description>", "Untitled"),
    ("<media:title>A film</media:title><description>x</description>", "A film"),
]


@pytest.mark.parametrize(("markup", "title"), TITLELESS)
def test_entry_without_a_title(markup: str, title: str) -> None:
    """It is called by its first sentence, else by the words of its address."""
    assert item(f"{markup}<guid>1</guid>").title == title
