"""Who tells the same event is one story, in whatever order the tellings come, change and go."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.shelf import Shelf
from tui_reader.library import stories
from tui_reader.library.intake import BATCH, Brought
from tui_reader.library.library import Library
from tui_reader.library.likeness import Vocabulary
from tui_reader.library.stories import Window
from tui_reader.model import Article, Mention

DAY = 86_400
NOON = 1_700_000_000

QUAKE = (
    "Earthquake shakes northern Chile, thousands without power",
    "A magnitude 6.8 earthquake struck the Atacama region of northern Chile, cutting power to thousands of "
    "homes in Copiapó, the emergency office said.",
)
QUAKE_TOO = (
    "Chile: thousands without electricity after strong earthquake in Atacama",
    "A strong earthquake of magnitude 6.8 hit the Atacama region in the north of Chile. Thousands of homes "
    "in Copiapó lost power.",
)


def tell(shelf: Shelf, telling: tuple[str, str], by: str, when: int | None = NOON, **fields: Any) -> int:
    """One publisher's article, in a file that is named after the publisher."""
    fields = {"path": f"{by}.md", **fields}
    return shelf.put(telling[0], summary=telling[1], domain=by, published=when, **fields)


def told(library: Library) -> list[set[int]]:
    """Every story, once all that waited has been grouped."""
    library.stories.fill()
    assert_sound(library)
    return sorted((set(story.articles) for story in library.stories.all()), key=min)


def assert_sound(library: Library) -> None:
    """Nothing waits; a story has two listed articles or more, and is numbered after one of them."""
    assert library.stories.waiting() == 0
    members: dict[int, list[int]] = {}
    for story, article, listed in library.database.rows(
        "SELECT story, id, listed FROM article WHERE story IS NOT NULL"
    ):
        assert listed, f"{article} is on no list"
        members.setdefault(story, []).append(article)
    for story, articles in members.items():
        assert story in articles
        assert len(articles) > 1


def words(stem: str, first: int, last: int) -> str:
    """Made up ones, that no other stem has: flux1x flux2x flux3x …"""
    return " ".join(f"{stem}{number}x" for number in range(first, last))


def event(stem: str) -> tuple[str, str]:
    return f"{stem} {words(stem, 0, 3)}", words(stem, 2, 12)


