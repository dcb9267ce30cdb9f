"""Where each position ends: by its own market alone, and with all markets moving together."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from isocross.cascade.events import Event, EventKind
from isocross.cascade.timeline import Timeline
from isocross.figures.prices import bankruptcy_prices, liquidation_prices
from isocross.figures.standings import Standings
from isocross.paths.path import Path

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


def triggers_of(standings: Standings, whole: Timeline[Path]) -> list[Triggers]:
    """Those of every position at one set of marks, with the whole glide for the joint triggers."""
    prices = liquidation_prices(standings)
    bankruptcies = bankruptcy_prices(standings)
    falls = joint_falls(whole)
    return [
        Triggers(
            prices.get(index),
            bankruptcies.get(index),
            falls[index].mark if index in falls else None,
            whole.path.moves(position.market),
        )
        for index, position in enumerate(standings.positions)
    ]


def joint_falls(whole: Timeline[Path]) -> dict[int, Event]:
    """The first event on the whole glide that ends or reduces each position."""
    falls: dict[int, Event] = {}
    for event in whole.happened:
        if event.kind in _ENDS and event.position is not None:
            falls.setdefault(event.position, event)
    return falls
