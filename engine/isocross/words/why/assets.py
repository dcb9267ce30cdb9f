"""The arithmetic of a debt: what was borrowed or repaid, and what was sold for it."""

from __future__ import annotations

from isocross.account.book import Book
from isocross.cascade.events import Event
from isocross.format import fine
from isocross.words.assets import amount_of
from isocross.words.why.reason import Reason


def asset_reasons(event: Event, book: Book, at: str) -> tuple[Reason, ...]:
    """What an event of the assets of an account comes from."""
    name, before, left = book.name_of(event.asset), event.figures.cash, event.figures.left
    title = f"{event.kind} of {name} at {at}"
    balance = f"{amount_of(before, name)} → {amount_of(left, name)}"
    trade = event.trade
    if trade is None:
        put = f"{balance}: {amount_of(event.amount, name)}"
        return (Reason(title, "change of the debt", put),)
    sold = book.name_of(trade.sold)
    put = (
        f"{amount_of(trade.amount, name)} × {fine(trade.bought_price)} ÷ ({fine(trade.price)} × (1 − fee)) = "
        f"{amount_of(trade.quantity, sold)}"
    )
    return (
        Reason(title, "debt repaid × its price ÷ (price × (1 − fee)), at most the balance", put),
        Reason("fee of the conversion", "quantity sold × the fee of its asset", amount_of(trade.fee, sold)),
        Reason(f"balance of {name}", "before → after", balance),
    )
