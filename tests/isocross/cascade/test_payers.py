"""Who pays, worked by hand: own margin, then unused cash, then the other cross positions, then the fund."""

from dataclasses import replace
from decimal import Context, Decimal, localcontext

import pytest

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade.events import EventKind, PaidBy
from isocross.cascade.ledger import Ledger
from isocross.cascade.payers import losses, pool_payers
from isocross.cascade.solver import solve
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import load_profile
from isocross.rules.market import Ladder, Market, Tier
from isocross.workspace import PathKind, book_of, load_text

D = Decimal
GUIDE, COINEX = load_profile("guide"), load_profile("coinex")


def market(symbol, rate="0.005", profile=GUIDE):
    return Market(symbol, D(100), Ladder((Tier(D(0), D(rate), D(100)),), profile.tier_key))


def ten(symbol, side=Side.LONG, quantity=10, mode=Mode.CROSS, margin=None):
    """Ten at 100 with 10x: a margin of 100."""
    given = None if margin is None else D(margin)
    return Position(symbol.lower(), symbol, side, mode, D(quantity), D(100), D(10), given)


def account(wallet, *positions, profile=GUIDE, rates=None):
    markets = {p.market: market(p.market, (rates or {}).get(p.market, "0.005"), profile) for p in positions}
    return Book(profile, D(wallet), markets, positions)


def paid(book, **marks):
    given = {symbol: m.mark for symbol, m in book.markets.items()} | {s: D(mark) for s, mark in marks.items()}
    return losses(Ledger(book), given)


def parts(own=0, unused=0, others=0, fund=0):
    return PaidBy(D(own), D(unused), D(others), D(fund))


def test_a_loss_within_its_margin_is_paid_by_that_margin():
    assert paid(account(500, ten("AAA"), ten("BBB")), AAA=91)[0] == parts(own=90)


def test_a_gain_is_paid_by_nobody():
    assert paid(account(500, ten("AAA"), ten("BBB")), AAA=150) == {0: parts(), 1: parts()}


def test_beyond_its_margin_a_loss_is_paid_by_unused_cash_and_then_by_the_others_margin_and_then_by_the_fund():
    book = account(350, ten("AAA"), ten("BBB"))
    assert paid(book, AAA=80)[0] == parts(own=100, unused=100)
    assert paid(book, AAA=75)[0] == parts(own=100, unused=150)
    assert paid(book, AAA=70)[0] == parts(own=100, unused=150, others=50)
    assert paid(book, AAA=60)[0] == parts(own=100, unused=150, others=100, fund=50)


def test_the_others_profit_helps_beside_their_margin():
    book = account(200, ten("AAA"), ten("BBB", Side.SHORT))
    assert paid(book, AAA=70)[0] == parts(own=100, others=100, fund=100)
    assert paid(book, AAA=70, BBB=85)[0] == parts(own=100, others=200)
    assert paid(book, AAA=60, BBB=85)[0] == parts(own=100, others=250, fund=50)


def test_of_the_others_margin_only_what_their_own_losses_leave_can_help():
    book = account(200, ten("AAA"), ten("BBB"))
    assert paid(book, AAA=80, BBB=94) == {0: parts(own=100, others=40, fund=60), 1: parts(own=60)}


def test_unused_cash_helps_before_the_others_profit():
    book = account(300, ten("AAA"), ten("BBB", Side.SHORT))
    assert paid(book, AAA=85, BBB=50)[0] == parts(own=100, unused=50)


def test_two_overflows_share_unused_cash_in_proportion():
    book = account(240, ten("AAA"), ten("BBB", quantity=5))
    assert paid(book, AAA=70, BBB=70) == {0: parts(100, 60, 0, 140), 1: parts(50, 30, 0, 70)}


def test_two_overflows_share_what_the_others_have_in_proportion():
    book = account(250, ten("AAA"), ten("BBB", quantity=5), ten("CCC"))
    assert paid(book, AAA=88, BBB=84) == {0: parts(100, 0, 20), 1: parts(50, 0, 30), 2: parts()}
    found = paid(book, AAA=70, BBB=80)
    assert (found[0], found[1]) == (parts(100, 0, 80, 120), parts(50, 0, 20, 30))


def test_shares_that_do_not_divide_sum_to_what_is_shared():
    book = account(301, ten("AAA"), ten("BBB"), ten("CCC"))
    unused = [paid(book, AAA=89, BBB=89, CCC=89)[i].unused for i in range(3)]
    assert unused == [D("0.333333333333333334"), D("0.333333333333333333"), D("0.333333333333333333")]


