"""A format: what one venue's answers look like, and how a single position of it is read.

The parts of a position are asked for one by one, so that a record of ccxt, which carries the venue's own in `info`,
can take from it what it has: a whole position or only a few names of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from isocross.exchange.account import Account, Contract, Holding, Reader, Unified
from isocross.exchange.assets_found import Place
from isocross.exchange.payload import Node
from isocross.exchange.sides import agreed
from isocross.format import grouped
from isocross.money import ONE
from isocross.records import dataclass
from isocross.toml.faults import Fault

FIRST_ROWS = 50
"""So many rows are looked at to know whose list it is."""


def _one(_row: Node, _holding: Holding, _account: Account) -> Decimal:
    return ONE


@dataclass(frozen=True)
class Format:
    """How the answers of one venue are read."""

    id: str
    """That of its profile."""
    title: str
    expected: str
    """What a user is asked for, in words."""
    reader_of: Callable[[Node], Reader | None]
    """The reader of a whole payload; None where it is none of this venue."""
    is_position: Callable[[Node], bool]
    """Whether a table is a position of this venue, or names enough of one."""
    contract: Callable[[Node], Contract]
    """What a position is in; raises LeftOutError for what is not rehearsed here."""
    size: Callable[[Node], Decimal | None]
    """How many contracts it is, with or without a sign."""
    sides: Callable[[Node], Mapping[str, str]]
    """Every figure that says something of its side, and what it says."""
    details: Callable[[Node, Holding, Account], None]
    """Takes mode, prices, margin and all else."""
    symbol: Callable[[Unified], str]
    """How the venue writes a symbol of ccxt."""
    unit: Callable[[Node, Holding, Account], Decimal] = _one
    """What one contract counts, in base units, of an inverse contract in quote units."""
    prices: str = ""
    """The answer that states prices of assets, where that of an account states none."""
    total_counts_pnl: bool = False
    """Whether `total` in ccxt's balance of this venue has open PnL in it."""

    def position(self, row: Node, account: Account) -> Holding | None:
        """Read one position; None where it has no size."""
        size = self.size(row)
        if not size:
            return None
        contract = self.contract(row)
        sides = dict(self.sides(row))
        if size < 0 and "short" not in sides.values():
            sides["the sign of its size"] = "short"
        side = agreed(row, sides)
        holding = Holding(Place.of(row), contract.market, side, "", abs(size), contract.currency, kind=contract.kind)
        self.details(row, holding, account)
        each = self.unit(row, holding, account)
        holding.quantity *= each
        return holding

    def read(self, rows: Node, account: Account) -> None:
        """Read a list of positions, or a single one; what another payload told of already is completed instead."""
        account.is_from(self.id, rows)
        if any(row.value and isinstance(row.value, dict) for row in _first(rows)) and not some(rows, self.is_position):
            raise rows.unfit(f"these are not positions of {self.title}", self.expected)
        before = list(account.holdings)
        account.read_rows(rows, lambda row: self.position(row, account))
        found = account.holdings[len(before) :]
        for holding in found:
            own = _told_before(holding, before)
            if own is not None:
                _merge(own, holding, account)
        account.holdings = before + [holding for holding in found if _told_before(holding, before) is None]


def _told_before(holding: Holding, before: list[Holding]) -> Holding | None:
    """The same position of another payload; where only one has its market and side, its mode may be a guess."""
    same = [own for own in before if (own.market, own.side) == (holding.market, holding.side)]
    return next((own for own in same if own.mode == holding.mode), same[0] if len(same) == 1 else None)


def _merge(own: Holding, other: Holding, account: Account) -> None:
    """One position, told of twice."""
    if own.quantity != other.quantity:
        message = f"another payload has a quantity of {grouped(own.quantity)} at {own.place.key}"
        account.faults.append(Fault(other.place.key, message, "payloads of one moment"))
        return
    own.merge(other)
    if other.mode == "isolated":
        own.mode = other.mode


def some(node: Node, is_row: Callable[[Node], bool]) -> bool:
    """Tell whether this is a list with such a row among its first, or such a row itself."""
    return any(map(is_row, _first(node)))


def _first(node: Node) -> list[Node]:
    """The first rows of a list, or the one that stands in its place."""
    if isinstance(node.value, list):
        return [node.at(index) for index in range(min(len(node.value), FIRST_ROWS))]
    return [node]
