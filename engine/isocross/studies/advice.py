"""The modes that leave the most under a set of shocks: every combination, or where there are many, a search.

It weighs only the shocks it is given, all of them alike: a what-if and no forecast. What ranks is the mean of the
equity left; of equal means the better worst case, then the fewer flips.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property, partial

from isocross.account.book import Book, Mode
from isocross.account.margin import unrealised_pnl
from isocross.cascade.solver import solve
from isocross.figures.running import Running
from isocross.money import ZERO, exact
from isocross.moves.judge import FlipJudge, Sums
from isocross.moves.move import Do, Move, carry_out
from isocross.paths.glide import Glide
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.studies.apart import cross_of, only, stands_alone
from isocross.studies.climb import ExactRanks, Flips, Ranks, Search, Worth
from isocross.studies.curves import EquityCurve, equity_curve
from isocross.studies.returning import Means, means_left
from isocross.work import Work

DEFAULT_SHOCKS = tuple(Decimal(n) / 100 for n in (-50, -30, -20, -10, 10, 20, 30, 50))
MOST_OF_SEARCH = 40_000
"""Steps of work after which a search has to do with what it has found."""
MOST_POSITIONS = 9
"""Up to so many positions every combination of modes is tried; that is 512 accounts on both glides."""

FEW_POSITIONS = 5
"""Up to so many the engine weighs every combination sooner than floats are loaded."""


@dataclass(frozen=True)
class Left:
    """What an account has left at one shock."""

    equity: Decimal
    """In the account's currency."""
    standing: frozenset[str]
    """Ids of the positions that still stand."""

    @property
    def open(self) -> int:
        """How many positions still stand."""
        return len(self.standing)


@dataclass(frozen=True)
class Weighed:
    """One shock, and what is left there."""

    shock: Decimal
    today: Left
    advised: Left

    @property
    def saved(self) -> Decimal:
        """The equity that the advised modes save against today; negative: what they cost."""
        return self.advised.equity - self.today.equity

    @property
    def gone(self) -> frozenset[str]:
        """Ids of the positions that stand today and not in the advised modes."""
        return self.today.standing - self.advised.standing


@dataclass(frozen=True)
class Advice:
    """The best modes that were found, with what they save and cost."""

    flips: tuple[str, ...]
    """Ids of the positions to flip, in the order in which they are flipped; none: stay as it is."""
    rows: tuple[Weighed, ...]
    """From the deepest fall to the highest rise."""
    tried: int
    """How many combinations could be set up and were weighed, the account as it is among them."""
    refused: tuple[tuple[tuple[str, ...], str], ...]
    """Flips that cannot be done one after the other, and what refuses the last of them."""
    complete: bool
    """Whether every combination was looked at; else it is the best that a search found."""
    today: Means
    """What is left today in the mean of the shocks."""
    advised: Means
    """The same in the advised modes."""
    cut: bool = False
    """Whether the search was ended before it had come to the top, because it took too much work."""

    @property
    def steps(self) -> tuple[Move, ...]:
        """The flips as moves."""
        return tuple(Move(Do.FLIP, position) for position in self.flips)


