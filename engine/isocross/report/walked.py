"""How often an account as a whole was hit in past crashes, as a JSON object."""

from __future__ import annotations

from typing import Any

from isocross.history.windows import Kind
from isocross.money import text_or_none
from isocross.studies.walked_odds import AccountOdds

NOWHERE = "No shipped window has prices of every coin of this account."


def kind_json(kind: Kind | None) -> str:
    """Whose prices were counted."""
    return "mark-or-futures" if kind is None else kind.value


def walked_json(counted: AccountOdds | None) -> dict[str, Any]:
    """The windows, the counts within each horizon, and the sentence; null where no window has all its coins."""
    if counted is None:
        return {"windows": None, "reached": None, "text": NOWHERE}
    reached = [
        {"horizon": r.horizon, "hours": r.hours, "reached": r.reached, "share": text_or_none(r.share)}
        for r in counted.reached
    ]
    return {"windows": [window.id for window in counted.crashes], "reached": reached, "text": counted.sentence()}
