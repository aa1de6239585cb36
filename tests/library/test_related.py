"""What belongs to an article: its story, its publisher's list, who names it, what the library finds."""

import itertools
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.library.test_gist import LINES
from tests.shelf import Shelf
from tui_reader.library.library import Library
from tui_reader.model import Mention, Related, Stored

DAY = 86_400
NOON = 1_700_000_000
SITE = "https://news.example"

HOSTILE = (
    '" OR NEAR(solar power, 2) *',
    "solar AND NOT power^2 {title} : solar + - power",
    "'; DROP TABLE gist; -- solar",
    "[bold red]solar[/] [link=file:///etc/passwd]power[/link]",
    "<script>solar()</script> &amp; %s {0} \\",
    "solar*" * 90,
    '"' * 900,
    "سلام؟solar؛power",
    "བོད་སྐད་ solar",
)


def stored(shelf: Shelf, article_id: int) -> Stored:
    found = shelf.library.articles.get(article_id)
    assert found is not None
    return found


def told(shelf: Shelf, article_id: int) -> list[Related]:
    return shelf.library.related.told(article_id, stored(shelf, article_id).article.mentions)


def ids(shelf: Shelf, article_id: int) -> list[int | None]:
    return [entry.id for entry in told(shelf, article_id)]


def found(shelf: Shelf, article_id: int) -> list[Related]:
    """What the library adds to what is told."""
    return shelf.library.related.found(stored(shelf, article_id), told(shelf, article_id))


def found_ids(shelf: Shelf, article_id: int) -> list[int | None]:
    return [entry.id for entry in found(shelf, article_id)]


def naming(*addresses: str, **fields: Any) -> tuple[Mention, ...]:
    return tuple(Mention(f"Entry {address}", url=f"{SITE}/{address}", **fields) for address in addresses)


