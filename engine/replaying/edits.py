"""Actions of a replay: begin one, and go from happening to happening in whatever mode it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from engine.actions import Edit, ShockTo
from engine.money import ZERO
from engine.rebuild import rebuilt
from engine.replaying.selectors import happening_beyond
from engine.state import State
from engine.workspace.model import PathKind


@dataclass(frozen=True)
class SetReplay(Edit):
    """Replay a shipped history from its opening."""

    window: str
    stand_in: Mapping[str, str]
    """By market: the symbol of the history that it follows in place of its own."""
    title: str

    def apply(self, state: State) -> State:
        """What was done by hand on another path is dropped; undo brings it back."""
        old = state.workspace.scenario
        same = old.path is PathKind.REPLAY and old.window == self.window
        scenario = replace(
            old,
            path=PathKind.REPLAY,
            window=self.window,
            stand_in=dict(self.stand_in),
            moves=old.moves if same else (),
        )
        after = rebuilt(state, replace(state.workspace, scenario=scenario), f"{self.title}.")
        if after.workspace.scenario.window != self.window:
            return after
        return replace(after, moment=replace(after.moment, place=ZERO))


@dataclass(frozen=True)
class ToHappening(Edit):
    """Put the cursor where the next thing happens in any of the modes (1), or back to the one before (−1)."""

    towards: int
    group: ClassVar[str | None] = "shock"

    def apply(self, state: State) -> State:
        """Says so when there is nothing more that way."""
        place = happening_beyond(state, self.towards)
        return state.saying("Nothing more happens that way.") if place is None else ShockTo(place).apply(state)
