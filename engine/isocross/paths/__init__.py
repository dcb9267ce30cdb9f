"""How marks move: a path has a place for every moment, and at each place a mark for every market.

What-if is a glide of one common move: at place `x` each mark is its opening × (1 + beta × x), so a place *is* the
move. A lived path goes through time instead, leg by leg: a walk of steps, a wick, or the bars of a crash, each bar
four legs between its open, its extremes and its close. Leg k spans the places k to k + 1, and between two corners
every mark is a straight line: that is what lets the cascade find each event as an exact root. `shock` reads a move as
people write it, "-30%" or "BTCUSDT=-30%,ETHUSDT=+5%"; `clock` says when funding and settlement are due.

In: opening marks and a shape. Out: marks at any place. A path knows nothing of positions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.paths.bars import (
        Bar,
        BarPath,
        Candle,
        CandleOrder,
        HistoryError,
        PricesAs,
        Quotes,
        Span,
        moment_words,
        quotes_of,
    )
    from isocross.paths.clock import Chime, Clock
    from isocross.paths.glide import DEEPEST_FALL, HIGHEST_RISE, ReachError, reach, too_far
    from isocross.paths.path import Courses, Marks, Path
    from isocross.paths.shock import Shock, ShockError, parse_move, parse_part, parse_shock
    from isocross.paths.together import ApartError
    from isocross.paths.walk import Leg, LivedPath, Step, Walk, leg_at, wick
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "DEEPEST_FALL",
    "HIGHEST_RISE",
    "ApartError",
    "Bar",
    "BarPath",
    "Candle",
    "CandleOrder",
    "Chime",
    "Clock",
    "Courses",
    "HistoryError",
    "Leg",
    "LivedPath",
    "Marks",
    "Path",
    "PricesAs",
    "Quotes",
    "ReachError",
    "Shock",
    "ShockError",
    "Span",
    "Step",
    "Walk",
    "leg_at",
    "moment_words",
    "parse_move",
    "parse_part",
    "parse_shock",
    "quotes_of",
    "reach",
    "too_far",
    "wick",
]
