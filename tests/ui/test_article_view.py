"""The article pane, driven as a person drives it."""

import time
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.geometry import Offset
from textual.message import Message
from textual.pilot import Pilot
from textual.selection import Selection

from tui_reader import clean
from tui_reader.keymap import BY_ID
from tui_reader.model import Article, Bookmark, Fact, Image, Mention, Stored
from tui_reader.ui.bindings import bindings
from tui_reader.ui.panes import article_view
from tui_reader.ui.panes.article_page import ENCRYPTED, ONLY_SUMMARY, article_page, repeats, shows
from tui_reader.ui.panes.article_view import ArticleView
from tui_reader.ui.panes.findable import FindableArticle

ARTICLE = Article(
    title="Probe reaches the comet",
    url="https://space.example/probe",
    provider="Space Wire",
    author="Ada Example",
    published=1_686_311_220,
    quality=87,
    topics=("Space", "Science"),
    facts=(Fact("Price", "Free"), Fact("Level", "Beginner")),
    images=(Image("https://space.example/probe.jpg", "The probe"),),
    body="The [probe](https://space.example/what) is there.\n\n"
    + "\n\n".join(f"Paragraph {n}." for n in range(60)),
)
STORED = Stored(1, ARTICLE, "feeds", "", 460, False)
LONG = replace(
    STORED, id=2, article=replace(ARTICLE, body="\n\n".join(f"Word {n} " * 40 for n in range(600)))
)


class Pane(App[None]):
    """The pane alone, with what it posted."""

    def __init__(self) -> None:
        super().__init__()
        self.followed: list[str] = []

    def compose(self) -> ComposeResult:
        yield FindableArticle()

    @property
    def view(self) -> ArticleView:
        return self.query_one(ArticleView)

    def on_mount(self) -> None:
        self.view.focus()

    def on_article_view_link_followed(self, event: ArticleView.LinkFollowed) -> None:
        self.followed.append(event.url)

    def seen(self) -> list[str]:
        """The lines on the screen."""
        return [self.view.render_line(y).text.rstrip() for y in range(self.view.size.height)]

    def everything(self) -> str:
        """All lines of the article, joined as they are copied."""
        copied = self.view.get_selection(Selection(None, None))
        return copied[0] if copied else ""


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


async def test_the_head_tells_what_is_known() -> None:
    app = Pane()
    marked = replace(STORED, bookmark=Bookmark(0, ("comets", "to read"), "Look at\nthe pictures"))
    async with app.run_test(size=(90, 24)):
        app.view.show(marked)
        assert app.seen()[:11] == [
            " Probe reaches the comet",
            " Space Wire · Ada Example · 9 June 2023, 11:47 · 2 min · quality 87",
            " Space · Science",
            " Price: Free · Level: Beginner",
            " ★ Bookmarked #comets #to read",
            " ▎ Look at",
            " ▎ the pictures",
            "",
            " [image] The probe — space.example/probe.jpg[1]",
            "",
            " The probe[2] is there.",
        ]
        assert app.everything().endswith("https://space.example/probe")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"published": None}, "Space Wire · Ada Example · undated · 2 min · quality 87"),
        ({"author": "Space Wire"}, "Space Wire · 9 June 2023, 11:47 · 2 min · quality 87"),
        ({"kind": "course", "length": 15_600, "heat": 5}, "4 h 20 min · quality 87 · heat 5 · course"),
        ({"published": 10**17}, "undated"),
    ],
)
async def test_the_quiet_line_follows_the_article(change: dict[str, object], line: str) -> None:
    app = Pane()
    async with app.run_test(size=(100, 24)):
        app.view.show(replace(STORED, article=replace(ARTICLE, **change)))
        assert line in app.everything()


SUMMARIES: dict[str, tuple[dict[str, object], list[str], int]] = {
    "only a summary": (
        {"body": "", "summary": "In short."},
        ["In short.", ONLY_SUMMARY, "o  open the original"],
        1,
    ),
    "encrypted": (
        {"body": "", "summary": "In short.", "secured": True},
        [f"{ENCRYPTED}; this is its summary.", "o  open the original"],
        1,
    ),
    "encrypted with a text": ({"secured": True}, [ENCRYPTED], 0),
    "no address": ({"body": "", "summary": "In short.", "url": ""}, ["open the original"], 0),
    "a summary the text begins with": (
        {"summary": "The probe is there. Paragraph 0…"},
        ["The probe is there. Paragraph 0…"],
        0,
    ),
    "a summary of its own": ({"summary": "In other words."}, ["In other words."], 1),
}


