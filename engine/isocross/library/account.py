"""An account that a program holds: made once and never changed; each move gives another one."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from isocross import moves
from isocross.account.book import Book, Position
from isocross.disk.atomic import Saved
from isocross.errors import IsocrossError
from isocross.library.document import plain
from isocross.library.frame import UnknownPositionError
from isocross.library.numbers import Number, exact_number
from isocross.library.rehearsed import AccountRehearsal
from isocross.moves import Outcome
from isocross.moves.move import Do, Move, judge
from isocross.records import dataclass
from isocross.rehearsal.kinds import LivedType, type_of
from isocross.toml.read import parse
from isocross.workspace.build import book_of, under_venue
from isocross.workspace.changed import tidied
from isocross.workspace.code import code_of
from isocross.workspace.load import load_document
from isocross.workspace.model import Workspace
from isocross.workspace.templates import write_new
from isocross.workspace.writing import dump


class MoveRefused(IsocrossError, ValueError):
    """Say which rule refuses a move, with its figures and the venue's own code where known."""


@dataclass(frozen=True, repr=False)
class Account:
    """A leveraged futures account under a venue's rules: cash, positions, orders, and the path of its marks.

    It never changes. A move, such as `account.flip("btc")`, gives another account or raises MoveRefused. Moves are made
    at the opening marks; those on the way belong to the scenario (`with_scenario(moves=[...])`).
    """

    workspace: Workspace
    """The document: what a file of this account holds."""
    remarks: tuple[str, ...] = ()
    """What was guessed, left out or compared when it was imported, and what the venue would say of the moves made."""

    @cached_property
    def book(self) -> Book:
        """The account as the engine has it, at the opening marks."""
        return book_of(self.workspace)

    @property
    def name(self) -> str:
        """What it is called."""
        return self.workspace.name

    @property
    def positions(self) -> tuple[Position, ...]:
        """The positions as they were entered."""
        return self.workspace.positions

    def __getitem__(self, id: str) -> Position:
        """The position of this id as it was entered; raises UnknownPositionError."""
        for position in self.positions:
            if position.id == id:
                return position
        raise UnknownPositionError(id, [position.id for position in self.positions])

    def __repr__(self) -> str:
        """Its name, venue, wallet and positions, in one line."""
        book, count = self.book, len(self.positions)
        money = f"{book.amounts(book.wallet)} {book.currency}"
        return f"<account {self.name!r} under {book.profile.id}: {money}, {count} position{'' if count == 1 else 's'}>"

    # --- rehearse --------------------------------------------------------------------------------

    def rehearse(self, *, what_if: bool = False) -> AccountRehearsal:
        """Rehearse the account on its own path: the lived one where it has one, else a straight glide or a gap.

        Args:
            what_if: rehearse a straight glide from the opening also where the account has a lived path.

        Raises:
            HistoryError: where a replay has no history of the account's markets.
        """
        scenario = self.workspace.scenario
        kind = type_of(scenario)
        if what_if or not isinstance(kind, LivedType):
            return AccountRehearsal(self.name, kind.what_if(self.book, scenario), scenario.shock)
        return AccountRehearsal(self.name, kind.rehearse(self.book, scenario), scenario.shock)

    # --- another venue, another path ---------------------------------------------------------------

    def under(self, venue: str) -> Account:
        """Put the account under another venue's rules; raises Faults where that venue cannot hold it."""
        workspace = under_venue(self.workspace, venue)
        if workspace is not self.workspace:
            workspace = workspace.without_stated()
        book_of(workspace)
        return replace(self, workspace=workspace)

    def with_scenario(self, **scenario: Any) -> Account:
        """Put it on another path; the keys are those of `[scenario]` in a workspace file."""
        return self._with("scenario", plain(scenario))

    def open(self, **position: Any) -> Account:
        """Add a position; the keys are those of `[[positions]]` in a workspace file."""
        document = parse(dump(self.workspace), self.name)
        return self._with("positions", [*document.get("positions", ()), plain(position)])

    def _with(self, key: str, value: object) -> Account:
        document = parse(dump(self.workspace), self.name)
        return replace(self, workspace=load_document({**document, key: value}, self.name))

    # --- moves --------------------------------------------------------------------------------------

    def flip(self, position: str) -> Account:
        """Flip a position between cross and isolated margin."""
        return self._move(Do.FLIP, position)

    def flip_all(self) -> Account:
        """Flip every position, all or none."""
        return self._judged(moves.flip_all)

    def add_margin(self, position: str, amount: Number) -> Account:
        """Add margin to a position."""
        return self._move(Do.ADD_MARGIN, position, amount)

    def remove_margin(self, position: str, amount: Number) -> Account:
        """Take margin out of a position."""
        return self._move(Do.REMOVE_MARGIN, position, amount)

    def set_leverage(self, position: str, leverage: Number) -> Account:
        """Give a position another leverage."""
        return self._move(Do.SET_LEVERAGE, position, leverage)

    def increase(self, position: str, quantity: Number) -> Account:
        """Make a position larger, at the opening mark."""
        return self._move(Do.INCREASE, position, quantity)

    def reduce(self, position: str, quantity: Number) -> Account:
        """Make a position smaller, at the opening mark."""
        return self._move(Do.REDUCE, position, quantity)

    def close(self, position: str) -> Account:
        """Close a position whole, at the opening mark."""
        return self._move(Do.CLOSE, position)

    def switch_auto_margin(self, position: str) -> Account:
        """Let an isolated position draw margin by itself, or no more."""
        return self._move(Do.AUTO_MARGIN, position)

    def deposit(self, amount: Number, asset: str | None = None) -> Account:
        """Put cash into the account, or some of one of its assets."""
        return self._move(Do.DEPOSIT, None, amount, asset)

    def withdraw(self, amount: Number, asset: str | None = None) -> Account:
        """Take cash out of the account, or some of one of its assets."""
        return self._move(Do.WITHDRAW, None, amount, asset)

    def convert(self, amount: Number, asset: str, to: str) -> Account:
        """Sell some of an asset for another, at the opening prices."""
        return self._move(Do.CONVERT, None, amount, asset, to)

    def switch_collateral(self, asset: str) -> Account:
        """Let an asset count as collateral, or no more."""
        return self._move(Do.COLLATERAL, None, None, asset)

    def switch_account(self, mode: str) -> Account:
        """Put the account into another mode, such as unified or standard."""
        return self._move(Do.ACCOUNT, None, None, None, mode)

    def place_order(self, **order: Any) -> Account:
        """Let an order rest, by the keys of `[[orders]]` in a workspace file; without a `kind` it is never filled."""
        document = parse(dump(self.workspace), self.name)
        asked = self._with("orders", [*document.get("orders", ()), plain(order)]).workspace.orders[-1]
        return self._judged(lambda book: moves.place(book, asked))

    def cancel_order(self, order: str) -> Account:
        """Cancel a resting order."""
        if all(resting.id != order for resting in self.book.orders):
            raise MoveRefused(f"no order is called {order!r}")
        return self._judged(lambda book: moves.cancel(book, order))

    def cancel_orders(self) -> Account:
        """Cancel every resting order."""
        return self._judged(moves.cancel_all)

    def _move(
        self,
        do: Do,
        position: str | None,
        amount: Number | None = None,
        asset: str | None = None,
        to: str | None = None,
    ) -> Account:
        if position is not None:
            self[position]
        exact: Decimal | None = None if amount is None else exact_number(amount, "an amount")
        return self._judged(lambda book: judge(book, Move(do, position, exact, asset, to)))

    def _judged(self, move: Callable[[Book], Outcome]) -> Account:
        outcome = move(self.book)
        if outcome.after is None:
            raise MoveRefused(str(outcome.refusal))
        changed = tidied(self.workspace, self.book.markets, self.workspace.with_book(outcome.after))
        said = (outcome.remark,) if outcome.remark else ()
        return Account(changed, (*self.remarks, *said))

    # --- out ------------------------------------------------------------------------------------------

    def text(self) -> str:
        """Write the account as the text of a workspace file."""
        return dump(self.workspace)

    def code(self) -> str:
        """Write the account as a short code, which opens the same account anywhere."""
        return code_of(self.workspace)

    def save(self, path: str | os.PathLike[str], *, replace_file: bool = False) -> Saved:
        """Write the account to a workspace file; raises TemplateError where there is one, unless it may be replaced."""
        return write_new(self.text(), path, replace_file)