class TestTold:
    def test_publishers_order_then_who_names_it_the_latest_first(self, shelf: Shelf) -> None:
        here = shelf.put("Here", url=f"{SITE}/here", mentions=naming("c", "a", "unknown", "b"))
        a, b, c = (shelf.put(name, url=f"{SITE}/{name}", published=NOON) for name in "abc")
        old, new = (
            shelf.put(f"Naming {day}", published=NOON + day * DAY, mentions=naming("here")) for day in (1, 2)
        )
        assert ids(shelf, here) == [c, a, None, b, new, old]
        assert [entry.named for entry in told(shelf, here)] == ["here"] * 4 + ["there"] * 2
        assert {entry.group for entry in told(shelf, here)} == {"related"}

    @pytest.mark.parametrize(
        "mention",
        [
            Mention("Other", url=f"{SITE}/other"),
            Mention("Other", url="http://www.news.example/other/?utm_source=x#top"),
            Mention("Other", url="https://amp.news.example/other"),
            Mention("Other", url=f"{SITE}/elsewhere", alternate_urls=("https://x.example/", f"{SITE}/other")),
        ],
        ids=["its own", "spelt otherwise", "another of its own", "another of the list's"],
    )
    def test_any_address_finds_it_in_both_directions(self, shelf: Shelf, mention: Mention) -> None:
        amp = ("https://amp.news.example/other",)
        other = shelf.put("Other", url=f"{SITE}/other", alternate_urls=amp)
        here = shelf.put("Here", url=f"{SITE}/here", mentions=(mention,))
        assert ids(shelf, here) == [other]
        assert ids(shelf, other) == [here]

    def test_lists_that_name_each_other_name_each_once(self, shelf: Shelf) -> None:
        names = ["a", "b", "c"]
        a, b, c = (shelf.put(name, url=f"{SITE}/{name}", mentions=naming(*names, *names)) for name in names)
        assert ids(shelf, a) == [b, c]
        assert ids(shelf, b) == [a, c]
        assert {entry.named for entry in told(shelf, c)} == {"here"}

    def test_two_addresses_of_one_article_are_one_entry(self, shelf: Shelf) -> None:
        other = shelf.put("Other", url=f"{SITE}/a", original_url=f"{SITE}/b")
        here = shelf.put("Here", mentions=naming("a", "b"))
        assert [(entry.mention.url, entry.id) for entry in told(shelf, here)] == [(f"{SITE}/a", other)]

    def test_entry_without_address_is_shown_and_leads_nowhere(self, shelf: Shelf) -> None:
        here = shelf.put(
            "Here", "deep/here.md", mentions=(Mention("A book"), Mention("A book"), Mention("Two"))
        )
        assert [(entry.mention.title, entry.id) for entry in told(shelf, here)] == [
            ("A book", None),
            ("Two", None),
        ]

    def test_long_list_is_whole_and_in_order(self, shelf: Shelf) -> None:
        """500 is what is kept of one."""
        names = [f"n{number}" for number in range(500)]
        listed = [shelf.put(name, url=f"{SITE}/{name}") for name in names[::50]]
        entries = told(shelf, shelf.put("Here", mentions=naming(*names)))
        assert [entry.mention.url for entry in entries] == [f"{SITE}/{name}" for name in names]
        assert [entry.id for entry in entries[::50]] == listed

    def test_what_is_on_no_list_is_neither_named_nor_naming(self, shelf: Shelf) -> None:
        """Withdrawn by its publisher, or gone from its folder."""
        shelf.put("Withdrawn", url=f"{SITE}/a", removed=True, mentions=naming("here"))
        shelf.put("Gone", url=f"{SITE}/b", mentions=naming("here"))
        here = shelf.put("Here", url=f"{SITE}/here", mentions=naming("a", "b"))
        shelf.library.intake.drop(shelf.source.id, ["Gone.md"])
        assert ids(shelf, here) == [None, None]

    def test_own_story_comes_first_and_says_who_names_whom(self, shelf: Shelf) -> None:
        """By time, whatever the lists say; nobody is told of twice."""
        event: dict[str, Any] = {"summary": "quasar flares above observatory", "published": NOON}
        here = shelf.put(
            "Quasar", "1", url=f"{SITE}/1", mentions=naming("9", "3"), domain="a.example", **event
        )
        there = shelf.put("Quasar", "2", mentions=naming("1"), domain="b.example", **event)
        listed = shelf.put("Quasar", "3", url=f"{SITE}/3", domain="c.example", **event)
        neither = shelf.put("Quasar", "4", domain="d.example", **event)
        shelf.library.stories.fill()
        entries = told(shelf, here)
        assert [(entry.id, entry.group, entry.named) for entry in entries] == [
            (there, "story", "there"),
            (listed, "story", "here"),
            (neither, "story", ""),
            (None, "related", "here"),
        ]
        assert shelf.library.related.told(here, ())[0].mention.title == "Quasar"

    def test_preview_of_a_list_belongs_to_what_names_it(self, shelf: Shelf) -> None:
        here = shelf.put("Here", url=f"{SITE}/here", mentions=naming("a"))
        preview = shelf.library.bookmarks.add_mention(naming("a")[0])
        assert ids(shelf, here) == [preview]
        assert ids(shelf, preview) == [here]


