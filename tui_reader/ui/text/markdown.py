"""Markdown → blocks: what a text consists of, without a thought for how wide it will be drawn.

    text → chunks → markdown-it's tokens → blocks

Everything is done when it is asked for, chunk by chunk. Whatever a limit leaves out is replaced by a `Note`
that says so.
"""

import html
import re
from collections.abc import Iterator, MutableMapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from tui_reader import clean
from tui_reader.ui.text.blocks import (
    CODE,
    EMPHASIS,
    LINK,
    MARK,
    QUIET,
    REST,
    STRIKE,
    STRONG,
    Ask,
    Block,
    Code,
    Figure,
    Heading,
    Links,
    List,
    Note,
    Paragraph,
    Piece,
    Quote,
    Rule,
    Run,
    Runs,
    Table,
    figure,
)
from tui_reader.ui.text.chunks import MAX_TEXT, chunks, portions

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_CODE, MAX_CODE_LINES, MAX_HTML = 100_000, 2_000, 64_000
"""Of a block of code: characters, lines; of a block of raw HTML: characters."""
MAX_DEFINITIONS = 100_000
"""Characters with definitions of addresses that are looked at before the text, in 100 ms."""
_MAX_NESTING = 20
"""markdown-it stops looking into blocks at this depth (its option `maxNesting`)."""

_DEFINITION = re.compile(r" {0,3}\[(?!\^)[^\]]{1,500}\]:")
_FOOTNOTE = re.compile(r"^( {0,3})(?=\[\^)", re.MULTILINE)
_INLINE = re.compile(r"[\\`*_~\[<&]|://|  \n")
"""What a paragraph without has nothing for markdown-it to find."""
_BREAK_TAG = re.compile(r"<br\b", re.IGNORECASE)
_LOOKS = {"strong": STRONG, "em": EMPHASIS, "s": STRIKE}
_ADDRESS = re.compile(r"https?://[^\s<>\"'`|]*[^\s<>\"'`|.,;:!?)\]}*…’”]")


@cache
def parser() -> "MarkdownIt":
    """markdown-it, imported when the first article is shown: 60 to 130 ms."""
    from markdown_it import MarkdownIt

    class Parser(MarkdownIt):
        """Addresses are judged by `clean.py`: refused here, a link would be left as `[text](address)`."""

        def validateLink(self, url: str) -> bool:  # noqa: N802
            return True

        def normalizeLink(self, url: str) -> str:  # noqa: N802
            return url

        def normalizeLinkText(self, link: str) -> str:  # noqa: N802
            return link

    return Parser("commonmark", {"maxNesting": _MAX_NESTING}).enable(["table", "strikethrough"])


