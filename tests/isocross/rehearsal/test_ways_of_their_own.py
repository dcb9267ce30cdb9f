"""A market that goes a way of its own on a lived path: a leg of a walk, candles of its coin, a print of a crash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from math import ceil

import pytest

from isocross.desk.actions import ShockBy
from isocross.desk.state import State, restored
from isocross.desk.store import Store
from isocross.history.collateral import collateral_windows, every_window
from isocross.history.windows import load_window, windows
from isocross.paths.bars import Bar, Candle, HistoryError
from isocross.paths.walk import Step, Walk
from isocross.rehearsal.kinds import rehearse, type_of
from isocross.rehearsal.replay import ReplayPlan, replay
from isocross.studies.replays import offers
from isocross.toml.faults import Faults
from isocross.workspace import dump, load_text
from isocross.workspace.build import book_of
from isocross.workspace.code import code_of, open_code

D = Decimal
FILE = """
venue = "bybit"
account = "unified"
wallet = 1000
[[assets]]
asset = "USDE"
balance = 9000
weight = 0.9
[[assets]]
asset = "WBETH"
balance = 2
price = 4500
weight = 0.9
[[positions]]
id = "eth"
market = "ETHUSDT"
side = "long"
mode = "cross"
quantity = 2
entry = 4000
leverage = 5
[scenario]
path = "walk"
legs = {legs}
"""
COIN = """
wallet = 1
currency = "BTC"
[[markets]]
symbol = "BTCUSD"
kind = "inverse"
[[positions]]
market = "BTCUSD"
side = "long"
mode = "cross"
quantity = 1000
entry = 50000
leverage = 2
[scenario]
path = "walk"
legs = {legs}
"""


PRICED = 'ETH has the price of "ETHUSDT", and moves with it'


def file(legs: str, text: str = FILE):
    return load_text(text.replace("{legs}", legs), "x.toml")


def walked(legs: str):
    workspace = file(legs)
    return rehearse(book_of(workspace), workspace.scenario)


def marks(rehearsal, place: str) -> tuple[Decimal, ...]:
    found = rehearsal.path.marks(D(place))
    return tuple(found[symbol] for symbol in ("ETHUSDT", "USDE", "WBETH"))


def told(legs: str, text: str = FILE) -> list[str]:
    with pytest.raises(Faults) as caught:
        file(legs, text)
    return [f"{fault.key}: {fault.message}" for fault in caught.value.faults]


# --- legs of a walk ---------------------------------------------------------------------------------


def test_a_leg_moves_one_market_alone_and_the_common_move_takes_it_further():
    """A stable asset stays on common legs; wBETH is taken further from where it was."""
    path = walked("[-0.05, { USDE = -0.35 }, { jump = -0.1, WBETH = -0.4 }, { move = 0.05 }]")
    assert marks(path, "1") == (3800, 1, 4275)
    assert marks(path, "1.5") == (3800, D("0.825"), 4275)
    assert marks(path, "2") == (3800, D("0.65"), 4275)
    assert marks(path, "2.9") == (3800, D("0.65"), 4275)
    assert marks(path, "3") == (3400, D("0.65"), 2475)
    assert marks(path, "4") == (3600, D("0.65"), 2700)
    assert path.path.words(D(2)) == "leg 2, −5.0 % in all, USDE −35.0 %"
    assert path.path.moves("USDE")
    assert not walked("[-0.05]").path.moves("USDE")


def test_a_depeg_by_itself_liquidates_where_collateral_is_all_that_moves():
    """1,000 + 0.9 × (9,000 (1 − 0.9 s) + 9,000) = 0.5 % of 600 × 4,000, so s = 5,200 ÷ 7,290."""
    text = FILE.replace("{legs}", "[{ USDE = -0.9 }]").replace("quantity = 2", "quantity = 600")
    text = text.replace('"bybit"', '{ profile = "bybit", close_fee = 0 }')
    market = '[[markets]]\nsymbol = "ETHUSDT"\ntiers = [{ from = 0, rate = 0.005, max_leverage = 50 }]\n'
    workspace = load_text(text + market, "x.toml")
    first = rehearse(book_of(workspace), workspace.scenario).whole.events[0]
    assert (str(first.kind), first.mark) == ("liquidation", 4000)
    assert first.place == D(ceil(D(5200) / D(7290) * 10**12)).scaleb(-12)


def test_a_mark_that_comes_to_zero_stays_there():
    path = Walk({"A": D(10)}, {}, (Step(D(0), own={"A": D("-1.2")}), Step(D("0.5"))))
    assert [path.marks(place)["A"] for place in (D("0.5"), D(1), D(2))] == [4, 0, 0]


def test_such_legs_are_written_and_read_back_and_cut():
    legs = "[-0.05, { USDE = -0.35 }, { jump = -0.1, WBETH = -0.4 }]"
    workspace = file(legs)
    assert load_text(dump(workspace), "x.toml").scenario.legs == workspace.scenario.legs
    assert open_code(code_of(workspace)) == workspace
    assert f"legs = {legs}" in dump(workspace)
    scenario, place = type_of(workspace.scenario).cut(workspace.scenario, D("1.5"))
    assert (scenario.legs, place) == ((Step(D("-0.05")), Step(D(0), own={"USDE": D("-0.175")})), 2)


@pytest.mark.parametrize(
    ("legs", "fault"),
    [
        ("[{ USDX = -0.35 }]", "scenario.legs[0].USDX: no market of this file has this name"),
        ("[{ USDE = -35 }]", "scenario.legs[0].USDE: -35 would be −3,500 %"),
        ("[{ jump = -0.1, move = -0.1 }]", "scenario.legs[0]: a leg has either a `jump` or a `move`"),
        ("[{}]", "scenario.legs[0]: a leg has either a `jump` or a `move`"),
    ],
)
def test_a_leg_that_is_none_is_told_at_its_place(legs, fault):
    assert told(legs)[0].startswith(fault)


def test_an_asset_with_the_price_of_a_contract_moves_with_that_contract():
    text = FILE.replace("WBETH", "ETH").replace("price = 4500\n", "")
    assert told("[{ ETH = -0.1 }]", text) == ['scenario.legs[0].ETH: ETH has the price of "ETHUSDT", and moves with it']
    betas = text.replace("{legs}", "[-0.1]\nbetas = { ETH = 2 }")
    assert told("", betas) == ['scenario.betas.ETH: ETH has the price of "ETHUSDT", and moves with it']


def test_a_leg_takes_no_coin_margined_market_near_zero():
    assert "BTCUSD would be moved by −96.0 %" in told("[{ BTCUSD = -0.96 }]", COIN)[0]
    assert "BTCUSD would be moved by −97.0 %" in told("[{ BTCUSD = -0.9 }, -0.07]", COIN)[0]
    store = Store(State.opened(file("[{ BTCUSD = -0.9 }]", COIN)), restore=restored, part=lambda state: state.moment)
    before = store.state.workspace.scenario.legs
    store.dispatch(ShockBy(-10))
    assert store.state.workspace.scenario.legs == before


def test_a_market_that_leaves_the_account_leaves_the_legs():
    workspace = file("[{ USDE = -0.35, ETHUSDT = -0.1 }]")
    assert workspace.scenario.legs[0].without({"USDE"}) == Step(D(0), own={"ETHUSDT": D("-0.1")})


# --- candles of the coin ------------------------------------------------------------------------------

NOON = datetime(2026, 1, 1, tzinfo=UTC)


def history(*symbols: str):
    steady, falls = Candle(D(100), D(100), D(100), D(100)), Candle(D(100), D(100), D(65), D(90))
    for n, candle in enumerate((steady, falls)):
        yield Bar(NOON + timedelta(hours=n), {"ETHUSDT": steady, **dict.fromkeys(symbols, candle)})


def test_an_asset_follows_the_candles_of_its_coin_however_they_are_called():
    book = book_of(file("[-0.1]"))
    path = replay(book, history("USDEUSDT", "WBETH-USD"), ReplayPlan(), keep_all=True).path
    assert marks_at(path, 7) == (D("0.65"), 2925)
    assert marks_at(path, 8) == (D("0.9"), 4050)
    still = replay(book, history("WBETHUSDT"), ReplayPlan(), keep_all=True).path
    assert marks_at(still, 8) == (1, 4050)
    # what is said comes before what is found
    other = replay(book, history("USDEUSDT", "WBETHUSDT"), ReplayPlan(stand_in={"USDE": "ETHUSDT"}), keep_all=True).path
    assert marks_at(other, 8) == (1, 4050)


def marks_at(path, place: int) -> tuple[Decimal, Decimal]:
    found = path.marks(D(place))
    return found["USDE"], found["WBETH"]


def test_an_asset_that_is_not_stable_and_not_in_a_history_needs_a_stand_in():
    with pytest.raises(HistoryError, match=r"stand_in = \{ WBETH = \"ETHUSDT\" \}"):
        replay(book_of(file("[-0.1]")), history("USDEUSDT"), ReplayPlan())


# --- prints of a crash --------------------------------------------------------------------------------


def test_the_prints_of_2025_10_10_stand_in_one_bar_beside_its_candles():
    window = load_window("2025-10-10-collateral")
    base = {bar.time: bar.candles for bar in load_window("2025-10-10-spot-5m").bars()}
    lows = {"USDEUSDT": "0.65", "WBETHUSDT": "430", "BNSOLUSDT": "34.90"}
    for bar in window.bars():
        assert {symbol: bar.candles[symbol] for symbol in base[bar.time]} == base[bar.time]
        here = bar.time == datetime(2025, 10, 10, 21, 40, tzinfo=UTC)
        assert [bar.candles[symbol].low == D(low) for symbol, low in lows.items()] == [here] * 3
    assert any("CoinDesk" in remark for remark in window.remarks)
    assert every_window() == (*windows(), *collateral_windows())


@pytest.mark.slow
def test_a_replay_of_them_takes_the_collateral_down():
    """wBETH is taken to have begun at the price of ether, so its mark drops by what the print is below that."""
    book = book_of(file("[-0.1]"))
    window = load_window("2025-10-10-collateral")
    path = replay(book, window.bars(), ReplayPlan(), keep_all=True).path
    lows = [min(path.marks(corner)[coin] for corner in path.corners()) for coin in ("USDE", "WBETH")]
    first = next(iter(window.bars())).candles["ETHUSDT"].open
    assert lows[0] == D("0.65")
    assert abs(lows[1] - 4500 * 430 / first) < D("1e-9")


def test_accounts_that_have_some_of_it_are_offered_it():
    def ids(text: str) -> set[str]:
        return {offer.window.id for offer in offers(book_of(load_text(text, "x.toml")))}

    backed = ids(FILE.replace("{legs}", "[]"))
    plain = ids(FILE.replace("{legs}", "[]").replace("USDE", "USDC").replace("WBETH", "LTC"))
    assert backed - plain == {"2025-10-10-collateral"}
    offer = next(o for o in offers(book_of(file("[]"))) if o.window.id == "2025-10-10")
    assert offer.stand_in == {"WBETH": "ETHUSDT"}
