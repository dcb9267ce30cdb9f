"""What a position says of itself must go together: its side with what it earned, its size with its notional."""

from __future__ import annotations

from decimal import Decimal

from isocross.exchange.account import Account, Holding, Kind
from isocross.format import grouped
from isocross.money import ZERO
from isocross.toml.faults import Fault

SAME_SIZE = Decimal("0.02")
"""An open PnL this close to the opposite of ours, as a share of it, is that of the other side."""
NEARLY = Decimal("0.01")
"""A notional this close to size × mark, as a share of it, is of another moment."""


def open_pnl(holding: Holding) -> Decimal | None:
    """Work out what a position has earned by its size, entry and mark; None where one of them is not known."""
    known = holding.figures
    if not {"entry", "mark"} <= known.keys():
        return None
    moved = holding.worth_of_one(known["mark"]) - holding.worth_of_one(known["entry"])
    rises = (holding.side == "long") is (holding.kind != "inverse")
    return holding.quantity * (moved if rises else -moved)


def check(holding: Holding, account: Account) -> None:
    """Refuse a side that the open PnL contradicts, and tell of a notional that is not size × mark."""
    _check_side(holding, account)
    _check_notional(holding, account)


def _check_side(holding: Holding, account: Account) -> None:
    stated, ours = holding.figures.get("pnl"), open_pnl(holding)
    if stated and ours and abs(stated + ours) <= SAME_SIZE * abs(ours):
        other = "short" if holding.side == "long" else "long"
        earned = f"a {holding.side} has earned {grouped(round(ours, 8))} here"
        message = f"{earned}, and {grouped(stated)} is stated: that of a {other}"
        account.faults.append(
            Fault(holding.places.get("pnl", holding.place).key, message, "a side and a PnL of one position")
        )


def _check_notional(holding: Holding, account: Account) -> None:
    known = holding.figures
    stated = known.get("notional")
    values = [holding.value(known[key]) for key in ("mark", "entry") if key in known]
    if not stated or not values or any(abs(value - stated) <= NEARLY * stated for value in values):
        return
    made = grouped(round(values[0], 8))
    message = f"{holding.market}: a notional of {grouped(stated)} is stated, and its size makes {made}"
    account.note(Kind.GUESSED, holding.places.get("quantity", holding.place), f"{message}: the size is taken")


def pnl_of(holding: Holding) -> Decimal:
    """Take the open PnL that is in an equity: ours, so that both make it again, else the one that is stated."""
    ours = open_pnl(holding)
    return holding.figures.get("pnl", ZERO) if ours is None else ours
