"""Where the first position of an account falls, and of accounts that differ from it in a few positions.

Nothing happens before the first fall where no order rests and no position draws margin. So each isolated position's
own place, and that of the pool as it opens, are all there is to look at; a change is put into the pool and taken out.
"""

from __future__ import annotations

from decimal import Decimal

from isocross.account.book import Book, Mode, Position
from isocross.account.margin import opposed
from isocross.cascade.ledger import Ledger
from isocross.cascade.lone import alone
from isocross.cascade.scope import Pool
from isocross.cascade.solver import standing_line
from isocross.money import ZERO, exact
from isocross.paths.glide import Glide
from isocross.rules.profile import Netting


def tells(book: Book) -> bool:
    """Whether the first thing that happens to an account is a fall, and exact sums can be changed and changed back."""
    draws = any(position.auto_margin for position in book.positions)
    netting = book.profile.netting
    turning = netting is Netting.UNDERLYING and opposed(dict(enumerate(book.positions)), netting)
    return not (book.orders or book.top_up or draws or book.inverse_markets or turning or book.coins)


class FirstFall:
    """The first falls of an account and its variants on one glide; `tells` says of which accounts."""

    @exact
    def __init__(self, book: Book, path: Glide) -> None:
        """Stand at the opening."""
        ledger = Ledger(book)
        self._book, self._ray, self._courses = book, path, path.courses()
        self._due = standing_line(book)
        self._index = {position.id: index for index, position in enumerate(book.positions)}
        cross = {i: book.positions[i] for i in ledger.open_in(Mode.CROSS)}
        self._pool = Pool(book, self._courses, cross, ledger.behind_pool, ZERO, ledger.netted)
        self._cash, self._netted = ledger.behind_pool, ledger.netted
        self._alone = {p.id: self._place_alone(p) for p in book.positions if p.mode is Mode.ISOLATED}

    @exact
    def of(self, after: Book) -> Decimal | None:
        """Where the first position of a variant falls; None: none does. Its markets are those of the account."""
        kept = {position.id: position for position in after.positions}
        changed = {i for i, p in enumerate(self._book.positions) if kept.get(p.id) is not p}
        unchanged = (at for name, at in self._alone.items() if self._index[name] not in changed)
        isolated = (p for p in after.positions if p.mode is Mode.ISOLATED and self._index[p.id] in changed)
        places = [*unchanged, *(self._place_alone(position) for position in isolated)]
        for index in changed:
            position = kept.get(self._book.positions[index].id)
            self._pool.put(index, position if position is not None and position.mode is Mode.CROSS else None)
        before = min((place for place in places if place is not None), default=self._ray.end)
        pooled = self._place_of_pool(after, before)
        for index in changed:
            position = self._book.positions[index]
            self._pool.put(index, position if position.mode is Mode.CROSS else None)
        self._pool.net(self._netted)
        return min((place for place in (*places, pooled) if place is not None), default=None)

    def _place_of_pool(self, after: Book, limit: Decimal) -> Decimal | None:
        """Where the pool comes to its line, if it does by a limit."""
        pool = self._pool
        pool.cash = after.pool_cash
        if self._book.profile.netting is not Netting.NONE:
            netted = Ledger(after).netted
            pool.net(frozenset(self._index[after.positions[i].id] for i in netted))
        if not pool.members:
            return None
        if self._due(pool.surplus):
            return ZERO
        place = pool.next_due(limit)
        pool.rewind()
        return place

    def _place_alone(self, position: Position) -> Decimal | None:
        index = self._index[position.id]
        scope = alone(self._book, self._courses, index, position, position.margin, ZERO)
        return ZERO if self._due(scope.surplus) else scope.next_due(self._ray.end)
