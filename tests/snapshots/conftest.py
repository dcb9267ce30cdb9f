"""Pictures of the desk: those of the README as SVG and text, the grid of all views as text and styles."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from held import STORED, UPDATE, Held, hold

from isocross_tui.views.frontier import view
from tests.journeys.screen import Room


@pytest.fixture(autouse=True)
def at_home(home: Path, counted_once: None) -> Path:
    """Nothing of the machine's own, and nothing that would change the colours."""
    return home


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settle the cells of a map in few turns, and draw it when all are: nobody presses keys meanwhile."""
    monkeypatch.setattr(view, "SLICE_S", 1.0)
    monkeypatch.setattr(view, "REPAINT_S", math.inf)


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Room, str], None]:
    """Hold what the desk shows against the stored picture of a name, or store it."""
    update = request.config.getoption("--update-snapshots")

    def compare(desk: Room, name: str) -> None:
        text = "\n".join(line.rstrip() for line in desk.lines) + "\n"
        svg = desk.desk.export_screenshot(title=name, simplify=True)
        svg = "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"
        faults = [hold(STORED / f"{name}.{kind}", content, update) for kind, content in (("txt", text), ("svg", svg))]
        told = next((fault for fault in faults if fault), None)
        if told is not None:
            pytest.fail(f"{told}\nIf this is how it should look: {UPDATE}", pytrace=False)

    return compare


@pytest.fixture
def held(request: pytest.FixtureRequest) -> Held:
    """The pictures of the grid that a test looks at."""
    update = request.config.getoption("--update-snapshots")
    return Held(update, update or request.config.getoption("--long"))
