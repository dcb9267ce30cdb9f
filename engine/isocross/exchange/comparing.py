"""The venue's own figures beside ours, in the report of an import."""

from __future__ import annotations

from isocross.exchange.account import Account, Kind
from isocross.figures.agreement import all_compared
from isocross.workspace.build import book_of
from isocross.workspace.model import Workspace


def compare(workspace: Workspace, account: Account) -> None:
    """Tell every figure that the venue stated of a position beside what is worked out here, and why they differ."""
    found = all_compared(book_of(workspace))
    for index, (holding, position) in enumerate(zip(account.holdings, workspace.positions, strict=True)):
        for each in found.get(index, ()):
            account.note(Kind.COMPARED, holding.place, f"{position.market} {each.told}")
