"""The library as the rest of the program holds it: one file, opened, with a room for each thing."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tui_reader.library.articles import Articles
from tui_reader.library.bookmarks import Bookmarks
from tui_reader.library.database import Database
from tui_reader.library.doctor import Doctor
from tui_reader.library.feeds import Feeds
from tui_reader.library.index import Index
from tui_reader.library.intake import Intake
from tui_reader.library.pages import Pages
from tui_reader.library.search import Search
from tui_reader.library.sources import Sources
from tui_reader.library.undo import Undo
from tui_reader.library.views import SavedViews

if TYPE_CHECKING:
    from tui_reader.library.likeness import Vocabulary
    from tui_reader.library.related import RelatedArticles
    from tui_reader.library.stories import Stories

CHOOSE = """
INSERT INTO remembered (name, value, setting) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, setting = excluded.setting
"""


class Library:
    def __init__(self, path: Path) -> None:
        """Open the library in this file, or make it; `LibraryError` says why that cannot be."""
        self.database = Database(path)
        self._told_seen = self._seen()
        self.articles = Articles(self.database, self._told_seen)
        self.bookmarks = Bookmarks(self.database)
        self.sources = Sources(self.database)
        self.intake = Intake(self.database)
        self.feeds = Feeds(self.database)
        self.pages = Pages(self.database)
        self.undo = Undo(self.database)
        self.search = Search(self.database)
        self.views = SavedViews(self.database)
        self.index = Index(self.database)
        self.doctor = Doctor(self.database, self.index)

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # What the first screen does without; to import it takes 4 ms.

    @cached_property
    def related(self) -> "RelatedArticles":
        from tui_reader.library.related import RelatedArticles

        return RelatedArticles(self.database, self._vocabulary)

    @cached_property
    def stories(self) -> "Stories":
        from tui_reader.library.stories import Stories

        return Stories(self.database, self._vocabulary)

    @cached_property
    def _vocabulary(self) -> "Vocabulary":
        from tui_reader.library.likeness import Vocabulary

        return Vocabulary(self.database)

    def close(self) -> None:
        self.database.close()

    def chosen(self, name: str, setting: str) -> str:
        """What was chosen on the screen last time, unless the settings file says something new since."""
        row = self.database.row(
            "SELECT value FROM remembered WHERE name = ? AND setting = ?", (name, setting)
        )
        return row[0] if row else setting

    def choose(self, name: str, value: str, setting: str) -> None:
        """Remember a choice for the next start; not waited for."""
        self.database.write(lambda connection: connection.execute(CHOOSE, (name, value, setting)))

    def _seen(self) -> int:
        """The newest article that was there when the reader was last open; 0 before its first time."""
        row = self.database.row("SELECT value FROM remembered WHERE name = 'seen'")
        return int(row[0]) if row else 0

    def all_seen(self) -> None:
        """What is there now is not new next time; not waited for."""
        newest = self.articles.newest()
        if newest != self._told_seen:
            self._told_seen = newest
            self.choose("seen", str(newest), "")
