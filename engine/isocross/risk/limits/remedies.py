"""What would make a limit hold: a flip, own cash, a deposit, a cut; each judged by the limit itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from isocross.account.book import Book, Mode
from isocross.account.margin import worth
from isocross.money import ZERO, exact
from isocross.moves import available
from isocross.moves.move import Do, Move, carry_out
from isocross.records import dataclass
from isocross.risk.limits.kinds import Case, Limit, Measured, Status
from isocross.studies.survive import CENT, Way, least, survive
from isocross.work import TooMuchWork

_MOST_TIMES = 4
"""A deposit is looked for up to so many times all cash and all that is held."""


@dataclass(frozen=True)
class Remedy:
    """Steps after which a limit holds."""

    kind: str
    """`flip`, `margin` or `cut`."""
    steps: tuple[Move, ...]
    deposit: Decimal = ZERO
    """Cash that has to come from outside."""
    closed: Decimal = ZERO
    """What is closed, at the opening marks."""

    @property
    def price(self) -> Decimal:
        """What orders remedies: the money that is asked for or given up."""
        return self.deposit + self.closed


@exact
def remedies(limit: Limit, case: Case, broken: Measured) -> tuple[Remedy, ...]:
    """Find what makes a broken limit hold, the cheapest first; none where nothing that is tried does.

    A flip costs nothing, cash of the account's own nothing either; a deposit counts as its amount, a cut as what it
    closes. What would take too much work is left out.
    """
    found: list[Remedy] = []
    for look in (_flip, _advised, _deposit):
        try:
            found += [remedy for remedy in look(limit, case, broken) if remedy.kind not in {r.kind for r in found}]
        except TooMuchWork:
            break
    return tuple(sorted(found, key=lambda remedy: remedy.price))


def _holds(limit: Limit, case: Case, steps: Sequence[Move]) -> bool:
    """Whether the venue allows the steps, and the limit holds after them."""
    after = carry_out(case.book, steps).after
    return after is not None and limit.measure(case.after(after)).status is Status.HOLDS


def _flip(limit: Limit, case: Case, broken: Measured) -> Iterator[Remedy]:  # noqa: ARG001 - as the others
    """One position in its other mode, else all of them in one."""
    positions = case.book.positions
    plans: list[tuple[Move, ...]] = [(Move(Do.FLIP, position.id),) for position in positions]
    plans += [tuple(Move(Do.FLIP, p.id) for p in positions if p.mode is not mode) for mode in Mode]
    first = next((plan for plan in plans if plan and _holds(limit, case, plan)), None)
    if first is not None:
        yield Remedy("flip", first)


def _advised(limit: Limit, case: Case, broken: Measured) -> Iterator[Remedy]:
    """The least cash and the smallest cut that survive the moves which break the limit."""
    if broken.way is None:
        return
    for answer in survive(broken.way.rehearsal, broken.way.move).answers:
        if answer.kind in {Way.LEVERAGE, Way.COIN} or not answer.steps or not _holds(limit, case, answer.steps):
            continue
        yield Remedy(answer.kind.value, answer.steps, answer.missing, _closed(case.book, answer.steps))


def _deposit(limit: Limit, case: Case, broken: Measured) -> Iterator[Remedy]:
    """The least deposits with which the limit holds, one after the other for each position that breaks it."""
    steps: tuple[Move, ...] = ()
    for _ in range(len(case.book.positions) + 1):
        if broken.status is not Status.BROKEN or broken.breach is None:
            break
        step = _deposit_for(limit, case, steps, broken.breach.position)
        if step is None:
            return
        steps += step
        after = carry_out(case.book, steps).after
        broken = limit.measure(case.after(case.book if after is None else after))
    if steps and broken.status is Status.HOLDS:
        total = sum((step.amount or ZERO for step in steps if step.do is Do.DEPOSIT), ZERO)
        yield Remedy(Way.MARGIN.value, steps, total)


def _deposit_for(limit: Limit, case: Case, before: Sequence[Move], who: str | None) -> tuple[Move, ...] | None:
    """The least cash, its own before a deposit, until the limit holds or another breaks it; None: there is none."""
    book = case.book
    held = sum((worth(p.kind, p.quantity, book.market_of(p).mark) for p in book.positions), ZERO)
    most = int((_MOST_TIMES * (abs(book.wallet) + held) / CENT).to_integral_value(ROUND_CEILING))
    # one that an order opens on the way has no margin yet that could be added to
    apart = any(p.id == who and p.mode is Mode.ISOLATED for p in book.positions)
    own = _own_cash(book, before) if apart else ZERO

    def plan(units: int) -> tuple[Move, ...]:
        amount = units * CENT
        deposit = (Move(Do.DEPOSIT, None, amount - own),) if amount > own else ()
        return (*deposit, Move(Do.ADD_MARGIN, who, amount)) if apart else deposit

    def does(units: int) -> bool:
        after = carry_out(book, (*before, *plan(units))).after
        if after is None:
            return False
        measured = limit.measure(case.after(after))
        other = measured.breach is not None and measured.breach.position != who
        return measured.status is Status.HOLDS or (measured.status is Status.BROKEN and other)

    units = least(does, most)
    return None if units is None else plan(units)


def _own_cash(book: Book, before: Sequence[Move]) -> Decimal:
    """What the account itself can add to a margin once some steps are done, in whole cents."""
    after = carry_out(book, before).after if before else book
    free = ZERO if after is None else available(after, after.currency if after.coins else "")
    return max(ZERO, free).quantize(CENT, ROUND_FLOOR)


def _closed(book: Book, steps: Sequence[Move]) -> Decimal:
    """What steps close, at the opening marks."""
    total = ZERO
    for step in steps:
        if step.do is Do.REDUCE and step.amount is not None:
            position = book.positions[book.index_of(str(step.position))]
            total += worth(position.kind, step.amount, book.market_of(position).mark)
    return total
