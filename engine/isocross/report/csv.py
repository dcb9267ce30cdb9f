"""Exporting: positions as they were entered as JSON, and every figure of positions as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from isocross.account.book import Book
from isocross.disk.spreadsheet import guarded
from isocross.money import exact, text_or_none
from isocross.report.json import FORMAT, POSITION_FIGURES
from isocross.workspace.model import Workspace

PAYERS = ("own_margin", "unused", "others", "fund")


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
                "kind": position.kind.value,
                "side": position.side.value,
                "mode": position.mode.value,
                "quantity": text_or_none(position.quantity),
                "entry": text_or_none(position.entry),
                "leverage": text_or_none(position.leverage),
                "margin": text_or_none(position.margin),
                "auto_margin": position.auto_margin,
                "mark": text_or_none(book.market_of(position).mark),
            }
            for position in book.positions
        ],
    } | _assets(book)


def _assets(book: Book) -> dict[str, Any]:
    """The mode and the assets of an account of several, as they were entered; nothing where there is a wallet alone."""
    if not book.coins:
        return {}
    held = [
        {"asset": asset.name, "balance": text_or_none(book.balance_of(coin)), "collateral": asset.collateral}
        for coin, asset in book.coin.items()
    ]
    return {"account_mode": book.account.value, "assets": held}


def rows_csv(rows: Iterable[dict[str, Any]]) -> str:
    """Positions as `report` prints them in JSON, a line each; exact, empty where there is none."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    listed = list(rows)
    several = any("settles" in row for row in listed)
    payers = (*PAYERS, "borrowed") if several else PAYERS
    writer.writerow([*ROW_FIGURES, *(f"paid_by_{payer}" for payer in payers), *(("settles",) if several else ())])
    for row in listed:
        words = [guarded(row[key]) if key in ("id", "market") else row[key] for key in ROW_FIGURES]
        paid = [row["paid_by"].get(payer, "0") for payer in payers]
        writer.writerow([_cell(value) for value in (*words, *paid, *((guarded(row["settles"]),) if several else ()))])
    return out.getvalue()


def _cell(value: Any) -> Any:
    """Empty where there is nothing; true and false as in JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


_ENTERED = ("id", "market", "kind", "side", "mode", "quantity", "entry", "settlement_price", "mark", "leverage")
ROW_FIGURES = (*_ENTERED, "auto_margin", *POSITION_FIGURES, "adl_score", "adl_rank", "liquidation", "status")
