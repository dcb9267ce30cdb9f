"""`[scenario]` and `[view]` as values, checked against the markets and positions of the same file.

What `[scenario]` says of lived paths, as values: legs, stand-ins, funding and the user's moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from isocross.account.book import Position
from isocross.money import ONE, ZERO, exact, posting
from isocross.moves.move import Do, Move, Planned
from isocross.paths.walk import Step
from isocross.rehearsal.scenario import PathKind, Scenario
from isocross.toml.amounts import as_number, bounded
from isocross.toml.faults import complaint, shown
from isocross.toml.places import Path, Problem, listing, meant
from isocross.workspace.model import View
from isocross.workspace.rows import row_of
from isocross.workspace.schema import SYMBOL_LIMIT, MoveRow, ScenarioRow, ViewRow

_STEP = "a share of the opening marks such as -0.05, or { jump = -0.05 }"
_MONEY = {Do.ADD_MARGIN, Do.REMOVE_MARGIN, Do.DEPOSIT, Do.WITHDRAW}


@dataclass(frozen=True)
class TapeRows:
    """The checked parts; what could not be read is left out."""

    legs: tuple[Step, ...] = ()
    stand_in: Mapping[str, str] = field(default_factory=dict)
    funding: Decimal | Mapping[str, Decimal] | None = None
    moves: tuple[Planned, ...] = ()


@exact
def tape_of(
    given: Mapping[str, Any], markets: Mapping[str, None], positions: list[Position | None], problems: list[Problem]
) -> TapeRows:
    """The parts of `[scenario]` that lived paths rest on."""
    return TapeRows(
        legs=_legs(given.get("legs", []), problems),
        stand_in=_stand_in(given.get("stand_in", {}), markets, problems),
        funding=_funding(given.get("funding"), markets, problems),
        moves=_moves(given.get("moves", []), positions, problems),
    )


def check_needed(row: ScenarioRow, problems: list[Problem]) -> None:
    """A wick needs its two ends and a replay its history."""
    needed = {PathKind.WICK: ("low", "back"), PathKind.REPLAY: ("window",)}.get(row.path, ())
    for key in needed:
        if getattr(row, key) is None:
            expected = ScenarioRow.model_fields[key].description or ""
            problems.append(Problem(("scenario", key), f'is missing, and a "{row.path}" path needs it', expected))


def _legs(given: object, problems: list[Problem]) -> tuple[Step, ...]:
    path: Path = ("scenario", "legs")
    if not isinstance(given, list):
        problems.append(Problem(path, f"{shown(given)} is not a list", f"[{_STEP}]"))
        return ()
    steps: list[Step] = []
    move = ZERO
    for i, leg in enumerate(given):
        is_jump = isinstance(leg, dict) and set(leg) == {"jump"}
        try:
            step = Step(as_number(leg["jump"] if is_jump and isinstance(leg, dict) else leg), is_jump)
        except PydanticCustomError as error:
            problems.append(Problem((*path, i), complaint(error), _STEP))
            continue
        move += step.move
        if move <= -ONE:
            problems.append(Problem((*path, i), f"the legs come to {move:f} here", "a common move above -1"))
            break
        steps.append(step)
    return tuple(steps)


def _table(given: object, path: Path, expected: str, problems: list[Problem]) -> Mapping[str, Any]:
    if isinstance(given, dict):
        return given
    problems.append(Problem(path, f"{shown(given)} is not a table", expected))
    return {}


def _check_market(symbol: str, path: Path, markets: Mapping[str, None], problems: list[Problem]) -> None:
    if symbol not in markets:
        message = f"no market of this file has this name{meant(symbol, markets, len(problems))}"
        expected = f"one of {listing(markets)}" if markets else "a market of this file"
        problems.append(Problem(path, message, expected, at_key=True))


def _stand_in(given: object, markets: Mapping[str, None], problems: list[Problem]) -> dict[str, str]:
    expected = '{ PEPEUSDT = "DOGEUSDT" }'
    found: dict[str, str] = {}
    for symbol, source in _table(given, ("scenario", "stand_in"), expected, problems).items():
        path = ("scenario", "stand_in", symbol)
        _check_market(symbol, path, markets, problems)
        if not isinstance(source, str) or not 0 < len(source) <= SYMBOL_LIMIT or not source.isprintable():
            problems.append(Problem(path, f"{shown(source)} is not a symbol", expected))
        else:
            found[symbol] = source
    return found


def _funding(
    given: object, markets: Mapping[str, None], problems: list[Problem]
) -> Decimal | Mapping[str, Decimal] | None:
    if given is None:
        return None
    path: Path = ("scenario", "funding")
    if not isinstance(given, dict):
        return _rate(given, path, problems)
    rates: dict[str, Decimal] = {}
    for symbol, rate in given.items():
        _check_market(symbol, (*path, symbol), markets, problems)
        rates[symbol] = _rate(rate, (*path, symbol), problems)
    return rates


def _rate(given: object, path: Path, problems: list[Problem]) -> Decimal:
    try:
        return bounded(given, above=-ONE, below=ONE)
    except PydanticCustomError as error:
        problems.append(Problem(path, complaint(error), "a rate such as 0.0001; longs pay when it is positive"))
        return ZERO


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
    return tuple(Planned(row.at, Move(row.do, row.position, row.amount)) for _, row in rows if row is not None)


def _check_move(row: MoveRow, path: Path, ids: list[str] | None, problems: list[Problem]) -> None:
    """What a move needs, and nothing that it has no use for."""
    for key, needed in (("position", row.do.needs_position), ("amount", row.do.needs_amount)):
        there = getattr(row, key) is not None
        if needed and not there:
            expected = MoveRow.model_fields[key].description or ""
            problems.append(Problem((*path, key), f'is missing, and "{row.do}" needs it', expected))
        if there and not needed:
            problems.append(Problem((*path, key), f'"{row.do}" has no use for it', at_key=True))
    if row.position is not None and ids is not None and row.position not in ids:
        message = f"no position has the id {shown(row.position)}{meant(row.position, ids, len(problems))}"
        expected = f"one of {listing(ids)}" if ids else "no move of a position while there are none"
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
