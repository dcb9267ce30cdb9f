"""A venue profile: the numbers and named switches by which one venue's rules differ from another's."""

from __future__ import annotations

from dataclasses import field
from functools import partial

from isocross.money import ZERO
from isocross.records import dataclass
from isocross.rules.accounts import AccountRule
from isocross.rules.declared import rule
from isocross.rules.market import Kind, Ladder, Tier, TierBorder, TierKey, TierMethod
from isocross.rules.procedure import Step
from isocross.rules.switches import (
    AccountMode,
    AdlFormula,
    AdlPrice,
    Basis,
    CloseFeeAt,
    CrossMachine,
    FeeCap,
    FlipScope,
    FundingCharge,
    LeverageScope,
    Line,
    Merging,
    Netting,
    OrderReserve,
    PoolResidual,
    PriceRounding,
    RatioForm,
    Removal,
    Residual,
    Victim,
)
from isocross.rules.value_types import Code, Count, Hours, Identifier, Rate, Remark, Sources, Text

__all__ = [
    "AdlFormula",
    "AdlPrice",
    "Basis",
    "CloseFeeAt",
    "CrossMachine",
    "FeeCap",
    "FlipRule",
    "FlipScope",
    "FundingCharge",
    "LeverageScope",
    "Line",
    "Merging",
    "Netting",
    "OrderReserve",
    "PoolResidual",
    "PriceRounding",
    "Profile",
    "RatioForm",
    "Removal",
    "Residual",
    "Shown",
    "Victim",
]

_INVERSE = Kind.INVERSE
"""At hand: in CPython 3.11 a look into an enum takes longer than what is asked of every position."""


@dataclass(frozen=True)
class Shown:
    """What the venue's own screen says."""

    ratio: RatioForm = field(
        default=RatioForm.MAINTENANCE_OVER_EQUITY, metadata=rule("how the ratio that it shows is written")
    )
    ratio_name: Text = field(default="margin ratio", metadata=rule("the venue's word for that ratio"))
    price_rounding: PriceRounding = field(
        default=PriceRounding.NEAREST, metadata=rule("where a shown liquidation price lies on the venue's tick")
    )
    isolated_ticks: Count = field(
        default=0,
        metadata=rule(
            "the ticks by which the liquidation price that it shows of an isolated position is nearer to the mark",
            optional=True,
        ),
    )


@dataclass(frozen=True)
class FlipRule:
    """What the venue itself says of changing the mode of an open position."""

    allowed: bool = field(
        default=True,
        metadata=rule("whether the margin mode of an open position can be changed", changeable=True),
    )
    with_orders: bool = field(
        default=True, metadata=rule("whether this holds while the market has resting orders, too")
    )
    code: Code = field(default=None, metadata=rule("the venue's own error code for a refusal, where known"))
    orders_code: Code = field(
        default=None, metadata=rule("the code for a refusal over resting orders, where it has one of its own")
    )
    sets_leverage: bool = field(
        default=False,
        metadata=rule(
            "whether leverage is set together with the mode, so that open orders bar both",
            optional=True,
        ),
    )
    """CoinEx's API: one request sets the mode and the leverage of a market."""
    says: Remark = field(default="", metadata=rule("the rule in words, for the refusal"))
    scope: FlipScope = field(default=FlipScope.POSITION, metadata=rule("what a margin mode belongs to", optional=True))


_rule = partial(rule, table="rules")


