"""One module for each shape in which an account comes: a venue's answers, the unified ones of ccxt, or a spreadsheet.

A format says whether a payload is its own and reads a position part by part: contract, size, side, mode, margin and
what the venue states of it. It guesses nothing; what a payload does not say stays open for `exchange.figures`. Each
module's first lines tell what its venue means by its own keys, for there the mistakes are made: a size in contracts
or in coins, a margin with or without the open PnL. A new format is its module and a line in `exchange.registry`.

In: a tree of JSON or the rows of a CSV. Out: the holdings and the cash that `exchange.account` knows. `table` writes
CSV, too, and reads its own back equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.exchange.formats.table import positions_csv, read_csv
else:
    __getattr__ = handed_on(__name__)

__all__ = ["positions_csv", "read_csv"]
