"""Well-known feeds to start with: the list itself, and choosing from it on the command line."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import Run
from tests.loopback import Loopback, answer
from tests.test_refresh_feeds import rss
from tui_reader import clean, starter
from tui_reader.starter import Feed, NoSuchTopic, Topic, chosen

TOPICS = starter.topics()
FEEDS = [feed for topic in TOPICS for feed in topic.feeds]


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_an_address_may_be_asked_as_it_is(feed: Feed) -> None:
    """Over https, and nothing about it has to be mended."""
    assert feed.url.startswith("https://")
    assert clean.address(feed.url) == feed.url
    assert clean.may_open(feed.url)


def test_names_and_addresses_are_each_ones_own() -> None:
    """Also after what does not change an address is taken off."""
    for told in (
        [feed.name.casefold() for feed in FEEDS],
        [clean.canonical(feed.url) for feed in FEEDS],
        [topic.name.casefold() for topic in TOPICS],
    ):
        assert all(told)
        assert len(set(told)) == len(told)
    assert all(clean.line(feed.name) == feed.name for feed in FEEDS)


def test_there_are_some_of_every_topic() -> None:
    assert len(TOPICS) >= 8
    for topic in TOPICS:
        assert 4 <= len(topic.feeds) <= 9
        assert {feed.topic for feed in topic.feeds} == {topic.name}


@pytest.mark.parametrize(
    ("words", "topics"),
    [
        (["science"], ["Science"]),
        (["SCIENCE", "world", "science"], ["Science", "World"]),
        (["open source"], ["Open source"]),
        (["open-source"], ["Open source"]),
        (["1", " 3 "], ["World", "Programming"]),
        (["all"], [topic.name for topic in TOPICS]),
        ([], []),
    ],
)
def test_topics_are_named_by_word_or_number(words: list[str], topics: list[str]) -> None:
    assert list(dict.fromkeys(feed.topic for feed in chosen(TOPICS, words))) == topics


@pytest.mark.parametrize("word", ["cooking", "0", "99", "", "open"])
def test_an_unknown_topic_is_a_sentence_with_the_known_ones(word: str) -> None:
    with pytest.raises(NoSuchTopic) as caught:
        chosen(TOPICS, ["science", word])
    assert all(topic.name in str(caught.value) for topic in TOPICS)
    assert str(caught.value).endswith(".")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Loopback]:
    """Two topics of feeds on this machine, where the settings allow them to be."""
    settings = tmp_path / "home" / "tui-reader" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('[feeds]\nprivate_hosts = ["127.0.0.1"]\n')
    with Loopback({"/a": answer(rss("Storm")), "/b": answer(rss("Calm"))}) as serving:
        near = Topic("Near by", tuple(Feed(n, serving.url(f"/{n.lower()}"), "Near by") for n in "AB"))
        far = Topic("Far off", (Feed("C", serving.url("/c"), "Far off"),))
        monkeypatch.setattr(starter, "topics", lambda: [near, far])
        yield serving


class TestCommand:
    def test_without_topics_they_are_listed_and_nobody_is_asked(self, run: Run, server: Loopback) -> None:
        done = run("add", "--starter")
        assert (done.status, done.err) == (0, "")
        assert done.out.splitlines() == [
            "  1  Near by",
            f"       A  {server.url('/a')}",
            f"       B  {server.url('/b')}",
            "  2  Far off",
            f"       C  {server.url('/c')}",
        ]
        assert server.asked == []
        assert run("sources").out == ""

    def test_topics_become_folders_and_are_fetched(self, run: Run, server: Loopback) -> None:
        """Under the names of the list, whatever the feeds call themselves."""
        done = run("add", "--starter", "near-by")
        assert sorted(done.out.splitlines()) == ["A: 1 new, 0 changed", "B: 1 new, 0 changed"]
        sources = run("sources", "--json").objects
        assert [(source["title"], source["folder"]) for source in sources] == [
            ("A", "Near by"),
            ("B", "Near by"),
        ]

    def test_one_that_fails_is_told_and_the_others_come(self, run: Run, server: Loopback) -> None:
        done = run("add", "--starter", "all", "--folder", "Mine")
        assert done.status == 1
        assert "404" in done.out
        folders = {source["folder"] for source in run("sources", "--json").objects}
        assert folders == {"Mine / Near by", "Mine / Far off"}

    def test_what_the_library_has_stays_where_it_is(self, run: Run, server: Loopback) -> None:
        run("add", server.url("/a"), "--folder", "Elsewhere")
        run("add", "--starter", "1")
        folders = {source["title"]: source["folder"] for source in run("sources", "--json").objects}
        assert folders == {"The News": "Elsewhere", "B": "Near by"}
        assert run("add", "--starter", "1").out == "All of them are in the library already.\n"

    def test_an_unknown_topic_adds_nothing(self, run: Run, server: Loopback) -> None:
        done = run("add", "--starter", "1", "cooking")
        assert (done.status, done.out) == (2, "")
        assert done.err == (
            "tui-reader: There is no topic cooking; there are Near by, Far off, and all for all of them.\n"
        )
        assert run("sources").out == ""

    @pytest.mark.parametrize(
        ("typed", "titles"),
        [("1\n", ["A", "B"]), ("near by, 2\n", ["C", "A", "B"]), ("\n", []), (" , \n", []), ("", [])],
    )
    def test_in_a_terminal_it_asks_which(
        self, run: Run, server: Loopback, monkeypatch: pytest.MonkeyPatch, typed: str, titles: list[str]
    ) -> None:
        terminal = io.StringIO(typed)
        monkeypatch.setattr(terminal, "isatty", lambda: True)
        monkeypatch.setattr("sys.stdin", terminal)
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        done = run("add", "--starter")
        assert "Which topics" in done.out
        assert [source["title"] for source in run("sources", "--json").objects] == titles

    def test_nothing_to_add_is_wrong_usage(self, run: Run) -> None:
        assert run("add").status == 2
        assert "--starter" in run("add").err
