"""The price of one market that first liquidates anything, against a report and the engine's own glide."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.cascade.events import EventKind
from isocross.cascade.solver import solve
from isocross.format import price
from isocross.money import ONE, ZERO, exact
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.price import price_number, price_sentence
from isocross.studies.first_price import MarketError, UnknownMarketError, first_price, market_named
from isocross.workspace import book_of, load_text, shipped
from isocross.workspace.resolve import load

HAIR = Decimal("1e-9")


def rehearsal_of(name: str) -> GlideRehearsal:
    workspace = load(name)
    return GlideRehearsal(book_of(workspace), workspace.scenario.betas)


def liquidated(rehearsal: GlideRehearsal, moves: dict[str, Decimal]) -> set[str]:
    """Who is liquidated or reduced when markets glide by these moves."""
    book = rehearsal.book
    happened = solve(book, Glide.towards(book, moves), ONE).happened
    return {book.positions[e.position].id for e in happened if e.kind in (EventKind.LIQUIDATION, EventKind.REDUCTION)}


@exact
def check(rehearsal: GlideRehearsal, market: str, position: str | None = None) -> int:
    """A hair before the price nothing is liquidated, beyond it those named; count the prices."""
    found = first_price(rehearsal, market, position)
    for way in (found.down, found.up):
        if way is None:
            continue
        before, beyond = (way.move * (1 + side * HAIR) for side in (-1, 1))
        gone = liquidated(rehearsal, {market: beyond})
        assert set(way.positions) <= gone
        still = liquidated(rehearsal, {market: before})
        assert position not in still if position else not still
        assert abs(way.price - found.mark * (1 + way.move)) < Decimal("1e-100")
    return (found.down is not None) + (found.up is not None)


@pytest.mark.slow
def test_nothing_is_liquidated_before_the_price_and_something_beyond_it():
    told = 0
    for name in shipped():
        rehearsal = rehearsal_of(name)
        for market in rehearsal.book.markets:
            told += check(rehearsal, market)
            for position in rehearsal.book.positions:
                told += check(rehearsal, market, position.id)
    assert told > 20


@pytest.mark.parametrize("name", ["basket", "guide-mixed", "isolated-short", "inverse", "ladder"])
def test_where_a_report_has_liquidation_prices_of_the_market_it_is_the_nearest_of_them_to_the_last_digit(name):
    rehearsal = rehearsal_of(name)
    frame = rehearsal.frame(ZERO)
    for market, held in rehearsal.book.markets.items():
        prices = [r.liquidation_price for r in frame.positions if r.position.market == market and r.liquidation_price]
        found = first_price(rehearsal, market).nearest
        assert (found.price if found else None) == min(prices, key=lambda p: abs(p - held.mark), default=None)


@pytest.mark.parametrize("venue", ["bybit", "okx", "binance"])
def test_the_one_number_is_the_liquidation_price_that_the_row_shows(venue):
    text = f'venue = "{venue}"\nwallet = 9000\n[[positions]]\nmarket = "MARKET"\nside = "long"\nmode = "isolated"\n'
    text += "quantity = 0.7\nentry = 60000.7\nleverage = 7\n"
    name = "BTC-USDT-SWAP" if venue == "okx" else "BTCUSDT"
    rehearsal = GlideRehearsal(book_of(load_text(text.replace("MARKET", name))), {})
    (row,) = rehearsal.frame(ZERO).positions
    shown = price(row.liquidation_price_shown, rehearsal.book.markets[name].grid)
    found = first_price(rehearsal, name)
    assert price_number(rehearsal.book, found) == shown.replace(",", "")
    assert f" {shown} (" in price_sentence(rehearsal.book, found)


def test_with_all_markets_it_is_the_joint_price_of_the_first_position():
    rehearsal = rehearsal_of("basket")
    rows = {row.position.market: row for row in rehearsal.frame(ZERO).positions}
    found = first_price(rehearsal, "BTCUSDT", joint=True)
    assert found.nearest is not None
    assert found.nearest.price == rows["BTCUSDT"].joint_trigger
    other = first_price(rehearsal, "SOLUSDT", "eth", joint=True).nearest
    assert other is not None
    assert rows["ETHUSDT"].joint_trigger == rows["ETHUSDT"].mark * (1 + other.move / Decimal("1.6") * Decimal("1.3"))


def test_against_the_others_the_ways_of_a_market_are_its_own():
    rehearsal = rehearsal_of("basket")
    turned = replace(rehearsal, betas={"SOLUSDT": Decimal(-1)})
    found = first_price(turned, "SOLUSDT", joint=True)
    assert found.up is not None
    assert found.up.move > 0
    assert found.up.positions == first_price(turned, "BTCUSDT", joint=True).down.positions


SHORT = """
wallet = 1000
[[markets]]
symbol = "AUSDT"
tiers = [{ from = 0, rate = 0.01, max_leverage = 5 }]
[[positions]]
market = "AUSDT"
side = "short"
mode = "isolated"
quantity = 1
entry = 10
leverage = 1
margin = 990
"""


def test_a_price_a_hundred_times_the_mark_is_found():
    workspace = load_text(SHORT)
    found = first_price(GlideRehearsal(book_of(workspace), {}), "AUSDT").nearest
    assert found is not None
    assert found.price == exact(lambda: Decimal(1000) / Decimal("1.01"))()


def test_a_market_is_named_by_its_symbol_or_its_coin():
    book = rehearsal_of("basket").book
    assert [market_named(book, name) for name in ("BTCUSDT", "btc", "SOL")] == ["BTCUSDT", "BTCUSDT", "SOLUSDT"]
    with pytest.raises(UnknownMarketError, match="has no market 'DOGE'"):
        market_named(book, "DOGE")
    twice = replace(book, markets={"BTCUSDT": book.markets["BTCUSDT"], "BTC-USDT": book.markets["BTCUSDT"]})
    with pytest.raises(MarketError, match="'BTC' is several markets: expected one of BTC-USDT, BTCUSDT"):
        market_named(twice, "BTC")


def test_a_position_that_is_not_liquidated_where_its_row_has_a_price_is_told_whose_threshold_that_is():
    hedge = rehearsal_of("hedge")
    short = price_sentence(hedge.book, first_price(hedge, "BTCUSDT", "short"))
    assert short.endswith(
        "At 10,256.41 its pool reaches its liquidation threshold, and another position is liquidated."
    )
    for position in (None, "long"):
        assert "threshold" not in price_sentence(hedge.book, first_price(hedge, "BTCUSDT", position))


def test_the_smaller_of_two_longs_of_a_pool_is_liquidated_further_down_than_its_row_says():
    held = "".join(
        f'[[positions]]\nid = "{id}"\nmarket = "BTCUSDT"\nside = "long"\nmode = "cross"\n'
        f"quantity = {size}\nentry = 60000\nleverage = 20\n"
        for id, size in (("large", "0.02"), ("small", "0.001"))
    )
    workspace = load_text(f'venue = "guide"\nwallet = 300\n{held}')
    two = GlideRehearsal(book_of(workspace), workspace.scenario.betas)
    large, small = (first_price(two, "BTCUSDT", id) for id in ("large", "small"))
    # 300 − 0.021 × (60,000 − P) = 0.021 × P × 0.5 %: P = 960 ÷ 0.020895
    assert large.line == small.line == large.down.price > small.down.price
    assert round(large.line, 2) == Decimal("45944.01")
    assert "threshold" not in price_sentence(two.book, large)
    assert price_sentence(two.book, small).endswith(
        "At 45,944.01 its pool reaches its liquidation threshold, and another position is liquidated."
    )
