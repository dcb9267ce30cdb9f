"""Starting a replay and going to a time of it: the crashes that fit an account, and the forms that ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from isocross.desk import selectors
from isocross.desk.actions.path import SetReplay
from isocross.desk.state import State
from isocross.paths.bars import LEGS, BarPath, moment_words
from isocross.studies.replays import Offer, offers
from isocross_tui.bridge import Pane, store_of
from isocross_tui.screens.choose import Choice
from isocross_tui.screens.form import Field, Form, Verdict
from isocross_tui.views.replay.charts import drawn
from isocross_tui.widgets.choices import ChoiceList
from isocross_tui.widgets.prose import Prose, say

_SHAPES = ("%m-%d %H:%M", "%m-%d %H:%M:%S")


def offered(state: State) -> tuple[Offer, ...]:
    """The crashes for the account of a state, its own stand-ins kept."""
    return offers(selectors.book(state), dict(state.workspace.scenario.stand_in))


def choices_of(found: tuple[Offer, ...]) -> list[Choice]:
    """Crashes as a list has them."""
    return [Choice(offer.window.id, offer.title, offer.words) for offer in found]


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


class OfferPane(Pane[tuple[Offer, ...] | str | None]):
    """The crashes to choose from while none is replayed."""

    HELP = "Past crashes with the account's markets; enter starts one."
    _offers: tuple[Offer, ...] = ()

    def compose(self) -> ComposeResult:
        """Words above the list."""
        yield Prose(id="replay-offer-words")
        yield ChoiceList(id="replay-offers", compact=True)

    def slice_of(self, state: State) -> tuple[Offer, ...] | str | None:
        """What can be replayed, why the present one cannot; None while one is."""
        return None if drawn(state) is not None else trouble(state) or offered(state)

    def show_slice(self, value: tuple[Offer, ...] | str | None) -> None:
        """Fill the list anew where it is another."""
        self.display = value is not None
        if value is None:
            return
        self.entitle("Replay a past crash")
        state = store_of(self).state
        told = "The same crash is lived through as it is, all cross and all isolated at once. Choose one with enter:"
        self.query_one(Prose).show((say(f"There is nothing to replay: {value}." if isinstance(value, str) else told),))
        found = offered(state)
        if found == self._offers:
            return
        self._offers = found
        listed, width = self.query_one(OptionList), max(len(offer.title) for offer in found) + 2
        listed.clear_options()
        for offer in found:
            words = Text.assemble(offer.title.ljust(width), (offer.words, "dim"))
            listed.add_option(Option(words, id=offer.window.id))
        listed.highlighted = 0
