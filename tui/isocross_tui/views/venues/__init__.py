"""The venue board: the same account under every venue's rules at once, and the way to take one of them.

`rows` writes the tables and what a venue would refuse, `chart` draws the equity of the marked venue over that of the
account's own.

In: the rows of the board, which the library works out. Out: tables, sentences, and a venue that is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.views.venues.view import VenuesPane, VenuesView
else:
    __getattr__ = handed_on(__name__)

__all__ = ["VenuesPane", "VenuesView"]
