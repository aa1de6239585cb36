"""`python -m tests.make_screenshots`: pictures of the reader on the bundled samples, in `screenshots/`.

    samples, their clock stopped → app, keys pressed → SVG → PNG, by whichever converter is installed

The same stage holds the snapshot tests: nothing on it depends on the day, the zone or the checkout.
"""

import argparse
import asyncio
import contextlib
import importlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple
from unittest import mock

from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests import pictures
from tui_reader import samples
from tui_reader.library.feeds import Answer, Came, NewFeed
from tui_reader.library.intake import Brought
from tui_reader.library.library import Library
from tui_reader.model import Article, Image, View
from tui_reader.picture_cache import PictureCache
from tui_reader.refresh import refresh
from tui_reader.settings import Settings
from tui_reader.ui.app import ReaderApp
from tui_reader.ui.reader import ReaderScreen

FOLDER = Path(__file__).resolve().parent.parent / "screenshots"
NOW = 1_795_197_600
"""20 November 2026, 18:00 UTC: ten hours after the newest sample."""
UNDATED_AT = NOW - 40 * 86_400
"""When the sample without a date was last changed, for its place in the list."""
WIDE, NARROW, BROAD = (120, 40), (80, 24), (180, 50)
PNG_WIDTH = 1200


@contextlib.contextmanager
def stopped_clock() -> Iterator[None]:
    """Ages and dates as they are at `NOW` in UTC."""
    zone = os.environ.get("TZ")
    os.environ["TZ"] = "UTC"
    time.tzset()
    try:
        with mock.patch("time.time", return_value=float(NOW)):
            yield
    finally:
        if zone is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = zone
        time.tzset()


def fill(library: Library, folder: Path) -> None:
    """Take the samples in from a copy below `folder`, some read and two bookmarked."""
    copy = folder / "samples"
    copy.mkdir()
    for file in sorted(samples.folder().iterdir()):
        if file.suffix in (".md", ".txt"):
            shutil.copyfile(file, copy / file.name)
            os.utime(copy / file.name, (UNDATED_AT, UNDATED_AT))
    refresh(library, library.sources.add_samples(copy))
    ids = list(library.articles.ids(View()))
    library.articles.mark(ids[4:6] + ids[8:], read=True, undoable=False)
    library.bookmarks.edit(ids[2], ("archive", "to cite"), "")
    library.bookmarks.edit(ids[5], ("standards",), "")


class Told(NamedTuple):
    """A feed of the pictures."""

    title: str
    folder: str
    headlines: tuple[str, ...]
    more: int
    """Articles that are older and read."""
    every: int | None = None
    paused: bool = False
    problem: str = ""


FEEDS = (
    Told(
        "Lighthouse Log",
        "Coast",
        ("The fog horn is tested on Thursday", "Gallery rail: a second coat"),
        41,
        every=7_200,
    ),
    Told(
        "Harbour Office",
        "Coast",
        ("Inner pier closed for dredging", "Moorings for the regatta are given out"),
        112,
    ),
    Told("Tide Tables", "Coast", ("Spring tide on Sunday: 5.1 m at 06:12",), 365, paused=True),
    Told("Slow Web Letters", "Weblogs", ("A page that fits in one packet", "In praise of the blogroll"), 28),
    Told(
        "Knots and Bytes",
        "Weblogs",
        ("A shell script as old as my boat", "Backups that survive salt water"),
        64,
        problem="knots.example has nothing at this address (404); the publisher may have moved it.",
    ),
)
LIGHT = "https://example.com/lamp.png"
STORY = Article(
    title="The lamp at Cape Sorrow turns again",
    url="https://lighthouse.example/lamp",
    summary="After eleven dark months its lens floats on mercury once more.",
    author="Ada Keeper",
    provider="Lighthouse Log",
    published=NOW - 3_600,
    images=(Image(LIGHT, "Cape Sorrow on the evening of its second first light", 640, 360),),
    body="""For eleven months ships have passed the cape by the buoy alone. On Tuesday the keepers let the
lens float on its bath of mercury once more, and gave it a push with **one finger**.

It weighs two tons. It turned.""",
)


