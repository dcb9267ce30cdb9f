"""The desk's forms: what they ask, how the words become numbers, and what they would do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from isocross import moves
from isocross.account.book import Book, Mode, Position, Side
from isocross.desk import selectors
from isocross.desk.actions.account import PutPosition
from isocross.desk.state import Message, State
from isocross.format import amounts_in, grouped, price
from isocross.money import ZERO
from isocross.moves import Outcome
from isocross.rules.catalogue import listed_symbols
from isocross.rules.market import Kind, base_of
from isocross.rules.underlying import coin_of
from isocross.studies.preview import preview
from isocross.toml.texts import TEXT_LIMIT
from isocross.words.advice import names_of
from isocross.workspace.markets import kind_in
from isocross_tui.screens.form import Field, Form, Hints, Verdict

T = TypeVar("T")
_MOST_DIGITS = 40
_THOUSAND = Decimal(1000)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
UNITS = {Kind.LINEAR: "base units", Kind.INVERSE: "quote units"}


SIDE_WORDS, MODE_WORDS = tuple(side.value for side in Side), tuple(mode.value for mode in Mode)
SIDES, MODES = "the side is long or short", "the mode is cross or isolated"
"""What is said of other words."""


class NotReadableError(ValueError):
    """Words of a form that cannot be what they should be."""


def read_number(text: str) -> Decimal:
    """A number as it was typed, thousands in groups of three or as a k at its end; raises NotReadableError in words."""
    plain = text.replace("−", "-")
    thousands = plain[-1:] in ("k", "K") and plain[-2:-1].isdigit()
    plain = plain[:-1] if thousands else plain
    if "," in plain and not _GROUPED.fullmatch(plain):
        raise NotReadableError(f"“{text}” is not a number: commas group thousands (1,000), decimals have a point (0.5)")
    try:
        value = Decimal(plain.replace(",", "")) * (_THOUSAND if thousands else 1)
    except InvalidOperation:
        raise NotReadableError(f"“{text}” is not a number" if text else "a number is missing") from None
    if not value.is_finite():
        raise NotReadableError(f"“{text}” is not a number")
    if len(value.as_tuple().digits) > _MOST_DIGITS or not -18 <= value.adjusted() <= 18:
        raise NotReadableError(f"“{text}” is too large or too fine for an account")
    return value


def acted_on(title: str, state: State) -> str:
    """The title of a form whose figures are those of what it acts on: it says so where the desk shows other marks."""
    return f"{title}, at the opening marks" if selectors.acts_elsewhere(state) else title


def entered(title: str, state: State) -> str:
    """The same of a form for what the account has from its opening on, on every path."""
    return f"{title}, at the opening marks" if state.moment.cursor else title


# --- margin and leverage -------------------------------------------------------------------------


def amount_form(title: str, state: State, sign: int) -> Form:
    """Ask for margin to add (sign 1) or to remove (−1); tells the new liquidation price while typing."""
    position = _selected(state)
    book = selectors.book_now(state)
    money = book.amounts
    most = moves.available(book) if sign > 0 else moves.removable(book, position.id)
    act = moves.add_margin if sign > 0 else moves.remove_margin

    def judge(values: Mapping[str, str]) -> Verdict:
        try:
            outcome = act(book, position.id, read_number(values["amount"]))
        except NotReadableError as error:
            return Verdict(f"{error}; at most {money(most)}.", False)
        return _verdict(state, outcome)

    field = Field("amount", "amount", "", f"at most {money(most)}")
    return Form(acted_on(f"{title}: {_name(state)}", state), [field], judge)


def reduce_form(state: State) -> Form:
    """Ask how much of the selected position to close, in its own units."""
    position = _selected(state)

    def judge(values: Mapping[str, str]) -> Verdict:
        return _judged(
            values["quantity"], lambda quantity: moves.reduce(selectors.book_now(state), position.id, quantity)
        )

    field = Field("quantity", "quantity", f"{position.quantity:f}", f"at most {grouped(position.quantity)}")
    return Form(acted_on(f"Reduce: {_name(state)}", state), [field], judge)


def _judged(text: str, act: Callable[[Decimal], Outcome]) -> Verdict:
    """What a move of an amount would do to the wallet."""
    try:
        outcome = act(read_number(text))
    except NotReadableError as error:
        return Verdict(f"{error}.", False)
    if outcome.after is None:
        return Verdict(f"Refused: {outcome.refusal}.", False)
    return Verdict(wallet_words(outcome.before, outcome.after), True)


def wallet_words(before: Book, after: Book) -> str:
    """What became of each balance: of one currency the wallet's."""
    if not after.coins:
        return f"Wallet {before.amounts(before.wallet)} → {before.amounts(after.wallet)}."
    held = {coin: before.balance_of(coin) if coin in before.coin_names else ZERO for coin in after.coin_names}
    changed = [coin for coin in after.coin_names if held[coin] != after.balance_of(coin)]
    told = (
        f"{after.name_of(coin)} {amounts_in(after.name_of(coin))(held[coin])} → "
        f"{amounts_in(after.name_of(coin))(after.balance_of(coin))}"
        for coin in changed
    )
    return f"{', '.join(told)}."