class Body:
    """The blocks of one text, in order."""

    def __init__(self, text: str, links: Links, *, images: bool = True, ask: Ask | None = None) -> None:
        """`ask` tells what is known of a picture; without it none is drawn."""
        self._taken = 0
        """Characters of it whose blocks were asked for."""
        self._text = text[:MAX_TEXT]
        self._cut = len(text) > MAX_TEXT
        self._lines = self._text.split("\n")
        self._links = links
        self._images = images
        self._ask = ask
        self._env: MutableMapping[str, Any] = {}
        """Where markdown-it keeps the addresses of `[name]: address`."""

    @property
    def progress(self) -> float:
        """How much of the text has been taken, from 0 to 1."""
        return min(1.0, self._taken / max(1, len(self._text)))

    def pieces(self) -> Iterator[Piece]:
        if "]:" in self._text:
            self._take_definitions()
        for kind, start, end in chunks(self._lines):
            lines = self._lines[start:end]
            if kind == "text":
                yield from self._chunk(lines)
                continue
            text = "\n".join(lines)
            self._taken += len(text) + 1
            for block in _fenced(lines) if kind == "fence" else _from_html(text):
                yield True, block
        if self._cut:
            yield True, Note(REST)

    def _chunk(self, lines: Sequence[str]) -> Iterator[Piece]:
        before: Block | None = None
        for text, rows_left_out in portions(lines):
            self._taken += len(text) + 1
            for n, block in enumerate(self._parse(text)):
                # Where a paragraph or a list was cut into portions, nobody sees the cut.
                goes_on = (
                    n == 0 and type(block) is type(before) and isinstance(block, Paragraph | List | Quote)
                )
                yield not goes_on or (isinstance(block, List) and block.loose), block
                before = block
            if rows_left_out:
                yield True, Note(f"… {rows_left_out:,} more rows are not shown")

    def _take_definitions(self) -> None:
        """They may stand below the links that use them; each is taken to stand on one line."""
        left = MAX_DEFINITIONS
        for kind, start, end in chunks(self._lines):
            for line in self._lines[start:end] if kind == "text" else ():
                if line.lstrip(" ").startswith("[") and _DEFINITION.match(line):
                    left -= len(line)
                    if left < 0:
                        return
                    parser().block.parse(line, parser(), self._env, [])

    def _parse(self, text: str) -> list[Block]:
        tokens: list[Token] = []
        # `[^1]: address` would be taken for a definition, and vanish.
        parser().block.parse(_FOOTNOTE.sub(r"\1\\", text), parser(), self._env, tokens)
        return self._until("", iter(tokens))

    def _until(self, end: str, tokens: "Iterator[Token]") -> list[Block]:
        """The blocks up to a closing token, or to the last."""
        found: list[Block] = []
        for token in tokens:
            kind = token.type
            if kind == end:
                break
            if kind == "inline":
                found += self._paragraph(token.content)
            elif kind == "heading_open":
                runs = self._runs(next(tokens).content)
                next(tokens)
                found.append(Heading(int(token.tag[1]), runs))
            elif kind == "blockquote_open":
                found.append(Quote(self._inside(token, "blockquote_close", tokens)))
            elif kind in ("bullet_list_open", "ordered_list_open"):
                found.append(self._list(token, tokens))
            elif kind in ("code_block", "fence"):
                found += _code(token.content, token.info)
            elif kind == "hr":
                found.append(Rule())
            elif kind == "html_block":
                found += _from_html(token.content)
            elif kind == "table_open":
                found.append(self._table(tokens))
        return found

    def _inside(self, token: "Token", end: str, tokens: "Iterator[Token]") -> tuple[Block, ...]:
        blocks = tuple(self._until(end, tokens))
        too_deep = not blocks and token.level >= _MAX_NESTING - 2
        return (Note(REST),) if too_deep else blocks

    def _list(self, opening: "Token", tokens: "Iterator[Token]") -> List:
        start = int(opening.attrs.get("start", 1)) if opening.type == "ordered_list_open" else None
        items: list[tuple[Block, ...]] = []
        loose = False
        for token in tokens:
            if token.type == "list_item_open":
                inside, depth = [], 1
                for inner in tokens:
                    depth += (inner.type == "list_item_open") - (inner.type == "list_item_close")
                    if not depth:
                        break
                    loose |= (
                        inner.type == "paragraph_open" and inner.level == token.level + 1 and not inner.hidden
                    )
                    inside.append(inner)
                items.append(self._inside(token, "", iter(inside)))
            else:
                break
        return List(tuple(items), start, loose)

    def _table(self, tokens: "Iterator[Token]") -> Table:
        rows: list[list[Runs]] = []
        aligns: list[str] = []
        for token in tokens:
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "th_open":
                aligns.append(str(token.attrs.get("style", "")).removeprefix("text-align:") or "left")
            elif token.type == "inline":
                rows[-1].append(self._runs(token.content))
        head, *body = map(tuple, rows)
        return Table(head, tuple(body), tuple(aligns))

    def _paragraph(self, content: str) -> Iterator[Block]:
        tokens = _inline_tokens(content, self._env) if "![" in content else []
        images = [token for token in tokens if token.type == "image"]
        if images and all(token.type in ("image", "softbreak") for token in tokens if token.content.strip()):
            yield from self._figures(tokens)
            return
        runs = self._runs(content)
        if any(run.text.strip() for run in runs):
            yield Paragraph(runs, tuple(self._pictured(images)) if self._ask and self._images else ())

    def _pictured(self, images: "Sequence[Token]") -> Iterator[Figure]:
        """Those that a text tells of."""
        for image in images:
            url, caption = str(image.attrs.get("src", "")), clean.line(image.content)
            yield figure(url, caption, self._links, ask=self._ask)

    def _figures(self, tokens: "Sequence[Token]") -> Iterator[Block]:
        """The images among these, with the links that they stand in."""
        href = ""
        for token in tokens:
            if token.type == "link_open":
                href = str(token.attrs.get("href", ""))
            elif token.type == "link_close":
                href = ""
            elif token.type == "image":
                caption = clean.line(token.content)
                target = self._links.number(href, caption) if href else 0
                if target and not self._images:
                    # What it leads to is no image.
                    name = caption or clean.host_of(href)
                    yield Paragraph((Run(name, LINK, target), Run(f"[{target}]", QUIET | MARK, target)))
                    continue
                url = str(token.attrs.get("src", ""))
                yield figure(url, caption, self._links, shown=self._images, ask=self._ask, target=target)

    def _runs(self, content: str) -> Runs:
        if not _INLINE.search(content):  # half of all paragraphs: 3 µs instead of 50
            return (Run(" ".join(line.strip(" ") for line in content.split("\n"))),) if content else ()
        pen = _Pen(self._links)
        for token in _inline_tokens(content, self._env):
            kind = token.type
            if kind in ("text", "text_special"):
                pen.write(token.content)
            elif kind == "softbreak":
                pen.write(" ")
            elif kind == "hardbreak" or (kind == "html_inline" and _BREAK_TAG.match(token.content)):
                pen.write("\n")
            elif kind == "code_inline":
                pen.write("`", QUIET | MARK)
                pen.write(token.content, CODE)
                pen.write("`", QUIET | MARK)
            elif kind == "link_open":
                pen.open_link(str(token.attrs.get("href", "")))
            elif kind == "link_close":
                pen.close_link()
            elif kind == "image":
                self._image(token, pen)
            elif look := _LOOKS.get(kind.removesuffix("_open").removesuffix("_close")):
                pen.turn(look, on=token.nesting > 0)
        return pen.runs()

    def _image(self, token: "Token", pen: "_Pen") -> None:
        caption = clean.line(token.content)
        if not self._images:
            if pen.link:  # its caption is the only name the link has
                pen.write(caption)
            return
        number = self._links.number(str(token.attrs.get("src", "")), caption or "image")
        pen.write(f"[image] {caption}".rstrip(), QUIET)
        if number:
            pen.write(f"[{number}]", QUIET | MARK, number)


