"""What changes the resting orders: edits of what rests at the opening, judged by the venue's rules.

On a lived path they act at its opening too: an order rests from the first moment of the path.
"""

from __future__ import annotations

from dataclasses import replace

from isocross import moves
from isocross.account.book import Order
from isocross.account.orders import reserve_of
from isocross.desk import selectors
from isocross.desk.document import rebuilt, told
from isocross.desk.state import Edit, State
from isocross.moves import Outcome
from isocross.records import dataclass
from isocross.toml.faults import Faults
from isocross.words.assets import held_words
from isocross.words.orders import condition, kind_name
from isocross.workspace.build import book_of
from isocross.workspace.markets import kind_in


@dataclass(frozen=True)
class PlaceOrder(Edit):
    """Let one more order rest."""

    order: Order

    def apply(self, state: State) -> State:
        """A refused order changes nothing and says why, with the figures."""
        order = replace(self.order, kind=kind_in(state.workspace, self.order.market))
        outcome = placing(state, order)
        if outcome.after is None:
            return state.refusing(outcome.refusal)
        held = reserve_of(order, outcome.after)
        money = outcome.before.amounts_for(order)
        done = f"An order rests in {order.market} and holds {money(held)}.{_since(state)}"
        if order.fills is not None:
            done = _placed(order, outcome)
        return rebuilt(state, replace(state.workspace, orders=(*state.workspace.orders, order)), done)


def _placed(order: Order, outcome: Outcome) -> str:
    """Say what rests, and what is to be thought of it."""
    due = condition(order, outcome.before.markets[order.market])
    late = f" It is {outcome.remark}." if outcome.remark else ""
    return f"A {kind_name(order)} rests in {order.market}, due {due}.{late}"


@dataclass(frozen=True)
class CancelOrder(Edit):
    """Cancel one order by its id."""

    order: str

    def apply(self, state: State) -> State:
        """What it held is free again; an unknown id changes nothing."""
        book = selectors.book(state)
        found = next((order for order in book.orders if order.id == self.order), None)
        if found is None:
            return state.saying("That order does not rest any more.")
        held = book.amounts_for(found)(reserve_of(found, book))
        done = f"{found.id} is cancelled: {held} is free again.{_since(state)}"
        return _kept(state, moves.cancel(book, found.id), done)


@dataclass(frozen=True)
class CancelOrders(Edit):
    """Cancel every order."""

    def apply(self, state: State) -> State:
        """What they held is free again."""
        book = selectors.book(state)
        if not book.orders:
            return state.saying("There is no resting order.")
        which = "The order is" if len(book.orders) == 1 else f"All {len(book.orders)} orders are"
        held = held_words(book, {n: reserve_of(order, book) for n, order in enumerate(book.orders)})
        done = f"{which} cancelled: {held} is free again.{_since(state)}"
        return _kept(state, moves.cancel_all(book), done)


def placing(state: State, order: Order) -> Outcome:
    """What placing an order would lead to, judged at the opening marks."""
    workspace, book = state.workspace, selectors.book(state)
    try:
        with_it = book_of(replace(workspace, orders=(*workspace.orders, order)))
    except Faults as faults:
        return Outcome(book, None, moves.Refusal(told(faults.faults[0])))
    return moves.place(replace(with_it, orders=book.orders), order)


def _kept(state: State, outcome: Outcome, done: str) -> State:
    after = outcome.after or outcome.before
    return rebuilt(state, replace(state.workspace, orders=after.orders), done)


def _since(state: State) -> str:
    """On a lived path: from when on that holds."""
    return selectors.story(state).since("On this path that holds from its opening on.")
