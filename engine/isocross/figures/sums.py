"""What a venue stated of a whole account beside what is worked out here, and why the two differ where they do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from isocross.account.margin import close_fee_rate, worth
from isocross.figures.agreement import ROUGHLY, ROUNDED, SAME, Compared, alike
from isocross.figures.implied import REST, UNEXPLAINED
from isocross.figures.standings import Standings
from isocross.format import grouped
from isocross.money import ZERO, exact

TITLES = {
    "equity": "equity",
    "margin_ratio": "margin ratio",
    "unrealised_pnl": "open PnL",
    "maintenance_margin": "maintenance margin",
    "after_maintenance": "equity above maintenance margins",
}
"""The figures of an account, by their keys."""

RATIO = Decimal("0.001")
"""A ratio that is so close, as a share, is the same: it is written with a few digits, and turned round."""


@exact
def compared_sum(standings: Standings, figure: str, venue: Decimal, pool: bool, partial: bool) -> Compared:
    """Put a figure of a whole account beside ours.

    Args:
        standings: the account at its opening.
        figure: one of TITLES.
        venue: what is stated.
        pool: whether it is that of the cross positions and what stands behind them.
        partial: whether what was read does not hold all of the account.
    """
    members = standings.pool_members if pool else list(standings.pnl)
    ours = _ours(standings, members, figure, pool)
    if ours is None:
        return Compared(figure, venue, ours, UNEXPLAINED)
    if alike(venue, ours, RATIO if figure == "margin_ratio" else ROUNDED):
        return Compared(figure, venue, ours, SAME)
    why = _why(standings, members, figure, venue - ours)
    if not why and alike(venue, ours, ROUGHLY):
        why = "marks of another moment"
    return Compared(figure, venue, ours, why or (REST if partial else UNEXPLAINED))


def _ours(standings: Standings, members: Sequence[int], figure: str, pool: bool) -> Decimal | None:
    pnl = sum((standings.pnl[i] for i in members), ZERO)
    need = sum((standings.maintenance_margin[i] for i in members), ZERO)
    equity = pnl + (standings.ledger.behind_pool if pool else standings.book.wallet)
    ratio = need / equity if equity > 0 else None
    return {"equity": equity, "margin_ratio": ratio, "unrealised_pnl": pnl, "maintenance_margin": need}[figure]


def _why(standings: Standings, members: Sequence[int], figure: str, apart: Decimal) -> str:
    """What of the positions makes the difference; empty where it is something else."""
    if figure == "maintenance_margin":
        fee = sum((_fee(standings, i) for i in members), ZERO)
        taker = standings.book.profile.taker_fee * sum((_value(standings, i) for i in members), ZERO)
        if fee and _near(apart, -fee):
            return f"without the fees to close of {grouped(round(fee, 8))}"
        if taker and not fee and _near(apart, taker):
            return f"with fees to close of {grouped(round(taker, 8))}"
        return _as_stated(standings, members, figure, apart)
    return _as_stated(standings, members, "unrealised_pnl", apart) if figure != "margin_ratio" else ""


def _as_stated(standings: Standings, members: Sequence[int], figure: str, apart: Decimal) -> str:
    """The sum of what is stated of each position differs from ours by just as much."""
    ours = standings.maintenance_margin if figure == "maintenance_margin" else standings.pnl
    found = ZERO
    for index in members:
        said = getattr(standings.positions[index].stated, figure, None)
        if said is None:
            return ""
        found += said - ours[index]
    what = "maintenance margin" if figure == "maintenance_margin" else "open PnL"
    return f"the {what} that it states of each position" if found and _near(apart, found) else ""


def _near(apart: Decimal, made: Decimal) -> bool:
    return abs(apart - made) <= ROUGHLY * abs(made)


def _value(standings: Standings, index: int) -> Decimal:
    position = standings.positions[index]
    return worth(position.kind, position.quantity, standings.marks[position.market])


def _fee(standings: Standings, index: int) -> Decimal:
    return close_fee_rate(standings.positions[index], standings.book.profile) * _value(standings, index)
