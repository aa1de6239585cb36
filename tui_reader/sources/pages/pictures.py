"""The pictures of a page as they are when its scripts have run, each in a figure with its caption.

what a script would load, what is there for browsers without scripts → `<img src>`
captions by class, and who took the picture → `<figure>` with one `<figcaption>`
"""

import re
from itertools import islice
from typing import TYPE_CHECKING

from tui_reader.sources.pages.asides import is_noise
from tui_reader.sources.pages.runs import Run, runs_of, words

if TYPE_CHECKING:
    from lxml.etree import _Element

WIDTH = 1_200
"""Pixels that a picture need not exceed, where there is a choice."""
MAX_ADDRESS = 4_000
LOOKED_AT = 40
"""Attributes of an element, sizes of a picture, elements around it."""
CAPTION = 90
"""Words of the longest caption."""
CREDIT = 12
"""Words of the longest name of who took a picture."""
NEAR = 3
"""Ancestors of a caption among which its frame is looked for."""

_ADDRESS = re.compile(
    r"(?:https?:)?//\S+|[^\s:,{}]{1,1000}\.(?:jpe?g|png|webp|gif|avif)(?:[?#]\S*)?", re.IGNORECASE
)
_FILE = re.compile(r"\.(?:jpe?g|png|webp|avif)\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"^(?:data|about|javascript|blob):"
    r"|(?:^|[/_.-])(?:1x1|blank|placeholder|transparent|trans|spacer|pixel|lazy(?:load)?|loading|loader|gr[ae]y|empty)"
    r"(?:[-_.][\w-]{0,20})?\.(?:gif|png|jpe?g|svg|webp)(?:\?|$)",
    re.IGNORECASE,
)
_LATER = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-full-src",
    "data-hi-res-src",
    "data-image-src",
    "data-actualsrc",
    "data-lazy",
)
_LATER_SETS = ("data-srcset", "data-lazy-srcset")
_OF_ANOTHER = re.compile(
    r"link|href|url$|share|page|profile|avatar|thumb|low|blur|preview|placeholder|poster"
)
_DECORATION = re.compile(
    r"presentational\b.{0,40}"
    r"|(?:(?:grey|gray|white|short|transparent) )?(?:line|space|spacer|separator|divider)(?: break)?",
    re.IGNORECASE,
)
_SIZES_END = re.compile(r"(?<=[wx]),\s*|,\s+")
_SIZE = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)([wx])")
_CAPTION_CLASS = re.compile(
    r"(?:^|[\s_-])(?:fig(?:ure)?|wp|image|img|photo|media|picture|thumb)?[-_]{0,2}caption"
    r"(?:[-_]{1,2}(?:text|content))?(?:\s|$)",
    re.IGNORECASE,
)
_NO_CAPTIONS = ("pre", "table", "blockquote", "figure", "ul", "ol", "h1", "h2", "h3")


def settle_pictures(root: "_Element") -> None:
    """Before what is unseen is taken out: some pictures stand there a second time, for other browsers."""
    for name in ("amp-img", "amp-anim"):
        for element in list(root.iter(name)):
            element.tag, element.text = "img", None
            # What is shown until it is there, or instead of it.
            for child in list(element):
                element.remove(child)
    for element in list(root.iter("div", "span", "figure")):
        _make_picture(element)
    for image in root.iter("img"):
        source = _source(image)
        if not source or _DECORATION.fullmatch(image.get("alt", "").strip()):
            # Nor is there anything to be said in its place.
            image.attrib.clear()
            continue
        image.set("src", source)
        for name in ("srcset", *_LATER, *_LATER_SETS):
            if name in image.attrib:
                del image.attrib[name]
    for noscript in list(root.iter("noscript")):
        _use_noscript(noscript)
    for frame in list(root.iter("figure", "picture")):
        _leave_smaller(frame)


def settle_captions(root: "_Element") -> None:
    """After what is unseen was taken out: `Image copyright` is often said to screen readers alone."""
    for element in list(root.iter("div", "p", "span", "dd", "small", "td")):
        if _is_caption(element) and not _has_picture(element):
            frame = _frame(element)
            if frame is not None:
                frame.tag, element.tag = "figure", "figcaption"
    for image in list(root.iter("img")):
        if next(image.iterancestors("figure"), None) is None:
            frame = _unnamed_frame(image)
            if frame is not None:
                frame.tag = "figure"
    for figure in list(root.iter("figure")):
        _settle_figure(figure)


