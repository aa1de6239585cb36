"""Textual's bindings, made from the one table of keys in `keymap.py`."""

from textual.binding import Binding, BindingType

from tui_reader.keymap import BY_ID


def bindings(**actions: str) -> list[BindingType]:
    """A binding for each id of the table: `bindings(down="scroll_line(1)")`. An unknown id is a KeyError."""
    return [
        Binding(key.keys or no_key(id), action, key.label, id=id, tooltip=key.tooltip, show=False)
        for id, key, action in ((id, BY_ID[id], action) for id, action in actions.items())
    ]


def no_key(id: str) -> str:
    """What Textual is told for an action without keys: a name that no terminal sends."""
    return f"<{id}>"
