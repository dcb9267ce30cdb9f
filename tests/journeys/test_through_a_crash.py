"""The replay view: a crash is started, stepped through and played, and what stands there is what the engine says."""

import re
from collections import Counter
from decimal import Decimal

from textual.widgets import OptionList

from isocross.desk.selectors import distinct
from isocross.workspace import PathKind
from isocross_tui.bridge import Bound
from isocross_tui.screens.form import Form
from isocross_tui.widgets.drawing import Drawing
from tests.journeys.screen import Room, cents, number, room, workspace_file

PEPE = """
wallet = 500
[[markets]]
symbol = "PEPEUSDT"
tiers = [{ from = 0, rate = 0.01, max_leverage = 50 }]
[[positions]]
market = "PEPEUSDT"
side = "long"
mode = "isolated"
quantity = 100
entry = 1
leverage = 5
"""


def told(desk: Room) -> dict[str, list[str]]:
    """The figures by the label of their row, a column for each mode."""
    rows = [re.split(r" {2,}", line.strip()) for line in desk.pane("#replay-sides")]
    return {label: [cell.removesuffix(" •") for cell in cells] for label, *cells in rows if label}


def assert_it_is_what_the_engine_says(desk: Room) -> None:
    figures, place = told(desk), desk.state.moment.place
    lives = distinct(desk.state)
    assert figures["so far"] == [life.variant.title for life in lives]
    for n, life in enumerate(lives):
        standing = life.standing(place)
        assert number(figures["equity"][n]) == cents(standing.equity) == cents(life.lived.frame(place).account.equity)
        assert number(figures["lowest so far"][n]) == cents(standing.lowest)
        assert number(figures["lost from wallet"][n]) == cents(standing.lost)
        assert figures["survivors"][n] == f"{standing.survivors} of 3"
        first = f"✕ {standing.first.name} {standing.first.time:%m-%d %H:%M}" if standing.first else "none yet"
        assert figures["liquidated first"][n] == first


async def test_a_crash_step_by_step_in_both_modes():
    async with room("crash-2025-10-10", (120, 36)) as desk:
        await desk.press("4")
        assert "10-10 06:00 UTC DOGE 0.20000 0.0 % liq 0.07" in desk.said("#replay-price-words")
        assert "nothing is liquidated yet" in desk.words
        assert_it_is_what_the_engine_says(desk)
        await desk.press("right", "greater_than_sign")
        assert "10-10 06:55" in desk.said("#replay-price-words")
        assert_it_is_what_the_engine_says(desk)
        await desk.press("full_stop")
        fell = "All isolated, DOGE was liquidated on 2025-10-10 in the 21:10 candle (UTC) at 0.16080 (−19.6 %)"
        assert fell in desk.said("#replay")
        assert "its own margin of 320.00 was used up" in desk.said("#replay")
        assert_it_is_what_the_engine_says(desk)
        await desk.press("full_stop")
        assert "As it is, DOGE was liquidated on 2025-10-10 in the 21:20 candle (UTC)" in desk.said("#replay")
        assert desk.pane("#replay-prices")[5].count("✕") == 1
        assert "".join(desk.pane("#replay-equity")).count("✕") == 2
        await desk.press("j")
        assert isinstance(desk.desk.screen, Form)
        await desk.type("9:61")
        assert "A time such as 21:15" in desk.words
        await desk.press("backspace", "backspace", "backspace", "backspace", "1", "2", "colon", "3", "0", "enter")
        assert "10-10 12:30 UTC" in desk.said("#replay-price-words")
        await desk.press("n")
        assert re.search(r"BTC 0\.0 % ETH −\d\.\d % DOGE −\d\.\d %", desk.said("#replay-price-words"))
        await desk.press("z", "0", "escape")
        assert (desk.state.view, desk.state.moment.place) == ("desk", 0)


async def test_a_frame_of_a_play_draws_the_replay_once_and_keys_change_its_speed(monkeypatch):
    monkeypatch.setattr("isocross_tui.controllers.price.FRAME_S", 3600)
    async with room("crash-2025-10-10", (80, 24)) as desk:
        await desk.press("4", "r", "r", "space")
        assert desk.state.playing
        assert "playing, speed 20×" in desk.said("#replay-price-words")
        assert "space pause" in desk.lines[-1]
        desk.desk.price.next_frame()
        await desk.settle()
        widgets = list(desk.desk.screen.walk_children())
        before = Counter({w: w.shown for w in widgets if isinstance(w, Bound)})
        painted = Counter({w: w.paints for w in widgets if isinstance(w, Drawing)})
        place = desk.state.moment.place
        desk.desk.price.next_frame()
        await desk.settle()
        assert desk.state.moment.place == place + 20
        shown = Counter({w: w.shown for w in widgets if isinstance(w, Bound)}) - before
        assert {w.id: n for w, n in shown.items()} == {"replay": 1, "title": 1}
        fresh = Counter({w: w.paints for w in painted}) - painted
        names = {w.id for w in fresh}
        assert names - {"title"} == {"replay-price-words", "replay-prices", "replay-equity", "replay-sides"}
        assert set(fresh.values()) == {1}
        await desk.press("R", "space")
        assert not desk.state.playing
        assert re.search(r"10×$", desk.said("#replay-price-words"))


async def test_an_account_without_a_replay_is_offered_the_crashes(tmp_path):
    async with room(workspace_file(tmp_path, PEPE), (100, 30)) as desk:
        await desk.press("4", "full_stop")
        assert "No replay is under way" in desk.words or "Nothing more happens" in desk.words
        await desk.press("C")
        assert "futures 5m 40 h, 1 replaced" in desk.words
        listed = desk.desk.screen.query_one(OptionList)
        listed.highlighted = listed.get_option_index("2025-10-10")
        await desk.press("enter")
        assert isinstance(desk.desk.screen, Form)
        await desk.press("end", "ctrl+u")
        await desk.type("nope")
        assert "PEPEUSDT can follow one of BTCUSDT" in desk.words
        await desk.press("end", "ctrl+u", *"DOGEUSDT", "enter")
        scenario = desk.state.workspace.scenario
        assert scenario.path is PathKind.REPLAY
        assert scenario.stand_in == {"PEPEUSDT": "DOGEUSDT"}
        assert scenario.window == "2025-10-10"
        assert "= all isolated" in desk.said("#replay-sides")
        await desk.press("right")
        assert desk.state.moment.place == 4
        assert desk.state.position().market == "PEPEUSDT"
        await desk.press("u", "u")
        assert "Past crashes" in desk.text
        assert desk.state.moment.place == Decimal(0)


async def test_a_preview_goes_with_the_cursor_also_past_a_liquidation():
    """BTC is previewed at the opening; DOGE is liquidated on the way, and the flip is that of the account there."""
    async with room("crash-2025-10-10") as desk:
        await desk.press("up", "up", "p")
        assert "The flip moves 300.00 into its margin." in desk.said("#positions-sentence")
        await desk.press("full_stop")
        moved = desk.said("#positions-sentence")
        assert "The flip moves" in moved or "would be refused" in moved
        await desk.press("p", "p")
        assert desk.said("#positions-sentence") == moved
        await desk.press("full_stop")
        assert desk.frame.positions[0].ended
        assert "BTC was liquidated" in desk.said("#positions-sentence")
