"""Sentences about where things stand on a lived path."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.falls import joint_falls
from engine.frame import PositionFrame, Status
from engine.lived.scene import LivedScene
from engine.scene import market_names
from engine.story import VERBS, in_short


@dataclass(frozen=True)
class LivedStory:
    """What is said about a lived path."""

    scene: LivedScene

    def title(self, at: Decimal) -> str:
        """The kind of path and where the cursor stands, for a title."""
        scene, kind = self.scene, self.scene.scenario.path.value
        return f"{kind} · no path" if scene.trouble else f"{kind} {scene.path.heading(scene.within(at))}"

    def next_words(self, at: Decimal) -> str:
        """What comes next on the path, or that nothing does."""
        scene = self.scene
        if scene.trouble:
            return f"There is nothing to replay: {scene.trouble}."
        ahead = scene.next_event(scene.within(at))
        if ahead is not None:
            return f"Next: {in_short(ahead, market_names(scene.book))} at {scene.path.words(ahead.place)}."
        if scene.path.count == 0:
            return "Nothing was walked yet: each step of the price is a leg from here on."
        return "Nothing more happens on this path."

    def position_words(self, at: Decimal, row: PositionFrame) -> str:  # noqa: ARG002 - what is done stays done
        """What became of a position, or what will on the rest of the path."""
        scene = self.scene
        name = market_names(scene.book)[row.index]
        if row.death is not None:
            return f"{name} fell at {scene.path.words(row.death.place)}."
        if row.status is Status.CLOSED:
            return f"{name} was closed by hand."
        fall = joint_falls(scene.whole).get(row.index)
        if fall is None:
            return f"{name} does not fall on this path."
        return f"{name} {VERBS[fall.kind]} at {scene.path.words(fall.place)}."
