"""The JSON of an autopsy as types."""

from __future__ import annotations

from typing import Literal

from isocross.report.shapes import Exact, Format, Run, Shape, Time


class Fill(Shape):
    """A fill by which a venue closed a position; null: the record does not say."""

    market: str
    side: Literal["long", "short"]
    quantity: Exact
    unit: str | None
    price: Exact
    mark: Exact | None
    lost: Exact | None
    time: Time
    deleveraged: bool


class Record(Shape):
    """What a venue recorded, and what it did not."""

    of: str
    fills: list[Fill]
    others: int
    lacks: list[str]


class Beside(Shape):
    """A fill of the record beside ours; null: nothing alike is liquidated here."""

    market: str
    side: Literal["long", "short"]
    price: Exact
    position: str | None
    mark: Exact | None


class Otherwise(Shape):
    """The account had it been otherwise; a refusal where it could not have been."""

    title: str
    refused: str | None
    liquidated: list[str]
    equity: Exact | None


class CashFor(Shape):
    """Cash that would have held; null: in the wallet."""

    position: str | None
    cash: Exact


class Walk(Shape):
    """The account from before, walked through what happened."""

    run: Run
    told: list[str]
    beside: list[Beside]
    outside: int
    unrecorded: list[str]
    otherwise: list[Otherwise]
    cash: Exact | None
    cash_for: list[CashFor]


class Autopsy(Shape):
    """What happened to an account that was liquidated."""

    format: Format
    record: Record
    walk: Walk | None
    text: str
