"""The file of limits: a list of `[[limit]]`, each with one thing that must hold; every fault with its line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from isocross.disk.input import decoded, file_bytes
from isocross.errors import IsocrossError
from isocross.history.windows import windows
from isocross.money import ONE, ZERO
from isocross.paths.shock import parse_move, parse_part
from isocross.risk.limits.kinds import (
    CollateralShareMax,
    Limit,
    MarginRatioMax,
    MaxLoss,
    NearestLiquidationMin,
    Survives,
    SurvivesCrash,
)
from isocross.risk.moves import Moves
from isocross.studies.twin import AS_IS
from isocross.toml.faults import shown
from isocross.toml.places import Path, Places, Problem, faults_of, listing, meant
from isocross.toml.read import SMALL, parse

MODES = (AS_IS, "all-cross", "all-isolated")
_MOVES = 'moves such as { BTC = "-30%" } or { common = "-30%" }'
_SHARE = 'a share such as 0.6 or "60%"'


class _Unfit(Exception):
    """What cannot be a limit."""

    def __init__(self, path: Path, message: str, expected: str = "", *, at_key: bool = False) -> None:
        super().__init__(message)
        self.problem = Problem(path, message, expected, at_key)


def read_limits(path: str | os.PathLike[str]) -> tuple[Limit, ...]:
    """Read a file of limits; raises Faults."""
    origin = os.fspath(path)
    text = decoded(file_bytes(path, SMALL.size, "a file of limits"), origin)
    return limits_in(text, origin)


def limits_in(text: str, origin: str = "limits") -> tuple[Limit, ...]:
    """Read the limits of a text; raises Faults."""
    document = parse(text, origin, SMALL)
    problems: list[Problem] = []
    found: list[Limit] = []
    for key in document:
        if key != "limit":
            problems.append(Problem((key,), f"there is no such key{meant(key, ['limit'])}", "[[limit]]", at_key=True))
    rows = document.get("limit", [])
    if not isinstance(rows, list) or not rows:
        problems.append(Problem(("limit",) if "limit" in document else (), "there is no limit", "tables [[limit]]"))
        rows = []
    for index, row in enumerate(rows):
        try:
            found.append(_limit(row, ("limit", index)))
        except _Unfit as unfit:
            problems.append(unfit.problem)
    if problems:
        raise faults_of(problems, origin, Places(text))
    return tuple(found)


def _unknown(key: str, known: Iterable[str], path: Path) -> _Unfit:
    names = tuple(known)
    return _Unfit((*path, key), f"there is no such key{meant(key, names)}", f"one of {listing(names)}", at_key=True)


def _limit(row: Any, path: Path) -> Limit:
    if not isinstance(row, dict) or len(row) != 1:
        raise _Unfit(path, "this is not one limit", f"one of {listing(KINDS)}")
    ((key, value),) = row.items()
    if key not in KINDS:
        raise _unknown(key, KINDS, path)
    return KINDS[key](value, (*path, key))


def _survives(value: Any, path: Path) -> Limit:
    table = _table(value, path, _MOVES)
    if "crash" not in table:
        return Survives(moves_in(table, path))
    known = [info.id for info in windows()]
    if table["crash"] not in known:
        message = f"no crash is called {shown(table['crash'])}{meant(str(table['crash']), known)}"
        raise _Unfit((*path, "crash"), message, f"one of {listing(known, 40)}")
    mode = table.get("mode", AS_IS)
    if mode not in MODES:
        raise _Unfit((*path, "mode"), f"{shown(mode)} is not a mode", f"one of {', '.join(MODES)}")
    _only(table, ("crash", "mode"), path)
    return SurvivesCrash(table["crash"], mode)


def _only(table: Mapping[str, Any], known: tuple[str, ...], path: Path) -> None:
    for key in table:
        if key not in known:
            raise _unknown(key, known, path)


def moves_in(table: Mapping[str, Any], path: Path) -> Moves:
    """The moves of a table; `_Unfit` where they are none."""
    if not table:
        raise _Unfit(path, "there is no move", _MOVES)
    if "common" in table:
        _only(table, ("common",), path)
        return Moves(common=_move(table["common"], (*path, "common"), lowest_excluded=True))
    return Moves(by_name=tuple((name, _move(value, (*path, name))) for name, value in table.items()))


def _move(value: Any, path: Path, *, lowest_excluded: bool = False) -> Decimal:
    """A move, as a text or a share."""
    try:
        move = parse_move(_number_text(value, path, 'a move such as "-30%" or -0.3'))
    except IsocrossError as error:
        raise _Unfit(path, str(error)) from None
    if move < -ONE or (lowest_excluded and move <= -ONE):
        raise _Unfit(path, f"{shown(value)} would leave no price", "a move above -100%")
    return move


def _share(value: Any, path: Path) -> Decimal:
    try:
        share = parse_part(_number_text(value, path, _SHARE))
    except IsocrossError:
        raise _Unfit(path, f"{shown(value)} is not a share", _SHARE) from None
    if share < ZERO or share > 100:
        raise _Unfit(path, f"{shown(value)} is not a share", _SHARE)
    return share


def _number_text(value: Any, path: Path, expected: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _Unfit(path, f"{shown(value)} is not a number", expected)
    return f"{Decimal(value):f}"


def _table(value: Any, path: Path, expected: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _Unfit(path, f"{shown(value)} is not a table", expected)
    return value


def _max_loss(value: Any, path: Path) -> Limit:
    table = _table(value, path, '{ shock = { common = "-40%" }, of_equity = 0.5 }')
    _only(table, ("shock", "of_equity"), path)
    for key in ("shock", "of_equity"):
        if key not in table:
            raise _Unfit(path, f"{key} is missing", '{ shock = { common = "-40%" }, of_equity = 0.5 }')
    moves = moves_in(_table(table["shock"], (*path, "shock"), _MOVES), (*path, "shock"))
    return MaxLoss(moves, _share(table["of_equity"], (*path, "of_equity")))


def _collateral(value: Any, path: Path) -> Limit:
    table = _table(value, path, "shares such as { BTC = 0.4 }")
    return CollateralShareMax(tuple((coin, _share(share, (*path, coin))) for coin, share in table.items()))


KINDS: Mapping[str, Callable[[Any, Path], Limit]] = {
    "survives": _survives,
    "margin_ratio_max": lambda value, path: MarginRatioMax(_share(value, path)),
    "nearest_liquidation_min": lambda value, path: NearestLiquidationMin(_share(value, path)),
    "max_loss": _max_loss,
    "collateral_share_max": _collateral,
}
"""By the key of a limit: what reads it."""
