"""Plans carried out on the desk: their moves in turn, all or none, as one undo step."""

from __future__ import annotations

from dataclasses import dataclass

from engine.actions import Edit
from engine.edits import made
from engine.plan import Move
from engine.state import State

FEW = 3
"""So many deeds are told one by one."""


@dataclass(frozen=True)
class CarryOut(Edit):
    """Make the moves of a plan one after the other."""

    steps: tuple[Move, ...]

    def apply(self, state: State) -> State:
        """A refused step undoes those before it and says why; the selection stays where it was."""
        at, told, tone = state, list[str](), "good"
        for step in self.steps:
            after = made(at, step)
            if after.moment == at.moment:
                return state.saying(after.message.text, after.message.tone)
            at = after
            told.append(at.message.text)
            tone = "warn" if at.message.tone == "warn" else tone
        return at.saying(_in_short(told), tone) if told else state


def _in_short(told: list[str]) -> str:
    """What was done, sentence by sentence; of many only how many, and the venue's remark once."""
    deeds, remarks = zip(*(text.rstrip(".").partition(". ")[::2] for text in told), strict=True)
    done = deeds if len(deeds) <= FEW else (f"{len(deeds)} moves were made",)
    return ". ".join((*done, *dict.fromkeys(filter(None, remarks)))) + "."
