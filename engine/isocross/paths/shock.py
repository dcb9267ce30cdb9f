"""A shock as people write it: `-30%`, `-0.3`, or `BTCUSDT=-30%,ETHUSDT=+5%`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from isocross.errors import IsocrossError
from isocross.format import percent
from isocross.money import ONE, exact
from isocross.toml.amounts import as_number, bounded
from isocross.toml.faults import BadValue, shown

Shock = Decimal | Mapping[str, Decimal]
"""A common move, or the ends of single markets; fractions of the opening marks."""


def _size(shock: Shock) -> Decimal:
    """How far along its glide a shock goes."""
    return abs(shock) if isinstance(shock, Decimal) else ONE


LARGEST = Decimal(1000)
"""A move beyond 100,000 % is a slip of the pen."""

LARGEST_FRACTION = Decimal(5)
"""A larger move without a per cent sign is one whose sign was forgotten."""


class ShockError(IsocrossError, ValueError):
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
            raise ShockError(f"{symbol} is named twice: expected each market once")
        ends[symbol] = parse_move(end)
    return MappingProxyType(ends)


def parse_move(text: str) -> Decimal:
    """Read one move: a percentage with its sign, or a fraction; raises ShockError for what nobody means."""
    move = parse_part(text)
    if "%" not in text:
        refuse_ambiguous(text.strip(), move)
    if move > LARGEST:
        raise ShockError(f"{text.strip()!r} is beyond +100,000 %: expected a smaller move")
    return move


def refuse_ambiguous(written: str, move: Decimal) -> None:
    """Refuse a share that is meant as per cent; raises ShockError with the two ways to write the one that was meant."""
    if abs(move) > LARGEST_FRACTION:
        raise ShockError(_ambiguous(written, move))


@exact
def bounded_move(value: object, above: Decimal | None = None) -> Decimal:
    """Read a move of a file, a share; raises BadValue where it is none, or is meant as per cent."""
    move = as_number(value)
    if abs(move) > LARGEST_FRACTION:
        share = (move / 100).normalize()
        most = f"beyond the {percent(LARGEST_FRACTION, 0)} that a file may have"
        raise BadValue(f"{shown(move)} would be {percent(move, 0, plus='+')}, {most}; {percent(share)} is {share:f}")
    return bounded(move, above=above)


def parse_part(text: str) -> Decimal:
    """Read a number of any size: a percentage, or a fraction; raises ShockError where it is none."""
    written = text.strip().replace("−", "-").replace(" ", "")
    try:
        value = Decimal(written.removesuffix("%"))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or len(value.as_tuple().digits) > 40 or abs(value.adjusted()) > 40:
        raise ShockError(f"{text.strip()!r} is not a move: expected one like -30%, -0.3 or BTCUSDT=-30%,ETHUSDT=+5%")
    return value / 100 if written.endswith("%") else value


@exact
def _ambiguous(written: str, value: Decimal) -> str:
    """That a number would be a move nobody means, and the two ways to write the one that was meant."""
    return f"{written!r} would be {(value * 100).normalize():+,f}%: expected {value:f}% or {value / 100:f}"
