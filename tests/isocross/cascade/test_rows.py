"""Who pays where many positions share: digit for digit what every remainder, worked out by itself, tells."""

from __future__ import annotations

import random
from contextlib import suppress
from decimal import Decimal
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade.events import Event
from isocross.cascade.ledger import Ledger
from isocross.cascade.payers import attributed
from isocross.cascade.sharing import MANY, SharedSource, Sum, UnclearError
from isocross.cascade.solver import solve
from isocross.cascade.timeline import Timeline
from isocross.money import exact, share
from isocross.paths.glide import Glide
from isocross.rules.catalogue import load_profile
from isocross.rules.market import Ladder, Market, Tier

D = Decimal
PLACES = 10**12
"""Steps of the place grid to the end of a glide."""
ONE_BY_ONE = "isocross.cascade.sharing.SharedSource._one_by_one"


class Shared:
    """Two sums that positions come to and go from; the one that is asked for, of index 0, is in neither."""

    def __init__(self, seed: int, digits: int, finer: int) -> None:
        self.dice, self.digits, self.finer = random.Random(seed), digits, finer
        self.goes = self.dice.random() < 0.3
        """Whether next to nothing is left at the end of the glide."""
        self.sums = Sum(), Sum()
        self.lines: dict[int, tuple[int, int]] = {}
        self.place = self.count = 0

    def amount(self, digits: int) -> int:
        """Alike ones among them, and none, so that remainders are the same, nothing, or nearly a whole."""
        dice, most = self.dice, 10**digits
        return dice.choice((0, 1, 3, most, dice.randint(0, most), dice.randint(0, most)))

    def come(self) -> None:
        self.count += 1
        digits = self.digits * (4 if self.dice.random() < 0.02 else 1)
        first, last = self.amount(digits), 0 if self.goes else self.amount(digits)
        # a line that is not below zero anywhere on the way
        line = self.lines[self.count] = (first * PLACES + self.amount(1), last - first)
        self.dice.choice(self.sums).add(self.count, *line)

    def go(self) -> None:
        index = self.dice.choice(list(self.lines))
        del self.lines[index]
        next(known for known in self.sums if index in known.lines).drop(index)

    def of_one(self, mine: int, amount: int) -> int:
        return SharedSource(0, mine, self.sums, self.place, 10**self.finer, range(self.count + 1)).take(amount)

    def by_definition(self, mine: int, amount: int) -> int:
        """As `money.share`, in whole numbers: the longest products have more digits than an account's arithmetic."""
        held = [mine, *(constant + slope * self.place for constant, slope in self.lines.values())]
        total, grain = sum(held), 10**self.finer
        if not total:
            return 0
        parts = [amount * weight // (total * grain) * grain for weight in held]
        rests = [amount * weight - part * total for weight, part in zip(held, parts, strict=True)]
        left = amount - sum(parts) - grain * sum(rest > rests[0] for rest in rests)
        return parts[0] + min(max(0, left), grain)

    def draw(self) -> tuple[int, int]:
        """What the one has, and an amount that is shared: those that leave the same, nothing or nearly a whole, too."""
        dice = self.dice
        others = sum(known.at(self.place) for known in self.sums)
        constant, slope = dice.choice(list(self.lines.values()))
        same = constant + slope * self.place
        drawn = self.amount(self.digits) * PLACES, self.amount(1)
        mine = dice.choice((same, same + dice.choice((-1, 1)), others, *drawn))
        total = others + max(0, mine)
        amount = dice.choice((dice.randint(0, total), total // 2, total // 3 + dice.choice((-1, 0, 1))))
        return max(0, mine), dice.choice((amount, amount // 10**self.finer * 10**self.finer))


@exact
def shared_as_defined(seed: int, digits: int, finer: int) -> int:
    """Share amounts among many who come and go; how often the sums could tell."""
    told, clear = Shared(seed, digits, finer), 0
    for _ in range(MANY[0] + told.dice.randint(0, 40)):
        told.come()
    for _ in range(40):
        told.place = told.dice.choice((told.place, (told.place + PLACES + 1) // 2))
        mine, amount = told.draw()
        with suppress(UnclearError):
            assert told.of_one(mine, amount) == told.by_definition(mine, amount)
            clear += 1
        for _ in range(told.dice.randint(0, 6)):
            told.dice.choice((told.come, told.go))()
    return clear


@pytest.mark.slow
@given(st.integers(0, 2**32), st.sampled_from((1, 3, 12, 30)), st.sampled_from((0, 0, 1, 9)))
def test_the_part_of_one_among_many_is_what_the_remainders_of_all_make_it(seed: int, digits: int, finer: int):
    assert shared_as_defined(seed, digits, finer) > 10


def remainders(dice: random.Random, parts: int) -> list[int]:
    """Remainders in parts of a whole, the first that of the one: as many are larger as are rounded up, or one less."""
    mine = dice.choice((1, parts // 2, parts // 256 * 255, parts - 2)) + dice.randint(0, 1)
    larger = dice.choice((0, 1, 1, 5, 50, 600))
    near = [min(mine + dice.randint(1, 3), parts - 1) for _ in range(larger)]
    told = [mine, *dice.choice((near, [parts - 1] * larger)), *[0] * dice.choice((0, 0, 1, MANY[0]))]
    told += [mine] * dice.choice((0, 0, 0, 1))
    short = parts * (larger + dice.randint(0, 1)) - sum(told)
    while short > 0 and len(told) < 1000:
        told.append(dice.randint(1, min(short, mine)))
        short -= told[-1]
    return [*told, -sum(told) % parts]


@exact
def shared_by_parts(seed: int, parts: int) -> int:
    """Share amounts that leave such remainders; how often the sums could tell."""
    dice, clear = random.Random(seed), 0
    for _ in range(20):
        rests = remainders(dice, parts)
        rests += [0] * (MANY[0] - len(rests))
        heavy = dice.choice((1, dice.randrange(len(rests))))
        weights = [rest + parts * dice.randint(0, 10 ** (9 if n == heavy else 1)) for n, rest in enumerate(rests)]
        known = Sum()
        for index, weight in enumerate(weights[1:], start=1):
            known.add(index, weight, 0)
        amount = sum(weights) // parts
        # the one is the first of those alike, or the last
        rank = dice.choice((0, len(weights)))
        source = SharedSource(0, weights[0], (known,), 0, 1, [rank, *range(1, len(weights))])
        held = weights if rank == 0 else [*weights[1:], weights[0]]
        with suppress(UnclearError):
            defined = share(D(amount).scaleb(-18), [D(weight) for weight in held])
            assert source.take(amount) == defined[0 if rank == 0 else -1].scaleb(18)
            clear += 1
    return clear


@pytest.mark.slow
@given(st.integers(0, 2**32), st.sampled_from((768, 1000, 99999, 10**10, 10**10)))
def test_remainders_that_are_nothing_or_nearly_a_whole_or_at_a_border_are_told(seed: int, parts: int):
    """What a binary fraction leaves out of a remainder brings one that is at a border below it."""
    assert shared_by_parts(seed, parts) > 0


def account(dice: random.Random) -> Book:
    """An account of many cross positions, thin enough that they share what is left."""
    profile = load_profile(dice.choice(("guide", "binance", "gate", "kraken")))
    ladder = Ladder((Tier(D(0), D(dice.choice(("0.005", "0.01", "0.05"))), D(100)),), profile.tier_key)
    markets = {f"M{n}USDT": Market(f"M{n}USDT", D(dice.randint(1, 9999)) / 100, ladder) for n in range(9)}
    held = [
        Position(
            f"p{n}",
            symbol,
            Side.LONG if dice.random() < 0.9 else Side.SHORT,
            Mode.CROSS,
            D(dice.randint(1, 9999)) / dice.choice((1, 100, 10**9)),
            (markets[symbol].mark * dice.randint(900, 1100) / 1000),
            D(dice.choice((10, 20, 50))),
        )
        for n in range(2 * MANY[0])
        for symbol in (dice.choice(list(markets)),)
    ]
    margins = sum((position.margin for position in held), D(0))
    return Book(profile, (margins * dice.randint(100, 150) / 100).quantize(D(10) ** -18), markets, tuple(held))


@exact
def looked_at(timeline: Timeline[Glide]) -> tuple[Event, ...]:
    """The events with who paid, every position looked at for each."""
    ledger, told = Ledger(timeline.book), list[Event]()
    for event in timeline.happened:
        told.append(attributed(ledger, event, timeline.path.marks(event.place)))
        ledger.apply(told[-1])
    return tuple(told)


@pytest.mark.slow
@settings(max_examples=settings().max_examples // 4)
@given(st.integers(0, 2**32))
def test_who_paid_in_a_large_account_is_what_a_look_at_every_position_tells(seed: int):
    dice = random.Random(seed)
    book = account(dice)
    betas = {symbol: D(dice.choice(("0.5", "1", "1.1", "2"))) for symbol in book.markets}
    timeline = solve(book, Glide.common(book, betas, -1))
    assert timeline.events == looked_at(timeline)


@exact
def test_weights_that_have_come_to_next_to_nothing_are_shared():
    told = Shared(1, 1, 0)
    for told.count in range(1, MANY[0] + 1):
        told.lines[told.count] = 10**60 * PLACES + told.count, -(10**60)
        told.sums[0].add(told.count, *told.lines[told.count])
    told.place = PLACES
    amount = told.sums[0].at(PLACES) // 2
    assert told.of_one(7, amount) == told.by_definition(7, amount)


def test_few_remainders_among_many_are_worked_out_one_by_one():
    told = Shared(4, 20, 0)
    for _ in range(MANY[0] * 2):
        told.come()
    with patch(ONE_BY_ONE, autospec=True, side_effect=SharedSource._one_by_one) as one_by_one:
        for _ in range(100):
            told.place += told.dice.randint(1, PLACES // 100)
            told.of_one(told.dice.randint(1, 10**32), told.dice.randint(1, 10**32))
    assert one_by_one.call_count < 20


def test_of_equal_remainders_the_first_is_rounded_up_whatever_its_whole_part():
    # thirds of the last place: no decimal fraction tells them exactly
    large = 3 * 10**8 + 1
    for weights, first in (((large, 1, 1), 10**8 + 1), ((1, large, 1), 1), ((1, 1, large), 1)):
        assert share(D(10**8 + 1).scaleb(-18), [D(weight) for weight in weights])[0] == D(first).scaleb(-18)
