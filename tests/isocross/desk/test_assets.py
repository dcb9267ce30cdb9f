"""Assets on the desk: counted or not, put in, taken out, sold, and the account's mode; refused, undone and told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from isocross.desk import selectors
from isocross.desk.actions import Convert, MoveAsset, SelectAsset, SwitchAccount, SwitchCollateral, ToggleLived
from isocross.desk.changes import step_words
from isocross.desk.state import State, restored
from isocross.desk.store import Store
from isocross.rules.switches import AccountMode
from isocross.workspace import dump, load_text

D = Decimal
FILE = """
venue = "bybit"
account = "unified"
wallet = 1000
[[assets]]
asset = "BTC"
balance = 0.1
[[assets]]
asset = "USDC"
balance = 500
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.1
entry = 60000
leverage = 10
"""
ALONE = """
venue = "binance"
wallet = 1000
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "{mode}"
quantity = 0.1
entry = 60000
leverage = 10
"""


IN_COIN = """
venue = "bybit"
currency = "BTC"
wallet = 0.5
[[markets]]
symbol = "BTCUSD"
kind = "inverse"
[[positions]]
market = "BTCUSD"
side = "short"
mode = "cross"
quantity = 20000
entry = 60000
leverage = 5
"""


def desk(text: str = FILE) -> Store[State]:
    return Store(State.opened(load_text(text)), restore=restored, part=lambda state: state.moment)


def balances(store: Store[State]) -> dict[str, Decimal]:
    book = selectors.book_now(store.state)
    return {book.name_of(coin): book.balance_of(coin) for coin in book.coin_names}


@pytest.mark.parametrize(
    ("action", "told", "step", "left"),
    [
        (SwitchCollateral(), "BTC is held and does not count", "BTC does not count as collateral", {"BTC": "0.1"}),
        (MoveAsset("BTC", D("0.2")), "0.20000000 BTC was deposited.", "BTC 0.1 → 0.3", {"BTC": "0.3"}),
        (MoveAsset("USDC", D(-100)), "100.00 USDC was withdrawn.", "USDC 500 → 400", {"USDC": "400"}),
        (
            Convert("BTC", D("0.05"), "USDT"),
            "0.05000000 BTC was sold for USDT.",
            "wallet 1,000.00 → 4,000.00; BTC 0.1 → 0.05",
            {"BTC": "0.05", "USDT": "4000"},
        ),
        (
            MoveAsset("SOL", D(10), D(150), D("0.9")),
            "10.00000000 SOL was deposited.",
            "SOL 0 → 10",
            {"SOL": "10"},
        ),
        (
            SwitchAccount(AccountMode.STANDARD),
            "The account is standard now.",
            "account unified → standard",
            {"BTC": "0.1"},
        ),
    ],
)
def test_each_is_one_step_that_is_told_and_undone(action, told, step, left):
    store = desk()
    before = store.state
    store.dispatch(action)
    assert store.state.message.text.startswith(told)
    assert step_words(before.moment, store.state.moment) == step
    assert {name: balances(store)[name] for name in left} == {name: D(amount) for name, amount in left.items()}
    assert selectors.effect(before.moment, store.state)
    assert load_text(dump(store.state.workspace)).assets == store.state.workspace.assets
    store.undo()
    assert store.state.moment == before.moment
    assert not store.history.past


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (SwitchCollateral("USDT"), "Refused: positions settle in USDT"),
        (MoveAsset("BTC", D(-1)), "Refused: 1 BTC is more than the 0.1"),
        (MoveAsset("SOL", D(1)), 'Refused: "SOL" has no price'),
        (MoveAsset("SOL", D(1), D(150)), 'Refused: the table of Bybit (unified account) has no weight for "SOL"'),
        (MoveAsset("SOL", D(-1)), "Refused: the account has no asset SOL"),
        (Convert("BTC", D(1), "USDT"), "Refused: the amount must be above zero and at most 0.1 BTC"),
        (SwitchAccount(AccountMode.MULTI_ASSETS), 'Refused: "multi-assets" is not an account of Bybit'),
    ],
)
def test_what_is_refused_leaves_the_account_as_it_was(action, told):
    store = desk()
    before = store.state.moment
    store.dispatch(action)
    assert store.state.message.text.startswith(told)
    assert store.state.moment == before


def test_a_wallet_alone_goes_into_multi_assets_and_takes_a_coin():
    store = desk(ALONE.format(mode="cross"))
    store.dispatch(SwitchCollateral())
    assert "only its wallet" in store.state.message.text
    store.dispatch(SwitchAccount(AccountMode.MULTI_ASSETS))
    store.dispatch(MoveAsset("BTC", D("0.1")))
    assert balances(store) == {"USDT": 1000, "BTC": D("0.1")}
    assert len(store.history.past) == 2


def test_a_switch_that_the_venue_refuses_says_its_code():
    store = desk(ALONE.format(mode="isolated"))
    store.dispatch(SwitchAccount(AccountMode.MULTI_ASSETS))
    assert store.state.message.text.endswith("cross positions only (-4167).")


def test_a_deposit_on_a_lived_path_is_kept_at_its_place():
    store = desk()
    store.dispatch(ToggleLived())
    store.dispatch(MoveAsset("SOL", D(10), D(150), D("0.9")))
    assert [planned.move.asset for planned in store.state.workspace.scenario.moves] == ["SOL"]
    assert balances(store)["SOL"] == 10
    assert selectors.book(store.state).balance_of("SOL") == 0


def test_the_selection_of_assets_stops_at_the_ends():
    store = desk()
    seen = []
    for step in (0, 1, 1, 1, -1, -1, -1, -1):
        store.dispatch(SelectAsset(step))
        seen.append(selectors.asset_now(store.state).name)
    assert seen == ["BTC", "USDC", "USDC", "USDC", "BTC", "USDT", "USDT", "USDT"]


def test_in_a_standard_account_other_assets_count_nothing():
    store = desk(FILE.replace('account = "unified"\n', ""))
    counts = {a.name: (a.counted, a.collateral) for a in selectors.frame(store.state).account.assets}
    assert counts == {"USDT": (1000, True), "BTC": (0, False), "USDC": (0, False)}


def test_a_wallet_in_coin_takes_other_assets_at_the_price_of_its_contract():
    store = desk(IN_COIN)
    store.dispatch(MoveAsset("USDT", D(1000)))
    assert store.state.message.text.startswith("1,000.00 USDT was deposited. USDT backs no position in a standard acc")
    assert selectors.frame(store.state).account.wallet == D("0.5") * 60000 + 1000
    store.dispatch(Convert("BTC", D("0.1"), "USDT"))
    assert balances(store) == {"BTC": D("0.4"), "USDT": 7000}
    assert load_text(dump(store.state.workspace)) == store.state.workspace
    store.undo()
    store.undo()
    assert store.state.workspace == load_text(IN_COIN)


def test_a_wallet_in_coin_without_a_contract_is_given_its_price():
    store = desk(IN_COIN.partition("[[markets]]")[0] + "positions = []\n")
    store.dispatch(MoveAsset("USDT", D(1000)))
    assert store.state.message.text.startswith('Refused: "BTC" has no price')
    store.dispatch(MoveAsset("BTC", D("0.1"), D(70000)))
    store.dispatch(MoveAsset("USDT", D(1000)))
    assert selectors.frame(store.state).account.wallet == D("0.6") * 70000 + 1000


@pytest.mark.parametrize(
    ("text", "action", "said"),
    [
        (ALONE.format(mode="cross"), MoveAsset("BTC", D(1)), " BTC backs no position in a standard account; it would "
         "in a multi-assets account."),
        (ALONE.format(mode="isolated"), MoveAsset("BTC", D(1)), " BTC backs no position in a standard account."),
        (FILE, MoveAsset("BTC", D(1)), "1.00000000 BTC was deposited."),
        (FILE.replace("balance = 500", "balance = 500\ncollateral = false"), Convert("BTC", D("0.01"), "USDC"),
         " USDC does not count as collateral."),
        (ALONE.format(mode="cross").replace("binance", "hyperliquid").replace("BTCUSDT", "BTC"), MoveAsset("HYPE", D(1),
         D(40)), " HYPE backs no position in a standard account; it would in a portfolio account."),
    ],
)  # fmt: skip
def test_what_is_put_in_and_backs_nothing_says_so_and_where_it_would(text, action, said):
    store = desk(text)
    store.dispatch(action)
    assert store.state.message.text.endswith(said)


def test_what_initial_margins_would_lack_is_told_in_dollars_where_several_assets_back_them():
    store = desk(FILE.replace("wallet = 1000", "wallet = -100").replace("balance = 500", "balance = 100"))
    store.dispatch(MoveAsset("BTC", D("-0.09")))
    # 0.98 × 600 + 100 − 100 are left of the 600 that are needed; of BTC alone more would have to stay
    assert store.state.message.text == "Refused: the initial margins of the pool would lack 12.00 USD."
