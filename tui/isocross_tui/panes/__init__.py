"""The panes of the desk: each shows one slice of the state, and is drawn only when that slice changed.

From left to right they follow the question: the pool and what backs it, the positions, the shock that moves the
price, and the cascade of what happens. A pane turns figures into the values that widgets draw, such as rows, bars and
spans; it works out no margin. `bars` are the first and last line, `stage` what an audience reads from afar, `tones`
the names of the colours that mean something here.

In: a slice that a selector made. Out: a picture, and messages when something is chosen by mouse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.panes.bars import DeskTitle, KeyBar, TitleBar
    from isocross_tui.panes.cascade import CascadePane, CascadeView
    from isocross_tui.panes.columns import COLUMNS
    from isocross_tui.panes.compact import CompactPane
    from isocross_tui.panes.pool import PoolPane, PoolView
    from isocross_tui.panes.positions import PositionsPane, PositionsView
    from isocross_tui.panes.shock import ShockPane, ShockView
    from isocross_tui.panes.stage import StagePane
    from isocross_tui.panes.tones import BookTable, ModesCurve, PayersWaterfall
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "COLUMNS",
    "BookTable",
    "CascadePane",
    "CascadeView",
    "CompactPane",
    "DeskTitle",
    "KeyBar",
    "ModesCurve",
    "PayersWaterfall",
    "PoolPane",
    "PoolView",
    "PositionsPane",
    "PositionsView",
    "ShockPane",
    "ShockView",
    "StagePane",
    "TitleBar",
]
