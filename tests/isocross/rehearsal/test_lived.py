"""Lived paths by hand: what a walk, a wick, a jump, candles, settlement, funding and moves come to."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade.events import Account, EventKind
from isocross.cascade.ledger import Ledger
from isocross.figures.frame import Status, frame_at
from isocross.moves.move import Do, Move, Planned
from isocross.paths.bars import Bar, Candle, CandleOrder, HistoryError, PricesAs, nearest
from isocross.paths.walk import Step, Walk, wick
from isocross.rehearsal.kinds import lived_rehearsal
from isocross.rehearsal.replay import ReplayPlan, replay
from isocross.rehearsal.run import live
from isocross.workspace import PathKind, Scenario, Workspace, book_of
from isocross.workspace.model import MarketEntry, VenueChoice

D = Decimal
MIDNIGHT = datetime(2025, 10, 10, tzinfo=UTC)


def long(quantity="0.015", entry="60000", mode=Mode.CROSS, symbol="BTCUSDT", side=Side.LONG, leverage=3) -> Position:
    return Position(symbol[:3].lower(), symbol, side, mode, D(quantity), D(entry), D(leverage))


def account(*positions, venue="guide", wallet=1000, **rules) -> Book:
    choice = VenueChoice(venue, tuple(rules.items()))
    markets = tuple(MarketEntry(p.market, p.entry) for p in positions)
    return book_of(Workspace("an account", D(wallet), positions, choice, markets=markets))


def walk_of(book: Book, *steps, **betas) -> Walk:
    opening = {symbol: market.mark for symbol, market in book.markets.items()}
    legs = tuple(step if isinstance(step, Step) else Step(D(step)) for step in steps)
    return Walk(opening, {s: D(b) for s, b in betas.items()}, legs)


def bars(*prices, hours=4, symbol="BTCUSDT"):
    """Bars (open, high, low, close) one after the other."""
    step = timedelta(hours=hours)
    return [Bar(MIDNIGHT + n * step, {symbol: Candle(*map(D, price))}) for n, price in enumerate(prices)]


def kinds(tape):
    return [str(event.kind) for event in tape.events]


# --- walks and wicks ---------------------------------------------------------------------------


def test_on_a_wick_the_cross_account_lives_and_the_isolated_position_is_dead_when_the_price_is_back():
    """To −35 % and back to −5 %: the isolated bucket of 300 falls at 60,000 × 40,000 ÷ 59,700 = 40,201.005…"""
    ends = {}
    for mode in Mode:
        book = account(long(mode=mode))
        tape = live(book, replace(walk_of(book), steps=wick(D("-0.35"), D("-0.05"))))
        ends[mode] = frame_at(tape, tape, tape.limit)
        assert ends[mode].marks["BTCUSDT"] == 57000
    assert not ends[Mode.CROSS].events
    assert ends[Mode.CROSS].account.equity == 955
    (fall,) = ends[Mode.ISOLATED].events
    assert fall.kind is EventKind.LIQUIDATION
    assert round(fall.mark, 4) == D("40201.0050")
    assert 0 < fall.place < 1
    assert ends[Mode.ISOLATED].account.equity == 700
    assert ends[Mode.ISOLATED].positions[0].joint_trigger == fall.mark


def test_a_walk_adds_up_shares_of_the_opening_mark_and_a_mark_at_zero_stays_there():
    book = account(long(), long("0.2", "3000", symbol="ETHUSDT", side=Side.SHORT))
    path = walk_of(book, "-0.05", "0.03", "-0.5", "0.4", ETHUSDT="2")
    assert [path.marks(D(k))["BTCUSDT"] for k in range(5)] == [60000, 57000, 58800, 28800, 52800]
    assert [path.marks(D(k))["ETHUSDT"] for k in range(5)] == [3000, 2700, 2880, 0, 0]
    assert path.marks(D("0.5"))["BTCUSDT"] == 58500
    assert path.move(D("2.5")) == D("-0.27")


def test_what_fell_at_a_corner_falls_once_and_stays_dead():
    book = account(long(mode=Mode.ISOLATED))
    trigger = D(40000) / D("59700")
    tape = live(book, walk_of(book, "-0.4", "0.4", "-0.4"))
    assert kinds(tape) == ["liquidation"]
    assert tape.events[0].place == pytest.approx((1 - trigger) / D("0.4"))
    touching = account(long("1", "100", Mode.ISOLATED, leverage=2), maintenance_basis="entry")
    tape = live(touching, walk_of(touching, "-0.495", "-0.005", "0.3"))
    assert [(str(e.kind), e.place) for e in tape.events] == [("liquidation", 1)]


@pytest.mark.parametrize(("line", "falls"), [("<", False), ("<=", True)])
def test_marks_stand_still_until_the_end_of_a_jump_where_the_venues_line_decides(line, falls):
    """A bucket of 50 on 100 bought at 100, MM 0.5 at entry: at −49.5 % equity is exactly MM."""
    book = account(long("1", "100", Mode.ISOLATED, leverage=2), maintenance_basis="entry", line=line)
    path = walk_of(book, Step(D("-0.495"), is_jump=True), Step(D("0.4"), is_jump=True))
    assert path.marks(D("0.999"))["BTCUSDT"] == 100
    assert path.marks(D(1))["BTCUSDT"] == D("50.5")
    tape = live(book, path)
    assert [event.place for event in tape.events] == ([D(1)] if falls else [])
    deep = live(book, walk_of(book, Step(D("-0.7"), is_jump=True)))
    assert kinds(deep) == ["liquidation", "fund"]
    assert deep.events[1].amount == 20


# --- moves -------------------------------------------------------------------------------------


def test_a_move_is_done_at_the_marks_of_its_place():
    """Half way down a leg of −10 % the mark is 57,000: closing a long of 0.015 takes 45 out of the pool."""
    book = account(long(), taker_fee=D("0.001"))
    moves = [
        Planned(D("0.5"), Move(Do.REDUCE, "btc", D("0.005"))),
        Planned(D("0.5"), Move(Do.CLOSE, "btc")),
        Planned(D(1), Move(Do.FLIP, "btc")),
        Planned(D(1), Move(Do.WITHDRAW, None, D(2000))),
        Planned(D(1), Move(Do.DEPOSIT, None, D(10))),
    ]
    tape = live(book, walk_of(book, "-0.1"), moves)
    assert kinds(tape) == ["move", "move", "refusal", "refusal", "move"]
    assert [event.mark for event in tape.events[:2]] == [57000, 57000]
    assert "not open any more" in tape.events[2].note
    assert "2,000.00 is more than the 954.14 that backs no position" in tape.events[3].note
    frame = frame_at(tape, tape, D(1))
    assert frame.account.wallet == 1000 - 45 - D("0.855") + 10
    assert (frame.account.fees, frame.account.outside) == (D("0.855"), -10)
    assert frame.positions[0].status is Status.CLOSED
    assert frame.positions[0].paid_by.total == D("45.855")


def test_a_flip_on_the_way_takes_todays_open_loss_along_and_is_tested_at_once():
    book = account(long(), long("0.2", "3000", symbol="ETHUSDT", side=Side.SHORT))
    tape = live(book, walk_of(book, "-0.1", "-0.35"), [Planned(D(1), Move(Do.FLIP, "btc"))])
    flipped = frame_at(tape, tape, D(1))
    assert flipped.positions[0].margin == 390
    assert flipped.positions[0].position.mode is Mode.ISOLATED
    assert kinds(tape) == ["move", "liquidation"]
    assert tape.events[1].amount == 390


# --- settlement and funding --------------------------------------------------------------------


@pytest.mark.parametrize("mode", Mode)
def test_the_settlement_walk_of_the_rule_book(mode):
    """An example of CoinEx's help: open 1 at 2,000, add 1 at 2,300, settle there, add 1 at 2,600."""
    book = account(long("1", "2000", mode, "ETHUSDT", leverage=10), venue="coinex", wallet=10_000, taker_fee=D(0))
    rises = [(2000, 2300, 2000, 2300), (2300, 2300, 2300, 2300), (2300, 2600, 2300, 2600)]
    added = [Planned(D(4), Move(Do.INCREASE, "eth", D(1))), Planned(D(12), Move(Do.INCREASE, "eth", D(1)))]
    plan = ReplayPlan(prices=PricesAs.REAL, moves=added)
    tape = replay(book, bars(*rises, symbol="ETHUSDT"), plan, keep_all=True)
    assert kinds(tape) == ["move", "settlement", "move"]
    told = []
    for place in (0, 4, 8, 12):
        row = frame_at(tape, tape, D(place)).positions[0]
        realised = -Ledger.after(tape.book, tape.until(D(place))).counterparty
        told.append((row.position.counts_from, row.mark, row.unrealised_pnl, realised, row.position.entry))
    assert [one[0] for one in told] == [2000, 2150, 2300, 2400]
    assert [one[1] for one in told] == [2000, 2300, 2300, 2600]
    assert [one[2] for one in told] == [0, 300, 0, 600]
    assert [one[3] for one in told] == [0, 0, 300, 300]
    assert [one[4] for one in told] == [2000, 2150, 2150, 2300]


