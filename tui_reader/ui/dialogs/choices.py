"""What the choosers offer: views, orders, topics, links, actions, sources, problems. Values only."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tui_reader.keymap import KEYS, Key
from tui_reader.model import SCOPES, SORTS, Counts, Problem, Related, Sort, View
from tui_reader.query import FORMS
from tui_reader.ui.panes.dates import age
from tui_reader.ui.panes.sidebar import SCOPE_NAMES


class Choice(Struct, frozen=True):
    value: Any
    """What the screen answers when it is taken."""
    label: str
    note: str = ""
    """Short, at the right: a key, a count."""
    detail: str = ""
    """Whole sentences, shown below the list while the cursor is here."""
    heading: bool = False


GROUPS = {"story": "Same story", "related": "Related"}
SORT_NAMES: dict[Sort, str] = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "quality": "Best quality first",
    "heat": "Hottest first",
    "provider": "By provider",
    "title": "By title",
    "best": "Best match first",
    "shortest": "Shortest first",
    "longest": "Longest first",
}
# Textual's names for keys, as a person reads them.
KEY_NAMES = {
    "question_mark": "?",
    "full_stop": ".",
    "colon": ":",
    "comma": ",",
    "backslash": "\\",
    "slash": "/",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "backspace": "Backspace",
    "delete": "Delete",
    "f2": "F2",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
}


def key_name(keys: str, most: int = 4) -> str:
    """`ctrl+d` → `Ctrl+d`, `j,down` → `j ↓`."""
    names = []
    for key in keys.split(",")[:most]:
        *modifiers, last = key.strip().split("+")
        names.append("+".join([*(m.capitalize() for m in modifiers), KEY_NAMES.get(last, last)]))
    return " ".join(name for name in names if name)


def views(counts: Counts, sort: Sort) -> list[Choice]:
    choices = [Choice("", "Views", heading=True)]
    for scope in SCOPES:
        count = counts.scopes.get(scope)
        note = f"{count.total:,} · {count.unread:,} unread" if count else ""
        choices.append(Choice(View(scope=scope, sort=sort), SCOPE_NAMES[scope], note))
    if counts.saved:
        choices.append(Choice("", "Searches", heading=True))
        for kept in counts.saved:
            note = f"{kept.count.total:,} · {kept.count.unread:,} unread"
            view = View(query=kept.query, saved=kept.id, sort=sort)
            choices.append(Choice(view, kept.name, note, kept.query))
    if counts.sources:
        choices.append(Choice("", "Sources", heading=True))
        for source in counts.sources:
            note = f"{source.articles:,} · {source.unread:,} unread"
            choices.append(Choice(View(source=source.id, sort=sort), source.title, note))
    return choices


def sorts(*, searched: bool) -> list[Choice]:
    """What matches best can only be told where something was searched for."""
    return [Choice(sort, SORT_NAMES[sort]) for sort in SORTS if searched or sort != "best"]


def topics(counts: Counts, view: View) -> list[Choice]:
    """Tags first, since they are one's own; then topics; then the way back to all of them."""
    choices = []
    if view.topic or view.tag:
        choices.append(Choice(replace(view, topic=None, tag=None), "All topics"))
    if counts.tags:
        choices.append(Choice("", "Tags", heading=True))
        for name, count in counts.tags:
            tagged = View(scope="bookmarks", tag=name, sort=view.sort)
            choices.append(Choice(tagged, f"#{name}", f"{count:,}"))
    if counts.topics:
        choices.append(Choice("", "Topics", heading=True))
        for name, count in counts.topics:
            choices.append(Choice(replace(view, topic=name, tag=None), name, f"{count:,}"))
    return choices


def links(urls: Sequence[str], texts: Sequence[str]) -> list[Choice]:
    numbered = enumerate(zip(urls, texts, strict=True), start=1)
    return [Choice(url, f"{number}  {text or url}", detail=url) for number, (url, text) in numbered]


def related(entries: Sequence[Related]) -> list[Choice]:
    """With what ties each to the article at hand."""
    choices = []
    group = ""
    for number, entry in enumerate(entries, start=1):
        if entry.group != group:
            group = entry.group
            choices.append(Choice("", GROUPS[group], heading=True))
        mention = entry.mention
        told = (mention.provider or mention.domain, age(mention.published) if mention.published else "")
        label = f"{number}  {mention.title}"
        choices.append(Choice(entry, label, " · ".join(filter(None, told)), entry.why))
    return choices


def actions(keymap: Mapping[str, str], possible: Iterable[str]) -> list[Choice]:
    """Every action by name, for the palette."""
    can = set(possible)
    return [_action(key, keymap) for key in KEYS if key.id in can]


def keys(keymap: Mapping[str, str], possible: Iterable[str]) -> list[Choice]:
    """All keys by what they do, in their groups."""
    can = set(possible)
    choices: list[Choice] = []
    for group in dict.fromkeys(key.group for key in KEYS):
        choices.append(Choice("", group, heading=True))
        for key in KEYS:
            if key.group == group and keymap[key.id]:
                action = key.id if key.id in can else None
                choices.append(Choice(action, key.tooltip, key_name(keymap[key.id])))
    choices.append(Choice("", "What can be searched for", heading=True))
    choices += [Choice(None, form.meaning, form.written, detail=form.meaning) for form in FORMS]
    return choices


def _action(key: Key, keymap: Mapping[str, str]) -> Choice:
    return Choice(key.id, key.label, key_name(keymap[key.id]), key.tooltip)


def themes(names: Iterable[str]) -> list[Choice]:
    return [Choice(name, name) for name in sorted(names)]


def problems(found: Sequence[Problem]) -> list[Choice]:
    choices = []
    for problem in found:
        where = f"{problem.path}, line {problem.line}" if problem.line else problem.path
        choices.append(
            Choice(
                problem.path, problem.path.rpartition("/")[2], problem.source, f"{where}\n{problem.reason}"
            )
        )
    return choices
