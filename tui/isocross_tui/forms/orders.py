"""What the desk asks about resting orders: the form of one, and the list of those that rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from isocross import moves
from isocross.account.book import Mode, Order, Side
from isocross.account.order_kinds import PROTECTIVE, FeeAs, OrderKind, TriggerBy
from isocross.account.orders import leverage_of, reserve_of
from isocross.desk import selectors
from isocross.desk.actions.orders import placing
from isocross.desk.state import State
from isocross.figures.frame import Frame
from isocross.figures.stops import unreached_stops
from isocross.format import grouped, price
from isocross.moves import Outcome
from isocross.studies.ladder import Rung, ladder, ladder_with
from isocross.toml.places import Problem
from isocross.words.assets import held_words
from isocross.words.orders import RESTING, condition, kind_name, size, status
from isocross.workspace.markets import kind_in
from isocross.workspace.orders import order_of
from isocross.workspace.reading import free_name, made_id
from isocross.workspace.schema import OrderRow
from isocross_tui.forms.account import (
    MODE_WORDS,
    MODES,
    UNITS,
    NotReadableError,
    entered,
    mark_hints,
    one_of,
    positive,
    price_or_mark,
)
from isocross_tui.screens.choose import Choice
from isocross_tui.screens.form import Field, Form, Hints, Verdict

HOLDS = "hold"
"""The kind of an order that is never filled."""
KINDS = (*(kind.value for kind in OrderKind), HOLDS)
USUAL = "as its kind"
"""What is chosen where nothing else is: what its kind does."""
TRADES = tuple(side.trade for side in Side)
"""What an order does; in a file it has the side of what it opens."""
CLOSING = (USUAL, "reduce-only", "whole position", "opens too")
FEES = (USUAL, *(fee.value for fee in FeeAs))
_MOST_RUNGS = 5
"""So many buys of a ladder are told one by one."""
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

    form = Form(entered("Place an order", state), _fields(state), judge, _hints(state), _needed)
    form.preset = _closing_side(state)
    return form


def _needed(values: Mapping[str, str]) -> frozenset[str]:
    """The fields that an order of the chosen kind has."""
    kind = _kind(values)
    found = {"market", "kind", "side", "quantity", "mode"}
    if kind is None:
        return frozenset(found | {"price", "leverage"})
    found |= {"closing", "fee", "oco"}
    found |= set() if _closes(values, kind) else {"leverage"}
    found |= {"price"} if kind in (OrderKind.LIMIT, OrderKind.STOP_LIMIT) else {"slippage"}
    found |= set() if kind is OrderKind.LIMIT else {"trigger", "by"}
    found |= {"trail"} if kind is OrderKind.TRAILING else set()
    return frozenset(found - ({"quantity"} if values["closing"] == CLOSING[2] else set()))


def _closes(values: Mapping[str, str], kind: OrderKind | None) -> bool:
    """Whether an order only closes."""
    return kind in PROTECTIVE if values["closing"] == USUAL else values["closing"] != CLOSING[-1]


def _closing_side(state: State) -> Hints:
    """What an order does where nobody chose it: one that only closes is against what is held."""

    def preset(values: Mapping[str, str]) -> Mapping[str, str]:
        kind, selected = _kind(values), state.position()
        held = [p for p in (selected, *state.workspace.positions) if p and p.market == values["market"].upper()]
        against = kind is not None and held and _closes(values, kind)
        return {"side": (held[0].side.other if against else Side.LONG).trade}

    return preset


def _kind(values: Mapping[str, str]) -> OrderKind | None:
    """The kind of a form's order; None: it is never filled."""
    word = values.get("kind") or HOLDS
    if word == HOLDS:
        return None
    return one_of(word, {k.value: k for k in OrderKind}, f"kind is one of {', '.join(KINDS)}")


def _verdict(state: State, order: Order) -> Verdict:
    outcome = placing(state, order)
    if outcome.after is None:
        return Verdict(f"Refused: {outcome.refusal}.", False)
    coin, money = outcome.before.coin_of(order), outcome.before.amounts_for(order)
    before, after = moves.available(outcome.before, coin), moves.available(outcome.after, coin)
    opening = " at the opening" if state.moment.cursor else ""
    held = f"Holds {money(reserve_of(order, outcome.after))}, available{opening} {money(before)} → {money(after)}."
    barred = "" if outcome.after.profile.flip.with_orders else f" No flip in {order.market} while it rests."
    if order.fills is not None:
        due = f"The {kind_name(order)} is due {condition(order, outcome.after.markets[order.market])}."
        late = f" It is {outcome.remark}." if outcome.remark else ""
        at_once = " It is filled at once." if moves.due_at_once(outcome.after, order) else ""
        return Verdict(f"{due}{at_once}{late} {_ladder(outcome)}{held}{barred}", True)
    since = selectors.story(state).since("It rests from the opening of this path on.")
    return Verdict(f"{held} It is never filled here.{barred}{since}", True)


