"""Every measurement, once and at its smallest: that it yields figures, not what they are."""

from __future__ import annotations

import sys
from contextlib import ExitStack

import pytest

from tests.bench import first_paint, frontier, growth, headless, held_key, shock_keys, solving, stepping
from tests.bench.books import falling_account, workspace_text
from tests.bench.markdown import Section, table
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


def test_stepping_finds_what_the_solver_finds():
    race = solving.race(5, rounds=1)
    assert race.falls == race.stepped_falls > 0
    assert race.misplaced == 0
    assert race.ratio > 0


def test_walk_stops_where_the_glide_ends():
    book, ray = falling_account(5)
    assert all(0 <= fall.place <= float(ray.end) for fall in stepping.walk(book, ray))


def test_solver_section_has_a_row_for_each_size():
    assert len(rows_of(solving.section(rounds=1, sizes=(2, 4)))) == 2


def test_growth_yields_an_exponent():
    sizes = growth.measure(rounds=1, sizes=(8, 24))
    assert all(size.cpu_s > 0 for size in sizes)
    assert growth.exponent(sizes) > 0
    assert len(rows_of(growth.section(rounds=1, sizes=(8, 24)))) == 2


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
        terminals = shock_keys.start_both(stack, tmp_path, positions=5)
        pressed = shock_keys.measure(terminals, keys=2, rounds=1, idle_s=0.1)
        held = held_key.measure(terminals, keys=3)
    for run in pressed.values():
        assert len(run.answers) == 2
        assert run.cpu_s > 0
        assert run.written > 0
        assert run.idle_bytes_s >= 0
    assert all(hold.frames >= 0 and hold.lag_s >= 0 for hold in held.values())
    assert len(rows_of(shock_keys.as_table(pressed, rounds=1, idle_s=0.1))) == 2
    assert len(rows_of(held_key.as_table(held))) == 2
