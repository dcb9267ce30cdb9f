"""The highest leverage that lived, and how often a trigger was reached."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.figures.frame import Status
from isocross.history.crashes import crashes
from isocross.history.windows import Kind, load_window
from isocross.paths.bars import Bar, Candle
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules import catalogue as profiles
from isocross.studies import odds as counting
from isocross.studies.odds import account_odds, first_rate, odds, shown_leverage, survived_leverage, widest
from isocross.studies.walked_odds import hours_hit, walked_odds
from isocross.workspace import book_of, load_bytes, load_file, shipped

D = Decimal
HALF, ONE_PER_CENT = D("0.005"), D("0.01")


@pytest.mark.parametrize(
    ("crash", "symbol", "rate", "leverage"),
    [
        ("2020-03-12", "BTCUSDT", HALF, "1.9"),
        ("2025-10-10", "BTCUSDT", HALF, "5.8"),
        ("2025-10-10", "ETHUSDT", HALF, "4.5"),
        ("2025-10-10", "SOLUSDT", ONE_PER_CENT, "3.9"),
        ("2025-10-10", "DOGEUSDT", ONE_PER_CENT, "1.6"),
        ("2025-10-10", "AVAXUSDT", ONE_PER_CENT, "1.4"),
    ],
)
def test_the_published_leverages(crash, symbol, rate, leverage):
    falls = next(known for known in crashes() if known.id == crash).falls
    lived = survived_leverage(falls[symbol].move, rate)
    assert lived is not None
    assert f"{lived:.1f}" == leverage


def test_the_guides_three_times_stood_on_the_line_of_the_luna_week():
    assert f"{survived_leverage(D('-0.33'), HALF):.1f}" == "3.0"
    assert shown_leverage(survived_leverage(D("-0.33"), HALF)) == "2.99x"
    assert shown_leverage(survived_leverage(D(2), HALF)) == "none"
    assert shown_leverage(survived_leverage(D(0), D(0))) == "any"


def workspace(side: str, leverage: Decimal):
    return load_bytes(
        f"""
