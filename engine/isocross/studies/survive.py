"""What it takes to survive a move: the least cash, the smallest cut, the highest leverage.

Asked of a position, it is about what it stands on: an isolated position and a top-up bucket by themselves, a pooled
cross position with all that share its pool, for they stand or fall together. Asked of the account, it is about every
position. The engine's own glide to the move is the judge of every answer; the answer is found by halving.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from functools import partial

from isocross.account.book import Book, Mode, Position
from isocross.account.margin import tier_size, worth
from isocross.format import Amounts
from isocross.money import MONEY_GRID, ONE, ZERO, exact
from isocross.moves.move import Do, Move, carry_out
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.profile import CloseFeeAt
from isocross.studies.reach import fallen_by


def least(works: Callable[[int], bool], most: int) -> int | None:
    """The least number from 1 to `most` that works while the one below it does not; None when `most` does not work.

    Where every number above a working one works too, it is the least of all. 0 is taken not to work.
    """
    if most < 1 or not works(most):
        return None
    below, found = 0, most
    while found - below > 1:
        middle = (below + found) // 2
        if works(middle):
            found = middle
        else:
            below = middle
    return found


def greatest(works: Callable[[int], bool], most: int) -> int | None:
    """The greatest number from 1 to `most` that works while the one above it does not; None when 1 does not work."""
    failing = least(lambda number: not works(number), most)
    return (max(0, most) if failing is None else failing - 1) or None


CENT = Decimal("0.01")
"""Of what an amount of any asset is worth in USD, so much is looked at; the amount itself is on a finer grid."""
LEAST_LEFT = Decimal("0.05")
"""A coin-margined market keeps at least this share of its mark on a glide."""
SHARES = 1000
"""A cut of all cross positions is a whole number of these parts of each."""

_LEAST_WEIGHT = 20
"""So many times the most cash is looked for in an asset: of what counts at a twentieth or less it can be too little."""

_SET_UP_A_STEP = 8
"""Positions that are set up for an answer which is tried."""

TRIED = 1000
"""Up to here each whole leverage of a top-up bucket is tried; of what is above it only the highest."""


class Way(StrEnum):
    """How to survive."""

    MARGIN = "margin"
    """Cash, into buckets or the wallet."""
    CUT = "cut"
    """Closing a part of what is held, or all of it."""
    LEVERAGE = "leverage"
    COIN = "coin"
    """A deposit of the asset that takes the least worth; only of accounts of several."""


@dataclass(frozen=True)
class CoinNeed:
    """The least of one asset that does, deposited."""

    asset: str
    amount: Decimal
    worth: Decimal
    """In USD, at the opening price."""


@dataclass(frozen=True)
class Answer:
    """One way to survive; without steps there is none, and `why` says so."""

    kind: Way
    steps: tuple[Move, ...] = ()
    why: str = ""
    missing: Decimal = ZERO
    """Of the cash, what has to be deposited because the account does not have it available."""
    share: Decimal | None = None
    """The part of every cross position that is closed, where it is the same of all."""
    after: tuple[tuple[str, Decimal], ...] = ()
    """What still falls on the way to the move with these steps done, by id, and at which move."""
    coins: tuple[CoinNeed, ...] = ()
    """Of a deposit of an asset: every one that does, the least worth first."""


@dataclass(frozen=True)
class Survival:
    """A move, who is to survive it, and the ways to do so."""

    move: Decimal
    subject: str | None
    """Id of the position that was asked about; None: the whole account."""
    watched: frozenset[str]
    """Ids of the positions that are to stand."""
    falls: tuple[tuple[str, Decimal], ...]
    """Those of them that fall today, and at which move; none: nothing is to be done."""
    others: tuple[tuple[str, Decimal], ...]
    """Those that fall today and were not asked about, and at which move."""
    answers: tuple[Answer, ...]
    """Cash, cut, leverage, and of an account of several assets a coin; none where nothing is to be done."""


@exact
def survive(
    rehearsal: GlideRehearsal, move: Decimal, subject: str | None = None, grid: Decimal | None = None
) -> Survival:
    """What it takes for a position, or the whole account, to survive a common move.

    Every amount is on its grid, and one grid step less does not do: cash on `grid` (by itself the last digit that its
    currency is written with), a cut on the market's lot (of all cross positions at once: in tenths of a per cent),
    leverage in whole numbers. KeyError for an unknown position.
    """
    task = _Task(rehearsal, move, _watched(rehearsal.book, subject), grid)
    fallen = fallen_by(rehearsal.book, rehearsal.betas, move, rehearsal.work).items()
    falls = tuple((p, at) for p, at in fallen if p in task.watched)
    others = tuple((p, at) for p, at in fallen if p not in task.watched)
    answers = (task.cash(falls), task.cut(falls, subject), task.leverage(falls), *task.coin(falls)) if falls else ()
    return Survival(move, subject, task.watched, falls, others, tuple(task.told(answer) for answer in answers))


def _watched(book: Book, subject: str | None) -> frozenset[str]:
    if subject is None:
        return frozenset(p.id for p in book.positions)
    if book.has_bucket(book.positions[book.index_of(subject)]):
        return frozenset({subject})
    return frozenset(p.id for p in book.positions if not book.has_bucket(p))


def lot_of(book: Book, position: Position) -> Decimal:
    """The step of a cut: the market's lot, or where none is known the fifth digit of the quantity."""
    return book.market_of(position).lot or ONE.scaleb(position.quantity.adjusted() - 4)


