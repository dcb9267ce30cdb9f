"""An account on a shipped history in one of its modes."""

from __future__ import annotations

from dataclasses import replace

from isocross.account.book import Mode
from isocross.paths.bars import HistoryError
from isocross.rehearsal.kinds.replay import plan_of, shipped_history
from isocross.rehearsal.replay import ReplayRehearsal, replay
from isocross.studies.curves import in_one_mode
from isocross.studies.twin import AS_IS
from isocross.workspace import PathKind, Workspace, book_of


def replayed(workspace: Workspace, venue: str | None, window: str, mode: str = AS_IS) -> ReplayRehearsal:
    """Replay a shipped history; raises HistoryError where it does not fit, or the account cannot be held so.

    Args:
        workspace: the account.
        venue: another venue's rules.
        window: the id of the history.
        mode: `as-is`, `all-cross` or `all-isolated`.
    """
    book = book_of(workspace, venue=venue)
    held = book if mode == AS_IS else in_one_mode(book, Mode(mode.removeprefix("all-")))
    if isinstance(held, str):
        raise HistoryError(held)
    scenario = replace(workspace.scenario, path=PathKind.REPLAY, window=window)
    history = shipped_history(window)
    return ReplayRehearsal(replay(held, history.bars(), plan_of(scenario), title=history.title), scenario)
