"""Accounts made tables of floats, a block of them at a time: what the test of both ends and the cascade go over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from isocross.account.book import Book, Mode
from isocross.cascade.ledger import Ledger
from isocross.money import exact
from isocross.records import dataclass
from isocross.risk.plain import is_plain
from isocross.risk.screen import layout as at
from isocross.risk.screen.layout import Given, State
from isocross.rules.market import TierBorder, TierKey
from isocross.rules.procedure import StepKind
from isocross.rules.profile import Basis, FeeCap, PoolResidual, Residual, Victim
from isocross.studies.frontier.closing import CLOSING_NOTHING
from isocross.studies.frontier.grid import unmodelled
from isocross.studies.frontier.lines import lines_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Table = NDArray[np.void]

_VICTIMS = {
    Victim.LARGEST_LOSS: at.LARGEST_LOSS,
    Victim.LARGEST_MAINTENANCE: at.LARGEST_MAINTENANCE,
    Victim.FILE_ORDER: at.IN_ORDER,
    Victim.ALL: at.ALL_OF_THEM,
}
_STEPS = {
    StepKind.BACKSTOP: at.BACKSTOP,
    StepKind.TIER_DOWN: at.TIER_DOWN,
    StepKind.FRACTION: at.FRACTION,
    StepKind.PORTION: at.PORTION,
}


def knows(book: Book) -> bool:
    """Whether the screen can be sure of anything of an account; it does not see orders that are filled on the way."""
    rising = any(market.ladder.rises for market in book.markets.values())
    fills = any(order.fills is not None for order in book.orders)
    return is_plain(book) and not book.inverse_markets and not rising and not fills


def knows_cascades(book: Book) -> bool:
    """Whether it can be sure of what happens to an account, too, and not only that nothing does."""
    steps = all(step.kind in _STEPS or step.kind in CLOSING_NOTHING for step in book.profile.steps)
    return steps and not book.orders and unmodelled(book) is None


@dataclass(frozen=True)
class Block:
    """Some accounts as tables."""

    given: Given
    markets: tuple[tuple[str, ...], ...]
    """By account: the market of each position."""

    def room(self) -> State:
        """Make room for the state of every position."""
        return State(np.zeros(len(self.given.held), dtype=at.STANDING), np.zeros(1, dtype=at.NOW))


@exact
def block_of(books: Sequence[Book]) -> Block:
    """Make tables of accounts; each one is one that `knows` says yes to."""
    tables: list[Given] = []
    markets: list[tuple[str, ...]] = []
    steps = positions = tiers = 0
    for book in books:
        order, pooled = _order(book)
        made = _given(book, order, pooled)
        made.account["begin"], made.account["apart"] = positions, positions + pooled
        made.account["end"] = positions = positions + len(order)
        made.account["step"] = steps
        made.account["end_step"] = steps = steps + len(made.step)
        made.held["tier"] += tiers
        made.held["end_tier"] += tiers
        tiers += len(made.tier)
        tables.append(made)
        markets.append(tuple(book.positions[i].market for i in order))
    return Block(Given(*(np.concatenate(parts) for parts in zip(*tables, strict=True))), tuple(markets))


def _order(book: Book) -> tuple[list[int], int]:
    """The positions of the pool and then the others, in the order in which rules leave ties; how many the pool has."""
    by_file = book.profile.victim is Victim.FILE_ORDER and not book.top_up
    every = range(len(book.positions))
    turn = list(every) if by_file else book.in_turn(every)
    pooled = [i for i in turn if not book.has_bucket(book.positions[i])]
    return pooled + [i for i in turn if book.has_bucket(book.positions[i])], len(pooled)


def _given(book: Book, order: Sequence[int], pooled: int) -> Given:
    """The tables of one account, counted from its own first position, step and tier."""
    ledger, profile = Ledger(book), book.profile
    account = _table(at.ACCOUNT, 1, {
        "cash": float(ledger.pool),
        "behind_pool": float(ledger.behind_pool),
        "victim": _VICTIMS[profile.victim],
        "by_share": profile.fee_cap is FeeCap.SHARE,
        "rest_to_fund": profile.pool_residual is PoolResidual.FUND,
        "keeps": profile.residual is Residual.USER,
        "cascades": knows_cascades(book),
    })  # fmt: skip
    steps = [step for step in profile.steps if step.kind in _STEPS]
    step = _table(at.STEP, len(steps), {
        "kind": [_STEPS[step.kind] for step in steps],
        "amount": [float(step.amount) for step in steps],
        "above": [float(step.above) for step in steps],
        "most": [np.inf if step.most is None else float(step.most) for step in steps],
    })  # fmt: skip
    position, tier = _positions(book, order, pooled, ledger)
    return Given(account, step, position, tier)


def _positions(book: Book, order: Sequence[int], pooled: int, ledger: Ledger) -> tuple[Table, Table]:
    """The positions of an account, and their tiers."""
    held, profile = [book.positions[i] for i in order], book.profile
    lines = lines_of(book, {i: book.positions[i] for i in order}, {})
    counts = np.array([len(book.market_of(position).ladder.tiers) for position in held], dtype=np.int64)
    is_tier = np.arange(lines.constant.shape[1]) < counts[:, None]
    by_quantity = profile.tier_key is TierKey.QUANTITY
    by_price = at.BY_NOTIONAL if profile.maintenance_basis is Basis.MARK else at.BY_ENTRY
    apart = [at.ISOLATED if position.mode is Mode.ISOLATED else at.REFILLED for position in held[pooled:]]
    same = ("sign", "quantity", "mark", "entry", "leverage", "fee", "lot")
    position = _table(at.POSITION, len(held), {name: getattr(lines, name) for name in same} | {
        "start": _floats([position.counts_from for position in held]),
        "initial": lines.initial_margin,
        "margin": _floats([ledger.margins[i] for i in order]),
        "home": [at.POOLED] * pooled + apart,
        "size_by": at.BY_QUANTITY if by_quantity else by_price,
        "below": by_quantity and profile.tier_border is TierBorder.BELOW,
        "jumps": not lines.convex,
        "tier": np.cumsum(counts) - counts,
        "end_tier": np.cumsum(counts),
    })  # fmt: skip
    tier = _table(at.TIER, int(counts.sum()), {
        "start": lines.starts[:, :-1][is_tier],
        "fixed": lines.constant[is_tier],
        "fixed_each": lines.constant_each[is_tier],
        "moving": lines.per_mark[is_tier],
        "moving_each": lines.per_mark_each[is_tier],
    })  # fmt: skip
    return position, tier


def _table(record: np.dtype[np.void], count: int, columns: Mapping[str, Any]) -> Table:
    table = np.zeros(count, dtype=record)
    for name, values in columns.items():
        table[name] = values
    return table


def _floats(values: Sequence[Decimal]) -> Floats:
    return np.array([float(value) for value in values], dtype=np.float64)
