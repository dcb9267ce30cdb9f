"""The slider, the events, playing, the venues and the way back."""

from decimal import Decimal

import pytest

from isocross.desk import selectors
from isocross.rules import catalogue as profiles
from isocross.words.latest import last_event
from isocross_tui import player
from tests.journeys.screen import Room, cents, number, room


@pytest.fixture
def no_clock(monkeypatch):
    """Frames of a play come from the test alone."""
    monkeypatch.setattr("isocross_tui.controllers.price.FRAME_S", 3600)


def whole_screen(desk: Room) -> list[str]:
    """What stands in the panes; not the messages, and not whether there is something to undo."""
    return [line for pane in ("#pool", "#positions", "#shock", "#cascade") for line in desk.pane(pane)]


async def test_undo_leads_back_to_the_start_and_redo_to_the_end():
    async with room("guide-cross") as desk:
        start, opened = whole_screen(desk), desk.state.moment
        shots = []
        for keys in (["f"], ["left"] * 4, ["plus", "5", "0", "enter"], ["F"], ["v"], ["0"]):
            await desk.press(*keys)
            await desk.hush()
            shots.append((whole_screen(desk), desk.state.moment))
        for shot, moment in reversed(shots[:-1]):
            await desk.press("u")
            await desk.hush()
            assert desk.state.moment == moment
            assert whole_screen(desk) == shot
        await desk.press("u")
        await desk.hush()
        assert desk.state.moment == opened
        assert whole_screen(desk) == start
        await desk.press("u")
        assert "There is nothing to undo." in desk.words

        for shot, moment in shots:
            await desk.press("U")
            await desk.hush()
            assert desk.state.moment == moment
            assert whole_screen(desk) == shot
        await desk.press("U")
        assert "There is nothing to redo." in desk.words


async def test_a_held_arrow_is_one_step_to_undo():
    async with room("guide-cross") as desk:
        await desk.press(*["left"] * 12, *["right"] * 2)
        assert desk.state.moment.shock == Decimal("-0.4")
        await desk.press("u")
        assert desk.state.moment.shock == Decimal("-0.3")
        assert not desk.desk.store.can_undo


async def test_a_change_after_an_undo_leaves_nothing_to_redo():
    async with room("guide-cross") as desk:
        await desk.press("f", "u", "F", "U")
        assert "There is nothing to redo." in desk.words
        assert [desk.cells(name)["X/I"] for name in ("BTC", "ETH")] == ["I", "I"]


async def test_selecting_is_nothing_to_undo():
    async with room("guide-cross") as desk:
        await desk.press("down", "x", "p")
        assert not desk.desk.store.can_undo


async def test_the_same_account_walks_through_every_venue_and_the_figures_follow():
    async with room("guide-cross", (200, 60)) as desk:
        await desk.shock_to(-40)
        known = profiles.profile_ids()
        for venue in (*known[known.index("guide") + 1 :], *known[: known.index("guide") + 1]):
            await desk.press("v")
            assert desk.state.workspace.venue.profile == venue
            assert f" {venue} " in desk.lines[0]
            assert f"The same account under {venue}." in desk.words
            assert desk.figure("unused") == cents(desk.frame.account.unused)
            assert desk.cells("BTC")["margin"] == f"{cents(desk.position('btc').margin):,}"


async def test_under_a_top_up_venue_refills_are_dominoes_and_are_explained():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.venue("coinex")
        assert "┊" in desk.pane("#shock-track")[0]
        await desk.press("full_stop")
        told = last_event(desk.frame)
        assert told is not None
        assert told in desk.said("#cascade-words")
        assert "296.98" in desk.said("#cascade-words")
        assert "[ BTC draws 297 ]" in desk.said("#cascade-dominoes")
        assert desk.figure("unused") == Decimal("203.02")
        await desk.press("full_stop", "full_stop")
        assert desk.struck("BTC")
        assert "BTC liquidated" in desk.said("#cascade-dominoes")


