"""A library with a source, filled by hand."""

import dataclasses
from pathlib import Path
from typing import Any

from tui_reader.library.intake import Brought, TakenIn
from tui_reader.library.library import Library
from tui_reader.model import Article, Problem, Source, View


@dataclasses.dataclass
class Shelf:
    library: Library
    folder: Path
    source: Source = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.source = self.library.sources.add_folder(self.folder)

    def put(self, title: str, path: str = "", source: Source | None = None, **fields: Any) -> int:
        """Take an article in; answers its id."""
        path = path or f"{title}.md"
        self.bring(Article(title=title, path=path, **fields), source=source)
        return self.id_at(path, source)

    def bring(self, what: Article | Problem, source: Source | None = None) -> TakenIn:
        brought = Brought(what, what.path, 1, 1)
        return self.library.intake.take_in((source or self.source).id, [brought])

    def id_at(self, path: str, source: Source | None = None) -> int:
        sql = "SELECT article_id FROM origin WHERE source_id = ? AND path = ?"
        found: int = self.library.database.row(sql, ((source or self.source).id, path))[0]
        return found

    def titles(self, **view: Any) -> list[str]:
        """Of a view, in its order."""
        rows = self.library.articles.rows(self.library.articles.ids(View(**view)))
        return [row.title for row in rows]
