"""What belongs to an article: whom its publisher's lists name, found in the library where they are there, and
whose lists name it."""

from pathlib import PurePosixPath

from msgspec import json

from tui_reader import clean
from tui_reader.library.database import Database
from tui_reader.library.intake import decode_article, stems
from tui_reader.model import Article, Mention, Related

# The members of a collection are named by their paths, from its own folder or one above it.
WHERE_MET = "SELECT source_id, path FROM origin WHERE article_id = ?"
AT_STEM = """
SELECT article_id FROM origin JOIN article ON article.id = article_id
WHERE source_id = ? AND path > ? AND path < ? AND listed = 1 LIMIT 1
"""
NAMED_BY = """
SELECT DISTINCT article.id, rest, summary FROM mention
JOIN article ON article.id = mention.article_id
JOIN content ON content.article_id = article.id
WHERE address IN (
    SELECT address FROM address WHERE article_id = :id UNION SELECT value FROM json_each(:paths)
) AND listed = 1 ORDER BY sorted DESC LIMIT 20
"""
AT_ADDRESS = """
SELECT article_id FROM address JOIN article ON article.id = article_id WHERE address = ? AND listed = 1
"""


class RelatedArticles:
    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, article_id: int, mentions: tuple[Mention, ...]) -> list[Related]:
        """An article's mentions and then those that mention it, each once, itself left out."""
        entries: list[Related] = []
        seen: set[object] = set()
        origins = self._database.rows(WHERE_MET, (article_id,))
        for mention in mentions:
            found = self._at_address(mention) if mention.url else self._at_path(mention, origins)
            name: object = found or clean.canonical(mention.url) or mention.path or mention.title
            if found == article_id or name in seen:
                continue
            seen.add(name)
            entries.append(Related(mention=mention, id=found))
        paths = json.encode([f"{source}:{PurePosixPath(path).with_suffix('')}" for source, path in origins])
        for naming, rest, summary in self._database.rows(
            NAMED_BY, {"id": article_id, "paths": paths.decode()}
        ):
            if naming != article_id and naming not in seen:
                entries.append(Related(mention=_as_mention(decode_article(rest, summary, "")), id=naming))
        return entries

    def _at_address(self, mention: Mention) -> int | None:
        for url in (mention.url, *mention.alternate_urls):
            if row := self._database.row(AT_ADDRESS, (clean.canonical(url),)):
                found: int = row[0]
                return found
        return None

    def _at_path(self, mention: Mention, origins: list[tuple[int, str]]) -> int | None:
        for source, path in origins:
            for stem in stems(path, mention.path):
                if row := self._database.row(AT_STEM, (source, stem + ".", stem + "/")):
                    found: int = row[0]
                    return found
        return None


def _as_mention(article: Article) -> Mention:
    return Mention(
        title=article.title,
        url=article.url,
        summary=article.summary,
        published=article.published,
        provider=article.provider,
        domain=article.domain,
        kind=article.kind,
        quality=article.quality,
    )
