"""What holds for every account on every glide and after every jump."""

from __future__ import annotations

import decimal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Position, Side
from isocross.account.margin import initial_margin_at, maintenance_margin, unrealised_pnl
from isocross.cascade.events import Account, Event, EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve, solve_gap
from isocross.cascade.timeline import Timeline
from isocross.figures.frame import Frame, Status, frame_at
from isocross.figures.prices import account_worst_case, bankruptcy_prices, liquidation_prices, worst_case
from isocross.figures.standings import Standings
from isocross.money import CONTEXT, MONEY_GRID, PLACE_GRID
from isocross.moves import add_margin, available, flip, flip_all, remove_margin, set_leverage
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.json import frame_json
from isocross.rules.market import Ladder, Market, Tier
from isocross.rules.profile import Basis, Residual, TierMethod, Victim
from isocross.workspace import PathKind
from tests.brute.books import LEVERAGES, Case, anything, cases
from tests.brute.picking import pick

D = Decimal
ZERO = D(0)
EXAMPLES = settings.default.max_examples
RARE = 10
FALL = D("0.95")
RISE = D(2)
LIMITS = (D(0), D("0.05"), D("0.1234567890123456789"), D(1) / 3, D("0.6"), D("0.9"))
GAPS = tuple(D(x) for x in ("0.1", "0.3", "0.6", "0.9"))
TINY = D("1e-40")
TICK = D("1e-9")
PARTS = ("own_margin", "unused", "others", "fund")

tally: Counter[str] = Counter()


@pytest.fixture(autouse=True, scope="module")
def wide_enough() -> Iterator[None]:
    """The sums of the tests are exact too."""
    with decimal.localcontext(CONTEXT):
        yield


def glide_of(case: Case) -> Glide:
    return Glide.common(case.book, case.betas, case.direction)


def end_of(case: Case) -> Decimal:
    return FALL if case.direction < 0 else RISE


def glide(case: Case) -> Timeline:
    return solve(case.book, glide_of(case), end_of(case))


def frames(case: Case, whole: Timeline) -> list[Frame]:
    """Frames at the opening, at places on the way and at the end."""
    places = [end_of(case) * part / 4 for part in range(5)]
    return [frame_at(whole, whole, place) for place in places]


@st.composite
def passed(draw) -> tuple[Case, Timeline]:
    """A case and what happens in it, on a glide or at a jump."""
    case = draw(anything)
    size = pick(draw, (None, None, *GAPS))
    timeline = glide(case) if size is None else solve_gap(case.book, glide_of(case), size)
    tally.update(event.kind.value for event in timeline.events)
    return case, timeline


def deaths(timeline: Timeline) -> list[Event]:
    return [event for event in timeline.events if event.kind is EventKind.LIQUIDATION]


def mode_of(timeline: Timeline, event: Event) -> Mode:
    return Mode.CROSS if event.position is None else timeline.book.positions[event.position].mode


def moved(event: Event, account: Account) -> Decimal:
    return sum((p.amount for p in event.postings if p.account is account), ZERO)


def shape(timeline: Timeline) -> list[tuple[str, str | None, Decimal, Decimal]]:
    """What happened to whom, where and how much, by id."""
    ids = [p.id for p in timeline.book.positions]
    return [
        (event.kind.value, None if event.position is None else ids[event.position], event.place, event.amount)
        for event in timeline.events
    ]


def alike(one: Decimal, other: Decimal, tolerance: str = "1e-9") -> bool:
    return abs(one - other) <= D(tolerance) * max(1, abs(one), abs(other))


def surplus(standings: Standings, index: int, mark: Decimal) -> Decimal:
    """g of the scope of a position with its market at a mark and the others where they are, term by term."""
    book = standings.book
    symbol = book.positions[index].market
    marks = dict(standings.marks) | {symbol: mark}
    members = standings.pool_members if standings.pooled(index) else [index]
    cash = standings.ledger.pool if standings.pooled(index) else standings.cash_behind(index)
    for i in members:
        held = book.positions[i]
        at = marks[held.market]
        cash += unrealised_pnl(held, at) - maintenance_margin(held, book.profile, book.market_of(held).ladder, at)
    return cash


def opening(book: Book) -> Standings:
    return Standings.at(Ledger(book), {symbol: market.mark for symbol, market in book.markets.items()})


def corners(book: Book, symbol: str) -> list[Decimal]:
    """Every mark of a market at which a position in it changes tiers."""
    starts = book.markets[symbol].ladder.starts[1:]
    return sorted({start / p.quantity for p in book.positions if p.market == symbol for start in starts})


# --- cash ----------------------------------------------------------------------------------------


