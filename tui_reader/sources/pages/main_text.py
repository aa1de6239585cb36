"""The main text of a page, as the part of its own HTML that says it.

    page → trafilatura tells which words are the article → the runs of text that say them stay
         → what stands between them and is like them stays, too: figures, code, tables, quotes, list items
         → what pages say of themselves goes, wherever it stands; everything else goes

trafilatura is good at choosing and forgets how things looked: captions, code and its language, quotes, links
within words. So it only chooses here, and the page's own markup goes on to `html.py`, like any other.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from tui_reader.sources.pages import asides as page_asides
from tui_reader.sources.pages.asides import HEADINGS
from tui_reader.sources.pages.runs import Run, is_inline, is_unit, runs_of, take_out, with_ancestors, words

if TYPE_CHECKING:
    from lxml.etree import _Element

ENOUGH = 0.7
"""Of a run's word pairs, those that the chosen text has too: then the run is part of it."""
TOGETHER = 0.9
"""Of the words that stay, those that stand in the element which is taken for the article."""
SHORT = 4
"""Words of a run below which it must be a line of the chosen text, as it stands."""
LONG = 15
"""Words from which on a run is prose: the article begins with the first and ends with the last."""
REPEATED = 12
"""Words from which on a run is not said twice without reason."""
BEFORE = 12
"""Runs before the first that stays, among which a figure still opens the article."""
WIDE = 400
"""Pixels of a picture that may open an article without being a figure."""
SENTENCE = 8
"""Words of the shortest sentence that stays though it is in no paragraph."""
TIMES = 3
"""Times of day that make a text a report of what happened when."""
OUTSIDE = 0.6
"""Of the words that were chosen, those that may stand outside `<main>` and go."""
AROUND = 6
"""Ancestors among which the page's own word for the article is looked for."""
REPEATS = 0.9
"""Of the word pairs of a pull quote, those that the text has, too."""
SAME_TITLE = 0.75
"""Of the words of a title and a heading, those that both have: then the heading repeats the title."""

_MEDIA = frozenset(("figure", "img", "iframe", "video", "pre", "blockquote", "table"))
_OPENING = frozenset(("figure", "iframe", "video", "img"))
_SPACERS = frozenset(("br", "hr"))
_BLOCKS_OF_TEXT = frozenset("p li pre td tr tbody blockquote h1 h2 h3 h4 h5 h6".split())  # noqa: SIM905
_SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"'”“’»)\]]*\Z")


class Chosen(Struct, frozen=True):
    html: str
    share: float
    """How much of the chosen text was found in the page, from 0 to 1."""


def main_part(root: "_Element", chosen: str, title: str = "") -> Chosen:
    """The part of a page that says a text; of which it may be without a little. The tree is used up."""
    from lxml import etree

    runs = runs_of(root)
    _choose(runs, chosen)
    _leave_outside(runs, root)
    _leave_title(runs, title)
    _leave_what_stands_around(runs)
    if not any(run.kept for run in runs):
        return Chosen("", 0.0)
    top = _article_around(_container(root, runs))
    inside = set(top.iter())
    runs = [run for run in runs if run.owner in inside]
    _leave_repeated(runs, chosen)
    _fill(runs, top)
    _prune(top, runs)
    top.tail = None
    said = sum(len(run.words) for run in runs if run.kept)
    share = min(1.0, said / max(1, len(words(chosen))))
    return Chosen(etree.tostring(top, encoding="unicode", method="html"), share)


# What the text says


def _choose(runs: list[Run], chosen: str) -> None:
    lines = {tuple(found) for line in chosen.split("\n") if (found := words(line))}
    # Over the ends of lines, too: what is one run of text here may be several lines there.
    pairs = set(pairwise(words(chosen)))
    for run in runs:
        if page_asides.is_noise(run):
            continue
        if len(run.words) >= SHORT:
            own = list(pairwise(run.words))
            run.kept = sum(pair in pairs for pair in own) >= ENOUGH * len(own)
        else:
            run.kept = bool(run.words) and tuple(run.words) in lines


def _leave_outside(runs: list[Run], root: "_Element") -> None:
    """What stands outside the page's own `<main>`, where that has much of the text."""
    main = list(islice(root.iter("main"), 2))
    if len(main) != 1:
        return
    inside = set(main[0].iter())
    outer = [run for run in runs if run.kept and run.owner not in inside]
    said = sum(len(run.words) for run in runs if run.kept)
    if sum(len(run.words) for run in outer) <= OUTSIDE * said:
        for run in outer:
            run.kept = False


