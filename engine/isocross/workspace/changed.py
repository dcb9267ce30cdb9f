"""A workspace after a change: its markets stand where they stood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from isocross.rules.market import Market
from isocross.workspace.model import MarketEntry, Workspace, marks_of_entries


def tidied(old: Workspace, before: Mapping[str, Market], workspace: Workspace) -> Workspace:
    """Keep the markets of a changed workspace where they stood, and drop the moves of markets that are gone.

    A market without a mark of its own stands at the entry of its largest position; when that one changes,
    the mark is written down instead of moving with it.

    Args:
        old: the workspace before the change.
        before: its markets.
        workspace: the changed one.
    """
    entries = marks_of_entries(workspace.positions)
    given = {m.symbol: m for m in workspace.markets}
    markets = list(workspace.markets)
    for symbol, entry in entries.items():
        known = given.get(symbol, MarketEntry(symbol))
        if symbol in before and known.mark is None and before[symbol].mark != entry:
            markets = [m for m in markets if m.symbol != symbol] + [replace(known, mark=before[symbol].mark)]
    resting = {order.market for order in workspace.orders} - entries.keys()
    for symbol in sorted(symbol for symbol in resting if symbol in before and _no_mark(symbol, given)):
        known = given.get(symbol, MarketEntry(symbol))
        markets = [m for m in markets if m.symbol != symbol] + [replace(known, mark=before[symbol].mark)]
    # a file may name markets that it holds nothing in; what was let go of leaves nothing behind
    named = entries.keys() | resting | ({m.symbol for m in markets} - before.keys())
    named |= {symbol for symbol, market in before.items() if market.is_asset}
    ids = {p.id for p in workspace.positions}
    scenario, funding = workspace.scenario, workspace.scenario.funding
    kept = replace(
        scenario,
        betas={symbol: beta for symbol, beta in scenario.betas.items() if symbol in named},
        legs=tuple(step.without(step.own.keys() - named) for step in scenario.legs),
        stand_in={symbol: source for symbol, source in scenario.stand_in.items() if symbol in named},
        funding={s: r for s, r in funding.items() if s in named} if isinstance(funding, Mapping) else funding,
        moves=tuple(
            planned for planned in scenario.moves if planned.move.position is None or planned.move.position in ids
        ),
    )
    view = workspace.view if workspace.view.selected in ids else replace(workspace.view, selected=None)
    tidy = replace(workspace, markets=tuple(markets), scenario=kept, view=view)
    return tidy if _same_account(old, tidy) else tidy.without_stated()


def _same_account(old: Workspace, new: Workspace) -> bool:
    """Whether cash, positions, orders and marks are still those of which the venue's figures were stated."""
    return all(
        getattr(old, part) == getattr(new, part)
        for part in ("wallet", "positions", "orders", "markets", "account", "assets")
    )


def _no_mark(symbol: str, given: Mapping[str, MarketEntry]) -> bool:
    return symbol not in given or given[symbol].mark is None
