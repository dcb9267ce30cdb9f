"""The wire of `isocross mcp`: every request is answered, also one that cannot be read, and those before the end.

The server of the SDK stops what it is at when its input ends, and says nothing of a line that is no message.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, TypeAlias

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server import MCPServer
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp.types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
)
from pydantic import ValidationError

LONGEST_S = 300
"""Seconds for which one answer more is waited for after the input has ended."""
Heard: TypeAlias = SessionMessage | Exception
_UNREADABLE = {
    PARSE_ERROR: "this line is not JSON that can be read",
    INVALID_REQUEST: "this is not a request: expected jsonrpc 2.0, a method as a text, and params as an object",
}


class Wire:
    """What stands between the lines of the SDK and its server."""

    def __init__(self, out: Any) -> None:
        """Take the stream that leads to the lines that are printed."""
        self._out = out
        self._waiting: Counter[int | str] = Counter()
        """How many answers are due, by the id of their requests."""
        self._changed = anyio.Event()

    async def hear(self, lines: Any, heard: MemoryObjectSendStream[Heard]) -> None:
        """Hand on what comes in; at the end wait until all of it is answered."""
        async with heard:
            async for item in lines:
                if isinstance(item, Exception):
                    await self._refuse(item)
                else:
                    self._count(item.message)
                    await heard.send(item)
            while self._waiting:
                self._changed = anyio.Event()
                with anyio.move_on_after(LONGEST_S) as patience:
                    await self._changed.wait()
                if patience.cancelled_caught:
                    break

    async def say(self, said: MemoryObjectReceiveStream[SessionMessage]) -> None:
        """Hand on what goes out."""
        async with self._out:
            async for item in said:
                await self._out.send(item)
                if isinstance(item.message, JSONRPCResponse | JSONRPCError) and item.message.id is not None:
                    self._answered(item.message.id)

    def _count(self, message: Any) -> None:
        if isinstance(message, JSONRPCRequest):
            self._waiting[message.id] += 1
        elif isinstance(message, JSONRPCNotification) and message.method == "notifications/cancelled":
            self._answered((message.params or {}).get("requestId"))

    def _answered(self, asked: Any) -> None:
        if isinstance(asked, int | str) and asked in self._waiting:
            self._waiting = self._waiting - Counter((asked,))
            self._changed.set()

    async def _refuse(self, fault: Exception) -> None:
        """Answer a line that is no message."""
        given = fault.errors(include_url=False, include_context=False) if isinstance(fault, ValidationError) else []
        inputs = [error["input"] for error in given]
        if any(isinstance(one, str) and not one.strip() for one in inputs):
            return
        code = PARSE_ERROR if any(error["type"] == "json_invalid" for error in given) else INVALID_REQUEST
        asked = next((found for one in inputs if (found := _id_in(one)) is not None), None)
        error = ErrorData(code=code, message=_UNREADABLE[code])
        await self._out.send(SessionMessage(JSONRPCError(jsonrpc="2.0", id=asked, error=error)))


def _id_in(given: Any) -> int | str | None:
    """The id of the request that a line or its object is; None where it has none that can be sent back."""
    try:
        value = json.loads(given.lstrip("\ufeff")) if isinstance(given, str) else given
        found = value.get("id") if isinstance(value, dict) else None
        if isinstance(found, str):
            found.encode()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, int | str) and not isinstance(found, bool) else None


async def serve(made: MCPServer[Any]) -> None:
    """Answer over standard input and output until all that came in is answered."""
    lowest = made._lowlevel_server
    async with stdio_server() as (lines, out):
        wire = Wire(out)
        heard, asked = anyio.create_memory_object_stream[Heard](0)
        said, answers = anyio.create_memory_object_stream[SessionMessage](0)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wire.hear, lines, heard)
            tasks.start_soon(wire.say, answers)
            async with asked, said:
                await lowest.run(asked, said, lowest.create_initialization_options())
