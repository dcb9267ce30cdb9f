"""The venue on loopback: its answers are those of the account where it walks, and each fault is as it was asked for."""

import json
import logging
import sys
from decimal import Decimal

import pytest

pytest.importorskip("aiohttp", reason="the venue needs aiohttp: pip install 'isocross[live]'")

from aiohttp import WSMsgType
from aiohttp.test_utils import TestClient, TestServer
from click.testing import CliRunner

from isocross.exchange import import_files
from isocross.live.walking import liquidated, walk_of
from isocross.workspace.resolve import load
from isocross_tui.cli.main import main
from isocross_tui.serve import venue, venue_command
from isocross_tui.serve.answering import told_in_a_line
from isocross_tui.serve.venue import STALE_MS, VENUES

FILE = """
format = 1
name = "walker"
venue = "%s"
wallet = 1000
positions = [
  { id = "btc", market = "%s", side = "long", mode = "cross", quantity = 0.05, entry = 60000, leverage = 10 },
  { id = "eth", market = "%s", side = "long", mode = "isolated", quantity = 1, entry = 3000, leverage = 20 },
]

[scenario]
path = "walk"
legs = [-0.2]
"""
SYMBOLS = {"hyperliquid": ("BTC", "ETH"), "binance": ("BTCUSDT", "ETHUSDT")}
KEY = {"X-MBX-APIKEY": "any"}
SECONDS = 60


def walk_at(name, minutes, speed="1"):
    """An account that has walked for so many minutes."""
    now = [0.0]
    workspace = load(FILE % (name, *SYMBOLS[name]))
    walk = walk_of(workspace, name, None, Decimal(speed), lambda: now[0])
    now[0] = minutes * 60.0
    return walk


def served(name, minutes=0.0, faults=()):
    return TestClient(TestServer(VENUES[name](walk_at(name, minutes), faults).app()))


async def hyperliquid(client, kind):
    return await client.post("/info", json={"type": kind, "user": "0x1"})


@pytest.mark.parametrize("minutes", [0, 0.25])
async def test_what_hyperliquid_answers_is_read_back_as_the_account(minutes):
    walk = walk_at("hyperliquid", minutes)
    async with served("hyperliquid", minutes) as client:
        answer = await (await hyperliquid(client, "clearinghouseState")).read()
        marks = await (await hyperliquid(client, "allMids")).json()
    frame, read = walk.frame, import_files([("answer", answer)])
    held = [position.position for position in frame.positions if not position.ended]
    assert [(p.market, p.quantity, p.mode) for p in read.workspace.positions] == [
        (p.market, p.quantity, p.mode) for p in held
    ]
    assert abs(read.workspace.wallet - frame.account.wallet) < Decimal("1e-9")
    assert {coin: Decimal(mid) for coin, mid in marks.items()} == dict(frame.marks)
    compared = [note.message for note in read.notes if note.kind == "compared"]
    assert compared
    assert not [told for told in compared if "unexplained" in told]


async def test_what_binance_answers_is_read_back_as_the_account():
    frame = walk_at("binance", 0.25).frame
    async with served("binance", 0.25) as client:
        files = [
            (path, await (await client.get(path, headers=KEY)).read())
            for path in ("/fapi/v2/account", "/fapi/v2/positionRisk", "/fapi/v2/balance")
        ]
    read = import_files(files[1:])
    assert read.workspace.wallet == frame.account.wallet
    assert {p.id: p.margin for p in read.workspace.positions} == {p.position.id: p.margin for p in frame.positions
                                                                  if not p.ended} | {"btc": Decimal(300)}  # fmt: skip
    assert not [note.message for note in read.notes if "unexplained" in note.message]
    assert import_files(files[:1] + files[1:2]).workspace.wallet == frame.account.wallet


async def test_binance_needs_a_key_and_asks_what_it_may_do():
    async with served("binance") as client:
        refused = await client.get("/fapi/v2/account")
        assert (refused.status, (await refused.json())["code"]) == (401, -2014)
        path = "/sapi/v1/account/apiRestrictions"
        assert (await (await client.get(path, headers=KEY)).json())["enableFutures"] is False
        await client.post("/isocross/faults", json=["trading-key"])
        assert (await (await client.get(path, headers=KEY)).json())["enableFutures"] is True


async def test_marks_of_one_market_are_those_of_the_walk():
    async with served("binance", 0.5) as client:
        row = await (await client.get("/fapi/v1/premiumIndex", params={"symbol": "BTCUSDT"})).json()
        strange = await client.get("/fapi/v1/premiumIndex", params={"symbol": "NONEUSDT"})
        assert (strange.status, (await strange.json())["code"]) == (400, -1121)
    assert Decimal(row["markPrice"]) == walk_at("binance", 0.5).frame.marks["BTCUSDT"] == 54000


