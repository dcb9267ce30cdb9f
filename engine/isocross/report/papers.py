"""A rehearsal on paper: its figures at a cursor and all that happens, as JSON, as text and as CSV."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Protocol

from isocross.figures.frame import Frame
from isocross.money import ONE
from isocross.paths.shock import Shock
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report import json as report
from isocross.report import text as sheet
from isocross.report.csv import rows_csv


class Paper(Protocol):
    """What can be written of a rehearsal, whatever kind its path is."""

    @property
    def title(self) -> str:
        """The workspace, the venue and the cursor, in a line."""

    @property
    def frame(self) -> Frame:
        """Every figure at the cursor."""

    def frame_json(self) -> dict[str, Any]:
        """The same as a JSON object, with the events up to there."""

    def frame_text(self) -> str:
        """The same as plain text."""

    def frame_csv(self) -> str:
        """Every figure of every position, a line each."""

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
    def title(self) -> str:
        """The workspace, the venue and the shock, in a line."""
        return sheet.glide_title(self.name, self.rehearsal, self.shock)

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

    def frame_csv(self) -> str:
        """Every figure of every position there, a line each."""
        return rows_csv(self.frame_json()["positions"])

    def timeline_json(self) -> dict[str, Any]:
        """All that happens on the way to the shock, and the account there."""
        return report.timeline_json(self.name, self.rehearsal, self.shock)

    def timeline_text(self) -> str:
        """The same, a sentence each."""
        return sheet.timeline_sheet(self.name, self.rehearsal, self.shock)

    def timeline_csv(self) -> str:
        """The same, a line each."""
        return sheet.timeline_csv(self.rehearsal, self.shock)
