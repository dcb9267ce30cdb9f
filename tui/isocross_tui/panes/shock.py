"""The shock: the slider with the events on its scale, and what each market does."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from textual import on
from textual.app import ComposeResult
from textual.geometry import Size

from isocross.cascade.events import EventKind
from isocross.desk import selectors
from isocross.desk.actions.shock import ShockBy, ShockTo
from isocross.desk.state import State
from isocross.desk.store import once_per_state
from isocross.format import percent
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import Rehearsal, Stop
from isocross.rules.market import base_of
from isocross.words.outlook import Whereabouts
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
        rehearsal, story = selectors.rehearsal(state), selectors.story(state)
        cursor, extent = rehearsal.within(state.moment.cursor), rehearsal.extent
        return ShockView(
            title=f"Shock · {story.title(cursor)}{' · playing' if state.playing else ''}",
            scale=Scale(
                low=float(extent.low),
                high=float(extent.high),
                zero=0.0,
                at=float(cursor),
                ticks=tuple(
                    passed if rehearsal.is_passed(at, cursor) else ahead for at, ahead, passed in _ticks(state)
                ),
                low_text=extent.low_words,
                high_text=extent.high_words,
            ),
            words=(_moves(state), _near(story.whereabouts(cursor))) if self.roomy else (_moves(state),),
        )

    def show_slice(self, value: ShockView) -> None:
        """Give each part its value."""
        self.entitle(value.title)
        self.query_one(Track).show(value.scale)
        self.query_one(Prose).show(value.words)

    @on(Track.Moved)
    def move(self, message: Track.Moved) -> None:
        """A click or a drag puts the shock there, to a tenth of a per cent or to the nearest corner."""
        store = store_of(self)
        store.dispatch(ShockTo(selectors.rehearsal(store.state).pointed(Decimal(message.value))))

    @on(Track.Turned)
    def turn(self, message: Track.Turned) -> None:
        """The wheel moves the price by a step."""
        store_of(self).dispatch(ShockBy(message.steps))


def _made(state: State) -> tuple[tuple[Decimal, Tick, Tick], ...]:
    rehearsal = selectors.rehearsal(state)
    ahead = [(stop.at, _tick(stop, rehearsal)) for stop in selectors.stops(state)]
    return tuple((at, tick, replace(tick, passed=True)) for at, tick in ahead)


_ticks = once_per_state(_made, key=selectors.rehearsal)
"""Every place where something happens, and its mark before and after it."""


def _tick(stop: Stop, rehearsal: Rehearsal) -> Tick:
    falls = any(event.kind is EventKind.LIQUIDATION for event in stop.events)
    return Tick(float(stop.at), rehearsal.named(stop.at), "bad" if falls else "warn", passed=False)


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
    return f"{shown} and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else shown


def _near(found: Whereabouts) -> Paragraph:
    left = (Span(f"{found.how} ", "muted"), Span(found.figure, "accent"))
    return Paragraph((*left, Span(f"   {found.near}", "muted")))
