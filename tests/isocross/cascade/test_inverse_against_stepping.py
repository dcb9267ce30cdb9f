"""The solver against the stepping referee on accounts with coin-margined contracts, alone and beside linear ones."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isocross.account.book import Mode, Position
from isocross.paths.glide import Glide
from tests.brute.books import Case, bent, bent_cases, coins_in_pools, far
from tests.isocross.cascade.test_against_stepping import GAPS, LIMITS, glided, jumped

BOOKS = settings.default.max_examples

tally: Counter[str] = Counter()


def pooled(case: Case) -> list[Position]:
    """The positions that share one pool."""
    return [p for p in case.book.positions if p.mode is Mode.CROSS and not case.book.top_up]


def takes_several_courses(case: Case) -> bool:
    """Whether coin markets of one pool move apart."""
    return len({case.betas[p.market] for p in pooled(case) if p.inverse} - {0}) > 1


def count(case: Case, walked, sort: str) -> None:
    """Remember what the comparison was about."""
    tally[sort] += 1
    tally["mixed pools"] += len({p.kind for p in pooled(case)}) > 1 and any(h.place > 0 for h in walked.happenings)
    tally["pools of several courses"] += takes_several_courses(case)
    tally.update(h.kind for h in walked.happenings)


@pytest.mark.slow
@settings(max_examples=2 * BOOKS)
@given(bent)
def test_a_glide_has_the_same_timeline(case: Case):
    limit = min(LIMITS[case.direction], far(case))
    assert limit <= Glide.common(case.book, case.betas, case.direction).end
    count(case, glided(case, limit), "glides")


@settings(max_examples=BOOKS)
@given(bent_cases, st.sampled_from(GAPS))
def test_a_gap_has_the_same_timeline(case: Case, size: Decimal):
    count(case, jumped(case, min(size, far(case))), "gaps")


def apart(case: Case) -> Case:
    """The same account with every market moving by a part of its own."""
    parts = {symbol: Decimal(8 + n) / 8 for n, symbol in enumerate(sorted(case.betas))}
    return replace(case, betas=parts)


@settings(max_examples=BOOKS // 2)
@given(bent.map(apart))
def test_markets_that_move_apart_have_the_same_timeline(case: Case):
    count(case, glided(case, min(LIMITS[case.direction], far(case))), "glides")


@pytest.mark.slow
@settings(max_examples=BOOKS // 4, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(coins_in_pools.map(apart).filter(takes_several_courses))
def test_coin_markets_of_one_pool_that_move_apart_have_the_same_timeline(case: Case):
    count(case, glided(case, min(LIMITS[case.direction], far(case))), "glides")


@pytest.mark.usefixtures("counted_here")
def test_enough_happened():
    """The comparison is worth something only where there was trouble."""
    assert tally["glides"] >= BOOKS * 3 // 2, tally
    assert tally["mixed pools"] >= BOOKS // 20, tally
    assert tally["pools of several courses"] >= BOOKS // 4, tally
    assert tally["liquidation"] >= BOOKS, tally
    assert tally["refill"] >= BOOKS // 20, tally
    assert tally["fund"] >= BOOKS // 8, tally
