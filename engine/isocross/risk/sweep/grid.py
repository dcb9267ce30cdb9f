"""The grid of a sweep: its scenarios, read from a file; every fault with its line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

from isocross.disk.input import decoded, file_bytes
from isocross.history.shapes import shapes
from isocross.money import exact, text
from isocross.records import dataclass
from isocross.risk.moves import Moves
from isocross.risk.ruled import (
    UnfitError,
    choice_of,
    crash_of,
    list_of,
    move_of,
    moves_of,
    only,
    table_of,
    unknown_key,
)
from isocross.rules.catalogue import profile_ids
from isocross.studies.twin import AS_IS, FLIP
from isocross.toml.places import Path, Places, faults_of
from isocross.toml.read import WORKSPACE, parse

OWN = "own"
"""The venue of the account itself."""
MODES = (AS_IS, "all-cross", "all-isolated", FLIP)
KEYS = ("common", "vectors", "pairs", "shapes", "crashes", "modes", "venues")
MOST = 100_000
"""Scenarios of a grid."""
_MOVES = 'moves such as ["-10%", "-20%"], or { from = "-50%", to = "50%", step = "5%" }'


@dataclass(frozen=True)
class Glided:
    """A scenario in which the marks glide."""

    id: str
    moves: Moves


@dataclass(frozen=True)
class Replayed:
    """A scenario that is a past crash, bar by bar."""

    id: str
    window: str


@dataclass(frozen=True)
class Grid:
    """What every account is put through."""

    glided: tuple[Glided, ...]
    replayed: tuple[Replayed, ...]
    modes: tuple[str, ...]
    venues: tuple[str, ...]

    @property
    def cells(self) -> int:
        """How many cells there are of an account; of one that is flipped, at least."""
        return (len(self.glided) + len(self.replayed)) * len(self.modes) * len(self.venues)


def read_grid(path: str | os.PathLike[str]) -> Grid:
    """Read a grid from a file; raises Faults."""
    origin = os.fspath(path)
    return grid_in(decoded(file_bytes(path, WORKSPACE.size, "a grid of scenarios"), origin), origin)


def grid_in(text: str, origin: str = "grid") -> Grid:
    """Read the grid of a text; raises Faults."""
    document = parse(text, origin)
    places = Places(text)
    try:
        return _grid(document)
    except UnfitError as unfit:
        raise faults_of([unfit.problem], origin, places) from None


def _grid(document: dict[str, Any]) -> Grid:
    for key in document:
        if key not in KEYS:
            raise unknown_key(key, KEYS, ())
    glided = [*_common(document), *_vectors(document), *_pairs(document), *_shaped(document)]
    crashes = list_of(document["crashes"], ("crashes",), "ids of crashes") if "crashes" in document else []
    replayed = [Replayed(f"crash:{crash_of(id, ('crashes', n))}", id) for n, id in enumerate(crashes)]
    if not glided and not replayed:
        raise UnfitError((), "there is no scenario", f"one of the keys {', '.join(KEYS[:5])}")
    if len(glided) + len(replayed) > MOST:
        raise UnfitError((), f"there are {len(glided) + len(replayed):,} scenarios", f"at most {MOST:,}")
    modes = _words(document, "modes", MODES, "a mode", [AS_IS])
    venues = _words(document, "venues", (OWN, *profile_ids()), "a venue", [OWN])
    return Grid(_once(glided), tuple(replayed), modes, venues)


def _once(glided: list[Glided]) -> tuple[Glided, ...]:
    """Each scenario once, in the order of the first."""
    return tuple(
        {scenario.id: scenario for scenario in reversed(glided)}[id] for id in dict.fromkeys(s.id for s in glided)
    )


def _words(
    document: dict[str, Any], key: str, known: tuple[str, ...], what: str, default: list[str]
) -> tuple[str, ...]:
    if key not in document:
        return tuple(default)
    given = list_of(document[key], (key,), f"a list of {', '.join(known[:4])}")
    return tuple(dict.fromkeys(choice_of(word, known, (key, n), what) for n, word in enumerate(given)))


def _common(document: dict[str, Any]) -> Iterator[Glided]:
    for move in _moves(document["common"], ("common",), common=True) if "common" in document else ():
        yield Glided(f"common={text(move)}", Moves(common=move))


def _vectors(document: dict[str, Any]) -> Iterator[Glided]:
    expected = 'tables such as { BTC = "-30%", ETH = "-40%" }'
    for n, row in enumerate(list_of(document["vectors"], ("vectors",), expected) if "vectors" in document else ()):
        moves = moves_of(table_of(row, ("vectors", n), expected), ("vectors", n))
        yield Glided(_id(moves), moves)


def _id(moves: Moves) -> str:
    if moves.common is not None:
        return f"common={text(moves.common)}"
    return ",".join(f"{name}={text(move)}" for name, move in moves.by_name)


def _pairs(document: dict[str, Any]) -> Iterator[Glided]:
    keys = ("x", "y", "x_moves", "y_moves")
    expected = f"tables with {', '.join(keys)}"
    for n, row in enumerate(list_of(document["pairs"], ("pairs",), expected) if "pairs" in document else ()):
        path: Path = ("pairs", n)
        table = table_of(row, path, expected)
        only(table, keys, path)
        for key in keys:
            if key not in table:
                raise UnfitError(path, f"{key} is missing", expected)
        x, y = (_name(table[key], (*path, key)) for key in ("x", "y"))
        xs, ys = (_moves(table[key], (*path, key)) for key in ("x_moves", "y_moves"))
        for x_move, y_move in product(xs, ys):
            moves = Moves(by_name=((x, x_move), (y, y_move)))
            yield Glided(_id(moves), moves)


def _name(value: Any, path: Path) -> str:
    if not isinstance(value, str) or not value:
        raise UnfitError(path, "this is not the name of a coin or a market", 'a text such as "BTC"')
    return value


def _shaped(document: dict[str, Any]) -> Iterator[Glided]:
    expected = 'tables such as { shape = "furthest", moves = ["-20%"] }'
    known = {shape.id: shape for shape in shapes()} if "shapes" in document else {}
    for n, row in enumerate(list_of(document["shapes"], ("shapes",), expected) if "shapes" in document else ()):
        path: Path = ("shapes", n)
        table = table_of(row, path, expected)
        only(table, ("shape", "moves"), path)
        for key in ("shape", "moves"):
            if key not in table:
                raise UnfitError(path, f"{key} is missing", expected)
        shape = known[choice_of(table["shape"], known, (*path, "shape"), "a shape")]
        for move in _moves(table["moves"], (*path, "moves"), common=True):
            yield Glided(f"shape:{shape.id}={text(move)}", Moves(move, shape=shape))


@exact
def _moves(value: Any, path: Path, *, common: bool = False) -> list[Decimal]:
    """A list of moves, or those from one to another."""
    if isinstance(value, list):
        return [move_of(move, (*path, n), common=common) for n, move in enumerate(list_of(value, path, _MOVES))]
    table = table_of(value, path, _MOVES)
    only(table, ("from", "to", "step"), path)
    for key in ("from", "to", "step"):
        if key not in table:
            raise UnfitError(path, f"{key} is missing", _MOVES)
    start, end = (move_of(table[key], (*path, key), common=common) for key in ("from", "to"))
    step = move_of(table["step"], (*path, "step"))
    if step <= 0 or start > end:
        raise UnfitError(path, "these are not moves from one to a higher one", _MOVES)
    count = int((end - start) / step) + 1
    if count > MOST:
        raise UnfitError(path, f"there are {count:,} moves", f"at most {MOST:,}")
    return [start + step * n for n in range(count)]
