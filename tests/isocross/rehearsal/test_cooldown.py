"""A share of a large position, and the seconds in which orders are for whole ones: by hand and by the referee."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade.events import EventKind
from isocross.moves.move import Do, Move, Planned
from isocross.paths.bars import Bar, Candle, CandleOrder
from isocross.paths.walk import Step as WalkStep
from isocross.paths.walk import Walk
from isocross.rehearsal.replay import ReplayPlan, replay
from isocross.rehearsal.run import live
from isocross.rules.catalogue import load_profile
from isocross.rules.market import Ladder, Market, Tier, TierKey
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import CrossMachine, Line, Profile, Victim
from tests.brute.lived import LivedProcedure, clock_of_candles, stages_of_candles, walk_stages
from tests.brute.picking import pick
from tests.isocross.cascade.test_against_stepping import TOUCHES
from tests.isocross.rehearsal.test_lived_against_stepping import OPENING, ORDERS, agree, bars_of, conserved

D = Decimal
EXAMPLES = settings.default.max_examples
RATE = D("0.05")
SHARE = Step(StepKind.FRACTION, D("0.2"), D(500), cooldown=D(30))
PLAIN = Profile("plain", "Plain", "", "", CrossMachine.POOLED, Line.BELOW, victim=Victim.ALL, steps=(SHARE,))
tally: Counter[str] = Counter()


def isolated(symbol: str = "AAA", quantity: int = 10, margin: int = 100) -> Position:
    """At 100, with a margin of its own."""
    position = Position(symbol.lower(), symbol, Side.LONG, Mode.ISOLATED, D(quantity), D(100), D(10))
    return replace(position, given_margin=D(margin))


def book(*held: Position, profile: Profile = PLAIN, wallet: int = 2000) -> Book:
    ladder = Ladder((Tier(D(0), RATE, D(20)),), TierKey.NOTIONAL)
    return Book(profile, D(wallet), {p.market: Market(p.market, D(100), ladder) for p in held}, held)


def falling(account: Book, seconds: int, *prices: str) -> list[Bar]:
    """Bars that fall from one price to the next, each on one leg of a third of its length; the last stands still."""
    every = timedelta(seconds=3 * seconds)
    candles = [Candle(D(a), D(a), D(b), D(b)) for a, b in pairwise((*prices, prices[-1]))]
    return [Bar(OPENING + n * every, dict.fromkeys(account.markets, candle)) for n, candle in enumerate(candles)]


def gap(account: Book, price: str) -> list[Bar]:
    """From 100 at once to a price: the way from a close to the next open takes no time."""
    candles = (Candle(*[D(p)] * 4) for p in ("100", price))
    return [
        Bar(OPENING + n * timedelta(seconds=60), dict.fromkeys(account.markets, candle))
        for n, candle in enumerate(candles)
    ]


def told(tape) -> list[tuple[str, int | None, Decimal]]:
    """What happened to which position, and how much of it was closed."""
    return [(str(e.kind), e.position, e.figures.quantity) for e in tape.events if e.kind is not EventKind.FUND]


CUT, WHOLE = str(EventKind.REDUCTION), str(EventKind.LIQUIDATION)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        # a dollar in a minute: a share each time the line is come to, until what is left is not large
        (600, [(CUT, 0, D(2)), (CUT, 0, D("1.6")), (CUT, 0, D("1.28")), (WHOLE, 0, D("5.12"))]),
        # ten dollars in ten seconds: the second order is for all of it
        (10, [(CUT, 0, D(2)), (WHOLE, 0, D(8))]),
    ],
)
def test_a_share_is_closed_again_once_the_cooldown_is_over(seconds, expected):
    account = book(isolated())
    tape = replay(account, falling(account, seconds, "100", "90"), ReplayPlan())
    assert told(tape) == expected
    conserved(tape)


def test_the_cooldown_is_over_after_exactly_as_many_seconds():
    """The lines of two shares lie some seconds apart: a cooldown of so many has passed, one of a hair more has not."""
    account = book(isolated())
    bars = falling(account, 60, "100", "90")
    first, second = (replay(account, bars, ReplayPlan()).events)[:2]
    apart = (second.place - first.place) * 60
    for more, kind in ((D(0), CUT), (D("1e-12"), WHOLE)):
        steps = (replace(SHARE, cooldown=apart + more),)
        events = replay(replace(account, profile=replace(PLAIN, steps=steps)), bars, ReplayPlan()).events
        assert str(events[1].kind) == kind


def test_a_share_of_one_position_has_the_orders_of_every_other_be_whole_for_a_while():
    """BBB comes to its line a tenth of the way after AAA: 3 seconds, or 60."""
    account = book(isolated("AAA"), isolated("BBB", margin=105))
    quick = replay(account, falling(account, 30, "100", "94"), ReplayPlan())
    assert told(quick)[:1] == [(CUT, 0, D(2))]
    assert (WHOLE, 1) in [(kind, index) for kind, index, _ in told(quick)]
    assert (CUT, 1) not in [(kind, index) for kind, index, _ in told(quick)]
    slow = replay(account, falling(account, 1800, "100", "94"), ReplayPlan())
    assert (CUT, 1, D(2)) in told(slow)


def test_positions_at_their_lines_at_one_moment_have_a_share_closed_each():
    """The cooldown comes after their block."""
    account = book(isolated("AAA"), isolated("BBB", margin=105))
    assert told(replay(account, gap(account, "94"), ReplayPlan())) == [(CUT, 0, D(2)), (CUT, 1, D(2))]


def test_a_pool_closes_all_whole_after_shares_that_were_not_enough():
    """Two crosses of one pool: a share of each leaves it under its line, and then both go whole."""
    crossed = [replace(isolated(s), mode=Mode.CROSS, given_margin=None) for s in ("AAA", "BBB")]
    account = book(*crossed, wallet=115)
    assert told(replay(account, gap(account, "99"), ReplayPlan())) == [(CUT, 0, D(2)), (CUT, 1, D(2))]
    account = book(*crossed, wallet=115, profile=replace(PLAIN, steps=(replace(SHARE, amount=D("0.001")),)))
    events = told(replay(account, gap(account, "98"), ReplayPlan()))
    assert [event[:2] for event in events] == [(CUT, 0), (CUT, 1), (WHOLE, 0), (WHOLE, 1)]


def test_what_the_user_does_ends_no_cooldown():
    account = book(isolated())
    bars = falling(account, 30, "100", "90")
    cut = replay(account, bars, ReplayPlan()).events[0]
    add = Planned(cut.place + D("0.01"), Move(Do.ADD_MARGIN, "aaa", D(1)))
    kinds = [str(e.kind) for e in replay(account, bars, ReplayPlan(moves=[add])).events]
    assert kinds[:3] == [CUT, "move", WHOLE]


def test_a_path_without_a_clock_has_a_share_closed_once():
    account = book(isolated())
    path = Walk({"AAA": D(100)}, {}, (WalkStep(D("-0.1")),))
    assert told(live(account, path)) == [(CUT, 0, D(2)), (WHOLE, 0, D(8))]


def test_hyperliquid_has_the_thirty_seconds_of_its_announcement():
    (share,) = (step for step in load_profile("hyperliquid").steps if step.kind is StepKind.FRACTION)
    assert (share.amount, share.above, share.cooldown) == (D("0.2"), 100000, 30)


# --- against the referee -------------------------------------------------------------------------


@st.composite
def accounts(draw) -> Book:
    """Up to four large longs and shorts, near their lines; every second account has them all in its pool."""
    held, margins = [], D(0)
    for n in range(draw(st.integers(1, 4))):
        size, share = D(draw(st.integers(4, 30))), D(draw(st.integers(60, 110))) / 1000
        mode = pick(draw, (Mode.CROSS, Mode.ISOLATED))
        side = pick(draw, (Side.LONG, Side.LONG, Side.SHORT))
        margin = (size * 100 * share).quantize(D("0.01"))
        margins += margin
        given_margin = margin if mode is Mode.ISOLATED else None
        symbol = pick(draw, ("AAA", "BBB"))
        position = Position(f"p{n}", symbol, side, mode, size, D(100), D(20))
        held.append(replace(position, given_margin=given_margin))
    steps = (replace(SHARE, cooldown=pick(draw, (None, D(300), D(1500), D(20000)))),)
    profile = replace(PLAIN, steps=steps, victim=pick(draw, Victim), settlement_hours=0)
    return book(*held, profile=profile, wallet=int(margins) + 1)


@st.composite
def slides(draw, symbols) -> list[dict[str, tuple[int, int, int, int]]]:
    """Two to four bars of four hours that go some percent a leg."""
    bars, at = [], dict.fromkeys(symbols, 1000)
    for _ in range(draw(st.integers(2, 4))):
        bar = {}
        for symbol in symbols:
            prices = [at[symbol]]
            for _ in range(3):
                prices.append(prices[-1] + draw(st.integers(-40, 25)))
            bar[symbol] = (prices[0], max(prices), min(prices), prices[-1])
            at[symbol] = prices[-1]
        bars.append(bar)
    return bars


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(accounts(), st.data())
def test_replays_with_a_cooldown_have_the_same_timeline(account: Book, data):
    history = data.draw(slides(sorted(account.markets)))
    order = CandleOrder.NEAR_FIRST
    walked = walk_stages(
        account, stages_of_candles(account, history, ORDERS[order]), (), LivedProcedure, clock_of_candles(4 * 3600)
    )
    assume(walked.narrowest > TOUCHES)
    tape = replay(account, iter(bars_of(history)), ReplayPlan(order))
    agree(tape, walked)
    conserved(tape)
    cuts = Counter(e.position for e in tape.events if e.kind is EventKind.REDUCTION)
    tally["again"] += any(count > 1 for count in cuts.values())
    ended = {e.position for e in tape.events if e.kind is EventKind.LIQUIDATION}
    tally["spared"] += account.profile.steps[0].cooldown is not None and bool(cuts and ended - set(cuts))
    tally["accounts"] += 1


@pytest.mark.usefixtures("counted_here")
def test_enough_was_cut():
    """A comparison without shares that are closed again, and orders that are whole, says nothing."""
    assert min(tally["again"], tally["spared"]) >= EXAMPLES // 20, tally
