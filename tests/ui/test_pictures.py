"""The article's images on the screen: drawn where they can be, told of where not, and never in the way."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.selection import Selection

from tests.loopback import Loopback, answer, hanging_up, silent
from tests.pictures import encoded
from tests.shelf import Shelf
from tests.ui.conftest import NARROW, Desk, Open
from tui_reader.model import Image
from tui_reader.picture import Box, Picture
from tui_reader.settings import Settings
from tui_reader.ui.panes import gallery, pictured
from tui_reader.ui.panes.gallery import Gallery
from tui_reader.ui.screen import illustrator
from tui_reader.ui.screen.illustrating import Illustrating
from tui_reader.ui.text import drawing

pytest.importorskip("PIL", reason="Pillow, of the extra `images`, is not here")

WORDS = "Some words that fill a line of the article. " * 6
HALF = "▀"
BEGUN: list[Illustrating] = []
"""Screens that know whether they draw."""


@pytest.fixture
def server() -> Iterator[Loopback]:
    table = {
        "/lead.png": answer(encoded(size=(640, 320))),
        "/next.jpg": answer(encoded("JPEG", size=(320, 320))),
        "/small.png": answer(encoded(size=(40, 40))),
        "/page": answer(b"<!doctype html><p>Not here"),
        "/large.png": answer(bytes(10), "200 OK", "Content-Length: 6000000"),
        "/slow.png": silent(),
        "/broken": hanging_up(),
    }
    with Loopback(table) as serving:
        yield serving


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(drawing, "installed", lambda: (True, True))
    monkeypatch.setattr(pictured, "REST", 0.01)
    monkeypatch.setattr(illustrator, "FETCH_AFTER", 0.01)
    begin = Illustrating.begin

    def begun(screen: Illustrating) -> None:
        begin(screen)
        BEGUN.append(screen)

    monkeypatch.setattr(Illustrating, "begin", begun)


class Newsstand:
    """Articles with images of one server, and a reader that may ask it."""

    def __init__(self, shelf: Shelf, server: Loopback, open_reader: Open) -> None:
        self.shelf = shelf
        self.server = server
        self._open = open_reader
        # A folder would be looked through at the start, and has none of these.
        self._source = shelf.library.feeds.add("https://news.example/feed")

    def put(self, title: str, lead: str = "", body: str = WORDS, **image: Any) -> int:
        images = (Image(self.server.url(lead), f"Caption of {title}", **image),) if lead else ()
        published = 1_700_000_000 - len(self.shelf.titles())
        body = body.replace("SERVER", self.server.url(""))
        return self.shelf.put(title, source=self._source, images=images, body=body, published=published)

    @contextlib.asynccontextmanager
    async def open(self, size: tuple[int, int] = (120, 40), **settings: Any) -> AsyncIterator[Desk]:
        wanted = {"draw": "blocks", "private_hosts": ("127.0.0.1",), **settings}
        usual = Settings(mark_read_after=-1, refresh_every=0, fetch_ahead="off")
        async with self._open(replace(usual, **wanted), size=size) as desk:
            await until(desk, lambda: desk.screen in BEGUN)
            yield desk


@pytest.fixture
def stand(shelf: Shelf, server: Loopback, open_reader: Open) -> Newsstand:
    return Newsstand(shelf, server, open_reader)


async def until(desk: Desk, true: Callable[[], bool]) -> None:
    """Wait for what threads and a child bring; the first picture takes a child half a second."""
    for _ in range(1_000):
        await desk.pilot.pause()
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(desk.text())


async def drawn(desk: Desk, pictures: int = 1) -> None:
    """Until so many pictures are in sight."""
    await until(desk, lambda: len(tops(desk)) >= pictures)


def article_lines(desk: Desk) -> list[str]:
    pane = desk.screen.article
    return [pane.draw_line(y).text.rstrip() for y in range(pane.container_size.height)]


def told(desk: Desk) -> str:
    """The article's words in sight, as if on one line."""
    return " ".join(" ".join(article_lines(desk)).split())


