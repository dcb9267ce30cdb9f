import csv
from decimal import Decimal
from io import StringIO

from isocross.exchange.registry import FORMATS, SOURCES
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report import csv as exporting
from isocross.report.json import frame_json
from isocross.report.papers import GlidePaper
from isocross.workspace import book_of, load_file, shipped

WORKSPACE = load_file(shipped()["guide-mixed"])
REHEARSAL = GlideRehearsal(book_of(WORKSPACE), WORKSPACE.scenario.betas)
SHOCK = Decimal("-0.3")


def rows(text):
    return list(csv.DictReader(StringIO(text)))


def test_positions_as_json():
    told = exporting.positions_json(WORKSPACE, REHEARSAL.book)
    assert (told["format"], told["venue"], told["wallet"], told["currency"]) == (1, "guide", "1000", "USDT")
    assert told["positions"][1] == {
        "id": "eth",
        "market": "ETHUSDT",
        "kind": "linear",
        "side": "short",
        "mode": "isolated",
        "quantity": "0.2",
        "entry": "3000",
        "leverage": "3",
        "margin": "200",
        "auto_margin": False,
        "mark": "3000",
    }


def test_a_frame_as_csv_has_the_figures_of_the_report():
    found = rows(GlidePaper(WORKSPACE.name, REHEARSAL, SHOCK, Decimal("0.5")).frame_csv())
    expected = frame_json(WORKSPACE.name, REHEARSAL, SHOCK, Decimal("0.5"))["positions"]
    for row, position in zip(found, expected, strict=True):
        paid = position.pop("paid_by")
        flat = position | {f"paid_by_{payer}": amount for payer, amount in paid.items()}
        flat["auto_margin"] = "false"
        assert row == {key: "" if value is None else value for key, value in flat.items()}


def test_every_format_is_a_source():
    assert set(FORMATS) < set(SOURCES)