@given(passed())
def test_every_event_posts_twice_and_no_money_appears_or_vanishes(given_case):
    case, timeline = given_case
    ledger = Ledger(case.book)
    opened_with = case.book.wallet + (case.book.fund or ZERO)
    assert ledger.total == opened_with
    for event in timeline.events:
        assert sum((p.amount for p in event.postings), ZERO) == 0
        assert all(p.amount % MONEY_GRID == 0 for p in event.postings)
        ledger.apply(event)
        assert ledger.total == opened_with


@given(passed())
def test_a_fund_with_a_limit_is_never_overdrawn_and_the_other_side_pays_only_when_it_is_empty(given_case):
    case, timeline = given_case
    ledger = Ledger(case.book)
    for event in timeline.events:
        ledger.apply(event)
        assert case.book.fund is None or ledger.fund >= 0
        if event.kind is EventKind.DELEVERAGE:
            assert case.book.fund is not None
            assert ledger.fund == 0


@given(passed())
def test_an_isolated_position_never_loses_more_than_its_margin(given_case):
    case, timeline = given_case
    ledger = Ledger(case.book)
    for event in timeline.events:
        before = ledger.wallet
        ledger.apply(event)
        if event.position is None or mode_of(timeline, event) is Mode.CROSS:
            continue
        margin = case.book.positions[event.position].margin
        assert before - ledger.wallet <= margin
        assert ledger.margins[event.position] == 0
        if event.kind is EventKind.LIQUIDATION:
            assert before - ledger.wallet == event.amount
            tally["isolated gone past its margin"] += event.figures.equity < 0


@given(passed())
def test_an_isolated_position_under_its_margin_loses_all_of_it_where_the_residual_is_the_funds(given_case):
    case, timeline = given_case
    for event in deaths(timeline):
        if mode_of(timeline, event) is Mode.CROSS:
            continue
        margin = case.book.positions[event.position].margin
        left = max(ZERO, margin + event.figures.pnl)
        to_user = left - event.figures.fee if case.book.profile.residual is Residual.USER else ZERO
        assert event.amount == margin - to_user
        assert moved(event, Account.POOL) == to_user
        assert moved(event, Account.FUND) <= left - to_user


@given(passed())
def test_neither_the_pool_nor_an_isolated_position_reaches_the_others_cash(given_case):
    case, timeline = given_case
    for event in timeline.events:
        if mode_of(timeline, event) is Mode.ISOLATED:
            assert {p.position for p in event.postings if p.account is Account.MARGIN} <= {event.position}
            if case.book.profile.residual is Residual.FUND:
                assert moved(event, Account.POOL) == 0
        else:
            touched = {p.position for p in event.postings if p.account is Account.MARGIN}
            assert all(case.book.positions[i].mode is Mode.CROSS for i in touched)


@given(passed())
def test_what_a_closed_pool_position_lost_is_what_the_pool_lost_and_its_fee_is_at_most_what_was_left(given_case):
    case, timeline = given_case
    profile = case.book.profile
    for event in deaths(timeline):
        if case.book.top_up or mode_of(timeline, event) is Mode.ISOLATED:
            continue
        position = case.book.positions[event.position]
        pnl, fee = event.figures.pnl, event.figures.fee
        assert alike(pnl, unrealised_pnl(position, event.mark), "1e-17")
        assert (moved(event, Account.POOL), moved(event, Account.FEES)) == (pnl - fee, fee)
        assert moved(event, Account.COUNTERPARTY) == -pnl
        assert 0 <= fee <= max(ZERO, event.figures.equity)
        wanted = position.quantity * event.mark * profile.liquidation_fee
        assert alike(fee, min(wanted, max(ZERO, event.figures.equity)), "1e-17")


@given(passed())
def test_a_pool_without_positions_is_never_left_below_zero(given_case):
    case, timeline = given_case
    if case.book.top_up:
        return
    ledger = Ledger.after(case.book, timeline.events)
    if ledger.pool < 0:
        assert ledger.open_in(Mode.CROSS)


@given(passed())
def test_a_topped_up_position_that_is_taken_over_loses_its_whole_bucket_whoever_keeps_an_isolated_residual(given_case):
    case, timeline = given_case
    ledger = Ledger(case.book)
    for event in timeline.events:
        if case.book.top_up and event.kind is EventKind.LIQUIDATION and mode_of(timeline, event) is Mode.CROSS:
            assert event.amount == ledger.margins[event.position] == -moved(event, Account.MARGIN)
            assert moved(event, Account.POOL) == 0
        ledger.apply(event)


# --- events --------------------------------------------------------------------------------------


