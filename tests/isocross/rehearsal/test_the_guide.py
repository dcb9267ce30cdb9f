"""What the guide claims of cross and isolated margin, each claim on the accounts that are shipped."""

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.book import Book, Mode, Side
from isocross.cascade.events import EventKind
from isocross.moves import add_margin, available, flip, flip_all, removable
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import profile_ids
from isocross.words.outlook import GlideStory
from isocross.workspace import PathKind, book_of, load_file, shipped

D = Decimal
ONLY_BTC = {"ETHUSDT": D(0)}
BTC, ETH = 0, 1
EVERY_VENUE = ("guide", "coinex", "binance")


def account(name, venue=None) -> Book:
    return book_of(load_file(shipped()[name]), venue)


def cross(venue="guide"):
    return account("guide-cross", venue)


def short(venue="guide"):
    return account("guide-isolated", venue)


def at(book, shock, betas=ONLY_BTC, kind=PathKind.WHAT_IF):
    return GlideRehearsal(book, betas, kind).frame(D(shock))


def deaths(timeline):
    return [event for event in timeline.events if event.kind is EventKind.LIQUIDATION]


def sized(book, index, times):
    held = book.positions[index]
    return book.with_position(replace(held, quantity=held.quantity * times))


def payers(frame, index=BTC):
    paid = frame.positions[index].paid_by
    return (paid.own_margin, paid.unused, paid.others, paid.fund)


def all_isolated(book):
    return flip_all(book).after


# --- the example of cross margin ---------------------------------------------------------------------


@pytest.mark.parametrize("venue", EVERY_VENUE)
def test_you_have_1000_with_a_long_of_300_and_a_short_of_200_and_500_remain_unused(venue):
    frame = at(cross(venue), "0")
    held = [(p.market, p.side, p.leverage, p.initial_margin) for p in frame.book.positions]
    assert held == [("BTCUSDT", Side.LONG, 3, 300), ("ETHUSDT", Side.SHORT, 3, 200)]
    assert (frame.account.wallet, frame.account.equity, frame.account.unused) == (1000, 1000, 500)


@pytest.mark.parametrize("venue", ["guide", "binance"])
def test_all_of_your_funds_are_shared_so_the_loss_takes_the_unused_500_and_then_ethers_margin(venue):
    book = cross(venue)
    assert payers(at(book, "-0.3")) == (270, 0, 0, 0)
    assert payers(at(book, "-0.5")) == (300, 150, 0, 0)
    assert payers(at(book, "-0.9")) == (300, 500, 10, 0)
    assert at(book, "-0.5").account.unused == 350
    assert at(book, "-0.9").account.unused == 0
    assert at(book, "-0.9").events == ()


def test_where_the_platform_pulls_cash_into_the_position_it_pulls_the_unused_500_and_never_ethers_margin():
    book = cross("coinex")
    frame = at(book, "-0.85")
    assert sum(e.amount for e in frame.events if e.kind is EventKind.REFILL) == 500 - frame.account.unused
    assert (frame.account.unused, frame.positions[ETH].margin) == (0, 200)
    assert payers(frame) == (300, 465, 0, 0)
    fallen = at(book, "-0.95")
    assert [(e.kind, e.position) for e in fallen.events][-1] == (EventKind.LIQUIDATION, BTC)
    assert payers(fallen) == (300, 500, 0, 0)
    assert (fallen.account.equity, fallen.positions[ETH].margin) == (200, 200)


@pytest.mark.parametrize("venue", ["guide", "binance"])
def test_nothing_liquidates_the_guides_cross_example_when_only_bitcoin_falls_at_zero_100_is_left(venue):
    book = cross(venue)
    rehearsal = GlideRehearsal(book, ONLY_BTC)
    assert rehearsal.falling.events == ()
    assert at(book, "0").positions[BTC].liquidation_price is None
    worthless = rehearsal.frame({"BTCUSDT": D(-1)})
    assert (worthless.positions[BTC].mark, worthless.events, worthless.account.equity) == (0, (), 100)
    assert payers(worthless) == (300, 500, 100, 0)


def test_the_desk_says_that_no_price_of_bitcoin_alone_liquidates_it():
    words = GlideStory(GlideRehearsal(cross(), ONLY_BTC)).next_words(D("-0.3"))
    assert words == "No price of BTC alone liquidates this account under the guide's rules: at zero, 100.00 is left."


def test_only_a_drop_is_said_to_spare_a_short_that_a_rise_liquidates():
    book = short()
    moving = {market: D(0) for market in book.markets} | {book.positions[0].market: D(1)}
    words = GlideStory(GlideRehearsal(book, moving)).next_words(D("-0.3"))
    assert words == "No drop of BTC alone liquidates this account under the guide's rules: at zero, 1,600.00 is left."


