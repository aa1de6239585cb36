"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from typing import Any

from tui_reader.sources.feeds import told


def read(text: str, limit: int) -> told.Feed | None:
    """Its first entries, so many at the most; None for JSON of any other kind."""
    try:
        # The standard library's: msgspec refuses halves of characters, which some titles are cut into.
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        return None
    if "jsonfeed.org" not in _text(found.get("version")) and not isinstance(found.get("title"), str):
        return None
    return told.Feed(
        title=told.Text(_text(found.get("title"))),
        links=tuple(filter(None, map(_text, (found.get("home_page_url"), found.get("feed_url"))))),
        authors=_authors(found),
        entries=tuple(_entry(item) for item in found["items"][:limit] if isinstance(item, dict)),
    )


def _entry(item: dict[str, Any]) -> told.Entry:
    number, url = item.get("id"), _text(item.get("url"))
    key = str(number).strip() if isinstance(number, str | int | float) else ""
    attachments = [part for part in _list(item.get("attachments")) if isinstance(part, dict)]
    lengths = (part.get("duration_in_seconds") for part in attachments)
    pictures = filter(None, (_text(item.get("image")), _text(item.get("banner_image"))))
    return told.Entry(
        id=key,
        links=tuple(link for link in (url, _text(item.get("external_url"))) if link)
        + ((key,) if key.startswith(("http://", "https://")) else ()),
        title=told.Text(_text(item.get("title"))),
        content=_content(item),
        summary=told.Text(_text(item.get("summary"))),
        authors=_authors(item),
        topics=tuple(filter(None, map(_text, _list(item.get("tags"))))),
        dates=tuple(date for date in (item.get("date_published"), item.get("date_modified")) if date),
        length=next(filter(None, lengths), None),
        pictures=tuple(told.File(picture, "image") for picture in pictures),
        files=tuple(map(_file, attachments)),
    )


def _content(item: dict[str, Any]) -> told.Text:
    if (markup := _text(item.get("content_html"))).strip():
        return told.Text(markup, "html")
    plain = _text(item.get("content_text"))
    return told.Text(plain, "plain") if plain else told.Text()


def _file(part: dict[str, Any]) -> told.File:
    kind, title = _text(part.get("mime_type")), _text(part.get("title"))
    return told.File(_text(part.get("url")), kind, part.get("size_in_bytes"), title)


def _authors(told_by: dict[str, Any]) -> tuple[str, ...]:
    """Of 1.1 a list, of 1.0 one; who has both means the list."""
    people = _list(told_by.get("authors")) or [told_by.get("author")]
    names = (_text(one.get("name")) if isinstance(one, dict) else _text(one) for one in people)
    return tuple(filter(None, names))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
