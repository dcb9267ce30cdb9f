"""What a workspace file says, as values: the account, the scenario and the view. Nothing is worked out here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from engine.book import Book, Order, Position
from engine.money import ZERO

FORMAT = 1
NAME_LIMIT = 200
"""Characters of a workspace's name, and of any other text in a file."""


class PathKind(StrEnum):
    """How the marks move (design §2)."""

    WHAT_IF = "what-if"
    """A glide of one common move; the cursor has no memory."""
    GAP = "gap"
    """All marks jump at once."""


@dataclass(frozen=True, slots=True)
class TierEntry:
    """A tier as the file gives it."""

    start: Decimal
    rate: Decimal
    max_leverage: Decimal
    deduction: Decimal | None = None
    """None: worked out for marginal tiers."""


@dataclass(frozen=True, slots=True)
class MarketEntry:
    """A market as the file gives it."""

    symbol: str
    mark: Decimal | None = None
    """None: the entry of its first position."""
    tiers: tuple[TierEntry, ...] = ()
    """Empty: the venue's."""


@dataclass(frozen=True, slots=True)
class VenueChoice:
    """Which profile, and what the file changes of it."""

    profile: str = "guide"
    overrides: tuple[tuple[str, Decimal | str | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens to the marks."""

    path: PathKind = PathKind.WHAT_IF
    shock: Decimal = ZERO
    """The common move at the cursor, a fraction of the opening marks."""
    betas: Mapping[str, Decimal] = field(default_factory=dict)
    """Times the common move, per market; 1 where absent."""


@dataclass(frozen=True, slots=True)
class View:
    """What the screen needs to come back as it was; None: the desk's own choice."""

    theme: str | None = None
    selected: str | None = None
    """Id of the selected position."""
    step: Decimal | None = None
    """Size of one step of the shock."""


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
    scenario: Scenario = Scenario()
    view: View = View()
    orders: tuple[Order, ...] = ()

    def with_book(self, book: Book) -> Workspace:
        """The same workspace after a move changed its book's cash, positions or orders."""
        return replace(self, wallet=book.wallet, positions=book.positions, orders=book.orders)
