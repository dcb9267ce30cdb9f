"""Resting orders and positions that draw by themselves, as a file gives them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.book import Mode, Order, Side
from isocross.workspace import Faults, book_of, dump, load_text
from isocross.workspace.code import code_of, open_code
from isocross.workspace.saving import merged

D = Decimal
TEXT = """\
wallet = 1000

[[positions]]
market = "BTCUSDT"
side = "long"
mode = "isolated"
quantity = 0.015
entry = 60000
leverage = 3

[[orders]]      # a bid
market = "BTCUSDT"
side = "long"
quantity = 0.01
price = 50000

[[orders]]
market = "BTCUSDT"
side = "short"
quantity = 0.01
price = 70000
leverage = 5
mode = "isolated"
"""


def test_an_order_has_an_id_and_is_cross_where_the_file_does_not_say():
    bid, ask = load_text(TEXT).orders
    assert bid == Order("btc-order", "BTCUSDT", Side.LONG, D("0.01"), D(50000))
    assert (ask.id, ask.mode, ask.leverage) == ("btc-order-2", Mode.ISOLATED, D(5))
    assert book_of(load_text(TEXT)).orders == (bid, ask)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("price = 50000", "price = 0", "15:9: orders[0].price: 0 is not above 0 (expected a positive price"),
        ("price = 50000\n", "", "11:1: orders[0].price: is missing"),
        ("price = 70000", "prize = 70000", "21:1: orders[1].prize: there is no such key; did you mean"),
        ('side = "short"', 'side = "sell"', '19:8: orders[1].side: "sell" is not known here (expected "long" or'),
        ("leverage = 5", "leverage = 500", "22:12: orders[1].leverage: 500 is above the highest leverage for a"),
        (
            '[[orders]]      # a bid\nmarket = "BTCUSDT"',
            '[[orders]]\nmarket = "XYZ"',
            "12:10: orders[0].market: neither",
        ),
        (
            '[[orders]]      # a bid\nmarket = "BTCUSDT"',
            '[[orders]]\nmarket = "ETHUSDT"',
            '12:10: orders[0].market: "ETHUSDT" has no mark: no position is in this market',
        ),
        (
            "price = 50000",
            'price = 50000\nid = "a"\n[[orders]]\nid = "a"\nmarket = "BTCUSDT"\nside = "long"\nquantity = 1\nprice = 1',
            '18:6: orders[1].id: "a" is the id of another order already, at line 16',
        ),
    ],
)
def test_a_bad_order_is_named_with_its_place(old, new, said):
    with pytest.raises(Faults) as caught:
        load_text(TEXT.replace(old, new, 1), "f.toml")
    assert any(said in str(fault) for fault in str(caught.value).splitlines()), str(caught.value)


def test_an_order_may_stand_in_a_market_without_a_position_where_the_file_has_its_mark():
    text = TEXT.replace('market = "BTCUSDT"\nside = "short"', 'market = "ETHUSDT"\nside = "short"')
    book = book_of(load_text(text + '\n[[markets]]\nsymbol = "ETHUSDT"\nmark = 3000\n'))
    assert book.markets["ETHUSDT"].mark == 3000


def test_orders_come_through_a_code_a_save_and_an_edit():
    workspace = load_text(TEXT)
    assert open_code(code_of(workspace)).orders == workspace.orders
    assert load_text(dump(workspace)).orders == workspace.orders
    fewer = replace(workspace, orders=(replace(workspace.orders[1], price=D(65000)),))
    text = merged(TEXT, fewer)
    assert load_text(text).orders == fewer.orders
    assert "# a bid" not in text
    assert "price = 65000" in text
    assert merged(TEXT, replace(workspace, wallet=D(2000))) == TEXT.replace("1000", "2000", 1)


def test_auto_margin_is_written_only_where_it_is_on():
    workspace = load_text(TEXT)
    assert "auto_margin" not in dump(workspace)
    on = replace(workspace, positions=(replace(workspace.positions[0], auto_margin=True),))
    assert "auto_margin = true" in dump(on)
    assert load_text(dump(on)) == on


BOTH = (
    TEXT.replace("wallet = 1000", "wallet = 1000\nvenue = 'coinex'\nstrict = true")
    + """
[[positions]]
market = "BTCUSDT"
side = "short"
mode = "cross"
quantity = 0.01
entry = 60000
leverage = 3
auto_margin = true
"""
)


def test_a_strict_file_is_refused_what_its_venue_does_not_have():
    with pytest.raises(Faults) as caught:
        load_text(BOTH, "f.toml")
    said = str(caught.value)
    assert "positions[1].side: CoinEx has one position per market" in said
    assert "positions[1].auto_margin: CoinEx has no isolated position that draws margin by itself" in said
    assert load_text(BOTH.replace("strict = true", "strict = false"))
    assert load_text(BOTH.replace("coinex", "bybit"))


def test_a_switch_is_added_to_an_indented_table_in_its_own_line():
    text = TEXT.replace("\n", "\n  ").rstrip() + "\n"
    workspace = load_text(text)
    first, *others = workspace.positions
    new = merged(text, replace(workspace, positions=(replace(first, auto_margin=True), *others)))
    assert [line.strip() for line in new.splitlines() if line not in text.splitlines()] == ["auto_margin = true"]
