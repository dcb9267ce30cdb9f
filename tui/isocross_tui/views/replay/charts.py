"""The charts of a replay on one level axis: prices with the trigger that moves, and equity in every mode."""

from __future__ import annotations

from dataclasses import field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Final

from isocross.account.book import Position
from isocross.cascade.events import EventKind
from isocross.desk.selectors import distinct, replayed
from isocross.desk.state import State
from isocross.desk.store import once_per_state
from isocross.memo import Memo
from isocross.paths.bars import BarPath
from isocross.records import dataclass
from isocross.studies.replays import Life
from isocross.studies.twin import AS_IS
from isocross_tui.panes.tones import ModesCurve
from isocross_tui.widgets.curve import Chart, Mark, Series, axis_width
from isocross_tui.widgets.glyphs import Glyphs
from isocross_tui.widgets.raster import Point, values_at


class ReplayCurve(ModesCurve):
    """A chart with a line for each mode, or for each market."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "drawing--own-margin",
        "drawing--others",
        "drawing--unused",
        "drawing--long",
        "drawing--short",
    }


Points = tuple[Point, ...]
Sight = tuple[float, float]
"""From which place to which the charts go."""
TONES: Final = {AS_IS: "accent", "all-cross": "cross", "all-isolated": "isolated"}
MARKET_TONES: Final = ("accent", "isolated", "cross", "own-margin", "others", "unused", "long", "short")
HOURS: Final = frozenset((EventKind.SETTLEMENT, EventKind.FUNDING))
_STRETCH = 0.6
"""How much the range of prices may grow, as a share of it, so that a trigger is in sight."""
_DAYS_NAMED = 4
ZOOMS: Final = (1, 6, 24)
"""Into so many parts the path may be cut to be looked at from near."""


@dataclass(frozen=True)
class Drawn:
    """Lines of a replay as a chart takes them; each is worked out once, when it is first asked for."""

    path: BarPath
    lives: tuple[Life, ...]
    _memo: Memo = field(default_factory=Memo, compare=False, repr=False)

    @property
    def end(self) -> float:
        """The last place."""
        return float(self.path.end)

    def prices(self, symbol: str) -> Points:
        """A market's mark at every corner."""
        return self._memo.once(
            ("prices", symbol), lambda: tuple((x, float(marks[symbol])) for x, marks in self._marks())
        )

    def falls(self, symbol: str) -> Points:
        """The same as shares of the opening mark, from it."""
        opening = float(self.path.opening[symbol])
        return self._memo.once(("falls", symbol), lambda: tuple((x, y / opening - 1) for x, y in self.prices(symbol)))

    def equity(self, life: Life) -> Points:
        """Equity of a life at every corner."""
        return self._memo.once(("equity", life.variant.key), lambda: tuple((float(x), float(y)) for x, y in life.line))

    def triggers(self, position: str) -> tuple[Points, ...]:
        """The liquidation price of a position of the account as it is, cut where there is none."""
        return self._memo.once(("triggers", position), lambda: _stretches(self.lives[0].triggers(position)))

    def _marks(self) -> list[tuple[float, dict[str, Decimal]]]:
        return self._memo.once(
            "marks", lambda: [(float(place), dict(marks)) for place, marks in self.path.along(self.path.corners())]
        )


