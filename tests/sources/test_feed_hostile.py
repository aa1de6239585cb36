"""Feeds that mean harm: nothing of them is run, expanded or shown, and they cost only themselves."""

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.feeds import HERE, ONE, articles, atom, item, rss
from tui_reader import clean
from tui_reader.model import Article
from tui_reader.sources import feed
from tui_reader.sources.feed import NotAFeed

BOMB = '<!ENTITY a "haha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


BOMBS = [(BOMB, "&i;"), (BOMB, "&i;<x>"), (f'<!ENTITY a "{"haha" * 20_000}">', "&a;" * 20_000)]


@pytest.mark.parametrize(("entities", "told"), BOMBS, ids=["laughs", "laughs in broken XML", "quadratic"])
def test_entity_bombs_do_not_go_off(entities: str, told: str) -> None:
    """No entity of a document's own is read at all."""
    [article] = articles(rss(f"<item><title>{told}</title></item>", head=f"<!DOCTYPE rss [{entities}]>"))
    assert article.title.startswith(told[:3])


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hush")
    secret = (tmp_path / "secret").as_uri()
    for entity in (f'<!ENTITY e SYSTEM "{secret}">', f'<!ENTITY % e SYSTEM "{secret}"> %e;'):
        [article] = articles(rss("<item><title>A &e; B</title></item>", head=f"<!DOCTYPE rss [{entity}]>"))
        assert "hush" not in article.title


FLOODS = {
    "topics": "".join(f"<category>c{number}</category>" for number in range(20_000)),
    "attributes": "<link " + "".join(f"a{number}='1' " for number in range(100_000)) + ">x</link>",
    "modules": "<link " + "".join(f"xmlns:a{number}='{number}' " for number in range(100_000)) + ">x</link>",
    "names": "".join(f"<n{number}/>" for number in range(100_000)),
    "links": "<link>/</link>" * 50_000,
    "files": "<enclosure url='/a.mp3'/>" * 50_000,
    "people": "<author>ann@a.example (Ann)</author>" * 50_000,
    "nesting": "<description>" + "<b>" * 20_000 + "x</description>",
    "5,000 levels": "<description>" + "<b>" * 5_000 + "x" + "</b>" * 5_000 + "</description>",
    "100,000 levels": "<description>" + "<b>" * 100_000 + "x" + "</b>" * 100_000 + "</description>",
    "levels in CDATA": "<description><![CDATA[" + "<b>" * 100_000 + "]]></description>",
    "items in items": "<item><title>x</title>" * 20_000,
    "title": f"<title>{'x' * 5_000_000}</title>",
    "tags in the title": f"<title>{'&lt;b>' * 500_000}</title>",
    "text": f"<description>{'x' * 9_000_000}</description>",
    "words": f"<description>{'It rains. ' * 900_000}</description>",
    "bare &": f"<description>{'&' * 200_000}</description>",
    "bare <": f"<description>{'<' * 200_000}</description>",
    "unknown entities": f"<description>{'&x;' * 100_000}</description>",
    "nulls": f"<description>{chr(0) * 5_000_000}</description>",
    "orders to the terminal": "<description>" + "\x1b[31m" * 500_000 + "</description>",
    "bidirectional": "<description>" + "\u202e" * 500_000 + "</description>",
    "open CDATA": "<description>" + "<![CDATA[" * 100_000,
    "open comments": "<description>" + "<!--" * 100_000,
    "open tags": "<description>" + "<a " * 300_000,
    "open texts": "<description>" * 100_000,
    "length": "<enclosure url='/a.mp3' length='" + "9" * 1_000_000 + "'/>",
    "date": "<pubDate>" + "1 " * 1_000_000 + "</pubDate>",
}


@pytest.mark.parametrize("markup", FLOODS.values(), ids=FLOODS)
def test_floods_end_soon(markup: str) -> None:
    """Each takes less than half a second; 10 MB of any of them take one or two."""
    started = time.process_time()
    told = item(f"<guid>1</guid>{markup}")
    assert time.process_time() - started < 4
    assert "left out" not in told.title
    check_clean(told)


def test_no_more_than_so_many_entries_are_read() -> None:
    """Of a hundred thousand the first five thousand, which takes 0.6 s."""
    entries = "".join(
        f"<item><title>A{number}</title><link>/{number}</link></item>" for number in range(100_000)
    )
    started = time.process_time()
    assert [article.title for article in articles(rss(entries))] == [f"A{number}" for number in range(5_000)]
    assert time.process_time() - started < 4


def test_long_ids_that_end_differently_are_two() -> None:
    """And no longer when they are kept than any line."""
    long = "\x1b[31m" + "i" * 1_000_000
    told = articles(rss("".join(f"<item><title>A</title><guid>{long}{end}</guid></item>" for end in "12")))
    assert len({article.path for article in told}) == 2
    for article in told:
        assert len(article.path) <= clean.MAX_LINE
        check_clean(article)


