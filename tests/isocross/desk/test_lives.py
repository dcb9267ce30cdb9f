"""Random lives of an account, worth what they came to see."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.isocross.desk.lives import Life
from tests.isocross.desk.seeded import BUGS

LIVES = settings.default.max_examples * 2
FLOORS = {"liquidation": 50, "fund": 10, "flips to isolated": 50, "flips to cross": 50, "refill": 20, "undone": 10}
HOW = settings(
    max_examples=LIVES, stateful_step_count=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)

HUNT = settings(HOW, max_examples=max(600, LIVES), phases=[Phase.generate], print_blob=False, database=None)
SAMPLE = (
    "margin stuck after a close",
    "fund not debited",
    "deduction dropped",
    "wrong side of a PnL",
    "tier of the opening at every price",
    "place rounded inward",
    "refill without end",
)


@pytest.mark.longest
def test_every_life_is_as_a_second_opinion_has_it():
    Life.tally.clear()
    run_state_machine_as_test(Life, settings=HOW)
    assert {what: Life.tally[what] for what in FLOORS if Life.tally[what] < FLOORS[what]} == {}


@pytest.mark.longest
@pytest.mark.parametrize("bug", BUGS)
def test_a_seeded_bug_does_not_survive(bug, request):
    if not request.config.getoption("--long") and bug not in SAMPLE:
        pytest.skip("a sample is tried; --long tries them all")
    with BUGS[bug](), pytest.raises(AssertionError):
        run_state_machine_as_test(Life, settings=HUNT)
