"""Coin-margined contracts beside other assets on the desk: the mode, what moves together, parts of the move."""

from __future__ import annotations

from decimal import Decimal

import pytest

from isocross.desk import selectors
from isocross.desk.actions import SetPath, ShockMarket, SwitchAccount, ToggleLived
from isocross.desk.state import State, restored
from isocross.desk.store import Store
from isocross.rehearsal.scenario import PathKind
from isocross.rules.switches import AccountMode
from isocross.workspace import load_text
from tests.isocross.workspace.test_coin_margined_files import FILE, LATER, LINEAR

D = Decimal
COIN = """
venue = "{venue}"
currency = "BTC"
wallet = 1
[[positions]]
market = "{market}"
side = "long"
mode = "cross"
quantity = 10000
entry = 60000
leverage = 10
"""


def desk(text: str) -> Store[State]:
    return Store(State.opened(load_text(text)), restore=restored, part=lambda state: state.moment)


def test_a_coin_account_goes_into_a_mode_in_which_other_assets_back_it_and_back():
    store = desk(COIN.format(venue="okx", market="BTC-USD-SWAP"))
    before = store.state.moment
    store.dispatch(SwitchAccount(AccountMode.UNIFIED))
    assert store.state.message.text == "The account is unified now."
    assert selectors.book_now(store.state).opening_cash == 60000
    store.undo()
    assert store.state.moment == before


def test_a_venue_that_keeps_such_contracts_apart_refuses_it_with_the_reason():
    store = desk(COIN.format(venue="gate", market="BTC_USD"))
    store.dispatch(SwitchAccount(AccountMode.UNIFIED))
    assert "Unified account has no such contracts: its futures are USDT-margined" in store.state.message.text


@pytest.mark.parametrize(("move", "told"), [("-0.3", ""), ("-0.97", "BTCUSDT cannot drop that far.")])
def test_a_market_that_is_moved_alone_takes_its_coin_along(move, told):
    store = desk(FILE + LINEAR)
    store.dispatch(ToggleLived())
    store.dispatch(ShockMarket("BTCUSDT", D(move)))
    if told:
        assert store.state.message.text == told
        return
    marks = selectors.frame(store.state).marks
    opening = selectors.book(store.state).markets
    assert {s: marks[s] / opening[s].mark for s in ("BTCUSDT", "BTCUSD", "ETHUSDT")} == {
        "BTCUSDT": D("0.7"), "BTCUSD": D("0.7"), "ETHUSDT": 1,
    }  # fmt: skip


def test_parts_that_take_a_coin_apart_are_refused():
    store = desk(FILE + LATER)
    before = store.state.moment
    store.dispatch(SetPath(PathKind.WHAT_IF, {"BTCUSD": D(1), "BTCUSDH27": D(2)}, "Parts"))
    assert "BTCUSD and BTCUSDH27 are both the price of BTC" in store.state.message.text
    assert store.state.moment == before
    store.dispatch(SetPath(PathKind.WHAT_IF, {"BTCUSD": D(2)}, "Parts"))
    assert selectors.rehearsal(store.state).falling.path.slopes["BTCUSDH27"] == -2
