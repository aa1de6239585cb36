"""Which part of a page is the article: what stays beside the chosen words, and what goes among them."""

import pytest
from lxml import html as lxml_html

from tui_reader.sources.pages.asides import is_noise, is_rule, leads_away
from tui_reader.sources.pages.main_text import Chosen, main_part
from tui_reader.sources.pages.parts import settle
from tui_reader.sources.pages.runs import Run, length, runs_of, words
from tui_reader.sources.pages.tree import tree_of
from tui_reader.sources.texts import html

ONE = "The ferry has been tied to the pier since Monday, and nobody knows when it will sail again."
TWO = "Bread and milk come by sledge, pulled by a tractor that was made for fields and not for the sea."
THREE = "The harbour master walks out every morning with a drill, and writes the numbers into a book of his."
SAID = "\n".join((ONE, TWO, THREE))
P1, P2, P3 = (f"<p>{text}</p>" for text in (ONE, TWO, THREE))


def part(body: str, said: str = SAID, title: str = "") -> Chosen:
    root = tree_of(f"<html><head></head><body>{body}</body></html>".encode(), "")
    assert root is not None
    settle(root)
    return main_part(root, said, title)


def kept(body: str, said: str = SAID, title: str = "") -> str:
    return html.to_markdown(part(body, said, title).html, "https://a.example/")


def test_what_is_chosen_stays_and_the_rest_goes() -> None:
    body = (
        f"<nav><a href=/>Home</a></nav><div><p>By us</p>{P1}{P2}{P3}</div><footer><p>All rights</p></footer>"
    )
    assert kept(body) == f"{ONE}\n\n{TWO}\n\n{THREE}"


def test_share_tells_how_much_was_found() -> None:
    assert part(f"<div>{P1}{P2}{P3}</div>").share == 1
    assert part("<div><p>Of something else altogether, in quite other words.</p></div>") == Chosen("", 0)
    assert 0.3 < part(f"<div>{P1}</div>").share < 0.4


def test_links_emphasis_and_line_breaks_within_stay() -> None:
    body = f"<div>{P1}<p>Bread and <a href=/m>milk</a> come by <em>sledge</em>,<br>pulled by"
    body += f" a tractor that was made for fields and not for the <b>sea</b>.</p>{P3}</div>"
    assert "Bread and [milk](https://a.example/m) come by *sledge*,  \npulled by a tractor" in kept(body)


STAYS = {
    "figure": (
        "<figure><img src=/i.jpg><figcaption>The pier</figcaption></figure>",
        "![](https://a.example/i.jpg)\n\n*The pier*",
    ),
    "figure of somebody": (
        "<figure><img src=/i.jpg><figcaption>The pier. <a href=/ida>Ida Holm</a></figcaption></figure>",
        "*The pier. [Ida Holm](https://a.example/ida)*",
    ),
    "picture": ("<p><img src=/i.jpg alt='The pier'></p>", "![The pier](https://a.example/i.jpg)"),
    "picture in a link": (
        "<a href=/l><img src=/i.jpg></a>",
        "[![](https://a.example/i.jpg)](https://a.example/l)",
    ),
    "code": ("<pre><code class=language-c>int x;</code></pre>", "```c\nint x;\n```"),
    "quote": ("<blockquote><p>It is cold.</p></blockquote>", "> It is cold."),
    "table": ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
    "film": ("<iframe src=//v.example/1 title=Film></iframe>", "[Embedded: Film](https://v.example/1)"),
    "rule": ("<hr>", "\n\n---\n\n"),
    "rule of letters": ("<p>* * *</p>", "\n\n---\n\n"),
    "heading": ("<h2>Of ice</h2>", "## Of ice"),
    "post": ("<div class=social-embed><blockquote><p>Cold!</p></blockquote></div>", "> Cold!"),
    "sentence in no paragraph": (
        "<div class=callout>Ice of ten centimetres carries a person, says the book.</div>",
        "Ice of ten",
    ),
    "line of emoji": ("<p>🧊🧊</p>", "🧊🧊"),
    "word of the text": (f"<div class=share>{P1.replace('Monday', 'Tuesday')}</div>", ""),
}


