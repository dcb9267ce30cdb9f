"""`[scenario]` and `[view]` as values, checked against the markets and positions of the same file.

What belongs to one kind of path, the kind reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from isocross.account.book import Position
from isocross.money import posting
from isocross.moves.move import Do, Move, Planned
from isocross.rehearsal.kinds import PATH_KEYS, type_of
from isocross.rehearsal.scenario import Scenario
from isocross.rules.switches import AccountMode
from isocross.toml.amounts import as_number
from isocross.toml.faults import BadValue, shown
from isocross.toml.places import Path, Problem, listing, meant
from isocross.workspace.model import View
from isocross.workspace.rows import row_of
from isocross.workspace.schema import MoveRow, ScenarioRow, ViewRow

_MONEY = {Do.ADD_MARGIN, Do.REMOVE_MARGIN, Do.DEPOSIT, Do.WITHDRAW}


def _moves(given: object, positions: list[Position | None], problems: list[Problem]) -> tuple[Planned, ...]:
    path: Path = ("scenario", "moves")
    if not isinstance(given, list):
        problems.append(Problem(path, f"{shown(given)} is not a list", "tables [[scenario.moves]]"))
        return ()
    rows = [(i, row_of(MoveRow, row, (*path, i), problems)) for i, row in enumerate(given)]
    ids = None if None in positions else [position.id for position in positions if position is not None]
    for i, row in rows:
        if row is not None:
            _check_move(row, (*path, i), ids, problems)
    return tuple(
        Planned(row.at, Move(row.do, row.position, row.amount, row.asset, row.to)) for _, row in rows if row is not None
    )


def _check_move(row: MoveRow, path: Path, ids: list[str] | None, problems: list[Problem]) -> None:
    """What a move needs, and nothing that it has no use for."""
    needs = {"position": row.do.needs_position, "amount": row.do.needs_amount, "to": row.do.needs_target}
    for key, needed in (needs | {"asset": row.do.needs_asset}).items():
        there = getattr(row, key) is not None
        if needed and not there:
            expected = MoveRow.keys[key].expected
            problems.append(Problem((*path, key), f'is missing, and "{row.do}" needs it', expected))
        if there and not needed and not (key == "asset" and row.do.can_have_asset):
            problems.append(Problem((*path, key), f'"{row.do}" does not take this key', at_key=True))
    if row.do is Do.ACCOUNT and row.to is not None and row.to not in list(AccountMode):
        modes = " or ".join(f'"{mode}"' for mode in AccountMode)
        problems.append(Problem((*path, "to"), f"{shown(row.to)} is not a mode of an account", modes))
    if row.position is not None and ids is not None and row.position not in ids:
        message = f"no position has the id {shown(row.position)}{meant(row.position, ids, len(problems))}"
        expected = f"one of {listing(ids)}" if ids else "no move of a position: the file has no positions"
        problems.append(Problem((*path, "position"), message, expected))
    if row.amount is not None and row.do in _MONEY and row.amount != posting(row.amount):
        problems.append(Problem((*path, "amount"), f"{shown(row.amount)} has more than 18 decimals", "money"))


def scenario_of(document: Mapping[str, Any], positions: list[Position | None], problems: list[Problem]) -> Scenario:
    """`[scenario]` of a document that has one."""
    given = document["scenario"]
    row = row_of(ScenarioRow, given, ("scenario",), problems)
    table = given if isinstance(given, dict) else {}
    betas = table.get("betas", {})
    if not isinstance(betas, dict):
        message = f"{shown(betas)} is not a table"
        problems.append(Problem(("scenario", "betas"), message, "{ BTCUSDT = 1.3 }"))
        betas = {}
    known = _symbols(document)
    numbers = _betas(betas, known, problems)
    read = {key.name: key.read(table[key.name], known, problems) for key in PATH_KEYS if key.read and key.name in table}
    moves = _moves(table.get("moves", []), positions, problems)
    if row is None:
        return Scenario()
    plain = {key.name: getattr(row, key.name) for key in PATH_KEYS if not key.read}
    scenario = Scenario(path=row.path, shock=row.shock, betas=numbers, moves=moves, **plain, **read)
    for key in type_of(scenario).missing(scenario):
        message = f'is missing, and a "{row.path}" path needs it'
        problems.append(Problem(("scenario", key.name), message, key.expected))
    return scenario


def _betas(given: Mapping[str, Any], known: Mapping[str, None], problems: list[Problem]) -> dict[str, Decimal]:
    """How many times the common move each market makes."""
    numbers = {}
    expected = f"one of {listing(known)}" if known else "a market of this file"
    for symbol, beta in given.items():
        path = ("scenario", "betas", symbol)
        if symbol not in known:
            message = f"no market of this file has this name{meant(symbol, known, len(problems))}"
            problems.append(Problem(path, message, expected, at_key=True))
        try:
            numbers[symbol] = as_number(beta)
        except BadValue as error:
            problems.append(Problem(path, error.message, "how many times the common move"))
    return numbers


def _symbols(document: Mapping[str, Any]) -> dict[str, None]:
    """Every market the file names, also where the table around the name is faulty."""
    found: dict[str, None] = {}
    for table, key in (("markets", "symbol"), ("positions", "market"), ("assets", "asset")):
        rows = document.get(table, [])
        for row in rows if isinstance(rows, list) else []:
            name = row.get(key) if isinstance(row, dict) else None
            if isinstance(name, str):
                found[name] = None
    return found


def view_of(given: object, positions: list[Position | None], problems: list[Problem]) -> View:
    """`[view]` of a document that has one."""
    row = row_of(ViewRow, given, ("view",), problems)
    if row is None:
        return View()
    ids = [position.id for position in positions if position is not None]
    if row.selected is not None and row.selected not in ids and len(ids) == len(positions):
        message = f"no position has the id {shown(row.selected)}{meant(row.selected, ids)}"
        expected = f"one of {listing(ids)}" if ids else "no selection: the file has no positions"
        problems.append(Problem(("view", "selected"), message, expected))
    return View(row.theme, row.selected, row.step, row.at)
