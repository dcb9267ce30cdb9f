"""Placing and cancelling resting orders: what they hold, what refuses them, and how that is told."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.book import Book, Mode, Order, Position, Side
from isocross.account.orders import reserve_of
from isocross.cascade.ledger import Ledger
from isocross.desk import selectors
from isocross.desk.actions.orders import CancelOrder, CancelOrders, PlaceOrder
from isocross.desk.changes import step_words
from isocross.desk.state import Moment, State
from isocross.money import MONEY_GRID
from isocross.moves import available, cancel, cancel_all, flip, flip_all, place, set_leverage
from isocross.paths.walk import Step
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rehearsal.scenario import PathKind
from isocross.report.json import frame_json
from isocross.report.text import frame_sheet
from isocross.rules import catalogue as profiles
from isocross.rules.catalogue import load_profile
from isocross.rules.market import Ladder, Market, Tier
from isocross.words.why.account import account_reasons
from isocross.words.why.position import reasons
from isocross.workspace import load_text

D = Decimal
BID = Order("bid", "BTCUSDT", Side.LONG, D("0.01"), D(55000))


def account(venue="guide", wallet=1000, tiers=((0, "0.005", 100),), leverage=3, **changes):
    profile = load_profile(venue)
    ladder = Ladder(tuple(Tier(D(start), D(rate), D(most)) for start, rate, most in tiers), profile.tier_key)
    markets = {symbol: Market(symbol, D(mark), ladder) for symbol, mark in (("BTCUSDT", 60000), ("ETHUSDT", 3000))}
    btc = Position("btc", "BTCUSDT", Side.LONG, Mode.CROSS, D("0.015"), D(60000), D(leverage))
    eth = Position("eth", "ETHUSDT", Side.SHORT, Mode.CROSS, D("0.2"), D(3000), D(leverage))
    return replace(Book(profile, D(wallet), markets, (btc, eth)), **changes)


def told(outcome):
    assert outcome.after is None
    return str(outcome.refusal)


# --- the moves -----------------------------------------------------------------------------------


@pytest.mark.parametrize("venue", profiles.profile_ids())
def test_an_order_takes_what_it_holds_from_what_is_available_and_cancelling_gives_it_back(venue):
    before = account(venue)
    after = place(before, BID).after
    held = reserve_of(BID, after)
    assert held >= D(550) / 3 if held else load_profile(venue).order_reserve == "none"
    assert available(before) - available(after) == held == Ledger(after).reserved
    assert after.wallet == before.wallet
    assert cancel(after, "bid").after == before
    assert cancel_all(place(after, replace(BID, id="second")).after).after == before


def test_an_order_may_hold_all_that_is_available_and_not_the_least_bit_more():
    # 60,000 × quantity ÷ 3 of the 500 that back nothing
    most = replace(BID, price=D(60000), quantity=D("0.025"))
    assert available(place(account(), most).after) == 0
    more = replace(most, quantity=most.quantity + MONEY_GRID)
    assert told(place(account(), more)) == "it would hold 500.00, and 500.00 is available"
    assert told(place(account(), replace(most, quantity=D("0.03")))) == "it would hold 600.00, and 500.00 is available"


def test_the_leverage_of_an_order_is_bounded_by_the_tier_of_its_own_size():
    book = account(tiers=((0, "0.005", 50), (500, "0.01", 20)))
    assert place(book, replace(BID, quantity=D("0.009"), leverage=D(50))).after
    refused = place(book, replace(BID, leverage=D(50)))
    assert told(refused) == "leverage must be between 1 and 20 for this size, not 50"
    # without one of its own it has that of the position in its market
    fast = account(tiers=((0, "0.005", 50), (500, "0.01", 20)), leverage=30)
    assert told(place(fast, BID)) == "leverage must be between 1 and 20 for this size, not 30"
    assert told(place(book, replace(BID, leverage=D("0.5")))).startswith("leverage must be between 1 and 20")


@pytest.mark.parametrize("changes", [{"quantity": D(0)}, {"quantity": D(-1)}, {"price": D(0)}])
def test_numbers_that_no_order_has_are_refused(changes):
    assert told(place(account(), replace(BID, **changes))).startswith("quantity and price must be above zero, not ")


def test_an_order_that_would_bring_a_scope_to_its_line_is_refused():
    # a tier that asks for more maintenance than initial margin: much is available, and little stands above the line
    steep = {"tiers": ((0, "0.5", 100),), "leverage": 100}
    assert place(account("guide", **steep), replace(BID, quantity=D("1"))).after
    said = told(place(account("bybit", **steep), replace(BID, quantity=D("0.5"))))
    assert said.startswith(
        "the pool would be at its liquidation threshold with 275.00 more held: equity 725.00 against"
    )
    said = told(place(account("coinex", wallet=700, **steep), replace(BID, quantity=D("0.5"))))
    assert said.startswith("btc would be at its liquidation threshold with ")


def test_cancelling_an_order_that_does_not_rest_is_an_error():
    with pytest.raises(KeyError):
        cancel(account(), "bid")


# --- flips while orders rest ---------------------------------------------------------------------


def test_a_flip_while_an_order_rests_is_marked_with_the_codes_and_refused_where_the_file_is_strict():
    book = place(account("binance"), BID).after
    assert flip(book, "btc").verdict == "Binance USD-M would refuse this (-4047, -4048)."
    assert "no open orders; 1 order rests in BTCUSDT (-4047, -4048)" in flip(book, "btc").remark
    assert flip(book, "eth").verdict == "Binance USD-M would refuse this (-4048)."
    assert told(flip(replace(book, strict=True), "btc")).endswith("rests in BTCUSDT (-4047, -4048)")


@pytest.mark.parametrize(("venue", "bars"), [("coinex", True), ("gate", True), ("kraken", False), ("bitmex", False)])
def test_only_the_market_of_the_order_is_barred_and_only_where_the_venue_bars_it(venue, bars):
    book = place(account(venue), BID).after
    assert ("1 order rests in BTCUSDT" in flip(book, "btc").remark) == bars
    assert "rests in" not in flip(book, "eth").remark
    # the mark of the first is not lost when the last has none
    assert ("1 order rests in BTCUSDT" in flip_all(book).remark) == bars


@pytest.mark.parametrize(("venue", "bars"), [("coinex", True), ("gate", False), ("binance", False)])
def test_orders_bar_a_change_of_leverage_where_it_is_set_together_with_the_mode(venue, bars):
    book = place(account(venue), BID).after
    assert ("1 order rests in BTCUSDT" in set_leverage(book, "btc", D(5)).remark) == bars
    assert set_leverage(book, "eth", D(5)).remark == ""
    strict = set_leverage(replace(book, strict=True), "btc", D(5))
    assert (strict.after is None) == bars


# --- how it is told ------------------------------------------------------------------------------


FILE = """\
wallet = 1000
venue = "VENUE"
positions = [
    { market = "BTCUSDT", side = "long", mode = "cross", quantity = 0.015, entry = 60000, leverage = 3 },
]
"""


def state(venue="guide", **changes):
    return State.opened(replace(load_text(FILE.replace("VENUE", venue)), **changes))


def added_up(put):
    """Both sides of a line such as 1,000.00 − 300.00 = 700.00."""
    left, right = re.split(r" [=→] ", put.replace(",", ""))
    terms = re.findall(r"(?:^|([+−]) )([\d.]+)", left)
    return sum(-D(number) if sign == "−" else D(number) for sign, number in terms), D(right)


@pytest.mark.parametrize("venue", ["guide", "coinex", "binance", "bybit"])
def test_the_arithmetic_of_the_account_adds_up_with_orders(venue):
    frame = selectors.frame(PlaceOrder(replace(BID, price=D(62000))).apply(state(venue)))
    put = {reason.title: reason.substituted for reason in account_reasons(frame)}
    assert frame.account.reserved > 200
    for title in ("unused", *(() if frame.book.top_up else ("available",))):
        worked_out, shown = added_up(put[title])
        assert worked_out == shown, put[title]
    assert put["the order bid holds"].endswith(f"= {frame.account.reserved:.2f}")
    assert "the order bid holds" in {reason.title for reason in reasons(frame, frame.positions[0])}


def test_a_report_says_what_each_order_holds_and_which_were_cancelled():
    book = replace(account("binance", wallet=600), orders=(BID,))
    rehearsal = GlideRehearsal(book, {"ETHUSDT": D(0)})
    opened = frame_json("n", rehearsal, D(0))["orders"]
    assert opened == [
        {"id": "bid", "market": "BTCUSDT", "side": "long", "mode": "cross", "quantity": "0.01", "price": "55000",
         "leverage": "3", "held": opened[0]["held"], "status": "resting"}
    ]  # fmt: skip
    assert D(opened[0]["held"]) == reserve_of(BID, book)
    (fallen,) = frame_json("n", rehearsal, D("-0.8"))["orders"]
    assert (fallen["held"], fallen["status"]) == ("0", "cancelled")
    sheet = frame_sheet("n", rehearsal, D(0)).splitlines()
    row = next(line.split() for line in sheet if line.startswith("bid "))
    assert row == ["bid", "buy", "cross", "0.01", "55,000.00", "3x", "183.33", "resting"]


# --- on a desk -----------------------------------------------------------------------------------


def test_placing_and_cancelling_are_steps_with_words():
    begun = state()
    placed = PlaceOrder(BID).apply(begun)
    assert placed.message.text == "An order rests in BTCUSDT and holds 183.33."
    assert placed.unsaved
    assert step_words(begun.moment, placed.moment) == "bid placed"
    gone = CancelOrder("bid").apply(placed)
    assert gone.message.text == "bid is cancelled: 183.33 is free again."
    assert gone.workspace == begun.workspace
    assert step_words(placed.moment, gone.moment) == "bid cancelled"
    both = CancelOrders().apply(PlaceOrder(replace(BID, id="ask", side=Side.SHORT)).apply(placed))
    assert both.message.text == "All 2 orders are cancelled: 366.67 is free again."
    assert CancelOrders().apply(both).message.text == "There is no resting order."
    assert CancelOrder("bid").apply(both).workspace == both.workspace


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (replace(BID, quantity=D(1)), "Refused: it would hold 18,333.33, and 700.00 is available."),
        (replace(BID, leverage=D(200)), "Refused: 200 is above the highest leverage for a notional of 550"),
        (replace(BID, market="SOLUSDT"), 'Refused: "SOLUSDT" has no mark: no position is in this market'),
        (replace(BID, market="NOSUCH"), "Refused: neither "),
    ],
)
def test_a_refused_order_changes_nothing_and_says_why(order, said):
    after = PlaceOrder(order).apply(state())
    assert after.message.text.startswith(said)
    assert after.message.tone == "bad"
    assert after.workspace == state().workspace


def test_on_a_lived_path_an_order_rests_from_its_opening_on_and_is_told_so():
    begun = state()
    walked = replace(begun.workspace.scenario, path=PathKind.WALK, legs=(Step(D("-0.1")),))
    begun = begun.at(Moment(replace(begun.workspace, scenario=walked), D(0), D(1)))
    placed = PlaceOrder(BID).apply(begun)
    assert placed.message.text.endswith(" On this path that holds from its opening on.")
    assert placed.moment.place == 1
    assert selectors.frame(placed).account.reserved == reserve_of(BID, selectors.book(placed))
    at_the_opening = replace(placed, moment=replace(placed.moment, place=D(0)))
    assert selectors.frame(at_the_opening).account.reserved == selectors.frame(placed).account.reserved
