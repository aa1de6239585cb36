"""Identity and merging: what counts as the same article, and what stays with it."""

import time
from pathlib import Path

import pytest

from tests.shelf import Shelf
from tui_reader.model import Article, Mention, Problem, View

ADDRESS = "https://news.example/2026/story.html"


@pytest.mark.parametrize(
    "other",
    [
        "http://www.news.example/2026/story.html",
        "https://NEWS.example/2026/story.html?utm_source=feed&fbclid=1#top",
        "https://news-example.cdn.ampproject.org/c/s/news.example/2026/story.html",
        "https://www.google.com/amp/s/news.example/2026/story.html",
    ],
)
def test_one_address_is_one_article(shelf: Shelf, other: str) -> None:
    """The same article met in two files is one row, however its address is written."""
    first = shelf.put("Story", "a.md", url=ADDRESS)
    assert shelf.put("Story", "b.md", url=other) == first
    assert shelf.titles() == ["Story"]


def test_amp_address_leads_to_the_plain_one_in_either_order(shelf: Shelf) -> None:
    amp = "https://amp.news.example/x/story"
    shelf.put("Story", "amp.md", url=amp)
    shelf.put("Story", "plain.md", url=ADDRESS, alternate_urls=(amp,))
    assert shelf.titles() == ["Story"]


def test_articles_that_name_one_front_page_stay_apart(shelf: Shelf) -> None:
    """A site's front page beside an article's own address says nothing about identity."""
    for name in ("one", "two"):
        shelf.put(name, url=f"https://news.example/{name}", original_url="https://news.example/")
    assert sorted(shelf.titles()) == ["one", "two"]


def test_files_without_address_are_known_by_their_path(shelf: Shelf) -> None:
    assert shelf.put("Same title", "a.txt") != shelf.put("Same title", "b.txt")


def test_richer_text_wins_and_fills_its_blanks(shelf: Shelf) -> None:
    """Of two tellings the one with more text is shown, and takes what it lacks from the other."""
    article_id = shelf.put("Story", "rich.md", url=ADDRESS, body="All of the text. " * 20)
    shelf.put("Story", "poor.md", url=ADDRESS, summary="A summary.", author="A. Writer", quality=80)
    stored = shelf.library.articles.get(article_id)
    assert stored is not None
    assert stored.article.body.startswith("All of the text.")
    assert (stored.article.author, stored.article.quality) == ("A. Writer", 80)


def test_changed_file_keeps_marks_bookmark_tags_and_note(shelf: Shelf) -> None:
    article_id = shelf.put("Old title", "a.md", url=ADDRESS)
    shelf.library.articles.mark([article_id], read=True)
    shelf.library.bookmarks.add(article_id, ["kept"], "a note")
    assert shelf.put("New title", "a.md", url=ADDRESS) == article_id
    stored = shelf.library.articles.get(article_id)
    assert stored is not None
    assert stored.bookmark is not None
    assert (stored.article.title, stored.read) == ("New title", True)
    assert (stored.bookmark.tags, stored.bookmark.note) == (("kept",), "a note")


def test_file_that_gains_an_address_is_the_same_article(shelf: Shelf) -> None:
    article_id = shelf.put("Story", "a.md")
    shelf.library.bookmarks.add(article_id)
    assert shelf.put("Story", "a.md", url=ADDRESS) == article_id


def test_file_that_gains_a_known_address_hands_its_bookmark_on(shelf: Shelf) -> None:
    """What was done to a file without address follows it into the article that the library has."""
    known = shelf.put("Story", "known.md", url=ADDRESS)
    anonymous = shelf.put("Story", "a.md")
    shelf.library.bookmarks.add(anonymous, ["tag"], "note")
    shelf.library.articles.mark([anonymous], read=True)
    assert shelf.put("Story", "a.md", url=ADDRESS) == known
    stored = shelf.library.articles.get(known)
    assert stored is not None
    assert stored.bookmark is not None
    assert (stored.read, stored.bookmark.tags, stored.bookmark.note) == (True, ("tag",), "note")
    assert shelf.titles() == ["Story"]


