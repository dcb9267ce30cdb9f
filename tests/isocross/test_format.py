from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.format import amounts_in, fixed, grouped, percent, price, short
from isocross.rules.market import Ladder, Market, Tier, TierKey

money = amounts_in("USDT")
coin = amounts_in("BTC")


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("1000", "1,000.00"),
        ("-270", "−270.00"),
        ("0.005", "0.00"),
        ("0.015", "0.02"),
        ("-0.001", "0.00"),
        ("-0", "0.00"),
        ("1E+3", "1,000.00"),
        ("999999.995", "1,000,000.00"),
        ("123456789012345678901234567890.125", "123,456,789,012,345,678,901,234,567,890.12"),
        ("NaN", "none"),
        ("Infinity", "none"),
        ("-1E+300", "−1.000e+300"),
        ("1E-300", "0.00"),
    ],
)
def test_money(amount, written):
    assert fixed(Decimal(amount), 2) == money(Decimal(amount)) == written


def test_money_signs_and_places():
    assert money(None) == "none"
    assert money(Decimal("-1.5"), minus="-") == "-1.50"
    assert fixed(Decimal("1.5"), 0, plus="+") == "+2"
    assert money(Decimal(0), plus="+") == "0.00"
    assert fixed(Decimal("2.5"), 0) == "2"


def test_hundred_digits_are_written_exactly():
    digits = "9" * 100
    assert money(Decimal(digits + ".25")).replace(",", "") == digits + ".25"


def test_percent():
    assert percent(Decimal("-0.3")) == "−30.0 %"
    assert percent(Decimal("-0.0004"), minus="-") == "0.0 %"
    assert percent(Decimal("3"), 0, plus="+") == "+300 %"
    assert percent(Decimal("0.98765"), 2) == "98.76 %"
    assert percent(None) == "none"


@pytest.mark.parametrize(
    ("mark", "tick", "written"),
    [
        ("6700.167504", "0.01", "6,700.17"),
        ("6601.2", "0.5", "6,601.0"),
        ("6601.3", "0.50", "6,601.50"),
        ("6603", "5", "6,605"),
        ("6603", "1E+1", "6,600"),
        ("60000", None, "60,000.00"),
        ("0.000012345", None, "0.000012345"),
        ("60000", "0", "60,000.00"),
        ("1E+300", "0.01", "1.000e+300"),
        ("0", None, "0.00"),
        ("2.3483", None, "2.3483"),
        ("2.340", None, "2.34"),
        ("56791.66666", None, "56,791.667"),
        ("123456789.123", None, "123,456,789.12"),
    ],
)
def test_price(mark, tick, written):
    assert price(Decimal(mark), None if tick is None else Decimal(tick)) == written


@pytest.mark.parametrize(
    ("opening", "grid"),
    [
        ("60000", "0.01"),
        ("101", "0.01"),
        ("99", "0.001"),
        ("1.05", "0.0001"),
        ("0.98", "0.00001"),
        ("0.0000123", "1E-9"),
    ],
)
def test_a_market_whose_tick_is_not_known_keeps_its_places_while_its_price_moves(opening, grid):
    market = Market(
        "XUSDT", Decimal(opening), Ladder((Tier(Decimal(0), Decimal("0.01"), Decimal(50)),), TierKey.NOTIONAL)
    )
    assert market.grid == Decimal(grid)
    places = {len(price(market.mark * share, market.grid).partition(".")[2]) for share in (Decimal("0.01"), 1, 7, 100)}
    assert len(places) == 1
    assert replace(market, tick=Decimal("0.5")).grid == Decimal("0.5")


def test_price_of_nothing_is_a_word():
    assert price(None) == price(Decimal("NaN"), Decimal(1)) == "none"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_money_is_within_half_a_cent(amount):
    written = Decimal(money(amount, minus="-").replace(",", ""))
    assert abs(written - amount) <= Decimal("0.005")


@given(st.decimals(allow_nan=True, allow_infinity=True), st.decimals(allow_nan=True, allow_infinity=True))
def test_nothing_a_decimal_can_be_breaks_a_figure(one, other):
    assert money(one)
    assert percent(one)
    assert price(one, other)


@pytest.mark.parametrize(
    ("number", "span", "written"),
    [
        (1000, 2000, "1,000"),
        (-1000, 2000, "−1,000"),
        (1.25, 2, "1.2"),
        (0.125, 0.5, "0.12"),
        (1_500_000, 3_000_000, "1.5M"),
        (2_000_000_000, 50_000_000_000, "2B"),
        (60_000_000, 10, "60,000,000"),
        (-0.001, 100, "0"),
    ],
)
def test_short_labels(number, span, written):
    assert short(number, span) == written


def test_a_currency_has_its_places():
    assert money(Decimal("0.125")) == "0.12"
    assert coin(Decimal("0.125")) == "0.12500000"
    assert amounts_in("usd") is not amounts_in("USDT") and amounts_in("usd") == money
    assert coin(Decimal("-0.1"), minus="-", plus="+") == "-0.10000000"
    assert coin(None) == "none"


def test_the_amounts_of_a_column_are_all_written_alike():
    held = [Decimal("-450"), Decimal("1620.5"), Decimal(0)]
    assert [money.column(held, 8)(amount) for amount in held] == ["−450.00", "1,620.50", "0.00"]
    assert [money.column(held, 7)(amount) for amount in held] == ["−450", "1,620", "0"]
    assert [coin.column(held, 10)(amount) for amount in held] == ["−450.0000", "1,620.5000", "0.0000"]
    assert money.column(held, 4) is None
    assert money.column([], 4)(Decimal(1)) == "1.00"


def test_amounts_in_little_room():
    assert (money.tight(Decimal("12.345")), coin.tight(Decimal("12.345"))) == ("12.34", "12.3450")
    assert (money.rough(Decimal("12.7")), coin.rough(Decimal("0.12345"), plus="+")) == ("13", "+0.1234")


def test_a_number_in_a_sentence_has_its_thousands_apart_and_a_real_minus():
    told = {"1234567.50": "1,234,567.5", "-1000": "−1,000", "0.00100": "0.001", "-0.5": "−0.5", "-0": "0", "12": "12"}
    assert {number: grouped(Decimal(number)) for number in told} == told
