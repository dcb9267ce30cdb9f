"""Who pays a loss: own margin, then unused cash, then the other cross positions, then the fund."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.book import Mode
from engine.cascade.events import PaidBy
from engine.cascade.ledger import Ledger
from engine.margin import unrealised_pnl
from engine.money import ZERO, share

Amounts = dict[int, Decimal]
"""An amount for each position, by index."""


@dataclass(frozen=True, slots=True)
class PoolPayers:
    """How the open cross positions of a pool pay for their losses now."""

    paid_by: Mapping[int, PaidBy]
    unused: Decimal
    """Unused cash left after the overflows of now, what resting orders hold included: losses come before orders.
    Negative where cross margins exceed the wallet."""
    claimed: Mapping[int, Decimal]
    """Of each position's profit and margin, what dead positions have used already."""


def losses(ledger: Ledger, marks: Mapping[str, Decimal]) -> dict[int, PaidBy]:
    """Who pays for each position at these marks; what became final keeps the attribution it had then."""
    live: dict[int, PaidBy] = {}
    for index, position in enumerate(ledger.positions):
        if ledger.is_open[index] and ledger.book.has_bucket(position):
            live[index] = bucket_payers(ledger, index, marks[position.market])
    if not ledger.book.top_up:
        live.update(pool_payers(ledger, marks).paid_by)
    nothing = PaidBy()
    return {
        index: ledger.made_final.get(index, nothing) + live.get(index, nothing)
        for index in range(len(ledger.positions))
    }


def bucket_payers(ledger: Ledger, index: int, mark: Decimal) -> PaidBy:
    """Who pays for an open position with a bucket: what was put in, then refills, then the fund."""
    position = ledger.positions[index]
    loss = max(ZERO, -unrealised_pnl(position, mark))
    own = min(loss, ledger.margins[index] - ledger.drawn[index])
    refilled = min(loss - own, ledger.drawn[index])
    return PaidBy(own_margin=own, unused=refilled, fund=loss - own - refilled)


def pool_payers(ledger: Ledger, marks: Mapping[str, Decimal], final: Mapping[int, Decimal] | None = None) -> PoolPayers:
    """Attribute the losses of the open cross positions of a pool (design §4.1, who pays).

    Overflows (losses beyond own margin) are met from unused cash, other positions' profit, other
    positions' margin net of their own losses, and the fund; each source is shared in proportion. What
    dead positions used of profit and margin is gone, so it comes off those sources first; then what
    cross margins exceed the wallet by.

    Args:
        ledger: the account now.
        marks: the marks now.
        final: PnL after rounding and fees, for positions that are ending.
    """
    positions = ledger.positions
    indexes = ledger.open_in(Mode.CROSS)
    pnl = {i: unrealised_pnl(positions[i], marks[positions[i].market]) for i in indexes} | dict(final or {})
    netted = ledger.netted
    margin = {i: ZERO if i in netted else positions[i].margin for i in indexes}
    unused = ledger.pool + ledger.claims + ledger.owed_by_fund - _total(margin)

    loss = {i: max(ZERO, -pnl[i]) for i in indexes}
    profit = {i: max(ZERO, pnl[i]) for i in indexes}
    own = {i: min(loss[i], margin[i]) for i in indexes}
    spare = {i: margin[i] - own[i] for i in indexes}
    sources = (profit, spare, own)
    claimed = _charge(ledger.claims, sources)
    _charge(max(ZERO, -unused), sources)

    overflow = {i: loss[i] - own[i] for i in indexes}
    from_unused = _share(min(_total(overflow), max(ZERO, unused)), overflow)
    to_meet = {i: max(ZERO, overflow[i] - from_unused[i]) for i in indexes}
    from_others = _share(min(_total(to_meet), _total(profit) + _total(spare)), to_meet)
    # an overflow off the money grid can be rounded past itself: no part is ever below zero
    met = {i: min(from_others[i], to_meet[i]) for i in indexes}
    paid = {i: PaidBy(own[i], overflow[i] - to_meet[i], met[i], to_meet[i] - met[i]) for i in indexes}
    return PoolPayers(paid, unused - _total(from_unused), claimed)


def _charge(amount: Decimal, sources: Iterable[Amounts]) -> Amounts:
    """Take an amount off the sources, one after the other, each in proportion; what each position gave."""
    given: Amounts = {}
    for source in sources:
        if amount <= 0:
            break
        cuts = _share(min(amount, _total(source)), source)
        for i, cut in cuts.items():
            source[i] -= cut
            given[i] = given.get(i, ZERO) + cut
        amount -= _total(cuts)
    return given


def _share(amount: Decimal, weights: Amounts) -> Amounts:
    """Cut an amount by weights; those without a weight get nothing."""
    if amount == 0:
        return dict.fromkeys(weights, ZERO)
    if amount == _total(weights):
        return dict(weights)
    heavy = {i: weight for i, weight in weights.items() if weight}
    return dict.fromkeys(weights, ZERO) | dict(zip(heavy, share(amount, list(heavy.values())), strict=True))


def _total(amounts: Amounts) -> Decimal:
    return sum(amounts.values(), ZERO)
