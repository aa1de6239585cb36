"""Feeds of every format: what is read of them, and what is not."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.sources.feeds import CHANNEL, HERE, SPACES, articles, entry, item, rss
from tui_reader import clean
from tui_reader.model import Enclosure, Image
from tui_reader.sources import feed
from tui_reader.sources.feed import NotAFeed

LONG = "word " * 150
DAY = 1_682_899_200  # 2023-05-01


# Title, site and number of entries; then the newest and the oldest: date, author, end of the address.
CAPTURED = {
    "DaringFireball.rss": """Daring Fireball | http://daringfireball.net/ | 47
        2016-02-27T21:59:47Z | John Gruber | -calendars-apples-product-event-will-week-of-march-21/
        2015-11-11T13:08:58Z | John Gruber | http://daringfireball.net/2015/11/the_ipad_pro""",
    "atp.rss": """Accidental Tech Podcast | http://atp.fm/ | 100
        2019-01-31T16:58:12Z | Marco Arment | http://atp.fm/episodes/311
        2017-03-09T06:09:41Z | Marco Arment | http://atp.fm/episodes/212""",
    "kc0011.rss": """投资资讯网交易在线--流通纪念币最新20篇论坛主题-全文 | http://www.kc0011.net | 20
        2020-01-10T14:33:00Z | 大鱼儿 | http://www.kc0011.net/dispbbs.asp?BoardID=10&ID=25164257&Page=1
        2020-01-10T14:03:00Z | shijielai | http://www.kc0011.net/dispbbs.asp?BoardID=10&ID=25164080&Page=1""",
    "livemint.xml": """Livemint - News | https://www.livemint.com/rss/News | 25
        2019-05-29T10:16:00Z | Elizabeth Roche | -this-october-report-1559104147038.html
        2019-05-28T11:51:32Z |  | -alternative-accommodation-markets-for-booking-com-1559022596374.html""",
    "markdown2.rss": """links.daveverse.org | https://links.daveverse.org | 25
        2025-10-29T14:58:20Z |  | -faces-on-the-street-to-verify-citizenship/
        2025-10-26T02:59:48Z |  | https://m.youtube.com/watch?v=5t5QK03KXPc""",
    "monkeydom.rss": """cocoa-dom | https://coding.monkeydom.de | 13
        2018-09-06T13:27:00Z |  | https://github.com/monkeydom/TCMPortMapper
        2012-04-17T11:31:00Z |  | https://coding.monkeydom.de/posts/2012/04/17/games-icloud-and-gamecenter""",
    "natasha.xml": """Natasha The Robot | https://www.natashatherobot.com | 10
        2017-07-07T11:06:10Z | Natasha Murashev | natashatherobot.com/url-apple-wallet-passkit-pass/
        2016-07-28T15:17:27Z | Natasha Murashev | /swift-what-are-protocols-with-associated-types/""",
    "yakubin.atom": """yakubin’s notes | https://yakubin.com/notes | 12
        2025-01-17T00:00:00Z | Jakub Alba (yakubin) | https://yakubin.com/notes/thoughts-about-prolog.html
        2022-11-16T00:00:00Z | Jakub Alba (yakubin) | https://yakubin.com/notes/port-forwarding.html""",
}


@pytest.mark.parametrize("file", CAPTURED)
def test_captured_feed_is_read(real_data: Path, file: str) -> None:
    lines = CAPTURED[file].replace("|  |", "| - |").split("\n")
    (title, site, count), *ends = (line.strip().split(" | ") for line in lines)
    found = feed.parse((real_data / "feeds" / file).read_bytes(), site)
    told = [one.article for one in found.entries]
    assert (found.title, found.site, len(told)) == (title, site, int(count))
    assert {(one.provider, one.domain) for one in told} == {(title, clean.host_of(site).removeprefix("www."))}
    assert all(one.title not in ("", "Untitled") for one in told)
    for article, (date, author, address) in zip((told[0], told[-1]), ends, strict=True):
        assert article.published == datetime.fromisoformat(date).timestamp()
        assert (article.author or "-") == author
        assert article.url.endswith(address)


