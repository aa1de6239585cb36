"""Choosing one of many by name: views, orders, topics, links, actions. Type to narrow, Enter takes."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui_reader.ui.choices import Choice
from tui_reader.ui.pane import fit
from tui_reader.ui.rows import Rows


class Choices(Rows):
    can_focus = False
    choose_on_click = True

    def __init__(self) -> None:
        super().__init__(id="choices")
        self.choices: Sequence[Choice] = ()

    def show(self, choices: Sequence[Choice], cursor: int = 0) -> None:
        self.choices = choices
        self.cursor = 0
        self.reset(len(choices), cursor)

    def selectable(self, index: int) -> bool:
        return not self.choices[index].heading

    def draw(self, index: int, line: int, width: int, selected: bool) -> list[Segment]:
        choice = self.choices[index]
        if choice.heading:
            return [Segment(fit(f" {choice.label}", width), self.look("heading"))]
        note = min(cell_len(choice.note), width // 2)
        return [
            Segment("▌" if selected else " ", self.look("mark", selected)),
            Segment(fit(f" {choice.label}", width - note - 3) + " ", self.look("plain", selected)),
            Segment(fit(choice.note, note) + " ", self.look("quiet", selected)),
        ]


class Chooser(ModalScreen[Any]):
    """Answers the value of the choice that was taken, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", show=False),
        Binding("enter", "take", "Take", show=False, priority=True),
        Binding("down,ctrl+n", "move(1)", "Down", show=False, priority=True),
        Binding("up,ctrl+p", "move(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "move(10)", "Page down", show=False, priority=True),
        Binding("pageup", "move(-10)", "Page up", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        current: Any = None,
        empty: str = "There is nothing here.",
    ) -> None:
        super().__init__()
        self._title = title
        self._all = choices
        self._current = current
        self._empty = empty

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield Input(placeholder="Type to narrow", id="narrow")
            yield Choices()
            yield Static(id="detail")

    def on_mount(self) -> None:
        choices = self.query_one(Choices)
        # As high as what there is to choose from; the stylesheet says how high at the most.
        choices.styles.height = max(1, len(self._all))
        cursor = next((i for i, choice in enumerate(self._all) if choice.value == self._current), 0)
        choices.show(self._all, cursor)
        self.query_one("#detail").display = any(choice.detail for choice in self._all) or not self._all
        self._tell()

    def on_input_changed(self, event: Input.Changed) -> None:
        words = event.value.casefold().split()
        found = [
            choice
            for choice in self._all
            if not words
            or (
                not choice.heading
                and all(word in f"{choice.label} {choice.note} {choice.detail}".casefold() for word in words)
            )
        ]
        # What begins with the words stands before what merely holds them.
        if words:
            found.sort(key=lambda choice: not choice.label.casefold().startswith(words[0]))
        self.query_one(Choices).show(found)
        self._tell()

    def on_key(self, event: events.Key) -> None:
        if event.key == "tab":
            event.stop()

    def on_rows_moved(self) -> None:
        self._tell()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        event.stop()
        self.action_take()

    def action_move(self, by: int) -> None:
        self.query_one(Choices).move(by)
        self._tell()

    def action_take(self) -> None:
        choice = self._chosen()
        if choice is not None:
            self.dismiss(choice.value)

    def _chosen(self) -> Choice | None:
        rows = self.query_one(Choices)
        if not rows.count or not rows.selectable(rows.cursor):
            return None
        return rows.choices[rows.cursor]

    def _tell(self) -> None:
        choice = self._chosen()
        text = choice.detail if choice else self._empty if not self._all else "Nothing has these words."
        self.query_one("#detail", Static).update(Content(text))


class Prompt(ModalScreen[str | None]):
    """Answers the line that was typed, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel", show=False)]

    def __init__(self, title: str, placeholder: str, *, value: str = "") -> None:
        super().__init__()
        self._title = title
        self._placeholder = placeholder
        self._value = value

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield Input(self._value, placeholder=self._placeholder)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)


class Confirm(ModalScreen[bool]):
    """A sentence, and yes or no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "dismiss(True)", "Yes", show=False),
        Binding("escape,n,q", "dismiss(False)", "No", show=False),
    ]

    def __init__(self, sentence: str, yes: str) -> None:
        super().__init__()
        self._sentence = sentence
        self._yes = yes

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(Content(self._sentence), id="sentence")
            yield Static(Content(f"Enter  {self._yes}    Esc  leave it"), id="hint")
