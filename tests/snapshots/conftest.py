"""Pictures of the desk: each is stored as an SVG to look at and as text to compare."""

from __future__ import annotations

from collections.abc import Callable
from difflib import unified_diff
from itertools import islice
from pathlib import Path

import pytest
from journeys.screen import Room

STORED = Path(__file__).with_name("stored")
UPDATE = "python -m pytest tests/snapshots --update-snapshots"
_LINES_TOLD = 40
_LONGEST_LINE = 210


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own, and nothing that would change the colours."""
    for name, folder in (("HOME", "."), ("XDG_STATE_HOME", "state"), ("XDG_CONFIG_HOME", "config")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Room, str], None]:
    """Hold what the desk shows against the stored picture of a name, or store it."""
    update = request.config.getoption("--update-snapshots")

    def compare(desk: Room, name: str) -> None:
        text = "\n".join(line.rstrip() for line in desk.lines) + "\n"
        svg = desk.desk.export_screenshot(title=name, simplify=True)
        svg = "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"
        faults = [_hold(STORED / f"{name}.{kind}", content, update) for kind, content in (("txt", text), ("svg", svg))]
        told = next((fault for fault in faults if fault), None)
        if told is not None:
            pytest.fail(f"{told}\nIf this is how it should look: {UPDATE}", pytrace=False)

    return compare


def _hold(path: Path, content: str, update: bool) -> str | None:
    if update:
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
        return None
    if not path.exists():
        return f"{path.name} is not stored yet."
    stored = path.read_text(encoding="utf-8")
    if stored == content:
        return None
    changes = unified_diff(stored.splitlines(), content.splitlines(), f"stored/{path.name}", "now", lineterm="", n=0)
    told = [line[:_LONGEST_LINE] for line in islice(changes, _LINES_TOLD)]
    return "\n".join([f"{path.name} is not what is stored:", *told])
