"""What a user can do to an account, what refuses it, and what a preview says, worked by hand."""

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.book import Book, Mode, Position, Side
from isocross.moves import add_margin, available, flip, flip_all, removable, remove_margin, set_leverage
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import load_profile
from isocross.rules.market import Ladder, Market, Tier
from isocross.studies.preview import preview

D = Decimal
GUIDE, COINEX, BINANCE = (load_profile(name) for name in ("guide", "coinex", "binance"))


def market(symbol, mark, profile, rate="0.005"):
    return Market(symbol, D(mark), Ladder((Tier(D(0), D(rate), D(100)),), profile.tier_key))


def guide_account(profile=GUIDE, wallet=1000, marks=(60000, 3000), modes=(Mode.CROSS, Mode.CROSS), **changes):
    btc = Position("btc", "BTCUSDT", Side.LONG, modes[0], D("0.015"), D(60000), D(3))
    eth = Position("eth", "ETHUSDT", Side.SHORT, modes[1], D("0.2"), D(3000), D(3))
    markets = {p.market: market(p.market, mark, profile) for p, mark in zip((btc, eth), marks, strict=True)}
    return replace(Book(profile, D(wallet), markets, (btc, eth)), **changes)


APART = (Mode.ISOLATED, Mode.ISOLATED)


def margins(book):
    return [(p.mode, p.margin) for p in book.positions]


def told(outcome):
    assert outcome.after is None
    return str(outcome.refusal)


# --- to isolated -------------------------------------------------------------------------------------


def test_a_position_set_apart_takes_its_initial_margin_out_of_the_pool():
    outcome = flip(guide_account(), "btc")
    assert margins(outcome.after) == [(Mode.ISOLATED, 300), (Mode.CROSS, 200)]
    assert (outcome.cash_moved, outcome.after.pool_cash, outcome.after.wallet) == (300, 700, 1000)
    assert (outcome.refusal, outcome.remark) == (None, "")


def test_a_position_set_apart_takes_its_open_loss_along():
    outcome = flip(guide_account(marks=(54000, 3000)), "btc")
    assert (outcome.cash_moved, outcome.after.positions[0].margin) == (390, 390)
    row = GlideRehearsal(outcome.after, {}).frame(D(0)).positions[0]
    assert (row.equity, row.unrealised_pnl) == (300, -90)


def test_an_open_gain_leaves_the_pool_with_the_position():
    before = guide_account(marks=(66000, 3000))
    outcome = flip(before, "btc")
    assert outcome.cash_moved == 300
    frames = [GlideRehearsal(book, {}).frame(D(0)) for book in (before, outcome.after)]
    assert [f.account.equity for f in frames] == [1090, 1090]
    assert [f.account.pool_equity for f in frames] == [1090, 700]
    assert frames[1].positions[0].equity == 390


def test_a_flip_is_refused_where_the_pool_could_no_longer_back_the_others():
    words = told(flip(guide_account(wallet=499), "btc"))
    assert words == "pool equity would be 199.00, below the 200.00 of initial margin it backs"
    assert flip(guide_account(wallet=500), "btc").after is not None


def test_the_others_open_loss_counts_against_a_flip_and_their_gain_for_it():
    assert flip(guide_account(wallet=600, marks=(60000, 3501)), "btc").after is None
    assert flip(guide_account(wallet=600, marks=(60000, 3500)), "btc").after is not None
    assert flip(guide_account(wallet=400, marks=(60000, 2500)), "btc").after is not None


def test_a_flip_is_refused_where_the_cash_for_its_bucket_is_not_there():
    words = told(flip(guide_account(wallet=290, marks=(60000, 2000)), "btc"))
    assert words == "its margin needs 300.00, and the pool would be 10.00 short of cash"


def test_a_flip_is_refused_where_the_position_would_be_liquidated_at_once():
    thin = Position("btc", "BTCUSDT", Side.LONG, Mode.CROSS, D("0.01"), D(60000), D(100))
    book = Book(GUIDE, D(1000), {"BTCUSDT": market("BTCUSDT", 60000, GUIDE, "0.01")}, (thin,))
    words = told(flip(book, "btc"))
    assert words == (
        "the position would be liquidated at once: its equity would be 6.00 against maintenance margin 6.00"
    )


# --- to cross ----------------------------------------------------------------------------------------


def test_a_position_that_joins_the_pool_brings_its_margin_with_all_that_was_added():
    book = add_margin(guide_account(modes=APART), "btc", D(100)).after
    outcome = flip(book, "btc")
    assert margins(outcome.after) == [(Mode.CROSS, 300), (Mode.ISOLATED, 200)]
    assert (outcome.cash_moved, outcome.after.pool_cash) == (-400, 800)


def test_a_flip_is_refused_where_the_pool_would_be_at_its_line():
    book = guide_account(wallet=500, marks=(60000, 5500), modes=(Mode.ISOLATED, Mode.ISOLATED))
    words = told(flip(book, "eth"))
    assert words == "the pool would be at its liquidation threshold: equity −300.00 against maintenance margin 5.50"
    rich = replace(book, wallet=D(1000))
    assert flip(rich, "eth").after is not None


