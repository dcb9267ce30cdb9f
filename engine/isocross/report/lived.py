"""A lived path as a JSON object, as plain text and as CSV: a place on it, or all that happened."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from isocross.money import exact
from isocross.rehearsal.lived import LivedRehearsal
from isocross.report.json import event_json, figures_json, head_json
from isocross.report.text import events_csv, events_text, frame_text
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
    return f"{name}   {rehearsal.book.profile.id}   {LivedStory(rehearsal).title(place)}"


@exact
def lived_csv(rehearsal: LivedRehearsal) -> str:
    """All that happened, a line each; exact figures."""
    return events_csv(lived_json("", rehearsal, rehearsal.path.end)["events"])
