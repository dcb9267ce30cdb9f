"""Beginning the server for browsers: its port, what was left behind by an earlier one; then serving until the end."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from isocross_tui.serve.hosting import Hosts
from isocross_tui.serve.limits import Limits
from isocross_tui.serve.port import unheard
from isocross_tui.serve.room import Room
from isocross_tui.serve.visits import swept_visits
from isocross_tui.serve.web import serve


def run(
    shown: Mapping[str, bytes], limits: Limits, folder: Path | None, nursery: socket.socket | None, port: int
) -> None:
    """Serve this machine until the process is told to end; raises ValueError with what keeps it from beginning.

    Args:
        shown: the workspaces that each visit gets copies of.
        limits: of each visit and of all.
        folder: where the folders of the visits are; None: where the program keeps what it remembers.
        nursery: the line to the warm parent; None: there is none.
        port: where; 0: one that is free.
    """
    visits = swept_visits(folder)
    try:
        door = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise ValueError(unheard(port, error)) from None

    def ready(address: str) -> None:
        print(f"listening to this machine only: {address}", file=sys.stderr, flush=True)

    def make_room(hosts: Hosts) -> Room:
        return Room(hosts, shown, limits, visits)

    asyncio.run(serve(make_room, door, nursery, ready))
