"""The shipped windows: every digit as it was published, and an index that needs no price."""

import hashlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.history import windows as shipped
from isocross.history.windows import FOLDER, Kind, UnknownWindowError, load_window, pack, unpack, window_ids, windows
from isocross.paths.bars import Bar, Candle

D = Decimal
MAIN = (
    "2020-03-12",
    "2021-04-18",
    "2021-05-19",
    "2021-09-07",
    "2022-05-11",
    "2022-06-12",
    "2022-11-08",
    "2023-08-17",
    "2024-08-05",
    "2025-10-10",
    "2026-02-05",
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def plain(price: Decimal) -> str:
    return f"{price.normalize():f}"


def test_every_window_is_listed_once_and_has_its_file():
    assert len(window_ids()) == len(set(window_ids())) == 33
    assert {path.stem for path in FOLDER.glob("*.gz")} == set(window_ids())
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 600_000
    assert tuple(dict.fromkeys(window.crash for window in windows())) == MAIN
    assert set(MAIN) <= set(window_ids())


def test_listing_the_windows_reads_no_price(monkeypatch):
    def read(packed):
        raise AssertionError("a price was read")

    monkeypatch.setattr(shipped, "unpack", read)
    shipped.index.cache_clear()
    windows.cache_clear()
    assert all(info.provenance and info.licence and info.title for info in windows())
    assert load_window("2025-10-10-mark-1h").kind is Kind.MARK


@pytest.mark.slow
@pytest.mark.parametrize("window_id", window_ids())
def test_the_prices_are_those_that_were_published(window_id):
    window = load_window(window_id)
    digest = hashlib.sha256(b"time,symbol,open,high,low,close\n")
    count, last = 0, None
    for bar in window.bars():
        time = bar.time.strftime("%Y-%m-%dT%H:%M:%SZ")
        for symbol, c in bar.candles.items():
            prices = ",".join(map(plain, (c.open, c.high, c.low, c.close)))
            digest.update(f"{time},{symbol},{prices}\n".encode())
            assert 0 < c.low <= min(c.open, c.close) <= max(c.open, c.close) <= c.high
        assert tuple(bar.candles) == window.symbols
        assert last is None or bar.time > last
        count, last = count + 1, bar.time
    assert digest.hexdigest() == window.sha256
    assert count == window.length
    assert last is not None
    assert last + window.interval == window.end
    assert next(window.bars()).time == window.start


@pytest.mark.parametrize(
    ("window_id", "symbol", "time", "low"),
    [
        ("2020-03-12", "BTCUSDT", utc(2020, 3, 13, 2), "3782.13"),
        ("2020-03-12", "LINKUSDT", utc(2020, 3, 12, 10), "0.0001"),
        ("2020-03-12-futures-1h", "BTCUSDT", utc(2020, 3, 13, 2), "3621.81"),
        ("2021-05-19-spot-1m", "DOGEUSDT", utc(2021, 5, 19, 12, 54), "0.21111"),
        ("2022-11-08", "SOLUSDT", utc(2022, 11, 9, 21), "9.423"),
        ("2025-10-10", "DOGEUSDT", utc(2025, 10, 10, 21, 20), "0.08385"),
        ("2025-10-10-mark-1h", "DOGEUSDT", utc(2025, 10, 10, 21), "0.08867"),
        ("2025-10-10-spot-5m", "BTCUSDT", utc(2025, 10, 10, 21, 20), "102000"),
    ],
)
def test_the_lows_that_are_known_from_elsewhere_are_there(window_id, symbol, time, low):
    (bar,) = (bar for bar in load_window(window_id).bars() if bar.time == time)
    assert abs(bar.candles[symbol].low - D(low)) < D("0.00001")


def test_the_gap_of_an_exchange_that_was_down_stays_a_gap():
    window = load_window("2021-04-18-spot-1h")
    times = [bar.time for bar in window.bars()]
    gaps = [time for time, after in pairwise(times) if after - time != window.interval]
    assert gaps == [utc(2021, 4, 20, 1)]


def test_an_unknown_window_is_refused_with_those_there_are():
    with pytest.raises(
        UnknownWindowError, match=r'no window "luna" \(expected one of 2020-03-12, .*isocross history lists them'
    ):
        load_window("luna")


prices = st.decimals("0.0001", "99999.9999", places=4)
candles = st.builds(
    lambda four, places: Candle(*(D(p).quantize(D(1).scaleb(-places)) for p in (four[1], four[3], four[0], four[2]))),
    st.lists(prices, min_size=4, max_size=4).map(sorted),
    st.integers(0, 4),
)


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(st.tuples(candles, candles), min_size=1, max_size=6), st.integers(1, 10_000))
def test_packing_loses_no_digit(rows, step):
    start = utc(2020, 1, 1)
    bars = tuple(Bar(start + n * timedelta(seconds=step), {"AUSDT": a, "BUSDT": b}) for n, (a, b) in enumerate(rows))
    assert unpack(pack(bars)) == bars
