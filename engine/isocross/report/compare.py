"""One account in every mode and under every venue's rules at a shock, as a JSON object and as a plain table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from isocross.money import exact, text, text_or_none
from isocross.paths.shock import Shock
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.json import FORMAT, account_json, shock_json
from isocross.report.text import columns, shock_words, venue_and_currency
from isocross.studies.stops import with_stop
from isocross.studies.twin import AS_IS, Comparison, Fall, Result, Tally, Twin, Variant, tally, under_other_venues
from isocross.words.twin import FIGURES, Figure, crossover_words, refusals_words
from isocross.words.worst import PRICES_APART, leaves_prices_out, worst_case_words
from isocross.workspace import Workspace

Stop = tuple[str, Decimal]
"""The id of a position, and the price of a stop that it is to have."""


def all_sides(
    workspace: Workspace, rehearsal: GlideRehearsal, shock: Shock, venues: Iterable[str], stop: Stop | None = None
) -> tuple[Twin, tuple[Result, ...]]:
    """The account as it is, all cross, all isolated, with a stop, and as it is under the rules of every other venue."""
    twin = Twin(rehearsal)
    stopped = () if stop is None else (with_stop(rehearsal, *stop),)
    others = (*stopped, *under_other_venues(workspace, rehearsal, venues))
    elsewhere = (Result(v, None if v.rehearsal is None else tally(v.rehearsal, shock)) for v in others)
    return twin, (*twin.sides(shock), *elsewhere)


@exact
def compare_json(
    workspace: Workspace, rehearsal: GlideRehearsal, shock: Shock, venues: Iterable[str], stop: Stop | None = None
) -> dict[str, Any]:
    """Every variant with its figures at the end of a shock, and where all isolated begins to leave more."""
    twin, sides = all_sides(workspace, rehearsal, shock, venues, stop)
    compared = twin.of_modes(sides, shock)
    return (
        {"format": FORMAT, "name": workspace.name, "venue": rehearsal.book.profile.id}
        | shock_json(shock)
        | {
            "variants": [_side(side) for side in sides],
            "crossover": _crossover(compared, shock),
            "text": crossover_words(compared, shock),
        }
    )


def variant_head(variant: Variant) -> dict[str, Any]:
    """What a variant is, or why it cannot be set up."""
    return {
        "key": variant.key,
        "title": variant.title,
        "venue": variant.venue,
        "same_as": variant.same_as or None,
        "refused": variant.refusal or None,
    }


def _side(side: Result) -> dict[str, Any]:
    return variant_head(side.variant) | (_nothing() if side.tally is None else _figures(side.tally))


def _figures(tally: Tally) -> dict[str, Any]:
    return {
        "account": account_json(tally.frame.account),
        "survivors": tally.survivors,
        "positions": tally.positions,
        "first_fall": _fall(tally.first_fall, happened=True),
        "next_fall": _fall(tally.first_fall, happened=False),
        "lost": text(tally.lost),
        "open_pnl": text(tally.open_pnl),
        "if_back": text(tally.if_back),
        "fund_paid": text(tally.fund_paid),
        "liquidated": list(tally.liquidated),
    }


def _nothing() -> dict[str, Any]:
    keys = ("account", "survivors", "positions", "first_fall", "next_fall")
    return dict.fromkeys((*keys, "lost", "open_pnl", "if_back", "fund_paid", "liquidated"))


def _fall(fall: Fall | None, *, happened: bool) -> dict[str, Any] | None:
    if fall is None or fall.happened is not happened:
        return None
    return {"position": fall.position, "move": text(fall.move), "mark": text_or_none(fall.mark)}


def _crossover(compared: Comparison, shock: Shock) -> dict[str, Any] | None:
    found, one, other = compared.crossing, compared.isolated.tally, compared.cross.tally
    if found is None or one is None or other is None:
        return None
    return {
        "move": text(found.move),
        "stretches": [{"from": text(start), "to": text_or_none(end)} for start, end in found.spells],
        "marks": {market: text(mark) for market, mark in found.marks.items()},
        "isolated": text(found.leads),
        "cross": text(found.other),
        "at_shock": {"isolated": text(one.equity), "cross": text(other.equity)},
        "if_back": {"isolated": text(one.if_back), "cross": text(other.if_back)},
        "text": crossover_words(compared, shock),
    }


@exact
def compare_sheet(
    workspace: Workspace, rehearsal: GlideRehearsal, shock: Shock, venues: Iterable[str], stop: Stop | None = None
) -> str:
    """The same as a table, a row each, with a sentence on the crossover and on what cannot be set up."""
    twin, sides = all_sides(workspace, rehearsal, shock, venues, stop)
    shown = [side for side in sides if not side.variant.same_as]
    rows = [(_called(side, sides), side.tally) for side in shown if side.tally is not None]
    titles = ("", *(figure.short or figure.title for figure in FIGURES))
    table = columns(
        [titles, *((called, *(_written(figure, tally) for figure in FIGURES)) for called, tally in rows)],
        figures_from=1,
    )
    words = [crossover_words(twin.of_modes(sides, shock), shock)]
    words += [refused for refused in refusals_words(side.variant for side in shown) if refused not in words]
    if any(leaves_prices_out(tally.frame) for _, tally in rows):
        words.append(worst_case_words(PRICES_APART))
    head = f"{workspace.name}   {venue_and_currency(rehearsal.book)}   {shock_words(shock)}"
    return "\n".join(line.rstrip() for line in (head, "", *table, "", *words)) + "\n"


def _written(figure: Figure, tally: Tally) -> str:
    """A figure; a liquidation that is further on than the shock says so, for the column alone would deny it."""
    ahead = figure.key == "first_fall" and tally.first_fall is not None and not tally.first_fall.happened
    return f"not reached ({figure.write(tally)})" if ahead else figure.write(tally)


def _called(side: Result, sides: Sequence[Result]) -> str:
    """A variant's title, with the titles of those that equal it."""
    same = (other.variant.title for other in sides if other.variant.same_as == side.variant.key)
    title = "as it is" if side.variant.key == AS_IS else side.variant.title
    return " = ".join((title, *same))
