"""Exporting: positions, a frame or a timeline as CSV or JSON. The JSON objects are those of `report` and `run`."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO
from typing import Any

from engine.book import Book
from engine.exchange.table import guarded, positions_csv
from engine.money import ONE, exact, text_or_none
from engine.report import FORMAT, POSITION_FIGURES, frame_json, timeline_json
from engine.scene import Scene, Shock
from engine.sheet import timeline_csv
from engine.workspace.model import Workspace

WHATS = ("positions", "frame", "timeline")
PAYERS = ("own_margin", "unused", "others", "fund")

__all__ = [
    "WHATS",
    "frame_csv",
    "frame_json",
    "positions_csv",
    "positions_json",
    "timeline_csv",
    "timeline_json",
]


@exact
def positions_json(workspace: Workspace, book: Book) -> dict[str, Any]:
    """The account and its positions as they were entered, with the opening mark of each."""
    return {
        "format": FORMAT,
        "name": workspace.name,
        "venue": book.profile.id,
        "currency": book.currency,
        "wallet": text_or_none(book.wallet),
        "positions": [
            {
                "id": position.id,
                "market": position.market,
                "side": position.side.value,
                "mode": position.mode.value,
                "quantity": text_or_none(position.quantity),
                "entry": text_or_none(position.entry),
                "leverage": text_or_none(position.leverage),
                "margin": text_or_none(position.margin),
                "mark": text_or_none(book.market_of(position).mark),
            }
            for position in book.positions
        ],
    }


def frame_csv(name: str, scene: Scene, shock: Shock, at: Decimal = ONE) -> str:
    """Every figure of every position at a fraction of a shock, a line each; exact, empty where there is none."""
    rows = frame_json(name, scene, shock, at)["positions"]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = [*_FIGURES, *(f"paid_by_{payer}" for payer in PAYERS)]
    writer.writerow(columns)
    for row in rows:
        words = [guarded(row[key]) if key in ("id", "market") else row[key] for key in _FIGURES]
        paid = [row["paid_by"][payer] for payer in PAYERS]
        writer.writerow([_word(value) for value in (*words, *paid)])
    return out.getvalue()


def _word(value: str | int | bool | None) -> str:
    """A value of the report as one cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


_ENTERED = ("id", "market", "side", "mode", "quantity", "entry", "mark", "leverage", "auto_margin")
_FIGURES = (*_ENTERED, *POSITION_FIGURES, "adl_score", "adl_rank", "status")
