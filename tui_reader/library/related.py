"""What belongs to an article: its publisher's lists, each entry found in the library where it is there."""

from tui_reader import clean
from tui_reader.library.database import Database
from tui_reader.model import Mention, Related

# The members of a collection are named by their paths, from its own folder or one above it.
WHERE_MET = "SELECT source_id, path FROM origin WHERE article_id = ?"
AT_STEM = """
SELECT article_id FROM origin JOIN article ON article.id = article_id
WHERE source_id = ? AND path > ? AND path < ? AND listed = 1 LIMIT 1
"""
AT_ADDRESS = """
SELECT article_id FROM address JOIN article ON article.id = article_id WHERE address = ? AND listed = 1
"""


class RelatedArticles:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, article_id: int, mentions: tuple[Mention, ...]) -> list[Related]:
        """An article's mentions, each once, its own address left out."""
        entries: list[Related] = []
        seen: set[object] = set()
        origins = self._database.rows(WHERE_MET, (article_id,)) if any(m.path for m in mentions) else []
        for mention in mentions:
            found = self._at_address(mention) if mention.url else self._at_path(mention, origins)
            name: object = found or clean.canonical(mention.url) or mention.path or mention.title
            if found == article_id or name in seen:
                continue
            seen.add(name)
            entries.append(Related(mention=mention, id=found))
        return entries

    def _at_address(self, mention: Mention) -> int | None:
        for url in (mention.url, *mention.alternate_urls):
            if row := self._database.row(AT_ADDRESS, (clean.canonical(url),)):
                found: int = row[0]
                return found
        return None

    def _at_path(self, mention: Mention, origins: list[tuple[int, str]]) -> int | None:
        for source, path in origins:
            folders = path.split("/")[:-1]
            for depth in range(len(folders), -1, -1):
                stem = "/".join([*folders[:depth], mention.path])
                if row := self._database.row(AT_STEM, (source, stem + ".", stem + "/")):
                    found: int = row[0]
                    return found
        return None
