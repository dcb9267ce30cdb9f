"""What was put into an account, and the cash that it lost: a deposit is no gain, a withdrawal no loss."""

from __future__ import annotations

from decimal import Decimal

from isocross.figures.frame import Frame
from isocross.money import ZERO, exact


@exact
def put_into(frame: Frame) -> Decimal:
    """Add up all cash at the opening and what was deposited since, less what was withdrawn."""
    return frame.book.opening_cash + sum((event.paid_in for event in frame.events), ZERO)


@exact
def cash_lost(frame: Frame) -> Decimal:
    """Subtract the wallet from what was put into the account; negative: cash was gained."""
    return put_into(frame) - frame.account.wallet
