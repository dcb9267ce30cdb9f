"""What the frontier asks and tells beside its map: which two markets, and the arithmetic of a point."""

from __future__ import annotations

from itertools import permutations

from engine import selectors
from engine.frontier.acts import LookAt, cell, pair, point
from engine.frontier.plane import markets_held, shocks_to
from engine.frontier.words import cell_words
from engine.market import base_of
from engine.state import State
from tui.reading import event_words
from tui.screens.choose import Choice
from tui.widgets.prose import Words, say

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
    frame = selectors.scene_now(state).frame(shocks_to(*pair(state), *point(state)))
    return (say(cell_words(here)), say(""), *event_words(frame, frame.events))
