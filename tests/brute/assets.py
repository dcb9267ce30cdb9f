"""Random accounts of several assets, for the properties of their pools."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from isocross.account.assets import FULL, Asset
from isocross.account.book import Book, Mode
from isocross.money import ONE
from isocross.rules.accounts import AccountRule
from isocross.rules.market import Ladder, Market, Tier, TierKey
from isocross.rules.profile import Profile
from isocross.rules.switches import AccountMode, OpenPnl, Pools, Repays, Sells, WeightUnit
from tests.brute.books import D, books, pooled_profiles
from tests.brute.picking import composite, pick

NO_CONTRACT = Ladder((Tier(D(0), D(0), D(1)),), TierKey.NOTIONAL)
CURRENCY = "USDT"


def rule(**changes) -> AccountRule:
    """An account rule of one pool, with changes."""
    plain = AccountRule(AccountMode.UNIFIED, "Unified", Pools.ONE, OpenPnl.INSIDE, "bybit-collateral", borrows=True)
    return replace(plain, **changes)


def with_rule(profile: Profile, own: AccountRule) -> Profile:
    """The venue with such an account."""
    return replace(profile, accounts=(own,))


def own_market(name: str, price: Decimal = ONE, *, still: bool = False) -> Market:
    """The market of an asset's own price."""
    return Market(name, price, NO_CONTRACT, is_asset=True, still=still)


def backed(
    book: Book, own: AccountRule, assets: tuple[Asset, ...] = (), prices: dict[str, Decimal] | None = None
) -> Book:
    """The account with more assets; each has its own market unless it names one of the book's."""
    prices = prices or {}
    added = {a.market: own_market(a.market, prices.get(a.name, D(1))) for a in assets if a.market not in book.markets}
    markets = {**book.markets, **added, CURRENCY: own_market(CURRENCY, still=True)}
    coins = (Asset(CURRENCY, CURRENCY, usable=own.usable), *sorted(assets, key=lambda asset: asset.name))
    return replace(
        book, profile=with_rule(book.profile, own), markets=markets, account=AccountMode.UNIFIED, coins=coins
    )


def schedules(draw, scale: Decimal) -> tuple[tuple[Decimal, Decimal], ...]:
    """One to three tiers near the size of what is held."""
    weights = sorted(
        draw(st.lists(st.sampled_from([D(x) / 20 for x in range(21)]), min_size=1, max_size=3, unique=True))
    )
    borders = sorted({D(0), *(scale * pick(draw, [D("0.3"), D("0.7"), D("1.1")]) for _ in weights[1:])})
    return tuple(zip(borders, reversed(weights), strict=False))


@composite
def asset_books(draw, most: int = 4) -> tuple[Book, dict[str, Decimal]]:
    """An account of one to so many assets beside its currency, and betas."""
    book = draw(books(pooled_profiles))
    alone = pick(draw, (False, False, True))
    own = rule(
        currency_only=alone,
        usable=pick(draw, (D(1), D(1), D("0.95"))),
        asked_at_least=pick(draw, (D(0), D(0), D(20))),
        most_of_others=pick(draw, (None, book.wallet / 2)) if alone else None,
        open_pnl=pick(draw, OpenPnl),
        debt_maintenance=pick(draw, (D(0), D(0), D("0.04"))),
        repays=pick(draw, Repays),
        sells=pick(draw, Sells),
    )
    symbols, assets, prices = sorted(book.markets), [], {}
    for n in range(draw(st.integers(1, most))):
        name = f"A{n}"
        market = pick(draw, (*symbols, name))
        price = book.markets[market].mark if market in book.markets else D(draw(st.integers(1, 500)))
        size = (max(book.wallet, D(10)) * pick(draw, [D("0.1"), D("0.5"), D(2)]) / price).quantize(D("0.001"))
        unit = pick(draw, WeightUnit)
        assets.append(
            Asset(
                name,
                market,
                balance=size * pick(draw, (1, 1, 1, 1 if alone else -1)),
                collateral=pick(draw, (True, True, True, False)),
                tiers=schedules(draw, size if unit is WeightUnit.COINS else size * price),
                unit=unit,
                usable=own.usable,
                factor=pick(draw, (D(0), D(0), D("0.02"))) if own.open_pnl is OpenPnl.BESIDE else D(0),
                debt=pick(draw, (D(0), D("0.05"))),
                conversion_fee=pick(draw, (D(0), D("0.025"))),
                exchange_below=pick(draw, (None, size / 2)),
            )
        )
        prices[name] = price
    whole = backed(book, own, tuple(assets), prices)
    isolated = sum((p.margin for p in book.positions if p.mode is Mode.ISOLATED), D(0))
    part = pick(draw, (D("0.2"), D(1)))
    wallet = max(isolated, (book.wallet * part).quantize(D("0.001")))
    betas = {s: pick(draw, [D(x) for x in ("1", "0.5", "1.4", "-0.5")]) for s in whole.markets}
    betas[CURRENCY] = pick(draw, (D(0), D(0), D("0.1")))
    return replace(whole, wallet=wallet), betas


__all__ = ["CURRENCY", "FULL", "asset_books", "backed", "own_market", "rule", "with_rule"]
