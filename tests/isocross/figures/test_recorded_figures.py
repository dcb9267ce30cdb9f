"""Accounts that venues recorded or worked out in public: Binance, Bybit, OKX, Gate, linear and coin-margined.

Each account is typed with the rates of its day. What a venue rounds, or takes from elsewhere, stands beside its figure.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from isocross.figures.frame import Frame
from isocross.figures.prices import shown_price
from isocross.money import ZERO
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.profile import PriceRounding
from isocross.workspace import book_of, load_text

D = Decimal


def tables(name: str, *given: dict[str, object]) -> list[str]:
    def written(value: object) -> str:
        return f'"{value}"' if isinstance(value, str) and not value.startswith("[ ") else str(value)

    return [f"[[{name}]]\n" + "\n".join(f"{key} = {written(value)}" for key, value in one.items()) for one in given]


def flat(rate: str) -> str:
    """One tier for every size."""
    return f"[ {{ from = 0, rate = {rate}, max_leverage = 125 }} ]"


def bracket(start: int, rate: str, deduction: int | str) -> str:
    """The bracket that is valid, with the deduction that is published for it, over one of half its rate."""
    below = f"{{ from = 0, rate = {D(rate) / 2}, max_leverage = 20 }}"
    return f"[ {below}, {{ from = {start}, rate = {rate}, max_leverage = 20, deduction = {deduction} }} ]"


def opened(venue: str, wallet: str, markets: list, positions: list, currency: str = "USDT", **rules: object) -> Frame:
    changes = "".join(f', {key} = "{v}"' if isinstance(v, str) else f", {key} = {v}" for key, v in rules.items())
    head = f'wallet = {wallet}\ncurrency = "{currency}"\nvenue = {{ profile = "{venue}"{changes} }}'
    text = "\n".join([head, *tables("markets", *markets), *tables("positions", *positions)])
    return GlideRehearsal(book_of(load_text(text)), {}).frame(ZERO)


def market(symbol: str, mark: str, tiers: str, kind: str = "linear") -> dict[str, object]:
    return {"symbol": symbol, "kind": kind, "mark": D(mark), "tiers": tiers}


def position(symbol: str, side: str, quantity: str, entry: str, leverage: str, mode: str, **more) -> dict[str, object]:
    figures = {"quantity": D(quantity), "entry": D(entry), "leverage": D(leverage)}
    return {"market": symbol, "side": side, "mode": mode} | figures | more


def digits(figure: Decimal | None, printed: str) -> bool:
    """Whether a figure is the printed one to its last digit, be that rounded or cut."""
    return figure is not None and abs(figure - D(printed)) < D(1).scaleb(D(printed).as_tuple().exponent)


# --- Binance -------------------------------------------------------------------------------------


BTC_BRACKET = bracket(1000000, "0.025", 16300)
ETH_BRACKET = bracket(2000000, "0.1", 135365)


def test_binance_works_out_two_longs_on_one_wallet():
    """The worked example of "How to Calculate Liquidation Price of USD-M Futures Contracts" (2020 to 2021), as it also
    stands in freqtrade's tests: wallet 1,535,443.01, both positions long, in brackets of 2.5 % and 10 %."""
    frame = opened(
        "binance",
        "1535443.01",
        [market("BTCUSDT", "31967.27", BTC_BRACKET), market("ETHUSDT", "1335.18", ETH_BRACKET)],
        [
            position("BTCUSDT", "long", "109.488", "32481.980", "10", "cross"),
            position("ETHUSDT", "long", "3683.979", "1456.84", "10", "cross"),
        ],
    )
    btc, eth = frame.positions
    assert digits(btc.maintenance_margin, "71200.81144")
    assert digits(eth.maintenance_margin, "356512.508")
    assert digits(btc.unrealised_pnl, "-56354.57")
    assert digits(btc.liquidation_price, "26316.89")
    assert digits(eth.liquidation_price, "1153.26")


@pytest.mark.parametrize(
    ("symbol", "quantity", "entry", "tiers", "printed"),
    [
        ("ETHUSDT", "3683.979", "1456.84", ETH_BRACKET, "1114.78"),
        ("BTCUSDT", "109.488", "32481.980", BTC_BRACKET, "18778.73"),
    ],
)
def test_binance_works_out_the_same_longs_with_all_of_the_wallet_in_their_own_margin(
    symbol, quantity, entry, tiers, printed
):
    frame = opened(
        "binance",
        "1535443.01",
        [market(symbol, entry, tiers)],
        [position(symbol, "long", quantity, entry, "10", "isolated", margin=D("1535443.01"))],
    )
    assert digits(frame.positions[0].liquidation_price, printed)


