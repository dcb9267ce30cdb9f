"""The shock: the slider with the events on its scale, and what each market does."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from isocross.rehearsal.lived import LivedRehearsal
from textual import on
from textual.app import ComposeResult
from textual.geometry import Size

from isocross.cascade.events import EventKind
from isocross.desk import selectors
from isocross.desk.actions.shock import ShockTo
from isocross.desk.state import State
from isocross.format import percent
from isocross.paths.glide import DEEPEST_FALL, HIGHEST_RISE
from isocross.rehearsal.rehearsal import Stop
from isocross.rules.market import base_of
from isocross_tui.bridge import Pane, store_of
from isocross_tui.widgets.prose import Paragraph, Prose, Words
from isocross_tui.widgets.spans import Span
from isocross_tui.widgets.track import Scale, Tick, Track

ROOMY_HEIGHT = 6
NAMES_SHOWN = 6
"""Of the markets that move alike, so many are named."""


@dataclass(frozen=True)
class ShockView:
    """What the pane shows."""

    title: str
    scale: Scale
    words: Words


class ShockPane(Pane[ShockView]):
    """The slider."""

    HELP = "The common move of all markets from their opening marks; marks on the scale are where something happens."

    def has_room(self, size: Size) -> bool:
        """Whether there is a row for what comes next."""
        return size.height >= ROOMY_HEIGHT

    def compose(self) -> ComposeResult:
        """The track above its words."""
        yield Track(id="shock-track")
        yield Prose(id="shock-words")

    def slice_of(self, state: State) -> ShockView:
        """The scale with every event on it, and the markets' moves."""
        living = selectors.lived(state)
        if living is not None:
            return _lived_view(state, living, self.roomy)
        shock = state.moment.shock
        stops = selectors.stops(state)
        ticks = tuple(_tick(stop, shock) for stop in stops if stop.at)
        return ShockView(
            title=f"Shock · {selectors.story(state).title(shock)}{' · playing' if state.playing else ''}",
            scale=Scale(
                low=-float(DEEPEST_FALL),
                high=float(HIGHEST_RISE),
                zero=0.0,
                at=float(shock),
                ticks=ticks,
                low_text="−95 %",
                high_text="+300 %",
            ),
            words=(_moves(state), _next(state)) if self.roomy else (_moves(state),),
        )

    def show_slice(self, value: ShockView) -> None:
        """Give each part its value."""
        self.entitle(value.title)
        self.query_one(Track).show(value.scale)
        self.query_one(Prose).show(value.words)

    @on(Track.Moved)
    def move(self, message: Track.Moved) -> None:
        """A click or a drag puts the shock there, to a tenth of a per cent or to the nearest corner."""
        if store_of(self).state.moment.lived:
            store_of(self).dispatch(ShockTo(Decimal(round(message.value))))
            return
        store_of(self).dispatch(ShockTo(Decimal(round(message.value * 1000)) / 1000))


def _lived_view(state: State, living: LivedRehearsal, roomy: bool) -> ShockView:
    """The path from its opening to its end, with what happened on it."""
    place = living.within(state.moment.place)
    scale = Scale(
        low=0.0,
        high=float(max(living.path.end, Decimal(1))),
        zero=0.0,
        at=float(place),
        ticks=tuple(_lived_tick(stop, living, place) for stop in selectors.stops(state)),
        low_text="opening",
        high_text="end",
    )
    left = (Span("at ", "muted"), Span(living.path.progress(place), "accent"))
    next_row = Paragraph((*left, Span(f"   {selectors.story(state).next_words(place)}", "muted")))
    return ShockView(
        title=f"Shock · {selectors.story(state).title(place)}{' · playing' if state.playing else ''}",
        scale=scale,
        words=(_moves(state), next_row) if roomy else (_moves(state),),
    )


def _lived_tick(stop: Stop, living: LivedRehearsal, place: Decimal) -> Tick:
    falls = any(event.kind is EventKind.LIQUIDATION for event in stop.events)
    return Tick(float(stop.at), living.path.short(stop.at), "bad" if falls else "warn", stop.at <= place)


def _tick(stop: Stop, shock: Decimal) -> Tick:
    falls = any(event.kind is EventKind.LIQUIDATION for event in stop.events)
    passed = stop.at * shock > 0 and abs(stop.at) <= abs(shock)
    return Tick(float(stop.at), percent(stop.at, plus="+"), "bad" if falls else "warn", passed)


def _moves(state: State) -> Paragraph:
    """Each market's own move, and the size of a step."""
    frame = selectors.frame(state)
    book, opening = frame.book, frame.path.opening
    alike: dict[Decimal, list[str]] = {}
    for symbol in dict.fromkeys(p.market for p in book.positions):
        move = frame.marks[symbol] / opening[symbol] - 1
        alike.setdefault(move, []).append(base_of(symbol, book.currency))
    spans: list[Span] = []
    for move, names in alike.items():
        tone = "good" if move > 0 else "bad" if move < 0 else "muted"
        spans += [Span(f"{_listed(names)} ", "muted"), Span(f"{percent(move, plus='+')}   ", tone)]
    return Paragraph(tuple(spans), (Span("step ", "muted"), Span(percent(state.step, 0))))


def _listed(names: list[str]) -> str:
    """Names of markets that move alike, as many as are worth a line."""
    shown = " ".join(names[:NAMES_SHOWN])
    return f"{shown} +{len(names) - NAMES_SHOWN}" if len(names) > NAMES_SHOWN else shown


def _next(state: State) -> Paragraph:
    shock = state.moment.shock
    left = (Span("shock ", "muted"), Span(percent(shock, plus="+"), "accent"))
    beyond = [s.move for s in selectors.stops(state)]
    down = max((m for m in beyond if m < min(shock, Decimal(0))), default=None)
    up = min((m for m in beyond if m > max(shock, Decimal(0))), default=None)
    ahead = [percent(m, plus="+") for m in (down, up) if m is not None]
    words = f"next at {' and '.join(ahead)}" if ahead else "nothing more falls either way"
    return Paragraph((*left, Span(f"   {words}", "muted")))