def test_covering_one_positions_loss_affects_the_others():
    prices = [at(cross(), shock).positions[ETH].liquidation_price for shock in ("0", "-0.3", "-0.6")]
    assert prices[0] > prices[1] > prices[2]


# --- pros and cons of cross margin -------------------------------------------------------------------


@pytest.mark.parametrize("venue", EVERY_VENUE)
def test_cross_margin_has_less_risk_of_liquidation(venue):
    shared, apart = (GlideRehearsal(book, ONLY_BTC) for book in (cross(venue), all_isolated(cross(venue))))
    assert [event.position for event in deaths(apart.falling)] == [BTC]
    assert 40000 < deaths(apart.falling)[0].mark < D("40201.01")
    later = deaths(shared.falling)
    assert not later or later[0].mark < deaths(apart.falling)[0].mark / 5


def test_the_funds_of_a_winner_help_a_loser_that_goes_against_you():
    together = sized(cross(), BTC, D("1.5"))
    assert deaths(GlideRehearsal(together, ONLY_BTC).falling)
    assert not deaths(GlideRehearsal(together, {}).falling)


@pytest.mark.parametrize("venue", EVERY_VENUE)
def test_with_a_shared_pool_of_capital_you_can_take_larger_positions(venue):
    book = cross(venue)
    assert available(book) == at(book, "0").account.available == 500
    rich = add_margin(all_isolated(book), "btc", D(300)).after
    joined = flip(rich, "btc").after
    assert available(rich) == 200
    assert available(joined) == (200 if book.top_up else 500)


# at Binance the initial margin of the winner grows with its mark, by 30 % of 300
@pytest.mark.parametrize(("venue", "room"), [("guide", 770), ("binance", 680)])
def test_an_open_gain_makes_room_for_more_in_cross_and_none_in_isolated(venue, room):
    shared, apart = (at(book, "0.3") for book in (cross(venue), all_isolated(cross(venue))))
    assert (shared.account.equity, apart.account.equity) == (1270, 1270)
    assert (shared.account.available, apart.account.available) == (room, 500)


def test_a_severe_rise_of_ether_takes_nearly_the_whole_cross_account_and_a_jump_all_of_it():
    rising = at(cross(), "1.8", {"BTCUSDT": D(0)})
    assert [event.position for event in deaths(rising)] == [ETH]
    assert 0 < rising.account.equity < 13
    jumped = at(cross(), "2", {"BTCUSDT": D(0)}, PathKind.GAP)
    assert [event.position for event in deaths(jumped)] == [ETH, BTC]
    assert (jumped.account.equity, jumped.account.fund) == (0, -200)


def test_a_severe_fall_of_a_larger_bitcoin_position_takes_the_whole_cross_account():
    jumped = at(sized(cross(), BTC, 2), "-0.9", kind=PathKind.GAP)
    assert [event.position for event in deaths(jumped)] == [BTC, ETH]
    assert jumped.account.equity == 0
    apart = at(all_isolated(sized(cross(), BTC, D("1.5"))), "-0.9", kind=PathKind.GAP)
    assert [event.position for event in deaths(apart)] == [BTC]
    assert apart.account.equity == 550


def test_the_same_rise_leaves_an_isolated_account_what_it_did_not_allot():
    for kind in (PathKind.WHAT_IF, PathKind.GAP):
        apart = at(all_isolated(cross()), "2", {"BTCUSDT": D(0)}, kind)
        assert [event.position for event in deaths(apart)] == [ETH]
        assert apart.account.equity == 800


def test_a_severe_move_causes_a_chain_reaction_and_liquidates_the_entire_account():
    """A long in ether beside the long in bitcoin: the fall of the first leaves the second too little to live."""
    book = sized(cross(), ETH, 3)
    held = replace(book.positions[ETH], side=Side.LONG)
    chain = deaths(GlideRehearsal(book.with_position(held), {}).falling)
    assert [event.position for event in chain] == [ETH, BTC]
    assert 0 < chain[1].place - chain[0].place < D("0.01")
    assert at(book.with_position(held), "-0.5", {}).account.equity < 5
    alone = replace(book, positions=book.positions[:1])
    assert deaths(GlideRehearsal(alone, {}).falling) == []


# --- the example of isolated margin --------------------------------------------------------------------


