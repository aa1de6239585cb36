"""What a view holds and in which order: every construct of the language, against a small shelf."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shelf import Shelf
from tests.test_query import flavoured
from tui_reader import query
from tui_reader.library.library import Library
from tui_reader.library.matching import completions
from tui_reader.model import SCOPES, SORTS, Article, Count, Image, Sort, View

DAY = 86_400
JUNE = 1_686_312_000  # 2023-06-09 12:00 UTC
JULY = 1_689_422_400  # 2023-07-15 12:00
JANUARY = 1_642_248_000  # 2022-01-15 12:00


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """Five articles that differ in everything a query may ask for, and one that was withdrawn.

    Each is called by its path: sun is read, wind is bookmarked with tags and a note, coal without, code came
    yesterday, note has no date and is of another source.
    """
    folder = tmp_path_factory.mktemp("selection")
    with Library(folder / "library.db") as library:
        made = Shelf(library, folder / "news")
        other = library.sources.add_folder(folder / "100%_other")
        made.put(
            "Solar power rises",
            "sun",
            body="Panels cover the roofs of Berlin. Climate change can wait.",
            provider="Example News",
            domain="example.com",
            author="Jane Doe",
            topics=("Energy",),
            published=JUNE,
            quality=90,
            heat=10,
            images=(Image("https://example.com/a.png"),),
        )
        made.put(
            "Wind over the sea",
            "wind",
            summary="Turbines stand in the sea near Denmark, an Example of power.",
            provider="Sea Post",
            domain="bbc.co.uk",
            author="John Roe",
            topics=("Energy", "Weather"),
            kind="video",
            published=JULY,
            quality=50,
            heat=80,
        )
        made.put(
            "Coal goes",
            "coal",
            body="Solar and wind take the place of coal power.",
            provider="example news",
            topics=("Solar economy",),
            published=JANUARY,
        )
        made.put(
            "C++ and AT&T",
            "code",
            body="foo-bar, it's about security. The change of climate.",
            published=int(time.time()) - DAY,
            quality=10,
            heat=10,
        )
        made.put("A note", "note", other, body="Security without a date, and power: solar.")
        made.put("Withdrawn solar power", "gone", removed=True, published=JUNE, quality=99)
        library.articles.mark([made.id_at("sun")], read=True)
        library.bookmarks.add(made.id_at("wind"), ["to read", "science"], "An idea for later, like hydrogen.")
        library.bookmarks.add(made.id_at("coal"))
        yield made


def ids(shelf: Shelf, view: View) -> list[int]:
    return list(shelf.library.articles.ids(view))


def names(shelf: Shelf, view: View) -> list[str]:
    """The articles of a view by their paths, in its order."""
    rows = shelf.library.database.rows("SELECT article_id, path FROM origin")
    called = dict(rows)
    return [called[article_id] for article_id in ids(shelf, view)]


FOUND: list[tuple[str, str]] = [
    ("", "sun wind coal code note"),
    # Words
    ("solar", "sun coal note"),
    ("SOLAR power", "sun coal note"),
    ("power solar", "sun coal note"),
    ('"solar power"', "sun"),
    ('"power solar"', "note"),
    ('"solar powers"', "sun"),
    ("sol*", "sun coal note"),
    ("sol", ""),
    ('"solar pow"*', "sun"),
    ("panels", "sun"),
    ("panel", "sun"),
    ("idea", "wind"),
    ("hydrogen", "wind"),
    ("science", "wind"),
    ("weather", "wind"),
    ("jane", "sun"),
    ("nowhere", ""),
    ("withdrawn", ""),
    # Fields
    ("title:solar", "sun"),
    ("title:power", "sun"),
    ("title:goes", "coal"),
    ("author:doe", "sun"),
    ("author:berlin", ""),
    ("provider:example", "sun coal"),
    ("site:bbc", "wind"),
    ('site:"bbc.co.uk"', "wind"),
    ("topic:energy", "sun wind"),
    ("topic:solar", "coal"),
    ("note:idea", "wind"),
    ("note:sea", ""),
    ("title:(solar or wind)", "sun wind"),
    ("title:sol*", "sun"),
    ('title:"wind over"', "wind"),
    # Without
    ("solar -coal", "sun note"),
    ("-solar", "wind code"),
    ("solar -title:solar", "coal note"),
    ('solar -"solar power"', "coal note"),
    ("solar -(coal or panels)", "note"),
    ("-(solar or wind)", "code"),
    ("-(solar wind)", "sun wind code note"),
    ("solar -(wind coal)", "sun note"),
    # Either
    ("panels or turbines", "sun wind"),
    ("panels turbines or note", "note"),
    ("(panels or turbines) energy", "sun wind"),
    ("panels or -power", "sun code"),
    ("(solar or wind) -(coal or sea)", "sun note"),
    ("panels or is:bookmarked", "sun wind coal"),
    ("(panels or is:bookmarked) power", "sun wind coal"),
    ("is:read or quality:<20", "sun code"),
    ("solar (quality:>80 or kind:video or -power)", "sun"),
    ("-(panels or is:bookmarked)", "code note"),
    ("(solar is:read) or (sea tag:science)", "sun wind"),
    # States
    ("is:read", "sun"),
    ("is:unread", "wind coal code note"),
    ("is:bookmarked", "wind coal"),
    ("-is:bookmarked", "sun code note"),
    ("has:fulltext", "sun coal code note"),
    ("-has:fulltext", "wind"),
    ("has:note", "wind"),
    ("has:image", "sun"),
    # Names
    ("tag:science", "wind"),
    ("tag:SCIENCE", "wind"),
    ('tag:"to read"', "wind"),
    ("tag:sci", ""),
    ("tag:sci*", "wind"),
    ("tag:%", ""),
    ("-tag:science", "sun coal code note"),
    ("kind:video", "wind"),
    ("kind:VID*", "wind"),
    ("-kind:video", "sun coal code note"),
    ("kind:_ideo", ""),
    ("source:news", "sun wind coal code"),
    ("source:other", "note"),
    ("source:0%_", "note"),
    ("source:100__", ""),
    ("source:2", "note"),
    ("-source:news", "note"),
    # Numbers: what is not known is of none
    ("quality:>80", "sun"),
    ("quality:>=50", "sun wind"),
    ("quality:50", "wind"),
    ("quality:<50", "code"),
    ("quality:<=50", "wind code"),
    ("quality:10..50", "wind code"),
    ("-quality:>80", "wind coal code note"),
    ("-quality:10..50", "sun coal note"),
    ("-(-quality:>80)", "sun"),
    ("heat:10", "sun code"),
    ("heat:999999999", ""),
    # Times: the undated are of none
    ("date:2023", "sun wind"),
    ("date:2023-06", "sun"),
    ("date:2023-6-9", "sun"),
    ("date:2023-06-10", ""),
    ("date:2023-06..2023-07", "sun wind"),
    ("date:2022-01-15..2023-06-09", "sun coal"),
    ("after:2023", "sun wind code"),
    ("before:2023", "coal"),
    ("after:2023-06-10 before:2024", "wind"),
    ("newer:3d", "code"),
    ("older:3d", "sun wind coal"),
    ("-older:3d", "code note"),
    ("newer:9999y", "sun wind coal code"),
    ("solar newer:9999y", "sun coal"),
    # As they are typed
    ("C++", "code"),
    ("c", "code"),
    ("AT&T", "code"),
    ('"at t"', "code"),
    ("foo-bar", "code"),
    ("foo", "code"),
    ("bar-foo", ""),
    ("it's", "code"),
    ("it’s", "code"),
    ("climate change", "sun code"),
    ('"climate change"', "sun"),
]


@pytest.mark.parametrize(("asked", "expected"), FOUND, ids=[asked or "everything" for asked, _ in FOUND])
def test_each_construct_finds_what_it_says(shelf: Shelf, asked: str, expected: str) -> None:
    assert set(names(shelf, View(query=asked))) == set(expected.split())


@pytest.mark.parametrize("asked", [asked for asked, _ in FOUND if asked], ids=str)
def test_without_turns_every_construct_over(shelf: Shelf, asked: str) -> None:
    """An article is on exactly one side, whatever is not known of it."""
    everything = ids(shelf, View())
    beside = ids(shelf, View(query=f"-({asked})"))
    assert sorted([*ids(shelf, View(query=asked)), *beside]) == sorted(everything)


VIEWS: list[tuple[View, str]] = [
    (View(scope="unread"), "code wind coal note"),
    (View(scope="new"), "code wind sun coal note"),
    (View(scope="bookmarks"), "wind coal"),
    (View(scope="bookmarks", query="solar"), "coal"),
    (View(scope="unread", query="power -sea"), "coal note"),
    (View(topic="energy"), "wind sun"),
    (View(topic="ENERGY", query="turbines"), "wind"),
    (View(tag="science"), "wind"),
    (View(tag="science", query="solar"), ""),
    (View(source=2), "note"),
    (View(source=1, query="solar"), "sun coal"),
    (View(source=3), ""),
]


@pytest.mark.parametrize(("view", "expected"), VIEWS, ids=str)
def test_query_and_view_both_count(shelf: Shelf, view: View, expected: str) -> None:
    assert names(shelf, view) == expected.split()


ORDERS: list[tuple[str, Sort, str]] = [
    ("", "newest", "code wind sun coal note"),
    ("", "oldest", "note coal sun wind code"),
    ("", "best", "code wind sun coal note"),
    ("", "quality", "sun wind code coal note"),
    ("", "heat", "wind code sun coal note"),
    ("", "provider", "sun coal wind code note"),
    ("", "title", "note code coal sun wind"),
    ("", "longest", "wind sun coal code note"),
    ("", "shortest", "note code coal sun wind"),
    ("power", "newest", "wind sun coal note"),
    ("power", "oldest", "note coal sun wind"),
    ("power", "best", "sun"),
    ("wind", "best", "wind coal"),
    ("power", "quality", "sun wind coal note"),
    ("power", "heat", "wind sun coal note"),
    ("power", "provider", "sun coal wind note"),
    ("power", "title", "note coal sun wind"),
    ("power sort:oldest", "newest", "note coal sun wind"),
    ("sort:title", "newest", "note code coal sun wind"),
]


@pytest.mark.parametrize(("asked", "sort", "expected"), ORDERS)
def test_orders(shelf: Shelf, asked: str, sort: Sort, expected: str) -> None:
    """Of equals the newest is first; the query's own `sort:` goes before the view's."""
    found = names(shelf, View(query=asked, sort=sort))
    assert found[: len(expected.split())] == expected.split()


def test_order_is_told(shelf: Shelf) -> None:
    """Best is newest where a query asks for no words."""
    order_of = shelf.library.articles.order_of
    assert order_of(View(query="solar", sort="best")) == "best"
    assert order_of(View(query="is:read", sort="best")) == "newest"
    assert order_of(View(query="solar sort:title", sort="best")) == "title"


QUERIES = (
    "", "power", "solar or wind", "solar -coal", "-solar", "is:unread", "power is:unread", "pow*", "nowhere",
    "power or is:read", "older:3d", "sea sort:oldest", "quality:>=0", "title:solar", '"solar power"',
)  # fmt: skip
views = st.builds(
    View,
    scope=st.sampled_from(SCOPES),
    sort=st.sampled_from(SORTS),
    source=st.sampled_from((None, None, 1, 2)),
    topic=st.sampled_from((None, None, "Energy")),
    tag=st.sampled_from((None, None, None, "science")),
    query=st.sampled_from(QUERIES),
)


@given(view=views, n=st.integers(0, 7), many=st.booleans())
@settings(deadline=None)
def test_first_articles_are_those_the_view_begins_with(shelf: Shelf, view: View, n: int, many: bool) -> None:
    """However few are asked for, and whichever way they are looked for."""
    with pytest.MonkeyPatch.context() as patch:
        if many:
            patch.setattr("tui_reader.library.selection.MANY", 2)
        articles = shelf.library.articles
        whole = ids(shelf, view)
        assert list(articles.first(view, n)) == whole[:n]
        assert articles.count(view)[0] == len(set(whole)) == len(whole)
        rows = articles.rows(whole)
        assert sorted(articles.unread(view)) == sorted(row.id for row in rows if not row.read)
        assert articles.count(view)[1] == len(articles.unread(view))


@given(text=st.text(alphabet=st.characters()) | flavoured, sort=st.sampled_from(SORTS), typing=st.booleans())
@settings(deadline=None)
def test_whatever_is_typed_is_answered(shelf: Shelf, text: str, sort: Sort, typing: bool) -> None:
    """As it is typed, and as it is kept."""
    kept = query.to_text(query.parse(text, typing=typing))
    view = View(query=kept, sort=sort)
    found = ids(shelf, view)
    assert list(shelf.library.articles.first(view, 2)) == found[:2]
    assert shelf.library.articles.count(view)[0] == len(found)
    shelf.library.search.found(view, found)
    if not typing:
        assert ids(shelf, View(query=text, sort=sort)) == found


NATURAL = (
    "C++", "AT&T", "foo-bar", '"', '""', "(", ")", ")(", "a AND", "AND", "NEAR(a b)", "NEAR(a b, 2)", "*",
    "a*b*", "^solar", "{title} : solar", "title : solar", "solar + power", "rowid:1", "rank:x", "search",
    "a:b:c", "-", "--", "-*", "NOT", "a NOT", "NOT NOT a", "title:", "title:-a", "?", "??", "%", "_", "\\",
    "'", "''", "; DROP", "solar\x00power", "\x1b[31m", "\udcff", "\U0010ffff", "\x1f", "\x02\x03", "𝔰𝔬𝔩𝔞𝔯",
    "🎉", "﷽", "\u0301", "ﬁ", "a" * 10_000, "a " * 5_000, '"' * 10_000, "(" * 10_000, "a*" * 5_000,
    "-a " * 3_000, "a or " * 2_000, "-(" * 5_000, "title:(" * 1_500, "智" * 3_000,
    " ".join(f"w{n}* or tag:{n}" for n in range(1_000)),
)  # fmt: skip


@pytest.mark.parametrize("text", NATURAL, ids=lambda text: ascii(text[:12]))
@pytest.mark.parametrize("typing", [False, True])
def test_natural_input_is_answered(shelf: Shelf, text: str, typing: bool) -> None:
    kept = query.to_text(query.parse(text, typing=typing))
    for sort in ("best", "newest", "title"):
        view = View(query=kept, sort=sort)
        found = shelf.library.articles.ids(view)
        shelf.library.search.found(view, found)
    shelf.library.articles.titled(view, 5)


def typed(text: str) -> View:
    return View(query=query.to_text(query.parse(text, typing=True)))


ENGLISH = (
    "security", "securities", "relational", "running", "shopping", "controlled", "accessibility", "usability",
    "possibilities", "ecosystem", "players", "payment", "recycle", "anyone", "creativity", "happiness",
    "analysis", "electricity", "modernization", "studying", "politically", "dangerously", "usefulness",
)  # fmt: skip


@pytest.fixture(scope="module")
def dictionary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """An article a word, with it in the title and in the text."""
    folder = tmp_path_factory.mktemp("dictionary")
    with Library(folder / "library.db") as library:
        made = Shelf(library, folder)
        for word in ENGLISH:
            made.put(f"The {word} of it", word, body=f"All about cyber-{word}.")
        yield made


@pytest.mark.parametrize("word", ENGLISH)
def test_half_typed_word_finds_what_the_whole_one_does(dictionary: Shelf, word: str) -> None:
    """The index holds stems, and `securi` begins none: the article stays where it is with every letter."""
    article = dictionary.id_at(word)
    for letters in range(1, len(word) + 1):
        part = word[:letters]
        for text in (part, part.upper(), f'"all about cyber-{part}', f"title:{part}"):
            assert article in ids(dictionary, typed(text)), text
        assert article in (dictionary.library.articles.titled(typed(part), 100) or ()), part


@pytest.mark.parametrize(
    ("word", "some"),
    [("relatio", {"relation", "relational"}), ("Securi", {"security"}), ("runn", {"running"}), ("ab", set())],
)
def test_endings_that_a_word_may_get(word: str, some: set[str]) -> None:
    assert some <= set(completions(word))


class TestTitled:
    """The titles answer at once; whatever they say is also what the whole index will say."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("so", "sun"),
            ("solar po", "sun"),
            ("title:wi", "wind"),
            ("wind or solar", "wind sun"),
            ("solar is:unread", ""),
            ("c", "code coal"),
            ("power", "sun"),
        ],
    )
    def test_newest_first(self, shelf: Shelf, text: str, expected: str) -> None:
        found = shelf.library.articles.titled(typed(text), 10)
        assert list(found or ()) == [shelf.id_at(name) for name in expected.split()]

    @pytest.mark.parametrize("text", ["author:do", "is:unread", "", "solar -coal", "-coal", "note:x or y"])
    def test_none_where_they_cannot_tell(self, shelf: Shelf, text: str) -> None:
        """What a title lacks may stand in the text."""
        assert shelf.library.articles.titled(typed(text), 10) is None

    @given(text=st.text('solarwindpower -or:()"title', max_size=12) | flavoured)
    @settings(deadline=None)
    def test_titles_say_nothing_that_is_not_so(self, shelf: Shelf, text: str) -> None:
        found = shelf.library.articles.titled(typed(text), 10)
        assert set(found or ()) <= set(ids(shelf, typed(text)))


