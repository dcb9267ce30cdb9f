"""Moves of the assets of an account: collateral on and off, cash of an asset, conversions, the account's mode."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross import moves
from isocross.account.book import Mode, Order, Side
from isocross.account.order_kinds import OrderKind
from isocross.cascade.events import EventKind
from isocross.cascade.ledger import Ledger
from isocross.figures.asset_frames import assets_of
from isocross.figures.standings import Standings
from isocross.moves.move import Do, Move, judge
from isocross.rehearsal.kinds import rehearse
from isocross.rules.switches import AccountMode
from isocross.studies.curves import in_one_mode
from isocross.workspace import dump, load_text
from isocross.workspace.build import book_of

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
id = "btc"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.1
entry = 60000
leverage = 10
"""


def book(text: str = FILE):
    return book_of(load_text(text))


def test_collateral_is_switched_off_and_on():
    off = moves.switch_collateral(book(), "BTC").after
    assert not off.coin["BTC"].collateral
    assert moves.switch_collateral(off, "BTC").after == book()


def test_a_flip_that_the_assets_cannot_back_names_what_they_would_count():
    off = moves.switch_collateral(book(FILE.replace("balance = 500", "balance = 0")), "BTC").after
    poor = replace(off, wallet=D(-500))
    assert str(moves.flip(poor, "btc").refusal) == (
        "the pool's assets would count −1,100.00, below the 0.00 of initial margin they back"
    )


