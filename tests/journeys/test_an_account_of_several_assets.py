"""An account that coins back: what counts of each, at which weight, and what is borrowed against it, is on the desk."""

import pytest

from tests.journeys.screen import room, workspace_file

BACKED = """
venue = "bybit"
account = "unified"
wallet = 1000
[[assets]]
asset = "BTC"
balance = 0.1
[[positions]]
market = "BTCUSDT"
side = "{side}"
mode = "cross"
quantity = 0.1
entry = 60000
leverage = 10
"""


async def test_the_pool_says_what_counts_of_each_asset_and_what_is_borrowed(tmp_path):
    async with room(workspace_file(tmp_path, BACKED.format(side="long")), (120, 36)) as desk:
        cash = desk.said("#pool-cash")
        assert cash[cash.index("USDT") :].split()[:5] == ["USDT", "1,000.00", "at", "100.0", "%"]
        assert cash[cash.index("BTC") :].split()[:5] == ["BTC", "5,880.00", "at", "98.0", "%"]
        await desk.shock_to(-30)
        cash = desk.said("#pool-cash")
        assert cash[cash.index("USDT") :].split()[:5] == ["USDT", "−800.00", "at", "100.0", "%"]
        assert cash[cash.index("BTC") :].split()[:5] == ["BTC", "4,116.00", "at", "98.0", "%"]
        paid = desk.position("btc").paid_by
        assert (paid.own_margin, paid.unused, paid.borrowed, paid.others, paid.fund) == (600, 400, 800, 0, 0)
        assert "borrowed 800.00" in desk.words
        assert any(line.startswith("│ fund") for line in desk.lines)


@pytest.mark.parametrize(
    ("side", "said"),
    [("long", "85 % of the margin is BTC, which drops with your long."), ("short", "85 % of the margin is BTC.")],
)
async def test_a_large_screen_says_that_the_margin_drops_with_the_long(tmp_path, side, said):
    async with room(workspace_file(tmp_path, BACKED.format(side=side)), (200, 60)) as desk:
        assert said in desk.said("#pool-sentence")
