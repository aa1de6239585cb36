"""Textual's bindings, made from the one table of keys in `keymap.py`."""

from collections.abc import Mapping
from dataclasses import replace

from textual.binding import Binding, BindingType
from textual.dom import DOMNode

from tui_reader.keymap import BY_ID


def bindings(**actions: str) -> list[BindingType]:
    """A binding for each id of the table: `bindings(down="scroll_line(1)")`. An unknown id is a KeyError."""
    return [
        Binding(key.keys or no_key(id), action, key.label, id=id, tooltip=key.tooltip, show=False)
        for id, key, action in ((id, BY_ID[id], action) for id, action in actions.items())
    ]


def at_once(bindings: list[BindingType]) -> list[BindingType]:
    """The same, done before the next key is looked at, and before the focused widget sees theirs."""
    return [replace(made, priority=True) for made in bindings if isinstance(made, Binding)]


def use_keys(node: DOMNode, keymap: Mapping[str, str]) -> None:
    """Give the bindings of a screen or pane a person's keys; `keymap` names the keys of every action.

    Once, when it is made: `App.set_keymap` would do it again at every key, which costs 5 ms of each.
    """
    node._bindings.apply_keymap({action: keys or no_key(action) for action, keys in keymap.items()})


def no_key(id: str) -> str:
    """What Textual is told for an action without keys: a name that no terminal sends."""
    return f"<{id}>"
