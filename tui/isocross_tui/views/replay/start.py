"""Starting a replay and going to a time of it: the crashes that fit an account, and the forms that ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from isocross.desk import selectors
from isocross.desk.actions.path import SetReplay
from isocross.desk.crash_board import depth_words
from isocross.desk.state import State
from isocross.paths.bars import LEGS, BarPath, moment_words
from isocross.studies.replays import Offer, offers
from isocross_tui.screens.choose import Choice
from isocross_tui.screens.form import Field, Form, Verdict

_SHAPES = ("%m-%d %H:%M", "%m-%d %H:%M:%S")


def offered(state: State) -> tuple[Offer, ...]:
    """The crashes for the account of a state, its own stand-ins kept."""
    return offers(selectors.book(state), dict(state.workspace.scenario.stand_in))


def choices_of(state: State) -> list[Choice]:
    """Every window of prices as a list has them: crash by crash, each with how deep it went."""
    found = sorted(offered(state), key=lambda offer: offer.window.crash, reverse=True)
    return [Choice(offer.window.id, offer.title, f"{depth_words(state, offer)} {_prices(offer)}") for offer in found]


def _prices(offer: Offer) -> str:
    """Whose prices, how fine, how long, and how many markets follow another."""
    window = offer.window
    hours = round((window.end - window.start).total_seconds() / 3600)
    told = f"{window.kind.value} {window.interval_words} {hours} h"
    many = len(offer.stand_in)
    return f"{told}, {many} replaced" if many else told


def begin(offer: Offer, stand_in: Mapping[str, str]) -> SetReplay:
    """The action that starts a crash."""
    return SetReplay(offer.window.id, stand_in, f"Replay: {offer.title}")


def trouble(state: State) -> str:
    """Why a path that is a replay has nothing to walk; empty where it has, or is none."""
    return selectors.rehearsal(state).trouble


# --- stand-ins -----------------------------------------------------------------------------------


def stand_in_form(offer: Offer) -> Form:
    """Ask what stands in for each market that a crash does not have."""
    markets = list(offer.stand_in)
    fields = [Field(f"market-{n}", market, offer.stand_in[market], "which") for n, market in enumerate(markets)]

    def judge(values: Mapping[str, str]) -> Verdict:
        known = offer.window.symbols
        for n, market in enumerate(markets):
            given = values[f"market-{n}"].upper()
            if given not in known:
                return Verdict(f"{market} can follow one of {', '.join(known)}.", False)
        return Verdict(f"The prices of {offer.title} lack these markets; others replace them.", True)

    return Form("Markets in their place", fields, judge)


def read_stand_ins(offer: Offer, values: Mapping[str, str]) -> dict[str, str]:
    """The stand-ins of a form, by market."""
    return {market: values[f"market-{n}"].upper() for n, market in enumerate(offer.stand_in)}


# --- going to a time -------------------------------------------------------------------------------


def time_form(path: BarPath, place: Decimal) -> Form:
    """Ask for a time; tells which candle it is in while typing."""
    now = path.time(place)

    def judge(values: Mapping[str, str]) -> Verdict:
        moment = read_time(values["time"], now)
        if moment is None:
            return Verdict("A time such as 21:15, or 10-10 21:15, or 2025-10-10 21:15.", False)
        first, last = path.time(Decimal(0)), path.time(path.end)
        if not first <= moment <= last:
            return Verdict(f"These prices are from {moment_words(first)} to {moment_words(last)}.", False)
        candle = min(path.bars, int(path.place_of(moment)) // LEGS + 1)
        return Verdict(f"{moment_words(moment)} UTC, candle {candle} of {path.bars}.", True)

    return Form("Go to a time (UTC)", [Field("time", "time", "", f"such as {now:%H:%M}")], judge)


def read_time(words: str, now: datetime) -> datetime | None:
    """A time as it was typed: with a date, without its year, or of the day at hand; None where it is none."""
    try:
        if len(words) <= len("21:15:00"):
            moment = datetime.combine(now.date(), datetime.strptime(words, _clock(words)).time())
        else:
            moment = _dated(words, now)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _clock(words: str) -> str:
    return "%H:%M:%S" if words.count(":") == 2 else "%H:%M"


def _dated(words: str, now: datetime) -> datetime:
    for shape in _SHAPES:
        try:
            return datetime.strptime(f"{now.year}-{words}", f"%Y-{shape}")
        except ValueError:
            continue
    return datetime.fromisoformat(words)