@pytest.mark.parametrize("rule", SUMMARIES)
async def test_a_summary_says_what_it_is(rule: str) -> None:
    change, sentences, times = SUMMARIES[rule]
    app = Pane()
    async with app.run_test(size=(90, 24)):
        app.view.show(replace(STORED, article=replace(ARTICLE, **change)))
        for sentence in sentences:
            assert app.everything().count(sentence) == times


def test_a_summary_is_known_again_under_marks() -> None:
    assert repeats(
        "![x](http://a.example/x)\n\n**The** [probe](http://a.example) is\nthere, at last.",
        "The probe is there…",
    )
    assert not repeats("The probe has gone.", "The probe is there.")
    told = (
        "The probe has reached the comet after ten years of flight, as its makers told us, and sent a pict…"
    )
    assert repeats(f"![](https://a.example/1.png)\n\n*What is it?*\n\n{told[:-1]}ure.", told)
    assert not repeats(f"{'Another paragraph. ' * 90}{told}", told)
    assert not repeats("It has been there since May. It is here.", "It is here.")


async def test_a_mention_is_a_preview() -> None:
    app = Pane()
    async with app.run_test(size=(100, 24)):
        app.view.open_key = "g"
        app.view.show_mention(
            Mention("Elsewhere", "https://e.example/", summary="What it says.", provider="Else")
        )
        assert app.seen()[:3] == [" Elsewhere", " Else · undated", ""]
        assert "Not in the library: g opens it in the browser, b keeps it as a bookmark." in app.everything()
        app.view.say("Nothing is selected.")
        assert app.everything() == "Nothing is selected."
        app.view.clear()
        assert app.everything() == ""


HOSTILE = {
    "markup": "[/x] [@click=app.quit]quit[/] [bold red]",
    "escapes": "\x1b[2J\x1b]0;title\x07red",
    "bidi": "abc\u202egnp.exe",
    "entities": "&#x202e;&#27;[2J&#8203;",
    "emoji": "👩‍👩‍👧 ❤\ufe0f 🇩🇪" * 20,
    "wide": "漢字" * 100,
    "combining": "e" + "\u0301" * 100,
    "surrogate": "a\ud800b",
    "long": "x" * 100_000,
    "quotes": ">" * 10_000,
    "lines": "a\r\nb\u2028c\x85d",
}


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (5, 3), (20, 10), (80, 24), (200, 50)])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_text_is_drawn_in_its_place(text: str, size: tuple[int, int]) -> None:
    """Whatever a field holds and however small the pane, a line is as wide as the pane, and safe."""
    article = Article(
        title=text,
        url="https://a.example/",
        provider=text,
        author=text,
        topics=(text,),
        facts=(Fact(text, text),),
        images=(Image("https://a.example/i.png", text),),
        summary=text[::-1],
        body=f"{text}\n\n- {text}\n\n| {text} | a |\n|---|---|\n| b | {text} |\n\n[{text}](https://a.example/{text})",
    )
    app = Pane()
    async with app.run_test(size=size) as pilot:
        app.view.show(Stored(1, article, "", "", 1, False, Bookmark(0, (text,), text)))
        await pilot.pause()
        for y in range(size[1]):
            strip = app.view.render_line(y)
            assert strip.cell_length == sum(segment.cell_length for segment in strip) == size[0]
            assert clean.is_clean(strip.text)
            assert "\n" not in strip.text
        await pilot.press("G")
        assert app.is_running


async def test_a_link_is_followed_by_a_click() -> None:
    """A click on a link tells its address, a click beside it nothing."""
    app = Pane()
    async with app.run_test(size=(80, 24)) as pilot:
        app.view.show(STORED)
        await pilot.pause()
        row = app.seen().index(" The probe[2] is there.")
        await pilot.click(ArticleView, offset=(6, row))
        await pilot.click(ArticleView, offset=(20, row))
        assert app.followed == ["https://space.example/what"]


