"""One rehearsal, whatever its path: frames, accounts, events and stops at a cursor agree with each other."""

from decimal import Decimal

import pytest

from isocross.rehearsal.kinds import lived_rehearsal
from isocross.rehearsal.rehearsal import GlideRehearsal, Rehearsal
from isocross.workspace import PathKind, book_of, load_file, shipped

D = Decimal


def glide(kind: PathKind = PathKind.WHAT_IF) -> Rehearsal:
    return GlideRehearsal(book_of(load_file(shipped()["guide-mixed"])), {}, kind)


def crash() -> Rehearsal:
    workspace = load_file(shipped()["crash-2025-10-10"])
    return lived_rehearsal(book_of(workspace), workspace.scenario)


REHEARSALS = [
    pytest.param(glide(), D("-0.45"), id="what-if"),
    pytest.param(glide(PathKind.GAP), D("-0.45"), id="gap"),
    pytest.param(crash(), D(400), id="lived"),
]


@pytest.mark.parametrize(("rehearsal", "at"), REHEARSALS)
def test_the_account_at_a_cursor_is_that_of_its_frame(rehearsal: Rehearsal, at: Decimal):
    frame, book = rehearsal.frame(at), rehearsal.book_at(at)
    alive = [row for row in frame.positions if row.notional]
    assert len(alive) > 0
    assert book.wallet == frame.account.wallet
    assert [p.id for p in book.positions] == [row.position.id for row in alive]
    assert {symbol: market.mark for symbol, market in book.markets.items()} == frame.marks


@pytest.mark.parametrize(("rehearsal", "at"), REHEARSALS)
def test_stops_lead_outward_through_all_that_happens_and_back(rehearsal: Rehearsal, at: Decimal):
    outward = [at]
    while (following := rehearsal.stop_beyond(outward[-1], 1)) is not None:
        outward.append(following)
    ahead = [stop.at for stop in rehearsal.stops if (stop.at - at) * at > 0]
    assert outward[1:] == sorted(ahead, key=abs)
    assert [rehearsal.stop_beyond(cursor, -1) for cursor in outward[2:]] == outward[1:-1]


@pytest.mark.parametrize(("rehearsal", "at"), REHEARSALS)
def test_the_next_event_is_the_first_of_the_next_stop(rehearsal: Rehearsal, at: Decimal):
    first = rehearsal.stop_beyond(D(0), 1)
    assert first is not None
    [stop] = [stop for stop in rehearsal.stops if stop.at == first]
    assert rehearsal.next_event(first / abs(first) * D("1e-12")) == stop.events[0]
    assert rehearsal.next_event(max(abs(stop.at) for stop in rehearsal.stops) * first / abs(first)) is None


@pytest.mark.parametrize(("rehearsal", "at"), REHEARSALS)
def test_told_stops_are_the_stops_with_who_paid(rehearsal: Rehearsal, at: Decimal):
    told = rehearsal.told_stops
    assert [(stop.at, [e.place for e in stop.events]) for stop in told] == [
        (stop.at, [e.place for e in stop.events]) for stop in rehearsal.stops
    ]
    closes = [event for stop in told for event in stop.events if str(event.kind) == "liquidation"]
    assert closes
    assert all(event.paid_by is not None for event in closes)
