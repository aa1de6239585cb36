"""Pages that are no article though one was asked for: paywalls, logins, consent, robots, empty shells, files.

Each is a sentence that names the host and says what to do. A page with a long text is an article, whatever
else it says: these words stand in the corners of many.
"""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tui_reader import clean
from tui_reader.sources.page_facts import Facts

if TYPE_CHECKING:
    from lxml.etree import _Element

LONG = 250
"""Words from which on a text is an article."""
SHORT = 120
"""Words below which what a page says of consent, logins and robots is what it is about."""
LOOKED_AT = 20_000
"""Characters of a page's words."""

_LOGIN_PATH = re.compile(
    r"/(?:[a-z]+[-_])?(?:log-?in|sign-?in|sso|authenticate|authorize|oauth2?)\b", re.IGNORECASE
)
_CONSENT_HOST = re.compile(
    r"^(?:consent|guce|privacy|cmp|myprivacy|choice|cookies?)\b|\b(?:advertising\.com|consensu\.org)$"
)


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


_CONSENT = _any_of(
    "before you continue",
    "we (?:value|care about|respect) your privacy",
    "(?:accept|allow|agree to) all(?: cookies)?",
    "manage (?:your )?(?:cookie|privacy|consent)",
    "your privacy choices",
    "cookie (?:settings|preferences)",
    "alle(?: cookies)? (?:akzeptieren|zulassen)|cookies? akzeptieren",
    "tout accepter|accepter (?:et|les cookies)",
    "aceptar (?:todo|todas|y continuar|cookies)",
    "accetta (?:tutti|e continua)",
    "alles accepteren",
)
_ROBOTS = _any_of(
    "just a moment|attention required|pardon our interruption",
    "verif(?:y|ying) (?:that )?you are (?:a |not a )?(?:human|robot)",
    "are you (?:a human|a robot)|prove you(?:'|’)?re (?:human|not a robot)",
    "unusual (?:traffic|activity)",
    "checking (?:your browser|if the site connection is secure)",
    "enable javascript and cookies to continue",
    "press (?:&|and) hold|captcha",
    "access (?:to this page has been )?denied|request (?:was )?blocked",
    "bot (?:detection|protection)",
)
_PAYWALL = _any_of(
    "subscribe (?:now )?to (?:continue|read|keep|unlock|access)",
    "(?:continue|keep) reading (?:with|by|for)|to (?:continue|keep) reading",
    "this (?:article|story|content|post) is (?:only )?(?:for|available to|reserved for)"
    " (?:\\w+ )?(?:subscribers|members|paying)",
    "(?:subscribers?|members?) only|already a (?:subscriber|member)",
    "unlock this (?:article|story)|start your (?:free )?(?:trial|subscription)",
    "you(?:'|’)?ve (?:reached|read) your (?:\\w+ )?(?:limit|free)",
    "jetzt weiterlesen|nur für abonnenten",
    "réservé (?:à nos|aux) abonnés",
    "solo para suscriptores|exclusivo para (?:suscriptores|assinantes)",
)
_PAYWALL_NAME = _any_of("paywall|regwall|subscriber-only|metered-content|gateway-content")
_LOGIN = _any_of(
    "(?:log|sign) ?in to (?:continue|read|view|see|your)",
    "(?:must|need to|have to|please) (?:be )?(?:log|sign)(?:ged|ed)? ?in",
    "create (?:a free |an )account to",
    "melden sie sich an|connectez-vous|inicia sesión",
)
_NEEDS_SCRIPTS = _any_of(
    "(?:enable|turn on|requires?|needs?|without|activate) java ?script",
    "java ?script (?:is|to be) (?:required|disabled|turned off|not enabled|enabled)",
    "javascript (?:aktivieren|deaktiviert)|activer javascript",
)