def test_captured_details(real_data: Path) -> None:
    told = {file.name: file.read_bytes() for file in (real_data / "feeds").iterdir()}
    episode = articles(told["atp.rss"])[0]
    sound = Enclosure("http://traffic.libsyn.com/atpfm/atp311.mp3", "audio/mpeg", 54_919_661)
    assert (episode.kind, episode.length, episode.enclosures) == ("podcast", 6_849, (sound,))
    assert "https://sixcolors.com/link/2019/01/turn-facetime-off-now/" in episode.body
    post = articles(told["natasha.xml"])[0]
    assert set(post.topics) == {"iPhone", "event", "ios", "passkit", "passkit pass", "wallet"}
    texts = " ".join(article.body for article in articles(told["natasha.xml"]))
    assert "s.w.org" not in texts
    assert "smilies" not in texts
    assert "💃🏻" in texts
    linked = articles(told["DaringFireball.rss"])
    assert {one.author for one in linked} == {"John Gruber", "Daring Fireball Department of Commerce"}
    assert len(linked[-1].body) > 20_000
    people = [one.author for one in articles(told["authors.json"])]
    both = "Item Author 1, Item Author 2"
    assert people == ["Root Author 1, Root Author 2", "Legacy Item Author", both, both]
    with pytest.raises(NotAFeed, match="page"):
        feed.parse(told["furbo.html"], HERE)


TOLD = """<item rdf:about="https://a.example/1"><title>One &amp; only</title><link>https://a.example/1</link>
<description>About it.</description><dc:creator>Ann</dc:creator>"""
FORMATS = {
    "RSS 0.91": f"{TOLD}<category>AI</category><pubDate>Mon, 01 May 2023 00:00:00 GMT</pubDate></item>",
    "RSS 1.0": f"""<rdf:RDF xmlns="http://purl.org/rss/1.0/" {SPACES}><channel>{CHANNEL}</channel>{TOLD}
        <dc:subject>AI</dc:subject><dc:date>2023-05-01T02:00:00+02:00</dc:date></item></rdf:RDF>""",
    "Atom 0.3": f"""<feed version="0.3" xmlns="http://purl.org/atom/ns#" {SPACES}>
        <title>News</title><link href="https://a.example/"/>
        <entry><title>One &amp;amp; only</title><link rel="alternate" href="/1"/>
        <issued>2023-05-01T00:00:00Z</issued><dc:subject>AI</dc:subject>
        <author><name>Ann</name></author><summary type="text/html" mode="escaped">&lt;p>About &lt;b>it&lt;/b>.
        </summary><modified>2023-05-02T00:00:00Z</modified></entry></feed>""",
}
FORMATS |= {f"RSS {version}": FORMATS["RSS 0.91"] for version in ("0.92", "2.0")}


@pytest.mark.parametrize("name", FORMATS)
def test_format(name: str) -> None:
    data = FORMATS[name]
    found = feed.parse((rss(data, version=name[4:]) if data.startswith("<item") else data).encode(), HERE)
    assert (found.title, found.site) == ("News", "https://a.example/")
    told, url = found.entries[0].article, "https://a.example/1"
    assert (told.title, told.path, told.url, told.summary) == ("One & only", url, url, "About it.")
    assert (told.author, told.provider, told.domain) == ("Ann", "News", "a.example")
    assert (told.topics, told.published, told.body) == (("AI",), DAY, "")