def _inline_tokens(content: str, env: MutableMapping[str, Any]) -> "list[Token]":
    tokens: list[Token] = []
    parser().inline.parse(content, parser(), env, tokens)
    return tokens


class _Pen:
    """Writes runs: keeps what is switched on, and gathers text that looks alike."""

    def __init__(self, links: Links) -> None:
        self.link = ""
        """The address of the link under the pen."""
        self._links = links
        self._number: int | None = 0
        """0 outside links, `None` before the first letter of one: what shows nothing gets no number."""
        self._link_begins = 0
        self._on: list[int] = []
        self._written: list[tuple[str, int, int]] = []

    def write(self, text: str, look: int = 0, link: int = 0) -> None:
        if text:
            for on in self._on:
                look |= on
            if self._number is None:
                self._number = self._links.number(self.link)
            if self._number:
                look |= LINK
            self._written.append((text, look, link or self._number))

    def turn(self, look: int, *, on: bool) -> None:
        if on:
            self._on.append(look)
        elif look in self._on:
            self._on.remove(look)

    def open_link(self, url: str) -> None:
        self.link, self._number, self._link_begins = url, None, len(self._written)

    def close_link(self) -> None:
        url, number, self.link, self._number = self.link, self._number, "", 0
        linked = self._written[self._link_begins :]
        text = "".join(text for text, look, _ in linked if not look & MARK).strip()
        if number and text:
            self._links.number(url, clean.line(text))
            self.write(f"[{number}]", QUIET | MARK, number)
        elif clean.may_open(url, mail=True) and url.startswith("mailto:"):
            mail = url.removeprefix("mailto:").partition("?")[0]
            self.write("" if mail in text else f" <{mail}>", QUIET)

    def runs(self) -> Runs:
        found: list[Run] = []
        parts: list[str] = []
        for n, (text, look, link) in enumerate(self._written):
            parts.append(text)
            if n + 1 == len(self._written) or self._written[n + 1][1:] != (look, link):
                joined = "".join(parts)
                parts.clear()
                if "://" in joined and not link and not look & CODE:
                    found += self._with_links(joined, look)
                else:
                    found.append(Run(joined, look, link))
        return tuple(found)

    def _with_links(self, text: str, look: int) -> Iterator[Run]:
        """Bare addresses in a text become links."""
        at = 0
        for match in _ADDRESS.finditer(text):
            if number := self._links.number(match[0], match[0]):
                if text[at : match.start()]:
                    yield Run(text[at : match.start()], look)
                yield Run(match[0], look | LINK, number)
                yield Run(f"[{number}]", look | QUIET | MARK, number)
                at = match.end()
        if text[at:]:
            yield Run(text[at:], look)


