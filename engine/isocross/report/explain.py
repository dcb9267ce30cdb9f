"""Every figure of a position with its arithmetic, for those who read it outside the desk."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from isocross.account.book import market_names
from isocross.figures.agreement import TITLES
from isocross.figures.frame import Frame, PositionFrame
from isocross.money import exact, text_or_none
from isocross.moves import largest_increase, largest_removal
from isocross.report.json import FORMAT
from isocross.rules.profile import Profile
from isocross.words.why.orders import CAN_BE_ADDED, CAN_BE_TAKEN_OUT
from isocross.words.why.position import reasons
from isocross.words.why.reason import Reason
from isocross.words.why.stated import STATED

_FIGURES = {
    "unrealised PnL": "unrealised_pnl",
    "initial margin": "initial_margin",
    "maintenance margin": "maintenance_margin",
    "margin ratio": "margin_ratio",
    "liquidation price": "liquidation_price",
    "bankruptcy price": "bankruptcy_price",
    "joint liquidation": "joint_trigger",
    "worst case": "worst_case",
    "deleveraging score": "adl_score",
    CAN_BE_TAKEN_OUT: "removable",
    CAN_BE_ADDED: "largest_increase",
    **{f"{STATED}: {title}": f"stated.{key}" for key, title in TITLES.items()},
}
"""What a reason begins with, and the figure of a position it is about."""


def figure_of(reason: Reason) -> str | None:
    """The key of the figure that a reason is about, as a report has it; None where it is about an event."""
    return next((key for title, key in _FIGURES.items() if reason.title.startswith(title)), None)


@exact
def explained_json(name: str, frame: Frame, row: PositionFrame) -> dict[str, Any]:
    """The arithmetic of a position as JSON: exact values as strings, `null` where there is none."""
    profile = frame.book.profile
    return {
        "format": FORMAT,
        "name": name,
        "venue": profile.id,
        "position": row.position.id,
        "status": row.status.value,
        "sources": profile.source.split("; "),
        "figures": [
            {
                "figure": (key := figure_of(reason)),
                "title": reason.title,
                "formula": reason.formula,
                "substituted": reason.substituted,
                "value": text_or_none(_value(frame, row, key)),
                "source": reason.source or profile.title,
            }
            for reason in reasons(frame, row)
        ],
    }


def _value(frame: Frame, row: PositionFrame, key: str | None) -> Decimal | None:
    rooms = {"removable": largest_removal, "largest_increase": largest_increase}
    if key in rooms:
        return rooms[key](frame.acted_on, row.position.id).most
    if key == "adl_score":
        return None if row.adl is None else row.adl.score
    whose, _, name = (key or "").rpartition(".")
    value = getattr(row.position.stated if whose else row, name, None)
    return value if isinstance(value, Decimal) else None


def explained_text(frame: Frame, row: PositionFrame) -> str:
    """The same as plain text, figure by figure."""
    profile = frame.book.profile
    name = market_names(frame.book)[row.index]
    lines = [f"{name}, {row.position.side} on {row.position.mode} margin, venue {profile.id}", ""]
    for reason in reasons(frame, row):
        lines += [reason.title, *(f"  {line}" for line in (reason.formula, reason.substituted) if line)]
        lines += [f"  {reason.source}"] if reason.source else []
    return "\n".join([*lines, "", *rules_lines(profile)]) + "\n"


def rules_lines(profile: Profile) -> list[str]:
    """Name the sources of a venue's rules, a line each, below the dates of what is from them."""
    return [f"Rules of {profile.title} ({profile.as_of})", *(f"  {source}" for source in profile.source.split("; "))]
