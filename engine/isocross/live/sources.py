"""What can be followed live, by its name: `hyperliquid:0x…`, `dydx:dydx1…`, or a venue with a key; how it is read."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from typing import Any

from isocross.errors import IsocrossError
from isocross.exchange.account import Kind, Note
from isocross.exchange.assemble import Imported
from isocross.exchange.formats.hyperliquid import MODES
from isocross.exchange.importing import import_files
from isocross.exchange.options import Options
from isocross.live.asking import TITLES, Answer, Asker, AskError, is_near, is_of_the_web
from isocross.live.keyed import KeyedSource
from isocross.live.keys import MissingKeyError, key_of
from isocross.live.questions import TITLES as KEYED
from isocross.live.reading import Reading, Source, taken
from isocross.records import dataclass
from isocross.toml.faults import Faults, shown

ADDRESSES = {"hyperliquid": re.compile(r"0x[0-9a-fA-F]{40}"), "dydx": re.compile(r"dydx1[0-9a-z]{38}")}
EXPECTED = f"expected hyperliquid:0x… with 40 digits, dydx:dydx1…, or with a key {', '.join(KEYED)}"


class SourceError(IsocrossError, ValueError):
    """Say that nothing can be followed by this name."""


@dataclass(frozen=True)
class LiveSource:
    """A real account that is known by its address."""

    asker: Asker
    address: str

    @property
    def name(self) -> str:
        """Write it as it is typed."""
        return f"{self.asker.venue}:{self.address}"

    @property
    def title(self) -> str:
        """Name its venue."""
        return TITLES[self.asker.venue]

    def read(self) -> Reading:
        """Ask for the account as it is now; raises AskError in one sentence."""
        reader = _read_hyperliquid if self.asker.venue == "hyperliquid" else _read_dydx
        try:
            return reader(self)
        except Faults as faults:
            told = str(faults).splitlines()[0]
            raise AskError(f"{self.title} answered with no account that can be read: {told}") from None


def is_live(name: str) -> bool:
    """Tell whether a name is meant as a live account."""
    return name in KEYED or name.partition(":")[0] in ADDRESSES


def source_named(name: str, url: str = "", clock: Callable[[], float] = time.time) -> Source:
    """Find the live account of a name; SourceError where it is none, or where its key is missing."""
    if name in KEYED:
        if url and not (is_of_the_web(url) and is_near(url)):
            raise SourceError(f"{shown(url)} is not on this machine: a key goes to {KEYED[name]} alone")
        try:
            return KeyedSource(name, key_of(name, KEYED[name], os.environ), url, clock)
        except MissingKeyError as error:
            raise SourceError(str(error)) from None
    venue, _, address = name.partition(":")
    if venue not in ADDRESSES or not ADDRESSES[venue].fullmatch(address):
        raise SourceError(f"{shown(name)} is not a live account: {EXPECTED}")
    if url and not is_of_the_web(url):
        raise SourceError(
            f"{shown(url)} is not a valid address of a venue (expected http://127.0.0.1:8720 or the like)"
        )
    return LiveSource(Asker(venue, url, clock), address)


def _read_hyperliquid(source: LiveSource) -> Reading:
    """Read the state of every exchange on it, the balances of spot, and how the account is kept."""
    ask, user = source.asker.info, source.address
    named = _json(ask({"type": "perpDexs"}))
    others = [dex["name"] for dex in named if isinstance(dex, dict) and isinstance(dex.get("name"), str)]
    first = ask({"type": "clearinghouseState", "user": user})
    states = [["", first.data.decode()]]
    for name in others:
        states.append([name, ask({"type": "clearinghouseState", "user": user, "dex": name}).data.decode()])
    spot = ask({"type": "spotClearinghouseState", "user": user})
    mode = _json(ask({"type": "userAbstraction", "user": user}))
    whole = ",".join(f"[{json.dumps(name)},{state}]" for name, state in states)
    files = [(source.title, f'{{"clearinghouseStates":[{whole}]}}'.encode() if others else first.data)]
    if _json(spot).get("balances"):
        files.append((f"{source.title}, spot", spot.data))
    if mode in MODES:
        files.append((f"{source.title}, userAbstraction", json.dumps(mode).encode()))
    imported = import_files(files, "hyperliquid", Options(name=f"{source.title} {short(user)}"))
    if mode not in MODES:
        told = f"spot balances and other pools: the account is kept in the mode {shown(mode)}, and they may back it too"
        imported = Imported(imported.workspace, (*imported.notes, Note(Kind.LEFT_OUT, "userAbstraction", told)))
    return Reading(imported, taken(source.asker.clock, first, _json(first).get("time")))


def _read_dydx(source: LiveSource) -> Reading:
    first = source.asker.get(f"/v4/addresses/{source.address}/parentSubaccountNumber/0")
    markets = source.asker.get("/v4/perpetualMarkets")
    files = [(source.title, first.data), (f"{source.title}, markets", markets.data)]
    return Reading(import_files(files, "dydx", Options(name=f"{source.title} {short(source.address)}")),
                   taken(source.asker.clock, first, None))  # fmt: skip


def short(address: str) -> str:
    """Write an address so that its ends can be compared."""
    return f"{address[:6]}…{address[-4:]}"


def _json(answer: Answer) -> Any:
    return json.loads(answer.data)
