"""Closing a part of a position at its line: how much, by the venue's steps, and as an event."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple, assert_never

from isocross.account.book import Position
from isocross.account.margin import close_fee, notional, quantity_of, tier_at, unrealised_pnl, worth
from isocross.cascade.endings import capped_fee
from isocross.cascade.events import MARGIN, POOL, Event, EventKind, Figures, PaidBy, Tested, realised
from isocross.cascade.ledger import Ledger
from isocross.cascade.scope import Scope
from isocross.money import MONEY_GRID, ONE, ZERO, posting
from isocross.rules.market import TierBorder, TierKey
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import Basis


def part_to_close(step: Step, ledger: Ledger, scope: Scope, index: int) -> Decimal | None:
    """How much of a position a step closes, in the units of a quantity; None: it does not apply.

    It may be the whole, or more. A scope with nothing left of its equity has no use for a part.
    """
    if scope.spent or scope.mark(index) <= 0:
        return None
    match step.kind:
        case StepKind.TIER_DOWN:
            return _down_to_tier(step, ledger, index, scope.mark(index))
        case StepKind.FRACTION:
            return _share(step, ledger, index, scope)
        case StepKind.PORTION:
            return _portion(step, ledger, index, scope.mark(index))
        case StepKind.RESTORE:
            return _to_buffer(step, ledger, scope, index)
        case StepKind.CANCEL_ORDERS | StepKind.NET_HEDGES | StepKind.BACKSTOP:
            return None
        case strange:
            assert_never(strange)


def _share(step: Step, ledger: Ledger, index: int, scope: Scope) -> Decimal | None:
    """The share of a position; None where that is not large, or its orders are for the whole after another share."""
    position = ledger.positions[index]
    small = notional(position, scope.mark(index)) <= step.above
    if small or ledger.was_cut(index, step.cooldown, scope.place):
        return None
    return _to_lot(ledger, position, position.quantity * step.amount, ROUND_CEILING)


def _portion(step: Step, ledger: Ledger, index: int, mark: Decimal) -> Decimal:
    """The share of a position, at least worth a size and at most worth another; rounded down to lots, never to none."""
    position = ledger.positions[index]
    size = notional(position, mark)
    wanted = max(step.above, size * step.amount)
    if step.most is not None:
        wanted = min(wanted, step.most)
    if wanted >= size:
        return position.quantity
    part = _to_lot(ledger, position, quantity_of(position.kind, wanted, mark), ROUND_FLOOR)
    return max(part, _lot(ledger, position))


def _down_to_tier(step: Step, ledger: Ledger, index: int, mark: Decimal) -> Decimal | None:
    """Just below the border of the tier that lies so many tiers lower; always lower than the last time."""
    position, profile = ledger.positions[index], ledger.book.profile
    starts = _starts(ledger, position)
    tier = min(tier_at(ledger.book, position, mark), ledger.floors.get(index, len(starts)))
    target = tier - int(step.amount)
    if target < 0:
        return None
    border = starts[target + 1]
    price = mark if profile.maintenance_basis is Basis.MARK else position.entry
    most = (
        border if profile.tier_key_of(position.kind) is TierKey.QUANTITY else quantity_of(position.kind, border, price)
    )
    kept = _to_lot(ledger, position, most, ROUND_FLOOR)
    if kept >= most and ledger.book.market_of(position).ladder.border is TierBorder.ABOVE:
        # the border itself is in the tier above it
        kept -= _lot(ledger, position)
    return position.quantity - kept if ZERO < kept < position.quantity else None


def _to_buffer(step: Step, ledger: Ledger, scope: Scope, index: int) -> Decimal | None:
    """What frees the shortage below the buffer, rounded up to lots; of a small position the whole."""
    position, mark = ledger.positions[index], scope.mark(index)
    if notional(position, mark) <= step.above:
        return position.quantity
    netted = not any(scope.asked(scope.members[index]))
    freed = restoring(step, ledger, index, mark, shortage_of(step, ledger, scope), netted=netted)
    if freed is None:
        return None
    wanted = quantity_of(position.kind, freed.whole_tiers + freed.rest / freed.rate, mark)
    return _to_lot(ledger, position, wanted, ROUND_CEILING)


def shortage(step: Step, requirement: Decimal, size: Decimal, equity: Decimal) -> Decimal:
    """What a scope lacks to its line plus the buffer of a `RESTORE`: requirement + buffer × notional − equity."""
    return requirement + step.amount * size - equity


def shortage_of(step: Step, ledger: Ledger, scope: Scope) -> Decimal:
    """The same of a scope where it stands."""
    sizes = (notional(ledger.positions[i], scope.mark(i)) * scope.price(i) for i in scope.members)
    return shortage(step, scope.requirement, sum(sizes, ZERO), scope.equity)


class Restoring(NamedTuple):
    """How much is closed to restore a pool: all of the upper tiers, then a part of one that frees the rest."""

    whole_tiers: Decimal
    """Notional in the tiers that are gone through."""
    rest: Decimal
    """Shortage that is left in the tier where it ends."""
    rate: Decimal
    """What closing there frees, as a share of the notional: rate + buffer − fee."""


def restoring(
    step: Step, ledger: Ledger, index: int, mark: Decimal, short: Decimal, *, netted: bool
) -> Restoring | None:
    """Shortage ÷ (mark × (rate + buffer − fee)), tier by tier, as in Drift's own tests.

    Args:
        step: the venue's `RESTORE`.
        ledger: the account now.
        index: the position that is reduced.
        mark: of its market.
        short: the shortage.
        netted: whether it is asked for no margin, because a larger one stands against it.

    Returns:
        None where closing frees nothing, or not enough.
    """
    position, profile = ledger.positions[index], ledger.book.profile
    rest, closed = notional(position, mark), ZERO
    by_mark = profile.maintenance_basis is Basis.MARK
    tiers = ledger.book.market_of(position).ladder.tiers
    for tier in range(tier_at(ledger.book, position, mark), -1, -1):
        rate = close_fee(position, profile, mark) / notional(position, mark)
        rate += tiers[tier].rate_at(position.quantity) if by_mark else ZERO
        freed = (ZERO if netted else rate) + step.amount - ledger.book.liquidation_fee_of(position)
        if freed <= 0:
            return None
        room = rest - _least_notional(ledger, position, tier, mark) if by_mark else rest
        if short <= freed * room or not by_mark:
            return Restoring(closed, short, freed)
        closed, rest, short = closed + room, rest - room, short - freed * room
    return None


def _least_notional(ledger: Ledger, position: Position, tier: int, mark: Decimal) -> Decimal:
    """Where a tier begins, as a notional at a mark."""
    start = _starts(ledger, position)[tier]
    by_quantity = ledger.book.profile.tier_key_of(position.kind) is TierKey.QUANTITY
    return worth(position.kind, start, mark) if by_quantity else start


def _starts(ledger: Ledger, position: Position) -> tuple[Decimal, ...]:
    return ledger.book.market_of(position).ladder.starts


def _lot(ledger: Ledger, position: Position) -> Decimal:
    return ledger.book.market_of(position).lot or MONEY_GRID


def _to_lot(ledger: Ledger, position: Position, quantity: Decimal, rounding: str) -> Decimal:
    lot = _lot(ledger, position)
    return (quantity / lot).quantize(ONE, rounding) * lot


class Final(NamedTuple):
    """What closing a part makes final."""

    pnl: Decimal
    fee: Decimal


def made_final(ledger: Ledger, scope: Scope, index: int, part: Decimal, *, free: bool = False) -> Final:
    """What a part that is closed at its mark makes final; `free`: without a fee."""
    position, mark = ledger.positions[index], scope.mark(index)
    portion = part / position.quantity
    rate = ZERO if free else ledger.book.liquidation_fee_of(position)
    fee = capped_fee(ledger, scope, index, worth(position.kind, part, mark), rate, portion)
    return Final(posting(unrealised_pnl(position, mark) * part / position.quantity), fee)


def reduce_pooled(ledger: Ledger, scope: Scope, index: int, part: Decimal, step: StepKind, times: int = 1) -> Event:
    """Close a part of a cross position at its mark; its result stays in the pool. Netting takes no fee.

    Who pays is worked out by who asks (`attribution`).

    Args:
        ledger: the account now.
        scope: the pool.
        index: the position.
        part: how much of it, all in all.
        step: the step of the venue's procedure that does it.
        times: in how many equal parts, one after the other.
    """
    final = made_final(ledger, scope, index, part, free=step is StepKind.NET_HEDGES)
    figures = _figures(scope, Tested.POOL, ledger.cash_in(ledger.coin_of(index)), final, part, step, times)
    legs, lost = realised(POOL, *final), final.fee - final.pnl
    return Event(scope.place, EventKind.REDUCTION, index, scope.mark(index), lost, POOL, figures, legs)


def reduce_isolated(ledger: Ledger, scope: Scope, index: int, part: Decimal, step: StepKind, times: int = 1) -> Event:
    """Close a part of an isolated position at its mark; its result and the fee are its margin's.

    What was put in pays first, then what it drew by itself.

    Args: those of `reduce_pooled`.
    """
    final = made_final(ledger, scope, index, part)
    lost = max(ZERO, final.fee - final.pnl)
    own = min(lost, max(ZERO, ledger.margins[index] - ledger.drawn[index]))
    figures = _figures(scope, Tested.ISOLATED, ledger.margins[index], final, part, step, times)
    legs, paid_by = realised(MARGIN, *final, index), PaidBy(own, lost - own)
    amount = final.fee - final.pnl
    return Event(scope.place, EventKind.REDUCTION, index, scope.mark(index), amount, MARGIN, figures, legs, paid_by)


def _figures(
    scope: Scope, tested: Tested, cash: Decimal, final: Final, part: Decimal, step: StepKind, times: int
) -> Figures:
    left = cash + final.pnl - final.fee
    return Figures(
        tested, scope.equity, scope.requirement, cash, left, final.pnl, ZERO, final.fee, part, step, times=times
    )
