"""A shock as people write it."""

from decimal import Decimal

import pytest

from isocross.paths.shock import ShockError, parse_move, parse_part, parse_shock

D = Decimal
MARKETS = ("BTCUSDT", "ETHUSDT")


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("-30%", "-0.3"),
        ("-0.3", "-0.3"),
        ("+25%", "0.25"),
        ("25%", "0.25"),
        ("0", "0"),
        ("300%", "3"),
        (" -7.5 % ", "-0.075"),
        ("−30%", "-0.3"),
        ("-99.999999%", "-0.99999999"),
        (".5", "0.5"),
        ("1e-3", "0.001"),
    ],
)
def test_a_common_move_is_a_percentage_or_a_fraction(text, move):
    assert parse_shock(text, MARKETS) == D(move)


@pytest.mark.parametrize("text", ["-100%", "-1", "-1.5", "-250%"])
def test_a_common_move_that_leaves_no_price_is_refused(text):
    with pytest.raises(ShockError, match="would leave no price"):
        parse_shock(text, MARKETS)


@pytest.mark.parametrize(
    "text", ["", "%", "down", "-30%%", "nan", "inf", "-Infinity", "3 0 x", "1/2", "1e99999", "1,5"]
)
def test_what_is_not_a_move_is_refused_with_an_example(text):
    with pytest.raises(ShockError, match="is not a move: expected one like -30%"):
        parse_shock(text, MARKETS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("30", "'30' would be +3,000%: expected 30% or 0.3"),
        ("-30", "'-30' would be -3,000%: expected -30% or -0.3"),
        ("5.1", "'5.1' would be +510%: expected 5.1% or 0.051"),
        ("1001", "'1001' would be +100,100%: expected 1001% or 10.01"),
        ("BTCUSDT=-30", "'-30' would be -3,000%: expected -30% or -0.3"),
    ],
)
def test_a_number_whose_per_cent_sign_was_forgotten_is_refused_with_both_spellings(text, told):
    with pytest.raises(ShockError) as caught:
        parse_shock(text, MARKETS)
    assert str(caught.value) == told
    assert parse_shock("5", MARKETS) == D(5)
    assert parse_part("30") == D(30)


@pytest.mark.parametrize("text", ["100001%", "BTCUSDT=200000%"])
def test_a_slip_of_the_pen_is_refused(text):
    with pytest.raises(ShockError, match="beyond"):
        parse_shock(text, MARKETS)


def test_single_markets_are_named_with_their_ends():
    assert parse_shock("BTCUSDT=-30%,ETHUSDT=+5%", MARKETS) == {"BTCUSDT": D("-0.3"), "ETHUSDT": D("0.05")}
    assert parse_shock(" BTCUSDT = -0.3 , ETHUSDT = 5 % ", MARKETS) == {"BTCUSDT": D("-0.3"), "ETHUSDT": D("0.05")}
    assert parse_shock("ETHUSDT=5%", MARKETS) == {"ETHUSDT": D("0.05")}


def test_a_single_market_may_fall_by_everything():
    assert parse_shock("BTCUSDT=-100%", MARKETS) == {"BTCUSDT": D(-1)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SOLUSDT=-30%", "no market 'SOLUSDT': expected one of BTCUSDT, ETHUSDT"),
        ("btcusdt=-30%", "no market 'btcusdt'"),
        ("BTCUSDT=-30%,BTCUSDT=1%", "BTCUSDT is named twice"),
        ("BTCUSDT=", "'' is not a move"),
        ("BTCUSDT=-30%,", "no market ''"),
        ("BTCUSDT=-30%,5%", "no market '5%'"),
        ("BTCUSDT=-30%=5%", "is not a move"),
    ],
)
def test_what_is_wrong_with_single_markets_is_said(text, message):
    with pytest.raises(ShockError, match=message):
        parse_shock(text, MARKETS)


def test_the_ends_of_single_markets_cannot_be_changed():
    with pytest.raises(TypeError):
        parse_shock("ETHUSDT=5%", MARKETS)["ETHUSDT"] = D(1)


def test_a_move_is_exact_to_its_last_digit():
    assert parse_move("0.1234567890123456789012345678901234567") == D("0.1234567890123456789012345678901234567")
    assert parse_shock("-12.34567890123456789012345678901234567%", MARKETS) == D(
        "-0.1234567890123456789012345678901234567"
    )
