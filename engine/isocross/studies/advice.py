"""The modes that leave the most under a set of shocks: every combination, or where there are many, a search.

It weighs only the shocks it is given, all of them alike: a what-if and no forecast. What ranks is the mean of the
equity left; of equal means the better worst case, then the fewer flips.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from isocross.account.book import Book, Mode
from isocross.account.margin import unrealised_pnl
from isocross.cascade.ledger import Ledger
from isocross.cascade.timeline import Timeline
from isocross.money import ZERO, exact
from isocross.moves import flip
from isocross.moves.move import Do, Move, carry_out
from isocross.paths.glide import Ray
from isocross.rehearsal.rehearsal import Scene
from isocross.studies.curves import EquityCurve, equity_curve

DEFAULT_SHOCKS = tuple(Decimal(n) / 100 for n in (-50, -30, -20, -10, 10, 20, 30, 50))
MOST_POSITIONS = 9
"""Up to so many positions every combination of modes is tried; that is 512 accounts on both glides."""

Flips = frozenset[str]
"""Ids of the positions that are flipped."""


@dataclass(frozen=True)
class Left:
    """What an account has left at one shock."""

    equity: Decimal
    """In the account's currency."""
    open: int
    """How many positions still stand."""


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

    @property
    def steps(self) -> tuple[Move, ...]:
        """The flips as moves."""
        return tuple(Move(Do.FLIP, position) for position in self.flips)

    @property
    def mean_today(self) -> Decimal:
        """The mean of what is left today."""
        return _mean(row.today.equity for row in self.rows)

    @property
    def mean_advised(self) -> Decimal:
        """The mean of what is left in the advised modes."""
        return _mean(row.advised.equity for row in self.rows)


@exact
def _mean(amounts: Iterable[Decimal]) -> Decimal:
    listed = list(amounts)
    return sum(listed, ZERO) / len(listed)


@dataclass
class Trial:
    """One combination of modes, with what it leaves at each shock that was asked about."""

    scene: Scene
    known: dict[Decimal, Left] = field(default_factory=dict)

    def left(self, shocks: Sequence[Decimal]) -> list[Left]:
        """What is left at each shock, on a glide."""
        for falling in (True, False):
            asked = [s for s in shocks if s not in self.known and (s <= 0) is falling]
            if asked:
                whole = self.scene.whole(max(asked, key=abs))
                self.known |= dict(zip(asked, left_at(whole, [abs(s) for s in asked]), strict=True))
        return [self.known[shock] for shock in shocks]


def left_at(whole: Timeline[Ray], places: Sequence[Decimal]) -> list[Left]:
    """What an account has left at places of a glide, what happened up to each of them applied."""
    found: dict[Decimal, Left] = {}
    ledger, done = Ledger(whole.book), 0
    for place in sorted(set(places)):
        while done < len(whole.happened) and whole.happened[done].place <= place:
            ledger.apply(whole.happened[done])
            done += 1
        marks = whole.ray.marks(place)
        live = [p for i, p in enumerate(ledger.positions) if ledger.is_open[i]]
        found[place] = Left(ledger.wallet + sum((unrealised_pnl(p, marks[p.market]) for p in live), ZERO), len(live))
    return [found[place] for place in places]


class Advisor:
    """Weighs the modes of one account; what was worked out for one set of shocks serves the next."""

    def __init__(self, scene: Scene) -> None:
        """Take an account as it is."""
        self._scene = scene
        self._trials: dict[Flips, Trial] = {frozenset(): Trial(scene)}
        self._refused: dict[tuple[str, ...], str] = {}

    @exact
    def advise(self, shocks: Sequence[Decimal]) -> Advice:
        """The best modes under these shocks, each counted once and all alike; ValueError without any."""
        asked = sorted(set(shocks))
        if not asked:
            raise ValueError("advice needs at least one shock")
        complete = len(self._order) <= MOST_POSITIONS
        tried = self._every if complete else list(self._searched(asked))
        best = max(tried, key=lambda flips: self._worth(flips, asked))
        today, advised = (self._trials[flips].left(asked) for flips in (frozenset[str](), best))
        return Advice(
            flips=self._in_order(best),
            rows=tuple(Weighed(*row) for row in zip(asked, today, advised, strict=True)),
            tried=len(tried),
            refused=tuple(self._refused.items()),
            complete=complete,
        )

    def _worth(self, flips: Flips, shocks: Sequence[Decimal]) -> tuple[Decimal, Decimal, int]:
        left = [at.equity for at in self._trials[flips].left(shocks)]
        return sum(left, ZERO), min(left), -len(flips)

    @cached_property
    def _order(self) -> tuple[str, ...]:
        """The order of flips: into the pool first, so that its cash can back what leaves it; else file order."""
        joining = [p.id for p in self._scene.book.positions if p.mode is Mode.ISOLATED]
        return (*joining, *(p.id for p in self._scene.book.positions if p.mode is Mode.CROSS))

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
        outcome = flip(self._trials[flips].scene.book, position)
        if outcome.after is None:
            self._refused[(*self._in_order(flips), position)] = str(outcome.refusal)
            return False
        self._trials[flips | {position}] = Trial(_with(self._scene, outcome.after))
        return True

    def _set_up(self, flips: Flips) -> bool:
        """Whether a combination can be set up, its flips done in order."""
        done: Flips = frozenset()
        for position in self._in_order(flips):
            further = done | {position}
            if further not in self._trials:
                refused = (*self._in_order(done), position) in self._refused
                if refused or not self._can_add(done, position):
                    return False
            done = further
        return True

    def _searched(self, shocks: Sequence[Decimal]) -> Iterator[Flips]:
        """Climb from the account as it is, all cross and all isolated, by the best single flip, to the top."""
        seen: dict[Flips, None] = {}
        for start in self._starts():
            at, climbing = start, self._set_up(start)
            while climbing:
                near = [flips for p in self._order if self._set_up(flips := at ^ {p})]
                seen |= dict.fromkeys([at, *near])
                best = max([at, *near], key=lambda flips: self._worth(flips, shocks))
                at, climbing = best, best != at
        yield from seen

    def _starts(self) -> tuple[Flips, ...]:
        positions = self._scene.book.positions
        return (
            frozenset(),
            frozenset(p.id for p in positions if p.mode is Mode.ISOLATED),
            frozenset(p.id for p in positions if p.mode is Mode.CROSS),
        )


def _with(scene: Scene, book: Book) -> Scene:
    return Scene(book, scene.betas, scene.kind, scene.warning)


def advised_curves(scene: Scene, advice: Advice) -> tuple[EquityCurve, ...]:
    """Equity over both glides, today and, where it is another one, as advised."""
    after = carry_out(scene.book, advice.steps).after
    today = equity_curve("today", scene)
    return (today,) if after is None or not advice.flips else (today, equity_curve("advised", _with(scene, after)))


def advised_shocks(shock: Decimal) -> tuple[Decimal, ...]:
    """The moves that advice weighs on the desk: the default ones, and the current shock."""
    return tuple(sorted({*DEFAULT_SHOCKS, shock} - {ZERO}))
