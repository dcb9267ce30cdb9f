"""Many positions: sorted, filtered and gone through with the keys and the mouse."""

from pathlib import Path

from isocross.figures import frame as frames
from isocross.workspace import load_text
from isocross.workspace.load import Source
from isocross_tui.panes.filter_field import FilterField
from tests.bench.books import workspace_text
from tests.journeys.screen import Room, room

MANY = 100


def many() -> Source:
    return Source(load_text(workspace_text(MANY), "many"), str(Path("many.toml")))


def names(desk: Room) -> list[str]:
    """What the table has in sight, from the top."""
    return [line[3:].split()[1] for line in desk.pane("#positions-table")[1:] if line[3:].strip()]


def by_distance(desk: Room) -> list[str]:
    rows = [row for row in desk.frame.positions if row.distance is not None]
    return [row.position.id for row in sorted(rows, key=lambda row: row.distance)]


async def test_a_step_works_out_the_rows_in_sight_alone_however_many_are_at_risk(monkeypatch):
    asked = set()
    position = frames._position
    monkeypatch.setattr(frames, "_position", lambda at, index, *rest: (asked.add(index), position(at, index, *rest))[1])
    async with room(Source(load_text(workspace_text(3 * MANY), "many")), (120, 36)) as desk:
        await desk.press(*["left"] * 6)
        in_sight = len(desk.pane("#positions-table")) - 1
        assert len(desk.frame.near.at_risk) > 2 * in_sight
        asked.clear()
        await desk.press("left")
        assert 0 < len(asked) <= in_sight + 1


async def test_an_amount_that_is_longer_than_those_of_the_first_rows_is_written_in_its_room():
    held = [(f"p{n}", "0.001") for n in range(MANY)] + [("large", "9000")]
    text = 'venue = "guide"\nwallet = 900000000\nmarkets = [{ symbol = "BTCUSDT", mark = 60000 }]\n' + "".join(
        f'[[positions]]\nid = "{id}"\nmarket = "BTCUSDT"\nside = "long"\nmode = "cross"\nquantity = {quantity}\n'
        "entry = 60000\nleverage = 10\n"
        for id, quantity in held
    )
    async with room(Source(load_text(text, "many")), (80, 24)) as desk:
        await desk.press("less_than_sign", *["down"] * MANY)
        assert desk.state.selected == "large"
        assert desk.frame.positions[MANY].told_pnl == -54_000_000
        (row,) = [line for line in desk.pane("#positions-table") if line.startswith("▸")]
        assert "−54.00M" in row, row


async def test_r_lists_the_nearest_first_then_by_loss_and_at_last_as_entered():
    async with room(many(), (120, 36)) as desk:
        entered = names(desk)
        await desk.press("r")
        seen = names(desk)
        assert seen == by_distance(desk)[: len(seen)]
        assert "Positions · nearest first" in desk.text
        assert desk.state.selected == entered[0]
        await desk.press("r")
        losses = sorted(desk.frame.positions, key=lambda row: row.told_pnl)
        assert names(desk)[:5] == [row.position.id for row in losses[:5]]
        await desk.press("r", "r", "r")
        assert names(desk) == entered


async def test_rows_stay_nearest_first_while_the_price_moves_and_the_arrows_go_through_them_as_listed():
    async with room(many(), (120, 36)) as desk:
        await desk.press("r", "left", "left", "left", "left")
        nearest = by_distance(desk)
        assert names(desk)[:5] == nearest[:5]
        at = nearest.index(desk.state.selected)
        await desk.press("down")
        assert desk.state.selected == nearest[at + 1]
        await desk.press("up", "up")
        assert desk.state.selected == nearest[max(0, at - 1)]


async def test_a_slash_lists_what_has_the_words_and_esc_lists_all_again():
    async with room(many(), (120, 36)) as desk:
        await desk.press("slash", *"short iso", "enter")
        wanted = [
            row.position.id
            for row in desk.frame.positions
            if (row.position.side, row.position.mode) == ("short", "isolated")
        ]
        assert 0 < len(wanted) < MANY
        assert names(desk) == wanted[: len(names(desk))]
        assert f"{len(wanted)} of {MANY} with “short iso”" in desk.text
        assert desk.state.selected == wanted[0]
        assert not desk.desk.query(FilterField)
        await desk.press("escape")
        assert len(names(desk)) > 1
        assert "with “" not in desk.text
        await desk.press("slash", *"no such thing")
        assert "No position has “no such thing”" in desk.words
        await desk.press("escape")
        assert desk.state.listing.words == ""


async def test_a_click_on_a_title_sorts_a_second_one_turns_round_and_a_third_lists_as_entered():
    async with room(many(), (120, 36)) as desk:
        entered = names(desk)
        x = desk.pane("#positions-table")[0].index("PnL") + 1
        await desk.click("#positions-table", (x, 0))
        assert "largest loss first" in desk.text
        await desk.click("#positions-table", (x, 0))
        assert "largest profit first" in desk.text
        best = max(desk.frame.positions, key=lambda row: row.told_pnl)
        assert names(desk)[0] == best.position.id
        await desk.click("#positions-table", (x, 0))
        assert names(desk) == entered


async def test_few_positions_leave_the_slider_beside_the_pool_and_the_rest_to_the_cascade():
    async with room("basket", (120, 36)) as desk:
        pool, shock, cascade = (desk.desk.query_one(f"#{name}").region for name in ("pool", "shock", "cascade"))
        assert shock.x == pool.right
        assert shock.bottom == pool.bottom == cascade.y
        assert cascade.height >= 15
        await desk.press("a")
        await desk.type("bnbusdt")
        await desk.press("tab", "tab", "tab")
        await desk.type("1")
        await desk.press("tab")
        await desk.type("600")
        await desk.press("enter")
        assert len(desk.state.workspace.positions) == 4
        pool, shock = (desk.desk.query_one(f"#{name}").region for name in ("pool", "shock"))
        assert shock.x == pool.x
        assert shock.y == pool.bottom
        await desk.press("u")
        assert desk.desk.query_one("#shock").region.x == desk.desk.query_one("#pool").region.right


async def test_beside_a_dozen_positions_the_twin_of_a_large_screen_has_a_chart_to_read():
    async with room(Source(load_text(workspace_text(12), "dozen"), "dozen.toml"), (200, 60)) as desk:
        assert desk.desk.query_one("#curves-beside").region.height >= 9