@pytest.mark.parametrize(("between", "markdown"), STAYS.values(), ids=STAYS)
def test_what_stands_between_and_belongs_to_it_stays(between: str, markdown: str) -> None:
    assert markdown in kept(f"<article>{P1}{between}{P2}{P3}</article>")


GOES = {
    "aside": "<aside><p>Gone is this box of words, whatever it says.</p></aside>",
    "figure in an aside": "<aside><figure><img src=/gone.jpg><figcaption>Gone</figcaption></figure></aside>",
    "advertisement": "<div class='ad-slot'><p>Advertisement</p><img src=/gone.jpg></div>",
    "newsletter": "<div class='newsletter'><p>Gone is the letter that comes every morning.</p></div>",
    "newsletter that was chosen": f"<div class='signup'><p>{THREE.replace('drill', 'gone')}</p></div>",
    "read more": "<p>Read more: <a href=/gone>Gone is the summer</a></p>",
    "read more in a heading": "<h3>Related articles</h3><ul><li><a href=/gone>Gone</a></ul>",
    "read more in a figure": "<figure><div>Related: <a href=/gone>Gone is the summer</a></div></figure>",
    "comment that was chosen": f"<div class=CommentBox><p>{THREE.replace('drill', 'gone')}</p></div>",
    "German read more": "<p><b>Lesen Sie auch:</b> <a href=/gone>Gone</a></p>",
    "share buttons": "<ul class=share-links><li><a href=/gone>Gone</a></ul>",
    "player's excuse": "<div>Your browser does not support the video tag. Gone.</div>",
    "hidden": "<p hidden>Gone are the words that no browser shows to anybody.</p>",
    "hidden by its class": "<p class='sr-only'>Gone are the words that are for ears alone.</p>",
    "hidden by its style": "<p style='display: none'>Gone are the words that are for nobody at all.</p>",
    "button": "<button>Gone</button>",
    "pull quote": "<blockquote class=pullquote><p>nobody knows when it will sail again</p></blockquote>",
    "text for another screen": f"<div class=mobile>{P1}</div>",
    "card of another article": "<a class=x1 href=/gone><img src=/gone.jpg><h3>Gone is the summer</h3></a>",
    "box of another article": "<div><figure><img src=/gone.jpg></figure><a href=/gone>Gone is it</a></div>",
    "advertising frame": "<iframe src='https://x.doubleclick.net/gone'></iframe>",
}


@pytest.mark.parametrize("between", GOES.values(), ids=GOES)
def test_what_stands_between_and_is_no_part_of_it_goes(between: str) -> None:
    assert kept(f"<article>{P1}{between}{P2}{P3}</article>") == f"{ONE}\n\n{TWO}\n\n{THREE}"


def test_heading_of_a_list_of_contents_goes_with_it() -> None:
    contents = "<div class=toc><h2>Contents</h2><ul><li><a href='#ice'>Of ice</a></ul></div>"
    said = f"{ONE}\nContents\n{TWO}\n{THREE}"
    assert kept(f"<article>{P1}{contents}{P2}{P3}</article>", said) == f"{ONE}\n\n{TWO}\n\n{THREE}"


def test_what_is_hidden_on_telephones_alone_is_seen() -> None:
    assert kept(f"<div class='hidden lg:block'>{P1}{P2}{P3}</div>").startswith(ONE)


def test_text_after_what_goes_stays() -> None:
    """A tail belongs to the parent, not to what stands before it."""
    body = f"<div>{P1}<p><button>Share</button>{TWO}<svg></svg></p><script></script>{P3}</div>"
    assert kept(body) == f"{ONE}\n\n{TWO}\n\n{THREE}"


