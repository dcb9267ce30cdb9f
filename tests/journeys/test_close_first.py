"""Which to close first: read the best, apply an answer, survive the shock, and take it back."""

from __future__ import annotations

from decimal import Decimal

from isocross.account.book import Mode
from isocross.desk.actions.shock import ShockTo
from isocross_tui.views.close_first import CloseFirstView
from tests.bench.books import workspace_text
from tests.journeys.screen import Room, room

D = Decimal


async def counsel(desk: Room, *keys: str) -> None:
    """Press keys, and wait for what is worked out beside them."""
    await desk.press(*keys)
    await desk.desk.workers.wait_for_complete()
    await desk.settle()


def fallen(desk: Room) -> list[str]:
    return [row.position.id for row in desk.frame.positions if row.death is not None]


async def test_the_best_is_read_an_answer_is_applied_and_the_shock_is_survived():
    async with room("basket") as desk:
        desk.desk.store.dispatch(ShockTo(D("-0.4")))
        assert fallen(desk) == ["btc", "eth", "sol"]
        await counsel(desk, "c")
        assert "Close BTC first: then the first liquidation is at −38.8 % instead of −24.3 %." in desk.words
        rows = [line[3:6] for line in desk.pane("#triage-table")[1:]]
        assert rows == ["BTC", "ETH", "SOL"]

        # the rows are in the order of the triage, and the view follows the selected one
        await counsel(desk, "up")
        assert desk.state.selected == "eth"
        assert "ETH at −40.0 %" in desk.pane("#solve")[0]

        await counsel(desk, "b", "tab")
        assert "account at −40.0 %" in desk.pane("#solve")[0]
        assert "Deposit 1,268.75: at −40.0 % all survive." in desk.said("#solve-sentence")
        await counsel(desk, "down", "enter")
        assert [str(p.quantity) for p in desk.state.workspace.positions] == ["0.0306", "0.428", "6.12"]
        assert fallen(desk) == []
        assert "every position survives without a change" in desk.said("#solve-fate")

        await counsel(desk, "u")
        assert fallen(desk) == ["btc", "eth", "sol"]
        assert not desk.desk.store.can_undo or desk.state.workspace.positions[0].quantity == D("0.05")

        # the arrows still move the shock, and the target with it
        await counsel(desk, "right")
        assert "account at −39.0 %" in desk.pane("#solve")[0]


async def test_advice_is_one_step_and_closing_another():
    async with room("basket", (80, 24)) as desk:
        await counsel(desk, "c")
        assert "Flip BTC, ETH and SOL to isolated" in desk.said("#advise-sentence")
        await counsel(desk, "A")
        assert {p.mode for p in desk.state.workspace.positions} == {Mode.ISOLATED}
        assert "Leave every mode as it is" in desk.said("#advise-sentence")
        await counsel(desk, "A")
        assert desk.state.message.text == "Every mode is as advised already."
        await counsel(desk, "u")
        assert {p.mode for p in desk.state.workspace.positions} == {Mode.CROSS}

        await counsel(desk, "up", "up", "enter")
        assert [p.id for p in desk.state.workspace.positions] == ["eth", "sol"]
        await counsel(desk, "u")

        # why: what ranks, with the numbers put in; then back to the desk
        await counsel(desk, "up", "w")
        assert "38.8 % − 24.3 % = +14.5 % of the opening marks" in desk.words
        await counsel(desk, "escape", "tab", "tab", "w")
        assert "÷ 9 =" in desk.words
        await counsel(desk, "escape", "down", "escape")
        assert desk.state.view == "desk"


async def test_an_answer_there_is_not_says_why_and_a_refusal_changes_nothing():
    async with room("guide-mixed") as desk:
        desk.desk.store.dispatch(ShockTo(D("-0.92")))
        await counsel(desk, "c", "tab", "down", "down")
        assert "In a pool leverage moves no liquidation price" in desk.said("#solve-sentence")
        before = desk.state.moment
        await counsel(desk, "enter")
        assert desk.state.moment == before
        assert desk.state.message.text.startswith("There is no such answer: in a pool")
        await counsel(desk, "w")
        assert "800.00 −828.00 = −28.00 ≤ 0.36" in desk.words
        await counsel(desk, "escape", "0")
        await counsel(desk, "enter")
        assert desk.state.message.text == "There is nothing to do: it survives this shock."


async def test_escape_ends_what_is_worked_out_on_a_large_account(tmp_path):
    (tmp_path / "many.toml").write_text(workspace_text(150), encoding="utf-8")
    async with room(str(tmp_path / "many.toml")) as desk:
        await desk.press("c", "escape")
        view = desk.desk.query_one(CloseFirstView)
        await desk.desk.workers.wait_for_complete()
        assert not view.is_working
        assert view._counsel.advice is None
        assert desk.state.view == "desk"


async def test_the_stop_that_leaves_the_most_is_told_and_placed():
    async with room("basket") as desk:
        desk.desk.store.dispatch(ShockTo(D("-0.4")))
        await counsel(desk, "c")
        told = desk.said("#advise-stop")
        assert told.startswith("A stop of SOL at ")
        await counsel(desk, "i")
        (order,) = desk.state.workspace.orders
        assert (order.market, order.close_position) == ("SOLUSDT", True)
        assert f"at {order.trigger:,.2f}: " in told
        assert "A stop of SOL" not in desk.said("#advise-stop")
        await counsel(desk, "u")
        assert not desk.state.workspace.orders
