"""Feeds as sources: adding, what the last fetches were like, and what a person does with them."""

import time

import pytest

from tests.shelf import Shelf
from tui_reader.library.feeds import FIRST_WAIT, LONGEST_UNREACHED, LONGEST_WAIT, MOVES, Answer, Came, State
from tui_reader.library.intake import Brought
from tui_reader.library.library import Library
from tui_reader.model import Article, Source, View

URL = "https://news.example/feed.xml"
HOUR = 3_600


@pytest.fixture
def feed(library: Library) -> Source:
    return library.feeds.add(URL, "News")


def brought(*titles: str) -> list[Brought]:
    return [Brought(Article(title=title, published=1_700_000_000), title, 0, 1) for title in titles]


def titles(library: Library) -> list[str]:
    return sorted(row.title for row in library.articles.rows(library.articles.ids(View())))


def again(library: Library) -> Source:
    (source,) = library.sources.all()
    return source


class TestAdding:
    def test_twice_is_once(self, library: Library, feed: Source) -> None:
        library.feeds.add(URL, "Another title")
        assert again(library).id == feed.id
        assert again(library).title == "News"

    def test_without_a_title_it_is_called_by_its_address(self, library: Library) -> None:
        assert library.feeds.add(URL).title == URL

    def test_its_own_title_follows(self, library: Library) -> None:
        feed = library.feeds.add(URL)
        library.feeds.came([Came(feed.id, [], Answer(title="The News", site="https://news.example/"))])
        assert (again(library).title, again(library).site) == ("The News", "https://news.example/")

    def test_a_persons_title_stays(self, library: Library, feed: Source) -> None:
        library.sources.rename(feed.id, "Mornings")
        library.feeds.came([Came(feed.id, [], Answer(title="The News"))])
        assert again(library).title == "Mornings"

    def test_a_name_that_is_given_with_it_stays(self, library: Library) -> None:
        feed = library.feeds.add(URL, "Mornings", named=True)
        library.feeds.came([Came(feed.id, [], Answer(title="The News"))])
        assert again(library).title == "Mornings"

    def test_samples_step_aside_for_its_first_article(self, library: Library, shelf: Shelf) -> None:
        """Not before: without a network there would be nothing in their place."""
        samples = library.sources.add_samples(shelf.folder / "samples")
        library.intake.take_in(samples.id, brought("A sample"))
        feed = library.feeds.add(URL)
        assert titles(library) == ["A sample"]
        library.feeds.came([Came(feed.id, brought("Storm"), Answer())])
        assert titles(library) == ["Storm"]

    def test_its_articles_have_no_file(self, library: Library, feed: Source) -> None:
        library.feeds.came([Came(feed.id, brought("Storm"), Answer())])
        stored = library.articles.get(library.articles.ids(View())[0])
        assert stored is not None
        assert (stored.source, stored.path) == ("News", "")


class TestRemoving:
    def test_takes_its_articles_off_the_lists_and_undo_brings_both_back(
        self, library: Library, feed: Source
    ) -> None:
        library.feeds.came([Came(feed.id, brought("Storm", "Calm"), Answer())])
        library.sources.remove(feed.id)
        assert (titles(library), library.sources.all()) == ([], [])
        library.undo.undo()
        assert (titles(library), again(library).id) == (["Calm", "Storm"], feed.id)

    def test_bookmarks_stay(self, library: Library, feed: Source) -> None:
        library.feeds.came([Came(feed.id, brought("Storm", "Calm"), Answer())])
        (kept,) = library.articles.rows(library.articles.ids(View())[:1])
        library.bookmarks.add(kept.id)
        library.sources.remove(feed.id)
        assert titles(library) == [kept.title]

    def test_added_again_it_has_what_it_had(self, library: Library, feed: Source) -> None:
        library.feeds.came([Came(feed.id, brought("Storm"), Answer())])
        library.sources.remove(feed.id)
        assert library.feeds.add(URL).id == feed.id
        assert titles(library) == ["Storm"]

    @pytest.mark.parametrize("for_good", [False, True])
    def test_what_was_under_way_comes_to_nothing(
        self, library: Library, feed: Source, for_good: bool
    ) -> None:
        """Nor does a later fetch take it for known, if the feed comes back."""
        other = library.feeds.add("https://other.example/feed")
        library.sources.remove(feed.id)
        if for_good:
            list(library.doctor.compact())
        came = [
            Came(one, brought(title), Answer("1")) for one, title in ((feed.id, "Storm"), (other.id, "Calm"))
        ]
        assert [taken.new for taken in library.feeds.came(came)] == [0, 1]
        library.feeds.unchanged(feed.id, Answer("1"))
        library.feeds.failed(feed.id, "Nothing here.")
        assert titles(library) == ["Calm"]
        assert library.feeds.state(feed.id) == State()

    def test_let_go_of_for_good_it_is_no_step_of_undo(self, library: Library, feed: Source) -> None:
        library.sources.remove(feed.id)
        list(library.doctor.compact())
        assert library.undo.undo() is None