def test_paragraphs_of_line_breaks_are_told_apart() -> None:
    body = f"<div>{ONE}<br><br>Advertisement<br> <br>{TWO}<br><br>{THREE}</div>"
    assert kept(body) == f"{ONE}\n\n{TWO}\n\n{THREE}"


def test_nested_list_is_whole() -> None:
    said = f"{ONE}\n- bring wood and a lot of bread\n{THREE}"
    items = "<li>bring wood and a lot of bread</li><li>bring a lamp<ul><li>with oil</li></ul></li>"
    body = f"{P1}<ul>{items}</ul>{P3}"
    assert "- bring wood and a lot of bread\n- bring a lamp\n" in kept(f"<div>{body}</div>", said)


def test_links_of_a_list_stay_with_those_that_were_chosen() -> None:
    said = f"{ONE}\n- The book of ice and of all winters\n{THREE}"
    items = "<li><a href=/b>The book of ice and of all winters</a></li><li><a href=/c>Tables</a></li>"
    body = f"{P1}<ul>{items}</ul>{P3}"
    assert "\n- [Tables](https://a.example/c)" in kept(f"<div>{body}</div>", said)


TITLE = "The harbour freezes"
TITLED = {
    "heading": f"<h1>{TITLE}</h1>",
    "heading with the site's name": f"<h1>{TITLE} - Letter</h1>",
    "words behind it": f"<h1>{TITLE} <small>today</small></h1>",
    "kicker before it": f"<p>Weather</p><h1>{TITLE}</h1>",
    "name and date": f"<h1>{TITLE}</h1><p class=byline>By Ida</p><time>9 January 2024</time><p>4 min read",
    "date of any language": f"<h1>{TITLE}</h1><div>terça-feira, 9 de janeiro de 2024 às 10:15</div>",
    "no heading": f"<div class=headline>{TITLE}</div>",
    "path to it": f"<div class=breadcrumb><a href=/>Home</a> › <a href=/w>Weather</a></div><h1>{TITLE}</h1>",
}


@pytest.mark.parametrize("head", TITLED.values(), ids=TITLED)
def test_title_and_what_stands_around_it_is_no_part_of_the_text(head: str) -> None:
    said = f"Weather\nHome › Ice\n{TITLE}\n{TITLE} today\n{TITLE} - Letter\n"
    said += "By Ida\n9 January 2024\n4 min read\nterça-feira, 9 de janeiro de 2024 às 10:15\n"
    assert kept(f"<article>{head}{P1}{P2}{P3}</article>", said + SAID, TITLE).startswith(ONE)


def test_heading_that_is_not_the_title_stays() -> None:
    said = f"What the council says\n{SAID}"
    assert kept(f"<article><h2>What the council says</h2>{P1}{P2}{P3}</article>", said, TITLE).startswith(
        "## What"
    )


def test_figure_opens_the_article() -> None:
    """It may stand in the header, before the names and the date."""
    figure = "<figure><img src=/i.jpg><figcaption>The pier</figcaption></figure>"
    header = f"<header><h1>{TITLE}</h1>{figure}<a href=/ida>By Ida Holm</a></header>"
    body = f"<article>{header}<div>{P1}{P2}{P3}</div></article>"
    assert kept(body, SAID, TITLE).startswith("![](https://a.example/i.jpg)\n\n*The pier*\n\nThe ferry")


@pytest.mark.parametrize(
    ("picture", "opens"),
    [
        ("<img src=/i.jpg width=800 height=450>", True),
        ("<img src=/i.jpg width=60 height=60>", False),
        ("<img src=/i.jpg>", False),
        ("<div class=author><figure><img src=/i.jpg></figure></div>", False),
        ("<iframe src=//v.example/1></iframe>", True),
    ],
)
def test_picture_opens_the_article_if_it_is_no_logo_and_no_face(picture: str, opens: bool) -> None:
    assert (kept(f"<article>{picture}{P1}{P2}{P3}</article>") != SAID.replace("\n", "\n\n")) is opens


