"""The terms on the screen: what each means, how it is worked out, and in which unit it is."""

from __future__ import annotations

from typing import Final

from isocross.records import dataclass


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
    Term("isolated", "a position with cash of its own: it can lose that, and no other cash"),
    Term("mode", "cross or isolated: which cash backs a position", column="mode"),
    Term("side", "a long earns when the price rises, a short when it drops", column="side"),
    Term("wallet", "all cash of the account, the margins of positions included", "", _CASH),
    Term("unused", "cash in no position's margin; with several assets, that of the account's currency, and a debt "
         "below zero",
         "wallet − margins − what losses beyond them have drawn", _CASH),
    Term("available", "cash that could back a new position now",
         "pool equity − initial margins, never below zero; where margins are refilled, the unused cash", _CASH),
    Term("margin", "the cash allotted to one position",
         "initial margin + cash added by hand or by a refill", _CASH, "margin"),
    Term("size", "the quantity held", "", "base units", "size"),
    Term("entry", "the price at which the position was opened", "", _PRICE, "entry"),
    Term("mark", "the price a venue values positions at", "opening mark × (1 + beta × common move)", _PRICE, "mark"),
    Term("notional", "what the position is worth at its mark", "quantity × mark", _CASH),
    Term("leverage", "how many times its initial margin a position is worth at its entry",
         "quantity × entry ÷ initial margin", column="leverage"),
    Term("initial margin", "the cash that opening the position takes", "quantity × entry ÷ leverage", _CASH),
    Term("maintenance margin", "the equity that keeping the position open takes",
         "quantity × mark × rate of the tier − deduction", _CASH),
    Term("liquidation threshold", "the equity at which a position or its pool is liquidated: its maintenance margin",
         "equity = maintenance margin", _CASH),
    Term("unrealised PnL", "what closing at the mark would bring or cost; of a liquidated position, what that cost",
         "side × quantity × (mark − entry)", _CASH, "pnl"),
    Term("equity", "what would be left if every position were closed at its mark", "cash + unrealised PnL", _CASH),
    Term("margin ratio", "how near liquidation is: at 100 % the position or its pool reaches its liquidation threshold",
         "maintenance margin ÷ equity", "per cent", "ratio"),
    Term("liquidation price", "the mark of this market at which the position or its pool reaches its liquidation "
         "threshold; no other market moves", "equity(P) = maintenance margin(P)", _PRICE, "liquidation"),
    Term("joint liquidation", "the mark of this market at which the position is liquidated when all markets "
         "move with the shock",
         "the first event on the glide that closes or reduces it", _PRICE, "joint"),
    Term("away", "how far the nearest liquidation is; j: it is the joint liquidation; !: it is near",
         "|price − mark| ÷ mark, to the nearer of liquidation price and joint liquidation", "per cent", "distance"),
    Term("bar", "the same distance as a bar: full where the nearest liquidation is 50 % away or more", column="bar"),
    Term("worst case", "the most that can be lost, from the opening",
         "isolated: the margin; cross: the cash it can reach, for a long at most its loss at zero", _CASH, "worst"),
    Term("bankruptcy price", "the mark at which the cash behind a position is exactly used up",
         "entry − cash ÷ signed quantity", _PRICE),
    Term("refill", "unused cash that a cross position draws into its margin, to stay open",
         "the larger of the initial margins at entry and at mark − equity", _CASH),
    Term("takeover", "the venue takes a position over at its bankruptcy price: its margin is lost"),
    Term("fund", "the venue's insurance fund: it pays what nobody else can", "", _CASH),
    Term("shock", "the common move of all markets from their opening marks", "", "per cent"),
    Term("beta", "how many times as far as the common move a market goes; 1 where none is given"),
    Term("glide", "all marks move together, step by step from the opening marks"),
    Term("gap", "all marks move in one jump: nothing can act between its ends"),
    Term("lived path", "prices in time: time only goes forward, and what happened stays"),
    Term("queue", "five lights: the rank of a winning position among the account's own winners on its side, for "
         "deleveraging; the venue ranks it among all accounts, which cannot be known from outside",
         column="adl"),
    Term("at risk", "a position whose nearest liquidation is nearer than the warning distance of the settings"),
)  # fmt: skip
"""In the order in which they build on each other."""


def term_of_column(column: str) -> Term | None:
    """The term that a column of the table shows."""
    return next((term for term in GLOSSARY if term.column == column), None)