@pytest.mark.parametrize(("onward", "back"), [("full_stop", "comma"), ("right_square_bracket", "left_square_bracket")])
async def test_two_pairs_of_keys_jump_from_event_to_event_and_back_to_the_opening_marks(onward, back):
    async with room("guide-cross", (120, 36)) as desk:
        await desk.venue("coinex")
        await desk.press("0")
        stops = [stop.at for stop in selectors.stops(desk.state) if stop.at < 0]
        assert len(stops) == 3
        for move in sorted(stops, reverse=True):
            await desk.press(onward)
            assert desk.state.moment.shock == move
            assert f"shock −{abs(move) * 100:.1f} %" in desk.said("#shock-words")
        await desk.press(onward)
        assert "Nothing more happens that way." in desk.words
        for move in (*sorted(stops)[1:], Decimal(0)):
            await desk.press(back)
            assert desk.state.moment.shock == move


async def test_in_the_cascade_up_and_down_go_from_event_to_event():
    async with room("guide-isolated", (120, 36)) as desk:
        await desk.press("0")
        desk.desk.query_one("#cascade").focus()
        selected = desk.state.selected
        await desk.press("down")
        first = desk.state.moment.shock
        assert first in {stop.at for stop in selectors.stops(desk.state)}
        assert desk.state.selected == selected
        await desk.press("up")
        assert desk.state.moment.shock == 0


async def test_playing_runs_from_the_opening_marks_halts_where_something_falls_and_ends_at_the_shock(no_clock):
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("f")
        await desk.shock_to(-40)
        await desk.press("space")
        assert desk.state.playing
        assert desk.state.moment.shock == 0
        assert "playing" in desk.pane("#shock")[0]
        assert "pause" in desk.lines[-1] or "▌" in desk.lines[-1]

        seen, bars = [], set()
        for _ in range(player.FRAMES + player.HALT + 5):
            if not desk.state.playing:
                break
            desk.desk.price.next_frame()
            seen.append((desk.state.moment.shock, desk.struck("BTC")))
            bars.add(desk.drawn("#pool-waterfall")[0])
        await desk.pilot.pause()
        assert not desk.state.playing
        assert desk.state.moment.shock == Decimal("-0.4")
        shocks = [shock for shock, _ in seen]
        assert shocks == sorted(shocks, reverse=True)
        fall = next(shock for shock, dead in seen if dead)
        assert fall == next(stop.at for stop in selectors.stops(desk.state) if stop.at < 0)
        assert [dead for _, dead in seen] == sorted(dead for _, dead in seen)
        assert sum(shock == fall for shock in shocks) >= player.HALT
        assert len(bars) > 20
        assert str(last_event(desk.frame)) in desk.said("#cascade-words")
        assert "playing" not in desk.pane("#shock")[0]


async def test_space_pauses_a_play_and_takes_it_up_again_where_it_stood(no_clock):
    async with room("guide-cross") as desk:
        await desk.press("space")
        for _ in range(10):
            desk.desk.price.next_frame()
        at = desk.state.moment.shock
        assert Decimal("-0.3") < at < 0
        await desk.press("space")
        assert not desk.state.playing
        assert desk.state.moment.shock == at
        await desk.press("space")
        assert desk.state.playing
        desk.desk.price.next_frame()
        assert Decimal("-0.3") < desk.state.moment.shock <= at


async def test_any_other_command_ends_a_play(no_clock):
    async with room("guide-cross") as desk:
        await desk.press("space")
        for _ in range(10):
            desk.desk.price.next_frame()
        at = desk.state.moment.shock
        await desk.press("down")
        assert not desk.state.playing
        assert desk.state.moment.shock == at
        assert not desk.desk.price.runs


async def test_a_play_is_one_step_to_undo(no_clock):
    async with room("guide-cross") as desk:
        await desk.press("space")
        for _ in range(70):
            desk.desk.price.next_frame()
        await desk.pilot.pause()
        assert not desk.state.playing
        await desk.press("u")
        assert desk.state.moment.shock == Decimal("-0.3")


