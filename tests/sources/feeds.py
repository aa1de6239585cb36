"""Feeds to read, made of a few words."""

from tui_reader.model import Article
from tui_reader.sources import feed

HERE = "https://a.example/feed"
XML = '<?xml version="1.0" encoding="utf-8"?>'
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
)
CHANNEL = "<title>News</title><link>https://a.example/</link>"
ONE = "<item><title>One</title><link>https://a.example/1</link></item>"


def rss(items: str, head: str = XML, version: str = "2.0") -> str:
    return f'{head}<rss version="{version}" {SPACES}><channel>{CHANNEL}{items}</channel></rss>'


def atom(entry: str, attributes: str = "") -> str:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>News</title>{entry}</feed>'


def articles(data: str | bytes) -> list[Article]:
    return [one.article for one in feed.parse(data.encode() if isinstance(data, str) else data, HERE).entries]


def item(markup: str) -> Article:
    """The article of an RSS item."""
    return articles(rss(f"<item>{markup}</item>"))[0]


def entry(markup: str, attributes: str = "") -> Article:
    return articles(atom(f"<entry>{markup}</entry>", attributes))[0]
