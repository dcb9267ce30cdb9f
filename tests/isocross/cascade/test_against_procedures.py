"""The solver against the referee for whole procedures, on random accounts: the same events, places and amounts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from isocross.account.book import Mode, Order, Side
from isocross.account.margin import quantity_of
from isocross.cascade.events import Event
from isocross.cascade.events import Tested as Stood
from isocross.cascade.ledger import Ledger
from isocross.cascade.payers import losses
from isocross.cascade.solver import solve, solve_gap
from isocross.cascade.timeline import Timeline
from isocross.paths.glide import Glide
from isocross.rules.market import Kind
from isocross.rules.procedure import CancelScope, Step, StepKind
from isocross.rules.profile import Basis, CrossMachine, FeeCap, Netting, OrderReserve, PoolResidual, TierMethod, Victim
from tests.brute.books import Case, cases, few_digits
from tests.brute.picking import pick
from tests.brute.procedures import Procedure, walk_on
from tests.brute.stepping import Happening, Walked, gap_to
from tests.isocross.cascade.test_against_stepping import (
    LIMITS,
    PLACE_TOLERANCE,
    TOUCHES,
    close,
    names,
    same_ledger,
    without_dust,
)

D = Decimal
BOOKS = settings.default.max_examples
GAPS = tuple(D(x) for x in ("0.1", "0.3", "0.6"))
KINDS = {"refill", "order_cancel", "reduction", "liquidation", "fund", "deleverage"}
ENOUGH = {"order_cancel": 10, "reduction": 4, "liquidation": 1, "refill": 4, "netted": 33, "backstop": 33, "portion": 4}

tally: Counter[str] = Counter()

cancelling = st.sampled_from(CancelScope).map(lambda scope: Step(StepKind.CANCEL_ORDERS, scope=scope))
PORTION = Step(StepKind.PORTION, D("0.25"), D(100), most=D(5000))
partly = st.sampled_from(
    (
        Step(StepKind.TIER_DOWN, D(1)),
        Step(StepKind.TIER_DOWN, D(2)),
        Step(StepKind.FRACTION, D("0.2"), D(100)),
        PORTION,
        Step(StepKind.NET_HEDGES),
        Step(StepKind.BACKSTOP, D("0.666666666666666667")),
    )
)
at_once = st.sampled_from((Step(StepKind.BACKSTOP, D("0.666666666666666667")), Step(StepKind.NET_HEDGES)))
"""Steps that leave no position smaller than it was, but for those closed against each other."""
plain_cases = cases()
RESTORE = Step(StepKind.RESTORE, D("0.02"))


@st.composite
def procedures(draw, accounts: st.SearchStrategy[Case] = plain_cases, some=partly) -> Case:
    """An account with orders, self-drawing positions and a procedure of its own."""
    case = draw(accounts)
    if case.book.top_up and draw(st.integers(0, 3)):
        pooled = replace(case.book.profile, cross_machine=CrossMachine.POOLED)
        case = replace(case, book=replace(case.book, profile=pooled))
    steps = draw(st.lists(cancelling, max_size=1))
    if draw(st.booleans()):
        case = hedged(draw, case)
        steps += draw(st.lists(st.just(Step(StepKind.NET_HEDGES)), max_size=1))
    book, base = case.book, case.book.profile
    steps += draw(st.lists(some, min_size=1, max_size=3))
    plain = base.tier_method is TierMethod.MARGINAL and base.maintenance_basis is Basis.MARK
    if some is partly and plain and draw(st.booleans()):
        steps.append(RESTORE)
    netting = Netting.NONE if RESTORE in steps else pick(draw, Netting)
    profile = replace(
        base,
        taker_fee=D("0.0005"),
        steps=tuple(steps),
        victim=pick(draw, (base.victim, *Victim)),
        order_reserve=pick(draw, OrderReserve),
        order_counts=draw(st.booleans()),
        cancel_before_last_refill=draw(st.booleans()),
        netting=netting,
        pool_residual=pick(draw, PoolResidual),
        fee_cap=pick(draw, FeeCap),
        cross_initial_basis=pick(draw, Basis),
    )
    held = tuple(replace(p, auto_margin=draw(st.booleans()) and p.mode is Mode.ISOLATED) for p in book.positions)
    return replace(case, book=replace(book, profile=profile, positions=held, orders=resting(draw, case)))


def hedged(draw, case: Case) -> Case:
    """The first position in cross with one against it."""
    first, *others = case.book.positions
    first = replace(first, mode=Mode.CROSS, given_margin=None)
    side = Side.LONG if first.side is Side.SHORT else Side.SHORT
    quantity = few_digits(first.quantity * pick(draw, (D("0.4"), D("0.8"), D(1), D("1.5"))))
    against = replace(first, id="against", side=side, quantity=quantity)
    return replace(case, book=replace(case.book, positions=(first, *others, against)))


def resting(draw, case: Case) -> tuple[Order, ...]:
    """Up to three orders, small beside the wallet."""
    orders = []
    for n in range(draw(st.integers(0, 3))):
        market = pick(draw, sorted(case.book.markets))
        mark = case.book.markets[market].mark
        kind = Kind.INVERSE if market in case.book.inverse_markets else Kind.LINEAR
        size = case.book.wallet * pick(draw, (D("0.05"), D("0.5"), D(2)))
        quantity = few_digits(quantity_of(kind, size, mark))
        price = mark * pick(draw, (90, 99, 100, 103)) / 100
        mode = pick(draw, Mode)
        lever = pick(draw, (None, D(5)))
        orders.append(Order(f"o{n}", market, pick(draw, Side), quantity, price, mode, lever, kind))
    return tuple(orders)


def apart(event: Event) -> list[Happening]:
    """The equal things that an event tells at once."""
    times = event.figures.times
    return times * [Happening(event.place, str(event.kind), event.position, event.amount / times)]


def agree(timeline: Timeline, walked: Walked) -> None:
    """The same events in the same order, at the same places, with the same amounts, and the same ledger."""
    solved = without_dust(one for event in timeline.events for one in apart(event))
    happened = without_dust(walked.happenings)
    assert {h.kind for h in solved} <= KINDS
    assert names(solved) == names(happened), (solved, happened)
    for mine, theirs in zip(happened, solved, strict=True):
        assert abs(mine.place - theirs.place) <= PLACE_TOLERANCE, (mine, theirs)
        assert close(mine.amount, theirs.amount), (mine, theirs)
    same_ledger(timeline, walked)
    tally.update(h.kind for h in walked.happenings)
    tally["netted"] += sum(e.figures.step is StepKind.NET_HEDGES for e in timeline.events)
    portions = [e.figures.times for e in timeline.events if e.figures.step is StepKind.PORTION]
    tally.update(portion=sum(portions), reduction=-sum(portions))
    tally["backstop"] += sum(e.figures.step is StepKind.BACKSTOP for e in timeline.events)


def glide_of(case: Case) -> Glide:
    return Glide.common(case.book, case.betas, case.direction)


@pytest.mark.slow
@settings(max_examples=2 * BOOKS)
@given(procedures())
def test_a_glide_has_the_same_timeline_under_any_procedure(case: Case):
    limit = LIMITS[case.direction]
    walked = walk_on(case.book, case.slopes, limit)
    assume(walked.narrowest > TOUCHES)
    agree(solve(case.book, glide_of(case), limit), walked)


@pytest.mark.slow
@settings(max_examples=2 * BOOKS)
@given(procedures(), st.sampled_from(GAPS))
def test_a_gap_has_the_same_timeline_under_any_procedure(case: Case, size: Decimal):
    marks = {symbol: market.mark * (1 + case.slopes[symbol] * size) for symbol, market in case.book.markets.items()}
    agree(solve_gap(case.book, glide_of(case), size), gap_to(case.book, marks, size, Procedure))


@pytest.mark.slow
@settings(max_examples=BOOKS * 6 // 10)
@given(procedures())
def test_cash_is_kept_events_are_few_and_somebody_pays_for_every_loss(case: Case):
    book, path = case.book, glide_of(case)
    timeline = solve(book, path, D("0.9"))
    ledger = Ledger(book)
    whole = ledger.total
    most = len(book.orders) + sum(8 + 2 * len(book.market_of(p).ladder.tiers) + p.leverage for p in book.positions)
    refilled = [e for e in timeline.events if e.figures.tested is Stood.BUCKET]
    restored = [e for e in timeline.events if e.figures.step is StepKind.RESTORE]
    portions = [e for e in timeline.events if e.figures.step is StepKind.PORTION]
    assert len(timeline.events) - len(refilled) - len(restored) - len(portions) <= most
    for event in timeline.events:
        assert sum((p.amount for p in event.postings), D(0)) == 0
        ledger.apply(event)
        assert ledger.total == whole
        assert book.fund is None or ledger.fund >= 0
        assert ledger.reserved >= 0
    for index, position in enumerate(book.positions):
        if position.mode is Mode.ISOLATED and not position.auto_margin:
            assert ledger.drawn[index] == 0
        if position.auto_margin:
            draws = [e for e in timeline.events if e.position == index and e.kind == "refill"]
            assert len(draws) <= position.leverage + 2
            bucket = position.margin + sum((e.amount for e in draws), D(0))
            assert bucket <= max(position.margin, position.quantity * position.entry)
    for part in losses(ledger, path.marks(D("0.9"))).values():
        assert min(part.own_margin, part.unused, part.others, part.fund) >= D("-1e-15")


@pytest.mark.usefixtures("counted_here")
def test_enough_happened():
    for kind, part in ENOUGH.items():
        assert tally[kind] >= BOOKS // part, tally