@given(passed())
def test_a_position_ends_at_most_once_and_nothing_happens_to_it_after(given_case):
    _, timeline = given_case
    ended: set[int] = set()
    for event in timeline.events:
        if event.kind in (EventKind.LIQUIDATION, EventKind.REFILL):
            assert event.position not in ended
        if event.kind is EventKind.LIQUIDATION:
            ended.add(event.position)
    covers = [e for e in timeline.events if e.kind in (EventKind.FUND, EventKind.DELEVERAGE)]
    assert len(covers) <= 2 * len(ended)


@given(passed())
def test_a_refill_empties_the_unused_cash_or_lifts_equity_to_its_target_once_a_place(given_case):
    case, timeline = given_case
    ledger = Ledger(case.book)
    seen = set()
    for event in timeline.events:
        if event.kind is EventKind.REFILL:
            position = case.book.positions[event.position]
            target = max(position.initial_margin, initial_margin_at(position, event.mark))
            after = event.figures.equity + event.amount
            assert 0 < event.amount <= ledger.pool
            assert event.amount == ledger.pool or alike(after, target, "1e-17")
            assert after <= target + MONEY_GRID
            assert (event.position, event.place) not in seen
            seen.add((event.position, event.place))
        ledger.apply(event)
        assert not case.book.top_up or ledger.pool >= min(ZERO, case.book.unused)


@given(passed())
def test_a_top_up_position_is_taken_over_only_when_nothing_is_left_to_draw(given_case):
    case, timeline = given_case
    ledger = Ledger(case.book)
    for event in timeline.events:
        if case.book.top_up and event.kind is EventKind.LIQUIDATION and mode_of(timeline, event) is Mode.CROSS:
            position = case.book.positions[event.position]
            target = max(position.initial_margin, initial_margin_at(position, event.mark))
            assert ledger.pool <= 0 or event.figures.equity >= target - MONEY_GRID
        ledger.apply(event)


@given(passed())
def test_what_ends_was_at_its_line_and_what_goes_on_is_above_it(given_case):
    """Every scope that is at its line has an event; a place on the way is rounded outward by less than its grid."""
    case, timeline = given_case
    for event in timeline.events:
        if event.kind in (EventKind.LIQUIDATION, EventKind.REFILL):
            slack = sum((p.quantity * case.book.market_of(p).mark for p in case.book.positions), ZERO)
            room = event.figures.equity - event.figures.maintenance_margin
            assert room <= slack * 4 * PLACE_GRID
    standings = Standings.at(Ledger.after(case.book, timeline.events), timeline.path.marks(timeline.limit))
    for i in standings.pnl:
        room = surplus(standings, i, standings.marks[case.book.positions[i].market])
        assert room >= 0 or alike(room, ZERO, "1e-12"), i


@given(anything)
def test_the_way_to_a_nearer_place_is_the_beginning_of_the_way_to_a_farther_one(case: Case):
    whole = glide(case)
    happened = [event.place for event in whole.events]
    edges = [place + step for place in happened[:2] for step in (-PLACE_GRID, ZERO, PLACE_GRID / 3)]
    for limit in [limit for limit in (*LIMITS, *edges) if 0 <= limit <= whole.limit]:
        assert solve(case.book, whole.path, limit).events == whole.until(limit)


@given(anything, st.sampled_from(GAPS))
def test_the_same_account_has_the_same_timeline_whatever_surrounds_it(case: Case, size: Decimal):
    """Solved again, with its markets in another order, under a narrow decimal context."""
    turned = replace(case.book, markets=dict(reversed(case.book.markets.items())))
    again = Case(turned, dict(reversed(case.betas.items())), case.direction)
    with decimal.localcontext(decimal.Context(prec=6)):
        narrow = glide(again).events, solve_gap(again.book, glide_of(again), size).events
        rehearsal = GlideRehearsal(again.book, again.betas)
        shown = rehearsal.frame(case.direction * D("0.5")).account
    assert narrow == (glide(case).events, solve_gap(case.book, glide_of(case), size).events)
    assert shown == GlideRehearsal(case.book, case.betas).frame(case.direction * D("0.5")).account


def has_ties(timeline: Timeline) -> bool:
    """Whether the order in the file had to decide something."""
    book = timeline.book
    isolated = [e.place for e in deaths(timeline) if mode_of(timeline, e) is Mode.ISOLATED]
    if len(isolated) != len(set(isolated)):
        return True
    ledger = Ledger(book)
    for event in timeline.events:
        if event.kind is EventKind.LIQUIDATION and mode_of(timeline, event) is Mode.CROSS:
            standings = Standings.at(ledger, timeline.path.marks(event.place))
            members = standings.pool_members
            for keys in (standings.pnl, standings.maintenance_margin):
                if len({keys[i] for i in members}) != len(members):
                    return True
        ledger.apply(event)
    return False


