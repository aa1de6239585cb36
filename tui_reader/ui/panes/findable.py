"""The article pane with what is found in it: marks the hits, brings the current one in sight.

Where nothing is found it is a `PicturedArticle` and no slower. A long article is looked through as it is laid
out, in moments in which nobody waits; a line is drawn again only where its marks have changed.
"""

from collections.abc import Hashable, Iterable
from typing import ClassVar

from textual.message import Message

from tui_reader.model import Mention
from tui_reader.ui.panes.article_page import Page
from tui_reader.ui.panes.article_view import LOOKS, NOTHING, SLICE
from tui_reader.ui.panes.finding import HERE, HIT, Finding, Marks, marked
from tui_reader.ui.panes.pictured import PicturedArticle
from tui_reader.ui.text.blocks import Run

AROUND = 2
"""Lines that stay in sight above and below a hit."""


class FindableArticle(PicturedArticle):
    looks = (*LOOKS, (HIT, "findable-article--hit"), (HERE, "findable-article--here"))
    COMPONENT_CLASSES: ClassVar[set[str]] = {"findable-article--hit", "findable-article--here"}
    # Underlined alone, a hit in a link would look like the link where there are no colours.
    DEFAULT_CSS = """
    FindableArticle {
        & > .findable-article--hit { background: $accent 25%; text-style: bold underline; }
        & > .findable-article--here { color: $accent; background: $background; text-style: bold reverse; }
    }
    """

    class HitsChanged(Message):
        """There are other hits, or another one is the current; or finding has begun or ended."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.finding: Finding | None = None
        """What is found in this article, from `begin_finding` to `end_finding`."""
        self._found_in: int | Mention | str = ""
        self._to_reveal = False
        """Whether the current hit comes in sight as soon as it is known."""
        self._drawn: dict[int, Marks] = {}
        """The marks of the lines in sight."""

    def begin_finding(self) -> None:
        """Look from the top line in sight on; what was found stays found."""
        if self.finding is None:
            self.finding = Finding(self._page, self.top)
            self._found_in = self._which()
        else:
            self.finding.begin_at(self.top)
        self._go_on()

    def find(self, text: str, *, reveal: bool = True) -> None:
        """Mark where a text stands, and bring its first hit in sight; without a text, what was before."""
        if self.finding is None:
            return
        self.finding.look_for(text)
        self._to_reveal = reveal
        if reveal and not self.finding.needle:
            self._scroll_by(self.finding.begun - self.top)
        self._go_on()

    def step(self, by: int) -> bool:
        """Go to the next hit or the previous one; whether there is one to go to."""
        if self.finding is None or not self.finding.step(by):
            return False
        self._to_reveal = True
        self._show_hits()
        return True

    def reveal(self) -> None:
        """Bring the current hit in sight, or the first as soon as it is found."""
        self._to_reveal = True
        self._show_hits()

    def end_finding(self, *, back: bool = False) -> None:
        """Nothing is marked any more; `back` goes to where it was begun."""
        finding, self.finding = self.finding, None
        if finding is None:
            return
        if back:
            self._scroll_by(finding.begun - self.top)
        self._show_hits()

    # As more is laid out, and on other pages

    def _go_on(self) -> None:
        if self.finding is None:
            return
        self.finding.go_on(SLICE)
        self._show_hits()
        if self._page.done and not self.finding.done:
            self._lay_out_at_leisure(SLICE)

    def _lay_out_some(self) -> None:
        super()._lay_out_some()
        self._go_on()

    def _turn_to(self, page: Page, top: int) -> None:
        was_in_sight = any(mark[2] == HERE for marks in self._drawn.values() for mark in marks)
        super()._turn_to(page, top)
        if self.finding is None:
            return
        if self._which() != self._found_in:
            self.end_finding()
        elif page is not NOTHING:
            if page is not self.finding.page:
                self.finding = self.finding.on(page)
            self._to_reveal = self._to_reveal or was_in_sight
            self._go_on()

    def _which(self) -> int | Mention | str:
        """What is shown, whatever of its marks has changed."""
        return self._subject if isinstance(self._subject, Mention | str) else self._subject.id

    # Drawing

    def key_of(self, y: int) -> Hashable:
        return y if self.finding is None else (y, self.finding.marks(y))

    def runs(self, y: int) -> Iterable[Run]:
        line = self._page.lines[y]
        return line.runs if self.finding is None else marked(line, self.finding.marks(y))

    def _show_hits(self) -> None:
        marks: dict[int, Marks] = {}
        if self.finding is not None:
            if self._to_reveal and self.finding.current is not None:
                self._to_reveal = False
                self._reveal(*self.finding.extent())
            marks = self._marks_in_sight(self.finding)
        for y in marks.keys() | self._drawn.keys():
            if marks.get(y, ()) != self._drawn.get(y, ()):
                self.refresh_line(y)
        self._drawn = marks
        self.post_message(self.HitsChanged())

    def _marks_in_sight(self, finding: Finding) -> dict[int, Marks]:
        return {y: finding.marks(y) for y in range(self.top, self.top + self.container_size.height)}

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if self.finding is not None:
            self._drawn = self._marks_in_sight(self.finding)

    def _reveal(self, first: int, last: int) -> None:
        """Where these lines are out of sight, scroll just so far that they and some around them are not."""
        height = self.container_size.height
        around = max(0, min(AROUND, (height - 1 - last + first) // 2))
        if first < self.top:
            self._scroll_by(first - around - self.top)
        elif last >= self.top + height:
            self._scroll_by(last + around + 1 - height - self.top)
