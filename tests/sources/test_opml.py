"""Subscription lists: what is read, what is refused, and that what goes out comes in again."""

import time
import tracemalloc
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_reader import clean
from tui_reader.sources import opml
from tui_reader.sources.opml import NotAList, Subscription

A, B = "https://a.example/feed", "https://b.example/feed"


def listed(outlines: str, head: str = "") -> str:
    return f'{head}<opml version="2.0"><head><title>Mine</title></head><body>{outlines}</body></opml>'


def read(outlines: str) -> list[Subscription]:
    return opml.read(listed(outlines).encode())


def test_outline_is_a_subscription() -> None:
    found = read(f'<outline type="rss" text="A &amp; B" xmlUrl="{A}" htmlUrl="https://a.example/"/>')
    assert found == [Subscription(A, "A & B", "https://a.example/")]


def test_captured_list_is_read(real_data: Path) -> None:
    """207 outlines, of which two name a feed again."""
    data = (real_data / "feeds" / "Subs.opml").read_bytes()
    found = opml.read(data)
    assert len(found) == 205
    assert found[0] == Subscription(
        "http://daringfireball.net/feeds/main", "Daring Fireball", "http://daringfireball.net/"
    )
    assert found[4].title == "chat & code"
    assert {one.folder for one in found} == {"", "Macintosh", "Programming", "Weblogs", "Writers"}
    assert sum(one.folder == "Writers" for one in found) == data.count(
        b"\n\t\t<outline", data.index(b'"Writers"')
    )
    assert opml.read(opml.write(found, "Subs")) == found


SPELLINGS = [
    ("xmlUrl", f'<outline text="T" xmlUrl="{A}"/>'),
    ("xmlurl", f'<outline text="T" xmlurl="{A}"/>'),
    ("XMLURL", f'<OUTLINE TEXT="T" XMLURL="{A}"></OUTLINE>'),
    ("title", f'<outline title="T" xmlUrl="{A}"/>'),
    ("blank text", f'<outline text=" " title="T" xmlUrl="{A}"/>'),
    ("url", f'<outline type="rss" text="T" url="{A}"/>'),
    ("feed:https", f'<outline text="T" xmlUrl="feed:{A}"/>'),
    ("blanks", f'<outline text="  T\n " xmlUrl=" {A}\n"/>'),
    ("open tags", f'<outline text="T" xmlUrl="{A}">'),
    ("stray ends", f'</outline></x></outline><outline text="T" xmlUrl="{A}"/></outline>'),
    ("escapes", f'<outline text="\x1b[31mT\u202e" xmlUrl="{A}"/>'),
]


@pytest.mark.parametrize(("name", "outline"), SPELLINGS, ids=[name for name, _ in SPELLINGS])
def test_spellings_of_a_subscription(name: str, outline: str) -> None:
    assert read(outline) == [Subscription(A, "T")]


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ("feed://a.example/x", "http://a.example/x"),
        ("FEED:HTTPS://a.example/x", "https://a.example/x"),
        ("//a.example/x", "http://a.example/x"),
        ("https://a.example/?a=1&b=2&copy=3", "https://a.example/?a=1&b=2&copy=3"),
        ("https://a.example/ü", "https://a.example/%C3%BC"),
    ],
)
def test_address_is_made_safe(told: str, url: str) -> None:
    """A bare `&` is one, and no beginning of an entity."""
    assert read(f'<outline text="T" xmlUrl="{told}"/>') == [Subscription(url, "T")]


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "file:///etc/passwd", "-x", "https://", "https://[x"]
)
def test_what_is_no_web_address_is_left_out(url: str) -> None:
    found = read(f'<outline text="T" xmlUrl="{url}"/><outline text="B" xmlUrl="{B}" htmlUrl="{url}"/>')
    assert found == [Subscription(B, "B")]


NESTED = [
    ('<outline text="News">{}</outline>', "News"),
    ('<outline title="News">{}</outline>', "News"),
    ('<outline text="1"><outline text="2"><outline text="3">{}</outline></outline></outline>', "1 / 2 / 3"),
    (
        '<outline text="1"><outline text="2"><outline text="3"><outline text="4">{}' + "</outline>" * 4,
        "1 / 2 / 3",
    ),
    ('<outline text="1 / 2"><outline text="3 / 4">{}</outline></outline>', "1 / 2 / 3"),
    ('<outline text="1"><outline text=""><outline text="2">{}' + "</outline>" * 3, "1 / 2"),
    (f'<outline text="B" xmlUrl="{B}">{{}}</outline>', ""),
    ('<outline text="Empty"></outline>{}', ""),
    ("{}", ""),
]


@pytest.mark.parametrize(("around", "folder"), NESTED)
def test_folder_is_the_names_around(around: str, folder: str) -> None:
    found = read(around.format(f'<outline text="T" xmlUrl="{A}"/>'))
    assert found[-1] == Subscription(A, "T", folder=folder)


@pytest.mark.parametrize(
    ("said", "every"), [("90", 5_400), ("-1", None), ("", None), ("0", None), ("1e9", None), ("9" * 40, None)]
)
def test_own_interval_is_in_minutes(said: str, every: int | None) -> None:
    assert read(f'<outline text="T" xmlUrl="{A}" updateInterval="{said}"/>')[0].every == every


def test_feed_is_listed_once_in_its_first_folder() -> None:
    found = read(
        f'<outline text="1"><outline text="T" xmlUrl="{A}"/></outline>'
        '<outline text="2"><outline text="U" xmlUrl="http://www.a.example/feed/?utm_source=x"/></outline>'
    )
    assert found == [Subscription(A, "T", folder="1")]


