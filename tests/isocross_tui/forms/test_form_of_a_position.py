from decimal import Decimal

import pytest

from isocross.desk.state import State
from isocross.workspace import load_file, shipped
from isocross_tui.forms.account import NotReadableError, read_position

VALUES = {
    "market": "BTCUSDT",
    "side": "long",
    "mode": "isolated",
    "quantity": "0.1",
    "entry": "60000",
    "leverage": "10",
    "margin": "-5",
}


def test_a_margin_of_zero_or_below_is_one_of_an_isolated_position():
    state = State.opened(load_file(shipped()["guide-cross"]))
    assert read_position(VALUES, state, None).margin == Decimal(-5)
    assert read_position(VALUES | {"margin": "0"}, state, None).margin == 0
    with pytest.raises(NotReadableError, match="margin: it must be above zero"):
        read_position(VALUES | {"mode": "cross"}, state, None)
    with pytest.raises(NotReadableError, match="margin: "):
        read_position(VALUES | {"margin": "much"}, state, None)
