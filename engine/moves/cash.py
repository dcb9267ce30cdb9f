"""Cash into and out of the account, judged at the opening marks."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from engine.book import Book
from engine.money import exact
from engine.moves.outcome import Outcome, available, refused


@exact
def deposit(book: Book, amount: Decimal) -> Outcome:
    """Put cash into the wallet, in the account's currency."""
    money = book.amounts
    if amount <= 0:
        return refused(book, f"the amount to deposit must be above zero, not {money(amount)}")
    return Outcome(book, replace(book, wallet=book.wallet + amount))


@exact
def withdraw(book: Book, amount: Decimal) -> Outcome:
    """Take cash out of the wallet: at most what backs no position (rules.md §2.5, maximum withdrawal)."""
    money = book.amounts
    if amount <= 0:
        return refused(book, f"the amount to withdraw must be above zero, not {money(amount)}")
    if amount > (free := available(book)):
        return refused(book, f"{money(amount)} is more than the {money(free)} that backs no position")
    return Outcome(book, replace(book, wallet=book.wallet - amount))
