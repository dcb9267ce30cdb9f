"""What the desk asks about resting orders: the form of one, and the list of those that rest."""

from __future__ import annotations

from collections.abc import Mapping

from isocross import moves
from isocross.account.book import Mode, Order, Side
from isocross.account.orders import leverage_of, reserve_of
from isocross.desk import selectors
from isocross.desk.actions.orders import placing
from isocross.desk.state import State
from isocross.format import price
from isocross.words.assets import held_words
from isocross.workspace.markets import kind_in
from isocross.workspace.reading import free_name, made_id
from isocross_tui.forms.account import (
    MODE_WORDS,
    MODES,
    SIDE_WORDS,
    SIDES,
    UNITS,
    NotReadableError,
    mark_hints,
    one_of,
    positive,
    price_or_mark,
)
from isocross_tui.screens.choose import Choice
from isocross_tui.screens.form import Field, Form, Verdict

PLACE, CANCEL_ALL = "place", "cancel-all"
"""Keys of the choices that are no order; an order's has a colon before its id."""


def order_form(state: State) -> Form:
    """Ask for an order; says what it would hold and what is available after it, while typing."""

    def judge(values: Mapping[str, str]) -> Verdict:
        try:
            order = read_order(values, state)
        except NotReadableError as error:
            return Verdict(f"{error}.", False)
        return _verdict(state, order)

    return Form("Place an order", _fields(state), judge, mark_hints(state, "price"))


def _verdict(state: State, order: Order) -> Verdict:
    outcome = placing(state, order)
    if outcome.after is None:
        return Verdict(f"Refused: {outcome.refusal}.", False)
    coin, money = outcome.before.coin_of(order), outcome.before.amounts_for(order)
    before, after = moves.available(outcome.before, coin), moves.available(outcome.after, coin)
    held = f"Holds {money(reserve_of(order, outcome.after))}, available {money(before)} → {money(after)}."
    barred = "" if outcome.after.profile.flip.with_orders else f" No flip in {order.market} while it rests."
    since = selectors.story(state).since("It rests from the opening of this path on.")
    return Verdict(f"{held} It is never filled here.{barred}{since}", True)


def _fields(state: State) -> list[Field]:
    position = state.position() or next(iter(state.workspace.positions), None)
    market = position.market if position else ""
    return [
        Field("market", "market", market, "of a position"),
        Field("side", "side", Side.LONG.value, options=SIDE_WORDS),
        Field("quantity", "quantity", "", UNITS[kind_in(state.workspace, market)]),
        Field("price", "price", "", "the limit price"),
        Field("mode", "mode", (position.mode if position else Mode.CROSS).value, options=MODE_WORDS),
        Field("leverage", "leverage", "", f"that of the position: {position.leverage:f}" if position else "1"),
    ]


def read_order(values: Mapping[str, str], state: State) -> Order:
    """The order a form describes; raises NotReadableError in words for what no order can be."""
    market = values["market"].upper()
    if not market:
        raise NotReadableError("a market is missing")
    side = one_of(values["side"], {s.value: s for s in Side}, SIDES)
    quantity, at = positive(values["quantity"], "quantity"), price_or_mark(values["price"], "price", state, market)
    mode = one_of(values["mode"], {m.value: m for m in Mode}, MODES)
    leverage = positive(values["leverage"], "leverage") if values["leverage"] else None
    if leverage is not None and leverage < 1:
        raise NotReadableError("leverage is 1 or more")
    kind = kind_in(state.workspace, market)
    return Order(_new_id(market, state), market, side, quantity, at, mode, leverage, kind)


def _new_id(market: str, state: State) -> str:
    taken = {order.id for order in state.workspace.orders}
    return free_name(f"{made_id(market, state.workspace.currency)}-order", taken, {})


def order_choices(state: State) -> list[Choice]:
    """Placing one, each order that rests with what it holds, and cancelling all of them."""
    book = selectors.book(state)
    choices = [Choice(PLACE, "place an order …", "holds cash, and is never filled here")]
    for order in book.orders:
        what = f"{order.side} {order.quantity:f} at {price(order.price)}, {leverage_of(order, book):f}x {order.mode}"
        holds = f"holds {book.amounts_for(order)(reserve_of(order, book))}"
        choices.append(Choice(f":{order.id}", f"cancel {order.id}", f"{what}, {holds}"))
    held = {n: reserve_of(order, book) for n, order in enumerate(book.orders)}
    if len(book.orders) > 1:
        choices.append(Choice(CANCEL_ALL, "cancel all", f"frees {held_words(book, held)}"))
    return choices
