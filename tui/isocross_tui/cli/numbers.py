"""Numbers of the command line: what is none, or out of bounds, is refused with what was expected."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

import click

from isocross.format import grouped
from isocross.toml.amounts import as_number
from isocross.toml.faults import BadValue, cut

MOST: Final = 1_000_000_000
"""The largest whole number where nothing says a smaller one."""
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,40}")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_READ: Final = 100
"""So many characters are read: nobody means a number that has more."""


class _Within:
    """Bounds of a number, in words."""

    name = "number"

    def __init__(self, least: Decimal | None, most: Decimal | None, above: Decimal | None) -> None:
        self.least, self.most, self.above = least, most, above

    @property
    def bounds(self) -> str:
        """The bounds as a help text has them; empty where there are none."""
        if self.above is not None:
            return f"above {grouped(self.above)}"
        if self.least is None:
            return ""
        return (
            f"at least {grouped(self.least)}" if self.most is None else f"{grouped(self.least)} to {grouped(self.most)}"
        )

    def has(self, number: Decimal) -> bool:
        """Whether a number is within them."""
        low = (self.least is not None and number < self.least) or (self.above is not None and number <= self.above)
        return not low and (self.most is None or number <= self.most)

    def expected(self, what: str) -> str:
        """What a number has to be."""
        if not self.bounds:
            return what
        word = "" if self.above is not None else " of" if self.most is None else " from"
        return f"{what}{word} {self.bounds}"


class Whole(_Within, click.ParamType[int]):
    """A whole number."""

    def __init__(self, least: int, most: int | None = None) -> None:
        """Keep both bounds, which are valid themselves."""
        super().__init__(Decimal(least), None if most is None else Decimal(most), None)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it; refuses what is no whole number, or out of bounds."""
        text = str(value).strip()
        if not _WHOLE.fullmatch(text) or not self.has(Decimal(text)):
            self.fail(f"{cut(str(value))!r} is not {self.expected('a whole number')}", param, ctx)
        if int(text) > MOST:
            self.fail(f"{cut(str(value))!r} is too large: expected at most {grouped(Decimal(MOST))}", param, ctx)
        return int(text)


class Number(_Within, click.ParamType[Decimal]):
    """An exact number."""

    def __init__(self, least: str | None = None, most: str | None = None, *, above: str | None = None) -> None:
        """Keep the bounds as they are written: from `least` to `most`, which are valid themselves, or `above` one."""
        super().__init__(*(None if bound is None else Decimal(bound) for bound in (least, most, above)))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """Read it; refuses what is no number, out of bounds, or too large or too fine for an exact one."""
        text = str(value).strip()
        written = len(text) <= _READ and _NUMBER.fullmatch(text) is not None
        if not written or not self.has(Decimal(text)):
            self.fail(f"{cut(str(value))!r} is not {self.expected('a number')}", param, ctx)
        try:
            return as_number(Decimal(text))
        except BadValue:
            told = f"{cut(str(value))!r} is too large or too fine: expected {self.expected('a number')}"
            raise click.BadParameter(told, ctx, param) from None


PORT: Final = Whole(0, 65_535)
"""Where a server listens."""
