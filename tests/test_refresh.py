"""From folders into the library: what is read, what is left alone, and what a fault costs."""

import contextlib
import os
import shutil
import signal
import threading
import time
import tracemalloc
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import pytest

from tui_reader import refresh as refreshing
from tui_reader.library import sources
from tui_reader.library.intake import BATCH, Brought
from tui_reader.library.library import Library
from tui_reader.model import Article, Problem, Source, View
from tui_reader.refresh import CHUNK, FEW, Outcome, Progress, refresh
from tui_reader.sources import child, folder
from tui_reader.sources.child import Child, ChildEnded, Comparison
from tui_reader.sources.folder import Differences

MANY = FEW + 2 * CHUNK
"""Files that are read in child processes, in several questions."""


class Folder:
    """A folder that is a source of the library."""

    def __init__(self, library: Library, path: Path) -> None:
        self.library = library
        self.path = path
        path.mkdir()
        self.source: Source = library.sources.add_folder(path)

    def write(self, name: str, text: str = "") -> None:
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_text(text or f"# Title of {name}\n\nText of {name}.")

    def refresh(self, **options: object) -> Outcome:
        return refresh(self.library, self.source, **options)  # type: ignore[arg-type]

    def titles(self, **view: object) -> list[str]:
        rows = self.library.articles.rows(self.library.articles.ids(View(**view)))  # type: ignore[arg-type]
        return sorted(row.title.removeprefix("Title of ") for row in rows)

    def problems(self) -> dict[str, str]:
        """Path below the folder (empty for the folder itself) → reason."""
        return {
            problem.path.removeprefix(str(self.path)).lstrip("/"): problem.reason
            for problem in self.library.sources.problems()
        }


@pytest.fixture
def news(library: Library, tmp_path: Path) -> Folder:
    return Folder(library, tmp_path / "news")