@given(anything, st.randoms(use_true_random=False))
def test_the_order_in_the_file_decides_nothing_in_a_pool_without_ties(case: Case, random):
    if case.book.top_up:
        return
    whole = glide(case)
    if has_ties(whole):
        return
    shuffled = list(case.book.positions)
    random.shuffle(shuffled)
    other = glide(replace(case, book=replace(case.book, positions=tuple(shuffled))))
    assert shape(other) == shape(whole)
    tally["shuffled with deaths"] += len(deaths(whole)) > 1


# --- prices --------------------------------------------------------------------------------------


@given(cases())
def test_at_a_liquidation_price_equity_meets_maintenance_margin_and_nowhere_nearer(case: Case):
    """Between the mark and the price, on both sides, g keeps its sign; at the price it is 0, or jumps over it."""
    standings = opening(case.book)
    prices = liquidation_prices(standings)
    for i, position in enumerate(case.book.positions):
        mark = standings.marks[position.market]
        here = surplus(standings, i, mark)
        if here == 0:
            assert prices[i] == mark
            continue
        due = (lambda g: g <= 0) if here > 0 else (lambda g: g >= 0)
        price = prices[i]
        reach = None if price is None else abs(price - mark)
        low = mark * TINY if reach is None else max(mark * TINY, mark - reach)
        high = mark * 10**6 if reach is None else mark + reach
        borders = [edge * (1 + sign * TINY) for edge in corners(case.book, position.market) for sign in (-1, 0, 1)]
        inside = [m for m in (*borders, low * (1 + TINY), high * (1 - TINY), mark) if low < m < high]
        assert not any(due(surplus(standings, i, m)) for m in inside), (i, price)
        if price is not None:
            # where it jumps right here, it is another one to the left or to the right of the mark
            ways = (price - mark,) if price != mark else (mark, -mark)
            g, beyond = surplus(standings, i, price), [surplus(standings, i, price + way * TINY) for way in ways]
            assert due(g) or alike(g, ZERO, "1e-30") or any(map(due, beyond)), (i, price)
            jumps = case.book.profile.tier_method is TierMethod.FLAT and price in borders
            assert jumps or alike(g, ZERO, "1e-30"), (i, price, g)
            tally["liquidation prices"] += 1


def alone(standings: Standings, index: int) -> Book:
    """The scope of a position as an account of its own: the pool, or the position and the cash behind it."""
    book = standings.book
    if standings.pooled(index):
        members = tuple(p for p in book.positions if p.mode is Mode.CROSS)
        return replace(book, positions=members, wallet=book.pool_cash)
    position = book.positions[index]
    return replace(book, positions=(position,), wallet=standings.cash_behind(index))


@given(cases())
def test_a_tick_beyond_its_liquidation_price_it_is_liquidated_and_a_tick_before_it_is_not(case: Case):
    standings = opening(case.book)
    prices = liquidation_prices(standings)
    for i, position in enumerate(case.book.positions):
        price, mark = prices[i], standings.marks[position.market]
        if price is None or price == mark or surplus(standings, i, mark) <= 0:
            continue
        book = alone(standings, i)
        reach = abs(price / mark - 1)
        path = Glide.towards(book, {position.market: D(1) if price > mark else D(-1)})
        assume(reach > TICK)
        assert not deaths(solve(book, path, reach - TICK))
        fallen = deaths(solve(book, path, reach + TICK))
        assert fallen
        assert standings.pooled(i) or len(fallen) == 1
        tally["walked to the price"] += 1


@given(cases())
def test_at_a_bankruptcy_price_equity_is_gone(case: Case):
    standings = opening(case.book)
    for i, price in bankruptcy_prices(standings).items():
        if price is None:
            continue
        position = case.book.positions[i]
        marks = dict(standings.marks) | {position.market: price}
        there = Standings.at(Ledger(case.book), marks)
        equity = there.pool_equity if there.pooled(i) else there.cash_behind(i) + there.pnl[i]
        assert alike(equity, ZERO, "1e-30")


