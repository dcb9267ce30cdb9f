"""What can happen on a path, with the figures that explain it and the cash it moves."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from isocross.account.assets import Asset
from isocross.account.book import Position
from isocross.money import ZERO, posting
from isocross.rules.procedure import StepKind
from isocross.rules.switches import AccountMode


class EventKind(StrEnum):
    """What happened."""

    REFILL = "refill"
    """Cash went into the bucket of a top-up position, or of an isolated one that draws by itself."""
    ORDER_CANCEL = "order_cancel"
    """Resting orders were cancelled; what they held is free again."""
    REDUCTION = "reduction"
    """A part of a position was closed at its mark."""
    LIQUIDATION = "liquidation"
    """A position ended: taken over (isolated, top-up) or closed at its mark (pooled)."""
    FUND = "fund"
    """The insurance fund paid a hole."""
    DELEVERAGE = "deleverage"
    """The fund was empty; winners on the other side bore the rest."""
    SETTLEMENT = "settlement"
    """Open PnL became cash, and PnL counts from this mark on."""
    BORROW = "borrow"
    """A loss took the balance of an asset below zero, against the other assets of the account."""
    REPAYMENT = "repayment"
    """A gain brought the balance of an asset that was below zero up again."""
    CONVERSION = "conversion"
    """Collateral was sold to repay a debt."""
    TRIGGER = "trigger"
    """An order was triggered: it rests as a limit from here on, or follows the price."""
    FILL = "fill"
    """An order was filled: a position was opened, or became larger, smaller or closed."""
    FUNDING = "funding"
    """Longs paid shorts, or shorts longs."""
    MOVE = "move"
    """What the user did at this place."""
    REFUSAL = "refusal"
    """What the user asked for at this place, and was refused."""


class Account(StrEnum):
    """The accounts of the double entry."""

    POOL = "pool"
    """Cash in no bucket: the pool's, or a top-up account's unused cash."""
    MARGIN = "margin"
    """The bucket of one position."""
    FUND = "fund"
    FEES = "fees"
    COUNTERPARTY = "counterparty"
    """The other side of every realised PnL, takeover, settlement and funding."""
    OUTSIDE = "outside"
    """Where a deposit is from and a withdrawal goes."""


# at hand for the legs of every event: in CPython 3.11 a look into an enum takes longer than an addition
POOL, MARGIN, FUND, FEES, COUNTERPARTY = (
    Account.POOL,
    Account.MARGIN,
    Account.FUND,
    Account.FEES,
    Account.COUNTERPARTY,
)


class Tested(StrEnum):
    """Which scope came to its line."""

    ISOLATED = "isolated"
    BUCKET = "bucket"
    POOL = "pool"
    ACCOUNT = "account"
    """None of them: the cash of the whole account."""


class Posting(NamedTuple):
    """One leg of a movement; the legs of an event sum to zero."""

    account: Account
    amount: Decimal
    """Positive: the account gains."""
    position: int | None = None
    """Whose bucket, for `Account.MARGIN`."""
    asset: str = ""
    """Of which it is an amount; empty: the account's currency."""


def realised(account: Account, pnl: Decimal, fee: Decimal, position: int | None = None) -> tuple[Posting, ...]:
    """The legs of a close at the mark: its PnL from the other side, its fee out of the same account."""
    return (
        Posting(account, pnl - fee, position),
        Posting(FEES, fee),
        Posting(COUNTERPARTY, -pnl),
    )


class PaidBy(NamedTuple):
    """Who pays a loss, in the account's currency."""

    own_margin: Decimal = ZERO
    unused: Decimal = ZERO
    others: Decimal = ZERO
    fund: Decimal = ZERO
    borrowed: Decimal = ZERO
    """Against other assets of the account."""

    @property
    def total(self) -> Decimal:
        """The whole loss."""
        return self.own_margin + self.unused + self.others + self.fund + self.borrowed

    def on_the_grid(self, loss: Decimal) -> PaidBy:
        """The same attribution in amounts of the money grid that sum to a loss; own margin takes the dust."""
        unused, others, fund = posting(self.unused), posting(self.others), posting(self.fund)
        borrowed = posting(self.borrowed)
        return PaidBy(loss - unused - others - fund - borrowed, unused, others, fund, borrowed)

    def share(self, portion: Decimal) -> PaidBy:
        """A share of the attribution."""
        return PaidBy(*(part * portion for part in self))

    def plus(self, other: PaidBy) -> PaidBy:
        """Who pays for two losses together."""
        return PaidBy(
            self.own_margin + other.own_margin,
            self.unused + other.unused,
            self.others + other.others,
            self.fund + other.fund,
            self.borrowed + other.borrowed,
        )


