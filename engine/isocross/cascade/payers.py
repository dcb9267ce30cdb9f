"""Who pays a loss: own margin, then unused cash, then the other cross positions, then the fund.

It is worked out after the fact, and nothing that happens depends on it. On a glide running sums tell it (`pool_sums`);
elsewhere, and where they are not enough, every position is looked at for each event.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import reduce

from isocross.account.book import Book
from isocross.account.margin import unrealised_pnl
from isocross.cascade.asset_payers import payers_of_assets, splits_margins
from isocross.cascade.events import Event, EventKind, PaidBy, Tested
from isocross.cascade.ledger import Ledger
from isocross.cascade.pool_sums import PoolSums
from isocross.cascade.sharing import UnclearError
from isocross.cascade.sources import Amounts, PoolPayers, charge, cut, total
from isocross.money import ONE, ZERO, exact, posting
from isocross.paths.path import Marks, Path

_FINAL = frozenset((EventKind.LIQUIDATION, EventKind.REDUCTION, EventKind.FILL))


def losses(ledger: Ledger, marks: Mapping[str, Decimal]) -> dict[int, PaidBy]:
    """Who pays for each position at these marks; what became final keeps the attribution it had then."""
    payers = None if ledger.book.top_up else pool_payers(ledger, marks)
    return {index: loss_of(ledger, marks, payers, index) for index in range(len(ledger.positions))}


def loss_of(ledger: Ledger, marks: Mapping[str, Decimal], payers: PoolPayers | None, index: int) -> PaidBy:
    """The same for one position, given who pays for those of the pool; None: there is no pool."""
    final, position = ledger.made_final.get(index, PaidBy()), ledger.positions[index]
    if not ledger.is_open[index]:
        return final
    if ledger.book.has_bucket(position):
        return final.plus(bucket_payers(ledger, index, marks[position.market]))
    return final if payers is None else final.plus(payers.of(index))


def bucket_payers(ledger: Ledger, index: int, mark: Decimal) -> PaidBy:
    """Who pays for an open position with a bucket: what was put in, then refills, then the fund."""
    position = ledger.positions[index]
    loss = max(ZERO, -unrealised_pnl(position, mark))
    # a margin given below zero, with profit beside it, pays for nothing
    own = min(loss, max(ZERO, ledger.margins[index] - ledger.drawn[index]))
    refilled = min(loss - own, ledger.drawn[index])
    return PaidBy(own_margin=own, unused=refilled, fund=loss - own - refilled)


def pool_payers(ledger: Ledger, marks: Mapping[str, Decimal], final: Mapping[int, Decimal] | None = None) -> PoolPayers:
    """Attribute the losses of the open cross positions of a pool.

    Args:
        ledger: the account now.
        marks: the marks now.
        final: PnL where it is known: after rounding and fees, for positions that are ending.
    """
    book = ledger.book
    if not book.coins:
        return _payers_of(ledger, None, marks, final)
    if splits_margins(ledger):
        return payers_of_assets(ledger, marks, final)
    return reduce(PoolPayers.beside, (_payers_of(ledger, coin, marks, final) for coin in book.coin_names))


def _payers_of(
    ledger: Ledger, coin: str | None, marks: Mapping[str, Decimal], final: Mapping[int, Decimal] | None
) -> PoolPayers:
    """The same of the pool of one asset; None: that of the account's currency, which all positions settle in.

    Overflows (losses beyond own margin) are met from unused cash, other positions' profit, other
    positions' margin net of their own losses, and the fund; each source is shared in proportion. What
    dead positions used of profit and margin is gone, so it comes off those sources first; then what
    cross margins exceed the wallet by.
    """
    indexes, held = ledger.book.in_turn(ledger.open_on(coin)), coin or ""
    netted, claims = ledger.netted, ledger.claims_in(held)
    margins = {i: ZERO if i in netted else ledger.positions[i].margin for i in indexes}
    unused = ledger.cash_in(held) + claims + ledger.owed_in(held) - total(margins)

    loss: Amounts = {}
    own: Amounts = {}
    spare = dict(margins)
    profit: Amounts = {}
    for i in indexes:
        position = ledger.positions[i]
        pnl = final[i] if final and i in final else unrealised_pnl(position, marks[position.market])
        if pnl < 0:
            loss[i], own[i] = -pnl, min(-pnl, margins[i])
            spare[i] -= own[i]
        elif pnl > 0:
            profit[i] = pnl
    sources = (profit, spare, own)
    claimed = charge(claims, sources)
    charge(max(ZERO, -unused), sources)

    overflow = {i: lost - own[i] for i, lost in loss.items() if lost > own[i]}
    from_unused = cut(min(total(overflow), max(ZERO, unused)), overflow)
    to_meet = {i: amount - from_unused[i] for i, amount in overflow.items() if amount > from_unused[i]}
    from_others = cut(min(total(to_meet), total(profit) + total(spare)), to_meet)
    return PoolPayers(indexes, own, overflow, from_unused, from_others, unused - total(from_unused), claimed)


def attributed(ledger: Ledger, event: Event, marks: Marks) -> Event:
    """An event with who paid for what it made final of a cross position of a pool; others stay as they are.

    Args:
        ledger: the account just before it, its earlier events attributed.
        event: what happened.
        marks: the marks there.
    """
    index = _paid_for(event)
    return event if index is None else _with(ledger, event, index, *_looked_at(ledger, event, index, marks))


@exact
def with_payers(book: Book, events: tuple[Event, ...], path: Path) -> tuple[Event, ...]:
    """The events of a path with who paid for each, worked out from the opening on."""
    if all(_paid_for(event) is None for event in events):
        return events
    filled = any(event.kind is EventKind.FILL for event in events)
    ledger, sums = Ledger(book), PoolSums(book, path.straight(), filled=filled)
    told: list[Event] = []
    for event in events:
        index = _paid_for(event)
        if index is None:
            told.append(event)
        else:
            try:
                paid: tuple[PaidBy, Decimal | None] = sums.paid(ledger, event, index)
            except UnclearError:
                paid = _looked_at(ledger, event, index, path.marks(event.place))
            told.append(_with(ledger, event, index, *paid))
        ledger.apply(told[-1])
        if index is not None and ledger.is_open[index] and not filled:
            sums.put(index, ledger.positions[index])
    return tuple(told)


def _paid_for(event: Event) -> int | None:
    """The position of a pool of which something became final, and nobody was said to have paid yet."""
    pooled = event.kind in _FINAL and event.figures.tested is Tested.POOL and event.paid_by is None
    return event.position if pooled else None


def _looked_at(ledger: Ledger, event: Event, index: int, marks: Marks) -> tuple[PaidBy, Decimal | None]:
    """Who pays for the whole position, and what dead ones have used of its own; None: the cash tells it."""
    ending = event.kind is EventKind.LIQUIDATION
    payers = pool_payers(ledger, marks, {index: -event.amount} if ending else None)
    return payers.of(index), None if payers.claimed is None else payers.claimed.get(index, ZERO)


def _with(ledger: Ledger, event: Event, index: int, payers: PaidBy, claimed: Decimal | None) -> Event:
    """The event with who paid; a part is paid for as its share of the whole, a fee comes on top of own margin."""
    ending = event.kind is EventKind.LIQUIDATION
    portion = ONE if ending else event.figures.quantity / ledger.positions[index].quantity
    lost, paid = max(ZERO, event.amount), payers if ending else payers.share(portion)
    if event.kind is EventKind.FILL and lost < paid.total:
        # filled at a better price than the mark
        paid = paid.share(lost / paid.total)
    paid = paid.on_the_grid(lost)
    claims = ZERO if claimed is None else paid.others - posting(claimed * portion)
    return event._replace(paid_by=paid, claims=claims, owed_by_fund=paid.fund)