@given(cases(), st.sampled_from(("0.01", "0.1", "0.5", "1")))
def test_adding_margin_never_brings_a_trigger_nearer(case: Case, part: str):
    standings, flat = opening(case.book), case.book.profile.tier_method is TierMethod.FLAT
    free = (available(case.book) * D(part)).quantize(MONEY_GRID, rounding=decimal.ROUND_FLOOR)
    for i, position in enumerate(case.book.positions):
        mark = standings.marks[position.market]
        outcome = add_margin(case.book, position.id, free) if free > 0 else None
        if outcome is None or outcome.after is None or surplus(standings, i, mark) <= 0:
            continue
        before, after = (liquidation_prices(s)[i] for s in (standings, opening(outcome.after)))
        assert after is None or abs(after - mark) >= abs(before - mark)
        if position.mode is Mode.ISOLATED:
            assert after is None or abs(after - mark) > abs(before - mark) or flat
            falls = [[e.place for e in deaths(glide(c)) if e.position == i] for c in (case, case_of(case, outcome))]
            assert not falls[1] or falls[0][0] <= falls[1][0]
            tally["margin added"] += 1


def case_of(case: Case, outcome) -> Case:
    return replace(case, book=outcome.after)


@given(cases(), st.sampled_from(LEVERAGES))
def test_leverage_moves_nothing_in_a_pool(case: Case, leverage: Decimal):
    if case.book.top_up:
        return
    for position in case.book.positions:
        if position.mode is Mode.CROSS:
            after = set_leverage(case.book, position.id, leverage).after
            if after is not None:
                assert liquidation_prices(opening(after)) == liquidation_prices(opening(case.book))
                assert shape(glide(replace(case, book=after))) == shape(glide(case))
                tally["leverage set"] += after != case.book


# --- who pays, worst cases -----------------------------------------------------------------------


@given(anything)
def test_who_pays_is_never_negative_and_sums_to_the_loss(case: Case):
    whole = glide(case)
    for frame in frames(case, whole):
        for row in frame.positions:
            parts = [getattr(row.paid_by, part) for part in PARTS]
            assert min(parts) >= 0, row.position.id
            if row.status is not Status.LIQUIDATED:
                assert row.paid_by.total == max(ZERO, -row.unrealised_pnl)
                tally["open losers"] += row.paid_by.total > 0
                tally["overflows"] += row.paid_by.total > row.paid_by.own_margin
                tally["others pay"] += row.paid_by.others > 0


@given(anything)
def test_who_paid_is_frozen_at_death(case: Case):
    whole = glide(case)
    last = frames(case, whole)[-1]
    for event in deaths(whole):
        assert last.positions[event.position].paid_by == event.paid_by
        if mode_of(whole, event) is Mode.CROSS and not case.book.top_up:
            assert event.paid_by.total == max(ZERO, event.amount)
        else:
            assert event.paid_by.own_margin + event.paid_by.unused == max(ZERO, event.amount)
            assert event.paid_by.fund == max(ZERO, -event.figures.cash - event.figures.pnl)


@given(passed())
def test_the_fund_part_of_a_dead_pool_is_what_the_fund_and_the_other_side_paid(given_case):
    case, timeline = given_case
    if case.book.top_up:
        return
    paid = sum((e.amount for e in timeline.events if e.position is None), ZERO)
    owed = [e.paid_by.fund for e in deaths(timeline) if mode_of(timeline, e) is Mode.CROSS]
    ledger = Ledger.after(case.book, timeline.events)
    if not ledger.open_in(Mode.CROSS):
        assert sum(owed, ZERO) == paid
        assert ledger.owed_by_fund == 0
        tally["pools that the fund paid for"] += paid > 0
    else:
        assert paid == 0


@given(passed())
def test_the_fund_part_of_a_takeover_is_what_the_fund_and_the_other_side_paid(given_case):
    case, timeline = given_case
    covered = Counter()
    for event in timeline.events:
        if event.position is not None and event.kind in (EventKind.FUND, EventKind.DELEVERAGE):
            covered[event.position] += event.amount
    for event in deaths(timeline):
        if case.book.top_up or mode_of(timeline, event) is Mode.ISOLATED:
            assert covered[event.position] == event.paid_by.fund


@given(passed())
def test_an_account_never_loses_more_than_its_cash_and_a_pool_never_more_than_the_pools(given_case):
    """Where a top-up account has the cash its buckets hold."""
    case, timeline = given_case
    if case.book.top_up and case.book.unused < 0:
        return
    ledger = Ledger(case.book)
    marks = timeline.path.marks(timeline.limit)
    for event in timeline.events:
        ledger.apply(event)
    owed = sum((Standings.at(ledger, marks).pnl.values()), ZERO)
    assert ledger.wallet + owed >= 0
    if not case.book.top_up and case.book.profile.residual is Residual.FUND:
        crossed = [e for e in timeline.events if mode_of(timeline, e) is Mode.CROSS]
        lost = -sum((moved(event, Account.POOL) for event in crossed), ZERO)
        assert lost <= max(ZERO, case.book.pool_cash) or ledger.open_in(Mode.CROSS)


