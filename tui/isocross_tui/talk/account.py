"""What changes the account: positions, margin, cash, orders, the venue, a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from isocross import moves
from isocross.account.order_kinds import OrderKind, TriggerBy
from isocross.desk import selectors
from isocross.desk.actions.account import (
    AddMargin,
    DropPosition,
    EnterAccount,
    Flip,
    FlipAll,
    MergePosition,
    MoveCash,
    PutPosition,
    Reduce,
    Rename,
    SetLeverage,
    SwitchAutoMargin,
)
from isocross.desk.actions.assets import MoveAsset, SwitchAccount, SwitchCollateral
from isocross.desk.actions.orders import CancelOrder, CancelOrders, PlaceOrder
from isocross.desk.actions.venue import NextVenue, SetVenue
from isocross.rules.switches import AccountMode
from isocross.words.assets import asset_sentences
from isocross.workspace import Faults, book_of
from isocross.workspace.model import VenueChoice, Workspace
from isocross_tui.forms.account import NotReadableError, merge_words, read_name, read_position
from isocross_tui.forms.assets import ASKED, asset_choices, mode_choices, read_cash, read_conversion
from isocross_tui.forms.orders import CLOSING, FEES, order_choices, read_order
from isocross_tui.talk.parsing import form, number, said
from isocross_tui.talk.talk import Lines, Talk, TalkError, spoken, spoken_effect

V = TypeVar("V")
_POSITION = {
    "market": "",
    "side": "long",
    "mode": "isolated",
    "quantity": "",
    "entry": "",
    "leverage": "3",
    "margin": "",
}
_KINDS = {kind.value: kind for kind in OrderKind} | {"stop": OrderKind.STOP_MARKET}
"""The words for a kind of order."""
_ORDER = {"market": "", "side": "long", "quantity": "", "price": "", "mode": "cross", "leverage": ""}
_OF_ORDERS = {"limit": "price", "slippage": "slippage", "oco": "oco", "fee": "fee", "by": "by", "from": "trigger"}
"""What is said before a word of an order, and the field of the desk's form that it fills in."""


def _read(read: Callable[[], V]) -> V:
    """What a form's own reader says; its complaint as a sentence."""
    try:
        return read()
    except NotReadableError as error:
        raise TalkError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None


# --- positions -----------------------------------------------------------------------------------


def flip(talk: Talk, words: str) -> Lines:
    """Flip a position between cross and isolated, or all of them."""
    if words.lower() == "all":
        return talk.do(FlipAll())
    talk.select(words)
    return talk.do(Flip())


def preview(talk: Talk, words: str) -> Lines:
    """Tell what a flip would do, without doing it."""
    talk.select(words)
    before = talk.state
    talk.store.dispatch(Flip())
    told = list(talk.told(before))
    if talk.state.moment == before.moment:
        return told
    talk.store.undo()
    return ["If it were flipped:", *told, "Nothing was changed."]


def add(talk: Talk, words: str) -> Lines:
    """Open a position; what the venue would merge is merged, unless it is said to be beside."""
    given = words.split()
    beside = "beside" in given
    fields = said(" ".join(word for word in given if word != "beside"), talk.state)
    position = _read(lambda: read_position(form(fields, _POSITION), talk.state, None))
    note = "" if beside else merge_words(talk.state, position)
    told = talk.do(PutPosition(position) if beside else MergePosition(position))
    return [note, *told] if note else told


def edit(talk: Talk, words: str) -> Lines:
    """Change what was entered of a position."""
    name, _, rest = words.partition(" ")
    talk.select(name)
    position = talk.state.position()
    if position is None:
        raise TalkError("An order opens this position on the way: change the order instead.")
    margin = "" if position.given_margin is None else f"{position.given_margin:f}"
    now = {
        "market": position.market,
        "side": position.side.value,
        "mode": position.mode.value,
        "margin": margin,
        "quantity": f"{position.quantity:f}",
        "entry": f"{position.entry:f}",
        "leverage": f"{position.leverage:f}",
    }
    fields = said(rest, talk.state)
    if not fields:
        raise TalkError("Say what changes, such as: edit btc quantity 2 entry 50000.")
    changed = _read(lambda: read_position(form(fields, now), talk.state, position))
    return talk.do(PutPosition(changed, position.id))


