"""The studies of an account, each as the JSON object that the command of the same name prints."""

from __future__ import annotations

import os
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from isocross.errors import IsocrossError
from isocross.history.windows import Kind
from isocross.lessons.files import load_lessons
from isocross.lessons.report import lesson_json, lessons_json
from isocross.library.account import Account
from isocross.library.choices import choice_of
from isocross.library.frame import UnknownPositionError
from isocross.library.numbers import Move, Number, shock_of
from isocross.library.opening import load
from isocross.library.rehearsed import Cursor
from isocross.paths.shock import Shock, ShockError
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.advise import advise_json
from isocross.report.compare import compare_json
from isocross.report.explain import explained_json
from isocross.report.frontier import frontier_json
from isocross.report.history import account_odds_json, odds_json
from isocross.report.limits import Judged, limits_json
from isocross.report.price import price_json
from isocross.risk.limits import read_limits, verdict
from isocross.risk.limits.rules import limits_in
from isocross.risk.named import Named
from isocross.rules.catalogue import profile_ids
from isocross.studies.advice import Advisor, advised_shocks
from isocross.studies.first_price import first_price, market_named
from isocross.studies.odds import odds as count_odds
from isocross.studies.odds import source_words
from isocross.studies.survive import survive
from isocross.studies.triage import triage
from isocross.toml.places import listing, meant
from isocross.workspace.resolve import is_text

Source = Account | str | os.PathLike[str]
"""An account, or what `load` takes."""


class UnknownLessonError(IsocrossError, KeyError):
    """Say that there is no lesson of that name, and which there are."""

    def __str__(self) -> str:
        """The sentence as it is; a KeyError would quote it."""
        return str(self.args[0])


def _account(source: Source) -> Account:
    return source if isinstance(source, Account) else load(source)


def _glide(account: Account, shock: Cursor) -> tuple[GlideRehearsal, Shock]:
    """The account and the shock that a study of a glide is about."""
    scenario = account.workspace.scenario
    rehearsal = GlideRehearsal(account.book, scenario.betas, scenario.path)
    move = scenario.shock if shock is None else shock_of(shock, rehearsal.book.markets)
    rehearsal.refuse_too_far(move)
    return rehearsal, move


def explain(
    source: Source, position: str | None = None, to: Cursor = None, *, at: Number | None = None
) -> dict[str, Any]:
    """Explain every figure of a position: formula, numbers put in, result, source.

    Args:
        source: the account, or where it is.
        position: the id; None: the only one.
        to: a shock, or a place or a time of a lived path; None: the workspace's own shock, or the end.
        at: how far along the shock, from 0 to 1.
    """
    account = _account(source)
    frame = account.rehearse().frame(to, at=at)
    ids = [row.position.id for row in frame.positions]
    if position is None and len(ids) != 1:
        raise UnknownPositionError(position, ids)
    return explained_json(account.name, frame.frame, frame[ids[0] if position is None else position])


def advise(source: Source, shock: Cursor = None, position: str | None = None) -> dict[str, Any]:
    """Find which position to close first, what it takes to survive a shock, and which modes leave the most.

    Args:
        source: the account, or where it is.
        shock: one common move; None: the workspace's own.
        position: the one that is to survive; None: the whole account.
    """
    account = _account(source)
    rehearsal, move = _glide(account, shock)
    if not isinstance(move, Decimal):
        raise ShockError("advice is for one common move, such as -30%")
    if position is not None:
        account[position]
    found, solved = triage(rehearsal, 1 if move > 0 else -1), survive(rehearsal, move, position)
    return advise_json(account.name, rehearsal, found, solved, Advisor(rehearsal).advise(advised_shocks(move)))


def price(source: Source, market: str, position: str | None = None, *, joint: bool = False) -> dict[str, Any]:
    """Find the price of a market at which anything is liquidated first, or one position; raises MarketError.

    Args:
        source: the account, or where it is.
        market: its symbol, or the coin it is on.
        position: the one that is asked about; None: the first of any.
        joint: all markets move together; else only this one moves.
    """
    account = _account(source)
    rehearsal = _glide(account, None)[0]
    found = first_price(rehearsal, market_named(rehearsal.book, market), position, joint=joint)
    return price_json(account.name, rehearsal.book, found)


def limits(sources: Iterable[Source], rules: str | os.PathLike[str]) -> dict[str, Any]:
    """Say whether accounts keep to limits, each breach with its exact price and its remedies; raises Faults.

    Args:
        sources: accounts, or where they are.
        rules: a file of limits, or the text of one.
    """
    given = os.fspath(rules)
    wanted = limits_in(given) if is_text(given) else read_limits(given)
    judged = []
    for source in sources:
        account = _account(source)
        verdicts = [verdict(limit, account.book, account.workspace.scenario.betas) for limit in wanted]
        judged.append(Judged(Named(account.name, ""), verdicts))
    return limits_json(judged)


def compare(source: Source, shock: Cursor = None) -> dict[str, Any]:
    """Compare the account as it is, all cross, all isolated, and under every other venue's rules."""
    account = _account(source)
    return compare_json(account.workspace, *_glide(account, shock), profile_ids())


def frontier(
    source: Source,
    x: str | None = None,
    y: str | None = None,
    *,
    ends: tuple[str, str] = ("-95%", "+100%"),
    cells: int = 101,
) -> dict[str, Any]:
    """Work out what is left at every cell of two markets' moves; raises FrontierError.

    Args:
        source: the account, or where it is.
        x: the market of the columns; None: the selected position's, or the largest.
        y: the market of the rows; None: the largest other one.
        ends: the lowest and the highest move of both.
        cells: of each axis.
    """
    from isocross.studies.frontier.asked import plane_of, solve_plane  # noqa: PLC0415 - numpy

    account = _account(source)
    rehearsal, view = _glide(account, None)[0], account.workspace.view
    selected = next((position.market for position in account.positions if position.id == view.selected), None)
    solved = solve_plane(rehearsal.book, plane_of(rehearsal.book, x, y, ends, (cells, cells), selected))
    return frontier_json(account.name, rehearsal, solved)


def odds(source: Source, move: Move | None = None, *, kind: str | None = None) -> dict[str, Any]:
    """Count the hours of past crashes in which a trigger was reached: history, and no probability.

    Args:
        source: an account, or where it is; with a `move` the name of a coin or a market ("BTC").
        move: the move to count; None: each position's way to its liquidation price.
        kind: whose prices: "spot", "futures" or "mark"; None: mark, else futures.
    """
    prices = None if kind is None else choice_of(Kind, kind, "a kind of prices")
    if move is None:
        account = _account(source)
        return account_odds_json(account.name, _glide(account, None)[0].frame(Decimal(0)), prices)
    asked = shock_of(move, ())
    counted = count_odds(str(source), asked, prices) if isinstance(asked, Decimal) else None
    if counted is None:
        raise ShockError(f"no shipped window has prices of {source} ({source_words(prices)})")
    return odds_json(counted)


def lessons(id: str | None = None) -> dict[str, Any]:
    """List the lessons, or work out one of them with its questions and answers; raises LessonError."""
    known = load_lessons().lessons
    if id is None:
        return lessons_json(known.values())
    if id not in known:
        raise UnknownLessonError(f"no lesson is called {id!r}{meant(id, known)} (expected one of {listing(known, 30)})")
    return lesson_json(known[id])
