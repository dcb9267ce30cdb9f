"""What a user does to an account as data, alone or planned on a path, and carrying it out on a book.

A plan of several moves is made one after the other, all or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from isocross import moves
from isocross.account.book import Book, Position
from isocross.money import ZERO, exact
from isocross.moves.outcome import Outcome, refused
from isocross.records import dataclass
from isocross.rules.switches import AccountMode


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
    CONVERT = "convert"
    """Sell some of an asset for another."""
    COLLATERAL = "switch-collateral"
    """Let an asset count as collateral, or no more."""
    ACCOUNT = "switch-account"
    """Put the account into another mode."""

    @property
    def needs_position(self) -> bool:
        """Whether it is done to one position."""
        return self not in {Do.DEPOSIT, Do.WITHDRAW, Do.CONVERT, Do.COLLATERAL, Do.ACCOUNT}

    @property
    def needs_amount(self) -> bool:
        """Whether it has an amount: of money, of base units, or a leverage."""
        return self not in {Do.FLIP, Do.CLOSE, Do.AUTO_MARGIN, Do.COLLATERAL, Do.ACCOUNT}

    @property
    def needs_asset(self) -> bool:
        """Whether it is done to one asset."""
        return self in {Do.CONVERT, Do.COLLATERAL}

    @property
    def can_have_asset(self) -> bool:
        """Whether it can be done to one asset; without one it is the account's currency."""
        return self.needs_asset or self in PAID_IN

    @property
    def needs_target(self) -> bool:
        """Whether it leads to something that has a name: an asset that is bought, or a mode of the account."""
        return self in {Do.CONVERT, Do.ACCOUNT}


PAID_IN = frozenset((Do.DEPOSIT, Do.WITHDRAW))
"""What brings cash from outside, or takes it there: neither a gain nor a loss."""


@dataclass(frozen=True)
class Move:
    """One move of the user, wherever it is made."""

    do: Do
    position: str | None = None
    """Id of the position; None for the account's cash."""
    amount: Decimal | None = None
    """Money, base units or a leverage; None where there is none."""
    asset: str | None = None
    """The asset; None: the account's currency, or none."""
    to: str | None = None
    """The asset that is bought, or the mode that the account is put into; None where there is neither."""


@dataclass(frozen=True)
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
        case Do.DEPOSIT | Do.WITHDRAW | Do.CONVERT | Do.COLLATERAL | Do.ACCOUNT:
            return _of_cash(book, move, amount)
        case _:
            assert_never(move.do)


def _of_cash(book: Book, move: Move, amount: Decimal) -> Outcome:
    """Make a move that is done to no position."""
    asset = None if move.asset == book.currency and move.do in {Do.DEPOSIT, Do.WITHDRAW} else move.asset
    match move.do:
        case Do.CONVERT:
            return moves.convert(book, str(asset), amount, str(move.to))
        case Do.COLLATERAL:
            return moves.switch_collateral(book, str(asset))
        case Do.ACCOUNT:
            if move.to not in list(AccountMode):
                return refused(book, f"{move.to} is not a mode of an account")
            return moves.switch_account(book, AccountMode(move.to))
        case Do.DEPOSIT:
            return moves.deposit(book, amount) if asset is None else moves.deposit_asset(book, asset, amount)
        case _:
            return moves.withdraw(book, amount) if asset is None else moves.withdraw_asset(book, asset, amount)


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
