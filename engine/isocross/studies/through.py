"""An account held in other ways through its own lived path: in every mode, at every venue, as leaves the most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from isocross.account.book import Book, Mode
from isocross.moves import flip
from isocross.records import dataclass
from isocross.rehearsal.kinds import lived_rehearsal
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.studies.replays import Life, Standing, lives_of
from isocross.studies.twin import AS_IS, Variant, under_other_venues
from isocross.workspace import Workspace

MOST_TRIED = 64
"""Of so many sets of flips the path is walked for each; of an account with more, single flips and both modes."""


def all_lives(workspace: Workspace, as_it_is: LivedRehearsal, venues: Iterable[str]) -> tuple[Life, ...]:
    """The account as it is, all cross, all isolated and under every other venue's rules, each through the same path."""
    scenario = workspace.scenario
    others = under_other_venues(workspace, GlideRehearsal(as_it_is.book, scenario.betas), venues)
    elsewhere = (Life(v, None if v.rehearsal is None else lived_rehearsal(v.rehearsal.book, scenario)) for v in others)
    return (*lives_of(as_it_is.book, scenario, as_it_is), *elsewhere)


@dataclass(frozen=True)
class Weighed:
    """A set of flips before the path begins, and what it leaves at the end."""

    flips: frozenset[str]
    """Ids of the positions that are in their other mode; empty: the account as it is."""
    end: Standing

    @property
    def worth(self) -> tuple[Decimal, int, Decimal, int]:
        """The larger the better: equity at the end, survivors, the lowest equity, and fewer flips."""
        return self.end.equity, self.end.survivors, self.end.lowest, -len(self.flips)


@dataclass(frozen=True)
class PathAdvice:
    """Which modes leave the most at the end of a path."""

    today: Weighed
    best: Weighed
    tried: int
    complete: bool
    """Whether every set of flips that can be set up was tried."""


def advise_through(as_it_is: LivedRehearsal, workspace: Workspace) -> PathAdvice:
    """Find the modes that leave the most equity at the end of the path, what the user does on it done in each."""
    book, scenario = as_it_is.book, workspace.scenario
    today = Weighed(frozenset(), _end(as_it_is))
    weighed = [today]
    complete = 2 ** len(book.positions) <= MOST_TRIED
    for flips in _sets(book, complete):
        after = _flipped(book, flips)
        if after is not None:
            weighed.append(Weighed(flips, _end(lived_rehearsal(after, scenario))))
    return PathAdvice(today, max(weighed, key=lambda one: one.worth), len(weighed), complete)


def _end(rehearsal: LivedRehearsal) -> Standing:
    life = Life(Variant(AS_IS, "as it is", rehearsal.book.profile.id, None), rehearsal)
    return life.standing(rehearsal.path.end)


def _sets(book: Book, complete: bool) -> Iterator[frozenset[str]]:
    """All sets of flips but the empty one; of a large account those of one position, and of all in one mode."""
    ids = [position.id for position in book.positions]
    if complete:
        yield from (frozenset(some) for size in range(1, len(ids) + 1) for some in combinations(ids, size))
        return
    yield from (frozenset((one,)) for one in ids)
    yield from (frozenset(p.id for p in book.positions if p.mode is mode) for mode in Mode)


def _flipped(book: Book, flips: Iterable[str]) -> Book | None:
    """The account with these positions in their other mode; None where that cannot be set up."""
    after: Book | None = replace(book, strict=False)
    for position in sorted(flips, key=book.index_of):
        after = None if after is None else flip(after, position).after
    return None if after is None else replace(after, strict=book.strict)
