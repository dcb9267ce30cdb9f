import csv
import io
import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

from isocross_tui.cli.main import main


def run(*words):
    return CliRunner().invoke(main, ["frontier", *words])


@pytest.mark.slow
def test_json_has_the_cells_that_report_has():
    said = json.loads(run("basket", "--x", "SOLUSDT", "--y", "BTCUSDT", "--cells", "5", "--json").stdout)
    assert (said["x"], said["y"], said["positions"], said["exact"]) == (
        "SOLUSDT",
        "BTCUSDT",
        ["btc", "eth", "sol"],
        False,
    )
    assert said["x_moves"] == ["-0.95", "-0.4625", "0.025", "0.5125", "1"]
    for row, column in ((0, 0), (0, 1), (1, 1), (2, 0), (4, 4)):
        shock = f"SOLUSDT={said['x_moves'][column]},BTCUSDT={said['y_moves'][row]}"
        report = json.loads(CliRunner().invoke(main, ["report", "basket", "--shock", shock, "--json"]).stdout)
        fallen = [e["position"] for e in report["events"] if e["kind"] == "liquidation"]
        assert said["survivors"][row][column] == 3 - len(fallen)
        assert said["first"][row][column] == next(iter(fallen), None)
        assert said["whole"][row][column] == (not fallen)
        assert abs(Decimal(said["equity"][row][column]) - Decimal(report["account"]["equity"])) < Decimal("1e-6")


def test_csv_has_a_line_for_each_cell_and_the_map_a_row_for_each_move():
    lines = list(csv.DictReader(io.StringIO(run("basket", "--cells", "3", "--csv", "--venue", "coinex").stdout)))
    assert len(lines) == 9
    assert lines[0] == {
        "x_move": "-0.95", "y_move": "-0.95", "survivors": "1", "first": "sol", "whole": "no", "equity": "420",
    }  # fmt: skip
    said = run("basket", "--range", "-50%", "50%").stdout.splitlines()
    assert said[0].endswith("who is left: SOLUSDT across, BTCUSDT up")
    assert len([line for line in said if " |" in line]) == 23
    assert run("ladder").stdout.count(" |") == 1


def test_what_cannot_be_is_said():
    for words, message in (
        (["basket", "--x", "DOGEUSDT"], "no position in 'DOGEUSDT'"),
        (["basket", "--x", "BTCUSDT", "--y", "BTCUSDT"], "in the columns already"),
        (["basket", "--range", "50%", "-50%"], "expected the lower end first"),
        (["basket", "--range", "low", "high"], "is not a move"),
        (["basket", "--json", "--csv"], "cannot be given together"),
    ):
        said = run(*words)
        assert (said.exit_code, message in said.stderr, said.stdout) == (2, True, "")
