"""Orders that are filled, against the referee that walks, and what holds for every one of them."""

from __future__ import annotations

import decimal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, note, settings
from hypothesis import strategies as st

from isocross.account.book import Book
from isocross.cascade.events import Account, EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve, solve_gap
from isocross.cascade.timeline import Timeline
from isocross.money import CONTEXT
from isocross.paths.glide import Glide
from isocross.paths.walk import Step, Walk
from isocross.rehearsal.run import live
from tests.brute.books import Case
from tests.brute.orders import JumpingAccount, OrderedAccount, ordered
from tests.brute.stepping import Happening, Walked, gap_to, walk
from tests.isocross.cascade.test_against_stepping import PLACE_TOLERANCE, close, marks_of, posted, without_dust

D = Decimal
ENDS = {-1: D("0.9"), 1: D("1.5")}
KINDS = ("refill", "liquidation", "fund", "deleverage", "fill", "order_cancel", "trigger")
TOUCHES = D("1e-9")
EXAMPLES = 2 * settings.default.max_examples
cases = st.one_of(ordered(), ordered(st.just((0, 1, 2))))
tally: Counter[str] = Counter()


@pytest.fixture(autouse=True, scope="module")
def wide_enough() -> Iterator[None]:
    """The sums of the tests are exact too."""
    with decimal.localcontext(CONTEXT):
        yield


def glide_of(case: Case) -> Glide:
    return Glide.common(case.book, case.betas, case.direction)


def end_of(case: Case) -> Decimal:
    return min(ENDS[case.direction], glide_of(case).end)


def told(timeline: Timeline) -> list[Happening]:
    """What happened, as the referee writes it down."""
    found = [
        Happening(e.place, str(e.kind), e.position, D(0) if str(e.kind) in ("order_cancel", "trigger") else e.amount)
        for e in timeline.events
        if str(e.kind) in KINDS
    ]
    return without_dust(found)


def agree(timeline: Timeline, walked: Walked, account: OrderedAccount) -> None:
    """The same events in the same order at the same places with the same amounts, and the same money at the end."""
    solved, happened = told(timeline), without_dust(walked.happenings)
    note("solver:   " + "\n          ".join(map(str, solved)))
    note("stepping: " + "\n          ".join(map(str, happened)))
    assert [(h.kind, h.position) for h in solved] == [(h.kind, h.position) for h in happened]
    for mine, theirs in zip(happened, solved, strict=True):
        assert abs(mine.place - theirs.place) <= PLACE_TOLERANCE, (mine, theirs)
        assert close(mine.amount, theirs.amount), (mine, theirs)
    tally.update(h.kind for h in solved)
    ledger = Ledger.after(timeline.book, timeline.events)
    assert close(walked.ledger.cash, ledger.pool)
    for holding in account.holdings:
        assert holding.open == ledger.is_open[holding.index]
        assert close(holding.bucket or D(0), ledger.margins[holding.index])
        if holding.open:
            mine, theirs = holding.position, ledger.positions[holding.index]
            assert (mine.quantity, mine.leverage) == (theirs.quantity, theirs.leverage)
            assert close(mine.entry, theirs.entry)
    assert close(walked.ledger.fund, posted(timeline, Account.FUND))
    assert close(walked.ledger.fees, posted(timeline, Account.FEES))
    assert close(walked.ledger.counterparty, posted(timeline, Account.COUNTERPARTY))


def kept(kind: type[OrderedAccount], slopes: dict[str, Decimal], made: list[OrderedAccount]):
    """A way to make the account of a walk that keeps it at hand."""

    def make(book: Book) -> OrderedAccount:
        made.append(kind(book, slopes=slopes))
        return made[-1]

    return make


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(cases)
def test_orders_are_triggered_and_filled_where_the_referee_fills_them(case: Case):
    made: list[OrderedAccount] = []
    walked = walk(case.book, case.slopes, end_of(case), kind=kept(OrderedAccount, case.slopes, made))
    assume(walked.narrowest > TOUCHES)
    agree(solve(case.book, glide_of(case), end_of(case)), walked, made[0])


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(cases, st.sampled_from((D("0.05"), D("0.2"), D("0.5"), D("0.8"))))
def test_a_gap_fills_them_at_the_far_side_as_the_referee_does(case: Case, size: Decimal):
    assume(size <= glide_of(case).end)
    made: list[OrderedAccount] = []
    walked = gap_to(case.book, marks_of(case, size), size, kind=kept(JumpingAccount, case.slopes, made))
    agree(solve_gap(case.book, glide_of(case), size), walked, made[0])


