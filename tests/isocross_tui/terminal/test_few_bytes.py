"""What is written for a frame paints the same picture as the toolkit's own codes, in fewer bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.style import Style
from rich.text import Text

from isocross_tui.terminal.colours import sparing

COLOURS = (None, "#ff0000", "#00ff10", "red", "bright_blue", "color(99)", "default")
styles = st.builds(
    Style,
    color=st.sampled_from(COLOURS),
    bgcolor=st.sampled_from(COLOURS),
    bold=st.sampled_from((None, True)),
    dim=st.sampled_from((None, True)),
    reverse=st.sampled_from((None, True)),
    underline=st.sampled_from((None, True)),
    strike=st.sampled_from((None, True)),
)
segments = st.lists(st.tuples(st.sampled_from(("ab", "  ", " c", "−9 %", "│")), styles), min_size=1, max_size=12)
ON_BLANKS = {"underline", "strike", "reverse"}


def written(pieces):
    return "".join(style.render(text, color_system=ColorSystem.TRUECOLOR) for text, style in pieces)


def picture(text):
    """Each character and how it looks; of a blank only what is seen of it."""
    drawn = Text.from_ansi(text)
    cells = []
    for at, character in enumerate(drawn.plain):
        worn = Style()
        for span in drawn.spans:
            worn += span.style if span.start <= at < span.end else Style()
        look = {name for name in ("bold", "dim", "reverse", "underline", "strike") if getattr(worn, name)}
        colour = worn.color if worn.color and not worn.color.is_default else None
        ground = worn.bgcolor if worn.bgcolor and not worn.bgcolor.is_default else None
        if character == " " and not look & ON_BLANKS:
            look, colour = set(), None
        cells.append((character, frozenset(look), colour and colour.name, ground and ground.name))
    return cells


@given(segments)
def test_the_picture_is_the_same_and_no_byte_more_is_written(pieces):
    plain = written(pieces)
    assert picture(sparing(plain)) == picture(plain)
    assert len(sparing(plain)) <= len(plain)


def test_a_colour_is_written_once_for_all_segments_that_wear_it():
    rows = [("one", Style(color="#010203")), ("   ", Style(color="#090909")), ("two", Style(color="#010203"))]
    assert sparing(written(rows)) == "\x1b[38;2;1;2;3mone   two\x1b[0m"


@pytest.mark.parametrize("code", ["\x1b[2J", "\x1b[?2026h", "\x1b]8;;http://a\x1b\\", "\x1b[6n", "\x1b[5:3m"])
def test_what_is_no_colour_is_passed_on_in_plain_colours(code):
    told = sparing(f"\x1b[31ma\x1b[0m{code}b\x1b[31mc\x1b[0m")
    assert told == f"\x1b[31ma\x1b[0m{code}b\x1b[31mc\x1b[0m"
