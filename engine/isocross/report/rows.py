"""The JSON objects of the commands as rows of a table: what CSV and Parquet have of many accounts.

Every figure is a text with all its digits, as in the JSON; empty where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from isocross.disk.spreadsheet import guarded
from isocross.records import dataclass
from isocross.report.csv import PAYERS, ROW_FIGURES
from isocross.report.text import ASSET_COLUMNS, EVENT_COLUMNS, asset_cells

Row = dict[str, Any]

_ACCOUNT = (
    "wallet",
    "equity",
    "unused",
    "available",
    "reserved",
    "initial_margin",
    "maintenance_margin",
    "pool_equity",
    "pool_maintenance_margin",
    "margin_ratio",
    "worst_case",
    "fund",
    "fees",
    "status",
)
OF_WHOM = ("account", "source", "venue")
"""What every row begins with."""
_FALLS = ("first_fall", "next_fall")
REPORT = (
    *OF_WHOM,
    *("t", "time", "move"),
    *(f"account_{key}" for key in _ACCOUNT),
    *ROW_FIGURES,
    *(f"paid_by_{payer}" for payer in (*PAYERS, "borrowed")),
    "settles",
)
RUN = (*OF_WHOM, *EVENT_COLUMNS, *ASSET_COLUMNS)
_VARIANT = ("key", "title", "same_as", "refused", "survivors", "positions")
_LEFT = ("equity", "lost", "open_pnl", "if_back", "fund_paid", "lowest_equity", "liquidated")
COMPARE = (*OF_WHOM, *_VARIANT, *_LEFT, *(f"{fall}_{part}" for fall in _FALLS for part in ("position", "move", "mark")))
EXPLAIN = (*OF_WHOM, "position", "status", "figure", "title", "formula", "substituted", "value", "source_of_rule")
PRICE = (*OF_WHOM, "market", "mark", "joint", "position", "price", "move", "first", "down", "up")
_WORDS = frozenset(
    (*OF_WHOM, "id", "market", "position", "title", "refused", "first", "liquidated", "asset", "sold", "settles")
)
"""Columns of words that come from a file, which a spreadsheet must not take for a formula."""


def report_rows(told: Mapping[str, Any]) -> Iterator[Row]:
    """Make a row of each position of a report, each with the figures of the account; one row where there is none."""
    head = _head(told) | {f"account_{key}": told["account"][key] for key in _ACCOUNT}
    if not told["positions"]:
        yield head
    for position in told["positions"]:
        paid = {f"paid_by_{payer}": position["paid_by"].get(payer) for payer in (*PAYERS, "borrowed")}
        yield head | {key: position[key] for key in ROW_FIGURES} | paid | {"settles": position.get("settles")}


def run_rows(told: Mapping[str, Any]) -> Iterator[Row]:
    """Make a row of each event."""
    for event in told["events"]:
        yield {"venue": told["venue"]} | {key: event[key] for key in (*EVENT_COLUMNS, "fee")} | asset_cells(event)


def compare_rows(told: Mapping[str, Any]) -> Iterator[Row]:
    """Make a row of each variant."""
    for variant in told["variants"]:
        row = {key: variant[key] for key in ("venue", *_VARIANT)}
        row |= {key: variant.get(key) for key in _LEFT}
        row["equity"] = None if variant["account"] is None else variant["account"]["equity"]
        row["liquidated"] = None if variant["liquidated"] is None else " ".join(variant["liquidated"])
        for fall in _FALLS:
            row |= {f"{fall}_{part}": value for part, value in (variant.get(fall) or {}).items()}
        yield row


def explain_rows(told: Mapping[str, Any]) -> Iterator[Row]:
    """Make a row of each figure of a position."""
    head = {key: told[key] for key in ("venue", "position", "status")}
    for figure in told["figures"]:
        keys = ("figure", "title", "formula", "substituted", "value")
        yield head | {key: figure[key] for key in keys} | {"source_of_rule": figure["source"]}


def price_rows(told: Mapping[str, Any]) -> Iterator[Row]:
    """Make the one row of a price."""
    ways = {way: None if told[way] is None else told[way]["price"] for way in ("down", "up")}
    keys = ("venue", "market", "mark", "joint", "position", "price", "move")
    yield {key: told[key] for key in keys} | ways | {"first": " ".join(told["first"])}


def _head(told: Mapping[str, Any]) -> Row:
    return {key: told[key] for key in ("venue", "t", "time", "move")}


def cells(row: Mapping[str, Any], columns: Iterable[str]) -> list[str | None]:
    """The cells of a row as texts, None where there is nothing; true and false as in JSON."""
    return [_cell(column, row.get(column)) for column in columns]


def _cell(column: str, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(str(value)) if column in _WORDS else str(value)


@dataclass(frozen=True)
class Table:
    """What a command has as a table."""

    columns: tuple[str, ...]
    rows: Callable[[Mapping[str, Any]], Iterator[Row]]
    """The rows of a JSON object of the command."""


TABLES: Final[Mapping[str, Table]] = {
    "report": Table(REPORT, report_rows),
    "run": Table(RUN, run_rows),
    "compare": Table(COMPARE, compare_rows),
    "explain": Table(EXPLAIN, explain_rows),
    "price": Table(PRICE, price_rows),
}
"""By command."""
