"""What a position that was closed by an order or by hand brought stands where its PnL was."""

from decimal import Decimal

import pytest

from isocross.figures.frame import Status
from isocross.rehearsal.kinds import lived_rehearsal
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.text import position_rows
from isocross.workspace import book_of, load_text

STOPPED = """
venue = "binance"
wallet = 5000
positions = [
  { id = "btc", market = "BTCUSDT", side = "long", mode = "cross", quantity = 0.1, entry = 60000, leverage = 10 },
  { id = "eth", market = "ETHUSDT", side = "long", mode = "cross", quantity = 1, entry = 3000, leverage = 10 },
]
[[orders]]
market = "BTCUSDT"
side = "short"
kind = "stop-market"
trigger = 54000

"""
BY_HAND = """
[scenario]
path = "walk"
legs = [-0.1, -0.1]
moves = [{ at = 1, do = "close", position = "eth" }]
"""


def test_a_filled_stop_shows_what_it_lost():
    frame = GlideRehearsal(book_of(load_text(STOPPED)), {}).frame(Decimal("-0.2"))
    btc, eth = frame.positions
    assert btc.status is Status.CLOSED
    fee = btc.closing.figures.fee
    assert fee > 0
    assert btc.told_pnl == -600 - fee == frame.account.wallet - 5000
    assert eth.told_pnl == eth.unrealised_pnl
    assert any(f"−{600 + fee:.2f}" in cell for cell in position_rows(frame)[0])


@pytest.mark.parametrize(("place", "told"), [("0.5", "-150"), ("1.5", "-300")])
def test_a_position_that_was_closed_by_hand_keeps_its_loss(place, told):
    workspace = load_text(STOPPED.split("[[orders]]", maxsplit=1)[0] + BY_HAND)
    row = lived_rehearsal(book_of(workspace), workspace.scenario).frame(Decimal(place)).positions[1]
    assert (row.status is Status.CLOSED) == (Decimal(place) > 1)
    assert row.told_pnl + (row.closing.figures.fee if row.closing else 0) == Decimal(told)


TWO_TAKES = (
    STOPPED
    + """
[[orders]]
id = "first"
market = "ETHUSDT"
side = "short"
kind = "stop-market"
trigger = 2850
quantity = 0.4
[[orders]]
id = "second"
market = "ETHUSDT"
side = "short"
kind = "stop-market"
trigger = 2700
"""
)


def test_a_position_that_was_closed_in_parts_shows_the_sum():
    frame = GlideRehearsal(book_of(load_text(TWO_TAKES)), {}).frame(Decimal("-0.2"))
    assert all(row.status is Status.CLOSED for row in frame.positions)
    assert sum(row.told_pnl for row in frame.positions) == frame.account.wallet - 5000
    assert frame.positions[1].told_pnl < -60 - 180


def test_a_position_that_was_reduced_before_it_was_liquidated_shows_the_sum():
    workspace = load_text(
        'venue = "bybit"\nwallet = 500000\n'
        'positions = [ { market = "BTCUSDT", side = "long", mode = "cross", quantity = 100, entry = 60000, '
        "leverage = 20 } ]"
    )
    frame = GlideRehearsal(book_of(workspace), {}).frame(Decimal("-0.4"))
    row = frame.positions[0]
    assert row.status is Status.LIQUIDATED
    assert len(frame.events) > 1
    assert row.told_pnl == frame.account.wallet - 500_000
    assert row.told_pnl < -frame.events[-1].amount
