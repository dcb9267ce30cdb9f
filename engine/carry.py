"""Plans done on the desk: existing actions in turn, all or none, as one undo step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.actions import Edit
from engine.edits import AddMargin, Flip, MoveCash, Reduce, SetLeverage
from engine.money import ZERO
from engine.remedy import Kind, Step
from engine.state import State
from engine.store import Action

FEW = 3
"""So many deeds are told one by one."""
_DEEDS: dict[Kind, Callable[[Decimal], Action[State]]] = {
    Kind.DEPOSIT: MoveCash,
    Kind.MARGIN: AddMargin,
    Kind.CUT: Reduce,
    Kind.LEVERAGE: SetLeverage,
    Kind.FLIP: lambda _: Flip(),
}


@dataclass(frozen=True)
class CarryOut(Edit):
    """Do the steps of a plan one after the other."""

    steps: tuple[Step, ...]

    def apply(self, state: State) -> State:
        """A refused step undoes those before it and says why; the selection stays where it was."""
        at, told, tone = state, list[str](), "good"
        for step in self.steps:
            chosen = at if step.position is None else replace(at, selected=step.position)
            after = _DEEDS[step.kind](step.amount or ZERO).apply(chosen)
            if after.moment == at.moment:
                return state.saying(after.message.text, after.message.tone)
            at = after
            told.append(at.message.text)
            tone = "warn" if at.message.tone == "warn" else tone
        if not told:
            return state
        return replace(at, selected=state.selected).at(at.moment).saying(_in_short(told), tone)


def _in_short(told: list[str]) -> str:
    """What was done, sentence by sentence; of many only how many, and the venue's remark once."""
    deeds, remarks = zip(*(text.rstrip(".").partition(". ")[::2] for text in told), strict=True)
    done = deeds if len(deeds) <= FEW else (f"{len(deeds)} moves were made",)
    return ". ".join((*done, *dict.fromkeys(filter(None, remarks)))) + "."