class TestRanked:
    def test_word_in_the_title_says_most(self, shelf: Shelf) -> None:
        (best, score), *others = shelf.library.articles.ranked(View(query="solar"))
        assert best == shelf.id_at("sun")
        assert all(score > other > 0 for _, other in others)
        assert shelf.library.articles.ranked(View(query="is:unread")) == []

    def test_scores_are_those_of_the_ranking(self, shelf: Shelf) -> None:
        view = View(query="solar -panels or power")
        ranked = shelf.library.articles.ranked(view)
        assert shelf.library.articles.scores(view, ids(shelf, view)) == pytest.approx(dict(ranked))
        assert shelf.library.articles.scores(View(query="is:read"), [1]) == {}

    def test_first_of_many_equals_are_the_newest(self, library: Library, tmp_path: Path) -> None:
        """And where a condition leaves few of the best ones, more of them are asked for."""
        made = Shelf(library, tmp_path)
        for number in range(60):
            made.put(f"Same {number:02}", published=number * 100, quality=number)
        for asked in ("same", "same quality:<5", "same -quality:>=2"):
            view = View(query=asked, sort="best")
            whole = ids(made, view)
            assert whole == sorted(whole, reverse=True)
            for n in (1, 3, 10):
                assert list(library.articles.first(view, n)) == whole[:n]


