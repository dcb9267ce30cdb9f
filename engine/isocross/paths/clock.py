"""The clock of a path through history: when settlement and funding are due."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import IntEnum

from isocross.rules.profile import Profile


class Chime(IntEnum):
    """What a venue does at its hours, in the order in which it does it at one moment."""

    FUNDING = 0
    SETTLEMENT = 1


def next_hour(after: datetime, every: int) -> datetime:
    """The first moment after this one that is a multiple of so many hours from midnight."""
    midnight = after.replace(hour=0, minute=0, second=0, microsecond=0)
    step = timedelta(hours=every)
    return midnight + step * ((after - midnight) // step + 1)


class Clock:
    """Goes through a path's time; what is due at the very opening is not."""

    def __init__(self, profile: Profile, opening: datetime, *, funded: bool) -> None:
        """Wind it up at the opening; `funded`: whether there is a rate to pay."""
        every = {
            Chime.FUNDING: profile.funding_hours if funded else 0,
            Chime.SETTLEMENT: profile.settlement_hours,
        }
        self._every = {chime: hours for chime, hours in every.items() if hours}
        self._due = {chime: next_hour(opening, hours) for chime, hours in self._every.items()}

    @property
    def next(self) -> datetime | None:
        """When something is next due; None when nothing ever is."""
        return min(self._due.values(), default=None)

    def chimes(self, until: datetime) -> list[tuple[datetime, Chime]]:
        """What is due up to a moment, in order; it is not due again."""
        found: list[tuple[datetime, Chime]] = []
        for chime, hours in self._every.items():
            while self._due[chime] <= until:
                found.append((self._due[chime], chime))
                self._due[chime] += timedelta(hours=hours)
        return sorted(found)