class TestFound:
    def test_neither_itself_nor_what_is_told_nor_what_is_on_no_list(self, shelf: Shelf) -> None:
        same: dict[str, Any] = {"summary": "quasar flares above observatory", "published": NOON}
        here = shelf.put("Quasar", "1", mentions=naming("2"), domain="a.example", **same)
        shelf.put("Quasar", "2", url=f"{SITE}/2", **same)
        shelf.put("Quasar", "3", removed=True, **same)
        shelf.put("Quasar", "4", domain="b.example", **{**same, "published": NOON + 1})
        shelf.library.stories.fill()
        other = shelf.put("Quasar", "5", **{**same, "published": NOON + 30 * DAY})
        assert found_ids(shelf, here) == [other]

    def test_at_most_ten_the_closest_first(self, shelf: Shelf) -> None:
        texts = [" ".join(f"word{n}" for n in range(number)) for number in range(1, 30)]
        here = shelf.put("Here", "here", summary=texts[-1], published=NOON)
        for number, text in enumerate(texts[:-1]):
            shelf.put("Other", str(number), summary=text, published=NOON)
        entries = found(shelf, here)
        assert len(entries) == 10
        scores = [entry.score or 0 for entry in entries]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < score <= 1 + 1e-9 for score in scores)
        assert {entry.named for entry in entries} == {""}

    def test_nearer_in_time_before_farther(self, shelf: Shelf) -> None:
        """Of equal words; one without a date is as far as any."""
        days = [-90, -9, 3, 60, 0]
        at = [shelf.put("Quasar", str(day), summary="flares", published=NOON + day * DAY) for day in days]
        undated = shelf.put("Quasar", "undated", summary="flares")
        others = [at[days.index(day)] for day in (3, -9, 60, -90)]
        assert found_ids(shelf, at[-1]) == [*others, undated]

    def test_article_without_date_finds_all_the_same(self, shelf: Shelf) -> None:
        here = shelf.put("Quasar", "here", summary="flares")
        others = {shelf.put("Quasar", str(when), published=when) for when in (None, 0, NOON, 2**33)}
        assert set(found_ids(shelf, here)) == others

    def test_rare_word_in_common_says_more_than_a_common_one(self, shelf: Shelf) -> None:
        for number in range(30):
            shelf.put(f"Solar topic{number}", published=NOON - 200 * DAY)
        here = shelf.put("Solar quasar", published=NOON)
        common = shelf.put("Solar meadow", published=NOON)
        rare = shelf.put("Quasar meadow", published=NOON)
        assert found_ids(shelf, here)[:2] == [rare, common]

    def test_topics_in_common_say_something_too(self, shelf: Shelf) -> None:
        here = shelf.put("Quasar", "here", topics=("Space", "Physics"), published=NOON)
        other, same = (
            shelf.put("Quasar", topic, topics=(topic,), published=NOON) for topic in ("Food", "Space")
        )
        assert found_ids(shelf, here) == [same, other]

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("智利北部发生强烈地震", "强烈地震"),
            ("Сильное землетрясение", "землетрясение"),
            ("زلزال قوي؟تشيلي", "زلزال"),
            ("رعد؛برق", "رعد؛برق"),
            ("แผ่นดินไหวรุนแรง", "แผ่นดินไหว"),
        ],
    )
    def test_every_script_finds_its_like(self, shelf: Shelf, one: str, other: str) -> None:
        here, like = shelf.put(one, "1", published=NOON), shelf.put(other, "2", published=NOON)
        shelf.put("Something else", "3", published=NOON)
        assert found_ids(shelf, here) == [like]

    @pytest.mark.parametrize("title", ["", "?", "The of and", "🌋"])
    def test_article_without_words_finds_nothing(self, shelf: Shelf, title: str) -> None:
        here = shelf.put(title, "here", published=NOON)
        shelf.put("Quasar", published=NOON)
        shelf.put(title, "same", published=NOON)
        assert found(shelf, here) == []

    def test_only_article_finds_nothing(self, shelf: Shelf) -> None:
        here = shelf.put("Quasar", published=NOON)
        assert (told(shelf, here), found(shelf, here)) == ([], [])

    def test_article_that_was_let_go_of_meanwhile_finds_nothing(self, shelf: Shelf) -> None:
        """It may be open still when another program cleans up."""
        here = stored(shelf, shelf.put("Quasar", published=NOON))
        shelf.put("Quasar", "other", published=NOON)
        shelf.library.intake.drop(shelf.source.id, ["Quasar.md"])
        list(shelf.library.doctor.compact())
        assert shelf.library.related.told(here.id, ()) == []
        assert shelf.library.related.found(here, ()) == []

    @pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:20])
    def test_hostile_text_is_text(self, shelf: Shelf, text: str) -> None:
        """In the article, in a list, in what is found."""
        mentions = (Mention(text, url=f"{SITE}/x"), Mention(text, path=text[:50]))
        here = shelf.put(
            text, "1", summary=text, provider=text, topics=(text,), published=NOON, mentions=mentions
        )
        shelf.put(text, "2", summary=text, topics=(text,), published=NOON + 30 * DAY)
        entries = [*told(shelf, here), *found(shelf, here)]
        explained = shelf.library.related.explained(stored(shelf, here), entries)
        assert [entry.mention.title for entry in explained[:2]] == [text, text]
        assert all(entry.why and 0 <= (entry.score or 0) <= 1 for entry in explained)

    @given(text=LINES, other=LINES)
    @settings(max_examples=40, deadline=None)
    def test_no_text_stops_it(self, text: str, other: str) -> None:
        memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
        with tempfile.TemporaryDirectory(dir=memory) as name, Library(Path(name) / "library.db") as library:
            shelf = Shelf(library, Path(name))
            made = [
                shelf.put(title, str(n), body=other) for n, title in enumerate((text, other, text + other))
            ]
            library.stories.fill()
            for here in made:
                entries = [*told(shelf, here), *found(shelf, here)]
                assert len(library.related.explained(stored(shelf, here), entries)) == len(entries)


