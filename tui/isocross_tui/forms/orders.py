"""What the desk asks about resting orders: the form of one, and the list of those that rest."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from isocross import moves
from isocross.account.book import Mode, Order, Side
from isocross.account.order_kinds import PROTECTIVE, OrderKind
from isocross.account.orders import leverage_of, reserve_of
from isocross.desk import selectors
from isocross.desk.actions.orders import placing
from isocross.desk.state import State
from isocross.figures.stops import unreached_stops
from isocross.format import price
from isocross.moves import Outcome
from isocross.studies.ladder import after_order
from isocross.toml.places import Problem
from isocross.words.assets import held_words
from isocross.words.orders import condition, kind_name, size
from isocross.workspace.markets import kind_in
from isocross.workspace.orders import order_of
from isocross.workspace.reading import free_name, made_id
from isocross.workspace.schema import OrderRow
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

HOLDS = "hold"
"""The kind of an order that is never filled."""
KINDS = (HOLDS, *(kind.value for kind in OrderKind))
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
    if order.fills is not None:
        due = f"The {kind_name(order)} is due {condition(order, outcome.after.markets[order.market])}."
        late = f" It is {outcome.remark}." if outcome.remark else ""
        return Verdict(f"{due}{late} {_ladder(outcome)}{held}", True)
    barred = "" if outcome.after.profile.flip.with_orders else f" No flip in {order.market} while it rests."
    since = selectors.story(state).since("It rests from the opening of this path on.")
    return Verdict(f"{held} It is never filled here.{barred}{since}", True)


def _ladder(outcome: Outcome) -> str:
    """Where the position would be liquidated once an order is filled that adds to it; empty for any other."""
    after = outcome.after
    rung = None if after is None else after_order(outcome.before, after.orders[-1])
    if rung is None or after is None:
        return ""
    if rung.quantity is None or rung.entry is None:
        return "It is not filled: a liquidation comes before it. "
    grid = after.markets[rung.order.market].grid
    old, new = ("none" if at is None else price(at, grid) for at in (rung.before, rung.after))
    return f"Filled: {rung.quantity:f} at {price(rung.entry, grid)}, liquidation price {old} → {new}. "


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
        Field("kind", "kind", HOLDS, options=KINDS),
        Field(key="trigger", label="trigger price", hint="of a stop or a take-profit"),
        Field("trail", "trail", "", "how far a trailing stop is behind: 2 is 2 %"),
        Field("oco", "cancels", "", "a name: orders that share it cancel one another"),
    ]


def read_order(values: Mapping[str, str], state: State) -> Order:
    """The order a form describes; raises NotReadableError in words for what no order can be."""
    market = values["market"].upper()
    if not market:
        raise NotReadableError("a market is missing")
    side = one_of(values["side"], {s.value: s for s in Side}, SIDES)
    word = values.get("kind") or HOLDS
    kind = (
        None if word == HOLDS else one_of(word, {k.value: k for k in OrderKind}, f"kind is one of {', '.join(KINDS)}")
    )
    whole = kind in PROTECTIVE and not values["quantity"]
    quantity = None if whole else positive(values["quantity"], "quantity")
    at_mark = kind in (None, OrderKind.LIMIT)
    at = price_or_mark(values["price"], "price", state, market) if at_mark else _given(values, "price")
    mode = one_of(values["mode"], {m.value: m for m in Mode}, MODES)
    leverage = _given(values, "leverage")
    if leverage is not None and leverage < 1:
        raise NotReadableError("leverage is 1 or more")
    trail = _given(values, "trail")
    told = {"market": market, "side": side, "kind": kind, "quantity": quantity, "price": at, "mode": mode}
    more = {"leverage": leverage, "trigger": _given(values, "trigger"), "oco": values.get("oco") or None}
    return _order(told | more | {"trail": None if trail is None else trail / 100}, state)


def _given(values: Mapping[str, str], key: str) -> Decimal | None:
    """A positive number of a form, where one was typed."""
    return positive(values[key], key) if values.get(key) else None


def _order(told: Mapping[str, object], state: State) -> Order:
    """The order of a row; raises NotReadableError with the first thing that does not go together in it."""
    problems: list[Problem] = []
    row = OrderRow({key: own.default for key, own in OrderRow.keys.items()} | dict(told))
    found = order_of(row, _new_id(row.market, state), kind_in(state.workspace, row.market), (), problems)
    if found is None:
        raise NotReadableError(f"{problems[0].path[-1]} {problems[0].message}")
    return found


def _new_id(market: str, state: State) -> str:
    taken = {order.id for order in state.workspace.orders}
    return free_name(f"{made_id(market, state.workspace.currency)}-order", taken, {})


def order_choices(state: State) -> list[Choice]:
    """Placing one, each order that rests with what it holds, and cancelling all of them."""
    book = selectors.book(state)
    choices = [Choice(PLACE, "place an order …", "a limit, a stop, a take-profit, or one that only holds cash")]
    late = {found.order.id: found for found in unreached_stops(book)}
    for order in book.orders:
        what = f"{order.side} {order.quantity:f} at {price(order.price)}, {leverage_of(order, book):f}x {order.mode}"
        if order.fills is not None:
            what = f"{kind_name(order)}, {order.side} {size(order)} {condition(order, book.markets[order.market])}"
        if order.id in late:
            grid = book.markets[order.market].grid
            what += f", past the liquidation price {price(late[order.id].liquidation, grid)}"
        holds = f"holds {book.amounts_for(order)(reserve_of(order, book))}"
        choices.append(Choice(f":{order.id}", f"cancel {order.id}", f"{what}, {holds}"))
    held = {n: reserve_of(order, book) for n, order in enumerate(book.orders)}
    if len(book.orders) > 1:
        choices.append(Choice(CANCEL_ALL, "cancel all", f"frees {held_words(book, held)}"))
    return choices
