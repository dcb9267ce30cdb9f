"""Each figure of a venue beside ours: the table, and an exit code that tells of what nobody can explain."""

import json

import pytest
from click.testing import CliRunner

from isocross_tui.cli import docs
from isocross_tui.cli.main import main
from tests.isocross.exchange.fidelity_page import page
from tests.isocross.exchange.recorded import BINANCE_ASSETS, BINANCE_RISK

pytestmark = pytest.mark.usefixtures("home")


def told(tmp_path, *documents, options=()):
    files = []
    for n, document in enumerate(documents):
        file = tmp_path / f"f{n}.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        files.append(str(file))
    return CliRunner().invoke(main, ["fidelity", *files, *options])


def test_what_agrees_ends_well(tmp_path):
    done = told(tmp_path, {k: v for k, v in BINANCE_RISK.items() if k != "liquidationPrice"}, BINANCE_ASSETS)
    assert done.exit_code == 0, done.output
    header, row = done.stdout.splitlines()
    assert header.split() == ["of", "figure", "venue", "isocross", "difference", "reason"]
    assert row.split()[:4] == ["BTCUSDT", "open", "PnL", "−1.06214947"]
    assert done.stderr == "1 figure compared, 0 unexplained\n"


def test_what_nobody_can_explain_is_an_exit_code(tmp_path):
    wrong = BINANCE_RISK | {"unRealizedProfit": "400", "liquidationPrice": "0"}
    done = told(tmp_path, wrong, BINANCE_ASSETS, options=["--json"])
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert found["unexplained"] >= 1
    assert {"of", "figure", "venue", "isocross", "difference", "reason"} == set(found["figures"][0])


@pytest.mark.slow
def test_the_page_of_fidelity_is_what_the_command_prints_of_every_recorded_account():
    assert docs.page("fidelity") == page(), "python -m tests.isocross.exchange.fidelity_page writes it anew"


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [(["hyperliquid:0x1"], "is not a live account", 2), (["nobody.json"], "nobody.json", 1),
     (["hyperliquid:0x" + "a" * 40, "x"], "expected one", 2)],
)  # fmt: skip
def test_what_cannot_be_compared_is_one_sentence(words, said, code):
    done = CliRunner().invoke(main, ["fidelity", *words])
    assert done.exit_code == code
    assert said in done.stderr
