"""How much of a move the venue allows: the margin that can be taken out, and the size that can be added, as figures."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal

from isocross.account.book import Book, Mode, Position
from isocross.money import MONEY_GRID, ONE, ZERO, exact
from isocross.moves.margin import removable, remove_margin
from isocross.moves.outcome import Outcome, available, available_for
from isocross.moves.size import increase, withdraw
from isocross.records import dataclass

_STEP = Decimal("1e-8")
"""The step of a quantity where the venue's is not known."""
_DOUBLINGS = 200


@dataclass(frozen=True, slots=True)
class Room:
    """The most that a move allows, and the rule that refuses more."""

    most: Decimal
    rule: str
    """What is said of one step more, with its figures."""


@exact
def largest_removal(book: Book, position_id: str) -> Room:
    """Find the most cash that can be taken out at the opening marks. KeyError for an unknown id.

    Of a position with a margin of its own out of that; of a pool out of the account.
    """
    position = book.positions[book.index_of(position_id)]
    if position.mode is Mode.ISOLATED:
        most = removable(book, position_id)
        return _most(lambda amount: remove_margin(book, position_id, amount), most, MONEY_GRID, _shown(book))
    return _most(lambda amount: withdraw(book, amount), available(book), MONEY_GRID, _shown(book))


@exact
def largest_increase(book: Book, position_id: str) -> Room:
    """Find the largest quantity that can be added to a position at its opening mark. KeyError for an unknown id."""
    position = book.positions[book.index_of(position_id)]
    if not book.market_of(position).mark:
        return Room(ZERO, f"nothing can be bought or sold where the mark of {position.market} is zero")
    step = book.market_of(position).lot or _STEP
    return _most(lambda quantity: increase(book, position_id, quantity), _guess(book, position), step)


def _shown(book: Book) -> Decimal:
    """The least that an amount can be more and be seen to be."""
    return ONE.scaleb(-book.amounts.places)


def _guess(book: Book, position: Position) -> Decimal:
    """The quantity whose initial margin and fee are all that is available."""
    mark = book.market_of(position).mark
    cost = ONE / position.leverage + book.profile.taker_fee
    free = available_for(book, position)
    return free * mark / cost if position.inverse else free / (mark * cost)


def _most(move: Callable[[Decimal], Outcome], guess: Decimal, step: Decimal, told: Decimal = ZERO) -> Room:
    """The most that a move allows, in whole steps: what is allowed stays allowed when it becomes less.

    What is said of more is said of so much more as is `told`, and of one step at least.
    """

    def allowed(steps: int) -> bool:
        return steps == 0 or move(steps * step).after is not None

    low = int((guess / step).to_integral_value(ROUND_FLOOR)) if guess > ZERO else 0
    high = low + 1
    if not allowed(low):
        low, high = 0, low
    elif allowed(high):
        for _ in range(_DOUBLINGS):
            low, high = high, high * 2
            if not allowed(high):
                break
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if allowed(middle) else (low, middle)
    return Room(low * step, str(move(low * step + max(step, told)).refusal or ""))
