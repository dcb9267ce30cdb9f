"""A user's own prices: what is read, and what every fault says."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count, islice

import pytest

from isocross.history.prices_csv import read_prices
from isocross.history.windows import load_window
from isocross.toml.faults import Faults

D = Decimal
HEAD = "time,symbol,open,high,low,close\n"


def read(text: str, symbol: str | None = None):
    return list(read_prices(io.StringIO(text), symbol))


def refused(text: str, symbol: str | None = None) -> str:
    with pytest.raises(Faults) as error:
        read(text, symbol)
    return str(error.value)


def test_a_window_written_as_csv_is_read_back_equal(tmp_path):
    window = load_window("2025-10-10-mark-1h")
    lines = [
        f"{bar.time.isoformat()},{symbol},{c.open},{c.high},{c.low},{c.close}\r\n"
        for bar in window.bars()
        for symbol, c in bar.candles.items()
    ]
    path = tmp_path / "mark.csv"
    path.write_bytes(("\ufeff" + HEAD + "\r\n" + "".join(lines)).encode())
    assert list(read_prices(path)) == list(window.bars())
    only = list(read_prices(str(path), "SOLUSDT"))
    assert [bar.candles for bar in only] == [{"SOLUSDT": bar.candles["SOLUSDT"]} for bar in window.bars()]


@pytest.mark.parametrize(
    "written",
    [
        "2020-03-11T00:00:00Z",
        "2020-03-11 00:00",
        "2020-03-11",
        "2020-03-11T02:00:00+02:00",
        "1583884800",
        "1583884800.0",
        "1583884800000",
        "1583884800000000",
        '" 1583884800 "',
    ],
)
def test_times_are_iso_or_counts_since_1970(written):
    (bar,) = read(f"Open_Time,Volume,CLOSE,Low,High,Open\n{written},7,2,1,3,1.5\n", "BTCUSDT")
    assert bar.time == datetime(2020, 3, 11, tzinfo=UTC)
    candle = bar.candles["BTCUSDT"]
    assert (candle.open, candle.high, candle.low, candle.close) == (D("1.5"), 3, 1, 2)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("2020-01-01,A,1,2,1\n", "prices:2: this line has 5 cells (expected 6, as the header)"),
        ("20200101,A,1,2,1,1\n", 'prices:2:1: time: "20200101" is not a time (expected ISO 8601'),
        ("2020-13-01,A,1,2,1,1\n", 'prices:2:1: time: "2020-13-01" is not a time'),
        ('2020-01-01,"A",1,x,1,1\n', 'prices:2:18: high: "x" is not a number (expected a number with a point'),
        ("2020-01-01,A,,2,1,1\n", "prices:2:14: open: is missing"),
        ("2020-01-01,A,1,NaN,1,1\n", 'prices:2:16: high: "NaN" is not a number'),
        ("2020-01-01,A,1,inf,1,1\n", 'prices:2:16: high: "inf" is not a number'),
        ("2020-01-01,A,1,1_0,1,1\n", 'prices:2:16: high: "1_0" is not a number'),
        ("2020-01-01,A,1,٣,1,1\n", 'prices:2:16: high: "٣" is not a number'),
        ("2020-01-01,A,0,2,0,1\n", 'prices:2:14: open: "0" is not a price (expected a number above zero'),
        ("2020-01-01,A,1,1e99,1,1\n", 'prices:2:16: high: "1e99" is not a price'),
        (f"2020-01-01,A,1,1.{'1' * 40},1,1\n", "has too many digits (expected at most 40)"),
        ("2020-01-01,A,1,2,1.5,1\n", "prices:2:18: low: 1.5 is above the open of 1 (expected the lowest of the four)"),
        ("2020-01-01,A,1,2,1,3\n", "prices:2:16: high: 2 is below the close of 3 (expected the highest of the four)"),
        ("2020-01-01,,1,2,1,1\n", "prices:2:12: symbol: is missing (expected a market such as BTCUSDT)"),
        (
            "2020-01-02,A,1,2,1,1\n\n2020-01-01,A,1,2,1,1\n",
            "prices:4:1: time: 2020-01-01T00:00:00Z is before 2020-01-02",
        ),
        ("2020-01-02,A,1,2,1,1\n2020-01-02,A,1,2,1,1\n", 'prices:3: "A" is there twice at this time'),
        (
            "2020-01-01,A,1,2,1,1\n2020-01-01,B,1,2,1,1\n2020-01-02,A,1,2,1,1\n",
            "prices:4: the bar of 2020-01-02T00:00:00Z that begins here lacks B (expected the markets of the first bar",
        ),
        ("2020-01-01,A,1,2,1,1\n2020-01-02,B,1,2,1,1\n", "lacks A and has B besides"),
        ('2020-01-01,"A,1,2,1,1\n', "this is not CSV: unexpected end of data"),
        ("2020-01-01,A,1,2,1,1" + " " * 5000, "prices:2: this line is far too long"),
        ("2020-01-01,A\x1b[31m,1,0,1,1\n", "prices:2:21: high"),
        ("", "there are no prices (expected at least one line below the header)"),
    ],
)
def test_a_fault_says_line_column_value_and_what_was_expected(body, told):
    message = refused(HEAD + body)
    assert message.startswith("the prices:")
    assert told in message
    assert message.replace("\n", "").isprintable()


def test_everything_wrong_in_a_line_is_told_at_once():
    message = refused(HEAD + "2020-01-01,,-1,x,1,\n")
    assert [line.split(": ")[1] for line in message.splitlines()] == ["symbol", "open", "high", "close"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the header is missing"),
        ("time,open,high,low,close\n2020-01-01,1,2,1,1\n", "no symbol; without a column symbol, say which market"),
        ("time,symbol,opne,high,low,close\n", 'the header has no open; did you mean "opne"?'),
        ("time,date,symbol,open,high,low,close\n", "the column time is there twice"),
        ("time;symbol;open;high;low;close\n", "the header has no time, symbol, open"),
    ],
)
def test_a_bad_header_is_refused(text, told):
    assert told in refused(text)


def test_a_market_that_is_not_there_and_a_file_that_is_not_there():
    assert 'there are no prices of "ETH"' in refused(HEAD + "2020-01-01,A,1,2,1,1\n", "ETH")
    for path in ("/nowhere/prices.csv", "/"):
        with pytest.raises(Faults, match=r"cannot be read|no such file|is a folder"):
            list(read_prices(path))


def test_bytes_that_are_no_text_are_refused():
    bad = HEAD.encode() + b"2020-01-01,A,1,2,1,\xff\n"
    for stream, told in (
        (io.BytesIO(bad), "prices:2:20: close"),
        (io.TextIOWrapper(io.BytesIO(bad)), "a text in UTF-8"),
    ):
        with pytest.raises(Faults, match=told):
            list(read_prices(stream))


class Endless(io.StringIO):
    """Prices without an end."""

    def __init__(self):
        self.lines = (f"{n},1,2,1,1\n" for n in count(1_600_000_000, 60))
        self.first = True

    def readline(self, size=-1):
        if self.first:
            self.first = False
            return "time,open,high,low,close\n"
        return next(self.lines)


def test_bars_come_while_the_file_is_read():
    bars = list(islice(read_prices(Endless(), "BTC"), 1000))
    assert len(bars) == 1000
    assert (bars[-1].time - bars[0].time).total_seconds() == 999 * 60
