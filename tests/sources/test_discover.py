"""Finding a site's feeds: in its page, and where they usually stand."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_reader import clean
from tui_reader.sources import discover
from tui_reader.sources.discover import Found

HERE = "https://a.example/blog/post.html"


def found_in(html: str, address: str = HERE) -> list[Found]:
    return discover.feeds_in(html.encode(), address)


def addresses(html: str) -> list[str]:
    return [found.url for found in found_in(html)]


@pytest.mark.parametrize(
    "kind",
    [
        "application/rss+xml",
        "application/atom+xml",
        "application/feed+json",
        "application/json",
        "application/rdf+xml",
        "application/xml",
        "text/xml",
        "Application/RSS+XML; charset=utf-8",
    ],
)
def test_page_names_its_feed(kind: str) -> None:
    html = f'<html><head><LINK REL="Alternate" Type="{kind}" title="News &amp; more" HREF="/f"></head></html>'
    assert found_in(html) == [Found("https://a.example/f", "News & more")]


def test_captured_page_names_its_feed(real_data: Path) -> None:
    page = (real_data / "feeds" / "furbo.html").read_bytes()
    found = discover.feeds_in(page, "http://furbo.org/", "text/html; charset=UTF-8")
    assert found[0] == Found("http://furbo.org/feed/", "Iconfactory News Feed")


NO_FEEDS = [
    '<link rel="alternate" hreflang="de" href="/de">',
    '<link rel="stylesheet" type="text/css" href="/feed.css">',
    '<link rel="alternate" type="application/json+oembed" href="/oembed">',
    '<link rel="alternate" type="text/xml" href="/wp-json/oembed/1.0/embed">',
    '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">',
    '<link rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml">',
    '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
    '<link rel="alternate" type="application/rss+xml" href="">',
    '<link rel="alternate" type="application/rss+xml">',
    '<a href="/sitemap.xml">Sitemap</a>',
    '<a href="/feedback">Feedback</a>',
    '<a href="/food/rss-explained">RSS explained</a>',
    '<a href="#feed">Feed</a>',
    '<a href="mailto:feed@a.example">Feed</a>',
    '<a href="https://feedly.com/i/subscription/feed/https://a.example/feed">Feedly</a>',
    '<!-- <link rel="alternate" type="application/rss+xml" href="/old"> -->',
    "",
    "plain text",
]


@pytest.mark.parametrize("html", NO_FEEDS)
def test_what_is_no_feed_is_not_found(html: str) -> None:
    assert found_in(html) == []


@pytest.mark.parametrize(
    "href",
    [
        *(
            "/feed",
            "/feed/",
            "/rss",
            "/index.xml",
            "/blog.atom",
            "/x/feed.json",
            "/x.rdf",
            "/feeds/posts/default",
        ),
        *("/?feed=rss2", "/news?format=rss", "https://feeds.example/mine.rss"),
    ],
)
def test_link_that_looks_like_a_feed_is_one(href: str) -> None:
    url = href if "://" in href else f"https://a.example{href}"
    assert found_in(f'<p><a href="{href}"> Our\n <b>feed</b></a></p>') == [Found(url, "Our feed")]


def test_order() -> None:
    """The page's word, its links, other sites' links, comments; each feed once."""
    html = """
        <link rel="alternate" type="application/rss+xml" href="/comments/feed/" title="x">
        <link rel="alternate" type="application/rss+xml" href="/named">
        <link rel="alternate" type="application/atom+xml" href="/other" title="All comments">
        <a href="https://else.example/rss">else</a> <a href="/rss">own</a>
        <a href="/named/?utm_source=a">again</a>
    """
    assert addresses(html) == [
        "https://a.example/named",
        "https://a.example/rss",
        "https://else.example/rss",
        "https://a.example/comments/feed/",
        "https://a.example/other",
    ]


@pytest.mark.parametrize(
    ("base", "href", "url"),
    [
        ("", "f.xml", "https://a.example/blog/f.xml"),
        ("", "//b.example/f", "https://b.example/f"),
        ("", "feed:https://b.example/f", "https://b.example/f"),
        ("", "feed://b.example/f", "http://b.example/f"),
        ("", "?feed=atom", "https://a.example/blog/post.html?feed=atom"),
        ("/other/", "f.xml", "https://a.example/other/f.xml"),
        ("https://b.example/x/", "../f.xml", "https://b.example/f.xml"),
        ("https://[broken", "https://c.example/f.xml", "https://c.example/f.xml"),
    ],
)
def test_addresses_are_relative_to_the_base(base: str, href: str, url: str) -> None:
    html = f'<base href="{base}"><link rel="alternate" type="application/rss+xml" href="{href}">'
    assert addresses(html) == [url]


def test_page_itself_is_none_of_its_feeds() -> None:
    html = '<link rel="alternate" type="text/xml" href="?"><a href="/feed/#top">x</a>'
    assert discover.feeds_in(html.encode(), "https://a.example/feed/") == []


def test_at_most_twenty() -> None:
    html = "".join(f'<a href="/{number}.rss">{number}</a>' for number in range(30))
    assert len(found_in(html)) == discover.MAX_FEEDS


def test_titles_are_clean() -> None:
    title = "[/x]\x1b]8;;http://evil\x07\u202eAB" + "y" * 5_000
    found = found_in(f'<link rel="alternate" type="text/xml" href="/f" title="{title}">')
    assert found[0].title.startswith("[/x]AByyy")
    assert clean.is_clean(found[0].title)
    assert len(found[0].title) == discover.LONGEST_TITLE


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "text/html; charset=utf-8"),
        ("latin-1", 'text/html; charset="iso-8859-1"'),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("utf-8", "text/html; charset=klingon"),
        ("utf-8", ""),
        ("latin-1", ""),
    ],
)
def test_encodings(encoding: str, said: str) -> None:
    html = '<link rel="alternate" type="text/xml" href="/f" title="Größe">'
    assert discover.feeds_in(html.encode(encoding), HERE, said)[0].title == "Größe"


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(noise: bytes) -> None:
    page = (
        b'<html><head><link rel="alternate" type="text/xml" href="/f'
        + noise
        + b'"></head><a href="/rss">x</a>'
    )
    for page_bytes in (noise, page):
        assert all(clean.may_open(found.url) for found in discover.feeds_in(page_bytes, HERE))


@pytest.mark.parametrize(
    "part", ['<a href="/feed">', "<div>", '<link rel="alternate" type="text/xml" href="/f">', "<a <"]
)
def test_large_pages_end_quickly(part: str) -> None:
    started = time.process_time()
    found_in(part * (3_000_000 // len(part)))
    assert time.process_time() - started < 8


YOUTUBE = "https://www.youtube.com/feeds/videos.xml"
KNOWN = [
    ("https://www.youtube.com/channel/UCabc_1-x/videos", [f"{YOUTUBE}?channel_id=UCabc_1-x"]),
    ("https://m.youtube.com/user/someone", [f"{YOUTUBE}?user=someone"]),
    ("https://youtube.com/playlist?list=PL1&x=2", [f"{YOUTUBE}?playlist_id=PL1"]),
    ("https://www.youtube.com/@someone", []),
    ("https://reddit.com/r/python/", ["https://www.reddit.com/r/python/.rss"]),
    ("https://old.reddit.com/user/a-b/comments", ["https://www.reddit.com/user/a-b/.rss"]),
    (
        "https://github.com/owner/some.repo/issues",
        [f"https://github.com/owner/some.repo/{name}.atom" for name in ("releases", "tags", "commits")],
    ),
    ("https://github.com/owner", ["https://github.com/owner.atom"]),
    ("https://mastodon.example/@someone", ["https://mastodon.example/@someone.rss"]),
    ("https://mastodon.example:8443/@someone/1234", ["https://mastodon.example:8443/@someone.rss"]),
    ("https://medium.com/@some.one/a-story-1a2b", ["https://medium.com/feed/@some.one"]),
    ("https://medium.com/publication", ["https://medium.com/feed/publication"]),
    ("https://someone.medium.com/a-story", ["https://someone.medium.com/feed"]),
    ("https://someone.substack.com/p/a-letter", ["https://someone.substack.com/feed"]),
    ("https://substack.com/@someone", ["https://someone.substack.com/feed"]),
    ("https://someone.tumblr.com/", ["https://someone.tumblr.com/rss"]),
    ("https://someone.blogspot.co.uk/2020/", ["https://someone.blogspot.co.uk/feeds/posts/default"]),
    ("https://bsky.app/profile/some.one/post/1", ["https://bsky.app/profile/some.one/rss"]),
    ("https://news.ycombinator.com/", ["https://news.ycombinator.com/rss"]),
]


@pytest.mark.parametrize(("address", "feeds"), KNOWN)
def test_known_sites_keep_their_feeds_where_they_do(address: str, feeds: list[str]) -> None:
    assert discover.guesses(address) == feeds


COMMON = ["/feed", "/feed.xml", "/rss", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json"]


def test_common_paths_are_tried() -> None:
    assert discover.guesses("https://a.example") == [f"https://a.example{path}" for path in COMMON]


@pytest.mark.parametrize("page", ["/blog", "/blog/", "/blog/post.html", "/blog/?page=2#top"])
def test_common_paths_are_tried_below_the_page_too(page: str) -> None:
    expected = [f"https://a.example{folder}{path}" for path in COMMON for folder in ("/blog", "")]
    assert discover.guesses(f"https://a.example{page}") == expected


@pytest.mark.parametrize(
    "address", ["", "a.example", "javascript:alert(1)", "file:///x", "https://[x", "https://"]
)
def test_nothing_is_guessed_for_what_is_no_address(address: str) -> None:
    assert discover.guesses(address) == []


@given(st.text(max_size=60))
def test_guesses_may_be_opened(rest: str) -> None:
    for start in (
        "",
        "https://a.example/",
        "https://github.com/",
        "https://youtube.com/playlist?list=",
        "https://",
    ):
        assert all(map(clean.may_open, discover.guesses(start + rest)))
