"""Flips between cross and isolated, judged at the opening marks."""

from __future__ import annotations

from dataclasses import replace

from isocross.account.book import Book, Mode, Position, market_names
from isocross.money import ZERO, exact, requirement
from isocross.moves.outcome import Outcome, Refusal, apart, barring_orders, breach, open_loss, refused, rehearsed
from isocross.rules.profile import FlipScope


@exact
def flip(book: Book, position_id: str) -> Outcome:
    """Flip one position between cross and isolated at the opening marks.

    To isolated: the bucket is IM plus any open loss, a top-up position keeps the one it has. To cross:
    the margin joins the pool, a top-up position keeps its bucket. KeyError for an unknown id.
    """
    position = book.positions[book.index_of(position_id)]
    forbidden = _venue_forbids_flip(book, position)
    if forbidden and book.strict:
        return Outcome(book, None, forbidden)
    return rehearsed(_judged(book, position), forbidden)


@exact
def flip_all(book: Book) -> Outcome:
    """Flip every position in file order, all or none.

    Where the mode is the account's and all positions have the same one, this is the venue's own switch.
    """
    as_one = book.profile.flip.scope is FlipScope.ACCOUNT and len({p.mode for p in book.positions}) == 1
    at, remark, moved = book, "", ZERO
    for position in book.positions:
        outcome = _judged(at, position) if as_one else flip(at, position.id)
        if outcome.after is None:
            name = market_names(book)[book.index_of(position.id)]
            return refused(book, f"{name} cannot be flipped, so none was: {outcome.refusal}")
        # the longer one names more that bars it
        at, remark, moved = outcome.after, max(remark, outcome.remark, key=len), moved + outcome.cash_moved
    return Outcome(book, at, remark=remark, cash_moved=moved)


def _judged(book: Book, position: Position) -> Outcome:
    """A flip by the arithmetic alone, whatever the venue says of it."""
    other, rule = flipped(book, position), book.account_rule
    if rule is not None and not rule.isolated and other.mode is Mode.ISOLATED:
        return refused(book, f"{rule.title} of {book.profile.title} has cross positions only")
    after = book.with_position(other)
    refusal = breach(after, other)
    if refusal:
        return Outcome(book, None, refusal)
    return Outcome(book, after, cash_moved=apart(after, other) - apart(book, position))


def _venue_forbids_flip(book: Book, position: Position) -> Refusal | None:
    rule = book.profile.flip
    rests = barring_orders(book, position)
    if rule.allowed and not rests:
        return None
    said = f"{book.profile.title} would refuse this: {rule.says}"
    codes = [None if rule.allowed else rule.code]
    if rests:
        said, codes = f"{said}; {rests}", [rule.orders_code, *codes]
    return Refusal(said, ", ".join(code for code in codes if code) or None)


def flipped(book: Book, position: Position) -> Position:
    """The position in its other mode, with the margin that it has there."""
    target = replace(position, mode=position.mode.other)
    if book.top_up:
        return target
    if target.mode is Mode.CROSS:
        return replace(target, given_margin=None)
    return target.with_margin(position.initial_margin + requirement(open_loss(book, position)))
