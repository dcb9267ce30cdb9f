"""Orders that are filled, worked by hand: one unit of ETH at 2,000, round prices, and what the venue's rule says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.book import Book, Mode, Order, Position, Side
from isocross.account.order_kinds import FeeAs, OrderKind, TriggerBy
from isocross.cascade.events import Event, EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve, solve_gap
from isocross.money import exact
from isocross.paths.glide import Glide
from isocross.paths.walk import Step, Walk
from isocross.rehearsal.kinds.walk import walked
from isocross.rehearsal.run import live
from isocross.rehearsal.scenario import PathKind, Scenario
from isocross.rules.catalogue import load_profile
from isocross.rules.market import Kind, Ladder, Market, Tier
from isocross.rules.profile import CrossMachine, OrderReserve
from tests.brute.books import PLAIN

D = Decimal
ETH = Position("eth", "ETH", Side.LONG, Mode.ISOLATED, D(1), D(2000), D(10))
FREE = replace(PLAIN, taker_fee=D(0), maker_fee=D(0))
STOP = Order("stop", "ETH", Side.SHORT, D(1), D(1900), fills=OrderKind.STOP_MARKET, trigger=D(1900), reduce_only=True)
GAIN = replace(STOP, id="gain", fills=OrderKind.TAKE_PROFIT, trigger=D(2100), price=D(2100))
BID = Order("bid", "ETH", Side.LONG, D(1), D(1900), Mode.ISOLATED, fills=OrderKind.LIMIT)
TRAIL = replace(STOP, id="trail", fills=OrderKind.TRAILING, trigger=None, trail=D("0.05"))


def account(*orders: Order, held: Position | None = ETH, wallet=1000, profile=FREE, last=None, rate="0.005") -> Book:
    market = Market("ETH", D(2000), Ladder((Tier(D(0), D(rate), D(100)),), profile.tier_key), last=last)
    return Book(profile, D(wallet), {"ETH": market}, () if held is None else (held,), orders=orders)


def glided(book: Book, direction=-1, end="0.9") -> tuple[Event, ...]:
    return solve(book, Glide.common(book, {}, direction), D(end)).events


def gapped(book: Book, size: str, direction=-1) -> tuple[Event, ...]:
    return solve_gap(book, Glide.common(book, {}, direction), D(size)).events


def lived(book: Book, *steps: Step) -> tuple[Event, ...]:
    return live(book, Walk({"ETH": D(2000)}, {}, steps)).events


def kinds(events) -> list[str]:
    return [str(event.kind) for event in events]


@exact
def after(book: Book, events) -> Ledger:
    ledger = Ledger.after(book, events)
    assert ledger.total == book.wallet
    return ledger


# --- stops and take-profits ---------------------------------------------------------------------------


@pytest.mark.parametrize("mode", Mode)
def test_a_stop_is_filled_at_its_trigger_and_the_position_is_closed(mode):
    book = account(STOP, held=replace(ETH, mode=mode))
    (fill,) = glided(book)
    assert (fill.kind, fill.place, fill.fill.price, fill.amount) == (EventKind.FILL, D("0.05"), 1900, 100)
    assert (fill.paid_by.own_margin, fill.paid_by.total) == (100, 100)
    ledger = after(book, [fill])
    assert (ledger.wallet, ledger.is_open, ledger.reserves) == (900, [False], {})


def test_slippage_makes_the_price_worse_and_its_cost_is_told():
    (fill,) = glided(account(replace(STOP, slippage=D("0.01"))))
    assert (fill.fill.price, fill.fill.slipped, fill.fill.gap, fill.amount) == (1881, 19, 0, 119)


def test_a_gap_fills_a_stop_at_the_far_side_and_tells_what_that_cost():
    (fill,) = gapped(account(STOP), "0.08")
    assert (fill.fill.price, fill.fill.gap, fill.amount) == (1840, 60, 160)


def test_a_short_is_bought_back_above():
    short = replace(ETH, side=Side.SHORT)
    (fill,) = glided(account(replace(STOP, side=Side.LONG, trigger=D(2100), price=D(2100)), held=short), 1)
    assert (fill.fill.price, fill.amount) == (2100, 100)
    (fill,) = glided(account(replace(GAIN, side=Side.LONG, trigger=D(1900)), held=short))
    assert (fill.fill.price, fill.amount) == (1900, -100)


def test_a_take_profit_is_filled_where_the_price_has_gone_for_it():
    assert not [e for e in glided(account(GAIN)) if e.kind is EventKind.FILL]
    (fill,) = glided(account(GAIN), 1)
    assert (fill.fill.price, fill.figures.pnl) == (2100, 100)


def test_a_part_that_is_closed_takes_its_share_of_the_margin_along():
    book = account(replace(STOP, quantity=D("0.25")))
    events = glided(book)
    assert kinds(events)[0] == "fill"
    fill = events[0]
    assert (fill.fill.left, fill.fill.entry, fill.amount) == (D("0.75"), 2000, 25)
    ledger = after(book, [fill])
    # 200 of margin: a quarter comes back, less the 25 that it lost
    assert (ledger.margins, ledger.pool) == ([150], 825)


def test_what_only_closes_is_cut_to_what_there_is_and_never_opens():
    book = account(replace(STOP, quantity=D(5)))
    (fill,) = glided(book)
    assert (fill.fill.quantity, fill.fill.left) == (1, 0)
    assert book.seats == book.positions


def test_closing_the_position_takes_all_of_it_whatever_it_has_become():
    whole = replace(STOP, quantity=D(0), close_position=True)
    bought, sold = glided(account(replace(BID, price=D(1950)), whole))
    assert (bought.fill.left, sold.fill.quantity, sold.amount) == (2, 2, 150)


def test_the_fee_is_that_of_a_taker_or_of_a_maker():
    venue = replace(PLAIN, taker_fee=D("0.001"), maker_fee=D("0.0005"))
    fees = {
        "stop": (glided(account(STOP, profile=venue))[0], D("1.9")),
        "stop said to be a maker": (glided(account(replace(STOP, fee=FeeAs.MAKER), profile=venue))[0], D("0.95")),
        "limit that rested": (glided(account(BID, profile=venue))[0], D("0.95")),
        "limit at the market": (glided(account(replace(BID, price=D(2100)), profile=venue))[0], D(2)),
        "no maker's fee known": (glided(account(BID, profile=replace(venue, maker_fee=None)))[0], D("1.9")),
    }
    assert {name: event.figures.fee for name, (event, _) in fees.items()} == {n: fee for n, (_, fee) in fees.items()}


# --- beside a liquidation -------------------------------------------------------------------------------


def test_a_stop_past_the_liquidation_is_not_reached_and_finds_nothing_to_close():
    # 200 + (mark − 2,000) = 0.005 × mark: at 1,809.04…
    events = glided(account(replace(STOP, trigger=D(1800), price=D(1800))))
    assert kinds(events) == ["liquidation", "order_cancel"]
    assert events[1].note == "there is nothing left that it could close"
    assert kinds(glided(account(replace(STOP, trigger=D(1810), price=D(1810))))) == ["fill"]


def test_at_one_price_the_liquidation_comes_first():
    at_1900 = ETH.with_margin(D("109.5"))
    assert kinds(glided(account(STOP, held=at_1900))) == ["liquidation", "order_cancel"]
    assert kinds(glided(account(STOP, held=ETH.with_margin(D("109.6"))))) == ["fill"]


def test_a_gap_past_both_liquidates():
    assert kinds(gapped(account(STOP), "0.098")) == ["liquidation", "order_cancel"]


def test_a_stop_of_one_position_saves_the_pool_of_another():
    cross = replace(ETH, mode=Mode.CROSS)
    other = Position("btc", "BTC", Side.LONG, Mode.CROSS, D(1), D(4000), D(10))
    book = account(replace(STOP, trigger=D(1950), price=D(1950)), held=cross, wallet=600)
    btc = replace(book.markets["ETH"], symbol="BTC", mark=D(4000))
    book = replace(book, positions=(cross, other), markets={**book.markets, "BTC": btc})
    fill, end = glided(book)
    assert (fill.kind, fill.amount, end.kind) == (EventKind.FILL, 50, EventKind.LIQUIDATION)
    # 550 + 4,000 × −x = 0.005 × 4,000 × (1 − x)
    assert end.place == D("0.133165829146")


def test_a_fill_can_bring_an_account_to_its_line_and_that_is_seen_at_once():
    venue = replace(PLAIN, taker_fee=D("0.01"), order_reserve=OrderReserve.IM)
    cross = replace(ETH, mode=Mode.CROSS, leverage=D(100))
    bid = replace(BID, mode=Mode.CROSS, price=D(1990), leverage=D(100))
    events = glided(account(bid, held=cross, wallet=41, profile=venue))
    assert kinds(events[:2]) == ["fill", "liquidation"]
    assert events[0].place == events[1].place == D("0.005")


def test_the_venue_cancels_a_stop_with_the_other_orders_before_it_liquidates():
    book = replace(account(replace(STOP, trigger=D(1700))), profile=load_profile("binance"))
    assert kinds(glided(book)) == ["order_cancel", "liquidation"]


def test_a_top_up_account_gets_the_share_of_the_bucket_back():
    cross = replace(ETH, mode=Mode.CROSS)
    book = account(
        replace(STOP, quantity=D("0.5")), held=cross, profile=replace(FREE, cross_machine=CrossMachine.TOP_UP)
    )
    fill = glided(book)[0]
    ledger = after(book, [fill])
    assert (ledger.margins, ledger.pool) == ([100], 850)


# --- limits ----------------------------------------------------------------------------------------------


def test_a_limit_adds_at_its_price_and_the_entry_is_the_mean():
    book = account(BID)
    fill = glided(book)[0]
    assert (fill.place, fill.fill.price, fill.fill.entry, fill.fill.left) == (D("0.05"), 1900, 1950, 2)
    assert after(book, [fill]).margins == [390]


def test_of_a_coin_margined_contract_it_is_the_harmonic_mean():
    held = replace(ETH, kind=Kind.INVERSE, quantity=D(2000), mode=Mode.CROSS)
    bid = replace(BID, kind=Kind.INVERSE, quantity=D(1000), price=D(1000), mode=Mode.CROSS)
    fill = glided(account(bid, held=held, wallet=10))[0]
    # 2,000 ÷ 2,000 + 1,000 ÷ 1,000 = 2 coins for 3,000 dollars
    assert (fill.fill.entry, fill.fill.left) == (1500, 3000)


def test_a_limit_opens_a_position_where_there_is_none():
    book = account(replace(BID, leverage=D(5), mode=Mode.CROSS), held=None)
    (fill,) = glided(book, end="0.1")
    assert book.seats[fill.position].id == "eth"
    ledger = after(book, [fill])
    opened = ledger.positions[fill.position]
    assert (opened.side, opened.mode, opened.quantity, opened.entry, opened.leverage) == ("long", "cross", 1, 1900, 5)
    assert ledger.is_open == [True]


def test_a_gap_fills_a_limit_that_rested_at_its_own_price_and_tells_what_it_is_worth_there():
    fill = gapped(account(BID), "0.08")[0]
    assert (fill.fill.price, fill.fill.gap, fill.mark) == (1900, 60, 1840)


def test_at_the_opening_a_limit_past_the_price_is_filled_at_the_mark():
    fill = glided(account(replace(BID, price=D(2100))))[0]
    assert (fill.place, fill.fill.price, fill.fill.gap) == (0, 2000, 0)


def test_a_larger_order_turns_a_one_way_position_around():
    sell = replace(BID, side=Side.SHORT, quantity=D("1.5"), price=D(2100))
    book = account(sell)
    closed, opened = glided(book, 1, "0.06")
    assert (closed.fill.quantity, closed.amount, opened.fill.quantity, opened.fill.opens) == (1, -100, D("0.5"), True)
    ledger = after(book, [closed, opened])
    assert [(p.side, p.quantity) for p, is_open in zip(ledger.positions, ledger.is_open, strict=True) if is_open] == [
        (Side.SHORT, D("0.5"))
    ]


def test_beside_a_position_on_its_own_side_it_adds_to_that_one():
    short = replace(ETH, id="short", side=Side.SHORT)
    book = replace(account(BID), positions=(ETH, short))
    fill = next(e for e in glided(book) if e.kind is EventKind.FILL)
    assert (fill.position, fill.fill.left) == (0, 2)


def test_what_holds_nothing_is_cancelled_where_its_margin_is_not_available():
    events = glided(account(replace(BID, quantity=D(9)), wallet=1000))
    assert kinds(events[:1]) == ["order_cancel"]
    assert events[0].note == "it needs 1,710.00 with its fee, and 800.00 is available"


def test_what_held_its_margin_is_filled_whatever_the_account_has_by_then():
    venue = replace(FREE, order_reserve=OrderReserve.IM)
    cross = replace(ETH, mode=Mode.CROSS, leverage=D(20))
    bid = replace(BID, mode=Mode.CROSS, leverage=D(20), quantity=D(1))
    assert kinds(glided(account(bid, held=cross, wallet=200, profile=venue)))[0] == "fill"


# --- stop-limits, trailing stops, one cancels the other --------------------------------------------------


def test_a_stop_limit_rests_as_a_limit_once_it_is_triggered():
    order = replace(STOP, fills=OrderKind.STOP_LIMIT, price=D(1880))
    triggered, fill = glided(account(order))
    assert (triggered.kind, fill.fill.price) == (EventKind.TRIGGER, 1900)
    # a gap past its limit only triggers it; on the way back it is filled at its limit
    events = lived(account(order), Step(D("-0.08"), is_jump=True), Step(D("0.05")))
    assert [(str(e.kind), e.place) for e in events] == [("trigger", 1), ("fill", D("1.4"))]
    assert events[1].fill.price == 1880


def test_a_trailing_stop_follows_the_best_price_and_never_goes_back():
    events = lived(account(TRAIL), Step(D("0.1")), Step(D("-0.03")), Step(D("0.02")), Step(D("-0.2")))
    (fill,) = events
    # the best is 2,200: at 2,090, which the fourth leg comes to from 2,180
    assert (fill.fill.price, fill.place) == (2090, D("3.225"))


def test_a_trailing_stop_waits_for_the_price_from_which_on_it_follows():
    later = replace(TRAIL, trigger=D(2150))
    assert kinds(lived(account(later), Step(D("0.05")), Step(D("-0.12")))) == []
    assert kinds(lived(account(later), Step(D("0.08")), Step(D("-0.12")))) == ["trigger", "fill"]


def test_an_account_taken_from_the_middle_of_a_walk_trails_on_from_the_best_price():
    steps = (Step(D("0.1")), Step(D("-0.03")), Step(D("-0.05")))
    there = walked(account(TRAIL), Scenario(PathKind.WALK, legs=steps), steps).book_at(D(2))
    assert there.orders[0].best == 2200
    (fill,) = solve(there, Glide.common(there, {}, -1), D("0.1")).events
    assert fill.fill.price == 2090


def test_one_cancels_the_other():
    pair = replace(STOP, oco="exit"), replace(GAIN, oco="exit"), replace(GAIN, id="more", trigger=D(2200))
    up = glided(account(*pair), 1)
    assert [(str(e.kind), e.orders) for e in up] == [("fill", (1, 0)), ("order_cancel", (2,))]
    assert [(str(e.kind), e.orders) for e in glided(account(*pair))] == [("fill", (0, 1))]


def test_an_order_that_is_triggered_by_the_last_price_waits_for_that():
    by_last = replace(STOP, trigger_by=TriggerBy.LAST)
    # trades are 1 % above the mark: the last price is 1,900 where the mark is 1,881.18…
    (fill,) = glided(account(by_last, last=D(2020)))
    assert fill.fill.price == 1900
    assert fill.mark < D("1881.2")
    (by_mark,) = glided(account(STOP, last=D(2020)))
    assert (by_mark.place, by_mark.fill.price) == (D("0.05"), 1919)


def test_an_order_without_a_kind_is_never_filled():
    resting = replace(BID, fills=None)
    assert kinds(glided(account(resting))) == kinds(glided(account()))


def test_no_price_turns_at_zero_and_so_nothing_trails_there():
    short = replace(ETH, side=Side.SHORT, leverage=D(1))
    book = account(replace(TRAIL, side=Side.LONG), held=short, wallet=5000)
    assert gapped(book, "1") == ()
    assert kinds(gapped(book, "0.05")) == []
    assert kinds(lived(book, Step(D("-0.5")), Step(D("0.1")))) == ["fill"]


def test_what_an_order_opens_again_is_the_same_position_however_the_file_lists_those_that_were_closed():
    held = [replace(ETH, id=name, mode=Mode.CROSS) for name in ("a", "b", "c")]
    stop = replace(STOP, quantity=D(0), close_position=True)
    bid = replace(BID, mode=Mode.CROSS, price=D(1800))
    found = set()
    for listed in (held, held[::-1]):
        book = replace(account(stop, bid, wallet=5000), positions=tuple(listed))
        events = glided(book, end="0.1")
        assert kinds(events) == ["fill"] * 4
        found.add(book.seats[events[-1].position].id)
    assert found == {"a"}
