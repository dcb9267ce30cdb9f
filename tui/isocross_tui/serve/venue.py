"""A venue on loopback: answers as Hyperliquid, dYdX, Binance or Bybit do, of an account on its path, with faults.

A fault is on from the start, or switched on and off while it runs: `POST /isocross/faults` takes the names of those
that are on from now, as a JSON list. `GET /isocross` says where the account is.
"""

from __future__ import annotations

import asyncio
import json
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from isocross.live import binance, bybit, dydx, hyperliquid, moving
from isocross.live.walking import Walk, liquidated
from isocross.money import text
from isocross_tui.serve.answering import runner_of

FAULTS = ("429", "half", "stale", "drop", "trading-key")
"""Too many requests, answers cut in half, times of three minutes ago, streams that drop, a key that may trade."""
STALE_MS = 180_000
WAIT_S = 7
"""What an answer of 429 asks for."""
TICK_S = 1.0
"""Seconds between two looks for something to send down a stream."""


class Venue(ABC):
    """What the venues have in common: where the account is, and the faults."""

    def __init__(self, walk: Walk, faults: Iterable[str] = ()) -> None:
        """Answer for an account that walks."""
        self.walk = walk
        self.faults = set(faults)

    def app(self) -> web.Application:
        """Everything that is answered."""
        app = web.Application(middlewares=[self._with_faults])
        app.add_routes([web.get("/isocross", self._where), web.post("/isocross/faults", self._switch)])
        self._add_routes(app)
        return app

    @abstractmethod
    def _add_routes(self, app: web.Application) -> None:
        """Add the venue's own questions."""

    @property
    def now_ms(self) -> int:
        """The venue's clock."""
        return int(time.time() * 1000) - (STALE_MS if "stale" in self.faults else 0)

    def _where_now(self) -> dict[str, Any]:
        frame = self.walk.frame
        fallen, marks = liquidated(frame), {name: text(mark) for name, mark in frame.marks.items()}
        on = sorted(self.faults)
        return {"at": self.walk.words, "place": text(frame.place), "marks": marks, "liquidated": fallen, "faults": on}

    async def _where(self, _request: web.Request) -> web.Response:
        return web.json_response(self._where_now())

    async def _switch(self, request: web.Request) -> web.Response:
        try:
            named = await request.json()
        except ValueError:
            named = None
        if not isinstance(named, list) or not {*map(str, named)} <= {*FAULTS}:
            expected = f"a JSON list of {', '.join(FAULTS)}; an empty one ends them"
            return web.json_response({"error": f"these are not faults: expected {expected}"}, status=400)
        self.faults = set(map(str, named))
        return web.json_response(self._where_now())

    @web.middleware
    async def _with_faults(self, request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
        """Spoil what is answered, but for the questions about the venue itself."""
        if request.path.startswith("/isocross"):
            found: web.StreamResponse = await handler(request)
            return found
        if "429" in self.faults:
            said = {"code": -1003, "msg": "Too many requests."}
            return web.json_response(said, status=429, headers={"Retry-After": str(WAIT_S)})
        response: web.StreamResponse = await handler(request)
        if "half" in self.faults and isinstance(response, web.Response) and isinstance(response.body, bytes):
            half = response.body[: len(response.body) // 2]
            return web.Response(body=half, content_type="application/json")
        return response

    async def _stream(
        self, request: web.Request, line: web.WebSocketResponse, events: Callable[[], Iterable[Any]]
    ) -> None:
        """Send what there is to tell each second, until the line ends or is dropped."""
        while not line.closed and "drop" not in self.faults:
            for event in events():
                with suppress(ConnectionError):  # whoever listened has gone
                    await line.send_json(event)
            await asyncio.sleep(TICK_S)
        if request.transport is not None and not line.closed:
            request.transport.abort()


class Hyperliquid(Venue):
    """Hyperliquid's info endpoint and its stream."""

    def _add_routes(self, app: web.Application) -> None:
        app.add_routes([web.post("/info", self._info), web.get("/ws", self._line)])

    async def _info(self, request: web.Request) -> web.Response:
        try:
            asked = await request.json()
        except ValueError:
            asked = None
        kind = asked.get("type") if isinstance(asked, dict) else None
        answer = hyperliquid.ANSWERS.get(kind) if isinstance(kind, str) else None
        if answer is None:
            return web.Response(status=422, text="Failed to deserialize the JSON body into the target type")
        return web.json_response(answer(self.walk.frame, self.now_ms))

    async def _line(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse()
        await line.prepare(request)
        subscribed: list[dict[str, Any]] = []
        sending = asyncio.create_task(self._stream(request, line, lambda: self._news(subscribed)))
        async for message in line:
            await self._hear(line, message.data if message.type is WSMsgType.TEXT else "", subscribed)
        sending.cancel()
        return line

    async def _hear(self, line: web.WebSocketResponse, said: str, subscribed: list[dict[str, Any]]) -> None:
        try:
            asked = json.loads(said)
        except ValueError:
            asked = None
        method = asked.get("method") if isinstance(asked, dict) else None
        if method == "ping":
            await line.send_json({"channel": "pong"})
        elif method == "subscribe" and isinstance(asked.get("subscription"), dict):
            subscribed.append(asked["subscription"])
            await line.send_json({"channel": "subscriptionResponse", "data": asked})
        else:
            await line.send_json({"channel": "error", "data": f"Invalid message: {said[:100]}"})

    def _news(self, subscribed: list[dict[str, Any]]) -> list[dict[str, Any]]:
        frame = self.walk.frame
        told: dict[str, Callable[[], dict[str, Any]]] = {
            "allMids": lambda: {"mids": hyperliquid.all_mids(frame)},
            "clearinghouseState": lambda: {"clearinghouseState": hyperliquid.clearinghouse_state(frame, self.now_ms)},
        }
        wanted = [kind for each in subscribed if (kind := str(each.get("type"))) in told]
        coins = {str(each.get("coin")) for each in subscribed if each.get("type") == "activeAssetCtx"}
        names = [hyperliquid.coin(frame, name) for name in frame.book.markets]
        pairs = zip(names, hyperliquid.contexts(frame), strict=True) if coins else ()
        marks = [{"channel": "activeAssetCtx", "data": {"coin": name, "ctx": context}}
                 for name, context in pairs if name in coins]  # fmt: skip
        return [*({"channel": kind, "data": told[kind]()} for kind in wanted), *marks]


SIGNED = ("/fapi/v2/", "/fapi/v3/", "/sapi/", "/fapi/v1/listenKey", "/fapi/v1/multiAssetsMargin",
          "/fapi/v1/positionMargin", "/fapi/v1/leverageBracket")  # fmt: skip
"""Beginnings of the paths that a key is needed for."""


class Binance(Venue):
    """Binance's account of USDⓈ-M futures and its user stream."""

    def _add_routes(self, app: web.Application) -> None:
        app.add_routes([web.get(path, self._answer) for path in binance.ANSWERS])
        for add in (web.post, web.put, web.delete):
            app.add_routes([add("/fapi/v1/listenKey", self._listen)])
        app.add_routes([web.post(path, self._move) for path in (moving.MARGIN, *moving.TRANSFERS)])
        app.add_routes([web.get("/ws/{key}", self._line)])

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.path.startswith(SIGNED) and not request.headers.get("X-MBX-APIKEY"):
            return web.json_response({"code": -2014, "msg": "API-key format invalid."}, status=401)
        return None

    async def _answer(self, request: web.Request) -> web.Response:
        refused = self._refused(request)
        if refused is not None:
            return refused
        found = binance.ANSWERS[request.path](self.walk.frame, self.now_ms)
        symbol = request.query.get("symbol")
        if symbol is not None and isinstance(found, list):
            found = [row for row in found if row["symbol"] == symbol]
            if request.path == "/fapi/v1/premiumIndex":
                found = found[0] if found else {"code": -1121, "msg": "Invalid symbol."}
        if request.path == "/sapi/v1/account/apiRestrictions" and "trading-key" in self.faults:
            found = {**found, "enableFutures": True}
        return web.json_response(found, status=400 if "code" in found else 200)

    async def _move(self, request: web.Request) -> web.Response:
        """Move margin or cash, whether the parameters are in the address or in the body."""
        refused = self._refused(request)
        if refused is not None:
            return refused
        form = await request.post()
        asked = {name: str(value) for name, value in (*request.query.items(), *form.items())}
        status, told = moving.moved(self.walk, request.path, asked)
        return web.json_response(told, status=status)

    async def _listen(self, request: web.Request) -> web.Response:
        answer = {"listenKey": "isocross"} if request.method == "POST" else {}
        return self._refused(request) or web.json_response(answer)

    async def _line(self, request: web.Request) -> web.WebSocketResponse:
        line = web.WebSocketResponse(heartbeat=180)
        await line.prepare(request)
        known: dict[str, Any] = {}
        marks = request.match_info["key"].startswith("!markPrice")
        sending = asyncio.create_task(self._stream(request, line, self._marks if marks else lambda: self._news(known)))
        async for _ in line:
            pass
        sending.cancel()
        return line

    def _marks(self) -> list[Any]:
        frame, now = self.walk.frame, self.now_ms
        return [[{"e": "markPriceUpdate", "E": now, "s": name, "p": text(m)} for name, m in frame.marks.items()]]

    def _news(self, known: dict[str, Any]) -> list[dict[str, Any]]:
        """The events of the user stream: who is called, each once, and the account when it is another."""
        frame, news = self.walk.frame, []
        call = binance.margin_call(frame, self.now_ms)
        called = [row["s"] for row in call["p"]] if call else []
        if call is not None and called != known.get("called"):
            news.append(call)
        if known.setdefault("events", len(frame.events)) != len(frame.events):
            news.append(binance.account_update(frame, self.now_ms))
        known.update(called=called, events=len(frame.events))
        return news


class Bybit(Venue):
    """Bybit's unified account of linear contracts."""

    def _add_routes(self, app: web.Application) -> None:
        app.add_routes([web.get(path, self._answer) for path in bybit.ANSWERS])

    async def _answer(self, request: web.Request) -> web.Response:
        now, path, asked = self.now_ms, request.path, request.query
        if not path.startswith("/v5/market/") and not request.headers.get("X-BAPI-API-KEY"):
            return web.json_response({**bybit.answered({}, now), "retCode": 10003, "retMsg": "API key is invalid."})
        frame = self.walk.frame
        found = bybit.ANSWERS[path](frame, now)
        result = found["result"]
        if path == "/v5/user/query-api" and "trading-key" in self.faults:
            result["readOnly"] = 0
        if asked.get("category", "linear") != "linear" or asked.get("settleCoin") not in (None, frame.book.currency):
            result["list"] = []
        if "symbol" in asked:
            result["list"] = [row for row in result["list"] if row["symbol"] == asked["symbol"]]
        return web.json_response(found)


class Dydx(Venue):
    """The indexer of dYdX."""

    def _add_routes(self, app: web.Application) -> None:
        app.add_routes([
            web.get("/v4/addresses/{address}/parentSubaccountNumber/{number}", self._parent),
            web.get("/v4/perpetualMarkets", self._markets),
            web.get("/v4/time", self._time),
        ])  # fmt: skip

    async def _parent(self, request: web.Request) -> web.Response:
        if request.match_info["number"] != "0":
            told = {"errors": [{"msg": "No subaccount found with this address and number"}]}
            return web.json_response(told, status=404)
        return web.json_response(dydx.parent(self.walk.frame, request.match_info["address"]))

    async def _markets(self, _request: web.Request) -> web.Response:
        return web.json_response(dydx.markets(self.walk.frame))

    async def _time(self, _request: web.Request) -> web.Response:
        return web.json_response(dydx.clock(self.now_ms))


VENUES: dict[str, type[Venue]] = {"hyperliquid": Hyperliquid, "dydx": Dydx, "binance": Binance, "bybit": Bybit}


async def serve(venue: Venue, door: socket.socket, ready: Callable[[str], None]) -> None:
    """Answer until the task is cancelled."""
    runner = runner_of(venue.app())
    await runner.setup()
    await web.SockSite(runner, door).start()
    ready(f"http://127.0.0.1:{door.getsockname()[1]}")
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
