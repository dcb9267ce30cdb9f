"""The cascade: the timeline as dominoes, the current one explained, and equity against the shock."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Literal, assert_never

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size

from isocross.cascade.events import Event, EventKind
from isocross.desk import selectors
from isocross.desk.actions.shock import ShockTo
from isocross.desk.state import State
from isocross.desk.store import once_per_state
from isocross.figures.frame import Frame
from isocross.format import Amounts, percent
from isocross.money import ZERO
from isocross.paths.glide import DEEPEST_FALL
from isocross.records import dataclass
from isocross.studies.curves import EquityCurve, curves_by_mode
from isocross.words.assets import money_of
from isocross.words.latest import last_event, last_event_in_brief
from isocross_tui.bridge import Pane, store_of
from isocross_tui.panes.tones import ModesCurve
from isocross_tui.widgets.curve import Chart, Curve, Mark, Series
from isocross_tui.widgets.dominoes import Dominoes, Tile
from isocross_tui.widgets.glyphs import UNICODE
from isocross_tui.widgets.prose import Prose, Words, say

_TONES = {"as it is": "accent", "all cross": "cross", "all isolated": "isolated"}
ROOMY_HEIGHT = 9
_RISE_SHOWN = 1.0
"""How far up the chart goes until the shock goes further."""


@dataclass(frozen=True)
class CascadeView:
    """What the pane shows."""

    tiles: tuple[Tile, ...]
    words: Words
    chart: Chart


class CascadePane(Pane[CascadeView]):
    """What falls, in which order, and why."""

    HELP = "Each domino is something that happens on the way; the sentence explains the last one."

    def has_room(self, size: Size) -> bool:
        """Whether there are rows for the whole account of what happened."""
        return size.height >= ROOMY_HEIGHT

    def compose(self) -> ComposeResult:
        """Dominoes and words beside the chart."""
        with Vertical(id="cascade-left"):
            yield Dominoes(id="cascade-dominoes")
            yield Prose(id="cascade-words")
        yield ModesCurve(id="cascade-curve")

    def slice_of(self, state: State) -> CascadeView:
        """The events of the whole glide, the last one in words, and the curves."""
        last = last_event if self.roomy else last_event_in_brief
        return CascadeView(_tiles(state), _words(state, last), _chart(state, self.roomy))

    def show_slice(self, value: CascadeView) -> None:
        """Give each part its value."""
        self.entitle("Cascade")
        dominoes = self.query_one(Dominoes)
        dominoes.display = bool(value.tiles)
        dominoes.show(value.tiles)
        self.query_one(Prose).show(value.words)
        self.query_one(Curve).show(value.chart)

    @on(Dominoes.Picked)
    def pick(self, message: Dominoes.Picked) -> None:
        """A click on a domino goes to where it falls."""
        store_of(self).dispatch(ShockTo(Decimal(message.key.partition(":")[2])))

    @on(Curve.Picked)
    def go(self, message: Curve.Picked) -> None:
        """A click on the chart goes there."""
        store = store_of(self)
        store.dispatch(ShockTo(selectors.rehearsal(store.state).pointed(Decimal(message.x))))


def _tiles(state: State) -> tuple[Tile, ...]:
    size = abs(state.moment.cursor)
    ahead, fallen, now = _told(state)
    happened = sum(event.place <= size for event in selectors.timeline(state).happened)
    last = max(0, happened - 1)
    return (*fallen[:last], *now[last:happened], *ahead[happened:])


def _tell(state: State) -> tuple[tuple[Tile, ...], ...]:
    book, names, timeline = selectors.book(state), selectors.names(state), selectors.timeline(state)
    tiles = []
    for n, event in enumerate(timeline.happened):
        name = _whose(event) if event.position is None else names[event.position]
        key = f"{n}:{timeline.path.cursor(event.place)}"
        deed, dead = _deed(event, money_of(event, book)), event.kind is EventKind.LIQUIDATION
        tiles.append(Tile(key, f"{name} {deed}", timeline.path.short(event.place), "ahead", dead))
    statuses: tuple[Literal["ahead", "fallen", "now"], ...] = ("ahead", "fallen", "now")
    return tuple(tuple(replace(tile, state=status) for tile in tiles) for status in statuses)


_told = once_per_state(_tell, key=selectors.timeline)
"""A tile for everything that happens, as it is before, after and when it is the last that has happened."""


def _whose(event: Event) -> str:
    """What an event of no position concerns."""
    cash = {EventKind.MOVE, EventKind.REFUSAL, EventKind.BORROW, EventKind.REPAYMENT, EventKind.CONVERSION}
    if event.fill is not None:
        return "account"
    return "cash" if event.kind in cash else "pool"


def _deed(event: Event, money: Amounts) -> str:  # noqa: PLR0911, PLR0912 - one for each kind of event
    match event.kind:
        case EventKind.REFILL:
            return f"draws {money.rough(event.amount)}"
        case EventKind.BORROW:
            return f"borrows {money.rough(event.amount)}"
        case EventKind.REPAYMENT:
            return f"repays {money.rough(event.amount)}"
        case EventKind.CONVERSION:
            return f"sells, repays {money.rough(event.amount)}"
        case EventKind.FUND:
            return f"fund pays {money.rough(event.amount)}"
        case EventKind.SETTLEMENT:
            return f"settles {money.rough(event.amount, plus='+')}"
        case EventKind.FUNDING:
            return f"funding {money(-event.amount, plus='+')}"
        case EventKind.LIQUIDATION:
            return "liquidated"
        case EventKind.REDUCTION:
            return "reduced"
        case EventKind.FILL:
            return "order filled"
        case EventKind.TRIGGER:
            return "order triggered"
        case EventKind.ORDER_CANCEL:
            return "orders cancelled"
        case EventKind.DELEVERAGE:
            return "deleverage"
        case EventKind.MOVE:
            return "moved" if event.position is None else re.split("[,.;]", event.note)[0].removeprefix("was ")
        case EventKind.REFUSAL:
            return "refused"
        case strange:
            assert_never(strange)


def _words(state: State, last: Callable[[Frame], str | None]) -> Words:
    """The last thing that happened, and what comes next."""
    frame = selectors.frame(state)
    ahead = selectors.story(state).next_words(state.moment.cursor)
    told = last(frame)
    if told is None:
        return (say(ahead),)
    return (say(told), say(ahead, "muted"))


def _curves(state: State) -> tuple[EquityCurve, ...]:
    return curves_by_mode(selectors.what_if(state))


curves = once_per_state(_curves, key=lambda state: state.moment.workspace)
"""Equity against the shock for the account as it is, all cross and all isolated."""


def _lived_still(state: State) -> Chart | None:
    living = selectors.lived(state)
    if living is None:
        return None
    points = tuple((float(x), float(y)) for x, y in living.equity)
    heights = [y for _, y in points]
    low, top, extent = min(0.0, *heights), max(heights), living.extent
    deaths = tuple(
        Mark(float(e.place), UNICODE.dead, "bad") for e in living.whole.events if e.kind is EventKind.LIQUIDATION
    )
    series = Series("as it is", points, "accent")
    return Chart((series,), 0.0, float(extent.high), low, top if top > low else low + 1, marks=deaths, filled=True)


lived_still = once_per_state(_lived_still, key=lambda state: state.moment.workspace)
"""Equity against the places of a lived path, without the cursor; None on a what-if or a gap."""


def _high(state: State) -> float:
    """How far up the chart goes."""
    return _RISE_SHOWN if state.moment.shock <= _RISE_SHOWN else 3.0


def _still(state: State) -> Chart:
    high = _high(state)
    # the account as it is comes last, so that it lies on top
    shown = tuple(_series(curve, high) for curve in reversed(curves(state)) if curve.points)
    heights = [y for series in shown for _, y in series.points] or [0.0, 1.0]
    low, top = min(0.0, *heights), max(heights)
    deaths = tuple(
        Mark(float(stop.at), UNICODE.dead, "bad")
        for stop in selectors.stops(state)
        if any(event.kind is EventKind.LIQUIDATION for event in stop.events) and float(stop.at) <= high
    )
    top = top if top > low else low + 1
    return Chart(shown, -0.95, high, low, top, marks=deaths, filled=True, of_moves=True)


still = once_per_state(_still, key=lambda state: state.moment.workspace, also=_high)
"""The chart without what moves with the shock."""


def _chart(state: State, labelled: bool) -> Chart:
    lived, frame = lived_still(state), selectors.frame(state)
    equity = frame.total_amounts(frame.account.equity)
    if lived is not None:
        return replace(lived, cursor_x=float(selectors.rehearsal(state).within(state.moment.place)), readout=equity)
    labels = _labels(state) if labelled else ()
    return replace(still(state), cursor_x=float(state.moment.shock), x_labels=labels, readout=equity)


def _labels(state: State) -> tuple[Mark, ...]:
    """The cursor's move, who is liquidated where, the ends, and the opening."""
    shock = state.moment.shock
    return (Mark(float(shock), percent(shock, plus="+"), "accent"), *_still_labels(state))