@given(passed())
def test_the_worst_case_of_a_position_with_a_bucket_is_never_exceeded(given_case):
    case, timeline = given_case
    for event in deaths(timeline):
        position = case.book.positions[event.position]
        if position.mode is Mode.ISOLATED or (case.book.top_up and plain(case.book)):
            assert event.amount <= worst_case(case.book, event.position)
            tally["worst cases"] += 1


def plain(book: Book) -> bool:
    """Isolated cash never comes back to the pool, requirements vanish with their marks, buckets hold cash there is."""
    backed = not book.top_up or book.unused >= 0
    return backed and book.profile.residual is Residual.FUND and book.profile.maintenance_basis is Basis.MARK


@given(anything)
def test_the_worst_case_of_an_account_is_never_exceeded(case: Case):
    sides = {(p.market, p.side) for p in case.book.positions if p.mode is Mode.CROSS}
    if not plain(case.book) or len({market for market, _ in sides}) < len(sides):
        return
    whole = glide(case)
    most = account_worst_case(case.book)
    for frame in frames(case, whole):
        assert case.book.wallet - frame.account.equity <= most
        tally["worst cases of accounts"] += bool(frame.events)


# --- moves ---------------------------------------------------------------------------------------


@given(cases())
def test_flipping_twice_restores_the_book_where_the_margin_was_initial_and_there_was_no_open_loss(case: Case):
    standings = opening(case.book)
    for i, position in enumerate(case.book.positions):
        ordinary = position.given_margin is None and standings.pnl[i] >= 0
        once = flip(case.book, position.id)
        if once.after is None or not (ordinary or case.book.top_up):
            continue
        twice = flip(once.after, position.id)
        assert twice.after is None or twice.after == case.book
        assert twice.after is None or twice.cash_moved == -once.cash_moved
        tally["flipped twice"] += twice.after is not None


@given(cases())
def test_a_flip_moves_cash_and_makes_none_and_liquidates_nothing_at_once(case: Case):
    before = solve(case.book, glide_of(case), ZERO)
    for position in case.book.positions:
        outcome = flip(case.book, position.id)
        if outcome.after is None:
            tally["flips refused"] += 1
            continue
        assert outcome.after.wallet == case.book.wallet
        others = [p for p in case.book.positions if p.id != position.id]
        assert [p for p in outcome.after.positions if p.id != position.id] == others
        flipped = outcome.after.positions[case.book.index_of(position.id)]
        assert replace(flipped, mode=position.mode, given_margin=position.given_margin) == position
        books = (case.book, outcome.after)
        kept = [sum(p.margin for p in b.positions if b.has_bucket(p)) for b in books]
        assert outcome.cash_moved == kept[1] - kept[0]
        totals = [b.wallet + sum(opening(b).pnl.values()) for b in books]
        assert totals[0] == totals[1]
        if not before.events:
            assert not solve(outcome.after, glide_of(case), ZERO).events
            tally["flips done"] += 1


@given(cases())
def test_a_refused_move_changes_nothing(case: Case):
    book = case.book
    kept = replace(book, positions=tuple(replace(p) for p in book.positions), markets=dict(book.markets))
    for position in book.positions:
        moves = (
            flip(book, position.id),
            flip_all(book),
            add_margin(book, position.id, available(book) + 1),
            add_margin(book, position.id, ZERO),
            remove_margin(book, position.id, position.margin),
            set_leverage(book, position.id, D(126)),
            set_leverage(book, position.id, D("0.5")),
        )
        assert all(move.after is None for move in moves[2:])
        for move in moves:
            assert (move.after is None) == (move.refusal is not None)
            assert move.before == kept
            assert move.after is not None or (move.cash_moved, move.remark) == (0, "")


@given(cases())
def test_all_flip_or_none_and_in_file_order(case: Case):
    at, stopped = case.book, False
    for position in case.book.positions:
        outcome = flip(at, position.id)
        stopped = stopped or outcome.after is None
        at = outcome.after or at
        if stopped:
            break
    assert flip_all(case.book).after == (None if stopped else at)


# --- the same account in other words --------------------------------------------------------------


