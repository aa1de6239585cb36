"""What a person sees of a search: the hits in each article, and what was searched for before."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shelf import Shelf
from tui_reader import clean
from tui_reader.library.library import Library
from tui_reader.library.search import HISTORY
from tui_reader.library.spacing import SEPARATOR
from tui_reader.model import END, HIT, Article, Found, View
from tui_reader.refresh import refresh


def found(shelf: Shelf, query: str, article_id: int) -> Found:
    return shelf.library.search.found(View(query=query), [article_id])[article_id]


def shown(text: str) -> str:
    """A text with its hits in brackets."""
    return text.replace(HIT, "[").replace(END, "]")


@pytest.mark.parametrize(
    ("query", "title", "snippet"),
    [
        ("solar", "[Solar] power rises", "The roofs of Berlin have panels, and all of them pay."),
        ("berlin", "Solar power rises", "The roofs of [Berlin] have panels, and all of them pay."),
        ("SOLAR panel", "[Solar] power rises", "The roofs of Berlin have [panels], and all of them pay."),
        ("roof*", "Solar power rises", "The [roofs] of Berlin have panels, and all of them pay."),
        ('"solar power"', "[Solar power] rises", "The roofs of Berlin have panels, and all of them pay."),
        ("title:solar -wind", "[Solar] power rises", "The roofs of Berlin have panels, and all of them pay."),
        ("panels or wind", "Solar power rises", "The roofs of Berlin have [panels], and all of them pay."),
        ("summarised", "Solar power rises", "Roofs that pay, [summarised]."),
        ("handwritten", "Solar power rises", "A [handwritten] note."),
        ("energy", "Solar power rises", "The roofs of Berlin have panels, and all of them pay."),
        (
            "title:berlin or solar",
            "[Solar] power rises",
            "The roofs of Berlin have panels, and all of them pay.",
        ),
        ("is:unread", "Solar power rises", "Roofs that pay, summarised."),
        ("", "Solar power rises", "Roofs that pay, summarised."),
    ],
)
def test_hits_are_marked_where_they_are(shelf: Shelf, query: str, title: str, snippet: str) -> None:
    """In the title, and in whichever text has most of them; else the article's beginning is shown."""
    article_id = shelf.put(
        "Solar power rises",
        "a.md",
        summary="Roofs that pay, summarised.",
        body="The roofs of Berlin have panels, and all of them pay.",
        topics=("Energy",),
    )
    shelf.library.bookmarks.add(article_id, note="A handwritten note.")
    one = found(shelf, query, article_id)
    if "[" not in shown(one.snippet):
        snippet = "Roofs that pay, summarised."
    assert (shown(one.title), shown(one.snippet)) == (title, snippet)


def test_words_of_unspaced_scripts_are_marked_once(shelf: Shelf) -> None:
    article_id = shelf.put("智能手机市场", "a.md", body="今年的智能手机市场很大。" * 3)
    one = found(shelf, "手机市", article_id)
    assert shown(one.title) == "智能[手机市]场"
    assert "智能[手机市]场" in shown(one.snippet)
    assert SEPARATOR not in one.snippet
    assert shown(found(shelf, "手机", article_id).title) == "智能[手机]市场"


def test_snippet_is_what_surrounds_the_hits(shelf: Shelf) -> None:
    article_id = shelf.put("Story", body="before " * 5_000 + "the needle here " + "after " * 5_000)
    snippet = shown(found(shelf, "needle", article_id).snippet)
    assert "before the [needle] here after" in snippet
    assert len(snippet) < 400
    assert snippet[0] == snippet[-1] == "…"


MARKDOWN = """
# The heading of *wind*

> A quote about **wind**, see [the wind page](https://secret.example/wind?x=1 "Wind") and
> ![a picture of wind](https://secret.example/wind.png).

- one `wind_power` item
* two <b>wind</b> <https://secret.example/wind>
| a | wind |

[![wind again](https://secret.example/wind.png)](https://secret.example/wind)

__Wind__ \\*escaped\\* ~~wind~~
"""


def test_snippet_has_no_signs_of_markdown_and_no_addresses(shelf: Shelf) -> None:
    article_id = shelf.put("Story", body=MARKDOWN)
    snippet = found(shelf, "wind", article_id).snippet
    assert "[the wind page]" not in shown(snippet)
    for sign in ("https", "secret", "](", "**", "`", "#", ">", "|", "<", "\n", "\\"):
        assert sign not in snippet, sign
    assert snippet.count(HIT) == snippet.count(END) >= 3


