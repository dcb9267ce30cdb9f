"""The tools of `isocross mcp`: what the commands of the same names print, with a sentence and the source of the rules.

Every tool only reads. Its answer has the JSON of the command, held to the same types, a sentence that says it, and
whose rules were applied: their sources and the date of these.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal

import click
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from isocross import __version__
from isocross.errors import IsocrossError
from isocross.exchange.liquidations import read_record
from isocross.report import autopsy_shapes, risk_shapes, shapes, study_shapes
from isocross.report.advise import advise_json
from isocross.report.autopsy import autopsy_json
from isocross.report.compare import compare_json
from isocross.report.explain import explained_json
from isocross.report.limits import Judged, limits_json
from isocross.report.lived import LivedPaper
from isocross.report.papers import Paper
from isocross.report.price import price_json
from isocross.report.through import advise_lived_json, compare_lived_json
from isocross.risk.limits import verdict
from isocross.risk.limits.rules import limits_in
from isocross.risk.named import Named
from isocross.rules.catalogue import profile_ids
from isocross.rules.profile import Profile
from isocross.studies.advice import ONE_MOVE, Advisor, advised_shocks
from isocross.studies.autopsy import candles_of, walked
from isocross.studies.first_price import first_price, market_named
from isocross.studies.survive import survive
from isocross.studies.through import advise_through
from isocross.studies.triage import triage
from isocross.workspace import Workspace, book_of
from isocross_tui.cli.common import lived_of, paper_of, rehearsal_of
from isocross_tui.cli.folder_gate import FolderGate
from isocross_tui.cli.replaying import replayed

AccountName = Annotated[
    str, Field(description="A path below the folder, a shipped account's name, a short code, or a workspace as TOML")
]
Shock = Annotated[
    str | None, Field(description="-30%, -0.3, or BTCUSDT=-30%,ETHUSDT=+5%. Default: the account's own path")
]
Venue = Annotated[str | None, Field(description="Another venue's rules. Default: the account's own")]
Place = Annotated[str | None, Field(description="How far along the shock, 0 to 1; a place or a time of a lived path")]
"""Arguments that many tools take."""


class Rules(shapes.Shape):
    """Whose rules were applied."""

    venue: str
    title: str
    sources: list[str]
    as_of: str


class Told(shapes.Shape):
    """What every answer has."""

    sentence: str
    rules: Rules


class ReportTold(Told):
    """The answer of `report`."""

    answer: shapes.Report


class PriceTold(Told):
    """The answer of `price`."""

    answer: study_shapes.Price


class CompareTold(Told):
    """The answer of `compare`."""

    answer: study_shapes.Compare | study_shapes.CompareLived


class ExplainTold(Told):
    """The answer of `explain`."""

    answer: study_shapes.Explain


class AdviseTold(Told):
    """The answer of `advise`."""

    answer: study_shapes.Advise | study_shapes.AdviseLived


class LimitsTold(shapes.Shape):
    """The answer of `limits`."""

    sentence: str
    rules: list[Rules]
    answer: risk_shapes.Limits


class CrashTold(Told):
    """The answer of `crash`."""

    answer: shapes.Run


class AutopsyTold(Told):
    """The answer of `autopsy`."""

    answer: autopsy_shapes.Autopsy


def rules_of(profile: Profile) -> Rules:
    """Say whose rules a profile has."""
    return Rules(venue=profile.id, title=profile.title, sources=profile.source.split("; "), as_of=profile.as_of)


def _head(profile: Profile, sentence: str, answer: dict[str, Any]) -> dict[str, Any]:
    return {"sentence": sentence, "rules": rules_of(profile), "answer": answer}


class Tools:
    """Every tool, on the accounts that a gate lets through."""

    def __init__(self, gate: FolderGate) -> None:
        """Take the gate."""
        self._gate = gate

    def _paper(self, account: str, shock: str | None, venue: str | None, at: str | None) -> tuple[Workspace, Paper]:
        workspace = self._gate.open(account)
        return workspace, paper_of(workspace, "", self._gate.venue(venue), shock, at)

    def report(self, account: AccountName, shock: Shock = None, venue: Venue = None, at: Place = None) -> ReportTold:
        """Tell every figure of an account under a shock or on its own path, and what happens on the way."""
        _, paper = self._paper(account, shock, venue, at)
        told = paper.frame_json()
        sentence = _events_said(told, paper)
        return ReportTold.model_validate(_head(paper.frame.book.profile, sentence, told), by_alias=True)

    def price(
        self,
        account: AccountName,
        market: Annotated[str, Field(description="The market, such as BTC or BTCUSDT")],
        position: Annotated[str | None, Field(description="Id of the position that is asked about")] = None,
        joint: Annotated[bool, Field(description="Whether all markets move together")] = False,
        venue: Venue = None,
    ) -> PriceTold:
        """Find the price of a market at which anything of an account is liquidated first; null where no price does."""
        workspace = self._gate.open(account)
        rehearsal, _ = rehearsal_of(workspace, "", self._gate.venue(venue), "0")
        book = rehearsal.book
        found = first_price(rehearsal, market_named(book, market), position, joint=joint)
        told = price_json(workspace.name, book, found)
        return PriceTold.model_validate(_head(book.profile, told["text"], told), by_alias=True)

    def compare(self, account: AccountName, shock: Shock = None, venue: Venue = None) -> CompareTold:
        """Compare an account as it is, all cross, all isolated, and under every other venue's rules."""
        workspace = self._gate.open(account)
        lived = lived_of(workspace, "", self._gate.venue(venue), shock)
        if lived is not None:
            told = compare_lived_json(workspace, lived, profile_ids())
            sentence = f"{len(told['variants'])} ways to hold the account through its path."
            return CompareTold.model_validate(_head(lived.book.profile, sentence, told), by_alias=True)
        rehearsal, move = rehearsal_of(workspace, "", venue, shock)
        told = compare_json(workspace, rehearsal, move, profile_ids())
        return CompareTold.model_validate(_head(rehearsal.book.profile, told["text"], told), by_alias=True)

    def explain(
        self,
        account: AccountName,
        position: Annotated[str, Field(description="Id of the position")],
        shock: Shock = None,
        venue: Venue = None,
        at: Place = None,
    ) -> ExplainTold:
        """Explain every figure of a position: formula, numbers put in, result, source."""
        workspace, paper = self._paper(account, shock, venue, at)
        frame = paper.frame
        known = {row.position.id: row for row in frame.positions}
        if position not in known:
            raise ToolError(f"{position!r} is not a position of this account: expected one of {', '.join(known)}")
        told = explained_json(workspace.name, frame, known[position])
        price = next((f for f in told["figures"] if f["figure"] == "liquidation_price"), None)
        sentence = f"{position} is {told['status']}." if price is None else f"{price['title']}: {price['substituted']}"
        return ExplainTold.model_validate(_head(frame.book.profile, sentence, told), by_alias=True)

    def advise(
        self,
        account: AccountName,
        shock: Shock = None,
        venue: Venue = None,
        position: Annotated[str | None, Field(description="Id of the position that is to survive")] = None,
    ) -> AdviseTold:
        """Say which position to close first, what it takes to survive, and which modes leave the most."""
        workspace = self._gate.open(account)
        lived = lived_of(workspace, "", self._gate.venue(venue), shock)
        if lived is not None:
            told = advise_lived_json(workspace, lived, advise_through(lived, workspace))
            return AdviseTold.model_validate(_head(lived.book.profile, told["text"], told), by_alias=True)
        rehearsal, move = rehearsal_of(workspace, "", venue, shock)
        if not isinstance(move, Decimal):
            raise ToolError(ONE_MOVE)
        known = [p.id for p in rehearsal.book.positions]
        if position is not None and position not in known:
            expected = f"expected one of {', '.join(known)}" if known else "it has none"
            raise ToolError(f"{position!r} is not a position of this account: {expected}")
        found, solved = triage(rehearsal, 1 if move > 0 else -1), survive(rehearsal, move, position)
        advice = Advisor(rehearsal).advise(advised_shocks(move))
        told = advise_json(workspace.name, rehearsal, found, solved, advice)
        sentence = told["triage"]["text"]
        return AdviseTold.model_validate(_head(rehearsal.book.profile, sentence, told), by_alias=True)

    def limits(
        self,
        accounts: Annotated[list[str], Field(description="Accounts, each as in the other tools")],
        rules: Annotated[str, Field(description='The limits as TOML: [[limit]] survives = { BTC = "-30%" }')],
        venue: Venue = None,
    ) -> LimitsTold:
        """Say whether accounts keep to limits; each breach has its exact price, who, and the cheapest remedy."""
        wanted = limits_in(rules)
        judged, sources = [], {}
        for name in accounts:
            workspace = self._gate.open(name)
            book = book_of(workspace, venue=self._gate.venue(venue))
            sources[book.profile.id] = rules_of(book.profile)
            verdicts = [verdict(limit, book, workspace.scenario.betas) for limit in wanted]
            judged.append(Judged(Named(workspace.name, self._gate.origin(name)), verdicts))
        told = limits_json(judged)
        return LimitsTold.model_validate(
            {"sentence": told["text"], "rules": list(sources.values()), "answer": told}, by_alias=True
        )

    def crash(
        self,
        account: AccountName,
        window: Annotated[str, Field(description="A past crash, such as 2025-10-10")],
        mode: Literal["as-is", "all-cross", "all-isolated"] = "as-is",
        venue: Venue = None,
    ) -> CrashTold:
        """Replay a past crash with an account, bar by bar: every event, and what is left at the end."""
        workspace = self._gate.open(account)
        rehearsal = replayed(workspace, self._gate.venue(venue), window, mode)
        paper = LivedPaper(workspace.name, rehearsal, rehearsal.path.end)
        told = paper.timeline_json()
        return CrashTold.model_validate(_head(rehearsal.book.profile, _events_said(told, paper), told), by_alias=True)

    def autopsy(
        self,
        account: AccountName,
        record: Annotated[str, Field(description="The venue's record as JSON or CSV, the text itself")],
        window: Annotated[str, Field(description="The past crash it was in, such as 2025-10-10")],
    ) -> AutopsyTold:
        """Tell what happened to an account that was liquidated, and what would have held it."""
        workspace = self._gate.open(account)
        read = read_record(record.encode(), "the record")
        found = walked(workspace, read, *candles_of(read, window))
        told = autopsy_json(workspace.name, read, found)
        return AutopsyTold.model_validate(_head(found.rehearsal.book.profile, told["text"], told), by_alias=True)


