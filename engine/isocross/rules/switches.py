"""The named switches of a venue's rules: the values that each of them can have."""

from __future__ import annotations

from enum import StrEnum


class CrossMachine(StrEnum):
    """The two machines called cross (page `venues`)."""

    POOLED = "pooled"
    """One equity against the sum of maintenance margins."""
    TOP_UP = "top-up"
    """A bucket a position, refilled from unused cash."""


class Line(StrEnum):
    """How g = equity − MM is tested where nothing moved: at the start and after a gap."""

    BELOW = "<"
    """Due when equity is under MM."""
    AT_OR_BELOW = "<="
    """Due when equity is at MM already."""


class Basis(StrEnum):
    """The price at which maintenance margin is taken."""

    MARK = "mark"
    ENTRY = "entry"


class CloseFeeAt(StrEnum):
    """The price of the fee to close that counts in the trigger; `margin.close_fee_rate` (Bybit's help)."""

    MARK = "mark"
    BESIDE_MARGIN = "beside-margin"
    BANKRUPTCY = "bankruptcy"


class Residual(StrEnum):
    """Who keeps what is left of an isolated margin at a takeover."""

    FUND = "fund"
    USER = "user"


class Victim(StrEnum):
    """Which cross position of a pool at the line is closed first; of equal ones that of `Book.precedence`."""

    LARGEST_LOSS = "largest-loss"
    LARGEST_MAINTENANCE = "largest-maintenance-margin"
    FILE_ORDER = "file-order"
    """The first of them as the account lists them."""
    ALL = "all"
    """All of them at once: what is done to each is decided when the pool is tested, and then it is tested again."""


class FundingCharge(StrEnum):
    """What pays funding where there is a bucket: it, or what is available before it (Bybit's help)."""

    BUCKET = "bucket"
    AVAILABLE_FIRST = "available-first"


class OrderReserve(StrEnum):
    """What cash a resting order holds (page `venues`)."""

    NONE = "none"
    IM = "im"
    """Its initial margin: quantity × price ÷ leverage."""
    IM_FEE = "im-fee"
    """And the taker fee on its notional."""
    IM_OPEN_LOSS = "im-open-loss"
    """And what it would lose at once, filled at its price with the mark where it opens."""


class Netting(StrEnum):
    """Whether opposite cross positions are asked for margin both (Kraken's and Gate's help)."""

    NONE = "none"
    LARGER_LEG = "larger-leg"
    """Of one market only the side with the larger quantity is; equal: the long side."""
    UNDERLYING = "underlying"
    """Of all contracts on one coin only the side is that is asked for more; equal: the long side."""


class PoolResidual(StrEnum):
    """Who has what a pool is left with when its last position was liquidated: it stays, or the fund has it."""

    STAY = "stay"
    FUND = "fund"


class FeeCap(StrEnum):
    """The most a fee of a pool can take: all it has left, or the closed one's part of that by MM (dYdX's code)."""

    POOL = "pool"
    SHARE = "share"


class AdlFormula(StrEnum):
    """How a venue ranks winning positions for deleveraging; each is a function of `isocross.cascade.adl`."""

    NONE = "none"
    """Not ranked, at random, or not known."""
    OPEN_RATIO = "open-ratio"
    """CoinEx: mark ÷ open value, times effective leverage."""
    MARGIN_RATIO = "margin-ratio"
    """Binance: profit ÷ wallet, times margin ratio."""
    LEVERAGED_RETURN = "leveraged-return"
    """Bybit: profit ÷ initial margin."""
    RETURN_BY_RATIO = "return-by-ratio"
    """OKX: return ÷ margin ratio, healthy being high."""
    VALUE_SHARE = "value-share"
    """Hyperliquid: mark ÷ entry, times notional ÷ account value."""
    EFFECTIVE_LEVERAGE = "effective-leverage"
    """BitMEX: profit ÷ entry value, times mark value ÷ (mark value − bankrupt value)."""
    PROFIT_LEVERAGE = "profit-leverage"
    """Gate: open profit × leverage."""


class AdlPrice(StrEnum):
    """The price at which winners on the other side are closed when the fund is empty."""

    BANKRUPTCY = "bankruptcy"
    """Of the position that fell."""
    MARK = "mark"


