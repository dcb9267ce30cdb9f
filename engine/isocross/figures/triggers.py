"""Where each position ends: by its own market alone, and with all markets moving together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from isocross.cascade.events import Event, EventKind
from isocross.cascade.timeline import Timeline
from isocross.figures.prices import bankruptcy_prices, liquidation_prices
from isocross.figures.standings import Standings
from isocross.money import ZERO
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


def triggers_of(standings: Standings, whole: Timeline[Path], place: Decimal = ZERO) -> list[Triggers]:
    """Work out those of every position from the state at a place, after what happened there.

    Args:
        standings: the account at the place.
        whole: the whole way beyond it, for the joint triggers.
        place: where the account stands on it.
    """
    prices = liquidation_prices(standings)
    bankruptcies = bankruptcy_prices(standings)
    falls = _falls_beyond(whole, place) | standings.ledger.deaths
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
    return _firsts(whole.happened)


def _falls_beyond(whole: Timeline[Path], place: Decimal) -> dict[int, Event]:
    """The first such event of each position beyond a place: what is behind it has happened."""
    return _firsts(whole.beyond(place))


def _firsts(events: Iterable[Event]) -> dict[int, Event]:
    falls: dict[int, Event] = {}
    for event in events:
        if event.kind in _ENDS and event.position is not None:
            falls.setdefault(event.position, event)
    return falls
