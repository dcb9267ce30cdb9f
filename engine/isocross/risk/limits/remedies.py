"""What would make a limit hold: a flip, own cash, a deposit, a cut; each judged by the limit itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from isocross.account.book import Book, Mode
from isocross.account.margin import worth
from isocross.money import ZERO, exact
from isocross.moves import available
from isocross.moves.move import Do, Move, carry_out
from isocross.records import dataclass
from isocross.risk.limits.kinds import Case, Limit, Measured, Status
from isocross.studies.survive import Way, least, survive
from isocross.work import TooMuchWork, Work

MOST_OF_A_SEARCH = 20_000
"""Steps of each of the three searches for remedies: a few seconds."""
_SET_UP_A_STEP = 4
"""Positions that are set up for a limit that is asked in a search."""
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


@dataclass(frozen=True)
class Found:
    """What makes a limit hold, and what was not looked for to its end."""

    remedies: tuple[Remedy, ...] = ()
    """The cheapest first; none where nothing that is tried does."""
    left_out: tuple[str, ...] = ()
    """The kinds that would have taken too much work, and were not found otherwise."""


@exact
def remedies(limit: Limit, case: Case, broken: Measured, most: int = MOST_OF_A_SEARCH) -> Found:
    """Find what makes a broken limit hold.

    A flip costs nothing, cash of the account's own nothing either; a deposit counts as its amount, a cut as what it
    closes.

    Args:
        limit: what must hold.
        case: the account.
        broken: what the limit found.
        most: the steps that each search may take.
    """
    found: list[Remedy] = []
    ended: set[str] = set()
    for look, kinds in ((_flip, ("flip",)), (_advised, ("margin", "cut")), (_deposit, ("margin",))):
        try:
            asked = replace(case, work=Work(most), brief=True)
            found += [remedy for remedy in look(limit, asked, broken) if remedy.kind not in {r.kind for r in found}]
        except TooMuchWork:
            ended.update(kinds)
    left_out = tuple(kind for kind in ("flip", "margin", "cut") if kind in ended - {remedy.kind for remedy in found})
    return Found(tuple(sorted(found, key=lambda remedy: remedy.price)), left_out)


def _judged(limit: Limit, case: Case, steps: Sequence[Move]) -> Measured | None:
    """What the limit says after some steps; None: the venue does not allow them."""
    case.work.spend(1 + len(case.book.positions) // _SET_UP_A_STEP)
    after = carry_out(case.book, steps).after
    return None if after is None else limit.measure(case.after(after))


def _holds(limit: Limit, case: Case, steps: Sequence[Move]) -> bool:
    """Whether the venue allows the steps, and the limit holds after them."""
    judged = _judged(limit, case, steps)
    return judged is not None and judged.status is Status.HOLDS


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
    for answer in survive(replace(broken.way.rehearsal, work=case.work), broken.way.move).answers:
        if answer.kind in {Way.LEVERAGE, Way.COIN} or not answer.steps or not _holds(limit, case, answer.steps):
            continue
        yield Remedy(answer.kind.value, answer.steps, answer.missing, _closed(case.book, answer.steps))


def _deposit(limit: Limit, case: Case, broken: Measured) -> Iterator[Remedy]:
    """The least cash with which the limit holds, one after the other for each position that breaks it."""
    steps = _by_themselves(limit, case) if limit.of_each else ()
    for _ in range(len(case.book.positions) + 1):
        judged = _judged(limit, case, steps) if steps else broken
        if judged is None or judged.status is not Status.BROKEN or judged.breach is None:
            break
        step = _deposit_for(limit, case, steps, judged.breach.position)
        if step is None:
            return
        steps += step
    if steps and _holds(limit, case, steps):
        total = sum((step.amount or ZERO for step in steps if step.do is Do.DEPOSIT), ZERO)
        yield Remedy(Way.MARGIN.value, steps, total)


def _by_themselves(limit: Limit, case: Case) -> tuple[Move, ...]:
    """The least cash for each isolated position, as if the account held nothing else: none helps another."""
    steps: tuple[Move, ...] = ()
    for position in case.book.positions:
        alone = case.after(replace(case.book, positions=(position,), orders=()))
        if position.mode is Mode.ISOLATED and not _holds(limit, alone, ()):
            steps += _deposit_for(limit, alone, (), position.id, _own_cash(case.book, steps)) or ()
    return steps


def _deposit_for(
    limit: Limit, case: Case, before: Sequence[Move], who: str | None, own: Decimal | None = None
) -> tuple[Move, ...] | None:
    """The least cash until the limit holds or another breaks it; None: there is none.

    Args:
        limit: what must hold.
        case: the account.
        before: the steps that are taken before.
        who: the id of the position that breaks it; None: the pool.
        own: the cash of the account that goes before a deposit; None: what is left of it after the steps before.
    """
    book = case.book
    held = sum((worth(p.kind, p.quantity, book.market_of(p).mark) for p in book.positions), ZERO)
    step = book.amounts.step
    most = int((_MOST_TIMES * (abs(book.wallet) + held) / step).to_integral_value(ROUND_CEILING))
    # one that an order opens on the way has no margin yet that could be added to
    apart = any(p.id == who and p.mode is Mode.ISOLATED for p in book.positions)
    free = own if own is not None else _own_cash(book, before) if apart else ZERO

    def plan(units: int) -> tuple[Move, ...]:
        amount = units * step
        deposit = (Move(Do.DEPOSIT, None, amount - free),) if amount > free else ()
        return (*deposit, Move(Do.ADD_MARGIN, who, amount)) if apart else deposit

    def does(units: int) -> bool:
        measured = _judged(limit, case, (*before, *plan(units)))
        if measured is None:
            return False
        other = measured.breach is not None and measured.breach.position != who
        return measured.status is Status.HOLDS or (measured.status is Status.BROKEN and other)

    units = least(does, most)
    return None if units is None else plan(units)


def _own_cash(book: Book, before: Sequence[Move]) -> Decimal:
    """What the account itself can add to a margin once some steps are done, rounded down; below 0 it lacks some."""
    after = carry_out(book, before).after if before else book
    free = ZERO if after is None else available(after, after.currency if after.coins else "")
    return free.quantize(book.amounts.step, ROUND_FLOOR)


def _closed(book: Book, steps: Sequence[Move]) -> Decimal:
    """What steps close, at the opening marks."""
    total = ZERO
    for step in steps:
        if step.do is Do.REDUCE and step.amount is not None:
            position = book.positions[book.index_of(str(step.position))]
            total += worth(position.kind, step.amount, book.market_of(position).mark)
    return total
