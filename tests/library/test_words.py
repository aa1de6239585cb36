"""The index of words: in step with every change, for every script; and where articles stand by time."""

import sqlite3
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.library.test_stories import assert_sound
from tests.shelf import Shelf
from tui_reader import clean
from tui_reader.library.intake import BATCH, Brought
from tui_reader.library.library import Library
from tui_reader.library.spacing import SEPARATOR, joined, spaced
from tui_reader.library.words import SLOTS, place_for
from tui_reader.model import END, HIT, Article, Mention, View
from tui_reader.query import Query, Text, to_text

TEXTS = ("", "solar", "solar power", "智能手机", "naïve café", "ข่าววันนี้", "C++ 手机5")
ADDRESSES = ("", "", "https://a.example/x", "https://a.example/y", "https://b.example/z")
PATHS = ("one.md", "two.md", "deep/three.md", "four.txt")

texts = st.sampled_from(TEXTS)
paths = st.sampled_from(PATHS)
numbers = st.integers(0, 20)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    return Article(
        title=draw(texts) or "untitled",
        path=draw(paths),
        url=draw(st.sampled_from(ADDRESSES)),
        summary=draw(texts),
        body=draw(texts),
        provider=draw(texts),
        author=draw(texts),
        topics=tuple(filter(None, [draw(texts)])),
        published=draw(st.sampled_from((None, 0, 1_700_000_000, 2**33))),
        removed=draw(st.sampled_from((False, False, False, True))),
    )