format = 1
wallet = 1000000
venue = "guide"
[[positions]]
market = "BTCUSDT"
side = "{side}"
mode = "isolated"
quantity = 1
entry = 1000
leverage = {leverage:f}
""".encode(),
        "made up",
    )


@pytest.mark.parametrize(("side", "move"), [("long", "-0.525"), ("long", "-0.168"), ("short", "0.3")])
def test_the_engine_agrees_on_both_sides_of_the_highest_leverage(side, move):
    rate = first_rate(profiles.load_profile("guide"), "BTCUSDT")
    assert rate == HALF
    lived = survived_leverage(D(move), rate)
    assert lived is not None
    for leverage, falls in ((lived * D("0.999"), False), (lived * D("1.001"), True)):
        held = workspace(side, leverage.quantize(D("0.0001")))
        frame = GlideRehearsal(book_of(held), {}).frame(D(move))
        assert (frame.positions[0].status is Status.LIQUIDATED) == falls


def test_the_venues_own_first_tier_counts():
    assert first_rate(profiles.load_profile("binance"), "BTCUSDT") == D("0.004")
    assert first_rate(profiles.load_profile("binance"), "NOSUCHUSDT") is None


# --- counts --------------------------------------------------------------------------------------

HOUR = timedelta(hours=1)
START = datetime(2024, 1, 1, tzinfo=UTC)
candles = (
    st.lists(st.integers(80, 120).map(D), min_size=4, max_size=4)
    .map(sorted)
    .map(lambda four: Candle(four[1], four[3], four[0], four[2]))
)


@pytest.mark.slow
@settings(max_examples=40)
@given(st.lists(candles, min_size=1, max_size=60), st.sampled_from([5, 30, 60]), st.booleans())
def test_the_furthest_moves_are_those_of_looking_at_every_bar(held, minutes, falling):
    bars = [Bar(START + n * timedelta(minutes=minutes), {"A": candle}) for n, candle in enumerate(held)]
    end = bars[-1].time + timedelta(minutes=minutes)
    for horizon in (HOUR, timedelta(days=1), None):
        expected = []
        for bar in bars:
            last = end if horizon is None else bar.time + horizon
            if bar.time.minute == 0 and last <= end:
                seen = [b.candles["A"] for b in bars if bar.time <= b.time < last]
                far = min(c.low for c in seen) if falling else max(c.high for c in seen)
                expected.append(far / bar.candles["A"].open - 1)
        found = counting.furthest_moves(bars, "A", end, horizon, falling)
        assert len(found) == len(expected)
        assert all(abs(a - b) < D("1e-20") for a, b in zip(found, expected, strict=True))


def test_counts_are_those_of_the_shipped_bars():
    counted = odds("BTCUSDT", D("-0.1"), Kind.MARK)
    window = load_window("2025-10-10-mark-1h")
    rows = [bar.candles["BTCUSDT"] for bar in window.bars()]
    within = sum(min(r.low for r in rows[n:]) <= row.open * D("0.9") for n, row in enumerate(rows))
    hour, day, rest = counted.reached
    assert (hour.hours, day.hours, rest.hours) == (48, 25, 48)
    assert hour.reached == sum(row.low <= row.open * D("0.9") for row in rows) == 1
    assert rest.reached == within
    assert day.share == D(day.reached) / 25


def test_no_crash_counts_twice_and_a_further_trigger_is_reached_no_more_often():
    for kind in Kind:
        assert len({window.crash for window in widest(kind)}) == len(widest(kind))
        assert all(window.kind is kind for window in widest(kind))
    for near, far in (("-0.05", "-0.2"), ("0.05", "0.2")):
        pairs = zip(odds("ETHUSDT", D(near)).reached, odds("ETHUSDT", D(far)).reached, strict=True)
        assert all(a.reached >= b.reached > 0 and a.hours == b.hours for a, b in pairs)
    assert odds("LINKUSDT", D("-0.9")).reached[0].reached == 0
    assert odds("HYPEUSDT", D("-0.1")) is None


def test_every_position_of_an_account_is_told_its_counts():
    rehearsal = GlideRehearsal(book_of(workspace("long", D(10))), {})
    ((name, words),) = account_odds(rehearsal.frame(D(0)))
    assert name == "BTC"
    assert words.startswith(
        "BTC −9.5 % from the open of an hour, 5 crash windows (futures, mark price where there is one): reached within"
    )
    assert "This counts hours of past crashes; it is not a probability. On cross" in words
    crossed = GlideRehearsal(book_of(load_file(shipped()["guide-mixed"])), {})
    (_, btc), (_, eth) = account_odds(crossed.frame(D(0)))
    assert btc.startswith("No price of BTCUSDT alone") or "On isolated, −33.0 %: within 1 hour" in btc
    assert "On isolated, −33.0 %" in btc
    assert "On cross" in eth
    ((_, other),) = account_odds(rehearsal.frame(D("-0.5")))
    assert other.startswith("It has ended already. On ")


@pytest.mark.slow
def test_an_account_is_walked_through_the_windows_with_all_its_markets_together():
    """One isolated long is hit exactly where its trigger is reached; longs of one pool are hit together, not alone."""
    book = book_of(workspace("long", D(10)))
    price = GlideRehearsal(book, {}).frame(D(0)).positions[0].liquidation_price
    for kind in (None, Kind.MARK, Kind.FUTURES):
        whole, alone = walked_odds(book, kind), odds("BTCUSDT", price / book.markets["BTCUSDT"].mark - 1, kind)
        assert [(r.hours, r.reached) for r in whole.reached] == [(r.hours, r.reached) for r in alone.reached]
    basket = book_of(load_file(shipped()["basket"]))
    whole = walked_odds(basket)
    assert whole.reached[2].reached > 0
    assert {window.kind for window in whole.crashes} == {Kind.MARK, Kind.FUTURES}
    rows = GlideRehearsal(basket, {}).frame(D(0)).positions
    moves = [(row.position.market, row.liquidation_price / row.mark - 1) for row in rows if row.liquidation_price]
    assert all(odds(market, move).reached[2].reached == 0 for market, move in moves)


def test_an_account_without_positions_is_not_counted():
    book = book_of(load_file(shipped()["basket"]))
    assert walked_odds(replace(book, positions=())) is None


@pytest.mark.slow
def test_hours_are_counted_where_coins_back_the_positions():
    book = book_of(load_file(shipped()["collateral-btc"]))
    assert {asset.market for asset in book.coin.values()} - {position.market for position in book.positions}
    found = hours_hit(book, "2022-11-08", {})
    assert found.hours
    assert 0 <= found.reached <= found.hours


@pytest.mark.slow
def test_an_account_that_other_assets_back_is_walked_with_their_prices():
    """A long is hit sooner where what backs it drops too; of what is stable no window has to have prices."""
    whole = book_of(load_file(shipped()["collateral-btc"]))
    book = replace(whole, positions=(replace(whole.positions[0], quantity=D("0.6")),))
    in_dollars = replace(book, wallet=book.opening_cash, coins=(book.coins[0], book.coins[1].held(D(0))))
    window = "2020-03-12-futures-1h"
    assert hours_hit(book, window, {}).reached > hours_hit(in_dollars, window, {}).reached == 0
    in_this_window = hours_hit(book, "2025-10-10-mark-1h", {})
    assert walked_odds(book, Kind.MARK).reached[-1] == in_this_window