# Where pictures are


def _make_picture(element: "_Element") -> None:
    """Of an empty element that a script would make into a picture."""
    if len(element) or (element.text or "").strip():
        return
    told = (element.get(name, "").strip() for name in _LATER)
    source = next(filter(_may_be_picture, told), "")
    if source and (_FILE.search(source) or "data-alt" in element.attrib):
        image = element if element.tag != "figure" else _appended(element, "img")
        image.tag = "img"
        image.set("src", source)
        image.set("alt", element.get("data-alt") or "")


def _appended(parent: "_Element", tag: str) -> "_Element":
    from lxml import etree

    return etree.SubElement(parent, tag)


def _source(image: "_Element") -> str:
    """Where a picture is in the end; empty for nowhere."""
    for name in _LATER:
        value = image.get(name, "").strip()
        if _may_be_picture(value):
            return value
    for name in _LATER_SETS:
        if best := _best(image.get(name, "")):
            return best
    source = image.get("src", "").strip()
    if source and not _PLACEHOLDER.search(source[:8] + source[-300:]):
        return source
    if best := _best(image.get("srcset", "")) or _of_picture(image):
        return best
    # Whatever else a script may look at, by what its value looks like.
    told = (
        image.get(name, "").strip()
        for name in islice(map(str, image.keys()), LOOKED_AT)
        if name.startswith("data-") and not _OF_ANOTHER.search(name)
    )
    return next((value for value in told if _FILE.search(value) and _may_be_picture(value)), "")


def _may_be_picture(value: str) -> bool:
    return (
        0 < len(value) < MAX_ADDRESS
        and _ADDRESS.fullmatch(value) is not None
        and not _PLACEHOLDER.search(value[:8] + value[-300:])
    )


def _best(srcset: str) -> str:
    """The widest of several sizes that is not too wide, or the least wide of those that are."""
    found: list[tuple[float, str]] = []
    for told in _SIZES_END.split(srcset[: LOOKED_AT * 500], LOOKED_AT)[:LOOKED_AT]:
        parts = told.split()
        if not parts or not _may_be_picture(parts[0]):
            continue
        size = _SIZE.fullmatch(parts[-1])
        # `2x` is twice as wide as what is shown, of which nothing is known.
        width = float(size[1]) * (1 if size[2] == "w" else WIDTH / 2) if size else WIDTH / 2
        found.append((width, parts[0]))
    within = [one for one in found if one[0] <= WIDTH]
    return max(within)[1] if within else min(found)[1] if found else ""


def _of_picture(image: "_Element") -> str:
    # libxml2 does not know that `<source>` holds nothing.
    picture = next(
        (above for above in islice(image.iterancestors(), LOOKED_AT) if above.tag == "picture"), None
    )
    if picture is None:
        return ""
    sets = (
        source.get("srcset") or source.get("data-srcset") or ""
        for source in islice(picture.iter("source"), LOOKED_AT)
    )
    return next(filter(None, map(_best, sets)), "")


def _use_noscript(noscript: "_Element") -> None:
    """A picture for browsers without scripts, unless what scripts would make of it stands beside it."""
    images = [image for image in islice(noscript.iter("img"), 2) if image.get("src")]
    parent = noscript.getparent()
    if len(images) != 1 or parent is None or _is_pixel(images[0]) or _said(noscript, 1):
        return
    for near in (noscript.getprevious(), noscript.getnext(), *islice(parent, LOOKED_AT)):
        if near is None or near is noscript:
            continue
        if any(image.get("src") for image in islice(near.iter("img"), 2)):
            return
    noscript.tag = "span"


def _leave_smaller(frame: "_Element") -> None:
    """Of one picture in several sizes, each for another screen, the last, which is for the largest."""
    images = list(islice(frame.iter("img"), LOOKED_AT))
    named: dict[str, _Element] = {}
    for image in images:
        name = image.get("src", "").partition("?")[0].rpartition("/")[2]
        if name and next(image.iterancestors("noscript"), None) is None:
            if name in named:
                named[name].attrib.clear()
            named[name] = image


def _is_pixel(image: "_Element") -> bool:
    return any(image.get(name, "").strip() in ("0", "1", "1px") for name in ("width", "height"))


# What stands below them