class TestOneEvent:
    def test_two_publishers_make_one_story(self, shelf: Shelf) -> None:
        one = tell(shelf, QUAKE, "a.example")
        other = tell(shelf, QUAKE_TOO, "b.example", NOON + 3_600)
        tell(shelf, event("flux"), "c.example")
        shelf.library.stories.fill()
        [story] = shelf.library.stories.all()
        assert (set(story.articles), story.sources) == ({one, other}, 2)
        assert (story.first, story.last) == (NOON, NOON + 3_600)

    @pytest.mark.parametrize(
        ("seconds", "is_one"),
        [(0, True), (6 * DAY, True), (7 * DAY, True), (7 * DAY + 1, False), (8 * DAY, False)],
    )
    @pytest.mark.parametrize("start", [NOON, 0, -(10**9), 2**33])
    def test_more_than_a_week_apart_it_is_another_event(
        self, shelf: Shelf, start: int, seconds: int, is_one: bool
    ) -> None:
        """Whenever that is: 1938, now, or a date in the future."""
        tell(shelf, QUAKE, "a.example", start)
        tell(shelf, QUAKE, "b.example", start + seconds)
        assert bool(told(shelf.library)) is is_one

    def test_one_publishers_copies_are_a_story_of_one_source(self, shelf: Shelf) -> None:
        """As a headline that was corrected under a new address."""
        tell(shelf, QUAKE, "a.example")
        tell(shelf, (f"{QUAKE[0]} again", QUAKE[1]), "a.example", path="again.md")
        shelf.library.stories.fill()
        assert [story.sources for story in shelf.library.stories.all()] == [1]

    @pytest.mark.parametrize(
        "titles",
        [
            ("Understanding orbits, part 1", "Understanding orbits, part 2"),
            ("Understanding orbits (1/3)", "Understanding orbits (2/3)"),
            ("Orbit podcast, episode 35", "Orbit podcast, episode 36"),
            ("Orbit photo of 1 May 2024", "Orbit photo of 2 May 2024"),
            ("轨道播客第35期", "轨道播客第36期"),
            ("Orbit quiz", "Chess problem"),
        ],
        ids=lambda titles: titles[0],
    )
    def test_one_publishers_series_is_no_story(self, shelf: Shelf, titles: tuple[str, str]) -> None:
        """What it says below each part is the same."""
        for number, title in enumerate(titles):
            tell(shelf, (title, QUAKE[1]), "a.example", NOON + number * DAY, path=f"{number}.md")
        assert told(shelf.library) == []

    @pytest.mark.parametrize("title", ["Untitled", "Open thread"])
    def test_one_publishers_items_of_hardly_any_words_are_no_story(self, shelf: Shelf, title: str) -> None:
        """The same two words tell nothing of an event, however alike they are."""
        for number in range(3):
            shelf.put(title, f"{number}.md", domain="a.example", published=NOON + number)
        assert told(shelf.library) == []

    def test_digest_tells_none_of_its_items(self, shelf: Shelf) -> None:
        """A newsletter quotes the headline and the first sentence of many."""
        digest = f"{QUAKE[0]}. {QUAKE[1]} Also: parliament votes on pensions; a comet comes close."
        tell(shelf, QUAKE, "a.example")
        tell(shelf, ("Morning newsletter: what readers opened", digest), "b.example")
        assert told(shelf.library) == []

    def test_chain_does_not_swallow_everything(self, shelf: Shelf) -> None:
        """Each is like the next, and the first is nothing like the last."""
        chain = [
            tell(shelf, (words("flux", n * 3, n * 3 + 4), words("flux", n * 3, n * 3 + 10)), f"{n}.example")
            for n in range(30)
        ]
        assert max(map(len, told(shelf.library))) < len(chain) / 2

    def test_story_ends_after_a_week(self, shelf: Shelf) -> None:
        """An event that is told of every other day goes on as another story."""
        for number in range(12):
            tell(shelf, QUAKE, f"{number}.example", NOON + number * 2 * DAY)
        assert len(told(shelf.library)) > 1
        found = shelf.library.stories.all()
        assert all((story.last or 0) - (story.first or 0) <= 7 * DAY for story in found)

    def test_articles_without_dates_must_be_the_same(self, shelf: Shelf) -> None:
        first = tell(shelf, QUAKE, "a.example", None)
        tell(shelf, QUAKE_TOO, "b.example", None)
        same = tell(shelf, QUAKE, "c.example", None)
        assert told(shelf.library) == [{first, same}]
        [story] = shelf.library.stories.all()
        assert (story.first, story.last) == (None, None)

    @pytest.mark.parametrize("text", ["?", "A", "Solar", "The of and", "🌋🌋", "https://a.example/"])
    def test_hardly_any_words_do_no_harm(self, shelf: Shelf, text: str) -> None:
        for publisher in ("a.example", "b.example", "c.example"):
            tell(shelf, (text, ""), publisher)
        quake = {tell(shelf, QUAKE, "d.example"), tell(shelf, QUAKE_TOO, "e.example")}
        assert quake in told(shelf.library)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("智利北部发生强烈地震数千户家庭停电", "智利北部强烈地震造成数千户停电"),
            ("チリ北部で強い地震、数千世帯が停電", "チリ北部で地震、数千世帯で停電続く"),
            ("칠레 북부 강진으로 수천 가구 정전", "칠레 북부 강진 수천 가구 정전 피해"),
            ("แผ่นดินไหวรุนแรงทางตอนเหนือของชิลี", "แผ่นดินไหวรุนแรงเขย่าตอนเหนือของชิลี"),
            ("زلزال قوي يضرب شمال تشيلي؟", "زلزال قوي يهز شمال تشيلي،"),
            ("زلزال قوي؟شمال تشيلي", "زلزال قوي؟شمال تشيلي"),
            ("Сильное землетрясение на севере Чили", "Землетрясение на севере Чили: сильное"),
            ("רעידת אדמה חזקה בצפון־צ'ילה", "רעידת אדמה חזקה בצפון־צ'ילה"),
            ("उत्तरी चिली में तेज़ भूकंप, बिजली गुल", "उत्तरी चिली में तेज़ भूकंप।"),
            ("བོད་སྐད་ཡིག་གསར་འགྱུར", "བོད་སྐད་ཡིག་གསར་འགྱུར"),
            ("ချီလီ၊ငလျင်။", "ချီလီ၊ငလျင်။"),
            ("ශ්‍රී ලංකාව෴පුවත්", "ශ්‍රී ලංකාව෴පුවත්"),
        ],
    )
    def test_every_script_is_read(self, shelf: Shelf, one: str, other: str) -> None:
        """Whatever stands between its words."""
        pair = {tell(shelf, (one, one), "a.example"), tell(shelf, (other, other), "b.example")}
        assert told(shelf.library) == [pair]


