"""The form of how far each market goes for one step of the shock."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine import selectors
from engine.money import ONE
from engine.numbers import percent
from engine.state import State
from tui.forms import NotReadableError, read_number
from tui.screens.form import Field, Form, Verdict

_SMALLEST, _LARGEST = Decimal("0.000001"), Decimal(1000)
"""Times the common move; what lies outside, other than 0, is a slip of the pen."""


def betas_form(state: State) -> Form:
    """Ask for the part of every market that is held; says what the shock at the cursor is for each while typing."""
    betas = state.workspace.scenario.betas
    fields = [
        Field(f"beta-{n}", symbol, f"{betas.get(symbol, ONE):f}", "times the shock")
        for n, symbol in enumerate(_held(state))
    ]

    def judge(values: Mapping[str, str]) -> Verdict:
        try:
            parts = _parts(values, state)
        except NotReadableError as error:
            return Verdict(f"{error}.", False)
        shock = state.moment.shock
        moves = ", ".join(f"{symbol} {percent(max(shock * part, -ONE), plus='+')}" for symbol, part in parts.items())
        return Verdict(f"At a shock of {percent(shock, plus='+')}: {moves}." if shock else "The shock is at 0.", True)

    return Form("How far each market goes", fields, judge)


def read_betas(values: Mapping[str, str], state: State) -> dict[str, Decimal]:
    """The parts of a form, without those of 1, which need no word; those of markets without a position stay."""
    held = _held(state)
    kept = {symbol: part for symbol, part in state.workspace.scenario.betas.items() if symbol not in held}
    return kept | {symbol: part for symbol, part in _parts(values, state).items() if part != ONE}


def _held(state: State) -> list[str]:
    return list(dict.fromkeys(position.market for position in selectors.book(state).positions))


def _parts(values: Mapping[str, str], state: State) -> dict[str, Decimal]:
    """Each market's part; raises NotReadableError in words."""
    parts = {}
    for n, symbol in enumerate(_held(state)):
        try:
            parts[symbol] = read_number(values[f"beta-{n}"])
        except NotReadableError as error:
            raise NotReadableError(f"{symbol}: {error}") from None
        if parts[symbol] and not _SMALLEST <= abs(parts[symbol]) <= _LARGEST:
            raise NotReadableError(f"{symbol}: a part is 0, or from {_SMALLEST:f} to {_LARGEST} times the shock")
    return parts