class Trials:
    """What combinations of modes leave at each shock that was asked about."""

    def __init__(self, rehearsal: GlideRehearsal) -> None:
        """Take the account that they are of."""
        self._rehearsal = rehearsal
        self._apart = stands_alone(rehearsal.book)
        self._known: dict[Hashable, dict[Decimal, Left]] = {}
        self._rays = {direction: Glide.common(rehearsal.book, rehearsal.betas, direction) for direction in (-1, 1)}
        self._marks: dict[Decimal, dict[str, Decimal]] = {}
        """At every shock that was asked about."""

    def left(self, flips: Flips, book: Book, shocks: Sequence[Decimal], work: Work) -> list[Left]:
        """What a combination leaves, from the account that it makes."""
        if not self._apart:
            return self._of(flips, lambda: book, shocks, work)
        isolated = [position for position in book.positions if position.mode is Mode.ISOLATED]
        parts = [self._of(flips, partial(cross_of, book), shocks, work)]
        parts += [self._of(position.id, partial(only, book, position), shocks, work) for position in isolated]
        each = zip(*parts, strict=True)
        return [
            Left(sum((at.equity for at in left), ZERO), frozenset().union(*(at.standing for at in left)))
            for left in each
        ]

    def figures(
        self, judge: FlipJudge, shocks: Sequence[Decimal], work: Work
    ) -> tuple[list[list[Decimal]], list[list[Decimal]]]:
        """Of each position at each shock, its PnL while it is open, and what it leaves isolated by itself."""
        book = self._rehearsal.book
        marks = [self._marks_at(shock) for shock in shocks]
        pnl = [[unrealised_pnl(position, at[position.market]) for at in marks] for position in book.positions]
        isolated = [judge.in_mode(row, Mode.ISOLATED) for row in range(len(book.positions))]
        alone = [self._of(position.id, partial(only, book, position), shocks, work) for position in isolated]
        return pnl, [[left.equity for left in row] for row in alone]

    def _of(self, key: Hashable, book_of: Callable[[], Book], shocks: Sequence[Decimal], work: Work) -> list[Left]:
        known = self._known.setdefault(key, {})
        unknown = [shock for shock in shocks if shock not in known]
        for direction in (-1, 1) if unknown else ():
            asked = [s for s in unknown if (s > 0) is (direction > 0)]
            if asked:
                known |= zip(asked, self._left_at(book_of(), direction, asked, work), strict=True)
        return [known[shock] for shock in shocks]

    def _left_at(self, book: Book, direction: int, shocks: Sequence[Decimal], work: Work) -> Iterator[Left]:
        """What an account has left at each shock, what happened up to it applied; the glide goes no further."""
        furthest = max(shocks, key=abs)
        self._rehearsal.refuse_too_far(furthest)
        glide = solve(book, self._rays[direction], abs(furthest), work)
        account, done, found = Running(book), 0, dict[Decimal, Left]()
        for shock in sorted(set(shocks), key=abs):
            while done < len(glide.happened) and glide.happened[done].place <= abs(shock):
                account.apply(glide.happened[done])
                done += 1
            found[shock] = Left(account.equity(self._marks_at(shock)), account.standing)
        return (found[shock] for shock in shocks)

    def _marks_at(self, shock: Decimal) -> dict[str, Decimal]:
        if shock not in self._marks:
            self._marks[shock] = self._rays[1 if shock > 0 else -1].marks(abs(shock))
        return self._marks[shock]