@pytest.mark.parametrize(
    ("do", "told"),
    [
        (lambda b: moves.switch_collateral(b, "ETH"), "the account has no asset ETH, it has USDT, BTC, USDC"),
        (lambda b: moves.switch_collateral(b, "USDT"), "positions settle in USDT, so it stays collateral"),
        (
            lambda b: moves.withdraw_asset(b, "BTC", D(1)),
            "in no isolated margin and no order; a withdrawal borrows nothing",
        ),
        (lambda b: moves.deposit_asset(b, "BTC", D(0)), "the amount to deposit must be above zero"),
        (lambda b: moves.convert(b, "BTC", D(1), "USDT"), "at most 0.1 BTC, not 1"),
        (lambda b: moves.convert(b, "BTC", D("0.1"), "BTC"), "BTC cannot be sold for BTC"),
        (lambda b: moves.switch_account(b, AccountMode.UNIFIED), "the account is unified already"),
        (
            lambda b: moves.switch_account(b, AccountMode.PORTFOLIO),
            '"portfolio" is not rehearsed under Bybit (unified account)\'s rules',
        ),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(do, told):
    outcome = do(book())
    assert outcome.after is None
    assert told in str(outcome.refusal)


def test_what_would_bring_the_pool_to_its_line_is_refused():
    poor = replace(book(), wallet=D(-5000))
    assert "would be at its liquidation threshold" in str(moves.switch_collateral(poor, "BTC").refusal)
    assert "initial margins of the pool would lack" in str(moves.withdraw_asset(poor, "BTC", D("0.1")).refusal)


def test_a_conversion_moves_as_much_as_it_is_worth():
    after = moves.convert(book(), "BTC", D("0.05"), "USDT").after
    assert (after.balance_of("BTC"), after.wallet) == (D("0.05"), 4000)


def test_the_limit_of_a_platform_bars_switching_on_and_modes():
    full = FILE.replace("balance = 0.1", "balance = 0.1\ncollateral = false\nlimit_reached = true")
    said = "its limit of BTC as collateral is reached"
    for outcome in (
        moves.switch_collateral(book(full), "BTC"),
        moves.deposit_asset(book(full), "BTC", D(1)),
        moves.switch_account(book(full), AccountMode.STANDARD),
    ):
        assert said in outcome.remark
        assert outcome.verdict.startswith("Bybit (unified account) would refuse this")
    strict = book("strict = true" + full)
    assert said in str(moves.switch_collateral(strict, "BTC").refusal)


def test_an_isolated_position_bars_multi_assets_mode_by_its_code():
    text = FILE.replace('venue = "bybit"\naccount = "unified"', 'venue = "binance"').replace('"cross"', '"isolated"')
    outcome = moves.switch_account(book(text), AccountMode.MULTI_ASSETS)
    assert outcome.refusal is not None
    assert (outcome.refusal.code, "has cross positions only" in outcome.refusal.rule) == ("-4167", True)


def test_a_mode_is_switched_there_and_back():
    unified = book()
    standard = moves.switch_account(unified, AccountMode.STANDARD).after
    assert (standard.account, Ledger(standard).cash_in("BTC")) == (AccountMode.STANDARD, D("0.1"))
    assert moves.switch_account(standard, AccountMode.UNIFIED).after == unified
    assert book_of(load_text(FILE.replace('account = "unified"\n', ""))).account is AccountMode.STANDARD


def test_a_file_says_what_a_move_made_of_it():
    workspace = load_text(FILE)
    moved = workspace.with_book(judge(book(), Move(Do.CONVERT, None, D("0.05"), "BTC", "USDT")).after)
    again = load_text(dump(moved))
    assert (again.wallet, again.assets[0].balance) == (4000, D("0.05"))
    assert load_text(dump(again)) == again


def test_moves_of_assets_on_the_way_conserve_each_of_them():
    text = (
        FILE
        + """
[scenario]
path = "walk"
legs = [-0.1, -0.1]
moves = [
    { at = 0.5, do = "convert", amount = 0.05, asset = "BTC", to = "USDT" },
    { at = 1, do = "switch-collateral", asset = "USDC" },
    { at = 1.2, do = "deposit", amount = 0.01, asset = "BTC" },
    { at = 1.4, do = "withdraw", amount = 5, asset = "WOLF" },
    { at = 1.5, do = "switch-account", to = "standard" },
]
"""
    )
    workspace = load_text(text)
    assert load_text(dump(workspace)) == workspace
    lived = rehearse(book_of(workspace), workspace.scenario)
    ledger = Ledger(lived.book)
    before = {coin: ledger.total_of(coin) for coin in lived.book.coin_names}
    for event in lived.whole.events:
        ledger.apply(event)
    assert {coin: ledger.total_of(coin) for coin in lived.book.coin_names} == before
    told = [(event.kind, event.note.partition(".")[0]) for event in lived.whole.events if event.note]
    assert told == [
        (EventKind.MOVE, "0"),
        (EventKind.MOVE, "USDC is held and does not count as collateral now"),
        (EventKind.MOVE, "0"),
        (EventKind.REFUSAL, "withdraw 5 WOLF: the account has no asset WOLF, it has USDT, BTC, USDC"),
        (EventKind.MOVE, "the account is standard now"),
    ]
    assert (ledger.cash_in("BTC"), ledger.book.account) == (D("0.06"), AccountMode.STANDARD)
    assert ledger.pool == 1000 + D("0.05") * 57000


def test_no_flip_leads_to_a_mode_that_the_account_does_not_have():
    """What a file could not hold is refused, wherever it is asked for."""
    held = book(FILE.replace('"bybit"', '"binance"').replace('"unified"', '"multi-assets"'))
    for refused in (moves.flip(held, "btc"), moves.flip_all(held)):
        assert refused.after is None
        assert "Multi-Assets Mode of Binance USD-M has cross positions only" in str(refused.refusal)
    assert "cross positions only" in in_one_mode(held, Mode.ISOLATED)


# --- orders ---------------------------------------------------------------------------------------------

LARGE = Order("o", "BTCUSDT", Side.LONG, D("0.1"), D(60000), leverage=D(5))


def test_a_cross_order_needs_what_all_assets_back_and_an_isolated_one_cash():
    """1,000 + 0.1 × 0.98 × 60,000 + 500, less 600 of initial margin; of cash 1,000 alone."""
    assert moves.place(book(), LARGE).after.orders == (LARGE,)
    told = moves.place(book(), replace(LARGE, quantity=D(1))).refusal
    assert str(told) == "it would hold 12,000.00, and 6,780.00 is available"
    told = moves.place(book(), replace(LARGE, mode=Mode.ISOLATED)).refusal
    assert str(told) == "it would hold 1,200.00, and 1,000.00 is available"


def test_an_increase_needs_what_all_assets_back_too():
    assert moves.increase(book(), "btc", D("0.2")).after.balance_of("") < 1000
    told = moves.increase(book(), "btc", D(2)).refusal
    assert "and 6,780.00 is available" in str(told)


def test_a_stop_can_be_placed_and_one_that_closes_nothing_is_refused():
    stop = replace(LARGE, side=Side.SHORT, fills=OrderKind.STOP_MARKET, trigger=D(57000), reduce_only=True)
    assert moves.place(book(), stop).after.orders == (stop,)
    assert moves.place(book(), replace(stop, side=Side.LONG)).refusal is not None


def test_what_assets_are_worth_together_is_in_dollars_and_says_so_where_the_currency_is_none():
    coin = FILE.replace("wallet = 1000", 'currency = "BTC"\nwallet = 0.1')
    coin = coin.replace('"BTC"\nbalance = 0.1', '"USDT"\nbalance = 9')
    units = book(coin + '[[assets]]\nasset = "BTC"\nprice = 60000\n')
    assert (units.whole_amounts(D(5)), units.pool_amounts()(D(5))) == ("5.00 USD", "5.00")
    assert (book().whole_amounts(D(5)), book().amounts_of("BTC")(D(5))) == ("5.00", "5.00000000 BTC")


COIN_MARGINED = """
venue = "okx"
currency = "BTC"
wallet = 1
[[assets]]
asset = "BTC"
price = 60000
[[assets]]
asset = "USDT"
balance = 1000
[[markets]]
symbol = "BTC-USD-SWAP"
mark = 60000
"""
HELD = """
[[positions]]
market = "BTC-USD-SWAP"
side = "long"
mode = "cross"
quantity = 10000
entry = 60000
leverage = 10
"""
RESTING = """
[[orders]]
market = "BTC-USD-SWAP"
side = "long"
quantity = 100
price = 50000
"""


NONE = "positions = []"


def at_gate(text: str) -> str:
    """The same account where such contracts are in no pool of several assets."""
    return text.replace("okx", "gate").replace("BTC-USD-SWAP", "BTC_USD")


@pytest.mark.parametrize("text", [COIN_MARGINED + HELD, NONE + COIN_MARGINED + RESTING])
def test_what_is_coin_margined_bars_a_mode_that_has_no_such_contracts(text):
    outcome = moves.switch_account(book(at_gate(text)), AccountMode.UNIFIED)
    assert outcome.after is None
    assert "BTC_USD is coin-margined, and Unified account has no such contracts: its fut" in str(outcome.refusal)
    assert moves.switch_account(book(at_gate(NONE + COIN_MARGINED)), AccountMode.UNIFIED).after is not None


@pytest.mark.parametrize("text", [COIN_MARGINED + HELD, NONE + COIN_MARGINED + RESTING])
def test_what_is_coin_margined_goes_into_a_mode_that_has_such_contracts(text):
    after = moves.switch_account(book(text), AccountMode.UNIFIED).after
    assert after.account is AccountMode.UNIFIED
    half = {symbol: market.mark / 2 for symbol, market in after.markets.items() if symbol != "USDT"} | {"USDT": D(1)}
    bitcoin, dollars = assets_of(Standings.at(Ledger(after), half))
    # 10,000 USD long at 60,000 lose 1/6 BTC at half of it
    assert round(bitcoin.pnl, 12) == (-round(D(1) / 6, 12) if after.positions else 0)
    assert (bitcoin.price, dollars.balance) == (30000, 1000)


def test_a_planned_switch_of_a_coin_margined_account_is_refused_on_the_path():
    planned = '[scenario]\npath = "walk"\nlegs = [-0.1]\nmoves = [{ at = 0.5, do = "switch-account", to = "unified" }]'
    workspace = load_text(at_gate(COIN_MARGINED + HELD) + planned)
    lived = rehearse(book_of(workspace), workspace.scenario)
    (told,) = lived.whole.events
    assert "is coin-margined, and Unified account has no such contracts" in told.note
    assert lived.frame(D(1)).acted_on.account is AccountMode.STANDARD
