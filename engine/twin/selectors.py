"""What the twin view asks of a state: the variants side by side, worked out once for each state."""

from __future__ import annotations

from dataclasses import dataclass

from engine import selectors
from engine.state import State
from engine.store import once_per_state
from engine.twin.sides import Comparison, Result, Twin


@dataclass(frozen=True)
class Sight:
    """Everything that is side by side at the cursor."""

    twin: Twin
    sides: tuple[Result, ...]
    of_modes: Comparison
    of_flip: Comparison | None
    """The selected position both ways; None: there is none."""

    @property
    def flip_is_news(self) -> bool:
        """Whether flipping the selected position says something that the modes do not say already."""
        mine, modes = self.of_flip, self.of_modes
        if mine is None:
            return False
        pairs = [(pair.isolated.variant.scene, pair.cross.variant.scene) for pair in (mine, modes)]
        return any(one is not other for one, other in zip(*pairs, strict=True))


def _twin(state: State) -> Twin:
    return Twin(selectors.scene_now(state))


twin = once_per_state(_twin, key=selectors.scene_now)
"""The account and its variants: at the opening, or on a lived path as it stands at the cursor, and from there."""


def _sight(state: State) -> Sight:
    account, shock = twin(state), state.moment.shock
    selected = next((p.id for p in account.scene.book.positions if p.id == state.selected), None)
    sides = account.sides(shock, selected)
    flipped = None if selected is None else account.of_flip(sides, selected, shock)
    return Sight(account, sides, account.of_modes(sides, shock), flipped)


sight = once_per_state(_sight)
"""The variants at the cursor."""
