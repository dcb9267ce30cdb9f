"""What files of limits and grids have in common: moves and shares, and one error that knows its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from isocross.errors import IsocrossError
from isocross.history.windows import windows
from isocross.money import ONE, ZERO
from isocross.paths.shock import parse_move, parse_part
from isocross.risk.moves import Moves
from isocross.toml.faults import shown
from isocross.toml.places import Path, Problem, listing, meant

MOVES = 'moves such as { BTC = "-30%" } or { common = "-30%" }'
_MOVE = 'a move such as "-30%" or -0.3'
SHARE = 'a share such as 0.6 or "60%"'


class UnfitError(Exception):
    """What cannot be used, with its place."""

    def __init__(self, path: Path, message: str, expected: str = "", *, at_key: bool = False) -> None:
        """Keep the problem."""
        super().__init__(message)
        self.problem = Problem(path, message, expected, at_key)


def unknown_key(key: str, known: Iterable[str], path: Path) -> UnfitError:
    """Make the error of a key that is not known."""
    names = tuple(known)
    return UnfitError((*path, key), f"there is no such key{meant(key, names)}", f"one of {listing(names)}", at_key=True)


def only(table: Mapping[str, Any], known: tuple[str, ...], path: Path) -> None:
    """Refuse every other key."""
    for key in table:
        if key not in known:
            raise unknown_key(key, known, path)


def table_of(value: Any, path: Path, expected: str) -> Mapping[str, Any]:
    """Take a table."""
    if not isinstance(value, dict):
        raise UnfitError(path, f"{shown(value)} is not a table", expected)
    return value


def list_of(value: Any, path: Path, expected: str) -> list[Any]:
    """Take a list with something in it."""
    if not isinstance(value, list) or not value:
        raise UnfitError(path, f"{shown(value)} is not a list with something in it", expected)
    return value


def moves_of(table: Mapping[str, Any], path: Path) -> Moves:
    """Take one common move, or the moves of coins."""
    if not table:
        raise UnfitError(path, "there is no move", MOVES)
    if "common" in table:
        only(table, ("common",), path)
        return Moves(common=move_of(table["common"], (*path, "common"), common=True))
    return Moves(by_name=tuple((name, move_of(value, (*path, name))) for name, value in table.items()))


def move_of(value: Any, path: Path, *, common: bool = False) -> Decimal:
    """Take a move, as a text or a share; a common one leaves a price."""
    text = _number_text(value, path, _MOVE)
    try:
        parse_part(text)
    except IsocrossError:
        raise UnfitError(path, f"{shown(value)} is not a move", _MOVE) from None
    try:
        move = parse_move(text)
    except IsocrossError as error:
        said, _, expected = str(error).partition(": expected ")
        raise UnfitError(path, said, expected) from None
    if move < -ONE or (common and move <= -ONE):
        raise UnfitError(path, f"{shown(value)} would leave no price", "a move above -100%")
    return move


def share_of(value: Any, path: Path) -> Decimal:
    """Take a share, as a text or a number."""
    try:
        share = parse_part(_number_text(value, path, SHARE))
    except IsocrossError:
        raise UnfitError(path, f"{shown(value)} is not a share", SHARE) from None
    if share < ZERO or share > 100:
        raise UnfitError(path, f"{shown(value)} is not a share", SHARE)
    return share


def crash_of(value: Any, path: Path) -> str:
    """Take the id of a shipped window."""
    known = [info.id for info in windows()]
    if value not in known:
        message = f"no crash is called {shown(value)}{meant(str(value), known)}"
        raise UnfitError(path, message, f"one of {listing(known, 40)}")
    return str(value)


def choice_of(value: Any, known: Iterable[str], path: Path, what: str) -> str:
    """Take one of some words."""
    names = tuple(known)
    if value not in names:
        message = f"{shown(value)} is not {what}{meant(str(value), names)}"
        raise UnfitError(path, message, f"one of {listing(names, 40)}")
    return str(value)


def _number_text(value: Any, path: Path, expected: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise UnfitError(path, f"{shown(value)} is not a number", expected)
    return f"{Decimal(value):f}"