async def test_playing_from_the_opening_marks_goes_past_the_last_fall(no_clock):
    async with room("guide-cross") as desk:
        await desk.press("f", "0", "space")
        for _ in range(400):
            desk.desk.price.next_frame()
        await desk.pilot.pause()
        deepest = min(stop.at for stop in selectors.stops(desk.state))
        assert desk.state.moment.shock < deepest < 0
        assert desk.struck("BTC")


async def test_zero_steps_and_ten_steps_move_the_slider():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("0")
        assert desk.state.moment.shock == 0
        assert "shock 0.0 %" in desk.said("#shock-words")
        await desk.press("less_than_sign")
        assert desk.state.moment.shock == Decimal("-0.1")
        await desk.press("greater_than_sign", "greater_than_sign")
        assert desk.state.moment.shock == Decimal("0.1")
        await desk.press("x")
        assert "step 2 %" in desk.said("#shock-words")
        await desk.press("right")
        assert desk.state.moment.shock == Decimal("0.12")
        for step in ("5 %", "10 %", "20 %", "30 %", "50 %", "1 %"):
            await desk.press("x")
            assert f"step {step}" in desk.said("#shock-words")


async def test_the_slider_stops_at_both_its_ends():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("x", "x", "x", *["less_than_sign"] * 3)
        assert desk.state.moment.shock == Decimal("-0.95")
        await desk.press(*["greater_than_sign"] * 6)
        assert desk.state.moment.shock == 3
        assert "shock +300.0 %" in desk.said("#shock-words")


async def test_a_gap_jumps_past_the_trigger_so_that_the_fund_pays():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("f", "0", "X")
        assert "gap" in desk.text
        await desk.press("down", "enter")
        assert "gap" in desk.lines[0]
        assert "gap" in desk.pane("#shock")[0]
        await desk.press(*["less_than_sign"] * 4)
        assert desk.struck("BTC")
        assert "−40.0 %" in desk.row("BTC")
        assert desk.payers() == [300, 0, 0, 60]
        assert desk.payers()[3] == desk.position("btc").paid_by.fund
        assert "paid" in desk.said("#cascade-words")


async def test_a_position_that_fell_in_a_gap_is_said_to_have_fallen_where_its_row_says():
    async with room("guide-cross", (120, 36)) as desk:
        await desk.press("f", "X", "down", "enter", "less_than_sign")
        assert "−40.0 %" in desk.row("BTC")
        assert "BTC was liquidated at −40.0 %" in desk.said("#positions-sentence")


async def test_another_shape_of_the_shock_moves_the_other_market_too():
    async with room("guide-cross", (200, 60)) as desk:
        assert "ETH 0.0 %" in desk.said("#shock-words")
        await desk.press("X", "down", "down", "enter")
        assert "ETH 0.0 %" not in desk.said("#shock-words")
        assert number(desk.cells("ETH")["mark"]) == 2100
        await desk.press("u")
        assert "ETH 0.0 %" in desk.said("#shock-words")


async def test_a_shock_can_be_typed_and_on_a_lived_path_a_place():
    async with room("guide-cross") as desk:
        await desk.press("percent_sign", *"200%")
        assert "Marks there: BTCUSDT 180,000.00" in desk.said("#verdict")
        await desk.press("0", "enter")
        assert "shock is" not in desk.said("#verdict")
        await desk.press(*["backspace"] * 5, *"999", "enter")
        assert "a shock is from −95 % to +300 %." in desk.said("#verdict")
        await desk.press("backspace", "backspace", "backspace", "minus", *"33.5", "enter")
        assert desk.state.moment.shock == Decimal("-0.335")
        await desk.press("u", "m", "left", "left", "percent_sign", "1", "enter")
        assert desk.state.moment.place == 1
