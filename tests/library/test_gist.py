"""What an article is about, in words; and how alike these make two articles."""

import math
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shelf import Shelf
from tui_reader import clean
from tui_reader.library.gist import MAX_REST, MAX_TITLE, gist, words
from tui_reader.library.library import Library
from tui_reader.library.likeness import Vocabulary, likeness, shared
from tui_reader.model import View

# Hebrew to Burmese, where marks, letters and punctuation stand between each other.
TEXT = st.text().map(clean.text) | st.text(st.characters(min_codepoint=0x590, max_codepoint=0x10A0))
LETTERS = st.text(st.sampled_from("abéüñçßłøđжйёασςẹ ab0123-'.,"))
LINES = TEXT | LETTERS


class TestGist:
    @given(title=LINES, summary=LINES, body=LINES, times=st.integers(1, 200))
    def test_every_text_has_one_of_two_lines_and_few_words(
        self, title: str, summary: str, body: str, times: int
    ) -> None:
        told = gist(title * times, summary * times, body * times)
        headline, rest = told.split("\n")
        assert len(headline.split()) <= MAX_TITLE
        assert len(rest.split()) <= MAX_REST
        assert gist(title * times, summary * times, body * times) == told

    def test_missing_texts_are_empty_ones(self) -> None:
        assert gist(None, None, None) == gist("", "", "") == "\n"

    @given(title=LETTERS)
    def test_capitals_and_accents_make_no_difference(self, title: str) -> None:
        told = gist(title, title, "")
        assert gist(title.upper(), title.upper(), "") == gist(title.title().swapcase(), title, "") == told
        for form in ("NFD", "NFC"):
            composed = unicodedata.normalize(form, title)
            assert gist(composed, composed, "") == told

    @pytest.mark.parametrize(
        "forms",
        [
            ("exposed", "exposes", "exposing", "expose"),
            ("city", "cities", "City's"),
            ("volcano", "volcanoes", "Volcanos"),
            ("strike", "strikes", "Striking"),
            ("café", "CAFE", "cafes", "cafe\u0301"),
            ("Straße", "STRASSE", "strasse"),
            ("２０２４", "2024"),
        ],
    )
    def test_forms_of_a_word_meet(self, forms: tuple[str, ...]) -> None:
        assert len({tuple(words(form)) for form in forms}) == 1
        assert words(forms[0])

    @pytest.mark.parametrize(
        ("one", "other"),
        [("glass", "gas"), ("Paris", "parity"), ("sing", "sed"), ("2024", "2025"), ("bus", "bu")],
    )
    def test_different_words_stay_apart(self, one: str, other: str) -> None:
        assert words(one) != words(other)

    @pytest.mark.parametrize(
        "text",
        [
            "https://news.example/solar-power?utm_source=x#top",
            "HTTPS://NEWS.EXAMPLE/SOLAR",
            "www.news.example/solar",
            "[](https://news.example/solar_(power)",
            "The of and is it's",
            "— … ! “” 🌋 ؟ ؛ ־ ၊ ། ฿ ॥",
            "",
        ],
    )
    def test_addresses_signs_and_words_of_every_text_say_nothing(self, text: str) -> None:
        assert gist(text, text, "") == "\n"

    def test_words_of_a_link_are_read_without_its_address(self) -> None:
        assert words("[Solar power](https://news.example/wind) grows") == words("Solar power grows")

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("智利北部地震", {"智利", "北部", "地震"}),
            ("東京の新聞", {"東京", "新聞"}),
            ("칠레 강진", {"칠레", "강진"}),
            ("ข่าวกรุงเทพ", {"ข่", "กร"}),
            ("हिन्दी समाचार", {"हिन्दी", "समाचार"}),
            ("أخبار؟اليوم؛", {"أخبار", "اليوم"}),
            ("ירושלים־העיר", {"ירושלים", "העיר"}),
            ("Новости", {"новости"}),
        ],
    )
    def test_words_of_every_script_are_found(self, text: str, wanted: set[str]) -> None:
        """Signs between them are no part of them; accents are left out there as here."""
        plain = {unicodedata.normalize("NFC", unicodedata.normalize("NFKD", word)) for word in wanted}
        bare = {word.translate(dict.fromkeys(range(0x300, 0x370))) for word in plain}
        headline, _ = gist(text, "", "").split("\n")
        assert bare <= set(headline.split())

    @pytest.mark.parametrize(
        ("summary", "body", "wanted"),
        [
            ("", "solar power", "solar power"),
            ("wind power", "solar farm", "wind power solar farm"),
            ("wind " * 20, "solar", "wind " * 20),
        ],
        ids=["no summary", "a short one", "a long one"],
    )
    def test_text_helps_a_summary_that_says_little(self, summary: str, body: str, wanted: str) -> None:
        assert gist("", summary, body).split() == wanted.split()


