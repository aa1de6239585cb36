"""The bundled articles: they load, they name each other rightly, and they say nothing that is not so."""

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import frontmatter
import pytest
from markdown_it import MarkdownIt

from tui_reader import clean, samples, setting_keys, settings
from tui_reader.keymap import KEYS

SLUGS = sorted(path.stem for path in samples.folder().glob("*.md"))
BOUND_KEYS = {name for key in KEYS for name in key.keys.split(",") if name}
CODE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Sample(NamedTuple):
    metadata: dict[str, Any]
    text: str


@cache
def sample(slug: str) -> Sample:
    return Sample(*frontmatter.parse((samples.folder() / f"{slug}.md").read_text(encoding="utf-8")))


def tokens(slug: str) -> list[Any]:
    parsed = MarkdownIt("gfm-like", {"linkify": False}).parse(sample(slug).text)
    return [inner for token in parsed for inner in (token, *(token.children or ()))]


def test_the_folder_is_found_and_well_filled() -> None:
    """An empty library opens with at least eight articles, and one of them is plain text."""
    assert samples.folder().is_dir()
    assert len(SLUGS) >= 8
    assert [path.name for path in samples.folder().glob("*.txt")] == ["your-own-articles.txt"]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_sample_tells_all_that_the_panes_show(slug: str) -> None:
    """Title, excerpt, date, address, provider, topics and quality, in the words of the format."""
    metadata = sample(slug).metadata
    assert metadata["type"] in ("article", "collection")
    assert metadata["webUrl"] == f"https://{metadata['provider']['domain']}/{slug}"
    assert metadata["provider"]["domain"].endswith(".example")
    assert isinstance(metadata["publishedDateTime"], datetime)
    assert (
        datetime(2026, 10, 1) <= metadata["publishedDateTime"].replace(tzinfo=None) < datetime(2026, 11, 21)
    )
    assert 2 <= len(metadata["topics"]) <= 3
    assert 40 <= metadata["quality"] <= 110
    assert 50 <= len(metadata["excerpt"]) <= 300
    assert metadata["title"]


def test_the_samples_differ_enough_to_show_every_state() -> None:
    """One collection, one summary without a text, images with captions, several providers, shared topics."""
    every = [sample(slug).metadata for slug in SLUGS]
    assert [metadata["type"] for metadata in every].count("collection") == 1
    assert [sample(slug).text for slug in SLUGS].count("") == 1
    assert sum("images" in metadata for metadata in every) == 2
    assert all(image["title"] for metadata in every for image in metadata.get("images", ()))
    assert len({metadata["provider"]["name"] for metadata in every}) == 3
    topics = [topic for metadata in every for topic in metadata["topics"]]
    assert max(map(topics.count, topics)) >= 5
    dates = [metadata["publishedDateTime"] for metadata in every]
    assert len(set(dates)) == len(dates)


@pytest.mark.parametrize("slug", SLUGS)
def test_related_articles_are_told_of_as_they_are(slug: str) -> None:
    """What a list says of another sample is what that sample says of itself; the rest is on the web."""
    by_address = {sample(other).metadata["webUrl"]: sample(other).metadata for other in SLUGS}
    related = sample(slug).metadata["related"]
    inside = [mention for mention in related if mention["webUrl"] in by_address]
    assert 1 <= len(inside) <= 4
    assert sample(slug).metadata["webUrl"] not in [mention["webUrl"] for mention in inside]
    for mention in inside:
        told = by_address[mention["webUrl"]]
        assert mention == {name: told[name] for name in mention}
        assert {"title", "excerpt", "publishedDateTime", "type", "provider", "quality"} <= mention.keys()
    for mention in related:
        assert clean.may_open(mention["webUrl"])
        assert mention["webUrl"].startswith("https://")
        assert mention["title"]
        assert clean.belongs_to(mention["webUrl"], mention["provider"]["domain"])
        assert (mention in inside) == (".example/" in mention["webUrl"])


def test_members_of_a_collection_exist() -> None:
    """A collection names files by their path without its ending."""
    stems = {path.stem for path in samples.folder().iterdir()}
    items = [item for slug in SLUGS for item in sample(slug).metadata.get("items", ())]
    assert items
    assert set(items) <= stems


@pytest.mark.parametrize("slug", SLUGS)
def test_a_text_is_neither_a_note_nor_a_book(slug: str) -> None:
    """Between 250 and 600 words, but for the one that is only a summary."""
    words = len(sample(slug).text.split())
    assert 250 <= words <= 600 or words == 0


def test_the_texts_use_all_of_markdown() -> None:
    """Whatever the article view can draw is drawn by some sample; and nothing in them is HTML."""
    kinds = {token.type for slug in SLUGS for token in tokens(slug)}
    assert kinds >= {
        "heading_open",
        "strong_open",
        "em_open",
        "bullet_list_open",
        "ordered_list_open",
        "blockquote_open",
        "fence",
        "code_inline",
        "table_open",
        "link_open",
    }
    assert not kinds & {"html_block", "html_inline"}
    assert all(token.info for slug in SLUGS for token in tokens(slug) if token.type == "fence")


@pytest.mark.parametrize("slug", SLUGS)
def test_links_may_be_opened(slug: str) -> None:
    """Links in the texts are real pages over https; only a sample's own address is an example."""
    links = [token.attrs["href"] for token in tokens(slug) if token.type == "link_open"]
    assert all(link.startswith("https://") and clean.may_open(link) for link in links)
    assert not [link for link in links if ".example" in link]


@pytest.mark.parametrize("path", sorted(samples.folder().glob("*.[mt]*")), ids=lambda path: path.name)
def test_the_texts_pass_the_border_unchanged(path: Path) -> None:
    """Other scripts, joiners and emoji included: nothing that `clean` would take out."""
    text = path.read_text(encoding="utf-8")
    assert clean.text(text) == text
    assert clean.is_clean(text)


@pytest.mark.parametrize("slug", SLUGS)
def test_keys_that_are_named_exist(slug: str) -> None:
    """Inline code of one or two characters, or in the piece on the keyboard any, is a key of the keymap."""
    named = [token.content for token in tokens(slug) if token.type == "code_inline"]
    keys = named if slug == "reading-by-keyboard" else [name for name in named if len(name) <= 2]
    assert {setting_keys.key_name(name) for name in keys} <= BOUND_KEYS
    if slug == "reading-by-keyboard":
        assert len(set(keys)) > 30


def test_settings_that_are_shown_are_right(tmp_path: Path) -> None:
    """The example in the piece on the keyboard is a settings file without a fault."""
    blocks = [code for kind, code in CODE.findall(sample("reading-by-keyboard").text) if kind == "toml"]
    (tmp_path / "settings.toml").write_text(blocks[0])
    loaded, complaints = settings.load(tmp_path / "settings.toml")
    assert complaints == []
    assert len(loaded.keys) == 3


def test_code_that_is_shown_is_right() -> None:
    """The feeds, lists and headers in the texts parse as what they are said to be."""
    import json
    import tomllib
    from xml.etree import ElementTree

    parsed = set()
    for slug in SLUGS:
        for kind, code in CODE.findall(sample(slug).text):
            match kind:
                case "json":
                    assert json.loads(code)["version"]
                case "xml":
                    assert ElementTree.fromstring(code.encode()).tag
                case "toml":
                    assert tomllib.loads(code.strip().strip("+"))
                case "yaml":
                    assert frontmatter.loads(code).metadata["title"]
                case "python":
                    compile(code, slug, "exec")
            parsed.add(kind)
    assert parsed == {"html", "json", "python", "toml", "xml", "yaml"}
