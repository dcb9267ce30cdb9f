"""One result whatever the order in which a file lists positions and orders, at every venue."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.account.book import Book, Mode
from isocross.cascade.events import Event, EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve, solve_gap
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rehearsal.replay import ReplayPlan, replay
from isocross.rehearsal.run import live
from isocross.rules.catalogue import load_profile, shipped_ids
from isocross.studies.advice import Advisor
from isocross.studies.triage import TriageRow, triage
from isocross.workspace import load_text
from isocross.workspace.build import book_of
from isocross.workspace.changed import tidied
from tests.brute.books import Case, cases
from tests.brute.picking import pick
from tests.isocross.cascade.test_against_procedures import GAPS, resting
from tests.isocross.rehearsal.test_lived_against_stepping import bars_of, histories, walk_of, walks

D = Decimal
BOOKS = settings.default.max_examples
ENOUGH = {"liquidation": 2, "reduction": 10, "fund": 10, "together": 10}
VENUES = tuple(load_profile(venue) for venue in shipped_ids())

tally: Counter[str] = Counter()

at_venues = cases(kinds=st.sampled_from(VENUES))


@st.composite
def listed(draw) -> tuple[Case, Book]:
    """An account at a venue, and the same account in another order."""
    case = draw(at_venues)
    size = pick(draw, (D(1), D(1), D(3000)))
    held = tuple(replace(p, auto_margin=draw(st.booleans()) and p.mode is Mode.ISOLATED) for p in case.book.positions)
    if size > 1:
        # large enough for the steps that a venue takes with large positions alone
        held = tuple(replace(p, quantity=p.quantity * size, given_margin=None) for p in held)
    wallet = max(case.book.wallet * size, sum((p.margin for p in held), D(0)))
    book = replace(case.book, positions=held, wallet=wallet)
    book = replace(book, orders=resting(draw, replace(case, book=book)))
    positions, orders = draw(st.permutations(book.positions)), draw(st.permutations(book.orders))
    return replace(case, book=book), replace(book, positions=tuple(positions), orders=tuple(orders))


def told(book: Book, events: tuple[Event, ...]) -> list[object]:
    """What happened, by the names of positions and orders; what comes at a venue's hours is told in file order."""
    hours = (EventKind.FUNDING, EventKind.SETTLEMENT)
    found = []
    for event in events:
        name = None if event.position is None else book.positions[event.position].id
        orders = frozenset(book.orders[order].id for order in event.orders)
        figures = event.figures if event.kind not in hours else event.figures.quantity
        found.append((event.place, event.kind, name, event.mark, event.amount, figures, event.paid_by, orders))
    # of one hour the order is the file's
    return sorted(found, key=lambda one: (one[0], str(one[2]))) if any(e.kind in hours for e in events) else found


def same(one: Book, other: Book, first: tuple[Event, ...], second: tuple[Event, ...]) -> None:
    assert told(one, first) == told(other, second)
    tally.update(str(event.kind) for event in first)
    places = Counter(event.place for event in first if event.kind in (EventKind.LIQUIDATION, EventKind.REDUCTION))
    tally["together"] += any(count > 1 for count in places.values())


@pytest.mark.slow
@settings(max_examples=BOOKS * 2)
@given(listed(), st.sampled_from((None, *GAPS)))
def test_a_shock_has_one_result_whatever_the_order_of_the_file(pair, gap):
    case, other = pair

    def events(book: Book) -> tuple[Event, ...]:
        path = Glide.common(book, case.betas, case.direction)
        return solve(book, path, D("0.9")).events if gap is None else solve_gap(book, path, gap).events

    assert Ledger(case.book).reserved == Ledger(other).reserved
    same(case.book, other, events(case.book), events(other))


