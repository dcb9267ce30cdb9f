"""Accounts to measure on: the same for the same size and seed, with the brackets of the shipped Binance table."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from decimal import Decimal

from engine.book import Book
from engine.path import Ray
from engine.profiles import listed_market, listed_symbols, load_profile
from engine.workspace import book_of, load_text

VENUE = "binance"
SEED = 2
DIGITS = 4
OPENING_SHOCK = Decimal("-0.15")
"""Where the desk opens: one step of a per cent after the other from here passes falls, and most are alive."""
KNOWN_MARKS = {"BTCUSDT": 60_000.0, "ETHUSDT": 3_000.0, "SOLUSDT": 150.0}
LEVERAGES = (2, 3, 3, 5, 5, 10, 10, 20, 50)
LONG_SHARE = 0.8
WALLET_TO_MARGIN = 1.15


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
    symbols = listed_symbols(load_profile(VENUE))
    drawn = {symbol: math.exp(dice.uniform(math.log(0.01), math.log(500))) for symbol in symbols}
    return {symbol: few_digits(mark) for symbol, mark in (drawn | KNOWN_MARKS).items()}


def random_holding(dice: random.Random, index: int, marks: dict[str, Decimal]) -> Holding:
    """Some thousands to some hundred thousands in one market, entered near its mark, no more leverage than allowed."""
    market = dice.choice(sorted(marks))
    notional = math.exp(dice.uniform(math.log(2_000), math.log(400_000)))
    tiers = listed_market(load_profile(VENUE), market).tiers
    allowed = min(tier.max_leverage for tier in tiers if tier.start <= notional)
    leverage = min(Decimal(dice.choice(LEVERAGES)), allowed)
    swing = min(0.08, 0.3 / float(leverage))
    return Holding(
        id=f"p{index}",
        market=market,
        side="long" if dice.random() < LONG_SHARE else "short",
        mode=("cross", "isolated")[index % 2],
        quantity=few_digits(notional / float(marks[market])),
        entry=few_digits(float(marks[market]) * (1 + dice.uniform(-swing, swing))),
        leverage=leverage,
    )


def workspace_text(size: int, seed: int = SEED) -> str:
    """An account of this many positions in mixed modes, as the text of a workspace file."""
    dice = random.Random(seed)
    marks = random_marks(dice)
    holdings = [random_holding(dice, index, marks) for index in range(size)]
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


def falling_account(size: int, seed: int = SEED) -> tuple[Book, Ray]:
    """The same account as a book, and the whole glide down."""
    workspace = load_text(workspace_text(size, seed), f"bench-{size}")
    book = book_of(workspace)
    return book, Ray.common(book, workspace.scenario.betas, -1)