def test_atom_10_with_bases() -> None:
    article = entry(
        """<author><name>Ann</name></author><title type="html">A &amp;amp; &lt;i>B&lt;/i></title>
        <id>urn:1</id><link href="1"/><link rel="enclosure" type="audio/mpeg" length="5" href="a.mp3"/>
        <category term="ai"/><updated>2023-05-02</updated><published>2023-05-01</published>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Hi <a href="rel">you</a></p></div>
        </content>""",
        'xml:base="https://b.example/x/"',
    )
    assert (article.title, article.url, article.path) == ("A & B", "https://b.example/x/1", "urn:1")
    assert article.body == "Hi [you](https://b.example/x/rel)"
    assert (article.author, article.topics, article.published) == ("Ann", ("ai",), DAY)
    assert article.enclosures == (Enclosure("https://b.example/x/a.mp3", "audio/mpeg", 5),)


@pytest.mark.parametrize("kind", ["html", "text/html", "text"])
def test_content_of_an_entry(kind: str) -> None:
    body = entry(f'<id>urn:1</id><content type="{kind}">A &lt;hr> b</content>').body
    assert body == (r"A \<hr> b" if kind == "text" else "A\n\n---\n\nb")


def test_youtube() -> None:
    article = entry(
        '<id>yt:video:abc</id><title>V</title><link rel="alternate" href="https://www.youtube.com/watch?v=abc"/>'
        "<media:group><media:title>V</media:title><media:content type="
        '"application/x-shockwave-flash" url="https://www.youtube.com/v/abc"/><media:thumbnail url='
        '"https://i.ytimg.com/vi/abc/hq.jpg"/><media:description>About it.</media:description></media:group>',
        attributes='xmlns:media="http://search.yahoo.com/mrss/"',
    )
    assert (article.title, article.url[-4:], article.summary) == ("V", "=abc", "About it.")
    assert article.images == (Image("https://i.ytimg.com/vi/abc/hq.jpg"),)
    assert article.kind == "video"


A = "https://a.example"
SOUND = "<enclosure url='/a.mp3?x=1&amp;y=2' type='audio/mpeg' length='12'/>"
FULL = "<description>D</description><content:encoded><![CDATA[<p>A <b>b</b>]]></content:encoded>"
LINK = "<link>/1</link><guid isPermaLink='false'>https://a.example/?p=1</guid>"
ITEMS: list[tuple[str, str, Any]] = [
    ("<link>/p</link><feedburner:origLink>/1</feedburner:origLink>", "url", f"{A}/p"),
    ("<feedburner:origLink>https://a.example/1</feedburner:origLink>", "original_url", f"{A}/1"),
    (FULL, "body", "A **b**"),
    (FULL, "summary", "D"),
    ("<dc:creator>Ann</dc:creator>", "author", "Ann"),
    ("<author>ann@a.example (Ann)</author>", "author", "Ann"),
    ("<dc:date>2023-05-01</dc:date>", "published", DAY),
    ("<dc:subject>AI</dc:subject><category>ai</category><category>B</category>", "topics", ("AI", "B")),
    ("<guid>https://a.example/1</guid>", "url", f"{A}/1"),
    (LINK, "url", f"{A}/1"),
    (LINK, "path", f"{A}/?p=1"),
    ("<guid isPermaLink='false'>123</guid>", "path", "123"),
    ("<guid>123</guid>", "path", "123"),
    ("<guid>123</guid>", "url", ""),
    ("<link>javascript:alert(1)</link>", "url", ""),
    ("<link>http://[::1</link>", "url", ""),
    ("<enclosure url='file:///etc/passwd' type='audio/mpeg'/>", "enclosures", ()),
    ("<itunes:duration>1:02:03</itunes:duration>", "length", 3_723),
    ("<itunes:author>Ann</itunes:author>", "author", "Ann"),
    ("<itunes:image href='/i.jpg'/>", "images", (Image(f"{A}/i.jpg"),)),
    (SOUND, "enclosures", (Enclosure(f"{A}/a.mp3?x=1&y=2", "audio/mpeg", 12),)),
    (SOUND, "kind", "podcast"),
    ("<enclosure url='/v.mp4' type='video/mp4'/>", "kind", "video"),
    ("<enclosure url='/i.png' type='image/png'/>", "images", (Image(f"{A}/i.png"),)),
    (f"<description>&lt;a href='/x'>y&lt;/a> {LONG}</description>", "body", f"[y]({A}/x) {LONG}".strip()),
    ("<description>See &lt;a href='/x'>this&lt;/a>.</description>", "body", f"See [this]({A}/x)."),
    ("<description>&lt;img src='/i.png'></description>", "body", f"![]({A}/i.png)"),
]