@dataclass(frozen=True)
class Profile:
    """One venue's rules, each declared here and nowhere else."""

    id: Identifier = field(metadata=rule("the name by which a workspace calls the venue", modelled=True))
    title: Text = field(metadata=rule("the venue's own name", modelled=True))
    source: Sources = field(metadata=rule("where the rules are from", key="sources", modelled=True))
    as_of: Text = field(metadata=rule("the date of the sources", modelled=True))
    cross_machine: CrossMachine = field(
        metadata=_rule(
            "one equity against the sum of maintenance margins (pooled), or a margin for each position (top-up)",
            changeable=True,
            modelled=(CrossMachine.POOLED, CrossMachine.TOP_UP),
        )
    )
    line: Line = field(
        metadata=_rule(
            "whether a liquidation is due where equity is at maintenance margin, or only below it",
            changeable=True,
            modelled=True,
        )
    )
    maintenance_basis: Basis = field(
        default=Basis.MARK,
        metadata=_rule(
            "the price by which maintenance margin is worked out", changeable=True, modelled=(Basis.MARK, Basis.ENTRY)
        ),
    )
    close_fee: Rate = field(
        default=ZERO,
        metadata=_rule(
            "the rate on the notional that the liquidation price counts as the cost of closing",
            changeable=True,
            modelled=True,
        ),
    )
    close_fee_at: CloseFeeAt = field(
        default=CloseFeeAt.MARK,
        metadata=_rule(
            "the price at which the liquidation price counts that cost of closing",
            optional=True,
            changeable=True,
            modelled=True,
        ),
    )
    taker_fee: Rate = field(
        default=ZERO,
        metadata=_rule("the rate on the notional of a trade that takes liquidity", changeable=True, modelled=True),
    )
    maker_fee: Rate | None = field(
        default=None,
        metadata=_rule(
            "the rate on the notional of a trade that gives liquidity. Default: that of one that takes it",
            optional=True,
            changeable=True,
            modelled=True,
        ),
    )
    liquidation_fee: Rate = field(
        default=ZERO,
        metadata=_rule(
            "the rate on the notional of a forced close in a pool, at most what the pool has left",
            changeable=True,
            modelled=True,
        ),
    )
    tier_method: TierMethod = field(
        default=TierMethod.MARGINAL,
        metadata=_rule("how the rate of a tier applies to a position", changeable=True, modelled=True),
    )
    tier_key: TierKey = field(
        default=TierKey.NOTIONAL,
        metadata=_rule("what selects the tier, and the unit of where a tier begins", changeable=True, modelled=True),
    )
    inverse_tier_key: TierKey | None = field(
        default=None,
        metadata=_rule("the same for coin-margined contracts. Default: that of all", optional=True, modelled=True),
    )
    tier_border: TierBorder = field(
        default=TierBorder.ABOVE,
        metadata=_rule(
            "the tier of a quantity that is exactly a border: the one above or below", optional=True, modelled=True
        ),
    )
    residual: Residual = field(
        default=Residual.FUND,
        metadata=_rule(
            "who keeps the rest of an isolated margin at a takeover",
            changeable=True,
            modelled=(Residual.FUND, Residual.USER),
        ),
    )
    victim: Victim = field(
        default=Victim.LARGEST_LOSS,
        metadata=_rule(
            "which cross position of a pool at its liquidation threshold is closed first",
            changeable=True,
            modelled=(Victim.LARGEST_LOSS, Victim.LARGEST_MAINTENANCE, Victim.FILE_ORDER, Victim.ALL),
        ),
    )
    steps: tuple[Step, ...] = field(
        default=(),
        metadata=_rule(
            "the steps before a whole position is closed; the first that applies is done, then all is tested again",
            optional=True,
            modelled=True,
        ),
    )
    settlement_hours: Hours = field(
        default=0,
        metadata=_rule(
            "every so many hours from 00:00 UTC open PnL becomes cash; 0 for never", changeable=True, modelled=True
        ),
    )
    """As CoinEx settles, by its help."""
    funding_hours: Hours = field(
        default=8,
        metadata=_rule(
            "every so many hours from 00:00 UTC funding is paid; 0 for never", changeable=True, modelled=True
        ),
    )
    funding_charge: FundingCharge = field(
        default=FundingCharge.BUCKET,
        metadata=_rule(
            "which cash pays the funding of a position with margin of its own: that margin, or available cash first",
            changeable=True,
            modelled=True,
        ),
    )
    cross_initial_basis: Basis = field(
        default=Basis.ENTRY,
        metadata=_rule(
            "the price by which the initial margin of a cross position is worked out, for available cash",
            changeable=True,
            modelled=True,
        ),
    )
    order_reserve: OrderReserve = field(
        default=OrderReserve.NONE,
        metadata=_rule("what cash a resting order holds", changeable=True, modelled=True),
    )
    order_counts: bool = field(
        default=False,
        metadata=_rule(
            "whether the cash of resting orders is taken off the equity of a pool",
            changeable=True,
            modelled=True,
        ),
    )
    cancel_before_last_refill: bool = field(
        default=False,
        metadata=_rule(
            "whether, with top-up, orders are cancelled before a position draws for the last time, so that it draws "
            "their cash",
            changeable=True,
            modelled=True,
        ),
    )
    hedge_mode: bool = field(
        default=True,
        metadata=_rule("whether a long and a short of one market can be held at once", changeable=True, modelled=True),
    )
    merging: Merging = field(
        default=Merging.SIDE,
        metadata=_rule(
            "what becomes of a position on a side of a market that is held already",
            changeable=True,
            optional=True,
            modelled=True,
        ),
    )
    leverage_scope: LeverageScope = field(
        default=LeverageScope.MARKET,
        metadata=_rule("what a leverage belongs to", changeable=True, optional=True, modelled=True),
    )
    netting: Netting = field(
        default=Netting.NONE,
        metadata=_rule(
            "whether both of two opposite cross positions of one market, or of one coin, need margin",
            changeable=True,
            modelled=True,
        ),
    )
    pool_residual: PoolResidual = field(
        default=PoolResidual.STAY,
        metadata=_rule(
            "who keeps the rest of a pool when its last position was liquidated", changeable=True, modelled=True
        ),
    )
    fee_cap: FeeCap = field(
        default=FeeCap.POOL,
        metadata=_rule(
            "the most that a pool's fee can take: all that is left, or the closed position's share of maintenance "
            "margin",
            changeable=True,
            modelled=True,
        ),
    )
    auto_replenish: bool = field(
        default=False,
        metadata=_rule(
            "whether an isolated position can be set to draw its own margin", changeable=True, modelled=True
        ),
    )
    """As Bybit's help has it."""
    adl_formula: AdlFormula = field(
        default=AdlFormula.NONE,
        metadata=_rule("how winning positions are ranked for deleveraging", changeable=True, modelled=True),
    )
    adl_price: AdlPrice = field(
        default=AdlPrice.BANKRUPTCY,
        metadata=_rule(
            "the price at which winners on the other side are closed when the fund is empty",
            changeable=True,
            modelled=True,
        ),
    )
    add_margin_to_cross: bool = field(
        default=False,
        metadata=_rule(
            "whether cash can be added to the margin of a cross position by hand", changeable=True, modelled=True
        ),
    )
    add_margin_code: Code = field(
        default=None, metadata=_rule("the venue's own error code where it cannot, where known", modelled=True)
    )
    removal: Removal = field(
        default=Removal.INITIAL_MARGIN,
        metadata=_rule("how much margin may leave an isolated position", optional=True, modelled=True),
    )
    flip: FlipRule = field(
        default=FlipRule(),
        metadata=rule("what the venue says of changing the mode of an open position", modelled=True),
    )
    shown: Shown = field(
        default=Shown(),
        metadata=rule("what the venue's own screen shows, and how it is rounded", optional=True, modelled=True),
    )
    accounts: tuple[AccountRule, ...] = field(
        default=(),
        metadata=rule(
            "the accounts in which several assets back positions. Default: there is none",
            optional=True,
            modelled=True,
        ),
    )
    tables: tuple[Text, ...] = field(
        default=(),
        metadata=rule(
            "the shipped tables with this venue's markets; the first that knows a symbol wins",
            table="markets",
            modelled=True,
        ),
    )
    default_tiers: tuple[Tier, ...] = field(
        default=(),
        metadata=rule(
            "the tiers of a market that neither the file nor a table has. Default: such a market is refused",
            table="markets",
            modelled=True,
        ),
    )
    unverified: tuple[Text, ...] = field(
        default=(), metadata=rule("facts that are not verified, the key first", table="notes", modelled=True)
    )
    overrides: tuple[tuple[str, object], ...] = field(
        default=(), metadata=rule("what a workspace changed, as it was written", table=None, modelled=True)
    )

    def account_rule(self, mode: AccountMode) -> AccountRule | None:
        """What the venue says of an account of several assets; None: it has no account of that mode."""
        return next((account for account in self.accounts if account.mode is mode), None)

    def tier_key_of(self, kind: Kind) -> TierKey:
        """What selects the tier of a contract, whatever stands beside it."""
        if kind is _INVERSE and self.inverse_tier_key is not None:
            return self.inverse_tier_key
        return self.tier_key

    def ladder(self, tiers: tuple[Tier, ...], kind: Kind = Kind.LINEAR) -> Ladder:
        """Tiers of a market as this venue reads them."""
        key = self.tier_key_of(kind)
        return Ladder(tiers, key, self.tier_border if key is TierKey.QUANTITY else TierBorder.ABOVE)