def test_a_settlement_gives_back_what_a_top_up_bucket_has_above_its_initial_margin():
    """+10 % on a long of 2,000 at 10x: 200 becomes cash; cross gives it to unused, isolated keeps it."""
    for mode, bucket, unused in ((Mode.CROSS, 200, 1000), (Mode.ISOLATED, 400, 800)):
        book = account(long("1", "2000", mode, "ETHUSDT", leverage=10), venue="coinex", taker_fee=D(0))
        up = [(2000, 2200, 2000, 2200), (2200, 2200, 2200, 2200), (2200, 2200, 2200, 2200)]
        tape = replay(book, bars(*up, symbol="ETHUSDT"), ReplayPlan(), keep_all=True)
        assert [(str(e.kind), e.place, e.amount) for e in tape.events] == [("settlement", 8, 200)]
        assert str(tape.path.time(tape.events[0].place)) == "2025-10-10 08:00:00+00:00"
        row = frame_at(tape, tape, tape.limit)
        assert (row.positions[0].margin, row.account.unused) == (bucket, unused)


@pytest.mark.parametrize(
    ("venue", "mode", "pool", "bucket"),
    [
        ("binance", Mode.CROSS, "-3", 0),
        ("binance", Mode.ISOLATED, 0, "-3"),
        ("coinex", Mode.CROSS, 0, "-3"),
        ("bybit", Mode.ISOLATED, "-3", 0),
    ],
)
def test_funding_is_charged_where_the_venue_charges_it(venue, mode, pool, bucket):
    """3,000 of notional at 0.1 % every eight hours; a short gets what a long pays."""
    for side, sign in ((Side.LONG, 1), (Side.SHORT, -1)):
        book = account(long("0.05", mode=mode, side=side), venue=venue, wallet=5000)
        still = [(60000, 60000, 60000, 60000)] * 3
        tape = replay(book, bars(*still), ReplayPlan(rates={"BTCUSDT": D("0.001")}))
        paid = [event for event in tape.events if event.kind is EventKind.FUNDING]
        assert [(event.amount, event.place) for event in paid] == [(3 * sign, 8)]
        found = {posting.account: posting.amount for posting in paid[0].postings}
        if sign > 0:
            assert (found.get(Account.POOL, 0), found.get(Account.MARGIN, 0)) == (D(pool), D(bucket))
        assert found[Account.COUNTERPARTY] == 3 * sign


