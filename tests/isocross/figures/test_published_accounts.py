"""Whole accounts that venues returned, as they stand in public repositories, and the figures beside them."""

from decimal import ROUND_CEILING, Decimal

import pytest

from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import listed_market, load_profile
from isocross.toml.faults import Faults
from tests.isocross.figures.test_published_numbers import at_opening, book, market, near, position

D = Decimal


def at_entry(symbol, held, leverage, value, mode="cross", **more):
    """A position at its present mark: what the venue calls account value has its open profit in it."""
    side = "long" if D(held) > 0 else "short"
    return position(symbol, side, abs(D(held)), D(value) / abs(D(held)), leverage, mode, **more)


# --- Hyperliquid ---------------------------------------------------------------------------------

# clearinghouseState of 2026-01-14, in a unit test of a public Rust client: coin, size, leverage, value, price
BIG = (
    ("BTC", "-1.47472", 20, "140406.61648", "5387394.7801264981"),
    ("ETH", "-45.7436", 20, "151232.91596", "172665.4473515121"),
    ("SOL", "30390.93", 20, "4398175.3896000003", None),
    ("LTC", "3.51", 10, "277.72875", None),
    ("LDO", "16332.0", 10, "10661.85624", None),
    ("XRP", "-92720.0", 20, "197317.432", "85.2742980086"),
    ("WIF", "146.0", 5, "60.85864", None),
    ("SAGA", "-220.2", 3, "13.899024", "30759.3016032192"),
    ("MOODENG", "54674.0", 3, "4618.58615", None),
    ("PURR", "-552200.0", 3, "34082.3362", "12.3275383017"),
    ("HYPE", "-149078.45", 5, "3878574.0336500001", "76.4988794996"),
    ("VIRTUAL", "-9594.1", 5, "10004.72748", "749.8030102371"),
    ("MORPHO", "-1286.7", 5, "1801.50867", "5584.4267052968"),
    ("IP", "55968.6", 3, "211180.72152", None),
)
ALONE = (
    ("MON", "-1114261.0", 3, "26961.773417", "0.0296643783", "9397.472442"),
    ("MET", "-43463.0", 3, "11878.87253", "0.316148663", "4152.025031"),
)


def big_account():
    wallet = D("8259027.0754620004") + sum(D(row[5]) for row in ALONE)
    return book(
        wallet,
        *(at_entry(coin, held, leverage, value) for coin, held, leverage, value, _ in BIG),
        *(
            at_entry(coin, held, leverage, value, "isolated", margin=margin)
            for coin, held, leverage, value, _, margin in ALONE
        ),
        venue="hyperliquid",
    )


def test_hyperliquid_shows_these_prices_of_fourteen_cross_and_two_isolated_positions_with_the_shipped_tiers():
    frame = GlideRehearsal(big_account(), {}).frame(D(0))
    assert near(frame.account.pool_maintenance_margin, "356978.709123", "1e-11")
    for row, expected in zip(frame.positions, [row[4] for row in (*BIG, *ALONE)], strict=True):
        if expected is None:
            assert row.liquidation_price is None
        else:
            # ten decimals are shown
            assert abs(row.liquidation_price - D(expected)) <= D("1e-10") + D(expected) * D("1e-12")


def test_hyperliquid_asks_4720_for_4_5_bitcoin_and_lets_486_go():
    # clearinghouseState of 2026-09-25, in the tests of a public adapter; its price of 74,501.80 counts on 8,347 USDC
    # beyond this account value, which the response does not show
    account = book("38252.7", at_entry("BTC", "4.5", 10, "377667"), venue="hyperliquid")
    frame = GlideRehearsal(account, {}).frame(D(0))
    assert frame.account.pool_maintenance_margin == D("4720.8375")
    assert frame.account.available == 486


