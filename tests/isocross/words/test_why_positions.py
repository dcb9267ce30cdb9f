"""The arithmetic of a position comes out when it is done again with the numbers that are written."""

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from itertools import chain, combinations

import pytest

from isocross.account.book import Mode, Order, Side
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import load_profile, profile_ids
from isocross.rules.profile import AdlFormula, CrossMachine
from isocross.words.why.account import account_reasons
from isocross.words.why.position import reasons
from isocross.workspace import book_of, load_file, shipped
from tests.isocross.words.arithmetic import NUMBER, check, number

D = Decimal
MOVED = rf"(1 ÷ )?({NUMBER}) − (1 ÷ )?({NUMBER})"
EQUITY = re.compile(rf"equity ({NUMBER}) ([+−]) ({NUMBER}) × \({MOVED}\) = ({NUMBER}), maintenance margin (.+)$")
BANKRUPT = re.compile(rf"({NUMBER}) − ({NUMBER}) ÷ ({NUMBER}) = ({NUMBER})")
BANKRUPT_INVERSE = re.compile(rf"1 ÷ \(1 ÷ ({NUMBER}) \+ ({NUMBER}) ÷ ({NUMBER})\) = ({NUMBER})")


def books(venue):
    for name in ("guide-mixed", "basket", "hedge", "ladder", "inverse"):
        book = book_of(load_file(shipped()[name]), venue=venue)
        yield book
        if name == "basket":
            yield replace(book, orders=(Order("bid", book.positions[0].market, Side.LONG, D("0.01"), D(55000)),))


def told(book, shock):
    frame = GlideRehearsal(book, {}).frame(D(shock))
    if any(event.place == frame.place for event in frame.events):
        return
    for row in frame.positions:
        if row.death is None:
            yield frame, row, {reason.title.partition(",")[0]: reason.substituted for reason in reasons(frame, row)}


def cent(frame):
    return D("1e-8") if frame.book.currency == "BTC" else D("0.01")


@pytest.mark.slow
@pytest.mark.parametrize("venue", profile_ids())
def test_equity_at_a_liquidation_price_comes_out_and_meets_the_maintenance_margin(venue):
    checked = 0
    for book in books(venue):
        for shock in ("0", "-0.15", "0.2"):
            for frame, row, figures in told(book, shock):
                put = figures["liquidation price"]
                if row.liquidation_price is None:
                    assert put.endswith("none")
                    continue
                cash, sign, net, one, first, _, second, equity, margin = EQUITY.search(put).groups()
                gained = 1 / number(first) - 1 / number(second) if one else number(first) - number(second)
                found = number(cash) + number(net) * gained * (-1 if sign == "−" else 1)
                # the cash is rounded where it is written, and the marks of a market without a tick
                assert abs(found - number(equity)) <= 2 * cent(frame) + abs(number(net) * gained) / 1000, put
                terms = [number(term) for term in re.findall(NUMBER, margin)]
                assert abs(sum(terms[:-1], D(0)) - terms[-1]) <= 2 * cent(frame) or len(terms) == 1
                if frame.book.market_of(row.position).ladder.convex:
                    assert abs(number(equity) - terms[-1]) <= cent(frame), put
                checked += 1
    assert checked > 9


@pytest.mark.parametrize("venue", profile_ids())
def test_a_bankruptcy_price_comes_out(venue):
    checked = 0
    for book in books(venue):
        for _, row, figures in told(book, "-0.1"):
            put = figures["bankruptcy price"]
            if row.bankruptcy_price is None:
                assert put.endswith("none")
                continue
            if found := BANKRUPT_INVERSE.search(put):
                anchor, cash, net, shown = map(number, found.groups())
                again = 1 / (1 / anchor + cash / net)
            else:
                anchor, cash, net, shown = map(number, BANKRUPT.search(put).groups())
                again = anchor - cash / net
            assert abs(again - shown) <= anchor * D("1e-7"), put
            checked += 1
    assert checked > 5


def test_the_most_that_can_be_lost_is_told_with_what_bounds_it():
    book = book_of(load_file(shipped()["basket"]), venue="guide")
    [(_, _, figures)] = [found for found in told(book, "-0.1") if found[1].position.id == "sol"]
    assert figures["worst case"] == "the smaller of 2,000.00 and 10 × 150.00: 1,500.00"
    [sol] = [p for p in book.positions if p.id == "sol"]
    alone = book.with_position(replace(sol, mode=Mode.ISOLATED, auto_margin=True))
    [(_, row, figures)] = [found for found in told(alone, "-0.01") if found[1].position.id == "sol"]
    assert figures["worst case"] == "300.00 + 1,700.00, up to 10 × 150.00 = 1,500.00: 1,500.00"
    assert row.worst_case == 1500


def test_where_something_happens_the_sums_are_of_what_is_left():
    rehearsal = GlideRehearsal(book_of(load_file(shipped()["basket"]), venue="guide"), {})
    frame = rehearsal.frame(-rehearsal.falling.events[0].place)
    left = [row for row in frame.positions if row.death is None]
    assert frame.events and left
    for row in left:
        figures = {reason.title.partition(",")[0]: reason.substituted for reason in reasons(frame, row)}
        assert "equity" in figures["liquidation price"]
        assert check(figures["liquidation price"], {other.position.quantity for other in left}) > 0


@pytest.mark.slow
@pytest.mark.parametrize("venue", profile_ids())
def test_every_sum_of_a_position_and_of_the_account_comes_out(venue):
    found = Counter()
    for book in books(venue):
        for shock in ("0", "-0.15", "0.2"):
            frame = GlideRehearsal(book, {}).frame(D(shock))
            held = [row.position.quantity for row in frame.positions]
            exact = {*held, *(order.quantity for order in book.orders), *map(sum, combinations(held, 2))}
            exact |= {abs(a - b) for a, b in combinations(held, 2)}
            pages = [reasons(frame, row) for row in frame.positions if row.death is None]
            for reason in (*account_reasons(frame), *chain(*pages)):
                found[reason.title.partition(",")[0]] += check(reason.substituted, exact)
    sums = {"equity", "unrealised PnL", "initial margin", "maintenance margin", "margin ratio"}
    sums |= set() if load_profile(venue).cross_machine is CrossMachine.TOP_UP else {"pool equity", "margin ratio"}
    assert min(found[title] for title in sums) > 5, found
    has_queue = load_profile(venue).adl_formula is not AdlFormula.NONE
    assert (found["deleveraging score"] > 5) == has_queue, found