@pytest.mark.parametrize(("markup", "field", "value"), ITEMS, ids=lambda part: str(part)[:40])
def test_part_of_an_item(markup: str, field: str, value: Any) -> None:
    assert getattr(item(f"<title>T</title>{markup}"), field) == value


TITLES = [
    ("A &amp;amp;quot;B&amp;amp;quot;", 'A "B"'),
    ("A &lt;i&gt;b&lt;/i&gt; c", "A b c"),
    ("<![CDATA[A <em>b</em> &amp; c]]>", "A b & c"),
    ("1 &lt; 2 and 3 &gt; 1", "1 < 2 and 3 > 1"),
    ("The &amp;lt;div&amp;gt; tag", "The <div> tag"),
    ("List&lt;String&gt; in Java", "List<String> in Java"),
    ("A&nbsp;B &eacute; &mdash;", "A B é —"),
    ("[/x] [@click=app.quit]x", "[/x] [@click=app.quit]x"),
    ("a_b_c *x* `y`", "a_b_c *x* `y`"),
    ("A\x1b[31mB\u202eC\u200b\n D", "ABC D"),
    ("&#27;[31mA &amp;#x202e;B", "A B"),
]


@pytest.mark.parametrize(("told", "title"), TITLES)
def test_title(told: str, title: str) -> None:
    """Whatever it was wrapped in, a title is what a person reads."""
    assert item(f"<title>{told}</title><link>/1</link>").title == title


FIRST_OF_MAY = """Mon, 01 May 2023 00:00:00 GMT | Mon, 01 May 2023 00:00:00 | Monday, 1 May 2023 00:00:00 GMT
Wed, 01 May 2023 00:00:00 GMT | Mon,01 May 2023 00:00:00 Z | Mon, 1 May 23 00:00 GMT | May 1, 2023
Mon, 01 May 2023 05:30:00 +0530 | Sun, 30 Apr 2023 19:00:00 EST | 2023-05-01T02:00:00.123+02:00 | 1682899200
2023/5/1 00:00:00 | 20230501 | 2023-05-01T00:00Z | 2023-05-01 00:00 | Mon May  1 00:00:00 2023"""
IMPOSSIBLE = """yesterday | 32 Foo 2023 | 2023-02-30 | 2023-13-45 | -0001-01-01
Mon, 01 May 2023 25:00:00 GMT | Fri, 31 Dec 9999 23:59:59 GMT | 2023-121 | """
DATES: list[tuple[str, int | None]] = [
    ("1969-07-20", -14_256_000),
    ("Sun, 20 Jul 1969 00:00:00 GMT", -14_256_000),
    *((text, DAY) for text in FIRST_OF_MAY.replace("\n", " | ").split(" | ")),
    *((text, None) for text in IMPOSSIBLE.replace("\n", " | ").split(" | ")),
]


@pytest.mark.parametrize(("text", "published"), DATES)
def test_date(text: str, published: int | None) -> None:
    """One without a zone is UTC, an impossible one is none; no date is made up."""
    assert item(f"<title>T</title><pubDate>{text}</pubDate>").published == published


ALL = "Only this, all of it."
COUNTED = [
    ("".join(f"<item><guid>{n}</guid><title>{t}</title></item>" for n, t in ("1A", "1B", "2C")), ["A", "C"]),
    ("<item/><item><description>Only &lt;b>this&lt;/b>, all of it. And more.</description></item>", [ALL]),
    ("".join(f"<item><title>T{n}</title></item>" for n in range(5_001)), [f"T{n}" for n in range(5_000)]),
]


