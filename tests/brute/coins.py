"""Random accounts of several assets that have coin-margined positions beside linear ones."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from isocross.account.assets import Asset
from isocross.account.book import Book, Mode, Order, Position
from isocross.rules.market import Kind
from isocross.rules.switches import WeightUnit
from tests.brute.assets import own_market, schedules
from tests.brute.books import D, few_digits, high_precision, ladders
from tests.brute.picking import pick

COIN = "C0"
BASES = tuple(D(x) for x in ("0.97", "1", "1.02"))
SIZES = tuple(D(x) for x in ("0", "0.1", "0.5", "2"))


@high_precision
def in_dollars(position: Position, mark: Decimal) -> Position:
    """The same position in a coin-margined contract: as many dollars as it is worth."""
    return replace(position, quantity=few_digits(position.quantity * mark), kind=Kind.INVERSE, given_margin=None)


@high_precision
def _order_in_dollars(order: Order, mark: Decimal) -> Order:
    return replace(order, quantity=few_digits(order.quantity * mark), kind=Kind.INVERSE)


@st.composite
def coin_margined(draw, accounts: st.SearchStrategy[tuple[Book, dict[str, Decimal]]]):
    """These accounts with some of their markets margined in one more coin, which moves with them."""
    book, betas = draw(accounts)
    held = sorted({p.market for p in book.positions})
    # mostly beside a linear one
    most = pick(draw, (max(1, len(held) - 1), max(1, len(held) - 1), min(2, len(held))))
    bent = draw(st.lists(st.sampled_from(held), min_size=1, max_size=most, unique=True))
    positions = [in_dollars(p, book.markets[p.market].mark) if p.market in bent else p for p in book.positions]
    # the tiers that are made here are read in one way, whatever the contract
    profile, rule = replace(book.profile, inverse_tier_key=None), book.account_rule
    markets = dict(book.markets)
    for symbol in bent:
        mark = markets[symbol].mark
        ladder = ladders(draw, profile, mark, [p for p in positions if p.market == symbol])
        markets[symbol] = replace(markets[symbol], ladder=ladder, settles=COIN)
    first = markets[bent[0]].mark
    priced = pick(draw, (bent[0], COIN))
    price = first if priced != COIN else first * pick(draw, BASES)
    markets[COIN] = own_market(COIN, price)
    part, whole = pick(draw, SIZES), max(book.wallet, D(10)) / price
    size = few_digits(whole * part, 3) if part else D(0)
    unit, scale = pick(draw, WeightUnit), size or few_digits(whole)
    coin = Asset(
        COIN,
        priced,
        balance=size * (pick(draw, (1, 1, -1)) if rule.borrows else 1),
        tiers=schedules(draw, scale if unit is WeightUnit.COINS else scale * price),
        unit=unit,
        usable=rule.usable,
        debt=pick(draw, (D(0), D("0.05"))),
        conversion_fee=pick(draw, (D(0), D("0.025"))),
        exchange_below=pick(draw, (None, scale / 2)),
    )
    own = replace(rule, currency_only=False, most_of_others=None)
    profile = replace(profile, accounts=tuple(own if each is rule else each for each in profile.accounts))
    assets = [replace(a, market=a.name) if a.market in bent else a for a in book.coins]
    for moved in (a for a in book.coins if a.market in bent):
        markets[moved.name] = own_market(moved.name, book.markets[moved.market].mark)
    orders = tuple(_order_in_dollars(o, markets[o.market].mark) if o.market in bent else o for o in book.orders)
    book = replace(book, profile=profile, markets=markets, positions=tuple(positions), coins=(*assets, coin))
    book = replace(book, orders=orders)
    margins = sum((p.margin for p in positions if p.mode is Mode.ISOLATED and book.coin_of(p) == COIN), D(0))
    book = book.with_cash(COIN, margins) if margins else book
    betas = betas | dict.fromkeys((*bent, COIN), betas[bent[0]] if betas[bent[0]] > 0 else D(1))
    return book, {symbol: betas.get(symbol, D(1)) for symbol in book.markets}
