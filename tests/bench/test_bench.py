"""Every measurement, once and at its smallest: that it yields figures, not what they are."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from decimal import Decimal
from functools import partial
from importlib.util import find_spec

import pytest

from isocross.cascade.solver import solve
from tests.bench import (
    abuse,
    editing,
    first_paint,
    following,
    frontier,
    growth,
    headless,
    held_key,
    population,
    serving,
    several_assets,
    shock_keys,
    solving,
    stepping,
    studies,
    sweeps,
)
from tests.bench.books import ORDINARY, falling_account, workspace_text
from tests.bench.markdown import Section, table
from tests.bench.measured import operations_of_call
from tests.bench.run import machine

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="reads the CPU clock of another process")


def rows_of(section: Section) -> list[str]:
    return [line for line in section.written().splitlines() if line.startswith("| ")][2:]


def test_machine_line_names_cores_and_python():
    assert "cores" in machine()
    assert "Python" in machine()


def test_table_is_markdown():
    assert table(("a", "b"), [("x", "1")]).splitlines() == ["| a | b |", "| --- | ---: |", "| x | 1 |"]


def test_accounts_are_the_same_every_time():
    assert workspace_text(8) == workspace_text(8)
    assert workspace_text(8) != workspace_text(8, seed=3)


@pytest.mark.parametrize("tier_by_tier", [False, True])
def test_stepping_finds_what_the_solver_finds(tier_by_tier):
    race = solving.race(solving.Case(5, tier_by_tier=tier_by_tier), rounds=1)
    assert race.falls == race.stepped_falls > 0
    assert race.misplaced == 0
    assert race.ratio > 0


def test_walk_stops_where_the_glide_ends():
    book, path = falling_account(5)
    assert all(0 <= fall.place <= float(path.end) for fall in stepping.walk(book, path))


def test_solver_section_has_a_row_for_each_case():
    cases = (solving.Case(2), solving.Case(4, ORDINARY, Decimal("0.1")))
    assert len(rows_of(solving.section(rounds=1, cases=cases))) == 2


def test_six_assets_are_measured_against_one():
    assert several_assets.measure(3, rounds=1).ratio > 0
    assert len(rows_of(several_assets.section(rounds=1, sizes=(2,)))) == 1


def test_growth_yields_an_exponent():
    sizes = growth.measure(rounds=1, sizes=(8, 24))
    assert all(size.cpu_s > 0 for size in sizes)
    assert growth.exponent(sizes, lambda size: size.cpu_s) > 0
    assert len(rows_of(growth.section(rounds=1, sizes=(8, 24)))) == 2


def test_operations_grow_little_faster_than_the_account():
    sizes = [
        growth.Size(size, 0, 0.0, operations_of_call(partial(solve, *falling_account(size))))
        for size in (125, 250, 500, 1000)
    ]
    assert sizes[0].operations > 5_000
    assert growth.exponent(sizes, lambda size: size.operations) < 1.25


def test_an_edit_is_measured_against_loading():
    edit = editing.measure(3, rounds=1)
    assert min(edit.load_s, edit.frame_s, edit.edit_s, edit.next_frame_s) > 0
    assert len(rows_of(editing.section(rounds=1, sizes=(2,)))) == 1


def test_a_frontier_is_measured_both_ways():
    assert frontier.chart(3, rounds=1, cells=11).ratio > 0
    assert len(rows_of(frontier.section(rounds=1, sizes=(2,), cells=11))) == 1


def test_commands_take_more_than_nothing(tmp_path):
    section = headless.section(tmp_path, rounds=1)
    assert len(rows_of(section)) == len(headless.COMMANDS)


@needs_linux
def test_programs_paint_in_a_terminal(tmp_path):
    command, content = first_paint.programs(tmp_path)[first_paint.GUIDE]
    painted = first_paint.paint(command, content, (80, 24), headless.environment(tmp_path))
    assert painted.settled_s >= painted.content_s > 0
    assert painted.cpu_s > 0
    assert painted.written > 1000
    assert painted.frames >= 1


@needs_linux
def test_keys_are_answered_in_a_terminal(tmp_path):
    with ExitStack() as stack:
        terminals = shock_keys.start_all(stack, tmp_path, positions=(5,))
        pressed = shock_keys.measure(terminals, keys=2, rounds=1, idle_s=0.1)
        held = held_key.measure(terminals, keys=3)
    for run in pressed.values():
        assert len(run.answers) == 2
        assert run.cpu_s > 0
        assert run.written > 0
        assert run.idle_bytes_s >= 0
    assert all(hold.frames >= 0 and hold.lag_s >= 0 for hold in held.values())
    assert len(rows_of(shock_keys.as_table(pressed, rounds=1, idle_s=0.1))) == 2
    assert len(rows_of(held_key.as_table(held))) == 4


def test_studies_section_has_a_row_for_each_study():
    cases = tuple((name, 4) for name in studies.STUDIES)
    assert [row.split(" | ")[0] for row in rows_of(studies.section(rounds=1, cases=cases))] == [
        f"| {name}" for name, _ in cases
    ]


needs_room = pytest.mark.skipif(
    not serving.can_measure() or find_spec("asyncssh") is None, reason="needs openssh and asyncssh"
)


@needs_room
def test_serving_measures_visitors_one_by_one_and_at_once(tmp_path):
    rows = rows_of(serving.section(tmp_path / "room", 2))
    assert len(rows) == 5
    assert rows[1].startswith("| first screen, 2 at once | ")


@needs_room
def test_a_class_is_equal_after_each_row_also_with_one_frozen_and_one_on_their_own(tmp_path):
    rows = rows_of(following.section(tmp_path / "class", 3, 1))
    assert len(rows) == 3
    assert rows[1].startswith("| the same with one frozen | ")


@needs_room
def test_abuse_costs_the_server_no_memory_and_another_visitor_goes_on(tmp_path):
    rows = rows_of(abuse.section(tmp_path / "abused", 1, 2))
    assert len(rows) == 7
    assert all(float(row.split("|")[4].removesuffix(" MiB ")) < 8 for row in rows)


def test_a_sweep_counts_its_cells_and_the_screen_is_sure_of_some():
    found = sweeps.measure(accounts=2, rounds=1)
    assert found.cells == 2 * (50 + 49)
    assert 0 < found.sure < found.cells
    assert len(rows_of(sweeps.section(2, 1))) == 3


@needs_linux
def test_a_population_is_swept_as_a_program_of_its_own(tmp_path):
    found = population.section(tmp_path / "population", 4, ways=("one",))
    assert len(rows_of(found)) == 1
    assert "400 cells: " in found.written()
