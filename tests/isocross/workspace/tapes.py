"""Random scenarios of every kind of path, as a file can have them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from isocross.moves.move import Do, Move, Planned
from isocross.paths.bars import CandleOrder, PricesAs
from isocross.paths.walk import Step
from isocross.workspace import PathKind, Scenario
from tests.brute.picking import pick

SHARES = st.decimals("-0.09", "0.09", places=3)
RATES = st.decimals("-0.01", "0.01", places=5)
OPENING = st.just(Decimal(0))
PLACES = st.decimals(0, 20, places=3)


@st.composite
def planned(draw, ids) -> Planned:
    """One move of a user."""
    do = pick(draw, Do if ids else (Do.DEPOSIT, Do.WITHDRAW, Do.CONVERT))
    position = pick(draw, ids) if do.needs_position else None
    amount = draw(st.decimals("0.01", 900, places=2)) if do.needs_amount else None
    asset = "BTC" if do.needs_asset or (do.can_have_asset and draw(st.booleans())) else None
    to = "unified" if do.needs_target else None
    return Planned(draw(PLACES), Move(do, position, amount, asset, to))


@st.composite
def scenarios(draw, symbols=(), ids=(), shocks=OPENING, betas=None) -> Scenario:
    """A scenario; what goes with markets and positions only where some are given."""
    kind = pick(draw, PathKind)
    needs_ends, needs_window = kind is PathKind.WICK, kind is PathKind.REPLAY
    by_market = st.dictionaries(st.sampled_from(symbols), RATES, max_size=2) if symbols else st.none()
    return Scenario(
        path=kind,
        shock=draw(shocks),
        betas=betas or {},
        legs=tuple(draw(st.lists(st.builds(Step, SHARES, st.booleans()), max_size=4))),
        low=draw(SHARES) if needs_ends else None,
        back=draw(SHARES) if needs_ends else None,
        window="2025-10-10" if needs_window else None,
        candle=pick(draw, CandleOrder),
        prices=pick(draw, PricesAs),
        stand_in=draw(st.dictionaries(st.sampled_from(symbols), st.just("DOGEUSDT"))) if symbols else {},
        funding=draw(st.none() | RATES | by_market),
        moves=tuple(draw(st.lists(planned(ids), max_size=3))) if symbols else (),
    )
