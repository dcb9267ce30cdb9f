"""Stops past a liquidation price, ladders of orders, the stop that leaves the most, and the room of a position."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.book import Book, Mode, Order, Position, Side
from isocross.account.order_kinds import OrderKind
from isocross.figures.stops import unreached_stops
from isocross.moves import increase, largest_increase, largest_removal, place, remove_margin, withdraw
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.market import Ladder, Market, Tier
from isocross.studies.ladder import ladder, ladder_with
from isocross.studies.stops import advise_stop, with_stop
from isocross.studies.twin import tally
from isocross.words.orders import stop_warnings
from isocross.words.stops import stop_advice_words
from isocross.words.why.position import reasons
from isocross.workspace import load_text
from isocross.workspace.build import book_of
from tests.brute.books import PLAIN

D = Decimal
ETH = Position("eth", "ETH", Side.LONG, Mode.ISOLATED, D(1), D(2000), D(40))
STOP = Order("stop", "ETH", Side.SHORT, D(1), D(1900), fills=OrderKind.STOP_MARKET, trigger=D(1900), reduce_only=True)
BID = Order("bid", "ETH", Side.LONG, D(1), D(1980), Mode.ISOLATED, fills=OrderKind.LIMIT)
SHOCKS = tuple(D(n) / 100 for n in (-20, -10, -5, 5, 10, 20))


def account(*orders: Order, held: Position = ETH, wallet=1000) -> Book:
    market = Market("ETH", D(2000), Ladder((Tier(D(0), D("0.005"), D(100)),), PLAIN.tier_key), tick=D("0.01"))
    return Book(PLAIN, D(wallet), {"ETH": market}, (held,), orders=orders)


def at(price: str) -> Order:
    return replace(STOP, trigger=D(price), price=D(price))


# --- stops that come too late -----------------------------------------------------------------------

# a margin of 50: 50 + (mark − 2,000) = 0.005 × mark at 1,959.798…


@pytest.mark.parametrize(("trigger", "late"), [("1959.79", True), ("1959.80", False), ("1900", True), ("1990", False)])
def test_a_stop_is_told_where_it_is_past_the_liquidation_price(trigger, late):
    assert bool(unreached_stops(account(at(trigger)))) is late


def test_it_is_said_in_a_sentence_with_both_prices():
    told = "Your stop at 1,900.00 is past the liquidation price 1,959.80 of ETH: it will not be reached."
    assert stop_warnings(account(at("1900"))) == (told,)
    frame = _frame(account(at("1900")))
    assert any(told in reason.substituted for reason in reasons(frame, frame.positions[0]))


def test_an_order_that_is_filled_before_the_stop_moves_the_liquidation_price_and_is_counted():
    """1 more at 1,980 at 40x: 50 + 49.50 + 2 × (mark − 1,990) = 0.005 × 2 × mark at 1,950, and not at 1,959.80."""
    assert unreached_stops(account(at("1955")))
    assert not unreached_stops(account(at("1955"), BID))
    (late,) = unreached_stops(account(at("1949"), BID))
    assert late.liquidation == 1950


def test_one_that_brings_the_liquidation_nearer_makes_a_stop_late():
    """A margin of 200 lasts to 1,809.05; 1 more: 249.50 + 2 × (mark − 1,990) = 0.005 × 2 × mark at 1,874.62."""
    held = replace(ETH, given_margin=D(200))
    assert not unreached_stops(account(at("1850"), held=held))
    (late,) = unreached_stops(account(at("1850"), BID, held=held))
    assert round(late.liquidation, 2) == D("1874.62")
    assert not unreached_stops(account(at("1875"), BID, held=held))


def test_a_worst_case_says_that_it_does_not_count_what_orders_would_add():
    told = "What resting orders would open or add is not counted."
    for orders, said in (((BID,), True), ((at("1900"),), False), ((), False)):
        frame = _frame(account(*orders))
        worst = next(reason for reason in reasons(frame, frame.positions[0]) if reason.title == "worst case")
        assert (worst.source == told) is said


LARGE = """
wallet = 1600000
venue = "{}"
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "isolated"
quantity = 500
entry = 60000
leverage = 20
[[orders]]
market = "BTCUSDT"
side = "short"
kind = "stop-market"
trigger = 30000
"""


@pytest.mark.parametrize("venue", ["bybit", "gate", "okx", "hyperliquid"])
def test_of_a_position_that_is_closed_in_parts_it_is_where_the_first_part_is(venue):
    book = book_of(load_text(LARGE.format(venue)))
    whole = GlideRehearsal(book, {}).falling
    assert len({event.mark for event in whole.happened if event.position == 0}) > 1
    (late,) = unreached_stops(book)
    # places of a glide are on a grid, prices are not
    assert round(late.liquidation, 6) == round(_frame(book).positions[0].liquidation_price, 6)


def _frame(book: Book):
    return GlideRehearsal(book, {}).frame(D(0))


def test_of_a_short_it_is_past_above_and_a_take_profit_is_no_stop():
    short = replace(ETH, side=Side.SHORT)
    buys = replace(at("2100"), side=Side.LONG)
    assert unreached_stops(account(buys, held=short))
    assert not unreached_stops(account(replace(at("2030"), side=Side.LONG), held=short))
    assert not unreached_stops(account(replace(at("1900"), side=Side.LONG, fills=OrderKind.TAKE_PROFIT), held=short))


def test_a_trailing_stop_can_still_come_before_it():
    trailing = replace(STOP, fills=OrderKind.TRAILING, trigger=None, trail=D("0.05"))
    (told,) = stop_warnings(account(trailing))
    assert told.endswith("it will not be reached unless the price rises first.")


def test_where_nothing_liquidates_no_stop_is_late():
    assert not unreached_stops(account(at("100"), held=replace(ETH, mode=Mode.CROSS, leverage=D(1)), wallet=9000))


# --- placing ------------------------------------------------------------------------------------------


def test_a_stop_that_the_price_is_past_already_is_refused_and_one_that_is_late_is_remarked_on():
    told = "its trigger price of 2,100.00 is past already, at a mark of 2,000.00: it would be filled at once"
    assert str(place(account(), at("2100")).refusal) == told
    assert "past the liquidation price 1,959.80" in place(account(), at("1900")).remark
    good = place(account(), at("1980"))
    assert (good.remark, good.after.orders) == ("", (at("1980"),))


def test_what_only_closes_needs_something_to_close():
    refused = place(account(), replace(at("2100"), side=Side.LONG)).refusal
    assert str(refused) == "a buy closes no long: choose sell, it closes your long"


# --- ladders --------------------------------------------------------------------------------------------


def test_each_rung_tells_the_liquidation_price_before_and_after_its_fill():
    lower = replace(BID, id="lower", price=D(1970))
    first, second = ladder(account(lower, BID))
    assert [rung.order.id for rung in (first, second)] == ["bid", "lower"]
    assert (first.quantity, first.entry, second.quantity) == (2, 1990, 3)
    assert abs(first.before - D(1950) / D("0.995")) < D("1e-20")
    # 50 + 49.5 of margin for 2 at 1,990: 99.5 + 2 × (mark − 1,990) = 0.01 × mark
    assert abs(first.after - D("3880.5") / D("1.99")) < D("1e-20")
    assert second.before == first.after


def test_a_rung_past_the_liquidation_is_not_filled():
    (rung,) = ladder(account(replace(BID, price=D(1950)), wallet=90))
    assert (rung.position, rung.quantity) == (None, None)
    frame = _frame(account(replace(BID, price=D(1950)), wallet=90))
    (told,) = (reason for reason in reasons(frame, frame.positions[0]) if "after the order" in reason.title)
    assert told.substituted == "it is not filled: a liquidation comes before it"


def test_the_next_buy_is_told_before_it_is_placed():
    (rung,) = ladder_with(account(), BID)
    assert (rung.position, rung.quantity, rung.entry) == ("eth", 2, 1990)
    assert ladder_with(account(), at("1980")) == ()
    deeper = replace(BID, id="deeper", price=D(1970))
    assert ladder_with(account(BID), deeper) == ladder(account(BID, deeper))


# --- the stop that leaves the most ------------------------------------------------------------------------


def test_the_offered_stop_is_the_best_of_all_that_were_weighed():
    rehearsal = GlideRehearsal(account(wallet=300), {})
    found = advise_stop(rehearsal, SHOCKS)
    # each drop past the liquidation at −2.0 % costs the margin of 50, back or not; just before it a little less
    assert found.position.id == "eth"
    assert found.level == D("1959.90")
    assert found.advised.both > found.today.both
    words = stop_advice_words(found, rehearsal.book)
    assert words.startswith("A stop of ETH at 1,959.90: ")
    assert " It is only 0.10 from the liquidation price 1,959.80: a price that jumps can pass it." in words
    assert "It is only" not in stop_advice_words(replace(found, level=D(1980)), rehearsal.book)


def test_where_no_stop_leaves_more_none_is_offered():
    steady = replace(ETH, leverage=D(1), mode=Mode.CROSS)
    found = advise_stop(GlideRehearsal(account(held=steady, wallet=9000), {}), (D("-0.05"), D("-0.05"), D("0.05")))
    assert found.position is None
    assert "leaves more than" in stop_advice_words(found, account())


def test_a_position_that_has_a_stop_gets_no_other():
    assert advise_stop(GlideRehearsal(account(at("1980")), {}), SHOCKS).tried == 0


def test_the_account_with_a_stop_is_a_variant_and_a_senseless_one_says_why_not():
    rehearsal = GlideRehearsal(account(), {})
    variant = with_stop(rehearsal, "eth", D(1980))
    assert variant.title == "ETH with a stop at 1,980.00"
    assert variant.rehearsal.frame(D("-0.1")).account.equity == 980
    assert "is past already" in with_stop(rehearsal, "eth", D(2100)).refusal


def test_a_position_that_its_stop_closed_is_no_survivor():
    end = tally(with_stop(GlideRehearsal(account(), {}), "eth", D(1980)).rehearsal, D("-0.1"))
    assert (end.survivors, end.positions, end.liquidated, end.equity) == (0, 1, (), 980)


# --- how much margin can go, how large it can be ------------------------------------------------------------


@pytest.mark.parametrize("mode", Mode)
def test_the_room_of_a_position_is_allowed_to_the_last_step_and_no_step_more(mode):
    held = replace(ETH.with_margin(D(90)) if mode is Mode.ISOLATED else ETH, mode=mode)
    book = account(held=held)
    out = largest_removal(book, "eth")
    take = (
        (lambda amount: remove_margin(book, "eth", amount)) if mode is Mode.ISOLATED else (lambda a: withdraw(book, a))
    )
    assert take(out.most).after is not None
    assert take(out.most + D("1e-18")).after is None
    # told with an amount that is seen to be more
    assert out.rule == str(take(out.most + D("0.01")).refusal)
    more = largest_increase(book, "eth")
    assert increase(book, "eth", more.most).after is not None
    assert increase(book, "eth", more.most + D("1e-8")).after is None
    assert more.rule.startswith(f"{more.most + D('1e-8'):f} more needs ")


def test_a_position_that_cannot_grow_has_no_room_and_the_rule_is_told():
    more = largest_increase(account(wallet=50), "eth")
    assert more.most == 0
    assert "is available" in more.rule
