"""The terms on the screen: what each means, how it is worked out, and in which unit it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Term:
    """One term."""

    name: str
    definition: str
    formula: str = ""
    """Empty where nothing is worked out."""
    unit: str = ""
    """Empty where it is no figure."""
    column: str = ""
    """The column of the table that shows it; empty: none does."""


_CASH: Final = "the account's currency"
_PRICE: Final = "quote currency for one base unit"

GLOSSARY: Final = (
    Term("cross", "positions that share one pool of cash: each can use what the others do not need"),
    Term("isolated", "a position with cash of its own: it can lose that, and never more"),
    Term("mode", "cross or isolated: who stands behind a position", column="mode"),
    Term("side", "long earns when the price rises, short when it falls", column="side"),
    Term("wallet", "all cash of the account, what is allotted to positions included", "", _CASH),
    Term("unused", "cash that stands in no position's margin",
         "wallet − margins − what losses beyond them have drawn", _CASH),
    Term("available", "what could back a new position now",
         "pool equity − initial margins, never below zero; with buckets that are refilled, what is unused", _CASH),
    Term("margin", "the cash allotted to one position, its bucket",
         "initial margin, and what was added by hand or by a refill", _CASH, "margin"),
    Term("size", "how much is held", "", "base units", "size"),
    Term("entry", "the price at which the position was opened", "", _PRICE, "entry"),
    Term("mark", "the price a venue values positions at", "opening mark × (1 + beta × common move)", _PRICE, "mark"),
    Term("notional", "what the position is worth at its mark", "quantity × mark", _CASH),
    Term("leverage", "how many times its initial margin a position is worth at its entry",
         "quantity × entry ÷ initial margin"),
    Term("initial margin", "what it takes to open the position", "quantity × entry ÷ leverage", _CASH),
    Term("maintenance margin", "what it takes to keep it open; the line",
         "quantity × mark × rate of the tier − deduction", _CASH),
    Term("unrealised PnL", "what closing at the mark would bring or cost; of a position that fell, what that cost",
         "side × quantity × (mark − entry)", _CASH, "pnl"),
    Term("equity", "what would be left if everything were closed at the marks", "cash + unrealised PnL", _CASH),
    Term("margin ratio", "how near the line is: at 100 % the position or its pool falls",
         "maintenance margin ÷ equity", "per cent", "ratio"),
    Term("liquidation price", "the mark of this market at which the position or its pool comes to the line while every "
         "other market stands still", "equity(P) = maintenance margin(P)", _PRICE, "liquidation"),
    Term("joint trigger", "the mark of this market at which the position falls when all markets move with the shock",
         "the first event that ends it on the whole glide", _PRICE, "joint"),
    Term("away", "how far the nearest trigger is; ! where that is near",
         "|trigger − mark| ÷ mark, of the nearer of liquidation price and joint trigger", "per cent", "distance"),
    Term("worst case", "the most that can be lost, from the opening",
         "isolated: the margin; cross: the cash it can reach, for a long at most its loss at zero", _CASH, "worst"),
    Term("bankruptcy price", "the mark at which the cash behind a position is exactly gone",
         "entry − cash ÷ signed quantity", _PRICE),
    Term("refill", "cash that a cross position with a bucket draws from what is unused, to stay alive",
         "max(IM at entry, IM at mark) − equity", _CASH),
    Term("takeover", "the venue takes a position at its bankruptcy price: the trader's margin is gone"),
    Term("fund", "the venue's insurance fund: it pays what nobody else can", "", _CASH),
    Term("shock", "the common move of all markets from their opening marks", "", "per cent"),
    Term("beta", "how many times the common move a market makes; 1 without one"),
    Term("gap", "a move in one jump: nothing can act between its ends"),
    Term("queue", "five lights: where a winning position stands among the account's own winners on its side in the "
         "venue's queue for deleveraging; the venue ranks among everybody, which nobody can know from outside",
         column="adl"),
    Term("at risk", "a position whose nearest trigger is nearer than the warning distance of the settings"),
)  # fmt: skip
"""In the order in which they build on each other."""


def term_of_column(column: str) -> Term | None:
    """The term that a column of the table shows."""
    return next((term for term in GLOSSARY if term.column == column), None)