@pytest.mark.parametrize(("items", "titles"), COUNTED, ids=["same guid twice", "no title", "too many"])
def test_which_entries_are_articles(items: str, titles: list[str]) -> None:
    """Each once, the first five thousand; what says nothing is none."""
    assert [article.title for article in articles(rss(items))] == titles


NO_FEEDS = [
    (b"", "nothing at this address"),
    (b"<!DOCTYPE html><html></html>", "page"),
    (b"<html><feed-list><channel><item><title>x</title></item></channel></feed-list></html>", "page"),
    (b"<!-- x --><html xmlns='http://www.w3.org/1999/xhtml'><channel/></html>", "page"),
    (b"<opml version='2.0'><body/></opml>", "subscription list"),
    (b"<?xml version='1.0'?><a/>", "neither RSS, Atom nor JSON Feed"),
    (b"hello" + bytes(range(256)), "."),
    (b'{"a": 1}', "JSON"),
    (b"[1]", "JSON"),
    (b'{"version": "https://jsonfeed.org/version/1", "items": [{}', "JSON"),
]


@pytest.mark.parametrize(("data", "said"), NO_FEEDS)
def test_what_is_no_feed_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(NotAFeed, match=rf"{said}") as refused:
        feed.parse(data, HERE)
    assert "Content-type" not in str(refused.value)


MP3 = {
    **{"url": "/a.mp3", "title": "P", "mime_type": "audio/mpeg"},
    **{"size_in_bytes": 5, "duration_in_seconds": 60.2},
}
JSON_ITEMS: list[tuple[dict[str, Any], str, Any]] = [
    ({"id": 1}, "path", "1"),
    ({"url": "/1", "external_url": "https://b.example/"}, "url", "https://a.example/1"),
    ({"title": "A <b>b</b> &amp; c"}, "title", "A b & c"),
    ({"title": "A \ud83d\x1b[31mb"}, "title", "A \N{REPLACEMENT CHARACTER}b"),
    ({"content_text": "a <b> *c*"}, "body", r"a \<b> \*c\*"),
    ({"content_text": "a <b> *c*"}, "summary", "a <b> *c*"),
    ({"content_text": "&lt; is for <"}, "body", r"\&lt; is for <"),
    ({"content_html": "<p>a <b>b</b>", "content_text": "c"}, "body", "a **b**"),
    ({"author": {"name": "A"}}, "author", "A"),
    ({"author": {"name": "A"}, "authors": [{"name": "B"}, {"url": "x"}, {"name": "C"}]}, "author", "B, C"),
    ({"date_published": "2023-04-30T17:00:00-07:00"}, "published", DAY),
    ({"date_published": "x", "date_modified": "2023-05-01T00:00:00Z"}, "published", DAY),
    ({"tags": ["a", 1, None, "A", "b"]}, "topics", ("a", "b")),
    ({"image": "/i.png"}, "images", (Image("https://a.example/i.png"),)),
    ({"attachments": [1, MP3, None]}, "enclosures", (Enclosure(f"{A}/a.mp3", "audio/mpeg", 5, "P"),)),
    ({"attachments": [MP3]}, "length", 60),
    ({"attachments": [MP3]}, "kind", "podcast"),
]


def test_json_item_that_says_nothing_is_none() -> None:
    assert articles(json.dumps({"title": "News", "items": [{}, {"id": ""}, {"x": 1}, 1]})) == []


@pytest.mark.parametrize(("told", "field", "value"), JSON_ITEMS, ids=lambda part: str(part)[:40])
@pytest.mark.parametrize("version", ["1", "1.1"])
def test_part_of_a_json_item(version: str, told: dict[str, Any], field: str, value: Any) -> None:
    document = {"version": f"https://jsonfeed.org/version/{version}", "title": "News", "items": [told]}
    assert getattr(articles(json.dumps(document))[0], field) == value
