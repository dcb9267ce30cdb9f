"""Prints of collateral in a crash: what coins traded at, at the worst, where no shipped window has their prices."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files

from isocross.history.crashes import Crash, coin_of
from isocross.money import ONE, exact
from isocross.records import dataclass


@dataclass(frozen=True, slots=True)
class Print:
    """The worst price of one coin in a crash."""

    crash: str
    """The id of the crash."""
    coin: str
    of: str | None
    """The coin that it can be redeemed for, one for one or more; None: a dollar."""
    price: Decimal
    """In dollars."""
    time: datetime
    """The minute in which it is taken to have been there, UTC."""
    source: str


@cache
def prints() -> tuple[Print, ...]:
    """Every print, in the order of the shipped file."""
    rows = tomllib.loads(files("isocross.history").joinpath("shipped/prints.toml").read_text(encoding="utf-8"))
    return tuple(
        Print(row["crash"], row["coin"], row.get("of"), Decimal(row["price"]), row["time"], row["source"])
        for row in rows["prints"]
    )


@exact
def moves_of_collateral(crash: Crash) -> Mapping[str, Decimal]:
    """How far each coin that was printed in a crash dropped: from a dollar, or from what it can be redeemed for.

    A coin that can be redeemed for another began at least at that one's price: at the high from which it dropped.
    """
    highs = {coin_of(symbol): fall.start for symbol, fall in crash.falls.items()}
    found = (one for one in prints() if one.crash == crash.id and (one.of is None or one.of in highs))
    return {one.coin: one.price / (ONE if one.of is None else highs[one.of]) - ONE for one in found}
