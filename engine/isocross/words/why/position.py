"""The arithmetic behind a position's figures: formula, numbers put in, result, source."""

from __future__ import annotations

from isocross.account.margin import close_fee, tier_size
from isocross.cascade.adl import WORDS
from isocross.cascade.events import Event, EventKind
from isocross.figures.frame import Frame, PositionFrame, Status
from isocross.format import IN_USD, Amounts, fine, fixed, grouped, percent
from isocross.money import ONE, exact
from isocross.rules.market import Tier
from isocross.rules.profile import Basis
from isocross.words.why.account import order_reasons, pool_equity_reason
from isocross.words.why.events import event_reasons
from isocross.words.why.orders import ladder_reasons, late_stops, room_reasons
from isocross.words.why.prices import price_reasons
from isocross.words.why.reason import PNL, TIMES, Reason, added, dated, pnl_words, rate_words
from isocross.words.why.stated import stated_reasons

_NETTED = "none: only the larger side of this market, or of this coin, needs margin; this is the smaller"


@exact
def reasons(frame: Frame, row: PositionFrame) -> tuple[Reason, ...]:
    """The arithmetic of every figure of a position at the cursor, in the order it is worked out."""
    if row.death is not None:
        return event_reasons(frame, row.death)
    if row.status is Status.CLOSED:
        return event_reasons(frame, _close_of(frame, row))
    return (
        _pnl(row, frame.book.amounts_for(row.position)),
        _initial(frame, row),
        _maintenance(frame, row),
        _equity(frame, row),
        *price_reasons(frame, row),
        *stated_reasons(frame, row),
        *_deleveraging(frame, row),
        *order_reasons(frame, row.position.market),
        *late_stops(frame, row.position),
        *ladder_reasons(frame, row.position),
        *room_reasons(frame, row.position),
    )


def _close_of(frame: Frame, row: PositionFrame) -> Event:
    """What closed a position by hand or by an order: nothing is done to it after that."""
    closes = (EventKind.MOVE, EventKind.FILL)
    return next(e for e in reversed(frame.events) if e.kind in closes and e.position == row.index)


def _pnl(row: PositionFrame, money: Amounts) -> Reason:
    put = pnl_words(money, row.position, row.position.quantity, row.mark, row.unrealised_pnl)
    return Reason("unrealised PnL", PNL[row.position.kind], put)


def _initial(frame: Frame, row: PositionFrame) -> Reason:
    money = frame.book.amounts_for(row.position)
    position, pooled = row.position, not frame.book.has_bucket(row.position)
    floats = pooled and frame.book.profile.cross_initial_basis is Basis.MARK
    at, times = "mark" if floats else "entry", TIMES[position.kind]
    if not row.initial_margin:
        return Reason("initial margin", _NETTED, f"= {money(row.initial_margin)}", frame.book.profile.title)
    put = f"{grouped(position.quantity)} {times} {fine(row.mark if floats else position.entry)} ÷ {position.leverage:f}"
    return Reason("initial margin", f"quantity {times} {at} ÷ leverage", f"{put} = {money(row.initial_margin)}")


def _tier(frame: Frame, row: PositionFrame) -> Tier:
    ladder = frame.book.market_of(row.position).ladder
    return ladder.tiers[ladder.index_at(tier_size(row.position, frame.book.profile, row.mark))]


def _maintenance(frame: Frame, row: PositionFrame) -> Reason:
    money = frame.book.amounts_for(row.position)
    profile = frame.book.profile
    if row.netted:
        return Reason("maintenance margin", _NETTED, f"= {money(row.maintenance_margin)}", profile.title)
    tier = _tier(frame, row)
    at = "mark" if profile.maintenance_basis is Basis.MARK else "entry"
    basis = row.mark if profile.maintenance_basis is Basis.MARK else row.position.entry
    deduction = f" − {money(tier.deduction)}" if tier.deduction else ""
    to_close = close_fee(row.position, profile, row.mark)
    fee = f" + {money(to_close)} close fee" if to_close else ""
    times = TIMES[row.position.kind]
    rate = rate_words(tier.rate_at(row.position.quantity))
    put = f"{grouped(row.position.quantity)} {times} {fine(basis)} × {rate}{deduction}{fee}"
    formula = f"quantity {times} {at} × rate of the tier − deduction"
    as_of = frame.book.market_of(row.position).as_of
    source = f"{profile.title}, tiers of {as_of}" if as_of else profile.title
    return Reason("maintenance margin", formula, f"{put} = {money(row.maintenance_margin)}", source)


def _equity(frame: Frame, row: PositionFrame) -> Reason:
    money = frame.book.amounts_for(row.position)
    account = frame.account
    if not frame.book.has_bucket(row.position):
        formula, put = pool_equity_reason(frame)
        money = IN_USD if frame.book.pools_assets else money
        pool = next((pool for pool in account.pools if row.position.id in pool.positions), None)
        found, asked = account.margin_ratio, account.pool_maintenance_margin
        if pool is not None and not frame.book.pools_assets:
            formula, put = f"balance of {pool.name} + PnL of the cross positions in it", money(pool.equity)
            found, asked = pool.ratio, pool.maintenance_margin
        ratio = "" if found is None else f": {percent(found)}, liquidated at 100 %"
        need = f"against maintenance margin {money(asked)}"
        return Reason("margin ratio", f"maintenance margins ÷ ({formula})", f"{put} {need}{ratio}", dated(frame, row))
    put = added(money, row.margin, row.unrealised_pnl)
    ratio = f", {percent(row.margin_ratio)}, liquidated at 100 %" if row.margin_ratio is not None else ""
    need = f" against maintenance margin {money(row.maintenance_margin)}"
    return Reason("margin ratio", "maintenance margin ÷ (margin + PnL)", f"{put}{need}{ratio}", dated(frame, row))


def _deleveraging(frame: Frame, row: PositionFrame) -> tuple[Reason, ...]:
    """Where a winner stands in the queue; nothing where the venue has none or the position is no winner."""
    if row.adl is None:
        return ()
    factors = (fine(top) if under == ONE else f"{fine(top)} ÷ {fine(under)}" for top, under in row.adl.factors)
    put = f"{' × '.join(factors)} = {fixed(row.adl.score, 4)}"
    rank = f"number {row.adl.rank} of this account's winning {row.position.side}s"
    known = "the venue ranks it among all accounts, which cannot be known from outside"
    formula = WORDS[frame.book.profile.adl_formula]
    return (Reason("deleveraging score", formula, f"{put}; {rank}; {known}", frame.book.profile.title),)
