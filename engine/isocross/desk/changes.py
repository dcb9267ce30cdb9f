"""What was done between two moments, in plain words: the lines of the history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from isocross.account.book import Position
from isocross.desk.state import Moment
from isocross.format import Amounts, grouped, percent
from isocross.money import ZERO, exact
from isocross.moves.move import Do, Move
from isocross.paths.walk import Step
from isocross.rehearsal.kinds import type_of
from isocross.rules.market import base_of
from isocross.workspace.model import AssetEntry, Workspace

NAMED = 3
"""Of the positions that were changed alike, so many are named."""


@exact
def step_words(before: Moment, after: Moment) -> str:
    """What led from one moment to the next; several changes at once are told one after the other."""
    told = list(_changes(before.workspace, after.workspace))
    if after.shock != before.shock:
        told.append(f"shock to {percent(after.shock, plus='+')}")
    if not told and after.place != before.place:
        told.append(f"time to {after.place.normalize():f}")
    return "; ".join(told) or "nothing that shows"


def moved_words(old: Workspace, new: Workspace) -> str:
    """Say from which venue to which, and from which mode where it has another name there."""
    ends = [workspace.venue.profile for workspace in (old, new)]
    if old.account is not new.account:
        ends = [f"{venue} {workspace.account}" for venue, workspace in zip(ends, (old, new), strict=True)]
    return " → ".join(ends)


def _changes(old: Workspace, new: Workspace) -> Iterator[str]:
    if old.name != new.name:
        yield f"renamed to {new.name}"
    same = old.venue.profile == new.venue.profile
    if old.venue != new.venue:
        yield f"rules of {new.venue.profile} changed" if same else f"venue {moved_words(old, new)}"
    if old.account != new.account and same:
        yield f"account {old.account} → {new.account}"
    if old.wallet != new.wallet:
        yield f"wallet {new.amounts(old.wallet)} → {new.amounts(new.wallet)}"
    yield from _of_assets(old, new)
    yield from _of_positions(old, new)
    yield from _of_orders(old, new)
    if old.scenario.path != new.scenario.path:
        yield f"path → {type_of(new.scenario).noun}"
    yield from _of_path(old, new)
    if old.scenario.betas != new.scenario.betas:
        yield "the markets' parts in the shock"
    # what stands at the entry of its position moves with it, so a mark counts only by itself
    if old.markets != new.markets and old.positions == new.positions:
        yield "marks or tiers of the markets"


def _of_path(old: Workspace, new: Workspace) -> Iterator[str]:
    """The legs and the moves of a lived path; acting after a rewind drops what came later."""
    if old.scenario.legs != new.scenario.legs:
        yield _walk_words(new.scenario.legs)
    before, after = old.scenario.moves, new.scenario.moves
    called = {**_names(new), **_names(old)}
    yield from (_move_words(planned.move, called) for planned in after if planned not in before)
    if any(planned not in after for planned in before):
        yield "later moves dropped"


def _walk_words(legs: Sequence[Step]) -> str:
    """How long a walk is now, and which markets went a way of their own on its last leg."""
    own = (f"{symbol} {percent(move, plus='+')}" for step in legs[-1:] for symbol, move in step.own.items())
    return ", ".join((f"a walk of {len(legs)} {'leg' if len(legs) == 1 else 'legs'}", *own))


def _move_words(move: Move, called: Mapping[str, str]) -> str:
    whom = "" if move.position is None else called.get(move.position, move.position)
    amount = "" if move.amount is None else grouped(move.amount)
    named = " ".join(filter(None, (move.asset, move.to and f"to {move.to}")))
    deed = _DEEDS.get(move.do)
    if deed is None or named:
        told = " ".join(filter(None, (move.do.value.replace("-", " "), whom, amount, named)))
    else:
        told = deed(whom, amount)
    return f"{told} on the path"


_DEEDS: Final[Mapping[Do, Callable[[str, str], str]]] = {
    Do.FLIP: lambda whom, _: f"{whom} flipped",
    Do.ADD_MARGIN: lambda whom, amount: f"{amount} of margin added to {whom}",
    Do.REMOVE_MARGIN: lambda whom, amount: f"{amount} of margin taken from {whom}",
    Do.SET_LEVERAGE: lambda whom, amount: f"{whom} leverage {amount}x",
    Do.INCREASE: lambda whom, amount: f"{whom} increased by {amount}",
    Do.REDUCE: lambda whom, amount: f"{amount} of {whom} closed",
    Do.CLOSE: lambda whom, _: f"{whom} closed",
    Do.AUTO_MARGIN: lambda whom, _: f"auto margin of {whom} switched",
    Do.DEPOSIT: lambda _, amount: f"{amount} deposited",
    Do.WITHDRAW: lambda _, amount: f"{amount} withdrawn",
}
"""What was done, of whom and of how much; what else there is to do is called by its name."""


def _of_assets(old: Workspace, new: Workspace) -> Iterator[str]:
    before, after = ({entry.asset: entry for entry in workspace.assets} for workspace in (old, new))
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name, AssetEntry(name)), after.get(name, AssetEntry(name))
        held, left = was.balance or ZERO, now.balance or ZERO
        if held != left:
            yield f"{name} {grouped(held)} → {grouped(left)}"
        if was.collateral != now.collateral:
            yield f"{name} {'counts' if now.collateral else 'does not count'} as collateral"
        if (was.tiers, was.price, was.limit_reached) != (now.tiers, now.price, now.limit_reached) and name in before:
            yield f"price, weight or limit of {name}"


def _of_positions(old: Workspace, new: Workspace) -> Iterator[str]:
    before, after = ({p.id: p for p in workspace.positions} for workspace in (old, new))
    called = {**_names(new), **_names(old)}
    yield from (f"{called[id]} opened" for id in after if id not in before)
    yield from (f"{called[id]} dropped" for id in before if id not in after)
    alike: dict[str, list[str]] = {}
    for id, position in after.items():
        for words in _of_position(before.get(id, position), position, new.amounts):
            alike.setdefault(words, []).append(called[id])
    yield from (f"{_listed(names)} {words}" for words, names in alike.items())


def _of_orders(old: Workspace, new: Workspace) -> Iterator[str]:
    before, after = ({order.id: order for order in workspace.orders} for workspace in (old, new))
    placed = [id for id, order in after.items() if before.get(id) != order]
    gone = [id for id in before if id not in after]
    if placed:
        yield f"{_listed(placed)} placed"
    if gone:
        yield f"{_listed(gone)} cancelled"


def _of_position(old: Position, new: Position, money: Amounts) -> Iterator[str]:
    """What became of one position; a margin that only follows from the rest is not told."""
    if old.mode is not new.mode:
        yield f"flipped to {new.mode}"
    others = [f"{part} {of(old)} → {of(new)}" for part, of in _PARTS if getattr(old, part) != getattr(new, part)]
    yield from others
    if not others and old.mode is new.mode and old.margin != new.margin:
        yield f"margin {money(old.margin)} → {money(new.margin)}"


_PARTS: Final[tuple[tuple[str, Callable[[Position], str]], ...]] = (
    ("market", lambda p: p.market),
    ("side", lambda p: p.side.value),
    ("quantity", lambda p: grouped(p.quantity)),
    ("entry", lambda p: grouped(p.entry)),
    ("leverage", lambda p: f"{p.leverage:f}x"),
)


def _names(workspace: Workspace) -> dict[str, str]:
    """The base of each position's market, its id where two share a market."""
    markets = [p.market for p in workspace.positions]
    return {
        p.id: base_of(p.market, workspace.currency) if markets.count(p.market) == 1 else p.id
        for p in workspace.positions
    }


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    more = len(known) - NAMED
    return ", ".join(known[:NAMED]) + (f" and {more} more" if more > 0 else "")
