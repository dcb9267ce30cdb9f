"""A lived path as a JSON object, as plain text and as CSV: a place on it, or all that happened."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO
from typing import Any

from isocross.account.checks import remarks
from isocross.cascade.events import Event
from isocross.figures.frame import Frame
from isocross.money import exact, text, text_or_none
from isocross.paths.walk import LivedPath
from isocross.rehearsal.lived import LivedRehearsal
from isocross.report.json import FORMAT, account_json, event_json, orders_json, position_json
from isocross.report.text import events_text, frame_text
from isocross.words.outlook import LivedStory


@exact
def lived_json(name: str, rehearsal: LivedRehearsal, place: Decimal) -> dict[str, Any]:
    """The frame at a place with the events up to it: `t` is the place, `time` its moment where there is a clock.

    `move` is the common move, null where the markets go ways of their own; there is no shock.
    """
    frame = rehearsal.frame(place)
    return {
        **_head(name, rehearsal, frame),
        "remarks": list(remarks(rehearsal.book)),
        "account": account_json(frame.account),
        "positions": [position_json(row) for row in frame.positions],
        "orders": orders_json(frame),
        "events": [_event(n, rehearsal, event) for n, event in enumerate(frame.events, start=1)],
    }


@exact
def lived_timeline_json(name: str, rehearsal: LivedRehearsal) -> dict[str, Any]:
    """All that happened and the account at the end, without the positions."""
    frame = rehearsal.frame(rehearsal.path.end)
    return {
        **_head(name, rehearsal, frame),
        "account": account_json(frame.account),
        "orders": orders_json(frame),
        "events": [_event(n, rehearsal, event) for n, event in enumerate(frame.events, start=1)],
    }


def _head(name: str, rehearsal: LivedRehearsal, frame: Frame) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": name,
        "venue": rehearsal.book.profile.id,
        "path": rehearsal.scenario.path.value,
        "t": text(frame.place),
        **_time(rehearsal.path, frame.place),
        "move": text_or_none(rehearsal.path.move(frame.place)),
        "shock": None,
        "shocks": None,
    }


def _event(n: int, rehearsal: LivedRehearsal, event: Event) -> dict[str, Any]:
    path = rehearsal.path
    told = event_json(n, event, rehearsal.book, path, event.place, path.move(event.place))
    return {"n": n, "t": told["t"], **_time(path, event.place), **told, "note": event.note or None}


def _time(path: LivedPath, place: Decimal) -> dict[str, str]:
    moment = path.time(place)
    return {} if moment is None else {"time": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}


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
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = ("n", "t", "time", "move", "kind", "position", "mark", "amount", "from", "equity", "maintenance_margin")
    writer.writerow(columns)
    for n, event in enumerate(rehearsal.whole.events, start=1):
        row = {"time": None, **_event(n, rehearsal, event)}
        writer.writerow("" if row[column] is None else row[column] for column in columns)
    return out.getvalue()
