"""Which way of drawing a terminal gets, by its name and the settings."""

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui_reader.picture import Picture, Way
from tui_reader.ui.panes.picture_strip import Band, PictureStrip
from tui_reader.ui.text.drawing import way

CELL = (10, 20)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"TERM": "xterm-256color"}, "blocks"),
        ({}, "blocks"),
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-ghostty"}, "kitty"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "mlterm-256color"}, "sixel"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "sixel"),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, "blocks"),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}, "blocks"),
        ({"TERM": "screen.xterm-256color"}, "blocks"),
        ({"TERM": "xterm-kitty", "STY": "1.pts"}, "blocks"),
    ],
)
def test_a_terminal_is_known_by_its_name(environment: dict[str, str], expected: Way) -> None:
    """In tmux and screen none is what it says."""
    assert way("auto", environment, CELL) == expected


@pytest.mark.parametrize("wanted", ["kitty", "sixel", "blocks"])
def test_the_settings_know_better(wanted: Way) -> None:
    assert way(wanted, {"TERM": "tmux-256color"}, CELL) == wanted


def test_sixels_need_to_know_how_large_a_cell_is() -> None:
    assert way("sixel", {}, None) == way("auto", {"TERM": "foot"}, None) == "blocks"


PANE = Style.parse("#ffffff on #102030")
# Two cells: red over green, blue over red.
PIXELS = bytes((255, 0, 0, 0, 0, 255, 0, 255, 0, 255, 0, 0))
BLANK = Segment(" ", PANE)


def strip(**drawn: object) -> PictureStrip:
    picture = Picture(20, 20, 2, 1, PIXELS, **drawn)  # type: ignore[arg-type]
    return PictureStrip([BLANK], Band(picture, 0, PANE), [BLANK, BLANK])


def sent(of: Strip, colours: str = "truecolor") -> str:
    return of.render(Console(color_system=colours, force_terminal=True))  # type: ignore[arg-type]


class TestStrip:
    def test_two_pixels_are_a_cell(self) -> None:
        cells = [(segment.text, segment.style) for segment in strip()][1:3]
        assert cells == [
            ("▀", Style.parse("#ff0000 on #00ff00")),
            ("▀", Style.parse("#0000ff on #ff0000")),
        ]

    def test_what_is_written_is_what_its_segments_say(self) -> None:
        """Only faster."""
        plain = Strip(list(strip()), strip().cell_length)
        assert sent(strip()).replace("\x1b[0m", "") == sent(plain).replace("\x1b[0m", "")

    def test_with_256_colours_the_nearest_are_taken(self) -> None:
        assert "\x1b[38;5;196;48;5;46m▀\x1b[38;5;21;48;5;196m▀" in sent(strip(), "256")

    @pytest.mark.parametrize(
        ("pixel", "number"),
        [((0, 0, 0), 16), ((26, 40, 30), 234), ((128, 130, 126), 244), ((255, 255, 255), 231)],
    )
    def test_greys_have_their_own(self, pixel: tuple[int, int, int], number: int) -> None:
        grey = Picture(10, 20, 1, 1, bytes(pixel * 2))
        assert f"38;5;{number};48;5;{number}m" in sent(PictureStrip([], Band(grey, 0, PANE), []), "256")

    def test_kitty_is_sent_placeholders_in_the_colour_of_their_number(self) -> None:
        written = sent(strip(drawn=("<line>",), number=0x01020304))
        assert "\x1b[38;2;2;3;4;48;2;16;32;48m<line>\x1b[0m" in written

    def test_sixels_leave_the_cursor_where_letters_would(self) -> None:
        """On blanks, which wipe out what was drawn there before."""
        written = sent(strip(drawn=("<sixels>",)))
        assert "\x1b[48;2;16;32;48m  \x1b[0m\x1b[2D\x1b7<sixels>\x1b8\x1b[2C" in written

    @pytest.mark.parametrize("cut", [(0, 5), (1, 5), (1, 4), (0, 3), (0, None)])
    def test_it_stays_whole_where_only_its_sides_are_cut_off(self, cut: tuple[int, int | None]) -> None:
        whole = strip(drawn=("<sixels>",))
        left = whole.crop(*cut)
        assert left.cell_length == (cut[1] or 5) - cut[0]
        assert "<sixels>" in sent(left)
        assert left.text == whole.text[cut[0] : cut[1]]

    @pytest.mark.parametrize("cut", [(2, 5), (0, 2), (4, 5), (2, 2)])
    def test_half_of_it_is_half_cells(self, cut: tuple[int, int]) -> None:
        """Something lies over it: no terminal draws half a picture beside it."""
        whole = strip(drawn=("<sixels>",))
        left = whole.crop(*cut)
        assert left.cell_length == cut[1] - cut[0]
        assert "<sixels>" not in sent(left)
        assert left.text == whole.text[cut[0] : cut[1]]

    def test_it_is_divided_like_any_other(self) -> None:
        whole = strip(drawn=("<sixels>",))
        assert whole.divide([5])[0] is whole
        assert ["<sixels>" in sent(part) for part in whole.divide([1, 3, 5])] == [False, True, False]
        assert ["<sixels>" in sent(part) for part in whole.divide([2, 5])] == [False, False]
        assert [part.text for part in whole.divide([1, 3, 5])] == [" ", "▀▀", "  "]