async def test_the_user_stream_calls_for_margin_and_tells_of_a_liquidation(monkeypatch):
    monkeypatch.setattr(venue, "TICK_S", 0.01)
    walk = walk_at("binance", 0)
    places = [Decimal("0.228"), Decimal("0.228"), Decimal("0.5")]
    walking = type("Steps", (), {"frame": property(lambda _: walk.rehearsal.frame(
        places.pop(0) if len(places) > 1 else places[0]))})()  # fmt: skip
    async with TestClient(TestServer(VENUES["binance"](walking).app())) as client:
        key = (await (await client.post("/fapi/v1/listenKey", headers=KEY)).json())["listenKey"]
        line = await client.ws_connect(f"/ws/{key}")
        called, changed = await line.receive_json(timeout=SECONDS), await line.receive_json(timeout=SECONDS)
        while changed["e"] != "ACCOUNT_UPDATE":
            changed = await line.receive_json(timeout=SECONDS)
    assert (called["e"], [row["s"] for row in called["p"]]) == ("MARGIN_CALL", ["ETHUSDT"])
    assert "ETHUSDT" not in [row["s"] for row in changed["a"]["P"]]


async def test_a_stream_of_hyperliquid_answers_and_drops_on_demand(monkeypatch):
    monkeypatch.setattr(venue, "TICK_S", 0.01)
    async with served("hyperliquid") as client:
        line = await client.ws_connect("/ws")
        await line.send_json({"method": "subscribe", "subscription": {"type": "allMids"}})
        assert (await line.receive_json(timeout=SECONDS))["channel"] == "subscriptionResponse"
        assert Decimal((await line.receive_json(timeout=SECONDS))["data"]["mids"]["BTC"]) == 60000
        await client.post("/isocross/faults", json=["drop"])
        kinds = set()
        while WSMsgType.TEXT in kinds or not kinds:
            kinds = {(await line.receive(timeout=SECONDS)).type}
        assert kinds <= {WSMsgType.CLOSED, WSMsgType.CLOSE, WSMsgType.ERROR}


async def test_faults_are_switched_on_and_off():
    async with served("hyperliquid", faults=["429"]) as client:
        refused = await hyperliquid(client, "clearinghouseState")
        assert (refused.status, refused.headers["Retry-After"]) == (429, "7")
        await client.post("/isocross/faults", json=["half"])
        cut = await (await hyperliquid(client, "clearinghouseState")).text()
        with pytest.raises(ValueError, match=r"delimiter|Unterminated|Expecting"):
            json.loads(cut)
        await client.post("/isocross/faults", json=[])
        now = (await (await hyperliquid(client, "clearinghouseState")).json())["time"]
        await client.post("/isocross/faults", json=["stale"])
        assert (await (await hyperliquid(client, "clearinghouseState")).json())["time"] <= now - STALE_MS + 60_000
        assert (await client.post("/isocross/faults", json=["fire"])).status == 400
        assert (await client.post("/isocross/faults", data="{")).status == 400


async def test_what_is_not_asked_well_is_refused_as_the_venue_does():
    async with served("hyperliquid") as client:
        assert (await client.post("/info", data="no")).status == 422
        assert (await hyperliquid(client, "order")).status == 422
        assert (await client.post("/exchange", json={})).status == 404


def test_a_failure_of_an_answer_is_told_in_a_line_without_what_a_terminal_acts_on():
    try:
        raise ValueError("\x1b[31mstrange\n")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "Error %s", ("here",), sys.exc_info())
    assert told_in_a_line(record)
    assert logging.Formatter().format(record) == r"Error here: ValueError('\x1b[31mstrange\n')"


async def test_where_the_account_is_can_be_asked():
    async with served("hyperliquid", 5) as client:
        told = await (await client.get("/isocross")).json()
    assert (told["liquidated"], told["marks"]["BTC"]) == (liquidated(walk_at("hyperliquid", 5).frame), "48000")
    assert told["liquidated"]


def test_a_crash_of_the_shelf_goes_by_its_clock():
    now = [0.0]
    walk = walk_of(load("guide-cross"), "binance", "crash-2025-10-10", Decimal(60), lambda: now[0])
    assert walk.place == 0
    now[0] = 60.0
    first, hour_on = walk.rehearsal.path.time(Decimal(0)), walk.rehearsal.path.time(walk.place)
    assert (hour_on - first).total_seconds() == 3600
    now[0] = 1e9
    assert walk.place == walk.rehearsal.path.end


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--account", "guide-cross"], "cross account: scenario.path: the account is not on a path through time"),
        (["--account", "guide-cross", "--path", "2025-1-1"], "no history is called"),
        (["--account", "guide-cross", "--speed", "fast"], "'fast' is not a number from 0 to 100,000"),
        (["--account", "nobody"], "nobody"),
    ],
)
def test_what_cannot_walk_is_one_sentence(words, told):
    done = CliRunner().invoke(main, ["venue", "binance", *words])
    assert done.exit_code
    assert told in done.stderr


def test_the_command_names_the_faults_and_venues_there_are():
    assert tuple(VENUES) == venue_command.NAMES
    assert venue_command.FAULTS == venue.FAULTS
