"""What is painted, what `report` prints and what its JSON says is one account, at every event on the way."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from isocross.rehearsal.kinds import LivedType, lived_rehearsal, type_of
from isocross.report.lived import lived_json, lived_sheet
from isocross.rules.catalogue import shipped_ids
from isocross.workspace import book_of, load_file, shipped
from isocross.workspace.build import under_venue
from isocross.workspace.load import Source
from tests.journeys.screen import Room, cents, number, room

LIVED = [name for name, path in shipped().items() if isinstance(type_of(load_file(path).scenario), LivedType)]
SAMPLED = ("guide", "coinex", "hyperliquid")
BOTH = {"mark": "mark", "PnL": "PnL", "margin": "margin", "joint": "joint", "worst": "worst case"}
"""The columns of the desk, and what they are called in a report."""
POOL = ("equity", "unused", "available", "worst case")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every shipped venue with `--long`."""
    venues = shipped_ids() if metafunc.config.getoption("--long") else SAMPLED
    metafunc.parametrize(("name", "venue"), [(name, venue) for name in LIVED for venue in venues])


def printed(sheet: str) -> dict[str, dict[str, str]]:
    """The rows of a report by the name of their position."""
    cells = [re.split(r" {2,}", line) for line in sheet.splitlines()]
    first = next(n for n, row in enumerate(cells) if row[0] == "position")
    rows = cells[first + 1 : cells.index([""], first)]
    return {row[0]: dict(zip(cells[first], row, strict=True)) for row in rows}


def agrees(desk: Room, sheet: str, told: dict) -> None:
    """Compare the painted rows and the pool with both."""
    rows = printed(sheet)
    for name, other in zip(rows, told["positions"], strict=True):
        shown, row = desk.cells(name), rows[name]
        assert {key: shown[key] for key in BOTH} == {key: row[title] for key, title in BOTH.items()}
        ended = other["liquidation"] in ("done", "closed")
        assert (shown["away"] in ("ended", "closed"), row["liq. price"] == "ended") == (ended, ended)
        if not ended:
            assert shown["liq"] == row["liq. price"]
            assert number(shown["PnL"]) == cents(Decimal(other["unrealised_pnl"]))
        assert number(shown["worst"]) == cents(Decimal(other["worst_case"]))
    for label in POOL:
        exact = Decimal(told["account"][label.replace(" ", "_")])
        assert desk.figure(label) == cents(exact)
        assert f"{label} {cents(exact):,f}".replace("-", "−") in sheet


async def test_the_desk_the_report_and_its_json_agree_at_every_event(name, venue):
    workspace = under_venue(load_file(shipped()[name]), venue)
    lived = lived_rehearsal(book_of(workspace), workspace.scenario)
    places = list(dict.fromkeys(event.place for event in lived.whole.events))
    assert places
    async with room(Source(workspace), size=(220, 60)) as desk:
        await desk.press("home")
        for place in places:
            await desk.press("full_stop")
            assert desk.state.moment.place == place
            agrees(desk, lived_sheet(name, lived, place), lived_json(name, lived, place))
