"""The sentences of an account of several assets: what was borrowed, repaid, and sold to repay it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from isocross.account.book import Book, Side
from isocross.cascade.events import Event, EventKind, Tested
from isocross.figures.frame import Frame
from isocross.format import IN_USD, Amounts, named_amounts, percent
from isocross.money import ONE, ZERO, exact
from isocross.rules.market import base_of
from isocross.rules.switches import Repays


def money_of(event: Event, book: Book) -> Amounts:
    """How the amounts of an event are written: of another asset than the account's currency with its name."""
    return book.amounts_of(event.asset)


def tests_assets(event: Event, book: Book) -> bool:
    """Whether what all assets count was tested, and not an equity."""
    return event.figures.tested in {Tested.POOL, Tested.ACCOUNT} and book.pools_assets


def money_tested(event: Event, book: Book) -> Amounts:
    """How the equity and the maintenance margin that were tested are written: of a pool of all assets in USD."""
    if tests_assets(event, book):
        return named_amounts("USD") if event.asset else IN_USD
    if event.position is None:
        return money_of(event, book)
    return book.amounts_for(book.seats[event.position])


def held_words(book: Book, held: Mapping[int, Decimal]) -> str:
    """What orders hold, by their indexes, such as `10.00 and 0.50000000 BTC`: each asset by itself."""
    sums: dict[str, Decimal] = dict.fromkeys(book.coin_names, ZERO)
    for index, amount in held.items():
        sums[book.coin_of(book.orders[index])] += amount
    told = [book.amounts_of(coin)(amount) for coin, amount in sums.items() if amount] or [book.amounts(ZERO)]
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))


def amount_of(amount: Decimal, name: str) -> str:
    """An amount of an asset with its name."""
    return named_amounts(name)(amount)


def written(money: Amounts, amount: Decimal) -> str:
    """An amount that is more than nothing, also where it is written with too few places to show it."""
    least = ONE.scaleb(-money.places)
    return f"less than {money(least)}" if amount > ZERO and money(amount) == money(ZERO) else money(amount)


def is_rounding(amount: Decimal) -> bool:
    """Whether so little is left of a debt that places on a path, rounded as they are, left it."""
    return ZERO < amount < _ROUNDING


_ROUNDING = Decimal("1e-6")


def of_assets(event: Event, book: Book, place: str) -> str:
    """What happened to the assets of an account."""
    name, left = book.name_of(event.asset), event.figures.left
    debt = written(named_amounts(name), -left)
    owed = f"the account owes {debt} now" if left < 0 else f"nothing of {name} is owed now"
    if is_rounding(-left):
        owed = f"nothing of {name} is owed now but a rounding of {debt}"
    if event.trade is not None:
        trade, sold = event.trade, book.name_of(event.trade.sold)
        fee = f", with a fee of {amount_of(trade.fee, sold)}" if trade.fee else ""
        return (
            f"{amount_of(trade.quantity, sold)} of collateral was sold for {IN_USD(trade.price)} USD each at {place} "
            f"to repay "
            f"{amount_of(event.amount, name)}{fee}; {owed}."
        )
    verb = "borrowed" if event.kind is EventKind.BORROW else "repaid"
    return f"The account {verb} {amount_of(event.amount, name)} at {place}; {owed}."


@exact
def asset_sentences(frame: Frame) -> tuple[str, ...]:
    """Say of each asset how much there is and what of it counts, a sentence without its end each."""
    usd = IN_USD
    told = []
    for asset in frame.account.assets:
        held = amount_of(asset.balance, asset.name)
        apart = amount_of(asset.balance - asset.cash, asset.name)
        if asset.balance != asset.cash:
            held += f" with isolated margins of {apart}"
            held += f": {amount_of(-asset.cash, asset.name)} is owed, and" if asset.cash < ZERO else ""
        if not asset.collateral:
            told.append(f"{held} is held and does not count as collateral")
            continue
        weight = "" if asset.weight is None else f" at {percent(asset.weight)}"
        lost = f"; its weight leaves out {usd(asset.lost)}" if asset.lost > ZERO else ""
        told.append(f"{held} counts {usd(asset.counted)} USD{weight}{lost}")
    return tuple(told)


def order_words(book: Book) -> str:
    """Say that a venue leaves open whether debts or positions go first; empty where it does not."""
    rule = book.terms
    if not rule.either_first:
        return ""
    first, other = ("positions", "debts") if rule.repays is Repays.LAST else ("debts", "positions")
    open_ = f"{book.profile.title} leaves open whether debts or positions go first"
    return f"{open_}: here {first} do. The comparison shows what happens where {other} do."


@exact
def collateral_words(frame: Frame) -> str:
    """Say what most of the margin is beside the currency, and whether it drops with a long; empty for nothing."""
    if not frame.book.pools_assets:
        return ""
    counts = {asset.name: asset.counted for asset in frame.account.assets if asset.counted > ZERO}
    whole, counts = sum(counts.values(), ZERO), {n: c for n, c in counts.items() if n != frame.book.currency}
    if not counts:
        return ""
    most = max(counts, key=lambda name: counts[name])
    longs = {
        base_of(position.market, frame.book.currency)
        for position, status in zip(frame.held.values(), frame.statuses, strict=True)
        if not status.ended and position.side is Side.LONG
    }
    fate = ", which drops with your long" if most in longs else ""
    return f"{percent(counts[most] / whole, 0)} of the margin is {most}{fate}."