@pytest.mark.parametrize(
    ("coin", "held", "value", "margin", "most", "expected"),
    [
        # JKorf/HyperLiquid.Net, GetAccountInfo, 2025-08-06; the example of the API documentation, 2024-02-22
        ("HYPE", "2", "75.652", "7.525754", 10, "35.8559189474"),
        ("ETH", "0.0335", "100.02765", "4.967826", 50, "2866.26936529"),
    ],
)
def test_hyperliquid_shows_these_prices_of_isolated_positions(coin, held, value, margin, most, expected):
    tier = f"{{ from = 0, rate = {1 / D(2 * most)}, max_leverage = {most} }}"
    account = book(
        margin,
        market(coin, D(value) / D(held), tier),
        at_entry(coin, held, 10, value, "isolated", margin=margin),
        venue="hyperliquid",
    )
    assert near(at_opening(account).liquidation_price, expected, "1e-8")


# freqtrade, tests/exchange/test_hyperliquid.py: positions of autumn 2024, when BTC and ETH had 50x, SOL and DOGE 20x
TRADES = """
ETH 2458.5 long 0.015 36.864593 0.86915825 | BTC 63287 long 0.00039 24.673292 22.37166537
SOL 146.82 long 0.16 23.482979 0.05269872 | SOL 145.83 long 0.33 24.045107 74.83696193
ETH 2459.5 long 0.0199 24.454895 1243.0411908 | BTC 62739 long 0.00077 24.137992 31708.03843631
DOGE 0.11586 long 437 25.29769 0.05945697 | ETH 2642.8 short 0.019 25.091876 3924.18322043
SOL 155.89 short 0.32 24.924941 228.07847866 | DOGE 0.14333 short 351 25.136807 0.20970228
BTC 68595 short 0.00069 23.64871 101849.99354283 | BTC 65536 short 0.00099 21.604172 86493.46174617
SOL 173.06 long 0.6 20.735658 142.05186667 | ETH 2545.5 long 0.0329 20.909894 1929.23322895
BTC 67400 short 0.00031 20.887308 133443.97317151 | ETH 2552 short 0.0327 20.833393 3157.53150453
BTC 66930 long 0.0015 20.043862 54108.51043771 | BTC 67033 long 0.00121 20.251817 50804.00091827
ETH 2521.9 long 0.0237 19.902091 1699.14071943 | BTC 68139 short 0.00145 19.72573 80933.61590987
SOL 178.29 short 0.11 19.605036 347.82205322 | SOL 176.23 long 0.33 19.364946 120.56240404
SOL 173.08 short 0.33 19.01881 225.08561715 | BTC 68240 short 0.00105 17.887922 84431.79820839
ETH 2518.4 short 0.007 17.62263 4986.05799151 | ETH 2533.2 long 0.0347 17.555195 2047.7642302
DOGE 0.13284 long 360 15.943218 0.09082388 | SOL 163.11 short 0.48 15.650731 190.94213618
BTC 67141 long 0.00067 14.979079 45236.52992613
"""


@pytest.mark.parametrize("mode", ["isolated", "cross"])
@pytest.mark.parametrize("trade", TRADES.strip().replace("\n", " | ").split(" | "))
def test_hyperliquid_showed_these_prices_of_one_position_whichever_its_mode(trade, mode):
    coin, entry, side, held, margin, expected = trade.split()
    most = {"BTC": 50, "ETH": 50, "SOL": 20, "DOGE": 20}[coin]
    account = book(
        margin,
        market(coin, entry, f"{{ from = 0, rate = {1 / D(2 * most)}, max_leverage = {most} }}"),
        position(coin, side, held, entry, 1, mode, **({"margin": margin} if mode == "isolated" else {})),
        venue="hyperliquid",
    )
    # the margin of the response has six decimals, and in some the funding since; the rest is 1e-6 of the price
    assert near(at_opening(account).liquidation_price, expected, "1e-4")


