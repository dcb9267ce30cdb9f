"""The shipped tables of weights: what of an asset counts as collateral at a venue, dated, with its source."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from isocross.money import ZERO
from isocross.records import dataclass
from isocross.rules.own_tables import COLLATERAL, merged, own_table, read_by
from isocross.rules.switches import WeightUnit

FOLDER = Path(__file__).parent / "collateral"
DOLLAR = frozenset({"USD", "USDT", "USDC", "USDE", "USDH", "USDT0", "FDUSD", "DAI", "TUSD", "PYUSD"})
"""Assets that are worth 1 where nobody says otherwise."""
STABLE = DOLLAR | {"EUR", "CAD", "AUD"}
"""Assets that a common move of the marks leaves where they are: they move by a shock of their own."""

WeightTier = tuple[Decimal, Decimal]
"""Where a tier begins, and the share of the part in it that counts."""


@dataclass(frozen=True)
class ListedAsset:
    """What a table says of an asset."""

    tiers: tuple[WeightTier, ...]
    initial: tuple[WeightTier, ...] | None
    """The tiers by which it backs new positions; None: the same."""
    debt: Decimal
    """What a balance below zero counts more than its value, as a share."""
    conversion_fee: Decimal | None
    exchange_below: Decimal | None
    """How far below zero a balance may be before it is exchanged; None: there is no such limit."""
    as_of: str
    """The date of its figures."""


@dataclass(frozen=True, eq=False)
class CollateralTable:
    """One shipped file."""

    name: str
    venue: str
    unit: WeightUnit
    as_of: str
    assets: Mapping[str, ListedAsset]
    dexes: Mapping[str, str]
    """The token that the markets of a dex settle in, by the beginning of their symbols."""


@cache
def collateral_names() -> tuple[str, ...]:
    """The names of the shipped tables, alphabetical."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


@cache
def collateral_table(name: str) -> CollateralTable:
    """Read the shipped table of that name, once; FileNotFoundError when there is none."""
    document = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    rows = merged(document["assets"], own_table(document["venue"]).of(COLLATERAL))
    return CollateralTable(
        name=name,
        venue=document["venue"],
        unit=WeightUnit(document["unit"]),
        as_of=document["as_of"],
        assets={asset: _listed(row, document["as_of"]) for asset, row in rows.items()},
        dexes=document.get("dexes", {}),
    )


read_by(collateral_table.cache_clear)


def _listed(row: Mapping[str, Any], as_of: str) -> ListedAsset:
    return ListedAsset(
        tiers=_tiers(row["tiers"]),
        initial=_tiers(row["initial"]) if "initial" in row else None,
        debt=Decimal(row.get("debt", ZERO)),
        conversion_fee=_optional(row, "conversion_fee"),
        exchange_below=_optional(row, "exchange_below"),
        as_of=row.get("as_of", as_of),
    )


def _tiers(rows: Iterable[tuple[str, str]]) -> tuple[WeightTier, ...]:
    return tuple((Decimal(start), Decimal(weight)) for start, weight in rows)


def _optional(row: Mapping[str, Any], key: str) -> Decimal | None:
    return Decimal(row[key]) if key in row else None
