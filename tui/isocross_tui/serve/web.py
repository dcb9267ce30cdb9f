"""The desk in a browser of this machine: the terminal of textual-serve on a page, and the same visits behind it.

A page of another site can open a line to a port of this machine, and so can other users of it. A line is taken only
from a page that this server gave out, under a name of this machine, and its address holds a word that only the one who
began the server was told.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

import textual_serve
from aiohttp import WSMsgType, web

from isocross_tui.serve.answering import runner_of
from isocross_tui.serve.child import checked
from isocross_tui.serve.hosting import Hosts, hosts_of
from isocross_tui.serve.limits import KIB
from isocross_tui.serve.relay import Relay
from isocross_tui.serve.room import Guest, Room, log

STATICS: Final = Path(textual_serve.__file__).parent / "static"
HEARTBEAT_S: Final = 15.0
LONGEST: Final = 256 * KIB
"""Bytes of one message from a browser."""
WAITING: Final = 1024 * KIB
"""Bytes that wait for a browser when painting stops; it goes on once all have gone."""
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"><title>isocross</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="static/css/xterm.css">
<style>
@font-face { font-family: "Roboto Mono"; src: url("static/fonts/RobotoMono-VariableFont_wght.ttf"); }
html, body, .textual-terminal { background: #0c0f14; height: 100%; margin: 0; }
.closed { color: #d0d4dc; display: none; font: 16px monospace; padding: 2em; }
body.-closed .closed { display: block; }
body.-closed .textual-terminal { height: 60%; }
</style>
<script src="static/js/textual.js"></script>
<script src="focus.js"></script>
</head>
<body>
<p class="closed">The visit is over. Load the page again for another one.</p>
<button id="start" hidden></button>
<div id="terminal" class="textual-terminal" data-font-size="16"
     data-session-websocket-url="ws://HOST/TOKEN/line"></div>
</body>
</html>
"""
FOCUS: Final = """const looking = setInterval(() => {
  const keys = document.querySelector("#terminal textarea");
  if (keys) { keys.focus(); clearInterval(looking); }
}, 50);
"""
"""Has the keys go to the desk from the start."""


class SocketLine:
    """The visitor's side of a visit, as a web socket."""

    def __init__(self, browser: web.WebSocketResponse) -> None:
        self._browser = browser
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._size = 0
        self._held = False
        self._open = asyncio.Event()
        self._open.set()
        self.relay: Relay | None = None

    def write(self, data: bytes) -> None:
        """Send."""
        self._size += len(data)
        self._waiting.put_nowait(data)
        if self._size > WAITING and not self._held and self.relay is not None:
            self._held = True
            self.relay.hold()

    def pause(self) -> None:
        """Take nothing more for now."""
        self._open.clear()

    def resume(self) -> None:
        """Take on."""
        self._open.set()

    def close(self, code: int) -> None:  # noqa: ARG002 - a browser is not told how a process ended
        """Hang up, after all that was written."""
        self._waiting.put_nowait(None)

    async def carry(self) -> None:
        """Send what is written until the line is closed."""
        while (data := await self._waiting.get()) is not None:
            await self._browser.send_bytes(data)
            self._size -= len(data)
            if self._held and self._size == 0 and self.relay is not None:
                self._held = False
                self.relay.go_on()
        await self._browser.close()

    async def hear(self, guest: Guest) -> None:
        """Take what the browser says until it is gone; what makes no sense is not taken."""
        async for message in self._browser:
            if message.type is not WSMsgType.TEXT or self.relay is None:
                continue
            await self._open.wait()
            kind, given = _understood(message.data)
            if kind == "stdin" and isinstance(given, str):
                self.relay.typed(given.encode("utf-8", "replace"))
            elif kind == "resize" and isinstance(given, dict):
                guest.size = _size(given.get("width"), given.get("height"))
                self.relay.resize(*guest.size)
            elif kind == "ping":
                await self._browser.send_json(["pong", given])


