"""Many accounts in one command: in order, each as by itself, and one that is bad does not stop the others."""

from __future__ import annotations

import csv
import errno
import json
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from isocross.report import rows
from isocross.workspace import shipped
from isocross_tui.cli.main import main

pytestmark = pytest.mark.usefixtures("home")

TABLE = """account,wallet,venue,market,side,mode,quantity,entry,leverage
a,1000,binance,BTCUSDT,long,cross,0.015,60000,3
b,500,bybit,ETHUSDT,short,isolated,0.2,3000,10
a,1000,,ETHUSDT,long,cross,0.2,3000,3
"""
LINE = {
    "name": "one",
    "wallet": 1000,
    "positions": [
        {"market": "BTCUSDT", "side": "long", "mode": "isolated", "quantity": 0.01, "entry": 60000, "leverage": 5}
    ],
}


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def lines(*arguments: str, stdin: str | None = None, code: int = 0) -> list[dict]:
    done = run(*arguments, "--jsonl", stdin=stdin)
    assert done.exit_code == code, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def books(home: Path) -> Path:
    """A folder with two accounts, a folder in it with one, and what is no account."""
    folder = home / "books"
    (folder / "more").mkdir(parents=True)
    for name, place in (("hedge", "b"), ("basket", "a"), ("guide-mixed", "more/c")):
        (folder / f"{place}.toml").write_text(shipped()[name].read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "notes.txt").write_text("no account", encoding="utf-8")
    (folder / ".hidden.toml").write_text("no account", encoding="utf-8")
    return folder


# --- where accounts come from ----------------------------------------------------------------------


def test_a_line_that_is_nested_too_deep_is_a_fault_of_that_line(home):
    (home / "deep.jsonl").write_text("\n".join(("[" * 500 + "]" * 500, json.dumps(LINE))), encoding="utf-8")
    deep, good = lines("report", "deep.jsonl", code=1)
    assert deep["faults"][0]["message"] == "lists and tables are nested too deep"
    assert good["name"] == "one"


def test_a_folder_is_its_files_in_order_and_each_is_told_as_by_itself(books):
    told = lines("report", "books", "--shock", "-30%")
    assert [one["source"] for one in told] == ["books/a.toml", "books/b.toml", "books/more/c.toml"]
    for one in told:
        by_itself = json.loads(run("report", one.pop("source"), "--shock", "-30%", "--json").stdout)
        assert one == by_itself


@pytest.mark.parametrize("pattern", ["books/*.toml", "books/**/*.toml"])
def test_a_pattern_is_what_it_matches(books, pattern):
    found = [one["source"] for one in lines("price", pattern, "--market", "BTC")]
    assert found == [str(path) for path in sorted(Path().glob(pattern)) if not path.name.startswith(".")]
    assert len(found) >= 2


def test_what_is_named_comes_in_the_order_of_its_names(books):
    names = ["hedge", "books/more", "guide-cross"]
    assert [one["source"] for one in lines("run", *names)] == ["hedge", "books/more/c.toml", "guide-cross"]


def test_a_table_of_positions_is_an_account_for_each_name(home):
    (home / "all.csv").write_text(TABLE, encoding="utf-8")
    a, b = lines("report", "all.csv", "--shock", "0%")
    assert (a["name"], a["venue"], a["account"]["wallet"]) == ("a", "binance", "1000")
    assert [position["market"] for position in a["positions"]] == ["BTCUSDT", "ETHUSDT"]
    assert (b["name"], b["venue"], b["source"]) == ("b", "bybit", "all.csv:3")


@pytest.mark.slow
def test_the_same_table_as_parquet_is_the_same_accounts(home):
    pyarrow = pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    (home / "all.csv").write_text(TABLE, encoding="utf-8")
    columns = list(zip(*csv.reader(StringIO(TABLE)), strict=True))
    typed = {
        name: [float(c) if name in ("wallet", "quantity") else c or None for c in cells] for name, *cells in columns
    }
    parquet.write_table(pyarrow.table(typed), "all.parquet")
    for one, other in zip(lines("report", "all.csv"), lines("report", "all.parquet"), strict=True):
        assert one | {"source": ""} == other | {"source": ""}


