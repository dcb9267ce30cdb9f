"""Accounts to measure on: the same for the same size and seed, with the brackets of the shipped Binance table."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from decimal import Decimal

from isocross.account.book import Book
from isocross.paths.glide import Glide
from isocross.rules.catalogue import listed_market, listed_symbols, load_profile
from isocross.rules.market import Kind, Market
from isocross.workspace import book_of, load_text

VENUE = "binance"
SEED = 2
DIGITS = 4
OPENING_SHOCK = Decimal("-0.15")
"""Where the desk opens: one step of a per cent after the other from here passes falls, and most are alive."""
KNOWN_MARKS = {"BTCUSDT": 60_000.0, "ETHUSDT": 3_000.0, "SOLUSDT": 150.0}
WALLET_TO_MARGIN = 1.15
WIDEST_SWING = 0.1
MOST_IN_A_FILE = 2000


@dataclass(frozen=True)
class Temper:
    """What kind of trader holds an account."""

    leverages: tuple[int, ...]
    """Drawn from, each as likely as the others."""
    long_share: float


RECKLESS = Temper((2, 3, 3, 5, 5, 10, 10, 20, 50), 0.8)
"""Nearly all of it falls on the way down."""
ORDINARY = Temper((2, 3, 3, 5, 5, 10), 0.5)
"""About one in five falls by −40 %."""


@dataclass(frozen=True)
class Holding:
    """One random position, as it is written to a file."""

    id: str
    market: str
    side: str
    mode: str
    quantity: Decimal
    entry: Decimal
    leverage: Decimal

    @property
    def margin(self) -> Decimal:
        return self.quantity * self.entry / self.leverage

    def written(self) -> str:
        return (
            f'[[positions]]\nid = "{self.id}"\nmarket = "{self.market}"\nside = "{self.side}"\nmode = "{self.mode}"\n'
            f"quantity = {self.quantity:f}\nentry = {self.entry:f}\nleverage = {self.leverage:f}\n"
        )


def few_digits(value: float) -> Decimal:
    return Decimal(f"{value:.{DIGITS - 1}e}")


def random_marks(dice: random.Random) -> dict[str, Decimal]:
    profile = load_profile(VENUE)
    symbols = [s for s in listed_symbols(profile) if listed_market(profile, s).kind is Kind.LINEAR]
    drawn = {symbol: math.exp(dice.uniform(math.log(0.01), math.log(500))) for symbol in symbols}
    return {symbol: few_digits(mark) for symbol, mark in (drawn | KNOWN_MARKS).items()}


def random_holding(dice: random.Random, index: int, marks: dict[str, Decimal], temper: Temper) -> Holding:
    """Some thousands to some hundred thousands in one market, entered near its mark, no more leverage than allowed."""
    market = dice.choice(sorted(marks))
    notional = math.exp(dice.uniform(math.log(2_000), math.log(400_000)))
    tiers = listed_market(load_profile(VENUE), market).tiers
    # the size at entry selects the tier that limits leverage, and an entry may lie above the mark
    allowed = min(tier.max_leverage for tier in tiers if tier.start <= notional * (1 + WIDEST_SWING))
    leverage = min(Decimal(dice.choice(temper.leverages)), allowed)
    swing = min(WIDEST_SWING, 0.3 / float(leverage))
    return Holding(
        id=f"p{index}",
        market=market,
        side="long" if dice.random() < temper.long_share else "short",
        mode=("cross", "isolated")[index % 2],
        quantity=few_digits(notional / float(marks[market])),
        entry=few_digits(float(marks[market]) * (1 + dice.uniform(-swing, swing))),
        leverage=leverage,
    )


def workspace_text(size: int, seed: int = SEED, temper: Temper = RECKLESS) -> str:
    """An account of this many positions in mixed modes, as the text of a workspace file."""
    dice = random.Random(seed)
    marks = random_marks(dice)
    holdings = [random_holding(dice, index, marks, temper) for index in range(size)]
    wallet = few_digits(WALLET_TO_MARGIN * float(sum(holding.margin for holding in holdings)))
    held = sorted({holding.market for holding in holdings})
    betas = ", ".join(f"{market} = {dice.choice((0.7, 0.9, 1, 1.1, 1.3))}" for market in held)
    return "\n".join(
        [
            f'format = 1\nname = "A bench of {size}"\nvenue = "{VENUE}"\nwallet = {wallet:f}\n',
            *(f'[[markets]]\nsymbol = "{market}"\nmark = {marks[market]:f}\n' for market in held),
            *(holding.written() for holding in holdings),
            f"[scenario]\nshock = {OPENING_SHOCK}\nbetas = {{ {betas} }}\n",
        ]
    )


def falling_account(size: int, seed: int = SEED, temper: Temper = RECKLESS) -> tuple[Book, Glide]:
    """The same account as a book, and the whole glide down."""
    if size > MOST_IN_A_FILE:
        return _in_parts(size, seed, temper)
    workspace = load_text(workspace_text(size, seed, temper), f"bench-{size}")
    book = book_of(workspace)
    return book, Glide.common(book, workspace.scenario.betas, -1)


def _in_parts(size: int, seed: int, temper: Temper) -> tuple[Book, Glide]:
    """An account that no file may hold: many small ones under one roof, all at the same marks."""
    parts = [
        load_text(workspace_text(MOST_IN_A_FILE, seed + n, temper), f"part-{n}")
        for n in range(-(-size // MOST_IN_A_FILE))
    ]
    books = [book_of(part) for part in parts]
    marks: dict[str, Market] = {}
    for book in books:
        marks = dict(book.markets) | marks
    held = [replace(p, id=f"{p.id}-{n}") for n, book in enumerate(books) for p in book.positions]
    # every part has marks of its own: its positions are carried over to those of the first that has the market
    moved = [
        replace(p, entry=p.entry * ratio, quantity=p.quantity / ratio)
        for n, book in enumerate(books)
        for p in held[n * MOST_IN_A_FILE : (n + 1) * MOST_IN_A_FILE]
        for ratio in (few_digits(float(marks[p.market].mark / book.markets[p.market].mark)),)
    ]
    wallet = sum((book.wallet for book in books), Decimal(0))
    whole = replace(books[0], wallet=wallet, markets=marks, positions=tuple(moved[:size]))
    return whole, Glide.common(whole, parts[0].scenario.betas, -1)
