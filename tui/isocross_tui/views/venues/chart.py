"""Equity under the marked venue's rules over that under the account's own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from isocross.desk.state import State
from isocross.desk.venue_board import Ruled, VenueRow
from isocross.format import percent
from isocross.paths.glide import DEEPEST_FALL
from isocross.rehearsal.lived import LivedRehearsal
from isocross.studies.curves import equity_curve
from isocross_tui.widgets.curve import Chart, Mark, Series

Points = tuple[tuple[float, float], ...]
_RISE = 1.0


def curves_of(rows: Sequence[VenueRow], marked: VenueRow, state: State) -> Chart | None:
    """The chart; None where the marked venue cannot hold the account."""
    own = next(row for row in rows if row.is_own)
    if marked.ruled.rehearsal is None:
        return None
    shown = [(marked, "isolated")] * (marked is not own) + [(own, "accent")]
    lines = [Series(row.ruled.called, _points(row.ruled), tone, dashed=row is not own) for row, tone in shown]
    heights = [y for line in lines for _, y in line.points] or [0.0, 1.0]
    low, top = min(0.0, *heights), max(heights)
    ends = (lines[-1].points[0][0], lines[-1].points[-1][0])
    labels: tuple[Mark, ...] = ()
    if not isinstance(own.ruled.rehearsal, LivedRehearsal):
        moves = (state.moment.cursor, *(Decimal(str(end)) for end in ends), Decimal(0))
        labels = tuple(Mark(float(x), percent(x, plus="+"), "muted" if n else "accent") for n, x in enumerate(moves))
    return Chart(
        tuple(lines),
        *ends,
        low,
        top if top > low else low + 1,
        float(state.moment.cursor),
        x_labels=labels,
        filled=True,
        of_moves=bool(labels),
    )


def _points(ruled: Ruled) -> Points:
    rehearsal = ruled.rehearsal
    if isinstance(rehearsal, LivedRehearsal):
        return tuple((float(x), float(y)) for x, y in rehearsal.equity)
    if rehearsal is None:
        return ()
    found = rehearsal.what_if.memo.once("equity curve", lambda: equity_curve("", rehearsal.what_if))
    points = [(float(x), float(y)) for x, y in found.points]
    return tuple(point for point in points if -float(DEEPEST_FALL) <= point[0] <= _RISE) + _at_the_rise(points)


def _at_the_rise(points: list[tuple[float, float]]) -> Points:
    """The equity where the chart ends, between two corners of the line."""
    beyond = next((n for n, (x, _) in enumerate(points) if x > _RISE), 0)
    if not beyond:
        return ()
    (x0, y0), (x1, y1) = points[beyond - 1], points[beyond]
    return ((_RISE, y0 + (y1 - y0) * (_RISE - x0) / (x1 - x0)),)