def test_times_are_in_the_order_of_their_ids(shelf: Shelf) -> None:
    asked = [shelf.id_at("wind"), shelf.id_at("sun"), 999]
    assert list(shelf.library.articles.times(asked)) == [JULY, JUNE, 0]


def test_today_begins_at_local_midnight(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for later, expected in ((-DAY, ["code"]), (0, []), (2 * DAY, [])):
        now = time.time() + later
        with monkeypatch.context() as patch:
            patch.setattr("tui_reader.library.conditions.time.time", lambda now=now: now)
            assert names(shelf, View(scope="today")) == expected


def test_counts_are_those_of_the_views(shelf: Shelf) -> None:
    for scope, count in shelf.library.articles.counts().scopes.items():
        assert Count(*shelf.library.articles.count(View(scope=scope))) == count  # type: ignore[arg-type]


def test_every_kind_of_node_is_asked_for_here() -> None:
    """The table above has them all, alone, without, and beside an `or`."""
    kinds = {type(query.parse(asked).root) for asked, _ in FOUND}
    assert set(get_args(query.Node)) <= kinds


def test_bookmark_of_what_its_source_lost_is_found(library: Library, tmp_path: Path) -> None:
    """By its own words, its tags and its note."""
    made = Shelf(library, tmp_path)
    article_id = made.put("Story", body="volcano")
    library.bookmarks.add(article_id, ["geology"], "magma")
    library.sources.remove(made.source.id)
    for asked in ("volcano", "magma", "tag:geology"):
        assert ids(made, View(query=asked)) == [article_id]
    library.bookmarks.remove(article_id)
    assert ids(made, View(query="volcano")) == []


def test_article_known_from_two_sources_is_of_both(library: Library, tmp_path: Path) -> None:
    made = Shelf(library, tmp_path / "one")
    other = library.sources.add_folder(tmp_path / "two")
    for source in (made.source, other):
        made.bring(Article(title="Story", path="a.md", url="https://a.example/"), source)
    for asked in ("source:one", "source:two", "story source:two"):
        assert len(ids(made, View(query=asked))) == 1
