"""Numbers and names of a file: exact, finite, bounded and known; and the faults of those that are not."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from isocross.errors import IsocrossError
from isocross.money import MONEY_PLACES, PLACE_GRID, PLACE_PLACES, ZERO, exact, posting
from isocross.toml.faults import BadValue, shown
from isocross.toml.read import Unreadable

SMALLEST_PLACE = -12
LARGEST_PLACE = 18
"""Powers of ten between which the first digit of a number must stand."""
DIGITS_LIMIT = 40


def as_number(value: object, smallest_place: int = SMALLEST_PLACE) -> Decimal:
    """The exact number; raises BadValue, which says why it is none that can be used."""
    if isinstance(value, Unreadable):
        raise BadValue(f"{shown(value)} is out of range")
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise BadValue(f"{shown(value)} is not a number")
    if isinstance(value, int) and abs(value) >= 10 ** (LARGEST_PLACE + 1):
        raise BadValue(f"{shown(value)} is too large")
    number = Decimal(value)
    if not number.is_finite():
        raise BadValue(f"{shown(number)} is not a finite number")
    if number == 0:
        return ZERO
    if number.adjusted() > LARGEST_PLACE:
        raise BadValue(f"{shown(number)} is too large")
    if number.adjusted() < smallest_place:
        raise BadValue(f"{shown(number)} is too small")
    if len(number.as_tuple().digits) > DIGITS_LIMIT:
        raise BadValue(f"{shown(number)} has more than {DIGITS_LIMIT} digits")
    return number


def bounded(
    value: object, above: Decimal | None = None, least: Decimal | None = None, below: Decimal | None = None
) -> Decimal:
    """A number within bounds."""
    number = as_number(value)
    _check_least(number, above, least)
    if below is not None and number >= below:
        raise BadValue(f"{shown(number)} is not below {below}")
    return number


@exact
def cash(value: object, least: Decimal | None = ZERO) -> Decimal:
    """An amount of money: not under `least`, and on the money grid, down to its smallest step."""
    number = as_number(value, -MONEY_PLACES)
    _check_least(number, None, least)
    if number != posting(number):
        raise BadValue(f"{shown(number)} has more than {MONEY_PLACES} decimals")
    return number


@exact
def place(value: object) -> Decimal:
    """A place on a path: not negative, and on the grid of places."""
    number = bounded(value, least=ZERO)
    if number % PLACE_GRID:
        raise BadValue(f"{shown(number)} has more than {PLACE_PLACES} decimals")
    return number


def _check_least(number: Decimal, above: Decimal | None, least: Decimal | None) -> None:
    if above is not None and number <= above:
        raise BadValue(f"{shown(number)} is not above {above}")
    if least is not None and number < least:
        raise BadValue(f"{shown(number)} is below {least}")


WHOLE_DIGITS = 30
"""Most digits before the decimal point; with the decimals below, products stay exact (see `isocross.money`)."""

EXACT_NUMBER = f"a finite number with at most {MONEY_PLACES} decimals"
RATE = f"an exact number from 0 to below 1, with at most {MONEY_PLACES} decimals"
ONE_LINE = "text on one line, without control characters"
CLOCK_HOURS = (0, 1, 2, 3, 4, 6, 8, 12, 24)
"""Ways to part a day into whole hours; 0: not at all."""
HOURS = f"hours, one of {', '.join(map(str, CLOCK_HOURS))}; 0 for never"


class UnknownVenueError(IsocrossError, ValueError):
    """No profile has this id."""

    def __init__(self, venue: str, known: tuple[str, ...]) -> None:
        """Name the known ones, and the one that was probably meant."""
        self.venue = venue
        self.known = known
        self.nearest = nearest(venue, known)
        guess = f'; did you mean "{self.nearest}"?' if self.nearest else ""
        super().__init__(f'no venue is called "{venue}"{guess} (expected one of {", ".join(known)})')


class ProfileError(IsocrossError, ValueError):
    """A profile file that cannot be used."""

    def __init__(self, origin: str, faults: tuple[tuple[str, str], ...]) -> None:
        """Keep the faults.

        Args:
            origin: the file, or whatever the text is from.
            faults: each a key with its table ("rules.line"; "" for the whole file) and what was expected.
        """
        self.origin = origin
        self.faults = faults
        lines = (": ".join(filter(None, (origin, *fault))) for fault in faults)
        super().__init__("\n".join(map(printable, lines)))


class OverrideError(IsocrossError, ValueError):
    """A `[venue]` entry that no profile has, or with a value it cannot have."""

    def __init__(self, key: str, message: str, expected: str) -> None:
        """Keep the key, what is wrong with it and what would be right."""
        self.key = key
        self.message = message
        self.expected = expected
        super().__init__(f"{key}: {message}; expected {expected}")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, None when nothing is close."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake pays for this import

    found = get_close_matches(word.lower(), list(known), n=1)
    return found[0] if found else None


def printable(text: str) -> str:
    """Text in which a character that a terminal would act on is written as its number."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def one_line(value: object) -> str:
    """Text that can stand in a list and on a screen as it is; ValueError for anything else."""
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError(ONE_LINE)
    return value


def one_of(names: Iterable[str]) -> str:
    """What a choice expects, in words."""
    return "one of " + ", ".join(f'"{name}"' for name in names)


def exact_number(value: object) -> Decimal:
    """An integer or Decimal as an exact Decimal; ValueError for anything else, binary floats included."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(EXACT_NUMBER)
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MONEY_PLACES or number.adjusted() >= WHOLE_DIGITS:
        raise ValueError(EXACT_NUMBER)
    return number


def hours(value: object) -> int:
    """A number of hours that parts a day, or 0 for never; ValueError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value not in CLOCK_HOURS:
        raise ValueError(HOURS)
    return int(value)


def rate(value: object) -> Decimal:
    """A fraction of a notional, 0 <= rate < 1; ValueError for anything else."""
    try:
        number = exact_number(value)
    except ValueError:
        raise ValueError(RATE) from None
    if not 0 <= number < 1:
        raise ValueError(RATE)
    return number
