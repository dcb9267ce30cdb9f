"""Numbers of the command line: each that cannot be used is refused in words, and what was expected is named."""

from decimal import Decimal

import click
import pytest
from click.testing import CliRunner

from isocross_tui.cli.main import main
from isocross_tui.cli.numbers import Number, Whole

D = Decimal


def refused(kind, value):
    with pytest.raises(click.BadParameter) as refusal:
        kind.convert(value, None, None)
    return refusal.value.message


@pytest.mark.parametrize(
    "value", ["x", "", "2.5", "1e2", "0x10", "1_0", "１２", "nan", "inf", "1", "402", "-3", "9" * 41, "9" * 9999]
)
def test_what_is_no_whole_number_within_its_bounds_is_refused(value):
    told = refused(Whole(2, 401), value)
    assert told.endswith(" is not a whole number from 2 to 401")
    assert len(told) < 150


def test_a_whole_number_is_read_with_its_sign_and_spaces():
    assert [Whole(2, 401).convert(value, None, None) for value in ("2", " 401 ", "+7", 9)] == [2, 401, 7, 9]
    assert refused(Whole(1), "0") == "'0' is not a whole number of at least 1"
    assert refused(Whole(1), "1000000001") == "'1000000001' is too large: expected at most 1,000,000,000"


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (Number("0.1", "20"), "x", "'x' is not a number from 0.1 to 20"),
        (Number("0.1", "20"), "nan", "'nan' is not a number from 0.1 to 20"),
        (Number("0.1", "20"), "inf", "'inf' is not a number from 0.1 to 20"),
        (Number("0.1", "20"), "0.09", "'0.09' is not a number from 0.1 to 20"),
        (Number("0.1", "20"), "20.1", "'20.1' is not a number from 0.1 to 20"),
        (Number("1"), "0", "'0' is not a number of at least 1"),
        (Number(above="0"), "0", "'0' is not a number above 0"),
        (Number(above="0"), "1_000", "'1_000' is not a number above 0"),
        (Number(), "ten", "'ten' is not a number"),
        (Number(above="0"), "1e30", "'1e30' is too large or too fine: expected a number above 0"),
        (Number(), "1e-30", "'1e-30' is too large or too fine: expected a number"),
    ],
)
def test_what_is_no_number_within_its_bounds_is_refused(kind, value, told):
    assert refused(kind, value) == told


def test_a_number_is_exact():
    assert Number("0").convert("0.1", None, None) == D("0.1")
    assert Number().convert("-1.5e3", None, None) == -1500


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("frontier", "guide-cross", "--cells", "many"), "'--cells': 'many' is not a whole number from 2 to 401"),
        (("sweep", "x", "--shocks", "y", "-o", "z", "--workers", "0"), "'0' is not a whole number from 1 to 64"),
        (("cast", "guide-cross", "-o", "a.cast", "--pace", "nan"), "'--pace': 'nan' is not a number from 0.1 to 20"),
        (("serve", "web", "--idle", "inf"), "'--idle': 'inf' is not a number of at least 1"),
        (("serve", "web", "--port", "65536"), "'--port': '65536' is not a whole number from 0 to 65,535"),
        (("serve", "ssh", "--visits", "1e3"), "'--visits': '1e3' is not a whole number from 1 to 64"),
        (("serve", "web", "--window", f"{'9' * 5000}x90"), "is not a valid size: expected 80x24 to 9999x9999"),
        (
            ("venue", "bybit", "--account", "x", "--speed", "fast"),
            "'fast' is not a number from 0 to 100,000",
        ),
        (("import", "x", "--wallet", "1,000"), "'--wallet': '1,000' is not a number"),
        (("autopsy", "x", "--leverage", "0"), "'--leverage': '0' is not a number above 0"),
        (("autopsy", "x", "--stop", "BTC=no"), "'--stop': 'no' is not a number above 0"),
        (
            ("adl", "all", "x", "--market", "BTC", "--shock", "-3%", "--fund", "-1"),
            "'-1' is not a number of at least 0",
        ),
    ],
)
def test_commands_refuse_numbers_in_words(words, told):
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == 2
    assert told in result.stderr


@pytest.mark.parametrize("words", [("frontier",), ("serve", "web"), ("serve", "ssh"), ("cast",), ("venue",)])
def test_a_help_text_tells_the_bounds_in_words(words):
    told = CliRunner().invoke(main, [*words, "--help"]).stdout
    assert "RANGE" not in told
    assert "<=x" not in told
    assert "[default:" not in told
