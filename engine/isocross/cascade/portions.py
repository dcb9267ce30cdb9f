"""Portions that follow one another: equal ones at one place are one event with a count (dYdX's code).

A venue that closes a position portion by portion tests the account again after each. At the same marks the next one is
the same again until the account stands, another position is first, or the portion is another. Within a tier each
changes what is lacking by the same amount, so how many there are is found at once, however many that is.

While marks move, no two of them are equal. A position with very many to go is tested again only where a good part of
them is due, which is a few thousandths of a percent of the mark further on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

from isocross.account.book import Position
from isocross.account.margin import tier_at, worth
from isocross.account.sizing import reduced
from isocross.cascade.ledger import Ledger
from isocross.cascade.reductions import made_final, part_to_close
from isocross.cascade.scope import Scope
from isocross.money import MONEY_GRID, ZERO
from isocross.rules.market import Tier
from isocross.rules.procedure import StepKind
from isocross.rules.profile import Netting, Victim

Again = Callable[[Scope, int], bool]
"""Whether a scope is due as it stands, and this position of it first."""

MANY = 1_000
"""Portions to go up to which each is tested by itself while marks move."""
AT_ONCE = 100
"""Above that, one part in so many of them is tested at once."""


def in_a_row(ledger: Ledger, scope: Scope, index: int, portion: Decimal, again: Again) -> int:
    """How many portions of a position are closed here, one after the other, each as large as the first."""
    if not _is_plain(ledger, scope, index):
        return 1
    position, mark = ledger.positions[index], scope.mark(index)
    tier = tier_at(ledger.book, position, mark)
    whole_fee = _has_whole_fee(ledger, scope, index, portion)
    if not whole_fee and _tier(ledger, position, mark).deduction:
        # what a fee is capped at is another for each portion then
        return 1

    def is_next(closed: int) -> bool:
        with _after(ledger, scope, index, closed * portion):
            return (
                tier_at(ledger.book, ledger.positions[index], mark) == tier
                and again(scope, index)
                and _portion_next(ledger, scope, index) == portion < ledger.positions[index].quantity
                and _has_whole_fee(ledger, scope, index, portion) == whole_fee
            )

    most = int(position.quantity // portion) - 1
    return 1 + _last(is_next, most, _lacking(ledger, scope, index, portion)) if is_next(1) else 1


def _lacking(ledger: Ledger, scope: Scope, index: int, portion: Decimal) -> int:
    """How many portions leave a scope due, by the first of them; 0 where they bring nothing."""
    before = scope.surplus
    with _after(ledger, scope, index, portion):
        gained = scope.surplus - before
    return int(-before // gained) if gained > ZERO else 0


def next_test(ledger: Ledger, scope: Scope, limit: Decimal) -> Decimal | None:
    """Where a scope is tested next: where it comes to its line; of very many portions, where a part of them is due."""
    short = max((_may_lack(ledger, scope, i) for i in ledger.in_portions & scope.members.keys()), default=ZERO)
    if not short:
        return scope.next_due(limit)
    cash = scope.cash
    scope.cash = cash + short
    place = scope.next_due(limit)
    scope.cash = cash
    return place


def _may_lack(ledger: Ledger, scope: Scope, index: int) -> Decimal:
    """What a scope may lack before a position of very many portions is tested again."""
    portion = _portion_next(ledger, scope, index)
    count = 0 if portion is None else int(ledger.positions[index].quantity // portion)
    if portion is None or count <= MANY or not _is_plain(ledger, scope, index):
        return ZERO
    before = scope.surplus
    with _after(ledger, scope, index, count // AT_ONCE * portion):
        return max(ZERO, scope.surplus - before)


def _is_plain(ledger: Ledger, scope: Scope, index: int) -> bool:
    """Whether closing a part changes nothing but the part's share of the position's margin."""
    book, position = ledger.book, ledger.positions[index]
    if book.has_bucket(position):
        plain = not position.auto_margin or index in ledger.spent
    else:
        profile = book.profile
        plain = profile.netting is Netting.NONE and profile.victim is not Victim.ALL and not book.pools_assets
    return plain and scope.changeable and not _tier(ledger, position, scope.mark(index)).factor


def _tier(ledger: Ledger, position: Position, mark: Decimal) -> Tier:
    return ledger.book.market_of(position).ladder.tiers[tier_at(ledger.book, position, mark)]


def _portion_next(ledger: Ledger, scope: Scope, index: int) -> Decimal | None:
    """The portion that is closed of a position next; None where another step comes first."""
    for step in ledger.book.profile.steps:
        if step.kind is StepKind.BACKSTOP and scope.equity < step.amount * scope.requirement:
            return None
        part = part_to_close(step, ledger, scope, index)
        if part is not None:
            return part if step.kind is StepKind.PORTION else None
    return None


def _has_whole_fee(ledger: Ledger, scope: Scope, index: int, portion: Decimal) -> bool:
    """Whether the fee of a portion is not capped."""
    position, mark = ledger.positions[index], scope.mark(index)
    fee = worth(position.kind, portion, mark) * ledger.book.liquidation_fee_of(position)
    return fee - made_final(ledger, scope, index, portion).fee < MONEY_GRID


@contextmanager
def _after(ledger: Ledger, scope: Scope, index: int, closed: Decimal) -> Iterator[None]:
    """Have so much of a position closed for a moment."""
    position, cash = ledger.positions[index], scope.cash
    final = made_final(ledger, scope, index, closed)
    ledger.positions[index] = reduced(position, closed)
    scope.put(index, ledger.positions[index])
    scope.cash = cash + final.pnl - final.fee
    try:
        yield
    finally:
        ledger.positions[index] = position
        scope.put(index, position)
        scope.cash = cash


def _last(holds: Callable[[int], bool], most: int, guess: int) -> int:
    """The last number for which something holds that holds from 1 on, and after that number never again."""
    low, high = 1, max(2, most + 1)
    near = [min(most, guess), min(most, guess) + 1]
    while high - low > 1:
        number = near.pop() if near else (low + high) // 2
        if low < number < high:
            low, high = (number, high) if holds(number) else (low, number)
    return low
