"""What a workspace file says, as values: the account, the scenario and the view. Nothing is worked out here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field, replace
from decimal import Decimal

from isocross.account.assets import Asset
from isocross.account.book import Book, Order, Position
from isocross.format import Amounts, amounts_in
from isocross.paths.glide import reach, too_far
from isocross.records import dataclass
from isocross.rehearsal.scenario import Scenario
from isocross.rules.collateral import WeightTier
from isocross.rules.market import Kind
from isocross.rules.switches import AccountMode

FORMAT = 1


@dataclass(frozen=True)
class TierEntry:
    """A tier as the file gives it."""

    start: Decimal
    rate: Decimal
    max_leverage: Decimal
    deduction: Decimal | None = None
    """None: worked out for marginal tiers."""
    factor: Decimal | None = None
    """Of a curve; None: it does not rise."""


@dataclass(frozen=True)
class MarketEntry:
    """A market as the file gives it."""

    symbol: str
    mark: Decimal | None = None
    """None: the entry of its largest position."""
    tiers: tuple[TierEntry, ...] = ()
    """Empty: the venue's."""
    kind: Kind | None = None
    """None: that of the venue's own listing, else linear."""
    settles: str | None = None
    """The asset that it settles in; None: as its symbol says, else the account's currency."""
    last: Decimal | None = None
    """The price of the last trade; None: the mark."""


@dataclass(frozen=True)
class AssetEntry:
    """An asset as the file gives it."""

    asset: str
    balance: Decimal | None = None
    """None: of the account's currency, whose balance is the wallet."""
    collateral: bool = True
    price: Decimal | None = None
    """In USD; None: the mark of a contract on it, of a dollar 1."""
    tiers: tuple[WeightTier, ...] = ()
    """Empty: the venue's."""
    initial_weight: Decimal | None = None
    """None: the venue's, beside tiers of its own those."""
    debt_weight: Decimal | None = None
    initial_debt_weight: Decimal | None = None
    factor: Decimal | None = None
    limit_reached: bool = False


def marks_of_entries(positions: Iterable[Position]) -> dict[str, Decimal]:
    """Put each market at the entry of its largest position, of equal ones at the lowest: whatever their order."""
    return {p.market: p.entry for p in sorted(positions, key=lambda p: (p.quantity, -p.entry))}


@dataclass(frozen=True)
class VenueChoice:
    """Which profile, and what the file changes of it."""

    profile: str = "guide"
    overrides: tuple[tuple[str, Decimal | str | bool], ...] = ()


@dataclass(frozen=True)
class View:
    """What the screen needs to come back as it was; None: the desk's own choice."""

    theme: str | None = None
    selected: str | None = None
    """Id of the selected position."""
    step: Decimal | None = None
    """Size of one step of the shock."""
    at: Decimal | None = None
    """The place of the cursor on a lived path."""


@dataclass(frozen=True)
class Workspace:
    """One file: the book, the scenario and the view."""

    name: str
    wallet: Decimal
    positions: tuple[Position, ...]
    venue: VenueChoice = VenueChoice()
    currency: str = "USDT"
    fund: Decimal | None = None
    strict: bool = False
    markets: tuple[MarketEntry, ...] = ()
    scenario: Scenario = field(default_factory=Scenario)
    view: View = View()
    orders: tuple[Order, ...] = ()
    account: AccountMode = AccountMode.STANDARD
    assets: tuple[AssetEntry, ...] = ()

    @property
    def amounts(self) -> Amounts:
        """How amounts of the account are written."""
        return amounts_in(self.currency)

    @property
    def inverse_markets(self) -> frozenset[str]:
        """The markets whose contracts are coin-margined."""
        held = {p.market for p in self.positions if p.inverse}
        return frozenset(held | {o.market for o in self.orders if o.fills is not None and o.kind is Kind.INVERSE})

    def too_far(self, move: Decimal) -> str:
        """Why a common move asks too much of an inverse market; empty when it does not."""
        return too_far(self.inverse_markets, self.scenario.betas, move) or ""

    def within_reach(self, move: Decimal) -> Decimal:
        """A common move, or as much of it as the inverse markets allow."""
        end = reach(self.inverse_markets, self.scenario.betas, 1 if move > 0 else -1)
        return move if end is None else max(-end, min(end, move))

    def without_stated(self) -> Workspace:
        """Drop what the venue said of the positions: it said it of another account."""
        if all(position.stated is None for position in self.positions):
            return self
        return replace(self, positions=tuple(replace(position, stated=None) for position in self.positions))

    def with_book(self, book: Book) -> Workspace:
        """The same workspace after a move changed its book's cash, positions or orders."""
        changed = replace(self, wallet=book.wallet, positions=book.positions, orders=book.orders)
        return replace(changed, account=book.account, assets=_entries(self, book)) if book.coins else changed


def _entries(workspace: Workspace, book: Book) -> tuple[AssetEntry, ...]:
    """The assets of a file after a move: those that it gives in their order, then what is new."""
    given = {entry.asset: entry for entry in workspace.assets}
    now = {coin.name: coin for coin in book.coins}
    kept = [_entry(entry, now[name], book) for name, entry in given.items() if name in now]
    added = [_entry(AssetEntry(name), coin, book) for name, coin in now.items() if name not in given]
    plain = AssetEntry(book.currency)
    return tuple(entry for entry in (*kept, *added) if entry != plain)


def _entry(entry: AssetEntry, coin: Asset, book: Book) -> AssetEntry:
    own = coin.name == book.currency
    balance = (None if entry.balance is None else book.wallet) if own else coin.balance
    return replace(entry, balance=balance, collateral=coin.collateral)
