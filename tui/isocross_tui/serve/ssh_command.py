"""Beginning the server: its keys, its port, what was left behind by an earlier one; then serving until it is ended."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from isocross.records import dataclass
from isocross_tui.serve.hosting import Hosts
from isocross_tui.serve.hub import FOLLOW
from isocross_tui.serve.keys import KeysError, authorized_keys, host_key, host_key_file
from isocross_tui.serve.limits import Limits
from isocross_tui.serve.port import unheard
from isocross_tui.serve.room import Room
from isocross_tui.serve.ssh import Doors, doors_at, serve
from isocross_tui.serve.visits import swept_visits


@dataclass(frozen=True)
class Entrance:
    """Where visitors come in, and who may."""

    port: int
    """0: one that is free."""
    public: bool
    """Whether every address is listened to."""
    authorized: Path | None
    """The keys of those who may come; None: everybody may."""


def run(
    shown: Mapping[str, bytes],
    limits: Limits,
    folder: Path | None,
    nursery: socket.socket | None,
    entrance: Entrance,
    hub: Path | None = None,
    began: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until the process is told to end; raises ValueError with what keeps it from beginning.

    Args:
        shown: the workspaces that each visit gets copies of.
        limits: of each visit and of all.
        folder: where the folders of the visits are; None: where the program keeps what it remembers.
        nursery: the line to the warm parent; None: there is none.
        entrance: where visitors come in, and who may.
        hub: the folder of the lines between a presenter and those that follow; None: nobody presents.
        began: hears how to come in, once visitors can.
    """
    visits = swept_visits(folder)
    doors = _opened(entrance)

    def ready() -> None:
        port = doors.sockets[0].getsockname()[1]
        where = "every address" if entrance.public else "this machine only"
        who = "everybody" if entrance.authorized is None else f"the keys in {entrance.authorized}"
        print(f"host key: {doors.key.get_fingerprint()}", file=sys.stderr)
        # who listens to this machine only is found nowhere else
        come = f"ssh -p {port} {'HOST' if entrance.public else 'localhost'}"
        print(f"listening to {where} on port {port}, for {who}: {come}", file=sys.stderr, flush=True)
        began(f"The room is open to {where}: {come}.")

    def make_room(hosts: Hosts) -> Room:
        return Room(hosts, shown, limits, visits, follows=None if hub is None else str(hub / FOLLOW))

    asyncio.run(serve(make_room, doors, nursery, ready, hub))


def _opened(entrance: Entrance) -> Doors:
    """The open port with its keys; raises ValueError."""
    try:
        key = host_key(host_key_file())
        authorized = None if entrance.authorized is None else authorized_keys(entrance.authorized)
        return Doors(doors_at(entrance.port, entrance.public), key, authorized)
    except KeysError as error:
        raise ValueError(str(error)) from None
    except OSError as error:
        raise ValueError(unheard(entrance.port, error)) from None