def test_category_is_no_folder() -> None:
    assert read(f'<outline text="T" xmlUrl="{A}" category="/x/y,z"/>') == [Subscription(A, "T")]


TEXT = listed(f'<outline text="Zeitung für Größe" xmlUrl="{A}"/>')
ENCODED = [
    ("utf-8", TEXT.encode()),
    ("utf-8 with a BOM", TEXT.encode("utf-8-sig")),
    ("utf-8, said", ('<?xml version="1.0" encoding="UTF-8"?>' + TEXT).encode()),
    ("utf-16", TEXT.encode("utf-16")),
    ("utf-16, said", ('<?xml version="1.0" encoding="UTF-16"?>' + TEXT).encode("utf-16-be")),
    ("utf-16, said and false", ('<?xml version="1.0" encoding="utf-16"?>' + TEXT).encode()),
    ("latin-1", TEXT.encode("latin-1")),
    ("latin-1, said", ('<?xml version="1.0" encoding="ISO-8859-1"?>' + TEXT).encode("latin-1")),
    ("latin-1, said to be utf-8", ('<?xml version="1.0" encoding="utf-8"?>' + TEXT).encode("latin-1")),
    ("unknown", ('<?xml version="1.0" encoding="klingon"?>' + TEXT).encode()),
]


@pytest.mark.parametrize(("name", "data"), ENCODED, ids=[name for name, _ in ENCODED])
def test_encodings(name: str, data: bytes) -> None:
    assert opml.read(data) == [Subscription(A, "Zeitung für Größe")]


@pytest.mark.parametrize("data", [b"<opml/>", listed("").encode(), listed('<outline text="x"/>').encode()])
def test_empty_list_is_a_list(data: bytes) -> None:
    assert opml.read(data) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "page"),
        (b"<rss version='2.0'><channel></channel></rss>", "feed"),
        (b"https://a.example/feed", "no subscription list"),
        (b'{"a": 1}', "no subscription list"),
        (b"\0\1\2\xff", "no subscription list"),
        (b"x" * (opml.MAX_BYTES + 1), "larger than 10 MB"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(NotAList, match=rf"(?s){said}.*\.$"):
        opml.read(data)


def test_file_of_any_size_takes_no_more_memory_than_a_list(tmp_path: Path) -> None:
    with (tmp_path / "huge.opml").open("wb") as file:
        file.truncate(100_000_000)
    tracemalloc.start()
    with pytest.raises(NotAList, match="larger than 10 MB"):
        opml.read_file(tmp_path / "huge.opml")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2.5 * opml.MAX_BYTES


def test_entities_never_expand(tmp_path: Path) -> None:
    """Neither a bomb nor a file beside it."""
    secret = tmp_path / "secret"
    secret.write_text("hush")
    bomb = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    head = f'<!DOCTYPE opml [{bomb}<!ENTITY out SYSTEM "{secret.as_uri()}">]>'
    started = time.process_time()
    found = opml.read(listed(f'<outline text="&j;&out;" xmlUrl="{A}"/>', head).encode())
    assert time.process_time() - started < 1
    assert [one.url for one in found] == [A]
    assert len(found[0].title) < 100
    assert "ha" not in found[0].title
    assert "hush" not in found[0].title


@pytest.mark.parametrize(
    "nested", ['<outline text="f"><outline xmlUrl="{}"/>', '<outline text="T" xmlUrl="{}">']
)
def test_deep_and_long_lists_end_quickly(nested: str) -> None:
    """20,000 levels took listparser alone 12 seconds; here they are half of one."""
    started = time.process_time()
    found = read("".join(nested.format(f"https://a.example/{number}") for number in range(20_000)))
    assert time.process_time() - started < 5
    assert len(found) == opml.MAX_SUBSCRIPTIONS
    assert found[-1].folder in ("", "f / f / f")


# Letters of every kind, with what XML cannot hold and what a terminal must not see.
TITLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(lambda text: clean.line(text))
NAME = TITLE.map(lambda text: clean.line(text.replace("\ufffe", "").replace("\uffff", "")))
URL = st.from_regex(r"https?://[a-z]{1,9}\.example/[a-z0-9/?&=%#;+]{0,20}", fullmatch=True)
SUBSCRIPTIONS = st.lists(
    st.builds(
        Subscription,
        URL,
        NAME,
        st.just("") | URL,
        st.lists(NAME.filter(bool), max_size=3)
        .map(lambda names: " / ".join(names))
        .map(lambda folder: " / ".join(folder.split(" / ")[:3])),
        st.none() | st.integers(1, 1_000).map(lambda minutes: minutes * 60),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda one: clean.canonical(one.url),
)


@given(SUBSCRIPTIONS, st.text(max_size=20))
def test_what_goes_out_comes_in_again(subscriptions: list[Subscription], title: str) -> None:
    """Folders are gathered, so the order is that of the folders' first subscriptions; nothing is lost."""
    data = opml.write(subscriptions, title)
    found = opml.read(data)
    assert sorted(found, key=lambda one: one.url) == sorted(subscriptions, key=lambda one: one.url)
    assert opml.read(opml.write(found, title)) == found
    root = ElementTree.fromstring(data)
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert all(outline.get("text") for outline in root.iter("outline"))


@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 100))
def test_broken_lists_raise_nothing_else(noise: bytes, place: int, length: int) -> None:
    data = opml.write([Subscription(A, "T", B, "x / y"), Subscription(B, "Ü")], "Mine")
    broken = data[:place] + noise + data[place + length :]
    found: list[Subscription] = []
    with suppress(NotAList):
        found = opml.read(broken)
    assert all(clean.is_clean(one.title + one.folder) and clean.may_open(one.url) for one in found)