@dataclass(frozen=True)
class _Task:
    """One question, and how each kind of answer is looked for."""

    rehearsal: GlideRehearsal
    move: Decimal
    watched: frozenset[str]
    grid: Decimal | None

    def step(self, money: Amounts) -> Decimal:
        """The grid of cash that is written so."""
        return money.step if self.grid is None else self.grid

    @property
    def book(self) -> Book:
        return self.rehearsal.book

    def stands(self, book: Book) -> bool:
        """Whether nothing that is watched falls up to the move."""
        return self.watched.isdisjoint(fallen_by(book, self.rehearsal.betas, self.move, self.rehearsal.work))

    def after(self, steps: Sequence[Move]) -> Book | None:
        """The book with the steps done; None: they are refused."""
        return self.carried_out(self.book, steps)

    def carried_out(self, book: Book, steps: Sequence[Move]) -> Book | None:
        """A book with steps done, which counts for the work: all of its positions are set up anew."""
        if self.rehearsal.work is not None:
            self.rehearsal.work.spend(1 + len(book.positions) // _SET_UP_A_STEP)
        return carry_out(book, steps).after

    def does(self, steps: Sequence[Move]) -> bool:
        """Whether the steps are allowed and enough."""
        after = self.after(steps)
        return after is not None and self.stands(after)

    def told(self, answer: Answer) -> Answer:
        """The answer with what still falls after it."""
        after = self.after(answer.steps) if answer.steps else None
        left = {} if after is None else fallen_by(after, self.rehearsal.betas, self.move, self.rehearsal.work)
        return replace(answer, after=tuple(left.items()))

    # --- cash ------------------------------------------------------------------------------

    def cash(self, falls: Sequence[tuple[str, Decimal]]) -> Answer:
        """The least margin for each isolated position that falls, and the least deposit that is needed with it."""
        adds = []
        for position in self._isolated(falls):
            step = self.step(self.book.amounts_for(position))
            units = least(partial(self._at_margin, position, step), self._most(step))
            if units is None:
                return Answer(Way.MARGIN, why="no margin would be enough")
            adds.append(Move(Do.ADD_MARGIN, position.id, units * step))
        return self._funded(Way.MARGIN, adds)

    def _funded(self, kind: Way, steps: Sequence[Move]) -> Answer:
        """Steps with the least deposit that makes them possible and enough."""
        if steps and self.does(steps):
            return Answer(kind, tuple(steps))
        step = self.step(self.book.amounts)
        most = self._most(step) * (len(steps) + 1)
        units = least(lambda n: self.does((Move(Do.DEPOSIT, None, n * step), *steps)), most)
        if units is None:
            return Answer(kind, why=self._refusal(steps) or "no deposit would be enough")
        deposit = units * step
        return Answer(kind, (Move(Do.DEPOSIT, None, deposit), *steps), missing=deposit)

    def _refusal(self, steps: Sequence[Move]) -> str:
        refusal = carry_out(self.book, steps).refusal
        return str(refusal or "")

    def _most(self, step: Decimal) -> int:
        """More steps of cash than any loss and requirement on the way can ask for."""
        return int((self._most_cash / step).to_integral_value(ROUND_CEILING)) + 1

    @property
    def _most_cash(self) -> Decimal:
        """More cash than any loss and requirement on the way can ask for."""
        book, total = self.book, max(self.book.wallet, self.book.opening_cash)
        for p in book.positions:
            beta = abs(self.rehearsal.betas.get(p.market, ONE))
            moved = beta * abs(self.move)
            # the value of a coin-margined one grows as its mark drops
            share = max(LEAST_LEFT, 1 - moved) if p.inverse else 1 + moved
            held = (worth(p.kind, p.quantity, at) for at in (p.entry, book.market_of(p).mark * share))
            total += 2 * sum(held, ZERO)
        return total

    def _isolated(self, falls: Sequence[tuple[str, Decimal]]) -> list[Position]:
        fallen = {p for p, _ in falls}
        return [p for p in self.book.positions if p.id in fallen and p.mode is Mode.ISOLATED]

    def _at_margin(self, position: Position, step: Decimal, units: int) -> bool:
        """Whether an isolated position stands with so many steps of cash more."""
        return self._alone(position.with_margin(position.margin + units * step))

    def _alone(self, position: Position) -> bool:
        """Whether an isolated position stands; by itself, because it neither gives nor takes."""
        alone = replace(self.book, positions=(position,), wallet=position.margin)
        return not fallen_by(alone, self.rehearsal.betas, self.move, self.rehearsal.work)

    # --- coins -----------------------------------------------------------------------------

    def coin(self, falls: Sequence[tuple[str, Decimal]]) -> tuple[Answer, ...]:
        """The least of each asset that is enough, deposited; nothing of an account without several."""
        if len(self.book.coins) < 2:
            return ()
        if self._isolated(falls):
            return (Answer(Way.COIN, why="an isolated position needs margin of its own, whatever coin is deposited"),)
        marks = {symbol: market.mark for symbol, market in self.book.markets.items()}
        prices = {asset.name: self.book.coin_price(name, marks) for name, asset in self.book.coin.items()}
        needs = [self._need(name, price) for name, price in prices.items() if price > ZERO]
        found = sorted((need for need in needs if need is not None), key=lambda need: (need.worth, need.asset))
        if not found:
            return (Answer(Way.COIN, why="no coin of the account would be enough"),)
        best = found[0]
        return (Answer(Way.COIN, (Move(Do.DEPOSIT, None, best.amount, best.asset),), coins=tuple(found)),)

    def _need(self, name: str, price: Decimal) -> CoinNeed | None:
        """The least of an asset, on a grid that is worth a cent or less; None where none would do."""
        grid = CENT if self.grid is None else self.grid
        step = max(MONEY_GRID, ONE.scaleb((grid / price).adjusted()))
        most = self._most(grid) * int((grid / (price * step)).to_integral_value(ROUND_CEILING)) * _LEAST_WEIGHT
        units = least(lambda n: self.does((Move(Do.DEPOSIT, None, n * step, name),)), most)
        return None if units is None else CoinNeed(name, units * step, units * step * price)

    # --- size ------------------------------------------------------------------------------

    def cut(self, falls: Sequence[tuple[str, Decimal]], subject: str | None) -> Answer:
        """The least to close: of the position asked about, or of each isolated one and the same share of the rest."""
        book = self.book
        if subject is not None and book.positions[book.index_of(subject)].mode is Mode.CROSS:
            return self._cut_one(book.positions[book.index_of(subject)])
        steps = [self._cut_isolated(position) for position in self._isolated(falls)]
        if steps and self.does(steps):
            return Answer(Way.CUT, tuple(steps))
        cross = [p for p in book.positions if p.mode is Mode.CROSS]
        if len(cross) == 1 and not steps:
            return self._cut_one(cross[0])
        units = least(lambda n: self.does((*steps, *self._share_of(cross, n))), SHARES) if cross else None
        if units is None:
            why = self._refusal((*steps, *self._share_of(cross, SHARES)))
            return Answer(Way.CUT, why=why or "closing everything would not be enough")
        share = Decimal(units) / SHARES
        return Answer(Way.CUT, (*steps, *self._share_of(cross, units)), share=share)

    def _cut_one(self, position: Position) -> Answer:
        units = least(lambda n: self.does((self._part_of(position, n),)), self._lots(position))
        if units is None:
            whole = (Move(Do.REDUCE, position.id, position.quantity),)
            return Answer(Way.CUT, why=self._refusal(whole) or "closing the whole position would not be enough")
        return Answer(Way.CUT, (self._part_of(position, units),))

    def _cut_isolated(self, position: Position) -> Move:
        """The least to close of an isolated position; all of it where no part helps, as its margin shrinks along."""

        def works(lots: int) -> bool:
            after = self.after((self._part_of(position, lots),))
            left = None if after is None else next((p for p in after.positions if p.id == position.id), None)
            return after is not None and (left is None or self._alone(left))

        lots = self._lots(position)
        return self._part_of(position, least(works, lots) or lots)

    def _lots(self, position: Position) -> int:
        lots = (position.quantity / lot_of(self.book, position)).to_integral_value(ROUND_CEILING)
        return int(lots)

    def _part_of(self, position: Position, lots: int) -> Move:
        return Move(Do.REDUCE, position.id, min(position.quantity, lots * lot_of(self.book, position)))

    def _share_of(self, positions: Sequence[Position], units: int) -> list[Move]:
        """The same share of each, up to the next lot."""
        return [self._part_of(p, -(-self._lots(p) * units // SHARES)) for p in positions]

    # --- leverage --------------------------------------------------------------------------

    def leverage(self, falls: Sequence[tuple[str, Decimal]]) -> Answer:
        """The highest leverage that survives; only a bucket has one, in a pool it moves no trigger."""
        isolated = self._isolated(falls)
        if len(isolated) < len(falls):
            return self._leverage_of_cross(falls)
        steps = []
        for position in isolated:
            found = greatest(partial(self._at_leverage, position), self._highest(position))
            if found is None:
                return Answer(Way.LEVERAGE, why="even 1x is liquidated: the margin has to be larger than the notional")
            steps.append(Move(Do.SET_LEVERAGE, position.id, Decimal(found)))
        return self._funded(Way.LEVERAGE, steps)

    def _leverage_of_cross(self, falls: Sequence[tuple[str, Decimal]]) -> Answer:
        if not self.book.top_up:
            by_fee = self.book.profile.close_fee_at is CloseFeeAt.BANKRUPTCY
            moves = "moves a liquidation price by its closing fee at most" if by_fee else "moves no liquidation price"
            return Answer(Way.LEVERAGE, why=f"in a pool leverage {moves}: all its cash backs the position")
        if len(self.watched) > 1 or len(falls) > 1:
            return Answer(Way.LEVERAGE, why="refills share the same unused cash, whatever the leverage")
        position = self.book.positions[self.book.index_of(falls[0][0])]
        highest = self._highest(position)
        beyond = [highest] if highest > TRIED else []
        for number in (*beyond, *range(min(highest, TRIED), 0, -1)):
            step = Move(Do.SET_LEVERAGE, position.id, Decimal(number))
            if self.does((step,)):
                return Answer(Way.LEVERAGE, (step,))
        tried = f" of those tried, {highest:,}x and 1x to {TRIED:,}x," if beyond else ""
        return Answer(Way.LEVERAGE, why=f"no leverage{tried} would do: margin and unused cash together stay the same")

    def _highest(self, position: Position) -> int:
        ladder = self.book.market_of(position).ladder
        return int(ladder.max_leverage_at(tier_size(position, self.book.profile, position.entry)))

    def _at_leverage(self, position: Position, leverage: int) -> bool:
        """Whether an isolated position stands at a leverage, were the cash for it there."""
        rich = replace(self.book, wallet=self.book.wallet + self._most_cash)
        after = self.carried_out(rich, (Move(Do.SET_LEVERAGE, position.id, Decimal(leverage)),))
        return after is not None and self._alone(after.positions[after.index_of(position.id)])