def test_binance_recorded_an_isolated_coin_margined_long_with_eight_decimals():
    """/dapi/v1/positionRisk in ccxt's binance file: 2 contracts of 100 dollars at 2x, bracket of 0.4 %."""
    frame = opened(
        "binance",
        "0.01",
        [market("BTCUSD", "38103.05510455", flat("0.004"), "inverse")],
        [position("BTCUSD", "long", "200", "37643.10000021", "2", "isolated", margin=D("0.00268058"))],
        "BTC",
    )
    row = frame.positions[0]
    assert digits(row.liquidation_price, "25119.97445760")
    assert digits(row.unrealised_pnl, "0.00006413")
    assert digits(row.notional, "0.00524892")


@pytest.mark.parametrize(
    ("held", "margin", "mark", "pnl", "printed"),
    [
        # 2021 and 2024-07, /fapi/v2/positionRisk in public repositories, bracket of 0.4 %
        ("long 0.010 56791.66666 20", "27.75053162", "57214.41443521", "4.22747775", "54233.54768"),
        ("short 0.002 66351.2 10", "13.21988880", "66351.1", "0.00020000", "72670.46254980"),
    ],
)
def test_binance_recorded_isolated_positions_of_bitcoin(held, margin, mark, pnl, printed):
    frame = opened(
        "binance",
        "100",
        [market("BTCUSDT", mark, flat("0.004"))],
        [position("BTCUSDT", *held.split(), "isolated", margin=D(margin))],
    )
    row = frame.positions[0]
    assert digits(row.unrealised_pnl, pnl)
    assert digits(row.liquidation_price, printed)


def test_binance_recorded_the_initial_margin_of_a_cross_position_at_the_mark():
    """/fapi/v3/positionRisk in ccxt's binance file: 5 WLD at 5x, entered at 2.3483."""
    frame = opened(
        "binance",
        "10",
        [market("WLDUSDT", "2.3956", flat("0.006"))],
        [position("WLDUSDT", "long", "5", "2.3483", "5", "cross")],
    )
    row = frame.positions[0]
    assert (row.initial_margin, row.maintenance_margin) == (D("2.3956"), D("0.071868"))
    assert (row.unrealised_pnl, row.notional) == (D("0.2365"), D("11.978"))
    assert frame.account.available == 10 + D("0.2365") - D("2.3956")


def test_binance_asks_0_0016_of_a_hundred_coin_margined_contracts():
    """The COIN-M page: 100 contracts of 100 dollars at 25,000 are 0.4 BTC, at 0.4 %."""
    frame = opened(
        "binance",
        "1",
        [market("BTCUSD", "25000", flat("0.004"), "inverse")],
        [position("BTCUSD", "short", "10000", "25000", "10", "cross")],
        "BTC",
    )
    assert frame.positions[0].notional == D("0.4")
    assert frame.positions[0].maintenance_margin == D("0.0016")


def test_binances_own_calculator_of_a_coin_margined_long_of_ten_million_dollars():
    """dev.binance.vision/t/6292 (2021): 100,000 contracts at 45,000 with 101 BTC on cross. Brackets from 200 BTC have
    12.5 % and a maintenance amount of 11.605 BTC, by the COIN-M page; the calculator: 33,599.40, on ticks of 0.1."""
    frame = opened(
        "binance",
        "101",
        [market("BTCUSD", "45000", bracket(200, "0.125", "11.605"), "inverse")],
        [position("BTCUSD", "long", "10000000", "45000", "4", "cross")],
        "BTC",
    )
    assert shown_price(frame.positions[0].liquidation_price, D("0.1"), PriceRounding.NEAREST) == D("33599.4")


# --- Bybit ---------------------------------------------------------------------------------------

BY_THE_OLDER_PAGE = {"maintenance_basis": "entry"}


@pytest.mark.parametrize(
    ("side", "quantity", "leverage", "printed"),
    [
        # 100,000 dollars at 50,000, 50x: 2 BTC, IM 0.04, MM 0.01
        ("long", "100000", "50", D(100000) / D("2.03")),
        # 60,000 dollars at 50,000, 10x: 1.2 BTC, IM 0.12, MM 0.006
        ("short", "60000", "10", D(60000) / D("1.086")),
    ],
)
def test_bybit_published_value_and_initial_less_maintenance_margin(side, quantity, leverage, printed):
    """Liquidation-Price-Calculation-under-Isolated-Mode (2024) and the page of inverse contracts, their examples."""
    frame = opened(
        "bybit",
        "1",
        [market("BTCUSD", "50000", flat("0.005"), "inverse")],
        [position("BTCUSD", side, quantity, "50000", leverage, "isolated")],
        "BTC",
        **BY_THE_OLDER_PAGE,
    )
    assert abs(frame.positions[0].liquidation_price / printed - 1) < D("1e-15")


