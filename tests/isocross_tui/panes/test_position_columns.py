"""The columns of the positions stand still while the price moves."""

from decimal import Decimal

import pytest

from isocross.desk.actions.shock import ShockTo
from tests.journeys.screen import room

SIZES = ((80, 24), (120, 36))


@pytest.mark.parametrize("source", ["guide-mixed", "basket"])
async def test_no_column_comes_goes_or_moves_from_step_to_step(source):
    async with room(source, SIZES[0]) as desk:
        for size in SIZES:
            await desk.pilot.resize_terminal(*size)
            await desk.settle()
            titles = set()
            for per_cent in range(-90, 100, 5):
                desk.desk.store.dispatch(ShockTo(Decimal(per_cent) / 100))
                titles.add(desk.drawn("#positions-table")[0])
            assert len(titles) == 1, titles
            assert "joint" in titles.pop()