def add_feeds(library: Library, folder: Path) -> None:
    """Some in folders, one paused, one that fails; the newest article of one has a picture."""
    hosts = [f"https://{told.title.partition(' ')[0].lower()}.example" for told in FEEDS]
    new = [
        NewFeed(f"{host}/feed", told.title, told.folder, every=told.every)
        for host, told in zip(hosts, FEEDS, strict=True)
    ]
    sources = library.feeds.add_all(new)
    for number, (told, source) in enumerate(zip(FEEDS, sources, strict=True)):
        ages = [5 + 7 * number + 31 * n for n in range(len(told.headlines))]
        older = [f"{told.title}, number {n}" for n in range(told.more, 0, -1)]
        ages += range(9_000 + 500 * number, 99_000, 200)
        articles = [
            Article(
                title=title, url=f"{hosts[number]}/{age}", provider=told.title, published=NOW - age * 3_600
            )
            for title, age in zip((*told.headlines, *older), ages, strict=False)
        ]
        articles += [STORY] if number == 0 else []
        brought = [Brought(one, one.url, 0, 0, is_entry=True) for one in articles]
        for at in range(0, len(brought), 100):
            library.feeds.came([Came(source.id, brought[at : at + 100], Answer())])
        ids = list(library.articles.ids(View(source=source.id)))
        library.articles.mark(ids[3 - number % 3 :], read=True, undoable=False)
        if told.problem:
            library.feeds.failed(source.id, told.problem)
        if told.paused:
            library.sources.pause(source.id, True)
    PictureCache(folder / "tui-reader" / "images", 10_000_000).put(LIGHT, pictures.lighthouse())


def is_at_rest(reader: ReaderScreen) -> bool:
    """Whether the list, the related articles, the stories and the pages are what they will be."""
    answered = reader._whole and reader._answered == reader._request
    working = reader._refresher.active or reader._follow_up.active or reader.related.looking
    return answered and not working and not reader._pages.under_way


async def settled(pilot: Pilot[None]) -> None:
    """Until the start's work and the last key's is done."""
    app = pilot.app
    for _ in range(300):
        await pilot.pause()
        reader = app.screen_stack[1] if len(app.screen_stack) > 1 else None
        asking = len(app.screen_stack) > 2
        working = [worker for worker in app.workers if not worker.is_finished]
        at_rest = isinstance(reader, ReaderScreen) and is_at_rest(reader) and bool(reader.counts.scopes)
        if at_rest and (asking or not working):
            break
        await asyncio.sleep(0.01)
    # A cursor that blinks would be in one picture and not in the next.
    for field in app.screen.query("Input, TextArea"):
        if isinstance(field, Input | TextArea):
            field.cursor_blink = False
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


Act = Callable[[Pilot[None]], Awaitable[None]]


def keys(*pressed: str) -> Act:
    async def act(pilot: Pilot[None]) -> None:
        await press(pilot, *pressed)

    return act


async def write_a_note(pilot: Pilot[None]) -> None:
    await press(pilot, "j", "B")
    pilot.app.screen.query_one("#tags", Input).insert_text_at_cursor("keyboard, habits")
    await press(pilot, "tab")
    note = pilot.app.screen.query_one("#note", TextArea)
    note.insert("J and K walk on through the articles without a way back to the list.")
    await settled(pilot)


async def search(pilot: Pilot[None]) -> None:
    await press(pilot, "slash", *"read")
    # The article follows, and where the words are found, a moment later.
    for _ in range(40):
        await asyncio.sleep(0.01)
        await settled(pilot)


async def see(pilot: Pilot[None]) -> None:
    await press(pilot, "g", "j", "k")
    # The picture comes from another process.
    for _ in range(100):
        await asyncio.sleep(0.02)
        await settled(pilot)


class Picture(NamedTuple):
    name: str
    size: tuple[int, int]
    act: Act
    theme: str = "tui-reader-dark"
    prepare: Callable[[Library, Path], None] = lambda library, folder: None
    draw: Literal["text", "blocks"] = "text"


PICTURES = (
    Picture("reading", WIDE, keys("j")),
    Picture("preview", WIDE, keys("j", "j", "4")),
    Picture("story", WIDE, keys("j", "j", "j", "j")),
    Picture("narrow-list", NARROW, keys("j")),
    Picture("narrow-article", NARROW, keys("j", "enter")),
    Picture("bookmark-editor", WIDE, write_a_note),
    Picture("light", WIDE, keys("j", "j", "backslash"), theme="tui-reader-light"),
    Picture("broad", BROAD, keys("j", "j")),
    Picture("search", WIDE, search),
    Picture("keys", WIDE, keys("question_mark")),
    Picture("picture", WIDE, see, prepare=add_feeds, draw="blocks"),
    Picture("sources", WIDE, keys("F", "j", "j", "j"), prepare=add_feeds),
)