@pytest.mark.slow
@given(cases)
def test_money_is_kept_and_nothing_is_filled_twice_and_what_only_closes_opens_nothing(case: Case):
    timeline = solve(case.book, glide_of(case), end_of(case))
    ledger, gone = Ledger(case.book), set[int]()
    total = ledger.total
    for event in timeline.events:
        assert sum((leg.amount for leg in event.postings), D(0)) == 0
        fill = event.fill
        if fill is not None:
            # what it opens after it has closed something, or cannot, is the same order still
            assert fill.order not in gone or not event.orders
        before = list(ledger.is_open), [p.quantity for p in ledger.positions]
        ledger.apply(event)
        assert ledger.total == total
        if event.kind is EventKind.FILL and fill is not None and case.book.orders[fill.order].closes_only:
            assert not fill.opens
            assert all(was or not now for was, now in zip(before[0], ledger.is_open, strict=True))
            assert all(q.quantity <= was for was, q in zip(before[1], ledger.positions, strict=True))
        gone.update(event.orders)
        assert not gone & ledger.reserves.keys()
    filled = Counter(
        e.fill.order for e in timeline.events if e.fill is not None and e.kind is EventKind.FILL and e.orders
    )
    assert all(count == 1 for count in filled.values())


@pytest.mark.slow
@given(cases, st.sampled_from((D("0.04"), D("0.1"), D("0.3"))))
def test_the_way_to_a_nearer_place_is_the_beginning_of_the_way_to_a_farther_one(case: Case, part: Decimal):
    end = end_of(case)
    near, far = (solve(case.book, glide_of(case), at).events for at in (end * part, end))
    assert near == far[: len(near)]
    assert all(event.place > end * part for event in far[len(near) :])


def shape(timeline: Timeline) -> list[object]:
    """What happened to whom, by id."""
    seats, orders = timeline.book.seats, timeline.book.orders
    return [
        (
            str(e.kind),
            e.place,
            e.amount,
            None if e.position is None else seats[e.position].id,
            None if e.fill is None else orders[e.fill.order].id,
        )
        for e in timeline.events
    ]


@pytest.mark.slow
@given(cases, st.randoms())
def test_the_order_of_the_file_decides_nothing(case: Case, random):
    held, resting = list(case.book.positions), list(case.book.orders)
    random.shuffle(held)
    random.shuffle(resting)
    other = replace(case.book, positions=tuple(held), orders=tuple(resting))
    assert shape(solve(case.book, glide_of(case), end_of(case))) == shape(solve(other, glide_of(case), end_of(case)))


@pytest.mark.slow
@given(cases)
def test_a_leg_of_a_walk_is_a_glide(case: Case):
    size = min(D("0.5"), end_of(case))
    glide = solve(case.book, glide_of(case), size)
    opening = {symbol: market.mark for symbol, market in case.book.markets.items()}
    walk_there = Walk(opening, case.betas, (Step(size * case.direction),))
    lived = live(case.book, walk_there)
    one, other = ([(str(e.kind), e.position, e.fill and e.fill.order) for e in t.events] for t in (glide, lived))
    assert one == other
    for mine, theirs in zip(glide.events, lived.events, strict=True):
        assert close(mine.place, theirs.place * size)
        assert close(mine.amount, theirs.amount)


@pytest.mark.usefixtures("counted_here")
def test_enough_happened():
    if sum(tally.values()) > EXAMPLES:
        assert tally["fill"] >= EXAMPLES / 4, tally
        assert tally["liquidation"] >= EXAMPLES / 10, tally
        assert tally["trigger"], tally
        assert tally["order_cancel"], tally
