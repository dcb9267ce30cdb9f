"""What the desk asks about assets: how much of which, what is sold for what, and the account's mode.

Each choice tells what it would lead to, or which rule of the venue refuses it, before it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from isocross import moves
from isocross.cascade import Ledger
from isocross.desk import selectors
from isocross.desk.actions.account import MoveCash
from isocross.desk.actions.assets import Convert, MoveAsset, SwitchAccount, SwitchCollateral, foreseen
from isocross.desk.state import Message, State
from isocross.format import amounts_in
from isocross.money import ZERO
from isocross.moves import Outcome
from isocross.rules.switches import AccountMode
from isocross_tui.forms.account import NotReadableError, acted_on, positive, read_number, wallet_words
from isocross_tui.screens.choose import Choice
from isocross_tui.screens.form import Field, Form, Hints, Verdict

DEPOSIT, WITHDRAW, CONVERT, ALONE = "deposit", "withdraw", "convert", "alone"
"""Keys of what asks for more than a choice."""
ASKED = frozenset((DEPOSIT, WITHDRAW, CONVERT, ALONE))


# --- forms ---------------------------------------------------------------------------------------


def cash_form(title: str, state: State, sign: int) -> Form:
    """Ask for cash or an asset to deposit (sign 1) or to withdraw (−1)."""

    def judge(values: Mapping[str, str]) -> Verdict:
        return _judged(lambda: _of_cash(state, read_cash(values, state, sign)))

    now = selectors.asset_now(state)
    chosen = selectors.book(state).currency if now is None or not state.asset else now.name
    fields = [Field("amount", "amount", "", ""), Field("asset", "asset", chosen, _names(state))]
    if sign > 0:
        fields += [
            Field("price", "price", "", "that of its contract; in USD where it has none"),
            Field("weight", "weight", "", "the venue's; or your own, such as 0.9"),
        ]
    return Form(acted_on(title, state), fields, judge, _most(state, "asset") if sign < 0 else _no_most)


def convert_form(state: State) -> Form:
    """Ask how much of which asset to sell for which."""

    def judge(values: Mapping[str, str]) -> Verdict:
        return _judged(lambda: foreseen(state, read_conversion(values).move))

    now, currency = selectors.asset_now(state), selectors.book(state).currency
    sold = currency if now is None else now.name
    fields = [
        Field("amount", "amount", "", ""),
        Field("sold", "sell", sold, _names(state)),
        Field("bought", "for", "" if sold == currency else currency, _names(state)),
    ]
    return Form(acted_on("Convert", state), fields, judge, _most(state, "sold"))


def _names(state: State) -> str:
    """The assets there are, for a hint."""
    book = selectors.book(state)
    return ", ".join(asset.name for asset in book.coins) or book.currency


def _no_most(_values: Mapping[str, str]) -> Mapping[str, str]:
    return {}


def _most(state: State, key: str) -> Hints:
    """An empty amount tells how much there is of the asset that is named."""

    def hints(values: Mapping[str, str]) -> Mapping[str, str]:
        book, name = selectors.book_now(state), values[key].upper()
        if name == book.currency and key == "asset":
            return {"amount": f"at most {book.amounts(moves.available(book))}"}
        free = {book.name_of(coin): Ledger(book).unreserved_in(coin) for coin in book.coin_names}
        return {"amount": f"at most {amounts_in(name)(max(ZERO, free[name]))}" if name in free else ""}

    return hints


def read_cash(values: Mapping[str, str], state: State, sign: int) -> MoveCash | MoveAsset:
    """What a form of cash asks for; raises NotReadableError in words."""
    amount, name = read_number(values["amount"]), _asset(values["asset"])
    price, weight = (positive(values[key], key) if values.get(key) else None for key in ("price", "weight"))
    if name == selectors.book(state).currency and price is None:
        return MoveCash(sign * amount)
    if weight is not None and weight > 1:
        raise NotReadableError("weight: it is a share, at most 1")
    return MoveAsset(name, sign * amount, price, weight)


def read_conversion(values: Mapping[str, str]) -> Convert:
    """What a form of a conversion asks for; raises NotReadableError in words."""
    return Convert(_asset(values["sold"]), positive(values["amount"], "amount"), _asset(values["bought"]))


def _asset(text: str) -> str:
    if not text or not text.isascii() or not text.isalnum():
        raise NotReadableError(
            f"“{text}” is not a valid asset: a name such as BTC is expected" if text else "an asset is missing"
        )
    return text.upper()


def _of_cash(state: State, action: MoveCash | MoveAsset) -> Outcome:
    if isinstance(action, MoveAsset):
        return foreseen(state, action.move, action.new)
    book = selectors.book_now(state)
    return moves.deposit(book, action.amount) if action.amount >= 0 else moves.withdraw(book, -action.amount)


def _judged(act: Callable[[], Outcome]) -> Verdict:
    """What a move would do to the balances, and what the venue says of it."""
    try:
        outcome = act()
    except NotReadableError as error:
        return Verdict(f"{error}.", False)
    if outcome.after is None:
        return Verdict(f"Refused: {outcome.refusal}.", False)
    told = wallet_words(outcome.before, outcome.after)
    return Verdict(f"{told} {outcome.remark.rstrip('.')}." if outcome.remark else told, True)


# --- choices -------------------------------------------------------------------------------------


def asset_choices(state: State) -> list[Choice]:
    """Each asset with what switching it as collateral leads to, then what asks for amounts, then the other modes."""
    coins = selectors.book_now(state).coins
    switches = []
    for asset in coins:
        verb = "no collateral" if asset.collateral else "collateral"
        switches.append(Choice(f":{asset.name}", f"{asset.name} → {verb}", ahead(state, SwitchCollateral(asset.name))))
    asks = [
        Choice(DEPOSIT, "deposit …", "cash, or an asset"),
        Choice(WITHDRAW, "withdraw …", "cash, or an asset, that backs no position"),
        Choice(CONVERT, "convert …", "sell some of an asset for another"),
        Choice(ALONE, "move a price …", "on a walk, one market alone, such as in a depeg"),
    ]
    return [*switches, *asks, *mode_choices(state)]


def mode_choices(state: State) -> list[Choice]:
    """The other modes of an account at its venue, each with what the switch leads to."""
    book = selectors.book_now(state)
    modes = [AccountMode.STANDARD, *(rule.mode for rule in book.profile.accounts)]
    others = [mode for mode in modes if mode is not book.account]
    return [Choice(mode.value, f"account → {mode}", ahead(state, SwitchAccount(mode))) for mode in others]


def ahead(state: State, action: SwitchCollateral | SwitchAccount) -> str:
    """What an action would lead to: before → after, or why it is refused; what the venue would say comes first."""
    # what was said before is not of this choice
    after = action.apply(replace(state, message=Message("")))
    if after.moment == state.moment:
        return after.message.text
    remark = after.message.text.partition("Rehearsed anyway: ")[2]
    return " · ".join(filter(None, (remark.rstrip("."), selectors.effect(state.moment, after))))