def test_figure_with_a_caption_may_end_it() -> None:
    figure = "<figure><img src=/i.jpg><figcaption>The pier</figcaption></figure>"
    assert kept(f"<article>{P1}{P2}{P3}{figure}</article>").endswith("*The pier*")
    assert kept(f"<article>{P1}{P2}{P3}<img src=/i.jpg></article>").endswith(THREE)


def test_links_at_the_end_are_what_to_read_next() -> None:
    more = "<h3>More of it</h3><p><a href=/1>How ferries are built by hand</a></p>"
    said = f"{SAID}\nMore of it\nHow ferries are built by hand"
    assert kept(f"<article>{P1}{P2}{P3}{more}</article>", said).endswith(THREE)


@pytest.mark.parametrize("heading", ["References", "Sources:", "Quellen", "参考文献"])
def test_links_under_references_are_a_part_of_the_text(heading: str) -> None:
    more = f"<h3>{heading}</h3><ul><li><a href=/1>How ferries are built by hand</a></li></ul>"
    said = f"{SAID}\n{heading}\nHow ferries are built by hand"
    assert kept(f"<article>{P1}{P2}{P3}{more}</article>", said).endswith("](https://a.example/1)")


def test_list_of_links_is_a_text() -> None:
    links = "".join(f"<li><a href=/{n}>Link number {n} of this list here</a></li>" for n in range(9))
    said = "\n".join(f"Link number {n} of this list here" for n in range(9))
    assert kept(f"<article><ul>{links}</ul></article>", said).count("](https://a.example/") == 9


def test_page_that_calls_its_text_a_newsletter_keeps_it() -> None:
    assert kept(f"<div class='newsletter'>{P1}{P2}{P3}</div>").endswith(THREE)


def test_help_outside_the_main_element_is_no_text() -> None:
    """Short pages have more words around them than of their own."""
    help_ = "".join(f"<p>Press the key number {n} for help</p>" for n in range(5))
    said = "\n".join([*(f"Press the key number {n} for help" for n in range(5)), ONE, TWO])
    assert kept(f"<div>{help_}</div><main>{P1}{P2}</main>", said) == f"{ONE}\n\n{TWO}"
    assert kept(f"<div>{P1}{P2}{P3}</div><main><p>Press the key</p></main>").startswith(ONE)


def test_introduction_outside_the_article_stays() -> None:
    """One element holds nearly all of the words, and what comes before them is said first."""
    long = "".join(f"<p>{TWO} {THREE} {number}</p>" for number in range(12))
    said = "\n".join((ONE, *(f"{TWO} {THREE} {number}" for number in range(12))))
    body = f"<div><header>{P1}</header><div class=text>{long}</div></div>"
    assert kept(body, said).startswith(ONE)


def test_times_stay_in_a_report_of_what_happened_when() -> None:
    entries = "".join(
        f"<div><time>1{n}:00</time><h2>Hour {n}</h2>{p}</div>" for n, p in enumerate((P1, P2, P3))
    )
    said = f"Hour 0\n{ONE}\nHour 1\n{TWO}\nHour 2\n{THREE}"
    assert "12:00\n\n## Hour 2" in kept(f"<article>{entries}</article>", said)


def test_table_for_layout_is_no_table() -> None:
    body = f"<table><tr><td>Menu<td>{ONE}<br><br>{TWO} {TWO} {TWO} {TWO} {TWO}<br><br>{THREE}</table>"
    said = f"{ONE}\n{TWO} {TWO} {TWO} {TWO} {TWO}\n{THREE}"
    assert "|" not in kept(body, said)
    assert "Menu" not in kept(body, said)


