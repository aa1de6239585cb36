"""The texts of pages beside those of the sources."""

import pytest

from tests.shelf import Shelf
from tui_reader.library import pages
from tui_reader.library.library import Library
from tui_reader.model import Mention, Stored, View

SITE = "https://a.example/"
BODY = "Every word of the page, among them kingfisher. " * 10


def stored(library: Library, article: int) -> Stored:
    found = library.articles.get(article)
    assert found is not None
    return found


class TestKeeping:
    def test_page_is_read_and_found_at_once(self, library: Library, shelf: Shelf) -> None:
        article = shelf.put("Birds", summary="About birds.")
        library.pages.keep(article, BODY)
        assert stored(library, article).text == BODY
        assert list(library.articles.ids(View(query="kingfisher"))) == [article]

    def test_article_counts_the_words_of_its_page(self, library: Library, shelf: Shelf) -> None:
        article = shelf.put("Birds", summary="About birds.")
        library.pages.keep(article, BODY)
        [row] = library.articles.rows([article])
        assert row.words == len(BODY.split())

    def test_source_that_tells_again_leaves_the_page_alone(self, library: Library, shelf: Shelf) -> None:
        """Its text, its words and its place in the index."""
        article = shelf.put("Birds", summary="About birds.")
        library.pages.keep(article, BODY)
        shelf.put("Birds", summary="About birds, in other words.")
        assert stored(library, article).text == BODY
        assert stored(library, article).words == len(BODY.split())
        assert list(library.articles.ids(View(query="kingfisher"))) == [article]
        assert library.index.is_sound()

    def test_words_of_a_page_that_is_fetched_again_are_the_new_ones(
        self, library: Library, shelf: Shelf
    ) -> None:
        article = shelf.put("Birds")
        library.pages.keep(article, BODY)
        library.pages.keep(article, BODY.replace("kingfisher", "bittern"))
        assert not list(library.articles.ids(View(query="kingfisher")))
        assert list(library.articles.ids(View(query="bittern"))) == [article]
        assert library.index.is_sound()

    def test_failure_takes_nothing_away(self, library: Library, shelf: Shelf) -> None:
        article = shelf.put("Birds", summary="About birds.")
        library.pages.keep(article, BODY)
        library.pages.failed(article, "The host does not answer.")
        assert stored(library, article).text == BODY

    def test_article_that_is_gone_meanwhile(self, library: Library) -> None:
        library.pages.keep(99, BODY)
        assert library.pages.get(99) is None

    def test_source_text_can_be_read_instead(self, library: Library, shelf: Shelf) -> None:
        article = shelf.put("Birds", body="What the feed has.")
        library.pages.keep(article, BODY)
        library.pages.show(article, False)
        assert stored(library, article).text == "What the feed has."
        library.pages.show(article, True)
        assert stored(library, article).text == BODY


