"""Liquidation, bankruptcy and joint prices, and worst cases, worked by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade.events import EventKind
from isocross.figures.prices import account_worst_case, shown_price, worst_case
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import load_profile
from isocross.rules.market import Ladder, Market, Tier, TierMethod, with_deductions
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import Basis, Residual
from isocross.workspace import PathKind

D = Decimal
GUIDE, COINEX = load_profile("guide"), load_profile("coinex")
TWO_TIERS = (("0", "0.01"), ("1000", "0.05"))


def market(symbol="AAA", mark=100, tiers=(("0", "0.005"),), profile=GUIDE, tick=None):
    steps = tuple((Tier(D(start), D(rate), D(100)), False) for start, rate in tiers)
    return Market(symbol, D(mark), Ladder(with_deductions(steps, profile.tier_method), profile.tier_key), tick)


def position(symbol="AAA", side=Side.LONG, quantity=10, leverage=10, mode=Mode.CROSS, margin=None, entry=100):
    given = None if margin is None else D(margin)
    name = f"{symbol}-{side}".lower()
    return Position(name, symbol, side, mode, D(quantity), D(entry), D(leverage), given)


def account(wallet, *positions, markets=(), profile=GUIDE):
    given = {m.symbol: m for m in markets}
    every = {p.market: given.get(p.market) or market(p.market, profile=profile) for p in positions}
    return Book(profile, D(wallet), every, positions)


def rows(book, shock="0", **betas):
    return GlideRehearsal(book, {s: D(b) for s, b in betas.items()}).frame(D(shock)).positions


def only(book, shock="0", **betas):
    return rows(book, shock, **betas)[0]


def near(figure, expected):
    return abs(figure - expected) < D("1e-20")


# --- the tier valid at the price -------------------------------------------------------------------

FLAT = replace(GUIDE, tier_method=TierMethod.FLAT)


def test_a_long_that_leaves_its_tier_on_the_way_down_has_the_price_of_the_lower_tier():
    book = account(200, position(mode=Mode.ISOLATED), markets=(market(tiers=TWO_TIERS, profile=FLAT),), profile=FLAT)
    row = only(book)
    assert row.maintenance_margin == 50
    assert near(row.liquidation_price, 900 / (10 * D("0.99")))


@pytest.mark.parametrize(
    ("profile", "expected"),
    [(FLAT, 1080 / (9 * D("1.05"))), (GUIDE, 1120 / (9 * D("1.05")))],
    ids=["flat", "marginal"],
)
def test_a_short_that_grows_into_a_tier_has_the_price_of_the_higher_tier(profile, expected):
    short = position(side=Side.SHORT, quantity=9, leverage=5, mode=Mode.ISOLATED)
    book = account(200, short, markets=(market(tiers=TWO_TIERS, profile=profile),), profile=profile)
    assert only(book).maintenance_margin == 9
    assert near(only(book).liquidation_price, expected)


def test_a_flat_tier_can_liquidate_at_its_very_border():
    short = position(side=Side.SHORT, quantity=9, leverage=5, mode=Mode.ISOLATED, margin=140)
    book = account(200, short, markets=(market(tiers=TWO_TIERS, profile=FLAT),), profile=FLAT)
    assert near(only(book).liquidation_price, D(1000) / 9)
    death = GlideRehearsal(book, {}).rising.events[0]
    assert death.place == D("0.111111111112")


def test_at_entry_the_tier_does_not_change_with_the_mark():
    profile = replace(FLAT, maintenance_basis=Basis.ENTRY)
    book = account(
        200, position(mode=Mode.ISOLATED), markets=(market(tiers=TWO_TIERS, profile=profile),), profile=profile
    )
    assert only(book).liquidation_price == 95


# --- none --------------------------------------------------------------------------------------------


def test_no_price_liquidates_a_long_that_is_paid_for_in_full():
    row = only(account(1000, position(leverage=1, mode=Mode.ISOLATED)))
    assert (row.liquidation_price, row.liquidation_price_shown, row.bankruptcy_price) == (None, None, None)
    assert row.joint_trigger is None


def test_no_price_liquidates_a_long_in_a_pool_that_can_lose_all_of_it():
    row = only(account(1001, position()))
    assert (row.liquidation_price, row.bankruptcy_price) == (None, None)


def test_a_short_has_a_price_however_rich_its_pool_is():
    assert near(only(account(10**6, position(side=Side.SHORT))).liquidation_price, 1001000 / D("10.05"))


def test_no_price_liquidates_a_perfect_hedge_whose_maintenance_margin_is_at_entry():
    profile = replace(GUIDE, maintenance_basis=Basis.ENTRY)
    book = account(300, position(), position(side=Side.SHORT), profile=profile)
    assert [row.liquidation_price for row in rows(book)] == [None, None]
    assert [row.bankruptcy_price for row in rows(book)] == [None, None]


def test_a_perfect_hedge_is_liquidated_by_the_growth_of_its_maintenance_margin():
    book = account(300, position(), position(side=Side.SHORT))
    assert [row.liquidation_price for row in rows(book)] == [3000, 3000]


# --- a pool ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mark", "expected"), [(100, 50 / D("0.79")), (120, D("162.5"))])
def test_of_two_prices_of_a_hedged_pool_the_nearer_one_is_shown(mark, expected):
    """Down, the net long loses; up, the maintenance margin of both grows faster than it earns."""
    dear = (("0", "0.01"), ("1500", "0.2"))
    legs = (position(quantity=11), position(side=Side.SHORT, quantity=10))
    book = account(50, *legs, markets=(market(mark=mark, tiers=dear),))
    assert all(near(row.liquidation_price, expected) for row in rows(book))


def test_all_positions_of_a_market_in_a_pool_share_one_price_and_an_isolated_one_has_its_own():
    legs = (position(), replace(position(quantity=5), id="second"), replace(position(mode=Mode.ISOLATED), id="apart"))
    first, second, apart = rows(account(500, *legs))
    assert first.liquidation_price == second.liquidation_price
    assert near(first.liquidation_price, 1100 / (15 * D("0.995")))
    assert near(apart.liquidation_price, 900 / (10 * D("0.995")))


def test_another_positions_loss_brings_the_price_of_a_pool_nearer_and_its_gain_takes_it_away():
    legs = (position(), position("BBB", quantity=1))
    prices = [only(account(500, *legs, markets=(market("BBB", mark),))).liquidation_price for mark in (100, 80, 130)]
    expected = [
        (1000 - 500 - pnl + need) / (10 * D("0.995")) for pnl, need in ((0, D("0.5")), (-20, D("0.4")), (30, D("0.65")))
    ]
    assert all(near(price, figure) for price, figure in zip(prices, expected, strict=True))


def test_an_isolated_positions_result_does_not_move_the_price_of_a_pool():
    legs = (position(), position("BBB", mode=Mode.ISOLATED))
    prices = {only(account(500, *legs, markets=(market("BBB", mark),))).liquidation_price for mark in (100, 95, 200)}
    assert len(prices) == 1


def test_a_pool_is_bankrupt_where_its_equity_is_gone_with_the_others_standing_still():
    legs = (position(), position("BBB", quantity=1))
    assert only(account(500, *legs, markets=(market("BBB", 80),))).bankruptcy_price == 52


# --- the joint trigger -------------------------------------------------------------------------------


def test_the_joint_trigger_is_nearer_where_the_others_fall_too():
    """Alone AAA would go at 60.8; together they go at −19.6 %, the first in the file first, then the other."""
    first, second = rows(account(400, position(), position("BBB")))
    assert near(first.liquidation_price, 605 / D("9.95"))
    assert first.joint_trigger == 100 * (1 - D("0.195979899498"))
    assert abs(second.joint_trigger - 100 * (1 - D(199020100502) / 10**9 / 995)) < D("1e-9")


def test_the_joint_trigger_is_that_of_the_direction_of_the_shock():
    book = account(400, position(side=Side.SHORT))
    assert only(book, "-0.1").joint_trigger is None
    rising = only(book, "0.1")
    assert abs(rising.joint_trigger - rising.liquidation_price) < D("1e-9")


def test_the_joint_trigger_is_the_same_wherever_the_cursor_is():
    book = account(400, position(), position("BBB"))
    assert len({only(book, shock).joint_trigger for shock in ("-0.01", "-0.15", "-0.196", "-0.6")}) == 1


def test_the_joint_trigger_counts_what_happened_before():
    """A short that earns with the fall keeps the long alive, until nothing is left to fall."""
    hedged = account(120, position(), position("BBB", Side.SHORT))
    assert only(hedged).joint_trigger is None
    apart = account(220, position(), position("BBB", Side.SHORT, mode=Mode.ISOLATED))
    assert abs(only(apart).joint_trigger - 880 / D("9.95")) < D("1e-9")


# --- at the line and beyond ---------------------------------------------------------------------------


def test_under_water_at_the_start_the_price_is_where_it_would_be_above_its_line_again():
    book = account(200, position(mode=Mode.ISOLATED), markets=(market(mark=88),))
    row = only(book)
    assert (row.death.place, row.death.amount, row.paid_by.fund) == (0, 100, 20)
    assert near(row.liquidation_price, 900 / D("9.95"))


def test_at_its_line_the_price_is_the_mark():
    book = account(200, position(mode=Mode.ISOLATED, margin=5))
    assert only(book).liquidation_price == 100


@pytest.mark.parametrize(("profile", "dies"), [(GUIDE, True), (COINEX, False)], ids=["<=", "<"])
def test_at_the_start_the_line_itself_is_due_where_the_venue_says_so(profile, dies):
    book = account(200, position(mode=Mode.ISOLATED, margin=5), profile=profile)
    assert [e.kind for e in GlideRehearsal(book, {}).frame(D(0)).events] == ([EventKind.LIQUIDATION] if dies else [])


def test_on_the_way_touching_the_line_is_enough_at_every_venue():
    for profile in (GUIDE, COINEX):
        book = account(200, position(mode=Mode.ISOLATED, margin=5), profile=profile)
        assert len(GlideRehearsal(book, {}).falling.events) == 1


def test_what_is_liquidated_right_here_keeps_the_price_at_which_it_was():
    book = account(400, position(), position("BBB"))
    place = GlideRehearsal(book, {}).falling.events[0].place
    there, earlier, later = (only(book, str(-p)) for p in (place, place - D("1e-12"), place + D("1e-12")))
    assert there.death is not None
    assert abs(there.liquidation_price - there.mark) < D("1e-9")
    assert abs(earlier.liquidation_price - there.liquidation_price) < D("1e-9")
    assert later.liquidation_price is None


def test_a_survivors_price_at_the_place_of_an_event_is_from_after_it():
    book = account(400, position(), position("BBB"))
    place = GlideRehearsal(book, {}).falling.events[0].place
    there, later = (rows(book, str(-p))[1] for p in (place, place + D("1e-12")))
    assert abs(there.liquidation_price - D("79.99798")) < D("0.00001")
    assert abs(later.liquidation_price - there.liquidation_price) < D("1e-9")


def in_three_tiers():
    profile = replace(GUIDE, steps=(Step(StepKind.TIER_DOWN, D(1)),))
    held = market(tiers=(("0", "0.01"), ("1000", "0.02"), ("2000", "0.03")), profile=profile)
    return account(300, position(quantity=30, mode=Mode.ISOLATED), markets=(held,), profile=profile)


def test_a_joint_trigger_is_ahead_of_the_cursor_and_not_what_has_happened_already():
    book = in_three_tiers()
    happened = GlideRehearsal(book, {}).falling.happened
    first = happened[0]
    second = next(event for event in happened if event.place > first.place)
    assert only(book, str(-first.place + D("1e-6"))).joint_trigger == first.mark
    assert only(book, str(-first.place)).joint_trigger == second.mark


def test_after_a_gap_a_joint_trigger_is_ahead_of_where_the_marks_landed():
    book = in_three_tiers()
    gap, shock = (
        GlideRehearsal(book, {}, PathKind.GAP),
        -GlideRehearsal(book, {}).falling.happened[0].place - D("0.003"),
    )
    landed = gap.frame(shock).positions[0]
    assert landed.death is None and landed.position.quantity < 30
    ahead = GlideRehearsal(gap.book_at(shock), {}).falling.happened[0]
    assert abs(landed.joint_trigger - ahead.mark) < D("1e-9")


def test_a_top_up_price_counts_all_the_unused_cash():
    book = account(250, position(), position("BBB"), profile=COINEX)
    assert [near(row.liquidation_price, 850 / D("9.95")) for row in rows(book)] == [True, True]
    assert [row.bankruptcy_price for row in rows(book)] == [85, 85]


# --- shown prices --------------------------------------------------------------------------------------


def test_a_shown_price_is_on_the_venues_tick_or_has_eight_digits():
    assert shown_price(D("40201.005025"), D("0.1")) == D("40201.0")
    assert shown_price(D("40201.05"), D("0.5")) == D("40201")
    assert shown_price(D("40201.005025"), None) == D("40201.005")
    assert shown_price(D("0.000123456789"), None) == D("0.00012345679")
    assert shown_price(None, D("0.1")) is None


# --- worst cases -----------------------------------------------------------------------------------------


def test_the_worst_case_of_an_isolated_position_is_its_margin():
    book = account(1000, position(mode=Mode.ISOLATED, margin=250), position("BBB"))
    assert worst_case(book, 0) == 250


def test_the_worst_case_of_a_pooled_position_is_the_pool_or_a_longs_notional_at_entry():
    book = account(1500, position(quantity=10), position("BBB", Side.SHORT, 1), position("CCC", mode=Mode.ISOLATED))
    assert [worst_case(book, i) for i in range(3)] == [1000, 1400, 100]


def test_the_worst_case_of_a_top_up_position_is_its_bucket_and_all_the_unused_cash():
    book = account(
        1000, position(quantity=50), position("BBB", Side.SHORT), position("CCC", quantity=1), profile=COINEX
    )
    assert [worst_case(book, i) for i in range(3)] == [890, 490, 100]


def test_the_worst_case_of_an_account_without_shorts_is_at_zero_marks():
    book = account(1000, position(quantity=5), position("BBB", quantity=2), position("CCC", mode=Mode.ISOLATED))
    assert account_worst_case(book) == 800
    assert account_worst_case(replace(book, wallet=D(500))) == 500


def test_the_worst_case_of_an_account_that_is_net_short_in_a_market_is_all_its_cash():
    legs = (position(quantity=1), position(side=Side.SHORT, quantity=2), position("BBB", mode=Mode.ISOLATED))
    assert account_worst_case(account(1000, *legs)) == 1000
    assert account_worst_case(account(1000, position(quantity=2), position(side=Side.SHORT, quantity=1))) == 100


def test_a_jump_past_the_price_costs_no_more_than_the_margin_whoever_keeps_a_residual():
    for residual in Residual:
        book = account(1000, position(mode=Mode.ISOLATED), profile=replace(GUIDE, residual=residual))
        frame = GlideRehearsal(book, {}, PathKind.GAP).frame(D("-0.9"))
        assert (frame.account.equity, frame.account.fund) == (900, -800)