@given(body=st.text(st.sampled_from("ab wind[]()*_`#>|<\\!-\n"), max_size=300))
@settings(deadline=None)
def test_no_markup_hides_a_word(body: str) -> None:
    """What is taken out of a line is signs and addresses: words outside of them stay."""
    from tui_reader.library.search import _plain

    text = clean.text(body)
    plain = _plain((1, "", "", text, *[""] * 5))[3]
    assert plain.count("needle") == 0
    assert len(plain) <= len(text)
    if not set(text) & set("[<"):
        assert [letter for letter in plain if letter.isalpha()] == [
            letter for letter in text if letter.isalpha()
        ]


def test_texts_cannot_fake_a_mark(shelf: Shelf, tmp_path: Path) -> None:
    """The marks and the index's own separator are control characters, which no text keeps."""
    fake = f"{HIT}fake{END} {SEPARATOR}solar"
    (shelf.folder / "a.md").write_text(f'---\ntitle: "a \\x02fake\\x03 title"\nexcerpt: x\n---\n{fake} text')
    refresh(shelf.library, shelf.source)
    [article_id] = shelf.library.articles.ids(View())
    shelf.library.bookmarks.add(article_id, [fake], fake)
    for query in ("", "text", "solar", "fake", fake):
        one = found(shelf, query, article_id)
        assert SEPARATOR not in one.title + one.snippet
        marked = [part.partition(END)[0] for part in (one.title + one.snippet).split(HIT)[1:]]
        assert set(marked) <= {query, "fake solar", "fake", "solar"}
        assert query or not marked


def test_page_of_hits_is_whole(shelf: Shelf) -> None:
    """Every article that is asked for has an answer, in whatever order, and one that is gone has none."""
    ids = [shelf.put(f"Story {number}", body="solar" if number % 2 else "wind") for number in range(10)]
    page = shelf.library.search.found(View(query="solar"), [*reversed(ids), 999])
    assert sorted(page) == ids
    assert [shown(page[article_id].snippet) for article_id in ids[:2]] == ["wind", "[solar]"]
    assert shelf.library.search.found(View(query="solar"), []) == {}


@pytest.mark.parametrize(
    "unit", ["[", "[a](", "![", "[![", "\n", " \n", "<", "_", "a_", ">", "> ", "# ", "|", "\\", "(", "]("]
)
def test_thousands_of_any_sign_are_taken_out_in_linear_time(shelf: Shelf, unit: str) -> None:
    """Quadratic time was half a minute; the second text begins and ends with a letter."""
    for body in (unit * 30_000, f"a{unit * 30_000}a"):
        article_id = shelf.put("Story", body=body)
        assert shown(found(shelf, "story", article_id).title) == "[Story]"


class TestHistory:
    def test_latest_first_and_each_once(self, library: Library) -> None:
        for query in ("solar", "wind", "solar", "title:coal"):
            library.search.remember(query)
        library.database.write(lambda _: None).result()
        assert library.search.history() == ["title:coal", "solar", "wind"]

    def test_beyond_a_hundred_the_oldest_are_forgotten(self, library: Library) -> None:
        for number in range(HISTORY + 10):
            library.search.remember(f"query {number}")
        for _ in range(HISTORY):
            library.search.remember("query 50")
        library.database.write(lambda _: None).result()
        history = library.search.history()
        assert len(history) == HISTORY
        assert history[:2] == ["query 50", "query 109"]
        assert "query 9" not in history

    def test_kept_over_a_restart(self, library: Library) -> None:
        library.search.remember("solar")
        library.close()
        with Library(library.database.path) as again:
            assert again.search.history() == ["solar"]


def test_removed_markup_leaves_the_words_apart(shelf: Shelf) -> None:
    article_id = shelf.put("Story", body="one<br>two **three**four\n- five")
    assert shown(found(shelf, "three", article_id).snippet).replace("[", "").replace("]", "")


def test_nothing_is_asked_of_an_article_without_texts(shelf: Shelf) -> None:
    article_id = shelf.bring(Article(title="Bare", path="a.md")) and shelf.id_at("a.md")
    assert found(shelf, "bare", article_id) == Found(f"{HIT}Bare{END}", "")
