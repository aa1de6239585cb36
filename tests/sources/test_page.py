"""The article on a page, in the shapes that people meet; the pages stand in `pages/`."""

import re
from pathlib import Path

import pytest

from tests.benchmarks.pages import outcomes, shown
from tests.sources.pages import addresses, captured, read
from tui_reader import clean

ANY = (
    "Share",
    "Subscribe",
    "Sign up",
    "Weather",
    "Imprint",
    "About us",
    "Read more",
    "Advertisement",
    "browser",
)
"""Of no page, but where it is part of a name below."""

SHAPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "wordpress": (
        (
            "In part 1 of this report",
            "![](https://letter.example/wp-content/uploads/ice-800x450.jpg)\n\n"
            "*Boats in the ice at the north quay. Photo: Ida Holm*",
            "## What the council says\n\nIn part 3",
            "> We have never needed so many blankets.",
            "In part 6 of this report",
        ),
        (
            "January 9",
            "Donate",
            "Facebook",
            "Related",
            "older story",
            "Posted in",
            "Tagged",
            "Previous",
            "thoughts on",
        ),
    ),
    "ghost": (
        (
            "/content/images/size/w1200/ice.jpg)\n\n*The quay on Tuesday.*\n\nIn part 1",
            "[Embedded: The ice, filmed](https://www.youtube.com/embed/abcdefghijk)",
            "[Tables of ice](https://ice.example/tables)",
            "Ice of ten centimetres carries a person",
            "In part 6 of this report",
        ),
        ("4 min read", "Jan 9", "No spam", "Member discussion", "Read next", "salt"),
    ),
    "substack": (
        (
            "](https://cdn.letter.example/full.jpeg)\n\n*The swans, before they were freed.*\n\nAs one",
            "As one skipper wrote¹ to the paper",
            "In part 4 of this report",
            "In a letter of the sixth of January",
        ),
        ("Jan 09", "Thanks for reading", "Discussion about", "Lovely as ever", "#footnote"),
    ),
    "medium": (
        (
            "![](https://miro.letter.example/v2/resize:fit:640/format:webp/1.png)\n\n*Ice on the quay*",
            "## How it *began*\n\nIn part 3",
            "```\nfor boat in harbour:\n    boat.pull()\n```",
            "> The sea is a patient neighbour",
            "- Take blankets and candles with you\n- Never walk on the ice alone",
            "In part 4 of this report",
        ),
        ("min read", "Jan 9", "Listen", "Follow", "Written by", "More from", "87"),
    ),
    "readme": (
        (
            "```shell\npip install icebreaker\nicebreaker --harbour lindholm\n```",
            "```python\nfrom icebreaker import thickness\n\nprint(thickness(-12))\n```",
            "| Option | Meaning |\n| --- | --- |\n| `--salt` | grams a litre |",
            "- It is fast, because it computes next to nothing.\n  - Ten thousand harbours",
            "Rivers are still to be done",
        ),
        ("First commit", "Permalink", "Copy"),
    ),
    "docs": (
        (
            "```python\ndef thickness(degrees):\n    return 2.7 * degrees\n```",
            "```rust\nfn thickness(degrees: f64) -> f64 {\n    2.7 * degrees\n}\n```",
            "```javascript\nconst k = 2.7;\nexport default k;\n```",
            "```sh\nbc -l <<< 2.7*12\n```",
            "[the other page](https://letter.example/other.html)",
            "Snow on the ice keeps it warm",
            "Returns centimetres of ice",
        ),
        ("¶", "Navigation", "First steps"),
    ),
    "news": (
        (
            "![](https://letter.example/img/lead-960.jpg)\n\n*Boats in the ice",
            "![](https://cdn.example/swan.jpg)\n\n*A swan is freed. (Fire brigade)*",
            "![The quay at night](https://cdn.example/quay.jpg)",
            "## How long will it last?",
            "In part 6 of this report",
        ),
        (
            "Home",
            "Image source",
            "Image caption",
            "9 January",
            "never opened",
            "How ferries are built",
            "> Two swans",
            "inbox",
            "Media playback",
            "lighthouse",
            "Most read",
            "placeholder",
        ),
    ),
    "tweets": (
        (
            "> The bread is on the ice and on its way! [pic.twitter.com/abc](https://t.co/abc)",
            "> — Lindholm Council (@lindholm) [January 9, 2024](https://twitter.com/lindholm/status/1",
            "> [A post shared by Ellen (@ellen)](https://www.instagram.com/p/xyz/)",
            "> Forty centimetres this morning",
            "Warmer air is expected",
        ),
        ("widgets.js",),
    ),
    "breaks": (
        (
            "The ferry to Lindholm",
            "\n\nFor the three hundred people",
            "[the table of ice](http://old.example/island/ice.html)",
            "![Ice on the pier](http://old.example/island/ice.gif)",
            "**The ice book**",
        ),
        ("Guest book", "[Links]", "letter.example"),
    ),
    "tables": (
        (
            "**Ice in the sound**\n\n| Day | Thickness | Air |\n| --- | --- | --- |\n| Monday | 31 cm |",
            "\n\nChildren have made the best of it.",
            "![The rink](https://letter.example/rink.jpg)",
        ),
        ("| Children",),
    ),
    "lists": (
        (
            "1. Stay off the ice",
            "2. Look in on those who live alone:\n   - bring wood and bread\n   - bring the",
            "newspaper\n     - and read it",
            "3. Boil the water",
            "**Pack ice**\n\nIce that has been",
        ),
        (),
    ),
    "links": (
        (
            "Every week we collect",
            "- [How sledges are built](https://one.example/a): an old carpenter",
            "- [A song for the harbour](https://five.example/e)",
            "Have you found something",
        ),
        (),
    ),
    "german": (
        ("Seit Montag liegt die Fähre", "„Mehl reicht noch zwei Wochen“", "die allein wohnen."),
        ("Lesen Sie auch", "Das Bad", "Anzeige"),
    ),
    "japanese": (
        ("月曜日から", "## 店の棚を数える\n\n十九年間", "呼びかけている。"),
        ("ホーム", "関連記事", "プール"),
    ),
    "arabic": (("منذ يوم الاثنين", "بعد حلول الظلام"), ("الرئيسية", "صحيفة")),
    "amp": (
        (
            "![The pier](https://cdn.example/pier.jpg)\n\nThe ferry",
            "![](https://cdn.example/sledge.jpg)\n\n*The sledge on its way.*",
            "](https://www.youtube.com/watch?v=abcdefghijk)",
            "Warmer air is expected",
        ),
        (),
    ),
    "script_shell": (("The ferry to Lindholm", "\n\nWarmer air is expected"), ("JavaScript", "publisher")),
    "sections": (
        (
            "The ferry to Lindholm",
            "## In the shop\n\nEllen Brandt",
            "## The ice book",
            "\n\n---\n\n## What comes next\n\nWarmer air",
        ),
        ("* * *", r"\* \*"),
    ),
    "live": (
        (
            "Warmer air",
            "11:40\n\n## The sledge arrives\n\nFor the three",
            "08:50\n\n## A rink between the boats",
        ),
        (),
    ),
    "short": (("The ferry to Lindholm sailed again", "two swans have been seen."), ()),
    "comments": (
        ("The ferry to Lindholm", "Ellen Brandt"),
        ("Reader 1", "When I was young", "logged in", "30 comments"),
    ),
    "video": (
        (
            "[Embedded: The ice from the air](https://player.example/embed/42)\n\nThe ferry",
            "The harbour master",
        ),
        ("Up next", "43"),
    ),
    "podcast": (
        (
            "](https://cdn.example/12.mp3)\n\nThe ferry",
            "## Links\n\n- [The ice book](https://ice.example/book)\n- [The rules",
            "## Transcript\n\n**Ida:** You walk out",
            "**Harbour master:** I look for the sound first.",
        ),
        ("Download",),
    ),
}


