"""`python -m tests.benchmarks.served FEEDS`: so many feeds on a loopback server, in a process of its own.

It makes them, serves them with ETag, Last-Modified and 304, prints its port, and ends with its input. Words
and names are those of `corpus.py`; each article is some 300 words of HTML as weblogs have it.
"""

import asyncio
import random
import sys
from collections.abc import Iterator
from email.utils import format_datetime
from html import escape

from tests.benchmarks import corpus
from tests.loopback import Asked, Behaviour, Loopback, answer

ARTICLES = 100
"""Of a feed."""
WORDS = 300
CHANGED = "Sat, 04 Jan 2025 10:00:00 GMT"


def feed(number: int, feeds: int) -> bytes:
    """RSS, or every fourth time Atom; the newest article first. All feeds are of the same months."""
    provider = f"{corpus.PROVIDERS[number % len(corpus.PROVIDERS)]} {number}"
    numbers = range(number + (ARTICLES - 1) * feeds, -1, -feeds)
    site = f"https://feed-{number}.example"
    made = _atom(provider, site, numbers) if number % 4 == 3 else _rss(provider, site, numbers)
    return "\n".join(made).encode()


def _rss(provider: str, site: str, numbers: range) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
    )
    yield f"<channel><title>{provider}</title><link>{site}/</link><description>All of it</description>"
    for number in numbers:
        about = corpus.head(number)
        url = f"{site}/{number}"
        topics = "".join(f"<category>{topic}</category>" for topic in about.topics)
        yield (
            f"<item><title>{escape(about.title)}</title><link>{url}</link><guid>{url}</guid>"
            f"<pubDate>{format_datetime(about.published)}</pubDate><dc:creator>{about.title.split()[0]}</dc:creator>{topics}"
            f"<description>{escape(about.excerpt)}</description>"
            f"<content:encoded><![CDATA[{body(number)}]]></content:encoded></item>"
        )
    yield "</channel></rss>"


def _atom(provider: str, site: str, numbers: range) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{provider}</title><id>{site}/</id>'
    yield f'<link href="{site}/"/><updated>2025-01-04T10:00:00Z</updated>'
    for number in numbers:
        about = corpus.head(number)
        url = f"{site}/{number}"
        topics = "".join(f'<category term="{topic}"/>' for topic in about.topics)
        yield (
            f'<entry><title>{escape(about.title)}</title><link href="{url}"/><id>{url}</id>'
            f"<updated>{about.published:%Y-%m-%dT%H:%M:%SZ}</updated><author><name>{about.title.split()[0]}</name></author>"
            f"{topics}<summary>{escape(about.excerpt)}</summary>"
            f'<content type="html">{escape(body(number))}</content></entry>'
        )
    yield "</feed>"


def body(number: int) -> str:
    """HTML with links, emphasis, a list, a picture, a quote and a heading."""
    dice = random.Random(f"body {number}")
    return "\n".join(_blocks(dice, number))


def _blocks(dice: random.Random, number: int) -> Iterator[str]:
    yield (
        f'<figure class="wp-block-image"><img src="https://img.example/{number}.jpg" alt="{_words(dice, 3)}"'
        f' width="800" height="450"/><figcaption>{_words(dice, 6)}</figcaption></figure>'
    )
    left = WORDS - 9
    block = 0
    while left > 0:
        block += 1
        if block % 6 == 3:
            items = "".join(f"<li>{_marked(dice, _words(dice, 8))}</li>" for _ in range(4))
            left -= 32
            yield f"<h2>{_words(dice, 4)}</h2>\n<ul>{items}</ul>"
        elif block % 6 == 5:
            left -= 15
            yield f"<blockquote><p>{_words(dice, 15)}</p></blockquote>"
        else:
            length = min(max(left, 10), dice.randint(30, 60))
            left -= length
            yield f"<p>{_marked(dice, _words(dice, length))}</p>"


def _marked(dice: random.Random, text: str) -> str:
    """With a link and something strong or stressed, where it is long enough."""
    words = text.split(" ")
    at = dice.randrange(len(words) - 4)
    words[at] = f'<a href="https://example.com/{dice.randrange(100_000)}?ref=feed&amp;n={at}">{words[at]}'
    words[at + 1] += "</a>"
    tag = dice.choice(("strong", "em", "b", "code"))
    words[at + 3] = f"<{tag}>{words[at + 3]}</{tag}>"
    return " ".join(words)


def _words(dice: random.Random, count: int) -> str:
    """As they are typed: with marks that are not in ASCII."""
    return corpus.sentence(dice, count).replace(" ", "’s ", 1)


def serving(data: bytes, etag: str) -> Behaviour:
    fields = (f"ETag: {etag}", f"Last-Modified: {CHANGED}", "Content-Type: application/xml")
    whole = answer(data, "200 OK", *fields)
    unchanged = answer(b"", "304 Not Modified", *fields)

    async def behave(asked: Asked, writer: asyncio.StreamWriter) -> None:
        told = asked.headers.get("if-none-match"), asked.headers.get("if-modified-since")
        writer.write(unchanged if told in ((etag, None), (None, CHANGED), (etag, CHANGED)) else whole)

    return behave


def main() -> None:
    feeds = int(sys.argv[1])
    table = {f"/{number}": serving(feed(number, feeds), f'"{number}"') for number in range(feeds)}
    with Loopback(table) as server:
        print(server.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