@pytest.mark.parametrize(
    ("change", "field", "value", "before"),
    [
        (lambda sources, feed: sources.rename(feed, "Mornings"), "title", "Mornings", "News"),
        (lambda sources, feed: sources.move(feed, "World / Europe"), "folder", "World / Europe", ""),
        (lambda sources, feed: sources.pause(feed, True), "paused", True, False),
        (lambda sources, feed: sources.set_interval(feed, HOUR), "every", HOUR, None),
    ],
)
def test_what_is_changed_can_be_undone(
    library: Library, feed: Source, change: object, field: str, value: object, before: object
) -> None:
    assert callable(change)
    change(library.sources, feed.id)
    assert getattr(again(library), field) == value
    library.undo.undo()
    assert getattr(again(library), field) == before


class TestFetches:
    def test_what_the_server_said_is_said_to_it_next_time(self, library: Library, feed: Source) -> None:
        library.feeds.came(
            [Came(feed.id, [], Answer(etag='"1"', last_modified="Mon, 01 Jan 2024 00:00:00 GMT"))]
        )
        state = library.feeds.state(feed.id)
        assert (state.etag, state.last_modified) == ('"1"', "Mon, 01 Jan 2024 00:00:00 GMT")

    def test_failing_feed_waits_longer_each_time(self, library: Library, feed: Source) -> None:
        waits = []
        for _ in range(12):
            library.feeds.failed(feed.id, "No answer.")
            waits.append(library.feeds.state(feed.id).due - time.time())
        assert waits[0] == pytest.approx(FIRST_WAIT, abs=5)
        assert waits[1] == pytest.approx(2 * FIRST_WAIT, abs=5)
        assert waits[-1] == pytest.approx(LONGEST_WAIT, abs=5)
        assert again(library).problem == "No answer."
        assert library.feeds.due(0) == []

    def test_source_says_how_often_it_failed_and_when_it_is_asked_again(
        self, library: Library, feed: Source
    ) -> None:
        """Counted or not; and nothing once it is well."""
        assert (feed.failures, feed.due) == (0, 0)
        for _ in range(2):
            library.feeds.failed(feed.id, "No answer.")
        due = library.feeds.state(feed.id).due
        for counted in (True, False):
            (source,) = library.sources.all(counted=counted)
            assert (source.failures, source.due) == (2, due)
        library.feeds.unchanged(feed.id, Answer())
        assert (again(library).failures, again(library).due) == (0, 0)

    def test_server_that_is_not_reached_is_never_left_for_long(self, library: Library, feed: Source) -> None:
        """It may be our own network that was gone, for a night."""
        for _ in range(12):
            library.feeds.failed(feed.id, "There is no host.", unreached=True)
        assert library.feeds.state(feed.id).due - time.time() == pytest.approx(LONGEST_UNREACHED, abs=5)

    def test_server_may_say_how_long(self, library: Library, feed: Source) -> None:
        library.feeds.failed(feed.id, "Too many requests.", retry_after=120)
        assert library.feeds.state(feed.id).due - time.time() == pytest.approx(120, abs=5)

    def test_success_forgets_the_failures(self, library: Library, feed: Source) -> None:
        library.feeds.failed(feed.id, "No answer.")
        library.feeds.unchanged(feed.id, Answer(etag="1"))
        state = library.feeds.state(feed.id)
        assert (state.failures, state.due, again(library).problem) == (0, 0, "")

    def test_what_is_gone_is_paused(self, library: Library, feed: Source) -> None:
        library.feeds.failed(feed.id, "It is gone.", gone=True)
        assert again(library).paused
        assert library.feeds.due(0) == []

    def test_permanent_redirect_is_believed_when_it_repeats(self, library: Library, feed: Source) -> None:
        for _ in range(MOVES):
            assert again(library).location == URL
            library.feeds.unchanged(feed.id, Answer(moved_to="https://new.example/feed"))
        assert again(library).location == "https://new.example/feed"

    def test_redirects_to_different_places_are_not(self, library: Library, feed: Source) -> None:
        for number in range(2 * MOVES):
            library.feeds.unchanged(feed.id, Answer(moved_to=f"https://new.example/{number % 2}"))
        assert again(library).location == URL

    @pytest.mark.parametrize(
        ("moved_to", "typed"), [("https://news.example/rss", True), ("https://router.example/rss", False)]
    )
    def test_trust_does_not_move_to_another_host(self, library: Library, moved_to: str, typed: bool) -> None:
        """A host that a person typed may be private; one that it leads to has to stay on the Internet."""
        feed = library.feeds.add(URL, typed=True)
        for _ in range(MOVES):
            library.feeds.unchanged(feed.id, Answer(moved_to=moved_to))
        assert (again(library).location, bool(again(library).typed)) == (moved_to, typed)

    @pytest.mark.parametrize(("every", "is_due"), [(None, False), (0, True), (60, False)])
    def test_due_by_its_own_interval_or_the_settings(
        self, library: Library, feed: Source, every: int | None, is_due: bool
    ) -> None:
        assert [source.id for source in library.feeds.due(HOUR)] == [feed.id]
        library.sources.set_interval(feed.id, every)
        library.feeds.unchanged(feed.id, Answer())
        assert bool(library.feeds.due(HOUR)) == is_due
