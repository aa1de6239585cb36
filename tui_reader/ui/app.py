"""The application: themes, keys, signals, and the library it was given."""

import asyncio
import gc
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from textual import events
from textual.app import App
from textual.screen import Screen
from textual.theme import Theme
from textual.worker import Worker

from tui_reader.library.database import LibraryError
from tui_reader.library.library import Library
from tui_reader.model import Source, View
from tui_reader.settings import Complaint, Settings
from tui_reader.ui.dialogs.dialog import ASKING, Dialog
from tui_reader.ui.reader import ReaderScreen

SWITCH_EVERY = 0.0005
"""Seconds after which a thread in the background hands the interpreter to a waiting key (5 ms by default)."""
LEAVE_WITHIN = 2.0
"""Seconds for an orderly end after a signal. Everything is on the disk when it is shown, so none is owed."""
TERMINAL_EVERY = 2.0
"""Seconds between two looks whether the terminal is still there."""
OPENS_WITHIN = 0.5
"""Seconds that a key waits for a dialog at the most; one is there within 0.05."""
LONGEST_WORD = 400
"""Letters of a message in the corner: 8 lines at 80 columns. What somebody pasted may stand in it."""
AT_REST = 1.0
"""Seconds after the start when everything has been imported and drawn once."""

DARK = Theme(
    name="tui-reader-dark",
    primary="#5aa9e6",
    secondary="#8fb996",
    accent="#f2b84b",
    foreground="#d8dee4",
    background="#12161b",
    surface="#181d23",
    panel="#212830",
    success="#8fb996",
    warning="#f2b84b",
    error="#e5716c",
    dark=True,
)
LIGHT = Theme(
    name="tui-reader-light",
    primary="#1f6feb",
    secondary="#2f7d4f",
    accent="#a8530b",
    foreground="#1f2328",
    background="#fbfaf7",
    surface="#f5f3ee",
    panel="#e9e6de",
    success="#2f7d4f",
    warning="#9a6700",
    error="#c03a2b",
    dark=False,
)


class ReaderApp(App[None]):
    TITLE = "tui-reader"
    CSS_PATH = "reader.tcss"
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        library: Library,
        settings: Settings,
        complaints: Sequence[Complaint] = (),
        *,
        opened: Sequence[Source] = (),
        settings_file: str = "settings.toml",
        debug: bool = False,
    ) -> None:
        """`opened` are the sources that were named on the command line; a single one is what is shown."""
        super().__init__()
        self.library = library
        self.settings = settings
        self._complaints = list(complaints)
        self._opened = opened
        self._settings_file = settings_file
        self._debug = debug
        self._painted = False
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        # Not by assigning: the stylesheet would be parsed twice before the first paint.
        self.set_reactive(App.theme, self._wanted_theme())
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)
        self._refresh_truecolor_filter(self.ansi_theme)

    def on_mount(self) -> None:
        # What has been imported stays: the collection at rest need not look at it (50 ms).
        gc.freeze()
        self._obey_signals()
        sys.setswitchinterval(SWITCH_EVERY)
        self.watch(self, "theme", self._remember_theme, init=False)
        self.set_timer(AT_REST, self._settle_memory)
        view = View(source=self._opened[0].id) if len(self._opened) == 1 else View()
        self._reader = ReaderScreen(
            self.library, self.settings, view, opened=self._opened, complaints=self._complaints
        )
        self.push_screen(self._reader)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        # Textual has no word for it, and paints nothing while the app is being mounted (a batch).
        if not self._painted and renderable is not None and not self._batch_count:
            self._painted = True
            self._reader.painted()

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, events.Key):
            await super().on_event(event)
            return
        screen, workers = self.screen, set(self.workers)
        if event.is_forwarded and vars(event).get("typed_at", screen) is not screen:
            # It comes back from the reader, unused; the dialog that it is for has opened meanwhile.
            event = events.Key(event.key, event.character)
            vars(event)["typed_at"] = screen
            (self.focused or screen)._forward_event(event)
            return
        vars(event)["typed_at"] = screen
        await super().on_event(event)
        if asking := [one for one in self.workers if one.group == ASKING and one not in workers]:
            await self._until_asked(screen, asking)

    async def _until_asked(self, screen: Screen[object], asking: list[Worker[Any]]) -> None:
        """The next key waits for the dialog that this one opens: over a slow line several are one piece."""
        last = time.monotonic() + OPENS_WITHIN
        while time.monotonic() < last and not all(worker.is_finished for worker in asking):
            if self.screen is not screen and isinstance(self.screen, Dialog) and self.screen.takes_keys:
                break
            await asyncio.sleep(0.002)

    def notify(self, message: str, *, markup: bool = False, **named: Any) -> None:
        """What stands in the corner; nothing in it is ever read as markup."""
        if len(message) > LONGEST_WORD:
            # Why stands at the end, and what about at the beginning.
            half = LONGEST_WORD // 2
            message = f"{message[:half]} … {message[-half:]}"
        super().notify(message, markup=False, **named)

    def exit(self, *arguments: Any, **named: Any) -> None:
        # Before the terminal is given back: it keeps its pictures for the screen they are on.
        if self._painted:
            self._reader.article.take_pictures_back()
        super().exit(*arguments, **named)

    def _wanted_theme(self) -> str:
        wanted = self.library.chosen("theme", self.settings.theme)
        if wanted in self.available_themes:
            return wanted
        reason = f"There is no theme {wanted}; “Theme” in the palette lists them."
        self._complaints.append(Complaint(self._settings_file, None, reason))
        return DARK.name

    def _remember_theme(self, theme: str) -> None:
        self.library.choose("theme", theme, self.settings.theme)

    def _settle_memory(self) -> None:
        """What is there after the start stays: a full collection over it would cost a key 20 to 50 ms."""
        gc.enable()
        gc.collect()
        gc.freeze()
        gc.set_threshold(5_000, 20, 20)

    def _obey_signals(self) -> None:
        """SIGTERM and SIGHUP end the program as `q` does, so that the terminal is left as it was found."""
        loop = asyncio.get_running_loop()

        def leave(number: int, frame: object) -> None:
            loop.call_soon_threadsafe(self.exit)
            # Of a terminal that is gone Textual's writer dies, and whoever fills its queue waits for ever.
            last = threading.Timer(LEAVE_WITHIN, os._exit, (1,))
            last.daemon = True
            last.start()

        if sys.__stdin__ is not None and sys.__stdin__.isatty() and not self.is_headless:
            self.set_interval(TERMINAL_EVERY, self._leave_without_terminal)
        # Not by the loop, which may be what waits; and only the main thread may ask for signals.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, leave)

    def _leave_without_terminal(self) -> None:
        """A terminal that does not control the process goes without a signal."""
        poll = select.poll()
        poll.register(0, 0)
        if any(state & (select.POLLHUP | select.POLLERR) for _, state in poll.poll(0)):
            os.kill(os.getpid(), signal.SIGHUP)

    @property
    def fault(self) -> str:
        """Why the program ended without being asked to, a sentence."""
        if isinstance(self._exception, LibraryError):
            return str(self._exception)
        what = type(self._exception).__name__
        return (
            f"The reader ended by its own fault ({what}). What it showed as done is kept; --debug tells more."
        )

    def _print_error_renderables(self) -> None:
        # A traceback with the values of local variables is for whoever asked for it.
        if self._debug:
            super()._print_error_renderables()
