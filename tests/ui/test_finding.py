"""Finding in an article: what is a hit, and what the keys do."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from tests.ui.conftest import NARROW, Desk, Open
from tui_reader.library.library import Library
from tui_reader.refresh import refresh
from tui_reader.ui.dialogs.find_bar import FindBar
from tui_reader.ui.panes import findable
from tui_reader.ui.panes.article_page import Page
from tui_reader.ui.panes.finding import HERE, HIT, Finding, fold, marked
from tui_reader.ui.text.blocks import LINK, MARK, Block, Code, Paragraph, Quote, Run, Table


def page(*blocks: Block, width: int = 40) -> Page:
    return Page(((True, block) for block in blocks), width)


def text(*runs: str | Run) -> Paragraph:
    return Paragraph(tuple(run if isinstance(run, Run) else Run(run) for run in runs))


def find(needle: str, *blocks: Block, width: int = 40) -> Finding:
    laid_out = page(*blocks, width=width)
    laid_out.lay_out()
    finding = Finding(laid_out, 0)
    finding.look_for(needle)
    finding.go_on()
    return finding


def hits(finding: Finding) -> list[str]:
    """The text of each hit, with the line ends that it runs over."""
    found = []
    for number in range(len(finding.hits)):
        finding.current = number
        first, last = finding.extent()
        lines = []
        for y in range(first, last + 1):
            line = finding.page.lines[y]
            drawn = [run.text for run in marked(line, finding.marks(y)) if run.look & HERE]
            lines.append("".join(drawn) + (line.end if y < last else ""))
        found.append("".join(lines))
    return found


SAME = [  # needle, text, what is found of it
    ("probe", "Probe, PROBE, probes", ["Probe", "PROBE", "probe"]),
    ("creme brulee", "Crème brûlée", ["Crème brûlée"]),
    ("Crème", "creme cre\u0300me", ["creme", "cre\u0300me"]),
    ("lodz", "Łódź", ["Łódź"]),
    ("strasse", "Straße STRASSE", ["Straße", "STRASSE"]),
    ("straß", "Strasse", ["Strass"]),
    ("office", "oﬃce", ["oﬃce"]),
    ("don't", "don’t", ["don’t"]),
    ('"so"', "“so” «so»", ["“so”", "«so»"]),
    ("2020-24", "2020–24", ["2020–24"]),
    ("...", "wait…", ["…"]),
    ("a b", "a   b a\u00a0b a\u3000b", ["a   b", "a\u00a0b", "a\u3000b"]),
    ("a  b", "a b", ["a b"]),
    ("aa", "aaaaa", ["aa", "aa"]),
    ("宇宙", "宇宙船と宇宙", ["宇宙", "宇宙"]),
    ("か", "がか", ["か"]),
    ("=", "≠ =", ["="]),
    ("❤", "❤\ufe0f", ["❤\ufe0f"]),
    ("👩", "👩‍👩‍👧 👩", ["👩"]),
    ("İstanbul", "istanbul", ["istanbul"]),
    ("قلم", "قَلَم", ["قَلَم"]),
    ("s", "ß", []),
    ("no", "yes", []),
    ("", "yes", []),
    ("  ", "yes or no", []),
]


@pytest.mark.parametrize(("needle", "written", "found"), SAME)
def test_what_a_person_takes_for_the_same_is_a_hit(needle: str, written: str, found: list[str]) -> None:
    """Whatever the capitals, accents, quotes and blanks; but never a part of a character."""
    assert hits(find(needle, text(written))) == found


def test_a_hit_runs_over_wrapped_lines() -> None:
    """A blank is also the end of a line; where a word or a text without blanks was cut there is none."""
    assert hits(find("two three", text("one two three four"), width=8)) == ["two three"]
    assert hits(find("two three", text("one two\nthree four"))) == ["two\nthree"]
    assert hits(find("interplanetary", text("an interplanetary trip"), width=6)) == ["interplanetary"]
    assert hits(find("三四五", text("一二三四五六"), width=6)) == ["三四五"]
    assert hits(find("two three", text("one two"), text("three four"))) == []


def test_bars_and_link_numbers_are_no_text() -> None:
    linked = text("see ", Run("the probe", LINK, 1), Run("[1]", MARK, 1), " there")
    found = find("probe there", Quote((linked,)), width=20)
    assert [line.runs[0].text for line in found.page.lines] == ["▎ ", "▎ "]
    assert hits(found) == ["probe there"]
    assert hits(find("[1]", linked)) == []
    assert hits(find("one two", Code("one two", "python"), width=20)) == ["one two"]


def test_a_cell_of_a_table_is_marked_as_far_as_it_is_written() -> None:
    table = Table(((Run("a"),), (Run("bbbbbbbbb"),)), (((Run("one"),), (Run("two"),)),), ("left", "left"))
    assert [hit.rstrip() for hit in hits(find("two", table))] == ["two"]


ALPHABET = st.sampled_from([*"aAb '’-ßﬁéÉø≠…漢字がか👍", " ", "e\u0301", "か\u3099", "❤\ufe0f", "👩‍👧", "\n"])
WRITTEN = st.lists(ALPHABET, max_size=60).map("".join)


@given(st.lists(WRITTEN, max_size=4), st.lists(ALPHABET, max_size=4).map("".join), st.integers(2, 50))
def test_every_hit_is_the_needle(written: list[str], needle: str, width: int) -> None:
    """Folded, it is what was looked for, but for a blank at its end, which may be the end of a line.

    Hits are in the order of the text and do not overlap, and nothing but letters is marked.
    """
    finding = find(needle, *[Quote((text(part, Run("[1]", MARK), part),)) for part in written], width=width)
    assert all(fold(hit.replace("\n", " ")).strip() == finding.needle.strip() for hit in hits(finding))
    for begin, end in zip(finding.hits, finding.hits[1:], strict=False):
        assert begin + len(finding.needle) <= end
    for y, line in enumerate(finding.page.lines):
        runs = list(marked(line, finding.marks(y)))
        assert "".join(run.text for run in runs) == "".join(run.text for run in line.runs)
        assert not any(run.look & MARK and run.look & (HIT | HERE) for run in runs)


@given(WRITTEN, st.lists(ALPHABET, max_size=3).map("".join), st.integers(2, 50))
def test_the_width_changes_no_hit(written: str, needle: str, width: int) -> None:
    wide = find(needle.strip(), text(written), width=500)
    assert len(find(needle.strip(), text(written), width=width).hits) == len(wide.hits)


def test_what_is_laid_out_later_is_found_later() -> None:
    """The count says that it is not all yet, and nothing goes round the end before."""
    laid_out = page(*[text(f"a hit {n} " * 30) for n in range(100)])
    laid_out.lay_out(40)
    finding = Finding(laid_out, 0)
    finding.look_for("hit 1")
    finding.go_on()
    assert finding.count == "1/30…"
    assert not finding.step(-1)
    laid_out.lay_out()
    finding.go_on()
    assert finding.count == "1/330"
    assert finding.step(-1)
    assert finding.count == "330/330 ↻"
    assert finding.step(1)
    assert finding.count == "1/330 ↻"
    assert finding.step(1)
    assert finding.count == "2/330"


def test_little_by_little_finds_the_same() -> None:
    laid_out = page(*[text("漢字と “quotes” and plain words " * 20) for _ in range(50)])
    laid_out.lay_out()
    finding = Finding(laid_out, 0)
    finding.look_for("words 漢")
    goes = 0
    while not finding.done:
        finding.go_on(seconds=0)
        goes += 1
    assert goes > 10
    assert finding.hits == find("words 漢", *[text("漢字と “quotes” and plain words " * 20)] * 50).hits


# In the reader


FILLER = "\n\n".join(f"Paragraph {n}." for n in range(40))
COMET = f"A probe.\n\n{FILLER}\n\nAnother *probe*, and a [Probe](https://space.example/) at the end."
MOON = f"No such thing here.\n\n{FILLER}"


@pytest.fixture
def open_articles(library: Library, tmp_path: Path, open_reader: Open) -> Open:
    """The reader on articles of these titles and texts, the first on top of the list."""

    @asynccontextmanager
    async def opened(
        articles: dict[str, str] | None = None, size: tuple[int, int] = (100, 20)
    ) -> AsyncIterator[Desk]:
        folder = tmp_path / "articles"
        folder.mkdir()
        for n, (title, body) in enumerate((articles or {"Comet": COMET, "Moon": MOON}).items()):
            matter = f"---\ntitle: {title}\npublishedDateTime: 2023-06-{28 - n}\n---\n"
            (folder / f"{n}.md").write_text(matter + body, "utf-8")
        refresh(library, library.sources.add_folder(folder))
        async with open_reader(size=size) as desk:
            yield desk

    return opened


def bar(desk: Desk) -> str:
    """The line that one types in, with the count at its end; empty where there is none."""
    bars = [bar for bar in desk.screen.query(FindBar) if bar.display]
    return f"{bars[0].input.value} {bars[0].count.text}".strip() if bars else ""


def drawn(desk: Desk, sign: Callable[[Style], bool | None]) -> list[str]:
    """The pieces of the article in sight that are drawn like this."""
    lines = [desk.screen.article.draw_line(y) for y in range(desk.screen.article.container_size.height)]
    return [piece for line in lines for piece, style, _ in line if style and sign(style)]


def here(desk: Desk) -> list[str]:
    return drawn(desk, lambda style: style.reverse)


def others(desk: Desk) -> list[str]:
    return drawn(desk, lambda style: style.underline and style.bold)


async def test_hits_are_marked_as_one_types(open_articles: Open) -> None:
    """The one that one is at stands out from the others, also without colours."""
    articles = {"A probe": "The probe has probably *landed* on the [probe](https://a.example/)."}
    async with open_articles(articles) as desk:
        await desk.press("f")
        assert bar(desk) == ""
        assert not here(desk)
        await desk.type("pro")
        assert bar(desk) == "pro 1/4"
        assert (here(desk), others(desk)) == (["pro"], ["pro"] * 3)
        await desk.type("be")
        assert bar(desk) == "probe 1/3"
        assert (here(desk), others(desk)) == (["probe"], ["probe"] * 2)
        await desk.type("x")
        assert bar(desk) == "probex no hit"
        assert not here(desk) + others(desk)
        await desk.press(*["backspace"] * 6)
        assert bar(desk) == ""
        assert not here(desk) + others(desk)


async def test_the_hit_comes_in_sight_and_escape_goes_back(open_articles: Open) -> None:
    async with open_articles() as desk:
        await desk.press("enter", "j", "j", "j", "j", "f")
        article = desk.screen.article
        await desk.type("paragraph 1")
        assert (bar(desk), here(desk), article.top) == ("paragraph 1 1/11", ["Paragraph 1"], 4)
        await desk.press("backspace")
        await desk.type("39")
        assert here(desk) == ["Paragraph 39"]
        below = article.container_size.height - 1
        assert "Paragraph 39" in article.draw_line(below - findable.AROUND).text
        await desk.press("ctrl+u")
        assert article.top == 4
        await desk.type("paragraph 39")
        await desk.press("escape")
        assert article.top == 4
        assert (bar(desk), here(desk)) == ("", [])
        assert desk.focus() == "article"


async def test_the_first_hit_is_the_first_from_where_one_reads(open_articles: Open) -> None:
    """Where there is none below, it is the first of the article."""
    async with open_articles() as desk:
        await desk.press("enter", "pagedown", "f")
        await desk.type("prob")
        assert bar(desk) == "prob 2/3"
        await desk.press("escape", "g", "pagedown", "f")
        await desk.type("a probe.")
        assert bar(desk) == "a probe. 1/1"
        assert here(desk) == ["A probe."]


async def test_enter_keeps_what_was_found(open_articles: Open) -> None:
    """Then n and N go through the hits and round the ends, and Esc ends it where one is."""
    async with open_articles() as desk:
        await desk.press("f", *"probe", "enter")
        assert desk.focus() == "article"
        assert bar(desk) == "probe 1/3"
        assert "Next hit" in desk.text()
        seen = []
        for key in "nnnNN":
            await desk.press(key)
            seen.append(bar(desk))
            assert len(here(desk)) == 1
        assert seen == ["probe 2/3", "probe 3/3", "probe 1/3 ↻", "probe 3/3 ↻", "probe 2/3"]
        top = desk.screen.article.top
        assert top > 0
        await desk.press("escape")
        assert (bar(desk), here(desk), others(desk)) == ("", [], [])
        assert desk.screen.article.top == top
        assert desk.focus() == "article"
        await desk.press("escape")
        assert desk.focus() == "list"


async def test_the_line_has_keys_for_the_hits_too(open_articles: Open) -> None:
    """What is typed then is looked for from the hit that one has gone to."""
    async with open_articles() as desk:
        await desk.press("f", *"probe", "down", "ctrl+n", "up")
        assert bar(desk) == "probe 2/3"
        await desk.press("ctrl+p", "up")
        assert bar(desk) == "probe 3/3 ↻"
        await desk.press("backspace")
        assert bar(desk) == "prob 3/3"
        assert desk.screen.focused is desk.screen.query_one(FindBar).input


async def test_f_again_offers_the_last_text(open_articles: Open) -> None:
    """It is selected: Enter takes it, a letter begins another."""
    async with open_articles() as desk:
        await desk.press("f", *"probe", "enter", "n", "f", "enter")
        assert bar(desk) == "probe 2/3"
        await desk.press("escape", "g", "f", "enter")
        assert bar(desk) == "probe 1/3"
        await desk.press("f", *"comet")
        assert bar(desk) == "comet 1/1"
        await desk.press("escape", "J", "f", *"no", "enter")
        assert bar(desk) == "no 1/1"


async def test_the_title_can_be_found(open_articles: Open) -> None:
    async with open_articles() as desk:
        await desk.press("f", *"comet")
        assert (bar(desk), here(desk)) == ("comet 1/1", ["Comet"])


async def test_another_article_ends_it(open_articles: Open) -> None:
    """And n is the next unread one again."""
    async with open_articles() as desk:
        await desk.press("f", *"probe", "enter", "J")
        assert bar(desk) == ""
        assert not here(desk) + others(desk)
        await desk.press("K", "n")
        assert desk.row().title == "Moon"


async def test_n_in_the_list_is_the_next_unread(open_articles: Open) -> None:
    async with open_articles() as desk:
        await desk.press("f", *"probe", "enter", "shift+tab", "n")
        assert desk.focus() == "list"
        assert desk.row().title == "Moon"


async def test_a_mark_does_not_end_it(open_articles: Open) -> None:
    """The bookmark's line comes into the article, and one is at the same hit."""
    async with open_articles() as desk:
        await desk.press("f", *"probe", "enter", "n", "b", "m")
        assert "★" in desk.text()
        assert (bar(desk), here(desk)) == ("probe 2/3", ["probe"])


