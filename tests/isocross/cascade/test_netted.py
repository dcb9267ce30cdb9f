"""Pools in which opposite sides take turns: changed along a course, or looked ahead over, as if stood up anew."""

import random
from decimal import Decimal

import pytest

from isocross.account.book import Book, Mode, Position, Side
from isocross.account.margin import free_legs
from isocross.cascade.ledger import Ledger
from isocross.cascade.netted import NettedPool
from isocross.cascade.solver import solve
from isocross.money import exact
from isocross.paths.glide import Glide
from isocross.rules.catalogue import load_profile
from isocross.rules.market import Ladder, Market, Tier

D = Decimal
RATES = ("0.005", "0.01", "0.03")
BETAS = ("0.5", "1", "1.3", "-1")


def account(dice: random.Random, venue: str = "kraken") -> Book:
    profile = load_profile(venue)
    tiers = [Tier(D(50 * n * n), D(n + 1) * D(dice.choice(RATES)), D(100)) for n in range(4)]
    ladder = Ladder(tuple(tiers), profile.tier_key)
    symbols = [f"{coin}{quote}" for coin in ("BTC", "ETH") for quote in ("USDT", "USDC")]
    markets = {symbol: Market(symbol, D(dice.randint(10, 99)), ladder) for symbol in symbols}
    held = tuple(
        Position(f"p{n}", s, dice.choice(list(Side)), Mode.CROSS, D(dice.randint(1, 9)), markets[s].mark, D(5))
        for n, s in enumerate(dice.choice(symbols) for _ in range(12))
    )
    margins = sum((position.margin for position in held), D(0))
    return Book(profile, margins * D(str(round(dice.uniform(0.3, 1.2), 2))), markets, held)


def same(pool: NettedPool, fresh: NettedPool) -> bool:
    asked = {index: pool.requirement_of(index) for index in pool.members}
    return (
        pool.surplus == fresh.surplus
        and pool.requirement == fresh.requirement
        and asked == {index: fresh.requirement_of(index) for index in fresh.members}
        and pool.next_due(D(1)) == fresh.next_due(D(1))
    )


@pytest.mark.parametrize("seed", range(20))
@exact
def test_a_pool_that_was_changed_is_as_one_that_was_stood_up_anew(seed: int):
    dice = random.Random(seed)
    book = account(dice)
    courses = Glide.common(book, {symbol: D(dice.choice(BETAS)) for symbol in book.markets}, -1).courses()
    held = dict(enumerate(book.positions))
    pool = NettedPool(book, courses, held, book.wallet)
    for step in range(1, 8):
        pool.next_due(D(1))
        pool.rewind()
        place = D(step) / 10 + D("0.001")
        pool.advance(place)
        index = dice.choice(sorted(held))
        if dice.random() < 0.3:
            held[index] = Position(**{**vars_of(held[index]), "quantity": held[index].quantity / 2})
            pool.put(index, held[index])
        else:
            del held[index]
            pool.put(index, None)
        assert same(pool, NettedPool(book, courses, held, book.wallet, place))
        pool.rewind()


def vars_of(position: Position) -> dict[str, object]:
    return {name: getattr(position, name) for name in ("id", "market", "side", "mode", "quantity", "entry", "leverage")}


@pytest.mark.slow
@pytest.mark.parametrize("venue", ["gate", "kraken"])
@exact
def test_a_ledger_weighs_legs_again_where_a_position_has_changed(venue: str):
    dice, changes = random.Random(3), 0
    for _ in range(20):
        book = account(dice, venue)
        ledger = Ledger(book)
        before = ledger.netted
        for event in solve(book, Glide.common(book, {}, -1)).happened:
            ledger.apply(event)
            held = {i: position for i, position in enumerate(ledger.positions) if ledger.is_open[i]}
            assert ledger.netted == free_legs(held, book.profile.netting, lambda i, held=held: held[i].margin)
            changes += ledger.netted != before
            before = ledger.netted
    assert changes > 20
