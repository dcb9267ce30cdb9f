"""What a contract is and what a venue says: everything that differs between two venues is data in this room.

A `Market` is a contract with its opening mark and its `Ladder` of tiers, which sets the maintenance margin of a size.
A `Profile` is a venue: its fees, its steps of a liquidation (`procedure`), and its named `switches`, such as whether
cross positions share one pool or draw from unused cash one by one. Each rule is declared once, where its value stands
(`declared`); the reader of profiles, a workspace's overrides, the schema for editors and the documentation ask there.
`catalogue` finds a profile by its id, shipped or the user's own; `tables` has the tiers and price steps of each
symbol.

In: a venue's id or a TOML text. Out: a `Profile`, or a sentence on the key that is wrong. No rule is applied here:
that is `isocross.account` for formulas and `isocross.cascade` for what happens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.rules.catalogue import (
        DEFAULT_VENUE,
        load_profile,
        profile_ids,
        read_profile,
        shipped_ids,
        user_folder,
    )
    from isocross.rules.market import (
        Kind,
        Ladder,
        Market,
        Tier,
        TierBorder,
        TierKey,
        TierMethod,
        base_of,
        with_deductions,
    )
    from isocross.rules.overrides import changes_of, override
    from isocross.rules.procedure import CancelScope, Step, StepKind
    from isocross.rules.profile import Profile
    from isocross.rules.profile_keys import ProfileKey
    from isocross.rules.switches import (
        AdlFormula,
        AdlPrice,
        Basis,
        CloseFeeAt,
        CrossMachine,
        FeeCap,
        FlipScope,
        FundingCharge,
        Line,
        Netting,
        OrderReserve,
        PoolResidual,
        PriceRounding,
        RatioForm,
        Removal,
        Residual,
        Victim,
    )
    from isocross.rules.tables import ListedMarket, contract_size, listed_market, listed_symbols
    from isocross.rules.underlying import coin_of, underlying_of
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "DEFAULT_VENUE",
    "AdlFormula",
    "AdlPrice",
    "Basis",
    "CancelScope",
    "CloseFeeAt",
    "CrossMachine",
    "FeeCap",
    "FlipScope",
    "FundingCharge",
    "Kind",
    "Ladder",
    "Line",
    "ListedMarket",
    "Market",
    "Netting",
    "OrderReserve",
    "PoolResidual",
    "PriceRounding",
    "Profile",
    "ProfileKey",
    "RatioForm",
    "Removal",
    "Residual",
    "Step",
    "StepKind",
    "Tier",
    "TierBorder",
    "TierKey",
    "TierMethod",
    "Victim",
    "base_of",
    "changes_of",
    "coin_of",
    "contract_size",
    "listed_market",
    "listed_symbols",
    "load_profile",
    "override",
    "profile_ids",
    "read_profile",
    "shipped_ids",
    "underlying_of",
    "user_folder",
    "with_deductions",
]