@pytest.mark.parametrize("side", ["long", "short"])
def test_bybit_publishes_now_that_the_fee_to_close_is_beside_the_margin(side):
    """The same page as of 2026-05: size × (1 ± MMR) ÷ (size ÷ entry ± size ÷ entry ÷ leverage ± deduction)."""
    tiers = "[ { from = 0, rate = 0.005, max_leverage = 100 }, { from = 1, rate = 0.01, max_leverage = 50 } ]"
    frame = opened(
        "bybit",
        "1",
        [market("BTCUSD", "50000", tiers, "inverse")],
        [position("BTCUSD", side, "100000", "50000", "10", "isolated")],
        "BTC",
    )
    sign = 1 if side == "long" else -1
    expected = 100000 * (1 + sign * D("0.01")) / (2 + sign * D("0.2") + sign * D("0.005"))
    assert abs(frame.positions[0].liquidation_price / expected - 1) < D("1e-15")


def test_bybit_asks_0_45_of_25_coins_over_three_tiers():
    """Maintenance Margin (Inverse Contract): 10,000 XYZUSD at 400, tiers of 1 % to 5 % each ten coins."""
    steps = ", ".join(f"{{ from = {10 * n}, rate = 0.0{n + 1}, max_leverage = 20 }}" for n in range(5))
    frame = opened(
        "bybit",
        "10",
        [market("XYZUSD", "400", f"[ {steps} ]", "inverse")],
        [position("XYZUSD", "long", "10000", "400", "10", "isolated")],
        "XYZ",
    )
    row = frame.positions[0]
    assert (row.notional, row.initial_margin, row.maintenance_margin) == (25, D("2.5"), D("0.45"))


def test_bybit_documents_an_inverse_long_whose_margin_was_added_to():
    """POST /v5/position/add-margin: 200 ETHUSD at 12x, 0.01 added. positionIM 0.01926611 is the initial margin, what
    was added and 0.00007172 for the fee; of what is added, the fee is taken off too. Both prices lie on a tick of
    0.05 above the exact ones."""
    margin = D("0.11033265") / 12 + D("0.01") / D("1.0006")
    frame = opened(
        "bybit",
        "1",
        [market("ETHUSD", "1812.90", flat("0.005"), "inverse")],
        [position("ETHUSD", "long", "200", "1812.70004844", "12", "isolated", margin=round(margin, 18))],
        "ETH",
        **BY_THE_OLDER_PAGE,
    )
    row = frame.positions[0]
    assert digits(row.unrealised_pnl, "0.00001217")
    shown = [
        shown_price(p, D("0.05"), PriceRounding.TOWARD_MARK) for p in (row.liquidation_price, row.bankruptcy_price)
    ]
    assert shown == [D("1550.80"), D("1544.20")]


def test_bybit_recorded_an_isolated_long_of_ether():
    """/v5/position/list in ccxt's bybit file (2022): 0.1 ETH at 4.2x, positionBalance 28.58931118 with 0.05478629 for
    the fee to close at 0.06 %."""
    fee = D("119.845") * (1 - 1 / D("4.2")) * D("0.0006")
    frame = opened(
        "bybit",
        "100",
        [market("ETHUSDT", "1199.28", flat("0.005"))],
        [position("ETHUSDT", "long", "0.1", "1198.45", "4.2", "isolated")],
        **BY_THE_OLDER_PAGE,
    )
    row = frame.positions[0]
    assert digits(row.margin + fee, "28.58931")
    shown = [
        shown_price(p, D("0.05"), PriceRounding.TOWARD_MARK) for p in (row.liquidation_price, row.bankruptcy_price)
    ]
    assert shown == [D("919.10"), D("913.15")]