def _ladder(outcome: Outcome) -> str:
    """Where the position would be liquidated after each order that adds to it, this one among them; or empty."""
    after = outcome.after
    rungs = () if after is None else ladder_with(outcome.before, after.orders[-1])
    if not rungs or after is None:
        return ""
    own = next(rung for rung in rungs if rung.order.id == after.orders[-1].id)
    if own.quantity is None or own.entry is None:
        return "It is not filled: a liquidation comes before it. "
    grid = after.markets[own.order.market].grid
    old, new = ("none" if at is None else price(at, grid) for at in (own.before, own.after))
    told = f"Filled: {grouped(own.quantity)} at {price(own.entry, grid)}, liquidation price {old} → {new}. "
    return told if len(rungs) == 1 else f"{told}{_rungs(rungs, grid)}"


def _rungs(rungs: Sequence[Rung], grid: Decimal) -> str:
    """The liquidation price after each order of a ladder, the nearest order first."""
    told = [f"{price(rung.order.price, grid)} {rung_words(rung, grid)}" for rung in rungs[:_MOST_RUNGS]]
    more = len(rungs) - _MOST_RUNGS
    rest = f", {more} more" if more > 0 else ""
    return f"Liquidation price after each: {', '.join(told)}{rest}. "


def rung_words(rung: Rung, grid: Decimal) -> str:
    """The liquidation price after an order of a ladder, as the end of a phrase."""
    if rung.quantity is None:
        return "is not filled"
    return f"→ {'none' if rung.after is None else price(rung.after, grid)}"


def _hints(state: State) -> Hints:
    """What an empty field stands for, by the kind of the order."""
    marks = mark_hints(state, "price")

    def hints(values: Mapping[str, str]) -> Mapping[str, str]:
        kind = _kind(values)
        told = {"quantity": UNITS[kind_in(state.workspace, values["market"].upper())], "trigger": "its trigger price"}
        if kind is not None and kind in PROTECTIVE and values["closing"] == USUAL:
            told["quantity"] = "the whole position"
        if kind is OrderKind.TRAILING:
            told["trigger"] = "from which price on it follows: from now on"
        return {**told, **(marks(values) if kind in (None, OrderKind.LIMIT) else {"price": "the limit price"})}

    return hints


def _fields(state: State) -> list[Field]:
    position = state.position() or next(iter(state.workspace.positions), None)
    market = position.market if position else ""
    return [
        Field("market", "market", market, "of a position"),
        Field("kind", "kind", OrderKind.LIMIT.value, options=KINDS),
        Field("side", "side", Side.LONG.trade, options=TRADES),
        Field("quantity", "quantity", "", UNITS[kind_in(state.workspace, market)]),
        Field("trail", "trail %", "", "how far it is behind the best price, such as 2"),
        Field(key="trigger", label="trigger", hint="its trigger price"),
        Field("price", "price", "", "the limit price"),
        Field("mode", "mode", (position.mode if position else Mode.CROSS).value, options=MODE_WORDS),
        Field("leverage", "leverage", "", f"that of the position: {position.leverage:f}" if position else "1"),
        Field("closing", "closes", USUAL, options=CLOSING),
        Field("by", "triggered by", TriggerBy.MARK.value, options=tuple(by.value for by in TriggerBy)),
        Field("fee", "fee", USUAL, options=FEES),
        Field("slippage", "slippage %", "", "how much worse it is filled: 0"),
        Field("oco", "cancels", "", "a name: orders that share it cancel one another"),
    ]


def read_order(values: Mapping[str, str], state: State) -> Order:
    """The order a form describes; raises NotReadableError in words for what no order can be."""
    market = values["market"].upper()
    if not market:
        raise NotReadableError("a market is missing")
    # as it is written in a file and said in a conversation, too
    sides = {word: side for side in Side for word in (side.trade, side.value)}
    side = one_of(values["side"], sides, f"side is {' or '.join(TRADES)}")
    kind = _kind(values)
    whole = _closing(values)[1]
    # an order that only closes takes the whole position where no quantity is said
    unsaid = not values["quantity"] and (whole or kind in PROTECTIVE)
    mode = one_of(values["mode"], {m.value: m for m in Mode}, MODES)
    leverage = _given(values, "leverage")
    if leverage is not None and leverage < 1:
        raise NotReadableError("leverage: it must be at least 1")
    at_mark = kind in (None, OrderKind.LIMIT)
    told = {
        "market": market,
        "side": side,
        "kind": kind,
        "quantity": None if unsaid else positive(values["quantity"], "quantity"),
        "price": price_or_mark(values["price"], "price", state, market) if at_mark else _given(values, "price"),
        "mode": mode,
        "leverage": leverage,
        "trigger": _given(values, "trigger"),
        "trail": _share(values, "trail"),
        "oco": values.get("oco") or None,
    }
    return _order(told | _filling(values, kind), state)