class TestExplained:
    def why(self, shelf: Shelf, here: int) -> list[str]:
        entries = [*told(shelf, here), *found(shelf, here)]
        return [entry.why for entry in shelf.library.related.explained(stored(shelf, here), entries)]

    def test_sentence_names_words_as_the_article_writes_them(self, shelf: Shelf) -> None:
        """Not as they are compared: with their endings and their accents."""
        here = shelf.put("Volcanoes above Copiapó", summary="Чилийский exploding", published=NOON)
        shelf.put("Copiapo volcano", summary="чилийский explodes", published=NOON + 30 * DAY)
        [why] = self.why(shelf, here)
        for word in ("volcanoes", "copiapó", "чилийский", "exploding"):
            assert word in why.casefold()
        assert why.startswith("Both tell of ")
        assert why.endswith("; 30 days apart.")

    @pytest.mark.parametrize(
        ("seconds", "apart"),
        [
            (0, "less than an hour"),
            (3_599, "less than an hour"),
            (3_600, "1 hour"),
            (-7_200, "2 hours"),
            (47 * 3_600, "47 hours"),
            (2 * DAY, "2 days"),
            (-400 * DAY, "400 days"),
            (4_000 * DAY, "4,000 days"),
        ],
    )
    def test_sentence_says_how_far_apart(self, shelf: Shelf, seconds: int, apart: str) -> None:
        start = NOON - 4_000 * DAY
        here = shelf.put("Quasar", "here", summary="flares", published=start)
        shelf.put("Quasar", "other", summary="flares", published=start + seconds)
        assert self.why(shelf, here) == [f"Both tell of Quasar, flares; {apart} apart."]

    def test_sentence_says_who_names_whom_and_who_tells_the_same(self, shelf: Shelf) -> None:
        event: dict[str, Any] = {"summary": "flares observatory", "published": NOON}
        mentions = (*naming("elsewhere"), *naming("far"))
        here = shelf.put("Quasar", "1", url=f"{SITE}/1", provider="Post", mentions=mentions, **event)
        shelf.put("Quasar", "2", provider="Times", domain="b.example", mentions=naming("1"), **event)
        shelf.put("Meadow", "3", mentions=naming("1"))
        shelf.library.stories.fill()
        story, elsewhere, far, there = self.why(shelf, here)
        assert story.startswith("Tells the same event; both tell of ")
        assert story.endswith("; less than an hour apart; its list names this article.")
        assert elsewhere == far == "On the list of Post."
        assert there == "Its list names this article."

    def test_list_that_gives_no_date_is_made_up_for_by_the_library(self, shelf: Shelf) -> None:
        shelf.put("Quasar", url=f"{SITE}/a", published=NOON - 3 * DAY)
        here = shelf.put("Quasar flares", published=NOON, mentions=naming("a"))
        assert self.why(shelf, here) == ["Both tell of Quasar; 3 days apart; on this article's own list."]

    def test_entry_that_the_library_has_not_is_known_by_what_the_list_says(self, shelf: Shelf) -> None:
        mention = Mention("Quasar", url=f"{SITE}/a", summary="It flares", published=NOON - 2 * DAY)
        here = shelf.put("Quasar flares", published=NOON, mentions=(mention,))
        assert self.why(shelf, here) == [
            "Both tell of Quasar, flares; 2 days apart; on this article's own list."
        ]

    def test_entries_stay_what_and_where_they_were(self, shelf: Shelf) -> None:
        here = shelf.put("Quasar", "here", mentions=naming("a", "b"), published=NOON)
        for number in range(3):
            shelf.put("Quasar", str(number), published=NOON + number * DAY)
        entries = [*told(shelf, here), *found(shelf, here)]
        explained = shelf.library.related.explained(stored(shelf, here), entries)
        for entry, more in itertools.zip_longest(entries, explained):
            assert (more.mention, more.id, more.group, more.named) == (
                entry.mention,
                entry.id,
                entry.group,
                entry.named,
            )
            assert entry.score is None or more.score == pytest.approx(entry.score, abs=1e-3)
        assert shelf.library.related.explained(stored(shelf, here), []) == []
