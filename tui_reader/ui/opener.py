"""Opening addresses from the screen, and copying them."""

import asyncio
from collections.abc import Sequence

from textual.app import App

from tui_reader import browser
from tui_reader.settings import Settings


class Opener:
    def __init__(self, app: App[object], settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def open(self, url: str, domain: str = "") -> None:
        """Hand an address to the browser. One that leads elsewhere than its provider's domain is shown first.

        Has to be awaited in a worker, since it may ask.
        """
        try:
            command = browser.command_for(url, self._settings.browser, mail=self._settings.allow_mailto)
            if command is None:
                self.copy(url, "There is no browser here; the address was copied")
                return
            if self._settings.confirm_foreign and browser.is_foreign(url, domain):
                from tui_reader.ui.dialogs.chooser import Confirm

                question = f"This leads elsewhere than {domain}:\n\n{url}"
                if not await self._app.push_screen_wait(Confirm(question, "open it")):
                    return
            if command.in_terminal:
                with self._app.suspend():
                    browser.run_here(command)
            else:
                self._say(f"Opening {url}")
                await asyncio.to_thread(browser.run, command)
        except browser.NotOpened as failure:
            self._app.notify(str(failure), markup=False, severity="error")

    def copy(self, url: str, told: str = "Copied") -> None:
        """Put an address on the clipboard, through the terminal (OSC 52), so that it works over ssh."""
        self._app.copy_to_clipboard(url)
        self._say(f"{told}: {url}")

    def _say(self, sentence: str) -> None:
        self._app.notify(sentence, markup=False, timeout=3)


def alternate(urls: Sequence[str], original: str) -> str:
    """The first address that is another way to the same article; empty where there is none."""
    return next((url for url in urls if url and url != original), "")
