"""Which pairs a pool can close against each other is what a look at every position tells."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from isocross.account.book import Mode, Position, Side
from isocross.cascade.hedges import Hedges

ONE = Decimal(1)
POSITIONS = st.builds(
    lambda market, side: Position("any", market, side, Mode.CROSS, ONE, ONE, ONE),
    st.sampled_from("ABC"),
    st.sampled_from(Side),
)


def pairs_of(ranks: list[int], held: dict[int, Position]) -> list[tuple[int, int]]:
    """The first long and the first short of each market, by its name; of the two the first one first."""
    found = []
    for market in sorted({position.market for position in held.values()}):
        turn = sorted((i for i, p in held.items() if p.market == market), key=ranks.__getitem__)
        first = {held[i].side: i for i in reversed(turn)}
        if len(first) == len(Side):
            found.append(tuple(i for i in turn if i in first.values()))
    return found


@given(
    ranks=st.permutations(range(8)),
    opening=st.dictionaries(st.integers(0, 7), POSITIONS),
    changes=st.lists(st.tuples(st.integers(0, 7), st.none() | POSITIONS), max_size=30),
)
def test_pairs_are_those_of_the_positions_that_are_held(
    ranks: list[int], opening: dict[int, Position], changes: list[tuple[int, Position | None]]
):
    held, hedges = dict(opening), Hedges(ranks, opening)
    assert list(hedges.pairs()) == pairs_of(ranks, held)
    for index, position in changes:
        hedges.put(index, position)
        held.pop(index, None)
        if position is not None:
            held[index] = position
        assert list(hedges.pairs()) == pairs_of(ranks, held)