# hyperliquid-python-sdk, cassette of 2023-03-27: the maintenance margin stood still at 1 % of the present value then
OLD = (
    ("BTC", "-0.00785", "211.64542", "173198.69592357"),
    ("ETH", "0.1334", "227.675114", None),
    ("ATOM", "-0.45", "4.86", "2561.83187333"),
    ("MATIC", "76.6", "79.3576", None),
    ("DYDX", "-121.2", "287.244", "11.841653"),
    ("SOL", "7.39", "145.5091", None),
    ("AVAX", "28.3", "464.12", None),
    ("BNB", "1.916", "588.0204", None),
    ("APE", "-131.8", "509.5388", "12.57589638"),
    ("OP", "-76.4", "156.238", "17.0707113"),
    ("LTC", "5.33", "469.7862", None),
    ("ARB", "246.5", "290.8207", None),
)


def test_hyperliquid_showed_these_prices_in_2023_while_the_maintenance_margin_did_not_move():
    account = book(
        "1182.312496",
        *(
            market(coin, D(value) / abs(D(held)), "{ from = 0, rate = 0.01, max_leverage = 50 }")
            for coin, held, value, _ in OLD
        ),
        *(at_entry(coin, held, 20, value) for coin, held, value, _ in OLD),
        venue="hyperliquid",
        maintenance_basis="entry",
    )
    frame = GlideRehearsal(account, {}).frame(D(0))
    # withdrawable
    assert near(frame.account.available, "1010.57173", "1e-8")
    for row, (_, _, _, expected) in zip(frame.positions, OLD, strict=True):
        if expected is None:
            assert row.liquidation_price is None
        else:
            assert near(row.liquidation_price, expected, "1e-8")


# --- Kraken --------------------------------------------------------------------------------------


@pytest.mark.parametrize("symbol", ["PI_XBTUSD", "BTCUSD"])
def test_kraken_liquidates_an_inverse_long_of_1000_contracts_at_7481_and_is_bankrupt_at_7407(symbol):
    # support.kraken.com 360022835671, equity protection process: the 7,481 fits a margin of 1 % at the mark alone
    account = book('0.01\ncurrency = "BTC"', position(symbol, "long", 1000, 8000, 50, "cross"), venue="kraken")
    row = at_opening(account)
    assert (row.notional, row.initial_margin, row.maintenance_margin) == (D("0.125"), D("0.0025"), D("0.00125"))
    assert int(row.liquidation_price) == 7481
    assert int(row.bankruptcy_price) == 7407


@pytest.mark.parametrize(("contracts", "rate"), [(499_999, "0.01"), (500_000, "0.02"), (6_000_000, "0.075")])
def test_kraken_states_the_levels_of_inverse_contracts_in_contracts(contracts, rate):
    account = book('5000\ncurrency = "BTC"', position("PI_XBTUSD", "short", contracts, 20000, 2), venue="kraken")
    assert near(at_opening(account).maintenance_margin, D(contracts) / 20000 * D(rate), "1e-40")


# --- BitMEX --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contracts", "cost", "leverage", "liquidated", "bankrupt"),
    [
        # position tables of XBTUSD from 2018-08-27 (entry 6,725) and 2019-07-20 (10,948), in comments of public clients
        (500, 14870, 25, "6968.5", "7004.5"),
        (10, 9134, 10, "12096", "12163.5"),
    ],
)
def test_bitmex_showed_these_prices_of_isolated_inverse_shorts(contracts, cost, leverage, liquidated, bankrupt):
    # BitMEX books whole satoshis for a contract: the entry is what they say, and a price is that of the next satoshi
    satoshi = D("1e-8")
    entry = round(1 / (cost * satoshi), 12)
    account = book(
        '1\ncurrency = "BTC"',
        market("XBTUSD", entry, "{ from = 0, rate = 0.005, max_leverage = 100 }") + '\nkind = "inverse"',
        position("XBTUSD", "short", contracts, entry, leverage, "isolated"),
        venue="bitmex",
    )
    row = at_opening(account)
    for exact, shown in ((row.liquidation_price, liquidated), (row.bankruptcy_price, bankrupt)):
        next_satoshi = (1 / exact / satoshi).to_integral_value(ROUND_CEILING) * satoshi
        assert D(shown) <= 1 / next_satoshi < D(shown) + D("0.5")


