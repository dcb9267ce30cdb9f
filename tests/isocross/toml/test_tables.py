from decimal import Decimal

import pytest

from isocross.toml.amounts import as_number
from isocross.toml.tables import FlawKind, Table, key, read, truth


class Leg(Table):
    move: Decimal = key(as_number, "a number", name="by")
    jump: bool = key(truth, "true or false", default=False)
    share: Decimal | None = key(as_number, "a number", default=None)


class Named(Leg):
    name: str = key(None, "anything")


def test_values_are_by_attribute_and_what_is_left_out_is_there():
    assert read(Leg, {"by": 1}) == ({"move": Decimal(1), "jump": False, "share": None}, [])
    assert read(Leg, {"by": 1, "share": None})[0]["share"] is None


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_keys():
    _, flaws = read(Leg, {"move": 1, "share": "x", "jump": 1})
    assert [(flaw.kind, flaw.name) for flaw in flaws] == [
        (FlawKind.MISSING, "by"),
        (FlawKind.UNFIT, "jump"),
        (FlawKind.UNFIT, "share"),
        (FlawKind.UNKNOWN, "move"),
    ]
    assert flaws[2].why.message == '"x" is not a number'


def test_a_key_without_a_default_may_not_be_none():
    _, [flaw] = read(Leg, {"by": None})
    assert flaw.why.message == "None is not a number"


def test_a_table_adds_keys_to_those_it_is_made_from():
    assert list(Named.keys) == ["move", "jump", "share", "name"]
    assert list(Leg.keys) == ["move", "jump", "share"]


def test_tables_of_the_same_values_are_equal_and_never_change():
    one, other = (Leg(read(Leg, {"by": 1})[0]) for _ in range(2))
    assert one == other
    assert hash(one) == hash(other)
    assert one != Leg(read(Leg, {"by": 2})[0])
    assert one != Named({**vars(one)})
    with pytest.raises(AttributeError, match="cannot be set"):
        one.move = Decimal(2)
