"""HTML in, Markdown out; its one rule: no address leaves that `clean.address` has not returned.

    HTML → lxml tree → prune (scripts, what is hidden) → flatten (layout tables, wrappers)
         → settle (links, images, tables, code) → markdownify → tidy

lxml and markdownify are imported when the first HTML is met: together they take 150 ms.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from msgspec import Struct

from tui_reader import clean
from tui_reader.sources.markdown import escape, escape_leading

if TYPE_CHECKING:
    from lxml.etree import _Element
    from markdownify import MarkdownConverter

MAX_HTML = 1_500_000
"""Characters; what comes after is left out, and the text says so."""
MAX_ELEMENTS = 20_000
"""markdownify takes about 0.1 ms an element: two seconds are as long as anyone should wait for a text."""
MAX_DEPTH = 48
"""Of what is left after flattening; markdownify takes three Python frames a level."""
CUT = "*The rest of this text is left out here: it is too long. Open the original to read on.*"


class Page(Struct, frozen=True):
    title: str
    body: str
    """Markdown."""


def to_markdown(html: str, base: str = "") -> str:
    """The text of a page or a fragment; links and images are resolved against the base."""
    return convert(html, base).body


def convert(html: str, base: str = "") -> Page:
    """The text of a page, and its title from `<title>` or the first `<h1>`. Never raises."""
    cut = len(html) > MAX_HTML
    if cut:
        # Inside a tag the cut would leave half an address behind.
        tag = html.rfind("<", MAX_HTML - clean.MAX_ADDRESS, MAX_HTML)
        html = html[: tag if tag > 0 else MAX_HTML]
    root, too_deep = _parse(clean.text(html))
    if root is None:
        return Page("", "")
    title = _title(root)
    too_many = _prepare(root, base)
    try:
        from lxml import etree

        body = _tidy(_converter().convert(etree.tostring(root, encoding="unicode", method="html")))
    except RecursionError:
        body = escape("\n\n".join(line for part in root.itertext() if (line := clean.line(str(part)))))
    if cut or too_deep or too_many:
        body = f"{body}\n\n{CUT}".strip()
    return Page(title, clean.text(body))


_DROP = "x-drop"
_FLAT = "x-flat"
_DROPPED = frozenset(
    "script style head nav title meta link base noscript template svg canvas object applet map area audio"  # noqa: SIM905
    " input button select textarea datalist option optgroup progress meter dialog frame noframes".split()
)
_AS_DIV = frozenset(
    "main header footer aside figure center fieldset form address details hgroup search article section"  # noqa: SIM905
    " legend menu dir dl tr td th".split()
)
_FLATTENED = frozenset(
    "font small big u ins mark label tt abbr acronym bdi bdo data time nobr wbr picture"  # noqa: SIM905
    " thead tbody tfoot colgroup col".split()
)
# Of a table of data: all others are blocks of text.
_ROW, _CELL, _HEADING_CELL = "x-tr", "x-td", "x-th"
_BLOCKS = ("div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "blockquote", "pre")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_NOT_IN_CELLS = ("table", "pre", "blockquote", "h1", "h2", "h3", "ul", "ol")
_RENAMED = {
    **dict.fromkeys(("dt", "dd", "summary", "caption"), "p"),
    **dict.fromkeys(("xmp", "listing"), "pre"),
    **{"strike": "s", _ROW: "tr", _CELL: "td", _HEADING_CELL: "th"},
}
# libxml2 makes an element `a<p` of `<a<p>`.
_TAG_NAME = re.compile(r"[a-z][a-z0-9-]*")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_LINE_NUMBERS = re.compile(r"\b(?:gutter|lineno|linenos|line-numbers-rows)\b")
_SHARING = re.compile(
    r"https?://(?:www\.)?(?:(?:twitter|x)\.com/(?:intent|share)\b|facebook\.com/(?:sharer|share|dialog)\b"
    r"|linkedin\.com/(?:shareArticle|sharing)\b|pinterest\.[a-z.]+/pin/create|reddit\.com/submit"
    r"|(?:t|telegram)\.me/share|api\.whatsapp\.com/send|news\.ycombinator\.com/submitlink)",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"\S[^/]{0,99}\.(?:png|jpe?g|gif|webp|avif|svg|bmp)", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:lang(?:uage)?-|highlight-source-|brush:\s*)([\w+#-]{1,20})")


def _parse(html: str) -> tuple["_Element | None", bool]:
    """The tree of a page and whether libxml2 gave up on its depth; None for nothing at all."""
    from lxml import etree

    # Without huge_tree everything below 256 unclosed tags is gone, and old pages have them.
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    try:
        root = etree.fromstring(html.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None, False
    return root, any("depth" in error.message.lower() for error in parser.error_log)


def _title(root: "_Element") -> str:
    for name in ("title", "h1"):
        for found in root.iter(name):
            if title := clean.line("".join(map(str, found.itertext()))):
                return title
    return ""


def _prepare(root: "_Element", base: str) -> bool:
    """Leaves only what markdownify may see; says whether elements were left out for their number."""
    from lxml import etree

    if (found := next(root.iter("base"), None)) is not None:
        base = _join(base, found.get("href", ""))
    for element in root.iter("*"):
        if element.tag in _DROPPED or _is_hidden(element):
            element.tag = _DROP
    etree.strip_elements(root, _DROP, with_tail=False)

    too_many = False
    for number, element in enumerate(root.iter("*")):
        if number > MAX_ELEMENTS:
            too_many = True
            element.tag, element.tail = _DROP, None
    if too_many:
        etree.strip_elements(root, _DROP, with_tail=False)

    for table in list(root.iter("table")):
        _settle_table(table)
    _settle_all(root, base)
    for link in list(root.iter("a")):
        _link_inside_blocks(link)
    etree.strip_elements(root, _DROP, with_tail=False)
    etree.strip_tags(root, _FLAT)
    return too_many


def _is_hidden(element: "_Element") -> bool:
    return (
        element.get("hidden") is not None
        or bool(_HIDDEN.search(element.get("style", "")))
        or bool(_LINE_NUMBERS.search(element.get("class", "")))
    )


def _settle_table(table: "_Element") -> None:
    """A table of data gets one heading row; a table that only lays out becomes flowing text."""
    groups = [table, *table.iterchildren("thead", "tbody", "tfoot")]
    rows = [row for group in groups for row in group.iterchildren("tr") if len(row)]
    if not _is_data(table, rows):
        table.tag = _FLAT
        return
    for number, row in enumerate(rows):
        row.tag = _ROW
        for cell in row.iterchildren("td", "th"):
            cell.tag = _HEADING_CELL if number == 0 else _CELL
    for block in list(table.iter("p", "div")):
        block.tag, block.tail = "span", " " + (block.tail or "")
    # markdownify draws the line under the headings only if nothing stands before their row.
    for caption in list(table.iterchildren("caption")):
        table.addprevious(caption)


def _is_data(table: "_Element", rows: list["_Element"]) -> bool:
    if table.get("role") in ("presentation", "none") or len(rows) < 2:
        return False
    if next(table.iterdescendants(*_NOT_IN_CELLS), None) is not None:
        return False
    widest = max(map(len, rows))
    wide = sum(len(row) > 1 for row in rows)
    return 2 <= widest <= 40 and wide >= 0.6 * len(rows)


def _settle_all(root: "_Element", base: str) -> None:
    """Settles every element; those below the greatest depth, and links within links, keep only their text."""
    from lxml import etree

    open_: list[str] = []
    depth = links = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            name = open_.pop()
            depth -= name != _FLAT
            links -= name == "a"
            continue
        element.text, element.tail = _plain(element.text), _plain(element.tail)
        _settle(element, base)
        if (depth >= MAX_DEPTH and element.tag not in ("br", "img", _DROP)) or (links and element.tag == "a"):
            element.tag = _FLAT
        open_.append(element.tag)
        depth += element.tag != _FLAT
        links += element.tag == "a"


# Noncharacters, which lxml refuses, and the filler that newsletters put behind their previews.
_FILLER = re.compile("[\ufffe\uffff\u034f]")


def _plain(text: str | None) -> str | None:
    """Text of a node without what its entities may have brought in."""
    return text and clean.text(_FILLER.sub("", text).replace("\xa0", " "))


def _settle(element: "_Element", base: str) -> None:
    """Gives an element the name that markdownify knows, and only the attributes that it may use."""
    name = str(element.tag)
    kept: dict[str, str] = {}
    if name in _AS_DIV:
        name = "div"
    elif name in _FLATTENED or not _TAG_NAME.fullmatch(name):
        name = _FLAT
    elif name == "a":
        href = _address(element.get("href", ""), base)
        if _SHARING.match(href):
            name = _DROP
        elif href:
            kept["href"] = href
        else:
            name = _FLAT
    elif name == "img":
        name, kept = _image(element, base)
    elif name in ("iframe", "video", "embed"):
        name, kept = _embedded(element, base)
    elif name in (_CELL, _HEADING_CELL):
        if (span := element.get("colspan", "")).isdigit() and len(span) < 3:
            kept["colspan"] = str(min(int(span), 20))
    elif name in ("pre", "code"):
        if found := _LANGUAGE.search(element.get("class", "")):
            kept["lang"] = found[1]
    elif name in ("ul", "ol"):
        start = element.get("start", "")
        first = int(start) if start.isdigit() and len(start) < 9 else 1
        for number, item in enumerate(element.iterchildren("li"), first):
            item.set("number", str(number) if name == "ol" else "")
    elif name == "li":
        kept["number"] = element.get("number", "")
    elif name in ("dt", "summary", "caption"):
        _wrap_content(element, "strong", {})
    name = _RENAMED.get(name, name)
    element.attrib.clear()
    element.tag = name
    for key, value in kept.items():
        element.set(key, value)


def _image(element: "_Element", base: str) -> tuple[str, dict[str, str]]:
    alt = clean.line(element.get("alt") or element.get("title") or "", 300)
    if _FILE_NAME.fullmatch(alt):
        alt = ""
    sizes = [size for key in ("width", "height") if (size := _pixels(element, key)) is not None]
    # A picture of a letter's size is an emoji (its alternative text says it), an icon or a tracking pixel.
    if (sizes and min(sizes) <= 48 and max(sizes) <= 64) or "emoji" in element.get("class", ""):
        element.text = alt if not alt.isascii() else None
        return _FLAT, {}
    for key in ("src", "data-src", "data-original", "data-lazy-src", "srcset", "data-srcset"):
        address = element.get(key, "").strip()
        if "srcset" in key:
            address = address.partition(" ")[0]
        if address and (safe := _address(address, base)):
            return "img", {"src": safe, "alt": alt}
    element.text = alt
    return _FLAT, {}


def _pixels(element: "_Element", key: str) -> int | None:
    value = re.match(r"\d{1,5}(?=(?:px)?$)", element.get(key, "").strip())
    return int(value[0]) if value else None


def _embedded(element: "_Element", base: str) -> tuple[str, dict[str, str]]:
    """A film or a page within the page becomes a link to it."""
    source = element.get("src") or next((s.get("src") or "" for s in element.iter("source")), "")
    href = _address(source, base)
    title = clean.line(element.get("title", ""), 200) or clean.host_of(href).removeprefix("www.")
    for child in list(element):
        element.remove(child)
    element.text = f"Embedded: {title}"
    _wrap_content(element, "a", {"href": href})
    return "div" if href else _DROP, {}


def _wrap_content(element: "_Element", name: str, attributes: dict[str, str]) -> None:
    inner = element.makeelement(name, attributes)
    inner.text, element.text = element.text, None
    inner.extend(list(element))
    element.append(inner)


def _link_inside_blocks(link: "_Element") -> None:
    """A link around headings and paragraphs moves into them: Markdown has no link of several blocks."""
    blocks = list(link.iterdescendants(*_BLOCKS))
    if not blocks:
        return
    for block in blocks:
        if next(block.iterdescendants(*_BLOCKS), None) is None:
            _wrap_content(block, "a", {"href": link.get("href", "")})
    link.attrib.clear()
    link.tag = "div"


def _join(base: str, href: str) -> str:
    try:
        return urljoin(base, href.strip()) if base else href.strip()
    except ValueError:
        return ""


def _address(href: str, base: str) -> str:
    """An address that may be opened and stands unharmed between a Markdown link's brackets; else nothing."""
    if not href or href.startswith("#"):
        return ""
    safe = clean.address(_join(base, href[: clean.MAX_ADDRESS]))
    return safe.replace("(", "%28").replace(")", "%29")


