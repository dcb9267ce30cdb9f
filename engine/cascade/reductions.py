"""Closing a part of a position at its line: how much, by the venue's steps, and as an event."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from engine.book import Position
from engine.cascade.events import Account, Event, EventKind, Figures, PaidBy, Tested, realised
from engine.cascade.fees import most_fee
from engine.cascade.ledger import Ledger
from engine.cascade.payers import pool_payers
from engine.cascade.scope import Scope
from engine.cross import liquidation_fee
from engine.margin import moves_through_tiers, requirement_in_tier, tier_at, unrealised_pnl
from engine.market import TierKey
from engine.money import MONEY_GRID, ZERO, posting
from engine.venue import Basis, Step, StepKind

DUST = 2 * MONEY_GRID
"""What the rounding of a PnL and of a fee that took all the equity can leave of it."""


def part_to_close(step: Step, ledger: Ledger, scope: Scope, index: int) -> Decimal | None:
    """How much of a position a step closes, in base units; None: it does not apply. It may be the whole, or more.

    A scope with nothing left of its equity, or only what rounding left of it, has no use for a part.
    """
    if scope.equity <= DUST or scope.mark(index) <= 0:
        return None
    match step.kind:
        case StepKind.TIER_DOWN:
            return _down_to_tier(step, ledger, index, scope.mark(index))
        case StepKind.FRACTION:
            return _share(step, ledger, index, scope.mark(index))
        case StepKind.RESTORE if not ledger.book.has_bucket(ledger.positions[index]):
            return _to_buffer(step, ledger, scope, index)
    return None


def _share(step: Step, ledger: Ledger, index: int, mark: Decimal) -> Decimal | None:
    """The share of a position that is large enough, once."""
    position = ledger.positions[index]
    if index in ledger.cut or position.quantity * mark <= step.above:
        return None
    return _to_lot(ledger, position, position.quantity * step.amount, ROUND_CEILING)


def _down_to_tier(step: Step, ledger: Ledger, index: int, mark: Decimal) -> Decimal | None:
    """Just below the border of the tier that lies so many tiers lower; always lower than the last time."""
    position, profile = ledger.positions[index], ledger.book.profile
    tier = min(tier_at(ledger.book, position, mark), ledger.floors.get(index, len(_starts(ledger, position))))
    target = tier - int(step.amount)
    if target < 0:
        return None
    border = _starts(ledger, position)[target + 1]
    price = mark if profile.maintenance_basis is Basis.MARK else position.entry
    most = border if profile.tier_key is TierKey.QUANTITY else border / price
    kept = _to_lot(ledger, position, most, ROUND_FLOOR)
    if kept >= most:
        # a border belongs to the tier above it
        kept -= _lot(ledger, position)
    return position.quantity - kept if ZERO < kept < position.quantity else None


def _to_buffer(step: Step, ledger: Ledger, scope: Scope, index: int) -> Decimal | None:
    """Shortage ÷ (mark × (rate + buffer − fee)), tier by tier: V-DR-1 of rules.md §13, from Drift's own tests."""
    position, mark, profile = ledger.positions[index], scope.mark(index), ledger.book.profile
    sizes = (ledger.positions[i].quantity * scope.mark(i) for i in scope.members)
    shortage = scope.requirement + step.amount * sum(sizes, ZERO) - scope.equity
    if shortage < step.above:
        return None
    rest = position.quantity * mark
    closed = ZERO
    ladder = ledger.book.market_of(position).ladder
    for tier in range(tier_at(ledger.book, position, mark), -1, -1):
        rate = requirement_in_tier(position, profile, ladder, tier).per_mark / position.quantity
        freed = (ZERO if index in ledger.netted else rate) + step.amount - profile.liquidation_fee
        room = rest - (ladder.starts[tier] if moves_through_tiers(profile) else ZERO)
        if freed <= 0 or shortage <= freed * room or not moves_through_tiers(profile):
            return None if freed <= 0 else _to_lot(ledger, position, (closed + shortage / freed) / mark, ROUND_CEILING)
        closed, rest, shortage = closed + room, rest - room, shortage - freed * room
    return None


def _starts(ledger: Ledger, position: Position) -> tuple[Decimal, ...]:
    return ledger.book.market_of(position).ladder.starts


def _lot(ledger: Ledger, position: Position) -> Decimal:
    return ledger.book.market_of(position).lot or MONEY_GRID


def _to_lot(ledger: Ledger, position: Position, quantity: Decimal, rounding: str) -> Decimal:
    lot = _lot(ledger, position)
    return (quantity / lot).quantize(Decimal(1), rounding=rounding) * lot


def reduce_pooled(
    ledger: Ledger, scope: Scope, index: int, part: Decimal, marks: Mapping[str, Decimal], step: StepKind
) -> Event:
    """Close a part of a cross position at its mark; its result stays in the pool. Netting takes no fee.

    The part is paid for as its share of what pays for the whole position now.
    """
    position, mark = ledger.positions[index], scope.mark(index)
    pnl = posting(unrealised_pnl(position, mark) * part / position.quantity)
    portion = part / position.quantity
    rate = ZERO if step is StepKind.NET_HEDGES else ledger.book.profile.liquidation_fee
    fee = liquidation_fee(part * mark, rate, most_fee(ledger, scope, index, portion))
    payers = pool_payers(ledger, marks)
    # a fee comes on top of own margin
    paid = (payers.paid_by[index] * portion).on_the_grid(max(ZERO, fee - pnl))
    return Event(
        place=scope.place,
        kind=EventKind.REDUCTION,
        position=index,
        mark=mark,
        amount=fee - pnl,
        source=Account.POOL,
        figures=_figures(scope, Tested.POOL, ledger.pool, pnl, fee, part, step),
        postings=realised(Account.POOL, pnl, fee),
        paid_by=paid,
        claims=paid.others - posting(payers.claimed.get(index, ZERO) * portion),
        owed_by_fund=paid.fund,
    )


def reduce_isolated(ledger: Ledger, scope: Scope, index: int, part: Decimal, step: StepKind) -> Event:
    """Close a part of an isolated position at its mark; its result and the fee are its margin's."""
    position, mark = ledger.positions[index], scope.mark(index)
    pnl = posting(unrealised_pnl(position, mark) * part / position.quantity)
    fee = liquidation_fee(part * mark, ledger.book.profile.liquidation_fee, scope.equity)
    return Event(
        place=scope.place,
        kind=EventKind.REDUCTION,
        position=index,
        mark=mark,
        amount=fee - pnl,
        source=Account.MARGIN,
        figures=_figures(scope, Tested.ISOLATED, ledger.margins[index], pnl, fee, part, step),
        postings=realised(Account.MARGIN, pnl, fee, index),
        paid_by=PaidBy(own_margin=max(ZERO, fee - pnl)),
    )


def _figures(
    scope: Scope, tested: Tested, cash: Decimal, pnl: Decimal, fee: Decimal, part: Decimal, step: StepKind
) -> Figures:
    return Figures(
        tested=tested,
        equity=scope.equity,
        maintenance_margin=scope.requirement,
        cash=cash,
        left=cash + pnl - fee,
        pnl=pnl,
        fee=fee,
        quantity=part,
        step=step,
    )
