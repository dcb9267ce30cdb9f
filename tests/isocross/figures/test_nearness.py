"""Who is at risk is told from bounds as it is told from every price; a row is worked out when it is looked at."""

import decimal
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.cascade.solver import solve
from isocross.figures.frame import Frame, Status, frame_at
from isocross.money import CONTEXT
from isocross.paths.glide import Glide
from tests.brute.books import Case, anything, cases

D = Decimal
WARNINGS = (D(0), D("0.02"), D("0.2"), D("0.6"), D(2))


def assert_told_as_by_every_price(frame: Frame, warning: Decimal) -> None:
    open_rows = [row for row in frame.positions if not row.ended]
    near = [row for row in open_rows if row.distance is not None and row.distance < warning]
    assert frame.near.at_risk == {row.index for row in near}
    assert frame.near.nearest == min(near, key=lambda row: (row.distance, row.index)).index if near else True
    assert [row.index for row in open_rows if row.status is Status.AT_RISK] == [row.index for row in near]
    assert (frame.account.status is Status.AT_RISK) == bool(near)


@given(case=st.one_of(cases(), anything), warning=st.sampled_from(WARNINGS), part=st.sampled_from((0, 1, 2, 3)))
def test_bounds_tell_who_is_at_risk_and_who_is_nearest(case: Case, warning: Decimal, part: int):
    with decimal.localcontext(CONTEXT):
        end = D("0.95") if case.direction < 0 else D(2)
        whole = solve(case.book, Glide.common(case.book, case.betas, case.direction), end)
        frame = frame_at(whole, whole, end * part / 4, warning=warning)
        assert_told_as_by_every_price(frame, warning)


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
