"""A past crash lived through on the screen: prices above, equity below, and what became of every mode side by side.

`board` has every crash in every mode, the worst first; `start` begins one and asks what stands in for a market that
one does not have; `charts` draws prices with the trigger that moves and equity in each mode on one axis of time;
`words` tells the cursor's moment.

In: a replay and its cursor. Out: charts and sentences. What happens is the engine's; here it is only shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.views.replay.board import OfferPane
    from isocross_tui.views.replay.charts import equity_chart, markets_chart, price_chart
    from isocross_tui.views.replay.start import begin, offered, time_form
    from isocross_tui.views.replay.view import ReplayPane, ReplayView
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "OfferPane",
    "ReplayPane",
    "ReplayView",
    "begin",
    "equity_chart",
    "markets_chart",
    "offered",
    "price_chart",
    "time_form",
]
