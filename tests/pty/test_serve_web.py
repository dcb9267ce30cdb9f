"""The desk in a browser of this machine: a page, a line from that page only, and the visits of the room behind it."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from painted import Painted
from pty_terminal import DEADLINE_S, DESK, PATIENT, plain_environment

if find_spec("textual_serve") is None or not sys.platform.startswith("linux"):
    pytest.skip("textual-serve is needed, and Linux", allow_module_level=True)

import aiohttp


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """Where the page is."""
    log = home / "log"
    with log.open("wb") as out:
        options = ("--port", "0", "--visits", "2", "--connects", "1000", *PATIENT)
        server = subprocess.Popen(
            [*DESK, "serve", "web", "guide-cross", *options], stderr=out, env=plain_environment(home), cwd=home
        )
    try:
        end = time.monotonic() + DEADLINE_S
        while not (found := re.search(r"http://127.0.0.1:\d+/\S+/", log.read_text("utf-8"))):
            assert time.monotonic() < end, log.read_text("utf-8")
            assert server.poll() is None, log.read_text("utf-8")
            time.sleep(0.05)
        yield found[0]
        assert not re.search(r" s, (?!left|line gone)", log.read_text("utf-8"))
    finally:
        server.terminate()
        server.wait(DEADLINE_S)


CODES = re.compile(r"\x1b\[[0-9;?<>=!$ ]*[@-~]")


class Browser:
    """A page's line, and what it has painted."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse) -> None:
        self.line = line
        self.painted = ""
        self.screen = Painted()

    async def wait_for(self, words: str) -> None:
        while words not in f"{CODES.sub('', self.painted)}{self.screen.text}":
            message = await self.line.receive(DEADLINE_S)
            assert message.type is aiohttp.WSMsgType.BINARY, (message, self.painted[-500:])
            self.painted += message.data.decode("utf-8", "replace")
            self.screen.write(message.data)

    async def type(self, keys: str) -> None:
        await self.line.send_json(["stdin", keys])

    async def next_words(self) -> list[object]:
        """What the server says next, whatever is painted before it."""
        message = await self.line.receive(DEADLINE_S)
        while message.type is aiohttp.WSMsgType.BINARY:
            message = await self.line.receive(DEADLINE_S)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        words: list[object] = json.loads(message.data)
        return words

    async def wait_for_end(self) -> None:
        while (await self.line.receive(DEADLINE_S)).type is aiohttp.WSMsgType.BINARY:
            pass
        assert self.line.closed


def origin(address: str) -> str:
    return address[: address.index("/", 8)]


@asynccontextmanager
async def browser(address: str, size: str = "?width=120&height=36") -> AsyncIterator[Browser]:
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{address}line{size}", origin=origin(address)) as line,
    ):
        yield Browser(line)


def visits(home: Path) -> list[Path]:
    return list((home / "state" / "isocross" / "visits").iterdir())


async def until_empty(home: Path) -> None:
    end = time.monotonic() + DEADLINE_S
    while visits(home):
        assert time.monotonic() < end
        time.sleep(0.05)


async def test_a_page_opens_a_desk_that_takes_keys_and_sizes_and_ends(address, home):
    async with browser(address) as page:
        await page.wait_for("? help")
        await page.type("\x1b[D")
        await page.wait_for("BTC −31")
        await page.line.send_json(["resize", {"width": 50, "height": 20}])
        await page.wait_for("60×16 shows the desk")
        await page.line.send_json(["ping", 7])
        assert await page.next_words() == ["pong", 7]
        await page.type("q")
        await page.wait_for_end()
    await until_empty(home)


async def test_a_page_that_is_gone_takes_its_visit_with_it(address, home):
    async with browser(address, "?width=999999&height=12") as page:
        await page.wait_for("60×16 shows the desk")
        assert max(map(len, page.screen.text.splitlines())) == 300
        assert len(visits(home)) == 1
    await until_empty(home)


async def test_what_makes_no_sense_is_not_taken(address, home):
    async with browser(address, "?width=123456x&height=") as page:
        await page.wait_for("? help")
        for nonsense in ("", "{", "[]", '["stdin"]', '["stdin", 5]', '["resize", 5]', '["resize", {}]', "[" * 90_000):
            await page.line.send_str(nonsense)
        await page.type("\x1b[D")
        await page.wait_for("−31")
    await until_empty(home)


NO_HTTP = [b"", b"\0" * 70_000, b"GET / HTTP/9.9\r\n\r\n", b"GET / \0\r\n\r\n", b"\x1b[31m\r\n\r\n"]


@pytest.mark.parametrize("junk", NO_HTTP)
async def test_what_is_no_http_costs_its_own_line_only_and_is_not_logged(address, home, junk):
    host, port = origin(address).removeprefix("http://").split(":")
    before = (home / "log").read_text("utf-8")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(junk)
    writer.write_eof()
    with suppress(ConnectionError):
        await reader.read()
    writer.close()
    async with aiohttp.ClientSession() as session, session.get(address) as page:
        assert page.status == 200
    assert (home / "log").read_text("utf-8") == before


