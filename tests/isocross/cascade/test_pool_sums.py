"""Who paid on a glide, from running sums: digit for digit what looking at every position for each event tells."""

import random
from decimal import Decimal
from unittest.mock import patch

import pytest

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade.events import Event
from isocross.cascade.ledger import Ledger
from isocross.cascade.payers import attributed
from isocross.cascade.sharing import UnclearError, shares
from isocross.cascade.solver import solve, solve_gap
from isocross.cascade.timeline import Timeline
from isocross.money import exact, share
from isocross.paths.glide import Glide
from isocross.rules.catalogue import load_profile
from isocross.rules.market import Ladder, Market, Tier

D = Decimal
VENUES = ("guide", "binance", "bybit", "dydx", "drift", "okx", "bitmex", "hyperliquid", "gate", "kraken")
RATES, LEVERAGES = ("0.005", "0.01", "0.05"), (1, 2, 3, 5, 7, 10, 20, 50)
BETAS = ("0", "0.5", "0.7", "1", "1.1", "-1", "2")


def decimal_of(dice: random.Random, low: float, high: float, places: int) -> Decimal:
    return max(D(10) ** -places, D(str(dice.uniform(low, high))).quantize(D(10) ** -places))


def position(dice: random.Random, name: str, markets: dict[str, Market]) -> Position:
    symbol = dice.choice(sorted(markets))
    mark = markets[symbol].mark
    worth = decimal_of(dice, 1, 100, 2) * dice.choice((1, 10))
    quantity = dice.choice((D(1), D(4), (worth / mark).quantize(D(10) ** -dice.choice((1, 2, 5, 9))) or D(1)))
    near = (mark * decimal_of(dice, 0.85, 1.15, 3)).quantize(D(10) ** -dice.choice((1, 3, 6)))
    entry = dice.choice((mark, near or mark))
    mode = Mode.ISOLATED if dice.random() < 0.15 else Mode.CROSS
    return Position(name, symbol, dice.choice(list(Side)), mode, quantity, entry, D(dice.choice(LEVERAGES)))


def account(dice: random.Random) -> Book:
    profile = load_profile(dice.choice(VENUES))
    ladder = Ladder((Tier(D(0), D(dice.choice(RATES)), D(100)),), profile.tier_key)
    symbols = [f"M{n}USDT" for n in range(dice.randint(1, 6))]
    markets = {s: Market(s, decimal_of(dice, 0.1, 200, dice.choice((0, 2, 5))), ladder) for s in symbols}
    positions = tuple(position(dice, f"p{n}", markets) for n in range(dice.randint(1, 14)))
    apart = sum((p.margin for p in positions if p.mode is Mode.ISOLATED), D(0))
    margins = sum((p.margin for p in positions), D(0))
    wallet = apart + decimal_of(dice, 0.4, 1.6, 2) * margins
    return Book(profile, wallet.quantize(D(10) ** -18), markets, positions, fund=dice.choice((None, None, D(10))))


@exact
def looked_at(timeline: Timeline) -> tuple[Event, ...]:
    """The events with who paid, every position looked at for each."""
    ledger, told = Ledger(timeline.book), list[Event]()
    for event in timeline.happened:
        told.append(attributed(ledger, event, timeline.path.marks(event.place)))
        ledger.apply(told[-1])
    return tuple(told)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_running_sums_tell_who_paid_to_the_last_digit(seed: int):
    dice, told, helped = random.Random(seed), 0, 0
    for _ in range(60):
        book = account(dice)
        betas = {symbol: D(dice.choice(BETAS)) for symbol in book.markets}
        for direction in (-1, 1):
            path = Glide.common(book, betas, direction)
            for timeline in (solve(book, path), solve_gap(book, path, D(dice.choice(("0.3", "0.5", "0.8"))))):
                assert timeline.events == looked_at(timeline)
                told += sum(event.paid_by is not None for event in timeline.events)
                helped += sum(event.paid_by is not None and event.paid_by.others > 0 for event in timeline.events)
    assert told > 150
    assert helped > 20


@pytest.mark.parametrize("venue", ["guide", "gate", "kraken"])
def test_a_pool_on_a_glide_needs_no_look_at_every_position_for_each_event(venue: str):
    profile = load_profile(venue)
    ladder = Ladder((Tier(D(0), D("0.005"), D(100)),), profile.tier_key)
    markets = {f"M{n}USDT": Market(f"M{n}USDT", D(100), ladder) for n in range(30)}
    held = [Position(s, s, Side.LONG, Mode.CROSS, D(1 + n % 7), D(100 - n % 5), D(20)) for n, s in enumerate(markets)]
    held.append(Position("hedge", "M0USDT", Side.SHORT, Mode.CROSS, D("0.1"), D(100), D(20)))
    book = Book(profile, D(1500), markets, tuple(held))
    timeline = solve(book, Glide.common(book, {}, -1))
    with patch("isocross.cascade.payers.pool_payers", side_effect=AssertionError("looked at every position")):
        assert sum(event.paid_by is not None for event in timeline.events) >= len(held) - 1


@exact
def test_whole_numbers_are_shared_as_money_is():
    dice, unclear = random.Random(7), 0
    for _ in range(500):
        weights = {n: dice.choice((0, 1, 3, dice.randint(0, 10**6))) for n in range(dice.randint(1, 9))}
        amount = dice.randint(0, sum(weights.values()))
        money = share(D(amount).scaleb(-18), [D(weight) for weight in weights.values()])
        try:
            assert [D(part) for part in shares(weights, amount, 1).values()] == [part.scaleb(18) for part in money]
        except UnclearError:
            unclear += 1
    assert unclear < 50