def _is_caption(element: "_Element") -> bool:
    told = element.get("class", "")[:300]
    # Of tables, only Blogger's hold a picture above its caption and nothing else.
    return "tr-caption" in told.split() if element.tag == "td" else _CAPTION_CLASS.search(told) is not None


def _has_picture(element: "_Element") -> bool:
    return next(element.iter("img", "iframe", "video", *_NO_CAPTIONS), None) is not None


def _frame(caption: "_Element") -> "_Element | None":
    """What holds a picture, its caption, and nothing else; None where it is a figure already."""
    said = _said(caption, CAPTION)
    if not said:
        return None
    for above in islice(caption.iterancestors(), NEAR):
        if above.tag in ("figure", "body", "article", "main", "td", "li"):
            return None
        if above.tag in ("tr", "tbody"):
            continue
        if _said(above, said + CREDIT) > said + CREDIT:
            return None
        if next(above.iter("img"), None) is not None:
            return above
    return None


def _unnamed_frame(image: "_Element") -> "_Element | None":
    """What holds a picture and a caption that nothing calls one.

    Either it says what the picture's `alt` says, or both are centred.
    """
    alt = image.get("alt", "")[:2_000].split()
    for above in islice(image.iterancestors(), NEAR):
        # Asked before the words are counted: thousands may stand in one paragraph.
        alone = len(list(islice(above.iter("img", "iframe", "video", *_NO_CAPTIONS), 2))) == 1
        if not alone or above.tag not in ("div", "span", "center", "a", "p"):
            return None
        said = _said(above, CAPTION)
        if said:
            centred = above.tag == "center" or above.get("align") == "center"
            same = len(alt) > 1 and said <= len(alt) + CREDIT and _begins_with(above, alt)
            return above if same or (centred and said <= CAPTION // 3) else None
    return None


def _begins_with(element: "_Element", said: list[str]) -> bool:
    return " ".join(map(str, element.itertext())).split()[: len(said)] == said


def _said(element: "_Element", most: int) -> int:
    """How many words it says; counting stops above `most`."""
    count = 0
    for text in element.itertext():
        count += len(str(text).split())
        if count > most:
            break
    return count


def _settle_figure(figure: "_Element") -> None:
    """A picture's caption is one, and is not what stands in place of the picture as well."""
    images = list(islice(figure.iter("img"), 2))
    captions = list(islice(figure.iterdescendants("figcaption"), 2))
    if not images or len(captions) > 1 or next(figure.iterdescendants(*_NO_CAPTIONS), None) is not None:
        return
    for part in captions[0].iterchildren("span") if captions else ():
        # What is said and who took it are set apart by a style alone.
        part.tail = part.tail or " "
    of_caption = set(captions[0].iter()) if captions else set()
    runs = [run for run in runs_of(figure) if run.words]
    for run in runs:
        if is_noise(run):
            run.erase()
    beside = [run for run in runs if run.owner not in of_caption and not is_noise(run)]
    if beside and sum(len(run.words) for run in beside) <= (CREDIT if captions else CAPTION):
        caption = _with_credit(figure, captions[0] if captions else None, beside)
        of_caption = set(caption.iter())
    said = [word for run in runs_of(figure) if run.owner in of_caption for word in run.words]
    for image in images:
        alt = words(image.get("alt", "")[:2_000])
        if alt and (alt == said[: len(alt)] or alt == said[-len(alt) :]):
            del image.attrib["alt"]


def _with_credit(figure: "_Element", caption: "_Element | None", beside: list[Run]) -> "_Element":
    if caption is None and len(beside) == 1 and beside[0].block is not figure:
        beside[0].block.tag = "figcaption"
        return beside[0].block
    text = " ".join(run.text for run in beside)
    for run in beside:
        run.erase()
    if caption is None:
        caption = _appended(figure, "figcaption")
        caption.text = text
        return caption
    inner = _last_block(caption)
    _strip_end(inner)
    if len(inner):
        inner[-1].tail = f"{inner[-1].tail or ''} ({text})"
    else:
        inner.text = f"{inner.text or ''} ({text})"
    return caption


def _strip_end(element: "_Element") -> None:
    while len(element):
        last = element[-1]
        last.tail = (last.tail or "").rstrip() or None
        if last.tail:
            return
        element = last
    element.text = (element.text or "").rstrip()


def _last_block(element: "_Element") -> "_Element":
    while len(element) and element[-1].tag in ("p", "div") and not (element[-1].tail or "").strip():
        element = element[-1]
    return element
