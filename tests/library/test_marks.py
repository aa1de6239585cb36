"""Read marks, bookmarks, tags, notes, and taking all of that back."""

import pytest

from tests.shelf import Shelf
from tui_reader.library.bookmarks import NoSuchArticle, clean_tags
from tui_reader.library.library import Library
from tui_reader.model import Bookmark, Mention, View


def state(library: Library, article_id: int) -> tuple[bool, Bookmark | None]:
    stored = library.articles.get(article_id)
    assert stored is not None
    return stored.read, stored.bookmark


def test_unread_view_is_what_is_not_read(shelf: Shelf) -> None:
    one, two = shelf.put("One"), shelf.put("Two")
    assert shelf.library.articles.mark([one, one, 999], read=True) == [one]
    assert shelf.titles(scope="unread") == ["Two"]
    shelf.library.articles.toggle_read(one)
    shelf.library.articles.toggle_read(two)
    assert shelf.titles(scope="unread") == ["One"]


def test_bookmark_is_kept_over_a_restart(shelf: Shelf) -> None:
    article_id = shelf.put("Story")
    shelf.library.bookmarks.add(article_id, ["python", "tui"], "Read on the train.\nTwice.")
    path = shelf.library.database.path
    shelf.library.close()
    with Library(path) as again:
        bookmark = state(again, article_id)[1]
    assert bookmark is not None
    assert (bookmark.tags, bookmark.note) == (("python", "tui"), "Read on the train.\nTwice.")


def test_adding_again_adds_tags_and_keeps_the_note(shelf: Shelf) -> None:
    article_id = shelf.put("Story")
    shelf.library.bookmarks.add(article_id, ["one"], "note")
    shelf.library.bookmarks.add(article_id, ["two", "ONE"])
    bookmark = state(shelf.library, article_id)[1]
    assert bookmark is not None
    assert (bookmark.tags, bookmark.note) == (("one", "two"), "note")


def test_tag_filters_bookmarks_whatever_its_case(shelf: Shelf) -> None:
    shelf.library.bookmarks.add(shelf.put("One"), ["Python"])
    shelf.library.bookmarks.add(shelf.put("Two"), ["rust"])
    assert shelf.titles(scope="bookmarks", tag="python") == ["One"]
    assert shelf.library.articles.counts().tags == (("Python", 1), ("rust", 1))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["#ai", " ai ", "AI"], ("ai",)),
        (["two words", "a,b"], ("a b", "two words")),
        (["\x1b[31mred", "", "#", "\u202etag"], ("red", "tag")),
        (["x" * 500], ("x" * 59 + "…",)),
    ],
)
def test_tags_are_tidied(given: list[str], kept: tuple[str, ...]) -> None:
    assert clean_tags(given) == kept


def test_unknown_article_is_refused(library: Library) -> None:
    with pytest.raises(NoSuchArticle, match="no article 7"):
        library.bookmarks.add(7)


def test_preview_becomes_a_bookmarked_article(shelf: Shelf) -> None:
    """What only another article's list tells of can be kept; kept twice it is one article."""
    mention = Mention(
        "Elsewhere", url="https://far.example/a", summary="What it is.", published=1_700_000_000
    )
    article_id = shelf.library.bookmarks.add_mention(mention)
    assert shelf.library.bookmarks.add_mention(mention) == article_id
    assert shelf.titles(scope="bookmarks") == ["Elsewhere"]
    stored = shelf.library.articles.get(article_id)
    assert stored is not None
    assert (stored.article.summary, stored.article.published) == ("What it is.", 1_700_000_000)


class TestUndo:
    def test_every_kind_of_change_is_taken_back_in_turn(self, shelf: Shelf) -> None:
        library, one, two = shelf.library, shelf.put("One"), shelf.put("Two")
        states = [(state(library, one), state(library, two))]
        for change in (
            lambda: library.articles.toggle_read(one),
            lambda: library.bookmarks.toggle(one),
            lambda: library.bookmarks.edit(one, ["a", "b"], "note"),
            lambda: library.bookmarks.edit(one, ["b"], ""),
            lambda: library.articles.mark_view_read(View(), "Marked everything read"),
            lambda: library.articles.toggle_read(two),
            lambda: library.bookmarks.remove(one),
        ):
            change()
            states.append((state(library, one), state(library, two)))
        for before in reversed(states[:-1]):
            assert library.undo.undo() is not None
            assert (state(library, one), state(library, two)) == before
        assert library.undo.undo() is None

    def test_at_least_fifty_steps_and_over_a_restart(self, shelf: Shelf) -> None:
        article_id = shelf.put("Story")
        for number in range(60):
            shelf.library.bookmarks.edit(article_id, [], f"note {number}")
        path = shelf.library.database.path
        shelf.library.close()
        with Library(path) as again:
            for number in range(58, 8, -1):
                again.undo.undo()
                bookmark = state(again, article_id)[1]
                assert bookmark is not None
                assert bookmark.note == f"note {number}"

    def test_marks_the_reader_sets_by_itself_are_no_step(self, shelf: Shelf) -> None:
        article_id = shelf.put("Story")
        shelf.library.articles.mark([article_id], read=True, undoable=False)
        assert shelf.library.undo.undo() is None

    def test_what_changed_nothing_is_no_step(self, shelf: Shelf) -> None:
        article_id = shelf.put("Story")
        shelf.library.bookmarks.remove(article_id)
        shelf.library.articles.mark([article_id], read=False)
        assert shelf.library.undo.undo() is None

    def test_bookmark_of_a_vanished_article_comes_back_whole(self, shelf: Shelf) -> None:
        article_id = shelf.put("Story", "a.md", body="Text.")
        shelf.library.bookmarks.add(article_id, ["t"], "n")
        shelf.library.intake.drop(shelf.source.id, ["a.md"])
        shelf.library.bookmarks.remove(article_id)
        assert shelf.titles() == []
        shelf.library.undo.undo()
        assert shelf.titles() == ["Story"]
        bookmark = state(shelf.library, article_id)[1]
        assert bookmark is not None
        assert (bookmark.tags, bookmark.note) == (("t",), "n")

    def test_mark_all_marks_only_its_view(self, shelf: Shelf) -> None:
        shelf.put("One", topics=("AI",))
        shelf.put("Two", topics=("ai", "Chips"))
        shelf.put("Three")
        assert len(shelf.library.articles.mark_view_read(View(topic="AI"), "x")) == 2
        assert shelf.titles(scope="unread") == ["Three"]


def test_first_unread_is_the_nearest_in_the_order_that_was_asked(shelf: Shelf) -> None:
    ids = [shelf.put(str(number)) for number in range(5)]
    shelf.library.articles.mark(ids[:2], read=True)
    first_unread = shelf.library.articles.first_unread
    assert first_unread(ids) == 2
    assert first_unread([*reversed(ids)]) == 0
    assert first_unread(ids[:2]) is None
    assert first_unread([]) is None
