"""What a venue stated of an account of several assets beside what is worked out here, in USD and asset by asset."""

from __future__ import annotations

from decimal import Decimal

from isocross.account.margin import close_fee_rate, worth
from isocross.figures.agreement import ROUGHLY, ROUNDED, SAME, Compared, alike
from isocross.figures.asset_frames import assets_of
from isocross.figures.implied import REST, UNEXPLAINED
from isocross.figures.standings import Standings
from isocross.format import grouped, named_amounts
from isocross.money import ZERO, exact
from isocross.rules.switches import RatioForm

MOMENT = "marks of another moment"
RATIO = Decimal("0.001")
"""A ratio that is so close, as a share, is the same: it is written with a few digits, and turned round."""


@exact
def compared_pool(standings: Standings, figure: str, venue: Decimal, partial: bool) -> Compared:
    """Put a figure of all assets together, in USD, beside ours.

    Args:
        standings: the account at its opening.
        figure: one of TITLES of `sums`.
        venue: what is stated.
        partial: whether what was read does not hold all of the account.
    """
    need, equity = standings.pool_maintenance_margin, standings.pool_equity
    ratio = need / equity if equity > ZERO else None
    if standings.book.ratio_form is RatioForm.DEMAND_OVER_COLLATERAL:
        ratio = standings.pool.demand_ratio
    pnl = sum((standings.pnl[i] * _price(standings, i) for i in standings.pnl), ZERO)
    ours = {"equity": equity, "margin_ratio": ratio, "unrealised_pnl": pnl, "maintenance_margin": need}[figure]
    if ours is None:
        return Compared(figure, venue, ours, REST if partial else UNEXPLAINED)
    if alike(venue, ours, RATIO if figure == "margin_ratio" else ROUNDED):
        return Compared(figure, venue, ours, SAME)
    why = _weights(standings, venue) if figure == "equity" else _fees(standings, figure, venue, ours)
    return Compared(figure, venue, ours, why or _otherwise(venue, ours, partial))


@exact
def compared_asset(standings: Standings, name: str, figure: str, venue: Decimal, partial: bool) -> Compared:
    """Put a figure of one asset, in its own units, beside ours; the arguments are those of `compared_pool`."""
    frame = next(asset for asset in assets_of(standings) if asset.name == name)
    coin = "" if name == standings.book.currency else name
    members = [i for i in standings.pnl if standings.ledger.coin_of(i) == coin]
    need = sum((standings.maintenance_margin[i] for i in members), ZERO)
    pnl = sum((standings.pnl[i] for i in members), ZERO)
    equity = frame.balance + pnl
    ours = {
        "equity": equity,
        "margin_ratio": need / equity if equity > ZERO else None,
        "unrealised_pnl": pnl,
        "maintenance_margin": need,
        "after_maintenance": equity - need,
    }[figure]
    if ours is None:
        return Compared(figure, venue, ours, REST if partial else UNEXPLAINED)
    if alike(venue, ours, RATIO if figure == "margin_ratio" else ROUNDED):
        return Compared(figure, venue, ours, SAME)
    fee = sum((_fee(standings, i) for i in members), ZERO)
    if figure == "maintenance_margin" and fee and _near(ours - venue, fee):
        return Compared(figure, venue, ours, f"without the fees to close of {grouped(round(fee, 8))}")
    return Compared(figure, venue, ours, _otherwise(venue, ours, partial))


def _otherwise(venue: Decimal, ours: Decimal, partial: bool) -> str:
    if alike(venue, ours, ROUGHLY):
        return MOMENT
    return REST if partial else UNEXPLAINED


def _weights(standings: Standings, venue: Decimal) -> str:
    """What the venue's equity leaves out of the value of all assets, beside what the weights here do."""
    assets = assets_of(standings)
    value = sum((asset.value for asset in assets), ZERO)
    lost = sum((asset.lost for asset in assets), ZERO)
    dates = sorted({asset.as_of for asset in assets if asset.as_of and asset.balance})
    theirs = lost + standings.pool_equity - venue
    if not dates or not lost or alike(venue, standings.pool_equity, Decimal("0.0001")):
        return ""
    if not ZERO <= theirs <= value:
        return ""
    usd = named_amounts("USD")
    told = f"the venue's weights leave out {usd(theirs)} of {usd(value)}"
    return f"{told}, and the tiers of {' and '.join(dates)}, which are used here, leave out {usd(lost)}"


def _fees(standings: Standings, figure: str, venue: Decimal, ours: Decimal) -> str:
    """Whether a requirement is with fees to close or without them; empty where that is not it."""
    if figure not in ("maintenance_margin", "margin_ratio"):
        return ""
    members, equity = standings.pool_members, standings.pool_equity
    fee = sum((_fee(standings, i) * _price(standings, i) for i in members), ZERO)
    taker = standings.book.profile.taker_fee * sum((_value(standings, i) for i in members), ZERO)
    part = equity if figure == "margin_ratio" else Decimal(1)
    if fee and _near((ours - venue) * part, fee):
        return f"without the fees to close of {grouped(round(fee, 8))}"
    if not fee and taker and _near((venue - ours) * part, taker):
        return f"with fees to close of {grouped(round(taker, 8))}"
    return ""


def _near(apart: Decimal, made: Decimal) -> bool:
    return abs(apart - made) <= ROUGHLY * abs(made)


def _price(standings: Standings, index: int) -> Decimal:
    """The price in USD of what a position settles in."""
    return standings.book.coin_price(standings.ledger.coin_of(index), standings.marks)


def _value(standings: Standings, index: int) -> Decimal:
    position = standings.positions[index]
    return worth(position.kind, position.quantity, standings.marks[position.market]) * _price(standings, index)


def _fee(standings: Standings, index: int) -> Decimal:
    """The fee to close that is counted here, in what the position settles in."""
    position = standings.positions[index]
    rate = close_fee_rate(position, standings.book.profile)
    return rate * worth(position.kind, position.quantity, standings.marks[position.market])