def _leave_title(runs: list[Run], title: str) -> None:
    """A heading that repeats the title, and the kicker, date and names between it and the text, or before."""
    told = words(title)
    begin = next((number for number, run in enumerate(runs) if run.kept and _is_prose(run, told)), len(runs))
    head = [number for number in range(begin) if runs[number].kept and _is_title(runs[number], told)]
    for number, run in enumerate(runs[:begin]):
        if run.kept and ((head and number <= head[-1]) or page_asides.is_about(run)):
            run.kept = False


def _is_title(run: Run, told: list[str]) -> bool:
    said = run.words
    if run.block.tag not in HEADINGS or not told:
        return said == told != []
    common = sum((Counter(said) & Counter(told)).values())
    return common >= SAME_TITLE * min(len(said), len(told)) and common >= 0.4 * max(len(said), len(told))


def _is_prose(run: Run, told: list[str]) -> bool:
    if run.block.tag in HEADINGS or run.words == told:
        return False
    return len(run.words) >= LONG or (len(run.words) >= SHORT and _ends(run))


def _ends(run: Run) -> bool:
    return _SENTENCE_END.search(run.text) is not None


def _leave_what_stands_around(runs: list[Run]) -> None:
    """What to read next, who wrote it and where to subscribe are no part of an article.

    But a list of links may be one, and a page may call everything by such a name.
    """
    kept = [run for run in runs if run.kept]
    total = sum(len(run.words) for run in kept)
    asides = [run for run in kept if page_asides.stands_in(run)]
    if sum(len(run.words) for run in asides) < 0.5 * total:
        for run in asides:
            run.kept = False
        kept = [run for run in kept if run.kept]
    if sum(run.is_link() for run in kept) * 2 >= len(kept):
        return
    for run in kept:
        if not run.is_link():
            break
        run.kept = False
    for run in kept:
        run.kept = not page_asides.leads_away(run)
    kept = [run for run in kept if run.kept]
    last = len(kept)
    while last and (kept[last - 1].is_link() or kept[last - 1].block.tag in HEADINGS):
        last -= 1
        if page_asides.is_references(kept[last].text):
            return
    for run in kept[last:]:
        run.kept = False


def _leave_repeated(runs: list[Run], chosen: str) -> None:
    """A pull quote says what the text says, and some pages have the text twice, for two kinds of screen."""
    kept = [run for run in runs if run.kept]
    long = Counter(tuple(run.words) for run in kept if len(run.words) >= REPEATED and not run.unit)
    again = {said for said, times in long.items() if times > 1}
    if again:
        # Not more often than trafilatura has it.
        left = Counter(said for line in chosen.split("\n") if (said := tuple(words(line))) in again)
        left.update(again - left.keys())
        for run in kept:
            if (said := tuple(run.words)) in again:
                run.kept = left[said] > 0
                left[said] -= 1
    pulled = [run for run in kept if run.kept and page_asides.is_pulled(run.owner)]
    if pulled:
        of_pulled = set(map(id, pulled))
        others = (run for run in kept if run.kept and id(run) not in of_pulled)
        pairs = {pair for run in others for pair in pairwise(run.words)}
        for run in pulled:
            run.kept = not pairs.issuperset(pairwise(run.words))


def _container(root: "_Element", runs: list[Run]) -> "_Element":
    """The innermost element in which nearly all of the text stands, and all of its prose."""
    kept = [run for run in runs if run.kept]
    weights: dict[_Element, int] = {}
    for run in kept:
        weights[run.owner] = weights.get(run.owner, 0) + len(run.words)
    # From the last to the first: every element before what it stands in.
    for element in reversed(list(root.iter())):
        parent = element.getparent()
        if element in weights and parent is not None and element is not root:
            weights[parent] = weights.get(parent, 0) + weights[element]
    top, needed = root, TOGETHER * weights.get(root, 0)
    while heavy := [child for child in top if weights.get(child, 0) >= needed]:
        top = heavy[0]
    top = _around_prose(top, root, kept)
    # The article's own blocks, not the only long one of them.
    while is_inline(top) or top.tag in _BLOCKS_OF_TEXT:
        parent = top.getparent()
        if parent is None or top is root:
            break
        top = parent
    return top


