"""Rules of single venues against the referee, on accounts made for them: what restores, what nets maturities."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from isocross.account.book import Mode, Side
from isocross.cascade.events import Tested as Stood
from isocross.cascade.solver import solve, solve_gap
from isocross.figures.frame import frame_at
from isocross.paths.glide import Glide
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import Netting, Victim
from tests.brute.books import Case, bent_pools, cases, far, pooled_profiles
from tests.brute.picking import pick
from tests.brute.procedures import Procedure, walk_on
from tests.brute.stepping import gap_to
from tests.isocross.cascade.test_against_procedures import GAPS, agree, glide_of
from tests.isocross.cascade.test_against_stepping import LIMITS, TOUCHES

D = Decimal
BOOKS = settings.default.max_examples
MATURITIES = {"AAA": "XYZUSD", "BBB": "FI_XYZUSD_261225", "CCC": "FI_XYZUSD_270326"}
ENOUGH = {
    "restored": 2,
    "restored alone": 8,
    "went on": 8,
    "of one coin": 3,
    "took turns": 20,
    "of one inverse coin": 5,
}

tally: Counter[str] = Counter()

by_mark = cases(kinds=pooled_profiles.filter(lambda p: p.tier_method == "marginal" and p.maintenance_basis == "mark"))


@st.composite
def restored(draw) -> Case:
    """An account at a venue that closes what restores it, with a small fee."""
    case = draw(by_mark)
    buffer, small = pick(draw, (D("0.02"), D("0.05"))), pick(draw, (D(0), D(300), D(2000)))
    steps = (Step(StepKind.RESTORE, buffer, small),)
    victim = pick(draw, (Victim.LARGEST_LOSS, Victim.LARGEST_MAINTENANCE))
    profile = replace(case.book.profile, steps=steps, victim=victim, liquidation_fee=D("0.005"))
    return replace(case, book=replace(case.book, profile=profile))


@st.composite
def of_one_coin(draw, accounts) -> Case:
    """Cross positions in maturities of one coin, which move apart a little, at a venue that nets them."""
    case = draw(accounts)
    book, names = case.book, MATURITIES
    markets = {names[s]: replace(market, symbol=names[s]) for s, market in book.markets.items()}
    sides = [pick(draw, Side) for _ in book.positions]
    held = (
        replace(p, market=names[p.market], mode=Mode.CROSS, side=side)
        for p, side in zip(book.positions, sides, strict=True)
    )
    victim = pick(draw, Victim)
    profile = replace(book.profile, netting=Netting.UNDERLYING, victim=victim)
    betas = {names[s]: pick(draw, (D(1), D("0.9"), D("0.5"), D("1.5"), D("-0.5"))) for s in book.markets}
    return replace(case, book=replace(book, profile=profile, markets=markets, positions=tuple(held)), betas=betas)


def turns(timeline) -> bool:
    """Whether the side that is asked for margin is another at the end than at the opening, nothing being closed."""
    ends = [frame_at(timeline, timeline, place) for place in (D(0), timeline.limit)]
    free = [{row.index for row in frame.positions if row.netted} for frame in ends]
    return not timeline.happened and free[0] != free[1]


@pytest.mark.slow
@settings(max_examples=BOOKS)
@given(restored())
def test_a_glide_where_what_restores_is_closed(case: Case):
    limit = LIMITS[case.direction]
    walked = walk_on(case.book, case.slopes, limit)
    assume(walked.narrowest > TOUCHES)
    timeline = solve(case.book, glide_of(case), limit)
    agree(timeline, walked)
    scopes = [e.figures.tested for e in timeline.events if e.figures.step is StepKind.RESTORE]
    tally.update({"restored": len(scopes), "restored alone": scopes.count(Stood.ISOLATED)})
    tally["went on"] += sum(e.figures.buffer > 0 for e in timeline.events)


@settings(max_examples=BOOKS)
@given(restored(), st.sampled_from(GAPS))
def test_a_gap_where_what_restores_is_closed(case: Case, size: Decimal):
    marks = {symbol: market.mark * (1 + case.slopes[symbol] * size) for symbol, market in case.book.markets.items()}
    walked = gap_to(case.book, marks, size, Procedure)
    assume(walked.narrowest > TOUCHES)
    timeline = solve_gap(case.book, glide_of(case), size)
    agree(timeline, walked)
    tally["went on"] += sum(e.figures.buffer > 0 for e in timeline.events)


@pytest.mark.slow
@settings(max_examples=BOOKS)
@given(of_one_coin(cases(kinds=pooled_profiles)))
def test_a_glide_where_maturities_are_netted(case: Case):
    limit = LIMITS[case.direction]
    walked = walk_on(case.book, case.slopes, limit)
    assume(walked.narrowest > TOUCHES)
    timeline = solve(case.book, glide_of(case), limit)
    agree(timeline, walked)
    tally["of one coin"] += bool(timeline.events)
    tally["took turns"] += turns(timeline)


@pytest.mark.slow
@settings(max_examples=BOOKS)
@given(of_one_coin(bent_pools))
def test_a_coin_margined_glide_where_maturities_are_netted(case: Case):
    limit = min(LIMITS[case.direction], far(case))
    walked = walk_on(case.book, case.slopes, limit)
    assume(walked.narrowest > TOUCHES)
    timeline = solve(case.book, Glide.common(case.book, case.betas, case.direction), limit)
    agree(timeline, walked)
    tally["of one inverse coin"] += bool(timeline.events)
    tally["took turns"] += turns(timeline)


@pytest.mark.usefixtures("counted_here")
def test_enough_happened():
    for kind, part in ENOUGH.items():
        assert tally[kind] >= BOOKS // part, tally
