"""What every page of arithmetic is made of: a figure, its formula, and the words of numbers put in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.book import Position
from engine.market import Kind
from engine.money import ZERO, text
from engine.numbers import Amounts, fine

TIMES = {Kind.LINEAR: "×", Kind.INVERSE: "÷"}
"""How a quantity and a price make an amount of the account's currency."""
PER = {Kind.LINEAR: "÷", Kind.INVERSE: "×"}
"""How an amount of the account's currency and a price make a quantity."""
PNL = {
    Kind.LINEAR: "side × quantity × (mark − entry)",
    Kind.INVERSE: "side × quantity × (1 ÷ entry − 1 ÷ mark), in the coin",
}
TERMS_SHOWN = 6
"""Of a sum over positions, so many terms are written out."""


@dataclass(frozen=True)
class Reason:
    """One figure and where it comes from."""

    title: str
    formula: str
    substituted: str
    """The formula with its numbers put in, and the result."""
    source: str = ""


def signed(money: Amounts, *terms: Decimal) -> str:
    """Terms that go on a sum, each with its sign; many are told as one."""
    told: Iterable[Decimal] = terms if len(terms) <= TERMS_SHOWN else (sum(terms, ZERO),)
    return "".join(f" {'−' if term < 0 else '+'} {money(abs(term))}" for term in told)


def added(money: Amounts, first: Decimal, *others: Decimal) -> str:
    """A sum of one amount and those that go on it, without those that are zero, with its result if it is a sum."""
    terms = [term for term in others if term]
    return f"{money(first)}{signed(money, *terms)} = {money(first + sum(terms, ZERO))}" if terms else money(first)


def added_up(money: Amounts, terms: Sequence[Decimal], of: str = "positions") -> str:
    """A sum of amounts of one kind with its result; of many only how many they are."""
    if 0 < len(terms) <= TERMS_SHOWN:
        return added(money, *terms)
    return f"{len(terms)} {of}: {money(sum(terms, ZERO))}"


def rate_words(rate: Decimal) -> str:
    """A rate as a percentage with all its digits."""
    return f"{fine(rate * 100)} %"


def side_words(position: Position) -> str:
    """The side of a position as a factor."""
    return "+1" if position.side.sign > 0 else "−1"


def pnl_words(money: Amounts, position: Position, quantity: Decimal, mark: Decimal, pnl: Decimal) -> str:
    """The PnL of a quantity of a position at a mark, with its numbers put in."""
    since, at = fine(position.counts_from), fine(mark)
    moved = f"1 ÷ {since} − 1 ÷ {at}" if position.inverse else f"{at} − {since}"
    return f"{side_words(position)} × {text(quantity)} × ({moved}) = {money(pnl)}"
