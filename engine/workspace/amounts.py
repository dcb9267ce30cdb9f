"""Numbers of a file: exact, finite, and of a size that arithmetic can carry."""

from __future__ import annotations

from decimal import Decimal

from pydantic_core import PydanticCustomError

from engine.money import MONEY_PLACES, PLACE_GRID, PLACE_PLACES, ZERO, exact, posting
from engine.workspace.faults import shown
from engine.workspace.syntax import Unreadable

SMALLEST_PLACE = -12
LARGEST_PLACE = 18
"""Powers of ten between which the first digit of a number must stand."""
DIGITS_LIMIT = 40


def fault(message: str, expected: str = "") -> PydanticCustomError:
    """A fault as a validator raises it; without `expected` the field's description stands there."""
    return PydanticCustomError("fault", "{message}", {"message": message, "expected": expected})


def as_number(value: object, smallest_place: int = SMALLEST_PLACE) -> Decimal:
    """The exact number, or a fault saying why it is none that can be used."""
    if isinstance(value, Unreadable):
        raise fault(f"{shown(value)} is out of range")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise fault(f"{shown(value)} is not a number")
    if isinstance(value, int) and abs(value) >= 10 ** (LARGEST_PLACE + 1):
        raise fault(f"{shown(value)} is too large")
    number = Decimal(value)
    if not number.is_finite():
        raise fault(f"{shown(number)} is not a finite number")
    if number == 0:
        return ZERO
    if number.adjusted() > LARGEST_PLACE:
        raise fault(f"{shown(number)} is too large")
    if number.adjusted() < smallest_place:
        raise fault(f"{shown(number)} is too small")
    if len(number.as_tuple().digits) > DIGITS_LIMIT:
        raise fault(f"{shown(number)} has more than {DIGITS_LIMIT} digits")
    return number


def bounded(
    value: object, above: Decimal | None = None, least: Decimal | None = None, below: Decimal | None = None
) -> Decimal:
    """A number within bounds."""
    number = as_number(value)
    _check_least(number, above, least)
    if below is not None and number >= below:
        raise fault(f"{shown(number)} is not below {below}")
    return number


@exact
def cash(value: object, least: Decimal | None = ZERO) -> Decimal:
    """An amount of money: not under `least`, and on the money grid, down to its smallest step."""
    number = as_number(value, -MONEY_PLACES)
    _check_least(number, None, least)
    if number != posting(number):
        raise fault(f"{shown(number)} has more than {MONEY_PLACES} decimals")
    return number


@exact
def place(value: object) -> Decimal:
    """A place on a path: not negative, and on the grid of places."""
    number = bounded(value, least=ZERO)
    if number % PLACE_GRID:
        raise fault(f"{shown(number)} has more than {PLACE_PLACES} decimals")
    return number


def _check_least(number: Decimal, above: Decimal | None, least: Decimal | None) -> None:
    if above is not None and number <= above:
        raise fault(f"{shown(number)} is not above {above}")
    if least is not None and number < least:
        raise fault(f"{shown(number)} is below {least}")
