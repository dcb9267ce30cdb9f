"""Pictures of the desk: those of the README as SVG and text, the grid of all views as text and styles."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import unified_diff
from itertools import islice
from pathlib import Path

import pytest
from journeys.screen import Room

STORED = Path(__file__).with_name("stored")
UPDATE = "python -m pytest tests/snapshots --update-snapshots"
_LINES_TOLD = 40
_PICTURES_TOLD = 12
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


@dataclass
class Held:
    """Gathers what is wrong with many pictures, and tells all of it at the end."""

    update: bool
    everything: bool
    """Whether every theme is looked at at every size."""
    found: list[str] = field(default_factory=list)

    def must_not(self, faults: Iterable[str], name: str) -> None:
        """Take what is wrong with a picture whatever is stored."""
        self.found += [f"{name}: {fault}" for fault in faults]

    def as_stored(self, name: str, content: str, as_now: Callable[[str], str] = str) -> None:
        """Hold a picture of the grid against what is stored, as it is told of what was looked at; or store it."""
        told = _hold(STORED / "grid" / name, content, self.update, as_now)
        if told is not None:
            self.found.append(told)

    def tell(self) -> None:
        """Fail with all that was found."""
        if self.found:
            told = "\n".join(self.found[:_PICTURES_TOLD])
            more = len(self.found) - _PICTURES_TOLD
            rest = f"\nand {more} more" if more > 0 else ""
            pytest.fail(f"{told}{rest}\nIf this is how it should look: {UPDATE}", pytrace=False)


@pytest.fixture
def held(request: pytest.FixtureRequest) -> Held:
    """The pictures of the grid that a test looks at."""
    update = request.config.getoption("--update-snapshots")
    return Held(update, update or request.config.getoption("--long"))


def _hold(path: Path, content: str, update: bool, as_now: Callable[[str], str] = str) -> str | None:
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")
        return None
    if not path.exists():
        return f"{path.name} is not stored yet."
    stored = as_now(path.read_text(encoding="utf-8"))
    if stored == content:
        return None
    changes = unified_diff(stored.splitlines(), content.splitlines(), f"stored/{path.name}", "now", lineterm="", n=0)
    told = [line[:_LONGEST_LINE] for line in islice(changes, _LINES_TOLD)]
    return "\n".join([f"{path.name} is not what is stored:", *told])
