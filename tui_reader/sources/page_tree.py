"""The bytes of a web page as an lxml tree; control characters are gone, no entity of its own expands."""

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_reader import clean
from tui_reader.sources.folder import decode

if TYPE_CHECKING:
    from lxml.etree import _Element

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_DECLARED = 4_096
"""Bytes in which a page says how it is encoded; browsers look at 1,024."""


def tree_of(page: bytes, content_type: str) -> "_Element | None":
    """None for nothing at all."""
    from lxml import etree, html  # 60 ms

    # As html.py reads pages; these are elements that trafilatura takes.
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    try:
        return etree.fromstring(clean.text(decoded(page, content_type)).encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def decoded(page: bytes, content_type: str) -> str:
    """The server's word on the encoding, then the page's own, then what `decode` makes of it."""
    declared = page[:_DECLARED].decode("ascii", "replace")
    for told in (_CHARSET.search(content_type), _CHARSET.search(declared)):
        if told:
            with suppress(LookupError, UnicodeError):
                return page.decode(told[1])
    return decode(page)
