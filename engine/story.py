"""Sentences about where things stand: what would end a position, what stands out in an account."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from engine.book import Mode
from engine.cascade.events import EventKind
from engine.explain import sentence
from engine.frame import Frame, PositionFrame, joint_falls
from engine.money import ZERO
from engine.moves import flip
from engine.numbers import money, percent
from engine.scene import Scene, market_names
from engine.workspace.model import PathKind

_VERBS = {
    EventKind.REFILL: "draws from unused cash",
    EventKind.REDUCTION: "is reduced",
    EventKind.LIQUIDATION: "falls",
}


def fate(scene: Scene, shock: Decimal, row: PositionFrame) -> str:
    """When a position falls on the whole glide in the direction of the shock, in words."""
    name = market_names(scene.book)[row.index]
    whole = scene.whole(shock)
    if row.death is not None:
        return f"{name} fell at {percent(whole.ray.move(row.death.place), plus='+')}."
    fall = joint_falls(whole).get(row.index)
    if fall is None:
        return f"{name} does not fall on the whole way to {percent(whole.ray.move(whole.limit), 0, plus='+')}."
    return f"{name} falls at {percent(whole.ray.move(fall.place), plus='+')}."


def otherwise(scene: Scene, shock: Decimal, row: PositionFrame) -> str:
    """The same for the position in its other mode, or why it cannot be flipped."""
    question = ("otherwise", shock > 0, row.index)
    if question not in scene.memory:
        scene.memory[question] = _otherwise(scene, shock, row)
    return scene.memory[question]


def _otherwise(scene: Scene, shock: Decimal, row: PositionFrame) -> str:
    name = market_names(scene.book)[row.index]
    mode = row.position.mode.other
    outcome = flip(replace(scene.book, strict=False), row.position.id)
    if outcome.after is None:
        return f"It cannot be {mode}: {outcome.refusal}."
    whole = replace(scene, book=outcome.after).whole(shock)
    fall = joint_falls(whole).get(row.index)
    if fall is None:
        return f"{mode.capitalize()}, {name} would not fall at all."
    return f"{mode.capitalize()}, {name} would fall at {percent(whole.ray.move(fall.place), plus='+')}."


def last_event(frame: Frame) -> str | None:
    """What happened last on the way to here."""
    if not frame.events:
        return None
    return sentence(frame.events[-1], frame.book, frame.ray, market_names(frame.book))


def outlook(scene: Scene, shock: Decimal) -> str:
    """What comes next on the glide, or that nothing does, and what is left at a mark of zero."""
    whole = scene.whole(shock)
    ahead = next((event for event in whole.events if event.place > abs(shock)), None)
    way = "falling" if whole.ray.direction < 0 else "rising"
    if ahead is not None:
        names = market_names(scene.book)
        who = "the pool" if ahead.position is None else names[ahead.position]
        verb = _VERBS.get(ahead.kind, "is covered")
        if ahead.orders:
            who, verb = ("resting orders", "are cancelled") if len(ahead.orders) > 1 else ("an order", "is cancelled")
        return f"Next, {way}: {who} {verb} at {percent(whole.ray.move(ahead.place), plus='+')}."
    return _nothing_ahead(scene, shock, way)


def _nothing_ahead(scene: Scene, shock: Decimal, way: str) -> str:
    movers = [s for s, slope in scene.whole(shock).ray.slopes.items() if slope]
    if way == "falling" and len(movers) == 1 and not scene.whole(shock).events:
        left = _equity_at_zero(scene, movers[0])
        if left > 0:
            mover = movers[0].removesuffix(scene.book.currency)
            return f"No price of {mover} alone liquidates this account: at zero, {money(left)} is left."
    more = "more " if scene.whole(shock).events else ""
    return f"Nothing {more}falls on the way {'down' if way == 'falling' else 'up'}."


def _equity_at_zero(scene: Scene, symbol: str) -> Decimal:
    """Equity with this market at zero and the others at their opening marks, every position still open."""
    book = scene.book
    marks = {s: ZERO if s == symbol else m.mark for s, m in book.markets.items()}
    return book.wallet + sum((p.side.sign * p.quantity * (marks[p.market] - p.entry) for p in book.positions), ZERO)


def pool_words(frame: Frame) -> str:
    """How the cash of the account stands, in a sentence."""
    account = frame.account
    if account.pool_equity is not None and account.margin_ratio is not None:
        room = account.pool_equity - (account.pool_maintenance_margin or ZERO)
        return f"The pool can lose {money(room)} more."
    if frame.book.top_up and any(p.mode is Mode.CROSS for p in frame.book.positions):
        return f"{money(account.unused)} can still be drawn."
    return f"{money(account.unused)} backs no position."


def path_words(scene: Scene) -> str:
    """The kind of path, in a word."""
    return "gap" if scene.kind is PathKind.GAP else "what-if"
