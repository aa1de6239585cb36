"""What belongs to the article at hand: its story and its publisher's list at once, what the library finds a
moment later. And the way along it, and back."""

from functools import partial

from textual import work
from textual.message import Message
from textual.timer import Timer

from tui_reader.library.database import LibraryError
from tui_reader.library.library import Library
from tui_reader.model import Mention, Related, Stored, View
from tui_reader.settings import Settings
from tui_reader.ui.panes.related_list import RelatedList
from tui_reader.ui.screen.looking import Looking

LOOK_AFTER = 0.2
"""Seconds without another article before the library looks for what is related to this one: who holds `j`
down wants none of the articles between."""

Spot = int | Mention
"""What the article pane can show: an article of the library, or one that another's list tells of."""


class Relating(Looking):
    related: RelatedList

    class FoundRelated(Message):
        def __init__(self, request: int, entries: list[Related]) -> None:
            super().__init__()
            self.request = request
            self.entries = entries

    def __init__(self, library: Library, settings: Settings, view: View) -> None:
        super().__init__(library, settings, view)
        self.related_to: Stored | None = None
        """What the entries of the related pane belong to."""
        self.trail: list[Spot] = []
        """The way along related articles, from the one in the list."""
        self.trail_at = 0
        self._relate_timer: Timer | None = None
        self.relate_request = 0
        """Another number for each article that others were related to."""

    def relate(self, stored: Stored | None) -> None:
        """Show what belongs to an article."""
        self.related_to = stored
        self.relate_request += 1
        if self._relate_timer is not None:
            self._relate_timer.stop()
        told = self.library.related.told(stored.id, stored.article.mentions) if stored else []
        self.related.show(told, looking=stored is not None)
        if stored is not None:
            look = partial(self._find_related, self.relate_request, stored, told)
            self._relate_timer = self.set_timer(LOOK_AFTER, look)

    def relate_again(self) -> None:
        """Stories have been found since; but nothing moves under a cursor."""
        if self.related_to is not None and not self.related.has_focus:
            self.relate(self.related_to)

    @work(thread=True, exclusive=True, group="related", exit_on_error=False)
    def _find_related(self, request: int, stored: Stored, told: list[Related]) -> None:
        if request != self.relate_request:
            return
        try:
            entries = self.library.related.found(stored, told)
        except LibraryError as error:
            self.post_message(self.Failed(error))
            entries = []
        self.post_message(self.FoundRelated(request, entries))

    def on_relating_found_related(self, event: FoundRelated) -> None:
        if event.request == self.relate_request:
            self.related.add(event.entries)

    def explained(self) -> list[Related]:
        """All that belongs to the article, with what ties it; not on the screen's own thread."""
        stored, entries = self.related_to, list(self.related.entries)
        if stored is None:
            return []
        if self.related.looking:
            entries += self.library.related.found(stored, entries)
        return self.library.related.explained(stored, entries)

    # The way along

    def go_to(self, spot: Spot) -> None:
        """Show what the trail has led to."""
        raise NotImplementedError

    def action_related(self, number: int) -> None:
        if number <= len(self.related.entries):
            self.open_related(self.related.entries[number - 1])
        else:
            self.app.bell()

    def open_related(self, entry: Related) -> None:
        self.trail[self.trail_at + 1 :] = [entry.mention if entry.id is None else entry.id]
        self.trail_at = len(self.trail) - 1
        self.go_to(self.trail[self.trail_at])

    def action_history(self, by: int) -> None:
        if 0 <= self.trail_at + by < len(self.trail):
            self.trail_at += by
            self.go_to(self.trail[self.trail_at])
        else:
            self.app.bell()