_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


@lru_cache(maxsize=1)
def _converter() -> "MarkdownConverter":
    from markdownify import MarkdownConverter

    class Converter(MarkdownConverter):
        """markdownify with the escapes that a text needs and no more, and without its quadratic lists."""

        def escape(self, text: str, parent_tags: set[str]) -> str:
            text = escape(text)
            return text.replace("|", r"\|") if {"td", "th"} & parent_tags else text

        def process_text(self, el: Any, parent_tags: set[str] | None = None) -> str:
            text = str(super().process_text(el, parent_tags))  # type: ignore[misc]
            if getattr(el.previous_sibling, "name", None) == "br":
                text = text.lstrip()
            if text and "_noformat" not in (parent_tags or ()) and _begins_line(el):
                return escape_leading(text)
            return text

        def convert_br(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return "\n" if "pre" in parent_tags else str(super().convert_br(el, text, parent_tags))  # type: ignore[misc]

        def convert_li(self, el: Any, text: str, parent_tags: set[str]) -> str:
            number = el.get("number")
            bullet = f"{number}. " if number else "- "
            indented = (text.strip() or " ").replace("\n", "\n" + " " * len(bullet))
            return f"{bullet}{indented}\n" if text.strip() else "\n"

        def convert_img(self, el: Any, text: str, parent_tags: set[str]) -> str:
            alt = escape(el.get("alt") or "")
            if "_inline" in parent_tags:
                return alt
            image = f"![{alt}]({el.get('src')})"
            return image if "a" in parent_tags else f"\n\n{image}\n\n"

        def convert_a(self, el: Any, text: str, parent_tags: set[str]) -> str:
            link = str(super().convert_a(el, text, parent_tags))  # type: ignore[misc]
            return f"\n\n{link}\n\n" if link.startswith("[![") else link

        def convert_strong(self, el: Any, text: str, parent_tags: set[str]) -> str:
            # A heading is bold already.
            return text if _HEADINGS & parent_tags else str(super().convert_strong(el, text, parent_tags))  # type: ignore[misc]

        convert_b = convert_strong

        def convert_pre(self, el: Any, text: str, parent_tags: set[str]) -> str:
            code = el.find("code")
            language = el.get("lang") or (code.get("lang") if code else None) or ""
            text = text.strip("\n")
            fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
            return f"\n\n{fence}{language}\n{text}\n{fence}\n\n" if text.strip() else ""

        def convert_figcaption(self, el: Any, text: str, parent_tags: set[str]) -> str:
            text = text.strip()
            return f"\n\n*{text}*\n\n" if text and "*" not in text and "\n" not in text else f"\n\n{text}\n\n"

        def convert_sup(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return text.translate(_RAISED) if re.fullmatch(r"[\d+=n-]+", text) else text

        def convert_sub(self, el: Any, text: str, parent_tags: set[str]) -> str:
            return text.translate(_LOWERED) if re.fullmatch(r"[\d+=-]+", text) else text

    # wrap without a width folds the line breaks of the source, and wraps nothing.
    return Converter(
        heading_style="ATX", bs4_options="lxml", wrap=True, wrap_width=None, table_infer_header=True
    )


_LINE_BREAKERS = frozenset((*_BLOCKS, "br", "hr", "td", "th", "body", "html", "[document]", "figcaption"))


def _begins_line(node: Any) -> bool:
    """Whether a text stands where Markdown would take a `-`, `#` or `1.` for markup."""
    while True:
        before = node.previous_sibling
        while before is not None and before.name is None and not before.strip():
            before = before.previous_sibling
        if before is not None:
            return before.name in _LINE_BREAKERS
        node = node.parent
        if node is None or node.name in _LINE_BREAKERS:
            return True


_FENCE = re.compile(r"[ >]*(?:- |\d+\. )*(`{3,})")


def _tidy(markdown: str) -> str:
    """At most one blank line in a row and no blanks at line ends but a hard break's; code stays."""
    kept: list[str] = []
    fence = ""
    lines = markdown.strip().split("\n")
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if fence:
            kept.append(line)
            if line.lstrip(" >") == fence:
                fence = ""
            continue
        if match := _FENCE.match(line):
            fence = match[1]
        text = line.rstrip()
        if text.startswith(" ") and text[1] != " ":
            text = text[1:]
        if text or (kept and kept[-1]):
            kept.append(text + "  " if text and line.endswith("  ") and after.strip() else text)
    return "\n".join(kept)
