"""What the desk asks about a stop that is only compared: at which price the selected position would have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from isocross.account.book import market_names
from isocross.desk import selectors
from isocross.desk.state import State, StopAt
from isocross.format import price
from isocross_tui.forms.account import NotReadableError, positive
from isocross_tui.screens.form import Field, Form, Verdict


def stop_form(state: State) -> Form:
    """Ask for the price of a stop; says what it would leave while typing, and takes it away where none is typed."""
    position = selectors.position_now(state)
    if position is None:
        raise LookupError("no open position is selected")
    book = selectors.book_now(state)
    name, market = market_names(book)[book.index_of(position.id)], book.market_of(position)

    def judge(values: Mapping[str, str]) -> Verdict:
        try:
            stop = read_stop(values, state)
        except NotReadableError as error:
            return Verdict(f"{error}.", False)
        return _verdict(replace(state, stop=stop))

    old = state.stop.level if state.stop is not None and state.stop.position == position.id else None
    elsewhere = selectors.acts_elsewhere(state)
    beyond, opening = "below" if position.side.sign > 0 else "above", "opening " if elsewhere else ""
    hint = f"{beyond} {price(market.mark, market.grid)}, the {opening}mark"
    field = Field("level", "stop at", "" if old is None else f"{old:f}", hint)
    return Form(f"{name} with a stop", [field], judge)


def read_stop(values: Mapping[str, str], state: State) -> StopAt | None:
    """The stop a form describes, None where no price is typed; raises NotReadableError in words."""
    level = values["level"]
    return StopAt(str(state.selected), positive(level, "stop at")) if level else None


def _verdict(state: State) -> Verdict:
    side = selectors.sight(state).with_stop
    if side is None:
        return Verdict("The twin is without a stop.", True)
    if side.tally is None:
        return Verdict(f"Refused: {side.variant.refusal}.", False)
    as_is = selectors.sight(state).sides[0].tally
    money = side.tally.amounts
    than = "" if as_is is None else f", not {money(as_is.equity)}"
    return Verdict(f"With it {money(side.tally.equity)} is left at this shock{than}.", True)