def test_shares_of_two_sources_do_not_come_to_more_than_an_overflow():
    book = account(401, ten("AAA"), ten("BBB"), ten("CCC"), ten("DDD"))
    found = paid(book, AAA="89.9", BBB="89.9", CCC="89.9")
    assert [found[i].total for i in range(3)] == [101, 101, 101]
    assert [found[i].fund for i in range(3)] == [0, 0, 0]


def test_what_is_drawn_from_the_unused_cash_is_no_longer_unused():
    ledger = Ledger(account(350, ten("AAA"), ten("BBB")))
    assert pool_payers(ledger, {"AAA": D(100), "BBB": D(100)}).unused == 150
    assert pool_payers(ledger, {"AAA": D(81), "BBB": D(100)}).unused == 60
    assert pool_payers(ledger, {"AAA": D(60), "BBB": D(100)}).unused == 0


# --- cross margins above the wallet ----------------------------------------------------------------


def test_where_cross_margins_exceed_the_wallet_unused_is_negative_and_the_others_can_give_that_much_less():
    book = account(150, ten("AAA"), ten("BBB"))
    assert pool_payers(Ledger(book), {"AAA": D(100), "BBB": D(100)}).unused == -50
    assert paid(book, AAA=90)[0] == parts(own=100)
    assert paid(book, AAA=87)[0] == parts(own=100, others=30)
    assert paid(book, AAA=84)[0] == parts(own=100, others=50, fund=10)


def test_margins_that_are_not_there_pay_nothing_even_for_their_own_loss():
    book = account(150, ten("AAA"), ten("BBB"))
    assert paid(book, AAA=92, BBB=92) == {0: parts(own=75, fund=5), 1: parts(own=75, fund=5)}


# --- the dead --------------------------------------------------------------------------------------


def dies_at(mark, book):
    """Let AAA jump to a mark at which the pool is at its line."""
    frame = GlideRehearsal(book, {}, PathKind.GAP).frame({"AAA": D(mark) / 100 - 1})
    assert frame.events[0].position == 0
    return frame, Ledger.after(book, frame.events)


def test_a_dead_positions_attribution_is_frozen():
    book = account(250, ten("AAA"), ten("BBB"), rates={"AAA": "0.1", "BBB": "0.001"})
    frame, ledger = dies_at(83, book)
    assert frame.positions[0].paid_by == parts(own=100, unused=50, others=20)
    for mark in (200, 91, 1):
        later = losses(ledger, {"AAA": D(mark), "BBB": D(mark)})
        assert later[0] == parts(own=100, unused=50, others=20)


def test_what_a_dead_position_used_is_gone():
    book = account(250, ten("AAA"), ten("BBB"), rates={"AAA": "0.1", "BBB": "0.001"})
    _, ledger = dies_at(83, book)
    marks = {"AAA": D(83), "BBB": D(97)}
    assert ledger.pool == 80
    assert pool_payers(ledger, marks).unused == 0
    assert losses(ledger, marks)[1] == parts(own=30)
    assert losses(ledger, marks | {"BBB": D(91)})[1] == parts(own=80, fund=10)


def test_unused_cash_that_a_dead_position_left_still_helps_the_next():
    book = account(280, ten("AAA"), ten("BBB"), rates={"AAA": "0.14", "BBB": "0.001"})
    frame, ledger = dies_at(83, book)
    assert frame.positions[0].paid_by == parts(own=100, unused=70)
    marks = {"AAA": D(83), "BBB": D(89)}
    assert pool_payers(ledger, marks | {"BBB": D(100)}).unused == 10
    assert losses(ledger, marks)[1] == parts(own=100, unused=10)


def test_a_gain_that_helped_the_dead_is_used_before_the_margin_of_the_one_who_earned_it():
    """AAA takes 20 of BBB's gain of 30; when BBB has lost that gain again, the 20 are missing from its margin."""
    book = account(200, ten("AAA"), ten("BBB", Side.SHORT), rates={"AAA": "0.13", "BBB": "0.001"})
    jumped = GlideRehearsal(book, {}, PathKind.GAP).frame({"AAA": D("-0.12"), "BBB": D("-0.03")})
    assert [(e.kind, e.position) for e in jumped.events] == [(EventKind.LIQUIDATION, 0)]
    assert jumped.positions[0].paid_by == parts(own=100, others=20)
    ledger = Ledger.after(book, jumped.events)
    assert losses(ledger, {"AAA": D(88), "BBB": D(97)})[1] == parts()
    assert losses(ledger, {"AAA": D(88), "BBB": D(108)})[1] == parts(own=80)
    assert losses(ledger, {"AAA": D(88), "BBB": D(109)})[1] == parts(own=80, fund=10)


