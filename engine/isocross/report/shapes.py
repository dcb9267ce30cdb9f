"""The JSON of every command as types: its JSON Schema is made from them, and each output of the tests is held to them.

An `Exact` is a text with an exact decimal. A key that can be null says so; one with a default can be absent.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, StringConstraints, model_serializer

from isocross.account.book import Mode, Side
from isocross.account.order_kinds import FeeAs, OrderKind, TriggerBy
from isocross.cascade.events import EventKind
from isocross.figures.frame import Liquidation
from isocross.figures.frame import Status as Standing
from isocross.rehearsal.scenario import PathKind
from isocross.rules.market import Kind
from isocross.rules.procedure import StepKind

Exact = Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
Figure = Annotated[str, StringConstraints(pattern=r"^-?[0-9.]+(e[+-][0-9]+)?$")]
"""A figure of a fast grid, with twelve digits."""
Time = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]
Format = Literal[1]


class Shape(BaseModel):
    """An object that has these keys and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_serializer(mode="wrap")
    def _as_printed(self, written: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out the keys that were absent."""
        told: dict[str, Any] = written(self)
        absent = {name for name in type(self).model_fields if name not in self.model_fields_set}
        return {key: value for key, value in told.items() if key not in absent}


class PaidBy(Shape):
    """Who paid a loss."""

    own_margin: Exact
    unused: Exact
    others: Exact
    fund: Exact
    borrowed: Exact | None = None
    """Only of an account of several assets."""


class Account(Shape):
    """Every figure of an account."""

    wallet: Exact
    equity: Exact
    unused: Exact
    available: Exact
    reserved: Exact
    initial_margin: Exact
    maintenance_margin: Exact
    pool_equity: Exact | None
    pool_maintenance_margin: Exact | None
    margin_ratio: Exact | None
    venue_ratio: Exact | None
    worst_case: Exact
    fund: Exact
    fees: Exact
    counterparty: Exact
    outside: Exact
    status: Standing


class Position(Shape):
    """The figures of a position."""

    id: str
    market: str
    kind: Kind
    side: Side
    mode: Mode
    quantity: Exact
    entry: Exact
    settlement_price: Exact | None
    mark: Exact
    leverage: Exact
    auto_margin: bool
    margin: Exact
    notional: Exact
    unrealised_pnl: Exact
    equity: Exact
    initial_margin: Exact
    maintenance_margin: Exact
    margin_ratio: Exact | None
    venue_ratio: Exact | None
    liquidation_price: Exact | None
    liquidation_price_shown: Exact | None
    joint_trigger: Exact | None
    bankruptcy_price: Exact | None
    worst_case: Exact
    adl_score: Exact | None
    adl_rank: int | None
    liquidation: Liquidation
    status: Standing
    paid_by: PaidBy
    settles: str | None = None
    """The asset that it settles in, where there are several."""


class Order(Shape):
    """A resting order."""

    id: str
    market: str
    side: Side
    mode: Mode
    quantity: Exact
    price: Exact
    leverage: Exact
    held: Exact
    status: Literal["resting", "filled", "cancelled"]
    kind: OrderKind | None = None
    """When it is filled; without a kind it only holds cash."""
    trigger: Exact | None = None
    trigger_by: TriggerBy | None = None
    trail: Exact | None = None
    reduce_only: bool | None = None
    close_position: bool | None = None
    fee: FeeAs | None = None
    slippage: Exact | None = None
    oco: str | None = None


class Filled(Shape):
    """What became of an order."""

    order: str
    price: Exact
    level: Exact
    """The price that it waited for."""
    quantity: Exact
    gap_cost: Exact
    slippage_cost: Exact
    opens: bool
    entry: Exact | None
    """Of the position afterwards."""
    left: Exact
    """The quantity of the position afterwards."""


class Trade(Shape):
    """An asset that was sold for another."""

    sold: str
    quantity: Exact
    price: Exact
    fee: Exact
    bought: str
    amount: Exact
    bought_price: Exact


class Happened(Shape):
    """An event."""

    n: int
    t: Exact
    time: Time | None
    move: Exact | None
    kind: EventKind
    position: str | None
    mark: Exact | None
    amount: Exact
    source: str = Field(alias="from")
    equity: Exact
    maintenance_margin: Exact
    pnl: Exact
    fee: Exact
    to_fund: Exact
    left: Exact
    quantity: Exact
    count: int
    """How many equal ones it is, one after the other."""
    step: StepKind | None
    price: Exact | None
    orders: list[str]
    paid_by: PaidBy | None
    text: str
    note: str | None
    asset: str | None = None
    """Of the amount, where there are several."""
    trade: Trade | None = None
    fill: Filled | None = None
    """Of an event that is about an order."""


class AssetHeld(Shape):
    """An asset of an account of several."""

    name: str
    balance: Exact
    cash: Exact
    pnl: Exact
    price: Exact
    value: Exact
    counted: Exact
    lost: Exact
    weight: Exact | None
    collateral: bool
    as_of: str


class PoolHeld(Shape):
    """A pool of such an account."""

    name: str
    equity: Exact
    maintenance_margin: Exact
    ratio: Exact | None
    positions: list[str]


class Run(Shape):
    """Everything that happens, and the account at the end."""

    format: Format
    name: str
    venue: str
    path: PathKind
    t: Exact
    time: Time | None
    move: Exact | None
    shock: Exact | None
    shocks: dict[str, Exact] | None
    venue_ratio_name: str
    remarks: list[str]
    account: Account
    account_mode: str | None = None
    assets: list[AssetHeld] | None = None
    pools: list[PoolHeld] | None = None
    """These three only of an account of several assets."""
    orders: list[Order]
    events: list[Happened]


class Report(Run):
    """Every figure at a place, and what happened up to there."""

    positions: list[Position]


class Fault(Shape):
    """One thing that is wrong with a file."""

    key: str
    message: str
    expected: str
    line: int | None
    column: int | None


class Bad(Shape):
    """An account that cannot be read, in its place among many."""

    format: Format
    source: str
    name: str
    faults: list[Fault]


class Wrong(Shape):
    """Why a command ended."""

    kind: Literal["input", "usage"]
    text: str
    faults: list[Fault]


class Error(Shape):
    """What is printed on standard error where JSON was asked for."""

    format: Format
    error: Wrong
