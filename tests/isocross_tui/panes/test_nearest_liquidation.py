"""How far the nearest liquidation is says to which of the two prices that is."""

from decimal import Decimal

from isocross.figures.frame import WARNING_DISTANCE
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.words.outlook import away_words
from isocross.workspace import book_of, load_text

ACCOUNT = """
venue = "binance"
wallet = 5000
positions = [
  { id = "btc", market = "BTCUSDT", side = "long", mode = "cross", quantity = 0.1, entry = 60000, leverage = 10 },
  { id = "sol", market = "SOLUSDT", side = "long", mode = "cross", quantity = 20, entry = 150, leverage = 5 },
  { id = "eth", market = "ETHUSDT", side = "short", mode = "isolated", quantity = 1, entry = 3000, leverage = 5 },
]
"""


def test_a_letter_says_that_the_joint_liquidation_is_the_nearer():
    frame = GlideRehearsal(book_of(load_text(ACCOUNT)), {}, warning=WARNING_DISTANCE).frame(Decimal("-0.1"))
    btc, sol, eth = frame.positions
    for row in (btc, sol):
        joint = abs(row.joint_trigger - row.mark) / row.mark
        assert row.joint_is_nearer
        own = row.liquidation_price
        assert own is None or row.distance < abs(own - row.mark) / row.mark
        assert abs(row.distance - joint) < Decimal("1e-20")
        assert away_words(row).startswith("j")
    assert not eth.joint_is_nearer
    assert away_words(eth)[0].isdigit()


def test_alone_a_position_has_one_price_and_no_letter():
    alone = ACCOUNT.split('  { id = "sol"', maxsplit=1)[0] + "]"
    (row,) = GlideRehearsal(book_of(load_text(alone)), {}).frame(Decimal("-0.1")).positions
    assert row.joint_trigger is not None
    assert not row.joint_is_nearer
