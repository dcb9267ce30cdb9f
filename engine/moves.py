"""What a user can do to a book, and what refuses it: flip, add and remove margin, leverage.

A move is judged at the opening marks. A refusal names the rule, its figures and the venue's own code
where known. What only the venue forbids is rehearsed anyway and remarked on, unless the book is strict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.book import Book, Mode, Position
from engine.cascade.ledger import Ledger
from engine.margin import tier_size
from engine.money import ZERO, exact, requirement
from engine.numbers import money
from engine.scene import market_names
from engine.triggers import Standings


@dataclass(frozen=True)
class Refusal:
    """Why a move is refused."""

    rule: str
    """The rule with its figures, in words."""
    code: str | None = None
    """The venue's own error code, where known."""

    def __str__(self) -> str:
        """The refusal as one sentence."""
        return f"{self.rule} ({self.code})" if self.code else self.rule


@dataclass(frozen=True)
class Outcome:
    """What a move leads to."""

    before: Book
    after: Book | None
    """The book after the move; None when it is refused."""
    refusal: Refusal | None = None
    remark: str = ""
    """What the venue would say of a move that is rehearsed here."""
    cash_moved: Decimal = ZERO
    """Into the position's bucket out of the rest of the account; negative: back."""


def _refused(book: Book, rule: str, code: str | None = None) -> Outcome:
    return Outcome(book, None, Refusal(rule, code))


# --- flips -------------------------------------------------------------------------------------


@exact
def flip(book: Book, position_id: str) -> Outcome:
    """Flip one position between cross and isolated at the opening marks (design §4.1).

    To isolated: the bucket is IM plus any open loss, a top-up position keeps the one it has. To cross:
    the margin joins the pool, a top-up position keeps its bucket. KeyError for an unknown id.
    """
    position = book.positions[book.index_of(position_id)]
    forbidden = _venue_forbids_flip(book)
    if forbidden and book.strict:
        return Outcome(book, None, forbidden)
    flipped = _flipped(book, position)
    after = book.with_position(flipped)
    refusal = _breach(after, flipped)
    if refusal:
        return Outcome(book, None, refusal)
    moved = _apart(after, flipped) - _apart(book, position)
    return Outcome(book, after, remark=f"Rehearsed anyway: {forbidden}" if forbidden else "", cash_moved=moved)


@exact
def flip_all(book: Book) -> Outcome:
    """Flip every position in file order, all or none."""
    at, remark, moved = book, "", ZERO
    for position in book.positions:
        outcome = flip(at, position.id)
        if outcome.after is None:
            name = market_names(book)[book.index_of(position.id)]
            return _refused(book, f"{name} cannot be flipped, so none was: {outcome.refusal}")
        at, remark, moved = outcome.after, outcome.remark, moved + outcome.cash_moved
    return Outcome(book, at, remark=remark, cash_moved=moved)


def _venue_forbids_flip(book: Book) -> Refusal | None:
    rule = book.profile.flip
    return None if rule.allowed else Refusal(f"{book.profile.title} would refuse this: {rule.says}", rule.code)


def _flipped(book: Book, position: Position) -> Position:
    target = replace(position, mode=position.mode.other)
    if book.top_up:
        return target
    if target.mode is Mode.CROSS:
        return replace(target, given_margin=None)
    return target.with_margin(position.initial_margin + requirement(_open_loss(book, position)))


def _open_loss(book: Book, position: Position) -> Decimal:
    standings = _opening(book)
    return max(ZERO, -standings.pnl[book.index_of(position.id)])


def _apart(book: Book, position: Position) -> Decimal:
    """Cash this position keeps apart from the rest."""
    return position.margin if book.has_bucket(position) else ZERO


def _opening(book: Book) -> Standings:
    return Standings.at(Ledger(book), {symbol: market.mark for symbol, market in book.markets.items()})


def _breach(after: Book, moved: Position) -> Refusal | None:
    """The first rule that the book would break after a move, with its figures."""
    standings = _opening(after)
    checks: Iterable[Callable[[Book, Standings, Position], str | None]] = (
        _pool_cash_short,
        _pool_below_initial_margin,
        _position_at_line,
        _pool_at_line,
    )
    return next((Refusal(rule) for check in checks if (rule := check(after, standings, moved))), None)


def _pool_cash_short(after: Book, _standings: Standings, moved: Position) -> str | None:
    if moved.mode is Mode.CROSS or after.pool_cash >= 0:
        return None
    return f"the bucket needs {money(moved.margin)}, and the pool would be {money(-after.pool_cash)} short of cash"


def _pool_below_initial_margin(after: Book, standings: Standings, moved: Position) -> str | None:
    if after.top_up or moved.mode is Mode.CROSS:
        return None
    needed = sum((after.positions[i].initial_margin for i in standings.pool_members), ZERO)
    if standings.pool_equity >= needed:
        return None
    return f"pool equity would be {money(standings.pool_equity)}, below the {money(needed)} of initial margin it backs"