@pytest.fixture(params=["here", "in a child"])
def _compared(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the folder is looked through, which makes no difference."""
    if request.param == "in a child":
        in_a_child(monkeypatch)


def in_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the folder is."""
    monkeypatch.setattr(refreshing, "SMALL", -1)
    monkeypatch.setattr(sources, "PAGE", 2)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read in this process, in order."""
    paths: list[str] = []
    really = folder.read

    def reading(root: Path, path: str) -> Article | Problem:
        paths.append(path)
        return really(root, path)

    monkeypatch.setattr(folder, "read", reading)
    return paths


def numbers(outcome: Outcome) -> tuple[int, int, int, int]:
    assert not outcome.failed
    return outcome.new, outcome.changed, outcome.gone, outcome.problems


@pytest.mark.usefixtures("_compared")
class TestWhatChanged:
    def test_unchanged_files_are_not_read_again(self, news: Folder, read: list[str]) -> None:
        """Nor those in which nothing could be read."""
        for name in ("a.md", "deep/down/b.md"):
            news.write(name)
        news.write("empty.md", " ")
        assert numbers(news.refresh()) == (2, 0, 0, 1)
        assert sorted(read) == ["a.md", "deep/down/b.md", "empty.md"]
        read.clear()
        assert numbers(news.refresh()) == (0, 0, 0, 0)
        assert read == []
        assert news.problems().keys() == {"empty.md"}

    def test_touched_file_is_read_again_and_keeps_its_marks(self, news: Folder, read: list[str]) -> None:
        for name in ("a.md", "b.md"):
            news.write(name)
        news.refresh()
        article_id = news.library.articles.ids(View(sort="title"))[0]
        news.library.articles.mark([article_id], read=True)
        news.library.bookmarks.add(article_id, ["tag"], "note")
        read.clear()
        news.write("a.md", "# Another title\n\nText.")
        os.utime(news.path / "b.md", ns=(1, 1))
        assert numbers(news.refresh()) == (0, 2, 0, 0)
        assert read == ["a.md", "b.md"]
        stored = news.library.articles.get(article_id)
        assert stored is not None
        assert (stored.article.title, stored.read) == ("Another title", True)
        assert stored.bookmark is not None
        assert (stored.bookmark.tags, stored.bookmark.note) == (("tag",), "note")

    def test_vanished_file_leaves_the_lists(self, news: Folder) -> None:
        for name in ("a.md", "b.md"):
            news.write(name)
        news.refresh()
        (news.path / "a.md").unlink()
        assert numbers(news.refresh()) == (0, 0, 1, 0)
        assert news.titles() == ["b.md"]

    def test_file_and_folder_of_the_same_name_change_places(self, news: Folder) -> None:
        news.write("a")
        news.refresh()
        (news.path / "a").unlink()
        news.write("a/b.md")
        assert numbers(news.refresh()) == (1, 0, 1, 0)
        assert news.titles() == ["a/b.md"]

    def test_source_says_when_it_was_looked_at(self, news: Folder) -> None:
        assert news.source.checked is None
        news.refresh()
        assert news.library.sources.all()[0].checked is not None


@pytest.mark.usefixtures("_compared")
class TestFaults:
    def test_folder_that_disappears_loses_nothing(self, news: Folder) -> None:
        """It is told, as a sentence, until the folder is back."""
        news.write("a.md")
        news.refresh()
        away = news.path.rename(news.path.with_name("away"))
        outcome = news.refresh()
        assert outcome.failed.endswith("What came from it stays.")
        assert (outcome.new, outcome.changed, outcome.gone) == (0, 0, 0)
        assert news.titles() == ["a.md"]
        assert news.problems() == {"": outcome.failed}
        away.rename(news.path)
        assert numbers(news.refresh()) == (0, 0, 0, 0)
        assert news.problems() == {}

    def test_folder_that_became_a_file_loses_nothing(self, news: Folder) -> None:
        news.write("a.md")
        news.refresh()
        shutil.rmtree(news.path)
        news.path.write_text("now a file")
        assert news.refresh().failed
        assert news.titles() == ["a.md"]

    def test_problem_is_gone_when_the_file_is_mended(self, news: Folder) -> None:
        news.write("a.md", "\0\1\2\3binary")
        assert numbers(news.refresh()) == (0, 0, 0, 1)
        assert news.problems()["a.md"].startswith("This is not a text file")
        news.write("a.md")
        assert numbers(news.refresh()) == (1, 0, 0, 0)
        assert news.problems() == {}

    def test_problem_is_gone_when_the_file_is(self, news: Folder) -> None:
        news.write("a.md", " ")
        news.refresh()
        (news.path / "a.md").unlink()
        assert numbers(news.refresh()) == (0, 0, 0, 0)
        assert news.problems() == {}

    def test_file_that_breaks_keeps_its_article(self, news: Folder) -> None:
        news.write("a.md")
        news.refresh()
        news.write("a.md", " ")
        assert numbers(news.refresh()) == (0, 0, 0, 1)
        assert news.titles() == ["a.md"]

    def test_file_over_the_limit_is_a_problem_until_it_is_smaller(self, news: Folder) -> None:
        """It is said once, however often one looks."""
        news.write("large.md")
        os.truncate(news.path / "large.md", folder.MAX_BYTES + 1)
        news.write("small.md")
        assert numbers(news.refresh()) == (1, 0, 0, 1)
        news.refresh()
        assert list(news.problems()) == ["large.md"]
        assert "larger than" in news.problems()["large.md"]
        news.write("large.md", "# Title of large.md")
        assert numbers(news.refresh()) == (1, 0, 0, 0)
        assert news.problems() == {}

    def test_links_are_not_followed(self, news: Folder, tmp_path: Path) -> None:
        """Not to files, not to folders, not in a circle."""
        (tmp_path / "outside").mkdir()
        (tmp_path / "outside" / "secret.md").write_text("# Secret")
        news.write("a.md")
        (news.path / "file.md").symlink_to(tmp_path / "outside" / "secret.md")
        (news.path / "folder").symlink_to(tmp_path / "outside")
        (news.path / "circle").symlink_to(news.path)
        assert numbers(news.refresh()) == (1, 0, 0, 0)
        assert news.titles() == ["a.md"]

    def test_file_that_became_a_link_leaves_the_lists(self, news: Folder, tmp_path: Path) -> None:
        news.write("a.md")
        news.refresh()
        (news.path / "a.md").rename(tmp_path / "outside.md")
        (news.path / "a.md").symlink_to(tmp_path / "outside.md")
        assert numbers(news.refresh()) == (0, 0, 1, 0)

    def test_pipe_is_not_waited_for(self, news: Folder) -> None:
        os.mkfifo(news.path / "pipe.md")
        assert numbers(news.refresh()) == (0, 0, 0, 0)


class TestProgress:
    def test_is_told_from_the_scan_to_the_end(self, news: Folder) -> None:
        for number in range(30):
            news.write(f"{number}.md")
        told: list[Progress] = []
        news.refresh(tell=told.append)
        assert [(progress.done, progress.total) for progress in told] == [(0, 0), (25, 30), (30, 30)]
        assert {progress.source.id for progress in told} == {news.source.id}

    def test_stopping_keeps_what_came_in_and_drops_nothing(self, news: Folder, read: list[str]) -> None:
        """The next refresh brings the rest."""
        news.write("gone.md")
        news.refresh()
        (news.path / "gone.md").unlink()
        for number in range(30):
            news.write(f"{number:02}.md")
        stop = threading.Event()

        def tell(progress: Progress) -> None:
            if progress.done:
                stop.set()

        outcome = news.refresh(tell=tell, stop=stop)
        assert outcome.stopped
        assert 25 <= outcome.new < 30
        assert outcome.gone == 0
        assert len(news.titles()) == outcome.new + 1
        read.clear()
        assert numbers(news.refresh()) == (30 - outcome.new, 0, 1, 0)
        assert len(read) == 30 - outcome.new

    @pytest.mark.usefixtures("_compared")
    def test_stopped_before_it_began_changes_nothing(self, news: Folder) -> None:
        news.write("a.md")
        news.refresh()
        (news.path / "a.md").unlink()
        news.write("b.md")
        stop = threading.Event()
        stop.set()
        assert news.refresh(stop=stop).stopped
        assert news.titles() == ["a.md"]

    @pytest.mark.usefixtures("_compared")
    def test_stopping_while_files_are_dropped_leaves_the_others(
        self, news: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(refreshing, "BATCH", 1)
        for name in ("a.md", "b.md", "c.md"):
            news.write(name)
        news.refresh()
        for name in ("a.md", "b.md"):
            (news.path / name).unlink()
        stop = threading.Event()
        really = news.library.intake.drop

        def drop(source: int, paths: list[str]) -> int:
            stop.set()
            return really(source, paths)

        monkeypatch.setattr(news.library.intake, "drop", drop)
        outcome = news.refresh(stop=stop)
        assert (outcome.gone, outcome.stopped) == (1, True)
        assert len(news.titles()) == 2
        monkeypatch.undo()
        assert numbers(news.refresh()) == (0, 0, 1, 0)


class TestManyFiles:
    @pytest.mark.parametrize("processes", [1, 3])
    def test_are_read_in_child_processes(self, news: Folder, read: list[str], processes: int) -> None:
        for number in range(MANY):
            news.write(f"{number}.md")
        news.write("empty.md", " ")
        assert numbers(news.refresh(processes=processes)) == (MANY, 0, 0, 1)
        assert read == []
        assert len(news.titles()) == MANY
        stored = news.library.articles.get(news.library.articles.ids(View(sort="title"))[0])
        assert stored is not None
        assert stored.article.body == "Text of 0.md."

    def test_stopping_leaves_no_process_behind(self, news: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
        made: list[Child] = []

        class Watched(Child):
            def __init__(self) -> None:
                super().__init__()
                made.append(self)

        monkeypatch.setattr(refreshing, "Child", Watched)
        for number in range(MANY):
            news.write(f"{number}.md")
        stop = threading.Event()
        outcome = news.refresh(processes=2, stop=stop, tell=lambda told: stop.set() if told.done else None)
        assert CHUNK <= outcome.new < MANY
        assert len(made) == 2
        assert all(started._process.poll() is not None for started in made)

    @pytest.mark.parametrize("processes", [1, 2])
    @pytest.mark.parametrize("bad", [["00.md"], ["30.md", "31.md"], [f"{MANY - 1}.md"]])
    def test_file_that_brings_its_parser_down_takes_only_itself_along(
        self, news: Folder, monkeypatch: pytest.MonkeyPatch, bad: list[str], processes: int
    ) -> None:
        """The others of its child are read again, and it is named."""

        class Fragile(Child):
            """Dies when it comes to one of these files, and answers nothing from then on."""

            def ask(self, root: Path, paths: Sequence[str]) -> None:
                if set(paths) & set(bad):
                    self._process.kill()
                    self._process.wait()
                super().ask(root, paths)

        monkeypatch.setattr(refreshing, "Child", Fragile)
        for number in range(MANY):
            news.write(f"{number:02}.md")
        assert numbers(news.refresh(processes=processes)) == (MANY - len(bad), 0, 0, len(bad))
        assert list(news.problems()) == bad
        assert all("brought its parser down" in reason for reason in news.problems().values())
        # It is not tried again before it changes.
        assert numbers(news.refresh()) == (0, 0, 0, 0)


def fill(news: Folder, count: int) -> None:
    """So many files, and a library that knows them; faster than reading them."""
    brought = []
    for number in range(count):
        path = f"{number // 100:03}/{number:06}.md"
        news.write(path, "text")
        brought.append(Brought(Article(title=path, path=path), path, *size_and_time(news.path / path)))
    for start in range(0, count, BATCH):
        news.library.intake.take_in(news.source.id, brought[start : start + BATCH])


class TestLargeFolders:
    @pytest.mark.parametrize("small", [9, 10, 11])
    def test_are_looked_through_in_a_child_process(
        self, news: Folder, monkeypatch: pytest.MonkeyPatch, small: int
    ) -> None:
        """As soon as there are more files than `SMALL`, whether the library knows them already or not."""
        monkeypatch.setattr(refreshing, "SMALL", small)
        made: list[Comparison] = []

        class Watched(Comparison):
            def __init__(self) -> None:
                super().__init__()
                made.append(self)

        monkeypatch.setattr(refreshing, "Comparison", Watched)
        for number in range(10):
            news.write(f"{number}.md")
        assert numbers(news.refresh()) == (10, 0, 0, 0)
        assert len(made) == (small < 10)
        shutil.rmtree(news.path)
        news.path.mkdir()
        assert numbers(news.refresh()) == (0, 0, 10, 0)
        assert len(made) == (small < 10) * 2
        assert all(started._process.poll() is not None for started in made)

    def test_take_hardly_any_memory_when_nothing_changed(self, news: Folder) -> None:
        """0.13 MB, however many they are; held in this process, 3,000 take 0.8 MB and 100,000 take 60."""
        fill(news, 3_000)
        news.refresh()
        tracemalloc.start()
        try:
            assert numbers(news.refresh()) == (0, 0, 0, 0)
            assert tracemalloc.get_traced_memory()[1] < 300_000
        finally:
            tracemalloc.stop()

    def test_that_lost_everything_are_dropped_batch_by_batch(
        self, news: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(news, 2 * BATCH + 1)
        in_a_child(monkeypatch)
        shutil.rmtree(news.path)
        news.path.mkdir()
        batches: list[int] = []
        really = news.library.intake.drop

        def drop(source: int, paths: list[str]) -> int:
            batches.append(len(paths))
            return really(source, paths)

        monkeypatch.setattr(news.library.intake, "drop", drop)
        assert numbers(news.refresh()) == (0, 0, 2 * BATCH + 1, 0)
        assert batches == [BATCH, BATCH, 1]
        assert news.titles() == []

    @pytest.mark.parametrize("told", [0, 1, 2, 3], ids=lambda told: f"after {told} answers")
    def test_whose_child_is_killed_lose_nothing(
        self, news: Folder, monkeypatch: pytest.MonkeyPatch, told: int
    ) -> None:
        """It is said, as a sentence, and the next refresh brings what is missing."""
        for name in ("a.md", "gone.md"):
            news.write(name)
        news.refresh()
        news.write("b.md")
        (news.path / "gone.md").unlink()
        in_a_child(monkeypatch)

        class Fragile(Comparison):
            """Tells so much, then nothing any more."""

            left = told

            def _next(self) -> bytes:
                if not self.left:
                    self._process.kill()
                    self._process.wait()
                    raise ChildEnded
                self.left -= 1
                return super()._next()

        with monkeypatch.context() as patch:
            patch.setattr(refreshing, "Comparison", Fragile)
            outcome = news.refresh()
        assert outcome.failed.startswith("The folder was not looked through to its end")
        assert outcome.gone == 0
        assert {"a.md", "gone.md"} <= set(news.titles())
        assert news.problems() == {"": outcome.failed}
        assert numbers(news.refresh()) == (1 - outcome.new, 0, 1, 0)
        assert news.titles() == ["a.md", "b.md"]
        assert news.problems() == {}

    def test_whose_child_does_not_answer_can_be_left(
        self, news: Folder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A network drive may take minutes."""
        news.write("a.md")
        in_a_child(monkeypatch)

        class Hanging(Comparison):
            def __init__(self) -> None:
                super().__init__()
                os.kill(self._process.pid, signal.SIGSTOP)

        monkeypatch.setattr(refreshing, "Comparison", Hanging)
        stop = threading.Event()
        timer = threading.Timer(0.3, stop.set)
        timer.start()
        began = time.monotonic()
        assert news.refresh(stop=stop).stopped
        assert time.monotonic() - began < 3
        assert news.titles() == []


class TestComparing:
    """The same, in this process and in a child."""

    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        """A folder in which everything happens that may."""
        root = tmp_path / "root"
        for name in (
            "a.md",
            "b.md",
            "same.md",
            "deep/er/c.txt",
            "deep/same.md",
            "no ending",
            "README",
            "x.py",
        ):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("text")
        for bad in (b"caf\xe9.md", "a\u202eb.md".encode(), b"line\nbreak.md", "\u202e".encode()):
            (root / os.fsdecode(bad)).write_text("text")
        (root / "large.md").touch()
        os.truncate(root / "large.md", folder.MAX_BYTES + 1)
        (root / "link.md").symlink_to(root / "a.md")
        (root / "linked").symlink_to(root / "deep")
        os.mkfifo(root / "pipe.md")
        return root

    @pytest.mark.parametrize("at_once", [1, 500])
    def test_finds_what_changed_what_is_wrong_and_what_vanished(self, root: Path, at_once: int) -> None:
        vanished = ["gone.md", "gone/gone.md", "link.md", "linked/same.md", "pipe.md", "日本語 \"'\\.md"]
        known = {
            **{path: size_and_time(root / path) for path in ("same.md", "deep/same.md")},
            **dict.fromkeys(("a.md", "b.md", *vanished), (4, 1)),
            # As problems are known.
            **dict.fromkeys(("large.md", "line break.md", ""), (0, 0)),
        }
        rows = [(path, *value) for path, value in known.items()]
        pages = [rows[start : start + at_once] for start in range(0, len(rows), at_once)]
        here = folder.compare(root, known)
        assert here is not None
        there = compared_in_a_child(root, [msgspec.json.encode(page).decode() for page in pages])
        assert there == parts(here)
        assert there[0] == 4
        assert [file.path for file in there[1]] == ["a.md", "b.md", "no ending", "deep/er/c.txt"]
        assert len(there[2]) == 5
        assert there[3] == vanished

    def test_knows_nothing(self, root: Path) -> None:
        here = folder.compare(root, {})
        assert here is not None
        assert compared_in_a_child(root, []) == parts(here)
        assert here.count == 6

    @pytest.mark.parametrize("name", ["nowhere", "a.md"])
    def test_folder_that_cannot_be_listed_raises(self, root: Path, name: str) -> None:
        with pytest.raises(OSError) as here:
            folder.compare(root / name, {})
        with pytest.raises(OSError) as there:
            compared_in_a_child(root / name, ['[["a.md",1,1]]'])
        assert (there.value.errno, there.value.strerror) == (here.value.errno, here.value.strerror)

    def test_of_many_stops_where_it_is_too_many(self, root: Path) -> None:
        entries = sum(1 for _ in root.rglob("*"))
        assert folder.compare(root, {}, most=entries) is not None
        with pytest.raises(folder.TooManyError):
            folder.compare(root, {}, most=entries - 1)


def size_and_time(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_size, status.st_mtime_ns


def parts(found: Differences) -> tuple[int, list[folder.Found], list[Problem], list[str]]:
    return found.count, list(found.changed), list(found.problems), list(found.vanished)


def compared_in_a_child(
    root: Path, pages: Iterable[str]
) -> tuple[int, list[folder.Found], list[Problem], list[str]]:
    with contextlib.closing(Comparison()) as comparison:
        found = comparison.differences(root, pages)
        assert found is not None
        return parts(found)


class TestChild:
    def test_answers_in_the_order_of_the_questions(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text("# A")
        (tmp_path / "b.md").write_text("# B\n\n" + "Much text. " * 50_000)
        reading = child.Child()
        try:
            reading.ask(tmp_path, ["a.md", "b.md"])
            reading.ask(tmp_path, ["missing.md"])
            reading.ask(tmp_path, ["a.md"])
            first, second = reading.answers()
            assert first == folder.read(tmp_path, "a.md")
            assert second == folder.read(tmp_path, "b.md")
            [missing] = reading.answers()
            assert isinstance(missing, Problem)
            assert missing.reason == "The file is no longer there."
            assert reading.answers() == [first]
        finally:
            reading.close()

    def test_that_was_killed_says_so(self, tmp_path: Path) -> None:
        reading = child.Child()
        try:
            reading._process.kill()
            reading._process.wait()
            reading.ask(tmp_path, ["a.md"])
            with pytest.raises(ChildEnded):
                reading.answers()
        finally:
            reading.close()

    @pytest.mark.parametrize("kind", [Child, Comparison])
    @pytest.mark.parametrize("told", [b"", b'"/"\n', b'"/"\n\n'], ids=["nothing", "something", "everything"])
    def test_ends_with_its_parent(self, kind: type[Child | Comparison], told: bytes) -> None:
        """At the end of its input, however that came about, and whatever it is doing."""
        started = kind()
        assert started._process.stdin is not None
        if kind is Comparison:
            started._process.stdin.write(told)
        started._process.stdin.close()
        assert started._process.wait(10) == 0
        started.close()

    @pytest.mark.parametrize(
        "name", ["tui_reader.py", "msgspec.py", "yaml.py", "select.py", "sitecustomize.py"]
    )
    def test_runs_nothing_that_lies_where_the_reader_was_started(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        """The folder of articles is where one starts it, and anyone may have written those."""
        (tmp_path / "a.md").write_text("---\ntitle: A\n---\n")
        (tmp_path / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
        monkeypatch.chdir(tmp_path)
        with contextlib.closing(Child()) as reading:
            reading.ask(tmp_path, ["a.md"])
            (article,) = reading.answers()
        assert isinstance(article, Article)
        assert article.title == "A"
        assert not (tmp_path / "ran").exists()
