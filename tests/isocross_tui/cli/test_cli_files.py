import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from isocross.exchange import SOURCES
from isocross.workspace import load_file, load_text, shipped
from isocross.workspace.code import code_of, open_code
from isocross.workspace.json_schema import workspace_schema
from isocross.workspace.templates import template
from isocross_tui.cli import files
from isocross_tui.cli.main import main
from tests.isocross.exchange import payloads

ROOT = Path(__file__).resolve().parents[3]
GUIDE = load_file(shipped()["guide-cross"])


def run(*words, given=None):
    """Run a command: exit code, standard output, standard error."""
    result = CliRunner().invoke(main, list(words), input=given, prog_name="isocross")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def file(tmp_path):
    """Write a file, text or JSON, and give its path."""

    def write(name, content):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write


@pytest.mark.slow
def test_the_headless_commands_load_no_textual():
    script = """
import sys
from isocross_tui.cli.main import main
export = ["export", "hedge", "--what", "frame"]
for words in (["schema"], ["code", "hedge"], export, ["new"], ["new", "--list"], ["docs", "man"]):
    main(words, standalone_mode=False)
    assert "isocross" in sys.modules
    assert "textual" not in sys.modules, words
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_choices_are_those_of_the_engine():
    assert set(files._sources()) == set(SOURCES)


# --- schema and check ----------------------------------------------------------------------------


def test_schema_prints_the_schema():
    exit_code, out, err = run("schema")
    assert (exit_code, json.loads(out), err) == (0, workspace_schema(), "")


def test_check_as_json_gives_an_editor_key_words_and_place(file):
    bad = file("bad.toml", "wallet = -1\npositions = []\nwalet = 2\n")
    exit_code, out, err = run("check", "--json", "guide-cross", bad)
    assert (exit_code, err) == (1, "")
    told = json.loads(out)
    assert told["format"] == 1
    assert told["files"][0] == {"file": "guide-cross", "ok": True, "faults": []}
    assert (told["files"][1]["file"], told["files"][1]["ok"]) == (bad, False)
    assert told["files"][1]["faults"] == [
        {
            "key": "wallet",
            "message": "-1 is below 0",
            "expected": "an amount of money, 0 or more",
            "line": 1,
            "column": 10,
        },
        {
            "key": "walet",
            "message": 'there is no such key; did you mean "wallet"?',
            "expected": told["files"][1]["faults"][1]["expected"],
            "line": 3,
            "column": 1,
        },
    ]


def test_check_in_words(file):
    exit_code, out, err = run("check", "guide-cross", code_of(GUIDE))
    assert (exit_code, err) == (0, "")
    assert out.splitlines()[0] == "guide-cross: good, 2 positions, venue guide"
    exit_code, out, err = run("check", file("bad.toml", "wallet = -1\npositions = []"))
    assert (exit_code, out) == (1, "")
    assert "bad.toml:1:10: wallet: -1 is below 0" in err
    assert run("check", "--json", "guide-cross")[0] == 0


@pytest.mark.slow
def test_a_file_whose_history_is_not_there_is_not_good(file):
    position = 'market = "BTCUSDT"\nside = "long"\nmode = "cross"\nquantity = 1\nentry = 60000\nleverage = 10\n'
    text = f'wallet = 9000\n[[positions]]\n{position}[scenario]\npath = "replay"\nwindow = "no-such"\n'
    alone = file("gone.toml", text)
    for checked in (alone, str(Path(alone).parent)):
        exit_code, out, err = run("check", checked)
        assert (exit_code, ": good," in out) == (1, False)
        assert 'there is no window "no-such"' in err
    assert run("check", file("there.toml", text.replace("no-such", "2025-10-10")))[0] == 0


def test_check_tells_what_the_venue_would_refuse_of_a_strict_file(file):
    position = 'market = "BTCUSDT"\nside = "long"\nmode = "cross"\nquantity = 1\nentry = 60000\nleverage = 10\n'
    text = f'venue = "binance"\nwallet = 5000\nstrict = true\n[[positions]]\n{position}'
    exit_code, out, _ = run("check", file("strict.toml", text))
    assert exit_code == 0
    assert "Binance USD-M would not open BTC beside the rest: it needs 6,000.00 of margin" in out
    assert "would not open" not in run("check", file("free.toml", text.replace("strict = true\n", "")))[1]


# --- code ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_code_stands_wherever_a_file_does():
    exit_code, out, err = run("code", "guide-cross")
    assert (exit_code, err, out.count("\n")) == (0, "", 1)
    assert open_code(out) == GUIDE
    for command in ("report", "run", "export"):
        for code in (out.strip(), out.upper(), f"{out[:20]} \n {out[20:]}"):
            assert run(command, code) == run(command, "guide-cross")
    assert run("report", "-", given=out) == run("report", "guide-cross")
    assert run("code", out) == (0, out, "")


def test_a_damaged_code_is_refused():
    code = code_of(GUIDE)
    for words in (["report", code[:-3]], ["report", "-"], [code[:-3]], ["new", "--template", code[:-3]]):
        exit_code, out, err = run(*words, given=code[:-3])
        assert (exit_code, out) == (1, "")
        expected = "(expected the whole code, as it was printed)"
        assert err == f"this code: a character is wrong, or a part is missing {expected}\n"


def test_a_file_of_such_a_name_is_still_opened(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "iso1:a").write_text("wallet = 7\npositions = []", encoding="utf-8")
    exit_code, out, _ = run("report", "./iso1:a", "--json")
    assert (exit_code, json.loads(out)["account"]["wallet"]) == (0, "7")


# --- new -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_new_prints_or_writes_a_template(tmp_path):
    assert run("new", "--template", "hedge") == (0, template("hedge").text, "")
    path = tmp_path / "mine.toml"
    exit_code, out, err = run("new", str(path))
    assert (exit_code, out, err) == (0, "", f"{path}: written\n")
    assert path.read_text(encoding="utf-8") == template("guide-cross").text
    exit_code, out, err = run("new", str(path), "--template", "hedge")
    assert (exit_code, out) == (1, "")
    assert "is there already (expected another name, or --force to replace it)" in err
    assert run("new", str(path), "--template", "hedge", "--force")[0] == 0
    assert load_file(path).name == "A hedge in one market"


def test_new_on_a_terminal_opens_the_desk_where_an_account_is_entered(monkeypatch):
    opened = []
    monkeypatch.setattr(files, "no_terminal", lambda _: None)
    monkeypatch.setattr(files, "open_desk", lambda source, first: opened.append((source, first)) or 0)
    assert run("new") == (0, "", "")
    assert opened == [(None, "account.new")]
    assert run("new", "--template", "hedge")[1] == template("hedge").text
    assert len(opened) == 1


def test_new_from_a_code_is_how_a_pasted_workspace_becomes_a_file(tmp_path):
    path = tmp_path / "pasted.toml"
    assert run("new", str(path), "--template", code_of(GUIDE))[0] == 0
    assert load_file(path) == GUIDE


def test_new_lists_the_templates_and_knows_no_others():
    exit_code, out, _ = run("new", "--list")
    assert exit_code == 0
    titles = {name: line.index(title) for line in out.splitlines() for name, title in [line.split(maxsplit=1)]}
    assert "hedge" in titles and "crash-2025-10-10" in titles
    assert len(set(titles.values())) == 1
    exit_code, out, err = run("new", "--template", "hegde")
    assert (exit_code, out) == (1, "")
    assert 'did you mean "hedge"?' in err
    assert run("new", "no/such/folder/x.toml")[0] == 1


# --- import --------------------------------------------------------------------------------------


def test_import_prints_a_workspace_and_reports_beside_it(file):
    path = file("account.json", payloads.HYPERLIQUID)
    exit_code, out, err = run("import", path)
    assert exit_code == 0
    assert load_text(out).wallet == Decimal("13109.495728")
    assert "taken    assetPositions[0]: ETH long 0.0335 at 2,986.3, 20x isolated, as eth" in err.splitlines()
    assert run("import", "-", given=json.dumps(payloads.HYPERLIQUID)) == (exit_code, out, err)


def test_import_writes_a_file_and_never_over_another(file, tmp_path):
    path, target = file("account.json", payloads.BINANCE_V2), tmp_path / "mine.toml"
    exit_code, out, err = run("import", path, "-o", str(target), "--venue", "guide")
    assert (exit_code, out) == (0, "")
    assert err.endswith(f"{target}: written\n")
    assert load_file(target).venue.profile == "guide"
    exit_code, _, err = run("import", path, "-o", str(target))
    assert exit_code == 1
    assert "is there already" in err
    assert run("import", path, "-o", str(target), "--force")[0] == 0
    assert load_file(target).venue.profile == "binance"


@pytest.mark.slow
def test_import_makes_a_folder_of_accounts_and_tells_of_those_that_it_cannot_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, content in (("b", payloads.HYPERLIQUID), ("deep/a", payloads.BINANCE_V2), ("c", {"nothing": 1})):
        path = tmp_path / "payloads" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "payloads" / "notes.txt").write_text("no payload", encoding="utf-8")
    code, out, err = run("import", "payloads", "--each", "books")
    assert (code, out) == (1, "")
    assert sorted(path.name for path in (tmp_path / "books").iterdir()) == ["a.toml", "b.toml"]
    assert run("import", "payloads/b.json")[1] == (tmp_path / "books" / "b.toml").read_text(encoding="utf-8")
    lines = err.splitlines()
    assert lines[-1] == "books: 2 of 3 accounts written"
    assert any(line.startswith("payloads/c.json") for line in lines)
    assert not any(line.startswith("taken") or line.endswith("the same") for line in lines)
    assert any(line.startswith("guessed  payloads/") for line in lines)
    code, out, err = run("import", "payloads/b.json", "--each", "books")
    assert (code, "already" in err) == (1, True)
    assert run("import", "payloads/b.json", "--each", "books", "--force")[0] == 0
    code, out, err = run("import", "payloads/b.json", "payloads/b.json", "--each", "books", "--force")
    assert (code, err.splitlines()[-1]) == (1, "books: 1 of 2 accounts written")
    assert run("import", "payloads", "--each", "books", "-o", "x.toml")[0] == 2
    Path("notes").write_text("", encoding="utf-8")
    assert run("import", "payloads", "--each", "notes")[::2] == (1, "notes is a file (expected a folder)\n")


TABLE = """\
account,wallet,venue,market,side,mode,quantity,entry,leverage
one,1000,guide,BTCUSDT,long,cross,0.01,60000,3
two/b,1000,guide,ETHUSDT,short,isolated,1,3000,x
two/c,1000,guide,ETHUSDT,short,isolated,0.1,3000,3
"""


def test_a_table_of_accounts_is_checked_and_becomes_a_folder_of_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "book.csv").write_text(TABLE, encoding="utf-8")
    code, out, err = run("check", "book.csv")
    assert (code, out) == (1, "book.csv: 2 of 3 accounts good\n")
    assert "book.csv:3: leverage:" in err
    told = json.loads(run("check", "--json", "book.csv")[1])["files"]
    assert [(one["file"], one["ok"]) for one in told] == [
        ("book.csv:2", True),
        ("book.csv:3", False),
        ("book.csv:4", True),
    ]
    code, out, err = run("import", "book.csv", "--each", "books")
    assert (code, err.splitlines()[-1]) == (1, "books: 2 of 3 accounts written")
    assert sorted(path.name for path in (tmp_path / "books").iterdir()) == ["one.toml", "two-c.toml"]
    assert run("check", "books")[:2] == (0, "books: 2 of 2 accounts good\n")
    code, out, err = run("import", "book.csv")
    assert (code, err) == (1, "book.csv: this is a table of many accounts (expected --each FOLDER for them)\n")


def test_import_of_several_files_names_them(file):
    one, two = file("p.json", payloads.BYBIT_POSITIONS), file("w.json", payloads.BYBIT_WALLET)
    exit_code, out, err = run("import", one, two, "--from", "bybit")
    assert (exit_code, load_text(out).wallet) == (0, 5000)
    assert f"taken    {two} result.list[0].coin[0].walletBalance: a wallet of 5,000 USDT" in err.splitlines()


@pytest.mark.parametrize(
    ("words", "exit_code", "told"),
    [
        (["import"], 2, "Missing argument"),
        (["import", "x.json", "--from", "mtgox"], 2, "'mtgox' is not one of"),
        (["import", "x.json", "--wallet", "much"], 2, "'much' is not a number"),
        (["import", "x.json", "--venue", "mtgox"], 2, "no venue is called 'mtgox'"),
        (["import", "none.json"], 1, "none.json: there is no such file"),
        (["import", "."], 1, ".: this is a folder (expected a JSON or CSV file)"),
        (["import", "/dev/zero"], 1, "/dev/zero: this is a pipe or a device"),
        (["import", "a\0b"], 1, "a\\u0000b: this file cannot be read: not the name"),
        (["export", "hedge", "--what", "all"], 2, "'all' is not one of"),
        (["export", "hedge", "--as", "xls"], 2, "'xls' is not one of"),
        (["export", "hedge", "--at", "2"], 2, "'2' is not a part of the way"),
        (["export", "none.toml"], 1, "none.toml: there is no such file"),
        (["code", "none.toml"], 1, "none.toml: there is no such file"),
        (["check"], 2, "Missing argument"),
    ],
)
def test_bad_input_ends_with_1_and_bad_usage_with_2(words, exit_code, told):
    code, out, err = run(*words)
    assert (code, out) == (exit_code, "")
    assert told in err


def test_import_of_a_bad_payload_names_the_path(file):
    path = file("bad.json", [payloads.BINANCE_RISK[0] | {"positionAmt": "\x1b[2J"}])
    exit_code, out, err = run("import", path)
    assert (exit_code, out) == (1, "")
    assert err == f'{path}: [0].positionAmt: "\\u001b[2J" is not a number (expected a number, or a text that is one)\n'
    exit_code, _, err = run("import", file("p.csv", "market,side\n"), "--wallet", "1")
    assert exit_code == 1
    assert "p.csv:1: the header has no mode" in err
    assert run("import", path, "--wallet", "-1")[0] == 1


# --- export --------------------------------------------------------------------------------------


def test_exported_positions_are_imported_equal(file):
    exit_code, out, err = run("export", "guide-mixed")
    assert (exit_code, err) == (0, "")
    exit_code, imported, _ = run("import", file("p.csv", out), "--wallet", "1000")
    assert exit_code == 0
    assert load_text(imported).positions == load_file(shipped()["guide-mixed"]).positions


@pytest.mark.slow
def test_exported_frames_and_timelines_are_those_of_report_and_run():
    shock = ["--shock", "-20%", "--venue", "coinex"]
    frame = run("export", "ladder", "--what", "frame", "--as", "json", "--at", "0.5", *shock)
    assert frame == run("report", "ladder", "--json", "--at", "0.5", *shock)
    assert run("export", "ladder", "--what", "timeline", "--as", "json", *shock) == run(
        "run", "ladder", "--json", *shock
    )
    assert run("export", "ladder", "--what", "timeline", *shock) == run("run", "ladder", "--csv", *shock)
    exit_code, out, err = run("export", "ladder", "--what", "frame", *shock)
    assert (exit_code, err, out.count("\n")) == (0, "", 4)
    exit_code, out, _ = run("export", "ladder", "--as", "json", *shock)
    assert [position["id"] for position in json.loads(out)["positions"]] == ["first", "second", "third"]