@pytest.mark.parametrize(
    ("lead", "in_text"),
    [
        ("https://a.example/probe.jpg", "https://a.example/probe.jpg"),
        ("https://a.example/probe.jpg?w=1200", "https://a.example/probe.jpg?resize=800"),
        ("https://a.example/up/harbour.jpg", "https://a.example/up/harbour-800x450.jpg"),
        ("https://a.example/up/harbour-xl.jpg", "https://a.example/up/harbour-l.webp"),
        ("https://a.example/1024x576/p07b8nx5.jpg", "https://b.example/720x405/p07b8nx5.jpg"),
        ("https://c.example/w_9/https%3A%2F%2Fa.example%2Fharbour.png", "https://a.example/harbour.png"),
        ("https://a.example/0a1b/5000.jpg?width=1200", "https://a.example/0a1b/5000.jpg?width=620"),
    ],
)
def test_picture_that_the_text_shows_does_not_stand_above_it_too(lead: str, in_text: str) -> None:
    """Though pages and feeds have it in other sizes."""
    assert shows(f"The probe.\n\n[![A ship](<{in_text}>)](https://a.example/more)\n\n*It flies.*", lead)
    assert shows(f"The probe.\n\n![]({in_text})", lead)


@pytest.mark.parametrize(
    ("lead", "in_text"),
    [
        ("https://a.example/harbour.jpg", "https://a.example/harbours.jpg"),
        ("https://a.example/0a1b/5000.jpg", "https://a.example/2c3d/5000.jpg"),
        ("https://a.example/one/1.jpg", "https://a.example/two/1.jpg"),
    ],
)
def test_picture_of_another_name_is_another(lead: str, in_text: str) -> None:
    assert not shows(f"The probe.\n\n![]({in_text})\n\n[harbour.jpg](https://a.example/)", lead)


async def test_links_are_listed_with_their_names() -> None:
    app = Pane()
    async with app.run_test(size=(80, 24)):
        app.view.show(STORED)
        assert list(app.view.links) == ["https://space.example/probe.jpg", "https://space.example/what"]
        assert app.view.link_texts == ("The probe", "probe")
        app.view.show_images = False
        assert list(app.view.links) == ["https://space.example/what"]
        assert "probe[1]" in " ".join(app.seen())


async def test_text_is_copied_as_it_was_written() -> None:
    """Selected by mouse: wrapped lines joined, without bars, link numbers and the margin."""
    app = Pane()
    body = "> A quote that is [longer](https://a.example/) than the pane is wide.\n\nEnd."
    async with app.run_test(size=(24, 20)) as pilot:
        app.view.show(replace(STORED, article=Article(title="T", body=body)))
        await pilot.pause()
        top = next(y for y, line in enumerate(app.seen()) if "A quote" in line)
        await pilot.mouse_down(ArticleView, offset=(3, top))
        await pilot.hover(ArticleView, offset=(10, top + 1))
        await pilot.hover(ArticleView, offset=(3, top + 5))
        await pilot.mouse_up(ArticleView, offset=(3, top + 5))
        copied = app.screen.get_selected_text()
        assert copied == "A quote that is longer than the pane is wide.\n\nEnd."
        assert app.followed == []
        before = app.view.render_line(top)
        app.screen.clear_selection()
        await pilot.pause()
        assert app.view.render_line(top) != before


async def test_another_article_forgets_the_selection() -> None:
    app = Pane()
    async with app.run_test() as pilot:
        app.view.show(STORED)
        app.screen.selections = {app.view: Selection(Offset(0, 0), Offset(5, 3))}
        await pilot.pause()
        app.view.show(LONG)
        await pilot.pause()
        assert not app.screen.selections


SCROLLING = [
    ("j", 1), ("down", 1), ("ctrl+d", 10), ("pagedown", 19), ("G", 110), ("end", 110), ("j,k", 0), ("G,g", 0),
    ("pagedown,pageup", 0), ("ctrl+d,ctrl+u", 0), ("k", 0),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "top"), SCROLLING)
async def test_keys_scroll(keys: str, top: int) -> None:
    app = Pane()
    async with app.run_test(size=(80, 20)) as pilot:
        app.view.show(STORED)
        await pilot.press(*keys.split(","))
        assert app.view.top == top


async def test_sideways_keys_are_the_screens() -> None:
    """The arrows move between the panes: a scrolling widget's own bindings would swallow them."""
    keys = set(ArticleView()._bindings.key_to_bindings)
    assert keys == {key for id in ARTICLE_KEYS for key in BY_ID[id].keys.split(",")}


ARTICLE_KEYS = ("down", "up", "top", "bottom", "half_down", "half_up", "page_down", "page_up")


def test_a_binding_is_made_from_the_table() -> None:
    (binding,) = bindings(down="scroll_line(1)")
    assert isinstance(binding, Binding)
    assert (binding.id, binding.action) == ("down", "scroll_line(1)")
    assert binding.tooltip == BY_ID["down"].tooltip
    with pytest.raises(KeyError):
        bindings(nothing="x")


