"""A rehearsal on paper: its figures at a cursor and all that happens, as JSON, as text and as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from isocross.figures.frame import Frame
from isocross.money import ONE
from isocross.paths.shock import Shock
from isocross.rehearsal.lived import LivedRehearsal
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report import json as report
from isocross.report import lived as lived_report
from isocross.report import text as sheet


class Paper(Protocol):
    """What can be written of a rehearsal, whatever kind its path is."""

    @property
    def frame(self) -> Frame:
        """Every figure at the cursor."""

    def frame_json(self) -> dict[str, Any]:
        """The same as a JSON object, with the events up to there."""

    def frame_text(self) -> str:
        """The same as plain text."""

    def timeline_json(self) -> dict[str, Any]:
        """All that happens, and the account at the end."""

    def timeline_text(self) -> str:
        """All that happens, a sentence each."""

    def timeline_csv(self) -> str:
        """All that happens, a line each."""


@dataclass(frozen=True)
class GlidePaper:
    """A what-if or a gap on paper."""

    name: str
    """Of the workspace."""
    rehearsal: GlideRehearsal
    shock: Shock
    at: Decimal = ONE
    """How far along the shock, from 0 to 1."""

    @property
    def frame(self) -> Frame:
        """Every figure there."""
        return self.rehearsal.frame(self.shock, self.at)

    def frame_json(self) -> dict[str, Any]:
        """The same as a JSON object, with the events up to there."""
        return report.frame_json(self.name, self.rehearsal, self.shock, self.at)

    def frame_text(self) -> str:
        """The same as plain text."""
        return sheet.frame_sheet(self.name, self.rehearsal, self.shock, self.at)

    def timeline_json(self) -> dict[str, Any]:
        """All that happens on the way to the shock, and the account there."""
        return report.timeline_json(self.name, self.rehearsal, self.shock)

    def timeline_text(self) -> str:
        """The same, a sentence each."""
        return sheet.timeline_sheet(self.name, self.rehearsal, self.shock)

    def timeline_csv(self) -> str:
        """The same, a line each."""
        return sheet.timeline_csv(self.rehearsal, self.shock)


@dataclass(frozen=True)
class LivedPaper:
    """A lived path on paper."""

    name: str
    """Of the workspace."""
    rehearsal: LivedRehearsal
    place: Decimal

    @property
    def frame(self) -> Frame:
        """Every figure at the place."""
        return self.rehearsal.frame(self.place)

    def frame_json(self) -> dict[str, Any]:
        """The same as a JSON object, with the events up to there."""
        return lived_report.lived_json(self.name, self.rehearsal, self.place)

    def frame_text(self) -> str:
        """The same as plain text."""
        return lived_report.lived_sheet(self.name, self.rehearsal, self.place)

    def timeline_json(self) -> dict[str, Any]:
        """All that happens on the path, and the account at its end."""
        return lived_report.lived_timeline_json(self.name, self.rehearsal)

    def timeline_text(self) -> str:
        """The same, a sentence each."""
        return lived_report.lived_timeline_sheet(self.name, self.rehearsal)

    def timeline_csv(self) -> str:
        """The same, a line each."""
        return lived_report.lived_csv(self.rehearsal)
