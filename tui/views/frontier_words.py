"""The words of the frontier: the point and its sentence, and the legend of the map."""

from __future__ import annotations

from engine import selectors
from engine.book import Mode
from engine.frontier.acts import cell, pair, point
from engine.frontier.looking import Lens
from engine.frontier.words import cell_words, point_words
from engine.numbers import percent
from engine.state import State
from tui.views.frontier_picture import Canvas, legend
from tui.views.frontier_work import Grids
from tui.widgets.prose import Paragraph, Words, say
from tui.widgets.spans import Span


def words_of(state: State) -> Words:
    """Where the point is, and what happens on the way to it."""
    x, y = pair(state)
    here = point(state)
    currency = selectors.book_now(state).currency
    where = Paragraph(
        (Span(point_words(x, y, *here, currency), "accent"),),
        (Span("step ", "muted"), Span(percent(state.step, 0))),
    )
    told = cell_words(cell(state))
    if y is None:
        return (where, say(f"A map needs two markets, and this account has one: here is its strip. {told}"))
    return (where, say(told))


def legend_of(grids: Grids, lens: Lens, canvas: Canvas) -> Paragraph:
    """The inks at the left, the lines at the right."""
    if grids.unmodelled:
        open_cells = grids.open_cells()
        left = f", {open_cells} to go" if open_cells else ""
        told = f"{grids.unmodelled} is not in the grid: coarse cells by the exact engine{left}"
        return Paragraph((Span(told, "muted"),))
    if grids.wanted.plane.y is None:
        return Paragraph(legend(grids, lens, canvas))
    samples = {None: ("━", "*", "line"), Mode.CROSS: ("╍", "X", "cross"), Mode.ISOLATED: ("┉", "I", "isolated")}
    lines: list[Span] = []
    for mode, (line, letter, tone) in samples.items():
        if mode is None or mode in grids.variants:
            name = mode or "as it is"
            lines += [Span(line if canvas.glyphs.braille else letter, tone), Span(f" {name}  ", "muted")]
        elif mode in grids.refused:
            lines += [Span(f"{mode} refused  ", "muted")]
    return Paragraph(legend(grids, lens, canvas), tuple(lines))
