"""Searches that are kept: saving, renaming, moving, removing, and taking each of these back."""

from collections.abc import Callable

import pytest

from tests.shelf import Shelf
from tui_reader.library.library import Library
from tui_reader.library.views import MAX_NAME, NameTaken, SavedViews
from tui_reader.model import SavedView


def kept(library: Library) -> list[tuple[str, str]]:
    return [(view.name, view.query) for view in library.views.all()]


@pytest.fixture
def views(library: Library) -> SavedViews:
    """Three of them: Sun, Wind, Coal."""
    for name in ("Sun", "Wind", "Coal"):
        library.views.save(name, f"title:{name.lower()}")
    return library.views


def named(views: SavedViews, name: str) -> SavedView:
    view = views.named(name)
    assert view is not None
    return view


def test_saved_searches_stand_in_the_order_they_came_in(library: Library, views: SavedViews) -> None:
    assert kept(library) == [("Sun", "title:sun"), ("Wind", "title:wind"), ("Coal", "title:coal")]


def test_view_is_known_by_its_name_whatever_its_case(views: SavedViews) -> None:
    assert named(views, " wIND\n").query == "title:wind"
    assert views.named("Water") is None
    assert views.named("") is None


def test_saving_under_a_name_that_is_there_replaces_its_query(library: Library, views: SavedViews) -> None:
    """In its place, with the name as it was written first."""
    before = named(views, "sun")
    after = views.save("SUN", "solar or sun")
    assert (after.id, after.name, after.query) == (before.id, "Sun", "solar or sun")
    assert [name for name, _ in kept(library)] == ["Sun", "Wind", "Coal"]


@pytest.mark.parametrize(
    ("name", "query", "called"),
    [
        ("", "title:x", "title:x"),
        (" \n ", "", "Everything"),
        ("a\x1b[31m\tb\u202e", "x", "a b"),
        ("x" * 500, "x", "x" * (MAX_NAME - 1) + "…"),
        ("100% “quoted”", "x", "100% “quoted”"),
    ],
)
def test_names_are_tidied(library: Library, name: str, query: str, called: str) -> None:
    assert library.views.save(name, query).name == called
    assert library.views.save(name, query).name == called
    assert len(library.views.all()) == 1


def test_renamed_view_keeps_its_place_and_query(library: Library, views: SavedViews) -> None:
    views.rename(named(views, "wind"), "Air")
    views.rename(named(views, "air"), "AIR")
    views.rename(named(views, "air"), " ")
    assert kept(library) == [("Sun", "title:sun"), ("AIR", "title:wind"), ("Coal", "title:coal")]


def test_name_of_another_view_is_refused(library: Library, views: SavedViews) -> None:
    before = kept(library)
    with pytest.raises(NameTaken, match="a view called “Coal” already"):
        views.rename(named(views, "wind"), "COAL")
    assert kept(library) == before


@pytest.mark.parametrize(
    ("name", "by", "order"),
    [
        ("wind", -1, "Wind Sun Coal"),
        ("wind", 1, "Sun Coal Wind"),
        ("sun", -1, None),
        ("coal", 1, None),
        ("sun", 2, "Wind Coal Sun"),
    ],
)
def test_view_moves_among_the_others_where_there_is_room(
    library: Library, views: SavedViews, name: str, by: int, order: str | None
) -> None:
    assert views.move(named(views, name), by) is (order is not None)
    assert [view.name for view in views.all()] == (order or "Sun Wind Coal").split()
    views.save("New", "x")
    assert views.all()[-1].name == "New"


def test_view_that_is_gone_does_not_move(views: SavedViews) -> None:
    gone = named(views, "wind")
    views.remove(gone)
    assert not views.move(gone, -1)


CHANGES: list[tuple[Callable[[SavedViews], object], str]] = [
    (lambda views: views.save("New", "x"), "Saved the view “New”"),
    (lambda views: views.save("sun", "x"), "Changed the view “Sun”"),
    (lambda views: views.rename(named(views, "Sun"), "Day"), "Renamed the view “Sun”"),
    (lambda views: views.move(named(views, "Sun"), 1), "Moved the view “Sun”"),
    (lambda views: views.remove(named(views, "Sun")), "Removed the view “Sun”"),
]


@pytest.mark.parametrize(("change", "label"), CHANGES, ids=[label.split()[0] for _, label in CHANGES])
def test_every_change_is_taken_back(
    library: Library, views: SavedViews, change: Callable[[SavedViews], object], label: str
) -> None:
    """By one step, which says what it was."""
    before = views.all()
    change(views)
    assert views.all() != before
    undone = library.undo.undo()
    assert undone is not None
    assert (undone.label, undone.ids) == (label, [])
    assert views.all() == before


def test_all_changes_are_taken_back_in_turn(shelf: Shelf) -> None:
    """Beside changes of articles, and over a restart."""
    library, article_id = shelf.library, shelf.put("Story")
    states = [kept(library)]
    for name in ("Sun", "Wind"):
        library.views.save(name, name.lower())
        library.articles.toggle_read(article_id)
        states.append(kept(library))
    path = library.database.path
    library.close()
    with Library(path) as again:
        for before in reversed(states[:-1]):
            again.undo.undo()
            again.undo.undo()
            assert kept(again) == before
        assert again.undo.undo() is None