def test_name_of_a_feed_leaves_room_for_others() -> None:
    """It stands above each of its articles."""
    long = f"<title>{'News of the day ' * 100}</title>"
    told = feed.parse(
        f"<rss version='2.0'><channel>{long}<item><title>A</title></item></channel></rss>".encode(), HERE
    )
    assert len(told.title) == len(told.entries[0].article.provider) <= 120


def check_clean(article: Article) -> None:
    """Nothing that harms a terminal, nothing that may not be opened."""
    texts = [article.title, article.path, article.summary, article.author, *article.topics]
    assert all(clean.is_clean(text) for text in (article.body, *texts))
    assert "\n" not in "".join(texts)
    parts = [*(part.url for part in article.images), *(part.url for part in article.enclosures)]
    assert all(clean.may_open(url) for url in (article.url, article.original_url, *parts) if url)


def test_hostile_texts() -> None:
    text = "\x1b]8;;http://e\x07[/x]\u202e\x9b31m\u2066&#27;[31m&#x202e;&lt;script>alert(1)&lt;/script>"
    address = 'javascript:alert(1)"\u202e'
    article = item(
        f"<title>{text}</title><guid>{text}</guid><author>{text}</author><category>{text}</category>"
        f"<description>{text}&lt;a href='{address}'>{text}&lt;/a></description><link>{address}</link>"
        f"<enclosure url='{address}'/><media:thumbnail url='{address}'/><comments>{address}</comments>"
    )
    check_clean(article)
    assert "javascript:alert" not in article.body
    assert article.title.startswith("[/x]")


KEYS = (
    "id external_url content_html content_text summary image banner_image date_published author authors tags"  # noqa: SIM905
    " attachments name url title mime_type size_in_bytes duration_in_seconds home_page_url".split()
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e15) | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inside, max_size=5),
)


def survives(data: bytes) -> None:
    with suppress(NotAFeed):
        for one in feed.parse(data, HERE).entries:
            check_clean(one.article)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), JSON), JSON | st.lists(JSON, max_size=3))
def test_any_json_is_survived(document: dict[str, Any], items: Any) -> None:
    survives(json.dumps(items).encode())
    survives(json.dumps({"version": "https://jsonfeed.org/version/1.1", **document, "items": items}).encode())


NUMBERS = ["9" * 400, "9" * 5_000, "-1", "1e999", "1e308", "0.1", "NaN", "-Infinity", "9" * 30]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:10])
def test_huge_numbers_in_json(number: str) -> None:
    part = f'{{"url": "/a", "size_in_bytes": {number}, "duration_in_seconds": {number}}}'
    told = f'{{"id": {number}, "date_published": {number}, "attachments": [{part}], "tags": [{number}]}}'
    survives(f'{{"version": "https://jsonfeed.org/version/1", "items": [{told}]}}'.encode())


@pytest.mark.parametrize(
    "opening", ["[", '{"a":', '{"title": "x", "items": [', '{"title": "x", "items": [{"id":']
)
def test_json_within_json(opening: str) -> None:
    """However deep, it is an answer and no crash."""
    for document in (opening * 200_000, opening + "[" * 200_000 + "]" * 200_000):
        with pytest.raises(NotAFeed, match="JSON"):
            feed.parse(document.encode(), HERE)


HTML = "<description>&lt;p>y</description><enclosure url='/a' type='b'/>"
XHTML = '<link href="/1"/><content type="xhtml"><div><p>y</p></div></content>'
VALID = [
    rss(f"{ONE}<item><guid>x</guid>{HTML}</item>").encode(),
    atom(f"<entry><id>x</id>{XHTML}</entry>").encode(),
    b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": 1, "title": "x", "tags": ["a"]}]}',
]


@settings(deadline=None)
@given(st.sampled_from(VALID), st.integers(0, 700), st.integers(0, 50), st.binary(max_size=40))
def test_any_damage_is_survived(data: bytes, place: int, length: int, noise: bytes) -> None:
    survives(data[:place] + noise + data[place + length :])


PARTS = """
<item> </item> <entry> </entry> <channel> <title> </title> <title/> <link> </link> <link/> <guid>
</guid> <id> </id> <description> </description> <content:encoded> </content:encoded>
<content|type='xhtml'> </content> <div> </div> <source> </source> <author> </author> <name> </name>
<pubDate> </pubDate> <media:group> </media:group> <p> </p> <br> <b/> <![CDATA[ ]]> <!-- --> <?_?> &
&amp; &lt; &#0; &#x1b; &#55296; &nbsp; &x; < > x xml:base='http://[' <a:b>
<link|rel='enclosure'|href='a'/> <link|href='http://[::1'/> <enclosure|url='//['|type='audio/x'/>
<!DOCTYPE [_]> <media:content|url='a.jpg'|width='9'/> <category|label='x'/> </rss> </feed>
""".split()  # noqa: SIM905


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PARTS), max_size=40), st.booleans())
def test_any_soup_of_tags_is_survived(parts: list[str], is_atom: bool) -> None:
    soup = " ".join(parts).replace("|", " ")
    survives((atom(f"<entry>{soup}</entry>") if is_atom else rss(f"<item>{soup}</item>")).encode())
