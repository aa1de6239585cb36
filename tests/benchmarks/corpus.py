"""Articles by the thousand, the same ones on every machine: an article is a function of its number.

corpus/012/012345-the-title.md    front matter, then 300 to 1,200 words of Markdown
"""

import itertools
import random
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

WORDS = (  # noqa: SIM905 - four hundred lines otherwise
    "the of and to in a is that it was for on are with as they be at this from have or by one had not but "
    "what all were when we there can an your which their said if do will each about how up out them then "
    "she many some so these would other into has more her two like him see time could no make than first "
    "been its who now people my made over did down only way find use may water long little very after "
    "words called just where most know get through back much before go good new write our used me man too "
    "any day same right look think also around another came come work three word must because does part "
    "even place well such here take why things help put years different away again off went old number "
    "great tell men say small every found still between name should home big give air line set own under "
    "read last never us left end along while might next sound below saw something thought both few those "
    "always looked show large often together asked house world going want school important until form "
    "food keep children feet land side without boy once animals life enough took sometimes four head "
    "above kind began almost live page got earth need far hand high year mother light parts country "
    "father let night following picture being study second eyes soon times story boys since white days "
    "ever paper hard near sentence better best across during today others however sure means knew tried "
    "told young miles sun ways thing whole hear example heard several change answer room sea against top "
    "turned learn point city play toward five using himself usually money seen car morning given trees "
    "field order island machine engine market harbour council library museum river bridge railway station "
    "journal editor printer archive letter signal measure energy climate weather forest garden hospital "
    "doctor budget election parliament minister treaty border village mountain desert coast winter summer "
    "orbit rocket planet telescope software network terminal keyboard protocol standard browser server "
    "database memory compiler language kernel window license patent"
).split()
TOPICS = (
    "Science", "Technology", "Politics", "Climate", "Health", "Energy", "Software", "Space", "Books",
    "Cities", "Economy", "Music", "Film", "Sport", "Education", "Law", "Transport", "Oceans", "Privacy",
    "Design",
)  # fmt: skip
PROVIDERS = tuple(
    f"{place} {kind}"
    for place, kind in itertools.product(
        ("Northern", "Harbour", "Evening", "Valley", "Island", "Railway"),
        ("Post", "Courier", "Review", "Observer", "Dispatch"),
    )
)
FIRST_DAY = datetime(2020, 1, 1, tzinfo=UTC)
APART = timedelta(minutes=36)
"""Between two articles: 100,000 of them are seven years of news."""
IN_A_FOLDER = 1_000
SYLLABLES = tuple(
    first + last
    for first in ("b", "br", "d", "f", "g", "gr", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v", "z")
    for last in ("a", "an", "e", "el", "i", "or", "o", "un")
)
"""Of which names of persons and places are made, two million of them."""
RETOLD = 0.3
"""Which part of the articles tells what one of the three before it told."""

# As in a language, a few words stand for most of a text.
_WEIGHTS = tuple(itertools.accumulate(1 / (rank + 8) for rank in range(len(WORDS))))


class Head(NamedTuple):
    title: str
    excerpt: str
    published: datetime
    provider: str
    domain: str
    url: str
    topics: list[str]
    quality: int


def head(number: int) -> Head:
    """What the front matter tells, and what the related lists of later articles do."""
    dice = random.Random(f"head {number}")
    names = _names(number)
    title = f"{names[0]} {sentence(dice, dice.randint(4, 10)).rstrip('.').lower()} {names[1]}"
    provider = dice.choice(PROVIDERS)
    domain = f"{provider.lower().replace(' ', '-')}.example"
    return Head(
        title=title,
        excerpt=f"{names[2]} and {names[0]} {sentence(dice, dice.randint(12, 32)).lower()} {names[3]}.",
        published=FIRST_DAY + number * APART,
        provider=provider,
        domain=domain,
        url=f"https://{domain}/{number}/{_slug(title)}",
        topics=dice.sample(TOPICS, dice.randint(1, 3)),
        quality=dice.randint(20, 110),
    )


def _names(number: int) -> list[str]:
    """Who and where it is about; those of an earlier article where it tells the same."""
    dice = random.Random(f"names {number}")
    if number > 3 and dice.random() < RETOLD:
        return _names(number - dice.randint(1, 3))
    # A quarter of them are in the news again and again.
    often = [random.Random(f"name {dice.randrange(2_000)}") for _ in range(1)]
    return ["".join(one.choices(SYLLABLES, k=3)).capitalize() for one in (dice, dice, dice, *often)]


def article(number: int) -> str:
    """The whole file."""
    about = head(number)
    dice = random.Random(f"body {number}")
    lines = [
        "---",
        "category: news",
        f'title: "{about.title}"',
        f'excerpt: "{about.excerpt}"',
        f"publishedDateTime: {about.published:%Y-%m-%dT%H:%M:%SZ}",
        f'webUrl: "{about.url}"',
        "type: article",
        f"quality: {about.quality}",
        f"heat: {dice.randint(0, 100)}",
        "published: true",
        "provider:",
        f"  name: {about.provider}",
        f"  domain: {about.domain}",
        "topics:",
        *(f"  - {topic}" for topic in about.topics),
    ]
    earlier = dice.sample(range(max(0, number - 500), number), min(number, dice.randint(0, 4)))
    if earlier:
        lines.append("related:")
    for related in map(head, earlier):
        lines += [
            f'  - title: "{related.title}"',
            f'    excerpt: "{related.excerpt}"',
            f"    publishedDateTime: {related.published:%Y-%m-%dT%H:%M:%SZ}",
            f'    webUrl: "{related.url}"',
            "    type: article",
            "    provider:",
            f"      name: {related.provider}",
            f"      domain: {related.domain}",
            f"    quality: {related.quality}",
        ]
    return "\n".join([*lines, "---", "", *_body(dice), ""])


def _body(dice: random.Random) -> Iterator[str]:
    left = dice.randint(300, 1_200)
    for block in itertools.count(1):
        if left <= 0:
            return
        kind = dice.random()
        if block % 5 == 0:
            left -= 5
            yield f"## {sentence(dice, 5).rstrip('.')}\n"
        elif kind < 0.12:
            left -= 32
            yield "".join(f"- {sentence(dice, 8)}\n" for _ in range(4))
        elif kind < 0.18:
            left -= 20
            yield f"> {sentence(dice, 20)}\n"
        else:
            sentences = [sentence(dice, dice.randint(8, 22)) for _ in range(dice.randint(2, 6))]
            left -= sum(sentence.count(" ") + 1 for sentence in sentences)
            yield " ".join(_marked(dice, sentence) for sentence in sentences) + "\n"


def _marked(dice: random.Random, sentence: str) -> str:
    """Now and then a link, or something strong or stressed."""
    kind = dice.random()
    if kind > 0.3:
        return sentence
    words = sentence.split(" ")
    at = dice.randrange(len(words) - 2)
    phrase = " ".join(words[at : at + 2])
    if kind < 0.1:
        phrase = f"[{phrase}](https://example.com/{dice.randrange(100_000)})"
    elif kind < 0.2:
        phrase = f"**{phrase}**"
    else:
        phrase = f"*{phrase}*"
    return " ".join([*words[:at], phrase, *words[at + 2 :]])


def sentence(dice: random.Random, words: int) -> str:
    """So many words, the first with a capital."""
    return " ".join(dice.choices(WORDS, cum_weights=_WEIGHTS, k=words)).capitalize() + "."


def _slug(title: str) -> str:
    return re.sub(r"\W+", "-", title.lower())[:60].strip("-")


def write(folder: Path, count: int) -> None:
    """Make a folder of so many articles, whole or not at all."""
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for number in range(count):
        below = unfinished / f"{number // IN_A_FOLDER:03}"
        if number % IN_A_FOLDER == 0:
            below.mkdir(parents=True)
        name = f"{number:06}-{_slug(head(number).title)}.md"
        (below / name).write_text(article(number), encoding="utf-8")
    unfinished.rename(folder)
