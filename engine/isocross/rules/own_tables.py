"""The user's own dated tables: what a venue's newer public answer said, in place of the shipped figures.

One file a venue, in the folder of `own_tables_folder`. It is read once in a process; `forget` makes it be read anew.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import field
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from isocross.folders import config_folder
from isocross.records import dataclass
from isocross.regular import is_absent, is_closed, reason, regular_bytes
from isocross.toml.amounts import ProfileError

SIZE_LIMIT = 4 * 1024 * 1024
TIERS, SPECS, COLLATERAL = "tiers", "specs", "collateral"
KINDS = (TIERS, SPECS, COLLATERAL)
"""What there is of a venue: tiers and steps of its markets, weights of assets."""
NAMES = {TIERS: ("from", "rate", "max_leverage", "deduction"), COLLATERAL: ("from", "weight")}
"""What the places of a tier mean."""

Rows = Mapping[str, Mapping[str, Any]]
"""By market or asset, what is said of it; each with the date of its figures, as "as_of"."""


@dataclass(frozen=True, slots=True)
class OwnTable:
    """The user's own figures of one venue."""

    rows: Mapping[str, Rows] = field(default_factory=dict)
    """By kind."""

    def of(self, kind: str) -> Rows:
        """What it has of a kind."""
        return self.rows.get(kind, {})


class _Known:
    own = True


_EMPTIED: list[Callable[[], None]] = []
"""What empties the caches of those who read these tables."""


def know_no_own_tables() -> None:
    """Read none of a user's tables in this process from now on."""
    _Known.own = False
    forget()


def forget() -> None:
    """Read all tables anew when they are asked for."""
    own_table.cache_clear()
    for empty in _EMPTIED:
        empty()


def read_by(empty: Callable[[], None]) -> None:
    """Have a cache of what rests on these tables emptied when they change."""
    _EMPTIED.append(empty)


def own_tables_folder() -> Path:
    """Where a user's own tables are."""
    return config_folder() / "tables"


@cache
def own_table(venue: str) -> OwnTable:
    """The user's own table of a venue, empty where there is none; raises ProfileError for one that cannot be used.

    A settings folder that may not be looked into is done without.
    """
    path = own_tables_folder() / f"{venue}.json"
    if not _Known.own or is_absent(path) or is_closed(config_folder()):
        return OwnTable()
    try:
        return table_of(json.loads(regular_bytes(path, SIZE_LIMIT)))
    except OSError as error:
        raise ProfileError(str(path), (("", f"cannot be read: {reason(error)}"),)) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, InvalidOperation) as error:
        told = str(error) if type(error) is ValueError else "this is not a table that isocross wrote"
        raise ProfileError(str(path), (("", f"{told}: expected a table of `venues update`"),)) from None


def table_of(document: Any) -> OwnTable:
    """Take a document for a table; ValueError where it is none."""
    found: dict[str, Rows] = {}
    for kind in KINDS:
        rows = document.get(kind, {})
        for name, row in rows.items():
            _check(kind, name, row)
        found[kind] = rows
    return OwnTable(found)


def _check(kind: str, name: str, row: Mapping[str, Any]) -> None:
    """Refuse rows whose figures are no numbers, or whose tiers do not begin at 0 and rise."""
    if not isinstance(row.get("as_of"), str):
        raise ValueError(f"{name} has no date")
    figures = [value for key, value in row.items() if key not in ("as_of", "alias", "contract", "tiers")]
    for value in (*figures, *(each for tier in row.get("tiers", ()) for each in tier)):
        if value is not None and not Decimal(value).is_finite():
            raise ValueError(f"{name} has a figure that is not a number")
    if kind == SPECS:
        return
    starts = [Decimal(tier[0]) for tier in row["tiers"]]
    if not starts or starts[0] != 0 or any(a >= b for a, b in pairwise(starts)):
        raise ValueError(f"the tiers of {name} do not rise from 0")
    if any(len(tier) != len(NAMES[kind]) for tier in row["tiers"]):
        raise ValueError(f"the tiers of {name} have other columns")


def merged(shipped: Rows, own: Rows, columns: int | None = None) -> dict[str, dict[str, Any]]:
    """The shipped rows with the user's own over them; `columns` is how many a tier has in the shipped table."""
    rows: dict[str, dict[str, Any]] = {name: dict(row) for name, row in shipped.items()}
    for name, row in own.items():
        tiers = [[*tier, *[None] * ((columns or len(tier)) - len(tier))] for tier in row.get("tiers", ())]
        rows[name] = {**rows.get(name, {}), **row, **({"tiers": tiers} if tiers else {})}
    return rows
