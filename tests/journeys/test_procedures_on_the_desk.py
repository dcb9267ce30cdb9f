"""Resting orders, margin drawn by itself and the queue for deleveraging, as they are seen on the desk."""

from decimal import Decimal

from isocross_tui.commands import BY_ID
from isocross_tui.screens.tell import Tell
from tests.journeys.screen import room, workspace_file

ACCOUNT = """
wallet = 2000
venue = "bybit"

[[positions]]
id = "long"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 0.02
entry = 60000
leverage = 10

[[positions]]
id = "alone"
market = "ETHUSDT"
side = "long"
mode = "isolated"
quantity = 1
entry = 3000
leverage = 10

[[orders]]
market = "BTCUSDT"
side = "long"
quantity = 0.01
price = 50000
"""


async def test_orders_drawn_margin_and_lights_are_seen_and_explained(tmp_path):
    async with room(workspace_file(tmp_path, ACCOUNT), (200, 60)) as desk:
        assert "orders 50.00 1 resting" in " ".join(desk.said("#pool-cash").split())
        assert desk.frame.account.available == 1530

        await desk.press("down")
        desk.desk.do(BY_ID["margin.auto"])
        await desk.settle()
        assert "draws margin by itself at its liquidation threshold now" in desk.words
        assert "isolated+" in desk.row("ETH")
        await desk.press("e", "enter")
        assert desk.position("alone").position.auto_margin

        await desk.shock_to(-30)
        assert "ETH draws 300" in desk.words
        await desk.shock_to(20)
        assert desk.position("long").adl.rank == 1
        assert "*****" in desk.row("BTC")
        await desk.press("w")
        assert isinstance(desk.desk.screen, Tell)
        assert "number 1 of this account's winning longs" in desk.words
        assert "the venue ranks it" in desk.words
        await desk.press("escape", "v")
        assert "rehearsed anyway" in desk.words
        assert desk.frame.account.wallet == Decimal(2000)
