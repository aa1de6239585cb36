"""The keys of front matter, in all their spellings."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.test_values import JSON
from tui_reader import clean
from tui_reader.model import Article, Fact, Image, Mention
from tui_reader.sources.files import fields

DAY = int(datetime(2023, 5, 1, tzinfo=UTC).timestamp())
HERE = "https://news.example/story"


def read(mapping: dict[str, Any], path: str = "a.md") -> Article:
    return fields.article(mapping, path, None)


def test_front_matter_of_a_news_file_is_read() -> None:
    """The format of everyday.cc: every key finds its field, and only unknown ones are left over."""
    article = read(
        {
            "category": "news",
            "title": "A headline",
            "excerpt": "What it is about.",
            "publishedDateTime": "2023-05-01T00:00:00Z",
            "originalUrl": "https://origin.example/story",
            "webUrl": HERE,
            "ampWebUrl": "https://amp.news.example/story",
            "cdnAmpWebUrl": "https://news-example.cdn.ampproject.org/c/s/amp.news.example/story",
            "type": "video",
            "quality": "87",
            "heat": "-1",
            "length": "PT1M",
            "provider": {"name": "News", "domain": "news.example", "authors": [{"name": "A. Writer"}]},
            "topics": ["AI", "Chips"],
            "images": [
                {"url": "https://news.example/1.png", "width": "800", "height": 1e300, "title": "One"},
                {"url": "/relative.png"},
            ],
            "secured": "x" * 3_000,
            "unheardOf": {"a": ["b"]},
        }
    )
    assert article == Article(
        title="A headline",
        path="a.md",
        url=HERE,
        original_url="https://origin.example/story",
        alternate_urls=(
            "https://amp.news.example/story",
            "https://news-example.cdn.ampproject.org/c/s/amp.news.example/story",
        ),
        summary="What it is about.",
        author="A. Writer",
        provider="News",
        domain="news.example",
        category="news",
        kind="video",
        topics=("AI", "Chips"),
        published=DAY,
        quality=87,
        heat=None,
        length=60,
        images=(Image("https://news.example/1.png", "One", 800),),
        secured=True,
        extra={"unheardOf": {"a": ["b"]}},
    )


SPELLINGS: list[tuple[dict[str, Any], str, Any]] = [
    *(
        ({key: "2023-05-01"}, "published", DAY)
        for key in (
            "date",
            "Date",
            "pubDate",
            "pub_date",
            "published_at",
            "publishedAt",
            "created",
            "published",
        )
    ),
    *(({key: "X"}, "title", "X") for key in ("title", "Title", "name", "headline")),
    *(({key: "X"}, "summary", "X") for key in ("excerpt", "summary", "description", "subtitle", "bio")),
    *(
        ({key: HERE}, "url", HERE)
        for key in (
            "webUrl",
            "url",
            "link",
            "canonical",
            "canonical_url",
            "canonicalUrl",
            "external_url",
            "source_url",
        )
    ),
    *(
        ({key: "AI, Chips"}, "topics", ("AI", "Chips"))
        for key in ("topics", "tags", "keywords", "categories", "Tags")
    ),
    ({"tags": "#ai #ml/nlp"}, "topics", ("ai", "ml/nlp")),
    ({"tags": ["AI", "ai", "#AI"], "categories": ["News"]}, "topics", ("AI", "News")),
    ({"taxonomies": {"tags": ["AI"], "categories": ["News"]}}, "topics", ("AI", "News")),
    ({"source": HERE}, "url", HERE),
    ({"source": "News"}, "provider", "News"),
    ({"url": "/hugo/path/", "link": HERE}, "url", HERE),
    ({"originalUrl": HERE}, "url", HERE),
    ({"website": HERE}, "url", HERE),
    ({"linkedin": {"url": HERE}}, "url", HERE),
    ({"author": "Ann"}, "author", "Ann"),
    ({"authors": ["Ann", {"name": "Bob"}]}, "author", "Ann, Bob"),
    ({"author": {"name": "Ann", "email": "a@b.example"}}, "author", "Ann"),
    ({"provider": "News"}, "provider", "News"),
    ({"publisher": {"name": "News"}}, "provider", "News"),
    ({"site": "News"}, "provider", "News"),
    ({"affiliation": {"name": "News", "domain": "www.News.example"}}, "provider", "News"),
    ({"affiliation": {"name": "News", "domain": "www.News.example"}}, "domain", "news.example"),
    ({"provider": {"name": "News"}, "url": "https://www.news.example/a"}, "domain", "news.example"),
    ({"url": "https://www.news.example/a"}, "domain", "news.example"),
    ({"url": "https://www.news.example/a"}, "provider", ""),
    ({"provider": "https://news.example/"}, "domain", "news.example"),
    ({"image": "https://n.example/1.png"}, "images", (Image("https://n.example/1.png"),)),
    (
        {"cover": {"image": "1.png", "url": "https://n.example/1.png", "alt": "x"}},
        "images",
        (Image("https://n.example/1.png", "x"),),
    ),
    ({"type": "Video"}, "kind", "video"),
    ({"kind": ["course"]}, "kind", "course"),
    ({"category": ["news", "tech"]}, "category", "news"),
    ({"removed": "true"}, "removed", True),
    ({"removed": "false"}, "removed", False),
    ({"secured": "abc"}, "secured", True),
    ({"secured": False}, "secured", False),
    ({"heat": "-1"}, "heat", None),
    ({"quality": "bad"}, "quality", None),
    ({"duration": "1:00"}, "length", 60),
]


@pytest.mark.parametrize(("mapping", "field", "value"), SPELLINGS, ids=lambda part: str(part)[:50])
def test_field_is_found_under_its_many_names(mapping: dict[str, Any], field: str, value: Any) -> None:
    assert getattr(read(mapping), field) == value


@pytest.mark.parametrize(
    "mapping", [{"published": "false"}, {"published": True}, {"draft": True}, {"updated": "2023-05-01"}]
)
def test_unpublished_and_updated_give_no_date(mapping: dict[str, Any]) -> None:
    """An article that its publisher held back is one all the same; the day it was mended is not its date."""
    article = read(mapping)
    assert article.published is None
    assert not article.removed
    assert article.extra == mapping


def test_first_usable_key_counts_and_the_others_are_kept() -> None:
    article = read({"date": "2023-02-30", "created": "2023-05-01", "updated": "2024-01-01"})
    assert article.published == DAY
    assert article.extra == {"date": "2023-02-30", "updated": "2024-01-01"}


FACTS: list[tuple[dict[str, Any], Fact]] = [
    ({"price": "Free"}, Fact("Price", "Free")),
    ({"levels": ["Beginner", "Advanced"]}, Fact("Level", "Beginner, Advanced")),
    ({"ratings": {"count": "950", "average": "4.7105"}}, Fact("Rating", "4.7 (950)")),
    ({"ratings": {"average": 4}}, Fact("Rating", "4.0")),
    ({"members": "3000"}, Fact("Members", "3,000")),
    ({"location": "Houston, TX"}, Fact("Location", "Houston, TX")),
    (
        {"twitter": {"url": "https://twitter.com/x", "followers": "9830"}},
        Fact("Twitter", "https://twitter.com/x (9,830 followers)"),
    ),
    ({"twitter": {"username": "x"}}, Fact("Twitter", "@x")),
    (
        {"actions": [{"title": "Download", "url": "https://x.example/a.zip"}]},
        Fact("Download", "https://x.example/a.zip"),
    ),
]


@pytest.mark.parametrize(("mapping", "fact"), FACTS, ids=lambda part: str(part)[:40])
def test_details_become_facts(mapping: dict[str, Any], fact: Fact) -> None:
    article = read(mapping)
    assert article.facts == (fact,)
    assert article.extra == {}


def test_related_entries_become_mentions() -> None:
    article = read(
        {
            "webUrl": HERE,
            "related": [
                {
                    "title": "Another",
                    "excerpt": "About it.",
                    "publishedDateTime": "2023-05-01",
                    "webUrl": "https://www.other.example/a",
                    "ampWebUrl": "https://amp.other.example/a",
                    "type": "video",
                    "provider": {"name": "Other"},
                    "quality": "9",
                },
                "https://third.example/2023/some-long-slug.html?x=1",
                "[[Some note|A note]]",
                "notes/other-note.md",
            ],
        }
    )
    assert article.mentions == (
        Mention(
            title="Another",
            url="https://www.other.example/a",
            alternate_urls=("https://amp.other.example/a",),
            summary="About it.",
            published=DAY,
            provider="Other",
            domain="other.example",
            kind="video",
            quality=9,
        ),
        Mention(
            "Some long slug", "https://third.example/2023/some-long-slug.html?x=1", domain="third.example"
        ),
        Mention("A note", path="Some note"),
        Mention("Other note", path="notes/other-note"),
    )


ITEMS = [
    ("courses/explore-portals-studio", "courses/explore-portals-studio", "Explore portals studio"),
    ("/courses//explore-portals-studio.md", "courses/explore-portals-studio", "Explore portals studio"),
    ("../../etc/./passwd", "etc/passwd", "Passwd"),
    ("courses\\2023-05-01-day_one.html", "courses/2023-05-01-day_one", "Day one"),
]


@pytest.mark.parametrize(("item", "path", "title"), ITEMS)
def test_members_of_a_collection_are_named_by_path(item: str, path: str, title: str) -> None:
    assert read({"items": [item]}).mentions == (Mention(title, path=path, relation="item"),)


def test_members_may_be_addresses_and_mappings() -> None:
    mentions = read(
        {
            "items": [
                "https://x.example/some-slug",
                {"title": "T", "path": "c/d.md"},
                {"url": "https://y.example/"},
            ]
        }
    ).mentions
    assert mentions == (
        Mention("Some slug", "https://x.example/some-slug", relation="item", domain="x.example"),
        Mention("T", path="c/d", relation="item"),
    )


def test_article_never_mentions_itself() -> None:
    """Nor by another spelling of its address, nor by its path."""
    own = [HERE + "?utm_source=x", {"title": "I", "url": "http://www.news.example/story/"}]
    assert read({"webUrl": HERE, "related": own}).mentions == ()
    assert read({"originalUrl": HERE, "webUrl": "https://other.example", "related": own}).mentions == ()
    assert read({"items": ["courses/intro"]}, "learning/courses/intro.md").mentions == ()


ODD_LISTS: list[Any] = [
    None,
    "",
    5,
    True,
    {},
    [],
    [[]],
    [None, 5, True, "", {}, [["x"]]],
    {"related": {"x": "y"}},
]


@pytest.mark.parametrize("odd", ODD_LISTS, ids=str)
def test_lists_of_a_wrong_type_are_survived(odd: Any) -> None:
    keys = ("related", "items", "images", "topics", "provider", "author", "ratings", "length")
    article = read(dict.fromkeys(keys, odd))
    assert article.mentions == ()


def test_long_lists_are_cut_and_repetitions_dropped() -> None:
    mentions = read(
        {"related": [{"title": f"T{n}", "url": f"https://x.example/{n}"} for n in range(10_000)]}
    ).mentions
    assert len(mentions) == fields.MAX_MENTIONS
    assert mentions[0].title == "T0"
    assert len(read({"related": [{"title": "T", "url": HERE}] * 10_000}).mentions) == 1


def test_unknown_keys_are_kept_up_to_a_size() -> None:
    article = read({"mine": {"a": [1, "x\x1b[31m", None]}, "large": "x" * 100_000, "late": "y"})
    assert article.extra == {"mine": {"a": [1, "x", None]}, "late": "y"}


def test_encrypted_text_is_not_kept() -> None:
    assert "secured" not in read({"secured": "abc"}).extra


KEYS = [
    *(
        "title",
        "name",
        "excerpt",
        "date",
        "published",
        "webUrl",
        "originalUrl",
        "ampWebUrl",
        "provider",
        "author",
        "tags",
    ),
    *(
        "images",
        "related",
        "items",
        "quality",
        "length",
        "ratings",
        "twitter",
        "actions",
        "type",
        "category",
        "secured",
    ),
    *("removed", "taxonomies", "website", "domain", "x"),
]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), JSON, max_size=8))
def test_any_front_matter_gives_a_clean_article(mapping: dict[str, Any]) -> None:
    """Nothing raises, everything is of its type, nothing unclean leaves."""
    article = read(mapping)
    encoded = msgspec.json.encode(article)
    assert msgspec.json.decode(encoded, type=Article).title == article.title

    def check(value: Any) -> None:
        if isinstance(value, str):
            assert clean.is_clean(value)
        elif isinstance(value, dict):
            check(list(value))
            check(list(value.values()))
        elif isinstance(value, list | tuple):
            for child in value:
                check(child)

    check(msgspec.to_builtins(article))
    assert "\n" not in article.title + article.summary + article.provider + article.author + article.kind
