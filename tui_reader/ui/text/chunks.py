"""Cuts Markdown into chunks that can be parsed by themselves, and long chunks into portions.

A chunk ends at a blank line where no block runs on, and around fenced code. In doubt it is longer than it
had to be: what stands inside lists and quotes is left to the parser. That makes a screenful of a long
article cost a screenful.
"""

import re
from collections.abc import Iterator, Sequence

MAX_TEXT = 1_000_000
"""Characters of a text that are looked at: 170,000 words, two long novels."""
MAX_ROWS, MAX_CELLS, MAX_TABLE = 200, 4_000, 32_000
"""Of a table: rows, cells, characters."""
_CHUNK_LINES = 20_000
_UNDIVIDED, _UNDIVIDED_LINES = 4_000, 100
"""Characters and lines of a chunk that is parsed in one go whatever it consists of."""
_PORTION, _PORTION_LINES, _MARKS = 16_000, 400, 400
"""Of a portion: characters, lines, characters that may mean something. Brackets that do not match take a time
that grows with the square of their number: 1,000 of them 1 ms, 16,000 of them 219."""

_FENCE = re.compile(r" {0,3}(?:(`{3,})[^`]*$|(~{3,}))")
_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?: {1,4}|\t|$)")
# HTML that runs over blank lines to its closing mark, and HTML that a blank line ends (CommonMark 4.6).
_RAW = re.compile(r" {0,3}<(?:(?P<tag>script|style|pre|textarea)\b|!--|\?|!\[CDATA\[|![a-z])", re.IGNORECASE)
_ENDS_LIST = re.compile(r" {0,3}(?:#{1,6}(?:\s|$)|>|(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$)")
_RAW_END = re.compile(r"</(?:script|style|pre|textarea)>", re.IGNORECASE)
_TAGS = re.compile(
    r" {0,3}</?(?:address|article|aside|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div"
    r"|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li"
    r"|link|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td"
    r"|tfoot|th|thead|title|tr|track|ul|base|basefont)(?:\s|/?>|$)",
    re.IGNORECASE,
)
_LONE_TAG = re.compile(r" {0,3}</?[a-z][a-z0-9-]*(?:\s[^<>]*)?>\s*$", re.IGNORECASE)


def _blank(line: str) -> bool:
    return not line or line.isspace()


def chunks(lines: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Kind (text, fence or html), first line, and line behind the last, of each chunk."""
    at, count = 0, len(lines)
    while at < count:
        line = lines[at]
        if _blank(line):
            at += 1
            continue
        if fence := _FENCE.match(line):
            kind, end = "fence", _fence_end(lines, at, fence[1] or fence[2])
        elif raw := _RAW.match(line):
            kind, end = "html", _raw_end(lines, at, raw)
        else:
            kind, end = "text", _text_end(lines, at)
        yield kind, at, end
        at = end


def _fence_end(lines: Sequence[str], at: int, mark: str) -> int:
    for end in range(at + 1, len(lines)):
        if mark not in lines[end]:
            continue
        line = lines[end].strip()
        if line.startswith(mark) and not line.strip(mark[0]) and not lines[end].startswith("    "):
            return end + 1
    return len(lines)


def _raw_end(lines: Sequence[str], at: int, raw: re.Match[str]) -> int:
    mark = raw[0].strip().lower()
    closing = {"<!--": "-->", "<?": "?>", "<![cdata[": "]]>"}.get(mark, ">")
    for end in range(at, len(lines)):
        if _RAW_END.search(lines[end]) if raw["tag"] else closing in lines[end]:
            return end + 1
    return len(lines)


def _text_end(lines: Sequence[str], at: int) -> int:
    count = min(len(lines), at + _CHUNK_LINES)
    item = _ITEM.match(lines[at])
    content = item.end() if item else 0
    """Where the text of a list's outermost item begins; a fence left of it ends the list."""
    code = not item and lines[at].startswith(("    ", "\t"))
    tags = _LONE_TAG.match(lines[at]) or _TAGS.match(lines[at])
    at += 1
    while at < count:
        line = lines[at]
        if _blank(line):
            follow = at + 1
            while follow < count and _blank(lines[follow]):
                follow += 1
            if follow == count:
                return at
            text = lines[follow]
            in_list = content and (text[0] in " \t" or _ITEM.match(text))
            if not in_list and not (code and text.startswith(("    ", "\t"))):
                return at
            at = follow
            continue
        indent = len(line) - len(line.lstrip(" "))
        if not tags and (not content or indent < content):
            if _FENCE.match(line) or _RAW.match(line):
                return at
            tags = _TAGS.match(line)
            if _ENDS_LIST.match(line):
                content = 0
            elif item := _ITEM.match(line):
                content = item.end()
        at += 1
    return count


def portions(lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """A chunk of text in pieces that each take a few milliseconds, with the number of table rows left out."""
    text = "\n".join(lines)
    if len(text) <= _UNDIVIDED and len(lines) <= _UNDIVIDED_LINES:
        yield text, 0
        return
    if row := next((n for n, line in enumerate(lines) if n and _rules_table(line)), 0):
        columns = max(1, lines[row].count("|") - 1)
        keep = max(1, min(MAX_ROWS, MAX_CELLS // columns))
        kept = lines[: row + 1 + keep]
        while len(kept) > row + 2 and sum(map(len, kept)) > MAX_TABLE:
            kept = kept[: row + 1 + (len(kept) - row - 1) // 2]
        yield "\n".join(line[: MAX_TABLE // 4] for line in kept), len(lines) - len(kept)
        return
    marks = sum(map(text.count, "[*_`<&\\~"))
    limit = min(_PORTION, max(1_000, len(text) * _MARKS // max(1, marks)))
    most = _PORTION_LINES if limit == _PORTION else _UNDIVIDED_LINES
    portion: list[str] = []
    size = 0
    for line in lines:
        for piece in _pieces(line, limit):
            over = size > limit or len(portion) > most
            if portion and ((over and piece[:1] not in ("", " ", "\t")) or size + len(piece) > limit * 2):
                yield "\n".join(portion), 0
                portion, size = [], 0
            portion.append(piece)
            size += len(piece) + 1
    yield "\n".join(portion), 0


def _rules_table(line: str) -> bool:
    """Whether it is the line under a table's head, `| --- | :-: |`."""
    return "|" in line and "-" in line and not line.strip(" \t|:-")


def _pieces(line: str, limit: int) -> Iterator[str]:
    while len(line) > limit:
        cut = line.rfind(" ", limit // 2, limit) + 1 or limit
        yield line[:cut]
        line = line[cut:]
    yield line
