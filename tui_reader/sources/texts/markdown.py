"""Markdown as text: plain text made into it, and what a text says of itself (heading, first words).

It works line by line and by pattern; what Markdown looks like on the screen is the screen's matter.
"""

import html
import re

from tui_reader import clean

SAMPLE = 20_000
"""Characters looked at for a heading, a first paragraph, or whether a body is HTML."""
LONGEST_TITLE = 120
LONGEST_SUMMARY = 300

# Every branch begins with a letter of its own: so what needs nothing is passed over fifteen times as fast.
_INLINE = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)|`|\[|\]|\*(?:(?<!\s\*)|(?!\s))|_(?:(?<![^\W_]_)|(?![^\W_]))|~(?=~)"
    r"|<(?!https?://)(?=[A-Za-z/!?])|&(?=#?\w{1,31};)",
    re.MULTILINE,
)
ESCAPABLE = b"\\`[]*_~<&"
"""What begins any of these."""
_LEADING = re.compile(
    r"\A([ \t]*)(?:(#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|={2,}\s*$|-{2,}\s*$)|(\d{1,9})(?=[.)](?:\s|$)))"
)
_LIST_ITEM = re.compile(r"[ \t]{0,3}(?:[-*+]|\d{1,9}[.)])[ \t]+\S")
# Under a line of text it would make that a heading.
_RULE = re.compile(r"^[ \t]*(?:-{3,}|={2,}|\*{3,}|(?:\* ){2,}\*|_{3,})[ \t]*$", re.MULTILINE)
WRAPPED = 50
"""A line this long that is not a paragraph's last was most likely broken by an editor."""
MAX_LINES = 100_000
"""A text of more lines is a log or a list, and shown as one: 5 MB of short lines would take 7 s."""


def escape(text: str) -> str:
    """Text as Markdown that shows it as it is, but for what stands at the beginning of a line."""
    # Four times as fast as the pattern, and most texts have nothing of it.
    if not clean.has_any(text.encode("utf-8", "surrogatepass"), ESCAPABLE):
        return text
    return _INLINE.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return "\\" + found[0]


def escape_leading(text: str) -> str:
    """The same for what stands at the beginning of a line: headings, quotes, lists."""
    if text[:1].isalpha():
        return text
    return _LEADING.sub(lambda m: f"{m[1]}{m[3]}\\" if m[3] else f"{m[1]}\\{m[2]}", text)


def from_plain(text: str) -> str:
    """Markdown that shows a plain text as it was typed: its paragraphs, short lines, lists and quotes."""
    if text.count("\n") > MAX_LINES:
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
        return f"{fence}\n{text}\n{fence}"
    paragraphs: list[str] = []
    for paragraph in re.split(r"\n(?:[ \t]*\n)+", _RULE.sub("\n---\n", text).strip("\n")):
        lines = paragraph.rstrip().split("\n")
        if len(lines) > 1 and all(line.startswith(("    ", "\t")) for line in lines):
            paragraphs.append("\n".join(lines).expandtabs(4))
        elif paragraph.strip():
            paragraphs.append(_typed_paragraph(lines))
    return "\n\n".join(paragraphs)


def _typed_paragraph(lines: list[str]) -> str:
    if lines == ["---"]:
        return "---"
    wrapped = all(len(line) >= WRAPPED for line in lines[:-1])
    shown: list[str] = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if match := _LIST_ITEM.match(line):
            mark = match[0][:-1]
            text = mark + escape(line[len(mark) :].rstrip())
        else:
            text = escape(line.strip())
            if text.startswith("#"):
                text = "\\" + text
        # A line that was typed short keeps its end.
        breaks = after and not wrapped and not match and not _LIST_ITEM.match(after)
        shown.append(text + "  " if breaks else text)
    return "\n".join(shown)