async def test_a_full_room_says_so(address, home):
    async with browser(address) as one, browser(address) as other:
        await one.wait_for("? help")
        await other.wait_for("? help")
        async with browser(address) as third:
            await third.wait_for("The room is full")
            await third.wait_for_end()
    await until_empty(home)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("", {}, 200),
        ("", {"Host": "evil.example"}, 403),
        ("", {"Origin": "http://evil.example"}, 403),
        ("line", {}, 403),
        ("line", {"Origin": "http://evil.example"}, 403),
        ("static/js/textual.js", {}, 200),
        ("static/", {}, 403),
        ("static/../../server.py", {}, 404),
        ("../", {}, 404),
        ("../wrong/line", {}, 404),
    ],
)
async def test_only_this_machine_and_this_page_are_answered(address, path, headers, status):
    async with aiohttp.ClientSession() as session, session.get(f"{address}{path}", headers=headers) as answer:
        assert answer.status == status


async def test_the_page_asks_nobody_else_for_anything(address):
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        text = await answer.text()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    hosts = set(re.findall(r"(?:https?|wss?)://([^/\"' ]+)", text))
    assert hosts == {origin(address).removeprefix("http://")}


# --- a real browser ------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--window-size=1400,900")


class Tab:
    """The tab of a browser, led by its debugging line."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse) -> None:
        self._line = line
        self._count = 0
        self.asked: set[str] = set()
        """The addresses that the page has asked for anything."""

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        self._count += 1
        await self._line.send_json({"id": self._count, "method": method, "params": parameters})
        while True:
            told = await self._line.receive_json(timeout=DEADLINE_S)
            if told.get("method") == "Network.requestWillBeSent":
                self.asked.add(told["params"]["request"]["url"])
            if told.get("id") == self._count:
                assert "error" not in told, told
                return told["result"]

    async def evaluate(self, script: str) -> Any:
        return (await self.call("Runtime.evaluate", expression=script, returnByValue=True))["result"].get("value")

    async def wait_for(self, holds: Callable[[], Awaitable[bool]]) -> None:
        end = time.monotonic() + DEADLINE_S
        while not await holds():
            assert time.monotonic() < end
            await asyncio.sleep(0.1)

    async def picture(self) -> bytes:
        return base64.b64decode((await self.call("Page.captureScreenshot"))["data"])


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Tab]:
    """A browser with one empty tab."""
    process = subprocess.Popen(
        [CHROMIUM, *FLAGS, f"--user-data-dir={folder}", "about:blank"],
        stderr=subprocess.PIPE,
        text=True,
        env=plain_environment(folder),
    )
    try:
        told = next(line for line in process.stderr if "DevTools listening" in line)
        port = re.search(r":(\d+)/", told)[1]
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json") as answer:
                page = next(page for page in await answer.json() if page["type"] == "page")
            async with session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=0) as line:
                yield Tab(line)
    finally:
        process.kill()
        process.wait()


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is needed")
async def test_a_real_browser_shows_the_desk_and_its_keys_arrive(address, home, tmp_path):
    async with chromium(tmp_path) as tab:
        for room in ("Page", "Network"):
            await tab.call(f"{room}.enable")
        await tab.call("Page.navigate", url=address)
        await tab.wait_for(lambda: tab.evaluate("document.body?.classList.contains('-first-byte')"))
        await tab.wait_for(lambda: tab.evaluate("document.activeElement?.tagName === 'TEXTAREA'"))
        before = await still(tab)
        for kind in ("keyDown", "keyUp"):
            await tab.call("Input.dispatchKeyEvent", type=kind, key="f", code="KeyF", text="f" * (kind == "keyDown"))
        await tab.wait_for(lambda: another(tab, before))
        # q asks about the flip first, so the key before it was understood
        for _ in range(2):
            await tab.call("Input.dispatchKeyEvent", type="keyDown", key="q", code="KeyQ", text="q")
            await tab.call("Input.dispatchKeyEvent", type="keyUp", key="q", code="KeyQ")
        await tab.wait_for(lambda: tab.evaluate("document.body.classList.contains('-closed')"))
        hosts = {asked.split("/")[2] for asked in tab.asked if asked.startswith(("http", "ws"))}
        assert hosts == {origin(address).removeprefix("http://")}
        assert await tab.evaluate("document.querySelector('#terminal canvas').width") > 1000
    await until_empty(home)


async def still(tab: Tab) -> bytes:
    """The picture once nothing moves in it any more."""
    before = b""
    while before != (now := await tab.picture()):
        before = now
        await asyncio.sleep(0.5)
    return now


async def another(tab: Tab, before: bytes) -> bool:
    return await tab.picture() != before
