"""Well-known feeds by topic, to start with. Nobody asks their servers before a person has chosen them."""

from collections.abc import Iterable, Sequence

from msgspec import Struct


class Feed(Struct, frozen=True):
    name: str
    url: str
    topic: str
    """What its folder of the sidebar is called."""


class Topic(Struct, frozen=True):
    name: str
    feeds: tuple[Feed, ...]


class NoSuchTopic(Exception):  # noqa: N818 - it reads as what it says
    """The text is a sentence that names those there are."""


ALL = "all"


def topics() -> list[Topic]:
    import tomllib
    from importlib.resources import files

    text = files("tui_reader.samples").joinpath("starter.toml").read_text(encoding="utf-8")
    return [
        Topic(topic, tuple(Feed(name, url, topic) for name, url in feeds.items()))
        for topic, feeds in tomllib.loads(text).items()
    ]


def chosen(offered: Sequence[Topic], words: Iterable[str]) -> list[Feed]:
    """The feeds of the topics that are meant, each once: by name in any case, by number, or all of them."""
    by_word = {_plain(topic.name): topic for topic in offered}
    by_word |= {str(number): topic for number, topic in enumerate(offered, start=1)}
    meant: dict[str, Topic] = {}
    for word in words:
        if _plain(word) == ALL:
            meant |= {topic.name: topic for topic in offered}
        elif topic := by_word.get(_plain(word)):
            meant[topic.name] = topic
        else:
            names = ", ".join(topic.name for topic in offered)
            raise NoSuchTopic(f"There is no topic {word}; there are {names}, and {ALL} for all of them.")
    return [feed for topic in meant.values() for feed in topic.feeds]


def _plain(word: str) -> str:
    """`open-source` and `Open  Source` are the same."""
    return " ".join(word.replace("-", " ").replace("_", " ").casefold().split())
