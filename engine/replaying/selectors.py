"""What a replay view asks of a state; worked out once for each account and path."""

from __future__ import annotations

from decimal import Decimal

from engine import selectors
from engine.lived.bars import BarPath
from engine.lived.scene import LivedScene
from engine.replaying.lives import Life, lives_of
from engine.state import State
from engine.store import once_per_state


def replayed(state: State) -> LivedScene | None:
    """What happens on the history that is replayed; None where the path is none, or cannot be walked."""
    living = selectors.lived(state)
    return living if living is not None and isinstance(living.path, BarPath) else None


def _lives(state: State) -> tuple[Life, ...]:
    living = replayed(state)
    return () if living is None else lives_of(living.book, state.workspace.scenario, living)


lives = once_per_state(_lives, key=lambda state: state.moment.workspace)
"""The account as it is, all cross and all isolated on the history; empty where there is none."""


def distinct(state: State) -> tuple[Life, ...]:
    """Of those the ones that can be set up and equal no other."""
    return tuple(life for life in lives(state) if life.scene is not None and not life.variant.same_as)


def happening_beyond(state: State, towards: int) -> Decimal | None:
    """The next place at which something happens in any of the modes (1), or the one before (−1); None: none does."""
    place = state.moment.place
    places = {event.place for life in distinct(state) for event in life.lived.whole.events}
    if towards > 0:
        return min((at for at in places if at > place), default=None)
    return max((at for at in {Decimal(0), *places} if at < place), default=None)


def next_fall(state: State) -> Decimal | None:
    """The next place at which a position falls in any of the modes; None: none does."""
    place = state.moment.place
    return min((f.place for life in distinct(state) for f in life.falls if f.place > place), default=None)
