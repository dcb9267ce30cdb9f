import pickle
from datetime import date
from decimal import Decimal

import pytest

from isocross.toml.faults import Fault, Faults, shown


def test_a_fault_is_one_line():
    fault = Fault("positions[2].quantity", '"abc" is not a number', "a positive number of base units", 16, 9)
    assert str(Faults("desk.toml", [fault])) == (
        'desk.toml:16:9: positions[2].quantity: "abc" is not a number (expected a positive number of base units)'
    )


def test_a_fault_of_the_whole_file_has_no_line_and_no_key():
    assert str(Faults("desk.toml", [Fault("", "there is no such file", "")])) == "desk.toml: there is no such file"


def test_faults_stand_in_the_order_of_their_lines():
    faults = Faults("f", [Fault("b", "m", "", 9, 1), Fault("c", "m", "", 2, 5), Fault("a", "m", "", 2, 1)])
    assert [fault.key for fault in faults.faults] == ["a", "c", "b"]


def test_twenty_faults_are_shown_and_the_others_counted():
    lines = str(Faults("f", [Fault("", f"m{n}", "", n, 1) for n in range(1, 31)])).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "and 10 more"
    assert len(str(Faults("f", [Fault("", "m", "", n, 1) for n in range(1, 21)])).splitlines()) == 20


def test_no_control_character_reaches_a_terminal():
    told = str(Faults("a\x1b[2J.toml", [Fault("k\r", "m\x07\x9b", "e\u202e\udcff", 1, 1)]))
    assert told.isprintable()
    assert "a\\u001b[2J.toml" in told


def test_faults_survive_pickling():
    faults = Faults("f", [Fault("k", "m", "e", 1, 2)])
    again = pickle.loads(pickle.dumps(faults))
    assert (again.origin, again.faults) == (faults.origin, faults.faults)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("abc", '"abc"'),
        ("a\x1b", '"a\\u001b"'),
        (True, "true"),
        (12, "12"),
        (Decimal("0.10"), "0.10"),
        (Decimal("1e400000"), "1e400000"),
        (Decimal("1e-40"), "1e-40"),
        (Decimal("-inf"), "-inf"),
        (Decimal("nan"), "nan"),
        ({"a": 1}, "a table"),
        ([1], "a list"),
        (date(2026, 1, 2), "2026-01-02"),
    ],
)
def test_a_value_is_shown_as_it_was_meant(value, text):
    assert shown(value) == text


def test_long_values_are_cut():
    assert len(shown("x" * 1000)) == 42
    assert len(shown(Decimal("1." + "7" * 1000))) == 40
    assert shown(16**5000) == "a whole number of about 6000 digits"
