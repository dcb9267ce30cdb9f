"""What is in force besides the book: the venue as it is changed, the shock, each market's part, and stand-ins."""

from __future__ import annotations

from typing import Final

from isocross.desk import selectors
from isocross.desk.state import State
from isocross.format import percent
from isocross.money import ONE
from isocross.rehearsal.kinds import type_of
from isocross.rules.market import base_of
from isocross.rules.profile import Profile

_NAMED: Final = 2
"""So many markets are named; of more it is told how many."""


def venue_words(profile: Profile) -> str:
    """Name the venue, and say where the account is one-way or its rules are changed."""
    changed = dict(profile.overrides)
    one_way = " one-way" if changed.pop("hedge_mode", None) is False else ""
    return f"{profile.id}{one_way}{' (changed)' if changed else ''}"


def shock_in_force(state: State) -> str:
    """Name the shock; nothing at the opening, nor on a lived path, which has none."""
    shock = state.moment.shock
    return percent(shock, plus="+") if shock and selectors.lived(state) is None else ""


def in_force(state: State) -> tuple[str, ...]:
    """Name what changes how far markets move, and is no part of the book; nothing where all move with the shock.

    Along a history each market moves by its own candles, so its part in a common move is not told there.
    """
    scenario, book = state.workspace.scenario, selectors.book(state)
    betas = {} if type_of(scenario).has_bars else scenario.betas
    names = {symbol: base_of(symbol, book.currency) for symbol in book.markets}
    parts = [
        f"{names[symbol]} ×{part.normalize():f}" if part else f"{names[symbol]} still"
        for symbol, part in betas.items()
        if symbol in names and part != ONE
    ]
    stand_ins = [f"{names[symbol]} as {other}" for symbol, other in scenario.stand_in.items() if symbol in names]
    return (*_few(parts), *(_few(stand_ins) if selectors.lived(state) is not None else ()))


def _few(words: list[str]) -> list[str]:
    more = len(words) - _NAMED
    return words[:_NAMED] + ([f"{more} more"] if more > 0 else [])
