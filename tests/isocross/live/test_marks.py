"""A public stream moves marks and nothing else: what it says is read or passed over, and a break leaves none."""

import json
import time
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

pytest.importorskip("aiohttp", reason="streams need aiohttp: pip install 'isocross[live]'")

from isocross.account.stated import Stated
from isocross.live import marks as streams
from isocross.live.following import Following
from isocross.live.marks import LINES, Mark, MarkStream, moved, stream_of
from isocross.live.reading import Reading
from isocross.live.walking import walk_of
from isocross.workspace.resolve import load
from isocross_tui.serve import venue
from isocross_tui.serve.venue import VENUES
from tests.isocross.live.loopback import on_loopback

ISOLATED = """
format = 1
wallet = 1000
markets = [{ symbol = "BTCUSDT", mark = 60000 }, { symbol = "ETHUSDT", mark = 3000 }]
positions = [
  { id = "btc", market = "BTCUSDT", side = "long", mode = "cross", quantity = 0.01, entry = 60000, leverage = 10 },
  { id = "eth", market = "ETHUSDT", side = "long", mode = "isolated", quantity = 0.1, entry = 3000, leverage = 10 },
]
"""


def told(venue_name, market, price):
    said = {"hyperliquid": {"channel": "activeAssetCtx", "data": {"coin": market, "ctx": {"markPx": price}}},
            "binance": [{"e": "markPriceUpdate", "s": market, "p": price}]}  # fmt: skip
    return json.dumps(said[venue_name])


@pytest.mark.parametrize("name", LINES)
def test_the_marks_of_the_account_are_read_and_everything_else_is_passed_over(name):
    stream = stream_of(name, clock=lambda: 7.0)
    stream.wanted = frozenset({"BTC"})
    stream.hear(told(name, "BTC", "61000.5"))
    assert stream.marks == {"BTC": Mark(Decimal("61000.5"), 7.0)}
    before = stream.marks
    for said in ("", "{", "null", "[1]", "{}", '{"channel": "pong"}', told(name, "ETH", "1"), told(name, "BTC", "-1"),
                 told(name, "BTC", "NaN"), told(name, "BTC", 5), told(name, ["BTC"], "1"), "[" * 100000):  # fmt: skip
        stream.hear(said)
        assert stream.marks is before


def test_a_venue_without_a_stream_has_none():
    assert stream_of("okx") is None


def test_only_marks_that_are_newer_than_the_account_move_it_and_what_the_venue_said_of_the_older_ones_goes():
    account, said = load(ISOLATED), Stated(liquidation_price=Decimal(2700), unrealised_pnl=Decimal(5))
    account = replace(account, positions=tuple(replace(held, stated=said) for held in account.positions))
    assert moved(account, {"BTCUSDT": Mark(Decimal(1), 10.0)}, 10.0) is account
    found = moved(account, {"BTCUSDT": Mark(Decimal(59000), 11.0), "SOLUSDT": Mark(Decimal(1), 11.0)}, 10.0)
    assert [(entry.symbol, entry.mark) for entry in found.markets] == [("BTCUSDT", 59000), ("ETHUSDT", 3000)]
    assert [held.stated for held in found.positions] == [None, Stated(liquidation_price=Decimal(2700))]
    assert (found.wallet, found.name, found.scenario) == (account.wallet, account.name, account.scenario)


def test_the_account_is_the_same_object_while_nothing_has_moved_and_both_ages_are_told():
    now, account = [100.0], load(ISOLATED)
    source = SimpleNamespace(read=lambda: Reading(SimpleNamespace(workspace=account, notes=()), now[0]))
    following = Following(source, 10, lambda: now[0], MarkStream(LINES["binance"], clock=lambda: now[0]))
    assert following.ask()
    assert following.workspace is account
    assert following.words == "live 0 s ago"
    now[0] = 112.0
    following.stream.hear(told("binance", "ETHUSDT", "2900"))
    first = following.workspace
    assert (first.markets[1].mark, following.workspace is first) == (2900, True)
    now[0] = 113.0
    assert following.words == "live 13 s ago, marks 1 s"
    now[0] = 150.0
    assert following.words == "stale 50 s"
    assert following.ask()
    assert (following.workspace is account, following.words) == (True, "live 0 s ago")


def until(true):
    """Wait for a thread; gives up after a while."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.parametrize(("name", "market"), [("hyperliquid", "ETH"), ("binance", "ETHUSDT")])
def test_a_line_that_breaks_leaves_no_mark_and_is_taken_up_again(name, market, monkeypatch):
    monkeypatch.setattr(venue, "TICK_S", 0.01)
    monkeypatch.setattr(streams, "AGAIN_S", 0.05)
    text = ISOLATED.replace("ETHUSDT", market).replace("BTCUSDT", market.replace("ETH", "BTC"))
    walk = walk_of(load(text), name, "crash-2025-10-10", Decimal(0))
    answering = VENUES[name](walk)
    with on_loopback(answering.app()) as url:
        stream = stream_of(name, url)
        stream.wanted = frozenset({market})
        following = Following(SimpleNamespace(), 10, stream=stream)
        stream.begin()
        until(lambda: stream.marks)
        assert stream.marks[market].price == walk.frame.marks[market]
        assert not following.broke()
        answering.faults = {"drop"}
        until(lambda: stream.breaks)
        assert stream.marks == {}
        assert (following.broke(), following.broke()) == (True, False)
        answering.faults = set()
        until(lambda: stream.marks)
        stream.end()
        until(lambda: not stream._loop.is_running())
