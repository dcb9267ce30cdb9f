"""A profile's TOML text, checked key by key; a fault names the key and what was expected."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from engine.market import Tier, TierBorder, TierKey, TierMethod, with_deductions
from engine.money import ZERO, exact
from engine.procedure import CancelScope, Step, StepKind
from engine.profile_input import ProfileError, exact_number, hours, nearest, one_line, one_of, rate
from engine.tables import table_names
from engine.venue import (
    AdlFormula,
    AdlPrice,
    Basis,
    CloseFeeAt,
    CrossMachine,
    FeeCap,
    FlipRule,
    FlipScope,
    FundingCharge,
    Line,
    Netting,
    OrderReserve,
    PoolResidual,
    PriceRounding,
    Profile,
    RatioForm,
    Removal,
    Residual,
    Shown,
    Victim,
)

Words = Annotated[str, BeforeValidator(one_line)]
Text = Annotated[str, StringConstraints(min_length=1), BeforeValidator(one_line)]
Number = Annotated[Decimal, BeforeValidator(exact_number)]
Rate = Annotated[Decimal, BeforeValidator(rate)]
Hours = Annotated[int, BeforeValidator(hours)]
Switch = Annotated[bool, Field(strict=True)]


class _Checked(BaseModel):
    """A table of the file: every key is there, and no other."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _Step(_Checked):
    kind: StepKind
    amount: Annotated[Number, Field(gt=0)] | None = None
    above: Annotated[Number, Field(ge=0)] = ZERO
    most: Annotated[Number, Field(gt=0)] | None = None
    cooldown: Annotated[Number, Field(gt=0)] | None = None
    scope: CancelScope | None = None


class _Rules(_Checked):
    cross_machine: CrossMachine
    line: Line
    maintenance_basis: Basis
    close_fee: Rate
    close_fee_at: CloseFeeAt = CloseFeeAt.MARK
    taker_fee: Rate
    liquidation_fee: Rate
    tier_method: TierMethod
    tier_key: TierKey
    inverse_tier_key: TierKey | None = None
    """Absent: as `tier_key`."""
    tier_border: TierBorder = TierBorder.ABOVE
    residual: Residual
    victim: Victim
    steps: tuple[_Step, ...] = ()
    """Absent: a whole position is closed at once."""
    settlement_hours: Hours
    funding_hours: Hours
    funding_charge: FundingCharge
    cross_initial_basis: Basis
    order_reserve: OrderReserve
    order_counts: Switch
    cancel_before_last_refill: Switch
    hedge_mode: Switch
    netting: Netting
    pool_residual: PoolResidual
    fee_cap: FeeCap
    auto_replenish: Switch
    adl_formula: AdlFormula
    adl_price: AdlPrice
    add_margin_to_cross: Switch
    add_margin_code: Words
    removal: Removal = Removal.INITIAL_MARGIN


class _Flip(_Checked):
    allowed: Switch
    with_orders: Switch
    code: Words
    orders_code: Words
    sets_leverage: Switch = False
    says: Words
    scope: FlipScope = FlipScope.POSITION


class _Shown(_Checked):
    ratio: RatioForm
    ratio_name: Text
    price_rounding: PriceRounding
    isolated_ticks: Annotated[int, Field(ge=0)] = 0


class _Tier(_Checked):
    start: Annotated[Number, Field(alias="from", ge=0)]
    rate: Rate
    max_leverage: Annotated[Number, Field(ge=1)]
    deduction: Number | None = None
    factor: Annotated[Number, Field(ge=0)] = ZERO


class _Markets(_Checked):
    tables: tuple[Text, ...]
    default_tiers: tuple[_Tier, ...]


class _Notes(_Checked):
    unverified: tuple[Text, ...]


class _File(_Checked):
    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Text
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]
    as_of: Text
    rules: _Rules
    flip: _Flip
    shown: _Shown | None = None
    """Absent: maintenance margin ÷ equity, prices to the nearest tick."""
    markets: _Markets
    notes: _Notes


_TABLES: Mapping[str, type[_Checked]] = {
    "": _File,
    "rules": _Rules,
    "rules.steps": _Step,
    "flip": _Flip,
    "shown": _Shown,
    "markets": _Markets,
    "markets.default_tiers": _Tier,
    "notes": _Notes,
}


def profile_from_toml(text: str, origin: str) -> Profile:
    """Read a complete profile; ProfileError names the origin and every fault."""
    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError) as fault:
        raise ProfileError(origin, (("", f"expected TOML: {fault}"),)) from None
    except RecursionError:
        raise ProfileError(origin, (("", "is nested too deep"),)) from None
    try:
        checked = _File.model_validate(document)
    except ValidationError as fault:
        raise ProfileError(origin, tuple(_in_words(error) for error in fault.errors())) from None
    faults = (*_faults_of_steps(checked.rules.steps), *_faults_between(checked.markets))
    if faults:
        raise ProfileError(origin, faults)
    return _profile(checked)