def test_lines_of_json_come_from_standard_input_or_a_file(home):
    code = run("code", "hedge").stdout.strip()
    text = "\n" + json.dumps(LINE) + "\n\n" + json.dumps(code) + "\n"
    (home / "all.jsonl").write_text(text, encoding="utf-8")
    from_input, from_file = lines("report", "-", stdin=text), lines("report", "all.jsonl")
    assert [one["source"] for one in from_input] == ["standard input:2", "standard input:4"]
    assert [one["source"] for one in from_file] == ["all.jsonl:2", "all.jsonl:4"]
    assert [one | {"source": ""} for one in from_input] == [one | {"source": ""} for one in from_file]
    assert from_file[0]["positions"][0]["quantity"] == "0.01"
    assert from_file[1]["name"] == json.loads(run("report", "hedge", "--json").stdout)["name"]


def test_a_number_in_a_line_of_json_can_be_a_text_and_a_name_stays_one():
    position = LINE["positions"][0] | {"id": "7"}
    written = {key: str(value) for key, value in position.items()}
    venue = {"profile": "guide", "liquidation_fee": "0.001"}
    bare = LINE | {
        "positions": [position],
        "scenario": {"shock": -0.3},
        "venue": venue | {"liquidation_fee": 0.001},
    }
    texts = LINE | {"wallet": "1000", "positions": [written], "scenario": {"shock": "-30%"}, "venue": venue}
    as_numbers, as_texts = lines("report", "-", stdin=f"{json.dumps(bare)}\n{json.dumps(texts)}\n")
    assert as_texts | {"source": ""} == as_numbers | {"source": ""}
    assert as_texts["positions"][0]["id"] == "7"
    (bad,) = lines("report", "-", stdin=json.dumps(LINE | {"wallet": "much"}) + "\n", code=1)
    assert bad["faults"][0]["message"] == '"much" is not a number'


@pytest.mark.parametrize("command", ["check", "report", "limits"])
def test_a_name_with_a_line_break_is_a_file_and_no_text(home, command):
    rule = ("--rule", "limits.toml") if command == "limits" else ()
    (home / "limits.toml").write_text("[[limit]]\nmargin_ratio_max = 1\n", encoding="utf-8")
    missing = run(command, "missing\nfile.toml", *rule)
    assert "missing\\u000afile.toml: there is no such file" in missing.stderr
    there = "is = there\nnow.toml"
    (home / there).write_text(shipped()["hedge"].read_text(encoding="utf-8"), encoding="utf-8")
    assert not run(command, there, *rule).stderr
    assert run(command, there, *rule).exit_code == 0


def test_one_account_on_standard_input_is_told_as_ever():
    text = shipped()["hedge"].read_text(encoding="utf-8")
    alone = run("report", "-", "--json", stdin="\n\n" + text)
    assert alone.stdout == run("report", "hedge", "--json").stdout
    assert run("report", "-", stdin=run("code", "hedge").stdout).stdout == run("report", "hedge").stdout


# --- one that is bad -------------------------------------------------------------------------------


def test_a_bad_account_is_one_line_and_the_others_go_on(books):
    (books / "aa.toml").write_text('wallet = "much"\n', encoding="utf-8")
    done = run("price", "books", "nothing.toml", "--market", "BTC")
    assert done.exit_code == 1
    assert [line.rpartition("\t")[2] for line in done.stdout.splitlines()] == [
        "books/a.toml", "books/b.toml", "books/more/c.toml"]  # fmt: skip
    bad, absent = done.stderr.splitlines()
    assert bad.startswith("books/aa.toml:1:1: positions: is missing")
    assert bad.endswith("(and 1 more)")
    assert absent.startswith("nothing.toml: there is no such file")