async def test_the_end_is_known() -> None:
    app = Pane()
    async with app.run_test(size=(80, 20)) as pilot:
        app.view.show(replace(STORED, article=Article(title="Short")))
        assert app.view.at_end
        app.view.show(STORED)
        assert not app.view.at_end
        await pilot.press("G")
        assert app.view.at_end


async def test_the_place_in_an_article_can_be_kept() -> None:
    """Shown again where it was left; a place beyond the end is the end."""
    app = Pane()
    async with app.run_test(size=(80, 20)) as pilot:
        app.view.show(STORED, top=30)
        assert app.view.top == 30
        app.view.show(LONG)
        assert app.view.top == 0
        app.view.show(STORED, top=10_000)
        await pilot.pause()
        assert app.view.at_end


async def test_a_long_article_is_laid_out_bit_by_bit() -> None:
    """The first screen at once, the rest while nobody waits, and as far as a key asks for."""
    app = Pane()
    async with app.run_test(size=(80, 20)) as pilot:
        app.view.show(LONG)
        at_once = app.view.virtual_size.height
        assert at_once < 100
        await until(pilot, lambda: app.view.virtual_size.height > 3_000)
        app.view.show(replace(LONG, id=3))
        await pilot.press("G")
        assert app.view.at_end
        assert "https://space.example/probe" in app.seen()[-1]


async def until(pilot: Pilot[None], done: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if done():
            return
        await pilot.pause()
    raise AssertionError("it did not come to pass")


async def test_another_article_costs_no_layout() -> None:
    """What follows the list's cursor may repaint the pane, never arrange the screen anew."""
    app = Pane()
    async with app.run_test(size=(80, 20)) as pilot:
        app.view.show(STORED)
        await pilot.pause()
        layouts: list[object] = []
        app.screen.screen_layout_refresh_signal.subscribe(app.view, layouts.append)
        for article in (LONG, replace(STORED, article=Article(title="Short")), STORED):
            app.view.show(article)
            await pilot.pause()
            assert app.seen()[0] == " " + article.article.title
        await pilot.press("j", "pagedown", "G")
        assert not layouts


async def test_a_prepared_article_is_laid_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[int] = []

    def counted(stored: Stored, width: int, **options: object) -> object:
        laid_out.append(stored.id)
        return article_page(stored, width)

    monkeypatch.setattr(article_view, "article_page", counted)
    app = Pane()
    async with app.run_test(size=(80, 20)):
        app.view.prepare(STORED)
        app.view.show(STORED)
        app.view.show(LONG)
        app.view.show(replace(STORED, read=True))
        assert laid_out == [1, 2]
        app.view.show(replace(STORED, bookmark=Bookmark(0)))
        assert laid_out == [1, 2, 1]


async def test_what_is_read_stays_in_sight_when_the_size_changes() -> None:
    """The block at the top stays at the top, whatever the width."""
    app = Pane()
    async with app.run_test(size=(80, 20)) as pilot:
        app.view.show(LONG, top=501)
        paragraph = app.seen()[0].split()[1]
        for size in ((40, 20), (120, 50), (80, 20)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert paragraph in app.seen()[0].split()
        app.view.show_images = False
        assert paragraph in app.seen()[0].split()


async def test_a_pane_out_of_sight_shows_it_later() -> None:
    """An article set while the pane is hidden is there, at its place, when the pane comes."""
    app = Pane()
    async with app.run_test(size=(80, 20)) as pilot:
        app.view.remove()
        await pilot.pause()
        hidden = ArticleView()
        hidden.display = False
        await app.mount(hidden)
        hidden.show(STORED, top=30)
        hidden.display = True
        await pilot.pause()
        assert hidden.top == 30
        assert "Paragraph" in "".join(hidden.render_line(y).text for y in range(3))


async def test_a_theme_changes_the_colours() -> None:
    app = Pane()
    async with app.run_test(size=(80, 20)) as pilot:
        app.view.show(STORED)
        await pilot.pause()
        dark = list(app.view.render_line(1))
        app.theme = "textual-light"
        await pilot.pause()
        light = list(app.view.render_line(1))
        assert [segment.text for segment in dark] == [segment.text for segment in light]
        assert [segment.style for segment in dark] != [segment.style for segment in light]


def test_messages_are_facts() -> None:
    assert issubclass(ArticleView.LinkFollowed, Message)
    assert ArticleView.LinkFollowed("https://a.example/").url == "https://a.example/"