class Advisor:
    """Weighs the modes of one account; what was worked out for one set of shocks serves the next."""

    def __init__(self, rehearsal: GlideRehearsal) -> None:
        """Take an account as it is."""
        self._rehearsal = rehearsal
        self._work = Work()
        self._judge = FlipJudge(rehearsal.book)
        self._sums: dict[Flips, Sums] = {frozenset(): self._judge.sums}
        """The combinations that can be set up, with what judges one flip more."""
        self._trials = Trials(rehearsal)
        self._refused: dict[tuple[str, ...], str] = {}

    @exact
    def advise(self, shocks: Sequence[Decimal], work: Work | None = None) -> Advice:
        """The best modes under these shocks, each counted once and all alike; ValueError without any.

        Args:
            shocks: common moves.
            work: counts what is done, and ends it where the answer is no longer wanted; else that of the rehearsal.
        """
        self._work = work or self._rehearsal.work or Work()
        asked = sorted(set(shocks))
        if not asked:
            raise ValueError("advice needs at least one shock")
        complete = self._complete
        search = Search(self._ranks(asked), self._set_up, self._work, None if complete else MOST_OF_SEARCH)
        if complete:
            search.weigh(self._every)
        best = search.best(self._every) if complete else search.climb(self._starts(), self._order)
        today, advised = (self._left(flips, asked) for flips in (frozenset[str](), best))
        return Advice(
            flips=self._in_order(best),
            rows=tuple(Weighed(*row) for row in zip(asked, today, advised, strict=True)),
            tried=len(search.weighed),
            refused=tuple(self._refused.items()),
            complete=complete,
            today=self._means(frozenset(), asked),
            advised=self._means(best, asked),
            cut=search.cut,
        )

    def _means(self, flips: Flips, shocks: Sequence[Decimal]) -> Means:
        return means_left(replace(self._rehearsal, work=self._work), self._judge.book_with(flips), shocks)

    @property
    def _complete(self) -> bool:
        """Whether every combination is tried."""
        return len(self._order) <= MOST_POSITIONS

    def _ranks(self, shocks: Sequence[Decimal]) -> Ranks:
        """Floats where there are many combinations, and floats can work out the account; else the engine."""
        weigh, book, betas = partial(self._worth, shocks=shocks), self._rehearsal.book, self._rehearsal.betas
        if len(self._order) <= FEW_POSITIONS or ZERO in shocks or not stands_alone(book):
            return ExactRanks(weigh)
        from isocross.studies.frontier.mode_ranks import FloatRanks  # noqa: PLC0415 - numpy
        from isocross.studies.frontier.modes import ModePools, ranks_modes  # noqa: PLC0415 - numpy

        if not ranks_modes(book, betas, shocks):
            return ExactRanks(weigh)
        for shock in shocks:
            self._rehearsal.refuse_too_far(shock)
        figures = self._trials.figures(self._judge, shocks, self._work)
        pools = ModePools(book, betas, shocks)
        return FloatRanks(self._judge, self._order, pools, figures, weigh, settles_all=self._complete)

    def _worth(self, flips: Flips, shocks: Sequence[Decimal]) -> Worth:
        left = [at.equity for at in self._left(flips, shocks)]
        return sum(left, ZERO), min(left), -len(flips)

    def _left(self, flips: Flips, shocks: Sequence[Decimal]) -> list[Left]:
        return self._trials.left(flips, self._judge.book_with(flips), shocks, self._work)

    @cached_property
    def _order(self) -> tuple[str, ...]:
        """The order of flips: into the pool first, so that its cash can back what leaves it; then by precedence."""
        book = self._rehearsal.book
        turn = [book.positions[index] for index in book.in_turn(range(len(book.positions)))]
        joining = [p.id for p in turn if p.mode is Mode.ISOLATED]
        return (*joining, *(p.id for p in turn if p.mode is Mode.CROSS))

    def _in_order(self, flips: Flips) -> tuple[str, ...]:
        return tuple(position for position in self._order if position in flips)

    @cached_property
    def _every(self) -> list[Flips]:
        """Every combination that can be set up, fewer flips of the first positions before more."""
        found: list[Flips] = [frozenset()]
        for position in self._order:
            found += [flips | {position} for flips in found if self._can_add(flips, position)]
        return found

    def _can_add(self, flips: Flips, position: str) -> bool:
        """Set up a combination by one flip more, which is the last in order."""
        sums = self._judge.after(self._sums[flips], position)
        if not self._judge.clearly_allows(sums, position):
            outcome = self._judge.judge(flips, position)
            if outcome.after is None:
                self._refused[(*self._in_order(flips), position)] = str(outcome.refusal)
                return False
        self._sums[flips | {position}] = sums
        return True

    def _set_up(self, flips: Flips) -> bool:
        """Whether a combination can be set up, its flips done in order."""
        done: Flips = frozenset()
        for position in self._in_order(flips):
            further = done | {position}
            if further not in self._sums:
                refused = (*self._in_order(done), position) in self._refused
                if refused or not self._can_add(done, position):
                    return False
            done = further
        return True

    def _starts(self) -> tuple[Flips, ...]:
        """The account as it is, all cross, and all isolated."""
        positions = self._rehearsal.book.positions
        return (
            frozenset(),
            frozenset(p.id for p in positions if p.mode is Mode.ISOLATED),
            frozenset(p.id for p in positions if p.mode is Mode.CROSS),
        )


def _with(rehearsal: GlideRehearsal, book: Book) -> GlideRehearsal:
    return replace(rehearsal, book=book)


def advised_curves(rehearsal: GlideRehearsal, advice: Advice) -> tuple[EquityCurve, ...]:
    """Equity over both glides, today and, where it is another one, as advised."""
    after = carry_out(rehearsal.book, advice.steps).after
    today = equity_curve("today", rehearsal)
    return (today,) if after is None or not advice.flips else (today, equity_curve("advised", _with(rehearsal, after)))


ONE_MOVE = (
    "advice is for one common move, such as -30%; for a move of one market alone "
    "give each other market a beta of 0 in [scenario.betas]"
)


def advised_shocks(shock: Decimal) -> tuple[Decimal, ...]:
    """The moves that advice weighs on the desk: the default ones, and the current shock."""
    return tuple(sorted({*DEFAULT_SHOCKS, shock} - {ZERO}))
