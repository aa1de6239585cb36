"""Stories and related articles on the command line; and the three tellings of an event that tests share."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import Ran, Run
from tests.library.test_stories import DAY, NOON, QUAKE, QUAKE_TOO, event
from tui_reader.library.library import Library

HOUR = 3_600
QUAKE_LATE = (
    "Strong earthquake in Chile leaves thousands of homes without power",
    "The earthquake of magnitude 6.8 in the Atacama region of Chile left thousands of homes in Copiapó "
    "without power.",
)


def write(folder: Path, by: str, telling: tuple[str, str], when: int | None = NOON, **fields: Any) -> None:
    """A publisher's article, in a file that is named after the publisher; `body` is its text."""
    body = fields.pop("body", "Text.")
    told = {
        "title": telling[0],
        "excerpt": telling[1],
        "provider": {"name": by, "domain": f"{by}.example"},
        "webUrl": f"https://{by}.example/1",
        **fields,
    }
    if when is not None:
        told["publishedDateTime"] = datetime.fromtimestamp(when, UTC).isoformat()
    (folder / f"{by}.md").write_text(f"---\n{json.dumps(told)}\n---\n{body}\n")


def write_quake(folder: Path, start: int = NOON) -> None:
    """Three publishers tell of it, hour by hour, the second one best; three others tell of something else."""
    write(folder, "Atlas", QUAKE, start, quality=50)
    write(folder, "Bugle", QUAKE_TOO, start + HOUR, quality=90)
    write(folder, "Courier", QUAKE_LATE, start + 2 * HOUR)
    for number, by in enumerate(("Xenon", "Yard", "Zebra")):
        write(folder, by, event(by.lower()), start + 4 * HOUR - number * DAY)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    made = tmp_path / "quake"
    made.mkdir()
    write_quake(made)
    return made


@pytest.fixture
def told(run: Run, articles: Path) -> Run:
    assert run("add", articles).status == 0
    return run


def by_provider(run: Run) -> dict[str, int]:
    return {line["provider"]: line["id"] for line in run("list", "--json").objects}


