"""`[[markets]]`: each market as a value, with a ladder whose tiers fit together."""

from __future__ import annotations

from engine.money import exact
from engine.workspace.faults import shown
from engine.workspace.locate import Path
from engine.workspace.model import MarketEntry, TierEntry
from engine.workspace.problems import Problem
from engine.workspace.rows import row_of
from engine.workspace.schema import MarketRow, TierRow


def market_of(given: object, path: Path, problems: list[Problem]) -> MarketEntry | None:
    """One market, or None and its problems."""
    before = len(problems)
    row = row_of(MarketRow, given, path, problems)
    tiers: object = given.get("tiers", ()) if isinstance(given, dict) else ()
    entries = _tiers(tiers, (*path, "tiers"), problems)
    if row is None or len(problems) > before:
        return None
    return MarketEntry(row.symbol, row.mark, entries, row.kind)


@exact
def _tiers(given: object, path: Path, problems: list[Problem]) -> tuple[TierEntry, ...]:
    """A ladder, when its tiers fit together."""
    if given == ():
        return ()
    if not isinstance(given, list) or not given:
        expected = "a list of tables { from, rate, max_leverage }"
        problems.append(Problem(path, f"{shown(given)} is not a ladder", expected))
        return ()
    rows = [row_of(TierRow, tier, (*path, i), problems) for i, tier in enumerate(given)]
    if rows[0] and rows[0].start != 0:
        problems.append(Problem((*path, 0, "from"), "the first tier does not begin at 0", "0"))
    for i, (below, row) in enumerate(zip([None, *rows], rows, strict=False)):
        if row and below and row.start <= below.start:
            expected = f"more than {shown(below.start)}, where the tier before it begins"
            problems.append(Problem((*path, i, "from"), "the tiers do not rise", expected))
        if row and row.deduction is not None and row.deduction > row.rate * row.start:
            message = f"{shown(row.deduction)} makes the maintenance margin negative at {shown(row.start)}"
            expected = f"at most {shown(row.rate * row.start)}, which is rate times `from`"
            problems.append(Problem((*path, i, "deduction"), message, expected))
    return tuple(TierEntry(r.start, r.rate, r.max_leverage, r.deduction, r.factor) for r in rows if r)
