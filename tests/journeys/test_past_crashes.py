"""Shapes of past crashes on the desk, and the parts of single markets."""

import asyncio
import threading
from decimal import Decimal

from isocross.work import Stopped
from tests.journeys.screen import room


async def test_a_crash_a_part_typed_by_hand_and_how_often_the_trigger_was_reached():
    async with room("guide-cross", (120, 40)) as desk:
        await desk.press("X")
        assert "altcoins much further BTC ×1, ETH ×1.3 " in desk.words
        await desk.press("end")
        assert "February 2026: BTC −18.4 %, ETH −20.1 %" in desk.words
        await desk.press("up", "enter")
        scenario = desk.state.workspace.scenario
        assert desk.state.moment.shock == Decimal("-0.1677")
        assert abs(scenario.betas["ETHUSDT"] - Decimal("1.30")) < Decimal("0.01")
        assert "From 2025-10-10 (Binance spot)." in desk.words
        assert "shock −16.8 %" in desk.said("#shock-words")
        assert "ETH −21.8 %" in desk.said("#shock-words")

        await desk.press("b", "tab", "tab", "ctrl+u", "x")
        assert "ETHUSDT: “x” is not a number." in desk.words
        await desk.press("enter", "ctrl+u", "2")
        assert "BTCUSDT −16.8 %, ETHUSDT −33.5 %." in desk.words
        await desk.press("enter")
        assert desk.state.workspace.scenario.betas == {"ETHUSDT": 2}
        assert "ETH −33.5 %" in desk.said("#shock-words")

        await desk.press("u")
        assert desk.state.workspace.scenario == scenario
        await desk.press("u")
        assert desk.state.workspace.scenario.betas == {"ETHUSDT": 0}
        assert desk.state.moment.shock == Decimal("-0.3")

        await desk.press("f", "0", "colon", *"reached", "enter")
        assert "Past crashes" in desk.words
        await desk.desk.workers.wait_for_complete()
        await desk.settle()
        assert "BTC −33.0 % from the open of an hour, 5 crash windows" in desk.words
        assert "it is not a probability." in desk.words


async def test_counting_past_crashes_of_a_slow_account_blocks_no_key_and_stops_at_esc(monkeypatch):
    begun, over = threading.Event(), threading.Event()

    def endless(book, kind=None, work=None):
        try:
            while True:
                work.tell("crash 1 of 5, 3 hours")
                work.spend(0)
                begun.set()
        except Stopped:
            over.set()
            raise

    monkeypatch.setattr("isocross.studies.walked_odds.walked_odds", endless)
    async with room("collateral-btc") as desk:
        await desk.run("colon", *"reached", "enter")
        assert await asyncio.to_thread(begun.wait, 20)
        page = desk.desk.screen
        page._tell()
        await desk.hush()
        assert "working it out… crash 1 of 5, 3 hours; esc stops it" in desk.words
        await desk.run("escape")
        assert await asyncio.to_thread(over.wait, 20)
        assert not desk.desk.has_dialog
        await desk.press("question_mark")
        assert desk.desk.has_dialog
