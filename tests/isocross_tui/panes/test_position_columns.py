"""The columns of the positions stand still, whatever happens to the account."""

from decimal import Decimal

import pytest

from isocross.desk.actions.account import Flip, FlipAll
from isocross.desk.actions.shock import ShockTo
from isocross.desk.actions.venue import SetVenue
from isocross_tui.panes.columns import COLUMNS, layout
from tests.journeys.screen import Room, room

SIZES = ((80, 24), (120, 36))
VENUES = ("bybit", "okx", "hyperliquid", "coinex")
ALWAYS = {"PnL", "liq", "away"}
WIDE = {"size", "entry", "mark", "lev", "PnL", "liq", "away"}


async def titles_after(desk: Room) -> set[str]:
    titles = set()
    for per_cent in (-90, -33, -5, 0, 60):
        desk.desk.store.dispatch(ShockTo(Decimal(per_cent) / 100))
        titles.add(desk.drawn("#positions-table")[0])
    for action in (Flip(), FlipAll(), *map(SetVenue, VENUES)):
        desk.desk.store.dispatch(action)
        await desk.settle()
        titles.add(desk.drawn("#positions-table")[0])
    return titles


@pytest.mark.slow
@pytest.mark.parametrize("source", ["guide-mixed", "inverse"])
async def test_no_column_comes_goes_or_moves_at_a_price_a_flip_or_a_venue(source):
    async with room(source, SIZES[0]) as desk:
        for size in SIZES:
            await desk.pilot.resize_terminal(*size)
            await desk.settle()
            titles = await titles_after(desk)
            assert len(titles) == 1, titles
            assert (ALWAYS if size == SIZES[0] else WIDE) <= {*titles.pop().split()}


NAMED = {"no names": (), "names": ("p0", "eth-long", "a-position-of-a-long-name")}


@pytest.mark.parametrize("ids", NAMED.values(), ids=NAMED)
@pytest.mark.parametrize("width", range(40, 300, 7))
def test_what_has_room_fits_and_what_matters_most_is_there(width, ids):
    laid = layout(width, ["BTC", "1000PEPE"], ids)
    assert sum(column.width + 1 for column in laid.columns) <= width - 2
    assert all(len(column.title) <= column.width and column.fixed for column in laid.columns)
    assert [column.key for column in laid.columns] == [c.key for c in COLUMNS if c.key in {k.key for k in laid.columns}]
    keys = {column.key for column in laid.columns}
    if width >= 81:
        wanted = {"market", "side", "mode", "size", "entry", "mark", "leverage", "pnl", "liquidation", "distance"}
        assert wanted | {"bar"} | ({"position"} if ids else set()) <= keys
    if width >= 43:
        assert {"market", "side", "mode", "pnl", "liquidation", "distance"} <= keys


COIN_MARGINED = """
venue = "bybit"
account = "unified"
wallet = 5000
[[assets]]
asset = "BTC"
balance = 0.5
[[markets]]
symbol = "BTCUSD"
mark = 60000
[[positions]]
market = "BTCUSD"
side = "short"
mode = "cross"
quantity = 30000
entry = 62000
leverage = 10
"""


async def test_what_settles_in_another_asset_is_written_with_its_digits_and_where_there_is_room_its_name(tmp_path):
    source = tmp_path / "coin.toml"
    source.write_text(COIN_MARGINED)
    async with room(str(source), (120, 36)) as desk:
        # 30,000 × (1 ÷ 60,000 − 1 ÷ 62,000) BTC
        assert "0.016129" in desk.drawn("#positions-table")[1]
        await desk.pilot.resize_terminal(200, 60)
        await desk.settle()
        assert "0.0161 BTC" in desk.drawn("#positions-table")[1]