@pytest.mark.slow
def test_in_lines_of_json_it_stands_in_its_place_with_every_fault(books):
    (books / "aa.toml").write_text('wallet = "much"\n', encoding="utf-8")
    told = lines("report", "books", code=1)
    assert [one["source"] for one in told][1] == "books/aa.toml"
    assert {fault["key"] for fault in told[1]["faults"]} == {"wallet", "positions"}
    whole = json.loads(run("report", "books", "--json").stdout)
    assert [one["source"] for one in whole["accounts"]] == ["books/a.toml", "books/b.toml", "books/more/c.toml"]
    assert whole["faults"] == [told[1]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("c,500,bybit,ETHUSDT,short,isolated,x,3000,10", '5: quantity: "x" is not a number'),
        ("c,,bybit,ETHUSDT,short,isolated,1,3000,10", "5: wallet: is missing"),
        ("c,500,bybit,ETHUSDT,up,isolated,1,3000,10", '5: positions[0].side: "up" is not known here'),
        (",500,bybit,ETHUSDT,long,isolated,1,3000,10", "5: account is missing"),
        ("a,999,binance,SOLUSDT,long,cross,1,150,10", "5: another wallet in the same account (expected 1000"),
        ("c,500,nowhere,ETHUSDT,long,cross,1,3000,10", "5: venue.profile: no venue is called"),
    ],
)
def test_a_bad_line_of_a_table_is_told_with_its_number(home, row, told):
    (home / "all.csv").write_text(TABLE + row + "\n", encoding="utf-8")
    done = run("report", "all.csv", "--jsonl")
    assert done.exit_code == 1
    assert done.stderr.startswith(f"all.csv:{told}")
    assert len(done.stderr.splitlines()) == 1
    assert '"name": "b"' in done.stdout


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("account,market\n", "1: the header has no wallet, side, mode, quantity, entry, leverage"),
        (TABLE.replace("leverage", "levrage"), '1: there is no such column: "levrage"; did you mean "leverage"?'),
        (TABLE + "x,1\n", "5: this line has 2 cells (expected 9, as the header)"),
        (TABLE.splitlines()[0] + "\n", " there is no position in this table"),
        ("", "1: the header has no account"),
    ],
)
def test_a_table_that_is_none_is_one_fault(home, text, told):
    (home / "all.csv").write_text(text, encoding="utf-8")
    done = run("report", "all.csv")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"all.csv:{told}")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", ":2:2: this is not JSON: there is no name in an object"),
        ('{"wallet": 1, "wallet": 2}', "wallet: this name is in its table twice"),
        ('{"wallet": 1000}', "positions: is missing"),
        ('{"wallet": NaN, "positions": []}', "wallet: nan is not a number"),
        ("[1]", "this is not an account"),
        ('{"name": "' + "x" * 1_100_000 + '"}', "this line is too long"),
    ],
)
def test_a_bad_line_of_json_is_told_with_its_number(line, told):
    done = run("price", "-", "--market", "BTC", stdin=json.dumps(LINE) + "\n" + line + "\n" + json.dumps(LINE))
    assert done.exit_code == 1
    assert [line.rpartition("\t")[2] for line in done.stdout.splitlines()] == ["standard input:1", "standard input:3"]
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("standard input:2")
    assert told in done.stderr.lower() or told in done.stderr


def test_a_shock_that_one_account_cannot_have_is_its_own_fault(books):
    done = run("report", "books/a.toml", "books/b.toml", "--shock", "SOLUSDT=-10%", "--jsonl")
    assert done.exit_code == 1
    good, bad = (json.loads(line) for line in done.stdout.splitlines())
    assert good["shocks"] == {"SOLUSDT": "-0.1"}
    assert "the account has no market 'SOLUSDT'" in bad["faults"][0]["message"]


def test_a_folder_or_a_pattern_with_nothing_is_a_fault(home):
    (home / "empty").mkdir()
    done = run("report", "empty", "*.nothing", "hedge")
    assert done.exit_code == 1
    assert "empty: there is no workspace file in this folder" in done.stderr
    assert "*.nothing: no file has a name of this pattern" in done.stderr
    assert done.stdout.startswith("hedge\n")


# --- tables of answers -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "columns", "count"),
    [
        ("report", rows.REPORT, 5),
        ("run --shock -90%", rows.RUN, None),
        ("compare", rows.COMPARE, None),
        ("explain", rows.EXPLAIN, None),
        ("price --market BTC", rows.PRICE, 2),
    ],
)
def test_csv_and_parquet_have_the_same_rows_and_the_figures_of_json(command, columns, count):
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow")
    words = [*command.split(), "basket", "guide-mixed"]
    text = run(*words, "--csv").stdout
    found = list(csv.DictReader(StringIO(text)))
    assert tuple(found[0]) == columns
    assert {row["source"] for row in found} == {"basket", "guide-mixed"}
    assert count in (None, len(found))
    done = run(*words, "--parquet", "out.parquet")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "out.parquet: written\n")
    kept = parquet.read_table("out.parquet").to_pylist()
    assert [{key: value or "" for key, value in row.items()} for row in kept] == found


