"""Figures of the table fit into their columns, and say as much as fits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross_tui.panes.rows import fitted_number, fitted_price


@pytest.mark.parametrize(
    ("number", "width", "written"),
    [("-143999.82", 7, "−144.0k"), ("-1439818", 7, "−1.44M"), ("0.0000123", 8, "0.000012"), ("12", 5, "12.00")],
)
def test_a_number_has_as_many_places_as_fit(number: str, width: int, written: str):
    assert fitted_number(Decimal(number), width) == written


@given(st.decimals("1e-9", "1e13", allow_nan=False), st.integers(6, 12))
def test_every_price_fits(mark: Decimal, width: int):
    assert len(fitted_price(mark, Decimal("0.01"), width)) <= width