@pytest.mark.parametrize(
    ("symbol", "quantity", "entry", "mark", "fee", "printed"),
    [
        # ccxt's bybit file, a unified account of 2022
        ("XRPUSDT", "100", "0.3615", "0.3432", "0.0006", "0.381021"),
        # a public repository's answer of 2024-07
        ("TIAUSDT", "29.6", "6.49787162", "6.473", "0.00055", "2.01857682"),
    ],
)
def test_bybit_recorded_what_a_unified_account_asks_with_the_fee_to_close(symbol, quantity, entry, mark, fee, printed):
    """positionMM = value × 1 % + value × (1 − 1/leverage) × taker rate, both at entry then."""
    frame = opened(
        "bybit",
        "1000",
        [market(symbol, mark, flat("0.01"))],
        [position(symbol, "long", quantity, entry, "10", "cross")],
        close_fee=D(fee),
        close_fee_at="bankruptcy",
        **BY_THE_OLDER_PAGE,
    )
    assert digits(frame.positions[0].maintenance_margin, printed)


def test_bybit_recorded_a_margin_at_mark_and_the_fee_at_the_bankruptcy_price_of_the_entry():
    """/v5/position/list of 2025-11 in a public repository: positionMM 0.5599867 and positionIM 10.24145855."""
    frame = opened(
        "bybit",
        "1000",
        [market("BTCUSDT", "101910.23", flat("0.005"))],
        [position("BTCUSDT", "long", "0.001", "101890", "10", "cross")],
        close_fee_at="bankruptcy",
        cross_initial_basis="mark",
    )
    row = frame.positions[0]
    fee = D("0.00055") * D("91.701")
    assert digits(row.maintenance_margin, "0.5599867")
    assert digits(row.initial_margin + fee, "10.24145855")


def test_bybit_worked_out_a_cross_long_of_10000_dollars_at_8000():
    """How to calculate Liquidation Price (Inverse Contract): 0.5 BTC behind it, fee 0.075 %: 5,739.50 on a tick of
    0.5 (the fee at the account's bankruptcy price there, at the mark here: the same tick)."""
    frame = opened(
        "bybit",
        "0.5",
        [market("BTCUSD", "8000", flat("0.005"), "inverse")],
        [position("BTCUSD", "long", "10000", "8000", "50", "cross")],
        "BTC",
        close_fee=D("0.00075"),
        close_fee_at="mark",
        **BY_THE_OLDER_PAGE,
    )
    price = frame.positions[0].liquidation_price
    assert shown_price(price, D("0.5"), PriceRounding.TOWARD_MARK) == D("5739.5")


# --- OKX -----------------------------------------------------------------------------------------


def test_okx_recorded_an_isolated_coin_margined_long():
    """/api/v5/account/positions in ccxt's okx file (2021): one contract of 10 dollars of ETH-USD-210430, MMR 0.8 %,
    taker 0.05 %. Its liqPx 2352.8496681818233 is a tick of 0.01 above the exact price, as those below are."""
    frame = opened(
        "okx",
        "1",
        [market("ETHUSD", "2565.656", flat("0.008"), "inverse")],
        [position("ETHUSD", "long", "10", "2566.31", "10", "isolated", margin=D("0.0003896645377994"))],
        "ETH",
    )
    row = frame.positions[0]
    assert digits(row.initial_margin, "0.0003896645377994")
    assert abs(row.unrealised_pnl - D("-0.0000009932766034")) < D("1e-15")
    assert abs(row.venue_ratio - D("11.731726509588816")) < D("1e-10")
    assert digits(row.liquidation_price + D("0.01"), "2352.849668181823")


# market, mark and rate of its tier; position; its margin; mgnRatio, liqPx and the tick of the contract
OKX_ISOLATED = (
    ("ETHUSDT 1274.09 0.004", "short 0.1 1333 16", "8.33125", "24.80593992575 1409.95764559 0.01"),
    ("SOLUSDT 72.71 0.005", "long 2.7 73.18 3", "65.862", "59.82254118686 49.06647729177 0.01"),
    ("BTCUSDT 45068 0.004", "long 0.04 45075.3 3", "601.004", "74.05007741388 30186.1371672526 0.1"),
    ("BTCUSDT 60349.6 0.004", "long 0.0165 60346.5 1", "995.5680960124", "222.188936037 9.18049785 0.1"),
    ("ADAUSDT 0.7423 0.0065", "short 10 0.736 3", "2.4533333333", "46.0024505 0.9744117511 0.0001"),
    ("ETHUSDT 3010.54 0.004", "long 0.1 3011 10", "30.11", "22.1916629205 2722.15967353 0.01"),
)