# What it is made of


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("<p>one <b>two</b> three</p><p>four</p>", ["one two three", "four"]),
        ("one<div>two</div>three", ["one", "two", "three"]),
        ("<p>o<i>n</i>e<br>two</p>", ["one two"]),
        ("one<br><br>two<br> <br>three", ["one", "two", "three"]),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", ["a", "b", "c"]),
        ("<p>one <ruby>two<rt>three</rt></ruby></p>", ["one twothree"]),
        ("<pre>a\n  b</pre>", ["a b"]),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", ["abcd"]),
        ("<table><tr><td><p>a</p><td>b</table>", ["a", "b"]),
        (" \n ", []),
    ],
)
def test_text_comes_in_runs(body: str, texts: list[str]) -> None:
    """As a browser would set it: in one go between two edges of blocks."""
    assert [run.text for run in runs_of(lxml_html.fragment_fromstring(body, create_parent=True))] == texts


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("one two, three!", 3),
        ("_ * _", 0),
        ("港が凍る。", 2),
        ("สวัสดี", 3),
        ("ледяной порт", 2),
        ("a 港港 b", 3),
    ],
)
def test_length_is_counted_in_any_script(text: str, count: int) -> None:
    assert length(text) == count


def test_words_are_compared_without_case_and_marks() -> None:
    assert words("Straße, _it_ IS: 3.5!") == ["strasse", "it", "is", "3", "5"]


def run(body: str) -> Run:
    return runs_of(lxml_html.fragment_fromstring(body, create_parent=True))[0]


NOISE = (
    "Advertisement",
    "ADVERTISEMENT.",
    "Anzeige",
    "Share this article",
    "Share on Facebook",
    "Click to share on X (Opens in new window)",
    "Your browser doesn't support the audio element.",
    "Story continues below advertisement",
    "Sign up for our newsletter",
    "Sign up for our free weekly newsletter today",
    "Follow us on Mastodon and elsewhere",
    "Copy link",
    "Loading...",
    "12 comments",
    "Image copyright",
    "Skip to content",
    "You have 2 free articles left this month.",
)
NO_NOISE = (
    "Advertisement is the oldest of all trades.",
    "Share the bread with those who have none",
    "Follow us into the ice, said the harbour master, and he meant it.",
    "Report of the council",
    "Play the ball",
    "I subscribe to that.",
    "12 comments were made in the council, and none was heard.",
    "A",
)


@pytest.mark.parametrize("text", NOISE)
def test_what_pages_say_of_themselves_is_noise(text: str) -> None:
    assert is_noise(run(f"<p>{text}</p>"))
    assert not is_noise(run(f"<h2>{text}</h2>"))


@pytest.mark.parametrize("text", NO_NOISE)
def test_sentence_is_no_noise(text: str) -> None:
    assert not is_noise(run(f"<p>{text}</p>"))


@pytest.mark.parametrize(
    ("body", "leads"),
    [
        ("<p>Read more: <a href=/>The pool</a></p>", True),
        ("<p><a href=/>Read more about the pool</a></p>", True),
        ("<p><strong>SEE ALSO:</strong> <a href=/>The pool</a></p>", True),
        ("<p>À lire aussi : <a href=/>La piscine</a></p>", True),
        ("<p>関連記事<a href=/>プール</a></p>", True),
        ("<h3>Related stories</h3>", True),
        ("<h3>Related work</h3>", False),
        ("<p>Read more books, said the teacher, and <a href=/>she</a> was right about it.</p>", False),
        ("<p>Read more books.</p>", False),
        ("<p>Related to this is the question of salt.</p>", False),
        ("<h2>Salt</h2>", False),
    ],
)
def test_what_leads_away_is_known(body: str, leads: bool) -> None:
    assert leads_away(run(body)) is leads


@pytest.mark.parametrize(
    ("text", "rule"), [("* * *", True), ("___", True), ("–", True), ("a", False), ("5 * 5", False)]
)
def test_rules_of_letters_are_known(text: str, rule: bool) -> None:
    assert is_rule(text) is rule
