"""What an account asks for and can spare: initial margins, and the cash that a new position could stand on."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from isocross.account.assets import counted
from isocross.account.book import Book, Mode, Order, Position
from isocross.account.margin import free_legs, initial_margin_at, unrealised_pnl
from isocross.cascade.ledger import Ledger
from isocross.money import ZERO
from isocross.rules.profile import Basis, Netting
from isocross.rules.switches import OpenPnl


def initial_margins(ledger: Ledger, marks: Mapping[str, Decimal]) -> dict[int, Decimal]:
    """Initial margin of every open position; of a cross position of a pool by the venue's basis, none if netted."""
    at_mark = ledger.book.profile.cross_initial_basis is Basis.MARK
    asked: dict[int, Decimal] = {}
    for index, position in enumerate(ledger.positions):
        if not ledger.is_open[index]:
            continue
        if at_mark and not ledger.book.has_bucket(position):
            asked[index] = initial_margin_at(position, marks[position.market])
        else:
            asked[index] = position.initial_margin
    if ledger.book.top_up or ledger.book.profile.netting is Netting.NONE:
        return asked
    pool = {i: ledger.positions[i] for i in ledger.open_in(Mode.CROSS)}
    return asked | dict.fromkeys(free_legs(pool, ledger.book.profile.netting, asked.__getitem__), ZERO)


def spare(
    ledger: Ledger,
    marks: Mapping[str, Decimal],
    coin: str = "",
    *,
    asked: Mapping[int, Decimal] | None = None,
    pnl: Mapping[int, Decimal] | None = None,
) -> Decimal:
    """What a new position could stand on; negative where initial margins are not covered.

    Top-up: cash in no bucket. Pooled: pool equity less the initial margins of its positions. Both less what resting
    orders hold.

    Args:
        ledger: the account now.
        marks: the marks now.
        coin: the asset that the position would settle in, and that this is an amount of.
        asked: the initial margins, where they were worked out already.
        pnl: the unrealised PnL of each open position, where it was worked out already.
    """
    if ledger.book.top_up:
        return ledger.unreserved
    asked = initial_margins(ledger, marks) if asked is None else asked
    if ledger.book.pools_assets:
        price = ledger.book.coin_price(coin, marks)
        return _spare_of_assets(ledger, marks, asked) / price if price else ZERO
    cross = ledger.open_on(coin if ledger.book.coins else None)
    if pnl is None:
        pnl = {i: unrealised_pnl(ledger.positions[i], marks[ledger.positions[i].market]) for i in cross}
    return ledger.unreserved_in(coin) + sum((pnl[i] - asked[i] for i in cross), ZERO)


def _spare_of_assets(ledger: Ledger, marks: Mapping[str, Decimal], asked: Mapping[int, Decimal]) -> Decimal:
    """What the assets of an account count beyond its initial margins, in USD."""
    cash = {coin: ledger.unreserved_in(coin) for coin in ledger.book.coin_names}
    left = counted_equity(ledger, marks, cash, at_first=True)
    price = {coin: ledger.book.coin_price(coin, marks) for coin in ledger.book.coin_names}
    return left - sum((asked[i] * price[ledger.coin_of(i)] for i in ledger.open_in(Mode.CROSS)), ZERO)


def counted_equity(
    ledger: Ledger, marks: Mapping[str, Decimal], cash: Mapping[str, Decimal], *, at_first: bool = False
) -> Decimal:
    """What the assets of an account count with these amounts of each behind its pool, open PnL with them, in USD.

    `at_first`: by the weights at which they back what is new.
    """
    counts, owed = counted_sides(ledger, marks, cash, at_first=at_first)
    return counts - owed


def counted_sides(
    ledger: Ledger, marks: Mapping[str, Decimal], cash: Mapping[str, Decimal], *, at_first: bool = False
) -> tuple[Decimal, Decimal]:
    """What counts, and what debts take of it; the arguments are those of `counted_equity`."""
    book, earned = ledger.book, dict.fromkeys(ledger.book.coin_names, ZERO)
    for index in ledger.open_in(Mode.CROSS):
        position = ledger.positions[index]
        earned[ledger.coin_of(index)] += unrealised_pnl(position, marks[position.market])
    inside = book.account_rule is not None and book.account_rule.open_pnl is OpenPnl.INSIDE
    own = others = owed = ZERO
    for coin, asset in book.coin.items():
        price = book.coin_price(coin, marks)
        weighed, beside = (cash[coin] + earned[coin], ZERO) if inside else (cash[coin], earned[coin])
        amount = counted(asset.at_first if at_first else asset, weighed, price) + beside * price
        if weighed < ZERO:
            owed -= amount
        elif coin:
            others += amount
        else:
            own += amount
    most = most_of_others(book, at_first=at_first)
    return own + (others if most is None else min(others, most)), owed


def most_of_others(book: Book, *, at_first: bool = False) -> Decimal | None:
    """The most that the assets beside an account's currency count together, in USD; None: there is no limit."""
    most = book.terms.most_of_others
    return most if most is None or at_first else most * book.terms.usable


def room_for(ledger: Ledger, marks: Mapping[str, Decimal], held: Position | Order) -> Decimal:
    """What of the asset that it settles in a new position, or a part of one, can take; below zero: less than nothing.

    Never more than the cash there is, but for a cross one where the account borrows against its other assets.
    """
    book, coin = ledger.book, ledger.book.coin_of(held)
    left = spare(ledger, marks, coin)
    if held.mode is Mode.CROSS and book.pools_assets and book.terms.borrows:
        return left
    return min(ledger.unreserved_in(coin), left)


def available_cash(ledger: Ledger, marks: Mapping[str, Decimal], coin: str = "") -> Decimal:
    """Cash of an asset that can go into a bucket now: what is spare, and never more than the cash there is."""
    return max(ZERO, min(ledger.unreserved_in(coin), spare(ledger, marks, coin)))