@pytest.mark.parametrize("venue", EVERY_VENUE)
def test_the_platform_will_only_use_the_200_allocated_to_that_trade(venue):
    book = short(venue)
    frame = at(book, "0")
    assert (frame.positions[0].margin, frame.positions[0].worst_case, frame.account.unused) == (200, 200, 800)
    rising = GlideRehearsal(book, {}).rising
    assert [(e.kind, e.amount) for e in rising.events] == [(EventKind.LIQUIDATION, 200)]
    assert D("79601.99") < rising.events[0].mark < 80000


@pytest.mark.parametrize("venue", profile_ids())
@pytest.mark.parametrize("shock", ["0.1", "0.32", "0.33", "0.34", "0.5", "1", "3", "50"])
@pytest.mark.parametrize("kind", [PathKind.WHAT_IF, PathKind.GAP])
def test_even_if_the_market_moves_further_the_loss_never_exceeds_200(venue, shock, kind):
    frame = at(short(venue), shock, {}, kind)
    assert frame.account.equity >= 800
    assert frame.account.wallet >= 800
    assert frame.positions[0].paid_by.own_margin <= 200
    if venue in EVERY_VENUE:
        assert bool(frame.events) == (D(shock) > D("0.325"))
        assert not frame.events or (frame.account.equity, frame.positions[0].paid_by.own_margin) == (800, 200)


def test_a_gap_beyond_the_margin_is_paid_by_the_fund():
    frame = at(short(), "0.5", {}, PathKind.GAP)
    assert [(e.kind, e.amount) for e in frame.events] == [(EventKind.LIQUIDATION, 200), (EventKind.FUND, 100)]
    assert (frame.account.fund, payers(frame)) == (-100, (200, 0, 0, 100))


@pytest.mark.parametrize("venue", EVERY_VENUE)
def test_isolated_draws_no_funds_from_your_account_or_other_trades(venue):
    book = flip(cross(venue), "btc").after
    for shock in ("-0.3", "-0.34", "-0.6", "-0.95"):
        frame = at(book, shock)
        eth = frame.positions[ETH]
        assert (frame.account.unused, eth.margin, eth.paid_by.total) == (500, 200, 0)
        assert eth.liquidation_price == at(book, "0").positions[ETH].liquidation_price
        assert payers(frame)[1:3] == (0, 0)
    assert at(book, "-0.95").account.equity == 700


def test_an_isolated_positions_profit_does_not_help_the_pool():
    falling = GlideRehearsal(account("guide-mixed"), {})
    frame = falling.frame(D("-0.3"))
    assert (frame.positions[ETH].unrealised_pnl, frame.positions[ETH].equity) == (180, 380)
    assert frame.account.pool_equity == 800 - 270
    fallen = deaths(falling.falling)
    assert [event.position for event in fallen] == [BTC]
    assert D("0.88") < fallen[0].place < D("0.89")
    assert falling.frame(D("-0.95")).positions[ETH].equity == 200 + 570


def test_a_bad_trade_does_not_wipe_out_the_whole_account():
    book = sized(cross(), BTC, 2)
    assert at(book, "-0.9", kind=PathKind.GAP).account.equity == 0
    apart = replace(book, positions=tuple(replace(p, mode=Mode.ISOLATED) for p in book.positions))
    assert at(apart, "-0.9", kind=PathKind.GAP).account.equity == 400


def test_you_need_to_add_funds_by_hand_to_avoid_liquidation_and_it_works():
    book = short()
    assert deaths(at(book, "0.35", {}))
    saved = add_margin(book, book.positions[0].id, D(20)).after
    held = at(saved, "0.35", {})
    assert (deaths(held), held.positions[0].equity, held.account.unused) == ([], 10, 780)
    assert removable(saved, saved.positions[0].id) == 20
    assert deaths(at(saved, "0.37", {}))


@pytest.mark.parametrize("venue", EVERY_VENUE)
def test_each_isolated_position_has_its_own_allocation_and_the_same_price_beside_any_other(venue):
    both = at(all_isolated(cross(venue)), "0").positions
    alone = at(flip(cross(venue), "btc").after, "0").positions
    assert both[BTC].liquidation_price == alone[BTC].liquidation_price
    assert (both[BTC].margin, both[ETH].margin) == (300, 200)


def test_where_each_position_draws_by_itself_a_price_of_btc_does_liquidate_it():
    """What the lesson says of CoinEx's help pages."""
    book = book_of(load_file(shipped()["guide-cross"]), venue="coinex")
    row = GlideRehearsal(book, {"ETHUSDT": Decimal(0)}).frame(Decimal("-0.8")).positions[0]
    assert round(row.liquidation_price, 2) == Decimal("6700.17")