class FlipScope(StrEnum):
    """What a venue's margin mode belongs to (page `venues`)."""

    POSITION = "position"
    ACCOUNT = "account"
    """All positions change together; one alone never does."""


class Merging(StrEnum):
    """What becomes of a position on a side of a market that is held already."""

    NONE = "none"
    """It stands beside the other."""
    SIDE = "side"
    """It is added to the one that is there."""
    SIDE_AND_MODE = "side-and-mode"
    """It is added to one in its own margin mode; one of each mode can be held."""


class LeverageScope(StrEnum):
    """What a leverage belongs to."""

    POSITION = "position"
    MARKET = "market"
    """All positions of a market have one."""
    SIDE_AND_MODE = "side-and-mode"
    """Long and short, cross and isolated have each their own."""


class RatioForm(StrEnum):
    """How a venue writes the ratio that it shows (page `venues`)."""

    MAINTENANCE_OVER_EQUITY = "maintenance/equity"
    """Healthy is low, the line is 100 %."""
    EQUITY_OVER_MAINTENANCE = "equity/maintenance"
    """Healthy is high, the line is 100 %."""
    DEMAND_OVER_COLLATERAL = "demand/collateral"
    """Of a pool of assets: maintenance margins and debts ÷ what counts; the line is the share that can be used."""
    CASH_OVER_VALUE = "cash/value"
    """Of one position: the cash behind it ÷ its value at the price its PnL counts from; the line is its rate."""


class PriceRounding(StrEnum):
    """Where a shown liquidation price lies on the venue's tick."""

    NEAREST = "nearest"
    UP = "up"
    DOWN = "down"
    TOWARD_MARK = "toward-mark"
    """Up for a long, down for a short: never later than the exact one."""


class Removal(StrEnum):
    """How much margin may leave an isolated bucket (page `venues`)."""

    INITIAL_MARGIN = "initial-margin"
    """What is above IM and any open loss."""
    INITIAL_MARGIN_AT_MARK = "initial-margin-at-mark"
    """Cash above MM, and equity above IM at mark: the smaller (Binance's help)."""
    EQUITY_ABOVE_INITIAL = "equity-above-initial-margin"
    """Equity above IM at mark (dYdX's and Drift's code)."""
    TENTH_OF_NOTIONAL = "tenth-of-notional"
    """Equity above the larger of IM at mark and 10 % of the notional (Hyperliquid's documentation)."""
    HIGHEST_LEVERAGE = "highest-leverage"
    """Down to IM at the highest leverage of its size, and any open loss (BitMEX's help)."""


class AccountMode(StrEnum):
    """What backs the cross positions of an account."""

    STANDARD = "standard"
    """The account's currency alone; other assets are only held."""
    UNIFIED = "unified"
    MULTI_ASSETS = "multi-assets"
    PORTFOLIO = "portfolio"


class Pools(StrEnum):
    """Which pools the assets of an account form."""

    TOKEN = "token"
    """One for each token that positions settle in, with the balance of that token alone."""
    ONE = "one"
    """One, with all assets, each at its weight."""


class OpenPnl(StrEnum):
    """Where open PnL of a pool of assets counts."""

    INSIDE = "inside"
    """Added to the balance of the asset it settles in, before that is weighed."""
    BESIDE = "beside"
    """At the price of the asset it settles in, unweighted."""


class WeightUnit(StrEnum):
    """What the tiers of a weight are stated in."""

    COINS = "coins"
    USD = "usd"


class Repays(StrEnum):
    """When a venue sells collateral to repay a debt."""

    AT_LINE = "at-line"
    """While the pool is at its liquidation threshold, before a position is touched."""
    BELOW = "below"
    """And as soon as a balance is below zero by more than the limit of its asset."""
    LAST = "last"
    """At the liquidation threshold, once no position is open."""


class Sells(StrEnum):
    """Which collateral is sold to repay a debt."""

    LOWEST_HAIRCUT = "lowest-haircut"
    """The asset with the highest weight first, of equal ones by name."""
    PRO_RATA = "pro-rata"
    """All assets at once, in proportion to what they are worth."""
