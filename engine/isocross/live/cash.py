"""The cash of an account, asset by asset: what every answer of a venue has a row for.

An account of one currency has one row. Amounts are in the asset itself, and the price of an asset is in USD; of one
currency alone it is 1.
"""

from __future__ import annotations

from decimal import Decimal

from isocross.account.book import Mode
from isocross.figures.frame import Frame, PositionFrame
from isocross.money import ONE, ZERO
from isocross.records import dataclass


@dataclass(frozen=True)
class AssetCash:
    """One asset, and the open positions that settle in it."""

    name: str
    balance: Decimal
    price: Decimal
    collateral: bool
    counted: Decimal
    """What its balance counts as collateral, without open PnL, in USD."""
    held: tuple[PositionFrame, ...]

    @property
    def isolated(self) -> Decimal:
        """What is in isolated margins."""
        return sum((row.margin for row in self.held if row.position.mode is Mode.ISOLATED), ZERO)

    @property
    def pnl(self) -> Decimal:
        """Open PnL."""
        return sum((row.unrealised_pnl for row in self.held), ZERO)

    @property
    def crossed_pnl(self) -> Decimal:
        """Open PnL of cross positions."""
        return sum((row.unrealised_pnl for row in self.held if row.position.mode is Mode.CROSS), ZERO)

    @property
    def initial(self) -> Decimal:
        """Initial margins."""
        return sum((row.initial_margin for row in self.held), ZERO)

    @property
    def upkeep(self) -> Decimal:
        """Maintenance margins."""
        return sum((row.maintenance_margin for row in self.held), ZERO)

    @property
    def equity(self) -> Decimal:
        """Balance and open PnL."""
        return self.balance + self.pnl


def cash_of(frame: Frame) -> tuple[AssetCash, ...]:
    """The assets of an account, its currency first."""
    open_now = tuple(row for row in frame.positions if not row.ended)
    book, assets = frame.book, frame.account.assets
    if not assets:
        wallet = frame.account.wallet
        return (AssetCash(book.currency, wallet, ONE, True, wallet, open_now),)
    settling = {coin: tuple(row for row in open_now if book.coin_of(row.position) == coin) for coin in book.coin_names}
    return tuple(
        AssetCash(
            asset.name,
            asset.balance,
            asset.price,
            asset.collateral,
            asset.counted - asset.pnl * asset.price,
            settling[coin],
        )
        for coin, asset in zip(book.coin_names, assets, strict=True)
    )
