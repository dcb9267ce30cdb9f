"""The tournament names whom a scan names, whatever turns, changes or leaves on the way."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from isocross.cascade.ranking import Tournament
from isocross.money import exact

D = Decimal
numbers = st.integers(-6, 6).map(D) | st.decimals(-3, 3, places=3)
lines = st.tuples(numbers, numbers)
places = st.integers(0, 40).map(lambda n: D(n) / 8) | st.decimals(0, 5, places=12)
changes = st.tuples(places, st.integers(0, 11), st.none() | lines)


def scanned(lines_now, place):
    alive = {i: line for i, line in lines_now.items() if line is not None}
    return min(alive, key=lambda i: alive[i][0] + alive[i][1] * place, default=None)


@given(st.dictionaries(st.integers(0, 11), lines, max_size=12), st.lists(changes, max_size=14))
@exact
def test_it_names_whom_a_scan_names(given_lines, steps):
    now = dict(given_lines)
    tournament = Tournament(now)
    assert tournament.least(D(0)) == scanned(now, D(0))
    for place, index, line in sorted(steps, key=lambda step: step[0]):
        assert tournament.least(place) == scanned(now, place)
        if index in now:
            now[index] = line
            tournament.put(index, line)
            assert tournament.least(place) == scanned(now, place)
