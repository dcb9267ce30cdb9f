"""`[scenario]` and `[view]` as values, checked against the markets and positions of the same file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from engine.book import Position
from engine.workspace.amounts import as_number
from engine.workspace.faults import shown
from engine.workspace.model import Scenario, View
from engine.workspace.problems import Problem, listing, meant
from engine.workspace.rows import complaint, row_of
from engine.workspace.schema import ScenarioRow, ViewRow
from engine.workspace.tape_rows import check_needed, tape_of


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
    tape = tape_of(table, known, positions, problems)
    if row is None:
        return Scenario()
    check_needed(row, problems)
    return Scenario(
        path=row.path,
        shock=row.shock,
        betas=numbers,
        legs=tape.legs,
        low=row.low,
        back=row.back,
        window=row.window,
        candle=row.candle,
        prices=row.prices,
        stand_in=tape.stand_in,
        funding=tape.funding,
        moves=tape.moves,
    )


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
        except PydanticCustomError as error:
            problems.append(Problem(path, complaint(error), "how many times the common move"))
    return numbers


def _symbols(document: Mapping[str, Any]) -> dict[str, None]:
    """Every market the file names, also where the table around the name is faulty."""
    found: dict[str, None] = {}
    for table, key in (("markets", "symbol"), ("positions", "market")):
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
        expected = f"one of {listing(ids)}" if ids else "no selection while there are no positions"
        problems.append(Problem(("view", "selected"), message, expected))
    return View(row.theme, row.selected, row.step, row.at)
