"""The JSON of lists and lessons as types: past crashes, questions, files that were checked, what there is to choose."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from isocross.account.book import Mode, Side
from isocross.report.shapes import Exact, Fault, Format, Shape, Time
from isocross.rules.market import Kind

# --- history -------------------------------------------------------------------------------------


class Doubtful(Shape):
    """A candle that may not be what was traded."""

    symbol: str
    time: Time


class WindowBody(Shape):
    """A window of a past crash."""

    id: str
    crash: str
    title: str
    provenance: str
    licence: str
    kind: Literal["spot", "futures", "mark"]
    minutes: int
    symbols: list[str]
    start: Time
    end: Time
    bars: int
    remarks: list[str]
    doubtful: list[Doubtful]


class Windows(Shape):
    """Every shipped window."""

    format: Format
    windows: list[WindowBody]


class Swing(Shape):
    """A drop or a rise."""

    move: Exact
    start: Exact = Field(alias="from")
    start_at: Time = Field(alias="from_at")
    end: Exact = Field(alias="to")
    end_at: Time = Field(alias="to_at")


class MarketSwings(Shape):
    """What a market did in a window."""

    symbol: str
    fall: Swing | None
    relative_to_btc: Exact | None
    rise: Swing | None
    maintenance_margin_rate: Exact | None
    long_survived: Exact | None
    short_survived: Exact | None


class Crash(WindowBody):
    """One window with the swings of its markets."""

    format: Format
    venue: str
    markets: list[MarketSwings]


class Counted(Shape):
    """In how many hours a move was reached within a horizon."""

    horizon: str
    hours: int
    reached: int
    share: Exact | None


class Reach(Shape):
    """How often a move was reached."""

    format: Format
    coin: str
    kind: str
    source: str
    move: Exact
    windows: int
    reached: list[Counted]
    text: str


class Walked(Shape):
    """How often the account as a whole was hit."""

    windows: list[str] | None
    reached: list[Counted] | None
    text: str


class PositionOdds(Shape):
    """The same of one market alone."""

    id: str
    text: str


class AccountOdds(Shape):
    """How often an account was hit in past crashes."""

    format: Format
    name: str
    kind: str
    source: str
    account: Walked
    positions: list[PositionOdds]


# --- lessons, files ------------------------------------------------------------------------------


class LessonHead(Shape):
    """A lesson and its question."""

    id: str
    title: str
    question: str


class Lessons(Shape):
    """The lessons."""

    format: Format
    lessons: list[LessonHead]


class LessonStep(Shape):
    """A step with its words and figures worked out."""

    step: int
    ask: str
    choices: list[str]
    right: int
    answer: str
    view: str | None
    venue: str
    place: Exact
    figures: dict[str, str | None]


class Lesson(LessonHead):
    """One lesson."""

    format: Format
    steps: list[LessonStep]
    failures: list[str]


class CheckedFile(Shape):
    """A file that was checked."""

    file: str
    ok: bool
    faults: list[Fault]
    warnings: list[str] | None = None
    """Stops that will not be reached; left out where there are none."""


class Check(Shape):
    """Every file that was checked."""

    format: Format
    files: list[CheckedFile]


class HeldPosition(Shape):
    """A position as it was entered."""

    id: str
    market: str
    kind: Kind
    side: Side
    mode: Mode
    quantity: Exact
    entry: Exact
    leverage: Exact
    margin: Exact
    auto_margin: bool
    mark: Exact


class HeldAsset(Shape):
    """An asset as it was entered."""

    asset: str
    balance: Exact
    collateral: bool


class Positions(Shape):
    """An account and its positions as they were entered."""

    format: Format
    name: str
    venue: str
    currency: str
    wallet: Exact
    positions: list[HeldPosition]
    account_mode: str | None = None
    assets: list[HeldAsset] | None = None
    """These two only of an account of several assets."""


# --- what there is to choose from ----------------------------------------------------------------


class Venue(Shape):
    """A venue and the kind of its cross margin."""

    id: str
    title: str
    cross: Literal["pooled", "top-up"]
    as_of: str
    sources: list[str]


class Venues(Shape):
    """The venues, and the profiles that cannot be used."""

    format: Format
    venues: list[Venue]
    problems: list[str]


class Theme(Shape):
    """A theme."""

    name: str
    description: str


class Themes(Shape):
    """The themes."""

    format: Format
    themes: list[Theme]
    problems: list[str]


class Command(Shape):
    """A command of the desk with its keys."""

    id: str
    keys: list[str]
    help: str


class Keys(Shape):
    """Every command of the desk."""

    format: Format
    commands: list[Command]
    remarks: list[str]
    problems: list[str]
