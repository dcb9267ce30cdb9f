"""The pool tells whose threshold it shows, and is not at risk where only an isolated position is."""

from isocross.desk import selectors
from tests.journeys.screen import room, workspace_file

MIXED = """
venue = "guide"
wallet = 5000
positions = [
  { id = "btc", market = "BTCUSDT", side = "long", mode = "cross", quantity = 0.01, entry = 60000, leverage = 10 },
  { id = "eth", market = "ETHUSDT", side = "long", mode = "isolated", quantity = 1, entry = 3000, leverage = 10 },
]
[scenario]
shock = -0.05
"""


async def test_a_threshold_is_the_pools_or_says_whose_it_is(tmp_path):
    async with room(workspace_file(tmp_path, MIXED), (120, 60)) as desk:
        account = selectors.frame(desk.state).account
        assert desk.figure("threshold") == round(account.pool_maintenance_margin, 2)
        assert desk.pane("#pool")[0].count("at risk") == 0
        assert "ETH is" in desk.said("#pool-sentence")
        await desk.press("down")
        eth = selectors.selected_frame(desk.state)
        assert desk.figure("threshold") == round(eth.maintenance_margin, 2)
        assert "ETH 9.5 %" in desk.said("#pool-cash")
        # liquidated, it has no threshold any more
        await desk.shock_to(-20)
        account = selectors.frame(desk.state).account
        assert selectors.selected_frame(desk.state).ended
        assert desk.figure("threshold") == round(account.pool_maintenance_margin, 2)
        assert "ETH" not in desk.said("#pool-cash")
        assert desk.figure("fund got") == round(account.fund, 2)
