"""Words as FTS5 is asked for them: every one quoted, so that nothing typed is read as its syntax."""

import re

from tui_reader.library.spacing import ends_in_one_letter, spaced_wanted
from tui_reader.query import All, Any, Node, Not, Text

ENDINGS = (
    "ed", "ing", "ies", "ion", "ation", "ational", "ity", "ality", "ivity", "bility", "al", "ally", "ance",
    "ence", "ant", "ent", "ement", "ment", "able", "ably", "ible", "ism", "alism", "ous", "ously", "ousness",
    "ive", "iveness", "ize", "izer", "ization", "ate", "ator", "er", "ic", "ical", "ful", "fulness", "ness",
    "ly",
)  # fmt: skip
"""What a stemmer takes off English words (M. F. Porter, An algorithm for suffix stripping, 1980)."""


def divided(root: Node | None) -> tuple[Node | None, list[Node]]:
    """The part of a query that the index answers, and what remains as conditions."""
    nodes = root.nodes if isinstance(root, All) else [] if root is None else [root]
    wanted = [node for node in nodes if match(node, headline=False)]
    if not wanted:
        return None, list(nodes)
    unwanted = [
        node for node in nodes if isinstance(node, Not) and match(node.node, headline=False) is not None
    ]
    rest = [node for node in nodes if node not in wanted and node not in unwanted]
    parts = [*wanted, *unwanted]
    return (parts[0] if len(parts) == 1 else All(tuple(parts))), rest


def match(node: Node, *, headline: bool) -> str | None:
    """An expression of FTS5, every word of it quoted; None where a node asks for more than words."""
    match node:
        case Text():
            return _text(node, headline)
        case Any():
            parts = [match(part, headline=headline) for part in node.nodes]
            return f"({' OR '.join(filter(None, parts))})" if all(parts) else None
        case All():
            wanted = [match(part, headline=headline) for part in node.nodes if not isinstance(part, Not)]
            unwanted = [match(part.node, headline=headline) for part in node.nodes if isinstance(part, Not)]
            # What stands in no title may still stand in the text.
            if not wanted or not all(wanted) or not all(unwanted) or (unwanted and headline):
                return None
            expression = f"({' AND '.join(filter(None, wanted))})"
            return f"({expression} NOT ({' OR '.join(filter(None, unwanted))}))" if unwanted else expression
    return None


COLUMN = {"topic": "topics"}


def _text(node: Text, headline: bool) -> str | None:
    if headline and node.field not in ("", "title"):
        return None
    begins = node.prefix or ends_in_one_letter(node.text)
    expression = _quoted(node.text) + (" *" if begins else "")
    if node.prefix and not headline and (last := _LAST_WORD.fullmatch(node.text)):
        # The index holds stems: `securit` begins none, `security` is there as `secur`.
        alternatives = [_quoted(last[1] + word) for word in completions(last[2])]
        if last[2].lower().endswith(("y", "ys")):
            # The stem of `play` is `plai`, with which no `player` begins; that of `playe` is `play`.
            alternatives.append(_quoted(node.text + "e") + " *")
        expression = f"({' OR '.join([expression, *alternatives])})"
    return f"{COLUMN.get(node.field, node.field)} : {expression}" if node.field else expression


_LAST_WORD = re.compile(r"(|.*[\W_])([A-Za-z]+)", re.DOTALL)


def _quoted(text: str) -> str:
    return '"' + spaced_wanted(text).replace('"', " ") + '"'


def completions(word: str) -> list[str]:
    """The words that a half-typed English ending may become: relatio → relation, runn → running."""
    word = word.lower()
    words = {
        word + ending[typed:]
        for ending in ENDINGS
        for typed in range(1, len(ending))
        if len(word) - typed >= 3 and word.endswith(ending[:typed])
    }
    if len(word) > 2 and word[-1] == word[-2]:
        words.add(word + "ing")
    return sorted(words)
