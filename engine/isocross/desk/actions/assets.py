"""What is done to the assets of an account: counted or not, put in, taken out, sold for another; and its mode.

An asset that the account does not have yet is listed first, with nothing of it; both together are one step of undo.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Book
from isocross.desk import selectors
from isocross.desk.actions.account import made
from isocross.desk.document import rebuilt
from isocross.desk.state import Edit, Look, State
from isocross.money import ZERO
from isocross.moves import Outcome, Refusal
from isocross.moves.move import Do, Move, judge
from isocross.records import dataclass
from isocross.rules.switches import AccountMode
from isocross.workspace.model import AssetEntry


@dataclass(frozen=True)
class SelectAsset(Look):
    """Select the next asset (1) or the one before (−1); it stops at the ends."""

    step: int

    def apply(self, state: State) -> State:
        """Without assets nothing changes."""
        names = [asset.name for asset in selectors.book(state).coins]
        now = selectors.asset_now(state)
        if now is None:
            return state
        wanted = names[max(0, min(len(names) - 1, names.index(now.name) + self.step))]
        return state if wanted == state.asset else replace(state, asset=wanted)


@dataclass(frozen=True)
class SwitchCollateral(Edit):
    """Let an asset count as collateral, or no more; without a name the selected one."""

    asset: str | None = None

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        now = selectors.asset_now(state)
        name = self.asset or (None if now is None else now.name)
        if name is None:
            return state.saying("The account has only its wallet: deposit an asset, or switch the account's mode.")
        return _done(state, Move(Do.COLLATERAL, asset=name))


@dataclass(frozen=True)
class MoveAsset(Edit):
    """Deposit some of an asset, or withdraw a negative amount."""

    asset: str
    amount: Decimal
    price: Decimal | None = None
    """Of an asset that is new, or of the currency of an account that lists none: in USD, where no contract is on it."""
    weight: Decimal | None = None
    """Of an asset that is new: the share of it that counts, where it is not the venue's."""

    @property
    def move(self) -> Move:
        """What is done."""
        return Move(Do.DEPOSIT if self.amount >= ZERO else Do.WITHDRAW, None, abs(self.amount), self.asset)

    @property
    def new(self) -> AssetEntry:
        """How it is listed where the account does not have it yet."""
        tiers = () if self.weight is None else ((ZERO, self.weight),)
        return AssetEntry(self.asset, ZERO, price=self.price, tiers=tiers)

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        return _done(state, self.move, self.new)


@dataclass(frozen=True)
class Convert(Edit):
    """Sell some of an asset for another."""

    sold: str
    amount: Decimal
    bought: str

    @property
    def move(self) -> Move:
        """What is done."""
        return Move(Do.CONVERT, None, self.amount, self.sold, self.bought)

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        return _done(state, self.move)


@dataclass(frozen=True)
class SwitchAccount(Edit):
    """Put the account into another mode: standard, or one in which several assets back its positions."""

    mode: AccountMode

    @property
    def move(self) -> Move:
        """What is done."""
        return Move(Do.ACCOUNT, to=self.mode.value)

    def apply(self, state: State) -> State:
        """Refused moves change nothing and say why."""
        return _done(state, self.move)


def foreseen(state: State, move: Move, new: AssetEntry | None = None) -> Outcome:
    """What a move of assets would lead to where the account can be acted on."""
    listed = _listed(state, move, new)
    if listed.message.number != state.message.number:
        told = listed.message.text.removeprefix("Refused: ").rstrip(".")
        return Outcome(selectors.book_now(state), None, Refusal(told))
    return judge(selectors.book_now(listed), move)


def _done(state: State, move: Move, new: AssetEntry | None = None) -> State:
    listed = _listed(state, move, new)
    if listed.message.number != state.message.number:
        return listed
    after = made(listed, move)
    if after.moment == listed.moment:
        return state.saying(after.message.text, after.message.tone)
    return after if move.asset is None else replace(after, asset=move.asset)


def _listed(state: State, move: Move, new: AssetEntry | None) -> State:
    """The state with an account that lists every asset of a move, with nothing of what is new; it says a refusal."""
    workspace, book = state.workspace, selectors.book(state)
    known = {asset.name for asset in book.coins} | {book.currency}
    named = [move.asset, move.to] if move.do is Do.CONVERT else [move.asset]
    lacks = [new or AssetEntry(name, ZERO) for name in named if name is not None and name not in known]
    priced = new.price if new is not None and new.asset == book.currency else None
    if not book.coins and (lacks or priced is not None or move.do in _OF_LISTED):
        lacks.insert(0, AssetEntry(book.currency, price=priced))
    if not lacks or _is_barred(book, move) or move.do in {Do.WITHDRAW, Do.COLLATERAL}:
        return state
    after = rebuilt(state, replace(workspace, assets=(*workspace.assets, *lacks)), "")
    if after.workspace == workspace:
        return after
    return replace(after, message=state.message)


def _is_barred(book: Book, move: Move) -> bool:
    """Whether coin-margined contracts bar a mode that has none of them, whatever is listed."""
    if move.do is not Do.ACCOUNT or move.to is None or not book.inverse_markets:
        return False
    rule = book.profile.account_rule(AccountMode(move.to))
    return rule is not None and not rule.coin_margined


_OF_LISTED = frozenset((Do.ACCOUNT, Do.CONVERT))
"""What is done to accounts whose assets are listed, if only their currency."""