def _article_around(top: "_Element") -> "_Element":
    """Where the page itself says that the article is: a picture stands over the text, with its caption."""
    around = (at for at in islice((top, *top.iterancestors()), AROUND) if at.tag in ("article", "main"))
    return next(around, top)


def _around_prose(top: "_Element", root: "_Element", kept: list[Run]) -> "_Element":
    """What is said before or after the container, an introduction perhaps; a few words there are none."""
    inside = set(top.iter())
    said = {" ".join(run.words) for run in kept if run.owner in inside}
    outside = [run for run in kept if run.owner not in inside]
    begin = next((number for number, run in enumerate(kept) if run.owner in inside), 0)
    prose = [
        run
        for number, run in enumerate(kept)
        if run.owner not in inside
        # What follows is more often about the site.
        and len(run.words) >= (LONG if number < begin else 3 * LONG)
        and " ".join(run.words) not in said
    ]
    of_prose = set(map(id, prose))
    for run in outside:
        run.kept = id(run) in of_prose
    around = with_ancestors([top], root)
    for run in prose:
        # Where the two ways up meet.
        meeting = next(element for element in (run.owner, *run.owner.iterancestors()) if element in around)
        if meeting in with_ancestors([top], root):
            top = meeting
    return top


# What stays with it


def _fill(runs: list[Run], top: "_Element") -> None:
    """What trafilatura left out of the middle though it is like what it took: links in lists, headings."""
    kept = [number for number, run in enumerate(runs) if run.kept]
    if not kept:
        return
    like = {run.signature() for run in runs if run.kept}
    live = with_ancestors((run.owner for run in runs if run.kept), top)
    listed = _under_references(runs)
    times = Counter(run.signature() for run in runs if run.owner.tag == "time")
    for number in reversed(range(_beginning(runs, kept[0]), kept[-1])):
        run = runs[number]
        if run.kept or run.unit or page_asides.is_noise(run):
            continue
        if page_asides.is_aside(run.owner, top, live) or page_asides.leads_away(run):
            continue
        after = runs[number + 1].kept
        if number < kept[0]:
            run.kept = len(run.words) >= LONG and not run.is_link()
        elif not run.words:
            # A line of emoji.
            run.kept = after and not run.text.isascii() and not page_asides.is_rule(run.text)
        elif run.owner.tag == "time":
            run.kept = after and times[run.signature()] >= TIMES
        elif run.block.tag in HEADINGS:
            run.kept = after and not run.is_link()
        elif number in listed:
            run.kept = True
        elif run.signature() in like:
            run.kept = run.block.tag in ("li", "dd", "dt") or not run.is_link()
        elif run.block.tag not in ("p", "li", "blockquote"):
            # trafilatura looks for paragraphs, and not everybody calls them that.
            run.kept = len(run.words) >= SENTENCE and _ends(run) and not run.is_link()


def _under_references(runs: list[Run]) -> set[int]:
    """The list items under a heading such as `Links`."""
    found = set()
    within = False
    for number, run in enumerate(runs):
        if run.block.tag in HEADINGS:
            within = run.kept and page_asides.is_references(run.text)
        elif within and run.block.tag == "li":
            found.add(number)
    return found


def _beginning(runs: list[Run], first: int) -> int:
    """Before the first run that stays, prose in the same element is of the same text."""
    block = runs[first].block
    around = (block, block.getparent())
    begin = first
    while first and any(
        element in around for element in (runs[first - 1].block, runs[first - 1].block.getparent())
    ):
        first -= 1
        if len(runs[first].words) >= LONG and not runs[first].is_link():
            begin = first
    return begin


def _prune(top: "_Element", runs: list[Run]) -> None:
    """Takes out of an element what neither stays nor stands between what stays."""
    said = {owner for run in runs if run.kept for owner in run.owners}
    live = with_ancestors(said, top)
    whole = {run.owner for run in runs if run.kept and run.unit}
    pairs = {pair for run in runs if run.kept for pair in pairwise(run.words)}
    whole.update(one for one in _media_between(top, runs, live) if not _is_repeated(one, pairs))
    within = {element for one in whole for element in one.iter("*")}
    rules = _rules(runs)
    for run in runs:
        if run.kept or run.unit:
            continue
        if run.owner not in within or page_asides.is_noise(run) or page_asides.leads_away(run):
            run.erase()
    live |= with_ancestors(whole, top)
    take_out(
        [
            element
            for element in top.iter("*")
            if element not in live
            and element not in within
            and element not in rules
            and (element.tag not in _SPACERS or element.getparent() not in live)
        ],
        top,
    )
    for element in rules:
        element.tag = "hr"
    _leave_edges(top)


