"""Sentences about a replay: who fell, when, and why, in each mode."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from isocross.cascade.events import Tested
from isocross.format import Amounts, percent, price
from isocross.studies.replays import Life, LivedFall

NOBODY = "none yet"
"""What stands where the first to fall would."""


def clock(moment: datetime | None, days: Collection[datetime | None] = ()) -> str:
    """Hour and minute of a candle, which knows no more; its day too unless all of `days` are on the same one."""
    if moment is None:
        return ""
    dated = any(day is not None and day.date() != moment.date() for day in days)
    return moment.strftime("%m-%d %H:%M" if dated else "%H:%M")


def day_and_time(moment: datetime | None) -> str:
    """A candle as a sentence has it, in UTC."""
    return "" if moment is None else moment.strftime("%Y-%m-%d in the %H:%M candle (UTC)")


def verdict(life: Life, place: Decimal, *, brief: bool = False) -> str:
    """Who fell up to a place, when and why; or that nobody did.

    Args:
        life: in which mode.
        place: on the path.
        brief: with the day and the hour only, and without the mark and the figures.
    """
    money = life.lived.book.amounts
    title = life.variant.title[:1].upper() + life.variant.title[1:]
    falls = life.standing(place).falls
    if not falls:
        over = place >= life.lived.path.end
        return f"{title}, {'nothing was liquidated' if over else 'nothing is liquidated yet'}."
    first, *more = falls
    if brief:
        told = f"{title}, {first.name} was liquidated on {_day(first.time)} UTC, {_why_briefly(first, money)}"
    else:
        told = f"{title}, {first.name} was liquidated on {day_and_time(first.time)} at {_mark(life, first)}"
        told = f"{told}: {_why(first, money)}"
    return f"{told}{_then(more, first.time, brief=brief)}."


def _day(moment: datetime | None) -> str:
    """Day and time of what is known to be of one crash; a window has several days."""
    return "" if moment is None else moment.strftime("%m-%d at %H:%M")


def _then(more: list[LivedFall], since: datetime | None, *, brief: bool) -> str:
    if not more:
        return ""
    return f"; then {', '.join(fall.name if brief else f'{fall.name} at {clock(fall.time, [since])}' for fall in more)}"


def _why_briefly(fall: LivedFall, money: Amounts) -> str:
    tested = fall.event.figures.tested
    if tested is Tested.POOL:
        return "the pool at its liquidation threshold"
    return f"its {money(fall.event.amount)} used up"


def _mark(life: Life, fall: LivedFall) -> str:
    book = life.lived.book
    mark, index = fall.event.mark, fall.event.position
    if mark is None or index is None:
        return ""
    market = book.market_of(book.positions[index])
    return f"{price(mark, market.grid)} ({percent(mark / market.mark - 1, plus='+')})"


def _why(fall: LivedFall, money: Amounts) -> str:
    """Which money was gone, in a clause."""
    figures = fall.event.figures
    if figures.tested is Tested.ISOLATED:
        return f"its own margin of {money(fall.event.amount)} was used up, nothing else was touched"
    if figures.tested is Tested.BUCKET:
        return f"nothing was left to draw, and its margin of {money(fall.event.amount)} was used up"
    need = money(figures.maintenance_margin)
    return f"the pool had {money(figures.equity)} of equity, needed {need}, and gave up {fall.name} first"