def _events_said(told: dict[str, Any], paper: Paper) -> str:
    """The first liquidation, or that there is none, and the equity."""
    first = next((event["text"] for event in told["events"] if event["kind"] in ("liquidation", "reduction")), None)
    book, account = paper.frame.book, paper.frame.account
    unit = "USD" if book.coins else book.currency
    left = f"Equity there is {paper.frame.total_amounts(account.equity)} {unit}."
    return f"{first or 'Nothing is liquidated up to here.'} {left}"


def _refusing(tool: Callable[..., Any]) -> Callable[..., Any]:
    """Say in a sentence what cannot be answered."""

    @wraps(tool)
    def answered(*given: Any, **named: Any) -> Any:
        try:
            return tool(*given, **named)
        except click.ClickException as error:
            raise ToolError(error.format_message()) from None
        except IsocrossError as error:
            raise ToolError(str(error)) from None

    return answered


def server(folder: Path) -> MCPServer[Any]:
    """Make the server.

    Args:
        folder: whose accounts can be opened.
    """
    made: MCPServer[Any] = MCPServer(
        "isocross",
        version=__version__,
        instructions="Exact rehearsals of leveraged futures accounts. Amounts are strings of exact decimals. "
        "Nothing is a forecast, and nothing is traded.",
        log_level="CRITICAL",
    )
    tools = Tools(FolderGate(folder))
    reading = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
    for tool in (tools.report, tools.price, tools.compare, tools.explain, tools.advise, tools.limits, tools.crash,
                 tools.autopsy):  # fmt: skip
        made.add_tool(_refusing(tool), annotations=reading)
    return made
