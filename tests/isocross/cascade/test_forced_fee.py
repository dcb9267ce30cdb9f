"""A market's own rate of the fee of a forced close: by hand, and by the referee."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.cascade.events import EventKind
from isocross.cascade.solver import solve_gap
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import listed_market, load_profile
from isocross.rules.market import Ladder, Tier, TierKey
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import FeeCap
from isocross.workspace import book_of, load_text
from tests.brute.books import Case, anything, bent, far, fees_by_market
from tests.brute.procedures import Procedure
from tests.brute.stepping import gap_to
from tests.isocross.cascade import test_against_procedures
from tests.isocross.cascade.test_against_stepping import GAPS, LIMITS, glided, jumped, marks_of

D = Decimal
BOOKS = settings.default.max_examples
tally: Counter[str] = Counter()

fees = fees_by_market(st.one_of(anything, anything, bent))


def charging_in_full(case: Case) -> Case:
    """The same where a fee may take all there is: one that takes its share can leave an account on its very line."""
    return replace(case, book=replace(case.book, profile=replace(case.book.profile, fee_cap=FeeCap.POOL)))


by_steps = fees_by_market(test_against_procedures.procedures()).map(charging_in_full)


def count(case: Case, walked) -> None:
    """Remember what the comparison was about."""
    book = case.book
    fell = (book.positions[h.position] for h in walked.happenings if h.position is not None)
    rates = {book.liquidation_fee_of(position) for position in fell}
    tally["more than one rate"] += len(rates) > 1
    tally["own"] += bool(rates - {book.profile.liquidation_fee})
    tally["books"] += 1


@pytest.mark.slow
@settings(max_examples=BOOKS)
@given(fees)
def test_a_glide_has_the_same_timeline_whatever_each_market_charges(case: Case):
    count(case, glided(case, min(LIMITS[case.direction], far(case))))


@settings(max_examples=BOOKS)
@given(fees, st.sampled_from(GAPS))
def test_a_gap_has_the_same_timeline_whatever_each_market_charges(case: Case, size: Decimal):
    count(case, jumped(case, min(size, far(case))))


@pytest.mark.slow
@settings(max_examples=BOOKS)
@given(by_steps, st.sampled_from(GAPS))
def test_a_procedure_charges_what_each_market_does(case: Case, size: Decimal):
    walked = gap_to(case.book, marks_of(case, size), size, Procedure)
    timeline = solve_gap(case.book, Glide.common(case.book, case.betas, case.direction), size)
    test_against_procedures.agree(timeline, walked)
    count(case, walked)


@pytest.mark.usefixtures("counted_here")
def test_enough_happened():
    """A comparison is worth something only where markets charged what is theirs."""
    assert tally["own"] >= BOOKS // 4, tally
    assert tally["more than one rate"] >= BOOKS // 12, tally


@pytest.mark.parametrize(
    ("symbol", "rate"),
    [
        ("BTCUSDT", "0.0125"),
        ("SOLUSDT", "0.015"),
        ("HYPEUSDT", "0.02"),
        ("PENGUUSDT", "0.025"),
        ("BTCUSD_PERP", "0.015"),
        # not in the venue's list of that day: the venue's rate
        ("TONUSDT", None),
    ],
)
def test_binance_charges_each_market_its_own_fee(symbol, rate):
    found = listed_market(load_profile("binance"), symbol).liquidation_fee
    assert found == (None if rate is None else D(rate))


def opened(venue: str) -> GlideRehearsal:
    held = "".join(
        f'[[positions]]\nmarket = "{symbol}"\nside = "long"\nmode = "isolated"\n'
        "quantity = 1\nentry = 100\nleverage = 5\n"
        for symbol in ("BTCUSDT", "SOLUSDT")
    )
    return GlideRehearsal(book_of(load_text(f"wallet = 100\nvenue = {venue}\n{held}")), {})


@pytest.mark.parametrize(
    ("venue", "rates"),
    [
        ('"binance"', ("0.0125", "0.015")),
        ('"drift"', ("0.0125", "0.015")),
        ('{ profile = "binance", liquidation_fee = 0 }', ("0", "0")),
        ('{ profile = "binance", liquidation_fee = 0.001 }', ("0.001", "0.001")),
    ],
)
def test_a_rate_of_the_file_is_that_of_every_market(venue, rates):
    book = opened(venue).book
    assert tuple(book.liquidation_fee_of(position) for position in book.positions) == tuple(map(D, rates))


def test_two_positions_that_fall_alike_pay_what_their_markets_charge():
    book = opened('"drift"').book
    ladder = Ladder((Tier(D(0), D("0.05"), D(20)),), TierKey.QUANTITY)
    alike = {symbol: replace(market, ladder=ladder) for symbol, market in book.markets.items()}
    profile = replace(book.profile, steps=())
    frame = GlideRehearsal(replace(book, markets=alike, profile=profile), {}).frame(D("-0.3"))
    first, second = (event for event in frame.events if event.kind is EventKind.LIQUIDATION)
    assert first.mark == second.mark
    fees = {event.position: event.figures.fee / event.mark for event in (first, second)}
    assert {index: round(fee, 12) for index, fee in fees.items()} == {0: D("0.0125"), 1: D("0.015")}


@pytest.mark.parametrize(
    ("mode", "step"),
    [
        ("cross", Step(StepKind.RESTORE, D("0.02"))),
        ("cross", Step(StepKind.PORTION, D("0.1"))),
        ("isolated", Step(StepKind.PORTION, D("0.1"))),
    ],
)
def test_a_part_that_is_closed_pays_what_its_market_charges(mode, step):
    text = (
        f'wallet = 200000\nvenue = "drift"\n[[positions]]\nmarket = "SOLUSDT"\nside = "long"\nmode = "{mode}"\n'
        "quantity = 10000\nentry = 100\nleverage = 5\n"
    )
    book = book_of(load_text(text))
    first = GlideRehearsal(replace(book, profile=replace(book.profile, steps=(step,))), {}).frame(D("-0.2")).events[0]
    assert first.kind is EventKind.REDUCTION
    assert round(first.figures.fee / (first.figures.quantity * first.mark), 12) == D("0.015")