class TestWanting:
    def test_short_ones_are_wanted(self, library: Library, shelf: Shelf) -> None:
        """What has a whole text already, or is no text, is not."""
        short = shelf.put("Short", url=SITE + "1", summary="A summary.")
        shelf.put("Long", url=SITE + "2", body="word " * pages.SHORT)
        shelf.put("Film", url=SITE + "3", summary="A film.", kind="video")
        assert library.pages.unread(10) == [short]

    def test_what_has_no_address_stands_in_nobodys_place(self, library: Library, shelf: Shelf) -> None:
        """Of so many that are fetched each has a page."""
        article = shelf.put("Short", url=SITE + "short", summary="A summary.")
        shelf.put("Newer, of a file", summary="A summary.", published=2_000_000_000)
        assert library.pages.unread(1) == [article]
        library.sources.fetch_whole(shelf.source.id, True)
        assert library.pages.of_sources(1) == [article]

    def test_read_ones_are_not(self, library: Library, shelf: Shelf) -> None:
        article = shelf.put("Short", url=SITE + "4", summary="A summary.")
        library.articles.mark([article], read=True)
        assert library.pages.unread(10) == []
        library.bookmarks.add(article)
        assert library.pages.bookmarked(10) == [article]

    def test_page_that_failed_is_not_asked_for_again_at_once(
        self, library: Library, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """But a day later."""
        article = shelf.put("Short", url=SITE + "5", summary="A summary.")
        library.pages.failed(article, "The host does not answer.")
        assert library.pages.unread(10) == []
        monkeypatch.setattr(pages, "TRY_AGAIN", -1)
        assert library.pages.unread(10) == [article]

    def test_page_that_was_not_reached_is(self, library: Library, shelf: Shelf) -> None:
        """There may be a network by now."""
        article = shelf.put("Short", url=SITE + "6", summary="A summary.")
        library.pages.failed(article, "There is no host.", unreached=True)
        assert library.pages.unread(10) == [article]

    def test_of_sources_whose_pages_are_always_fetched(self, library: Library, shelf: Shelf) -> None:
        """Long or short."""
        article = shelf.put("Long", url=SITE + "7", body="word " * 500)
        assert library.pages.of_sources(10) == []
        library.sources.fetch_whole(shelf.source.id, True)
        assert library.pages.of_sources(10) == [article]
        library.pages.keep(article, BODY * 9)
        assert library.pages.of_sources(10) == []

    def test_they_come_in_the_order_that_was_asked(self, library: Library, shelf: Shelf) -> None:
        first, second = (
            shelf.put("First", url=SITE + "8", summary="One."),
            shelf.put("Second", url=SITE + "9", summary="Two."),
        )
        assert library.pages.among([second, first]) == [second, first]


class TestWhereTheyAre:
    def test_original_goes_before_the_address_that_readers_are_sent_to(
        self, library: Library, shelf: Shelf
    ) -> None:
        article = shelf.put("Both", url="https://a.example/1", original_url="https://b.example/1")
        [wanted] = library.pages.wanted([article])
        assert wanted.url == "https://b.example/1"

    def test_article_without_address_is_left_out(self, library: Library, shelf: Shelf) -> None:
        assert library.pages.wanted([shelf.put("None")]) == []

    def test_addresses_that_a_person_gave_come_along(self, library: Library, shelf: Shelf) -> None:
        """Those of imported lists do not."""
        typed = library.feeds.add("http://nas.local/feed", typed=True)
        listed = library.feeds.add("http://other.local/feed")
        one = shelf.put("One", url="http://nas.local/1", source=typed)
        two = shelf.put("Two", url="http://other.local/1", source=listed)
        assert [wanted.typed for wanted in library.pages.wanted([one, two])] == [
            ("http://nas.local/feed",),
            (),
        ]


def test_what_sources_always_want_is_looked_for_in_these_alone(library: Library) -> None:
    """The screen asks at every refresh: among 100,000 unread articles it would stand still for 0.15 s."""
    plan = library.database.rows(f"EXPLAIN QUERY PLAN {pages.OF_SOURCES}", {"before": 0, "limit": 1})
    assert [row[3] for row in plan if row[3].startswith("SCAN")] == ["SCAN source"]


class TestMentions:
    MENTION = Mention(title="Birds", url="https://a.example/birds", summary="In short.")

    def test_it_is_an_article_on_no_list(self, library: Library) -> None:
        article = library.intake.take_mention(self.MENTION)
        assert stored(library, article).article.title == "Birds"
        assert list(library.articles.ids(View())) == []

    def test_one_that_is_there_is_that_one(self, library: Library, shelf: Shelf) -> None:
        article = shelf.put("Birds", url="https://a.example/birds")
        assert library.intake.take_mention(self.MENTION) == article

    def test_its_source_brings_it_onto_the_lists(self, library: Library, shelf: Shelf) -> None:
        """With the page that was fetched."""
        article = library.intake.take_mention(self.MENTION)
        library.pages.keep(article, BODY)
        shelf.put("Birds", url="https://a.example/birds")
        assert list(library.articles.ids(View())) == [article]
        assert stored(library, article).text == BODY
