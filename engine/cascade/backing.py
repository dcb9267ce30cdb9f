"""What stands behind a pool now: the initial margins it backs, and what it has available beside them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from engine.book import Mode
from engine.cascade.ledger import Ledger
from engine.margin import initial_margin_at, unrealised_pnl
from engine.money import ZERO
from engine.netting import free_legs
from engine.venue import Basis


def initial_margins(ledger: Ledger, marks: Mapping[str, Decimal]) -> dict[int, Decimal]:
    """Initial margin of every open position; of a cross position of a pool by the venue's basis, none if netted."""
    at_mark = ledger.book.profile.cross_initial_basis is Basis.MARK
    asked: dict[int, Decimal] = {}
    for index, position in enumerate(ledger.positions):
        if not ledger.is_open[index]:
            continue
        if at_mark and not ledger.book.has_bucket(position):
            asked[index] = initial_margin_at(position, marks[position.market])
        else:
            asked[index] = position.initial_margin
    if ledger.book.top_up:
        return asked
    pool = {i: ledger.positions[i] for i in ledger.open_in(Mode.CROSS)}
    return asked | dict.fromkeys(free_legs(pool, ledger.book.profile.netting, asked.__getitem__), ZERO)


def spare(ledger: Ledger, marks: Mapping[str, Decimal]) -> Decimal:
    """What a new position could stand on; negative where initial margins are not covered.

    Top-up: cash in no bucket. Pooled: pool equity less the initial margins of its positions. Both less what resting
    orders hold.
    """
    if ledger.book.top_up:
        return ledger.unreserved
    asked = initial_margins(ledger, marks)
    cross = ledger.open_in(Mode.CROSS)
    pnl = sum((unrealised_pnl(ledger.positions[i], marks[ledger.positions[i].market]) for i in cross), ZERO)
    return ledger.unreserved + pnl - sum((asked[i] for i in cross), ZERO)


def available_cash(ledger: Ledger, marks: Mapping[str, Decimal]) -> Decimal:
    """Cash that can go into a bucket now: what is spare, and never more than the cash there is."""
    return max(ZERO, min(ledger.unreserved, spare(ledger, marks)))
