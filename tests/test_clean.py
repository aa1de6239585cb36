"""The border: what gets through, what does not, which addresses may leave."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_reader import clean

HOSTILE = [
    ("red \x1b[31mheadline\x1b[0m", "red headline"),
    ("title\x1b]0;owned\x07 end", "title end"),
    ("link \x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\", "link here"),
    ("C1 \x9b31mred\x9d0;t\x9c.", "C1 red."),
    ("lone \x1b escape, bell \x07, null \x00", "lone escape, bell , null"),
    ("over\u202eride and \u2066isolate\u2069", "override and isolate"),
    ("zero\u200bwidth\ufeff\u2060 joiners", "zerowidth joiners"),
    ("tag \U000e0041\U000e0042 characters", "tag characters"),
    ("line\u2028and\u2029paragraph\x85next\x0bfeed", "line and paragraph next feed"),
    ("surrogate \udcff here", "surrogate \ufffd here"),
    ("z" + "\u0351" * 50 + "algo", "z" + "\u0351" * 4 + "algo"),
    ("  tabs\tand\r\n  lines  ", "tabs and lines"),
    ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
]
WHOLE = [
    "日本語の見出し、中国語，한국어",
    "عنوان رئيسي بالعربية",
    "כותרת בעברית",
    "हिन्दी शीर्षक क्ष",
    "मराठी र\u200dय नेपाली",
    "می\u200cخواهم",
    "family 👩‍👩‍👧, flag 🇩🇪, heart ❤️, wave 👋🏽",
    "Ünïcödé, naïve café, Tiếng Việt",
]


@pytest.mark.parametrize(("given", "kept"), HOSTILE)
def test_what_could_harm_a_terminal_is_dropped(given: str, kept: str) -> None:
    assert clean.line(given) == kept


@pytest.mark.parametrize("text", WHOLE)
def test_every_script_stays_whole(text: str) -> None:
    assert clean.line(text) == text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:secret@news.example/feed?a=b@c", "https://news.example/feed?a=b@c"),
        ("http://me:secret@secret@news.example", "http://news.example"),
        ("ftp://me@news.example/", "ftp://news.example/"),
        ("https://news.example/@me", "https://news.example/@me"),
        ("https://news.example?who=@me", "https://news.example?who=@me"),
        ("/home/me@work/http://x@y", "/home/me@work/http://x@y"),
        ("me@news.example", "me@news.example"),
    ],
)
def test_address_is_shown_without_its_login(url: str, shown: str) -> None:
    assert clean.without_login(url) == shown


def test_body_keeps_its_lines_and_tabs() -> None:
    assert clean.text("a\r\nb\rc\td\x00") == "a\nb\nc\td"


def test_a_text_of_nothing_but_introducers_is_cleaned_in_linear_time() -> None:
    """Quadratic time would take hours for this one; the suite would not end."""
    assert clean.text("\x9d" * 2_000_000) == ""
    assert clean.text("\x1b]" * 1_000_000) == "]" * 1_000_000


def test_long_line_ends_in_an_ellipsis() -> None:
    assert clean.line("word " * 5000).endswith("…")
    assert len(clean.line("word " * 5000)) <= clean.MAX_LINE


@given(st.text(st.characters(), max_size=300))
def test_nothing_dangerous_is_left_and_once_is_enough(text: str) -> None:
    for cleaned in (clean.text(text), clean.line(text)):
        assert clean.is_clean(cleaned)
        cleaned.encode()
        assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in cleaned)
    assert clean.line(clean.line(text)) == clean.line(text)
    assert clean.text(clean.text(text)) == clean.text(text)


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("https://news.example/a?b=c#d", "https://news.example/a?b=c#d"),
        ("HTTPS://News.Example/Ä b", "https://news.example/%C3%84%20b"),
        ("  https://news.example/'quoted\"\\x  ", "https://news.example/%27quoted%22%5Cx"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://news.example/100%", "https://news.example/100%"),
        ("https://news.example/\x1b[31m\u202e", "https://news.example/[31m"),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("data:text/html,x", ""),
        ("//news.example/x", ""),
        ("https://", ""),
        ("https://-oProxyCommand=x/", ""),
        ("https://news.example:99999/", ""),
        ("https://[bad/", ""),
        ("https://news.example/" + "a" * 5000, ""),
        ("--help", ""),
        ("", ""),
    ],
)
def test_only_web_addresses_come_in_and_those_printable(given: str, safe: str) -> None:
    assert clean.address(given) == safe
    assert not safe or clean.may_open(safe)


@given(st.text(st.characters(), max_size=100))
def test_any_address_that_comes_in_may_be_opened(text: str) -> None:
    for url in (clean.address(text), clean.address("https://" + text)):
        assert not url or (clean.may_open(url) and clean.address(url) == url)
    clean.canonical("https://" + text)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "--help",
        "https://a.example/ --proxy=x",
        "https://a.example/'x",
        "https://a.example/`x`",
        "https://a.example/\x1b",
        "https://-x.example/",
        "ftp://a.example/",
        "mailto:someone@example.org",
        "https://exämple.org/",
        "https:///x",
    ],
)
def test_nothing_else_leaves(url: str) -> None:
    assert not clean.may_open(url)


def test_mail_leaves_only_on_request() -> None:
    assert clean.may_open("mailto:someone@example.org?subject=x", mail=True)
    assert not clean.may_open("mailto:someone@example.org?attach=/etc/passwd -x", mail=True)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Example.org:443/a/?utm_source=x&id=3&fbclid=y#part", "example.org/a?id=3"),
        ("http://example.org", "example.org"),
        ("https://example.org/a/amp/", "example.org/a"),
        ("https://example.org/a.amp.html", "example.org/a.html"),
        ("https://example.org/a?amp=1", "example.org/a"),
        ("https://example.org/amplifier", "example.org/amplifier"),
        ("https://example.org/#!/app/1", "example.org#!/app/1"),
        ("https://example-org.cdn.ampproject.org/c/s/example.org/a", "example.org/a"),
        ("https://www.google.com/amp/s/example.org/a%3Fid%3D1", "example.org/a?id=1"),
        ("nonsense", ""),
    ],
)
def test_an_article_is_known_by_what_matters_in_its_address(url: str, key: str) -> None:
    assert clean.canonical(url) == key


@pytest.mark.parametrize(
    ("url", "domain", "belongs"),
    [
        ("https://edition.cnn.com/x", "cnn.com", True),
        ("https://cnn.com/x", "www.cnn.com", True),
        ("https://cnn.com.evil.example/x", "cnn.com", False),
        ("https://notcnn.com/x", "cnn.com", False),
        ("https://cnn.com@evil.example/", "cnn.com", False),
        ("https://cnn.com/", "", False),
    ],
)
def test_an_address_belongs_to_its_domain_or_below(url: str, domain: str, belongs: bool) -> None:
    assert clean.belongs_to(url, domain) is belongs
