"""Totals of a sweep: what the rows come to, whoever worked them out."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache, partial

import pytest

from isocross.risk.named import read_as
from isocross.risk.screen import Screen, Verdicts
from isocross.risk.sweep import COLUMNS, TOTALS, DisagreementError, Part, Task, joined_totals, run_part
from isocross.risk.sweep.grid import grid_in
from isocross.workspace import shipped
from isocross.workspace.resolve import load

GRID = """
common = { from = "-90%", to = "150%", step = "40%" }
vectors = [ { BTC = "-30%" }, { BTC = "-60%", ETH = "+80%" } ]
crashes = ["2025-10-10"]
modes = ["as-is", "all-cross", "flip"]
venues = ["own", "bybit"]
"""
NAMES = sorted(shipped())


def parts(size: int, *, totals: bool = True, screened: bool = True) -> list[Part]:
    readers = [partial(read_as, name, partial(load, name)) for name in NAMES]
    task = Task(grid_in(GRID), "seed", screened, totals)
    starts = range(0, len(readers), size)
    return [run_part(task, n, readers[start : start + size]) for n, start in enumerate(starts)]


@cache
def swept() -> list[Part]:
    """The parts that the others are compared with, worked out once."""
    return parts(4)


def totals_in(done: list[Part]) -> list[dict[str, str]]:
    rows = joined_totals(line for part in done for line in part.lines)
    return [dict(zip(TOTALS, row, strict=True)) for row in rows]


@pytest.mark.slow
def test_totals_are_what_the_rows_come_to():
    found: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for line in csv.reader(line for part in parts(4, totals=False) for line in part.lines):
        row = dict(zip(COLUMNS, line, strict=True))
        found.setdefault((row["venue"], row["mode"].split(":")[0], row["scenario"]), []).append(row)
    told: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for total in totals_in(swept()):
        told.setdefault((total["venue"], total["mode"], total["scenario"]), []).append(total)
    assert found.keys() == told.keys()
    for key, rows in found.items():
        fine = [row for row in rows if not row["refused"]]

        def of(name: str, own: list[dict[str, str]] = told[key]) -> Decimal:
            return sum((Decimal(total[name]) for total in own), Decimal(0))

        assert (of("accounts"), of("refused")) == (len(rows), len(rows) - len(fine))
        assert of("liquidated") == sum(row["first"] != "" for row in fine), key
        assert of("survivors") == sum(int(row["survivors"]) for row in fine), key
        assert of("positions") == sum(int(row["positions"]) for row in fine)
        equity = sum((Decimal(row["equity"]) for row in fine), Decimal(0))
        assert abs(of("equity") - equity) <= of("equity_error") + abs(equity) * Decimal("1e-11"), key


@pytest.mark.slow
def test_it_does_not_matter_how_accounts_are_parted():
    assert totals_in(swept()) == totals_in(parts(len(NAMES)))


@pytest.mark.slow
def test_the_engine_alone_counts_the_same_and_the_screen_does_much():
    one, other = totals_in(swept()), totals_in(parts(4, screened=False))
    counts = TOTALS[: TOTALS.index("equity")]
    assert [[row[name] for name in counts] for row in one] == [[row[name] for name in counts] for row in other]
    cells = sum(int(row["accounts"]) for row in one)
    assert sum(int(row["engine"]) for row in one) < cells / 2 < sum(int(row["engine"]) for row in other)
    assert all(0 < part.checked <= part.sure < part.cells for part in swept()[:2])


def test_currencies_are_never_added_together():
    rows = [row for row in totals_in(swept()) if row["mode"] == "as-is" and row["venue"] == "guide"]
    assert {row["currency"] for row in rows} == {"USDT", "BTC"}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "wrong"), [("survivors", 0), ("equity", -5.0), ("acted", True)])
def test_a_screen_that_is_wrong_ends_the_sweep(monkeypatch, name, wrong):
    right = Screen.verdicts

    def verdicts(self: Screen, accounts: list[object]) -> Verdicts:
        said = right(self, accounts)
        getattr(said, name)[said.calm] = wrong
        return said

    monkeypatch.setattr(Screen, "verdicts", verdicts)
    monkeypatch.setattr("isocross.risk.sweep.totals.CHECKED", 1.0)
    with pytest.raises(DisagreementError, match="the fast check was sure of"):
        parts(4)