def leverage_form(state: State) -> Form:
    """Ask for a leverage; tells the new margin and liquidation price while typing."""
    position = _selected(state)

    def judge(values: Mapping[str, str]) -> Verdict:
        try:
            leverage = read_number(values["leverage"])
        except NotReadableError as error:
            return Verdict(f"{error}.", False)
        return _verdict(state, moves.set_leverage(selectors.book_now(state), position.id, leverage))

    most = moves.highest_leverage(selectors.book_now(state), position)
    field = Field("leverage", "leverage", f"{position.leverage:f}", f"1 to {most:f}")
    return Form(acted_on(f"Leverage: {_name(state)}", state), [field], judge)


def _verdict(state: State, outcome: Outcome) -> Verdict:
    """A move in words: refused, or what it changes for the selected position."""
    if outcome.after is None:
        return Verdict(f"Refused: {outcome.refusal}.", False)
    rows = preview(selectors.what_if_now(state), outcome, state.moment.ahead).rows
    row = next(row for row in rows if row.index == outcome.before.index_of(_selected(state).id))
    tick = outcome.before.market_of(outcome.before.seats[row.index]).grid
    old, new = outcome.before.seats[row.index], outcome.after.seats[row.index]
    what, before, after = "liquidation price", row.liquidation_before, row.liquidation_after
    if before is None and after is None:
        # of a position that has fallen at the cursor only the joint liquidation is left to compare
        what, before, after = "joint liquidation", row.joint_before, row.joint_after
    trigger = f"{what} {price(before, tick)} → {price(after, tick)}"
    money = outcome.before.amounts
    return Verdict(f"Margin {money(old.margin)} → {money(new.margin)}, {trigger}.", True)


def _selected(state: State) -> Position:
    position = selectors.position_now(state)
    if position is None:
        raise LookupError("no open position is selected")
    return position


def _name(state: State) -> str:
    return names_of(selectors.book(state))[_selected(state).id]


# --- positions -----------------------------------------------------------------------------------


def position_form(title: str, state: State, position: Position | None) -> Form:
    """Ask for a position; says what the account makes of it while typing."""

    def judge(values: Mapping[str, str]) -> Verdict:
        try:
            wanted = read_position(values, state, position)
        except NotReadableError as error:
            return Verdict(f"{error}.", False)
        # what was said before is not of this form
        silent = replace(state, message=Message(""))
        after = PutPosition(wanted, None if position is None else position.id).apply(silent)
        if after.message.tone == "bad":
            return Verdict(after.message.text, False)
        refusal = moves.not_accepted(selectors.book(after), wanted.id)
        remark = "" if refusal is None else f" Rehearsed anyway: {refusal}."
        if position is None and (held := moves.same_side(selectors.book(state), wanted)):
            remark += f" Foreseen as one with the {held.side} position in {held.market}."
        money = state.workspace.amounts
        return Verdict(f"Initial margin {money(wanted.initial_margin)}, margin {money(wanted.margin)}.{remark}", True)

    return Form(entered(title, state), _position_fields(state, position), judge, mark_hints(state, "entry"))


def merge_words(state: State, position: Position) -> str:
    """What the venue would do with a position on a side that is held already; empty: it would stand by itself."""
    book = selectors.book(state)
    held = moves.same_side(book, position)
    if held is None:
        return ""
    joined = moves.merged(held, position)
    told = f"{grouped(joined.quantity)} at an average entry of {price(joined.entry)}"
    return f"{book.profile.title} adds it to the {held.side} position in {held.market} that is there: {told}."


def name_form(state: State) -> Form:
    """Ask what the account is called."""

    def judge(values: Mapping[str, str]) -> Verdict:
        try:
            read_name(values["name"])
        except NotReadableError as error:
            return Verdict(f"{error}.", False)
        return Verdict("The file keeps its own name; S saves under another.", True)

    return Form("Name the account", [Field("name", "name", state.workspace.name)], judge)


def read_name(text: str) -> str:
    """The name of an account; raises NotReadableError in words."""
    if not text or len(text) > TEXT_LIMIT or not text.isprintable():
        raise NotReadableError(f"a name has 1 to {TEXT_LIMIT} characters")
    return text