def _filling(values: Mapping[str, str], kind: OrderKind | None) -> dict[str, object]:
    """How it is filled: whether it only closes, which price triggers it, its fee and slippage."""
    reduce_only, whole = _closing(values)
    by, fee = values.get("by", ""), values.get("fee", USUAL)
    by_last = kind is not OrderKind.LIMIT and by == TriggerBy.LAST.value
    return {
        "reduce_only": reduce_only,
        "close_position": True if whole else None,
        "trigger_by": TriggerBy.LAST if by_last else None,
        "fee": None if fee == USUAL else FeeAs(fee),
        "slippage": _share(values, "slippage"),
    }


def _closing(values: Mapping[str, str]) -> tuple[bool | None, bool]:
    """Whether it only closes, None as its kind does; and whether it closes the whole position."""
    chosen = values.get("closing", USUAL)
    return {CLOSING[0]: None, CLOSING[1]: True, CLOSING[2]: None, CLOSING[3]: False}[chosen], chosen == CLOSING[2]


def _share(values: Mapping[str, str], key: str) -> Decimal | None:
    """Per cent of a form as a share, where any were typed."""
    given = _given(values, key)
    return None if given is None else given / 100


def _given(values: Mapping[str, str], key: str) -> Decimal | None:
    """A positive number of a form, where one was typed."""
    return positive(values[key], key) if values.get(key) else None


def _order(told: Mapping[str, object], state: State) -> Order:
    """The order of a row; raises NotReadableError with the first thing that does not go together in it."""
    problems: list[Problem] = []
    row = OrderRow({key: own.default for key, own in OrderRow.keys.items()} | dict(told))
    found = order_of(row, _new_id(row.market, state), kind_in(state.workspace, row.market), (), problems)
    if found is None:
        fault = problems[0]
        about = f"{fault.path[-1]} " if fault.message.startswith("is ") else ""
        raise NotReadableError(f"{about}{fault.message}")
    return found


def _new_id(market: str, state: State) -> str:
    taken = {order.id for order in state.workspace.orders}
    return free_name(f"{made_id(market, state.workspace.currency)}-order", taken, {})


def _standing(order: Order, index: int, frame: Frame) -> str:
    """What an order holds; where it rests no more at the cursor, what became of it there and what it held."""
    held = frame.book.amounts_for(order)(reserve_of(order, frame.book))
    stands = status(frame, index)
    return f"holds {held}" if stands == RESTING else f"{stands} on the way here, held {held} at the opening"


def order_choices(state: State) -> list[Choice]:
    """Placing one, each order that rests with what it holds, and cancelling all of them."""
    book, frame = selectors.book(state), selectors.frame(state)
    choices = [Choice(PLACE, "place an order …", "a limit, a stop, a take-profit, or one that only holds cash")]
    resting = {order.id for index, order in enumerate(book.orders) if status(frame, index) == RESTING}
    late = {found.order.id: found for found in unreached_stops(book) if found.order.id in resting}
    rungs = {rung.order.id: rung for rung in ladder(book) if rung.order.id in resting}
    for index, order in enumerate(book.orders):
        asked = f"{order.side.trade} {grouped(order.quantity)} at {price(order.price)}"
        what = f"{asked}, {leverage_of(order, book):f}x {order.mode}"
        if order.fills is not None:
            what = (
                f"{kind_name(order)}, {order.side.trade} {size(order)} {condition(order, book.markets[order.market])}"
            )
        if order.id in late:
            grid = book.markets[order.market].grid
            what += f", past the liquidation price {price(late[order.id].liquidation, grid)}"
        if order.id in rungs:
            what += f", liquidation price {rung_words(rungs[order.id], book.markets[order.market].grid)}"
        choices.append(Choice(f":{order.id}", f"cancel {order.id}", f"{what}, {_standing(order, index, frame)}"))
    held = {n: reserve_of(order, book) for n, order in enumerate(book.orders)}
    if len(book.orders) > 1:
        choices.append(Choice(CANCEL_ALL, "cancel all", f"frees {held_words(book, held)}"))
    return choices
