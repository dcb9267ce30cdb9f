"""The file of limits: a list of `[[limit]]`, each with one thing that must hold; every fault with its line."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from isocross.disk.input import decoded, file_bytes
from isocross.risk.limits.kinds import (
    CollateralShareMax,
    Limit,
    MarginRatioMax,
    MaxLoss,
    NearestLiquidationMin,
    Survives,
    SurvivesCrash,
)
from isocross.risk.ruled import (
    MOVES,
    UnfitError,
    choice_of,
    crash_of,
    moves_of,
    only,
    share_of,
    table_of,
    unknown_key,
)
from isocross.studies.twin import AS_IS
from isocross.toml.faults import shown
from isocross.toml.places import Path, Places, Problem, faults_of, listing, meant
from isocross.toml.read import SMALL, parse

MODES = (AS_IS, "all-cross", "all-isolated")
_SHARES = "shares such as { BTC = 0.4 }"
_LOSS = '{ shock = { common = "-40%" }, of_equity = 0.5 }'


def read_limits(path: str | os.PathLike[str]) -> tuple[Limit, ...]:
    """Read a file of limits; raises Faults."""
    origin = os.fspath(path)
    return limits_in(decoded(file_bytes(path, SMALL.size, "a file of limits"), origin), origin)


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
        except UnfitError as unfit:
            problems.append(unfit.problem)
    if problems:
        raise faults_of(problems, origin, Places(text))
    return tuple(found)


def _limit(row: Any, path: Path) -> Limit:
    if not isinstance(row, dict):
        raise UnfitError(path, f"{shown(row)} is not a table", f"one of {listing(KINDS)}")
    if len(row) != 1:
        asked = f"several things: {listing(row)}" if row else "nothing"
        raise UnfitError(path, f"this limit asks for {asked}", f"one of {listing(KINDS)} in each [[limit]]")
    ((key, value),) = row.items()
    if key not in KINDS:
        raise unknown_key(key, KINDS, path)
    return KINDS[key](value, (*path, key))


def _survives(value: Any, path: Path) -> Limit:
    table = table_of(value, path, MOVES)
    if "crash" not in table:
        return Survives(moves_of(table, path))
    only(table, ("crash", "mode"), path)
    mode = choice_of(table.get("mode", AS_IS), MODES, (*path, "mode"), "a mode")
    return SurvivesCrash(crash_of(table["crash"], (*path, "crash")), mode)


def _max_loss(value: Any, path: Path) -> Limit:
    table = table_of(value, path, _LOSS)
    only(table, ("shock", "of_equity"), path)
    for key in ("shock", "of_equity"):
        if key not in table:
            raise UnfitError(path, f"{key} is missing", _LOSS)
    at = (*path, "shock")
    return MaxLoss(
        moves_of(table_of(table["shock"], at, MOVES), at), share_of(table["of_equity"], (*path, "of_equity"))
    )


def _collateral(value: Any, path: Path) -> Limit:
    table = table_of(value, path, _SHARES)
    if not table:
        raise UnfitError(path, "no asset is named", _SHARES)
    return CollateralShareMax(tuple((coin, share_of(share, (*path, coin))) for coin, share in table.items()))


KINDS: Mapping[str, Callable[[Any, Path], Limit]] = {
    "survives": _survives,
    "margin_ratio_max": lambda value, path: MarginRatioMax(share_of(value, path)),
    "nearest_liquidation_min": lambda value, path: NearestLiquidationMin(share_of(value, path)),
    "max_loss": _max_loss,
    "collateral_share_max": _collateral,
}
"""By the key of a limit: what reads it."""
