"""The verdict of a limit on an account: whether it holds, where it is broken, and what would mend that."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from isocross.account.book import Book
from isocross.errors import IsocrossError
from isocross.records import dataclass
from isocross.risk.limits.kinds import Breach, Case, Limit, Measured, Status
from isocross.risk.limits.remedies import Found, Remedy, remedies
from isocross.work import Work


@dataclass(frozen=True)
class Verdict:
    """What a limit says of an account."""

    limit: Limit
    book: Book
    measured: Measured
    found: Found = Found()

    @property
    def remedies(self) -> tuple[Remedy, ...]:
        """What makes it hold, the cheapest first."""
        return self.found.remedies

    @property
    def status(self) -> Status:
        """Whether it holds."""
        return self.measured.status

    @property
    def breach(self) -> Breach | None:
        """Where it is broken."""
        return self.measured.breach

    @property
    def allowed(self) -> Decimal | None:
        """The figure that must not be passed."""
        return self.limit.allowed if self.measured.allowed is None else self.measured.allowed


def verdict(limit: Limit, book: Book, betas: Mapping[str, Decimal]) -> Verdict:
    """Ask a limit of an account; what cannot be judged says why.

    Args:
        limit: what must hold.
        book: the account at its opening marks.
        betas: how far each market goes when all move together.
    """
    try:
        measured = limit.measure(Case(book, betas, Work()))
    except IsocrossError as error:
        return Verdict(limit, book, Measured(Status.UNKNOWN, why=str(error)))
    if measured.status is not Status.BROKEN:
        return Verdict(limit, book, measured)
    return Verdict(limit, book, measured, remedies(limit, Case(book, betas, Work()), measured))