class Changes(RuleBasedStateMachine):
    """Whatever a library goes through, its index holds the words of its articles and no others."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        # In memory where there is such a place: hundreds of changes, each synced to the disk, take a minute.
        memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory(dir=memory)))
        self.library = self.stack.enter_context(Library(folder / "library.db"))
        self.sources = [self.library.sources.add_folder(folder / name).id for name in ("a", "b")]
        self.folder = folder

    def teardown(self) -> None:
        self.library.index.catch_up()
        self.index_is_sound()
        self.stories_are_told()
        self.stack.close()

    def article(self, number: int) -> int | None:
        """One of those that are listed."""
        ids = self.library.articles.ids(View())
        return ids[number % len(ids)] if ids else None

    @rule(source=st.integers(0, 1), brought=st.lists(articles(), min_size=1, max_size=4))
    def files_are_read(self, source: int, brought: list[Article]) -> None:
        self.library.intake.take_in(
            self.sources[source], [Brought(article, article.path, 1, 1) for article in brought]
        )

    @rule(source=st.integers(0, 1), path=paths)
    def file_vanishes(self, source: int, path: str) -> None:
        self.library.intake.drop(self.sources[source], [path])

    @rule(source=st.integers(0, 1))
    def source_is_removed_and_added_again(self, source: int) -> None:
        self.library.sources.remove(self.sources[source])
        self.sources[source] = self.library.sources.add_folder(self.folder / "ab"[source]).id

    @rule(number=numbers, tags=st.lists(texts, max_size=2), note=texts)
    def bookmark_is_edited(self, number: int, tags: list[str], note: str) -> None:
        if article := self.article(number):
            self.library.bookmarks.edit(article, tags, note)

    @rule(number=numbers)
    def bookmark_is_toggled(self, number: int) -> None:
        if article := self.article(number):
            self.library.bookmarks.toggle(article)

    @rule(title=texts, url=st.sampled_from(ADDRESSES[2:]))
    def mention_is_kept(self, title: str, url: str) -> None:
        self.library.bookmarks.add_mention(Mention(title=title or "untitled", url=url))

    @rule(number=numbers)
    def article_is_read(self, number: int) -> None:
        if article := self.article(number):
            self.library.articles.toggle_read(article)

    @rule()
    def change_is_undone(self) -> None:
        self.library.undo.undo()

    @rule()
    def left_overs_are_let_go_of(self) -> None:
        list(self.library.doctor.compact())

    @rule()
    def index_is_made_anew(self) -> None:
        """And filled in the background, while other changes happen."""
        self.library.index.make_anew()

    @rule()
    def index_is_filled(self) -> None:
        self.library.index.catch_up()

    @rule()
    def stories_are_told(self) -> None:
        """Of what waits for the index it is not known yet who tells the same."""
        self.library.stories.fill()
        if not self.library.index.waiting():
            assert_sound(self.library)

    @invariant()
    def index_is_sound(self) -> None:
        assert self.library.index.waiting() or self.library.index.is_sound()

    @invariant()
    def gists_are_those_of_the_articles(self) -> None:
        """The index keeps their words itself, so that it cannot tell by itself."""
        database = self.library.database
        indexed = "SELECT place FROM article WHERE indexed = 1"
        told = database.rows(f"SELECT place, gist FROM searchable WHERE place IN ({indexed}) ORDER BY place")
        assert told == database.rows("SELECT rowid, words FROM gist ORDER BY rowid")


TestChanges = Changes.TestCase
TestChanges.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)


def test_words_of_a_bookmark_that_moves_to_another_article_move_with_it(shelf: Shelf) -> None:
    """A file without address that turns out to tell a known article hands its tags and note on."""
    known = shelf.put("Story", "known.md", url="https://a.example/x")
    anonymous = shelf.put("Other", "a.md")
    shelf.library.bookmarks.add(anonymous, ["physics"], "handwritten")
    assert found(shelf, "handwritten physics") == ["Other"]
    shelf.put("Story", "a.md", url="https://a.example/x")
    assert list(shelf.library.articles.ids(View(query="note:handwritten physics"))) == [known]
    assert shelf.library.index.is_sound()


def test_what_changes_no_word_writes_nothing_to_the_index(shelf: Shelf) -> None:
    """A read mark, or a file that was only touched, costs no rewriting of its words."""
    article_id = shelf.put("Story", body="text " * 500)
    written = "SELECT count(*), max(id), sum(length(block)) FROM search_data"
    before = shelf.library.database.row(written)
    shelf.put("Story", body="text " * 500)
    shelf.library.articles.toggle_read(article_id)
    shelf.library.bookmarks.toggle(article_id)
    assert shelf.library.database.row(written) == before


def found(shelf: Shelf, query: str) -> list[str]:
    return shelf.titles(query=query)


SCRIPTS: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
    (
        "智能手机市场",
        ("智能", "手机", "市场", "智能手机", "手机市场", "智能手机市场", "智", "机", "场", '"手机市"'),
        ("智手", "场机", "手机智能", "市场手"),
    ),
    ("東京の新聞を読む", ("東京", "新聞", "の", "新聞を", "読", '"東京の新聞"'), ("京都", "聞新")),
    ("スマートフォンの話", ("スマート", "フォン", "スマートフォン", "話"), ("フート",)),
    (
        "华为5G手机2024年GDP数据",
        ("华为5G", "5G手机", "手机2024", "手机2024年", "GDP数据", "gdp", "手机", "数据", "华为 数据"),
        ("手机GDP", "华为手机"),
    ),
    (
        "日本、韓国。AI時代",
        ("日本", "韓国", "日本。", '"日本 韓国"', "AI時代", "ai"),
        ("日本AI", '"韓国 日本"'),
    ),
    ("ข่าววันนี้ที่กรุงเทพ", ("ข่าว", "วันนี้", "กรุงเทพ", "ข่าววันนี้"), ("เทพกรุง",)),
    ("한국의 경제 뉴스", ("한국", "한국의", "경제", "뉴스", "경", '"경제 뉴스"'), ("국한", '"뉴스 경제"')),
    ("ພາສາລາວ မြန်မာစာ ភាសាខ្មែរ", ("ພາສາ", "ລາວ", "မြန်မာ", "ខ្មែរ"), ("ລາວພາ",)),
    ("हिन्दी समाचार", ("हिन्दी", "समाचार", "समा*"), ("हिन्द", "समा")),
    ("أخبار اليوم", ("أخبار", "اليوم"), ("خبار",)),
    ("Новости сегодня", ("новости", "НОВОСТИ", "сего*"), ("новост",)),
    (
        "Zürich café naïve Smørrebrød",
        ("zurich", "ZÜRICH", "cafe", "cafe\u0301", "naive", "Smørrebrød"),
        ("zurch",),
    ),
    ("Cafe\u0301 en français", ("café", "cafe", "francais"), ("caf",)),
    ("The runner was running", ("run", "runs", "RUNNING", "runner"), ("runn",)),
]


@pytest.mark.parametrize(("text", "wanted", "unwanted"), SCRIPTS, ids=lambda value: str(value)[:12])
@pytest.mark.parametrize("field", ["title", "body"])
def test_words_of_every_script_are_found(
    shelf: Shelf, text: str, wanted: tuple[str, ...], unwanted: tuple[str, ...], field: str
) -> None:
    """With blanks between them or without, with their marks or without."""
    fields: dict[str, Any] = {"title": "Story", "path": "a.md", field: text}
    article_id = shelf.put(**fields)
    for words in wanted:
        assert list(shelf.library.articles.ids(View(query=words))) == [article_id], words
    for words in unwanted:
        assert list(shelf.library.articles.ids(View(query=words))) == [], words


RUNS = st.text(st.sampled_from("智能手机场の東ああ한국ขว่กา" + "ab é5。、 \n-"), min_size=1, max_size=24)


@given(text=(st.text() | RUNS).map(clean.text))
def test_text_is_put_together_as_it_was(text: str) -> None:
    assert joined(spaced(text) or "") == text


@given(text=RUNS.map(clean.text), data=st.data())
@settings(deadline=None)
def test_every_part_of_a_text_is_found_and_marked_where_it_stands(text: str, data: st.DataObject) -> None:
    """Any run of letters within it, also one that begins and ends in the middle of an unspaced run."""
    begin = data.draw(st.integers(0, len(text) - 1)) if text else 0
    part = clean.line(text[begin : data.draw(st.integers(begin, len(text)))])
    # A word of another script cut in two is another word.
    match = matching(part)
    if not match or set(part) & set("abé5"):
        return
    with closing(memory()) as connection:
        connection.execute("INSERT INTO page VALUES (?)", (spaced(text),))
        [(hit,)] = connection.execute("SELECT highlight(page, 0, ?, ?) FROM page(?)", (HIT, END, match))
    shown = joined(hit)
    assert SEPARATOR not in shown
    assert shown.replace(HIT, "").replace(END, "") == text
    hits = [letters(marked.partition(END)[0]) for marked in shown.split(HIT)[1:]]
    assert any(letters(part) in hit for hit in hits)


def letters(text: str) -> str:
    return "".join(letter for letter in text if unicodedata.category(letter)[0] in "LNM")


def memory() -> sqlite3.Connection:
    from tui_reader.library.words import TOKENS

    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE VIRTUAL TABLE page USING fts5(title, tokenize='porter {TOKENS}')")
    return connection


def matching(text: str) -> str:
    from tui_reader.library.selection import select

    return select(View(query=to_text(Query(Text(text))))).match


class TestPlaces:
    @pytest.fixture
    def connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(":memory:")
        connection.execute("CREATE TABLE article (id INTEGER PRIMARY KEY, sorted, place UNIQUE)")
        yield connection
        connection.close()

    def add(self, connection: sqlite3.Connection, when: int) -> int:
        place = place_for(connection, when)
        connection.execute("INSERT INTO article (sorted, place) VALUES (?, ?)", (when, place))
        return place

    def test_thousand_articles_of_one_second_keep_the_order_they_came_in(self, shelf: Shelf) -> None:
        """As those of a folder do whose files were written at once."""
        for start in range(0, 1_000, BATCH):
            brought = [
                Brought(
                    Article(title=str(number), path=f"{number}.md", published=1_700_000_000),
                    f"{number}.md",
                    1,
                    1,
                )
                for number in range(start, start + BATCH)
            ]
            shelf.library.intake.take_in(shelf.source.id, brought)
        assert shelf.titles() == [str(number) for number in reversed(range(1_000))]

    @given(times=st.lists(st.integers(-5, 5), max_size=SLOTS))
    def test_order_of_places_is_that_of_seconds_and_then_of_numbers(self, times: list[int]) -> None:
        """Where no second has more articles than places."""
        connection = sqlite3.connect(":memory:")
        connection.execute("CREATE TABLE article (id INTEGER PRIMARY KEY, sorted, place UNIQUE)")
        for when in times:
            assert when * SLOTS <= self.add(connection, when) < (when + 1) * SLOTS
        order = "SELECT id FROM article ORDER BY {}"
        by_place = connection.execute(order.format("place")).fetchall()
        assert by_place == connection.execute(order.format("sorted, id")).fetchall()
        connection.close()

    def test_crowded_second_takes_the_places_after_it(self, connection: sqlite3.Connection) -> None:
        taken = [self.add(connection, 10) for _ in range(SLOTS * 3)]
        assert taken == list(range(10 * SLOTS, 13 * SLOTS))
        assert self.add(connection, 12) == 13 * SLOTS
        assert self.add(connection, 14) == 14 * SLOTS

    def test_place_that_became_free_is_given_again(self, connection: sqlite3.Connection) -> None:
        places = [self.add(connection, 10) for _ in range(5)]
        connection.execute("DELETE FROM article")
        assert self.add(connection, 10) == places[0]


def test_article_whose_date_changes_moves(shelf: Shelf) -> None:
    fields: dict[str, Any] = {"body": "solar"}
    for number in (1, 2, 3):
        shelf.put(f"Story {number}", published=number * 1_000, **fields)
    shelf.put("Story 1", published=9_000, **fields)
    for query in ("", "solar"):
        assert shelf.titles(query=query) == ["Story 1", "Story 3", "Story 2"]
    assert shelf.library.index.is_sound()
