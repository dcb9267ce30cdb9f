"""The assets and the pools of an account at one place: what each holds, what of it counts, and how near its line is."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from isocross.account.assets import counted
from isocross.cascade.events import Account
from isocross.cascade.ledger import Ledger
from isocross.figures.standings import PoolStanding, Standings
from isocross.money import ZERO
from isocross.records import dataclass
from isocross.rules.switches import OpenPnl


@dataclass(frozen=True)
class AssetFrame:
    """One asset at a place; amounts are in USD where nothing else is said."""

    name: str
    balance: Decimal
    """In its own units, isolated margins included; below zero is a debt."""
    cash: Decimal
    """The same without them."""
    pnl: Decimal
    """Open PnL of the cross positions that settle in it, in its own units."""
    price: Decimal
    value: Decimal
    """What its cash is worth."""
    counted: Decimal
    """What of the pool's equity is its own, open PnL included."""
    lost: Decimal
    """What its weight leaves out of its value, or what a debt counts more than it."""
    weight: Decimal | None
    """Counted ÷ what is weighed; None where that is nothing."""
    collateral: bool
    as_of: str
    """The date of its weight; empty: the file's own."""


@dataclass(frozen=True)
class PoolFrame:
    """One pool at a place: in its token, one of all assets in USD."""

    name: str
    equity: Decimal
    maintenance_margin: Decimal
    ratio: Decimal | None
    """Maintenance margin ÷ equity; None where there is none to ask for, or no equity."""
    positions: tuple[str, ...]
    """Their ids."""


def worth_of(ledger: Ledger, account: Account, prices: Mapping[str, Decimal]) -> Decimal:
    """What an account of the double entry beside the trader's holds of all assets, at these prices."""
    book = ledger.book
    own = {
        Account.FUND: ledger.fund,
        Account.FEES: ledger.fees,
        Account.COUNTERPARTY: ledger.counterparty,
        Account.OUTSIDE: ledger.outside,
    }[account]
    if not book.coins:
        return own
    others = (ledger.others.get((account, coin), ZERO) * prices[coin] for coin in book.coin_names if coin)
    return own * prices[""] + sum(others, ZERO)


def assets_of(standings: Standings) -> tuple[AssetFrame, ...]:
    """Every asset of an account of several, its currency first."""
    earned = dict.fromkeys(standings.book.coin_names, ZERO)
    for i in standings.pool_members:
        earned[standings.ledger.coin_of(i)] += standings.pnl[i]
    return tuple(_asset(standings, coin, earned[coin]) for coin in standings.book.coin) if standings.book.coins else ()


def _asset(standings: Standings, coin: str, pnl: Decimal) -> AssetFrame:
    book, ledger = standings.book, standings.ledger
    asset, price = book.coin[coin], book.coin_price(coin, standings.marks)
    cash, rule = ledger.cash_in(coin), book.account_rule
    inside = rule is not None and rule.open_pnl is OpenPnl.INSIDE
    weighed = cash + pnl if inside else cash
    # a standard account has one collateral: of what else it holds nothing backs a position
    backs = asset.collateral and (rule is not None or not coin)
    counts = counted(asset, weighed, price) if rule is not None or not coin else ZERO
    value = weighed * price
    return AssetFrame(
        name=asset.name,
        balance=ledger.balance_in(coin),
        cash=cash,
        pnl=pnl,
        price=price,
        value=cash * price,
        counted=counts if inside else counts + pnl * price,
        lost=value - counts,
        weight=counts / value if value else None,
        collateral=backs,
        as_of=asset.as_of,
    )


def pools_of(standings: Standings) -> tuple[PoolFrame, ...]:
    """Every pool of an account of several assets."""
    return tuple(_pool(standings, pool) for pool in standings.pools) if standings.book.coins else ()


def _pool(standings: Standings, pool: PoolStanding) -> PoolFrame:
    return PoolFrame(
        name="all assets" if pool.coin is None else standings.book.name_of(pool.coin),
        equity=pool.equity,
        maintenance_margin=pool.maintenance_margin,
        ratio=pool.ratio,
        positions=tuple(standings.positions[i].id for i in pool.members),
    )


def together(standings: Standings, amounts: Mapping[int, Decimal]) -> Decimal:
    """The sum of amounts of positions, in the account's currency."""
    book, ledger, marks = standings.book, standings.ledger, standings.marks
    if not book.coins:
        return sum(amounts.values(), ZERO)
    return sum((amount * book.coin_price(ledger.coin_of(i), marks) for i, amount in amounts.items()), ZERO)
