"""What happened to an account that was liquidated, as a JSON object and as lines of text."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from isocross.account.book import market_names
from isocross.exchange.liquidations import Liquidated, Record
from isocross.format import Amounts, counted, given, grouped, percent, price
from isocross.money import exact, text
from isocross.report.json import FORMAT
from isocross.report.lived import lived_timeline_json, lived_timeline_sheet
from isocross.studies.autopsy import Autopsy, Beside, Otherwise


@exact
def autopsy_json(name: str, record: Record, found: Autopsy | None) -> dict[str, Any]:
    """Everything that the record says, and what became of the account from before; null where there was none."""
    fills = counted(len(record.fills), "fill")
    told = f"The record of {record.title} has {fills} by which positions were closed."
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
        return "no cash was found that would have held everything"
    if not found.cash:
        return "nothing is liquidated here, so no more cash was needed"
    money = found.rehearsal.book.amounts
    parts = ", ".join(f"{money(amount)} in {name or 'the wallet'}" for name, amount in found.cash_for)
    return f"the least cash that would have held everything: {money(found.cash)} ({parts})"


def record_lines(record: Record) -> list[str]:
    """Tell what a record says, and what it does not hold."""
    left_out = f"  {record.others} other row{'s were' if record.others > 1 else ' was'} left out."
    lines = [f"The record of {record.title}", *(f"  {_said(fill)}" for fill in record.fills)]
    return [*lines, *([left_out] if record.others else []), f"It does not hold {', '.join(record.lacks)}."]


def _said(fill: Liquidated) -> str:
    unit = f" {fill.unit}" if fill.unit else ""
    done = "was deleveraged" if fill.deleveraged else "was liquidated"
    mark = "" if fill.mark is None else f", mark {price(fill.mark)}"
    lost = "" if fill.lost is None else f", lost {given(fill.lost)}"
    head = f"{fill.moment:%Y-%m-%d %H:%M:%S}  {fill.market} {fill.side} {grouped(fill.quantity)}{unit}"
    return f"{head} {done} at {price(fill.price)}{mark}{lost}"


def walk_lines(name: str, found: Autopsy) -> list[str]:
    """Tell what happened to the account from before, beside the record, and had it been otherwise."""
    lines = [*lived_timeline_sheet(name, found.rehearsal).rstrip().splitlines(), ""]
    if found.told:
        lines += ["How it was rebuilt", *(f"  {each}" for each in found.told), ""]
    if found.beside:
        lines += ["The record beside it", *(f"  {_compared(each, found)}" for each in found.beside)]
    if found.outside:
        lines.append(f"  {found.outside} of {len(found.beside)} in the record were before these candles or after them")
    if found.unrecorded:
        lines.append(f"  liquidated here and not in the record: {', '.join(found.unrecorded)}")
    lines += ["", "Had it been otherwise"] if found.beside else ["Had it been otherwise"]
    money = found.rehearsal.book.amounts
    return [*lines, *(f"  {each.title}: {_ended(each, money)}" for each in found.otherwise), f"  {cash_said(found)}"]


def _compared(each: Beside, found: Autopsy) -> str:
    told = "nothing is liquidated here in that market and on that side"
    if each.mark is not None:
        stated = each.recorded.mark or each.recorded.price
        book = found.rehearsal.book
        market = book.market_of(book.positions[market_names(book).index(each.name)])
        told = f"{price(each.mark, market.grid)} here, {percent(abs(each.mark - stated) / stated)} apart"
    return f"{each.recorded.market} {each.recorded.side}: {price(each.recorded.price)} there; {told}"


def _ended(other: Otherwise, money: Amounts) -> str:
    if other.refusal:
        return f"it could not have been so: {other.refusal}"
    gone = f"{', '.join(other.liquidated)} liquidated" if other.liquidated else "nothing is liquidated"
    return f"{gone}; equity at the end {money(other.equity)}"


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
        "told": list(found.told),
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
