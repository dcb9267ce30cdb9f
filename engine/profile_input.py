"""What a profile or an override may say (exact numbers, known names), and the faults of one that does not."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from engine.money import MONEY_PLACES

WHOLE_DIGITS = 30
"""Most digits before the decimal point; with the decimals below, products stay exact (see `engine.money`)."""

EXACT_NUMBER = f"a finite number with at most {MONEY_PLACES} decimals"
RATE = f"an exact number from 0 to below 1, with at most {MONEY_PLACES} decimals"


ONE_LINE = "text on one line, without control characters"


CLOCK_HOURS = (0, 1, 2, 3, 4, 6, 8, 12, 24)
"""Ways to part a day into whole hours; 0: not at all."""
HOURS = f"one of {', '.join(map(str, CLOCK_HOURS))} (hours; 0 for never)"


class UnknownVenueError(ValueError):
    """No profile has this id."""

    def __init__(self, venue: str, known: tuple[str, ...]) -> None:
        """Name the known ones, and the one that was probably meant."""
        self.venue = venue
        self.known = known
        self.nearest = nearest(venue, known)
        guess = f'; did you mean "{self.nearest}"?' if self.nearest else ";"
        super().__init__(f'no venue is called "{venue}"{guess} known: {", ".join(known)}')


class ProfileError(ValueError):
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


class OverrideError(ValueError):
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
