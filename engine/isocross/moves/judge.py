"""Judge many flips of one account from running sums, where sums decide.

The sums are those of `outcome.breach`, so what they clearly allow is allowed. What they do not allow, or not clearly,
and any flip of an account where more than sums decides, is judged whole by `flip`, which also has the words.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Book, Mode, Position
from isocross.account.margin import initial_margin_at, maintenance_margin, unrealised_pnl
from isocross.money import ZERO, exact
from isocross.moves.flips import flip, flipped
from isocross.moves.outcome import Outcome, apart
from isocross.records import dataclass
from isocross.rules.profile import Basis, Netting

CLEARLY = Decimal("1e-40")
"""Far under the money grid, and far over what rounding leaves of sums of quotients."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What an account comes to in some modes, at the opening marks."""

    cash: Decimal
    """In no isolated margin."""
    pnl: Decimal = ZERO
    """Of the cross positions, as the two below."""
    initial: Decimal = ZERO
    maintenance: Decimal = ZERO
    members: int = 0


@dataclass(frozen=True, slots=True)
class _Held:
    """One position in one mode."""

    margin: Decimal
    pnl: Decimal
    initial: Decimal
    maintenance: Decimal


class FlipJudge:
    """Judges flips of the positions of one account, each position once."""

    @exact
    def __init__(self, book: Book) -> None:
        """Take the account in the modes that it has."""
        self.book = book
        self._places = {position.id: index for index, position in enumerate(book.positions)}
        self._other = [flipped(book, position) for position in book.positions]
        self._held = [(self._figures(p), self._figures(q)) for p, q in zip(book.positions, self._other, strict=True)]
        plain = book.profile.netting is Netting.NONE and not (book.orders or book.coins or book.strict)
        self.by_sums = plain
        """Whether sums decide, where they do so clearly."""
        sums = Sums(book.wallet)
        for position, (held, _) in zip(book.positions, self._held, strict=True):
            sums = _with(sums, position.mode, held, 1)
        self.sums = sums
        """Of the account as it is."""

    def _figures(self, position: Position) -> _Held:
        book, market = self.book, self.book.market_of(position)
        at_mark = book.profile.cross_initial_basis is Basis.MARK and not book.has_bucket(position)
        return _Held(
            position.margin,
            unrealised_pnl(position, market.mark),
            initial_margin_at(position, market.mark) if at_mark else position.initial_margin,
            maintenance_margin(position, book.profile, market.ladder, market.mark),
        )

    def in_mode(self, index: int, mode: Mode) -> Position:
        """A position in one of its modes."""
        position = self.book.positions[index]
        return position if position.mode is mode else self._other[index]

    @exact
    def change(self, index: int) -> Sums:
        """What flipping a position adds to the sums."""
        mode, (held, other) = self.book.positions[index].mode, self._held[index]
        return _with(_with(Sums(ZERO), mode, held, -1), mode.other, other, 1)

    @exact
    def slack_alone(self, index: int) -> Decimal:
        """What a position that is flipped has above its own maintenance margin."""
        held = self._held[index][1]
        return held.margin + held.pnl - held.maintenance

    @exact
    def after(self, sums: Sums, position_id: str) -> Sums:
        """The sums once a position is flipped, allowed or not."""
        index = self._places[position_id]
        mode, (held, other) = self.book.positions[index].mode, self._held[index]
        return _with(_with(sums, mode, held, -1), mode.other, other, 1)

    @exact
    def clearly_allows(self, after: Sums, position_id: str) -> bool:
        """Whether the sums after a flip allow it beyond doubt."""
        if not self.by_sums:
            return False
        index, book = self._places[position_id], self.book
        target, held = self._other[index], self._held[index][1]
        slacks = []
        if target.mode is Mode.ISOLATED:
            slacks.append(after.cash)
            if not book.top_up:
                slacks.append(after.cash + after.pnl - after.initial)
        if book.has_bucket(target):
            reach = max(ZERO, book.unused) if target.mode is Mode.CROSS else ZERO
            slacks.append(held.margin + reach + held.pnl - held.maintenance)
        if not book.top_up and after.members:
            slacks.append(after.cash + after.pnl - after.maintenance)
        return all(slack > CLEARLY for slack in slacks)

    def book_with(self, flips: frozenset[str]) -> Book:
        """The account with these positions flipped, allowed or not."""
        pairs = zip(self.book.positions, self._other, strict=True)
        return replace(self.book, positions=tuple(q if p.id in flips else p for p, q in pairs))

    def outcome(self, position_id: str) -> Outcome:
        """What comes of flipping one position."""
        if not self.clearly_allows(self.after(self.sums, position_id), position_id):
            return flip(self.book, position_id)
        index, other = self._places[position_id], self._other[self._places[position_id]]
        before = self.book.positions[index]
        after = replace(self.book, positions=(*self.book.positions[:index], other, *self.book.positions[index + 1 :]))
        return Outcome(self.book, after, cash_moved=apart(after, other) - apart(self.book, before))

    def judge(self, flips: frozenset[str], position_id: str) -> Outcome:
        """One flip more, judged whole."""
        return flip(self.book_with(flips), position_id)


def _with(sums: Sums, mode: Mode, held: _Held, sign: int) -> Sums:
    """The sums with a position in (1) or without it (−1)."""
    if mode is Mode.ISOLATED:
        return replace(sums, cash=sums.cash - sign * held.margin)
    return Sums(
        sums.cash,
        sums.pnl + sign * held.pnl,
        sums.initial + sign * held.initial,
        sums.maintenance + sign * held.maintenance,
        sums.members + sign,
    )
