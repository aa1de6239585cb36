"""What an article is about, in words: its title and its summary, or how its text begins where it has none.

The words are brought to a common form, so that two tellings of one event meet in them: small letters, no
accents, the commonest English endings off, no words that stand in every text.
"""

import re
import unicodedata
from functools import lru_cache

from tui_reader.library.spacing import spaced

MAX_TITLE, MAX_REST = 40, 100
"""Words of the title and of what follows it; more of them say less about the event."""
ENOUGH = 80
"""Characters of a summary from which on it needs no help from the text."""
_BEGINNING = 2_000
"""Characters of a text that are looked at."""

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s)\]>]*", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")

COMMON = frozenset(
    """
    about above after again against ago all also am amid among an and another any are as at back be became
    because been before being below between both but by came can come could day days did do does doing done
    down during each even ever every few first for from further get gets getting go goes going got had has
    have having he her here hers herself him himself his how however if in into is it its itself just last
    least less let like made make makes making many may me might more most much must my myself need never
    new news no nor not now of off on once one only or other our ours out over own part per put said same
    say saying says see seen set she should since so some still such take taken takes than that the their
    theirs them then there these they this those through time to today told too took top toward towards two
    under until up upon us use used uses using very via want was way we week well were what when where
    whether which while who whom whose why will with within without would year years yes yet you your yours
    aren couldn didn doesn don hadn hasn haven isn ll re shouldn ve wasn weren won wouldn aber als auch auf
    aus bei bis das dass dem den der des die durch ein eine einem einen einer eines er es fur hat ich ihr im
    ist ja kann man mehr mit nach nicht noch nur oder schon sein seine sich sie sind uber um und uns unter
    vom von vor war wegen wenn werden wie wir wird zu zum zur au aux avec ce ces cette comme dans de du elle
    en est et eux il ils la le les leur lui mais ne nous ont ou par pas plus pour qu que qui sa sans se ses
    son sont sur tout un une vous al como con cuando del desde el ella ellos entre era esta este esto fue ha
    han hay las lo los mas muy nos os para pero por porque sin sobre su sus tambien tiene una uno ya che chi
    ci col da dal dalla dei della di gli ho io nel nella non piu si sono sul sulla tra com dos em foi na nas
    num pela pelo sem ser sua uma aan bij dan dat deze dit door een het hij hun ik je maar met naar niet nog
    om ook op te tot uit van voor wat wel werd wordt ze zich zijn
    """.split()  # noqa: SIM905 - hundreds of lines otherwise
)


def gist(title: str | None, summary: str | None, body: str | None) -> str:
    """The words of an article, those of its title in a line of their own. `body` may be its beginning."""
    told = summary or ""
    if len(told) < ENOUGH and body:
        told = f"{told} {body[:_BEGINNING]}"
    headline = " ".join(words(title or "")[:MAX_TITLE])
    rest = " ".join(words(told)[:MAX_REST])
    return f"{headline}\n{rest}"


def words(text: str) -> list[str]:
    """The words of a text that tell what it is about, each in its common form."""
    return [
        common_form(word)
        for word in plain_words(text)
        if (len(word) > 1 or word.isdecimal()) and word not in COMMON
    ]


def plain_words(text: str) -> list[str]:
    """The words of a text without capitals and accents; unspaced scripts in pairs of letters."""
    # Most have none, which is found out twenty times as fast so.
    if "//" in text or "www." in text.lower():
        text = _ADDRESS.sub(" ", text)
    if text.isascii():
        return _WORD.findall(text.casefold())
    text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    text = spaced(unicodedata.normalize("NFC", text)) or ""
    return written_words(text.casefold())


def written_words(text: str) -> list[str]:
    """The words of a text as they stand there: letters, digits, and the vowel signs of some scripts."""
    signs = {letter for letter in set(text) if unicodedata.category(letter) in ("Mn", "Mc")}
    if not signs:
        return _WORD.findall(text)
    return "".join(letter if letter.isalnum() or letter in signs else " " for letter in text).split()


@lru_cache(maxsize=8192)
def common_form(word: str) -> str:
    """Without the commonest English endings: exposed, exposes, exposing → expos.

    Much less than a stemmer does; of those that were tried it told the same event from another best.
    """
    if len(word) > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word
