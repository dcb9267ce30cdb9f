"""A lived path as a JSON object, as plain text and as CSV: a place on it, or all that happened."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from isocross.figures.frame import Frame
from isocross.money import exact
from isocross.records import dataclass
from isocross.rehearsal.lived import LivedRehearsal
from isocross.report.csv import rows_csv
from isocross.report.json import event_json, figures_json, head_json
from isocross.report.text import events_csv, events_text, frame_text, venue_and_currency
from isocross.words.outlook import LivedStory


@exact
def lived_json(name: str, rehearsal: LivedRehearsal, place: Decimal) -> dict[str, Any]:
    """The frame at a place with the events up to it: `t` is the place, `time` its moment where there is a clock.

    `move` is the common move, null where the markets go ways of their own; there is no shock.
    """
    frame = rehearsal.frame(place)
    head = head_json(name, rehearsal.scenario.path, frame, frame.place, rehearsal.path.move(frame.place))
    events = [
        event_json(n, event, rehearsal.book, rehearsal.path, event.place)
        for n, event in enumerate(frame.events, start=1)
    ]
    return head | figures_json(frame) | {"events": events}


@exact
def lived_timeline_json(name: str, rehearsal: LivedRehearsal) -> dict[str, Any]:
    """All that happened and the account at the end, without the positions."""
    whole = lived_json(name, rehearsal, rehearsal.path.end)
    del whole["positions"]
    return whole


@exact
def lived_sheet(name: str, rehearsal: LivedRehearsal, place: Decimal) -> str:
    """The account, its positions, who pays and what has happened, at a place."""
    return frame_text(lived_title(name, rehearsal, place), rehearsal.frame(place))


@exact
def lived_timeline_sheet(name: str, rehearsal: LivedRehearsal) -> str:
    """All that happened, a sentence each."""
    return events_text(lived_title(name, rehearsal, rehearsal.path.end), rehearsal.frame(rehearsal.path.end))


def lived_title(name: str, rehearsal: LivedRehearsal, place: Decimal) -> str:
    """The workspace, the venue and the place, in a line."""
    return f"{name}   {venue_and_currency(rehearsal.book)}   {LivedStory(rehearsal).title(place)}"


@exact
def lived_csv(rehearsal: LivedRehearsal) -> str:
    """All that happened, a line each; exact figures."""
    return events_csv(lived_json("", rehearsal, rehearsal.path.end)["events"])


@dataclass(frozen=True)
class LivedPaper:
    """A lived path on paper."""

    name: str
    """Of the workspace."""
    rehearsal: LivedRehearsal
    place: Decimal

    @property
    def title(self) -> str:
        """The workspace, the venue and the place, in a line."""
        return lived_title(self.name, self.rehearsal, self.place)

    @property
    def frame(self) -> Frame:
        """Every figure at the place."""
        return self.rehearsal.frame(self.place)

    def frame_json(self) -> dict[str, Any]:
        """The same as a JSON object, with the events up to there."""
        return lived_json(self.name, self.rehearsal, self.place)

    def frame_text(self) -> str:
        """The same as plain text."""
        return lived_sheet(self.name, self.rehearsal, self.place)

    def frame_csv(self) -> str:
        """Every figure of every position there, a line each."""
        return rows_csv(self.frame_json()["positions"])

    def timeline_json(self) -> dict[str, Any]:
        """All that happens on the path, and the account at its end."""
        return lived_timeline_json(self.name, self.rehearsal)

    def timeline_text(self) -> str:
        """The same, a sentence each."""
        return lived_timeline_sheet(self.name, self.rehearsal)

    def timeline_csv(self) -> str:
        """The same, a line each."""
        return lived_csv(self.rehearsal)