async def test_another_size_has_the_same_hits(open_articles: Open) -> None:
    articles = {"Comet": "far away " * 30 + "a small probe " * 5 + "far away " * 30}
    async with open_articles(articles, size=(120, 30)) as desk:
        await desk.press("f", *"small probe", "enter", "n", "n")
        for size in ((100, 20), (160, 50), (120, 30)):
            await desk.pilot.resize_terminal(*size)
            await desk.settle()
            assert bar(desk) == "small probe 3/5"
            assert fold(" ".join(here(desk))) == "small probe"
        await desk.press("f", "escape")
        assert not here(desk)


async def test_a_narrow_screen_turns_to_the_article(open_articles: Open) -> None:
    async with open_articles(size=NARROW) as desk:
        await desk.press("f", *"probe")
        assert (bar(desk), here(desk)) == ("probe 1/3", ["probe"])
        assert "1/3" in desk.text()
        await desk.press("enter", "escape", "escape")
        assert desk.focus() == "list"


@pytest.mark.parametrize("size", [(100, 24), (60, 12), (180, 40)])
@pytest.mark.parametrize("zen", [False, True])
async def test_the_line_covers_no_text(open_articles: Open, size: tuple[int, int], zen: bool) -> None:
    """It stands on the frame; where there is none, the text gives way."""
    async with open_articles(size=size) as desk:
        if zen:
            await desk.press("z")
        await desk.press("f", *"paragraph", "enter", "G")
        line, article = desk.screen.query_one(FindBar), desk.screen.article
        assert line.region.y >= article.content_region.bottom
        assert line.region.y < desk.app.size.height
        assert "at the end." in desk.text()
        await desk.press("escape")
        assert article.content_region.height >= line.region.y - article.content_region.y