def test_a_bucket_emptied_by_funding_falls_at_standing_marks():
    book = account(long(mode=Mode.ISOLATED), venue="binance")
    still = [(60000, 60000, 60000, 60000)] * 4
    tape = replay(book, bars(*still), ReplayPlan(rates=D("0.34")))
    assert kinds(tape) == ["funding", "liquidation", "fund"]
    assert {event.place for event in tape.events} == {D(8)}


# --- candles -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "marks"),
    [
        (CandleOrder.NEAR_FIRST, [100, 110, 80, 90]),
        (CandleOrder.LOW_FIRST, [100, 80, 110, 90]),
        (CandleOrder.HIGH_FIRST, [100, 110, 80, 90]),
    ],
)
def test_a_candle_is_four_legs_in_the_order_that_is_asked_for(order, marks):
    book = account(long("1", "100", leverage=2))
    one, two = (200, 220, 160, 180), (190, 190, 190, 190)
    path = replay(book, bars(one, two), ReplayPlan(order), keep_all=True).path
    assert [path.marks(D(k))["BTCUSDT"] for k in range(1, 5)] == marks
    assert [path.marks(D(k))["BTCUSDT"] for k in (0, 5)] == [100, 95]
    assert path.time(D("2.5")) == MIDNIGHT + timedelta(hours=2)
    assert path.place_of(MIDNIGHT + timedelta(hours=2)) == D("2.5")
    assert path.place_of(MIDNIGHT + timedelta(hours=4)) == 4
    assert path.place_of(MIDNIGHT + timedelta(days=9)) == 8
    assert path.candles("BTCUSDT")[0] == Candle(D(100), D(110), D(80), D(90))
    real = replay(book, bars(one, two), ReplayPlan(prices=PricesAs.REAL)).path
    assert real.marks(D(8))["BTCUSDT"] == 190