@settings(max_examples=BOOKS // 2)
@given(listed(), walks())
def test_a_walk_has_one_result_whatever_the_order_of_the_file(pair, steps):
    case, other = pair
    one, two = (live(book, walk_of(replace(case, book=book), steps)).events for book in (case.book, other))
    same(case.book, other, one, two)


@settings(max_examples=BOOKS // 2)
@given(listed(), st.data())
def test_a_replay_has_one_result_whatever_the_order_of_the_file(pair, data):
    case, other = pair
    history = data.draw(histories(sorted(case.book.markets)))
    rate = pick(data.draw, (None, D("0.001"), D("-0.02")))
    plan = ReplayPlan(rates=rate)
    one, two = (replay(book, bars_of(history), plan).events for book in (case.book, other))
    same(case.book, other, one, two)


@pytest.mark.slow
@settings(max_examples=BOOKS // 2)
@given(listed())
def test_what_to_close_first_is_the_same_whatever_the_order_of_the_file(pair):
    case, other = pair
    one, two = (triage(GlideRehearsal(book, case.betas), case.direction) for book in (case.book, other))
    assert [counselled(row) for row in one.rows] == [counselled(row) for row in two.rows]


@settings(max_examples=BOOKS // 2)
@given(listed())
def test_advice_on_modes_is_the_same_whatever_the_order_of_the_file(pair):
    case, other = pair
    one, two = (Advisor(GlideRehearsal(book, case.betas)).advise((D("-0.3"), D("0.2"))) for book in (case.book, other))
    assert one == two


def counselled(row: TriageRow) -> list[object]:
    """What triage says of a position."""
    reaches = [
        remedy.reach and (*remedy.reach.rank, remedy.reach.firsts) for remedy in (row.close, row.margin, row.flip)
    ]
    return [row.position.id, row.falls, row.close.gain, *reaches]


@pytest.mark.usefixtures("counted_here")
def test_enough_happened():
    for kind, part in ENOUGH.items():
        assert tally[kind] >= BOOKS // part, tally


# --- by hand ---------------------------------------------------------------------------------------


def account(venue: str, wallet: str, *positions: str, more: str = "") -> str:
    head = f'format = 1\nvenue = "{venue}"\nwallet = {wallet}\n{more}'
    return head + "".join(positions)


def market(symbol: str, mark: str, rate: str, lever: str) -> str:
    tier = f"{{ from = 0, rate = {rate}, max_leverage = {lever} }}"
    return f'[[markets]]\nsymbol = "{symbol}"\nmark = {mark}\ntiers = [{tier}]\n'


def held(name: str, symbol: str, quantity: str, entry: str, lever: str, mode: str = "cross", side: str = "long") -> str:
    what = f'market = "{symbol}"\nside = "{side}"\nmode = "{mode}"'
    return f'[[positions]]\nid = "{name}"\n{what}\nquantity = {quantity}\nentry = {entry}\nleverage = {lever}\n'


def fell(text: str, shock: str) -> list[tuple[str, str, Decimal]]:
    rehearsal = GlideRehearsal(book_of(load_text(text)), {})
    return [
        (str(e.kind), rehearsal.book.positions[e.position].id, e.figures.quantity)
        for e in rehearsal.timeline(D(shock)).events
        if e.position is not None
    ]


@pytest.mark.parametrize("turn", [1, -1])
def test_hyperliquid_acts_on_a_large_and_a_small_position_together(turn):
    """A long of 4 and one of 0.4 at 50,000, both at 1 %, with 25,000: 25,000 − 4.4 × (50,000 − P) = 0.044 × P.

    So P = 195,000 ÷ 4.356 = 44,765.84: of the 179,063 a fifth is closed, 0.8, of the 17,906 all. The 3.2 that are left
    hold 1,969.70 against 1,432.51; 1,969.70 − 3.2 × (44,765.84 − Q) = 0.032 × Q at Q = 44,596.27, where all is closed.
    """
    markets = market("AAAUSDT", "50000", "0.01", "50"), market("BBBUSDT", "50000", "0.01", "50")
    positions = held("large", "BBBUSDT", "4", "50000", "10"), held("small", "AAAUSDT", "0.4", "50000", "10")
    text = account("hyperliquid", "25000", *markets, *positions[::turn])
    assert fell(text, "-0.12") == [
        ("liquidation", "small", D("0.4")),
        ("reduction", "large", D("0.8")),
        ("liquidation", "large", D("3.2")),
    ]
    wallet = GlideRehearsal(book_of(load_text(text)), {}).frame(D("-0.12")).account.wallet
    assert wallet.quantize(D("0.01")) == D("1427.08")


@pytest.mark.parametrize("turn", [1, -1])
def test_two_that_end_at_one_place_have_the_same_share_of_a_small_fund(turn):
    """Two isolated longs of 1 at 100 with 10 each jump to 80: each lacks 10, the fund has 5, and AAA comes first."""
    markets = market("AAAUSDT", "100", "0.01", "50"), market("BBBUSDT", "100", "0.01", "50")
    positions = tuple(held(name, f"{name}USDT", "1", "100", "10", "isolated") for name in ("AAA", "BBB"))
    text = account("binance", "20", *markets, *positions[::turn], more="fund = 5\n")
    book = book_of(load_text(text))
    events = solve_gap(book, Glide.common(book, {}, -1), D("0.2")).events
    covers = [(str(e.kind), book.positions[e.position].id, e.amount) for e in events if e.kind != "liquidation"]
    assert covers == [("fund", "AAA", 5), ("deleverage", "AAA", 5), ("deleverage", "BBB", 10)]


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_buckets_that_are_equally_short_the_first_by_name_draws(turn):
    """Two longs of 1 at 100 with buckets of 10 jump to 91: each has 1 and wants 9.10 − 0.10 more, but 5 are unused."""
    markets = market("AAAUSDT", "100", "0.05", "50"), market("BBBUSDT", "100", "0.05", "50")
    positions = held("a", "AAAUSDT", "1", "100", "10"), held("b", "BBBUSDT", "1", "100", "10")
    book = book_of(load_text(account("coinex", "25", *markets, *positions[::turn])))
    events = solve_gap(book, Glide.common(book, {}, -1), D("0.09")).events
    assert [(str(e.kind), book.positions[e.position].id) for e in events][:2] == [("refill", "a"), ("liquidation", "b")]


@pytest.mark.parametrize("turn", [1, -1])
def test_an_order_has_the_lowest_leverage_of_its_market(turn):
    """One unit at 100 holds 20 at 5x, beside a long of 5x and a short of 10x."""
    positions = held("a", "AAAUSDT", "1", "100", "5"), held("b", "AAAUSDT", "1", "100", "10", side="short")
    order = '[[orders]]\nmarket = "AAAUSDT"\nside = "long"\nquantity = 1\nprice = 100\n'
    text = account("gate", "500", market("AAAUSDT", "100", "0.01", "50"), *positions[::turn], order)
    assert Ledger(book_of(load_text(text))).reserved == 20


@pytest.mark.parametrize("turn", [1, -1])
def test_winners_with_one_score_have_one_rank(turn):
    """Three longs at 100, marked at 110: two won 10 on a margin of 10, a score of 1, and one won 10 on 20."""
    positions = (
        held("a", "AAAUSDT", "1", "100", "10"),
        held("b", "BBBUSDT", "1", "100", "10"),
        held("c", "CCCUSDT", "1", "100", "5"),
    )
    markets = (market(f"{name}USDT", "110", "0.01", "50") for name in ("AAA", "BBB", "CCC"))
    frame = GlideRehearsal(book_of(load_text(account("bybit", "500", *markets, *positions[::turn]))), {}).frame(D(0))
    queue = {row.position.id: row.adl and (row.adl.score, row.adl.rank, row.adl.lights) for row in frame.positions}
    assert queue == {"a": (1, 1, 5), "b": (1, 1, 5), "c": (D("0.5"), 3, 2)}


@pytest.mark.parametrize("turn", [1, -1])
def test_a_market_without_a_mark_stands_at_the_entry_of_its_largest_position(turn):
    """Entries of 100, 120 and 90 at sizes of 1, 2 and 2: the lower one of the two largest."""
    entries = zip("abc", ("1", "2", "2"), ("100", "120", "90"), strict=True)
    positions = tuple(held(name, "AAAUSDT", size, entry, "5") for name, size, entry in entries)
    known = market("AAAUSDT", "1", "0.01", "50").replace("mark = 1\n", "")
    workspace = load_text(account("guide", "500", known, *positions[::turn]))
    assert book_of(workspace).markets["AAAUSDT"].mark == 90


def test_a_market_without_a_mark_stays_where_it_was_when_its_largest_position_is_closed():
    positions = held("a", "AAAUSDT", "1", "100", "5"), held("b", "AAAUSDT", "2", "120", "5")
    known = market("AAAUSDT", "1", "0.01", "50").replace("mark = 1\n", "")
    before = load_text(account("guide", "500", known, *positions))
    after = tidied(before, book_of(before).markets, replace(before, positions=before.positions[:1]))
    assert book_of(after).markets["AAAUSDT"].mark == 120
