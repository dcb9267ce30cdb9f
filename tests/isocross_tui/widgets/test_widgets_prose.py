"""Words in whatever room they get: whole sentences, then how many more there are, then as much of one as fits."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.geometry import Size

from isocross_tui.widgets.glyphs import ASCII, UNICODE
from isocross_tui.widgets.prose import Prose, say
from isocross_tui.widgets.spans import text_of

SENTENCES = st.lists(
    st.sampled_from(["Yes.", "BTC drops.", "A position of 0.1 BTC is liquidated.", "x" * 30]), max_size=3
)
ROOM = st.builds(Size, st.integers(1, 30), st.integers(1, 6))


@given(st.lists(SENTENCES.map(" ".join), max_size=4), ROOM, st.sampled_from([UNICODE, ASCII]))
def test_words_keep_to_the_room_that_they_get(texts, size, glyphs):
    rows = Prose().draw(tuple(say(text, "muted") for text in texts), size, glyphs)
    assert len(rows) <= size.height
    assert all(cell_len(text_of(row).rstrip()) <= size.width for row in rows)


def test_where_not_even_a_count_has_room_the_words_of_all_paragraphs_are_cut():
    rows = Prose().draw((say("ab"), say("cde"), say("fg")), Size(4, 2), UNICODE)
    assert [text_of(row) for row in rows] == ["ab", "cde…"]
