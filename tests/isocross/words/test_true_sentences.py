"""The sums in what an event says are true: what was tested, and what is left."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.account.book import Book, market_names
from isocross.cascade.events import Event, EventKind
from isocross.cascade.events import Tested as Stood
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve, solve_gap
from isocross.figures.standings import Standings
from isocross.money import exact
from isocross.paths.glide import Glide
from isocross.paths.path import Path
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import shipped_ids
from isocross.words.events import sentence
from isocross.words.why.events import event_reasons
from isocross.workspace import load_text
from isocross.workspace.build import book_of
from isocross.workspace.load import shipped
from tests.isocross.cascade.test_order_of_a_file import GAPS, listed

D = Decimal
BOOKS = settings.default.max_examples
NUMBER = r"(−?[\d,]+\.?\d*)"
AT_LINE = re.compile(rf"was at its liquidation threshold: equity {NUMBER} against maintenance margin {NUMBER}")
TAKEN = re.compile(rf"Equity {NUMBER} against maintenance margin {NUMBER}")
GOES_ON = re.compile(
    rf"until its equity is {NUMBER} above maintenance margin, equity {NUMBER} against maintenance margin {NUMBER}"
)
DUST = D("1e-15")

tally: Counter[str] = Counter()


def number(text: str) -> Decimal:
    return D(text.replace("−", "-").replace(",", ""))


def check_words(text: str) -> None:
    """The figures of a sentence stand to each other as it says."""
    for equity, need in (*AT_LINE.findall(text), *TAKEN.findall(text)):
        assert number(equity) <= number(need), text
        tally["said"] += 1
    for above, equity, need in GOES_ON.findall(text):
        cent = D("0.02")
        assert number(equity) < number(need) + number(above) + cent, text
        tally["said"] += 1
        tally["goes on"] += 1


def near(said: tuple[Decimal, Decimal], stood: tuple[Decimal, Decimal]) -> bool:
    return all(abs(a - b) < DUST for a, b in zip(said, stood, strict=True))


def standing(book: Book, events: tuple[Event, ...], path: Path, place: Decimal) -> Standings:
    return Standings.at(Ledger.after(book, events), path.marks(place))


@exact
def check(book: Book, events: tuple[Event, ...], path: Path) -> None:
    """What each event says was tested is what stood there, before the first event that follows from that test."""
    names = market_names(book)
    tested: tuple[Decimal, int] | None = None
    for n, event in enumerate(events):
        check_words(sentence(event, book, path, names))
        if event.kind not in {EventKind.LIQUIDATION, EventKind.REDUCTION} or event.figures.tested is not Stood.POOL:
            tested = None
            continue
        figures = event.figures
        before = [events[:n], events[: tested[1]]] if tested and tested[0] == event.place else [events[:n]]
        stood = [standing(book, earlier, path, event.place) for earlier in before]
        found = [
            abs(s.pool_equity - figures.equity) < DUST
            and abs(s.pool_maintenance_margin - figures.maintenance_margin) < DUST
            for s in stood
        ]
        assert any(found), (event, [(s.pool_equity, s.pool_maintenance_margin) for s in stood])
        tally["with others"] += not found[0]
        tested = (event.place, n) if found[0] else tested
        assert Ledger.after(book, events[: n + 1]).pool == figures.left


@pytest.mark.slow
@settings(max_examples=BOOKS * 2)
@given(listed(), st.sampled_from((None, *GAPS)))
def test_what_is_said_of_a_random_account_is_true(pair, gap):
    case, _ = pair
    path = Glide.common(case.book, case.betas, case.direction)
    timeline = solve(case.book, path, D("0.9")) if gap is None else solve_gap(case.book, path, gap)
    check(case.book, timeline.events, path)


@pytest.mark.slow
@pytest.mark.parametrize("venue", shipped_ids())
def test_what_is_said_of_a_shipped_workspace_is_true(venue):
    for file in shipped().values():
        workspace = load_text(file.read_text("utf-8"))
        if workspace.assets and venue != workspace.venue.profile:
            # no other venue has such an account
            continue
        rehearsal = GlideRehearsal(book_of(workspace, venue), dict(workspace.scenario.betas))
        for shock in (D("-0.6"), D("0.6")):
            timeline = rehearsal.timeline(shock)
            check(rehearsal.book, timeline.events, timeline.path)
            frame = rehearsal.frame(shock)
            for event in frame.events:
                for reason in event_reasons(frame, event):
                    check_sum(reason.substituted)


def check_sum(put: str) -> None:
    """A sum that ends in a comparison compares what it sums up to."""
    for total, need in re.findall(rf"= {NUMBER} ≤ {NUMBER}", put):
        assert number(total) <= number(need), put


@pytest.mark.usefixtures("counted_here")
def test_enough_was_said():
    assert tally["said"] >= BOOKS, tally
    assert tally["with others"] >= BOOKS // 20, tally
