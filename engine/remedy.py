"""A remedy: moves to be done one after the other on a book, all or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from engine import moves
from engine.book import Book
from engine.money import ZERO, exact
from engine.moves import Outcome


class Kind(StrEnum):
    """What a step does."""

    DEPOSIT = "deposit"
    """Cash into the wallet."""
    MARGIN = "margin"
    """Cash into a position's bucket, out of what is available."""
    CUT = "cut"
    """A part of a position, or all of it, closed at its opening mark."""
    LEVERAGE = "leverage"
    FLIP = "flip"


@dataclass(frozen=True)
class Step:
    """One move of a plan."""

    kind: Kind
    position: str | None = None
    """Id of the position; None for a deposit."""
    amount: Decimal | None = None
    """Cash in the account's currency, base units to close, or the leverage; None for a flip."""


def _amount(step: Step) -> Decimal:
    return ZERO if step.amount is None else step.amount


_MOVES: dict[Kind, Callable[[Book, Step], Outcome]] = {
    Kind.DEPOSIT: lambda book, step: moves.deposit(book, _amount(step)),
    Kind.MARGIN: lambda book, step: moves.add_margin(book, str(step.position), _amount(step)),
    Kind.CUT: lambda book, step: moves.reduce(book, str(step.position), _amount(step)),
    Kind.LEVERAGE: lambda book, step: moves.set_leverage(book, str(step.position), _amount(step)),
    Kind.FLIP: lambda book, step: moves.flip(book, str(step.position)),
}


@exact
def carry_out(book: Book, steps: Sequence[Step]) -> Outcome:
    """What the steps lead to, each judged by the venue's rules; the first refusal refuses them all.

    KeyError for a position the book does not have.
    """
    at, remark, moved = book, "", ZERO
    for step in steps:
        outcome = _MOVES[step.kind](at, step)
        if outcome.after is None:
            return Outcome(book, None, outcome.refusal)
        at, remark, moved = outcome.after, outcome.remark or remark, moved + outcome.cash_moved
    return Outcome(book, at, remark=remark, cash_moved=moved)