def test_rows_of_a_report_are_its_positions_and_an_account_without_one_is_a_row_too(home):
    (home / "empty.toml").write_text("wallet = 7\npositions = []\n", encoding="utf-8")
    *rows_of_basket, empty = csv.DictReader(StringIO(run("report", "basket", "empty.toml", "--csv").stdout))
    told = json.loads(run("report", "basket", "--json").stdout)
    for row, position in zip(rows_of_basket, told["positions"], strict=True):
        assert row["account_equity"] == told["account"]["equity"]
        assert (row["id"], row["mark"], row["joint_trigger"]) == (
            position["id"], position["mark"], position["joint_trigger"])  # fmt: skip
        assert row["paid_by_unused"] == position["paid_by"]["unused"]
    assert (empty["account"], empty["account_wallet"], empty["id"]) == ("empty", "7", "")


def test_a_parquet_file_that_is_there_is_kept_unless_force_is_given(home):
    pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    (home / "out.parquet").write_text("mine", encoding="utf-8")
    done = run("price", "basket", "--market", "BTC", "--parquet", "out.parquet")
    assert done.exit_code == 1
    assert "out.parquet is there already" in done.stderr
    assert (home / "out.parquet").read_text(encoding="utf-8") == "mine"
    assert run("price", "basket", "--market", "BTC", "--parquet", "out.parquet", "--force").exit_code == 0
    assert (home / "out.parquet").read_bytes()[:4] == b"PAR1"
    assert [path.name for path in home.iterdir()] == ["out.parquet"]


def test_a_disk_that_is_full_before_the_first_row_leaves_nothing(home, monkeypatch):
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet needs pyarrow")

    def full(path, schema):
        Path(path).touch()
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(parquet, "ParquetWriter", full)
    done = run("price", "basket", "--market", "BTC", "--parquet", "out.parquet")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("could not write out.parquet: ")
    assert list(home.iterdir()) == []


def test_without_pyarrow_it_says_what_to_install(home, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    done = run("price", "basket", "--market", "BTC", "--parquet", "out.parquet")
    assert done.exit_code == 1
    assert done.stderr == "Parquet needs pyarrow: pip install 'isocross[parquet]'\n"


def test_a_name_that_a_spreadsheet_takes_for_a_formula_is_guarded(home):
    (home / "x.toml").write_text('name = "=1+1"\nwallet = 7\npositions = []\n', encoding="utf-8")
    assert "\n'=1+1,x.toml," in run("report", "x.toml", "--csv").stdout


# --- errors as JSON ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code", "kind", "text"),
    [
        ("report nothing.toml --json", 1, "input", "there is no such file"),
        ("report guide-cross --shock deep --json", 2, "usage", "is not a move"),
        ("advise guide-cross --position x --json", 2, "usage", "'x' is not a position"),
        ("lessons nothing --json", 1, "input", "no lesson is called"),
        ("history nothing --json", 1, "input", "nothing"),
        ("nothing --json", 2, "usage", "nothing"),
        ("report --json", 2, "usage", "Missing argument"),
    ],
)
def test_with_json_an_error_is_json_on_standard_error(words, code, kind, text):
    done = run(*words.split())
    assert (done.exit_code, done.stdout) == (code, "")
    error = json.loads(done.stderr)["error"]
    assert error["kind"] == kind
    assert text in error["text"]
    assert bool(error["faults"]) == (words == "report nothing.toml --json")


# --- the price ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "printed"),
    [
        ("guide-cross --market BTC", "none"),
        ("guide-cross --market ETHUSDT", "7937.81"),
        ("guide-cross --market BTC --venue coinex", "6700.17"),
        ("basket --market btc", "20462.31"),
        ("basket --market BTC --joint", "45410.45"),
        ("basket --market SOL --joint --position eth", "91.11"),
        ("isolated-short --market ETH", "3781.09"),
    ],
)
def test_a_price_is_one_number(words, printed):
    done = run("price", *words.split())
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"{printed}\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("basket --market XRP", "the account has no market 'XRP': expected one of BTCUSDT, ETHUSDT, SOLUSDT"),
        ("basket --market BTC --position x", "'x' is not a position of this account: expected one of btc, eth, sol"),
        ("guide-cross --market ETH --joint", "ETHUSDT does not move with the others: its beta is 0"),
        ("basket", "Missing option '--market'"),
    ],
)
def test_a_price_that_cannot_be_asked_for_is_usage(words, told):
    done = run("price", *words.split())
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


def test_of_many_accounts_one_without_the_market_has_no_price():
    done = run("price", "hedge", "basket", "--market", "SOL")
    assert done.exit_code == 0
    assert done.stdout == "none\thedge\nnone\tbasket\n"
    told = lines("price", "hedge", "basket", "--market", "SOL")[0]
    assert (told["price"], told["first"]) == (None, [])
    assert told["text"] == "The account holds nothing in SOL."