def drop(talk: Talk, words: str) -> Lines:
    """Drop a position, as if it had never been entered."""
    talk.select(words)
    return talk.do(DropPosition())


def close(talk: Talk, words: str) -> Lines:
    """Close a position at its mark."""
    talk.select(words)
    return talk.do(Reduce())


def reduce(talk: Talk, words: str) -> Lines:
    """Close a part of a position at its mark."""
    return talk.do(Reduce(number(_selecting(talk, words))))


def leverage(talk: Talk, words: str) -> Lines:
    """Set the leverage of a position."""
    return talk.do(SetLeverage(number(_selecting(talk, words).rstrip("xX"))))


def auto(talk: Talk, words: str) -> Lines:
    """Let an isolated position draw margin by itself, or stop it."""
    talk.select(words)
    return talk.do(SwitchAutoMargin())


def margin(talk: Talk, words: str) -> Lines:
    """Add margin to a position, or remove some with a minus."""
    amount = number(_selecting(talk, words).removeprefix("+"))
    position = selectors.position_now(talk.state)
    refusal = position and moves.no_bucket_by_hand(selectors.book_now(talk.state), position)
    if refusal:
        raise TalkError(f"Refused: {refusal}. flip makes it isolated; a deposit strengthens the whole pool.")
    return talk.do(AddMargin(amount))


def _selecting(talk: Talk, words: str) -> str:
    """Select the position that is named before a figure, and give the figure; alone it is for the selected one."""
    name, _, figure = words.rpartition(" ")
    talk.select(name.strip())
    return figure


# --- cash ----------------------------------------------------------------------------------------


def deposit(talk: Talk, words: str) -> Lines:
    """Deposit cash, or some of an asset: `deposit 1 eth`, of a new one `deposit 10 sol at 150 weight 0.9`."""
    return talk.do(_cash(talk, words, 1))


def withdraw(talk: Talk, words: str) -> Lines:
    """Withdraw cash, or some of an asset, that backs no position."""
    return talk.do(_cash(talk, words, -1))


_OF_NEW = {"at": "price", "price": "price", "weight": "weight"}
"""What is said before figures of an asset that is new."""


def _cash(talk: Talk, words: str, sign: int) -> MoveCash | MoveAsset:
    """What is put in or taken out, as the desk's form reads it."""
    amount, *rest = words.split() or [""]
    if amount[:1] in {"-", "−"}:
        raise TalkError(f"“{amount}” is not an amount: say deposit or withdraw, and how much without a sign.")
    values = {"amount": amount, "asset": talk.state.workspace.currency}
    if rest and rest[0].lower() not in _OF_NEW:
        values["asset"] = rest.pop(0)
    while rest:
        key = _OF_NEW.get(rest[0].lower())
        if key is None or len(rest) == 1 or sign < 0:
            raise TalkError(f"“{rest[0]}” is not understood: say an amount and an asset, such as 1 eth.")
        values[key] = rest[1]
        del rest[:2]
    return _read(lambda: read_cash(values, talk.state, sign))


# --- assets --------------------------------------------------------------------------------------


def assets(talk: Talk, words: str) -> Lines:  # noqa: ARG001 - every verb takes its words
    """Tell every asset, and what each move of them leads to."""
    yield from (f"{line}." for line in asset_sentences(talk.frame))
    for choice in asset_choices(talk.state):
        if choice.key not in ASKED:
            yield spoken(f"{choice.title}: {spoken_effect(choice.note)}" if choice.note else choice.title)


def collateral(talk: Talk, words: str) -> Lines:
    """Let an asset count as collateral, or no more."""
    return talk.do(SwitchCollateral(words.upper() or None))


def convert(talk: Talk, words: str) -> Lines:
    """Sell some of an asset for another: `convert 0.1 btc usdt`."""
    given = [word for word in words.split() if word.lower() not in {"for", "to"}]
    if len(given) != _CONVERSION:
        raise TalkError("Say how much of what for what, such as: convert 0.1 btc usdt.")
    amount, sold, bought = given
    return talk.do(_read(lambda: read_conversion({"amount": amount, "sold": sold, "bought": bought})))


_CONVERSION = 3
"""Words that a conversion has: an amount, what is sold, what is bought."""


