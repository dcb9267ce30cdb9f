"""Lived paths against the stepping referee, on random accounts; and what has to hold of every one of them."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from isocross.account.book import Mode
from isocross.cascade.ledger import Ledger
from isocross.cascade.netted import asset_pool_of
from isocross.cascade.timeline import Timeline
from isocross.money import exact
from isocross.moves.move import Do, Move, Planned
from isocross.paths.bars import Bar, Candle, CandleOrder
from isocross.paths.walk import Step, Walk
from isocross.rehearsal.replay import ReplayPlan, nothing_due, replay
from isocross.rehearsal.run import live
from tests.brute.assets import asset_books
from tests.brute.books import Case, cases
from tests.brute.lived import Hour, stages_of_candles, stages_of_walk, walk_stages
from tests.brute.picking import composite, pick
from tests.isocross.cascade.test_against_stepping import PLACE_TOLERANCE, TOUCHES, close, same_ledger

D = Decimal
EXAMPLES = settings.default.max_examples
OPENING = datetime(2025, 10, 10, tzinfo=UTC)
ORDERS = {
    CandleOrder.NEAR_FIRST: lambda o, high, low: o - low <= high - o,
    CandleOrder.LOW_FIRST: lambda *_: True,
    CandleOrder.HIGH_FIRST: lambda *_: False,
}
tally: Counter[str] = Counter()


def agree(timeline: Timeline, walked) -> None:
    """The same events in the same order, at the same places, with the same amounts, and the same ledger."""
    theirs = walked.happenings
    assert [(str(e.kind), e.position) for e in timeline.events] == [(h.kind, h.position) for h in theirs]
    for event, happening in zip(timeline.events, theirs, strict=True):
        assert abs(event.place - happening.place) <= PLACE_TOLERANCE, (event, happening)
        assert close(event.amount, happening.amount), (event, happening)
    same_ledger(timeline, walked)
    tally.update(str(event.kind) for event in timeline.events)
    tally["paths"] += 1


@exact
def conserved(timeline: Timeline) -> None:
    """Every event moves cash from somewhere to somewhere, to the last digit, and time goes forward."""
    ledger = Ledger(timeline.book)
    total, place = ledger.total, D(0)
    for event in timeline.events:
        ledger.apply(event)
        assert ledger.total == total
        assert event.place >= place
        place = event.place


# --- walks -------------------------------------------------------------------------------------


@composite
def walks(draw):
    """Up to five steps that never come to −95 %; one in four is a jump."""
    steps, move = [], D(0)
    for _ in range(draw(st.integers(1, 5))):
        step = D(draw(st.integers(-60, 60))) / 100
        if move + step > D("-0.95"):
            steps.append((step, draw(st.integers(0, 3)) == 0))
            move += step
    return steps


def walk_of(case: Case, steps) -> Walk:
    opening = {symbol: market.mark for symbol, market in case.book.markets.items()}
    return Walk(opening, case.betas, tuple(Step(*step) for step in steps))


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(cases(), walks())
def test_a_walk_has_the_same_timeline(case: Case, steps):
    walked = walk_stages(case.book, stages_of_walk(case.book, case.betas, steps))
    assume(walked.narrowest > TOUCHES)
    timeline = live(case.book, walk_of(case, steps))
    agree(timeline, walked)
    conserved(timeline)


def deeds(draw, case: Case, end: int) -> list[Planned]:
    """Some moves of a user, sensible or not."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        do = pick(draw, (*Do, Do.CLOSE, Do.CLOSE))
        position = pick(draw, case.book.positions)
        amount = {Do.SET_LEVERAGE: D(draw(st.integers(1, 9)))}.get(do, D(draw(st.integers(1, 99))))
        if do in {Do.REDUCE, Do.INCREASE}:
            amount = position.quantity * D(pick(draw, ("0.1", "0.5", "1")))
        at = D(draw(st.integers(0, end * 4))) / 4
        found.append(
            Planned(at, Move(do, position.id if do.needs_position else None, amount if do.needs_amount else None))
        )
    return found


@st.composite
def acted_walks(draw):
    case, steps = draw(cases()), draw(walks())
    profile = replace(case.book.profile, taker_fee=D("0.0005"), add_margin_to_cross=True)
    case = replace(case, book=replace(case.book, profile=profile))
    return case, steps, deeds(draw, case, len(steps))


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(acted_walks(), st.integers(0, 20))
def test_an_earlier_place_is_the_beginning_of_a_later_one_and_cash_is_conserved(walk, quarters):
    case, steps, moves = walk
    path = walk_of(case, steps)
    whole = live(case.book, path, moves)
    conserved(whole)
    limit = min(path.end, D(quarters) / 4)
    assert live(case.book, path, moves, limit).events == whole.until(limit)
    done = [event for event in whole.events if str(event.kind) in ("move", "refusal")]
    assert len(done) == len([move for move in moves if move.at <= path.end])
    tally.update(str(event.kind) for event in done)


# --- candles -----------------------------------------------------------------------------------


