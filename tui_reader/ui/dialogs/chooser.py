"""Choosing one of many by name: views, orders, topics, links, actions. Type to narrow, Enter takes."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui_reader import clean
from tui_reader.ui.dialogs.choices import Choice
from tui_reader.ui.dialogs.dialog import Dialog
from tui_reader.ui.panes.pane import fit
from tui_reader.ui.panes.rows import Rows


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


class Chooser(Dialog[Any]):
    """Answers the value of the choice that was taken, or None."""

    placeholder = "Type to narrow"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Cancel", show=False),
        # None has priority: a key would act before the letters that were typed ahead of it.
        Binding("enter", "take", "Take", show=False),
        Binding("down,ctrl+n", "move(1)", "Down", show=False),
        Binding("up,ctrl+p", "move(-1)", "Up", show=False),
        Binding("pagedown", "move(10)", "Page down", show=False),
        Binding("pageup", "move(-10)", "Page up", show=False),
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
            yield Input(placeholder=self.placeholder, id="narrow")
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
        self.query_one(Choices).show(self.found(event.value))
        self._tell()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_take()

    def found(self, typed: str) -> list[Choice]:
        """The choices that have the words that were typed."""
        words = typed.casefold().split()
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
        return found

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


class FolderChooser(Chooser):
    """Answers a folder of the sidebar, empty for none, or None. One that is typed may be new."""

    placeholder = "Type to narrow, or the name of a new folder"

    def __init__(self, title: str, folders: Iterable[str], current: str) -> None:
        choices = [Choice("", "No folder"), *(Choice(name, name) for name in folders)]
        super().__init__(title, choices, current=current)

    def found(self, typed: str) -> list[Choice]:
        found = super().found(typed)
        name = clean.line(typed)
        if not name or any(name.casefold() == choice.label.casefold() for choice in found):
            return found
        new = Choice(name, f"A new folder “{name}”")
        # Who types “New folder” does not mean “News / My folder”, though both of its words are there.
        return [*found, new] if any(_begins(choice.label, name) for choice in found) else [new, *found]


def _begins(folder: str, typed: str) -> bool:
    """Whether the name of a folder, or of one within it, begins so."""
    return any(part.strip().casefold().startswith(typed.casefold()) for part in (folder, *folder.split("/")))


class Prompt(Dialog[str | None]):
    """Answers the line that was typed, or None; an empty one only where that means something."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "Cancel", show=False)]

    def __init__(
        self,
        title: str,
        placeholder: str,
        *,
        value: str = "",
        empty: bool = False,
        fault: Callable[[str], str] | None = None,
    ) -> None:
        """`empty` lets nothing be an answer; `fault` says what is wrong with one, a sentence."""
        super().__init__()
        self._title = title
        self._placeholder = placeholder
        self._value = value
        self._empty = empty
        self._fault = fault

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield Input(self._value, placeholder=self._placeholder)
            if self._fault is not None:
                yield Static(Content(self._placeholder), id="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        typed = event.value.strip()
        if self._fault is not None and (wrong := self._fault(typed)):
            self.app.bell()
            self.query_one("#hint", Static).update(Content(wrong))
        else:
            self.dismiss(typed if typed or self._empty else None)


class Confirm(Dialog[bool]):
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
