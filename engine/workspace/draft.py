"""From a parsed document to the parts of a workspace, each checked by itself, and what is wrong with the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import PydanticCustomError

from engine.book import Order, Position
from engine.workspace.amounts import as_number
from engine.workspace.faults import shown
from engine.workspace.kinds import KindOf, kinds
from engine.workspace.market_rows import market_of
from engine.workspace.model import NAME_LIMIT, MarketEntry, Scenario, VenueChoice, View, Workspace
from engine.workspace.order_rows import orders_of
from engine.workspace.position_rows import position_row, positions_of
from engine.workspace.problems import Problem
from engine.workspace.rows import complaint, repeats, row_of, rows_of
from engine.workspace.scenario_rows import scenario_of, view_of
from engine.workspace.schema import FileRow

CURRENCY = "USDT"


@dataclass
class Draft:
    """What of a file could be read; None stands for what could not."""

    problems: list[Problem] = field(default_factory=list)
    head: FileRow | None = None
    venue: VenueChoice | None = None
    markets: list[MarketEntry | None] = field(default_factory=list)
    positions: list[Position | None] = field(default_factory=list)
    scenario: Scenario = field(default_factory=Scenario)
    view: View = field(default_factory=View)
    orders: list[Order | None] = field(default_factory=list)

    def workspace(self, name: str) -> Workspace:
        """The workspace of a draft without problems; `name` is its name where the file gives none."""
        head, venue = self.head, self.venue
        if self.problems or head is None or venue is None:
            raise ValueError("a draft with problems is not a workspace")
        return Workspace(
            name=name if head.name is None else head.name,
            wallet=head.wallet,
            positions=tuple(position for position in self.positions if position is not None),
            venue=venue,
            currency=head.currency,
            fund=head.fund,
            strict=head.strict,
            markets=tuple(market for market in self.markets if market is not None),
            scenario=self.scenario,
            view=self.view,
            orders=tuple(order for order in self.orders if order is not None),
        )


def draft_of(document: Mapping[str, Any]) -> Draft:
    """Read every part of a document."""
    draft = Draft()
    problems = draft.problems
    draft.head = row_of(FileRow, document, (), problems)
    if any(problem.path == ("format",) for problem in problems):
        draft.problems = [problem for problem in problems if problem.path == ("format",)]
        return draft
    draft.venue = _venue(document.get("venue", "guide"), problems)
    draft.markets = _markets(document, problems)
    currency = draft.head.currency if draft.head else CURRENCY
    kind_of = kinds(draft.venue, draft.markets)
    draft.positions = _positions(document, currency, kind_of, problems)
    draft.orders = orders_of(document, currency, kind_of, problems)
    if "scenario" in document:
        draft.scenario = scenario_of(document, draft.positions, problems)
    if "view" in document:
        draft.view = view_of(document["view"], draft.positions, problems)
    return draft


def _venue(given: object, problems: list[Problem]) -> VenueChoice | None:
    """A profile by its id, or a table that changes some of its fields."""
    if not isinstance(given, str | dict):
        expected = "the id of a venue, or a table with `profile`"
        problems.append(Problem(("venue",), f"{shown(given)} is not a venue", expected))
        return None
    table = {"profile": given} if isinstance(given, str) else given
    profile = table.get("profile", "guide")
    changes = [(key, _override(key, value, problems)) for key, value in table.items() if key != "profile"]
    if not isinstance(profile, str) or len(profile) > NAME_LIMIT:
        path = ("venue", "profile")
        problems.append(Problem(path, f"{shown(profile)} is not the id of a venue", 'such as "guide"'))
        return None
    return VenueChoice(profile, tuple((key, value) for key, value in changes if value is not None))


def _override(key: str, value: Any, problems: list[Problem]) -> Any:
    """A changed field of the profile; which fields there are, the profile knows."""
    if isinstance(value, bool) or (isinstance(value, str) and len(value) <= NAME_LIMIT):
        return value
    try:
        return as_number(value)
    except PydanticCustomError as error:
        problems.append(Problem(("venue", key), complaint(error), "a number, a word, true or false"))
        return None


def _markets(document: Mapping[str, Any], problems: list[Problem]) -> list[MarketEntry | None]:
    rows = rows_of(document, "markets", problems)
    for i, first, symbol in repeats(rows, "symbol"):
        message, see = f"{shown(symbol)} is described already, at", ("markets", first, "symbol")
        problems.append(Problem(("markets", i, "symbol"), message, "one table a market", see=see))
    return [market_of(row, ("markets", i), problems) for i, row in rows]


def _positions(
    document: Mapping[str, Any], currency: str, kind_of: KindOf, problems: list[Problem]
) -> list[Position | None]:
    rows = rows_of(document, "positions", problems)
    for i, first, own in repeats(rows, "id"):
        message, see = f"{shown(own)} is the id of another position already, at", ("positions", first, "id")
        problems.append(Problem(("positions", i, "id"), message, "an id of its own", see=see))
    return positions_of([position_row(row, ("positions", i), problems) for i, row in rows], currency, kind_of)
