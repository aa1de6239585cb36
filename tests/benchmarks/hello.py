"""The least that a Textual program can show: what starting costs before anything of ours."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Hello(App[None]):
    BINDINGS = [("q", "quit", "Quit")]  # noqa: RUF012 - Textual declares it so

    def compose(self) -> ComposeResult:
        yield Static("Hello, reader")


if __name__ == "__main__":
    Hello().run()