@pytest.mark.parametrize(("where", "held", "margin", "printed"), OKX_ISOLATED)
def test_okx_shows_isolated_positions_a_tick_nearer_to_the_mark(where, held, margin, printed):
    """Answers of the same call from 2022 to 2025 in public repositories, all with a taker rate of 0.05 %."""
    symbol, mark, rate = where.split()
    ratio, price, tick = printed.split()
    frame = opened(
        "okx",
        "2000",
        [market(symbol, mark, flat(rate))],
        [position(symbol, *held.split(), "isolated", margin=D(margin))],
    )
    row = frame.positions[0]
    assert digits(row.venue_ratio, ratio)
    assert digits(row.liquidation_price + row.position.side.sign * D(tick), price)
    assert row.liquidation_price_shown == shown_price(D(price), D(tick))


@pytest.mark.parametrize(
    ("held", "cash", "mark", "printed", "nearer"),
    [
        # 2024-11: its margin
        ("100 93511.7 5 isolated", "0.0002138769800998", "93516.3", "78261.600258334", "0.1"),
        # 2025-05: the account's cash follows from mgnRatio 121.3824443640013 and upl
        ("300 102455.3932455492420727 5 cross", "0.0014822432139889", "103525.5", "68314.35635", "0"),
    ],
)
def test_okx_recorded_coin_margined_longs_of_one_account(held, cash, mark, printed, nearer):
    """BTC-USD-SWAP with a taker rate of 0.03 %, which the fee of the fill gives."""
    more = {"margin": D(cash)} if "isolated" in held else {}
    frame = opened(
        "okx",
        cash,
        [market("BTCUSD", mark, flat("0.004"), "inverse")],
        [position("BTCUSD", "long", *held.split(), **more)],
        "BTC",
        close_fee=D("0.0003"),
    )
    row = frame.positions[0]
    assert digits(row.liquidation_price + D(nearer), printed)
    assert row.liquidation_price_shown == shown_price(D(printed), D("0.1"))


def test_okx_recorded_a_short_on_the_whole_account():
    """2023-04, 10,000 DOGE, MMR 1 %; the account's cash follows from mgnRatio 115.65585107929144 and upl."""
    frame = opened(
        "okx",
        "995.22393",
        [market("DOGEUSDT", "0.08191", flat("0.01"))],
        [position("DOGEUSDT", "short", "10000", "0.081858", "3", "cross")],
    )
    row = frame.positions[0]
    assert digits(row.initial_margin, "273.0333333333333")
    assert digits(row.liquidation_price, "0.1794956")


def test_okx_recorded_a_long_on_the_whole_account():
    """The file of ccxt: one contract of 0.01 BTC, MMR 0.4 %; the account's cash follows from mgnRatio."""
    frame = opened(
        "okx",
        "215.788812320000019740",
        [market("BTCUSDT", "34132.1860835895725", flat("0.004"))],
        [position("BTCUSDT", "long", "0.01", "34131.1", "2", "cross")],
    )
    row = frame.positions[0]
    assert digits(row.initial_margin, "170.66093041794787")
    assert digits(row.maintenance_margin - row.notional * D("0.0005"), "1.36528744334358")
    assert abs(frame.account.venue_ratio - D("140.49930117599155")) < D("1e-10")
    assert digits(row.liquidation_price, "12608.959083877446")


# --- Gate ----------------------------------------------------------------------------------------


def test_gate_recorded_an_isolated_long_of_ether():
    """POST position margin in ccxt's gate file: one contract of 0.01 ETH, MMR 0.5 %, taker 0.075 %."""
    frame = opened(
        "gate",
        "100",
        [market("ETHUSDT", "1192.57", flat("0.005"))],
        [position("ETHUSDT", "long", "0.01", "1203.45", "5", "isolated", margin=D("5.415925875"))],
    )
    row = frame.positions[0]
    assert digits(row.unrealised_pnl, "-0.1088")
    assert row.notional == D("11.9257")
    assert digits(row.liquidation_price, "665.69")


@pytest.mark.parametrize(("side", "sign"), [("long", 1), ("short", -1)])
def test_gate_publishes_the_price_of_a_coin_margined_contract(side, sign):
    """A note of Gate's support (2023-07): size × entry × (1 ± (MMR + taker)) ÷ (size ± margin × entry)."""
    frame = opened(
        "gate",
        "1",
        [market("BTCUSD", "30000", flat("0.005"), "inverse")],
        [position("BTCUSD", side, "6000", "30000", "10", "isolated", margin=D("0.025"))],
        "BTC",
    )
    expected = 6000 * 30000 * (1 + sign * D("0.00575")) / (6000 + sign * D("0.025") * 30000)
    assert abs(frame.positions[0].liquidation_price / expected - 1) < D("1e-25")
