"""What changes how the twin is looked at: with which stop the account is set beside itself."""

from __future__ import annotations

from dataclasses import replace

from isocross.desk.state import Look, State, StopAt
from isocross.records import dataclass


@dataclass(frozen=True)
class CompareStop(Look):
    """Set the account with a stop beside the account as it is; None: without one again."""

    stop: StopAt | None

    def apply(self, state: State) -> State:
        """Nothing of the account changes."""
        return replace(state, stop=self.stop)
