"""What `[scenario]` says of lived paths, as values: legs, stand-ins, funding and the user's moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from engine.book import Position
from engine.legs import Step
from engine.money import ONE, ZERO, exact, posting
from engine.plan import Do, Move, Planned
from engine.workspace.amounts import as_number, bounded
from engine.workspace.faults import shown
from engine.workspace.locate import Path
from engine.workspace.model import PathKind
from engine.workspace.problems import Problem, listing, meant
from engine.workspace.rows import complaint, row_of
from engine.workspace.schema import SYMBOL_LIMIT, MoveRow, ScenarioRow

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