@st.composite
def histories(draw, symbols):
    """Two to six bars of four hours: open, high, low, close by market."""
    bars = []
    for _ in range(draw(st.integers(2, 6))):
        bar = {}
        for symbol in symbols:
            prices = [draw(st.integers(60, 150)) for _ in range(4)]
            bar[symbol] = (prices[0], max(prices), min(prices), prices[1])
        bars.append(bar)
    return bars


@st.composite
def replays(draw):
    case = draw(cases())
    settles, funds = pick(draw, (0, 8)), pick(draw, (4, 8))
    profile = replace(case.book.profile, settlement_hours=settles, funding_hours=funds)
    book = replace(case.book, profile=profile)
    rate = pick(draw, (None, D("0.001"), D("-0.02")))
    return book, draw(histories(list(book.markets))), pick(draw, CandleOrder), rate


def bars_of(history):
    hours = timedelta(hours=4)
    return [
        Bar(OPENING + n * hours, {s: Candle(*map(D, candle)) for s, candle in bar.items()})
        for n, bar in enumerate(history)
    ]


def hours_of(book, history, rate):
    """At the end of every bar that ends on an hour of the venue."""
    for corner in range(1, len(history) + 1):
        if rate is not None and 4 * corner % book.profile.funding_hours == 0:
            yield Hour(4 * corner, "funding", rate)
        if book.profile.settlement_hours and 4 * corner % book.profile.settlement_hours == 0:
            yield Hour(4 * corner, "settlement")


@pytest.mark.slow
@settings(max_examples=EXAMPLES // 2)
@given(replays(), st.integers(0, 96))
def test_candles_have_the_same_timeline_however_they_are_walked(one, quarters):
    book, history, order, rate = one
    bars, plan = bars_of(history), ReplayPlan(order, rates=rate)
    fast = replay(book, iter(bars), plan)
    slow = replay(book, bars, plan, fast=False, keep_all=True)
    assert fast.events == slow.events
    assert fast.path.marks(fast.limit) == slow.path.marks(slow.limit)
    assert [fast.path.time(e.place) for e in fast.events] == [slow.path.time(e.place) for e in slow.events]
    conserved(fast)
    limit = min(slow.path.end, D(quarters) / 4)
    assert replay(book, iter(bars), plan, limit=limit).events == fast.until(limit)
    walked = walk_stages(book, stages_of_candles(book, history, ORDERS[order]), list(hours_of(book, history, rate)))
    assume(walked.narrowest > TOUCHES)
    agree(fast, walked)


@pytest.mark.usefixtures("counted_here")
def test_enough_happened():
    """The comparison is worth something only where there was trouble."""
    least = {"liquidation": 1, "refill": 4, "funding": 8, "settlement": 16, "move": 4, "refusal": 4}
    for kind, part in least.items():
        assert tally[kind] >= EXAMPLES // part, tally


@st.composite
def backed_replays(draw):
    """An account that several assets back, on many bars of small moves."""
    book, _ = draw(asset_books())
    dice = random.Random(draw(st.integers(0, 10**6)))
    bars, prices = [], dict.fromkeys(book.markets, 100.0)
    for _ in range(30):
        bar = {}
        for symbol, opened in prices.items():
            walked = [opened * (1 + dice.gauss(0, 0.03)) for _ in range(3)]
            bar[symbol] = (opened, max(opened, *walked), min(opened, *walked), walked[-1])
        prices = {symbol: candle[-1] for symbol, candle in bar.items()}
        bars.append({symbol: [f"{price:.2f}" for price in candle] for symbol, candle in bar.items()})
    return book, bars_of(bars)


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(backed_replays())
def test_a_replay_of_an_account_that_assets_back_passes_over_nothing_that_happens(one):
    book, bars = one
    fast, slow = replay(book, iter(bars), ReplayPlan()), replay(book, bars, ReplayPlan(), fast=False)
    assert fast.events == slow.events


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(asset_books())
@exact
def test_where_a_pool_of_assets_is_taken_for_safe_it_is_above_its_line_at_every_corner(drawn):
    """The widest ranges that are taken for safe: the line itself is looked at wherever the marks may go."""
    book, _ = drawn
    ledger = Ledger(book)
    members = {index: ledger.positions[index] for index in ledger.open_in(Mode.CROSS)}
    marks = {symbol: market.mark for symbol, market in book.markets.items()}
    ranges, (safe, unsafe) = dict.fromkeys(marks, (D(0), D(0))), (D(0), D("0.98"))
    for _ in range(20):
        spread = (safe + unsafe) / 2
        wider = {symbol: (mark * (1 - spread), mark * (1 + spread)) for symbol, mark in marks.items()}
        if nothing_due(ledger, wider):
            safe, ranges = spread, wider
        else:
            unsafe = spread
    assume(members and safe)
    backing = tuple(map(ledger.behind_pool_in, book.coin_names))
    for corner in product(*ranges.values()):
        at = {symbol: (mark, D(0)) for symbol, mark in zip(ranges, corner, strict=True)}
        assert asset_pool_of(book, at, members, backing, D(0), ledger.netted).surplus > 0
