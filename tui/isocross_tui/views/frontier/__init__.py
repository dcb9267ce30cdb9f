"""The frontier on the screen: two markets' moves as a map of what is left, and the point on it explained.

The map is worked out off the key path: a coarse picture at once, finer ones and the doubtful cells in threads
(`work`). `picture` makes inks, outlines and axes of a grid, `words` the sentence of the point and the legend.

In: a sight (two markets, a window, a lens, a point). Out: a map. The account and its shock stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.views.frontier.picture import FrontierLegend, FrontierMap
    from isocross_tui.views.frontier.view import FrontierPane, FrontierView
    from isocross_tui.views.frontier.words import legend_of, words_of
    from isocross_tui.views.frontier.work import Grids, Wanted
else:
    __getattr__ = handed_on(__name__)

__all__ = ["FrontierLegend", "FrontierMap", "FrontierPane", "FrontierView", "Grids", "Wanted", "legend_of", "words_of"]