def tops(desk: Desk) -> list[int]:
    """The lines at which pictures in sight begin."""
    lines = [HALF in line for line in article_lines(desk)]
    return [y for y, there in enumerate(lines) if there and not (y and lines[y - 1])]


class TestDrawn:
    async def test_a_picture_stands_over_its_caption(self, stand: Newsstand) -> None:
        """As half cells, in its own shape, after the head and before the text."""
        stand.put("One", "/lead.png")
        async with stand.open() as desk:
            await drawn(desk)
            lines = article_lines(desk)
            first = tops(desk)[0]
            height = sum(HALF in line for line in lines)
            assert lines[first].strip() == HALF * (height * 4)
            assert lines[first + height].strip() == "Caption of One[1]"
            assert "[image]" not in desk.text()
            assert desk.screen.article.links[0] == stand.server.url("/lead.png")

    async def test_pictures_in_the_text_are_where_the_text_has_them(self, stand: Newsstand) -> None:
        """Also in lists and quotes, indented with them; one within words stands below its paragraph."""
        body = (
            "First.\n\n![Shown](SERVER/small.png)\n\n- An item\n\n  ![Listed](SERVER/next.jpg)\n\n"
            "> ![Quoted](SERVER/small.png)\n\nSee ![this](SERVER/small.png) here.\n\nEnd."
        )
        stand.put("One", body=body)
        async with stand.open(size=(120, 90)) as desk:
            await drawn(desk, 4)
            lines = article_lines(desk)
            first, listed, quoted, within = (lines[y] for y in tops(desk))
            assert first.index(HALF) == 1
            assert listed.index(HALF) == 3
            assert quoted.index("▎") < quoted.index(HALF) == 3
            assert within.index(HALF) == 1
            assert lines[tops(desk)[3] - 1].strip() == "See [image] this[1] here."

    async def test_a_linked_picture_leads_where_its_link_does(self, stand: Newsstand) -> None:
        stand.put("One", body="[![Chart](SERVER/next.jpg)](https://news.example/chart)\n\nEnd.")
        async with stand.open() as desk:
            await drawn(desk)
            pane = desk.screen.article
            assert pane.link_at(3, tops(desk)[0]) == "https://news.example/chart"
            assert pane.link_at(pane.container_size.width - 2, tops(desk)[0]) == ""
            assert list(pane.links) == ["https://news.example/chart", stand.server.url("/next.jpg")]
            assert "Chart[1][2]" in desk.text()

    async def test_it_is_scrolled_and_cut_like_text(self, stand: Newsstand) -> None:
        stand.put("One", "/lead.png", WORDS * 20)
        async with stand.open() as desk:
            await drawn(desk)
            before = article_lines(desk)
            first = tops(desk)[0]
            await desk.press("enter", *["j"] * (first + 2))
            assert article_lines(desk)[:4] == before[first + 2 : first + 6]

    @pytest.mark.parametrize("size", [NARROW, (100, 20), (60, 15), (24, 8), (200, 50)])
    async def test_it_fits_at_every_size(self, stand: Newsstand, size: tuple[int, int]) -> None:
        """It leaves room for text, and never goes over the edge."""
        stand.put("One", "/lead.png", WORDS * 10)
        async with stand.open(size=size) as desk:
            await desk.press("enter")
            await drawn(desk)
            pane = desk.screen.article
            height, width = pane.container_size.height, pane.container_size.width
            assert all(pane.draw_line(y).cell_length == width for y in range(height))
            plates = [line.plate for line in pane._page.lines if line.plate is not None]
            assert 1 <= len(plates) <= max(1, min(8, height - 3), height // 2)

    async def test_another_size_draws_it_anew(self, stand: Newsstand) -> None:
        stand.put("One", "/lead.png")
        async with stand.open(size=(200, 50)) as desk:
            await drawn(desk)
            wide = article_lines(desk)[tops(desk)[0]].count(HALF)
            await desk.pilot.resize_terminal(*NARROW)
            await desk.press("enter")
            await drawn(desk)
            assert 0 < article_lines(desk)[tops(desk)[0]].count(HALF) < wide
            assert stand.server.paths == ["/lead.png"]

    async def test_a_dialog_lies_over_it(self, stand: Newsstand) -> None:
        stand.put("One", "/lead.png")
        async with stand.open() as desk:
            await drawn(desk)
            await desk.press("question_mark")
            assert "Every" in desk.text() or "Keys" in desk.text()
            await desk.press("escape")
            assert HALF in desk.text()


class TestToldOf:
    async def test_without_the_extra_it_is_its_caption_and_address(
        self, stand: Newsstand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(drawing, "installed", lambda: (False, False))
        stand.put("One", "/lead.png")
        async with stand.open() as desk:
            assert "[image] Caption of One — 127.0.0.1" in desk.text()
            assert not desk.screen.article.draws_pictures
            assert stand.server.asked == []

    @pytest.mark.parametrize(
        ("variable", "value"), [("NO_COLOR", "1"), ("TEXTUAL_COLOR_SYSTEM", "standard"), ("", "ansi-dark")]
    )
    async def test_without_colours_too(
        self, stand: Newsstand, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
    ) -> None:
        """NO_COLOR, sixteen colours, or a theme that leaves them to the terminal."""
        if variable == "TEXTUAL_COLOR_SYSTEM":
            monkeypatch.setattr("textual.constants.COLOR_SYSTEM", value)
        elif variable:
            monkeypatch.setenv(variable, value)
        theme: dict[str, Any] = {} if variable else {"theme": value}
        stand.put("One", "/lead.png")
        async with stand.open(**theme) as desk:
            assert "[image] Caption of One" in desk.text()
            assert not desk.screen.article.draws_pictures

    async def test_a_theme_may_bring_pictures_and_take_them(self, stand: Newsstand) -> None:
        stand.put("One", "/lead.png")
        async with stand.open() as desk:
            await drawn(desk)
            desk.app.theme = "ansi-light"
            await until(desk, lambda: "[image]" in desk.text())
            desk.app.theme = "tui-reader-light"
            await drawn(desk)

    async def test_by_the_settings(self, stand: Newsstand) -> None:
        stand.put("One", "/lead.png")
        async with stand.open(draw="text") as desk:
            assert "[image] Caption of One" in desk.text()
            assert stand.server.asked == []

    @pytest.mark.parametrize(
        ("path", "reason"),
        [
            ("/nothing.png", "127.0.0.1 has nothing at this address (404)"),
            ("/page", "a web page came instead"),
            ("/large.png", "127.0.0.1 sends more than 5 MB, which is too much"),
            ("/broken", "127.0.0.1 hangs up without an answer"),
        ],
    )
    async def test_what_cannot_be_had_says_why(self, stand: Newsstand, path: str, reason: str) -> None:
        """Behind its caption, and nowhere else; it is not asked for again at once."""
        stand.put("One", path)
        stand.put("Two")
        async with stand.open(size=(180, 40)) as desk:
            await until(desk, lambda: reason in told(desk))
            assert "[image] Caption of One" in desk.text()
            assert desk.said() == ""
            await desk.press("j", "k")
            await asyncio.sleep(0.2)
            assert len(stand.server.asked) == 1

    async def test_it_is_asked_for_again_after_some_minutes(
        self, stand: Newsstand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(gallery, "RETRY_AFTER", 0.0)
        stand.put("One", "/later.png")
        stand.put("Two")
        async with stand.open() as desk:
            await until(desk, lambda: "404" in desk.text())
            stand.server.table["/later.png"] = answer(encoded())
            await desk.press("j", "k")
            await drawn(desk)

    async def test_no_image_leads_into_the_house(self, stand: Newsstand) -> None:
        """Whoever writes articles cannot have the reader ask the machines beside it."""
        stand.put("One", "/lead.png")
        async with stand.open(private_hosts=()) as desk:
            await until(desk, lambda: "is in a private network" in told(desk))
            assert stand.server.asked == []


class TestKey:
    async def test_i_hides_and_shows(self, stand: Newsstand) -> None:
        """And the next start knows which."""
        stand.put("One", "/lead.png")
        async with stand.open() as desk:
            await drawn(desk)
            await desk.press("i")
            assert "Images are hidden" in desk.said()
            assert HALF not in desk.text()
            assert "Caption" not in desk.text()
        async with stand.open() as desk:
            assert not desk.screen.article.show_images
            await desk.press("i")
            assert "Images are shown" in desk.said()
            await drawn(desk)
        assert stand.server.paths == ["/lead.png"]


class TestInTheWay:
    async def test_what_is_read_stays_where_it_is(self, stand: Newsstand) -> None:
        """A picture that comes above it moves nothing; it comes when its article is shown."""
        stand.put("One", "/lead.png", "\n\n".join(f"Paragraph {n}." for n in range(60)))
        held = asyncio.Event()

        async def later(_: object, writer: asyncio.StreamWriter) -> None:
            while not held.is_set():
                await asyncio.sleep(0.01)
            writer.write(answer(encoded(size=(640, 320))))

        stand.server.table["/lead.png"] = later
        async with stand.open() as desk:
            await desk.press("enter", "ctrl+d", "ctrl+d")
            before = article_lines(desk)
            top = desk.screen.article.top
            held.set()
            await until(desk, lambda: desk.screen.article.top != top)
            assert article_lines(desk) == before
            await desk.press("g")
            await drawn(desk)

    async def test_where_its_size_is_told_room_is_kept(self, stand: Newsstand) -> None:
        """Nothing moves at all when it comes."""
        stand.put("One", "/slow.png", width=640, height=320)
        async with stand.open() as desk:
            await until(desk, lambda: stand.server.paths == ["/slow.png"])
            before = article_lines(desk)
            assert any("Caption of One[1]" in line for line in before)
            url = stand.server.url("/slow.png")
            known = desk.screen.article._gallery
            assert known is not None
            desk.screen.article.take(url, _picture(known.box, 640, 320))
            await desk.pilot.pause()
            after = article_lines(desk)
            assert [line.replace(HALF, " ").rstrip() for line in after] == before
            assert tops(desk)

    async def test_an_answer_for_an_article_left_behind_is_dropped(self, stand: Newsstand) -> None:
        """And its request is broken off."""
        stand.put("One", "/slow.png")
        stand.put("Two", "/lead.png")
        async with stand.open() as desk:
            await until(desk, lambda: stand.server.paths == ["/slow.png"])
            await desk.press("j")
            await drawn(desk)
            bringing = desk.screen._illustrator
            assert bringing is not None
            await until(desk, lambda: not bringing._tasks)
            lines = article_lines(desk)
            desk.screen.article.give_up(stand.server.url("/slow.png"), "late")
            assert article_lines(desk) == lines

    async def test_who_flips_through_the_list_fetches_nothing(
        self, stand: Newsstand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pictured, "REST", 1_000)
        for number in range(8):
            stand.put(f"Number {number}", f"/{number}.png")
        async with stand.open() as desk:
            await desk.press(*["j"] * 6)
            monkeypatch.setattr(pictured, "REST", 0.01)
            await desk.press("j")
            await until(desk, lambda: "404" in desk.text())
            assert stand.server.paths == ["/7.png"]

    async def test_only_what_is_near_is_fetched(self, stand: Newsstand) -> None:
        """Of an article with a hundred images those that can soon be seen."""
        far = "\n\n".join([WORDS] * 80)
        stand.put("One", body=f"![Near](SERVER/small.png)\n\n{far}\n\n![Far](SERVER/next.jpg)")
        async with stand.open() as desk:
            await drawn(desk)
            assert stand.server.paths == ["/small.png"]
            await desk.press("enter", "G")
            await until(desk, lambda: "/next.jpg" in stand.server.paths)

    async def test_finding_and_copying_pass_over_it(self, stand: Newsstand) -> None:
        stand.put("One", "/lead.png", "Needle here.\n\nAnd there.")
        async with stand.open() as desk:
            await drawn(desk)
            copied = desk.screen.article.get_selection(Selection(None, None))
            assert copied is not None
            assert HALF not in copied[0]
            assert "Caption of One\n\nNeedle here." in copied[0]
            await desk.press("f")
            await desk.type("needle")
            assert "1/1" in desk.text()
            assert HALF in desk.text()

    async def test_selected_text_stays_selected_when_one_comes(self, stand: Newsstand) -> None:
        stand.put("One", "/slow.png")
        async with stand.open() as desk:
            await until(desk, lambda: stand.server.paths == ["/slow.png"])
            await desk.pilot.mouse_down("#article", offset=(2, 2))
            await desk.pilot.hover("#article", offset=(12, 2))
            await desk.pilot.mouse_up("#article", offset=(12, 2))
            selected = desk.app.screen.get_selected_text()
            assert selected
            desk.screen.article.give_up(stand.server.url("/slow.png"), "late")
            await desk.pilot.pause()
            assert desk.app.screen.get_selected_text() == selected


class TestKept:
    async def test_without_a_network_what_was_seen_is_there(self, stand: Newsstand) -> None:
        """From the disk, in another run."""
        stand.put("One", "/lead.png")
        async with stand.open() as desk:
            await drawn(desk)
        stand.server.table.clear()
        async with stand.open() as desk:
            await drawn(desk)
        assert stand.server.paths == ["/lead.png"]

    async def test_what_is_damaged_on_the_disk_is_fetched_again(
        self, stand: Newsstand, tmp_path: Path
    ) -> None:
        stand.put("One", "/lead.png")
        async with stand.open() as desk:
            await drawn(desk)
        [file] = (tmp_path / "home" / "tui-reader" / "images").iterdir()
        file.write_bytes(file.read_bytes()[:100])
        async with stand.open() as desk:
            await drawn(desk)
        assert stand.server.paths == ["/lead.png"] * 2

    async def test_no_page_holds_pixels(self, stand: Newsstand) -> None:
        """Pages that are kept and prepared have sizes; the pictures are in one place, and few."""
        stand.put("One", "/lead.png")
        stand.put("Two", "/next.jpg")
        async with stand.open() as desk:
            await drawn(desk)
            await desk.press("j")
            await drawn(desk)
            pane = desk.screen.article
            assert pane._gallery is not None
            assert len(pane._gallery._pictures) == 2
            await desk.press("k")
            assert tops(desk)


def _picture(box: Box, width: int, height: int, columns: int = 60) -> Picture:
    columns, lines = Box(box.way, columns, box.lines, box.cell_width, box.cell_height).fit(width, height)
    return Picture(width, height, columns, lines, bytes(columns * lines * 6))


class TestGallery:
    BOX = Box("blocks", 80, 20, 10, 20)

    def test_what_can_be_nowhere_is_not_looked_for(self) -> None:
        """Such as the images of the samples."""
        kept = Gallery(self.BOX)
        for url in ("https://news.example/a.png", "http://a.test/", "https://x.invalid:8000/a"):
            kept.declare(url, 640, 320)
            assert not kept.lacks(url, 0, 0)
            assert kept.known(url).sized is None
        assert kept.lacks("https://example.org/a.png", 0, 0)

    def test_the_longest_unseen_goes(self) -> None:
        kept = Gallery(self.BOX)
        for number in range(gallery.KEPT + 1):
            kept.keep(f"/{number}", _picture(self.BOX, 100, 100))
            kept.picture("/0", 10, 5)
        assert kept.picture("/0", 10, 5)
        assert kept.picture("/1", 10, 5) is None
        assert kept.known("/1").sized

    def test_they_take_no_more_than_their_share(self) -> None:
        kept = Gallery(self.BOX)
        large = Picture(100, 100, 10, 5, bytes(300), (), "x" * 6_000_000)
        for number in range(4):
            kept.keep(f"/{number}", large)
        there = [kept.picture(f"/{number}", 10, 5) is not None for number in range(4)]
        assert there == [False, False, True, True]

    def test_a_size_that_is_told_counts_while_images_can_be_had(self) -> None:
        """Without a network no empty room is kept."""
        kept = Gallery(self.BOX)
        kept.declare("/told", 640, 320)
        assert kept.known("/told").sized
        kept.fail("/other", "there is no network")
        assert kept.known("/told").sized is None
        kept.keep("/third", _picture(self.BOX, 100, 100))
        assert kept.known("/told").sized
