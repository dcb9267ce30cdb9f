"""Equal portions at one place are one event with a count: the referee closes them one by one and tests after each."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade import portions, steps
from isocross.cascade.events import Event, EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve, solve_gap
from isocross.money import exact
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rehearsal.scenario import PathKind
from isocross.report.papers import GlidePaper
from isocross.rules.catalogue import load_profile
from isocross.rules.market import Ladder, Market, Tier, TierKey
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import FeeCap, Victim
from isocross.words.why.events import event_reasons
from tests.brute.picking import pick
from tests.brute.procedures import Procedure
from tests.brute.stepping import gap_to
from tests.isocross.cascade.test_against_procedures import agree

D = Decimal
TIERS = Ladder((Tier(D(0), D("0.03"), D(20)), Tier(D(40_000), D("0.05"), D(20), D(800))), TierKey.NOTIONAL)
MARKETS = {"BTC-USD": Market("BTC-USD", D(60000), TIERS), "ETH-USD": Market("ETH-USD", D(3000), TIERS)}
tally: Counter[str] = Counter()


@st.composite
def accounts(draw) -> Book:
    """Some positions of up to a hundred portions, with little behind them."""
    held, wallet = [], D(0)
    for n in range(draw(st.integers(1, 3))):
        market = pick(draw, sorted(MARKETS))
        mark = MARKETS[market].mark
        size = D(draw(st.integers(2_000, 100_000)))
        margin = size / 20 * pick(draw, (D(1), D("1.02"), D("1.2")))
        mode = pick(draw, Mode)
        given_margin = margin.quantize(D("0.01")) if mode is Mode.ISOLATED else None
        wallet += margin.quantize(D("0.01"))
        quantity = (size / mark).quantize(D("0.0001"))
        side = pick(draw, (Side.LONG, Side.LONG, Side.SHORT))
        held.append(Position(f"p{n}", market, side, mode, quantity, mark, D(20), given_margin=given_margin))
    profile = replace(
        load_profile("dydx"),
        steps=(Step(StepKind.PORTION, D(1), D(1), most=D(pick(draw, (700, 1_000, 5_000)))),),
        liquidation_fee=pick(draw, (D(0), D("0.005"), D("0.015"), D("0.04"))),
        victim=pick(draw, [victim for victim in Victim if victim is not Victim.ALL]),
        fee_cap=pick(draw, FeeCap),
    )
    return Book(profile, wallet, MARKETS, tuple(held))


@given(accounts(), st.integers(180, 480), st.sampled_from((-1, -1, 1)))
def test_a_gap_closes_as_many_portions_as_one_by_one(book: Book, points: int, direction: int):
    size = D(points) / 10_000
    glide = Glide.common(book, {}, direction)
    marks = {symbol: market.mark * (1 + direction * size) for symbol, market in book.markets.items()}
    timeline = solve_gap(book, glide, size)
    agree(timeline, gap_to(book, marks, size, Procedure))
    assert kept(book, timeline.events)
    for event in timeline.events:
        assert sum(leg.amount for leg in event.postings) == 0
        tally["portions"] += event.figures.times if event.kind is EventKind.REDUCTION else 0
        tally["in a row"] += event.figures.times > 1


@pytest.mark.usefixtures("counted_here")
def test_enough_were_closed_in_a_row():
    assert tally["in a row"] >= 10
    assert tally["portions"] > 5 * tally["in a row"]


def whale(quantity: Decimal, mode: Mode, side: Side = Side.LONG) -> Book:
    market = replace(MARKETS["BTC-USD"], ladder=Ladder((Tier(D(0), D("0.03"), D(20)),), TierKey.NOTIONAL))
    margin = quantity * 3000 if mode is Mode.ISOLATED else None
    held = Position("btc", market.symbol, side, mode, quantity, market.mark, D(20), given_margin=margin)
    return Book(load_profile("dydx"), quantity * 3001, {market.symbol: market}, (held,))


@exact
def kept(book: Book, events: tuple[Event, ...]) -> bool:
    """Whether no cash came or went, to the last digit."""
    return Ledger.after(book, events).total == Ledger(book).total


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("side", list(Side))
def test_a_million_portions_are_a_few_events(mode: Mode, side: Side):
    book = whale(D("1e9"), mode, side)
    direction = -1 if side is Side.LONG else 1
    for gap in ("0.025", "0.03", "0.04"):
        events = solve_gap(book, Glide.common(book, {}, direction), D(gap)).events
        first, *others = events
        assert first.figures.times > 10**8
        assert len(others) < 60
        assert kept(book, events)
    timeline = solve(book, Glide.common(book, {}, direction))
    assert sum(event.figures.times for event in timeline.events) > 10**8
    assert len(timeline.events) < 3_000
    assert kept(book, timeline.events)


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(Mode))
def test_while_marks_move_what_is_tested_together_is_as_good_as_one_by_one(mode: Mode, monkeypatch: pytest.MonkeyPatch):
    book = whale(D(3_500), mode)
    places = [D("0.021"), D("0.03"), D("0.05")]

    def equity_and_size() -> list[tuple[Decimal, Decimal]]:
        timeline = solve(book, Glide.common(book, {}, -1), places[-1])
        ledgers = [(Ledger.after(book, timeline.until(place)), place) for place in places]
        return [(held.equity({"BTC-USD": 60_000 * (1 - at)}), held.positions[0].quantity) for held, at in ledgers]

    together = equity_and_size()
    monkeypatch.setattr(portions, "MANY", 10**6)
    for (equity, size), (exactly, left) in zip(together, equity_and_size(), strict=True):
        assert abs(equity / exactly - 1) < D("0.01")
        assert abs(size - left) < D(3_500) / 100


@given(st.integers(5, 100), st.integers(1, 4_000), st.integers(1, 60))
def test_equal_draws_of_one_place_are_told_at_once(leverage: int, spare: int, percent: int):
    held = Position("btc", "BTC-USD", Side.LONG, Mode.ISOLATED, D("0.1"), D(60_000), D(leverage), auto_margin=True)
    market = replace(MARKETS["BTC-USD"], ladder=Ladder((Tier(D(0), D("0.004"), D(100)),), TierKey.NOTIONAL))
    book = Book(load_profile("coinex"), held.margin + spare, {"BTC-USD": market}, (held,))

    def drawn() -> tuple[list[tuple[EventKind, Decimal]], Ledger]:
        events = solve_gap(book, Glide.common(book, {}, -1), D(percent) / 100).events
        one_by_one = [one for e in events for one in e.figures.times * [(e.kind, e.amount / e.figures.times)]]
        return one_by_one, Ledger.after(book, events)

    together, after = drawn()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "_draws", lambda *_: 1)
        alone, left = drawn()
    assert together == alone
    assert (after.margins, after.pool, after.drawn, after.spent) == (left.margins, left.pool, left.drawn, left.spent)
    tally["draws at once"] += len(together) > len(set(together))


@pytest.mark.usefixtures("counted_here")
def test_enough_was_drawn_at_once():
    assert tally["draws at once"] > 10


@pytest.mark.slow
def test_sentence_json_csv_and_why_tell_how_many_there_were():
    book = whale(D(15_000), Mode.CROSS)
    paper = GlidePaper("whale", GlideRehearsal(book, {}, PathKind.GAP), D("-0.03"))
    (told,) = paper.timeline_json()["events"]
    closed = f"{D(told['quantity']):,f}"
    assert told["count"] > 5_000
    assert f"{closed} closed in {told['count']:,} equal parts with" in told["text"]
    assert paper.timeline_csv().splitlines()[1].endswith(f",{told['count']}")
    (event,) = paper.frame.events
    words = " ".join(reason.substituted for reason in event_reasons(paper.frame, event))
    assert f" × {told['count']:,} = {closed}" in words
