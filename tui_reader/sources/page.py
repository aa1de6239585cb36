"""An article's own page: bytes in, the whole article as Markdown out; no network.

    bytes → tree (pages/tree.py) → what the page says of itself (pages/facts.py) → trafilatura chooses
         → the page as its scripts would leave it (pages/parts.py) → the chosen words in it (main_text.py)
         → html.py → Markdown, unless refusals.py knows why there is no article

Only in a child process (child.py, "page"): a page of nothing but links takes trafilatura ten seconds.
"""

from copy import deepcopy
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from msgspec import Struct

from tui_reader import clean
from tui_reader.model import Page
from tui_reader.sources.pages import facts as page_facts
from tui_reader.sources.pages.facts import Facts
from tui_reader.sources.pages.main_text import main_part
from tui_reader.sources.pages.parts import settle
from tui_reader.sources.pages.refusals import kind_of_file, why_not
from tui_reader.sources.pages.runs import length, runs_of
from tui_reader.sources.pages.tree import decoded, tree_of
from tui_reader.sources.texts import html, markdown

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_HTML = 1_500_000
"""Characters of markup, without scripts and styles, that are looked at."""
RICHER = 1.3
"""How many times more words the article's text in the page's data must have, to be taken instead."""
FOUND_AGAIN = 0.6
"""Of the chosen words, those that must stand in the page together; else it came about in another way."""
LONG = 100
"""Words of what stands for browsers without scripts, from which on it is an article and no excuse."""
UNSEEN = ("script", "style", "template", "svg")


class NoArticle(Exception):  # noqa: N818 - it reads as what it says
    """The text is a sentence: why there is no article to be had from this page."""


def read(data: bytes, address: str, content_type: str = "", asked: str = "") -> Page:
    """The article on a page that was fetched from `address` and asked for as `asked`. Raises `NoArticle`."""
    if kind := kind_of_file(data, content_type):
        raise NoArticle(f"This is {kind} and no page; open the original.")
    if content_type.lower().startswith(("text/plain", "text/markdown")):
        return _plain(decoded(data, content_type), address)
    root = tree_of(data, content_type)
    if root is None:
        raise NoArticle(
            f"{clean.host_of(address)} sent an empty page; try again later, or open the original."
        )
    facts = page_facts.read(root, address)
    found = _find(root, facts, address)
    if reason := why_not(root, facts, found.lines, found.text, address, asked or address):
        raise NoArticle(reason)
    return Page(
        url=facts.url or address,
        title=facts.title,
        body=markdown.without_heading(found.body, facts.title) + _more(facts),
        summary=facts.summary,
        author=facts.author,
        site=facts.site,
        published=facts.published,
        image=facts.image,
    )


def described(data: bytes, address: str, content_type: str = "") -> Page:
    """What a page says of itself, where it has no article; the title is its address at the least."""
    root = None if kind_of_file(data, content_type) else tree_of(data, content_type)
    facts = page_facts.read(root, address) if root is not None else Facts()
    return Page(
        url=facts.url or address,
        title=facts.title or address,
        body="",
        summary=facts.summary,
        author=facts.author,
        site=facts.site or clean.host_of(address).removeprefix("www."),
        published=facts.published,
        image=facts.image,
    )


def _more(facts: Facts) -> str:
    """What is on other pages is not fetched, but nobody shall take the first for all."""
    return f"\n\n*This article goes on: [its second page]({facts.goes_on}).*" if facts.goes_on else ""


def _plain(text: str, address: str) -> Page:
    text = clean.text(text)
    if not text.strip():
        raise NoArticle(f"{clean.host_of(address)} sent an empty text; try again later.")
    return Page(address, markdown.first_sentence(text), markdown.from_plain(text))


class Found(Struct, frozen=True):
    body: str
    """Markdown of the whole article; empty where none is found."""
    text: str
    """Its words alone."""
    lines: list[str]
    """All that the page shows."""


def _find(root: "_Element", facts: Facts, address: str) -> Found:
    cut = _lighten(root)
    _open_noscript(root)
    chosen = _chosen(root, address)
    told = facts.text if length(facts.text) > RICHER * length(chosen) else ""
    base = _base(root, address)
    shown = deepcopy(root)
    settle(shown)
    lines = [run.text for run in runs_of(shown)]
    for text in filter(None, (told, chosen)):
        part = main_part(deepcopy(shown) if text is told else shown, text, facts.title)
        if part.share >= FOUND_AGAIN:
            body = html.to_markdown(part.html, base)
            break
    else:
        # Put together by a script, or from pieces.
        text = told or chosen
        body = markdown.from_plain(text)
    if cut and body:
        body += f"\n\n{html.CUT}"
    return Found(body.strip(), text, lines)


def _lighten(root: "_Element") -> bool:
    """Without what nobody reads, and not more than `MAX_HTML`; whether something was cut off."""
    from lxml import etree

    etree.strip_elements(root, *UNSEEN, with_tail=False)
    size = 0
    beyond: list[_Element] = []
    for element in root.iter("*"):
        size += 2 * len(str(element.tag)) + 5 + len(element.text or "") + len(element.tail or "")
        size += sum(len(name) + len(value) + 4 for name, value in element.items())
        if size > MAX_HTML:
            beyond.append(element)
    for element in beyond:
        if (parent := element.getparent()) is not None:
            parent.remove(element)
    return bool(beyond)


def _open_noscript(root: "_Element") -> None:
    """Where the article stands for browsers without scripts, which this is one of."""
    for element in root.iter("noscript"):
        if (
            next(element.iter("p"), None) is not None
            and length(" ".join(map(str, element.itertext()))) >= LONG
        ):
            element.tag = "div"


def _base(root: "_Element", address: str) -> str:
    for element in root.iter("base"):
        if href := element.get("href"):
            try:
                return urljoin(address, href)
            except ValueError:
                return address
    return address


def _chosen(root: Any, address: str) -> str:
    """The text that trafilatura takes for the article; empty for none."""
    from trafilatura.core import bare_extraction  # 0.25 s

    try:
        document: Any = bare_extraction(root, url=address, fast=True, include_comments=False)
    except Exception:
        # It knows no errors of its own: any of lxml's, or a bad guess, may come out of a strange page.
        return ""
    return clean.text(document.text or "") if document is not None else ""
