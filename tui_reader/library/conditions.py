"""What a query asks besides words, as SQL conditions on `article`."""

import time
from datetime import datetime

from tui_reader.library.matching import match
from tui_reader.library.words import SLOTS
from tui_reader.query import All, Any, Has, Named, Node, Not, Number, State
from tui_reader.query_times import Time, span

BY = "coalesce(nullif(site, ''), provider)"
"""Who published an article: a publisher is known by its site, whatever it is called there."""
LEAD = "quality IS NULL, quality DESC, words DESC, place"
"""Which of a story's articles stands for it: the best, the longest, the first."""
SLACK = 1_000_000
"""Places by which an article may stand above its second, where thousands bear the same."""


class Conditions:
    def __init__(self, values: dict[str, object]) -> None:
        self._values = values

    def condition(self, node: Node) -> str:
        """A node as SQL that is true or false, never NULL, so that `-` turns it over."""
        if expression := match(node, headline=False):
            return f"place IN (SELECT rowid FROM search WHERE search MATCH {self._value(expression)})"
        match node:
            case Not():
                return f"NOT ({self.condition(node.node)})"
            case All():
                return f"({' AND '.join(map(self.condition, node.nodes))})"
            case Any():
                return f"({' OR '.join(map(self.condition, node.nodes))})"
            case State():
                return {"unread": "read = 0", "read": "read = 1", "bookmarked": "bookmarked = 1"}[node.name]
            case Has("note"):
                note = "SELECT 1 FROM bookmark WHERE bookmark.article_id = article.id AND note != ''"
                return f"(bookmarked = 1 AND EXISTS ({note}))"
            case Has():
                return f"{node.name} = 1"
            case Number():
                return f"coalesce({node.field} {node.sign} {self._value(node.value)}, 0)"
            case Time():
                return self._time(node)
            case Named():
                return self._named(node)
        return "0"

    def _value(self, value: object) -> str:
        name = f"v{len(self._values)}"
        self._values[name] = value
        return f":{name}"

    def _time(self, node: Time) -> str:
        """The undated are of no time. What is dated in the future counts as of when it came."""
        begin, end = span(node, datetime.now().astimezone())
        parts = ["published IS NOT NULL"]
        if begin is not None:
            parts += [f"sorted >= {self._value(begin)}", f"place >= {self._value(begin * SLOTS)}"]
        if end is not None:
            parts += [f"sorted < {self._value(end)}", f"place < {self._value(end * SLOTS + SLACK)}"]
        return f"({' AND '.join(parts)})"

    def _named(self, node: Named) -> str:
        if node.field == "source":
            like, name = self._value(_like("%", node.name, "%")), self._value(node.name)
            is_it = f"title LIKE {like} ESCAPE '\\' OR location = {name} OR CAST(source.id AS TEXT) = {name}"
            of_it = f"+source_id IN (SELECT source.id FROM source WHERE source.removed = 0 AND ({is_it}))"
            return f"EXISTS (SELECT 1 FROM origin WHERE origin.article_id = article.id AND {of_it})"
        column = "kind" if node.field == "kind" else "name"
        is_it = f"{column} LIKE {self._value(_like('', node.name, '%' if node.prefix else ''))} ESCAPE '\\'"
        if node.field == "kind":
            return is_it
        tagged = f"SELECT 1 FROM tag WHERE tag.article_id = article.id AND {is_it}"
        return f"(bookmarked = 1 AND EXISTS ({tagged}))"


def _like(before: str, name: str, after: str) -> str:
    for special in "\\%_":
        name = name.replace(special, "\\" + special)
    return before + name + after


def midnight() -> int:
    """When today began where the reader sits."""
    now = datetime.fromtimestamp(time.time()).astimezone()
    # Without its offset, which may have been another at midnight.
    return int(now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, fold=0).timestamp())