def _position_fields(state: State, position: Position | None) -> list[Field]:
    if position is not None:
        margin = "" if position.given_margin is None else f"{position.given_margin:f}"
        return [
            Field("market", "market", position.market),
            Field("side", "side", position.side.value, options=SIDE_WORDS),
            Field("mode", "mode", position.mode.value, options=MODE_WORDS),
            Field("quantity", "quantity", f"{position.quantity:f}", UNITS[position.kind]),
            Field("entry", "entry", f"{position.entry:f}", "price"),
            Field("leverage", "leverage", f"{position.leverage:f}"),
            Field("margin", "margin", margin, "the initial margin"),
        ]
    first = next(iter(state.workspace.positions), None)
    market = first.market if first else _suggested(state)
    return [
        Field("market", "market", market, market),
        Field("side", "side", Side.LONG.value, options=SIDE_WORDS),
        Field("mode", "mode", Mode.ISOLATED.value, options=MODE_WORDS),
        Field("quantity", "quantity", "", UNITS[kind_in(state.workspace, market)]),
        Field("entry", "entry", "", "price"),
        Field("leverage", "leverage", "3"),
        Field("margin", "margin", "", "the initial margin"),
    ]


def _suggested(state: State) -> str:
    """A market that the venue knows and whose contracts the account can hold."""
    workspace, book = state.workspace, selectors.book(state)
    known = listed_symbols(book.profile)
    coins = {asset.name for asset in book.coins} if book.terms.coin_margined else {workspace.currency}
    fits = (m for m in known if kind_in(workspace, m) is Kind.LINEAR or coin_of(m) in coins)
    return next(fits, "")


def mark_hints(state: State, key: str) -> Hints:
    """An empty price is the mark of the market that is named beside it."""

    def hints(values: Mapping[str, str]) -> Mapping[str, str]:
        mark = mark_of(state, values["market"])
        return {key: "price" if mark is None else f"{mark:f}, the {'opening ' if state.moment.cursor else ''}mark"}

    return hints


def mark_of(state: State, market: str) -> Decimal | None:
    """The opening mark of a market; None where nothing says it."""
    known = selectors.book(state).markets.get(market.upper())
    return None if known is None else known.mark


def read_position(values: Mapping[str, str], state: State, instead_of: Position | None) -> Position:
    """The position a form describes; raises NotReadableError in words for what no position can hold."""
    market = values["market"].upper()
    side = one_of(values["side"], {s.value: s for s in Side}, SIDES)
    mode = one_of(values["mode"], {m.value: m for m in Mode}, MODES)
    if not market:
        raise NotReadableError("a market is missing")
    quantity, leverage = (positive(values[key], key) for key in ("quantity", "leverage"))
    entry = price_or_mark(values["entry"], "entry", state, market)
    if leverage < 1:
        raise NotReadableError("leverage: it must be at least 1")
    margin = _margin(values["margin"], mode) if values["margin"] else None
    name = instead_of.id if instead_of else _new_id(market, state)
    kind = kind_in(state.workspace, market)
    draws = instead_of is not None and instead_of.auto_margin
    return Position(name, market, side, mode, quantity, entry, leverage, margin, kind=kind, auto_margin=draws)


def price_or_mark(text: str, label: str, state: State, market: str) -> Decimal:
    """A price, or the mark where none was typed; raises NotReadableError in words."""
    mark = None if text else mark_of(state, market)
    return positive(text, label) if mark is None else mark


def _margin(text: str, mode: Mode) -> Decimal:
    """A margin, of an isolated position that a profit carries also 0 or less; raises NotReadableError in words."""
    return _number(text, "margin") if mode is Mode.ISOLATED else positive(text, "margin")


def _number(text: str, label: str) -> Decimal:
    try:
        return read_number(text)
    except NotReadableError as error:
        raise NotReadableError(f"{label}: {error}") from None


def positive(text: str, label: str) -> Decimal:
    """A number above zero; raises NotReadableError in words."""
    value = _number(text, label)
    if value <= 0:
        raise NotReadableError(f"{label}: it must be above zero")
    return value


def one_of(text: str, known: Mapping[str, T], otherwise: str) -> T:
    """The one that a text begins; raises NotReadableError with these words otherwise."""
    found = [value for key, value in known.items() if text and key.startswith(text.lower())]
    if len(found) != 1:
        raise NotReadableError(otherwise)
    return found[0]


def _new_id(market: str, state: State) -> str:
    taken = {p.id for p in state.workspace.positions}
    base = base_of(market, state.workspace.currency).lower()
    names = [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
