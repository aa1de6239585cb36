"""What pages build from scripts and elements of their own, as plain HTML that `html.py` knows.

players, posts of elsewhere → `<iframe src>`     code → `<pre class="language-…">` without line numbers
formulas → `<code>`, as TeX has them             a cell of several rows → one in each
pictures and their captions: pages/pictures.py
"""

import re
from itertools import islice
from typing import TYPE_CHECKING

from tui_reader.sources.pages.pictures import MAX_ADDRESS, settle_captions, settle_pictures
from tui_reader.sources.pages.runs import drop_unseen, take_out

if TYPE_CHECKING:
    from lxml.etree import _Element

WRAPPERS = 7
"""Elements around a block of code, a table of lines perhaps, that may tell its language."""

_PLAYERS = {
    "amp-youtube": ("data-videoid", "https://www.youtube.com/watch?v="),
    "amp-vimeo": ("data-videoid", "https://vimeo.com/"),
    "amp-dailymotion": ("data-videoid", "https://www.dailymotion.com/video/"),
    "amp-twitter": ("data-tweetid", "https://twitter.com/i/status/"),
    "amp-instagram": ("data-shortcode", "https://www.instagram.com/p/"),
    "lite-youtube": ("videoid", "https://www.youtube.com/watch?v="),
    "lite-vimeo": ("videoid", "https://vimeo.com/"),
}
_RENAMED = {"amp-iframe": "iframe", "amp-video": "video", "amp-audio": "video", "audio": "video"}
_NO_PLAYER = re.compile(
    r"^(?:about|javascript|data|blob):"
    r"|//[^/]*(?:doubleclick|googlesyndication|googletagmanager|google-analytics|adservice|amazon-adsystem|taboola|outbrain|criteo|disqus|recaptcha|hcaptcha|consent|cookielaw"
    r"|mailchimp|list-manage|hsforms|addthis|sharethis|accounts\.google)"
    r"|facebook\.com/plugins/(?:like|share|page|comments)"
    r"|platform\.twitter\.com/widgets/(?:follow|tweet_button)|substack\.com/embed$|google\.com/recaptcha|/(?:newsletter|subscribe|sign-?up)(?:[/?.-]|$)",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(
    r"(?:^|\s)(?:lang(?:uage)?-|highlight-source-|highlight-|brush:\s*|sourceCode\s+|hljs\s+(?:language-)?)"
    r"([\w+#.-]{1,20})"
)
_NO_LANGUAGE = frozenset(
    "none plaintext text default plain nohighlight txt notranslate line-numbers auto wrapper source highlight"  # noqa: SIM905
    " hljs language undefined".split()
)
_FORMULA = re.compile(r"(?:^|\s)(?:katex|mwe-math-element)(?:\s|$)")
"""Around a formula that is told several times: for reading, for looking at and as a picture."""
_DISPLAYED = re.compile(r"\{\\(?:display|text)style\s?(.*)\}", re.DOTALL)
MOST_ROWS, MOST_COLUMNS = 200, 20
"""Of one cell."""
MOST_CELLS = 5_000
"""That are put in below such, in one page."""
_PERMALINKS = frozenset(("", "#", "¶", "§", "🔗", "↩", "↩︎", "^", "↑", "\uf0c1"))
_NOTE = re.compile(r"(\[?)(\d{1,3})\]?")
"""Brackets keep apart what follows each other: `[1][2]` are not twelve."""
_LINE_NUMBERS = re.compile(
    r"(?:^|\s)(?:(?:code-|rouge-)?gutter|line-?nos?|line-?numbers?|linenodiv|lnt|ln|hljs-ln-numbers"
    r"|line-numbers-rows|blob-num|CodeMirror-linenumber)(?:\s|$)",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"[\s\d.:]*")


def settle(root: "_Element") -> None:
    """The tree as a browser would show it after a while, without what it does not show."""
    settle_pictures(root)
    _settle_players(root)
    _settle_formulas(root)
    _settle_readings(root)
    _settle_code(root)
    _settle_cells(root)
    drop_unseen(root)
    settle_captions(root)
    _settle_anchors(root)


def _settle_players(root: "_Element") -> None:
    for name, (key, start) in _PLAYERS.items():
        for element in list(root.iter(name)):
            if re.fullmatch(r"[\w-]{1,40}", value := element.get(key, "").strip()):
                element.tag = "iframe"
                element.set("src", start + value)
    for name, tag in _RENAMED.items():
        for element in list(root.iter(name)):
            element.tag = tag
    out = []
    for player in list(root.iter("iframe", "video")):
        sources = (player, *player.iterchildren("source"))
        told = (one.get(name, "") for one in sources for name in ("src", "data-src", "data-lazy-src"))
        source = next((one for one in told if one and not one.startswith("about:")), "")
        if not source or len(source) > MAX_ADDRESS or _NO_PLAYER.search(source):
            out.append(player)
            continue
        player.set("src", source)
        # What is there for browsers that play nothing.
        player.text = None
        for child in list(player):
            player.remove(child)
    take_out(out, root)


def _settle_formulas(root: "_Element") -> None:
    """Each is told once, in the words of TeX where the page has them."""
    for formula in list(root.iter("math")):
        told = _formula(formula)
        around = islice(formula.iterancestors(), WRAPPERS)
        frame = next(
            (at for at in around if at.tag == "span" and _FORMULA.search(at.get("class", "")[:300])), formula
        )
        for child in list(frame):
            frame.remove(child)
        frame.attrib.clear()
        frame.tag, frame.text = "code", told


def _formula(formula: "_Element") -> str:
    notes = list(formula.iter("annotation", "annotation-xml"))
    told = (note.text or "" for note in notes if "tex" in note.get("encoding", "").lower())
    tex = " ".join((next(told, "") or formula.get("alttext", "")).split())
    take_out(notes, formula)
    displayed = _DISPLAYED.fullmatch(tex)
    return (displayed[1] if displayed else tex).strip() or "".join(
        "".join(map(str, formula.itertext())).split()
    )


def _settle_readings(root: "_Element") -> None:
    """How characters are read stands above them, and in brackets where there is no above."""
    for reading in root.iter("rt"):
        before = reading.getprevious()
        if (before is None or before.tag != "rp") and (said := "".join(map(str, reading.itertext())).strip()):
            for child in list(reading):
                reading.remove(child)
            reading.text = f"({said})"


def _settle_cells(root: "_Element") -> None:
    """Below a cell of several rows stands an empty one in each, or what follows would move to the left."""
    left = MOST_CELLS
    for group in root.iter("table", "tbody", "thead", "tfoot"):
        reaching: dict[int, int] = {}
        """Column → in how many of the next rows there is none of its own."""
        for row in group.iterchildren("tr"):
            column = 0
            for cell in list(row.iterchildren("td", "th")):
                while left and reaching.get(column):
                    cell.addprevious(cell.makeelement("td"))
                    reaching[column] -= 1
                    column, left = column + 1, left - 1
                rows, columns = _span(cell, "rowspan", MOST_ROWS), _span(cell, "colspan", MOST_COLUMNS)
                reaching.update((column + by, rows - 1) for by in range(columns) if rows > 1)
                column += columns
            while left and reaching.get(column):
                row.append(row.makeelement("td"))
                reaching[column] -= 1
                column, left = column + 1, left - 1


def _span(cell: "_Element", name: str, most: int) -> int:
    told = cell.get(name, "").strip()
    return min(max(1, int(told)), most) if told.isdecimal() and len(told) < 6 else 1


def _settle_code(root: "_Element") -> None:
    out: list[_Element] = [cell for cell in root.iter("td") if _is_line_number(cell)]
    for code in list(root.iter("pre")):
        if next(code.iterancestors("pre"), None) is not None:
            continue
        out += (part for part in code.iterdescendants("td", "span", "div", "a") if _is_line_number(part))
        language = _language(code)
        for inner in (code, *code.iter("code")):
            inner.attrib.clear()
        if language:
            code.set("class", f"language-{language}")
    take_out(out, root)
    for code in list(root.iter("pre")):
        _unwrap_lines(code)
        for inner in list(code.iterdescendants("pre")):
            inner.tag = "span"
        for end in code.iter("br"):
            end.tag, end.text = "span", "\n"


def _is_line_number(element: "_Element") -> bool:
    return bool(_LINE_NUMBERS.search(element.get("class", "")[:300])) and all(
        _NUMBERS.fullmatch(str(text)) for text in element.itertext()
    )


def _unwrap_lines(code: "_Element") -> None:
    """A table with a row for each line of code becomes lines."""
    for row in list(code.iter("tr")):
        cells = list(row.iter("td", "th"))
        for cell in cells:
            cell.tag, cell.tail = "span", None
        row.tag, row.text = "span", None
        row.tail = None if cells and "".join(map(str, cells[-1].itertext())).endswith("\n") else "\n"
    for part in list(code.iter("table", "tbody", "thead", "colgroup")):
        part.tag, part.text = "span", None


def _language(code: "_Element") -> str:
    inner = next(code.iter("code"), None)
    around = islice(code.iterancestors("div", "figure", "td", "tr", "tbody", "table"), WRAPPERS)
    for element in (code, *([inner] if inner is not None else ()), *around):
        found = _told_language(element)
        # Around several blocks it may tell that of another.
        if found and (element.tag in ("pre", "code") or _is_alone(element)):
            return found
    return ""


def _told_language(element: "_Element") -> str:
    told = [element.get(name, "").strip().lower() for name in ("data-lang", "data-language")]
    if element.tag in ("pre", "code"):
        told.append(element.get("lang", "").strip().lower())
    told += (match[1].lower() for match in islice(_LANGUAGE.finditer(element.get("class", "")[:300]), 5))
    return next((one for one in told if re.fullmatch(r"[\w+#.-]{1,20}", one) and one not in _NO_LANGUAGE), "")


def _is_alone(element: "_Element") -> bool:
    """Whether there is one block of code in it, beside the numbers of its lines."""
    return len(list(islice(element.iter("pre"), 3))) < 3


def _settle_anchors(root: "_Element") -> None:
    """Links within the page: a heading's own address goes, the number of a note is raised."""
    out = []
    for link in root.iter("a"):
        if not link.get("href", "").startswith("#"):
            continue
        text = "".join(map(str, link.itertext())).strip()
        if text in _PERMALINKS:
            out.append(link)
        elif note := _NOTE.fullmatch(text):
            for child in list(link):
                link.remove(child)
            link.text = f"({note[2]})" if note[1] else note[2]
            link.tag = "span" if next(link.iterancestors("sup"), None) is not None else "sup"
    take_out(out, root)