@pytest.mark.parametrize("name", SHAPES)
class TestShapes:
    def test_article_is_whole(self, name: str) -> None:
        body = captured(name).body
        missing = [text for text in SHAPES[name][0] if text not in body]
        assert not missing, body

    def test_what_stands_around_is_left_out(self, name: str) -> None:
        body = captured(name).body
        # A word may be a part of what the article says.
        wanted = " ".join(SHAPES[name][0])
        ours = [text for text in (*SHAPES[name][1], *ANY) if text in body and text not in wanted]
        assert not ours, body

    def test_title_is_not_repeated(self, name: str) -> None:
        found = captured(name)
        assert found.title
        first = found.body.partition("\n")[0].strip("#* ")
        assert first != found.title
        assert not re.search(rf"^#+ {re.escape(found.title)}$", found.body, re.MULTILINE)

    def test_markdown_has_no_loose_ends(self, name: str) -> None:
        """No emphasis of nothing, no heading of nothing, no rule at an end, no paragraph said twice."""
        body = captured(name).body
        assert not re.search(r"\*\*\s*\*\*|^#+\s*$|^\s*[-*]\s*$|(?<!!)\[\]\(", body, re.MULTILINE), body
        assert not body.startswith("---")
        assert not body.endswith("---")
        long = [text for text in body.split("\n\n") if len(text) > 60]
        assert len(long) == len(set(long))

    def test_addresses_are_whole_and_safe(self, name: str) -> None:
        found = captured(name)
        assert found.url.startswith(("https://", "http://"))
        for address in addresses(found.body):
            assert clean.address(address) == address, address


