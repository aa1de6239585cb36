"""A line to type in, within a bar: one row high and without a frame."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input


class Line(Input):
    BINDINGS: ClassVar[list[BindingType]] = [
        # The screen's way back is not meant by a hand that has not let go of the shift key yet.
        Binding("shift+backspace", "delete_left", "Delete", show=False),
    ]
    DEFAULT_CSS = """
    Line {
        width: 1fr;
        height: 1;
        border: none;
        background: $panel;
        &:focus { border: none; background-tint: $foreground 0%; }
    }
    """
    virtual_size = Reactive(Size(0, 0), layout=False)
    """Textual's own arranges the whole screen anew at every letter."""
