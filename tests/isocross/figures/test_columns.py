"""The columns of a frame are the figures of its rows, told without working the rows out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from isocross.figures import frame as frames
from isocross.rehearsal.kinds import lived_rehearsal, rehearse
from isocross.workspace import book_of, load_text
from tests.isocross.figures.test_closed_positions import BY_HAND, STOPPED

ISOLATED = STOPPED.replace('mode = "cross", quantity = 1,', 'mode = "isolated", quantity = 1,')
WALKED = STOPPED.split("[[orders]]", maxsplit=1)[0] + BY_HAND


def _glided(text: str, shock: str | int) -> frames.Frame:
    workspace = load_text(text)
    return rehearse(book_of(workspace), workspace.scenario).frame(Decimal(shock))


def _walked(place: str | int) -> frames.Frame:
    workspace = load_text(WALKED)
    return lived_rehearsal(book_of(workspace), workspace.scenario).frame(Decimal(place))


GLIDED = [lambda text=text, shock=shock: _glided(text, shock) for text in (STOPPED, ISOLATED) for shock in (0, "-0.9")]
LIVED = [lambda place=place: _walked(place) for place in ("0.5", "1.5", 2)]


@pytest.mark.parametrize("made", [*GLIDED, lambda: _glided(STOPPED, "-0.2"), *LIVED])
def test_columns_are_the_figures_of_the_rows_and_need_none_of_them(monkeypatch, made):
    with monkeypatch.context() as patched:
        patched.setattr(frames, "_position", lambda *_: pytest.fail("a row was worked out"))
        frame = made()
        told = {name: tuple(column) for name, column in frame.columns.items()}
    assert told == {name: tuple(getattr(row, name) for row in frame.positions) for name in told}
    assert len(told) == 3