def sight(drawn: Drawn, place: Decimal, zoom: int) -> Sight:
    """The part of the path to draw: the whole, or one that moves on by halves, so that it rarely moves."""
    if zoom == 1:
        return 0.0, drawn.end
    half = drawn.end / zoom / 2
    low = min(max(0.0, (float(place) // half - 0.5) * half), drawn.end - 2 * half)
    return low, low + 2 * half


def _drawn(state: State) -> Drawn | None:
    living = replayed(state)
    return None if living is None else Drawn(living.path, distinct(state))


drawn = once_per_state(_drawn, key=lambda state: state.moment.workspace)
"""The lines of a replay; None where there is none."""


def _stretches(found: tuple[tuple[Decimal, Decimal | None], ...]) -> tuple[Points, ...]:
    lines: list[list[Point]] = [[]]
    for place, price in found:
        if price is not None:
            lines[-1].append((float(place), float(price)))
        elif lines[-1]:
            lines.append([])
    return tuple(tuple(line) for line in lines if line)


def until(points: Points, x: float) -> Points:
    """The part of a line up to a place; empty where it begins later."""
    if not points or points[0][0] > x:
        return ()
    kept = tuple(point for point in points if point[0] <= x)
    if kept[-1][0] == x or len(kept) == len(points):
        return kept
    return (*kept, (x, values_at(points, [p[0] for p in points], x)[0]))


def both(points: Points, x: float, tone: str, *, dashed: bool = False) -> list[Series]:
    """A line, what lies ahead of a place dim."""
    return [Series("", points, "muted", dashed), Series("", until(points, x), tone, dashed)]


def price_chart(drawn: Drawn, position: Position, place: Decimal, seen: Sight, glyphs: Glyphs) -> Chart:
    """One market's price, and the liquidation price of a position in it; ✕ where it fell, in each mode."""
    x, prices, id = float(place), drawn.prices(position.market), position.id
    low, high = min(y for _, y in prices), max(y for _, y in prices)
    room = (high - low or high or 1.0) * _STRETCH
    triggers = [y for line in drawn.triggers(id) for _, y in line if low - room <= y <= high + room]
    lines = [series for line in drawn.triggers(id) for series in both(line, x, "bad", dashed=True)]
    marks = tuple(
        Mark(float(fall.place), glyphs.dead, TONES[life.variant.key], float(fall.event.mark))
        for life in reversed(drawn.lives)
        for fall in life.falls
        if fall.position == id and fall.place <= place and fall.event.mark is not None
    )
    bottom, top = min([low, *triggers]), max([high, *triggers])
    return Chart((*lines, *both(prices, x, "")), *seen, bottom, top, x, marks)


def markets_chart(drawn: Drawn, symbols: list[str], place: Decimal, seen: Sight) -> Chart:
    """How far every market is from its opening mark, in shares of it."""
    x, series = float(place), list[Series]()
    for n, symbol in reversed(list(enumerate(symbols))):
        series += both(drawn.falls(symbol), x, MARKET_TONES[n % len(MARKET_TONES)], dashed=n % 2 == 1)
    heights = [y * 100 for symbol in symbols for _, y in drawn.falls(symbol)]
    percents = [replace(line, points=tuple((at, y * 100) for at, y in line.points)) for line in series]
    dim = [line for line in percents if line.tone == "muted"]
    lit = [line for line in percents if line.tone != "muted"]
    return Chart((*dim, *lit), *seen, min(0.0, *heights), max(0.0, *heights), x)


def equity_chart(drawn: Drawn, place: Decimal, seen: Sight, glyphs: Glyphs) -> Chart:
    """Equity in every mode; ✕ where a position fell, small marks on the base at the venue's hours."""
    x = float(place)
    pairs = [
        both(drawn.equity(life), x, TONES[life.variant.key], dashed=life.variant.key != AS_IS)
        for life in reversed(drawn.lives)
    ]
    heights = [y for life in drawn.lives for _, y in drawn.equity(life)]
    low, high = min(0.0, *heights), max(heights)
    lines = (*(dim for dim, _ in pairs), *(lit for _, lit in pairs))
    hours = {event.place for event in drawn.lives[0].lived.whole.events if event.kind in HOURS}
    ticks = tuple(Mark(float(at), glyphs.tick, "muted") for at in sorted(hours))
    return Chart(
        series=lines,
        x_low=seen[0],
        x_high=seen[1],
        y_low=low,
        y_high=high if high > low else low + 1,
        cursor_x=x,
        marks=(*ticks, *_deaths(drawn, place, glyphs)),
        x_labels=_labels(drawn, place, seen),
    )


def _deaths(drawn: Drawn, place: Decimal, glyphs: Glyphs) -> list[Mark]:
    """A ✕ on the line of each life where something fell, at what was left then."""
    found = []
    for life in reversed(drawn.lives):
        left = dict(drawn.equity(life))
        for fall in life.falls:
            if fall.place <= place:
                found.append(Mark(float(fall.place), glyphs.dead, TONES[life.variant.key], left[float(fall.place)]))
    return found


def _labels(drawn: Drawn, place: Decimal, seen: Sight) -> tuple[Mark, ...]:
    """The time at the cursor, both ends, and midnights where they are few."""
    path = drawn.path
    first, last = (path.time(Decimal(str(x))) for x in seen)
    ends = [Mark(x, path.time(Decimal(str(x))).strftime("%m-%d %H:%M"), "muted") for x in seen]
    days = [Mark(float(path.place_of(day)), day.strftime("%m-%d"), "muted") for day in _midnights(first, last)]
    return (Mark(float(place), path.known_time(place).strftime("%H:%M"), "accent"), *ends, *days)


def _midnights(first: datetime, last: datetime) -> list[datetime]:
    day = first.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    days = []
    while day < last:
        days.append(day)
        day += timedelta(days=1)
    every = max(1, -(-len(days) // (2 * _DAYS_NAMED)))
    return days[::every]


def aligned(*charts: Chart) -> tuple[Chart, ...]:
    """Charts whose upright axes are as wide as the widest of them."""
    width = max(axis_width(chart) for chart in charts)
    return tuple(replace(chart, axis_width=width) for chart in charts)


def crash_chart(drawn: Drawn, glyphs: Glyphs) -> Chart:
    """Equity in every mode over a whole crash, each line with its name."""
    end = drawn.path.end
    whole = equity_chart(drawn, end, (0.0, drawn.end), glyphs)
    lines = (
        Series(life.variant.title, drawn.equity(life), TONES[life.variant.key], dashed=life.variant.key != AS_IS)
        for life in reversed(drawn.lives)
    )
    # the first label is the cursor's, which a chart of the whole has none of
    return replace(whole, series=tuple(lines), cursor_x=None, x_labels=whole.x_labels[1:])