def test_file_with_another_article_in_it_starts_anew(shelf: Shelf) -> None:
    """One address in place of another is another article: the bookmark stays with the one it was made for."""
    old = shelf.put("Yesterday", "latest.md", url=ADDRESS)
    shelf.library.bookmarks.add(old)
    new = shelf.put("Today", "latest.md", url="https://news.example/other")
    assert new != old
    assert sorted(shelf.titles()) == ["Today", "Yesterday"]
    assert shelf.titles(scope="bookmarks") == ["Yesterday"]


def test_vanished_file_leaves_the_lists_unless_bookmarked(shelf: Shelf) -> None:
    shelf.put("Goes", "a.md")
    shelf.library.bookmarks.add(shelf.put("Stays", "b.md", body="Text."))
    assert shelf.library.intake.drop(shelf.source.id, ["a.md", "b.md"]) == 1
    assert shelf.titles() == ["Stays"]
    stays = shelf.library.articles.get(shelf.library.articles.ids(View(scope="bookmarks"))[0])
    assert stays is not None
    assert (stays.article.body, stays.source, stays.path) == ("Text.", "", "")


def test_vanished_file_that_returns_has_its_read_mark(shelf: Shelf) -> None:
    article_id = shelf.put("Story", "a.md")
    shelf.library.articles.mark([article_id], read=True)
    shelf.library.intake.drop(shelf.source.id, ["a.md"])
    shelf.put("Story", "a.md", url=ADDRESS)
    shelf.library.intake.drop(shelf.source.id, ["a.md"])
    returned = shelf.library.articles.get(shelf.put("Story", "a.md", url=ADDRESS))
    assert returned is not None
    assert shelf.titles() == ["Story"]


def test_article_stays_while_one_of_its_files_does(shelf: Shelf) -> None:
    shelf.put("Story", "a.md", url=ADDRESS)
    shelf.put("Story", "b.md", url=ADDRESS)
    shelf.library.intake.drop(shelf.source.id, ["a.md"])
    assert shelf.titles() == ["Story"]
    # The file that is left is read again, since only the leading text is kept.
    assert shelf.library.sources.known(shelf.source.id)["b.md"] == (1, -1)


def test_withdrawn_article_is_not_listed(shelf: Shelf) -> None:
    """`removed: true` hides an article; its bookmark keeps it, with the text it had."""
    shelf.put("Withdrawn", "a.md", removed=True)
    kept = shelf.put("Kept", "b.md", body="The whole text. " * 10)
    shelf.library.bookmarks.add(kept)
    shelf.put("Kept", "b.md", removed=True)
    assert shelf.titles() == ["Kept"]
    stored = shelf.library.articles.get(kept)
    assert stored is not None
    assert stored.article.body.startswith("The whole text.")


def test_file_that_breaks_keeps_its_article_and_is_reported(shelf: Shelf) -> None:
    shelf.put("Story", "a.md")
    shelf.bring(Problem(path="a.md", reason="The front matter is broken.", line=3))
    assert shelf.titles() == ["Story"]
    [problem] = shelf.library.sources.problems()
    assert (problem.path, problem.line) == (f"{shelf.folder}/a.md", 3)
    shelf.put("Story", "a.md")
    assert shelf.library.sources.problems() == []


def test_date_in_the_future_does_not_stay_on_top(shelf: Shelf) -> None:
    shelf.put("Future", published=253_000_000_000)
    shelf.put("Now", published=int(time.time()))
    assert shelf.titles(sort="newest")[0] == "Now"


def test_undated_front_matter_stands_below_the_dated_and_plain_text_goes_by_its_file(shelf: Shelf) -> None:
    shelf.put("Undated")
    shelf.put("Old", published=0)
    shelf.put("Plain text of today", modified=1_700_000_000)
    shelf.put("Dated", published=1_600_000_000)
    assert shelf.titles() == ["Plain text of today", "Dated", "Old", "Undated"]


