"""Feeds as publishers and their programs write them: what a reader gets of each."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sources.feeds import SPACES, articles, atom, rss
from tui_reader.model import Enclosure, Image


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def rss_item(markup: str) -> str:
    return rss(f"<item>{markup}</item>")


def atom_entry(markup: str) -> str:
    return atom(f'<link href="https://a.example/"/><entry>{markup}</entry>', MEDIA)


MEDIA = 'xmlns:media="http://search.yahoo.com/mrss/"'
# What a program writes, and what a reader should get.
PUBLISHERS: dict[str, tuple[str, dict[str, Any]]] = {
    "WordPress": (
        rss_item("""<title>Bridges &#038; tunnels</title><link>https://a.example/2024/bridges/</link>
            <comments>https://a.example/2024/bridges/#respond</comments>
            <dc:creator><![CDATA[Ann Lee]]></dc:creator><pubDate>Tue, 02 Jan 2024 10:00:00 +0000</pubDate>
            <category><![CDATA[City]]></category><category><![CDATA[Roads &amp; rails]]></category>
            <guid isPermaLink="false">https://a.example/?p=7</guid>
            <description><![CDATA[<p>The river has two bridges. [&#8230;]</p>
<p>The post <a href="https://a.example/2024/bridges/">Bridges</a> appeared first on <a
            href="https://a.example">News</a>.</p>]]></description>
            <content:encoded><![CDATA[<p>The river has <em>two</em> bridges&#8217; worth.</p>
<p><img src="https://a.example/b.jpg" alt="A bridge" width="800" height="600"/></p>]]></content:encoded>
            <slash:comments>3</slash:comments>"""),
        {
            "title": "Bridges & tunnels",
            "author": "Ann Lee",
            "url": "https://a.example/2024/bridges/",
            "path": "https://a.example/?p=7",
            "published": at("2024-01-02T10:00"),
            "topics": ("City", "Roads & rails"),
            "summary": "The river has two bridges. […] The post Bridges appeared first on News.",
            "body": "The river has *two* bridges’ worth.\n\n![A bridge](https://a.example/b.jpg)",
        },
    ),
    "WordPress.com, whose first picture is the author's face": (
        rss_item("""<title>T</title><link>https://a.example/1</link><media:content
            url="https://0.gravatar.com/avatar/abc?s=96&#38;d=identicon" medium="image">
            <media:title type="html">ann</media:title></media:content>
            <media:content url="https://a.example/b.jpg" medium="image">
            <media:title type="html">Snow</media:title>
            </media:content>"""),
        {"title": "T", "images": (Image("https://a.example/b.jpg", "Snow"),), "enclosures": ()},
    ),
    "Substack": (
        rss_item("""<title><![CDATA[On rain]]></title><description><![CDATA[A short essay]]></description>
            <link>https://a.example/p/on-rain</link>
            <guid isPermaLink="false">https://a.example/p/on-rain</guid>
            <dc:creator><![CDATA[Ann Lee]]></dc:creator>
            <enclosure url="https://cdn.example/rain.jpeg" length="0" type="image/jpeg"/>
            <content:encoded><![CDATA[<p>It rained.</p><div class="subscription-widget"><form><input
            type="email"></form></div>]]></content:encoded>"""),
        {
            "title": "On rain",
            "summary": "A short essay",
            "body": "It rained.",
            "images": (Image("https://cdn.example/rain.jpeg"),),
            "enclosures": (),
            "kind": "article",
        },
    ),
    "YouTube": (
        atom_entry(
            """<id>yt:video:abc</id><title>How to tie a knot</title>
            <link rel="alternate" href="https://www.youtube.com/watch?v=abc"/>
            <author><name>Knots</name><uri>https://www.youtube.com/channel/x</uri></author>
            <published>2024-01-02T10:00:00+00:00</published><updated>2024-02-02T10:00:00+00:00</updated>
            <media:group><media:title>How to tie a knot</media:title>
            <media:content url="https://www.youtube.com/v/abc?version=3" type="application/x-shockwave-flash"
            width="640" height="390"/><media:thumbnail url="https://i.ytimg.com/vi/abc/hq.jpg" width="480"/>
            <media:description>Two ends &lt;and&gt; a rope.

0:00 Start
1:20 End</media:description><media:community><media:starRating count="5"/></media:community></media:group>"""
        ),
        {
            "kind": "video",
            "author": "Knots",
            "url": "https://www.youtube.com/watch?v=abc",
            "published": at("2024-01-02T10:00"),
            "images": (Image("https://i.ytimg.com/vi/abc/hq.jpg", "", 480),),
            "enclosures": (),
            "body": "Two ends \\<and> a rope.\n\n0:00 Start  \n1:20 End",
            "summary": "Two ends <and> a rope.",
        },
    ),
    "Reddit": (
        atom_entry(
            """<author><name>/u/ann</name><uri>https://www.reddit.com/user/ann</uri></author>
            <category term="knots" label="r/knots"/><content type="html">&lt;!-- SC_OFF --&gt;&lt;div
            class=&quot;md&quot;&gt;&lt;p&gt;Is it &lt;em&gt;tight&lt;/em&gt;?&lt;/p&gt;&lt;/div&gt;
            &lt;!-- SC_ON --&gt;
            &amp;#32; submitted by &amp;#32; &lt;a href=&quot;https://www.reddit.com/user/ann&quot;&gt; /u/ann
            &lt;/a&gt;</content><id>t3_1</id><link href="https://www.reddit.com/r/knots/comments/1/"/>
            <updated>2024-01-02T10:00:00+00:00</updated><title>A &amp; B &amp;gt; C</title>"""
        ),
        {
            "title": "A & B > C",
            "author": "/u/ann",
            "topics": ("r/knots",),
            "url": "https://www.reddit.com/r/knots/comments/1/",
            "published": at("2024-01-02T10:00"),
            "summary": "Is it tight?",
        },
    ),
    "Mastodon": (
        rss_item("""<guid isPermaLink="true">https://m.example/@ann/1</guid>
            <link>https://m.example/@ann/1</link>
            <pubDate>Tue, 02 Jan 2024 10:00:00 +0000</pubDate>
            <description>&lt;p&gt;The ice on the lake holds. We walked over to
            the island and back.&lt;/p&gt;</description><media:content url="https://m.example/i.png"
            type="image/png" fileSize="9" medium="image">
            <media:rating scheme="urn:simple">nonadult</media:rating>
            <media:description type="plain">Five people on the ice</media:description></media:content>
            <category>ice</category>"""),
        {
            "title": "The ice on the lake holds.",
            "summary": "The ice on the lake holds. We walked over to the island and back.",
            "images": (Image("https://m.example/i.png", "Five people on the ice"),),
            "enclosures": (),
            "topics": ("ice",),
            "body": "",
        },
    ),
    "GitHub's releases": (
        atom_entry(
            """<id>tag:github.com,2008:Repository/1/v2.0</id><updated>2024-01-02T10:00:00Z</updated>
            <link rel="alternate" type="text/html" href="https://github.com/a/b/releases/tag/v2.0"/>
            <title>v2.0</title>
            <content type="html">&lt;h2&gt;New&lt;/h2&gt;&lt;ul&gt;&lt;li&gt;Faster&lt;/li&gt;
            &lt;/ul&gt;</content><author><name>ann</name></author>
            <media:thumbnail height="30" width="30" url="https://avatars.example/u/1"/>"""
        ),
        {"title": "v2.0", "author": "ann", "body": "## New\n\n- Faster", "images": (), "summary": "Faster"},
    ),
    "arXiv": (
        rss_item("""<title>Knots in $n &lt; 3$ dimensions</title><link>https://arxiv.org/abs/2401.1</link>
            <description>arXiv:2401.1v1 Announce Type: new
Abstract: We tie $k_1$ knots where $a &lt; b$.</description>
            <guid isPermaLink="false">oai:arXiv.org:2401.1v1</guid>
            <category>math.GT</category><pubDate>Tue, 02 Jan 2024 00:00:00 -0500</pubDate>
            <dc:creator>Ann Lee, Bo Berg</dc:creator>"""),
        {
            "title": "Knots in $n < 3$ dimensions",
            "author": "Ann Lee, Bo Berg",
            "topics": ("math.GT",),
            "published": at("2024-01-02T05:00"),
            "summary": "arXiv:2401.1v1 Announce Type: new Abstract: We tie $k_1$ knots where $a < b$.",
        },
    ),
    "arXiv's API": (
        atom_entry(
            """<id>http://arxiv.org/abs/2401.1v1</id><updated>2024-01-03T10:00:00Z</updated>
            <published>2024-01-02T10:00:00Z</published><title>Knots
  of rope</title><summary>  We tie
knots.
</summary><author><name>Ann Lee</name></author><author><name>Bo Berg</name></author>
            <link href="http://arxiv.org/abs/2401.1v1" rel="alternate" type="text/html"/>
            <link title="pdf" href="http://arxiv.org/pdf/2401.1v1" rel="related" type="application/pdf"/>
            <category term="math.GT" scheme="http://arxiv.org/schemas/atom"/>"""
        ),
        {
            "title": "Knots of rope",
            "author": "Ann Lee, Bo Berg",
            "url": "http://arxiv.org/abs/2401.1v1",
            "published": at("2024-01-02T10:00"),
            "summary": "We tie knots.",
            "enclosures": (Enclosure("http://arxiv.org/pdf/2401.1v1", "application/pdf", None, "pdf"),),
        },
    ),
    "Hacker News": (
        rss_item("""<title>A knot</title><link>https://b.example/knot</link>
            <pubDate>Tue, 2 Jan 2024 10:00:00 +0000
            </pubDate><comments>https://news.example/item?id=1</comments><description><![CDATA[<a
            href="https://news.example/item?id=1">Comments</a>]]></description>"""),
        {
            "url": "https://b.example/knot",
            "path": "https://b.example/knot",
            "body": "[Comments](https://news.example/item?id=1)",
            "published": at("2024-01-02T10:00"),
        },
    ),
    "a podcast": (
        rss_item("""<title>4: Rope</title><itunes:title>Rope</itunes:title>
            <itunes:author>Knots</itunes:author>
            <itunes:subtitle>Ends</itunes:subtitle><itunes:summary>All about rope.</itunes:summary>
            <guid isPermaLink="false">4</guid><itunes:duration>01:02:03</itunes:duration>
            <enclosure url="https://cdn.example/4.mp3?a=1&amp;b=2" length="1234" type="audio/mpeg"/>
            <itunes:image href="https://cdn.example/4.jpg"/><itunes:keywords>rope, knots</itunes:keywords>
            <itunes:episode>4</itunes:episode><itunes:explicit>false</itunes:explicit>"""),
        {
            "title": "4: Rope",
            "kind": "podcast",
            "author": "Knots",
            "summary": "All about rope.",
            "length": 3_723,
            "url": "",
            "images": (Image("https://cdn.example/4.jpg"),),
            "topics": ("rope", "knots"),
            "enclosures": (Enclosure("https://cdn.example/4.mp3?a=1&b=2", "audio/mpeg", 1_234),),
        },
    ),
    "the BBC": (
        rss_item("""<title><![CDATA[The 'last' knot]]></title><description><![CDATA[It held.]]></description>
            <link>https://www.bbc.co.uk/news/1?at_medium=RSS&amp;at_campaign=rss</link>
            <guid isPermaLink="false">https://www.bbc.co.uk/news/1#0</guid>
            <media:thumbnail width="240" height="135" url="https://i.example/k.jpg"/>"""),
        {
            "title": "The 'last' knot",
            "url": "https://www.bbc.co.uk/news/1?at_medium=RSS&at_campaign=rss",
            "images": (Image("https://i.example/k.jpg", "", 240, 135),),
        },
    ),
    "the Guardian, with one picture in three widths": (
        rss_item("""<title>T</title><link>https://a.example/1</link>
            <media:content width="140" url="https://i.example/k.jpg?width=140&amp;s=x">
            <media:credit scheme="urn:e">
            Photograph: Ann</media:credit></media:content>
            <media:content width="700" url="https://i.example/k.jpg?width=700&amp;s=y"/>
            <media:content width="460" url="https://i.example/k.jpg?width=460&amp;s=z"/>"""),
        {
            "images": (Image("https://i.example/k.jpg?width=700&s=y", "", 700),),
            "enclosures": (),
            "author": "",
        },
    ),
    "Google News": (
        rss_item("""<title>Knots hold - The Daily Rope</title>
            <link>https://news.example/rss/articles/CBM?oc=5</link>
            <guid isPermaLink="false">CBM</guid>
            <description>&lt;a href="https://news.example/x"&gt;Knots hold&lt;/a&gt;
            </description><source url="https://www.rope.example">The Daily Rope</source>"""),
        {
            "provider": "The Daily Rope",
            "domain": "rope.example",
            "url": "https://news.example/rss/articles/CBM?oc=5",
        },
    ),
    "Blogger": (
        atom_entry(
            """<id>tag:blogger.com,1999:blog-1.post-2</id><published>2024-01-02T02:00:00.000-08:00</published>
            <updated>2024-01-03T02:00:00.001-08:00</updated>
            <category scheme="http://schemas.google.com/g/2005#kind" term="http://schemas.google.com/b#post"/>
            <category scheme="http://www.blogger.com/atom/ns#" term="knots"/>
            <title type="text">Rope &amp; yarn</title>
            <content type="html">&lt;div dir="ltr"&gt;Two &lt;b&gt;ends&lt;/b&gt;&lt;br /&gt;meet.&lt;/div&gt;
            </content>
            <link rel="replies" type="application/atom+xml" href="https://a.example/feeds/2/comments"/>
            <link rel="edit" type="application/atom+xml" href="https://www.blogger.com/feeds/1/2"/>
            <link rel="self" type="application/atom+xml" href="https://www.blogger.com/feeds/1/2"/>
            <link rel="alternate" type="text/html" href="https://a.example/2024/rope.html" title="Rope"/>
            <author><name>Ann</name><email>noreply@blogger.com</email></author>"""
        ),
        {
            "title": "Rope & yarn",
            "topics": ("knots",),
            "url": "https://a.example/2024/rope.html",
            "author": "Ann",
            "published": at("2024-01-02T10:00"),
            "body": "Two **ends**  \nmeet.",
        },
    ),
    "Medium": (
        rss_item("""<title><![CDATA[Rope]]></title>
            <link>https://medium.com/@ann/rope-1?source=rss-2------2</link>
            <guid isPermaLink="false">https://medium.com/p/1</guid><category><![CDATA[knots]]></category>
            <dc:creator><![CDATA[Ann]]></dc:creator><atom:updated>2024-01-02T10:00:00.000Z</atom:updated>
            <content:encoded><![CDATA[<p>It held.</p><img src="https://medium.com/_/stat?event=post.read"
            width="1" height="1" alt="">]]></content:encoded>"""),
        {
            "url": "https://medium.com/@ann/rope-1?source=rss-2------2",
            "body": "It held.",
            "summary": "It held.",
            "published": at("2024-01-02T10:00"),
        },
    ),
    "Ghost": (
        rss_item("""<title><![CDATA[Rope]]></title><description><![CDATA[It held, again.]]></description>
            <link>https://a.example/rope/</link><guid isPermaLink="false">65a</guid>
            <media:content url="https://a.example/content/rope.jpg" medium="image"/>
            <content:encoded><![CDATA[<img src="https://a.example/content/rope.jpg" alt="Rope">
            <p>It held.</p>]]>
            </content:encoded>"""),
        {
            "images": (Image("https://a.example/content/rope.jpg"),),
            "summary": "It held, again.",
            "body": "![Rope](https://a.example/content/rope.jpg)\n\nIt held.",
            "path": "65a",
        },
    ),
    "a planet": (
        atom_entry(
            """<title type="html">Rope</title><link href="https://b.example/rope"/><id>b:1</id>
            <updated>2024-01-02T10:00:00Z</updated><content type="html">&lt;img src="i.png"></content>
            <source><title type="html">Ann &amp;amp; Bo</title>
            <link rel="self" href="https://b.example/atom"/>
            <link href="https://b.example/"/><id>https://b.example/atom</id><author><name>Ann</name></author>
            <updated>2023-01-01T00:00:00Z</updated></source>"""
        ),
        {
            "title": "Rope",
            "provider": "Ann & Bo",
            "domain": "b.example",
            "author": "Ann",
            "published": at("2024-01-02T10:00"),
            "body": "![](https://b.example/i.png)",
        },
    ),
    "Tumblr": (
        rss_item("""<title>&lt;p&gt;It held.&lt;/p&gt;</title>
            <description>&lt;p&gt;It held.&lt;/p&gt;</description>
            <link>https://a.tumblr.example/post/1</link>
            <guid>https://a.tumblr.example/post/1</guid>"""),
        {"title": "It held.", "summary": "It held."},
    ),
    "a shop of Microsoft's": (
        """<?xml version="1.0" encoding="utf-8"?>
            <rss xmlns:a10="http://www.w3.org/2005/Atom" version="2.0"><channel>
            <title>News</title><link>https://a.example/</link><item><guid isPermaLink="false">1</guid>
            <link>https://a.example/1</link><a10:author><a10:name>Ann</a10:name></a10:author>
            <title>Rope</title>
            <a10:updated>2024-01-02T10:00:00Z</a10:updated><a10:content type="text/html">&lt;p&gt;It
            held.&lt;/p&gt;</a10:content></item></channel></rss>""",
        {"author": "Ann", "published": at("2024-01-02T10:00"), "body": "It held."},
    ),
    "Slashdot": (
        f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
            xmlns="http://purl.org/rss/1.0/" {SPACES}><channel rdf:about="https://a.example/">
            <title>News</title>
            <link>https://a.example/</link><items><rdf:Seq>
            <rdf:li rdf:resource="https://a.example/1"/></rdf:Seq>
            </items></channel><image rdf:about="https://a.example/i.gif"><title>Pic</title></image>
            <item rdf:about="https://a.example/1"><title>Rope</title>
            <link>https://a.example/1?utm_source=rss</link>
            <description>It held.&lt;p&gt;&lt;a href="https://a.example/1"&gt;Read more&lt;/a&gt;&lt;/p&gt;
            </description>
            <dc:creator>ann</dc:creator><dc:date>2024-01-02T10:00:00+00:00</dc:date>
            <dc:subject>knots</dc:subject>
            </item><textinput><title>Search</title></textinput></rdf:RDF>""",
        {
            "path": "https://a.example/1",
            "url": "https://a.example/1?utm_source=rss",
            "author": "ann",
            "topics": ("knots",),
            "published": at("2024-01-02T10:00"),
            "summary": "It held. Read more",
            "body": "",
        },
    ),
}


@pytest.mark.parametrize("name", PUBLISHERS)
def test_publisher(name: str) -> None:
    document, fields = PUBLISHERS[name]
    [found] = articles(document)
    assert {field: getattr(found, field) for field in fields} == fields
