"""Where each position ends: by its own market alone, and with all markets moving together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from isocross.cascade.events import Event, EventKind
from isocross.cascade.timeline import Timeline
from isocross.figures.prices import bankruptcy_price, liquidation_price
from isocross.figures.standings import Standings
from isocross.lazily import Lazily
from isocross.money import ZERO, exact
from isocross.paths.path import Path
from isocross.records import dataclass

Joint = Mapping[int, Decimal | None]
"""The marks of the joint triggers of positions, by index."""

_ENDS = (EventKind.LIQUIDATION, EventKind.REDUCTION)


@dataclass(frozen=True, slots=True)
class Triggers:
    """The prices at which one position ends; None where there is none."""

    liquidation: Decimal | None
    bankruptcy: Decimal | None
    joint: Decimal | None
    moves: bool
    """Whether its market moves on the glide; else the joint trigger says nothing of how near it is."""

    def distance(self, mark: Decimal) -> Decimal | None:
        """How far the nearest one is, as a share of the mark."""
        triggers = (self.liquidation, self.joint if self.moves else None)
        reach = [abs(trigger - mark) / mark for trigger in triggers if trigger is not None and mark > 0]
        return min(reach, default=None)


def triggers_of(
    standings: Standings,
    whole: Timeline[Path],
    place: Decimal = ZERO,
    known: Joint | None = None,
) -> Lazily[Triggers]:
    """Work out those of every position from the state at a place, after what happened there, each when it is looked at.

    Args:
        standings: the account at the place.
        whole: the whole way beyond it, for the joint triggers.
        place: where the account stands on it.
        known: the joint triggers, where they were worked out already.
    """
    joint = joint_triggers(standings, whole, place) if known is None else known

    @exact
    def of(index: int) -> Triggers:
        is_open = index in standings.pnl
        return Triggers(
            liquidation_price(standings, index) if is_open else None,
            bankruptcy_price(standings, index) if is_open else None,
            joint.get(index),
            whole.path.moves(standings.positions[index].market),
        )

    return Lazily(len(standings.positions), of)


def joint_triggers(standings: Standings, whole: Timeline[Path], place: Decimal) -> Joint:
    """The joint trigger of every position that has one; of one that was liquidated the mark at which it was."""
    return {index: event.mark for index, event in (_firsts(whole.beyond(place)) | standings.ledger.deaths).items()}


def moving_triggers(standings: Standings, whole: Timeline[Path], joint: Joint) -> Mapping[int, Decimal]:
    """Those of the joint triggers that tell how near a position is: its market moves."""
    return {i: at for i, at in joint.items() if at is not None and whole.path.moves(standings.positions[i].market)}


def joint_falls(whole: Timeline[Path]) -> dict[int, Event]:
    """The first event on the whole glide that ends or reduces each position."""
    return _firsts(whole.happened)


def _firsts(events: Iterable[Event]) -> dict[int, Event]:
    falls: dict[int, Event] = {}
    for event in events:
        if event.kind in _ENDS and event.position is not None:
            falls.setdefault(event.position, event)
    return falls