async def svg(picture: Picture, folder: Path) -> str:
    with Library(folder / "library.db") as library:
        fill(library, folder)
        picture.prepare(library, folder)
        app = ReaderApp(
            library, Settings(theme=picture.theme, mark_read_after=-1, fetch_ahead="off", draw=picture.draw)
        )
        async with app.run_test(size=picture.size) as pilot:
            await settled(pilot)
            await picture.act(pilot)
            return app.export_screenshot(title="tui-reader", simplify=True)


# Whoever opens the picture must not be sent to fetch a font.
FONT_FACE = re.compile(r"\s*@font-face\s*\{[^}]*\}")
FALLBACK = 'Fira Code, "DejaVu Sans Mono", Menlo, Consolas, monospace'


def without_web_fonts(picture: str) -> str:
    return FONT_FACE.sub("", picture).replace("Fira Code, monospace", FALLBACK)


TEXT = re.compile(r'(<text [^>]*)x="([\d.]+)"([^>]*?) clip-path="[^"]*">((?:&#160;)*)')
CELL_WIDTH, CELL_HEIGHT = 12.2, 24.4
"""Of Rich's pictures, in their units."""
FONT_SIZE = CELL_HEIGHT / 1.164
"""DejaVu's box drawing is 1.164 em high: at this size the lines of a frame meet."""
SQUEEZE = CELL_WIDTH / (0.60205 * FONT_SIZE)
"""And a letter 0.602 em wide: this makes it a cell."""


def for_converter(picture: str) -> str:
    """For programs that pass over `textLength`, drop blanks before a text, and have one font."""

    def place(found: re.Match[str]) -> str:
        before, x, after, blanks = found.groups()
        left = (float(x) + CELL_WIDTH * blanks.count(";")) / SQUEEZE
        return f'{before}x="{left:.2f}"{after}>'

    picture = picture.replace(FALLBACK, "DejaVu Sans Mono").replace(
        "font-size: 20px", f"font-size: {FONT_SIZE}px"
    )
    head, matrix, texts = picture.partition('-matrix">')
    return f'{head}-matrix" transform="scale({SQUEEZE},1)">{TEXT.sub(place, texts)}' if matrix else picture


Convert = Callable[[Path, Path], object]


def converter() -> Convert | None:
    """SVG file → PNG file."""
    if program := shutil.which("rsvg-convert"):
        return lambda source, target: run(program, "-w", str(PNG_WIDTH), "-o", str(target), str(source))
    with contextlib.suppress(ImportError, OSError):
        cairo = importlib.import_module("cairosvg")
        return lambda source, target: cairo.svg2png(
            url=str(source), write_to=str(target), output_width=PNG_WIDTH
        )
    return None


def make_smaller(picture: Path) -> None:
    """With 64 colours, a third of the size, where there is a program for it."""
    if program := shutil.which("pngquant"):
        run(program, "--force", "--strip", "--output", str(picture), "64", str(picture))


def run(*command: str) -> None:
    subprocess.run(command, check=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.make_screenshots", description=__doc__)
    parser.add_argument("names", nargs="*", help="of pictures; all without any")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    arguments.folder.mkdir(exist_ok=True)
    os.environ.pop("NO_COLOR", None)
    os.environ["COLORTERM"] = "truecolor"
    convert = converter()
    for picture in PICTURES:
        if arguments.names and picture.name not in arguments.names:
            continue
        with tempfile.TemporaryDirectory() as folder, stopped_clock():
            os.environ["XDG_CACHE_HOME"] = folder
            made = without_web_fonts(asyncio.run(svg(picture, Path(folder))))
            (arguments.folder / f"{picture.name}.svg").write_text(made, encoding="utf-8")
            if convert is not None:
                source = Path(folder) / "picture.svg"
                source.write_text(for_converter(made), encoding="utf-8")
                target = arguments.folder / f"{picture.name}.png"
                convert(source, target)
                make_smaller(target)
        print(picture.name)
    if convert is None:
        print("No PNG: install rsvg-convert (Debian: librsvg2-bin) or cairosvg (pip).", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
