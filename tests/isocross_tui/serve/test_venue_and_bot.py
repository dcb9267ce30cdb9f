"""A bot against the venue on loopback: margin is moved by the venue's rules, and the account survives the crash."""

import asyncio
from decimal import Decimal

import pytest

pytest.importorskip("aiohttp", reason="the venue needs aiohttp: pip install 'isocross[live]'")

from aiohttp.test_utils import TestClient, TestServer

from isocross.live.walking import liquidated, walk_of
from isocross.workspace.resolve import load
from isocross_tui.serve import venue
from isocross_tui.serve.venue import Binance
from tests.isocross_tui.serve.margin_bot import KEY, MarginBot

pytestmark = pytest.mark.slow

FILE = """
format = 1
name = "called"
venue = "binance"
wallet = %s
positions = [
  { id = "eth", market = "ETHUSDT", side = "long", mode = "%s", quantity = 1, entry = 3000, leverage = 20 },
]

[scenario]
path = "walk"
legs = [-0.12, 0.05]
"""
SECONDS = 60
"""Of a leg of a walk."""


class Looked(Binance):
    """Counts how often it looked for something to send, and what it sent."""

    looks = sent = 0

    def _news(self, known):
        found = super()._news(known)
        self.looks += 1
        self.sent += len(found)
        return found


def called(mode, wallet=1000):
    """The account, and the clock that it walks by."""
    now = [0.0]
    return now, walk_of(load(FILE % (wallet, mode)), "binance", None, Decimal(1), lambda: now[0])


async def walk_with(bot, answering, now):
    """Go on through the crash; at each place the stream looks and the bot has done with what it heard."""
    listening = asyncio.create_task(bot.run())
    async with asyncio.timeout(60):
        while answering.walk.place < answering.walk.rehearsal.path.end:
            ratios = [p.margin_ratio for p in answering.walk.frame.positions if not p.ended]
            near = any(ratio is not None and ratio > Decimal("0.3") for ratio in ratios)
            now[0] += 0.05 if near else 0.5
            enough = answering.looks + 2
            while answering.looks < enough or bot.heard < answering.sent:
                await asyncio.sleep(0.001)
    listening.cancel()


@pytest.mark.parametrize(("mode", "wallet"), [("isolated", 1000), ("cross", 200)])
async def test_a_bot_that_adds_margin_when_it_is_called_survives_the_crash_that_takes_it_otherwise(
    mode, wallet, monkeypatch
):
    monkeypatch.setattr(venue, "TICK_S", 0.001)
    now, walk = called(mode, wallet)
    assert liquidated(walk.rehearsal.frame(walk.rehearsal.path.end)) == ["ETH"]
    answering = Looked(walk)
    async with TestClient(TestServer(answering.app())) as client:
        bot = MarginBot(client)
        await walk_with(bot, answering, now)
        told = await (await client.get("/isocross")).json()
    assert (told["liquidated"], told["marks"]["ETHUSDT"]) == ([], "2790")
    assert bot.added
    assert not bot.refused


async def moved(client, path, **asked):
    answer = await client.post(path, params=asked, headers=KEY)
    return answer.status, await answer.json()


async def test_margin_that_is_moved_is_in_the_account_and_in_the_stream(monkeypatch):
    monkeypatch.setattr(venue, "TICK_S", 0.01)
    now, walk = called("isolated")
    now[0] = 5.0
    async with TestClient(TestServer(Binance(walk).app())) as client:
        line = await client.ws_connect("/ws/isocross")
        await client.get("/isocross")
        before = walk.frame
        status, told = await moved(client, "/fapi/v1/positionMargin", symbol="ETHUSDT", amount="12.5", type="1")
        assert (status, told["code"], told["amount"]) == (200, 200, 12.5)
        event = await line.receive_json(timeout=SECONDS)
        (row,) = await (await client.get("/fapi/v2/positionRisk", headers=KEY)).json()
        assert (event["e"], event["a"]["m"]) == ("ACCOUNT_UPDATE", "MARGIN_TRANSFER")
        assert Decimal(row["isolatedWallet"]) == before.positions[0].margin + Decimal("12.5")
        assert walk.frame.account.wallet == before.account.wallet
        answer = await client.post("/sapi/v1/asset/transfer", headers=KEY,
                                   data={"type": "MAIN_UMFUTURE", "asset": "USDT", "amount": "7"})  # fmt: skip
        assert (await answer.json()) == {"tranId": 2}
        assert walk.frame.account.wallet == before.account.wallet + 7


@pytest.mark.parametrize(
    ("mode", "path", "asked", "code"),
    [
        ("isolated", "/fapi/v1/positionMargin", {"symbol": "ETHUSDT", "amount": "99999", "type": "1"}, -4050),
        ("isolated", "/fapi/v1/positionMargin", {"symbol": "ETHUSDT", "amount": "149", "type": "2"}, -4051),
        ("isolated", "/fapi/v1/positionMargin", {"symbol": "BTCUSDT", "amount": "1", "type": "1"}, -4054),
        ("cross", "/fapi/v1/positionMargin", {"symbol": "ETHUSDT", "amount": "1", "type": "1"}, -4046),
        ("cross", "/fapi/v1/positionMargin", {"symbol": "ETHUSDT", "amount": "NaN", "type": "1"}, -1102),
        ("cross", "/fapi/v1/positionMargin", {"symbol": "ETHUSDT", "amount": "1", "type": "3"}, -1102),
        ("cross", "/sapi/v1/futures/transfer", {"asset": "USDT", "amount": "1000", "type": "2"}, -5013),
        ("cross", "/sapi/v1/futures/transfer", {"asset": "BTC", "amount": "1", "type": "1"}, -1102),
    ],
)
async def test_what_cannot_be_moved_is_refused_and_nothing_changes(mode, path, asked, code):
    _, walk = called(mode)
    before = walk.frame
    async with TestClient(TestServer(Binance(walk).app())) as client:
        status, told = await moved(client, path, **asked)
        assert (status, told["code"]) == (400, code)
        assert told["msg"]
        assert (await client.post(path, params=asked)).status == 401
    assert walk.frame == before
