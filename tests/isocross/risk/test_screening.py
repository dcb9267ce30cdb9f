"""The screen: where it is sure, the engine says the same; compiled or not, it says the same to the last bit."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.account.book import Book
from isocross.risk.moves import Moves
from isocross.risk.screen import HAS_NUMBA, NO_NUMBA, Screen, Verdicts
from isocross.risk.sweep.grid import grid_in
from isocross.risk.sweep.rows import Held, glided
from isocross.rules.catalogue import profile_ids
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import CrossMachine, FeeCap, PoolResidual, Profile, Victim
from isocross.workspace import Faults, book_of, shipped
from isocross.workspace.resolve import load
from tests.brute.books import books, profiles

D = Decimal
EXAMPLES = settings.default.max_examples * 2
"""Accounts of 32 cells each: with `--long` more than 10⁵ cells."""
GRID = """
common = { from = "-95%", to = "150%", step = "9%" }
vectors = [ { AAA = "-30%" }, { AAA = "-70%", BBB = "80%" }, { BBB = "-5%", CCC = "-60%" }, { CCC = "200%" } ]
"""
STEPS = (
    (),
    (),
    (Step(StepKind.BACKSTOP, D("0.5")), Step(StepKind.TIER_DOWN, D(1))),
    (Step(StepKind.TIER_DOWN, D(2)),),
    (Step(StepKind.FRACTION, D("0.2"), D(300)),),
    (Step(StepKind.RESTORE, D("0.02"), D(5)),),
    (Step(StepKind.PORTION, D("0.25"), D(20), most=D(400)),),
    (Step(StepKind.FRACTION, D("0.25"), D(100)), Step(StepKind.TIER_DOWN, D(1))),
)
FEES = st.sampled_from((D(0), D("0.004"), D("0.02")))


def with_procedure(
    profile: Profile, steps: tuple[Step, ...], victim: Victim, fee: Decimal, cap: FeeCap, rest: PoolResidual
) -> Profile:
    kept = replace(profile, liquidation_fee=fee, fee_cap=cap, pool_residual=rest)
    return kept if profile.cross_machine is CrossMachine.TOP_UP else replace(kept, steps=steps, victim=victim)


venues = st.builds(
    with_procedure,
    profiles,
    st.sampled_from(STEPS),
    st.sampled_from(Victim),
    FEES,
    st.sampled_from(FeeCap),
    st.sampled_from(PoolResidual),
)


def screen_of(grid: str) -> tuple[Screen, list[Moves]]:
    moves = [scenario.moves for scenario in grid_in(grid).glided]
    return Screen(moves), moves


def differences(book: Book, betas: dict[str, Decimal], said: Verdicts, grid: str) -> list[object]:
    """Where the screen is sure of another thing than the engine."""
    held, found = Held(book.profile.id, "as-is", book, betas), []
    for n, scenario in enumerate(grid_in(grid).glided):
        left = glided(held, scenario) if said.sure[0, n] else ""
        if isinstance(left, str):
            continue
        exact = (left.survivors, left.first is not None)
        screened = (int(said.survivors[0, n]), bool(said.acted[0, n]))
        off = abs(float(left.equity - D(float(said.equity[0, n]))))
        if exact != screened or off > said.error[0, n] or (said.calm[0, n] and left.events):
            found.append((scenario.id, exact, screened, left.equity, float(said.equity[0, n]), said.error[0, n]))
    return found


told = {"cells": 0, "sure": 0, "acted": 0}


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(
    books(venues),
    st.sampled_from((None, D("0.001"), D("0.1"), D(1))),
    st.sampled_from([{}, {"AAA": D("1.5")}, {"BBB": D("-0.5")}]),
)
def test_where_the_screen_is_sure_the_engine_says_the_same(book, lot, betas):
    book = replace(book, markets={s: replace(m, lot=lot) for s, m in book.markets.items()})
    said = screen_of(GRID)[0].verdicts([(book, betas)])
    told["cells"] += said.sure.size
    told["sure"] += int(said.sure.sum())
    told["acted"] += int((said.acted & said.sure).sum())
    assert differences(book, betas, said, GRID) == []


@pytest.mark.usefixtures("counted_here")
def test_there_is_much_that_the_screen_is_sure_of_liquidations_too():
    assert told["cells"] > 1000
    assert told["cells"] * 0.5 < told["sure"] < told["cells"]
    assert told["acted"] > told["cells"] * 0.2


SHIPPED = """
common = { from = "-94%", to = "96%", step = "10%" }
pairs = [ { x = "BTC", y = "ETH", x_moves = ["-30%", "20%"], y_moves = ["-15%", "35%"] } ]
"""


def shipped_books() -> list[Book]:
    """Every shipped account under every venue that takes it."""
    found = []
    for name in sorted(shipped()):
        for venue in (None, *profile_ids()):
            try:
                found.append(book_of(load(name), venue))
            except Faults:
                continue
    return found


@pytest.mark.slow
def test_of_every_shipped_account_at_every_venue_the_engine_says_the_same():
    every, screen = shipped_books(), screen_of(SHIPPED)[0]
    assert [differences(book, {}, screen.verdicts([(book, {})]), SHIPPED) for book in every] == [[]] * len(every)


@pytest.mark.slow
def test_many_accounts_at_once_are_told_what_each_is_told_alone(monkeypatch):
    every, screen = shipped_books(), screen_of(SHIPPED)[0]
    monkeypatch.setattr("isocross.risk.screen.asking.AT_ONCE", 500)
    together = screen.verdicts([(book, {}) for book in every])
    for n, book in enumerate(every):
        alone = screen.verdicts([(book, {})])
        for name in ("sure", "calm", "acted", "survivors", "equity", "error"):
            assert np.array_equal(getattr(alone, name)[0], getattr(together, name)[n]), book.profile.id
    assert 0.3 < together.sure.mean() < 1


_BITS = """
import sys
from hashlib import sha256
from tests.isocross.risk.test_screening import shipped_books, screen_of, SHIPPED
from isocross.risk.screen import HAS_NUMBA
said = screen_of(SHIPPED)[0].verdicts([(book, {}) for book in shipped_books()])
sums = sha256(b"".join(getattr(said, n).tobytes() for n in ("sure", "calm", "acted", "survivors", "equity", "error")))
print(HAS_NUMBA, sums.hexdigest())
"""


@pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason=f"compiles nothing here: {NO_NUMBA}")
@pytest.mark.longest
def test_compiled_and_not_it_says_the_same_to_the_last_bit(tmp_path):
    root = Path(__file__).resolve().parents[3]
    absent = tmp_path / "numba.py"
    absent.write_text("raise ModuleNotFoundError(name='numba')", encoding="utf-8")
    found = []
    for paths in ((), (str(tmp_path),)):
        path = os.pathsep.join([*paths, str(root), os.environ.get("PYTHONPATH", "")])
        run = subprocess.run(
            [sys.executable, "-c", _BITS], env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True,
            check=True,
        )  # fmt: skip
        found.append(run.stdout.split())
    assert HAS_NUMBA
    assert [words[0] for words in found] == ["True", "False"]
    assert found[0][1] == found[1][1]