def test_captured_pages_are_found_as_well_as_ever(real_data: Path) -> None:
    """A change that loses articles shows; `tests/benchmarks/pages.py` says which."""
    found = outcomes(real_data / "pages")
    read_ones = [one for one in found if not one.refused]
    assert len(read_ones) == len(found) - 1
    assert sum(one.ours.f1 for one in read_ones) / len(read_ones) > 0.975


LONG = "".join(
    f"<h2>Part {part}</h2>"
    + "".join(f"<p>{' '.join(f'word{part}x{at}y{n}' for n in range(100))}.</p>" for at in range(10))
    for part in range(20)
)


def test_very_long_article_is_read_whole() -> None:
    found = read(f"<title>A book</title><main><article><h1>A book</h1>{LONG}</article></main>")
    assert "word0x0y0" in found.body
    assert "word19x9y99" in found.body
    assert len(shown(found.body).split()) > 20_000


def test_article_for_browsers_without_scripts_has_its_form() -> None:
    told = [
        f"The ferry sails {number} times a day, says its captain, and once more when there is a moon."
        for number in range(9)
    ]
    told[4:4] = ["<b>Of ice</b>"]
    body = "".join(f"<p>{text}</p>" for text in told)
    found = read(f"<title>Ferries</title><div id=app></div><noscript><h1>Ferries</h1>{body}</noscript>")
    assert found.body == "\n\n".join(told).replace("<b>Of ice</b>", "**Of ice**")


def test_first_page_of_several_says_that_there_are_more() -> None:
    found = read(f"<link rel=next href='/2024/harbour/2'><main>{LONG[:9_000]}</main>")
    assert found.body.endswith(
        "*This article goes on: [its second page](https://letter.example/2024/harbour/2).*"
    )


def test_page_tells_of_itself() -> None:
    found = captured("script_shell")
    assert found.title == "The harbour freezes"
    assert found.author == "Ida Holm"
    assert found.site == "The Lindholm Letter"
    assert found.published == 1704785400
    assert captured("wordpress").image == "https://letter.example/ice.jpg"
    assert captured("wordpress").url == "https://letter.example/2024/harbour/"
