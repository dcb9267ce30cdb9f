"""What a move leads to: the book after it, or the rule that refuses it, with its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Book, Mode, Order, Position
from isocross.account.margin import unrealised_pnl
from isocross.cascade.ledger import Ledger
from isocross.cascade.spare import available_cash, initial_margins, room_for, spare
from isocross.figures.standings import Standings
from isocross.money import ZERO, exact
from isocross.moves.threshold import against
from isocross.records import dataclass


@dataclass(frozen=True)
class Refusal:
    """Why a move is refused."""

    rule: str
    """The rule with its figures, in words."""
    code: str | None = None
    """The venue's own error code, where known."""

    def __str__(self) -> str:
        """The refusal as one sentence."""
        return f"{self.rule} ({self.code})" if self.code else self.rule


@dataclass(frozen=True)
class Outcome:
    """What a move leads to."""

    before: Book
    after: Book | None
    """The book after the move; None when it is refused."""
    refusal: Refusal | None = None
    remark: str = ""
    """What the venue would say of a move that is rehearsed here."""
    verdict: str = ""
    """That the venue would refuse it, in a few words, with its code; empty: it would not."""
    cash_moved: Decimal = ZERO
    """Into the position's bucket out of the rest of the account; negative: back."""


def rehearsed(outcome: Outcome, forbidden: Refusal | None) -> Outcome:
    """What a move leads to where the venue forbids it but arithmetic does not: the same, marked so."""
    if forbidden is None or outcome.after is None:
        return outcome
    code = f" ({forbidden.code})" if forbidden.code else ""
    verdict = f"{outcome.before.profile.title} would refuse this{code}."
    rule = str(forbidden).removeprefix(f"{outcome.before.profile.title} would refuse this: ")
    return replace(outcome, remark=f"Rehearsed anyway: {rule}", verdict=verdict)


def barring_orders(book: Book, position: Position) -> str:
    """How many orders rest in a position's market, where the venue changes no mode while any does; empty: none."""
    resting = sum(order.market == position.market for order in book.orders)
    if book.profile.flip.with_orders or not resting:
        return ""
    return f"{'1 order rests' if resting == 1 else f'{resting} orders rest'} in {position.market}"


def refused(book: Book, rule: str, code: str | None = None) -> Outcome:
    """A move that is refused by this rule."""
    return Outcome(book, None, Refusal(rule, code))


@exact
def open_loss(book: Book, position: Position) -> Decimal:
    """The position's loss at the opening marks; zero where it has none."""
    return max(ZERO, -unrealised_pnl(position, book.market_of(position).mark))


@exact
def available(book: Book, coin: str = "") -> Decimal:
    """Cash that can go into a bucket at the opening marks: unused, or what pool equity leaves above its IM.

    In an account of several assets that of one of them; without a name the account's currency.
    """
    return available_cash(Ledger(book), _opening_marks(book), coin)


@exact
def available_for(book: Book, held: Position | Order) -> Decimal:
    """What a new position or order, or more of one, can take of what it settles in at the opening marks.

    A cross one can take more than the cash there is, where the account borrows against its other assets.
    """
    return max(ZERO, room_for(Ledger(book), _opening_marks(book), held))


def apart(book: Book, position: Position) -> Decimal:
    """Cash this position keeps apart from the rest."""
    return position.margin if book.has_bucket(position) else ZERO


def opening(book: Book) -> Standings:
    """The figures of all positions at the opening marks."""
    return Standings.at(Ledger(book), _opening_marks(book))


def _opening_marks(book: Book) -> dict[str, Decimal]:
    return {symbol: market.mark for symbol, market in book.markets.items()}


def breach(after: Book, moved: Position) -> Refusal | None:
    """The first rule that the book would break after a move, with its figures."""
    standings = opening(after)
    checks: Iterable[Callable[[Book, Standings, Position], str | None]] = (
        _pool_cash_short,
        _pool_below_initial_margin,
        _position_at_line,
        _pool_at_line,
    )
    return next((Refusal(rule) for check in checks if (rule := check(after, standings, moved))), None)


def _pool_cash_short(after: Book, _standings: Standings, moved: Position) -> str | None:
    money = after.amounts_for(moved)
    cash = after.free_in(after.coin_of(moved))
    borrows = after.account_rule is not None and after.account_rule.borrows
    if moved.mode is Mode.CROSS or cash >= 0 or borrows:
        return None
    return f"its margin needs {money(moved.margin)}, and the pool would be {money(-cash)} short of cash"


def _pool_below_initial_margin(after: Book, standings: Standings, moved: Position) -> str | None:
    if after.top_up or moved.mode is Mode.CROSS:
        return None
    coin, ledger = after.coin_of(moved), standings.ledger
    money, price = after.amounts_of(coin), {c: after.coin_price(c, standings.marks) for c in after.coin_names}
    short = -spare(ledger, standings.marks, coin)
    if short <= 0:
        return None
    # in what the position settles in: of a pool of all assets whatever they settle in, of a token's its own
    asked = initial_margins(ledger, standings.marks)
    together = ledger.open_on(None if after.pools_assets or not after.coins else coin)
    needed = sum((asked[i] * price[ledger.coin_of(i)] for i in together), ZERO) / price[coin]
    reserved = ledger.reserved_in(coin)
    held = f" beside the {money(reserved)} that orders hold" if reserved else ""
    left, all_of = f"{money(needed - short)}{held}, below the {money(needed)} of initial margin", after.pools_assets
    return f"the pool's assets would count {left} they back" if all_of else f"pool equity would be {left} it backs"


def _position_at_line(after: Book, standings: Standings, moved: Position) -> str | None:
    money = after.amounts_for(moved)
    if not after.has_bucket(moved):
        return None
    index = after.index_of(moved.id)
    equity = standings.cash_behind(index) + standings.pnl[index]
    need = standings.maintenance_margin[index]
    if equity > need:
        return None
    return (
        f"the position would be liquidated at once: its equity would be {money(equity)} "
        f"against maintenance margin {money(need)}"
    )


def _pool_at_line(after: Book, standings: Standings, _moved: Position) -> str | None:
    if after.top_up or not standings.pool_members:
        return None
    money = after.pool_amounts(standings.pool.coin or "")
    equity, need = standings.pool_equity, standings.pool_maintenance_margin
    if equity > need:
        return None
    figures = against(equity, need, money, of_assets=after.pools_assets)
    return f"the pool would be at its liquidation threshold: {figures}"