async def test_wide_letters_and_wrapped_lines_are_marked_in_their_place(open_articles: Open) -> None:
    async with open_articles({"漢字": "その宇宙で、探査機が彗星に着いた。" * 8}) as desk:
        await desk.press("f", *"探査機が彗星")
        assert bar(desk) == "探査機が彗星 1/8"
        assert "".join(here(desk)) == "探査機が彗星"
        assert "".join(others(desk)) == "探査機が彗星" * 7
        assert len(others(desk)) > 7, "one runs over the end of a line"
        article = desk.screen.article
        for y in range(article.container_size.height):
            strip = article.draw_line(y)
            assert sum(segment.cell_length for segment in strip) == article.container_size.width


async def test_a_long_article_is_looked_through_bit_by_bit(
    open_articles: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key waits for all of it; the count goes on until everything is found."""
    words = "\n\n".join(f"Word {n} " * 40 for n in range(600))
    async with open_articles({"Long": words + "\n\nThe needle."}) as desk:
        article = desk.screen.article
        with monkeypatch.context() as hurried:
            hurried.setattr(findable, "SLICE", 0)
            hurried.setattr(article, "_lay_out_at_leisure", lambda delay: None)
            await desk.press("f", *"word")
            assert bar(desk).endswith("…")
        article._lay_out_some()
        await desk.until(lambda: bar(desk) == "word 1/24,000")
        await desk.press("ctrl+u", *"needle")
        await desk.until(lambda: bar(desk) == "needle 1/1")
        assert here(desk) == ["needle"]
        await desk.press("escape")
        assert article.top == 0


async def test_finding_arranges_nothing_anew(open_articles: Open) -> None:
    """Letters and steps repaint lines; the line itself comes and goes without another place for any pane."""
    async with open_articles() as desk:
        regions = [desk.screen.article.region, desk.screen.related.region]
        await desk.press("f", *"prob", "escape", "f")
        layouts: list[object] = []
        desk.screen.screen_layout_refresh_signal.subscribe(desk.screen, layouts.append)
        await desk.press(*"probe", "down", "down", "up")
        assert bar(desk) == "probe 2/3"
        assert not layouts
        assert regions == [desk.screen.article.region, desk.screen.related.region]


async def test_nothing_to_find_in(open_reader: Open) -> None:
    async with open_reader() as desk:
        await desk.press("f", "N")
        assert bar(desk) == ""
        assert desk.focus() == "list"