_HEADING = re.compile(
    r"\s*(?:#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|\Z)|(\S[^\n]{0,300})\n(?:=+|-{2,})[ \t]*(?:\n|\Z))"
)
_ANY_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1|\Z)", re.MULTILINE | re.DOTALL)
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\([^()\s]*(?:\s\"[^\"\n]*\")?\))?")
_LINK = re.compile(r"(?<!\\)\[((?:\\.|[^\\\[\]])*)\](?:\([^()\s]*(?:\s\"[^\"\n]*\")?\)|\[[^\[\]]*\])")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_TAG = re.compile(r"(?<!\\)</?[A-Za-z][^<>]{0,2000}>|<!--.*?-->", re.DOTALL)
_MARKS = re.compile(r"(?<!\\)(?:\*{1,3}(?=\S)|(?<=\S)\*{1,3}|~~|`+|(?<!\w)_{1,3}|_{1,3}(?!\w))")
_MARKUP = b"[<\\*_~`"
"""What any of these patterns needs."""
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_NOT_PROSE = re.compile(
    r"\s*(?:#{1,6}\s|\||<[a-z/!]|\{[%{]|!\[|(?:[-*_] ?){3,}\s*$|\[[^\]]*\]:|(?: {4}|\t))", re.IGNORECASE
)
_LINE_MARK = re.compile(r"^[ \t>]*(?:[-*+] )?", re.MULTILINE)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?=\s+[\"'“‘«(]?[^\sa-z])|[。！？][」』）]*")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|vs|No|Inc|Co|Corp|Ltd|Gov|Sen|Rep|Gen|etc))\.$"
)


def plain(text: str) -> str:
    """One line of Markdown or HTML without its markup."""
    if not clean.has_any(text.encode("utf-8", "surrogatepass"), _MARKUP):
        return clean.line(text)
    text = _WIKI_LINK.sub(r"\1", _IMAGE.sub("", text))
    text = _TAG.sub("", _LINK.sub(r"\1", text))
    return clean.line(_ESCAPED.sub(r"\1", _MARKS.sub("", text)))


def heading(body: str) -> str:
    """The first heading of a body."""
    sample = _FENCE.sub("", body[:SAMPLE])
    if (match := _HEADING.match(sample)) or (match := _ANY_HEADING.search(sample)):
        return _said(next(filter(None, match.groups())))
    return ""


def _said(heading: str) -> str:
    """What a heading reads as, its entities resolved."""
    return clean.line(html.unescape(plain(heading)))


def without_heading(body: str, title: str) -> str:
    """A body without the heading that repeats the title."""
    match = _HEADING.match(body)
    if match and _letters(_said(match[1] or match[2])) == _letters(title):
        return body[match.end() :].lstrip("\n")
    return body


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def first_paragraph(body: str) -> str:
    """The first paragraph of prose, in one line, cut to the length of a summary."""
    for paragraph in re.split(r"\n[ \t]*\n", _FENCE.sub("", body[:SAMPLE]).strip("\n")):
        if match := _HEADING.match(paragraph):
            paragraph = paragraph[match.end() :]
        if _NOT_PROSE.match(paragraph):
            continue
        if text := plain(_LINE_MARK.sub("", paragraph)):
            return shorten(text, LONGEST_SUMMARY)
    return ""


def first_sentence(text: str) -> str:
    """The first line or sentence of a text, as a title."""
    lines = text[:SAMPLE].strip().partition("\n\n")[0].split("\n")
    start = lines[0]
    if len(lines) > 1 and len(start) >= WRAPPED and not start.rstrip().endswith((".", "!", "?", ":")):
        start = " ".join(lines)
    start = clean.line(start)
    for match in _SENTENCE_END.finditer(start):
        if match.end() >= (15 if match[0].isascii() else 5) and not _ABBREVIATION.search(
            start[max(0, match.end() - 8) : match.end()]
        ):
            return shorten(start[: match.end()], LONGEST_TITLE)
    return shorten(start, LONGEST_TITLE)


def shorten(text: str, limit: int) -> str:
    """A text of at most so many characters, cut between two words."""
    if len(text) <= limit:
        return text
    before, _, after = text[:limit].rpartition(" ")
    return (before if len(after) < limit // 3 else text[: limit - 1]).rstrip(" ,;:–-") + "…"


_BLOCK_START = re.compile(
    r"\s*<(?:!doctype|html|head|body|p|div|table|section|article|center|h[1-6]|ul|ol|blockquote|figure|font"
    r"|span|img|br|style)\b[^>]*>",
    re.IGNORECASE,
)
_WHOLE_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_MARKDOWN_LINE = re.compile(r"^(?:#{1,6} \S|[-*+] \S|\d{1,3}\. \S|```|> )", re.MULTILINE)


def is_html(body: str) -> bool:
    """Whether a body is HTML rather than Markdown with some HTML in it."""
    sample = body[:SAMPLE]
    if "<" not in sample:
        return False
    if _WHOLE_PAGE.match(sample):
        return True
    if not _BLOCK_START.match(sample):
        return False
    paragraphs = [p for part in sample.split("\n\n") if (p := part.strip())]
    inside = sum(len(p) for p in paragraphs if p.startswith("<"))
    return inside >= 0.8 * sum(map(len, paragraphs)) and not _MARKDOWN_LINE.search(sample)