class TestStories:
    def test_story_is_its_lead_and_whoever_tells_it(self, told: Run) -> None:
        """Title of the best one, how many sources, its first day; then every article with its number."""
        numbers = by_provider(told)
        head, *members = told("stories").out.splitlines()
        assert head == f"{QUAKE_TOO[0]}  (3 sources, 2023-11-14)"
        assert sorted(members) == sorted(
            f"{numbers[by]:6}  {by}: {telling[0]}"
            for by, telling in (("Atlas", QUAKE), ("Bugle", QUAKE_TOO), ("Courier", QUAKE_LATE))
        )

    def test_as_json(self, told: Run) -> None:
        numbers = by_provider(told)
        [story] = told("stories", "--json").objects
        assert list(story) == ["story", "title", "sources", "articles", "first", "last"]
        assert story["story"] in story["articles"]
        assert sorted(story["articles"]) == sorted(numbers[by] for by in ("Atlas", "Bugle", "Courier"))
        assert (story["title"], story["sources"]) == (QUAKE_TOO[0], 3)
        assert (story["first"], story["last"]) == ("2023-11-14T22:13:20Z", "2023-11-15T00:13:20Z")

    @pytest.mark.parametrize(
        ("since", "stories"),
        [
            ("2023-11-14", 1),
            ("2023-11-15", 1),
            ("2023-11-16", 0),
            ("2023-11", 1),
            ("2023-12", 0),
            ("2023", 1),
            ("3d", 0),
            ("yesterday", 0),
        ],
    )
    def test_since_goes_by_the_last_article(self, told: Run, since: str, stories: int) -> None:
        """A story that began before and went on after is told."""
        done = told("stories", "--since", since, "--json")
        assert (done.status, done.err, len(done.objects)) == (0, "", stories)

    @pytest.mark.parametrize(("since", "stories"), [("3d", 1), ("yesterday", 1), ("1h", 0)])
    def test_since_counts_back_from_now(self, run: Run, tmp_path: Path, since: str, stories: int) -> None:
        write_quake(tmp_path, int(time.time()) - 6 * HOUR)
        run("add", tmp_path)
        assert len(run("stories", "--since", since, "--json").objects) == stories

    @pytest.mark.parametrize("since", ["soon", "3", "2023-13", "", "3d ago", "\x1b[31m", "[bold]"])
    def test_since_that_is_no_date_is_a_sentence(self, told: Run, since: str) -> None:
        done = told("stories", f"--since={since}")
        assert (done.status, done.out) == (1, "")
        assert "is no date; write" in done.err
        assert "\x1b" not in done.err
        assert len(done.err.splitlines()) == 1

    @pytest.mark.parametrize(("least", "stories"), [("0", 1), ("1", 1), ("3", 1), ("4", 0), ("9" * 12, 0)])
    def test_min_sources(self, told: Run, least: str, stories: int) -> None:
        assert len(told("stories", "--min-sources", least, "--json").objects) == stories

    @pytest.mark.parametrize("least", ["many", "1.5", "", "9" * 30])
    def test_min_sources_that_is_no_number_is_a_usage(self, told: Run, least: str) -> None:
        done = told("stories", "--min-sources", least)
        assert (done.status, done.out) == (2, "")
        assert "--min-sources" in done.err

    @pytest.mark.parametrize("options", [[], ["--json"], ["--since", "3d"], ["--min-sources", "2"]])
    def test_empty_library_has_none(self, run: Run, options: list[str]) -> None:
        assert run("stories", *options) == (0, "", "")

    def test_story_without_dates(self, run: Run, tmp_path: Path) -> None:
        for by in ("Atlas", "Bugle"):
            write(tmp_path, by, QUAKE, None)
        run("add", tmp_path)
        [story] = run("stories", "--json").objects
        assert (story["first"], story["last"], story["sources"]) == (None, None, 2)
        assert run("stories").out.startswith(f"{QUAKE[0]}  (2 sources, undated)\n")

    def test_the_latest_comes_first(self, told: Run, articles: Path) -> None:
        for by in ("Delta", "Echo"):
            write(articles, by, event("comet"), NOON + 5 * DAY)
        told("refresh")
        assert [story["sources"] for story in told("stories", "--json").objects] == [2, 3]

    def test_hostile_titles_are_text(self, run: Run, tmp_path: Path) -> None:
        title = "\x1b[31mEarth\x07quake\r\n [bold]shakes[/] Chile, thousands without power\u202e"
        for by in ("Atlas", "Bugle"):
            write(tmp_path, by, (title, QUAKE[1]))
        run("add", tmp_path)
        out = run("stories").out
        assert len(out.splitlines()) == 3
        assert "[bold]shakes[/]" in out
        assert not {"\x1b", "\x07", "\r", "\u202e"} & set(out)


class TestGrouping:
    def test_refresh_groups(self, told: Run, articles: Path, tmp_path: Path) -> None:
        """What comes, changes and goes is grouped when `refresh` ends, not by whoever asks next."""
        write(articles, "Delta", QUAKE_TOO, NOON)
        told("refresh")
        (articles / "Atlas.md").unlink()
        told("refresh")
        [path] = (tmp_path / "home").rglob("*.db")
        with Library(path) as library:
            assert library.stories.waiting() == 0
            assert [story.sources for story in library.stories.all()] == [3]

    def test_list_tells_story_and_sources(self, told: Run) -> None:
        lines = told("list", "--json").objects
        [story] = told("stories", "--json").objects
        found = {line["provider"]: (line["story"], line["sources"]) for line in lines}
        assert found == {
            **dict.fromkeys(("Atlas", "Bugle", "Courier"), (story["story"], 3)),
            **dict.fromkeys(("Xenon", "Yard", "Zebra"), (None, 1)),
        }

    def test_grouping_loses_no_article(self, told: Run) -> None:
        assert len(told("list").out.splitlines()) == 6
        assert len(told("list", "--view", "unread", "--json").objects) == 6
        assert len(json.loads(told("export", "json").out)) == 6

    def test_two_libraries_have_each_their_own(self, run: Run, articles: Path, tmp_path: Path) -> None:
        """Also where both are open at once."""
        other = tmp_path / "other"
        other.mkdir()
        write(other, "Atlas", QUAKE)
        one, two = tmp_path / "one.db", tmp_path / "two.db"
        run("add", articles, "--library", one)
        run("add", other, "--library", two)
        with Library(one) as first, Library(two) as second:
            assert [len(story.articles) for story in first.stories.all()] == [3]
            assert second.stories.all() == []
            write(other, "Bugle", QUAKE_TOO)
            run("refresh", "--library", two)
            assert [len(story.articles) for story in second.stories.all()] == [2]
            assert [len(story.articles) for story in first.stories.all()] == [3]

    def test_one_library_grouped_by_two_at_once(self, run: Run, articles: Path, tmp_path: Path) -> None:
        """Whoever comes first; the stories are the same, and nothing is left waiting."""
        for number in range(300):
            write(articles, f"N{number}", event(f"n{number}"), NOON + number * HOUR)
        path = tmp_path / "both.db"
        run("add", articles, "--library", path)
        with Library(path) as one, Library(path) as other:
            expected = one.stories.all()
            one.database.write(lambda to: to.execute("UPDATE article SET grouped = 0")).result()
            with ThreadPoolExecutor(2) as threads:
                list(threads.map(lambda library: library.stories.fill(), (one, other)))
            assert one.stories.waiting() == 0
            assert one.stories.all() == other.stories.all() == expected


