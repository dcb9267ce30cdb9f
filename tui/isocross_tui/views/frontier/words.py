"""The words of the frontier: the point and its sentence, its arithmetic, the legend, and the choice of two markets."""

from __future__ import annotations

from itertools import permutations

from rich.cells import cell_len

from isocross.account.book import Mode
from isocross.account.mates import with_mates
from isocross.desk import selectors
from isocross.desk.actions.frontier import LookAt, cell, pair, point
from isocross.desk.state import Lens, State
from isocross.format import percent
from isocross.money import ONE
from isocross.rules.market import base_of
from isocross.studies.frontier.plane import markets_held, shocks_to
from isocross.words.frontier import cell_words, point_words
from isocross_tui.pages import event_words
from isocross_tui.screens.choose import Choice
from isocross_tui.views.frontier.picture import Canvas, firsts, legend
from isocross_tui.views.frontier.work import Grids
from isocross_tui.widgets.prose import Paragraph, Words, say
from isocross_tui.widgets.spans import Span


def words_of(state: State, told: str) -> Words:
    """Where the point is, and what is told of the way to it."""
    x, y = pair(state)
    here = point(state)
    currency = selectors.book_now(state).currency
    where = Paragraph(
        (Span(point_words(x, y, *here, currency), "accent"),),
        (Span("step ", "muted"), Span(percent(state.step, 0))),
    )
    if y is None:
        return (where, say(f"A map needs two markets, and this account has one: here is its strip. {told}"))
    return (where, say(told))


def still_words(state: State) -> str:
    """Which markets of the account do not move on the map; empty: all of them do."""
    book = selectors.book_now(state)
    # a market that has one price with one on the map, or that shares its coin, moves with it
    moved = with_mates(book, {symbol: ONE for symbol in pair(state) if symbol is not None})
    still = [_short(state, symbol) for symbol in markets_held(book) if symbol not in moved]
    if not still:
        return ""
    return f"{' and '.join(still) if len(still) <= _STILL_NAMED else f'{len(still)} other markets'} held still"


def legend_of(grids: Grids, lens: Lens, canvas: Canvas, width: int) -> Words:
    """The inks left, the lines right, or below the inks where room is short; then what is not in the grid."""
    inks, lines = legend(firsts(grids), lens, canvas), _lines(grids, canvas)
    # by all that could be named: the rows it leaves to the map must not hang on what is in the map
    widest = (*legend(range(len(canvas.names)), lens, canvas), *lines)
    fits = sum(cell_len(span.text) for span in widest) <= width
    told: Words = (Paragraph(inks, lines),) if fits or not lines else (Paragraph(inks), Paragraph(lines))
    if not grids.unmodelled:
        return told
    missing = (Span(f"{grids.unmodelled} is not in the grid: coarse, exact cells", "muted"),)
    # at the edge, where it takes no row: the map is worked out for the rows that the legend leaves it
    left, shorter = ((Span(f"{grids.open_cells()} {word}", "muted"),) for word in ("to go", "left"))
    return (*told, Paragraph(missing, left, (shorter,)) if grids.open_cells() else Paragraph(missing))


def _lines(grids: Grids, canvas: Canvas) -> tuple[Span, ...]:
    """What the lines of two markets are; those that are still worked out are named already."""
    if grids.wanted.plane.y is None:
        return ()
    samples = {None: ("━", "*", "line"), Mode.CROSS: ("╍", "X", "cross"), Mode.ISOLATED: ("┉", "I", "isolated")}
    lines: list[Span] = []
    for mode, (line, letter, tone) in samples.items():
        if mode in grids.refused:
            lines += [Span(f"{mode} refused  ", "muted")]
        elif mode is None or mode in grids.variants or not grids.whole:
            name = mode or "as it is"
            lines += [Span(line if canvas.glyphs.braille else letter, tone), Span(f" {name}  ", "muted")]
    return tuple(lines)


_STILL_NAMED = 3
"""Of the markets that are held still, so many are named."""
_MOST = 6
"""Of an account with many markets, pairs of so many of the largest are offered."""


def market_choices(state: State) -> list[tuple[Choice, LookAt]]:
    """Every ordered pair of the largest markets, columns first; one market has but itself."""
    book = selectors.book_now(state)
    held = markets_held(book)[:_MOST]
    if len(held) == 1:
        return [(Choice(held[0], _short(state, held[0]), "the only market of this account"), LookAt(held[0], None))]
    return [
        (
            Choice(_key(x, y), f"{_short(state, x)} and {_short(state, y)}", f"{_short(state, x)} in the columns"),
            LookAt(x, y),
        )
        for x, y in permutations(held, 2)
    ]


def current_choice(state: State) -> str:
    """The key of the pair that is looked at."""
    x, y = pair(state)
    return x if y is None else _key(x, y)


def _key(x: str, y: str) -> str:
    return f"{x} {y}"


def _short(state: State, symbol: str) -> str:
    return base_of(symbol, selectors.book_now(state).currency)


def point_why(state: State) -> Words:
    """What happens on the way to the point, event by event."""
    here = cell(state)
    frame = selectors.what_if_now(state).frame(shocks_to(*pair(state), *point(state)))
    return (say(cell_words(here)), say(""), *event_words(frame, frame.events))