_FILES = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"PK\x03\x04", "an archive"),
    (b"\x1f\x8b", "an archive"),
)
_KINDS = {"image": "a picture", "audio": "a sound", "video": "a film", "font": "a font"}
_PAGES = ("html", "xml", "text/plain", "octet-stream", "text/markdown")


def kind_of_file(data: bytes, content_type: str) -> str:
    """What something is that is no page: `a PDF`; empty for what may be one."""
    for start, kind in _FILES:
        if data.startswith(start):
            return kind
    told = clean.line(content_type.lower().partition(";")[0], 80)
    if kind := _KINDS.get(told.partition("/")[0], ""):
        return kind
    if not told or any(part in told for part in _PAGES):
        return ""
    return "a PDF" if "pdf" in told else f"a file ({told})"


def why_not(root: "_Element", facts: Facts, body: str, address: str, asked: str) -> str:
    """A sentence where a page stands in front of the article; empty where it is one.

    `body` is what was found of it. `address` is where the page was in the end, `asked` what was asked for.
    """
    count = len(body.split())
    # Written without blanks, a text has few words and many characters.
    count = max(count, len(body) // 12 if not body.isascii() else 0)
    if count >= LONG and not (facts.paid and _breaks_off(body)):
        return ""
    host = clean.host_of(address).removeprefix("www.")
    said = _said(root)
    shell = f"{facts.title}\n{said}"
    if count < SHORT:
        if (
            _CONSENT_HOST.search(host)
            or _leads_to(_CONSENT_HOST, address, asked)
            or _is_about(_CONSENT, said)
        ):
            return f"{host} asks for consent to its cookies first; open the original, and answer it there."
        if _ROBOTS.search(shell) and len(said.split()) < LONG:
            return f"{host} wants to know that no robot asks; open the original."
    if facts.paid or _has_paywall(root) or (_PAYWALL.search(said) and count < LONG):
        return f"{host} gives the whole text to its subscribers only; open the original."
    if count < SHORT:
        if _is_login(root, address, asked) or (_LOGIN.search(said) and len(said.split()) < LONG):
            return f"{host} asks for a login; open the original, and log in there."
        if count < SHORT / 3 and _is_shell(root, said):
            return f"{host} puts its pages together by a script, which is not run here; open the original."
    return ""


def _said(root: "_Element") -> str:
    parts: list[str] = []
    size = 0
    for text in root.itertext():
        parts.append(str(text))
        size += len(text)
        if size > LOOKED_AT:
            break
    return " ".join(" ".join(parts).split())


def _breaks_off(body: str) -> bool:
    return body.rstrip(" *_\n").endswith(("…", "...", "[…]", "[...]"))


def _is_about(pattern: re.Pattern[str], said: str) -> bool:
    """Whether a page of few words says it."""
    return len(said.split()) < LONG and pattern.search(said) is not None


def _leads_to(pattern: re.Pattern[str], address: str, asked: str) -> bool:
    host = clean.host_of(address)
    return host != clean.host_of(asked) and pattern.search(host) is not None


def _is_login(root: "_Element", address: str, asked: str) -> bool:
    there, wanted = urlsplit(address).path, urlsplit(asked).path
    if there != wanted and _LOGIN_PATH.search(there) and not _LOGIN_PATH.search(wanted):
        return True
    return any(element.get("type", "").lower() == "password" for element in root.iter("input"))


def _has_paywall(root: "_Element") -> bool:
    return any(
        _PAYWALL_NAME.search(f"{element.get('class', '')} {element.get('id', '')}")
        for element in root.iter("div", "section", "aside", "article")
    )


def _is_shell(root: "_Element", said: str) -> bool:
    if _NEEDS_SCRIPTS.search(said):
        return True
    # An element for the script to fill, and nothing else.
    roots = ("root", "app", "__next", "__nuxt", "gatsby", "___gatsby", "svelte", "ember", "main-app")
    return any(element.get("id", "").lower() in roots for element in root.iter("div")) or not said
