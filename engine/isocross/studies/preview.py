"""A move before it is done: the cash it moves, and every position's triggers before and after."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from isocross.account.book import market_names
from isocross.moves import Outcome
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal


@dataclass(frozen=True)
class TriggerChange:
    """One position's triggers at the opening marks; None: no price of its market ends it."""

    index: int
    name: str
    moved: bool
    """Whether this is the position that is moved."""
    liquidation_before: Decimal | None
    liquidation_after: Decimal | None
    joint_before: Decimal | None
    joint_after: Decimal | None

    @property
    def changed(self) -> bool:
        """Whether a trigger of it differs after the move."""
        before = (self.liquidation_before, self.joint_before)
        return before != (self.liquidation_after, self.joint_after)


@dataclass(frozen=True)
class Preview:
    """A move and what it would change; no rows where it is refused."""

    outcome: Outcome
    rows: tuple[TriggerChange, ...]


def preview(rehearsal: GlideRehearsal, outcome: Outcome, shock: Decimal) -> Preview:
    """Set the triggers of all positions before and after a move side by side.

    Args:
        rehearsal: the rehearsal before the move.
        outcome: the move.
        shock: the current shock; its direction is that of the joint triggers.
    """
    if outcome.after is None:
        return Preview(outcome, ())
    after = replace(rehearsal, book=outcome.after)
    frames = rehearsal.frame(shock, Decimal(0)), after.frame(shock, Decimal(0))
    names = market_names(rehearsal.book)
    return Preview(
        outcome,
        tuple(
            TriggerChange(
                index=old.index,
                name=names[old.index],
                moved=old.position != new.position,
                liquidation_before=old.liquidation_price,
                liquidation_after=new.liquidation_price,
                joint_before=old.joint_trigger,
                joint_after=new.joint_trigger,
            )
            for old, new in zip(*(frame.positions[: len(rehearsal.book.positions)] for frame in frames), strict=True)
        ),
    )