class TestChanges:
    @pytest.fixture
    def three(self, shelf: Shelf) -> list[int]:
        """A story of three publishers."""
        ids = [tell(shelf, QUAKE, by) for by in ("a.example", "b.example")]
        ids.append(tell(shelf, QUAKE_TOO, "c.example"))
        assert told(shelf.library) == [set(ids)]
        return ids

    @pytest.mark.parametrize(
        "leave",
        [
            lambda shelf: tell(shelf, event("flux"), "a.example"),
            lambda shelf: tell(shelf, QUAKE, "a.example", NOON - 30 * DAY),
            lambda shelf: tell(shelf, QUAKE, "a.example", removed=True),
            lambda shelf: shelf.library.intake.drop(shelf.source.id, ["a.example.md"]),
        ],
        ids=["tells something else", "has another date", "is withdrawn", "vanishes"],
    )
    def test_who_leaves_a_story_leaves_the_rest_together(
        self, shelf: Shelf, three: list[int], leave: Callable[[Shelf], object]
    ) -> None:
        """Also if the story is numbered after it."""
        leave(shelf)
        assert told(shelf.library) == [set(three[1:])]

    def test_story_ends_with_the_last_but_one_and_begins_again(self, shelf: Shelf, three: list[int]) -> None:
        shelf.library.intake.drop(shelf.source.id, ["a.example.md", "b.example.md"])
        assert told(shelf.library) == []
        back = [tell(shelf, QUAKE, by) for by in ("a.example", "b.example")]
        assert told(shelf.library) == [{*back, three[2]}]

    def test_removed_source_takes_its_articles_out(self, shelf: Shelf, three: list[int]) -> None:
        other = shelf.library.sources.add_folder(shelf.folder / "other")
        shelf.put(QUAKE[0], "d.md", other, summary=QUAKE[1], domain="d.example", published=NOON)
        shelf.library.stories.fill()
        shelf.library.sources.remove(other.id)
        assert told(shelf.library) == [set(three)]
        shelf.library.sources.remove(shelf.source.id)
        assert told(shelf.library) == []

    def test_letting_go_of_what_vanished_leaves_no_story_behind(self, shelf: Shelf, three: list[int]) -> None:
        tell(shelf, event("flux"), "z.example")
        shelf.library.intake.drop(shelf.source.id, ["a.example.md", "b.example.md"])
        list(shelf.library.doctor.compact())
        assert told(shelf.library) == []

    def test_letting_go_of_what_held_a_story_together_parts_it(self, shelf: Shelf) -> None:
        first, last = event("flux"), event("grav")
        tell(shelf, first, "a.example")
        tell(shelf, (f"{first[0]} {last[0]}", f"{first[1]} {last[1]}"), "b.example")
        tell(shelf, last, "c.example")
        tell(shelf, event("noise"), "z.example")
        assert [len(story) for story in told(shelf.library)] == [3]
        shelf.library.intake.drop(shelf.source.id, ["b.example.md"])
        list(shelf.library.doctor.compact())
        assert told(shelf.library) == []

    def test_who_belongs_to_two_stories_makes_one_of_them(self, shelf: Shelf) -> None:
        flux, grav = (
            (f"{words(stem, 0, 2)} {words('both', 0, 1)}", f"{words(stem, 0, 8)} {words('both', 0, 3)}")
            for stem in ("flux", "grav")
        )
        ids = [tell(shelf, flux, by) for by in ("a.example", "b.example")]
        ids += [tell(shelf, grav, by) for by in ("c.example", "d.example")]
        assert told(shelf.library) == [set(ids[:2]), set(ids[2:])]
        link = tell(shelf, (f"{flux[0]} {grav[0]}", f"{flux[1]} {grav[1]}"), "e.example")
        assert told(shelf.library) == [{*ids, link}]

    def test_who_belongs_to_two_large_ones_that_are_nothing_alike_joins_one(self, shelf: Shelf) -> None:
        flux, grav = event("flux"), event("grav")
        first = {tell(shelf, flux, f"{number}.flux") for number in range(6)}
        second = {tell(shelf, grav, f"{number}.grav") for number in range(6)}
        link = tell(shelf, (f"{flux[0]} {grav[0]}", f"{flux[1]} {grav[1]}"), "e.example")
        assert told(shelf.library) in ([{*first, link}, second], [first, {*second, link}])

    def test_marks_stay_as_they_were(self, shelf: Shelf, three: list[int]) -> None:
        shelf.library.articles.mark(three[:1], read=True)
        shelf.library.bookmarks.add(three[1], ["physics"], "handwritten")
        before = [(each.read, each.bookmark) for each in shelf.library.articles.whole(three)]
        tell(shelf, event("flux"), "c.example")
        told(shelf.library)
        assert before == [(each.read, each.bookmark) for each in shelf.library.articles.whole(three)]
        assert (before[0][0], before[1][1] is not None) == (True, True)

    def test_reading_and_bookmarking_ask_for_no_grouping(self, shelf: Shelf, three: list[int]) -> None:
        shelf.library.articles.mark(three, read=True)
        shelf.library.bookmarks.add(three[0], ["physics"], "handwritten")
        shelf.library.bookmarks.remove(three[0])
        assert shelf.library.stories.waiting() == 0

    def test_bookmarked_preview_takes_part(self, shelf: Shelf, three: list[int]) -> None:
        """An article that the library knows from another one's list alone."""
        mention = Mention(QUAKE[0], "https://e.example/quake", summary=QUAKE[1], published=NOON)
        preview = shelf.library.bookmarks.add_mention(mention)
        assert told(shelf.library) == [{*three, preview}]
        shelf.library.bookmarks.remove(preview)
        assert told(shelf.library) == [set(three)]

    def test_index_made_anew_changes_no_story(self, shelf: Shelf, three: list[int]) -> None:
        """Neither on the way, nor for what changes or comes meanwhile."""
        library = shelf.library
        library.index.make_anew()
        assert told(library) == [set(three)]
        tell(shelf, event("flux"), "a.example")
        late = tell(shelf, QUAKE, "d.example")
        library.stories.fill()
        library.index.fill()
        assert told(library) == [{*three[1:], late}]


