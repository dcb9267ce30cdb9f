"""Who is at risk is told from bounds as it is told from every price; a row is worked out when it is looked at."""

import decimal
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Position, Side
from isocross.cascade.solver import solve
from isocross.figures.frame import Frame, Status, frame_at
from isocross.money import CONTEXT
from isocross.paths.glide import Glide
from isocross.rules.market import Ladder, Market, Tier
from tests.brute.books import PLAIN, Case, anything, cases

D = Decimal
WARNINGS = (D(0), D("0.02"), D("0.2"), D("0.6"), D(2))


def assert_told_as_by_every_price(frame: Frame, warning: Decimal) -> None:
    open_rows = [row for row in frame.positions if not row.ended]
    near = [row for row in open_rows if row.distance is not None and row.distance < warning]
    assert frame.near.at_risk == {row.index for row in near}
    assert frame.near.nearest == min(near, key=lambda row: (row.distance, row.index)).index if near else True
    assert [row.index for row in open_rows if row.status is Status.AT_RISK] == [row.index for row in near]
    assert (frame.account.status is Status.AT_RISK) == bool(near)


@pytest.mark.slow
@given(case=st.one_of(cases(), anything), warning=st.sampled_from(WARNINGS), part=st.sampled_from((0, 1, 2, 3)))
def test_bounds_tell_who_is_at_risk_and_who_is_nearest(case: Case, warning: Decimal, part: int):
    with decimal.localcontext(CONTEXT):
        end = D("0.95") if case.direction < 0 else D(2)
        whole = solve(case.book, Glide.common(case.book, case.betas, case.direction), end)
        frame = frame_at(whole, whole, end * part / 4, warning=warning)
        assert_told_as_by_every_price(frame, warning)


@pytest.mark.parametrize("away", ["0.1", "0.1465", "0.1999", "0.2", "0.2005", "0.3"])
@pytest.mark.parametrize("direction", [-1, 1])
@pytest.mark.parametrize("side", list(Side))
def test_a_position_is_at_risk_by_its_own_market_wherever_the_others_go(away, direction, side):
    """1 at 2,000, MM 0.5 %: a margin of 10 + 1,990 × away is liquidated `away` below, 10 + 2,010 × away above it."""
    margin = 10 + (2000 - 10 * side.sign) * D(away)
    held = Position("eth", "ETH", side, Mode.ISOLATED, D(1), D(2000), D(10), given_margin=margin)
    markets = {"ETH": Market("ETH", D(2000), Ladder((Tier(D(0), D("0.005"), D(100)),), PLAIN.tier_key))}
    book = Book(PLAIN, D(5000), markets, (held,))
    whole = solve(book, Glide.common(book, {"ETH": D(0)}, direction), D("0.5"))
    near = frame_at(whole, whole, D(0), warning=D("0.2")).near
    assert near.at_risk == (frozenset([0]) if D(away) < D("0.2") else frozenset())


def test_rows_are_worked_out_when_they_are_looked_at(monkeypatch: pytest.MonkeyPatch):
    from isocross.figures import frame as figures  # noqa: PLC0415 - it is what is watched
    from tests.bench.books import falling_account  # noqa: PLC0415 - the same

    book, glide = falling_account(60)
    whole, asked = solve(book, glide, D("0.5")), []
    work_out = figures._position
    monkeypatch.setattr(figures, "_position", lambda *given: asked.append(given[1]) or work_out(*given))
    frame = frame_at(whole, whole, D("0.15"))
    assert asked == []
    assert frame.positions[7].position is frame.held[7]
    assert frame.positions[7] is frame.positions[7]
    assert asked == [7]
