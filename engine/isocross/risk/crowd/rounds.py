"""The rounds of a crowd: a move, what it liquidates, how far that moves the price, and so on until nobody is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from decimal import Decimal

from isocross.money import ZERO, exact, posting
from isocross.records import dataclass
from isocross.risk.crowd.depth import Depth
from isocross.risk.crowd.policies import POLICIES, Hit, Winning
from isocross.risk.crowd.population import Crowd, Impulse

_STEP = Decimal("0.01")
"""Of the move by which the reproduction number is taken."""


@dataclass(frozen=True)
class Round:
    """One round: amounts in the currency of the accounts."""

    number: int
    move: Decimal
    """Of the market, with its sign, at the end of the round."""
    accounts: int
    """Accounts with a liquidation in it, in whole or in part."""
    closed: int
    """Liquidations in it."""
    sold: Decimal
    """What they traded in the direction of the move, less what they traded against it."""
    to_fund: Decimal
    """What liquidations left for the fund."""
    holes: Decimal
    """What bankrupt positions lacked."""
    fund: Decimal | None
    """What is in the fund after it; None: it is unlimited."""
    needed: Decimal
    """What the fund lacked: for winners to give up."""


@dataclass(frozen=True)
class Shared:
    """What winners gave up under a policy, over all rounds."""

    policy: str
    needed: Decimal
    taken: Decimal
    uncovered: Decimal
    """What was needed and nobody had."""
    hits: tuple[Hit, ...]
    """By position; the hardest hit first: by the share of its account's equity."""

    @property
    def beyond(self) -> Decimal:
        """How much more than needed was taken."""
        return self.taken - (self.needed - self.uncovered)

    @property
    def hardest(self) -> Decimal | None:
        """The largest share of an account's equity that one position gave up."""
        return max((hit.taken / hit.winner.equity for hit in self.hits), default=None)


@dataclass(frozen=True)
class Outcome:
    """What becomes of a crowd."""

    crowd: Crowd
    shock: Decimal
    rounds: tuple[Round, ...]
    cut: bool
    """Whether the price went as far as it can go, so that there may be more."""
    reproduction: Decimal
    """How far one per cent beyond the shock moves the price by what it liquidates, in per cent; above 1 it runs."""
    shared: tuple[Shared, ...] = field(default=())
    """For each policy."""

    @property
    def move(self) -> Decimal:
        """Where the price is at the end."""
        return self.rounds[-1].move


@exact
def unfold(
    crowd: Crowd, shock: Decimal, depth: Depth, fund: Decimal | None, policies: Iterable[str] = tuple(POLICIES)
) -> Outcome:
    """Let a market move, and see what becomes of a crowd.

    Args:
        crowd: the accounts; the shock has their direction.
        shock: the move that comes from outside.
        depth: how far the price moves when so much is sold.
        fund: what is in the insurance fund; None: it pays whatever is needed.
        policies: how winners are made to pay what the fund lacks.
    """
    end = abs(shock) if crowd.end is None else crowd.end
    sizes, sold = [min(abs(shock), end)], ZERO
    rounds: list[Round] = []
    while True:
        made, fund = _round(len(rounds) + 1, sizes[-1] * crowd.direction, crowd.impulses(sizes), fund)
        rounds.append(made)
        sold += made.sold
        further = min(end, abs(shock) + depth.move(sold))
        if further <= sizes[-1]:
            break
        sizes.append(further)
    beyond = sum((i.sold for i in crowd.impulses([sizes[0], sizes[0] + _STEP])), ZERO)
    first = rounds[0].sold
    reproduction = (depth.move(first + beyond) - depth.move(first)) / _STEP
    lacking = [made for made in rounds if made.needed]
    winners = crowd.winners([sizes[: made.number] for made in lacking])
    shared = tuple(_shared(list(zip(lacking, winners, strict=True)), policy) for policy in policies)
    cut = sizes[-1] == end and abs(shock) + depth.move(sold) > end
    return Outcome(crowd, shock, tuple(rounds), cut, reproduction, shared)


def _round(
    number: int, move: Decimal, impulses: Sequence[Impulse], fund: Decimal | None
) -> tuple[Round, Decimal | None]:
    """Count a round, and what is in the fund after it."""
    gained = sum((i.to_fund for i in impulses if i.to_fund > 0), ZERO)
    holes = -sum((i.to_fund for i in impulses if i.to_fund < 0), ZERO)
    left = None if fund is None else fund + gained - holes
    needed = ZERO if left is None else max(ZERO, -left)
    left = None if left is None else max(ZERO, left)
    hit = {impulse.member for impulse in impulses if impulse.ends}
    sold = sum((impulse.sold for impulse in impulses), ZERO)
    closed = sum(impulse.ends for impulse in impulses)
    return Round(number, move, len(hit), closed, sold, gained, holes, left, posting(needed)), left


def _shared(rounds: Iterable[tuple[Round, list[Winning]]], policy: str) -> Shared:
    """Make winners pay what the fund lacked in each round; what one gave up before is no more there."""
    given: defaultdict[tuple[int, str], Decimal] = defaultdict(lambda: ZERO)
    winners: dict[tuple[int, str], Winning] = {}
    needed = uncovered = ZERO
    for made, standing in rounds:
        there = [_less(w, given) for w in standing]
        hits = POLICIES[policy]([w for w in there if w.profit > 0 and w.equity > 0], made.needed)
        for hit in hits:
            key = (hit.winner.member, hit.winner.position)
            before = given[key]
            # as it would be had it given nothing before
            winners[key] = replace(hit.winner, profit=hit.winner.profit + before, equity=hit.winner.equity + before)
            given[key] = before + hit.taken
        taken = sum((hit.taken for hit in hits), ZERO)
        needed += made.needed
        uncovered += max(ZERO, made.needed - taken)
    every = [Hit(winners[key], amount) for key, amount in given.items()]
    every.sort(key=lambda hit: (-hit.taken / hit.winner.equity, hit.winner.member, hit.winner.position))
    return Shared(policy, needed, sum((hit.taken for hit in every), ZERO), uncovered, tuple(every))


def _less(winner: Winning, given: dict[tuple[int, str], Decimal]) -> Winning:
    before = given.get((winner.member, winner.position), ZERO)
    return replace(winner, profit=winner.profit - before, equity=winner.equity - before) if before else winner
