"""The JSON of the studies as types: comparisons, advice, prices, frontiers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from isocross.account.book import Mode
from isocross.figures.frame import Status as Standing
from isocross.rehearsal.scenario import PathKind
from isocross.report.shapes import Account, Exact, Figure, Format, Shape, Time

# --- compare -------------------------------------------------------------------------------------


class Fall(Shape):
    """A liquidation on a glide, on the way or beyond."""

    position: str
    move: Exact
    mark: Exact | None


class Variant(Shape):
    """One way to hold an account; null figures where it cannot be set up."""

    key: str
    title: str
    venue: str
    same_as: str | None
    refused: str | None
    account: Account | None
    survivors: int | None
    positions: int | None
    first_fall: Fall | None
    next_fall: Fall | None
    lost: Exact | None
    open_pnl: Exact | None
    if_back: Exact | None
    fund_paid: Exact | None
    liquidated: list[str] | None


class Stretch(Shape):
    """From where to where a variant leads; to the end of the glide where `to` is null."""

    start: Exact = Field(alias="from")
    to: Exact | None


class Both(Shape):
    """Equity of both."""

    isolated: Exact
    cross: Exact


class Crossover(Shape):
    """Where all isolated begins to leave more than all cross."""

    move: Exact
    stretches: list[Stretch]
    marks: dict[str, Exact]
    isolated: Exact
    cross: Exact
    at_shock: Both
    if_back: Both
    text: str


class Compare(Shape):
    """An account in every mode and under every venue at a shock."""

    format: Format
    name: str
    venue: str
    shock: Exact | None
    shocks: dict[str, Exact] | None
    variants: list[Variant]
    crossover: Crossover | None
    text: str


class LivedFall(Shape):
    """A liquidation on a lived path."""

    position: str
    t: Exact
    time: Time | None
    move: Exact | None
    mark: Exact | None


class LivedVariant(Shape):
    """One way to hold an account through a lived path."""

    key: str
    title: str
    venue: str
    same_as: str | None
    refused: str | None
    account: Account | None
    survivors: int | None
    positions: int | None
    first_fall: LivedFall | None
    lost: Exact | None
    lowest_equity: Exact | None
    liquidated: list[str] | None


class LivedHead(Shape):
    """What an answer about a lived path begins with."""

    format: Format
    name: str
    venue: str
    path: PathKind
    t: Exact
    time: Time | None
    shock: None
    shocks: None


class CompareLived(LivedHead):
    """The same through a lived path."""

    variants: list[LivedVariant]


# --- explain, price ------------------------------------------------------------------------------


class Explained(Shape):
    """A figure with its arithmetic."""

    figure: str | None
    title: str
    formula: str
    substituted: str
    value: Exact | None
    source: str


class Explain(Shape):
    """Every figure of a position."""

    format: Format
    name: str
    venue: str
    position: str
    status: Standing
    sources: list[str]
    figures: list[Explained]


class Reached(Shape):
    """A price at which something is liquidated."""

    price: Exact
    move: Exact
    positions: list[str]


class Price(Shape):
    """The price of a market that first liquidates anything."""

    format: Format
    name: str
    venue: str
    market: str
    mark: Exact | None
    joint: bool
    position: str | None
    price: Exact | None
    move: Exact | None
    first: list[str]
    down: Reached | None
    up: Reached | None
    text: str


# --- advise --------------------------------------------------------------------------------------


class Step(Shape):
    """A move of a plan."""

    kind: str
    position: str | None
    amount: Exact | None
    asset: str | None = None
    """Of which it is an amount; absent: the account's currency."""
    to: str | None = None
    """The asset that is bought, or the mode of the account."""


class Remedy(Shape):
    """What a remedy does for the first liquidation."""

    steps: list[Step]
    first_fall: Exact | None
    gain: Exact | None
    refusal: str | None


class TriageRow(Shape):
    """A position, and what would help it."""

    position: str
    falls: Exact | None
    notional: Exact
    close: Remedy
    close_gain_per_100: Exact | None
    margin_100: Remedy
    flip: Remedy


class Triage(Shape):
    """Which position to close first."""

    first_fall: Exact | None
    all_gone: Exact | None
    best: str | None
    rows: list[TriageRow]
    text: str


class CoinNeed(Shape):
    """The least of an asset that is enough, deposited."""

    asset: str
    amount: Exact
    worth: Exact
    """In USD, at the opening price."""


class Answer(Shape):
    """A way to survive."""

    kind: Literal["margin", "cut", "leverage", "coin"]
    steps: list[Step]
    missing: Exact
    still_falls: list[str]
    why_not: str | None
    coins: list[CoinNeed] | None = None
    """Of a deposit of a coin: every one that does, the least worth first."""


class Solve(Shape):
    """What it takes to survive."""

    position: str | None
    falls: dict[str, Exact]
    answers: list[Answer]


class AdviceRow(Shape):
    """What a shock leaves, today and with the advised modes."""

    shock: Exact
    today: Exact
    advised: Exact
    saved: Exact
    open_today: int
    open_advised: int


class RefusedFlips(Shape):
    """A combination that the venue refuses."""

    flips: list[str]
    why: str


class Advice(Shape):
    """The modes that leave the most."""

    modes: dict[str, Mode]
    flips: list[str]
    mean_today: Exact
    mean_advised: Exact
    mean_today_if_back: Exact
    mean_advised_if_back: Exact
    rows: list[AdviceRow]
    tried: int
    complete: bool
    cut: bool
    refused: list[RefusedFlips]


class AdvisedStop(Shape):
    """The stop that leaves the most over the same shocks, each with and without a return of the prices."""

    position: str | None
    """Null: no stop leaves more than none."""
    trigger: Exact | None
    mean_today: Exact
    mean_advised: Exact
    mean_today_if_back: Exact
    mean_advised_if_back: Exact
    tried: int
    text: str


class Advise(Shape):
    """What to close first, how to survive, which modes to choose."""

    format: Format
    name: str
    venue: str
    shock: Exact
    triage: Triage
    solve: Solve
    advice: Advice
    stop: AdvisedStop


class Left(Shape):
    """What a path leaves."""

    equity: Exact
    open: int
    lost: Exact
    lowest: Exact


class AdviseLived(LivedHead):
    """Which modes leave the most at the end of a lived path."""

    modes: dict[str, Mode]
    flips: list[str]
    today: Left
    advised: Left
    tried: int
    complete: bool
    text: str


# --- frontier ------------------------------------------------------------------------------------


class Frontier(Shape):
    """The outcome of every cell of two markets' moves."""

    format: Format
    name: str
    venue: str
    x: str
    y: str | None
    x_moves: list[Exact]
    y_moves: list[Exact]
    positions: list[str]
    exact: bool
    survivors: list[list[int]]
    first: list[list[str | None]]
    whole: list[list[bool]]
    equity: list[list[Figure]]
