"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), told in the words of feedparser."""

from typing import Any

import msgspec


def read(data: bytes) -> dict[str, Any] | None:
    """`feed` and `entries`; None for JSON of any other kind."""
    try:
        found = msgspec.json.decode(data.lstrip(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        return None
    if "jsonfeed.org" not in str(found.get("version")) and not isinstance(found.get("title"), str):
        return None
    feed = {
        "title": _text(found.get("title")),
        "link": _text(found.get("home_page_url")) or _text(found.get("feed_url")),
        "author": ", ".join(author["name"] for author in _authors(found)),
    }
    return {"feed": feed, "entries": [_entry(item) for item in found["items"] if isinstance(item, dict)]}


def _entry(item: dict[str, Any]) -> dict[str, Any]:
    contents = []
    if markup := _text(item.get("content_html")):
        contents.append({"value": markup, "type": "text/html"})
    elif plain := _text(item.get("content_text")):
        # A `<` in it is one.
        contents.append({"value": plain.replace("&", "&amp;").replace("<", "&lt;"), "type": "text/plain"})
    number = item.get("id")
    url, elsewhere = _text(item.get("url")), _text(item.get("external_url"))
    return {
        "id": str(number) if isinstance(number, str | int | float) else url,
        "link": url or elsewhere,
        "title": _text(item.get("title")),
        "summary": _text(item.get("summary")),
        "content": contents,
        "authors": _authors(item),
        "published": item.get("date_published"),
        "updated": item.get("date_modified"),
        "tags": [{"term": tag} for tag in _list(item.get("tags"))],
        "image": {"href": item.get("image") or item.get("banner_image") or ""},
        "enclosures": [
            {
                "href": part.get("url"),
                "type": _text(part.get("mime_type")),
                "length": part.get("size_in_bytes"),
                "title": _text(part.get("title")),
            }
            for part in _list(item.get("attachments"))
            if isinstance(part, dict)
        ],
        "itunes_duration": next(
            (
                part["duration_in_seconds"]
                for part in _list(item.get("attachments"))
                if isinstance(part, dict) and part.get("duration_in_seconds")
            ),
            None,
        ),
    }


def _authors(item: dict[str, Any]) -> list[dict[str, str]]:
    """Of 1.1 a list, of 1.0 one; who has both means the list."""
    told = _list(item.get("authors")) or [item.get("author")]
    return [{"name": name} for one in told if isinstance(one, dict) and (name := _text(one.get("name")))]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
