"""An account that coins back: what counts of each, at which weight, and what is borrowed against it, is on the desk."""

from decimal import Decimal

import pytest

from tests.journeys.screen import flowing, room, workspace_file

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
        # who pays nothing has no row beside a list of assets
        assert not any(line.startswith("│ fund") for line in desk.lines)


@pytest.mark.parametrize(
    ("side", "said"),
    [("long", "85 % of the margin is BTC, which drops with your long."), ("short", "85 % of the margin is BTC.")],
)
async def test_a_large_screen_says_that_the_margin_drops_with_the_long(tmp_path, side, said):
    async with room(workspace_file(tmp_path, BACKED.format(side=side)), (200, 60)) as desk:
        assert said in desk.said("#pool-sentence")


THREE = BACKED.format(side="long").replace("[[positions]]", '[[assets]]\nasset = "USDC"\nbalance = 500\n[[positions]]')


async def test_one_key_counts_an_asset_no_more_and_undo_brings_it_back(tmp_path):
    async with room(workspace_file(tmp_path, THREE), (120, 36)) as desk:
        price = desk.position("btc").liquidation_price
        await desk.press("k")
        assert "BTC is held and does not count as collateral now." in desk.words
        assert desk.position("btc").liquidation_price > price
        await desk.hush()
        assert "BTC 0.00 off" in flowing(desk.pane("#pool-cash"))
        await desk.press("u")
        assert "Undone: BTC does not count as collateral." in desk.words
        assert desk.position("btc").liquidation_price == price


async def test_the_pool_lists_its_assets_where_it_has_the_focus(tmp_path):
    async with room(workspace_file(tmp_path, THREE), (80, 24)) as desk:
        await desk.press("tab", "tab", "tab")
        assert desk.desk.pane_now == "pool"
        rows = [row.strip("│ ") for row in desk.pane("#pool-cash")]
        assert [row.split()[:3] for row in rows if " at " in row and "%" in row] == [
            ["USDT", "1,000.00", "at"],
            ["▸", "BTC", "5,880.00"],
            ["USDC", "500.00", "at"],
        ]
        assert "own margin" not in desk.text
        await desk.press("down", "k")
        assert "USDC is held and does not count as collateral now." in desk.words
        await desk.press("tab")
        assert "own margin" in desk.text


async def test_the_list_tells_what_each_move_of_assets_leads_to(tmp_path):
    async with room(workspace_file(tmp_path, THREE), (120, 36)) as desk:
        await desk.press("B")
        assert "USDT → no collateral Refused: positions settle in USDT" in desk.words
        assert "account → standard BTC liq" in desk.words
        await desk.press("end", "enter")
        assert "The account is standard now." in desk.words
        assert desk.state.workspace.account == "standard"


async def test_a_coin_is_deposited_and_sold_by_a_form(tmp_path):
    async with room(workspace_file(tmp_path, THREE), (120, 36)) as desk:
        desk.desk.action_command("cash.deposit")
        await desk.settle()
        await desk.type("0.5")
        await desk.press("tab")
        await desk.type("BTC")
        assert "BTC 0.10000000 → 0.60000000." in desk.words
        assert "available" in desk.words
        await desk.press("enter")
        assert desk.state.workspace.assets[0].balance == Decimal("0.6")
        desk.desk.action_command("asset.convert")
        await desk.settle()
        await desk.type("0.1")
        assert "USDT 1,000.00 → 7,000.00, BTC 0.60000000 → 0.50000000." in desk.words
        await desk.press("enter")
        assert desk.state.workspace.wallet == 7000
        await desk.press("H")
        assert "wallet 1,000.00 → 7,000.00; BTC 0.6 → 0.5" in desk.words


async def test_a_wallet_alone_says_what_its_keys_are_for(tmp_path):
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("k")
        assert "The account has only its wallet; B deposits an asset" in desk.words
        desk.desk.action_command("account.mode")
        await desk.settle()
        assert "The guide has no other mode of an account that is rehearsed." in desk.words


async def test_a_depeg_is_one_leg_of_a_walk_and_undo_takes_it_back():
    async with room("depeg-2025-10-10", (120, 36)) as desk:
        await desk.press("B", "end", "up", "enter")
        assert "One market alone moves on a walk; X chooses it." in desk.words
        await desk.press("m", "B")
        assert "move a price … on a walk, one market alone, such as in a depeg" in desk.words
        await desk.press("end", "up", "enter", "tab")
        await desk.type("-35")
        assert "USDE 1.0000 → 0.6500. Nothing is liquidated on this leg." in desk.words
        await desk.press("enter")
        assert desk.frame.marks["USDE"] == Decimal("0.65")
        assert desk.frame.marks["BTCUSDT"] == 120000
        await desk.press("H")
        assert "a walk of 1 leg, USDE −35.0 %" in desk.words
        await desk.press("escape", "u")
        assert "Undone: a walk of 1 leg, USDE −35.0 %." in desk.words
        assert desk.frame.marks["USDE"] == 1


@pytest.mark.parametrize(
    ("market", "move", "said"),
    [
        ("btc", "-60", "BTCUSDT 120,000.0 → 48,000.0. Liquidated on this leg: BTC, ETH."),
        ("DOGE", "-5", "“DOGE” is not a market of the account: BTCUSDT, ETHUSDT, USDT, USDE."),
        ("USDE", "-100", "USDE cannot drop that far."),
        ("USDE", "501", "USDE cannot go that far: a leg is at most 500 %."),
        ("USDE", "0.00000000001", "USDE cannot move by so little."),
        ("USDE", "0", "a move of 0 leads nowhere."),
    ],
)
async def test_the_form_of_one_market_says_what_the_leg_would_do(market, move, said):
    async with room("depeg-2025-10-10", (120, 36)) as desk:
        await desk.press("m")
        desk.desk.action_command("shock.market")
        await desk.settle()
        field = desk.desk.screen.query_one("#field-market")
        field.value = ""
        await desk.type(market)
        await desk.press("tab")
        await desk.type(move)
        assert said in flowing(line.strip("│ ╭╮╰╯─") for line in desk.pane("#verdict"))


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_what_the_ratio_is_of_is_beside_it(tmp_path, size):
    async with room(workspace_file(tmp_path, THREE), size) as desk:
        assert "collateral 7,380.00 counted" in desk.said("#pool-cash")