class Figures(NamedTuple):
    """What was tested, before anything moved, and what is left after.

    Several closes can follow from one test: each has its figures, and the cash right before it.
    """

    tested: Tested
    equity: Decimal
    """Of the tested scope, before."""
    maintenance_margin: Decimal
    """Of the tested scope, before."""
    cash: Decimal
    """Of the tested scope, before: bucket or pool cash."""
    left: Decimal
    """After: unused cash (refill), pool cash (pooled close, fund), cash handed back (takeover)."""
    pnl: Decimal = ZERO
    """Unrealised PnL of the position that became final."""
    to_fund: Decimal = ZERO
    """What the takeover left for the fund; negative: what it cost."""
    fee: Decimal = ZERO
    quantity: Decimal = ZERO
    """What was closed, in the units of a quantity."""
    step: StepKind | None = None
    """The step of the venue's procedure that did it; None: what every procedure ends with."""
    price: Decimal | None = None
    """The price at which winners on the other side are closed (deleverage); None where it is not one price."""
    buffer: Decimal = ZERO
    """What was asked above maintenance margin, where a liquidation under way ends only there (restore)."""
    rate: Decimal = ZERO
    """Of a funding payment, as a share of the notional; positive: longs pay."""
    times: int = 1
    """How many equal parts were closed, or draws made, one after the other; the figures are of all of them."""
    alone: bool = False
    """Whether the closed position was the only one open on its pool."""


class Trade(NamedTuple):
    """A conversion: collateral that was sold, and what was repaid with it."""

    sold: str
    """The asset; "" stands for the account's currency, as in `bought`."""
    quantity: Decimal
    """Of it, fee included."""
    price: Decimal
    """Of it, in USD."""
    fee: Decimal
    """Of it."""
    bought: str
    amount: Decimal
    """Of what was bought."""
    bought_price: Decimal
    """In USD."""


class Fill(NamedTuple):
    """What became of an order: at which price it was filled, and what that cost beyond the price it was meant for."""

    order: int
    """Its index in the book."""
    level: Decimal
    """The price that it waited for: its trigger, its limit, or where it trails the best price."""
    price: Decimal
    """At which it was filled; of one that was only triggered, the price that did it."""
    quantity: Decimal = ZERO
    """What was filled of it here."""
    gap: Decimal = ZERO
    """What it cost that the price went past its level at once."""
    slipped: Decimal = ZERO
    """What slippage cost."""
    opens: bool = False
    """Whether it opened a position or made one larger."""
    entry: Decimal | None = None
    """Of the position afterwards; None: it is closed."""
    left: Decimal = ZERO
    """The quantity of the position afterwards."""


class Event(NamedTuple):
    """One thing that happened at one place of the path."""

    place: Decimal
    kind: EventKind
    position: int | None
    """Index in the book; None for what concerns the pool."""
    mark: Decimal | None
    """Mark of the position's market; None for what concerns the pool."""
    amount: Decimal
    """Drawn (refill), freed (order_cancel), lost by the trader (reduction, liquidation; negative: gained), paid (fund,
    deleverage)."""
    source: str
    """Whose cash it was: unused, available, orders, margin, pool, fund, counterparty."""
    figures: Figures
    postings: tuple[Posting, ...]
    paid_by: PaidBy | None = None
    """The frozen attribution of what became final."""
    claims: Decimal = ZERO
    """Change of what dead positions have used of the others' profit and margin."""
    owed_by_fund: Decimal = ZERO
    """Change of what the fund is to pay once the pool has closed its last position."""
    became: tuple[tuple[int, Position | None], ...] = ()
    """What a move or a settlement made of positions, by index; None: closed."""
    note: str = ""
    """What was asked for in a move, and why it was refused."""
    orders: tuple[int, ...] = ()
    """Indexes of the orders that rest no more: cancelled, or filled with those that they cancel."""
    asset: str = ""
    """Of which `amount` and the cash of the figures are; empty: the account's currency."""
    trade: Trade | None = None
    """What was sold for what, of a conversion."""
    backing: tuple[AccountMode, tuple[Asset, ...]] | None = None
    """What a move made of the account's mode and of its assets; None: nothing."""
    fill: Fill | None = None
    """What became of an order; None: it is about none."""
    paid_in: Decimal = ZERO
    """What a move deposited, at the marks of its place, in the currency of the totals; negative: withdrawn."""

    def in_asset(self, asset: str) -> Event:
        """The same in another asset, with all of its legs."""
        return self._replace(asset=asset, postings=tuple(leg._replace(asset=asset) for leg in self.postings))
