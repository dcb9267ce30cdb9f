"""A venue's procedure as data: of the steps of its profile the first that applies is done (rules.md §11.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from engine.book import Side
from engine.cascade.cancelling import cancel, resting
from engine.cascade.endings import close_pooled, take_over
from engine.cascade.events import Event
from engine.cascade.ledger import Ledger
from engine.cascade.reductions import part_to_close, reduce_isolated, reduce_pooled
from engine.cascade.scope import Scope
from engine.margin import notional
from engine.money import ZERO
from engine.procedure import Step, StepKind
from engine.venue import PoolResidual, Residual


def at_the_line(ledger: Ledger, scope: Scope, index: int) -> Iterator[Event]:
    """What the venue does about a position at its line: the first step that applies, else the whole of it.

    The events come one by one: each is worked out after the one before it was booked.
    """
    for step in ledger.book.profile.steps:
        done = _DEEDS.get(step.kind, _partly)(step, ledger, scope, index)
        if done is not None:
            return done
    return _whole(ledger, scope, index)


def _cancel_orders(step: Step, ledger: Ledger, scope: Scope, index: int) -> Iterator[Event] | None:
    orders = () if step.scope is None else resting(ledger, step.scope, scope, index)
    cancelled = cancel(ledger, scope, index, orders)
    return iter((cancelled,)) if cancelled else None


def _net_hedges(_step: Step, ledger: Ledger, scope: Scope, index: int) -> Iterator[Event] | None:
    pair = None if ledger.book.has_bucket(ledger.positions[index]) else _hedge(ledger, scope)
    return _net(ledger, scope, pair) if pair else None


def _to_vault(step: Step, ledger: Ledger, scope: Scope, index: int) -> Iterator[Event] | None:
    return _backstop(ledger, scope, index) if scope.equity < step.amount * scope.requirement else None


def _partly(step: Step, ledger: Ledger, scope: Scope, index: int) -> Iterator[Event] | None:
    """The events of a step that closes a part, which can turn out to be the whole."""
    part = part_to_close(step, ledger, scope, index)
    if part is None:
        return None
    if not ZERO < part < ledger.positions[index].quantity:
        return _whole(ledger, scope, index)
    if ledger.book.has_bucket(ledger.positions[index]):
        return iter((reduce_isolated(ledger, scope, index, part, step.kind),))
    return iter((reduce_pooled(ledger, scope, index, part, step.kind),))


def _whole(ledger: Ledger, scope: Scope, index: int) -> Iterator[Event]:
    profile = ledger.book.profile
    if ledger.book.has_bucket(ledger.positions[index]):
        return iter(take_over(ledger, index, scope, profile.residual))
    rate = ledger.book.liquidation_fee_of(ledger.positions[index])
    rest_to_fund = profile.pool_residual is PoolResidual.FUND
    return iter((close_pooled(ledger, scope, index, rate, rest_to_fund=rest_to_fund),))


def _hedge(ledger: Ledger, scope: Scope) -> tuple[int, int] | None:
    """The first long and the first short of the pool in the market where most is hedged.

    Which pair a venue closes first is not known (rules.md §4.3); what is worth most depends on no order of a file.
    """
    first: dict[tuple[str, Side], int] = {}
    for index, position in enumerate(ledger.positions):
        if ledger.is_open[index] and not ledger.book.has_bucket(position):
            first.setdefault((position.market, position.side), index)
    legs: dict[str, tuple[int, ...]] = {}
    for (market, _), index in first.items():
        legs[market] = (*legs.get(market, ()), index)
    pairs = {market: (pair[0], pair[1]) for market, pair in sorted(legs.items()) if len(pair) == len(Side)}
    return max(pairs.values(), key=lambda pair: _hedged(ledger, scope, pair), default=None)


def _hedged(ledger: Ledger, scope: Scope, pair: tuple[int, int]) -> Decimal:
    """What the smaller leg is worth here, in the account's currency."""
    return min(notional(ledger.positions[index], scope.mark(index)) for index in pair)


def _net(ledger: Ledger, scope: Scope, pair: tuple[int, int]) -> Iterator[Event]:
    """Close two legs against each other: the smaller one whole, as much of the larger one."""
    part = min(ledger.positions[index].quantity for index in pair)
    for index in pair:
        if ledger.positions[index].quantity == part:
            yield close_pooled(ledger, scope, index, step=StepKind.NET_HEDGES)
        else:
            yield reduce_pooled(ledger, scope, index, part, StepKind.NET_HEDGES)


def _backstop(ledger: Ledger, scope: Scope, index: int) -> Iterator[Event]:
    """A vault takes the isolated position with its margin, or every cross position and all cash of the pool."""
    if ledger.book.has_bucket(ledger.positions[index]):
        yield from take_over(ledger, index, scope, Residual.FUND, StepKind.BACKSTOP)
        return
    for member in sorted(scope.members):
        yield close_pooled(ledger, scope, member, rest_to_fund=True, step=StepKind.BACKSTOP)


_Deed = Callable[[Step, Ledger, Scope, int], Iterator[Event] | None]
"""The events of one step; None where it does not apply."""

_DEEDS: Mapping[StepKind, _Deed] = {
    StepKind.CANCEL_ORDERS: _cancel_orders,
    StepKind.NET_HEDGES: _net_hedges,
    StepKind.BACKSTOP: _to_vault,
}
"""The steps that do not just close a part."""