@pytest.mark.parametrize(
    ("value", "maintenance", "leverage"),
    [(180, "0.005", 100), (230, "0.01", "66.66"), (350, "0.015", 50), (649, "0.02", 40)],
)
def test_bitmex_raises_both_rates_by_the_base_maintenance_margin_at_every_step(value, maintenance, leverage):
    # bitmex.com/app/riskLimitsExamples: below 200, 350, 500 and 650 XBT 0.5 to 2 %, initial 1 to 2.5 %
    held = position("XBTUSD", "long", value * 40_000, 40_000, leverage)
    row = at_opening(book('100\ncurrency = "BTC"', held, venue="bitmex"))
    assert row.maintenance_margin == value * D(maintenance)
    ladder = listed_market(load_profile("bitmex"), "XBTUSD").tiers
    assert D(leverage) in {tier.max_leverage for tier in ladder}


# --- CoinEx --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "quantity", "rate", "most"),
    [
        # "amount up to": docs.coinex.com position-level, announcements of 2024-04-17 and 2024-12-11
        ("BTCUSDT", "20", "0.005", 100),
        ("BTCUSDT", "20.0001", "0.01", 50),
        ("TONUSDT", "10000", "0.01", 50),
        ("TONUSDT", "10001", "0.02", 20),
        ("SANDUSDT", "500000", "0.04", 10),
        ("SANDUSDT", "500001", "0.05", 5),
    ],
)
def test_coinex_counts_an_amount_that_is_a_border_to_the_level_below(symbol, quantity, rate, most):
    account = book(10**8, position(symbol, "long", quantity, 100, most), venue="coinex")
    assert at_opening(account).maintenance_margin == D(quantity) * 100 * D(rate)


# --- dYdX ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "initial", "maintenance"),
    [
        # genesis of the main network; community documentation of the tiers; a response of the indexer for BTC-USD
        ("BTC-USD", "0.02", "0.012"),
        ("ETHUSDT", "0.02", "0.012"),
        ("SOL-USD", "0.05", "0.03"),
        ("XRPUSDT", "0.1", "0.05"),
        ("LDO-USD", "0.2", "0.1"),
    ],
)
def test_dydx_asks_these_margins_of_the_markets_of_its_genesis(symbol, initial, maintenance):
    account = book(1000, position(symbol, "long", 1, 1000, 1 / D(initial)), venue="dydx")
    row = at_opening(account)
    assert (row.initial_margin, row.maintenance_margin) == (1000 * D(initial), 1000 * D(maintenance))


# --- Drift ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("symbol", "quantity", "maintenance", "most"),
    [
        # accounts of the main network in the tests of the program: margin_ratio_maintenance and _initial, imf_factor
        ("SOL-PERP", "14400", "0.03", "20"),
        ("SOL-PERP", "1000000", "0.074", "11.11"),
        ("BTC-PERP", "10", "0.03", "20"),
        ("BTCUSDT", "100", "0.043", "16.94"),
        ("ETHUSDT", "256", "0.02", "20"),
        ("ETH-PERP", "10000", "0.041", "15.38"),
        ("WIF-PERP", "5", "0.125", "4"),
    ],
)
def test_drift_asks_these_margins_of_the_markets_of_its_main_network(symbol, quantity, maintenance, most):
    held = position(symbol, "long", quantity, 100, most)
    row = at_opening(book(10**9, held, venue="drift"))
    assert row.maintenance_margin == D(quantity) * 100 * D(maintenance)
    with pytest.raises(Faults, match="above the highest leverage"):
        book(10**9, position(symbol, "long", quantity, 100, D(most) + D("0.01")), venue="drift")