PUBLISHERS = ("a.example", "b.example", "c.example")
EVENTS = ("flux", "grav", "moss", "tide")
ARTICLES = [(stem, by) for stem in EVENTS for by in PUBLISHERS]


@contextmanager
def meanwhile(action: Callable[[], object]) -> Iterator[None]:
    """What is done while a grouping looks for those that are alike."""
    nearest = Window.nearest

    def interrupted(*arguments: Any) -> Any:
        with mock.patch.object(Window, "nearest", nearest):
            action()
        return nearest(*arguments)

    with mock.patch.object(Window, "nearest", interrupted):
        yield


class TestSteps:
    @given(order=st.permutations(ARTICLES), steps=st.lists(st.booleans(), min_size=12, max_size=12))
    @settings(max_examples=25, deadline=None)
    def test_order_of_arrival_does_not_matter(self, order: list[tuple[str, str]], steps: list[bool]) -> None:
        """Grouped after each, after some or after the last, what tells the same is together."""
        memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
        with tempfile.TemporaryDirectory(dir=memory) as name, Library(Path(name) / "library.db") as library:
            shelf = Shelf(library, Path(name))
            stories: dict[str, set[int]] = {}
            for (stem, by), is_step in zip(order, steps, strict=True):
                when = NOON + EVENTS.index(stem) * DAY + PUBLISHERS.index(by)
                article_id = tell(shelf, event(stem), by, when, path=f"{stem} {by}.md")
                stories.setdefault(stem, set()).add(article_id)
                if is_step:
                    library.stories.fill()
            assert told(library) == sorted(stories.values(), key=min)

    def test_what_was_begun_is_gone_on_with_by_another(self, shelf: Shelf) -> None:
        """Whether the program was killed between two steps or in the middle of one."""
        expected = [{tell(shelf, event(stem), by, path=stem + by) for by in PUBLISHERS} for stem in EVENTS]
        grouping = shelf.library.stories.grouping()
        with mock.patch.object(stories, "BATCH", 5):
            assert grouping.go_on()
            with meanwhile(mock.Mock(side_effect=KeyboardInterrupt)), pytest.raises(KeyboardInterrupt):
                grouping.go_on()
        assert shelf.library.stories.waiting() == 7
        with Library(shelf.library.database.path) as library:
            assert told(library) == expected

    def test_article_that_changes_while_it_is_looked_at_is_looked_at_again(self, shelf: Shelf) -> None:
        ids = [tell(shelf, QUAKE, by) for by in PUBLISHERS]
        with meanwhile(lambda: tell(shelf, event("flux"), "b.example")):
            shelf.library.stories.grouping().go_on()
        assert told(shelf.library) == [{ids[0], ids[2]}]

    def test_two_programs_group_at_once(self, shelf: Shelf) -> None:
        """A refresh from the command line beside the open reader."""
        ids = {tell(shelf, QUAKE, "a.example")}

        def refresh() -> None:
            ids.add(tell(shelf, QUAKE, "b.example"))
            shelf.library.stories.fill()

        with meanwhile(refresh):
            shelf.library.stories.grouping().go_on()
        assert told(shelf.library) == [ids]

    def test_one_grouping_sees_what_comes_before_what_it_has_seen(self, shelf: Shelf) -> None:
        """A refresh brings the old after the new, and the same walk goes on."""
        first = tell(shelf, QUAKE, "a.example")
        told(shelf.library)
        grouping = shelf.library.stories.grouping()
        tell(shelf, event("flux"), "b.example", NOON + 10 * DAY)
        assert grouping.go_on()
        between = tell(shelf, QUAKE, "c.example", NOON + 5 * DAY)
        assert grouping.go_on()
        assert not grouping.go_on()
        assert told(shelf.library) == [{first, between}]

    def test_one_grouping_forgets_what_the_library_let_go_of(self, shelf: Shelf) -> None:
        """Another article may stand at the same second since."""
        tell(shelf, QUAKE, "a.example", NOON + 60)
        tell(shelf, event("flux"), "z.example")
        grouping = shelf.library.stories.grouping()
        grouping.go_on()
        shelf.library.intake.drop(shelf.source.id, ["a.example.md"])
        list(shelf.library.doctor.compact())
        ids = {tell(shelf, QUAKE, "b.example"), tell(shelf, QUAKE, "c.example", NOON + 60)}
        while grouping.go_on():
            pass
        assert told(shelf.library) == [ids]


