"""The real files of a news site, where a developer has them: what a reader should get of them."""

from datetime import UTC, datetime
from pathlib import Path

from tui_reader.model import Article, Problem
from tui_reader.sources import folder
from tui_reader.sources.folder import Found


def read_all(root: Path) -> dict[str, Article]:
    read = {
        found.path: folder.read(root, found.path) for found in folder.scan(root) if isinstance(found, Found)
    }
    assert [found for found in read.values() if isinstance(found, Problem)] == []
    return {path: found for path, found in read.items() if isinstance(found, Article)}


def test_real_seeds(real_data: Path) -> None:
    first, second, plain = read_all(real_data / "seeds").values()
    assert first.title == "OpenAI CEO calls for global cooperation to regulate AI"
    assert first.published == int(datetime(2023, 6, 9, 11, 47, tzinfo=UTC).timestamp())
    assert (first.provider, first.domain, first.quality, first.heat) == ("CNN", "cnn.com", 87, None)
    assert len(first.alternate_urls) == 2
    assert len(first.mentions) == 2
    assert second.provider == "Wall Street Journal"
    assert any(mention.title == first.title for mention in second.mentions)
    assert first.secured
    assert second.secured
    assert not first.body
    assert plain.title.startswith("ChatGPT maker OpenAI is opening its first non-US office")
    assert (plain.published, plain.provider, plain.url) == (None, "", "")
    assert len(plain.body.split("\n\n")) > 5


def test_real_news_site(real_data: Path) -> None:
    """All 275 files, each with a title; dates, providers and addresses where the files have them."""
    articles = read_all(real_data / "everyday")
    assert len(articles) == 275
    assert all(len(article.title) > 5 and article.domain and article.topics for article in articles.values())
    years = {
        datetime.fromtimestamp(a.published, UTC).year for a in articles.values() if a.published is not None
    }
    assert years <= set(range(2015, 2025))
    news = [article for path, article in articles.items() if path.startswith("news/")]
    assert all(article.provider and article.url and article.published and article.summary for article in news)
    videos = [article for path, article in articles.items() if path.startswith("learning/videos/")]
    assert all(article.length and article.url and article.kind == "video" for article in videos)
    assert not any("&#" in article.title + article.summary for article in articles.values())


def test_real_collection_names_its_members(real_data: Path) -> None:
    articles = read_all(real_data / "everyday")
    members = [m for a in articles.values() if a.kind == "collection" for m in a.mentions]
    assert len(members) == 43
    assert all(member.relation == "item" and member.path.partition("/")[0] for member in members)
    assert any(f"learning/{member.path}.md" in articles for member in members)


def test_real_newsletter_is_readable(real_data: Path) -> None:
    """Sixty nested tables become headings, paragraphs and links, without style sheets or share buttons."""
    newsletters = read_all(real_data / "everyday" / "newsletters")
    assert len(newsletters) == 7
    for article in newsletters.values():
        assert article.body.count("\n\n") > 10
        assert "**Learning of the day**" in article.body or "**News of the day**" in article.body
        for noise in ("|", "<", "{%", "font-", "twitter.com/intent", "facebook.com/sharer", "&nbsp;"):
            assert noise not in article.body.replace("| ", "")
