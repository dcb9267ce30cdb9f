"""A changed workspace put in the place of the old one: markets stand where they stood, and a book can be made of it."""

from __future__ import annotations

from dataclasses import replace

from isocross.desk import selectors
from isocross.desk.state import State
from isocross.paths.together import ApartError
from isocross.toml.faults import Fault, Faults
from isocross.work import TooMuchWork
from isocross.workspace.changed import tidied
from isocross.workspace.feasible import refuse_endless
from isocross.workspace.model import Workspace


def rebuilt(state: State, workspace: Workspace, done: str) -> State:
    """The state with another workspace, if a book can be made of it."""
    workspace = tidied(state.workspace, selectors.book(state).markets, workspace)
    if workspace == state.workspace:
        return state
    try:
        refuse_endless(workspace)
    except Faults as faults:
        return state.refusing(told(faults.faults[0]))
    except (TooMuchWork, ApartError) as error:
        return state.refusing(error)
    return state.at(replace(state.moment, workspace=workspace)).saying(done, "good")


def told(fault: Fault) -> str:
    """What is wrong, and what was expected, in one line."""
    return f"{fault.message} (expected {fault.expected})" if fault.expected else fault.message
