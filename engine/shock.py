"""A shock as people write it: `-30%`, `-0.3`, or `BTCUSDT=-30%,ETHUSDT=+5%`."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from engine.money import exact
from engine.scene import Shock

_LARGEST = Decimal(1000)
"""A move beyond 100,000 % is a slip of the pen."""


class ShockError(ValueError):
    """A shock that cannot be read or that is refused."""


@exact
def parse_shock(text: str, markets: Collection[str]) -> Shock:
    """Read a shock; raises ShockError saying what was expected.

    Args:
        text: a common move, or the ends of single markets.
        markets: the markets of the account.
    """
    if "=" not in text:
        move = parse_move(text)
        if move <= -1:
            raise ShockError(f"a common move of {text.strip()} would leave no price: expected more than -100%")
        return move
    ends: dict[str, Decimal] = {}
    for part in text.split(","):
        symbol, _, end = (piece.strip() for piece in part.partition("="))
        if symbol not in markets:
            raise ShockError(f"the account has no market {symbol!r}: expected one of {', '.join(sorted(markets))}")
        if symbol in ends:
            raise ShockError(f"{symbol} is named twice")
        ends[symbol] = parse_move(end)
    return MappingProxyType(ends)


def parse_move(text: str) -> Decimal:
    """Read one move: a percentage with its sign, or a fraction."""
    written = text.strip().replace("−", "-").replace(" ", "")
    try:
        value = Decimal(written.removesuffix("%"))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or len(value.as_tuple().digits) > 40 or abs(value.adjusted()) > 40:
        raise ShockError(f"{text.strip()!r} is not a move: expected one like -30%, -0.3 or BTCUSDT=-30%,ETHUSDT=+5%")
    move = value / 100 if written.endswith("%") else value
    if move > _LARGEST:
        raise ShockError(f"{text.strip()} is beyond +100,000%: expected a smaller move")
    return move
