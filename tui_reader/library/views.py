"""Searches that are kept: named, ordered, and every change of them can be undone."""

import sqlite3
from collections.abc import Callable

from tui_reader import clean
from tui_reader.library import changes
from tui_reader.library.database import Database
from tui_reader.model import SavedView

MAX_NAME = 80
ALL = "SELECT id, name, query FROM view ORDER BY position, id"
ADD = """
INSERT INTO view (name, query, position)
SELECT ?, ?, coalesce(max(position), 0) + 1 FROM view
"""


class NoSuchView(Exception):  # noqa: N818 - it reads as what it says
    def __init__(self, name: str) -> None:
        super().__init__(f"There is no view “{name}”; `tui-reader view list` lists them.")


class SavedViews:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[SavedView]:
        """In their order, without counts."""
        return [SavedView(*row) for row in self._database.rows(ALL)]

    def named(self, name: str) -> SavedView | None:
        wanted = clean.line(name, MAX_NAME).casefold()
        return next((view for view in self.all() if view.name.casefold() == wanted), None)

    def save(self, name: str, query: str) -> SavedView:
        """Keep a query under a name, in place of one that has it already. An empty name is the query's."""
        name = clean.line(name, MAX_NAME) or clean.line(query, MAX_NAME) or "Everything"
        old = self.named(name)

        def change(connection: sqlite3.Connection) -> None:
            if old is not None:
                connection.execute("UPDATE view SET query = ? WHERE id = ?", (query, old.id))
            else:
                connection.execute(ADD, (name, query))

        self._change(change, f"Changed the view “{old.name}”" if old else f"Saved the view “{name}”")
        saved = self.named(name)
        if saved is None:  # another program took it off again
            raise NoSuchView(name)
        return saved

    def rename(self, view: SavedView, name: str) -> None:
        """Raises `NameTaken` where another view is called so."""
        name = clean.line(name, MAX_NAME)
        if (other := self.named(name)) is not None and other.id != view.id:
            raise NameTaken(other.name)
        if name:
            sql = "UPDATE view SET name = ? WHERE id = ?"
            self._change(
                lambda connection: connection.execute(sql, (name, view.id)), f"Renamed the view “{view.name}”"
            )

    def remove(self, view: SavedView) -> None:
        sql = "DELETE FROM view WHERE id = ?"
        self._change(
            lambda connection: connection.execute(sql, (view.id,)), f"Removed the view “{view.name}”"
        )

    def move(self, view: SavedView, by: int) -> bool:
        """Up (-1) or down (1) among the views; whether there was room."""
        order = [other.id for other in self.all()]
        if view.id not in order or not 0 <= order.index(view.id) + by < len(order):
            return False
        at = order.index(view.id)
        order.insert(at + by, order.pop(at))

        def change(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "UPDATE view SET position = ? WHERE id = ?", [(at, number) for at, number in enumerate(order)]
            )

        self._change(change, f"Moved the view “{view.name}”")
        return True

    def _change(self, change: Callable[[sqlite3.Connection], object], label: str) -> None:
        def recorded(connection: sqlite3.Connection) -> None:
            before = changes.ViewsWere(views=connection.execute(ALL_COLUMNS).fetchall())
            change(connection)
            changes.record(connection, label, before)

        self._database.write(recorded).result()


class NameTaken(Exception):  # noqa: N818 - it reads as what it says
    def __init__(self, name: str) -> None:
        super().__init__(f"There is a view called “{name}” already.")


ALL_COLUMNS = "SELECT id, name, query, position FROM view"


def put_back(connection: sqlite3.Connection, before: changes.ViewsWere) -> None:
    connection.execute("DELETE FROM view")
    connection.executemany("INSERT INTO view (id, name, query, position) VALUES (?, ?, ?, ?)", before.views)
