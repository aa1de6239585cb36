"""Pages in the shapes that people meet, in words of our own; and how a test reads one."""

from pathlib import Path

from markdown_it import MarkdownIt

from tui_reader.model import Page
from tui_reader.sources import page

HERE = "https://letter.example/2024/harbour"


def read(html: str | bytes, content_type: str = "text/html", address: str = HERE, asked: str = "") -> Page:
    return page.read(html.encode() if isinstance(html, str) else html, address, content_type, asked)


def captured(name: str) -> Page:
    return read((Path(__file__).parent / f"{name}.html").read_bytes())


def addresses(markdown: str) -> list[str]:
    """Where the links and pictures of a text lead, as a reader of Markdown takes it."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    inner = [child for token in tokens for child in token.children or ()]
    told = [str(child.attrs.get("href", "") or child.attrs.get("src", "")) for child in inner]
    return list(filter(None, told))
