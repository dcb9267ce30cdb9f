"""Whole procedures off the beaten path: coin-margined accounts, walks and replays, held against the referee."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve, solve_gap
from isocross.paths.bars import CandleOrder
from isocross.paths.glide import Glide
from isocross.rehearsal.replay import ReplayPlan, replay
from isocross.rehearsal.run import live
from tests.brute.books import Case, bent_cases, far
from tests.brute.lived import LivedProcedure, stages_of_candles, stages_of_walk, walk_stages
from tests.brute.picking import pick
from tests.brute.procedures import TINY, Procedure, walk_on
from tests.brute.stepping import gap_to
from tests.isocross.cascade.test_against_procedures import GAPS, agree, at_once, procedures
from tests.isocross.cascade.test_against_stepping import LIMITS, TOUCHES
from tests.isocross.rehearsal.test_lived_against_stepping import (
    ORDERS,
    bars_of,
    conserved,
    histories,
    hours_of,
    walk_of,
    walks,
)
from tests.isocross.rehearsal.test_lived_against_stepping import agree as agree_on_the_way

D = Decimal
BOOKS = settings.default.max_examples
ENOUGH = {"order_cancel": 10, "reduction": 10, "liquidation": 2, "refill": 4, "netted inverse": 50, "lived draws": 20}

tally: Counter[str] = Counter()


def past_dust(timeline, walked):
    """Both without refills and holes of what rounding left of the cash: the referee keeps more digits."""
    dusty = {"refill", "fund", "deleverage"}
    events = tuple(e for e in timeline.events if str(e.kind) not in dusty or e.amount > TINY)
    happenings = tuple(h for h in walked.happenings if h.kind not in dusty or h.amount > TINY)
    return replace(timeline, happened=events), replace(walked, happenings=happenings)


def seen(timeline, sort: str) -> None:
    """Remember what the comparison was about."""
    book = timeline.book
    tally.update(str(event.kind) for event in timeline.events)
    tally[sort] += 1
    tally["netted inverse"] += any(book.positions[i].inverse for i in Ledger(book).netted)
    tally["lived draws"] += sort == "lived" and any(p.auto_margin for p in book.positions)


@settings(max_examples=BOOKS // 2)
@given(procedures(bent_cases))
def test_a_coin_margined_glide_has_the_same_timeline_under_any_procedure(case: Case):
    limit = min(LIMITS[case.direction], far(case))
    walked = walk_on(case.book, case.slopes, limit)
    assume(walked.narrowest > TOUCHES)
    timeline = solve(case.book, Glide.common(case.book, case.betas, case.direction), limit)
    agree(*past_dust(timeline, walked))
    conserved(timeline)
    seen(timeline, "inverse")


@settings(max_examples=BOOKS // 2)
@given(procedures(bent_cases), st.sampled_from(GAPS))
def test_a_coin_margined_gap_has_the_same_timeline_under_any_procedure(case: Case, size: Decimal):
    size = min(size, far(case))
    marks = {symbol: market.mark * (1 + case.slopes[symbol] * size) for symbol, market in case.book.markets.items()}
    walked = gap_to(case.book, marks, size, Procedure)
    assume(walked.narrowest > TOUCHES)
    timeline = solve_gap(case.book, Glide.common(case.book, case.betas, case.direction), size)
    agree(*past_dust(timeline, walked))
    conserved(timeline)
    seen(timeline, "inverse")


@pytest.mark.slow
@settings(max_examples=BOOKS // 2)
@given(procedures(some=at_once), walks())
def test_a_walk_has_the_same_timeline_under_any_procedure(case: Case, steps):
    walked = walk_stages(case.book, stages_of_walk(case.book, case.betas, steps), kind=LivedProcedure)
    assume(walked.narrowest > TOUCHES)
    tape = live(case.book, walk_of(case, steps))
    agree_on_the_way(*past_dust(tape, walked))
    conserved(tape)
    seen(tape, "lived")


@st.composite
def replays(draw):
    """An account with a procedure on candles, under a venue that settles and charges funding."""
    book = draw(procedures(some=at_once)).book
    settles = pick(draw, (0, 8))
    book = replace(book, profile=replace(book.profile, settlement_hours=settles, funding_hours=4))
    return book, draw(histories(list(book.markets))), pick(draw, (None, D("0.001"), D("-0.02")))


@settings(max_examples=BOOKS // 2)
@given(replays())
def test_a_replay_passes_over_nothing_that_happens_under_any_procedure(one):
    book, history, rate = one
    order, bars = CandleOrder.NEAR_FIRST, bars_of(history)
    fast = replay(book, iter(bars), ReplayPlan(order, rates=rate))
    assert fast.events == replay(book, bars, ReplayPlan(order, rates=rate), fast=False).events
    conserved(fast)
    hours = list(hours_of(book, history, rate))
    walked = walk_stages(book, stages_of_candles(book, history, ORDERS[order]), hours, LivedProcedure)
    assume(walked.narrowest > TOUCHES)
    agree_on_the_way(*past_dust(fast, walked))
    seen(fast, "lived")


@pytest.mark.usefixtures("counted_here")
def test_enough_happened():
    for kind, part in ENOUGH.items():
        assert tally[kind] >= BOOKS // part, tally