def _understood(text: str) -> tuple[object, object]:
    """The kind of a message and what it carries."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None, None
    return (message[0], message[1]) if isinstance(message, list) and len(message) == 2 else (None, None)


def _size(width: object, height: object) -> tuple[int, int]:
    """Columns and rows, whatever a browser says."""
    return _side(width, 80), _side(height, 24)


def _side(said: object, usual: int) -> int:
    digits = str(said)[:6] if isinstance(said, int | str) else ""
    return int(digits) if digits.isdecimal() else usual


class WebServer:
    """Gives out the page, and a visit for each line from it."""

    def __init__(self, room: Room, token: str, port: int) -> None:
        """Serve a room.

        Args:
            room: where the visits are.
            token: the word in the address.
            port: where it listens.
        """
        self._room = room
        self._token = token
        self._names = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}

    def app(self) -> web.Application:
        """What answers the browser."""
        app = web.Application(middlewares=[self._guard], client_max_size=LONGEST)
        app.add_routes(
            [
                web.get(f"/{self._token}/", self._page),
                web.get(f"/{self._token}/focus.js", self._focus),
                web.get(f"/{self._token}/line", self._line),
                web.static(f"/{self._token}/static", STATICS),
            ]
        )
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer only under a name of this machine, and a line only to a page from here."""
        origin = request.headers.get("Origin")
        if request.host not in self._names or (origin is not None and origin != f"http://{request.host}"):
            raise web.HTTPForbidden(text="This is a desk for this machine only.")
        return await handler(request)

    async def _page(self, request: web.Request) -> web.Response:
        text = PAGE.replace("HOST", request.host).replace("TOKEN", self._token)
        headers = {
            "Content-Security-Policy": POLICY.replace("connect-src 'self'", f"connect-src 'self' ws://{request.host}"),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def _focus(self, request: web.Request) -> web.Response:  # noqa: ARG002 - the library's own signature
        return web.Response(text=FOCUS, content_type="text/javascript")

    async def _line(self, request: web.Request) -> web.StreamResponse:
        """A visit, from its first screen to its end."""
        if "Origin" not in request.headers:
            raise web.HTTPForbidden(text="This is a line for the page only.")
        address = str(request.remote)
        refusal = self._room.admission.refuse_line(address)
        if refusal:
            raise web.HTTPServiceUnavailable(text=refusal)
        browser = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=LONGEST)
        line = SocketLine(browser)
        guest = Guest(
            address,
            environment=checked({"COLORTERM": "truecolor"}, "xterm-256color"),
            size=_size(request.query.get("width"), request.query.get("height")),
        )
        try:
            await browser.prepare(request)
            await self._visit(line, guest)
        finally:
            self._room.admission.line_gone(address)
        return browser

    async def _visit(self, line: SocketLine, guest: Guest) -> None:
        carrying = asyncio.create_task(line.carry())
        try:
            line.relay = await self._room.enter(line, guest)
            await line.hear(guest)
        finally:
            if line.relay is not None:
                line.relay.end("line gone")
            carrying.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await carrying


async def serve(
    make_room: Callable[[Hosts], Room], door: socket.socket, nursery: socket.socket | None, ready: Callable[[str], None]
) -> None:
    """Serve until the process is told to end.

    Args:
        make_room: makes the room for processes from somewhere.
        door: where.
        nursery: the line to the warm parent; None: there is none.
        ready: called with the address once visitors can come.
    """
    room, token, port = make_room(await hosts_of(nursery)), secrets.token_urlsafe(16), door.getsockname()[1]
    runner = runner_of(WebServer(room, token, port).app())
    await runner.setup()
    await web.SockSite(runner, door).start()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    ready(f"http://127.0.0.1:{port}/{token}/")
    await stop.wait()
    await room.close()
    await runner.cleanup()
    log("closed")
