"""After the fact on the desk: a lived path and a venue's record are looked into, and what would have held is told."""

import json

import pytest

from tests.journeys.screen import room

MS = 1760130900000  # 2025-10-10 21:15
FILLS = [
    {"coin": "BTC", "px": "98000", "sz": "0.05", "side": "A", "time": MS, "closedPnl": "-750", "fee": "2",
     "startPosition": "0.05", "liquidation": {"liquidatedUser": "0x1", "markPx": "97900", "method": "market"}},
    {"coin": "BTC", "px": "113000", "sz": "0.05", "side": "B", "time": MS - 4_500_000, "closedPnl": "0", "fee": "0.1",
     "startPosition": "0.0"},
]  # fmt: skip


@pytest.fixture
def record(tmp_path):
    file = tmp_path / "fills.json"
    file.write_text(json.dumps(FILLS))
    return str(file)


async def looked(desk):
    await desk.desk.workers.wait_for_complete()
    await desk.settle()


async def test_the_path_of_the_account_is_looked_into():
    async with room("crash-2025-10-10", (120, 60)) as desk:
        await desk.press("M")
        assert "Looks into the path that the account is on." in desk.words
        await desk.press("enter")
        await looked(desk)
        assert "Autopsy" in desk.words
        assert desk.words.index("1. ") < desk.words.index("Had it been otherwise")
        assert "with a stop halfway to each liquidation: " in desk.words
        assert "The record" not in desk.words
        await desk.press("escape")
        assert "Had it been otherwise" not in desk.words


async def test_a_record_is_looked_into_with_an_account_rebuilt_from_it(record):
    async with room("guide-cross", (140, 60)) as desk:
        await desk.press("M")
        await desk.type(record)
        assert "Looks into 1 fill of Hyperliquid." in desk.words
        await desk.press("tab", "tab")
        await desk.type("800 cross 10")
        await desk.press("tab")
        await desk.type("BTC")
        assert "“BTC” is not a stop: one is written BTC=105000." in desk.words
        await desk.press("equals_sign", *"105000", "enter")
        await looked(desk)
        assert "BTC: 0.05 long as the record says, entered at 113,000.00 by its fills" in desk.words
        assert "with a stop: BTC at 105,000.00: nothing is liquidated" in desk.words
        assert "BTC long: 98,000.00 there;" in desk.words


async def test_what_cannot_be_looked_into_is_a_sentence(record):
    async with room("guide-cross", (120, 40)) as desk:
        await desk.press("M")
        await desk.type("x")
        await desk.press("backspace", "enter")
        assert "Nothing was lived through" in desk.words
        await desk.type("nothing.json")
        assert "nothing.json" in desk.words
        await desk.press("escape", "M")
        await desk.type(record)
        await desk.press("tab", "tab")
        await desk.type("800 sideways 10")
        assert "the account before is a wallet, a mode" in desk.words
        await desk.press("ctrl+u", "tab")
        await desk.type("DOGE")
        await desk.press("equals_sign", "1", "enter")
        await looked(desk)
        assert "no position is called" in desk.words
        assert "Autopsy" not in desk.words
