"""The indexer of dYdX on loopback: what `isocross live dydx:…` reads there is the account that walks."""

from decimal import Decimal

import pytest

pytest.importorskip("aiohttp", reason="the venue to test against needs aiohttp: pip install 'isocross[live]'")

from isocross.live.asking import AskError
from isocross.live.sources import source_named
from isocross.live.walking import walk_of
from isocross.workspace.resolve import load
from isocross_tui.serve.venue import VENUES
from tests.isocross.live.loopback import on_loopback

D = Decimal
ADDRESS = "dydx:dydx1" + "a" * 38
FILE = """
format = 1
name = "walker"
venue = "dydx"
currency = "USDC"
wallet = 9000
positions = [
  { id = "btc", market = "BTC-USD", side = "short", mode = "cross", quantity = 0.05, entry = 113000, leverage = 20 },
  { id = "eth", market = "ETH-USD", side = "long", mode = "isolated", quantity = 1, entry = 3900, leverage = 10 },
]
"""


@pytest.fixture
def walking():
    now = [0.0]
    walk = walk_of(load(FILE), "dydx", "crash-2025-10-10", Decimal(60), lambda: now[0])
    venue = VENUES["dydx"](walk)
    with on_loopback(venue.app()) as venue.url:
        venue.clock = now
        yield venue


@pytest.mark.parametrize("minutes", [0, 100])
def test_what_the_indexer_answers_is_read_back_as_the_account(walking, minutes):
    walking.clock[0] = float(minutes)
    frame, read = walking.walk.frame, source_named(ADDRESS, walking.url).read().imported
    held = [each for each in frame.positions if not each.ended]
    assert held
    told = {p.market: (p.side, p.quantity, p.mode, p.entry) for p in read.workspace.positions}
    assert told == {p.position.market: (p.position.side, p.position.quantity, p.position.mode, p.position.entry)
                    for p in held}  # fmt: skip
    margins = {p.market: p.margin for p in read.workspace.positions if p.mode == "isolated"}
    assert margins == {p.position.market: p.margin for p in held if p.position.mode == "isolated"}
    assert read.workspace.wallet == frame.account.wallet
    assert {m.symbol: m.mark for m in read.workspace.markets} == {p.position.market: p.mark for p in held}
    assert not [note.message for note in read.notes if "unexplained" in note.message]


def test_an_account_of_another_venue_is_answered_in_the_names_of_this_one():
    walk = walk_of(load("guide-cross"), "dydx", "crash-2025-10-10", Decimal(60), lambda: 0.0)
    with on_loopback(VENUES["dydx"](walk).app()) as url:
        read = source_named(ADDRESS, url).read().imported
    assert [(p.market, p.quantity) for p in read.workspace.positions] == [
        ("BTC-USD", D("0.015")),
        ("ETH-USD", D("0.2")),
    ]
    assert read.workspace.wallet == walk.frame.account.wallet


def test_the_account_follows_the_history_of_the_same_coins(walking):
    assert walking.walk.rehearsal.scenario.stand_in == {"BTC-USD": "BTCUSDT", "ETH-USD": "ETHUSDT"}


@pytest.mark.parametrize(
    ("fault", "told"), [("429", "dYdX gets too many requests: the next is in 7 s."),
                        ("half", "dYdX answered with half an answer.")]
)  # fmt: skip
def test_a_fault_of_the_indexer_is_a_sentence(walking, fault, told):
    walking.faults = {fault}
    with pytest.raises(AskError) as caught:
        source_named(ADDRESS, walking.url).read()
    assert str(caught.value) == told