def _fenced(lines: Sequence[str]) -> Iterator[Block]:
    opening = lines[0].strip()
    mark = opening[0]
    indent = len(lines[0]) - len(lines[0].lstrip(" "))
    closed = len(lines) > 1 and not lines[-1].strip().strip(mark) and lines[-1].strip().startswith(mark * 3)
    inside = lines[1:-1] if closed else lines[1:]
    if indent:
        inside = [line[min(indent, len(line) - len(line.lstrip(" "))) :] for line in inside]
    text = "\n".join(inside)
    yield from _code(text, opening.strip(mark))


def _code(text: str, info: str) -> Iterator[Block]:
    words = info.strip(" {}.").split()
    lines = text[:MAX_CODE].rstrip("\n").split("\n")
    yield Code("\n".join(lines[:MAX_CODE_LINES]), clean.line(words[0], 40) if words else "")
    if len(text) > MAX_CODE or len(lines) > MAX_CODE_LINES:
        yield Note(REST)


_UNSEEN = re.compile(
    r"<(script|style|textarea)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
_LINE_TAG = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_BLOCK_TAG = re.compile(
    r"</?(?:p|div|h[1-6]|ul|ol|li|table|tr|blockquote|section|article|figure|figcaption|summary|dl|dt|dd|hr)"
    r"\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-z][^<>]*>|<[?!][^<>]*>", re.IGNORECASE)


def _from_html(text: str) -> Iterator[Block]:
    """The words of raw HTML, a paragraph for each of its blocks."""
    seen = _UNSEEN.sub("", text[:MAX_HTML].replace("\0", "").replace("\1", ""))
    seen = _TAG.sub("", _BLOCK_TAG.sub("\0", _LINE_TAG.sub("\1", seen)))
    for paragraph in seen.split("\0"):
        lines = (" ".join(html.unescape(line).split()) for line in paragraph.split("\1"))
        if words := "\n".join(lines).strip("\n"):
            yield Paragraph((Run(words),))
    if len(text) > MAX_HTML:
        yield Note(REST)