class TestWork:
    """Counted in vectors, which is what most of the time goes into."""

    @pytest.fixture
    def vectors(self, monkeypatch: pytest.MonkeyPatch) -> mock.Mock:
        counted = mock.Mock(side_effect=Vocabulary.vector)
        monkeypatch.setattr(Vocabulary, "vector", lambda *arguments: counted(*arguments))
        return counted

    def fill(self, shelf: Shelf, articles: list[Article]) -> None:
        for start in range(0, len(articles), BATCH):
            part = [Brought(article, article.path, 1, 1) for article in articles[start : start + BATCH]]
            shelf.library.intake.take_in(shelf.source.id, part)
        shelf.library.stories.fill()

    @pytest.mark.parametrize("publishers", [1, 1_000])
    def test_thousand_times_the_same_is_one(self, shelf: Shelf, vectors: mock.Mock, publishers: int) -> None:
        """For as much work as each of them takes among a few."""
        same = Article(QUAKE[0], summary=QUAKE[1], published=NOON)
        by = [f"{number % publishers}.example" for number in range(1_000)]
        self.fill(shelf, [replace(same, path=str(n), domain=name) for n, name in enumerate(by)])
        [story] = shelf.library.stories.all()
        assert (len(story.articles), story.sources) == (1_000, publishers)
        assert vectors.call_count < 30 * 1_000

    def test_old_and_new_do_not_read_what_lies_between(self, shelf: Shelf, vectors: mock.Mock) -> None:
        """As where a refresh brings an article without a date beside one of today."""
        between = (NOON - n * 30 * DAY for n in range(300))
        self.fill(shelf, [Article(words(f"flux{n}", 0, 9), str(n), published=n) for n in between])
        vectors.reset_mock()
        self.fill(shelf, [Article("Old", "old", published=0), Article("New", "new", published=NOON)])
        assert vectors.call_count < 50


class TestList:
    def test_latest_first_since_and_by_how_many(self, shelf: Shelf) -> None:
        tell(shelf, event("flux"), "a.example", NOON)
        tell(shelf, event("flux"), "b.example", NOON + 5, path="2.md")
        for by in PUBLISHERS:
            tell(shelf, event("grav"), by, NOON - DAY, path=f"grav {by}.md")
        shelf.library.stories.fill()
        found = shelf.library.stories.all()
        assert [story.sources for story in found] == [2, 3]
        assert shelf.library.stories.all(min_sources=3) == found[1:]
        assert shelf.library.stories.all(since=NOON + 5) == found[:1]
        assert shelf.library.stories.all(since=NOON + 6) == []

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"quality": 1, "body": "long " * 9}, {"quality": 2}),
            ({"body": "long " * 9}, {"quality": 1}),
            ({}, {"body": "long " * 9}),
            ({"published": NOON + 1}, {}),
        ],
        ids=["the best", "one that is judged", "the longest", "the first"],
    )
    def test_leads(self, shelf: Shelf, one: dict[str, Any], other: dict[str, Any]) -> None:
        fields = ({"published": NOON, **each} for each in (one, other))
        ids = [shelf.put("Story", f"{number}.md", **each) for number, each in enumerate(fields)]
        assert shelf.library.stories.lead(ids) == shelf.library.stories.lead(ids[::-1]) == ids[1]

    def test_empty_library_has_none(self, library: Library) -> None:
        assert told(library) == []
        assert not library.stories.grouping().go_on()