def test_a_flip_back_and_forth_restores_the_book():
    for book in (guide_account(), guide_account(modes=APART), guide_account(marks=(61000, 2900))):
        for name in ("btc", "eth"):
            assert flip(flip(book, name).after, name).after == book


def test_what_was_put_aside_for_an_open_loss_does_not_come_back_as_margin():
    book = guide_account(marks=(54000, 3000))
    twice = flip(flip(book, "btc").after, "btc").after
    assert twice == book
    apart = flip(book, "btc").after
    assert flip(flip(apart, "btc").after, "btc").after == apart


# --- topped up -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("modes", [(Mode.CROSS, Mode.CROSS), APART])
def test_a_top_up_position_keeps_its_bucket_whichever_way_it_is_flipped(modes):
    book = guide_account(COINEX, modes=modes, marks=(54000, 3000))
    book = book.with_position(book.positions[0].with_margin(D(350)))
    outcome = flip(book, "btc")
    assert (outcome.cash_moved, outcome.after.positions[0].margin) == (0, 350)
    assert outcome.after.unused == book.unused
    assert flip(outcome.after, "btc").after == book


# --- all at once ---------------------------------------------------------------------------------------


def test_all_positions_flip_together():
    outcome = flip_all(guide_account())
    assert margins(outcome.after) == [(Mode.ISOLATED, 300), (Mode.ISOLATED, 200)]
    assert outcome.cash_moved == 500


def test_where_one_cannot_be_flipped_none_is():
    book = guide_account(wallet=499)
    outcome = flip_all(book)
    assert told(outcome).startswith("BTC cannot be flipped, so none was: pool equity would be 199.00")
    assert outcome.before == guide_account(wallet=499)


# --- what the venue forbids ------------------------------------------------------------------------------


def test_what_only_the_venue_forbids_is_rehearsed_with_a_remark():
    outcome = flip(guide_account(BINANCE), "btc")
    assert outcome.after is not None
    assert outcome.remark.startswith("Rehearsed anyway: Binance changes the margin mode")
    assert "(-4048)" in outcome.remark
    assert "-4048" in flip_all(guide_account(BINANCE)).remark


def test_a_strict_account_refuses_what_the_venue_would_refuse():
    outcome = flip(guide_account(BINANCE, strict=True), "btc")
    assert (outcome.after, outcome.refusal.code) == (None, "-4048")
    assert flip(guide_account(COINEX, strict=True), "btc").after is not None


# --- margin by hand ----------------------------------------------------------------------------------------


def test_margin_added_to_an_isolated_long_moves_its_price_away_and_leaves_that_much_less_for_the_others():
    book = guide_account(modes=(Mode.ISOLATED, Mode.CROSS))
    outcome = add_margin(book, "btc", D("99.5"))
    assert (outcome.cash_moved, outcome.after.positions[0].margin, outcome.after.pool_cash) == (
        D("99.5"),
        D("399.5"),
        D("600.5"),
    )
    assert outcome.after.wallet == book.wallet
    prices = [
        [row.liquidation_price for row in GlideRehearsal(b, {}).frame(D(0)).positions] for b in (book, outcome.after)
    ]
    assert prices[1][0] < prices[0][0] < 60000
    assert 3000 < prices[1][1] < prices[0][1]


def test_no_more_can_be_added_than_is_available():
    book = guide_account(modes=(Mode.ISOLATED, Mode.CROSS))
    assert available(book) == 500
    assert add_margin(book, "btc", D(500)).after is not None
    assert told(add_margin(book, "btc", D("500.01"))) == "500.01 is more than the 500.00 available"


def test_an_open_loss_of_the_pool_is_not_available_and_its_open_gain_is_no_cash():
    modes = (Mode.ISOLATED, Mode.CROSS)
    assert available(guide_account(marks=(60000, 3500), modes=modes)) == 400
    assert available(guide_account(marks=(60000, 1000), modes=modes)) == 700
    assert available(guide_account(COINEX, marks=(60000, 3500), modes=modes)) == 500


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_nothing_or_less_than_nothing_cannot_be_moved(amount):
    book = guide_account(modes=APART)
    assert "must be above zero" in told(add_margin(book, "btc", D(amount)))
    assert "must be above zero" in told(remove_margin(book, "btc", D(amount)))


def test_a_pooled_position_has_no_bucket_to_add_to_and_a_top_up_one_has():
    of_cross = "margin is added to and taken from isolated positions; a cross position has the whole pool behind it"
    assert of_cross in told(add_margin(guide_account(), "btc", D(1)))
    assert of_cross in told(remove_margin(guide_account(), "btc", D(1)))
    assert add_margin(guide_account(BINANCE), "btc", D(1)).refusal.code == "-4049"
    after = add_margin(guide_account(COINEX), "btc", D(100)).after
    assert (after.positions[0].margin, after.unused) == (400, 400)


