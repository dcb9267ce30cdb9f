"""What is left of an account of several collaterals, read from the frame at the end: it knows what each is worth."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from isocross.cascade.timeline import Timeline
from isocross.exchange.formats.table import guarded
from isocross.figures.frame import Frame, frame_at
from isocross.money import text, text_or_none
from isocross.paths.bars import BarPath
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.risk.limits.kinds import ENDS
from isocross.studies.twin import tally


@dataclass(frozen=True)
class Left:
    """What is left."""

    frame: Frame
    lost: Decimal | None
    """Cash that is gone; None where it is not worked out."""

    @property
    def fund(self) -> Decimal:
        """What the insurance fund got or has."""
        return self.frame.account.fund

    @property
    def events(self) -> int:
        """How many there are."""
        return len(self.frame.events)

    @property
    def cells(self) -> tuple[str | None, ...]:
        """Equity, survivors, positions, who is liquidated first and where, and what was lost."""
        frame = self.frame
        first = next((event for event in frame.events if event.kind in ENDS and event.position is not None), None)
        who = None if first is None or first.position is None else frame.positions[first.position].position
        alive = sum(row.death is None for row in frame.positions)
        return (
            *(text(frame.account.equity), str(alive), str(len(frame.positions))),
            *((None, None) if who is None else (guarded(who.id), guarded(who.market))),
            *(None if first is None else text_or_none(first.mark), text_or_none(self.lost)),
        )


def left_by(rehearsal: GlideRehearsal, move: Decimal) -> Left:
    """Read what is left by a move."""
    found = tally(rehearsal, move)
    return Left(found.frame, found.lost)


def left_at_end(whole: Timeline[BarPath]) -> Left:
    """Read what is left at the end of a past crash."""
    return Left(frame_at(whole, whole, whole.path.end), None)