class TestRelated:
    KEYS = ("id", "title", "url", "provider", "published", "group", "score", "why")

    @pytest.fixture
    def related(self, told: Run, articles: Path) -> Ran:
        """Of the first telling, whose own list names an article that the library does not have."""
        mention = {"title": "What to do in a quake", "webUrl": "https://else.example/quake"}
        write(articles, "Atlas", QUAKE, quality=50, related=[mention])
        write(
            articles, "Yard", ("Copiapó, a city in Atacama", "The Atacama region of Chile."), NOON - 9 * DAY
        )
        told("refresh")
        return told("related", by_provider(told)["Atlas"], "--json")

    def test_story_then_list_then_what_is_found(self, related: Ran) -> None:
        lines = related.objects
        assert all(tuple(line) == self.KEYS for line in lines)
        assert [(line["group"], line["provider"]) for line in lines] == [
            ("story", "Bugle"),
            ("story", "Courier"),
            ("related", "else.example"),
            ("related", "Yard"),
        ]
        assert [line["id"] is None for line in lines] == [False, False, True, False]
        assert all(0 <= line["score"] <= 1 for line in lines)

    def test_why_is_a_sentence(self, related: Ran) -> None:
        whys = [line["why"] for line in related.objects]
        assert whys[0].startswith("Tells the same event; both tell of ")
        assert whys[0].endswith("; 1 hour apart.")
        assert whys[2] == "On the list of Atlas."
        assert whys[3].startswith("Both tell of ")
        assert all(why.endswith(".") and len(why.splitlines()) == 1 for why in whys)

    def test_text_has_the_groups_as_headings(self, related: Ran, run: Run) -> None:
        lines = run("related", by_provider(run)["Atlas"]).out.splitlines()
        assert [line for line in lines if not line.startswith(" ")] == ["Same story", "Related"]
        assert lines[0] == "Same story"
        assert lines[1].endswith(f"{QUAKE_TOO[0]}  (Bugle · 2023-11-14)")

    def test_nothing_related_prints_nothing(self, run: Run, tmp_path: Path) -> None:
        write(tmp_path, "Atlas", QUAKE)
        run("add", tmp_path)
        for options in ([], ["--json"]):
            assert run("related", by_provider(run)["Atlas"], *options) == (0, "", "")

    @pytest.mark.parametrize(("wrong", "status"), [("99", 1), ("0", 1), ("x", 2), ("", 2), ("1.5", 2)])
    @pytest.mark.parametrize("options", [[], ["--json"]])
    def test_wrong_id_is_a_sentence(self, told: Run, wrong: str, status: int, options: list[str]) -> None:
        done = told("related", *options, wrong)
        assert (done.status, done.out) == (status, "")
        assert done.err.splitlines()[-1].startswith("tui-reader")
