"""An account held in other ways through its lived path, as a JSON object and as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from isocross.account.book import market_names
from isocross.format import price
from isocross.money import exact, text, text_or_none
from isocross.rehearsal.lived import LivedRehearsal
from isocross.report.compare import variant_head
from isocross.report.json import FORMAT, account_json, time_json
from isocross.report.text import columns, venue_and_currency
from isocross.studies.replays import Life, LivedFall
from isocross.studies.through import PathAdvice, Weighed, all_lives
from isocross.words.outlook import LivedStory
from isocross.words.twin import refusals_words
from isocross.workspace import Workspace

_TITLES = ("", "equity", "survivors", "first liquidated", "lost from wallet", "lowest equity")


@exact
def compare_lived_json(workspace: Workspace, rehearsal: LivedRehearsal, venues: Iterable[str]) -> dict[str, Any]:
    """Every variant with its figures at the end of the path."""
    return _head(workspace, rehearsal) | {"variants": [_life(life) for life in all_lives(workspace, rehearsal, venues)]}


def _head(workspace: Workspace, rehearsal: LivedRehearsal) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": workspace.name,
        "venue": rehearsal.book.profile.id,
        "path": rehearsal.scenario.path.value,
        "t": text(rehearsal.path.end),
        "time": time_json(rehearsal.path, rehearsal.path.end),
        "shock": None,
        "shocks": None,
    }


def _life(life: Life) -> dict[str, Any]:
    keys = ("account", "survivors", "positions", "first_fall", "lost", "lowest_equity", "liquidated")
    if life.rehearsal is None:
        return variant_head(life.variant) | dict.fromkeys(keys)
    rehearsal, end = life.lived, life.standing(life.lived.path.end)
    figures = (
        account_json(rehearsal.frame(rehearsal.path.end).account),
        end.survivors,
        end.positions,
        None if end.first is None else _fall(end.first, rehearsal),
        text(end.lost),
        text(end.lowest),
        [fall.position for fall in end.falls],
    )
    return variant_head(life.variant) | dict(zip(keys, figures, strict=True))


def _fall(fall: LivedFall, rehearsal: LivedRehearsal) -> dict[str, Any]:
    return {
        "position": fall.position,
        "t": text(fall.place),
        "time": time_json(rehearsal.path, fall.place),
        "move": text_or_none(rehearsal.path.move(fall.place)),
        "mark": text_or_none(fall.event.mark),
    }


@exact
def compare_lived_text(workspace: Workspace, rehearsal: LivedRehearsal, venues: Iterable[str]) -> str:
    """The same as a table, a row each, with a sentence on what cannot be set up."""
    lives = all_lives(workspace, rehearsal, venues)
    rows = [(_called(life, lives), *_cells(life)) for life in lives if life.rehearsal and not life.variant.same_as]
    refused = refusals_words(life.variant for life in lives)
    lines = (_title(workspace, rehearsal), "", *columns([_TITLES, *rows], figures_from=1), "", *refused)
    return "\n".join(line.rstrip() for line in lines).rstrip() + "\n"


def _title(workspace: Workspace, rehearsal: LivedRehearsal) -> str:
    path = LivedStory(rehearsal).title(rehearsal.path.end)
    return f"{workspace.name}   {venue_and_currency(rehearsal.book)}   through the {path}"


def _called(life: Life, lives: Sequence[Life]) -> str:
    same = (other.variant.title for other in lives if other.variant.same_as == life.variant.key)
    return " = ".join((life.variant.title, *same))


def _cells(life: Life) -> tuple[str, ...]:
    rehearsal, money = life.lived, life.book.whole_amounts
    end = life.standing(rehearsal.path.end)
    first = "none"
    if end.first is not None and end.first.event.position is not None:
        market = rehearsal.book.market_of(rehearsal.book.seats[end.first.event.position])
        first = (
            f"{end.first.name} {price(end.first.event.mark, market.grid)} {rehearsal.path.at_words(end.first.place)}"
        )
    return money(end.equity), f"{end.survivors} of {end.positions}", first, money(end.lost), money(end.lowest)


@exact
def advise_lived_json(workspace: Workspace, rehearsal: LivedRehearsal, advice: PathAdvice) -> dict[str, Any]:
    """Which modes leave the most at the end of the path, and what they leave."""
    flips = advice.best.flips
    modes = {p.id: (p.mode.other if p.id in flips else p.mode).value for p in rehearsal.book.positions}
    return _head(workspace, rehearsal) | {
        "modes": modes,
        "flips": [p.id for p in rehearsal.book.positions if p.id in flips],
        "today": _weighed(advice.today),
        "advised": _weighed(advice.best),
        "tried": advice.tried,
        "complete": advice.complete,
        "text": _sentence(rehearsal, advice),
    }


def _weighed(one: Weighed) -> dict[str, Any]:
    end = one.end
    return {"equity": text(end.equity), "open": end.survivors, "lost": text(end.lost), "lowest": text(end.lowest)}


@exact
def advise_lived_text(workspace: Workspace, rehearsal: LivedRehearsal, advice: PathAdvice) -> str:
    """The same in sentences."""
    tried = f"{advice.tried} ways to hold it were taken through the path" + ("." if advice.complete else ", not all.")
    return "\n".join((_title(workspace, rehearsal), "", _sentence(rehearsal, advice), tried)) + "\n"


def _sentence(rehearsal: LivedRehearsal, advice: PathAdvice) -> str:
    money, today, best = rehearsal.book.whole_amounts, advice.today.end, advice.best.end
    left = f"{money(today.equity)} with {today.survivors} of {today.positions} positions open"
    if not advice.best.flips:
        return f"No other modes leave more at the end of this path than those of today: {left}."
    names = market_names(rehearsal.book)
    told = [
        f"{names[index]} {position.mode.other}"
        for index, position in enumerate(rehearsal.book.positions)
        if position.id in advice.best.flips
    ]
    more = f"{money(best.equity)} with {best.survivors} of {best.positions} open"
    return f"With {' and '.join(told)} from the opening on, this path leaves {more}; today it leaves {left}."
