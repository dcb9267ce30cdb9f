"""What happened to an account that was liquidated, as a JSON object and its last sentence."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from isocross.exchange.liquidations import Liquidated, Record
from isocross.money import exact, text
from isocross.report.json import FORMAT
from isocross.report.lived import lived_timeline_json
from isocross.studies.autopsy import Autopsy, Beside, Otherwise


@exact
def autopsy_json(name: str, record: Record, found: Autopsy | None) -> dict[str, Any]:
    """Everything that the record says, and what became of the account from before; null where there was none."""
    told = f"The record of {record.title} has {len(record.fills)} fills by which positions were closed."
    return {
        "format": FORMAT,
        "record": {
            "of": record.title,
            "fills": [_fill(fill) for fill in record.fills],
            "others": record.others,
            "lacks": list(record.lacks),
        },
        "walk": None if found is None else _walk(name, found),
        "text": told if found is None else f"{told} With the account from before, {cash_said(found)}.",
    }


def cash_said(found: Autopsy) -> str:
    """Say what cash would have held everything."""
    if found.cash is None:
        return "no cash would have held everything"
    if not found.cash:
        return "nothing is liquidated here, so no more cash was needed"
    parts = ", ".join(f"{text(amount)} in {name or 'the wallet'}" for name, amount in found.cash_for)
    return f"the least cash that would have held everything: {text(found.cash)} ({parts})"


def _fill(fill: Liquidated) -> dict[str, Any]:
    return {
        "market": fill.market,
        "side": fill.side,
        "quantity": text(fill.quantity),
        "unit": fill.unit or None,
        "price": text(fill.price),
        "mark": None if fill.mark is None else text(fill.mark),
        "lost": None if fill.lost is None else text(fill.lost),
        "time": fill.moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "deleveraged": fill.deleveraged,
    }


def _walk(name: str, found: Autopsy) -> dict[str, Any]:
    return {
        "run": lived_timeline_json(name, found.rehearsal),
        "beside": [_beside(each) for each in found.beside],
        "outside": found.outside,
        "unrecorded": list(found.unrecorded),
        "otherwise": [_otherwise(each) for each in found.otherwise],
        "cash": None if found.cash is None else text(found.cash),
        "cash_for": [{"position": of or None, "cash": text(amount)} for of, amount in found.cash_for],
    }


def _beside(each: Beside) -> dict[str, Any]:
    mark = None if each.mark is None else text(each.mark)
    return {"market": each.recorded.market, "side": each.recorded.side, "price": text(each.recorded.price),
            "position": each.name or None, "mark": mark}  # fmt: skip


def _otherwise(each: Otherwise) -> dict[str, Any]:
    return {"title": each.title, "refused": each.refusal or None, "liquidated": list(each.liquidated),
            "equity": None if each.refusal else text(each.equity)}  # fmt: skip
