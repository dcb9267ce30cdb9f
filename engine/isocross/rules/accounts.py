"""What a venue says of an account of several assets: which pools they form, and how each of them counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Final

from isocross.money import ONE, ZERO
from isocross.records import dataclass
from isocross.rules.declared import rule
from isocross.rules.switches import AccountMode, OpenPnl, Pools, RatioForm, Repays, Sells, WeightUnit
from isocross.rules.value_types import Code, Rate, Remark, Size, Text

_SEVERAL_ASSETS: Final = (AccountMode.UNIFIED, AccountMode.MULTI_ASSETS)
"""The names that venues have for an account of several assets."""
_OF_MANY = (*_SEVERAL_ASSETS, AccountMode.PORTFOLIO)


@dataclass(frozen=True)
class AccountRule:
    """One way in which a venue lets several assets back positions."""

    mode: AccountMode = field(
        metadata=rule("the name by which a workspace asks for it in `account`", modelled=_OF_MANY)
    )
    title: Text = field(metadata=rule("the venue's own name for such an account", modelled=True))
    pools: Pools = field(metadata=rule("one pool of all assets, or one for each token", modelled=True))
    open_pnl: OpenPnl = field(
        metadata=rule("whether open PnL is weighed with the balance of its asset, or counts beside it", modelled=True)
    )
    table: Text = field(metadata=rule("the shipped table of weights", modelled=True))
    weights_by: WeightUnit = field(
        default=WeightUnit.COINS,
        metadata=rule("what the tiers of a weight are stated in", optional=True, modelled=True),
    )
    borrows: bool = field(
        default=False,
        metadata=rule("whether the balance of an asset can be below zero: a debt", optional=True, modelled=True),
    )
    isolated: bool = field(
        default=True, metadata=rule("whether it has isolated positions", optional=True, modelled=True)
    )
    debt_maintenance: Rate = field(
        default=ZERO,
        metadata=rule("the share of a debt that is asked for as maintenance margin", optional=True, modelled=True),
    )
    usable: Rate = field(
        default=ONE,
        metadata=rule(
            "the share of what counts that maintenance margins and debts can take up", optional=True, modelled=True
        ),
    )
    asked_at_least: Size = field(
        default=ZERO,
        metadata=rule(
            "the amount asked for beside maintenance margins, in USD, while there is a position or a debt",
            optional=True,
            modelled=True,
        ),
    )
    most_of_others: Size | None = field(
        default=None,
        metadata=rule(
            "the most that all assets but the account's currency count together, in USD. Default: no limit",
            optional=True,
            modelled=True,
        ),
    )
    currency_only: bool = field(
        default=False,
        metadata=rule(
            "whether positions settle, and debts are, in the account's currency alone", optional=True, modelled=True
        ),
    )
    coin_margined: bool = field(
        default=False,
        metadata=rule(
            "whether its pool has coin-margined contracts, each settled in its coin", optional=True, modelled=True
        ),
    )
    coin_margined_says: Remark = field(
        default="", metadata=rule("why it has no coin-margined contracts", optional=True, modelled=True)
    )
    repays: Repays = field(
        default=Repays.LAST,
        metadata=rule("when collateral is sold to repay a debt", optional=True, modelled=True),
    )
    either_first: bool = field(
        default=False,
        metadata=rule(
            "whether the venue leaves open if debts or positions go first; the other order is then shown, too",
            optional=True,
            modelled=True,
        ),
    )
    sells: Sells = field(
        default=Sells.LOWEST_HAIRCUT,
        metadata=rule("which collateral is sold first", optional=True, modelled=True),
    )
    conversion_fee: Rate = field(
        default=ZERO,
        metadata=rule(
            "the share of an asset sold that a conversion costs, where the table does not say",
            optional=True,
            modelled=True,
        ),
    )
    ratio: RatioForm | None = field(
        default=None,
        metadata=rule("how its ratio is written. Default: as in `shown`", optional=True, modelled=True),
    )
    ratio_name: Remark = field(
        default="",
        metadata=rule("the venue's word for that ratio. Default: as in `shown`", optional=True, modelled=True),
    )
    switch_code: Code = field(
        default=None,
        metadata=rule("the venue's code where it refuses the switch to or from it", optional=True, modelled=True),
    )
    switch_says: Remark = field(
        default="",
        metadata=rule(
            "why it refuses a switch while positions are open; empty: it does not", optional=True, modelled=True
        ),
    )


def account_like(rules: Sequence[AccountRule], mode: AccountMode) -> AccountMode:
    """The mode in which a venue has what this one is elsewhere: venues give an account of several assets two names.

    Args:
        rules: the venue's accounts of several assets.
        mode: the mode at another venue; it stays where this venue has no other name for it.
    """
    there = {rule.mode for rule in rules}
    names = (mode, *_SEVERAL_ASSETS) if mode in _SEVERAL_ASSETS else (mode,)
    return next((name for name in names if name in there), mode)


def no_coin_margined(market: str, rule: AccountRule) -> str:
    """Why a coin-margined contract is not in such an account."""
    why = f": {rule.coin_margined_says}" if rule.coin_margined_says else ""
    return f"{market} is coin-margined, and {rule.title} has no such contracts{why}"


PLAIN = AccountRule(AccountMode.STANDARD, "Standard account", Pools.TOKEN, OpenPnl.INSIDE, "")
"""The account of one currency, in the same words."""
