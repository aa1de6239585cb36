"""Titles, texts and names as feeds tell them, in words that a person reads.

Nothing that a feed says of a text is believed but that it is plain: HTML is escaped once, twice or not at
all, and what was typed looks like HTML where it speaks of it.
"""

import re
from functools import lru_cache
from html import unescape

from tui_reader import clean
from tui_reader.sources.feeds import told
from tui_reader.sources.texts import html, html_attributes, markdown, values

LONG = 600
"""Characters of a description from which on it is the article and no summary of it."""
MAX_TYPED = html.MAX_HTML
"""Characters of a text without HTML; what comes after is left out, and the text says so."""

_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|blink|center|cite|code|del|dfn|em|font|h[1-6]|i|ins|kbd|mark|nobr|p|q|s|samp"
    "|small|span|strike|strong|sub|sup|time|tt|u|var|div"
)
_TAG = re.compile(rf"<(/?)({_INLINE}|br|img|wbr|hr)(?=[\s/>])[^<>]*>", re.IGNORECASE)
_ALONE = frozenset(("br", "img", "wbr", "hr"))


def line(text: str) -> str:
    """A title or a name in one line, whatever it was wrapped in."""
    text = text[: clean.MAX_LINE * 4]
    for _ in range(2):
        text = unescape(_without_tags(text)) if "&" in text or "<" in text else text
    return clean.line(_without_tags(text).replace("\xa0", " "))


def _without_tags(text: str) -> str:
    """Without the tags that mark something up; one that nothing closes is what the title speaks of."""
    if "<" not in text:
        return text
    tags = [(tag[1], tag[2].lower()) for tag in _TAG.finditer(text)]
    paired = {name for end, name in tags if end} & {name for end, name in tags if not end} | _ALONE

    def mended(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        return tag[0] if name not in paired else " " if name in ("br", "hr", "p", "div") else ""

    return _TAG.sub(mended, text)


_MARKUP = re.compile(
    rf"<(?=[a-z/!])(?:/?(?:{_INLINE}|br|img|hr|wbr|address|applet|article|aside|audio|blockquote|body|caption|dd|details|dir"
    r"|dl|dt|embed|fieldset|figcaption|figure|footer|form|frameset|header|html|iframe|label|li|link|main|map|math"
    r"|menu|meta|nav|noscript|object|ol|picture|pre|script|section|source|style|summary|svg|table|tbody|td|tfoot"
    r"|th|thead|title|tr|ul|video)(?=[\s/>])|!--|!doctype)",
    re.IGNORECASE,
)
_ESCAPED = re.compile(
    r"\s*&lt;(?:p|div|span|a|b|strong|em|i|img|br|ul|ol|h[1-6]|table|blockquote|figure|font)\b.*?(?:&gt;|>)"
)


def body(text: told.Text, base: str) -> str:
    """A text as Markdown, its addresses resolved."""
    # More is not shown; what is more than that is cut here or in `html`, which says so.
    value = clean.text(text.value[: 2 * MAX_TYPED])
    if text.kind == "plain":
        return _typed(value)
    # HTML that was escaped once more than it should be begins with an escaped tag, and closes one.
    if "<" not in value and _ESCAPED.match(value, 0, 2_000) and ("&lt;/" in value or "&lt;br" in value):
        value = unescape(value)
    if _MARKUP.search(value, 0, MAX_TYPED) or (text.kind == "html" and "<" in value):
        return html.to_markdown(value, joined(base, text.base)).strip()
    # A text without any tag is one that was typed; its entities are characters all the same.
    return _typed(values.unescaped(value))


def _typed(text: str) -> str:
    cut = len(text) > MAX_TYPED
    typed = markdown.from_plain(clean.text(text[:MAX_TYPED])).strip()
    return f"{typed}\n\n{html.CUT}" if cut else typed


def joined(base: str, address: str) -> str:
    """An address resolved; empty for one that is none."""
    address = address.strip()
    if address.startswith(("https://", "http://")):
        return address
    return html_attributes.joined(base, address)


def texts(one: told.Entry, base: str) -> tuple[str, str]:
    """Body and summary. A description that is all there is, and more than a few words, is the body."""
    told_body = body(one.content, base)
    description = body(one.summary, base) if one.summary.value != one.content.value else ""
    if not told_body:
        if _is_article(description):
            told_body, description = description, ""
    elif len(description) >= LONG and len(description) > 2 * len(told_body):
        # Some have the words of a teaser where others have the text.
        told_body, description = description, told_body
    # What the text says of its own end is no part of it.
    words = told_body.removesuffix(html.CUT)
    summary = markdown.plain(description[: 4 * clean.MAX_LINE]) or markdown.first_paragraph(words)
    return told_body, markdown.shorten(summary, clean.MAX_LINE)


# How a text ends that goes on elsewhere.
_TEASER = re.compile(
    r"(?:…|\.\.\.|\b(?:read more|read on|weiterlesen|lire la suite|leer más|leggi tutto"
    r"|читать далее|続きを読む)"
    r"|\b(?:appeared first on|(?:continue|keep) reading|read the (?:full|rest|whole)) .{0,300})"
    r"[\s\]).»→>]*\Z",
    re.IGNORECASE,
)
_STRUCTURE = re.compile(r"\n\n|\]\(|^(?:[-*] |\d+\. |```|\||> |#)", re.MULTILINE)


def _is_article(description: str) -> bool:
    """Whether a description is the text itself: long, or with what a summary of one line would lose."""
    if len(description) >= LONG or description == html.CUT or "![" in description:
        return True
    return bool(_STRUCTURE.search(description)) and not _TEASER.search(markdown.plain(description))


def title_of(body: str, summary: str) -> str:
    """What to call an entry that has no title."""
    return markdown.first_sentence(summary or markdown.plain(body[:LONG].removesuffix(html.CUT)))


_MAIL = r"(?<![\w@.])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
_ANY_MAIL = re.compile(rf"[(<\[]?\s*(?:mailto:)?({_MAIL})\s*[)>\]]?", re.IGNORECASE)
_NOBODY = re.compile(r"(?:no-?reply|do-?not-?reply)@.*|unknown", re.IGNORECASE)


def people(told_names: tuple[str, ...]) -> str:
    """Those who wrote it, each once and by name where they have one."""
    names = list(dict.fromkeys(filter(None, map(_person, told_names[:100]))))
    named = [name for name in names if not _ANY_MAIL.fullmatch(name)]
    return clean.line(", ".join(named or names))


# All entries of a weblog are by one or two.
@lru_cache(maxsize=256)
def _person(told_name: str) -> str:
    """Of RSS's `mail (Name)` and its like the name, else the address."""
    said = line(told_name)
    if found := _ANY_MAIL.search(said):
        name = _ANY_MAIL.sub("", said).strip(' ",;')
        if name.startswith("(") and name.endswith(")"):
            name = name[1:-1].strip()
        said = name or found[1]
    return "" if _NOBODY.fullmatch(said) else said
