"""The solver against the stepping referee, on random accounts: the same events, order, places and amounts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, currently_in_test_context, given, note, settings
from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade.events import Account
from isocross.cascade.solver import solve, solve_gap
from isocross.cascade.timeline import Timeline
from isocross.paths.glide import Glide
from isocross.rules.market import Kind, Ladder, Market, Tier, TierKey
from isocross.rules.profile import CrossMachine, Line, Residual, Victim
from tests.brute.books import PLAIN, Case, anything, cases
from tests.brute.stepping import Happening, Walked, gap_to, walk

D = Decimal
LIMITS = {-1: D("0.95"), 1: D(2)}
KINDS = ("refill", "liquidation", "fund", "deleverage")
DRAWN = ("refill", "fund", "deleverage")
GRID_DUST = D("1e-15")
PLACE_TOLERANCE = D("1e-11")
CASH_TOLERANCE = D("1e-8")
TOUCHES = D("1e-9")
"""Nearer to the line than this, relative to the account, at a bend: which side it is on is left open."""
GAPS = tuple(D(x) for x in ("0.1", "0.3", "0.6", "0.9", "0.9"))
BOOKS = 5 * settings.default.max_examples

tally: Counter[str] = Counter()


def compared(timeline: Timeline) -> list[Happening]:
    """The events of a timeline that the referee knows."""
    return [
        Happening(event.place, str(event.kind), event.position, event.amount)
        for event in timeline.events
        if str(event.kind) in KINDS
    ]


def without_dust(happenings: Iterable[Happening]) -> list[Happening]:
    """Cash is booked on a grid: what is drawn or paid of less than that is no event."""
    return [h for h in happenings if h.kind not in DRAWN or h.amount > GRID_DUST]


def names(happenings) -> list[tuple[str, int | None]]:
    """What happened to whom, in order."""
    return [(h.kind, h.position) for h in happenings]


def close(one: Decimal, other: Decimal) -> bool:
    """Equal to the tolerance, absolute or relative."""
    return abs(one - other) <= CASH_TOLERANCE * max(1, abs(one), abs(other))


def posted(timeline: Timeline, account: Account, position: int | None = None) -> Decimal:
    """All that moved on one account."""
    postings = [p for event in timeline.events for p in event.postings]
    return sum((p.amount for p in postings if (p.account, p.position) == (account, position)), D(0))


def same_ledger(timeline: Timeline, walked: Walked) -> None:
    """The same money in the same places at the end."""
    opening, ledger = walked.opening, walked.ledger
    assert close(ledger.cash - opening.cash, posted(timeline, Account.POOL))
    for index, (before, after) in enumerate(zip(opening.buckets, ledger.buckets, strict=True)):
        assert close((after or D(0)) - (before or D(0)), posted(timeline, Account.MARGIN, index))
    assert close(ledger.fund, posted(timeline, Account.FUND))
    assert close(ledger.fees, posted(timeline, Account.FEES))
    assert close(ledger.counterparty, posted(timeline, Account.COUNTERPARTY))


def agree(timeline: Timeline, walked: Walked) -> None:
    """The same events in the same order, at the same places, with the same amounts, and the same ledger."""
    solved, happened = without_dust(compared(timeline)), without_dust(walked.happenings)
    if currently_in_test_context():
        note("solver:  " + "\n         ".join(map(str, solved)))
        note("stepping: " + "\n         ".join(map(str, happened)))
    assert names(solved) == names(happened)
    for mine, theirs in zip(happened, solved, strict=True):
        assert abs(mine.place - theirs.place) <= PLACE_TOLERANCE, (mine, theirs)
        assert close(mine.amount, theirs.amount), (mine, theirs)
    same_ledger(timeline, walked)


def glided(case: Case, limit: Decimal) -> Walked:
    """What happens on a glide, as solver and referee agree; books that just touch the line are left out."""
    walked = walk(case.book, case.slopes, limit)
    assume(walked.narrowest > TOUCHES)
    agree(solve(case.book, Glide.common(case.book, case.betas, case.direction), limit=limit), walked)
    return walked


def marks_of(case: Case, size: Decimal) -> dict[str, Decimal]:
    """Where the marks of a case stand so far along."""
    return {symbol: market.mark * (1 + case.slopes[symbol] * size) for symbol, market in case.book.markets.items()}


def jumped(case: Case, size: Decimal) -> Walked:
    """What happens in a gap, as solver and referee agree."""
    walked = gap_to(case.book, marks_of(case, size), size)
    agree(solve_gap(case.book, Glide.common(case.book, case.betas, case.direction), size), walked)
    return walked


def count(walked: Walked, sort: str) -> None:
    """Remember what the comparison was about."""
    tally[f"{sort} books"] += 1
    tally[f"{sort} eventful"] += bool(walked.happenings)
    tally[f"{sort} on the way"] += any(h.place > 0 for h in walked.happenings)
    tally.update(h.kind for h in walked.happenings)


@settings(max_examples=BOOKS)
@given(anything)
def test_a_glide_has_the_same_timeline(case: Case):
    """A what-if glide, far down or far up."""
    count(glided(case, LIMITS[case.direction]), "glide")


@settings(max_examples=BOOKS)
@given(cases(), st.sampled_from(GAPS))
def test_a_gap_has_the_same_timeline(case: Case, size: Decimal):
    """All marks jump to where the glide would be."""
    count(jumped(case, size), "gap")


def plain_market(symbol: str, rate: str, key: TierKey) -> Market:
    """A market at 1,000 with one rate."""
    return Market(symbol, D(1000), Ladder((Tier(D(0), D(rate), D(100)),), key))


def long_of(symbol: str, quantity: int) -> Position:
    """A cross long at the mark, 10x."""
    return Position(symbol, symbol, Side.LONG, Mode.CROSS, D(quantity), D(1000), D(10))


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("kind", Kind)
def test_at_its_line_right_on_a_border_an_account_is_in_the_lower_tier_from_the_first_step_on(mode, kind):
    """Under a strict line: at the border g is zero, below it maintenance is halved."""
    ladder = Ladder((Tier(D(0), D("0.03"), D(9)), Tier(D(10), D("0.06"), D(9))), TierKey.NOTIONAL)
    side, mark = (Side.LONG, D("0.01")) if kind is Kind.LINEAR else (Side.SHORT, D(100))
    direction, market = (-1 if kind is Kind.LINEAR else 1), Market("AAA", mark, ladder)
    position = Position("p", "AAA", side, mode, D(1000), mark, D(1), D("0.6"), kind=kind)
    profile = replace(PLAIN, line=Line.BELOW)
    book = Book(profile, D("0.6"), {"AAA": market}, (position,))
    path = Glide.common(book, {"AAA": D(1)}, direction)
    timeline = solve(book, path, D("0.9"))
    agree(timeline, walk(book, path.slopes, D("0.9"), steps=8))
    assert timeline.events[0].place > D("0.03")


def test_what_is_left_of_a_bucket_is_the_funds_whoever_keeps_an_isolated_residual():
    """A top-up takeover takes the bucket, all of it."""
    profile = replace(PLAIN, cross_machine=CrossMachine.TOP_UP, residual=Residual.USER)
    markets = {"AAA": plain_market("AAA", "0.02", TierKey.QUANTITY)}
    book = Book(profile, D(100), markets, (long_of("AAA", 1),))
    walked = walk(book, {"AAA": D(-1)}, LIMITS[-1])
    assert [(h.kind, h.amount) for h in walked.happenings] == [("liquidation", 100)]
    agree(solve(book, Glide.common(book, {}, -1), limit=LIMITS[-1]), walked)


def test_the_largest_maintenance_margin_counts_the_close_fee():
    """MM 10 against 9.8 at the opening mark, and with the fee 11 against 11.8: the 11.8 goes first."""
    profile = replace(PLAIN, victim=Victim.LARGEST_MAINTENANCE, close_fee=D("0.001"))
    rates = {"AAA": "0.01", "BBB": "0.0049"}
    markets = {s: plain_market(s, rate, TierKey.NOTIONAL) for s, rate in rates.items()}
    book = Book(profile, D(350), markets, (long_of("AAA", 1), long_of("BBB", 2)))
    walked = walk(book, {"AAA": D(-1), "BBB": D(-1)}, LIMITS[-1])
    assert [(h.kind, h.position) for h in walked.happenings] == [("liquidation", 1), ("liquidation", 0)]
    agree(solve(book, Glide.common(book, {}, -1), limit=LIMITS[-1]), walked)


@pytest.mark.usefixtures("counted_here")
def test_enough_happened():
    """The comparison is worth something only where there was trouble."""
    for sort, part in (("glide", 60), ("gap", 55)):
        books = tally[f"{sort} books"]
        assert books >= BOOKS * 9 // 10, tally
        assert tally[f"{sort} eventful"] >= books * part // 100, tally
    assert tally["glide on the way"] >= BOOKS // 2, tally
    assert tally["refill"] >= BOOKS // 2, tally
    assert tally["liquidation"] >= BOOKS, tally
    assert tally["fund"] >= BOOKS // 5, tally
    assert tally["deleverage"] >= BOOKS // 20, tally