@given(text=LINES)
def test_every_word_is_one_that_the_library_can_count(vocabulary: Vocabulary, text: str) -> None:
    """Whatever text it comes from: one that cannot be asked for would stop the grouping for good."""
    vocabulary.learn(set(words(text)))
    assert all(vocabulary.count(word) <= 1 for word in words(text))


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vocabulary]:
    """Of a library without articles."""
    with Library(Path(tmp_path_factory.mktemp("empty")) / "library.db") as library:
        vocabulary = Vocabulary(library.database)
        vocabulary.look_again()
        yield vocabulary


GISTS = st.lists(st.sampled_from(["solar", "wind", "power", "2024", "hydro"]), max_size=6).map(" ".join)


class TestLikeness:
    @given(one=GISTS, other=GISTS, title=GISTS)
    def test_from_nothing_to_the_same(self, vocabulary: Vocabulary, one: str, other: str, title: str) -> None:
        mine, theirs = (vocabulary.vector(f"{title}\n{rest}").words for rest in (one, other))
        alike = likeness(mine, theirs)
        assert 0 <= alike <= 1 + 1e-9
        assert alike == pytest.approx(likeness(theirs, mine))
        assert likeness(mine, mine) == pytest.approx(1 if mine else 0)
        assert bool(alike) == bool(mine.keys() & theirs.keys())
        if sorted(one.split()) == sorted(other.split()):
            assert alike == pytest.approx(1 if mine else 0)

    @given(told=st.tuples(GISTS, GISTS).map("\n".join))
    def test_every_vector_is_as_long(self, vocabulary: Vocabulary, told: str) -> None:
        vector = vocabulary.vector(told)
        for weights in (vector.words, vector.headline):
            assert math.hypot(*weights.values()) == pytest.approx(1 if weights else 0)
        assert vector.numbers == {"2024"} & set(told.split())

    def test_rare_words_say_more_than_common_ones_and_the_title_more_than_the_rest(
        self, shelf: Shelf
    ) -> None:
        for number in range(20):
            shelf.put(f"Solar {number}")
        shelf.put("Quasar")
        vocabulary = Vocabulary(shelf.library.database)
        vocabulary.look_again()
        vocabulary.learn(["solar", "quasar", "unheard"])
        assert [vocabulary.count(word) for word in ("solar", "quasar", "unheard")] == [20, 1, 0]
        weights = vocabulary.vector("\nsolar quasar").words
        assert weights["quasar"] > weights["solar"]
        titled = vocabulary.vector("solar\nquasar").words
        assert titled["solar"] / titled["quasar"] > weights["solar"] / weights["quasar"]
        assert shared(weights, titled, 2) == ["quasar", "solar"]
        assert shared(weights, titled, 1) == ["quasar"]

    def test_library_that_has_grown_is_counted_again(self, shelf: Shelf) -> None:
        vocabulary = Vocabulary(shelf.library.database)
        vocabulary.look_again()
        vocabulary.learn(["solar"])
        for number in range(5):
            shelf.put(f"Solar {number}")
        vocabulary.look_again()
        vocabulary.learn(["solar"])
        assert vocabulary.count("solar") == len(shelf.library.articles.ids(View())) == 5