def test_removed_source_takes_its_articles_but_no_bookmark(shelf: Shelf, tmp_path: Path) -> None:
    other = shelf.library.sources.add_folder(tmp_path / "other")
    shelf.put("Only here", "a.md", source=other)
    shelf.put("In both", "b.md", url=ADDRESS)
    shelf.put("In both", "b.md", source=other, url=ADDRESS)
    shelf.library.bookmarks.add(shelf.put("Bookmarked", "c.md", source=other))
    shelf.library.sources.remove(other.id)
    assert sorted(shelf.titles()) == ["Bookmarked", "In both"]


def test_own_folder_sends_the_samples_away(shelf: Shelf, tmp_path: Path) -> None:
    samples = shelf.library.sources.add_samples(tmp_path / "samples")
    shelf.put("Sample", source=samples)
    shelf.library.sources.add_folder(tmp_path / "mine")
    assert shelf.titles() == []


class TestMentions:
    def related(self, shelf: Shelf, article_id: int) -> list[tuple[str, int | None]]:
        stored = shelf.library.articles.get(article_id)
        assert stored is not None
        entries = shelf.library.related.told(article_id, stored.article.mentions)
        return [(entry.mention.title, entry.id) for entry in entries]

    def test_found_in_either_order_of_arrival(self, shelf: Shelf) -> None:
        mention = Mention("Other", url="https://news.example/other?utm_medium=x")
        first = shelf.put("Story", url=ADDRESS, mentions=(mention,))
        assert self.related(shelf, first) == [("Other", None)]
        other = shelf.put("Other", url="https://news.example/other")
        assert self.related(shelf, first) == [("Other", other)]

    def test_found_by_amp_address(self, shelf: Shelf) -> None:
        amp = "https://amp.news.example/other"
        other = shelf.put("Other", url="https://news.example/o", alternate_urls=(amp,))
        first = shelf.put("Story", url=ADDRESS, mentions=(Mention("Other", url=amp),))
        assert self.related(shelf, first) == [("Other", other)]

    def test_each_once_and_never_itself(self, shelf: Shelf) -> None:
        mentions = (
            Mention("Other", url="https://news.example/other"),
            Mention("Other again", url="http://news.example/other#x"),
            Mention("Itself", url=ADDRESS),
            Mention("No address"),
            Mention("No address"),
        )
        first = shelf.put("Story", url=ADDRESS, mentions=mentions)
        assert self.related(shelf, first) == [("Other", None), ("No address", None)]

    def test_whoever_names_an_article_belongs_to_it(self, shelf: Shelf) -> None:
        """A list works in both directions, and still names each article once."""
        first = shelf.put("First", url="https://news.example/1")
        second = shelf.put(
            "Second", url="https://news.example/2", mentions=(Mention("First", url="https://news.example/1"),)
        )
        assert self.related(shelf, first) == [("Second", second)]
        assert self.related(shelf, second) == [("First", first)]
        shelf.put("Second", url="https://news.example/2")
        assert self.related(shelf, first) == []

    def test_members_of_a_collection_are_found_by_path(self, shelf: Shelf) -> None:
        """`courses/one` is looked for beside the collection's folder, then above it."""
        one = shelf.put("One", "learning/courses/one.md")
        shelf.put("One more", "learning/courses/one-more.md")
        members = (Mention("One", path="courses/one", relation="item"), Mention("Two", path="courses/two"))
        collection = shelf.put("All", "learning/collections/all.md", mentions=members)
        assert self.related(shelf, collection) == [("One", one), ("Two", None)]
        assert self.related(shelf, one) == [("All", collection)]

    def test_hidden_article_is_not_found(self, shelf: Shelf) -> None:
        shelf.put("Other", "o.md", url="https://news.example/other", removed=True)
        first = shelf.put("Story", mentions=(Mention("Other", url="https://news.example/other"),))
        assert self.related(shelf, first) == [("Other", None)]


def test_unknown_keys_come_back_as_they_were(shelf: Shelf) -> None:
    article_id = shelf.put("Story", extra={"price": {"EUR": 3}, "flags": ["a"]})
    stored = shelf.library.articles.get(article_id)
    assert stored is not None
    assert stored.article == Article(
        title="Story", path="Story.md", extra={"price": {"EUR": 3}, "flags": ["a"]}
    )
