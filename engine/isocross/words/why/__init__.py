"""The arithmetic behind a figure: its formula, the numbers put in, the result, and where the rule is from.

Every figure on the screen can be asked why. The answer is a list of `Reason`s that a reader can work out again with a
pocket calculator: `position` and `prices` for a row, `account` for the pool and the orders, `events` and `closes` for
what happened, `advice` and `twin` for the studies, `stated` for what the venue said. The numbers put in are the
engine's own, read and not worked out a second time.

In: a frame, an event or a study. Out: `Reason`s, ready to be laid out by a page or printed by `explain`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.words.why.account import account_reasons, mark_reasons, payer_reasons
    from isocross.words.why.advice import advice_reasons, survival_reasons, triage_reasons
    from isocross.words.why.events import event_reasons
    from isocross.words.why.position import reasons
    from isocross.words.why.reason import Reason
    from isocross.words.why.stated import stated_reasons
    from isocross.words.why.twin import crossover_reasons, meanings
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "Reason",
    "account_reasons",
    "advice_reasons",
    "crossover_reasons",
    "event_reasons",
    "mark_reasons",
    "meanings",
    "payer_reasons",
    "reasons",
    "stated_reasons",
    "survival_reasons",
    "triage_reasons",
]