def _labels_of(state: State) -> tuple[Mark, ...]:
    high, names = Decimal(_high(state)), selectors.names(state)
    falls = [
        Mark(float(stop.at), f"{names[event.position]} {percent(stop.at, plus='+')}", "bad")
        for stop in sorted(selectors.stops(state), key=lambda stop: abs(stop.at))
        for event in stop.events
        if event.kind is EventKind.LIQUIDATION and event.position is not None
    ]
    ends = (Mark(float(end), percent(end, 0, plus="+"), "muted") for end in (-DEEPEST_FALL, high))
    return (*falls, *ends, Mark(0.0, percent(ZERO, 0), "muted"))


_still_labels = once_per_state(_labels_of, key=lambda state: state.moment.workspace, also=_high)
"""The labels of the level axis but the cursor's."""


def _series(curve: EquityCurve, high: float) -> Series:
    points = [(float(x), float(y)) for x, y in curve.points]
    inside = [point for point in points if point[0] <= high]
    beyond = next((point for point in points if point[0] > high), None)
    if beyond is not None and inside:
        (x0, y0), (x1, y1) = inside[-1], beyond
        inside.append((high, y0 + (y1 - y0) * (high - x0) / (x1 - x0)))
    return Series(curve.name, tuple(inside), _TONES[curve.name], dashed=curve.name != "as it is")
