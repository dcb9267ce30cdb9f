"""A venue's answers on a desk: several files at once, the cash beside them, and sentences that a desk can act on."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from isocross.exchange import Options, import_files
from isocross.workspace import Faults
from isocross_tui.forms.account import NotReadableError
from isocross_tui.forms.pasted import ON_THE_DESK, ON_THE_SHEET, workspace_of
from isocross_tui.user.answers import NO_CASH, Cash, imported, judge_source
from isocross_tui.user.files import open_source
from tests.isocross.exchange import payloads
from tests.isocross.exchange import recorded as seen

D = Decimal


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "positions.json").write_text(json.dumps([seen.BINANCE_RISK]), encoding="utf-8")
    (tmp_path / "balance.json").write_text(json.dumps(seen.BINANCE_ASSETS), encoding="utf-8")
    (tmp_path / "coin.json").write_text(json.dumps(payloads.BINANCE_COIN_RISK), encoding="utf-8")
    (tmp_path / "two words.json").write_text(json.dumps(seen.BINANCE_V2), encoding="utf-8")
    return tmp_path


def judged(path, wallet=""):
    return judge_source({"path": path, "wallet": wallet}, open_source)


def test_several_answers_of_one_moment_open_together(here):
    assert judged("positions.json").text == "The answer does not state the wallet: type all cash below."
    assert judged("positions.json balance.json").text == "Opens “Binance account” with 1 position."
    assert imported("positions.json balance.json", NO_CASH).workspace.wallet == D("3.5")
    assert judged("two words.json").good
    assert judged("'two words.json' balance.json").text.startswith("balance.json: ")
    assert "no such file" in judged("positions.json nothing.json").text.lower()
    assert imported("guide-cross", NO_CASH) is None


def test_the_wallet_beside_an_answer_may_name_its_currency(here):
    assert imported("positions.json coin.json", Cash.typed("1 btc")).workspace.currency == "BTC"
    assert imported("positions.json coin.json", Cash.typed("2,000")).workspace.wallet == 2000
    assert judged("positions.json", "0,5").text.startswith("wallet: “0,5” is not a number")
    with pytest.raises(NotReadableError):
        Cash.typed("1 BTC or so")


@pytest.mark.slow
@pytest.mark.parametrize("ways", [ON_THE_DESK, ON_THE_SHEET])
def test_no_face_speaks_of_the_options_of_another(ways):
    shapes = [value for name, value in vars(seen).items() if name.isupper()]
    lines = []
    for shape in [*shapes, [*payloads.BINANCE_COIN_RISK, seen.BINANCE_RISK], payloads.CCXT_POSITIONS]:
        for wallet in (None, D(900)):
            try:
                files, options = [("a.json", json.dumps(shape).encode())], Options(wallet=wallet, ways=ways)
                lines += [note.told() for note in import_files(files, options=options).notes]
            except Faults as faults:
                lines.append(str(faults))
    assert any("no balance in" in line for line in lines)
    assert not [line for line in lines if "--" in line or "`" in line]


TABLE = "symbol\tside\tmode\tsize\tentry\tlev\nBTCUSDT\tlong\tisolated\t0.1\t60,000\t10x\n"


def test_a_table_copied_from_a_spreadsheet_is_read_with_its_header():
    workspace, _ = workspace_of(TABLE, "binance", D(5000))
    (position,) = workspace.positions
    assert (position.market, position.quantity, position.entry, position.leverage) == ("BTCUSDT", D("0.1"), 60000, 10)
    assert (workspace.venue.profile, workspace.wallet) == ("binance", 5000)
    assert workspace_of(TABLE.replace("0.1", "0,1"), "binance", D(5000)).startswith("Nothing was taken: ")
    both = f"{json.dumps([seen.BINANCE_RISK])}\n{json.dumps(seen.BINANCE_ASSETS)}"
    assert workspace_of(both, "binance", None)[0].wallet == D("3.5")
