"""How much one contract of a venue counts, where its positions are in contracts: of its specs, else of the position."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from isocross.account.margin import quantity_of
from isocross.exchange.account import Account, Holding, Kind
from isocross.exchange.payload import Node
from isocross.format import grouped
from isocross.rules.catalogue import load_profile
from isocross.rules.tables import contract_size
from isocross.toml.faults import shown

NEARLY = Decimal("0.03")
"""A size this close to a power of ten, as a share of it, is that power: a mark and a notional are not of one moment."""
DIGITS = 4


def size_of_contract(row: Node, holding: Holding, account: Account) -> Decimal:
    """Find what one contract counts, in base units, of an inverse contract in quote units.

    The specs stand unless notional and open PnL both say the same other size.

    Raises:
        UnfitError: when neither the venue's specs nor the position tell.
    """
    listed = contract_size(load_profile(account.source), holding.market)
    made = _made(holding)
    sure = len(made) == len(_WAYS) and _near(*made)
    if listed is not None and (not sure or _near(made[0], listed)):
        return listed
    if not made:
        message = f"how much a contract of {shown(holding.market)} counts is not known here"
        raise row.unfit(message, "a notional and a mark beside its size, from which that comes out")
    each = _round(made[0])
    said = "" if listed is None else f", where the specs here have {grouped(listed)}"
    account.note(
        Kind.GUESSED, holding.place, f"{holding.market}: contracts of {grouped(each)}, by its own figures{said}"
    )
    return each


def _made(holding: Holding) -> list[Decimal]:
    """What a contract counts by the notional, and by the open PnL, as far as these are stated."""
    return [size for way in _WAYS if (size := way(holding)) is not None]


def _by_notional(holding: Holding) -> Decimal | None:
    known = holding.figures
    price = known.get("mark", known.get("entry"))
    if price is None or not known.get("notional"):
        return None
    return quantity_of(holding.contract, known["notional"], price) / holding.quantity


def _by_pnl(holding: Holding) -> Decimal | None:
    known = holding.figures
    if not {"pnl", "mark", "entry"} <= known.keys():
        return None
    moved = holding.worth_of_one(known["mark"]) - holding.worth_of_one(known["entry"])
    return abs(known["pnl"] / moved) / holding.quantity if moved and known["pnl"] else None


_WAYS = (_by_notional, _by_pnl)


def _near(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= NEARLY * other


def _round(size: Decimal) -> Decimal:
    """The power of ten that a size comes close to, else the size with a few digits."""
    exponent = size.adjusted()
    for power in (Decimal(1).scaleb(exponent), Decimal(1).scaleb(exponent + 1)):
        if _near(size, power):
            return power
    return size.quantize(Decimal(1).scaleb(exponent + 1 - DIGITS), ROUND_HALF_EVEN).normalize()
