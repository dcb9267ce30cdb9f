"""A sample of the search for small files that are slow; the search itself is `python -m tests.fuzz.slow`."""

from __future__ import annotations

import pytest

from tests.fuzz.slow import trials

SAMPLE, LONGER = 20, 20
"""Files that are tried, and how many times as many with `--long`; one of the sample comes to the bound."""


def test_no_small_file_takes_more_work_than_its_bound(request: pytest.FixtureRequest):
    found = trials(files=SAMPLE * (LONGER if request.config.getoption("--long") else 1), seed=4)
    assert [tried.text for tried in found if tried.takes_too_much] == []
    assert any("no end in sight" in tried.ended for tried in found)
    assert sum(tried.ended == "worked out" for tried in found) > 5