def _position_at_line(after: Book, standings: Standings, moved: Position) -> str | None:
    if not after.has_bucket(moved):
        return None
    index = after.index_of(moved.id)
    equity = standings.cash_behind(index) + standings.pnl[index]
    need = standings.maintenance_margin[index]
    if equity > need:
        return None
    return (
        f"the position would be liquidated at once: its equity would be {money(equity)} "
        f"against maintenance margin {money(need)}"
    )


def _pool_at_line(after: Book, standings: Standings, _moved: Position) -> str | None:
    if after.top_up or not standings.pool_members:
        return None
    equity, need = standings.pool_equity, standings.pool_maintenance_margin
    if equity > need:
        return None
    return f"the pool would be at its line: equity {money(equity)} against maintenance margin {money(need)}"


# --- margin and leverage -------------------------------------------------------------------------


@exact
def available(book: Book) -> Decimal:
    """Cash that can go into a bucket at the opening marks: unused, or what pool equity leaves above its IM."""
    if book.top_up:
        return max(ZERO, book.unused)
    standings = _opening(book)
    backed = sum((book.positions[i].initial_margin for i in standings.pool_members), ZERO)
    return max(ZERO, min(book.pool_cash, standings.pool_equity - backed))


@exact
def removable(book: Book, position_id: str) -> Decimal:
    """Cash that can leave a bucket at the opening marks: what is above IM and any open loss (rules.md §1.5)."""
    position = book.positions[book.index_of(position_id)]
    return max(ZERO, position.margin - position.initial_margin - _open_loss(book, position))


@exact
def add_margin(book: Book, position_id: str, amount: Decimal) -> Outcome:
    """Put cash into a position's bucket by hand. KeyError for an unknown id."""
    position = book.positions[book.index_of(position_id)]
    refusal = no_bucket_by_hand(book, position)
    if refusal:
        return Outcome(book, None, refusal)
    if amount <= 0:
        return _refused(book, f"the amount to add must be above zero, not {money(amount)}")
    if amount > (free := available(book)):
        return _refused(book, f"{money(amount)} is more than the {money(free)} available")
    return Outcome(book, book.with_position(position.with_margin(position.margin + amount)), cash_moved=amount)


@exact
def remove_margin(book: Book, position_id: str, amount: Decimal) -> Outcome:
    """Take cash out of a position's bucket by hand. KeyError for an unknown id."""
    position = book.positions[book.index_of(position_id)]
    refusal = no_bucket_by_hand(book, position)
    if refusal:
        return Outcome(book, None, refusal)
    if amount <= 0:
        return _refused(book, f"the amount to remove must be above zero, not {money(amount)}")
    if amount > (most := removable(book, position_id)):
        return _refused(
            book,
            f"{money(amount)} is more than the {money(most)} that can leave: the bucket of {money(position.margin)} "
            f"must keep the initial margin of {money(position.initial_margin)} and any open loss",
        )
    changed = position.with_margin(position.margin - amount)
    return Outcome(book, book.with_position(changed), cash_moved=-amount)


def no_bucket_by_hand(book: Book, position: Position) -> Refusal | None:
    """Why cash cannot be put into this position's bucket by hand; None when it can."""
    if position.mode is Mode.ISOLATED or book.profile.add_margin_to_cross:
        return None
    return Refusal(
        "margin is added to isolated positions; a cross position has the whole pool behind it already",
        book.profile.add_margin_code,
    )


@exact
def set_leverage(book: Book, position_id: str, leverage: Decimal) -> Outcome:
    """Change a position's leverage; its margin becomes the new IM, and if isolated any open loss on top.

    KeyError for an unknown id.
    """
    position = book.positions[book.index_of(position_id)]
    ladder = book.market_of(position).ladder
    most = ladder.max_leverage_at(tier_size(position, book.profile, position.entry))
    if not 1 <= leverage <= most:
        return _refused(book, f"leverage must be between 1 and {most:f} for this size, not {leverage:f}")
    changed = replace(position, leverage=leverage, given_margin=None)
    if changed.mode is Mode.ISOLATED:
        changed = changed.with_margin(changed.initial_margin + requirement(_open_loss(book, position)))
    after = book.with_position(changed)
    refusal = _breach(after, changed) or _unbacked(book, after)
    if refusal:
        return Outcome(book, None, refusal)
    return Outcome(book, after, cash_moved=_apart(after, changed) - _apart(book, position))


def _unbacked(before: Book, after: Book) -> Refusal | None:
    """Whether a change asks for more initial margin than the account has available."""
    asked = sum((p.margin for p in after.positions), ZERO) - sum((p.margin for p in before.positions), ZERO)
    free = available(before)
    if asked <= free:
        return None
    return Refusal(f"it needs {money(asked)} more margin, and {money(free)} is available")