def mode(talk: Talk, words: str) -> Lines:
    """Switch the account's mode; alone, tell which there are."""
    known = {choice.key: choice for choice in mode_choices(talk.state)}
    if not words:
        now = selectors.book_now(talk.state).account
        others = (spoken(f"{choice.title}: {spoken_effect(choice.note)}") for choice in known.values())
        return [f"The account is {now}.", *others]
    named = words.lower().replace(" ", "-")
    if named not in list(AccountMode):
        raise TalkError(f"“{words}” is not a valid mode: say one of {', '.join(AccountMode)}.")
    return talk.do(SwitchAccount(AccountMode(named)))


# --- orders --------------------------------------------------------------------------------------


def order(talk: Talk, words: str) -> Lines:
    """Place a resting order; a kind before it says when it is filled: `stop short eth at 1900`."""
    first, _, rest = words.strip().partition(" ")
    kind = _KINDS.get(first.lower())
    plain, own = (words, {}) if kind is None else _own_of(rest, kind)
    fields = said(plain, talk.state)
    waits = kind is not None and kind is not OrderKind.LIMIT
    if "entry" in fields:
        own["trigger" if waits else "price"] = fields.pop("entry")
    fields |= own if kind is None else {**own, "kind": kind.value}
    return talk.do(PlaceOrder(_read(lambda: read_order(form(fields, _ORDER), talk.state))))


def _own_of(words: str, kind: OrderKind) -> tuple[str, dict[str, str]]:
    """What is said of an order that no position has, as fields of the desk's form; and the rest of the words."""
    left, own, tokens = [], {}, words.split()
    while tokens:
        word = tokens.pop(0)
        plain = word.lower().rstrip(",")
        if plain in _OF_ORDERS:
            if not tokens:
                raise TalkError(f"Something is missing after “{word}”.")
            own[_OF_ORDERS[plain]] = tokens.pop(0).rstrip("%")
        elif plain in CLOSING:
            own["closing"] = plain
        elif kind is OrderKind.TRAILING and plain.endswith("%"):
            own["trail"] = plain.rstrip("%")
        else:
            left.append(word)
    for key, known in (("fee", FEES), ("by", tuple(by.value for by in TriggerBy))):
        if key in own and own[key] not in known:
            raise TalkError(f"“{own[key]}” is not understood: say one of {', '.join(known)}.")
    return " ".join(left), own


def orders(talk: Talk, words: str) -> Lines:  # noqa: ARG001 - every verb takes its words
    """List the resting orders and what they hold."""
    resting = [choice for choice in order_choices(talk.state) if choice.key.startswith(":")]
    return [f"{choice.key[1:]}: {choice.note}." for choice in resting] or ["There is no resting order."]


def cancel(talk: Talk, words: str) -> Lines:
    """Cancel one order, or all."""
    if not words:
        raise TalkError("Say which order, or all: orders lists them.")
    return talk.do(CancelOrders() if words.lower() == "all" else CancelOrder(words))


# --- the whole -----------------------------------------------------------------------------------


def venue(talk: Talk, words: str) -> Lines:
    """Put the account under another venue's rules: the one that is named, the next one, or the one before."""
    known = talk.gate.venues()
    if words in {"", "next", "before"}:
        return talk.do(NextVenue(known, -1 if words == "before" else 1))
    if words not in known:
        raise TalkError(f"There is not a venue “{words}”: say one of {', '.join(known)}.")
    return talk.do(SetVenue(words))


def name(talk: Talk, words: str) -> Lines:
    """Give the account another name."""
    return talk.do(Rename(_read(lambda: read_name(words))))


def new(talk: Talk, words: str) -> Lines:
    """Begin an account: `new 1000 usdt binance`; add opens its positions."""
    cash, *rest = words.split() or [""]
    venues = [word for word in rest if word in talk.gate.venues()]
    coins = [word.upper() for word in rest if word not in venues]
    if len(venues) > 1 or len(coins) > 1:
        raise TalkError("Say the cash, a coin and a venue, such as: new 1000 usdt binance.")
    choice = VenueChoice((venues or [talk.state.workspace.venue.profile])[0], (("hedge_mode", False),))
    blank = Workspace("New account", number(cash), (), choice)
    blank = replace(blank, currency=coins[0]) if coins else blank
    try:
        book_of(blank)
        return talk.do(EnterAccount(blank))
    except Faults as faults:
        raise TalkError(str(faults)) from None
