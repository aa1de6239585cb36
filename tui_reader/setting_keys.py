"""What keys are called: as a person writes them, and as Textual names them. No Textual here."""

import unicodedata
from functools import lru_cache

from tui_reader.setting_faults import UnusableError, kind, meant, shown

MODIFIERS = ("alt", "ctrl", "hyper", "meta", "shift", "super")
"""In the order in which Textual puts them before a key."""
_KEYS_WITHOUT_CHARACTER = (
    "escape enter tab space backspace delete insert home end pageup pagedown up down left right menu pause"
)
NAMED_KEYS = frozenset(_KEYS_WITHOUT_CHARACTER.split()) | {f"f{number}" for number in range(1, 25)}
# Textual's names for characters are Unicode's but for these (textual.keys.KEY_NAME_REPLACEMENTS).
_RENAMED = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
# Without the kitty keyboard protocol a terminal sends NUL, which Textual calls "ctrl+@".
_ALSO_SENT_AS = {"ctrl+space": "ctrl+@", "ctrl+at": "ctrl+@"}


def key_name(written: str) -> str:
    """Textual's name of one key as a person writes it: `?`, `Ctrl+D`, `shift+F5`, `PageDown`, `G`.

    Raises ValueError with a sentence. A letter's case counts only without modifiers, as terminals have it.
    """
    if written == "+" or written.endswith("++"):
        *modifiers, key = *written[:-2].split("+"), "+"
    else:
        *modifiers, key = written.split("+")
    modifiers = sorted({modifier.strip().lower() for modifier in modifiers} - {""})
    key = key if len(key) == 1 else key.strip()
    for modifier in modifiers:
        if modifier not in MODIFIERS:
            raise UnusableError(f"unknown modifier «{shown(modifier)}»{meant(modifier, MODIFIERS)}")
    if not key:
        raise UnusableError(f"no key in «{shown(written)}»; the comma is called «comma»")
    if len(key) > 1:
        name = _long_name(key)
    elif not key.isprintable():
        raise UnusableError("a character that cannot be typed")
    else:
        name = _character_name(key.lower() if modifiers else key)
    if modifiers == ["shift"] and name not in NAMED_KEYS:
        if len(name.upper()) == 1 and name.isalpha():
            return name.upper()
        raise UnusableError(f"«{shown(written)}» never arrives; write the character that it types")
    return "+".join([*modifiers, name])


def _long_name(key: str) -> str:
    name = key.lower()
    known = NAMED_KEYS | _character_names()
    if name not in known:
        raise UnusableError(f"unknown key «{shown(key)}»{meant(name, known)}")
    return name


def _character_name(character: str) -> str:
    """As `textual.keys._character_to_key` has it."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name)


@lru_cache(maxsize=1)
def _character_names() -> frozenset[str]:
    """Names of the characters that stand on keyboards of the Latin script."""
    characters = map(chr, (*range(0x20, 0x7F), *range(0xA1, 0x180)))
    return frozenset(_character_name(character) for character in characters if not character.isalnum())


def key_list(value: object) -> list[str]:
    if not isinstance(value, str):
        raise UnusableError(f'keys must be text such as "x" or "ctrl+x,f5", not {kind(value)}')
    if not value.strip() and value != " ":
        return []
    good: list[str] = []
    reasons = []
    for written in [value] if len(value) == 1 else value.split(","):
        try:
            name = key_name(written if len(written) == 1 else written.strip())
        except ValueError as error:
            reasons.append(str(error))
        else:
            good += [name, _ALSO_SENT_AS[name]] if name in _ALSO_SENT_AS else [name]
    good = list(dict.fromkeys(good))
    if reasons:
        raise UnusableError(*dict.fromkeys(reasons), good=good)
    return good
