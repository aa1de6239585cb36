"""A bookmark's tags and note."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input, Label, Static, TextArea

from tui_reader.model import Bookmark
from tui_reader.ui.dialogs.chooser import Confirm
from tui_reader.ui.dialogs.dialog import Dialog


class Edited(Struct, frozen=True):
    tags: tuple[str, ...]
    note: str


class TagSuggester(Suggester):
    """Completes the tag that is being typed, the last one of a list with commas, from those in use."""

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__(case_sensitive=True)
        self._tags = tags

    async def get_suggestion(self, value: str) -> str | None:
        *given, last = value.split(",")
        typed = last.lstrip()
        if not typed:
            return None
        used = {tag.strip().casefold() for tag in given}
        for tag in self._tags:
            if tag.casefold().startswith(typed.casefold()) and tag.casefold() not in used:
                return value + tag[len(typed) :]
        return None


class BookmarkEditor(Dialog[Edited | None]):
    """Answers what was edited, or None where nothing is to change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "Save", priority=True, show=False),
        Binding("escape", "leave", "Cancel", priority=True, show=False),
    ]

    def __init__(self, title: str, bookmark: Bookmark | None, tags: Sequence[str]) -> None:
        super().__init__()
        self._title = title
        self._bookmark = bookmark or Bookmark(added=0)
        self._known_tags = tags

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content("Bookmark")
            yield Static(Content(self._title), id="sentence")
            yield Label("Tags, with commas between them")
            yield Input(
                ", ".join(self._bookmark.tags),
                suggester=TagSuggester(self._known_tags),
                placeholder="→ takes what is suggested",
                id="tags",
            )
            yield Label("Note")
            yield TextArea(self._bookmark.note, id="note", soft_wrap=True, tab_behavior="focus")
            yield Static(Content("Ctrl+s  save    Tab  next field    Esc  leave it as it was"), id="hint")

    def on_input_submitted(self) -> None:
        self.query_one("#note").focus()

    def action_save(self) -> None:
        self.dismiss(self._edited())

    @work
    async def action_leave(self) -> None:
        was = Edited(self._bookmark.tags, self._bookmark.note)
        if self._edited() == was or await self.app.push_screen_wait(
            Confirm("The tags or the note have been changed.", "leave without saving")
        ):
            self.dismiss(None)

    def _edited(self) -> Edited:
        tags = self.query_one("#tags", Input).value.split(",")
        return Edited(
            tuple(tag.strip() for tag in tags if tag.strip()), self.query_one("#note", TextArea).text.strip()
        )
