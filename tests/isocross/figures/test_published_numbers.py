"""Figures that venues publish, and the guide's cases worked out by hand, as a user would type them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.cascade.events import EventKind
from isocross.moves import add_margin, flip, set_leverage
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.workspace import PathKind, book_of, load_text

D = Decimal
HALF_PERCENT = "{ from = 0, rate = 0.005, max_leverage = 125 }"


def rows(table, values):
    return "\n".join([table, *(f"{key} = {value}" for key, value in values.items())])


def market(symbol, mark, *tiers):
    ladder = f"tiers = [ {', '.join(tiers)} ]" if tiers else ""
    return rows("[[markets]]", {"symbol": f'"{symbol}"', "mark": mark}) + "\n" + ladder


def position(symbol, side, quantity, entry, leverage, mode="cross", **more):
    return rows(
        "[[positions]]",
        {
            "market": f'"{symbol}"',
            "side": f'"{side}"',
            "mode": f'"{mode}"',
            "quantity": quantity,
            "entry": entry,
            "leverage": leverage,
        }
        | more,
    )


def book(wallet, *tables, venue="guide", **rules):
    changes = {key: f'"{value}"' if isinstance(value, str) else value for key, value in rules.items()}
    parts = [f"format = 1\nwallet = {wallet}", rows("[venue]", {"profile": f'"{venue}"'} | changes), *tables]
    return book_of(load_text("\n\n".join(parts)))


def at_opening(account, index=0):
    return GlideRehearsal(account, {}).frame(D(0)).positions[index]


def jumped_to(account, marks):
    shocks = {symbol: D(mark) / account.markets[symbol].mark - 1 for symbol, mark in marks.items()}
    return GlideRehearsal(account, {}, PathKind.GAP).frame(shocks)


def near(figure, expected, tolerance="1e-15"):
    return abs(figure - D(expected)) <= abs(D(expected)) * D(tolerance)


# --- CoinEx ------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["isolated", "cross"])
def test_coinex_documents_a_short_of_50x_with_nothing_but_its_bucket(mode):
    account = book(
        "0.614427",
        market("BTCUSDT", "30721.35", HALF_PERCENT),
        position("BTCUSDT", "short", "0.001", "30721.35", 50, mode),
        venue="coinex",
    )
    row = at_opening(account)
    assert row.margin == D("0.614427")
    assert row.maintenance_margin == D("0.15360675")
    assert near(row.liquidation_price, "31179.87761194029850746268")
    assert row.bankruptcy_price == D("31335.777")


def test_coinex_recorded_the_liquidation_of_a_short():
    account = book(
        1000,
        market("BTCUSDT", 78000, HALF_PERCENT),
        position("BTCUSDT", "short", 1, 78000, 100, "isolated", margin="558.504409448818897041"),
        venue="coinex",
    )
    row = at_opening(account)
    assert row.bankruptcy_price == D("78558.504409448818897041")
    assert near(row.liquidation_price, "78167.66607905355114133432")


@pytest.mark.parametrize(
    ("basis", "expected"), [("entry", "25876.6837333333"), ("mark", "25813.1189279732")], ids=["old form", "now"]
)
def test_coinex_liquidated_a_long_earlier_while_its_maintenance_margin_was_at_entry(basis, expected):
    account = book(
        "6.421013333333333333",
        market("BTCUSDT", "38526.08", HALF_PERCENT),
        position("BTCUSDT", "long", "0.0005", "38526.08", 3, "isolated", margin="6.421013333333333333"),
        venue="coinex",
        maintenance_basis=basis,
    )
    row = at_opening(account)
    assert near(row.bankruptcy_price, "25684.0533333333", "1e-8")
    assert near(row.liquidation_price, expected, "1e-12")


# --- Binance -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("side", "expected"), [("long", "8.070707070707071"), ("short", "11.89108910891089")], ids=["long", "short"]
)
@pytest.mark.parametrize("mode", ["cross", "isolated"])
def test_binance_prices_one_at_ten_with_a_deduction_of_a_cent(mode, side, expected):
    account = book(
        2,
        market(
            "ABCUSDT",
            10,
            "{ from = 0, rate = 0.005, max_leverage = 125 }",
            "{ from = 2, rate = 0.01, max_leverage = 100 }",
        ),
        position("ABCUSDT", side, 1, 10, 5, mode),
        venue="binance",
    )
    assert account.markets["ABCUSDT"].ladder.tiers[1].deduction == D("0.01")
    assert near(at_opening(account).liquidation_price, expected, "1e-12")


BINANCE_2021 = (
    ("0", "0.004", "0"),
    ("50000", "0.005", "50"),
    ("250000", "0.01", "1300"),
    ("1000000", "0.025", "16300"),
    ("10000000", "0.05", "266300"),
    ("20000000", "0.1", "1266300"),
    ("50000000", "0.125", "2516300"),
    ("100000000", "0.15", "5016300"),
    ("200000000", "0.25", "25016300"),
    ("300000000", "0.5", "100016300"),
)


def binance_long(quantity):
    tiers = [f"{{ from = {start}, rate = {rate}, max_leverage = 1 }}" for start, rate, _ in BINANCE_2021]
    return book(
        10**9,
        market("BTCUSDT", 50000, *tiers),
        position("BTCUSDT", "long", quantity, 50000, 1),
        venue="binance",
    )


def test_binance_published_the_deductions_of_its_brackets():
    ladder = binance_long(10).markets["BTCUSDT"].ladder
    assert [tier.deduction for tier in ladder.tiers] == [D(amount) for _, _, amount in BINANCE_2021]


def test_binance_asks_3700_for_half_a_million():
    assert at_opening(binance_long(10)).maintenance_margin == 3700


@pytest.mark.parametrize(("side", "open_loss"), [("long", "0"), ("short", "6.54")])
def test_binance_opens_one_bitcoin_at_20x_for_its_initial_margin_and_its_open_loss(side, open_loss):
    account = book(
        1000,
        market("BTCUSDT", "9259.84", HALF_PERCENT),
        position("BTCUSDT", side, 1, "9253.30", 20),
        venue="binance",
    )
    row = at_opening(account)
    # of the order; of the position it is taken at the mark
    assert account.positions[0].initial_margin == D("462.665")
    assert row.initial_margin == D("9259.84") / 20
    assert row.paid_by.total == D(open_loss)
    assert flip(account, account.positions[0].id).cash_moved == D("462.665") + D(open_loss)


# --- Bybit -------------------------------------------------------------------------------------


def test_bybit_liquidates_an_isolated_long_of_50x_at_19700():
    account = book(
        1000,
        market("BTCUSDT", 20000, HALF_PERCENT),
        position("BTCUSDT", "long", 1, 20000, 50, "isolated"),
        maintenance_basis="entry",
    )
    row = at_opening(account)
    assert (row.initial_margin, row.maintenance_margin, row.liquidation_price) == (400, 100, 19700)


def test_bybit_asks_92_50_for_a_position_of_3500_over_four_tiers():
    rates = ("0.02", "0.025", "0.03", "0.035", "0.04")
    tiers = [f"{{ from = {1000 * n}, rate = {rate}, max_leverage = 20 }}" for n, rate in enumerate(rates)]
    account = book(1000, market("XYZUSDT", 10, *tiers), position("XYZUSDT", "long", 350, 10, 10))
    assert account.markets["XYZUSDT"].ladder.tiers[3].deduction == 30
    assert at_opening(account).maintenance_margin == D("92.5")


def bybit_ladder_of_margin(quantity, **more):
    tier = "{ from = 0, rate = 0.0125, max_leverage = 50 }"
    return book(
        10000,
        market("BTCUSDT", 10000, tier),
        position("BTCUSDT", "long", quantity, 10000, 16, "isolated", **more),
        maintenance_basis="entry",
    )


def test_bybit_moves_the_liquidation_price_of_a_long_as_margin_and_size_are_added():
    first = bybit_ladder_of_margin(1)
    assert at_opening(first).liquidation_price == 9500
    more = add_margin(first, first.positions[0].id, D(1000)).after
    assert at_opening(more).liquidation_price == 8500
    assert at_opening(bybit_ladder_of_margin(2, margin=2 * 625 + 1000)).liquidation_price == 9000


# --- BitMEX ------------------------------------------------------------------------------------


def test_bitmex_liquidates_a_cross_long_of_20_ether_at_510():
    account = book(
        10000,
        market("ETHUSDT", 1000, "{ from = 0, rate = 0.01, max_leverage = 50 }"),
        position("ETHUSDT", "long", 20, 1000, 50),
        maintenance_basis="entry",
    )
    frame = GlideRehearsal(account, {}).frame(D(0))
    row = frame.positions[0]
    assert (row.initial_margin, row.maintenance_margin) == (400, 200)
    assert (row.liquidation_price, row.bankruptcy_price) == (510, 500)
    assert frame.account.available == 9600


def test_bitmex_liquidates_a_long_of_100x_at_99_50_and_is_bankrupt_at_99():
    account = book(
        10,
        market("XBTUSDT", 100, HALF_PERCENT),
        position("XBTUSDT", "long", 1, 100, 100, "isolated"),
        maintenance_basis="entry",
    )
    row = at_opening(account)
    assert (row.liquidation_price, row.bankruptcy_price) == (D("99.5"), 99)


def test_bitmex_loses_4_isolated_where_cross_has_an_open_loss_of_6():
    def long_at(mode):
        return book(
            100,
            market("XBTUSDT", 100, "{ from = 0, rate = 0.01, max_leverage = 50 }"),
            position("XBTUSDT", "long", 1, 100, 25, mode),
            maintenance_basis="entry",
        )

    assert at_opening(long_at("isolated")).liquidation_price == 97
    isolated, cross = (jumped_to(long_at(mode), {"XBTUSDT": 94}) for mode in ("isolated", "cross"))
    assert isolated.account.equity == 96
    assert (cross.account.equity, cross.positions[0].unrealised_pnl, cross.events) == (94, -6, ())


# --- Gate, OKX, Hyperliquid ----------------------------------------------------------------------


@pytest.mark.parametrize(("method", "above", "expected"), [("flat", "0.005", 6000), ("marginal", "0.0045", 4900)])
def test_gate_halved_the_step_of_1_200_000_when_its_tiers_became_marginal(method, above, expected):
    account = book(
        100000,
        market(
            "BTCUSDT",
            60000,
            "{ from = 0, rate = 0.004, max_leverage = 125 }",
            f"{{ from = 1000000, rate = {above}, max_leverage = 100 }}",
        ),
        position("BTCUSDT", "long", 20, 60000, 20),
        tier_method=method,
    )
    assert at_opening(account).maintenance_margin == expected


@pytest.mark.parametrize(("side", "sign"), [("long", 1), ("short", -1)])
def test_gate_and_okx_count_the_close_fee_in_the_liquidation_price(side, sign):
    account = book(
        1000,
        market("BTCUSDT", 60000, HALF_PERCENT),
        position("BTCUSDT", side, "0.01", 60000, 10, "isolated", margin=75),
        close_fee=D("0.00075"),
    )
    expected = (60000 - sign * D(75) / D("0.01")) / (1 - sign * (D("0.005") + D("0.00075")))
    assert near(at_opening(account).liquidation_price, expected, "1e-25")


def test_hyperliquid_asks_250_for_10000_whatever_the_leverage():
    account = book(
        5000,
        market("SOLUSDT", 100, "{ from = 0, rate = 0.025, max_leverage = 20 }"),
        position("SOLUSDT", "long", 100, 100, 10),
    )
    faster = set_leverage(account, account.positions[0].id, D(20)).after
    figures = [(row.initial_margin, row.maintenance_margin) for row in map(at_opening, (account, faster))]
    assert figures == [(1000, 250), (500, 250)]


# --- the guide's cases ---------------------------------------------------------------------------


def guide_account(venue, mode="cross"):
    return book(
        1000,
        market("BTCUSDT", 60000, HALF_PERCENT),
        market("ETHUSDT", 3000, HALF_PERCENT),
        position("BTCUSDT", "long", "0.015", 60000, 3, mode),
        position("ETHUSDT", "short", "0.2", 3000, 3, mode),
        venue=venue,
    )


def test_topped_up_each_of_the_guides_positions_counts_on_all_of_the_unused_cash():
    btc, eth = GlideRehearsal(guide_account("coinex"), {}).frame(D(0)).positions
    assert near(btc.liquidation_price, "6700.167504", "1e-9")
    assert near(btc.bankruptcy_price, "6666.666667", "1e-9")
    assert near(eth.liquidation_price, "6467.661692", "1e-9")
    assert eth.bankruptcy_price == 6500


@pytest.mark.parametrize("venue", ["guide", "binance"])
def test_pooled_no_price_of_bitcoin_liquidates_the_guides_account_and_ether_only_at_7937(venue):
    btc, eth = GlideRehearsal(guide_account(venue), {}).frame(D(0)).positions
    assert btc.liquidation_price is None
    assert near(eth.liquidation_price, "7937.810945", "1e-9")


@pytest.mark.parametrize("venue", ["guide", "coinex", "binance"])
def test_isolated_the_guides_positions_have_the_same_prices_at_every_venue(venue):
    btc, eth = GlideRehearsal(guide_account(venue, "isolated"), {}).frame(D(0)).positions
    assert near(btc.liquidation_price, "40201.005025", "1e-9")
    assert near(eth.liquidation_price, "3980.099502", "1e-9")
    assert (btc.bankruptcy_price, eth.bankruptcy_price) == (40000, 4000)


@pytest.mark.parametrize("venue", ["guide", "coinex", "binance"])
def test_the_guides_isolated_short_of_200_ends_at_79601(venue):
    account = book(
        1000,
        market("BTCUSDT", 60000, HALF_PERCENT),
        position("BTCUSDT", "short", "0.01", 60000, 3, "isolated"),
        venue=venue,
    )
    row = at_opening(account)
    assert (row.margin, row.bankruptcy_price, row.worst_case) == (200, 80000, 200)
    assert near(row.liquidation_price, "79601.990050", "1e-9")


# --- three positions, one account ----------------------------------------------------------------


def three_positions(venue="coinex"):
    return book(
        1000,
        market("BTCUSDT", 60000, HALF_PERCENT),
        market("ETHUSDT", 3000, HALF_PERCENT),
        market("SOLUSDT", 150, "{ from = 0, rate = 0.01, max_leverage = 50 }"),
        position("BTCUSDT", "long", "0.05", 60000, 10),
        position("ETHUSDT", "long", 1, 3000, 10),
        position("SOLUSDT", "short", 20, 150, 10),
        venue=venue,
    )


CRASH = {"BTCUSDT": 54120, "ETHUSDT": 2703, "SOLUSDT": 135}


def test_three_top_up_positions_all_count_on_the_same_hundred():
    account = three_positions()
    frame = GlideRehearsal(account, {}).frame(D(0))
    assert (frame.account.unused, [row.margin for row in frame.positions]) == (100, [300, 300, 300])
    assert [row.bankruptcy_price for row in frame.positions] == [52000, 2600, 170]
    for row, expected in zip(frame.positions, ("52261.306533", "2613.065327", "168.316832"), strict=True):
        assert near(row.liquidation_price, expected, "1e-8")


def test_in_a_crash_the_smallest_margin_rate_draws_first_and_the_next_finds_nothing():
    frame = jumped_to(three_positions(), CRASH)
    btc, eth, sol = frame.positions
    assert [(e.kind, e.position, e.amount) for e in frame.events] == [
        (EventKind.REFILL, 1, 100),
        (EventKind.LIQUIDATION, 0, 300),
    ]
    assert (eth.equity, eth.margin, frame.account.unused) == (103, 400, 0)
    death = frame.events[1]
    assert (death.figures.equity, death.figures.maintenance_margin) == (6, D("13.53"))
    assert (frame.account.fund, btc.equity, sol.equity) == (6, 0, 600)


def test_who_draws_first_does_not_depend_on_the_order_in_the_file():
    account = three_positions()
    turned = replace(account, positions=account.positions[::-1])
    assert [(e.kind, turned.positions[e.position].market) for e in jumped_to(turned, CRASH).events] == [
        (EventKind.REFILL, "ETHUSDT"),
        (EventKind.LIQUIDATION, "BTCUSDT"),
    ]


@pytest.mark.parametrize("venue", ["guide", "binance"])
def test_in_the_same_crash_a_pool_is_far_from_its_line(venue):
    frame = jumped_to(three_positions(venue), CRASH)
    account = frame.account
    assert (frame.events, account.pool_equity, account.pool_maintenance_margin) == ((), 709, D("54.045"))
    assert near(account.margin_ratio, "0.0762", "1e-3")
