"""What a user does to an account as data, alone or planned on a path, and carrying it out on a book.

A plan of several moves is made one after the other, all or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from isocross import moves
from isocross.account.book import Book, Position
from isocross.money import ZERO, exact
from isocross.moves.outcome import Outcome, refused


class Do(StrEnum):
    """What a user can do to an account."""

    FLIP = "flip"
    ADD_MARGIN = "add-margin"
    REMOVE_MARGIN = "remove-margin"
    SET_LEVERAGE = "set-leverage"
    INCREASE = "increase"
    REDUCE = "reduce"
    CLOSE = "close"
    AUTO_MARGIN = "auto-margin"
    """Let it draw margin by itself, or no more."""
    DEPOSIT = "deposit"
    WITHDRAW = "withdraw"

    @property
    def needs_position(self) -> bool:
        """Whether it is done to one position."""
        return self not in {Do.DEPOSIT, Do.WITHDRAW}

    @property
    def needs_amount(self) -> bool:
        """Whether it has an amount: of money, of base units, or a leverage."""
        return self not in {Do.FLIP, Do.CLOSE, Do.AUTO_MARGIN}


@dataclass(frozen=True, slots=True)
class Move:
    """One move of the user, wherever it is made."""

    do: Do
    position: str | None = None
    """Id of the position; None for the account's cash."""
    amount: Decimal | None = None
    """Money, base units or a leverage; None where there is none."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A move at a place of a lived path, made at the marks of that place."""

    at: Decimal
    move: Move


def judge(book: Book, move: Move) -> Outcome:  # noqa: PLR0911 - one for each thing to do
    """Make a move on an account at its opening marks, or name the rule that refuses it."""
    amount, position = ZERO if move.amount is None else move.amount, str(move.position)
    if move.do.needs_position and all(held.id != position for held in book.positions):
        return refused(book, "the position is not open any more")
    match move.do:
        case Do.FLIP:
            return moves.flip(book, position)
        case Do.ADD_MARGIN:
            return moves.add_margin(book, position, amount)
        case Do.REMOVE_MARGIN:
            return moves.remove_margin(book, position, amount)
        case Do.SET_LEVERAGE:
            return moves.set_leverage(book, position, amount)
        case Do.INCREASE:
            return moves.increase(book, position, amount)
        case Do.REDUCE:
            return moves.reduce(book, position, amount)
        case Do.CLOSE:
            return moves.close(book, position)
        case Do.AUTO_MARGIN:
            return moves.switch_auto_margin(book, position)
        case Do.DEPOSIT:
            return moves.deposit(book, amount)
        case Do.WITHDRAW:
            return moves.withdraw(book, amount)
        case _:
            assert_never(move.do)


def position_after(move: Move, outcome: Outcome) -> Position:
    """The position of a move as the move has left it, or as it was where the move is refused."""
    after = outcome.before if outcome.after is None else outcome.after
    return next(position for position in after.positions if position.id == move.position)


@exact
def carry_out(book: Book, plan: Sequence[Move]) -> Outcome:
    """Make the moves of a plan, each judged by the venue's rules; the first refusal refuses them all."""
    at, remark, moved = book, "", ZERO
    for move in plan:
        outcome = judge(at, move)
        if outcome.after is None:
            return Outcome(book, None, outcome.refusal)
        at, remark, moved = outcome.after, outcome.remark or remark, moved + outcome.cash_moved
    return Outcome(book, at, remark=remark, cash_moved=moved)
