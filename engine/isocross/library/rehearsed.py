"""A rehearsal that a program asks: frames, reports, timelines and sweeps of one account on its path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from isocross.library.frame import RehearsalFrame
from isocross.library.numbers import Move, Number, place_words, shock_of
from isocross.money import exact
from isocross.paths.shock import Shock
from isocross.records import dataclass
from isocross.rehearsal.cursor import fraction, place_on
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.lived import LivedPaper
from isocross.report.papers import GlidePaper, Paper

Cursor = Move | Mapping[str, Move] | datetime | None
"""How far to go: a shock of a glide, a place or a time of a lived path; None: the workspace's own shock, or the end."""
Figure = Callable[[Decimal | str | None], Decimal | float | None]
"""Makes the figure of a row of an exact one; None stays None."""
_SWEPT = ("equity", "unused", "available", "maintenance_margin", "margin_ratio", "worst_case")
_SWEPT_POSITION = ("mark", "margin", "unrealised_pnl", "liquidation_price", "joint_trigger")
_EVENT_FIGURES = ("t", "move", "mark", "amount", "equity", "maintenance_margin", "pnl", "fee", "quantity", "price")
_EVENT_WORDS = ("n", "kind", "position", "from", "text")


def _figures(exact: bool) -> Figure:
    def figure(value: Decimal | str | None) -> Decimal | float | None:
        if value is None:
            return None
        return Decimal(value) if exact else float(value) + 0.0  # no minus before a zero

    return figure


@dataclass(frozen=True, repr=False)
class AccountRehearsal:
    """One account on one path: the straight glide of a shock, or the lived path of its workspace.

    On a glide a cursor is a shock: "-30%", Decimal("-0.3"), -30 (a whole number is per cent), or by market
    {"BTCUSDT": "-30%"}. On a lived path it is a place (legs or candles from the opening) or a time.
    """

    name: str
    """Of the workspace."""
    rehearsal: GlideRehearsal | LivedRehearsal
    """The engine's own rehearsal."""
    shock: Shock
    """Where a glide goes if nothing else is asked for."""

    @property
    def lived(self) -> bool:
        """Whether time only goes forward, and what happened stays."""
        return isinstance(self.rehearsal, LivedRehearsal)

    def frame(self, to: Cursor = None, *, at: Number | None = None) -> RehearsalFrame:
        """Find every figure at a cursor.

        Args:
            to: a shock, or a place or a time of a lived path; None: the workspace's own shock, or the end.
            at: how far along the shock, from 0 to 1; its end without it.
        """
        paper = self._paper(to, at)
        return RehearsalFrame(paper.title, paper.frame)

    def report(self, to: Cursor = None, *, at: Number | None = None) -> dict[str, Any]:
        """Make the JSON of `isocross report --json`; the arguments are those of `frame`."""
        return self._paper(to, at).frame_json()

    def run(self, to: Cursor = None) -> dict[str, Any]:
        """Make the JSON of `isocross run --json`: the whole timeline and the account at its end."""
        return self._paper(to, None).timeline_json()

    def timeline(self, to: Cursor = None, *, exact: bool = False) -> list[dict[str, Any]]:
        """List everything that happens on the way, a row for each event, for a table of pandas or polars.

        Args:
            to: a shock, or a place or a time of a lived path; None: the workspace's own shock, or the end.
            exact: give exact Decimals; without it floats, which a table can sum and draw.
        """
        figure = _figures(exact)
        return [
            {key: event[key] for key in _EVENT_WORDS}
            | {"time": None if event["time"] is None else datetime.fromisoformat(event["time"])}
            | {key: figure(event[key]) for key in _EVENT_FIGURES}
            for event in self.report(to)["events"]
        ]

    def sweep(self, cursors: Iterable[Cursor], *, exact: bool = False) -> list[dict[str, Any]]:
        """List the figures at many cursors, a row each, for a table of pandas or polars.

        A row has the cursor (`shock`, or `place` and `time` on a lived path), the figures of the account, how many
        positions are open, and the figures of each position under its id: `btc.unrealised_pnl`.

        Args:
            cursors: shocks, or places or times of a lived path.
            exact: give exact Decimals; without it floats, which a table can sum and draw.
        """
        figure = _figures(exact)
        return [self._row(cursor, figure) for cursor in cursors]

    def __repr__(self) -> str:
        """One line on what it is of."""
        return f"<rehearsal of {self.name}, {'lived' if self.lived else 'a glide'}>"

    def _row(self, cursor: Cursor, figure: Figure) -> dict[str, Any]:
        frame = self.frame(cursor)
        row = self._swept(cursor, figure)
        row |= {key: figure(getattr(frame.account, key)) for key in _SWEPT}
        row["open"] = frame.frame.open_positions
        row["events"] = len(frame.events)
        row["status"] = frame.account.status.value
        for position in frame.positions:
            id = position.position.id
            row |= {f"{id}.{key}": figure(getattr(position, key)) for key in _SWEPT_POSITION}
            row[f"{id}.status"] = position.status.value
        return row

    def _swept(self, cursor: Cursor, figure: Figure) -> dict[str, Any]:
        """What a row is of."""
        match self.rehearsal:
            case LivedRehearsal() as lived:
                place = place_on(lived, place_words(cursor))
                return {"place": figure(place), "time": lived.path.known_time(place)}
            case rehearsal:
                shock = self._shock(cursor, rehearsal)
                if isinstance(shock, Decimal):
                    return {"shock": figure(shock)}
                return {f"{market}.shock": figure(move) for market, move in shock.items()}

    @exact
    def _paper(self, to: Cursor, at: Number | None) -> Paper:
        match self.rehearsal:
            case LivedRehearsal() as lived:
                if at is not None:
                    raise TypeError("a lived path has no part of a shock: give its place instead of `at`")
                return LivedPaper(self.name, lived, place_on(lived, place_words(to)))
            case rehearsal:
                shock = self._shock(to, rehearsal)
                rehearsal.refuse_too_far(shock)
                return GlidePaper(self.name, rehearsal, shock, fraction(place_words(at)))

    def _shock(self, to: Cursor, rehearsal: GlideRehearsal) -> Shock:
        return self.shock if to is None else shock_of(to, rehearsal.book.markets)
