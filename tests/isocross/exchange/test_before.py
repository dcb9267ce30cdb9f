"""The account from before a liquidation, rebuilt from fills: what they tell, what they do not, and from when on."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from isocross.account.book import Mode, Side
from isocross.exchange.before import Unrecorded, rebuilt
from isocross.exchange.liquidations import read_record
from isocross.paths.bars import HistoryError
from isocross.studies.autopsy import candles_of, walked
from isocross.toml.faults import Faults

MS = 1760130900000  # 2025-10-10 21:15
OWN = Unrecorded(Decimal(800), Mode.CROSS, Decimal(10))


def fill(coin, quantity, price, minute, held, earned=0, liquidated=False):
    """A fill of Hyperliquid; below zero: a sale."""
    row = {"coin": coin, "px": str(price), "sz": str(abs(quantity)), "side": "B" if quantity > 0 else "A",
           "time": MS + minute * 60_000, "closedPnl": str(earned), "fee": "0", "startPosition": str(held)}  # fmt: skip
    return row | ({"liquidation": {"liquidatedUser": "0x1", "markPx": str(price)}} if liquidated else {})


def execution(quantity, price, minute, earned=0, kind="Trade"):
    """An execution of Bybit, which does not say what was held."""
    return {"symbol": "BTCUSDT", "side": "Buy" if quantity > 0 else "Sell", "execType": kind,
            "execQty": str(abs(quantity)), "execPrice": str(price), "execTime": str(MS + minute * 60_000),
            "execPnl": str(earned), "execFee": "0"}  # fmt: skip


def before(rows):
    return rebuilt(read_record(json.dumps(rows).encode(), "fills"), OWN, "fills")


def held(rows):
    return [(p.market, p.side, p.quantity, p.entry) for p in before(rows).workspace.positions]


def test_fills_from_the_first_on_give_the_mean_that_they_were_bought_at():
    rows = [
        fill("BTC", 1, 100, -30, 0),
        fill("BTC", 1, 200, -20, 1),
        fill("BTC", Decimal("-0.5"), 300, -10, 2, earned=75),
        fill("BTC", Decimal("-1.5"), 90, 0, "1.5", earned=-90, liquidated=True),
    ]
    assert held(rows) == [("BTC", Side.LONG, Decimal("1.5"), 150)]
    assert held(rows[::-1]) == held(rows)  # the last first, as venues give them


def test_a_position_from_before_the_record_is_known_by_what_closing_it_earned():
    rows = [fill("ETH", 2, 4000, 0, -3, earned=-1000, liquidated=True), fill("ETH", 1, 4000, 0, -1, earned=-500)]
    assert held(rows) == [("ETH", Side.SHORT, 3, 3500)]
    assert "by what closing it earned" in before(rows).told[0]
    assert "1 more fill after the first liquidation: not rehearsed" in before(rows).told


def test_a_position_that_was_turned_begins_at_the_fill_that_turned_it():
    rows = [fill("BTC", 1, 100, -30, 0), fill("BTC", -3, 120, -20, 1, earned=20),
            fill("BTC", 2, 150, 0, -2, earned=-60, liquidated=True)]  # fmt: skip
    assert held(rows) == [("BTC", Side.SHORT, 2, 120)]


def test_a_record_that_does_not_say_what_was_held_is_summed_and_says_so():
    opened, closed = execution(2, 100, -30), execution(-2, 80, 0, earned=-40, kind="BustTrade")
    found = before({"list": [opened, closed]})
    assert [(p.quantity, p.entry) for p in found.workspace.positions] == [(2, 100)]
    assert "by its fills, if nothing was held before them" in found.told[0]
    found = before({"list": [closed]})
    assert [(p.quantity, p.entry) for p in found.workspace.positions] == [(2, 100)]
    assert "at least, for so much was closed" in found.told[0]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([fill("BTC", -1, 90, 0, 1, earned=-10, liquidated=True), fill("SOL", 1, 200, -10, 5)],
         "SOL: the record does not hold its entry price"),
        ([{"symbol": "BTCUSDT", "avgPrice": "98000", "executedQty": "0.05", "side": "SELL", "time": MS}],
         "fills of Binance do not tell what was held before"),
    ],
)  # fmt: skip
def test_what_the_record_does_not_hold_is_named_and_nothing_is_made_up(rows, told):
    with pytest.raises(Faults) as faults:
        before(rows)
    assert told in str(faults.value)


def test_spot_and_funding_are_no_positions():
    rows = [fill("BTC", -1, 90, 0, 1, earned=-10, liquidated=True), fill("PURR/USDC", 9, 1, -5, 0)]
    assert held(rows) == [("BTC", Side.LONG, 1, 100)]
    rows = [execution(-2, 80, 0, earned=-40, kind="BustTrade"), execution(1, 1, -1, kind="Funding")]
    assert [p.quantity for p in before({"list": rows}).workspace.positions] == [2]


def test_the_walk_begins_after_the_last_fill_of_ones_own_at_the_prices_of_the_candles():
    rows = [fill("BTC", Decimal("0.05"), 113000, -75, 0),
            fill("BTC", Decimal("-0.05"), 98000, 0, "0.05", earned=-750, liquidated=True)]  # fmt: skip
    record = read_record(json.dumps(rows).encode(), "fills")
    found, (bars, title) = before(rows), candles_of(record)
    lived = walked(found, record, bars, title).rehearsal
    first = next(bar for bar in bars if bar.time >= found.since)
    assert lived.path.time(Decimal(0)) == first.time
    assert lived.book.markets["BTC"].mark == first.candles["BTCUSDT"].open
    late = replace(found, since=bars[-1].time + timedelta(days=1))
    with pytest.raises(HistoryError, match="end before the account was as it is here"):
        walked(late, record, bars, title)


def test_a_crash_that_no_shipped_history_has_is_named():
    rows = [fill("BTC", -1, 90, 60 * 24 * 9999, 1, earned=-10, liquidated=True)]
    with pytest.raises(HistoryError, match="no shipped history has 2053-"):
        candles_of(read_record(json.dumps(rows).encode(), "fills"))


def test_fills_of_who_traded_against_a_liquidation_are_no_liquidations_of_the_account():
    bought = fill("BTC", 1, 100, -30, 0, liquidated=True)
    more = fill("BTC", 1, 90, -20, 1, liquidated=True)
    own = fill("BTC", -2, 80, 0, 2, earned=-30, liquidated=True)
    record = read_record(json.dumps([bought, more, own]).encode(), "fills")
    assert [(one.side, one.quantity) for one in record.fills] == [("long", 2)]
    with pytest.raises(Faults, match="no liquidation in this record"):
        read_record(json.dumps([bought, more]).encode(), "fills")


# a liquidation of 2025-06-21 and its counterpart, as public node data has them (Allium's table of Hyperliquid's fills)
TAKEN_OVER = {"coin": "ETH", "px": "2316.0", "sz": "0.1037", "time": 1750541100096, "dir": "Liquidated Isolated Long",
              "liquidation": {"liquidatedUser": "0x4e8ffa69c78d7a067e1795fbe16a5c80c90b6c05", "markPx": "2323.3",
                              "method": "backstop"}}  # fmt: skip


def test_who_takes_a_position_over_has_the_words_of_who_was_liquidated_and_was_not():
    own = TAKEN_OVER | {"side": "A", "closedPnl": "-9.94483", "fee": "0.0", "startPosition": "0.1037"}
    other = TAKEN_OVER | {"side": "B", "closedPnl": "0.0"}
    (found,) = read_record(json.dumps([own]).encode(), "fills").fills
    assert (found.side, found.quantity, found.mark) == ("long", Decimal("0.1037"), Decimal("2323.3"))
    with pytest.raises(Faults, match="no liquidation in this record"):
        read_record(json.dumps([other]).encode(), "fills")
