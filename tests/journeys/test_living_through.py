"""On the desk: walking leg by leg, acting where one stands, rewinding; and a history bar by bar."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from isocross.desk.actions.account import MoveCash
from isocross.figures.frame import Status
from isocross.paths.bars import Bar, Candle
from isocross_tui.user.files import open_source
from tests.journeys.screen import room, workspace_file

D = Decimal

REPLAYED = """
wallet = 200
[[positions]]
market = "BTCUSDT"
side = "short"
mode = "isolated"
quantity = 0.01
entry = 60000
leverage = 3
[scenario]
path = "replay"
window = "2025-10-10"
"""


class Day:
    """Six quarters of an hour; the second goes up by half and comes back."""

    title = "a day"

    def bars(self):
        """Its bars."""
        start = datetime(2025, 10, 10, 21, tzinfo=UTC)
        calm, spike = Candle(D(100), D(101), D(99), D(100)), Candle(D(100), D(150), D(99), D(100))
        return [Bar(start + n * timedelta(minutes=15), {"BTCUSDT": spike if n == 1 else calm}) for n in range(6)]


async def test_a_walk_is_lived_through_leg_by_leg():
    async with room("guide-mixed") as desk:
        await desk.press("m", "less_than_sign", "less_than_sign")
        assert "walk · leg 2, −20.0 % in all" in desk.lines[0]
        assert "BTC ETH −20.0 %" in desk.said("#shock")
        await desk.press("f")
        assert "BTC is isolated now." in desk.words
        assert "BTC flipped to isolated" in desk.said("#cascade")
        await desk.press(*["less_than_sign"] * 4, "greater_than_sign")
        assert desk.struck("BTC")
        assert "BTC was liquidated at leg 6, −53.1 % in all." in desk.words
        await desk.press("f", "plus")
        assert "is not open any more here" in desk.words
        await desk.press("0")
        assert "the opening" in desk.lines[0]
        assert not desk.struck("BTC")
        await desk.press("full_stop", "full_stop", "full_stop", "right")
        assert [str(leg.move) for leg in desk.state.workspace.scenario.legs][-1] == "0.01"
        assert len(desk.state.workspace.scenario.legs) == 4
        await desk.press("u", "u", "m")
        assert desk.state.workspace.scenario.path.value == "what-if"


async def test_the_equity_on_a_path_is_told_of_all_that_was_put_in():
    async with room("guide-mixed", (120, 36)) as desk:
        await desk.press("m", "less_than_sign")
        before = " ".join(desk.pane("#pool"))
        desk.desk.store.dispatch(MoveCash(D(250)))
        await desk.settle()
        assert "of 1,000.00" in before
        assert "of 1,250.00" in " ".join(desk.pane("#pool"))


async def test_a_replay_shows_the_time_and_goes_bar_by_bar(monkeypatch, tmp_path: Path):
    monkeypatch.setattr("isocross.rehearsal.kinds.replay.shipped_history", lambda name: Day())
    async with room(open_source(workspace_file(tmp_path, REPLAYED))) as desk:
        await desk.press("right")
        assert "replay 2025-10-10 · 21:15" in desk.lines[0]
        assert "Next: BTC is liquidated in the 2025-10-10 21:" in desk.words
        await desk.press("right")
        assert desk.position("btc").status is Status.LIQUIDATED
        assert "BTC was liquidated in the 2025-10-10 21:15 candle." in desk.said("#positions")
        await desk.press("w", "escape", "0", "space")
        for _ in range(8):
            desk.desk.price.next_frame()
        assert desk.state.moment.place > 0


async def test_a_replay_without_its_history_says_so_and_the_desk_goes_on(tmp_path: Path):
    path = workspace_file(tmp_path, REPLAYED.replace("2025-10-10", "no such day"))
    async with room(open_source(path), size=(160, 48)) as desk:
        assert "There is nothing to replay" in desk.words
        await desk.press("right", "m", "left")
        assert desk.state.moment.shock == D("-0.01")