def _is_repeated(element: "_Element", pairs: set[tuple[str, str]]) -> bool:
    if element.tag not in ("blockquote", "figure") or not page_asides.is_pulled(element):
        return False
    own = list(pairwise(words(" ".join(map(str, element.itertext())))))
    return bool(own) and sum(pair in pairs for pair in own) >= REPEATS * len(own)


def _rules(runs: list[Run]) -> set["_Element"]:
    """What is drawn between paragraphs, of letters: `* * *`."""
    return {
        run.block
        for before, run, after in zip(runs, runs[1:], runs[2:], strict=False)
        if before.kept
        and after.kept
        and page_asides.is_rule(run.text)
        and run.block.tag in ("p", "div", "center")
        and all(map(is_inline, run.block))
    }


def _leave_edges(top: "_Element") -> None:
    """No rule and no empty line before the first word and after the last, and no two rules in a row."""
    from lxml import etree

    order: list[_Element | None] = []
    for event, element in etree.iterwalk(top, events=("start", "end")):
        text = element.text if event == "start" else element.tail if element is not top else None
        if event == "start" and element.tag in _SPACERS:
            order.append(element)
        elif event == "start" and element.tag in ("img", "iframe", "video"):
            order.append(None)
        if text and text.strip():
            order.append(None)
    said = [number for number, element in enumerate(order) if element is None]
    first, last = (said[0], said[-1]) if said else (len(order), -1)
    out = []
    before: _Element | None = None
    for number, element in enumerate(order):
        doubled = before is not None and before.tag == "hr"
        if element is not None and (not first < number < last or doubled):
            out.append(element)
        else:
            before = element
    take_out(out, top)


def _media_between(top: "_Element", runs: list[Run], live: set["_Element"]) -> Iterator["_Element"]:
    """What is no text and belongs to one all the same: it stands between two runs that stay."""
    numbers: dict[_Element, int] = {}
    for number, run in enumerate(runs):
        for owner in run.owners:
            numbers.setdefault(owner, number)
    kept = [number for number, run in enumerate(runs) if run.kept]
    first, last = (kept[0], kept[-1]) if kept else (0, -1)
    elsewhere = _links_elsewhere(top, runs, live)
    at = -1
    within: set[_Element] = set()
    for element in top.iter("*"):
        at = max(at, numbers.get(element, at))
        if element.tag not in _MEDIA or element in within:
            continue
        if (element.tag == "table" and not is_unit(element)) or _is_of(elsewhere, element, live):
            continue
        opens = element.tag in _OPENING and first - BEFORE <= at < first
        opens = opens and (element.tag != "img" or _is_wide(element))
        closes = at == last and element.getparent() in live and _has_caption(element)
        if (opens or closes or first <= at < last) and not page_asides.is_aside(element, top, live):
            within.update(element.iter("*"))
            yield element


def _links_elsewhere(top: "_Element", runs: list[Run], live: set["_Element"]) -> set["_Element"]:
    """Elements around links that go; but for captions, which may link to who took the picture."""
    links = (run.owner for run in runs if not run.kept and len(run.words) > 1 and run.is_link())
    return with_ancestors((e for e in links if next(e.iterancestors("figure"), None) is None), top) - live


def _is_of(elsewhere: set["_Element"], element: "_Element", live: set["_Element"]) -> bool:
    """Whether a picture is that of another article, in one box with a link to it."""
    if element.tag not in ("img", "figure"):
        return False
    while element not in elsewhere:
        parent = element.getparent()
        # A header has links of its own: to the author, to the topic.
        if parent is None or parent in live or parent.tag == "header":
            return False
        element = parent
    return True


def _has_caption(element: "_Element") -> bool:
    return element.tag == "figure" and next(element.iter("figcaption"), None) is not None


def _is_wide(image: "_Element") -> bool:
    """Whether a picture says that it is no logo and nobody's face."""
    width = image.get("width", "").removesuffix("px")
    return width.isdecimal() and len(width) < 6 and int(width) >= WIDE
