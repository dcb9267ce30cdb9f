"""Orders with a kind in a file: what each needs and cannot have; what is written is read back the same."""

from __future__ import annotations

from decimal import Decimal

import pytest

from isocross.account.book import Mode
from isocross.account.order_kinds import FeeAs, OrderKind, TriggerBy
from isocross.toml.faults import Faults
from isocross.workspace import dump, load_text
from isocross.workspace.build import book_of
from isocross.workspace.code import code_of, open_code
from isocross.workspace.saving import merged

D = Decimal
HEAD = """\
wallet = 1000
[[positions]]
id = "eth"
market = "ETHUSDT"
side = "long"
mode = "isolated"
quantity = 1
entry = 2000
leverage = 10
"""
KINDS = {
    "limit": 'kind = "limit"\nquantity = 1\nprice = 1900\nfee = "taker"',
    "reducing limit": 'kind = "limit"\nquantity = 1\nprice = 2100\nreduce_only = true',
    "stop": 'kind = "stop-market"\ntrigger = 1900',
    "stop of a part": 'kind = "stop-market"\ntrigger = 1900\nquantity = 0.5\nslippage = 0.001',
    "stop entry": 'kind = "stop-market"\ntrigger = 2100\nquantity = 0.5\nreduce_only = false\nleverage = 5',
    "stop-limit": 'kind = "stop-limit"\ntrigger = 1900\nprice = 1890\nquantity = 1\ntrigger_by = "last"',
    "take-profit": 'kind = "take-profit"\ntrigger = 2100\nclose_position = true\noco = "exit"',
    "trailing": 'kind = "trailing"\ntrail = 0.02\nbest = 2050',
    "trailing from a price on": 'kind = "trailing"\ntrail = 0.02\ntrigger = 2100\nquantity = 0.3',
}


def written(order: str, market: str = "ETHUSDT", side: str = "short") -> str:
    return f'{HEAD}[[orders]]\nmarket = "{market}"\nside = "{side}"\n{order}\n'


def faults(order: str) -> list[tuple[str, str, str]]:
    with pytest.raises(Faults) as caught:
        load_text(written(order))
    return [(fault.key, fault.message, fault.expected) for fault in caught.value.faults]


@pytest.mark.parametrize("name", KINDS)
def test_what_is_written_is_read_back_the_same(name):
    workspace = load_text(written(KINDS[name]), "x.toml")
    assert load_text(dump(workspace), "x.toml") == workspace
    assert open_code(code_of(workspace)) == workspace
    assert book_of(workspace).orders == workspace.orders


def test_what_is_left_out_is_what_the_kind_usually_is():
    (stop,) = load_text(written(KINDS["stop"])).orders
    assert (stop.reduce_only, stop.close_position, stop.quantity, stop.trigger) == (True, True, 0, 1900)
    assert (stop.trigger_by, stop.fee, stop.slippage, stop.mode) == (TriggerBy.MARK, None, 0, Mode.CROSS)
    (limit,) = load_text(written(KINDS["limit"])).orders
    assert (limit.fills, limit.reduce_only, limit.fee) == (OrderKind.LIMIT, False, FeeAs.TAKER)


def test_an_order_without_a_kind_is_what_it_was():
    (order,) = load_text(written("quantity = 1\nprice = 1900")).orders
    assert (order.fills, order.reduce_only, order.trigger) == (None, False, None)
    assert faults("quantity = 1") == [("orders[0].price", "is missing", "a positive price in quote currency")]
    assert faults("price = 1")[0] == ("orders[0].quantity", "is missing", "a positive number of base units")


@pytest.mark.parametrize(
    ("order", "key", "message"),
    [
        ('kind = "stop-market"', "trigger", "is missing"),
        ('kind = "stop-limit"\ntrigger = 1900', "price", "is missing"),
        ('kind = "trailing"', "trail", "is missing"),
        ('kind = "limit"\nprice = 1900', "quantity", "is missing"),
        ('kind = "stop"\ntrigger = 1900', "kind", "stop"),
        ('kind = "trailing"\ntrail = 1', "trail", "1 is not below 1"),
        ('kind = "stop-market"\ntrigger = -1', "trigger", "-1 is not above 0"),
        ('kind = "stop-market"\ntrigger = 1900\nprice = 1890', "price", "is filled at the market"),
        ('kind = "limit"\nprice = 1900\nquantity = 1\ntrigger = 1', "trigger", "waits for its price"),
        ('kind = "limit"\nprice = 1900\nquantity = 1\nslippage = 0.1', "slippage", "filled at its price or better"),
        ('kind = "stop-market"\ntrigger = 1900\ntrail = 0.1', "trail", "does not trail"),
        ('kind = "stop-market"\ntrigger = 1900\nleverage = 5', "leverage", "it only closes, and needs no margin"),
        ('kind = "take-profit"\ntrigger = 1\nquantity = 1\nclose_position = true', "quantity", "the whole position"),
        ('kind = "trailing"\ntrail = 0.1\nreduce_only = false\nquantity = 1', "reduce_only", "only closes"),
        ("quantity = 1\nprice = 1900\ntrigger = 1800", "trigger", "an order without a kind is never filled"),
        ("quantity = 1\nprice = 1900\nreduce_only = false", "reduce_only", "an order without a kind is never filled"),
    ],
)
def test_what_does_not_go_together_has_one_sentence_at_its_key(order, key, message):
    ((where, told, _expected),) = faults(order)
    assert where == f"orders[0].{key}"
    assert message in told


@pytest.mark.parametrize("name", KINDS)
def test_an_account_of_several_assets_has_orders_of_every_kind(name):
    text = written(KINDS[name]) + '[[assets]]\nasset = "BTC"\nbalance = 1\nprice = 50000\n'
    text = text.replace("wallet = 1000", 'wallet = 1000\nvenue = "binance"\naccount = "multi-assets"')
    workspace = load_text(text.replace('mode = "isolated"', 'mode = "cross"'), "x.toml")
    assert load_text(dump(workspace), "x.toml") == workspace
    assert book_of(workspace).orders == workspace.orders


def test_a_coin_margined_order_is_refused_where_a_venue_has_such_contracts_in_a_wallet_of_their_own():
    text = """
wallet = 1000
venue = "binance"
account = "multi-assets"
positions = []
[[assets]]
asset = "ETH"
balance = 1
[[markets]]
symbol = "ETHUSD"
kind = "inverse"
mark = 2000
settles = "ETH"
[[orders]]
market = "ETHUSD"
side = "long"
kind = "limit"
quantity = 1
price = 1900
"""
    with pytest.raises(Faults) as caught:
        load_text(text)
    told = [fault.message for fault in caught.value.faults if fault.key == "orders[0].market"]
    assert told == [
        '"ETHUSD" is coin-margined, and Multi-Assets Mode has no such contracts: COIN-M futures have a wallet of their'
        " own"
    ]


def test_a_changed_order_is_written_into_the_text_with_its_comments():
    text = written('kind = "stop-market"  # the exit\ntrigger = 1900')
    told = merged(text, load_text(text.replace("1900", "1850"), "x.toml"), "x.toml")
    assert "# the exit" in told
    assert "trigger = 1850" in told


def test_a_market_keeps_its_last_price():
    text = f'{HEAD}[[markets]]\nsymbol = "ETHUSDT"\nmark = 2000\nlast = 2010\n'
    workspace = load_text(text, "x.toml")
    assert book_of(workspace).markets["ETHUSDT"].last == 2010
    assert load_text(dump(workspace), "x.toml") == workspace