def test_only_what_is_above_initial_margin_and_any_open_loss_can_leave():
    book = guide_account(modes=APART)
    rich = add_margin(book, "btc", D(120)).after
    assert (removable(book, "btc"), removable(rich, "btc")) == (0, 120)
    losing = replace(rich, markets=guide_account(marks=(54000, 3000)).markets)
    gaining = replace(rich, markets=guide_account(marks=(66000, 3000)).markets)
    assert (removable(losing, "btc"), removable(gaining, "btc")) == (30, 120)
    assert remove_margin(losing, "btc", D(30)).after.positions[0].margin == 390
    words = told(remove_margin(losing, "btc", D("30.01")))
    assert words.startswith("30.01 is more than the 30.00 that can leave: the margin of 420.00 must keep")
    assert words.endswith("must keep 390.00, its initial margin plus any open loss")


def test_what_must_stay_is_not_called_the_maintenance_margin_where_another_rule_decides():
    book = guide_account(BINANCE, modes=APART)
    words = told(remove_margin(book, "btc", D(1)))
    need = maintenance_of(book)
    assert need < 300
    rule = f"the larger of its maintenance margin of {need:.2f} and its initial margin at mark less its PnL"
    assert words.endswith(f"must keep 300.00, {rule}")


def maintenance_of(book):
    return GlideRehearsal(book, {}).frame(D(0)).positions[0].maintenance_margin


def test_margin_added_and_removed_again_restores_the_book():
    book = guide_account(modes=APART)
    outcome = remove_margin(add_margin(book, "eth", D(7)).after, "eth", D(7))
    assert (outcome.after, outcome.cash_moved) == (book, -7)


def test_an_unknown_position_is_a_slip_of_the_caller():
    for move in (flip, removable, lambda b, i: add_margin(b, i, D(1)), lambda b, i: set_leverage(b, i, D(2))):
        with pytest.raises(KeyError):
            move(guide_account(), "sol")


# --- leverage ------------------------------------------------------------------------------------------------


def test_leverage_moves_initial_margin_and_no_price_in_a_pool():
    book = guide_account()
    outcome = set_leverage(book, "eth", D(10))
    frames = [GlideRehearsal(b, {}).frame(D(0)) for b in (book, outcome.after)]
    assert [f.positions[1].initial_margin for f in frames] == [200, 60]
    assert [f.account.available for f in frames] == [500, 640]
    assert len({f.positions[1].liquidation_price for f in frames}) == 1
    assert outcome.cash_moved == 0


def test_leverage_sets_the_bucket_of_an_isolated_position():
    outcome = set_leverage(guide_account(modes=APART), "btc", D(2))
    assert (outcome.after.positions[0].margin, outcome.cash_moved) == (450, 150)
    back = set_leverage(outcome.after, "btc", D(9))
    assert (back.after.positions[0].margin, back.cash_moved) == (100, -350)


def test_an_isolated_bucket_covers_the_open_loss_after_a_change_of_leverage():
    book = guide_account(modes=APART, marks=(54000, 3000))
    assert set_leverage(book, "btc", D(5)).after.positions[0].margin == 180 + 90


def test_leverage_beyond_the_tier_or_below_one_is_refused():
    assert told(set_leverage(guide_account(), "btc", D(101))).startswith("leverage must be between 1 and 100")
    assert told(set_leverage(guide_account(), "btc", D("1e9"))).endswith(" for this size, not 1,000,000,000")
    assert set_leverage(guide_account(), "btc", D("0.9")).after is None
    assert set_leverage(guide_account(), "btc", D(100)).after is not None


def test_leverage_that_asks_for_more_margin_than_is_available_is_refused():
    words = told(set_leverage(guide_account(wallet=600), "btc", D(2)))
    assert words == "it needs 150.00 more margin, and 100.00 is available"
    assert set_leverage(guide_account(wallet=650), "btc", D(2)).after is not None


# --- preview -------------------------------------------------------------------------------------------------


def test_a_preview_shows_every_position_before_and_after():
    rehearsal = GlideRehearsal(guide_account(), {"ETHUSDT": D(0)})
    shown = preview(rehearsal, flip(rehearsal.book, "btc"), D("-0.3"))
    btc, eth = shown.rows
    assert (btc.name, btc.moved, btc.changed, btc.liquidation_before) == ("BTC", True, True, None)
    assert abs(btc.liquidation_after - D("40201.005025")) < D("0.000001")
    assert (btc.joint_before, abs(btc.joint_after - btc.liquidation_after) < D("0.000001")) == (None, True)
    assert (eth.moved, eth.changed) == (False, True)
    assert abs(eth.liquidation_before - D("7937.810945")) < D("0.000001")
    assert abs(eth.liquidation_after - D("6467.661692")) < D("0.000001")


def test_a_preview_of_a_refused_move_has_no_rows():
    rehearsal = GlideRehearsal(guide_account(wallet=499), {})
    outcome = flip(rehearsal.book, "btc")
    assert preview(rehearsal, outcome, D(0)).rows == ()