_KEYS_OF_STEPS: Mapping[StepKind, tuple[str, ...]] = {
    StepKind.CANCEL_ORDERS: ("scope",),
    StepKind.NET_HEDGES: (),
    StepKind.BACKSTOP: ("amount",),
    StepKind.TIER_DOWN: ("amount",),
    StepKind.FRACTION: ("amount", "above", "cooldown"),
    StepKind.PORTION: ("amount", "above", "most"),
    StepKind.RESTORE: ("amount", "above"),
}
"""The keys that mean something in a step of each kind; `amount` and `scope` have to be there where they do."""


def _faults_of_steps(steps: tuple[_Step, ...]) -> list[tuple[str, str]]:
    """A step has the keys of its kind and no other; tiers are whole numbers, a share is at most the whole."""
    return [(f"rules.steps[{i}].{key}", said) for i, step in enumerate(steps) for key, said in _faults_of_step(step)]


def _faults_of_step(step: _Step) -> Iterator[tuple[str, str]]:
    known = _KEYS_OF_STEPS[step.kind]
    for key in ("amount", "scope"):
        if key in known and getattr(step, key) is None:
            yield key, f'is missing; a step of kind "{step.kind}" has it'
    for key in step.model_fields_set - {"kind", *known}:
        yield key, f'expected no such key in a step of kind "{step.kind}"'
    if step.amount is None or "amount" not in known:
        return
    if step.kind is StepKind.TIER_DOWN and step.amount != int(step.amount):
        yield "amount", "expected a whole number of tiers"
    if step.kind is not StepKind.TIER_DOWN and step.amount > 1:
        yield "amount", "expected a share, at most 1"


def _faults_between(markets: _Markets) -> list[tuple[str, str]]:
    """What no single key shows: tables that are not shipped, tiers out of order."""
    faults = [
        ("markets.tables", f'no table is called "{name}"; expected {one_of(table_names())}')
        for name in markets.tables
        if name not in table_names()
    ]
    tiers = markets.default_tiers
    if tiers and tiers[0].start != 0:
        faults.append(("markets.default_tiers", "expected the first tier to start from 0"))
    for index, (below, above) in enumerate(pairwise(tiers), start=1):
        where = f"markets.default_tiers[{index}]"
        if above.start <= below.start:
            faults.append((f"{where}.from", f"expected more than {below.start}, where the tier below begins"))
        if above.rate < below.rate:
            faults.append((f"{where}.rate", f"expected at least {below.rate}, the rate of the tier below"))
    return faults


def _in_words(error: ErrorDetails) -> tuple[str, str]:
    """One finding of pydantic as a key and what was expected there."""
    place = error["loc"]
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
    match error["type"]:
        case "missing":
            return key, "is missing; a profile has every key"
        case "extra_forbidden":
            return key, _unknown(place)
        case "value_error":
            return key, f"expected {error['ctx']['error']}"
        case "enum":
            return key, f"expected {error['ctx']['expected']}"
        case _:
            return key, error["msg"].replace("Input should be", "expected", 1)


def _unknown(place: tuple[int | str, ...]) -> str:
    """What to say of a key that no profile has."""
    table = ".".join(part for part in place[:-1] if isinstance(part, str))
    known = [field.alias or name for name, field in _TABLES[table].model_fields.items()]
    guess = nearest(str(place[-1]), known)
    hint = f'did you mean "{guess}"?' if guess else f"expected {one_of(known)}"
    return f"is not a key here; {hint}"


def _profile(checked: _File) -> Profile:
    """The checked file as the engine's value."""
    rules: dict[str, Any] = {name: getattr(checked.rules, name) for name in _Rules.model_fields}
    given = (step.model_dump() for step in checked.rules.steps)
    rules["steps"] = tuple(Step(**step | {"amount": step["amount"] or ZERO}) for step in given)
    rules["add_margin_code"] = checked.rules.add_margin_code or None
    return Profile(
        id=checked.id,
        title=checked.title,
        source="; ".join(checked.sources),
        as_of=checked.as_of,
        flip=_flip(checked.flip),
        shown=Shown(**checked.shown.model_dump()) if checked.shown else Shown(),
        default_tiers=_ladder(checked.markets.default_tiers, checked.rules.tier_method),
        tables=checked.markets.tables,
        unverified=checked.notes.unverified,
        **rules,
    )


def _flip(checked: _Flip) -> FlipRule:
    """The rule; codes that are not known are left empty in the file."""
    codes = {"code": checked.code or None, "orders_code": checked.orders_code or None}
    return FlipRule(**checked.model_dump() | codes)


@exact
def _ladder(tiers: tuple[_Tier, ...], method: TierMethod) -> tuple[Tier, ...]:
    """The default tiers with their deductions."""
    given = [(tier, ZERO if tier.deduction is None else tier.deduction) for tier in tiers]
    rows = ((Tier(t.start, t.rate, t.max_leverage, cut, t.factor), t.deduction is not None) for t, cut in given)
    return with_deductions(tuple(rows), method)