def rescaled(case: Case, money: Decimal, price: Decimal) -> Case:
    """Every amount of money times one factor, every price times another."""
    book, quantity = case.book, money / price
    by_quantity = book.profile.tier_key.value == "quantity"
    size = quantity if by_quantity else money

    def tier(step: Tier) -> Tier:
        return replace(step, start=step.start * size, deduction=step.deduction * size)

    def position(p: Position) -> Position:
        given_margin = None if p.given_margin is None else p.given_margin * money
        return replace(p, quantity=p.quantity * quantity, entry=p.entry * price, given_margin=given_margin)

    markets = {
        s: Market(s, m.mark * price, replace(m.ladder, tiers=tuple(map(tier, m.ladder.tiers))))
        for s, m in book.markets.items()
    }
    fund = None if book.fund is None else book.fund * money
    changed = replace(
        book, wallet=book.wallet * money, markets=markets, positions=tuple(map(position, book.positions)), fund=fund
    )
    return replace(case, book=changed)


@given(cases())
def test_ten_times_the_price_of_a_tenth_of_the_quantity_is_the_same_account(case: Case):
    assert shape(glide(rescaled(case, D(1), D(10)))) == shape(glide(case))


@given(cases())
def test_ten_times_the_money_and_the_quantities_loses_ten_times_as_much_at_the_same_places(case: Case):
    small, large = shape(glide(case)), shape(glide(rescaled(case, D(10), D(1))))
    assert [event[:2] for event in small] == [event[:2] for event in large]
    for (_, _, place, amount), (_, _, same_place, tenfold) in zip(small, large, strict=True):
        assert abs(place - same_place) <= 2 * PLACE_GRID
        assert alike(amount * 10, tenfold)


@given(anything)
def test_a_market_without_a_position_changes_nothing(case: Case):
    spare = Market("ZZZ", D(7), next(iter(case.book.markets.values())).ladder)
    more = replace(case.book, markets={"ZZZ": spare, **case.book.markets})
    assert glide(replace(case, book=more)).events == glide(case).events
    end = case.direction * D("0.5")
    ours, theirs = (GlideRehearsal(book, case.betas).frame(end) for book in (case.book, more))
    assert (theirs.account, theirs.positions) == (ours.account, ours.positions)


@given(anything)
def test_an_isolated_position_fares_as_it_would_alone(case: Case):
    case = replace(case, book=replace(case.book, fund=None))
    together = shape(glide(case))
    for position in case.book.positions:
        if position.mode is Mode.ISOLATED:
            lonely = replace(case.book, positions=(position,), wallet=position.margin)
            events = shape(glide(replace(case, book=lonely)))
            assert events == [event for event in together if event[1] == position.id]
            tally["isolated alone"] += bool(events)


@given(anything)
def test_cross_positions_fare_as_they_would_without_the_isolated_ones(case: Case):
    profile = replace(case.book.profile, residual=Residual.FUND)
    case = replace(case, book=replace(case.book, fund=None, profile=profile))
    cross = tuple(p for p in case.book.positions if p.mode is Mode.CROSS)
    apart = {p.id for p in case.book.positions} - {p.id for p in cross}
    if not cross:
        return
    rest = replace(case.book, positions=cross, wallet=case.book.pool_cash)
    assert shape(glide(replace(case, book=rest))) == [e for e in shape(glide(case)) if e[1] not in apart]
    tally["cross alone"] += bool(apart)


def mirrored(case: Case) -> Case:
    """Longs for shorts around the mark: what fell now rises."""
    book = case.book
    positions = tuple(
        replace(
            p,
            side=Side.SHORT if p.side is Side.LONG else Side.LONG,
            entry=2 * book.market_of(p).mark - p.entry,
            leverage=p.leverage * (2 * book.market_of(p).mark - p.entry) / p.entry,
        )
        for p in book.positions
    )
    return replace(case, book=replace(book, positions=positions), direction=-case.direction)


@given(cases())
def test_a_short_is_a_long_in_the_mirror(case: Case):
    """Without maintenance margin both sides of a mark are alike, as far as no mark comes to zero."""
    markets = {
        s: replace(m, ladder=Ladder((Tier(ZERO, ZERO, D(125)),), m.ladder.key)) for s, m in case.book.markets.items()
    }
    # of maintenance margins that are all nothing none is the largest: the order of longs and shorts would decide
    profile = replace(case.book.profile, close_fee=ZERO, liquidation_fee=ZERO, victim=Victim.LARGEST_LOSS)
    given_margins = tuple(replace(p, given_margin=p.margin) for p in case.book.positions)
    case = replace(case, book=replace(case.book, markets=markets, profile=profile, positions=given_margins))
    other = mirrored(case)
    steepest = max([abs(beta) for beta in case.betas.values()] + [D(1)])
    limit = min(end_of(case), end_of(other)) / steepest
    ours, theirs = (shape(solve(c.book, glide_of(c), limit)) for c in (case, other))
    if not case.book.top_up:
        assert ours == theirs
        tally["mirrored"] += bool(ours)


