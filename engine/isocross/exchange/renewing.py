"""A newer public answer of a venue against the tables in force: what it changes, and the user's own table with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from isocross.exchange.rates import Answered, answered
from isocross.money import text
from isocross.records import dataclass
from isocross.rules.catalogue import load_profile
from isocross.rules.collateral import FOLDER as WEIGHTS
from isocross.rules.own_tables import COLLATERAL, KINDS, NAMES, SPECS, TIERS, merged, own_table, table_of
from isocross.rules.tables import FOLDER
from isocross.toml.faults import Fault, Faults

SHOWN = 6
"""So many figures of a row are told."""
TITLES = {TIERS: "tiers", SPECS: "steps of prices and quantities", COLLATERAL: "weights of collateral"}
FILES = {TIERS: "{}-tiers", SPECS: "{}-specs", COLLATERAL: "{}-collateral"}


@dataclass(frozen=True, slots=True)
class Renewal:
    """What an answer would make of the tables of a venue."""

    venue: str
    title: str
    as_of: str
    changes: tuple[str, ...]
    """One line for each market or asset that it changes or adds."""
    same: int
    """How many it says the same of."""
    left_out: tuple[str, ...]
    document: str
    """The user's own table with the answer in it, as JSON."""


def renewal(data: bytes, origin: str, venue: str, as_of: str) -> Renewal:
    """Work out what a public answer changes; raises Faults for what is none.

    Args:
        data: the answer.
        origin: its file.
        venue: the id of a shipped venue.
        as_of: its day, where it does not say it.
    """
    told = answered(data, origin, venue)
    day = told.as_of or as_of
    rows = {name: row | {"as_of": day} for name, row in told.rows.items()}
    if not rows:
        raise Faults(origin, [Fault("", "nothing in this answer can be taken", "; ".join(told.left_out[:3]))])
    own = {kind: dict(own_table(venue).of(kind)) for kind in KINDS}
    changes, same = _compared(venue, told)
    own[told.kind] |= rows
    document = {"venue": venue, **{kind: found for kind, found in own.items() if found}}
    try:
        table_of(document)
    except ValueError as error:
        raise Faults(origin, [Fault("", str(error), "tiers that rise from 0")]) from None
    written = json.dumps(document, indent=1) + "\n"
    title = f"{load_profile(venue).title}, {TITLES[told.kind]} of {day}"
    return Renewal(venue, title, day, changes, same, told.left_out, written)


def _compared(venue: str, told: Answered) -> tuple[tuple[str, ...], int]:
    shipped, dated = _in_force(venue, told.kind)
    changes = []
    for name, row in sorted(told.rows.items()):
        before = shipped.get(name)
        line = _change(told.kind, name, before, row, "" if before is None else before.get("as_of", dated))
        if line:
            changes.append(line)
    return tuple(changes), len(told.rows) - len(changes)


def _in_force(venue: str, kind: str) -> tuple[Mapping[str, Mapping[str, Any]], str]:
    """The rows that count now, the user's own over the shipped, and the date of those."""
    path = (WEIGHTS if kind == COLLATERAL else FOLDER) / f"{FILES[kind].format(venue)}.json"
    if not path.is_file():
        return own_table(venue).of(kind), ""
    document = json.loads(path.read_text(encoding="utf-8"))
    rows = document["assets" if kind == COLLATERAL else "markets"]
    return merged(rows, own_table(venue).of(kind)), document["as_of"]


def _change(kind: str, name: str, before: Mapping[str, Any] | None, row: Mapping[str, Any], dated: str) -> str:
    """One line on what changes; empty where nothing does."""
    after = list(_told(kind, row, row))
    if before is None:
        return f"{name}: new: {_short(after)}"
    was = list(_told(kind, before, row))
    return "" if was == after else f"{name}: {_short(was)} ({dated}) -> {_short(after)}"


def _short(figures: list[str]) -> str:
    """The first figures, and how many more there are."""
    more = len(figures) - SHOWN
    return ", ".join(figures[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _told(kind: str, row: Mapping[str, Any], keys: Mapping[str, Any]) -> Iterator[str]:
    """The figures of a row, of those that the other one has."""
    for key in keys:
        if key == "tiers":
            width = len(NAMES[kind])
            yield from (_tier(tier[:width]) for tier in row.get("tiers", ()))
        elif key not in ("alias", "as_of"):
            yield f"{key} {_plain(row.get(key))}"


def _tier(tier: list[str | None]) -> str:
    start, rate, *rest = map(_plain, tier)
    return f"{rate} from {start}" + (f" to {rest[0]}x" if rest else "")


def _plain(figure: str | None) -> str:
    """A figure in one way, however many zeros it is written with."""
    return "none" if figure is None else text(Decimal(figure).normalize())
