from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade.events import EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.payers import losses
from isocross.cascade.solver import solve
from isocross.paths.glide import Glide
from isocross.rules.market import Ladder, Market, Tier, TierKey, TierMethod, with_deductions
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import CrossMachine, Line, Profile, Residual, Victim
from tests.brute.books import Case, cases

D = Decimal
PLAIN = Profile("plain", "Plain", "", "", CrossMachine.POOLED, Line.AT_OR_BELOW)
TIERS = with_deductions(
    tuple((Tier(D(start), D(rate), D(20)), False) for start, rate in ((0, "0.01"), (1000, "0.02"), (2000, "0.03"))),
    TierMethod.MARGINAL,
)
DOWN_ONE = Step(StepKind.TIER_DOWN, D(1))
FIFTH = Step(StepKind.FRACTION, D("0.2"), above=D(1000))
BUFFER = Step(StepKind.RESTORE, D("0.02"))
TENTHS = Step(StepKind.PORTION, D("0.1"), above=D(1000), most=D(100000))
tally: Counter[str] = Counter()


def one_long(*steps: Step, mode: Mode = Mode.ISOLATED, residual: Residual = Residual.FUND, lot: str = "0.001") -> Book:
    profile = replace(PLAIN, steps=steps, residual=residual)
    market = Market("AAA", D(100), Ladder(TIERS, TierKey.NOTIONAL), lot=D(lot))
    position = Position("a", "AAA", Side.LONG, mode, D(30), D(100), D(10))
    return Book(profile, D(300), {"AAA": market}, (position,))


def fall(book: Book):
    return solve(book, Glide.common(book, {}, -1))


@pytest.mark.parametrize("mode", list(Mode))
def test_a_tier_step_closes_exactly_the_slice_above_the_next_tier(mode):
    first = fall(one_long(DOWN_ONE, mode=mode)).events[0]
    assert first.kind is EventKind.REDUCTION
    kept = D(30) - first.figures.quantity
    assert kept * first.mark < 2000 <= (kept + D("0.001")) * first.mark


@pytest.mark.parametrize("mode", list(Mode))
def test_tier_steps_go_down_one_tier_at_a_time_and_then_the_rest_is_closed(mode):
    kinds = [event.kind for event in fall(one_long(DOWN_ONE, mode=mode)).events]
    assert kinds == [EventKind.REDUCTION, EventKind.REDUCTION, EventKind.LIQUIDATION]


def test_two_tiers_down_are_taken_only_where_there_are_two():
    events = fall(one_long(Step(StepKind.TIER_DOWN, D(2)))).events
    assert [event.kind for event in events] == [EventKind.REDUCTION, EventKind.LIQUIDATION]
    assert (D(30) - events[0].figures.quantity) * events[0].mark < 1000


def test_a_fifth_goes_first_and_then_the_whole():
    events = fall(one_long(FIFTH, residual=Residual.USER)).events
    assert [event.kind for event in events] == [EventKind.REDUCTION, EventKind.LIQUIDATION]
    assert events[0].figures.quantity == 6
    assert events[1].figures.quantity == 24


def test_a_small_position_is_closed_whole():
    events = fall(one_long(replace(FIFTH, above=D(5000)))).events
    assert [event.kind for event in events] == [EventKind.LIQUIDATION]


def test_restoring_leaves_the_buffer_above_the_line():
    book = one_long(BUFFER, mode=Mode.CROSS)
    timeline = fall(book)
    first = timeline.events[0]
    ledger = Ledger.after(book, timeline.events[:1])
    (position,) = ledger.positions
    size = position.quantity * first.mark
    tier = TIERS[Ladder(TIERS, TierKey.NOTIONAL).index_at(size)]
    surplus = ledger.pool + position.quantity * (first.mark - 100) - (size * tier.rate - tier.deduction)
    assert D("0.02") * size <= surplus < D("0.03") * size


@pytest.mark.parametrize(("fee", "closed"), [("0", "1"), ("0.01", "1.1111"), ("0.02", "1.25")])
def test_the_amount_to_restore_is_the_shortage_over_what_a_unit_frees(fee, closed):
    # of Drift's own tests: shortage 10, ratio 10 %, price 100
    profile = replace(PLAIN, steps=(Step(StepKind.RESTORE, D(0)),), liquidation_fee=D(fee))
    market = Market("AAA", D(100), Ladder((Tier(D(0), D("0.1"), D(20)),), TierKey.NOTIONAL), lot=D("0.0001"))
    position = Position("a", "AAA", Side.LONG, Mode.CROSS, D(10), D(100), D(5))
    book = Book(profile, D(90), {"AAA": market}, (position,))
    first = solve(book, Glide.common(book, {}, -1), D(0)).events[0]
    assert abs(first.figures.quantity - D(closed)) <= D("0.0001")


def with_steps(case: Case, steps: tuple[Step, ...], victim: Victim) -> Book:
    return replace(case.book, profile=replace(case.book.profile, steps=steps, victim=victim))


every_step = (DOWN_ONE, Step(StepKind.TIER_DOWN, D(2)), FIFTH, BUFFER, TENTHS)
any_steps = st.lists(st.sampled_from(every_step), max_size=3).map(tuple)


@pytest.mark.slow
@settings(max_examples=3 * settings.default.max_examples)
@given(cases(), any_steps, st.sampled_from(Victim))
def test_reductions_conserve_cash_make_progress_and_say_who_paid(case, steps, victim):
    book = with_steps(case, steps, victim)
    path = Glide.common(book, case.betas, case.direction)
    timeline = solve(book, path, D("0.9"))
    ledger = Ledger(book)
    whole = ledger.total
    for event in timeline.events:
        before = list(ledger.positions)
        ledger.apply(event)
        tally[event.kind] += 1
        assert ledger.total == whole
        if event.kind is EventKind.REDUCTION:
            old, new = before[event.position], ledger.positions[event.position]
            assert 0 < new.quantity == old.quantity - event.figures.quantity < old.quantity
    reduced = Counter(e.position for e in timeline.events if e.kind is EventKind.REDUCTION)
    assert all(times <= 400 for times in reduced.values())
    paid = losses(ledger, path.marks(D("0.9")))
    for part in paid.values():
        assert min(part.own_margin, part.unused, part.others, part.fund) >= D("-1e-15")


@pytest.mark.usefixtures("counted_here")
def test_enough_was_reduced():
    assert tally[EventKind.REDUCTION] >= 25, tally
