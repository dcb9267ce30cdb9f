"""An hour of a live account that walks sixty times as fast, on the desk: memory stays flat, and nothing drifts."""

import gc
import json
from decimal import Decimal

import pytest

pytest.importorskip("aiohttp", reason="the venue to test against needs aiohttp: pip install 'isocross[live]'")

from click.testing import CliRunner

from isocross.desk import selectors
from isocross.live.following import Following
from isocross.live.sources import source_named
from isocross.live.walking import walk_of
from isocross.money import text
from isocross.workspace.load import Source
from isocross.workspace.resolve import load
from isocross_tui.app import Desk
from isocross_tui.cli.main import main
from isocross_tui.serve.venue import VENUES
from tests.isocross.live.loopback import on_loopback
from tests.journeys.screen import Room

ADDRESS = "hyperliquid:0x" + "a" * 40
EVERY_S = 30
ROUNDS = 3600 // EVERY_S
WARM = ROUNDS // 3
"""Rounds after which everything that is kept is there."""
FILE = """
format = 1
name = "walker"
venue = "hyperliquid"
currency = "USDC"
wallet = 9000
positions = [
  { id = "btc", market = "BTC", side = "short", mode = "cross", quantity = 0.05, entry = 113000, leverage = 20 },
  { id = "eth", market = "ETH", side = "long", mode = "isolated", quantity = 1, entry = 3900, leverage = 10 },
  { id = "sol", market = "SOL", side = "long", mode = "cross", quantity = 10, entry = 190, leverage = 5 },
]
"""


def objects() -> int:
    gc.collect()
    return len(gc.get_objects())


@pytest.mark.slow
async def test_an_hour_leaves_memory_flat_and_the_saved_book_reports_what_the_desk_shows(tmp_path):
    now = [1_800_000_000.0]
    walk = walk_of(load(FILE), "hyperliquid", "crash-2025-10-10", Decimal(60), lambda: now[0])
    with on_loopback(VENUES["hyperliquid"](walk).app()) as url:
        following = Following(source_named(ADDRESS, url, lambda: now[0]), EVERY_S, lambda: now[0])
        assert following.ask()
        desk = Desk(Source(following.reading.imported.workspace), following=following)
        async with desk.run_test(size=(80, 24)) as pilot:
            kept, equities = [], set()
            for round_ in range(ROUNDS):
                now[0] += EVERY_S
                assert following.ask(), following.trouble
                desk.live._answered()
                if round_ % 10 == 0:
                    await pilot.pause()
                frame = selectors.frame(desk.state)
                equities.add(text(frame.account.equity))
                there = {each.position.market: each.mark for each in walk.frame.positions if not each.ended}
                here = {each.position.market: each.mark for each in frame.positions}
                assert here.keys() == there.keys()
                assert all(abs(mark / there[market] - 1) < Decimal("1e-12") for market, mark in here.items())
                if round_ in (WARM, ROUNDS - 1):
                    kept.append(objects())
            assert following.words == "live 0 s ago"
            assert desk.state.live == "live 0 s ago"
            file = tmp_path / "saved.toml"
            sitting = Room(desk, pilot)
            await sitting.press("s", "ctrl+u")
            await sitting.type(str(file))
            await sitting.press("enter")
            shown = selectors.frame(desk.state)
    assert len(equities) > ROUNDS / 3
    assert kept[1] < kept[0] * 1.02

    told = json.loads(CliRunner().invoke(main, ["report", str(file), "--json"]).stdout)
    assert told["account"]["equity"] == text(shown.account.equity)
    assert [(row["market"], row["liquidation_price"]) for row in told["positions"]] == [
        (row.position.market, None if row.liquidation_price is None else text(row.liquidation_price))
        for row in shown.positions
    ]