def test_a_market_that_the_history_lacks_is_named_and_another_can_stand_in():
    book = account(long("1", "100", leverage=2))
    history = bars((10, 10, 5, 5), (5, 5, 5, 5), symbol="DOGEUSDT")
    with pytest.raises(HistoryError, match=r'BTCUSDT is not in this history, which has DOGEUSDT; .* = "DOGEUSDT"'):
        replay(book, history, ReplayPlan())
    tape = replay(book, history, ReplayPlan(stand_in={"BTCUSDT": "DOGEUSDT"}))
    assert tape.path.marks(D(8))["BTCUSDT"] == 50
    with pytest.raises(HistoryError, match="no bars"):
        replay(book, [], ReplayPlan())


@pytest.mark.slow
def test_a_long_calm_history_is_passed_over_and_nothing_of_it_is_missed():
    """A random walk of 700 minutes: solved leg by leg and passed over quickly it has the same events."""
    dice, price, prices = random.Random(7), 60000.0, []
    for _ in range(700):
        close = price * (1 + dice.gauss(0, 0.006))
        prices.append([f"{p:.2f}" for p in (price, max(price, close) * 1.001, min(price, close) * 0.999, close)])
        price = close
    step = timedelta(minutes=1)
    history = [Bar(MIDNIGHT + n * step, {"BTCUSDT": Candle(*map(D, p))}) for n, p in enumerate(prices)]
    moves = [Planned(D("900.3"), Move(Do.DEPOSIT, None, D(50)))]
    for venue, mode in (("coinex", Mode.CROSS), ("binance", Mode.CROSS), ("guide", Mode.ISOLATED)):
        book = account(long("0.05", mode=mode, leverage=10), venue=venue, wallet=320)
        plan = ReplayPlan(rates=D("0.0003"), moves=moves)
        fast, slow = replay(book, iter(history), plan), replay(book, history, plan, fast=False)
        assert fast.events == slow.events
        assert len(fast.events) >= 2
        assert len(fast.path.spans) < 100


def test_a_rehearsal_of_a_replay_takes_its_history_by_name():
    class Shipped:
        title = "a day"

        def bars(self):
            return bars((60000, 60000, 30000, 45000), (45000, 45000, 45000, 45000))

    book = account(long(mode=Mode.ISOLATED))
    scenario = Scenario(PathKind.REPLAY, window="2025-10-10")
    rehearsal = lived_rehearsal(book, scenario, {"2025-10-10": Shipped()}.__getitem__)
    assert kinds(rehearsal.whole) == ["liquidation"]
    ((fall, moment),) = rehearsal.happenings
    before, after = (equity for place, equity in rehearsal.equity if place == fall.place)
    assert round(before, 2) == D("703.02")
    assert after == 700
    assert (rehearsal.equity[0], rehearsal.equity[-1]) == ((0, 1000), (8, 700))
    # a candle does not say when in it: the time is that of its opening
    assert moment == MIDNIGHT
    assert rehearsal.path.place_of(moment) < fall.place < rehearsal.path.place_of(moment + timedelta(hours=4))
    assert rehearsal.book_at(D(8)).positions == ()


@pytest.mark.parametrize(
    ("market", "source"), [("BNB", "BNBUSDT"), ("BNBUSD", "BNBUSDT"), ("BNBUSDC", "BNBUSDT"), ("BN", "ETHUSDT")]
)
def test_the_same_coin_is_the_nearest_to_stand_in(market, source):
    """Also for an asset of that name alone."""
    assert nearest(market, ["BNBUSDT", "ETHUSDT"]) == source