# --- what is shown -------------------------------------------------------------------------------


@given(anything)
def test_a_frame_is_the_ledger_replayed_to_its_place(case: Case):
    whole = glide(case)
    for frame in frames(case, whole):
        ledger = Ledger(case.book)
        for event in whole.events:
            if event.place <= frame.place:
                ledger.apply(event)
        account = frame.account
        assert (account.wallet, account.fund, account.fees, account.counterparty) == (
            ledger.wallet,
            ledger.fund,
            ledger.fees,
            ledger.counterparty,
        )
        pnl = [unrealised_pnl(p, frame.marks[p.market]) for p in case.book.positions]
        live = [i for i, is_open in enumerate(ledger.is_open) if is_open]
        assert account.equity == ledger.wallet + sum((pnl[i] for i in live), ZERO)
        assert [row.index for row in frame.positions if row.status is not Status.LIQUIDATED] == live
        for row in frame.positions:
            if row.index not in live:
                assert (row.margin, row.notional, row.unrealised_pnl, row.equity) == (0, 0, 0, 0)
                assert (row.initial_margin, row.maintenance_margin, row.margin_ratio) == (0, 0, None)
                assert row.death is not None
                continue
            held = row.position
            assert row.margin == (ledger.margins[row.index] if case.book.has_bucket(held) else held.margin)
            assert (row.unrealised_pnl, row.equity) == (pnl[row.index], row.margin + pnl[row.index])
            need = maintenance_margin(held, case.book.profile, case.book.market_of(held).ladder, row.mark)
            assert row.maintenance_margin == need
        kept = [ledger.margins[i] for i in live if case.book.positions[i].mode is Mode.ISOLATED]
        assert account.isolated_margin == sum(kept, ZERO)
        if account.pool_equity is not None:
            pooled = [i for i in live if case.book.positions[i].mode is Mode.CROSS]
            assert account.pool_equity == ledger.pool + sum((pnl[i] for i in pooled), ZERO)


@given(
    cases(), st.sampled_from((PathKind.WHAT_IF, PathKind.GAP)), st.sampled_from(("-0.7", "-0.25", "0", "0.4", "1.5"))
)
def test_a_report_reads_back_to_the_figures_of_the_frame(case: Case, kind: PathKind, shock: str):
    rehearsal = GlideRehearsal(case.book, case.betas, kind)
    frame = rehearsal.frame(D(shock))
    told = frame_json("any", rehearsal, D(shock))

    def same(word: str | None, figure: Decimal | None) -> bool:
        if word is None or figure is None:
            return word is figure
        return abs(D(word) - figure) <= abs(figure) * D("1e-39")

    for key in set(told["account"]) - {"status"}:
        assert same(told["account"][key], getattr(frame.account, key)), key
    for row, spoken in zip(frame.positions, told["positions"], strict=True):
        for key in ("margin", "notional", "unrealised_pnl", "equity", "initial_margin", "maintenance_margin"):
            assert same(spoken[key], getattr(row, key)), key
        for key in ("margin_ratio", "liquidation_price", "joint_trigger", "bankruptcy_price", "worst_case", "mark"):
            assert same(spoken[key], getattr(row, key)), key
        for part in PARTS:
            assert same(spoken["paid_by"][part], getattr(row.paid_by, part)), part
    for event, spoken in zip(frame.events, told["events"], strict=True):
        assert same(spoken["amount"], event.amount)
        assert D(spoken["move"]) == frame.path.move(event.place)


@pytest.mark.usefixtures("counted_here")
def test_enough_happened():
    """The properties are worth something only where there was trouble."""
    floors = {
        "liquidation": 10,
        "refill": 3,
        "fund": 2,
        "deleverage": 0.5,
        "isolated gone past its margin": 0.1,
        "liquidation prices": 1,
        "walked to the price": 1,
        "margin added": 0.3,
        "leverage set": 0.3,
        "open losers": 2,
        "overflows": 1,
        "others pay": 0.2,
        "pools that the fund paid for": 0.05,
        "worst cases": 0.4,
        "worst cases of accounts": 0.2,
        "flips done": 0.3,
        "flips refused": 0.5,
        "flipped twice": 0.3,
        "isolated alone": 0.3,
        "cross alone": 0.15,
        "shuffled with deaths": 0.1,
        "mirrored": 0.1,
    }
    # of what is rare a short run may see too little to count
    counted = {name: floor * EXAMPLES for name, floor in floors.items() if floor * EXAMPLES >= RARE}
    missed = {name: tally[name] for name, floor in counted.items() if tally[name] < floor / 2}
    assert not missed, tally
