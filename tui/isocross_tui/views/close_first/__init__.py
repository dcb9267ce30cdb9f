"""Which position to close first: triage, solve and advice beside each other, for the account and shock on the desk.

The answers take many rehearsals, so they are asked in a thread that is given a book of its own; each stays on the
screen until the next one is there (`answers`). `triage`, `solve` and `advise` draw one answer each, `view` puts them
together and has their keys.

In: the state. Out: tables and sentences; whatever is chosen becomes one plan and one step of undo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.views.close_first.advise import AdvisePane
    from isocross_tui.views.close_first.answers import Counsel, Question
    from isocross_tui.views.close_first.solve import SolvePane
    from isocross_tui.views.close_first.triage import TriagePane
    from isocross_tui.views.close_first.view import CloseFirstView
else:
    __getattr__ = handed_on(__name__)

__all__ = ["AdvisePane", "CloseFirstView", "Counsel", "Question", "SolvePane", "TriagePane"]
