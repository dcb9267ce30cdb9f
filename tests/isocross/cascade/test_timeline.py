"""Walking along a timeline: the account at each place, before and after what happens there."""

from decimal import Decimal

import pytest

from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve
from isocross.cascade.timeline import Timeline
from isocross.moves.move import Do, Move, Planned
from isocross.paths.glide import Glide
from isocross.paths.walk import Step, Walk
from isocross.rehearsal.kinds import lived_rehearsal
from isocross.rehearsal.run import live
from isocross.workspace import book_of, load_file, shipped

D = Decimal


def glide() -> Timeline:
    book = book_of(load_file(shipped()["guide-mixed"]))
    return solve(book, Glide.common(book, {}, -1))


def walk() -> Timeline:
    book = book_of(load_file(shipped()["guide-cross"]))
    opening = {symbol: market.mark for symbol, market in book.markets.items()}
    path = Walk(opening, {}, (Step(D("-0.05")), Step(D("0.02"), is_jump=True), Step(D("-0.6"))))
    return live(book, path, (Planned(D("0.5"), Move(Do.DEPOSIT, amount=D(100))),))


def history() -> Timeline:
    crash = load_file(shipped()["crash-2025-10-10"])
    return lived_rehearsal(book_of(crash), crash.scenario).whole


@pytest.mark.parametrize("timeline", [glide(), walk(), history()], ids=["glide", "walk", "history"])
def test_a_walk_shows_the_account_before_and_after_what_happens_at_each_place(timeline: Timeline):
    looks = [timeline.limit * part / 7 for part in range(8)]
    happening = {event.place for event in timeline.happened}
    assert happening
    seen = []
    for place, ledger, marks in timeline.walk(looks):
        events = timeline.until(place) if seen and seen[-1] == place else timeline.before(place)
        assert ledger.equity(marks) == Ledger.after(timeline.book, events).equity(timeline.path.marks(place))
        seen.append(place)
    assert seen == sorted([*{*looks, *happening}, *happening])


def test_the_marks_along_a_history_are_those_of_its_places():
    path = history().path
    places = [*list(path.corners())[:40], D(40) + D(1) / 3, D(44), D(48), D(49)]
    assert list(path.along(places)) == [(place, path.marks(place)) for place in places]