def test_the_fund_pays_for_a_pool_what_its_dead_could_not():
    book = account(200, ten("AAA"), ten("BBB"))
    frame = GlideRehearsal(book, {}, PathKind.GAP).frame({"AAA": D("-0.3")})
    assert [(e.kind, e.position, e.amount) for e in frame.events] == [
        (EventKind.LIQUIDATION, 0, 300),
        (EventKind.LIQUIDATION, 1, 0),
        (EventKind.FUND, None, 100),
    ]
    assert frame.positions[0].paid_by == parts(own=100, others=100, fund=100)
    assert (frame.account.wallet, frame.account.fund) == (0, -100)


def test_a_fund_that_is_short_pays_what_it_has_and_the_winners_the_rest():
    book = replace(account(200, ten("AAA"), ten("BBB")), fund=D(30))
    frame = GlideRehearsal(book, {}, PathKind.GAP).frame({"AAA": D("-0.3")})
    assert [(e.kind, e.amount) for e in frame.events[2:]] == [(EventKind.FUND, 30), (EventKind.DELEVERAGE, 70)]
    assert (frame.account.wallet, frame.account.fund) == (0, 0)


def test_a_mark_that_has_come_to_zero_costs_no_more_than_all_of_it():
    """BBB falls twice as fast and stands at zero: its overflow of 900 shares the unused 380 with AAA's of 1,000."""
    book = account(680, ten("AAA", quantity=20), ten("BBB"))
    frame = GlideRehearsal(book, {"BBB": D(2)}, PathKind.GAP).frame(D("-0.6"))
    assert [row.paid_by for row in frame.positions] == [parts(200, 200, 0, 800), parts(100, 180, 0, 720)]
    assert frame.account.fund == -1520


# --- buckets -----------------------------------------------------------------------------------------


def test_an_isolated_loss_is_paid_by_its_margin_and_beyond_it_by_the_fund_alone():
    book = account(1000, ten("AAA", mode=Mode.ISOLATED), ten("BBB", Side.SHORT))
    assert paid(book, AAA=95, BBB=50)[0] == parts(own=50)
    assert paid(book, AAA=70, BBB=50) == {0: parts(own=100, fund=200), 1: parts()}


def test_an_isolated_position_gives_nothing_to_the_pool():
    book = account(200, ten("AAA"), ten("BBB", Side.SHORT, mode=Mode.ISOLATED))
    assert paid(book, AAA=80, BBB=50)[0] == parts(own=100, fund=100)


def test_margin_added_by_hand_is_own_margin():
    book = account(1000, ten("AAA", mode=Mode.ISOLATED, margin=250))
    assert paid(book, AAA=80)[0] == parts(own=200)


@pytest.mark.parametrize(
    ("move", "expected"),
    [("-0.05", parts(own=50)), ("-0.12", parts(own=100, unused=20)), ("-0.2", parts(own=100, unused=100))],
)
def test_a_topped_up_position_is_paid_for_by_its_margin_and_then_by_what_was_unused(move, expected):
    book = account(260, ten("AAA"), profile=COINEX)
    assert GlideRehearsal(book, {}).frame(D(move)).positions[0].paid_by == expected


def test_a_taken_topped_up_position_has_cost_its_bucket_and_not_the_others():
    """It draws the 50 there are; its bankruptcy price is 85, and what is left above it is the fund's."""
    book = account(250, ten("AAA"), ten("BBB"), profile=COINEX)
    frame = GlideRehearsal(book, {"BBB": D(0)}).frame(D("-0.5"))
    assert frame.positions[0].paid_by == parts(own=100, unused=50)
    assert (frame.account.equity, frame.positions[1].equity) == (100, 100)
    assert frame.account.fund > 0


def test_who_paid_is_exact_in_whatever_decimal_context_it_is_asked_for():
    book = account("300.123456789012345678", ten("AAA"), ten("BBB", quantity=20))
    wide = solve(book, Glide.common(book, {}, -1)).events
    timeline = solve(book, Glide.common(book, {}, -1))
    with localcontext(Context(prec=6)):
        assert timeline.events == wide
    assert all(event.paid_by.total == event.amount for event in wide if event.kind is EventKind.LIQUIDATION)


def test_a_margin_below_zero_pays_for_nothing_while_there_is_a_profit():
    """A margin may be given below zero where profit is beside it, as a venue answers it after a withdrawal."""
    text = """
venue = "binance"
wallet = 100
markets = [{ symbol = "DOGEUSDT", mark = 0.01 }]
[[positions]]
market = "DOGEUSDT"
side = "short"
mode = "isolated"
quantity = 1000
entry = 0.0104
leverage = 1
margin = -0.1
"""
    book = book_of(load_text(text))
    assert losses(Ledger(book), {"DOGEUSDT": Decimal("0.01")}) == {0: PaidBy()}
