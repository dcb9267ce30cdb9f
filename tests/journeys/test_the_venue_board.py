"""Every venue at a glance: find the safest, take it, and walk forth and back."""

from __future__ import annotations

import pytest

from isocross.folders import config_folder
from isocross.rules import own_tables
from tests.journeys.screen import room


def venues(lines: list[str]) -> list[str]:
    return [line[3:].split()[0] for line in lines[1:] if line.strip()]


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 60)])
async def test_the_safest_venue_is_found_and_taken(size):
    async with room("basket", size) as desk:
        await desk.press("V")
        rows = desk.pane("#venues-table")
        assert venues(rows)[:3] == ["binance", "okx", "guide"]
        assert "▸" in next(row for row in rows if "guide ●" in row)
        assert "The account is under these rules." in desk.said("#venues-words")

        await desk.press("up", "up")
        assert "Binance USD-M would refuse a flip of SOL: Binance changes the margin mode" in desk.said("#venues-words")
        assert "brackets 2026-09-29" in desk.said("#venues-words")
        await desk.press("enter")
        assert desk.state.workspace.venue.profile == "binance"
        assert "The same account under binance." in desk.words
        assert "SOL liq" in desk.words
        assert any("binance ●" in row for row in desk.pane("#venues-table"))

        await desk.press("enter")
        assert "The account is under Binance USD-M's rules already." in desk.words
        await desk.press("u")
        assert desk.state.workspace.venue.profile == "guide"
        await desk.press("escape")
        assert desk.state.view == "desk"


async def test_v_and_ctrl_v_walk_forth_and_back_in_one_step_of_the_history():
    async with room("basket", (120, 36)) as desk:
        await desk.press("v", "v", "ctrl+v")
        assert desk.state.workspace.venue.profile == "binance"
        assert "The same account under binance." in desk.words
        assert "SOL liq" in desk.words
        await desk.press("H")
        assert "venue guide → binance" in desk.words
        assert "bitmex" not in desk.words


async def test_a_click_marks_a_venue_and_another_takes_it():
    async with room("basket", (120, 36)) as desk:
        await desk.press("V")
        await desk.click("#venues-table", (8, 1))
        assert desk.state.workspace.venue.profile == "guide"
        assert "Binance USD-M would refuse" in desk.words
        await desk.click("#venues-table", (8, 1))
        assert desk.state.workspace.venue.profile == "binance"


async def test_at_200_columns_every_liquidation_price_and_both_curves_are_there():
    async with room("basket", (200, 60)) as desk:
        await desk.press("V", "up")
        table = desk.pane("#venues-prices")
        assert {"BTC", "ETH", "SOL"} <= set(table[0].split())
        assert "okx" in " ".join(desk.pane("#venues-curve"))


@pytest.mark.usefixtures("home")
async def test_a_venue_whose_own_file_cannot_be_used_is_on_the_board_with_the_reason():
    for name, text in (("venues/mine.toml", "id = 5\n"), ("tables/okx.json", "[]")):
        path = config_folder() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    own_tables.forget()
    async with room("basket", (200, 60)) as desk:
        await desk.press("V")
        assert set(venues(desk.pane("#venues-table"))) > {"mine", "okx", "binance"}
        told = ""
        for _ in venues(desk.pane("#venues-table")):
            await desk.press("down")
            told += desk.said("#venues-words")
        assert "okx.json: this is not a table that isocross wrote" in " ".join(told.split())
    own_tables.forget()


async def test_an_account_of_several_assets_is_taken_to_a_venue_that_has_another_name_for_it_and_back():
    async with room("collateral-btc", (120, 36)) as desk:
        await desk.press("V")
        await desk.press(*["up"] * 12)
        rows = venues(desk.pane("#venues-table"))
        await desk.press(*["down"] * rows.index("binance"))
        assert "Binance USD-M (multi-assets) would refuse a flip" in desk.said("#venues-words")
        await desk.press("enter")
        assert "The same account under binance: bybit unified → binance multi-assets." in desk.words
        assert desk.state.workspace.account == "multi-assets"
        await desk.press("escape", "H")
        assert "venue bybit unified → binance multi-assets" in desk.words
        await desk.press("escape", "u")
        assert (desk.state.workspace.venue.profile, desk.state.workspace.account) == ("bybit", "unified")
        await desk.press("ctrl+v")
        assert (desk.state.workspace.venue.profile, desk.state.workspace.account) == ("binance", "multi-assets")
